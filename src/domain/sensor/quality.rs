//! How well a sensor behaves: what became of all that it sent.

use serde::{Deserialize, Serialize};

use crate::domain::Moment;

/// Why a reading is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// No finite number.
    NotANumber,
    /// A unit that its kind cannot be told in, or another one than before.
    WrongUnit,
    /// Beyond what its kind can show.
    Implausible,
    /// Measured after now: the device's clock is wrong.
    ClockAhead,
    /// Measured before anything that is still taken.
    TooOld,
    /// Its sensor is not known, and there are too many that nobody claims; or it is out of service.
    Unknown,
    /// No time, no sensor, or nothing that can be read.
    Malformed,
}

impl Unfit {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NotANumber,
        Self::WrongUnit,
        Self::Implausible,
        Self::ClockAhead,
        Self::TooOld,
        Self::Unknown,
        Self::Malformed,
    ];

    /// Its name in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::WrongUnit => "wrong_unit",
            Self::Implausible => "implausible",
            Self::ClockAhead => "clock_ahead",
            Self::TooOld => "too_old",
            Self::Unknown => "unknown",
            Self::Malformed => "malformed",
        }
    }

    /// For people who read answers and logs.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotANumber => "the value is not a finite number",
            Self::WrongUnit => "the unit is not one of the sensor's kind",
            Self::Implausible => "the value is beyond what such a sensor can show",
            Self::ClockAhead => "the time is more than two minutes after now: the clock of the device is wrong",
            Self::TooOld => "the time is more than 32 days ago",
            Self::Unknown => "the sensor is out of service, or it is not known and too many wait to be claimed",
            Self::Malformed => "there is no sensor, no time or nothing that can be read",
        }
    }
}

/// What became of a reading that is fit to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the newest of its sensor.
    Kept,
    /// Kept; a newer one of the sensor was there before.
    OutOfOrder,
    /// Kept; it came later than its sensor is fresh.
    Late,
    /// The sensor has one of that time: it stays as it is.
    Duplicate,
}

/// What became of the readings of one sensor since it is known.
///
/// No field may be left out when serialised: the store uses a format that counts fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quality {
    /// Kept in order and in time.
    pub kept: u64,
    /// Kept, after a newer one.
    pub out_of_order: u64,
    /// Kept, but late.
    pub late: u64,
    /// Known already.
    pub duplicate: u64,
    /// Refused, by [`Unfit::ALL`].
    pub refused: [u64; Unfit::ALL.len()],
    /// When the last one came, whatever became of it.
    pub heard_at: Option<Moment>,
    /// Milliseconds by which its clock was ahead when that was seen last; below 0 while even its newest reading comes late,
    /// by so much: its clock is behind, or what it sends is long on its way.
    pub ahead_millis: i64,
}

impl Quality {
    /// A reading came at `now` and had this verdict.
    pub fn count(&mut self, verdict: Verdict, now: Moment) {
        self.heard_at = Some(now);
        match verdict {
            Verdict::Kept => {
                self.kept += 1;
                self.ahead_millis = self.ahead_millis.max(0);
            }
            Verdict::OutOfOrder => self.out_of_order += 1,
            Verdict::Late => self.late += 1,
            Verdict::Duplicate => self.duplicate += 1,
        }
    }

    /// The newest reading of the sensor, of `at`, came late at `now`.
    pub fn fall_behind(&mut self, at: Moment, now: Moment) {
        self.ahead_millis = at.0.saturating_sub(now.0);
    }

    /// A reading that says it is of `at` came at `now` and was refused.
    pub fn refuse(&mut self, unfit: Unfit, at: Moment, now: Moment) {
        self.heard_at = Some(now);
        if let Some(count) = self.refused.get_mut(unfit as usize) {
            *count += 1;
        }
        if unfit == Unfit::ClockAhead {
            self.ahead_millis = at.0.saturating_sub(now.0);
        }
    }

    /// All that were refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.iter().sum()
    }

    /// All that came.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.kept + self.out_of_order + self.late + self.duplicate + self.refused()
    }
}
