//! The status bar's panel.

use egui::{Align, Color32, Layout, Painter, Pos2, RichText, Sense, Stroke, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::ScaleBar;
use crate::domain::LonLat;
use crate::screen::look::{tokens, words};
use crate::screen::shown::Intent;

/// What the bar shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CompassView {
    /// The scale at the middle of the view.
    pub scale: Option<ScaleBar>,
    /// Degrees clockwise from north that the camera looks to.
    pub heading: f64,
    /// Under the pointer, in the datum chosen.
    pub pointer: Option<LonLat>,
    /// Coordinates are shown in GCJ-02 instead of WGS 84.
    pub gcj02: bool,
    /// Whose data the map is.
    pub attribution: String,
}

/// What the user did.
#[derive(Debug, Clone)]
pub enum CompassWish {
    /// For the hall.
    Hall(Intent),
    /// Show coordinates in GCJ-02 (or not).
    Gcj02(bool),
    /// Open or close the help.
    Help,
}

/// The bar.
pub fn compass_ui(ui: &mut Ui, view: &CompassView) -> Vec<CompassWish> {
    let mut wishes = Vec::new();
    ui.horizontal_centered(|ui| {
        let small = |text: String| RichText::new(text).small().color(tokens::DIM.egui());
        if north_ui(ui, view.heading).on_hover_text(t!("compass.north_up")).clicked() {
            wishes.push(CompassWish::Hall(Intent::NorthUp));
        }
        let heading = view.heading.rem_euclid(360.0).round() % 360.0;
        ui.add_sized([36.0, 18.0], egui::Label::new(small(format!("{heading:03.0}°"))));
        if let Some(scale) = view.scale {
            scale_ui(ui, scale);
            ui.label(small(words::length(scale.metres)));
        }
        ui.separator();
        let datum = if view.gcj02 { "GCJ-02" } else { "WGS 84" };
        let datum = egui::Button::new(small(datum.to_owned())).frame(false);
        if ui.add(datum).on_hover_text(t!("compass.datum")).clicked() {
            wishes.push(CompassWish::Gcj02(!view.gcj02));
        }
        let at = view.pointer.map_or_else(|| "—".to_owned(), words::lonlat);
        ui.label(RichText::new(at).small());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let help = egui::Button::new(small(format!("F1 {}", t!("shell.help")))).frame(false);
            if ui.add(help).clicked() {
                wishes.push(CompassWish::Help);
            }
            ui.separator();
            ui.add(egui::Label::new(small(view.attribution.clone())).truncate());
        });
    });
    wishes
}

fn north_ui(ui: &mut Ui, heading: f64) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(22.0, 22.0), Sense::click());
    let north = if response.hovered() { tokens::TEXT } else { tokens::ACCENT };
    north_mark(ui.painter(), rect.center(), 10.0, heading, [north.egui(), tokens::OUTLINE.egui()]);
    response
}

/// A needle of twice `half` points in two colours, its first end to the north.
pub fn north_mark(painter: &Painter, center: Pos2, half: f32, heading: f64, [north, south]: [Color32; 2]) {
    #[expect(clippy::cast_possible_truncation, reason = "an angle")]
    let turn = -heading.to_radians() as f32;
    let (sin, cos) = turn.sin_cos();
    let at = |x: f32, y: f32| center + vec2(x * cos - y * sin, x * sin + y * cos) * half;
    let fill = |points, color| egui::Shape::convex_polygon(points, color, Stroke::NONE);
    painter.add(fill(vec![at(0.0, -1.0), at(0.45, 0.0), at(-0.45, 0.0)], north));
    painter.add(fill(vec![at(0.0, 1.0), at(-0.45, 0.0), at(0.45, 0.0)], south));
}

fn scale_ui(ui: &mut Ui, scale: ScaleBar) {
    let (rect, _) = ui.allocate_exact_size(vec2(scale.points, 10.0), Sense::hover());
    let stroke = Stroke::new(1.5, tokens::DIM.egui());
    scale_mark(ui.painter(), pos2(rect.left(), rect.center().y + 3.0), scale.points, 6.0, stroke);
}

/// A bar from its left foot, with ticks at both ends.
pub fn scale_mark(painter: &Painter, foot: Pos2, points: f32, tick: f32, stroke: Stroke) {
    let end = foot + vec2(points, 0.0);
    painter.line_segment([foot, end], stroke);
    for at in [foot, end] {
        painter.line_segment([at - vec2(0.0, tick), at], stroke);
    }
}
