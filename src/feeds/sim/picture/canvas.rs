//! Dots of a picture, and the few shapes that it is drawn of. Whole numbers alone: it is the same on every machine.

/// Red, green and blue.
pub(super) type Color = [u8; 3];

/// So much of each colour, in per cent: what less light leaves of it.
pub(super) fn lit(color: Color, percent: u16) -> Color {
    color.map(|part| u8::try_from(u16::from(part) * percent.min(100) / 100).unwrap_or(u8::MAX))
}

/// From one colour to another, in per cent.
pub(super) fn between(one: Color, other: Color, percent: u16) -> Color {
    let percent = percent.min(100);
    let mix = |one: u8, other: u8| (u16::from(one) * (100 - percent) + u16::from(other) * percent) / 100;
    let [[r, g, b], [red, green, blue]] = [one, other];
    [mix(r, red), mix(g, green), mix(b, blue)].map(|part| u8::try_from(part).unwrap_or(u8::MAX))
}

/// Letters of times, five rows of three dots, the highest bit first.
const GLYPHS: [(char, [u8; 5]); 12] = [
    ('0', [0b111, 0b101, 0b101, 0b101, 0b111]),
    ('1', [0b010, 0b110, 0b010, 0b010, 0b111]),
    ('2', [0b111, 0b001, 0b111, 0b100, 0b111]),
    ('3', [0b111, 0b001, 0b111, 0b001, 0b111]),
    ('4', [0b101, 0b101, 0b111, 0b001, 0b001]),
    ('5', [0b111, 0b100, 0b111, 0b001, 0b111]),
    ('6', [0b111, 0b100, 0b111, 0b101, 0b111]),
    ('7', [0b111, 0b001, 0b010, 0b010, 0b010]),
    ('8', [0b111, 0b101, 0b111, 0b101, 0b111]),
    ('9', [0b111, 0b101, 0b111, 0b001, 0b111]),
    ('-', [0b000, 0b000, 0b111, 0b000, 0b000]),
    (':', [0b000, 0b010, 0b000, 0b010, 0b000]),
];

/// What is drawn on; what lies beyond its edges is cut off.
pub(super) struct Canvas {
    wide: i32,
    high: i32,
    dots: Vec<Color>,
}

impl Canvas {
    /// So many dots wide and high, black.
    pub(super) fn new(wide: i32, high: i32) -> Self {
        let count = usize::try_from(wide.max(0) * high.max(0)).unwrap_or_default();
        Self { wide, high, dots: vec![[0; 3]; count] }
    }

    /// A dot, over what is there by so many per cent.
    fn dot(&mut self, x: i32, y: i32, color: Color, percent: u16) {
        if (0..self.wide).contains(&x)
            && (0..self.high).contains(&y)
            && let Some(dot) = usize::try_from(y * self.wide + x).ok().and_then(|at| self.dots.get_mut(at))
        {
            *dot = between(*dot, color, percent);
        }
    }

    /// From its left upper corner, so wide and high.
    pub(super) fn rect(&mut self, [left, top, wide, high]: [i32; 4], color: Color) {
        for y in top..top + high {
            for x in left..left + wide {
                self.dot(x, y, color, 100);
            }
        }
    }

    /// Around its middle, half so wide and high, over what is there by so many per cent.
    pub(super) fn ellipse(&mut self, [x, y, half_wide, half_high]: [i32; 4], color: Color, percent: u16) {
        let (a, b) = (i64::from(half_wide.max(1)).pow(2), i64::from(half_high.max(1)).pow(2));
        for down in -half_high..=half_high {
            for right in -half_wide..=half_wide {
                if i64::from(right).pow(2) * b + i64::from(down).pow(2) * a <= a * b {
                    self.dot(x + right, y + down, color, percent);
                }
            }
        }
    }

    /// What lies within these corners.
    pub(super) fn shape(&mut self, corners: &[[i32; 2]], color: Color) {
        let rows = corners.iter().map(|[_, y]| *y);
        let (Some(top), Some(bottom)) = (rows.clone().min(), rows.max()) else { return };
        let next = corners.iter().cycle().skip(1);
        let edges: Vec<([i32; 2], [i32; 2])> = corners.iter().copied().zip(next.copied()).collect();
        for y in top..bottom {
            let crossed = edges.iter().filter(|([_, from], [_, to])| (*from <= y) != (*to <= y));
            let mut at: Vec<i32> =
                crossed.map(|([x, from], [to_x, to])| x + (y - from) * (to_x - x) / (to - from)).collect();
            at.sort_unstable();
            for pair in at.chunks_exact(2) {
                if let [left, right] = pair {
                    (*left..*right).for_each(|x| self.dot(x, y, color, 100));
                }
            }
        }
    }

    /// Digits, `-` and `:`, each dot of them so many dots wide, from the left upper corner on.
    pub(super) fn time(&mut self, [left, top]: [i32; 2], dots: i32, text: &str, color: Color) {
        for (letter, place) in text.chars().zip(0..) {
            let Some((_, rows)) = GLYPHS.iter().find(|(known, _)| *known == letter) else { continue };
            for (row, y) in rows.iter().zip(0..) {
                for x in (0..3).filter(|x| row & (0b100 >> x) != 0) {
                    self.rect([left + (place * 4 + x) * dots, top + y * dots, dots, dots], color);
                }
            }
        }
    }

    /// Its dots, row by row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Color]> {
        self.dots.chunks(usize::try_from(self.wide).unwrap_or_default().max(1))
    }

    /// So wide and high.
    pub(super) fn size(&self) -> [i32; 2] {
        [self.wide, self.high]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(canvas: &Canvas, color: Color) -> usize {
        canvas.rows().flatten().filter(|dot| **dot == color).count()
    }

    #[test]
    fn shapes_take_the_dots_that_they_cover_and_end_at_the_edge() {
        let red = [255, 0, 0];
        let drawn = |draw: &dyn Fn(&mut Canvas)| {
            let mut canvas = Canvas::new(20, 10);
            draw(&mut canvas);
            count(&canvas, red)
        };
        assert_eq!(drawn(&|canvas| canvas.rect([18, 8, 10, 10], red)), 4);
        assert_eq!(drawn(&|canvas| canvas.ellipse([5, 5, 1, 1], red, 100)), 5);
        assert_eq!(drawn(&|canvas| canvas.shape(&[[2, 2], [6, 2], [6, 5], [2, 5]], red)), 12);
        assert_eq!(drawn(&|canvas| canvas.time([0, 0], 1, "1 :", red)), 8 + 2);
        assert_eq!(drawn(&|canvas| canvas.shape(&[], red)), 0);
        assert_eq!((between([0, 0, 0], [200, 100, 0], 50), lit([200, 100, 0], 10)), ([100, 50, 0], [20, 10, 0]));
    }
}
