//! Every order, every role, inside and outside the area, and what each order is about: against a table written out here.

use super::alarm::raised_tests::raising;
use super::alarm::{Maintenance, Raising};
use super::rights::{Area, Reach, Right, Role, Standing};
use super::{
    Alarm, AlarmId, AlarmStep, Assignment, Bulletin, Call, Called, CaseMove, CatalogueTexts, Channel, Checker, CrewId,
    DutyPost, DutyStep, Finding, Grade, IncidentId, Link, Mode, Moment, Order, Part, Party, Phase, Place, Plan,
    PlanMove, PlanTexts, Progress, Refusal, Report, Satisfaction, Stage, TaskState, TaskStep, Telling, Verdict,
    Weather, Wording,
};

mod every;
mod own;

const ONE: IncidentId = IncidentId(1);
const OTHER: IncidentId = IncidentId(2);

fn report(progress: Progress) -> Order {
    Order::TakeReport(Report {
        source: "12345".to_owned(),
        source_id: "A-1".to_owned(),
        kind: "30206".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: String::new(),
        happened_at: Moment(0),
        progress,
        answers: [].into(),
    })
}

fn call(file: bool, same_as: Option<IncidentId>) -> Order {
    let Order::TakeReport(report) = report(Progress::Open) else { unreachable!() };
    Order::TakeCall(Box::new(Call { report, caller: None, file, same_as, area: None }))
}

fn advance(stage: Stage) -> Order {
    Order::AdvanceIncident { incident: ONE, stage }
}

fn step(step: CaseMove) -> Order {
    Order::MoveIncident { incident: ONE, step }
}

fn task(step: TaskStep) -> Order {
    Order::MoveTask { incident: ONE, party: Party::Crew(CrewId(7)), step }
}

fn plan(step: PlanMove) -> Order {
    Order::MovePlan { incident: ONE, step }
}

fn duty(step: DutyStep) -> Order {
    Order::MoveDuty(Box::new(step))
}

fn alarm(step: AlarmStep) -> Order {
    Order::MoveAlarm(Box::new(step))
}

fn tell(what: Telling) -> Order {
    step(CaseMove::Tell { what, by: Channel::Phone, words: why() })
}

fn why() -> String {
    "因".to_owned()
}

/// From which stage to which a row goes, where it is a way forward.
fn way(row: &str) -> Option<(Stage, Stage)> {
    let (from, to) = row.split_once(" to ")?;
    let stage = |word: &str| Stage::ALL.into_iter().find(|stage| stage.word() == word);
    Some((stage(from)?, stage(to)?))
}

/// The rights that a row needs.
fn rights(row: &str) -> Vec<Right> {
    order(row).rights(way(row).map(|(from, _)| from))
}

