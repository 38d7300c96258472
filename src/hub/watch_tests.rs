//! What a screen is told of sensors: conflated, made when it leaves, never in the way of facts.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::outbox::{Next, Outbox};
use super::positions::Positions;
use super::readings::{self, Desk};
use super::watch::Watching;
use super::windows::{When, gathered};
use crate::domain::sensor::{Bounds, Gist, Spell, Watch, Window};
use crate::domain::{LonLat, Moment, Reading, Refusal, Sensor, SensorId, SensorKind};
use crate::store::readings::{Place, ReadingsError, Retention, open};
use crate::wire::frame::{encode, read_to_screen};
use crate::wire::watch::{FRAME_MAX, unpacked};
use crate::wire::{Pace, ToScreen};

const NOW: Moment = Moment(1_700_000_000_000);

fn sensor(n: usize) -> Sensor {
    Sensor::first_seen(&format!("n-{n}"), Some(SensorKind::Noise), "")
}

fn desk(sensors: usize) -> (Arc<Desk>, std::thread::JoinHandle<()>) {
    desk_of((0..sensors).map(sensor).collect())
}

fn desk_of(sensors: Vec<Sensor>) -> (Arc<Desk>, std::thread::JoinHandle<()>) {
    let opened = open(&Place::Temporary, Retention::default()).unwrap();
    let (desk, mut keeper) = readings::begin(opened).unwrap();
    keeper.describe(sensors).unwrap();
    (Arc::new(desk), std::thread::spawn(move || keeper.run(&Weak::new())))
}

async fn take(desk: &Desk, sensors: std::ops::Range<u32>, second: i64, value: f64) {
    let at = NOW.plus_millis(second * 1_000);
    let readings: Vec<Reading> = sensors.map(|n| Reading { sensor: SensorId(n), at, value }).collect();
    let sorted = crate::feeds::readings::Sorted { rows: readings.len(), readings, ..Default::default() };
    desk.take(sorted, at, at).await.unwrap();
}

fn values(frame: &Bytes) -> Vec<(u32, i64)> {
    assert!(frame.len() <= FRAME_MAX, "{} bytes", frame.len());
    let Ok(ToScreen::Readings { id: 4, rows }) = read_to_screen(frame) else { panic!("no readings") };
    let value = |value: f64| format!("{value:.0}").parse().unwrap();
    unpacked(&rows).unwrap().iter().map(|reading| (reading.sensor.0, value(reading.value))).collect()
}

#[tokio::test]
async fn a_slow_screen_gets_fewer_frames_and_in_each_what_is_newest_then() {
    let (desk, thread) = desk(2_500);
    take(&desk, 0..2_500, 0, 1.0).await;
    let mut watching = Watching::new(4, Watch { every_millis: 1_000, ..Watch::default() }, None);
    let start = Instant::now();
    let mut told = 0;
    loop {
        let frame = watching.next(&desk, start).unwrap();
        assert!(frame.len() <= FRAME_MAX, "{} bytes", frame.len());
        let Ok(ToScreen::Sensors { id: 4, sensors, left, .. }) = read_to_screen(&frame) else { panic!("no sensors") };
        told += sensors.len();
        if left == 0 {
            break;
        }
    }
    assert_eq!(told, 2_500);
    let first = values(&watching.next(&desk, start).unwrap());
    assert!(first.len() < 2_500 && first.iter().all(|(_, value)| *value == 1));
    // While the first frame is on its way everything changes twice.
    take(&desk, 0..2_500, 1, 2.0).await;
    take(&desk, 0..2_500, 2, 3.0).await;
    let mut rest = Vec::new();
    while let Some(frame) = watching.next(&desk, start) {
        rest.extend(values(&frame));
    }
    assert_eq!(rest.len(), 2_500 - first.len());
    assert!(rest.iter().all(|(_, value)| *value == 3), "nothing older than when it leaves");
    // The next round has what the screen does not know, and is not before its time.
    let due = watching.due().unwrap();
    assert_eq!(due, start + Duration::from_secs(1));
    let mut next = Vec::new();
    while let Some(frame) = watching.next(&desk, due) {
        next.extend(values(&frame));
    }
    assert_eq!(next.iter().map(|(n, _)| *n).collect::<Vec<_>>(), first.iter().map(|(n, _)| *n).collect::<Vec<_>>());
    assert!(watching.next(&desk, due + Duration::from_secs(1)).is_none(), "nothing changed");
    desk.stop();
    drop(watching);
    thread.join().unwrap();
}

