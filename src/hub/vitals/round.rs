//! One round after another: what sensors and cases say, and what the signs that are due come to.

mod members;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::config::InForce;
use crate::domain::kpi::{Counting, Span, Tally};
use crate::domain::rights::Area;
use crate::domain::vital::census::{Areas, CaseSeen, depth};
use crate::domain::vital::formula::Ask;
use crate::domain::vital::over::Past;
use crate::domain::vital::{Census, Formula, Measured, Nothing, Reckoning, VitalSign, formula};
use crate::domain::{
    AlarmRules, Hall, Incident, IncidentId, Moment, Reading, Refusal, Run, Sensor, SensorId, SensorKind,
};
use crate::hub::readings::Desk;

use super::then::{Then, can_be_told};
pub(super) use members::parts_then;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
/// What was is reckoned for the city and so many levels below it.
const BACK_DEPTH: u8 = 1;
/// Looking back a reading counts for so long, whatever its sensor's time is: what is kept of long ago is sparse.
const AROUND_MILLIS: i64 = HOUR_MILLIS;

/// A sign, ready to be reckoned.
#[derive(Debug, Clone)]
struct Ready {
    sign: VitalSign,
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Formula(Formula),
    /// Places of other signs, and their weights.
    Weights(Vec<(usize, f64)>),
    /// Its formula is none: another release took it.
    Never,
}

/// A sign in an area.
#[derive(Debug, Clone, Copy, Default)]
struct Seat {
    number: Option<SensorId>,
    due: Moment,
    /// What it came to last, and when.
    last: Option<(Moment, Measured)>,
    /// That is not told yet.
    untold: bool,
    /// What it was before is not told yet, which comes first.
    held: bool,
}

/// A sensor that formulas may ask.
#[derive(Debug)]
struct Source {
    number: SensorId,
    kind: SensorKind,
    fresh_millis: i64,
    chain: Arc<[u32]>,
}

/// A sign, by its place, in an area, by its place.
pub(crate) type At = (usize, usize);

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Round {
    rules: Option<Arc<AlarmRules>>,
    described: Option<u64>,
    signs: Vec<Ready>,
    areas: Option<Arc<Areas>>,
    sources: Vec<Source>,
    census: Census,
    /// By sign, then by area.
    seats: Vec<Vec<Seat>>,
    /// Seconds of the hall to one of whoever looks, as far as that is known.
    rate: u16,
}

impl Round {
    /// Reckon by these rules for the sensors there are.
    pub(crate) fn fit(&mut self, rules: &Arc<AlarmRules>, desk: &Desk) {
        let same_rules = self.rules.as_ref().is_some_and(|known| Arc::ptr_eq(known, rules) || known == rules);
        if !same_rules {
            self.signs = ready(&rules.vitals);
            self.rules = Some(Arc::clone(rules));
        }
        let described = desk.described();
        if same_rules && self.described == Some(described) {
            return;
        }
        self.described = Some(described);
        let registry = desk.registry();
        let sensors: Vec<(SensorId, Arc<Sensor>)> =
            registry.all().map(|(number, sensor)| (number, Arc::clone(sensor))).collect();
        drop(registry);
        let is_source = |sensor: &Sensor| sensor.kind != SensorKind::Vital;
        let areas = Areas::of(sensors.iter().filter(|(_, sensor)| is_source(sensor)).map(|(_, sensor)| &sensor.area));
        let mut chains: HashMap<&Area, Arc<[u32]>> = HashMap::new();
        let mut seated: HashMap<&str, SensorId> = HashMap::new();
        self.sources.clear();
        for (number, sensor) in &sensors {
            if !is_source(sensor) {
                seated.insert(&sensor.id, *number);
                continue;
            }
            let chain = chains.entry(&sensor.area).or_insert_with(|| areas.chain(&sensor.area).into());
            let fresh_millis = i64::from(sensor.fresh_secs) * 1000;
            self.sources.push(Source { number: *number, kind: sensor.kind, fresh_millis, chain: Arc::clone(chain) });
        }
        let same = self.areas.as_ref().is_some_and(|known| **known == areas);
        if !same || !same_rules {
            self.census = Census::new(areas.all().len());
            self.census.past_mut().want(asks(&self.signs));
            self.seats = vec![vec![Seat::default(); areas.all().len()]; self.signs.len()];
            self.areas = Some(Arc::new(areas));
        }
        let Some(areas) = self.areas.clone() else { return };
        for (ready, seats) in self.signs.iter().zip(&mut self.seats) {
            for (area, seat) in areas.all().iter().zip(seats) {
                seat.number = seat.number.or_else(|| seated.get(ready.sign.id(area).as_str()).copied());
            }
        }
    }

