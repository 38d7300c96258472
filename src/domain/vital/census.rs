//! What sensors and cases say, area by area: what the formulas of vital signs ask.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::DEPTH_MAX;
use super::formula::{Ask, CaseCount, Stat};
use super::over::Past;
use crate::domain::kpi::{Kpi, Tally};
use crate::domain::rights::Area;
use crate::domain::{Grade, Moment, SensorKind};

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nothing {
    /// There are no sensors of this kind in the area.
    NoSensors(SensorKind),
    /// Too great a part of its sensors says nothing, 0 to 1.
    Missing(f32),
    /// There is nothing to divide by: no cases that the figure counts, no crews, a zero below the line.
    Undefined,
}

/// The areas that have vital signs: the city first, then all others down to [`DEPTH_MAX`] levels, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Areas {
    all: Vec<Area>,
    places: HashMap<Area, u32>,
}

impl Areas {
    /// Those of sensors, and all above them.
    pub fn of<'a>(areas: impl IntoIterator<Item = &'a Area>) -> Self {
        let mut known: BTreeSet<Area> = BTreeSet::new();
        for area in areas {
            for above in upwards(area) {
                // What is above what is known is known too.
                if !known.insert(above) {
                    break;
                }
            }
        }
        known.remove(&Area::CITY);
        let all: Vec<Area> = std::iter::once(Area::CITY).chain(known).collect();
        let places = (0..).zip(&all).map(|(place, area)| (area.clone(), place)).collect();
        Self { all, places }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Area] {
        &self.all
    }

    /// The place of one among them.
    #[must_use]
    pub fn place(&self, area: &Area) -> Option<usize> {
        self.places.get(area).map(|place| *place as usize)
    }

    /// The places of an area and of all above it, as far as they have signs.
    #[must_use]
    pub fn chain(&self, area: &Area) -> Vec<u32> {
        upwards(area).filter_map(|area| self.places.get(&area).copied()).collect()
    }

    /// Those right below one.
    pub fn below<'a>(&'a self, area: &'a Area) -> impl Iterator<Item = &'a Area> {
        self.all.iter().filter(move |other| other.parent().as_ref() == Some(area))
    }
}

/// An area and those above it, from the deepest that may have signs up to the city.
fn upwards(area: &Area) -> impl Iterator<Item = Area> + use<> {
    let all = std::iter::successors(Some(area.clone()), Area::parent);
    all.filter(|area| depth(area) <= DEPTH_MAX)
}

/// Levels below the city.
#[must_use]
pub fn depth(area: &Area) -> u8 {
    let levels = std::iter::successors(area.parent(), Area::parent).count();
    u8::try_from(levels).unwrap_or(u8::MAX)
}

/// The sensors of one kind in one area.
#[derive(Debug, Clone, Default)]
struct Group {
    known: u32,
    /// Of those that said something within their time, rising once [`Census::settle`] was called.
    values: Vec<f64>,
    sum: f64,
    oldest: Option<Moment>,
}

/// Cases of one kind in one area.
#[derive(Debug, Clone, Copy, Default)]
struct Cases {
    open: u32,
    major: u32,
    late: u32,
    hour: u32,
    today: u32,
    closed_today: u32,
}

/// What a census has to know of a case.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is counted by itself")]
pub struct CaseSeen<'a> {
    /// The code of its kind.
    pub kind: &'a str,
    /// Its grade.
    pub grade: Grade,
    /// Whether it is not over yet.
    pub open: bool,
    /// Whether it is over its limit.
    pub late: bool,
    /// Known within the hour before.
    pub in_hour: bool,
    /// Known since midnight.
    pub today: bool,
    /// Over since midnight.
    pub over_today: bool,
}

/// Of one area.
#[derive(Debug, Clone, Default)]
struct Within {
    kinds: [Group; SensorKind::ALL.len()],
    cases: BTreeMap<String, Cases>,
    tally: Tally,
    alarms: u32,
    alarms_waiting: u32,
}

/// What a question came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The number, or why there is none.
    pub value: Result<f64, Nothing>,
    /// Sensors that it is about.
    pub known: u32,
    /// Those that said something within their time.
    pub fresh: u32,
    /// The oldest reading among those.
    pub oldest: Option<Moment>,
}

impl Answer {
    fn plain(value: Result<f64, Nothing>) -> Self {
        Self { value, known: 0, fresh: 0, oldest: None }
    }
}

