//! The course of a sensor: a band from the least to the greatest, the mean as a line in it, gaps where nothing was
//! measured.

use egui::{Align2, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2};

use super::limits::Mark;
use crate::domain::Moment;
use crate::domain::sensor::{Trend, TrendStep};
use crate::screen::look::{paint, regular_font, tokens, words};

/// A step that is missing among so many is a gap.
const GAP_STEPS: i64 = 3;
/// Points left of the plot for its figures, and under it for its times.
const LEFT: f32 = 46.0;
const FOOT: f32 = 18.0;

/// Values at the foot and at the head of a plot: the least and the greatest with some room, and never the same.
#[must_use]
pub fn range(steps: &[TrendStep]) -> Option<(f64, f64)> {
    let low = steps.iter().map(|step| step.min).reduce(f64::min)?;
    let high = steps.iter().map(|step| step.max).reduce(f64::max)?;
    let room = ((high - low) * 0.08).max(high.abs().max(low.abs()) * 0.02).max(1e-3);
    Some((low - room, high + room))
}

/// Steps one after the other, parted where more than some are missing between two.
#[must_use]
pub fn runs(steps: &[TrendStep], step_millis: i64) -> Vec<&[TrendStep]> {
    let near = |one: &TrendStep, next: &TrendStep| next.from.0 - one.from.0 <= step_millis * GAP_STEPS;
    steps.chunk_by(near).collect()
}

/// The ends of a plot with those limits in it that are no farther from what was measured than that reaches.
#[must_use]
pub fn with_limits((low, high): (f64, f64), limits: impl Iterator<Item = f64>) -> (f64, f64) {
    let room = high - low;
    let near = limits.filter(|limit| (low - room..=high + room).contains(limit));
    let (least, most) = near.fold((low, high), |(least, most), limit| (least.min(limit), most.max(limit)));
    let clear = |moved: bool| if moved { room * 0.08 } else { 0.0 };
    (least - clear(least < low), most + clear(most > high))
}

/// How a plot writes a value and a time.
pub(super) struct Words<'a> {
    pub(super) value: &'a dyn Fn(f64) -> String,
    pub(super) time: &'a dyn Fn(Moment) -> String,
    /// What is said where nothing was measured at all.
    pub(super) nothing: &'a str,
}

/// Paint it, with the limits in force across it.
pub(super) fn paint_plot(painter: &Painter, rect: Rect, trend: &Trend, words: &Words<'_>, marks: &[Mark]) {
    let plot = Rect::from_min_max(pos2(rect.left() + LEFT, rect.top() + 4.0), pos2(rect.right(), rect.bottom() - FOOT));
    let font = regular_font(tokens::desk::SMALL);
    let line = Stroke::new(1.0, tokens::HAIRLINE.egui());
    painter.rect_filled(plot, 2.0, tokens::RAISED.egui());
    let times = [(plot.left(), trend.from, Align2::LEFT_TOP), (plot.right(), trend.to, Align2::RIGHT_TOP)];
    for (x, at, align) in times {
        painter.text(pos2(x, plot.bottom() + 2.0), align, (words.time)(at), font.clone(), tokens::FAINT.egui());
    }
    let Some(ends) = range(&trend.steps) else {
        paint::hatch(painter, plot, 10.0, line);
        painter.text(plot.center(), Align2::CENTER_CENTER, words.nothing, font, tokens::DIM.egui());
        return;
    };
    let (low, high) = with_limits(ends, marks.iter().map(|mark| mark.limit));
    #[expect(clippy::cast_possible_truncation, reason = "points on screen")]
    let x = |at: i64| {
        let share = (at - trend.from.0) as f64 / (trend.to.0 - trend.from.0).max(1) as f64;
        plot.left() + plot.width() * share.clamp(0.0, 1.0) as f32
    };
    #[expect(clippy::cast_possible_truncation, reason = "points on screen")]
    let y = |value: f64| plot.bottom() - plot.height() * ((value - low) / (high - low)) as f32;
    // Where nothing was measured there is no data, which is not zero.
    let mut known_to = plot.left();
    let runs = runs(&trend.steps, trend.step_millis);
    let ends = |run: &[TrendStep]| {
        let begin = run.first().map_or(plot.left(), |step| x(step.from.0));
        (begin, run.last().map_or(plot.left(), |step| x(step.from.0 + trend.step_millis)))
    };
    for (begin, end) in runs.iter().map(|run| ends(run)) {
        hatch_between(painter, plot, known_to, begin, line);
        known_to = end;
    }
    hatch_between(painter, plot, known_to, plot.right(), line);
    for value in [low, f64::midpoint(low, high), high] {
        let at = y(value).clamp(plot.top(), plot.bottom());
        painter.hline(plot.x_range(), at, line);
        let label = pos2(plot.left() - 6.0, at.clamp(plot.top() + 6.0, plot.bottom() - 6.0));
        painter.text(label, Align2::RIGHT_CENTER, (words.value)(value), font.clone(), tokens::DIM.egui());
    }
    for mark in marks.iter().filter(|mark| (low..=high).contains(&mark.limit)) {
        let colour = if mark.crossed { tokens::grade(mark.grade) } else { tokens::OUTLINE }.egui();
        let ends = [pos2(plot.left(), y(mark.limit)), pos2(plot.right(), y(mark.limit))];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, colour), 5.0, 4.0));
        // On the side that is not beyond it.
        let align = if mark.high { Align2::RIGHT_TOP } else { Align2::RIGHT_BOTTOM };
        let at = pos2(plot.right() - 4.0, y(mark.limit));
        painter.text(at, align, mark.grade.numeral(), font.clone(), tokens::DIM.egui());
    }
    for run in runs {
        let middle = |step: &TrendStep| x(step.from.0 + trend.step_millis / 2);
        painter.add(band(run, &middle, &y));
        let mean: Vec<Pos2> = run.iter().map(|step| pos2(middle(step), y(step.mean))).collect();
        match mean.as_slice() {
            [only] => {
                painter.circle_filled(*only, 1.6, tokens::ACCENT.egui());
            }
            _ => {
                painter.add(Shape::line(mean, Stroke::new(1.5, tokens::ACCENT.egui())));
            }
        }
    }
}

fn hatch_between(painter: &Painter, plot: Rect, from: f32, to: f32, stroke: Stroke) {
    if to - from > 3.0 {
        let gap = Rect::from_min_max(pos2(from, plot.top()), pos2(to, plot.bottom()));
        paint::hatch(painter, gap, 7.0, stroke);
    }
}

/// From the least to the greatest of each step.
fn band(run: &[TrendStep], x: &dyn Fn(&TrendStep) -> f32, y: &dyn Fn(f64) -> f32) -> Mesh {
    let mut mesh = Mesh::default();
    let colour = tokens::ACCENT_DIM.egui().gamma_multiply(0.45);
    for (at, step) in (0_u32..).step_by(2).zip(run) {
        mesh.colored_vertex(pos2(x(step), y(step.max)), colour);
        mesh.colored_vertex(pos2(x(step), y(step.min)), colour);
        if at > 0 {
            mesh.add_triangle(at - 2, at - 1, at);
            mesh.add_triangle(at - 1, at, at + 1);
        }
    }
    mesh
}

/// A time as a plot of a stretch writes it: the hour within a day, the day beyond.
#[must_use]
pub fn time(at: Moment, span_millis: i64, utc_offset_secs: i32) -> String {
    if span_millis <= 26 * 3_600_000 {
        words::hour_minute(at, utc_offset_secs)
    } else {
        words::day_hour_minute(at, utc_offset_secs)
    }
}
