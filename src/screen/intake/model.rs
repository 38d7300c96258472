//! What the dialog proposes: kinds and places. Pure.

use crate::domain::rights::Area;
use crate::domain::{Incident, LonLat};
use crate::ground::City;
use crate::ground::city::Named;
use crate::ground::datum::wgs84_from_gcj02;
use crate::screen::names::{CityNames, area_names, area_of};
use crate::screen::situation::Names;

/// Most proposals of a field.
pub const MOST: usize = 4;

/// Metres from a place that a map service's coordinates may be off: what a point further out is not of this city.
const BEYOND_M: f64 = 20_000.0;

/// Why a place is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceWhy {
    /// The text names it.
    Text,
    /// Its name begins with what was typed.
    Name,
    /// Coordinates in WGS 84.
    Wgs84,
    /// Coordinates in GCJ-02, as map services of the country give them.
    Gcj02,
}

/// A place that is proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceHit {
    /// Its address in words.
    pub address: String,
    /// What it is or where it lies.
    pub note: String,
    /// Where.
    pub at: LonLat,
    /// Why.
    pub why: PlaceWhy,
}

/// The names of a city in a language, and what each thing is.
pub struct Places<'a> {
    /// The city.
    pub city: &'a City,
    /// Names.
    pub names: &'a CityNames<'a>,
    /// Name of something in the pack, and what it is.
    pub named: &'a dyn Fn(Named) -> (String, String),
}

impl Places<'_> {
    /// The place that a text names: areas, then the street with its number, or a place with a name.
    #[must_use]
    pub fn in_text(&self, text: &str) -> Option<PlaceHit> {
        let found = self.city.names_in(text);
        let is_area = |named: &Named| matches!(named, Named::Area(_));
        let best = found.iter().find(|(_, named)| matches!(named, Named::Street(_)));
        let best = best.or_else(|| found.iter().find(|(_, named)| !is_area(named)));
        let (range, named) = best.or_else(|| found.last())?;
        // Areas that stand before it are where it lies, and part of the address.
        let before: Vec<_> =
            found.iter().map(|(other, _)| other).take_while(|other| other.start < range.start).collect();
        let mut begin = range.start;
        for other in before.iter().rev().filter(|other| other.end <= range.start) {
            if other.end == begin {
                begin = other.start;
            }
        }
        let near: Vec<&str> = before.iter().rev().filter_map(|other| text.get((*other).clone())).collect();
        let name = text.get(range.clone())?;
        let at = match named {
            Named::Street(_) => self.city.street_point(name, &near)?,
            other => self.city.point_of(*other)?,
        };
        let number = number_after(text.get(range.end..)?);
        let address = format!("{}{number}", text.get(begin..range.end)?);
        let at = self.city.frame().lonlat_from_metres(at);
        Some(PlaceHit { note: self.around(at), address, at, why: PlaceWhy::Text })
    }

    /// Places for what was typed: coordinates, or names that begin so.
    #[must_use]
    pub fn typed(&self, typed: &str) -> Vec<PlaceHit> {
        if let Some(at) = coordinates(typed) {
            return [(PlaceWhy::Wgs84, at), (PlaceWhy::Gcj02, wgs84_from_gcj02(at))]
                .into_iter()
                .filter(|(_, at)| self.is_here(*at))
                .map(|(why, at)| PlaceHit { address: self.address_of(at), note: String::new(), at, why })
                .collect();
        }
        if let Some(hit) = self.in_text(typed).filter(|hit| hit.address.len() >= typed.trim().len()) {
            return vec![PlaceHit { why: PlaceWhy::Name, ..hit }];
        }
        let found = self.city.search(typed, MOST).into_iter();
        let hit = |named| {
            let at = self.city.frame().lonlat_from_metres(self.city.point_of(named)?);
            let (address, note) = (self.named)(named);
            Some(PlaceHit { address, note, at, why: PlaceWhy::Name })
        };
        found.filter_map(hit).collect()
    }

    /// The address of a point: its areas from the city down, and the street.
    #[must_use]
    pub fn address_of(&self, at: LonLat) -> String {
        let street = self.names.street(at).unwrap_or_default();
        format!("{}{street}", self.around(at))
    }

    /// Where a point lies among the areas, for rights.
    #[must_use]
    pub fn area_of(&self, at: LonLat) -> Option<Area> {
        area_of(self.city, at)
    }

    fn around(&self, at: LonLat) -> String {
        let path = area_names(self.city, at, 2);
        if path.iter().any(|name| !name.is_ascii()) { path.concat() } else { path.join(", ") }
    }

    fn is_here(&self, at: LonLat) -> bool {
        let [east, north] = self.city.frame().metres_from_lonlat(at);
        let bounds = self.city.bounds();
        let within = |value: f64, min: f64, max: f64| value > min - BEYOND_M && value < max + BEYOND_M;
        within(east, bounds.min[0], bounds.max[0]) && within(north, bounds.min[1], bounds.max[1])
    }
}

/// Longitude and latitude as they were typed, in either order: whichever fits. Anything else is none.
#[must_use]
pub fn coordinates(typed: &str) -> Option<LonLat> {
    // Nobody means a house number: those have no fraction.
    lonlat_typed(typed).filter(|at| at.lon.fract() != 0.0 && at.lat.fract() != 0.0)
}

/// The same where nothing else can be meant: whole degrees are a place as well.
#[must_use]
pub fn lonlat_typed(typed: &str) -> Option<LonLat> {
    let parts: Vec<&str> =
        typed.split([',', '，', ' ', ';', '、']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let [one, other] = parts.as_slice() else { return None };
    let (one, other): (f64, f64) = (one.parse().ok()?, other.parse().ok()?);
    if other.abs() > 90.0 { LonLat::new(other, one) } else { LonLat::new(one, other) }
}

/// The house number that a text goes on with: digits up to `号` or `弄`, in Chinese.
fn number_after(rest: &str) -> String {
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
    let sign = rest.chars().nth(digits.chars().count()).filter(|c| is_number_sign(*c));
    match sign {
        Some(sign) if !digits.is_empty() => format!("{digits}{sign}"),
        _ => String::new(),
    }
}

/// `号` and `弄`.
fn is_number_sign(c: char) -> bool {
    matches!(c, '\u{53f7}' | '\u{5f04}')
}

/// The incident that a draft would be, to look for others like it.
#[must_use]
pub fn would_be(draft: &super::draft::Draft, kind: &str) -> Incident {
    use crate::domain::{Grade, IncidentId, Place, Stage};
    Incident {
        id: IncidentId(u64::MAX),
        source: String::new(),
        source_id: String::new(),
        kind: kind.to_owned(),
        grade: draft.grade.unwrap_or(Grade::IV),
        stage: Stage::Reported,
        place: Place { at: draft.at, address: draft.address.clone() },
        text: draft.text.clone(),
        happened_at: draft.began,
        known_at: draft.began,
        changed_at: draft.began,
    }
}
