//! The day's figures for the wall, counted a share of the cases at a time: a hall may hold a hundred thousand. What comes
//! of it are the tables of the desk.

use std::collections::BTreeMap;

use super::model::{Asked, Belongs, Cell, Column, Cut, Key, Parts, Table, laid_out};
use crate::domain::kpi::{Counting, Kept, Kpi, Share, Tally};
use crate::domain::{Hall, IncidentId};

/// Cases that a pass may count.
const SHARE: usize = 2_000;

/// How far a count has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// There is nothing to count before the next minute.
    Idle,
    /// There is more to do.
    More,
    /// All is counted.
    Done,
}

/// What was counted by the part of the city and the department.
type Pieces = BTreeMap<(Key, Key), Tally>;

/// A count that is under way, and what came of the last one.
#[derive(Debug, Clone, Default)]
pub struct DayFigures {
    /// In which minute it was begun.
    begun: Option<i64>,
    /// What is still to be counted; `None` while nothing is.
    left: Option<Vec<IncidentId>>,
    counted: Pieces,
    told: Pieces,
}

/// The day's figures of a city, those least in time first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayTables {
    /// By the areas right below the city.
    pub areas: Table,
    /// By department.
    pub departments: Table,
    /// By post.
    pub posts: Table,
}

impl DayTables {
    /// A figure of the whole city.
    #[must_use]
    pub fn share(&self, kpi: Kpi) -> Share {
        match self.areas.total.cell(Column::Kpi(kpi)) {
            Cell::Share(share) => share,
            _ => Share::default(),
        }
    }

    /// How many thousandths it is above what it was; `None` where nothing is known of then.
    #[must_use]
    pub fn change(&self, kpi: Kpi) -> Option<i32> {
        self.areas.total.change(Column::Kpi(kpi))
    }
}

/// The column that says how much was done in time.
#[must_use]
pub const fn in_time(cut: Cut) -> Column {
    match cut {
        Cut::Post => Column::InTime,
        Cut::Area | Cut::Department | Cut::Person => Column::Kpi(Kpi::HandledInTime),
    }
}

/// What a desk asks for that wants those first that are least in time.
#[must_use]
pub fn least_in_time(cut: Cut) -> Asked {
    let asked = Asked { cut, ..Asked::default() };
    let sort = asked.columns().iter().position(|column| *column == in_time(cut)).unwrap_or_default();
    Asked { sort, ..asked }
}

impl DayFigures {
    /// Count on, anew with each minute.
    pub fn step(&mut self, hall: &Hall, counting: &Counting<'_>, belongs: &Belongs<'_>) -> Pass {
        let minute = counting.span.until.0.div_euclid(60_000);
        if self.left.is_none() && self.begun == Some(minute) {
            return Pass::Idle;
        }
        let left = self.left.get_or_insert_with(|| {
            self.begun = Some(minute);
            self.counted.clear();
            hall.incidents().map(|incident| incident.id).collect()
        });
        let some = left.split_off(left.len().saturating_sub(SHARE));
        for incident in some.iter().filter_map(|id| hall.incident(*id)) {
            let tally = counting.case(hall, incident);
            if !tally.is_empty() {
                self.counted.entry(belongs.of_case(incident)).or_default().add(&tally);
            }
        }
        if !left.is_empty() {
            return Pass::More;
        }
        self.left = None;
        counting.add_tasks(hall, |incident, party| belongs.of_task(incident, party), &mut self.counted);
        self.told = std::mem::take(&mut self.counted);
        Pass::Done
    }

    /// The tables of what was counted last, held against `before`; `name` names their rows.
    #[must_use]
    pub fn tables(&self, before: Option<&Kept>, name: &dyn Fn(&Key) -> String) -> DayTables {
        let of = |cut: Cut, part: &dyn Fn(&(Key, Key)) -> Option<Key>| {
            let mut parts = Parts::new();
            for (key, tally) in &self.told {
                parts.entry(part(key)).or_default().add(tally);
            }
            laid_out(&least_in_time(cut), parts, BTreeMap::new(), name, before)
        };
        DayTables {
            areas: of(Cut::Area, &|(area, _)| Some(area.clone())),
            departments: of(Cut::Department, &|(_, department)| Some(department.clone())),
            posts: of(Cut::Post, &|_| None),
        }
    }
}
