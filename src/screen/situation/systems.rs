//! Keeps the ledger in line with the hall.

use std::sync::Arc;

use bevy::prelude::*;

use super::ledger::Ledger;
use super::limits::CityLimits;
use crate::screen::look::words;
use crate::screen::names::utc_offset_secs;
use crate::screen::receive::Heard;
use crate::screen::sets::HallSet;
use crate::screen::shown::{Changes, Shown};

/// The system that brings the [`Ledger`] in line, within `Sync`.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct LedgerKept;

/// Adds the [`Ledger`] that both shells read.
pub fn plugin(app: &mut App) {
    app.init_resource::<Ledger>()
        .init_resource::<Changes>()
        .add_message::<Heard>()
        .add_systems(Update, keep.in_set(HallSet::Sync).in_set(LedgerKept).run_if(resource_exists::<Shown>));
}

/// Fold what changed into the ledger; everything only where the hall was replaced.
pub(super) fn keep(shown: Res<Shown>, changes: Res<Changes>, mut ledger: ResMut<Ledger>) {
    let ledger = ledger.bypass_change_detection();
    ledger.begin_day(words::day_start(shown.now, utc_offset_secs(shown.now)));
    let upto = shown.hall.upto();
    if !Arc::ptr_eq(&ledger.limits().limits, &shown.limits) {
        ledger.limit(CityLimits { limits: Arc::clone(&shown.limits), utc_offset_secs }, &shown.hall);
    } else if !changes.cover(ledger.upto(), upto) {
        ledger.rebuild(&shown.hall);
    } else if upto != ledger.upto() || !changes.is_empty() {
        ledger.fold(&shown.hall, &changes.incidents);
    }
}
