//! The files of the catalogue, taken anew.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::not_json;
use super::caller::{Called, refused};
use super::shapes::Problem;
use crate::domain::Refusal;
use crate::hub::{ReloadError, Reloaded};

/// What reading the files anew changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "an answer has its fields")]
pub(super) struct ReloadAnswer {
    /// The newest fact after it.
    pub(super) seq: u64,
    /// False where the files say what they said before.
    pub(super) changed: bool,
    /// How many kinds there are now.
    pub(super) kinds: usize,
    /// Kinds that are new.
    pub(super) kinds_added: usize,
    /// Kinds that are gone: open incidents keep them, new reports of them are refused.
    pub(super) kinds_removed: usize,
    /// Kinds with another name, class, icon or grade.
    pub(super) kinds_changed: usize,
    /// Kinds with other time limits.
    pub(super) limits_changed: usize,
    /// Hours or days of work are others.
    pub(super) calendar_changed: bool,
    /// Lamps turn yellow at another part of a limit.
    pub(super) lamps_changed: bool,
    /// Plans that are new, gone or changed.
    pub(super) plans_changed: usize,
    /// Reports to those above are owed at other times.
    pub(super) reports_changed: bool,
    /// Shifts or posts are others.
    pub(super) shifts_changed: bool,
    /// Limits of what sensors show are others.
    pub(super) alarm_rules_changed: bool,
    /// Sensors that are new or described otherwise. Those that left the file stay as they are.
    pub(super) sensors_changed: usize,
    /// Feeds of the hub that began or ended.
    pub(super) feeds_changed: usize,
}

/// A file that is wrong; what was in force before still is.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct WrongFile {
    /// File, line and what is wrong there, on one line.
    pub(super) error: String,
    /// The file.
    pub(super) file: String,
    /// The line, from 1; null where the file cannot be read.
    pub(super) line: Option<u32>,
    /// What is wrong there, and what may have been meant.
    pub(super) problem: String,
}

impl From<Reloaded> for ReloadAnswer {
    fn from(Reloaded { seq, changed, kinds, difference, sensors_changed, feeds_changed }: Reloaded) -> Self {
        Self {
            seq: seq.0,
            changed,
            kinds,
            kinds_added: difference.kinds_added,
            kinds_removed: difference.kinds_removed,
            kinds_changed: difference.kinds_changed,
            limits_changed: difference.limits_changed,
            calendar_changed: difference.calendar_changed,
            lamps_changed: difference.lamps_changed,
            plans_changed: difference.plans_changed,
            reports_changed: difference.reports_changed,
            shifts_changed: difference.shifts_changed,
            alarm_rules_changed: difference.alarm_rules_changed,
            sensors_changed,
            feeds_changed,
        }
    }
}

/// Read the hub's own files of the catalogue anew, those of `hub.kinds`, `hub.calendar`, `hub.plans` and `hub.duty`, and
/// the sensors of `hub.sensors` and the feeds of `hub.feeds`. Right ones are in force at once, on all screens; a wrong one changes nothing.
#[utoipa::path(
    post,
    path = "/api/catalogue/reload",
    responses(
        (status = 200, description = "In force now", body = ReloadAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 422, description = "A file is wrong", body = WrongFile),
        (status = 503, description = "The hub cannot write its log or is going down", body = Problem),
    )
)]
pub(super) async fn reload(State(shared): State<Shared>, called: Called, headers: HeaderMap) -> Response {
    if let Some(refused) = not_json(&headers) {
        return refused;
    }
    let refusal = match shared.intake.reload(called.signer()).await {
        Ok(reloaded) => return Json(ReloadAnswer::from(reloaded)).into_response(),
        Err(ReloadError::Down(down)) => return down.into_response(),
        Err(error) => Refusal::from(error),
    };
    match refusal {
        Refusal::CatalogueWrong { file, line, problem } => {
            let error = Refusal::CatalogueWrong { file: file.clone(), line, problem: problem.clone() }.to_string();
            (StatusCode::UNPROCESSABLE_ENTITY, Json(WrongFile { error, file, line, problem })).into_response()
        }
        _ => refused(&refusal),
    }
}
