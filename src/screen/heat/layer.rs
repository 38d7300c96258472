//! The layers there are, their names, units and scales; of when they are shown. Pure.

use super::shades::{Meaning, Ramp, Scale, Skin};
use crate::domain::sensor::{Gist, Spell, Window};
use crate::domain::{Moment, SensorKind};

/// Cases to a square kilometre at the end of the ramp.
const CASES_HIGH: f64 = 12.0;
/// Millimetres of rain of a day at the end of the ramp.
const RAIN_DAY_HIGH_MM: f64 = 100.0;
/// The widest kernel of a field of weather or air, in metres, and that of all others.
const WIDE_M: f64 = 4_000.0;
const CLOSE_M: f64 = 900.0;
/// A layer of the past goes on in steps of so many milliseconds.
const PAST_STEP_MILLIS: i64 = 60_000;

/// When what is shown was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ago {
    /// Now.
    #[default]
    Now,
    /// An hour ago.
    Hour,
    /// Six hours ago.
    SixHours,
    /// A day ago.
    Day,
    /// At a moment of the past, which does not move on.
    At(Moment),
}

impl Ago {
    /// All of them that have a name.
    pub const ALL: [Self; 4] = [Self::Now, Self::Hour, Self::SixHours, Self::Day];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Now => "heat.ago.now",
            Self::Hour => "heat.ago.hour",
            Self::SixHours => "heat.ago.six_hours",
            Self::Day => "heat.ago.day",
            Self::At(_) => "heat.ago.at",
        }
    }

    /// The moment of the past that is shown, `None` for now.
    #[must_use]
    pub fn moment(self, now: Moment) -> Option<Moment> {
        let hours = match self {
            Self::Now => return None,
            Self::At(moment) => return Some(moment),
            Self::Hour => 1,
            Self::SixHours => 6,
            Self::Day => 24,
        };
        let then = now.0 - hours * 3_600_000;
        Some(Moment(then.div_euclid(PAST_STEP_MILLIS) * PAST_STEP_MILLIS))
    }
}

/// A stretch of a sensor's course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Span {
    /// The last hour.
    #[default]
    Hour,
    /// The last day.
    Day,
    /// The last 30 days.
    Month,
}

impl Span {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Hour => "heat.span.hour",
            Self::Day => "heat.span.day",
            Self::Month => "heat.span.month",
        }
    }

    /// How long it is.
    #[must_use]
    pub const fn millis(self) -> i64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Day => 24 * 3_600_000,
            Self::Month => 30 * 24 * 3_600_000,
        }
    }
}

/// What is shown over the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// What sensors of a kind measure.
    Sensors(SensorKind),
    /// How dense open cases are.
    Cases,
}

/// Layers that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// Its name, below `heat.family` in `assets/i18n`.
    pub word: &'static str,
    /// Its layers.
    pub layers: &'static [Layer],
}

/// All layers by family.
pub const FAMILIES: [Family; 6] = {
    use Layer::{Cases, Sensors};
    use SensorKind as K;
    [
        Family { word: "weather", layers: &[Sensors(K::Temperature), Sensors(K::Rain)] },
        Family { word: "air", layers: &[Sensors(K::Pm25), Sensors(K::Pm10), Sensors(K::Noise)] },
        Family { word: "water", layers: &[Sensors(K::WaterLevel), Sensors(K::Flow)] },
        Family {
            word: "lifeline",
            layers: &[
                Sensors(K::CombustibleGas),
                Sensors(K::PowerLoad),
                Sensors(K::ManholeCover),
                Sensors(K::CrackWidth),
                Sensors(K::Tilt),
            ],
        },
        Family { word: "traffic", layers: &[Sensors(K::TrafficSpeed), Sensors(K::CrowdCount)] },
        Family { word: "cases", layers: &[Cases] },
    ]
};

