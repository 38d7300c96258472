//! Keys of the desk.

use egui::Key;

use super::systems::Desk;
use crate::domain::IncidentId;
use crate::screen::shown::{Intent, Target};

/// Keys that hold everywhere on the desk. `neighbour` tells the incident so many rows below the chosen one.
pub(super) fn keys(
    ctx: &egui::Context,
    desk: &mut Desk,
    wishes: &mut Vec<Intent>,
    neighbour: impl Fn(&Desk, isize) -> Option<IncidentId>,
) {
    let pressed = |key: Key| ctx.input(|i| i.modifiers.is_none() && i.key_pressed(key));
    if pressed(Key::F1) {
        desk.help = !desk.help;
    }
    if pressed(Key::F2) {
        wishes.push(Intent::SwitchLanguage);
    }
    if ctx.text_edit_focused() {
        return;
    }
    if pressed(Key::Slash) {
        desk.focus_search = true;
    }
    if pressed(Key::Escape) {
        if desk.help || desk.asking_mode {
            desk.help = false;
            desk.asking_mode = false;
        } else if desk.form.is_none() {
            wishes.push(Intent::Select { target: None, fly: false });
        }
    }
    for (key, grade) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().zip(crate::domain::Grade::ALL) {
        if pressed(key) {
            desk.filter = desk.filter.toggled(grade);
        }
    }
    let in_queue = ctx.memory(|m| m.has_focus(super::queue::focus()));
    let down = pressed(Key::J) || (in_queue && pressed(Key::ArrowDown));
    let up = pressed(Key::K) || (in_queue && pressed(Key::ArrowUp));
    if down || up {
        let step = if down { 1 } else { -1 };
        if let Some(id) = neighbour(desk, step) {
            wishes.push(Intent::Select { target: Some(Target::Incident(id)), fly: true });
        }
    }
    if pressed(Key::Enter) && desk.form.is_none() && desk.selected.is_some() {
        wishes.push(Intent::Select { target: desk.selected, fly: true });
    }
}
