//! Lines of orders as they are seen. From the hall's seat they rise over the ground, so that none is taken for a street, and
//! they are faint at the seat, where many begin. What lies outside of the window costs nothing. Pure.

use egui::epaint::PathStroke;
use egui::{Pos2, Rect, Shape, Stroke};

use crate::screen::tools::paint::within;

/// Metres that a line rises for each metre of its length, and at most.
const RISE: f64 = 0.08;
const HIGHEST_M: f64 = 500.0;
/// Straight pieces of a line, and how often the one that passes the eye is halved to find where.
const PIECES: u16 = 32;
const HALVINGS: u8 = 14;
/// Points of the screen that lines are drawn beyond the window, so that none ends before its edge.
const MARGIN: f32 = 12.0;
/// Points from the seat within which a line is fainter, and the share of its strength that it has there.
const FADE: f32 = 80.0;
const FADED: f32 = 0.25;
/// Points of a dash and between two.
const DASH: f32 = 7.0;
const GAP: f32 = 6.0;
/// Points from one dot to the next.
const DOTS: f32 = 9.0;

/// Of what a line is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dash {
    /// 下达: it is not known to have reached anybody.
    Dots,
    /// 送达, and nobody has read it; and what is about to be sent.
    Dashes,
    /// It was read.
    Whole,
}

impl Dash {
    /// The shapes of a line along points of the screen.
    pub(super) fn shapes(self, points: &[Pos2], stroke: Stroke) -> Vec<Shape> {
        match self {
            Self::Dots => Shape::dotted_line(points, stroke.color, DOTS, stroke.width * 0.5 + 0.5),
            Self::Dashes => Shape::dashed_line(points, stroke, DASH, GAP),
            Self::Whole => vec![Shape::line(points.to_vec(), stroke)],
        }
    }
}

/// How strong a line is at a point of the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fade {
    seat: Option<Pos2>,
    points: f32,
}

impl Fade {
    /// Everywhere the same.
    pub(super) const NONE: Self = Self { seat: None, points: FADE };

    /// Faint where the seat is on screen; a short line has its strength halfway. Either end may be behind the eye.
    pub(super) fn at_seat(seat: Option<Pos2>, crew: Option<Pos2>) -> Self {
        let half = seat.zip(crew).map_or(FADE, |(seat, crew)| seat.distance(crew) / 2.0);
        Self { seat, points: half.clamp(1.0, FADE) }
    }

    /// The share of its strength, at most 1.
    pub(super) fn share(self, at: Pos2) -> f32 {
        self.seat.map_or(1.0, |seat| (seat.distance(at) / self.points).clamp(FADED, 1.0))
    }
}

/// Metres above the ground of a line from the seat that is so many metres long, at a share of its length.
pub(super) fn height_m(long_m: f64, share: f64) -> f64 {
    (long_m * RISE).min(HIGHEST_M) * 4.0 * share * (1.0 - share)
}

/// The parts of a line that are seen in a window, each from its begin on. `place` tells where a share of its length is on
/// screen, and nothing of what is behind the eye.
pub(super) fn parts(window: Rect, place: impl Fn(f64) -> Option<Pos2>) -> Vec<Vec<Pos2>> {
    let mut points: Vec<Option<Pos2>> = Vec::new();
    let mut before: Option<(f64, bool)> = None;
    for piece in 0..=PIECES {
        let share = f64::from(piece) / f64::from(PIECES);
        let at = place(share);
        if let Some((then, was_seen)) = before
            && was_seen != at.is_some()
        {
            let (mut seen, mut unseen) = if was_seen { (then, share) } else { (share, then) };
            for _ in 0..HALVINGS {
                let middle = f64::midpoint(seen, unseen);
                if place(middle).is_some() { seen = middle } else { unseen = middle }
            }
            points.push(place(seen));
        }
        points.push(at);
        before = Some((share, at.is_some()));
    }
    clipped(window.expand(MARGIN), &points)
}

