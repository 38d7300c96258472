//! The made-up day against real streams, and `hall sim` from end to end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use command_hall::config::{Catalogue, Document};
use command_hall::domain::{Actor, FileKind, Grade, Hall, Media, Moment, Order, Stage};
use command_hall::feeds::file::{self, Mapping};
use command_hall::feeds::sim::{self, Running, Sim, SimOptions};
use command_hall::ground::{City, demo, pack};
use command_hall::wire::Control;

use crate::import_real::shared;
use crate::kit::{Screen, TestHub};

/// A Monday in June, midnight.
const START: Moment = Moment(1_780_876_800_000);
const HOUR: i64 = 3_600_000;

fn city(dir: &std::path::Path) -> Arc<City> {
    let out = dir.join("city");
    pack::writer::write(&demo::generate(3, 1_500), &out, "").unwrap();
    Arc::new(City::open(&out).unwrap())
}

/// Reports as times in local hours since 1970 and kinds.
type Told = Vec<(i64, String)>;

/// How often in each hour of the day and on each day of the week from Monday.
fn shapes(told: &Told) -> ([f64; 24], [f64; 7]) {
    let (mut day, mut week) = ([0.0; 24], [0.0; 7]);
    for (hour, _) in told {
        day[hour.rem_euclid(24) as usize] += 1.0;
        week[(hour.div_euclid(24) + 3).rem_euclid(7) as usize] += 1.0;
    }
    (day, week)
}

/// Pearson's correlation.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(x, y)| f(x - ma, y - mb)).sum::<f64>();
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

/// Made-up reports of some sources over some weeks.
fn made_up(sources: &[&str], weeks: i64) -> Told {
    let dir = tempfile::tempdir().unwrap();
    let options = SimOptions { per_hour: Some(150.0), crews: Some(0), lead_millis: Some(0), ..SimOptions::default() };
    let mut sim = Sim::new(options, &Catalogue::load(None).unwrap(), city(dir.path()), START).unwrap();
    let mut told = Vec::new();
    for day in 1..=7 * weeks {
        for act in sim.step(START.plus_millis(day * 24 * HOUR)) {
            if let Some(report) = act.what.report()
                && sources.contains(&report.source.as_str())
            {
                told.push((report.happened_at.0.div_euclid(HOUR), report.kind.clone()));
            }
        }
    }
    assert!(told.len() > 2_000, "{}", told.len());
    told
}

/// A real stream's reports whose kind passes, at a fixed offset from UTC.
fn real(stream: &str, mapping: &str, offset_hours: i64, wanted: impl Fn(&str) -> bool) -> Option<Told> {
    let file = shared(stream)?;
    let catalogue = Catalogue::load(None).unwrap();
    let map = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/feeds/{mapping}.toml"));
    let mapping = Mapping::read(&Document::read(&map).unwrap(), &catalogue).unwrap();
    let stream = file::read(&file, &mapping, &catalogue, None).unwrap();
    let mut first = BTreeMap::new();
    for (_, report) in &stream.reports {
        let told = first.entry(report.source_id.clone()).or_insert((report.happened_at, report.kind.clone()));
        told.0 = told.0.min(report.happened_at);
    }
    let local = first.into_values().filter(|(_, kind)| wanted(kind));
    Some(local.map(|(at, kind)| (at.0.div_euclid(HOUR) + offset_hours, kind)).collect())
}

/// The county's 911. US Eastern time: an hour's difference half the year blurs shapes, and the bounds allow for it.
fn county(wanted: impl Fn(&str) -> bool) -> Option<Told> {
    real("incidents/montgomery-911.csv.gz", "montgomery-911", -4, wanted)
}

#[test]
fn emergency_calls_have_the_shape_of_a_countys_911() {
    let emergency =
        |kind: &str| kind.starts_with("303") || kind.starts_with("302") && kind != "30206" && kind != "30207";
    let Some((day, week)) = county(emergency).as_ref().map(shapes) else { return };
    let (ours, our_week) = shapes(&made_up(&["120", "119"], 12));
    let (by_hour, by_day) = (correlation(&day, &ours), correlation(&week, &our_week));
    println!("by the hour: {by_hour:.3}, by the day of the week: {by_day:.3}");
    assert!(by_hour > 0.93, "{by_hour}: {day:?} {ours:?}");
    assert!(by_day > 0.6, "{by_day}: {week:?} {our_week:?}");
}

