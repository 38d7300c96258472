//! Which areas are outlined from which height, and how much is open in each. Pure.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{Grade, IncidentId};
use crate::ground::City;

/// A level is outlined below so many metres from the camera to its target; the first one always, and alone while most of the
/// city is in sight: from farther than `WHOLE` of where all of it is seen.
const WHOLE: f64 = 0.7;
/// … and the first level up to so many times that.
const BEYOND: f64 = 1.4;
const BELOW_M: [(u32, f64); 5] = [(6, 60_000.0), (8, 11_000.0), (10, 3_600.0), (11, 1_100.0), (12, 520.0)];
/// A level that is outlined stays until its distance is so much farther.
const HOLD: f64 = 1.12;
/// The first level that is outlined within a city: districts.
const FIRST: u32 = 6;
/// No area.
const NONE: u32 = u32::MAX;

/// An area as the screen asks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// As in the pack: 5 city to 12 unit grid.
    pub level: u32,
    /// The area around it, `u32::MAX` at the top.
    pub parent: u32,
    /// South-west corner of its box, metres.
    pub low: [f64; 2],
    /// North-east corner.
    pub high: [f64; 2],
    /// Where its name stands.
    pub label: [f64; 2],
    /// The highest of the levels right below it, 0 where there is none.
    pub below: u32,
}

impl Node {
    /// Metres along the longer side of its box.
    #[must_use]
    pub fn side(&self) -> f64 {
        (self.high[0] - self.low[0]).max(self.high[1] - self.low[1])
    }

    /// Whether a point is in its box or within so many metres of it.
    #[must_use]
    pub fn is_near(&self, at: [f64; 2], margin: f64) -> bool {
        let edges = self.low.iter().zip(self.high);
        at.iter().zip(edges).all(|(v, (low, high))| (low - margin..=high + margin).contains(v))
    }

    /// The middle of its box.
    #[must_use]
    pub fn middle(&self) -> [f64; 2] {
        [f64::midpoint(self.low[0], self.high[0]), f64::midpoint(self.low[1], self.high[1])]
    }
}

/// All areas of a city, by level.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    levels: BTreeMap<u32, Vec<u32>>,
}

