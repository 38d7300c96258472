//! What the dialog proposes: kinds and places. Pure.

use std::ops::Range;

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
/// `号`, after a house number.
const NUMBER_SIGN: char = '\u{53f7}';
/// Most digits of a house number, a range of two included.
const NUMBER_LONGEST: usize = 9;
/// Names that the streets for a house number are looked for among.
const NUMBERED_FROM: usize = 32;

/// Why a place is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceWhy {
    /// The text names it.
    Text,
    /// Its name begins with what was typed.
    Name,
    /// What was typed names something and more: the place is that of the name, which is the note.
    Part,
    /// Two streets were named, and this is where they meet.
    Crossing,
    /// Coordinates in WGS 84.
    Wgs84,
    /// Coordinates in GCJ-02, as map services of the country give them.
    Gcj02,
}

impl PlaceWhy {
    /// Whether somebody pointed at the very place, and words tell no better.
    #[must_use]
    pub fn is_pointed(self) -> bool {
        matches!(self, Self::Wgs84 | Self::Gcj02)
    }
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

/// What a text names.
struct Known {
    /// The address in its words.
    address: String,
    /// The name that was known.
    name: String,
    at: LonLat,
    /// Two streets were named, and this is where they meet.
    is_crossing: bool,
    /// It is an area, whose middle is the place of nothing in it.
    is_area: bool,
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
    /// The place that a text names: areas, then the street with its number or with the one that crosses it there, or a
    /// place with a name.
    #[must_use]
    pub fn in_text(&self, text: &str) -> Option<PlaceHit> {
        let Known { address, at, .. } = self.known_in(text)?;
        Some(PlaceHit { note: self.around(at), address, at, why: PlaceWhy::Text })
    }

    fn known_in(&self, text: &str) -> Option<Known> {
        let found = self.city.names_in(text);
        let is_area = |named: &Named| matches!(named, Named::Area(_));
        let best = found.iter().find(|(_, named)| matches!(named, Named::Street(_)));
        let best = best.or_else(|| found.iter().find(|(_, named)| !is_area(named)));
        let (range, named) = best.or_else(|| found.last())?;
        // Areas that stand before it are where it lies, and part of the address.
        let before: Vec<_> =
            found.iter().map(|(other, _)| other).take_while(|other| other.start < range.start).collect();
        let name = text.get(range.clone())?;
        // In English the number stands before the name.
        let number = text.get(..range.start).filter(|_| name.is_ascii()).map_or("", number_before);
        let mut begin = range.start - number.len();
        for other in before.iter().rev().filter(|other| other.end <= range.start) {
            if other.end == begin {
                begin = other.start;
            }
        }
        let near: Vec<&str> = before.iter().rev().filter_map(|other| text.get((*other).clone())).collect();
        let crossing = match named {
            Named::Street(_) => self.crossing_in(text, range, &found),
            _ => None,
        };
        let (end, at) = match (crossing, named) {
            (Some(met), _) => met,
            (None, Named::Street(_)) => (range.end, self.city.street_point(name, &near)?),
            (None, other) => (range.end, self.city.point_of(*other)?),
        };
        let number = if crossing.is_some() { "" } else { number_after(text.get(end..)?) };
        Some(Known {
            address: format!("{}{number}", text.get(begin..end)?),
            name: name.to_owned(),
            at: self.city.frame().lonlat_from_metres(at),
            is_crossing: crossing.is_some(),
            is_area: is_area(named),
        })
    }

    /// The street that is named right after the one at `first`, where they meet: up to which byte the text says so, and
    /// the point, metres.
    fn crossing_in(
        &self,
        text: &str,
        first: &Range<usize>,
        found: &[(Range<usize>, Named)],
    ) -> Option<(usize, [f64; 2])> {
        let (second, named) = found.iter().find(|(other, _)| other.start >= first.end)?;
        if !matches!(named, Named::Street(_)) || !joins(text.get(first.end..second.start)?) {
            return None;
        }
        let at = self.city.crossing(text.get(first.clone())?, text.get(second.clone())?)?;
        Some((second.end + corner_after(text.get(second.end..)?), at))
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
        let known = self.known_in(typed);
        let says_all = |known: &&Known| known.address.len() >= typed.trim().len();
        if let Some(Known { address, at, is_crossing, .. }) = known.as_ref().filter(says_all) {
            let why = if *is_crossing { PlaceWhy::Crossing } else { PlaceWhy::Name };
            return vec![PlaceHit { address: address.clone(), note: self.around(*at), at: *at, why }];
        }
        let hit = |named| {
            let at = self.city.frame().lonlat_from_metres(self.city.point_of(named)?);
            let (address, note) = (self.named)(named);
            Some(PlaceHit { address, note, at, why: PlaceWhy::Name })
        };
        let begin: Vec<PlaceHit> = self.city.search(typed, MOST).into_iter().filter_map(hit).collect();
        if !begin.is_empty() {
            return begin;
        }
        let numbered = self.numbered(typed);
        if !numbered.is_empty() {
            return numbered;
        }
        // A name with more around it, a storey or a gate: the words stay, the place is that of the name.
        let part = known.filter(|known| !known.is_area).map(|known| PlaceHit {
            address: typed.trim().to_owned(),
            note: known.name,
            at: known.at,
            why: PlaceWhy::Part,
        });
        part.into_iter().collect()
    }

