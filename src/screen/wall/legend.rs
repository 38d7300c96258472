//! What the colours of the layer mean that the wall wears, to be read from afar.

use egui::{Align2, Mesh, Painter, Rect, pos2, vec2};
use rust_i18n::t;

use super::panel::{Canvas, ground};
use crate::screen::heat::flood::DEPTHS;
use crate::screen::heat::form::Form;
use crate::screen::heat::shades::{colour, flood_colour};
use crate::screen::heat::{Legend, tick};
use crate::screen::look::tokens::Rgb;
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// Pieces of the ramp.
const PIECES: u16 = 48;
/// Values under it.
const TICKS: u8 = 3;
/// Heights of a line, in sizes of its letters.
const LINE: f32 = 1.4;

/// How high the legend is.
fn height(canvas: Canvas, legend: &Legend) -> f32 {
    use tokens::wall;
    let body = canvas.of(wall::BODY) * LINE;
    let why = if legend.why.is_empty() { 0.0 } else { body };
    canvas.of(wall::PAD) * 2.0 + canvas.of(wall::LEAD) * LINE + why + canvas.of(wall::RAMP) + body * 2.0
}

/// Where it stands: at the right of the foot of what the columns leave free, over the line that says whose the map is.
#[must_use]
pub(super) fn place(inner: Rect, free: Rect, canvas: Canvas, legend: &Legend) -> Rect {
    use tokens::wall;
    let foot = inner.bottom() - canvas.edge() * 0.5 - canvas.of(wall::BODY) * LINE - canvas.of(wall::GAP);
    let size = vec2(canvas.of(wall::LEGEND).min(free.width()), height(canvas, legend));
    Rect::from_min_size(pos2(free.right(), foot) - size, size)
}

/// The legend.
pub(super) fn legend_ui(painter: &Painter, rect: Rect, canvas: Canvas, legend: &Legend) {
    use tokens::wall;
    ground(painter, rect, canvas);
    let inner = rect.shrink(canvas.of(wall::PAD));
    let (lead, body) = (medium_font(canvas.of(wall::LEAD)), regular_font(canvas.of(wall::BODY)));
    let flooded = legend.form == Form::Flood;
    let (name, unit) = if flooded {
        (t!("heat.depth").into_owned(), "m")
    } else {
        (t!(legend.layer.key()).into_owned(), legend.layer.unit())
    };
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let mut at = inner.min;
    let form = paint::line(
        painter,
        pos2(inner.right(), at.y),
        Align2::RIGHT_TOP,
        &t!(legend.form.key()),
        body.clone(),
        dim,
        inner.width() * 0.4,
    );
    let room = inner.width() - form.width() - canvas.of(wall::GAP);
    paint::line(painter, at, Align2::LEFT_TOP, &format!("{name} {unit}"), lead, text, room);
    at.y += canvas.of(wall::LEAD) * LINE;
    if !legend.why.is_empty() {
        paint::line(painter, at, Align2::LEFT_TOP, &legend.why, body.clone(), dim, inner.width());
        at.y += canvas.of(wall::BODY) * LINE;
    }
    let high = canvas.of(wall::RAMP);
    let meaning = legend.layer.meaning();
    let ramp = |share: f32| if flooded { flood_colour(share) } else { colour(meaning, share) };
    ramp_ui(painter, Rect::from_min_size(at, vec2(inner.width(), high)), &ramp);
    at.y += high;
    let scale = if flooded { DEPTHS } else { legend.layer.scale() };
    for (n, value) in (0_u8..).zip(scale.ticks(TICKS)) {
        let mut said = if flooded { format!("{value}") } else { tick(legend.layer, value) };
        // What is beyond looks like the end.
        if value >= scale.from.max(scale.to) {
            said.insert(0, '≥');
        }
        let share = f32::from(n) / f32::from(TICKS - 1);
        let align = match n {
            0 => Align2::LEFT_TOP,
            n if n + 1 == TICKS => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        painter.text(pos2(inner.left() + inner.width() * share, at.y), align, said, body.clone(), text);
    }
    at.y += canvas.of(wall::BODY) * LINE;
    paint::line(painter, at, Align2::LEFT_TOP, &legend.state, body, dim, inner.width());
}

fn ramp_ui(painter: &Painter, rect: Rect, ramp: &dyn Fn(f32) -> Rgb) {
    let mut mesh = Mesh::default();
    for (at, piece) in (0..=PIECES).zip((0_u32..).step_by(2)) {
        let share = f32::from(at) / f32::from(PIECES);
        let x = rect.left() + rect.width() * share;
        let colour = ramp(share).over_city();
        mesh.colored_vertex(pos2(x, rect.top()), colour);
        mesh.colored_vertex(pos2(x, rect.bottom()), colour);
        if piece > 0 {
            mesh.add_triangle(piece - 2, piece - 1, piece);
            mesh.add_triangle(piece - 1, piece, piece + 1);
        }
    }
    painter.add(mesh);
}