impl Tree {
    /// The areas of a pack.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let node = |area: &crate::ground::pack::records::Area| {
            let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
            for [x, y] in city.rings_of(area).flatten().map(|p| p.map(f64::from)) {
                (low, high) = ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]);
            }
            let label = area.label.map(f64::from);
            Node { level: area.level, parent: area.parent, low, high, label, below: 0 }
        };
        Self::new(city.areas().iter().map(node).collect())
    }

    /// The tree of some areas.
    #[must_use]
    pub fn new(mut nodes: Vec<Node>) -> Self {
        let mut levels: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut below: Vec<(u32, u32)> = Vec::new();
        for (i, node) in (0..).zip(&nodes) {
            levels.entry(node.level).or_default().push(i);
            below.push((node.parent, node.level));
        }
        for (parent, level) in below {
            if let Some(parent) = nodes.get_mut(parent as usize) {
                parent.below = if parent.below == 0 { level } else { parent.below.min(level) };
            }
        }
        Self { nodes, levels }
    }

    /// An area.
    #[must_use]
    pub fn node(&self, area: u32) -> Option<&Node> {
        self.nodes.get(area as usize)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// An area and those around it, from the inside out.
    pub fn upwards(&self, area: u32) -> impl Iterator<Item = u32> + '_ {
        let first = Some(area).filter(|a| (*a as usize) < self.nodes.len());
        std::iter::successors(first, |a| self.node(*a).map(|n| n.parent).filter(|p| *p != NONE))
    }

    /// The one area that holds all others, where there is one: the city.
    #[must_use]
    pub fn root(&self) -> Option<u32> {
        let mut tops = (0..).zip(&self.nodes).filter(|(_, n)| n.parent == NONE).map(|(i, _)| i);
        let first = tops.next();
        first.filter(|_| tops.next().is_none())
    }

    /// The level that is outlined from a distance (metres to what the camera looks at), within `drilled` if there is
    /// one; `whole` is the distance from which the whole city is seen; `before` is the level that was outlined, which
    /// holds on a little. `None` in a city without areas.
    #[must_use]
    pub fn level_at(&self, distance: f64, whole: f64, drilled: Option<u32>, before: Option<u32>) -> Option<u32> {
        let held = |level: u32| before.is_some_and(|before| before >= level);
        let (seen_whole, whole) = (if whole.is_finite() { whole * BEYOND } else { 0.0 }, whole * WHOLE);
        // Districts are told of a city of any size from wherever all of it is seen.
        let below = |level: u32, below: f64| if level == FIRST { below.max(seen_whole) } else { below.min(whole) };
        let fits = |(level, m): &&(u32, f64)| distance < below(*level, *m) * if held(*level) { HOLD } else { 1.0 };
        let wanted = BELOW_M.iter().rev().find(fits).map_or(0, |(level, _)| *level);
        let least =
            drilled.and_then(|area| self.node(area)).map_or(0, |n| if n.below == 0 { n.level } else { n.below });
        let wanted = wanted.max(least);
        let levels = || self.levels.keys().copied();
        levels().rev().find(|level| *level <= wanted).or_else(|| levels().next())
    }

    /// The areas of a level within `reach` metres around `middle` and within `drilled`, nearest first, at most `most`.
    #[must_use]
    pub fn seen(&self, level: u32, drilled: Option<u32>, middle: [f64; 2], reach: f64, most: usize) -> Vec<u32> {
        let off = |n: &Node| {
            let out = |k: usize| {
                let at = |v: &[f64; 2]| v.get(k).copied().unwrap_or_default();
                (at(&n.low) - at(&middle)).max(at(&middle) - at(&n.high)).max(0.0)
            };
            out(0).hypot(out(1))
        };
        let here = |area: &u32| {
            let away = self.node(*area).map_or(f64::MAX, off);
            let within = drilled.is_none_or(|outer| self.upwards(*area).any(|a| a == outer));
            (away < reach && within).then_some((away, *area))
        };
        let mut found: Vec<(f64, u32)> = self.levels.get(&level).into_iter().flatten().filter_map(here).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.truncate(most);
        found.into_iter().map(|(_, area)| area).collect()
    }
}

/// Open incidents by area and grade.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// The smallest area around each open incident.
    incidents: HashMap<IncidentId, (u32, Grade)>,
    by_area: HashMap<u32, [u32; 4]>,
}

impl Counts {
    /// Forget everything.
    pub fn clear(&mut self) {
        self.incidents.clear();
        self.by_area.clear();
    }

    /// An incident is open in an area (the smallest around it) with a grade, or no longer (`None`).
    pub fn set(&mut self, tree: &Tree, incident: IncidentId, now: Option<(u32, Grade)>) {
        let before = match now {
            Some(now) => self.incidents.insert(incident, now),
            None => self.incidents.remove(&incident),
        };
        if before == now {
            return;
        }
        for (state, more) in [(before, false), (now, true)] {
            let Some((area, grade)) = state else { continue };
            for area in tree.upwards(area) {
                let counts = self.by_area.entry(area).or_default();
                if let Some(n) = counts.get_mut(grade.index()) {
                    *n = if more { *n + 1 } else { n.saturating_sub(1) };
                }
            }
        }
    }

    /// Open incidents in an area by grade, Ⅰ first.
    #[must_use]
    pub fn of(&self, area: u32) -> [u32; 4] {
        self.by_area.get(&area).copied().unwrap_or_default()
    }
}

/// The gravest grade among counts, how many are of it, and how many there are in all.
#[must_use]
pub fn worst(counts: [u32; 4]) -> Option<(Grade, u32, u32)> {
    let all = counts.iter().sum();
    Grade::ALL.into_iter().zip(counts).find(|(_, n)| *n > 0).map(|(grade, n)| (grade, n, all))
}
