//! The table of key figures. Pure.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::domain::kpi::{Counting, Kpi, Share, Tally, Times};
use crate::domain::rights::{Area, Role};
use crate::domain::{Hall, Incident, Moment, Party, Phase};

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
}

impl Cut {
    /// All of them, by their keys.
    pub const ALL: [Self; 3] = [Self::Area, Self::Department, Self::Post];

    /// Its name in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Department => "department",
            Self::Post => "post",
        }
    }
}

/// Since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Period {
    /// Since midnight.
    #[default]
    Today,
    /// 24 hours, all that the hall holds.
    Day,
    /// Eight hours: a shift.
    Shift,
    /// One hour.
    Hour,
}

impl Period {
    /// All of them, by their keys.
    pub const ALL: [Self; 4] = [Self::Today, Self::Day, Self::Shift, Self::Hour];

    /// Its name in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Day => "day",
            Self::Shift => "shift",
            Self::Hour => "hour",
        }
    }

    /// Its beginning; the day began at `day_start`.
    #[must_use]
    pub fn from(self, now: Moment, day_start: Moment) -> Moment {
        let hours = |hours: i64| now.plus_millis(-hours * 3_600_000);
        match self {
            Self::Today => day_start,
            Self::Day => hours(24),
            Self::Shift => hours(8),
            Self::Hour => hours(1),
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
}

/// The columns of areas and departments.
const FIGURES: [Column; 12] = [
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
    Column::Kpi(Kpi::Satisfied),
    Column::Handling,
];
/// The columns of posts.
const OF_POSTS: [Column; 4] = [Column::Name, Column::Done, Column::InTime, Column::Late];

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
}

impl Asked {
    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &'static [Column] {
        match self.cut {
            Cut::Area | Cut::Department => &FIGURES,
            Cut::Post => &OF_POSTS,
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
}

impl Line {
    fn new(key: Option<Key>, tally: Tally, phase: Option<Phase>, on_clock: bool) -> Self {
        let times = if on_clock { tally.handling_on_clock() } else { tally.handling() };
        Self { key, tally, phase, times }
    }

    /// What stands in a column.
    #[must_use]
    pub fn cell(&self, column: Column) -> Cell {
        let phase = |share: &dyn Fn(Phase) -> Share| Cell::Share(self.phase.map(share).unwrap_or_default());
        match column {
            Column::Name => Cell::Name,
            Column::Reported => Cell::Count(self.tally.reported),
            Column::Kpi(kpi) => Cell::Share(self.tally.share(kpi)),
            Column::Done => phase(&|phase| self.tally.done(phase)),
            Column::InTime => phase(&|phase| self.tally.in_time(phase)),
            Column::Late => phase(&|phase| {
                let Share { part, of } = self.tally.in_time(phase);
                Share { part: of.saturating_sub(part), of }
            }),
            Column::Handling => Cell::Times(self.times),
        }
    }
}

/// The order of two cells; what has nothing to divide by is behind whatever the order.
fn compare(one: Cell, other: Cell, descending: bool) -> Ordering {
    let value = |cell: Cell| match cell {
        Cell::Name => None,
        Cell::Count(count) => Some(i64::from(count)),
        Cell::Share(share) => share.per_mille().map(i64::from),
        Cell::Times(times) => times.map(|times| times.mean_millis),
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

/// Count it.
#[must_use]
pub fn table(asked: &Asked, hall: &Hall, counting: &Counting<'_>, belongs: &Belongs<'_>) -> Table {
    let department = |incident: &Incident| (belongs.department)(incident).map_or(Key::Unknown, Key::Department);
    let parts: BTreeMap<Option<Key>, Tally> = match asked.cut {
        Cut::Area => {
            let part = |incident: &Incident| match (belongs.area)(incident) {
                Some(area) => area.is_within(&asked.within).then(|| Key::Area(area.part_of(&asked.within))),
                // Of what no area is known nobody knows that it is in a part of the city.
                None => asked.within.is_city().then_some(Key::Unknown),
            };
            let mut parts = counting.by(hall, part, |incident, _| part(incident));
            parts.remove(&None);
            parts
        }
        Cut::Department => counting.by(
            hall,
            |incident| Some(department(incident)),
            |incident, party| {
                Some(match party {
                    Party::Department(code) => Key::Department(code.clone()),
                    Party::Crew(_) => department(incident),
                })
            },
        ),
        Cut::Post => BTreeMap::from([(None, counting.all(hall))]),
    };
    let mut total = Tally::default();
    for part in parts.values() {
        total.add(part);
    }
    let mut lines: Vec<Line> = match asked.cut {
        Cut::Area | Cut::Department => {
            parts.into_iter().map(|(key, part)| Line::new(key, part, None, asked.on_clock)).collect()
        }
        Cut::Post => Phase::ALL
            .into_iter()
            .map(|phase| Line::new(Some(Key::Post(phase.post())), total.clone(), Some(phase), asked.on_clock))
            .collect(),
    };
    let name = |line: &Line| line.key.as_ref().map(|key| (*key == Key::Unknown, (belongs.name)(key)));
    if let Some(column) = asked.columns().get(asked.sort).filter(|column| **column != Column::Name) {
        lines.sort_by(|one, other| {
            compare(one.cell(*column), other.cell(*column), asked.descending).then_with(|| name(one).cmp(&name(other)))
        });
    } else if asked.cut != Cut::Post {
        // Posts stand in the order of a case's way.
        lines.sort_by_cached_key(name);
        if asked.descending {
            lines.reverse();
        }
    }
    Table { lines, total: Line::new(None, total, None, asked.on_clock) }
}
