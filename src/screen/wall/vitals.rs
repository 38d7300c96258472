//! The wall's vital signs: a head that says how all of them stand, and below it the ones that lead, each held against what
//! it was before where there is room for that; one that crosses a limit names the area where it stands worst. Pure.

use std::collections::BTreeMap;

use egui::{Align2, Painter, Pos2, Rect, pos2, vec2};
use rust_i18n::t;

use super::left::{HEAD, around_cards, card_height};
use super::panel::{Canvas, ground};
use crate::domain::Grade;
use crate::domain::rights::Area;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::vitals::model::{Below, Leads, Read, Sorting, Sum, Tile};
use crate::screen::vitals::phrase;
use crate::screen::vitals::tile::{Look, compared, tile};

/// What areas are called in the language.
pub(super) type AreaNames = BTreeMap<Area, String>;

/// The signs that lead, and of those that cross a limit where they stand worst.
pub(super) struct Signs<'a> {
    leads: Leads<'a>,
    worst: BTreeMap<String, Below>,
    /// Height of a card, and of a line under it.
    heights: (f32, f32),
}

/// A sign with what stands under it.
pub(super) struct Card<'a> {
    pub(super) tile: Tile<'a>,
    pub(super) worst: Option<&'a Below>,
    /// It is held against what it was.
    pub(super) compared: bool,
}

impl<'a> Signs<'a> {
    pub(super) fn of(read: &Read<'a>, canvas: Canvas) -> Self {
        let leads = read.leads();
        let worst = leads.crossed().filter_map(|tile| Some((tile.sign.code.clone(), read.worst_below(tile)?)));
        let worst = worst.collect();
        Self { leads, worst, heights: (card_height(canvas), Look::wall(canvas.of(1.0)).line_height()) }
    }

    fn some(&self, count: usize, compares: bool) -> Vec<Card<'_>> {
        let card = |tile: Tile<'a>| Card {
            tile,
            worst: self.worst.get(&tile.sign.code),
            compared: compares && is_known(&tile),
        };
        self.leads.first(count).into_iter().map(card).collect()
    }

    fn high(&self, card: &Card<'_>) -> f32 {
        let (plain, line) = self.heights;
        plain + line * (f32::from(u8::from(card.worst.is_some())) + f32::from(u8::from(card.compared)))
    }

    fn all_high(&self, cards: &[Card<'_>]) -> f32 {
        cards.iter().map(|card| self.high(card)).sum()
    }

    /// The cards for so much height. All are held against what they were where no sign that presses has to go for it, else
    /// the first of them, as far as there is room.
    pub(super) fn cards(&self, room: f32) -> Vec<Card<'_>> {
        let (plain, line) = self.heights;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few cards")]
        let most = ((room + 0.5) / plain).clamp(0.0, 1_000.0) as usize;
        let fitting = |compares: bool| {
            let mut some = (1..=most).rev().map(|count| self.some(count, compares));
            some.find(|cards| self.all_high(cards) <= room + 0.5).unwrap_or_default()
        };
        let (mut first, all) = (fitting(false), fitting(true));
        if all.len() >= first.len().min(self.leads.pressing()) {
            return all;
        }
        let mut left = room + 0.5 - self.all_high(&first);
        for card in first.iter_mut().filter(|card| is_known(&card.tile)) {
            card.compared = left >= line;
            left -= line;
        }
        first
    }

    /// How many cards there are for so much height, and how high they are together.
    pub(super) fn fit(&self, room: f32) -> (usize, f32) {
        let cards = self.cards(room);
        (cards.len(), self.all_high(&cards))
    }
}

/// Whether anything is known of what it was.
fn is_known(tile: &Tile<'_>) -> bool {
    tile.changes().iter().any(Option::is_some)
}

