//! A maintenance (检修) as a desk plans it: of one source, of all that measure the same, of an area, or of what hangs behind a
//! pipe or a pump; from when until when, and why. Pure.
//!
//! What hangs behind a thing is known of what had an alarm within the last day: the hall holds no other upstream paths.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use rust_i18n::t;

use super::model::{AlarmRow, HOUR_MILLIS};
use super::strip::thing;
use crate::domain::alarm::{Alarms, Maintenance, Raising, WINDOW_MAX_MILLIS, WINDOWS_MAX};
use crate::domain::initials::{are_initials, initials};
use crate::domain::rights::Area;
use crate::domain::{AlarmKind, AlarmStep, Moment, Order, SensorKind};
use crate::ground::City;
use crate::screen::heat::when::{city_time, in_city, time};
use crate::screen::look::unusable::unusable;
use crate::screen::look::words;
use crate::screen::names::area_words;

const MINUTE_MILLIS: i64 = 60_000;
/// What began so long ago may be written down still: a bare time before that is one of tomorrow.
const BEGUN_MILLIS: i64 = HOUR_MILLIS;
/// Languages in which somebody may type what is measured.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Of whom it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// One source.
    Source,
    /// All that measure the same within an area.
    Kind,
    /// All within an area.
    Area,
    /// All that hang behind a pipe or a pump.
    Behind,
}

impl Whom {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Source, Self::Kind, Self::Area, Self::Behind];

    /// Key of its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Source => "alarm.planned.source",
            Self::Kind => "alarm.planned.kind",
            Self::Area => "alarm.planned.area",
            Self::Behind => "alarm.planned.behind",
        }
    }

    /// The one so many further on, around the end.
    pub(super) fn turned(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|one| *one == self).unwrap_or_default();
        let count = Self::ALL.len().cast_signed();
        let at = (at.cast_signed() + by).rem_euclid(count);
        Self::ALL.get(at.cast_unsigned()).copied().unwrap_or(self)
    }
}

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Whom,
    What,
    Area,
    From,
    Until,
    Reason,
}

impl Field {
    /// The lines that a form has, in order.
    pub(super) const fn of(whom: Whom) -> &'static [Self] {
        match whom {
            Whom::Source | Whom::Behind => &[Self::Whom, Self::What, Self::From, Self::Until, Self::Reason],
            Whom::Kind => &[Self::Whom, Self::What, Self::Area, Self::From, Self::Until, Self::Reason],
            Whom::Area => &[Self::Whom, Self::Area, Self::From, Self::Until, Self::Reason],
        }
    }

    /// What a refusal calls it.
    const fn code(self, whom: Whom) -> &'static str {
        match (self, whom) {
            (Self::Whom, _) => "whom",
            (Self::What, Whom::Source) => "source",
            (Self::What, Whom::Behind) => "behind",
            (Self::What, Whom::Kind | Whom::Area) => "measures",
            (Self::Area, _) => "area",
            (Self::From, _) => "from",
            (Self::Until, _) => "until",
            (Self::Reason, _) => "reason",
        }
    }

    /// Key of its name.
    pub(super) fn key(self, whom: Whom) -> String {
        format!("unusable.field.{}", self.code(whom))
    }
}

/// Why it cannot be planned so: which field, and what is wrong with it, in words that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) field: Field,
    pub(super) words: String,
}

/// An area that can be meant, with all that it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownArea {
    area: Area,
    /// As people say it in the language of the screen.
    said: String,
    words: String,
    initials: String,
}

impl KnownArea {
    fn is_meant(&self, typed: &str) -> bool {
        self.words.contains(typed) || are_initials(typed) && self.initials.contains(typed)
    }
}

/// The areas within `own` that the city has, and those of alarms.
pub(super) fn known_areas(city: Option<&City>, alarms: &Alarms, own: &Area) -> Vec<KnownArea> {
    let mut all: BTreeMap<Area, String> = BTreeMap::new();
    if let Some(city) = city {
        for at in 0..u32::try_from(city.areas().len()).unwrap_or_default() {
            // The first one is the city itself.
            let way: Vec<_> =
                city.area_ancestors(at).iter().skip(1).filter_map(|at| city.areas().get(*at as usize)).collect();
            let path: Vec<&str> = way.iter().map(|record| city.name(record.name)).collect();
            if let Some(area) = Area::of(&path.join("/")) {
                all.insert(area, way.last().map_or("", |record| city.name(record.name_en)).to_owned());
            }
        }
    }
    for alarm in alarms.all() {
        for area in std::iter::successors(Some(alarm.what.area.clone()), Area::parent) {
            all.entry(area).or_default();
        }
    }
    all.entry(own.clone()).or_default();
    let locale = rust_i18n::locale().to_string();
    let known = |(area, english): (Area, String)| {
        let initials = initials(area.name());
        let said = city.map_or_else(|| said_area(&area), |city| area_words(city, area.path(), &locale));
        KnownArea { said, words: format!("{}\n{english}", area.name()).to_lowercase(), initials, area }
    };
    all.into_iter().filter(|(area, _)| area.is_within(own)).map(known).collect()
}

