//! Bytes of a file into what can be shown, with limits. Runs in tasks; pure.

use std::io::Cursor;

use bytes::Bytes;
use egui::ColorImage;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use crate::domain::Media;

/// Longest side of a small picture, in pixels.
pub(super) const THUMB_SIDE: u32 = 320;
/// Longest side of a large one, in pixels: adapters take no more everywhere.
pub(super) const FULL_SIDE: u32 = 4_096;
/// Longest side that is decoded, in pixels.
const SIDE_MAX: u32 = 20_000;
/// Most bytes that a decoder may take.
const ALLOC_MAX: u64 = 320 * 1024 * 1024;
/// Most characters of a text that are shown.
const TEXT_MAX: usize = 200_000;

/// A picture, small and where it is wanted large.
pub(super) struct Decoded {
    /// At most [`THUMB_SIDE`].
    pub(super) thumb: ColorImage,
    /// At most [`FULL_SIDE`].
    pub(super) full: Option<ColorImage>,
    /// As it is in the file, in pixels.
    pub(super) size: [u32; 2],
}

/// Why a picture cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unshown {
    /// It is no picture, or cut off.
    Broken,
    /// It has more pixels than are decoded.
    TooLarge,
}

/// A picture upright, as its camera was held.
pub(super) fn picture(bytes: &Bytes, media: Media, large: bool) -> Result<Decoded, Unshown> {
    let format = match media {
        Media::Jpeg => ImageFormat::Jpeg,
        Media::Png => ImageFormat::Png,
        Media::Pdf | Media::Text => return Err(Unshown::Broken),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(ALLOC_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes.as_ref()), format);
    reader.limits(limits);
    let why = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => Unshown::TooLarge,
        _ => Unshown::Broken,
    };
    let mut decoder = reader.into_decoder().map_err(why)?;
    if decoder.total_bytes() > ALLOC_MAX {
        return Err(Unshown::TooLarge);
    }
    let turned = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(why)?;
    picture.apply_orientation(turned);
    let size = [picture.width(), picture.height()];
    let full = large.then(|| shown(&picture, FULL_SIDE));
    Ok(Decoded { thumb: shown(&picture, THUMB_SIDE), full, size })
}

fn shown(picture: &DynamicImage, side: u32) -> ColorImage {
    let small = (picture.width().max(picture.height()) > side).then(|| picture.thumbnail(side, side));
    let pixels = small.as_ref().unwrap_or(picture).to_rgba8();
    let extent = [pixels.width() as usize, pixels.height() as usize];
    ColorImage::from_rgba_unmultiplied(extent, pixels.as_raw())
}

/// The beginning of a text, and whether there is more.
pub(super) fn text(bytes: &Bytes) -> (String, bool) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => (text.get(..end).unwrap_or_default().to_owned(), true),
        None => (text.to_owned(), false),
    }
}
