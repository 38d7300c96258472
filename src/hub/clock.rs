//! The hall's time: the machine's clock, or one that a demo runs faster, slower or not at all.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Clock;
use crate::domain::Moment;

/// Where every `now` of a hub comes from. Goes with the machine's clock until someone sets a rate.
pub struct HallClock {
    machine: Clock,
    set: Mutex<Set>,
    /// When the newest order was decided, in milliseconds since 1970.
    decided: AtomicI64,
}

#[derive(Debug, Clone, Copy)]
struct Set {
    /// The machine's clock when the rate was set.
    machine_at: Moment,
    /// The hall's time then.
    hall_at: Moment,
    /// Hall seconds a second.
    rate: u16,
}

impl Set {
    fn at(self, machine: Moment) -> Moment {
        let passed = machine.0.saturating_sub(self.machine_at.0).saturating_mul(i64::from(self.rate));
        self.hall_at.plus_millis(passed)
    }
}

impl HallClock {
    /// The machine's clock at its own pace.
    #[must_use]
    pub fn new(machine: Clock) -> Self {
        let at = machine();
        let set = Mutex::new(Set { machine_at: at, hall_at: at, rate: 1 });
        Self { machine, set, decided: AtomicI64::new(i64::MIN) }
    }

    fn set(&self) -> MutexGuard<'_, Set> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hall's time.
    #[must_use]
    pub fn now(&self) -> Moment {
        let set = *self.set();
        set.at((self.machine)())
    }

    /// The hall's time or the machine's, whichever is later: sources outside keep to the machine's, also while a demo
    /// stands still.
    #[must_use]
    pub fn latest(&self) -> Moment {
        self.now().max((self.machine)())
    }

    /// The time by which an order that is given now is decided, from which whatever it says by the minute counts. Facts never go
    /// back: after the clock was set back it stays where it was until the clock is there again.
    #[must_use]
    pub fn for_orders(&self) -> Moment {
        self.now().max(Moment(self.decided.load(Ordering::Acquire)))
    }

    /// Orders are decided as of then.
    pub(super) fn decided(&self, at: Moment) {
        self.decided.fetch_max(at.0, Ordering::AcqRel);
    }

    /// Hall seconds a second.
    #[must_use]
    pub fn rate(&self) -> u16 {
        self.set().rate
    }

    /// From now on `rate` hall seconds a second; 0 stops time. Time never jumps.
    pub fn set_rate(&self, rate: u16) {
        let machine_at = (self.machine)();
        let mut set = self.set();
        *set = Set { machine_at, hall_at: set.at(machine_at), rate };
    }

    /// It is `now`, at the rate as it is. For a hall that has no facts yet: a clerk's facts never
    /// go back.
    pub fn set_now(&self, now: Moment) {
        let machine_at = (self.machine)();
        let mut set = self.set();
        *set = Set { machine_at, hall_at: now, rate: set.rate };
    }
}

impl std::fmt::Debug for HallClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HallClock").field("set", &*self.set()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn an_order_counts_from_the_newest_one_while_the_clock_is_behind_that() {
        let machine = Arc::new(AtomicI64::new(90_000));
        let theirs = Arc::clone(&machine);
        let clock = HallClock::new(Arc::new(move || Moment(theirs.load(Ordering::SeqCst))));
        assert_eq!(clock.for_orders(), Moment(90_000));
        clock.decided(Moment(90_000));
        machine.store(30_000, Ordering::SeqCst);
        clock.decided(Moment(30_000));
        assert_eq!((clock.now(), clock.for_orders()), (Moment(30_000), Moment(90_000)));
        machine.store(90_001, Ordering::SeqCst);
        assert_eq!(clock.for_orders(), Moment(90_001));
    }

    #[test]
    fn time_runs_at_its_rate_and_never_jumps_when_that_changes() {
        let machine = Arc::new(AtomicI64::new(1_000));
        let theirs = Arc::clone(&machine);
        let clock = HallClock::new(Arc::new(move || Moment(theirs.load(Ordering::SeqCst))));
        assert_eq!((clock.now(), clock.rate()), (Moment(1_000), 1));
        machine.store(3_000, Ordering::SeqCst);
        assert_eq!(clock.now(), Moment(3_000));
        clock.set_rate(60);
        assert_eq!(clock.now(), Moment(3_000));
        machine.store(4_000, Ordering::SeqCst);
        assert_eq!(clock.now(), Moment(63_000));
        clock.set_rate(0);
        machine.store(9_000, Ordering::SeqCst);
        assert_eq!(clock.now(), Moment(63_000));
        assert_eq!(clock.latest(), Moment(63_000));
        machine.store(99_000, Ordering::SeqCst);
        assert_eq!((clock.now(), clock.latest()), (Moment(63_000), Moment(99_000)));
        machine.store(9_000, Ordering::SeqCst);
        clock.set_rate(1);
        clock.set_now(Moment(500_000));
        machine.store(9_500, Ordering::SeqCst);
        assert_eq!(clock.now(), Moment(500_500));
    }
}
