//! Which building a ray hits: exact against walls, roofs and the ground before them, holes respected.

mod ray;

use super::City;
use crate::ground::pack::records::{Building, Chunk};
use ray::{Ray, Scale};

/// Squares along each side of a chunk.
const SIDE: usize = 8;
/// Metres along the side of a field, in which chunks are looked up.
const FIELD_M: f64 = 800.0;
/// At most so many fields along a side of the city.
const FIELDS: usize = 1_024;
/// Metres that the ground may lie before a wall and not hide it: both are rounded to decimetres.
const SLACK_M: f64 = 0.05;

impl City {
    /// Whether a building stands between an eye and a place, both in metres east, north and up.
    #[must_use]
    pub fn hides(&self, [x, y, z]: [f64; 3], [east, north, up]: [f64; 3]) -> bool {
        let (dx, dy, dz) = (east - x, north - y, up - z);
        let way = (dx * dx + dy * dy + dz * dz).sqrt().max(1.0);
        let hit = self.pick_building([x, y, z], [dx / way, dy / way, dz / way]);
        hit.is_some_and(|(_, at)| at < way * 0.98)
    }

    /// The first building that a ray hits, and how many metres along it; what lies behind the ground is not hit. The
    /// ray starts at `origin` and runs along `direction` (of any length), both in the pack's axes: east, north, up.
    ///
    /// The first call after opening indexes the buildings, some hundred milliseconds for a million, unless
    /// [`Self::prepare_lookups`] did.
    #[must_use]
    pub fn pick_building(&self, origin: [f64; 3], direction: [f64; 3]) -> Option<(u32, f64)> {
        let ray = Ray::new(origin, direction)?;
        let ground = self.ray_ground(ray.origin, ray.direction).map_or(f64::INFINITY, |at| ray.along(at) + SLACK_M);
        let index = self.picks.get_or_init(|| PickIndex::of(self));
        let chunks = index.chunks_along(self.chunks(), &ray, ground);
        let mut best = Best { building: None, metres: ground };
        for (enter, leave, number) in chunks {
            if enter > best.metres {
                break;
            }
            if let Some(chunk) = self.chunks().get(number) {
                self.pick_in(chunk, index, number, &ray, [enter, leave], &mut best);
            }
        }
        best.building.map(|building| (building, best.metres))
    }

    /// Index the buildings now, which the first pick would do otherwise.
    pub(super) fn prepare_picks(&self) {
        self.picks.get_or_init(|| PickIndex::of(self));
    }

    /// Walks the squares of a chunk along the ray from where it enters to where it leaves.
    fn pick_in(
        &self,
        chunk: &Chunk,
        index: &PickIndex,
        number: usize,
        ray: &Ray,
        [enter, leave]: [f64; 2],
        best: &mut Best,
    ) {
        let (corners, buildings) = (self.corners_of(chunk), self.buildings_of(chunk));
        let scale = Scale::new(chunk);
        let side = scale.step.map(|step| step * (65_536 / SIDE) as f64);
        let mut walk = Walk::new(ray, scale.origin, side, [SIDE; 2], enter);
        loop {
            for own in index.square(number, walk.square()) {
                let global = chunk.first_building + u32::from(*own);
                let (Some(building), Some(b)) = (buildings.get(usize::from(*own)), index.boxes.get(global as usize))
                else {
                    continue;
                };
                let (low, high) = (scale.metres(b[0], b[1]), scale.metres(b[2], b[3]));
                let (foot, top) = heights(building);
                let Some((enters, _)) = ray.within([low[0], low[1], foot], [high[0], high[1], top]) else { continue };
                if enters > best.metres {
                    continue;
                }
                let from = usize::from(building.first_corner);
                let outline = corners.get(from..from + usize::from(building.corner_count)).unwrap_or_default();
                if let Some(hit) = ray.prism(outline, scale, foot, top)
                    && hit < best.metres
                {
                    *best = Best { building: Some(global), metres: hit };
                }
            }
            // What was hit in this square may lie in the next one: a building counts to all squares it touches.
            let next = walk.next();
            if next > leave || next > best.metres || !walk.step() {
                return;
            }
        }
    }
}

