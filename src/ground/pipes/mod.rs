//! The networks under the streets as graphs: which pipe lies at a place, and behind which other one it hangs.
//!
//! 1. Pipes of a network meet where points of theirs, or an end of one and the line of another, lie within [`SNAP_M`] of
//!    each other.
//! 2. Pipes of one diameter that only go on in each other are one *run*: where they meet, no wider pipe lies and no third
//!    of their own diameter.
//! 3. A run hangs behind at most one other, and only where the map says which:
//!    - a drain that falls from its one end to its other by [`FALL_M`] or more, with no hill or hollow between, hangs behind
//!      the widest of the others at its low end, which is no narrower than itself: its water goes there;
//!    - all else hangs behind the only wider run that it meets anywhere: what feeds it comes from there.
//! 4. Where that could be several, as in a mesh of one diameter or between two mains, or where a diameter is not known, it
//!    hangs behind none.
//!
//! Pure: lines and heights are handed in. Which sensor hangs behind which pipe is the hub's.

mod joints;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::City;
use super::city::nearest_on;
use super::pack::records::Network;
use joints::{At, Groups, groups};

/// What lies so near to each other meets, metres.
pub const SNAP_M: f64 = 1.0;
/// A drain that falls by so much has a low end, metres.
pub const FALL_M: f64 = 1.0;
/// Between its ends it goes so much above the high one, or below the low one, at most, metres.
const SLACK_M: f64 = 0.5;
/// Of pipes that are equally near, to so many parts of a metre, the widest is meant.
const EQUAL_PARTS: f64 = 10.0;
/// Behind so many a run hangs at most.
const WAY_MAX: usize = 8;

/// A pipe as the graph takes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line<'a> {
    /// What runs in it.
    pub network: Network,
    /// Inner diameter, millimetres; 0 where nobody knows.
    pub diameter_mm: u16,
    /// From the ground to its top, metres.
    pub depth_m: f64,
    /// Its points, metres east and north.
    pub points: &'a [[f32; 2]],
}

/// A pipe as the graph keeps it.
#[derive(Debug)]
struct Laid {
    network: Network,
    diameter_mm: u16,
    depth_m: f64,
    first: usize,
    end: usize,
}

/// The pipes of a city; each is known by its number in the order in which it came, a run by the least of its own.
#[derive(Debug, Default)]
pub struct Pipes {
    laid: Vec<Laid>,
    points: Vec<[f32; 2]>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    /// The run of each.
    runs: Vec<u32>,
    /// Behind which other run that one hangs, by its number.
    behind: Vec<Option<u32>>,
}

/// Whether there is one of a sort, and only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Only {
    #[default]
    None,
    One(u32),
    /// Several, or nobody knows.
    Unclear,
}

impl Only {
    fn add(&mut self, run: u32) {
        *self = match *self {
            Self::None => Self::One(run),
            Self::One(known) if known == run => Self::One(run),
            Self::One(_) | Self::Unclear => Self::Unclear,
        };
    }

    fn get(self) -> Option<u32> {
        if let Self::One(run) = self { Some(run) } else { None }
    }
}