    /// The hall's time runs at this rate.
    pub(crate) fn pace(&mut self, rate: u16) {
        self.rate = rate;
    }

    /// The areas that have signs.
    pub(crate) fn areas(&self) -> Arc<Areas> {
        self.areas.clone().unwrap_or_else(|| Arc::new(Areas::of([])))
    }

    /// The signs in force, in their order.
    pub(crate) fn signs(&self) -> impl Iterator<Item = &VitalSign> {
        self.signs.iter().map(|ready| &ready.sign)
    }

    /// Cases were counted.
    pub(crate) fn take_cases(&mut self, counted: Census) {
        self.census.take_cases(counted);
    }

    /// See what all sensors showed last.
    pub(crate) fn take_sensors(&mut self, desk: &Desk, now: Moment) {
        self.census.clear_sensors();
        let sources = &self.sources;
        // Copied out: what comes in waits for this.
        let newest: Vec<Option<(Moment, f64)>> = desk.newest(|newest| {
            let of = |source: &Source| newest.of(source.number).1.map(|reading| (reading.at, reading.value));
            sources.iter().map(of).collect()
        });
        for (source, newest) in self.sources.iter().zip(newest) {
            let fresh = newest.filter(|(at, _)| now.0.saturating_sub(at.0) <= source.fresh_millis);
            self.census.sensor(&source.chain, source.kind, fresh);
        }
        self.census.stand(now);
    }

    /// The moments of which formulas ask and nothing is known, the last first.
    pub(crate) fn gaps(&self, now: Moment) -> Vec<Moment> {
        self.census.past().gaps(now)
    }

    /// What was at one of them, by the newest readings of all sensors then.
    pub(crate) fn fill(&mut self, at: Moment, latest: &[Option<Reading>]) {
        let mut past = std::mem::take(self.census.past_mut());
        self.gather(&mut past, at, latest);
        *self.census.past_mut() = past;
    }

    /// The same for what is asked elsewhere.
    pub(crate) fn gather(&self, past: &mut Past, at: Moment, latest: &[Option<Reading>]) {
        let then = self.census_at(latest, at, Past::default(), AROUND_MILLIS);
        past.fill(at, |ask| then.values(ask));
    }

    /// What formulas ask over time, to be gathered anew from hour to hour.
    pub(crate) fn hourly(&self) -> Past {
        self.census.past().coarser(HOUR_MILLIS)
    }

    /// What all sensors said at a moment that was, by their newest readings then, which count for so long at least, with what
    /// was before it.
    fn census_at(&self, latest: &[Option<Reading>], at: Moment, past: Past, around_millis: i64) -> Census {
        let mut census = Census::new(self.areas().all().len());
        *census.past_mut() = past;
        for source in &self.sources {
            let newest = latest.get(source.number.index()).copied().flatten();
            let counts_millis = source.fresh_millis.max(around_millis);
            let fresh = newest.filter(|reading| at.0.saturating_sub(reading.at.0) <= counts_millis);
            census.sensor(&source.chain, source.kind, fresh.map(|reading| (reading.at, reading.value)));
        }
        census.stand(at);
        census
    }

