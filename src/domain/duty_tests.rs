//! Duty: rosters, logs and hand-overs one by one.

mod chance;

use super::duty::log::{Change, Noted};
use super::duty::shifts::{Post, Shift, day_of};
use super::*;

pub(super) use chance::duty_order;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const EAST: i32 = 8 * 3600;
/// 2023-11-15T06:13:20 in a city eight hours ahead of UTC: in the night shift.
const START: i64 = 1_700_000_000_000;
/// 2023-11-14, on which that shift began.
const DAY: i32 = 19_675;

fn words(zh: &str, en: &str) -> Wording {
    Wording { zh: zh.to_owned(), en: en.to_owned() }
}

/// Three shifts, the last one over midnight.
pub(super) fn three() -> Shifts {
    let shift = |code: &str, from: u16| Shift {
        code: code.to_owned(),
        name: words("班", code),
        from_minute: from * 30,
        minutes: 480,
        posts: vec!["chief".to_owned(), "acceptor".to_owned()],
    };
    let post = |code: &str| Post { code: code.to_owned(), name: words("岗", code) };
    Shifts {
        shifts: vec![shift("morning", 15), shift("middle", 31), shift("night", 47)],
        posts: vec![post("chief"), post("acceptor")],
        handover_minutes: 30,
    }
}

fn at(day: i32, shift: &str, post: &str) -> DutyPost {
    DutyPost { slot: SlotId { day, shift: shift.to_owned() }, post: post.to_owned() }
}

fn write(text: &str) -> DutyStep {
    DutyStep::Write { words: text.to_owned(), incident: None, corrects: None, open: false, shift: None }
}

struct Centre {
    hall: Hall,
    facts: Vec<Fact>,
}

impl Centre {
    /// Night shift, six in the morning.
    fn open() -> Self {
        let mut one = Self { hall: Hall::default(), facts: Vec::new() };
        let order = Order::TakeShifts { shifts: three().into(), utc_offset_secs: EAST };
        one.order("hub", 0, order).unwrap();
        one
    }

    fn order(&mut self, who: &str, minute: i64, order: Order) -> Result<usize, Refusal> {
        let by = Actor::Person(who.to_owned());
        let facts = self.hall.decide(order, &by, Moment(START + minute * MINUTE))?;
        for fact in &facts {
            assert!(self.hall.apply(fact));
        }
        let many = facts.len();
        self.facts.extend(facts);
        Ok(many)
    }

    fn step(&mut self, who: &str, minute: i64, step: DutyStep) -> Result<usize, Refusal> {
        self.order(who, minute, Order::MoveDuty(Box::new(step)))
    }

    fn report(&mut self, minute: i64, source_id: &str, grade: Grade) -> IncidentId {
        let report = Report {
            source: "119".to_owned(),
            source_id: source_id.to_owned(),
            kind: "30201".to_owned(),
            grade,
            place: Place::default(),
            text: "起火".to_owned(),
            happened_at: Moment(START),
            progress: Progress::Open,
            answers: [].into(),
        };
        self.order("li", minute, Order::TakeReport(report)).unwrap();
        self.hall.by_source("119", source_id).unwrap().id
    }

    fn pack(&self, minute: i64) -> Pack {
        Pack::compose(&self.hall, &TimeLimits::default(), EAST, Moment(START + minute * MINUTE))
    }

    fn prepare(&mut self, who: &str, minute: i64) -> Seq {
        let pack = Box::new(self.pack(minute));
        self.step(who, minute, DutyStep::Prepare { words: "平稳".to_owned(), pack }).unwrap();
        self.hall.upto()
    }

    fn sign(&mut self, who: &str, minute: i64, prepared: Seq) -> Result<usize, Refusal> {
        self.step(who, minute, DutyStep::Sign { prepared, words: "已阅".to_owned() })
    }

    fn watch(&self) -> &duty::Watch {
        self.hall.duty().watch().unwrap()
    }
}

