//! `config/feeds/sim.toml`: what happens, how often, when and where, and who deals with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::phrase::Phrase;
use super::words::{SLOTS, UNSURE};
use crate::config::forms::{Field, Takes};
use crate::config::{Catalogue, ConfigError, Document};
use crate::domain::{CrewKind, Grade, Sky, Weather};

const BUILT_IN: &str = include_str!("../../../config/feeds/sim.toml");

/// Where a kind of case happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Where {
    Street,
    Main,
    Junction,
    Home,
    Shop,
    Works,
    Park,
    Water,
    Station,
}

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) population: f64,
    pub(super) floor_m2_per_head: f64,
    pub(super) least_per_hour: f64,
    pub(super) crews: BTreeMap<String, (f64, u32)>,
    pub(super) positions: PositionsPlan,
    pub(super) slows: Slows,
    profile: BTreeMap<String, Profile>,
    pub(super) source: BTreeMap<String, Source>,
    pub(super) words: Words,
    pub(super) duty: DutyPlan,
    pub(super) kind: Vec<KindPlan>,
    #[serde(skip)]
    known: BTreeSet<String>,
    #[serde(skip)]
    fallback: Option<String>,
    /// The icons of kinds.
    #[serde(skip)]
    icons: BTreeMap<String, String>,
    /// By kind the field in which its cases name their component.
    #[serde(skip)]
    components: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PositionsPlan {
    pub(super) per_second: u32,
}

/// The share of their speed that the heaviest rain, snow and fog take from those who drive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slows {
    rain: f32,
    snow: f32,
    fog: f32,
}

impl Slows {
    /// The share of their speed that a weather leaves to those who drive.
    pub(super) fn leaves(&self, weather: Weather) -> f32 {
        let most = match weather.sky {
            Sky::Rain => self.rain,
            Sky::Snow => self.snow,
            Sky::Fog => self.fog,
            Sky::Clear | Sky::Cloudy | Sky::Overcast => 0.0,
        };
        (1.0 - most * f32::from(weather.intensity) / 3.0).max(0.1)
    }
}

/// How often through the day and the week; only the shape counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    hours: Vec<f64>,
    week: Vec<f64>,
}

/// Who brings cases, in what words, and how long each step takes, in minutes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) accept: (f64, f64),
    pub(super) send: (f64, f64),
    pub(super) close: (f64, f64),
    /// The share of its callers who are promised an answer.
    #[serde(default)]
    pub(super) promised: f64,
    pub(super) before: Vec<Phrase>,
    pub(super) after: Vec<Phrase>,
    pub(super) over: Vec<Phrase>,
}

/// Words that stand in for each other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) number: String,
    pub(super) estate: String,
    pub(super) walker: String,
    pub(super) stop: String,
    /// Stands before all that is said of an exercise.
    pub(super) exercise: String,
    /// Why a crew gives an order back: it has another one, or its shift is over.
    pub(super) busy: String,
    pub(super) off_duty: String,
    /// What a crew writes when it is there, and when it is done.
    #[serde(default)]
    pub(super) arrived: Vec<String>,
    #[serde(default)]
    pub(super) finished: Vec<String>,
    /// What those who look at work are told, and what they say of it that is done, and where they cannot tell.
    #[serde(default)]
    pub(super) look: Vec<String>,
    #[serde(default)]
    pub(super) passed: Vec<String>,
    #[serde(default)]
    pub(super) unclear: Vec<String>,
    /// What a crew's pictures are called that are taken when it is there, and when it is done.
    pub(super) pictures: (String, String),
    /// Stands for a name that is not known.
    pub(super) here: String,
    pub(super) surname: Vec<String>,
    pub(super) title: Vec<String>,
    /// Labels of quarters with these ends name no estate.
    pub(super) not_estates: Vec<String>,
    /// What slots of their name draw from.
    pub(super) list: BTreeMap<String, Vec<Phrase>>,
}

