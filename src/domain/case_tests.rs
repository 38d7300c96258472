//! Side moves of a case, one by one.

use super::*;

const HOUR: i64 = 3_600_000;
const START: i64 = 1_700_000_000_000;

/// A hall with cases 1 to `cases`, and orders to it an hour apart.
struct Desk {
    hall: Hall,
    now: Moment,
}

impl Desk {
    fn new(cases: u64) -> Self {
        let mut desk = Self { hall: Hall::default(), now: Moment(START) };
        (1..=cases).for_each(|number| desk.report(number, Progress::Open, "路面积水"));
        desk
    }

    fn report(&mut self, number: u64, progress: Progress, text: &str) {
        let report = Report {
            source: "12345".to_owned(),
            source_id: number.to_string(),
            kind: "20101".to_owned(),
            grade: Grade::IV,
            place: Place { at: LonLat::new(118.8, 32.0), address: String::new() },
            text: text.to_owned(),
            happened_at: self.now,
            progress,
            answers: [].into(),
        };
        self.give(Order::TakeReport(report)).unwrap();
    }

    fn give(&mut self, order: Order) -> Result<(), Refusal> {
        let facts = self.hall.decide(order, &Actor::Person("值班长".to_owned()), self.now)?;
        assert!(facts.iter().all(|fact| self.hall.apply(fact)));
        self.now = self.now.plus_millis(HOUR);
        Ok(())
    }

    fn step(&mut self, number: u64, step: CaseMove) -> Result<(), Refusal> {
        self.give(Order::MoveIncident { incident: IncidentId(number), step })
    }

    fn advance(&mut self, number: u64, stage: Stage) {
        self.give(Order::AdvanceIncident { incident: IncidentId(number), stage }).unwrap();
    }

    fn close(&mut self, number: u64) {
        self.give(Order::CloseIncident { incident: IncidentId(number), reason: "已排除".to_owned() }).unwrap();
    }

    fn stage(&self, number: u64) -> Option<Stage> {
        self.hall.incident(IncidentId(number)).map(|incident| incident.stage)
    }

    fn outcome(&self, number: u64) -> Option<Outcome> {
        self.hall.closing(IncidentId(number)).map(|closing| closing.outcome)
    }

    fn dossier(&self, number: u64) -> &Dossier {
        self.hall.dossier(IncidentId(number))
    }
}

fn why() -> String {
    "不属于本市管辖".to_owned()
}

#[test]
fn every_stage_is_reached_and_left_on_the_way_through_the_loop() {
    let mut desk = Desk::new(1);
    for stage in Stage::ALL.into_iter().skip(1).take_while(|stage| *stage != Stage::Closed) {
        desk.advance(1, stage);
        assert_eq!(desk.stage(1), Some(stage));
    }
    desk.close(1);
    assert_eq!((desk.stage(1), desk.outcome(1)), (Some(Stage::Closed), Some(Outcome::Finished)));
    assert!(Stage::ALL.is_sorted() && Stage::Checked.next() == Some(Stage::Closed) && Stage::Closed.next().is_none());
}

#[test]
fn who_closes_a_case_before_it_is_done_says_why_and_a_system_need_not() {
    let mut desk = Desk::new(4);
    let close = |number, reason: &str| Order::CloseIncident { incident: IncidentId(number), reason: reason.to_owned() };
    for stage in [Stage::Accepted, Stage::Filed, Stage::Dispatched, Stage::Handling] {
        assert_eq!(desk.give(close(1, " ")), Err(Refusal::ReasonMissing), "before {stage:?}");
        desk.advance(1, stage);
    }
    assert_eq!(desk.give(close(1, "")), Err(Refusal::ReasonMissing));
    desk.give(close(1, "市民自行清理")).unwrap();
    assert_eq!(desk.outcome(1), Some(Outcome::Finished));
    desk.advance(2, Stage::Done);
    desk.give(close(2, "")).unwrap();
    // What ended elsewhere.
    let by = Actor::Source("12345".to_owned());
    for fact in desk.hall.decide(close(3, ""), &by, desk.now).unwrap() {
        assert!(desk.hall.apply(&fact));
    }
    desk.report(4, Progress::Closed, "");
    assert_eq!([2, 3, 4].map(|number| desk.outcome(number)), [Some(Outcome::Finished); 3]);
}

