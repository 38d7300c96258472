//! More time that is asked for, what past cases say of open ones, and reports to those above.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::tests::{carry_out, steps};
use super::*;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const START: i64 = 1_700_000_000_000;
const CASE: IncidentId = IncidentId(1);
const KIND: &str = "30201";

/// Reports to those above, of few cases.
pub(super) fn bulletin_order() -> impl Strategy<Value = Order> {
    let which = prop_oneof![Just(Bulletin::First), Just(Bulletin::Follow), Just(Bulletin::Final)];
    (0_u64..12, which, "[t]{0,1}").prop_map(|(incident, which, text)| Order::FileReport {
        incident: IncidentId(incident),
        which,
        text,
    })
}

proptest! {
    /// Limits move by what was granted alone, and reports come in their order.
    #[test]
    fn limits_move_only_once_granted_and_reports_come_in_order(steps in steps()) {
        carry_out(steps, |before, hall, facts| {
            for incident in hall.incidents() {
                let (Some(course), Some(old)) = (hall.course(incident.id), before.course(incident.id)) else { continue };
                let granted = facts.iter().any(|fact| matches!(
                    &fact.what,
                    What::IncidentMoved { incident: id, step: CaseMove::GrantExtension { .. }, .. } if *id == incident.id
                ));
                for phase in Phase::ALL {
                    assert!(granted || course.extended(phase) <= old.extended(phase), "{phase:?} is longer by itself");
                }
            }
            for incident in hall.incidents() {
                let filed = hall.bulletins(incident.id).map_or(&[][..], |own| &own.filed);
                let order: Vec<Bulletin> = filed.iter().map(|one| one.which).collect();
                assert!(order.is_sorted(), "{order:?}");
                let count = |which| order.iter().filter(|one| **one == which).count();
                assert!(count(Bulletin::First) == usize::from(!order.is_empty()) && count(Bulletin::Final) <= 1);
            }
            for incident in before.incidents().filter(|incident| hall.incident(incident.id).is_none()) {
                assert_eq!(hall.bulletins(incident.id), None);
            }
        });
    }
}

/// A hall in which orders come at minutes of our choice.
struct Desk {
    hall: Hall,
    cases: u64,
}

impl Desk {
    fn new() -> Self {
        Self { hall: Hall::default(), cases: 0 }
    }

    fn order(&mut self, minute: i64, order: Order) -> Result<usize, Refusal> {
        let now = Moment(START + minute * MINUTE);
        let facts = self.hall.decide(order, &Actor::Person("值班长".to_owned()), now)?;
        assert!(facts.iter().all(|fact| self.hall.apply(fact)));
        Ok(facts.len())
    }

    fn report(&mut self, minute: i64, grade: Grade) -> IncidentId {
        self.cases += 1;
        let report = Report {
            source: "119".to_owned(),
            source_id: self.cases.to_string(),
            kind: KIND.to_owned(),
            grade,
            place: Place::default(),
            text: "高楼起火".to_owned(),
            happened_at: Moment(START + minute * MINUTE),
            progress: Progress::Open,
            answers: [].into(),
        };
        self.order(minute, Order::TakeReport(report)).unwrap();
        IncidentId(self.cases)
    }

    fn go(&mut self, minute: i64, incident: IncidentId, stage: Stage) {
        self.order(minute, Order::AdvanceIncident { incident, stage }).unwrap();
    }

    fn step(&mut self, minute: i64, step: CaseMove) -> Result<usize, Refusal> {
        self.order(minute, Order::MoveIncident { incident: CASE, step })
    }

    fn owed(&self) -> Option<(Bulletin, i64)> {
        let owed = limits().owed(&self.hall, self.hall.incident(CASE)?)?;
        Some((owed.which, (owed.due.0 - START) / MINUTE))
    }
}

/// Ten hours to handle it, a day for the whole; reports after half an hour, two hours, twelve hours.
fn limits() -> TimeLimits {
    let urgent = |hours: i64| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let own = Limits { handle: urgent(10), whole: urgent(24), ..Limits::default() };
    let rules = BulletinRules { first_minutes: 30, follow_minutes: 120, final_minutes: 720 };
    TimeLimits::new(WorkCalendar::default(), 20, BTreeMap::from([(KIND.to_owned(), own)]))
        .with_bulletins(rules, BTreeSet::from([KIND.to_owned()]))
}

fn why() -> String {
    "等待配件".to_owned()
}

