//! Many alarms acknowledged at once: after a feed failed, or a flood. Pure.

use std::collections::BTreeSet;

use rust_i18n::t;

use super::choice::ChoiceRow;
use super::model::AlarmRow;
use crate::domain::alarm::{Alarm, Alarms};
use crate::domain::{AlarmId, AlarmKind, AlarmStep, Grade, Order};
use crate::screen::look::words;

/// Most that are acknowledged at once; what is left can be after that.
pub(super) const MOST: usize = 1_000;

/// Which of those in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Cleared,
    Silent,
    Blue,
    All,
}

impl Which {
    const ALL: [Self; 4] = [Self::Cleared, Self::Silent, Self::Blue, Self::All];

    fn has(self, alarm: &Alarm) -> bool {
        match self {
            Self::Cleared => !alarm.is_active(),
            Self::Silent => alarm.what.kind == AlarmKind::NoData,
            Self::Blue => alarm.what.level == Grade::IV,
            Self::All => true,
        }
    }

    fn title(self) -> String {
        match self {
            Self::Cleared => t!("alarm.many.cleared"),
            Self::Silent => t!("alarm.many.silent"),
            Self::Blue => t!("alarm.many.of_level", grade = Grade::IV.numeral()),
            Self::All => t!("alarm.many.all"),
        }
        .into_owned()
    }
}

/// Alarms that can be acknowledged at once, as they stood when that was asked: what comes later is nobody's to miss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Together {
    title: String,
    /// How many there are.
    count: usize,
    /// How many of those below are Ⅰ or Ⅱ.
    grave: usize,
    /// The first of them, as the list has them.
    pub(super) alarms: Vec<AlarmId>,
}

impl Together {
    pub(super) fn row(&self) -> ChoiceRow {
        let count = words::count(self.count);
        let mut note = if self.count > MOST {
            t!("alarm.many.first", count = count, most = words::count(MOST)).into_owned()
        } else {
            t!("alarm.many.count", count = count).into_owned()
        };
        if self.grave > 0 {
            note = format!("{note} · {}", t!("alarm.many.grave", count = words::count(self.grave)));
        }
        ChoiceRow { title: self.title.clone(), note }
    }
}

/// What of a list waits for somebody and is on no shelf, in parts of which none is empty and no two are alike.
pub(super) fn offered(listed: &[AlarmRow], alarms: &Alarms) -> Vec<Together> {
    let mut known = BTreeSet::new();
    let all = listed.iter().flat_map(|row| &row.all).filter(|id| known.insert(**id));
    let waiting: Vec<&Alarm> = all.filter_map(|id| alarms.get(*id)).filter(|alarm| alarm.calls()).collect();
    let mut parts: Vec<Together> = Vec::new();
    for which in Which::ALL {
        let of: Vec<&Alarm> = waiting.iter().copied().filter(|alarm| which.has(alarm)).collect();
        let first: Vec<&Alarm> = of.iter().copied().take(MOST).collect();
        let grave = first.iter().filter(|alarm| alarm.what.level <= Grade::II).count();
        let ids: Vec<AlarmId> = first.iter().map(|alarm| alarm.id).collect();
        if !ids.is_empty() && !parts.iter().any(|part| part.count == of.len() && part.alarms == ids) {
            parts.push(Together { title: which.title(), count: of.len(), grave, alarms: ids });
        }
    }
    parts
}

/// The orders that acknowledge all of these with the same words.
pub(super) fn orders(alarms: &[AlarmId], words: &str) -> Vec<Order> {
    let comment = words.trim();
    let step = |alarm: &AlarmId| AlarmStep::Acknowledge { alarm: *alarm, comment: comment.to_owned() };
    alarms.iter().map(|alarm| Order::MoveAlarm(Box::new(step(alarm)))).collect()
}
