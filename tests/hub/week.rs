//! A week of a county's emergency calls goes through the hall more than a thousand times faster, by the way that
//! `hall feed` takes, while a staff does its part: every row of the file is a case or a counted refusal, and the figures
//! that wall and desk show of each day are those that a plain count of the log gives, as are the key figures of each day,
//! in all and by department, with the numbers that they are made of. The week is made up, and where the shared data lies
//! it is a real one too.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike as _};
use command_hall::config::{Catalogue, Document};
use command_hall::domain::{CaseMove, Fact, Figures, Grade, IncidentId, Moment, Order, Stage, What};
use command_hall::feeds::CitySink as _;
use command_hall::feeds::file::{self, Mapping, Stream, Tally};
use serde_json::json;

use crate::feeds_real::{first_rows, play};
use crate::import_real::shared;
use crate::kit::{Screen, TestHub};
use crate::recount::{Kinds, assert_told, days, kinds_by_the_hour};

/// Where the clock of a hub under test starts.
const START: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;
const DAYS: i64 = 7;
const SOURCE: &str = "montgomery-911";
/// How the file writes a time.
const WRITTEN: &str = "%Y-%m-%d %H:%M:%S";
const COLUMNS: [&str; 9] = ["lat", "lng", "desc", "zip", "title", "timeStamp", "twp", "addr", "e"];

/// A source of chance that says the same for ever.
struct Chance(u64);

impl Chance {
    fn below(&mut self, many: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % many
    }
}

