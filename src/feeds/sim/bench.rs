//! Measure a day: `hall bench sim`.

use std::sync::Arc;

use serde::Serialize;

use super::{Sim, SimError, SimOptions};
use crate::config::Catalogue;
use crate::domain::{Hall, Moment};
use crate::ground::City;
use crate::ground::import::cpu_seconds;

/// A Monday in June, 8 in the morning.
const START: Moment = Moment(1_780_905_600_000);
const SECONDS_STEPPED: i64 = 120;

/// What a day costs.
#[derive(Debug, Clone, Serialize)]
pub struct SimReport {
    /// Always `sim`.
    pub bench: &'static str,
    /// People in the city.
    pub population: f64,
    /// Crews and buses.
    pub crews: usize,
    /// Hours of the day that were run, in steps of a second for the first minutes, then of a minute.
    pub hours: u32,
    /// Facts in them.
    pub facts: usize,
    /// CPU milliseconds to make the sim ready.
    pub ready_cpu_ms: f64,
    /// CPU milliseconds of a simulated hour, the fold of its facts included.
    pub cpu_ms_an_hour: f64,
    /// Facts a CPU second.
    pub facts_a_cpu_second: f64,
    /// CPU milliseconds of a step of one second with the positions of all crews.
    pub second_cpu_ms: f64,
}

/// Run some hours of a city's day, as fast as it goes.
///
/// # Errors
/// [`SimError::Config`].
pub fn bench(city: Arc<City>, catalogue: &Catalogue, crews: Option<u32>, hours: u32) -> Result<SimReport, SimError> {
    let options = SimOptions { lead_millis: Some(0), crews, ..SimOptions::default() };
    let (begin, mut hall, mut facts) = (cpu_seconds(), Hall::default(), 0);
    let mut sim = Sim::new(options, catalogue, city, START)?;
    let ready = cpu_seconds();
    let mut now = START;
    let mut positions = 0;
    let mut step = |sim: &mut Sim, now: Moment| {
        for act in sim.step(now) {
            let told = act.apply(&mut hall);
            facts += told.len();
            for fact in &told {
                sim.heard(fact);
            }
        }
    };
    for _ in 0..SECONDS_STEPPED {
        now = now.plus_millis(1_000);
        step(&mut sim, now);
        positions += sim.positions(now, 0, usize::MAX).len();
    }
    let stepped = cpu_seconds();
    let end = START.plus_millis(i64::from(hours) * 3_600_000);
    while now < end {
        now = now.plus_millis(60_000);
        step(&mut sim, now);
    }
    let done = cpu_seconds();
    tracing::debug!(positions, "positions made");
    let spent = (done - ready).max(1e-6);
    Ok(SimReport {
        bench: "sim",
        population: sim.population(),
        crews: sim.crews(),
        hours,
        facts,
        ready_cpu_ms: (ready - begin) * 1000.0,
        cpu_ms_an_hour: spent * 1000.0 / f64::from(hours.max(1)),
        facts_a_cpu_second: facts as f64 / spent,
        second_cpu_ms: (stepped - ready) * 1000.0 / SECONDS_STEPPED as f64,
    })
}
