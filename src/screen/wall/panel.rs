//! The wall's panels, drawn on one painter over the city. Nothing here takes input.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use rust_i18n::t;

use super::model::{card_place, leader, listed, middle, scale, spotlight};
use crate::domain::{Grade, IncidentId, Mode, Stage};
use crate::link::LinkState;
use crate::screen::desk::band::link_sign;
use crate::screen::look::sky::sky_sign;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::situation::{Row, Situation};

/// What the wall shows.
#[derive(Debug, Clone)]
pub struct WallView<'a> {
    /// The situation.
    pub situation: &'a Situation,
    /// The incident chosen elsewhere; `None` lets the wall choose.
    pub chosen: Option<IncidentId>,
    /// Where the incident on the card is on screen.
    pub anchor: Option<Pos2>,
    /// Where open incidents are on screen.
    pub places: &'a [Pos2],
    /// Whose data the map is.
    pub attribution: &'a str,
}

impl<'a> WallView<'a> {
    /// The incident on the card.
    #[must_use]
    pub fn on_card(&self) -> Option<&'a Row> {
        let chosen = self.chosen.and_then(|id| self.situation.open.iter().find(|row| row.id == id));
        chosen.or_else(|| spotlight(&listed(self.situation), self.situation.now))
    }
}

/// Sizes on this wall: tokens times the wall's scale.
#[derive(Clone, Copy)]
struct Canvas {
    k: f32,
}

impl Canvas {
    fn of(self, size: f32) -> f32 {
        size * self.k
    }

    fn edge(self) -> f32 {
        self.of(tokens::wall::EDGE)
    }

    fn line(self, color: tokens::Rgb) -> Stroke {
        Stroke::new(self.of(tokens::wall::LINE), color.egui())
    }
}

/// The wall. Returns the part of the screen left to the city.
pub fn wall_ui(painter: &Painter, all: Rect, view: &WallView<'_>) -> Rect {
    use tokens::wall;
    let canvas = Canvas { k: scale(all.size(), wall::CANVAS) };
    let alarm = view.situation.open_of(Grade::I) > 0;
    let lost = matches!(view.situation.link, LinkState::Lost { .. });
    let frame = if alarm { canvas.of(wall::FRAME) } else { 0.0 };
    let inner = all.shrink(frame);
    band_ui(painter, inner, canvas, view.situation);
    let left = figures_ui(painter, inner, canvas, view.situation);
    let columns = (left.width() + canvas.edge(), canvas.of(wall::RIGHT) + canvas.edge());
    let free = middle(inner, canvas.of(wall::BAND), columns.0, columns.1, canvas.edge());
    // Where the city would be hidden by a card in its middle, the card heads the column on the right.
    let docked = free.width() < canvas.of(wall::ROOM_FOR_CARD);
    let mut top = inner.top() + canvas.of(wall::BAND) + canvas.edge();
    if let Some(row) = view.on_card() {
        let card = Card::lay_out(painter, canvas, view.situation, row, docked);
        let anchor = view.anchor.filter(|at| free.contains(*at));
        let rect = if docked {
            Rect::from_min_size(pos2(inner.right() - canvas.edge() - card.size.x, top), card.size)
        } else {
            let distance = (free.width() * 0.22).max(canvas.of(wall::LEADER));
            card_place(free, card.size, anchor, distance, view.places)
        };
        if let Some(anchor) = anchor {
            leader_ui(painter, canvas, rect, anchor, row.grade);
        }
        card.paint(painter, canvas, rect);
        if docked {
            top = rect.bottom() + canvas.of(wall::GAP);
        }
    }
    list_ui(painter, inner, canvas, view, top, docked);
    attribution_ui(painter, inner, canvas, view.attribution, free.right() - inner.left());
    if lost {
        no_data_ui(painter, inner, canvas, view.situation);
    }
    if alarm {
        frame_ui(painter, all, canvas, view.situation);
    }
    free
}

