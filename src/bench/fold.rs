//! `hall bench fold`: a log of many cases written, and folded from its beginning and from its last snapshot.

use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use crate::domain::rights::Area;
use crate::domain::{
    Actor, Answers, CaseMove, Fact, Grade, Hall, IncidentId, LonLat, Moment, Order, Place, Progress, Refusal, Report,
    Stage,
};
use crate::store::audit::Entry;
use crate::store::{Beside, SNAPSHOT_EVERY, Store, StoreError};

/// Milliseconds of a year, over which the cases come in.
const YEAR_MILLIS: i64 = 365 * 24 * 3_600_000;
/// A case takes its next step when so many others have come in: about 5,000 are open at a time.
const BETWEEN: u64 = 720;
/// Facts of a commit: what a busy hub collects in one.
const COMMIT: usize = 4_096;
/// Every so manieth case is urged on its way.
const URGED: u64 = 10;

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The log.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The hall took an order of the measurement not.
    #[error("the hall refused: {0}")]
    Refused(#[from] Refusal),
    /// What was read is not what was written.
    #[error("the fold of the log is not the hall that wrote it")]
    Differs,
}

/// The figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FoldReport {
    /// `fold`.
    pub bench: &'static str,
    /// Cases in the log.
    pub cases: u64,
    /// Facts of them.
    pub facts: u64,
    /// Open ones at the end.
    pub open: usize,
    /// Megabytes on disk.
    pub log_mb: f64,
    /// Seconds that deciding, applying and writing took.
    pub written_secs: f64,
    /// Seconds from opening the file to the hall, every fact folded.
    pub from_log_secs: f64,
    /// The same from the last snapshot and the facts after it, as many as there can be.
    pub from_snapshot_secs: f64,
}

/// The orders that come when case `number` does: its report, and a step of each that is so far.
fn orders(number: u64, cases: u64, between: u64, report: impl Fn(u64) -> Report) -> impl Iterator<Item = Order> {
    let report = (number <= cases).then(|| report(number));
    let steps = Stage::ALL.into_iter().skip(1).zip(1_u64..).filter_map(move |(stage, turn)| {
        let case = number.checked_sub(turn * between).filter(|case| (1..=cases).contains(case))?;
        let incident = IncidentId(case);
        let step = CaseMove::Urge { words: "the caller asks again".to_owned() };
        let urge =
            (stage == Stage::Handling && case.is_multiple_of(URGED)).then_some(Order::MoveIncident { incident, step });
        let forward = if stage == Stage::Closed {
            Order::CloseIncident { incident, reason: "drained and dry".to_owned() }
        } else {
            Order::AdvanceIncident { incident, stage }
        };
        Some(urge.into_iter().chain([forward]))
    });
    report.map(Order::TakeReport).into_iter().chain(steps.flatten())
}

fn report(number: u64) -> Report {
    let spot = u32::try_from(number % 10_000).unwrap_or_default();
    Report {
        source: "12345".to_owned(),
        source_id: number.to_string(),
        kind: "20101".to_owned(),
        grade: Grade::IV,
        place: Place {
            at: LonLat::new(118.0 + f64::from(spot % 100) / 500.0, 32.0 + f64::from(spot / 100) / 500.0),
            address: "342 Liberation Avenue, Riverside".to_owned(),
        },
        text: "A citizen says that water stands on the road and cars go slowly; please see to it soon.".to_owned(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: Answers::new(),
    }
}

/// Write the log of a year in an empty folder: cases come in evenly, and each takes its next step when `between` others
/// have come. Cases whose area is known have it.
pub(super) fn write(
    cases: u64,
    between: u64,
    folder: &Path,
    report: impl Fn(u64) -> Report,
    area: impl Fn(u64) -> Option<Area>,
) -> Result<(Store, Hall), FoldError> {
    let (mut store, mut hall) = Store::open(folder)?;
    let by = Actor::Person("bench".to_owned());
    let (mut facts, mut areas): (Vec<Fact>, Vec<(IncidentId, Area)>) = (Vec::new(), Vec::new());
    let turns = cases + between * 3;
    for number in 1..=turns {
        let share = i128::from(number) * i128::from(YEAR_MILLIS) / i128::from(turns);
        let now = Moment(i64::try_from(share).unwrap_or(YEAR_MILLIS));
        for mut order in orders(number, cases, between, &report) {
            if let Order::TakeReport(report) = &mut order {
                report.happened_at = now;
                areas.extend(area(number).map(|area| (IncidentId(number), area)));
            }
            for fact in hall.decide(order, &by, now)? {
                hall.apply(&fact);
                facts.push(fact);
            }
        }
        if facts.len() >= COMMIT || number == turns {
            let beside = Beside { areas: std::mem::take(&mut areas), ..Beside::default() };
            store.append_with(&facts, &Entry::covering("person bench", &facts), &beside)?;
            facts.clear();
        }
    }
    Ok((store, hall))
}

/// Measure in a folder, which has to be empty and is left with the log.
///
/// # Errors
/// [`FoldError`].
pub fn fold(cases: u64, folder: &Path) -> Result<FoldReport, FoldError> {
    let begun = Instant::now();
    let (store, mut hall) = write(cases, BETWEEN, folder, report, |_| None)?;
    let by = Actor::Person("bench".to_owned());
    let mut facts: Vec<Fact> = Vec::new();
    let written_secs = begun.elapsed().as_secs_f64();
    drop(store);
    let begun = Instant::now();
    let (mut store, again) = Store::open(folder)?;
    let from_log_secs = begun.elapsed().as_secs_f64();
    if again != hall {
        return Err(FoldError::Differs);
    }
    store.snapshot_if_due(&again)?;
    // As many facts as come between two snapshots.
    for number in (cases + 1..).take(usize::try_from(SNAPSHOT_EVERY).unwrap_or(usize::MAX) - 1) {
        for fact in hall.decide(Order::TakeReport(report(number)), &by, Moment(YEAR_MILLIS))? {
            hall.apply(&fact);
            facts.push(fact);
        }
    }
    store.append(&facts, &Entry::covering("person bench", &facts))?;
    drop(store);
    let begun = Instant::now();
    let (_store, again) = Store::open(folder)?;
    let from_snapshot_secs = begun.elapsed().as_secs_f64();
    if again != hall {
        return Err(FoldError::Differs);
    }
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(FoldReport {
        bench: "fold",
        cases,
        facts: hall.upto().0,
        open: hall.open_by_grade().iter().sum(),
        log_mb: bytes as f64 / 1e6,
        written_secs,
        from_log_secs,
        from_snapshot_secs,
    })
}
