//! What a number is made of: a row for each thing that its formula asks or its weights name, and how much of it is missing.

use egui::{Align2, CursorIcon, Id, Label, Rect, RichText, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use rust_i18n::t;

use super::asked::in_words;
use super::phrase;
use super::xray::{XrayView, XrayWish};
use crate::domain::vital::{VitalPart, VitalXray};
use crate::screen::look::{medium_font, paint, regular_font, tokens};
use crate::screen::palette::sheet;

/// Height of a row, and of the bar of what is missing.
const ROW: f32 = 24.0;
const BAR: f32 = 10.0;
/// The part of what is free that rows have at most; beyond that they scroll.
const MOST: f32 = 0.45;
/// Widths of value, weight and score, sensors with age.
const CELLS: [f32; 3] = [86.0, 96.0, 150.0];

pub(super) fn parts_ui(ui: &mut Ui, xray: &VitalXray, view: &XrayView<'_>, wishes: &mut Vec<XrayWish>) {
    ui.label(RichText::new(t!("vital.parts")).font(medium_font(tokens::desk::BODY)));
    if xray.parts.is_empty() {
        let dim = RichText::new(t!("vital.no_parts")).small().color(tokens::DIM.egui());
        ui.add(Label::new(dim).wrap());
    }
    let index = xray.parts.iter().any(|part| part.weight.is_some());
    if !xray.parts.is_empty() {
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW * 0.8), Sense::hover());
        let names = ["vital.part.asked", "vital.part.value", "vital.part.weight", "vital.part.sensors"];
        let font = regular_font(tokens::desk::SMALL);
        for (at, (key, cell)) in names.into_iter().zip(cells(head)).enumerate() {
            if at == 2 && !index {
                continue;
            }
            let (point, align) = anchor(at, cell);
            paint::line(ui.painter(), point, align, &t!(key), font.clone(), tokens::FAINT.egui(), cell.width());
        }
        ui.scope(|ui| rows_ui(ui, xray, view, wishes));
    }
    if let Some(missing) = xray.missing_known() {
        missing_ui(ui, missing);
    }
}

