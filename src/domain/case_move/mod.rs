//! Side moves of a case: all that happens to it beside going forward.
//!
//! ```text
//!               ┌───────────────── Return 回退 ──────────────────┐
//!               │                                 │              │
//! Reported ─► Accepted ─► Filed ─► Dispatched ─► Handling ─► Done ─► Checked ─► Closed
//!    │            │         ▲          ▲                       │        │        │  │
//!  Reject      NotFile      │          └──── Rework 返工 ──────┴────────┘        │  │
//! 不予受理    不予立案      └───────────────── Reopen 重开 (of what was finished) ┘  │
//!    └────────────┴──► Closed      any open stage ── Void 作废, Merge 并案 ──► Closed  │
//!                        stage it had, or Filed ◄── Unmerge 拆案, Reopen ─────────────┘
//!  any open stage ── 结案 by hand, below Done for a reason; by the source that told of it ──► Closed
//! ```
//! Beside its stage a case is verified, re-checked ([`Recheck`]), urged, supervised, linked to others and, once it is finished, rated; its callers
//! are told that it was accepted while it is open, and how it ended once it did (告知, [`super::telling`]).
//!
//! 1. What is closed stays as it is but for `Reopen`, `Unmerge`, `Rate` and `Tell` of [`CaseMove`].
//! 2. A case is merged into an open one, never into itself; so merging makes no rings.
//! 3. What was merged stays in the hall as long as the case that it was merged into: merging can be taken back.
//! 4. A move that goes back begins the time limits of that stage anew. What ended without being finished comes back as it
//!    was, its limits stood meanwhile; where its tasks ended with it, it is filed again. See [`super::Course`].
//! 5. A move that needs a reason has one, and so has a case that is closed by hand before it is done (finished all the same).
//! 6. A limit moves only once the extension that was asked for is granted (延期), while its phase runs; one at a time is
//!    asked for. Nobody waits for an answer once the phase is over or the case went back, nor, once it is filed, for 核实.
//! 7. A re-check is awaited only of what is done, and says nothing of its own: what is found makes the case checked or has it
//!    done again, and where nobody can tell it stays as it is.
//! 8. Nobody is told twice; what was told of an end is told anew once the case was opened again and ended.

mod decide;
mod kind;
mod recheck;

pub use kind::MoveKind;
pub use recheck::{Checker, Finding, Recheck};

use serde::{Deserialize, Serialize};

use super::order::{TEXT_MAX, check_text};
use super::{Channel, IncidentId, Moment, Phase, Refusal, Telling};

/// What a look at the spot said of a report (核实).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 属实: it is there.
    There,
    /// 不属实: it is not.
    NotThere,
    /// 无法判断: nobody can tell.
    Unclear,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::There, Self::NotThere, Self::Unclear];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::NotThere => "not_there",
            Self::Unclear => "unclear",
        }
    }
}

/// What the caller said when called back (回访).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Satisfaction {
    /// 满意.
    Satisfied,
    /// 基本满意.
    Fairly,
    /// 不满意.
    Dissatisfied,
    /// 未联系上: counts for no rate.
    NotReached,
}

impl Satisfaction {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Satisfied, Self::Fairly, Self::Dissatisfied, Self::NotReached];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Fairly => "fairly",
            Self::Dissatisfied => "dissatisfied",
            Self::NotReached => "not_reached",
        }
    }
}

/// How a case belongs to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// 次生、衍生: the other one brought it about.
    CausedBy,
    /// It is a part of a major incident.
    PartOf,
}

impl Link {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::CausedBy, Self::PartOf];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::CausedBy => "caused_by",
            Self::PartOf => "part_of",
        }
    }
}