/// The order of each row of the table.
#[expect(clippy::too_many_lines, reason = "a table")]
fn order(row: &str) -> Order {
    match row {
        "report" => report(Progress::Open),
        "report over" => report(Progress::Closed),
        "regrade" => Order::RegradeIncident { incident: ONE, grade: Grade::I, reason: why() },
        "close" => Order::CloseIncident { incident: ONE, reason: why() },
        "mode" => Order::SwitchMode { mode: Mode::Emergency },
        "weather" => Order::TellWeather { weather: Weather::default() },
        "suspend" => Order::SuspendIncident { incident: ONE, reason: why() },
        "resume" => Order::ResumeIncident { incident: ONE },
        "catalogue" => Order::TakeCatalogue(CatalogueTexts::default().into()),
        "note" => Order::AddNote { incident: ONE, words: why() },
        "form" => Order::AnswerForm { incident: ONE, answers: [("floor", "11")].into() },
        "attach" => Order::AttachFile {
            incident: ONE,
            file: super::Attachment {
                name: why(),
                kind: super::FileKind::After,
                media: super::Media::Text,
                hash: super::FileHash::of(&"0".repeat(64)).unwrap(),
                bytes: 1,
            },
        },
        "numbering" => Order::TakeNumbering(super::Numbering::default()),
        "ask_verification" => step(CaseMove::AskVerification),
        "answer_verification" => step(CaseMove::AnswerVerification { verdict: Verdict::There, words: why() }),
        "reject" => step(CaseMove::Reject { reason: why() }),
        "not_file" => step(CaseMove::NotFile { reason: why() }),
        "return" => step(CaseMove::Return { reason: why() }),
        "ask_recheck" => step(CaseMove::AskRecheck { of: Checker::Crew(CrewId(7)), words: why() }),
        "answer_recheck" => step(CaseMove::AnswerRecheck { finding: Finding::Fail, words: why() }),
        "rework" => step(CaseMove::Rework { reason: why() }),
        "urge" => step(CaseMove::Urge { words: why() }),
        "supervise" => step(CaseMove::Supervise { reason: why() }),
        "end_supervision" => step(CaseMove::EndSupervision),
        "merge" => step(CaseMove::Merge { into: OTHER }),
        "unmerge" => step(CaseMove::Unmerge { reason: why() }),
        "link" => step(CaseMove::Link { to: OTHER, link: Link::CausedBy }),
        "unlink" => step(CaseMove::Unlink { to: OTHER }),
        "void" => step(CaseMove::Void { reason: why() }),
        "reopen" => step(CaseMove::Reopen { reason: why() }),
        "rate" => step(CaseMove::Rate { satisfaction: Satisfaction::Satisfied, words: why() }),
        "give tasks" => {
            let to = vec![Assignment { to: Party::Crew(CrewId(7)), part: Part::Lead }];
            Order::GiveTasks { incident: ONE, to, words: why() }
        }
        "task receipt" => task(TaskStep::Reach { state: TaskState::Read, words: why() }),
        "task return" => task(TaskStep::Return { reason: why() }),
        "task withdraw" => task(TaskStep::Withdraw { reason: why() }),
        "task urge" => task(TaskStep::Urge { words: why() }),
        "call" => call(false, None),
        "call to file" => call(true, None),
        "call to join" => call(true, Some(OTHER)),
        "show caller" => Order::ShowCaller { incident: ONE, reason: why() },
        "plans" => Order::TakePlans(PlanTexts::default().into()),
        "start plan" => {
            let alarms = vec![Alarm::default()];
            let plan = Plan { code: "fire".to_owned(), name: Wording::default(), alarms, steps: Vec::new() };
            let (crews, places) = (vec![CrewId(7)], Vec::new());
            Order::StartPlan { incident: ONE, plan: Box::new(plan), alarm: 1, crews, places, words: why() }
        }
        "strike next" => Order::StrikeNext { incident: ONE, crews: Vec::new(), words: why() },
        "step done" => plan(PlanMove::Done { step: 0, words: why() }),
        "step skipped" => plan(PlanMove::Skip { step: 0, reason: why() }),
        "notice read" => plan(PlanMove::Read { notice: 0 }),
        "roll" => Order::CallRoll { words: why(), called: Box::new(Called::default()) },
        "roll end" => Order::EndRoll,
        "answer roll" => Order::AnswerRoll { crew: None, words: why() },
        "answer for crew" => Order::AnswerRoll { crew: Some(CrewId(7)), words: why() },
        "ask_extension" => step(CaseMove::AskExtension { phase: Phase::Handle, millis: 1, reason: why() }),
        "grant_extension" => step(CaseMove::GrantExtension { words: why() }),
        "tell_accepted" => tell(Telling::Accepted),
        "tell_ended" => tell(Telling::Ended),
        "refuse_extension" => step(CaseMove::RefuseExtension { reason: why() }),
        "file report" => Order::FileReport { incident: ONE, which: Bulletin::First, text: why() },
        "shifts" => Order::TakeShifts { shifts: super::Shifts::default().into(), utc_offset_secs: 0 },
        "assign" => duty(DutyStep::Assign { at: DutyPost::default(), who: why() }),
        "swap" => duty(DutyStep::Swap { one: DutyPost::default(), other: DutyPost::default() }),
        "remove" => duty(DutyStep::Remove { at: DutyPost::default() }),
        "sign on" => duty(DutyStep::SignOn { post: why() }),
        "write log" => duty(DutyStep::Write { words: why(), incident: None, corrects: None, open: false, shift: None }),
        "settle" => duty(DutyStep::Settle { entry: 1 }),
        "prepare" => duty(DutyStep::Prepare { words: why(), pack: Box::default() }),
        "take over" => duty(DutyStep::Sign { prepared: super::Seq(1), words: why() }),
        "raise alarm" => alarm(AlarmStep::Clear { alarm: AlarmId(1), value: None }),
        "new alarm" => {
            let area = Area::of("东城/南街").unwrap();
            alarm(AlarmStep::Raise(Raising { area, ..raising("gas-1", Grade::III) }))
        }
        "new maintenance" => alarm(AlarmStep::Maintain(Maintenance {
            source: String::new(),
            measures: None,
            area: Area::of("东城/南街").unwrap(),
            from: Moment(0),
            until: Moment(1),
            reason: why(),
        })),
        "told of alarm" => alarm(AlarmStep::Told { alarm: AlarmId(1), to: vec![why()], more: 0 }),
        "see alarm" => alarm(AlarmStep::Seen { alarm: AlarmId(1) }),
        "alarm level" => alarm(AlarmStep::Level { alarm: AlarmId(1), level: Grade::II, value: None, limit: None }),
        "assign alarm" => alarm(AlarmStep::Assign { alarm: AlarmId(1), to: why() }),
        "unshelve" => alarm(AlarmStep::Unshelve { alarm: AlarmId(1) }),
        "alarm has case" => alarm(AlarmStep::Case { alarm: AlarmId(1), incident: ONE }),
        "acknowledge" => alarm(AlarmStep::Acknowledge { alarm: AlarmId(1), comment: why() }),
        "shelve" => alarm(AlarmStep::Shelve { alarm: AlarmId(1), until: Moment(1), reason: why() }),
        "maintain" => alarm(AlarmStep::EndMaintenance { window: 1 }),
        "case of alarm" => Order::CaseOfAlarm { alarm: AlarmId(1), kind: why(), grade: Grade::I, text: why() },
        "alarm rules" => Order::TakeAlarmRules(super::AlarmRules::default().into()),
        "plan end" => plan(PlanMove::End { reason: why() }),
        other => match way(other) {
            Some((_, to)) => advance(to),
            None => panic!("no order {other}"),
        },
    }
}

