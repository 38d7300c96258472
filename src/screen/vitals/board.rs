//! The board of a desk: the families at one glance, each a column of tiles, and beside them what is to be said of the chosen
//! sign with its values in the areas below.

use std::ops::Range;

use egui::{
    Align, Align2, Context, Id, Key, Label, Layout, Modifiers, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind,
};
use egui::{Ui, UiBuilder, pos2, vec2};
use rust_i18n::t;

use super::hold_keyboard;
use super::model::{Below, Column, Sorting, Step, Sum, Tile, stepped, window};
use super::side::side_ui;
use super::tile::{Look, tile};
use crate::domain::Grade;
use crate::domain::rights::Area;
use crate::screen::heat::layer::Ago;
use crate::screen::input::TakeKey;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::names::utc_offset_secs;
use crate::screen::palette::sheet;

/// Least and greatest width of a column.
const COLUMN: std::ops::RangeInclusive<f32> = 196.0..=330.0;
/// Height of a column's head.
const HEAD: f32 = 46.0;
/// Width of what stands beside the columns.
const SIDE: f32 = 290.0;
const GAP: f32 = tokens::desk::GAP;

/// What the board shows.
pub(super) struct BoardView<'a> {
    /// The families that have signs.
    pub(super) columns: &'a [Column<'a>],
    /// The chosen sign.
    pub(super) chosen: &'a str,
    /// Bring it into sight.
    pub(super) reveal: bool,
    /// The area.
    pub(super) area: &'a Area,
    /// What an area is called.
    pub(super) name: &'a dyn Fn(&Area) -> String,
    /// The chosen sign in the areas below.
    pub(super) below: &'a [Below],
    /// The keys are those of the list of areas, of which this one is marked.
    pub(super) marked: Option<usize>,
    /// The one that is marked first.
    pub(super) first: usize,
    /// In which order the tiles stand.
    pub(super) sorting: Sorting,
    /// They are small.
    pub(super) dense: bool,
    /// Of when it is.
    pub(super) ago: Ago,
    /// The map is coloured by the chosen sign.
    pub(super) coloured: bool,
    /// Why there are no tiles, where there are none.
    pub(super) why: Option<String>,
    /// The language.
    pub(super) locale: &'a str,
}

impl BoardView<'_> {
    fn look(&self) -> Look {
        if self.dense { Look::DENSE } else { Look::DESK }
    }

    /// The chosen tile.
    pub(super) fn tile(&self) -> Option<&Tile<'_>> {
        self.columns.iter().flat_map(|column| &column.tiles).find(|tile| tile.sign.code == self.chosen)
    }
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BoardWish {
    /// Choose a sign.
    Choose(String),
    /// See what its number is made of.
    Look(String),
    /// The board of another area.
    Go(Area),
    /// Mark an area below, or give the keys back to the tiles.
    Mark(Option<usize>),
    /// Another order.
    Sort(Sorting),
    /// Small tiles, or whole ones.
    Dense(bool),
    /// As it was then.
    Ago(Ago),
    /// Colour the map by the chosen sign, or no more.
    Colour,
    /// Close it.
    Close,
}

/// The board, within `rect`.
pub(super) fn board_ui(ctx: &Context, rect: Rect, view: &BoardView<'_>) -> Vec<BoardWish> {
    let mut wishes = keys(ctx, view);
    let beside = sheet::sheet_ui(ctx, "vitals", rect, |ui| {
        hold_keyboard(ui, rect);
        head_ui(ui, view, &mut wishes);
        ui.add_space(GAP * 0.5);
        let body = ui.available_rect_before_wrap();
        if let Some(why) = &view.why {
            let font = regular_font(tokens::desk::BODY);
            ui.painter().text(body.center(), Align2::CENTER_CENTER, why, font, tokens::DIM.egui());
            return;
        }
        let side = Rect::from_min_max(pos2(body.right() - SIDE, body.top()), body.max);
        let grid = Rect::from_min_max(body.min, pos2(side.left() - GAP * 1.5, body.bottom()));
        columns_ui(ui, grid, view, &mut wishes);
        ui.painter().vline(side.left() - GAP * 0.75, body.y_range(), Stroke::new(1.0, tokens::HAIRLINE.egui()));
        ui.scope_builder(UiBuilder::new().max_rect(side), |ui| side_ui(ui, view, &mut wishes));
    });
    wishes.extend(beside.then_some(BoardWish::Close));
    wishes
}