struct Best {
    building: Option<u32>,
    metres: f64,
}

/// Buildings by the squares they touch.
#[derive(Debug)]
pub(super) struct PickIndex {
    /// The box of every building, quantised as its chunk: west, south, east, north.
    boxes: Vec<[u16; 4]>,
    /// Where the buildings of a square begin in `numbers`: `SIDE * SIDE` squares a chunk, and the end.
    starts: Vec<u32>,
    /// Numbers of buildings within their chunk.
    numbers: Vec<u16>,
    fields: Fields,
}

/// Chunks by the fields they touch, all over the city.
#[derive(Debug)]
struct Fields {
    low: [f64; 3],
    high: [f64; 3],
    side: [f64; 2],
    count: [usize; 2],
    chunks: Vec<Vec<u32>>,
}

impl Fields {
    fn of(chunks: &[Chunk]) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for [from, to] in chunks.iter().map(bounds) {
            for (low, from) in low.iter_mut().zip(from) {
                *low = low.min(from);
            }
            for (high, to) in high.iter_mut().zip(to) {
                *high = high.max(to);
            }
        }
        let span = [0, 1].map(|axis: usize| {
            let of = |v: &[f64; 3]| v.get(axis).copied().unwrap_or_default();
            (of(&high) - of(&low)).max(1.0)
        });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; no chunks make it 1")]
        let count = span.map(|span| ((span / FIELD_M).ceil() as usize).clamp(1, FIELDS));
        let mut fields =
            Self { low, high, side: [span[0] / count[0] as f64, span[1] / count[1] as f64], count, chunks: Vec::new() };
        fields.chunks.resize(count[0] * count[1], Vec::new());
        for (number, [from, to]) in (0..).zip(chunks.iter().map(bounds)) {
            let (from, to) = (fields.at(from), fields.at(to));
            for y in from[1]..=to[1] {
                for x in from[0]..=to[0] {
                    if let Some(field) = fields.chunks.get_mut(y * count[0] + x) {
                        field.push(number);
                    }
                }
            }
        }
        fields
    }

    /// Column and row of the field that a point lies in.
    fn at(&self, [x, y, _]: [f64; 3]) -> [usize; 2] {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the fields")]
        let along = |v: f64, low: f64, side: f64, count: usize| (((v - low) / side).max(0.0) as usize).min(count - 1);
        [along(x, self.low[0], self.side[0], self.count[0]), along(y, self.low[1], self.side[1], self.count[1])]
    }
}

