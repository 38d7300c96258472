//! Lengths and areas on the ground, point by point.
//!
//! Metres are those of the ellipsoid, not of the map's plane: over a whole city the plane is off by some tenths of a
//! per mille.

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers, RichText, Stroke};
use geo::{Distance, Geodesic, GeodesicArea, LineString, Point, Polygon};
use rust_i18n::t;

use super::paint::{GroundPainter, ground_under};
use super::{panel, pressed};
use crate::ground::City;
use crate::ground::frame::LocalFrame;
use crate::screen::input::Clicks;
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::shown::{CityView, ClicksTaken, Drawn, FreeArea, Ground, KeepOff};

/// A shorter leg has no figure: it is one place clicked twice.
const SHORTEST_M: f64 = 1.0;

/// The tool: the points so far.
#[derive(Resource, Debug, Default)]
pub(super) struct Measuring {
    /// Whether it is in the hand.
    active: bool,
    /// Metres east and north.
    points: Vec<[f64; 2]>,
    /// No more points are added.
    done: bool,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Measured {
    /// Metres of each leg.
    pub(super) legs_m: Vec<f64>,
    /// Metres of all legs.
    pub(super) length_m: f64,
    /// Square metres inside, where there are three points or more.
    pub(super) area_m2: Option<f64>,
    /// Metres around, back to the beginning.
    pub(super) around_m: f64,
}

/// Measure along points (metres east and north).
pub(super) fn measure(frame: &LocalFrame, points: &[[f64; 2]]) -> Measured {
    let on_earth: Vec<Point> =
        points.iter().map(|at| frame.lonlat_from_metres(*at)).map(|at| Point::new(at.lon, at.lat)).collect();
    let legs_m: Vec<f64> = on_earth
        .windows(2)
        .map(|leg| match leg {
            [from, to] => Geodesic.distance(*from, *to),
            _ => 0.0,
        })
        .collect();
    // The sum of no numbers is -0.
    let length_m = legs_m.iter().sum::<f64>() + 0.0;
    let back = on_earth.first().zip(on_earth.last()).map_or(0.0, |(first, last)| Geodesic.distance(*last, *first));
    let ring = LineString::from(on_earth);
    // Negative where the points run clockwise.
    let area_m2 = (points.len() > 2).then(|| Polygon::new(ring, Vec::new()).geodesic_area_signed().abs());
    Measured { legs_m, length_m, area_m2, around_m: length_m + back }
}

/// `482 m`, `1.28 km`.
pub(super) fn metres(metres: f64) -> String {
    if metres < 999.5 { format!("{metres:.0} m") } else { format!("{:.2} km", metres / 1000.0) }
}

/// `12,300 m²`, `2.31 km²`.
pub(super) fn square_metres(square: f64) -> String {
    if square < 999_500.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below a million, not negative")]
        let whole = square.max(0.0).round() as usize;
        format!("{} m²", words::count(whole))
    } else {
        format!("{:.2} km²", square / 1e6)
    }
}

impl Measuring {
    fn take(&mut self, on: bool, taken: &mut ClicksTaken) {
        *self = Self { active: on, ..Self::default() };
        taken.0 = on;
    }

    fn add(&mut self, at: [f64; 2], again: bool) {
        if self.done {
            self.points.clear();
            self.done = false;
        }
        // The second click of a double click lies where the first one did.
        if again {
            self.done = self.points.len() > 1;
        } else {
            self.points.push(at);
        }
    }
}

/// Clicks on the city become points.
pub(super) fn click(
    clicks: Res<Clicks>,
    (view, ground): (Res<CityView>, Res<Ground>),
    mut measuring: ResMut<Measuring>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if !measuring.active {
        return;
    }
    let measuring = measuring.bypass_change_detection();
    for click in &clicks.all {
        if let Some(place) = ground_under(&view, &ground.0, click.at) {
            measuring.add(place, click.again);
        }
        redraw.write(RequestRedraw);
    }
}

