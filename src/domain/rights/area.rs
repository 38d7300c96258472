//! Paths of areas: 市 > 区 > 街镇 > 社区 > 网格.

use serde::{Deserialize, Serialize};

/// Longest path, in bytes.
const LONG_MAX: usize = 200;
/// Levels below the city: district, street, community, grid.
const LEVELS_MAX: usize = 4;

/// An area by its path from the city down, names with slashes between: `district/street`. Empty is the whole city.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Area(String);

impl Area {
    /// The whole city.
    pub const CITY: Self = Self(String::new());

    /// Read a path; slashes and blanks around it and around names do not count.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let path = path.trim().trim_matches('/');
        if path.is_empty() {
            return Some(Self::CITY);
        }
        let names: Vec<&str> = path.split('/').map(str::trim).collect();
        let odd = |name: &&str| name.is_empty() || name.contains(char::is_control);
        let path = names.join("/");
        (names.len() <= LEVELS_MAX && path.len() <= LONG_MAX && !names.iter().any(odd)).then_some(Self(path))
    }

    /// The area of a case: what was named, as closely as the place tells it; that of the place where nothing was named.
    #[must_use]
    pub fn of_case(named: Option<&Self>, of_place: Option<Self>) -> Option<Self> {
        match (named, of_place) {
            (Some(named), Some(place)) if place.is_within(named) => Some(place),
            (Some(named), _) => Some(named.clone()),
            (None, place) => place,
        }
    }

    /// Whether it lies within `other` or is the same.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(&other.0);
        other.is_city() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The area right below `other` in which it lies; itself where it is `other`, or not within it.
    #[must_use]
    pub fn part_of(&self, other: &Self) -> Self {
        if !self.is_within(other) {
            return self.clone();
        }
        let own = self.0.get(other.0.len()..).unwrap_or_default().trim_start_matches('/');
        let name_len = own.split('/').next().unwrap_or_default().len();
        let until = self.0.len() - own.len() + name_len;
        Self(self.0.get(..until).unwrap_or(&self.0).to_owned())
    }

    /// Its last name; empty for the whole city.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The area around it; `None` for the whole city.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let around = self.0.rsplit_once('/').map_or("", |(around, _)| around);
        (!self.is_city()).then(|| Self(around.to_owned()))
    }

    /// Whether it is the whole city.
    #[must_use]
    pub fn is_city(&self) -> bool {
        self.0.is_empty()
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0
    }
}
