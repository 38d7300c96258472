//! Which layer a wall wears, and why: that of what is gravest, where sensors of its kind are near, else those that it wears
//! always, the map coloured by a vital sign among them. Pure.
//!
//! ```text
//!   a red alarm, the gravest case of Ⅰ or Ⅱ     what they ask for, the most urgent first (`wants`)
//!        │ sensors of its kind near it?          the hub is asked; without any near it is barren, and the next one is tried
//!        ▼
//!   the layer, until it is over  ──►  else `screen.wall_layers`, which take turns
//! ```

use std::collections::BTreeSet;
use std::str::FromStr;

use bevy::prelude::Resource;

use super::census;
use super::form::Form;
use super::layer::{FAMILIES, Layer};
use super::model::place_of;
use super::shades::Scale;
use crate::config::InForce;
use crate::config::settings::layers::parts;
use crate::domain::alarm::{Alarm, AlarmRules, urgency};
use crate::domain::sensor::Window;
use crate::domain::vital::{PREFIX, is_code};
use crate::domain::{AlarmId, Grade, Hall, IncidentId, Moment, SensorKind};
use crate::ground::frame::LocalFrame;
use crate::screen::situation::{Ledger, Sorting};

/// How long each of the layers is worn that are worn always.
const TURN_MILLIS: i64 = 120_000;
/// Metres within which a sensor is near; what weather and air are measured by stands farther apart.
const NEAR_M: [f64; 2] = [1_000.0, 3_000.0];
/// Red alarms that are tried.
const ALARMS: usize = 4;

/// A layer in a form, in its own where none is said, and of when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worn {
    /// The layer.
    pub layer: Layer,
    /// The form.
    pub form: Option<Form>,
    /// The window of time of which sensors tell; their newest value where there is none.
    pub over: Option<Window>,
    /// Which cases count.
    pub cases: census::Window,
}

impl Worn {
    /// A layer as it is now.
    #[must_use]
    pub fn now(layer: Layer, form: Option<Form>) -> Self {
        Self { layer, form, over: None, cases: census::Window::default() }
    }

    /// The same over a window of that name; `None` where the layer has none such.
    fn over(self, words: &str) -> Option<Self> {
        Some(match self.layer {
            Layer::Sensors(kind) => Self { over: Some(Window::of_word(kind, words)?), ..self },
            Layer::Cases => {
                let cases = census::Window::ALL.into_iter().find(|one| one.word() == words)?;
                Self { cases, ..self }
            }
        })
    }
}

/// What a wall can wear always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dress {
    /// A layer.
    Layer(Worn),
    /// The map coloured by a vital sign, by its code.
    Sign(String),
}

/// What a wall wears always, in turns; nothing where there is none.
#[derive(Resource, Debug, Clone, PartialEq, Eq, Default)]
pub struct WallLayers(pub Vec<Dress>);

impl FromStr for WallLayers {
    type Err = ();

    /// Reads `off`, or layers by commas, each with its form after a slash and its window of time after an `@`, and signs
    /// that colour the map: `traffic_speed/roads, rain/areas@day-sum, cases@week, vital:city-health`.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.trim() == "off" {
            return Ok(Self::default());
        }
        let layers = text.split(',').map(|one| {
            if let Some(code) = one.trim().strip_prefix(PREFIX) {
                return is_code(code).then(|| Dress::Sign(code.to_owned())).ok_or(());
            }
            let (name, form, window) = parts(one);
            let mut all = FAMILIES.iter().flat_map(|family| family.layers).copied();
            let layer = all.find(|layer| layer.word() == name).ok_or(())?;
            let mut forms = Form::of(layer).iter().copied().filter(|form| form.is_for_walls());
            let fits = |word: &str| forms.find(|form| form.word() == word).ok_or(());
            let worn = Worn::now(layer, form.map(fits).transpose()?);
            let worn = window.map_or(Some(worn), |words| worn.over(words)).ok_or(())?;
            Ok(Dress::Layer(worn))
        });
        layers.collect::<Result<Vec<_>, ()>>().map(Self)
    }
}

impl WallLayers {
    /// The one whose turn it is.
    #[must_use]
    pub fn at(&self, now: Moment) -> Option<&Dress> {
        let turn = now.0.div_euclid(TURN_MILLIS).rem_euclid(i64::try_from(self.0.len()).ok().filter(|n| *n > 0)?);
        self.0.get(usize::try_from(turn).ok()?)
    }
}

/// What asks for a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A red alarm.
    Alarm(AlarmId),
    /// A grave case.
    Case(IncidentId),
}

/// A layer that something grave asks for, where sensors are near its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Want {
    /// What asks.
    pub why: Why,
    /// Its place, metres east and north.
    pub at: [f64; 2],
    /// The kind of sensors.
    pub kind: SensorKind,
}

