//! Crews when the roll is called: most answer soon, some late, some never; and the people of the hall, who sit at their
//! desks and all answer.

#![expect(clippy::cast_possible_truncation, reason = "seconds of a day in milliseconds")]

use super::queue::Event;
use super::random::Random;
use super::{Doing, Sim};
use crate::domain::{Called, CrewId, CrewStatus, Seq};

const STREAM_ROLL: u64 = 61;
const STREAM_PRESENT: u64 = 62;
/// Of a hundred crews so many let the call lie, and so many do not hear it at all.
const SLOW_PERCENT: usize = 12;
const SILENT_PERCENT: usize = 5;
/// Seconds until a crew answers: one that waits, one that drives or works, one that lets it lie.
const READY_SECS: (f64, f64) = (4.0, 40.0);
const BUSY_SECS: (f64, f64) = (20.0, 150.0);
const SLOW_SECS: (f64, f64) = (200.0, 600.0);

impl Sim {
    /// The roll is called: its crews will answer, each in its own time.
    pub(super) fn roll_called(&mut self, seq: Seq, called: &Called) {
        for (id, _) in &called.crews {
            let number = (id.0 as usize).wrapping_sub(1);
            let Some(crew) = self.fleet.crews.get(number) else { continue };
            let mut random = Random::of(self.options.seed, STREAM_ROLL, seq.0 << 20 ^ u64::from(id.0));
            let luck = random.below(100);
            let secs = match crew.status {
                _ if luck < SILENT_PERCENT => continue,
                _ if luck < SILENT_PERCENT + SLOW_PERCENT => SLOW_SECS,
                CrewStatus::EnRoute | CrewStatus::OnScene => BUSY_SECS,
                _ => READY_SECS,
            };
            let after = random.between(secs.0, secs.1);
            self.queue.put(self.now.plus_millis((after * 1000.0) as i64), Event::Here(number));
        }
        for (number, who) in self.plan.duty.staff.iter().enumerate() {
            if called.posts.contains(who) {
                let mut random = Random::of(self.options.seed, STREAM_PRESENT, seq.0 << 20 ^ number as u64);
                let after = random.between(READY_SECS.0, READY_SECS.1);
                self.queue.put(self.now.plus_millis((after * 1000.0) as i64), Event::Present(number));
            }
        }
    }

    /// One of the people of the hall answers.
    pub(super) fn step_present(&mut self, number: usize) {
        if let Some(who) = self.plan.duty.staff.get(number).cloned() {
            self.tell(Doing::Present(who));
        }
    }

    /// A crew answers, where it is still on duty.
    pub(super) fn step_here(&mut self, number: usize) {
        let on_duty = self.fleet.crews.get(number).is_some_and(|crew| crew.status != CrewStatus::OffDuty);
        if let Some(id) = u32::try_from(number + 1).ok().filter(|_| on_duty) {
            self.tell(Doing::Here(CrewId(id)));
        }
    }
}
