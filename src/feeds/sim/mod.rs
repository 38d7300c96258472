//! The day of a demo city: weather, cases, crews and scripted emergencies from a seed.
//!
//! [`Sim`] is pure: the same seed, city, start and times give the same acts, however often it is
//! stepped, because all that happens is events in one queue by the city's own time. What the hall does
//! comes back in through [`Sim::heard`]. [`start`] runs a sim into a hub; rates, words and places stand
//! in `config/feeds/sim.toml`, emergencies in `config/scripts`.
//!
//! | file | what |
//! |---|---|
//! | `options` | what a day is made from |
//! | `act` | what it does, as orders |
//! | `plan` | the rates: how often, by hour, weekday and weather |
//! | `scenery`, `phrase`, `words` | where it happens, and what people say of it |
//! | `cover` | where water and green are, for that |
//! | `fleet`, `stroll`, `buses` | crews and their shifts; where they go without a case; buses on their lines |
//! | `gauges` | sensors, and what they show |
//! | `alarming` | who takes note of their alarms |
//! | `cases` | the life of a case and of the crews sent to it |
//! | `orders` | tasks: how crews and departments answer what they are sent to |
//! | `roll` | how crews answer when the roll is called |
//! | `telling` | callers who are promised an answer, and how they get it |
//! | `recheck` | who looks whether work is done, and what they find |
//! | `picture` | pictures that crews take before and after |
//! | `duty` | the people of the hall: roster, log and hand-overs |
//! | `play` | scripts as they run |
//! | `stir` | what they do to sensors near them |
//! | `hours`, `weather` | what each hour brings |
//! | `season` | when a script can happen in earnest |
//! | `run` | into a hub, in real time |

mod act;
mod alarming;
mod bench;
mod buses;
mod cases;
mod cover;
mod duty;
mod fleet;
mod gauges;
mod hours;
mod options;
mod orders;
mod phrase;
mod picture;
mod plan;
mod play;
mod queue;
mod random;
mod recheck;
mod roll;
mod run;
mod says;
mod scenery;
mod season;
mod stir;
mod stroll;
mod telling;
#[cfg(test)]
mod tests;
mod weather;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::config::script::{self, Script};
use crate::config::{Catalogue, ConfigError, Document};
use crate::domain::{
    Actor, CaseMove, Checker, CrewPosition, Fact, IncidentId, Mode, Moment, MoveKind, PlanMove, Reading, Sensor, Stage,
    Weather, What,
};
use crate::ground::City;
use crate::ground::roads::Roads;

use cases::Case;
use fleet::Fleet;
use plan::Plan;
use play::Planned;
use queue::{Event, Queue};
use random::Random;
use scenery::Scenery;

pub use act::{Act, Doing, Key};
pub use bench::{SimReport, bench};
pub use options::SimOptions;
pub use picture::Picture;
pub use run::{Running, start};
pub use season::next_fitting;

/// Ids of all its incidents begin with this.
pub const ID_PREFIX: &str = "sim-";
/// Who advances its incidents, as the log has it.
pub const ACTOR: &str = "sim";

