//! The list of alarms on a desk with what is in maintenance, and what can be done about the chosen one.

use egui::{Align2, Key, Modifiers, RichText, ScrollArea, Sense, Ui, vec2};
use rust_i18n::t;

use super::maintain::WindowRow;
use super::model::{AlarmRow, AlarmWish, AlarmsShown};
use super::part::Part;
use super::rows::{ROW, WINDOW, history, row_ui, window_ui};
use super::sound::Heard;
use crate::domain::alarm::MILD_MAX;
use crate::domain::{AlarmId, SensorKind};
use crate::screen::input::{TakeKey, is_plain};
use crate::screen::look::{medium_font, regular_font, tokens, words};

/// Most rows of what is in maintenance that are seen at once.
const WINDOWS: usize = 4;
/// Height of the line over them.
const WINDOWS_HEAD: f32 = 26.0;
/// Height of the head with the line of parts below it.
const HEAD: f32 = 74.0;
/// Height of the foot without its buttons, of a row of those, and points that all of them need in one.
const FOOT: (f32, f32, f32) = (76.0, 28.0, 1_150.0);

/// What the list has from its screen.
pub(super) struct ListView<'a> {
    pub(super) shown: &'a AlarmsShown,
    pub(super) chosen: Option<AlarmId>,
    /// The maintenance that is chosen, which has the keys then.
    pub(super) marked: Option<u64>,
    /// With which name orders from here are signed.
    pub(super) post: Option<&'a str>,
    /// Whether what calls is heard at this screen.
    pub(super) heard: Heard,
    /// Offset of city time from UTC.
    pub(super) utc_offset_secs: i32,
    /// Keys are its own: nothing lies over it.
    pub(super) keys: bool,
    /// The field takes the keys.
    pub(super) focus: bool,
    /// The chosen one comes into sight.
    pub(super) reveal: bool,
    /// What is to be said where the field is: why something was not taken, or that the chosen alarm is over.
    pub(super) note: Option<&'a str>,
}

impl ListView<'_> {
    /// The chosen maintenance.
    fn window(&self) -> Option<&WindowRow> {
        self.shown.windows.iter().find(|row| Some(row.number) == self.marked)
    }
}

/// What was done in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListWish {
    Choose(AlarmId),
    Do(AlarmWish),
    /// Choose which of the list are acknowledged at once.
    Many,
    /// Show what folds under the chosen one, or no more.
    Unfold,
    /// Choose who looks after the chosen one.
    Assign,
    /// Choose how long its source is in maintenance.
    Maintain,
    /// Choose a maintenance, or give the keys back to the alarms.
    Mark(Option<u64>),
    /// End a maintenance.
    End(u64),
    /// Plan a maintenance.
    Plan,
    /// Have this part in the list.
    List(Part),
    Mute,
    Close,
}

/// The list with its field; what was done in it.
pub(super) fn list_ui(ui: &mut Ui, size: egui::Vec2, view: &ListView<'_>, said: &mut String) -> Vec<ListWish> {
    let mut wishes = if view.keys { keys(ui.ctx(), view) } else { Vec::new() };
    ui.set_width(size.x);
    head(ui, view, &mut wishes);
    parts_ui(ui, view, &mut wishes);
    ui.add_space(tokens::desk::GAP);
    let (bare, line, all) = FOOT;
    let foot_height = bare + line * (all / size.x).ceil();
    let high = (size.y - HEAD - foot_height - windows_height(view)).max(ROW);
    if view.shown.listed().is_empty() {
        let (rect, _) = ui.allocate_exact_size(vec2(size.x, high), Sense::hover());
        let font = regular_font(tokens::desk::BODY);
        let none = match view.shown.part {
            Part::Standing => t!("alarm.none"),
            Part::Day => t!("alarm.none_of_day"),
            Part::Chattering => t!("alarm.none_chatters"),
        };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, none, font, tokens::DIM.egui());
    } else {
        let mut scrolled =
            ScrollArea::vertical().max_height(high).min_scrolled_height(high).auto_shrink([false, false]);
        let shown = view.shown.listed();
        if view.reveal
            && let Some(at) = shown.iter().position(|row| Some(row.id) == view.chosen)
        {
            #[expect(clippy::cast_precision_loss, reason = "some thousands of rows")]
            let top = at as f32 * ROW;
            scrolled = scrolled.vertical_scroll_offset((top - high * 0.4).max(0.0));
        }
        scrolled.show_rows(ui, ROW, shown.len(), |ui, rows| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for row in shown.get(rows).unwrap_or_default() {
                if row_ui(ui, row, Some(row.id) == view.chosen && view.marked.is_none()) {
                    wishes.push(ListWish::Choose(row.id));
                }
            }
        });
    }
    ui.scope(|ui| windows_ui(ui, view, &mut wishes));
    ui.add_space(tokens::desk::GAP);
    if let Some(row) = view.window() {
        marked_ui(ui, row, view.post.is_some(), &mut wishes);
    } else if let Some(row) = view.chosen.and_then(|id| view.shown.row(id)) {
        chosen_ui(ui, size.x, row, view, said, &mut wishes);
    } else if let Some(note) = view.note {
        note_ui(ui, note);
        words_ui(ui, size.x, view, said);
    }
    wishes
}