/// Whose data the map is, in the corner at the foot.
fn attribution_ui(painter: &Painter, all: Rect, canvas: Canvas, text: &str, room: f32) {
    use tokens::wall;
    let at = all.left_bottom() + vec2(canvas.edge(), -canvas.edge() * 0.5);
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.to_owned(),
        regular_font(canvas.of(wall::BODY)),
        tokens::DIM.egui(),
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width((room - canvas.edge() * 2.0).max(0.0));
    let galley = painter.layout_job(job);
    let rect = Align2::LEFT_BOTTOM.anchor_size(at, galley.size());
    let shade = tokens::INK.egui_alpha(tokens::SHADE_ALPHA);
    painter.rect_filled(rect.expand2(vec2(canvas.of(10.0), canvas.of(3.0))), canvas.of(wall::ROUND), shade);
    painter.galley(rect.min, galley, tokens::DIM.egui());
}

/// The frame of an open incident of grade Ⅰ: colour, bars at the corners and words.
fn frame_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) {
    let width = canvas.of(tokens::wall::FRAME);
    let color = tokens::grade(Grade::I).egui();
    painter.rect_stroke(all, 0.0, Stroke::new(width, color), StrokeKind::Inside);
    let count = situation.open_of(Grade::I);
    let text = t!("wall.alarm", grade = words::grade(Grade::I), count = count);
    let font = medium_font(canvas.of(tokens::wall::LEAD));
    let galley = painter.layout_no_wrap(text.into_owned(), font, tokens::on_grade(Grade::I).egui());
    let half = canvas.of(tokens::wall::MARK);
    let size = vec2(galley.size().x + half * 2.0 + canvas.of(72.0), canvas.of(60.0));
    let tab = Rect::from_center_size(pos2(all.center().x, all.top() + size.y / 2.0), size);
    painter.rect_filled(tab, 0.0, color);
    let mark = tab.left_center() + vec2(half + canvas.of(22.0), 0.0);
    octagon_on_red(painter, mark, half * 0.86);
    let at = pos2(mark.x + half + canvas.of(16.0), tab.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, color);
}

fn octagon_on_red(painter: &Painter, center: Pos2, half: f32) {
    let ink = tokens::on_grade(Grade::I).egui();
    let corners = tokens::shape(Grade::I).corners();
    let points = corners.iter().map(|[x, y]| center + vec2(*x, *y) * half).collect();
    painter.add(egui::Shape::convex_polygon(points, ink, Stroke::NONE));
    let color = tokens::grade(Grade::I).egui();
    painter.text(center, Align2::CENTER_CENTER, Grade::I.numeral(), medium_font(half * 1.1), color);
}

fn band_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let band = Rect::from_min_size(all.min, vec2(all.width(), canvas.of(wall::BAND)));
    painter.rect_filled(band, 0.0, tokens::PANEL.egui());
    painter.hline(band.x_range(), band.bottom(), canvas.line(tokens::HAIRLINE));
    let middle = band.center().y;
    let text = tokens::TEXT.egui();
    let title = medium_font(canvas.of(wall::TITLE));
    let body = regular_font(canvas.of(wall::BODY));
    let edge = canvas.edge();
    let at = pos2(band.left() + edge, middle);
    let city = paint::line(painter, at, Align2::LEFT_CENTER, &situation.city, title.clone(), text, band.width() * 0.3);
    let mode = mode_ui(painter, pos2(city.right() + edge, middle), canvas, situation.mode);
    // The middle of the band is an alarm's.
    let room = band.center().x - canvas.of(wall::ALARM) - mode.right() - edge;
    weather_ui(painter, pos2(mode.right() + edge, middle), canvas, situation, room);
    let time = words::hour_minute(situation.now, situation.utc_offset_secs);
    let at = pos2(band.right() - edge, middle);
    let time = painter.text(at, Align2::RIGHT_CENTER, time, title, text);
    let date = words::date(situation.now, situation.utc_offset_secs);
    let at = pos2(time.left() - edge * 0.8, middle);
    let date = painter.text(at, Align2::RIGHT_CENTER, date, body, tokens::DIM.egui());
    link_ui(painter, pos2(date.left() - edge, middle), canvas, situation);
}

