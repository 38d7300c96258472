//! What is written about cases, over refusals, other cases and a crash.

use bevy::prelude::*;
use bevy::time::Real;

use super::model::{KEPT_DAYS, LET_GO_SECS, MOST};
use super::{Drafts, Sending, Turned, settle, turn};
use crate::domain::{
    Actor, AlarmId, AlarmStep, Answers, Assignment, Bulletin, Checker, Clock, CrewId, Fact, Grade, Hall, IncidentId,
    Limit, Moment, MoveKind, Order, Part, Party, Phase, Place, PlanMove, Progress, Refusal, Report, What,
};
use crate::link::Identity;
use crate::screen::card::MoveForm;
use crate::screen::card::panel::Form;
use crate::screen::card::recheck::CheckerShown;
use crate::screen::receive::{Heard, Refused};
use crate::screen::shown::{Intent, Shown, Who};

const ONE: IncidentId = IncidentId(1);
const TWO: IncidentId = IncidentId(2);
/// A day, from 1970 on.
const TODAY: i64 = 19_675;

fn li() -> Actor {
    Actor::Person("li".to_owned())
}

fn order(hall: &mut Hall, order: Order) -> Vec<Fact> {
    let facts = hall.decide(order, &li(), Moment(60_000)).unwrap();
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    facts
}

/// A hall that came to know two cases at a moment.
fn hall(at: i64) -> Hall {
    let mut hall = Hall::default();
    for id in ["1", "2"] {
        let report = Report {
            source: "12345".to_owned(),
            source_id: id.to_owned(),
            kind: "20406".to_owned(),
            grade: Grade::III,
            place: Place::default(),
            text: String::new(),
            happened_at: Moment(0),
            progress: Progress::Open,
            answers: [].into(),
        };
        for fact in hall.decide(Order::TakeReport(report), &li(), Moment(at)).unwrap() {
            assert!(hall.apply(&fact));
        }
    }
    hall
}

/// The drafts of a desk at which li sits.
fn of_li() -> Drafts {
    let mut drafts = Drafts::default();
    assert!(!drafts.turn_to("li"), "nobody sat here before");
    drafts
}

fn note(words: &str) -> Form {
    Form::Note(words.to_owned())
}

fn noted(hall: &mut Hall, incident: IncidentId) -> Vec<Fact> {
    order(hall, Order::AddNote { incident, words: "好".to_owned() })
}

fn sending() -> Sending {
    let to = [(Party::Crew(CrewId(12)), Part::Lead), (Party::Department("water".to_owned()), Part::Assist)];
    let to = to.into_iter().map(|(to, part)| Assignment { to, part }).collect();
    Sending { to, words: "带破拆工具".to_owned() }
}

fn why(words: &str) -> String {
    words.to_owned()
}

#[test]
fn a_form_is_there_again_when_its_order_is_refused_and_gone_when_its_fact_is_heard() {
    let (mut hall, mut drafts) = (hall(0), of_li());
    drafts.send_form(&hall, ONE, &note("已到场"), 0.0);
    assert_eq!(drafts.take_form(&hall, ONE), None, "while it is on its way it is closed");
    drafts.refuse(why("no hub"), 1.0);
    assert_eq!(drafts.take_form(&hall, TWO), None, "of its own case alone");
    assert_eq!(drafts.take_form(&hall, ONE), Some((note("已到场"), true)));
    assert_eq!(drafts.take_form(&hall, ONE), None, "once");
    drafts.send_form(&hall, ONE, &note("已到场"), 2.0);
    for fact in noted(&mut hall, ONE) {
        drafts.heard("li", &fact.what);
    }
    drafts.refuse(why("something else"), 3.0);
    assert_eq!(drafts.take_form(&hall, ONE), None, "what arrived does not come back");
}

