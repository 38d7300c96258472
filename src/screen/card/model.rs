//! What the card shows, read from the fold and the pack. Pure.

use crate::domain::{Grade, Incident, IncidentId, LonLat, Moment, Stage};
use crate::screen::situation::{Names, place};

/// The card of the selected thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Card {
    /// An incident.
    Incident(Box<IncidentCard>),
    /// A building or place.
    Thing(ThingCard),
}

/// A point in both datums that people copy from the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// As GPS has it.
    pub wgs84: LonLat,
    /// As Chinese maps have it.
    pub gcj02: LonLat,
}

/// An incident's card.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentCard {
    /// Which.
    pub id: IncidentId,
    /// How grave.
    pub grade: Grade,
    /// Name of its kind.
    pub kind: String,
    /// How far it is.
    pub stage: Stage,
    /// The stage that follows, where an order may move it there; closing is an order of its own.
    pub next: Option<Stage>,
    /// Where, in words.
    pub place: Option<String>,
    /// Areas it lies in, greatest first.
    pub areas: Vec<String>,
    /// Where on the map.
    pub point: Option<Point>,
    /// What was said of it.
    pub text: String,
    /// When it happened.
    pub happened_at: Moment,
    /// When the hall came to know it.
    pub known_at: Moment,
    /// When the hall last learned something of it.
    pub changed_at: Moment,
    /// When it was over; `None` while it is open.
    pub over_at: Option<Moment>,
    /// The source and its identity there.
    pub source: String,
}

/// A building's or place's card: its head and rows of (key of the name, value).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ThingCard {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Key of what it is, for the head.
    pub what: &'static str,
    /// Key of each name in `assets/i18n` and its value.
    pub rows: Vec<(&'static str, String)>,
    /// Areas it lies in, greatest first.
    pub areas: Vec<String>,
    /// Where it is.
    pub point: Option<Point>,
}

/// What the pack knows about a place.
pub trait Around: Names {
    /// Names of the areas around a place, greatest first.
    fn areas(&self, at: LonLat) -> Vec<String>;
    /// The place in both datums.
    fn point(&self, at: LonLat) -> Point;
}

/// The card of an incident that was over at `over_at`.
#[must_use]
pub fn incident_card(incident: &Incident, over_at: Option<Moment>, around: &impl Around) -> IncidentCard {
    IncidentCard {
        id: incident.id,
        grade: incident.grade,
        kind: around.kind(&incident.kind),
        stage: incident.stage,
        next: incident.stage.next().filter(|next| *next != Stage::Closed),
        place: place(incident, around),
        areas: incident.place.at.map(|at| around.areas(at)).unwrap_or_default(),
        point: incident.place.at.map(|at| around.point(at)),
        text: incident.text.clone(),
        happened_at: incident.happened_at,
        known_at: incident.known_at,
        changed_at: incident.changed_at,
        over_at,
        source: format!("{} · {}", incident.source, incident.source_id),
    }
}
