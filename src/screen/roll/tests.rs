//! Who is missing first, boards of every size, the banner's button and the keys of the board.

use std::collections::BTreeMap;

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Shape, pos2, vec2};

use super::board::{board_ui, counts_words, why};
use super::draft::Draft;
use super::model::{Belongs, Common, Grouping, RollShown, cells_in, is_awaited, roll_shown};
use super::systems::{Wish, banner_ui, dialog_ui};
use crate::domain::{
    Actor, Assignment, Called, CrewId, CrewKind, CrewPosition, CrewStatus, Grade, Hall, IncidentId, LonLat, Moment,
    Order, Part, Party, Place, Progress, Report, RollParty, What,
};
use crate::screen::look;

const START: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;

fn order(hall: &mut Hall, minute: i64, order: Order) {
    let by = Actor::Person("li".to_owned());
    for fact in hall.decide(order, &by, Moment(START + minute * MINUTE)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

fn position(crew: u32, kind: CrewKind, minute: i64) -> (CrewId, CrewPosition) {
    let at = LonLat::new(118.8, 32.0).unwrap();
    let when = Moment(START + minute * MINUTE);
    let crew = CrewId(crew);
    (crew, CrewPosition { crew, at, when, kind, status: CrewStatus::Free, incident: None })
}

/// Two posts, three engines, an ambulance and two sweepers; crew 5 has a case.
fn called(crews: u32) -> Hall {
    let mut hall = Hall::default();
    let report = Report {
        source: "119".to_owned(),
        source_id: "1".to_owned(),
        kind: "30201".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: "起火".to_owned(),
        happened_at: Moment(START),
        progress: Progress::Open,
        answers: [].into(),
    };
    order(&mut hall, 0, Order::TakeReport(report));
    let to = vec![Assignment { to: Party::Crew(CrewId(5)), part: Part::Lead }];
    order(&mut hall, 0, Order::GiveTasks { incident: IncidentId(1), to, words: String::new() });
    let kind = |crew: u32| match crew {
        1..=3 => CrewKind::Fire,
        4 => CrewKind::Ambulance,
        _ => CrewKind::Sanitation,
    };
    let crews = (1..=crews).map(|crew| (CrewId(crew), kind(crew))).collect();
    let posts = vec!["li".to_owned(), "wang".to_owned()];
    let called = Box::new(Called { posts, crews, minutes: 5 });
    order(&mut hall, 0, Order::CallRoll { words: "防汛到岗".to_owned(), called });
    hall
}

fn shown(hall: &Hall, minute: i64) -> RollShown {
    let crews = [(1, 0), (2, -30), (3, -5), (4, 0), (5, 0)];
    let crews: BTreeMap<_, _> =
        crews.into_iter().map(|(crew, minute)| position(crew, CrewKind::Fire, minute)).collect();
    let belongs = Belongs { kind: &|_| None, post: &|_| None, vacant: &|_| None, area: &|_| None };
    roll_shown(hall, hall.roll().unwrap(), &crews, Moment(START + minute * MINUTE), (Grouping::Unit, &belongs))
}

/// Fire engines and ambulances are of the rescue service, li is on duty as chief, and who was heard is in the east or
/// in the west.
fn grouped(hall: &Hall, minute: i64, grouping: Grouping, crews: &BTreeMap<CrewId, CrewPosition>) -> RollShown {
    let kind = |kind| matches!(kind, CrewKind::Fire | CrewKind::Ambulance).then(|| "救援".to_owned());
    let post = |name: &str| (name == "li").then(|| "值班长".to_owned());
    let area = |at: LonLat| Some(if at.lon > 118.8 { "东城区" } else { "西城区" }.to_owned());
    let vacant = |code: &str| (code == "wang").then(|| "派遣".to_owned());
    let belongs = Belongs { kind: &kind, post: &post, vacant: &vacant, area: &area };
    roll_shown(hall, hall.roll().unwrap(), crews, Moment(START + minute * MINUTE), (grouping, &belongs))
}

fn groups(shown: &RollShown) -> Vec<(Common, usize, usize)> {
    shown.groups.iter().map(|group| (group.common.clone(), group.here(), group.cells.len())).collect()
}

#[test]
fn posts_then_who_has_a_case_then_who_matters_most_and_is_silent_longest_are_missed_first() {
    let mut hall = called(6);
    order(&mut hall, 1, Order::AnswerRoll { crew: None, words: String::new() });
    order(&mut hall, 1, Order::AnswerRoll { crew: Some(CrewId(1)), words: String::new() });
    let shown = shown(&hall, 2);
    let names: Vec<String> = shown.missing.iter().map(|one| super::board::name(&one.party, None, None)).collect();
    assert_eq!(names, ["wang", "#5", "#2", "#3", "#4", "#6"]);
    assert_eq!((shown.counts, shown.left_secs), ([2, 0, 6, 0], Some(180)));
    let kinds =
        [(Common::Posts, 1, 2), (Common::Kind(CrewKind::Fire), 1, 3), (Common::Kind(CrewKind::Ambulance), 0, 1)];
    assert_eq!(groups(&shown)[..3], kinds);
    assert!(why(&shown.missing[2]).contains("silent for 32:00"), "{}", why(&shown.missing[2]));
    assert!(why(&shown.missing[1]).contains("has a case") && why(&shown.missing[5]).contains("never"));
    assert_eq!(counts_words(&shown), "2 of 8 here · 6 awaited · 3:00 left");
    let at = |post, minute| is_awaited(&hall, post, Moment(START + minute * MINUTE));
    assert_eq!([at("li", 2), at("wang", 2), at("wang", 6), at("chen", 2)], [false, true, false, false]);
}

#[test]
fn crews_of_one_department_stand_together_whatever_their_kind_and_who_is_on_duty_at_their_post() {
    let mut hall = called(6);
    order(&mut hall, 1, Order::AnswerRoll { crew: Some(CrewId(1)), words: String::new() });
    let shown = grouped(&hall, 1, Grouping::Unit, &BTreeMap::new());
    let named = |name: &str| Common::Named(name.to_owned());
    let sweepers = Common::Kind(CrewKind::Sanitation);
    let expected = [(named("值班长"), 0, 1), (Common::Posts, 0, 1), (named("救援"), 1, 4), (sweepers, 0, 2)];
    assert_eq!(groups(&shown), expected, "the chief, a post of nobody, the department, sweepers of nobody");
    assert_eq!(shown.groups[2].cells[3].kind, Some(CrewKind::Ambulance));
    assert_eq!(shown.short, [2, 3, 0, 1], "three of four, both of two, and the posts in their order");
    assert_eq!((shown.missing[0].of.as_deref(), shown.missing[1].of.as_deref()), (Some("值班长"), None));
    assert!(why(&shown.missing[0]).starts_with("值班长 · "), "{}", why(&shown.missing[0]));
}

#[test]
fn by_area_crews_stand_where_they_were_heard_last_and_by_kind_whatever_their_department() {
    let hall = called(6);
    let at = |crew: u32, lon: f64| {
        let (id, position) = position(crew, CrewKind::Fire, 0);
        (id, CrewPosition { at: LonLat::new(lon, 32.0).unwrap(), ..position })
    };
    let crews: BTreeMap<_, _> = [at(1, 118.7), at(2, 118.9), at(4, 118.7)].into_iter().collect();
    let shown = grouped(&hall, 1, Grouping::Area, &crews);
    let named = |name: &str| Common::Named(name.to_owned());
    let counts: Vec<(Common, usize)> =
        shown.groups.iter().map(|group| (group.common.clone(), group.cells.len())).collect();
    let expected = [(Common::Posts, 2), (named("东城区"), 1), (named("西城区"), 2), (Common::Nowhere, 3)];
    assert_eq!(counts, expected);
    assert_eq!(shown.short, [3, 0, 2, 1], "most are missing of those whose place nobody knows");
    let shown = grouped(&hall, 1, Grouping::Kind, &crews);
    let kinds: Vec<Common> = shown.groups.into_iter().map(|group| group.common).collect();
    let of = Common::Kind;
    assert_eq!(
        kinds,
        [Common::Posts, of(CrewKind::Fire), of(CrewKind::Ambulance), of(CrewKind::Sanitation)],
        "posts first, then who matters most"
    );
}

#[test]
fn cells_shrink_until_all_of_them_fit() {
    for (groups, named) in [(vec![2, 3, 1], true), (vec![3, 60, 40, 80], true), (vec![20, 3_000, 2_000], false)] {
        let (cell, columns, with_names) = cells_in(&groups, 900.0, 500.0, 30.0, 16.0);
        let rows: usize = groups.iter().map(|count| 1 + count.div_ceil(columns)).sum();
        assert!(cell * rows as f32 <= 500.0 && with_names == named, "{groups:?}: {cell} {columns} {with_names}");
    }
}

/// What was drawn of text, and how far it reaches.
fn texts(shape: &Shape, into: &mut Vec<(String, Rect)>) {
    match shape {
        Shape::Text(text) => into.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        Shape::Vec(shapes) => shapes.iter().for_each(|one| texts(one, into)),
        _ => {}
    }
}

fn drawn(events: Vec<Event>, mut add: impl FnMut(&mut egui::Ui)) -> Vec<(String, Rect)> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1_000.0, 700.0)));
    let mut found = Vec::new();
    for events in [Vec::new(), events] {
        let input = RawInput { events, screen_rect, ..Default::default() };
        let mut output = ctx.run_ui(input, |ui| add(ui));
        output.textures_delta.clear();
        found.clear();
        output.shapes.iter().for_each(|one| texts(&one.shape, &mut found));
    }
    found
}

