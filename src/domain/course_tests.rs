//! What is merged, voided or closed and comes back: its clocks, its parties, and what was asked of it.

use super::rights::Right;
use super::*;

const MINUTE: i64 = 60_000;
const START: i64 = 1_700_000_000_000;
const KIND: &str = "20101";
const ONE: IncidentId = IncidentId(1);
const TWO: IncidentId = IncidentId(2);

fn at(minute: i64) -> Moment {
    Moment(START + minute * MINUTE)
}

fn why() -> String {
    "另有情况".to_owned()
}

fn crew(number: u32) -> Party {
    Party::Crew(CrewId(number))
}

fn water() -> Party {
    Party::Department("water".to_owned())
}

/// An hour to dispatch it, four to handle it, one to check it, a day for the whole.
fn limits() -> TimeLimits {
    let minutes = |minutes: i64| Some(Limit { clock: Clock::UrgentHours, millis: minutes * MINUTE });
    let own = Limits { dispatch: minutes(60), handle: minutes(240), recheck: minutes(60), whole: minutes(1440) };
    TimeLimits::new(WorkCalendar::default(), 20, [(KIND.to_owned(), own)].into())
}

/// A hall with two cases that are known at minute 0, and orders at minutes of our choice, to the first where nothing else
/// is said.
struct Desk {
    hall: Hall,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self { hall: Hall::default() };
        for number in 1..=2 {
            let report = Report {
                source: "12345".to_owned(),
                source_id: number.to_string(),
                kind: KIND.to_owned(),
                grade: Grade::III,
                place: Place::default(),
                text: "路面积水".to_owned(),
                happened_at: at(0),
                progress: Progress::Open,
                answers: [].into(),
            };
            desk.order(0, Order::TakeReport(report)).unwrap();
        }
        desk
    }

    fn order(&mut self, minute: i64, order: Order) -> Result<(), Refusal> {
        let facts = self.hall.decide(order, &Actor::Person("值班长".to_owned()), at(minute))?;
        assert!(facts.iter().all(|fact| self.hall.apply(fact)));
        Ok(())
    }

    fn step(&mut self, minute: i64, step: CaseMove) -> Result<(), Refusal> {
        self.order(minute, Order::MoveIncident { incident: ONE, step })
    }

    fn go(&mut self, minute: i64, incident: IncidentId, stage: Stage) {
        self.order(minute, Order::AdvanceIncident { incident, stage }).unwrap();
    }

    fn give(&mut self, minute: i64, incident: IncidentId, party: Party) {
        let to = vec![Assignment { to: party, part: Part::Assist }];
        self.order(minute, Order::GiveTasks { incident, to, words: String::new() }).unwrap();
    }

    fn suspend(&mut self, minute: i64, incident: IncidentId) {
        self.order(minute, Order::SuspendIncident { incident, reason: why() }).unwrap();
    }

    fn stage(&self, id: IncidentId) -> Stage {
        self.hall.incident(id).unwrap().stage
    }

    fn held(&self, id: IncidentId) -> bool {
        self.hall.course(id).unwrap().on_hold().is_some()
    }

    /// The parties that have an open task.
    fn parties(&self, id: IncidentId) -> Vec<Party> {
        self.hall.tasks(id).iter().filter(|task| task.is_open()).map(|task| task.to.clone()).collect()
    }

    fn runs(&self) -> Vec<(Phase, Run)> {
        let timers = limits().timers(KIND, self.hall.course(ONE).unwrap(), 0);
        timers.into_iter().map(|timer| (timer.phase, timer.run)).collect()
    }

    /// The minute at which a limit that runs is used up.
    fn due(&self, phase: Phase) -> Option<i64> {
        self.runs().into_iter().find_map(|(of, run)| match run {
            Run::Running { due, .. } if of == phase => Some((due.0 - START) / MINUTE),
            _ => None,
        })
    }
}

/// Ways to end a case that is not finished, with what takes each back.
fn ends() -> [(CaseMove, CaseMove); 2] {
    [
        (CaseMove::Void { reason: why() }, CaseMove::Reopen { reason: why() }),
        (CaseMove::Merge { into: TWO }, CaseMove::Unmerge { reason: why() }),
    ]
}