/// The people of the hall.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyPlan {
    /// The seat of whoever opens the demo.
    pub(super) desk: String,
    /// Everybody else.
    pub(super) staff: Vec<String>,
    /// What they say when they hand over and when they take over.
    pub(super) gives: String,
    pub(super) takes: String,
    /// What they note in the log.
    pub(super) notes: Vec<String>,
}

/// One kind of case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindPlan {
    pub(super) code: String,
    pub(super) source: String,
    pub(super) daily: f64,
    pub(super) profile: String,
    pub(super) place: Where,
    pub(super) crews: Vec<CrewKind>,
    pub(super) minutes: (f64, f64),
    #[serde(default = "one")]
    rain: f64,
    #[serde(default = "one")]
    snow: f64,
    #[serde(default = "one")]
    fog: f64,
    #[serde(default = "one")]
    wind: f64,
    #[serde(default = "one")]
    heat: f64,
    #[serde(default = "one")]
    cold: f64,
    /// Degrees between which it happens at all.
    degrees: Option<(f64, f64)>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) texts: Vec<Phrase>,
    #[serde(skip, default = "slight")]
    pub(super) grade: Grade,
}

fn one() -> f64 {
    1.0
}

fn slight() -> Grade {
    Grade::IV
}

impl Plan {
    /// The plan built in, with the grades of the catalogue.
    pub(super) fn built_in(catalogue: &Catalogue) -> Result<Self, ConfigError> {
        Self::read(&Document::new("config/feeds/sim.toml", BUILT_IN), catalogue)
    }

    pub(super) fn read(document: &Document, catalogue: &Catalogue) -> Result<Self, ConfigError> {
        let mut plan: Self = document.parse()?;
        let wrong = |problem: String| Err(document.wrong(None, problem, None));
        for kind in &plan.kind {
            if !plan.source.contains_key(&kind.source) {
                return wrong(format!("kind {} has the source `{}`, which is not described", kind.code, kind.source));
            }
            let profile = plan.profile.get(&kind.profile);
            if !profile.is_some_and(|p| p.hours.len() == 24 && p.week.len() == 7) {
                return wrong(format!("kind {} needs a profile of 24 hours and 7 days", kind.code));
            }
            if kind.texts.is_empty() || kind.crews.is_empty() {
                return wrong(format!("kind {} needs texts and crews", kind.code));
            }
        }
        if let Some(problem) = plan.mute() {
            return wrong(problem);
        }
        for kind in &mut plan.kind {
            let known = catalogue.kind(&kind.code).or_else(|| catalogue.fallback());
            // In a large city someone's heart stops every hour: the alarm of the whole hall is for scripts.
            kind.grade = known.map_or(Grade::IV, |known| known.grade.max(Grade::II));
        }
        plan.known = catalogue.kinds().map(|kind| kind.code.clone()).collect();
        plan.icons = catalogue.kinds().map(|kind| (kind.code.clone(), kind.icon.clone())).collect();
        let which = |field: &&Field| field.takes == Takes::Component;
        let fields =
            catalogue.kinds().filter_map(|kind| Some((kind.code.clone(), kind.form.iter().find(which)?.code.clone())));
        plan.components = fields.collect();
        plan.fallback = catalogue.fallback().map(|kind| kind.code.clone());
        Ok(plan)
    }

