//! Paints the names with egui, under every panel.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Align2, Color32, FontId, Galley, Pos2, Rect, TextureHandle, TextureOptions, pos2};

use super::model::{Label, Placed, Style, text_below};
use crate::screen::look::tokens;
use crate::screen::pins::icons::Icons;

/// Pixels along an icon's texture.
const ICON: u32 = 32;

/// How a style is written: points, colour, opacity.
pub(super) fn type_of(style: Style) -> (f32, tokens::Rgb, f32) {
    match style {
        Style::Great => (tokens::label::GREAT, tokens::TEXT, 0.95),
        Style::Middle => (tokens::label::MIDDLE, tokens::TEXT, 0.85),
        Style::Small => (tokens::label::SMALL, tokens::DIM, 1.0),
        Style::Nature => (tokens::label::SMALL, tokens::FAINT, 1.0),
        Style::Point => (tokens::label::POINT, tokens::DIM, 1.0),
        Style::Road => (tokens::label::POINT, tokens::DIM, 0.9),
    }
}

/// A label's text laid out; egui keeps it while it is asked for every frame.
pub(super) fn galley(painter: &egui::Painter, label: &Label, english: bool, scale: f32) -> Arc<Galley> {
    let (size, ..) = type_of(label.style());
    let font = FontId::proportional((size * scale).round());
    painter.layout_no_wrap(label.text(english).to_owned(), font, Color32::PLACEHOLDER)
}

/// Icons as textures, made when first needed.
#[derive(Default)]
pub(super) struct IconTextures(HashMap<&'static str, TextureHandle>);

impl IconTextures {
    fn get(&mut self, ctx: &egui::Context, icons: &Icons, name: &'static str) -> egui::TextureId {
        let texture = self.0.entry(name).or_insert_with(|| {
            let pixels: Vec<Color32> = icons.coverage(name, ICON).into_iter().map(Color32::from_white_alpha).collect();
            let image = egui::ColorImage::new([ICON as usize; 2], pixels);
            ctx.load_texture(name, image, TextureOptions::LINEAR)
        });
        texture.id()
    }
}

/// Paint one name; `opacity` 0 to 1.
pub(super) fn label_ui(
    painter: &egui::Painter,
    label: &Label,
    placed: &Placed,
    galley: Arc<Galley>,
    opacity: f32,
    hovered: bool,
    icon: Option<(&mut IconTextures, &Icons)>,
) {
    let (_, colour, strength) = type_of(label.style());
    let colour = if hovered { tokens::ACCENT } else { colour };
    let opacity = opacity * strength * (0.35 + 0.65 * placed.strength);
    let text = colour.egui().gamma_multiply(opacity);
    let halo = tokens::INK.egui().gamma_multiply(opacity * 0.55);
    let size = galley.size();
    let centre = pos2(placed.at.x, placed.at.y);
    let corner = if placed.angle == 0.0 { (centre - size * 0.5).round() } else { centre - size * 0.5 };
    let shape = |offset: egui::Vec2, colour: Color32| {
        egui::epaint::TextShape::new(corner + offset, Arc::clone(&galley), colour)
            .with_override_text_color(colour)
            .with_angle_and_anchor(placed.angle, Align2::CENTER_CENTER)
    };
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        painter.add(shape(egui::vec2(x, y), halo));
    }
    painter.add(shape(egui::Vec2::ZERO, text));
    if let (Some((textures, icons)), Some(name)) = (icon, label.icon()) {
        let texture = textures.get(painter.ctx(), icons, name);
        let middle = centre - egui::vec2(0.0, text_below(label.style(), size.y));
        let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        painter.circle_filled(middle, 8.0, tokens::RAISED.egui().gamma_multiply(opacity * 0.85));
        painter.image(texture, Rect::from_center_size(middle, egui::Vec2::splat(11.5)), uv, text);
    }
}
