//! Cards of buildings and places, read from the pack.

use super::model::ThingCard;
use crate::screen::names::CityNames;
use crate::screen::shown::Target;

/// The card of a building or place; `None` where the pack has no such thing.
#[must_use]
pub fn thing_card(_target: Target, _names: &CityNames<'_>) -> Option<ThingCard> {
    None
}
