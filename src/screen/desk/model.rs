//! The queue behind its filter, and what an empty one says. Pure.

use crate::domain::{Grade, IncidentId};
use crate::link::LinkState;
use crate::screen::situation::{Rows, Situation};

/// What the queue lets through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Words that kind, place, text or number must contain, all of them; upper and lower case alike.
    pub search: String,
    /// Grades that are hidden, Ⅰ first.
    pub hidden: [bool; 4],
}

impl Filter {
    /// It hides nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.search.trim().is_empty() && self.hidden == [false; 4]
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
