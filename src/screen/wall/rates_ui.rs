//! The key figures painted: a column of them where a wall is wide, else a strip at the foot of the middle that shows them
//! in turns. Nothing is cut: a strip has as many at once as it has room for.

use egui::{Align2, Painter, Rect, pos2, vec2};
use rust_i18n::t;

use super::left::{DAY, HEAD};
use super::panel::{Canvas, ground, text_colors};
use super::rates::{Part, Rate, Rates};
use crate::link::LinkState;
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// Height of the head of a part.
const PART: f32 = 48.0;
/// So many of those that are least in time come before the last figures of the city.
const FEWEST: usize = 3;
/// Heights of a line, in sizes of its letters.
const LINE: f32 = 1.3;
/// Height of a middle below which a strip would take too much of it.
const STRIP_ROOM: f32 = 420.0;

/// How many figures of the city and how many rows of a part have room in a column so high.
fn rows(canvas: Canvas, high: f32, rates: &Rates) -> (usize, usize) {
    let fits = |room: f32, row: f32| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few rows")]
        let count = ((room + 0.5) / canvas.of(row)).max(0.0) as usize;
        count
    };
    let room = high - canvas.of(HEAD + tokens::wall::PAD * 0.5);
    let longest = rates.worst.iter().map(|part| part.rows.len()).max().unwrap_or(0);
    let below = match longest.min(FEWEST) {
        0 if rates.note.is_empty() => 0.0,
        0 => DAY,
        few => PART + tokens::wall::WORST * few as f32,
    };
    let city = fits(room - canvas.of(below), DAY).min(rates.city.len());
    let left = room - canvas.of(DAY * city as f32 + PART);
    (city, fits(left, tokens::wall::WORST).min(longest))
}

/// The part whose turn it is.
fn part_of(rates: &Rates, turn: usize) -> Option<&Part> {
    rates.worst.get(turn.checked_rem(rates.worst.len())?)
}

/// The column, no higher than what it says.
pub(super) fn column_ui(painter: &Painter, room: Rect, canvas: Canvas, rates: &Rates, turn: usize, link: LinkState) {
    use tokens::wall;
    let (city, worst) = rows(canvas, room.height(), rates);
    let part = part_of(rates, turn).filter(|_| worst > 0);
    let below = match (worst, rates.note.is_empty()) {
        (0, true) => 0.0,
        (0, false) => DAY,
        (rows, _) => PART + wall::WORST * rows as f32,
    };
    let high = canvas.of(HEAD + DAY * city as f32 + below + wall::PAD * 0.5);
    let panel = Rect::from_min_size(room.min, vec2(room.width(), high));
    ground(painter, panel, canvas);
    let (text, dim) = text_colors(link);
    let (pad, body, lead) = (canvas.of(wall::PAD), canvas.of(wall::BODY), canvas.of(wall::LEAD));
    let (left, right) = (panel.left() + pad, panel.right() - pad);
    let mut top = panel.top() + canvas.of(HEAD);
    let head = pos2(left, panel.top() + canvas.of(HEAD) * 0.62);
    let against = if rates.compared { t!("wall.against").into_owned() } else { String::new() };
    let at = pos2(right, head.y);
    let against = painter.text(at, Align2::RIGHT_CENTER, against, regular_font(body), dim);
    let room = against.left() - left - canvas.of(wall::GAP);
    paint::line(painter, head, Align2::LEFT_CENTER, &t!("wall.rates"), medium_font(lead), dim, room);
    let numbers = Numbers::of(painter, canvas, rates.compared);
    let rule = |y: f32| painter.hline(left..=right, y, canvas.line(tokens::HAIRLINE));
    for rate in rates.city.iter().take(city) {
        rule(top);
        let middle = top + canvas.of(DAY) * 0.5;
        let end = numbers.paint(painter, right, middle, rate, (text, dim));
        let room = end - left - canvas.of(wall::GAP);
        paint::line(painter, pos2(left, middle), Align2::LEFT_CENTER, &rate.name, regular_font(body), dim, room);
        top += canvas.of(DAY);
    }
    let Some(part) = part else {
        if !rates.note.is_empty() {
            rule(top);
            let at = pos2(left, top + canvas.of(DAY) * 0.5);
            paint::line(painter, at, Align2::LEFT_CENTER, &rates.note, regular_font(body), dim, right - left);
        }
        return;
    };
    rule(top);
    let title = format!("{} · {}", t!("wall.worst"), part.by);
    let at = pos2(left, top + canvas.of(PART) * 0.56);
    paint::line(painter, at, Align2::LEFT_CENTER, &title, medium_font(body), dim, right - left);
    top += canvas.of(PART);
    for rate in part.rows.iter().take(worst) {
        rule(top);
        let (upper, lower) = (top + canvas.of(wall::WORST) * 0.29, top + canvas.of(wall::WORST) * 0.74);
        let end = numbers.paint(painter, right, upper, rate, (text, dim));
        let at = pos2(right - numbers.change, lower);
        let of = painter.text(at, Align2::RIGHT_CENTER, &rate.of, regular_font(body), dim);
        let room = end.min(of.left()) - left - canvas.of(wall::GAP);
        let name = paint::paragraph(painter, &rate.name, regular_font(body), text, room, 2);
        let middle = top + canvas.of(wall::WORST) * 0.5 - name.size().y * 0.5;
        painter.galley(pos2(left, middle), name, text);
        top += canvas.of(wall::WORST);
    }
}