#[test]
fn kinds_are_as_frequent_among_their_like_as_in_a_countys_911() {
    let Some(told) = county(|_| true) else { return };
    let ours = made_up(&["120", "119", "122"], 8);
    let share = |told: &Told, kinds: &[&str]| {
        let counts: Vec<f64> =
            kinds.iter().map(|kind| told.iter().filter(|(_, other)| other == kind).count() as f64).collect();
        let all: f64 = counts.iter().sum();
        counts.into_iter().map(|count| count / all).collect::<Vec<_>>()
    };
    // Of what both have: hearts, breath, strokes and falls; fires and false alarms; accidents, breakdowns, things on
    // the road. Lifts and dustbins are a matter of the city.
    for kinds in [
        &["30302", "30303", "30304", "30305", "30306"][..],
        &["30201", "30202", "30203", "30204"],
        &["30206", "22111", "22105"],
    ] {
        let (theirs, ours) = (share(&told, kinds), share(&ours, kinds));
        println!("{kinds:?}: {theirs:.2?} there, {ours:.2?} here");
        assert!(correlation(&theirs, &ours) > 0.85, "{kinds:?}: {theirs:?} {ours:?}");
        for (there, here) in theirs.iter().zip(&ours) {
            assert!((0.4..2.5).contains(&(here / there)), "{kinds:?}: {theirs:?} {ours:?}");
        }
    }
}

/// How much more often than on other days each of some kinds came up on the tenth of the days that had most of `bad`.
fn on_bad_days(told: &Told, bad: &[&str], kinds: &[&str]) -> Vec<f64> {
    let mut days = BTreeMap::<i64, BTreeMap<&str, f64>>::new();
    for (hour, kind) in told {
        *days.entry(hour.div_euclid(24)).or_default().entry(kind.as_str()).or_default() += 1.0;
    }
    let of = |day: &BTreeMap<&str, f64>, kinds: &[&str]| -> f64 { kinds.iter().filter_map(|k| day.get(k)).sum() };
    let mut days: Vec<_> = days.into_values().collect();
    days.sort_by(|a, b| of(b, bad).total_cmp(&of(a, bad)));
    let (worst, others) = days.split_at(days.len() / 10);
    let mean = |days: &[BTreeMap<&str, f64>], kind: &str| {
        days.iter().map(|day| of(day, &[kind])).sum::<f64>() / days.len() as f64
    };
    kinds.iter().map(|kind| mean(worst, kind) / mean(others, kind)).collect()
}

#[test]
fn bad_weather_brings_more_of_what_it_brings_to_a_county() {
    // Accidents, things on the road, breakdowns, false alarms. Nobody tells the county's weather but those who call
    // of icy and flooded roads.
    let kinds = ["30206", "22105", "22111", "30203"];
    let Some(told) = county(|_| true) else { return };
    let theirs = on_bad_days(&told, &["22112"], &kinds);
    let ours = on_bad_days(&made_up(&["120", "119", "122", "12345"], 12), &["20406", "20407", "22103"], &kinds);
    println!("{kinds:?}: {theirs:.2?} there, {ours:.2?} here");
    for ((kind, there), here) in kinds.iter().zip(&theirs).zip(&ours) {
        assert!(*there > 1.0 && *here > 1.0, "{kind}: {there} there, {here} here");
    }
    assert!(theirs[1] > theirs[0] && ours[1] > ours[0], "what falls on roads, more than those who slide there");
}

#[test]
fn traffic_has_the_shape_of_hong_kongs_news() {
    let traffic = |kind: &str| kind.starts_with("30") || kind.starts_with("20");
    let file = "incidents/hongkong-special-traffic-news-2020-2021.csv.gz";
    let Some(told) = real(file, "hongkong-traffic-news", 8, traffic) else { return };
    let (day, week) = shapes(&told);
    let (ours, our_week) = shapes(&made_up(&["122"], 4));
    let (by_hour, by_day) = (correlation(&day, &ours), correlation(&week, &our_week));
    println!("by the hour: {by_hour:.3}, by the day of the week: {by_day:.3}");
    assert!(by_hour > 0.88, "{by_hour}: {day:?} {ours:?}");
    assert!(by_day > 0.7, "{by_day}: {week:?} {our_week:?}");
}

