//! The sensors over HTTP: which there are and what they are. How they behave is in `quality`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, Rows, problem};
use super::caller::Called;
use super::lenient::SensorsBody;
use super::reports::sort_rows;
use super::rows;
use super::shapes::{Problem, RefusedRow};
use crate::domain::rights::{Area, Right};
use crate::domain::sensor::{Registry, Retired};
use crate::domain::{Sensor, SensorId, SensorKind};
use crate::hub::readings::TakeError;

/// Most sensors in one answer.
pub(super) const PAGE_MAX: usize = 20_000;

/// A sensor.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct SensorRow {
    /// Its number in this hub.
    number: u32,
    /// Its identity at its source.
    id: String,
    /// What people call it; may be empty.
    name: String,
    /// What it measures.
    kind: String,
    /// The unit of its readings here.
    unit: String,
    /// The unit in which it sends where it does not say.
    sends: String,
    /// WGS 84 degrees east; null where its place is not known.
    lon: Option<f64>,
    /// WGS 84 degrees north.
    lat: Option<f64>,
    /// Metres above the ground; below it negative.
    height_m: f32,
    /// The path of its area.
    area: String,
    /// Without a reading for so many seconds it has no data.
    fresh_secs: u32,
    /// The least difference that it tells; 0 where it is not known.
    precision: f64,
    /// Who looks after it; may be empty.
    owner: String,
    /// Whether anybody said what it is.
    claimed: bool,
    /// Behind what it hangs, a path with slashes, nearest first; may be empty.
    upstream: String,
    /// True where nobody said its area: it is that of its place on the hub's map.
    area_by_place: bool,
    /// Why it is out of service; null while it is in it.
    retired: Option<RetiredRow>,
}

/// Why a sensor is out of service.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RetiredRow {
    /// Since when, milliseconds since 1970.
    pub(super) at: i64,
    /// Who said so; `hub.sensors` for the city's file.
    pub(super) by: String,
    /// Why.
    pub(super) reason: String,
}

impl RetiredRow {
    pub(super) fn of(registry: &Registry, number: SensorId) -> Option<Self> {
        let Retired { at, by, reason } = registry.retired(number)?;
        Some(Self { at: at.0, by: by.clone(), reason: reason.clone() })
    }
}

impl SensorRow {
    fn new(registry: &Registry, number: SensorId, sensor: &Sensor) -> Self {
        Self {
            number: number.0,
            id: sensor.id.clone(),
            name: sensor.name.clone(),
            kind: sensor.kind.word().to_owned(),
            unit: sensor.kept_unit().to_owned(),
            sends: sensor.unit.clone(),
            lon: sensor.at.map(|at| at.lon),
            lat: sensor.at.map(|at| at.lat),
            height_m: sensor.height_m,
            area: sensor.area.path().to_owned(),
            fresh_secs: sensor.fresh_secs,
            precision: sensor.precision,
            owner: sensor.owner.clone(),
            claimed: sensor.claimed,
            upstream: sensor.upstream.clone(),
            area_by_place: registry.area_is_told(number),
            retired: RetiredRow::of(registry, number),
        }
    }
}

/// Which sensors.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichSensors {
    /// Only of this kind.
    kind: Option<String>,
    /// Only within this area, a path with slashes between.
    area: Option<String>,
    /// `false`: those that nobody claimed; `true`: the others.
    claimed: Option<bool>,
    /// `true`: those that are out of service; without it those that are in it.
    retired: Option<bool>,
    /// Only those with a greater number.
    after: Option<u32>,
    /// At most so many, up to 20,000; 1,000 without it.
    limit: Option<usize>,
}

/// What sensors have to be.
#[derive(Debug, Clone)]
pub(super) struct Only {
    kind: Option<SensorKind>,
    area: Area,
}

impl Only {
    pub(super) fn of(kind: Option<&str>, area: Option<&str>) -> Result<Self, &'static str> {
        let kind = match kind.filter(|word| !word.is_empty()) {
            Some(word) => Some(SensorKind::of_word(word).ok_or("kind: is no kind of sensor")?),
            None => None,
        };
        let area =
            Area::of(area.unwrap_or_default()).ok_or("area: is a path of at most four names with slashes between")?;
        Ok(Self { kind, area })
    }

    pub(super) fn has(&self, sensor: &Sensor) -> bool {
        self.kind.map_or(sensor.kind != SensorKind::Vital, |kind| kind == sensor.kind)
            && sensor.area.is_within(&self.area)
    }
}

/// A page of sensors.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct SensorsAnswer {
    /// By their numbers.
    sensors: Vec<SensorRow>,
    /// Ask for those after this number for more; null where there are none.
    next: Option<u32>,
}

