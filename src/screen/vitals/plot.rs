//! The course of a vital sign over a day: what it was as a line in its band of least and greatest, where it was expected
//! behind that and for the hours to come, the limits in force across it, and the moment that is now.

use egui::{Align2, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2};
use rust_i18n::t;

use super::model::{Tile, span};
use super::phrase;
use crate::domain::Moment;
use crate::domain::sensor::TrendStep;
use crate::domain::vital::{Band, VitalXray};
use crate::screen::heat::plot::runs;
use crate::screen::look::{paint, regular_font, tokens, words};

/// Points left of the plot for its figures, right of it for its limits, under it for its times.
const LEFT: f32 = 52.0;
const RIGHT: f32 = 86.0;
const FOOT: f32 = 18.0;
const HOUR_MILLIS: i64 = 3_600_000;
/// Hours that are seen before the moment.
const BEFORE: i64 = 24;

/// From when to when a plot goes: a day, and as far as something is expected.
#[must_use]
pub(super) fn stretch(xray: &VitalXray) -> (Moment, Moment) {
    let expected = xray.band.as_ref().map(|band| {
        let hours = i64::try_from(band.hours.len()).unwrap_or_default();
        band.from.plus_millis(hours * HOUR_MILLIS)
    });
    (xray.at.plus_millis(-BEFORE * HOUR_MILLIS), expected.unwrap_or(xray.at).max(xray.at))
}

