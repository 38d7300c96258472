//! Duty over HTTP: who is on duty, the roster, logs and hand-overs, and orders to them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, Given, problem};
use super::caller::Called;
use super::duty_rows::{AtRow, DutyAnswer, LogAnswer, RosterAnswer, SlotRow};
use super::handover_rows::HandoverAnswer;
use super::shapes::{LookRefused, OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out_as};
use crate::domain::duty::ROSTER_DAYS_MAX;
use crate::domain::rights::Right;
use crate::domain::{DutyStep, IncidentId, Order, Pack, Refusal, Seq};

/// Most shifts of a roster in one answer.
const SLOTS_MAX: usize = 800;

/// Whom to give a post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignRow {
    /// Which post.
    at: AtRow,
    /// Who, by the name with which they sign; null for nobody.
    who: Option<String>,
}

/// Two posts whose people change places.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SwapRow {
    /// The one.
    one: AtRow,
    /// The other.
    other: AtRow,
}

/// A post of the shift on duty.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignOnRow {
    /// Its code.
    post: String,
    /// Who does it, at a hub where nobody signs in; elsewhere the hub knows.
    #[serde(default)]
    by: Option<String>,
}

/// An entry of the log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WriteRow {
    /// What it says.
    words: String,
    /// The case that it is about.
    #[serde(default)]
    incident: Option<u64>,
    /// The entry that it corrects.
    #[serde(default)]
    corrects: Option<u64>,
    /// It is to be handed on until it is settled.
    #[serde(default)]
    open: bool,
    /// The number of the shift that it is meant for; refused where another is on duty.
    #[serde(default)]
    shift: Option<u32>,
    /// Who does it, at a hub where nobody signs in; elsewhere the hub knows.
    #[serde(default)]
    by: Option<String>,
}

/// An entry that was to be handed on and is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettleRow {
    /// Its number.
    entry: u64,
    /// Who does it, at a hub where nobody signs in; elsewhere the hub knows.
    #[serde(default)]
    by: Option<String>,
}

/// What is said with a hand-over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PrepareRow {
    /// A remark.
    #[serde(default)]
    words: String,
    /// Who does it, at a hub where nobody signs in; elsewhere the hub knows.
    #[serde(default)]
    by: Option<String>,
}

/// A signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeOverRow {
    /// The fact that prepared what was read.
    prepared: u64,
    /// A remark.
    #[serde(default)]
    words: String,
    /// Who does it, at a hub where nobody signs in; elsewhere the hub knows.
    #[serde(default)]
    by: Option<String>,
}

/// Which shift.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    /// The number of the shift; without, the one on duty.
    shift: Option<u32>,
}

/// How much of the roster.
#[derive(Debug, Deserialize)]
pub(super) struct Ahead {
    /// So many days from now on; without, seven.
    days: Option<u16>,
}

/// Who is on duty now and next.
#[utoipa::path(
    get,
    path = "/api/duty",
    responses((status = 200, description = "Now and next", body = DutyAnswer), LookRefused)
)]
pub(super) async fn look(State(shared): State<Shared>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "duty").await {
        return refused;
    }
    let (now, shifts) = (shared.hub.clock.now(), shared.hub.in_force.get());
    let offset = (shared.hub.utc_offset_secs)(now);
    let look = move |hall: &crate::domain::Hall| DutyAnswer::new(hall.duty(), shifts.shifts(), offset, now);
    match shared.intake.look(look).await {
        Ok(answer) => Json(answer).into_response(),
        Err(down) => down.into_response(),
    }
}

/// The roster from now on.
#[utoipa::path(
    get,
    path = "/api/duty/roster",
    params(("days" = Option<u16>, Query, description = "So many days from now on [default: 7]")),
    responses(
        (status = 200, description = "Who should have which post", body = RosterAnswer),
        (status = 400, description = "Days that are none", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn roster(State(shared): State<Shared>, called: Called, Asked(ahead): Asked<Ahead>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "roster").await {
        return refused;
    }
    let days = i32::from(ahead.days.unwrap_or(7)).clamp(1, ROSTER_DAYS_MAX + 1);
    let (now, in_force) = (shared.hub.clock.now(), shared.hub.in_force.get());
    let offset = (shared.hub.utc_offset_secs)(now);
    let look = move |hall: &crate::domain::Hall| {
        let shifts = in_force.shifts();
        let count = usize::try_from(days).unwrap_or(1) * shifts.shifts.len();
        let slots = shifts.slots(now, count.min(SLOTS_MAX), offset);
        let duty = hall.duty();
        let on = |slot| duty.watch().filter(|watch| watch.slot.id == slot);
        let row = |slot: &crate::domain::duty::shifts::Slot| SlotRow::new(slot, shifts, duty, on(slot.id.clone()));
        RosterAnswer { shifts: slots.iter().map(row).collect() }
    };
    match shared.intake.look(look).await {
        Ok(answer) => Json(answer).into_response(),
        Err(down) => down.into_response(),
    }
}

fn no_day() -> Response {
    problem(StatusCode::UNPROCESSABLE_ENTITY, "day: is written as 2026-03-02")
}

/// Carry out a step, signed by the person whom the request names, where it names one.
async fn duty(shared: &Shared, called: &Called, by: Option<String>, step: DutyStep) -> Response {
    carry_out_as(shared, called, by.as_deref(), Order::MoveDuty(Box::new(step))).await
}

/// Give somebody a post of the roster, or nobody.
#[utoipa::path(
    post,
    path = "/api/duty/roster",
    request_body(content = AssignRow),
    responses((status = 200, description = "Known; on disk", body = OrderAnswer), OrderRefused)
)]
pub(super) async fn assign(State(shared): State<Shared>, called: Called, Given(row): Given<AssignRow>) -> Response {
    let Some(at) = row.at.read() else { return no_day() };
    let step = match row.who {
        Some(who) => DutyStep::Assign { at, who },
        None => DutyStep::Remove { at },
    };
    duty(&shared, &called, None, step).await
}

