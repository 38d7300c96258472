//! A city alive without any source: a day in progress, new incidents, crews that drive.
//!
//! [`Demo`] is pure: the same seed, scenery and times give the same acts. [`start`] runs one into a
//! hub. What happens stands in `config/feeds/demo.toml`.

mod crews;
mod random;
mod scenery;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::{CitySink, SinkError};
use crate::config::{Catalogue, ConfigError, Document};
use crate::domain::{Grade, IncidentId, Moment, Order, Place, Progress, Report, Sky, Stage, Weather};
use crate::ground::City;

use crews::Crews;
use random::Random;
pub use scenery::Scenery;

/// Source of all its reports.
pub const SOURCE: &str = "demo";

const SCRIPTS: &str = include_str!("../../../config/feeds/demo.toml");
const MINUTE: i64 = 60_000;

/// How alive the city is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemoOptions {
    /// The same seed gives the same day.
    pub seed: u64,
    /// Incidents open at any time, about.
    pub open: usize,
    /// Incidents of today that are closed at the start.
    pub closed: usize,
    /// Crews in the streets.
    pub crews: u32,
    /// Seconds between two new incidents, about.
    pub every_secs: u32,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self { seed: 1, open: 40, closed: 55, crews: 36, every_secs: 40 }
    }
}

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Its scripts are wrong.
    #[error(transparent)]
    Scripts(#[from] ConfigError),
    /// The system gave no thread.
    #[error("cannot start the demo's thread: {0}")]
    Thread(std::io::Error),
}

/// Something the demo does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Something happened, or is over.
    Report(Report),
    /// The incident reported under this source id moves forward.
    Advance(String, Stage),
    /// The weather is another.
    Weather(Weather),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    kind: String,
    weight: f64,
    minutes: f64,
    texts: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scripts {
    script: Vec<Script>,
}

/// An act at its time.
struct Planned {
    at: Moment,
    act: Act,
}

/// The demo's plan of the day.
pub struct Demo {
    options: DemoOptions,
    scenery: Scenery,
    scripts: Vec<(Script, Grade)>,
    random: Random,
    start: Moment,
    serial: u64,
    next_at: Moment,
    /// Acts to come, unordered; a few hundred at most.
    planned: Vec<Planned>,
    crews: Crews,
}

impl Demo {
    /// A demo that starts at `start`.
    ///
    /// # Errors
    /// [`DemoError::Scripts`].
    pub fn new(options: DemoOptions, catalogue: &Catalogue, city: &City, start: Moment) -> Result<Self, DemoError> {
        let document = Document::new("config/feeds/demo.toml", SCRIPTS);
        let scripts: Scripts = document.parse()?;
        let scripts = scripts
            .script
            .into_iter()
            .map(|script| {
                let grade = catalogue.kind(&script.kind).map_or(Grade::IV, |kind| kind.grade);
                (script, grade)
            })
            .collect();
        let mut random = Random::new(options.seed);
        let crews = Crews::new(options.crews, city, &mut random);
        Ok(Self {
            options,
            scenery: Scenery::of(city),
            scripts,
            random,
            start,
            serial: 0,
            next_at: start,
            planned: Vec::new(),
            crews,
        })
    }

    /// The day so far: incidents that are over and incidents in progress, in the order they were
    /// told. Call it once, first.
    pub fn opening(&mut self) -> Vec<Act> {
        let mut acts: Vec<Planned> = Vec::new();
        for _ in 0..self.options.closed {
            let age = self.random.between(70.0, 480.0);
            let life = self.random.between(12.0, 65.0);
            self.plan(self.start.plus_millis(minutes(-age)), minutes(life));
        }
        for number in 0..self.options.open {
            // Spread over their lives, so that they do not end together.
            let share = (number as f64 + 0.5) / self.options.open.max(1) as f64;
            let life = self.life_minutes();
            self.plan(self.start.plus_millis(minutes(-share * life)), minutes(life));
        }
        let start = self.start;
        self.planned.retain_mut(|planned| {
            let past = planned.at <= start;
            if past {
                acts.push(Planned { at: planned.at, act: planned.act.clone() });
            }
            !past
        });
        acts.sort_by_key(|planned| planned.at);
        let weather = Weather { sky: Sky::Cloudy, intensity: 0, temperature_dc: 210, wind_mps: 3, rain_mm_h: 0 };
        let acts = acts.into_iter().map(|planned| planned.act);
        std::iter::once(Act::Weather(weather)).chain(acts).collect()
    }

