//! Local times of a source into moments.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, Weekday};

use crate::domain::Moment;

/// A time zone of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Seconds east of UTC all year round.
    Fixed(i32),
    /// Standard hours east of UTC, with the summer time of the United States since 2007.
    UnitedStates(i32),
}

impl Zone {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "UTC" | "Z" => Self::Fixed(0),
            "US/Eastern" => Self::UnitedStates(-5),
            "US/Central" => Self::UnitedStates(-6),
            "US/Mountain" => Self::UnitedStates(-7),
            "US/Pacific" => Self::UnitedStates(-8),
            other => Self::Fixed(other.parse::<FixedOffset>().ok()?.local_minus_utc()),
        })
    }

    /// The moment of a local time.
    pub(crate) fn moment(self, local: NaiveDateTime) -> Moment {
        let utc = local.and_utc().timestamp_millis();
        Moment(utc - i64::from(self.seconds_east(local)) * 1000)
    }

    /// Times that the clock change leaves out or doubles count as standard time.
    fn seconds_east(self, local: NaiveDateTime) -> i32 {
        match self {
            Self::Fixed(seconds) => seconds,
            Self::UnitedStates(hours) => {
                let sunday = |month, nth| {
                    let day = NaiveDate::from_weekday_of_month_opt(local.year(), month, Weekday::Sun, nth)?;
                    day.and_hms_opt(2, 0, 0)
                };
                let summer = match (sunday(3, 2), sunday(11, 1)) {
                    (Some(from), Some(to)) => local >= from && local < to,
                    _ => false,
                };
                (hours + i32::from(summer)) * 3600
            }
        }
    }
}

/// Read a time.
pub(crate) fn read(text: &str, format: &str, zone: Zone) -> Option<Moment> {
    let local = NaiveDateTime::parse_from_str(text.trim(), format).ok()?;
    Some(zone.moment(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summer_time_of_the_united_states_is_known() {
        let read = |text| read(text, "%Y-%m-%d %H:%M:%S", Zone::parse("US/Eastern").unwrap()).unwrap().0 / 1000;
        assert_eq!(read("2015-12-10 17:40:00"), 1_449_787_200);
        assert_eq!(read("2016-07-01 12:00:00"), 1_467_388_800);
        assert_eq!(Zone::parse("+08:00"), Some(Zone::Fixed(28_800)));
        assert_eq!(Zone::parse("Mars"), None);
    }
}