#[test]
fn what_comes_back_has_the_limits_it_had_which_stood_meanwhile_and_what_was_late_is_late() {
    let open = Stage::ALL.into_iter().filter(|stage| *stage != Stage::Closed);
    for (stage, over) in open.flat_map(|stage| [40, 300].map(|over| (stage, over))) {
        for (end, back) in ends() {
            let mut desk = Desk::new();
            for (minute, passed) in (0..).step_by(5).zip(Stage::ALL).skip(1).take_while(|(_, passed)| *passed <= stage)
            {
                desk.go(minute, ONE, passed);
            }
            let reached = |desk: &Desk| Stage::ALL.map(|stage| desk.hall.course(ONE).unwrap().since(stage));
            let (runs, passed) = (desk.runs(), reached(&desk));
            desk.step(over, end.clone()).unwrap();
            assert_eq!(desk.stage(ONE), Stage::Closed);
            desk.step(over + 500, back).unwrap();
            assert_eq!((desk.stage(ONE), reached(&desk)), (stage, passed), "{end:?} at {over}");
            let later = |moment: Moment| if moment <= at(over) { moment } else { moment.plus_millis(500 * MINUTE) };
            let moved = runs.into_iter().map(|(phase, run)| match run {
                Run::Running { soon, due } => (phase, Run::Running { soon: later(soon), due: later(due) }),
                run => (phase, run),
            });
            assert_eq!(desk.runs(), moved.collect::<Vec<_>>(), "{stage:?}, {end:?} at {over}");
        }
    }
    // By hand: known at 0, sent at 15, merged at 40, split off at 540, done at 560.
    let mut desk = Desk::new();
    desk.go(15, ONE, Stage::Dispatched);
    desk.step(40, CaseMove::Merge { into: TWO }).unwrap();
    desk.step(540, CaseMove::Unmerge { reason: why() }).unwrap();
    assert_eq!((desk.due(Phase::Handle), desk.due(Phase::Whole)), (Some(15 + 240 + 500), Some(1440 + 500)));
    desk.go(560, ONE, Stage::Done);
    assert_eq!(desk.due(Phase::Recheck), Some(560 + 60));
    let used = |phase| {
        let course = desk.hall.course(ONE).unwrap();
        let timer = limits().timers(KIND, course, 0).into_iter().find(|timer| timer.phase == phase).unwrap();
        limits().used_millis(&timer, course, at(600), 0) / MINUTE
    };
    assert_eq!((used(Phase::Handle), used(Phase::Whole)), (25 + 20, 100));
}

#[test]
fn merging_and_taking_it_back_leaves_a_red_lamp_red() {
    let mut desk = Desk::new();
    let lamp =
        |desk: &Desk, minute| limits().countdown(KIND, desk.hall.course(ONE).unwrap(), 0).unwrap().lamp(at(minute));
    assert_eq!(lamp(&desk, 90), Some(Lamp::Red));
    let order = Order::MoveIncident { incident: ONE, step: CaseMove::Merge { into: TWO } };
    let undo = desk.hall.undoing(&order, "撤销");
    assert_eq!(undo.len(), 1);
    desk.order(90, order).unwrap();
    for order in undo {
        desk.order(91, order).unwrap();
    }
    assert_eq!((desk.stage(ONE), lamp(&desk, 91)), (Stage::Reported, Some(Lamp::Red)));
}

#[test]
fn what_was_granted_before_an_end_that_is_taken_back_is_granted_after_it_and_what_was_asked_is_awaited() {
    for (end, back) in ends() {
        let mut desk = Desk::new();
        desk.go(10, ONE, Stage::Handling);
        desk.step(20, CaseMove::AskExtension { phase: Phase::Handle, millis: 30 * MINUTE, reason: why() }).unwrap();
        desk.step(21, CaseMove::GrantExtension { words: String::new() }).unwrap();
        desk.step(22, CaseMove::AskExtension { phase: Phase::Whole, millis: 60 * MINUTE, reason: why() }).unwrap();
        desk.step(30, end).unwrap();
        desk.step(130, back).unwrap();
        assert_eq!(desk.due(Phase::Handle), Some(10 + 240 + 30 + 100));
        assert!(desk.hall.dossier(ONE).awaits_extension());
        desk.step(140, CaseMove::GrantExtension { words: String::new() }).unwrap();
        assert_eq!(desk.due(Phase::Whole), Some(1440 + 60 + 100));
    }
}

