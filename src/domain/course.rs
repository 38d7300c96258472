//! The course of an incident: when it reached each stage, and when it was on hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Moment, Phase, Stage};

/// A time in which an incident was on hold (挂账), or over by an end that was taken back, by when the hall knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub from: Moment,
    /// Until when; `None` while it still is.
    pub until: Option<Moment>,
    /// Why, in the words of whoever suspended it; empty where it was over.
    pub reason: String,
}

/// What timers are read from. Moments are those at which the hall knew: a report of yesterday is not late by a day when
/// it comes.
///
/// 1. Stages are in order, each once; those that were skipped, and those that were gone back behind, are missing.
/// 2. Only the last hold can be without an end, and none is once the incident is closed.
/// 3. An end that is taken back (拆案, 重开 of what was not finished) leaves what was reached as it was before: what was late
///    is late, what was granted is granted, and the time in which it was over counts as one on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    reached: Vec<(Stage, Moment)>,
    holds: Vec<Hold>,
    /// When it went back last to where it has to be sent to someone.
    again: Option<Moment>,
    /// When it was opened again last after it was finished.
    reopened: Option<Moment>,
    /// What was granted beyond each limit, milliseconds of its clock.
    extended: BTreeMap<Phase, i64>,
}

impl Course {
    /// The course of an incident that became known at a stage.
    #[must_use]
    pub fn new(stage: Stage, at: Moment) -> Self {
        Self { reached: vec![(stage, at)], holds: Vec::new(), again: None, reopened: None, extended: BTreeMap::new() }
    }

    /// When it became known.
    #[must_use]
    pub fn known_at(&self) -> Moment {
        self.reached.first().map(|(_, at)| *at).unwrap_or_default()
    }

    /// When it reached a stage or one behind it.
    #[must_use]
    pub fn since(&self, stage: Stage) -> Option<(Stage, Moment)> {
        self.reached.iter().find(|(reached, _)| *reached >= stage).copied()
    }

    /// Since when it has to be sent to someone: since it is known, or went back.
    pub(super) fn to_be_sent_since(&self) -> Moment {
        self.again.unwrap_or_else(|| self.known_at())
    }

    /// Since when it is open without an end between that stood.
    pub(super) fn open_since(&self) -> Moment {
        self.reopened.unwrap_or_else(|| self.known_at())
    }

    /// All times on hold, oldest first.
    #[must_use]
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// The hold that it is on now.
    #[must_use]
    pub fn on_hold(&self) -> Option<&Hold> {
        self.holds.last().filter(|hold| hold.until.is_none())
    }

    /// What was granted beyond the limit of a phase, milliseconds of its clock.
    #[must_use]
    pub fn extended(&self, phase: Phase) -> i64 {
        self.extended.get(&phase).copied().unwrap_or_default()
    }

    /// More time is granted.
    pub(super) fn extend(&mut self, phase: Phase, millis: i64) {
        let extended = self.extended.entry(phase).or_default();
        *extended = extended.saturating_add(millis.max(0));
    }

    pub(super) fn reach(&mut self, stage: Stage, at: Moment) {
        if self.reached.last().is_none_or(|(last, _)| *last < stage) {
            self.reached.push((stage, at));
        }
        if stage == Stage::Closed {
            self.resume(at);
        }
    }

    /// It goes back to a stage, whose time begins anew.
    pub(super) fn go_back(&mut self, stage: Stage, at: Moment) {
        let known_at = self.known_at();
        if self.since(Stage::Closed).is_some() {
            self.reopened = Some(at);
        }
        if stage < Stage::Dispatched {
            self.again = Some(at);
        }
        // Limits that begin anew are as long as they were; the whole goes on, unless it was over.
        let reopened = self.since(Stage::Closed).is_some();
        self.extended.retain(|phase, _| match phase {
            Phase::Dispatch => stage >= Stage::Dispatched,
            Phase::Handle | Phase::Recheck => false,
            Phase::Whole => !reopened,
        });
        self.reached.retain(|(reached, _)| *reached < stage);
        let at = if self.reached.is_empty() { known_at } else { at };
        self.reached.push((stage, at));
        self.resume(at);
    }

    /// Its end is taken back: it stands at a stage, as before where it had that one, and nobody had it meanwhile.
    pub(super) fn come_back(&mut self, stage: Stage, at: Moment) {
        let [_, .., (Stage::Closed, ended)] = self.reached[..] else {
            self.go_back(stage, at);
            return;
        };
        self.reached.pop();
        self.holds.push(Hold { from: ended, until: Some(at), reason: String::new() });
        if self.reached.last().is_some_and(|(last, _)| *last != stage) {
            self.go_back(stage, at);
        }
    }

    pub(super) fn suspend(&mut self, at: Moment, reason: &str) {
        let closed = self.since(Stage::Closed).is_some();
        if self.on_hold().is_none() && !closed {
            self.holds.push(Hold { from: at, until: None, reason: reason.to_owned() });
        }
    }

    pub(super) fn resume(&mut self, at: Moment) {
        if let Some(hold) = self.holds.last_mut().filter(|hold| hold.until.is_none()) {
            hold.until = Some(at);
        }
    }
}
