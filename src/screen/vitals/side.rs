//! Beside the board: what is to be said of the chosen sign, and its values in the areas below.

use egui::{Align2, Id, Label, Rect, RichText, ScrollArea, Sense, Stroke, Ui, pos2, vec2};
use rust_i18n::t;

use super::bands::Expected;
use super::board::{BoardView, BoardWish};
use super::model::{Below, State, Tile};
use super::phrase;
use crate::domain::VitalSign;
use crate::screen::look::{medium_font, paint, regular_font, tokens};
use crate::screen::palette::sheet;

/// Height of a row of the list.
const ROW: f32 = 28.0;
/// Room for the keys at the foot.
const FOOT: f32 = 76.0;

pub(super) fn side_ui(ui: &mut Ui, view: &BoardView<'_>, wishes: &mut Vec<BoardWish>) {
    let all = ui.max_rect();
    if let Some(tile) = view.tile() {
        said_ui(ui, tile, view.locale);
        ui.separator();
        let name = if view.marked.is_some() { tokens::ACCENT } else { tokens::DIM };
        ui.label(RichText::new(format!("{}  Z", t!("vital.below"))).small().color(name.egui()));
        list_ui(ui, all.bottom() - FOOT, tile, view, wishes);
    }
    let keys = Rect::from_min_max(pos2(all.left(), all.bottom() - FOOT + 6.0), all.max);
    let (font, faint) = (regular_font(tokens::desk::SMALL), tokens::FAINT.egui());
    paint::block(ui.painter(), keys.min, &t!("vital.keys"), font, faint, keys.width(), 4);
}

/// Its name, how it is reckoned, its target, why what it was is not known, and whether anything is expected of it.
fn said_ui(ui: &mut Ui, tile: &Tile<'_>, locale: &str) {
    let small = |text: String| Label::new(RichText::new(text).small().color(tokens::DIM.egui())).wrap();
    let sign = tile.sign;
    let head = RichText::new(sign.name.of(locale)).font(medium_font(tokens::desk::HEAD));
    ui.add(Label::new(head).wrap());
    let stands = match (tile.value().filter(|_| !tile.state.is_without()), tile.age_secs) {
        (Some(value), Some(age)) => {
            let key = if tile.state == State::Stale { "vital.stale" } else { "vital.aged" };
            t!(key, value = phrase::with_unit(value, sign), age = phrase::age(age)).into_owned()
        }
        _ => phrase::without(tile.state),
    };
    ui.add(Label::new(RichText::new(stands).color(tokens::TEXT.egui())).wrap());
    ui.add(small(sign.about.of(locale).to_owned()));
    if let Some(target) = sign.target {
        ui.add(small(t!("vital.target", value = phrase::with_unit(target, sign)).into_owned()));
    }
    if tile.state.is_known() {
        for (key, by) in ["vital.since.hour", "vital.since.day", "vital.since.week"].into_iter().zip(tile.changes()) {
            let words =
                by.map_or_else(|| t!("vital.unknown_then").into_owned(), |_| phrase::change(by, sign.precision));
            ui.add(small(t!(key, change = words).into_owned()));
        }
    }
    let expected = match tile.expected {
        Expected::Within(_) => Some("vital.expected_here"),
        Expected::Nothing => Some("vital.not_expected"),
        Expected::Untold => None,
    };
    if let Some(key) = expected {
        ui.add(small(t!(key).into_owned()));
    }
}

/// The areas below with their values; a click goes into one.
fn list_ui(ui: &mut Ui, bottom: f32, tile: &Tile<'_>, view: &BoardView<'_>, wishes: &mut Vec<BoardWish>) {
    if view.below.is_empty() {
        let key = if tile.sign.depth == 0 { "vital.city_alone" } else { "vital.none_below" };
        ui.add(Label::new(RichText::new(t!(key)).small().color(tokens::FAINT.egui())).wrap());
        return;
    }
    let room = (bottom - ui.cursor().top()).max(ROW);
    let mut list = ScrollArea::vertical().id_salt("vital areas").max_height(room).auto_shrink([false, false]);
    if let (Some(marked), true) = (view.marked, view.reveal) {
        list = list.vertical_scroll_offset(((marked as f32 + 0.5) * ROW - room * 0.5).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    list.show_rows(ui, ROW, view.below.len(), |ui, rows| {
        for at in rows {
            let Some(below) = view.below.get(at) else { continue };
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let own = ui.interact(rect, Id::new(("vital area", at)), Sense::click());
            sheet::row_ground(ui.painter(), rect, view.marked == Some(at), own.hovered());
            below_ui(ui, rect, below, tile.sign, &(view.name)(&below.area));
            if own.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
                wishes.push(BoardWish::Go(below.area.clone()));
            }
        }
    });
}

/// A row of an area: how the sign stands there, the area, its value; what is old fades and says its age.
pub(super) fn below_ui(ui: &Ui, rect: Rect, below: &Below, sign: &VitalSign, name: &str) {
    let painter = ui.painter();
    let font = regular_font(tokens::desk::BODY);
    let middle = rect.center().y;
    let left = rect.left() + 26.0;
    if let Some(grade) = below.state.level() {
        paint::grade_mark(painter, pos2(rect.left() + 14.0, middle), 8.0, grade);
    }
    let right = rect.right() - 8.0;
    let end = if let Some(value) = below.value.filter(|_| !below.state.is_without()) {
        let text = phrase::with_unit(value, sign);
        let at = pos2(right, middle);
        let old = below.age_secs.filter(|_| below.state == State::Stale);
        let colour = if old.is_some() { tokens::FAINT } else { tokens::TEXT }.egui();
        let put = painter.text(at, Align2::RIGHT_CENTER, text, medium_font(tokens::desk::BODY), colour);
        old.map_or(put, |age| {
            let (at, small) = (pos2(put.left() - 8.0, middle), regular_font(tokens::desk::SMALL));
            painter.text(at, Align2::RIGHT_CENTER, phrase::age(age), small, colour)
        })
        .left()
    } else if below.state == State::Waiting {
        let at = pos2(right, middle);
        let (small, dim) = (regular_font(tokens::desk::SMALL), tokens::DIM.egui());
        painter.text(at, Align2::RIGHT_CENTER, phrase::DASH, small, dim).left()
    } else {
        let hatched = Rect::from_min_max(pos2(right - 64.0, rect.top() + 6.0), pos2(right, rect.bottom() - 6.0));
        paint::hatch(painter, hatched, 6.0, Stroke::new(1.0, tokens::OUTLINE.egui()));
        hatched.left()
    };
    paint::line(painter, pos2(left, middle), Align2::LEFT_CENTER, name, font, tokens::TEXT.egui(), end - left - 8.0);
}
