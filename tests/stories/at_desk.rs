//! A whole desk without a window, at which keys are pressed.

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::{EguiContext, PrimaryEguiContext};
use command_hall::domain::{Grade, IncidentId};
use command_hall::link::{Hand, Identity, Link, LinkState, News};
use command_hall::screen::ScreenOptions;
use command_hall::screen::offscreen::{Offscreen, OffscreenError};
use command_hall::screen::shown::{Picked, ScreenKind, Target};

use super::panels::{NOW, city, hall};

/// Ctrl, as a modifier of a shortcut.
pub(super) const CTRL: &[(KeyCode, Key)] = &[(KeyCode::ControlLeft, Key::Control)];

/// A desk.
pub(super) struct Desk {
    pub(super) screen: Offscreen,
    pub(super) hand: Hand,
}

impl Desk {
    /// A desk at which Li sits, with a case chosen; `None`, said aloud, where there is no adapter to draw with.
    pub(super) fn start() -> Option<Self> {
        Self::start_in(None)
    }

    /// The same, which keeps what is its user's in a folder.
    pub(super) fn start_in(folder: Option<&std::path::Path>) -> Option<Self> {
        let (link, hand) = Link::by_hand();
        let options = ScreenOptions {
            kind: ScreenKind::Desk,
            size: [1280, 800],
            fixed_now: Some(NOW),
            folder: folder.map(std::path::Path::to_owned),
            ..Default::default()
        };
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
    pub(super) fn frames(&mut self) {
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
    pub(super) fn press(&mut self, key: (KeyCode, Key), held: &[(KeyCode, Key)]) {
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

    /// Press the key of a letter.
    pub(super) fn letter(&mut self, code: KeyCode, letter: &str, held: &[(KeyCode, Key)]) {
        self.press((code, Key::Character(letter.into())), held);
    }

    /// What is chosen.
    pub(super) fn chosen(&mut self) -> Option<Target> {
        self.screen.world_mut().resource::<Picked>().selected
    }

    /// Whether a panel with that name is drawn.
    pub(super) fn shows(&mut self, panel: &str) -> bool {
        let layer = egui::LayerId::new(egui::Order::Middle, egui::Id::new(panel));
        let world = self.screen.world_mut();
        let mut contexts = world.query_filtered::<&mut EguiContext, With<PrimaryEguiContext>>();
        contexts.iter_mut(world).any(|mut context| context.get_mut().memory(|memory| memory.areas().is_visible(&layer)))
    }
}
