//! Which kind a text is likely of: what officers are shown while they take down a call.
//!
//! Two voices, each of which can be shown as a reason. The words of the catalogue (a kind's name, and what people say
//! of it) count by their length and by how few kinds share them. What officers decided of the cases at hand counts by
//! pairs of letters (multinomial naive Bayes), the more of them there are the more.

use std::collections::HashMap;

use super::Catalogue;
use crate::domain::initials::{are_initials, initials};

/// Cases after which what was decided counts as much as the words of the catalogue.
const CASES_AS_WORDS: f64 = 400.0;
/// What is added to every count, so that what was never seen is not impossible.
const SMOOTH: f64 = 0.05;
/// A pair of letters of a kind's name, against a whole word.
const PAIR_SHARE: f64 = 0.12;
/// Less likely than this is not proposed.
const LEAST: f64 = 0.02;

/// A kind, how likely, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its code.
    pub code: String,
    /// 0 to 1.
    pub share: f64,
    /// Words of the catalogue that the text has.
    pub words: Vec<String>,
    /// Cases at hand of this kind that speak for it.
    pub cases: u32,
}

/// What is known of texts and kinds.
#[derive(Debug, Clone, Default)]
pub struct Likely {
    codes: Vec<String>,
    names: Vec<[String; 2]>,
    initials: Vec<String>,
    /// Words as texts have them (lower case), and the kinds that have each.
    words: Vec<(String, Vec<usize>)>,
    /// Pairs of letters of names, and the kinds.
    pairs: HashMap<(char, char), Vec<usize>>,
    cases: Vec<u32>,
    seen: HashMap<(char, char), Vec<(usize, u32)>>,
    /// Pairs seen of each kind.
    totals: Vec<u32>,
    all: u32,
}

