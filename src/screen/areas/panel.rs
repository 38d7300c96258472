//! Outlines and names of areas over the city, and the path down to one.

use bevy::math::{Rect, Vec2};
use egui::{Align2, Color32, FontId, LayerId, Order, RichText, Shape, Stroke, pos2, vec2};
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
    let (width, colour) = match weight {
        Weight::Quiet => (1.0, tokens::ACCENT.over_city().gamma_multiply(0.34 * open)),
        Weight::Around => (2.0, tokens::ACCENT.over_city().gamma_multiply(0.3 + 0.5 * open)),
        Weight::Hovered => (1.6, tokens::ACCENT.over_city()),
    };
    if weight == Weight::Hovered {
        shapes.extend(fill(rings, view, tokens::ACCENT.over_city().gamma_multiply(0.1)));
    }
    let frame = Rect::from_corners(Vec2::ZERO, view.size).inflate(64.0);
    let mut line: Vec<egui::Pos2> = Vec::new();
    let mut flush = |line: &mut Vec<egui::Pos2>| {
        let parts = beside(std::mem::take(line), heads).into_iter().filter(|part| part.len() > 1);
        shapes.extend(parts.map(|part| Shape::line(part, Stroke::new(width, colour))));
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
    (free, over): (Rect, Option<Rect>),
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
        let half = size * 0.36;
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
        let down = Vec2::new(0.0, extent.y + 6.0);
        let asides = if one.fixed { &[Vec2::ZERO][..] } else { &[Vec2::ZERO, down, -down] };
        let place = asides.iter().find_map(|aside| {
            let rect = Rect::from_center_size(one.at + *aside, extent).inflate(AROUND);
            let inside = free.contains(rect.min) && free.contains(rect.max);
            let on_pin = heads.iter().any(|(head, radius)| head.clamp(rect.min, rect.max).distance(*head) < *radius);
            let met = |other: Rect| !other.intersect(rect).is_empty();
            let on_name = taken.iter().any(|(other, _)| met(*other)) || over.is_some_and(met);
            let adrift = *aside != Vec2::ZERO && wet(rect.center());
            (inside && !on_pin && !on_name && !adrift).then_some(rect)
        });
        let Some(rect) = place else { continue };
        taken.push((rect, one.area));
        let colour = if one.hovered { tokens::ACCENT } else { tokens::TEXT }.over_city().gamma_multiply(0.92);
        let left = pos2(rect.min.x + AROUND, rect.min.y + AROUND);
        halo(shapes, left, &name, colour);
        if let Some((grade, count, rest)) = figure {
            let middle = left + vec2(name.size().x + gap + half, extent.y * 0.5);
            badge(shapes, middle, half, grade);
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

/// How many are open in all, where they are not all of the gravest grade.
fn of_all(worst: u32, all: u32) -> Option<String> {
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

/// The small shape of a grade.
fn badge(shapes: &mut Vec<Shape>, middle: egui::Pos2, half: f32, grade: Grade) {
    let corners = tokens::shape(grade).corners();
    let points = corners.iter().map(|[x, y]| middle + vec2(*x, *y) * half).collect();
    shapes.push(Shape::convex_polygon(
        points,
        tokens::grade(grade).over_city(),
        Stroke::new(1.0, tokens::INK.over_city()),
    ));
}

/// What is open in an area, in words.
#[must_use]
pub fn note(name: &str, counts: [u32; 4]) -> String {
    let open: u32 = counts.iter().sum();
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

/// A step of the path.
#[derive(Debug, Clone, PartialEq)]
pub struct Crumb {
    /// The area; `None` is the whole city.
    pub area: Option<u32>,
    /// Its name.
    pub name: String,
    /// Open incidents in it by grade.
    pub counts: [u32; 4],
}

/// The path and what lies below its end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathView {
    /// From the city inwards.
    pub crumbs: Vec<Crumb>,
    /// Areas right below the last, while the list is open.
    pub below: Vec<Crumb>,
    /// Whether the list is open.
    pub open: bool,
    /// Whether there is anything below.
    pub deeper: bool,
}

/// What the user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathWish {
    /// Into an area, or to the whole city.
    Go(Option<u32>),
    /// Open or close the list.
    List(bool),
}

/// The path at `corner`; its list ends within `height` points below. What is wished, and what the path covers.
pub fn path_ui(ctx: &egui::Context, corner: egui::Pos2, height: f32, view: &PathView) -> (Vec<PathWish>, Rect) {
    let mut wishes = Vec::new();
    let frame = egui::Frame::new()
        .fill(tokens::PANEL.egui())
        .stroke(Stroke::new(1.0, tokens::HAIRLINE.egui()))
        .corner_radius(tokens::desk::ROUND)
        .inner_margin(egui::Margin::symmetric(10, 5));
    let area = egui::Area::new(egui::Id::new("area path")).order(Order::Middle).fixed_pos(corner);
    let shown = area.show(ctx, |ui| {
        frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = tokens::desk::GAP * 0.75;
                let last = view.crumbs.len().saturating_sub(1);
                for (i, crumb) in view.crumbs.iter().enumerate() {
                    if i > 0 {
                        ui.label(RichText::new("›").color(tokens::FAINT.egui()));
                    }
                    if crumb_ui(ui, crumb, i == last) {
                        wishes.push(PathWish::Go(crumb.area));
                    }
                }
                if view.deeper {
                    let arrow = if view.open { "▲" } else { "▼" };
                    let arrow = RichText::new(arrow).font(FontId::proportional(9.0)).color(tokens::DIM.egui());
                    let button = ui.add(egui::Button::new(arrow).frame(false));
                    if button.on_hover_text(t!("areas.list")).clicked() {
                        wishes.push(PathWish::List(!view.open));
                    }
                }
            });
            if view.open {
                ui.separator();
                let room = (height - 120.0).clamp(80.0, 420.0);
                egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([true, true]).show(
                    ui,
                    |ui| {
                        for crumb in &view.below {
                            if row_ui(ui, crumb) {
                                wishes.push(PathWish::Go(crumb.area));
                            }
                        }
                    },
                );
            }
        });
    });
    let covers = shown.response.rect;
    (wishes, Rect::new(covers.left(), covers.top(), covers.right(), covers.bottom()))
}