#[test]
fn of_several_on_their_way_the_first_is_answered_first_and_a_fact_of_another_sort_answers_none() {
    let (mut hall, mut drafts) = (hall(0), of_li());
    drafts.send_form(&hall, ONE, &note("一"), 0.0);
    drafts.send_form(&hall, TWO, &note("二"), 0.1);
    drafts.send_form(&hall, ONE, &Form::MergeAll, 0.2);
    drafts.send_sending(&hall, TWO, sending(), 0.3);
    for fact in noted(&mut hall, TWO) {
        drafts.heard("li", &fact.what);
    }
    drafts.refuse(why("why"), 0.5);
    assert_eq!((drafts.take_form(&hall, ONE), drafts.take_form(&hall, TWO)), (Some((note("一"), true)), None));
    assert!(!drafts.sends_again(&hall, TWO), "it is on its way still");
    drafts.refuse(why("why"), 0.6);
    assert!(drafts.sends_again(&hall, TWO) && !drafts.sends_again(&hall, ONE));
    assert_eq!(drafts.take_sending(&hall, TWO), Some(sending()));
    drafts.refuse(why("why"), 0.7);
    assert_eq!(drafts.take_form(&hall, TWO), None, "nothing is left on its way");
}

#[test]
fn what_got_no_answer_is_let_go_and_a_reason_told_twice_is_counted() {
    let (hall, mut drafts) = (hall(0), of_li());
    drafts.send_form(&hall, ONE, &note("旧"), 0.0);
    drafts.refuse(why("why"), LET_GO_SECS);
    assert_eq!(drafts.take_form(&hall, ONE), None, "nobody knows it any more");
    assert_eq!(drafts.refused_words().as_deref(), Some("why"));
    drafts.refuse(why("why"), LET_GO_SECS);
    drafts.refuse(why("because"), LET_GO_SECS);
    assert_eq!(drafts.refused_words().as_deref(), Some("why ×2\nbecause"));
    drafts.give();
    assert_eq!(drafts.refused_words(), None);
}

#[test]
fn what_is_written_is_there_after_a_crash_of_the_desk_and_belongs_to_its_case_and_hall_alone() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |drafts: &mut Drafts| {
        drafts.keep(TODAY);
        let mut after = of_li();
        after.restore(folder.path(), TODAY);
        after
    };
    let (mut hall, mut drafts) = (hall(5), of_li());
    drafts.restore(folder.path(), TODAY);
    drafts.write_form(&hall, ONE, &Form::Close("已处".to_owned()));
    drafts.write_form(&hall, ONE, &Form::Close("已处置".to_owned()));
    drafts.write_sending(&hall, TWO, &sending());
    let mut after = kept(&mut drafts);
    assert_eq!((after.take_form(&hall, TWO), after.take_sending(&hall, ONE)), (None, None));
    assert_eq!(after.take_form(&hall, ONE), Some((Form::Close("已处置".to_owned()), false)));
    assert!(after.has_sending(&hall, TWO) && !after.sends_again(&hall, TWO), "its dialog is opened by its key");
    assert_eq!(after.take_sending(&hall, TWO), Some(sending()));

    // A crash while the order is on its way loses nothing either; once its fact is known it is gone.
    after.send_sending(&hall, TWO, sending(), 1.0);
    assert!(kept(&mut after).has_sending(&hall, TWO));
    for fact in order(&mut hall, Order::GiveTasks { incident: TWO, to: sending().to, words: sending().words }) {
        after.heard("li", &fact.what);
    }
    assert!(!kept(&mut after).has_sending(&hall, TWO));
    after.drop_form();
    after.keep(TODAY);
    assert!(!folder.path().join("case-drafts.toml").exists(), "nothing is left to be kept");
}

