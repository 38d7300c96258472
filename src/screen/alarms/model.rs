//! Alarms as screens show them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use rust_i18n::t;

use super::maintain::{Maintained, WindowRow, windows};
use super::part::{self, Part};
use crate::config::InForce;
use crate::domain::alarm::cause::{Fold, folds};
use crate::domain::alarm::{Acknowledged, Alarm, Alarms, Belongs, Shelf, Told, urgency};
use crate::domain::rights::Area;
use crate::domain::vital::code_of;
use crate::domain::{AlarmId, AlarmKind, AlarmStep, Grade, Hall, IncidentId, LonLat, Moment, Order, SensorKind};
use crate::screen::shown::Who;

/// An alarm load over which nobody can follow: more than so many within [`FLOOD_MILLIS`] at one seat (ISA-18.2).
pub const FLOOD: usize = 10;
/// Ten minutes.
pub const FLOOD_MILLIS: i64 = 10 * 60_000;
/// A source that comes so often within an hour chatters.
pub const CHATTER: usize = 5;
pub(super) const HOUR_MILLIS: i64 = 3_600_000;
/// So many alarms are said to be seen at a time; what is left is with the next.
const SEEN_MOST: usize = 50;

/// The area whose alarms somebody has: the one in which their rights count; a wall has all of them.
#[must_use]
pub fn own_area(who: &Who) -> Area {
    match who {
        Who::Known(identity) if !identity.open => identity.standing.area.clone(),
        _ => Area::CITY,
    }
}

/// An alarm as a row has it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmRow {
    /// Its number.
    pub id: AlarmId,
    /// How bad it is.
    pub level: Grade,
    /// What is wrong.
    pub kind: AlarmKind,
    /// What its source measures.
    pub measures: SensorKind,
    /// The identity of the source.
    pub source: String,
    /// What people call it; may be empty. Of a vital sign its name in the language of the screen.
    pub name: String,
    /// The path of its area.
    pub area: String,
    /// Its area as people say it in the language of the screen; empty for the whole city.
    pub area_words: String,
    /// Value and limit with their unit, where there are any.
    pub values: String,
    /// Seconds since it was raised last.
    pub age_secs: i64,
    /// When that was.
    pub raised_at: Moment,
    /// When it cleared.
    pub cleared_at: Option<Moment>,
    /// It is wrong still.
    pub active: bool,
    /// Nobody took note of it.
    pub waits: bool,
    /// Seconds until it is back from the shelf.
    pub shelved_secs: Option<i64>,
    /// Who put it there when, until when and why.
    pub shelf: Option<Shelf>,
    /// Seconds for which its source is in maintenance still.
    pub maintained_secs: Option<i64>,
    /// Who acknowledged it when, and with what words.
    pub acknowledged: Option<Acknowledged>,
    /// Who looks after it; may be empty.
    pub assigned: String,
    /// The case about it.
    pub incident: Option<IncidentId>,
    /// The open case that it belongs to: that one, or a graver one within which it lies.
    pub belongs: Option<Belongs>,
    /// How often it came within the last hour.
    pub last_hour: usize,
    /// Who had it before their eyes first when.
    pub seen: Vec<(String, Moment)>,
    /// Whose screens it was sent to when.
    pub told: Option<Told>,
    /// Where it is.
    pub at: Option<LonLat>,
    /// The kind of incident that it makes; empty where its rule says none.
    pub case_kind: String,
    /// What caused it and others, which fold under it; empty where it stands alone.
    pub cause: String,
    /// Itself and all that fold under it.
    pub all: Vec<AlarmId>,
    /// It stands below the one that it folds under, which is unfolded.
    pub inner: bool,
}

impl AlarmRow {
    /// How many fold under it.
    #[must_use]
    pub fn behind(&self) -> usize {
        self.all.len().saturating_sub(1)
    }

    /// Whether nobody knows where its source is. A vital sign is of an area, and of no place.
    #[must_use]
    pub fn is_unplaced(&self) -> bool {
        self.at.is_none() && self.measures != SensorKind::Vital
    }

    /// Whether it calls for somebody now: it waits, is not on the shelf, and its source not in maintenance.
    #[must_use]
    pub const fn calls(&self) -> bool {
        self.waits && self.shelved_secs.is_none() && self.maintained_secs.is_none()
    }
}

