//! Events of one slow frame, in order.

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input::mouse::MouseButtonInput;
use bevy::math::Vec2;
use bevy::prelude::{Entity, KeyCode, MouseButton};
use bevy::window::{CursorMoved, WindowEvent};
use egui::{Event, Modifiers};

use super::keys::told;
use super::{Clicks, Held, Presses, TakeKey};

fn key(code: KeyCode, logical: Key, state: ButtonState) -> KeyboardInput {
    let window = Entity::PLACEHOLDER;
    KeyboardInput { key_code: code, logical_key: logical, state, text: None, repeat: false, window }
}

fn down(code: KeyCode, logical: Key) -> WindowEvent {
    key(code, logical, ButtonState::Pressed).into()
}

fn up(code: KeyCode, logical: Key) -> WindowEvent {
    key(code, logical, ButtonState::Released).into()
}

fn letter(text: &str) -> Key {
    Key::Character(text.into())
}

#[test]
fn a_modifier_let_go_within_the_frame_holds_for_the_keys_before_that() {
    let mut presses = Presses::default();
    presses.take([
        down(KeyCode::KeyZ, letter("z")),
        down(KeyCode::ControlLeft, Key::Control),
        down(KeyCode::Digit0, letter("0")),
        up(KeyCode::Digit0, letter("0")),
        up(KeyCode::ControlLeft, Key::Control),
        down(KeyCode::KeyN, letter("n")),
    ]);
    assert!(presses.alone(KeyCode::KeyZ) && presses.alone(KeyCode::KeyN));
    assert!(!presses.alone(KeyCode::Digit0));
    assert_eq!(presses.count(&[KeyCode::Digit0], |held| held.ctrl), 1);
    presses.take([down(KeyCode::Digit0, letter("0"))]);
    assert!(presses.alone(KeyCode::Digit0));
}

#[test]
fn a_modifier_held_from_a_frame_before_still_holds_until_the_keyboard_is_lost() {
    let mut presses = Presses::default();
    presses.take([down(KeyCode::ControlLeft, Key::Control)]);
    presses.take([down(KeyCode::Equal, letter("=")), down(KeyCode::Equal, letter("="))]);
    assert_eq!(presses.count(&[KeyCode::Equal], |held| held.ctrl), 2, "each press counts");
    presses.take([bevy::input::keyboard::KeyboardFocusLost.into(), down(KeyCode::F3, Key::F3)]);
    assert!(presses.alone(KeyCode::F3));
}

#[test]
fn a_key_goes_through_the_tiers_of_quality_and_ctrl_with_it_does_not() {
    use bevy::prelude::{App, Update};
    use bevy::window::RequestRedraw;

    use crate::screen::shown::Intent;
    use crate::screen::twin::quality::Quality;
    use crate::screen::twin::take_quality;

    let mut app = App::new();
    app.init_resource::<Presses>().init_resource::<Quality>();
    app.add_message::<Intent>().add_message::<RequestRedraw>().add_systems(Update, take_quality);
    let mut after = |events: Vec<WindowEvent>| {
        app.world_mut().resource_mut::<Presses>().take(events);
        app.update();
        *app.world().resource::<Quality>()
    };
    let f4 = || down(KeyCode::F4, Key::F4);
    assert_eq!(after(vec![f4()]), Quality::Laptop);
    assert_eq!(after(vec![f4(), f4()]), Quality::Wall);
    assert_eq!(after(vec![f4()]), Quality::Software, "and begins anew");
    let held = vec![down(KeyCode::ControlLeft, Key::Control), f4(), up(KeyCode::ControlLeft, Key::Control)];
    assert_eq!(after(held), Quality::Software);
}

#[test]
fn egui_hears_keys_with_what_held_and_no_text_of_shortcuts() {
    let pressed =
        |logical: Key, code, held| told(&key(code, logical, ButtonState::Pressed), held, || Some("pasted".into()));
    let ctrl = Held { ctrl: true, ..Held::default() };
    let events = pressed(letter("1"), KeyCode::Digit1, ctrl);
    assert!(
        matches!(events.as_slice(), [Event::Key { key: egui::Key::Num1, pressed: true, modifiers, .. }]
            if modifiers.ctrl && modifiers.command == cfg!(not(target_os = "macos"))),
        "{events:?}"
    );
    let events = pressed(letter("1"), KeyCode::Digit1, Held::default());
    assert!(
        matches!(events.as_slice(), [Event::Text(text), Event::Key { modifiers: Modifiers::NONE, .. }] if text == "1"),
        "{events:?}"
    );
    let alt_gr = Held { ctrl: true, alt: true, ..Held::default() };
    let types = |events: &[Event]| events.iter().any(|event| matches!(event, Event::Text(_)));
    assert_eq!(types(&pressed(letter("€"), KeyCode::KeyE, alt_gr)), cfg!(not(target_os = "macos")));
    let command = if cfg!(target_os = "macos") { Held { logo: true, ..Held::default() } } else { ctrl };
    let events = pressed(letter("v"), KeyCode::KeyV, command);
    assert_eq!(events.last(), Some(&Event::Text("pasted".into())));
    assert_eq!(pressed(letter("c"), KeyCode::KeyC, command).last(), Some(&Event::Copy));
    let released = told(&key(KeyCode::KeyC, letter("c"), ButtonState::Released), command, || None);
    assert!(matches!(released.as_slice(), [Event::Key { pressed: false, .. }]), "{released:?}");
}

