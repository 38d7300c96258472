//! The panel of layers: which ones, how much of each, of when; what their colours mean.

use egui::{Align, Button, Id, Label, Layout, RichText, ScrollArea, Slider, TextEdit, Ui, vec2};
use rust_i18n::t;

use super::census::Window;
use super::flood::REACH_M;
use super::form::Form;
use super::layer::{Ago, FAMILIES, Layer, figure};
use super::legends::{depths_ui, folded_ui, head_ui, legend_ui};
use super::over::phrase;
use super::roads;
use super::shades::{Meaning, Ramp};
use super::when::{KEPT_DAYS, Step};
use super::windows::{over_ui, windows_ui};
use crate::domain::SensorKind;
use crate::domain::sensor;
use crate::screen::look::{medium_font, tokens, words};

/// Room for the name of a family.
const FAMILY: f32 = 64.0;
/// Room for a moment that is typed, and its letters.
const MOMENT: f32 = 150.0;
const TYPED_MAX: usize = 24;
/// Points that a window is high at least for the panel of one layer, with what stands above and below it, and more for each
/// that is behind.
const ONE: f32 = 790.0;
const BEHIND: f32 = 116.0;
/// A panel that scrolls goes on scrolling until there is so much more room than it needs.
const SLACK: f32 = 16.0;

/// A layer that is on, as the panel shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlyView {
    /// The layer.
    pub(super) layer: Layer,
    /// The form in which it is shown.
    pub(super) form: Form,
    /// Metres that a hexagon is wide, where there are any.
    pub(super) width_m: Option<f64>,
    /// Why nothing is seen of the form, in a key of `assets/i18n`.
    pub(super) empty: Option<&'static str>,
    /// How much of it is seen.
    pub(super) opacity: f32,
    /// How many sensors have data, and how many there are; `None` for layers without.
    pub(super) counts: Option<(usize, usize)>,
    /// Why there is nothing yet, in a key of `assets/i18n`.
    pub(super) waits: Option<&'static str>,
    /// Cases on the map.
    pub(super) cases: usize,
    /// What is to be said of the cases of the archive.
    pub(super) archive: Option<String>,
    /// The window of time of which its sensors tell.
    pub(super) over: Option<sensor::Window>,
    /// That is still being gathered.
    pub(super) gathering: bool,
    /// Its colours.
    pub(super) ramp: Ramp,
}

/// What the panel shows.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the panel")]
pub(super) struct PanelView {
    /// The layers that are on, the uppermost first.
    pub(super) plies: Vec<PlyView>,
    /// The one in front.
    pub(super) front: Option<Layer>,
    /// The next one that is chosen comes beside them.
    pub(super) adding: bool,
    /// Only sensors in and around the view were asked for.
    pub(super) partial: bool,
    /// The pack tells how the land lies.
    pub(super) relief: bool,
    /// Which cases the density counts.
    pub(super) window: Window,
    /// Sensors of the one in front are shown too.
    pub(super) sensors: bool,
    /// Of when.
    pub(super) ago: Ago,
    /// The moment that is shown, as it can be typed; empty for now.
    pub(super) moment: String,
    /// What is being typed in its place.
    pub(super) typed: Option<String>,
    /// Why that cannot be shown, in a key of `assets/i18n`.
    pub(super) wrong: Option<&'static str>,
    /// A street is cut open.
    pub(super) pipes: bool,
}

impl PanelView {
    fn is_on(&self, layer: Layer) -> bool {
        self.plies.iter().any(|ply| ply.layer == layer)
    }
}

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PanelWish {
    /// Show this layer in the place of the one in front.
    Show(Layer),
    /// Show this layer beside those that are on.
    Add(Layer),
    /// The next layer that is chosen comes beside them, or not.
    Adding(bool),
    /// Bring a layer that is on to the front.
    Raise(Layer),
    /// Take a layer off.
    TakeOff(Layer),
    /// Take all off.
    Clear,
    /// Show the one in front in this form.
    Form(Form),
    /// Show so much of a layer.
    Opacity(Layer, f32),
    /// Count these cases.
    Window(Window),
    /// Have a layer tell of a window of time, or of now.
    Over(Layer, Option<sensor::Window>),
    /// Show sensors, or not.
    Sensors(bool),
    /// Show it as it was.
    Ago(Ago),
    /// Go so many steps on, or back.
    Step(Step, i64),
    /// Somebody types a moment.
    Typing(String),
    /// The moment was typed: show it.
    Typed(String),
    /// Cut the street open, or close it.
    Pipes,
    /// Put the panel away; the layers stay.
    Close,
}