/// The alarms of a screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlarmsShown {
    /// What calls first, of that what nobody acts on, then the worst, then the newest.
    pub rows: Vec<AlarmRow>,
    /// How many call for somebody, by level.
    pub calling: [usize; 4],
    /// When the newest of those was raised.
    pub newest: Option<Moment>,
    /// How many came within the last ten minutes.
    pub lately: usize,
    /// How many sources chatter, those among them that are quiet right now.
    pub chattering: usize,
    /// Those that stand and are on no shelf by who looks after them, the most urgent first.
    pub looked_after: BTreeMap<String, Vec<AlarmId>>,
    /// So many are held that no other is raised.
    pub full: bool,
    /// Which of them the list has.
    pub part: Part,
    /// What the list has where that is not what stands.
    pub others: Vec<AlarmRow>,
    /// What is in maintenance, or will be.
    pub windows: Vec<WindowRow>,
}

impl AlarmsShown {
    /// The alarms within an area; those that one thing causes fold under one row, unless one of them is among the `unfolded`.
    #[must_use]
    pub fn read(hall: &Hall, area: &Area, unfolded: &BTreeSet<AlarmId>, now: Moment) -> Self {
        let (alarms, belonging) = (hall.alarms(), hall.belonging());
        let own: BTreeMap<AlarmId, &Alarm> = alarms
            .all()
            .filter(|alarm| alarm.is_standing() && alarm.what.concerns(area))
            .map(|alarm| (alarm.id, alarm))
            .collect();
        let since = now.plus_millis(-FLOOD_MILLIS);
        let lately = alarms.all().filter(|alarm| alarm.what.concerns(area)).map(|alarm| alarm.times_since(since));
        let maintained = Maintained::at(alarms, now);
        let calls = |alarm: &Alarm| alarm.calls() && maintained.until(&alarm.what).is_none();
        let mut calling = [0; 4];
        let mut newest: Option<Moment> = None;
        for alarm in own.values().filter(|alarm| calls(alarm)) {
            newest = newest.max(Some(alarm.raised_at));
            if let Some(count) = calling.get_mut(alarm.what.level.index()) {
                *count += 1;
            }
        }
        let folds = folds(&own.values().copied().collect::<Vec<_>>());
        let inner: BTreeSet<AlarmId> = folds.iter().flat_map(|fold| &fold.behind).copied().collect();
        let heads: BTreeMap<AlarmId, &Fold> = folds.iter().map(|fold| (fold.head, fold)).collect();
        let members = |alarm: &Alarm| -> Vec<&Alarm> {
            let behind = heads.get(&alarm.id).map(|fold| fold.behind.as_slice()).unwrap_or_default();
            behind.iter().filter_map(|id| own.get(id).copied()).collect()
        };
        let mut groups: Vec<(&Alarm, Vec<&Alarm>)> =
            own.values().filter(|alarm| !inner.contains(&alarm.id)).map(|alarm| (*alarm, members(alarm))).collect();
        // As urgent as the most urgent of it; what nobody acts on first.
        let attention = |alarm: &Alarm| (!calls(alarm), belonging.attention(alarm));
        groups.sort_by_cached_key(|(head, behind)| behind.iter().copied().chain([*head]).map(attention).min());
        let of = |alarm: &Alarm| {
            let maintained_secs = maintained.until(&alarm.what).map(|until| until.secs_since(now));
            AlarmRow { maintained_secs, belongs: belonging.of(alarm), ..row(alarms, alarm, now) }
        };
        let mut rows = Vec::new();
        for (head, behind) in groups {
            let cause = heads.get(&head.id).map(|fold| fold.cause.clone()).unwrap_or_default();
            rows.push(folded(of(head), cause, &behind, calls));
            // Whichever of them stood for all when it was unfolded.
            if behind.iter().chain([&head]).any(|alarm| unfolded.contains(&alarm.id)) {
                rows.extend(behind.iter().map(|alarm| AlarmRow { inner: true, ..of(alarm) }));
            }
        }
        let mut assigned: Vec<&Alarm> =
            own.values().copied().filter(|alarm| !alarm.assigned.is_empty() && alarm.shelf.is_none()).collect();
        assigned.sort_by_key(|alarm| urgency(alarm));
        let mut looked_after: BTreeMap<String, Vec<AlarmId>> = BTreeMap::new();
        for alarm in assigned {
            looked_after.entry(alarm.assigned.clone()).or_default().push(alarm.id);
        }
        Self {
            rows,
            calling,
            newest,
            lately: lately.sum(),
            chattering: part::chattering(alarms, area, now).len(),
            looked_after,
            full: alarms.is_full(),
            windows: windows(alarms, area, now),
            ..Self::default()
        }
    }

