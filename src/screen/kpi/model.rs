//! The table of key figures. Pure.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::domain::kpi::{Against, Counting, Kept, KeptRow, Kpi, Share, Tally, Times, TimesChange, Works};
use crate::domain::rights::{Area, Role};
use crate::domain::{Hall, Incident, Party, Phase, Work};

pub use crate::domain::kpi::Period;

/// By what figures are cut into rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cut {
    /// By the areas right below the one that is looked at.
    #[default]
    Area,
    /// By department.
    Department,
    /// By the post that answers for a phase.
    Post,
    /// By person: what each did.
    Person,
}

impl Cut {
    /// All of them, by their keys.
    pub const ALL: [Self; 4] = [Self::Area, Self::Department, Self::Post, Self::Person];

    /// Its name in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Department => "department",
            Self::Post => "post",
            Self::Person => "person",
        }
    }
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The name of the row.
    Name,
    /// Cases that became known.
    Reported,
    /// A figure.
    Kpi(Kpi),
    /// What a post did of what was due.
    Done,
    /// What it did in time.
    InTime,
    /// What it did too late, or not.
    Late,
    /// How long handling took.
    Handling,
    /// How often a person did something, and how long it took.
    Work(Work),
}

/// What is told of how long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// The mean.
    #[default]
    Mean,
    /// What the one in the middle took.
    P50,
    /// What nine of ten took no longer than.
    P90,
}

impl Measure {
    /// Its name in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P90 => "p90",
        }
    }

    /// The next one, round and round.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Mean => Self::P50,
            Self::P50 => Self::P90,
            Self::P90 => Self::Mean,
        }
    }

    /// Of what took so long, milliseconds.
    #[must_use]
    pub const fn of(self, times: Times) -> i64 {
        match self {
            Self::Mean => times.mean_millis,
            Self::P50 => times.p50_millis,
            Self::P90 => times.p90_millis,
        }
    }

    /// How much longer it took, milliseconds.
    #[must_use]
    pub const fn longer(self, change: TimesChange) -> i64 {
        match self {
            Self::Mean => change.mean_millis,
            Self::P50 => change.p50_millis,
            Self::P90 => change.p90_millis,
        }
    }
}

/// The columns of areas and departments.
const FIGURES: [Column; 14] = [
    Column::Name,
    Column::Reported,
    Column::Kpi(Kpi::Handled),
    Column::Kpi(Kpi::HandledInTime),
    Column::Kpi(Kpi::Overdue),
    Column::Kpi(Kpi::Closed),
    Column::Kpi(Kpi::ClosedInTime),
    Column::Kpi(Kpi::Rework),
    Column::Kpi(Kpi::Returned),
    Column::Kpi(Kpi::Accurate),
    Column::Kpi(Kpi::ToldAccepted),
    Column::Kpi(Kpi::Told),
    Column::Kpi(Kpi::Satisfied),
    Column::Handling,
];
/// The columns of posts.
const OF_POSTS: [Column; 4] = [Column::Name, Column::Done, Column::InTime, Column::Late];
/// The columns of persons.
const OF_PERSONS: [Column; 8] = [
    Column::Name,
    Column::Work(Work::Accepted),
    Column::Work(Work::Declined),
    Column::Work(Work::Filed),
    Column::Work(Work::Dispatched),
    Column::Work(Work::Checked),
    Column::Work(Work::Closed),
    Column::Work(Work::Told),
];

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// By what.
    pub cut: Cut,
    /// Since when.
    pub period: Period,
    /// The area that is looked at; only by area.
    pub within: Area,
    /// The column that rows are sorted by.
    pub sort: usize,
    /// The greatest first.
    pub descending: bool,
    /// Handling on the clocks of the limits.
    pub on_clock: bool,
    /// What is told of how long a person's cases had waited.
    pub measure: Measure,
    /// What the figures are held against.
    pub against: Against,
}

impl Asked {
    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &'static [Column] {
        match self.cut {
            Cut::Area | Cut::Department => &FIGURES,
            Cut::Post => &OF_POSTS,
            Cut::Person => &OF_PERSONS,
        }
    }
}

/// What a row is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// An area; going into it shows its parts.
    Area(Area),
    /// A department, by its code.
    Department(String),
    /// A post.
    Post(Role),
    /// A person, by the name that they are signed in with.
    Person(String),
    /// What is of no area or department that is known.
    Unknown,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of what; `None` for the row of all.
    pub key: Option<Key>,
    tally: Tally,
    phase: Option<Phase>,
    times: Option<Times>,
    works: Works,
    /// What it was then, where that is known.
    before: Option<Tally>,
    times_before: Option<Times>,
    works_before: Option<Works>,
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The name of the row.
    Name,
    /// A count.
    Count(u32),
    /// A part of a whole.
    Share(Share),
    /// How long; `None` where nothing was handled.
    Times(Option<Times>),
    /// How often, and how long it took; `None` where it was not done.
    Work(Option<Times>),
}

