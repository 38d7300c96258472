//! What the API does; [`super::shapes`] has what goes in and out.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alarms;
use super::audit;
use super::body::{Asked, Rows, problem};
use super::bulletins;
use super::caller::Called;
use super::devices;
use super::duty;
use super::exports;
use super::feeds;
use super::figures;
use super::gis::{self, IncidentsGeoJson};
use super::given::{CallPart, CallerRow, PlaceRow, PositionRow, ReadingGiven, ReportRow, SensorGiven};
use super::lenient::{CallRow, PositionsBody};
use super::people;
use super::plans;
use super::quality;
use super::readings;
use super::reload;
use super::reports::{self, sort_rows};
use super::roll;
use super::rows;
use super::sensors;
use super::shapes::{HealthAnswer, IncidentRow, IncidentsAnswer, LookRefused, PositionsAnswer, Problem, WeatherAnswer};
use super::sign_in;
use super::vitals;
use super::{BODY_MAX, ROWS_MAX, Shared, archive, attachments, moves, tasks};
use crate::domain::rights::Right;
use crate::domain::{CrewPosition, Grade, Hall, IncidentId, Stage};
use crate::hub::{Inner, IntakeError};

/// Most incidents in one answer.
const PAGE_MAX: usize = 1000;

#[derive(OpenApi)]
#[openapi(
    info(title = "Command Hall hub", description = "Reports in, incidents out. Screens use the WebSocket at /ws."),
    components(schemas(ReportRow, CallRow, CallPart, CallerRow, PlaceRow, PositionRow, ReadingGiven, SensorGiven))
)]
struct Described;

fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(reports::take))
        .routes(routes!(reports::take_calls))
        .routes(routes!(list_incidents))
        .routes(routes!(figures::figures))
        .routes(routes!(weather))
        .routes(routes!(health))
        .routes(routes!(take_positions))
        .routes(routes!(sensors::list, sensors::describe))
        .routes(routes!(devices::claim))
        .routes(routes!(devices::retire))
        .routes(routes!(devices::restore))
        .routes(routes!(quality::quality))
        .routes(routes!(readings::take))
        .routes(routes!(readings::latest))
        .routes(routes!(readings::of_sensor))
        .routes(routes!(exports::of_sensor))
        .routes(routes!(exports::of_all))
        .routes(routes!(feeds::look))
        .routes(routes!(reload::reload))
        .routes(routes!(moves::step))
        .routes(routes!(moves::form))
        .routes(routes!(bulletins::list, bulletins::file))
        .routes(routes!(tasks::give))
        .routes(routes!(tasks::step))
        .routes(routes!(archive::search))
        .routes(routes!(archive::story))
        .routes(routes!(plans::list))
        .routes(routes!(plans::run, plans::start))
        .routes(routes!(plans::go_on))
        .routes(routes!(roll::look, roll::call))
        .routes(routes!(roll::answer))
        .routes(routes!(roll::end))
        .routes(routes!(vitals::list))
        .routes(routes!(vitals::xray))
        .routes(routes!(alarms::list))
        .routes(routes!(alarms::make_move))
        .routes(routes!(alarms::make_case))
        .routes(routes!(alarms::maintain))
        .routes(routes!(alarms::end_maintenance))
        .routes(routes!(duty::look))
        .routes(routes!(duty::roster, duty::assign))
        .routes(routes!(duty::swap))
        .routes(routes!(duty::sign_on))
        .routes(routes!(duty::log, duty::write))
        .routes(routes!(duty::settle))
        .routes(routes!(duty::handover, duty::prepare))
        .routes(routes!(duty::sign))
        .routes(routes!(attachments::note))
        .routes(routes!(attachments::attach))
        .routes(routes!(attachments::fetch))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(sign_in::who))
        .routes(routes!(sign_in::set_up))
        .routes(routes!(audit::list))
        .routes(routes!(people::list, people::add))
        .routes(routes!(people::change))
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

impl IntoResponse for IntakeError {
    fn into_response(self) -> Response {
        problem(StatusCode::SERVICE_UNAVAILABLE, self.to_string())
    }
}