/// Have the people of two posts change places.
#[utoipa::path(
    post,
    path = "/api/duty/roster/swap",
    request_body(content = SwapRow),
    responses((status = 200, description = "Known; on disk", body = OrderAnswer), OrderRefused)
)]
pub(super) async fn swap(State(shared): State<Shared>, called: Called, Given(row): Given<SwapRow>) -> Response {
    let (Some(one), Some(other)) = (row.one.read(), row.other.read()) else { return no_day() };
    duty(&shared, &called, None, DutyStep::Swap { one, other }).await
}

/// Sign on at a post of the shift on duty.
#[utoipa::path(
    post,
    path = "/api/duty/sign-on",
    request_body(content = SignOnRow),
    responses((status = 200, description = "Known; on disk", body = OrderAnswer), OrderRefused)
)]
pub(super) async fn sign_on(State(shared): State<Shared>, called: Called, Given(row): Given<SignOnRow>) -> Response {
    duty(&shared, &called, row.by, DutyStep::SignOn { post: row.post }).await
}

/// The log of a shift.
#[utoipa::path(
    get,
    path = "/api/duty/log",
    params(("shift" = Option<u32>, Query, description = "Number of the shift [default: the one on duty]")),
    responses(
        (status = 200, description = "Its entries", body = LogAnswer),
        (status = 400, description = "A number that is none", body = Problem),
        (status = 404, description = "No such shift is on duty or kept", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn log(State(shared): State<Shared>, called: Called, Asked(which): Asked<Which>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "shift log").await {
        return refused;
    }
    let look = move |hall: &crate::domain::Hall| {
        let duty = hall.duty();
        let watch = which.shift.map_or_else(|| duty.watch(), |number| duty.shift(number));
        watch.map(|watch| LogAnswer::new(watch, duty))
    };
    match shared.intake.look(look).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, Refusal::NoShift.to_string()),
        Err(down) => down.into_response(),
    }
}

/// Write in the log of the shift on duty.
#[utoipa::path(
    post,
    path = "/api/duty/log",
    request_body(content = WriteRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident, or no entry that it could correct", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn write(State(shared): State<Shared>, called: Called, Given(row): Given<WriteRow>) -> Response {
    let WriteRow { words, incident, corrects, open, shift, by } = row;
    let incident = incident.map(IncidentId);
    duty(&shared, &called, by, DutyStep::Write { words, incident, corrects, open, shift }).await
}

/// What was to be handed on is done.
#[utoipa::path(
    post,
    path = "/api/duty/log/settle",
    request_body(content = SettleRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such entry", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn settle(State(shared): State<Shared>, called: Called, Given(row): Given<SettleRow>) -> Response {
    duty(&shared, &called, row.by, DutyStep::Settle { entry: row.entry }).await
}

/// The hand-over of a shift with its pack.
#[utoipa::path(
    get,
    path = "/api/duty/handover",
    params(("shift" = Option<u32>, Query, description = "Number of the shift [default: the one on duty]")),
    responses(
        (status = 200, description = "It", body = HandoverAnswer),
        (status = 400, description = "A number that is none", body = Problem),
        (status = 404, description = "None was prepared, or no such shift is kept", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn handover(State(shared): State<Shared>, called: Called, Asked(which): Asked<Which>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "hand-over").await {
        return refused;
    }
    let look = move |hall: &crate::domain::Hall| {
        let duty = hall.duty();
        let watch = which.shift.map_or_else(|| duty.watch(), |number| duty.shift(number))?;
        watch.handover.as_ref().map(|handover| HandoverAnswer::new(watch, handover, duty))
    };
    match shared.intake.look(look).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, Refusal::NoHandover.to_string()),
        Err(down) => down.into_response(),
    }
}

/// Prepare the hand-over of the shift on duty, and sign it.
#[utoipa::path(
    post,
    path = "/api/duty/handover",
    request_body(content = PrepareRow),
    responses(
        (status = 200, description = "Prepared; on disk", body = OrderAnswer),
        OrderRefused,
    )
)]
pub(super) async fn prepare(State(shared): State<Shared>, called: Called, Given(row): Given<PrepareRow>) -> Response {
    let step = DutyStep::Prepare { words: row.words, pack: Box::<Pack>::default() };
    duty(&shared, &called, row.by, step).await
}

/// Take over the shift on duty, and sign. Its log is locked with that, and the next shift is on duty.
#[utoipa::path(
    post,
    path = "/api/duty/handover/sign",
    request_body(content = TakeOverRow),
    responses(
        (status = 200, description = "Taken over; on disk", body = OrderAnswer),
        (status = 404, description = "None was prepared", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn sign(State(shared): State<Shared>, called: Called, Given(row): Given<TakeOverRow>) -> Response {
    let step = DutyStep::Sign { prepared: Seq(row.prepared), words: row.words };
    duty(&shared, &called, row.by, step).await
}
