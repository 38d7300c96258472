//! The tour without an engine.

use std::collections::HashMap;

use super::TourWish;
use super::model::{Act, Happened, Pace, SMOOTH, THRIFTY, Tour, matters};
use super::systems::{Stop, news, round};
use crate::domain::{Actor, Grade, Hall, IncidentId, LonLat, Moment, Order, Place, Progress, Report};
use crate::ground::{City, demo, pack};
use crate::screen::shown::{Changes, Pose};

const IDLE: (Option<f64>, Pace) = (Some(60.0), SMOOTH);
const STOPS: usize = 3;

fn calm() -> Happened {
    Happened::default()
}

fn news_of(id: u64) -> Happened {
    graded(Grade::II, id)
}

fn graded(grade: Grade, id: u64) -> Happened {
    Happened { matters: vec![(grade, IncidentId(id))], ..Happened::default() }
}

/// The acts of `secs` seconds, one step a second, from `from` on.
fn run(tour: &mut Tour, from: u32, secs: u32) -> Vec<(u32, Act)> {
    (from..from + secs).filter_map(|now| Some((now, tour.step(f64::from(now), IDLE, STOPS, &calm())?))).collect()
}

#[test]
fn after_a_quiet_while_it_goes_round_and_round() {
    let mut tour = Tour::new(0.0);
    let acts = run(&mut tour, 0, 200);
    let visited: Vec<_> = acts.iter().map(|(_, act)| *act).collect();
    assert_eq!(acts[0], (60, Act::Visit(0)));
    assert_eq!(visited[..5], [0, 1, 2, 0, 1].map(Act::Visit));
    let waits: Vec<_> = acts.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(waits.iter().all(|secs| *secs >= 20), "calm: {waits:?}");
}

#[test]
fn without_a_graphics_card_it_rests_between_its_stops_and_knows_how_long() {
    let mut tour = Tour::new(0.0);
    let plan = (IDLE.0, THRIFTY);
    assert_eq!(tour.rests(10.0), None, "nothing to wake for before it begins");
    assert_eq!(tour.step(60.0, plan, STOPS, &calm()), Some(Act::Visit(0)));
    let rest = tour.rests(60.0).expect("it is on");
    assert!(rest > 10.0 * THRIFTY.flight_secs, "mostly still: {rest}");
    assert_eq!(tour.step(60.0 + rest - 0.1, plan, STOPS, &calm()), None);
    assert_eq!(tour.step(60.0 + rest, plan, STOPS, &calm()), Some(Act::Visit(1)));
}

#[test]
fn it_never_begins_where_it_is_off_unless_it_is_asked() {
    let mut tour = Tour::new(0.0);
    assert!((0..10_000).all(|now| tour.step(f64::from(now), (None, SMOOTH), STOPS, &calm()).is_none()));
    let asked = Happened { asked: true, ..calm() };
    assert_eq!(tour.step(10_000.0, (None, SMOOTH), STOPS, &asked), Some(Act::Visit(0)));
    assert_eq!(tour.step(10_001.0, (None, SMOOTH), STOPS, &asked), Some(Act::End), "asked again it ends");
    assert!(!tour.is_on());
}

#[test]
fn what_matters_is_shown_at_once_and_the_tour_goes_on_where_it_was() {
    let mut tour = Tour::new(0.0);
    run(&mut tour, 0, 95);
    assert_eq!(tour.step(95.0, IDLE, STOPS, &news_of(7)), Some(Act::Show(IncidentId(7))));
    assert_eq!(tour.step(96.0, IDLE, STOPS, &news_of(8)), None, "the next one waits its turn");
    let acts = run(&mut tour, 97, 100);
    assert_eq!(acts[0].1, Act::Show(IncidentId(8)));
    assert!(acts[0].0 >= 95 + 20, "each is shown for a while");
    assert_eq!(acts[1].1, Act::Visit(1));
}

#[test]
fn the_gravest_is_shown_first_and_breaks_in_on_what_is_less_grave() {
    let mut tour = Tour::new(0.0);
    run(&mut tour, 0, 61);
    assert_eq!(tour.step(61.0, IDLE, STOPS, &graded(Grade::II, 1)), Some(Act::Show(IncidentId(1))));
    assert_eq!(tour.step(62.0, IDLE, STOPS, &graded(Grade::II, 2)), None);
    assert_eq!(tour.step(63.0, IDLE, STOPS, &graded(Grade::I, 3)), Some(Act::Show(IncidentId(3))), "at once");
    assert_eq!(tour.step(64.0, IDLE, STOPS, &graded(Grade::I, 4)), None, "one as grave waits its turn");
    for id in 10..20 {
        tour.step(65.0, IDLE, STOPS, &graded(Grade::II, id));
    }
    let acts = run(&mut tour, 66, 60);
    assert_eq!(acts[0].1, Act::Show(IncidentId(4)), "a flood of what is less grave pushes nothing grave out");
}

