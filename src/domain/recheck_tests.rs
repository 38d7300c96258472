//! Re-check: asked, answered, and what comes of the answer.

use proptest::prelude::*;

use super::tests::{carry_out, steps};
use super::*;

const HOUR: i64 = 3_600_000;
const START: i64 = 1_700_000_000_000;
const ONE: IncidentId = IncidentId(1);

/// A hall with a case that is done, and orders to it an hour apart.
struct Desk {
    hall: Hall,
    now: Moment,
    facts: Vec<Fact>,
}

impl Desk {
    /// Crew 7 led and says that it is done; known at `START`, dispatched an hour later, done an hour after that.
    fn with_a_case_that_is_done() -> Self {
        let mut desk = Self { hall: Hall::default(), now: Moment(START), facts: Vec::new() };
        let report = Report {
            source: "12345".to_owned(),
            source_id: "1".to_owned(),
            kind: "20101".to_owned(),
            grade: Grade::IV,
            place: Place { at: LonLat::new(118.8, 32.0), address: String::new() },
            text: "路面积水".to_owned(),
            happened_at: desk.now,
            progress: Progress::Open,
            answers: [].into(),
        };
        desk.give(Order::TakeReport(report)).unwrap();
        let to = vec![Assignment { to: Party::Crew(CrewId(7)), part: Part::Lead }];
        desk.give(Order::GiveTasks { incident: ONE, to, words: String::new() }).unwrap();
        let step = TaskStep::Reach { state: TaskState::Done, words: String::new() };
        desk.give(Order::MoveTask { incident: ONE, party: Party::Crew(CrewId(7)), step }).unwrap();
        assert_eq!(desk.stage(), Stage::Done);
        desk
    }

    fn give(&mut self, order: Order) -> Result<(), Refusal> {
        self.give_as(&Actor::Person("值班长".to_owned()), order)
    }

    fn give_as(&mut self, who: &Actor, order: Order) -> Result<(), Refusal> {
        self.facts = self.hall.decide(order, who, self.now)?;
        assert!(self.facts.iter().all(|fact| self.hall.apply(fact)));
        self.now = self.now.plus_millis(HOUR);
        Ok(())
    }

    fn step(&mut self, step: CaseMove) -> Result<(), Refusal> {
        self.give(Order::MoveIncident { incident: ONE, step })
    }

    fn ask(&mut self, of: Checker) -> Result<(), Refusal> {
        self.step(CaseMove::AskRecheck { of, words: "看井盖".to_owned() })
    }

    fn answer(&mut self, finding: Finding, words: &str) -> Result<(), Refusal> {
        self.step(CaseMove::AnswerRecheck { finding, words: words.to_owned() })
    }

    fn stage(&self) -> Stage {
        self.hall.incident(ONE).unwrap().stage
    }

    fn recheck(&self) -> &Recheck {
        self.hall.dossier(ONE).recheck.as_ref().unwrap()
    }
}

fn wang() -> Checker {
    Checker::Person("wang".to_owned())
}

#[test]
fn what_is_done_is_looked_at_by_whom_one_asks_and_passes() {
    let mut desk = Desk::with_a_case_that_is_done();
    assert_eq!(desk.answer(Finding::Pass, ""), Err(Refusal::NotNow(Stage::Done)), "nobody asked");
    assert!(matches!(desk.ask(Checker::Person(" ".to_owned())), Err(Refusal::Unusable { field, .. }) if field == "of"));
    let asked = Said { at: desk.now, words: "看井盖".to_owned() };
    desk.ask(wang()).unwrap();
    assert_eq!(desk.recheck(), &Recheck { of: wang(), asked, answer: None });
    assert_eq!(desk.ask(Checker::Crew(CrewId(3))), Err(Refusal::NotNow(Stage::Done)), "one at a time");
    assert_eq!((desk.stage(), desk.hall.turn(ONE)), (Stage::Done, Some(rights::Right::Check)));
    let at = desk.now;
    desk.answer(Finding::Pass, "").unwrap();
    assert_eq!(desk.recheck().answer, Some((Finding::Pass, Said { at, words: String::new() })));
    assert_eq!(desk.stage(), Stage::Checked);
    let advanced = |fact: &Fact| matches!(fact.what, What::IncidentAdvanced { stage: Stage::Checked, .. });
    assert!(desk.facts.len() == 2 && advanced(&desk.facts[1]), "the case goes on by a fact of its own");
    let moves = desk.hall.moves(ONE);
    assert!(!moves.contains(&MoveKind::AskRecheck) && !moves.contains(&MoveKind::AnswerRecheck));
}

