//! Open incidents in order: across grades or by grade, the one that is due first or has waited longest before the others.
//! Pure.

use serde::{Deserialize, Serialize};

use crate::domain::{Grade, IncidentId, Moment};

/// Places in a chunk at most; a fuller one is halved. The square root of a hundred thousand, about.
const CHUNK: usize = 512;

/// What decides which incident stands before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sorting {
    /// What will be late first, or has been late longest, comes first; of two that are due together the graver one. What
    /// has no limit or is on hold comes last. Before all others stand those of the first grade, so that an emergency is
    /// never below what is late by routine.
    #[default]
    Across,
    /// By grade; within one what will be late first, or has been late longest, comes first; what has no limit or is on
    /// hold comes last.
    Due,
    /// By grade; within one what happened first comes first.
    Waiting,
}

impl Sorting {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 3] = [Self::Across, Self::Due, Self::Waiting];

    /// The one after it, and after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Across => Self::Due,
            Self::Due => Self::Waiting,
            Self::Waiting => Self::Across,
        }
    }
}

/// Where an incident stands among those of its grade, or among all: the moment that decides, then its number.
pub type Key = (Moment, IncidentId);

/// Where an incident stands in a list: its grade, or the second where lower grades do not decide; then the moment, its
/// grade and its number.
type Place = (Grade, Moment, Grade, IncidentId);

/// Places in order, and how many there are of each grade.
#[derive(Debug, Clone)]
struct Chunk {
    places: Vec<Place>,
    counts: [usize; 4],
}

impl Chunk {
    fn new(places: Vec<Place>) -> Self {
        let mut counts = [0; 4];
        for (_, _, grade, _) in &places {
            if let Some(count) = counts.get_mut(grade.index()) {
                *count += 1;
            }
        }
        Self { places, counts }
    }
}

fn without(counts: [usize; 4], hidden: [bool; 4]) -> usize {
    counts.into_iter().zip(hidden).filter(|(_, hidden)| !hidden).map(|(count, _)| count).sum()
}

fn is_hidden(grade: Grade, hidden: [bool; 4]) -> bool {
    hidden.get(grade.index()).copied().unwrap_or_default()
}

/// Open incidents in an order, in chunks, so that putting in, taking out and counting move or pass few of them.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Grades do not decide, but for the first.
    across: bool,
    /// None of them empty.
    chunks: Vec<Chunk>,
    counts: [usize; 4],
}

impl Lists {
    /// From incidents in any order, none of them twice.
    pub(super) fn new(sorting: Sorting, all: impl Iterator<Item = (Grade, Key)>) -> Self {
        let empty = Self { across: sorting == Sorting::Across, ..Self::default() };
        let mut places: Vec<Place> = all.map(|(grade, key)| empty.place(grade, key)).collect();
        places.sort_unstable();
        let Chunk { places, counts } = Chunk::new(places);
        let chunks = places.chunks(CHUNK / 2).map(|places| Chunk::new(places.to_vec())).collect();
        Self { chunks, counts, ..empty }
    }

    fn place(&self, grade: Grade, (moment, id): Key) -> Place {
        (if self.across { grade.min(Grade::II) } else { grade }, moment, grade, id)
    }

    /// The chunk in which `place` is or would be, where it is not behind all of them.
    fn chunk_of(&self, place: &Place) -> usize {
        self.chunks.partition_point(|chunk| chunk.places.last().is_some_and(|last| last < place))
    }

    pub(super) fn insert(&mut self, grade: Grade, key: Key) {
        let place = self.place(grade, key);
        let at = self.chunk_of(&place).min(self.chunks.len().saturating_sub(1));
        let Some(chunk) = self.chunks.get_mut(at) else {
            let chunk = Chunk::new(vec![place]);
            self.counts = chunk.counts;
            self.chunks.push(chunk);
            return;
        };
        let Err(i) = chunk.places.binary_search(&place) else { return };
        chunk.places.insert(i, place);
        for counts in [&mut chunk.counts, &mut self.counts] {
            if let Some(count) = counts.get_mut(grade.index()) {
                *count += 1;
            }
        }
        if chunk.places.len() > CHUNK {
            let rest = Chunk::new(chunk.places.split_off(CHUNK / 2));
            chunk.counts.iter_mut().zip(rest.counts).for_each(|(count, gone)| *count -= gone);
            self.chunks.insert(at + 1, rest);
        }
    }