#[test]
fn a_sim_in_a_hub_runs_at_its_speed_stops_and_heeds_a_screen() {
    let dir = tempfile::tempdir().unwrap();
    let hub = TestHub::start();
    let intake = hub.hub().intake();
    let catalogue = Catalogue::load(None).unwrap();
    let options = SimOptions { per_hour: Some(60.0), lead_millis: Some(HOUR), ..SimOptions::default() };
    let running = sim::start(options, &catalogue, city(dir.path()), intake.clone()).unwrap();
    intake.take_controls(move |control| running.control(control));
    let mut screen = Screen::at(hub.addr());
    screen.until_live();
    screen.until("the day so far", |s| s.hall.incidents().count() > 20 && s.hall.weather().is_some());
    screen.until("crews", |s| s.positions > 0);

    // Time stands still with the machine's clock of the test, until it is moved.
    let stopped = |s: &Screen| s.hall.incidents().map(|i| i.happened_at).max();
    let before = stopped(&screen);
    screen.link.control(Control::Speed(600));
    screen.until("the speed", |s| s.clock.is_some_and(|c| c.rate == 600));
    hub.pass_millis(12_000);
    screen.until("two hours more", |s| stopped(s) > before.map(|at| at.plus_millis(HOUR)));
    screen.link.control(Control::Speed(0));
    screen.until("a stop", |s| s.clock.is_some_and(|c| c.rate == 0));
    let now = intake.clock().now();
    hub.pass_millis(60_000);
    assert_eq!(intake.clock().now(), now);
    screen.link.control(Control::Script("tower-fire".to_owned()));
    screen.until("the fire", |s| s.hall.incidents().any(|i| i.source_id.starts_with("sim-tower-fire-1-")));
    let fire = screen.hall.incidents().find(|i| i.source_id.starts_with("sim-tower-fire-1-")).unwrap().id;
    assert_eq!(screen.hall.incident(fire).unwrap().happened_at, now);
    screen.order(Order::AdvanceIncident { incident: fire, stage: Stage::Dispatched });
    screen.link.control(Control::Speed(60));
    screen.until("moving again", |s| s.clock.is_some_and(|c| c.rate == 60));
    hub.pass_millis(4_000);
    screen.until("the lane", |s| s.hall.incidents().any(|i| i.kind == "20505" && i.grade == Grade::II));
    hub.pass_millis(60_000);
    screen.until("engines at the tower", |s| s.hall.incident(fire).is_some_and(|i| i.stage >= Stage::Handling));
    screen.link.control(Control::Script("nothing".to_owned()));
    screen.until("a refusal", |s| !s.refused.is_empty());
}

/// A script in a hub with a screen, where nothing else happens.
struct Played {
    hub: TestHub,
    running: Running,
    screen: Screen,
    _dir: tempfile::TempDir,
}

impl Played {
    fn of(script: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hub = TestHub::start();
        let intake = hub.hub().intake();
        let options = SimOptions { per_hour: Some(0.0), lead_millis: Some(0), ..SimOptions::default() };
        let running = sim::start(options, &Catalogue::load(None).unwrap(), city(dir.path()), intake.clone()).unwrap();
        let moved = running.clone();
        intake.take_controls(move |control| moved.control(control));
        let mut screen = hub.screen();
        screen.until_live();
        screen.link.control(Control::Speed(600));
        screen.until("the speed", |s| s.clock.is_some_and(|c| c.rate == 600));
        screen.link.control(Control::Script(script.to_owned()));
        screen.until("the script", |s| s.hall.incidents().next().is_some());
        Self { hub, running, screen, _dir: dir }
    }

    /// Let a minute of the city pass, until the hub has all that happened in it.
    fn pass_minute(&mut self) {
        self.hub.pass_millis(100);
        let now = self.hub.hub().intake().clock().now();
        let begun = Instant::now();
        while self.running.told() < now {
            assert!(begun.elapsed() < Duration::from_mins(1), "the sim stands still");
            std::thread::sleep(Duration::from_millis(10));
        }
        self.screen.until_seq(self.hub.get("/api/health").1["seq"].as_u64().unwrap());
    }

    /// What the HTTP interface tells of the incidents of a kind, first told first.
    fn of_kind(&self, kind: &str) -> Vec<serde_json::Value> {
        let (status, answer) = self.hub.get("/api/incidents?limit=100");
        assert_eq!(status, 200);
        let all = answer["incidents"].as_array().unwrap().clone();
        all.into_iter().filter(|incident| incident["kind"] == kind).collect()
    }
}

