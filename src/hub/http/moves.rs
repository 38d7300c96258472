//! A case's own steps over HTTP, for the systems of departments and hotlines: forward, side moves, grade, hold and its
//! form; [`super::bulletins`] has the reports to those above.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::Called;
use super::lenient::AnswerGiven;
use super::rows::{self, Fault};
use super::shapes::{OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out};
use crate::domain::{
    CaseMove, Channel, Checker, CrewId, Finding, IncidentId, Link, Order, Phase, Satisfaction, Stage, Telling, Verdict,
};

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// Who is asked to look whether a case is done.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CheckerRow {
    /// A person, such as a grid worker, by the name with which they sign in.
    Person(String),
    /// A crew, by its number.
    Crew(u32),
}

impl From<CheckerRow> for Checker {
    fn from(row: CheckerRow) -> Self {
        match row {
            CheckerRow::Person(name) => Self::Person(name),
            CheckerRow::Crew(crew) => Self::Crew(CrewId(crew)),
        }
    }
}

impl From<&Checker> for CheckerRow {
    fn from(checker: &Checker) -> Self {
        match checker {
            Checker::Person(name) => Self::Person(name.clone()),
            Checker::Crew(crew) => Self::Crew(crew.0),
        }
    }
}

/// A step of a case. What the case does not allow now is refused with the reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum CaseStepRow {
    /// Forward to a stage.
    Advance {
        /// `accepted`, `filed`, `dispatched`, `handling`, `done` or `checked`.
        #[schema(value_type = String)]
        stage: Stage,
    },
    /// 结案.
    Close {
        /// Why, in words; may be left out of what is done, and by systems.
        #[serde(default)]
        reason: String,
    },
    /// Another grade.
    Regrade {
        /// `I` to `IV`.
        #[schema(value_type = String)]
        grade: Value,
        /// Why.
        reason: String,
    },
    /// 挂账.
    Suspend {
        /// Why.
        reason: String,
    },
    /// It goes on.
    Resume,
    /// 核实: have somebody look at the spot.
    AskVerification,
    /// What they saw.
    AnswerVerification {
        /// `there`, `not_there` or `unclear`.
        #[schema(value_type = String)]
        verdict: Verdict,
        /// In their words.
        #[serde(default)]
        words: String,
    },
    /// 不予受理.
    Reject {
        /// Why.
        reason: String,
    },
    /// 不予立案.
    NotFile {
        /// Why.
        reason: String,
    },
    /// 回退.
    Return {
        /// Why.
        reason: String,
    },
    /// 派核查: have somebody look whether it is done.
    AskRecheck {
        /// Who is to look.
        of: CheckerRow,
        /// What is said to them.
        #[serde(default)]
        words: String,
    },
    /// What they found: `pass` makes the case checked, `fail` has it done again, `unclear` leaves it as it is.
    AnswerRecheck {
        /// `pass`, `fail` or `unclear`.
        #[schema(value_type = String)]
        finding: Finding,
        /// In their words; required but for `pass`.
        #[serde(default)]
        words: String,
    },
    /// 返工.
    Rework {
        /// What is missing.
        reason: String,
    },
    /// 重开.
    Reopen {
        /// Why.
        reason: String,
    },
    /// 作废.
    Void {
        /// Why.
        reason: String,
    },
    /// 并案.
    Merge {
        /// The number of the case that goes on.
        into: u64,
    },
    /// 拆案.
    Unmerge {
        /// Why.
        reason: String,
    },
    /// It belongs to another case.
    Link {
        /// The number of that case.
        to: u64,
        /// `caused_by` or `part_of`.
        #[schema(value_type = String)]
        link: Link,
    },
    /// It does not.
    Unlink {
        /// The number of that case.
        to: u64,
    },
    /// 催办.
    Urge {
        /// What is said with it.
        #[serde(default)]
        words: String,
    },
    /// 督办.
    Supervise {
        /// Why.
        reason: String,
    },
    /// No longer.
    EndSupervision,
    /// 回访、评价.
    Rate {
        /// `satisfied`, `fairly`, `dissatisfied` or `not_reached`.
        #[schema(value_type = String)]
        satisfaction: Satisfaction,
        /// In the caller's words.
        #[serde(default)]
        words: String,
    },
    /// 告知: the callers who are owed it are told.
    Tell {
        /// `accepted` 受理告知 or `ended` 办结告知.
        #[schema(value_type = String)]
        what: Telling,
        /// `phone` or `message`.
        #[schema(value_type = String)]
        by: Channel,
        /// In which words.
        #[serde(default)]
        words: String,
    },
    /// 申请延期.
    AskExtension {
        /// `dispatch`, `handle`, `recheck` or `whole`.
        #[schema(value_type = String)]
        phase: Phase,
        /// How much more, on the clock of that limit.
        minutes: u32,
        /// Why.
        reason: String,
    },
    /// 同意延期.
    GrantExtension {
        /// What is said with it.
        #[serde(default)]
        words: String,
    },
    /// 不同意延期.
    RefuseExtension {
        /// Why.
        reason: String,
    },
}

