//! How many alarms are held, and how many more can be raised.
//!
//! What is over leaves for what is new. Where all that is held stands, the last [`GRAVE_ROOM`] places are for Ⅰ and Ⅱ alone: a
//! feed that fails, and with it thousands of sensors, keeps no red alarm out.

use super::Alarms;
use crate::domain::Grade;

/// Most alarms that are held.
pub const ALARMS_MAX: usize = 5_000;
/// So many places among them are for Ⅰ and Ⅱ alone.
pub const GRAVE_ROOM: usize = 500;
/// Where so many stand no other of Ⅲ or Ⅳ is raised.
pub const MILD_MAX: usize = ALARMS_MAX - GRAVE_ROOM;

/// Places for alarms that are not held yet, or are over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room(usize);

impl Room {
    /// Whether there is a place for one of a level.
    pub(super) const fn has(self, level: Grade) -> bool {
        let kept = match level {
            Grade::I | Grade::II => 0,
            Grade::III | Grade::IV => GRAVE_ROOM,
        };
        self.0 > kept
    }

    /// One place less.
    pub(super) const fn take(&mut self) {
        self.0 = self.0.saturating_sub(1);
    }
}

impl Alarms {
    pub(super) fn room(&self) -> Room {
        Room(ALARMS_MAX.saturating_sub(self.held.len()) + self.over.len())
    }

    /// Whether so many stand that no other of Ⅲ or Ⅳ can be raised ([`MILD_MAX`]).
    #[must_use]
    pub fn is_full(&self) -> bool {
        !self.room().has(Grade::IV)
    }
}
