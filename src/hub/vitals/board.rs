//! What screens are told of vital signs: all of an area at a moment, and what one number is made of.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::band;
use super::round::{At, Round, parts_then};
use super::then::Then;
use crate::domain::rights::Area;
use crate::domain::sensor::{SensorKind, TrendStep};
use crate::domain::vital::seen::{COURSE_STEP_MILLIS, COURSE_STEPS, SENSORS_LISTED};
use crate::domain::vital::{VitalBoard, VitalPart, VitalRow, VitalSensor, VitalXray};
use crate::domain::{Hall, IncidentId, Moment, Reading, Refusal, Sensor, SensorId};
use crate::hub::{Inner, Intake};
use crate::store::readings::{Mean, Reader, ReadingsError};

const MINUTE_MILLIS: i64 = 60_000;
const HOUR_MILLIS: i64 = 60 * MINUTE_MILLIS;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
/// The same day of the week, a year before.
const YEAR_MILLIS: i64 = 52 * 7 * DAY_MILLIS;
/// What was is read again after so long.
const FRESH: Duration = Duration::from_secs(30);
/// What a sign was at a moment is its mean over ten minutes, the last ones of the hour before in which it had a value.
const AROUND_MILLIS: i64 = HOUR_MILLIS;
const AROUND_STEPS: usize = 6;
/// Steps of the course in an X-ray.
const XRAY_STEPS: usize = 288;
/// Most areas of which what was is remembered.
const TOLD_MAX: usize = 64;

/// What was of the signs of an area.
#[derive(Debug, Clone, Default)]
struct Was {
    hour: Option<f64>,
    day: Option<f64>,
    week: Option<f64>,
    course: Vec<Option<f32>>,
}

/// What was told lately: screens ask again and again for the same.
#[derive(Debug, Default)]
pub(super) struct Told {
    of: HashMap<Area, (Instant, Vec<Option<SensorId>>, Arc<Vec<Was>>)>,
}

impl Told {
    fn get(&self, area: &Area, seats: &[Option<SensorId>]) -> Option<Arc<Vec<Was>>> {
        let (at, known, was) = self.of.get(area)?;
        (at.elapsed() < FRESH && known == seats).then(|| Arc::clone(was))
    }

    fn keep(&mut self, area: Area, seats: Vec<Option<SensorId>>, was: Arc<Vec<Was>>) {
        self.of.retain(|_, (at, ..)| at.elapsed() < FRESH);
        if self.of.len() < TOLD_MAX {
            self.of.insert(area, (Instant::now(), seats, was));
        }
    }
}

fn unreadable(error: &ReadingsError) -> Refusal {
    tracing::error!(%error, "vital signs cannot be read");
    Refusal::NoReadings
}

fn place_of(round: &Round, area: &Area) -> Result<usize, Refusal> {
    round.areas().place(area).ok_or_else(|| Refusal::Unusable {
        field: "area".to_owned(),
        reason: "has no vital signs: no sensor is in it".to_owned(),
    })
}

