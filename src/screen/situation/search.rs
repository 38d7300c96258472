//! Open incidents that contain some words, that a sieve lets through and that are at a stage, found a share at a time and
//! kept up to date. Pure.
//!
//! Words may stand in the name of the nearest street, so looking through a hundred thousand takes longer than a frame
//! has: each pass looks through a share, worst first, and says whether there is more to do. What facts touch meanwhile
//! is looked at again at once.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::ranked::{Key, Lists, Sorting};
use super::rows::{Names, Row};
use super::stages::Stages;
use crate::domain::{Grade, Hall, Incident, IncidentId, Stage};

/// What a pass may cost: an incident whose words are known costs one.
const SHARE: usize = 8_000;
/// What putting one into words costs: a nearest street.
const PUT: usize = 10;
/// What asking a sieve costs: the areas around a place.
const SIFT: usize = 3;

/// What a sieve says of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lets {
    /// It is listed.
    Through,
    /// It is listed, since nobody knows that it should not be.
    Unsure,
    /// It is not listed.
    Not,
}

/// Lets some incidents through.
#[derive(Clone, Copy)]
pub struct Sieve<'a> {
    /// What it depends on beside the incident: with another key all are looked at anew.
    pub key: &'a str,
    /// Whether one is listed.
    pub lets: &'a dyn Fn(&Hall, &Incident) -> Lets,
}

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Sought<'a> {
    /// Words, all of them, in kind, place, text or number, whatever their case.
    pub words: &'a str,
    /// Who beside words says what is listed.
    pub sieve: Option<Sieve<'a>>,
    /// The stage that is listed; the others are counted all the same.
    pub stage: Option<Stage>,
    /// The order.
    pub sorting: Sorting,
}

/// What was asked for last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asked {
    words: Vec<String>,
    key: String,
    stage: Option<Stage>,
    sorting: Sorting,
}

/// What a search found so far.
#[derive(Debug, Default)]
pub struct Search {
    /// `None` while nothing is searched.
    asked: Option<Asked>,
    /// The order while nothing is searched.
    sorting: Sorting,
    /// Language, and whether streets were known.
    read_with: (String, bool),
    turn: u64,
    /// The last that was looked at.
    last: Option<(Grade, Key)>,
    ended: bool,
    found: Lists,
    keys: BTreeMap<IncidentId, (Grade, Key)>,
    /// Those that pass, whatever their stage; the last of the three says that it is listed without being sure.
    passed: BTreeMap<IncidentId, (Grade, Stage, bool)>,
    stages: Stages,
    unsure: usize,
    /// Small letters of those looked at.
    texts: BTreeMap<IncidentId, String>,
}

impl Search {
    /// What is found, or everything where nothing is searched; sorted as it was asked for.
    #[must_use]
    pub fn found<'a>(&'a self, ledger: &'a Ledger) -> &'a Lists {
        if self.asked.is_none() { ledger.open(self.sorting) } else { &self.found }
    }

    /// How many are at each stage of those that are found, or would be at another stage.
    #[must_use]
    pub fn stages<'a>(&'a self, ledger: &'a Ledger) -> &'a Stages {
        if self.asked.is_none() { ledger.stages() } else { &self.stages }
    }

    /// How many are listed though nobody knows that they belong there.
    #[must_use]
    pub fn unsure(&self) -> usize {
        self.unsure
    }

    /// There is more to look through: call [`Self::seek`] again.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.asked.is_some() && !self.ended
    }

    /// Look for `words` alone; see [`Self::seek`].
    pub fn step(
        &mut self,
        words: &str,
        sorting: Sorting,
        hall: &Hall,
        ledger: &Ledger,
        names: &dyn Names,
        read_with: (&str, bool),
    ) {
        self.seek(&Sought { words, sieve: None, stage: None, sorting }, hall, ledger, names, read_with);
    }

    /// Look through a share. `read_with` is what `names` depends on: the language and whether streets are known.
    pub fn seek(
        &mut self,
        sought: &Sought<'_>,
        hall: &Hall,
        ledger: &Ledger,
        names: &dyn Names,
        read_with: (&str, bool),
    ) {
        let words: Vec<String> = sought.words.split_whitespace().map(str::to_lowercase).collect();
        let sorting = sought.sorting;
        if words.is_empty() && sought.sieve.is_none() && sought.stage.is_none() {
            *self = Self { sorting, ..Self::default() };
            return;
        }
        let key = sought.sieve.map_or("", |sieve| sieve.key).to_owned();
        let asked = Asked { words, key, stage: sought.stage, sorting };
        let touched = ledger.touched_since(self.turn);
        if touched.is_none() || (self.read_with.0.as_str(), self.read_with.1) != read_with {
            self.texts.clear();
            self.read_with = (read_with.0.to_owned(), read_with.1);
            self.begin(asked);
        } else if self.asked.as_ref() != Some(&asked) {
            touched.into_iter().flatten().for_each(|id| drop(self.texts.remove(&id)));
            self.begin(asked);
        } else {
            for id in touched.into_iter().flatten() {
                self.texts.remove(&id);
                self.forget(id);
                if let Some((grade, key)) = ledger.key(id, sorting) {
                    self.look((grade, key), sought, hall, names);
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
            left = left.saturating_sub(self.look((grade, key), sought, hall, names));
            self.last = Some((grade, key));
        }
        self.ended = true;
    }

    fn begin(&mut self, asked: Asked) {
        let texts = std::mem::take(&mut self.texts);
        let read_with = std::mem::take(&mut self.read_with);
        let found = Lists::new(asked.sorting, std::iter::empty());
        *self = Self { sorting: asked.sorting, asked: Some(asked), found, texts, read_with, ..Self::default() };
    }

    fn forget(&mut self, id: IncidentId) {
        if let Some((grade, key)) = self.keys.remove(&id) {
            self.found.remove(grade, &key);
        }
        if let Some((grade, stage, unsure)) = self.passed.remove(&id) {
            self.stages.count(grade, stage, false);
            self.unsure -= usize::from(unsure);
        }
    }

    /// List one where it is what is sought; what looking cost.
    fn look(&mut self, (grade, key): (Grade, Key), sought: &Sought<'_>, hall: &Hall, names: &dyn Names) -> usize {
        let id = key.1;
        let (Some(incident), Some(asked)) = (hall.incident(id), &self.asked) else { return 1 };
        let mut cost = 1;
        let lets = sought.sieve.map_or(Lets::Through, |sieve| {
            cost += SIFT;
            (sieve.lets)(hall, incident)
        });
        if lets == Lets::Not {
            return cost;
        }
        if !asked.words.is_empty() {
            let text = self.texts.entry(id).or_insert_with(|| {
                cost += PUT;
                text_of(&Row::new(hall, incident, None, names))
            });
            if !asked.words.iter().all(|word| text.contains(word.as_str()) || id.0.to_string() == *word) {
                return cost;
            }
        }
        let stage = incident.stage;
        let listed = asked.stage.is_none_or(|wanted| wanted == stage);
        let unsure = listed && lets == Lets::Unsure;
        if self.passed.insert(id, (grade, stage, unsure)).is_none() {
            self.stages.count(grade, stage, true);
            self.unsure += usize::from(unsure);
        }
        if listed && self.keys.insert(id, (grade, key)).is_none() {
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
