//! Streets and places by name, in Chinese (either script) and English.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::City;
use super::near::{is_named_street, nearest_on};
use crate::domain::initials::{are_initials, initials};

/// Something with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// An administrative area, by its index.
    Area(u32),
    /// A place, by its index.
    Place(u32),
    /// A street, by the index of one of its ways.
    Street(u32),
}

/// The words of a city, built when first asked.
#[derive(Debug)]
pub(super) struct Words {
    streets: HashMap<Box<str>, Vec<u32>>,
    /// All names in alphabetical order, for search by beginning.
    all: Vec<(Box<str>, u32, Named)>,
    /// Pinyin initials of Chinese names, in alphabetical order, with the place of each in `all`; made when first asked.
    initials: OnceLock<Vec<(Box<str>, usize)>>,
}

/// The longest name that is looked for in a text, and the shortest, in Chinese and in other characters.
const NAME_LONGEST: usize = 24;
const NAME_SHORTEST: (usize, usize) = (2, 6);

impl Words {
    pub(super) fn new(city: &City) -> Self {
        let mut streets: HashMap<Box<str>, Vec<u32>> = HashMap::new();
        let mut all = Vec::new();
        // a name is put into its plain form once, however many ways bear it
        let mut plain_of: HashMap<u32, Box<str>> = HashMap::new();
        let mut plain = |name: u32| -> Box<str> {
            plain_of.entry(name).or_insert_with(|| plain_name(city.name(name)).into_boxed_str()).clone()
        };
        for (i, way) in (0u32..).zip(city.ways()).filter(|(_, w)| is_named_street(w)) {
            for name in [way.name, way.name_en] {
                let name = plain(name);
                if name.is_empty() {
                    continue;
                }
                let ways = streets.entry(name).or_default();
                if ways.last() != Some(&i) {
                    ways.push(i);
                }
            }
        }
        let mut names: Vec<(&Box<str>, &Vec<u32>)> = streets.iter().collect();
        names.sort();
        for (name, ways) in names {
            all.extend(ways.first().map(|way| (name.clone(), 60, Named::Street(*way))));
        }
        for (i, area) in (0u32..).zip(city.areas()) {
            all.extend([area.name, area.name_en].map(|n| (plain(n), area.level, Named::Area(i))));
        }
        for (i, place) in (0u32..).zip(city.places()) {
            all.extend([place.name, place.name_en].map(|n| (plain(n), place.rank, Named::Place(i))));
        }
        all.retain(|(name, ..)| !name.is_empty());
        all.sort();
        all.dedup();
        Self { streets, all, initials: OnceLock::new() }
    }

    fn with_beginning<'a>(&'a self, plain: &'a str) -> impl Iterator<Item = &'a (Box<str>, u32, Named)> {
        let from = self.all.partition_point(|(name, ..)| name.as_ref() < plain);
        self.all.iter().skip(from).take_while(move |(name, ..)| name.starts_with(plain))
    }
}

