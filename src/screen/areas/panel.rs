//! Outlines and names of areas over the city.

use bevy::math::{Rect, Vec2};
use egui::{Color32, FontId, LayerId, Order, Shape, Stroke, pos2, vec2};
use rust_i18n::t;

use super::model::worst;
use crate::domain::Grade;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::shown::CityView;

/// Points of an outline nearer to each other than this are one.
const FINE: f32 = 1.5;
/// How large the count of all is beside that of the gravest grade.
const REST: f32 = 0.86;
/// Space around a name in points.
const AROUND: f32 = 5.0;

/// How an outline is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// One of many.
    Quiet,
    /// Of the area that was gone into.
    Around,
    /// Under the pointer.
    Hovered,
}

/// An outline as shapes, quiet ones `open` (0 to 1) strong; what is behind the eye, far off the picture or under a pin's
/// head (its middle and radius) is left out.
pub fn outline_shapes(
    rings: &[Vec<[f64; 3]>],
    view: &CityView,
    weight: Weight,
    open: f32,
    heads: &[(Vec2, f32)],
    shapes: &mut Vec<Shape>,
) {
    if weight == Weight::Quiet && open <= 0.0 {
        return;
    }
    let mut strokes = Vec::new();
    let (width, colour) = match weight {
        Weight::Quiet => (1.0, tokens::ACCENT.over_city().gamma_multiply(0.34 * open)),
        Weight::Around => (2.4, tokens::ACCENT.over_city().gamma_multiply(0.7 + 0.3 * open)),
        Weight::Hovered => (1.6, tokens::ACCENT.over_city()),
    };
    if weight == Weight::Around {
        // A dark edge: over bright roofs a line alone is lost.
        let dark = tokens::INK.over_city().gamma_multiply(0.55);
        strokes.push(Stroke::new(width + 2.4, dark));
    }
    strokes.push(Stroke::new(width, colour));
    if weight == Weight::Hovered {
        shapes.extend(fill(rings, view, tokens::ACCENT.over_city().gamma_multiply(0.1)));
    }
    let frame = Rect::from_corners(Vec2::ZERO, view.size).inflate(64.0);
    let mut line: Vec<egui::Pos2> = Vec::new();
    let mut flush = |line: &mut Vec<egui::Pos2>| {
        let parts = beside(std::mem::take(line), heads).into_iter().filter(|part| part.len() > 1);
        let parts: Vec<_> = parts.collect();
        shapes.extend(strokes.iter().flat_map(|stroke| parts.iter().map(|part| Shape::line(part.clone(), *stroke))));
    };
    for ring in rings {
        let mut before: Option<Vec2> = None;
        for [east, north, up] in ring {
            let Some(at) = view.project(*east, *north, *up) else {
                flush(&mut line);
                before = None;
                continue;
            };
            // a stretch both ends of which lie off the same side of the picture is not to be seen
            let off = before.is_some_and(|from| {
                from.x.max(at.x) < frame.min.x
                    || from.y.max(at.y) < frame.min.y
                    || from.x.min(at.x) > frame.max.x
                    || from.y.min(at.y) > frame.max.y
            });
            if off {
                flush(&mut line);
            } else if let Some(from) = before.filter(|_| line.is_empty()) {
                line.push(pos2(from.x, from.y));
            }
            let near = line.last().is_some_and(|last| last.distance(pos2(at.x, at.y)) < FINE);
            if !off && !near && before.is_some() {
                line.push(pos2(at.x, at.y));
            }
            before = Some(at);
        }
        flush(&mut line);
    }
}

/// The parts of a line that lie under no head.
#[must_use]
pub fn beside(line: Vec<egui::Pos2>, heads: &[(Vec2, f32)]) -> Vec<Vec<egui::Pos2>> {
    let around = egui::Rect::from_points(&line);
    let heads = heads.iter().map(|(head, radius)| (pos2(head.x, head.y), radius + 2.0));
    let heads: Vec<_> = heads.filter(|(head, radius)| around.expand(*radius).contains(*head)).collect();
    if heads.is_empty() {
        return vec![line];
    }
    let (mut parts, mut part) = (Vec::new(), Vec::new());
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let mut hidden: Vec<_> = heads.iter().filter_map(|(head, radius)| under(*a, *b, *head, *radius)).collect();
        hidden.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut from = 0.0_f32;
        for (low, high) in hidden.into_iter().chain([(1.0, 1.0)]) {
            if low > from {
                if from > 0.0 || part.is_empty() {
                    parts.push(std::mem::replace(&mut part, vec![a.lerp(*b, from)]));
                }
                part.push(a.lerp(*b, low));
            }
            from = from.max(high);
        }
    }
    parts.push(part);
    parts
}

