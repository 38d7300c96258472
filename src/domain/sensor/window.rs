//! A window of time that ends at the moment that is shown, and what of a sensor's readings in it is told.

use serde::{Deserialize, Serialize};

use super::SensorKind;
use crate::domain::Moment;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
/// Windows of a day begin at a whole multiple of so many milliseconds, as the store keeps steps of them.
pub const STEP_MILLIS: i64 = 600_000;

/// How long a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spell {
    /// The hour before.
    Hour,
    /// Since midnight of the city's time.
    Today,
    /// The 24 hours before, from a whole step of [`STEP_MILLIS`] on.
    Day,
}

impl Spell {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Today, Self::Day];

    /// Its name in settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Today => "today",
            Self::Day => "day",
        }
    }

    /// When the window begins that ends at a moment, in a city so many seconds ahead of UTC.
    #[must_use]
    pub const fn begin(self, end: Moment, utc_offset_secs: i32) -> Moment {
        match self {
            Self::Hour => Moment(end.0.saturating_sub(HOUR_MILLIS)),
            Self::Today => Moment(midnight(end.0, utc_offset_secs)),
            Self::Day => Moment(end.0.saturating_sub(DAY_MILLIS).div_euclid(STEP_MILLIS) * STEP_MILLIS),
        }
    }

    /// Until before when windows hold what was measured at a moment: those that end later begin after it.
    #[must_use]
    pub const fn until(self, at: Moment, utc_offset_secs: i32) -> Moment {
        match self {
            Self::Hour => Moment(at.0.saturating_add(HOUR_MILLIS + 1)),
            Self::Today => Moment(midnight(at.0, utc_offset_secs) + DAY_MILLIS),
            Self::Day => Moment((at.0.div_euclid(STEP_MILLIS) + 1) * STEP_MILLIS + DAY_MILLIS),
        }
    }
}

/// The midnight before a moment, in a city so many seconds ahead of UTC.
const fn midnight(at: i64, utc_offset_secs: i32) -> i64 {
    let ahead = utc_offset_secs as i64 * 1_000;
    (at + ahead).div_euclid(DAY_MILLIS) * DAY_MILLIS - ahead
}

/// What of the readings in a window is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gist {
    /// The mean of all.
    Mean,
    /// The greatest.
    Highest,
    /// The least.
    Lowest,
    /// How much came in all: of what is measured by the hour, as rain is, the mean of each ten minutes for as long as they
    /// are. Steps without a reading count as none.
    Sum,
}

impl Gist {
    /// Its name in settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
            Self::Sum => "sum",
        }
    }

    /// Those that say something of a kind, the one that it has by itself first: what is dangerous where there is much of
    /// it is told by its greatest.
    #[must_use]
    pub const fn of(kind: SensorKind) -> &'static [Self] {
        use SensorKind as K;
        match kind {
            K::Rain => &[Self::Sum, Self::Highest, Self::Mean],
            K::CombustibleGas
            | K::WaterLevel
            | K::CrackWidth
            | K::Tilt
            | K::ManholeCover
            | K::PowerLoad
            | K::CrowdCount => &[Self::Highest, Self::Mean, Self::Lowest],
            K::Flow | K::Temperature | K::Pm25 | K::Pm10 | K::Noise | K::TrafficSpeed | K::Other | K::Vital => {
                &[Self::Mean, Self::Highest, Self::Lowest]
            }
        }
    }
}

/// A window, and what is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    /// How long it is.
    pub spell: Spell,
    /// What is told.
    pub gist: Gist,
}

impl Window {
    /// What a kind tells by itself of a window so long.
    #[must_use]
    pub fn of(kind: SensorKind, spell: Spell) -> Self {
        Self { spell, gist: Gist::of(kind).first().copied().unwrap_or(Gist::Mean) }
    }

    /// The window of that name: `hour`, `today` or `day`, and after a hyphen what is told of it where that is not what the
    /// kind tells by itself: `day-highest`. `None` where there is no such window, or the kind tells no such thing.
    #[must_use]
    pub fn of_word(kind: SensorKind, words: &str) -> Option<Self> {
        let (spell, gist) = words.split_once('-').map_or((words, None), |(spell, gist)| (spell, Some(gist)));
        let window = Self::of(kind, Spell::ALL.into_iter().find(|one| one.word() == spell)?);
        let Some(gist) = gist else { return Some(window) };
        let gist = Gist::of(kind).iter().copied().find(|one| one.word() == gist)?;
        Some(Self { gist, ..window })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-11-15 00:00 in UTC.
    const DAY: i64 = 1_700_006_400_000;

    #[test]
    fn a_window_begins_an_hour_before_at_midnight_of_the_city_or_a_day_before_on_a_whole_step() {
        let at = Moment(DAY + 3 * HOUR_MILLIS + 456_789);
        let begins = |spell: Spell, offset: i32| spell.begin(at, offset).0 - DAY;
        assert_eq!(begins(Spell::Hour, 0), 2 * HOUR_MILLIS + 456_789);
        assert_eq!(begins(Spell::Today, 0), 0);
        assert_eq!(begins(Spell::Today, 8 * 3_600), -8 * HOUR_MILLIS, "eight hours earlier it is midnight there");
        assert_eq!(begins(Spell::Today, -4 * 3_600), -20 * HOUR_MILLIS, "there it is yesterday still");
        assert_eq!(begins(Spell::Day, 0), -21 * HOUR_MILLIS);
    }

    #[test]
    fn what_was_measured_is_held_by_windows_until_they_begin_after_it() {
        for spell in Spell::ALL {
            for millis in [0, 1, 599_999, 600_000, 3_599_999, 3_600_000, 50_000_000, DAY_MILLIS - 1] {
                let at = Moment(DAY + millis);
                let until = spell.until(at, 3_600);
                assert!(spell.begin(until, 3_600) > at, "{spell:?} {millis}: it is past then");
                assert!(spell.begin(Moment(until.0 - 1), 3_600) <= at, "{spell:?} {millis}: until then it counts");
            }
        }
    }

    #[test]
    fn a_window_has_a_name_and_what_is_told_of_it_is_what_its_kind_tells() {
        let of = |kind, words: &str| Window::of_word(kind, words);
        for kind in SensorKind::ALL {
            for spell in Spell::ALL {
                assert_eq!(of(kind, spell.word()), Some(Window::of(kind, spell)));
                for gist in Gist::of(kind).iter().copied() {
                    let words = format!("{}-{}", spell.word(), gist.word());
                    assert_eq!(of(kind, &words), Some(Window { spell, gist }), "{words}");
                }
            }
        }
        let (rain, dust) = (SensorKind::Rain, SensorKind::Pm25);
        assert_eq!(of(rain, "day"), Some(Window { spell: Spell::Day, gist: Gist::Sum }));
        for words in ["", "week", "day-", "day-lowest", "-sum", "Day", "day-sum-mean", "day sum"] {
            assert_eq!(of(rain, words), None, "{words}");
        }
        assert_eq!(of(dust, "day-sum"), None);
    }

    #[test]
    fn every_kind_tells_something_of_a_window_and_only_rain_a_sum() {
        for kind in SensorKind::ALL {
            assert_eq!(Gist::of(kind).contains(&Gist::Sum), kind == SensorKind::Rain);
            assert_eq!(Window::of(kind, Spell::Day).gist, Gist::of(kind)[0]);
        }
    }
}
