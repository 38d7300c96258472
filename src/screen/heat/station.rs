//! A sensor on the map, and what it tells: its newest reading, or what it measured in a window of time. Pure.

use crate::domain::Moment;
use crate::domain::sensor::{SensorRow, Window};

/// A sensor on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// What the hub says of it.
    pub row: SensorRow,
    /// Metres east and north.
    pub at: [f64; 2],
    /// Its newest reading.
    pub newest: Option<(Moment, f64)>,
    /// What is told of a window of time in the place of that, and how many seconds the city is ahead of UTC.
    pub(super) window: Option<(Window, i32)>,
    /// What it measured in the window, and when the newest of that was.
    pub(super) over: Option<(Moment, f64)>,
    /// The value that is in the grid now.
    pub(super) held: Option<f64>,
}

impl Station {
    /// One of which no reading is known, metres east and north.
    #[must_use]
    pub fn new(row: SensorRow, at: [f64; 2]) -> Self {
        Self { row, at, newest: None, window: None, over: None, held: None }
    }

    /// The window of time of which it tells; `None` where it tells its newest reading.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        self.window.map(|(window, _)| window)
    }

    /// What it tells, and of when that is.
    fn told(&self) -> Option<(Moment, f64)> {
        if self.window.is_some() { self.over } else { self.newest }
    }

    /// The moment from which on what it tells says nothing any more.
    pub(super) fn silent_from(&self) -> Option<Moment> {
        let (at, _) = self.told()?;
        Some(match self.window {
            Some((window, utc_offset_secs)) => window.spell.until(at, utc_offset_secs),
            None => at.plus_millis(i64::from(self.row.fresh_secs) * 1000 + 1),
        })
    }

    /// Its value, or that of its window; unless that is too old.
    #[must_use]
    pub fn fresh(&self, now: Moment) -> Option<f64> {
        let (_, value) = self.told()?;
        self.silent_from().filter(|silent| now < *silent).map(|_| value)
    }
}
