//! Tasks over HTTP: for the devices of crews, the systems of departments and other dispatch systems.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::{Called, refused};
use super::shapes::{OrderRefused, Problem};
use crate::domain::{Assignment, CrewId, IncidentId, Order, Part, Party, Refusal, Task, TaskState, TaskStep};
use crate::hub::Taken;
use crate::hub::clerk::{Signed, Signer};

/// A crew or a department.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum PartyRow {
    /// A crew, by its number.
    Crew(u32),
    /// A department, by its code in the catalogue.
    Department(String),
}

impl From<PartyRow> for Party {
    fn from(row: PartyRow) -> Self {
        match row {
            PartyRow::Crew(crew) => Self::Crew(CrewId(crew)),
            PartyRow::Department(code) => Self::Department(code),
        }
    }
}

impl From<&Party> for PartyRow {
    fn from(party: &Party) -> Self {
        match party {
            Party::Crew(crew) => Self::Crew(crew.0),
            Party::Department(code) => Self::Department(code.clone()),
        }
    }
}

/// Tasks to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GiveRow {
    /// Who answers for the case (主办); at most one in a case.
    lead: Option<PartyRow>,
    /// Who helps (协办).
    #[serde(default)]
    assist: Vec<PartyRow>,
    /// What they are asked to do.
    #[serde(default)]
    words: String,
}

/// What happens to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TaskStepRow {
    /// 送达: it is on the party's device.
    Delivered,
    /// 已读.
    Read,
    /// 复诵、接单.
    Repeated,
    /// 出发.
    EnRoute,
    /// 到场.
    OnScene,
    /// 完成.
    Done,
    /// 退回: the party cannot do it.
    Return,
    /// 撤回: the hall takes it back.
    Withdraw,
    /// 催.
    Urge,
}

/// A step of a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveRow {
    /// Who has it.
    party: PartyRow,
    /// What happens to it.
    step: TaskStepRow,
    /// What is said with it; a reason is required to return and to withdraw.
    #[serde(default)]
    words: String,
}

impl MoveRow {
    fn step(&self) -> TaskStep {
        let words = self.words.clone();
        let reach = |state| TaskStep::Reach { state, words: words.clone() };
        match self.step {
            TaskStepRow::Delivered => reach(TaskState::Delivered),
            TaskStepRow::Read => reach(TaskState::Read),
            TaskStepRow::Repeated => reach(TaskState::Repeated),
            TaskStepRow::EnRoute => reach(TaskState::EnRoute),
            TaskStepRow::OnScene => reach(TaskState::OnScene),
            TaskStepRow::Done => reach(TaskState::Done),
            TaskStepRow::Return => TaskStep::Return { reason: words },
            TaskStepRow::Withdraw => TaskStep::Withdraw { reason: words },
            TaskStepRow::Urge => TaskStep::Urge { words },
        }
    }
}

/// A task of an incident.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct TaskRow {
    /// Who has it.
    pub(super) party: PartyRow,
    /// `lead` or `assist`.
    pub(super) part: String,
    /// What they are asked to do.
    pub(super) words: String,
    /// `given`, `delivered`, `read`, `repeated`, `en_route`, `on_scene` or `done`.
    pub(super) state: String,
    /// When it was given, milliseconds since 1970.
    pub(super) given_at: i64,
    /// When it was read, milliseconds since 1970; null while it is not.
    pub(super) read_at: Option<i64>,
    /// How it ended: `done`, `returned`, `withdrawn` or `released`; null while it is open.
    pub(super) end: Option<String>,
    /// How often it was urged.
    pub(super) urges: u32,
}

impl From<&Task> for TaskRow {
    fn from(task: &Task) -> Self {
        Self {
            party: (&task.to).into(),
            part: task.part.word().to_owned(),
            words: task.words.clone(),
            state: task.state().word().to_owned(),
            given_at: task.given_at().0,
            read_at: task.reached_at(TaskState::Read).map(|at| at.0),
            end: task.end.as_ref().map(|(end, _)| end.word().to_owned()),
            urges: task.urges,
        }
    }
}

