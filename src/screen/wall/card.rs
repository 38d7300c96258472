//! The wall's card: the incident it puts forward, and the line from its place.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use rust_i18n::t;

use bevy::math::Vec2;

use super::model::leader;
use super::panel::{Canvas, text_colors};
use crate::domain::{Countdown, CrewKind, CrewStatus, Grade, Lamp, Moment, Phase, Stage};
use crate::screen::areas::panel::beside;
use crate::screen::card::model::CrewOnIt;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens, words};
use crate::screen::plans::model::PlanShown;
use crate::screen::plans::{progress_words, state_words};
use crate::screen::situation::{Row, Situation};
use crate::screen::units::legend::kind_key;

/// The card of the most urgent incident, laid out and not yet painted.
pub(super) struct Card<'a> {
    row: &'a Row,
    pub(super) size: egui::Vec2,
    head: f32,
    kind: Arc<Galley>,
    place: Arc<Galley>,
    said: Option<Arc<Galley>>,
    who: Arc<Galley>,
    plan: Vec<Arc<Galley>>,
    limit: Option<(Countdown, Vec<String>)>,
    now: Moment,
    figures: [(&'static str, String); 3],
    text: Color32,
    dim: Color32,
}

impl<'a> Card<'a> {
    pub(super) fn lay_out(
        painter: &Painter,
        canvas: Canvas,
        situation: &Situation,
        row: &'a Row,
        (crews, plan): (&[CrewOnIt], Option<&PlanShown>),
        docked: bool,
    ) -> Self {
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
        let kind = paint::paragraph(painter, &row.kind, title, text, inner - canvas.of(wall::CARD_MARK) * 2.5, 2);
        let place = paint::paragraph(painter, place, medium_font(canvas.of(wall::LEAD)), text, inner, 2);
        let said = (!row.text.is_empty()).then(|| paint::paragraph(painter, &row.text, body.clone(), dim, inner, 3));
        let who = format!("{}  {}", t!("wall.who"), who(row.stage, crews));
        let who = paint::parts(painter, &who, BETWEEN, body, text, inner, WHO_LINES);
        let plan =
            plan.map(|plan| plan_lines(painter, canvas, plan, situation.now, (text, dim), inner)).unwrap_or_default();
        let plan_height: f32 =
            plan.iter().map(|line| line.size().y).sum::<f32>() + if plan.is_empty() { 0.0 } else { gap };
        let head = kind.size().y.max(canvas.of(wall::CARD_MARK) * 2.1);
        let said_height = said.as_ref().map_or(0.0, |s| s.size().y + gap);
        let foot = canvas.of(wall::CARD_FOOT);
        let limit = row.countdown.map(|next| (next, limit(&next, situation.now, situation.utc_offset_secs)));
        let limit_height = if limit.is_some() { canvas.of(LIMIT) + gap } else { 0.0 };
        let lines = place.size().y + said_height + gap + who.size().y + plan_height + limit_height;
        let size = vec2(width, pad * 1.5 + head + gap + lines + gap + foot);
        let age = words::age(row.age_secs(situation.now));
        let figures =
            [("wall.waiting", age), ("wall.stage", words::stage(row.stage)), ("card.number", format!("#{}", row.id.0))];
        Self { row, size, head, kind, place, said, who, plan, limit, now: situation.now, figures, text, dim }
    }

    pub(super) fn paint(self, painter: &Painter, canvas: Canvas, card: Rect) {
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
        let height = self.who.size().y;
        painter.galley(at, self.who, self.text);
        at.y += height + gap;
        if !self.plan.is_empty() {
            for line in self.plan {
                let height = line.size().y;
                painter.galley(at, line, self.text);
                at.y += height;
            }
            at.y += gap;
        }
        if let Some((next, said)) = &self.limit {
            let (room, middle) = (card.width() - pad * 2.0, at.y + canvas.of(LIMIT) / 2.0);
            let (body, colors) = (canvas.of(wall::BODY), (self.text, self.dim));
            let left = lamp::countdown(painter, pos2(at.x + room, middle), next, self.now, body, colors).left();
            let at_left = pos2(at.x, middle);
            let room = left - at.x - gap;
            paint::fitting(painter, at_left, said, &regular_font(body), self.dim, room);
            at.y += canvas.of(LIMIT) + gap;
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

/// Most late steps that the card names.
const LATE_MOST: usize = 3;

/// The plan that runs: its name and how far it is, and the steps that are late.
fn plan_lines(
    painter: &Painter,
    canvas: Canvas,
    plan: &PlanShown,
    now: Moment,
    (text, dim): (Color32, Color32),
    room: f32,
) -> Vec<Arc<Galley>> {
    let body = canvas.of(tokens::wall::BODY);
    let head = format!("{}  {}", t!("plan.title"), plan.name);
    let late = plan.steps.iter().filter(|step| step.state.lamp(now) == Some(Lamp::Red));
    let late = late.take(LATE_MOST).map(|step| format!("! {} · {}", step.name, state_words(step.state, now)));
    let mut lines = vec![
        paint::paragraph(painter, &head, medium_font(body), text, room, 2),
        paint::paragraph(painter, &progress_words(plan), regular_font(body), dim, room, 2),
    ];
    lines.extend(late.map(|line| paint::paragraph(painter, &line, medium_font(body), text, room, 2)));
    lines
}

/// Height of the line of what is due next.
const LIMIT: f32 = 36.0;

/// What is due next, and when; and the same in fewer words, for where there is less room.
fn limit(next: &Countdown, now: Moment, utc_offset_secs: i32) -> Vec<String> {
    match next {
        Countdown::Running { phase, due, .. } => {
            let said = |time: &str| t!("wall.limit", phase = words::phase(*phase), time = time).into_owned();
            let (whole, short) =
                (words::day_hour_minute(*due, utc_offset_secs), words::hour_minute(*due, utc_offset_secs));
            let day = |at: Moment| words::day_start(at, utc_offset_secs);
            let today = day(*due) == day(now);
            let mut ways = vec![said(&whole)];
            ways.extend(today.then(|| said(&short)));
            ways.push(whole);
            ways.extend(today.then_some(short));
            ways
        }
        Countdown::Paused => vec![words::phase(Phase::Whole)],
    }
}

/// What stands between the kinds of crew; no line breaks anywhere else among them.
const BETWEEN: &str = " · ";
/// Lines that the crews may have.
const WHO_LINES: usize = 5;

/// Which crews have a case, by kind, and how many of them are there.
fn who(stage: Stage, crews: &[CrewOnIt]) -> String {
    let count = |kind: CrewKind| crews.iter().filter(|crew| crew.kind == kind).count();
    let kinds = CrewKind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, count)| *count > 0);
    let kinds: Vec<String> = kinds.map(|(kind, count)| format!("{} {count}", t!(kind_key(kind)))).collect();
    let here = crews.iter().filter(|crew| crew.status == CrewStatus::OnScene).count();
    match (kinds.is_empty(), here) {
        (true, _) if stage < Stage::Dispatched => t!("wall.who_none").into_owned(),
        // Its crews tell nothing of where they are.
        (true, _) => "—".to_owned(),
        (false, 0) => kinds.join(BETWEEN),
        (false, here) => t!("wall.who_here", crews = kinds.join(BETWEEN), count = here).into_owned(),
    }
}

/// The line from a place to its card, behind the `heads` of other marks (middle and radius). Returns what it covers, in
/// pieces.
pub(super) fn leader_ui(
    painter: &Painter,
    canvas: Canvas,
    (card, anchor): (Rect, Pos2),
    grade: Grade,
    heads: &[(Vec2, f32)],
) -> Vec<Rect> {
    use tokens::wall;
    let stroke = Stroke::new(canvas.of(wall::LINE) * 2.0, tokens::grade(grade).over_city());
    let inset = canvas.of(wall::PAD + wall::CARD_MARK);
    let line = leader(card, anchor, inset, canvas.of(wall::LEADER) * 0.4);
    let line = paint::from_edge(line, canvas.of(tokens::LEADER_FROM * wall::MARKS));
    let covered = line.windows(2).flat_map(|ends| pieces(ends, canvas.of(wall::LEADER_PIECE))).collect();
    for part in beside(line, heads).into_iter().filter(|part| part.len() > 1) {
        painter.line(part, stroke);
    }
    covered
}

/// Rectangles along a straight line, each about `size` long.
pub(super) fn pieces(ends: &[Pos2], size: f32) -> Vec<Rect> {
    let (Some(from), Some(to)) = (ends.first(), ends.last()) else { return Vec::new() };
    let way = *to - *from;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
    let count = (way.length() / size).ceil().clamp(1.0, 200.0) as u16;
    let at = |i: u16| *from + way * (f32::from(i) / f32::from(count));
    (0..count).map(|i| Rect::from_two_pos(at(i), at(i + 1)).expand(size * 0.1)).collect()
}