impl City {
    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::new(self))
    }

    /// The ways that bear a street's name, in Chinese (traditional or simplified) or English.
    #[must_use]
    pub fn street(&self, name: &str) -> &[u32] {
        self.words().streets.get(plain_name(name).as_str()).map_or(&[], Vec::as_slice)
    }

    /// A point on the street `name`: where it comes nearest to `near` (a crossing street, a landmark or a district;
    /// unknown ones are passed over, the next is tried), else in the middle of its longest run.
    #[must_use]
    pub fn street_point(&self, name: &str, near: &[&str]) -> Option<[f64; 2]> {
        let ways = self.street(name);
        let lines = || ways.iter().filter_map(|i| self.ways().get(*i as usize)).map(|w| self.points_of(w));
        for mark in near.iter().map(|n| n.trim()).filter(|n| !n.is_empty()) {
            let marks = self.points_named(mark);
            let each = marks
                .iter()
                .filter_map(|at| lines().filter_map(|l| nearest_on(l, *at)).min_by(|a, b| a.1.total_cmp(&b.1)));
            // a landmark of that name at the other end of the city is another one
            if let Some((at, _)) = each.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, metres)| *metres < 2_500.0) {
                return Some(at);
            }
        }
        let points: Vec<[f64; 2]> = lines().flatten().map(|p| p.map(f64::from)).collect();
        let mut axis: [Vec<f64>; 2] = [points.iter().map(|p| p[0]).collect(), points.iter().map(|p| p[1]).collect()];
        let middle = axis.each_mut().map(|v| {
            v.sort_by(f64::total_cmp);
            v.get(v.len() / 2).copied().unwrap_or_default()
        });
        lines().filter_map(|l| nearest_on(l, middle)).min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
    }

    /// Points of whatever bears a name: a street's corners, a place, the middle of an area.
    fn points_named(&self, name: &str) -> Vec<[f64; 2]> {
        let ways = self.street(name).iter().filter_map(|i| self.ways().get(*i as usize));
        let mut points: Vec<[f64; 2]> = ways.flat_map(|w| self.points_of(w)).map(|p| p.map(f64::from)).collect();
        if points.is_empty() {
            let plain = plain_name(name);
            let exact = self.words().with_beginning(&plain).take_while(|(n, ..)| n.as_ref() == plain);
            points.extend(exact.filter_map(|(_, _, what)| self.point_of(*what)));
        }
        points
    }

    /// Where something with a name is, metres.
    #[must_use]
    pub fn point_of(&self, what: Named) -> Option<[f64; 2]> {
        match what {
            Named::Area(i) => self.areas().get(i as usize).map(|a| a.label.map(f64::from)),
            Named::Place(i) => self.places().get(i as usize).map(|p| p.at.map(f64::from)),
            Named::Street(i) => {
                let line = self.points_of(self.ways().get(i as usize)?);
                line.get(line.len() / 2).map(|p| p.map(f64::from))
            }
        }
    }

    /// Whatever has a name that begins with `beginning`, the most important first, at most `limit`.
    #[must_use]
    pub fn search(&self, beginning: &str, limit: usize) -> Vec<Named> {
        let plain = plain_name(beginning);
        if plain.is_empty() || limit == 0 {
            return Vec::new();
        }
        // a name that is exactly what was typed comes before longer ones
        let mut found: Vec<(bool, u32, usize, Named)> = self
            .words()
            .with_beginning(&plain)
            .map(|(name, rank, what)| (name.len() > plain.len(), *rank, name.len(), *what))
            .collect();
        if are_initials(&plain) {
            let words = self.words();
            let by_initials = words.initials.get_or_init(|| {
                let chinese = words.all.iter().enumerate().filter(|(_, (name, ..))| !name.is_ascii());
                let mut by: Vec<_> = chinese.map(|(at, (name, ..))| (initials(name).into_boxed_str(), at)).collect();
                by.sort_unstable();
                by
            });
            let from = by_initials.partition_point(|(letters, _)| letters.as_ref() < plain.as_str());
            let same = by_initials.iter().skip(from).take_while(|(letters, _)| letters.starts_with(&plain));
            let named = same.filter_map(|(letters, at)| Some((letters, words.all.get(*at)?)));
            found.extend(
                named.map(|(letters, (_, rank, what))| (letters.len() > plain.len(), *rank, letters.len(), *what)),
            );
        }
        found.sort_unstable();
        let mut seen = std::collections::HashSet::new();
        found.into_iter().map(|(.., what)| what).filter(|what| seen.insert(*what)).take(limit).collect()
    }
}

impl City {
    /// Names that a text has, in its order: where each stands (bytes), and what bears it. Of names that overlap the
    /// first and longest counts.
    #[must_use]
    pub fn names_in(&self, text: &str) -> Vec<(Range<usize>, Named)> {
        let table = simplified();
        let letters: Vec<(usize, char)> = text
            .char_indices()
            .filter(|(_, c)| c.is_alphanumeric())
            .map(|(at, c)| (at, table.get(&c).copied().unwrap_or(c).to_ascii_lowercase()))
            .collect();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((begin, first)) = letters.get(from).copied() {
            let shortest = if first.is_ascii() { NAME_SHORTEST.1 } else { NAME_SHORTEST.0 };
            let most = NAME_LONGEST.min(letters.len() - from);
            let named = (shortest..=most).rev().find_map(|many| {
                let name: String = letters.get(from..from + many)?.iter().map(|(_, c)| *c).collect();
                let (known, _, what) = self.words().with_beginning(&name).next()?;
                (known.as_ref() == name).then_some((many, *what))
            });
            let Some((many, what)) = named else {
                from += 1;
                continue;
            };
            let end = letters.get(from + many - 1).map_or(begin, |(at, _)| *at);
            let end = end + text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            found.push((begin..end, what));
            from += many;
        }
        found
    }
}

/// Traditional characters to simplified ones.
fn simplified() -> &'static HashMap<char, char> {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut chars = include_str!("simplified.txt").chars().filter(|c| *c != '\n');
        let mut table = HashMap::new();
        while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            table.insert(from, to);
        }
        table
    })
}

/// The form of a name by which names are compared: lower case, simplified characters, no blanks or punctuation,
/// English street words spelled out.
#[must_use]
pub fn plain_name(name: &str) -> String {
    let table = simplified();
    let mut out = String::with_capacity(name.len());
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        let spelled = match word.as_str() {
            "rd" => "road",
            "st" if !out.is_empty() => "street",
            "ave" | "av" => "avenue",
            "blvd" => "boulevard",
            "ln" => "lane",
            "hwy" => "highway",
            "expy" => "expressway",
            "sq" => "square",
            "mt" => "mount",
            other => other,
        };
        out.push_str(spelled);
        word.clear();
    };
    for c in name.chars() {
        // full-width forms stand for the plain ones
        let c =
            if ('\u{ff01}'..='\u{ff5e}').contains(&c) { char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c) } else { c };
        if c.is_ascii_alphanumeric() || (c.is_alphabetic() && !is_wide(c)) {
            word.extend(c.to_lowercase());
        } else {
            // an apostrophe is part of a word
            if matches!(c, '\'' | '’' | '.') {
                continue;
            }
            flush(&mut word, &mut out);
            if c.is_alphanumeric() {
                out.push(table.get(&c).copied().unwrap_or(c));
            }
        }
    }
    flush(&mut word, &mut out);
    out
}

fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}