/// Height of the part of what is in maintenance.
fn windows_height(view: &ListView<'_>) -> f32 {
    WINDOWS_HEAD + view.shown.windows.len().min(WINDOWS) as f32 * WINDOW
}

/// What is in maintenance, below the alarms.
fn windows_ui(ui: &mut Ui, view: &ListView<'_>, wishes: &mut Vec<ListWish>) {
    let all = &view.shown.windows;
    let high = windows_height(view) - WINDOWS_HEAD;
    ui.horizontal(|ui| {
        ui.set_height(WINDOWS_HEAD);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let small = |text: &str| RichText::new(text).font(regular_font(tokens::desk::SMALL));
            let plan = egui::Button::new(small(&format!("{}  Ctrl Shift W", t!("alarm.planned.open"))));
            if ui.add_enabled(view.post.is_some(), plan).clicked() {
                wishes.push(ListWish::Plan);
            }
            let planned = all.iter().filter(|row| row.begins_secs.is_some()).count();
            let name = match (all.len(), planned) {
                (0, _) => t!("alarm.maintain.none"),
                (all, 0) => t!("alarm.maintain.part", count = all),
                (all, planned) => t!("alarm.maintain.part_planned", count = all - planned, planned = planned),
            };
            let color = if view.marked.is_some() { tokens::ACCENT } else { tokens::DIM };
            let name = RichText::new(name).font(medium_font(tokens::desk::SMALL)).color(color.egui());
            // What is left is the words' alone; where they have no room they end in … and are told to the pointer.
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                if !all.is_empty() {
                    ui.label(small("Ctrl ↓").color(tokens::FAINT.egui()));
                }
                ui.add(egui::Label::new(name).truncate());
            });
        });
    });
    if all.is_empty() {
        return;
    }
    let mut list = ScrollArea::vertical().id_salt("maintenance").max_height(high).min_scrolled_height(high);
    if view.reveal
        && let Some(at) = all.iter().position(|row| Some(row.number) == view.marked)
    {
        let top = at as f32 * WINDOW;
        list = list.vertical_scroll_offset((top - high * 0.5).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    list.auto_shrink([false, false]).show_rows(ui, WINDOW, all.len(), |ui, rows| {
        for row in all.get(rows).unwrap_or_default() {
            if window_ui(ui, row, Some(row.number) == view.marked, view.utc_offset_secs) {
                wishes.push(ListWish::Mark(Some(row.number)));
            }
        }
    });
}

/// What can be done about the chosen maintenance.
fn marked_ui(ui: &mut Ui, row: &WindowRow, may: bool, wishes: &mut Vec<ListWish>) {
    let words = format!("{} · {} · {}", row.what, row.area(), row.reason);
    let small = RichText::new(words).font(regular_font(tokens::desk::SMALL)).color(tokens::DIM.egui());
    ui.add(egui::Label::new(small).wrap());
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal(|ui| {
        let key = if row.begins_secs.is_some() { "alarm.maintain.call_off" } else { "alarm.maintain.end" };
        let end = egui::Button::new(RichText::new(format!("{}  Ctrl W", t!(key))));
        if ui.add_enabled(may, end).clicked() {
            wishes.push(ListWish::End(row.number));
        }
        if ui.button(format!("{}  Ctrl ↑", t!("alarm.maintain.back"))).clicked() {
            wishes.push(ListWish::Mark(None));
        }
    });
}

fn keys(ctx: &egui::Context, view: &ListView<'_>) -> Vec<ListWish> {
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.take_key(modifiers, key));
    let mut wishes = Vec::new();
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(ListWish::Close);
    }
    for (key, part) in [(Key::Y, Part::Day), (Key::J, Part::Chattering)] {
        if pressed(Modifiers::CTRL, key) {
            wishes.push(ListWish::List(view.shown.part.turned_to(part)));
        }
    }
    // Before the key with less to it, which it would be as well.
    if pressed(Modifiers::CTRL | Modifiers::SHIFT, Key::W) && view.post.is_some() {
        wishes.push(ListWish::Plan);
    }
    // To the part of what is in maintenance, and back to the alarms.
    if pressed(Modifiers::CTRL, Key::ArrowDown) && view.marked.is_none() {
        wishes.extend(view.shown.windows.first().map(|row| ListWish::Mark(Some(row.number))));
    }
    if pressed(Modifiers::CTRL, Key::ArrowUp) {
        wishes.push(ListWish::Mark(None));
    }
    for (key, rows) in [(Key::ArrowUp, -1), (Key::ArrowDown, 1)] {
        if pressed(Modifiers::NONE, key) {
            wishes.extend(match view.marked {
                Some(_) => view.shown.window_beside(view.marked, rows).map(|number| ListWish::Mark(Some(number))),
                None => view.shown.beside(view.chosen, rows).map(ListWish::Choose),
            });
        }
    }
    if let Some(number) = view.marked {
        if pressed(Modifiers::CTRL, Key::W) && view.post.is_some() {
            wishes.push(ListWish::End(number));
        }
        if pressed(Modifiers::CTRL, Key::Q) {
            wishes.push(ListWish::Mute);
        }
        // The others are of alarms, of which none is chosen here: they are nobody's.
        ctx.input_mut(|input| input.events.retain(|event| !is_plain(event)));
        return wishes;
    }
    for (modifiers, key, wish) in [
        (Modifiers::NONE, Key::Enter, ListWish::Do(AlarmWish::Acknowledge)),
        (Modifiers::CTRL, Key::Enter, ListWish::Many),
        (Modifiers::CTRL, Key::S, ListWish::Do(AlarmWish::Shelve)),
        (Modifiers::CTRL, Key::O, ListWish::Do(AlarmWish::Mine)),
        (Modifiers::CTRL, Key::T, ListWish::Do(AlarmWish::Case)),
        (Modifiers::CTRL, Key::D, ListWish::Do(AlarmWish::Place)),
        (Modifiers::CTRL, Key::R, ListWish::Assign),
        (Modifiers::CTRL, Key::W, ListWish::Maintain),
        (Modifiers::CTRL, Key::E, ListWish::Unfold),
        (Modifiers::CTRL, Key::Q, ListWish::Mute),
    ] {
        if pressed(modifiers, key) {
            wishes.push(wish);
        }
    }
    wishes
}