/// Where the numbers of a column stand, so that they stand below each other.
struct Numbers {
    lead: f32,
    body: f32,
    /// What a value has.
    value: f32,
    /// What a change has, with the space before it; nothing where there is none.
    change: f32,
}

impl Numbers {
    fn of(painter: &Painter, canvas: Canvas, compared: bool) -> Self {
        let (lead, body) = (canvas.of(tokens::wall::LEAD), canvas.of(tokens::wall::BODY));
        let wide = |text: &str, font| painter.layout_no_wrap(text.to_owned(), font, tokens::TEXT.egui()).size().x;
        let change = if compared { wide("↓ 100.0", regular_font(body)) + canvas.of(tokens::wall::GAP) } else { 0.0 };
        Self { lead, body, value: wide("100.0 %", medium_font(lead)), change }
    }

    /// Paint value and change; returns where they begin.
    fn paint(
        &self,
        painter: &Painter,
        right: f32,
        middle: f32,
        rate: &Rate,
        (text, dim): (egui::Color32, egui::Color32),
    ) -> f32 {
        if let Some(change) = &rate.change {
            painter.text(pos2(right, middle), Align2::RIGHT_CENTER, change, regular_font(self.body), dim);
        }
        let end = right - self.change;
        painter.text(pos2(end, middle), Align2::RIGHT_CENTER, &rate.value, medium_font(self.lead), text);
        end - self.value
    }
}

/// Where a strip stands that ends at `foot`, under what stays free; `None` where there is no room.
pub(super) fn strip_place(free: Rect, foot: f32, canvas: Canvas) -> Option<Rect> {
    use tokens::wall;
    let high = canvas.of(wall::PAD * 1.2 + (wall::BODY + wall::LEAD) * LINE);
    let rect = Rect::from_min_max(pos2(free.left(), foot - high), pos2(free.right(), foot));
    let fits = free.width() >= canvas.of(wall::FIGURES_STRIP) && rect.top() - free.top() >= canvas.of(STRIP_ROOM);
    fits.then_some(rect)
}

/// What a strip shows at once: what it is about, in two lines, and figures.
struct Page<'a> {
    title: [String; 2],
    /// How wide the title is.
    left: f32,
    rates: &'a [Rate],
    /// How wide each of them is.
    wide: Vec<f32>,
}

