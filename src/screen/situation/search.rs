//! Open incidents that contain some words, found a share at a time and kept up to date. Pure.
//!
//! Words may stand in the name of the nearest street, so looking through a hundred thousand takes longer than a frame
//! has: each pass looks through a share, worst first, and says whether there is more to do. What facts touch meanwhile
//! is looked at again at once.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::ranked::{Key, Lists, Sorting};
use super::rows::{Names, Row};
use crate::domain::{Grade, Hall, IncidentId};

/// What a pass may cost: an incident whose words are known costs one.
const SHARE: usize = 8_000;
/// What putting one into words costs: a nearest street.
const PUT: usize = 10;

/// What a search found so far.
#[derive(Debug, Default)]
pub struct Search {
    words: Vec<String>,
    sorting: Sorting,
    /// Language, and whether streets were known.
    read_with: (String, bool),
    turn: u64,
    /// The last that was looked at.
    last: Option<(Grade, Key)>,
    ended: bool,
    found: Lists,
    keys: BTreeMap<IncidentId, (Grade, Key)>,
    /// Small letters of those looked at.
    texts: BTreeMap<IncidentId, String>,
}

impl Search {
    /// What is found, or everything where nothing is searched; sorted as it was asked for.
    #[must_use]
    pub fn found<'a>(&'a self, ledger: &'a Ledger) -> &'a Lists {
        if self.words.is_empty() { ledger.open(self.sorting) } else { &self.found }
    }

    /// There is more to look through: call [`Self::step`] again.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.words.is_empty() && !self.ended
    }

    /// Look for `words`, all of them, in kind, place, text or number, whatever their case. `read_with` is what `names`
    /// depends on: the language and whether streets are known.
    pub fn step(
        &mut self,
        words: &str,
        sorting: Sorting,
        hall: &Hall,
        ledger: &Ledger,
        names: &dyn Names,
        read_with: (&str, bool),
    ) {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            *self = Self { sorting, ..Self::default() };
            return;
        }
        let touched = ledger.touched_since(self.turn);
        if touched.is_none() || (self.read_with.0.as_str(), self.read_with.1) != read_with {
            self.texts.clear();
            self.read_with = (read_with.0.to_owned(), read_with.1);
            self.begin(words, sorting);
        } else if self.words != words || self.sorting != sorting {
            touched.into_iter().flatten().for_each(|id| drop(self.texts.remove(&id)));
            self.begin(words, sorting);
        } else {
            for id in touched.into_iter().flatten() {
                self.texts.remove(&id);
                if let Some((grade, key)) = self.keys.remove(&id) {
                    self.found.remove(grade, &key);
                }
                if let Some((grade, key)) = ledger.key(id, sorting) {
                    self.look(grade, key, hall, names);
                }
            }
        }
        self.turn = ledger.turn();
        if self.ended {
            return;
        }
        let mut left = SHARE;
        for (grade, key) in ledger.open(sorting).behind(self.last) {
            if left == 0 {
                return;
            }
            left = left.saturating_sub(self.look(grade, key, hall, names));
            self.last = Some((grade, key));
        }
        self.ended = true;
    }

    fn begin(&mut self, words: Vec<String>, sorting: Sorting) {
        self.words = words;
        self.sorting = sorting;
        self.last = None;
        self.ended = false;
        self.found = Lists::default();
        self.keys.clear();
    }

    /// List one where it has the words; what looking cost.
    fn look(&mut self, grade: Grade, key: Key, hall: &Hall, names: &dyn Names) -> usize {
        let id = key.1;
        let mut cost = 1;
        let text = self.texts.entry(id).or_insert_with(|| {
            cost = PUT;
            hall.incident(id).map(|incident| text_of(&Row::new(hall, incident, None, names))).unwrap_or_default()
        });
        if self.words.iter().all(|word| text.contains(word.as_str()) || id.0.to_string() == *word)
            && self.keys.insert(id, (grade, key)).is_none()
        {
            self.found.insert(grade, key);
        }
        cost
    }
}

/// What words are looked for in: small letters, on lines of their own, which no word crosses.
fn text_of(row: &Row) -> String {
    let place = row.place.as_deref().unwrap_or_default();
    format!("{}\n{place}\n{}", row.kind, row.text).to_lowercase()
}
