//! What `F7` tells by area is what the hub tells over HTTP, and both hold it against the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use command_hall::config::InForce;
use command_hall::domain::kpi::{Against, Counting, Kpi, Past, Period, Share, Span, Times, TimesChange};
use command_hall::domain::rights::Area;
use command_hall::domain::{Incident, IncidentId, Moment, Order, Stage};
use command_hall::ground::City;
use command_hall::hub::Admission;
use command_hall::screen::kpi::model::{Asked, Belongs, Cell, Column, Key, Line, Table, table};
use command_hall::screen::shown::AreasTold;
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, report};

const HOUR: u64 = 3_600_000;

fn get(hub: &TestHub, within: &Area) -> Value {
    let mut path = String::new();
    for byte in within.path().bytes() {
        write!(path, "%{byte:02X}").unwrap();
    }
    let (status, answer) = hub.get(&format!("/api/figures?hours=24&by=area&within={path}"));
    assert_eq!(status, 200, "{answer}");
    answer
}

/// What a desk counts of the last day at that moment.
fn desk_table(hub: &TestHub, screen: &Screen, within: &Area, now: Moment, past: Option<&Past>) -> Table {
    let city = City::open(&hub.folder.path().join("city")).unwrap();
    let in_force = InForce::built_in().unwrap();
    let mut told = AreasTold::default();
    told.take(true, screen.areas.clone());
    let belongs = Belongs {
        area: &|incident: &Incident| told.of(incident, &city),
        department: &|_: &Incident| None,
        name: &|key: &Key| format!("{key:?}"),
    };
    let counting = Counting {
        span: Span { from: Moment(now.0 - 24 * HOUR.cast_signed()), until: now },
        rules: in_force.kinds().figures(),
        limits: in_force.limits(),
        utc_offset_secs: &|_| 8 * 3600,
    };
    let asked = Asked { period: Period::Day, within: within.clone(), ..Asked::default() };
    table(&asked, &screen.hall, &counting, &belongs, past.and_then(|past| past.of(Against::Day)))
}

/// A row of either, as it can be compared.
#[derive(Debug, PartialEq)]
struct Row {
    reported: u64,
    /// Part and whole of each figure, and how much it changed in tenths of points.
    figures: Vec<(u64, u64, Option<i64>)>,
    /// Count, mean, median and the ninth of ten in seconds, and how much they changed.
    handling: [Option<[i64; 4]>; 2],
}

impl Row {
    fn of_line(line: &Line) -> Self {
        let Cell::Count(reported) = line.cell(Column::Reported) else { panic!("{line:?}") };
        let figure = |kpi| {
            let Cell::Share(Share { part, of }) = line.cell(Column::Kpi(kpi)) else { panic!("{line:?}") };
            (part.into(), of.into(), line.change(Column::Kpi(kpi)).map(i64::from))
        };
        let Cell::Times(times) = line.cell(Column::Handling) else { panic!("{line:?}") };
        let is = |of: Times| [of.count.into(), of.mean_millis, of.p50_millis, of.p90_millis];
        let change = |of: TimesChange| [of.count, of.mean_millis, of.p50_millis, of.p90_millis];
        let secs = |[count, rest @ ..]: [i64; 4]| {
            let [mean, p50, p90] = rest.map(|millis| millis / 1000);
            [count, mean, p50, p90]
        };
        let handling = [times.map(is).map(secs), line.handling_change().map(change).map(secs)];
        Self { reported: reported.into(), figures: Kpi::ALL.map(figure).to_vec(), handling }
    }

    fn of_json(row: &Value) -> Self {
        let tenths = |points: &Value| points.as_f64().map(|points| (points * 10.0).round() as i64);
        let figures = row["figures"].as_array().unwrap().iter().map(|one| {
            (one["part"].as_u64().unwrap(), one["of"].as_u64().unwrap(), tenths(&one["changes"]["day_before"]))
        });
        let times = |of: &Value| {
            let number = |name: &str| of[name].as_i64().unwrap();
            (!of.is_null()).then(|| ["count", "mean", "p50", "p90"].map(number))
        };
        let handling = [times(&row["handling_secs"]), times(&row["handling_changes"]["day_before"])];
        Self { reported: row["reported"].as_u64().unwrap(), figures: figures.collect(), handling }
    }
}

