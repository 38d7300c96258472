//! The API's requests and answers.

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::gis::{self, IncidentsGeoJson};
use super::rows::{self, Fault};
use super::{BODY_MAX, ROWS_MAX, Shared};
use crate::domain::{Grade, Hall, Incident, IncidentId, Report, Stage};
use crate::hub::IntakeError;

/// Most incidents in one answer.
const PAGE_MAX: usize = 1000;

#[derive(OpenApi)]
#[openapi(
    info(title = "Command Hall hub", description = "Reports in, incidents out. Screens use the WebSocket at /ws."),
    components(schemas(ReportRow, PositionRow))
)]
struct Described;

fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(take_reports))
        .routes(routes!(list_incidents))
        .routes(routes!(health))
        .routes(routes!(take_positions))
}

pub(super) fn routes() -> Router<Shared> {
    let (router, openapi) = described().split_for_parts();
    router.route("/api/openapi.json", get(move || std::future::ready(Json(openapi.clone()))))
}

/// The description of the API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().split_for_parts().1
}

/// Where something is: coordinates, words, or both.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PlaceRow {
    /// WGS 84 degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lon: Option<f64>,
    /// WGS 84 degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lat: Option<f64>,
    /// Address or description.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub(super) address: String,
}

/// One report. The pair of `source` and `source_id` makes it idempotent: the same again changes
/// nothing, other words or another place update the incident.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
struct ReportRow {
    /// The system that tells it.
    source: String,
    /// The incident's identity there.
    source_id: String,
    /// Code of the kind in the catalogue.
    kind: String,
    /// `I` to `IV`, or 1 to 4; without it the default of the kind.
    grade: Option<String>,
    /// Where. `lon`, `lat` and `address` may also stand beside the other fields.
    place: Option<PlaceRow>,
    /// In words.
    text: Option<String>,
    /// RFC 3339, or milliseconds since 1970; without it the hub's time.
    happened_at: Option<String>,
    /// `open` (default) or `closed`.
    progress: Option<String>,
}

/// Where a crew is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes rows, which are read leniently in `rows`")]
struct PositionRow {
    /// The crew's number.
    crew: u32,
    /// WGS 84 degrees east.
    lon: f64,
    /// WGS 84 degrees north.
    lat: f64,
    /// RFC 3339, or milliseconds since 1970; without it the hub's time.
    when: Option<String>,
    /// `patrol` (default), `police`, `traffic`, `fire`, `ambulance`, `sanitation`, `repair`,
    /// `chengguan` or `bus`.
    kind: Option<String>,
    /// `free` (default), `assigned`, `en_route`, `on_scene`, `returning` or `off_duty`.
    status: Option<String>,
}

/// A row that went in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct AcceptedRow {
    /// Its number in the request, from 1.
    row: usize,
    /// As in the report.
    source_id: String,
    /// The incident in this hall.
    incident: Option<u64>,
    /// False where it told nothing new.
    changed: bool,
}

/// A row that did not go in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct RefusedRow {
    /// Its number in the request, from 1.
    row: usize,
    /// The field at fault; empty where it is the row as a whole.
    field: String,
    /// What is wrong.
    reason: String,
}

/// What became of each row.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
struct ReportsAnswer {
    /// Rows that are in the log, on disk.
    accepted: Vec<AcceptedRow>,
    /// Rows that are not.
    refused: Vec<RefusedRow>,
}

/// What became of the positions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct PositionsAnswer {
    /// How many were used; older ones than known are not.
    accepted: usize,
    /// Rows that were not readable.
    refused: Vec<RefusedRow>,
}

/// Why a request failed as a whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct Problem {
    /// In words.
    error: String,
}

/// One incident.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct IncidentRow {
    /// Its number in this hall.
    pub(super) id: u64,
    source: String,
    source_id: String,
    /// Code of the kind.
    kind: String,
    /// `I` to `IV`.
    grade: String,
    /// `reported`, `accepted`, `dispatched`, `handling`, `done` or `closed`.
    stage: String,
    pub(super) place: PlaceRow,
    text: String,
    /// Milliseconds since 1970.
    happened_at: i64,
    /// Milliseconds since 1970.
    known_at: i64,
    /// Milliseconds since 1970.
    changed_at: i64,
    /// When it was over, milliseconds since 1970; null while it is open.
    over_at: Option<i64>,
}

/// A page of incidents.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct IncidentsAnswer {
    /// The fact up to which this holds.
    pub(super) seq: u64,
    /// By number.
    pub(super) incidents: Vec<IncidentRow>,
    /// Pass as `after` for the next page; null on the last.
    pub(super) next: Option<u64>,
}