fn head(ui: &mut Ui, view: &ListView<'_>, wishes: &mut Vec<ListWish>) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Esc").clicked() {
                wishes.push(ListWish::Close);
            }
            let sound = match view.heard {
                Heard::Yes => t!("alarm.sound_on"),
                Heard::Muted => t!("alarm.sound_off"),
                Heard::No => t!("alarm.no_sound"),
            };
            if ui.button(format!("{sound}  Ctrl Q")).clicked() {
                wishes.push(ListWish::Mute);
            }
            // What is left is the words' alone; where they have no room they end in … and are told to the pointer.
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.label(RichText::new(t!("alarm.title")).font(medium_font(tokens::desk::HEAD)));
                let calls = t!("alarm.calls", count = view.shown.calls(), all = view.shown.rows.len());
                let (load, color) = if view.shown.is_flood() {
                    (t!("alarm.flood", count = view.shown.lately), tokens::TEXT)
                } else {
                    (t!("alarm.load", count = view.shown.lately), tokens::DIM)
                };
                let said = RichText::new(format!("{calls} · {load}")).color(color.egui());
                ui.add(egui::Label::new(said).truncate());
            });
        });
    });
}

/// What the list can have, and whether there is room for more.
fn parts_ui(ui: &mut Ui, view: &ListView<'_>, wishes: &mut Vec<ListWish>) {
    let shown = view.shown;
    ui.horizontal(|ui| {
        for (part, name) in [
            (Part::Standing, t!("alarm.part.standing").into_owned()),
            (Part::Day, format!("{}  Ctrl Y", t!("alarm.part.day"))),
            (Part::Chattering, format!("{}  Ctrl J", t!("alarm.part.chattering", count = shown.chattering))),
        ] {
            let text = RichText::new(name).font(regular_font(tokens::desk::SMALL));
            if ui.selectable_label(shown.part == part, text).clicked() {
                wishes.push(ListWish::List(part));
            }
        }
        if shown.listed().len() > 1 && view.post.is_some() && shown.listed().iter().any(|row| row.waits) {
            let many = RichText::new(format!("{}  Ctrl Enter", t!("alarm.many.open")));
            if ui.button(many.font(regular_font(tokens::desk::SMALL))).clicked() {
                wishes.push(ListWish::Many);
            }
        }
        if shown.full {
            let full = t!("alarm.full", count = words::count(MILD_MAX));
            ui.add(egui::Label::new(RichText::new(full).color(tokens::TEXT.egui()).strong()).truncate());
        }
    });
}

