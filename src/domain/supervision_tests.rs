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
    /// Limits move by what was granted alone; reports come in their order, round by round, and what is owed is what comes
    /// next and can be filed.
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
                let mut last = None;
                for one in filed {
                    let fits = match one.which {
                        Bulletin::First => matches!(last, None | Some(Bulletin::Final)),
                        Bulletin::Follow | Bulletin::Final => matches!(last, Some(Bulletin::First | Bulletin::Follow)),
                    };
                    assert!(fits, "{:?} after {last:?}", one.which);
                    last = Some(one.which);
                }
                let (next, owed) = (hall.next_bulletin(incident), rules().owed(hall, incident));
                let tells = hall.closing(incident.id).is_none_or(|closing| closing.outcome == Outcome::Finished);
                assert!(next.is_some() || incident.stage >= Stage::Done, "there is work, and more to tell of it");
                if incident.grade <= Grade::II && tells {
                    assert_eq!(owed.map(|owed| owed.which), next, "a grave case owes what comes next");
                }
                if let Some(owed) = owed {
                    assert_eq!(Some(owed.which), next);
                    let (which, text) = (owed.which, "t".to_owned());
                    let order = Order::FileReport { incident: incident.id, which, text };
                    assert!(hall.decide(order, &Actor::Person("test".to_owned()), owed.due).is_ok());
                }
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

    /// Which report comes next.
    fn next(&self) -> Option<Bulletin> {
        self.hall.next_bulletin(self.hall.incident(CASE)?)
    }

    /// The report that is owed, and until which minute.
    fn owed(&self) -> Option<(Bulletin, i64)> {
        let owed = limits().owed(&self.hall, self.hall.incident(CASE)?)?;
        Some((owed.which, (owed.due.0 - START) / MINUTE))
    }
}

/// Ten hours to handle it, a day for the whole; reports after half an hour, two hours, twelve hours.
fn limits() -> TimeLimits {
    let urgent = |hours: i64| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let own = Limits { handle: urgent(10), whole: urgent(24), ..Limits::default() };
    TimeLimits::new(WorkCalendar::default(), 20, BTreeMap::from([(KIND.to_owned(), own)]))
        .with_bulletins(rules(), BTreeSet::from([KIND.to_owned()]))
}

fn rules() -> BulletinRules {
    BulletinRules { first_minutes: 30, follow_minutes: 120, final_minutes: 720 }
}

fn why() -> String {
    "等待配件".to_owned()
}

fn file(which: Bulletin) -> Order {
    Order::FileReport { incident: CASE, which, text: "情况……".to_owned() }
}

fn filed(desk: &Desk) -> Vec<Bulletin> {
    desk.hall.bulletins(CASE).unwrap().filed.iter().map(|one| one.which).collect()
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
    assert_eq!(desk.order(20, file(Bulletin::Follow)), Err(Refusal::BulletinNotNow(Bulletin::Follow)));
    let empty = Order::FileReport { incident: CASE, which: Bulletin::First, text: " ".to_owned() };
    assert_eq!(desk.order(20, empty), Err(Refusal::TextMissing));
    desk.order(30, file(Bulletin::First)).unwrap();
    assert_eq!(desk.order(31, file(Bulletin::First)), Err(Refusal::BulletinNotNow(Bulletin::First)));
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 150)));
    desk.order(100, file(Bulletin::Follow)).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 220)));
    assert_eq!(desk.order(110, file(Bulletin::Final)), Err(Refusal::BulletinNotNow(Bulletin::Final)));
    desk.order(200, Order::CloseIncident { incident: id, reason: "已扑灭".to_owned() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Final, 920)));
    let lamps = [600, 700, 930].map(|minute| {
        let owed = limits().owed(&desk.hall, desk.hall.incident(CASE).unwrap()).unwrap();
        owed.lamp(Moment(START + minute * MINUTE))
    });
    assert_eq!(lamps, [Lamp::Green, Lamp::Yellow, Lamp::Red]);
    desk.order(210, file(Bulletin::Final)).unwrap();
    assert_eq!(desk.owed(), None);
    assert_eq!(desk.order(220, file(Bulletin::Final)), Err(Refusal::BulletinNotNow(Bulletin::Final)));
    assert_eq!(filed(&desk), [Bulletin::First, Bulletin::Follow, Bulletin::Final]);
}

