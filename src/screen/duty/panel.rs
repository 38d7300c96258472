//! The dialog's panel: its head, the roster and the log. [`super::handover`] has the third page.

use egui::{Align2, Id, Key, Modifiers, Rect, RichText, ScrollArea, Sense, Ui, Vec2, vec2};
use rust_i18n::t;

use super::desk::{DutyWish, Page};
use super::draft::Draft;
use super::handover::{HandoverShown, handover_ui};
use super::model::{EntryShown, RosterRow, slot_words};
use crate::domain::{DutyPost, Lamp};
use crate::screen::input::TakeKey;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens};

/// Points of a row.
pub(super) const ROW: f32 = 24.0;
/// Points of the foot with field and buttons.
const FOOT: f32 = 132.0;
/// Keys of the pages, with Ctrl.
const PAGES: [Key; 3] = [Key::Num1, Key::Num2, Key::Num3];

/// What the dialog shows.
pub(super) struct DutyView<'a> {
    pub(super) page: Page,
    /// The shift on duty, in words, and how near its end is.
    pub(super) head: (String, Lamp),
    /// The name with which this desk signs.
    pub(super) me: &'a str,
    pub(super) body: Body,
    pub(super) draft: &'a Draft,
    pub(super) marked: usize,
    pub(super) held: Option<&'a DutyPost>,
    pub(super) note: Option<&'a str>,
    pub(super) sending: bool,
    pub(super) focus: bool,
    /// No other sheet lies over it, so that keys are its own.
    pub(super) in_front: bool,
    pub(super) utc_offset_secs: i32,
}

/// What is on the page.
pub(super) enum Body {
    Roster(Vec<RosterRow>),
    Log(LogShown),
    Handover(HandoverShown),
}

/// The log of a shift.
pub(super) struct LogShown {
    /// The shift.
    pub(super) title: String,
    pub(super) locked: bool,
    /// Its entries, newest first.
    pub(super) entries: Vec<EntryShown>,
}

/// The field of a page.
pub(super) fn field_id(page: Page) -> Id {
    Id::new(("duty", page as u8))
}

/// The dialog, of a size.
pub(super) fn duty_ui(ui: &mut Ui, size: Vec2, view: &DutyView<'_>) -> Vec<DutyWish> {
    let mut wishes = Vec::new();
    if view.in_front {
        keys(ui, view, &mut wishes);
    }
    ui.set_width(size.x);
    ui.spacing_mut().item_spacing.y = 5.0;
    head_ui(ui, view, &mut wishes);
    ui.separator();
    let room = vec2(size.x, (size.y - FOOT - 64.0).max(120.0));
    match &view.body {
        Body::Roster(rows) => roster_ui(ui, room, rows, view, &mut wishes),
        Body::Log(log) => log_ui(ui, room, log, view, &mut wishes),
        Body::Handover(handover) => handover_ui(ui, room, handover, view, &mut wishes),
    }
    if let Some(note) = view.note {
        ui.add(egui::Label::new(RichText::new(note).color(tokens::TEXT.egui())).wrap());
    }
    if view.focus {
        ui.memory_mut(|memory| memory.request_focus(field_id(view.page)));
    }
    wishes
}

fn head_ui(ui: &mut Ui, view: &DutyView<'_>, wishes: &mut Vec<DutyWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("duty.title")).font(medium_font(tokens::desk::HEAD)));
        for (at, page) in Page::ALL.into_iter().enumerate() {
            let name = RichText::new(format!("{}  Ctrl {}", t!(page.key()), at + 1));
            if ui.selectable_label(view.page == page, name).clicked() {
                wishes.push(DutyWish::Page(page));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Esc").on_hover_text(t!("duty.away")).clicked() {
                wishes.push(DutyWish::Close);
            }
            let (text, lamp) = &view.head;
            let font =
                if *lamp == Lamp::Green { regular_font(tokens::desk::BODY) } else { medium_font(tokens::desk::BODY) };
            let color = if *lamp == Lamp::Green { tokens::DIM } else { tokens::TEXT };
            ui.add(egui::Label::new(RichText::new(text).font(font).color(color.egui())).truncate());
            let (rect, _) = ui.allocate_exact_size(vec2(16.0, 20.0), Sense::hover());
            lamp::sign(ui.painter(), rect.center(), 6.0, Some(*lamp), color.egui());
        });
    });
}

