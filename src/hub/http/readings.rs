//! What sensors measure over HTTP: batches in; the newest of all and the course of one out. Exports are in
//! [`super::exports`].

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Asked, problem};
use super::caller::Called;
use super::lenient::ReadingsBody;
use super::quality::ReasonRow;
use super::rows::moment_of;
use super::sensors::Only;
use super::shapes::{Problem, RefusedRow};
use super::{BODY_MAX, Shared};
use crate::domain::rights::Right;
use crate::domain::{Moment, Sensor, SensorId};
use crate::feeds::readings::{BatchError, Counted, Format, unpacked};
use crate::hub::readings::TakeError;
use crate::store::readings::ReadingsError;
use crate::store::readings::query::POINTS_MAX;

/// Most readings in one answer.
const PAGE_MAX: usize = 10_000;
/// Without a beginning an answer begins so long before its end, in milliseconds: a day.
const USUAL_MILLIS: i64 = 24 * 3_600_000;

/// What became of a batch.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ReadingsAnswer {
    /// Rows in all.
    rows: usize,
    /// Kept, in order and in time.
    kept: usize,
    /// Kept, after newer ones of their sensors.
    out_of_order: usize,
    /// Kept, but later than their sensors are fresh.
    late: usize,
    /// Of a sensor and time that are known already: the first one stays. Late ones may be found so later.
    duplicate: usize,
    /// Not kept, by reason.
    refused: Vec<ReasonRow>,
    /// The first hundred of those.
    refused_rows: Vec<RefusedRow>,
    /// Sensors that were seen for the first time; they wait to be claimed.
    first_seen: usize,
}

impl ReadingsAnswer {
    fn new(counted: Counted) -> Self {
        let Counted { rows, kept, out_of_order, late, duplicate, refused, listed, first_seen } = counted;
        let refused = refused.into_iter().map(|(unfit, count)| ReasonRow::new(unfit, count as u64)).collect();
        let row = |one: crate::feeds::readings::Unkept| RefusedRow {
            row: one.row,
            field: one.id,
            reason: one.unfit.words().to_owned(),
        };
        let refused_rows = listed.into_iter().map(row).collect();
        Self { rows, kept, out_of_order, late, duplicate, refused, refused_rows, first_seen }
    }
}

/// Take in readings: JSON rows, `SenML` (RFC 8428) or CSV, as the content type says; packed with gzip where
/// `content-encoding` says so. They are in force when this answers, and on disk within a second. Every row is counted.
#[utoipa::path(
    post,
    path = "/api/readings",
    request_body(content(
        (ReadingsBody = "application/json"),
        (String = "application/senml+json"),
        (String = "text/csv"),
    ), description = "At most 100,000 readings and 16 MiB, packed and unpacked"),
    responses(
        (status = 200, description = "What became of the rows", body = ReadingsAnswer),
        (status = 400, description = "The body cannot be read; nothing of it counts", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 413, description = "Over 16 MiB or 100,000 readings", body = Problem),
        (status = 415, description = "Of another content type or encoding", body = Problem),
        (status = 422, description = "No row was kept or known", body = ReadingsAnswer),
        (status = 503, description = "Too many readings wait or are read, or the disk takes nothing; `retry-after` says how many seconds to wait", body = Problem),
    )
)]
pub(super) async fn take(State(shared): State<Shared>, called: Called, request: Request) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Readings, "readings").await {
        return refused;
    }
    let (format, gzip) = match written(request.headers()) {
        Ok(written) => written,
        Err(text) => return problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, text),
    };
    let body = match Bytes::from_request(request, &shared).await {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let error = format!("the body is over {BODY_MAX} bytes, send fewer readings at a time");
            return problem(StatusCode::PAYLOAD_TOO_LARGE, error);
        }
        Err(rejection) => return problem(rejection.status(), rejection.body_text()),
    };
    let room = match shared.hub.readings.room().await {
        Ok(room) => room,
        Err(error) => return error.into_response(),
    };
    let (now, latest) = (shared.hub.clock.now(), shared.hub.clock.latest());
    // What takes long is not done where screens are served.
    let hub = Arc::clone(&shared.hub);
    let sorted = tokio::task::spawn_blocking(move || {
        // Held to the end, whether or not anybody still waits for it.
        let _room = room;
        let body = if gzip { unpacked(&body, BODY_MAX)? } else { body.into() };
        hub.readings.sort(format, &body, now, latest)
    });
    let sorted = sorted.await.unwrap_or_else(|_| Err(BatchError::Malformed("it broke the reader".to_owned())));
    let sorted = match sorted {
        Ok(sorted) => sorted,
        Err(error) => return TakeError::from(error).into_response(),
    };
    match shared.hub.readings.take(sorted, now, latest).await {
        Ok(counted) => {
            let nothing = counted.rows > 0 && counted.refused.values().sum::<usize>() == counted.rows;
            let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            (status, Json(ReadingsAnswer::new(counted))).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// How a body is written, and whether it is packed.
fn written(headers: &HeaderMap) -> Result<(Format, bool), &'static str> {
    let named = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let format = named(header::CONTENT_TYPE).and_then(Format::of_content_type);
    let format =
        format.ok_or("send application/json, application/senml+json or text/csv, and say so in content-type")?;
    match named(header::CONTENT_ENCODING).map(str::trim) {
        None | Some("" | "identity") => Ok((format, false)),
        Some(encoding) if encoding.eq_ignore_ascii_case("gzip") => Ok((format, true)),
        Some(_) => Err("content-encoding: gzip or none"),
    }
}

fn failed(error: &ReadingsError) -> Response {
    tracing::error!(%error, "readings cannot be read");
    problem(StatusCode::SERVICE_UNAVAILABLE, "the hub cannot read its readings")
}

/// The newest reading of one sensor.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct LatestRow {
    /// Its identity at its source.
    sensor: String,
    /// When it measured, milliseconds since 1970.
    at: i64,
    /// What, in the unit of the sensor's kind.
    value: f64,
    /// False where it is older than the sensor is fresh: it has no data then.
    fresh: bool,
}