/// What a form is filled in against.
#[derive(Clone, Copy)]
pub(super) struct Against<'a> {
    pub(super) alarms: &'a Alarms,
    /// The area in which whoever plans has rights.
    pub(super) own: &'a Area,
    /// When the hub decides it.
    pub(super) now: Moment,
    /// Offset of city time from UTC at a moment.
    pub(super) utc_offset_secs: fn(Moment) -> i32,
}

/// What the chosen alarm is about, for when the form turns to that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Seed {
    source: String,
    measures: Option<SensorKind>,
    area: String,
    cause: String,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) whom: Whom,
    /// A source, what is measured, or a pipe or pump, as it was typed.
    what: String,
    area: String,
    from: String,
    until: String,
    reason: String,
    /// The line that has the keys.
    pub(super) at: Field,
    /// Put the cursor there.
    pub(super) focus: bool,
    /// Why it was not taken.
    pub(super) wrong: Option<Wrong>,
    seed: Seed,
    areas: Vec<KnownArea>,
}

impl Draft {
    /// An empty one: about the chosen alarm where there is one, and what caused it where it folds.
    pub(super) fn about(row: Option<&AlarmRow>, reason: &str, areas: Vec<KnownArea>) -> Self {
        let seed = row.map_or_else(Seed::default, |row| Seed {
            source: row.source.clone(),
            measures: Some(row.measures),
            area: row.area.clone(),
            cause: row.cause.clone(),
        });
        let whom = match &seed {
            seed if !seed.cause.is_empty() => Whom::Behind,
            seed if !seed.source.is_empty() => Whom::Source,
            _ => Whom::Kind,
        };
        let (what, area, from, until) = Default::default();
        let reason = reason.trim().to_owned();
        let mut draft =
            Self { whom, what, area, from, until, reason, at: Field::Whom, focus: true, wrong: None, seed, areas };
        draft.turn(whom);
        draft
    }

    /// It is of these from now on.
    pub(super) fn turn(&mut self, whom: Whom) {
        (self.whom, self.wrong) = (whom, None);
        (self.at, self.focus) = (Field::Whom, true);
        self.what = match whom {
            Whom::Source => self.seed.source.clone(),
            Whom::Kind => self.seed.measures.map(name_of_kind).unwrap_or_default(),
            Whom::Behind => self.seed.cause.clone(),
            Whom::Area => String::new(),
        };
        // All that there is in the city is planned by nobody by mistake.
        self.area = if whom == Whom::Area { self.seed.area.clone() } else { String::new() };
    }

    /// Go so many lines on, or back.
    pub(super) fn go(&mut self, lines: isize) {
        let fields = Field::of(self.whom);
        let at = fields.iter().position(|field| *field == self.at).unwrap_or_default();
        let at = (at.cast_signed() + lines).rem_euclid(fields.len().cast_signed());
        self.at = fields.get(at.cast_unsigned()).copied().unwrap_or(Field::Whom);
        self.focus = true;
    }

    /// What was typed into a line.
    pub(super) fn text(&self, field: Field) -> &str {
        match field {
            Field::Whom => "",
            Field::What => &self.what,
            Field::Area => &self.area,
            Field::From => &self.from,
            Field::Until => &self.until,
            Field::Reason => &self.reason,
        }
    }

    /// That is typed there from now on.
    pub(super) fn write(&mut self, field: Field, text: String) {
        self.wrong = None;
        match field {
            Field::Whom => {}
            Field::What => self.what = text,
            Field::Area => self.area = text,
            Field::From => self.from = text,
            Field::Until => self.until = text,
            Field::Reason => self.reason = text,
        }
    }

    /// What a line means as it is, in words; empty where nothing is to be said of it.
    pub(super) fn meant(&self, field: Field, against: &Against<'_>) -> String {
        let when = |at: Result<Moment, Wrong>| {
            at.map(|at| words::day_hour_minute(at, (against.utc_offset_secs)(at))).unwrap_or_default()
        };
        match field {
            Field::Whom | Field::Reason => String::new(),
            Field::What if self.what.trim().is_empty() => String::new(),
            Field::What => match self.whom {
                Whom::Kind => self.kind().map(name_of_kind).unwrap_or_default(),
                Whom::Behind => {
                    let count = self.behind(against.alarms).len();
                    t!("alarm.planned.sources", count = count).into_owned()
                }
                Whom::Source | Whom::Area => {
                    let name = self.known_source(against.alarms).map(|(name, _)| name);
                    name.unwrap_or_else(|| t!("alarm.planned.unknown_source").into_owned())
                }
            },
            Field::Area => self.area_meant(against.own).map(|area| self.said(&area)).unwrap_or_default(),
            Field::From => when(self.from(against)),
            Field::Until => when(self.until(against)),
        }
    }

