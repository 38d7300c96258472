//! Names of the demo city from `assets/demo/names.toml`, and words made of two syllables.

use std::sync::OnceLock;

use serde::Deserialize;

use super::Random;
use crate::ground::pack::records::Paint;

/// A Chinese name or pattern with its English form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Pair(String, String);

impl Pair {
    /// Both as they are.
    pub(super) fn both(&self) -> (&str, &str) {
        (&self.0, &self.1)
    }

    /// Both with a word in the place of `{}`.
    pub(super) fn of(&self, word: (&str, &str)) -> (String, String) {
        (fill(&self.0, word.0), fill(&self.1, word.1))
    }
}

/// The pattern with a word in the place of `{}`.
pub(super) fn fill(pattern: &str, word: &str) -> String {
    pattern.replace("{}", word)
}

/// All names and patterns; the file says what each is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) city: Pair,
    pub(super) river: Pair,
    pub(super) railway: Pair,
    pub(super) station: Pair,
    pub(super) south_bank: Pair,
    pub(super) north_bank: Pair,
    pub(super) toilet: Pair,
    pub(super) avenue: Pair,
    pub(super) road: Pair,
    pub(super) street: Pair,
    pub(super) district: Pair,
    pub(super) subdistrict: Pair,
    pub(super) park: Pair,
    pub(super) shelter: Pair,
    pub(super) fire_station: Pair,
    pub(super) police: Pair,
    pub(super) hospital: Pair,
    pub(super) primary_school: Pair,
    pub(super) middle_school: Pair,
    pub(super) car_park: Pair,
    pub(super) fuel: Pair,
    pub(super) towers: Vec<String>,
    pub(super) block: String,
    pub(super) inside: super::fill::Inside,
    pub(super) lake: Pair,
    pub(super) hill: Pair,
    pub(super) island: Pair,
    pub(super) wall: Pair,
    pub(super) moat_road: Pair,
    pub(super) government: Pair,
    pub(super) university: Pair,
    pub(super) industrial_park: Pair,
    pub(super) ring_expressway: Pair,
    pub(super) radial: Pair,
    pub(super) metro_line: Pair,
    pub(super) metro_station: Pair,
    pub(super) metro_exit: Pair,
    pub(super) county: Pair,
    pub(super) town: Pair,
    pub(super) community: Pair,
    pub(super) village: Pair,
    pub(super) patrol: Pair,
    pub(super) unit: Pair,
    lane: Pair,
    alley: Pair,
    along: Vec<Pair>,
    across: Vec<Pair>,
    ordinals: Vec<Pair>,
    pub(super) bridge: Pair,
    pub(super) tunnel: Pair,
    pub(super) canals: Vec<Pair>,
    pub(super) peaks: Vec<Pair>,
    pub(super) gates: Vec<Pair>,
    pub(super) radials: Vec<Pair>,
    pub(super) districts: Vec<Pair>,
    /// Endings of names of streets.
    pub(super) street_ends: Vec<String>,
    /// Ten, then one to nine.
    digits: Vec<String>,
    zero: String,
    syllables: Vec<Pair>,
    main: Vec<Pair>,
}

/// A number up to 99 in Chinese.
pub(super) fn numeral(number: usize) -> String {
    let digit = |d: usize| names().digits.get(d % 10).map_or("", String::as_str);
    let ten = digit(0);
    match (number / 10, number % 10) {
        (0, 0) => names().zero.clone(),
        (0, ones) => digit(ones).to_owned(),
        (tens, ones) => {
            let before = if tens == 1 { "" } else { digit(tens) };
            format!("{before}{ten}{}", if ones == 0 { "" } else { digit(ones) })
        }
    }
}

/// The names, read once.
pub(super) fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    // the file is part of the program and a test reads it: a city without names is what would be left of it
    NAMES.get_or_init(|| parse().unwrap_or_default())
}

fn parse() -> Result<Names, toml::de::Error> {
    toml::from_str(include_str!("../../../assets/demo/names.toml"))
}

/// Two syllables as a name, Chinese and in Pinyin.
pub(super) fn word(random: &mut Random) -> (String, String) {
    let syllables = &names().syllables;
    let mut syllable = || random.pick(syllables).map(Pair::both).unwrap_or_default();
    let a = syllable();
    let mut b = syllable();
    while a == b && syllables.len() > 1 {
        b = syllable();
    }
    joined(a, b)
}

fn joined(a: (&str, &str), b: (&str, &str)) -> (String, String) {
    // pinyin separates syllables where the second begins with a vowel
    let gap = if b.1.starts_with(['a', 'e', 'o']) { "'" } else { "" };
    let mut head = a.1.chars();
    let first = head.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
    (format!("{}{}", a.0, b.0), format!("{first}{}{gap}{}", head.as_str(), b.1))
}

/// Every word of two syllables but the names of main roads, in an order of chance.
fn words(random: &mut Random) -> Vec<(String, String)> {
    let Names { syllables, main, .. } = names();
    let pairs = syllables.iter().flat_map(|a| syllables.iter().map(move |b| (a.both(), b.both())));
    let other = pairs.filter(|(a, b)| a.0 != b.0).map(|(a, b)| joined(a, b));
    let mut words: Vec<_> = other.filter(|word| main.iter().all(|own| own.both().0 != word.0)).collect();
    for i in (1..words.len()).rev() {
        words.swap(i, random.below(i + 1));
    }
    words
}

