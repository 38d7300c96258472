//! The form in which sensors are claimed or described, and the line for why they go out of service.

use egui::{Align2, Context, EventFilter, Id, Key, Modifiers, Rect, RichText, ScrollArea, Sense, Ui, Vec2, vec2};
use rust_i18n::t;

use super::desk::Leaving;
use super::form::{Draft, Input};
use super::panel::{DevicesView, DevicesWish};
use crate::domain::Meant;
use crate::domain::sensor::retired::REASON_MAX;
use crate::domain::sensor::{UPSTREAM_MAX, WORDS_MAX};
use crate::screen::input::TakeKey;
use crate::screen::look::unusable::letters_in;
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// Points of the column with the fields' names.
const NAMES: f32 = 132.0;
/// Points of a field.
const FIELD: f32 = 300.0;
/// Points of a row.
const ROW: f32 = 30.0;

/// The widget of a field.
pub(super) fn input_id(input: Input) -> Id {
    Id::new(("devices form", input))
}

/// The widget of the reason.
pub(super) fn reason_id() -> Id {
    Id::new("devices reason")
}

/// Keys while the form or the reason is open: they are no list's.
pub(super) fn edit_keys(ctx: &Context) -> Vec<DevicesWish> {
    let pressed = |modifiers, key| ctx.input_mut(|input| input.take_key(modifiers, key));
    let mut wishes = Vec::new();
    if pressed(Modifiers::COMMAND, Key::Enter) {
        wishes.push(DevicesWish::Send);
    }
    if pressed(Modifiers::COMMAND, Key::D) {
        wishes.push(DevicesWish::PickPlace);
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(DevicesWish::Back);
    }
    wishes
}

/// Which sensors are meant, in words.
fn of_words(of: &Meant, count: usize) -> String {
    match of {
        Meant::Named(ids) => match ids.as_slice() {
            [one] => one.clone(),
            _ => t!("devices.meant.many", n = count).into_owned(),
        },
        Meant::Beginning(beginning) => t!("devices.meant.alike", beginning = beginning, n = count).into_owned(),
    }
}

/// The form.
pub(super) fn form_ui(ui: &mut Ui, room: Vec2, draft: &Draft, view: &DevicesView<'_>, wishes: &mut Vec<DevicesWish>) {
    let title = t!("devices.form.title", of = of_words(&draft.of, draft.count));
    ui.label(RichText::new(title).font(medium_font(tokens::desk::BODY)));
    if !draft.is_of_one() {
        ui.label(RichText::new(t!("devices.form.of_many")).small().color(tokens::DIM.egui()));
    }
    let scroll = ScrollArea::vertical().id_salt("devices form").max_height((room.y - 92.0).max(ROW));
    scroll.show(ui, |ui| {
        for input in draft.inputs() {
            ui.horizontal(|ui| {
                name_ui(ui, input);
                if input == Input::Kind { kind_ui(ui, draft, wishes) } else { text_ui(ui, draft, input, wishes) }
            });
        }
    });
    if draft.begins_anew() {
        ui.label(RichText::new(t!("devices.form.begins_anew")).small().color(tokens::ACCENT.egui()));
    }
    foot_ui(ui, "devices.form.send", view, wishes);
    let focus = view.focus.or_else(|| {
        // Keys are the form's: something in it has them.
        let none = view.in_front && ui.memory(|memory| memory.focused().is_none());
        none.then_some(Input::Kind)
    });
    if let Some(input) = focus {
        ui.memory_mut(|memory| memory.request_focus(input_id(input)));
    }
}

/// The line for the reason.
pub(super) fn leaving_ui(ui: &mut Ui, leaving: &Leaving, view: &DevicesView<'_>, wishes: &mut Vec<DevicesWish>) {
    let key = if leaving.unclaimed { "devices.dismiss" } else { "devices.retire" };
    let title = t!(key, of = of_words(&leaving.of, leaving.count));
    ui.label(RichText::new(title).font(medium_font(tokens::desk::BODY)));
    ui.add(egui::Label::new(RichText::new(t!("devices.retire_means")).small().color(tokens::DIM.egui())).wrap());
    let id = reason_id();
    if ui.memory(|memory| memory.has_focus(id)) && ui.input_mut(|i| i.take_key(Modifiers::NONE, Key::Enter)) {
        wishes.push(DevicesWish::Send);
    }
    let mut reason = leaving.reason.clone();
    let edit = egui::TextEdit::singleline(&mut reason).id(id).char_limit(letters_in(REASON_MAX));
    ui.add(edit.hint_text(t!("devices.reason_hint")).desired_width(f32::INFINITY));
    if reason != leaving.reason {
        wishes.push(DevicesWish::Reason(reason));
    }
    foot_ui(ui, if leaving.unclaimed { "devices.dismiss_do" } else { "devices.retire_do" }, view, wishes);
    if view.in_front {
        ui.memory_mut(|memory| memory.request_focus(id));
    }
}

