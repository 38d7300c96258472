//! The scale bar's length. Pure.

/// A scale bar: a round length and how wide it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScaleBar {
    /// 1, 2 or 5 times a power of ten.
    pub metres: f64,
    /// Its width on screen.
    pub points: f32,
}

/// The longest round scale bar that is at most `widest` points wide; `None` where the scale is not known.
#[must_use]
pub fn scale_bar(metres_per_point: f64, widest: f32) -> Option<ScaleBar> {
    let room = metres_per_point * f64::from(widest);
    if !room.is_finite() || room <= 0.0 {
        return None;
    }
    let power = 10f64.powf(room.log10().floor());
    let metres = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|m| *m <= room)?;
    #[expect(clippy::cast_possible_truncation, reason = "at most `widest`")]
    let points = (metres / metres_per_point) as f32;
    Some(ScaleBar { metres, points })
}

#[cfg(test)]
mod tests {
    use super::scale_bar;

    #[test]
    fn the_bar_is_round_and_fits() {
        for metres_per_point in [0.013, 0.2, 1.0, 3.7, 55.0, 812.0] {
            let bar = scale_bar(metres_per_point, 120.0).unwrap();
            assert!(bar.points <= 120.001 && bar.points > 120.0 / 2.6, "{bar:?}");
            let lead = bar.metres / 10f64.powf(bar.metres.log10().floor());
            assert!([1.0, 2.0, 5.0].iter().any(|n| (lead - n).abs() < 1e-9), "{bar:?}");
        }
    }

    #[test]
    fn without_a_scale_there_is_no_bar() {
        assert_eq!(scale_bar(f64::NAN, 100.0), None);
        assert_eq!(scale_bar(0.0, 100.0), None);
    }
}
