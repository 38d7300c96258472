//! What sensors showed before, as formulas ask it: over a while, or so long ago.
//!
//! 1. Of each question that is asked over time there is one sample on the beat, which is the finer the shorter the window
//!    ([`Window::step_millis`]): what the question came to at that moment, area by area. No more is held, however many
//!    sensors there are.
//! 2. A mean, a least or a greatest value is of the samples after the beginning of the window up to its end. It has no value
//!    while half of them are missing.
//! 3. What was so long ago is the last sample at that moment or before it, by one beat at most.

use std::collections::BTreeMap;

use super::census::Nothing;
use super::formula::Ask;
use crate::domain::Moment;

/// Most questions that are asked over time by all signs together.
pub const SERIES_MAX: usize = 100;

const MINUTE_MILLIS: i64 = 60_000;
const HOUR_MILLIS: i64 = 60 * MINUTE_MILLIS;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
/// The shortest and the longest window.
const WINDOW_MILLIS: std::ops::RangeInclusive<i64> = 5 * MINUTE_MILLIS..=7 * DAY_MILLIS;
/// Windows up to so long have a beat of a minute, and up to so long one of ten; longer ones one of an hour.
const BY_MINUTE_MILLIS: i64 = 2 * HOUR_MILLIS;
const BY_TEN_MILLIS: i64 = DAY_MILLIS;
/// Fewer beats are no while.
const BEATS_MIN: i64 = 5;

/// What of a question's values over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// What it was that long ago.
    Ago,
    /// How much it rose since then, by the hour.
    Rate,
}

/// How long a while is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(i64);

impl Window {
    /// `10m`, `1h`, `1d`: minutes, hours, days, from five minutes to a week.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let unit = match text.chars().next_back()? {
            'm' => MINUTE_MILLIS,
            'h' => HOUR_MILLIS,
            'd' => DAY_MILLIS,
            _ => return None,
        };
        let count = text.get(..text.len() - 1)?;
        let plain = !count.is_empty() && count.len() <= 5 && count.bytes().all(|digit| digit.is_ascii_digit());
        let millis = count.parse::<i64>().ok().filter(|_| plain)? * unit;
        WINDOW_MILLIS.contains(&millis).then_some(Self(millis))
    }

    /// In milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The beat of its samples, in milliseconds.
    #[must_use]
    pub const fn step_millis(self) -> i64 {
        if self.0 <= BY_MINUTE_MILLIS {
            MINUTE_MILLIS
        } else if self.0 <= BY_TEN_MILLIS {
            10 * MINUTE_MILLIS
        } else {
            HOUR_MILLIS
        }
    }

    /// How many of the greatest unit in which it is a whole number, and that unit as it is written: `d`, `h` or `m`.
    #[must_use]
    pub const fn count(self) -> (i64, char) {
        if self.0 % DAY_MILLIS == 0 {
            (self.0 / DAY_MILLIS, 'd')
        } else if self.0 % HOUR_MILLIS == 0 {
            (self.0 / HOUR_MILLIS, 'h')
        } else {
            (self.0 / MINUTE_MILLIS, 'm')
        }
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (count, unit) = self.count();
        write!(f, "{count}{unit}")
    }
}

/// What a question came to on the beat.
#[derive(Debug, Clone, PartialEq)]
struct Series {
    of: Ask,
    step: i64,
    /// The longest window in which it is asked.
    keep: i64,
    /// By moment, in milliseconds since 1970, then by area; not a number where there was no value.
    samples: BTreeMap<i64, Vec<f64>>,
}

/// What was of all questions that are asked over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    series: Vec<Series>,
    /// No beat is finer.
    coarse: i64,
}

impl Past {
    /// One of the same questions with nothing known and no beat finer than so many milliseconds.
    #[must_use]
    pub fn coarser(&self, step_millis: i64) -> Self {
        let mut series: Vec<Series> = Vec::new();
        for one in &self.series {
            let step = one.step.max(step_millis);
            match series.iter_mut().find(|known| known.of == one.of && known.step == step) {
                Some(known) => known.keep = known.keep.max(one.keep),
                None => series.push(Series { step, samples: BTreeMap::new(), of: one.of.clone(), keep: one.keep }),
            }
        }
        Self { series, coarse: step_millis }
    }

