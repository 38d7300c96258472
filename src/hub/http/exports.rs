//! Readings as files: CSV and Parquet, of one sensor or of many, written as they are read.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::mpsc::{Sender, channel};

use super::Shared;
use super::body::{Asked, problem};
use super::caller::Called;
use super::readings::{asked_of, span};
use super::sensors::Only;
use super::shapes::Problem;
use crate::domain::rights::Right;
use crate::domain::{Moment, Sensor, SensorId};
use crate::hub::Inner;
use crate::store::readings::export::{Format, Sheet};

/// Readings that an export reads at a time.
const AT_ONCE: usize = 20_000;

/// Which readings of a sensor, and how they are written.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichExport {
    /// The beginning, RFC 3339 or milliseconds since 1970; a day before the end without it.
    from: Option<String>,
    /// The end, which does not belong to it; now without it.
    to: Option<String>,
    /// `csv` (without it) or `parquet`.
    format: Option<String>,
}

/// Which readings of which sensors, and how they are written.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichExports {
    /// Only of this kind.
    kind: Option<String>,
    /// Only within this area, a path with slashes between.
    area: Option<String>,
    /// The beginning, RFC 3339 or milliseconds since 1970; a day before the end without it.
    from: Option<String>,
    /// The end, which does not belong to it; now without it.
    to: Option<String>,
    /// `csv` (without it) or `parquet`.
    format: Option<String>,
}

fn format(word: Option<&str>) -> Result<Format, &'static str> {
    match word.filter(|word| !word.is_empty()) {
        None => Ok(Format::default()),
        Some(word) => Format::of_word(word).ok_or("format: is csv or parquet"),
    }
}

/// Everything that one sensor measured in a stretch of time, as CSV or Parquet: `sensor`, `at` (RFC 3339; in Parquet a
/// timestamp), `value`, `unit`, `kind`.
#[utoipa::path(
    get,
    path = "/api/readings/{sensor}/export",
    params(("sensor" = String, Path, description = "Its identity at its source"), WhichExport),
    responses(
        (status = 200, description = "All readings, oldest first; it ends early where they cannot be read", content(
            (String = "text/csv"),
            (String = "application/vnd.apache.parquet"),
        )),
        (status = 400, description = "A stretch of time or a format that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 404, description = "There is no such sensor", body = Problem),
    )
)]
pub(super) async fn of_sensor(
    State(shared): State<Shared>,
    called: Called,
    Path(id): Path<String>,
    Asked(which): Asked<WhichExport>,
) -> Response {
    let between = (which.from.as_deref(), which.to.as_deref());
    let (number, sensor, from, to) = match asked_of(&shared, &called, &id, between).await {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    match format(which.format.as_deref()) {
        Ok(format) => export(&shared.hub, vec![(number, sensor)], (from, to), format),
        Err(error) => problem(StatusCode::BAD_REQUEST, error),
    }
}

/// Everything that all sensors of a kind or an area measured in a stretch of time, one sensor after the other, as CSV or
/// Parquet with the columns of the export of one.
#[utoipa::path(
    get,
    path = "/api/readings/export",
    params(WhichExports),
    responses(
        (status = 200, description = "All readings by sensor, oldest first; it ends early where they cannot be read", content(
            (String = "text/csv"),
            (String = "application/vnd.apache.parquet"),
        )),
        (status = 400, description = "A filter, a stretch of time or a format that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
    )
)]
pub(super) async fn of_all(
    State(shared): State<Shared>,
    called: Called,
    Asked(which): Asked<WhichExports>,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "readings").await {
        return refused;
    }
    let asked = Only::of(which.kind.as_deref(), which.area.as_deref()).map_err(str::to_owned).and_then(|only| {
        let between = span(which.from.as_deref(), which.to.as_deref(), shared.hub.clock.now())?;
        Ok((only, between, format(which.format.as_deref())?))
    });
    let (only, between, format) = match asked {
        Ok(asked) => asked,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let sensors = {
        let registry = shared.hub.readings.registry();
        registry
            .all_at(between.0)
            .filter(|(_, sensor)| only.has(sensor))
            .map(|(number, sensor)| (number, Arc::clone(sensor)))
            .collect()
    };
    export(&shared.hub, sensors, between, format)
}

type Piece = Result<Bytes, String>;

fn export(
    hub: &Arc<Inner>,
    sensors: Vec<(SensorId, Arc<Sensor>)>,
    between: (Moment, Moment),
    format: Format,
) -> Response {
    // A reader that is slow holds two pieces, not the whole.
    let (pieces, rows) = channel::<Piece>(2);
    let hub = Arc::clone(hub);
    tokio::spawn(async move {
        if let Err(error) = write(&hub, sensors, between, format, &pieces).await {
            tracing::error!(error, "an export ends early");
            // Who is gone does not hear it.
            drop(pieces.send(Err(error)).await);
        }
    });
    let rows = futures_util::stream::unfold(rows, |mut rows| async move {
        let piece = rows.recv().await?;
        Some((piece.map_err(std::io::Error::other), rows))
    });
    ([(header::CONTENT_TYPE, format.content_type())], Body::from_stream(rows)).into_response()
}

async fn write(
    hub: &Inner,
    sensors: Vec<(SensorId, Arc<Sensor>)>,
    (from, to): (Moment, Moment),
    format: Format,
    pieces: &Sender<Piece>,
) -> Result<(), String> {
    let mut sheet = Sheet::new(format).map_err(|error| error.to_string())?;
    for (number, sensor) in sensors {
        let mut from = from;
        loop {
            let look = move |reader: &crate::store::readings::Reader| reader.between(number, from, to, AT_ONCE);
            let found = hub.readings.look(look).await.map_err(|error| error.to_string())?;
            let last = found.last().map(|last| last.at).filter(|_| found.len() == AT_ONCE);
            let of = Arc::clone(&sensor);
            // What takes long is not done where screens are served.
            let added = tokio::task::spawn_blocking(move || {
                let bytes = sheet.add(&of, &found);
                (sheet, bytes)
            });
            let (back, bytes) = added.await.map_err(|_| "it broke the writer".to_owned())?;
            sheet = back;
            if !send(pieces, bytes.map_err(|error| error.to_string())?).await {
                return Ok(());
            }
            let Some(last) = last else { break };
            from = last.plus_millis(1);
        }
    }
    let end = tokio::task::spawn_blocking(move || sheet.end()).await.map_err(|_| "it broke the writer".to_owned())?;
    send(pieces, end.map_err(|error| error.to_string())?).await;
    Ok(())
}

/// `false` where nobody reads any more.
async fn send(pieces: &Sender<Piece>, bytes: Vec<u8>) -> bool {
    bytes.is_empty() || pieces.send(Ok(Bytes::from(bytes))).await.is_ok()
}