/// Hands out names of roads and places, each once as long as there are any left.
pub(super) struct RoadNames {
    main: Vec<&'static Pair>,
    places: Vec<(String, String)>,
    roots: Vec<(String, String)>,
    random: Random,
    /// The word that roads are called by now, and for how many more.
    root: (String, String),
    left: usize,
    /// How many roads share a word, plainly, by where they run, and by number.
    family: usize,
    used: std::collections::BTreeSet<String>,
}

impl RoadNames {
    pub(super) fn new(random: &mut Random) -> Self {
        let mut random = Random::new(random.bits());
        Self {
            main: names().main.iter().rev().collect(),
            places: words(&mut random),
            roots: words(&mut random),
            random,
            root: Default::default(),
            left: 0,
            family: 1,
            used: [].into(),
        }
    }

    /// So many roads are to be named: in a great city several share a word.
    pub(super) fn expect(&mut self, roads: usize) {
        self.family = roads.div_ceil(self.roots.len().max(1)).max(1);
    }

    /// Name of a main road.
    pub(super) fn main(&mut self, north_south: bool) -> (String, String) {
        match self.main.pop() {
            Some(name) => if north_south { &names().road } else { &names().avenue }.of(name.both()),
            None => self.road(Paint::Primary, 0.0, north_south),
        }
    }

    /// Name of a road of this class and width: what carries traffic is a road or an avenue, what leads through a quarter
    /// a road or a street, and only a narrow one a lane.
    pub(super) fn road(&mut self, class: Paint, width_m: f64, north_south: bool) -> (String, String) {
        let Names { avenue, road, street, lane, alley, along, across, ordinals, .. } = names();
        let is_narrow = class <= Paint::Street && width_m < 8.0 && self.random.chance(0.5);
        let pattern = match class {
            _ if is_narrow => lane,
            Paint::Primary | Paint::Trunk | Paint::Motorway if !north_south => avenue,
            c if north_south || c >= Paint::Secondary => road,
            _ => street,
        };
        let by_number: Vec<&Pair> = if class <= Paint::Street { vec![pattern, lane, alley] } else { vec![pattern] };
        for _ in 0..4 {
            if self.left == 0 {
                let Some(root) = self.roots.pop() else { break };
                (self.root, self.left) = (root, self.family);
            }
            let plainly = (pattern, None);
            let sides = if north_south { across } else { along };
            // "east" after a word that ends in a side reads as another word
            let ends = |pair: &Pair| self.root.0.ends_with(&pair.0);
            let has_side = along.iter().chain(across).any(ends);
            let sides = sides.iter().filter(|_| class >= Paint::Secondary && !has_side);
            let numbers = by_number.iter().flat_map(|pattern| ordinals.iter().map(|n| (*pattern, Some(n))));
            for (pattern, more) in [plainly].into_iter().chain(sides.map(|side| (pattern, Some(side)))).chain(numbers) {
                let (zh, en) = more.map(Pair::both).unwrap_or_default();
                let gap = if en.is_empty() { "" } else { " " };
                let word = (format!("{}{zh}", self.root.0), format!("{}{gap}{en}", self.root.1));
                let name = pattern.of((&word.0, &word.1));
                if self.used.insert(name.0.clone()) {
                    self.left -= 1;
                    return name;
                }
            }
            self.left = 0;
        }
        pattern.of((&self.root.0, &self.root.1))
    }

    /// A word that no other place has yet, unless all are used.
    pub(super) fn word(&mut self) -> (String, String) {
        self.places.pop().unwrap_or_else(|| word(&mut self.random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_names_is_readable_and_long_enough() {
        let names = parse().unwrap();
        assert!(names.syllables.len() > 40 && names.main.len() > 10 && names.towers.len() > 3);
        assert!(names.block.contains("{}") && names.districts.len() == 12);
    }

    #[test]
    fn a_city_of_two_million_buildings_has_a_name_for_every_road_that_fits_its_class() {
        const MOST: usize = 22_000;
        let mut names = RoadNames::new(&mut Random::new(7));
        // one of each every so often, in all about as many as such a city has
        let classes = [
            (Paint::Primary, 30.0, 24),
            (Paint::Secondary, 23.0, 8),
            (Paint::Tertiary, 16.0, 1),
            (Paint::Street, 11.0, 1),
            (Paint::Street, 7.0, 1),
        ];
        names.expect(classes.iter().map(|c| MOST.div_ceil(c.2)).sum());
        let mut used = std::collections::BTreeSet::new();
        for i in 0..MOST {
            for (class, width_m, _) in classes.iter().filter(|c| i.is_multiple_of(c.2)) {
                let (zh, en) = names.road(*class, *width_m, i % 2 == 0);
                let fits = match class {
                    Paint::Primary => zh.ends_with('路') || zh.ends_with("大道"),
                    Paint::Secondary => zh.ends_with('路'),
                    Paint::Tertiary => zh.ends_with('路') || zh.ends_with('街'),
                    _ => zh.ends_with(['路', '街', '巷', '弄']),
                };
                assert!(fits && zh.chars().count() <= 5 && !en.contains("  "), "{class:?} {zh} {en}");
                assert!(used.insert(zh.clone()), "{zh} twice");
            }
        }
    }
}
