//! What lies in a street that is cut open: which pipes, where they are seen, which of them is under the pointer. Pure.
//!
//! ```text
//!        eye
//!          \ \
//!   ────────╲─╲──────────  ground          a pipe is seen where the look at it goes through the ground (`through`):
//!            ╲ ╲                           within the circle that is cut open, and before nothing that stands there.
//!             ●  ●         pipes           As the camera moves, what lies deeper moves more: that is how its depth shows.
//! ```

use std::ops::RangeInclusive;

use bevy::math::{Rect, Vec2};

use crate::domain::SensorKind;
use crate::ground::City;
use crate::ground::pack::records::Network;
use crate::screen::heat::model::Station;
use crate::screen::shown::CityView;

/// The radii there are, metres.
pub const RADII: [f64; 6] = [60.0, 80.0, 100.0, 120.0, 150.0, 200.0];
/// The one that a street is cut open with at first.
pub const USUAL: usize = 3;
/// Metres between two points of a pipe at most, so that it follows the ground.
const STEP_M: f64 = 12.0;
/// Metres from the lowest pipe down to the floor of the pit.
const FLOOR_M: f64 = 0.5;
/// How deep the pit is, metres.
const PIT_M: RangeInclusive<f64> = 3.0..=8.0;
/// Half of what a pipe is wide on screen at least, in points.
pub const LEAST_HALF: f32 = 2.0;
/// Points around a pipe that count as it.
const SLACK: f32 = 4.0;
/// Metres from a pipe within which a sensor of its kind hangs on it: networks lie some metres apart.
const HANGS_M: f64 = 2.0;
/// Of a pipe so much is in sight, in widths of its label, where it has one.
const LABEL_ROOM: f32 = 1.1;
/// Labels at most.
const LABELS: usize = 24;

/// The circle that is cut open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Metres east and north.
    pub middle: [f64; 2],
    /// Metres.
    pub radius_m: f64,
}

impl Window {
    /// Whether a place lies in it.
    #[must_use]
    pub fn holds(self, at: [f64; 2]) -> bool {
        (at[0] - self.middle[0]).hypot(at[1] - self.middle[1]) <= self.radius_m
    }
}

/// A place on the axis of a pipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Metres east and north.
    pub at: [f64; 2],
    /// Metres up.
    pub up: f64,
    /// Metres up of the ground over it.
    pub ground: f64,
}

/// As much of a pipe as lies in the circle.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Number in the pack.
    pub pipe: u32,
    /// What runs in it.
    pub network: Network,
    /// Inner diameter, metres.
    pub diameter_m: f64,
    /// From the ground to its top, metres.
    pub depth_m: f64,
    /// A main, not a branch.
    pub is_main: bool,
    /// Its pieces, point after point.
    pub runs: Vec<Vec<Spot>>,
}

impl Line {
    /// Metres of it in the circle.
    #[must_use]
    pub fn length_m(&self) -> f64 {
        let far = |(a, b): (&Spot, &Spot)| (a.at[0] - b.at[0]).hypot(a.at[1] - b.at[1]);
        self.runs.iter().map(|run| run.iter().zip(run.iter().skip(1)).map(far).sum::<f64>()).sum()
    }

    /// Metres from the ground to its axis.
    fn axis_m(&self) -> f64 {
        self.depth_m + self.diameter_m / 2.0
    }
}

/// Where on the way from `a` to `b` the circle begins and ends, 0 to 1; `None` where the way does not meet it.
#[must_use]
pub fn within(a: [f64; 2], b: [f64; 2], window: Window) -> Option<(f64, f64)> {
    let (way, off) = ([b[0] - a[0], b[1] - a[1]], [a[0] - window.middle[0], a[1] - window.middle[1]]);
    let (long, along) = (way[0] * way[0] + way[1] * way[1], way[0] * off[0] + way[1] * off[1]);
    let beyond = off[0] * off[0] + off[1] * off[1] - window.radius_m * window.radius_m;
    if long <= 0.0 {
        return None;
    }
    let root = along * along - long * beyond;
    if root <= 0.0 {
        return None;
    }
    let root = root.sqrt();
    let (from, to) = (((-along - root) / long).max(0.0), ((root - along) / long).min(1.0));
    (from < to).then_some((from, to))
}