#[test]
fn a_fire_that_a_screen_helps_with_in_time_ends_well_and_the_api_says_so() {
    let mut stage = Played::of("tower-fire");
    let fire = stage.screen.hall.incidents().find(|i| i.kind == "30201").unwrap().id;
    stage.screen.order(Order::AdvanceIncident { incident: fire, stage: Stage::Dispatched });
    let mut ordered = false;
    for _ in 0..4 * 60 {
        stage.pass_minute();
        let lane = stage.screen.hall.incidents().find(|i| i.kind == "20505").map(|i| i.id);
        if let Some(incident) = lane.filter(|_| !ordered) {
            stage.screen.order(Order::AdvanceIncident { incident, stage: Stage::Dispatched });
            stage.screen.until("the order", |s| s.hall.incident(incident).unwrap().stage >= Stage::Dispatched);
            ordered = true;
        }
        if stage.screen.hall.incidents().all(|i| i.stage == Stage::Closed) {
            break;
        }
    }
    assert!(ordered, "nobody told of the blocked lane");
    let fire = &stage.of_kind("30201")[0];
    assert_eq!((&fire["stage"], &fire["grade"]), (&"closed".into(), &"III".into()));
    assert_eq!(fire["over_reason"], "明火扑灭，无人员伤亡");
    let pileup = &stage.of_kind("30207")[0];
    assert_eq!((&pileup["stage"], &pileup["grade"]), (&"closed".into(), &"III".into()), "it came, and was slight");
    assert!(!pileup["over_reason"].as_str().unwrap().is_empty());
    assert_eq!(stage.of_kind("30304").len(), 0, "nobody was hurt by smoke");
    assert!(stage.screen.refused.is_empty(), "{:?}", stage.screen.refused);
}

#[test]
fn a_day_in_a_hub_is_the_same_as_without_one() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(dir.path());
    let hub = TestHub::start();
    let intake = hub.hub().intake();
    let catalogue = Catalogue::load(None).unwrap();
    let options = SimOptions { per_hour: Some(60.0), lead_millis: Some(2 * HOUR), ..SimOptions::default() };
    let start = intake.clock().now();
    let running = sim::start(options.clone(), &catalogue, Arc::clone(&city), intake.clone()).unwrap();
    let mut screen = Screen::at(hub.addr());
    screen.until_live();

    let mut alone = Sim::new(options, &catalogue, city, start).unwrap();
    let mut hall = Hall::default();
    // A hub tells its shifts with the first order of duty.
    let shifts = command_hall::config::duty::load(None).unwrap().into();
    let taken = Order::TakeShifts { shifts, utc_offset_secs: 8 * 3600 };
    for fact in hall.decide(taken, &Actor::Source("hub".to_owned()), start.plus_millis(-2 * HOUR)).unwrap() {
        hall.apply(&fact);
    }
    let mut told = 0;
    for act in alone.step(start) {
        for fact in act.apply(&mut hall) {
            alone.heard(&fact);
            told = fact.seq.0;
        }
    }
    screen.until_seq(told);
    drop(running);
    let facts = |hall: &Hall| hall.incidents().cloned().collect::<Vec<_>>();
    assert_eq!(facts(&screen.hall), facts(&hall));
    assert!(hall.incidents().any(|i| i.stage == Stage::Closed) && hall.weather() == screen.hall.weather());
    assert!(told > 200, "{told}");
}

#[test]
fn pictures_of_crews_are_kept_before_their_facts_and_can_be_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let hub = TestHub::start();
    let intake = hub.hub().intake();
    let options = SimOptions { per_hour: Some(60.0), lead_millis: Some(4 * HOUR), ..SimOptions::default() };
    let running = sim::start(options, &Catalogue::load(None).unwrap(), city(dir.path()), intake.clone()).unwrap();
    let mut screen = Screen::at(hub.addr());
    screen.until_live();
    let pictured = |hall: &Hall| {
        let both = |files: &[command_hall::domain::Attachment]| {
            [FileKind::Before, FileKind::After].iter().all(|kind| files.iter().any(|file| file.kind == *kind))
        };
        hall.incidents().map(|one| one.id).find(|id| both(&hall.dossier(*id).files))
    };
    screen.until("a case with both pictures", |s| pictured(&s.hall).is_some());
    let id = pictured(&screen.hall).unwrap();
    for file in &screen.hall.dossier(id).files {
        let body = http_bytes(hub.addr(), &format!("/api/incidents/{}/attachments/{}", id.0, file.hash.text()));
        assert_eq!((body.len() as u64, Media::of(&body)), (file.bytes, Some(Media::Png)));
    }
    drop(running);
}

/// The body of an answer.
fn http_bytes(addr: std::net::SocketAddr, path: &str) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(addr).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer") + 4;
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..head]));
    answer.split_off(head)
}