fn head_ui(ui: &mut Ui, view: &BoardView<'_>, wishes: &mut Vec<BoardWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("vital.title")).font(medium_font(tokens::desk::HEAD)));
        path_ui(ui, view, wishes);
        ui.separator();
        let sum = Sum::of(view.columns.iter().flat_map(|column| &column.tiles));
        let (rect, _) = ui.allocate_exact_size(vec2(240.0, 22.0), Sense::hover());
        sum_ui(ui, rect, &sum);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Esc").clicked() {
                wishes.push(BoardWish::Close);
            }
            if ui.selectable_label(view.coloured, format!("{}  Ctrl I", t!("vital.colour"))).clicked() {
                wishes.push(BoardWish::Colour);
            }
            let key = if view.sorting == Sorting::Worst { "vital.worst_first" } else { "vital.as_listed" };
            if ui.selectable_label(false, format!("{}  U", t!(key))).clicked() {
                wishes.push(BoardWish::Sort(view.sorting.other()));
            }
            if ui.selectable_label(view.dense, format!("{}  C", t!("vital.dense"))).clicked() {
                wishes.push(BoardWish::Dense(!view.dense));
            }
            ui.separator();
            for ago in Ago::ALL.into_iter().rev() {
                if ui.selectable_label(view.ago == ago, t!(ago.key())).clicked() {
                    wishes.push(BoardWish::Ago(ago));
                }
            }
            if let Ago::At(at) = view.ago {
                // Chosen among the layers; `H` or a click on another one leaves it.
                ui.add(Label::new(words::day_hour_minute(at, utc_offset_secs(at))));
            }
            ui.label(RichText::new("H").small().color(tokens::FAINT.egui()));
        });
    });
}

/// The way down to the area; a click goes back up.
fn path_ui(ui: &mut Ui, view: &BoardView<'_>, wishes: &mut Vec<BoardWish>) {
    let mut path: Vec<Area> = std::iter::successors(Some(view.area.clone()), Area::parent).collect();
    path.reverse();
    for area in path {
        let here = area == *view.area;
        if ui.selectable_label(here, (view.name)(&area)).clicked() && !here {
            wishes.push(BoardWish::Go(area));
        }
    }
}

/// How many signs cross a limit by level, how many have no data, how many there are.
fn sum_ui(ui: &Ui, rect: Rect, sum: &Sum) {
    let painter = ui.painter();
    let font = regular_font(tokens::desk::SMALL);
    let mut x = rect.left();
    let middle = rect.center().y;
    for (grade, count) in Grade::ALL.into_iter().zip(sum.crossed).filter(|(_, count)| *count > 0) {
        paint::grade_mark(painter, pos2(x + 7.0, middle), 7.0, grade);
        let at = pos2(x + 17.0, middle);
        let put = painter.text(at, Align2::LEFT_CENTER, words::count(count), font.clone(), tokens::TEXT.egui());
        x = put.right() + 8.0;
    }
    let mut said = t!("vital.signs", n = sum.all).into_owned();
    if sum.waiting > 0 {
        said = format!("{} · {said}", t!("vital.waiting", n = sum.waiting));
    }
    if sum.nothing > 0 {
        said = format!("{} · {said}", t!("vital.without", n = sum.nothing));
    }
    paint::line(painter, pos2(x, middle), Align2::LEFT_CENTER, &said, font, tokens::DIM.egui(), rect.right() - x);
}