/// From which to which share of the way from `a` to `b` a disc hides it.
fn under(a: egui::Pos2, b: egui::Pos2, head: egui::Pos2, radius: f32) -> Option<(f32, f32)> {
    let (way, aside) = (b - a, head - a);
    let long = way.length_sq().max(1e-6);
    let nearest = way.dot(aside) / long;
    let off = (aside - way * nearest).length_sq();
    let half = ((radius * radius - off).max(0.0) / long).sqrt();
    let (low, high) = ((nearest - half).max(0.0), (nearest + half).min(1.0));
    (low < high).then_some((low, high))
}

/// What rings enclose; nothing where a part of them is behind the eye.
fn fill(rings: &[Vec<[f64; 3]>], view: &CityView, colour: Color32) -> Option<Shape> {
    let mut points: Vec<[f32; 2]> = Vec::new();
    let mut holes = Vec::new();
    for (i, ring) in rings.iter().enumerate() {
        if i > 0 {
            holes.push(u32::try_from(points.len()).ok()?);
        }
        for [east, north, up] in ring.iter().skip(1) {
            points.push(view.project(*east, *north, *up)?.to_array());
        }
    }
    let mut triangles: Vec<u32> = Vec::new();
    earcut::Earcut::new().earcut(points.iter().copied(), &holes, &mut triangles);
    let mut mesh = egui::Mesh::default();
    for [x, y] in &points {
        mesh.colored_vertex(pos2(*x, *y), colour);
    }
    mesh.indices = triangles;
    Some(Shape::mesh(mesh))
}

/// An area whose name wants to stand on screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Which.
    pub area: u32,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: u32,
    /// Where the name stands, points.
    pub at: Vec2,
    /// How wide the area is there, points.
    pub room: f32,
    /// Open incidents in it by grade.
    pub counts: [u32; 4],
    /// It stands there to be on land, and moves nowhere beside that.
    pub fixed: bool,
    /// Its name stood there before.
    pub stood: bool,
    /// It is under the pointer.
    pub hovered: bool,
}

/// Names with what is open beside them, none over another or over a pin, and none moved to where it is `wet`. Returns
/// what they cover.
pub fn name_shapes(
    painter: &egui::Painter,
    mut named: Vec<Named>,
    (free, over): (Rect, &[Rect]),
    wet: &dyn Fn(Vec2) -> bool,
    heads: &[(Vec2, f32)],
    scale: f32,
    shapes: &mut Vec<Shape>,
) -> Vec<(Rect, u32)> {
    let sum = |counts: &[u32; 4]| counts.iter().sum::<u32>();
    named.sort_by_key(|n| (!n.hovered, !n.stood, std::cmp::Reverse(sum(&n.counts)), n.area));
    let mut taken: Vec<(Rect, u32)> = Vec::new();
    for one in &named {
        if one.name.is_empty() {
            continue;
        }
        let size = match one.level {
            ..=6 => tokens::label::MIDDLE,
            7..=10 => tokens::label::SMALL,
            _ => tokens::label::POINT,
        } * scale;
        let font = medium_font(size.round());
        let worst = worst(one.counts);
        let lay = |text: String, font: FontId| painter.layout_no_wrap(text, font, Color32::PLACEHOLDER);
        let name = lay(one.name.clone(), font.clone());
        let figure = worst.map(|(grade, n, all)| {
            let rest = of_all(n, all).map(|text| lay(text, regular_font((size * REST).round())));
            (grade, lay(words::count(n as usize), font.clone()), rest)
        });
        let half = size * 0.4;
        let gap = size * 0.4;
        let beside = figure.as_ref().map_or(0.0, |(_, count, rest)| {
            let rest = rest.as_ref().map_or(0.0, |rest| gap + rest.size().x);
            gap + half * 2.0 + gap * 0.6 + count.size().x + rest
        });
        let extent = Vec2::new(name.size().x + beside, name.size().y);
        // names stay in their area, and hold on a little where they stood
        if extent.x > one.room * if one.stood { 1.15 } else { 1.0 } && !one.hovered {
            continue;
        }
        let place = asides(one, extent).find_map(|aside| {
            let rect = Rect::from_center_size(one.at + aside, extent).inflate(AROUND);
            let inside = free.contains(rect.min) && free.contains(rect.max);
            let on_pin = heads.iter().any(|(head, radius)| head.clamp(rect.min, rect.max).distance(*head) < *radius);
            let met = |other: Rect| !other.intersect(rect).is_empty();
            let on_name = taken.iter().any(|(other, _)| met(*other)) || over.iter().any(|other| met(*other));
            let adrift = aside != Vec2::ZERO && wet(rect.center());
            (inside && !on_pin && !on_name && !adrift).then_some(rect)
        });
        let Some(rect) = place else { continue };
        taken.push((rect, one.area));
        let colour = if one.hovered { tokens::ACCENT } else { tokens::TEXT }.over_city().gamma_multiply(0.92);
        let left = pos2(rect.min.x + AROUND, rect.min.y + AROUND);
        halo(shapes, left, &name, colour);
        if let Some((grade, count, rest)) = figure {
            let middle = left + vec2(name.size().x + gap + half, extent.y * 0.5);
            shapes.extend(paint::grade_sign_over_city(middle, half, grade));
            let at = middle + vec2(half + gap * 0.6, -count.size().y * 0.5);
            halo(shapes, at, &count, colour);
            if let Some(rest) = rest {
                // On one line of writing with the count.
                let down = (count.size().y - rest.size().y) * 0.7;
                let at = at + vec2(count.size().x + gap, down);
                halo(shapes, at, &rest, tokens::TEXT.over_city().gamma_multiply(0.85));
            }
        }
    }
    taken
}