/// A row so high, marked or not. Whether it was clicked.
pub(super) fn row(ui: &mut Ui, high: f32, marked: bool, paint_in: impl FnOnce(&egui::Painter, Rect)) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), high), Sense::click());
    if ui.is_rect_visible(rect) {
        let painter = ui.painter_at(rect);
        if marked {
            painter.rect_filled(rect, 3.0, tokens::CHOSEN.egui());
            painter.rect_filled(Rect::from_min_size(rect.min, vec2(3.0, rect.height())), 1.0, tokens::ACCENT.egui());
        } else if response.hovered() {
            painter.rect_filled(rect, 3.0, tokens::HOVER.egui());
        }
        paint_in(&painter, rect.shrink2(vec2(10.0, 0.0)));
    }
    if marked {
        response.scroll_to_me(None);
    }
    response.clicked()
}

/// A row over others.
pub(super) fn title_ui(ui: &mut Ui, title: &str) {
    ui.add_space(2.0);
    ui.label(RichText::new(title).font(medium_font(tokens::desk::SMALL)).color(tokens::DIM.egui()));
}

/// A button with its key; whether it was clicked.
pub(super) fn button(ui: &mut Ui, enabled: bool, key: &str, keys: &str, accent: bool) -> bool {
    let text = RichText::new(format!("{}  {keys}", t!(key)));
    let text = if accent { text.color(tokens::ACCENT.egui()) } else { text.small() };
    ui.add_enabled(enabled, egui::Button::new(text)).clicked()
}

fn roster_ui(ui: &mut Ui, room: Vec2, rows: &[RosterRow], view: &DutyView<'_>, wishes: &mut Vec<DutyWish>) {
    let marked = view.marked.min(rows.len().saturating_sub(1));
    ScrollArea::vertical().auto_shrink([false, false]).max_height(room.y).min_scrolled_height(room.y).show(ui, |ui| {
        for (at, one) in rows.iter().enumerate() {
            let first = at == 0 || rows.get(at - 1).is_none_or(|before| before.slot.id != one.slot.id);
            if first {
                let words = slot_words(&one.slot, view.utc_offset_secs);
                title_ui(ui, &if one.on { format!("{words} · {}", t!("duty.on_duty")) } else { words });
            }
            let held = view.held.is_some_and(|held| *held == one.slot.post(&one.post));
            if row(ui, ROW, at == marked, |painter, rect| post_ui(painter, rect, one, view.me, held)) {
                wishes.push(DutyWish::MarkAt(at));
            }
        }
    });
    let on = rows.get(marked).is_some_and(|row| row.on);
    ui.horizontal(|ui| {
        let mut now = view.draft.who.clone();
        let field = egui::TextEdit::singleline(&mut now).id(field_id(Page::Roster)).desired_width(room.x * 0.36);
        ui.add(field.hint_text(t!("duty.who_hint")));
        if now != view.draft.who {
            wishes.push(DutyWish::Who(now));
        }
        if button(ui, !view.sending && !view.draft.who.trim().is_empty(), "duty.assign", "Enter", true) {
            wishes.push(DutyWish::Assign);
        }
        if button(ui, on, "duty.sign_on", "Ctrl Enter", true) {
            wishes.push(DutyWish::SignOn);
        }
    });
    ui.horizontal_wrapped(|ui| {
        let swap = if view.held.is_some() { "duty.swap_with" } else { "duty.swap" };
        if button(ui, true, swap, "Ctrl E", false) {
            wishes.push(DutyWish::Swap);
        }
        if button(ui, true, "duty.remove", "Ctrl Delete", false) {
            wishes.push(DutyWish::Remove);
        }
        for (key, keys, by) in [("duty.earlier", "PageUp", -1), ("duty.later", "PageDown", 1)] {
            if button(ui, true, key, keys, false) {
                wishes.push(DutyWish::Shift(by));
            }
        }
        ui.label(RichText::new(t!("duty.mark_hint")).small().color(tokens::FAINT.egui()));
    });
}

