//! The vital signs of a wall: as many cards as have room, what stands under them, all families at one glance.

use egui::{Vec2, pos2, vec2};
use rust_i18n::t;

use super::kit::{Said, draw, plain, rows};
use super::panel::{Canvas, LeftToCity, WallView};
use super::vitals::{AreaNames, Signs};
use crate::config::InForce;
use crate::domain::rights::Area;
use crate::domain::vital::seen::COURSE_STEPS;
use crate::domain::vital::{Family, VitalBoard, VitalRow};
use crate::domain::{AlarmRules, Grade, Moment, VitalSign};
use crate::link::LinkState;
use crate::screen::look::tokens;
use crate::screen::situation::Situation;
use crate::screen::vitals::model::Read;

/// 2026-11-21 14:03 UTC.
const NOW: Moment = Moment(1_795_269_780_000);

const NARROW: (Vec2, f32) = (vec2(1_920.0, 1_080.0), 1.0);
const WIDE: (Vec2, f32) = (vec2(3_840.0, 1_080.0), 1.0);
const WALLS: [(Vec2, f32); 4] = [NARROW, WIDE, (vec2(3_840.0, 2_160.0), 2.0), (vec2(7_680.0, 2_160.0), 2.0)];

/// Names as long as those of the demo city.
fn areas() -> AreaNames {
    let names = [("a", "Changfeng District"), ("b", "Qingyuan District"), ("c", "Wangjiang County")];
    names.map(|(path, name)| (Area::of(path).unwrap(), name.to_owned())).into()
}

/// A value that crosses all limits of a sign that it has on one side; `None` where it has none.
fn beyond(sign: &VitalSign) -> Option<f64> {
    let (high, low) = sign.limits.as_ref()?.at(NOW, 0);
    let most = high.iter().flatten().copied().reduce(f64::max).map(|most| most + 1.0);
    most.or_else(|| low.iter().flatten().copied().reduce(f64::min).map(|least| least - 1.0))
}

/// A value that crosses none.
fn within(sign: &VitalSign) -> f64 {
    let Some((high, low)) = sign.limits.as_ref().map(|rule| rule.at(NOW, 0)) else { return 12.5 };
    let least = high.iter().flatten().copied().reduce(f64::min);
    let most = low.iter().flatten().copied().reduce(f64::max);
    match (least, most) {
        (Some(high), Some(low)) => f64::midpoint(high, low),
        (Some(high), None) => high - 1.0,
        (None, Some(low)) => low + 1.0,
        (None, None) => 12.5,
    }
}

/// All signs with values of now, of before and of three areas; so many of those that areas have as well and that are no
/// index cross a limit, in the city and in the last of the areas.
fn told(rules: &AlarmRules, mut crossed: usize) -> VitalBoard {
    let mut rows = Vec::new();
    for sign in &rules.vitals {
        let far = beyond(sign).filter(|_| sign.family != Family::Index && sign.depth > 0 && crossed > 0);
        crossed -= usize::from(far.is_some());
        let calm = within(sign);
        let value = far.unwrap_or(calm);
        let at = |value: f64| Some((NOW.plus_millis(-1_000), value));
        rows.push(VitalRow {
            code: sign.code.clone(),
            newest: at(value),
            missing: 0.0,
            hour: Some(value - 12.3),
            day: Some(value + 4.5),
            week: None,
            course: vec![Some(6.0); COURSE_STEPS.into()],
            below: vec![at(calm), None, at(value)],
        });
    }
    let below = ["a", "b", "c"].map(|path| Area::of(path).unwrap()).to_vec();
    VitalBoard { area: Area::CITY, at: NOW, below, rows }
}

fn read<'a>(rules: &'a AlarmRules, board: &'a VitalBoard) -> Read<'a> {
    Read { rules, board, bands: None, now: NOW, utc_offset_secs: 0, rate: 1, waits: false }
}

fn drawn((size, scale): (Vec2, f32), crossed: usize, turn: usize) -> (Vec<Said>, LeftToCity) {
    let in_force = InForce::built_in().unwrap();
    let rules = in_force.alarm_rules();
    let (board, areas) = (told(rules, crossed), areas());
    let situation = Situation { link: LinkState::Live, now: NOW, ..Situation::default() };
    let vitals = Some(read(rules, &board));
    draw(size, &WallView { scale, vitals, areas: &areas, turn, ..plain(&situation, &[]) })
}

/// The figures of changes that are said.
fn changes(said: &[Said]) -> Vec<&str> {
    said.iter().map(|said| said.text.as_str()).filter(|text| text.contains(['↑', '↓'])).collect()
}

