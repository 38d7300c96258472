//! The palette's panel.

use egui::{Align2, Area, Id, Key, Modifiers, Order, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2};
use rust_i18n::t;

use super::model::{Found, Hit};
use crate::screen::look::tokens::palette::{FIELD, PAD, ROW, TOP, WIDTH};
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// What the palette shows.
#[derive(Debug, Clone)]
pub struct PaletteView<'a> {
    /// What was typed.
    pub query: &'a str,
    /// What it finds.
    pub hits: &'a [Hit],
    /// Which of them is chosen.
    pub chosen: usize,
    /// It was opened just now: put the cursor into its field.
    pub focus: bool,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaletteWish {
    /// Look for something else.
    Query(String),
    /// Choose another result.
    Choose(usize),
    /// Go there, or do it.
    Take(usize),
    /// Close it.
    Close,
}

/// The palette, over everything else within `all`.
pub fn palette_ui(ctx: &egui::Context, all: Rect, view: &PaletteView<'_>) -> Vec<PaletteWish> {
    let mut wishes = keys(ctx, view);
    #[expect(clippy::cast_precision_loss, reason = "a few results")]
    let rows = view.hits.len().max(1) as f32;
    let width = WIDTH.min(all.width() - PAD * 2.0);
    let top = all.top() + TOP.min(all.height() * 0.1);
    // Of more results than fit the last ones are left out.
    let height = (FIELD + PAD * 3.0 + rows * ROW).min(all.bottom() - top - PAD);
    let rect = Rect::from_min_size(pos2(all.center().x - width / 2.0, top), vec2(width, height));
    if ctx.input(|i| i.pointer.any_pressed() && i.pointer.interact_pos().is_some_and(|at| !rect.contains(at))) {
        wishes.push(PaletteWish::Close);
    }
    Area::new(Id::new("palette")).order(Order::Foreground).fixed_pos(rect.min).constrain(false).show(ctx, |ui| {
        ui.allocate_rect(rect, Sense::click());
        let round = f32::from(tokens::desk::ROUND) * 2.0;
        let line = Stroke::new(1.5, tokens::OUTLINE.egui());
        ui.painter().rect(rect, round, tokens::PANEL.egui(), line, StrokeKind::Inside);
        ui.scope_builder(UiBuilder::new().max_rect(rect.shrink(PAD)), |ui| {
            ui.set_clip_rect(rect);
            field_ui(ui, view, &mut wishes);
            rows_ui(ui, rect, view, &mut wishes);
        });
    });
    wishes
}

fn rows_ui(ui: &mut Ui, rect: Rect, view: &PaletteView<'_>, wishes: &mut Vec<PaletteWish>) {
    let mut row = Rect::from_min_size(rect.min + vec2(0.0, FIELD + PAD * 2.0), vec2(rect.width(), ROW));
    if view.hits.is_empty() {
        let at = row.left_center() + vec2(PAD * 1.5, 0.0);
        let (font, dim) = (regular_font(tokens::desk::BODY), tokens::DIM.egui());
        paint::line(ui.painter(), at, Align2::LEFT_CENTER, &t!("palette.nothing"), font, dim, rect.width() - PAD * 3.0);
    }
    for (at, hit) in view.hits.iter().enumerate() {
        if row.bottom() > rect.bottom() {
            break;
        }
        row_ui(ui, row, at, hit, view.chosen == at, wishes);
        row = row.translate(vec2(0.0, ROW));
    }
}

fn field_ui(ui: &mut Ui, view: &PaletteView<'_>, wishes: &mut Vec<PaletteWish>) {
    let mut query = view.query.to_owned();
    let field = egui::TextEdit::singleline(&mut query)
        .id(Id::new("palette field"))
        .hint_text(t!("palette.hint"))
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(10, 8));
    let field = ui.add(field);
    if view.focus {
        field.request_focus();
    }
    if query != view.query {
        wishes.push(PaletteWish::Query(query));
    }
}

/// Keys while it is open, wherever the keyboard's focus is.
fn keys(ctx: &egui::Context, view: &PaletteView<'_>) -> Vec<PaletteWish> {
    // Nobody else is to act on them.
    let times = |key: Key| ctx.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, key));
    let pressed = |key: Key| times(key) > 0;
    let last = view.hits.len().saturating_sub(1);
    let mut wishes = Vec::new();
    let (down, up) = (times(Key::ArrowDown), times(Key::ArrowUp));
    if down != up {
        wishes.push(PaletteWish::Choose((view.chosen + down).saturating_sub(up).min(last)));
    }
    if pressed(Key::Enter) && !view.hits.is_empty() {
        wishes.push(PaletteWish::Take(view.chosen.min(last)));
    }
    if pressed(Key::Escape) {
        wishes.push(PaletteWish::Close);
    }
    wishes
}

fn row_ui(ui: &mut Ui, rect: Rect, at: usize, hit: &Hit, chosen: bool, wishes: &mut Vec<PaletteWish>) {
    let response = ui.interact(rect, Id::new(("palette row", at)), Sense::click());
    let painter = ui.painter();
    if chosen {
        painter.rect_filled(rect, 0.0, tokens::CHOSEN.egui());
        painter.rect_filled(Rect::from_min_size(rect.min, vec2(3.0, rect.height())), 0.0, tokens::ACCENT.egui());
    } else if response.hovered() {
        painter.rect_filled(rect, 0.0, tokens::HOVER.egui());
    }
    let mark = rect.left_center() + vec2(PAD * 1.5 + 9.0, 0.0);
    match hit.found {
        Found::Incident(_, grade) => paint::grade_mark(painter, mark, 9.0, grade),
        Found::Crew(_) => {
            painter.circle_filled(mark, 5.0, tokens::ACCENT.egui());
        }
        Found::Named(_) => {
            painter.circle_stroke(mark, 5.0, Stroke::new(1.5, tokens::DIM.egui()));
        }
        Found::Command(_) => {
            let square = Rect::from_center_size(mark, vec2(9.0, 9.0));
            painter.rect_stroke(square, 1.0, Stroke::new(1.5, tokens::ACCENT.egui()), StrokeKind::Middle);
        }
    }
    let (left, right) = (mark.x + 20.0, rect.right() - PAD * 1.5);
    let (small, dim) = (regular_font(tokens::desk::SMALL), tokens::DIM.egui());
    let end = pos2(right, rect.center().y);
    let note = paint::line(painter, end, Align2::RIGHT_CENTER, &hit.note, small, dim, (right - left) * 0.45);
    let (font, text) = (medium_font(tokens::desk::BODY), tokens::TEXT.egui());
    let start = pos2(left, rect.center().y);
    paint::line(painter, start, Align2::LEFT_CENTER, &hit.title, font, text, note.left() - left - PAD);
    if response.clicked() {
        wishes.push(PaletteWish::Take(at));
    }
}