/// Columns: grid worker, acceptor, dispatcher, shift chief, handler, leader, wall, system administrator, security
/// administrator, auditor, source; and what the order is about, as [`reach`] reads it.
const TABLE: &str = "
                        gri acc dis shi han lea wal sys sec aud sou reach
report                   x   x   .   x   .   .   .   .   .   .   x   report
report over              .   .   .   x   .   .   .   .   .   .   x   report
regrade                  .   x   .   x   .   .   .   .   .   .   .   case
reported to accepted     .   x   .   x   .   .   .   .   .   .   .   case
reported to filed        .   x   .   x   .   .   .   .   .   .   .   case
reported to dispatched   .   .   x   x   .   .   .   .   .   .   .   case
reported to handling     .   .   x   x   .   .   .   .   .   .   .   case
reported to done         .   .   x   x   .   .   .   .   .   .   .   case
accepted to filed        .   x   .   x   .   .   .   .   .   .   .   case
accepted to dispatched   .   .   x   x   .   .   .   .   .   .   .   case
accepted to handling     .   .   x   x   .   .   .   .   .   .   .   case
accepted to done         .   .   x   x   .   .   .   .   .   .   .   case
filed to dispatched      .   .   x   x   .   .   .   .   .   .   .   case
filed to handling        .   .   x   x   .   .   .   .   .   .   .   case
filed to done            .   .   x   x   .   .   .   .   .   .   .   case
dispatched to handling   .   .   x   x   x   .   .   .   .   .   .   case
dispatched to done       .   .   x   x   x   .   .   .   .   .   .   case
handling to done         .   .   x   x   x   .   .   .   .   .   .   case
done to checked          x   .   .   x   .   .   .   .   .   .   .   case
close                    .   .   .   x   .   .   .   .   .   .   .   case
mode                     .   .   .   x   .   .   .   .   .   .   .   city
weather                  .   .   .   .   .   .   .   .   .   .   x   city
suspend                  .   .   .   x   .   .   .   .   .   .   .   case
resume                   .   .   .   x   .   .   .   .   .   .   .   case
catalogue                .   .   .   x   .   .   .   x   .   .   .   city
note                     x   x   x   x   x   x   .   .   .   .   .   case
attach                   x   x   x   x   x   x   .   .   .   .   .   case
form                     x   x   x   x   x   x   .   .   .   .   .   case
numbering                .   .   .   x   .   .   .   x   .   .   .   city
ask_verification         .   x   .   x   .   .   .   .   .   .   .   case
answer_verification      x   .   .   x   .   .   .   .   .   .   .   case
reject                   .   x   .   x   .   .   .   .   .   .   .   case
not_file                 .   x   .   x   .   .   .   .   .   .   .   case
return                   .   .   x   x   x   .   .   .   .   .   .   case
ask_recheck              .   .   x   x   .   .   .   .   .   .   .   case
answer_recheck           x   .   .   x   .   .   .   .   .   .   .   case
rework                   x   .   .   x   .   .   .   .   .   .   .   case
urge                     .   x   x   x   .   x   .   .   .   .   .   case
supervise                .   .   .   x   .   x   .   .   .   .   .   case
end_supervision          .   .   .   x   .   x   .   .   .   .   .   case
merge                    .   x   x   x   .   .   .   .   .   .   .   both
unmerge                  .   x   x   x   .   .   .   .   .   .   .   case
link                     .   x   x   x   .   .   .   .   .   .   .   both
unlink                   .   x   x   x   .   .   .   .   .   .   .   both
void                     .   .   .   x   .   .   .   .   .   .   .   case
reopen                   .   .   .   x   .   .   .   .   .   .   .   case
rate                     .   x   .   x   .   .   .   .   .   .   .   case
give tasks               .   .   x   x   .   .   .   .   .   .   .   case
task receipt             .   .   x   x   x   .   .   .   .   .   .   case
task return              .   .   x   x   x   .   .   .   .   .   .   case
task withdraw            .   .   x   x   .   .   .   .   .   .   .   case
task urge                .   x   x   x   .   x   .   .   .   .   .   case
call                     x   x   .   x   .   .   .   .   .   .   x   report
call to file             .   x   .   x   .   .   .   .   .   .   .   report
call to join             .   x   .   x   .   .   .   .   .   .   .   report
show caller              .   x   .   x   .   .   .   .   .   .   .   case
plans                    .   .   .   x   .   .   .   x   .   .   .   city
start plan               .   .   x   x   .   .   .   .   .   .   .   case
strike next              .   .   x   x   .   .   .   .   .   .   .   case
step done                .   .   x   x   x   .   .   .   .   .   .   case
step skipped             .   .   x   x   .   .   .   .   .   .   .   case
notice read              .   .   x   x   x   .   .   .   .   .   .   case
plan end                 .   .   x   x   .   .   .   .   .   .   .   case
roll                     .   .   .   x   .   .   .   .   .   .   .   city
roll end                 .   .   .   x   .   .   .   .   .   .   .   city
answer roll              x   x   x   x   x   x   x   .   .   x   .   own
answer for crew          .   .   x   x   x   .   .   .   .   .   .   own
shifts                   .   .   .   x   .   .   .   x   .   .   .   city
assign                   .   .   .   x   .   .   .   .   .   .   .   city
swap                     .   .   .   x   .   .   .   .   .   .   .   city
remove                   .   .   .   x   .   .   .   .   .   .   .   city
sign on                  .   x   x   x   .   .   .   .   .   .   .   city
write log                .   x   x   x   .   .   .   .   .   .   .   city
settle                   .   x   x   x   .   .   .   .   .   .   .   city
prepare                  .   .   .   x   .   .   .   .   .   .   .   city
take over                .   .   .   x   .   .   .   .   .   .   .   city
ask_extension            .   .   x   x   x   .   .   .   .   .   .   case
grant_extension          .   .   .   x   .   .   .   .   .   .   .   case
refuse_extension         .   .   .   x   .   .   .   .   .   .   .   case
tell_accepted            .   x   .   x   .   .   .   .   .   .   .   case
tell_ended               .   x   .   x   .   .   .   .   .   .   .   case
file report              .   x   .   x   .   .   .   .   .   .   .   case
raise alarm              .   .   .   .   .   .   .   .   .   .   x   alarm
new alarm                .   .   .   .   .   .   .   .   .   .   x   area
alarm level              .   .   .   .   .   .   .   .   .   .   x   alarm
told of alarm            .   .   .   .   .   .   .   .   .   .   x   alarm
see alarm                x   x   x   x   x   x   x   .   .   x   .   alarm
acknowledge              .   x   x   x   x   .   .   .   .   .   .   alarm
shelve                   .   x   x   x   x   .   .   .   .   .   .   alarm
assign alarm             .   x   x   x   x   .   .   .   .   .   .   alarm
unshelve                 .   x   x   x   x   .   .   .   .   .   .   alarm
alarm has case           .   x   x   x   .   .   .   .   .   .   .   linked
maintain                 .   x   x   x   x   .   .   .   .   .   .   window
new maintenance          .   x   x   x   x   .   .   .   .   .   .   area
case of alarm            .   x   x   x   x   .   .   .   .   .   .   alarm
alarm rules              .   .   .   x   .   .   .   x   .   .   .   city
";

