//! Where a vital sign is expected, by what it did in the weeks before: season and trend taken apart (MSTL), the trend
//! going on as it was last.

use std::collections::HashMap;

use augurs_core::{Fit, Predict};
use augurs_mstl::MSTLModel;

use crate::domain::vital::Band;
use crate::domain::vital::seen::BAND_HOURS;
use crate::domain::{Moment, SensorId};

const HOUR_MILLIS: i64 = 3_600_000;
/// Three weeks of it count.
const HOURS: usize = 21 * 24;
/// The least there has to be: a season is told from chance only when it was seen twice.
const HOURS_MIN: usize = 48;
/// With so many a week is a season too.
const HOURS_WEEKS: usize = 15 * 24;
/// At most so great a part of the hours may be missing.
const GAPS_MAX: f64 = 0.25;
/// Nine of ten times it is within.
const LEVEL: f64 = 0.9;

/// From when to when, and how many hours, count for what is expected around a moment: those before its last day, so that what is
/// expected of that day knows nothing of it.
pub(crate) fn stretch(at: Moment) -> (Moment, Moment, usize) {
    let hours = |count: usize| i64::try_from(count).unwrap_or(i64::MAX) * HOUR_MILLIS;
    let to = Moment(at.0.div_euclid(HOUR_MILLIS) * HOUR_MILLIS - hours(BAND_HOURS.0));
    (to.plus_millis(-hours(HOURS)), to, HOURS)
}

/// Bands of the hour: screens ask again and again for the same, and within an hour it is the same.
#[derive(Debug, Default)]
pub(super) struct Bands {
    hour: i64,
    of: HashMap<SensorId, Band>,
}

impl Bands {
    /// That of the sensor of a sign at a moment, where it was reckoned in that hour.
    pub(super) fn get(&self, sign: SensorId, at: Moment) -> Option<Band> {
        let same = self.hour == at.0.div_euclid(HOUR_MILLIS);
        self.of.get(&sign).filter(|_| same).cloned()
    }

    /// It was reckoned. That there is none is not kept: what was is read from day to day, and there may be more of it soon.
    pub(super) fn keep(&mut self, sign: SensorId, at: Moment, band: &Band) {
        let hour = at.0.div_euclid(HOUR_MILLIS);
        if self.hour != hour {
            (self.hour, self.of) = (hour, HashMap::new());
        }
        self.of.insert(sign, band.clone());
    }
}

/// What is expected from a day before `at` on, by the hours of [`stretch`]; `None` where there are too few.
pub(crate) fn band(history: &[Option<f32>], at: Moment) -> Option<Band> {
    let begin = history.iter().position(Option::is_some)?;
    let known = history.get(begin..)?;
    let gaps = known.iter().filter(|hour| hour.is_none()).count();
    if known.len() < HOURS_MIN || gaps as f64 > GAPS_MAX * known.len() as f64 {
        return None;
    }
    let filled = filled(known);
    let seasons = if filled.len() >= HOURS_WEEKS { vec![24, 7 * 24] } else { vec![24] };
    let model = MSTLModel::naive(seasons).fit(&filled);
    let model = model.inspect_err(|error| tracing::debug!(%error, "nothing is expected of a vital sign")).ok()?;
    let hours = BAND_HOURS.0 + BAND_HOURS.1;
    let forecast = model.predict(hours, LEVEL).ok()?;
    let intervals = forecast.intervals?;
    #[expect(clippy::cast_possible_truncation, reason = "a value in a picture")]
    let hours =
        intervals.lower.iter().zip(&intervals.upper).map(|(least, most)| (*least as f32, *most as f32)).collect();
    let (_, from, _) = stretch(at);
    Some(Band { from, hours })
}

/// Gaps filled straight from one side to the other.
fn filled(known: &[Option<f32>]) -> Vec<f64> {
    let mut all: Vec<f64> = Vec::with_capacity(known.len());
    let mut gap = 0;
    for hour in known {
        let Some(value) = hour.map(f64::from) else {
            gap += 1;
            continue;
        };
        let last = all.last().copied().unwrap_or(value);
        let parts = f64::from(u32::try_from(gap + 1).unwrap_or(u32::MAX));
        all.extend((1..=gap).map(|part| last + (value - last) * f64::from(part) / parts));
        all.push(value);
        gap = 0;
    }
    let last = all.last().copied().unwrap_or_default();
    all.extend((0..gap).map(|_| last));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment(1_793_577_600_000);

    #[expect(clippy::cast_possible_truncation, reason = "a test's values")]
    fn days(days: usize) -> Vec<Option<f32>> {
        let hour = |hour: usize| 50.0 + 20.0 * ((hour % 24) as f64 / 24.0 * std::f64::consts::TAU).sin();
        let little = |hour: usize| ((hour * 7919) % 13) as f64 / 13.0 - 0.5;
        let unknown = HOURS - days * 24;
        (0..HOURS).map(|at| (at >= unknown).then(|| (hour(at) + little(at)) as f32)).collect()
    }

    #[test]
    fn a_day_and_a_half_are_expected_where_the_days_before_were() {
        for count in [3, 8, 21] {
            let band = band(&days(count), AT).unwrap();
            assert_eq!(band.hours.len(), BAND_HOURS.0 + BAND_HOURS.1);
            assert_eq!(band.from.0, AT.0 - 24 * HOUR_MILLIS);
            for (hour, (least, most)) in band.hours.iter().enumerate().take(24) {
                let real = 50.0 + 20.0 * ((hour % 24) as f32 / 24.0 * std::f32::consts::TAU).sin();
                assert!(
                    least < most && (least - 4.0..most + 4.0).contains(&real),
                    "{count} {hour}: {least} {real} {most}"
                );
            }
        }
    }

    #[test]
    fn a_band_is_kept_for_its_hour() {
        let (one, other) = (SensorId(1), SensorId(2));
        let expected = band(&days(8), AT).unwrap();
        let mut bands = Bands::default();
        bands.keep(one, AT, &expected);
        let later = |minutes: i64| AT.plus_millis(minutes * 60_000);
        assert_eq!((bands.get(one, later(59)), bands.get(other, AT)), (Some(expected.clone()), None));
        assert_eq!(bands.get(one, later(60)), None);
        bands.keep(other, later(60), &expected);
        assert_eq!((bands.get(one, AT), bands.get(other, later(61))), (None, Some(expected)));
    }

    #[test]
    fn nothing_is_expected_of_too_little() {
        assert_eq!(band(&[], AT), None);
        assert_eq!(band(&days(1), AT), None);
        let gaps: Vec<_> = days(10).into_iter().enumerate().map(|(at, hour)| hour.filter(|_| at % 3 > 0)).collect();
        assert_eq!(band(&gaps, AT), None);
        let few: Vec<_> = days(10).into_iter().enumerate().map(|(at, hour)| hour.filter(|_| at % 9 > 0)).collect();
        assert!(band(&few, AT).is_some());
        assert_eq!(filled(&[Some(1.0), None, None, Some(4.0), None]), [1.0, 2.0, 3.0, 4.0, 4.0]);
    }
}