#[test]
fn only_what_was_reported_as_done_is_checked() {
    let mut desk = Desk::new(1);
    let check = || Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Checked };
    desk.advance(1, Stage::Handling);
    assert_eq!(desk.give(check()), Err(Refusal::NotDone));
    desk.advance(1, Stage::Done);
    assert_eq!(desk.give(check()), Ok(()));
}

#[test]
fn what_is_not_accepted_filed_or_valid_ends_with_its_reason_and_counts_as_no_work() {
    let mut desk = Desk::new(3);
    assert_eq!(desk.step(1, CaseMove::Reject { reason: " ".to_owned() }), Err(Refusal::ReasonMissing));
    assert_eq!(desk.step(1, CaseMove::NotFile { reason: why() }), Err(Refusal::NotNow(Stage::Reported)));
    desk.step(1, CaseMove::Reject { reason: why() }).unwrap();
    desk.advance(2, Stage::Accepted);
    assert_eq!(desk.step(2, CaseMove::Reject { reason: why() }), Err(Refusal::NotNow(Stage::Accepted)));
    desk.step(2, CaseMove::NotFile { reason: why() }).unwrap();
    desk.advance(3, Stage::Handling);
    desk.step(3, CaseMove::Void { reason: why() }).unwrap();
    let outcomes = [1, 2, 3].map(|number| desk.outcome(number).unwrap());
    assert_eq!(outcomes, [Outcome::Rejected, Outcome::NotFiled, Outcome::Voided]);
    assert_eq!(desk.hall.closing(IncidentId(1)).unwrap().reason, why());
    let figures = desk.hall.figures(Moment(START));
    assert_eq!((figures.reported, figures.closed, figures.open), (3, 0, 0));
    // Each comes back to where it was; what had parties is another story.
    for (number, stage) in [(1, Stage::Reported), (2, Stage::Accepted), (3, Stage::Handling)] {
        desk.step(number, CaseMove::Reopen { reason: why() }).unwrap();
        assert_eq!((desk.stage(number), desk.outcome(number)), (Some(stage), None));
    }
}

#[test]
fn what_is_given_back_or_done_badly_begins_its_time_anew() {
    let mut desk = Desk::new(1);
    let since = |desk: &Desk, stage| desk.hall.course(IncidentId(1)).unwrap().since(stage).map(|(_, at)| at);
    desk.advance(1, Stage::Dispatched);
    assert_eq!(desk.step(1, CaseMove::Rework { reason: why() }), Err(Refusal::NotNow(Stage::Dispatched)));
    let returned = desk.now;
    desk.step(1, CaseMove::Return { reason: why() }).unwrap();
    assert_eq!((desk.stage(1), desk.dossier(1).returns), (Some(Stage::Filed), 1));
    assert_eq!((since(&desk, Stage::Filed), since(&desk, Stage::Dispatched)), (Some(returned), None));
    assert_eq!(since(&desk, Stage::Reported), Some(Moment(START)), "it is known as long as it is");
    desk.advance(1, Stage::Handling);
    desk.advance(1, Stage::Done);
    let again = desk.now;
    desk.step(1, CaseMove::Rework { reason: why() }).unwrap();
    assert_eq!((desk.stage(1), desk.dossier(1).reworks), (Some(Stage::Dispatched), 1));
    assert_eq!((since(&desk, Stage::Dispatched), since(&desk, Stage::Done)), (Some(again), None));
    assert_eq!(desk.dossier(1).went_back, Some(Said { at: again, words: why() }));
}

#[test]
fn limits_run_anew_from_where_a_case_went_back_to() {
    let hours = |hours: i64| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let limits = Limits { dispatch: hours(2), handle: hours(4), recheck: None, whole: hours(48) };
    let limits = TimeLimits::new(WorkCalendar::default(), 20, [("20101".to_owned(), limits)].into());
    let due = |desk: &Desk, phase: Phase| {
        let timers = limits.timers("20101", desk.hall.course(IncidentId(1)).unwrap(), 0);
        let timer = timers.into_iter().find(|timer| timer.phase == phase).unwrap();
        if let Run::Running { due, .. } = timer.run { Some((due.0 - START) / HOUR) } else { None }
    };
    let mut desk = Desk::new(1);
    assert_eq!((due(&desk, Phase::Dispatch), due(&desk, Phase::Whole)), (Some(2), Some(48)));
    desk.advance(1, Stage::Dispatched);
    assert_eq!((due(&desk, Phase::Dispatch), due(&desk, Phase::Handle)), (None, Some(1 + 4)));
    desk.step(1, CaseMove::Return { reason: why() }).unwrap();
    assert_eq!((due(&desk, Phase::Dispatch), due(&desk, Phase::Handle)), (Some(2 + 2), None));
    assert_eq!(due(&desk, Phase::Whole), Some(48), "the whole is not longer for it");
    desk.close(1);
    desk.step(1, CaseMove::Reopen { reason: why() }).unwrap();
    assert_eq!((due(&desk, Phase::Dispatch), due(&desk, Phase::Whole)), (Some(4 + 2), Some(4 + 48)));
}

