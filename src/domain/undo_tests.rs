//! What takes an order back, that it brings back what was, and when it can no longer be done.

use super::undo::{UndoBar, Undoable};
use super::{
    Actor, Answers, Assignment, CaseMove, CrewId, Grade, Hall, IncidentId, Link, Mode, Moment, Order, Part, Party,
    Place, Progress, Report, Stage, TaskState, TaskStep,
};

const REASON: &str = "撤销";

fn me() -> Actor {
    Actor::Person("li".into())
}

fn chen() -> Actor {
    Actor::Person("chen".into())
}

/// A hall that remembers an order of mine.
struct Desk {
    hall: Hall,
    now: Moment,
    undoable: Option<Undoable>,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self { hall: Hall::default(), now: Moment(0), undoable: None };
        for id in 1..=3 {
            let report = Report {
                source: "test".into(),
                source_id: id.to_string(),
                kind: "20101".into(),
                grade: Grade::III,
                place: Place::default(),
                text: String::new(),
                happened_at: Moment(0),
                progress: Progress::Open,
                answers: [].into(),
            };
            desk.give(Order::TakeReport(report), &Actor::Source("test".into()));
        }
        desk
    }

    fn give(&mut self, order: Order, by: &Actor) {
        self.now = self.now.plus_millis(1_000);
        for fact in self.hall.decide(order, by, self.now).unwrap() {
            assert!(self.hall.apply(&fact));
            if let Some(undoable) = &mut self.undoable {
                undoable.note(&fact);
            }
        }
    }

    /// I give an order.
    fn order(&mut self, order: Order) {
        self.undoable = Undoable::new(&self.hall, &order, me(), REASON);
        self.give(order, &me());
    }

    fn undoing(&self) -> Result<Vec<Order>, UndoBar> {
        let undoable = self.undoable.as_ref().expect("an order that is followed");
        assert!(undoable.is_carried_out());
        undoable.orders(&self.hall).map(<[Order]>::to_vec)
    }

    fn undo(&mut self) {
        for order in self.undoing().expect("it can be taken back") {
            self.give(order, &me());
        }
    }
}

const ONE: IncidentId = IncidentId(1);
const TWO: IncidentId = IncidentId(2);

fn step(step: CaseMove) -> Order {
    Order::MoveIncident { incident: ONE, step }
}

fn reason() -> String {
    "理由".into()
}

fn tasks() -> Order {
    let crew = |id, part| Assignment { to: Party::Crew(CrewId(id)), part };
    Order::GiveTasks { incident: ONE, to: vec![crew(7, Part::Lead), crew(8, Part::Assist)], words: String::new() }
}

/// What of a case and the hall an order can change, but for when.
fn state(hall: &Hall) -> impl PartialEq + std::fmt::Debug + use<> {
    let one = hall.incident(ONE).unwrap();
    let dossier = hall.dossier(ONE);
    let supervised = dossier.supervised.as_ref().map(|said| said.words.clone());
    let held = hall.course(ONE).unwrap().on_hold().map(|hold| hold.reason.clone());
    let open = hall.tasks(ONE).iter().filter(|task| task.is_open()).count();
    (hall.mode(), one.grade, one.stage, dossier.links.clone(), supervised, held, open, dossier.answers.clone())
}

#[test]
fn what_takes_an_order_back_brings_back_what_was() {
    let suspend = || Order::SuspendIncident { incident: ONE, reason: reason() };
    let supervise = || step(CaseMove::Supervise { reason: reason() });
    let link = |link| step(CaseMove::Link { to: TWO, link });
    let filed = Order::AdvanceIncident { incident: ONE, stage: Stage::Filed };
    let answer = |answers: Answers| Order::AnswerForm { incident: ONE, answers };
    let cases: Vec<(Vec<Order>, Order)> = vec![
        (vec![], Order::SwitchMode { mode: Mode::Emergency }),
        (vec![], Order::RegradeIncident { incident: ONE, grade: Grade::I, reason: reason() }),
        (vec![], suspend()),
        (vec![suspend()], Order::ResumeIncident { incident: ONE }),
        (vec![], supervise()),
        (vec![supervise()], step(CaseMove::EndSupervision)),
        (vec![], link(Link::PartOf)),
        (vec![link(Link::CausedBy)], link(Link::PartOf)),
        (vec![link(Link::PartOf)], step(CaseMove::Unlink { to: TWO })),
        (vec![], step(CaseMove::Merge { into: TWO })),
        (vec![step(CaseMove::Merge { into: TWO })], step(CaseMove::Unmerge { reason: reason() })),
        (vec![filed], tasks()),
        (vec![], answer([("floor", "11")].into())),
        (
            vec![answer([("floor", "11"), ("trapped", "2"), ("smoke", "yes")].into())],
            answer([("floor", "12"), ("trapped", ""), ("smoke", "yes")].into()),
        ),
    ];
    for (before, order) in cases {
        let mut desk = Desk::new();
        for order in before {
            desk.give(order, &chen());
        }
        let was = state(&desk.hall);
        desk.order(order.clone());
        assert_ne!(state(&desk.hall), was, "{order:?} does something");
        desk.undo();
        assert_eq!(state(&desk.hall), was, "{order:?}");
    }
}

