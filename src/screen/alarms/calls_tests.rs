//! Tests of what calls at a screen: strip, sound and shelf; of the parts of the list, and of the cases of alarms.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use egui::{Pos2, RawInput, Rect, Shape, vec2};
use rust_i18n::t;

use super::asked::{Asked, Taken};
use super::choice::ChoiceWish;
use super::kinds::{kinds_of, offered};
use super::model::AlarmsShown;
use super::part::Part;
use super::rows::history;
use super::sound::{Heard, Plays, Program, Sounds, play_with};
use super::strip::{StripView, strip};
use super::tests::{MINUTE, hall, raise, raise_behind, shown, step};
use super::told;
use crate::config::Catalogue;
use crate::domain::alarm::raised_tests::raising;
use crate::domain::alarm::{KEEP_MILLIS, Raising, TOLD_MAX};
use crate::domain::rights::Area;
use crate::domain::{Actor, AlarmId, AlarmStep, Grade, Hall, IncidentId, Moment, Order, SensorKind, Stage};
use crate::screen::archive::story::{Line, StoryShown, joined};
use crate::screen::look;

fn acknowledge(hall: &mut Hall, alarm: u64, comment: &str, at: i64) {
    step(hall, AlarmStep::Acknowledge { alarm: AlarmId(alarm), comment: comment.to_owned() }, at);
}

fn make_case(hall: &mut Hall, alarm: u64, kind: &str, at: i64) {
    let (kind, text) = (kind.to_owned(), "泄漏".to_owned());
    let order = Order::CaseOfAlarm { alarm: AlarmId(alarm), kind, grade: Grade::III, text };
    for fact in hall.decide(order, &Actor::Person("chen".to_owned()), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

/// Somebody accepts the first case.
fn accept_case(hall: &mut Hall, at: i64) {
    let accept = Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Accepted };
    for fact in hall.decide(accept, &Actor::Person("chen".to_owned()), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

fn sources(shown: &AlarmsShown) -> Vec<&str> {
    shown.listed().iter().map(|row| row.source.as_str()).collect()
}

/// All that a strip says.
fn said(view: &StripView<'_>) -> Vec<String> {
    fn gather(shape: &Shape, texts: &mut Vec<String>) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
            Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            _ => {}
        }
    }
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        strip(ui.painter(), Rect::from_min_size(Pos2::ZERO, vec2(3_000.0, 60.0)), 16.0, view);
    });
    output.textures_delta.clear();
    let mut texts = Vec::new();
    output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
    texts
}

#[test]
fn a_shelved_cause_silences_nothing_that_folds_under_it() {
    let mut hall = Hall::default();
    raise(&mut hall, "pump-3", Grade::I, "东城区", 0);
    for number in 0..2 {
        raise_behind(&mut hall, &format!("level-{number}"), "pump-3", (Grade::IV, "东城区"), 1_000);
    }
    let shelf = AlarmStep::Shelve { alarm: AlarmId(1), until: Moment(MINUTE), reason: "换泵".to_owned() };
    step(&mut hall, shelf, 2_000);
    let calling = shown(&hall, "", 3_000);
    let first = calling.first().unwrap();
    assert_eq!((first.id, first.behind(), first.shelved_secs), (AlarmId(1), 2, None));
    assert_eq!(
        (first.level, calling.calling, calling.calls_red()),
        (Grade::IV, [0, 0, 0, 2], false),
        "as bad as what calls"
    );
    acknowledge(&mut hall, 2, "", 4_000);
    assert!(shown(&hall, "", 5_000).first().is_some(), "one of them calls still");
    acknowledge(&mut hall, 3, "", 6_000);
    let quiet = shown(&hall, "", 7_000);
    assert_eq!((quiet.first(), quiet.rows[0].shelved_secs, quiet.rows[0].level), (None, Some(53), Grade::I));
}

#[test]
fn what_has_no_area_is_on_every_desk_and_a_sign_of_the_whole_city_is_not() {
    let mut hall = hall();
    raise(&mut hall, "polled", Grade::I, "", 3_500);
    let sign = Raising { measures: SensorKind::Vital, area: Area::CITY, ..raising("vital:water", Grade::I) };
    step(&mut hall, AlarmStep::Raise(sign), 3_600);
    assert_eq!(sources(&shown(&hall, "东城区", 4_000)), ["polled", "b", "d", "a"]);
    assert_eq!(sources(&shown(&hall, "", 4_000)), ["vital:water", "polled", "c", "b", "d", "a"]);
}

