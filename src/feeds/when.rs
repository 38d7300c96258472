//! How a source writes its times.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::file::time::Zone;
use crate::domain::Moment;

/// Formats that are no pattern of letters.
pub const WORDS: [&str; 3] = ["rfc3339", "unix", "unix_ms"];
/// What a format that cannot be read is answered with.
pub const HINT: &str = "write rfc3339, unix (seconds), unix_ms, or a pattern such as %Y-%m-%d %H:%M:%S";

/// A way of writing times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// As RFC 3339 has it, with its offset; whole numbers count as milliseconds since 1970.
    Rfc3339,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMillis,
    /// A pattern of `chrono`, in a zone unless the text names its offset.
    Pattern(String, Zone),
}

impl When {
    /// By its format and the zone of times that name no offset.
    ///
    /// # Errors
    /// What is wrong, in words, with the text at fault.
    pub fn of(format: &str, zone: Option<&str>) -> Result<Self, (String, String)> {
        let zone_text = zone.unwrap_or("UTC");
        let Some(zone) = Zone::parse(zone_text) else {
            return Err((
                zone_text.to_owned(),
                format!("`{zone_text}` is no time zone; write UTC, +08:00 or US/Eastern"),
            ));
        };
        match format {
            "rfc3339" => Ok(Self::Rfc3339),
            "unix" => Ok(Self::Unix),
            "unix_ms" => Ok(Self::UnixMillis),
            pattern => {
                let items = chrono::format::StrftimeItems::new(pattern);
                let odd = items.into_iter().any(|item| item == chrono::format::Item::Error);
                if odd || !pattern.contains('%') || pattern.len() > 100 {
                    return Err((pattern.to_owned(), format!("`{pattern}` is no format of times; {HINT}")));
                }
                Ok(Self::Pattern(pattern.to_owned(), zone))
            }
        }
    }

    /// The moment that a text tells.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Moment> {
        let text = text.trim();
        match self {
            Self::Rfc3339 => super::readings::moment(text),
            Self::Unix => number(text, 1000.0),
            Self::UnixMillis => number(text, 1.0),
            Self::Pattern(pattern, zone) => pattern_read(text, pattern, *zone),
        }
    }

    /// The moment that a number tells.
    #[must_use]
    pub fn of_number(&self, value: f64) -> Option<Moment> {
        match self {
            Self::Rfc3339 | Self::UnixMillis => super::readings::millis(value),
            Self::Unix => super::readings::millis(value * 1000.0),
            Self::Pattern(..) => None,
        }
    }
}

fn number(text: &str, factor: f64) -> Option<Moment> {
    let number: f64 = text.parse().ok()?;
    super::readings::millis(number * factor)
}

fn pattern_read(text: &str, pattern: &str, zone: Zone) -> Option<Moment> {
    if let Ok(time) = DateTime::<FixedOffset>::parse_from_str(text, pattern) {
        return Some(Moment(time.timestamp_millis()));
    }
    let day = || NaiveDate::parse_from_str(text, pattern).ok().map(|day| day.and_time(NaiveTime::MIN));
    let local = NaiveDateTime::parse_from_str(text, pattern).ok().or_else(day)?;
    Some(zone.moment(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_their_sources_write_them() {
        let read = |format: &str, zone: Option<&str>, text: &str| {
            When::of(format, zone).unwrap().read(text).map(|moment| moment.0 / 1000)
        };
        assert_eq!(read("rfc3339", None, "2023-09-01T00:00:00+08:00"), Some(1_693_497_600));
        assert_eq!(read("unix", None, "1693497600"), Some(1_693_497_600));
        assert_eq!(read("unix_ms", None, "1693497600000"), Some(1_693_497_600));
        assert_eq!(read("%Y-%m-%d %H:%M", Some("+08:00"), "2023-09-01 00:00"), Some(1_693_497_600));
        assert_eq!(read("%Y-%m-%dT%H:%M:%S%:z", None, "2023-09-01T00:00:00+08:00"), Some(1_693_497_600));
        assert_eq!(read("%Y-%m-%d", Some("+08:00"), "2023-09-01"), Some(1_693_497_600));
        assert_eq!(read("%Y-%m-%d %H:%M", None, "soon"), None);
        for wrong in ["yesterday", "%Q", ""] {
            assert!(When::of(wrong, None).is_err(), "{wrong}");
        }
        assert_eq!(When::of("unix", Some("Mars")).unwrap_err().0, "Mars");
    }
}
