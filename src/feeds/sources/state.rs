//! How the feeds of a hub fare: what they took in, and what went wrong last.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::Moment;
use crate::feeds::readings::Counted;

/// What a feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A file that is played.
    Series,
    /// A service that is asked again and again.
    Poll,
    /// A broker.
    Mqtt,
}

impl Sort {
    /// Its name in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Series => "series",
            Self::Poll => "poll",
            Self::Mqtt => "mqtt",
        }
    }
}

/// What a feed does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It has not heard from its source yet.
    Starting,
    /// It takes in what its source says.
    Running,
    /// Its source cannot be reached, or says what cannot be read; it is tried again.
    Failing,
    /// It is over.
    Ended,
}

impl Doing {
    /// Its name in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Failing => "failing",
            Self::Ended => "ended",
        }
    }
}

/// How one feed fares.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedState {
    /// Its name.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// Where its source is, without anything secret.
    pub at: String,
    /// What it does.
    pub doing: Doing,
    /// When its source was last heard.
    pub heard_at: Option<Moment>,
    /// What went wrong last, and when.
    pub error: Option<(Moment, String)>,
    /// How often that was so, one time after the other.
    pub failures: u32,
    /// What it took in.
    pub counted: Counted,
    /// Values that were not measured, by what its source says.
    pub missing: u64,
    /// When its source had nothing new.
    pub unchanged: u64,
}

/// The feeds of a hub, in the order in which they began.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<Mutex<BTreeMap<u64, FeedState>>>);

impl Board {
    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, FeedState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How all of them fare.
    #[must_use]
    pub fn look(&self) -> Vec<FeedState> {
        self.all().values().cloned().collect()
    }

    /// Put a feed on the board.
    #[must_use]
    pub fn add(&self, name: &str, sort: Sort, at: String) -> Handle {
        let mut all = self.all();
        let number = all.last_key_value().map_or(0, |(last, _)| last + 1);
        let state = FeedState {
            name: name.to_owned(),
            sort,
            at,
            doing: Doing::Starting,
            heard_at: None,
            error: None,
            failures: 0,
            counted: Counted::default(),
            missing: 0,
            unchanged: 0,
        };
        all.insert(number, state);
        Handle { board: self.clone(), number }
    }
}

/// Where one feed says how it fares.
#[derive(Debug, Clone)]
pub struct Handle {
    board: Board,
    number: u64,
}

impl Handle {
    fn change<T>(&self, change: impl FnOnce(&mut FeedState) -> T) -> Option<T> {
        self.board.all().get_mut(&self.number).map(change)
    }

    /// Its source was heard, and this came of it.
    pub fn heard(&self, now: Moment, counted: Counted, missing: usize) {
        let back = self.change(|state| {
            state.heard_at = Some(now);
            state.counted.add(counted);
            state.missing += missing as u64;
            state.failures = 0;
            std::mem::replace(&mut state.doing, Doing::Running) == Doing::Failing
        });
        if back == Some(true) {
            let name = self.name();
            tracing::info!(name, "the feed is back");
        }
    }

    /// Its source has nothing new.
    pub fn unchanged(&self, now: Moment) {
        self.change(|state| state.unchanged += 1);
        self.heard(now, Counted::default(), 0);
    }

    /// Something went wrong; how often that is so by now, one time after the other. It is logged once.
    pub fn failed(&self, now: Moment, error: String) -> u32 {
        let told = self.change(|state| {
            let new = state.doing != Doing::Failing || state.error.as_ref().is_none_or(|(_, known)| *known != error);
            state.doing = Doing::Failing;
            state.failures = state.failures.saturating_add(1);
            state.error = Some((now, error.clone()));
            (new, state.failures)
        });
        let (new, failures) = told.unwrap_or_default();
        if new {
            let name = self.name();
            tracing::warn!(name, error, "the feed fails, it is tried again");
        }
        failures
    }

    /// It is over.
    pub fn ended(&self) {
        self.change(|state| state.doing = Doing::Ended);
    }

    /// It is no feed of the hub any more.
    pub fn leave(&self) {
        self.board.all().remove(&self.number);
    }

    fn name(&self) -> String {
        self.change(|state| state.name.clone()).unwrap_or_default()
    }
}
