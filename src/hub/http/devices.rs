//! What people change of sensors that are known, one or many at once: they are claimed, go out of service, come back into
//! it. Over HTTP and for screens of this process alike, with the same rights and the same records.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoResponses, ToSchema};

use super::body::{Given, problem};
use super::caller::{Called, refused};
use super::given::{ClaimGiven, RestoreGiven, RetireGiven};
use super::rows::{self, Fault};
use super::shapes::{OrderRefused, Problem};
use super::{ROWS_MAX, Shared};
use crate::domain::rights::Right;
use crate::domain::sensor::{Claim, Registry, Retired};
use crate::domain::{Actor, Change, DeviceChange, Meant, Refusal, Sensor, SensorKind};
use crate::hub::Inner;
use crate::hub::clerk::Signer;
use crate::hub::readings::{Served, TakeError};

/// Refused sensors that an answer lists.
const LISTED_MAX: usize = 100;

/// A sensor of which something is not changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RefusedSensor {
    /// Its identity.
    id: String,
    /// The field at fault; empty where it is the sensor as a whole.
    field: String,
    /// What is wrong.
    reason: String,
}

/// What became of the sensors that were meant.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ChangeAnswer {
    /// How many were meant.
    meant: usize,
    /// How many of them are otherwise than before, on disk.
    changed: usize,
    /// How many are not as was wanted.
    refused_count: usize,
    /// The first hundred of those.
    refused: Vec<RefusedSensor>,
}

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Claim,
    Retire,
    BringBack,
}

impl Sort {
    /// How it is called in records.
    const fn asked(self) -> &'static str {
        match self {
            Self::Claim => "claim sensors",
            Self::Retire => "take sensors out of service",
            Self::BringBack => "bring sensors back into service",
        }
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
enum Unchanged {
    /// Who asks may not.
    #[error("{0}")]
    Refused(Refusal),
    /// What was asked cannot be.
    #[error("{}", told(.0))]
    Wrong(Fault),
    /// It is not on disk.
    #[error(transparent)]
    NotTaken(#[from] TakeError),
}

fn told(Fault { field, reason }: &Fault) -> String {
    if field.is_empty() { reason.clone() } else { format!("{field}: {reason}") }
}

impl From<Fault> for Unchanged {
    fn from(fault: Fault) -> Self {
        Self::Wrong(fault)
    }
}

impl IntoResponse for Unchanged {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refused(&refusal),
            Self::Wrong(fault) => problem(StatusCode::BAD_REQUEST, told(&fault)),
            Self::NotTaken(error) => error.into_response(),
        }
    }
}

/// A request, read.
struct Wanted {
    change: DeviceChange,
    /// Who wants it, where nobody signs in.
    by: Option<String>,
}

impl Wanted {
    fn read(sort: Sort, body: &Value) -> Result<Self, Fault> {
        let fault = |field: &str, reason: String| Fault { field: field.to_owned(), reason };
        let row = body.as_object().ok_or_else(|| fault("", "the body is an object".to_owned()))?;
        let of = meant(row)?;
        let change = match sort {
            Sort::Claim => Change::Claim(rows::claim(body)?),
            Sort::Retire => {
                let reason = rows::text(row, "reason")?.filter(|reason| !reason.is_empty());
                Change::Retire { reason: reason.ok_or_else(|| fault("reason", "is missing".to_owned()))? }
            }
            Sort::BringBack => Change::BringBack,
        };
        if let Change::Claim(claim) = &change {
            let many = !matches!(&of, Meant::Named(ids) if ids.len() == 1);
            for (field, said) in [("name", claim.name.is_some()), ("lon", claim.at.is_some())] {
                if many && said {
                    return Err(fault(field, "is said of one sensor at a time".to_owned()));
                }
            }
        }
        Ok(Self { change: DeviceChange { of, change }, by: rows::text(row, "by")? })
    }
}