#[test]
fn what_fails_is_done_again_by_whoever_did_it() {
    let mut desk = Desk::with_a_case_that_is_done();
    desk.ask(Checker::Crew(CrewId(3))).unwrap();
    assert_eq!(desk.answer(Finding::Fail, " "), Err(Refusal::ReasonMissing));
    desk.answer(Finding::Fail, "仍有积水").unwrap();
    assert_eq!((desk.stage(), desk.hall.dossier(ONE).reworks), (Stage::Dispatched, 1));
    let (found, said) = desk.recheck().answer.clone().unwrap();
    assert_eq!((found, said.words.as_str()), (Finding::Fail, "仍有积水"));
    let open = desk.hall.tasks(ONE).iter().find(|task| task.is_open()).unwrap();
    assert_eq!((&open.to, open.words.as_str()), (&Party::Crew(CrewId(7)), "仍有积水"));
}

#[test]
fn who_cannot_tell_says_why_and_the_clock_goes_on_with_whoever_checks() {
    let four = Some(Limit { clock: Clock::UrgentHours, millis: 4 * HOUR });
    let limits = Limits { dispatch: None, handle: None, recheck: four, whole: None };
    let limits = TimeLimits::new(WorkCalendar::default(), 20, [("20101".to_owned(), limits)].into());
    let due = |desk: &Desk| {
        let timers = limits.timers("20101", desk.hall.course(ONE).unwrap(), 0);
        let timer = timers.into_iter().find(|timer| timer.phase == Phase::Recheck).unwrap();
        if let Run::Running { due, .. } = timer.run { Some((due.0 - START) / HOUR) } else { None }
    };
    let mut desk = Desk::with_a_case_that_is_done();
    assert_eq!(due(&desk), Some(2 + 4), "done two hours after it was known");
    desk.ask(wang()).unwrap();
    assert_eq!(desk.answer(Finding::Unclear, ""), Err(Refusal::ReasonMissing));
    desk.answer(Finding::Unclear, "夜里看不清").unwrap();
    assert_eq!((desk.stage(), due(&desk), desk.facts.len()), (Stage::Done, Some(6), 1));
    assert_eq!(desk.hall.turn(ONE), Some(rights::Right::Check), "it still is to be checked");
    assert_eq!(desk.answer(Finding::Pass, ""), Err(Refusal::NotNow(Stage::Done)), "that was answered");
    desk.ask(Checker::Crew(CrewId(3))).unwrap();
    assert_eq!((&desk.recheck().of, &desk.recheck().answer), (&Checker::Crew(CrewId(3)), &None));
    desk.answer(Finding::Pass, "已排干").unwrap();
    assert_eq!((desk.stage(), due(&desk)), (Stage::Checked, Some(6)), "until it is closed");
}

#[test]
fn what_is_found_without_an_answer_answers_what_was_asked() {
    let found = |desk: &Desk| desk.recheck().answer.as_ref().map(|(finding, _)| *finding);
    let mut desk = Desk::with_a_case_that_is_done();
    desk.ask(wang()).unwrap();
    desk.give(Order::AdvanceIncident { incident: ONE, stage: Stage::Checked }).unwrap();
    assert_eq!(found(&desk), Some(Finding::Pass));
    let mut desk = Desk::with_a_case_that_is_done();
    desk.ask(wang()).unwrap();
    desk.step(CaseMove::Rework { reason: "未修好".to_owned() }).unwrap();
    assert_eq!(found(&desk), Some(Finding::Fail));
    let mut desk = Desk::with_a_case_that_is_done();
    desk.ask(wang()).unwrap();
    desk.give(Order::CloseIncident { incident: ONE, reason: String::new() }).unwrap();
    assert_eq!(found(&desk), Some(Finding::Pass));
    // Voided and opened again it is done as before, and whoever has it now asks anew.
    let mut desk = Desk::with_a_case_that_is_done();
    desk.ask(wang()).unwrap();
    desk.step(CaseMove::Void { reason: "误报".to_owned() }).unwrap();
    assert!(desk.hall.dossier(ONE).awaits_recheck());
    desk.step(CaseMove::Reopen { reason: "属实".to_owned() }).unwrap();
    assert_eq!((desk.stage(), &desk.hall.dossier(ONE).recheck), (Stage::Done, &None));
    assert_eq!(desk.ask(wang()), Ok(()));
}