#[test]
fn each_moment_has_one_shift_also_over_midnight() {
    let shifts = three();
    assert_eq!(shifts.check(), Ok(()));
    assert_eq!(day_of(Moment(START), EAST), DAY + 1);
    let now = shifts.slot_at(Moment(START), EAST).unwrap();
    assert_eq!(now.id, SlotId { day: DAY, shift: "night".to_owned() }, "it began yesterday");
    assert_eq!((now.until.0 - now.from.0, shifts.slot(&now.id, EAST)), (8 * HOUR, Some(now.clone())));
    let next = shifts.slots(Moment(START), 4, EAST);
    let codes: Vec<(i32, &str)> = next.iter().map(|slot| (slot.id.day, slot.id.shift.as_str())).collect();
    assert_eq!(codes, [(DAY, "night"), (DAY + 1, "morning"), (DAY + 1, "middle"), (DAY + 1, "night")]);
    assert!(next.is_sorted_by(|one, other| one.until == other.from));
    assert_eq!(shifts.slot_at(now.until, EAST), Some(next[1].clone()));
    let wrong = |change: fn(&mut Shifts)| {
        let mut shifts = three();
        change(&mut shifts);
        shifts.check().unwrap_err().to_string()
    };
    assert!(wrong(|all| all.shifts[1].minutes = 400).contains("has to begin when"));
    assert!(wrong(|all| all.shifts[0].posts.clear()).contains("posts"));
    assert!(wrong(|all| all.handover_minutes = 200).contains("at most 120"));
    assert!(wrong(|all| all.shifts.clear()).contains("are 1 to"));
}