/// The sensors that a request names.
fn meant(row: &Map<String, Value>) -> Result<Meant, Fault> {
    let fault = |field: &str, reason: String| Fault { field: field.to_owned(), reason };
    let prefix = rows::text(row, "prefix")?.filter(|prefix| !prefix.is_empty());
    let ids = match row.get("ids") {
        None | Some(Value::Null) => None,
        Some(Value::Array(ids)) => Some(ids),
        Some(_) => return Err(fault("ids", "is an array of identities".to_owned())),
    };
    match (ids, prefix) {
        (None, Some(prefix)) => Ok(Meant::Beginning(prefix)),
        (Some(ids), None) if ids.is_empty() => Err(fault("ids", "names no sensor".to_owned())),
        (Some(ids), None) if ids.len() > ROWS_MAX => {
            Err(fault("ids", format!("names more than {ROWS_MAX} sensors: send fewer at a time")))
        }
        (Some(ids), None) => {
            let id = |id: &Value| match id {
                Value::String(id) => Ok(id.trim().to_owned()),
                Value::Number(number) => Ok(number.to_string()),
                _ => Err(fault("ids", "is an array of identities".to_owned())),
            };
            ids.iter().map(id).collect::<Result<_, _>>().map(Meant::Named)
        }
        _ => Err(fault("ids", "either `ids` or `prefix` says which sensors".to_owned())),
    }
}

/// The identities that are meant, each once, in the order of the registry where it is by their beginning.
fn ids_of(registry: &Registry, DeviceChange { of, change }: &DeviceChange) -> Vec<String> {
    match of {
        Meant::Named(ids) => {
            let mut known = std::collections::HashSet::new();
            ids.iter().filter(|id| known.insert(id.as_str())).cloned().collect()
        }
        Meant::Beginning(prefix) if *change == Change::BringBack => {
            let out = registry.all_retired().filter(|(_, sensor, _)| sensor.id.starts_with(prefix));
            out.map(|(_, sensor, _)| sensor.id.clone()).collect()
        }
        Meant::Beginning(prefix) => {
            let all = registry.all().filter(|(_, sensor)| !sensor.claimed && sensor.id.starts_with(prefix));
            all.map(|(_, sensor)| sensor.id.clone()).collect()
        }
    }
}

/// The sensor of that identity as it is when this is said of it.
fn claimed(registry: &Registry, id: &str, claim: &Claim) -> Result<Sensor, Refusal> {
    let number = registry.number(id).ok_or(Refusal::NoSensor)?;
    let sensor = registry.said(number).ok_or(Refusal::NoSensor)?;
    if sensor.kind == SensorKind::Vital {
        let reason = "is a vital sign, which the hub reckons itself".to_owned();
        return Err(Refusal::Unusable { field: "id".to_owned(), reason });
    }
    Ok(claim.of(sensor))
}

/// What became of each of these.
async fn change(shared: &Shared, by: &Signer, ids: &[String], change: Change) -> Result<Vec<Served>, TakeError> {
    let readings = &shared.hub.readings;
    match change {
        Change::Claim(claim) => {
            let registry = readings.registry();
            let wanted: Vec<Result<Sensor, Refusal>> = ids.iter().map(|id| claimed(&registry, id, &claim)).collect();
            drop(registry);
            let mut told = readings.describe(wanted.iter().flatten().cloned().collect()).await?.into_iter();
            let of = |one: Result<Sensor, Refusal>| one.and_then(|_| told.next().unwrap_or(Err(Refusal::NoSensor)));
            Ok(wanted.into_iter().map(of).collect())
        }
        Change::Retire { reason } => {
            let (Actor::Person(name) | Actor::Source(name)) = &by.actor;
            let retired = Retired { at: shared.hub.clock.now(), by: name.clone(), reason };
            readings.serve(ids.to_vec(), Some(retired)).await
        }
        Change::BringBack => readings.serve(ids.to_vec(), None).await,
    }
}

async fn carry_out(shared: &Shared, called: &Called, sort: Sort, body: &Value) -> Result<ChangeAnswer, Unchanged> {
    called.allowed_for_all(shared, Right::Catalogue, sort.asked()).await.map_err(Unchanged::Refused)?;
    let wanted = Wanted::read(sort, body)?;
    let by = called.signer_as(wanted.by.as_deref()).map_err(|refusal| Unchanged::Wrong(refusal.into()))?;
    let ids = ids_of(&shared.hub.readings.registry(), &wanted.change);
    let told = change(shared, &by, &ids, wanted.change.change.clone()).await?;
    let changed: Vec<&str> =
        ids.iter().zip(&told).filter(|(_, told)| matches!(told, Ok((_, true)))).map(|(id, _)| id.as_str()).collect();
    if let Some(first) = changed.first() {
        shared.intake.note_done(&by, &noted(sort, first, changed.len(), &wanted.change.change)).await;
    }
    let wrong = ids.iter().zip(told.iter()).filter_map(|(id, told)| Some((id, told.as_ref().err()?.clone())));
    let refused: Vec<RefusedSensor> = wrong
        .map(|(id, refusal)| {
            let Fault { field, reason } = refusal.into();
            RefusedSensor { id: id.clone(), field, reason }
        })
        .collect();
    let refused_count = refused.len();
    let (meant, changed) = (ids.len(), changed.len());
    Ok(ChangeAnswer { meant, changed, refused_count, refused: refused.into_iter().take(LISTED_MAX).collect() })
}

