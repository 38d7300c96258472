//! Areas as a picture that lies on the ground: each filled with a colour, hatched or clear. Pure.

use super::look::tokens::{self, Rgb};
use super::twin::drape::{Picture, Tiles};
use crate::ground::City;

/// Cells of a picture along its longer side.
const SIDE: f64 = 768.0;
/// A stripe of hatching has so many cells, of which some are filled.
const STRIPE: [usize; 2] = [10, 2];
/// How opaque hatching is, and the line between two areas.
const HATCHING: u8 = 150;
const SEAM: u8 = 130;
/// Whose cell nobody's is.
const NOBODY: usize = usize::MAX;

/// What an area is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// A colour, and how opaque it is.
    Colour(Rgb, u8),
    /// Stripes: it has no data.
    Hatched,
    /// Nothing.
    Clear,
}

/// An area with its rings in metres.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch<'a> {
    /// Its rings; what lies within an odd number of them is its own.
    pub rings: Vec<&'a [[f32; 2]]>,
    /// What it is filled with.
    pub fill: Fill,
}

impl<'a> Patch<'a> {
    /// The area of a city with this number; `None` where there is none.
    #[must_use]
    pub fn of(city: &'a City, area: u32, fill: Fill) -> Option<Self> {
        let record = city.areas().get(area as usize)?;
        Some(Self { rings: city.rings_of(record).collect(), fill })
    }
}

/// What a cell has: red, green, blue, opaque.
fn cell(fill: Fill, column: usize, row: usize) -> [u8; 4] {
    match fill {
        Fill::Colour(Rgb(r, g, b), opaque) => [r, g, b, opaque],
        Fill::Hatched if (column + row) % STRIPE[0] < STRIPE[1] => {
            let Rgb(r, g, b) = tokens::FAINT;
            [r, g, b, HATCHING]
        }
        Fill::Hatched | Fill::Clear => [0; 4],
    }
}

/// The picture of some areas; `None` where they have no rings.
#[must_use]
pub fn picture(patches: &[Patch<'_>]) -> Option<Picture> {
    let points = || patches.iter().flat_map(|patch| &patch.rings).flat_map(|ring| ring.iter());
    let first = points().next()?.map(f64::from);
    let (low, high) = points()
        .map(|point| point.map(f64::from))
        .fold((first, first), |(low, high), [x, y]| ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)]));
    let metres = ((high[0] - low[0]).max(high[1] - low[1]) / SIDE).max(1.0);
    // Around it nothing is painted: what lies beyond a picture looks like its rim.
    let (low, high) = (low.map(|v| v - metres), high.map(|v| v + metres));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 768 and some")]
    let cells = |long: f64| (long / metres).ceil().max(1.0) as usize;
    let (columns, rows) = (cells(high[0] - low[0]), cells(high[1] - low[1]));
    let mut rgba = vec![0_u8; columns * rows * 4];
    let mut owners = vec![NOBODY; columns * rows];
    let mut crossings: Vec<f64> = Vec::new();
    for (owner, patch) in patches.iter().enumerate().filter(|(_, patch)| patch.fill != Fill::Clear) {
        let norths = || patch.rings.iter().flat_map(|ring| ring.iter()).map(|point| f64::from(point[1]));
        let (south, north) = norths().fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(y), high.max(y)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row, 0 or more")]
        let row = |y: f64| ((y - low[1]) / metres).max(0.0) as usize;
        for row in row(south)..(row(north) + 1).min(rows) {
            let y = low[1] + (row as f64 + 0.5) * metres;
            crossings.clear();
            patch.rings.iter().for_each(|ring| crossed_by(ring, y, &mut crossings));
            crossings.sort_unstable_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let [from, to] = pair else { continue };
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a column, 0 or more")]
                let column = |x: f64| ((x - low[0]) / metres + 0.5).floor().max(0.0) as usize;
                for column in column(*from)..column(*to).min(columns) {
                    let at = row * columns + column;
                    if let (Some(pixel), Some(known)) = (rgba.get_mut(at * 4..at * 4 + 4), owners.get_mut(at)) {
                        pixel.copy_from_slice(&cell(patch.fill, column, row));
                        *known = owner;
                    }
                }
            }
        }
    }
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    for (at, pixel) in pixels.iter_mut().enumerate() {
        let owner = |at: usize| owners.get(at).copied().filter(|owner| *owner != NOBODY);
        // The rim is clear, so that the cell to the right is of the same row.
        let differs = |other: usize| owner(at).zip(owner(other)).is_some_and(|(one, other)| one != other);
        if differs(at + 1) || differs(at + columns) {
            let Rgb(r, g, b) = tokens::TEXT;
            *pixel = [r, g, b, SEAM];
        }
    }
    let high = [low[0] + columns as f64 * metres, low[1] + rows as f64 * metres];
    let size = [u32::try_from(columns).ok()?, u32::try_from(rows).ok()?];
    Some(Picture { size, low, high, rgba, tiles: Tiles::Squares })
}