/// The pipes of a city in a circle, the deepest first: what lies over it is drawn over it.
#[must_use]
pub fn cut_open(city: &City, window: Window) -> Vec<Line> {
    let mut lines: Vec<Line> = (0..)
        .zip(city.pipes())
        .filter_map(|(number, pipe)| {
            let (diameter_m, depth_m) = (f64::from(pipe.diameter_mm) / 1e3, f64::from(pipe.depth_cm) / 1e2);
            let mut line = Line {
                pipe: number,
                network: Network::from_number(pipe.network)?,
                diameter_m,
                depth_m,
                is_main: pipe.flags & 1 != 0,
                runs: Vec::new(),
            };
            let below = line.axis_m();
            line.runs = runs(city.pipe_points(pipe), window, |at| {
                let ground = city.ground_at(at);
                Spot { at, up: ground - below, ground }
            });
            (!line.runs.is_empty()).then_some(line)
        })
        .collect();
    lines.sort_by(|one, other| other.axis_m().total_cmp(&one.axis_m()).then(one.pipe.cmp(&other.pipe)));
    lines
}

/// The pieces of a line in a circle.
fn runs(points: &[[f32; 2]], window: Window, spot: impl Fn([f64; 2]) -> Spot) -> Vec<Vec<Spot>> {
    let mut runs: Vec<Vec<Spot>> = Vec::new();
    let mut run: Vec<Spot> = Vec::new();
    for (a, b) in points.iter().zip(points.iter().skip(1)) {
        let (a, b) = (a.map(f64::from), b.map(f64::from));
        let Some((from, to)) = within(a, b, window) else {
            runs.extend(Some(std::mem::take(&mut run)).filter(|run| run.len() > 1));
            continue;
        };
        let at = |share: f64| spot([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
        if run.is_empty() {
            run.push(at(from));
        }
        let steps = ((b[0] - a[0]).hypot(b[1] - a[1]) * (to - from) / STEP_M).ceil().max(1.0);
        let mut step = 1.0;
        while step <= steps {
            run.push(at(from + (to - from) * step / steps));
            step += 1.0;
        }
        // It leaves the circle here.
        if to < 1.0 {
            runs.push(std::mem::take(&mut run));
        }
    }
    runs.extend(Some(run).filter(|run| run.len() > 1));
    runs
}

/// How deep the pit is dug for some pipes, metres.
#[must_use]
pub fn pit_m(lines: &[Line]) -> f64 {
    let lowest = lines.iter().map(|line| line.depth_m + line.diameter_m).fold(0.0, f64::max);
    (lowest + FLOOR_M).clamp(*PIT_M.start(), *PIT_M.end())
}

/// Where the look from an eye (east, north, up) at a spot goes through the ground; `None` from below it.
#[must_use]
pub fn through(eye: [f64; 3], spot: &Spot) -> Option<[f64; 2]> {
    let above = eye[2] - spot.ground;
    let share = above / (eye[2] - spot.up).max(1e-3);
    let [east, north] = spot.at;
    (above > 0.0).then(|| [eye[0] + (east - eye[0]) * share, eye[1] + (north - eye[1]) * share])
}

/// Whether a spot is seen through the circle.
fn is_seen(eye: [f64; 3], spot: &Spot, window: Window) -> bool {
    through(eye, spot).is_some_and(|at| window.holds(at))
}

/// Where the eye of a view is: east, north, up.
#[must_use]
pub fn eye_of(view: &CityView) -> [f64; 3] {
    crate::screen::coords::city_from_world(view.world_from_view.w_axis.truncate())
}

/// Where a spot is on screen, and how many points a metre is wide there.
fn on_screen(view: &CityView, spot: &Spot) -> Option<(Vec2, f32)> {
    let at = view.project(spot.at[0], spot.at[1], spot.up)?;
    #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
    let world = bevy::math::Vec4::new(spot.at[0] as f32, spot.up as f32, -spot.at[1] as f32, 1.0);
    let away = view.clip_from_world.row(3).dot(world);
    let focal = view.clip_from_world.row(1).truncate().length();
    (away > 0.5).then(|| (at, focal * view.size.y / 2.0 / away))
}

/// The pipe under a point of the screen: of those there the uppermost, else the nearest. `shown` says which networks are.
#[must_use]
pub fn under(
    lines: &[Line],
    shown: impl Fn(Network) -> bool,
    window: Window,
    view: &CityView,
    at: Vec2,
) -> Option<u32> {
    let eye = eye_of(view);
    let miss = |line: &Line| -> Option<f32> {
        let pairs = line.runs.iter().flat_map(|run| run.iter().zip(run.iter().skip(1)));
        let off = pairs.filter(|(a, b)| is_seen(eye, a, window) || is_seen(eye, b, window)).filter_map(|(a, b)| {
            let ((from, scale), (to, _)) = on_screen(view, a).zip(on_screen(view, b))?;
            #[expect(clippy::cast_possible_truncation, reason = "a metre or two")]
            let half = (line.diameter_m as f32 / 2.0 * scale).max(LEAST_HALF);
            let way = to - from;
            let share = ((at - from).dot(way) / way.length_squared().max(1e-6)).clamp(0.0, 1.0);
            Some(((from + way * share).distance(at) - half).max(0.0))
        });
        off.min_by(f32::total_cmp).filter(|off| *off <= SLACK)
    };
    // The deepest come first, so that of two that are hit the later one lies over the other.
    let hits = lines.iter().rev().filter(|line| shown(line.network)).filter_map(|line| Some((miss(line)?, line.pipe)));
    hits.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, pipe)| pipe)
}