fn moved(x: f32) -> WindowEvent {
    CursorMoved { window: Entity::PLACEHOLDER, position: Vec2::new(x, 0.0), delta: None }.into()
}

fn button(state: ButtonState) -> WindowEvent {
    MouseButtonInput { button: MouseButton::Left, state, window: Entity::PLACEHOLDER }.into()
}

/// Clicks in frames of these events, panels being left of 100.
fn clicks(frames: &[&[WindowEvent]]) -> Vec<f32> {
    let mut clicks = Clicks::default();
    let mut found = Vec::new();
    for events in frames {
        clicks.take(*events, Default::default(), |at| at.x >= 100.0);
        found.extend(clicks.all.iter().map(|click| click.at.x));
    }
    found
}

/// For two clicks at these places: whether the second is one of a double click, seen so many milliseconds later in
/// frames of so many.
fn again(places: [f32; 2], later: u64, frame: u64) -> bool {
    let mut clicks = Clicks::default();
    let millis = std::time::Duration::from_millis;
    for (x, now) in places.into_iter().zip([0, later]) {
        clicks.take(&[moved(x), button(DOWN), button(UP)], (millis(now), millis(frame)), |_| true);
    }
    clicks.all.iter().all(|click| click.again)
}

#[test]
fn two_clicks_on_one_spot_are_a_double_click_also_in_slow_frames() {
    assert!(again([200.0, 203.0], 300, 16) && !again([200.0, 203.0], 500, 16) && !again([200.0, 240.0], 100, 16));
    assert!(again([200.0, 200.0], 500, 250), "the second came while a frame was drawn");
    assert!(!again([200.0, 200.0], 9_000, 9_000), "after a sleep");
    let mut clicks = Clicks::default();
    let events = [moved(200.0), button(DOWN), button(UP), button(DOWN), button(UP), button(DOWN), button(UP)];
    clicks.take(&events, Default::default(), |_| true);
    assert_eq!(clicks.all.iter().map(|click| click.again).collect::<Vec<_>>(), [false, true, false], "in one frame");
}

const DOWN: ButtonState = ButtonState::Pressed;
const UP: ButtonState = ButtonState::Released;

#[test]
fn a_click_is_where_it_was_though_the_pointer_went_on_in_the_same_frame() {
    let whole = [moved(200.0), button(DOWN), button(UP), moved(700.0)];
    assert_eq!(clicks(&[&whole]), [200.0]);
    let (first, rest) = whole.split_at(2);
    assert_eq!(clicks(&[first, rest]), [200.0], "and when only the release shares its frame with the way on");
    let twice = [moved(200.0), button(DOWN), button(UP), moved(300.0), button(DOWN), button(UP)];
    assert_eq!(clicks(&[&twice]), [200.0, 300.0], "none is lost");
}

#[test]
fn a_drag_within_one_frame_is_no_click_and_a_panel_keeps_its_own() {
    assert!(clicks(&[&[moved(200.0), button(DOWN), moved(260.0), button(UP)]]).is_empty());
    assert!(
        clicks(&[&[moved(200.0), button(DOWN), moved(260.0), moved(200.0), button(UP)]]).is_empty(),
        "there and back"
    );
    assert!(clicks(&[&[moved(50.0), button(DOWN), button(UP)]]).is_empty());
    assert!(clicks(&[&[moved(200.0)], &[moved(50.0), button(DOWN), button(UP), moved(200.0)]]).is_empty());
    assert_eq!(clicks(&[&[moved(50.0)], &[moved(200.0), button(DOWN), button(UP), moved(50.0)]]), [200.0]);
}

#[test]
fn a_shortcut_is_exactly_what_was_pressed_whoever_asks_first() {
    use egui::{InputState, Key};

    let press = |modifiers: Modifiers, key: Key| {
        let mut input = InputState::default();
        input.events.push(Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers });
        input
    };
    // As they are held where Ctrl is what commands.
    let (ctrl, asked, both) =
        (Modifiers::CTRL | Modifiers::COMMAND, Modifiers::COMMAND, Modifiers::COMMAND | Modifiers::SHIFT);
    let letters = Key::ALL.iter().copied().filter(|key| (Key::A..=Key::Z).contains(key));
    for key in letters.chain([Key::Enter, Key::Num1, Key::ArrowUp]) {
        let mut shifted = press(ctrl | Modifiers::SHIFT, key);
        assert!(!shifted.take_key(asked, key), "Ctrl Shift {key:?} is no Ctrl {key:?}");
        assert!(shifted.take_key(both, key) && shifted.events.is_empty(), "it is there for whoever has it");
        let mut plain = press(ctrl, key);
        assert!(!plain.take_key(both, key) && !plain.take_key(Modifiers::NONE, key));
        assert_eq!((plain.take_keys(asked, key), plain.take_keys(asked, key)), (1, 0), "once");
    }
    assert!(press(Modifiers::SHIFT, Key::Slash).take_key(Modifiers::NONE, Key::Slash), "above a digit");
    assert!(press(ctrl | Modifiers::ALT, Key::OpenBracket).take_key(asked, Key::OpenBracket), "by AltGr");
    assert!(!press(ctrl | Modifiers::ALT, Key::Y).take_key(asked, Key::Y));
}