/// The kinds of sensors that measure what a case is about: those whose limits make such a case, then those of its picture.
#[must_use]
pub fn kinds_of(case_kind: &str, icon: &str, rules: Option<&AlarmRules>) -> Vec<SensorKind> {
    use SensorKind as K;
    let by_rule = rules.into_iter().flat_map(|rules| &rules.rules).filter(|rule| rule.case_kind == case_kind);
    let by_icon: &[K] = match icon {
        "gas" => &[K::CombustibleGas],
        "flood" => &[K::WaterLevel, K::Rain],
        "rain" => &[K::Rain, K::WaterLevel],
        "water" => &[K::WaterLevel, K::Flow],
        "bridge" | "collapse" => &[K::Tilt, K::CrackWidth],
        "power" => &[K::PowerLoad],
        "manhole" => &[K::ManholeCover],
        "crowd" => &[K::CrowdCount],
        "crash" | "traffic" | "breakdown" => &[K::TrafficSpeed],
        "heat" | "snow" => &[K::Temperature],
        "noise" => &[K::Noise],
        "smoke" => &[K::Pm10, K::Pm25],
        "fire" | "chemical" => &[K::Pm25],
        _ => &[],
    };
    let mut kinds: Vec<SensorKind> = Vec::new();
    for kind in by_rule.map(|rule| rule.measures).chain(by_icon.iter().copied()) {
        if Scale::of(kind).is_some() && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// What the hall's gravest asks for, the most urgent first: red alarms that are active and not on the shelf, then the
/// gravest open case, where it is of grade Ⅰ or Ⅱ. `icon` tells the picture of a kind of case.
#[must_use]
pub fn wants(hall: &Hall, ledger: &Ledger, icon: impl Fn(&str) -> String, frame: &LocalFrame) -> Vec<Want> {
    let alarms = hall.alarms();
    let mut red: Vec<&Alarm> = alarms
        .all()
        .filter(|alarm| alarm.what.level == Grade::I && alarm.is_active() && alarm.shelf.is_none())
        .collect();
    red.sort_by_key(|alarm| urgency(alarm));
    let red = red.into_iter().filter_map(|alarm| {
        let at = place_of(alarm.what.at, frame)?;
        let kind = Some(alarm.what.measures).filter(|kind| Scale::of(*kind).is_some())?;
        Some(Want { why: Why::Alarm(alarm.id), at, kind })
    });
    let mut wants: Vec<Want> = red.take(ALARMS).collect();
    let gravest = ledger.open(Sorting::Waiting).last_first().next().and_then(|id| hall.incident(id));
    if let Some(case) = gravest.filter(|case| case.grade <= Grade::II)
        && let Some(at) = place_of(case.place.at, frame)
    {
        let kinds = kinds_of(&case.kind, &icon(&case.kind), InForce::rules_of(alarms));
        wants.extend(kinds.into_iter().map(|kind| Want { why: Why::Case(case.id), at, kind }));
    }
    wants
}

/// Metres within which a sensor of a kind is near.
#[must_use]
pub const fn near_m(kind: SensorKind) -> f64 {
    use SensorKind as K;
    let [close, wide] = NEAR_M;
    match kind {
        K::Rain | K::Temperature | K::Pm25 | K::Pm10 | K::Noise => wide,
        _ => close,
    }
}

/// Which of them is worn.
#[derive(Debug, Default)]
pub struct Choice {
    /// What was asked for where no such sensor is near.
    barren: BTreeSet<(Why, SensorKind)>,
}

impl Choice {
    /// The hub told all sensors of a kind; the nearest to the place is so many metres away.
    pub fn judge(&mut self, want: &Want, nearest_m: Option<f64>) {
        if nearest_m.is_none_or(|metres| metres > near_m(want.kind)) {
            self.barren.insert((want.why, want.kind));
        }
    }

    /// What is worn now, and for what; a layer of the wall's own for nothing. Water stands on low ground where the pack
    /// tells how the land lies.
    pub fn next(&mut self, wants: &[Want], always: Option<Worn>, relief: bool) -> Option<(Worn, Option<Want>)> {
        self.barren.retain(|(why, kind)| wants.iter().any(|want| want.why == *why && want.kind == *kind));
        let want = wants.iter().find(|want| !self.barren.contains(&(want.why, want.kind))).copied();
        let Some(want) = want else { return always.map(|worn| (worn, None)) };
        let layer = Layer::Sensors(want.kind);
        let own = always.filter(|worn| worn.layer == layer).and_then(|worn| worn.form);
        let flood = (want.kind == SensorKind::WaterLevel && relief).then_some(Form::Flood);
        // What is grave is shown as it is now.
        Some((Worn::now(layer, flood.or(own)), Some(want)))
    }
}
