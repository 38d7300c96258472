//! What was counted.

use serde::{Deserialize, Serialize};

use super::figure::{Kpi, Share, Times, TimesChange};
use crate::domain::{Phase, Telling};

/// What of a phase was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct PhaseTally {
    due: u32,
    done: u32,
    in_time: u32,
}

/// What was counted; figures are read from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Cases that became known.
    pub reported: u32,
    phases: [PhaseTally; Phase::ALL.len()],
    pub(super) rework: Share,
    pub(super) returned: Share,
    pub(super) accurate: Share,
    told_accepted: Share,
    told: Share,
    pub(super) satisfied: Share,
    pub(super) handling: Vec<i64>,
    pub(super) handling_on_clock: Vec<i64>,
}

impl Tally {
    /// Of one case that became known in the span, or before.
    pub(super) fn new(known: bool) -> Self {
        Self { reported: u32::from(known), ..Self::default() }
    }

    /// A figure.
    #[must_use]
    pub fn share(&self, kpi: Kpi) -> Share {
        match kpi {
            Kpi::Handled => self.done(Phase::Handle),
            Kpi::HandledInTime => self.in_time(Phase::Handle),
            Kpi::Overdue => self.late(Phase::Handle),
            Kpi::Closed => self.done(Phase::Whole),
            Kpi::ClosedInTime => self.in_time(Phase::Whole),
            Kpi::SentInTime => self.in_time(Phase::Dispatch),
            Kpi::CheckedInTime => self.in_time(Phase::Recheck),
            Kpi::Rework => self.rework,
            Kpi::Returned => self.returned,
            Kpi::Accurate => self.accurate,
            Kpi::ToldAccepted => self.told_accepted,
            Kpi::Told => self.told,
            Kpi::Satisfied => self.satisfied,
        }
    }

    /// What was done of a phase, of what was due.
    #[must_use]
    pub fn done(&self, phase: Phase) -> Share {
        let of = self.phase(phase);
        Share { part: of.done, of: of.due }
    }

    /// What was done of a phase within its limit, of what was due.
    #[must_use]
    pub fn in_time(&self, phase: Phase) -> Share {
        let of = self.phase(phase);
        Share { part: of.in_time, of: of.due }
    }

    /// What was done of a phase too late, or not at all, of what was due.
    #[must_use]
    pub fn late(&self, phase: Phase) -> Share {
        let Share { part, of } = self.in_time(phase);
        Share { part: of.saturating_sub(part), of }
    }

    /// 平均处置时长: how long handling took, of what was handled, holds and nights among it.
    #[must_use]
    pub fn handling(&self) -> Option<Times> {
        Times::of(self.handling.clone())
    }

    /// The same on the clocks of the limits, without holds; of what has a limit.
    #[must_use]
    pub fn handling_on_clock(&self) -> Option<Times> {
        Times::of(self.handling_on_clock.clone())
    }

    /// How much longer handling took than before; `None` where nothing was handled now or then.
    #[must_use]
    pub fn handling_change(&self, before: &Self) -> Option<TimesChange> {
        Some(self.handling()?.more_than(before.handling()?))
    }

    /// The same on the clocks of the limits.
    #[must_use]
    pub fn handling_on_clock_change(&self, before: &Self) -> Option<TimesChange> {
        Some(self.handling_on_clock()?.more_than(before.handling_on_clock()?))
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Add what another one counted.
    pub fn add(&mut self, other: &Self) {
        self.reported += other.reported;
        for (own, other) in self.phases.iter_mut().zip(other.phases) {
            own.due += other.due;
            own.done += other.done;
            own.in_time += other.in_time;
        }
        self.rework.add(other.rework);
        self.returned.add(other.returned);
        self.accurate.add(other.accurate);
        self.told_accepted.add(other.told_accepted);
        self.told.add(other.told);
        self.satisfied.add(other.satisfied);
        self.handling.extend(&other.handling);
        self.handling_on_clock.extend(&other.handling_on_clock);
    }

    pub(super) fn count_telling(&mut self, what: Telling, told: bool) {
        match what {
            Telling::Accepted => self.told_accepted.count(told),
            Telling::Ended => self.told.count(told),
        }
    }

    fn phase(&self, phase: Phase) -> PhaseTally {
        self.phases.get(phase as usize).copied().unwrap_or_default()
    }

    pub(super) fn count_phase(&mut self, phase: Phase, done: bool, in_time: bool) {
        if let Some(tally) = self.phases.get_mut(phase as usize) {
            tally.due += 1;
            tally.done += u32::from(done);
            tally.in_time += u32::from(in_time);
        }
    }
}
