//! Grades of incidents and the mode of the hall.

use serde::{Deserialize, Serialize};

/// How grave an incident is (事件分级); ordered from gravest to slightest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Ⅰ 特别重大, red.
    I,
    /// Ⅱ 重大, orange.
    II,
    /// Ⅲ 较大, yellow.
    III,
    /// Ⅳ 一般, blue.
    IV,
}

impl Grade {
    /// All grades, gravest first.
    pub const ALL: [Self; 4] = [Self::I, Self::II, Self::III, Self::IV];

    /// 0 for Ⅰ to 3 for Ⅳ.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// The Roman numeral, as it is written on every screen.
    #[must_use]
    pub fn numeral(self) -> &'static str {
        match self {
            Self::I => "Ⅰ",
            Self::II => "Ⅱ",
            Self::III => "Ⅲ",
            Self::IV => "Ⅳ",
        }
    }
}

/// The mode the whole hall works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// 平时: routine.
    #[default]
    Routine,
    /// 急时: emergency.
    Emergency,
}