    /// What happens until `now`, since the last call.
    pub fn until(&mut self, now: Moment) -> Vec<Act> {
        // After a long sleep of the machine the city goes on from now.
        if now.secs_since(self.next_at) > 600 {
            self.next_at = now;
        }
        while self.next_at <= now {
            let at = self.next_at;
            let life = self.life_minutes();
            self.plan(at, minutes(life));
            let pause = self.random.between(0.4, 1.6) * f64::from(self.options.every_secs.max(1)) * 1000.0;
            self.next_at = at.plus_millis(millis(pause));
        }
        let mut due: Vec<Planned> = Vec::new();
        let mut later = Vec::with_capacity(self.planned.len());
        for planned in self.planned.drain(..) {
            if planned.at <= now { due.push(planned) } else { later.push(planned) }
        }
        self.planned = later;
        due.sort_by_key(|planned| planned.at);
        due.into_iter().map(|planned| planned.act).collect()
    }

    /// Where the crews are at `now`.
    pub fn positions(&mut self, city: &City, now: Moment) -> Vec<crate::domain::CrewPosition> {
        self.crews.drive(city, &mut self.random, now)
    }

    /// So long that as many end as begin while about `options.open` are open.
    fn life_minutes(&mut self) -> f64 {
        let mean = self.options.open as f64 * f64::from(self.options.every_secs) / 60.0;
        self.random.between(0.5, 1.5) * mean.max(1.0)
    }

    /// Plan an incident from its beginning to its end.
    fn plan(&mut self, at: Moment, life_millis: i64) {
        let weights: f64 = self.scripts.iter().map(|(script, _)| script.weight.max(0.0)).sum();
        let mut pick = self.random.between(0.0, weights);
        let script = self.scripts.iter().find(|(script, _)| {
            pick -= script.weight.max(0.0);
            pick <= 0.0
        });
        let Some((script, grade)) = script.or(self.scripts.first()).cloned() else { return };
        let (spot, road) = self.scenery.spot(&mut self.random);
        self.serial += 1;
        let source_id = format!("{}-{:04}", self.start.0 / 1000, self.serial);
        let text = script.texts.get(self.random.below(script.texts.len())).map_or("", String::as_str);
        let report = Report {
            source: SOURCE.to_owned(),
            source_id: source_id.clone(),
            kind: script.kind,
            grade,
            place: Place { at: Some(spot), address: road.clone() },
            text: text.replace("{road}", &road),
            happened_at: at,
            progress: Progress::Open,
        };
        let life_millis = millis(life_millis as f64 * (script.minutes / 40.0).clamp(0.6, 1.5));
        let over = at.plus_millis(life_millis);
        let share = |share: f64| at.plus_millis(millis(life_millis as f64 * share));
        for (at, stage) in [
            (share(0.06), Stage::Accepted),
            (share(0.15), Stage::Dispatched),
            (share(0.35), Stage::Handling),
            (share(0.9), Stage::Done),
        ] {
            self.planned.push(Planned { at, act: Act::Advance(source_id.clone(), stage) });
        }
        let end = Report { happened_at: over, progress: Progress::Closed, ..report.clone() };
        self.planned.push(Planned { at, act: Act::Report(report) });
        self.planned.push(Planned { at: over, act: Act::Report(end) });
    }
}