#[test]
fn what_somebody_acted_on_since_is_not_taken_back() {
    let acts = [
        (Order::RegradeIncident { incident: ONE, grade: Grade::II, reason: reason() }, chen(), Err(UndoBar::Acted)),
        (step(CaseMove::Urge { words: String::new() }), me(), Err(UndoBar::Acted)),
        (Order::AddNote { incident: ONE, words: "看过".into() }, chen(), Ok(())),
        (Order::RegradeIncident { incident: TWO, grade: Grade::II, reason: reason() }, chen(), Ok(())),
    ];
    for (act, by, expected) in acts {
        let mut desk = Desk::new();
        desk.order(Order::SuspendIncident { incident: ONE, reason: reason() });
        desk.give(act.clone(), &by);
        assert_eq!(desk.undoing().map(drop), expected, "{act:?}");
    }
    // The mode is everybody's.
    let mut desk = Desk::new();
    desk.order(Order::SwitchMode { mode: Mode::Emergency });
    desk.give(Order::RegradeIncident { incident: ONE, grade: Grade::II, reason: reason() }, &chen());
    assert!(desk.undoing().is_ok());
    desk.give(Order::SwitchMode { mode: Mode::Routine }, &chen());
    assert_eq!(desk.undoing(), Err(UndoBar::Acted));
}

#[test]
fn tasks_are_taken_back_until_one_of_them_is_read() {
    let reach = |crew, state| {
        let step = TaskStep::Reach { state, words: String::new() };
        Order::MoveTask { incident: ONE, party: Party::Crew(CrewId(crew)), step }
    };
    let mut desk = Desk::new();
    desk.order(tasks());
    desk.give(reach(7, TaskState::Delivered), &chen());
    assert_eq!(desk.undoing().map(|orders| orders.len()), Ok(2));
    desk.give(reach(8, TaskState::Read), &chen());
    assert_eq!(desk.undoing(), Err(UndoBar::Read));
    // A party that has a task already keeps it.
    let mut desk = Desk::new();
    desk.give(tasks(), &chen());
    assert_eq!(desk.hall.undoing(&tasks(), REASON), []);
}

#[test]
fn what_ends_a_case_says_that_nothing_takes_it_back() {
    let close = Order::CloseIncident { incident: ONE, reason: reason() };
    for order in [close, step(CaseMove::Void { reason: reason() }), step(CaseMove::Reject { reason: reason() })] {
        let mut desk = Desk::new();
        desk.order(order);
        assert_eq!(desk.undoing(), Err(UndoBar::Final));
    }
    let mut desk = Desk::new();
    desk.give(tasks(), &chen());
    desk.order(step(CaseMove::Merge { into: TWO }));
    assert_eq!(desk.undoing(), Err(UndoBar::Final), "who is on the way does not come back");
    let accept = Order::AdvanceIncident { incident: ONE, stage: Stage::Accepted };
    assert!(Undoable::new(&Desk::new().hall, &accept, me(), REASON).is_none(), "every day's work says nothing");
}

#[test]
fn an_order_that_is_on_its_way_is_not_taken_for_carried_out_by_another_fact_of_mine() {
    let mut desk = Desk::new();
    let regrade = Order::RegradeIncident { incident: ONE, grade: Grade::I, reason: reason() };
    desk.undoable = Undoable::new(&desk.hall, &regrade, me(), REASON);
    desk.give(Order::SuspendIncident { incident: ONE, reason: reason() }, &me());
    assert!(!desk.undoable.as_ref().unwrap().is_carried_out());
    desk.give(Order::RegradeIncident { incident: ONE, grade: Grade::II, reason: reason() }, &chen());
    desk.give(regrade, &me());
    assert_eq!(desk.undoing(), Err(UndoBar::Acted), "what was before it is no longer known");
}