#[tokio::test]
async fn each_screen_hears_of_the_sensors_in_its_box_and_of_no_others() {
    // Ten a hundredth of a degree apart from west to east, and one whose place nobody knows.
    let place = |n: u32| LonLat::new(114.0 + 0.01 * f64::from(n), 22.0);
    let mut sensors: Vec<Sensor> = (0..10).map(|n| Sensor { at: place(n), ..sensor(n as usize) }).collect();
    sensors.push(sensor(10));
    let (desk, thread) = desk_of(sensors);
    take(&desk, 0..11, 0, 1.0).await;
    let hears = |bounds: Option<Bounds>| {
        let mut watching = Watching::new(4, Watch { bounds, every_millis: 1_000, ..Watch::default() }, None);
        let (now, mut told, mut heard) = (Instant::now(), Vec::new(), Vec::new());
        while let Some(frame) = watching.next(&desk, now) {
            match read_to_screen(&frame) {
                Ok(ToScreen::Sensors { sensors, .. }) => told.extend(sensors.iter().map(|row| row.number.0)),
                _ => heard.extend(values(&frame).into_iter().map(|(number, _)| number)),
            }
        }
        assert_eq!(told, heard, "nothing is said of what was not described");
        told
    };
    let between = |west: f64, east: f64| Some(Bounds { west, south: 21.9, east, north: 22.1 });
    assert_eq!(hears(between(113.995, 114.035)), [0, 1, 2, 3]);
    assert_eq!(hears(between(114.025, 114.055)), [3, 4, 5], "another one looks elsewhere");
    assert!(hears(between(115.0, 116.0)).is_empty());
    assert_eq!(hears(None), (0..11).collect::<Vec<_>>(), "who looks at all of the city hears of all");
    desk.stop();
    thread.join().unwrap();
}

#[tokio::test]
async fn facts_leave_before_anything_of_sensors_and_nothing_of_them_is_held() {
    let (desk, thread) = desk(10);
    take(&desk, 0..10, 0, 1.0).await;
    let (outbox, positions) = (Outbox::new(Pace::Off), Positions::default());
    outbox.watch(4, Some(Watching::new(4, Watch::default(), None)));
    assert!(outbox.sensors(&desk).is_none(), "nothing before the welcome");
    outbox.open([]);
    let fact = encode(&ToScreen::Heartbeat { now: NOW }).unwrap();
    outbox.push(fact.clone());
    let Next::Write { frames, .. } = outbox.next(&positions) else { panic!("no fact") };
    assert_eq!(frames, std::slice::from_ref(&fact));
    assert!(matches!(outbox.next(&positions), Next::Wait));
    assert!(outbox.sensors(&desk).is_some());
    let held = outbox.held_bytes();
    outbox.push(fact.clone());
    let Next::Write { frames, .. } = outbox.next(&positions) else { panic!("no fact") };
    assert_eq!((frames, held), (vec![fact.clone()], fact.len()), "only what was pushed counts");
    // A watch that was asked for before the newest does not come back.
    outbox.watch(9, None);
    outbox.watch(4, Some(Watching::new(4, Watch::default(), None)));
    assert!(outbox.sensors(&desk).is_none());
    desk.stop();
    thread.join().unwrap();
}

/// What a scan of all readings of a sensor says of a window that ends at a moment.
async fn scanned(desk: &Desk, number: u32, window: Window, at: Moment) -> Option<f64> {
    let from = window.spell.begin(at, 0);
    let look = move |reader: &crate::store::readings::Reader| {
        reader.between(SensorId(number), from, at.plus_millis(1), usize::MAX)
    };
    let all: Vec<f64> = desk.look(look).await.unwrap().iter().map(|reading| reading.value).collect();
    let mean = || all.iter().sum::<f64>() / f64::from(u32::try_from(all.len()).unwrap());
    (!all.is_empty()).then(|| match window.gist {
        Gist::Highest => all.iter().copied().fold(f64::MIN, f64::max),
        Gist::Lowest => all.iter().copied().fold(f64::MAX, f64::min),
        Gist::Mean | Gist::Sum => mean(),
    })
}

