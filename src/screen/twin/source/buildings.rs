//! Buildings: corners go to the adapter as they lie in the pack. Their indices are sorted once, while they are
//! uploaded: `[walls, lowest buildings first][roofs, greatest footprint first]`. A chunk that is far away draws one
//! range from the first wall that is still more than a pixel high to the last roof that is still seen.

use std::ops::Range;

use super::Steps;
use crate::ground::City;
use crate::ground::pack::records::{Building, Chunk, Corner};

/// Heights in metres below which walls go into one step of detail.
pub const HEIGHTS: [f32; 6] = [4.0, 7.0, 12.0, 20.0, 35.0, 70.0];
/// Sides of the footprint in metres above which roofs go into one step of detail.
pub const SIDES: [f32; 4] = [60.0, 30.0, 15.0, 7.0];

const WALL_STEPS: usize = HEIGHTS.len() + 1;
const ROOF_STEPS: usize = SIDES.len() + 1;

/// The indices of a building chunk to draw where a metre is at most `scale` pixels.
#[must_use]
pub fn drawn(steps: &Steps, scale: f32) -> Range<u32> {
    let low = HEIGHTS.iter().filter(|height| **height * scale < 1.25).count();
    let small = SIDES.iter().filter(|side| **side * scale >= 0.7).count();
    steps.range(low..WALL_STEPS + small + 1)
}

/// The indices of a chunk of buildings sorted into steps.
#[must_use]
pub fn sorted(city: &City, chunk: &Chunk) -> (Vec<u16>, Steps) {
    let (corners, buildings) = (city.corners_of(chunk), city.buildings_of(chunk));
    sort(city.indices_of(chunk), corners, &detail(chunk, corners, buildings))
}

fn sort(indices: &[u16], corners: &[Corner], detail: &[[u8; 2]]) -> (Vec<u16>, Steps) {
    let step = |first: u16| -> usize {
        let building = corners.get(usize::from(first >> 1)).map_or(0, |corner| usize::from(corner.building));
        let [wall, roof] = detail.get(building).copied().unwrap_or_default();
        if first & 1 == 0 { usize::from(wall) } else { WALL_STEPS + usize::from(roof) }
    };
    let mut starts = vec![0_u32; WALL_STEPS + ROOF_STEPS + 1];
    for first in indices.iter().step_by(3) {
        if let Some(start) = starts.get_mut(step(*first) + 1) {
            *start += 3;
        }
    }
    let mut total = 0;
    for start in &mut starts {
        total += *start;
        *start = total;
    }
    let mut next = starts.clone();
    let mut sorted = vec![0_u16; indices.len()];
    for triangle in indices.chunks_exact(3) {
        if let Some(at) = triangle.first().and_then(|first| next.get_mut(step(*first))) {
            if let Some(to) = sorted.get_mut(*at as usize..*at as usize + 3) {
                to.copy_from_slice(triangle);
            }
            *at += 3;
        }
    }
    (sorted, Steps(starts))
}

/// Steps of walls and roof of each building of a chunk.
fn detail(chunk: &Chunk, corners: &[Corner], buildings: &[Building]) -> Vec<[u8; 2]> {
    let metres = [chunk.extent[0] / 65535.0, chunk.extent[1] / 65535.0];
    let span = |values: &mut dyn Iterator<Item = u16>| {
        let (low, high) = values.fold((u16::MAX, 0), |(low, high), value| (low.min(value), high.max(value)));
        f32::from(high.saturating_sub(low))
    };
    let count = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    let steps = |building: &Building| {
        let from = usize::from(building.first_corner);
        let own = corners.get(from..from + usize::from(building.corner_count)).unwrap_or_default();
        let east = span(&mut own.iter().map(|corner| corner.x)) * metres[0];
        let side = east.max(span(&mut own.iter().map(|corner| corner.y)) * metres[1]);
        let height = f32::from(building.top_dm.saturating_sub(building.foot_dm)) * 0.1;
        [
            count(HEIGHTS.iter().filter(|step| height > **step).count()),
            count(SIDES.iter().filter(|step| side < **step).count()),
        ]
    };
    buildings.iter().map(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_chunks_leave_out_low_walls_and_small_roofs() {
        // Two buildings with one wall and one roof triangle each: a shed of 3 m and a hall of 100 m.
        let chunk = Chunk {
            origin: [0.0; 3],
            extent: [655.35; 3],
            first_vertex: 0,
            vertex_count: 4,
            first_index: 0,
            index_count: 12,
            first_building: 0,
            building_count: 2,
        };
        let corner = |x, building| Corner { x, y: 0, building, normal: 0, flags: 0 };
        let corners = [corner(0, 0), corner(500, 0), corner(0, 1), corner(6500, 1)];
        let building = |top_dm, first_corner| Building {
            source_id: 0,
            name: 0,
            area: u32::MAX,
            ground_dm: 0,
            reserved: 0,
            first_corner,
            corner_count: 2,
            top_dm,
            foot_dm: 0,
            class: 0,
            flags: 0,
            levels: 0,
            shade: 0,
        };
        let detail = detail(&chunk, &corners, &[building(30, 0), building(1000, 2)]);
        let (sorted, steps) = sort(&[0, 1, 2, 1, 3, 1, 4, 5, 6, 5, 7, 5], &corners, &detail);
        assert_eq!(sorted, [0, 1, 2, 4, 5, 6, 5, 7, 5, 1, 3, 1]);
        assert_eq!(drawn(&steps, 10.0), 0..12, "near: everything");
        assert_eq!(drawn(&steps, 0.2), 3..12, "the shed's wall is left out first");
        assert_eq!(drawn(&steps, 0.02), 3..9, "then its roof");
        assert_eq!(drawn(&steps, 0.002), 3..9, "very far: the walls of what may be a tower and great roofs stay");
    }
}
