//! Sensors or cases gathered in the areas below the one that is looked at. Pure.

use std::collections::BTreeMap;

use super::form::Tally;
use super::layer::Layer;
use super::model::Field;
use super::shades::{Meaning, Skin};
use crate::domain::Moment;
use crate::ground::City;
use crate::screen::patches::{Fill, Patch, km2};

/// The areas one level below one, or below the city; where there are none, that one itself.
#[must_use]
pub fn below(city: &City, looked: Option<u32>) -> Vec<u32> {
    let tops = city.area_children(u32::MAX);
    let around = looked.or_else(|| tops.first().copied().filter(|_| tops.len() == 1));
    let Some(around) = around else { return tops };
    let inner = city.area_children(around);
    if inner.is_empty() { vec![around] } else { inner }
}

/// An area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Its number in the pack.
    pub area: u32,
    /// What it measures.
    pub km2: f64,
    /// What lies in it.
    pub tally: Tally,
}

/// What lies in each of some areas.
#[derive(Debug, Clone, PartialEq)]
pub struct Regions {
    skin: Skin,
    /// By the number of the area.
    all: BTreeMap<u32, Region>,
}

impl Regions {
    /// Gather what a field has in some areas, which come with their size; `around` tells the areas around a point.
    #[must_use]
    pub fn of(
        field: &Field,
        layer: Layer,
        areas: impl Iterator<Item = (u32, f64)>,
        around: impl Fn([f64; 2]) -> Vec<u32>,
        now: Moment,
    ) -> Self {
        let region = |(area, km2)| (area, Region { area, km2, tally: Tally::default() });
        let mut regions = Self { skin: field.skin(layer), all: areas.map(region).collect() };
        for station in field.stations() {
            regions.each(&around(station.at), |tally| tally.sensor(station, now));
        }
        for at in field.case_places() {
            regions.each(&around(at), Tally::case);
        }
        regions
    }

    fn each(&mut self, around: &[u32], mut count: impl FnMut(&mut Tally)) {
        for area in around {
            if let Some(region) = self.all.get_mut(area) {
                count(&mut region.tally);
            }
        }
    }

    /// Those of a city below the area that is looked at.
    #[must_use]
    pub fn of_city(field: &Field, layer: Layer, city: &City, looked: Option<u32>, now: Moment) -> Self {
        let size = |area: u32| city.areas().get(area as usize).map(|record| (area, km2(city.rings_of(record))));
        let areas = below(city, looked);
        Self::of(field, layer, areas.into_iter().filter_map(size), |at| city.area_path(at), now)
    }

    /// Whether there are no areas at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The area among some of them around a point.
    #[must_use]
    pub fn among(&self, around: &[u32]) -> Option<Region> {
        around.iter().find_map(|area| self.all.get(area)).copied()
    }

    /// The number that is told of an area.
    #[must_use]
    pub fn value(&self, region: Region) -> Option<f64> {
        region.tally.value(self.skin.meaning, region.km2)
    }

    /// What each area is filled with: its number on the ramp of the layer, stripes where no sensor has data, nothing where
    /// no case is open.
    pub fn fills(&self) -> impl Iterator<Item = (u32, Fill)> + '_ {
        let skin = self.skin;
        self.all.values().map(move |region| {
            let fill = match self.value(*region) {
                Some(_) if skin.meaning == Meaning::Density && region.tally.all == 0 => Fill::Clear,
                Some(value) => Fill::Colour(skin.of(value), u8::MAX),
                None => Fill::Hatched,
            };
            (region.area, fill)
        })
    }

    /// The same with the rings of a city.
    #[must_use]
    pub fn patches<'a>(&self, city: &'a City) -> Vec<Patch<'a>> {
        self.fills().filter_map(|(area, fill)| Patch::of(city, area, fill)).collect()
    }
}