impl Pipes {
    /// The pipes of a city, each by its index in [`City::pipes`]. Some 0.2 s for 60,000 of them.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let lines = city.pipes().iter().map(|pipe| Line {
            // The pack was checked when it was opened.
            network: Network::from_number(pipe.network).unwrap_or(Network::Water),
            diameter_mm: pipe.diameter_mm,
            depth_m: f64::from(pipe.depth_cm) / 100.0,
            points: city.pipe_points(pipe),
        });
        let terrain = city.terrain();
        Self::new(lines, |at| terrain.as_ref().map(|terrain| terrain.at(at)))
    }

    /// Pipes where the ground has these heights in metres; `None` where nobody knows.
    #[must_use]
    pub fn new<'a>(lines: impl IntoIterator<Item = Line<'a>>, ground: impl Fn([f64; 2]) -> Option<f64>) -> Self {
        let mut pipes = Self::default();
        for Line { network, diameter_mm, depth_m, points } in lines {
            let first = pipes.points.len();
            pipes.points.extend_from_slice(points);
            pipes.laid.push(Laid { network, diameter_mm, depth_m, first, end: pipes.points.len() });
        }
        let boxed = |(number, line): (u32, &Laid)| {
            let mut points = pipes.points_of(line).iter().map(|point| point.map(f64::from));
            let start = points.next()?;
            let (low, high) = points.fold((start, start), |(low, high), at| {
                ([low[0].min(at[0]), low[1].min(at[1])], [high[0].max(at[0]), high[1].max(at[1])])
            });
            Some(GeomWithData::new(Rectangle::from_aabb(AABB::from_corners(low, high)), number))
        };
        pipes.boxes = RTree::bulk_load((0..).zip(&pipes.laid).filter_map(boxed).collect());
        let met = groups(&pipes);
        pipes.runs = runs(&pipes.laid, &met);
        pipes.behind = pipes.hang(&met, ground);
        pipes
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.laid.is_empty()
    }

    /// The run that lies at a place: that of the nearest pipe of these networks, within so many metres. Of those that are
    /// as near as each other, which meet there, it is the widest.
    #[must_use]
    pub fn run_at(&self, networks: &[Network], at: [f64; 2], within_m: f64) -> Option<u32> {
        let near = self.near(at, within_m).filter(|(_, line, _)| networks.contains(&line.network));
        let (number, ..) = near.min_by_key(|(number, line, metres)| {
            #[expect(clippy::cast_possible_truncation, reason = "some metres")]
            let metres = (metres * EQUAL_PARTS).round() as i64;
            (metres, Reverse(line.diameter_mm), *number)
        })?;
        Some(self.run(number))
    }

    /// What runs in a run.
    #[must_use]
    pub fn network(&self, run: u32) -> Option<Network> {
        self.laid.get(run as usize).map(|line| line.network)
    }

    /// A run and those behind which it hangs, nearest first.
    pub fn way(&self, run: u32) -> impl Iterator<Item = u32> {
        let mut past: Vec<u32> = Vec::new();
        let all = std::iter::successors(Some(run), |run| self.behind.get(*run as usize).copied().flatten());
        // Where ground is flat enough drains could hang behind each other.
        all.take(WAY_MAX).take_while(move |run| {
            let new = !past.contains(run);
            past.push(*run);
            new
        })
    }

    fn points_of(&self, line: &Laid) -> &[[f32; 2]] {
        self.points.get(line.first..line.end).unwrap_or_default()
    }

    fn run(&self, number: u32) -> u32 {
        self.runs.get(number as usize).copied().unwrap_or(number)
    }

    /// The pipes within so many metres of a place, each with how far off it is.
    fn near(&self, at: [f64; 2], within_m: f64) -> impl Iterator<Item = (u32, &Laid, f64)> {
        let around = AABB::from_corners(at.map(|v| v - within_m), at.map(|v| v + within_m));
        self.boxes.locate_in_envelope_intersecting(around).filter_map(move |boxed| {
            let line = self.laid.get(boxed.data as usize)?;
            let (_, metres) = nearest_on(self.points_of(line), at)?;
            (metres <= within_m).then_some((boxed.data, line, metres))
        })
    }

    /// Behind which other run each hangs.
    fn hang(&self, met: &Groups, ground: impl Fn([f64; 2]) -> Option<f64>) -> Vec<Option<u32>> {
        let mut wider = vec![Only::None; self.laid.len()];
        for group in met.iter() {
            for one in group {
                let Some((line, only)) =
                    self.laid.get(one.line as usize).zip(wider.get_mut(self.run(one.line) as usize))
                else {
                    continue;
                };
                for other in group {
                    let (run, diameter_mm) = (self.run(other.line), self.diameter(other.line));
                    if run == self.run(one.line) {
                        continue;
                    }
                    if diameter_mm == 0 || line.diameter_mm == 0 {
                        *only = Only::Unclear;
                    } else if diameter_mm > line.diameter_mm {
                        only.add(run);
                    }
                    if *only == Only::Unclear {
                        break;
                    }
                }
            }
        }
        let mut behind: Vec<Option<u32>> = wider.into_iter().map(Only::get).collect();
        for (run, to) in self.falls(met, ground) {
            if let Some(known) = behind.get_mut(run as usize) {
                *known = to;
            }
        }
        behind
    }

    fn diameter(&self, number: u32) -> u16 {
        self.laid.get(number as usize).map_or(0, |line| line.diameter_mm)
    }

    /// The drains that have a low end, by their runs, each with the only one that takes what comes there.
    fn falls(&self, met: &Groups, ground: impl Fn([f64; 2]) -> Option<f64>) -> Vec<(u32, Option<u32>)> {
        let top = |line: &Laid, at: [f64; 2]| Some(ground(at)? - line.depth_m);
        // The heights of each run, and the ends that it has: how high, and what meets there.
        let mut heights: Vec<Option<(f64, f64)>> = vec![None; self.laid.len()];
        for (number, line) in (0..).zip(&self.laid).filter(|(_, line)| line.network == Network::Drainage) {
            for at in self.points_of(line) {
                let Some(high) = top(line, at.map(f64::from)) else { return Vec::new() };
                if let Some(known) = heights.get_mut(self.run(number) as usize) {
                    let (least, most) = known.unwrap_or((high, high));
                    *known = Some((least.min(high), most.max(high)));
                }
            }
        }
        let mut ends: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.laid.len()];
        for (place, group) in met.iter().enumerate() {
            for one in group.iter().filter(|one| one.end && !goes_on(&self.laid, group, one)) {
                let line = self.laid.get(one.line as usize).filter(|line| line.network == Network::Drainage);
                let high = line.and_then(|line| top(line, one.point.map(f64::from)));
                if let Some((known, high)) = ends.get_mut(self.run(one.line) as usize).zip(high) {
                    known.push((high, place));
                }
            }
        }
        let falls = |((run, ends), heights): ((u32, Vec<(f64, usize)>), Option<(f64, f64)>)| {
            let [one, other] = ends.as_slice() else { return None };
            let (low, high) = if one.0 < other.0 { (one, other) } else { (other, one) };
            let (least, most) = heights?;
            let even = least >= low.0 - SLACK_M && most <= high.0 + SLACK_M;
            if !even || high.0 - low.0 < FALL_M {
                return None;
            }
            let others = || met.get(low.1).iter().filter(|other| self.run(other.line) != run);
            let widest = others().map(|other| self.diameter(other.line)).max().unwrap_or(0);
            let known = self.diameter(run) > 0 && others().all(|other| self.diameter(other.line) > 0);
            let mut to = Only::None;
            for other in others().filter(|other| known && self.diameter(other.line) == widest) {
                to.add(self.run(other.line));
            }
            let to = to.get().filter(|_| widest >= self.diameter(run));
            Some((run, to))
        };
        (0..).zip(ends).zip(heights).filter_map(falls).collect()
    }
}

