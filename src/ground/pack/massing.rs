//! Buildings as boxes: what is drawn of them from afar; see [`Massing`].

use super::records::Massing;
use super::shape::{self, Xy};

/// Metres by which the box of a building of each detail may be wrong, seen from anywhere; the last has no limit.
pub const ERRORS_M: [f64; Massing::DETAILS] = [1.5, 2.5, 4.0, 6.0, 9.0, 14.0, 22.0, f64::INFINITY];

/// A building measured.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Measured {
    /// Middle of the box, metres.
    pub(super) middle: Xy,
    /// Half lengths along `angle` and across it, metres. The box has the area of the footprint.
    pub(super) half: [f64; 2],
    /// Direction of the box in 256ths of half a turn counter-clockwise from east.
    pub(super) angle: u8,
    /// Which of [`ERRORS_M`].
    pub(super) detail: u8,
}

/// The box along the longest side of `outer`, shrunk to `area` square metres; `height` of the walls in metres counts
/// for how wrong a box is, since walls that meet at a corner become one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "taken modulo 256, or few details")]
pub(super) fn measure(outer: &[Xy], area: f64, height: f64) -> Measured {
    let sides = shape::pairs(outer).map(|(a, b)| [b[0] - a[0], b[1] - a[1]]);
    let length = |side: &Xy| side[0].hypot(side[1]);
    let Some(longest) = sides.max_by(|a, b| length(a).total_cmp(&length(b))) else { return Measured::default() };
    let turn = longest[1].atan2(longest[0]) / std::f64::consts::PI * 256.0;
    let angle = turn.round().rem_euclid(256.0) as u8;
    let (sin, cos) = (f64::from(angle) / 256.0 * std::f64::consts::PI).sin_cos();
    let turned: Vec<Xy> = outer.iter().map(|[x, y]| [x * cos + y * sin, y * cos - x * sin]).collect();
    let (low, high) = shape::bounds(&turned).unwrap_or_default();
    let middle = [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])];
    let half = [(high[0] - low[0]) / 2.0, (high[1] - low[1]) / 2.0];
    let whole = (4.0 * half[0] * half[1]).max(1e-6);
    let shrunk = (area / whole).clamp(0.05, 1.0).sqrt();
    let missing = (whole - area).max(0.0).sqrt() * 0.4;
    // How far the corner between two walls stands out of the one wall that is drawn for both, seen from above.
    let corner = 0.6 * half[0] * half[1] / half[0].hypot(half[1]).max(1e-3);
    let error = missing.max(corner).max(height * 0.05);
    let detail = ERRORS_M.iter().take_while(|limit| error > **limit).count().min(Massing::DETAILS - 1);
    Measured {
        middle: [middle[0] * cos - middle[1] * sin, middle[0] * sin + middle[1] * cos],
        half: half.map(|h| h * shrunk),
        angle,
        detail: detail as u8,
    }
}

impl Measured {
    /// As a record; `x`, `y`: the quantised middle, heights in decimetres above the frame's zero.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    pub(super) fn record(&self, [x, y]: [u16; 2], [foot_dm, top_dm]: [u32; 2], shade: u8) -> Massing {
        let quarters = |metres: f64| (metres * 4.0).round().clamp(1.0, 1023.0) as u32;
        let [along, across] = self.half.map(quarters);
        Massing {
            x,
            y,
            shape: along | across << 10 | u32::from(self.angle) << 20 | u32::from(self.detail) << 28,
            heights: top_dm.min(0x3FFF) | foot_dm.min(0x3FFF) << 14 | u32::from(shade >> 4) << 28,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_rectangle_is_its_own_box() {
        let (sin, cos) = 0.4_f64.sin_cos();
        let corner = |x: f64, y: f64| [100.0 + x * cos - y * sin, 50.0 + x * sin + y * cos];
        let ring = [corner(-6.0, -4.0), corner(6.0, -4.0), corner(6.0, 4.0), corner(-6.0, 4.0)];
        let box_of = measure(&ring, 96.0, 9.0);
        assert!((box_of.middle[0] - 100.0).abs() < 0.1 && (box_of.middle[1] - 50.0).abs() < 0.1, "{box_of:?}");
        assert!((box_of.half[0] - 6.0).abs() < 0.1 && (box_of.half[1] - 4.0).abs() < 0.1, "{box_of:?}");
        assert!((f64::from(box_of.angle) / 256.0 * std::f64::consts::PI - 0.4).abs() < 0.01, "{box_of:?}");
        assert_eq!(box_of.detail, 1, "walls that become one are wrong by about two metres");
    }

    #[test]
    fn a_court_keeps_its_area_and_counts_as_badly_told_by_a_box() {
        let ring = [[0.0, 0.0], [40.0, 0.0], [40.0, 40.0], [0.0, 40.0]];
        let court = measure(&ring, 1600.0 - 900.0, 20.0);
        assert!((4.0 * court.half[0] * court.half[1] - 700.0).abs() < 1.0);
        assert!(court.detail > measure(&ring, 1600.0, 20.0).detail);
        assert_eq!(
            measure(&ring, 1600.0, 600.0).detail as usize,
            Massing::DETAILS - 1,
            "towers are told apart longest"
        );
        assert_eq!(measure(&[], 0.0, 3.0), Measured::default());
    }

    #[test]
    fn a_record_holds_what_was_measured() {
        let of = Measured { middle: [0.0; 2], half: [6.1, 3000.0], angle: 200, detail: 5 };
        let record = of.record([7, 9], [20, 99_999], 0xAF);
        assert_eq!((record.x, record.y, record.detail()), (7, 9, 5));
        assert_eq!((record.shape & 0x3FF, record.shape >> 10 & 0x3FF, record.shape >> 20 & 0xFF), (24, 1023, 200));
        assert_eq!((record.heights & 0x3FFF, record.heights >> 14 & 0x3FFF, record.heights >> 28), (0x3FFF, 20, 10));
    }
}
