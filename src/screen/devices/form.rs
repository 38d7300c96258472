//! What is said of sensors in the form: how it begins, what is wrong with it, what comes of it. Pure.

use rust_i18n::t;

use crate::domain::rights::Area;
use crate::domain::sensor::{Claim, FRESH_SECS_MAX, PRECISION_MAX, WORDS_MAX};
use crate::domain::{Device, LonLat, Meant, Sensor, SensorKind};
use crate::screen::intake::model::lonlat_typed;

/// Metres above or below the ground that a sensor stands or lies at most.
const HEIGHT_MAX_M: f32 = 2_000.0;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Input {
    /// What it measures.
    Kind,
    /// What people call it.
    Name,
    /// Who looks after it.
    Owner,
    /// The unit in which it sends.
    Unit,
    /// The path of its area.
    Area,
    /// Where it is.
    Place,
    /// Metres above the ground.
    Height,
    /// Seconds for which a reading counts.
    Fresh,
    /// The least difference that it tells.
    Precision,
}

impl Input {
    /// All of them, in the order of the form.
    pub(super) const ALL: [Self; 9] = [
        Self::Kind,
        Self::Name,
        Self::Owner,
        Self::Unit,
        Self::Area,
        Self::Place,
        Self::Height,
        Self::Fresh,
        Self::Precision,
    ];

    /// Key of its name.
    #[must_use]
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Kind => "devices.form.kind",
            Self::Name => "devices.form.name",
            Self::Owner => "devices.form.owner",
            Self::Unit => "devices.form.unit",
            Self::Area => "devices.form.area",
            Self::Place => "devices.form.place",
            Self::Height => "devices.form.height",
            Self::Fresh => "devices.form.fresh",
            Self::Precision => "devices.form.precision",
        }
    }

    /// Whether it is asked of many at once: a name and a place are of one.
    #[must_use]
    pub(super) const fn is_of_many(self) -> bool {
        !matches!(self, Self::Name | Self::Place)
    }
}

/// The form, as far as it is filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    /// Which sensors it is about.
    pub(super) of: Meant,
    /// How many these are.
    pub(super) count: usize,
    /// What they measure; `None` for as it is.
    pub(super) kind: Option<SensorKind>,
    /// The other fields, as they were typed.
    typed: [String; 8],
    /// The same as the form began: of what is as it was nothing is said.
    began: (Option<SensorKind>, [String; 8]),
}

impl Draft {
    /// The form of one sensor, with what is known of it.
    #[must_use]
    pub(super) fn one(device: &Device) -> Self {
        let known = device.claimed || device.kind() != SensorKind::Other;
        let place = device.place().map(written).unwrap_or_default();
        let area = if device.area_by_place { String::new() } else { device.area.clone() };
        let typed = [
            device.name.clone(),
            device.owner.clone(),
            device.sends.clone(),
            area,
            place,
            device.height_m.to_string(),
            device.fresh_secs.to_string(),
            device.precision.to_string(),
        ];
        let kind = known.then(|| device.kind());
        Self { of: Meant::Named(vec![device.id.clone()]), count: 1, kind, began: (kind, typed.clone()), typed }
    }

    /// The form of many: what is left empty stays as it is of each.
    #[must_use]
    pub(super) fn many(of: Meant, count: usize) -> Self {
        let typed: [String; 8] = Default::default();
        Self { of, count, kind: None, began: (None, typed.clone()), typed }
    }

    /// Whether it is about one sensor by its identity.
    #[must_use]
    pub(super) fn is_of_one(&self) -> bool {
        matches!(&self.of, Meant::Named(ids) if ids.len() == 1)
    }

    /// The fields that it has.
    pub(super) fn inputs(&self) -> impl Iterator<Item = Input> {
        let one = self.is_of_one();
        Input::ALL.into_iter().filter(move |input| one || input.is_of_many())
    }

    /// The field after one; the last one stays.
    #[must_use]
    pub(super) fn after(&self, input: Input) -> Input {
        self.inputs().skip_while(|one| *one != input).nth(1).unwrap_or(input)
    }

    fn slot(input: Input) -> Option<usize> {
        Input::ALL.iter().position(|one| *one == input)?.checked_sub(1)
    }

    /// What is typed into a field; nothing is into [`Input::Kind`].
    #[must_use]
    pub(super) fn text(&self, input: Input) -> &str {
        Self::slot(input).and_then(|slot| self.typed.get(slot)).map_or("", String::as_str)
    }

    /// Something else is typed into a field.
    pub(super) fn set(&mut self, input: Input, text: String) {
        if let Some(typed) = Self::slot(input).and_then(|slot| self.typed.get_mut(slot)) {
            *typed = text;
        }
    }

    /// It is at this place.
    pub(super) fn place(&mut self, at: LonLat) {
        self.set(Input::Place, written(at));
    }

