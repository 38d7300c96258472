//! Whose screens an alarm goes to, as a fact in the commit with which it does.

use super::Clerk;
use crate::domain::{Actor, AlarmId, AlarmStep, Order};
use crate::hub::catalogue;

impl Clerk {
    /// An alarm was raised or got worse: whoever has a screen that shows it is told with this commit.
    pub(super) fn note_told(&mut self, alarm: AlarmId) {
        let (Some(hub), Some(known)) = (self.hub.upgrade(), self.hall.alarms().get(alarm)) else { return };
        let Some(step) = AlarmStep::told(alarm, hub.seats.shown(&known.what)) else { return };
        let by = Actor::Source(catalogue::ACTOR.to_owned());
        match self.hall.decide(Order::MoveAlarm(Box::new(step)), &by, self.now) {
            Ok(facts) => {
                for fact in facts {
                    self.hall.apply(&fact);
                    self.facts.push(fact);
                }
            }
            Err(refusal) => tracing::error!(%refusal, "who is told of an alarm is not noted"),
        }
    }
}
