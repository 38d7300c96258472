//! Who had a hand in a case: the people who moved it, the last ones.
//!
//! 1. What moves a case counts ([`What::moves`]), by a person; what systems and devices do does not.
//! 2. Each person once, whoever moved it last at the end; at most [`HANDS_MAX`].
//! 3. They leave the hall with the case.

use serde::{Deserialize, Serialize};

use super::{Actor, CaseMove, Fact, Hall, IncidentId, What};

/// So many people are known of a case.
pub const HANDS_MAX: usize = 8;

/// The people who moved a case, who did last at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Hands(Vec<String>);

impl Hands {
    fn note(&mut self, who: &str) {
        let known = self.0.iter().position(|one| one == who);
        let again = known.map(|at| self.0.remove(at));
        if self.0.len() >= HANDS_MAX {
            self.0.remove(0);
        }
        self.0.push(again.unwrap_or_else(|| who.to_owned()));
    }
}

impl Hall {
    /// The people who moved a case of late, who did last at the end; at most [`HANDS_MAX`].
    #[must_use]
    pub fn hands(&self, id: IncidentId) -> &[String] {
        self.hands.get(&id).map_or(&[], |hands| &hands.0)
    }

    /// Note who moves a case with a fact that was folded in.
    pub(super) fn note_hand(&mut self, fact: &Fact) {
        let (Actor::Person(who), Some(id)) = (&fact.by, fact.what.incident()) else { return };
        // What a shift writes of a case moves it as little as a note does.
        let moves = fact.what.moves() && !matches!(fact.what, What::DutyMoved(_));
        if !moves || self.incident(id).is_none() {
            return;
        }
        self.hands.entry(id).or_default().note(who);
        // What goes on with it was moved as much.
        if let What::IncidentMoved { step: CaseMove::Merge { into }, .. } = &fact.what
            && self.incident(*into).is_some()
        {
            self.hands.entry(*into).or_default().note(who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Grade, LonLat, Moment, Order, Place, Progress, Report, Stage};

    /// A hall with cases 1 and 2 that a hotline reported.
    fn hall() -> Hall {
        let mut hall = Hall::default();
        for number in ["1", "2"] {
            let report = Report {
                source: "12345".to_owned(),
                source_id: number.to_owned(),
                kind: "20101".to_owned(),
                grade: Grade::IV,
                place: Place { at: LonLat::new(118.8, 32.0), address: String::new() },
                text: String::new(),
                happened_at: Moment(0),
                progress: Progress::Open,
                answers: [].into(),
            };
            give(&mut hall, &Actor::Source("12345".to_owned()), Order::TakeReport(report));
        }
        hall
    }

    fn give(hall: &mut Hall, by: &Actor, order: Order) {
        for fact in hall.decide(order, by, Moment(1)).unwrap() {
            assert!(hall.apply(&fact));
        }
    }

    fn person(name: &str) -> Actor {
        Actor::Person(name.to_owned())
    }

    fn urge(number: u64) -> Order {
        let step = CaseMove::Urge { words: String::new() };
        Order::MoveIncident { incident: IncidentId(number), step }
    }

    #[test]
    fn who_moved_a_case_is_known_and_who_only_spoke_of_it_is_not() {
        let mut hall = hall();
        let one = IncidentId(1);
        assert_eq!(hall.hands(one), [""; 0], "systems have no hands");
        give(&mut hall, &person("li"), Order::AdvanceIncident { incident: one, stage: Stage::Accepted });
        give(&mut hall, &person("wang"), Order::AddNote { incident: one, words: "已联系".to_owned() });
        assert_eq!(hall.hands(one), ["li"]);
        give(&mut hall, &person("chen"), Order::AdvanceIncident { incident: one, stage: Stage::Filed });
        give(&mut hall, &person("li"), urge(1));
        assert_eq!(hall.hands(one), ["chen", "li"], "each once, the last at the end");
        let merge = Order::MoveIncident { incident: IncidentId(2), step: CaseMove::Merge { into: one } };
        give(&mut hall, &person("zhao"), merge);
        assert_eq!((hall.hands(one).len(), hall.hands(IncidentId(2))), (3, ["zhao".to_owned()].as_slice()));
    }

    #[test]
    fn so_many_are_known_and_they_leave_with_the_case() {
        let mut hall = hall();
        for number in 0..HANDS_MAX + 2 {
            give(&mut hall, &person(&number.to_string()), urge(1));
        }
        assert_eq!((hall.hands(IncidentId(1)).len(), hall.hands(IncidentId(1))[0].as_str()), (HANDS_MAX, "2"));
        let again: Hall = postcard::from_bytes(&postcard::to_stdvec(&hall).unwrap()).unwrap();
        assert_eq!(again.hands(IncidentId(1)), hall.hands(IncidentId(1)), "a snapshot holds them");
        give(&mut hall, &person("li"), Order::CloseIncident { incident: IncidentId(1), reason: "已排除".to_owned() });
        assert_eq!(hall.hands(IncidentId(1)).len(), HANDS_MAX, "as long as the case is held");
        let much_later = Moment(1).plus_millis(super::super::hall::KEEP_CLOSED_MILLIS + 1);
        for fact in hall.decide(urge(2), &person("li"), much_later).unwrap() {
            assert!(hall.apply(&fact));
        }
        assert!(hall.incident(IncidentId(1)).is_none() && hall.hands(IncidentId(1)).is_empty());
    }
}
