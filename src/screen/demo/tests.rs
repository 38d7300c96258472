use super::model::{SPEEDS, WEATHERS, scripts};
use super::panel::menu_ui;
use crate::link::Control;

/// Everything that a click somewhere in the menu chooses.
fn all_choices() -> Vec<Control> {
    let mut found = Vec::new();
    let context = egui::Context::default();
    for y in (0..400_u16).step_by(6) {
        for x in (4..360_u16).step_by(12) {
            let at = egui::pos2(f32::from(x), f32::from(y));
            let press = |pressed| egui::Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: egui::Modifiers::default(),
            };
            for events in [vec![egui::Event::PointerMoved(at)], vec![press(true)], vec![press(false)]] {
                let rect = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(360.0, 400.0));
                let input = egui::RawInput { screen_rect: Some(rect), events, ..Default::default() };
                let mut drawn = context.run_ui(input, |ui| {
                    if let Some(control) = menu_ui(ui, 1)
                        && !found.contains(&control)
                    {
                        found.push(control);
                    }
                });
                drawn.textures_delta.clear();
            }
        }
    }
    found
}

#[test]
fn every_speed_script_and_weather_can_be_chosen() {
    let found = all_choices();
    let speeds = SPEEDS.map(Control::Speed);
    let weathers = WEATHERS.map(|(_, weather)| Control::Weather(weather));
    let all = scripts().iter().map(|s| Control::Script(s.name.clone())).chain(speeds).chain(weathers);
    for wanted in all {
        assert!(found.contains(&wanted), "{wanted:?} is not among {found:?}");
    }
    assert_eq!(scripts().len(), 5);
    assert!(WEATHERS.iter().filter_map(|(_, weather)| weather.as_ref()).all(|weather| weather.check().is_ok()));
}
