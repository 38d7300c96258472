//! How much two pictures differ to the eye.
//!
//! Both are made a third as large, so that an edge that another driver draws a pixel aside counts little, and compared
//! in Oklab, where equal distances look equally different. The mean tells light and weather, the share of small tiles
//! that changed tells a panel, a set of names or the crews: few pixels of the whole, but all of theirs.

use image::RgbaImage;
use image::imageops::{FilterType, resize};

/// Pixels of a picture along one of what is compared and kept.
const THIRD: u32 = 3;
/// Pixels along a tile, of the smaller picture.
const TILE: u32 = 6;
/// Hundredths of Oklab by which a tile's pixels differ in the mean before it counts as changed; two are just seen.
const CHANGED: f64 = 2.5;
/// Most that pictures may differ in the mean, in the same measure.
const MEAN_MOST: f64 = 0.7;
/// Most of a picture's tiles that may be changed.
const SHARE_MOST: f64 = 0.006;

/// A picture as it is kept and compared.
pub(super) fn small(picture: &RgbaImage) -> RgbaImage {
    resize(picture, picture.width() / THIRD, picture.height() / THIRD, FilterType::Triangle)
}

/// How far apart two small pictures are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference {
    /// Mean over all pixels, hundredths of Oklab.
    pub(super) mean: f64,
    /// Share of tiles that changed, 0 to 1.
    pub(super) changed: f64,
}

impl Difference {
    pub(super) fn of(a: &RgbaImage, b: &RgbaImage) -> Self {
        if a.dimensions() != b.dimensions() {
            return Self { mean: f64::INFINITY, changed: 1.0 };
        }
        let far: Vec<f64> = a.pixels().zip(b.pixels()).map(|(a, b)| distance(a.0, b.0)).collect();
        let (columns, rows) = (a.width().div_ceil(TILE), a.height().div_ceil(TILE));
        let mut tiles = vec![(0.0, 0.0); (columns * rows) as usize];
        for ((x, y, _), far) in a.enumerate_pixels().zip(&far) {
            let tile = &mut tiles[(y / TILE * columns + x / TILE) as usize];
            *tile = (tile.0 + far, tile.1 + 1.0);
        }
        let changed = tiles.iter().filter(|(sum, pixels)| sum / pixels > CHANGED).count();
        Self { mean: far.iter().sum::<f64>() / far.len() as f64, changed: changed as f64 / tiles.len() as f64 }
    }

    /// Whether an eye would call the two pictures the same.
    pub(super) fn is_little(self) -> bool {
        self.mean <= MEAN_MOST && self.changed <= SHARE_MOST
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:.2} in the mean (at most {MEAN_MOST}), {:.2} % of it changed (at most {:.2} %)",
            self.mean,
            self.changed * 100.0,
            SHARE_MOST * 100.0
        )
    }
}

/// Where two pictures differ: black where not at all, white where they clearly do.
pub(super) fn shown(a: &RgbaImage, b: &RgbaImage) -> RgbaImage {
    RgbaImage::from_fn(a.width(), a.height(), |x, y| {
        let far = b.get_pixel_checked(x, y).map_or(100.0, |b| distance(a.get_pixel(x, y).0, b.0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
        let grey = (far * 20.0).min(255.0) as u8;
        image::Rgba([grey, grey, grey, 255])
    })
}

/// Hundredths of Oklab between two colours.
fn distance(a: [u8; 4], b: [u8; 4]) -> f64 {
    if a == b {
        return 0.0;
    }
    let (a, b) = (oklab(a), oklab(b));
    100.0 * (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
}

fn oklab([red, green, blue, _]: [u8; 4]) -> [f64; 3] {
    let linear = |byte: u8| {
        let c = f64::from(byte) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = [linear(red), linear(green), linear(blue)];
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}