    /// The same with this part in the list.
    #[must_use]
    pub fn listing(self, part: Part, hall: &Hall, area: &Area, now: Moment) -> Self {
        Self { part, others: part.rows(hall, area, now), ..self }
    }

    /// The same with areas as a city calls them: `name` tells that of a path.
    #[must_use]
    pub fn with_areas(mut self, name: impl Fn(&str) -> String) -> Self {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let mut called = |path: &str| known.entry(path.to_owned()).or_insert_with(|| name(path)).clone();
        for row in self.rows.iter_mut().chain(&mut self.others).filter(|row| !row.area.is_empty()) {
            row.area_words = called(&row.area);
        }
        for row in self.windows.iter_mut().filter(|row| !row.area.is_empty()) {
            row.area_words = called(&row.area);
        }
        self
    }

    /// What the list has.
    #[must_use]
    pub fn listed(&self) -> &[AlarmRow] {
        if self.part == Part::Standing { &self.rows } else { &self.others }
    }

    /// The worst level that calls, be it that somebody acts on it already: what is heard.
    #[must_use]
    pub fn loudest(&self) -> Option<Grade> {
        Grade::ALL.into_iter().zip(self.calling).find(|(_, count)| *count > 0).map(|(level, _)| level)
    }

    /// The one that calls most: what nobody acts on comes before what belongs to a case that somebody accepted.
    #[must_use]
    pub fn first(&self) -> Option<&AlarmRow> {
        self.rows.iter().find(|row| row.calls())
    }

    /// What somebody looks after of what stands, the most urgent first.
    #[must_use]
    pub fn of_post(&self, post: Option<&str>) -> &[AlarmId] {
        post.and_then(|post| self.looked_after.get(post)).map_or(&[], Vec::as_slice)
    }

    /// What the strip of a post names: what calls most; where nothing does what the post looks after, and where no other can
    /// be raised the worst that stands.
    #[must_use]
    pub fn named(&self, post: Option<&str>) -> Option<&AlarmRow> {
        let own = || self.of_post(post).first().and_then(|id| self.holding(*id));
        self.first().or_else(own).or_else(|| self.rows.first().filter(|_| self.full))
    }