fn foot_ui(ui: &mut Ui, send: &str, view: &DevicesView<'_>, wishes: &mut Vec<DevicesWish>) {
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal(|ui| {
        if ui.add_enabled(!view.sending, egui::Button::new(format!("{}  Ctrl Enter", t!(send)))).clicked() {
            wishes.push(DevicesWish::Send);
        }
        if ui.button(format!("{}  Esc", t!("devices.form.back"))).clicked() {
            wishes.push(DevicesWish::Back);
        }
        if view.sending {
            ui.label(RichText::new(t!("devices.sending")).small().color(tokens::DIM.egui()));
        }
    });
}

fn name_ui(ui: &mut Ui, input: Input) {
    let (rect, _) = ui.allocate_exact_size(vec2(NAMES, ROW), Sense::hover());
    let (font, dim) = (regular_font(tokens::desk::SMALL), tokens::DIM.egui());
    paint::line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &t!(input.key()), font, dim, NAMES - 6.0);
}

/// The kind, which arrows turn.
fn kind_ui(ui: &mut Ui, draft: &Draft, wishes: &mut Vec<DevicesWish>) {
    let id = input_id(Input::Kind);
    let start = ui.cursor().min;
    let inner = ui.horizontal(|ui| {
        if ui.button("←").clicked() {
            wishes.push(DevicesWish::TurnKind(false));
        }
        let word = draft.kind.map_or_else(|| "devices.form.stays".to_owned(), |kind| format!("sensor.{}", kind.word()));
        let word = t!(word);
        ui.add_sized(vec2(FIELD - 72.0, ROW - 6.0), egui::Label::new(RichText::new(word)).truncate());
        if ui.button("→").clicked() {
            wishes.push(DevicesWish::TurnKind(true));
        }
    });
    let rect = Rect::from_min_max(start, inner.response.rect.max);
    let row = ui.interact(rect, id, Sense::focusable_noninteractive());
    if row.has_focus() {
        ui.painter().rect_stroke(rect.expand(2.0), 3.0, (1.0, tokens::ACCENT.egui()), egui::StrokeKind::Outside);
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let pressed = |key| ui.input_mut(|input| input.take_key(Modifiers::NONE, key));
        if pressed(Key::ArrowRight) {
            wishes.push(DevicesWish::TurnKind(true));
        } else if pressed(Key::ArrowLeft) {
            wishes.push(DevicesWish::TurnKind(false));
        } else if pressed(Key::Enter) {
            wishes.push(DevicesWish::Next(Input::Kind));
        }
    }
}

fn text_ui(ui: &mut Ui, draft: &Draft, input: Input, wishes: &mut Vec<DevicesWish>) {
    let id = input_id(input);
    if ui.memory(|memory| memory.has_focus(id)) && ui.input_mut(|i| i.take_key(Modifiers::NONE, Key::Enter)) {
        wishes.push(DevicesWish::Next(input));
    }
    let before = draft.text(input);
    let mut now = before.to_owned();
    let hint = match input {
        _ if !draft.is_of_one() => t!("devices.form.stays"),
        Input::Area => t!("devices.form.area_hint"),
        Input::Place => t!("devices.form.place_hint"),
        Input::Precision => t!("devices.form.precision_hint"),
        _ => "".into(),
    };
    let limit = letters_in(if input == Input::Area { UPSTREAM_MAX } else { WORDS_MAX });
    ui.add(egui::TextEdit::singleline(&mut now).id(id).char_limit(limit).hint_text(hint).desired_width(FIELD));
    if input == Input::Place && ui.button(format!("{}  Ctrl D", t!("devices.form.pick"))).clicked() {
        wishes.push(DevicesWish::PickPlace);
    }
    if now != before {
        wishes.push(DevicesWish::Set(input, now));
    }
    if let Some(fault) = draft.fault(input) {
        ui.add(egui::Label::new(RichText::new(fault).small().color(tokens::TEXT.egui())).truncate());
    }
}