#[tokio::test]
async fn windows_tell_what_a_scan_of_all_readings_says_now_and_of_the_past() {
    let other = Sensor::first_seen("rain-9", Some(SensorKind::Rain), "");
    let (desk, thread) = desk_of((0..70).map(sensor).chain([other]).collect());
    // Every ten minutes of thirty hours, each sensor otherwise; the last ones are silent since twenty hours.
    for step in (0..180_i32).rev() {
        let until = if step < 120 { 60 } else { 71 };
        take(&desk, 0..until, -600 * i64::from(step), f64::from((step * 37) % 101)).await;
        if step % 17 == 0 {
            let at = NOW.plus_millis(-600_000 * i64::from(step) + 5);
            let readings = vec![Reading { sensor: SensorId(7), at, value: 200.0 }];
            let sorted = crate::feeds::readings::Sorted { rows: 1, readings, ..Default::default() };
            desk.take(sorted, at, at).await.unwrap();
        }
    }
    for at in [NOW, NOW.plus_millis(-3 * 3_600_000 - 1), NOW.plus_millis(-25 * 3_600_000 + 77)] {
        for spell in Spell::ALL {
            for gist in [Gist::Mean, Gist::Highest, Gist::Lowest] {
                let window = Window { spell, gist };
                let when = When { at, utc_offset_secs: 0 };
                let told = gathered(&desk, (SensorKind::Noise, window), when).await.unwrap();
                assert!(told.iter().all(|reading| reading.sensor != SensorId(70)), "that is no such sensor");
                for number in [0, 7, 59, 60, 69] {
                    let found = told.iter().find(|reading| reading.sensor == SensorId(number));
                    let right = scanned(&desk, number, window, at).await;
                    let same = match (found, right) {
                        (Some(found), Some(right)) => (found.value - right).abs() < 1e-9 && found.at <= at,
                        (found, right) => found.is_none() && right.is_none(),
                    };
                    assert!(same, "{window:?} {at:?} {number}: {found:?} {right:?}");
                }
            }
        }
    }
    desk.stop();
    thread.join().unwrap();
}

#[tokio::test]
async fn windows_are_told_beside_newest_values_and_again_only_where_they_changed() {
    let (desk, thread) = desk(3);
    take(&desk, 0..3, 0, 1.0).await;
    let window = Window { spell: Spell::Hour, gist: Gist::Highest };
    let watch = Watch { every_millis: 1_000, windows: [(SensorKind::Noise, window)].into(), ..Watch::default() };
    let mut watching = Watching::new(4, watch, None);
    let now = Instant::now();
    let value = |sensor: u32, value: f64| Reading { sensor: SensorId(sensor), at: NOW, value };
    // Of a sensor that nobody watches nothing is told.
    watching.take_windows(Ok(vec![value(0, 5.0), value(1, 6.0), value(9, 7.0)]));
    let windowed = |frame: &Bytes| match read_to_screen(frame) {
        Ok(ToScreen::Windowed { id: 4, rows }) => Some(rows.map(|rows| unpacked(&rows).unwrap())),
        _ => None,
    };
    let first = read_to_screen(&watching.next(&desk, now).unwrap());
    assert!(matches!(first, Ok(ToScreen::Sensors { left: 0, unread: false, .. })), "they are described before");
    let told = windowed(&watching.next(&desk, now).unwrap());
    assert_eq!(told, Some(Ok(vec![value(0, 5.0), value(1, 6.0)])));
    assert_eq!(values(&watching.next(&desk, now).unwrap()).len(), 3, "their newest values as ever");
    watching.take_windows(Ok(vec![value(0, 5.0), value(1, 6.5), value(2, 1.0)]));
    let told = windowed(&watching.next(&desk, now).unwrap());
    assert_eq!(told, Some(Ok(vec![value(1, 6.5), value(2, 1.0)])));
    watching.take_windows(Err(Refusal::NoReadings));
    assert_eq!(windowed(&watching.next(&desk, now).unwrap()), Some(Err(Refusal::NoReadings)));
    assert!(watching.next(&desk, now).is_none());
    desk.stop();
    thread.join().unwrap();
}

#[tokio::test]
async fn a_look_into_the_past_that_failed_is_no_lack_of_data() {
    let (desk, thread) = desk(2);
    take(&desk, 0..2, 0, 1.0).await;
    let watch = Watch { at: Some(NOW), ..Watch::default() };
    let damaged = Err(ReadingsError::Damaged("a chunk".to_owned()));
    let mut watching = Watching::of_past(4, watch.clone(), damaged);
    let frame = watching.next(&desk, Instant::now()).unwrap();
    let Ok(ToScreen::Sensors { sensors, unread, .. }) = read_to_screen(&frame) else { panic!("no sensors") };
    assert_eq!((sensors.len(), unread), (2, true));
    assert!(watching.next(&desk, Instant::now()).is_none());
    let past = desk.look(|reader| reader.latest_at(NOW)).await;
    let mut watching = Watching::of_past(4, watch, past);
    let frame = watching.next(&desk, Instant::now()).unwrap();
    assert!(matches!(read_to_screen(&frame), Ok(ToScreen::Sensors { unread: false, .. })));
    assert_eq!(values(&watching.next(&desk, Instant::now()).unwrap()).len(), 2);
    desk.stop();
    thread.join().unwrap();
}
