//! The frames that stand over the city: small panels, and dialogs of a desk.

use egui::{Align2, Area, Context, Frame, Id, Margin, Order, Pos2, Stroke, Ui};

use super::tokens;

/// Points between the edge of a dialog and what is in it.
const DIALOG: i8 = 12;

/// The frame of what stands over the city, with so much room within its edge.
pub fn over_city(margin: impl Into<Margin>) -> Frame {
    Frame::NONE
        .fill(tokens::PANEL.egui())
        .stroke(Stroke::new(1.0, tokens::HAIRLINE.egui()))
        .corner_radius(tokens::desk::ROUND)
        .inner_margin(margin)
}

/// The frame of a dialog or of a small panel.
pub fn dialog_frame() -> Frame {
    over_city(Margin::same(DIALOG))
}

/// A dialog around a point: over the panels, below what is over everything.
pub fn dialog<R>(ctx: &Context, name: &str, middle: Pos2, add: impl FnOnce(&mut Ui) -> R) -> R {
    let area = Area::new(Id::new(name)).order(Order::Middle).pivot(Align2::CENTER_CENTER).fixed_pos(middle);
    area.show(ctx, |ui| dialog_frame().show(ui, add).inner).inner
}
