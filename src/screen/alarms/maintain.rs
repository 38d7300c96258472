//! Maintenance (检修) from a desk: for how long, its orders, and what is in it now. Pure.

use std::collections::{BTreeMap, BTreeSet};

use rust_i18n::t;

use super::model::AlarmRow;
use crate::config::InForce;
use crate::domain::alarm::{Alarms, Maintenance, Raising, Window};
use crate::domain::rights::Area;
use crate::domain::vital::code_of;
use crate::domain::{AlarmKind, AlarmStep, Moment, Order};
use crate::screen::look::words;

const HOUR_MILLIS: i64 = 3_600_000;
/// The hour of the next day at which people are back at work.
const MORNING_HOUR: i64 = 8;

/// For how long something is put in maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// An hour.
    Hour,
    /// Four hours.
    FourHours,
    /// Until eight in the morning of the next day.
    Tomorrow,
}

impl Length {
    /// All of them, the shortest first as a rule.
    pub const ALL: [Self; 3] = [Self::Hour, Self::FourHours, Self::Tomorrow];

    /// Until when, from `now` on.
    #[must_use]
    pub fn until(self, now: Moment, utc_offset_secs: i32) -> Moment {
        match self {
            Self::Hour => now.plus_millis(HOUR_MILLIS),
            Self::FourHours => now.plus_millis(4 * HOUR_MILLIS),
            Self::Tomorrow => words::day_start(now, utc_offset_secs).plus_millis((24 + MORNING_HOUR) * HOUR_MILLIS),
        }
    }

    /// Key of its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Hour => "alarm.maintain.hour",
            Self::FourHours => "alarm.maintain.four_hours",
            Self::Tomorrow => "alarm.maintain.tomorrow",
        }
    }
}

/// The sources of an alarm and of all that fold under its row, each once with its area; the row's own first.
#[must_use]
pub fn sources<'a>(row: &AlarmRow, alarms: &'a Alarms) -> Vec<(&'a str, &'a Area)> {
    let mut known = BTreeSet::new();
    let all = row.all.iter().filter_map(|id| alarms.get(*id));
    // High and silent are alarms of one source.
    all.map(|alarm| (alarm.what.source.as_str(), &alarm.what.area))
        .filter(|(source, _)| known.insert(*source))
        .collect()
}

/// The orders that put the source of an alarm, and those of all that fold under it, in maintenance; none without a reason.
#[must_use]
pub fn orders(
    row: &AlarmRow,
    alarms: &Alarms,
    length: Length,
    reason: &str,
    now: Moment,
    utc_offset_secs: i32,
) -> Vec<Order> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Vec::new();
    }
    let order = |(source, area): (&str, &Area)| {
        let window = Maintenance {
            source: source.to_owned(),
            measures: None,
            area: area.clone(),
            from: now,
            until: length.until(now, utc_offset_secs),
            reason: reason.to_owned(),
        };
        Order::MoveAlarm(Box::new(AlarmStep::Maintain(window)))
    };
    sources(row, alarms).into_iter().map(order).collect()
}

/// The order that ends a maintenance.
#[must_use]
pub fn end(window: u64) -> Order {
    Order::MoveAlarm(Box::new(AlarmStep::EndMaintenance { window }))
}

/// A maintenance as a row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowRow {
    /// Its number.
    pub number: u64,
    /// What is in maintenance, in the language of the screen.
    pub what: String,
    /// It is of all in its area, or of all of a kind there, not of one source.
    pub wide: bool,
    /// The path of its area; empty for the whole city.
    pub area: String,
    /// The same as people say it in the language of the screen.
    pub area_words: String,
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub until: Moment,
    /// Seconds until it begins, where it has not.
    pub begins_secs: Option<i64>,
    /// Seconds until it ends.
    pub left_secs: i64,
    /// Who said so.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl WindowRow {
    /// Its area, as people say it.
    #[must_use]
    pub fn area(&self) -> String {
        if self.area.is_empty() { t!("alarm.whole_city").into_owned() } else { self.area_words.clone() }
    }

    /// What is in maintenance, with the area where it is of more than one source.
    #[must_use]
    pub fn named(&self) -> String {
        if self.wide { format!("{} · {}", self.what, self.area()) } else { self.what.clone() }
    }
}

/// What is in maintenance, or will be, and has to do with an area; what ends first stands first.
#[must_use]
pub fn windows(alarms: &Alarms, area: &Area, now: Moment) -> Vec<WindowRow> {
    let near = |window: &Window| window.what.area.is_within(area) || area.is_within(&window.what.area);
    let of = |(number, window): (u64, &Window)| {
        let Maintenance { from, until, reason, area, .. } = &window.what;
        WindowRow {
            number,
            what: what(alarms, &window.what),
            wide: window.what.source.is_empty(),
            area: area.path().to_owned(),
            area_words: area.path().replace('/', " · "),
            from: *from,
            until: *until,
            begins_secs: Some(from.secs_since(now)).filter(|secs| *secs > 0),
            left_secs: until.secs_since(now).max(0),
            by: window.by.clone(),
            reason: reason.clone(),
        }
    };
    let mut rows: Vec<WindowRow> = alarms.windows().filter(|(_, window)| near(window)).map(of).collect();
    rows.sort_by_key(|row| (row.until, row.number));
    rows
}

/// What a maintenance is about, as people call it.
#[must_use]
pub fn what(alarms: &Alarms, window: &Maintenance) -> String {
    let source = &window.source;
    if source.is_empty() {
        return match window.measures {
            Some(kind) => t!("alarm.maintain.kind", kind = t!(format!("sensor.{}", kind.word()))).into_owned(),
            None => t!("alarm.maintain.all").into_owned(),
        };
    }
    if let Some(sign) = code_of(source).and_then(|code| InForce::rules_of(alarms)?.sign(code)) {
        return format!("{} · {source}", sign.name.of(&rust_i18n::locale()));
    }
    let known = AlarmKind::ALL.into_iter().find_map(|kind| alarms.of(source, kind));
    let name = known.map(|alarm| alarm.what.name.as_str()).filter(|name| !name.is_empty());
    name.map_or_else(|| source.clone(), |name| format!("{name} · {source}"))
}

/// The maintenance of now, to be asked for each of many alarms.
pub(super) struct Maintained<'a> {
    by_source: BTreeMap<&'a str, Vec<&'a Maintenance>>,
    others: Vec<&'a Maintenance>,
    now: Moment,
}

impl<'a> Maintained<'a> {
    pub(super) fn at(alarms: &'a Alarms, now: Moment) -> Self {
        let mut all = Self { by_source: BTreeMap::new(), others: Vec::new(), now };
        for (_, Window { what, .. }) in alarms.windows() {
            if what.source.is_empty() {
                all.others.push(what);
            } else {
                all.by_source.entry(&what.source).or_default().push(what);
            }
        }
        all
    }

    /// Until when nothing more is raised of a source; `None` where it is in no maintenance.
    pub(super) fn until(&self, raising: &Raising) -> Option<Moment> {
        let own = self.by_source.get(raising.source.as_str()).into_iter().flatten();
        let held = own.chain(&self.others).filter(|window| window.holds(raising, self.now));
        held.map(|window| window.until).max()
    }
}