/// The panel, at most `room` points high. Where it needs more, its title and what the colours mean stay in sight, and the
/// rest scrolls below them.
pub(super) fn layers_ui(ui: &mut Ui, view: &PanelView, room: f32) -> Vec<PanelWish> {
    let mut wishes = Vec::new();
    ui.set_width(tokens::heat::PANEL);
    let top = ui.cursor().top();
    title_ui(ui, view, &mut wishes);
    ui.separator();
    let remembered = Id::new("height of the layers' panel");
    let (needed, scrolled): (f32, bool) = ui.ctx().data(|data| data.get_temp(remembered)).unwrap_or_default();
    let most = |scrolls: bool| if scrolls { room - SLACK } else { room };
    let scrolls = needed > most(scrolled);
    let needs = if scrolls {
        legends_ui(ui, view, &mut wishes);
        let used = ui.cursor().top() - top;
        let left = (room - used).max(0.0);
        let area = ScrollArea::vertical().id_salt("layers").max_height(left).min_scrolled_height(left);
        let shown = area.auto_shrink([false, true]).show(ui, |ui| rest_ui(ui, view, true, &mut wishes));
        used + shown.content_size.y + behind(ui, view)
    } else {
        rest_ui(ui, view, false, &mut wishes);
        ui.cursor().top() - ui.spacing().item_spacing.y - top
    };
    ui.ctx().data_mut(|data| data.insert_temp(remembered, (needs, scrolls)));
    if scrolls != scrolled || scrolls != (needs > most(scrolls)) {
        // It stands by its foot, where it is only once its height is known.
        ui.ctx().request_repaint();
    }
    wishes
}

/// Title, what turns layers off or puts them beside each other, and what puts the panel away.
fn title_ui(ui: &mut Ui, view: &PanelView, wishes: &mut Vec<PanelWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("heat.title")).font(medium_font(tokens::desk::HEAD)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Ctrl G").clicked() {
                wishes.push(PanelWish::Close);
            }
            if ui.selectable_label(view.plies.is_empty(), t!("heat.none")).clicked() {
                wishes.push(PanelWish::Clear);
            }
            if !view.plies.is_empty() {
                let beside = ui.selectable_label(view.adding, t!("heat.add")).on_hover_text(t!("heat.add_note"));
                if beside.clicked() {
                    wishes.push(PanelWish::Adding(!view.adding));
                }
            }
        });
    });
}

/// What the colours of all layers that are on mean: those behind in a line each.
fn legends_ui(ui: &mut Ui, view: &PanelView, wishes: &mut Vec<PanelWish>) {
    let several = view.plies.len() > 1;
    for ply in &view.plies {
        ui.push_id(("legend", ply.layer.word()), |ui| {
            if several && view.front != Some(ply.layer) {
                folded_ui(ui, ply, wishes);
                return;
            }
            if several {
                name_ui(ui, view, ply, wishes);
            }
            meaning_ui(ui, view, ply);
        });
    }
    if !view.plies.is_empty() {
        ui.separator();
    }
}