/// The panel; whose turn it is says what is held against first where not all of it has room.
pub(super) fn vitals_ui(
    painter: &Painter,
    room: Rect,
    canvas: Canvas,
    (read, signs): (&Read<'_>, &Signs<'_>),
    (names, turn, locale): (&AreaNames, usize, &str),
) {
    use tokens::wall;
    ground(painter, room, canvas);
    let (pad, head) = (canvas.of(wall::PAD), canvas.of(HEAD));
    head_ui(painter, Rect::from_min_size(room.min, vec2(room.width(), head)), canvas, read);
    let look = Look::wall(canvas.of(1.0));
    let mut top = room.top() + head;
    for one in signs.cards(room.height() - around_cards(canvas)) {
        let card = Rect::from_min_size(pos2(room.left(), top), vec2(room.width(), signs.high(&one)));
        painter.hline(card.left() + pad..=card.right() - pad, card.top(), canvas.line(tokens::HAIRLINE));
        // Its words stand where those of the head do.
        let card = card.shrink2(vec2(pad - look.pad, 0.0));
        tile(painter, card, look, &one.tile, locale);
        let inner = card.shrink2(vec2(look.pad, 0.0));
        let mut middle = card.top() + look.height() - look.pad + look.line_height() * 0.5;
        if one.compared {
            compared_ui(painter, pos2(inner.left(), middle), look, inner.width(), &one.tile, turn);
            middle += look.line_height();
        }
        if let Some(worst) = one.worst {
            let row = Rect::from_center_size(pos2(inner.center().x, middle), vec2(inner.width(), look.line_height()));
            worst_ui(painter, row, look, worst, &one.tile, names);
        }
        top = card.bottom();
    }
}

/// How it changed, as much of it as has room.
fn compared_ui(painter: &Painter, left: Pos2, look: Look, room: f32, tile: &Tile<'_>, turn: usize) {
    let ways = compared(tile, turn);
    paint::fitting(painter, left, &ways, &regular_font(look.small), tokens::DIM.egui(), room);
}

/// The area where a sign stands worst: its level there, its name, the value.
fn worst_ui(painter: &Painter, row: Rect, look: Look, worst: &Below, tile: &Tile<'_>, names: &AreaNames) {
    let (font, text) = (regular_font(look.small), tokens::TEXT.egui());
    let half = look.small * 0.5;
    let mut left = row.left() + look.line * 3.0;
    if let Some(grade) = worst.state.level() {
        paint::grade_mark(painter, pos2(left + half, row.center().y), half, grade);
        left += half * 2.8;
    }
    let name = names.get(&worst.area).map_or_else(|| worst.area.name(), String::as_str);
    let wide = |words: &str| painter.layout_no_wrap(words.to_owned(), font.clone(), text).size().x;
    // Its unit stands above; where a long name leaves the value no room the name is what matters.
    let value = worst.value.map(|value| phrase::figure(value, tile.sign.precision)).unwrap_or_default();
    let (mut room, after) = (row.right() - left, wide(&value) + half);
    if wide(name) + after <= room {
        painter.text(row.right_center(), Align2::RIGHT_CENTER, value, font.clone(), text);
        room -= after;
    }
    let ways = [t!("vital.worst_in", area = name).into_owned(), name.to_owned()];
    paint::fitting(painter, pos2(left, row.center().y), &ways, &font, text, room);
}

/// What they are, and how many of them cross a limit by level, or have no data.
fn head_ui(painter: &Painter, rect: Rect, canvas: Canvas, read: &Read<'_>) {
    use tokens::wall;
    let columns = read.columns(Sorting::Listed);
    let sum = Sum::of(columns.iter().flat_map(|column| &column.tiles));
    let (pad, body) = (canvas.of(wall::PAD), canvas.of(wall::BODY));
    let middle = rect.top() + rect.height() * 0.62;
    let mut right = rect.right() - pad;
    let left = rect.left() + pad;
    let font = regular_font(body);
    let half = body * 0.5;
    let counts: Vec<_> = Grade::ALL.into_iter().zip(sum.crossed).filter(|(_, count)| *count > 0).collect();
    for (grade, count) in counts.iter().rev() {
        let at = pos2(right, middle);
        let text = words::count(*count);
        let put = painter.text(at, Align2::RIGHT_CENTER, text, font.clone(), tokens::TEXT.egui());
        paint::grade_mark(painter, pos2(put.left() - half * 1.4, middle), half, *grade);
        right = put.left() - half * 3.2;
    }
    let lead = medium_font(canvas.of(wall::LEAD));
    let dim = tokens::DIM.egui();
    let ways = ["vital.title", "vital.title_short"].map(|key| t!(key).into_owned());
    if counts.is_empty() && sum.nothing + sum.waiting > 0 {
        let text = match sum.nothing {
            0 => t!("vital.waiting", n = sum.waiting),
            nothing => t!("vital.without", n = nothing),
        };
        let [_, short] = &ways;
        let least = painter.layout_no_wrap(short.clone(), lead.clone(), dim).size().x;
        let room = right - left - least - pad * 0.5;
        let put = paint::line(painter, pos2(right, middle), Align2::RIGHT_CENTER, &text, font, dim, room);
        right = put.left() - pad * 0.5;
    }
    paint::fitting(painter, pos2(left, middle), &ways, &lead, dim, right - left);
}
