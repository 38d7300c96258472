//! Where the cases held lie, as rights and figures count it: as their reports, or those who reported, named it, and as
//! closely as their places tell on the city's map.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use crate::domain::rights::Area;
use crate::domain::sensor::AreaOf;
use crate::domain::{Fact, Hall, Incident, IncidentId};
use crate::store::{Store, StoreError};
use crate::wire::frame::encode;
use crate::wire::{ToScreen, WireError};

/// Areas of incidents that have left the hall may be held up to so many, so that not each commit looks for them.
const SPARE: usize = 1000;

/// The areas of the cases held.
#[derive(Debug, Default)]
pub(super) struct Areas {
    map: Option<AreaOf>,
    named: HashMap<IncidentId, Area>,
    known: HashMap<IncidentId, Area>,
    /// Those that changed since screens were told last; the whole city's is one of which none is known any more.
    news: BTreeMap<IncidentId, Area>,
    /// All of them, encoded for screens that join.
    frame: Option<Bytes>,
}

impl Areas {
    /// By what the city's map says of places, where there is one.
    pub(super) fn new(map: Option<AreaOf>) -> Self {
        Self { map, ..Self::default() }
    }

    /// Those of a hall: what was named is in the store, the rest follows from the places. Nothing of it is news.
    pub(super) fn read(&mut self, store: &Store, hall: &Hall) -> Result<(), StoreError> {
        *self = Self::new(self.map.take());
        self.named.extend(store.areas(|id| hall.incident(id).is_some())?);
        for incident in hall.incidents() {
            self.place(incident);
        }
        self.news.clear();
        Ok(())
    }

    /// The area of a case, where one is known.
    pub(super) fn get(&self, id: IncidentId) -> Option<&Area> {
        self.known.get(&id)
    }

    /// All of them.
    pub(super) fn all(&self) -> &HashMap<IncidentId, Area> {
        &self.known
    }

    /// The area of a case that is about to be reported was named.
    pub(super) fn name(&mut self, id: IncidentId, area: Area) {
        self.named.insert(id, area);
    }

    /// Go with a case that was reported or moved; `hall` has the fact already.
    pub(super) fn follow(&mut self, fact: &Fact, hall: &Hall) {
        let placed = fact.what.place().and_then(|_| fact.what.incident());
        if let Some(incident) = placed.and_then(|id| hall.incident(id)) {
            self.place(incident);
        }
    }

    fn place(&mut self, incident: &Incident) {
        let id = incident.id;
        let of_place = incident.place.at.zip(self.map.as_ref()).and_then(|(at, map)| map.of(at));
        let area = Area::of_case(self.named.get(&id), of_place).filter(|area| !area.is_city());
        if self.known.get(&id) == area.as_ref() {
            return;
        }
        self.news.insert(id, area.clone().unwrap_or_default());
        self.frame = None;
        match area {
            Some(area) => self.known.insert(id, area),
            None => self.known.remove(&id),
        };
    }

    /// What screens are to be told, if anything; then it is no news any more.
    pub(super) fn news(&mut self) -> Option<ToScreen> {
        let news = std::mem::take(&mut self.news);
        (!news.is_empty()).then(|| told(false, news.iter()))
    }

    /// All of them, for a screen that joins.
    pub(super) fn frame(&mut self) -> Result<Bytes, WireError> {
        if let Some(frame) = &self.frame {
            return Ok(frame.clone());
        }
        let frame = encode(&told(true, self.known.iter()))?;
        self.frame = Some(frame.clone());
        Ok(frame)
    }

    /// Forget those of cases that have left the hall, once they are many.
    pub(super) fn forget(&mut self, hall: &Hall) {
        if self.known.len() > SPARE + 2 * hall.incidents().len() {
            self.known.retain(|id, _| hall.incident(*id).is_some());
            self.named.retain(|id, _| hall.incident(*id).is_some());
            self.frame = None;
        }
    }
}

/// Cases by their areas: many lie in the same one.
fn told<'a>(anew: bool, areas: impl Iterator<Item = (&'a IncidentId, &'a Area)>) -> ToScreen {
    let mut by_area: BTreeMap<Area, Vec<IncidentId>> = BTreeMap::new();
    for (id, area) in areas {
        by_area.entry(area.clone()).or_default().push(*id);
    }
    for ids in by_area.values_mut() {
        ids.sort_unstable();
    }
    ToScreen::Areas { anew, areas: by_area.into_iter().collect() }
}