    /// Where it is, as far as that can be read.
    #[must_use]
    pub(super) fn at(&self) -> Option<LonLat> {
        lonlat_typed(self.text(Input::Place))
    }

    /// The kind one further on or back; before the first one is as it is, where that is a choice.
    pub(super) fn turn_kind(&mut self, forward: bool) {
        let all = SensorKind::ALL;
        let least = usize::from(self.is_of_one() && self.began.0.is_some());
        let now = self.kind.and_then(|kind| all.iter().position(|one| *one == kind)).map_or(0, |at| at + 1);
        let next = if forward { (now + 1).min(all.len()) } else { now.saturating_sub(1).max(least) };
        self.kind = next.checked_sub(1).and_then(|at| all.get(at).copied());
    }

    /// What is wrong with a field, in the language of the screen.
    #[must_use]
    pub(super) fn fault(&self, input: Input) -> Option<String> {
        let text = self.text(input).trim();
        let wrong = match input {
            Input::Kind => return None,
            Input::Name | Input::Owner => {
                (text.len() > WORDS_MAX).then(|| t!("devices.form.wrong.long", n = WORDS_MAX))
            }
            Input::Unit => {
                let kind = self.kind.filter(|_| !text.is_empty())?;
                kind.scale(text).is_none().then(|| t!("devices.form.wrong.unit", units = kind.units().join(", ")))
            }
            Input::Area => Area::of(text).is_none().then(|| t!("devices.form.wrong.area")),
            Input::Place => (!text.is_empty() && self.at().is_none()).then(|| t!("devices.form.wrong.place")),
            Input::Height => {
                let fits = |height: f32| (-HEIGHT_MAX_M..=HEIGHT_MAX_M).contains(&height);
                let wrong = !text.is_empty() && !text.parse().is_ok_and(fits);
                wrong.then(|| t!("devices.form.wrong.height", n = HEIGHT_MAX_M))
            }
            Input::Fresh => {
                let wrong =
                    !text.is_empty() && !text.parse().is_ok_and(|secs: u32| (1..=FRESH_SECS_MAX).contains(&secs));
                wrong.then(|| t!("devices.form.wrong.fresh", n = FRESH_SECS_MAX))
            }
            Input::Precision => {
                let wrong =
                    !text.is_empty() && !text.parse().is_ok_and(|step: f64| (0.0..=PRECISION_MAX).contains(&step));
                wrong.then(|| t!("devices.form.wrong.precision", n = PRECISION_MAX))
            }
        };
        wrong.map(std::borrow::Cow::into_owned)
    }

    /// The first field that something is wrong with.
    #[must_use]
    pub(super) fn faulty(&self) -> Option<Input> {
        self.inputs().find(|input| self.fault(*input).is_some())
    }

    /// Whether the one sensor would measure something else than before, so that its history begins anew.
    #[must_use]
    pub(super) fn begins_anew(&self) -> bool {
        let kind_before = self.began.0.unwrap_or(SensorKind::Other);
        let unit_before = Self::slot(Input::Unit).and_then(|slot| self.began.1.get(slot)).map_or("", String::as_str);
        let before = Sensor::first_seen("", Some(kind_before), unit_before);
        let claim = Claim { kind: self.kind, unit: Some(self.text(Input::Unit).trim().to_owned()), ..Claim::default() };
        self.is_of_one() && self.faulty().is_none() && !before.same_measure(&claim.of(before.clone()))
    }

    /// What is said, where nothing is wrong: of what is as it was nothing is.
    #[must_use]
    pub(super) fn claim(&self) -> Option<Claim> {
        if self.faulty().is_some() {
            return None;
        }
        let said = |input: Input| {
            let slot = Self::slot(input)?;
            let (now, before) = (self.typed.get(slot)?.trim(), self.began.1.get(slot)?);
            (now != before).then(|| now.to_owned())
        };
        Some(Claim {
            kind: self.kind.filter(|kind| Some(*kind) != self.began.0),
            name: said(Input::Name),
            owner: said(Input::Owner),
            unit: said(Input::Unit),
            area: said(Input::Area).and_then(|area| Area::of(&area)),
            at: said(Input::Place).and_then(|_| self.at()),
            height_m: said(Input::Height).and_then(|height| height.parse().ok()),
            fresh_secs: said(Input::Fresh).and_then(|secs| secs.parse().ok()),
            precision: said(Input::Precision).and_then(|step| step.parse().ok()),
        })
    }
}

/// A place as it is typed.
fn written(at: LonLat) -> String {
    format!("{:.6}, {:.6}", at.lon, at.lat)
}

/// The beginning that a sensor's identity shares with others of its source: up to its last mark, else up to its last digits.
#[must_use]
pub(super) fn beginning(id: &str) -> &str {
    let marked = id.char_indices().rev().find(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    let digits = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let end = marked.unwrap_or(digits);
    id.get(..end).filter(|beginning| !beginning.is_empty()).unwrap_or(id)
}