fn crumb_ui(ui: &mut egui::Ui, crumb: &Crumb, last: bool) -> bool {
    let colour = if last { tokens::TEXT } else { tokens::DIM };
    let font = if last { medium_font(tokens::desk::BODY) } else { regular_font(tokens::desk::BODY) };
    let name = egui::Button::new(RichText::new(&crumb.name).font(font).color(colour.egui())).frame(false);
    let clicked = ui.add(name).on_hover_text(note(&crumb.name, crumb.counts)).clicked();
    count_ui(ui, crumb.counts);
    clicked
}

/// Points from the end of a row of the list to the mark of its gravest grade.
const ROW_FIGURES: f32 = 108.0;

fn row_ui(ui: &mut egui::Ui, crumb: &Crumb) -> bool {
    let width = tokens::desk::CARD * 0.6;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 24.0), egui::Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect, f32::from(tokens::desk::ROUND), tokens::HOVER.egui());
    }
    let (font, text) = (regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    paint::line(
        ui.painter(),
        rect.left_center() + vec2(6.0, 0.0),
        Align2::LEFT_CENTER,
        &crumb.name,
        font,
        text,
        width - ROW_FIGURES - 18.0,
    );
    if let Some((grade, n, all)) = worst(crumb.counts) {
        let painter = ui.painter();
        // Marks stand in a column, and so do the counts of all.
        let mark = rect.right_center() - vec2(ROW_FIGURES, 0.0);
        paint::grade_shape(painter, mark, 5.0, grade, true);
        let font = medium_font(tokens::desk::BODY);
        let at = mark + vec2(11.0, 0.0);
        painter.text(at, Align2::LEFT_CENTER, words::count(n as usize), font, tokens::TEXT.egui());
        if let Some(rest) = of_all(n, all) {
            let right = rect.right_center() - vec2(8.0, 0.0);
            let font = regular_font(tokens::desk::SMALL);
            painter.text(right, Align2::RIGHT_CENTER, rest, font, tokens::DIM.egui());
        }
    }
    response.on_hover_text(note(&crumb.name, crumb.counts)).clicked()
}

/// How many of the gravest grade are open, with its shape, and how many in all.
fn count_ui(ui: &mut egui::Ui, counts: [u32; 4]) {
    let Some((grade, n, all)) = worst(counts) else { return };
    let (mark, _) = ui.allocate_exact_size(vec2(11.0, 14.0), egui::Sense::hover());
    paint::grade_shape(ui.painter(), mark.center(), 5.0, grade, true);
    ui.label(RichText::new(words::count(n as usize)).color(tokens::TEXT.egui()));
    if let Some(rest) = of_all(n, all) {
        ui.label(RichText::new(rest).small().color(tokens::DIM.egui()));
    }
}

/// What the figures beside the names of areas mean, by an example.
pub fn legend_ui(ui: &mut egui::Ui) {
    ui.label(RichText::new(t!("areas.legend_title")).font(medium_font(tokens::desk::BODY)));
    ui.horizontal(|ui| count_ui(ui, [0, 0, 2, 8]));
    ui.label(RichText::new(t!("areas.legend")).small().color(tokens::DIM.egui()));
}
