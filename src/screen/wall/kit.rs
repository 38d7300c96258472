//! A wall drawn for tests: what it says, where, how large, in which colour and on which ground.

use egui::{Color32, LayerId, Order, RawInput, Rect, Shape, Vec2, pos2};

use super::model::listed;
use super::panel::{LeftToCity, WallView, wall_ui};
use super::vitals::AreaNames;
use crate::domain::{Grade, Hall, Moment};
use crate::screen::look;
use crate::screen::shown::AlarmRoom;
use crate::screen::situation::tests::{NoNames, hall_of};
use crate::screen::situation::{Ledger, Row, Situation};

pub(super) fn minute(n: i64) -> Moment {
    Moment(n * 60_000)
}

/// Rows as the wall lists them: number, grade, milliseconds at which it happened.
pub(super) fn rows(incidents: &[(u64, Grade, i64)]) -> Vec<Row> {
    let hall: Hall = hall_of(incidents);
    listed(&hall, &Ledger::read(&hall), minute(0), &NoNames)
}

static NOWHERE: AreaNames = AreaNames::new();

/// A wall that shows a situation and a list and nothing else.
pub(super) fn plain<'a>(situation: &'a Situation, listed: &'a [Row]) -> WallView<'a> {
    WallView {
        situation,
        listed,
        scale: 1.0,
        on_card: None,
        crews: &[],
        plan: None,
        anchor: None,
        places: &[],
        heads: &[],
        attribution: "",
        metres_per_point: None,
        heading: 0.0,
        alarm: AlarmRoom::default(),
        vitals: None,
        areas: &NOWHERE,
        moment: &[],
        rates: None,
        turn: 0,
        legend: None,
        locale: "en",
    }
}

/// Words on a wall.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) text: String,
    /// What their ink covers.
    pub(super) rect: Rect,
    pub(super) size: f32,
    pub(super) color: Color32,
    /// The colour that was filled below them last; `None` where they stand on the city.
    pub(super) ground: Option<Color32>,
    /// They were cut off.
    pub(super) cut: bool,
}

/// Words painted by `paint` on a screen so large.
pub(super) fn said_by(size: Vec2, mut paint: impl FnMut(&egui::Painter)) -> Vec<Said> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen = Rect::from_min_size(pos2(0.0, 0.0), size);
    let mut output = ctx.run_ui(RawInput { screen_rect: Some(screen), ..RawInput::default() }, |ui| {
        paint(&ui.ctx().layer_painter(LayerId::new(Order::Background, egui::Id::new("wall"))));
    });
    output.textures_delta.clear();
    let (mut said, mut filled) = (Vec::new(), Vec::new());
    output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut said, &mut filled));
    said
}

/// Words of a wall so large, and what it leaves to the city.
pub(super) fn draw(size: Vec2, view: &WallView<'_>) -> (Vec<Said>, LeftToCity) {
    let screen = Rect::from_min_size(pos2(0.0, 0.0), size);
    let mut left = None;
    let said = said_by(size, |painter| left = Some(wall_ui(painter, screen, view)));
    (said, left.unwrap())
}

fn gather(shape: &Shape, said: &mut Vec<Said>, filled: &mut Vec<(Rect, Color32)>) {
    match shape {
        Shape::Vec(all) => all.iter().for_each(|one| gather(one, said, filled)),
        Shape::Rect(rect) if rect.fill.a() > 0 => filled.push((rect.rect, rect.fill)),
        Shape::Path(path) if path.fill.a() > 0 => filled.push((path.visual_bounding_rect(), path.fill)),
        Shape::Text(text) if !text.galley.text().trim().is_empty() => {
            let rect = text.visual_bounding_rect();
            let sections = &text.galley.job.sections;
            let size = sections.iter().map(|section| section.format.font_id.size).fold(0.0, f32::max);
            let of = sections.first().map_or(Color32::PLACEHOLDER, |section| section.format.color);
            let color = if of == Color32::PLACEHOLDER { text.fallback_color } else { of };
            let ground = filled.iter().rev().find(|(at, _)| at.contains(rect.center())).map(|(_, fill)| *fill);
            let cut = text.galley.elided || text.galley.text().starts_with('…');
            said.push(Said { text: text.galley.text().to_owned(), rect, size, color, ground, cut });
        }
        _ => {}
    }
}
