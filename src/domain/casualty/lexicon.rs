//! Words of what callers say, cut from a text: numbers, people, what became of them, and what stands between.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::Harm;

const WORDS: &str = include_str!("lexicon.txt");
/// More than so many is no number of people but a telephone number or a date.
const MOST: u32 = 10_000;

/// How what became of people is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Of people who are named beside it.
    Plain,
    /// It names people itself.
    Itself,
    /// A single letter, which says so right beside a number only.
    Short,
}

/// What a word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// What became of people; `None` where some are dead and some injured.
    Harm(Option<Harm>, Manner),
    /// People.
    Person,
    /// Behind a number: people.
    Unit,
    /// Behind a number: people, where it goes on so.
    WeakUnit,
    /// Behind a number: something else.
    Measure,
    /// More than one.
    Several,
    /// So many, with what a number before it says.
    Many(u32),
    /// More than so many.
    Most(u32),
    /// One, where people are named.
    Article,
    /// One or more people.
    Someone,
    /// Before a number: that many or more.
    AtLeast,
    /// Before a number: not to the one.
    About,
    /// Right behind a number: and some more.
    More,
    /// Behind the people: or more.
    OrMore,
    /// Behind the people: or so.
    OrSo,
    /// Between the least and the most.
    To,
    /// Between a number and its people.
    Of,
    /// Nobody.
    Nobody,
    /// Whether is not known.
    Unsure,
    /// Between a number and what became of them.
    Link,
    /// Between what became of them and how many.
    Follow,
    /// The same, and a number needs no people behind it.
    Colon,
    /// Between two numbers of one.
    Join,
    /// Where those are of whom was spoken before.
    Lead,
    /// A word that has another one in it.
    Plain,
}

/// A word of a text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// What it does; nothing where it is not among the words.
    pub(super) classes: &'static [Class],
    /// It, in small letters.
    pub(super) word: String,
    /// The number that it is.
    pub(super) value: Option<u32>,
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// It is written in Latin letters.
    pub(super) is_latin: bool,
}

impl Token {
    pub(super) fn is(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }

    /// What became of people, and how it is said.
    pub(super) fn harm(&self) -> Option<(Option<Harm>, Manner)> {
        self.classes
            .iter()
            .find_map(|class| if let Class::Harm(harm, how) = class { Some((*harm, *how)) } else { None })
    }
}

struct Entry {
    word: String,
    classes: Vec<Class>,
}

/// The words by their first letter, the longest first.
fn lexicon() -> &'static BTreeMap<char, Vec<Entry>> {
    static LEXICON: OnceLock<BTreeMap<char, Vec<Entry>>> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut lexicon: BTreeMap<char, Vec<Entry>> = BTreeMap::new();
        for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, words)) = line.split_once(": ") else { continue };
            let Some(class) = class(name) else { continue };
            for word in words.split_whitespace().map(|word| word.replace('_', " ")) {
                let Some(first) = word.chars().next() else { continue };
                let entries = lexicon.entry(first).or_default();
                match entries.iter_mut().find(|entry| entry.word == word) {
                    Some(entry) => entry.classes.push(class),
                    None => entries.push(Entry { word, classes: vec![class] }),
                }
            }
        }
        for entries in lexicon.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.word.len()));
        }
        lexicon
    })
}

/// The class that a line of the words is of.
fn class(name: &str) -> Option<Class> {
    let plain = match name {
        "person" => Class::Person,
        "unit" => Class::Unit,
        "unit_weak" => Class::WeakUnit,
        "measure" => Class::Measure,
        "several" => Class::Several,
        "couple" => Class::Many(2),
        "dozen" => Class::Many(12),
        "dozens" => Class::Most(24),
        "hundreds" => Class::Most(200),
        "one" => Class::Article,
        "someone" => Class::Someone,
        "at_least" => Class::AtLeast,
        "about" => Class::About,
        "more" => Class::More,
        "or_more" => Class::OrMore,
        "or_so" => Class::OrSo,
        "range" => Class::To,
        "of" => Class::Of,
        "none" => Class::Nobody,
        "unsure" => Class::Unsure,
        "link" => Class::Link,
        "follow" => Class::Follow,
        "colon" => Class::Colon,
        "join" => Class::Join,
        "lead" => Class::Lead,
        "plain" => Class::Plain,
        harm => {
            let (harm, manner) = match harm.split_once('_') {
                Some((harm, "self")) => (harm, Manner::Itself),
                Some((harm, "short")) => (harm, Manner::Short),
                Some(_) => return None,
                None => (harm, Manner::Plain),
            };
            let harm = match harm {
                "harmed" => None,
                field => Some(Harm::ALL.into_iter().find(|harm| harm.field() == field)?),
            };
            Class::Harm(harm, manner)
        }
    };
    Some(plain)
}