    pub(super) fn remove(&mut self, grade: Grade, key: &Key) {
        let place = self.place(grade, *key);
        let at = self.chunk_of(&place);
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        let Ok(i) = chunk.places.binary_search(&place) else { return };
        chunk.places.remove(i);
        for counts in [&mut chunk.counts, &mut self.counts] {
            if let Some(count) = counts.get_mut(grade.index()) {
                *count -= 1;
            }
        }
        if chunk.places.is_empty() {
            self.chunks.remove(at);
        }
    }

    /// How many of each grade, Ⅰ first.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        self.counts
    }

    /// How many there are without the `hidden` grades.
    #[must_use]
    pub fn len(&self, hidden: [bool; 4]) -> usize {
        without(self.counts, hidden)
    }

    /// The one at a place, counted without the `hidden` grades.
    #[must_use]
    pub fn get(&self, hidden: [bool; 4], mut at: usize) -> Option<IncidentId> {
        for chunk in &self.chunks {
            let len = without(chunk.counts, hidden);
            if at < len {
                let mut shown = chunk.places.iter().filter(|(_, _, grade, _)| !is_hidden(*grade, hidden));
                return shown.nth(at).map(|(.., id)| *id);
            }
            at -= len;
        }
        None
    }

    /// The place of one, counted without the `hidden` grades; `None` where it is not among them.
    #[must_use]
    pub fn position(&self, hidden: [bool; 4], grade: Grade, key: &Key) -> Option<usize> {
        if is_hidden(grade, hidden) {
            return None;
        }
        let place = self.place(grade, *key);
        let at = self.chunk_of(&place);
        let chunk = self.chunks.get(at)?;
        let within = chunk.places.binary_search(&place).ok()?;
        let before: usize = self.chunks.iter().take(at).map(|chunk| without(chunk.counts, hidden)).sum();
        let shown = chunk.places.iter().take(within).filter(|(_, _, grade, _)| !is_hidden(*grade, hidden)).count();
        Some(before + shown)
    }

    fn places(&self) -> impl DoubleEndedIterator<Item = &Place> {
        self.chunks.iter().flat_map(|chunk| &chunk.places)
    }

    /// As they are sorted.
    pub fn in_order(&self) -> impl Iterator<Item = IncidentId> {
        self.places().map(|(.., id)| *id)
    }

    /// Those of a grade, as they are sorted.
    pub fn of(&self, wanted: Grade) -> impl DoubleEndedIterator<Item = IncidentId> {
        let has_some = move |chunk: &&Chunk| chunk.counts.get(wanted.index()).is_some_and(|count| *count > 0);
        let places = self.chunks.iter().filter(has_some).flat_map(|chunk| &chunk.places);
        places.filter(move |(_, _, grade, _)| *grade == wanted).map(|(.., id)| *id)
    }

    /// The worst grade first, within a grade the last as they are sorted.
    pub fn last_first(&self) -> impl Iterator<Item = IncidentId> {
        Grade::ALL.into_iter().flat_map(move |grade| self.of(grade).rev())
    }

    /// Those behind `last` in the order of [`Self::in_order`], or all.
    pub(super) fn behind(&self, last: Option<(Grade, Key)>) -> impl Iterator<Item = (Grade, Key)> {
        let last = last.map(|(grade, key)| self.place(grade, key));
        let from = last.map_or(0, |last| self.chunk_of(&last));
        let places = self.chunks.iter().skip(from).flat_map(|chunk| &chunk.places);
        places
            .filter(move |place| last.is_none_or(|last| **place > last))
            .map(|(_, moment, grade, id)| (*grade, (*moment, *id)))
    }
}
