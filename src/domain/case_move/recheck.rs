//! Re-check (核查): somebody is asked to look whether what was reported as done is done.
//!
//! ```text
//!              AskRecheck            AnswerRecheck: pass 合格
//!   Done ──────────────────► asked ─────────────────────────► Checked
//!    ▲  ▲                      │ │
//!    │  └── cannot tell 无法判断 ┘ └── fail 不合格 ──► Rework 返工 ──► Dispatched
//!    └───── may be asked again
//! ```
//! 1. It is asked for while the case is done, of one party at a time.
//! 2. An answer that passes makes the case checked, one that fails has it done again: facts of their own follow it, as where
//!    nobody was asked.
//! 3. Who cannot tell says why. The case stays done, its limits run on for whoever checks, and it may be asked again.
//! 4. What is found done or bad without an answer answers what was asked; what else takes the case back drops it. So a
//!    re-check is awaited only of what is done, or was closed while it was.
//! 5. Whoever checks may answer, and need not be who was asked: the fact says who did.

use serde::{Deserialize, Serialize};

use super::Said;
use crate::domain::order::{NAME_MAX, check_text, unusable};
use crate::domain::{Actor, CrewId, Refusal};

/// Who is asked to look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checker {
    /// A person, such as a grid worker, by the name with which they sign.
    Person(String),
    /// A crew in the street.
    Crew(CrewId),
}

impl Checker {
    /// Whether it is they who sign so: the person by that name, or the crew by its device.
    #[must_use]
    pub fn is(&self, who: &Actor) -> bool {
        match self {
            Self::Person(name) => matches!(who, Actor::Person(by) if by == name),
            Self::Crew(crew) => who.crew() == Some(*crew),
        }
    }

    /// Can it be asked at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Person(name) if name.trim().is_empty() => Err(unusable("of", "is missing")),
            Self::Person(name) => check_text("of", name, NAME_MAX),
            Self::Crew(_) => Ok(()),
        }
    }
}

/// What a look at the spot said of work that was reported as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// 合格: it is done.
    Pass,
    /// 不合格: it is not, and is done again.
    Fail,
    /// 无法判断: nobody can tell.
    Unclear,
}

impl Finding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pass, Self::Fail, Self::Unclear];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unclear => "unclear",
        }
    }
}

/// A re-check that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recheck {
    /// Who was asked.
    pub of: Checker,
    /// When, and what was said with it.
    pub asked: Said,
    /// What came of it, and what was said.
    pub answer: Option<(Finding, Said)>,
}
