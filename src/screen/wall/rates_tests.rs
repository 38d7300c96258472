//! The key figures of the wall: the desk's numbers, in turns, as many as have room, and none of them cut.

use std::collections::BTreeMap;

use egui::{Rect, vec2};
use rust_i18n::t;

use super::kit::{Said, draw, minute, plain};
use super::rates::{Part, Rate, Rates, turn};
use crate::domain::kpi::{Counting, Kept, KeptRow, Kpi, KpiRules, Span, Tally};
use crate::domain::rights::Area;
use crate::domain::{
    Clock, Grade, Hall, Incident, IncidentId, Limit, Limits, Moment, Stage, TimeLimits, What, WorkCalendar,
};
use crate::link::LinkState;
use crate::screen::kpi::day::{DayFigures, DayTables, Pass};
use crate::screen::kpi::model::{Belongs, Key};
use crate::screen::situation::Situation;
use crate::screen::situation::tests::{apply, hall_of};

const HOUR: i64 = 3_600_000;

fn name(key: &Key) -> String {
    match key {
        Key::Area(area) => area.name().to_owned(),
        Key::Department(code) | Key::Person(code) => code.clone(),
        Key::Post(role) => role.word().to_owned(),
        Key::Unknown => "?".to_owned(),
    }
}

/// Cases 2 and 6 in the east, 4 in the west; handling may take two hours and all of it four. 2 and 4 are sent at once; 2 is
/// done after an hour, 4 after so many. Counted after eight hours.
fn tables(hours: i64, before: Option<&Kept>) -> DayTables {
    let mut hall: Hall = hall_of(&[(2, Grade::III, 0), (4, Grade::III, 0), (6, Grade::III, 0)]);
    for (id, at, stage) in
        [(2, 0, Stage::Dispatched), (4, 0, Stage::Dispatched), (2, 1, Stage::Done), (4, hours, Stage::Done)]
    {
        apply(&mut hall, Moment(at * HOUR), What::IncidentAdvanced { incident: IncidentId(id), stage });
    }
    let hours = |hours: i64| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let limits = Limits { handle: hours(2), whole: hours(4), ..Limits::default() };
    let limits = TimeLimits::new(WorkCalendar::default(), 20, BTreeMap::from([("10101".to_owned(), limits)]));
    let span = Span { from: Moment(0), until: Moment(8 * HOUR) };
    let counting = Counting { span, rules: KpiRules::default(), limits: &limits, utc_offset_secs: &|_| 0 };
    let area = |incident: &Incident| Area::of(if incident.id.0 == 4 { "West" } else { "East" });
    let belongs = Belongs { area: &area, department: &|_| Some("gas".to_owned()), name: &name };
    let mut day = DayFigures::default();
    assert_eq!(day.step(&hall, &counting, &belongs), Pass::Done);
    day.tables(before, &name)
}

fn said(rate: &Rate) -> (&str, &str, &str) {
    (&rate.name, &rate.value, &rate.of)
}

#[test]
fn the_wall_says_the_figures_of_the_city_and_whoever_is_least_in_time() {
    let rates = Rates::read(&tables(5, None), true, &name);
    let values: Vec<(&str, &str)> = rates.city.iter().map(|rate| (rate.value.as_str(), rate.of.as_str())).collect();
    // Two of two handled, one in time; three over four hours and not closed; nothing again; nobody was called back.
    assert_eq!(
        values[..6],
        [("100.0 %", "2/2"), ("50.0 %", "1/2"), ("0.0 %", "0/3"), ("0.0 %", "0/3"), ("0.0 %", "0/2"), ("—", "0/0")]
    );
    assert_eq!(rates.city[1].name, t!("kpi.handled_in_time"));
    let worst: Vec<Vec<(&str, &str, &str)>> =
        rates.worst.iter().map(|part| part.rows.iter().map(said).collect()).collect();
    assert_eq!(
        worst,
        [
            // All of the east was in time.
            vec![("West", "0.0 %", "0/1")],
            vec![("gas", "50.0 %", "1/2")],
            vec![("shift_chief", "0.0 %", "0/3"), ("handler", "50.0 %", "1/2")],
        ]
    );
    assert!(!rates.compared && rates.note.is_empty());
    assert!(rates.city.iter().all(|rate| rate.change.is_none()), "nothing is known of then");
}

#[test]
fn it_says_how_they_changed_and_dashes_where_nothing_is_known() {
    let then = tables(1, None);
    // Both were in time then.
    assert_eq!(then.share(Kpi::HandledInTime).per_mille(), Some(1000));
    let row = KeptRow { area: Area::of("West"), department: Some("gas".to_owned()), tally: west_in_time() };
    let kept = Kept { rows: vec![row], ..Kept::default() };
    let rates = Rates::read(&tables(5, Some(&kept)), true, &name);
    assert!(rates.compared);
    assert_eq!(rates.city[1].change.as_deref(), Some("↓ 50.0"));
    assert_eq!(rates.worst[0].rows[0].change.as_deref(), Some("↓ 100.0"));
    let unknown = Rates::read(&tables(5, Some(&kept)), false, &name);
    assert!(unknown.city.iter().all(|rate| rate.value == "—" && rate.of.is_empty() && rate.change.is_none()));
    assert!(unknown.worst.is_empty() && unknown.note.is_empty() && !unknown.compared);
    let none = Rates::read(&DayFigures::default().tables(None, &name), true, &name);
    assert_eq!((none.worst.len(), none.note), (0, t!("kpi.nothing").into_owned()));
}