/// What was done, as records have it.
fn noted(sort: Sort, first: &str, count: usize, change: &Change) -> String {
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    match change {
        Change::Retire { reason } => format!("{}: {first}{more}, {reason}", sort.asked()),
        Change::Claim(_) | Change::BringBack => format!("{}: {first}{more}", sort.asked()),
    }
}

async fn answer(shared: &Shared, called: &Called, sort: Sort, body: &Value) -> Response {
    match carry_out(shared, called, sort, body).await {
        Ok(answer) => {
            let nothing = answer.refused_count > 0 && answer.refused_count == answer.meant;
            let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            (status, Json(answer)).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// What becomes of a change that a screen in this process wants, as HTTP tells it; else why nothing does.
pub(in crate::hub) async fn change_devices(
    hub: &Arc<Inner>,
    change: &DeviceChange,
    by: Option<&str>,
    token: Option<&str>,
) -> Result<Vec<u8>, String> {
    let (shared, called) = Called::here(hub, "sensors", token).await.map_err(|refusal| refusal.to_string())?;
    let sort = match change.change {
        Change::Claim(_) => Sort::Claim,
        Change::Retire { .. } => Sort::Retire,
        Change::BringBack => Sort::BringBack,
    };
    // As it would come over HTTP: what is read there is read here.
    let body = serde_json::to_value(change.body(by)).map_err(|error| error.to_string())?;
    let answer = carry_out(&shared, &called, sort, &body).await.map_err(|error| error.to_string())?;
    serde_json::to_vec(&answer).map_err(|error| error.to_string())
}

/// Why nothing was changed of any sensor, where that is other than of orders ([`OrderRefused`]).
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers, which `answer` makes")]
enum ChangeRefused {
    /// Not JSON, or what is wanted cannot be
    #[response(status = 400)]
    Unreadable(Problem),
    /// None of them is as was wanted
    #[response(status = 422)]
    NoneOfThem(ChangeAnswer),
    /// The hub cannot write its readings or has too much to do
    #[response(status = 503)]
    Down(Problem),
}

/// Claim sensors that are known by their readings alone, or say something else of others: what is not said stays as it is.
/// With another kind, or of a kind `other` with another unit, the history of a sensor begins anew.
#[utoipa::path(
    post,
    path = "/api/sensors/claim",
    request_body = ClaimGiven,
    responses(
        (status = 200, description = "What became of those that were meant", body = ChangeAnswer),
        OrderRefused,
        ChangeRefused,
    )
)]
pub(super) async fn claim(State(shared): State<Shared>, called: Called, Given(body): Given<Value>) -> Response {
    answer(&shared, &called, Sort::Claim, &body).await
}

/// Take sensors out of service: they are not waited for any more, limits are not held against them, no layer and no vital
/// sign asks them. What they measured until now stays and can be asked for; what they measure later is refused as `unknown`.
/// Sensors that nobody claimed are dismissed by it, and make room for others.
#[utoipa::path(
    post,
    path = "/api/sensors/retire",
    request_body = RetireGiven,
    responses(
        (status = 200, description = "What became of those that were meant", body = ChangeAnswer),
        OrderRefused,
        ChangeRefused,
    )
)]
pub(super) async fn retire(State(shared): State<Shared>, called: Called, Given(body): Given<Value>) -> Response {
    answer(&shared, &called, Sort::Retire, &body).await
}

/// Bring sensors back into service.
#[utoipa::path(
    post,
    path = "/api/sensors/restore",
    request_body = RestoreGiven,
    responses(
        (status = 200, description = "What became of those that were meant", body = ChangeAnswer),
        OrderRefused,
        ChangeRefused,
    )
)]
pub(super) async fn restore(State(shared): State<Shared>, called: Called, Given(body): Given<Value>) -> Response {
    answer(&shared, &called, Sort::BringBack, &body).await
}