/// What a plot is painted from.
struct Scale {
    plot: Rect,
    from: Moment,
    to: Moment,
    low: f64,
    high: f64,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, reason = "points on screen")]
    fn x(&self, at: Moment) -> f32 {
        let share = (at.0 - self.from.0) as f64 / (self.to.0 - self.from.0).max(1) as f64;
        self.plot.left() + self.plot.width() * share.clamp(0.0, 1.0) as f32
    }

    #[expect(clippy::cast_possible_truncation, reason = "points on screen")]
    fn y(&self, value: f64) -> f32 {
        let share = (value - self.low) / (self.high - self.low);
        self.plot.bottom() - self.plot.height() * share.clamp(0.0, 1.0) as f32
    }

    fn has(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Paint it.
pub(super) fn paint_course(painter: &Painter, rect: Rect, xray: &VitalXray, tile: &Tile<'_>, utc_offset_secs: i32) {
    let plot = Rect::from_min_max(
        pos2(rect.left() + LEFT, rect.top() + 4.0),
        pos2(rect.right() - RIGHT, rect.bottom() - FOOT),
    );
    let font = regular_font(tokens::desk::SMALL);
    let line = Stroke::new(1.0, tokens::HAIRLINE.egui());
    painter.rect_filled(plot, 2.0, tokens::RAISED.egui());
    let (from, to) = stretch(xray);
    let steps = xray.course.iter().flat_map(|step| [step.min, step.max]);
    let expected = xray.band.iter().flat_map(|band| &band.hours).flat_map(|(low, high)| [*low, *high]);
    let newest = xray.newest.map(|(_, value)| value);
    let values = steps.chain(expected.map(f64::from)).chain(newest);
    let marks = tile.marks().map(|(_, limit, _)| limit).chain(tile.sign.target);
    let Some((low, high)) = span(values, marks) else {
        paint::hatch(painter, plot, 10.0, line);
        painter.text(plot.center(), Align2::CENTER_CENTER, t!("heat.card.nothing"), font, tokens::DIM.egui());
        return;
    };
    // The labels of a course that hardly moves tell its ends apart.
    let (middle, least) = (f64::midpoint(low, high), tile.sign.precision);
    let (low, high) = (low.min(middle - least), high.max(middle + least));
    let scale = Scale { plot, from, to, low, high };
    times(painter, &scale, xray.at, utc_offset_secs);
    for value in [low, f64::midpoint(low, high), high] {
        let at = scale.y(value);
        painter.hline(plot.x_range(), at, line);
        let label = pos2(plot.left() - 6.0, at.clamp(plot.top() + 6.0, plot.bottom() - 6.0));
        let text = phrase::figure(value, tile.sign.precision);
        painter.text(label, Align2::RIGHT_CENTER, text, font.clone(), tokens::DIM.egui());
    }
    if let Some(band) = &xray.band {
        painter.add(expected_mesh(&scale, band));
    }
    gaps(painter, &scale, xray, line);
    for run in runs(&xray.course, xray.step_millis) {
        course(painter, &scale, run, xray.step_millis);
    }
    limits(painter, &scale, tile);
    let now = scale.x(xray.at);
    painter.vline(now, plot.y_range(), Stroke::new(1.0, tokens::TEXT.egui()));
}

/// The hours under it, each sixth one, and the one that is now.
fn times(painter: &Painter, scale: &Scale, now: Moment, utc_offset_secs: i32) {
    let font = regular_font(tokens::desk::SMALL);
    let y = scale.plot.bottom() + 2.0;
    for hour in [-24, -18, -12, -6, 6, 12] {
        let at = now.plus_millis(hour * HOUR_MILLIS);
        if at > scale.to {
            continue;
        }
        let align = match hour {
            -24 => Align2::LEFT_TOP,
            12 => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let text = words::hour_minute(at, utc_offset_secs);
        painter.text(pos2(scale.x(at), y), align, text, font.clone(), tokens::FAINT.egui());
    }
    let align = if scale.to > now { Align2::CENTER_TOP } else { Align2::RIGHT_TOP };
    painter.text(pos2(scale.x(now), y), align, t!("vital.now"), font, tokens::TEXT.egui());
}

/// Where it is expected, hour by hour.
fn expected_mesh(scale: &Scale, band: &Band) -> Mesh {
    let mut mesh = Mesh::default();
    for (hour, (low, high)) in (0_i64..).zip(&band.hours) {
        let from = band.from.plus_millis(hour * HOUR_MILLIS);
        let to = from.plus_millis(HOUR_MILLIS);
        if to <= scale.from || from >= scale.to {
            continue;
        }
        let (top, foot) = (scale.y(f64::from(*high)), scale.y(f64::from(*low)));
        let rect = Rect::from_min_max(pos2(scale.x(from), top), pos2(scale.x(to), foot));
        mesh.add_colored_rect(rect, tokens::BEFORE.egui().gamma_multiply(0.55));
    }
    mesh
}

/// Where nothing was measured there is no data, which is not zero.
fn gaps(painter: &Painter, scale: &Scale, xray: &VitalXray, stroke: Stroke) {
    let mut known_to = scale.from;
    let hatch = |from: Moment, to: Moment| {
        let (left, right) = (scale.x(from), scale.x(to));
        if right - left > 3.0 {
            let gap = Rect::from_min_max(pos2(left, scale.plot.top()), pos2(right, scale.plot.bottom()));
            paint::hatch(painter, gap, 7.0, stroke);
        }
    };
    for run in runs(&xray.course, xray.step_millis) {
        let begin = run.first().map_or(scale.from, |step| step.from);
        hatch(known_to, begin);
        known_to = run.last().map_or(begin, |step| step.from.plus_millis(xray.step_millis));
    }
    hatch(known_to, xray.at);
}

/// From the least to the greatest of each step, and the mean as a line in it.
fn course(painter: &Painter, scale: &Scale, run: &[TrendStep], step_millis: i64) {
    let middle = |step: &TrendStep| scale.x(step.from.plus_millis(step_millis / 2));
    let mut mesh = Mesh::default();
    let colour = tokens::ACCENT_DIM.egui().gamma_multiply(0.45);
    for (at, step) in (0_u32..).step_by(2).zip(run) {
        mesh.colored_vertex(pos2(middle(step), scale.y(step.max)), colour);
        mesh.colored_vertex(pos2(middle(step), scale.y(step.min)), colour);
        if at > 0 {
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    painter.add(mesh);
    let mean: Vec<Pos2> = run.iter().map(|step| pos2(middle(step), scale.y(step.mean))).collect();
    match mean.as_slice() {
        [only] => {
            painter.circle_filled(*only, 1.6, tokens::ACCENT.egui());
        }
        _ => {
            painter.add(Shape::line(mean, Stroke::new(1.5, tokens::ACCENT.egui())));
        }
    }
}

/// Limits across the plot with their levels at its end, those that are crossed in their colours; and the target.
fn limits(painter: &Painter, scale: &Scale, tile: &Tile<'_>) {
    let font = regular_font(tokens::desk::SMALL);
    let (left, right) = (scale.plot.left(), scale.plot.right());
    let dashed = |value: f64, colour: tokens::Rgb, text: String| {
        let ends = [pos2(left, scale.y(value)), pos2(right, scale.y(value))];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, colour.egui()), 5.0, 4.0));
        let at = pos2(right + 6.0, scale.y(value));
        paint::line(painter, at, Align2::LEFT_CENTER, &text, font.clone(), tokens::DIM.egui(), RIGHT - 8.0);
    };
    for (grade, limit, crossed) in tile.marks().filter(|(_, limit, _)| scale.has(*limit)) {
        let colour = if crossed { tokens::grade(grade) } else { tokens::OUTLINE };
        dashed(limit, colour, format!("{} {}", grade.numeral(), phrase::figure(limit, tile.sign.precision)));
    }
    if let Some(target) = tile.sign.target.filter(|target| scale.has(*target)) {
        let text = format!("{} {}", t!("vital.target_short"), phrase::figure(target, tile.sign.precision));
        dashed(target, tokens::ACCENT_DIM, text);
    }
}