#[test]
fn a_case_whose_tasks_ended_with_it_waits_for_another_party_when_it_comes_back() {
    for (end, back) in ends() {
        for stage in [Stage::Dispatched, Stage::Handling] {
            let mut desk = Desk::new();
            desk.give(10, ONE, crew(7));
            if stage == Stage::Handling {
                desk.go(20, ONE, stage);
            }
            desk.step(30, end.clone()).unwrap();
            desk.step(90, back.clone()).unwrap();
            assert_eq!((desk.stage(ONE), desk.parties(ONE)), (Stage::Filed, vec![]), "{end:?} at {stage:?}");
            let dues = [Phase::Dispatch, Phase::Handle, Phase::Whole].map(|phase| desk.due(phase));
            assert_eq!(dues, [Some(90 + 60), None, Some(1440 + 60)], "who sends it has its time, the whole goes on");
            assert_eq!(desk.hall.turn(ONE), Some(Right::Dispatch));
            let goes_on = if matches!(end, CaseMove::Merge { .. }) { vec![crew(7)] } else { vec![] };
            assert_eq!(desk.parties(TWO), goes_on, "who went along stays with what goes on");
            desk.give(100, ONE, crew(8));
            assert_eq!((desk.stage(ONE), desk.due(Phase::Handle)), (Stage::Dispatched, Some(100 + 240)));
        }
    }
}

#[test]
fn whoever_comes_along_takes_the_case_that_goes_on_off_hold() {
    let merge = || CaseMove::Merge { into: TWO };
    let mut desk = Desk::new();
    desk.suspend(5, TWO);
    desk.give(10, ONE, crew(7));
    desk.step(20, merge()).unwrap();
    assert_eq!((desk.stage(TWO), desk.held(TWO), desk.parties(TWO)), (Stage::Dispatched, false, vec![crew(7)]));
    assert_eq!(desk.hall.course(TWO).unwrap().holds().last().unwrap().until, Some(at(20)));
    // Also where it had parties of its own.
    for stage in [Stage::Dispatched, Stage::Handling] {
        let mut desk = Desk::new();
        desk.give(5, TWO, water());
        if stage == Stage::Handling {
            desk.go(6, TWO, stage);
        }
        desk.suspend(7, TWO);
        desk.give(10, ONE, crew(7));
        desk.step(20, merge()).unwrap();
        assert_eq!((desk.stage(TWO), desk.held(TWO), desk.parties(TWO)), (stage, false, vec![water(), crew(7)]));
    }
    // Nobody new comes: it stays on hold.
    let mut desk = Desk::new();
    desk.give(5, TWO, crew(7));
    desk.suspend(7, TWO);
    desk.give(10, ONE, crew(7));
    desk.step(20, merge()).unwrap();
    assert_eq!((desk.held(TWO), desk.parties(TWO)), (true, vec![crew(7)]));
    let mut desk = Desk::new();
    desk.suspend(5, TWO);
    desk.step(20, merge()).unwrap();
    assert_eq!((desk.stage(TWO), desk.held(TWO)), (Stage::Reported, true));
}

#[test]
fn a_case_with_open_tasks_is_not_merged_into_one_whose_work_is_done() {
    for stage in [Stage::Done, Stage::Checked] {
        let merge = || CaseMove::Merge { into: TWO };
        let mut desk = Desk::new();
        desk.go(5, TWO, Stage::Done);
        if stage == Stage::Checked {
            desk.go(6, TWO, stage);
        }
        desk.give(10, ONE, crew(7));
        assert_eq!(desk.step(20, merge()), Err(Refusal::WorkOver(TWO)));
        assert_eq!((desk.stage(ONE), desk.parties(ONE)), (Stage::Dispatched, vec![crew(7)]));
        let withdraw = TaskStep::Withdraw { reason: why() };
        desk.order(30, Order::MoveTask { incident: ONE, party: crew(7), step: withdraw }).unwrap();
        desk.step(40, merge()).unwrap();
        assert_eq!((desk.stage(ONE), desk.stage(TWO)), (Stage::Closed, stage));
    }
}