#[test]
fn forty_calls_become_one_case_and_one_of_them_is_split_off_again() {
    let mut desk = Desk::new(40);
    for number in 2..=40 {
        desk.step(number, CaseMove::Merge { into: IncidentId(1) }).unwrap();
    }
    assert_eq!(desk.hall.figures(Moment(START)).open, 1);
    assert_eq!((desk.dossier(1).voices.len(), desk.outcome(7)), (39, Some(Outcome::Merged(IncidentId(1)))));
    // Much later it still can be split off, and has what its caller added meanwhile.
    desk.now = desk.now.plus_millis(40 * HOUR);
    desk.report(7, Progress::Open, "是另一处");
    desk.report(8, Progress::Closed, "");
    desk.step(7, CaseMove::Unmerge { reason: why() }).unwrap();
    assert_eq!((desk.stage(7), desk.dossier(1).voices.len()), (Some(Stage::Reported), 38));
    assert_eq!(desk.hall.incident(IncidentId(7)).unwrap().text, "是另一处");
    assert_eq!(desk.stage(8), Some(Stage::Closed));
    assert_eq!(desk.hall.figures(Moment(START)).open, 2);
    // What is left of them goes with the one that they were merged into.
    desk.close(1);
    desk.now = desk.now.plus_millis(30 * HOUR);
    desk.report(41, Progress::Open, "");
    assert_eq!([1, 2, 40].map(|number| desk.stage(number)), [None; 3]);
    assert_eq!(desk.stage(7), Some(Stage::Reported));
}

#[test]
fn cases_are_not_merged_into_themselves_or_into_what_is_over() {
    let mut desk = Desk::new(3);
    let merge = |into| CaseMove::Merge { into: IncidentId(into) };
    assert_eq!(desk.step(1, merge(1)), Err(Refusal::Itself));
    assert_eq!(desk.step(1, merge(9)), Err(Refusal::UnknownIncident(IncidentId(9))));
    desk.step(2, merge(1)).unwrap();
    assert_eq!(desk.step(1, merge(2)), Err(Refusal::AlreadyClosed(IncidentId(2))), "no rings");
    assert_eq!(desk.step(2, merge(3)), Err(Refusal::AlreadyClosed(IncidentId(2))));
    assert_eq!(desk.step(2, CaseMove::Reopen { reason: why() }), Err(Refusal::AlreadyClosed(IncidentId(2))));
    assert_eq!(desk.step(3, CaseMove::Unmerge { reason: why() }), Err(Refusal::NotNow(Stage::Reported)));
    desk.step(1, merge(3)).unwrap();
    // Through two cases, and back one by one.
    desk.now = desk.now.plus_millis(40 * HOUR);
    desk.close(3);
    desk.step(1, CaseMove::Unmerge { reason: why() }).unwrap();
    desk.now = desk.now.plus_millis(40 * HOUR);
    desk.report(4, Progress::Open, "");
    assert_eq!([1, 2, 3].map(|n| desk.stage(n)), [Some(Stage::Reported), Some(Stage::Closed), None]);
}