#[test]
fn the_board_names_all_and_paints_nothing_outside() {
    let shown = shown(&called(6), 6);
    let all = Rect::from_min_size(pos2(20.0, 20.0), vec2(900.0, 560.0));
    let found = drawn(vec![], |ui| drop(board_ui(ui.painter(), all, 18.0, &shown, None)));
    let said: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    for what in ["wang", "Posts 0/2", "over", "3 of 3 missing"] {
        assert!(said.iter().any(|text| text.contains(what)), "{what}: {said:?}");
    }
    assert!(said.iter().any(|text| text.contains("8 absent")), "{said:?}");
    assert!(found.iter().all(|(_, rect)| all.expand(1.0).contains_rect(*rect)), "{found:?}");
}

fn press(key: Key) -> Vec<Event> {
    vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }]
}

#[test]
fn the_board_is_ended_with_x_called_with_enter_and_put_away_with_escape() {
    let hall = called(6);
    let shown = shown(&hall, 2);
    let wish = |key, running| {
        let mut wish = None;
        drawn(press(key), |ui| {
            let mut words = String::new();
            wish =
                dialog_ui(ui, vec2(600.0, 400.0), (Some(&shown), Grouping::Unit, None), running, (&mut words, false));
        });
        wish
    };
    assert_eq!((wish(Key::X, true), wish(Key::X, false)), (Some(Wish::End), None));
    assert_eq!((wish(Key::Enter, true), wish(Key::Enter, false)), (None, Some(Wish::Call)));
    assert_eq!(wish(Key::Escape, true), Some(Wish::Close));
    let next = Some(Wish::Group(Grouping::Area));
    assert_eq!((wish(Key::G, true), wish(Key::G, false)), (next, next));
    let said = drawn(vec![], |ui| {
        banner_ui(ui, &shown);
    });
    let said: Vec<String> = said.into_iter().map(|(text, _)| text).collect();
    assert!(
        said.iter().any(|text| text.contains("防汛到岗")) && said.iter().any(|text| text.contains("F8")),
        "{said:?}"
    );
}

