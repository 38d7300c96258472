//! The situation that both shells show, read from [`Shown`](super::shown::Shown): figures here, the [`Ledger`] of all
//! incidents beside it, [`rows`] of those that are drawn, a [`search`] among them, [`scope`] for whose they are. Pure but for [`plugin`]: no engine,
//! no clock. [`limits`] has the time limits that rows and cards count down.
//!
//! A hall may have a hundred thousand open incidents and thousands of facts a minute. So a fact costs what it touches:
//! the ledger keeps order and figures, and only rows that are drawn are put into words.
//!
//! [`plugin`] reads `Shown` and `Changes`, writes [`Ledger`], runs in `Sync`.

#[cfg(test)]
mod hours_tests;
pub mod ledger;
pub mod limits;
pub mod ranked;
pub mod rows;
pub mod scope;
pub mod search;
pub mod stages;
mod systems;
#[cfg(test)]
pub(in crate::screen) mod tests;

pub use ledger::Ledger;
pub use limits::CityLimits;
pub use ranked::Sorting;
pub use rows::{Names, OpenRows, Row, Rows, place};
pub use systems::{LedgerKept, plugin};

use super::duty::model::BandDuty;
use super::look::words;
use crate::domain::kpi::Share;
use crate::domain::{Grade, Hall, Mode, Moment, Rhythm, Weather};
use crate::link::LinkState;

/// What both shells show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Situation {
    /// Name of the city.
    pub city: String,
    /// The moment shown.
    pub now: Moment,
    /// Offset of city time from UTC.
    pub utc_offset_secs: i32,
    /// Mode of the hall.
    pub mode: Mode,
    /// The weather; `None` while nobody told it.
    pub weather: Option<Weather>,
    /// The sun is down. Set by the screen, which has the light.
    pub dark: bool,
    /// State of the link.
    pub link: LinkState,
    /// City seconds a second in a demo hall; `None` in a real one. Set by the desk, which has the menu.
    pub demo: Option<u16>,
    /// Who sits here, in words. Set by the desk, which shows it.
    pub who: String,
    /// The shift that is on duty. Set by the desk, which shows it.
    pub duty: Option<BandDuty>,
    /// Open incidents by grade, Ⅰ first.
    pub open_by_grade: [usize; 4],
    /// Happened today.
    pub reported_today: usize,
    /// Over today.
    pub closed_today: usize,
    /// Closed in time today, of what was due to be. Set by the wall, which shows it.
    pub closed_in_time: Share,
    /// How many thousandths it is above the same hours of the day before, where that is known.
    pub closed_in_time_change: Option<i32>,
    /// Mean seconds from happening to the end of those over today.
    pub mean_handling_secs: Option<i64>,
    /// The open incident of the gravest grade that has waited longest.
    pub worst: Option<Row>,
    /// Incidents by the hour in which they happened, today and yesterday.
    pub hours: Hours,
}

/// Incidents by the hour of the city's clock in which they happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hours {
    /// Today; hours to come are 0.
    pub today: [u32; 24],
    /// Yesterday, the whole day.
    pub yesterday: [u32; 24],
    /// The hour that is running, 0 to 23.
    pub now: usize,
    /// Happened yesterday up to this time of day.
    pub yesterday_by_now: u32,
    /// Hours of yesterday, from its first on, of which nothing is known: the hall heard of nothing that happened then or
    /// before.
    pub unknown: usize,
}

impl Hours {
    fn read(rhythm: &Rhythm, now: Moment, utc_offset_secs: i32) -> Self {
        const HOUR: i64 = 3600 * 1000;
        let start = words::day_start(now, utc_offset_secs);
        let before = start.plus_millis(-24 * HOUR);
        let of = |day: Moment| {
            let mut hour = day;
            [(); 24].map(|()| {
                let from = hour;
                hour = hour.plus_millis(HOUR);
                rhythm.between(from, hour)
            })
        };
        let first = rhythm.first().unwrap_or(now);
        let unknown = first.0.saturating_sub(before.0).div_euclid(HOUR).clamp(0, 24);
        let running = (now.0 - start.0).div_euclid(HOUR).clamp(0, 23);
        Self {
            today: of(start),
            yesterday: of(before),
            now: usize::try_from(running).unwrap_or_default(),
            unknown: usize::try_from(unknown).unwrap_or_default(),
            yesterday_by_now: rhythm.between(before, before.plus_millis(now.0 - start.0)),
        }
    }

    /// The greatest count of an hour, at least 1.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.today.into_iter().chain(self.yesterday).max().unwrap_or(0).max(1)
    }

    /// By how many per cent `today` is above (or below) yesterday at this time of day; `None` where yesterday had too
    /// few to compare with.
    #[must_use]
    pub fn change(&self, today: usize) -> Option<i64> {
        const FEWEST: u32 = 5;
        let before = i64::from(self.yesterday_by_now);
        let today = i64::try_from(today).ok()?;
        (self.yesterday_by_now >= FEWEST).then(|| (today - before) * 100 / before)
    }
}

impl Situation {
    /// Read the situation from the fold and from its ledger, which counts the day of `now`.
    #[must_use]
    pub fn read(
        hall: &Hall,
        ledger: &Ledger,
        link: LinkState,
        now: Moment,
        utc_offset_secs: i32,
        city: &str,
        names: &dyn Names,
    ) -> Self {
        let worst = ledger.open(Sorting::Waiting).in_order().next().and_then(|id| hall.incident(id));
        let figures = ledger.figures();
        Self {
            city: city.to_owned(),
            now,
            utc_offset_secs,
            mode: hall.mode(),
            weather: hall.weather(),
            dark: false,
            link,
            demo: None,
            who: String::new(),
            duty: None,
            open_by_grade: ledger.open(Sorting::Waiting).counts(),
            reported_today: figures.reported,
            closed_today: figures.closed,
            closed_in_time: Share::default(),
            closed_in_time_change: None,
            mean_handling_secs: figures.mean_handling_secs,
            worst: worst.map(|incident| Row::new(hall, incident, ledger.countdown(incident.id), names)),
            hours: Hours::read(hall.rhythm(), now, utc_offset_secs),
        }
    }

    /// Whether anything is known: a hub was heard.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.link != LinkState::Connecting
    }

    /// Whether what is known is of now.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.link.is_live()
    }

    /// A count as it is written; a dash while nothing is known.
    #[must_use]
    pub fn figure(&self, count: usize) -> String {
        if self.is_known() { words::count(count) } else { "—".to_owned() }
    }

    /// Open incidents of all grades.
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.open_by_grade.iter().sum()
    }

    /// Open incidents of a grade.
    #[must_use]
    pub fn open_of(&self, grade: Grade) -> usize {
        self.open_by_grade.get(grade.index()).copied().unwrap_or_default()
    }
}
