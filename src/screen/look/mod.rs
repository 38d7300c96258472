//! How every screen looks: [`tokens`] and what is made of them.
//!
//! Start at [`tokens`] to change a colour or a size; [`plugin`] sets fonts and style of the egui context in the
//! [`theme`] that is on; [`paint`] has the few shapes that all panels share, [`frames`] what they
//! stand in.

use std::sync::Arc;

use bevy::prelude::{App, ClearColor, IntoScheduleConfigs, Local, ResMut, Update};
use bevy_egui::EguiContexts;
use egui::{CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, vec2};

pub mod frames;
pub mod lamp;
pub mod paint;
pub mod sky;
#[cfg(test)]
pub(super) mod tests;
pub mod theme;
pub mod tokens;
pub mod unusable;
pub mod words;

use super::sets::HallSet;

/// Dresses the screen's egui context before its first pass, so that it already has its fonts; needs
/// [`super::sets::plugin`].
pub fn plugin(app: &mut App) {
    app.add_systems(Update, dress.in_set(HallSet::Present));
}

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular.ttf");
static MEDIUM: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Medium.ttf");

/// The family of the Medium weight; Regular is `FontFamily::Proportional`.
#[must_use]
pub fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// Regular text of a size.
#[must_use]
pub fn regular_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Medium text of a size: titles, figures.
#[must_use]
pub fn medium_font(size: f32) -> FontId {
    FontId::new(size, medium())
}

fn fonts() -> FontDefinitions {
    // The font's own line box leaves its characters low; marks and words on one line should be level.
    let tweak = egui::FontTweak { y_offset_factor: -0.06, ..Default::default() };
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in [("regular", REGULAR), ("medium", MEDIUM)] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes).tweak(tweak.clone())));
    }
    for (family, name) in
        [(FontFamily::Proportional, "regular"), (FontFamily::Monospace, "regular"), (medium(), "medium")]
    {
        fonts.families.insert(family, vec![name.to_owned()]);
    }
    fonts
}

/// Set fonts and style of a context; call once, before its first text.
pub fn apply(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    ctx.set_theme(egui::Theme::Dark);
    // Zoom is the window's, so that names and pins grow with the panels.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    ctx.all_styles_mut(style);
}

/// All of it at first, then its colours again where the theme is another. Until the city is drawn there is the panels'
/// ground in its place.
fn dress(
    mut contexts: EguiContexts,
    mut behind: ResMut<ClearColor>,
    mut worn: Local<Option<theme::Theme>>,
) -> bevy::ecs::error::Result {
    let now = theme::theme();
    if *worn != Some(now) {
        let ctx = contexts.ctx_mut()?;
        behind.0 = tokens::PANEL.in_theme(now).color();
        match worn.replace(now) {
            None => apply(ctx),
            Some(_) => ctx.all_styles_mut(style),
        }
    }
    Ok(())
}

fn style(style: &mut egui::Style) {
    use tokens::{ACCENT, CHOSEN, DIM, HAIRLINE, HOVER, INK, OUTLINE, PANEL, RAISED, TEXT, desk};
    style.text_styles = [
        (TextStyle::Small, regular_font(desk::SMALL)),
        (TextStyle::Body, regular_font(desk::BODY)),
        (TextStyle::Monospace, regular_font(desk::BODY)),
        (TextStyle::Button, regular_font(desk::BODY)),
        (TextStyle::Heading, medium_font(desk::HEAD)),
    ]
    .into();
    // Nothing moves by itself: an idle screen draws no frame.
    style.animation_time = 0.0;
    style.interaction.selectable_labels = false;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style.spacing.item_spacing = vec2(desk::GAP, desk::GAP * 0.75);
    style.spacing.button_padding = vec2(10.0, 4.0);
    style.spacing.interact_size = vec2(28.0, 28.0);
    style.spacing.window_margin = Margin::same(16);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.scroll.bar_width = 6.0;
    style.spacing.scroll.floating = true;

    let round = CornerRadius::same(desk::ROUND);
    let line = |color: tokens::Rgb| Stroke::new(1.0, color.egui());
    let visuals = &mut style.visuals;
    visuals.dark_mode = theme::theme() == theme::Theme::Dark;
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(1.5, ACCENT.egui());
    visuals.panel_fill = PANEL.egui();
    visuals.window_fill = PANEL.egui();
    visuals.window_stroke = line(OUTLINE);
    visuals.window_corner_radius = round;
    visuals.menu_corner_radius = round;
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.popup_shadow = egui::Shadow::NONE;
    visuals.extreme_bg_color = INK.egui();
    visuals.text_edit_bg_color = Some(INK.egui());
    visuals.faint_bg_color = RAISED.egui();
    visuals.code_bg_color = RAISED.egui();
    visuals.hyperlink_color = ACCENT.egui();
    visuals.weak_text_color = Some(DIM.egui());
    visuals.warn_fg_color = TEXT.egui();
    visuals.error_fg_color = TEXT.egui();
    visuals.selection.bg_fill = CHOSEN.egui();
    visuals.selection.stroke = line(ACCENT);
    let widgets = &mut visuals.widgets;
    for (w, fill, edge, text) in [
        (&mut widgets.noninteractive, PANEL, HAIRLINE, TEXT),
        (&mut widgets.inactive, RAISED, OUTLINE, TEXT),
        (&mut widgets.hovered, HOVER, ACCENT, TEXT),
        (&mut widgets.active, CHOSEN, ACCENT, TEXT),
        (&mut widgets.open, HOVER, OUTLINE, TEXT),
    ] {
        w.bg_fill = fill.egui();
        w.weak_bg_fill = fill.egui();
        w.bg_stroke = line(edge);
        w.fg_stroke = line(text);
        w.corner_radius = round;
        w.expansion = 0.0;
    }
}