/// The newest readings at a moment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct LatestAnswer {
    /// The moment, milliseconds since 1970.
    at: i64,
    /// Of each sensor that had any, by number.
    readings: Vec<LatestRow>,
    /// Sensors that had none.
    without: usize,
}

/// Which moment, and of which sensors.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichLatest {
    /// RFC 3339 or milliseconds since 1970; now without it.
    at: Option<String>,
    /// Only of this kind.
    kind: Option<String>,
    /// Only within this area, a path with slashes between.
    area: Option<String>,
}

/// The newest reading of every sensor at a moment of the last 35 days, or now.
#[utoipa::path(
    get,
    path = "/api/readings/latest",
    params(WhichLatest),
    responses(
        (status = 200, description = "The newest readings", body = LatestAnswer),
        (status = 400, description = "A filter that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 503, description = "The readings cannot be read", body = Problem),
    )
)]
pub(super) async fn latest(State(shared): State<Shared>, called: Called, Asked(which): Asked<WhichLatest>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "readings").await {
        return refused;
    }
    let only = match Only::of(which.kind.as_deref(), which.area.as_deref()) {
        Ok(only) => only,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let at = match moment("at", which.at.as_deref()) {
        Ok(at) => at.unwrap_or_else(|| shared.hub.clock.now()),
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let found = match shared.hub.readings.look(move |reader| reader.latest_at(at)).await {
        Ok(found) => found,
        Err(error) => return failed(&error),
    };
    let registry = shared.hub.readings.registry();
    let (mut readings, mut without) = (Vec::new(), 0);
    for (number, sensor) in registry.all_at(at).filter(|(_, sensor)| only.has(sensor)) {
        match found.get(number.index()).copied().flatten() {
            Some(reading) => readings.push(LatestRow {
                sensor: sensor.id.clone(),
                at: reading.at.0,
                value: reading.value,
                fresh: !sensor.is_late(reading.at, at),
            }),
            None => without += 1,
        }
    }
    Json(LatestAnswer { at: at.0, readings, without }).into_response()
}

pub(super) fn moment(field: &str, given: Option<&str>) -> Result<Option<Moment>, String> {
    match given.filter(|text| !text.is_empty()) {
        Some(text) => {
            let odd = || format!("{field}: is a time as 2026-11-21T08:00:00+08:00 or in milliseconds since 1970");
            moment_of(text).map(Some).ok_or_else(odd)
        }
        None => Ok(None),
    }
}

/// Which readings of a sensor.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichReadings {
    /// The beginning, RFC 3339 or milliseconds since 1970; a day before the end without it.
    from: Option<String>,
    /// The end, which does not belong to it; now without it.
    to: Option<String>,
    /// In about so many points, up to 10,000: least, greatest and mean of each step. Without it the readings themselves.
    points: Option<usize>,
    /// Without `points`: at most so many readings, up to 10,000.
    limit: Option<usize>,
}