/// How many pipes of a network there are in the circle, their metres there, and the least and greatest diameter in metres;
/// `None` where there are none.
#[must_use]
pub fn sum(lines: &[Line], network: Network) -> Option<(usize, f64, RangeInclusive<f64>)> {
    let own = || lines.iter().filter(|line| line.network == network);
    let least = own().map(|line| line.diameter_m).min_by(f64::total_cmp)?;
    let most = own().map(|line| line.diameter_m).max_by(f64::total_cmp)?;
    Some((own().count(), own().map(Line::length_m).sum(), least..=most))
}

/// The kind of sensors that hang on pipes of a network.
#[must_use]
pub const fn measured_by(network: Network) -> SensorKind {
    match network {
        Network::Gas => SensorKind::CombustibleGas,
        Network::Water => SensorKind::Flow,
        Network::Drainage => SensorKind::WaterLevel,
        Network::Power => SensorKind::PowerLoad,
    }
}

/// The sensors that hang on a pipe, by their identity: those of its kind that lie at it, as far as it is in the circle.
#[must_use]
pub fn hanging<'a>(line: &Line, stations: impl Iterator<Item = &'a Station>) -> Vec<&'a Station> {
    let kind = measured_by(line.network);
    let lies = |station: &&Station| {
        let far = |(a, b): (&Spot, &Spot)| off_m(a.at, b.at, station.at);
        let pairs = line.runs.iter().flat_map(|run| run.iter().zip(run.iter().skip(1)));
        station.row.kind == kind && pairs.map(far).any(|off| off <= HANGS_M)
    };
    let mut found: Vec<&Station> = stations.filter(lies).collect();
    found.sort_by(|one, other| one.row.id.cmp(&other.row.id));
    found
}

