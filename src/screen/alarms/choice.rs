//! A choice over the list: a field with what can be chosen below it, on the sheet that the palette has as well.

use egui::{Align2, Context, Id, Rect, RichText, Sense, Ui, pos2, vec2};

use crate::screen::look::tokens::palette::{FIELD, PAD, ROW, WIDTH};
use crate::screen::look::{medium_font, paint, regular_font, tokens};
use crate::screen::palette::sheet::{self, ListWish};

/// Height of the line over the field.
const HEAD: f32 = 30.0;

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChoiceRow {
    pub(super) title: String,
    pub(super) note: String,
}

/// What the choice shows.
pub(super) struct ChoiceView<'a> {
    /// What is chosen, and for what.
    pub(super) title: &'a str,
    /// What the field is for.
    pub(super) hint: &'a str,
    pub(super) typed: &'a str,
    pub(super) rows: &'a [ChoiceRow],
    pub(super) chosen: usize,
    /// What is said below the rows; may be empty.
    pub(super) note: &'a str,
    /// It was opened just now: put the cursor into its field.
    pub(super) focus: bool,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ChoiceWish {
    Typed(String),
    Choose(usize),
    Take(usize),
    Close,
}

impl From<ListWish> for ChoiceWish {
    fn from(wish: ListWish) -> Self {
        match wish {
            ListWish::Choose(at) => Self::Choose(at),
            ListWish::Take(at) => Self::Take(at),
            ListWish::Close => Self::Close,
        }
    }
}

/// The choice, over everything else within `all`.
pub(super) fn choice_ui(ctx: &Context, all: Rect, view: &ChoiceView<'_>) -> Vec<ChoiceWish> {
    let keys = sheet::list_keys(ctx, view.chosen, view.rows.len());
    let mut wishes: Vec<ChoiceWish> = keys.into_iter().map(ChoiceWish::from).collect();
    let foot = if view.note.is_empty() { 0.0 } else { HEAD };
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let rows = view.rows.len() as f32;
    let rect =
        sheet::place(all, WIDTH, |room| (HEAD + FIELD + PAD * 3.0 + rows * ROW + foot).min((room - PAD).max(FIELD)));
    let beside = sheet::sheet_ui(ctx, "alarm choice", rect, |ui| {
        let title = RichText::new(view.title).font(medium_font(tokens::desk::BODY)).color(tokens::DIM.egui());
        ui.allocate_ui(vec2(rect.width() - PAD * 2.0, HEAD - PAD * 0.5), |ui| {
            ui.add(egui::Label::new(title).truncate());
        });
        let typed = sheet::field_ui(ui, "alarm choice field", view.hint, view.typed, view.focus);
        wishes.extend(typed.map(ChoiceWish::Typed));
        rows_ui(ui, rect, view, &mut wishes);
    });
    wishes.extend(beside.then_some(ChoiceWish::Close));
    wishes
}

fn rows_ui(ui: &mut Ui, rect: Rect, view: &ChoiceView<'_>, wishes: &mut Vec<ChoiceWish>) {
    let mut row = Rect::from_min_size(rect.min + vec2(0.0, HEAD + FIELD + PAD * 2.0), vec2(rect.width(), ROW));
    let (body, small) = (medium_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    for (at, one) in view.rows.iter().enumerate() {
        if row.bottom() > rect.bottom() {
            return;
        }
        let response = ui.interact(row, Id::new(("alarm choice row", at)), Sense::click());
        let painter = ui.painter();
        sheet::row_ground(painter, row, view.chosen == at, response.hovered());
        let (left, right, y) = (row.left() + PAD * 1.5, row.right() - PAD * 1.5, row.center().y);
        let dim = tokens::DIM.egui();
        let room = (right - left) * 0.6;
        let end = pos2(right, y);
        let note = paint::line(painter, end, Align2::RIGHT_CENTER, &one.note, small.clone(), dim, room);
        let (start, text) = (pos2(left, y), tokens::TEXT.egui());
        let room = note.left() - left - PAD;
        paint::line(painter, start, Align2::LEFT_CENTER, &one.title, body.clone(), text, room);
        if response.clicked() {
            wishes.push(ChoiceWish::Take(at));
        }
        row = row.translate(vec2(0.0, ROW));
    }
    if !view.note.is_empty() {
        let at = pos2(rect.left() + PAD * 1.5, row.top() + HEAD * 0.5);
        let room = rect.width() - PAD * 3.0;
        paint::line(ui.painter(), at, Align2::LEFT_CENTER, view.note, small, tokens::FAINT.egui(), room);
    }
}