/// The parts of a way that lie in a window; it is broken where a point is missing.
fn clipped(window: Rect, points: &[Option<Pos2>]) -> Vec<Vec<Pos2>> {
    let mut parts: Vec<Vec<Pos2>> = Vec::new();
    let mut goes_on = false;
    for pair in points.windows(2) {
        let seen = match *pair {
            [Some(from), Some(to)] => within(window, [from, to]).map(|seen| (from, to, seen)),
            _ => None,
        };
        let Some((from, to, [begin, end])) = seen else {
            goes_on = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if goes_on && begin == from => part.push(end),
            _ => parts.push(vec![begin, end]),
        }
        // The far end is reckoned, and may be off by less than anybody sees.
        goes_on = end.distance(to) < 0.01;
    }
    parts
}

/// The shapes of a line's parts, weaker where it fades.
pub(super) fn shapes(parts: &[Vec<Pos2>], (stroke, dash): (Stroke, Dash), fade: Fade) -> Vec<Shape> {
    let mut shapes: Vec<Shape> = parts.iter().flat_map(|part| dash.shapes(part, stroke)).collect();
    for shape in &mut shapes {
        match shape {
            Shape::LineSegment { points: [from, to], stroke } => {
                stroke.color = stroke.color.gamma_multiply(fade.share(from.lerp(*to, 0.5)));
            }
            Shape::Circle(dot) => dot.fill = dot.fill.gamma_multiply(fade.share(dot.center)),
            Shape::Path(path) => {
                let color = stroke.color;
                path.stroke = PathStroke::new_uv(stroke.width, move |_, at| color.gamma_multiply(fade.share(at)));
            }
            _ => {}
        }
    }
    shapes
}

/// A point of the screen so many points before the end of a line, or its middle where it is shorter; `None` where nothing of
/// it is seen.
pub(super) fn before_end(parts: &[Vec<Pos2>], points: f32) -> Option<Pos2> {
    let part = parts.last()?;
    let legs = || part.windows(2).rev().filter_map(|pair| if let [from, to] = *pair { Some((from, to)) } else { None });
    let long: f32 = legs().map(|(from, to)| from.distance(to)).sum();
    let mut left = points.min(long / 2.0);
    for (from, to) in legs() {
        let leg = from.distance(to);
        if left <= leg {
            return Some(if leg > 0.0 { to.lerp(from, left / leg) } else { to });
        }
        left -= leg;
    }
    part.first().copied()
}

#[cfg(test)]
mod tests {
    use egui::epaint::ColorMode;
    use egui::{Color32, pos2};

    use super::*;

    const WINDOW: Rect = Rect { min: Pos2::ZERO, max: Pos2 { x: 100.0, y: 100.0 } };

    #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
    fn points(share: f64, of: f32) -> f32 {
        share as f32 * of
    }

