//! What colours mean: ramps with their values, and a layer behind in one line.

use egui::{Align, Align2, Layout, RichText, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::flood::DEPTHS;
use super::layer::Layer;
use super::over::named;
use super::panel::{PanelWish, PlyView};
use super::shades::{Scale, flood_colour};
use crate::domain::SensorKind;
use crate::screen::look::tokens::Rgb;
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// Points of the ramp of a layer that is folded to one line.
const FOLDED: f32 = 72.0;
/// Values under a ramp.
const TICKS: u8 = 5;

/// A layer behind in one line: its name, its colours with the ends of their values.
pub(super) fn folded_ui(ui: &mut Ui, ply: &PlyView, wishes: &mut Vec<PanelWish>) {
    let layer = ply.layer;
    ui.horizontal(|ui| {
        let name = ui.selectable_label(false, RichText::new(t!(layer.key())).font(medium_font(tokens::desk::BODY)));
        if name.on_hover_text("Alt G").clicked() {
            wishes.push(PanelWish::Raise(layer));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.small_button("×").clicked() {
                wishes.push(PanelWish::TakeOff(layer));
            }
            let scale = layer.scale_over(ply.over);
            let small = |text: String| RichText::new(text).small().color(tokens::DIM.egui());
            let mut ticks = scale.ticks(2).map(|value| tick(layer, value));
            let (from, to) = (ticks.next().unwrap_or_default(), ticks.next().unwrap_or_default());
            ui.label(small(format!("{to} {}", layer.unit_over(ply.over)).trim_end().to_owned()));
            let (rect, row) = ui.allocate_exact_size(vec2(FOLDED, tokens::heat::RAMP), Sense::hover());
            paint::ramp(ui.painter(), rect, &|share| ply.ramp.at(share));
            row.on_hover_text(named(&t!(layer.key()), ply.over));
            ui.label(small(from));
        });
    });
}

/// A value of a layer's scale.
pub(in crate::screen) fn tick(layer: Layer, value: f64) -> String {
    match layer {
        // Ends of 1 and less are told in hundredths.
        Layer::Sensors(SensorKind::Tilt | SensorKind::CrackWidth | SensorKind::ManholeCover) => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
    .trim_end_matches('0')
    .trim_end_matches('.')
    .to_owned()
}

/// The ramp of a layer with its values.
pub(super) fn legend_ui(ui: &mut Ui, ply: &PlyView) {
    let (layer, ramp) = (ply.layer, ply.ramp);
    ramp_ui(ui, &|share| ramp.at(share), layer.scale_over(ply.over), &|value| tick(layer, value));
}

/// The ramp of depths of water with its values.
pub(super) fn depths_ui(ui: &mut Ui) {
    ramp_ui(ui, &flood_colour, DEPTHS, &|value| format!("{value}"));
}

/// What a ramp is of, and its unit.
pub(super) fn head_ui(ui: &mut Ui, name: &str, unit: &str) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).font(medium_font(tokens::desk::BODY)));
        ui.label(RichText::new(unit).small().color(tokens::DIM.egui()));
    });
}

/// A ramp with the values along it.
fn ramp_ui(ui: &mut Ui, ramp: &dyn Fn(f32) -> Rgb, scale: Scale, tick: &dyn Fn(f64) -> String) {
    let size = vec2(ui.available_width().min(tokens::heat::PANEL), tokens::heat::RAMP + 18.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let (left, right) = (rect.left() + 8.0, rect.right() - 8.0);
    let foot = rect.top() + tokens::heat::RAMP;
    paint::ramp(ui.painter(), egui::Rect::from_min_max(pos2(left, rect.top()), pos2(right, foot)), ramp);
    let small = regular_font(tokens::desk::SMALL);
    for (at, value) in (0_u8..).zip(scale.ticks(TICKS)) {
        let x = left + (right - left) * f32::from(at) / f32::from(TICKS - 1);
        let mut text = tick(value);
        // What is beyond looks like the end.
        if value >= scale.from.max(scale.to) {
            text.insert(0, '≥');
        }
        let align = match at {
            0 => Align2::LEFT_TOP,
            at if at + 1 == TICKS => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let x = match at {
            0 => rect.left(),
            at if at + 1 == TICKS => rect.right(),
            _ => x,
        };
        ui.painter().text(
            pos2(x, rect.top() + tokens::heat::RAMP + 2.0),
            align,
            text,
            small.clone(),
            tokens::DIM.egui(),
        );
    }
}