/// Routine is outlined; emergency is an inverted badge.
fn mode_ui(painter: &Painter, left: Pos2, canvas: Canvas, mode: Mode) -> Rect {
    let emergency = mode == Mode::Emergency;
    let color = if emergency { tokens::INK } else { tokens::TEXT };
    let font = medium_font(canvas.of(tokens::wall::BODY));
    let galley = painter.layout_no_wrap(words::mode(mode), font, color.egui());
    let size = galley.size() + vec2(canvas.of(32.0), canvas.of(14.0));
    let badge = Rect::from_min_size(left - vec2(0.0, size.y / 2.0), size);
    let round = canvas.of(tokens::wall::ROUND);
    if emergency {
        painter.rect_filled(badge, round, tokens::TEXT.egui());
    } else {
        painter.rect_stroke(badge, round, canvas.line(tokens::OUTLINE), StrokeKind::Inside);
    }
    painter.galley(badge.center() - galley.size() / 2.0, galley, color.egui());
    badge
}

/// The weather; with wind and rain where there is room for them.
fn weather_ui(painter: &Painter, left: Pos2, canvas: Canvas, situation: &Situation, room: f32) {
    let Some(weather) = situation.weather else { return };
    let body = regular_font(canvas.of(tokens::wall::BODY));
    let half = canvas.of(17.0);
    let of = |text: String| painter.layout_no_wrap(text, body.clone(), tokens::DIM.egui());
    let full = of(format!("{}  {}", words::weather(weather), words::weather_more(weather)));
    let before = half * 2.0 + canvas.of(12.0);
    let Some(text) = [full, of(words::weather(weather))].into_iter().find(|text| before + text.size().x <= room) else {
        return;
    };
    sky_sign(painter, left + vec2(half, 0.0), half, weather.sky, tokens::TEXT.egui());
    painter.galley(left + vec2(before, -text.size().y / 2.0), text, tokens::DIM.egui());
}

fn link_ui(painter: &Painter, right: Pos2, canvas: Canvas, situation: &Situation) {
    let color = match situation.link {
        LinkState::Live => tokens::ACCENT,
        _ => tokens::TEXT,
    };
    let font = medium_font(canvas.of(tokens::wall::BODY));
    let text = words::link(situation.link, situation.utc_offset_secs);
    let text = painter.text(right, Align2::RIGHT_CENTER, text, font, color.egui());
    let sign = canvas.of(8.0);
    let at = pos2(text.left() - canvas.of(20.0), right.y);
    link_sign(painter, at, sign, situation.link, color.egui());
}

/// No news: said across the whole band, hatched, as no live band looks.
fn no_data_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let height = canvas.of(wall::BAND);
    let strip = Rect::from_min_size(all.min, vec2(all.width(), height));
    painter.rect_filled(strip, 0.0, tokens::DIM.egui());
    let stripe = Stroke::new(canvas.of(3.0), tokens::FAINT.egui());
    paint::hatch(painter, strip, canvas.of(22.0), stripe);
    let text = words::link(situation.link, situation.utc_offset_secs);
    let now = words::hour_minute(situation.now, situation.utc_offset_secs);
    let text = t!("wall.no_data", state = text, now = now);
    let font = medium_font(canvas.of(wall::TITLE));
    let galley = painter.layout_no_wrap(text.into_owned(), font, tokens::INK.egui());
    let sign = canvas.of(14.0);
    let size = galley.size() + vec2(canvas.of(100.0), canvas.of(8.0));
    let plate = Rect::from_center_size(strip.center(), size);
    painter.rect_filled(plate, 0.0, tokens::TEXT.egui());
    let at = plate.left_center() + vec2(canvas.of(34.0), 0.0);
    link_sign(painter, at, sign, situation.link, tokens::INK.egui());
    let corner = pos2(plate.left() + canvas.of(68.0), plate.center().y - galley.size().y / 2.0);
    painter.galley(corner, galley, tokens::INK.egui());
}