    /// Reckon what is due.
    pub(crate) fn reckon(&mut self, now: Moment) {
        let Some(areas) = self.areas.clone() else { return };
        let depths: Vec<u8> = areas.all().iter().map(depth).collect();
        // Indices last: they are made of what the others come to.
        for indices in [false, true] {
            for (sign, ready) in self.signs.iter().enumerate() {
                if matches!(ready.how, How::Weights(_)) != indices {
                    continue;
                }
                for (place, (area, level)) in areas.all().iter().zip(&depths).enumerate() {
                    let due =
                        self.seats.get(sign).and_then(|seats| seats.get(place)).is_some_and(|seat| seat.due <= now);
                    if *level > ready.sign.depth || !due {
                        continue;
                    }
                    let measured = self.measure(ready, place, now);
                    let Some(seat) = self.seats.get_mut(sign).and_then(|seats| seats.get_mut(place)) else { continue };
                    seat.due = next_due(&ready.sign, area, now);
                    seat.last = Some((now, measured));
                    seat.untold = measured.value.is_ok();
                }
            }
        }
    }

    fn measure(&self, ready: &Ready, place: usize, now: Moment) -> Measured {
        let measured = match &ready.how {
            How::Never => return Measured::nothing(Nothing::Undefined),
            How::Formula(formula) => formula.reckon(&self.census, place),
            How::Weights(weights) => {
                formula::index(weights.iter().map(|(sign, weight)| (*weight, self.score(*sign, place, now))))
            }
        };
        if f64::from(measured.missing) > ready.sign.missing_max {
            return Measured { value: Err(Nothing::Missing(measured.missing)), ..measured };
        }
        measured
    }

    /// 0 to 100, of what a sign came to within its last periods.
    fn score(&self, sign: usize, place: usize, now: Moment) -> Option<f64> {
        let ready = self.signs.get(sign)?;
        let (at, measured) = self.seats.get(sign)?.get(place)?.last?;
        let area = self.areas.as_ref()?.all().get(place)?;
        let fresh = now.0.saturating_sub(at.0) <= i64::from(ready.sign.fresh_secs(area, self.rate)) * 1000;
        measured.value.ok().filter(|_| fresh).and_then(|value| Some(ready.sign.scale?.score(value)))
    }

    /// Sensors of signs that have a value and no number yet.
    pub(crate) fn unseated(&self) -> Vec<(At, Sensor)> {
        let Some(areas) = &self.areas else { return Vec::new() };
        let mut new = Vec::new();
        for (sign, (ready, seats)) in self.signs.iter().zip(&self.seats).enumerate() {
            for (place, (area, seat)) in areas.all().iter().zip(seats).enumerate() {
                let sensor = || ready.sign.sensor(area);
                let fits = |sensor: &Sensor| sensor.check().is_ok();
                new.extend(
                    (seat.untold && seat.number.is_none()).then(sensor).filter(fits).map(|s| ((sign, place), s)),
                );
            }
        }
        new
    }

    /// They are described.
    pub(crate) fn seat(&mut self, told: impl IntoIterator<Item = (At, Result<(SensorId, bool), Refusal>)>) {
        let shallow: Vec<bool> = self.areas().all().iter().map(|area| depth(area) <= BACK_DEPTH).collect();
        for ((sign, place), told) in told {
            let looks_back = self.looks_back(sign);
            if let (Ok((number, new)), Some(seat)) = (told, self.seats.get_mut(sign).and_then(|s| s.get_mut(place))) {
                seat.number = Some(number);
                seat.held = new && looks_back && shallow.get(place).copied().unwrap_or_default();
            }
        }
    }

    /// Whether what a sign asks can be told of hours that were, or it is made of signs of which that holds.
    fn looks_back(&self, sign: usize) -> bool {
        match self.signs.get(sign).map(|ready| &ready.how) {
            Some(How::Formula(formula)) => formula.asks().iter().all(|(_, ask)| can_be_told(ask)),
            Some(How::Weights(weights)) => weights.iter().any(|(part, _)| self.looks_back(*part)),
            _ => false,
        }
    }

