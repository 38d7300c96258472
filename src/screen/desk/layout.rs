//! Where the desk's panels are, and the frame they are drawn in.

use egui::{Area, Frame, Id, Margin, Order, Rect, Sense, Stroke, UiBuilder, pos2};

use crate::screen::look::tokens;

/// Where the panels are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Places {
    pub(super) band: Rect,
    pub(super) queue: Option<Rect>,
    pub(super) card: Option<Rect>,
    pub(super) status: Rect,
    /// What is left to the city.
    pub(super) free: Rect,
}

impl Places {
    pub(super) fn on(all: Rect, with_card: bool) -> Self {
        use tokens::desk::{BAND, CARD, NARROW, NARROW_BY, QUEUE, STATUS, TIGHT};
        let less = if all.width() < NARROW { NARROW_BY } else { 0.0 };
        let (top, foot) = (all.top() + BAND, all.bottom() - STATUS);
        // Of two columns one would hide the city: the card is what was asked for.
        let with_queue = !(with_card && all.width() < TIGHT);
        let left = if with_queue { all.left() + QUEUE - less } else { all.left() };
        let right = if with_card { all.right() - CARD + less } else { all.right() };
        Self {
            band: Rect::from_min_max(all.min, pos2(all.right(), top)),
            queue: with_queue.then(|| Rect::from_min_max(pos2(all.left(), top), pos2(left, foot))),
            card: with_card.then(|| Rect::from_min_max(pos2(right, top), pos2(all.right(), foot))),
            status: Rect::from_min_max(pos2(all.left(), foot), all.max),
            free: Rect::from_min_max(pos2(left, top), pos2(right, foot)),
        }
    }
}

/// A panel with a place of its own; it owns the pointer there.
pub(super) fn pane(ctx: &egui::Context, name: &str, rect: Rect, margin: Margin, add: impl FnOnce(&mut egui::Ui)) {
    Area::new(Id::new(name))
        .order(Order::Middle)
        .fixed_pos(rect.min)
        .default_size(rect.size())
        .constrain(false)
        .movable(false)
        .show(ctx, |ui| {
            ui.allocate_rect(rect, Sense::hover());
            ui.painter().rect_filled(rect, 0.0, tokens::PANEL.egui());
            let line = Stroke::new(1.0, tokens::HAIRLINE.egui());
            ui.painter().rect_stroke(rect, 0.0, line, egui::StrokeKind::Inside);
            let inner = UiBuilder::new().max_rect(rect - margin);
            ui.scope_builder(inner, |ui| {
                ui.set_clip_rect(rect);
                Frame::NONE.show(ui, add);
            });
        });
}