/// The column on the left: open by grade and the day's figures.
fn figures_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) -> Rect {
    use tokens::wall;
    let (pad, gap) = (canvas.of(wall::PAD), canvas.of(wall::GAP));
    let min = all.min + vec2(canvas.edge(), canvas.of(wall::BAND) + canvas.edge());
    let width = canvas.of(wall::LEFT);
    let row = canvas.of(92.0);
    let head = canvas.of(56.0);
    let rows = 4.0;
    let open = Rect::from_min_size(min, vec2(width, head + row * rows + pad));
    ground(painter, open, canvas);
    let (text, dim) = text_colors(situation.link);
    let lead = medium_font(canvas.of(wall::LEAD));
    let body = regular_font(canvas.of(wall::BODY));
    let at = open.min + vec2(pad, head * 0.62);
    paint::line(painter, at, Align2::LEFT_CENTER, &t!("wall.open"), lead.clone(), dim, width * 0.6);
    let total = words::count(situation.open_count());
    let at = pos2(open.right() - pad, at.y);
    painter.text(at, Align2::RIGHT_CENTER, total, lead, text);
    let mut top = open.top() + head;
    for grade in Grade::ALL {
        let count = situation.open_of(grade);
        let middle = top + row / 2.0;
        painter.hline(open.left() + pad..=open.right() - pad, top, canvas.line(tokens::HAIRLINE));
        let mark = pos2(open.left() + pad + canvas.of(wall::MARK), middle);
        let color = if count > 0 { text } else { tokens::FAINT.egui() };
        if count > 0 {
            paint::grade_mark(painter, mark, canvas.of(wall::MARK), grade);
        } else {
            paint::grade_ghost(painter, mark, canvas.of(wall::MARK), grade);
        }
        let name = pos2(mark.x + canvas.of(wall::MARK) + gap, middle);
        let room = width - pad * 2.0 - canvas.of(wall::MARK) * 2.0 - gap;
        let figure = pos2(open.right() - pad, middle);
        let font = medium_font(canvas.of(wall::FIGURE));
        let figure = painter.text(figure, Align2::RIGHT_CENTER, words::count(count), font, color);
        let room = room - figure.width() - gap;
        paint::line(painter, name, Align2::LEFT_CENTER, &words::grade(grade), body.clone(), color, room);
        top += row;
    }
    day_ui(painter, pos2(open.left(), open.bottom() + gap), canvas, situation);
    open
}

/// The day: what was reported, hour by hour beside yesterday, what was closed, and how fast.
fn day_ui(painter: &Painter, min: Pos2, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let (pad, width) = (canvas.of(wall::PAD), canvas.of(wall::LEFT));
    let (head, row, chart) = (canvas.of(56.0), canvas.of(52.0), canvas.of(wall::CHART));
    let day = Rect::from_min_size(min, vec2(width, head + row * 3.0 + chart + pad * 0.5));
    ground(painter, day, canvas);
    let (text, dim) = text_colors(situation.link);
    let lead = medium_font(canvas.of(wall::LEAD));
    let body = regular_font(canvas.of(wall::BODY));
    let line = |at: Pos2, key: &str, value: &str| {
        let right = pos2(day.right() - pad, at.y);
        let value = painter.text(right, Align2::RIGHT_CENTER, value, lead.clone(), text);
        let room = value.left() - at.x - pad * 0.5;
        paint::line(painter, at, Align2::LEFT_CENTER, &t!(key), body.clone(), dim, room);
    };
    let title = day.min + vec2(pad, head * 0.62);
    let change = situation.hours.change(situation.reported_today).map(words::change).unwrap_or_default();
    let change = painter.text(pos2(day.right() - pad, title.y), Align2::RIGHT_CENTER, change, body.clone(), dim);
    let room = change.left() - title.x - pad * 0.5;
    paint::line(painter, title, Align2::LEFT_CENTER, &t!("wall.today"), lead.clone(), dim, room);
    let mut at = pos2(day.left() + pad, day.top() + head + row / 2.0);
    line(at, "shell.reported_today", &words::count(situation.reported_today));
    let bars = vec2(width - pad * 2.0, chart - canvas.of(wall::BODY) * 1.6);
    hours_ui(painter, Rect::from_min_size(pos2(at.x, at.y + row / 2.0), bars), canvas, situation);
    at.y += row + chart;
    line(at, "shell.closed_today", &words::count(situation.closed_today));
    at.y += row;
    let mean = situation.mean_handling_secs.map_or_else(|| "—".to_owned(), words::age);
    line(at, "shell.mean_handling", &mean);
}

