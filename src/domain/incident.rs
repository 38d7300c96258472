//! An incident and the stages it passes.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Grade, Moment, Outcome, Place};

/// Identity of an incident within one hall: 1, 2, 3 … in the order they became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u64);

/// How far an incident is on its way through the closed loop (GB/T 30428).
///
/// ```text
/// Reported ─► Accepted ─► Filed ─► Dispatched ─► Handling ─► Done ─► Checked ─► Closed
/// ```
/// 1. An order forward may skip stages: in an emergency help is sent first and filed later.
/// 2. Only the moves of [`super::CaseMove`] go back.
///
/// Variants stand in the order in which the log's versions came to know them; [`Self::ALL`] has the order of the way,
/// which is also how they compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 信息收集: known to the hall.
    Reported,
    /// 受理: taken on.
    Accepted,
    /// 任务派遣: sent to someone.
    Dispatched,
    /// 任务处理: someone works on it.
    Handling,
    /// 处理反馈: reported as done.
    Done,
    /// 结案: closed.
    Closed,
    /// 立案: a case of its own.
    Filed,
    /// 核查: looked at and found done.
    Checked,
}

impl Stage {
    /// All stages in the order of the way.
    pub const ALL: [Self; 8] = [
        Self::Reported,
        Self::Accepted,
        Self::Filed,
        Self::Dispatched,
        Self::Handling,
        Self::Done,
        Self::Checked,
        Self::Closed,
    ];

    /// 0 for reported to 7 for closed, in the order of the way.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Reported => 0,
            Self::Accepted => 1,
            Self::Filed => 2,
            Self::Dispatched => 3,
            Self::Handling => 4,
            Self::Done => 5,
            Self::Checked => 6,
            Self::Closed => 7,
        }
    }

    /// The stage after this one; `None` after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.index() + 1).copied()
    }

    /// Its name in files and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Accepted => "accepted",
            Self::Filed => "filed",
            Self::Dispatched => "dispatched",
            Self::Handling => "handling",
            Self::Done => "done",
            Self::Checked => "checked",
            Self::Closed => "closed",
        }
    }
}

impl PartialOrd for Stage {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stage {
    fn cmp(&self, other: &Self) -> Ordering {
        self.index().cmp(&other.index())
    }
}

/// How an incident ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// When it was over in the city.
    pub at: Moment,
    /// Why it was closed, in the words of whoever closed it; may be empty.
    pub reason: String,
    /// In what way.
    pub outcome: Outcome,
    /// The stage that it had.
    pub before: Stage,
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
