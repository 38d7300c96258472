//! Which window of time a layer tells of, as choices of the panel.

use egui::{RichText, Ui, vec2};
use rust_i18n::t;

use super::census::Window;
use super::layer::Layer;
use super::over::{gist_key, over, spell_key};
use super::panel::{PanelView, PanelWish};
use crate::domain::SensorKind;
use crate::domain::sensor::{self, Gist, Spell};
use crate::screen::look::tokens;

/// A row of choices with a title; the one that was clicked.
fn choices_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    title: &str,
    choices: impl IntoIterator<Item = (T, &'static str)>,
    chosen: T,
) -> Option<T> {
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(title).small().color(tokens::DIM.egui()));
        ui.spacing_mut().item_spacing = vec2(3.0, 3.0);
        for (choice, key) in choices {
            if ui.selectable_label(chosen == choice, t!(key)).on_hover_text(t!("heat.over_keys")).clicked() {
                clicked = Some(choice);
            }
        }
    });
    clicked
}

/// Which cases count.
pub(super) fn windows_ui(ui: &mut Ui, view: &PanelView, wishes: &mut Vec<PanelWish>) {
    let choices = Window::ALL.map(|window| (window, window.key()));
    wishes.extend(choices_ui(ui, &t!("heat.window.title"), choices, view.window).map(PanelWish::Window));
}

/// Of which window of time sensors tell, and what of it.
pub(super) fn over_ui(
    ui: &mut Ui,
    (layer, kind): (Layer, SensorKind),
    window: Option<sensor::Window>,
    wishes: &mut Vec<PanelWish>,
) {
    let spells = Spell::ALL.map(|spell| (Some(spell), spell_key(spell)));
    let choices = std::iter::once((None, "heat.over_now")).chain(spells);
    if let Some(spell) = choices_ui(ui, &t!("heat.over_title"), choices, window.map(|window| window.spell)) {
        wishes.push(PanelWish::Over(layer, over(kind, window, spell)));
    }
    let Some(window) = window else { return };
    let choices = Gist::of(kind).iter().map(|gist| (*gist, gist_key(*gist)));
    if let Some(gist) = choices_ui(ui, "", choices, window.gist) {
        wishes.push(PanelWish::Over(layer, Some(sensor::Window { gist, ..window })));
    }
}
