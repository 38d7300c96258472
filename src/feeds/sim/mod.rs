//! The day of a demo city: weather, cases, crews and scripted emergencies from a seed.
//!
//! [`Sim`] is pure: the same seed, city, start and times give the same acts, however often it is
//! stepped, because all that happens is events in one queue by the city's own time. What the hall does
//! comes back in through [`Sim::heard`]. [`start`] runs a sim into a hub; rates, words and places stand
//! in `config/feeds/sim.toml`, emergencies in `config/scripts`.
//!
//! | file | what |
//! |---|---|
//! | `act` | what it does, as orders |
//! | `plan` | the rates: how often, by hour, weekday and weather |
//! | `scenery`, `words` | where it happens, and what people say of it |
//! | `roads`, `fleet` | ways through the city; crews, their shifts, buses |
//! | `cases` | the life of a case and of the crews sent to it |
//! | `play` | scripts as they run |
//! | `weather` | the weather of each hour |
//! | `run` | into a hub, in real time |

mod act;
mod bench;
mod cases;
mod fleet;
mod plan;
mod play;
mod queue;
mod random;
mod roads;
mod run;
mod scenery;
#[cfg(test)]
mod tests;
mod weather;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::config::script::{self, Script};
use crate::config::{Catalogue, ConfigError};
use crate::domain::{Actor, CrewPosition, Fact, IncidentId, Mode, Moment, Stage, Weather, What};
use crate::ground::City;

use cases::Case;
use fleet::Fleet;
use plan::Plan;
use queue::{Event, Queue};
use random::Random;
use roads::Roads;
use scenery::Scenery;

pub use act::{Act, Doing, Key};
pub use bench::{SimReport, bench};
pub use run::{Running, start};

/// Ids of all its incidents begin with this.
pub const ID_PREFIX: &str = "sim-";
/// Who advances its incidents, as the log has it.
pub const ACTOR: &str = "sim";

const HOUR_MILLIS: i64 = 3_600_000;
const STREAM_ARRIVAL: u64 = 1;

/// How the day is made.
#[derive(Debug, Clone, PartialEq)]
pub struct SimOptions {
    /// The same seed gives the same day.
    pub seed: u64,
    /// Offset of city time from UTC, seconds.
    pub utc_offset_secs: i32,
    /// Milliseconds before the start from which the day is told, so that a hall opens in its midst; without, the day so
    /// far: at least eight hours, and in a large city no more than some thousand cases.
    pub lead_millis: Option<i64>,
    /// Until when it is told already: then only as much of the day so far as cases last is told anew.
    pub told_until: Option<Moment>,
    /// Times the real rates.
    pub rate: f64,
    /// Cases an hour, in the mean over a day, instead of the rates of the city's size.
    pub per_hour: Option<f64>,
    /// Crews and buses, instead of as many as the city's size has.
    pub crews: Option<u32>,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            utc_offset_secs: 0,
            lead_millis: None,
            told_until: None,
            rate: 1.0,
            per_hour: None,
            crews: None,
        }
    }
}

impl SimOptions {
    /// How long before `start` the day is told, with `daily` cases a day.
    fn lead_millis(&self, start: Moment, daily: f64) -> i64 {
        /// The least of the day so far that is told, so that a hall opened at night is not empty.
        const LEAST: i64 = 8 * HOUR_MILLIS;
        /// Most cases have ended after so long.
        const CASES_LAST: i64 = 3 * HOUR_MILLIS;
        /// Cases that are told before anybody looks: some seconds' work.
        const CASES_MOST: f64 = 3_000.0;
        if let Some(lead) = self.lead_millis {
            return lead.max(0);
        }
        let local = start.0.saturating_add(i64::from(self.utc_offset_secs) * 1000);
        let today = local.rem_euclid(24 * HOUR_MILLIS).max(LEAST);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "some hours")]
        let told_soon = (CASES_MOST / daily.max(1.0) * (24 * HOUR_MILLIS) as f64) as i64;
        let lead = today.min(told_soon);
        self.told_until.map_or(lead, |told| lead.min(start.0.saturating_sub(told.0).max(CASES_LAST)))
    }
}

/// Why a day cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// Its plan or a script is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The system gave no thread.
    #[error("cannot start the sim's thread: {0}")]
    Thread(std::io::Error),
}

/// A city's day.
pub struct Sim {
    options: SimOptions,
    plan: Arc<Plan>,
    city: Arc<City>,
    roads: Roads,
    scenery: Scenery,
    fleet: Fleet,
    scripts: Vec<Script>,
    queue: Queue,
    /// When it began to be told.
    begun: Moment,
    /// From when on someone looks.
    seen_from: Moment,
    now: Moment,
    latitude: f64,
    weather: Weather,
    forced: Option<Weather>,
    /// Share of their speed that the weather leaves to those who drive.
    slow: f32,
    mode: Mode,
    arrivals: Random,
    arrival_turn: u32,
    /// Cases an hour of each kind, now.
    rates: Vec<f64>,
    /// Times the rates of a city of the plan's size.
    scale: f64,
    serial: u64,
    cases: BTreeMap<u64, Case>,
    by_source_id: HashMap<String, u64>,
    by_id: HashMap<IncidentId, u64>,
    runs: Vec<play::Run>,
    acts: Vec<Act>,
}