    /// The signs of which is to be told first what they were.
    pub(crate) fn held(&self) -> Vec<At> {
        let seats = self.seats.iter().enumerate().flat_map(|(sign, seats)| {
            seats.iter().enumerate().filter(|(_, seat)| seat.held).map(move |(place, _)| (sign, place))
        });
        seats.collect()
    }

    /// That is told.
    pub(crate) fn release(&mut self, seats: &[At]) {
        for (sign, place) in seats {
            if let Some(seat) = self.seats.get_mut(*sign).and_then(|seats| seats.get_mut(*place)) {
                seat.held = false;
            }
        }
    }

    /// What was reckoned since the last call.
    pub(crate) fn readings(&mut self) -> Vec<Reading> {
        let mut readings = Vec::new();
        for (ready, seats) in self.signs.iter().zip(&mut self.seats) {
            for seat in seats.iter_mut().filter(|seat| seat.untold && !seat.held) {
                let Some(sensor) = seat.number else { continue };
                seat.untold = false;
                if let Some((at, Measured { value: Ok(value), .. })) = seat.last {
                    readings.push(Reading { sensor, at, value: ready.sign.rounded(value) });
                }
            }
        }
        readings
    }

    /// What these signs were at a moment by the newest readings of all sensors then, and by those of the hours before that
    /// `past` gathers, and by the cases of then. What nobody can tell of then is left out.
    pub(crate) fn at_moment(
        &self,
        seats: &[At],
        latest: &[Option<Reading>],
        (at, utc_offset_secs): (Moment, i32),
        past: &mut Past,
        then: &Then,
    ) -> Vec<Reading> {
        let mut census = self.census_at(latest, at, std::mem::take(past), AROUND_MILLIS);
        then.count(&mut census, at, utc_offset_secs);
        let value = |sign: usize, place: usize| -> Option<f64> {
            let ready = self.signs.get(sign)?;
            let How::Formula(formula) = &ready.how else { return None };
            let known = self.looks_back(sign) && then.knows(formula, at, utc_offset_secs);
            let measured = known.then(|| formula.reckon(&census, place))?;
            measured.value.ok().filter(|_| f64::from(measured.missing) <= ready.sign.missing_max)
        };
        let reading = |(sign, place): &At| {
            let ready = self.signs.get(*sign)?;
            let value = match &ready.how {
                How::Formula(_) => value(*sign, *place)?,
                How::Weights(weights) => {
                    let score = |part: usize| Some(self.signs.get(part)?.sign.scale?.score(value(part, *place)?));
                    let measured = formula::index(weights.iter().map(|(part, weight)| (*weight, score(*part))));
                    measured.value.ok().filter(|_| f64::from(measured.missing) <= ready.sign.missing_max)?
                }
                How::Never => return None,
            };
            Some(Reading { sensor: self.number((*sign, *place))?, at, value: ready.sign.rounded(value) })
        };
        let readings = seats.iter().filter_map(reading).collect();
        *past = std::mem::take(census.past_mut());
        readings
    }

    /// The sensor of a sign in an area.
    pub(crate) fn number(&self, (sign, place): At) -> Option<SensorId> {
        self.seats.get(sign)?.get(place)?.number
    }

    /// What a sign in an area came to last, and when.
    pub(crate) fn last(&self, (sign, place): At) -> Option<(Moment, Measured)> {
        self.seats.get(sign)?.get(place)?.last
    }

