//! The readings that are in no chunk yet: in memory, and in the tail on disk.

use super::chunk::GROUP;
use super::column::Point;
use crate::domain::SensorId;
use crate::domain::sensor::{AHEAD_MAX_MILLIS, Verdict};

/// Readings out of order that wait beside those in order until there are so many.
const STRAYS_MAX: usize = 256;

/// Readings of one sensor in the order of their times, no two of one time.
#[derive(Debug, Clone, Default)]
pub(super) struct Run {
    points: Vec<Point>,
    /// Some that came out of order, in order among themselves.
    strays: Vec<Point>,
}

impl Run {
    /// Put one in; `false` where there is one of that time.
    fn put(&mut self, point: Point) -> bool {
        let Some(last) = self.points.last() else {
            self.points.push(point);
            return true;
        };
        if point.0 > last.0 {
            self.points.push(point);
            return true;
        }
        if self.points.binary_search_by_key(&point.0, |p| p.0).is_ok() {
            return false;
        }
        let Err(place) = self.strays.binary_search_by_key(&point.0, |p| p.0) else { return false };
        self.strays.insert(place, point);
        if self.strays.len() >= STRAYS_MAX {
            self.settle();
        }
        true
    }

    /// Put the strays where they belong.
    fn settle(&mut self) {
        if self.strays.is_empty() {
            return;
        }
        self.points.append(&mut self.strays);
        self.points.sort_unstable_by_key(|p| p.0);
    }

    fn len(&self) -> usize {
        self.points.len() + self.strays.len()
    }

    /// The newest at or before a moment.
    pub(super) fn latest(&self, moment: i64) -> Option<Point> {
        let of = |points: &[Point]| {
            let until = points.partition_point(|p| p.0 <= moment);
            points.get(until.checked_sub(1)?).copied()
        };
        let (one, other) = (of(&self.points), of(&self.strays));
        if other.map(|p| p.0) > one.map(|p| p.0) { other } else { one }
    }

    /// Those of a stretch of time, oldest first.
    pub(super) fn between(&self, from: i64, to: i64) -> Vec<Point> {
        let of = |points: &[Point]| {
            let (first, end) = (points.partition_point(|p| p.0 < from), points.partition_point(|p| p.0 < to));
            points.get(first..end).unwrap_or_default().to_vec()
        };
        let mut all = of(&self.points);
        let strays = of(&self.strays);
        if !strays.is_empty() {
            all.extend(strays);
            all.sort_unstable_by_key(|p| p.0);
        }
        all
    }

    /// Those before a moment, oldest first.
    pub(super) fn before(&mut self, moment: i64) -> &[Point] {
        self.settle();
        let end = self.points.partition_point(|p| p.0 < moment);
        self.points.get(..end).unwrap_or_default()
    }

    /// Those from a moment on, oldest first.
    pub(super) fn since(&self, moment: i64) -> Vec<Point> {
        self.between(moment, i64::MAX)
    }

    /// Let go of those before a moment.
    fn let_go(&mut self, moment: i64) {
        self.settle();
        let end = self.points.partition_point(|p| p.0 < moment);
        self.points.drain(..end);
        if self.points.capacity() > 64 && self.points.len() * 4 < self.points.capacity() {
            self.points.shrink_to(self.points.len() * 2);
        }
    }
}

/// What is known of one sensor beside its chunks.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub(super) run: Run,
    /// Its newest reading that is in a chunk.
    pub(super) sealed: Option<Point>,
    /// Its newest time.
    newest: Option<i64>,
}

/// Sensors that share their chunks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// Everything before this moment is in chunks, what came too late for that excepted.
    pub(super) sealed_until: i64,
    /// Readings in no chunk.
    pub(super) pending: usize,
    /// When the oldest of them came.
    pub(super) since: i64,
}

impl Default for Group {
    fn default() -> Self {
        Self { sealed_until: i64::MIN, pending: 0, since: i64::MAX }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Heads {
    pub(super) sensors: Vec<Head>,
    pub(super) groups: Vec<Group>,
    pub(super) pending: usize,
}

impl Heads {
    /// Make room for sensors up to this one.
    pub(super) fn reach(&mut self, sensor: SensorId) {
        if self.sensors.len() <= sensor.index() {
            self.sensors.resize_with(sensor.index() + 1, Head::default);
            self.groups.resize_with(self.sensors.len().div_ceil(GROUP), Group::default);
        }
    }

    /// Take in a reading that came at `now`, where no clock that is right is beyond `latest`.
    pub(super) fn put(&mut self, sensor: SensorId, point: Point, now: i64, latest: i64) -> Verdict {
        self.reach(sensor);
        let (Some(head), Some(group)) =
            (self.sensors.get_mut(sensor.index()), self.groups.get_mut(sensor.index() / GROUP))
        else {
            return Verdict::Duplicate;
        };
        if head.sealed.is_some_and(|sealed| sealed.0 == point.0) || !head.run.put(point) {
            return Verdict::Duplicate;
        }
        group.pending += 1;
        group.since = group.since.min(now);
        self.pending += 1;
        // What a clock that was wrong told stays, but nothing is older than it: else all that is right would be for as long.
        let newest = head.newest.filter(|newest| *newest <= latest.saturating_add(AHEAD_MAX_MILLIS));
        if newest.is_some_and(|newest| point.0 < newest) {
            return Verdict::OutOfOrder;
        }
        head.newest = Some(point.0);
        Verdict::Kept
    }

    /// The newest reading of a sensor that is in a chunk is this.
    pub(super) fn seal(&mut self, sensor: usize, point: Point) {
        if let Some(head) = self.sensors.get_mut(sensor) {
            if head.sealed.is_none_or(|sealed| sealed.0 < point.0) {
                head.sealed = Some(point);
            }
            head.newest = head.newest.max(Some(point.0));
        }
    }

    /// The sensors of a group.
    pub(super) fn of_group(&self, group: usize) -> &[Head] {
        let first = (group * GROUP).min(self.sensors.len());
        self.sensors.get(first..(first + GROUP).min(self.sensors.len())).unwrap_or_default()
    }

    /// The sensors of a group, to be changed.
    pub(super) fn of_group_mut(&mut self, group: usize) -> &mut [Head] {
        let len = self.sensors.len();
        let first = (group * GROUP).min(len);
        self.sensors.get_mut(first..(first + GROUP).min(len)).unwrap_or_default()
    }

    /// All readings of a group before `until` are in chunks now.
    pub(super) fn let_go(&mut self, group: usize, until: i64, now: i64) {
        let mut left = 0;
        for head in self.of_group_mut(group) {
            head.run.let_go(until);
            left += head.run.len();
        }
        if let Some(group) = self.groups.get_mut(group) {
            group.sealed_until = group.sealed_until.max(until);
            self.pending = self.pending + left - group.pending;
            group.pending = left;
            group.since = if left == 0 { i64::MAX } else { now };
        }
    }
}
