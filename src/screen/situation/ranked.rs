//! Open incidents in order: one list a grade, the one that is due first or has waited longest before the others. Pure.

use crate::domain::{Grade, IncidentId, Moment};

/// Keys in a chunk at most; a fuller one is halved. The square root of a hundred thousand, about.
const CHUNK: usize = 512;

/// What decides within a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorting {
    /// What will be late first, or has been late longest, comes first; what has no limit or is on hold comes last.
    #[default]
    Due,
    /// What happened first comes first.
    Waiting,
}

impl Sorting {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Due => Self::Waiting,
            Self::Waiting => Self::Due,
        }
    }
}

/// Where an incident stands among those of its grade: the moment that decides, then its number.
pub type Key = (Moment, IncidentId);

/// Keys in order, in chunks, so that putting in, taking out and counting move or pass few of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranked {
    /// None of them empty.
    chunks: Vec<Vec<Key>>,
}

impl Ranked {
    /// From keys in any order, none of them twice.
    fn new(mut keys: Vec<Key>) -> Self {
        keys.sort_unstable();
        Self { chunks: keys.chunks(CHUNK / 2).map(<[Key]>::to_vec).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// The chunk in which `key` stands or would stand, where it is not behind all of them.
    fn chunk_of(&self, key: &Key) -> usize {
        self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| last < key))
    }

    fn insert(&mut self, key: Key) {
        let at = self.chunk_of(&key).min(self.chunks.len().saturating_sub(1));
        let Some(chunk) = self.chunks.get_mut(at) else {
            self.chunks.push(vec![key]);
            return;
        };
        if let Err(i) = chunk.binary_search(&key) {
            chunk.insert(i, key);
        }
        if chunk.len() > CHUNK {
            let rest = chunk.split_off(CHUNK / 2);
            self.chunks.insert(at + 1, rest);
        }
    }

    fn remove(&mut self, key: &Key) {
        let at = self.chunk_of(key);
        let Some(chunk) = self.chunks.get_mut(at) else { return };
        if let Ok(i) = chunk.binary_search(key) {
            chunk.remove(i);
        }
        if chunk.is_empty() {
            self.chunks.remove(at);
        }
    }

    fn get(&self, mut at: usize) -> Option<Key> {
        for chunk in &self.chunks {
            match chunk.get(at) {
                Some(key) => return Some(*key),
                None => at -= chunk.len(),
            }
        }
        None
    }

    fn position(&self, key: &Key) -> Option<usize> {
        let at = self.chunk_of(key);
        let within = self.chunks.get(at)?.binary_search(key).ok()?;
        Some(self.chunks.iter().take(at).map(Vec::len).sum::<usize>() + within)
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = Key> {
        self.chunks.iter().flatten().copied()
    }

    /// The keys behind `key`, or all.
    fn behind(&self, key: Option<Key>) -> impl Iterator<Item = Key> {
        let from = key.map_or(0, |key| self.chunk_of(&key));
        self.chunks.iter().skip(from).flatten().copied().filter(move |at| key.is_none_or(|key| *at > key))
    }
}

/// A list a grade.
#[derive(Debug, Clone, Default)]
pub struct Lists([Ranked; 4]);

impl Lists {
    /// From incidents in any order, none of them twice.
    pub(super) fn new(all: impl Iterator<Item = (Grade, Key)>) -> Self {
        let mut keys: [Vec<Key>; 4] = Default::default();
        for (grade, key) in all {
            if let Some(keys) = keys.get_mut(grade.index()) {
                keys.push(key);
            }
        }
        Self(keys.map(Ranked::new))
    }

    pub(super) fn insert(&mut self, grade: Grade, key: Key) {
        if let Some(list) = self.0.get_mut(grade.index()) {
            list.insert(key);
        }
    }

    pub(super) fn remove(&mut self, grade: Grade, key: &Key) {
        if let Some(list) = self.0.get_mut(grade.index()) {
            list.remove(key);
        }
    }

    /// How many of each grade, Ⅰ first.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        [0, 1, 2, 3].map(|grade| self.0.get(grade).map_or(0, Ranked::len))
    }

    fn shown(&self, hidden: [bool; 4]) -> impl Iterator<Item = (Grade, &Ranked)> {
        Grade::ALL.into_iter().zip(&self.0).zip(hidden).filter(|(_, hidden)| !hidden).map(|(list, _)| list)
    }

    /// How many there are without the `hidden` grades.
    #[must_use]
    pub fn len(&self, hidden: [bool; 4]) -> usize {
        self.shown(hidden).map(|(_, list)| list.len()).sum()
    }

    /// The one at a place, counted without the `hidden` grades.
    #[must_use]
    pub fn get(&self, hidden: [bool; 4], mut at: usize) -> Option<IncidentId> {
        for (_, list) in self.shown(hidden) {
            let len = list.len();
            if at < len {
                return list.get(at).map(|(_, id)| id);
            }
            at -= len;
        }
        None
    }

    /// The place of one, counted without the `hidden` grades; `None` where it is not among them.
    #[must_use]
    pub fn position(&self, hidden: [bool; 4], grade: Grade, key: &Key) -> Option<usize> {
        let mut before = 0;
        for (of, list) in self.shown(hidden) {
            if of == grade {
                return list.position(key).map(|at| before + at);
            }
            before += list.len();
        }
        None
    }

    /// The worst first, within a grade the first of its list.
    pub fn in_order(&self) -> impl Iterator<Item = IncidentId> {
        self.0.iter().flat_map(|list| list.iter().map(|(_, id)| id))
    }

    /// Those of a grade, as they stand in its list.
    pub fn of(&self, grade: Grade) -> impl DoubleEndedIterator<Item = IncidentId> {
        self.0.get(grade.index()).into_iter().flat_map(|list| list.iter().map(|(_, id)| id))
    }

    /// The worst first, within a grade the last of its list.
    pub fn last_first(&self) -> impl Iterator<Item = IncidentId> {
        self.0.iter().flat_map(|list| list.iter().rev().map(|(_, id)| id))
    }

    /// Those behind `last` in the order of [`Self::in_order`], or all.
    pub(super) fn behind(&self, last: Option<(Grade, Key)>) -> impl Iterator<Item = (Grade, Key)> {
        let lists = Grade::ALL.into_iter().zip(&self.0);
        lists.filter(move |(grade, _)| last.is_none_or(|(last, _)| *grade >= last)).flat_map(move |(grade, list)| {
            let key = last.filter(|(of, _)| *of == grade).map(|(_, key)| key);
            list.behind(key).map(move |key| (grade, key))
        })
    }
}