fn columns_ui(ui: &mut Ui, grid: Rect, view: &BoardView<'_>, wishes: &mut Vec<BoardWish>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
    let fits = ((grid.width() + GAP) / (COLUMN.start() + GAP)) as usize;
    let has = |column: &Column<'_>| column.tiles.iter().position(|tile| tile.sign.code == view.chosen);
    let chosen = view.columns.iter().position(|column| has(column).is_some()).unwrap_or_default();
    let seen = window(view.columns.len(), fits, chosen);
    let columns = view.columns.get(seen.clone()).unwrap_or_default();
    let width = ((grid.width() + GAP) / columns.len().max(1) as f32 - GAP).min(*COLUMN.end());
    let left = |at: usize| grid.left() + (width + GAP) * at as f32;
    let last = columns.len().saturating_sub(1);
    for (at, column) in columns.iter().enumerate() {
        let rect = Rect::from_min_size(pos2(left(at), grid.top()), vec2(width, HEAD));
        let room = if at == last { rect.width() - hidden_ui(ui, rect, view.columns, &seen) } else { rect.width() };
        family_ui(ui, rect, room, column, seen.start + at == chosen);
    }
    let tiles = Rect::from_min_max(pos2(grid.left(), grid.top() + HEAD + GAP * 0.5), grid.max);
    let high = view.look().height() + GAP * 0.6;
    let rows = columns.iter().map(|column| column.tiles.len()).max().unwrap_or_default();
    ui.scope_builder(UiBuilder::new().max_rect(tiles), |ui| {
        let area = ScrollArea::vertical().id_salt("vital tiles").max_height(tiles.height());
        area.auto_shrink([false, false]).show(ui, |ui| {
            let size = vec2(grid.width() - 2.0, rows as f32 * high);
            let (all, _) = ui.allocate_exact_size(size, Sense::hover());
            for (at, column) in columns.iter().enumerate() {
                for (row, one) in column.tiles.iter().enumerate() {
                    let min = pos2(left(at), all.top() + row as f32 * high);
                    let rect = Rect::from_min_size(min, vec2(width, view.look().height()));
                    if view.reveal && one.sign.code == view.chosen {
                        ui.scroll_to_rect(rect.expand(GAP), None);
                    }
                    if ui.is_rect_visible(rect) {
                        tile_ui(ui, rect, one, view, wishes);
                    }
                }
            }
        });
    });
}

/// Where not all families have room it says at the head of the last one how many lie to the left and to the right of those
/// in sight, with the worst level that one of their signs crosses. Returns how wide that is.
fn hidden_ui(ui: &Ui, head: Rect, all: &[Column<'_>], seen: &Range<usize>) -> f32 {
    let (before, after) = (seen.start, all.len().saturating_sub(seen.end));
    if before + after == 0 {
        return 0.0;
    }
    let hidden = all.iter().enumerate().filter(|(at, _)| !seen.contains(at));
    let worst = Sum::of(hidden.flat_map(|(_, column)| &column.tiles)).worst();
    let sides = [(before > 0).then(|| format!("‹ {before}")), (after > 0).then(|| format!("{after} ›"))];
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    let text = t!("vital.families_hidden", sides = sides.join(" · "));
    let at = pos2(head.right() - 2.0, head.top() + 11.0);
    let (font, dim) = (regular_font(tokens::desk::SMALL), tokens::DIM.egui());
    let mut left = paint::line(ui.painter(), at, Align2::RIGHT_CENTER, &text, font, dim, head.width() * 0.6).left();
    if let Some((grade, _)) = worst {
        paint::grade_mark(ui.painter(), pos2(left - 11.0, at.y), 7.0, grade);
        left -= 22.0;
    }
    head.right() - left + GAP
}

/// The head of a family: its name, within some room, how many signs it has and how they stand.
fn family_ui(ui: &Ui, rect: Rect, room: f32, column: &Column<'_>, chosen: bool) {
    let painter = ui.painter();
    let colour = if chosen { tokens::ACCENT } else { tokens::OUTLINE };
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(if chosen { 2.0 } else { 1.0 }, colour.egui()));
    let name = t!(format!("vital.family.{}", column.family.word()));
    let at = pos2(rect.left() + 2.0, rect.top() + 11.0);
    let font = medium_font(tokens::desk::BODY);
    paint::line(painter, at, Align2::LEFT_CENTER, &name, font, tokens::TEXT.egui(), room);
    let below = Rect::from_min_max(pos2(rect.left() + 2.0, rect.top() + 22.0), pos2(rect.right(), rect.bottom() - 4.0));
    sum_ui(ui, below, &Sum::of(&column.tiles));
}

