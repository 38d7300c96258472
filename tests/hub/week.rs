//! A week of a county's emergency calls goes through the hall a thousand times faster, with a staff that does its part:
//! nothing is lost, and the figures of each day are those that a plain count gives.

use std::collections::HashSet;
use std::path::Path;

use command_hall::config::{Catalogue, Document};
use command_hall::domain::{CaseMove, Figures, IncidentId, Moment, Order, Progress, Report, Stage};
use command_hall::feeds::file::{self, Mapping};
use serde_json::json;

use crate::import_real::shared;
use crate::kit::{Screen, TestHub};

/// Where the clock of a hub under test starts.
const START: i64 = 1_700_000_000_000;
const HOUR: i64 = 3_600_000;

/// The calls of the first week, in the order they came, as if it had begun with the hub.
fn week(from: &Path) -> Vec<Report> {
    let catalogue = Catalogue::load(None).unwrap();
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/feeds/montgomery-911.toml");
    let mapping = Mapping::read(&Document::read(&map).unwrap(), &catalogue).unwrap();
    let stream = file::read(from, &mapping, &catalogue, None).unwrap();
    let mut calls: Vec<Report> = stream.reports.into_iter().map(|(_, report)| report).collect();
    calls.retain(|report| report.progress == Progress::Open);
    calls.sort_by_key(|report| report.happened_at);
    let first = calls[0].happened_at.0;
    // A call that is told again is the same case.
    let mut known = HashSet::new();
    calls.retain(|report| report.happened_at.0 - first < 7 * 24 * HOUR && known.insert(report.source_id.clone()));
    for report in &mut calls {
        report.happened_at = Moment(START + report.happened_at.0 - first);
    }
    calls
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

/// One step for every open case; how many were closed as finished, with the seconds that each took.
fn work(screen: &mut Screen, now: Moment) -> Vec<i64> {
    let open: Vec<IncidentId> =
        screen.hall.incidents().filter(|one| one.stage != Stage::Closed).map(|i| i.id).collect();
    let (mut finished, mut asked) = (Vec::new(), 0);
    let upto = screen.hall.upto().0;
    // One that stays open whatever is done with it in this hour.
    let stays = |case: &IncidentId| screen.hall.incident(*case).is_some_and(|one| one.stage == Stage::Filed);
    let like = open.iter().copied().find(stays);
    for case in &open {
        let one = screen.hall.incident(*case).unwrap();
        let dossier = screen.hall.dossier(*case);
        let Some(order) = next(*case, one.stage, dossier.reworks > 0, dossier.returns > 0, like) else { continue };
        if matches!(order, Order::CloseIncident { .. }) {
            finished.push(now.secs_since(one.happened_at));
        }
        screen.order(order);
        asked += 1;
    }
    screen.until_seq(upto + asked);
    assert_eq!(screen.refused, [], "the staff does nothing that may not be");
    finished
}

#[test]
fn a_week_of_calls_goes_through_the_hall_with_nothing_lost_and_figures_that_are_right() {
    let Some(packed) = shared("incidents/montgomery-911.csv.gz") else { return };
    let dir = tempfile::tempdir().unwrap();
    let some = dir.path().join("calls.csv");
    crate::feeds_real::first_rows(&packed, 4_000, &some);
    let calls = week(&some);
    assert!(calls.len() > 1_500, "{} calls", calls.len());

    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    let mut came = 0;
    let mut rest = calls.iter().peekable();
    // When each case was finished, and the seconds that it took.
    let mut finished: Vec<(Moment, i64)> = Vec::new();
    let mut hour = 0;
    while rest.peek().is_some() || screen.hall.incidents().any(|one| one.stage != Stage::Closed) {
        assert!(hour < 9 * 24, "the staff is done soon after the week");
        hub.pass_millis(HOUR.cast_unsigned());
        hour += 1;
        let now = Moment(START + hour * HOUR);
        let mut rows = Vec::new();
        while let Some(call) = rest.next_if(|call| call.happened_at < now) {
            let at = call.place.at.map(|at| json!({"lon": at.lon, "lat": at.lat, "address": call.place.address}));
            rows.push(json!({
                "source": call.source, "source_id": call.source_id, "kind": call.kind, "place": at, "text": call.text,
                "happened_at": call.happened_at.0,
            }));
        }
        came += rows.len();
        if !rows.is_empty() {
            let upto = screen.hall.upto().0;
            let (status, answer) = hub.post("/api/reports", &rows.clone().into());
            let (accepted, refused) = (answer["accepted"].as_array().unwrap(), &answer["refused"]);
            assert_eq!((status, accepted.len(), refused), (200, rows.len(), &json!([])));
            screen.until_seq(upto + rows.len() as u64);
        }
        finished.extend(work(&mut screen, now).into_iter().map(|secs| (now, secs)));
        if hour % 24 == 0 {
            let began = Moment(now.0 - 24 * HOUR);
            let figures: Figures = screen.hall.figures(began);
            let took: Vec<i64> = finished.iter().filter(|(at, _)| *at >= began).map(|(_, secs)| *secs).collect();
            let reported = calls[..came].iter().filter(|call| call.happened_at >= began).count();
            assert_eq!((figures.reported, figures.closed), (reported, took.len()), "the day before hour {hour}");
            let mean = took.iter().sum::<i64>() / i64::try_from(took.len()).unwrap();
            assert_eq!(figures.mean_handling_secs, Some(mean), "the day before hour {hour}");
        }
    }
    assert_eq!(came, calls.len());
    assert_eq!(screen.hall.open_by_grade(), [0; 4]);
    // Every call is a case of the archive, under its own number.
    for (number, call) in (1..).zip(&calls).step_by(97) {
        let (status, story) = hub.get(&format!("/api/incidents/{number}/facts"));
        assert_eq!(status, 200, "case {number}: {story}");
        assert_eq!(story["case"]["source_id"], json!(call.source_id), "case {number}");
        assert!(story["case"]["over_at"].is_number(), "case {number}: {story}");
    }
    assert_eq!(hub.get(&format!("/api/incidents/{}/facts", calls.len() + 1)).0, 404, "and there are no more");
}