    /// How many call for somebody.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calling.iter().sum()
    }

    /// Whether a red one calls.
    #[must_use]
    pub fn calls_red(&self) -> bool {
        self.calling.first().is_some_and(|count| *count > 0)
    }

    /// More come than anybody can follow.
    #[must_use]
    pub const fn is_flood(&self) -> bool {
        self.lately > FLOOD
    }

    /// The row that stands for an alarm: its own, or the one that it folds under.
    #[must_use]
    pub fn holding(&self, id: AlarmId) -> Option<&AlarmRow> {
        let own = self.rows.iter().find(|row| row.id == id);
        own.or_else(|| self.rows.iter().find(|row| row.all.contains(&id)))
    }

    /// The row of the list under which an alarm folds with others, be it unfolded; `None` where it stands alone.
    #[must_use]
    pub fn fold_of(&self, id: AlarmId) -> Option<&AlarmRow> {
        self.listed().iter().find(|row| row.behind() > 0 && row.all.contains(&id))
    }

    /// The row of the list that has an alarm: its own, or where the list folds the one that it folds under.
    #[must_use]
    pub fn listed_holding(&self, id: AlarmId) -> Option<&AlarmRow> {
        if self.part == Part::Standing { self.holding(id) } else { self.row(id) }
    }

    /// One of those in the list.
    #[must_use]
    pub fn row(&self, id: AlarmId) -> Option<&AlarmRow> {
        self.listed().iter().find(|row| row.id == id)
    }

    /// The one so many rows on from another; the first where that is gone.
    #[must_use]
    pub fn beside(&self, chosen: Option<AlarmId>, rows: isize) -> Option<AlarmId> {
        let listed = self.listed();
        let last = listed.len().checked_sub(1)?;
        let at = listed.iter().position(|row| Some(row.id) == chosen);
        let at = at.map_or(0, |at| at.saturating_add_signed(rows).min(last));
        listed.get(at).map(|row| row.id)
    }

    /// The maintenance so many rows on from another; the first where that is gone.
    #[must_use]
    pub fn window_beside(&self, marked: Option<u64>, rows: isize) -> Option<u64> {
        let last = self.windows.len().checked_sub(1)?;
        let at = self.windows.iter().position(|row| Some(row.number) == marked);
        let at = at.map_or(0, |at| at.saturating_add_signed(rows).min(last));
        self.windows.get(at).map(|row| row.number)
    }

    /// What a post has before its eyes in so many rows, with all that fold under them, and has not said so; some at a time.
    #[must_use]
    pub fn unseen(&self, alarms: &Alarms, post: &str, rows: usize) -> Vec<Order> {
        let all: BTreeSet<AlarmId> = self.rows.iter().take(rows).flat_map(|row| &row.all).copied().collect();
        let held = all.into_iter().filter_map(|id| alarms.get(id));
        let fresh = held.filter(|alarm| alarm.waits() && alarm.is_news_to(post)).take(SEEN_MOST);
        fresh.map(|alarm| Order::MoveAlarm(Box::new(AlarmStep::Seen { alarm: alarm.id }))).collect()
    }
}

/// A row that stands for others too: as bad as the worst of them, and somebody has to take note while any `calls`. It is on
/// the shelf, or in maintenance, while none of them does: what is there alone makes no noise, and silences no other one.
fn folded(head: AlarmRow, cause: String, behind: &[&Alarm], calls: impl Fn(&Alarm) -> bool) -> AlarmRow {
    let called = behind.iter().any(|alarm| calls(alarm));
    let silent = |alarm: &Alarm| alarm.shelf.is_some() || (alarm.waits() && !calls(alarm));
    let is_head_silent = head.shelved_secs.is_some() || head.maintained_secs.is_some();
    let calls = head.calls() || called;
    let grave = |alarm: &&&Alarm| alarm.is_standing() && !(calls && silent(alarm));
    let own = (!(calls && is_head_silent)).then_some(head.level);
    let worst = behind.iter().filter(grave).map(|alarm| alarm.what.level).chain(own).min_by_key(|level| level.index());
    let all = std::iter::once(head.id).chain(behind.iter().map(|alarm| alarm.id)).collect();
    AlarmRow {
        level: worst.unwrap_or(head.level),
        active: head.active || behind.iter().any(|alarm| alarm.is_active()),
        waits: head.waits || called,
        shelved_secs: head.shelved_secs.filter(|_| !calls),
        maintained_secs: head.maintained_secs.filter(|_| !calls),
        cause,
        all,
        ..head
    }
}

/// What is wrong: what its source measures, or a vital sign by its `name`, and in which way.
#[must_use]
pub fn title_words(measures: SensorKind, kind: AlarmKind, name: &str) -> String {
    let is_sign = measures == SensorKind::Vital && !name.is_empty();
    let what = if is_sign { name.to_owned() } else { t!(format!("alarm.of.{}", measures.word())).into_owned() };
    format!("{what} · {}", t!(format!("alarm.kind.{}", kind.word())))
}

/// Where a source is, as people call it; a vital sign is where its `area` is, a path or what people call that.
#[must_use]
pub fn place_words(measures: SensorKind, area: &str, name: &str, source: &str) -> String {
    match (measures, area.is_empty(), name.is_empty()) {
        (SensorKind::Vital, true, _) => t!("alarm.whole_city").into_owned(),
        (SensorKind::Vital, false, _) => area.replace('/', " · "),
        (_, _, true) => source.to_owned(),
        (_, _, false) => format!("{name} · {source}"),
    }
}