impl Likely {
    /// What a catalogue knows by itself.
    #[must_use]
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut likely = Self::default();
        let mut words: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, kind) in catalogue.kinds().enumerate() {
            likely.codes.push(kind.code.clone());
            likely.names.push([kind.name_zh.to_lowercase(), kind.name_en.to_lowercase()]);
            likely.initials.push(initials(&kind.name_zh));
            let own = [&kind.name_zh, &kind.name_en].into_iter().chain(&kind.words);
            for word in own.map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()) {
                let kinds = words.entry(word).or_default();
                if !kinds.contains(&at) {
                    kinds.push(at);
                }
            }
            for pair in pairs(&kind.name_zh) {
                let kinds = likely.pairs.entry(pair).or_default();
                if !kinds.contains(&at) {
                    kinds.push(at);
                }
            }
        }
        likely.words = words.into_iter().collect();
        likely.words.sort();
        likely.cases = vec![0; likely.codes.len()];
        likely.totals = vec![0; likely.codes.len()];
        likely
    }

    /// Learn from a case of which somebody decided that it is of a kind.
    pub fn learn(&mut self, text: &str, code: &str) {
        let Some(kind) = self.codes.iter().position(|known| known == code) else { return };
        let mut learnt = 0;
        for pair in pairs(&text.to_lowercase()) {
            let kinds = self.seen.entry(pair).or_default();
            match kinds.iter_mut().find(|(of, _)| *of == kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((kind, 1)),
            }
            learnt += 1;
        }
        if learnt == 0 {
            return;
        }
        self.all += 1;
        if let (Some(cases), Some(total)) = (self.cases.get_mut(kind), self.totals.get_mut(kind)) {
            *cases += 1;
            *total += learnt;
        }
    }

    /// The kinds that `text` is likely of, the likeliest first, at most `most`.
    #[must_use]
    pub fn kinds(&self, text: &str, most: usize) -> Vec<Proposal> {
        let text = text.to_lowercase();
        let known = |pair: &(char, char)| self.seen.contains_key(pair);
        let (by_words, said) = self.by_words(&text);
        let learnt = f64::from(self.all);
        let trust = learnt / (learnt + CASES_AS_WORDS);
        // A text of which no case had anything would be of the commonest kind.
        let by_cases = if pairs(&text).any(|pair| known(&pair)) { self.by_cases(&text) } else { Vec::new() };
        let share = |at: usize| {
            let words = by_words.get(at).copied().unwrap_or_default();
            let cases = by_cases.get(at).copied().unwrap_or_default();
            words * (1.0 - trust) + cases * trust
        };
        let mut found: Vec<(usize, f64)> = (0..self.codes.len()).map(|at| (at, share(at))).collect();
        found.retain(|(_, share)| *share >= LEAST);
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let proposal = |(at, share): (usize, f64)| {
            let speaks = by_cases.get(at).is_some_and(|cases| *cases >= LEAST);
            Some(Proposal {
                code: self.codes.get(at)?.clone(),
                share,
                words: said.get(&at).cloned().unwrap_or_default(),
                cases: if speaks { self.cases.get(at).copied()? } else { 0 },
            })
        };
        found.into_iter().take(most).filter_map(proposal).collect()
    }

    /// The kinds whose name, words, code or pinyin initials have what was typed; names that begin so come first.
    #[must_use]
    pub fn typed(&self, typed: &str, most: usize) -> Vec<&str> {
        let typed = typed.trim().to_lowercase();
        if typed.is_empty() {
            return Vec::new();
        }
        let by_initials = are_initials(&typed);
        let has_word =
            |at: usize| self.words.iter().any(|(word, kinds)| kinds.contains(&at) && word.contains(typed.as_str()));
        let rank = |at: usize| {
            let names = self.names.get(at)?;
            let initials = self.initials.get(at).filter(|_| by_initials);
            let begins = names.iter().any(|name| name.starts_with(&typed));
            if begins || self.codes.get(at).is_some_and(|code| code.starts_with(&typed)) {
                Some(0)
            } else if initials.is_some_and(|initials| initials.starts_with(&typed)) {
                Some(1)
            } else if names.iter().any(|name| name.contains(&typed)) {
                Some(2)
            } else if has_word(at) {
                Some(3)
            } else {
                initials.filter(|initials| initials.contains(&typed)).map(|_| 4)
            }
        };
        let mut found: Vec<(u8, usize)> = (0..self.codes.len()).filter_map(|at| Some((rank(at)?, at))).collect();
        found.sort_unstable();
        found.into_iter().take(most).filter_map(|(_, at)| self.codes.get(at).map(String::as_str)).collect()
    }

    /// How likely each kind is by the words of the catalogue, and the words that the text has of each.
    fn by_words(&self, text: &str) -> (Vec<f64>, HashMap<usize, Vec<String>>) {
        let mut scores = vec![0.0; self.codes.len()];
        let mut said: HashMap<usize, Vec<String>> = HashMap::new();
        let has = |word: &&(String, Vec<usize>)| contains_word(text, &word.0);
        let mut found: Vec<&(String, Vec<usize>)> = self.words.iter().filter(has).collect();
        // A word within a longer one that is there as well says nothing more.
        found.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        let mut counted: Vec<&str> = Vec::new();
        for (word, kinds) in found {
            let within = counted.iter().any(|longer| longer.contains(word.as_str()));
            counted.push(word);
            let weight = weight(word) / count(kinds.len()) * if within { 0.25 } else { 1.0 };
            for kind in kinds {
                if let Some(score) = scores.get_mut(*kind) {
                    *score += weight;
                    said.entry(*kind).or_default().push(word.clone());
                }
            }
        }
        for pair in pairs(text) {
            for kind in self.pairs.get(&pair).into_iter().flatten() {
                let of = self.pairs.get(&pair).map_or(1, Vec::len);
                if let Some(score) = scores.get_mut(*kind) {
                    *score += PAIR_SHARE * 4.0 / count(of);
                }
            }
        }
        let sum: f64 = scores.iter().map(|score| score * score).sum();
        // Squared: the one word that fits well is not drowned by many that fit a little.
        let shares = scores.into_iter().map(|score| if sum > 0.0 { score * score / sum } else { 0.0 });
        (shares.collect(), said)
    }

    /// How likely each kind is by the cases at hand.
    fn by_cases(&self, text: &str) -> Vec<f64> {
        let kinds = count(self.seen.len()).max(1.0);
        let mut logs: Vec<f64> = self.cases.iter().map(|cases| (f64::from(*cases) + SMOOTH).ln()).collect();
        let unseen = |total: u32| (SMOOTH / (f64::from(total) + SMOOTH * kinds)).ln();
        for pair in pairs(text) {
            // What no case had tells nothing between them.
            let Some(of) = self.seen.get(&pair) else { continue };
            for (log, total) in logs.iter_mut().zip(&self.totals) {
                *log += unseen(*total);
            }
            for (kind, seen) in of {
                if let Some(log) = logs.get_mut(*kind) {
                    *log += ((f64::from(*seen) + SMOOTH) / SMOOTH).ln();
                }
            }
        }
        let most = logs.iter().copied().fold(f64::MIN, f64::max);
        let shares: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
        let sum: f64 = shares.iter().sum();
        shares.into_iter().map(|share| share / sum).collect()
    }
}

