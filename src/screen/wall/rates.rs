//! The key figures as a wall says them: those of the city, and which areas, departments and posts are least in time, in
//! turns. They are read from the tables of the desk. Pure; the language is the one set at run time.

use rust_i18n::t;

use crate::domain::Moment;
use crate::domain::kpi::{Kpi, Share};
use crate::screen::kpi::day::{DayTables, in_time};
use crate::screen::kpi::model::{Cell, Cut, Key, Line, Table};
use crate::screen::kpi::{percent, points};

/// Figures of the city, the first ones first where there is room for some of them alone.
const KPIS: [Kpi; 8] = [
    Kpi::Handled,
    Kpi::HandledInTime,
    Kpi::Closed,
    Kpi::ClosedInTime,
    Kpi::Rework,
    Kpi::Satisfied,
    Kpi::Returned,
    Kpi::Told,
];
/// Most rows of a part.
const MOST: usize = 8;
/// How long each part is shown.
const TURN_MILLIS: i64 = 12_000;

/// A figure with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Of what, or of whom.
    pub name: String,
    /// Per cent; a dash where there is nothing to divide by, or nothing is known.
    pub value: String,
    /// What it is made of: `12/15`; empty where nothing is known.
    pub of: String,
    /// How much more than then, in percentage points with an arrow; `None` where nothing is known of then.
    pub change: Option<String>,
}

/// Those that are least in time by one cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// By what: `By area`.
    pub by: String,
    /// The least first; never empty.
    pub rows: Vec<Rate>,
}

/// The key figures of the day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rates {
    /// Of the whole city.
    pub city: Vec<Rate>,
    /// Of whom something was late, by area, department and post; a cut of which nobody is has no part.
    pub worst: Vec<Part>,
    /// Something is known of what they are held against.
    pub compared: bool,
    /// Why nobody is named; empty where somebody is, or where nothing is known.
    pub note: String,
}

impl Rates {
    /// Put the tables into words; where nothing is `known` there are dashes. `name` names their rows.
    #[must_use]
    pub fn read(tables: &DayTables, known: bool, name: &dyn Fn(&Key) -> String) -> Self {
        let rate = |name: String, share: Share, change: Option<i32>| Rate {
            name,
            value: percent(share.per_mille().filter(|_| known)),
            of: if known { format!("{}/{}", share.part, share.of) } else { String::new() },
            change: change.filter(|_| known).map(|change| points(Some(change))),
        };
        let city: Vec<Rate> = KPIS
            .into_iter()
            .map(|kpi| rate(t!(format!("kpi.{}", kpi.word())).into_owned(), tables.share(kpi), tables.change(kpi)))
            .collect();
        let part = |cut: Cut, table: &Table| {
            let column = in_time(cut);
            let late = |line: &&Line| match line.cell(column) {
                Cell::Share(share) => share.part < share.of,
                _ => false,
            };
            let row = |line: &Line| {
                let key = line.key.as_ref().filter(|key| **key != Key::Unknown)?;
                let Cell::Share(share) = line.cell(column) else { return None };
                Some(rate(name(key), share, line.change(column)))
            };
            let rows: Vec<Rate> = table.lines.iter().filter(late).filter_map(row).take(MOST).collect();
            Part { by: t!(format!("kpi.by.{}", cut.word())).into_owned(), rows }
        };
        let all = [(Cut::Area, &tables.areas), (Cut::Department, &tables.departments), (Cut::Post, &tables.posts)];
        let parts = all.into_iter().map(|(cut, table)| part(cut, table));
        let worst: Vec<Part> = if known { parts.filter(|part| !part.rows.is_empty()).collect() } else { Vec::new() };
        let post_counted = |line: &Line| matches!(line.cell(in_time(Cut::Post)), Cell::Share(share) if share.of > 0);
        let note = match (known && worst.is_empty(), tables.posts.lines.iter().any(post_counted)) {
            (false, _) => String::new(),
            (true, false) => t!("kpi.nothing").into_owned(),
            (true, true) => t!("wall.none_late").into_owned(),
        };
        let compared = city.iter().any(|rate| rate.change.is_some());
        Self { city, worst, compared, note }
    }
}

/// Whose turn it is at a moment of the hall, `times` being how many times faster the city's time goes.
#[must_use]
pub fn turn(now: Moment, times: u16) -> usize {
    let turn = now.0.div_euclid(TURN_MILLIS * i64::from(times.max(1)));
    usize::try_from(turn).unwrap_or_default()
}
