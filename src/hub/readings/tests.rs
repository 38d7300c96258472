//! What of readings is held against limits, and who waits for whom.

use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;

use super::{Desk, SORTING_MAX, TakeError, WAITING_MAX, begin};
use crate::domain::alarm::LimitRule;
use crate::domain::rights::Area;
use crate::domain::sensor::{Retired, Unfit};
use crate::domain::{AlarmKind, AlarmRules, Grade, Moment, Reading, Sensor, SensorId, SensorKind, Wording};
use crate::feeds::readings::{Counted, Sorted};
use crate::store::readings::{Place, Retention, open};

const NOW: Moment = Moment(1_700_000_000_000);
const GAS: SensorId = SensorId(0);

fn gas(id: &str) -> Sensor {
    Sensor::first_seen(id, Some(SensorKind::CombustibleGas), "")
}

/// Readings at a place, of one sensor.
fn desk(place: &Place) -> (Arc<Desk>, JoinHandle<()>) {
    let opened = open(place, Retention::default()).unwrap();
    let (desk, mut keeper) = begin(opened).unwrap();
    keeper.describe(vec![gas("gas-1")]).unwrap();
    (Arc::new(desk), std::thread::spawn(move || keeper.run(&Weak::new())))
}

fn stop(desk: &Desk, thread: JoinHandle<()>) {
    desk.stop();
    thread.join().unwrap();
}

/// Over 20 it is an alarm at once.
fn rules() -> Arc<AlarmRules> {
    let rule = LimitRule {
        code: "gas".to_owned(),
        name: Wording { zh: "燃气".to_owned(), en: "Gas".to_owned() },
        measures: SensorKind::CombustibleGas,
        area: Area::CITY,
        sensors: Vec::new(),
        high: [None, None, Some(20.0), None],
        low: [None; 4],
        no_data: None,
        pending_secs: 0,
        keep_secs: 0,
        dead_band: 0.0,
        case_kind: String::new(),
        variants: Vec::new(),
        auto_case: None,
    };
    Arc::new(AlarmRules { rules: vec![rule], vitals: Vec::new() })
}

/// The sensor showed this so many seconds from [`NOW`]; it comes when the hall's clock says `came`.
async fn show(desk: &Desk, second: i64, value: f64, came: i64) -> Counted {
    let readings = vec![Reading { sensor: GAS, at: NOW.plus_millis(second * 1_000), value }];
    let now = NOW.plus_millis(came * 1_000);
    desk.take(Sorted { rows: 1, readings, ..Sorted::default() }, now, now).await.unwrap()
}

/// What is wrong so many seconds from [`NOW`].
fn wrong(desk: &Desk, second: i64) -> Vec<(Grade, Option<f64>)> {
    desk.watch(&rules(), NOW.plus_millis(second * 1_000), 1);
    desk.standing().into_iter().map(|one| (one.level, one.value)).collect()
}

#[tokio::test]
async fn what_comes_too_late_or_again_or_after_newer_ones_raises_no_alarm_as_if_of_now() {
    let (desk, thread) = desk(&Place::Temporary);
    let counted = show(&desk, -3_600, 60.0, 0).await;
    assert_eq!((counted.late, counted.kept), (1, 0));
    assert_eq!(wrong(&desk, 0), [], "an hour old, of a sensor that is fresh for minutes");
    show(&desk, 0, 3.0, 0).await;
    assert_eq!(show(&desk, 0, 60.0, 1).await.duplicate, 1);
    assert_eq!(show(&desk, -30, 60.0, 1).await.out_of_order, 1);
    assert_eq!(wrong(&desk, 1), []);
    assert_eq!(show(&desk, 2, 60.0, 2).await.kept, 1);
    assert_eq!(wrong(&desk, 2), [(Grade::III, Some(60.0))]);
    // What was is no end of what is.
    show(&desk, -10, 1.0, 3).await;
    show(&desk, -7_200, 1.0, 3).await;
    assert_eq!(wrong(&desk, 3), [(Grade::III, Some(60.0))]);
    stop(&desk, thread);
}

#[tokio::test]
async fn a_start_forgets_neither_what_was_newest_nor_takes_it_for_what_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().to_owned());
    let (before, thread) = desk(&place);
    show(&before, 0, 3.0, 0).await;
    stop(&before, thread);
    drop(before);
    let (after, thread) = desk(&place);
    assert_eq!(show(&after, -20, 60.0, 1).await.out_of_order, 1);
    assert_eq!(show(&after, 0, 60.0, 1).await.duplicate, 1);
    assert_eq!(wrong(&after, 1), []);
    let asked = || vec![("gas-1".to_owned(), AlarmKind::High), ("gas-9".to_owned(), AlarmKind::High)];
    assert!(after.calm(asked()).is_empty(), "nothing is known of it since the start, and the other is none");
    show(&after, 2, 4.0, 2).await;
    assert_eq!(wrong(&after, 2), []);
    let calm: Vec<f64> = after.calm(asked()).into_values().collect();
    assert_eq!(calm, [4.0]);
    show(&after, 3, 60.0, 3).await;
    assert_eq!(wrong(&after, 3), [(Grade::III, Some(60.0))]);
    assert!(after.calm(asked()).is_empty());
    stop(&after, thread);
}

#[tokio::test]
async fn sensors_are_described_while_somebody_still_looks_at_those_there_were() {
    let (desk, thread) = desk(&Place::Temporary);
    // As a batch of many bytes does while it is read.
    let held = desk.registry();
    let told = desk.describe(vec![gas("gas-2")]).await.unwrap();
    assert_eq!(told, [Ok((SensorId(1), true))]);
    assert_eq!((held.len(), desk.registry().len()), (1, 2));
    stop(&desk, thread);
}