/// The run of each pipe.
fn runs(laid: &[Laid], met: &Groups) -> Vec<u32> {
    let count = u32::try_from(laid.len()).unwrap_or(u32::MAX);
    let mut of: Vec<u32> = (0..count).collect();
    for group in met.iter() {
        let mut going = group.iter().filter(|one| goes_on(laid, group, one)).map(|one| root(&of, one.line));
        if let (Some(one), Some(other)) = (going.next(), going.next()) {
            // The least stands for all.
            if let Some(greater) = of.get_mut(one.max(other) as usize) {
                *greater = one.min(other);
            }
        }
    }
    (0..count).map(|number| root(&of, number)).collect()
}

fn root(of: &[u32], number: u32) -> u32 {
    let up = |number: &u32| of.get(*number as usize).copied().filter(|above| above != number);
    std::iter::successors(Some(number), up).last().unwrap_or(number)
}

/// Whether a pipe that ends where others are goes on in exactly one of them.
fn goes_on(laid: &[Laid], group: &[At], one: &At) -> bool {
    let diameter = |at: &At| laid.get(at.line as usize).map_or(0, |line| line.diameter_mm);
    let own = diameter(one);
    let mut alike = group.iter().filter(|other| diameter(other) == own);
    let two = alike.next().zip(alike.next()).is_some_and(|(one, other)| one.end && other.end) && alike.next().is_none();
    // Of what nobody knows the diameter it may be the wider one.
    two && group.iter().all(|other| diameter(other) <= own && (own == 0) == (diameter(other) == 0))
}
