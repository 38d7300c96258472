//! An incident and the stages it passes.

use serde::{Deserialize, Serialize};

use super::{Grade, Moment, Place};

/// Identity of an incident within one hall: 1, 2, 3 … in the order they became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u64);

/// Simple progress of an incident. The full seven stages of GB/T 30428 refine these.
///
/// ```text
/// Reported ──► Accepted ──► Dispatched ──► Handling ──► Done ──► Closed
///     └────────────┴─────────────┴────────────┴───────────────────▲
/// ```
/// 1. Progress only goes forward; stages may be skipped.
/// 2. Closed is final: no order changes a closed incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 信息收集: known to the hall.
    Reported,
    /// 受理立案: taken on.
    Accepted,
    /// 任务派遣: sent to someone.
    Dispatched,
    /// 任务处理: someone works on it.
    Handling,
    /// 处理反馈: reported as done.
    Done,
    /// 结案: closed.
    Closed,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 6] =
        [Self::Reported, Self::Accepted, Self::Dispatched, Self::Handling, Self::Done, Self::Closed];

    /// The stage after this one; `None` after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }
}

/// How an incident ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// When it was over in the city.
    pub at: Moment,
    /// Why it was closed, in the words of whoever closed it; may be empty.
    pub reason: String,
}

/// One incident as the fold knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Identity.
    pub id: IncidentId,
    /// The system it came from.
    pub source: String,
    /// Its identity there; unique within `source`.
    pub source_id: String,
    /// Code of its kind in `config/catalogue/kinds.toml`.
    pub kind: String,
    /// How grave it is now.
    pub grade: Grade,
    /// How far it is.
    pub stage: Stage,
    /// Where it is.
    pub place: Place,
    /// What was said of it; the newest text wins.
    pub text: String,
    /// When it happened in the city.
    pub happened_at: Moment,
    /// When the hall came to know of it.
    pub known_at: Moment,
    /// When the hall last learned something of it.
    pub changed_at: Moment,
}
