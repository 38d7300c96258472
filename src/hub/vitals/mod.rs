//! Vital signs: reckoned once a second from what sensors and cases say, kept as readings of sensors of their own.
//!
//! ```text
//!  newest readings ─┐ 1 s
//!                   ├─► census ─► formulas that are due ─► readings ─► store, limits, screens
//!  hall: cases ─────┘ 5 s
//! ```
//! 1. A sign that has no value has no reading either; its sensor falls silent, which is what limits and screens see.
//! 2. A sign that is new is reckoned back over the weeks before, as far as readings are kept; one that counts cases over the
//!    day before, as far as the hall holds them.
//! 3. What formulas ask over time is sampled as time goes on, and read from what is kept where that is not known: after a
//!    start, for new signs, and where time ran faster than the beat.
//! 4. An area below the city has a sign from when it has a value for the first time.
//!
//! [`round`] reckons, `then` counts cases of hours that were, [`board`] answers screens, [`band`] says what is expected.

pub(crate) mod band;
mod board;
pub(crate) mod round;
mod then;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

pub(crate) use board::{board, xray, year_before};
use round::{Round, census_of_hall};
use then::Then;

use super::{Inner, Intake};
use crate::domain::vital::Census;
use crate::domain::{AlarmRules, Hall, Moment, Reading};

/// How often what is due is reckoned.
const EVERY: Duration = Duration::from_secs(1);
/// How often cases are counted, and how often the key figures of the day are.
const CASES_EVERY: Duration = Duration::from_secs(5);
const FIGURES_EVERY: Duration = Duration::from_secs(30);
const HOUR_MILLIS: i64 = 3_600_000;
/// A sign that is new is reckoned for so many hours before: what its band is told from.
const BACK_HOURS: i64 = 22 * 24;
/// How often, at most: signs come one after another where their sensors do.
const BACK_EVERY: Duration = Duration::from_secs(20);
/// Between two hours.
const BACK_PAUSE: Duration = Duration::from_millis(5);

/// What the loop and those who ask share.
#[derive(Default)]
pub(crate) struct Vitals {
    round: Mutex<Round>,
    told: Mutex<board::Told>,
    bands: Mutex<band::Bands>,
}

impl Vitals {
    fn round(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bands(&self) -> MutexGuard<'_, band::Bands> {
        self.bands.lock().unwrap_or_else(PoisonError::into_inner)
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
    let (mut counted, mut figures_at): (Option<Instant>, Option<Instant>) = (None, None);
    let mut looked_back: Option<(JoinHandle<()>, Instant)> = None;
    loop {
        every.tick().await;
        let rules = Arc::clone(hub.in_force.get().alarm_rules());
        if rules.vitals.is_empty() || !hub.disk.writes() || !hub.measures_now() {
            continue;
        }
        let now = hub.clock.now();
        if counted.is_none_or(|at| at.elapsed() >= CASES_EVERY) {
            let figures = figures_at.is_none_or(|at| at.elapsed() >= FIGURES_EVERY);
            if !count_cases(&hub, &intake, &rules, now, figures).await {
                return;
            }
            counted = Some(Instant::now());
            figures_at = if figures { counted } else { figures_at };
        }
        if !reckon(&hub, &rules, now).await {
            return;
        }
        if looked_back.as_ref().is_none_or(|(task, at)| task.is_finished() && at.elapsed() >= BACK_EVERY) {
            let hub = Arc::clone(&hub);
            let look = async move {
                fill_gaps(&hub, now).await;
                look_back(&hub, now).await;
            };
            looked_back = Some((tokio::spawn(look), Instant::now()));
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

/// What formulas ask of moments that were, where nobody took it down then: by the readings that are kept.
async fn fill_gaps(hub: &Arc<Inner>, now: Moment) {
    let gaps = hub.vitals.round().gaps(now);
    for at in gaps {
        match hub.readings.look(move |reader| reader.latest_at(at)).await {
            Ok(latest) => hub.vitals.round().fill(at, &latest),
            Err(error) => {
                tracing::warn!(%error, "what vital signs ask of the past is not known");
                return;
            }
        }
        // Everybody else goes first.
        tokio::time::sleep(BACK_PAUSE).await;
    }
}

/// What signs that are new would have shown before, as far as anybody can tell: by the readings that are kept and the cases
/// that are held, hour by hour and oldest first. What they show now waits for it.
async fn look_back(hub: &Arc<Inner>, now: Moment) {
    let new = hub.vitals.round().held();
    if new.is_empty() {
        return;
    }
    if let Err(error) = reckon_back(hub, &new, now).await {
        tracing::warn!(%error, "what vital signs were is not kept");
    }
    hub.vitals.round().release(&new);
}

async fn reckon_back(hub: &Arc<Inner>, new: &[round::At], now: Moment) -> Result<(), String> {
    let kept = async |hour: i64| {
        let latest = hub.readings.look(move |reader| reader.latest_at(Moment(hour * HOUR_MILLIS))).await;
        latest.map_err(|error| error.to_string())
    };
    let is_any = |latest: &[Option<Reading>]| latest.iter().any(Option::is_some);
    // The first hour of which anything is kept.
    let last = now.0.div_euclid(HOUR_MILLIS);
    let (mut before, mut first) = (last - BACK_HOURS - 1, last);
    while first - before > 1 {
        let middle = before.midpoint(first);
        if is_any(&kept(middle).await?) { first = middle } else { before = middle }
    }
    let areas = hub.vitals.round().areas();
    let look = move |hall: &Hall, of_cases: &std::collections::HashMap<_, _>| Then::of(hall, &areas, of_cases, now);
    let then = Intake::new(hub).look_with_areas(look).await.map_err(|error| error.to_string())?;
    // Cases may be known of hours of which no reading is.
    let of_cases = then.since().map(|since| since.0.div_euclid(HOUR_MILLIS));
    let first = of_cases.map_or(first, |of_cases| first.min(of_cases));
    let mut past = hub.vitals.round().hourly();
    for hour in first..=last {
        let (latest, at) = (kept(hour).await?, Moment(hour * HOUR_MILLIS));
        let readings = hub.vitals.round().at_moment(new, &latest, (at, (hub.utc_offset_secs)(at)), &mut past, &then);
        if !readings.is_empty() {
            hub.readings.keep(readings, at).await.map_err(|error| error.to_string())?;
        }
        // Everybody else goes first.
        tokio::time::sleep(BACK_PAUSE).await;
    }
    Ok(())
}

/// False when the hub goes down.
async fn reckon(hub: &Arc<Inner>, rules: &Arc<AlarmRules>, now: Moment) -> bool {
    let new = {
        let mut round = hub.vitals.round();
        round.fit(rules, &hub.readings);
        round.pace(hub.clock.rate());
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