/// All signs of an area, now or at a moment.
///
/// # Errors
/// [`Refusal`]: an area without signs, a store that cannot be read.
pub(crate) async fn board(hub: &Inner, area: &Area, at: Option<Moment>) -> Result<VitalBoard, Refusal> {
    let moment = at.unwrap_or_else(|| hub.clock.now());
    let (below, signs) = {
        let round = hub.vitals.round();
        let (areas, place) = (round.areas(), place_of(&round, area)?);
        let below: Vec<Area> = areas.below(area).cloned().collect();
        let places: Vec<usize> = below.iter().filter_map(|area| areas.place(area)).collect();
        let sign = |(sign, described): (usize, &crate::domain::VitalSign)| {
            let missing = round.last((sign, place)).map_or(0.0, |(_, measured)| measured.missing);
            let below: Vec<_> = places.iter().map(|place| round.number((sign, *place))).collect();
            (described.code.clone(), round.number((sign, place)), missing, below)
        };
        let signs: Vec<_> = round.signs().enumerate().map(sign).collect();
        (below, signs)
    };
    let seats: Vec<Option<SensorId>> = signs.iter().map(|(_, number, ..)| *number).collect();
    let known = at.is_none().then(|| hub.vitals.told().get(area, &seats)).flatten();
    let wanted = (known.is_none(), at.is_some());
    let of = seats.clone();
    let look = hub.readings.look(move |reader| -> Result<_, ReadingsError> {
        let latest = if wanted.1 { reader.latest_at(moment)? } else { Vec::new() };
        let was = if wanted.0 { Some(was_of(reader, &of, moment)?) } else { None };
        Ok((latest, was))
    });
    let (latest, was) = match known {
        Some(was) if at.is_none() => (Vec::new(), was),
        _ => {
            let (latest, was) = look.await.map_err(|error| unreadable(&error))?;
            (latest, Arc::new(was.unwrap_or_default()))
        }
    };
    let newest = |number: SensorId| -> Option<Reading> {
        if at.is_some() {
            return latest.get(number.index()).copied().flatten();
        }
        hub.readings.newest(|newest| newest.of(number).1)
    };
    let row = |(place, (code, number, missing, of_below)): (usize, &(String, Option<SensorId>, f32, Vec<_>))| {
        let was = was.get(place).cloned().unwrap_or_default();
        let said = |number: &Option<SensorId>| number.and_then(newest).map(|reading| (reading.at, reading.value));
        VitalRow {
            code: code.clone(),
            newest: said(number),
            missing: if at.is_some() { 0.0 } else { *missing },
            hour: was.hour,
            day: was.day,
            week: was.week,
            course: was.course,
            below: of_below.iter().map(said).collect(),
        }
    };
    let rows: Vec<VitalRow> = signs.iter().enumerate().map(row).collect();
    // What has just begun is read again at once.
    let is_whole = |row: &VitalRow| {
        let is_old = row.newest.is_none_or(|(then, _)| moment.0.saturating_sub(then.0) > DAY_MILLIS);
        is_old || row.course.iter().any(Option::is_some)
    };
    if at.is_none() && wanted.0 && rows.iter().all(is_whole) {
        hub.vitals.told().keep(area.clone(), seats, was);
    }
    Ok(VitalBoard { area: area.clone(), at: moment, below, rows })
}

/// What the signs of an area were 52 weeks before a moment, at the same hour of the same day of the week, by their codes; of
/// those of which nothing is kept of then, nothing.
///
/// # Errors
/// As [`board`].
pub(crate) async fn year_before(hub: &Inner, area: &Area, at: Moment) -> Result<BTreeMap<String, f64>, Refusal> {
    let seats: Vec<(String, SensorId)> = {
        let round = hub.vitals.round();
        let place = place_of(&round, area)?;
        let seat = |(sign, described): (usize, &crate::domain::VitalSign)| {
            Some((described.code.clone(), round.number((sign, place))?))
        };
        round.signs().enumerate().filter_map(seat).collect()
    };
    let look = hub.readings.look(move |reader| {
        let mut years = BTreeMap::new();
        for (code, number) in seats {
            if let Some(value) = around(reader, number, at.plus_millis(-YEAR_MILLIS))? {
                years.insert(code, value);
            }
        }
        Ok(years)
    });
    look.await.map_err(|error| unreadable(&error))
}

fn was_of(reader: &Reader, seats: &[Option<SensorId>], at: Moment) -> Result<Vec<Was>, ReadingsError> {
    let was = |number: &Option<SensorId>| -> Result<Was, ReadingsError> {
        let Some(number) = *number else { return Ok(Was::default()) };
        let before = |millis: i64| around(reader, number, at.plus_millis(-millis));
        let from = at.plus_millis(-i64::from(COURSE_STEPS) * COURSE_STEP_MILLIS);
        let series = reader.series(number, from, at, usize::from(COURSE_STEPS))?;
        Ok(Was {
            hour: before(HOUR_MILLIS)?,
            day: before(DAY_MILLIS)?,
            week: before(7 * DAY_MILLIS)?,
            course: slots(&series.steps, from, COURSE_STEP_MILLIS, COURSE_STEPS.into()),
        })
    };
    seats.iter().map(was).collect()
}

/// The mean over some minutes before a moment.
fn around(reader: &Reader, number: SensorId, at: Moment) -> Result<Option<f64>, ReadingsError> {
    let from = at.plus_millis(-AROUND_MILLIS);
    let series = reader.series(number, from, at, AROUND_STEPS)?;
    let last = series.steps.iter().rfind(|step| step.from <= at.0 && step.from + series.step_millis > from.0);
    Ok(last.map(Mean::mean))
}

/// Means in so many slots of `millis` from `from` on.
#[expect(clippy::cast_possible_truncation, reason = "a value in a picture")]
pub(super) fn slots(steps: &[Mean], from: Moment, millis: i64, count: usize) -> Vec<Option<f32>> {
    let mut sums = vec![(0.0, 0_u64); count];
    for step in steps {
        let slot = usize::try_from((step.from - from.0).div_euclid(millis));
        if let Some(sum) = slot.ok().and_then(|slot| sums.get_mut(slot)) {
            sum.0 += step.sum;
            sum.1 += step.count;
        }
    }
    sums.into_iter().map(|(sum, count)| (count > 0).then(|| (sum / count as f64) as f32)).collect()
}

