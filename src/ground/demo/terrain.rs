//! The ground's heights as a grid of posts.

use super::ORIGIN;
use super::sheet::Sheet;
use super::site::Site;
use crate::ground::frame::LocalFrame;
use crate::ground::pack::model::{Fix, TerrainGrid, lonlat_from_fix};

/// Posts over the city's bounds and some way around.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousand posts a side")]
pub(super) fn grid(site: &Site, (low, high): (Fix, Fix)) -> TerrainGrid {
    let frame = LocalFrame::new(ORIGIN);
    let step_m = (site.radius / 80.0).clamp(100.0, 160.0);
    let (zero, one) = (Sheet::fix([0.0, 0.0]), Sheet::fix([step_m, step_m]));
    let step = [one[0] - zero[0], one[1] - zero[1]];
    let margin = ((0.3 * site.radius) / step_m).ceil() as i32;
    let south_west = [low[0] - margin * step[0], low[1] - margin * step[1]];
    let count = |axis: usize| {
        let at = |v: &Fix| v.get(axis).copied().unwrap_or_default();
        let posts = (at(&high) - at(&low)) / at(&step).max(1) + 2 * margin + 2;
        u32::try_from(posts).unwrap_or(2)
    };
    let (columns, rows) = (count(0), count(1));
    let mut heights_dm = Vec::with_capacity(columns as usize * rows as usize);
    for row in 0..rows {
        for column in 0..columns {
            let at = [
                south_west[0].saturating_add(step[0].saturating_mul(column.cast_signed())),
                south_west[1].saturating_add(step[1].saturating_mul(row.cast_signed())),
            ];
            let height = site.height(frame.metres_from_lonlat(lonlat_from_fix(at)));
            heights_dm.push((height * 10.0).round() as u16);
        }
    }
    TerrainGrid { south_west, step, columns, rows, heights_dm }
}