#[test]
fn whoever_opens_another_hub_in_between_loses_nothing_for_thirty_days() {
    let folder = tempfile::tempdir().unwrap();
    let opened = |today: i64| {
        let mut drafts = of_li();
        drafts.restore(folder.path(), today);
        drafts
    };
    let (one, other) = (hall(5), hall(6));
    let mut drafts = opened(TODAY);
    drafts.write_form(&one, ONE, &note("已到场"));
    drafts.keep(TODAY);
    let mut drafts = opened(TODAY + 1);
    assert_eq!(drafts.take_form(&other, ONE), None, "case 1 of another hall is another case");
    drafts.write_form(&other, ONE, &note("别处"));
    drafts.keep(TODAY + 1);
    let mut drafts = opened(TODAY + KEPT_DAYS);
    assert_eq!(drafts.take_form(&one, ONE), Some((note("已到场"), false)));
    drafts.stow_form();
    assert_eq!(drafts.take_form(&other, ONE), Some((note("别处"), false)));
    let mut drafts = opened(TODAY + KEPT_DAYS + 1);
    assert_eq!(drafts.take_form(&one, ONE), None, "nobody took it up again");
    assert_eq!(drafts.take_form(&other, ONE), Some((note("别处"), false)), "that was written a day later");
}

#[test]
fn a_file_of_before_days_were_kept_is_read_and_is_of_the_day_on_which_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case-drafts.toml");
    std::fs::write(&file, "[[draft]]\nincident = 1\nknown_at = 5\n[draft.what.form]\nclose = \"已处置\"\n").unwrap();
    let (hall, mut drafts) = (hall(5), of_li());
    drafts.restore(folder.path(), TODAY);
    drafts.keep(TODAY);
    assert!(std::fs::read_to_string(&file).unwrap().contains("day = 19675"));
    assert_eq!(drafts.take_form(&hall, ONE), Some((Form::Close("已处置".to_owned()), false)));
}

#[test]
fn what_is_cancelled_or_was_never_written_is_not_kept_and_another_case_puts_it_away() {
    let (hall, mut drafts) = (hall(0), of_li());
    drafts.write_form(&hall, ONE, &note("  "));
    drafts.stow_form();
    assert_eq!(drafts.take_form(&hall, ONE), None, "there is nothing in it");
    drafts.write_form(&hall, ONE, &note("稍等"));
    drafts.write_sending(&hall, ONE, &sending());
    drafts.stow_form();
    assert_eq!(drafts.take_form(&hall, ONE), Some((note("稍等"), false)));
    drafts.drop_form();
    drafts.stow_sending();
    assert_eq!(drafts.take_form(&hall, ONE), None);
    assert_eq!(drafts.take_sending(&hall, ONE), Some(sending()), "each of the two by itself");
    drafts.drop_sending();
    assert!(!drafts.has_sending(&hall, ONE));
    for _ in 0..=MOST {
        drafts.write_form(&hall, TWO, &note("很多"));
        drafts.stow_form();
    }
    let left = std::iter::from_fn(|| drafts.take_form(&hall, TWO)).count();
    assert_eq!(left, MOST);
}

#[test]
fn a_form_of_answers_comes_back_with_what_others_answered_meanwhile() {
    let (mut hall, mut drafts) = (hall(0), of_li());
    let said = |answers: Answers| Order::AnswerForm { incident: ONE, answers };
    order(&mut hall, said([("smoke", "light"), ("injured", "1")].into()));
    drafts.write_form(&hall, ONE, &Form::Answers([("smoke", "heavy"), ("injured", "1")].into()));
    drafts.stow_form();
    order(&mut hall, said([("injured", "4")].into()));
    let back = Form::Answers([("smoke", "heavy"), ("injured", "4")].into());
    assert_eq!(drafts.take_form(&hall, ONE), Some((back, false)), "what was not touched is as it is now");
}

