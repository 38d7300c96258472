//! A sim into a hub, in the hub's own time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::gauges::Gauges;
use super::plan::Plan;
use super::{ACTOR, Act, Doing, HOUR_MILLIS, ID_PREFIX, Key, Sim, SimError, SimOptions};
use crate::config::{Catalogue, script};
use crate::domain::{Actor, IncidentId, Moment, Order, Refusal, SensorId, Seq, Telling};
use crate::feeds::{CitySink, SinkError};
use crate::ground::City;
use crate::wire::Control;

/// Milliseconds of real time between two steps.
const TICK_MILLIS: u64 = 250;
/// The longest step of a day: staff do something about what they hear minutes after it, and in a longer step they would
/// hear of it when that is past.
const STEP_MILLIS: i64 = 60_000;
/// Wishes that wait for the next step; more than people can have.
const WISHES_MAX: usize = 64;
/// Facts read back at a time.
const FACTS_MAX: usize = 5_000;

/// The way to move a sim that runs.
#[derive(Debug, Clone)]
pub struct Running {
    scripts: Arc<[String]>,
    controls: SyncSender<Control>,
    told: Arc<AtomicI64>,
}

impl Running {
    /// The moment up to which all that happened is in the hub.
    #[must_use]
    pub fn told(&self) -> Moment {
        Moment(self.told.load(Ordering::Acquire))
    }

    /// Move it: what a demo hall's screens want. Speed is the hub's.
    ///
    /// # Errors
    /// [`Refusal::Unusable`] for a script that there is not, weather that cannot be, or a sim that ended or
    /// has too much to do.
    pub fn control(&self, control: Control) -> Result<(), Refusal> {
        let unusable = |field: &str, reason: String| Refusal::Unusable { field: field.to_owned(), reason };
        match &control {
            Control::Script(name) if !self.scripts.contains(name) => {
                return Err(unusable("script", format!("is one of {}", self.scripts.join(", "))));
            }
            Control::Weather(Some(weather)) => weather.check()?,
            Control::Script(_) | Control::Weather(None) | Control::Speed(_) => {}
        }
        self.controls.try_send(control).map_err(|error| unusable("demo", error.to_string()))
    }
}

/// Run a day into a hub on a thread of its own, from what the hub's clock says now until the hub goes down.
///
/// # Errors
/// [`SimError`].
pub fn start(
    options: SimOptions,
    catalogue: &Catalogue,
    city: Arc<City>,
    sink: impl CitySink,
) -> Result<Running, SimError> {
    // Told here, where someone reads it; the thread reads them again.
    Plan::built_in(catalogue)?;
    let scripts = script::built_in()?.into_iter().map(|script| script.name).collect();
    let (controls, wishes) = sync_channel(WISHES_MAX);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(SimError::Thread)?;
    let catalogue = catalogue.clone();
    let (start, told) = (sink.now(), Arc::new(AtomicI64::new(i64::MIN)));
    let tells = Arc::clone(&told);
    std::thread::Builder::new()
        .name("sim".to_owned())
        .spawn(move || {
            let told_until = runtime.block_on(newest(&sink)).ok().flatten();
            match Sim::new(SimOptions { told_until, ..options }, &catalogue, city, start) {
                Ok(sim) => {
                    let ended = runtime.block_on(run(sim, &sink, &wishes, told_until, &tells));
                    tracing::debug!(?ended, "the sim ends");
                }
                Err(error) => tracing::error!(%error, "the sim cannot start"),
            }
        })
        .map_err(SimError::Thread)?;
    Ok(Running { scripts, controls, told })
}

/// When the hub learned its newest fact.
async fn newest(sink: &impl CitySink) -> Result<Option<Moment>, SinkError> {
    let newest = sink.newest().await?;
    let facts = sink.facts_after(Seq(newest.0.saturating_sub(1)), 1).await?;
    Ok(facts.last().map(|fact| fact.known_at))
}

