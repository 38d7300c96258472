//! The icons of pins and places: one distance field per icon, drawn by `assets/icons/make_atlas.py`.

use std::collections::HashMap;
use std::io::Cursor;

/// The atlas picture.
const ATLAS: &[u8] = include_bytes!("../../../assets/icons/atlas.png");
/// Its names, in the order of its cells.
const NAMES: &str = include_str!("../../../assets/icons/atlas.txt");
/// Pixels along a cell.
pub const CELL: u32 = 64;
/// Cells in a row.
pub const COLUMNS: u32 = 8;
/// Points of the drawing's 24 that a cell spans, margin included.
pub const CELL_UNITS: f32 = 32.0;
/// The icon of a kind whose own is unknown.
pub const FALLBACK: &str = "other";
/// Stands for "nothing" where a glyph is expected.
pub const NONE: u8 = 0xFF;

/// Why the built-in icons cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IconError {
    /// The picture cannot be read.
    #[error("the built-in icon atlas cannot be read")]
    Picture(#[from] image::ImageError),
}

/// Names and pixels of all icons.
#[derive(Debug, Clone)]
pub struct Icons {
    cells: HashMap<&'static str, u8>,
    /// Pixels along the atlas and down.
    pub size: [u32; 2],
    /// One byte a pixel: 128 on the outline, more inside.
    pub pixels: Vec<u8>,
}

impl Icons {
    /// Read the built-in atlas.
    ///
    /// # Errors
    /// [`IconError`] if the build carries a broken picture.
    pub fn load() -> Result<Self, IconError> {
        let picture = image::load(Cursor::new(ATLAS), image::ImageFormat::Png)?.into_luma8();
        let cells = NAMES.lines().zip(0..NONE).collect();
        Ok(Self { cells, size: [picture.width(), picture.height()], pixels: picture.into_raw() })
    }

    /// The cell of an icon; of the fallback where there is no such icon.
    #[must_use]
    pub fn cell(&self, name: &str) -> u8 {
        self.cells.get(name).or_else(|| self.cells.get(FALLBACK)).copied().unwrap_or(0)
    }

    /// Whether there is an icon of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.cells.contains_key(name)
    }

    /// Up to four glyphs that write `count` as 7, 42, 999, 1k, 12k, 3M; unused ones are [`NONE`].
    #[must_use]
    pub fn figures(&self, count: u32) -> [u8; 4] {
        let text = match count {
            0..=999 => count.to_string(),
            1_000..=999_999 => format!("{}k", count / 1_000),
            _ => format!("{}M", count / 1_000_000),
        };
        let mut glyphs = [NONE; 4];
        for (glyph, c) in glyphs.iter_mut().zip(text.chars()) {
            let mut name = String::from("glyph-");
            name.push(c);
            *glyph = self.cell(&name);
        }
        glyphs
    }

    /// The icon as coverage 0..=255 in a square of `side` pixels, row by row, for use as a texture in panels.
    #[must_use]
    pub fn coverage(&self, name: &str, side: u32) -> Vec<u8> {
        let cell = u32::from(self.cell(name));
        let (x0, y0) = (cell % COLUMNS * CELL, cell / COLUMNS * CELL);
        // The middle 24 of 32 units hold the drawing.
        #[expect(clippy::cast_precision_loss, reason = "tens of pixels")]
        let (step, margin) = (48.0 / side.max(1) as f32, 8.0);
        let at = |x: u32, y: u32| {
            let i = (y0 + y.min(CELL - 1)) * self.size[0] + x0 + x.min(CELL - 1);
            f32::from(self.pixels.get(i as usize).copied().unwrap_or(0))
        };
        let mut out = Vec::with_capacity((side * side) as usize);
        for y in 0..side {
            for x in 0..side {
                #[expect(clippy::cast_precision_loss, reason = "tens of pixels")]
                let (u, v) = (margin + (x as f32 + 0.5) * step - 0.5, margin + (y as f32 + 0.5) * step - 0.5);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the cell")]
                let (iu, iv) = (u as u32, v as u32);
                let (fu, fv) = (u.fract(), v.fract());
                let top = at(iu, iv) * (1.0 - fu) + at(iu + 1, iv) * fu;
                let bottom = at(iu, iv + 1) * (1.0 - fu) + at(iu + 1, iv + 1) * fu;
                // 127.5 grey levels are eight atlas pixels.
                let distance = ((top * (1.0 - fv) + bottom * fv) - 127.5) / 127.5 * 8.0 / step;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
                out.push(((distance + 0.5).clamp(0.0, 1.0) * 255.0) as u8);
            }
        }
        out
    }
}