impl PickIndex {
    pub(super) fn of(city: &City) -> Self {
        let mut boxes = vec![[u16::MAX, u16::MAX, 0, 0]; city.buildings().len()];
        let mut starts = Vec::with_capacity(city.chunks().len() * SIDE * SIDE + 1);
        let mut numbers = Vec::new();
        let mut squares: Vec<Vec<u16>> = vec![Vec::new(); SIDE * SIDE];
        for chunk in city.chunks() {
            for corner in city.corners_of(chunk) {
                if let Some(b) = boxes.get_mut(chunk.first_building as usize + usize::from(corner.building)) {
                    *b = [b[0].min(corner.x), b[1].min(corner.y), b[2].max(corner.x), b[3].max(corner.y)];
                }
            }
            let first = chunk.first_building as usize;
            let own = boxes.get(first..first + chunk.building_count as usize).unwrap_or_default();
            for (building, b) in (0..=u16::MAX).zip(own) {
                for y in square_of(b[1])..=square_of(b[3]) {
                    for x in square_of(b[0])..=square_of(b[2]) {
                        if let Some(square) = squares.get_mut(y * SIDE + x) {
                            square.push(building);
                        }
                    }
                }
            }
            for square in &mut squares {
                starts.push(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
                numbers.append(square);
            }
        }
        starts.push(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
        numbers.shrink_to_fit();
        Self { boxes, starts, numbers, fields: Fields::of(city.chunks()) }
    }

    /// The chunks that a ray passes before `until` metres, in the order in which it enters them: where it enters and
    /// leaves each, and its number.
    fn chunks_along(&self, chunks: &[Chunk], ray: &Ray, until: f64) -> Vec<(f64, f64, usize)> {
        let fields = &self.fields;
        let mut found: Vec<(f64, f64, usize)> = Vec::new();
        let Some((enter, leave)) = ray.within(fields.low, fields.high) else { return found };
        let leave = leave.min(until);
        let [east, north, _] = fields.low;
        let mut walk = Walk::new(ray, [east, north], fields.side, fields.count, enter);
        loop {
            for number in fields.chunks.get(walk.square()).into_iter().flatten() {
                let number = *number as usize;
                if found.iter().any(|(_, _, other)| *other == number) {
                    continue;
                }
                let span = chunks.get(number).map(bounds).and_then(|[low, high]| ray.within(low, high));
                if let Some((enter, leave)) = span.filter(|(enter, _)| *enter <= until) {
                    found.push((enter, leave, number));
                }
            }
            if walk.next() > leave || !walk.step() {
                break;
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found
    }

    fn square(&self, chunk: usize, square: usize) -> &[u16] {
        let at = chunk * SIDE * SIDE + square;
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range.and_then(|(from, to)| self.numbers.get(*from as usize..*to as usize)).unwrap_or_default()
    }
}

/// The row or column of squares that a quantised number lies in.
fn square_of(quantised: u16) -> usize {
    usize::from(quantised) * SIDE / 65_536
}

/// The squares of a grid in the order in which a ray passes them.
struct Walk {
    square: [usize; 2],
    count: [usize; 2],
    /// Metres along the ray at which it crosses the next line of squares in either direction.
    next: [f64; 2],
    /// Metres along the ray from one line to the next.
    every: [f64; 2],
    forwards: [bool; 2],
}

impl Walk {
    fn new(ray: &Ray, origin: [f64; 2], side: [f64; 2], count: [usize; 2], enter: f64) -> Self {
        let mut walk =
            Self { square: [0; 2], count, next: [f64::INFINITY; 2], every: [f64::INFINITY; 2], forwards: [true; 2] };
        let parts = ray.origin.iter().zip(&ray.direction).zip(origin.iter().zip(side)).zip(count);
        let slots = walk.square.iter_mut().zip(&mut walk.next).zip(walk.every.iter_mut().zip(&mut walk.forwards));
        for ((((o, d), (origin, side)), count), ((square, next), (every, forwards))) in parts.zip(slots) {
            // A chunk of no extent has all its squares in the first.
            let side = side.max(1e-9);
            let at = (o + d * enter - origin) / side;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the squares")]
            let start = at.floor().clamp(0.0, count as f64 - 1.0) as usize;
            *square = start;
            *forwards = *d >= 0.0;
            if d.abs() > 1e-12 {
                *every = side / d.abs();
                let line = origin + side * (start + usize::from(*forwards)) as f64;
                *next = (line - o) / d;
            }
        }
        walk
    }

    fn square(&self) -> usize {
        let [x, y] = self.square;
        y * self.count[0] + x
    }

    /// Metres along the ray at which it leaves this square.
    fn next(&self) -> f64 {
        let [x, y] = self.next;
        x.min(y)
    }

    /// On to the next square; `false` where there is none.
    fn step(&mut self) -> bool {
        let axis = usize::from(self.next[1] < self.next[0]);
        let slots = self.square.get_mut(axis).zip(self.next.get_mut(axis));
        let (Some((square, next)), Some(every), Some(forwards), Some(count)) =
            (slots, self.every.get(axis), self.forwards.get(axis), self.count.get(axis))
        else {
            return false;
        };
        *next += every;
        if *forwards {
            *square += 1;
            *square < *count
        } else {
            square.checked_sub(1).inspect(|less| *square = *less).is_some()
        }
    }
}

fn bounds(chunk: &Chunk) -> [[f64; 3]; 2] {
    let low = chunk.origin.map(f64::from);
    let [x, y, z] = chunk.extent.map(f64::from);
    [low, [low[0] + x, low[1] + y, low[2] + z]]
}

fn heights(building: &Building) -> (f64, f64) {
    let ground = f64::from(building.ground_dm);
    ((ground + f64::from(building.foot_dm)) / 10.0, (ground + f64::from(building.top_dm)) / 10.0)
}