/// All below the title; without what the colours mean where that is `pinned` above it.
fn rest_ui(ui: &mut Ui, view: &PanelView, pinned: bool, wishes: &mut Vec<PanelWish>) {
    egui::Grid::new("layer families").num_columns(2).spacing([tokens::desk::GAP, 5.0]).show(ui, |ui| {
        for family in FAMILIES {
            let name = RichText::new(t!(format!("heat.family.{}", family.word))).small().color(tokens::DIM.egui());
            ui.label(name);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing = vec2(3.0, 3.0);
                ui.set_max_width(tokens::heat::PANEL - FAMILY);
                ui.horizontal_wrapped(|ui| {
                    family.layers.iter().for_each(|layer| choice_ui(ui, view, *layer, wishes));
                });
            });
            ui.end_row();
        }
    });
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("heat.underground")).small().color(tokens::DIM.egui()));
        if ui.selectable_label(view.pipes, t!("pipes.title")).on_hover_text("Ctrl U").clicked() {
            wishes.push(PanelWish::Pipes);
        }
    });
    for ply in view.plies.iter().filter(|ply| !pinned || view.front == Some(ply.layer)) {
        ui.separator();
        ui.push_id(ply.layer.word(), |ui| ply_ui(ui, view, ply, pinned, wishes));
    }
    if !view.plies.is_empty() {
        ui.separator();
        means_ui(ui, view, wishes);
    }
}

/// A layer to be chosen: one that is on comes to the front, the one in front goes off, another one takes its place, or comes
/// beside it while that is wanted or `Shift` is held.
fn choice_ui(ui: &mut Ui, view: &PanelView, layer: Layer, wishes: &mut Vec<PanelWish>) {
    let on = view.is_on(layer);
    let name = RichText::new(t!(layer.key()));
    // Those behind are marked as well, but quieter.
    let name = if on && view.front != Some(layer) { name.color(tokens::DIM.egui()) } else { name };
    if !ui.selectable_label(on, name).clicked() {
        return;
    }
    let beside = view.adding || ui.input(|input| input.modifiers.shift);
    wishes.push(match (on, view.front == Some(layer)) {
        (true, true) => PanelWish::TakeOff(layer),
        (true, false) => PanelWish::Raise(layer),
        (false, _) if beside && !view.plies.is_empty() => PanelWish::Add(layer),
        (false, _) => PanelWish::Show(layer),
    });
}

/// The block of a layer: what its colours mean, unless that is `pinned` above, what there is of data, how much of it is seen;
/// of the one in front also the forms that it has and what they mean.
fn ply_ui(ui: &mut Ui, view: &PanelView, ply: &PlyView, pinned: bool, wishes: &mut Vec<PanelWish>) {
    let (layer, front) = (ply.layer, view.front == Some(ply.layer));
    let several = view.plies.len() > 1;
    if several && !front && is_short(ui, view) {
        folded_ui(ui, ply, wishes);
        return;
    }
    if several && !pinned {
        name_ui(ui, view, ply, wishes);
    }
    if front {
        forms_ui(ui, ply, wishes);
    }
    match layer.kind() {
        None => windows_ui(ui, view, wishes),
        Some(kind) if front => over_ui(ui, (layer, kind), ply.over, wishes),
        Some(_) => {}
    }
    if !pinned {
        meaning_ui(ui, view, ply);
    }
    state_ui(ui, view, ply, front);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("heat.opacity")).small().color(tokens::DIM.egui()));
        let mut percent = ply.opacity * 100.0;
        if ui.add(Slider::new(&mut percent, 10.0..=100.0).show_value(false)).changed() {
            wishes.push(PanelWish::Opacity(layer, percent / 100.0));
        }
        ui.label(RichText::new(format!("{percent:.0}%")).small());
    });
}

/// The name of a layer that is not alone, which brings it to the front, and what takes it off.
fn name_ui(ui: &mut Ui, view: &PanelView, ply: &PlyView, wishes: &mut Vec<PanelWish>) {
    let (layer, front) = (ply.layer, view.front == Some(ply.layer));
    ui.horizontal(|ui| {
        let name = RichText::new(t!(layer.key())).font(medium_font(tokens::desk::BODY));
        if ui.selectable_label(front, name).on_hover_text("Alt G").clicked() && !front {
            wishes.push(PanelWish::Raise(layer));
        }
        let words = format!("{} · {}", layer.unit_over(ply.over), t!(ply.form.key()));
        ui.label(RichText::new(words.trim_start_matches(" · ")).small().color(tokens::DIM.egui()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let off = ui.small_button("×");
            let off = if front { off.on_hover_text("Alt Delete") } else { off };
            if off.clicked() {
                wishes.push(PanelWish::TakeOff(layer));
            }
        });
    });
}