#[test]
fn the_strip_tells_whoever_looks_after_an_alarm_that_it_is_theirs() {
    let mut hall = hall();
    step(&mut hall, AlarmStep::Assign { alarm: AlarmId(4), to: "li".to_owned() }, 4_000);
    let view =
        |shown: &AlarmsShown, post: Option<&str>| said(&StripView { shown, post, keys: "F10", heard: Heard::Yes });
    let (yours, count) = (t!("alarm.yours").into_owned(), t!("alarm.yours_count", count = 1).into_owned());
    let calling = shown(&hall, "", 5_000);
    assert_eq!(calling.named(Some("li")).map(|row| row.id), Some(AlarmId(3)), "what calls most comes first");
    let of_li = view(&calling, Some("li"));
    assert!(of_li.contains(&count) && !of_li.contains(&yours), "{of_li:?}");
    assert!(!view(&calling, Some("wang")).contains(&count));
    for alarm in 1..=4 {
        acknowledge(&mut hall, alarm, "", 6_000);
    }
    let quiet = shown(&hall, "", 7_000);
    assert_eq!((quiet.first(), quiet.named(Some("wang")), quiet.named(None)), (None, None, None));
    assert_eq!(quiet.named(Some("li")).map(|row| row.id), Some(AlarmId(4)), "taken note of, and theirs still");
    assert!(view(&quiet, Some("li")).contains(&yours));
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(4), value: None }, 8_000);
    assert_eq!(shown(&hall, "", 9_000).named(Some("li")), None);
}

#[test]
fn the_strip_names_what_nobody_acts_on_before_what_belongs_to_a_case_and_says_to_which() {
    let mut hall = hall();
    // c is the worst and newest: its case waits for somebody, so that nobody acts on it yet.
    make_case(&mut hall, 3, "20403", 4_000);
    let waiting = shown(&hall, "", 5_000);
    let named = |shown: &AlarmsShown| shown.first().map(|row| row.id.0);
    assert_eq!((named(&waiting), sources(&waiting)), (Some(3), vec!["c", "b", "d", "a"]));
    let strip = |shown: &AlarmsShown| said(&StripView::of_wall(shown));
    let case = t!("alarm.belongs.own", case = 1, grade = Grade::III.numeral()).into_owned();
    let waits = format!("{case} · {}", t!("alarm.belongs.waits"));
    assert!(strip(&waiting).contains(&waits), "{:?}", strip(&waiting));
    accept_case(&mut hall, 6_000);
    let accepted = shown(&hall, "", 7_000);
    assert_eq!((named(&accepted), sources(&accepted)), (Some(2), vec!["b", "d", "a", "c"]));
    for alarm in [1, 2, 4] {
        acknowledge(&mut hall, alarm, "", 8_000);
    }
    let left = shown(&hall, "", 9_000);
    assert_eq!((named(&left), left.loudest(), left.calls_red()), (Some(3), Some(Grade::I), true), "it calls still");
    let told = strip(&left);
    assert!(told.contains(&case) && !told.contains(&waits), "{told:?}");
    acknowledge(&mut hall, 3, "", 10_000);
    assert_eq!(shown(&hall, "", 11_000).loudest(), None);
}

#[test]
fn what_is_heard_is_the_worst_that_calls_though_the_strip_names_another() {
    let mut hall = hall();
    make_case(&mut hall, 2, "20403", 4_000);
    accept_case(&mut hall, 5_000);
    for alarm in [3, 4] {
        acknowledge(&mut hall, alarm, "", 6_000);
    }
    let shown = shown(&hall, "", 7_000);
    let first = shown.first().unwrap();
    assert_eq!((first.id, first.level, shown.loudest()), (AlarmId(1), Grade::III, Some(Grade::I)));
}