impl Line {
    fn new(key: Option<Key>, tally: Tally, phase: Option<Phase>, on_clock: bool) -> Self {
        let times = handling(&tally, on_clock);
        let (before, times_before) = (None, None);
        Self { key, tally, phase, times, works: Works::default(), before, times_before, works_before: None }
    }

    /// The same, held against what it was.
    fn against(self, before: Option<Tally>, on_clock: bool) -> Self {
        let times_before = before.as_ref().and_then(|before| handling(before, on_clock));
        Self { before, times_before, ..self }
    }

    fn of_person(key: Option<Key>, works: Works, works_before: Option<Works>) -> Self {
        Self { works, works_before, ..Self::new(key, Tally::default(), None, false) }
    }

    /// What stands in a column.
    #[must_use]
    pub fn cell(&self, column: Column) -> Cell {
        match column {
            Column::Name => Cell::Name,
            Column::Reported => Cell::Count(self.tally.reported),
            Column::Handling => Cell::Times(self.times),
            Column::Work(work) => Cell::Work(self.works.times(work)),
            Column::Kpi(_) | Column::Done | Column::InTime | Column::Late => {
                Cell::Share(self.share(&self.tally, column).unwrap_or_default())
            }
        }
    }

    /// How many thousandths the share in a column is above what it was; `None` where nothing is known of then, or nothing
    /// was to divide by.
    #[must_use]
    pub fn change(&self, column: Column) -> Option<i32> {
        self.share(&self.tally, column)?.more_than(self.share(self.before.as_ref()?, column)?)
    }

    /// How much longer handling took than then; `None` where nothing is known of then, or nothing was handled now or then.
    #[must_use]
    pub fn handling_change(&self) -> Option<TimesChange> {
        Some(self.times?.more_than(self.times_before?))
    }

    /// How much more often a person did something than then, and how much longer cases had waited for it; `None` where
    /// nothing is known of then, or it was not done now or then.
    #[must_use]
    pub fn work_change(&self, work: Work) -> Option<TimesChange> {
        self.works.change(work, self.works_before.as_ref()?)
    }

    fn share(&self, tally: &Tally, column: Column) -> Option<Share> {
        match column {
            Column::Kpi(kpi) => Some(tally.share(kpi)),
            Column::Done => self.phase.map(|phase| tally.done(phase)),
            Column::InTime => self.phase.map(|phase| tally.in_time(phase)),
            Column::Late => self.phase.map(|phase| tally.late(phase)),
            Column::Name | Column::Reported | Column::Handling | Column::Work(_) => None,
        }
    }
}

/// How long handling took.
fn handling(tally: &Tally, on_clock: bool) -> Option<Times> {
    if on_clock { tally.handling_on_clock() } else { tally.handling() }
}

/// The order of two cells; what has nothing to divide by is behind whatever the order.
fn compare(one: Cell, other: Cell, descending: bool) -> Ordering {
    let value = |cell: Cell| match cell {
        Cell::Name => None,
        Cell::Count(count) => Some(i64::from(count)),
        Cell::Share(share) => share.per_mille().map(i64::from),
        Cell::Times(times) => times.map(|times| times.mean_millis),
        Cell::Work(times) => times.map(|times| i64::from(times.count)),
    };
    match (value(one), value(other)) {
        (Some(one), Some(other)) if descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    }
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its rows.
    pub lines: Vec<Line>,
    /// All of them together.
    pub total: Line,
}

/// Where cases belong.
pub struct Belongs<'a> {
    /// The area of a case, where one is known.
    pub area: &'a dyn Fn(&Incident) -> Option<Area>,
    /// The department that answers for a case, by its code.
    pub department: &'a dyn Fn(&Incident) -> Option<String>,
    /// The name of a row.
    pub name: &'a dyn Fn(&Key) -> String,
}

impl Belongs<'_> {
    /// The part of an area that a case counts in; `None` where it is in none of it.
    fn part(&self, incident: &Incident, within: &Area) -> Option<Key> {
        match (self.area)(incident) {
            Some(area) => area.is_within(within).then(|| Key::Area(area.part_of(within))),
            // Of what no area is known nobody knows that it is in a part of the city.
            None => within.is_city().then_some(Key::Unknown),
        }
    }

    /// The department that a case counts for.
    fn lead(&self, incident: &Incident) -> Key {
        (self.department)(incident).map_or(Key::Unknown, Key::Department)
    }

    /// The department that a task of a case counts for.
    fn given_to(&self, incident: &Incident, party: &Party) -> Key {
        match party {
            Party::Department(code) => Key::Department(code.clone()),
            Party::Crew(_) => self.lead(incident),
        }
    }

    /// The part of the city and the department that a case counts for.
    pub(super) fn of_case(&self, incident: &Incident) -> (Key, Key) {
        (self.part(incident, &Area::CITY).unwrap_or(Key::Unknown), self.lead(incident))
    }

    /// The part of the city and the department that a task of a case counts for.
    pub(super) fn of_task(&self, incident: &Incident, party: &Party) -> (Key, Key) {
        (self.part(incident, &Area::CITY).unwrap_or(Key::Unknown), self.given_to(incident, party))
    }
}