#[test]
fn a_roster_is_made_swapped_and_cleared_and_the_past_is_left_alone() {
    let mut centre = Centre::open();
    let assign = |at: DutyPost, who: &str| DutyStep::Assign { at, who: who.to_owned() };
    let (morning, middle) = (at(DAY + 1, "morning", "chief"), at(DAY + 1, "middle", "chief"));
    assert_eq!(centre.step("li", 1, assign(morning.clone(), "wang")), Ok(1));
    assert_eq!(centre.step("li", 1, assign(morning.clone(), "wang")), Ok(0), "known");
    let swap = || DutyStep::Swap { one: morning.clone(), other: middle.clone() };
    assert_eq!(centre.step("li", 1, swap()), Err(Refusal::NotRostered));
    assert_eq!(centre.step("li", 1, assign(middle.clone(), "zhao")), Ok(1));
    assert_eq!(centre.step("li", 1, swap()), Ok(1));
    let duty = centre.hall.duty();
    assert_eq!((duty.rostered(&morning), duty.rostered(&middle)), (Some("zhao"), Some("wang")));
    assert_eq!(centre.step("li", 2, DutyStep::Remove { at: middle.clone() }), Ok(1));
    assert_eq!(centre.step("li", 2, DutyStep::Remove { at: middle }), Ok(0));
    let over = centre.step("li", 2, assign(at(DAY, "morning", "chief"), "wang"));
    assert_eq!(over, Err(Refusal::ShiftOver));
    let mut field = |post: DutyPost, who: &str| match centre.step("li", 2, assign(post, who)) {
        Err(Refusal::Unusable { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(at(DAY + 1, "noon", "chief"), "wang"), "shift");
    assert_eq!(field(at(DAY + 1, "morning", "cook"), "wang"), "post");
    assert_eq!(field(at(DAY + 90, "morning", "chief"), "wang"), "day");
    assert_eq!(field(at(DAY + 1, "morning", "chief"), " "), "who");
    // What is long over leaves the hall with the next step.
    assert_eq!(centre.hall.duty().roster().len(), 1);
    centre.step("li", 4 * 24 * 60, write("晚了")).unwrap();
    assert_eq!(centre.hall.duty().roster().len(), 0);
}

#[test]
fn who_signs_on_instead_of_the_rostered_one_is_seen_to() {
    let mut centre = Centre::open();
    let step = DutyStep::Assign { at: at(DAY, "night", "chief"), who: "wang".to_owned() };
    centre.step("li", 1, step).unwrap();
    let sign_on = |post: &str| DutyStep::SignOn { post: post.to_owned() };
    assert_eq!(centre.step("li", 2, sign_on("chief")), Ok(1));
    assert_eq!(centre.step("li", 2, sign_on("chief")), Ok(0));
    let on = centre.hall.duty().on_duty();
    assert_eq!((on[0].rostered, on[0].there, on[0].is_taken_over()), (Some("wang"), Some("li"), true));
    assert_eq!((on[1].rostered, on[1].there, on[1].is_taken_over()), (None, None, false));
    let looked_for: Vec<String> = centre.hall.duty().looked_for().into_iter().collect();
    assert_eq!(looked_for, ["acceptor", "li", "wang"], "people by name, a post without any by its code");
    let said = Noted::SignedOn { post: "chief".to_owned(), instead_of: Some("wang".to_owned()) };
    assert_eq!(centre.watch().log[0].what, said);
    assert_eq!(centre.step("wang", 3, sign_on("chief")), Ok(1));
    assert!(!centre.hall.duty().on_duty()[0].is_taken_over());
    assert!(matches!(centre.step("wang", 3, sign_on("cook")), Err(Refusal::Unusable { .. })));
    let source = Actor::Source("12345".to_owned());
    let order = Order::MoveDuty(Box::new(sign_on("chief")));
    assert_eq!(centre.hall.decide(order, &source, Moment(START)), Err(Refusal::NotAPerson));
}

#[test]
fn a_hand_over_is_signed_by_two_and_locks_the_log() {
    let mut centre = Centre::open();
    let case = centre.report(1, "a", Grade::II);
    let about = DutyStep::Write {
        words: "家属在场".to_owned(),
        incident: Some(case),
        corrects: None,
        open: true,
        shift: Some(1),
    };
    centre.step("li", 2, about).unwrap();
    assert_eq!(centre.sign("wang", 3, Seq(1)), Err(Refusal::NoHandover));
    let first = centre.prepare("li", 70);
    assert_eq!(centre.sign("li", 71, first), Err(Refusal::SameHands));
    centre.report(72, "b", Grade::III);
    centre.step("li", 72, write("刚接到一起")).unwrap();
    let handover = centre.watch().handover.clone().unwrap();
    assert_eq!((handover.since.count(Change::New), handover.pack.changes.count(Change::New)), (1, 1));
    assert_eq!(centre.watch().written_since().count(), 1);
    // Whoever read the first pack has to read the second.
    let second = centre.prepare("li", 73);
    assert_eq!(centre.sign("wang", 74, first), Err(Refusal::HandoverChanged));
    assert_eq!(centre.sign("wang", 74, second), Ok(1));
    let duty = centre.hall.duty();
    let (over, now) = (duty.shift(1).unwrap(), duty.watch().unwrap());
    assert!(over.is_locked() && !now.is_locked());
    let signed = over.handover.as_ref().unwrap();
    assert_eq!((signed.by.as_str(), signed.taken.as_ref().unwrap().by.as_str()), ("li", "wang"));
    assert_eq!((now.number, now.slot.id.shift.as_str()), (2, "morning"), "a quarter of an hour before its end");
    assert_eq!(now.posts.get("chief").map(String::as_str), Some("wang"));
    assert_eq!(now.log[0].what, Noted::TookOver("li".to_owned()));
    assert!(now.changes.is_empty(), "the next shift begins anew");
    // The locked log stays as it is; a correction is a new entry that names the old one.
    let log = over.log.clone();
    let late = DutyStep::Write { words: "补".to_owned(), incident: None, corrects: None, open: false, shift: Some(1) };
    assert_eq!(centre.step("li", 75, late), Err(Refusal::ShiftLocked(1)));
    let wrong = log.iter().find(|entry| entry.open).unwrap().number;
    let correct = |entry| DutyStep::Write {
        words: "家属未到".to_owned(),
        incident: None,
        corrects: Some(entry),
        open: false,
        shift: None,
    };
    assert_eq!(centre.step("wang", 76, correct(99)), Err(Refusal::NoEntry(99)));
    assert_eq!(centre.step("wang", 76, correct(wrong)), Ok(1));
    assert_eq!(centre.hall.duty().shift(1).unwrap().log, log);
    assert_eq!(centre.hall.duty().entry(wrong).map(|(shift, _)| shift), Some(1));
    // What is open goes on until it is settled.
    assert_eq!(centre.pack(77).remarks.all, 1);
    assert_eq!(centre.step("wang", 77, DutyStep::Settle { entry: wrong }), Ok(1));
    assert_eq!(centre.step("wang", 77, DutyStep::Settle { entry: wrong }), Ok(0));
    assert_eq!(centre.step("wang", 77, DutyStep::Settle { entry: 99 }), Err(Refusal::NoEntry(99)));
    assert_eq!(centre.pack(77).remarks.all, 0);
    assert_eq!(centre.hall.duty().shift(1).unwrap().log, log, "settled or not");
}

#[test]
fn long_before_its_end_a_shift_goes_on_in_other_hands_and_late_it_is_handed_to_the_one_that_is_on() {
    let mut centre = Centre::open();
    let early = centre.prepare("li", 1);
    centre.step("zhou", 1, DutyStep::SignOn { post: "acceptor".to_owned() }).unwrap();
    let posts = |centre: &Centre| {
        let all = centre.watch().posts.iter();
        all.map(|(post, who)| format!("{post} {who}")).collect::<Vec<_>>()
    };
    centre.sign("wang", 2, early).unwrap();
    assert_eq!((centre.watch().number, centre.watch().slot.id.shift.as_str()), (2, "night"));
    assert_eq!(posts(&centre), ["acceptor zhou", "chief wang"], "only who leads is another");
    let late = centre.prepare("wang", 12 * 60);
    assert_eq!(centre.watch().lamp(30, Moment(START + 12 * HOUR)), Lamp::Red);
    centre.sign("zhao", 12 * 60 + 1, late).unwrap();
    assert_eq!(centre.watch().slot.id, SlotId { day: DAY + 1, shift: "middle".to_owned() });
    assert_eq!(posts(&centre), ["chief zhao"], "nobody of the shift that is over is on duty");
    let until = centre.watch().slot.until;
    let lamp = |minutes: i64| centre.watch().lamp(30, until.plus_millis(minutes * MINUTE));
    assert_eq!([lamp(-31), lamp(-30), lamp(0), lamp(1)], [Lamp::Green, Lamp::Yellow, Lamp::Yellow, Lamp::Red]);
}

#[test]
fn a_pack_tells_promises_of_merged_cases_unread_orders_holds_plans_and_who_has_the_clock() {
    let mut centre = Centre::open();
    let one = centre.report(1, "a", Grade::III);
    let call = |source_id: &str, same_as| {
        let report = Report {
            source: call::SOURCE.to_owned(),
            source_id: source_id.to_owned(),
            kind: "30201".to_owned(),
            grade: Grade::III,
            place: Place::default(),
            text: "起火".to_owned(),
            happened_at: Moment(START),
            progress: Progress::Open,
            answers: [].into(),
        };
        let caller = Some(Caller { name: "张三".to_owned(), phone: "13812345678".to_owned(), answer: true });
        Order::TakeCall(Box::new(Call { report, caller, file: true, same_as, area: None }))
    };
    centre.order("li", 2, call("b", Some(one))).unwrap();
    centre.order("li", 2, call("c", None)).unwrap();
    let to = vec![
        Assignment { to: Party::Crew(CrewId(7)), part: Part::Assist },
        Assignment { to: Party::Department("fire".to_owned()), part: Part::Lead },
    ];
    centre.order("li", 3, Order::GiveTasks { incident: one, to, words: String::new() }).unwrap();
    let read = TaskStep::Reach { state: TaskState::Delivered, words: String::new() };
    centre.order("li", 4, Order::MoveTask { incident: one, party: Party::Crew(CrewId(7)), step: read }).unwrap();
    let held = IncidentId(3);
    centre.order("li", 5, Order::SuspendIncident { incident: held, reason: "等配件".to_owned() }).unwrap();
    let pack = centre.pack(6);
    assert_eq!((pack.by_stage, pack.open_count()), ([0, 0, 1, 1, 0, 0, 0, 0], 2));
    let rows: Vec<_> = pack.open.rows.iter().map(|case| (case.incident, case.phase, case.party.clone())).collect();
    assert_eq!(rows[0], (held, Phase::Dispatch, None));
    assert_eq!(rows[1], (one, Phase::Handle, Some(Party::Department("fire".to_owned()))), "who leads has it");
    assert_eq!(pack.shelved.rows[0].reason, "等配件");
    let promised: Vec<_> = pack.promised.rows.iter().map(|one| (one.incident, one.goes_on, one.over)).collect();
    assert_eq!(promised, [(IncidentId(2), one, false), (held, held, false)]);
    let unread: Vec<_> = pack.unread.rows.iter().map(|one| one.delivered).collect();
    assert_eq!(unread, [true, false]);
    // Once the case that goes on is over the answer can be given; once it is given nothing is owed.
    centre.order("li", 7, Order::CloseIncident { incident: one, reason: "已排除".to_owned() }).unwrap();
    let first = centre.pack(8).promised.rows[0].clone();
    assert_eq!((first.incident, first.over), (IncidentId(2), true));
    let rate = |satisfaction| {
        let step = CaseMove::Rate { satisfaction, words: String::new() };
        Order::MoveIncident { incident: one, step }
    };
    let before = centre.hall.clone();
    centre.order("li", 9, rate(Satisfaction::NotReached)).unwrap();
    assert_eq!(centre.pack(9).promised.all, 2, "who was not reached is still owed the answer");
    centre.hall = before;
    centre.order("li", 9, rate(Satisfaction::Satisfied)).unwrap();
    assert_eq!(centre.pack(9).promised.all, 2, "another caller was asked, not the one of the merged case");
    let step = CaseMove::Tell { what: Telling::Ended, by: Channel::Message, words: String::new() };
    centre.order("li", 9, Order::MoveIncident { incident: one, step }).unwrap();
    assert_eq!(centre.pack(9).promised.all, 1);
    assert_eq!(centre.pack(9).changes.count(Change::Closed), 2, "merged and finished");
}

/// The answer that a caller of a case closed on Friday evening was promised.
#[test]
fn a_promise_of_friday_is_in_the_pack_of_monday_and_gone_a_day_after_it_was_kept() {
    let day = 24 * 60;
    let mut centre = Centre::open();
    let call = |source_id: &str, same_as, answer| {
        let report = Report {
            source: call::SOURCE.to_owned(),
            source_id: source_id.to_owned(),
            kind: "30201".to_owned(),
            grade: Grade::III,
            place: Place::default(),
            text: "积水".to_owned(),
            happened_at: Moment(START),
            progress: Progress::Open,
            answers: [].into(),
        };
        let caller = Some(Caller { name: "张三".to_owned(), phone: "13812345678".to_owned(), answer });
        Order::TakeCall(Box::new(Call { report, caller, file: true, same_as, area: None }))
    };
    let [one, voice, other, late] = [1, 2, 3, 4].map(IncidentId);
    centre.order("li", 0, call("a", None, false)).unwrap();
    centre.order("li", 0, call("b", Some(one), true)).unwrap();
    centre.order("li", 0, call("c", None, false)).unwrap();
    centre.order("li", 0, call("d", None, true)).unwrap();
    for incident in [one, other, late] {
        centre.order("li", 1, Order::CloseIncident { incident, reason: "已排除".to_owned() }).unwrap();
    }
    let monday = 1 + 2 * day + day / 2;
    centre.order("li", monday, Order::SwitchMode { mode: Mode::Emergency }).unwrap();
    let held = |centre: &Centre| [one, voice, other, late].map(|id| centre.hall.incident(id).is_some());
    assert_eq!(held(&centre), [true, true, false, true], "with the call that was merged into it");
    let promised = |centre: &Centre, minute| {
        centre.pack(minute).promised.rows.iter().map(|row| (row.incident, row.goes_on, row.over)).collect::<Vec<_>>()
    };
    assert_eq!(promised(&centre, monday), [(voice, one, true), (late, late, true)]);
    let tell = CaseMove::Tell { what: Telling::Ended, by: Channel::Phone, words: String::new() };
    centre.order("li", monday, Order::MoveIncident { incident: one, step: tell }).unwrap();
    centre.order("li", monday + day, Order::SwitchMode { mode: Mode::Routine }).unwrap();
    assert_eq!(held(&centre), [true, true, false, true], "for a day as any that is closed");
    centre.order("li", monday + day + 1, Order::SwitchMode { mode: Mode::Emergency }).unwrap();
    assert_eq!(held(&centre), [false, false, false, true]);
    assert_eq!(promised(&centre, monday + day + 1), [(late, late, true)]);
    // Nobody is called back after a month.
    centre.order("li", 1 + 30 * day, Order::SwitchMode { mode: Mode::Routine }).unwrap();
    assert!(centre.hall.incident(late).is_some());
    centre.order("li", 2 + 30 * day, Order::SwitchMode { mode: Mode::Emergency }).unwrap();
    assert_eq!((centre.hall.incident(late), promised(&centre, 2 + 30 * day)), (None, Vec::new()));
}

#[test]
fn the_hall_notes_by_itself_what_a_shift_has_to_answer_for() {
    let mut centre = Centre::open();
    let case = centre.report(1, "a", Grade::III);
    let regrade = |grade| Order::RegradeIncident { incident: case, grade, reason: "扩大".to_owned() };
    centre.order("li", 2, regrade(Grade::II)).unwrap();
    centre.order("li", 3, regrade(Grade::III)).unwrap();
    centre.order("li", 4, Order::SwitchMode { mode: Mode::Emergency }).unwrap();
    let called = Called { posts: vec!["li".to_owned()], crews: Vec::new(), minutes: 5 };
    centre.order("li", 5, Order::CallRoll { words: String::new(), called: Box::new(called) }).unwrap();
    let ask = CaseMove::AskExtension { phase: Phase::Dispatch, millis: HOUR, reason: "雨".to_owned() };
    centre.order("li", 6, Order::MoveIncident { incident: case, step: ask }).unwrap();
    let grant = CaseMove::GrantExtension { words: String::new() };
    centre.order("li", 7, Order::MoveIncident { incident: case, step: grant }).unwrap();
    let noted: Vec<Noted> = centre.watch().log.iter().map(|entry| entry.what.clone()).collect();
    let all =
        [Noted::Grave(Grade::II), Noted::Mode(Mode::Emergency), Noted::RollCalled, Noted::Extended(Phase::Dispatch)];
    assert_eq!(noted, all);
    let changes = &centre.watch().changes;
    assert_eq!(Change::ALL.map(|change| changes.count(change)), [1, 0, 0, 2, 1]);
}

#[test]
fn who_signs_on_at_a_post_that_nobody_had_answers_the_roll_for_it() {
    let mut centre = Centre::open();
    let posts = centre.hall.duty().looked_for().into_iter().collect();
    let called = Box::new(Called { posts, crews: Vec::new(), minutes: 5 });
    centre.order("li", 1, Order::CallRoll { words: String::new(), called }).unwrap();
    let answer = || Order::AnswerRoll { crew: None, words: String::new() };
    assert_eq!(centre.order("wang", 2, answer()), Err(Refusal::NotCalled));
    centre.step("wang", 2, DutyStep::SignOn { post: "chief".to_owned() }).unwrap();
    assert_eq!(centre.order("wang", 3, answer()), Ok(1));
    let presence = |post: &str| {
        centre.hall.roll().unwrap().presence(&RollParty::Post(post.to_owned()), Moment(START + 3 * MINUTE))
    };
    assert_eq!(["chief", "acceptor"].map(presence), [Some(Presence::Here), Some(Presence::Awaited)]);
}

#[test]
fn where_no_shifts_are_taken_nobody_is_on_duty() {
    let step = |step| Order::MoveDuty(Box::new(step));
    let by = Actor::Person("li".to_owned());
    let decide = |one| Hall::default().decide(step(one), &by, Moment(START));
    assert_eq!(decide(write("早")), Err(Refusal::NoShift));
    assert_eq!(decide(write(" ")), Err(Refusal::TextMissing));
    assert_eq!(decide(DutyStep::Prepare { words: String::new(), pack: Box::default() }), Err(Refusal::NoShift));
}