#[test]
fn a_limit_is_longer_only_once_the_extension_is_granted() {
    let mut desk = Desk::new();
    let id = desk.report(0, Grade::IV);
    desk.go(10, id, Stage::Dispatched);
    let due = |desk: &Desk| match limits().countdown(KIND, desk.hall.course(CASE).unwrap(), 0) {
        Some(Countdown::Running { phase: Phase::Handle, due, .. }) => (due.0 - START) / MINUTE,
        other => panic!("{other:?}"),
    };
    assert_eq!(due(&desk), 10 + 600);
    let ask = |phase, hours: i64| CaseMove::AskExtension { phase, millis: hours * HOUR, reason: why() };
    assert_eq!(
        desk.step(20, CaseMove::GrantExtension { words: String::new() }),
        Err(Refusal::NotNow(Stage::Dispatched))
    );
    assert_eq!(desk.step(20, ask(Phase::Recheck, 2)).unwrap_err().key(), "refusal.unusable");
    assert_eq!(desk.step(20, ask(Phase::Handle, 0)).unwrap_err().key(), "refusal.unusable");
    assert_eq!(desk.step(20, ask(Phase::Handle, 24 * 61)).unwrap_err().key(), "refusal.unusable");
    desk.step(20, ask(Phase::Handle, 3)).unwrap();
    assert_eq!(due(&desk), 10 + 600, "asked is not granted");
    assert_eq!(desk.step(21, ask(Phase::Handle, 3)), Err(Refusal::NotNow(Stage::Dispatched)), "one at a time");
    assert_eq!(desk.step(22, CaseMove::RefuseExtension { reason: String::new() }), Err(Refusal::ReasonMissing));
    desk.step(22, CaseMove::RefuseExtension { reason: why() }).unwrap();
    assert_eq!(due(&desk), 10 + 600);
    desk.step(30, ask(Phase::Handle, 3)).unwrap();
    desk.step(40, CaseMove::GrantExtension { words: String::new() }).unwrap();
    assert_eq!(due(&desk), 10 + 780);
    assert_eq!(
        desk.hall.dossier(CASE).extension.as_ref().unwrap().answer.as_ref().map(|(granted, _)| *granted),
        Some(true)
    );
    // What goes back begins that limit anew, as long as it was.
    desk.step(50, CaseMove::Return { reason: why() }).unwrap();
    desk.go(60, id, Stage::Dispatched);
    assert_eq!(due(&desk), 60 + 600);
}

#[test]
fn past_cases_of_a_kind_say_whether_one_is_likely_to_be_late() {
    let mut desk = Desk::new();
    let mut minute = 0;
    // Seven of ten took twenty hours to handle, three took one.
    for number in 0..10 {
        let id = desk.report(minute, Grade::IV);
        desk.go(minute, id, Stage::Dispatched);
        minute += if number < 7 { 20 * 60 } else { 60 };
        desk.go(minute, id, Stage::Done);
        desk.order(minute, Order::CloseIncident { incident: id, reason: String::new() }).unwrap();
    }
    let id = desk.report(minute, Grade::IV);
    desk.go(minute, id, Stage::Dispatched);
    let outlook = |desk: &Desk, later: i64| {
        let incident = desk.hall.incident(id).unwrap();
        desk.hall.outlook(incident, &limits(), Moment(START + (minute + later) * MINUTE), 0)
    };
    let now = outlook(&desk, 5).unwrap();
    assert_eq!((now.phase, now.late, now.of, now.likely()), (Phase::Handle, 7, 10, Likely::Late));
    assert!((15 * 60..25 * 60).contains(&now.typical_minutes), "{now:?}");
    let later = outlook(&desk, 300).unwrap();
    assert_eq!((later.late, later.of), (7, 7), "the quick ones were done by then");
    assert_eq!(outlook(&desk, 601), None, "what is late is no forecast");
    let nothing = desk.hall.outlook(
        &Incident { kind: "20101".to_owned(), ..desk.hall.incident(id).unwrap().clone() },
        &limits(),
        Moment(START),
        0,
    );
    assert_eq!(nothing, None, "a kind that nobody knows");
    let word = |late, of| Outlook { phase: Phase::Handle, late, of, typical_minutes: 1 }.likely();
    assert_eq!(
        [word(1, 10), word(2, 10), word(5, 10), word(0, 0)],
        [Likely::InTime, Likely::Maybe, Likely::Late, Likely::InTime]
    );
}

#[test]
fn a_grave_case_owes_a_first_report_follow_ups_while_it_is_open_and_a_final_one() {
    let mut desk = Desk::new();
    let id = desk.report(0, Grade::IV);
    assert_eq!(desk.owed(), None, "not so grave");
    desk.order(10, Order::RegradeIncident { incident: id, grade: Grade::II, reason: why() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::First, 40)), "from when it is grave");
    let file = |which| Order::FileReport { incident: CASE, which, text: "情况……".to_owned() };
    assert_eq!(desk.order(20, file(Bulletin::Follow)), Err(Refusal::BulletinNotNow(Bulletin::Follow)));
    let empty = Order::FileReport { incident: CASE, which: Bulletin::First, text: " ".to_owned() };
    assert_eq!(desk.order(20, empty), Err(Refusal::TextMissing));
    desk.order(30, file(Bulletin::First)).unwrap();
    assert_eq!(desk.order(31, file(Bulletin::First)), Err(Refusal::BulletinNotNow(Bulletin::First)));
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 150)));
    desk.order(100, file(Bulletin::Follow)).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 220)));
    assert_eq!(desk.order(110, file(Bulletin::Final)), Err(Refusal::BulletinNotNow(Bulletin::Final)));
    desk.order(200, Order::CloseIncident { incident: id, reason: String::new() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Final, 920)));
    let lamps = [600, 700, 930].map(|minute| {
        let owed = limits().owed(&desk.hall, desk.hall.incident(CASE).unwrap()).unwrap();
        owed.lamp(Moment(START + minute * MINUTE))
    });
    assert_eq!(lamps, [Lamp::Green, Lamp::Yellow, Lamp::Red]);
    desk.order(210, file(Bulletin::Final)).unwrap();
    assert_eq!(desk.owed(), None);
    assert_eq!(desk.order(220, file(Bulletin::Final)), Err(Refusal::BulletinNotNow(Bulletin::Final)));
    let filed = &desk.hall.bulletins(CASE).unwrap().filed;
    assert_eq!(
        filed.iter().map(|one| one.which).collect::<Vec<_>>(),
        [Bulletin::First, Bulletin::Follow, Bulletin::Final]
    );
}