const HOUR_MILLIS: i64 = 3_600_000;
const STREAM_ARRIVAL: u64 = 1;
/// Most closed cases that may be opened again; more than hands close in a day.
const PUT_BY_MOST: usize = 5_000;

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
    staff: duty::Staff,
    /// Callers who were promised an answer, and what they are to be told next.
    promises: telling::Promises,
    /// Who looks at which of its cases.
    looks: BTreeMap<u64, Checker>,
    pictures: picture::Pictures,
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
    /// The weather is on its way to another.
    drift: Option<hours::Drift>,
    drift_turn: u32,
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
    /// Hours since 1970 in city time, and the cases that came up in this one.
    in_hour: (i64, u64),
    cases: BTreeMap<u64, Case>,
    by_source_id: HashMap<String, u64>,
    by_id: HashMap<IncidentId, u64>,
    /// Cases that the hall closed, which it may open again, with their numbers.
    put_by: BTreeMap<IncidentId, (u64, Case)>,
    runs: Vec<play::Run>,
    /// What they do to sensors.
    stirs: Vec<stir::Stir>,
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
        let shifts = crate::config::duty::load(None)?;
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
            staff: duty::Staff::of(shifts),
            promises: telling::Promises::default(),
            looks: BTreeMap::new(),
            pictures: picture::Pictures::default(),
            scripts,
            queue: Queue::default(),
            begun,
            seen_from: start,
            now: begun,
            latitude,
            weather: Weather::default(),
            forced: None,
            drift: None,
            drift_turn: 0,
            slow: 1.0,
            mode: Mode::default(),
            arrivals,
            arrival_turn: 0,
            rates: Vec::new(),
            scale,
            serial: 0,
            in_hour: (i64::MIN, 0),
            cases: BTreeMap::new(),
            by_source_id: HashMap::new(),
            by_id: HashMap::new(),
            put_by: BTreeMap::new(),
            runs: Vec::new(),
            stirs: Vec::new(),
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
        self.begin_buses();
        self.begin_duty();
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
                Event::Receipt { crew, turn, said } => self.step_receipt(crew, turn, said),
                Event::Tell(incident, what) => self.step_tell(incident, what),
                Event::TellOwn(number, what) => self.step_tell_own(number, what),
                Event::Recheck(number, look) => self.step_recheck(number, look),
                Event::Acknowledge(alarm) => self.step_acknowledge(alarm),
                Event::Here(crew) => self.step_here(crew),
                Event::Present(number) => self.step_present(number),
                Event::Duty(event) => self.step_duty(event),
                Event::Shift(crew) => self.step_shift(crew),
                Event::Bus(number) => self.step_bus(number),
                Event::Sky { turn } => self.step_sky(turn),
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

    /// The sensors of the city, and how they are described.
    fn gauges(&self, now: Moment) -> (gauges::Gauges, Vec<Sensor>) {
        gauges::Gauges::of(&self.city, &self.scenery, self.options.seed, now)
    }

    /// What sensors measured until `now`.
    fn measured(&self, gauges: &mut gauges::Gauges, now: Moment) -> Vec<Reading> {
        gauges.step(now, day_hour(now, self.options.utc_offset_secs), self.weather, self.slow, &self.stirs)
    }

    /// So many hours before the city began its sensors are told of.
    fn past_hours(&self) -> u32 {
        self.options.past_hours
    }

    /// What sensors measured until a moment before the city began, by the weather and the hour of then.
    fn measured_past(&self, gauges: &mut gauges::Gauges, then: Moment) -> Vec<Reading> {
        let offset = self.options.utc_offset_secs;
        let weather = weather::at(self.options.seed, self.latitude, offset, then);
        gauges.step(then, day_hour(then, offset), weather, 1.0, &[])
    }

    /// Heed a fact of the hall: what people did, and which numbers its own incidents got.
    pub fn heard(&mut self, fact: &Fact) {
        let person = matches!(fact.by, Actor::Person(_));
        self.promises_heard(fact);
        if let What::IncidentMoved { incident, step: CaseMove::AskRecheck { of, .. }, .. } = &fact.what {
            self.recheck_heard(*incident, &fact.by, of, fact.known_at);
        }
        match &fact.what {
            What::IncidentReported(incident) => {
                let Some(number) = self.by_source_id.get(&incident.source_id).copied() else { return };
                self.by_id.insert(incident.id, number);
                let Some(case) = self.cases.get_mut(&number) else { return };
                case.id = Some(incident.id);
                for crew in &case.crews {
                    if let Some(crew) = self.fleet.crews.get_mut(*crew) {
                        crew.incident = case.id;
                    }
                }
            }
            What::IncidentAdvanced { incident, stage } if person => {
                let Some(number) = self.by_id.get(incident).copied() else { return };
                let Some(case) = self.cases.get_mut(&number) else { return };
                let before = case.stage;
                let sent = !case.crews.is_empty() || !case.desks.is_empty();
                case.stage = case.stage.max(*stage);
                self.script_heeds(number);
                if *stage == Stage::Done {
                    self.done(number);
                } else if *stage >= Stage::Dispatched && before < Stage::Dispatched && !sent {
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
            What::IncidentClosed { incident, .. } if person => self.closed_by_hall(*incident),
            What::IncidentMoved { incident, step, stage } if person => {
                if *stage == Stage::Closed {
                    if let CaseMove::Merge { into } = step {
                        self.merged(*incident, *into);
                    }
                    if step.kind() != MoveKind::Rate && step.kind().telling().is_none() {
                        self.closed_by_hall(*incident);
                    }
                } else if matches!(step.kind(), MoveKind::Reopen | MoveKind::Unmerge) {
                    self.opened_by_hall(*incident, *stage);
                } else if self.goes_to_the_same(*incident, step.kind()) {
                    self.begin_again(*incident, *stage);
                } else if matches!(step.kind(), MoveKind::Return | MoveKind::Rework)
                    && let Some(number) = self.by_id.get(incident).copied()
                {
                    self.go_back(number, *stage);
                }
            }
            What::TaskGiven { incident, given, .. } if person => self.task_given(*incident, given),
            What::TaskMoved { incident, to, step } if person => self.task_moved(*incident, to, step),
            What::RollCalled { called, .. } => self.roll_called(fact.seq, called),
            What::ShiftsTaken(taken) => self.shifts_heard(taken),
            What::DutyMoved(step) => self.duty_heard(fact, step),
            What::AlarmMoved(step) => self.alarm_heard(fact, step),
            What::PlanStarted { incident, plan, alarm, .. } if person => {
                self.plan_heeded(*incident, &Planned::Started(plan, *alarm));
            }
            What::AlarmStruck { incident, alarm } if person => self.plan_heeded(*incident, &Planned::Struck(*alarm)),
            What::PlanMoved { incident, step: PlanMove::Done { step, .. } } if person => {
                self.plan_heeded(*incident, &Planned::Done(*step));
            }
            What::ModeSwitched { mode } => {
                self.mode = *mode;
                self.scripts_heed_mode();
            }
            _ => {}
        }
    }

    /// The hall closed a case: nobody works on it any more, but it may be opened again.
    fn closed_by_hall(&mut self, incident: IncidentId) {
        let Some(number) = self.by_id.remove(&incident) else { return };
        self.let_go(number);
        if let Some(case) = self.cases.remove(&number) {
            self.by_source_id.remove(&case.key.source_id);
            if let Some((run, name)) = case.script.clone() {
                self.script_closed(run, &name);
            }
            self.put_by.insert(incident, (number, case));
            if self.put_by.len() > PUT_BY_MOST
                && let Some((_, (number, _))) = self.put_by.pop_first()
            {
                self.pictures.forget(number);
            }
        }
    }

    fn opened_by_hall(&mut self, incident: IncidentId, stage: Stage) {
        let Some((number, case)) = self.put_by.remove(&incident) else { return };
        self.by_id.insert(incident, number);
        self.by_source_id.insert(case.key.source_id.clone(), number);
        self.cases.insert(number, case);
        self.go_back(number, stage);
    }

    /// The scripts it can run.
    #[must_use]
    pub fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    /// Hours since 1970 in city time.
    fn hour_number(&self) -> i64 {
        self.now.0.saturating_add(i64::from(self.options.utc_offset_secs) * 1000).div_euclid(HOUR_MILLIS)
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

    /// Of the numbers that the hall gave to cases, let go of those that nothing more is told of, once they are many: people
    /// close cases too, and more may have been said of one as it ended.
    pub(super) fn forget_over(&self, known: &mut HashMap<Key, IncidentId>) {
        if known.len() > (self.cases.len() + self.put_by.len()) * 2 + 64 {
            let put_by: HashSet<&Key> = self.put_by.values().map(|(_, case)| &case.key).collect();
            known.retain(|key, _| self.by_source_id.contains_key(&key.source_id) || put_by.contains(key));
        }
    }
}

/// Whether a text says how the day of a demo city goes, held against the kinds of a city.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn check_day(document: &Document, catalogue: &Catalogue) -> Result<(), ConfigError> {
    Plan::read(document, catalogue).map(drop)
}

/// The hour of a city's day, with its fraction.
fn day_hour(now: Moment, utc_offset_secs: i32) -> f64 {
    let local = now.0.saturating_add(i64::from(utc_offset_secs) * 1000);
    local.rem_euclid(24 * HOUR_MILLIS) as f64 / HOUR_MILLIS as f64
}

fn hour_of(now: Moment, utc_offset_secs: i32) -> u8 {
    let local = now.0.saturating_add(i64::from(utc_offset_secs) * 1000);
    u8::try_from(local.div_euclid(HOUR_MILLIS).rem_euclid(24)).unwrap_or_default()
}
