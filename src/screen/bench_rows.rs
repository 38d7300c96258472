//! Measures what a fact and a frame cost the shells beside drawing: order, figures and words of open incidents.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::bench_pins::{Micros, micros, reports};
use super::look::words;
use super::names::{CityNames, Kinds, utc_offset_secs};
use super::shown::AreasTold;
use super::situation::scope::{Scope, Seat};
use super::situation::search::{Search, Sieve, Sought};
use super::situation::{CityLimits, Ledger, Names, OpenRows, Rows, Situation, Sorting};
use super::wall::model::listed;
use crate::config::{Catalogue, calendar};
use crate::domain::rights::{Area, Role};
use crate::domain::{Actor, Fact, Hall, Incident, IncidentId, Moment, Stage, What};
use crate::ground::City;
use crate::link::LinkState;

/// Facts that are measured.
const NEWS: u32 = 3_000;
/// Rows that a desk has room for.
const SHOWN: usize = 24;
/// Offset of the city's time from UTC.
const OFFSET_SECS: i32 = 8 * 3600;

/// As a desk sorts its queue.
const SORTING: Sorting = Sorting::Across;

/// What to measure.
#[derive(Debug, Clone)]
pub struct RowsOptions {
    /// Folder of the city pack.
    pub city: PathBuf,
    /// Open incidents.
    pub open: usize,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct RowsReport {
    /// `"rows"`.
    pub bench: &'static str,
    /// Open incidents at the beginning.
    pub open: usize,
    /// Reading everything anew, as after a snapshot, milliseconds.
    pub rebuild_ms: f64,
    /// Folding a fact into the hall, for comparison.
    pub micros_per_fact_hall: f64,
    /// What a fact costs order and figures.
    pub fact: Micros,
    /// A frame of the desk after a fact: figures and the rows it has room for, from the middle of the queue.
    pub desk_frame: Micros,
    /// A frame of the wall after a fact.
    pub wall_frame: Micros,
    /// Passes of a search through everything.
    pub search_passes: usize,
    /// One of them, with the streets' names that it needs.
    pub search_pass: Micros,
    /// A pass of the finished search after a fact.
    pub search_fact: Micros,
    /// Passes of a filter by area and stage through everything.
    pub sift_passes: usize,
    /// One of them, with the areas that it needs.
    pub sift_pass: Micros,
    /// A pass of the finished filter after a fact.
    pub sift_fact: Micros,
}

/// Measure.
///
/// # Errors
/// Where the city cannot be opened, or has no street near its middle.
pub fn rows(options: &RowsOptions) -> anyhow::Result<RowsReport> {
    let city = City::open(&options.city)?;
    city.prepare_lookups();
    let kinds = Kinds(Some(Catalogue::load(None)?));
    let names = CityNames { city: &city, kinds: &kinds, locale: "zh-CN" };
    let bounds = city.bounds();
    let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
    let mut hall = Hall::default();
    for fact in reports(city.frame(), middle, options.open) {
        hall.apply(&fact);
    }
    let mut ledger = Ledger::default();
    let limits = Arc::new(Catalogue::load(None)?.time_limits(calendar::load(None)?));
    let limits = CityLimits { limits, utc_offset_secs };
    let rebuild_ms = timed(|| ledger.limit(limits, &hall)) / 1e3;
    let mut now = Moment(i64::try_from(options.open)? * 1_000);
    ledger.begin_day(words::day_start(now, OFFSET_SECS));

    let (mut hall_us, mut fact_us, mut desk_us, mut wall_us) = (0.0, Vec::new(), Vec::new(), Vec::new());
    // What a street's name ends with is in most rows: the search that finds most.
    let street = names.street(city.frame().lonlat_from_metres(middle));
    let Some(street_end) = street.and_then(|name| name.chars().last()).map(String::from) else {
        anyhow::bail!("{}: no street near its middle to search for; try another city", options.city.display());
    };
    let mut search = Search::default();
    let mut pass_us = Vec::new();
    while pass_us.is_empty() || search.is_on() {
        pass_us.push(timed(|| search.step(&street_end, SORTING, &hall, &ledger, &names, ("zh-CN", true))));
    }
    let mut searched_us = Vec::new();
    // An area that none of them lies in is looked for in all of them.
    let seat = Seat { name: String::new(), roles: vec![Role::Dispatcher], area: Area::of("-").unwrap_or_default() };
    let key = seat.key(Scope::Area);
    let told = AreasTold::default();
    let area = |one: &Incident| told.of(one, &city);
    let lets = |hall: &Hall, one: &Incident| seat.lets(Scope::Area, hall, one, &area);
    let sieve = Some(Sieve { key: &key, lets: &lets });
    let sought = Sought { words: "", sieve, stage: Some(Stage::Reported), sorting: SORTING };
    let mut sift = Search::default();
    let (mut sifts_us, mut sifted_us) = (Vec::new(), Vec::new());
    while sifts_us.is_empty() || sift.is_on() {
        sifts_us.push(timed(|| sift.seek(&sought, &hall, &ledger, &names, ("zh-CN", true))));
    }
    for step in 0..NEWS {
        now = now.plus_millis(100);
        // All over the queue, always the same.
        let id = IncidentId(u64::from(step) * 7_919 % options.open.max(1) as u64 + 1);
        let what = match step % 3 {
            0 => What::IncidentAdvanced { incident: id, stage: Stage::Accepted },
            1 => What::IncidentRegraded {
                incident: id,
                from: crate::domain::Grade::IV,
                to: crate::domain::Grade::III,
                reason: "bench".into(),
            },
            _ => What::IncidentClosed { incident: id, reason: String::new() },
        };
        let by = Actor::Source("bench".into());
        let fact = Fact { seq: hall.upto().next(), happened_at: now, known_at: now, by, what };
        hall_us += timed(|| hall.apply(&fact));
        fact_us.push(timed(|| ledger.fold(&hall, &[id])));
        searched_us.push(timed(|| search.step(&street_end, SORTING, &hall, &ledger, &names, ("zh-CN", true))));
        let read = || Situation::read(&hall, &ledger, LinkState::Live, now, OFFSET_SECS, "", &names);
        sifted_us.push(timed(|| sift.seek(&sought, &hall, &ledger, &names, ("zh-CN", true))));
        desk_us.push(timed(|| {
            let all = OpenRows {
                hall: &hall,
                ledger: &ledger,
                lists: ledger.open(SORTING),
                hidden: [false; 4],
                sorting: SORTING,
                names: &names,
                talk: None,
            };
            let first = all.count() / 2;
            (read(), (first..first + SHOWN).filter_map(|at| all.row(at)).collect::<Vec<_>>())
        }));
        wall_us.push(timed(|| (read(), listed(&hall, &ledger, now, &names))));
    }
    Ok(RowsReport {
        bench: "rows",
        open: options.open,
        rebuild_ms,
        micros_per_fact_hall: hall_us / f64::from(NEWS),
        fact: micros(fact_us),
        desk_frame: micros(desk_us),
        wall_frame: micros(wall_us),
        search_passes: pass_us.len(),
        search_pass: micros(pass_us),
        search_fact: micros(searched_us),
        sift_passes: sifts_us.len(),
        sift_pass: micros(sifts_us),
        sift_fact: micros(sifted_us),
    })
}

/// Microseconds that something takes.
fn timed<T>(what: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    let made = what();
    let took = started.elapsed().as_secs_f64() * 1e6;
    drop(made);
    took
}
