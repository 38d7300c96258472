//! Hubs that know their city.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use command_hall::domain::LonLat;
use command_hall::domain::rights::Area;
use command_hall::ground::{City, demo, pack};
use command_hall::hub::Admission;

use super::TestHub;

impl TestHub {
    /// One that knows its city, a small made-up one.
    pub fn with_city(admission: Admission) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        write_city(folder.path());
        Self::start_in(folder, admission)
    }

    /// Put the small made-up city into its folder: it knows it from its next start on.
    pub fn give_city(&self) {
        write_city(self.folder.path());
    }

    /// Two places in different districts of its city, each with its area.
    pub fn two_places(&self) -> [(LonLat, Area); 2] {
        let city = City::open(&self.folder.path().join("city")).unwrap();
        let mut by_district = BTreeMap::new();
        for place in city.places() {
            let at = city.frame().lonlat_from_metres(place.at.map(f64::from));
            if let Some(area) = city.area_of(at) {
                by_district.entry(area.part_of(&Area::CITY)).or_insert((at, area));
            }
        }
        let mut places = by_district.into_values();
        [places.next().unwrap(), places.next().unwrap()]
    }
}

fn write_city(folder: &Path) {
    pack::writer::write(&demo::generate(3, 1_500), &folder.join("city"), "").unwrap();
}