#[test]
fn the_marked_crew_answers_by_radio_with_enter_and_never_calls_a_new_roll() {
    let hall = called(6);
    let shown = shown(&hall, 2);
    let wish = |key, running, marked: Option<u32>| {
        let mut wish = None;
        drawn(press(key), |ui| {
            let mut words = String::new();
            let view = (Some(&shown), Grouping::Unit, marked.map(CrewId));
            wish = dialog_ui(ui, vec2(600.0, 400.0), view, running, (&mut words, false));
        });
        wish
    };
    let mark = |crew| Some(Wish::Mark(Some(CrewId(crew))));
    // Missing are li and wang, who are posts, then crews 5, 2, 3, 1, 4 and 6.
    let crews: Vec<&RollParty> = shown.missing.iter().map(|one| &one.party).skip(2).collect();
    assert_eq!(crews, [5, 2, 3, 1, 4, 6].map(|crew| RollParty::Crew(CrewId(crew))).iter().collect::<Vec<_>>());
    assert_eq!((wish(Key::ArrowDown, true, None), wish(Key::ArrowDown, true, Some(5))), (mark(5), mark(2)));
    assert_eq!((wish(Key::ArrowUp, true, Some(2)), wish(Key::ArrowDown, true, Some(6))), (mark(5), mark(6)));
    for running in [true, false] {
        assert_eq!(wish(Key::Enter, running, Some(2)), Some(Wish::Answer(CrewId(2))), "late where it is over");
        assert_eq!(wish(Key::Enter, running, Some(9)), mark(5), "it is not missing any more");
    }
    assert_eq!([5, 6].map(|crew| shown.after(CrewId(crew))), [Some(CrewId(2)), Some(CrewId(4))]);
}

