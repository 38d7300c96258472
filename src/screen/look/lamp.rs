//! The lamp of a time limit: a sand glass and words. Colours are severity's, so a lamp is told by shape and fill.
//!
//! | lamp | sand glass | words |
//! |---|---|---|
//! | green | an outline | quiet |
//! | yellow | run down: its lower half is filled | bright |
//! | red | filled, in an inverted badge | on the badge |
//! | on hold | two bars instead | quiet |

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::{medium_font, paint, regular_font, tokens, words};
use crate::domain::{Countdown, Lamp, Moment, Run, Timer};

/// Half the height of the sign beside words, and the space between them, in the height of the words.
const SIGN: f32 = 0.42;
const BETWEEN: f32 = 0.45;

/// The sign of a lamp, or of a timer that stands; `half` is half its height.
pub fn sign(painter: &Painter, center: Pos2, half: f32, lamp: Option<Lamp>, color: Color32) {
    let line = Stroke::new((half * 0.22).max(1.0), color);
    let Some(lamp) = lamp else {
        let bar = |x: f32| Rect::from_center_size(center + vec2(x * half, 0.0), vec2(half * 0.5, half * 1.8));
        painter.rect_filled(bar(-0.5), 0.0, color);
        painter.rect_filled(bar(0.5), 0.0, color);
        return;
    };
    let glass =
        |side: f32| vec![center, center + vec2(half * 0.8, half * side), center + vec2(-half * 0.8, half * side)];
    for (side, filled) in [(-1.0, lamp == Lamp::Red), (1.0, lamp != Lamp::Green)] {
        painter.add(if filled {
            Shape::convex_polygon(glass(side), color, line)
        } else {
            Shape::closed_line(glass(side), line)
        });
    }
}

/// A tick: done in time.
pub fn tick(painter: &Painter, center: Pos2, half: f32, color: Color32) {
    let points = [(-0.8, 0.0), (-0.2, 0.6), (0.8, -0.6)].map(|(x, y)| center + vec2(x, y) * half);
    painter.line(points.to_vec(), Stroke::new((half * 0.3).max(1.2), color));
}

/// Lamp and time left of what is due next, ending at `right`; `colors` are those of words and of second lines. Returns
/// where it stands.
pub fn countdown(
    painter: &Painter,
    right: Pos2,
    next: &Countdown,
    now: Moment,
    size: f32,
    (text, dim): (Color32, Color32),
) -> Rect {
    lamp_and_words(painter, right, next.lamp(now), &words::countdown(next, now), size, (text, dim))
}

/// How wide [`countdown`] is, in points.
#[must_use]
pub fn countdown_width(painter: &Painter, next: &Countdown, now: Moment, size: f32) -> f32 {
    let lamp = next.lamp(now);
    let galley = painter.layout_no_wrap(words::countdown(next, now), font(lamp, size), Color32::PLACEHOLDER);
    width(lamp, galley.size().x, size)
}

fn font(lamp: Option<Lamp>, size: f32) -> FontId {
    match lamp {
        Some(Lamp::Red | Lamp::Yellow) => medium_font(size),
        Some(Lamp::Green) | None => regular_font(size),
    }
}

/// Space within the badge of a lamp.
fn pad(lamp: Option<Lamp>, size: f32) -> f32 {
    if lamp == Some(Lamp::Red) { size * 0.4 } else { 0.0 }
}

/// How wide lamp and words are, of words so wide.
fn width(lamp: Option<Lamp>, words: f32, size: f32) -> f32 {
    size * SIGN * 1.6 + size * BETWEEN + words + pad(lamp, size) * 2.0
}

