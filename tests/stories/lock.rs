//! A locked desk: whatever is pressed, no order leaves it, and nothing of who called is on it.

use std::sync::PoisonError;

use bevy::input::keyboard::Key;
use bevy::prelude::KeyCode;
use command_hall::domain::Order;
use command_hall::link::{Identity, News};
use command_hall::screen::shown::Guard;

use super::at_desk::{CTRL, Desk};

/// More modifiers of shortcuts.
const CTRL_SHIFT: &[(KeyCode, Key)] = &[(KeyCode::ControlLeft, Key::Control), (KeyCode::ShiftLeft, Key::Shift)];
const ALT: &[(KeyCode, Key)] = &[(KeyCode::AltLeft, Key::Alt)];

/// All that files, sends, opens or takes back something, and what types.
fn press_everything(desk: &mut Desk) {
    desk.letter(KeyCode::KeyN, "n", CTRL);
    desk.press((KeyCode::Enter, Key::Enter), CTRL);
    desk.press((KeyCode::Enter, Key::Enter), CTRL_SHIFT);
    desk.letter(KeyCode::Digit1, "1", ALT);
    let letters = [
        (KeyCode::KeyT, "t"),
        (KeyCode::KeyP, "p"),
        (KeyCode::KeyI, "i"),
        (KeyCode::KeyY, "y"),
        (KeyCode::KeyJ, "j"),
        (KeyCode::KeyX, "x"),
    ];
    for (code, letter) in letters {
        desk.letter(code, letter, &[]);
    }
    for (code, letter) in [
        (KeyCode::KeyK, "k"),
        (KeyCode::KeyZ, "z"),
        (KeyCode::KeyB, "b"),
        (KeyCode::KeyM, "m"),
        (KeyCode::KeyH, "h"),
        (KeyCode::KeyF, "f"),
    ] {
        desk.letter(code, letter, CTRL);
    }
    // Twice: the second time would say yes.
    desk.letter(KeyCode::KeyY, "y", CTRL_SHIFT);
    desk.letter(KeyCode::KeyY, "y", CTRL_SHIFT);
    for key in [(KeyCode::F7, Key::F7), (KeyCode::F8, Key::F8), (KeyCode::F9, Key::F9), (KeyCode::F10, Key::F10)] {
        desk.press(key, &[]);
    }
    desk.press((KeyCode::F10, Key::F10), &[(KeyCode::ShiftLeft, Key::Shift)]);
    desk.press((KeyCode::Enter, Key::Enter), &[]);
}

fn is_locked(desk: &mut Desk) -> bool {
    desk.screen.world_mut().resource::<Guard>().0
}

#[test]
fn behind_the_lock_no_key_is_heard_and_the_call_that_was_taken_down_is_filed_when_it_opens() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let Some(mut desk) = Desk::start() else { return };
    desk.letter(KeyCode::KeyT, "t", &[]);
    let moved = desk.hand.order();
    assert!(matches!(moved, Some(Order::AdvanceIncident { .. })), "keys are heard: {moved:?}");

    desk.letter(KeyCode::KeyN, "n", CTRL);
    desk.letter(KeyCode::KeyA, "厨房着火", &[]);
    assert!(desk.shows("intake"), "a call is taken down");
    desk.letter(KeyCode::KeyL, "l", CTRL);
    assert!(is_locked(&mut desk) && !desk.shows("intake"), "nobody reads who calls");
    press_everything(&mut desk);
    assert!(is_locked(&mut desk) && !desk.shows("intake"), "and nothing is opened");
    let order = desk.hand.order();
    assert!(order.is_none(), "an order left a locked desk: {order:?}");

    desk.hand.tell(News::Unlocked(Ok(())));
    desk.frames();
    assert!(!is_locked(&mut desk) && desk.shows("intake"), "the call is where it was");
    desk.press((KeyCode::Enter, Key::Enter), CTRL);
    let order = desk.hand.order();
    let Some(Order::TakeCall(call)) = &order else { panic!("the call is filed: {order:?}") };
    assert!(call.file && call.report.text == "厨房着火", "{call:?}");
}

#[test]
fn whoever_signs_in_at_a_desk_with_an_open_call_sees_nothing_of_it_and_its_owner_files_it_later() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let Some(mut desk) = Desk::start() else { return };
    desk.letter(KeyCode::KeyN, "n", CTRL);
    desk.letter(KeyCode::KeyA, "厨房着火", &[]);
    assert!(desk.shows("intake"), "a call is taken down");
    desk.letter(KeyCode::KeyL, "l", CTRL_SHIFT);
    desk.hand.tell(News::SignInWanted { why: None });
    desk.frames();
    assert!(is_locked(&mut desk) && !desk.shows("intake"));
    let person = |name: &str| News::Identity(Identity { name: name.to_owned(), ..Identity::default() });
    desk.hand.tell(person("wang"));
    desk.frames();
    assert!(!is_locked(&mut desk) && !desk.shows("intake"), "it is li's");
    desk.letter(KeyCode::KeyN, "n", CTRL);
    assert!(desk.shows("intake"));
    desk.press((KeyCode::Enter, Key::Enter), CTRL);
    let order = desk.hand.order();
    assert!(order.is_none(), "there is nothing to file: {order:?}");
    desk.hand.tell(person("li"));
    desk.frames();
    assert!(desk.shows("intake"), "li has it again");
    desk.press((KeyCode::Enter, Key::Enter), CTRL);
    let order = desk.hand.order();
    let Some(Order::TakeCall(call)) = &order else { panic!("the call is filed: {order:?}") };
    assert_eq!(call.report.text, "厨房着火");
}

#[test]
fn a_locked_desk_is_locked_when_it_is_started_anew_and_open_once_the_password_was_given() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let folder = tempfile::tempdir().unwrap();
    let Some(mut desk) = Desk::start_in(Some(folder.path())) else { return };
    assert!(!is_locked(&mut desk));
    desk.letter(KeyCode::KeyL, "l", CTRL);
    assert!(is_locked(&mut desk));
    drop(desk);
    // The link shows the same token, and the hub says the same name.
    let Some(mut desk) = Desk::start_in(Some(folder.path())) else { return };
    assert!(is_locked(&mut desk), "no password was given");
    press_everything(&mut desk);
    let order = desk.hand.order();
    assert!(order.is_none(), "an order left a locked desk: {order:?}");
    desk.hand.tell(News::Unlocked(Ok(())));
    desk.frames();
    assert!(!is_locked(&mut desk));
    assert!(!folder.path().join("locked.toml").exists(), "and it begins open the next time");
}
