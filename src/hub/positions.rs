//! Newest position of each crew. Not facts: only the newest counts, and each screen gets them at
//! its own pace. One frame per pace and tick is encoded for all screens of that pace.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

use super::Inner;
use crate::domain::{CrewId, CrewKind, CrewPosition, CrewStatus, LonLat};
use crate::wire::frame::encode;
use crate::wire::{Pace, ToScreen};

/// Most crews held; positions of further ones are dropped.
pub const CREWS_MAX: usize = 100_000;

/// Positions that changed between two ticks, encoded.
#[derive(Debug, Clone)]
pub(crate) struct Tick {
    /// Stamp of the newest change in it.
    pub(crate) upto: u64,
    /// The frame.
    pub(crate) frame: Bytes,
}

#[derive(Debug, Default)]
struct Table {
    /// Counts changes.
    stamp: u64,
    /// Newest position and its stamp.
    crews: HashMap<CrewId, (u64, CrewPosition)>,
    /// Crews by stamp, so that what changed since any stamp is a range.
    changes: BTreeMap<u64, CrewId>,
}

/// The table of positions.
#[derive(Debug, Default)]
pub struct Positions {
    table: Mutex<Table>,
    changed: Notify,
}

impl Positions {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Take positions in; returns how many were used. Older ones than known and impossible
    /// coordinates are left out.
    pub(crate) fn put(&self, positions: &[CrewPosition]) -> usize {
        let mut table = self.table();
        let mut used = 0;
        for position in positions {
            let known = table.crews.get(&position.crew).copied();
            let older = known.is_some_and(|(_, k)| position.when < k.when);
            let full = known.is_none() && table.crews.len() >= CREWS_MAX;
            if older || full || LonLat::new(position.at.lon, position.at.lat).is_none() {
                continue;
            }
            table.stamp += 1;
            let stamp = table.stamp;
            if let Some((old, _)) = table.crews.insert(position.crew, (stamp, *position)) {
                table.changes.remove(&old);
            }
            table.changes.insert(stamp, position.crew);
            used += 1;
        }
        drop(table);
        if used > 0 {
            self.changed.notify_one();
        }
        used
    }

    /// Crews that are on duty and can be spoken to, by number.
    pub(crate) fn on_duty(&self) -> Vec<(CrewId, CrewKind)> {
        let table = self.table();
        let on_duty =
            |position: &CrewPosition| position.status != CrewStatus::OffDuty && position.kind != CrewKind::Bus;
        let known = table.crews.values().map(|(_, position)| position).filter(|position| on_duty(position));
        let mut crews: Vec<_> = known.map(|position| (position.crew, position.kind)).collect();
        crews.sort_unstable();
        crews
    }

    /// Of each crew on duty whether it can be sent.
    pub(crate) fn free_on_duty(&self) -> Vec<bool> {
        let table = self.table();
        let crews = table.crews.values().map(|(_, position)| position);
        let on_duty = crews.filter(|crew| crew.status != CrewStatus::OffDuty && crew.kind != CrewKind::Bus);
        on_duty.map(|crew| matches!(crew.status, CrewStatus::Free | CrewStatus::Returning)).collect()
    }

    /// One frame with what changed after `stamp`, and the stamp of the newest change. No frame
    /// where nothing changed.
    pub(crate) fn since(&self, stamp: u64) -> (Option<Bytes>, u64) {
        let table = self.table();
        let newest = table.stamp;
        let changed: Vec<CrewPosition> = table
            .changes
            .range(stamp.saturating_add(1)..)
            .filter_map(|(_, crew)| table.crews.get(crew).map(|(_, position)| *position))
            .collect();
        drop(table);
        if changed.is_empty() {
            return (None, newest);
        }
        let frame =
            encode(&ToScreen::Positions(changed)).inspect_err(|e| tracing::error!(error = %e, "positions")).ok();
        (frame, newest)
    }
}

/// Send ticks for ever. Without changes it sleeps; the first change after a pause goes out at
/// once, further ones at each pace.
pub(crate) async fn send_ticks(inner: Arc<Inner>) {
    const STEP_MILLIS: u64 = 10;
    let mut sent = [0_u64; Pace::SENT.len()];
    let mut step = 0_u64;
    let mut every = tokio::time::interval(Duration::from_millis(STEP_MILLIS));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let newest = inner.positions.table().stamp;
        if sent.iter().all(|upto| *upto == newest) {
            inner.positions.changed.notified().await;
            every.reset_immediately();
            every.tick().await;
        } else {
            every.tick().await;
        }
        for (pace, upto) in Pace::SENT.into_iter().zip(&mut sent) {
            let due = pace.millis().is_some_and(|millis| step.is_multiple_of(millis / STEP_MILLIS));
            if !due {
                continue;
            }
            if !inner.sessions.any(pace) {
                // Whoever joins later is brought up to date by its opening.
                *upto = inner.positions.table().stamp;
                continue;
            }
            let (frame, newest) = inner.positions.since(*upto);
            *upto = newest;
            if let Some(frame) = frame {
                inner.sessions.offer(pace, &Tick { upto: newest, frame });
            }
        }
        step = step.wrapping_add(1);
    }
}