/// An order that was carried out.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct OrderAnswer {
    /// The newest fact after it.
    pub(super) seq: u64,
    /// False where nothing was new, as with a receipt that comes twice.
    pub(super) changed: bool,
}

/// Give tasks of an incident. A party that has one of it already keeps it; a case that nobody has yet is dispatched.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/tasks",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "Asked again with the same key it is carried out once"),
    ),
    request_body(content = GiveRow),
    responses(
        (status = 200, description = "Given; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn give(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<GiveRow>,
) -> Response {
    let part = |party: PartyRow, part| Assignment { to: party.into(), part };
    let lead = row.lead.map(|party| part(party, Part::Lead));
    let to = lead.into_iter().chain(row.assist.into_iter().map(|party| part(party, Part::Assist))).collect();
    carry_out(&shared, &called, Order::GiveTasks { incident: IncidentId(id), to, words: row.words }).await
}

/// Move a task: a receipt, a step on the way, giving it back, taking it back, urging.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/tasks/step",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "Asked again with the same key it is carried out once"),
    ),
    request_body(content = MoveRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident, or the party has no open task of it", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn step(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<MoveRow>,
) -> Response {
    let step = row.step();
    carry_out(&shared, &called, Order::MoveTask { incident: IncidentId(id), party: row.party.into(), step }).await
}

/// Carry out an order and tell what came of it.
pub(super) async fn carry_out(shared: &Shared, called: &Called, order: Order) -> Response {
    carry_out_as(shared, called, None, order).await
}

/// As [`carry_out`], signed by the person whom the request names, where it names one.
pub(super) async fn carry_out_as(shared: &Shared, called: &Called, name: Option<&str>, order: Order) -> Response {
    let taken = match called.signer_as(name) {
        Ok(by) => signed(shared, called, by, order).await,
        Err(refusal) => Err(of_refusal(&refusal)),
    };
    match taken {
        Ok(taken) => Json(OrderAnswer { seq: taken.seq.0, changed: taken.changed }).into_response(),
        Err(refused) => refused,
    }
}

/// Carry out an order; where it is refused, what to answer.
pub(super) async fn ordered(shared: &Shared, called: &Called, order: Order) -> Result<Taken, Response> {
    signed(shared, called, called.signer(), order).await
}

async fn signed(shared: &Shared, called: &Called, by: Signer, order: Order) -> Result<Taken, Response> {
    let signed = Signed { by, order, command: called.command, area: None, at: None };
    let results = shared.intake.orders(vec![signed]).await.map_err(IntoResponse::into_response)?;
    match results.into_iter().next() {
        Some(Ok(taken)) => Ok(taken),
        Some(Err(refusal)) => Err(of_refusal(&refusal)),
        None => Err(problem(StatusCode::SERVICE_UNAVAILABLE, "the hub gave no answer")),
    }
}

/// What is answered to an order that is refused.
pub(super) fn of_refusal(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::UnknownIncident(_)
        | Refusal::NoTask(_)
        | Refusal::NoPlan(_)
        | Refusal::NoRoll
        | Refusal::NoHandover
        | Refusal::NoEntry(_)
        | Refusal::NoFile(_)
        | Refusal::UnknownAlarm(_)
        | Refusal::NoMaintenance(_)
        | Refusal::NotCalled => problem(StatusCode::NOT_FOUND, refusal.to_string()),
        Refusal::NotAFile => problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, refusal.to_string()),
        Refusal::NotWritten
        | Refusal::ReadOnly
        | Refusal::FileNotKept
        | Refusal::FilesFull
        | Refusal::NoHub
        | Refusal::NoArchive
        | Refusal::NotSignedIn
        | Refusal::RightMissing { .. }
        | Refusal::OutsideArea { .. }
        | Refusal::NotYours(_)
        | Refusal::NotTheLead(_)
        | Refusal::NotYourCrew(_) => refused(refusal),
        _ => problem(StatusCode::UNPROCESSABLE_ENTITY, refusal.to_string()),
    }
}