/// What people call a source of this `name`: a vital sign by its name in the language of the screen.
#[must_use]
pub fn name_of(alarms: &Alarms, source: &str, name: &str) -> String {
    let sign = code_of(source).and_then(|code| InForce::rules_of(alarms)?.sign(code));
    sign.map_or_else(|| name.to_owned(), |sign| sign.name.of(&rust_i18n::locale()).to_owned())
}

pub(super) fn row(alarms: &Alarms, alarm: &Alarm, now: Moment) -> AlarmRow {
    let what = &alarm.what;
    AlarmRow {
        id: alarm.id,
        level: what.level,
        kind: what.kind,
        measures: what.measures,
        source: what.source.clone(),
        name: name_of(alarms, &what.source, &what.name),
        area: what.area.path().to_owned(),
        area_words: what.area.path().replace('/', " · "),
        values: values(what.value, what.limit, &what.unit, what.kind),
        age_secs: now.secs_since(alarm.raised_at).max(0),
        raised_at: alarm.raised_at,
        cleared_at: alarm.cleared_at,
        active: alarm.is_active(),
        waits: alarm.waits(),
        shelved_secs: alarm.shelf.as_ref().map(|shelf| shelf.until.secs_since(now).max(0)),
        shelf: alarm.shelf.clone(),
        maintained_secs: None,
        acknowledged: alarm.acknowledged.clone(),
        assigned: alarm.assigned.clone(),
        incident: alarm.incident,
        belongs: None,
        last_hour: alarm.times_since(now.plus_millis(-HOUR_MILLIS)),
        seen: alarm.seen.clone(),
        told: alarm.told.clone(),
        at: what.at,
        case_kind: what.case_kind.clone(),
        cause: String::new(),
        all: vec![alarm.id],
        inner: false,
    }
}

fn values(value: Option<f64>, limit: Option<f64>, unit: &str, kind: AlarmKind) -> String {
    let sign = if kind == AlarmKind::Low { '<' } else { '>' };
    // What is counted has no unit that anybody reads.
    let unit = if unit == "1" { "" } else { unit };
    let value = value.map(|value| format!("{} {unit}", short(value)).trim_end().to_owned());
    let limit = limit.filter(|_| value.is_some()).map(|limit| format!(" {sign} {}", short(limit)));
    format!("{}{}", value.unwrap_or_default(), limit.unwrap_or_default())
}

/// A figure with as many digits as anybody reads.
fn short(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}")
}

/// What somebody wants done about an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmWish {
    /// Take note of it.
    Acknowledge,
    /// Back from the shelf; on it for a time that is chosen.
    Shelve,
    /// Look after it.
    Mine,
    /// A case of it, or the one there is.
    Case,
    /// Its place.
    Place,
}

/// The orders of a wish, for all that fold under the row; none where more has to be said first: for how long it is shelved,
/// of which kind its case is.
#[must_use]
pub fn orders_of(wish: AlarmWish, row: &AlarmRow, words: &str, post: &str) -> Vec<Order> {
    let words = words.trim();
    let step = |alarm: AlarmId| -> Option<AlarmStep> {
        Some(match wish {
            AlarmWish::Acknowledge => AlarmStep::Acknowledge { alarm, comment: words.to_owned() },
            AlarmWish::Shelve if row.shelved_secs.is_some() => AlarmStep::Unshelve { alarm },
            AlarmWish::Mine if row.assigned == post => AlarmStep::Assign { alarm, to: String::new() },
            AlarmWish::Mine => AlarmStep::Assign { alarm, to: post.to_owned() },
            AlarmWish::Shelve | AlarmWish::Case | AlarmWish::Place => return None,
        })
    };
    row.all.iter().filter_map(|alarm| Some(Order::MoveAlarm(Box::new(step(*alarm)?)))).collect()
}

/// The orders with which somebody is to look after an alarm and all that fold under it; nobody where `to` is empty.
#[must_use]
pub fn assigned(row: &AlarmRow, to: &str) -> Vec<Order> {
    let step = |alarm: &AlarmId| AlarmStep::Assign { alarm: *alarm, to: to.trim().to_owned() };
    row.all.iter().map(|alarm| Order::MoveAlarm(Box::new(step(alarm)))).collect()
}
