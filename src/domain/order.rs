//! What comes in: reports from outside and orders of people.

use serde::{Deserialize, Serialize};

use super::{Grade, IncidentId, Mode, Moment, Place, Stage};

/// What a report says of its incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It is there, or something about it changed.
    #[default]
    Open,
    /// It is over.
    Closed,
}

/// Something happened, told by a source outside. The pair of `source` and `source_id` makes it
/// idempotent: the same report twice changes nothing, a changed one updates its incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The system that tells it.
    pub source: String,
    /// The incident's identity in that system.
    pub source_id: String,
    /// Code of the kind in the catalogue.
    pub kind: String,
    /// Grade, or the default of the kind as the hub's catalogue has it.
    pub grade: Grade,
    /// Where.
    pub place: Place,
    /// In words.
    pub text: String,
    /// When it happened in the city.
    pub happened_at: Moment,
    /// Open or over.
    pub progress: Progress,
}

/// What someone wants changed. Decided by [`super::Hall::decide`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Take in a report.
    TakeReport(Report),
    /// Give an incident another grade.
    RegradeIncident {
        /// Which.
        incident: IncidentId,
        /// The new grade.
        grade: Grade,
        /// Why; must not be empty.
        reason: String,
    },
    /// Move an incident forward.
    AdvanceIncident {
        /// Which.
        incident: IncidentId,
        /// The stage it reached; not `Closed`.
        stage: Stage,
    },
    /// Close an incident.
    CloseIncident {
        /// Which.
        incident: IncidentId,
        /// Why; may be empty.
        reason: String,
    },
    /// Switch the whole hall between routine and emergency.
    SwitchMode {
        /// The new mode.
        mode: Mode,
    },
}
