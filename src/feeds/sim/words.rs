//! What people say of a case: phrases filled with the names of the place.

use std::collections::BTreeMap;

use super::phrase::Phrase;
use super::plan::{Plan, Source, Words};
use super::random::Random;
use super::scenery::Site;
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::roads::Roads;

/// Names of streets are looked for within these metres.
const STREET_M: f64 = 400.0;
/// Names of places: farther away nobody would say that it is there.
const PLACE_M: f64 = 300.0;
/// Places looked at for names.
const PLACES: usize = 60;
/// Levels of areas that stand in an address: district and street office.
const ADDRESS_LEVELS: [u32; 2] = [6, 8];
/// Cases within so many metres of each other have one house number.
const SAME_PLACE_M: f64 = 60.0;
/// Of random numbers by place.
const STREAM_PLACE: u64 = 51;
/// Level of a community.
const COMMUNITY: u32 = 10;
/// Slots that a sentence can have beside the lists of the plan.
pub(super) const SLOTS: [&str; 21] = [
    "road", "street", "cross", "estate", "no", "building", "unit", "floor", "room", "m", "n", "lane", "caller",
    "walker", "surname", "title", "park", "water", "station", "school", "landmark",
];
/// Those that some places do not have.
pub(super) const UNSURE: [&str; 9] =
    ["street", "cross", "no", "park", "water", "station", "school", "landmark", "side"];
/// What an expressway does not have: house numbers, crossings, and people at its side.
const OF_STREETS: [&str; 4] = ["street", "cross", "no", "side"];

/// The names around a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    road: String,
    cross: String,
    /// Of places near by, by slot.
    places: BTreeMap<&'static str, String>,
    estate: String,
    areas: String,
    levels: u8,
    /// On an expressway.
    is_fast: bool,
    no: usize,
    building: usize,
}

impl Names {
    pub(super) fn at(city: &City, roads: &Roads, site: Site, words: &Words) -> Self {
        let at = site.at.map(f64::from);
        let street = city.street_near(at, STREET_M);
        let road = street.map(|street| city.name(street.name).to_owned()).unwrap_or_default();
        let class = street.and_then(|street| city.ways().get(street.way as usize)).map_or(0, |way| way.class);
        let is_fast = (Paint::Trunk as u8..=Paint::Motorway as u8).contains(&class);
        // One place has one number, whoever speaks of it.
        let spot = at.map(|v| (v / SAME_PLACE_M).floor().to_bits());
        let mut here = Random::of(spot[0], STREAM_PLACE, spot[1]);
        let cross = if road.is_empty() { None } else { roads.cross(city, site.at, &road) };
        let mut places = BTreeMap::new();
        let mut estate = None;
        for (place, _) in city.places_near(at, PLACE_M, PLACES, |place| place.name != 0) {
            let Some(place) = city.places().get(place as usize) else { continue };
            let (kind, name) = (place_kind(place), city.name(place.name));
            for slot in slots_of(kind) {
                places.entry(*slot).or_insert_with(|| name.to_owned());
            }
            let lived_in = || !words.not_estates.iter().any(|end| name.ends_with(end.as_str()));
            if kind == PlaceKind::Quarter && estate.is_none() && lived_in() {
                estate = Some(name.to_owned());
            }
        }
        let around = city.areas_at(at);
        let area = |level: u32| {
            let found = around.iter().filter_map(|area| city.areas().get(*area as usize)).find(|a| a.level == level);
            found.map(|area| city.name(area.name).to_owned()).filter(|name| !name.is_empty())
        };
        Self {
            estate: estate.or_else(|| area(COMMUNITY)).unwrap_or_else(|| words.estate.replace("{road}", &road)),
            areas: ADDRESS_LEVELS.into_iter().filter_map(area).collect(),
            cross: cross.map(|(name, _)| name).unwrap_or_default(),
            road,
            places,
            levels: site.levels,
            is_fast,
            no: 1 + here.below(399),
            building: 1 + here.below(28),
        }
    }

    /// The address: areas, street and number.
    pub(super) fn address(&self, words: &Words) -> String {
        if self.road.is_empty() {
            return self.areas.clone();
        }
        // Nobody lives on an expressway.
        if self.is_fast {
            return format!("{}{}{}", self.areas, if self.road.is_ascii() { " " } else { "" }, self.road);
        }
        // A name in Latin letters stands apart from its number.
        if self.road.is_ascii() {
            return format!("{} {} {}", self.areas, self.road, self.no).trim().to_owned();
        }
        let number = words.number.replace("{road}", &self.road).replace("{no}", &self.no.to_string());
        self.areas.clone() + &number
    }
}

/// The slots that a place of this kind can fill.
fn slots_of(kind: PlaceKind) -> &'static [&'static str] {
    match kind {
        PlaceKind::Park => &["park", "landmark"],
        PlaceKind::School => &["school", "landmark"],
        PlaceKind::Station => &["station", "landmark"],
        PlaceKind::Hospital | PlaceKind::Shelter => &["landmark"],
        PlaceKind::WaterName => &["water"],
        _ => &[],
    }
}