/// Where a ring crosses a line from west to east.
fn crossed_by(ring: &[[f32; 2]], y: f64, crossings: &mut Vec<f64>) {
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
        if (ay > y) != (by > y) {
            crossings.push(ax + (y - ay) / (by - ay) * (bx - ax));
        }
    }
}

/// Square kilometres that rings enclose, the outer ones counter-clockwise and holes clockwise.
#[must_use]
pub fn km2<'a>(rings: impl Iterator<Item = &'a [[f32; 2]]>) -> f64 {
    let ring = |ring: &[[f32; 2]]| -> f64 {
        let Some(origin) = ring.first().map(|point| point.map(f64::from)) else { return 0.0 };
        let off = |point: &[f32; 2]| [f64::from(point[0]) - origin[0], f64::from(point[1]) - origin[1]];
        let sides = ring.iter().zip(ring.iter().cycle().skip(1));
        sides.map(|(a, b)| (off(a), off(b))).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum()
    };
    (rings.map(ring).sum::<f64>() / 2e6).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(left: f32, bottom: f32, side: f32) -> Vec<[f32; 2]> {
        vec![[left, bottom], [left + side, bottom], [left + side, bottom + side], [left, bottom + side]]
    }

    #[test]
    fn a_hole_of_an_area_is_clear_and_does_not_count_to_its_size() {
        let (outer, mut hole) = (square(0.0, 0.0, 1_000.0), square(400.0, 400.0, 500.0));
        hole.reverse();
        assert!((km2([outer.as_slice(), hole.as_slice()].into_iter()) - 0.75).abs() < 1e-9);
        assert!(km2(std::iter::empty()).abs() < 1e-9);
        let fill = Fill::Colour(Rgb(1, 2, 3), 200);
        let laid = picture(&[Patch { rings: vec![&outer, &hole], fill }]).unwrap();
        let [columns, rows] = laid.size.map(|v| v as usize);
        let pixel = |east: f64, north: f64| -> [u8; 4] {
            // Hundredths of the way from one end to the other, as whole numbers.
            let part = |v: f64, axis: usize, cells: usize| {
                let share = (v - laid.low[axis]) / (laid.high[axis] - laid.low[axis]) * 10_000.0;
                format!("{share:.0}").parse::<usize>().unwrap() * cells / 10_000
            };
            let at = (part(north, 1, rows) * columns + part(east, 0, columns)) * 4;
            laid.rgba[at..at + 4].try_into().unwrap()
        };
        assert_eq!(pixel(200.0, 650.0), [1, 2, 3, 200]);
        assert_eq!(pixel(650.0, 650.0), [0; 4]);
        assert_eq!(pixel(950.0, 650.0), [1, 2, 3, 200]);
        assert_eq!(pixel(950.0, 30.0), [1, 2, 3, 200]);
    }

    #[test]
    fn a_line_parts_neighbours_and_none_runs_around_them() {
        let (one, other) = (square(0.0, 0.0, 100.0), square(100.0, 0.0, 100.0));
        let fill = Fill::Colour(Rgb(1, 2, 3), 200);
        let laid = picture(&[Patch { rings: vec![&one], fill }, Patch { rings: vec![&other], fill }]).unwrap();
        let columns = laid.size[0] as usize;
        let middle: Vec<[u8; 4]> = laid.rgba.as_chunks::<4>().0[50 * columns..51 * columns].to_vec();
        let Rgb(r, g, b) = tokens::TEXT;
        let seams: Vec<usize> = (0..columns).filter(|at| middle[*at] == [r, g, b, SEAM]).collect();
        assert_eq!(seams, [100]);
        assert_eq!((middle[0], middle[1], middle[200], middle[201]), ([0; 4], [1, 2, 3, 200], [1, 2, 3, 200], [0; 4]));
    }
}
