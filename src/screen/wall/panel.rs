//! The wall's panels, drawn on one painter over the city. Nothing here takes input.

use bevy::math::Vec2;
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use rust_i18n::t;

use super::band::{band_ui, no_data_ui};
use super::card::{Card, leader_ui};
use super::families::Families;
use super::figures::{day_ui, open_ui};
use super::left::Left;
use super::legend::{Colours, LegendCard};
use super::list::list_ui;
use super::model::{card_place, framed, middle};
use super::rates::Rates;
use super::rates_ui::{column_ui, strip_place, strip_ui};
use super::vitals::{AreaNames, Signs, vitals_ui};
use crate::domain::Grade;
use crate::link::LinkState;
use crate::screen::card::model::CrewOnIt;
use crate::screen::compass::model::scale_bar;
use crate::screen::compass::panel::{north_mark, scale_mark};
use crate::screen::look::{medium_font, regular_font, tokens, words};
use crate::screen::plans::model::PlanShown;
use crate::screen::shown::AlarmRoom;
use crate::screen::situation::{Row, Situation};
use crate::screen::vitals::model::Read;

/// What the wall shows.
#[derive(Debug, Clone)]
pub struct WallView<'a> {
    /// The situation.
    pub situation: &'a Situation,
    /// Open incidents, the first of them as [`listed`](super::model::listed) has them.
    pub listed: &'a [Row],
    /// Points to a point of the wall's canvas.
    pub scale: f32,
    /// The incident on the card.
    pub on_card: Option<&'a Row>,
    /// Crews that were sent to it.
    pub crews: &'a [CrewOnIt],
    /// The plan that runs for it.
    pub plan: Option<&'a PlanShown>,
    /// Where the incident on the card is on screen.
    pub anchor: Option<Pos2>,
    /// Where open incidents are on screen.
    pub places: &'a [Pos2],
    /// Heads of other marks on screen: middle and radius in points.
    pub heads: &'a [(Vec2, f32)],
    /// Whose data the map is.
    pub attribution: &'a str,
    /// Metres of a point in the middle of the view, where that is the ground.
    pub metres_per_point: Option<f64>,
    /// Degrees clockwise from north that the camera looks to.
    pub heading: f64,
    /// What an alarm that calls has of the screen.
    pub alarm: AlarmRoom,
    /// The vital signs of the city, where they were told.
    pub vitals: Option<Read<'a>>,
    /// What the areas below the city are called.
    pub areas: &'a AreaNames,
    /// The key figures of the day, where they are counted.
    pub rates: Option<&'a Rates>,
    /// Whose turn it is among what takes turns: it grows by one a turn.
    pub turn: usize,
    /// Which moment its layers and signs are of, in ways of which each is shorter than the one before; none for now.
    pub moment: &'a [String],
    /// What the colours of its layer or of its map mean, where it wears one.
    pub legend: Option<Colours<'a>>,
    /// The language.
    pub locale: &'a str,
}

/// Sizes on this wall: tokens times the wall's scale.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    k: f32,
}

impl Canvas {
    /// Of this scale.
    pub(super) const fn new(scale: f32) -> Self {
        Self { k: scale }
    }

    pub(super) fn of(self, size: f32) -> f32 {
        size * self.k
    }

    pub(super) fn edge(self) -> f32 {
        self.of(tokens::wall::EDGE)
    }

    pub(super) fn line(self, color: tokens::Rgb) -> Stroke {
        Stroke::new(self.of(tokens::wall::LINE), color.egui())
    }
}

/// What a wall leaves to the city.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftToCity {
    /// The part of the screen between the panels.
    pub free: Rect,
    /// The part of that in which the whole city is framed.
    pub framed: Rect,
    /// The legend that lies over it.
    pub legend: Option<Rect>,
    /// What card, leader and legend cover of it.
    pub covered: Vec<Rect>,
}

impl LeftToCity {
    /// Whether a place is seen.
    #[must_use]
    pub fn shows(&self, at: Pos2) -> bool {
        self.free.contains(at) && self.legend.is_none_or(|legend| !legend.contains(at))
    }
}