#[test]
fn a_case_is_verified_urged_supervised_linked_and_rated() {
    let mut desk = Desk::new(2);
    let answer = || CaseMove::AnswerVerification { verdict: Verdict::NotThere, words: "现场无积水".to_owned() };
    assert_eq!(desk.step(1, answer()), Err(Refusal::NotNow(Stage::Reported)), "nobody asked");
    desk.step(1, CaseMove::AskVerification).unwrap();
    assert_eq!(desk.step(1, CaseMove::AskVerification), Err(Refusal::NotNow(Stage::Reported)));
    desk.step(1, answer()).unwrap();
    let (verdict, _) = desk.dossier(1).verification.as_ref().unwrap().answer.clone().unwrap();
    assert_eq!(verdict, Verdict::NotThere);
    for words in ["", "市民再次来电"] {
        desk.step(1, CaseMove::Urge { words: words.to_owned() }).unwrap();
    }
    assert_eq!((desk.dossier(1).urges, desk.dossier(1).urged.as_ref().unwrap().words.as_str()), (2, "市民再次来电"));
    assert_eq!(desk.step(1, CaseMove::EndSupervision), Err(Refusal::NotNow(Stage::Reported)));
    desk.step(1, CaseMove::Supervise { reason: "超期".to_owned() }).unwrap();
    assert_eq!(desk.step(1, CaseMove::Supervise { reason: why() }), Err(Refusal::NotNow(Stage::Reported)));
    desk.step(1, CaseMove::EndSupervision).unwrap();
    assert_eq!(desk.dossier(1).supervised, None);
    let cause = IncidentId(2);
    assert_eq!(desk.step(1, CaseMove::Unlink { to: cause }), Err(Refusal::NotNow(Stage::Reported)));
    desk.step(1, CaseMove::Link { to: cause, link: Link::CausedBy }).unwrap();
    assert_eq!(desk.dossier(1).links, [(cause, Link::CausedBy)].into());
    desk.step(1, CaseMove::Unlink { to: cause }).unwrap();
    let rate = || CaseMove::Rate { satisfaction: Satisfaction::Satisfied, words: String::new() };
    assert_eq!(desk.step(1, rate()), Err(Refusal::NotNow(Stage::Reported)));
    desk.close(1);
    desk.step(1, rate()).unwrap();
    assert_eq!(desk.step(1, rate()), Err(Refusal::AlreadyRated(IncidentId(1))));
    desk.step(1, CaseMove::Reopen { reason: "未解决".to_owned() }).unwrap();
    assert_eq!((desk.stage(1), desk.dossier(1).rating.clone()), (Some(Stage::Reported), None));
}

#[test]
fn a_menu_offers_what_is_legal_and_nothing_else() {
    let mut desk = Desk::new(2);
    let offered = |desk: &Desk| desk.hall.moves(IncidentId(1));
    assert!(offered(&desk).contains(&MoveKind::Reject) && !offered(&desk).contains(&MoveKind::Rework));
    assert!(offered(&desk).len() <= 9, "a digit for each");
    desk.advance(1, Stage::Done);
    assert!(offered(&desk).contains(&MoveKind::Rework) && !offered(&desk).contains(&MoveKind::Reject));
    desk.close(1);
    assert_eq!(offered(&desk), [MoveKind::Reopen, MoveKind::Rate]);
    desk.step(2, CaseMove::Void { reason: why() }).unwrap();
    assert_eq!(desk.hall.moves(IncidentId(2)), [MoveKind::Reopen]);
    assert_eq!(desk.hall.moves(IncidentId(9)), []);
}

#[test]
fn what_may_be_the_same_is_proposed_by_place_kind_time_and_words() {
    let mut desk = Desk::new(0);
    let mut tell = |number: u64, kind: &str, north_m: f64, hours: i64, text: &str| {
        let report = Report {
            source: "12345".to_owned(),
            source_id: number.to_string(),
            kind: kind.to_owned(),
            grade: Grade::IV,
            place: Place { at: LonLat::new(118.8, 32.0 + north_m / 111_195.0), address: String::new() },
            text: text.to_owned(),
            happened_at: Moment(START + hours * HOUR),
            progress: Progress::Open,
            answers: [].into(),
        };
        desk.give(Order::TakeReport(report)).unwrap();
    };
    tell(1, "20101", 0.0, 0, "解放大道积水没过脚踝");
    tell(2, "20101", 60.0, 0, "解放大道积水严重");
    tell(3, "20101", 60.0, 1, "有人占道经营");
    tell(4, "30206", 20.0, 0, "解放大道积水没过脚踝");
    tell(5, "20101", 900.0, 0, "解放大道积水没过脚踝");
    tell(6, "20101", 10.0, 9, "解放大道积水没过脚踝");
    let alike = desk.hall.alike(IncidentId(1), 8);
    assert_eq!(alike.iter().map(|one| one.id.0).collect::<Vec<_>>(), [2, 3], "words make the order: {alike:?}");
    let first = alike[0];
    assert!((first.metres.unwrap() - 60.0).abs() < 0.5 && first.same_kind && first.score > alike[1].score);
    assert_eq!(desk.hall.alike(IncidentId(1), 1).len(), 1);
    desk.step(2, CaseMove::Merge { into: IncidentId(1) }).unwrap();
    assert_eq!(desk.hall.alike(IncidentId(1), 8).iter().map(|one| one.id.0).collect::<Vec<_>>(), [3], "open ones only");
}
