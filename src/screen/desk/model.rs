//! The queue behind its filter, and what an empty one says. Pure.

use serde::{Deserialize, Serialize};

use crate::domain::{Grade, IncidentId, Seq, Stage};
use crate::link::LinkState;
use crate::screen::shown::Target;
use crate::screen::situation::scope::Scope;
use crate::screen::situation::{Rows, Situation, Sorting};

/// What the queue lets through, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Words that kind, place, text or number must contain, all of them; upper and lower case alike.
    pub search: String,
    /// Grades that are hidden, Ⅰ first.
    pub hidden: [bool; 4],
    /// Whose cases.
    pub scope: Scope,
    /// The stage that they are at; any without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// What decides which comes first.
    pub sorting: Sorting,
}

/// What the situation was read from; another one is read anew.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadAt {
    pub(super) upto: Seq,
    pub(super) minute: i64,
    pub(super) link: LinkState,
    pub(super) locale: String,
    pub(super) selected: Option<Target>,
    pub(super) streets: bool,
    pub(super) stories: u64,
}

/// The stages of open cases, in order.
pub const OPEN_STAGES: [Stage; 7] =
    [Stage::Reported, Stage::Accepted, Stage::Filed, Stage::Dispatched, Stage::Handling, Stage::Done, Stage::Checked];

impl Filter {
    /// It hides nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.search.trim().is_empty() && Self { search: String::new(), ..self.clone() } == self.opened()
    }

    /// The same that hides nothing, in the same order.
    #[must_use]
    pub fn opened(&self) -> Self {
        Self { sorting: self.sorting, ..Self::default() }
    }

    /// A grade is hidden.
    #[must_use]
    pub fn hides(&self, grade: Grade) -> bool {
        self.hidden.get(grade.index()).copied().unwrap_or(false)
    }

    /// The same with a grade shown or hidden the other way.
    #[must_use]
    pub fn toggled(&self, grade: Grade) -> Self {
        let mut next = self.clone();
        if let Some(hidden) = next.hidden.get_mut(grade.index()) {
            *hidden = !*hidden;
        }
        next
    }

    /// The same with that stage alone, or with any where it was that one.
    #[must_use]
    pub fn at(&self, stage: Stage) -> Self {
        let stage = Some(stage).filter(|stage| self.stage != Some(*stage));
        Self { stage, ..self.clone() }
    }

    /// The same so many stages on; before the first and after the last there is any stage.
    #[must_use]
    pub fn stepped(&self, steps: isize) -> Self {
        let now = self.stage.and_then(|now| OPEN_STAGES.iter().position(|stage| *stage == now));
        let now = now.map_or(0, |at| at.saturating_add(1));
        let turns = isize::try_from(OPEN_STAGES.len() + 1).unwrap_or(isize::MAX);
        let to = isize::try_from(now).unwrap_or_default().saturating_add(steps).rem_euclid(turns);
        let stage = usize::try_from(to).ok().and_then(|to| OPEN_STAGES.get(to.checked_sub(1)?)).copied();
        Self { stage, ..self.clone() }
    }
}

/// What is open and not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unlisted {
    /// All of them.
    pub count: usize,
    /// The gravest grade among them, and how many are of it; only of Ⅰ and Ⅱ.
    pub grave: Option<(Grade, usize)>,
}

/// What is open and not among what is `listed` by grade, Ⅰ first.
#[must_use]
pub fn unlisted(open: [usize; 4], listed: [usize; 4]) -> Unlisted {
    let missing: Vec<(Grade, usize)> = Grade::ALL
        .into_iter()
        .zip(open.into_iter().zip(listed))
        .map(|(grade, (open, listed))| (grade, open.saturating_sub(listed)))
        .collect();
    let grave = missing.iter().find(|(grade, count)| *count > 0 && *grade <= Grade::II).copied();
    Unlisted { count: missing.iter().map(|(_, count)| count).sum(), grave }
}

/// Why a queue is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyEmpty {
    /// The hub has not been reached yet.
    NotConnected,
    /// The filter hides this many.
    Filtered(usize),
    /// There are no open incidents.
    NoneOpen,
}

/// Why nothing is listed, where nothing is and no search is under way.
#[must_use]
pub fn why_empty(situation: &Situation, listed: usize, searching: bool) -> Option<WhyEmpty> {
    let open = situation.open_count();
    if listed > 0 || searching {
        None
    } else if open > 0 {
        Some(WhyEmpty::Filtered(open))
    } else if situation.link == LinkState::Connecting {
        Some(WhyEmpty::NotConnected)
    } else {
        Some(WhyEmpty::NoneOpen)
    }
}

/// The incident `step` rows below (or above) the selected one; the first where none is selected.
#[must_use]
pub fn neighbour(rows: &dyn Rows, selected: Option<IncidentId>, step: isize) -> Option<IncidentId> {
    let last = rows.count().checked_sub(1)?;
    let at = selected.and_then(|id| rows.position(id));
    // Without one the first step comes to the first.
    rows.id(at
        .map_or_else(|| step.saturating_sub(1).max(0).unsigned_abs(), |at| at.saturating_add_signed(step))
        .min(last))
}