/// A side move, as an order and, once it is decided, within a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseMove {
    /// 核实: have somebody look at the spot.
    AskVerification,
    /// What they saw.
    AnswerVerification {
        /// In a word.
        verdict: Verdict,
        /// In their words; may be empty.
        words: String,
    },
    /// 不予受理: nothing for the hall.
    Reject {
        /// Why.
        reason: String,
    },
    /// 不予立案: accepted, but no case.
    NotFile {
        /// Why.
        reason: String,
    },
    /// 回退: whoever got it gives it back.
    Return {
        /// Why.
        reason: String,
    },
    /// 返工: it was looked at and is not done.
    Rework {
        /// What is missing.
        reason: String,
    },
    /// 重开: it is not over.
    Reopen {
        /// Why.
        reason: String,
    },
    /// 作废: it should not have been taken up.
    Void {
        /// Why.
        reason: String,
    },
    /// 并案: another case is the same thing.
    Merge {
        /// The one that goes on.
        into: IncidentId,
    },
    /// 拆案: it was something else after all.
    Unmerge {
        /// Why.
        reason: String,
    },
    /// It belongs to another case.
    Link {
        /// Which.
        to: IncidentId,
        /// How.
        link: Link,
    },
    /// It does not.
    Unlink {
        /// Which.
        to: IncidentId,
    },
    /// 催办.
    Urge {
        /// What is said to whoever has it; may be empty.
        words: String,
    },
    /// 督办: it is watched from above.
    Supervise {
        /// Why.
        reason: String,
    },
    /// It no longer is.
    EndSupervision,
    /// 回访、评价: what the caller says of it.
    Rate {
        /// In a word.
        satisfaction: Satisfaction,
        /// In their words; may be empty.
        words: String,
    },
    /// 申请延期: more time is needed.
    AskExtension {
        /// Of which limit.
        phase: Phase,
        /// How much more on the clock of that limit, milliseconds.
        millis: i64,
        /// Why.
        reason: String,
    },
    /// 同意延期.
    GrantExtension {
        /// What is said with it; may be empty.
        words: String,
    },
    /// 不同意延期.
    RefuseExtension {
        /// Why.
        reason: String,
    },
    /// 告知: the callers who are owed it are told.
    Tell {
        /// What.
        what: Telling,
        /// How.
        by: Channel,
        /// In which words; may be empty.
        words: String,
    },
    /// 派核查: have somebody look whether it is done.
    AskRecheck {
        /// Who is to look.
        of: Checker,
        /// What is said to them; may be empty.
        words: String,
    },
    /// What they found.
    AnswerRecheck {
        /// In a word.
        finding: Finding,
        /// In their words; the reason where it is not done, or nobody can tell.
        words: String,
    },
}

/// Most that a limit is extended by at a time, in milliseconds of its clock: sixty days.
pub const EXTENSION_MAX_MILLIS: i64 = 60 * 24 * 3_600_000;

impl CaseMove {
    /// What was said with it; empty where nothing was.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Reject { reason }
            | Self::NotFile { reason }
            | Self::Return { reason }
            | Self::Rework { reason }
            | Self::Reopen { reason }
            | Self::Void { reason }
            | Self::Unmerge { reason }
            | Self::Supervise { reason }
            | Self::AskExtension { reason, .. }
            | Self::RefuseExtension { reason } => reason,
            Self::AnswerVerification { words, .. }
            | Self::Urge { words }
            | Self::Rate { words, .. }
            | Self::Tell { words, .. }
            | Self::AskRecheck { words, .. }
            | Self::AnswerRecheck { words, .. }
            | Self::GrantExtension { words } => words,
            Self::AskVerification
            | Self::EndSupervision
            | Self::Merge { .. }
            | Self::Link { .. }
            | Self::Unlink { .. } => "",
        }
    }

    /// The other case that it names.
    #[must_use]
    pub const fn other(&self) -> Option<IncidentId> {
        match self {
            Self::Merge { into } => Some(*into),
            Self::Link { to, .. } | Self::Unlink { to } => Some(*to),
            _ => None,
        }
    }

    /// Is it usable in itself, whatever the hall holds?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if let Self::AskRecheck { of, .. } = self {
            of.check()?;
        }
        check_text("words", self.words(), TEXT_MAX)
    }

    const fn needs_reason(&self) -> bool {
        if let Self::AnswerRecheck { finding, .. } = self {
            return !matches!(finding, Finding::Pass);
        }
        matches!(
            self.kind(),
            MoveKind::Reject
                | MoveKind::NotFile
                | MoveKind::Return
                | MoveKind::Rework
                | MoveKind::Reopen
                | MoveKind::Void
                | MoveKind::Unmerge
                | MoveKind::Supervise
                | MoveKind::AskExtension
                | MoveKind::RefuseExtension
        )
    }
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 结案.
    Finished,
    /// 不予受理.
    Rejected,
    /// 不予立案.
    NotFiled,
    /// 作废.
    Voided,
    /// 并案: it goes on as another one.
    Merged(IncidentId),
}

impl Outcome {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Rejected => "rejected",
            Self::NotFiled => "not_filed",
            Self::Voided => "voided",
            Self::Merged(_) => "merged",
        }
    }
}

/// What somebody said, and when the hall knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// When.
    pub at: Moment,
    /// What; may be empty.
    pub words: String,
}