/// Where the name of an area may stand, from its place: there or right beside it, and around it as long as it is within, for
/// pins stand where the city is densest.
fn asides(one: &Named, extent: Vec2) -> impl Iterator<Item = Vec2> {
    let down = Vec2::new(0.0, extent.y + 6.0);
    let right = Vec2::new(extent.x * 0.5 + 12.0, 0.0);
    let near = [down, -down].into_iter().filter(move |_| !one.fixed);
    let around = [right, -right, right + down, down - right, right - down, -right - down, down * 2.0, down * -2.0];
    let within = one.room * 0.5;
    let around = around.into_iter().filter(move |aside| aside.length() < within);
    std::iter::once(Vec2::ZERO).chain(near).chain(around)
}

/// How many are open in all, where they are not all of the gravest grade.
pub(super) fn of_all(worst: u32, all: u32) -> Option<String> {
    (all > worst).then(|| t!("areas.of_all", n = words::count(all as usize)).into_owned())
}

/// Text with a soft dark edge.
fn halo(shapes: &mut Vec<Shape>, at: egui::Pos2, galley: &std::sync::Arc<egui::Galley>, colour: Color32) {
    let dark = tokens::INK.over_city().gamma_multiply(0.6);
    let text = |offset: egui::Vec2, colour: Color32| {
        let shape = egui::epaint::TextShape::new((at + offset).round(), std::sync::Arc::clone(galley), colour);
        Shape::Text(shape.with_override_text_color(colour))
    };
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (0.0, 1.5), (0.0, -1.5)] {
        shapes.push(text(vec2(x, y), dark));
    }
    shapes.push(text(egui::Vec2::ZERO, colour));
}

/// What is open in an area, in words; its name alone while nothing is `known`.
#[must_use]
pub fn note(name: &str, counts: [u32; 4], known: bool) -> String {
    let open: u32 = counts.iter().sum();
    if !known {
        return name.to_owned();
    }
    if open == 0 {
        return format!("{name} · {}", t!("areas.none"));
    }
    let grades = Grade::ALL.into_iter().zip(counts).filter(|(_, n)| *n > 0);
    let grades: Vec<String> = grades.map(|(grade, n)| format!("{} {n}", grade.numeral())).collect();
    format!("{name} · {} · {}", t!("areas.open", n = open), grades.join("  "))
}

/// A note beside the pointer.
pub fn note_ui(ctx: &egui::Context, text: &str) {
    let Some(at) = ctx.input(|i| i.pointer.latest_pos()) else { return };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, egui::Id::new("area note")));
    let galley = painter.layout_no_wrap(text.to_owned(), regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    let size = galley.size() + vec2(tokens::desk::PAD * 2.0, tokens::desk::GAP);
    let note = egui::Rect::from_min_size(at + vec2(16.0, 18.0), size);
    painter.rect_filled(note, f32::from(tokens::desk::ROUND), tokens::PANEL.egui());
    painter.galley(note.center() - galley.size() / 2.0, galley, tokens::TEXT.egui());
}