/// Rows of the table: the order's name, whether each role may, and what it is about.
fn rows() -> Vec<(&'static str, Vec<bool>, &'static str)> {
    let mut rows = Vec::new();
    for line in TABLE.trim_matches('\n').lines().skip(1) {
        let (name, marks) = line.split_once("  ").unwrap();
        let (marks, reach) = marks.rsplit_once(' ').unwrap();
        rows.push((name, marks.split_whitespace().map(|mark| mark == "x").collect(), reach));
    }
    rows
}

/// What the last column of the table says.
fn reach(word: &str) -> Reach {
    match word {
        "city" => Reach::City,
        "report" => Reach::Report,
        "own" => Reach::Own,
        "case" => Reach::Case(ONE, None),
        "both" => Reach::Case(ONE, Some(OTHER)),
        "area" => Reach::Area(Area::of("东城/南街").unwrap()),
        "alarm" => Reach::Alarm(AlarmId(1), None),
        "linked" => Reach::Alarm(AlarmId(1), Some(ONE)),
        "window" => Reach::Maintenance(1),
        other => panic!("no reach {other}"),
    }
}

#[test]
fn every_order_is_about_what_the_table_says() {
    for (name, _, about) in rows() {
        assert_eq!(order(name).reach(), reach(about), "{name}");
    }
}

