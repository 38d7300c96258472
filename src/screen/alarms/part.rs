//! What the list shows beside what stands: what was of the last day, and what chatters. Pure.

use std::cmp::Reverse;

use super::maintain::Maintained;
use super::model::{AlarmRow, CHATTER, HOUR_MILLIS, row};
use crate::domain::alarm::{Alarm, Alarms, KEEP_MILLIS};
use crate::domain::rights::Area;
use crate::domain::{Hall, Moment};

/// A part of the alarms that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// What is active or waits for somebody.
    #[default]
    Standing,
    /// What was raised, or of which anything became known, in the last 24 hours: what is over as well.
    Day,
    /// Sources that come and go, those that are quiet right now as well.
    Chattering,
}

impl Part {
    /// This part, or what stands where this is shown already.
    #[must_use]
    pub fn turned_to(self, part: Self) -> Self {
        if self == part { Self::Standing } else { part }
    }

    /// Its rows, none folded: of the day what came last stands first, of what chatters what comes most often. What stands
    /// has no rows of its own here.
    #[must_use]
    pub fn rows(self, hall: &Hall, area: &Area, now: Moment) -> Vec<AlarmRow> {
        let alarms = hall.alarms();
        let held = match self {
            Self::Standing => return Vec::new(),
            Self::Day => of_day(alarms, area, now),
            Self::Chattering => chattering(alarms, area, now),
        };
        let (maintained, belonging) = (Maintained::at(alarms, now), hall.belonging());
        let of = |alarm: &Alarm| {
            let maintained_secs = maintained.until(&alarm.what).map(|until| until.secs_since(now));
            AlarmRow { maintained_secs, belongs: belonging.of(alarm), ..row(alarms, alarm, now) }
        };
        held.into_iter().map(of).collect()
    }
}

fn of_day<'a>(alarms: &'a Alarms, area: &Area, now: Moment) -> Vec<&'a Alarm> {
    let since = now.plus_millis(-KEEP_MILLIS);
    let of_day = |alarm: &&Alarm| alarm.what.concerns(area) && alarm.changed_at >= since;
    let mut found: Vec<&Alarm> = alarms.all().filter(of_day).collect();
    found.sort_by_key(|alarm| (Reverse(alarm.raised_at), alarm.id));
    found
}

/// What came [`CHATTER`] times or more within the last hour, what came most often first.
pub(super) fn chattering<'a>(alarms: &'a Alarms, area: &Area, now: Moment) -> Vec<&'a Alarm> {
    let times = |alarm: &Alarm| alarm.times_since(now.plus_millis(-HOUR_MILLIS));
    let mut found: Vec<&Alarm> =
        alarms.all().filter(|alarm| alarm.what.concerns(area) && times(alarm) >= CHATTER).collect();
    found.sort_by_key(|alarm| (Reverse(times(alarm)), alarm.id));
    found
}