impl Layer {
    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Sensors(kind) => format!("sensor.{}", kind.word()),
            Self::Cases => "heat.cases".to_owned(),
        }
    }

    /// The layer of what sensors of a kind measure, where there is one.
    #[must_use]
    pub fn of_kind(kind: SensorKind) -> Option<Self> {
        let wanted = Self::Sensors(kind);
        FAMILIES.iter().any(|family| family.layers.contains(&wanted)).then_some(wanted)
    }

    /// What its sensors measure, where it is one of sensors.
    #[must_use]
    pub const fn kind(self) -> Option<SensorKind> {
        match self {
            Self::Sensors(kind) => Some(kind),
            Self::Cases => None,
        }
    }

    /// Its name in settings: that of its sensors, or `cases`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sensors(kind) => kind.word(),
            Self::Cases => "cases",
        }
    }

    /// The unit of its numbers, as people write it; empty for mere numbers.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Sensors(kind) => unit(kind),
            Self::Cases => "/km²",
        }
    }

    /// What its field means.
    #[must_use]
    pub const fn meaning(self) -> Meaning {
        match self {
            Self::Sensors(_) => Meaning::Values,
            Self::Cases => Meaning::Density,
        }
    }

    /// Whether what it measures is much the same some kilometres off: of weather and air few stations tell of a city.
    #[must_use]
    pub const fn is_wide(self) -> bool {
        use SensorKind as K;
        matches!(self, Self::Sensors(K::Rain | K::Temperature | K::Pm25 | K::Pm10))
    }

    /// The widest kernel of its field, a standard deviation in metres.
    #[must_use]
    pub const fn kernel_most_m(self) -> f64 {
        if self.is_wide() { WIDE_M } else { CLOSE_M }
    }

    /// The same where a window of time is told: of rates a sum has a unit of its own.
    #[must_use]
    pub fn unit_over(self, window: Option<Window>) -> &'static str {
        match (self, window) {
            (Self::Sensors(SensorKind::Rain), Some(Window { gist: Gist::Sum, .. })) => "mm",
            _ => self.unit(),
        }
    }

    /// The values at both ends of its ramp where a window of time is told: as much falls in a day as is a red warning.
    #[must_use]
    pub fn scale_over(self, window: Option<Window>) -> Scale {
        match (self, window) {
            (Self::Sensors(SensorKind::Rain), Some(Window { gist: Gist::Sum, spell: Spell::Today | Spell::Day })) => {
                Scale { from: 0.0, to: RAIN_DAY_HIGH_MM }
            }
            _ => self.scale(),
        }
    }

    /// How it is coloured by itself.
    #[must_use]
    pub fn skin(self) -> Skin {
        let meaning = self.meaning();
        Skin { meaning, ramp: Ramp::of(meaning).first().copied().unwrap_or_default(), scale: self.scale() }
    }

    /// The values at both ends of its ramp.
    #[must_use]
    pub fn scale(self) -> Scale {
        let cases = Scale { from: 0.0, to: CASES_HIGH };
        match self {
            Self::Sensors(kind) => Scale::of(kind).unwrap_or(cases),
            Self::Cases => cases,
        }
    }
}

/// The unit of a kind as people write it.
#[must_use]
pub fn unit(kind: SensorKind) -> &'static str {
    match kind {
        SensorKind::Pm25 | SensorKind::Pm10 => "µg/m³",
        SensorKind::Flow => "m³/h",
        SensorKind::Temperature => "℃",
        SensorKind::Tilt => "°",
        SensorKind::CrowdCount | SensorKind::ManholeCover => "",
        other => other.unit(),
    }
}

/// A value with as many digits as its sensor tells.
#[must_use]
pub fn figure(value: f64, kind: SensorKind) -> String {
    let step = kind.precision();
    let digits = [1.0, 0.1, 0.01].iter().position(|least| step >= *least).unwrap_or(3);
    format!("{:.digits$}", value + 0.0)
}
