//! Alarms of sensors, and the people of the hall who take note of them. Whoever sits at the desk may be faster.

use super::queue::Event;
use super::random::Random;
use super::{Doing, Sim};
use crate::domain::{AlarmId, AlarmStep, Fact, Grade};

const STREAM_ALARM: u64 = 83;

impl Sim {
    /// Somebody gets to an alarm that is raised, or gets worse: sooner to a grave one.
    pub(super) fn alarm_heard(&mut self, fact: &Fact, step: &AlarmStep) {
        let (alarm, level) = match step {
            AlarmStep::Raise(what) => (what.alarm, what.level),
            AlarmStep::Level { alarm, level, .. } => (*alarm, *level),
            _ => return,
        };
        let least = if level <= Grade::II { 2.0 } else { 4.0 };
        let number = alarm.0 ^ fact.seq.0.rotate_left(20);
        let minutes = Random::of(self.options.seed, STREAM_ALARM, number).between(least, least * 5.0);
        let at = fact.known_at.max(self.seen_from).plus_millis(super::cases::millis(minutes));
        self.queue.put(at, Event::Acknowledge(alarm));
    }

    /// One of the staff takes note of it. Where somebody did meanwhile, the hall changes nothing.
    pub(super) fn step_acknowledge(&mut self, alarm: AlarmId) {
        let mut random = Random::of(self.options.seed, STREAM_ALARM + 1, alarm.0);
        let Some(who) = random.pick(&self.plan.duty.staff).cloned() else { return };
        self.tell(Doing::Acknowledge(who, alarm));
    }
}