#[test]
fn a_request_for_more_time_ends_with_its_phase_and_when_the_case_goes_back() {
    let ask = |phase| CaseMove::AskExtension { phase, millis: 600 * MINUTE, reason: why() };
    let grant = || CaseMove::GrantExtension { words: String::new() };
    let awaited = |desk: &Desk| desk.hall.dossier(ONE).awaits_extension();
    // Late, and it stays so: what comes after the end of the phase grants nothing.
    let mut desk = Desk::new();
    desk.go(10, ONE, Stage::Dispatched);
    desk.step(20, ask(Phase::Handle)).unwrap();
    desk.go(25, ONE, Stage::Handling);
    assert!(awaited(&desk) && desk.hall.turn(ONE) == Some(Right::Extend), "it still runs");
    desk.go(400, ONE, Stage::Done);
    assert!(!awaited(&desk));
    assert_eq!(desk.hall.turn(ONE), Some(Right::Check));
    assert_eq!(desk.step(410, grant()), Err(Refusal::NotNow(Stage::Done)));
    let late = (Phase::Handle, Run::Finished { at: at(400), due: at(10 + 240) });
    assert!(desk.runs().contains(&late));
    // Whoever gets it next did not ask.
    let mut desk = Desk::new();
    desk.give(10, ONE, crew(7));
    desk.step(20, ask(Phase::Handle)).unwrap();
    desk.step(30, CaseMove::Return { reason: why() }).unwrap();
    assert_eq!((awaited(&desk), desk.hall.turn(ONE)), (false, Some(Right::Dispatch)));
    desk.give(40, ONE, crew(8));
    assert_eq!(desk.step(50, grant()), Err(Refusal::NotNow(Stage::Dispatched)));
    assert_eq!(desk.due(Phase::Handle), Some(40 + 240));
    // The whole runs on through the stages, and is asked for anew where the case goes back.
    let mut desk = Desk::new();
    desk.step(5, ask(Phase::Whole)).unwrap();
    desk.go(10, ONE, Stage::Done);
    assert!(awaited(&desk));
    desk.step(20, CaseMove::Rework { reason: why() }).unwrap();
    assert!(!awaited(&desk));
    desk.step(30, ask(Phase::Whole)).unwrap();
    desk.order(40, Order::CloseIncident { incident: ONE, reason: why() }).unwrap();
    desk.step(50, CaseMove::Reopen { reason: why() }).unwrap();
    assert!(!awaited(&desk), "it was over");
    // What was answered stays to be read.
    desk.step(60, ask(Phase::Whole)).unwrap();
    desk.step(61, grant()).unwrap();
    desk.go(70, ONE, Stage::Dispatched);
    desk.step(80, CaseMove::Return { reason: why() }).unwrap();
    assert!(desk.hall.dossier(ONE).extension.as_ref().is_some_and(|one| one.answer.is_some()));
}

#[test]
fn a_look_at_the_spot_that_nobody_answered_is_awaited_until_the_case_is_filed() {
    let answer = || CaseMove::AnswerVerification { verdict: Verdict::There, words: String::new() };
    let mut desk = Desk::new();
    desk.step(5, CaseMove::AskVerification).unwrap();
    desk.go(10, ONE, Stage::Accepted);
    assert_eq!(desk.hall.turn(ONE), Some(Right::Verify));
    desk.go(20, ONE, Stage::Filed);
    assert_eq!((desk.hall.turn(ONE), &desk.hall.dossier(ONE).verification), (Some(Right::Dispatch), &None));
    assert_eq!(desk.step(30, answer()), Err(Refusal::NotNow(Stage::Filed)));
    // Voided by mistake it is awaited as before.
    let mut desk = Desk::new();
    desk.step(5, CaseMove::AskVerification).unwrap();
    desk.step(10, CaseMove::Void { reason: why() }).unwrap();
    desk.step(20, CaseMove::Reopen { reason: why() }).unwrap();
    desk.step(30, answer()).unwrap();
    assert!(desk.hall.dossier(ONE).verification.as_ref().is_some_and(|one| one.answer.is_some()));
}