#[test]
fn a_grave_case_that_is_finished_before_its_first_report_owes_it_and_the_final_one() {
    let mut desk = Desk::new();
    let id = desk.report(0, Grade::II);
    desk.order(10, Order::CloseIncident { incident: id, reason: "已扑灭".to_owned() }).unwrap();
    assert_eq!((desk.owed(), desk.next()), (Some((Bulletin::First, 30)), Some(Bulletin::First)), "as before its end");
    let pack = Pack::compose(&desk.hall, &limits(), 0, Moment(START + 20 * MINUTE));
    let told: Vec<_> = pack.reports.rows.iter().map(|row| (row.incident, row.which)).collect();
    assert_eq!(told, [(id, Bulletin::First)], "whoever takes over hears of it");
    desk.order(40, file(Bulletin::First)).unwrap();
    assert_eq!((desk.owed(), desk.next()), (Some((Bulletin::Final, 10 + 720)), Some(Bulletin::Final)));
    desk.order(50, file(Bulletin::Final)).unwrap();
    assert_eq!((desk.owed(), desk.next()), (None, None));
    // What was no case owes nothing; where it was one after all, what was late is late.
    let mut desk = Desk::new();
    desk.report(0, Grade::II);
    desk.step(10, CaseMove::Void { reason: why() }).unwrap();
    assert_eq!(desk.owed(), None);
    desk.step(50, CaseMove::Reopen { reason: why() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::First, 30)));
    desk.order(60, file(Bulletin::First)).unwrap();
    desk.step(70, CaseMove::Void { reason: why() }).unwrap();
    desk.step(80, CaseMove::Reopen { reason: why() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 60 + 120)));
    // Those above were told that it was none.
    desk.step(90, CaseMove::Void { reason: why() }).unwrap();
    desk.order(91, file(Bulletin::Final)).unwrap();
    desk.step(95, CaseMove::Reopen { reason: why() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::First, 95 + 30)));
}

#[test]
fn once_the_work_is_done_the_final_report_is_owed_and_comes_next() {
    let mut desk = Desk::new();
    let id = desk.report(0, Grade::II);
    desk.order(10, file(Bulletin::First)).unwrap();
    assert_eq!((desk.owed(), desk.next()), (Some((Bulletin::Follow, 10 + 120)), Some(Bulletin::Follow)));
    desk.go(60, id, Stage::Done);
    let last = Some((Bulletin::Final, 60 + 720));
    assert_eq!((desk.owed(), desk.next()), (last, Some(Bulletin::Final)));
    desk.order(70, file(Bulletin::Follow)).unwrap();
    assert_eq!((desk.owed(), desk.next()), (last, Some(Bulletin::Final)), "there was more to tell before it");
    desk.go(80, id, Stage::Checked);
    desk.order(90, Order::CloseIncident { incident: id, reason: String::new() }).unwrap();
    assert_eq!(desk.owed(), last, "the work is not done later for being closed");
    assert_eq!(desk.order(95, file(Bulletin::Follow)), Err(Refusal::BulletinNotNow(Bulletin::Follow)));
    desk.order(100, file(Bulletin::Final)).unwrap();
    assert_eq!(filed(&desk), [Bulletin::First, Bulletin::Follow, Bulletin::Final]);
}

#[test]
fn what_is_done_or_opened_again_after_its_final_report_begins_another_round() {
    let mut desk = Desk::new();
    let id = desk.report(0, Grade::II);
    desk.order(10, file(Bulletin::First)).unwrap();
    desk.go(60, id, Stage::Done);
    desk.order(70, file(Bulletin::Final)).unwrap();
    assert_eq!((desk.owed(), desk.next()), (None, None));
    // It is looked at and is not done.
    desk.step(75, CaseMove::AskRecheck { of: Checker::Crew(CrewId(3)), words: String::new() }).unwrap();
    desk.step(80, CaseMove::AnswerRecheck { finding: Finding::Fail, words: why() }).unwrap();
    assert_eq!((desk.owed(), desk.next()), (Some((Bulletin::First, 80 + 30)), Some(Bulletin::First)));
    for which in [Bulletin::Follow, Bulletin::Final] {
        assert_eq!(desk.order(85, file(which)), Err(Refusal::BulletinNotNow(which)));
    }
    desk.order(90, file(Bulletin::First)).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 90 + 120)));
    desk.go(200, id, Stage::Done);
    assert_eq!(desk.owed(), Some((Bulletin::Final, 200 + 720)));
    // Before its final report a round goes on.
    desk.step(210, CaseMove::Rework { reason: why() }).unwrap();
    assert_eq!(desk.owed(), Some((Bulletin::Follow, 210 + 120)));
    assert_eq!(desk.order(220, file(Bulletin::First)), Err(Refusal::BulletinNotNow(Bulletin::First)));
    desk.go(230, id, Stage::Done);
    desk.order(240, file(Bulletin::Final)).unwrap();
    desk.order(250, Order::CloseIncident { incident: id, reason: String::new() }).unwrap();
    assert_eq!((desk.owed(), desk.next()), (None, None));
    desk.step(300, CaseMove::Reopen { reason: why() }).unwrap();
    assert_eq!((desk.owed(), desk.next()), (Some((Bulletin::First, 300 + 30)), Some(Bulletin::First)));
    assert_eq!(filed(&desk), [Bulletin::First, Bulletin::Final, Bulletin::First, Bulletin::Final]);
}
