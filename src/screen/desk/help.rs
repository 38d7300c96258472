//! All keys on one page, those of the dialog that is open below them, and under them how much is drawn.

use egui::{Align2, LayerId, Order, RichText, Ui};
use rust_i18n::t;

use super::dialogs::Dialog;
use crate::screen::look::{medium_font, tokens};
use crate::screen::twin::quality::Quality;

/// Keys and the text of what they do.
const KEYS: [(&str, &str); 74] = [
    ("J", "help.next"),
    ("K", "help.previous"),
    ("Home End PgUp PgDn", "help.list_keys"),
    ("Enter", "help.fly"),
    ("Esc", "help.escape"),
    ("/", "help.search"),
    ("1 2 3 4", "help.grades"),
    ("Delete", "help.show_all"),
    ("F5", "help.scope"),
    (",  .", "help.stage"),
    ("F6", "help.kept"),
    ("U", "help.sort"),
    ("T", "help.advance"),
    ("I", "help.dispatch"),
    ("Y  Shift Y", "help.urge_unread"),
    ("Ctrl R", "help.radio"),
    ("Ctrl P", "help.plan"),
    ("Ctrl B", "help.bulletin"),
    ("Ctrl E", "help.form"),
    ("G", "help.regrade"),
    ("P", "help.suspend"),
    ("X", "help.close"),
    ("H", "help.moves"),
    ("Ctrl J", "help.merge_all"),
    ("F1", "help.help"),
    ("F2", "help.language"),
    ("F3", "help.theme"),
    ("F4", "help.quality"),
    ("Ctrl  +  −  0", "help.ui_zoom"),
    ("Ctrl N", "help.intake"),
    ("F7", "help.figures"),
    ("F8", "help.roll"),
    ("F9", "help.duty"),
    ("F10", "help.alarms"),
    ("Shift F10", "help.acknowledge"),
    ("F11", "help.vitals"),
    ("Ctrl I", "help.vital_map"),
    ("F12", "help.devices"),
    ("Ctrl K", "help.palette"),
    ("Ctrl F", "help.archive"),
    ("Ctrl H", "help.story"),
    ("Ctrl Z", "help.undo"),
    ("Ctrl M", "help.note"),
    ("Ctrl L", "help.lock"),
    ("Ctrl Shift L", "help.sign_out"),
    ("Ctrl Shift Y", "help.mode"),
    ("W A S D", "help.pan"),
    ("Q  E", "help.turn"),
    ("R  F", "help.tilt"),
    ("+  −", "help.zoom"),
    ("N", "help.north"),
    ("Home", "help.home"),
    ("M", "help.measure"),
    ("C", "help.around"),
    ("V", "help.follow"),
    ("L", "help.legend"),
    ("Ctrl G", "help.layers"),
    ("Alt G", "help.layer_next"),
    ("Alt Delete", "help.layer_off"),
    ("Alt T", "help.layer_window"),
    ("Alt Y", "help.layer_gist"),
    ("Alt ← → ↑ ↓", "help.moment"),
    ("Alt Home", "help.moment_now"),
    ("Ctrl U", "help.pipes"),
    ("Ctrl [  ]", "help.pipes_radius"),
    ("B", "help.bookmarks"),
    ("Ctrl 1–9", "help.bookmark_store"),
    ("Alt 1–9", "help.bookmark_fly"),
    ("O", "help.tour"),
    ("Z", "help.area_in"),
    ("Backspace", "help.area_out"),
    ("help.mouse_left", "help.drag"),
    ("help.mouse_right", "help.drag_turn"),
    ("help.mouse_wheel", "help.wheel"),
];

/// From so many points on there is room for three columns of keys.
const WIDE: f32 = 1_300.0;
/// Points that stay free above and below the page, and how far below the middle it lies: the band with its alarms stays in
/// sight above.
const MARGIN: f32 = 260.0;
const LOW: f32 = 50.0;

/// What the user did in the overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpWish {
    /// Close it.
    Close,
    /// Draw as much as this.
    Quality(Quality),
}

/// The overlay, with the keys of the dialogs that are open.
pub fn help_ui(ctx: &egui::Context, quality: Quality, open_now: &[Dialog]) -> Option<HelpWish> {
    let mut open = true;
    let id = egui::Id::new("help");
    let over = open_now.iter().any(|dialog| dialog.covers_windows());
    let order = if over { Order::Foreground } else { Order::Middle };
    if over {
        ctx.move_to_top(LayerId::new(order, id));
    }
    let shown = egui::Window::new(RichText::new(t!("shell.help")).font(medium_font(tokens::desk::HEAD)))
        .id(id)
        .order(order)
        .open(&mut open)
        .anchor(Align2::CENTER_CENTER, [0.0, LOW])
        .collapsible(false)
        .resizable(false)
        .show(ctx, |ui| {
            let room = ctx.content_rect().height() - MARGIN;
            let page =
                egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([true, true]);
            let page = page.show(ui, |ui| {
                // What is open is asked about: its keys come before those of the desk.
                for dialog in open_now {
                    ui.label(RichText::new(t!(dialog.name())).font(medium_font(tokens::desk::BODY)));
                    keys_ui(ui, dialog.name(), dialog.keys());
                    ui.separator();
                }
                keys_ui(ui, "keys", &KEYS);
                ui.separator();
                quality_ui(ui, quality)
            });
            page.inner
        });
    if !open {
        return Some(HelpWish::Close);
    }
    shown.and_then(|shown| shown.inner.flatten()).map(HelpWish::Quality)
}

/// The tiers of quality with the one that is drawn marked; the one that was chosen.
fn quality_ui(ui: &mut Ui, now: Quality) -> Option<Quality> {
    let mut chosen = None;
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("tier.title")).color(tokens::DIM.egui()));
        for quality in Quality::ALL {
            let name = t!(format!("tier.{}", quality.word()));
            if ui.selectable_label(quality == now, name).clicked() && quality != now {
                chosen = Some(quality);
            }
        }
    });
    ui.label(RichText::new(t!("tier.keep")).font(medium_font(tokens::desk::SMALL)).color(tokens::FAINT.egui()));
    chosen
}

/// Keys in columns, each column from the top.
fn keys_ui(ui: &mut Ui, name: &str, keys: &[(&str, &str)]) {
    let columns = if ui.ctx().content_rect().width() < WIDE { 2 } else { 3 };
    egui::Grid::new(name).num_columns(columns * 2).spacing([24.0, 2.0]).show(ui, |ui| {
        let rows = keys.len().div_ceil(columns);
        for row in 0..rows {
            for (keys, what) in (0..columns).filter_map(|column| keys.get(column * rows + row)) {
                let keys = if keys.starts_with("help.") { t!(*keys) } else { (*keys).into() };
                ui.label(RichText::new(keys).font(medium_font(tokens::desk::BODY)).color(tokens::ACCENT.egui()));
                ui.label(t!(*what));
            }
            ui.end_row();
        }
    });
}
