//! What of a case can be looked for, as words of the index, and whether a text has what was asked.
//!
//! Chinese has no blanks between words, so each two characters that stand together are a word of the index, and so are
//! the initials of each two; Latin words and numbers are words as they stand. Words of the index hold letters and
//! digits alone, whatever somebody types: nothing of it is ever syntax.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pinyin::ToPinyinMulti as _;
use xxhash_rust::xxh3::xxh3_64;

/// Addresses are read so far for their initials, in characters.
const INITIALS_MAX: usize = 200;
/// Sets words of initials apart from those of texts, which are never one letter of this alphabet before Latin ones.
const INITIALS: char = 'ι';

/// A text as it is compared: full-width letters as plain ones, all small.
pub(super) fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// The words of a plain text. The last of each Latin or other run of ASCII is told apart where `open` is asked for: it
/// may be the beginning of a longer one.
pub(super) fn grams(plain: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut latin = String::new();
    let mut before = None;
    for c in plain.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            latin.push(c);
            before = None;
            continue;
        }
        if !latin.is_empty() {
            words.insert(std::mem::take(&mut latin));
        }
        if c.is_alphanumeric() {
            if let Some(before) = before {
                words.insert([before, c].iter().collect());
            }
            before = Some(c);
        } else {
            before = None;
        }
    }
    words
}

/// The initials that each character may have; none where it is neither Chinese nor Latin.
fn letters(plain: &str) -> Vec<Vec<char>> {
    let of = |c: char| {
        if c.is_ascii_alphanumeric() {
            return vec![c];
        }
        let Some(readings) = c.to_pinyin_multi() else { return Vec::new() };
        let firsts: BTreeSet<char> = readings.into_iter().filter_map(|one| one.plain().chars().next()).collect();
        firsts.into_iter().filter(char::is_ascii_lowercase).collect()
    };
    plain.chars().take(INITIALS_MAX).map(of).collect()
}

/// The words by which the initials of a plain text are found: every two that stand together.
pub(super) fn initials(plain: &str) -> BTreeSet<String> {
    let letters = letters(plain);
    let mut words = BTreeSet::new();
    for pair in letters.windows(2) {
        let [one, next] = pair else { continue };
        words.extend(one.iter().flat_map(|a| next.iter().map(move |b| [INITIALS, *a, *b].iter().collect::<String>())));
    }
    words
}

/// Whether `asked`, small Latin letters, are initials that stand together in a plain text.
pub(super) fn has_initials(plain: &str, asked: &str) -> bool {
    let (letters, asked): (Vec<_>, Vec<char>) = (letters(plain), asked.chars().collect());
    !asked.is_empty()
        && letters.windows(asked.len()).any(|window| window.iter().zip(&asked).all(|(may, want)| may.contains(want)))
}

/// Whether what was asked can be initials.
pub(super) fn may_be_initials(asked: &str) -> bool {
    asked.len() >= 2 && asked.bytes().all(|b| b.is_ascii_lowercase())
}

/// A word that says something of a case that is no text: `what` is one letter that no text is indexed with.
pub(super) fn mark(what: char, value: &str) -> String {
    let value = value.to_lowercase();
    if !value.is_empty() && value.len() <= 16 && value.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return format!("{what}{value}");
    }
    format!("{what}z{:016x}", xxh3_64(value.as_bytes()))
}

/// One word as a query has it.
pub(super) fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

/// All words of a query, each of which has to be there.
pub(super) fn all_of<'a>(words: impl IntoIterator<Item = &'a String>) -> String {
    join(words.into_iter().map(|word| quoted(word)), " AND ")
}

/// Parts of a query, of which one has to be there.
pub(super) fn any_of(parts: impl IntoIterator<Item = String>) -> String {
    join(parts, " OR ")
}

fn join(parts: impl IntoIterator<Item = String>, between: &str) -> String {
    let mut all = String::new();
    for part in parts {
        let between = if all.is_empty() { "" } else { between };
        // Writing to a text does not fail.
        let _ = write!(all, "{between}{part}");
    }
    if all.is_empty() { all } else { format!("({all})") }
}
