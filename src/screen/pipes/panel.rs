//! The panel of the cut-open street: how wide it is, which networks lie in it, and what the chosen pipe is.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align, Align2, Label, Layout, RichText, Sense, Stroke, Ui, vec2};
use rust_i18n::t;

use super::model::{RADII, hanging, sum};
use super::paint::{colour, empty, key, width};
use super::systems::Pipes;
use crate::domain::{Moment, SensorId};
use crate::ground::pack::records::Network;
use crate::screen::heat::{Layers, newest};
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::shown::{FreeArea, Ground, Guard, Shown};
use crate::screen::tools::{self, PIPES, panel};

/// Width of the names of rows.
const NAME: f32 = 64.0;
/// Sensors of a pipe that are listed.
const MOST: usize = 8;

/// A network in the legend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NetworkRow {
    /// Which.
    pub(super) network: Network,
    /// It is shown.
    pub(super) shown: bool,
    /// How much of it lies in the circle, in words; empty for nothing.
    pub(super) amount: String,
}

/// The chosen pipe.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PipeRow {
    /// What runs in it.
    pub(super) network: Network,
    /// Names and values of its rows; names are keys of `assets/i18n`.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Its sensors: number, identity and what it measured last.
    pub(super) sensors: Vec<(SensorId, String, String)>,
    /// Why there are no sensors, in a key of `assets/i18n`.
    pub(super) no_sensors: Option<&'static str>,
}

/// What the panel shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PanelView {
    /// Number of the radius.
    pub(super) radius: usize,
    /// The legend.
    pub(super) networks: Vec<NetworkRow>,
    /// Why nothing is seen, in a key of `assets/i18n`.
    pub(super) empty: Option<&'static str>,
    /// The pipe that is chosen.
    pub(super) chosen: Option<PipeRow>,
}

/// What the user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelWish {
    /// Cut so wide.
    Reach(usize),
    /// Show a network, or no more.
    Toggle(Network),
    /// Let go of the pipe.
    Forget,
    /// Open the card of a sensor.
    Sensor(SensorId),
    /// Close the street.
    Close,
}

/// The panel of what is cut open.
pub(super) fn show(
    mut contexts: EguiContexts,
    (shown, free, ground): (Res<Shown>, Res<FreeArea>, Res<Ground>),
    guard: Option<Res<Guard>>,
    (mut pipes, mut layers): (ResMut<Pipes>, ResMut<Layers>),
) -> Result {
    let (pipes, layers) = (pipes.bypass_change_detection(), layers.bypass_change_detection());
    if pipes.window().is_none() || guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let ctx = contexts.ctx_mut()?.clone();
    let view = view(pipes, layers, layers.moment(shown.now), &ground, &shown);
    let mut wishes = Vec::new();
    let corner = tools::pipes_corner(&ctx, &free);
    panel(&ctx, PIPES, &free, corner, |ui| wishes = pipes_ui(ui, &view));
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        match wish {
            PanelWish::Reach(radius) => pipes.reach(radius),
            PanelWish::Toggle(network) => pipes.toggle(network),
            PanelWish::Forget => pipes.choose(None),
            PanelWish::Sensor(number) => layers.choose(number),
            PanelWish::Close => pipes.cut(None),
        }
    }
    Ok(())
}

fn view(pipes: &Pipes, layers: &Layers, now: Moment, ground: &Ground, shown: &Shown) -> PanelView {
    let networks = Network::ALL.into_iter().map(|network| NetworkRow {
        network,
        shown: pipes.shows(network),
        amount: sum(pipes.lines(), network).map(amount).unwrap_or_default(),
    });
    let networks = networks.collect();
    let chosen = pipes.chosen().map(|line| {
        let sensors = hanging(line, layers.beside().stations());
        let no_sensors = if !sensors.is_empty() {
            None
        } else if !shown.link.is_live() {
            Some("heat.no_hub")
        } else if layers.beside().is_coming() {
            Some("heat.coming")
        } else {
            Some("pipes.no_sensors")
        };
        let metres = |metres: f64| format!("{metres:.1} m");
        PipeRow {
            network: line.network,
            facts: vec![
                ("pipes.class", t!(if line.is_main { "pipes.main" } else { "pipes.branch" }).into_owned()),
                ("pipes.diameter", width(line)),
                ("pipes.top", metres(line.depth_m)),
                ("pipes.foot", metres(line.depth_m + line.diameter_m)),
                ("pipes.length", format!("{:.0} m", line.length_m())),
            ],
            sensors: sensors
                .into_iter()
                .take(MOST)
                .map(|one| (one.row.number, one.row.id.clone(), newest(one, one.row.kind, now)))
                .collect(),
            no_sensors,
        }
    });
    PanelView { radius: pipes.radius(), networks, empty: empty(pipes, ground), chosen }
}