/// Post, who is rostered, who is there; who took it over stands out.
fn post_ui(painter: &egui::Painter, rect: Rect, one: &RosterRow, me: &str, held: bool) {
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let own = |name: &str| if name == me { format!("{name} ({})", t!("duty.you")) } else { name.to_owned() };
    let column = rect.width() * 0.22;
    let at = |share: f32| rect.left_center() + vec2(rect.width() * share, 0.0);
    paint::line(painter, at(0.0), Align2::LEFT_CENTER, &one.name, body.clone(), dim, column);
    let rostered = one.rostered.as_deref().map_or_else(|| t!("duty.nobody").into_owned(), own);
    let color = if one.rostered.is_some() { text } else { tokens::FAINT.egui() };
    paint::line(painter, at(0.24), Align2::LEFT_CENTER, &rostered, body.clone(), color, column);
    if held {
        paint::line(
            painter,
            rect.right_center(),
            Align2::RIGHT_CENTER,
            &t!("duty.held"),
            small,
            tokens::ACCENT.egui(),
            column,
        );
        return;
    }
    if !one.on {
        return;
    }
    let (said, color) = match (&one.there, &one.rostered) {
        (None, _) => (t!("duty.not_there").into_owned(), tokens::DIM.egui()),
        (Some(there), rostered) if Some(there) == rostered.as_ref() => {
            lamp::tick(painter, at(0.5) + vec2(6.0, 0.0), 6.0, tokens::ACCENT.egui());
            (t!("duty.there").into_owned(), dim)
        }
        (Some(there), Some(_)) => (t!("duty.instead", who = own(there)).into_owned(), text),
        (Some(there), None) => (t!("duty.unplanned", who = own(there)).into_owned(), text),
    };
    let font = if color == text { medium_font(tokens::desk::BODY) } else { body };
    paint::line(painter, at(0.5) + vec2(18.0, 0.0), Align2::LEFT_CENTER, &said, font, color, rect.width() * 0.45);
}

fn log_ui(ui: &mut Ui, room: Vec2, log: &LogShown, view: &DutyView<'_>, wishes: &mut Vec<DutyWish>) {
    title_ui(ui, &if log.locked { format!("{} · {}", log.title, t!("duty.locked")) } else { log.title.clone() });
    let marked = view.marked.min(log.entries.len().saturating_sub(1));
    ScrollArea::vertical().auto_shrink([false, false]).max_height(room.y).min_scrolled_height(room.y).show(ui, |ui| {
        if log.entries.is_empty() {
            ui.label(RichText::new(t!("duty.empty_log")).color(tokens::DIM.egui()));
        }
        for (at, one) in log.entries.iter().enumerate() {
            let text = text_of(ui, one);
            let high = (text.size().y + 8.0).max(ROW);
            if row(ui, high, at == marked, |painter, rect| entry_ui(painter, rect, one, text)) {
                wishes.push(DutyWish::MarkAt(at));
            }
        }
    });
    let open = log.entries.get(marked).is_some_and(|entry| entry.open);
    if log.locked {
        ui.label(RichText::new(t!("duty.locked_hint")).color(tokens::DIM.egui()));
    } else {
        let mut now = view.draft.words.clone();
        let field = egui::TextEdit::multiline(&mut now).id(field_id(Page::Log)).desired_rows(2).desired_width(room.x);
        ui.add(field.hint_text(t!("duty.words_hint")));
        if now != view.draft.words {
            wishes.push(DutyWish::Words(now));
        }
    }
    ui.horizontal_wrapped(|ui| {
        if button(ui, !log.locked && !view.sending, "duty.write", "Ctrl Enter", true) {
            wishes.push(DutyWish::Write);
        }
        let tag = |on: bool, key: &str| if on { format!("{} ×", t!(key)) } else { t!(key).into_owned() };
        for (on, text, keys, wish) in [
            (view.draft.open, tag(view.draft.open, "duty.keep_open"), "Ctrl O", DutyWish::Open),
            (
                view.draft.incident.is_some(),
                view.draft.incident.map_or_else(|| t!("duty.bind").into_owned(), |id| format!("#{} ×", id.0)),
                "Ctrl I",
                DutyWish::Bind,
            ),
            (
                view.draft.corrects.is_some(),
                view.draft.corrects.map_or_else(
                    || t!("duty.correct").into_owned(),
                    |number| format!("{} ×", t!("duty.corrects", number = number)),
                ),
                "Ctrl R",
                DutyWish::Correct,
            ),
        ] {
            if ui.selectable_label(on, RichText::new(format!("{text}  {keys}")).small()).clicked() {
                wishes.push(wish);
            }
        }
        if button(ui, open, "duty.settle", "Ctrl D", false) {
            wishes.push(DutyWish::Settle);
        }
        ui.label(RichText::new(t!("duty.shift_hint")).small().color(tokens::FAINT.egui()));
    });
}

