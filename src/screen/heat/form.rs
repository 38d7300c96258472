//! How a layer is shown: as a field, or gathered by what it lies in. Pure.

use super::layer::Layer;
use super::model::Station;
use super::shades::Meaning;
use crate::domain::{Moment, SensorKind};

/// How a layer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Values between stations, or how dense cases are.
    Field,
    /// What lies in each of many hexagons of one size.
    Hexagons,
    /// What lies in each of the areas below the one that is looked at.
    Areas,
    /// Roads in the colours of their sensors.
    Roads,
    /// Low ground that water stands on.
    Flood,
    /// The sensors themselves, in the colours of their values.
    Points,
}

/// Where a form lies: of two that lie in the same place one would hide the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// On the ground, which has room for one picture.
    Ground,
    /// On roads.
    Roads,
    /// Above all else.
    Points,
}

impl Form {
    /// The forms that a layer has, the one that it has by itself first.
    #[must_use]
    pub const fn of(layer: Layer) -> &'static [Self] {
        match layer {
            Layer::Sensors(SensorKind::TrafficSpeed) => {
                &[Self::Roads, Self::Field, Self::Hexagons, Self::Areas, Self::Points]
            }
            Layer::Sensors(SensorKind::WaterLevel) => {
                &[Self::Field, Self::Hexagons, Self::Areas, Self::Flood, Self::Points]
            }
            Layer::Sensors(_) => &[Self::Field, Self::Hexagons, Self::Areas, Self::Points],
            // Cases have pins.
            Layer::Cases => &[Self::Field, Self::Hexagons, Self::Areas],
        }
    }

    /// Where it lies.
    #[must_use]
    pub const fn slot(self) -> Slot {
        match self {
            Self::Field | Self::Hexagons | Self::Areas | Self::Flood => Slot::Ground,
            Self::Roads => Slot::Roads,
            Self::Points => Slot::Points,
        }
    }

    /// Whether it is seen from afar: points are too small for that.
    #[must_use]
    pub const fn is_for_walls(self) -> bool {
        !matches!(self, Self::Points)
    }

    /// The form in which a layer is shown: the one that was chosen where the layer has it.
    #[must_use]
    pub fn fitting(chosen: Option<Self>, layer: Layer) -> Self {
        let forms = Self::of(layer);
        let by_itself = forms.first().copied().unwrap_or(Self::Field);
        chosen.filter(|chosen| forms.contains(chosen)).unwrap_or(by_itself)
    }

    /// Its name in settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Hexagons => "hexagons",
            Self::Areas => "areas",
            Self::Roads => "roads",
            Self::Flood => "flood",
            Self::Points => "points",
        }
    }

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Field => "heat.form.field",
            Self::Hexagons => "heat.form.hexagons",
            Self::Areas => "heat.form.areas",
            Self::Roads => "heat.form.roads",
            Self::Flood => "heat.form.flood",
            Self::Points => "heat.form.points",
        }
    }
}

/// What lies in a hexagon or an area.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Sensors or cases.
    pub all: u32,
    /// Those of them that have data; of cases all.
    pub fresh: u32,
    sum: f64,
}

impl Tally {
    /// A sensor lies there.
    pub fn sensor(&mut self, station: &Station, now: Moment) {
        self.all += 1;
        if let Some(value) = station.fresh(now) {
            self.fresh += 1;
            self.sum += value;
        }
    }

    /// A case lies there.
    pub fn case(&mut self) {
        self.all += 1;
        self.fresh += 1;
    }

    /// The number that is told of a place of so many square kilometres: the mean of the sensors that have data, or how
    /// many cases there are to a square kilometre. `None` where no sensor has data.
    #[must_use]
    pub fn value(self, meaning: Meaning, km2: f64) -> Option<f64> {
        match meaning {
            Meaning::Values => (self.fresh > 0).then(|| self.sum / f64::from(self.fresh)),
            Meaning::Density => Some(f64::from(self.all) / km2.max(1e-6)),
        }
    }
}
