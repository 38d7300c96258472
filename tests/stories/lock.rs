//! A locked desk: whatever is pressed, no order leaves it, and nothing of who called is on it.

use std::sync::PoisonError;

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::{EguiContext, PrimaryEguiContext};
use command_hall::domain::{Grade, IncidentId, Order};
use command_hall::link::{Hand, Identity, Link, LinkState, News};
use command_hall::screen::ScreenOptions;
use command_hall::screen::offscreen::{Offscreen, OffscreenError};
use command_hall::screen::shown::{Guard, Picked, ScreenKind, Target};

use super::panels::{NOW, city, hall};

/// The modifiers of a shortcut.
const CTRL: &[(KeyCode, Key)] = &[(KeyCode::ControlLeft, Key::Control)];
const CTRL_SHIFT: &[(KeyCode, Key)] = &[(KeyCode::ControlLeft, Key::Control), (KeyCode::ShiftLeft, Key::Shift)];
const ALT: &[(KeyCode, Key)] = &[(KeyCode::AltLeft, Key::Alt)];

struct Desk {
    screen: Offscreen,
    hand: Hand,
}

impl Desk {
    /// A desk at which Li sits, with a case chosen; `None`, said aloud, where there is no adapter to draw with.
    fn start() -> Option<Self> {
        let (link, hand) = Link::by_hand();
        let options =
            ScreenOptions { kind: ScreenKind::Desk, size: [1280, 800], fixed_now: Some(NOW), ..Default::default() };
        let screen = match Offscreen::new(&options, link, city()) {
            Ok(screen) => screen,
            Err(OffscreenError::NoAdapter) => {
                crate::kit::skipped("no graphics adapter, not even a software one");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let mut desk = Self { screen, hand };
        let li = Identity { name: "li".to_owned(), shown: "Li".to_owned(), ..Identity::default() };
        desk.hand.tell(News::Snapshot(Box::new(hall(&[("30201", Grade::II, 5, "Nathan Road 1", "smoke")]))));
        desk.hand.tell(News::State(LinkState::Live));
        desk.hand.tell(News::Identity(li));
        desk.frames();
        desk.screen.world_mut().resource_mut::<Picked>().selected = Some(Target::Incident(IncidentId(1)));
        desk.frames();
        Some(desk)
    }

    /// As many as what was pressed takes to show.
    fn frames(&mut self) {
        for _ in 0..4 {
            self.screen.frame();
        }
    }

    fn event(&mut self, (key_code, logical_key): (KeyCode, Key), state: ButtonState) {
        let window = Entity::PLACEHOLDER;
        let key = KeyboardInput { key_code, logical_key, state, text: None, repeat: false, window };
        self.screen.world_mut().write_message(WindowEvent::from(key));
    }

    /// Press a key while others are held, and let go of all of them.
    fn press(&mut self, key: (KeyCode, Key), held: &[(KeyCode, Key)]) {
        for one in held {
            self.event(one.clone(), ButtonState::Pressed);
        }
        self.event(key.clone(), ButtonState::Pressed);
        self.event(key, ButtonState::Released);
        for one in held {
            self.event(one.clone(), ButtonState::Released);
        }
        self.frames();
    }

    fn letter(&mut self, code: KeyCode, letter: &str, held: &[(KeyCode, Key)]) {
        self.press((code, Key::Character(letter.into())), held);
    }

    /// All that files, sends, opens or takes back something, and what types.
    fn press_everything(&mut self) {
        self.letter(KeyCode::KeyN, "n", CTRL);
        self.press((KeyCode::Enter, Key::Enter), CTRL);
        self.press((KeyCode::Enter, Key::Enter), CTRL_SHIFT);
        self.letter(KeyCode::Digit1, "1", ALT);
        let letters = [
            (KeyCode::KeyT, "t"),
            (KeyCode::KeyP, "p"),
            (KeyCode::KeyI, "i"),
            (KeyCode::KeyY, "y"),
            (KeyCode::KeyJ, "j"),
            (KeyCode::KeyX, "x"),
        ];
        for (code, letter) in letters {
            self.letter(code, letter, &[]);
        }
        for (code, letter) in [
            (KeyCode::KeyK, "k"),
            (KeyCode::KeyZ, "z"),
            (KeyCode::KeyB, "b"),
            (KeyCode::KeyM, "m"),
            (KeyCode::KeyH, "h"),
            (KeyCode::KeyF, "f"),
        ] {
            self.letter(code, letter, CTRL);
        }
        // Twice: the second time would say yes.
        self.letter(KeyCode::KeyY, "y", CTRL_SHIFT);
        self.letter(KeyCode::KeyY, "y", CTRL_SHIFT);
        for key in [(KeyCode::F7, Key::F7), (KeyCode::F8, Key::F8), (KeyCode::F9, Key::F9), (KeyCode::F10, Key::F10)] {
            self.press(key, &[]);
        }
        self.press((KeyCode::F10, Key::F10), &[(KeyCode::ShiftLeft, Key::Shift)]);
        self.press((KeyCode::Enter, Key::Enter), &[]);
    }

    fn is_locked(&mut self) -> bool {
        self.screen.world_mut().resource::<Guard>().0
    }

    /// Whether a panel with that name is drawn.
    fn shows(&mut self, panel: &str) -> bool {
        let layer = egui::LayerId::new(egui::Order::Middle, egui::Id::new(panel));
        let world = self.screen.world_mut();
        let mut contexts = world.query_filtered::<&mut EguiContext, With<PrimaryEguiContext>>();
        contexts.iter_mut(world).any(|mut context| context.get_mut().memory(|memory| memory.areas().is_visible(&layer)))
    }
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
    assert!(desk.is_locked() && !desk.shows("intake"), "nobody reads who calls");
    desk.press_everything();
    assert!(desk.is_locked() && !desk.shows("intake"), "and nothing is opened");
    let order = desk.hand.order();
    assert!(order.is_none(), "an order left a locked desk: {order:?}");

    desk.hand.tell(News::Unlocked(Ok(())));
    desk.frames();
    assert!(!desk.is_locked() && desk.shows("intake"), "the call is where it was");
    desk.press((KeyCode::Enter, Key::Enter), CTRL);
    let order = desk.hand.order();
    let Some(Order::TakeCall(call)) = &order else { panic!("the call is filed: {order:?}") };
    assert!(call.file && call.report.text == "厨房着火", "{call:?}");
}