    fn are(found: &[f32], wanted: &[f32]) -> bool {
        found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 1e-3)
    }

    #[test]
    fn a_line_from_the_seat_rises_with_its_length_and_comes_down_to_the_ground() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(height_m(1_000.0, 0.0), 0.0) && near(height_m(1_000.0, 1.0), 0.0));
        assert!(near(height_m(1_000.0, 0.5), 80.0) && near(height_m(1_000.0, 0.25), 60.0));
        assert!(near(height_m(40_000.0, 0.5), 500.0), "no higher than that");
        assert!(near(height_m(0.0, 0.5), 0.0));
    }

    #[test]
    fn what_is_seen_of_a_line_ends_at_the_edge_of_the_window() {
        // From 1,000 points left of the window to its middle.
        let seen = parts(WINDOW, |share| Some(pos2(points(share, 1_050.0) - 1_000.0, 50.0)));
        assert_eq!(seen.len(), 1);
        let (first, last) = (seen[0][0], *seen[0].last().unwrap());
        assert!((first.x + MARGIN).abs() < 0.01 && (last.x - 50.0).abs() < 0.01, "{first:?} {last:?}");
        assert!(parts(WINDOW, |share| Some(pos2(points(share, 1.0) - 500.0, 50.0))).is_empty());
        assert!(parts(WINDOW, |_| None).is_empty());
    }

    #[test]
    fn a_line_from_behind_the_eye_is_seen_from_where_it_passes_it() {
        // Behind the eye until 90.4 hundredths of it: between two of the points that are looked at.
        let place = |share: f64| (share >= 0.904).then(|| pos2(points(share, 100.0), 20.0));
        let seen = parts(WINDOW, place);
        assert_eq!(seen.len(), 1);
        assert!((seen[0][0].x - 90.4).abs() < 0.05, "{:?}", seen[0]);
        // And the other way round.
        let seen = parts(WINDOW, |share| place(1.0 - share));
        assert!((seen[0].last().unwrap().x - 90.4).abs() < 0.05, "{:?}", seen[0]);
    }

    #[test]
    fn a_line_that_leaves_the_window_and_comes_back_has_two_parts() {
        let points = [[10.0, 10.0], [50.0, -50.0], [90.0, 10.0]].map(|[x, y]| Some(pos2(x, y)));
        let seen = clipped(WINDOW, &points);
        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|part| part.len() == 2));
        let broken = [Some(pos2(1.0, 1.0)), Some(pos2(2.0, 1.0)), None, Some(pos2(4.0, 1.0)), Some(pos2(5.0, 1.0))];
        assert_eq!(clipped(WINDOW, &broken), [[1.0, 2.0], [4.0, 5.0]].map(|row| row.map(|x| pos2(x, 1.0)).to_vec()));
    }

    #[test]
    fn a_line_is_faint_at_the_seat_and_whole_further_on_and_nothing_is_no_number() {
        let (seat, crew) = (pos2(0.0, 0.0), pos2(800.0, 0.0));
        let fade = Fade::at_seat(Some(seat), Some(crew));
        let at = |x: f32| fade.share(pos2(x, 0.0));
        assert!(are(&[at(0.0), at(FADE * 0.5), at(FADE), at(800.0)], &[FADED, 0.5, 1.0, 1.0]));
        // A short one has its strength halfway.
        let short = Fade::at_seat(Some(seat), Some(pos2(40.0, 0.0)));
        assert!(are(&[short.share(pos2(10.0, 0.0)), short.share(pos2(20.0, 0.0))], &[0.5, 1.0]));
        let none = Fade::at_seat(Some(seat), Some(seat));
        assert!(are(&[none.share(seat), none.share(crew)], &[FADED, 1.0]));
        let behind = Fade::at_seat(None, Some(crew));
        assert!(are(&[behind.share(crew), behind.share(seat), Fade::NONE.share(seat)], &[1.0; 3]));
    }

    #[test]
    fn every_kind_of_line_fades() {
        let part = vec![vec![pos2(0.0, 0.0), pos2(400.0, 0.0)]];
        let fade = Fade::at_seat(Some(pos2(0.0, 0.0)), Some(pos2(400.0, 0.0)));
        let stroke = Stroke::new(2.0, Color32::WHITE);
        let strength = |shape: &Shape| match shape {
            Shape::Circle(dot) => dot.fill.a(),
            Shape::LineSegment { stroke, .. } => stroke.color.a(),
            _ => 0,
        };
        for dash in [Dash::Dots, Dash::Dashes] {
            let drawn = shapes(&part, (stroke, dash), fade);
            let (first, last) = (strength(&drawn[0]), strength(drawn.last().unwrap()));
            assert!(drawn.len() > 20 && first < 80 && last == 255, "{dash:?}: {first} {last}");
        }
        let drawn = shapes(&part, (stroke, Dash::Whole), fade);
        let [Shape::Path(path)] = drawn.as_slice() else { unreachable!("{drawn:?}") };
        let ColorMode::UV(color) = &path.stroke.color else { unreachable!("one colour") };
        let at = |x: f32| color(WINDOW, pos2(x, 0.0)).a();
        assert!(at(0.0) < 80 && at(399.0) == 255);
    }

    #[test]
    fn words_stand_before_the_end_or_in_the_middle_of_a_short_line() {
        let end = |xs: &[f32]| {
            let line = vec![xs.iter().map(|x| pos2(*x, 0.0)).collect::<Vec<_>>()];
            before_end(&line, 70.0).unwrap().x
        };
        let found = [end(&[0.0, 100.0, 300.0]), end(&[0.0, 200.0, 240.0]), end(&[0.0, 60.0]), end(&[5.0, 5.0])];
        assert!(are(&found, &[230.0, 170.0, 30.0, 5.0]), "{found:?}");
        assert_eq!(before_end(&[], 70.0), None);
    }
}