    fn wrong(&self, field: Field, reason: &str) -> Wrong {
        Wrong { field, words: unusable(field.code(self.whom), reason) }
    }

    /// What measures is meant: what is called so, or begins to be.
    fn kind(&self) -> Option<SensorKind> {
        let typed = self.what.trim().to_lowercase();
        let names = |kind: SensorKind| {
            LANGUAGES.map(|locale| t!(format!("sensor.{}", kind.word()), locale = locale).to_lowercase())
        };
        let all = || SensorKind::ALL.into_iter().chain([SensorKind::Vital]);
        let part = |kind: &SensorKind| {
            let names = names(*kind);
            let by_initials = are_initials(&typed) && names.iter().any(|name| initials(name).starts_with(&typed));
            by_initials || names.iter().any(|name| name.contains(&typed))
        };
        let whole = all().find(|kind| kind.word() == typed || names(*kind).contains(&typed));
        whole.or_else(|| all().find(part)).filter(|_| !typed.is_empty())
    }

    /// The area that is meant: without one all in which whoever plans has rights.
    fn area_meant(&self, own: &Area) -> Option<Area> {
        let typed = self.area.trim().replace(" · ", "/").to_lowercase();
        if typed.is_empty() {
            return Some(own.clone());
        }
        let known = || self.areas.iter().filter(|known| !known.area.is_city());
        let whole = known().find(|known| known.area.path().to_lowercase() == typed);
        let part = || {
            known().filter(|known| known.is_meant(&typed)).min_by_key(|known| known.area.path().matches('/').count())
        };
        whole.or_else(part).map(|known| known.area.clone())
    }

    /// An area in the words of the language.
    fn said(&self, area: &Area) -> String {
        let known = self.areas.iter().find(|known| known.area == *area && !area.is_city());
        known.map_or_else(|| said_area(area), |known| known.said.clone())
    }

    /// What a source of which an alarm is known is called, and where it lies.
    fn known_source(&self, alarms: &Alarms) -> Option<(String, Area)> {
        let source = self.what.trim();
        let what = &AlarmKind::ALL.into_iter().find_map(|kind| alarms.of(source, kind))?.what;
        let name = if what.name.is_empty() { &what.source } else { &what.name };
        Some((format!("{name} · {}", self.said(&what.area)), what.area.clone()))
    }

    /// The sources behind the pipe or the pump that is meant, itself among them, each with its area.
    fn behind(&self, alarms: &Alarms) -> BTreeMap<String, Area> {
        let typed = self.what.trim().to_lowercase();
        let things: BTreeSet<&str> = alarms.all().flat_map(|alarm| alarm.what.path()).collect();
        let whole = things.iter().find(|one| one.to_lowercase() == typed);
        let part = || things.iter().find(|one| thing(one).to_lowercase().contains(&typed));
        let Some(meant) = whole.or_else(part).copied().filter(|_| !typed.is_empty()) else { return BTreeMap::new() };
        let hangs = |what: &Raising| what.source == meant || what.path().any(|one| one == meant);
        let sources = alarms.all().map(|alarm| &alarm.what).filter(|what| hangs(what));
        sources.map(|what| (what.source.clone(), what.area.clone())).collect()
    }

    fn from(&self, against: &Against<'_>) -> Result<Moment, Wrong> {
        let now = against.now;
        if self.from.trim().is_empty() {
            return Ok(now);
        }
        let least = now.plus_millis(-BEGUN_MILLIS);
        typed_moment(&self.from, now, least, against.utc_offset_secs)
            .ok_or_else(|| self.wrong(Field::From, &t!("unusable.no_time")))
    }

    fn until(&self, against: &Against<'_>) -> Result<Moment, Wrong> {
        let from = self.from(against)?;
        let wrong = |reason: &str| Err(self.wrong(Field::Until, reason));
        if self.until.trim().is_empty() {
            return wrong("is missing");
        }
        match typed_moment(&self.until, from, from.plus_millis(1), against.utc_offset_secs) {
            None => wrong(&t!("unusable.no_time")),
            Some(until) if until <= from => wrong(&t!("unusable.before_from")),
            Some(until) if until <= against.now => wrong("is over already"),
            Some(until) if until.0.saturating_sub(from.0) > WINDOW_MAX_MILLIS => {
                wrong(&t!("unusable.days", count = WINDOW_MAX_MILLIS / (24 * HOUR_MILLIS)))
            }
            Some(until) => Ok(until),
        }
    }

