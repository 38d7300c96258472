//! Devices as a hub tells of them: how well sensors behave, which are silent, how feeds fare. The hub tells it as JSON of
//! its HTTP API; what an older hub does not tell stands at nothing.

pub mod change;

use serde::Deserialize;

use super::{LonLat, Moment, SensorId, SensorKind};

/// In which order, and which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DevicesBy {
    /// All, the worst first.
    #[default]
    Worst,
    /// Those that are silent, the last to fall so first.
    Silent,
    /// Those that nobody claimed, the newest first.
    Unclaimed,
    /// Those whose identity or name has the words, those out of service among them.
    Named,
    /// Those that are out of service, the last to go so first.
    Retired,
}

impl DevicesBy {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Worst, Self::Silent, Self::Unclaimed, Self::Named, Self::Retired];

    /// Its name in questions.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worst => "worst",
            Self::Silent => "silent",
            Self::Unclaimed => "unclaimed",
            Self::Named => "named",
            Self::Retired => "retired",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DevicesAsked {
    /// Which sensors.
    pub by: DevicesBy,
    /// The words that they have; empty for all.
    pub words: String,
    /// At most so many.
    pub most: u16,
}

/// A digit of a number to the base of 16, below 16.
fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

impl DevicesAsked {
    /// As the query of an address.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = format!("by={}&limit={}", self.by.word(), self.most);
        if !self.words.is_empty() {
            query += "&words=";
            for byte in self.words.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    query.push(char::from(byte));
                } else {
                    query.extend(['%', hex(byte >> 4), hex(byte & 15)]);
                }
            }
        }
        query
    }
}

/// Readings that were refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct RefusedFor {
    /// The reason, a word of [`super::sensor::Unfit`].
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// Why a sensor is out of service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct OutOfService {
    /// Since when, milliseconds since 1970.
    pub at: i64,
    /// Who said so.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A sensor and how it behaved since it is known.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Device {
    /// Its number in the hub.
    pub number: u32,
    /// Its identity at its source.
    pub id: String,
    /// What people call it; may be empty.
    pub name: String,
    /// The word of what it measures.
    pub kind: String,
    /// Who looks after it; may be empty.
    pub owner: String,
    /// Degrees east, where known.
    pub lon: Option<f64>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Metres above the ground; below it negative.
    pub height_m: f32,
    /// The unit in which it sends where its readings do not say.
    pub sends: String,
    /// The path of its area; empty for the whole city.
    pub area: String,
    /// Nobody said that area: it is the one of its place.
    pub area_by_place: bool,
    /// Without a reading for so many seconds it has no data.
    pub fresh_secs: u32,
    /// The least difference that it tells, to which its readings are rounded; 0 for every difference.
    pub precision: f64,
    /// Whether anybody said what it is.
    pub claimed: bool,
    /// Why it is out of service, where it is.
    pub retired: Option<OutOfService>,
    /// Readings kept in order and in time.
    pub kept: u64,
    /// Kept, after newer ones.
    pub out_of_order: u64,
    /// Kept, but late.
    pub late: u64,
    /// Known already.
    pub duplicate: u64,
    /// Refused.
    pub refused: u64,
    /// Those by reason.
    pub reasons: Vec<RefusedFor>,
    /// When the last one came, milliseconds since 1970.
    pub heard_at: Option<i64>,
    /// Since when nothing comes any more, milliseconds since 1970; `None` where something does, or nothing ever did.
    pub silent_since: Option<i64>,
    /// By so many milliseconds its clock was ahead when that was seen last; below 0 while even its newest reading comes
    /// late.
    pub ahead_millis: i64,
}

impl Device {
    /// Its number.
    #[must_use]
    pub const fn sensor(&self) -> SensorId {
        SensorId(self.number)
    }

    /// What it measures.
    #[must_use]
    pub fn kind(&self) -> SensorKind {
        SensorKind::of_word(&self.kind).unwrap_or(SensorKind::Other)
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Option<LonLat> {
        LonLat::new(self.lon?, self.lat?)
    }

    /// Since when it says nothing.
    #[must_use]
    pub fn silent_since(&self) -> Option<Moment> {
        self.silent_since.map(Moment)
    }

    /// All that it sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.kept + self.out_of_order + self.late + self.duplicate + self.refused
    }
}

/// Sensors, and sums of all that could have been told.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct DeviceList {
    /// Those that were asked for.
    pub sensors: Vec<Device>,
    /// Readings of all.
    pub readings: u64,
    /// Of them refused.
    pub refused: u64,
    /// Sensors that nobody claimed.
    pub unclaimed: usize,
    /// Sensors that are out of service, which no other number has.
    pub retired: usize,
    /// Sensors that sent nothing yet.
    pub silent: usize,
    /// Sensors that sent something, and nothing any more for longer than they are fresh.
    pub fallen_silent: usize,
    /// Refused rows that named no sensor, since the hub began.
    pub nobodys: u64,
    /// Pieces of what was measured that cannot be read any more, which are kept as they were found.
    pub aside: u64,
}

/// A feed of the hub.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct DeviceFeed {
    /// Its name.
    pub name: String,
    /// `series`, `poll` or `mqtt`.
    pub sort: String,
    /// Where its source is.
    pub at: String,
    /// `starting`, `running`, `failing` or `ended`.
    pub state: String,
    /// When its source was last heard, milliseconds since 1970.
    pub heard_at: Option<i64>,
    /// What went wrong last; it may be over, see `state`.
    pub error: Option<String>,
    /// When that was, milliseconds since 1970.
    pub error_at: Option<i64>,
    /// How often something went wrong, one time after the other.
    pub failures: u32,
    /// Readings that came, whatever became of them.
    pub rows: u64,
    /// Not kept, by reason.
    pub refused: Vec<RefusedFor>,
}

/// All feeds of the hub.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct DeviceFeeds {
    /// In the order of its file.
    pub feeds: Vec<DeviceFeed>,
}

/// What a hub told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Devices {
    /// Sensors.
    pub list: DeviceList,
    /// Feeds.
    pub feeds: Vec<DeviceFeed>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_an_address_whatever_was_typed() {
        let asked = DevicesAsked { by: DevicesBy::Named, words: "gas 7&水".to_owned(), most: 20 };
        assert_eq!(asked.query(), "by=named&limit=20&words=gas%207%26%E6%B0%B4");
        assert_eq!(DevicesAsked { most: 5, ..DevicesAsked::default() }.query(), "by=worst&limit=5");
        for by in DevicesBy::ALL {
            assert_eq!(DevicesBy::of_word(by.word()), Some(by));
        }
    }

    #[test]
    fn a_device_is_where_it_says_and_of_no_kind_where_that_is_not_known() {
        let device = Device { lon: Some(118.8), lat: Some(32.0), kind: "tilt".to_owned(), ..Device::default() };
        assert_eq!((device.place(), device.kind()), (LonLat::new(118.8, 32.0), SensorKind::Tilt));
        let unknown = Device { lon: Some(118.8), kind: "odour".to_owned(), ..Device::default() };
        assert_eq!((unknown.place(), unknown.kind()), (None, SensorKind::Other));
        assert_eq!(Device { kept: 5, late: 1, refused: 2, ..Device::default() }.sent(), 8);
    }
}