fn tile_ui(ui: &Ui, rect: Rect, one: &Tile<'_>, view: &BoardView<'_>, wishes: &mut Vec<BoardWish>) {
    let code = &one.sign.code;
    let own = ui.interact(rect, Id::new(("vital tile", code)), Sense::click());
    let number = ui.interact(view.look().value_rect(rect), Id::new(("vital number", code)), Sense::click());
    let number = number.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(t!("vital.look_into"));
    let chosen = one.sign.code == view.chosen;
    let painter = ui.painter();
    let fill = match (chosen, own.hovered() || number.hovered()) {
        (true, _) => tokens::CHOSEN,
        (false, true) => tokens::HOVER,
        (false, false) => tokens::RAISED,
    };
    painter.rect_filled(rect, tokens::desk::ROUND, fill.egui());
    if chosen {
        let line = Stroke::new(1.0, tokens::ACCENT.egui());
        painter.rect_stroke(rect, tokens::desk::ROUND, line, StrokeKind::Inside);
    }
    tile(painter, rect, view.look(), one, view.locale);
    if number.clicked() || own.double_clicked() {
        wishes.push(BoardWish::Look(code.clone()));
    } else if own.clicked() {
        wishes.push(BoardWish::Choose(code.clone()));
    }
}

/// Keys while it is open; nobody else is to act on them.
fn keys(ctx: &Context, view: &BoardView<'_>) -> Vec<BoardWish> {
    let times_with = |modifiers: Modifiers, key: Key| {
        let count = ctx.input_mut(|input| input.take_keys(modifiers, key));
        isize::try_from(count).unwrap_or_default()
    };
    let times = |key: Key| times_with(Modifiers::NONE, key);
    let mut wishes = Vec::new();
    let back = times_with(Modifiers::SHIFT, Key::Tab);
    let family = times(Key::Tab) - back;
    let (down, aside) = (times(Key::ArrowDown) - times(Key::ArrowUp), times(Key::ArrowRight) - times(Key::ArrowLeft));
    let (entered, escaped) = (times(Key::Enter) > 0, times(Key::Escape) > 0);
    if times(Key::Z) % 2 == 1 {
        let into = view.marked.is_none() && !view.below.is_empty();
        wishes.push(BoardWish::Mark(into.then_some(view.first)));
    }
    if times(Key::U) % 2 == 1 {
        wishes.push(BoardWish::Sort(view.sorting.other()));
    }
    if times(Key::C) % 2 == 1 {
        wishes.push(BoardWish::Dense(!view.dense));
    }
    if times(Key::H) > 0 {
        let at = Ago::ALL.iter().position(|ago| *ago == view.ago).unwrap_or_default();
        wishes.push(BoardWish::Ago(Ago::ALL.get(at + 1).copied().unwrap_or_default()));
    }
    if times(Key::Backspace) > 0 {
        wishes.extend(view.area.parent().map(BoardWish::Go));
    }
    if let Some(marked) = view.marked {
        let last = view.below.len().saturating_sub(1);
        if down != 0 {
            wishes.push(BoardWish::Mark(Some(marked.saturating_add_signed(down).min(last))));
        }
        if entered {
            wishes.extend(view.below.get(marked).map(|below| BoardWish::Go(below.area.clone())));
        }
        if escaped || aside != 0 || family != 0 {
            wishes.push(BoardWish::Mark(None));
        }
        return wishes;
    }
    for (by, step) in [(down, Step::Down(down)), (aside, Step::Aside(aside)), (family, Step::Family(family))] {
        if by != 0 {
            wishes.extend(stepped(view.columns, view.chosen, step).map(BoardWish::Choose));
        }
    }
    if entered && !view.chosen.is_empty() {
        wishes.push(BoardWish::Look(view.chosen.to_owned()));
    }
    if escaped {
        wishes.push(BoardWish::Close);
    }
    wishes
}
