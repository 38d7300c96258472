//! Time limits as the catalogue of kinds writes them: `handle = { work_days = 2 }`.

use serde::Deserialize;
use toml::Spanned;

use super::document::{ConfigError, Document};
use crate::domain::{Clock, Limit, Limits};

/// Most hours or days of a limit.
const MOST: f64 = 10_000.0;
/// Per cent of a limit within which its lamp is yellow, where the file says nothing.
pub(super) const SOON_PERCENT: u8 = 20;

/// A limit: the name of its clock, and how much of that.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum LimitRow {
    UrgentHours(f64),
    WorkHours(f64),
    WorkDays(f64),
    CalendarDays(f64),
}

/// Limits of a class or kind; those that are missing are those of the class, or none.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsRow {
    dispatch: Option<Spanned<LimitRow>>,
    handle: Option<Spanned<LimitRow>>,
    recheck: Option<Spanned<LimitRow>>,
    whole: Option<Spanned<LimitRow>>,
}

impl LimitsRow {
    /// These limits, and where one is missing that of `usual`.
    pub(super) fn over(&self, usual: Limits, document: &Document) -> Result<Limits, ConfigError> {
        let one = |own: &Option<Spanned<LimitRow>>, usual: Option<Limit>| match own {
            Some(row) => limit(row, document).map(Some),
            None => Ok(usual),
        };
        Ok(Limits {
            dispatch: one(&self.dispatch, usual.dispatch)?,
            handle: one(&self.handle, usual.handle)?,
            recheck: one(&self.recheck, usual.recheck)?,
            whole: one(&self.whole, usual.whole)?,
        })
    }
}

fn limit(row: &Spanned<LimitRow>, document: &Document) -> Result<Limit, ConfigError> {
    let (clock, amount) = match *row.get_ref() {
        LimitRow::UrgentHours(amount) => (Clock::UrgentHours, amount),
        LimitRow::WorkHours(amount) => (Clock::WorkHours, amount),
        LimitRow::WorkDays(amount) => (Clock::WorkDays, amount),
        LimitRow::CalendarDays(amount) => (Clock::CalendarDays, amount),
    };
    if !(amount > 0.0 && amount <= MOST) {
        let problem = format!("a limit is more than 0 and at most {MOST}, not {amount}");
        return Err(document.wrong(Some(row.span()), problem, None));
    }
    #[expect(clippy::cast_possible_truncation, reason = "ten thousand days are few milliseconds for an i64")]
    let millis = (amount * clock.unit_millis() as f64).round() as i64;
    Ok(Limit { clock, millis })
}