/// One case that was handled in time.
fn west_in_time() -> Tally {
    let mut hall: Hall = hall_of(&[(4, Grade::III, 0)]);
    for stage in [Stage::Dispatched, Stage::Done] {
        apply(&mut hall, Moment(HOUR), What::IncidentAdvanced { incident: IncidentId(4), stage });
    }
    let limits = TimeLimits::default();
    let span = Span { from: Moment(0), until: Moment(HOUR) };
    Counting { span, rules: KpiRules::default(), limits: &limits, utc_offset_secs: &|_| 0 }.all(&hall)
}

#[test]
fn each_part_has_its_turn_of_twelve_seconds_of_the_hall_however_fast_its_time_goes() {
    let at = |secs: i64, times: u16| turn(Moment(secs * 1_000), times);
    assert_eq!([at(0, 1), at(11, 1), at(12, 1), at(24, 1)], [0, 0, 1, 2]);
    assert_eq!([at(0, 60), at(719, 60), at(720, 60)], [0, 0, 1]);
}

/// As long as they get: the names that a city of the demo has, and figures with all their digits.
fn long() -> Rates {
    let rate = |name: &str| Rate {
        name: name.to_owned(),
        value: "100.0 %".to_owned(),
        of: "1234/1234".to_owned(),
        change: Some("↓ 100.0".to_owned()),
    };
    let city = ["handled", "handled_in_time", "closed", "closed_in_time", "rework", "satisfied", "returned", "told"];
    let part = |by: &str, rows: &[&str]| Part {
        by: t!(format!("kpi.by.{by}")).into_owned(),
        rows: rows.iter().map(|name| rate(name)).collect(),
    };
    Rates {
        city: city.map(|kpi| rate(&t!(format!("kpi.{kpi}")))).into(),
        worst: vec![
            part("area", &["Changfeng District", "Qingyuan District", "Wangjiang County", "Yongning District"]),
            part("department", &["Housing and construction", "Emergency management", "Urban management", "Police"]),
            part("post", &["Department handler", "Shift chief", "Dispatcher", "Grid worker"]),
        ],
        compared: true,
        note: String::new(),
    }
}

/// What a wall with these figures says beyond what it says without them.
fn of_rates(size: egui::Vec2, scale: f32, rates: &Rates, turn: usize) -> (Vec<Said>, Rect) {
    let situation = Situation { link: LinkState::Live, now: minute(10), ..Situation::default() };
    let mut view = plain(&situation, &[]);
    view.scale = scale;
    view.turn = turn;
    let (without, _) = draw(size, &view);
    view.rates = Some(rates);
    let (mut said, left) = draw(size, &view);
    said.retain(|said| !without.iter().any(|other| other.text == said.text && other.rect == said.rect));
    (said, left.free)
}

#[test]
fn key_figures_are_never_cut_lie_over_nothing_and_leave_the_city_its_room() {
    let rates = long();
    for (size, scale, column) in [
        (vec2(3_840.0, 1_080.0), 1.0, true),
        (vec2(1_920.0, 1_080.0), 1.0, false),
        (vec2(3_840.0, 2_160.0), 2.0, false),
    ] {
        let mut seen: Vec<String> = Vec::new();
        for turn in 0..24 {
            let (said, free) = of_rates(size, scale, &rates, turn);
            assert!(!said.is_empty() && said.iter().all(|said| !said.cut), "{size:?} {turn}: {said:?}");
            assert!(said.iter().all(|said| said.size >= 24.0 * scale - 0.01), "to be read from afar: {said:?}");
            for (at, one) in said.iter().enumerate() {
                assert!(!free.shrink(1.0).intersects(one.rect), "{size:?} {turn}: {one:?} in {free:?}");
                for other in said.iter().skip(at + 1) {
                    assert!(!one.rect.shrink(0.5).intersects(other.rect), "{size:?} {turn}: {one:?} {other:?}");
                }
            }
            seen.extend(said.into_iter().map(|said| said.text));
        }
        let all = rates.city.iter().map(|rate| &rate.name);
        let first = rates.worst.iter().filter_map(|part| part.rows.first()).map(|rate| &rate.name);
        for name in all.chain(first) {
            assert!(seen.contains(name), "{name} has its turn at {size:?}");
        }
        if column {
            let rows = rates.worst.iter().flat_map(|part| &part.rows);
            assert!(rows.clone().all(|rate| seen.contains(&rate.name)), "a column has room for all");
            assert!(seen.contains(&"1234/1234".to_owned()), "and for what a figure is made of");
        }
    }
}

#[test]
fn a_wall_with_too_little_room_leaves_them_out() {
    let rates = long();
    let (said, free) = of_rates(vec2(1_280.0, 720.0), 1.0, &rates, 0);
    assert!(said.is_empty(), "{said:?}");
    assert!(free.bottom() > 680.0, "and the city has it: {free:?}");
}