/// What was kept, in the parts that are looked at.
fn kept_parts(asked: &Asked, kept: &Kept) -> Parts {
    match asked.cut {
        Cut::Area => {
            let part = |row: &KeptRow| match &row.area {
                Some(area) => area.is_within(&asked.within).then(|| Key::Area(area.part_of(&asked.within))),
                None => asked.within.is_city().then_some(Key::Unknown),
            };
            let mut parts = kept.by(part);
            parts.remove(&None);
            parts
        }
        Cut::Department => kept.by(|row| Some(row.department.clone().map_or(Key::Unknown, Key::Department))),
        Cut::Post | Cut::Person => kept.by(|_| None),
    }
}

/// Count it. `before` is what it is held against, where that is known.
#[must_use]
pub fn table(
    asked: &Asked,
    hall: &Hall,
    counting: &Counting<'_>,
    belongs: &Belongs<'_>,
    before: Option<&Kept>,
) -> Table {
    let parts: Parts = match asked.cut {
        Cut::Area => {
            let part = |incident: &Incident| belongs.part(incident, &asked.within);
            let mut parts = counting.by(hall, part, |incident, _| part(incident));
            parts.remove(&None);
            parts
        }
        Cut::Department => counting.by(
            hall,
            |incident| Some(belongs.lead(incident)),
            |incident, party| Some(belongs.given_to(incident, party)),
        ),
        Cut::Post => BTreeMap::from([(None, counting.all(hall))]),
        Cut::Person => BTreeMap::new(),
    };
    let works = if asked.cut == Cut::Person { counting.works(hall) } else { BTreeMap::new() };
    laid_out(asked, parts, works, belongs.name, before)
}

/// What was counted of each part; of posts all of it is one.
pub(super) type Parts = BTreeMap<Option<Key>, Tally>;

/// The table of what was counted. `before` is what it is held against, where that is known.
pub(super) fn laid_out(
    asked: &Asked,
    parts: Parts,
    works: BTreeMap<String, Works>,
    name: &dyn Fn(&Key) -> String,
    before: Option<&Kept>,
) -> Table {
    let sum = |parts: &Parts| {
        let mut total = Tally::default();
        for part in parts.values() {
            total.add(part);
        }
        total
    };
    let kept = before;
    let before = kept.map(|kept| kept_parts(asked, kept));
    let (total, total_before) = (sum(&parts), before.as_ref().map(sum));
    let mut lines: Vec<Line> = match asked.cut {
        Cut::Area | Cut::Department => {
            let line = |(key, part): (Option<Key>, Tally)| {
                let before = before.as_ref().and_then(|before| before.get(&key)).cloned();
                Line::new(key, part, None, asked.on_clock).against(before, asked.on_clock)
            };
            parts.into_iter().map(line).collect()
        }
        Cut::Post => Phase::ALL
            .into_iter()
            .map(|phase| {
                Line::new(Some(Key::Post(phase.post())), total.clone(), Some(phase), asked.on_clock)
                    .against(total_before.clone(), asked.on_clock)
            })
            .collect(),
        Cut::Person => {
            let line = |(who, works): (String, Works)| {
                let before = kept.and_then(|kept| kept.works.get(&who)).cloned();
                Line::of_person(Some(Key::Person(who)), works, before)
            };
            works.into_iter().map(line).collect()
        }
    };
    let named = |line: &Line| line.key.as_ref().map(|key| (*key == Key::Unknown, name(key)));
    if let Some(column) = asked.columns().get(asked.sort).filter(|column| **column != Column::Name) {
        lines.sort_by(|one, other| {
            compare(one.cell(*column), other.cell(*column), asked.descending)
                .then_with(|| named(one).cmp(&named(other)))
        });
    } else if asked.cut != Cut::Post {
        // Posts stand in the order of a case's way.
        lines.sort_by_cached_key(named);
        if asked.descending {
            lines.reverse();
        }
    }
    let total = Line {
        works: Works::sum(lines.iter().map(|line| &line.works)),
        works_before: kept.map(|kept| Works::sum(kept.works.values())),
        ..Line::new(None, total, None, asked.on_clock).against(total_before, asked.on_clock)
    };
    Table { lines, total }
}