/// What the colours of a layer mean.
fn meaning_ui(ui: &mut Ui, view: &PanelView, ply: &PlyView) {
    if view.plies.len() < 2 {
        head_ui(ui, &t!(ply.layer.key()), ply.layer.unit_over(ply.over));
    }
    legend_ui(ui, ply);
    if let Some(window) = ply.over {
        // What the colours are of is said beside them.
        ui.label(RichText::new(phrase(window)).small().color(tokens::TEXT.egui()));
    }
    if ply.form == Form::Flood && view.relief {
        head_ui(ui, &t!("heat.depth"), "m");
        depths_ui(ui);
    }
}

/// The forms that the layer has.
fn forms_ui(ui: &mut Ui, ply: &PlyView, wishes: &mut Vec<PanelWish>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(t!("heat.form.title")).small().color(tokens::DIM.egui()));
        ui.spacing_mut().item_spacing = vec2(3.0, 3.0);
        for form in Form::of(ply.layer) {
            if ui.selectable_label(ply.form == *form, t!(form.key())).clicked() {
                wishes.push(PanelWish::Form(*form));
            }
        }
    });
}

/// Points for the blocks of all layers that are behind.
fn blocks(view: &PanelView) -> f32 {
    view.plies.iter().skip(1).map(|_| BEHIND).sum()
}

/// Whether the window is too low for the legends of all layers that are on.
fn is_short(ui: &Ui, view: &PanelView) -> bool {
    ui.ctx().content_rect().height() < ONE + blocks(view)
}

/// Points that the layers behind have where nothing scrolls, beyond the line that each has where it does.
fn behind(ui: &Ui, view: &PanelView) -> f32 {
    if is_short(ui, view) { 0.0 } else { blocks(view) }
}

/// What there is of data; of the one in front also what the colours are of.
fn state_ui(ui: &mut Ui, view: &PanelView, ply: &PlyView, front: bool) {
    let small = |text: String| RichText::new(text).small().color(tokens::DIM.egui());
    if let Some(why) = ply.waits {
        ui.label(small(t!(why).into_owned()));
        return;
    }
    if let Some(window) = ply.over.filter(|_| ply.gathering) {
        ui.label(small(t!("heat.over_coming", over = phrase(window)).into_owned()));
        return;
    }
    match (ply.counts, ply.layer.meaning()) {
        (Some((fresh, all)), _) => {
            let silent = all.saturating_sub(fresh);
            let key = if view.partial { "heat.counts_near" } else { "heat.counts" };
            ui.label(small(t!(key, fresh = words::count(fresh), all = words::count(all)).into_owned()));
            if silent > 0 && front {
                ui.label(small(t!("heat.silent", n = words::count(silent)).into_owned()));
            }
        }
        (None, Meaning::Density) => {
            ui.label(small(t!(view.window.count_key(), n = words::count(ply.cases)).into_owned()));
            if let Some(archive) = &ply.archive {
                ui.add(Label::new(small(archive.clone())).wrap());
            }
        }
        (None, Meaning::Values) => {}
    }
    let relief = ply.form != Form::Flood || view.relief;
    if let Some(empty) = ply.empty.filter(|_| relief) {
        ui.label(small(t!(empty).into_owned()));
    }
    if front {
        ui.add(Label::new(RichText::new(note(view, ply)).small().color(tokens::FAINT.egui())).wrap());
    }
}