#[test]
fn every_form_that_is_filled_in_stands_in_the_file() {
    let words = || "原因\n两行".to_owned();
    let limit = Some((Phase::Handle, Limit { clock: Clock::WorkHours, millis: 7_200_000 }));
    let forms = [
        Form::Regrade(Grade::II, words()),
        Form::Close(words()),
        Form::Suspend(words()),
        Form::Move(MoveForm { kind: MoveKind::AskExtension, words: words(), choice: 2, limit, checkers: vec![] }),
        Form::Move(MoveForm { kind: MoveKind::Merge, words: "7".to_owned(), choice: 0, limit: None, checkers: vec![] }),
        Form::Move(MoveForm {
            kind: MoveKind::AskRecheck,
            words: words(),
            choice: 0,
            limit: None,
            checkers: vec![CheckerShown { checker: Checker::Crew(CrewId(7)), name: "巡查 7".to_owned() }],
        }),
        Form::GiveBack(Party::Crew(CrewId(7)), words()),
        Form::Withdraw(Party::Department("water".to_owned()), words()),
        Form::ShowCaller(words()),
        Form::Bulletin(Bulletin::First, words()),
        Form::Note(words()),
        Form::Answers([("smoke", "heavy")].into()),
    ];
    let hall = hall(0);
    for form in forms {
        let folder = tempfile::tempdir().unwrap();
        let (mut drafts, mut after) = (of_li(), of_li());
        drafts.restore(folder.path(), TODAY);
        drafts.write_form(&hall, ONE, &form);
        drafts.keep(TODAY);
        after.restore(folder.path(), TODAY);
        assert_eq!(after.take_form(&hall, ONE), Some((form, false)));
    }
}

#[test]
fn the_reason_of_a_plan_is_there_again_after_a_refusal_another_case_and_a_crash_until_its_fact_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, mut drafts) = (hall(0), of_li());
    drafts.restore(folder.path(), TODAY);
    drafts.write_reason(&hall, ONE, "通道畅通");
    drafts.stow_reason();
    assert_eq!((drafts.take_reason(&hall, TWO), drafts.take_form(&hall, ONE)), (None, None), "of its case and dialog");
    assert_eq!(drafts.take_reason(&hall, ONE).as_deref(), Some("通道畅通"));
    drafts.send_reason(&hall, ONE, "通道畅通".to_owned(), 0.0);
    assert!(!drafts.reasons_again(&hall, ONE), "it is on its way");
    drafts.refuse(why("no hub"), 1.0);
    assert!(drafts.reasons_again(&hall, ONE) && !drafts.sends_again(&hall, ONE) && !drafts.has_sending(&hall, ONE));
    drafts.keep(TODAY);
    let mut after = of_li();
    after.restore(folder.path(), TODAY);
    assert_eq!(after.take_reason(&hall, ONE).as_deref(), Some("通道畅通"), "after a crash");
    after.send_reason(&hall, ONE, "通道畅通".to_owned(), 2.0);
    let moved = |step| What::PlanMoved { incident: ONE, step };
    after.heard("li", &moved(PlanMove::Done { step: 1, words: String::new() }));
    after.heard("li", &moved(PlanMove::Skip { step: 0, reason: "通道畅通".to_owned() }));
    after.refuse(why("something else"), 3.0);
    assert_eq!(after.take_reason(&hall, ONE), None, "the hub has it");
    after.keep(TODAY);
    assert!(!folder.path().join("case-drafts.toml").exists(), "nothing is left to be kept");
}

fn person(name: &str) -> Who {
    Who::Known(Identity { name: name.to_owned(), ..Identity::default() })
}

