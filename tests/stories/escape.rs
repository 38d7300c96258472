//! What lies in front has the keys: Esc puts it away, one at a time, and only then lets go of what is chosen.

use std::sync::PoisonError;

use bevy::input::keyboard::Key;
use bevy::prelude::KeyCode;

use super::at_desk::{CTRL, Desk};

const ESCAPE: (KeyCode, Key) = (KeyCode::Escape, Key::Escape);

#[test]
fn esc_puts_away_what_is_in_front_before_it_lets_go_of_the_chosen_case() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let Some(mut desk) = Desk::start() else { return };
    let case = desk.chosen();
    assert!(case.is_some());
    for (key, panel) in [
        ((KeyCode::F1, Key::F1), "help"),
        ((KeyCode::F9, Key::F9), "duty"),
        ((KeyCode::F10, Key::F10), "alarms"),
        ((KeyCode::F12, Key::F12), "devices"),
    ] {
        desk.press(key, &[]);
        assert!(desk.shows(panel), "{panel} is open");
        desk.press(ESCAPE, &[]);
        assert!(!desk.shows(panel), "{panel} is put away");
        assert_eq!(desk.chosen(), case, "and nothing else with {panel}");
    }
    desk.letter(KeyCode::KeyN, "n", CTRL);
    assert!(desk.shows("intake"));
    desk.press(ESCAPE, &[]);
    assert!(!desk.shows("intake"));
    assert_eq!(desk.chosen(), case);
    // A menu and a question of the card, and the field of the queue.
    desk.letter(KeyCode::KeyH, "h", &[]);
    desk.press(ESCAPE, &[]);
    assert_eq!(desk.chosen(), case, "the menu of moves goes first");
    desk.letter(KeyCode::KeyX, "x", &[]);
    desk.press(ESCAPE, &[]);
    assert_eq!(desk.chosen(), case, "the reason for closing goes first");
    desk.letter(KeyCode::Slash, "/", &[]);
    desk.letter(KeyCode::KeyA, "a", &[]);
    desk.press(ESCAPE, &[]);
    assert_eq!(desk.chosen(), case, "what was sought goes first");
    desk.press(ESCAPE, &[]);
    assert_eq!(desk.chosen(), None);
}

#[test]
fn the_keys_of_a_sheet_in_front_are_its_own_and_no_tool_of_the_map_takes_them() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let Some(mut desk) = Desk::start() else { return };
    for (sheet, code, letter, tool) in [
        ((KeyCode::F12, Key::F12), KeyCode::KeyC, "c", "around list"),
        ((KeyCode::F7, Key::F7), KeyCode::KeyB, "b", "bookmarks"),
        ((KeyCode::F7, Key::F7), KeyCode::KeyL, "l", "crews"),
    ] {
        desk.press(sheet.clone(), &[]);
        desk.letter(code, letter, &[]);
        assert!(!desk.shows(tool), "{letter} is of the sheet of {:?}", sheet.0);
        desk.press(ESCAPE, &[]);
        desk.letter(code, letter, &[]);
        assert!(desk.shows(tool), "{letter} is of the map where nothing lies over it");
        desk.press(ESCAPE, &[]);
    }
    assert!(desk.hand.order().is_none(), "no letter was an order");
}
