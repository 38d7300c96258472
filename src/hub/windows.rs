//! What sensors measured in windows of time, for the screens that show it: gathered from the steps of the store, and for now
//! once for all screens, at a calm rate.
//!
//! ```text
//!  Watch with windows ──► tell ──► of each kind: kept? ──► Reader::gathered ──► Outbox ──► Windowed, where it changed
//!                           ▲            for all sensors of the kind                │
//!                           └────────────────── after `pace` ◄──────────────────────┘
//! ```
//! 1. Of now a kind and a window are gathered at most once in [`PACE`], however many screens watch them.
//! 2. Nobody waits for it: facts and newest values pass meanwhile.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Inner;
use super::outbox::Outbox;
use super::readings::Desk;
use crate::domain::sensor::{Gist, Watch, Window};
use crate::domain::{Moment, Reading, Refusal, SensorId, SensorKind};
use crate::store::readings::{Gathered, ReadingsError};

/// Between two rounds of windows of now, where a second of the hall is one of the screen ...
const PACE: Duration = Duration::from_secs(30);
/// ... and at least, however fast time runs.
const PACE_LEAST: Duration = Duration::from_secs(2);

/// What one kind told of one window, and when that was gathered.
#[derive(Debug)]
struct Kept {
    at: Instant,
    values: Arc<Vec<Reading>>,
}

/// The windows of now that were gathered lately.
#[derive(Debug, Default)]
pub(crate) struct Windows(Mutex<BTreeMap<(SensorKind, Window), Kept>>);

impl Windows {
    /// What all sensors of a kind measured in a window that ends now, gathered at most so long ago.
    async fn of_now(&self, desk: &Desk, of: (SensorKind, Window), when: When, pace: Duration) -> Values {
        // Who asks meanwhile waits, and has the same.
        let mut kept = self.0.lock().await;
        if let Some(known) = kept.get(&of).filter(|known| known.at.elapsed() < pace) {
            return Ok(Arc::clone(&known.values));
        }
        kept.retain(|_, known| known.at.elapsed() < PACE);
        let values = gathered(desk, of, when).await?;
        kept.insert(of, Kept { at: Instant::now(), values: Arc::clone(&values) });
        Ok(values)
    }
}

type Values = Result<Arc<Vec<Reading>>, ReadingsError>;

/// A moment, and how many seconds the city is ahead of UTC then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When {
    /// The moment.
    pub(crate) at: Moment,
    /// Seconds.
    pub(crate) utc_offset_secs: i32,
}

impl When {
    fn of(hub: &Inner, at: Moment) -> Self {
        Self { at, utc_offset_secs: (hub.utc_offset_secs)(at) }
    }
}

/// What of it is told.
fn value(gathered: &Gathered, gist: Gist) -> f64 {
    match gist {
        Gist::Mean => gathered.mean,
        Gist::Highest => gathered.max,
        Gist::Lowest => gathered.min,
        Gist::Sum => gathered.amount,
    }
}

/// What all sensors of a kind measured in a window that ends at a moment, by their numbers.
pub(crate) async fn gathered(desk: &Desk, (kind, window): (SensorKind, Window), when: When) -> Values {
    let registry = desk.registry();
    let sensors: Vec<SensorId> =
        registry.all_at(when.at).filter(|(_, sensor)| sensor.kind == kind).map(|(number, _)| number).collect();
    let (from, to) = (window.spell.begin(when.at, when.utc_offset_secs), when.at.plus_millis(1));
    let all = desk.look(move |reader| reader.gathered(&sensors, from, to)).await?;
    let told = |one: &Gathered| {
        let value = value(one, window.gist);
        value.is_finite().then_some(Reading { sensor: one.sensor, at: one.last, value })
    };
    Ok(Arc::new(all.iter().filter_map(told).collect()))
}

/// Until the next round, where so many seconds of the hall are one of the screen.
fn pace(rate: u16) -> Duration {
    (PACE / u32::from(rate.max(1))).clamp(PACE_LEAST, PACE)
}

/// Tell one screen what it wants to know of windows, until it shows something else.
pub(crate) async fn tell(hub: Weak<Inner>, outbox: Arc<Outbox>, id: u64, watch: Watch) {
    while let Some(hub) = hub.upgrade() {
        let pace = pace(hub.clock.rate());
        let mut all = Vec::new();
        let mut unread = false;
        for (kind, window) in &watch.windows {
            let of = (*kind, *window);
            let values = if let Some(at) = watch.at {
                gathered(&hub.readings, of, When::of(&hub, at)).await
            } else {
                let windows = hub.readings.windows();
                // A little less, so that a round is not passed over.
                windows.of_now(&hub.readings, of, When::of(&hub, hub.clock.now()), pace * 9 / 10).await
            };
            match values {
                Ok(values) => all.extend(values.iter().copied()),
                Err(error) => {
                    tracing::error!(%error, "readings cannot be read");
                    unread = true;
                }
            }
        }
        drop(hub);
        all.sort_by_key(|reading| reading.sensor);
        let values = if unread && all.is_empty() { Err(Refusal::NoReadings) } else { Ok(all) };
        if !outbox.windowed(id, values) || watch.at.is_some() {
            return;
        }
        tokio::time::sleep(pace).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_are_calm_and_nearer_where_time_runs_faster() {
        assert_eq!([0, 1, 10, 600].map(|rate| pace(rate).as_secs()), [30, 30, 3, 2]);
    }
}
