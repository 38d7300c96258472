//! Where cases belong, and what the rows of figures are called: on a desk and on a wall alike.

use std::collections::HashMap;

use rust_i18n::t;

use super::model::Key;
use crate::config::Catalogue;
use crate::domain::rights::Area;
use crate::domain::{Hall, Incident, IncidentId, LonLat};
use crate::ground::City;
use crate::screen::areas::name_of;
use crate::screen::look::words;
use crate::screen::names::area_of;
use crate::screen::shown::AreasTold;
use crate::screen::vitals::area_record;

/// The areas of cases of which the hub tells none, by their places: areas cost more than all that is counted.
#[derive(Debug, Default)]
pub(in crate::screen) struct CaseAreas(HashMap<IncidentId, (LonLat, Option<Area>)>);

impl CaseAreas {
    /// The area of a case: as the hub `told`, else the one that its place lies in.
    pub(in crate::screen) fn at(&mut self, incident: &Incident, told: &AreasTold, city: &City) -> Option<Area> {
        if let Some(area) = told.get(incident.id) {
            return Some(area.clone());
        }
        let at = incident.place.at?;
        match self.0.get(&incident.id) {
            Some((known, area)) if *known == at => area.clone(),
            _ => {
                let area = area_of(city, at);
                self.0.insert(incident.id, (at, area.clone()));
                area
            }
        }
    }

    /// Forget those that the hall holds no more.
    pub(in crate::screen) fn keep(&mut self, hall: &Hall) {
        self.0.retain(|id, _| hall.incident(*id).is_some());
    }

    /// Forget all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What a row is called in a language.
pub(in crate::screen) fn key_name(key: &Key, kinds: Option<&Catalogue>, city: &City, locale: &str) -> String {
    match key {
        Key::Area(area) if area.is_city() => t!("kpi.city").into_owned(),
        Key::Area(area) => {
            let foreign = area_record(city, area).filter(|_| locale.starts_with("en"));
            let foreign = foreign.map(|record| name_of(city, record, true)).filter(|name| !name.is_empty());
            foreign.unwrap_or_else(|| area.name().to_owned())
        }
        Key::Department(code) => {
            let department = kinds.and_then(|kinds| kinds.departments().get(code));
            department.map_or_else(|| code.clone(), |department| department.name(locale).to_owned())
        }
        Key::Post(role) => words::role(*role),
        Key::Person(who) => who.clone(),
        Key::Unknown => t!("kpi.unknown").into_owned(),
    }
}
