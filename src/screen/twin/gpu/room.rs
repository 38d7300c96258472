//! Room in a buffer: runs of it are taken, given back, and joined with free ones beside them.

use std::collections::BTreeMap;

/// Free runs by where they start.
#[derive(Debug, Default)]
pub(super) struct Room {
    free: BTreeMap<u32, u32>,
    size: u32,
}

impl Room {
    /// Of `size` records, all free.
    #[must_use]
    pub(super) fn new(size: u32) -> Self {
        let mut room = Self::default();
        room.grow(size);
        room
    }

    /// Records, taken ones included.
    #[must_use]
    pub(super) fn size(&self) -> u32 {
        self.size
    }

    /// Make it `size` records large; it never gets smaller.
    pub(super) fn grow(&mut self, size: u32) {
        let more = size.saturating_sub(self.size);
        let from = self.size;
        self.size += more;
        self.give(from, more);
    }

    /// The start of `count` records that were free; `None` where there is no run as long.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        let (start, length) = self.free.iter().find(|(_, length)| **length >= count).map(|(s, l)| (*s, *l))?;
        self.free.remove(&start);
        if length > count {
            self.free.insert(start + count, length - count);
        }
        Some(start)
    }

    /// Give `count` records from `start` back.
    pub(super) fn give(&mut self, start: u32, count: u32) {
        if count == 0 {
            return;
        }
        let (mut start, mut count) = (start, count);
        if let Some((before, length)) = self.free.range(..start).next_back().map(|(s, l)| (*s, *l))
            && before + length == start
        {
            self.free.remove(&before);
            (start, count) = (before, count + length);
        }
        if let Some(length) = self.free.remove(&(start + count)) {
            count += length;
        }
        self.free.insert(start, count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_taken_and_joined_again() {
        let mut room = Room::new(100);
        let [a, b, c] = [40, 40, 20].map(|count| room.take(count).unwrap());
        assert_eq!((a, b, c), (0, 40, 80));
        assert_eq!(room.take(1), None);
        room.give(a, 40);
        room.give(c, 20);
        assert_eq!(room.take(41), None, "free runs that do not touch are two");
        room.give(b, 40);
        assert_eq!(room.take(100), Some(0), "joined on both sides");
        room.grow(150);
        assert_eq!((room.take(50), room.size()), (Some(100), 150));
    }
}