/// A week as the county's: some 350 calls a day, fewer by night. Now and then a row comes twice, tells more of the same call,
/// has no place, or a time that nobody can read.
fn made(folder: &Path, seed: u64) -> PathBuf {
    const TITLES: [&str; 10] = [
        "EMS: BACK PAINS/INJURY",
        "EMS: RESPIRATORY EMERGENCY",
        "EMS: CARDIAC EMERGENCY",
        "EMS: FALL VICTIM",
        "Fire: GAS-ODOR/LEAK",
        "Fire: FIRE ALARM",
        "Fire: BUILDING FIRE",
        "Traffic: VEHICLE ACCIDENT -",
        "Traffic: DISABLED VEHICLE -",
        "Traffic: SOMETHING THAT NOBODY EXPECTED -",
    ];
    let path = folder.join("made.csv");
    let mut out = csv::Writer::from_path(&path).unwrap();
    out.write_record(COLUMNS).unwrap();
    let mut chance = Chance(seed);
    let began = NaiveDate::from_ymd_opt(2016, 3, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    let mut at = began;
    for row in 1.. {
        let longest = if (7..23).contains(&at.hour()) { 400 } else { 780 };
        at += TimeDelta::seconds(10 + i64::try_from(chance.below(longest)).unwrap());
        if at - began >= TimeDelta::days(DAYS) {
            break;
        }
        let placed = |degrees: u64, off: u64| format!("{degrees}.{off:07}");
        let (lat, lng) =
            (placed(40, 900_000 + chance.below(3_000_000)), placed(75, 1_000_000 + chance.below(6_000_000)));
        let (lat, lng) = if row % 150 == 0 { (String::new(), String::new()) } else { (lat, format!("-{lng}")) };
        let written = if row % 400 == 0 { "soon".to_owned() } else { at.format(WRITTEN).to_string() };
        let title = TITLES[usize::try_from(chance.below(10)).unwrap()];
        let station = chance.below(90);
        let desc = format!("MAIN ST & STATION {station}; NORRISTOWN; {written};");
        let mut write = |desc: &str| {
            let (lat, lng, written) = (lat.as_str(), lng.as_str(), written.as_str());
            out.write_record([lat, lng, desc, "19401", title, written, "NORRISTOWN", "MAIN ST", "1"]).unwrap();
        };
        write(&desc);
        if row % 90 == 0 {
            write(&desc);
        }
        if row % 130 == 0 {
            write(&format!("{desc} SECOND CALLER"));
        }
    }
    out.flush().unwrap();
    path
}

/// The rows of the first week of a file.
fn first_week(of: &Path, to: &Path) {
    let mut rows = csv::Reader::from_path(of).unwrap();
    let mut out = csv::Writer::from_path(to).unwrap();
    assert_eq!(rows.headers().unwrap(), COLUMNS.as_slice());
    out.write_record(COLUMNS).unwrap();
    let mut began = None;
    for row in rows.records() {
        let row = row.unwrap();
        let at = NaiveDateTime::parse_from_str(&row[5], WRITTEN).unwrap();
        if at - *began.get_or_insert(at) < TimeDelta::days(DAYS) {
            out.write_record(&row).unwrap();
        }
    }
    out.flush().unwrap();
}

/// The file as `hall feed` reads it, but that the staff closes what the stream never ends; as if it had begun with the hub.
fn stream_of(calls: &Path) -> Stream {
    let catalogue = Catalogue::load(None).unwrap();
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/feeds/montgomery-911.toml");
    let mapping = Mapping::read(&Document::read(&map).unwrap(), &catalogue).unwrap();
    let mapping = Mapping { close_after_minutes: None, ..mapping };
    let mut stream = file::read(calls, &mapping, &catalogue, None).unwrap();
    let first = stream.reports[0].1.happened_at.0;
    for (_, report) in &mut stream.reports {
        report.happened_at = Moment(START + report.happened_at.0 - first);
    }
    stream
}

/// What the staff does next with a case. A few are rejected, joined, given back or done again.
fn next(case: IncidentId, stage: Stage, done_again: bool, given_back: bool, like: Option<IncidentId>) -> Option<Order> {
    let step = |step| Some(Order::MoveIncident { incident: case, step });
    let advance = |stage| Some(Order::AdvanceIncident { incident: case, stage });
    let why = || "照片上仍有积水".to_owned();
    match stage {
        Stage::Reported if case.0.is_multiple_of(17) => step(CaseMove::Reject { reason: why() }),
        Stage::Reported if case.0 % 19 == 7 && like.is_some() => step(CaseMove::Merge { into: like? }),
        Stage::Reported => advance(Stage::Accepted),
        Stage::Accepted => advance(Stage::Filed),
        Stage::Filed => advance(Stage::Dispatched),
        Stage::Dispatched if case.0 % 11 == 3 && !given_back => step(CaseMove::Return { reason: why() }),
        Stage::Dispatched => advance(Stage::Handling),
        Stage::Handling => advance(Stage::Done),
        Stage::Done if case.0 % 13 == 5 && !done_again => step(CaseMove::Rework { reason: why() }),
        Stage::Done => advance(Stage::Checked),
        Stage::Checked => Some(Order::CloseIncident { incident: case, reason: String::new() }),
        Stage::Closed => None,
    }
}

/// One step for every open case.
fn work(screen: &mut Screen) {
    let open: Vec<(IncidentId, Stage)> =
        screen.hall.incidents().filter(|one| one.stage != Stage::Closed).map(|one| (one.id, one.stage)).collect();
    // One that stays open whatever is done with it in this hour.
    let like = open.iter().find(|(_, stage)| *stage == Stage::Filed).map(|(case, _)| *case);
    for (case, stage) in &open {
        let dossier = screen.hall.dossier(*case);
        if let Some(order) = next(*case, *stage, dossier.reworks > 0, dossier.returns > 0, like) {
            screen.order(order);
        }
    }
    // Each of these steps leads to another stage.
    let moved = |s: &Screen, (case, before): &(IncidentId, Stage)| {
        s.hall.incident(*case).is_none_or(|one| one.stage != *before)
    };
    screen.until("what the staff did", |s| !s.refused.is_empty() || open.iter().all(|one| moved(s, one)));
    assert_eq!(screen.refused, [], "the staff does nothing that may not be");
}

/// The log from after what is known of it to its end.
fn read_on(hub: &TestHub, log: &mut Vec<Fact>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let intake = hub.hub().intake();
    loop {
        let upto = log.last().map(|fact| fact.seq).unwrap_or_default();
        let more = runtime.block_on(intake.facts_after(upto, 5_000)).unwrap();
        if more.is_empty() {
            return;
        }
        log.extend(more);
    }
}

/// The figures of the day that began then, counted fact by fact.
fn counted(log: &[Fact], began: Moment) -> Figures {
    struct Case {
        happened_at: Moment,
        grade: Grade,
        /// When it was over, and whether it was finished.
        over: Option<(Moment, bool)>,
    }
    let mut cases: BTreeMap<IncidentId, Case> = BTreeMap::new();
    for fact in log {
        match &fact.what {
            What::IncidentReported(one) => {
                cases.insert(one.id, Case { happened_at: one.happened_at, grade: one.grade, over: None });
            }
            What::IncidentClosed { incident, .. } => {
                cases.get_mut(incident).unwrap().over = Some((fact.happened_at, true));
            }
            What::IncidentMoved { incident, step: CaseMove::Reject { .. } | CaseMove::Merge { .. }, .. } => {
                cases.get_mut(incident).unwrap().over = Some((fact.happened_at, false));
            }
            _ => {}
        }
    }
    let mut figures = Figures::default();
    let mut secs = Vec::new();
    for case in cases.values() {
        if case.happened_at >= began {
            figures.reported += 1;
            figures.reported_by_grade[case.grade.index()] += 1;
        }
        match case.over {
            None => figures.open += 1,
            Some((at, true)) if at >= began => secs.push(at.secs_since(case.happened_at)),
            Some(_) => {}
        }
    }
    figures.closed = secs.len();
    figures.mean_handling_secs = secs.iter().sum::<i64>().checked_div(i64::try_from(secs.len()).unwrap());
    figures
}

/// The sources' own ids of all cases in the log; no two have the same.
fn cases_of(log: &[Fact]) -> HashSet<String> {
    let mut ids = HashSet::new();
    for fact in log {
        if let What::IncidentReported(one) = &fact.what {
            assert!(one.source == SOURCE && ids.insert(one.source_id.clone()), "{} twice", one.source_id);
        }
    }
    ids
}

/// Each row of the file is in the log by its own id, or a fault names its line.
fn assert_nothing_is_lost(calls: &Path, tally: &Tally, log: &[Fact]) {
    let cases = cases_of(log);
    let (mut rows, mut refused, mut ids) = (0, 0, HashSet::new());
    for row in csv::Reader::from_path(calls).unwrap().records() {
        let row = row.unwrap();
        rows += 1;
        let id = [5, 4, 0, 1].map(|column| row[column].trim()).into_iter().filter(|cell| !cell.is_empty());
        let id = id.collect::<Vec<_>>().join("|");
        if cases.contains(&id) {
            ids.insert(id);
        } else {
            let at = format!("{}:{}", calls.display(), row.position().unwrap().line());
            assert!(tally.faults.iter().any(|fault| fault.at == at), "{at} is lost: {id}");
            refused += 1;
        }
    }
    assert_eq!((tally.rows, tally.refused), (rows, refused));
    assert_eq!(ids, cases, "no case comes from anywhere else");
}

/// The week in `calls` goes through a hall.
fn through_the_hall(calls: &Path) {
    let started = Instant::now();
    let Stream { reports, mut tally } = stream_of(calls);
    assert_eq!(reports.len() + tally.refused, tally.rows);
    assert!(reports.len() > 1_500, "{} calls", reports.len());
    let kinds = kinds_by_the_hour();
    let hub = TestHub::start_with(&[("kinds.toml", &kinds)]);
    let mut screen = hub.screen();
    screen.until_live();
    let mut log = Vec::new();
    let mut rest = reports.iter().peekable();
    let mut hour = 0;
    while rest.peek().is_some() || screen.hall.incidents().any(|one| one.stage != Stage::Closed) {
        assert!(hour < (DAYS + 2) * 24, "the staff is done soon after the week");
        hub.pass_millis(HOUR.cast_unsigned());
        hour += 1;
        let now = Moment(START + hour * HOUR);
        // What was called in this hour comes in while the staff works on what it knows.
        let calls: Vec<_> = std::iter::from_fn(|| rest.next_if(|(_, call)| call.happened_at < now)).cloned().collect();
        let ids: Vec<String> = calls.iter().map(|(_, call)| call.source_id.clone()).collect();
        let slice = Stream { reports: calls, tally: Tally::default() };
        let addr = hub.addr();
        let told = std::thread::scope(|scope| {
            let feed = scope.spawn(move || play(addr, slice));
            work(&mut screen);
            feed.join().unwrap()
        });
        assert_eq!((told.played, told.refused), (ids.len(), 0), "{:?}", told.faults);
        tally.played += told.played;
        screen.until("the calls of the hour", |s| ids.iter().all(|id| s.hall.by_source(SOURCE, id).is_some()));
        if hour % 24 == 0 {
            read_on(&hub, &mut log);
            let upto = log.last().unwrap().seq;
            screen.until("the whole log", |s| s.hall.upto() == upto);
            let began = Moment(now.0 - 24 * HOUR);
            assert_eq!(screen.hall.figures(began), counted(&log, began), "the day before hour {hour}");
        }
    }
    assert_eq!((tally.played, screen.hall.open_by_grade()), (reports.len(), [0; 4]));
    read_on(&hub, &mut log);
    assert!(log.iter().zip(1..).all(|(fact, seq)| fact.seq.0 == seq), "the log has no gap");
    assert_nothing_is_lost(calls, &tally, &log);
    let kinds = Kinds::read(&kinds);
    let mut over = 0;
    for day in days(&log) {
        assert_told(&hub, &kinds, &log, day);
        over += 1;
    }
    assert!(over >= DAYS, "{over} days are over");

    // Every call is a case of the archive, under its own number.
    let reported =
        log.iter().filter_map(|fact| if let What::IncidentReported(one) = &fact.what { Some(one) } else { None });
    let mut count = 0;
    for (number, case) in (1..).zip(reported) {
        count = number;
        if number % 97 == 1 {
            let (status, story) = hub.get(&format!("/api/incidents/{number}/facts"));
            assert_eq!(status, 200, "case {number}: {story}");
            assert_eq!(story["case"]["source_id"], json!(case.source_id), "case {number}");
            assert!(story["case"]["over_at"].is_number(), "case {number}: {story}");
        }
    }
    assert_eq!(hub.get(&format!("/api/incidents/{}/facts", count + 1)).0, 404, "and there are no more");
    let week = Duration::from_hours(24 * DAYS.cast_unsigned());
    assert!(started.elapsed() * 1_000 < week, "a thousand times faster: {:?}", started.elapsed());
}

#[test]
fn a_made_week_of_calls_goes_through_the_hall_with_nothing_lost_and_figures_that_are_right() {
    let dir = tempfile::tempdir().unwrap();
    through_the_hall(&made(dir.path(), 911));
}

#[test]
fn a_real_week_of_calls_goes_through_the_hall_with_nothing_lost_and_figures_that_are_right() {
    let Some(packed) = shared("incidents/montgomery-911.csv.gz") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (some, week) = (dir.path().join("some.csv"), dir.path().join("week.csv"));
    first_rows(&packed, 4_000, &some);
    first_week(&some, &week);
    through_the_hall(&week);
}