/// How the hub is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct HealthAnswer {
    /// `ok`, or `down` where the clerk does not answer.
    status: String,
    /// The hub's release.
    version: String,
    /// Which log it keeps.
    epoch: String,
    /// The newest fact.
    seq: u64,
    /// Screens connected.
    sessions: usize,
    /// Seconds since it started.
    uptime_secs: u64,
    /// Open incidents, Ⅰ first.
    open_by_grade: [usize; 4],
    /// Most bytes of facts held for any one screen now.
    held_bytes_max: usize,
}

fn problem(status: StatusCode, error: impl Into<String>) -> Response {
    (status, Json(Problem { error: error.into() })).into_response()
}

impl IntoResponse for IntakeError {
    fn into_response(self) -> Response {
        problem(StatusCode::SERVICE_UNAVAILABLE, self.to_string())
    }
}

/// The rows of a body: one object, or an array of them. The content type must be JSON, which also
/// keeps web pages of other sites from posting here unasked.
fn read_rows(headers: &HeaderMap, body: &Bytes) -> Result<Vec<Value>, Box<Response>> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json")));
    if !is_json {
        let text = "send JSON with the header content-type: application/json";
        return Err(Box::new(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, text)));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Array(rows)) if rows.len() > ROWS_MAX => {
            let text = format!("{} rows are too many, send at most {ROWS_MAX} at a time", rows.len());
            Err(Box::new(problem(StatusCode::PAYLOAD_TOO_LARGE, text)))
        }
        Ok(Value::Array(rows)) => Ok(rows),
        Ok(row @ Value::Object(_)) => Ok(vec![row]),
        Ok(_) => {
            Err(Box::new(problem(StatusCode::BAD_REQUEST, "the body is neither an object nor an array of objects")))
        }
        Err(error) => Err(Box::new(problem(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}")))),
    }
}

fn refused(row: usize, Fault { field, reason }: Fault) -> RefusedRow {
    RefusedRow { row, field, reason }
}

/// Take in one report or a batch. Good rows go in whatever is wrong with others.
#[utoipa::path(
    post,
    path = "/api/reports",
    request_body(content = Vec<ReportRow>, description = "One report or an array of at most 20,000"),
    responses(
        (status = 200, description = "At least one row went in", body = ReportsAnswer),
        (status = 400, description = "Not JSON", body = Problem),
        (status = 413, description = "Over 16 MiB or 20,000 rows", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 422, description = "No row went in", body = ReportsAnswer),
        (status = 503, description = "The hub cannot write its log or is going down", body = Problem),
    )
)]
async fn take_reports(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let rows = match read_rows(&headers, &body) {
        Ok(rows) => rows,
        Err(response) => return *response,
    };
    let now = shared.hub.clock.now();
    let mut answer = ReportsAnswer::default();
    let mut good: Vec<(usize, Report)> = Vec::with_capacity(rows.len());
    for (row, value) in (1..).zip(&rows) {
        match rows::report(value, now, &*shared.hub.grade_of) {
            Ok(report) => good.push((row, report)),
            Err(fault) => answer.refused.push(refused(row, fault)),
        }
    }
    let (numbers, reports): (Vec<usize>, Vec<Report>) = good.into_iter().unzip();
    let ids: Vec<String> = reports.iter().map(|r| r.source_id.clone()).collect();
    let results = match shared.intake.reports(reports).await {
        Ok(results) => results,
        Err(down) => return down.into_response(),
    };
    if results.contains(&Err(crate::domain::Refusal::NotWritten)) {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "the hub could not write its log; nothing went in, send it again",
        );
    }
    for ((row, source_id), result) in numbers.into_iter().zip(ids).zip(results) {
        match result {
            Ok(taken) => {
                let incident = taken.incident.map(|id| id.0);
                answer.accepted.push(AcceptedRow { row, source_id, incident, changed: taken.changed });
            }
            Err(refusal) => answer.refused.push(refused(row, refusal.into())),
        }
    }
    answer.refused.sort_by_key(|r| r.row);
    let nothing = answer.accepted.is_empty() && !answer.refused.is_empty();
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, Json(answer)).into_response()
}

/// Take in positions of crews. Only the newest of each crew counts; they are not logged.
#[utoipa::path(
    post,
    path = "/api/positions",
    request_body(content = Vec<PositionRow>, description = "One position or an array of at most 20,000"),
    responses(
        (status = 200, description = "Taken", body = PositionsAnswer),
        (status = 400, description = "Not JSON", body = Problem),
        (status = 413, description = "Over 16 MiB or 20,000 rows", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
    )
)]
async fn take_positions(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let rows = match read_rows(&headers, &body) {
        Ok(rows) => rows,
        Err(response) => return *response,
    };
    let now = shared.hub.clock.now();
    let mut good = Vec::with_capacity(rows.len());
    let mut bad = Vec::new();
    for (row, value) in (1..).zip(&rows) {
        match rows::position(value, now) {
            Ok(position) => good.push(position),
            Err(fault) => bad.push(refused(row, fault)),
        }
    }
    Json(PositionsAnswer { accepted: shared.intake.positions(&good), refused: bad }).into_response()
}