impl Sim {
    /// A day in a city that is told from some time before `start`.
    ///
    /// # Errors
    /// [`SimError::Config`].
    pub fn new(options: SimOptions, catalogue: &Catalogue, city: Arc<City>, start: Moment) -> Result<Self, SimError> {
        let plan = Plan::built_in(catalogue)?;
        let scripts = script::built_in()?;
        let mut roads = Roads::of(&city);
        let scenery = Scenery::of(&city, &roads, plan.floor_m2_per_head);
        let share = scenery.population / plan.population.max(1.0);
        let fleet = Fleet::new(&plan, &city, &mut roads, &scenery, share, options.crews, options.seed);
        let daily: f64 = plan.kind.iter().map(|kind| kind.daily).sum();
        let least = plan.least_per_hour * 24.0 / daily.max(1.0);
        let scale = match options.per_hour {
            Some(per_hour) => per_hour * 24.0 / daily.max(1.0),
            None => share.max(least) * options.rate,
        };
        let begun = start.plus_millis(-options.lead_millis(start, daily * scale));
        let latitude = city.frame().lonlat_from_metres([0.0, 0.0]).lat;
        let arrivals = Random::of(options.seed, STREAM_ARRIVAL, 0);
        let mut sim = Self {
            plan: Arc::new(plan),
            city,
            roads,
            scenery,
            fleet,
            scripts,
            queue: Queue::default(),
            begun,
            seen_from: start,
            now: begun,
            latitude,
            weather: Weather::default(),
            forced: None,
            slow: 1.0,
            mode: Mode::default(),
            arrivals,
            arrival_turn: 0,
            rates: Vec::new(),
            scale,
            serial: 0,
            cases: BTreeMap::new(),
            by_source_id: HashMap::new(),
            by_id: HashMap::new(),
            runs: Vec::new(),
            acts: Vec::new(),
            options,
        };
        sim.begin();
        Ok(sim)
    }

    fn begin(&mut self) {
        self.queue.put(self.begun, Event::Hour);
        for (number, crew) in self.fleet.crews.iter_mut().enumerate() {
            crew.scatter(&self.city, &self.roads);
            self.queue.put(self.begun, Event::Shift(number));
        }
    }

    /// People who live in the city, as its buildings say.
    #[must_use]
    pub fn population(&self) -> f64 {
        self.scenery.population
    }

    /// Crews and buses.
    #[must_use]
    pub fn crews(&self) -> usize {
        self.fleet.len()
    }

    /// Positions a second of real time that it may send, as its plan says.
    #[must_use]
    pub fn positions_per_second(&self) -> u32 {
        self.plan.positions.per_second
    }

    /// What happens until `now`, since the last call, in order.
    pub fn step(&mut self, now: Moment) -> Vec<Act> {
        while let Some((at, event)) = self.queue.due(now) {
            self.now = self.now.max(at);
            match event {
                Event::Hour => self.step_hour(),
                Event::Arrival { turn } => self.step_arrival(turn),
                Event::Case(number, step) => self.step_case(number, step),
                Event::Crew { crew, turn } => self.step_crew(crew, turn),
                Event::Shift(crew) => self.step_shift(crew),
                Event::Script { run, turn } => self.step_script(run, turn),
            }
        }
        self.now = self.now.max(now);
        std::mem::take(&mut self.acts)
    }

    /// Where `count` of the crews are at `now`, from number `from` on and around.
    #[must_use]
    pub fn positions(&self, now: Moment, from: usize, count: usize) -> Vec<CrewPosition> {
        let all = self.fleet.len();
        let hour = hour_of(now, self.options.utc_offset_secs);
        let numbers = (0..count.min(all)).map(|step| (from + step) % all.max(1));
        numbers.filter_map(|number| self.fleet.position(number, &self.city, now, hour)).collect()
    }

