//! Real series, which are not part of the project (see [`super::import_real`]), and made-up ones, through a hub.

use std::time::Duration;

use command_hall::domain::Moment;
use command_hall::feeds::http::{HttpReadings, HubClient};
use command_hall::feeds::series::{self, Mapping, PlayOptions, Played, Series, Shift};
use serde_json::json;

use crate::cli::{Hall, text};
use crate::import_real::shared;
use crate::kit::TestHub;

/// When the hubs of these tests begin.
const NOW: i64 = 1_700_000_000_000;

fn play(hub: &TestHub, series: &Series, shift: Shift) -> Played {
    let sink = HttpReadings::new(HubClient::new(&format!("http://{}", hub.addr())).unwrap(), || Moment(NOW));
    let options = PlayOptions { speed: 3600.0, shift, patience: Duration::ZERO, again: false };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(series::play(series, options, &sink, |_| {})).unwrap()
}

#[test]
fn a_week_of_speeds_of_los_angeles_is_read_with_its_places() {
    let Some(file) = shared("sensors/metr-la-speed-1week-5min.csv") else { return };
    let mut week = series::read(&file, &Mapping::named("metr-la").unwrap(), None).unwrap();
    let tally = &week.tally;
    assert_eq!((tally.rows, tally.sensors, tally.placed, tally.unreadable), (2_016, 207, 207, 0), "{tally:?}");
    assert_eq!(tally.readings + tally.missing, 2_016 * 207);
    let (first, last) = week.span().unwrap();
    assert_eq!((first.0, last.0 - first.0), (1_330_588_800_000, 2_015 * 300_000), "midnight of the Pacific");

    // Its last three hours, as if they ended now.
    week.points.retain(|point| point.at.0 > last.0 - 3 * 3_600_000);
    let hub = TestHub::start();
    let played = play(&hub, &week, Shift::EndNow);
    assert_eq!((played.described, played.undescribed), (207, None));
    assert_eq!(played.counted.rows, week.points.len());
    assert_eq!(played.counted.refused(), 0, "{:?}", played.counted);
    let (_, latest) = hub.get("/api/readings/latest?kind=traffic_speed");
    let readings = latest["readings"].as_array().unwrap();
    assert!(readings.len() > 190, "{}", readings.len());
    let fast = readings.iter().filter(|reading| reading["value"].as_f64().unwrap() > 80.0).count();
    assert!(fast > 100, "kilometres an hour, not miles: {fast}");
    assert_eq!(readings.iter().map(|reading| reading["at"].as_i64().unwrap()).max(), Some(NOW));
    let (_, sensors) = hub.get("/api/sensors?limit=1");
    assert_eq!(sensors["sensors"][0]["id"], "metr-la-773869");
    assert!((sensors["sensors"][0]["lon"].as_f64().unwrap() + 118.318_29).abs() < 1e-9);
}

#[test]
fn four_days_of_detectors_of_hong_kong_are_read_with_their_streets() {
    let Some(file) = shared("sensors/hongkong-traffic/lanes-hourly-20230901-04.csv.gz") else { return };
    let mut days = series::read(&file, &Mapping::named("hongkong-detectors").unwrap(), None).unwrap();
    let tally = &days.tally;
    assert_eq!((tally.rows, tally.readings + tally.missing + tally.unreadable), (175_439, 3 * 175_439), "{tally:?}");
    assert!(tally.sensors > 5_000 && tally.placed * 100 > tally.sensors * 97, "{tally:?}");
    assert!(tally.unreadable < 100, "{:?}", tally.faults);
    let first = &days.sensors[0];
    assert_eq!(first.id, "hk-AID01101-Fast Lane-speed");
    assert!(first.name.starts_with("香港仔海旁道近福群大楼") && first.name.ends_with("Fast Lane"), "{}", first.name);
    assert_eq!(first.area.path(), "Southern");
    let (begin, last) = days.span().unwrap();
    assert_eq!(last.0 - begin.0, 95 * 3_600_000);

    // Its last hour, live.
    days.points.retain(|point| point.at == last);
    let hub = TestHub::start();
    let played = play(&hub, &days, Shift::Live);
    assert_eq!(played.counted.rows, days.points.len());
    // Impossible values are counted, not kept.
    let counted = &played.counted;
    assert_eq!(counted.kept + counted.refused(), counted.rows, "{counted:?}");
    assert!(counted.kept * 100 > counted.rows * 99, "{counted:?}");
}

#[test]
fn the_command_plays_a_file_and_says_what_it_does_with_its_times() {
    let hub = TestHub::start();
    let hall = Hall::fresh();
    let put = |name: &str, text: &str| std::fs::write(hall.home.path().join(name), text).unwrap();
    put(
        "levels.toml",
        "source = 'l'\nsensor = 'l-{id}'\n[time]\ncolumn = 'at'\n[[value]]\ncolumn = 'v'\nkind = 'water_level'\nunit = 'cm'\n[places]\nlon = 'x'\nlat = 'y'\n",
    );
    put(
        "levels.csv",
        "id,at,v,x,y\na,2023-11-14T22:13:19Z,120,119.3,31.6\na,2023-11-14T22:13:20Z,130,119.3,31.6\nb,then,1,,\n",
    );
    let to = format!("http://{}", hub.addr());
    let said = hall.says(&[
        "replay-series",
        "levels.csv",
        "--mapping",
        "levels.toml",
        "--speed",
        "3600",
        "--times",
        "own",
        "--to",
        &to,
    ]);
    assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
    assert!(text(&said.stderr).contains("of 2023-11-14T22:13:19Z to 2023-11-14T22:13:20Z; their times stay"));
    let out = text(&said.stdout);
    assert!(out.contains("1 sensors described") && out.contains("2 readings played: 2 kept"), "{out}");
    assert!(out.contains("levels.csv:4 at: is no time as the mapping says"), "{out}");
    let (_, kept) = hub.get(&format!("/api/readings/l-a?to={}", NOW + 1));
    assert_eq!(kept["readings"], json!([{"at": NOW - 1000, "value": 1.2}, {"at": NOW, "value": 1.3}]));
    let again = hall.says(&[
        "replay-series",
        "levels.csv",
        "--mapping",
        "levels.toml",
        "--speed",
        "3600",
        "--times",
        "own",
        "--to",
        &to,
        "--json",
    ]);
    let told = crate::cli::json(&again);
    assert_eq!(
        (&told["duplicate"], &told["described"], &told["read"]["unreadable"]),
        (&json!(2), &json!(0), &json!(1))
    );
    let wrong = hall.says(&["replay-series", "levels.csv", "--mapping", "level"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    let check = hall.says(&["check", "levels.toml"]);
    assert!(text(&check.stdout).contains("ok     series    levels.toml: sensors of `l`"), "{}", text(&check.stdout));
}