    /// Hold what these ask over time, and nothing else; what is known of it stays.
    pub fn want<'a>(&mut self, asks: impl IntoIterator<Item = &'a Ask>) {
        let mut before = std::mem::take(&mut self.series);
        for ask in asks {
            let Ask::Over { of, window, .. } = ask else { continue };
            let step = self.step(*window);
            if let Some(known) = self.series.iter_mut().find(|one| one.of == **of && one.step == step) {
                known.keep = known.keep.max(window.millis());
                continue;
            }
            let known = before.iter().position(|one| one.of == **of && one.step == step);
            let samples = known.map(|at| before.swap_remove(at).samples).unwrap_or_default();
            self.series.push(Series { of: (**of).clone(), step, keep: window.millis(), samples });
        }
    }

    /// How many questions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// Forget what is known: areas are others than they were.
    pub fn clear(&mut self) {
        self.series.iter_mut().for_each(|one| one.samples.clear());
    }

    /// Take a sample of what is on the beat at `now`, or was within the minute before, and has none yet. `value` tells what a
    /// question comes to in each area.
    pub fn sample(&mut self, now: Moment, value: impl Fn(&Ask) -> Vec<f64>) {
        for one in &mut self.series {
            let beat = now.0.div_euclid(one.step) * one.step;
            if now.0 - beat < MINUTE_MILLIS && !one.samples.contains_key(&beat) {
                one.samples.insert(beat, value(&one.of));
                let oldest = beat - one.keep - one.step;
                one.samples = one.samples.split_off(&oldest);
            }
        }
    }

    /// The moments up to `now` of which something is to be known and is not, the last first.
    #[must_use]
    pub fn gaps(&self, now: Moment) -> Vec<Moment> {
        let mut gaps: Vec<i64> = Vec::new();
        for one in &self.series {
            let last = now.0.div_euclid(one.step);
            let first = (now.0 - one.keep).div_euclid(one.step);
            gaps.extend((first..=last).map(|beat| beat * one.step).filter(|at| !one.samples.contains_key(at)));
        }
        gaps.sort_unstable_by(|one, other| other.cmp(one));
        gaps.dedup();
        gaps.into_iter().map(Moment).collect()
    }

    /// The moments whose samples a question over time needs at `now`, the first first.
    pub fn needs(&self, over: Over, window: Window, now: Moment) -> impl Iterator<Item = Moment> + use<> {
        let (step, from) = (self.step(window), now.0 - window.millis());
        let beats = match over {
            Over::Ago | Over::Rate => from.div_euclid(step) - 1..=from.div_euclid(step),
            Over::Mean | Over::Min | Over::Max => from.div_euclid(step) + 1..=now.0.div_euclid(step),
        };
        beats.map(move |beat| Moment(beat * step))
    }

    /// Put in what is known of a moment that was, where that is to be known.
    pub fn fill(&mut self, at: Moment, value: impl Fn(&Ask) -> Vec<f64>) {
        for one in self.series.iter_mut().filter(|one| at.0.rem_euclid(one.step) == 0) {
            one.samples.entry(at.0).or_insert_with(|| value(&one.of));
        }
    }

    /// What a question comes to over a window that ends at `now`, in the area at `place`; `value` is what it comes to now.
    ///
    /// # Errors
    /// [`Nothing`], where too much of it is missing.
    pub fn over(
        &self,
        (over, of, window): (Over, &Ask, Window),
        place: usize,
        now: Moment,
        value: Result<f64, Nothing>,
    ) -> Result<f64, Nothing> {
        let step = self.step(window);
        let known = self.series.iter().find(|one| one.step == step && one.of == *of);
        let one = known.filter(|_| window.millis() >= step).ok_or(Nothing::Missing(1.0))?;
        let number = |values: &Vec<f64>| values.get(place).copied().filter(|value| value.is_finite());
        let from = now.0 - window.millis();
        if matches!(over, Over::Ago | Over::Rate) {
            let mut before = one.samples.range(from - step..=from).rev();
            let (at, then) =
                before.find_map(|(at, values)| Some((*at, number(values)?))).ok_or(Nothing::Missing(1.0))?;
            return match over {
                Over::Ago => Ok(then),
                _ => Ok((value? - then) / ((now.0 - at) as f64 / HOUR_MILLIS as f64)),
            };
        }
        let beats = window.millis() / step;
        let values: Vec<f64> = one.samples.range(from + 1..=now.0).filter_map(|(_, values)| number(values)).collect();
        let count = values.len() as f64;
        if beats < BEATS_MIN || count * 2.0 < beats as f64 {
            #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
            return Err(Nothing::Missing((1.0 - count / beats as f64).clamp(0.0, 1.0) as f32));
        }
        Ok(match over {
            Over::Min => values.into_iter().fold(f64::INFINITY, f64::min),
            Over::Max => values.into_iter().fold(f64::NEG_INFINITY, f64::max),
            Over::Mean | Over::Ago | Over::Rate => values.into_iter().sum::<f64>() / count,
        })
    }

    fn step(&self, window: Window) -> i64 {
        window.step_millis().max(self.coarse)
    }
}