fn lamp_and_words(
    painter: &Painter,
    right: Pos2,
    lamp: Option<Lamp>,
    said: &str,
    size: f32,
    (text, dim): (Color32, Color32),
) -> Rect {
    let color = match lamp {
        Some(Lamp::Red) => tokens::INK.egui(),
        Some(Lamp::Yellow) => text,
        Some(Lamp::Green) | None => dim,
    };
    let galley = painter.layout_no_wrap(said.to_owned(), font(lamp, size), color);
    let (half, pad) = (size * SIGN, pad(lamp, size));
    let height = if lamp == Some(Lamp::Red) { paint::badge_height(size) } else { galley.size().y };
    let rect = Align2::RIGHT_CENTER.anchor_size(right, vec2(width(lamp, galley.size().x, size), height));
    if lamp == Some(Lamp::Red) {
        painter.rect_filled(rect, size * 0.2, text);
    }
    sign(painter, pos2(rect.left() + pad + half * 0.8, rect.center().y), half, lamp, color);
    let at = pos2(rect.right() - pad - galley.size().x, rect.center().y - galley.size().y / 2.0);
    painter.galley(at, galley, color);
    rect
}

/// How a timer stands, ending at `right`. Returns where it stands.
pub fn timer(painter: &Painter, right: Pos2, timer: &Timer, now: Moment, size: f32) -> Rect {
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let (lamp, said) = (timer.lamp(now), words::timer(timer, now));
    let plain = |color: Color32| painter.text(right, Align2::RIGHT_CENTER, &said, regular_font(size), color);
    match timer.run {
        Run::NotBegun => plain(tokens::FAINT.egui()),
        Run::Finished { .. } => {
            let rect = plain(if lamp == Some(Lamp::Red) { text } else { dim });
            let (half, at) = (size * 0.42, pos2(rect.left() - size * 0.8, rect.center().y));
            if lamp == Some(Lamp::Red) {
                sign(painter, at, half, lamp, text);
            } else {
                tick(painter, at, half, dim);
            }
            Rect::from_min_max(pos2(at.x - half, rect.top()), rect.max)
        }
        Run::Running { .. } | Run::Paused => lamp_and_words(painter, right, lamp, &said, size, (text, dim)),
    }
}

#[cfg(test)]
mod tests {
    use egui::epaint::ColorMode;

    use super::*;
    use crate::domain::Grade;

    /// What a painter drew: shapes, with whether each is filled and in which colour.
    fn drawn(paint: impl FnOnce(&Painter)) -> Vec<(usize, bool, Color32)> {
        let ctx = egui::Context::default();
        super::super::apply(&ctx);
        let mut paint = Some(paint);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            if let Some(paint) = paint.take() {
                paint(ui.painter());
            }
        });
        output.textures_delta.clear();
        let seen = |shape: &Shape| match shape {
            Shape::Path(path) => {
                let line = if let ColorMode::Solid(color) = path.stroke.color { color } else { Color32::TRANSPARENT };
                let filled = path.fill != Color32::TRANSPARENT;
                Some((path.points.len(), filled, if filled { path.fill } else { line }))
            }
            Shape::Rect(rect) => Some((4, true, rect.fill)),
            _ => None,
        };
        output.shapes.iter().filter_map(|clipped| seen(&clipped.shape)).collect()
    }

    #[test]
    fn lamps_are_told_apart_without_colour_and_none_has_the_colour_of_a_grade() {
        let all = [None, Some(Lamp::Green), Some(Lamp::Yellow), Some(Lamp::Red)];
        let text = tokens::TEXT.egui();
        let signs = all.map(|lamp| drawn(|painter| sign(painter, pos2(50.0, 50.0), 6.0, lamp, text)));
        let shapes = signs.clone().map(|sign| sign.iter().map(|(n, filled, _)| (*n, *filled)).collect::<Vec<_>>());
        for (i, a) in shapes.iter().enumerate() {
            assert!(!a.is_empty() && shapes.iter().skip(i + 1).all(|b| a != b), "{i}: {shapes:?}");
        }
        let late = Countdown::Running { phase: crate::domain::Phase::Whole, soon: Moment(0), due: Moment(1) };
        let badge = drawn(|painter| {
            countdown(painter, pos2(200.0, 50.0), &late, Moment(60_000), 14.0, (text, tokens::DIM.egui()));
        });
        assert!(badge.len() > 2, "over stands in a badge");
        for (_, _, color) in signs.iter().flatten().chain(&badge) {
            assert!(Grade::ALL.iter().all(|grade| tokens::grade(*grade).egui() != *color), "{color:?}");
        }
    }
}