/// The hours of the day with their marks.
fn hours_ui(painter: &Painter, rect: Rect, canvas: Canvas, situation: &Situation) {
    paint::hours(painter, rect, &situation.hours);
    let font = regular_font(canvas.of(tokens::wall::BODY));
    let (_, dim) = text_colors(situation.link);
    for (hour, share) in [("0", 0.0), ("6", 0.25), ("12", 0.5), ("18", 0.75), ("24", 1.0)] {
        let align = match hour {
            "0" => Align2::LEFT_TOP,
            "24" => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let at = pos2(rect.left() + rect.width() * share, rect.bottom() + canvas.of(2.0));
        painter.text(at, align, hour, font.clone(), dim);
    }
}

/// The column on the right: open incidents, as many as there is room for, and how many more there are.
fn list_ui(painter: &Painter, all: Rect, canvas: Canvas, view: &WallView<'_>, top: f32, docked: bool) {
    use tokens::wall;
    let pad = canvas.of(wall::PAD);
    let width = canvas.of(wall::RIGHT);
    let left = all.right() - canvas.edge() - width;
    let room = Rect::from_min_max(pos2(left, top), pos2(left + width, all.bottom() - canvas.edge()));
    let (head, row) = (canvas.of(56.0), canvas.of(wall::ROW));
    let mut listed = listed(view.situation);
    let on_card = view.on_card().map(|row| row.id);
    // The card above the list is its first row.
    if docked && on_card.is_some() {
        listed.retain(|row| Some(row.id) != on_card);
        if listed.is_empty() {
            return;
        }
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few rows")]
    let fits = ((room.height() - head - pad * 0.5) / row).max(0.0) as usize;
    // One row's place tells how many more there are.
    let shown = if listed.len() > fits { fits.saturating_sub(1) } else { listed.len() };
    let more = listed.len() - shown;
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let rows = (shown + usize::from(more > 0 || listed.is_empty())) as f32;
    let height = head + rows * row + pad * 0.5;
    let panel = Rect::from_min_size(room.min, vec2(width, height));
    ground(painter, panel, canvas);
    let at = panel.min + vec2(pad, head * 0.62);
    let lead = medium_font(canvas.of(wall::LEAD));
    let title = if docked && on_card.is_some() { t!("wall.others") } else { t!("wall.list") };
    paint::line(painter, at, Align2::LEFT_CENTER, &title, lead, tokens::DIM.egui(), width - pad * 2.0);
    let mut rect = Rect::from_min_size(panel.min + vec2(0.0, head), vec2(width, row));
    for row in listed.iter().take(shown) {
        row_ui(painter, rect, canvas, view.situation, row, on_card == Some(row.id));
        rect = rect.translate(vec2(0.0, rect.height()));
    }
    let note = if listed.is_empty() {
        empty_note(view.situation)
    } else if more > 0 {
        t!("wall.more", count = words::count(more)).into_owned()
    } else {
        return;
    };
    painter.hline(rect.left() + pad..=rect.right() - pad, rect.top(), canvas.line(tokens::HAIRLINE));
    let font = regular_font(canvas.of(wall::BODY));
    let at = rect.left_center() + vec2(pad, 0.0);
    paint::line(painter, at, Align2::LEFT_CENTER, &note, font, tokens::DIM.egui(), width - pad * 2.0);
}

fn empty_note(situation: &Situation) -> String {
    match situation.link {
        LinkState::Connecting => t!("queue.not_connected").into_owned(),
        LinkState::Live => t!("queue.none_open").into_owned(),
        LinkState::Lost { since } => {
            t!("queue.none_open_then", time = words::hour_minute(since, situation.utc_offset_secs)).into_owned()
        }
    }
}

fn row_ui(painter: &Painter, rect: Rect, canvas: Canvas, situation: &Situation, row: &Row, on_card: bool) {
    use tokens::wall;
    let pad = canvas.of(wall::PAD);
    if on_card {
        painter.rect_filled(rect, 0.0, tokens::CHOSEN.egui());
        let bar = Rect::from_min_size(rect.min, vec2(canvas.of(5.0), rect.height()));
        painter.rect_filled(bar, 0.0, tokens::ACCENT.egui());
    }
    painter.hline(rect.left() + pad..=rect.right() - pad, rect.top(), canvas.line(tokens::HAIRLINE));
    let (text, dim) = text_colors(situation.link);
    let mark = rect.left_center() + vec2(pad + canvas.of(wall::MARK), 0.0);
    paint::grade_mark(painter, mark, canvas.of(wall::MARK), row.grade);
    let left = mark.x + canvas.of(wall::MARK) + canvas.of(wall::GAP);
    let right = rect.right() - pad;
    let body = canvas.of(wall::BODY);
    let (upper, lower) = (rect.top() + rect.height() * 0.30, rect.top() + rect.height() * 0.70);
    let age = words::age(row.age_secs(situation.now));
    let age = painter.text(pos2(right, upper), Align2::RIGHT_CENTER, age, regular_font(body), text);
    let gap = canvas.of(wall::GAP);
    let width = age.left() - left - gap;
    paint::line(painter, pos2(left, upper), Align2::LEFT_CENTER, &row.kind, medium_font(body), text, width);
    let stage = words::stage(row.stage);
    let at = pos2(right, lower);
    let stage = if row.waits_for_someone() && situation.link == LinkState::Live {
        paint::badge(painter, at, &stage, medium_font(body))
    } else {
        let color = if row.stage == Stage::Reported { text } else { dim };
        painter.text(at, Align2::RIGHT_CENTER, stage, regular_font(body), color)
    };
    let unknown = t!("card.place_unknown");
    let place = row.place.as_deref().unwrap_or(&unknown);
    let width = stage.left() - left - gap;
    paint::line(painter, pos2(left, lower), Align2::LEFT_CENTER, place, regular_font(body), dim, width);
}

/// Words and second lines; faded while they cannot be renewed.
fn text_colors(link: LinkState) -> (Color32, Color32) {
    match link {
        LinkState::Lost { .. } => (tokens::DIM.egui(), tokens::FAINT.egui()),
        _ => (tokens::TEXT.egui(), tokens::DIM.egui()),
    }
}

/// The card of the most urgent incident, laid out and not yet painted.
struct Card<'a> {
    row: &'a Row,
    size: egui::Vec2,
    head: f32,
    kind: Arc<Galley>,
    place: Arc<Galley>,
    said: Option<Arc<Galley>>,
    figures: [(&'static str, String); 3],
    text: Color32,
    dim: Color32,
}

impl<'a> Card<'a> {
    fn lay_out(painter: &Painter, canvas: Canvas, situation: &Situation, row: &'a Row, docked: bool) -> Self {
        use tokens::wall;
        let pad = canvas.of(wall::PAD);
        let width = canvas.of(if docked { wall::RIGHT } else { wall::CARD });
        let inner = width - pad * 2.0;
        let (text, dim) = text_colors(situation.link);
        let gap = canvas.of(wall::GAP);
        let unknown = t!("card.place_unknown");
        let place = row.place.as_deref().unwrap_or(&unknown);
        let title = medium_font(canvas.of(wall::TITLE));
        let body = regular_font(canvas.of(wall::BODY));
        let kind = block_of(painter, &row.kind, title, text, inner - canvas.of(wall::CARD_MARK) * 2.5, 2);
        let place = block_of(painter, place, medium_font(canvas.of(wall::LEAD)), text, inner, 2);
        let said = (!row.text.is_empty()).then(|| block_of(painter, &row.text, body, dim, inner, 3));
        let head = kind.size().y.max(canvas.of(wall::CARD_MARK) * 2.1);
        let said_height = said.as_ref().map_or(0.0, |s| s.size().y + gap);
        let foot = canvas.of(wall::CARD_FOOT);
        let size = vec2(width, pad * 1.5 + head + gap + place.size().y + said_height + gap + foot);
        let age = words::age(row.age_secs(situation.now));
        let figures =
            [("wall.waiting", age), ("wall.stage", words::stage(row.stage)), ("card.number", format!("#{}", row.id.0))];
        Self { row, size, head, kind, place, said, figures, text, dim }
    }

    fn paint(self, painter: &Painter, canvas: Canvas, card: Rect) {
        use tokens::wall;
        let pad = canvas.of(wall::PAD);
        let gap = canvas.of(wall::GAP);
        let color = tokens::grade(self.row.grade).egui();
        let round = canvas.of(wall::ROUND);
        painter.rect_filled(card, round, tokens::PANEL.egui());
        painter.rect_stroke(card, round, Stroke::new(canvas.of(wall::LINE) * 1.5, color), StrokeKind::Inside);
        let half = canvas.of(wall::CARD_MARK);
        let mut at = card.min + vec2(pad, pad);
        paint::grade_mark(painter, at + vec2(half, self.head / 2.0), half, self.row.grade);
        let name = at + vec2(half * 2.5, (self.head - self.kind.size().y) / 2.0);
        painter.galley(name, self.kind, self.text);
        at.y += self.head + gap;
        let height = self.place.size().y;
        painter.galley(at, self.place, self.text);
        at.y += height + gap;
        if let Some(said) = self.said {
            let height = said.size().y;
            painter.galley(at, said, self.dim);
            at.y += height + gap;
        }
        let steps = Rect::from_min_size(at, vec2(card.width() - pad * 2.0, canvas.of(6.0)));
        paint::steps(painter, steps, self.row.stage, canvas.of(5.0));
        let cell = (card.width() - pad * 2.0) / 3.0;
        let body = canvas.of(wall::BODY);
        for (i, (key, value)) in [0.0, 1.0, 2.0].into_iter().zip(&self.figures) {
            let left = at + vec2(cell * i, gap);
            let room = cell - gap * 0.5;
            paint::line(painter, left, Align2::LEFT_TOP, &t!(*key), regular_font(body), self.dim, room);
            let at = left + vec2(0.0, body * 1.6);
            paint::line(painter, at, Align2::LEFT_TOP, value, medium_font(body), self.text, room);
        }
    }
}

/// The line from a place to its card.
fn leader_ui(painter: &Painter, canvas: Canvas, card: Rect, anchor: Pos2, grade: Grade) {
    use tokens::wall;
    let stroke = Stroke::new(canvas.of(wall::LINE) * 2.0, tokens::grade(grade).over_city());
    let inset = canvas.of(wall::PAD + wall::CARD_MARK);
    painter.line(leader(card, anchor, inset, canvas.of(wall::LEADER) * 0.4), stroke);
}

fn block_of(painter: &Painter, text: &str, font: egui::FontId, color: Color32, width: f32, rows: usize) -> Arc<Galley> {
    let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, color, width);
    job.wrap.max_rows = rows;
    painter.layout_job(job)
}

fn ground(painter: &Painter, rect: Rect, canvas: Canvas) {
    let round = canvas.of(tokens::wall::ROUND);
    painter.rect_filled(rect, round, tokens::PANEL.egui());
    painter.rect_stroke(rect, round, canvas.line(tokens::HAIRLINE), StrokeKind::Inside);
}