#[test]
fn the_strip_says_where_nothing_is_heard_and_where_no_other_alarm_is_raised() {
    let mut hall = hall();
    let said_of = |shown: &AlarmsShown, heard| said(&StripView { shown, post: None, keys: "", heard });
    let calling = shown(&hall, "", 4_000);
    let (muted, none) = (t!("alarm.muted").into_owned(), t!("alarm.no_sound").into_owned());
    assert!(said_of(&calling, Heard::Muted).contains(&muted) && said_of(&calling, Heard::No).contains(&none));
    let heard = said_of(&calling, Heard::Yes);
    assert!(!heard.contains(&muted) && !heard.contains(&none), "{heard:?}");
    for alarm in 1..=4 {
        acknowledge(&mut hall, alarm, "", 5_000);
    }
    let full = AlarmsShown { full: true, ..shown(&hall, "", 6_000) };
    assert_eq!(full.named(None).map(|row| row.id), Some(AlarmId(3)), "though all were taken note of");
    let told = said_of(&full, Heard::Muted);
    assert!(told.contains(&t!("alarm.full", count = "4,500").into_owned()) && !told.contains(&muted), "{told:?}");
}

#[derive(Clone, Default)]
struct Fake {
    played: Rc<RefCell<Vec<Grade>>>,
    failed: Rc<Cell<bool>>,
}

impl Plays for Fake {
    fn play(&self, level: Grade) {
        self.played.borrow_mut().push(level);
    }

    fn failed(&self) -> bool {
        self.failed.get()
    }
}

#[test]
fn a_sound_repeats_by_its_level_until_it_is_acknowledged_or_muted_and_a_worse_one_does_not_wait() {
    let fake = Fake::default();
    let mut sounds: Sounds<Fake> = Sounds::default();
    let mut played = |now: f64, calls: Option<Grade>, mute: bool| {
        sounds.step(now, calls.map(|level| (level, Moment(0))), mute, || Some(fake.clone()));
        fake.played.borrow().len()
    };
    assert_eq!([0.0, 30.0, 59.9, 60.0].map(|now| played(now, Some(Grade::IV), false)), [1, 1, 1, 2]);
    assert_eq!([61.0, 63.4, 63.5].map(|now| played(now, Some(Grade::I), false)), [3, 3, 4]);
    assert_eq!(played(64.0, Some(Grade::IV), false), 4, "the red one was acknowledged, and its turn is not over");
    assert_eq!((played(64.5, None, false), played(65.0, Some(Grade::II), false)), (4, 5), "one that calls anew");
    assert_eq!((played(71.0, Some(Grade::II), true), played(72.0, Some(Grade::II), false)), (5, 6));
    let levels = [Grade::IV, Grade::IV, Grade::I, Grade::I, Grade::II, Grade::II];
    assert_eq!(*fake.played.borrow(), levels);
}

#[test]
fn another_alarm_of_the_same_level_is_heard_when_it_comes_and_a_flood_once_a_second() {
    let fake = Fake::default();
    let mut sounds: Sounds<Fake> = Sounds::default();
    let mut played = |now: f64, newest: i64| {
        sounds.step(now, Some((Grade::IV, Moment(newest))), false, || Some(fake.clone()));
        fake.played.borrow().len()
    };
    assert_eq!([played(0.0, 0), played(20.0, 0), played(20.1, 20_000)], [1, 1, 2]);
    assert_eq!([played(20.2, 20_100), played(20.9, 20_800), played(21.2, 20_800)], [2, 2, 3], "none is missed");
    assert_eq!([played(22.5, 20_800), played(81.0, 20_800), played(81.3, 20_800)], [3, 3, 4], "its turn is a minute");
    assert_eq!(played(90.0, 0), 4, "the newest was acknowledged");
}

#[test]
fn where_no_player_works_the_screen_knows_and_each_sound_tries_again() {
    let fake = Fake::default();
    let mut sounds: Sounds<Fake> = Sounds::default();
    assert_eq!(sounds.heard(false), Heard::Yes, "nothing was tried yet");
    let red = Some((Grade::I, Moment(0)));
    sounds.step(0.0, red, false, || None);
    assert_eq!((sounds.heard(false), sounds.heard(true)), (Heard::No, Heard::Muted));
    sounds.step(2.5, red, false, || Some(fake.clone()));
    assert_eq!((sounds.heard(false), fake.played.borrow().len()), (Heard::Yes, 1));
    fake.failed.set(true);
    sounds.step(5.0, red, false, || None);
    assert_eq!((sounds.heard(false), fake.played.borrow().len()), (Heard::No, 2));

    let mut players: [Program; 3] = [("a", &[]), ("b", &[]), ("c", &[])];
    let names = |players: &[Program]| players.iter().map(|(name, _)| *name).collect::<String>();
    assert!(play_with(&mut players, |(name, _)| *name == "b"));
    assert_eq!(names(&players), "bac", "what worked comes first");
    assert!(!play_with(&mut players, |_| false));
    assert!(play_with(&mut players, |(name, _)| *name == "c"), "none is given up for good");
    assert_eq!(names(&players), "cba");
}

