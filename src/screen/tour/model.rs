//! When the tour flies, where, and when it stops. Pure: seconds are handed in.
//!
//! ```text
//!            idle long enough                stop by stop, round and round
//! Waiting ─────────────────────► Touring ◄───────────────────────┐
//!    ▲  ▲                          │ something that matters       │ shown long enough,
//!    │  └── any gesture ───────────┤                              │ nothing more waits
//!    │                             ▼                              │
//!    └───── any gesture ──────── Showing ─────────────────────────┘
//! ```
//!
//! 1. Without being asked it never leaves `Waiting`.
//! 2. A gesture leads to `Waiting` from everywhere, at once.
//! 3. What matters is shown at once while it tours, and begins the wait anew while it waits.

use std::collections::VecDeque;

use crate::domain::{Grade, IncidentId};

/// Seconds of a flight to the next stop, and of the stay there.
pub(super) const FLIGHT_SECS: f64 = 14.0;
const STAY_SECS: f64 = 12.0;
/// Seconds of the flight to something that matters, and how long it is shown.
pub(super) const SHOW_FLIGHT_SECS: f64 = 2.5;
const SHOW_SECS: f64 = 25.0;
/// At most so many things that matter wait for their turn; the newest push out the oldest.
const WAITING: usize = 5;

/// What the tour does.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// Since when nobody touched anything and nothing happened.
    Waiting { since: f64 },
    /// At a stop or on the way to it, until then.
    Touring { stop: usize, until: f64 },
    /// Shows something that matters, until then.
    Showing { until: f64, next: usize },
}

/// The tour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tour {
    state: State,
    waiting: VecDeque<IncidentId>,
}

/// What happened since the last step.
#[derive(Debug, Clone, Default)]
pub(super) struct Happened {
    /// Somebody touched something.
    pub(super) gesture: bool,
    /// Somebody asked for the tour, or asked it to end.
    pub(super) asked: bool,
    /// New or regraded incidents that matter, oldest first.
    pub(super) matters: Vec<IncidentId>,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Fly calmly to a stop.
    Visit(usize),
    /// Fly swiftly to an incident and choose it.
    Show(IncidentId),
    /// Let go of what the tour chose.
    End,
}

impl Tour {
    /// Waiting since a moment.
    pub(super) fn new(now: f64) -> Self {
        Self { state: State::Waiting { since: now }, waiting: VecDeque::new() }
    }

    /// Whether it flies.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.state, State::Waiting { .. })
    }

    /// One step; `idle_secs` after which it begins by itself, `stops` of a round.
    pub(super) fn step(&mut self, now: f64, idle_secs: Option<f64>, stops: usize, happened: &Happened) -> Option<Act> {
        if happened.gesture || (happened.asked && self.is_on()) || stops == 0 {
            let was = self.is_on();
            *self = Self::new(now);
            return was.then_some(Act::End);
        }
        match self.state {
            State::Waiting { since } => {
                if !happened.matters.is_empty() {
                    self.state = State::Waiting { since: now };
                }
                let begins = idle_secs.is_some_and(|idle| now - since >= idle && happened.matters.is_empty());
                (begins || happened.asked).then(|| self.visit(0, now))
            }
            State::Touring { stop, until } => {
                self.wait_for(&happened.matters);
                self.show(stop, now).or_else(|| (now >= until).then(|| self.visit((stop + 1) % stops, now)))
            }
            State::Showing { until, next } => {
                self.wait_for(&happened.matters);
                if now < until {
                    return None;
                }
                self.show(next, now).or_else(|| Some(self.visit(next % stops, now)))
            }
        }
    }

    fn wait_for(&mut self, matters: &[IncidentId]) {
        for id in matters {
            self.waiting.retain(|other| other != id);
            self.waiting.push_back(*id);
        }
        while self.waiting.len() > WAITING {
            self.waiting.pop_front();
        }
    }

    fn visit(&mut self, stop: usize, now: f64) -> Act {
        self.state = State::Touring { stop, until: now + FLIGHT_SECS + STAY_SECS };
        Act::Visit(stop)
    }

    fn show(&mut self, next: usize, now: f64) -> Option<Act> {
        let id = self.waiting.pop_front()?;
        self.state = State::Showing { until: now + SHOW_FLIGHT_SECS + SHOW_SECS, next };
        Some(Act::Show(id))
    }
}

/// Whether news of an incident matter: it came as Ⅰ or Ⅱ, or an open one was regraded.
pub(super) fn matters(before: Option<Grade>, now: Grade) -> bool {
    before.map_or(now <= Grade::II, |before| before != now)
}
