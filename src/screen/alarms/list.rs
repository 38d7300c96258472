//! The list of alarms on a desk, and what can be done about the chosen one.

use egui::{Align2, Key, Modifiers, RichText, ScrollArea, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::{AlarmRow, AlarmWish, AlarmsShown, CHATTER};
use super::strip::{behind, place, state, title};
use crate::domain::AlarmId;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

const ROW: f32 = 46.0;

/// What the list has from its screen.
pub(super) struct ListView<'a> {
    pub(super) shown: &'a AlarmsShown,
    pub(super) chosen: Option<AlarmId>,
    /// With which name orders from here are signed.
    pub(super) post: Option<&'a str>,
    /// No sound at this screen.
    pub(super) mute: bool,
    /// The field takes the keys.
    pub(super) focus: bool,
    /// The chosen one comes into sight.
    pub(super) reveal: bool,
}

/// What was done in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListWish {
    Choose(AlarmId),
    Do(AlarmWish),
    /// Show what folds under the chosen one, or no more.
    Unfold,
    Mute,
    Close,
}

/// The list with its field; what was done in it.
pub(super) fn list_ui(ui: &mut Ui, size: egui::Vec2, view: &ListView<'_>, said: &mut String) -> Vec<ListWish> {
    let mut wishes = keys(ui.ctx(), view);
    ui.set_width(size.x);
    head(ui, view, &mut wishes);
    ui.add_space(tokens::desk::GAP);
    let (head_height, foot_height) = (44.0, 104.0);
    let high = (size.y - head_height - foot_height).max(ROW);
    if view.shown.rows.is_empty() {
        let (rect, _) = ui.allocate_exact_size(vec2(size.x, high), Sense::hover());
        let font = regular_font(tokens::desk::BODY);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, t!("alarm.none"), font, tokens::DIM.egui());
    } else {
        let mut scrolled =
            ScrollArea::vertical().max_height(high).min_scrolled_height(high).auto_shrink([false, false]);
        let shown = &view.shown.rows;
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
                if row_ui(ui, row, Some(row.id) == view.chosen) {
                    wishes.push(ListWish::Choose(row.id));
                }
            }
        });
    }
    ui.add_space(tokens::desk::GAP);
    if let Some(row) = view.chosen.and_then(|id| view.shown.row(id)) {
        chosen_ui(ui, size.x, row, view, said, &mut wishes);
    }
    wishes
}

fn keys(ctx: &egui::Context, view: &ListView<'_>) -> Vec<ListWish> {
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.consume_key(modifiers, key));
    let mut wishes = Vec::new();
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(ListWish::Close);
    }
    for (key, rows) in [(Key::ArrowUp, -1), (Key::ArrowDown, 1)] {
        if pressed(Modifiers::NONE, key) {
            wishes.extend(view.shown.beside(view.chosen, rows).map(ListWish::Choose));
        }
    }
    for (modifiers, key, wish) in [
        (Modifiers::NONE, Key::Enter, ListWish::Do(AlarmWish::Acknowledge)),
        (Modifiers::CTRL, Key::S, ListWish::Do(AlarmWish::Shelve)),
        (Modifiers::CTRL, Key::O, ListWish::Do(AlarmWish::Mine)),
        (Modifiers::CTRL, Key::T, ListWish::Do(AlarmWish::Case)),
        (Modifiers::CTRL, Key::D, ListWish::Do(AlarmWish::Place)),
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
        let text = |words: String| RichText::new(words).color(tokens::DIM.egui());
        ui.label(RichText::new(t!("alarm.title")).font(medium_font(tokens::desk::HEAD)));
        ui.label(text(t!("alarm.calls", count = view.shown.calls(), all = view.shown.rows.len()).into_owned()));
        let load = t!("alarm.load", count = view.shown.lately);
        if view.shown.is_flood() {
            ui.label(RichText::new(t!("alarm.flood", count = view.shown.lately)).color(tokens::TEXT.egui()).strong());
        } else {
            ui.label(text(load.into_owned()));
        }
        if view.shown.chattering > 0 {
            ui.label(text(t!("alarm.chattering", count = view.shown.chattering).into_owned()));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Esc").clicked() {
                wishes.push(ListWish::Close);
            }
            let sound = if view.mute { t!("alarm.sound_off") } else { t!("alarm.sound_on") };
            if ui.button(format!("{sound}  Ctrl Q")).clicked() {
                wishes.push(ListWish::Mute);
            }
        });
    });
}