/// Which incidents to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `true`: open ones; `false`: closed ones of the last day.
    open: Option<bool>,
    /// Grades, separated by commas: `I,II`.
    grade: Option<String>,
    /// At most so many, up to 1000; 100 without it.
    limit: Option<usize>,
    /// Only those with a greater number.
    after: Option<u64>,
    /// `json` or `geojson`; without it GeoJSON where the header `accept` names `application/geo+json`, else JSON.
    format: Option<String>,
}

/// List incidents, open ones and those closed within the last day, by number; as JSON or as GeoJSON for GIS tools.
#[utoipa::path(
    get,
    path = "/api/incidents",
    params(Filter),
    responses(
        (status = 200, description = "A page", content(
            (IncidentsAnswer = "application/json"),
            (IncidentsGeoJson = "application/geo+json"),
        )),
        (status = 400, description = "A filter that cannot be read", body = Problem),
        (status = 503, description = "The hub is going down", body = Problem),
    )
)]
async fn list_incidents(State(shared): State<Shared>, headers: HeaderMap, Query(filter): Query<Filter>) -> Response {
    let as_geojson = match gis::is_wanted(filter.format.as_deref(), &headers) {
        Ok(wanted) => wanted,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let grades: Option<Vec<Grade>> = match filter.grade.as_deref() {
        None | Some("") => None,
        Some(words) => {
            let grades: Option<Vec<Grade>> = words.split(',').map(rows::grade_word).collect();
            if grades.is_none() {
                return problem(StatusCode::BAD_REQUEST, "grade: is I, II, III or IV, or several with commas between");
            }
            grades
        }
    };
    match shared.intake.look(move |hall| page(hall, &filter, grades.as_deref())).await {
        Ok(page) if as_geojson => gis::respond(&page),
        Ok(page) => Json(page).into_response(),
        Err(down) => down.into_response(),
    }
}

fn page(hall: &Hall, filter: &Filter, grades: Option<&[Grade]>) -> IncidentsAnswer {
    let limit = filter.limit.unwrap_or(100).clamp(1, PAGE_MAX);
    let after = IncidentId(filter.after.unwrap_or(0));
    let mut found = hall
        .incidents()
        .filter(|i| i.id > after)
        .filter(|i| filter.open.is_none_or(|open| open == (i.stage != Stage::Closed)))
        .filter(|i| grades.is_none_or(|grades| grades.contains(&i.grade)));
    let incidents: Vec<IncidentRow> = found.by_ref().take(limit).map(|i| incident_row(hall, i)).collect();
    let next = found.next().and(incidents.last()).map(|last| last.id);
    IncidentsAnswer { seq: hall.upto().0, incidents, next }
}

fn incident_row(hall: &Hall, incident: &Incident) -> IncidentRow {
    IncidentRow {
        id: incident.id.0,
        source: incident.source.clone(),
        source_id: incident.source_id.clone(),
        kind: incident.kind.clone(),
        grade: match incident.grade {
            Grade::I => "I",
            Grade::II => "II",
            Grade::III => "III",
            Grade::IV => "IV",
        }
        .to_owned(),
        stage: match incident.stage {
            Stage::Reported => "reported",
            Stage::Accepted => "accepted",
            Stage::Dispatched => "dispatched",
            Stage::Handling => "handling",
            Stage::Done => "done",
            Stage::Closed => "closed",
        }
        .to_owned(),
        place: PlaceRow {
            lon: incident.place.at.map(|at| at.lon),
            lat: incident.place.at.map(|at| at.lat),
            address: incident.place.address.clone(),
        },
        text: incident.text.clone(),
        happened_at: incident.happened_at.0,
        known_at: incident.known_at.0,
        changed_at: incident.changed_at.0,
        over_at: hall.over_at(incident.id).map(|at| at.0),
    }
}

/// How the hub is.
#[utoipa::path(
    get,
    path = "/api/health",
    responses((status = 200, body = HealthAnswer), (status = 503, body = HealthAnswer))
)]
async fn health(State(shared): State<Shared>) -> Response {
    let looked = shared.intake.look(|hall| (hall.upto().0, hall.open_by_grade())).await;
    let status = if looked.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let (seq, open_by_grade) = looked.unwrap_or_default();
    let answer = HealthAnswer {
        status: if status.is_success() { "ok" } else { "down" }.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        epoch: format!("{:016x}", shared.hub.epoch),
        seq,
        sessions: shared.hub.sessions.len(),
        uptime_secs: shared.hub.started.elapsed().as_secs(),
        open_by_grade,
        held_bytes_max: shared.hub.sessions.held_bytes_max(),
    };
    (status, Json(answer)).into_response()
}

const _: () = assert!(BODY_MAX == 16 * 1024 * 1024 && ROWS_MAX == 20_000, "the descriptions above name the limits");