/// Metres from a place to a straight.
fn off_m(a: [f64; 2], b: [f64; 2], at: [f64; 2]) -> f64 {
    let way = [b[0] - a[0], b[1] - a[1]];
    let long = way[0] * way[0] + way[1] * way[1];
    let share = ((at[0] - a[0]) * way[0] + (at[1] - a[1]) * way[1]) / long.max(1e-9);
    let share = share.clamp(0.0, 1.0);
    (a[0] + way[0] * share - at[0]).hypot(a[1] + way[1] * share - at[1])
}

/// What labels keep within and clear of, and how the city is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// What is cut open.
    pub window: Window,
    /// The view.
    pub view: &'a CityView,
    /// Points that labels keep within.
    pub free: Rect,
    /// Points that something else has.
    pub taken: &'a [Rect],
}

/// Where pipes are labelled: mains before branches, wide before narrow, each once, where enough of it is in sight and
/// nothing else is written. `size` tells how large a label is in points, `hidden` whether something stands before a spot.
#[must_use]
pub fn labels(
    lines: &[&Line],
    room: Room<'_>,
    size: impl Fn(&Line) -> Vec2,
    hidden: impl Fn(&Spot) -> bool,
) -> Vec<(u32, Rect)> {
    let mut lines: Vec<&Line> = lines.to_vec();
    let rank = |line: &Line| (line.is_main, line.diameter_m);
    lines.sort_by(|one, other| {
        let ((main, wide), (other_main, other_wide)) = (rank(one), rank(other));
        other_main.cmp(&main).then(other_wide.total_cmp(&wide)).then(one.pipe.cmp(&other.pipe))
    });
    let mut labels: Vec<(u32, Rect)> = Vec::new();
    for line in lines {
        if labels.len() >= LABELS {
            break;
        }
        let size = size(line);
        let Some((middle, spot)) = middle_of(line, room, size.x * LABEL_ROOM) else { continue };
        let rect = Rect::from_center_size(middle, size);
        let clear = |other: &Rect| other.intersect(rect).is_empty();
        let free = room.free.contains(rect.min) && room.free.contains(rect.max);
        let clear = free && room.taken.iter().all(clear) && labels.iter().all(|(_, other)| clear(other));
        if clear && !hidden(&spot) {
            labels.push((line.pipe, rect));
        }
    }
    labels
}

/// The middle of the longest stretch of a pipe that is in sight and at least so many points long, and the spot nearest to
/// it.
fn middle_of(line: &Line, room: Room<'_>, least: f32) -> Option<(Vec2, Spot)> {
    let eye = eye_of(room.view);
    let place = |spot: &Spot| {
        let (at, _) = on_screen(room.view, spot).filter(|_| is_seen(eye, spot, room.window))?;
        room.free.contains(at).then_some((at, *spot))
    };
    let mut best: Option<(f32, Vec<(Vec2, Spot)>)> = None;
    for run in &line.runs {
        let mut stretch: Vec<(Vec2, Spot)> = Vec::new();
        for spot in run.iter().map(Some).chain([None]) {
            if let Some(seen) = spot.and_then(place) {
                stretch.push(seen);
                continue;
            }
            let long = long(&stretch);
            if long >= least && best.as_ref().is_none_or(|(most, _)| long > *most) {
                best = Some((long, std::mem::take(&mut stretch)));
            }
            stretch.clear();
        }
    }
    let (long, stretch) = best?;
    let mut left = long / 2.0;
    for ((from, spot), (to, _)) in stretch.iter().zip(stretch.iter().skip(1)) {
        let step = from.distance(*to);
        if step >= left {
            return Some((from.lerp(*to, left / step.max(1e-3)), *spot));
        }
        left -= step;
    }
    None
}

fn long(stretch: &[(Vec2, Spot)]) -> f32 {
    stretch.iter().zip(stretch.iter().skip(1)).map(|((a, _), (b, _))| a.distance(*b)).sum()
}
