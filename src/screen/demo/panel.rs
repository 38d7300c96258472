//! The menu in the desk's band.

use egui::{RichText, Ui};
use rust_i18n::t;

use super::model::{SPEEDS, WEATHERS, scripts};
use crate::link::Control;
use crate::screen::look::tokens;
use crate::screen::shown::Intent;

/// What the menu is called at a speed.
#[must_use]
pub fn demo_title(rate: u16) -> String {
    let title = if rate == 0 { t!("demo.menu_stopped") } else { t!("demo.menu", speed = rate) };
    title.into_owned()
}

/// The menu's button, and the menu while it is open. `rate` is the speed now, city seconds a second.
pub fn demo_ui(ui: &mut Ui, rate: u16) -> Vec<Intent> {
    let mut wishes = Vec::new();
    ui.menu_button(demo_title(rate), |ui| {
        if let Some(control) = menu_ui(ui, rate) {
            wishes.push(Intent::Control(control));
            ui.close();
        }
    });
    wishes
}

/// What is in the menu; what was chosen.
pub fn menu_ui(ui: &mut Ui, rate: u16) -> Option<Control> {
    let mut chosen = None;
    heading_ui(ui, "demo.speed");
    ui.horizontal(|ui| {
        for speed in SPEEDS {
            let word = if speed == 0 { t!("demo.stop").into_owned() } else { format!("×{speed}") };
            if ui.selectable_label(rate == speed, word).clicked() {
                chosen = Some(Control::Speed(speed));
            }
        }
    });
    ui.separator();
    heading_ui(ui, "demo.scripts");
    let locale = rust_i18n::locale();
    for script in scripts() {
        if ui.button(script.title.of(&locale)).on_hover_text(script.about.of(&locale)).clicked() {
            chosen = Some(Control::Script(script.name.clone()));
        }
    }
    ui.separator();
    heading_ui(ui, "demo.weather");
    ui.horizontal_wrapped(|ui| {
        for (key, weather) in WEATHERS {
            if ui.button(t!(key)).clicked() {
                chosen = Some(Control::Weather(weather));
            }
        }
    });
    chosen
}

fn heading_ui(ui: &mut Ui, key: &str) {
    ui.label(RichText::new(t!(key)).small().color(tokens::DIM.egui()));
}