/// Someone who speaks of a case: what one sentence has said it does not say again.
pub(super) struct Speaker<'a> {
    names: &'a Names,
    plan: &'a Plan,
    /// Hour of the day.
    hour: u8,
    random: &'a mut Random,
    said: Vec<String>,
}

impl<'a> Speaker<'a> {
    pub(super) fn new(names: &'a Names, plan: &'a Plan, hour: u8, random: &'a mut Random) -> Self {
        Self { names, plan, hour, random, said: Vec::new() }
    }

    /// One of a list that was not said yet.
    fn draw<'p>(&mut self, all: impl Iterator<Item = &'p str>) -> Option<String> {
        let fresh: Vec<&str> = all.filter(|one| !self.said.iter().any(|said| said == one)).collect();
        let one = (*self.random.pick(&fresh)?).to_owned();
        self.said.push(one.clone());
        Some(one)
    }

    /// What the slot between braces stands for; `None` where that is not known here.
    fn slot(&mut self, slot: &str) -> Option<String> {
        let (names, words, hour) = (self.names, &self.plan.words, self.hour);
        let known = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        if names.is_fast && OF_STREETS.contains(&slot) {
            return None;
        }
        if let Some(list) = words.list.get(slot) {
            return self.draw(list.iter().filter(|one| one.in_hour(hour)).map(|one| one.text.as_str()));
        }
        let floors = usize::from(names.levels);
        match slot {
            "road" | "street" => known(&names.road),
            "cross" => known(&names.cross),
            "estate" => known(&names.estate),
            "no" => Some(names.no.to_string()),
            "building" => Some(names.building.to_string()),
            "unit" => Some((1 + self.random.below(4)).to_string()),
            // never the topmost: people above it call for help
            "floor" => Some((2 + self.random.below(floors.max(4) - 2)).to_string()),
            "room" => Some(format!("{}0{}", 1 + self.random.below(floors.max(2)), 1 + self.random.below(4))),
            "m" => Some((10 + 5 * self.random.below(17)).to_string()),
            "n" => Some((2 + self.random.below(5)).to_string()),
            "lane" => Some((1 + self.random.below(2)).to_string()),
            "surname" => self.draw(words.surname.iter().map(String::as_str)),
            "title" => self.random.pick(&words.title).cloned(),
            "caller" => Some(self.slot("surname")? + &self.slot("title")?),
            "walker" => Some(words.walker.replace("{surname}", &self.slot("surname")?)),
            _ => names.places.get(slot).cloned(),
        }
    }

    /// A text with its slots filled, of `{a|b}` with the first that is known; `None` where one is not known here.
    pub(super) fn fill(&mut self, template: &str) -> Option<String> {
        self.fill_with(template, None)
    }

    /// The same with [`Words::here`] for what is not known.
    pub(super) fn fill_anyway(&mut self, template: &str) -> String {
        self.fill_with(template, Some(&self.plan.words.here)).unwrap_or_default()
    }

    fn fill_with(&mut self, template: &str, unknown: Option<&str>) -> Option<String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('{') {
            let (slots, after) = from.split_once('}')?;
            text.push_str(before);
            let found = slots.split('|').find_map(|slot| self.slot(slot));
            text.push_str(&found.or_else(|| unknown.map(str::to_owned))?);
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// What is said of a case with these tags, in the manner of its source.
    pub(super) fn say(&mut self, texts: &[Phrase], tags: &[String], source: &Source) -> String {
        let (hour, plan) = (self.hour, self.plan);
        let now: Vec<&Phrase> = texts.iter().filter(|text| text.in_hour(hour)).collect();
        let (early, late) = now.split_at(self.random.below(now.len()).min(now.len()));
        let found = late.iter().chain(early).find_map(|text| Some((self.fill(&text.text)?, *text)));
        let found = found.or_else(|| texts.first().map(|text| (self.fill_anyway(&text.text), text)));
        let Some((core, text)) = found else { return String::new() };
        let mut tags: Vec<&str> = tags.iter().chain(&text.tags).map(String::as_str).collect();
        let (before, given) = self.manner(&source.before, &tags);
        tags.extend(given.iter().map(String::as_str));
        let (after, _) = self.manner(&source.after, &tags);
        format!("{before}{core}{after}{}", plan.words.stop)
    }

    /// Why the case will be closed.
    pub(super) fn over(&mut self, source: &Source) -> String {
        self.manner(&source.over, &[]).0
    }

    /// One of the manners that fit, filled, and the tags that it gives.
    fn manner<'p>(&mut self, all: &'p [Phrase], tags: &[&str]) -> (String, &'p [String]) {
        let fit: Vec<&Phrase> = all.iter().filter(|one| one.fits(self.hour, tags)).collect();
        let Some(one) = self.random.pick(&fit) else { return (String::new(), &[]) };
        (self.fill(&one.text).unwrap_or_default(), &one.tags)
    }
}