fn listing(hall: &Hall, part: Part, area: &str, at: i64) -> AlarmsShown {
    let area = Area::of(area).unwrap();
    shown(hall, area.path(), at).listing(part, hall, &area, Moment(at))
}

#[test]
fn the_last_day_is_listed_with_what_is_over_and_who_had_to_do_with_it_when() {
    let mut hall = hall();
    step(&mut hall, AlarmStep::told(AlarmId(2), vec!["chen".to_owned(), "li".to_owned()]).unwrap(), 30_000);
    step(&mut hall, AlarmStep::Seen { alarm: AlarmId(2) }, MINUTE);
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(2), value: None }, 2 * MINUTE);
    acknowledge(&mut hall, 2, "已派", 3 * MINUTE);
    let (standing, day) =
        (listing(&hall, Part::Standing, "东城区", 4 * MINUTE), listing(&hall, Part::Day, "东城区", 4 * MINUTE));
    assert_eq!((sources(&standing), sources(&day)), (vec!["d", "a"], vec!["d", "b", "a"]));
    assert_eq!((standing.row(AlarmId(2)), day.beside(Some(AlarmId(4)), 1)), (None, Some(AlarmId(2))));
    let told = history(day.row(AlarmId(2)).unwrap(), 0);
    let expected = [
        t!("alarm.raised_at", time = "01-01 00:00").into_owned(),
        t!("alarm.told", time = "00:00", who = format!("chen{}li", t!("alarm.and"))).into_owned(),
        t!("alarm.cleared_at", time = "00:02").into_owned(),
        format!("{}：已派", t!("alarm.acknowledged", who = "chen", time = "00:03")),
        t!("alarm.seen", who = "chen 00:01").into_owned(),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        sources(&listing(&hall, Part::Day, "", 3 * MINUTE + KEEP_MILLIS)),
        ["b"],
        "of the others nothing came since"
    );
    assert_eq!(
        (Part::Day.turned_to(Part::Day), Part::Day.turned_to(Part::Chattering)),
        (Part::Standing, Part::Chattering)
    );
}

#[test]
fn what_chatters_is_listed_though_it_is_quiet_right_now() {
    let mut hall = hall();
    for turn in 0..6 {
        raise(&mut hall, "e", Grade::IV, "东城区", 10_000 + turn * 1_000);
        step(&mut hall, AlarmStep::Clear { alarm: AlarmId(5), value: None }, 10_500 + turn * 1_000);
    }
    acknowledge(&mut hall, 5, "", 20_000);
    let chattering = listing(&hall, Part::Chattering, "东城区", MINUTE);
    assert_eq!((sources(&chattering), chattering.chattering), (vec!["e"], 1));
    assert_eq!((chattering.listed()[0].last_hour, chattering.rows.len()), (6, 3), "and the strip has what stands");
    assert_eq!(listing(&hall, Part::Chattering, "西城区", MINUTE).chattering, 0);
}

#[test]
fn a_case_of_what_has_no_kind_by_its_rule_gets_one_by_typing() {
    let mut hall = hall();
    let kinds = kinds_of(&Catalogue::load(None).unwrap(), "zh-CN");
    let codes = |typed: &str, measures, hall: &Hall| -> Vec<(String, usize)> {
        let found = offered(&kinds, typed, measures, hall, 10);
        found.into_iter().map(|(kind, made)| (kind.code.clone(), made)).collect()
    };
    let gas = SensorKind::CombustibleGas;
    assert_eq!(codes("", gas, &hall).len(), 10);
    assert_eq!(codes(" 20403 ", gas, &hall), [("20403".to_owned(), 0)]);
    assert_eq!(codes("没有这样的类别", gas, &hall), []);
    let named = kinds.iter().find(|kind| kind.code == "20403").unwrap();
    assert!(codes(&named.name, gas, &hall).iter().any(|(code, _)| code == "20403"));
    make_case(&mut hall, 1, "20403", 5_000);
    assert_eq!(codes("", gas, &hall)[0], ("20403".to_owned(), 1), "what such alarms were before stands first");
    assert!(codes("", SensorKind::Tilt, &hall).iter().all(|(_, made)| *made == 0));
    let mut asked = Asked::kind(AlarmId(2), kinds.clone());
    let shown = AlarmsShown::read(&hall, &Area::CITY, &BTreeSet::new(), Moment(6_000));
    let row = shown.row(AlarmId(2)).unwrap();
    let offer = |asked: &Asked| asked.offer(row, &hall, Some("chen"), Moment(6_000), 0);
    let offers = offer(&asked);
    assert_eq!(asked.carry_out(vec![ChoiceWish::Typed("20406".to_owned())], &offers), (None, false));
    let offers = offer(&asked);
    assert_eq!(asked.carry_out(vec![ChoiceWish::Take(0)], &offers), (Some(Taken::Kind("20406".to_owned())), true));
}