/// Points of an entry's number and time, and of who wrote it.
const ENTRY: (f32, f32) = (100.0, 190.0);

/// What an entry says, in as many lines as it needs.
fn text_of(ui: &Ui, one: &EntryShown) -> std::sync::Arc<egui::Galley> {
    let color = if one.by_itself { tokens::DIM } else { tokens::TEXT };
    let width = (ui.available_width() - ENTRY.0 - ENTRY.1 - 32.0).max(80.0);
    ui.painter().layout(one.text.clone(), regular_font(tokens::desk::BODY), color.egui(), width)
}

fn entry_ui(painter: &egui::Painter, rect: Rect, one: &EntryShown, text: std::sync::Arc<egui::Galley>) {
    let small = regular_font(tokens::desk::SMALL);
    let dim = tokens::DIM.egui();
    let number = format!("{}  {}", one.number, one.time);
    let top = rect.left_top() + vec2(0.0, 6.0);
    paint::line(painter, top, Align2::LEFT_TOP, &number, small.clone(), dim, ENTRY.0 - 4.0);
    let mut more = vec![one.by.clone()];
    more.extend(one.incident.map(|id| format!("#{}", id.0)));
    if one.open {
        more.push(t!("duty.open").into_owned());
    }
    let more = more.join(" · ");
    let right = rect.right_top() + vec2(0.0, 6.0);
    paint::line(painter, right, Align2::RIGHT_TOP, &more, small, dim, ENTRY.1);
    painter.galley(rect.left_top() + vec2(ENTRY.0, 4.0), text, dim);
}

/// Keys of the dialog; nobody else sees them.
fn keys(ui: &Ui, view: &DutyView<'_>, wishes: &mut Vec<DutyWish>) {
    let ctx = ui.ctx();
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.take_key(modifiers, key));
    let ctrl = Modifiers::COMMAND;
    for (key, page) in PAGES.into_iter().zip(Page::ALL) {
        if pressed(ctrl, key) {
            wishes.push(DutyWish::Page(page));
        }
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(DutyWish::Close);
    }
    for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
        if pressed(ctrl, key) {
            wishes.push(DutyWish::Mark(by));
        }
    }
    // What was taken over, or is looked at, is not sent again.
    match (&view.body, view.page) {
        (Body::Roster(rows), _) => {
            shift_keys(&pressed, wishes);
            let on = rows.get(view.marked.min(rows.len().saturating_sub(1))).is_some_and(|row| row.on);
            if pressed(ctrl, Key::Enter) && on {
                wishes.push(DutyWish::SignOn);
            }
            if pressed(Modifiers::NONE, Key::Enter) {
                wishes.push(DutyWish::Assign);
            }
            for (key, wish) in [(Key::E, DutyWish::Swap), (Key::Delete, DutyWish::Remove)] {
                if pressed(ctrl, key) {
                    wishes.push(wish);
                }
            }
            for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
                if pressed(Modifiers::NONE, key) {
                    wishes.push(DutyWish::Mark(by));
                }
            }
        }
        (Body::Log(log), _) => {
            shift_keys(&pressed, wishes);
            let all = [
                (Key::Enter, DutyWish::Write, !log.locked && !view.sending),
                (Key::R, DutyWish::Correct, true),
                (Key::O, DutyWish::Open, !log.locked),
                (Key::I, DutyWish::Bind, !log.locked),
                (Key::D, DutyWish::Settle, true),
            ];
            for (key, wish, may) in all {
                if pressed(ctrl, key) && may {
                    wishes.push(wish);
                }
            }
        }
        (Body::Handover(handover), _) => {
            shift_keys(&pressed, wishes);
            if pressed(Modifiers::ALT, Key::Enter) {
                wishes.push(DutyWish::Go);
            }
            // Those with more modifiers first: they match fewer ones as well.
            let (anew, sign) = (pressed(ctrl | Modifiers::SHIFT, Key::Enter), pressed(ctrl, Key::Enter));
            let wish = handover.wish(anew).filter(|_| (anew || sign) && !view.sending);
            wishes.extend(wish);
        }
    }
}

fn shift_keys(pressed: &impl Fn(Modifiers, Key) -> bool, wishes: &mut Vec<DutyWish>) {
    for (key, by) in [(Key::PageUp, -1), (Key::PageDown, 1)] {
        if pressed(Modifiers::NONE, key) {
            wishes.push(DutyWish::Shift(by));
        }
    }
}