/// What one number is made of, now or at a moment.
///
/// # Errors
/// [`Refusal`]: no such sign, an area without signs, a store that cannot be read.
pub(crate) async fn xray(hub: &Arc<Inner>, code: &str, area: &Area, at: Option<Moment>) -> Result<VitalXray, Refusal> {
    let moment = at.unwrap_or_else(|| hub.clock.now());
    let (sign, seat, last, parts, members, kinds) = {
        let round = hub.vitals.round();
        let sign = round.signs().position(|sign| sign.code == code).ok_or_else(|| Refusal::Unusable {
            field: "sign".to_owned(),
            reason: format!("there is no vital sign `{code}`"),
        })?;
        let sign: At = (sign, place_of(&round, area)?);
        let parts = if at.is_none() { round.parts(sign, moment) } else { Vec::new() };
        let members = if at.is_some() { round.members(sign) } else { Vec::new() };
        let (last, kinds) = (round.last(sign).filter(|_| at.is_none()), round.kinds(sign.0));
        (sign, round.number(sign), last, parts, members, kinds)
    };
    let kept = seat.filter(|_| at.is_none()).and_then(|number| hub.vitals.bands().get(number, moment));
    let reckon = kept.is_none();
    let look = hub.readings.look(move |reader| -> Result<_, ReadingsError> {
        let latest = if at.is_some() { reader.latest_at(moment)? } else { Vec::new() };
        let Some(number) = seat else { return Ok((latest, None, Vec::new(), None)) };
        let year = around(reader, number, moment.plus_millis(-YEAR_MILLIS))?;
        let series = reader.series(number, moment.plus_millis(-DAY_MILLIS), moment, XRAY_STEPS)?;
        if !reckon {
            return Ok((latest, Some(series), Vec::new(), year));
        }
        let (from, to, hours) = band::stretch(moment);
        let history = reader.series(number, from, to, hours)?;
        Ok((latest, Some(series), slots(&history.steps, from, HOUR_MILLIS, hours), year))
    });
    let (latest, series, history, year) = look.await.map_err(|error| unreadable(&error))?;
    let newest = |number: SensorId| match at {
        Some(_) => latest.get(number.index()).copied().flatten(),
        None => hub.readings.newest(|newest| newest.of(number).1),
    };
    let (parts, missing_then) = match at {
        None => (parts, 0.0),
        Some(_) if !members.is_empty() => parts_then(&members, moment, newest),
        Some(_) => formula_then(hub, sign, moment, &latest, seat.and_then(newest).map(|last| last.at)).await?,
    };
    let (sensors, sensors_all) = sensors_of(hub, &kinds, area, moment, newest);
    let band = match kept {
        Some(band) => Some(band),
        None => tokio::task::spawn_blocking(move || band::band(&history, moment)).await.unwrap_or_default(),
    };
    if let (true, None, Some(number), Some(band)) = (reckon, at, seat, &band) {
        hub.vitals.bands().keep(number, moment, band);
    }
    let step = |step: &Mean| TrendStep {
        from: Moment(step.from),
        min: step.min,
        max: step.max,
        mean: step.mean(),
        count: step.count,
    };
    Ok(VitalXray {
        code: code.to_owned(),
        area: area.clone(),
        at: moment,
        newest: seat.and_then(newest).map(|reading| (reading.at, reading.value)),
        nothing: last.and_then(|(_, measured)| measured.value.err()),
        missing: last.map_or(missing_then, |(_, measured)| measured.missing),
        parts,
        sensors,
        sensors_all,
        step_millis: series.as_ref().map_or(MINUTE_MILLIS, |series| series.step_millis),
        course: series.iter().flat_map(|series| &series.steps).map(step).collect(),
        band,
        year,
    })
}

/// What the formula of a sign came to at a moment that was, part by part, and the part of its sensors that said nothing.
async fn formula_then(
    hub: &Arc<Inner>,
    sign: At,
    at: Moment,
    latest: &[Option<Reading>],
    kept: Option<Moment>,
) -> Result<(Vec<VitalPart>, f32), Refusal> {
    let asked = hub.vitals.round().over(sign, at);
    let Some((mut past, moments)) = asked else { return Ok((Vec::new(), 0.0)) };
    for moment in moments {
        let before = hub.readings.look(move |reader| reader.latest_at(moment)).await.map_err(|e| unreadable(&e))?;
        hub.vitals.round().gather(&mut past, moment, &before);
    }
    let (areas, now) = (hub.vitals.round().areas(), hub.clock.now());
    let look = move |hall: &Hall, of_cases: &HashMap<IncidentId, Area>| Then::of(hall, &areas, of_cases, now);
    let then = Intake::new(hub).look_with_areas(look).await.map_err(|_| Refusal::NoHub)?;
    let round = hub.vitals.round();
    Ok(round.formula_then(sign, (at, (hub.utc_offset_secs)(at)), (latest, &past, &then), kept))
}

