//! How much of a chunk of buildings is drawn, by how wrong it would look. A building is a prism, or from afar the box
//! of its [`Massing`]. Where boxes would be smaller than two pixels there are fewer and larger ones.

use crate::ground::pack::massing::ERRORS_M;
use crate::ground::pack::records::{Building, Corner, Massing};

/// Number of details.
pub const DETAILS: usize = Massing::DETAILS;

/// Pixels by which a box may be wrong.
const BOX_PX: f32 = 1.75;
/// Pixels of the side of the smallest box.
const SMALLEST_PX: f32 = 2.4;

/// Where the details of a chunk start among something of it; the last is the end.
pub type Starts = [u32; DETAILS + 1];

/// The first detail of a chunk that is drawn as prisms, where a metre of the nearest building has `scale` pixels; those
/// before are boxes.
#[must_use]
pub fn first_prism(scale: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "metres")]
    let is_box = |error: &&f64| **error as f32 * scale <= BOX_PX;
    ERRORS_M.iter().take_while(is_box).count()
}

/// The share of the boxes of a detail that is drawn where a metre has `scale` pixels, and how many times as long each
/// is for that.
#[must_use]
pub fn thinned(detail: usize, scale: f32) -> (f32, f32) {
    // The short side of a box is about five times what it is wrong by.
    #[expect(clippy::cast_possible_truncation, reason = "metres")]
    let error = |i: usize| ERRORS_M.get(i).map_or(f32::INFINITY, |error| *error as f32);
    let side = match detail.checked_sub(1) {
        Some(below) => 2.4 * (error(below) + error(detail).min(40.0)),
        None => 3.0 * error(0),
    };
    let grow = (SMALLEST_PX / (side * scale)).max(1.0);
    (1.0 / (grow * grow), grow)
}

/// How many pixels a box of the chunk's worst detail is wrong by: the need for its prisms.
#[must_use]
pub fn need(starts: &Starts, scale: f32) -> f32 {
    let worst = (0..DETAILS).rev().find(|detail| starts.get(detail + 1) > starts.get(*detail));
    #[expect(clippy::cast_possible_truncation, reason = "metres")]
    let error = worst.and_then(|detail| ERRORS_M.get(detail)).map_or(0.0, |error| error.min(60.0) as f32);
    error * scale
}

/// Where the details start among the buildings of a chunk.
#[must_use]
pub fn starts(massings: &[Massing]) -> Starts {
    std::array::from_fn(|detail| {
        u32::try_from(massings.partition_point(|massing| massing.detail() < detail)).unwrap_or(u32::MAX)
    })
}

/// Where the details start among the indices of a chunk, whose triangles follow the order of its buildings.
#[must_use]
pub fn index_starts(starts: &Starts, buildings: &[Building], indices: &[u16]) -> Starts {
    starts.map(|building| {
        let first = buildings.get(building as usize).map(|building| building.first_corner);
        let at = first.map_or(indices.len(), |first| indices.partition_point(|index| index >> 1 < first));
        u32::try_from(at).unwrap_or(u32::MAX)
    })
}

/// Bytes of a chunk's corners and indices on the adapter.
#[must_use]
pub fn prism_bytes(corners: u32, indices: u32) -> u64 {
    u64::from(corners) * size_of::<Corner>() as u64 + u64::from(indices) * size_of::<u16>() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detail_is_lost_step_by_step_with_the_distance() {
        assert_eq!(first_prism(10.0), 0, "near: prisms alone");
        assert_eq!(first_prism(0.45), 2, "small ones are boxes");
        assert_eq!(first_prism(0.2), 4, "then larger ones");
        assert_eq!(first_prism(0.01), 7, "the greatest stay prisms");
        for step in 1_u8..100 {
            assert!(first_prism(f32::from(step) * 0.02) >= first_prism(f32::from(step + 1) * 0.02));
        }
        assert_eq!(first_prism(f32::INFINITY), 0);
    }

    #[test]
    fn fewer_and_larger_boxes_cover_as_much() {
        for detail in 0..DETAILS {
            for scale in [0.5, 0.1, 0.03] {
                let (share, grow) = thinned(detail, scale);
                assert!((share * grow * grow - 1.0).abs() < 1e-4 && grow >= 1.0);
            }
        }
        assert_eq!(thinned(2, 0.5), (1.0, 1.0), "what is seen well is all there");
        assert!(thinned(0, 0.1).0 < thinned(3, 0.1).0, "small ones go first");
    }

    #[test]
    fn details_start_where_their_buildings_do() {
        let massing = |detail: u32| Massing { x: 0, y: 0, shape: detail << 28, heights: 0 };
        let starts = starts(&[massing(0), massing(2), massing(2), massing(7)]);
        assert_eq!(starts, [0, 1, 1, 3, 3, 3, 3, 3, 4]);
        let building = |first_corner| Building { first_corner, corner_count: 3, ..bytemuck::Zeroable::zeroed() };
        let buildings = [building(0), building(3), building(6), building(9)];
        let indices: Vec<u16> = (0..12).flat_map(|corner| [corner * 2, corner * 2 + 1]).collect();
        assert_eq!(index_starts(&starts, &buildings, &indices), [0, 6, 6, 18, 18, 18, 18, 18, 24]);
        assert!(need(&starts, 0.1) > BOX_PX, "a building of the last detail wants its prism");
        assert!(need(&[0, 4, 4, 4, 4, 4, 4, 4, 4], 1.0) < BOX_PX);
    }
}