/// Take in positions of crews. Only the newest of each crew counts; they are not logged.
#[utoipa::path(
    post,
    path = "/api/positions",
    request_body(content = PositionsBody, description = "One position or an array of at most 20,000"),
    responses(
        (status = 200, description = "Taken", body = PositionsAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 400, description = "Neither an object nor an array, or not JSON", body = Problem),
        (status = 413, description = "Over 16 MiB or 20,000 rows", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
    )
)]
async fn take_positions(State(shared): State<Shared>, called: Called, Rows(rows): Rows) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Positions, "positions").await {
        return refused;
    }
    let (now, latest) = (shared.hub.clock.now(), shared.hub.clock.latest());
    let (good, refused) = sort_rows(rows, |value| rows::position(value, now, latest));
    let positions: Vec<CrewPosition> = good.into_iter().map(|(_, position)| position).collect();
    Json(PositionsAnswer { accepted: shared.intake.positions(&positions), refused }).into_response()
}

/// Which incidents to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `true`: open ones; `false`: closed ones of the last day, and those whose callers are owed how they ended.
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

/// List incidents by number, as JSON or as GeoJSON for GIS tools: open ones, those closed within the last day, and those
/// closed of late whose callers are owed how they ended.
#[utoipa::path(
    get,
    path = "/api/incidents",
    params(Filter),
    responses(
        (status = 200, description = "A page", content(
            (IncidentsAnswer = "application/json"),
            (IncidentsGeoJson = "application/geo+json"),
        )),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 400, description = "A filter that cannot be read", body = Problem),
        (status = 503, description = "The hub is going down", body = Problem),
    )
)]
async fn list_incidents(
    State(shared): State<Shared>,
    called: Called,
    headers: HeaderMap,
    Asked(filter): Asked<Filter>,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "incidents").await {
        return refused;
    }
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
    let hub = Arc::clone(&shared.hub);
    match shared.intake.look(move |hall| page(hall, &hub, &filter, grades.as_deref())).await {
        Ok(page) if as_geojson => gis::respond(&page),
        Ok(page) => Json(page).into_response(),
        Err(down) => down.into_response(),
    }
}

fn page(hall: &Hall, hub: &Inner, filter: &Filter, grades: Option<&[Grade]>) -> IncidentsAnswer {
    let limit = filter.limit.unwrap_or(100).clamp(1, PAGE_MAX);
    let after = IncidentId(filter.after.unwrap_or(0));
    let now = hub.clock.now();
    let mut found = hall
        .incidents()
        .filter(|i| i.id > after)
        .filter(|i| filter.open.is_none_or(|open| open == (i.stage != Stage::Closed)))
        .filter(|i| grades.is_none_or(|grades| grades.contains(&i.grade)));
    let incidents: Vec<IncidentRow> = found.by_ref().take(limit).map(|i| IncidentRow::new(hall, i, hub, now)).collect();
    let next = found.next().and(incidents.last()).map(|last| last.id);
    IncidentsAnswer { seq: hall.upto().0, incidents, next }
}

/// The weather over the city, as the hall's screens show it.
#[utoipa::path(
    get,
    path = "/api/weather",
    responses(
        (status = 200, description = "The weather that was told last", body = WeatherAnswer),
        (status = 404, description = "Nobody has told the weather yet", body = Problem),
        LookRefused,
    )
)]
async fn weather(State(shared): State<Shared>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "weather").await {
        return refused;
    }
    match shared.intake.look(|hall| hall.weather().map(|weather| WeatherAnswer::new(hall, weather))).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, "nobody has told the weather yet"),
        Err(down) => down.into_response(),
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
        writes: shared.hub.disk.writes(),
        uptime_secs: shared.hub.started.elapsed().as_secs(),
        open_by_grade,
        held_bytes_max: shared.hub.sessions.held_bytes_max(),
        readings_aside: shared.hub.readings.aside(),
    };
    (status, Json(answer)).into_response()
}

const _: () = assert!(BODY_MAX == 16 * 1024 * 1024 && ROWS_MAX == 20_000, "the descriptions above name the limits");
