//! Vital signs: reckoned once a second from what sensors and cases say, kept as readings of sensors of their own.
//!
//! ```text
//!  newest readings ─┐ 1 s
//!                   ├─► census ─► formulas that are due ─► readings ─► store, limits, screens
//!  hall: cases ─────┘ 5 s
//! ```
//! 1. A sign that has no value has no reading either; its sensor falls silent, which is what limits and screens see.
//! 2. An area below the city has a sign from when it has a value for the first time.
//!
//! [`round`] reckons, [`board`] answers screens, [`band`] says what is expected.

pub(crate) mod band;
mod board;
pub(crate) mod round;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use board::{board, xray};
use round::{Round, census_of_hall};

use super::{Inner, Intake};
use crate::domain::vital::Census;
use crate::domain::{AlarmRules, Hall, Moment};

/// How often what is due is reckoned.
const EVERY: Duration = Duration::from_secs(1);
/// How often cases are counted, and how often the key figures of the day are.
const CASES_EVERY: Duration = Duration::from_secs(5);
const FIGURES_EVERY: Duration = Duration::from_secs(30);

/// What the loop and those who ask share.
#[derive(Default)]
pub(crate) struct Vitals {
    round: Mutex<Round>,
    told: Mutex<board::Told>,
}

impl Vitals {
    fn round(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn told(&self) -> MutexGuard<'_, board::Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as the hub runs.
pub(super) async fn look_after(hub: Arc<Inner>) {
    let intake = Intake::new(&hub);
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut counted, mut figured): (Option<Instant>, Option<Instant>) = (None, None);
    loop {
        every.tick().await;
        let rules = Arc::clone(hub.in_force.get().alarm_rules());
        if rules.vitals.is_empty() || !hub.disk.writes() {
            continue;
        }
        let now = hub.clock.now();
        if counted.is_none_or(|at| at.elapsed() >= CASES_EVERY) {
            let figures = figured.is_none_or(|at| at.elapsed() >= FIGURES_EVERY);
            if !count_cases(&hub, &intake, &rules, now, figures).await {
                return;
            }
            counted = Some(Instant::now());
            figured = if figures { counted } else { figured };
        }
        if !reckon(&hub, &rules, now).await {
            return;
        }
    }
}

/// False when the hub goes down.
async fn count_cases(hub: &Arc<Inner>, intake: &Intake, rules: &Arc<AlarmRules>, now: Moment, figures: bool) -> bool {
    let (areas, mut census) = {
        let mut round = hub.vitals.round();
        round.fit(rules, &hub.readings);
        let areas = round.areas();
        let census = Census::new(areas.all().len());
        (areas, census)
    };
    let of_hub = Arc::clone(hub);
    let look = move |hall: &Hall, of_cases: &std::collections::HashMap<_, _>| {
        let in_force = of_hub.in_force.get();
        let utc_offset_secs = of_hub.utc_offset_secs;
        census_of_hall(&mut census, (&areas, of_cases), hall, (&in_force, &utc_offset_secs), now, figures);
        census
    };
    let Ok(mut census) = intake.look_with_areas(look).await else { return false };
    for free in hub.positions.free_on_duty() {
        census.crew(free);
    }
    hub.vitals.round().take_cases(census);
    true
}

/// False when the hub goes down.
async fn reckon(hub: &Arc<Inner>, rules: &Arc<AlarmRules>, now: Moment) -> bool {
    let new = {
        let mut round = hub.vitals.round();
        round.fit(rules, &hub.readings);
        round.take_sensors(&hub.readings, now);
        round.reckon(now);
        round.unseated()
    };
    if !new.is_empty() {
        let (seats, sensors): (Vec<_>, Vec<_>) = new.into_iter().unzip();
        match hub.readings.describe(sensors).await {
            Ok(told) => hub.vitals.round().seat(seats.into_iter().zip(told)),
            Err(super::readings::TakeError::Down) => return false,
            Err(error) => {
                tracing::warn!(%error, "vital signs are not described");
                return true;
            }
        }
    }
    let readings = hub.vitals.round().readings();
    if !readings.is_empty()
        && let Err(error) = hub.readings.put_own(readings, now)
    {
        tracing::warn!(%error, "vital signs are not kept");
    }
    true
}