impl CaseStepRow {
    fn order(self, incident: IncidentId) -> Result<Order, Fault> {
        let step = match self {
            Self::Advance { stage } => return Ok(Order::AdvanceIncident { incident, stage }),
            Self::Close { reason } => return Ok(Order::CloseIncident { incident, reason }),
            Self::Regrade { grade, reason } => {
                return Ok(Order::RegradeIncident { incident, grade: rows::grade(&grade)?, reason });
            }
            Self::Suspend { reason } => return Ok(Order::SuspendIncident { incident, reason }),
            Self::Resume => return Ok(Order::ResumeIncident { incident }),
            Self::AskVerification => CaseMove::AskVerification,
            Self::AnswerVerification { verdict, words } => CaseMove::AnswerVerification { verdict, words },
            Self::Reject { reason } => CaseMove::Reject { reason },
            Self::NotFile { reason } => CaseMove::NotFile { reason },
            Self::Return { reason } => CaseMove::Return { reason },
            Self::AskRecheck { of, words } => CaseMove::AskRecheck { of: of.into(), words },
            Self::AnswerRecheck { finding, words } => CaseMove::AnswerRecheck { finding, words },
            Self::Rework { reason } => CaseMove::Rework { reason },
            Self::Reopen { reason } => CaseMove::Reopen { reason },
            Self::Void { reason } => CaseMove::Void { reason },
            Self::Merge { into } => CaseMove::Merge { into: IncidentId(into) },
            Self::Unmerge { reason } => CaseMove::Unmerge { reason },
            Self::Link { to, link } => CaseMove::Link { to: IncidentId(to), link },
            Self::Unlink { to } => CaseMove::Unlink { to: IncidentId(to) },
            Self::Urge { words } => CaseMove::Urge { words },
            Self::Supervise { reason } => CaseMove::Supervise { reason },
            Self::EndSupervision => CaseMove::EndSupervision,
            Self::Rate { satisfaction, words } => CaseMove::Rate { satisfaction, words },
            Self::Tell { what, by, words } => CaseMove::Tell { what, by, words },
            Self::AskExtension { phase, minutes, reason } => {
                CaseMove::AskExtension { phase, millis: i64::from(minutes) * MINUTE, reason }
            }
            Self::GrantExtension { words } => CaseMove::GrantExtension { words },
            Self::RefuseExtension { reason } => CaseMove::RefuseExtension { reason },
        };
        Ok(Order::MoveIncident { incident, step })
    }
}

/// Make a step of a case: forward, to its end, or a side move.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/moves",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "Asked again with the same key it is carried out once"),
    ),
    request_body(content = CaseStepRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn step(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<CaseStepRow>,
) -> Response {
    match row.order(IncidentId(id)) {
        Ok(order) => carry_out(&shared, &called, order).await,
        Err(fault) => problem(StatusCode::BAD_REQUEST, format!("{}: {}", fault.field, fault.reason)),
    }
}

/// Answer fields of a case's form: text, whole number, true or false; null takes back what was said.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/form",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "Asked again with the same key it is carried out once"),
    ),
    request_body(content = BTreeMap<String, AnswerGiven>),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn form(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<Value>,
) -> Response {
    match rows::answers(Some(&row)) {
        Ok(answers) => carry_out(&shared, &called, Order::AnswerForm { incident: IncidentId(id), answers }).await,
        Err(fault) => problem(StatusCode::BAD_REQUEST, format!("{}: {}", fault.field, fault.reason)),
    }
}