/// The pages of a strip so wide: all figures of the city, then of each part those that are least in time.
fn pages<'a>(painter: &Painter, canvas: Canvas, rates: &'a Rates, room: f32) -> Vec<Page<'a>> {
    let gap = canvas.of(tokens::wall::PAD);
    let against = if rates.compared { t!("wall.against") } else { t!("kpi.city") };
    let mut pages = Vec::new();
    let mut put = |title: [String; 2], all: &'a [Rate], whole: bool| {
        let left = title_wide(painter, canvas, &title);
        let mut rest = all;
        while !rest.is_empty() {
            let mut used = left;
            let mut wide = Vec::new();
            for rate in rest {
                let own = rate_wide(painter, canvas, rate);
                if !wide.is_empty() && used + gap + own > room {
                    break;
                }
                used += gap + own;
                wide.push(own);
            }
            let (now, then) = rest.split_at(wide.len());
            pages.push(Page { title: title.clone(), left, rates: now, wide });
            rest = if whole { then } else { &[] };
        }
    };
    put([t!("wall.rates").into_owned(), against.into_owned()], &rates.city, true);
    for part in &rates.worst {
        put([t!("wall.worst").into_owned(), part.by.clone()], &part.rows, false);
    }
    pages
}

fn title_wide(painter: &Painter, canvas: Canvas, [upper, lower]: &[String; 2]) -> f32 {
    let body = canvas.of(tokens::wall::BODY);
    let wide = |text: &String, font| painter.layout_no_wrap(text.clone(), font, tokens::DIM.egui()).size().x;
    wide(upper, medium_font(body)).max(wide(lower, regular_font(body)))
}

fn rate_wide(painter: &Painter, canvas: Canvas, rate: &Rate) -> f32 {
    let (body, lead) = (canvas.of(tokens::wall::BODY), canvas.of(tokens::wall::LEAD));
    let wide = |text: &str, font| painter.layout_no_wrap(text.to_owned(), font, tokens::TEXT.egui()).size().x;
    let change = rate.change.as_ref().map_or(0.0, |change| body * BESIDE + wide(change, regular_font(body)));
    wide(&rate.name, regular_font(body)).max(wide(&rate.value, medium_font(lead)) + change)
}

/// Space between a value and how it changed, in sizes of its letters.
const BESIDE: f32 = 0.4;

/// The strip: the page whose turn it is, its figures evenly beside each other.
pub(super) fn strip_ui(painter: &Painter, rect: Rect, canvas: Canvas, rates: &Rates, turn: usize, link: LinkState) {
    use tokens::wall;
    let (pad, body, lead) = (canvas.of(wall::PAD), canvas.of(wall::BODY), canvas.of(wall::LEAD));
    let pages = pages(painter, canvas, rates, rect.width() - pad * 2.0);
    let Some(page) = turn.checked_rem(pages.len()).and_then(|at| pages.get(at)) else { return };
    ground(painter, rect, canvas);
    let (text, dim) = text_colors(link);
    let upper = rect.top() + pad * 0.6 + body * LINE * 0.5;
    let lower = rect.bottom() - pad * 0.6 - lead * LINE * 0.5;
    let mut x = rect.left() + pad;
    let write = |x: f32, y: f32, words: &str, font, color| {
        paint::line(painter, pos2(x, y), Align2::LEFT_CENTER, words, font, color, rect.right() - x)
    };
    let [first, second] = &page.title;
    write(x, upper, first, medium_font(body), dim);
    write(x, lower, second, regular_font(body), dim);
    x += page.left;
    let used: f32 = page.wide.iter().sum();
    let gap = ((rect.right() - pad - x - used) / page.wide.len().max(1) as f32).max(pad);
    for (rate, wide) in page.rates.iter().zip(&page.wide) {
        painter.vline(x + gap * 0.5, rect.y_range().shrink(pad * 0.6), canvas.line(tokens::HAIRLINE));
        x += gap;
        write(x, upper, &rate.name, regular_font(body), dim);
        let value = write(x, lower, &rate.value, medium_font(lead), text);
        if let Some(change) = &rate.change {
            write(value.right() + body * BESIDE, lower, change, regular_font(body), dim);
        }
        x += wide;
    }
}
