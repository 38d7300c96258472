//! What the desk draws over the city itself: a note beside the pointer, the line from the selected thing to its card.

use bevy::math::Vec2;
use egui::{Id, LayerId, Order, Rect, Stroke, pos2, vec2};
use rust_i18n::t;

use super::layout::Places;
use crate::screen::card::model::Card;
use crate::screen::card::thing::thing_card;
use crate::screen::look::{self, tokens, words};
use crate::screen::names::CityNames;
use crate::screen::shown::{Shown, Target};
use crate::screen::situation::Names;
use crate::screen::units::legend::{kind_key, status_key};

/// Widest note over the city, in points.
const NOTICE_WIDTH: f32 = 640.0;

/// What is under the pointer, in a few words.
pub(super) fn hover_text(target: Target, shown: &Shown, names: &CityNames<'_>) -> Option<String> {
    match target {
        Target::Incident(id) => {
            let incident = shown.hall.incident(id)?;
            let age = words::age(shown.now.secs_since(incident.happened_at));
            Some(format!("{} {} · {age}", incident.grade.numeral(), names.kind(&incident.kind)))
        }
        Target::Building(_) | Target::Place(_) | Target::Component(_) => thing_card(target, names)?.name,
        // its outline has a note of its own
        Target::Area(_) => None,
        Target::Crew(crew) => {
            let position = shown.crews.get(&crew)?;
            let status = t!(status_key(position.status));
            Some(format!("{} {} · {status}", t!(kind_key(position.kind)), crew.0))
        }
    }
}

/// A note beside the pointer.
pub(super) fn hover_ui(ctx: &egui::Context, free: Rect, text: Option<String>) {
    let at = ctx.input(|i| i.pointer.latest_pos()).filter(|at| free.contains(*at));
    let (Some(text), Some(at)) = (text, at) else { return };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("hover")));
    let galley = painter.layout_no_wrap(text, look::regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    let size = galley.size() + vec2(tokens::desk::PAD * 2.0, tokens::desk::GAP);
    let most = (free.max - size).max(free.min);
    let note = Rect::from_min_size((at + vec2(16.0, 18.0)).clamp(free.min, most), size);
    painter.rect_filled(note, f32::from(tokens::desk::ROUND), tokens::PANEL.egui());
    painter.galley(note.center() - galley.size() / 2.0, galley, tokens::TEXT.egui());
}

/// A note over the top of the city, in as many lines as it needs.
pub(super) fn notice_ui(ctx: &egui::Context, free: Rect, text: &str) {
    let painter = ctx.layer_painter(LayerId::new(Order::Middle, Id::new("notice")));
    let (font, color) = (look::regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    let most = (free.width() - tokens::desk::PAD * 4.0).clamp(1.0, NOTICE_WIDTH);
    let galley = painter.layout(text.to_owned(), font, color, most);
    let size = galley.size() + vec2(tokens::desk::PAD, tokens::desk::GAP) * 2.0;
    let top = free.center_top() + vec2(0.0, tokens::desk::PAD + size.y / 2.0);
    let note = Rect::from_center_size(top, size);
    painter.rect_filled(note, f32::from(tokens::desk::ROUND), tokens::PANEL.egui());
    painter.galley(note.center() - galley.size() / 2.0, galley, color);
}

/// The line from the selected thing to its card.
pub(super) fn leader_ui(ctx: &egui::Context, card: Option<&Card>, areas: &Places, at: Option<Vec2>) {
    let (Some(beside), Some(at)) = (areas.card, at) else { return };
    let at = pos2(at.x, at.y);
    if !areas.free.contains(at) {
        return;
    }
    let color = match card {
        Some(Card::Incident(card)) => tokens::grade(card.grade),
        _ => tokens::ACCENT,
    };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("leader")));
    let end = pos2(beside.left(), beside.top() + 34.0);
    let knee = pos2((end.x - 48.0).max(at.x), end.y);
    let stroke = Stroke::new(1.5, color.over_city());
    painter.line(look::paint::from_edge(vec![at, knee, end], tokens::LEADER_FROM), stroke);
    painter.rect_filled(Rect::from_center_size(end, vec2(6.0, 6.0)), 0.0, color.over_city());
}