/// The words of a text, clause by clause.
pub(super) fn clauses(text: &str) -> Vec<Vec<Token>> {
    // Letters of one byte only: places stay what they are in the text.
    let text = text.to_ascii_lowercase();
    let (mut clauses, mut clause) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if ends_clause(first) {
            clauses.push(std::mem::take(&mut clause));
            at += first.len_utf8();
        } else if first.is_whitespace() {
            at += first.len_utf8();
        } else {
            let token = token(&text, at, first);
            at = token.span.end;
            let asks = matches!(first, '?' | '\u{ff1f}');
            clause.push(token);
            if asks {
                clauses.push(std::mem::take(&mut clause));
            }
        }
    }
    clauses.push(clause);
    clauses
}

/// Full stops, commas, semicolons, exclamation marks and brackets of both scripts.
fn ends_clause(c: char) -> bool {
    const WIDE: [char; 6] = ['\u{3002}', '\u{ff0c}', '\u{ff1b}', '\u{ff01}', '\u{ff08}', '\u{ff09}'];
    matches!(c, '.' | ',' | ';' | '!' | '\n' | '(' | ')') || WIDE.contains(&c)
}

fn token(text: &str, at: usize, first: char) -> Token {
    let rest = text.get(at..).unwrap_or_default();
    let is_latin = first.is_ascii_alphabetic();
    let mut entries = lexicon().get(&first).into_iter().flatten();
    if let Some(entry) = entries.find(|entry| begins(rest, &entry.word)) {
        let span = at..at + entry.word.len();
        return Token { classes: &entry.classes, word: entry.word.clone(), value: None, span, is_latin };
    }
    let (value, length) = if digit(first).is_some() {
        digits(rest)
    } else if numeral(first).is_some() {
        numerals(rest)
    } else if is_latin {
        spelled(rest)
    } else {
        (None, first.len_utf8())
    };
    let value = value.filter(|value| *value <= MOST);
    let span = at..at + length.max(first.len_utf8());
    Token { classes: &[], word: text.get(span.clone()).unwrap_or_default().to_owned(), value, span, is_latin }
}

/// Whether a text begins with a word, which in Latin letters ends where it ends.
fn begins(rest: &str, word: &str) -> bool {
    let Some(after) = rest.strip_prefix(word) else { return false };
    let latin = |c: char| c.is_ascii_alphanumeric() || c == '\'';
    !(word.ends_with(|c: char| c.is_ascii_alphanumeric()) && after.starts_with(latin))
}

/// A digit, narrow or wide.
fn digit(c: char) -> Option<u32> {
    match c {
        '\u{ff10}'..='\u{ff19}' => Some(u32::from(c) - 0xff10),
        c => c.to_digit(10),
    }
}

/// A number in digits and the bytes that it takes; none where a fraction, a time or letters go on from it.
fn digits(rest: &str) -> (Option<u32>, usize) {
    let run: usize = rest.chars().take_while(|c| digit(*c).is_some()).map(char::len_utf8).sum();
    let number = rest.get(..run).unwrap_or_default();
    let value = number.chars().try_fold(0_u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(c)?));
    let mut after = rest.get(run..).unwrap_or_default().chars();
    let goes_on = match (after.next(), after.next()) {
        (Some('.' | ':'), Some(c)) => c.is_ascii_digit(),
        (Some(c), _) => c.is_ascii_alphabetic() || c == '%',
        (None, _) => false,
    };
    if !goes_on {
        return (value, run);
    }
    let inner = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '%');
    (None, rest.chars().take_while(inner).map(char::len_utf8).sum::<usize>().max(run))
}