#[test]
fn the_story_of_a_case_tells_of_its_alarms_what_is_the_same_of_many_in_one_line() {
    let mut hall = hall();
    make_case(&mut hall, 1, "20403", 4_000);
    let incident = hall.alarms().get(AlarmId(1)).unwrap().incident.unwrap();
    step(&mut hall, AlarmStep::Case { alarm: AlarmId(2), incident }, 5_000);
    for alarm in 1..=2 {
        let names = (0..TOLD_MAX + 2).map(|number| format!("p{number:02}")).collect();
        step(&mut hall, AlarmStep::told(AlarmId(alarm), names).unwrap(), 6_000);
        step(&mut hall, AlarmStep::Seen { alarm: AlarmId(alarm) }, 10_000);
        acknowledge(&mut hall, alarm, "去看", 20_000);
    }
    let lines = told::lines(&hall, incident, Moment(30_000));
    let what: Vec<_> = lines.iter().map(|line| (line.at.0, line.what.clone(), line.who.as_str())).collect();
    let of = |key: &str| t!(key).into_owned();
    let expected = [
        (20_000, of("story.alarm_acknowledged"), "chen"),
        (10_000, of("story.alarm_seen"), "chen"),
        (6_000, of("story.alarm_told"), ""),
        (1_000, of("story.alarm_raised"), ""),
        (0, of("story.alarm_raised"), ""),
    ];
    assert_eq!(what, expected);
    let more = t!("story.alarm_more", count = 1).into_owned();
    assert!(lines[0].words.contains(&more) && lines[0].words.ends_with("去看"), "{:?}", lines[0]);
    let others = t!("alarm.and_others", names = "p63", count = 2).into_owned();
    assert!(lines[2].words.contains("p00") && lines[2].words.ends_with(&others), "{:?}", lines[2]);
    assert_eq!(told::changed(&hall, incident), (Some(Moment(20_000)), 2));

    let own = Line { at: Moment(4_000), what: "上报".to_owned(), words: String::new(), who: String::new() };
    let whole = StoryShown::Lines(vec![own.clone()], false).with(lines.clone());
    let cut = StoryShown::Lines(vec![own.clone()], true).with(lines.clone());
    let count = |story: &StoryShown| {
        matches!(story, StoryShown::Lines(lines, _) if lines[3] == own).then(|| match story {
            StoryShown::Lines(lines, _) => lines.len(),
            _ => 0,
        })
    };
    assert_eq!((count(&whole), count(&cut)), (Some(6), Some(4)), "none from before the oldest that is told");
    assert_eq!(StoryShown::Waiting.with(lines), StoryShown::Waiting);
}

#[test]
fn alarms_that_became_part_of_a_case_together_are_one_line_of_its_story() {
    let line = |at: i64, what: &str, words: &str| {
        let (what, words) = (what.to_owned(), words.to_owned());
        Line { at: Moment(at), what, words, who: "hub".to_owned() }
    };
    let alarm = t!("story.alarm");
    let alarm: &str = &alarm;
    let told =
        [(9_000, alarm, "9"), (5_020, alarm, "3"), (5_010, alarm, "2"), (5_000, "备注", "去看"), (4_999, alarm, "1")];
    let lines = joined(told.map(|(at, what, words)| line(at, what, words)));
    let words: Vec<&str> = lines.iter().map(|line| line.words.as_str()).collect();
    assert_eq!(words, ["9", "2、3", "去看", "1"]);
}