#[test]
fn whoever_checks_may_answer_and_is_known_beside_who_was_asked() {
    let answer = |finding| {
        let step = CaseMove::AnswerRecheck { finding, words: "已看".to_owned() };
        Order::MoveIncident { incident: ONE, step }
    };
    let person = |name: &str| Actor::Person(name.to_owned());
    for finding in [Finding::Pass, Finding::Fail] {
        let mut desk = Desk::with_a_case_that_is_done();
        desk.ask(wang()).unwrap();
        let at = desk.now;
        assert_eq!(desk.hall.checked_by(ONE, at), None, "not yet");
        desk.give_as(&person("li"), answer(finding)).unwrap();
        desk.step(CaseMove::Urge { words: String::new() }).unwrap();
        assert_eq!((desk.hall.checked_by(ONE, at), &desk.recheck().of), (Some("li"), &wang()), "{finding:?}");
        assert_eq!(desk.hall.checked_by(ONE, at.plus_millis(1)), None);
    }
    // A crew has no name among people; nobody found anything where nobody could tell.
    let mut desk = Desk::with_a_case_that_is_done();
    desk.ask(Checker::Crew(CrewId(3))).unwrap();
    let at = desk.now;
    desk.give_as(&Actor::of_crew(CrewId(3)), answer(Finding::Unclear)).unwrap();
    assert_eq!(desk.hall.checked_by(ONE, at), None);
}

#[test]
fn who_was_asked_is_told_from_who_signs() {
    let person = |name: &str| Actor::Person(name.to_owned());
    assert!(wang().is(&person("wang")) && !wang().is(&person("li")) && !wang().is(&Actor::Source("wang".to_owned())));
    let crew = Checker::Crew(CrewId(3));
    assert!(crew.is(&Actor::of_crew(CrewId(3))) && !crew.is(&Actor::of_crew(CrewId(4))) && !crew.is(&person("wang")));
}

#[test]
fn the_record_says_who_is_asked_and_what_they_found() {
    let order = |step| Order::MoveIncident { incident: ONE, step };
    let ask = |of| order(CaseMove::AskRecheck { of, words: "看井盖".to_owned() }).brief();
    assert_eq!(ask(wang()), "ask_recheck 1 wang 看井盖");
    assert_eq!(ask(Checker::Crew(CrewId(3))), "ask_recheck 1 crew 3 看井盖");
    let answer = CaseMove::AnswerRecheck { finding: Finding::Unclear, words: "天黑".to_owned() };
    assert_eq!(order(answer).brief(), "answer_recheck 1 unclear 天黑");
}

proptest! {
    /// The invariants of a re-check: awaited only of what is done, or was closed while it was; found done it is checked, found
    /// bad it is done again, and where nobody can tell nothing moves.
    #[test]
    fn a_recheck_is_awaited_only_of_what_is_done(steps in steps()) {
        carry_out(steps, |before, after, facts| {
            for incident in after.incidents().filter(|one| after.dossier(one.id).awaits_recheck()) {
                let stood = after.closing(incident.id).map_or(incident.stage, |closing| closing.before);
                assert_eq!(stood, Stage::Done);
                assert_ne!(after.closing(incident.id).map(|closing| closing.outcome), Some(Outcome::Finished));
            }
            for fact in facts {
                let What::IncidentMoved { incident, step: CaseMove::AnswerRecheck { finding, words }, .. } = &fact.what
                else { continue };
                assert!(before.dossier(*incident).awaits_recheck() && !after.dossier(*incident).awaits_recheck());
                assert_eq!(before.incident(*incident).unwrap().stage, Stage::Done);
                let to = match finding {
                    Finding::Pass => Stage::Checked,
                    Finding::Fail => Stage::Dispatched,
                    Finding::Unclear => Stage::Done,
                };
                assert_eq!(after.incident(*incident).unwrap().stage, to);
                assert!(*finding == Finding::Pass || !words.trim().is_empty(), "without a reason");
                let (found, said) = after.dossier(*incident).recheck.clone().unwrap().answer.unwrap();
                assert_eq!((found, &said.words, said.at), (*finding, words, fact.known_at));
            }
        });
    }
}