#[test]
fn every_role_may_do_what_the_table_says_inside_its_area_and_nothing_outside() {
    let area = |path| Area::of(path).unwrap();
    let (own, inside, outside, above) = (area("东城/南街"), area("东城/南街/三里"), area("东城/南街口"), area("东城"));
    for (name, may, _) in rows() {
        let rights = rights(name);
        assert_eq!(may.len(), Role::ALL.len(), "{name}");
        let check = |standing: &Standing, place: Option<&Area>| {
            rights.iter().try_for_each(|right| standing.check(*right, [place]))
        };
        for (role, may) in Role::ALL.into_iter().zip(may) {
            let scoped = Standing { roles: vec![role], area: own.clone() };
            let lacks = rights.iter().copied().find(|right| !scoped.has(*right));
            assert_eq!(lacks.is_none(), may, "{name} by {role:?}");
            let missing = lacks.map(|right| Refusal::RightMissing { right });
            for (place, lies_inside) in [
                (Some(&own), true),
                (Some(&inside), true),
                (Some(&outside), false),
                (Some(&above), false),
                (Some(&Area::CITY), false),
                (None, false),
            ] {
                let told = check(&scoped, place);
                match &missing {
                    // Which of the two is told first is nobody's concern.
                    Some(_) => assert!(told.is_err(), "{name} by {role:?} at {place:?}"),
                    None if lies_inside => assert_eq!(told, Ok(()), "{name} by {role:?} at {place:?}"),
                    None => {
                        let beyond = Refusal::OutsideArea { right: rights[0], area: own.clone() };
                        assert_eq!(told, Err(beyond), "{name} by {role:?} at {place:?}");
                    }
                }
                let everywhere = check(&Standing::of(&[role]), place);
                assert_eq!(everywhere.err(), missing, "{name} by {role:?} of the city");
            }
        }
        assert!(check(&Standing::default(), None).is_err(), "{name} by nobody");
    }
}

#[test]
fn joining_two_cases_needs_the_right_in_both_areas() {
    let area = |path| Area::of(path).unwrap();
    let (own, there) = (area("东城"), area("西城/北街"));
    let acceptor = Standing { roles: vec![Role::Acceptor], area: own.clone() };
    assert_eq!((order("merge").reach(), rights("merge")), (Reach::Case(ONE, Some(OTHER)), vec![Right::Join]));
    assert_eq!(acceptor.check(Right::Join, [Some(&own), Some(&own)]), Ok(()));
    assert!(acceptor.check(Right::Join, [Some(&own), Some(&there)]).is_err());
    assert!(acceptor.check(Right::Join, [Some(&there), Some(&own)]).is_err());
}

