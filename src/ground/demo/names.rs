//! Names of the demo city from `assets/demo/names.toml`, and words made of two syllables.

use std::sync::OnceLock;

use serde::Deserialize;

use super::Random;

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
    pub(super) lane: Pair,
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
    // pinyin separates syllables where the second begins with a vowel
    let gap = if b.1.starts_with(['a', 'e', 'o']) { "'" } else { "" };
    let mut head = a.1.chars();
    let first = head.next().map(|c| c.to_ascii_uppercase()).unwrap_or_default();
    (format!("{}{}", a.0, b.0), format!("{first}{}{gap}{}", head.as_str(), b.1))
}

/// Hands out names of roads and places, each once as long as there are any left.
pub(super) struct RoadNames {
    main: Vec<&'static Pair>,
    used: std::collections::BTreeSet<String>,
    random: Random,
    last: Option<(String, String)>,
    lanes: usize,
    lanes_left: usize,
}

/// Lanes that bear the name of one street.
const LANES: usize = 9;

impl RoadNames {
    pub(super) fn new(random: &mut Random) -> Self {
        let main = names().main.iter().rev().collect();
        Self { main, used: [].into(), random: Random::new(random.bits()), last: None, lanes: 0, lanes_left: 0 }
    }

    /// Name of a main road.
    pub(super) fn main(&mut self, north_south: bool) -> (String, String) {
        match self.main.pop() {
            Some(name) if north_south => names().road.of(name.both()),
            Some(name) => names().avenue.of(name.both()),
            None => {
                let word = self.word();
                let pattern = if north_south { &names().road } else { &names().avenue };
                pattern.of((&word.0, &word.1))
            }
        }
    }

    /// Name of a street. Where words of two syllables are used up, streets have one of four, and some lanes of it by
    /// number follow.
    pub(super) fn street(&mut self, north_south: bool) -> (String, String) {
        let word = if self.lanes_left > 0 { None } else { self.new_word() };
        let Some(word) = word else {
            self.lanes += 1;
            self.lanes_left = self.lanes_left.saturating_sub(1);
            let (zh, en) = self.last.clone().unwrap_or_default();
            return names().lane.of((&format!("{zh}{}", numeral(self.lanes)), &format!("{en} {}", self.lanes)));
        };
        let pattern = if north_south { &names().road } else { &names().street };
        let name = pattern.of((&word.0, &word.1));
        self.lanes = 0;
        self.last = Some(word);
        name
    }

    /// A word that no road has yet: of two syllables, or of four, which lanes are to follow.
    fn new_word(&mut self) -> Option<(String, String)> {
        for _ in 0..6 {
            let word = word(&mut self.random);
            if self.used.insert(word.0.clone()) {
                return Some(word);
            }
        }
        for _ in 0..12 {
            let ((zh, en), more) = (word(&mut self.random), word(&mut self.random));
            let long = (zh + &more.0, en + &more.1.to_lowercase());
            if self.used.insert(long.0.clone()) {
                self.lanes_left = LANES;
                return Some(long);
            }
        }
        None
    }

    /// A word that no road and no other place has yet, unless all are used.
    pub(super) fn word(&mut self) -> (String, String) {
        let mut next = word(&mut self.random);
        for _ in 0..12 {
            if self.used.insert(next.0.clone()) {
                break;
            }
            next = word(&mut self.random);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_of_names_is_readable_and_long_enough() {
        let names = super::parse().unwrap();
        assert!(names.syllables.len() > 40 && names.main.len() > 10 && names.towers.len() > 3);
        assert!(names.block.contains("{}") && names.districts.len() == 12);
    }
}
