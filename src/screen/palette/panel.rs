//! The palette's panel.

use egui::{Align2, Id, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::{Found, Hit};
use super::sheet::{self, ListWish};
use crate::screen::look::tokens::palette::{FIELD, PAD, ROW, WIDTH};
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
    let keys = sheet::list_keys(ctx, view.chosen, view.hits.len());
    let mut wishes: Vec<PaletteWish> = keys.into_iter().map(PaletteWish::from).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few results")]
    let rows = view.hits.len().max(1) as f32;
    // Of more results than fit the last ones are left out.
    let rect = sheet::place(all, WIDTH, |room| (FIELD + PAD * 3.0 + rows * ROW).min(room - PAD));
    let beside = sheet::sheet_ui(ctx, "palette", rect, |ui| {
        let typed = sheet::field_ui(ui, "palette field", &t!("palette.hint"), view.query, view.focus);
        wishes.extend(typed.map(PaletteWish::Query));
        rows_ui(ui, rect, view, &mut wishes);
    });
    wishes.extend(beside.then_some(PaletteWish::Close));
    wishes
}

impl From<ListWish> for PaletteWish {
    fn from(wish: ListWish) -> Self {
        match wish {
            ListWish::Choose(at) => Self::Choose(at),
            ListWish::Take(at) => Self::Take(at),
            ListWish::Close => Self::Close,
        }
    }
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

fn row_ui(ui: &mut Ui, rect: Rect, at: usize, hit: &Hit, chosen: bool, wishes: &mut Vec<PaletteWish>) {
    let response = ui.interact(rect, Id::new(("palette row", at)), Sense::click());
    let painter = ui.painter();
    sheet::row_ground(painter, rect, chosen, response.hovered());
    let mark = rect.left_center() + vec2(PAD * 1.5 + 9.0, 0.0);
    match hit.found {
        Found::Incident(_, grade) => paint::grade_mark(painter, mark, 9.0, grade),
        Found::Alarm(_, level) => paint::alarm_mark(painter, mark, 10.0, level, false),
        Found::Sensor(_) => {
            painter.circle_stroke(mark, 5.0, Stroke::new(1.5, tokens::ACCENT.egui()));
        }
        Found::Crew(_) => {
            painter.circle_filled(mark, 5.0, tokens::ACCENT.egui());
        }
        Found::Named(_) | Found::Component(_) => {
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
