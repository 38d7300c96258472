//! Which of the sheets that lie over the city is in front: it alone has the keys, and Escape puts it away first.
//!
//! Each sheet says in its own system whether it is open ([`Sheets::keep`]), and shows what was pressed ([`Sheets::press`]).
//! What was opened or pressed last is in front, as egui paints it; the palette and the finder of cases lie over the others.

use bevy::prelude::*;
use egui::{Context, Id, LayerId, Order};

/// A sheet over the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// All of a case.
    Workspace,
    /// Roster, log and hand-over.
    Duty,
    /// The list of alarms.
    Alarms,
    /// Sensors and feeds.
    Devices,
    /// What finds anything by a few words.
    Palette,
    /// What finds any case there ever was.
    Archive,
}

impl Sheet {
    /// The layer that egui paints it on.
    fn layer(self) -> LayerId {
        match self {
            Self::Workspace => LayerId::new(Order::Middle, Id::new("workspace")),
            Self::Duty => LayerId::new(Order::Middle, Id::new("duty")),
            Self::Alarms => LayerId::new(Order::Middle, Id::new("alarms")),
            Self::Devices => LayerId::new(Order::Middle, Id::new("devices")),
            Self::Palette => LayerId::new(Order::Foreground, Id::new("palette")),
            Self::Archive => LayerId::new(Order::Foreground, Id::new("archive")),
        }
    }

    /// Whether it lies over the sheets that are none of these: it has a field that all keys go to.
    fn finds(self) -> bool {
        matches!(self, Self::Palette | Self::Archive)
    }
}

/// The sheets that are open, the one in front last.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct Sheets(Vec<Sheet>);

impl Sheets {
    /// Whether a sheet is open from now on; one that was not before is in front.
    pub fn keep(&mut self, sheet: Sheet, open: bool) {
        if open && !self.0.contains(&sheet) {
            self.put(sheet);
        } else if !open {
            self.0.retain(|other| *other != sheet);
        }
    }

    /// Bring a sheet in front, where it is open.
    pub fn raise(&mut self, ctx: &Context, sheet: Sheet) {
        if self.0.contains(&sheet) && !self.is_front(sheet) {
            self.put(sheet);
            ctx.move_to_top(sheet.layer());
            ctx.request_repaint();
        }
    }

    /// In front of all but what finds something, which egui paints over them.
    fn put(&mut self, sheet: Sheet) {
        self.0.retain(|other| *other != sheet);
        self.0.push(sheet);
        self.0.sort_by_key(|sheet| sheet.finds());
    }

    /// Bring a sheet in front that the pointer pressed.
    pub fn press(&mut self, ctx: &Context, sheet: Sheet) {
        let pressed = ctx.input(|input| input.pointer.any_pressed().then(|| input.pointer.interact_pos()).flatten());
        if pressed.is_some_and(|at| ctx.layer_id_at(at) == Some(sheet.layer())) {
            self.raise(ctx, sheet);
        }
    }

    /// Whether a sheet is in front, so that keys are its own.
    #[must_use]
    pub fn is_front(&self, sheet: Sheet) -> bool {
        self.0.last() == Some(&sheet)
    }

    /// Whether something that finds is in front, and is typed into.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.0.last().is_some_and(|sheet| sheet.finds())
    }

    /// Whether any of them is painted over a panel of egui; one that was opened just now is.
    #[must_use]
    pub fn cover(&self, ctx: &Context, panel: LayerId) -> bool {
        let order: Vec<LayerId> = ctx.memory(|memory| memory.layer_ids().collect());
        let place = |layer: LayerId| order.iter().position(|other| *other == layer);
        let own = place(panel);
        self.0.iter().any(|sheet| place(sheet.layer()).is_none_or(|at| Some(at) > own))
    }

    /// Whether any lies over the city.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_last_is_in_front_until_it_goes_or_another_is_raised() {
        let (mut sheets, ctx) = (Sheets::default(), Context::default());
        assert!(!sheets.is_any() && !sheets.is_front(Sheet::Duty));
        sheets.keep(Sheet::Workspace, true);
        sheets.keep(Sheet::Duty, true);
        sheets.keep(Sheet::Workspace, true);
        assert!(sheets.is_front(Sheet::Duty) && !sheets.is_front(Sheet::Workspace), "it was open before");
        sheets.raise(&ctx, Sheet::Workspace);
        assert!(sheets.is_front(Sheet::Workspace));
        sheets.raise(&ctx, Sheet::Alarms);
        assert!(sheets.is_front(Sheet::Workspace), "what is not open is not raised");
        sheets.keep(Sheet::Workspace, false);
        assert!(sheets.is_front(Sheet::Duty), "what lay below has the keys again");
        sheets.keep(Sheet::Palette, true);
        sheets.keep(Sheet::Alarms, true);
        assert!(sheets.is_front(Sheet::Palette) && sheets.is_finding(), "it lies over all of them");
        sheets.keep(Sheet::Archive, true);
        assert!(sheets.is_front(Sheet::Archive) && sheets.is_finding(), "of the two the one that was opened last");
        sheets.keep(Sheet::Archive, false);
        sheets.keep(Sheet::Palette, false);
        assert!(sheets.is_front(Sheet::Alarms) && !sheets.is_finding());
        sheets.keep(Sheet::Alarms, false);
        sheets.keep(Sheet::Duty, false);
        assert!(!sheets.is_any());
    }
}