#[test]
fn facts_of_this_seat_and_refusals_settle_what_was_sent() {
    let mut app = App::new();
    app.add_message::<Heard>()
        .add_message::<Intent>()
        .add_message::<Refused>()
        .add_message::<Turned>()
        .init_resource::<Drafts>()
        .init_resource::<Time<Real>>()
        .insert_resource(Shown { hall: hall(0), who: person("li"), ..Shown::default() })
        .add_systems(Update, (turn, settle).chain());
    app.update();
    let on = |app: &mut App, act: &dyn Fn(&mut Drafts, &Hall)| {
        app.world_mut().resource_scope(|world, mut drafts: Mut<Drafts>| {
            act(&mut drafts, &world.resource::<Shown>().hall);
        });
    };
    on(&mut app, &|drafts, hall| drafts.send_form(hall, ONE, &note("一"), 0.0));
    on(&mut app, &|drafts, hall| drafts.send_form(hall, TWO, &note("二"), 0.0));
    let mut facts = noted(&mut app.world_mut().resource_mut::<Shown>().hall, ONE);
    let mut fact = facts.remove(0);
    app.world_mut().write_message(Heard(fact.clone()));
    fact.by = Actor::of_crew(CrewId(7));
    app.world_mut().write_message(Heard(fact));
    app.world_mut().write_message(Refused(Refusal::ReadOnly));
    app.update();
    on(&mut app, &|drafts, hall| {
        assert_eq!(drafts.take_form(hall, ONE), None);
        assert_eq!(drafts.take_form(hall, TWO), Some((note("二"), true)));
        assert!(drafts.refused_words().is_some());
    });
    app.world_mut().write_message(Intent::TakeDown);
    app.world_mut().write_message(Intent::Order(Order::MoveAlarm(Box::new(AlarmStep::Seen { alarm: AlarmId(1) }))));
    app.update();
    on(&mut app, &|drafts, _| assert!(drafts.refused_words().is_some(), "nobody ordered anything"));
    app.world_mut().write_message(Intent::Order(Order::AddNote { incident: TWO, words: "二".to_owned() }));
    app.update();
    on(&mut app, &|drafts, _| assert_eq!(drafts.refused_words(), None, "another order was given, wherever"));
}

#[test]
fn whoever_signs_in_next_sees_and_sends_nothing_of_the_drafts_before_and_their_writer_has_them_again() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, mut drafts) = (hall(0), of_li());
    drafts.restore(folder.path(), TODAY);
    drafts.write_form(&hall, ONE, &note("已到场"));
    drafts.write_sending(&hall, ONE, &sending());
    drafts.write_reason(&hall, ONE, "误报");
    drafts.write_talk(&hall, ONE, "已联系水务，".to_owned());
    drafts.refuse(why("no hub"), 0.0);
    assert!(drafts.turn_to("wang") && !drafts.turn_to("wang"), "a link that came back brings nobody else");
    assert_eq!(drafts.refused_words(), None, "that was told to li");
    let nothing = |drafts: &mut Drafts| {
        assert_eq!((drafts.take_form(&hall, ONE), drafts.take_sending(&hall, ONE)), (None, None));
        assert_eq!((drafts.take_reason(&hall, ONE), drafts.talk(&hall, ONE)), (None, ""));
        assert!(!drafts.has_sending(&hall, ONE));
    };
    nothing(&mut drafts);
    drafts.write_form(&hall, ONE, &note("井盖丢了"));
    drafts.write_talk(&hall, ONE, "我去看".to_owned());
    drafts.drop_form();
    assert!(drafts.turn_to("li"));
    let all = |drafts: &mut Drafts| {
        assert_eq!(drafts.take_form(&hall, ONE), Some((note("已到场"), false)));
        assert_eq!(drafts.take_sending(&hall, ONE), Some(sending()));
        assert_eq!(drafts.take_reason(&hall, ONE).as_deref(), Some("误报"));
        assert_eq!(drafts.talk(&hall, ONE), "已联系水务，");
    };
    all(&mut drafts);
    drafts.keep(TODAY);
    // So it is after a crash of the desk.
    let mut after = Drafts::default();
    after.restore(folder.path(), TODAY);
    assert!(!after.turn_to("chen"));
    nothing(&mut after);
    assert!(after.turn_to("wang"));
    assert_eq!(after.talk(&hall, ONE), "我去看");
    assert!(after.turn_to("li"));
    all(&mut after);
}

