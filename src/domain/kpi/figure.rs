//! A figure, and the numbers that it is made of.

use serde::{Deserialize, Serialize};

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kpi {
    /// 处置率: handled of what was due to be.
    Handled,
    /// 按期处置率: handled within the limit, of the same.
    HandledInTime,
    /// 超期率: handled too late or still not handled, of the same.
    Overdue,
    /// 结案率: closed of what was due to be.
    Closed,
    /// 按期结案率: closed within the limit, of the same.
    ClosedInTime,
    /// 按期派遣率: sent to somebody within the limit, of what was due to be.
    SentInTime,
    /// 按期核查率: looked at and closed within the limit, of what was due to be.
    CheckedInTime,
    /// 返工率: those that had to be done again, of what was handled or is done again.
    Rework,
    /// 回退率: tasks that were given back, of those given.
    Returned,
    /// 准确派遣率: tasks that were neither given back nor taken back, of those given.
    Accurate,
    /// 受理告知率: callers who were told that their case was accepted, of those who wanted an answer.
    ToldAccepted,
    /// 办结告知率: callers who were told how it ended, of those who wanted an answer.
    Told,
    /// 满意率: satisfied or fairly so, of those who were reached.
    Satisfied,
}

impl Kpi {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 13] = [
        Self::Handled,
        Self::HandledInTime,
        Self::Overdue,
        Self::Closed,
        Self::ClosedInTime,
        Self::SentInTime,
        Self::CheckedInTime,
        Self::Rework,
        Self::Returned,
        Self::Accurate,
        Self::ToldAccepted,
        Self::Told,
        Self::Satisfied,
    ];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::HandledInTime => "handled_in_time",
            Self::Overdue => "overdue",
            Self::Closed => "closed",
            Self::ClosedInTime => "closed_in_time",
            Self::SentInTime => "sent_in_time",
            Self::CheckedInTime => "checked_in_time",
            Self::Rework => "rework",
            Self::Returned => "returned",
            Self::Accurate => "accurate",
            Self::ToldAccepted => "told_accepted",
            Self::Told => "told",
            Self::Satisfied => "satisfied",
        }
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// The part.
    pub part: u32,
    /// The whole.
    pub of: u32,
}

impl Share {
    /// Thousandths, rounded to the nearest; `None` where there is nothing to divide by.
    #[must_use]
    pub fn per_mille(self) -> Option<u32> {
        let (part, of) = (u64::from(self.part), u64::from(self.of));
        (part * 2000 + of).checked_div(of * 2).and_then(|share| u32::try_from(share).ok())
    }

    /// How much more it is than another one, in thousandths; `None` where one of them has nothing to divide by.
    #[must_use]
    pub fn more_than(self, before: Self) -> Option<i32> {
        let of = |share: Self| share.per_mille().and_then(|share| i32::try_from(share).ok());
        Some(of(self)? - of(before)?)
    }

    pub(super) fn count(&mut self, part: bool) {
        self.part += u32::from(part);
        self.of += 1;
    }

    pub(super) fn add(&mut self, other: Self) {
        self.part += other.part;
        self.of += other.of;
    }
}

/// How long something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// How many there were.
    pub count: u32,
    /// On average, milliseconds.
    pub mean_millis: i64,
    /// The one in the middle took so long, milliseconds.
    pub p50_millis: i64,
    /// Nine of ten took no longer, milliseconds.
    pub p90_millis: i64,
}

/// How much more often something was done than before, and how much longer it took; less is below nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimesChange {
    /// How many more.
    pub count: i64,
    /// Longer on average, milliseconds.
    pub mean_millis: i64,
    /// The one in the middle took so much longer, milliseconds.
    pub p50_millis: i64,
    /// What nine of ten took no longer than is so much more, milliseconds.
    pub p90_millis: i64,
}

impl Times {
    /// Against what was before.
    #[must_use]
    pub fn more_than(self, before: Self) -> TimesChange {
        TimesChange {
            count: i64::from(self.count) - i64::from(before.count),
            mean_millis: self.mean_millis.saturating_sub(before.mean_millis),
            p50_millis: self.p50_millis.saturating_sub(before.p50_millis),
            p90_millis: self.p90_millis.saturating_sub(before.p90_millis),
        }
    }

    /// Of what took so long, in any order; `None` of nothing.
    #[must_use]
    pub fn of(mut millis: Vec<i64>) -> Option<Self> {
        millis.sort_unstable();
        let count = i64::try_from(millis.len()).ok().filter(|count| *count > 0)?;
        // The nearest rank: the smallest that so many per cent are not above.
        let rank = |percent: i64| {
            let at = usize::try_from((count * percent + 99) / 100 - 1).ok()?;
            millis.get(at).copied()
        };
        let sum: i128 = millis.iter().map(|one| i128::from(*one)).sum();
        let mean_millis = i64::try_from(sum / i128::from(count)).ok()?;
        Some(Self { count: u32::try_from(count).ok()?, mean_millis, p50_millis: rank(50)?, p90_millis: rank(90)? })
    }
}