#[test]
fn an_alarm_is_linked_with_a_case_by_who_may_join_cases_and_the_refusal_says_which_right_is_missing() {
    let told = |roles: &[Role], row| {
        rights(row).iter().try_for_each(|right| Standing::of(roles).check(*right, [Some(&Area::CITY)]))
    };
    let lacks = |right| Err(Refusal::RightMissing { right });
    assert_eq!(told(&[Role::GridWorker], "case of alarm"), lacks(Right::Alarm));
    assert_eq!(told(&[Role::Handler], "case of alarm"), Ok(()), "a case of its own needs no joining");
    assert_eq!(told(&[Role::Handler], "alarm has case"), lacks(Right::Join));
    assert_eq!(told(&[Role::Leader], "alarm has case"), lacks(Right::Alarm));
    assert_eq!(told(&[Role::Dispatcher], "alarm has case"), Ok(()));
}

#[test]
fn a_case_is_where_it_was_said_to_be_as_closely_as_its_place_tells() {
    let area = |path: &str| Area::of(path).unwrap();
    let case = |named: Option<&str>, place: Option<&str>| {
        Area::of_case(named.map(area).as_ref(), place.map(area)).map(|area| area.path().to_owned())
    };
    for (named, place, expected) in [
        (None, None, None),
        (None, Some("东城/南街"), Some("东城/南街")),
        (Some("东城"), None, Some("东城")),
        (Some("东城"), Some("东城/南街"), Some("东城/南街")),
        (Some("东城/南街"), Some("东城"), Some("东城/南街")),
        (Some("东城"), Some("西城/北街"), Some("东城")),
        (Some("东"), Some("东城/南街"), Some("东")),
        (Some(""), Some("东城/南街"), Some("东城/南街")),
    ] {
        assert_eq!(case(named, place).as_deref(), expected, "{named:?} {place:?}");
    }
}

#[test]
fn nobody_both_grants_rights_and_can_erase_traces() {
    let all = |roles: &[Role], right| Standing::of(roles).has(right);
    for one in Role::ALL {
        assert!(!(all(&[one], Right::Grant) && all(&[one], Right::Files)), "{one:?}");
        for other in Role::ALL {
            let both = [one, other];
            if all(&both, Right::Grant) && all(&both, Right::Files) {
                assert!(Role::clash(&both).is_some(), "{one:?} and {other:?}");
            }
        }
    }
    let (system, security, auditor) = (Role::SystemAdministrator, Role::SecurityAdministrator, Role::Auditor);
    for clash in [[system, security], [security, auditor], [auditor, system], [Role::Source, Role::ShiftChief]] {
        assert!(Role::clash(&clash).is_some(), "{clash:?}");
    }
    assert_eq!(Role::clash(&[Role::Acceptor, Role::Dispatcher, auditor]), None);
    assert_eq!(Role::clash(&[security, security]), None);
    assert_eq!(Role::clash(&[Role::Source]), None);
}

#[test]
fn every_right_and_every_role_has_a_name_of_its_own_and_somebody_has_every_right() {
    let words: std::collections::BTreeSet<_> = Right::ALL.iter().map(|right| right.word()).collect();
    assert_eq!(words.len(), Right::ALL.len());
    for role in Role::ALL {
        assert_eq!(Role::of_word(role.word()), Some(role));
    }
    for right in Right::ALL {
        assert!(Standing::of(&Role::ALL).has(right), "nobody may {}", right.word());
    }
}

#[test]
fn paths_of_areas_are_read_and_odd_ones_refused() {
    for (written, path) in
        [("", ""), (" / ", ""), ("东城", "东城"), (" 东城 / 南街/ ", "东城/南街"), ("a/b/c/d", "a/b/c/d")]
    {
        assert_eq!(Area::of(written).unwrap().path(), path, "{written}");
    }
    for odd in ["a//b", "a/b/c/d/e", "a\nb", &"x".repeat(201)] {
        assert_eq!(Area::of(odd), None, "{odd}");
    }
}