/// What all sensors and cases say at one moment.
#[derive(Debug, Clone, Default)]
pub struct Census {
    within: Vec<Within>,
    crews: u32,
    crews_free: u32,
    /// Whether key figures were counted.
    figured: bool,
    /// Of which moment it is.
    at: Moment,
    /// What was before.
    past: Past,
}

impl Census {
    /// Of so many areas, with nothing in them yet.
    #[must_use]
    pub fn new(areas: usize) -> Self {
        Self { within: vec![Within::default(); areas], ..Self::default() }
    }

    /// What was before, as far as it is asked.
    #[must_use]
    pub const fn past(&self) -> &Past {
        &self.past
    }

    /// The same, to be filled in.
    pub const fn past_mut(&mut self) -> &mut Past {
        &mut self.past
    }

    /// All sensors are in as they were at a moment, which is kept as far as it is on the beat of what is asked over time.
    pub fn stand(&mut self, at: Moment) {
        self.settle();
        self.at = at;
        let mut past = std::mem::take(&mut self.past);
        past.sample(at, |ask| self.values(ask));
        self.past = past;
    }

    /// What a question comes to in each area; not a number where it comes to none.
    #[must_use]
    pub fn values(&self, ask: &Ask) -> Vec<f64> {
        (0..self.within.len()).map(|place| self.answer(place, ask).value.unwrap_or(f64::NAN)).collect()
    }

    /// Forget what sensors say, and keep the room.
    pub fn clear_sensors(&mut self) {
        for group in self.within.iter_mut().flat_map(|within| &mut within.kinds) {
            (group.known, group.sum, group.oldest) = (0, 0.0, None);
            group.values.clear();
        }
    }

    /// Take what was counted of cases, alarms and crews of the same areas; key figures only where they were counted too.
    pub fn take_cases(&mut self, counted: Self) {
        if counted.within.len() != self.within.len() {
            return;
        }
        for (within, counted_within) in self.within.iter_mut().zip(counted.within) {
            (within.alarms, within.alarms_waiting) = (counted_within.alarms, counted_within.alarms_waiting);
            within.cases = counted_within.cases;
            if counted.figured {
                within.tally = counted_within.tally;
            }
        }
        (self.crews, self.crews_free) = (counted.crews, counted.crews_free);
    }

    /// A sensor of the areas at `chain`, with its newest reading where that still counts.
    pub fn sensor(&mut self, chain: &[u32], kind: SensorKind, fresh: Option<(Moment, f64)>) {
        for place in chain {
            let Some(group) = self.within.get_mut(*place as usize).and_then(|w| w.kinds.get_mut(kind as usize)) else {
                continue;
            };
            group.known += 1;
            if let Some((at, value)) = fresh {
                group.values.push(value);
                group.sum += value;
                group.oldest = Some(group.oldest.map_or(at, |oldest| oldest.min(at)));
            }
        }
    }

    /// A case of the areas at `chain`.
    pub fn case(&mut self, chain: &[u32], seen: CaseSeen<'_>) {
        for place in chain {
            let Some(within) = self.within.get_mut(*place as usize) else { continue };
            if !within.cases.contains_key(seen.kind) {
                within.cases.insert(seen.kind.to_owned(), Cases::default());
            }
            let Some(cases) = within.cases.get_mut(seen.kind) else { continue };
            let major = matches!(seen.grade, Grade::I | Grade::II);
            cases.open += u32::from(seen.open);
            cases.major += u32::from(seen.open && major);
            cases.late += u32::from(seen.open && seen.late);
            cases.hour += u32::from(seen.in_hour);
            cases.today += u32::from(seen.today);
            cases.closed_today += u32::from(seen.over_today);
        }
    }

    /// An alarm that stands in the areas at `chain`.
    pub fn alarm(&mut self, chain: &[u32], waits: bool) {
        for place in chain {
            if let Some(within) = self.within.get_mut(*place as usize) {
                within.alarms += 1;
                within.alarms_waiting += u32::from(waits);
            }
        }
    }

    /// A crew on duty.
    pub fn crew(&mut self, free: bool) {
        self.crews += 1;
        self.crews_free += u32::from(free);
    }

    /// The key figures of today, area by area.
    pub fn figures(&mut self, tallies: impl IntoIterator<Item = (usize, Tally)>) {
        self.figured = true;
        for (place, tally) in tallies {
            if let Some(within) = self.within.get_mut(place) {
                within.tally = tally;
            }
        }
    }

