//! Alarms that one thing causes (报警归并): what hangs behind a pump, a valve or a pipe falls with it.
//!
//! A sensor says behind what it hangs as a path, nearest first: `pipe-12/pump-3`; of one that does not the hub knows the
//! pipes of its map ([`pipe_name`]). An alarm folds under
//! 1. the alarm of the furthest thing on its path that has one, and else
//! 2. the furthest thing on its path with which more alarms of the same kind came than with all before it, at least
//!    [`TOGETHER`], each within [`WITHIN_MILLIS`] of another. Of these the one that was raised first stands for all: it is the
//!    same one however many come after it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Alarm, AlarmKind, urgency};
use crate::domain::{AlarmId, SensorKind};

/// What the identity of a pipe of the map begins with.
const PIPE: &str = "pipe:";
/// So many together have one cause.
pub const TOGETHER: usize = 3;
/// Alarms of one cause follow each other within so long, in milliseconds.
pub const WITHIN_MILLIS: i64 = 30 * 60_000;

/// Alarms that one thing causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// The thing, by its identity.
    pub cause: String,
    /// The alarm that stands for all: that of the thing itself, or the one that was raised first.
    pub head: AlarmId,
    /// The others, most urgent first.
    pub behind: Vec<AlarmId>,
}

/// The identity of a pipe of the map: its network and its number there.
#[must_use]
pub fn pipe_name(network: &str, number: u32) -> String {
    format!("{PIPE}{network}:{number}")
}

/// The network and the number of a pipe of the map by its identity; `None` for all else.
#[must_use]
pub fn pipe_of(thing: &str) -> Option<(&str, u32)> {
    let (network, number) = thing.strip_prefix(PIPE)?.split_once(':')?;
    Some((network, number.parse().ok()?))
}

/// How an alarm of a thing that has none itself is told from others of it.
type Like<'a> = (&'a str, AlarmKind, SensorKind);

/// Which of these alarms fold under what. Each is in one fold at most.
#[must_use]
pub fn folds(standing: &[&Alarm]) -> Vec<Fold> {
    let by_source: BTreeMap<&str, &Alarm> = standing.iter().map(|alarm| (alarm.what.source.as_str(), *alarm)).collect();
    let mut of_thing: BTreeMap<Like<'_>, Vec<&Alarm>> = BTreeMap::new();
    for alarm in standing {
        for thing in alarm.what.path() {
            of_thing.entry((thing, alarm.what.kind, alarm.what.measures)).or_default().push(alarm);
        }
    }
    let together: BTreeMap<Like<'_>, BTreeSet<AlarmId>> = of_thing
        .into_iter()
        .map(|(like, alarms)| (like, close(alarms)))
        .filter(|(_, ids)| ids.len() >= TOGETHER)
        .collect();
    let causes: BTreeMap<AlarmId, AlarmId> = standing
        .iter()
        .filter_map(|alarm| {
            let itself = |thing: &str| by_source.get(thing).filter(|cause| cause.id != alarm.id);
            Some((alarm.id, alarm.what.path().filter_map(itself).last()?.id))
        })
        .collect();
    let by_id: BTreeMap<AlarmId, &Alarm> = standing.iter().map(|alarm| (alarm.id, *alarm)).collect();
    let mut members: BTreeMap<Like<'_>, Vec<&Alarm>> = BTreeMap::new();
    let mut under: BTreeMap<AlarmId, Vec<&Alarm>> = BTreeMap::new();
    for alarm in standing {
        if let Some(cause) = first_cause(&causes, alarm.id) {
            under.entry(cause).or_default().push(alarm);
            continue;
        }
        let mut found: Option<(Like<'_>, usize)> = None;
        for thing in alarm.what.path() {
            let like = (thing, alarm.what.kind, alarm.what.measures);
            let count = together.get(&like).filter(|ids| ids.contains(&alarm.id)).map_or(0, BTreeSet::len);
            if count > found.map_or(0, |(_, before)| before) {
                found = Some((like, count));
            }
        }
        if let Some((like, _)) = found {
            members.entry(like).or_default().push(alarm);
        }
    }
    let sorted = |mut alarms: Vec<&Alarm>| -> Vec<AlarmId> {
        alarms.sort_by_key(|alarm| urgency(alarm));
        alarms.into_iter().map(|alarm| alarm.id).collect()
    };
    // Things that hang behind each other have no first cause: their alarms stand alone.
    let inner: BTreeSet<AlarmId> = under.values().flatten().map(|alarm| alarm.id).collect();
    let mut folds: Vec<Fold> = Vec::new();
    for (head, behind) in under {
        if let Some(cause) = by_id.get(&head).filter(|_| !inner.contains(&head)) {
            folds.push(Fold { cause: cause.what.source.clone(), head, behind: sorted(behind) });
        }
    }
    let heads: BTreeSet<AlarmId> = folds.iter().map(|fold| fold.head).collect();
    for ((thing, ..), alarms) in members {
        let mut all: Vec<&Alarm> = alarms.into_iter().filter(|alarm| !heads.contains(&alarm.id)).collect();
        let first = all.iter().min_by_key(|alarm| (alarm.raised_at, alarm.id)).map(|alarm| alarm.id);
        if let Some(head) = first.filter(|_| all.len() > 1) {
            all.retain(|alarm| alarm.id != head);
            folds.push(Fold { cause: thing.to_owned(), head, behind: sorted(all) });
        }
    }
    folds
}

/// The cause of a cause of an alarm, as far as that goes.
fn first_cause(causes: &BTreeMap<AlarmId, AlarmId>, alarm: AlarmId) -> Option<AlarmId> {
    let all = std::iter::successors(causes.get(&alarm), |cause| causes.get(cause));
    all.take(causes.len()).last().copied()
}

/// The greatest number of these that follow each other closely.
fn close(mut alarms: Vec<&Alarm>) -> BTreeSet<AlarmId> {
    alarms.sort_by_key(|alarm| alarm.raised_at);
    let (mut best, mut run, mut last) = (BTreeSet::new(), BTreeSet::new(), None);
    for alarm in alarms {
        if last.is_some_and(|last: i64| alarm.raised_at.0.saturating_sub(last) > WITHIN_MILLIS) {
            run = BTreeSet::new();
        }
        last = Some(alarm.raised_at.0);
        run.insert(alarm.id);
        if run.len() > best.len() {
            best.clone_from(&run);
        }
    }
    best
}