/// The sensors in service, those that nobody claimed among them; or those that are out of it.
#[utoipa::path(
    get,
    path = "/api/sensors",
    params(WhichSensors),
    responses(
        (status = 200, description = "A page", body = SensorsAnswer),
        (status = 400, description = "A filter that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
    )
)]
pub(super) async fn list(State(shared): State<Shared>, called: Called, Asked(which): Asked<WhichSensors>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "sensors").await {
        return refused;
    }
    let only = match Only::of(which.kind.as_deref(), which.area.as_deref()) {
        Ok(only) => only,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let limit = which.limit.unwrap_or(1_000).clamp(1, PAGE_MAX);
    let registry = shared.hub.readings.registry();
    let all: Box<dyn Iterator<Item = (SensorId, &Arc<Sensor>)>> = if which.retired == Some(true) {
        Box::new(registry.all_retired().map(|(number, sensor, _)| (number, sensor)))
    } else {
        Box::new(registry.all())
    };
    let mut found = all
        .filter(|(number, _)| which.after.is_none_or(|after| number.0 > after))
        .filter(|(_, sensor)| only.has(sensor) && which.claimed.is_none_or(|claimed| claimed == sensor.claimed));
    let sensors: Vec<SensorRow> =
        found.by_ref().take(limit).map(|(number, sensor)| SensorRow::new(&registry, number, sensor)).collect();
    let next = found.next().and(sensors.last()).map(|last| last.number);
    Json(SensorsAnswer { sensors, next }).into_response()
}

/// A sensor that was described.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct DescribedRow {
    /// Its row in the request, from 1.
    row: usize,
    /// Its identity.
    id: String,
    /// Its number in this hub.
    number: u32,
    /// False where it was described just so before.
    changed: bool,
}

/// What became of each row.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct DescribeAnswer {
    /// Sensors that are described so now, on disk.
    accepted: Vec<DescribedRow>,
    /// Rows that are not.
    refused: Vec<RefusedRow>,
}

impl IntoResponse for TakeError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Batch(crate::feeds::readings::BatchError::Malformed(_)) => StatusCode::BAD_REQUEST,
            Self::Batch(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Full | Self::NotWritten | Self::Down => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = problem(status, self.to_string());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Describe sensors, new ones or those that were only known by their readings, which claims them. Good rows go in
/// whatever is wrong with others. One that is out of service stays so.
#[utoipa::path(
    post,
    path = "/api/sensors",
    request_body(content = SensorsBody, description = "One sensor or an array of at most 20,000"),
    responses(
        (status = 200, description = "At least one row went in", body = DescribeAnswer),
        (status = 400, description = "Neither an object nor an array, or not JSON", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 413, description = "Over 16 MiB or 20,000 rows", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 422, description = "No row went in", body = DescribeAnswer),
        (status = 503, description = "The hub cannot write its readings or has too much to do", body = Problem),
    )
)]
pub(super) async fn describe(State(shared): State<Shared>, called: Called, Rows(rows): Rows) -> Response {
    let needed = match called.needs(&shared, Right::Catalogue, "describe sensors").await {
        Ok(()) => called.caller.may_for_all(Right::Catalogue),
        Err(refused) => return refused,
    };
    if let Err(refusal) = needed {
        shared.intake.note_refused(&called.signer(), "describe sensors", &refusal).await;
        return super::caller::refused(&refusal);
    }
    let (good, mut refused) = sort_rows(rows, rows::sensor);
    let asked: Vec<(usize, String)> = good.iter().map(|(row, sensor)| (*row, sensor.id.clone())).collect();
    let told = match shared.hub.readings.describe(good.into_iter().map(|(_, sensor)| sensor).collect()).await {
        Ok(told) => told,
        Err(error) => return error.into_response(),
    };
    let mut accepted = Vec::new();
    for ((row, id), told) in asked.into_iter().zip(told) {
        match told {
            Ok((number, changed)) => accepted.push(DescribedRow { row, id, number: number.0, changed }),
            Err(refusal) => {
                let rows::Fault { field, reason } = refusal.into();
                refused.push(RefusedRow { row, field, reason });
            }
        }
    }
    refused.sort_by_key(|one| one.row);
    let changed = accepted.iter().filter(|one| one.changed).count();
    if changed > 0 {
        shared.intake.note_done(&called.signer(), &format!("describe {changed} sensors")).await;
    }
    let nothing = accepted.is_empty() && !refused.is_empty();
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, Json(DescribeAnswer { accepted, refused })).into_response()
}