    /// All sensors are in.
    pub fn settle(&mut self) {
        for group in self.within.iter_mut().flat_map(|within| &mut within.kinds) {
            group.values.sort_unstable_by(f64::total_cmp);
        }
    }

    /// Answer a question about the area at `place`.
    #[must_use]
    pub fn answer(&self, place: usize, ask: &Ask) -> Answer {
        let Some(within) = self.within.get(place) else { return Answer::plain(Err(Nothing::Undefined)) };
        match ask {
            Ask::Sensors { stat, kind, bound } => within
                .kinds
                .get(*kind as usize)
                .map_or(Answer::plain(Err(Nothing::NoSensors(*kind))), |group| group.answer(*stat, *kind, *bound)),
            Ask::Cases { count, prefix } => {
                let from = within.cases.range(prefix.clone()..).take_while(|(kind, _)| kind.starts_with(prefix));
                let sum: u32 = from.map(|(_, cases)| cases.count(*count)).sum();
                Answer::plain(Ok(f64::from(sum)))
            }
            Ask::Over { over, of, window } => {
                let now = self.answer(place, of);
                if matches!(now.value, Err(Nothing::NoSensors(_))) {
                    return now;
                }
                Answer { value: self.past.over((*over, of, *window), place, self.at, now.value), ..now }
            }
            Ask::Figure(kpi) => Answer::plain(within.figure(*kpi)),
            Ask::Alarms { waiting } => {
                Answer::plain(Ok(f64::from(if *waiting { within.alarms_waiting } else { within.alarms })))
            }
            Ask::Crews { free } => Answer::plain(match (free, self.crews) {
                (false, crews) => Ok(f64::from(crews)),
                (true, 0) => Err(Nothing::Undefined),
                (true, crews) => Ok(100.0 * f64::from(self.crews_free) / f64::from(crews)),
            }),
        }
    }
}

impl Within {
    /// In per cent.
    fn figure(&self, kpi: Kpi) -> Result<f64, Nothing> {
        let share = self.tally.share(kpi);
        if share.of == 0 { Err(Nothing::Undefined) } else { Ok(100.0 * f64::from(share.part) / f64::from(share.of)) }
    }
}

impl Cases {
    const fn count(self, count: CaseCount) -> u32 {
        match count {
            CaseCount::Open => self.open,
            CaseCount::Major => self.major,
            CaseCount::Late => self.late,
            CaseCount::Hour => self.hour,
            CaseCount::Today => self.today,
            CaseCount::ClosedToday => self.closed_today,
        }
    }
}

impl Group {
    fn answer(&self, stat: Stat, kind: SensorKind, bound: f64) -> Answer {
        let fresh = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let value = match (stat, self.known, fresh) {
            (Stat::Known, known, _) => Ok(f64::from(known)),
            (_, 0, _) => Err(Nothing::NoSensors(kind)),
            (Stat::Online, known, fresh) => Ok(100.0 * f64::from(fresh) / f64::from(known)),
            (_, _, 0) => Err(Nothing::Missing(1.0)),
            (stat, ..) => Ok(self.stat(stat, bound)),
        };
        // How many say nothing is what these two are about.
        let known = if matches!(stat, Stat::Known | Stat::Online) { fresh } else { self.known };
        Answer { value, known, fresh, oldest: self.oldest }
    }

    /// Of at least one value.
    fn stat(&self, stat: Stat, bound: f64) -> f64 {
        let count = self.values.len();
        let all = count.max(1) as f64;
        let upto = self.values.partition_point(|value| *value <= bound) as f64;
        let below = self.values.partition_point(|value| *value < bound) as f64;
        match stat {
            Stat::Mean => self.sum / all,
            Stat::Sum => self.sum,
            Stat::Min => self.values.first().copied().unwrap_or_default(),
            Stat::Max => self.values.last().copied().unwrap_or_default(),
            Stat::Median => self.rank(50.0),
            Stat::Percentile => self.rank(bound),
            Stat::Above => all - upto,
            Stat::Below => below,
            Stat::ShareAbove => 100.0 * (all - upto) / all,
            Stat::ShareBelow => 100.0 * below / all,
            Stat::Known | Stat::Online => all,
        }
    }

    /// The smallest that so many per cent are not above.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank among sensors, 0 to 100 per cent"
    )]
    fn rank(&self, percent: f64) -> f64 {
        let at = (percent.clamp(0.0, 100.0) / 100.0 * self.values.len() as f64).ceil() as usize;
        self.values.get(at.max(1) - 1).or(self.values.last()).copied().unwrap_or_default()
    }
}