/// Keys, lines and figures.
pub(super) fn tool(
    mut contexts: EguiContexts,
    (view, ground, free): (Res<CityView>, Res<Ground>, Res<FreeArea>),
    mut measuring: ResMut<Measuring>,
    (mut taken, mut keep_off, mut drawn): (ResMut<ClicksTaken>, ResMut<KeepOff>, ResMut<Drawn>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let measuring = measuring.bypass_change_detection();
    drawn.bypass_change_detection().points.clone_from(&measuring.points);
    if pressed(&ctx, Modifiers::NONE, Key::M) {
        let on = !measuring.active;
        measuring.take(on, &mut taken);
    }
    if !measuring.active {
        keep_off.set("measure", Vec::new());
        return Ok(());
    }
    if pressed(&ctx, Modifiers::NONE, Key::Escape) {
        // First the points, then the tool.
        let on = !measuring.points.is_empty();
        measuring.take(on, &mut taken);
        ctx.request_repaint();
    }
    if pressed(&ctx, Modifiers::NONE, Key::Enter) {
        measuring.done = measuring.points.len() > 1;
    }
    if pressed(&ctx, Modifiers::NONE, Key::Backspace) {
        measuring.points.pop();
        measuring.done = false;
    }
    let pointer = ctx.input(|input| input.pointer.latest_pos()).filter(|_| !ctx.egui_wants_pointer_input());
    let live = pointer.filter(|_| !measuring.done && !measuring.points.is_empty());
    let live = live.and_then(|at| ground_under(&view, &ground.0, Vec2::new(at.x, at.y)));
    let mut points = measuring.points.clone();
    points.extend(live);
    let measured = measure(ground.0.frame(), &points);
    if keep_off.set("measure", paint(&ctx, &view, &ground.0, &points, &measured)) {
        ctx.request_repaint();
    }
    panel(&ctx, "measure", &free, Align2::CENTER_TOP, |ui| figures_ui(ui, &measured, measuring));
    if measuring.active {
        ctx.set_cursor_icon(egui::CursorIcon::Crosshair);
    }
    Ok(())
}

/// Lines and figures along them; what the figures cover.
fn paint(ctx: &egui::Context, view: &CityView, city: &City, points: &[[f64; 2]], measured: &Measured) -> Vec<Rect> {
    let mut plates = Vec::new();
    let painter = GroundPainter::new(ctx, "measure", view, city);
    let stroke = Stroke::new(2.0, tokens::ACCENT.egui());
    for (leg, metres_of_leg) in points.windows(2).zip(&measured.legs_m) {
        let [from, to] = leg else { continue };
        painter.line(*from, *to, stroke);
        if measured.legs_m.len() > 1 && *metres_of_leg >= SHORTEST_M {
            let middle = [f64::midpoint(from[0], to[0]), f64::midpoint(from[1], to[1])];
            plates.extend(painter.words(middle, metres(*metres_of_leg)));
        }
    }
    if let (Some(first), Some(last), true) = (points.first(), points.last(), points.len() > 2) {
        painter.line(*last, *first, Stroke::new(1.5, tokens::ACCENT_DIM.egui()));
    }
    for at in points {
        painter.point(*at, 4.0, tokens::TEXT.egui());
    }
    plates
}

fn figures_ui(ui: &mut egui::Ui, measured: &Measured, measuring: &Measuring) {
    let figure = |text: String| RichText::new(text).font(medium_font(tokens::desk::FIGURE));
    let small = |text: std::borrow::Cow<'_, str>| RichText::new(text).small().color(tokens::DIM.egui());
    ui.horizontal(|ui| {
        ui.label(small(t!("measure.length")));
        ui.label(figure(metres(measured.length_m)));
        if let Some(area) = measured.area_m2 {
            ui.add_space(tokens::desk::PAD);
            ui.label(small(t!("measure.area")));
            ui.label(figure(square_metres(area)));
            ui.add_space(tokens::desk::PAD);
            ui.label(small(t!("measure.around")));
            ui.label(figure(metres(measured.around_m)));
        }
    });
    let hint = if measuring.points.is_empty() {
        t!("measure.start")
    } else if measuring.done {
        t!("measure.done")
    } else {
        t!("measure.more")
    };
    ui.label(small(hint));
}