#[test]
fn the_rows_of_the_missing_go_on_to_the_marked_one_and_tell_where_each_stands() {
    let shown = shown(&called(60), 2);
    let all = Rect::from_min_size(pos2(20.0, 20.0), vec2(900.0, 400.0));
    let rows = |marked: Option<u32>| {
        let mut rows = Vec::new();
        let said = drawn(vec![], |ui| rows = board_ui(ui.painter(), all, 18.0, &shown, marked.map(CrewId)));
        assert!(said.iter().all(|(_, rect)| all.expand(1.0).contains_rect(*rect)), "{said:?}");
        rows
    };
    let (first, marked) = (rows(None), rows(Some(60)));
    assert_eq!(first.first().map(|(crew, _)| *crew), Some(CrewId(5)), "who has a case is the first crew");
    assert!(first.iter().all(|(crew, _)| *crew != CrewId(60)) && marked.iter().any(|(crew, _)| *crew == CrewId(60)));
    assert!(marked.iter().all(|(_, place)| all.contains_rect(*place)), "{marked:?}");
}

#[test]
fn the_words_of_a_roll_stay_until_it_is_called_with_them_over_a_refusal_and_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut draft = Draft::default();
    draft.restore(folder.path());
    draft.words = "防汛到岗".to_owned();
    draft.keep();
    let asked = draft.call();
    assert!(matches!(&asked, Order::CallRoll { words, .. } if words == "防汛到岗"));
    // One runs already: it is refused, and the words are in the field still; a crash loses nothing either.
    assert!(called(6).decide(asked, &Actor::Person("li".to_owned()), Moment(START)).is_err());
    let mut after = Draft::default();
    after.restore(folder.path());
    assert_eq!(after.words, "防汛到岗");
    let told = |words: &str| What::RollCalled { words: words.to_owned(), called: Box::default() };
    after.heard(&told("另一次"));
    assert_eq!(after.words, "防汛到岗", "it was another roll");
    after.heard(&told("防汛到岗"));
    after.keep();
    assert_eq!(after.words, "");
    assert!(!folder.path().join("roll-draft.toml").exists(), "nothing is left to be kept");
}

#[test]
fn a_party_that_is_a_post_has_its_own_name() {
    assert_eq!(super::board::name(&RollParty::Post("li".to_owned()), None, None), "li");
}

#[test]
fn a_post_that_nobody_has_is_missed_by_its_name() {
    let shown = grouped(&called(6), 1, Grouping::Unit, &BTreeMap::new());
    let wang = shown.missing.iter().find(|one| one.party == RollParty::Post("wang".to_owned())).unwrap();
    assert_eq!(super::board::name(&wang.party, wang.kind, wang.vacant.as_deref()), "派遣");
    assert!(why(wang).contains("nobody has this post"), "{}", why(wang));
    let all = Rect::from_min_size(pos2(20.0, 20.0), vec2(900.0, 560.0));
    let found = drawn(vec![], |ui| drop(board_ui(ui.painter(), all, 18.0, &shown, None)));
    assert_eq!(found.iter().filter(|(text, _)| text.contains("派遣")).count(), 2, "in the grid and among the missing");
    assert!(found.iter().all(|(text, _)| !text.contains("wang")), "{found:?}");
}