    /// Streets whose name begins with what follows a house number, as in `88 Nath`, with the number as each script
    /// has it.
    fn numbered(&self, typed: &str) -> Vec<PlaceHit> {
        let number = typed.trim().split_once(' ').filter(|(number, _)| is_house_number(number));
        let Some((number, name)) = number else { return Vec::new() };
        let found = self.city.search(name, NUMBERED_FROM).into_iter();
        let hit = |named| {
            let at = self.city.frame().lonlat_from_metres(self.city.point_of(named)?);
            let (street, note) = (self.named)(named);
            let address =
                if street.is_ascii() { format!("{number} {street}") } else { format!("{street}{number}{NUMBER_SIGN}") };
            Some(PlaceHit { address, note, at, why: PlaceWhy::Name })
        };
        found.filter(|named| matches!(named, Named::Street(_))).filter_map(hit).take(MOST).collect()
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

/// The house number that a text goes on with, as in `88号` and `88弄3号`, after blanks too; empty where it has none.
fn number_after(rest: &str) -> &str {
    let mut end = 0;
    while let Some(part) = rest.get(end..) {
        let number = part.trim_start_matches(' ');
        let digits = number.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(number.len());
        let sign = number.get(digits..).and_then(|rest| rest.chars().next()).filter(|c| is_number_sign(*c));
        let Some(sign) = sign.filter(|_| digits > 0) else { break };
        end += part.len() - number.len() + digits + sign.len_utf8();
    }
    rest.get(..end).unwrap_or_default()
}

/// The house number right before a name, with the blank between them; empty where there is none.
fn number_before(text: &str) -> &str {
    let words = text.trim_end_matches(' ');
    let begin = words
        .rfind(|c: char| !c.is_alphanumeric() && c != '-')
        .map_or(0, |at| at + words.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    let is_number = words.len() < text.len() && words.get(begin..).is_some_and(is_house_number);
    text.get(begin..).filter(|_| is_number).unwrap_or_default()
}

/// A number as English addresses have it: `88`, `88-90`, `88A`.
fn is_house_number(word: &str) -> bool {
    let digits = word.strip_suffix(|c: char| c.is_ascii_alphabetic()).unwrap_or(word);
    let is_part = |c: char| c.is_ascii_digit() || c == '-';
    digits.len() <= NUMBER_LONGEST && digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(is_part)
}

/// `号` and `弄`.
fn is_number_sign(c: char) -> bool {
    matches!(c, NUMBER_SIGN | '\u{5f04}')
}

/// Whether nothing but a word that joins two streets stands between them: 与, 和, 跟, 及, 、, `and`, `&`, `/`.
fn joins(between: &str) -> bool {
    let word = between.trim().to_ascii_lowercase();
    let is_sign = matches!(word.as_str(), "" | "&" | "/" | "-" | "and" | "at");
    is_sign || matches!(word.as_str(), "\u{4e0e}" | "\u{548c}" | "\u{8ddf}" | "\u{53ca}" | "\u{3001}")
}

/// Bytes that a text goes on with that say that two streets meet: up to the 口 or 处 of 路口, 交叉口, 交汇处.
fn corner_after(rest: &str) -> usize {
    let is_end = |c: char| matches!(c, '\u{53e3}' | '\u{5904}');
    let is_part = |c: char| is_end(c) || matches!(c, '\u{4ea4}' | '\u{53c9}' | '\u{8def}' | '\u{6c47}' | '\u{754c}');
    let tail = rest.find(|c: char| !is_part(c)).and_then(|at| rest.get(..at)).unwrap_or(rest);
    let end = |at: usize| Some(at + tail.get(at..)?.chars().next()?.len_utf8());
    tail.rfind(is_end).and_then(end).unwrap_or_default()
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