/// The wall. Returns what it leaves to the city.
pub fn wall_ui(painter: &Painter, all: Rect, view: &WallView<'_>) -> LeftToCity {
    use tokens::wall;
    let canvas = Canvas::new(view.scale);
    let alarm = view.situation.open_of(Grade::I) > 0;
    let lost = matches!(view.situation.link, LinkState::Lost { .. });
    let frame = if alarm || view.alarm.red { canvas.of(wall::FRAME) } else { 0.0 };
    let whole = all.shrink(frame);
    band_ui(painter, whole, canvas, view.situation);
    // The strip of an alarm is never hidden, and hides nothing.
    let inner = Rect::from_min_max(pos2(whole.left(), whole.top() + view.alarm.points), whole.max);
    let signs = view.vitals.as_ref().map(|read| Signs::of(read, canvas));
    let left = Left::lay_out(inner, canvas, &|room| signs.as_ref().map_or((0, 0.0), |signs| signs.fit(room)));
    open_ui(painter, left.open, canvas, view.situation, left.compact);
    if let Some(day) = left.day {
        day_ui(painter, day, canvas, view.situation);
    }
    if let (Some(room), Some(read), Some(signs)) = (left.signs, &view.vitals, &signs) {
        vitals_ui(painter, room, canvas, (read, signs), (view.areas, view.turn, view.locale));
    }
    let link = view.situation.link;
    let columns = (left.width(), canvas.of(wall::RIGHT) + canvas.edge());
    let mut free = middle(inner, canvas.of(wall::BAND), columns.0, columns.1, canvas.edge());
    // The foot of the middle has the line that says whose the map is, over it how all families of signs stand, and over that
    // the key figures where no column has room.
    let mut foot = inner.bottom() - canvas.edge() * 0.5 - canvas.of(wall::BODY * 1.4 + wall::GAP);
    let families = view.vitals.as_ref().and_then(|read| Families::lay_out(painter, canvas, (free, foot), read));
    if let Some(families) = families {
        families.paint(painter, canvas);
        foot = families.rect.top() - canvas.of(wall::GAP);
        free.max.y = foot;
    }
    match (view.rates, left.figures) {
        (Some(rates), Some(column)) => column_ui(painter, column, canvas, rates, view.turn, link),
        (Some(rates), None) => {
            if let Some(strip) = strip_place(free, foot, canvas) {
                strip_ui(painter, strip, canvas, rates, view.turn, link);
                foot = strip.top() - canvas.of(wall::GAP);
                free.max.y = foot;
            }
        }
        (None, _) => {}
    }
    // Where the city would be hidden by a card in its middle, the card heads the column on the right.
    let docked = free.width() < canvas.of(wall::ROOM_FOR_CARD);
    let mut top = inner.top() + canvas.of(wall::BAND) + canvas.edge();
    let mut covered = Vec::new();
    // The card keeps clear of the legend, and of the plate that says that not all is of now.
    let mut room = free;
    if let Some(plate) = moment_ui(painter, free, canvas, view.moment) {
        room.min.y = plate.bottom() + canvas.of(wall::GAP);
        covered.push(plate);
    }
    let legend = view.legend.map(|legend| {
        let card = LegendCard::lay_out(painter, canvas, legend, free.width());
        let rect = card.place(free, foot);
        (card, rect)
    });
    if let Some((_, rect)) = &legend {
        room.max.y = room.max.y.min(rect.top() - canvas.of(wall::GAP));
    }
    if let Some(row) = view.on_card {
        let card = Card::lay_out(painter, canvas, view.situation, row, (view.crews, view.plan), docked);
        let anchor = view.anchor.filter(|at| free.contains(*at));
        let rect = if docked {
            Rect::from_min_size(pos2(inner.right() - canvas.edge() - card.size.x, top), card.size)
        } else {
            // On a very wide wall beside its place, too, and not across the city.
            let distance = (free.width().min(free.height() * 1.7) * 0.22).max(canvas.of(wall::LEADER));
            card_place(room, card.size, anchor, distance, (view.places, view.heads))
        };
        if let Some(anchor) = anchor {
            covered.extend(leader_ui(painter, canvas, (rect, anchor), row.grade, view.heads));
        }
        card.paint(painter, canvas, rect);
        if docked {
            top = rect.bottom() + canvas.of(wall::GAP);
        } else {
            covered.push(rect);
        }
    }
    let legend = legend.map(|(card, rect)| {
        card.paint(painter, canvas, rect);
        covered.push(rect);
        rect
    });
    list_ui(painter, inner, canvas, view, top, docked);
    let left = compass_ui(painter, inner, canvas, view);
    attribution_ui(painter, inner, canvas, view.attribution, left, free.right());
    if lost {
        no_data_ui(painter, whole, canvas, view.situation);
    }
    if alarm {
        // The band says that no news come; what was known before hangs below it.
        let top = if lost { whole.top() + canvas.of(wall::BAND) } else { all.top() };
        frame_ui(painter, all, canvas, view.situation, top);
    }
    let headroom = free.with_min_y(free.top() + canvas.of(wall::HEADROOM));
    let framed = framed(headroom, legend, canvas.of(wall::GAP));
    LeftToCity { free, framed, legend, covered }
}

/// Says over the city which moment is shown, while that is not now. Returns what it covers.
fn moment_ui(painter: &Painter, free: Rect, canvas: Canvas, ways: &[String]) -> Option<Rect> {
    use tokens::wall;
    let ink = tokens::INK.over_city();
    let lay = |way: &String| painter.layout_no_wrap(way.clone(), medium_font(canvas.of(wall::BODY)), ink);
    let pad = vec2(canvas.of(wall::PAD), canvas.of(wall::GAP * 0.5));
    let galley = ways.iter().map(lay).find(|galley| galley.size().x + pad.x * 2.0 <= free.width())?;
    // The tab of a red alarm may hang over the head of the middle.
    let top = free.top() + canvas.of(wall::EDGE * 1.5);
    let size = galley.size() + pad * 2.0;
    let plate = Rect::from_min_size(pos2(free.center().x - size.x / 2.0, top), size);
    // Pale as nothing else over the city: nobody takes it for now.
    painter.rect_filled(plate, canvas.of(wall::ROUND), tokens::TEXT.over_city());
    painter.galley(plate.min + pad, galley, ink);
    Some(plate)
}