async fn run(
    mut sim: Sim,
    sink: &impl CitySink,
    wishes: &Receiver<Control>,
    mut told_until: Option<Moment>,
    tells: &AtomicI64,
) -> Result<(), SinkError> {
    // What an earlier run left open is over.
    let now = sink.now();
    let left = sink.open_of(ID_PREFIX).await?;
    let by = || Actor::Source(ACTOR.to_owned());
    let over = left.into_iter().map(|incident| (now, by(), Order::CloseIncident { incident, reason: String::new() }));
    sink.orders(over.collect()).await?;
    let mut known = HashMap::new();
    let mut heard = sink.newest().await?;
    let mut every = tokio::time::interval(Duration::from_millis(TICK_MILLIS));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let a_tick = u64::from(sim.positions_per_second()) * TICK_MILLIS / 1000;
    let a_tick = usize::try_from(a_tick).unwrap_or(usize::MAX);
    let (mut from, mut last, mut told) = (0, None, None);
    let mut gauges = None;
    loop {
        every.tick().await;
        // First up to now, so that what is wished for begins now.
        let now = sink.now();
        while let Some(until) = next_step(told, now) {
            heard = listen(&mut sim, sink, heard).await?;
            let mut acts = sim.step(until);
            if let Some(until) = told_until.take() {
                leave_out_told(&mut acts, until);
            }
            perform(acts, sink, &mut known).await?;
            told = Some(until);
        }
        heard = listen(&mut sim, sink, heard).await?;
        for wish in wishes.try_iter() {
            match wish {
                Control::Script(name) => {
                    if let Err(error) = sim.start_script(&name) {
                        tracing::warn!(%error, "no script");
                    }
                }
                Control::Weather(weather) => sim.force_weather(weather),
                Control::Speed(_) => {}
            }
        }
        perform(sim.step(now), sink, &mut known).await?;
        sim.forget_over(&mut known);
        tells.store(now.0, Ordering::Release);
        // The day is told before anybody waits for its sensors.
        if gauges.is_none() {
            let (mut all, sensors) = sim.gauges(now);
            let numbers = sink.sensors(sensors).await?;
            let known = sink.told_until(&numbers);
            if sim.past_hours() > 0 && known.iter().all(Option::is_none) {
                tell_past(&sim, sink, (&all, &numbers), now).await?;
            }
            all.go_on_after(&known);
            all.number(numbers);
            gauges = Some(all);
        }
        if let Some(gauges) = &mut gauges {
            let readings = sim.measured(gauges, now);
            if !readings.is_empty() {
                sink.readings(readings);
            }
        }
        if last != Some(now) && sim.crews() > 0 {
            sink.positions(&sim.positions(now, from, a_tick));
            from = (from + a_tick) % sim.crews();
            last = Some(now);
        }
    }
}

/// Where the next step ends after all is told until `told`; the first one goes on to now at once.
fn next_step(told: Option<Moment>, now: Moment) -> Option<Moment> {
    match told {
        None => Some(now),
        Some(told) => (told < now).then(|| now.min(told.plus_millis(STEP_MILLIS))),
    }
}

/// What the sensors of a new city showed in the days before, hour by hour, up to where `all` of them go on: what they show as
/// the city opens is told there, so that none has been silent and none is told twice.
async fn tell_past(
    sim: &Sim,
    sink: &impl CitySink,
    (all, numbers): (&Gauges, &[Option<SensorId>]),
    now: Moment,
) -> Result<(), SinkError> {
    let hours = sim.past_hours();
    let begin = Moment((now.0.div_euclid(HOUR_MILLIS) - i64::from(hours)) * HOUR_MILLIS);
    let (mut past, _) = sim.gauges(begin);
    past.number(numbers.to_vec());
    past.end_before(all);
    for then in (1..=i64::from(hours)).map(|hour| begin.plus_millis(hour * HOUR_MILLIS)) {
        let readings = sim.measured_past(&mut past, then);
        sink.past_readings(readings, then).await?;
    }
    Ok(())
}