#[test]
fn a_flood_of_news_is_not_shown_for_hours() {
    let mut tour = Tour::new(0.0);
    run(&mut tour, 0, 61);
    for id in 1..=200 {
        tour.step(61.0, IDLE, STOPS, &news_of(id));
    }
    let shown: Vec<_> = run(&mut tour, 62, 1_000)
        .into_iter()
        .filter_map(|(_, act)| if let Act::Show(id) = act { Some(id.0) } else { None })
        .collect();
    assert_eq!(shown, [196, 197, 198, 199, 200], "only the newest");
}

#[test]
fn any_gesture_ends_it_and_the_wait_begins_anew() {
    let touch = Happened { gesture: true, ..calm() };
    let mut tour = Tour::new(0.0);
    assert_eq!(tour.step(59.0, IDLE, STOPS, &touch), None);
    assert!(run(&mut tour, 60, 58).is_empty());
    assert!(!run(&mut tour, 118, 2).is_empty() && tour.is_on());
    assert_eq!(tour.step(121.0, IDLE, STOPS, &touch), Some(Act::End));
    assert!(run(&mut tour, 122, 58).is_empty());
    // News while it waits begin the wait anew as well.
    assert_eq!(tour.step(180.0, IDLE, STOPS, &news_of(1)), None);
    assert!(run(&mut tour, 181, 58).is_empty());
}

#[test]
fn new_grave_cases_and_regraded_ones_matter() {
    assert!(matters(None, Grade::I) && matters(None, Grade::II));
    assert!(!matters(None, Grade::III) && !matters(Some(Grade::II), Grade::II));
    assert!(matters(Some(Grade::IV), Grade::II) && matters(Some(Grade::II), Grade::I));
    assert!(!matters(Some(Grade::IV), Grade::III) && !matters(Some(Grade::I), Grade::II), "what is less grave now");
}

fn reported(hall: &mut Hall, grade: Grade, at: LonLat) -> (IncidentId, Changes) {
    let n = hall.incidents().count();
    let report = Report {
        source: "test".into(),
        source_id: n.to_string(),
        kind: "10101".into(),
        grade,
        place: Place { at: Some(at), address: String::new() },
        text: String::new(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: [].into(),
    };
    let facts =
        hall.decide(Order::TakeReport(report), &Actor::Source("test".into()), Moment(0)).expect("a legal order");
    let mut changes = Changes::default();
    for fact in &facts {
        hall.apply(fact);
        changes.note(fact);
    }
    (hall.incidents().next_back().expect("an incident").id, changes)
}

#[test]
fn news_are_told_apart_from_what_was_known() {
    let (mut hall, mut grades) = (Hall::default(), HashMap::new());
    let at = LonLat { lon: 118.8, lat: 32.0 };
    let (first, _) = reported(&mut hall, Grade::I, at);
    let snapshot = Changes { anew: true, ..Default::default() };
    assert!(news(&hall, &snapshot, &mut grades).is_empty(), "what was there before is no news");
    let again = Changes { incidents: vec![first], ..Default::default() };
    assert!(news(&hall, &again, &mut grades).is_empty(), "more about it neither");
    let (grave, changes) = reported(&mut hall, Grade::II, at);
    assert_eq!(news(&hall, &changes, &mut grades), [(Grade::II, grave)]);
    let (_, changes) = reported(&mut hall, Grade::IV, at);
    assert!(news(&hall, &changes, &mut grades).is_empty());
}

#[test]
fn a_round_begins_with_the_whole_city_and_has_the_gravest_cases_first() {
    let folder = tempfile::tempdir().expect("a folder for the city");
    let dir = folder.path().join("city");
    pack::writer::write(&demo::generate(1, 400), &dir, "2026-11-21T00:00:00Z").expect("the city can be written");
    let city = City::open(&dir).expect("the city can be opened");
    let mut hall = Hall::default();
    let at = city.frame().lonlat_from_metres([100.0, 50.0]);
    let (third, _) = reported(&mut hall, Grade::III, at);
    reported(&mut hall, Grade::IV, at);
    let (second, _) = reported(&mut hall, Grade::II, at);
    let home = Pose { target: [0.0, 0.0], distance: 5_000.0, heading: 0.0, tilt: 50.0 };
    let stops = round(&city, &hall, home);
    assert_eq!(stops[0].pose, home);
    let cases = |stops: &[Stop]| stops.iter().filter_map(|stop| stop.case).collect::<Vec<_>>();
    assert_eq!(cases(&stops), [second, third], "small cases are left out");
    assert!((stops[1].pose.target[0] - 100.0).abs() < 0.01);
    assert!(stops.len() > 3, "districts are among them");
    let (first, _) = reported(&mut hall, Grade::I, at);
    let stops = round(&city, &hall, home);
    assert_eq!((cases(&stops), stops.len()), (vec![first], 2), "while one of grade Ⅰ is open nothing else is shown");
}

#[test]
fn when_it_begins_is_read_from_a_setting() {
    assert_eq!("auto".parse(), Ok(TourWish::Auto));
    assert_eq!("off".parse(), Ok(TourWish::Off));
    assert_eq!("15".parse(), Ok(TourWish::After(15)));
    for bad in ["", "0", "1441", "yes", "-3"] {
        assert!(bad.parse::<TourWish>().is_err(), "{bad}");
    }
}