/// North and scale, in the corner at the foot; where they end.
fn compass_ui(painter: &Painter, all: Rect, canvas: Canvas, view: &WallView<'_>) -> f32 {
    use tokens::wall;
    let font = regular_font(canvas.of(wall::BODY));
    let (half, gap) = (canvas.of(14.0), canvas.of(14.0));
    let scale = view.metres_per_point.and_then(|metres| scale_bar(metres, canvas.of(180.0)));
    let text = scale.map_or_else(String::new, |scale| words::length(scale.metres));
    let text = painter.layout_no_wrap(text, font, tokens::DIM.over_city());
    let width = half * 2.0 + scale.map_or(0.0, |scale| gap * 2.0 + scale.points + text.size().x);
    let middle = pos2(all.left() + canvas.edge(), all.bottom() - canvas.edge() * 0.5 - text.size().y / 2.0);
    let shade = tokens::INK.over_city().gamma_multiply_u8(tokens::SHADE_ALPHA);
    let plate = Rect::from_min_size(middle - vec2(0.0, text.size().y / 2.0), vec2(width, text.size().y));
    painter.rect_filled(plate.expand2(vec2(canvas.of(10.0), canvas.of(3.0))), canvas.of(wall::ROUND), shade);
    let needle = [tokens::ACCENT, tokens::OUTLINE].map(tokens::Rgb::over_city);
    north_mark(painter, middle + vec2(half, 0.0), half, view.heading, needle);
    if let Some(scale) = scale {
        let start = middle + vec2(half * 2.0 + gap, canvas.of(6.0));
        scale_mark(painter, start, scale.points, canvas.of(10.0), Stroke::new(canvas.of(2.0), tokens::DIM.over_city()));
        let at = pos2(start.x + scale.points + gap, plate.top());
        painter.galley(at, text, tokens::DIM.over_city());
    }
    plate.right() + canvas.edge()
}

/// Whose data the map is, beside that.
fn attribution_ui(painter: &Painter, all: Rect, canvas: Canvas, text: &str, left: f32, right: f32) {
    use tokens::wall;
    let at = pos2(left, all.bottom() - canvas.edge() * 0.5);
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.to_owned(),
        regular_font(canvas.of(wall::BODY)),
        tokens::DIM.over_city(),
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width((right - left - canvas.edge()).max(0.0));
    let galley = painter.layout_job(job);
    let rect = Align2::LEFT_BOTTOM.anchor_size(at, galley.size());
    let shade = tokens::INK.over_city().gamma_multiply_u8(tokens::SHADE_ALPHA);
    painter.rect_filled(rect.expand2(vec2(canvas.of(10.0), canvas.of(3.0))), canvas.of(wall::ROUND), shade);
    painter.galley(rect.min, galley, tokens::DIM.over_city());
}

/// The frame of an open incident of grade Ⅰ, and its words on a tab from `top`.
fn frame_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation, top: f32) {
    let width = canvas.of(tokens::wall::FRAME);
    let color = tokens::grade(Grade::I).egui();
    painter.rect_stroke(all, 0.0, Stroke::new(width, color), StrokeKind::Inside);
    let count = situation.open_of(Grade::I);
    let text = t!("wall.alarm", grade = words::grade(Grade::I), count = count);
    let font = medium_font(canvas.of(tokens::wall::LEAD));
    let galley = painter.layout_no_wrap(text.into_owned(), font, tokens::on_grade(Grade::I).egui());
    let half = canvas.of(tokens::wall::MARK);
    let size = vec2(galley.size().x + half * 2.0 + canvas.of(72.0), canvas.of(60.0));
    let tab = Rect::from_center_size(pos2(all.center().x, top + size.y / 2.0), size);
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

/// Words and second lines; faded while they cannot be renewed.
pub(super) fn text_colors(link: LinkState) -> (Color32, Color32) {
    match link {
        LinkState::Lost { .. } => (tokens::DIM.egui(), tokens::FAINT.egui()),
        _ => (tokens::TEXT.egui(), tokens::DIM.egui()),
    }
}

pub(super) fn ground(painter: &Painter, rect: Rect, canvas: Canvas) {
    let round = canvas.of(tokens::wall::ROUND);
    painter.rect_filled(rect, round, tokens::PANEL.egui());
    painter.rect_stroke(rect, round, canvas.line(tokens::HAIRLINE), StrokeKind::Inside);
}