/// Of the day so far, leave out the cases that came up before `until` and are over: an earlier run told them.
pub(super) fn leave_out_told(acts: &mut Vec<Act>, until: Moment) {
    let over = |act: &Act| if let Doing::Close(key, _) = &act.what { Some(key.clone()) } else { None };
    let over: HashSet<Key> = acts.iter().filter_map(over).collect();
    let came_up = |act: &Act| act.what.report().is_some() && act.at <= until;
    let old: HashSet<Key> = acts.iter().filter(|act| came_up(act)).filter_map(|act| act.what.key()).collect();
    acts.retain(|act| act.what.key().is_none_or(|key| !(over.contains(&key) && old.contains(&key))));
}

/// Let the sim hear what the hall learned; returns up to where.
async fn listen(sim: &mut Sim, sink: &impl CitySink, mut heard: Seq) -> Result<Seq, SinkError> {
    loop {
        let facts = sink.facts_after(heard, FACTS_MAX).await?;
        let Some(newest) = facts.last().map(|fact| fact.seq) else { return Ok(heard) };
        for fact in &facts {
            sim.heard(fact);
        }
        heard = newest;
    }
}

/// Orders in as few commits as possible: one that names an incident waits for the incident's number.
async fn perform(acts: Vec<Act>, sink: &impl CitySink, known: &mut HashMap<Key, IncidentId>) -> Result<(), SinkError> {
    let mut batch: Vec<(Moment, Actor, Order)> = Vec::new();
    let mut keys: Vec<Option<Key>> = Vec::new();
    let told_later: HashSet<Key> = acts.iter().filter_map(|act| told_how_it_ended(&act.what)).cloned().collect();
    for Act { at, what } in acts {
        let (key, by) = (what.key(), what.by());
        // A number is not needed any more after the last that is said of its incident.
        let over = match &what {
            Doing::Close(key, _) => !told_later.contains(key),
            other => told_how_it_ended(other).is_some(),
        };
        let told = what.report().is_some();
        if !told && key.as_ref().is_some_and(|key| !known.contains_key(key)) {
            send(&mut batch, &mut keys, sink, known).await?;
        }
        if let Some(order) = order_of(what, sink, known).await? {
            batch.push((at, by, order));
            keys.push(key.clone().filter(|_| told));
        }
        if over && let Some(key) = key {
            known.remove(&key);
        }
    }
    send(&mut batch, &mut keys, sink, known).await
}

/// The order that an act is; a picture is drawn, and kept by the hub before the order that names it.
async fn order_of(
    what: Doing,
    sink: &impl CitySink,
    known: &HashMap<Key, IncidentId>,
) -> Result<Option<Order>, SinkError> {
    match what {
        Doing::Picture(key, _, name, picture) => {
            let Some(incident) = known.get(&key).copied() else { return Ok(None) };
            let Some((file, body)) = picture.file(name) else { return Ok(None) };
            let kept = sink.keep_file(&file, body).await?;
            Ok(kept.then_some(Order::AttachFile { incident, file }))
        }
        other => Ok(other.order(|key| known.get(key).copied())),
    }
}

/// The incident of which callers are told how it ended.
fn told_how_it_ended(what: &Doing) -> Option<&Key> {
    if let Doing::TellOf(_, key, Telling::Ended, _) = what { Some(key) } else { None }
}

async fn send(
    batch: &mut Vec<(Moment, Actor, Order)>,
    keys: &mut Vec<Option<Key>>,
    sink: &impl CitySink,
    known: &mut HashMap<Key, IncidentId>,
) -> Result<(), SinkError> {
    if batch.is_empty() {
        return Ok(());
    }
    let incidents = sink.orders(std::mem::take(batch)).await?;
    let named = std::mem::take(keys).into_iter().zip(incidents);
    known.extend(named.filter_map(|(key, incident)| Some((key?, incident?))));
    Ok(())
}