/// The sensors of these kinds in an area, those that say nothing first, then by how far they are from the one in the
/// middle of their kind; and how many there are.
fn sensors_of(
    hub: &Inner,
    kinds: &[SensorKind],
    area: &Area,
    at: Moment,
    newest: impl Fn(SensorId) -> Option<Reading>,
) -> (Vec<VitalSensor>, u32) {
    let all: Vec<(SensorId, Arc<Sensor>)> = {
        let registry = hub.readings.registry();
        let asked = |sensor: &Sensor| kinds.contains(&sensor.kind) && sensor.area.is_within(area);
        let found = registry.all_at(at).filter(|(_, sensor)| asked(sensor));
        found.map(|(number, sensor)| (number, Arc::clone(sensor))).collect()
    };
    let mut seen: Vec<(VitalSensor, f64)> = Vec::with_capacity(all.len());
    for kind in kinds {
        let of_kind: Vec<VitalSensor> = all
            .iter()
            .filter(|(_, sensor)| sensor.kind == *kind)
            .map(|(number, sensor)| {
                let newest = newest(*number).map(|reading| (reading.at, reading.value));
                VitalSensor {
                    number: *number,
                    id: sensor.id.clone(),
                    name: sensor.name.clone(),
                    kind: *kind,
                    at: sensor.at,
                    newest,
                    fresh: newest.is_some_and(|(then, _)| !sensor.is_late(then, at)),
                }
            })
            .collect();
        let mut values: Vec<f64> =
            of_kind.iter().filter(|one| one.fresh).filter_map(|one| Some(one.newest?.1)).collect();
        values.sort_unstable_by(f64::total_cmp);
        let middle = values.get(values.len() / 2).copied().unwrap_or_default();
        let wide = values.last().zip(values.first()).map_or(0.0, |(most, least)| most - least).max(f64::MIN_POSITIVE);
        seen.extend(of_kind.into_iter().map(|one| {
            let out = match one.newest.filter(|_| one.fresh) {
                Some((_, value)) => (value - middle).abs() / wide,
                None => f64::INFINITY,
            };
            (one, out)
        }));
    }
    seen.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.number.cmp(&other.0.number)));
    let count = u32::try_from(seen.len()).unwrap_or(u32::MAX);
    (seen.into_iter().take(SENSORS_LISTED).map(|(sensor, _)| sensor).collect(), count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::readings::{Place, Retention, open};

    #[test]
    fn what_a_sign_was_a_year_before_is_told_from_what_is_kept_so_long() {
        /// A day's beginning.
        const DAY: i64 = 1_700_006_400_000;
        let (mut writer, reader, _) = open(&Place::Temporary, Retention::default()).unwrap();
        let sign = SensorId(0);
        // Each minute of a day it shows the hour.
        let shows = |minute: i64| Reading {
            sensor: sign,
            at: Moment(DAY + minute * MINUTE_MILLIS),
            value: f64::from(i32::try_from(minute / 60).unwrap()),
        };
        let day: Vec<Reading> = (0..1_440).map(shows).collect();
        writer.append(&day, (Moment(DAY + DAY_MILLIS), Moment(DAY + DAY_MILLIS)), |_, _| {});
        writer.seal_all(Moment(DAY + DAY_MILLIS)).unwrap();
        let now = Moment(DAY + YEAR_MILLIS + 10 * HOUR_MILLIS + HOUR_MILLIS / 2);
        writer.append(&[Reading { sensor: sign, at: now, value: 1.0 }], (now, now), |_, _| {});
        writer.seal_all(now).unwrap();
        // Nothing goes by the clock alone: it runs each day.
        for before in (0..40).rev() {
            writer.seal_if_due(now.plus_millis(-before * DAY_MILLIS)).unwrap();
        }
        assert_eq!(reader.count().unwrap(), 1, "the readings themselves are gone");
        assert_eq!(around(&reader, sign, now.plus_millis(-YEAR_MILLIS)).unwrap(), Some(10.0));
        assert_eq!(around(&reader, sign, now.plus_millis(-YEAR_MILLIS - DAY_MILLIS)).unwrap(), None, "the day before");
    }
}