#[test]
fn what_stands_under_cards_and_the_line_of_families_are_never_cut_and_lie_over_nothing() {
    for wall in WALLS {
        for crossed in [0, 1, 3, 200] {
            for turn in 0..3 {
                let (said, left) = drawn(wall, crossed, turn);
                for (at, one) in said.iter().enumerate() {
                    assert!(!one.cut, "{wall:?} {crossed}: {one:?}");
                    let marks = Grade::ALL.iter().any(|grade| one.text == grade.numeral());
                    assert!(marks || one.size >= 24.0 * wall.1 - 0.01, "to be read from afar: {one:?}");
                    assert!(!left.free.shrink(1.0).intersects(one.rect), "{wall:?} {crossed}: {one:?}");
                    for other in said.iter().skip(at + 1) {
                        assert!(!one.rect.shrink(1.0).intersects(other.rect), "{wall:?} {crossed}: {one:?} {other:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn cards_of_a_wide_wall_say_how_they_changed_and_each_of_it_has_its_turn() {
    let keys = ["hour", "day", "week"].map(|word| t!(format!("vital.then.{word}")).into_owned());
    for wall in [WIDE, WALLS[3]] {
        let mut seen = [false; 3];
        for turn in 0..3 {
            let (said, _) = drawn(wall, 0, turn);
            let lines = changes(&said);
            assert!(lines.len() >= 4, "{wall:?}: {lines:?}");
            for (seen, key) in seen.iter_mut().zip(&keys) {
                *seen |= lines.iter().any(|line| line.contains(&format!("{key} ")));
            }
        }
        assert_eq!(seen, [true; 3], "{wall:?}");
    }
    let (said, _) = drawn(NARROW, 0, 0);
    assert_eq!(changes(&said).len(), 3, "a narrow one has room for the indices of the city with it");
}

#[test]
fn a_card_that_crosses_a_limit_names_the_area_where_it_stands_worst() {
    for wall in WALLS {
        let named = |crossed: usize| {
            let (said, _) = drawn(wall, crossed, 0);
            said.iter().filter(|said| said.text.contains("Wangjiang County")).count()
        };
        assert_eq!([0, 1, 2].map(named), [0, 1, 2], "{wall:?}");
    }
}

#[test]
fn what_presses_keeps_its_cards_and_only_what_is_left_is_held_against_what_it_was() {
    let in_force = InForce::built_in().unwrap();
    let rules = in_force.alarm_rules();
    let codes = |crossed: usize, room: f32| {
        let board = told(rules, crossed);
        let read = read(rules, &board);
        let signs = Signs::of(&read, Canvas::new(1.0));
        let (count, high) = signs.fit(room);
        assert!(high <= room + 0.5, "{crossed} {room}: {high}");
        let cards = signs.cards(high);
        assert_eq!(cards.len(), count, "a panel as high as they are has the same: {crossed} {room}");
        cards.iter().map(|card| (card.tile.state.level().is_some(), card.compared)).collect::<Vec<_>>()
    };
    // A card is 98.72 high, a line under it 30.72.
    assert_eq!(codes(0, 300.0), [(false, false); 3]);
    assert_eq!(codes(0, 330.0), [(false, true), (false, false), (false, false)]);
    assert_eq!(codes(0, 389.0), [(false, true); 3], "three of the city, and none of what leads else");
    assert_eq!(codes(0, 60.0), []);
    // One index, then two that cross a limit, each with its worst area.
    assert_eq!(codes(2, 360.0), [(false, false), (true, false), (true, false)]);
}

#[test]
fn all_families_stand_at_the_foot_whether_or_not_anything_crosses_a_limit() {
    for wall in WALLS {
        for crossed in [0, 2, 200] {
            let (said, left) = drawn(wall, crossed, 0);
            for family in Family::ALL {
                let ways = ["family", "family_short"].map(|key| t!(format!("vital.{key}.{}", family.word())));
                let named = |said: &Said| ways.iter().any(|way| *way == said.text);
                let is = |said: &&Said| named(said) && said.rect.top() > left.free.bottom();
                assert_eq!(said.iter().filter(is).count(), 1, "{wall:?} {crossed}: {family:?}");
            }
        }
    }
    // Two signs cross limits: the first two of those that have any and that areas have as well.
    let at_foot = |crossed: usize| {
        let (said, left) = drawn(WIDE, crossed, 0);
        let mut line: Vec<Said> = said.into_iter().filter(|said| said.rect.top() > left.free.bottom()).collect();
        line.sort_by(|one, other| one.rect.left().total_cmp(&other.rect.left()));
        line.into_iter().map(|said| said.text).collect::<Vec<_>>()
    };
    let (calm, two) = (at_foot(0), at_foot(2));
    assert!(calm.first().is_some_and(|text| *text == t!("vital.title")), "{calm:?}");
    assert!(calm != two && calm.len() <= two.len(), "{two:?}");
    let (said, _) = drawn((vec2(1_280.0, 720.0), 1.0), 0, 0);
    let short = t!("vital.family_short.resilience");
    assert!(!said.iter().any(|said| said.text == short), "too small a wall has no line of them");
}

#[test]
fn a_past_moment_stands_on_a_pale_plate_over_the_city_that_the_card_keeps_clear_of() {
    let ways = ["Layers and vital signs of 2026-11-21 10:00 · 4 h ago · Alt Home for now", "Not now: 2026-11-21 10:00"];
    let (moment, rows) = (ways.map(str::to_owned), rows(&[(1, Grade::II, 5)]));
    let situation = Situation { link: LinkState::Live, now: NOW, open_by_grade: [0, 1, 0, 0], ..Situation::default() };
    for (size, scale) in WALLS {
        let anchor = Some(pos2(size.x * 0.45, size.y * 0.2));
        let view = WallView { scale, moment: &moment, on_card: rows.first(), anchor, ..plain(&situation, &rows) };
        let (said, left) = draw(size, &view);
        let plates: Vec<&Said> = said.iter().filter(|said| moment.contains(&said.text)).collect();
        let [plate] = plates.as_slice() else { panic!("{size:?}: {plates:?}") };
        assert!(!plate.cut && plate.ground == Some(tokens::TEXT.over_city()), "{size:?}: {plate:?}");
        assert!(left.free.contains_rect(plate.rect), "{size:?}: {plate:?}");
        assert!(left.covered.iter().any(|covered| covered.contains_rect(plate.rect)), "names keep clear of it");
        for other in said.iter().filter(|other| other.text != plate.text) {
            assert!(!plate.rect.expand(4.0).intersects(other.rect), "{size:?}: {plate:?} {other:?}");
        }
        let now = WallView { moment: &[], ..view };
        assert!(!draw(size, &now).0.iter().any(|said| moment.contains(&said.text)), "a wall of now has none");
    }
}