/// What the colours are of.
fn note(view: &PanelView, ply: &PlyView) -> String {
    let width = words::length(ply.width_m.unwrap_or_default());
    match (ply.form, ply.layer.meaning()) {
        (Form::Field, Meaning::Values) => t!("heat.note_values"),
        (Form::Field, Meaning::Density) => t!("heat.note_density"),
        (Form::Hexagons, Meaning::Values) => t!("heat.note_hexagons", width = width),
        (Form::Hexagons, Meaning::Density) => t!("heat.note_hexagons_density", width = width),
        (Form::Areas, Meaning::Values) => t!("heat.note_areas"),
        (Form::Areas, Meaning::Density) => t!("heat.note_areas_density"),
        (Form::Flood, _) if !view.relief => t!("heat.no_relief"),
        (Form::Flood, _) => t!("heat.note_flood", reach = words::length(REACH_M)),
        (Form::Roads, _) => t!("heat.note_roads", reach = words::length(f64::from(roads::REACH_M))),
        (Form::Points, _) => t!("heat.note_points"),
    }
    .into_owned()
}

/// With sensors or without, of when.
fn means_ui(ui: &mut Ui, view: &PanelView, wishes: &mut Vec<PanelWish>) {
    let front = view.plies.iter().find(|ply| view.front == Some(ply.layer));
    // Points are the sensors.
    if front.is_some_and(|ply| ply.layer.kind().is_some() && ply.form != Form::Points) {
        let mut sensors = view.sensors;
        if ui.checkbox(&mut sensors, t!("heat.sensors")).changed() {
            wishes.push(PanelWish::Sensors(sensors));
        }
    }
    when_ui(ui, view, wishes);
}

/// Of when: some moments by name, a field for any other one, and steps.
fn when_ui(ui: &mut Ui, view: &PanelView, wishes: &mut Vec<PanelWish>) {
    let small = |key: &str| RichText::new(t!(key)).small().color(tokens::DIM.egui());
    ui.horizontal(|ui| {
        ui.label(small("heat.ago.title"));
        ui.spacing_mut().item_spacing.x = 3.0;
        for ago in Ago::ALL {
            let row = ui.selectable_label(view.ago == ago, t!(ago.key()));
            let row = if ago == Ago::Now { row.on_hover_text("Alt Home") } else { row };
            if row.clicked() {
                wishes.push(PanelWish::Ago(ago));
            }
        }
    });
    ui.horizontal(|ui| {
        ui.label(small("heat.ago.at"));
        let mut text = view.typed.clone().unwrap_or_else(|| view.moment.clone());
        let field = TextEdit::singleline(&mut text)
            .id_salt("layer moment")
            .char_limit(TYPED_MAX)
            .desired_width(MOMENT)
            .hint_text(t!("heat.when.hint"));
        let field = ui.add(field);
        if field.changed() {
            wishes.push(PanelWish::Typing(text.clone()));
        }
        if field.lost_focus() && view.typed.is_some() {
            let done = ui.input(|input| input.key_pressed(egui::Key::Enter));
            wishes.push(if done { PanelWish::Typed(text) } else { PanelWish::Ago(view.ago) });
        }
    });
    if let Some(wrong) = view.wrong {
        ui.add(Label::new(RichText::new(t!(wrong, days = KEPT_DAYS)).small().color(tokens::TEXT.egui())).wrap());
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        let back = Step::ALL.into_iter().map(|step| (step, -1, "−"));
        let on = Step::ALL.into_iter().rev().map(|step| (step, 1, "+"));
        for (step, count, sign) in back.chain(on) {
            let forward_of_now = count > 0 && view.ago == Ago::Now;
            let button = Button::new(RichText::new(format!("{sign}{}", t!(step.key()))).small());
            if ui.add_enabled(!forward_of_now, button).on_hover_text(t!("heat.when.keys")).clicked() {
                wishes.push(PanelWish::Step(step, count));
            }
        }
    });
}

/// A value with its unit.
pub(super) fn with_unit(value: f64, kind: SensorKind, unit: &str) -> String {
    let figure = figure(value, kind);
    match unit {
        "" => figure,
        "℃" | "°" | "%" => format!("{figure}{unit}"),
        _ => format!("{figure} {unit}"),
    }
}
