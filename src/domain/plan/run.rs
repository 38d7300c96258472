//! A plan of a case as it runs: which alarms were struck, and how far each step is.

use serde::{Deserialize, Serialize};

use super::{Alarm, BoundPlace, Notice, Plan};
use crate::domain::{Lamp, Moment, Said};

/// The lamp of a step turns yellow within so many per cent of its time.
const SOON_PERCENT: i64 = 20;

/// How a step was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// It was done; else skipped.
    pub done: bool,
    /// When, and with what words.
    pub said: Said,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Its alarm is not struck.
    Waits,
    /// It is to be done until then.
    Runs {
        /// When its lamp turns yellow.
        soon: Moment,
        /// When it is late.
        due: Moment,
    },
    /// It was done, then.
    Done(Moment),
    /// It was left out, then.
    Skipped(Moment),
    /// Its plan ended before it was decided.
    Dropped,
}

impl StepState {
    /// Its lamp while it runs.
    #[must_use]
    pub fn lamp(self, now: Moment) -> Option<Lamp> {
        match self {
            Self::Runs { due, .. } if now > due => Some(Lamp::Red),
            Self::Runs { soon, .. } if now >= soon => Some(Lamp::Yellow),
            Self::Runs { .. } => Some(Lamp::Green),
            _ => None,
        }
    }
}

/// A plan of a case as it runs, or ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRun {
    /// It.
    pub plan: Plan,
    /// When each alarm was struck, the first one first.
    pub struck: Vec<Moment>,
    /// Where its steps are done, as far as that was found.
    pub places: Vec<BoundPlace>,
    /// How each step was decided.
    pub decided: Vec<Option<Decided>>,
    /// When each notice that was given was read.
    pub read: Vec<Option<Moment>>,
    /// When it ended and why; `None` while it runs.
    pub ended: Option<Said>,
}

impl PlanRun {
    pub(super) fn new(plan: &Plan, alarm: u8, places: &[BoundPlace], at: Moment) -> Self {
        let mut run = Self {
            plan: plan.clone(),
            struck: Vec::new(),
            places: places.to_vec(),
            decided: vec![None; plan.steps.len()],
            read: Vec::new(),
            ended: None,
        };
        (0..alarm.max(1)).for_each(|_| run.strike(at));
        run
    }

    pub(super) fn strike(&mut self, at: Moment) {
        if let Some(alarm) = self.plan.alarms.get(self.struck.len()) {
            self.read.resize(self.read.len() + alarm.notices.len(), None);
            self.struck.push(at);
        }
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// The highest alarm that was struck, from 1.
    #[must_use]
    pub fn alarm(&self) -> u8 {
        u8::try_from(self.struck.len()).unwrap_or(u8::MAX)
    }

    /// What the next alarm adds; `None` at the top.
    #[must_use]
    pub fn next_alarm(&self) -> Option<&Alarm> {
        self.plan.alarms.get(self.struck.len())
    }

    /// When it was started.
    #[must_use]
    pub fn started_at(&self) -> Moment {
        self.struck.first().copied().unwrap_or_default()
    }

    /// The notices that were given so far, each with when it was read.
    pub fn notices(&self) -> impl Iterator<Item = (&Notice, Option<Moment>)> {
        let given = self.plan.alarms.iter().take(self.struck.len()).flat_map(|alarm| &alarm.notices);
        given.zip(self.read.iter().copied())
    }

    /// How far a step is, by its number from 0.
    #[must_use]
    pub fn step(&self, number: usize) -> StepState {
        if let Some(Some(decided)) = self.decided.get(number) {
            let at = decided.said.at;
            return if decided.done { StepState::Done(at) } else { StepState::Skipped(at) };
        }
        let Some(step) = self.plan.steps.get(number) else { return StepState::Dropped };
        let began = self.struck.get(usize::from(step.alarm.max(1)) - 1);
        match began {
            _ if self.ended.is_some() => StepState::Dropped,
            None => StepState::Waits,
            Some(began) => {
                let millis = i64::from(step.minutes) * 60_000;
                let soon = began.plus_millis(millis * (100 - SOON_PERCENT) / 100);
                StepState::Runs { soon, due: began.plus_millis(millis) }
            }
        }
    }

    /// The places of its steps that have one on the map: the ring's radius in metres where it is a ring.
    #[must_use]
    pub fn place_of(&self, number: usize) -> Option<&BoundPlace> {
        self.places.iter().find(|place| usize::from(place.step) == number)
    }

    /// How many of the steps that began are decided, how many began, and how many of those are late.
    #[must_use]
    pub fn progress(&self, now: Moment) -> Progressed {
        let mut progressed = Progressed::default();
        for number in 0..self.plan.steps.len() {
            match self.step(number) {
                StepState::Waits => continue,
                StepState::Done(_) | StepState::Skipped(_) => progressed.decided += 1,
                state => progressed.late += usize::from(state.lamp(now) == Some(Lamp::Red)),
            }
            progressed.begun += 1;
        }
        progressed
    }
}

/// How far a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progressed {
    /// Steps that are done or skipped.
    pub decided: usize,
    /// Steps whose alarm was struck.
    pub begun: usize,
    /// Those of them that are late.
    pub late: usize,
}
