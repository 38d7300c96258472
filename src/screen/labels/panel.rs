//! Paints the names with egui, under every panel.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Align2, Color32, FontId, Galley, Pos2, Rect, TextureHandle, TextureOptions, pos2};

use super::model::{Label, Style};
use super::place::{Placed, text_below};
use crate::screen::look::{medium_font, tokens};
use crate::screen::pins::icons::Icons;

/// Pixels along an icon's texture.
const ICON: u32 = 32;

/// How a style is written: points, colour, opacity.
pub(super) fn type_of(style: Style) -> (f32, tokens::Rgb, f32) {
    match style {
        Style::Great => (tokens::label::GREAT, tokens::TEXT, 0.95),
        Style::Middle => (tokens::label::MIDDLE, tokens::TEXT, 0.85),
        Style::Small => (tokens::label::SMALL, tokens::TEXT, 0.85),
        Style::Nature => (tokens::label::SMALL, tokens::DIM, 1.0),
        Style::Point => (tokens::label::POINT, tokens::TEXT, 0.85),
        Style::Road => (tokens::label::POINT, tokens::TEXT, 0.75),
    }
}

/// A label's text laid out; egui keeps it while it is asked for every frame. What is great is written stronger.
pub(super) fn galley(painter: &egui::Painter, label: &Label, english: bool, scale: f32) -> Arc<Galley> {
    let (size, ..) = type_of(label.style());
    let size = (size * scale).round();
    let strong = matches!(label.style(), Style::Great | Style::Middle);
    let font = if strong { medium_font(size) } else { FontId::proportional(size) };
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
    let opacity = opacity * strength * (0.78 + 0.22 * placed.strength);
    let text = colour.over_city().gamma_multiply(opacity);
    let size = galley.size();
    let centre = pos2(placed.at.x, placed.at.y);
    let letters = letters(painter, placed, galley);
    // a soft dark edge: two rings of the same letters, the outer one fainter
    for (reach, strength) in [(2.0, 0.3), (1.0, 0.65)] {
        let halo = tokens::INK.over_city().gamma_multiply(opacity * strength);
        for [x, y] in [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]] {
            painter.extend(letters.iter().map(|letter| letter.shape(egui::vec2(x, y) * reach, halo)));
        }
    }
    painter.extend(letters.iter().map(|letter| letter.shape(egui::Vec2::ZERO, text)));
    if let (Some((textures, icons)), Some(name)) = (icon, label.icon()) {
        let texture = textures.get(painter.ctx(), icons, name);
        let middle = centre - egui::vec2(0.0, text_below(label.style(), size.y));
        let uv = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        painter.circle_filled(middle, 8.0, tokens::RAISED.over_city().gamma_multiply(opacity * 0.85));
        painter.image(texture, Rect::from_center_size(middle, egui::Vec2::splat(11.5)), uv, text);
    }
}

/// Text with its middle and its turn.
struct Letter {
    galley: Arc<Galley>,
    middle: Pos2,
    angle: f32,
}

impl Letter {
    fn shape(&self, offset: egui::Vec2, colour: Color32) -> egui::Shape {
        let corner = self.middle - self.galley.size() * 0.5;
        let corner = if self.angle == 0.0 { corner.round() } else { corner };
        egui::epaint::TextShape::new(corner + offset, Arc::clone(&self.galley), colour)
            .with_override_text_color(colour)
            .with_angle_and_anchor(self.angle, Align2::CENTER_CENTER)
            .into()
    }
}

/// The whole text where it is straight, or each letter where it bends.
fn letters(painter: &egui::Painter, placed: &Placed, galley: Arc<Galley>) -> Vec<Letter> {
    if placed.bend.len() < 2 {
        let middle = pos2(placed.at.x, placed.at.y);
        return vec![Letter { galley, middle, angle: placed.angle }];
    }
    #[expect(clippy::cast_precision_loss, reason = "some sixteen steps")]
    let steps = (placed.bend.len() - 1) as f32;
    let font = galley.job.sections.first().map(|section| section.format.font_id.clone()).unwrap_or_default();
    let width = galley.size().x.max(1.0);
    let glyphs = galley.rows.iter().flat_map(|row| row.glyphs.iter());
    glyphs
        .filter_map(|glyph| {
            let along = ((glyph.pos.x + glyph.advance_width * 0.5) / width).clamp(0.0, 1.0) * steps;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the steps")]
            let at = (along.floor() as usize).min(placed.bend.len().saturating_sub(2));
            let (a, b) = (placed.bend.get(at)?, placed.bend.get(at + 1)?);
            // turned as the road is around it, not as the one step is
            let (back, on) = (placed.bend.get(at.saturating_sub(1))?, placed.bend.get(at + 2).unwrap_or(b));
            let (middle, way) = (a.lerp(*b, along.fract()), *on - *back);
            let galley = painter.layout_no_wrap(glyph.chr.to_string(), font.clone(), Color32::PLACEHOLDER);
            Some(Letter { galley, middle: pos2(middle.x, middle.y), angle: way.y.atan2(way.x) })
        })
        .collect()
}
