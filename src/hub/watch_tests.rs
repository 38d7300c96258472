//! What a screen is told of sensors: conflated, made when it leaves, never in the way of facts.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::outbox::{Next, Outbox};
use super::positions::Positions;
use super::readings::{self, Desk};
use super::watch::Watching;
use crate::domain::sensor::{Bounds, Watch};
use crate::domain::{LonLat, Moment, Reading, Sensor, SensorId, SensorKind};
use crate::store::readings::{Place, Retention, open};
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
