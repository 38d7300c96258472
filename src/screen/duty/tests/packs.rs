//! What a hand-over pack tells, in words.

use rust_i18n::t;

use super::{EAST, at, called, hall, order};
use crate::domain::alarm::raised_tests::raising;
use crate::domain::alarm::{Maintenance, Raising};
use crate::domain::rights::Area;
use crate::domain::{AlarmId, AlarmStep, Grade, Hall, Lamp, Order, Pack, Party, SensorKind, TimeLimits};
use crate::screen::duty::pack::{PackWords, counts, sections, summary};
use crate::screen::look::words;

fn fire(_: &str) -> String {
    "Fire".to_owned()
}

fn crew(_: &Party) -> String {
    "crew".to_owned()
}

fn say(hall: &Hall) -> PackWords<'_> {
    PackWords { hall, kind: &fire, party: &crew, area: &called, now: at(9), utc_offset_secs: EAST }
}

#[test]
fn a_pack_is_told_with_its_counts_and_what_is_late_stands_out() {
    let hall = hall();
    let pack = Pack::compose(&hall, &TimeLimits::default(), EAST, at(9));
    let say = say(&hall);
    let told = sections(&pack, &say);
    let titles: Vec<&str> = told.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert!(titles[1].starts_with("Changed in this shift") && titles[1].contains("new 1"), "{titles:?}");
    assert!(summary(&pack).starts_with("1 open · 0 overdue"), "{}", summary(&pack));
    assert_eq!(counts(&pack.changes), "new 1");
    let mut late = pack.clone();
    late.open.rows[0].due = Some(at(3));
    let told = sections(&late, &say);
    assert_eq!((told[0].lines[0].lamp, told[0].lines[0].why.contains("late by")), (Some(Lamp::Red), true));
}

#[test]
fn a_pack_tells_of_alarms_since_when_who_took_note_until_when_they_are_shelved_and_of_maintenance() {
    let mut hall = hall();
    let gas = |source: &str, level| Raising { name: "人民路".to_owned(), ..raising(source, level) };
    let alarms = [
        AlarmStep::Raise(gas("gas-1", Grade::I)),
        AlarmStep::Raise(gas("gas-2", Grade::II)),
        AlarmStep::Acknowledge { alarm: AlarmId(1), comment: String::new() },
        AlarmStep::Shelve { alarm: AlarmId(2), until: at(60), reason: "校准".to_owned() },
        AlarmStep::Maintain(Maintenance {
            source: "gas-2".to_owned(),
            measures: None,
            area: Area::CITY,
            from: at(2),
            until: at(90),
            reason: "更换探头".to_owned(),
        }),
    ];
    for one in alarms {
        order(&mut hall, "chen", 2, Order::MoveAlarm(Box::new(one))).unwrap();
    }
    let pack = Pack::compose(&hall, &TimeLimits::default(), EAST, at(9));
    let say = say(&hall);
    let told = sections(&pack, &say);
    let of = |key: &str| told.iter().find(|section| section.title == t!(key)).unwrap();
    let time = |minute| words::day_hour_minute(at(minute), EAST);
    let (alarms, windows) = (of("duty.alarms"), of("duty.maintenance"));
    assert_eq!((alarms.all, windows.all), (2, 1));
    let [first, second] = [&alarms.lines[0], &alarms.lines[1]];
    assert!(first.what.ends_with("人民路 · gas-1") && first.grade == Some(Grade::I), "{first:?}");
    let since = t!("duty.alarm_since", time = time(2));
    assert_eq!(first.why, format!("{since} · {}", t!("duty.alarm_acknowledged", who = "chen")));
    let shelved = t!("duty.alarm_shelved", time = time(60));
    assert_eq!(second.why, format!("{since} · {} · {shelved}", t!("duty.alarm_waits")));
    let span = t!("alarm.maintain.from_until", from = time(2), time = time(90));
    assert_eq!(windows.lines[0].why, format!("{span} · 更换探头 · chen"));
    assert!(summary(&pack).ends_with(&*t!("duty.count_alarms", count = 2)), "{}", summary(&pack));
}

#[test]
fn a_pack_calls_areas_by_their_names_and_not_by_their_paths() {
    let mut hall = hall();
    let area = Area::of("990100/001").unwrap();
    let sign = Raising { measures: SensorKind::Vital, area: area.clone(), ..raising("vital:water", Grade::I) };
    let reason = "清淤".to_owned();
    let window = Maintenance { source: String::new(), measures: None, area, from: at(2), until: at(90), reason };
    for one in [AlarmStep::Raise(sign), AlarmStep::Maintain(window)] {
        order(&mut hall, "chen", 2, Order::MoveAlarm(Box::new(one))).unwrap();
    }
    let pack = Pack::compose(&hall, &TimeLimits::default(), EAST, at(9));
    let say = say(&hall);
    let told = sections(&pack, &say);
    for key in ["duty.alarms", "duty.maintenance"] {
        let section = told.iter().find(|section| section.title == t!(key)).unwrap();
        assert!(section.lines[0].what.ends_with(" · North · Old Town"), "{section:?}");
    }
}