    /// Something that nobody could say, and why.
    fn mute(&self) -> Option<String> {
        let sources = || self.source.values().flat_map(|s| [&s.before, &s.after, &s.over]).flatten();
        let all = || sources().chain(self.words.list.values().flatten()).chain(self.kind.iter().flat_map(|k| &k.texts));
        let known = |slot: &&str| SLOTS.contains(slot) || self.words.list.contains_key(*slot);
        for phrase in all() {
            if let Some(slot) = phrase.slots().find(|slot| !known(slot)) {
                return Some(format!("`{}` has the slot `{slot}`, which nothing fills", phrase.text));
            }
        }
        let given: BTreeSet<&str> =
            all().flat_map(|p| &p.tags).chain(self.kind.iter().flat_map(|k| &k.tags)).map(String::as_str).collect();
        if let Some(need) = sources().flat_map(Phrase::needs).find(|need| !given.contains(need.as_str())) {
            return Some(format!("a manner needs the tag `{need}`, which nothing has"));
        }
        for (hour, kind) in (0..24).flat_map(|hour| self.kind.iter().map(move |kind| (hour, kind))) {
            let sure = |text: &Phrase| text.in_hour(hour) && !text.slots().any(|slot| UNSURE.contains(&slot));
            if !kind.texts.iter().any(sure) {
                return Some(format!("kind {} has no text for every place at {hour} o'clock", kind.code));
            }
        }
        let silent = |s: &Source| [&s.before, &s.after, &s.over].into_iter().any(|all| !all.iter().any(Phrase::always));
        let name = self.source.iter().find(|(_, source)| silent(source))?.0;
        Some(format!("source `{name}` needs one of `before`, `after` and `over` that fits everything"))
    }

    /// The field in which a case of a kind names its component.
    pub(super) fn component_field(&self, kind: &str) -> Option<&str> {
        self.components.get(kind).map(String::as_str)
    }

    /// The icon of a kind, which says what is to be seen of its cases.
    pub(super) fn icon(&self, kind: &str) -> Option<&str> {
        self.icons.get(kind).map(String::as_str)
    }

    /// The kind under which a case of `code` is reported: its own, or the fallback of a city whose catalogue does not
    /// have it, since hubs refuse kinds that they do not know.
    pub(super) fn reported_kind<'a>(&'a self, code: &'a str) -> &'a str {
        if self.known.contains(code) { code } else { self.fallback.as_deref().unwrap_or(code) }
    }

    /// Cases of a kind an hour in a city of [`Self::population`], in an hour of the day (0 to 23) on a
    /// day of the week (0 Monday) in some weather.
    pub(super) fn hourly(&self, kind: &KindPlan, hour: usize, weekday: usize, weather: Weather) -> f64 {
        let Some(profile) = self.profile.get(&kind.profile) else { return 0.0 };
        let of = |shape: &[f64], at: usize| {
            let mean = shape.iter().sum::<f64>() / shape.len().max(1) as f64;
            shape.get(at).copied().unwrap_or(1.0) / mean.max(1e-9)
        };
        kind.daily / 24.0 * of(&profile.hours, hour) * of(&profile.week, weekday) * kind.weathered(weather)
    }
}

impl KindPlan {
    /// How much more often than usual in this weather.
    fn weathered(&self, weather: Weather) -> f64 {
        let falls = |sky: Sky| if weather.sky == sky { f64::from(weather.intensity) / 3.0 } else { 0.0 };
        let degrees = f64::from(weather.temperature_dc) / 10.0;
        if self.degrees.is_some_and(|(least, most)| !(least..=most).contains(&degrees)) {
            return 0.0;
        }
        let grown = |most: f64, share: f64| 1.0 + (most - 1.0) * share.clamp(0.0, 1.0);
        grown(self.rain, falls(Sky::Rain))
            * grown(self.snow, falls(Sky::Snow))
            * grown(self.fog, falls(Sky::Fog))
            * grown(self.wind, (f64::from(weather.wind_mps) - 6.0) / 12.0)
            * grown(self.heat, (degrees - 30.0) / 8.0)
            * grown(self.cold, (2.0 - degrees) / 10.0)
    }
}

/// The name of a kind of crew in `[crews]`.
pub(super) fn crew_word(kind: CrewKind) -> &'static str {
    match kind {
        CrewKind::Patrol => "patrol",
        CrewKind::Police => "police",
        CrewKind::Traffic => "traffic",
        CrewKind::Fire => "fire",
        CrewKind::Ambulance => "ambulance",
        CrewKind::Sanitation => "sanitation",
        CrewKind::Repair => "repair",
        CrewKind::Chengguan => "chengguan",
        CrewKind::Bus => "bus",
    }
}
