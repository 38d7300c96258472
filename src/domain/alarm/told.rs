//! Whose screens an alarm was sent to.

use serde::{Deserialize, Serialize};

use super::Alarm;
use crate::domain::order::{NAME_MAX, check_text, unusable};
use crate::domain::{AlarmId, AlarmStep, Fact, Hall, Moment, Refusal, What};

/// Most people who are named.
pub const TOLD_MAX: usize = 64;

/// Who was told when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Moment,
    /// Whom, by name.
    pub to: Vec<String>,
    /// So many others, who are not named.
    pub more: u32,
}

/// Can these be named?
pub(super) fn check(to: &[String]) -> Result<(), Refusal> {
    if to.is_empty() || to.len() > TOLD_MAX {
        return Err(unusable("to", &format!("are 1 to {TOLD_MAX} people")));
    }
    to.iter().try_for_each(|name| check_text("to", name, NAME_MAX))
}

impl AlarmStep {
    /// That these people were told of an alarm; `None` where nobody was.
    #[must_use]
    pub fn told(alarm: AlarmId, mut people: Vec<String>) -> Option<Self> {
        let more = u32::try_from(people.len().saturating_sub(TOLD_MAX)).unwrap_or(u32::MAX);
        people.truncate(TOLD_MAX);
        (!people.is_empty()).then_some(Self::Told { alarm, to: people, more })
    }
}

impl Alarm {
    /// Keep who was told.
    pub(super) fn note_told(&mut self, to: &[String], more: u32, at: Moment) {
        self.told = Some(Told { at, to: to.to_vec(), more });
    }
}

impl Hall {
    /// The alarms of which people are to be told by a fact that was decided and is not folded in yet: one that is raised, or
    /// gets worse; those that got worse in a maintenance when that ends.
    #[must_use]
    pub fn alarms_to_tell(&self, fact: &Fact) -> Vec<AlarmId> {
        let What::AlarmMoved(step) = &fact.what else { return Vec::new() };
        let alarms = self.alarms();
        match &**step {
            AlarmStep::Raise(what) => vec![what.alarm],
            AlarmStep::Level { alarm, level, .. } => {
                // Ⅰ is the first of the grades.
                let worse = |known: &&Alarm| level.index() < known.quieted.unwrap_or(known.what.level).index();
                let told = |known: &&Alarm| !alarms.in_maintenance(&known.what, fact.known_at);
                alarms.get(*alarm).filter(worse).filter(told).map(|known| known.id).into_iter().collect()
            }
            AlarmStep::EndMaintenance { window } => alarms.called_by_end(*window, fact.known_at),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ONE, raising, step};
    use super::*;
    use crate::domain::{Actor, Grade, Order, Seq};

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("p{number:02}")).collect()
    }

    #[test]
    fn who_was_told_is_said_once_each_time_that_it_is_raised_or_gets_worse() {
        let mut hall = Hall::default();
        let tell = |hall: &mut Hall, count, at| step(hall, AlarmStep::told(ONE, names(count)).unwrap(), at);
        assert_eq!(tell(&mut hall, 1, 0), Err(Refusal::UnknownAlarm(ONE)));
        step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::III)), 0).unwrap();
        assert_eq!(tell(&mut hall, 2, 1), Ok(1));
        assert_eq!(tell(&mut hall, 3, 2), Ok(0), "who comes later sees it");
        let told = |hall: &Hall| hall.alarms().get(ONE).unwrap().told.clone();
        assert_eq!(told(&hall), Some(Told { at: Moment(1), to: names(2), more: 0 }));
        step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::IV)), 3).unwrap();
        assert!(told(&hall).is_some(), "it got better");
        step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::I)), 4).unwrap();
        assert_eq!(told(&hall), None, "of this nobody was told yet");
        assert_eq!(tell(&mut hall, TOLD_MAX + 3, 5), Ok(1));
        assert_eq!(told(&hall), Some(Told { at: Moment(5), to: names(TOLD_MAX), more: 3 }));
        step(&mut hall, AlarmStep::Clear { alarm: ONE, value: None }, 6).unwrap();
        step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::I)), 7).unwrap();
        assert_eq!(told(&hall), None);
        assert_eq!(AlarmStep::told(ONE, Vec::new()), None, "nobody has a screen");
        for wrong in [Vec::new(), names(TOLD_MAX + 1)] {
            let wrong = AlarmStep::Told { alarm: ONE, to: wrong, more: 0 };
            assert!(matches!(step(&mut hall, wrong, 8), Err(Refusal::Unusable { .. })));
        }
    }

    #[test]
    fn people_are_to_be_told_of_what_is_raised_and_of_what_gets_worse_alone() {
        const NOBODY: [AlarmId; 0] = [];
        let mut hall = Hall::default();
        let mut to_tell = |one: AlarmStep| {
            let by = Actor::Source("hub".to_owned());
            let facts = hall.decide(Order::MoveAlarm(Box::new(one)), &by, Moment(0)).unwrap();
            let found: Vec<_> = facts
                .iter()
                .map(|fact| {
                    let found = hall.alarms_to_tell(fact);
                    assert!(hall.apply(fact));
                    found
                })
                .collect();
            found
        };
        assert_eq!(to_tell(AlarmStep::Raise(raising("gas-1", Grade::III))), [[ONE]]);
        assert_eq!(to_tell(AlarmStep::Raise(raising("gas-1", Grade::II))), [[ONE]], "worse");
        assert_eq!(to_tell(AlarmStep::Raise(raising("gas-1", Grade::IV))), [NOBODY], "better");
        assert_eq!(to_tell(AlarmStep::Seen { alarm: ONE }), [NOBODY]);
        assert_eq!(to_tell(AlarmStep::Clear { alarm: ONE, value: None }), [NOBODY]);
        assert_eq!(to_tell(AlarmStep::Raise(raising("gas-1", Grade::IV))), [[ONE]], "again");
        assert_eq!(hall.upto(), Seq(6));
    }
}
