//! What people say of a case: templates filled with the names of the place.

use super::plan::{Plan, Source, Words};
use super::random::Random;
use super::roads::Roads;
use super::scenery::Site;
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Paint, PlaceKind};

/// Names of streets are looked for within these metres.
const STREET_M: f64 = 400.0;
/// Names of places.
const PLACE_M: f64 = 900.0;
/// Levels of areas that stand in an address: district and street office.
const ADDRESS_LEVELS: [u32; 2] = [6, 8];
/// Cases within so many metres of each other have one house number.
const SAME_PLACE_M: f64 = 60.0;
/// Of random numbers by place.
const STREAM_PLACE: u64 = 51;
/// Level of a community.
const COMMUNITY: u32 = 10;

/// The names around a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    road: String,
    cross: String,
    place: String,
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
        let spot = |kinds: fn(PlaceKind) -> bool| {
            let near = city.places_near(at, PLACE_M, 1, |place| kinds(place_kind(place)) && place.name != 0);
            let place = near.first().and_then(|(place, _)| city.places().get(*place as usize));
            place.map(|place| city.name(place.name).to_owned()).unwrap_or_default()
        };
        let place = spot(|kind| !matches!(kind, PlaceKind::City | PlaceKind::District | PlaceKind::Quarter));
        let around = city.areas_at(at);
        let area = |level: u32| {
            let found = around.iter().filter_map(|area| city.areas().get(*area as usize)).find(|a| a.level == level);
            found.map(|area| city.name(area.name).to_owned()).filter(|name| !name.is_empty())
        };
        let estate =
            area(COMMUNITY).or_else(|| Some(spot(|kind| kind == PlaceKind::Quarter)).filter(|s| !s.is_empty()));
        Self {
            estate: estate.unwrap_or_else(|| words.estate.replace("{road}", &road)),
            areas: ADDRESS_LEVELS.into_iter().filter_map(area).collect(),
            cross: cross.map(|(name, _)| name).unwrap_or_default(),
            road,
            place,
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

    /// What the slot between braces stands for; `None` where that is not known here.
    fn slot(&self, slot: &str, plan: &Plan, random: &mut Random) -> Option<String> {
        let words = &plan.words;
        let known = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let one = |all: &[String], random: &mut Random| random.pick(all).cloned();
        match slot {
            "road" => known(&self.road),
            "cross" => known(&self.cross),
            "place" => known(&self.place),
            "estate" => known(&self.estate),
            "no" => Some(self.no.to_string()),
            "building" => Some(self.building.to_string()),
            "unit" => Some((1 + random.below(4)).to_string()),
            "floor" => Some((2 + random.below(usize::from(self.levels.max(3)) - 1)).to_string()),
            "room" => {
                let floor = 1 + random.below(usize::from(self.levels.max(2)));
                Some(format!("{floor}0{}", 1 + random.below(4)))
            }
            "m" => Some((10 + 5 * random.below(17)).to_string()),
            "n" => Some((2 + random.below(5)).to_string()),
            "lane" => Some((1 + random.below(2)).to_string()),
            "caller" => Some(one(&words.surname, random)? + &one(&words.title, random)?),
            "walker" => Some(words.walker.replace("{surname}", &one(&words.surname, random)?)),
            "job" => one(&words.job, random),
            "since" => one(&words.since, random),
            "shop" => one(&words.shop, random),
            "car" => one(&words.car, random),
            "side" => one(&words.side, random),
            "tree" => one(&words.tree, random),
            "dish" => one(&words.dish, random),
            _ => None,
        }
    }

    /// A template with its slots filled; `None` where one of them is not known here.
    pub(super) fn fill(&self, template: &str, plan: &Plan, random: &mut Random) -> Option<String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, from)) = rest.split_once('{') {
            let (slot, after) = from.split_once('}')?;
            text.push_str(before);
            text.push_str(&self.slot(slot, plan, random)?);
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// What is said of a case, in the manner of its source.
    pub(super) fn say(&self, texts: &[String], source: &Source, plan: &Plan, random: &mut Random) -> String {
        let first = random.below(texts.len());
        let (early, late) = texts.split_at(first.min(texts.len()));
        let core = late.iter().chain(early).find_map(|text| self.fill(text, plan, random)).unwrap_or_default();
        let manner = |all: &[String], random: &mut Random| {
            random.pick(all).and_then(|text| self.fill(text, plan, random)).unwrap_or_default()
        };
        let before = manner(&source.before, random);
        let after = manner(&source.after, random);
        // Every manner but a lone full stop goes on after the sentence, which ends with one.
        let stop = if after.ends_with(plan.words.stop.as_str()) { "" } else { plan.words.stop.as_str() };
        format!("{before}{core}{after}{stop}")
    }
}
