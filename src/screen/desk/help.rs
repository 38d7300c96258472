//! All keys on one page.

use egui::{Align2, RichText, Ui};
use rust_i18n::t;

use crate::screen::look::{medium_font, tokens};

/// Keys and the text of what they do.
const KEYS: [(&str, &str); 28] = [
    ("J  ↓", "help.next"),
    ("K  ↑", "help.previous"),
    ("Enter", "help.fly"),
    ("Esc", "help.escape"),
    ("/", "help.search"),
    ("1 2 3 4", "help.grades"),
    ("T", "help.advance"),
    ("G", "help.regrade"),
    ("X", "help.close"),
    ("F1", "help.help"),
    ("F2", "help.language"),
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
    ("B", "help.bookmarks"),
    ("Ctrl 1–9", "help.bookmark_store"),
    ("Alt 1–9", "help.bookmark_fly"),
    ("O", "help.tour"),
    ("help.mouse_left", "help.drag"),
    ("help.mouse_right", "help.drag_turn"),
    ("help.mouse_wheel", "help.wheel"),
];

/// The overlay; `true` when it is to be closed.
pub fn help_ui(ctx: &egui::Context) -> bool {
    let mut open = true;
    egui::Window::new(RichText::new(t!("shell.help")).font(medium_font(tokens::desk::HEAD)))
        .id(egui::Id::new("help"))
        .open(&mut open)
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .collapsible(false)
        .resizable(false)
        .show(ctx, keys_ui);
    !open
}

fn keys_ui(ui: &mut Ui) {
    egui::Grid::new("keys").num_columns(4).spacing([24.0, 6.0]).show(ui, |ui| {
        let half = KEYS.len().div_ceil(2);
        let (left, right) = KEYS.split_at(half);
        for (at, key) in left.iter().enumerate() {
            for (keys, what) in [Some(key), right.get(at)].into_iter().flatten() {
                let keys = if keys.starts_with("help.") { t!(*keys) } else { (*keys).into() };
                ui.label(RichText::new(keys).font(medium_font(tokens::desk::BODY)).color(tokens::ACCENT.egui()));
                ui.label(t!(*what));
            }
            ui.end_row();
        }
    });
}