/// The stretch of time that was asked for.
pub(super) fn span(from: Option<&str>, to: Option<&str>, now: Moment) -> Result<(Moment, Moment), String> {
    let to = moment("to", to)?.unwrap_or_else(|| now.plus_millis(1));
    let from = moment("from", from)?.unwrap_or_else(|| to.plus_millis(-USUAL_MILLIS));
    if from > to {
        return Err("from: is after `to`".to_owned());
    }
    Ok((from, to))
}

/// A reading.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ReadingRow {
    /// When, milliseconds since 1970.
    at: i64,
    /// What.
    value: f64,
}

/// Readings of a step of time together.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct MeanRow {
    /// When the step begins, milliseconds since 1970.
    at: i64,
    /// The least.
    min: f64,
    /// The greatest.
    max: f64,
    /// The mean of all.
    mean: f64,
    /// How many.
    count: u64,
}

/// What a sensor measured.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct SensorReadings {
    /// Its identity at its source.
    sensor: String,
    /// What it measures.
    kind: String,
    /// The unit of the values.
    unit: String,
    /// Milliseconds of a step; null where these are the readings themselves.
    step_millis: Option<i64>,
    /// Steps in which anything was measured, oldest first; steps at the ends count as a whole.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    steps: Vec<MeanRow>,
    /// The readings, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    readings: Vec<ReadingRow>,
    /// Ask for those from this moment on for more; null where there are none.
    next: Option<i64>,
}

/// A sensor and a stretch of time, or why there is none.
pub(super) async fn asked_of(
    shared: &Shared,
    called: &Called,
    id: &str,
    (from, to): (Option<&str>, Option<&str>),
) -> Result<(SensorId, Arc<Sensor>, Moment, Moment), Response> {
    called.needs(shared, Right::Read, "readings").await?;
    let registry = shared.hub.readings.registry();
    let found = registry.number(id).and_then(|number| Some((number, Arc::clone(registry.get(number)?))));
    let (number, sensor) = found.ok_or_else(|| problem(StatusCode::NOT_FOUND, "there is no such sensor"))?;
    let span = span(from, to, shared.hub.clock.now());
    let (from, to) = span.map_err(|error| problem(StatusCode::BAD_REQUEST, error))?;
    Ok((number, sensor, from, to))
}

/// What one sensor measured: for a plot in steps, or reading by reading.
#[utoipa::path(
    get,
    path = "/api/readings/{sensor}",
    params(("sensor" = String, Path, description = "Its identity at its source"), WhichReadings),
    responses(
        (status = 200, description = "Steps or readings", body = SensorReadings),
        (status = 400, description = "A stretch of time that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 404, description = "There is no such sensor", body = Problem),
        (status = 503, description = "The readings cannot be read", body = Problem),
    )
)]
pub(super) async fn of_sensor(
    State(shared): State<Shared>,
    called: Called,
    Path(id): Path<String>,
    Asked(which): Asked<WhichReadings>,
) -> Response {
    let (number, sensor, from, to) =
        match asked_of(&shared, &called, &id, (which.from.as_deref(), which.to.as_deref())).await {
            Ok(asked) => asked,
            Err(refused) => return refused,
        };
    let mut answer = SensorReadings {
        sensor: id,
        kind: sensor.kind.word().to_owned(),
        unit: sensor.kept_unit().to_owned(),
        step_millis: None,
        steps: Vec::new(),
        readings: Vec::new(),
        next: None,
    };
    if let Some(points) = which.points {
        let points = points.clamp(1, POINTS_MAX);
        let series = match shared.hub.readings.look(move |reader| reader.series(number, from, to, points)).await {
            Ok(series) => series,
            Err(error) => return failed(&error),
        };
        answer.step_millis = Some(series.step_millis);
        let row = |step: &crate::store::readings::Mean| MeanRow {
            at: step.from,
            min: step.min,
            max: step.max,
            mean: step.mean(),
            count: step.count,
        };
        answer.steps = series.steps.iter().map(row).collect();
    } else {
        let limit = which.limit.unwrap_or(1_000).clamp(1, PAGE_MAX);
        let found = shared.hub.readings.look(move |reader| reader.between(number, from, to, limit + 1)).await;
        let mut found = match found {
            Ok(found) => found,
            Err(error) => return failed(&error),
        };
        answer.next = found.get(limit).map(|next| next.at.0);
        found.truncate(limit);
        answer.readings = found.iter().map(|one| ReadingRow { at: one.at.0, value: one.value }).collect();
    }
    Json(answer).into_response()
}