#[test]
fn what_was_sent_before_its_writer_left_is_gone_once_the_hub_has_it_and_comes_back_to_nobody_else() {
    let (mut hall, mut drafts) = (hall(0), of_li());
    drafts.send_form(&hall, ONE, &note("一"), 0.0);
    drafts.send_form(&hall, TWO, &note("二"), 0.0);
    assert!(drafts.turn_to("wang"));
    drafts.refuse(why("of wang's"), 1.0);
    assert_eq!(drafts.take_form(&hall, ONE), None);
    for fact in noted(&mut hall, ONE) {
        drafts.heard("li", &fact.what);
    }
    assert!(drafts.turn_to("li"));
    assert_eq!(drafts.take_form(&hall, ONE), None, "the hub has it");
    assert_eq!(drafts.take_form(&hall, TWO), Some((note("二"), false)), "of this one nothing was heard");
}

#[test]
fn what_has_no_name_is_theirs_who_sign_in_first_and_what_they_have_open_stays_open() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case-drafts.toml");
    std::fs::write(&file, "[[draft]]\nincident = 1\nknown_at = 0\n[draft.what.form]\nclose = \"已处置\"\n").unwrap();
    let (hall, mut drafts) = (hall(0), Drafts::default());
    drafts.restore(folder.path(), TODAY);
    drafts.restore_talk((TWO, Moment(0)), "已联系水务".to_owned());
    drafts.write_reason(&hall, ONE, "误报");
    assert!(!drafts.turn_to("li"));
    drafts.stow_reason();
    assert!(drafts.turn_to("wang"));
    assert_eq!(
        (drafts.take_form(&hall, ONE), drafts.take_reason(&hall, ONE), drafts.talk(&hall, TWO)),
        (None, None, "")
    );
    assert!(drafts.turn_to("li"));
    assert_eq!(drafts.take_form(&hall, ONE), Some((Form::Close("已处置".to_owned()), false)));
    assert_eq!(drafts.take_reason(&hall, ONE).as_deref(), Some("误报"));
    assert_eq!(drafts.talk(&hall, TWO), "已联系水务");
    drafts.keep(TODAY);
    assert!(std::fs::read_to_string(&file).unwrap().contains("by = \"li\""));
}

#[test]
fn words_of_the_conversation_stay_through_another_hub_and_are_gone_once_they_were_said() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, other, mut drafts) = (hall(5), hall(6), of_li());
    drafts.restore(folder.path(), TODAY);
    drafts.write_talk(&one, ONE, "已联系".to_owned());
    drafts.write_talk(&one, ONE, " 好 ".to_owned());
    assert_eq!(drafts.talk(&other, ONE), "", "case 1 of another hall is another case");
    drafts.write_talk(&other, ONE, "别处".to_owned());
    drafts.keep(TODAY);
    let mut after = of_li();
    after.restore(folder.path(), TODAY);
    assert_eq!((after.talk(&other, ONE), after.talk(&one, ONE)), ("别处", " 好 "));
    let facts = noted(&mut one, ONE);
    after.heard("wang", &facts[0].what);
    assert_eq!(after.talk(&one, ONE), " 好 ", "another one said the same");
    after.heard("li", &facts[0].what);
    assert_eq!((after.talk(&other, ONE), after.talk(&one, ONE)), ("别处", ""));
    after.write_talk(&other, ONE, String::new());
    after.keep(TODAY);
    assert!(!folder.path().join("case-drafts.toml").exists(), "nothing is left to be kept");
}

#[test]
fn the_desk_is_told_once_that_somebody_else_sits_at_it() {
    let mut app = App::new();
    app.add_message::<Turned>().init_resource::<Drafts>().insert_resource(Shown::default()).add_systems(Update, turn);
    let mut sits = |who: Who| {
        app.world_mut().resource_mut::<Shown>().who = who;
        app.update();
        app.world_mut().resource_mut::<Messages<Turned>>().drain().count()
    };
    assert_eq!(sits(Who::Unknown) + sits(person("li")), 0, "whoever is first takes nothing from anybody");
    assert_eq!(sits(Who::Wanted { why: None }) + sits(person("li")), 0, "who was locked out is back");
    assert_eq!(sits(person("wang")) + sits(person("wang")), 1);
}
