//! What the colours of the layer mean that the wall wears, or of the vital sign that colours its map, to be read from afar.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Rect, pos2, vec2};
use rust_i18n::t;

use super::panel::{Canvas, ground};
use crate::screen::heat::flood::DEPTHS;
use crate::screen::heat::form::Form;
use crate::screen::heat::shades::flood_colour;
use crate::screen::heat::{Legend, phrase, tick};
use crate::screen::look::tokens::Rgb;
use crate::screen::look::{medium_font, paint, regular_font, tokens};
use crate::screen::vitals::worn::{SignLegend, ramp};

/// Values under it.
const TICKS: u8 = 3;
/// Heights of a line, in sizes of its letters.
const LINE: f32 = 1.4;
/// Lines that a reason or a state may have.
const LINES_MOST: usize = 3;

/// What colours mean: those of a layer, or of the map that a vital sign colours.
#[derive(Debug, Clone, Copy)]
pub enum Colours<'a> {
    /// Of a layer.
    Layer(&'a Legend),
    /// Of a vital sign.
    Sign(&'a SignLegend),
}

/// What is said of them.
struct Words {
    name: String,
    form: String,
    /// Of which window of time it tells, and for what it is worn.
    why: String,
    state: String,
    /// Under the ramp, evenly; where there are none there is no ramp.
    ticks: Vec<String>,
}

impl Colours<'_> {
    fn words(self) -> Words {
        let legend = match self {
            Self::Sign(sign) => {
                let SignLegend { name, why, state, ends } = sign.clone();
                let ticks = ends.map(Vec::from).unwrap_or_default();
                return Words { name, form: t!("vital.title_short").into_owned(), why, state, ticks };
            }
            Self::Layer(legend) => legend,
        };
        let flooded = legend.form == Form::Flood;
        let (name, unit) = if flooded {
            (t!("heat.depth").into_owned(), "m")
        } else {
            (t!(legend.layer.key()).into_owned(), legend.layer.unit_over(legend.over))
        };
        let scale = if flooded { DEPTHS } else { legend.layer.scale_over(legend.over) };
        let tick = |value: f64| {
            let said = if flooded { format!("{value}") } else { tick(legend.layer, value) };
            // What is beyond looks like the end.
            if value >= scale.from.max(scale.to) { format!("≥{said}") } else { said }
        };
        let over = legend.over.map(phrase);
        let why: Vec<&str> =
            over.iter().chain([&legend.why]).map(String::as_str).filter(|said| !said.is_empty()).collect();
        Words {
            name: format!("{name} {unit}").trim_end().to_owned(),
            form: t!(legend.form.key()).into_owned(),
            why: why.join(" · "),
            state: legend.state.clone(),
            ticks: scale.ticks(TICKS).map(tick).collect(),
        }
    }

    /// The colour at a share of the ramp.
    fn colour(self, share: f32) -> Rgb {
        match self {
            Self::Layer(legend) if legend.form == Form::Flood => flood_colour(share),
            Self::Layer(legend) => legend.layer.skin().ramp.at(share),
            Self::Sign(_) => ramp(share),
        }
    }
}

/// The legend, laid out and not yet painted: what is said has the lines that it needs.
pub(super) struct LegendCard<'a> {
    key: Colours<'a>,
    ticks: Vec<String>,
    pub(super) size: egui::Vec2,
    name: Arc<Galley>,
    form: Arc<Galley>,
    why: Option<Arc<Galley>>,
    state: Arc<Galley>,
    text: Color32,
    dim: Color32,
}

impl<'a> LegendCard<'a> {
    /// Lay it out at most so wide.
    pub(super) fn lay_out(painter: &Painter, canvas: Canvas, key: Colours<'a>, most: f32) -> Self {
        use tokens::wall;
        let width = canvas.of(wall::LEGEND).min(most);
        let inner = width - canvas.of(wall::PAD) * 2.0;
        let (lead, body) = (medium_font(canvas.of(wall::LEAD)), regular_font(canvas.of(wall::BODY)));
        let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
        let words = key.words();
        let form = painter.layout_no_wrap(words.form, body.clone(), dim);
        let room = (inner - form.size().x - canvas.of(wall::GAP)).max(1.0);
        let name = paint::paragraph(painter, &words.name, lead, text, room, 2);
        let said = |words: &str| paint::paragraph(painter, words, body.clone(), dim, inner, LINES_MOST);
        let why = (!words.why.is_empty()).then(|| said(&words.why));
        let state = said(&words.state);
        let why_high = why.as_ref().map_or(0.0, |why| why.size().y);
        let ramp = canvas.of(wall::RAMP) + canvas.of(wall::BODY) * LINE;
        let ramp = if words.ticks.is_empty() { 0.0 } else { ramp };
        let lines = name.size().y.max(canvas.of(wall::LEAD) * LINE) + why_high + ramp + state.size().y;
        let size = vec2(width, canvas.of(wall::PAD) * 2.0 + lines);
        Self { key, ticks: words.ticks, size, name, form, why, state, text, dim }
    }

    /// Where it stands: at the right of the foot of what is free, which ends at `foot`.
    #[must_use]
    pub(super) fn place(&self, free: Rect, foot: f32) -> Rect {
        Rect::from_min_size(pos2(free.right(), foot) - self.size, self.size)
    }

    /// Paint it.
    pub(super) fn paint(self, painter: &Painter, canvas: Canvas, rect: Rect) {
        use tokens::wall;
        let (key, text, dim) = (self.key, self.text, self.dim);
        ground(painter, rect, canvas);
        let inner = rect.shrink(canvas.of(wall::PAD));
        let body = regular_font(canvas.of(wall::BODY));
        let mut at = inner.min;
        let high = self.name.size().y.max(canvas.of(wall::LEAD) * LINE);
        painter.galley(pos2(inner.right() - self.form.size().x, at.y), self.form, dim);
        painter.galley(at, self.name, text);
        at.y += high;
        if let Some(why) = self.why {
            let high = why.size().y;
            painter.galley(at, why, dim);
            at.y += high;
        }
        if !self.ticks.is_empty() {
            let high = canvas.of(wall::RAMP);
            paint::ramp(painter, Rect::from_min_size(at, vec2(inner.width(), high)), &|share| key.colour(share));
            at.y += high;
            let last = self.ticks.len().saturating_sub(1);
            for (n, said) in self.ticks.iter().enumerate() {
                let share = n as f32 / last.max(1) as f32;
                let align = match n {
                    0 => Align2::LEFT_TOP,
                    n if n == last => Align2::RIGHT_TOP,
                    _ => Align2::CENTER_TOP,
                };
                painter.text(pos2(inner.left() + inner.width() * share, at.y), align, said, body.clone(), text);
            }
            at.y += canvas.of(wall::BODY) * LINE;
        }
        painter.galley(at, self.state, dim);
    }
}
