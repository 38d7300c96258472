//! Fill a block with buildings.

use super::Random;
use super::block::{Block, Filled, Made, Zone};
use crate::ground::pack::records::BuildingClass;
use crate::ground::pack::shape::{self, Xy};

/// Put about `wanted` buildings into `block`. The same block gives the same buildings.
pub(super) fn fill(block: &Block, wanted: usize, out: &mut Filled) {
    if matches!(block.zone, Zone::Farm | Zone::Vacant | Zone::Park) {
        return;
    }
    let mut random = Random::new(block.seed);
    let (sin, cos) = f64::from(block.axis).sin_cos();
    let turn = |[x, y]: Xy| [x * cos + y * sin, y * cos - x * sin];
    let back = |[x, y]: Xy| [x * cos - y * sin, x * sin + y * cos];
    let ring: Vec<Xy> = block.ring.iter().copied().map(turn).collect();
    let Some((low, high)) = shape::bounds(&ring) else { return };
    let (w, d, step_x, step_y) = match block.zone {
        Zone::Estate => (44.0, 13.0, 56.0, 30.0),
        Zone::Village | Zone::OldTown => (13.0, 11.0, 16.0, 15.0),
        Zone::Industry | Zone::Port => (60.0, 34.0, 76.0, 48.0),
        _ => (30.0, 24.0, 40.0, 36.0),
    };
    let mut made = 0;
    let mut y = low[1];
    while y + d <= high[1] && made < wanted {
        let mut x = low[0];
        while x + w <= high[0] && made < wanted {
            let corners = vec![[x, y], [x + w, y], [x + w, y + d], [x, y + d]];
            if corners.iter().all(|c| shape::inside([ring.as_slice()], *c)) {
                let levels = 2.0 + 30.0 * f64::from(block.height) * random.between(0.5, 1.0);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 32")]
                out.buildings.push(Made {
                    rings: vec![corners.into_iter().map(back).collect()],
                    top_m: (levels.round() * 3.2) as f32,
                    foot_m: 0.0,
                    class: BuildingClass::Residential,
                    levels: levels.round() as u8,
                    name: String::new(),
                });
                made += 1;
            }
            x += step_x;
        }
        y += step_y;
    }
}