    /// Heed a fact of the hall: what people did, and which numbers its own incidents got.
    pub fn heard(&mut self, fact: &Fact) {
        let person = matches!(fact.by, Actor::Person(_));
        match &fact.what {
            What::IncidentReported(incident) => {
                if let Some(number) = self.by_source_id.get(&incident.source_id) {
                    self.by_id.insert(incident.id, *number);
                }
            }
            What::IncidentAdvanced { incident, stage } if person => {
                let Some(number) = self.by_id.get(incident).copied() else { return };
                let Some(case) = self.cases.get_mut(&number) else { return };
                let before = case.stage;
                case.stage = case.stage.max(*stage);
                self.script_heeds(number);
                if *stage == Stage::Done {
                    self.done(number);
                } else if *stage >= Stage::Dispatched && before < Stage::Dispatched {
                    self.send_crews(number);
                }
            }
            What::IncidentRegraded { incident, to, .. } if person => {
                let Some(number) = self.by_id.get(incident).copied() else { return };
                if let Some(case) = self.cases.get_mut(&number) {
                    case.report.grade = *to;
                }
                self.script_heeds(number);
            }
            What::IncidentClosed { incident, .. } if person => {
                let Some(number) = self.by_id.remove(incident) else { return };
                self.let_go(number);
                if let Some(case) = self.cases.remove(&number) {
                    self.by_source_id.remove(&case.key.source_id);
                    if let Some((run, name)) = case.script {
                        self.script_closed(run, &name);
                    }
                }
            }
            What::ModeSwitched { mode } => {
                self.mode = *mode;
                self.scripts_heed_mode();
            }
            _ => {}
        }
    }

    /// Make it this weather; `None` gives it back to the day.
    pub fn force_weather(&mut self, weather: Option<Weather>) {
        self.forced = weather;
        self.look_at_the_sky();
    }

    /// The scripts it can run.
    #[must_use]
    pub fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    fn hour(&self) -> u8 {
        hour_of(self.now, self.options.utc_offset_secs)
    }

    /// Numbers in the hall of what is over are not needed any more; now and then they go.
    fn forget(&mut self) {
        let cases = &self.cases;
        if self.by_id.len() > cases.len() * 2 + 64 {
            self.by_id.retain(|_, number| cases.contains_key(number));
        }
    }

    fn step_hour(&mut self) {
        let local = self.now.0.saturating_add(i64::from(self.options.utc_offset_secs) * 1000);
        let next = self.now.plus_millis(HOUR_MILLIS - local.rem_euclid(HOUR_MILLIS));
        self.queue.put(next, Event::Hour);
        let hour = self.hour();
        // Those whose shift turns do so within the hour, not all at its stroke.
        for crew in 0..self.fleet.crews.len() {
            let turns = self.fleet.crews.get(crew).is_some_and(|c| c.on_shift(hour) != c.on_shift((hour + 23) % 24));
            if turns && self.now > self.begun {
                let late = i64::try_from(crew % 600).unwrap_or_default() * 1000;
                self.queue.put(self.now.plus_millis(late), Event::Shift(crew));
            }
        }
        self.look_at_the_sky();
    }

    /// The weather as it is now, and how often things happen in it.
    fn look_at_the_sky(&mut self) {
        let (seed, offset) = (self.options.seed, self.options.utc_offset_secs);
        let weather = self.forced.unwrap_or_else(|| weather::at(seed, self.latitude, offset, self.now));
        if weather != self.weather {
            self.weather = weather;
            self.tell(Doing::Weather(weather));
        }
        let force = f32::from(weather.intensity) / 3.0;
        self.slow = match weather.sky {
            crate::domain::Sky::Snow => 1.0 - 0.45 * force,
            crate::domain::Sky::Rain => 1.0 - 0.25 * force,
            crate::domain::Sky::Fog => 1.0 - 0.3 * force,
            _ => 1.0,
        };
        let local = self.now.0.saturating_add(i64::from(offset) * 1000);
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((local.div_euclid(24 * HOUR_MILLIS) + 3).rem_euclid(7)).unwrap_or_default();
        let hour = usize::from(self.hour());
        let rate = |kind| self.plan.hourly(kind, hour, weekday, weather) * self.scale;
        self.rates = self.plan.kind.iter().map(rate).collect();
        self.plan_arrival();
    }

    /// The next case, at the rates as they are: waiting so far has no bearing on it.
    fn plan_arrival(&mut self) {
        self.arrival_turn = self.arrival_turn.wrapping_add(1);
        let an_hour: f64 = self.rates.iter().sum();
        if an_hour > 0.0 {
            let hours = self.arrivals.wait(1.0 / an_hour);
            let at = self.in_minutes((hours * 60.0).min(48.0 * 60.0));
            self.queue.put(at, Event::Arrival { turn: self.arrival_turn });
        }
    }

    fn step_arrival(&mut self, turn: u32) {
        if turn != self.arrival_turn {
            return;
        }
        if let Some(kind) = self.arrivals.weighted(&self.rates) {
            self.come_up_by_plan(kind);
        }
        self.plan_arrival();
    }
}

fn hour_of(now: Moment, utc_offset_secs: i32) -> u8 {
    let local = now.0.saturating_add(i64::from(utc_offset_secs) * 1000);
    u8::try_from(local.div_euclid(HOUR_MILLIS).rem_euclid(24)).unwrap_or_default()
}