/// What a Chinese numeral says: a digit, or what the digit before it is multiplied with.
fn numeral(c: char) -> Option<(u32, bool)> {
    Some(match c {
        // zero, one to nine, two of something, both, all three
        '\u{3007}' | '\u{96f6}' => (0, false),
        '\u{4e00}' => (1, false),
        '\u{4e8c}' | '\u{4e24}' | '\u{4fe9}' => (2, false),
        '\u{4e09}' | '\u{4ee8}' => (3, false),
        '\u{56db}' => (4, false),
        '\u{4e94}' => (5, false),
        '\u{516d}' => (6, false),
        '\u{4e03}' => (7, false),
        '\u{516b}' => (8, false),
        '\u{4e5d}' => (9, false),
        // ten, hundred, thousand
        '\u{5341}' => (10, true),
        '\u{767e}' => (100, true),
        '\u{5343}' => (1_000, true),
        _ => return None,
    })
}

/// A number in Chinese numerals and the bytes that it takes. Two digits side by side, as in `two three people`, end after
/// the first of them: what follows is the most there may be.
fn numerals(rest: &str) -> (Option<u32>, usize) {
    let (mut sum, mut last, mut length) = (0_u32, None, 0);
    for c in rest.chars() {
        let Some((value, multiplies)) = numeral(c) else { break };
        match (multiplies, last) {
            (true, digit) => {
                sum = sum.saturating_add(digit.unwrap_or(1).max(1) * value);
                last = None;
            }
            (false, Some(digit)) if digit != 0 => break,
            (false, _) => last = Some(value),
        }
        length += c.len_utf8();
    }
    (Some(sum.saturating_add(last.unwrap_or(0))), length)
}

/// A number in English words and the bytes that it takes; no number, and the word, where it is none.
fn spelled(rest: &str) -> (Option<u32>, usize) {
    let word = |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '\'').unwrap_or(rest.len());
    let first = word(rest);
    let Some(value) = rest.get(..first).and_then(number_word) else { return (None, first) };
    let after = rest.get(first..).and_then(|after| after.strip_prefix([' ', '-'])).unwrap_or_default();
    let second = word(after);
    let next = after.get(..second).and_then(number_word);
    match next {
        Some(ones) if (20..100).contains(&value) && (1..10).contains(&ones) => (Some(value + ones), first + 1 + second),
        Some(100) if value < 100 => (Some(value * 100), first + 1 + second),
        _ => (Some(value), first),
    }
}

fn number_word(word: &str) -> Option<u32> {
    const SMALL: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
                         sixteen seventeen eighteen nineteen";
    const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";
    let at = |list: &str| list.split(' ').position(|one| one == word).and_then(|at| u32::try_from(at).ok());
    at(SMALL).or_else(|| at(TENS).map(|at| at * 10 + 20)).or((word == "hundred").then_some(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_words_is_of_a_class_and_every_harm_has_words() {
        for line in WORDS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (name, words) = line.split_once(": ").unwrap_or_else(|| panic!("no class: {line}"));
            assert!(class(name).is_some() && !words.trim().is_empty(), "{line}");
        }
        for harm in Harm::ALL {
            let has = |entry: &Entry| entry.classes.contains(&Class::Harm(Some(harm), Manner::Plain));
            assert!(lexicon().values().flatten().any(has), "{harm:?}");
        }
    }

    #[test]
    fn numbers_are_read_in_both_languages() {
        let value = |text: &str| clauses(text)[0][0].value;
        for (text, number) in [
            ("3", 3),
            ("１２", 12),
            ("三", 3),
            ("十二", 12),
            ("二十三", 23),
            ("两百", 200),
            ("一百零五", 105),
            ("三百二十一", 321),
            ("俩", 2),
            ("seven", 7),
            ("twenty-three", 23),
            ("twenty three", 23),
            ("ninety", 90),
            ("two hundred", 200),
        ] {
            assert_eq!(value(text), Some(number), "{text}");
        }
        for none in ["3rd", "2.5", "8:30", "60%", "13800001234", "table"] {
            assert_eq!(value(none), None, "{none}");
        }
        assert_eq!(value("两三人"), Some(2), "and three is the most");
    }
}