/// Why what was sent was not taken, or that nothing is chosen, in the place of what became of the chosen one.
fn note_ui(ui: &mut Ui, note: &str) {
    let note = RichText::new(note).font(regular_font(tokens::desk::SMALL)).color(tokens::TEXT.egui());
    ui.add(egui::Label::new(note).truncate());
}

/// The field of what is said to an alarm.
fn words_ui(ui: &mut Ui, width: f32, view: &ListView<'_>, said: &mut String) {
    let field = egui::TextEdit::singleline(said).hint_text(t!("alarm.words_hint")).desired_width(width - 8.0);
    let field = ui.add(field.id(egui::Id::new("alarm words")));
    if view.focus {
        field.request_focus();
    }
}

fn chosen_ui(
    ui: &mut Ui,
    width: f32,
    row: &AlarmRow,
    view: &ListView<'_>,
    said: &mut String,
    wishes: &mut Vec<ListWish>,
) {
    let dim = |words: String| RichText::new(words).font(regular_font(tokens::desk::SMALL)).color(tokens::DIM.egui());
    match view.note {
        Some(note) => note_ui(ui, note),
        None => {
            ui.add(egui::Label::new(dim(history(row, view.utc_offset_secs).join("  ·  "))).truncate());
        }
    }
    words_ui(ui, width, view, said);
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal_wrapped(|ui| {
        let may = view.post.is_some();
        let shelve = if row.shelved_secs.is_some() { "alarm.unshelve" } else { "alarm.shelve" };
        let mine = if Some(row.assigned.as_str()) == view.post { "alarm.not_mine" } else { "alarm.mine" };
        // Of a sensor without a place there is its card still, of a vital sign neither.
        let is_sensor = row.measures != SensorKind::Vital;
        let place = if row.is_unplaced() { "alarm.card" } else { "alarm.place" };
        let case = if row.incident.is_some() { "alarm.to_case" } else { "alarm.case" };
        let can_go = is_sensor || row.at.is_some();
        for (key, name, wish, can) in [
            ("alarm.acknowledge", "Enter", ListWish::Do(AlarmWish::Acknowledge), may),
            (shelve, "Ctrl S", ListWish::Do(AlarmWish::Shelve), may),
            (mine, "Ctrl O", ListWish::Do(AlarmWish::Mine), may),
            ("alarm.assign", "Ctrl R", ListWish::Assign, may),
            (case, "Ctrl T", ListWish::Do(AlarmWish::Case), may),
            (place, "Ctrl D", ListWish::Do(AlarmWish::Place), can_go),
            ("alarm.maintenance", "Ctrl W", ListWish::Maintain, may),
        ] {
            let text = RichText::new(format!("{}  {name}", t!(key)));
            let mut button = ui.add_enabled(can, egui::Button::new(text));
            if wish == ListWish::Do(AlarmWish::Place) && row.at.is_none() {
                let why = if is_sensor { "alarm.why_no_place" } else { "alarm.why_no_card" };
                button = button.on_hover_text(t!(why)).on_disabled_hover_text(t!(why));
            }
            if button.clicked() {
                wishes.push(wish);
            }
        }
        if row.behind() > 0 && ui.button(format!("{}  Ctrl E", t!("alarm.unfold", count = row.behind()))).clicked() {
            wishes.push(ListWish::Unfold);
        }
    });
}