    /// The orders that it comes to: one, or of what hangs behind a thing one for each source.
    ///
    /// # Errors
    /// [`Wrong`], which names the field.
    pub(super) fn orders(&self, against: &Against<'_>) -> Result<Vec<Order>, Wrong> {
        let what_missing =
            || if self.what.trim().is_empty() { Err(self.wrong(Field::What, "is missing")) } else { Ok(()) };
        let one = |source: &str, measures: Option<SensorKind>, area: Area| vec![(source.to_owned(), measures, area)];
        let area = || {
            let none = || self.wrong(Field::Area, &t!("unusable.no_area"));
            self.area_meant(against.own).ok_or_else(none)
        };
        let whom = match self.whom {
            Whom::Source => {
                what_missing()?;
                let known = self.known_source(against.alarms).map(|(_, area)| area);
                one(self.what.trim(), None, known.unwrap_or_else(|| against.own.clone()))
            }
            Whom::Kind => {
                what_missing()?;
                let kind = self.kind().ok_or_else(|| self.wrong(Field::What, &t!("unusable.no_kind")))?;
                one("", Some(kind), area()?)
            }
            Whom::Area => one("", None, area()?),
            Whom::Behind => {
                what_missing()?;
                let found = self.behind(against.alarms);
                if found.is_empty() {
                    return Err(self.wrong(Field::What, &t!("unusable.nothing_behind")));
                }
                let room = WINDOWS_MAX.saturating_sub(against.alarms.windows().count());
                if found.len() > room {
                    return Err(self.wrong(Field::What, &t!("unusable.most", count = room)));
                }
                found.into_iter().map(|(source, area)| (source, None, area)).collect()
            }
        };
        let (from, until) = (self.from(against)?, self.until(against)?);
        let reason = self.reason.trim();
        if reason.is_empty() {
            return Err(self.wrong(Field::Reason, "is missing"));
        }
        let order = |(source, measures, area): (String, Option<SensorKind>, Area)| {
            let window = Maintenance { source, measures, area, from, until, reason: reason.to_owned() };
            Order::MoveAlarm(Box::new(AlarmStep::Maintain(window)))
        };
        Ok(whom.into_iter().map(order).collect())
    }
}

fn name_of_kind(kind: SensorKind) -> String {
    t!(format!("sensor.{}", kind.word())).into_owned()
}

/// An area as people say it where the city has no other words for it.
fn said_area(area: &Area) -> String {
    if area.is_city() { t!("alarm.whole_city").into_owned() } else { area.path().replace('/', " · ") }
}

/// The moment that somebody typed: so much after `base` (`+2h`, `90m`, `3d`), `14:03`, which is the next one that is not
/// before `least`, `11-24 08:00` likewise, or `2026-11-24 08:00`. Also with `/`, `T` and a Chinese colon.
pub(super) fn typed_moment(
    text: &str,
    base: Moment,
    least: Moment,
    offset_secs: impl Fn(Moment) -> i32,
) -> Option<Moment> {
    let text = text.trim().replace('：', ":").replace('/', "-").replace('T', " ");
    if let Some(millis) = so_long(&text) {
        return Some(base.plus_millis(millis));
    }
    let moment = |day: NaiveDate, late| in_city(day.and_time(late), base, &offset_secs);
    let Some((day, late)) = text.split_once(char::is_whitespace) else {
        let late = time(&text)?;
        let today = city_time(least, offset_secs(least))?.date();
        let of_today = moment(today, late);
        return if of_today >= least {
            Some(of_today)
        } else {
            Some(moment(today.checked_add_days(Days::new(1))?, late))
        };
    };
    let late = time(late.trim())?;
    if let Ok(day) = NaiveDate::parse_from_str(day, "%Y-%m-%d") {
        return Some(moment(day, late));
    }
    let year = city_time(least, offset_secs(least))?.year();
    let of_year = |year: i32| {
        let day = NaiveDate::parse_from_str(&format!("{year}-{day}"), "%Y-%m-%d").ok()?;
        Some(moment(day, late))
    };
    of_year(year).filter(|at| *at >= least).or_else(|| of_year(year + 1))
}

/// `+2h`, `90m`, `3d` in milliseconds.
fn so_long(text: &str) -> Option<i64> {
    let text = text.strip_prefix('+').unwrap_or(text).trim();
    let unit = match text.chars().next_back()? {
        'm' => MINUTE_MILLIS,
        'h' => HOUR_MILLIS,
        'd' => 24 * HOUR_MILLIS,
        _ => return None,
    };
    let count: u16 = text.get(..text.len() - 1)?.trim().parse().ok()?;
    Some(i64::from(count) * unit)
}