fn minutes(minutes: f64) -> i64 {
    millis(minutes * MINUTE as f64)
}

#[expect(clippy::cast_possible_truncation, reason = "a demo's times are days at most")]
fn millis(millis: f64) -> i64 {
    millis as i64
}

/// Run the demo into a hub on a thread of its own, until the hub goes down.
///
/// # Errors
/// [`DemoError`].
pub fn start(
    options: DemoOptions,
    catalogue: &Catalogue,
    city: Arc<City>,
    sink: impl CitySink,
) -> Result<(), DemoError> {
    let demo = Demo::new(options, catalogue, &city, sink.now())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(DemoError::Thread)?;
    std::thread::Builder::new()
        .name("demo".to_owned())
        .spawn(move || {
            let ended = runtime.block_on(run(demo, &city, &sink));
            tracing::debug!(?ended, "the demo ends");
        })
        .map_err(DemoError::Thread)?;
    Ok(())
}

async fn run(mut demo: Demo, city: &City, sink: &impl CitySink) -> Result<(), SinkError> {
    let mut known = HashMap::new();
    // What an earlier run left open is over.
    let left = sink.open_of(SOURCE).await?;
    let over = left.into_iter().map(|source_id| Act::Report(leftover(source_id, sink.now())));
    perform(over.collect(), sink, &mut known).await?;
    perform(demo.opening(), sink, &mut known).await?;
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        every.tick().await;
        perform(demo.until(sink.now()), sink, &mut known).await?;
        let positions = demo.positions(city, sink.now());
        sink.positions(&positions);
    }
}

fn leftover(source_id: String, now: Moment) -> Report {
    Report {
        source: SOURCE.to_owned(),
        source_id,
        kind: "20599".to_owned(),
        grade: Grade::IV,
        place: Place::default(),
        text: String::new(),
        happened_at: now,
        progress: Progress::Closed,
    }
}

/// Reports in runs of one commit each, stages in between.
async fn perform(
    acts: Vec<Act>,
    sink: &impl CitySink,
    known: &mut HashMap<String, IncidentId>,
) -> Result<(), SinkError> {
    let mut reports: Vec<Report> = Vec::new();
    let mut stages: Vec<(String, Stage)> = Vec::new();
    for act in acts {
        match act {
            Act::Report(report) if report.progress == Progress::Closed => {
                // An incident's stages come before its end.
                send(&mut reports, sink, known).await?;
                advance(&mut stages, sink, known).await?;
                known.remove(&report.source_id);
                sink.reports(vec![report]).await?;
            }
            Act::Report(report) => reports.push(report),
            Act::Advance(source_id, stage) => stages.push((source_id, stage)),
            Act::Weather(weather) => sink.order(Order::TellWeather { weather }).await?,
        }
    }
    send(&mut reports, sink, known).await?;
    advance(&mut stages, sink, known).await
}

async fn send(
    reports: &mut Vec<Report>,
    sink: &impl CitySink,
    known: &mut HashMap<String, IncidentId>,
) -> Result<(), SinkError> {
    if reports.is_empty() {
        return Ok(());
    }
    let reports = std::mem::take(reports);
    let ids: Vec<String> = reports.iter().map(|r| r.source_id.clone()).collect();
    let outcomes = sink.reports(reports).await?;
    known.extend(ids.into_iter().zip(outcomes).filter_map(|(id, outcome)| Some((id, outcome.ok()??))));
    Ok(())
}

async fn advance(
    stages: &mut Vec<(String, Stage)>,
    sink: &impl CitySink,
    known: &HashMap<String, IncidentId>,
) -> Result<(), SinkError> {
    for (source_id, stage) in stages.drain(..) {
        if let Some(incident) = known.get(&source_id) {
            sink.order(Order::AdvanceIncident { incident: *incident, stage }).await?;
        }
    }
    Ok(())
}
