//! The queue behind its filter, and what an empty one says. Pure.

use crate::domain::{Grade, IncidentId};
use crate::link::LinkState;
use crate::screen::situation::{Row, Situation};

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

    fn lets_through(&self, row: &Row, words: &[String]) -> bool {
        !self.hides(row.grade)
            && words.iter().all(|word| {
                row.kind.to_lowercase().contains(word)
                    || row.place.as_ref().is_some_and(|place| place.to_lowercase().contains(word))
                    || row.text.to_lowercase().contains(word)
                    || row.id.0.to_string() == *word
            })
    }
}

/// The rows of `situation.open` that the filter lets through, as indices in their order.
#[must_use]
pub fn visible(situation: &Situation, filter: &Filter) -> Vec<usize> {
    let words: Vec<String> = filter.search.split_whitespace().map(str::to_lowercase).collect();
    let rows = situation.open.iter().enumerate();
    rows.filter(|(_, row)| filter.lets_through(row, &words)).map(|(i, _)| i).collect()
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

/// Why nothing is visible, where nothing is.
#[must_use]
pub fn why_empty(situation: &Situation, visible: &[usize]) -> Option<WhyEmpty> {
    if !visible.is_empty() {
        None
    } else if !situation.open.is_empty() {
        Some(WhyEmpty::Filtered(situation.open.len()))
    } else if situation.link == LinkState::Connecting {
        Some(WhyEmpty::NotConnected)
    } else {
        Some(WhyEmpty::NoneOpen)
    }
}

/// The incident `step` rows below (or above) the selected one; the first where none is selected.
#[must_use]
pub fn neighbour(
    situation: &Situation,
    visible: &[usize],
    selected: Option<IncidentId>,
    step: isize,
) -> Option<IncidentId> {
    let id = |at: usize| visible.get(at).and_then(|i| situation.open.get(*i)).map(|row| row.id);
    let last = visible.len().checked_sub(1)?;
    let at = selected.and_then(|s| (0..visible.len()).find(|at| id(*at) == Some(s)));
    id(at.map_or(0, |at| at.saturating_add_signed(step).min(last)))
}