/// Both tell the same of the parts of an area; what the hub told.
fn assert_agree(hub: &TestHub, screen: &Screen, within: &Area, past: Option<&Past>) -> Value {
    let told = get(hub, within);
    let table = desk_table(hub, screen, within, Moment(told["until"].as_i64().unwrap()), past);
    let key = |line: &Line| match &line.key {
        Some(Key::Area(area)) => json!(area.path()),
        Some(Key::Unknown) => Value::Null,
        other => panic!("{other:?}"),
    };
    let desk: BTreeMap<String, Row> =
        table.lines.iter().map(|line| (key(line).to_string(), Row::of_line(line))).collect();
    let rows = told["rows"].as_array().unwrap();
    let http: BTreeMap<String, Row> = rows.iter().map(|row| (row["key"].to_string(), Row::of_json(row))).collect();
    assert_eq!(desk, http, "the parts of `{}`", within.path());
    assert_eq!(Row::of_line(&table.total), Row::of_json(&told["total"]), "all of `{}`", within.path());
    told
}

fn advance(screen: &mut Screen, id: u64, stage: Stage) {
    screen.order(Order::AdvanceIncident { incident: IncidentId(id), stage });
    screen.until("the stage", |s| s.hall.incident(IncidentId(id)).is_some_and(|one| one.stage == stage));
}

#[test]
fn the_desk_and_the_hub_count_each_case_in_the_same_area_now_and_yesterday() {
    let hub = TestHub::with_city(Admission::Everybody);
    let [(here, around), (there, elsewhere)] = hub.two_places();
    let (east, west) = (around.part_of(&Area::CITY), elsewhere.part_of(&Area::CITY));
    let mut screen = hub.screen();
    screen.until_live();
    let place = |at: Option<command_hall::domain::LonLat>| {
        at.map_or(json!({ "address": "somewhere" }), |at| json!({ "lon": at.lon, "lat": at.lat }))
    };
    let rows = [
        ("1", Some(here), None),
        ("2", Some(there), None),
        ("3", Some(there), Some(&east)),
        ("4", None, Some(&elsewhere)),
        ("5", None, None),
    ];
    for (id, at, area) in rows {
        let mut row = report(id);
        row["place"] = place(at);
        row["area"] = area.map_or(Value::Null, |area| json!(area.path()));
        assert_eq!(hub.post_report(row).0, 200);
    }
    screen.until("five cases", |s| s.hall.incidents().len() == 5);
    for id in [1, 3, 5] {
        advance(&mut screen, id, Stage::Dispatched);
    }
    hub.pass_millis(HOUR);
    advance(&mut screen, 1, Stage::Done);
    hub.pass_millis(HOUR);
    advance(&mut screen, 3, Stage::Done);
    let parts = [Area::CITY, east, west, around.parent().unwrap()];
    for within in &parts {
        assert_agree(&hub, &screen, within, None);
    }
    let city = get(&hub, &Area::CITY);
    let reported: Vec<&Value> = city["rows"].as_array().unwrap().iter().map(|row| &row["reported"]).collect();
    assert_eq!(reported, [2, 2, 1], "two districts, and one that lies nobody knows where");

    // The next day: what was then is by the same areas.
    hub.pass_millis(25 * HOUR);
    let mut row = report("next day");
    row["place"] = place(Some(here));
    assert_eq!(hub.post_report(row).0, 200);
    screen.until("six cases", |s| s.hall.by_source("12345", "next day").is_some());
    for id in [2, 6] {
        advance(&mut screen, id, Stage::Dispatched);
    }
    hub.pass_millis(HOUR / 2);
    for id in [2, 6] {
        advance(&mut screen, id, Stage::Done);
    }
    let changed = |told: &Value| !told["total"]["handling_changes"]["day_before"].is_null();
    for _ in 0..200 {
        if changed(&get(&hub, &Area::CITY)) {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    screen.link.past(Period::Day);
    screen.until("what was", |s| s.past.is_some());
    let past = screen.past.take().unwrap().unwrap();
    for within in &parts {
        assert_agree(&hub, &screen, within, Some(&past));
    }
    let told = assert_agree(&hub, &screen, &Area::CITY, Some(&past));
    assert!(changed(&told), "{told}");
    // Handling of the two took one and two hours then, half an hour each now.
    let change = json!({ "count": 0, "mean": -3_600, "p50": -1_800, "p90": -5_400 });
    assert_eq!(told["total"]["handling_changes"]["day_before"], change);
}