/// How much of a network there is, in words.
fn amount((count, metres, wide): (usize, f64, std::ops::RangeInclusive<f64>)) -> String {
    let millimetres = |metres: &f64| format!("{:.0}", metres * 1e3);
    let (least, most) = (millimetres(wide.start()), millimetres(wide.end()));
    let wide = if least == most { least } else { format!("{least}–{most}") };
    let metres = words::count(whole(metres));
    t!("pipes.amount", n = words::count(count), metres = metres, wide = wide).into_owned()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "metres of pipes in a circle")]
fn whole(metres: f64) -> usize {
    metres.max(0.0).round() as usize
}

/// The panel.
pub(super) fn pipes_ui(ui: &mut Ui, view: &PanelView) -> Vec<PanelWish> {
    let mut wishes = Vec::new();
    ui.set_width(tokens::pipe::PANEL);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("pipes.title")).font(medium_font(tokens::desk::HEAD)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Ctrl U").clicked() {
                wishes.push(PanelWish::Close);
            }
        });
    });
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("pipes.radius")).small().color(tokens::DIM.egui()));
        ui.spacing_mut().item_spacing.x = 3.0;
        for (number, radius) in RADII.into_iter().enumerate() {
            if ui.selectable_label(view.radius == number, format!("{radius:.0}")).clicked() {
                wishes.push(PanelWish::Reach(number));
            }
        }
        ui.label(RichText::new("m").small().color(tokens::DIM.egui()));
    });
    ui.separator();
    for row in &view.networks {
        network_ui(ui, row, &mut wishes);
    }
    if let Some(why) = view.empty {
        ui.add(Label::new(RichText::new(t!(why)).color(tokens::TEXT.egui())).wrap());
    }
    if let Some(pipe) = &view.chosen {
        ui.separator();
        pipe_ui(ui, pipe, &mut wishes);
    }
    ui.add(Label::new(RichText::new(t!("pipes.note")).small().color(tokens::FAINT.egui())).wrap());
    wishes
}

fn network_ui(ui: &mut Ui, row: &NetworkRow, wishes: &mut Vec<PanelWish>) {
    ui.horizontal(|ui| {
        let mut shown = row.shown;
        if ui.checkbox(&mut shown, "").changed() {
            wishes.push(PanelWish::Toggle(row.network));
        }
        let [long, thick] = tokens::pipe::LINE;
        let (rect, _) = ui.allocate_exact_size(vec2(long, tokens::desk::BODY), Sense::hover());
        // On a light panel a pale line has a ground of its own, that of the pit.
        ui.painter().rect_filled(rect, 2.0, tokens::pipe::BOTTOM.over_city());
        let stroke = Stroke::new(thick, colour(row.network).over_city());
        ui.painter().line_segment([rect.left_center(), rect.right_center()], stroke);
        let amount = if row.amount.is_empty() { t!("pipes.no_such").into_owned() } else { row.amount.clone() };
        let tone = if row.amount.is_empty() { tokens::FAINT } else { tokens::DIM };
        ui.label(t!(key(row.network)));
        ui.label(RichText::new(amount).small().color(tone.egui()));
    });
}

fn pipe_ui(ui: &mut Ui, pipe: &PipeRow, wishes: &mut Vec<PanelWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!(key(pipe.network))).font(medium_font(tokens::desk::BODY)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Esc").clicked() {
                wishes.push(PanelWish::Forget);
            }
        });
    });
    for (name, value) in &pipe.facts {
        ui.horizontal(|ui| {
            let (at, _) = ui.allocate_exact_size(vec2(NAME, 18.0), Sense::hover());
            let font = egui::TextStyle::Small.resolve(ui.style());
            ui.painter().text(at.left_center(), Align2::LEFT_CENTER, t!(*name), font, tokens::DIM.egui());
            ui.label(value);
        });
    }
    ui.label(RichText::new(t!("pipes.sensors")).small().color(tokens::DIM.egui()));
    for (number, id, value) in &pipe.sensors {
        let row = ui.selectable_label(false, format!("{id} · {value}"));
        if row.clicked() {
            wishes.push(PanelWish::Sensor(*number));
        }
    }
    if let Some(why) = pipe.no_sensors {
        ui.label(RichText::new(t!(why)).small().color(tokens::FAINT.egui()));
    }
}