#[tokio::test]
async fn who_finds_no_room_for_a_batch_is_told_when_to_come_again() {
    let (desk, thread) = desk(&Place::Temporary);
    let mut rooms = Vec::new();
    for _ in 0..SORTING_MAX {
        rooms.push(desk.room().await.unwrap());
    }
    let refused = desk.room().await.unwrap_err();
    assert_eq!(refused, TakeError::Full);
    let response = refused.into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "1");
    rooms.pop();
    assert!(desk.room().await.is_ok(), "one is read");
    stop(&desk, thread);
}

#[tokio::test]
async fn what_this_process_measures_and_finds_no_room_is_counted() {
    let opened = open(&Place::Temporary, Retention::default()).unwrap();
    // Nobody takes anything in yet.
    let (desk, mut keeper) = begin(opened).unwrap();
    keeper.describe(vec![gas("gas-1")]).unwrap();
    let half = |from: usize| -> Vec<Reading> {
        let at = |n: usize| NOW.plus_millis(i64::try_from(from + n).unwrap());
        (0..=WAITING_MAX / 2).map(|n| Reading { sensor: GAS, at: at(n), value: 1.0 }).collect()
    };
    assert_eq!((desk.put(half(0), NOW), desk.put_own(half(1_000_000), NOW)), (Ok(()), Ok(())));
    assert_eq!(desk.lost(), 0);
    let one = |value| vec![Reading { sensor: GAS, at: NOW, value }];
    assert_eq!((desk.put(one(1.0), NOW), desk.put_own(one(2.0), NOW)), (Err(TakeError::Full), Err(TakeError::Full)));
    assert_eq!(desk.lost(), 2);
    assert_eq!(desk.room().await.unwrap_err(), TakeError::Full, "nothing is read that is not taken in");
    drop(keeper);
}

#[tokio::test]
async fn a_clock_that_is_behind_is_known_by_how_much_until_it_is_right() {
    let (desk, thread) = desk(&Place::Temporary);
    let ahead = || desk.quality().first().map(|quality| quality.ahead_millis);
    show(&desk, -480, 1.0, 0).await;
    assert_eq!(ahead(), Some(-480_000));
    show(&desk, -420, 1.0, 61).await;
    assert_eq!(ahead(), Some(-481_000));
    show(&desk, -7_200, 1.0, 62).await;
    assert_eq!(ahead(), Some(-481_000), "what is filled in says nothing of its clock");
    show(&desk, 63, 1.0, 63).await;
    assert_eq!(ahead(), Some(0));
    stop(&desk, thread);
}

#[tokio::test]
async fn what_came_while_the_clock_was_days_ahead_hides_nothing_that_comes_when_it_is_right() {
    const AHEAD: i64 = 40 * 86_400;
    let (desk, thread) = desk(&Place::Temporary);
    show(&desk, 0, 3.0, 0).await;
    assert_eq!(show(&desk, AHEAD, 4.0, AHEAD).await.kept, 1);
    let newest = |desk: &Desk| desk.newest(|newest| newest.of(GAS).1.map(|reading| reading.value));
    assert_eq!((wrong(&desk, AHEAD), newest(&desk)), (vec![], Some(4.0)));
    let counted = show(&desk, 60, 70.0, 60).await;
    assert_eq!((counted.kept, counted.out_of_order), (1, 0));
    assert_eq!((wrong(&desk, 60), newest(&desk)), (vec![(Grade::III, Some(70.0))], Some(70.0)));
    assert_eq!(show(&desk, 30, 5.0, 61).await.out_of_order, 1, "now as ever");
    stop(&desk, thread);
}

#[tokio::test]
async fn who_is_out_of_service_is_wrong_in_nothing_and_nothing_new_is_taken_until_it_is_back() {
    let (desk, thread) = desk(&Place::Temporary);
    show(&desk, 0, 60.0, 0).await;
    assert_eq!(wrong(&desk, 0), [(Grade::III, Some(60.0))]);
    let ids = || vec!["gas-1".to_owned(), "gas-9".to_owned()];
    let retired = Retired { at: NOW.plus_millis(1_000), by: "li".to_owned(), reason: "dismantled".to_owned() };
    let told = desk.serve(ids(), Some(retired)).await.unwrap();
    assert_eq!((told[0].clone(), told[1].is_err()), (Ok((GAS, true)), true));
    assert_eq!(wrong(&desk, 1), []);
    let high = ("gas-1".to_owned(), AlarmKind::High);
    assert_eq!(desk.out_of_service(&[high.clone(), ("gas-9".to_owned(), AlarmKind::High)]), [high]);
    // As who sends readings of this process does, which are held against nothing before.
    let counted = show(&desk, 5, 80.0, 5).await;
    assert_eq!((counted.kept, counted.refused.get(&Unfit::Unknown)), (0, Some(&1)));
    assert_eq!(desk.newest(|newest| newest.of(GAS).1.map(|reading| reading.value)), Some(60.0));
    assert_eq!((desk.registry().all().count(), desk.registry().all_retired().count()), (0, 1));
    assert_eq!(desk.serve(ids(), None).await.unwrap()[0], Ok((GAS, true)));
    assert_eq!(show(&desk, 10, 70.0, 10).await.kept, 1);
    assert_eq!(wrong(&desk, 10), [(Grade::III, Some(70.0))]);
    stop(&desk, thread);
}