/// A row for each part; one that is a sign itself, as those of an index are, is looked into by a click or Enter.
fn rows_ui(ui: &mut Ui, xray: &VitalXray, view: &XrayView<'_>, wishes: &mut Vec<XrayWish>) {
    let signs = view.signs();
    let marked = signs.get(view.marked).copied();
    let room = (ui.available_height() * MOST).max(ROW).min(ROW * xray.parts.len() as f32);
    let mut list = ScrollArea::vertical().id_salt("vital parts").max_height(room).auto_shrink([false, true]);
    let row = xray.parts.iter().position(|part| Some(part.asked.as_str()) == marked);
    if let (Some(row), true) = (row, view.reveal) {
        list = list.vertical_scroll_offset(((row as f32 + 0.5) * ROW - room * 0.5).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    list.show_rows(ui, ROW, xray.parts.len(), |ui, rows| {
        for at in rows {
            let Some(part) = xray.parts.get(at) else { continue };
            let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            if signs.contains(&part.asked.as_str()) {
                let own = ui.interact(row, Id::new(("vital part", at)), Sense::click());
                sheet::row_ground(ui.painter(), row, marked == Some(part.asked.as_str()), own.hovered());
                let own = own.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(t!("vital.look_into"));
                wishes.extend(own.clicked().then(|| XrayWish::Part(part.asked.clone())));
            }
            ui.painter().hline(row.x_range(), row.top(), Stroke::new(1.0, tokens::HAIRLINE.egui()));
            part_ui(ui, row, part, view);
        }
    });
}

/// Where what is asked, its value, its weight and its sensors stand in a row.
fn cells(row: Rect) -> [Rect; 4] {
    let [value, weight, sensors] = CELLS;
    let cut = |from: f32, to: f32| Rect::from_min_max(pos2(from, row.top()), pos2(to, row.bottom()));
    let last = row.right() - sensors;
    let middle = last - weight;
    let first = middle - value;
    [cut(row.left(), first - 6.0), cut(first, middle - 6.0), cut(middle, last - 6.0), cut(last, row.right())]
}

fn anchor(at: usize, cell: Rect) -> (egui::Pos2, Align2) {
    if at == 0 { (cell.left_center(), Align2::LEFT_CENTER) } else { (cell.right_center(), Align2::RIGHT_CENTER) }
}

fn part_ui(ui: &Ui, row: Rect, part: &VitalPart, view: &XrayView<'_>) {
    let painter = ui.painter();
    let (body, small) = (medium_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let [asked, value, weight, sensors] = cells(row);
    // Of an index the hub tells the scores; what the signs themselves show stands on the board.
    let other = view.read.sign(&part.asked).filter(|_| part.weight.is_some());
    let named = match &other {
        Some(other) => other.sign.name.of(view.locale).to_owned(),
        None => in_words(&part.asked),
    };
    paint::line(painter, asked.left_center(), Align2::LEFT_CENTER, &named, small.clone(), text, asked.width());
    let shown = match (&other, part.weight) {
        (Some(other), _) => other.value().map(|number| phrase::with_unit(number, other.sign)),
        (None, Some(_)) => None,
        (None, None) => part.value.map(|number| phrase::figure(number, 0.0)),
    };
    match shown.filter(|_| part.value.is_some()) {
        Some(figure) => {
            paint::line(painter, value.right_center(), Align2::RIGHT_CENTER, &figure, body, text, value.width());
        }
        None => paint::hatch(painter, value.shrink2(vec2(8.0, 5.0)), 6.0, Stroke::new(1.0, tokens::OUTLINE.egui())),
    }
    if let Some(share) = part.weight {
        let score = part.value.map_or_else(|| phrase::DASH.to_owned(), |score| phrase::figure(score, 0.1));
        let words = format!("{share} × {score}");
        paint::line(painter, weight.right_center(), Align2::RIGHT_CENTER, &words, small.clone(), dim, weight.width());
    }
    let age = part.oldest.map(|at| phrase::age(view.now.secs_since(at)));
    let age = age.unwrap_or_else(|| phrase::DASH.to_owned());
    let words = if part.kind.is_some() {
        t!("vital.part.fresh", fresh = part.fresh, known = part.known, oldest = age).into_owned()
    } else if part.weight.is_some() {
        age
    } else {
        return;
    };
    paint::line(painter, sensors.right_center(), Align2::RIGHT_CENTER, &words, small, dim, sensors.width());
}

/// How much says nothing: that part of the bar is hatched.
fn missing_ui(ui: &mut Ui, missing: f32) {
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let words = t!("vital.missing", percent = phrase::percent(missing));
    let font = regular_font(tokens::desk::SMALL);
    let put = paint::line(
        ui.painter(),
        row.left_center(),
        Align2::LEFT_CENTER,
        &words,
        font,
        tokens::DIM.egui(),
        row.width() * 0.5,
    );
    let left = put.right() + 10.0;
    let bar = Rect::from_min_max(
        pos2(left, row.center().y - BAR * 0.5),
        pos2(row.right().min(left + 260.0), row.center().y + BAR * 0.5),
    );
    let split = bar.right() - bar.width() * missing.clamp(0.0, 1.0);
    let there = Rect::from_min_max(bar.min, pos2(split, bar.bottom()));
    ui.painter().rect_filled(there, 0.0, tokens::ACCENT_DIM.egui());
    let gone = Rect::from_min_max(pos2(split, bar.top()), bar.max);
    paint::hatch(ui.painter(), gone, 5.0, Stroke::new(1.0, tokens::DIM.egui()));
    ui.painter().rect_stroke(bar, 0.0, Stroke::new(1.0, tokens::OUTLINE.egui()), egui::StrokeKind::Inside);
}