/// Letters next to each other: Chinese has no spaces between its words.
fn pairs(text: &str) -> impl Iterator<Item = (char, char)> + '_ {
    let letters = || text.chars().filter(|c| c.is_alphanumeric());
    letters().zip(letters().skip(1))
}

/// Whether a text has a word: anywhere in Chinese, between other letters not in English.
fn contains_word(text: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return text.contains(word);
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !letter(before) && !letter(after)
    })
}

/// What a word counts: long ones are rarely there by chance.
fn weight(word: &str) -> f64 {
    let letters = count(word.chars().count());
    if word.is_ascii() { letters / 2.5 } else { letters }
}

#[expect(clippy::cast_precision_loss, reason = "letters and kinds")]
fn count(of: usize) -> f64 {
    of as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likely() -> Likely {
        Likely::new(&Catalogue::load(None).unwrap())
    }

    fn first(likely: &Likely, text: &str) -> String {
        likely.kinds(text, 3).first().map(|one| one.code.clone()).unwrap_or_default()
    }

    #[test]
    fn what_people_say_is_of_the_kind_that_it_is() {
        let likely = likely();
        for (text, code) in [
            ("小区门口闻到很重的煤气味", "20403"),
            ("三楼厨房着火了，有浓烟", "30201"),
            ("两车追尾，堵了一条道", "22110 30206"),
            ("老人胸痛，脸色发白", "30302"),
            ("路边井盖不见了，很危险", "22104"),
            ("电梯困人，里面三个人", "30216"),
            ("楼下烧烤摊油烟很大", "20116"),
            ("Gas odor in the basement", "20403"),
            ("vehicle accident with entrapment", "30206"),
        ] {
            let found = first(&likely, text);
            assert!(code.contains(&found) && !found.is_empty(), "{text}: {found}, not {code}");
        }
        assert!(likely.kinds("", 3).is_empty());
        let reason = &likely.kinds("小区门口闻到很重的煤气味", 1)[0];
        assert!(reason.words.iter().any(|word| word == "煤气味"), "{reason:?}");
    }

    #[test]
    fn what_officers_decided_of_the_day_counts_the_more_there_is() {
        let mut likely = likely();
        assert_ne!(first(&likely, "蓝色大铁罐又挡着门"), "10113");
        for _ in 0..500 {
            likely.learn("蓝色大铁罐挡着消防门", "10113");
            likely.learn("小狗在花园里跑", "22109");
        }
        assert_eq!(first(&likely, "蓝色大铁罐又挡着门"), "10113");
        assert!(likely.kinds("蓝色大铁罐又挡着门", 1)[0].cases == 500);
        assert_eq!(likely.kinds("", 3), [], "nothing said is of no kind");
    }

    #[test]
    fn two_characters_initials_words_and_codes_find_a_kind() {
        let likely = likely();
        assert_eq!(likely.typed("燃气", 3).first(), Some(&"10111"));
        assert!(likely.typed("rqg", 3).contains(&"20403"));
        assert!(likely.typed("煤气味", 3).contains(&"20403"));
        assert_eq!(likely.typed("2040", 9).first(), Some(&"20401"));
        assert!(likely.typed("burst", 3).contains(&"20402"));
        assert!(likely.typed(" ", 3).is_empty());
    }
}