    /// The kinds of sensors that a sign asks; those of an index are those of its members.
    pub(crate) fn kinds(&self, sign: usize) -> Vec<SensorKind> {
        let mut kinds: Vec<SensorKind> = match self.signs.get(sign).map(|ready| &ready.how) {
            Some(How::Formula(formula)) => formula.kinds().collect(),
            Some(How::Weights(weights)) => weights.iter().flat_map(|(part, _)| self.kinds(*part)).collect(),
            Some(How::Never) | None => Vec::new(),
        };
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// What all signs ask.
fn asks(signs: &[Ready]) -> impl Iterator<Item = &Ask> {
    let formulas =
        signs.iter().filter_map(|ready| if let How::Formula(formula) = &ready.how { Some(formula) } else { None });
    formulas.flat_map(Formula::asks).map(|(_, ask)| ask)
}

fn ready(signs: &[VitalSign]) -> Vec<Ready> {
    let place = |code: &str| signs.iter().position(|sign| sign.code == code);
    let how = |sign: &VitalSign| match &sign.reckoning {
        Reckoning::Formula(text) => Formula::read(text).map_or(How::Never, How::Formula),
        Reckoning::Weights(weights) => {
            How::Weights(weights.iter().filter_map(|(code, weight)| Some((place(code)?, *weight))).collect())
        }
    };
    signs.iter().map(|sign| Ready { sign: sign.clone(), how: how(sign) }).collect()
}

/// The next beat of its period, however late this round is.
fn next_due(sign: &VitalSign, area: &Area, now: Moment) -> Moment {
    let period = i64::from(sign.period_secs_in(area)) * 1000;
    Moment((now.0.div_euclid(period) + 1) * period)
}

/// Count the cases and alarms of a hall.
pub(crate) fn census_of_hall(
    census: &mut Census,
    (areas, of_cases): (&Areas, &HashMap<IncidentId, Area>),
    hall: &Hall,
    (in_force, utc_offset_secs): (&InForce, &dyn Fn(Moment) -> i32),
    now: Moment,
    figures: bool,
) {
    let offset = utc_offset_secs(now);
    let midnight = midnight(now, offset);
    let mut chains: HashMap<&Area, Vec<u32>> = HashMap::new();
    let city = areas.chain(&Area::CITY);
    for incident in hall.incidents() {
        let chain = match of_cases.get(&incident.id) {
            Some(area) => chains.entry(area).or_insert_with(|| areas.chain(area)),
            None => &city,
        };
        let over = hall.closing(incident.id).map(|closing| closing.at);
        census.case(
            chain,
            CaseSeen {
                kind: &incident.kind,
                grade: incident.grade,
                open: over.is_none(),
                late: over.is_none() && is_late(hall, incident, in_force, now, offset),
                in_hour: now.0.saturating_sub(incident.known_at.0) < HOUR_MILLIS,
                today: incident.known_at >= midnight,
                over_today: over.is_some_and(|at| at >= midnight),
            },
        );
    }
    for alarm in hall.alarms().all().filter(|alarm| alarm.is_standing() && alarm.what.measures != SensorKind::Vital) {
        let chain = areas.chain(&alarm.what.area);
        census.alarm(&chain, alarm.waits());
    }
    if figures {
        let counting = Counting {
            span: Span { from: midnight, until: now },
            rules: in_force.kinds().figures(),
            limits: in_force.limits(),
            utc_offset_secs,
        };
        let place =
            |id: IncidentId| areas.chain(of_cases.get(&id).unwrap_or(&Area::CITY)).first().copied().unwrap_or(0);
        let by_place = counting.by(hall, |incident| place(incident.id), |incident, _| place(incident.id));
        let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
        for (deepest, tally) in by_place {
            let chain = areas.all().get(deepest as usize).map_or_else(Vec::new, |area| areas.chain(area));
            for place in chain {
                tallies.entry(place as usize).or_default().add(&tally);
            }
        }
        census.figures(tallies);
    }
}

fn is_late(hall: &Hall, incident: &Incident, in_force: &InForce, now: Moment, offset: i32) -> bool {
    let Some(course) = hall.course(incident.id) else { return false };
    let timers = in_force.limits().timers(&incident.kind, course, offset);
    timers.iter().any(|timer| matches!(timer.run, Run::Running { due, .. } if due < now))
}

pub(super) fn midnight(now: Moment, utc_offset_secs: i32) -> Moment {
    let offset = i64::from(utc_offset_secs) * 1000;
    Moment((now.0 + offset).div_euclid(DAY_MILLIS) * DAY_MILLIS - offset)
}