fn row_ui(ui: &mut Ui, row: &AlarmRow, chosen: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let painter = ui.painter_at(rect);
    if chosen || response.hovered() {
        let fill = if chosen { tokens::CHOSEN } else { tokens::HOVER };
        painter.rect_filled(rect, tokens::desk::ROUND, fill.egui());
    }
    let bright = row.waits && row.shelved_secs.is_none();
    let (first, second) = if bright { (tokens::TEXT, tokens::DIM) } else { (tokens::DIM, tokens::FAINT) };
    let indent = if row.inner { tokens::desk::MARK * 2.0 + 12.0 } else { 0.0 };
    let (x, right) = (rect.left() + 12.0 + indent, rect.right() - 12.0);
    let mark = pos2(x + tokens::desk::MARK, rect.center().y);
    paint::grade_shape(&painter, mark, tokens::desk::MARK, row.level, row.active);
    let left = x + tokens::desk::MARK * 2.0 + 12.0;
    let (upper, lower) = (rect.top() + ROW * 0.32, rect.top() + ROW * 0.7);
    let body = if bright { medium_font(tokens::desk::BODY) } else { regular_font(tokens::desk::BODY) };
    let small = regular_font(tokens::desk::SMALL);
    // From the right: how long, how it stands; the rest has what is left.
    let age = paint::line(
        &painter,
        pos2(right, upper),
        Align2::RIGHT_CENTER,
        &words::age(row.age_secs),
        body.clone(),
        first.egui(),
        120.0,
    );
    let mut tags = vec![state(row)];
    tags.extend(behind(row));
    if !row.assigned.is_empty() {
        tags.push(t!("alarm.assigned", who = row.assigned).into_owned());
    }
    if let Some(incident) = row.incident {
        tags.push(format!("#{}", incident.0));
    }
    if row.last_hour >= CHATTER {
        tags.push(t!("alarm.often", count = row.last_hour).into_owned());
    }
    let tags = tags.join(" · ");
    let stands = paint::line(
        &painter,
        pos2(right, lower),
        Align2::RIGHT_CENTER,
        &tags,
        small.clone(),
        second.egui(),
        rect.width() * 0.5,
    );
    let values = paint::line(
        &painter,
        pos2(rect.left() + rect.width() * 0.46, upper),
        Align2::LEFT_CENTER,
        &row.values,
        body.clone(),
        first.egui(),
        (age.left() - rect.left() - rect.width() * 0.46 - 12.0).max(0.0),
    );
    let room = rect.left() + rect.width() * 0.46 - left - 12.0;
    let room = if row.values.is_empty() { age.left() - left - 12.0 } else { room.min(values.left() - left) };
    paint::line(&painter, pos2(left, upper), Align2::LEFT_CENTER, &title(row), body, first.egui(), room);
    let room = stands.left() - left - 12.0;
    paint::line(&painter, pos2(left, lower), Align2::LEFT_CENTER, &place(row), small, second.egui(), room);
    response.clicked()
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
    let acknowledged = row.acknowledged.as_ref().map(|(who, comment)| {
        let words = t!("alarm.acknowledged", who = who).into_owned();
        if comment.is_empty() { words } else { format!("{words}：{comment}") }
    });
    let seen = (!row.seen.is_empty()).then(|| t!("alarm.seen", who = row.seen.join("、")).into_owned());
    let lines: Vec<String> = acknowledged.into_iter().chain(seen).collect();
    ui.add(egui::Label::new(dim(lines.join("  ·  "))).truncate());
    let field = egui::TextEdit::singleline(said).hint_text(t!("alarm.words_hint")).desired_width(width - 8.0);
    let field = ui.add(field);
    if view.focus {
        field.request_focus();
    }
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal(|ui| {
        let may = view.post.is_some();
        let shelve = if row.shelved_secs.is_some() { "alarm.unshelve" } else { "alarm.shelve" };
        let mine = if Some(row.assigned.as_str()) == view.post { "alarm.not_mine" } else { "alarm.mine" };
        let case = if row.incident.is_some() { "alarm.to_case" } else { "alarm.case" };
        let can_shelve = row.shelved_secs.is_some() || !said.trim().is_empty();
        for (key, name, wish, can) in [
            ("alarm.acknowledge", "Enter", AlarmWish::Acknowledge, may),
            (shelve, "Ctrl S", AlarmWish::Shelve, may && can_shelve),
            (mine, "Ctrl O", AlarmWish::Mine, may),
            (case, "Ctrl T", AlarmWish::Case, may && (row.incident.is_some() || !row.case_kind.is_empty())),
            ("alarm.place", "Ctrl D", AlarmWish::Place, row.at.is_some()),
        ] {
            let text = RichText::new(format!("{}  {name}", t!(key)));
            if ui.add_enabled(can, egui::Button::new(text)).clicked() {
                wishes.push(ListWish::Do(wish));
            }
        }
        if row.behind() > 0 && ui.button(format!("{}  Ctrl E", t!("alarm.unfold", count = row.behind()))).clicked() {
            wishes.push(ListWish::Unfold);
        }
    });
}
