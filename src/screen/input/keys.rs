//! Keys with the modifiers that held when they went down.

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::helpers::{bevy_to_egui_key, bevy_to_egui_physical_key};
use bevy_egui::input::EguiInputEvent;
use bevy_egui::{EguiClipboard, PrimaryEguiContext};
use egui::{Event, InputState, Modifiers};

use crate::screen::shown::Guard;

/// Modifiers that are down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four keys")]
pub struct Held {
    /// Shift.
    pub shift: bool,
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// The key with the logo, or Cmd.
    pub logo: bool,
}

impl Held {
    /// Follow one event.
    fn follow(&mut self, event: &WindowEvent) {
        match event {
            WindowEvent::KeyboardFocusLost(_) => *self = Self::default(),
            WindowEvent::KeyboardInput(key) => {
                let held = match key.logical_key {
                    Key::Shift => &mut self.shift,
                    Key::Control => &mut self.ctrl,
                    Key::Alt => &mut self.alt,
                    Key::Super | Key::Meta => &mut self.logo,
                    _ => return,
                };
                *held = key.state.is_pressed();
            }
            _ => {}
        }
    }

    /// As egui has them.
    #[must_use]
    pub fn egui(self) -> Modifiers {
        let mac = cfg!(target_os = "macos");
        Modifiers {
            alt: self.alt,
            ctrl: self.ctrl,
            shift: self.shift,
            mac_cmd: mac && self.logo,
            command: if mac { self.logo } else { self.ctrl },
        }
    }

    /// Keys are text: no shortcut holds, or Ctrl and Alt together, which is `AltGr` on many keyboards.
    fn types(self) -> bool {
        !self.logo && (!self.ctrl || self.alt && cfg!(not(target_os = "macos")))
    }
}

/// Keys that went down since the last frame, in order, each with what held; a key held down comes once.
#[derive(Resource, Debug, Default)]
pub struct Presses {
    held: Held,
    keys: Vec<(KeyCode, Held)>,
}

impl Presses {
    /// How often one of `keys` went down while `held` said yes.
    pub fn count(&self, keys: &[KeyCode], held: impl Fn(Held) -> bool) -> usize {
        self.keys.iter().filter(|(key, with)| keys.contains(key) && held(*with)).count()
    }

    /// Whether a key went down without Ctrl, Alt or logo.
    #[must_use]
    pub fn alone(&self, key: KeyCode) -> bool {
        self.count(&[key], |held| !held.ctrl && !held.alt && !held.logo) > 0
    }

    /// Whatever is open over the city has the keys without Ctrl, Alt or logo: nobody else hears of them.
    pub fn forget_alone(&mut self) {
        self.keys.retain(|(_, held)| held.ctrl || held.alt || held.logo);
    }

    /// Hands are off: nobody hears of any.
    pub(super) fn forget_all(&mut self) {
        self.keys.clear();
    }

    pub(super) fn take(&mut self, events: impl IntoIterator<Item = WindowEvent>) {
        self.keys.clear();
        for event in events {
            self.held.follow(&event);
            if let WindowEvent::KeyboardInput(key) = event
                && key.state == ButtonState::Pressed
                && !key.repeat
            {
                self.keys.push((key.key_code, self.held));
            }
        }
    }
}

pub(super) fn gather(mut events: MessageReader<WindowEvent>, guard: Option<Res<Guard>>, mut presses: ResMut<Presses>) {
    let presses = presses.bypass_change_detection();
    presses.take(events.read().cloned());
    if guard.is_some_and(|guard| guard.0) {
        presses.forget_all();
    }
}

/// How often a key went down with no modifier held at that moment.
#[must_use]
pub fn pressed_alone(input: &InputState, wanted: egui::Key) -> usize {
    let alone = |event: &&Event| matches!(event, Event::Key { key, pressed: true, modifiers, .. } if *key == wanted && modifiers.is_none());
    input.events.iter().filter(alone).count()
}

/// Takes keys from what was pressed, so that nobody else acts on them. In the place of egui's own `consume_key`, for which
/// `Ctrl Shift Y` is a `Ctrl Y` as well, so that it depended on who came first whose key it was.
pub trait TakeKey {
    /// How often a key went down with these modifiers.
    fn take_keys(&mut self, modifiers: Modifiers, key: egui::Key) -> usize;

    /// Whether it did.
    fn take_key(&mut self, modifiers: Modifiers, key: egui::Key) -> bool {
        self.take_keys(modifiers, key) > 0
    }
}

impl TakeKey for InputState {
    fn take_keys(&mut self, modifiers: Modifiers, wanted: egui::Key) -> usize {
        let before = self.events.len();
        self.events.retain(|event| match event {
            Event::Key { key, pressed: true, modifiers: held, .. } => {
                *key != wanted || !is_meant(*held, modifiers, wanted)
            }
            _ => true,
        });
        before - self.events.len()
    }
}

/// Whether a key that went down while `held` is the one that is wanted `with` these modifiers. A shortcut with Ctrl or Cmd
/// is exactly what was pressed. Whatever else a key needs to be typed at all is let pass: a slash is above a digit on some
/// keyboards, a bracket is reached by `AltGr`.
fn is_meant(held: Modifiers, with: Modifiers, key: egui::Key) -> bool {
    let shortcut = with.command || with.ctrl || with.mac_cmd;
    if shortcut && !matches!(key, egui::Key::OpenBracket | egui::Key::CloseBracket) {
        held.matches_exact(with)
    } else {
        held.matches_logically(with)
    }
}

/// Whether Escape went down, which is then nobody else's.
#[must_use]
pub fn escaped(ui: &egui::Ui) -> bool {
    ui.input_mut(|input| input.take_key(Modifiers::NONE, egui::Key::Escape))
}

/// A key without Ctrl or Alt, or a letter, that could be one of somebody below; keys that open something are not.
#[must_use]
pub fn is_plain(event: &Event) -> bool {
    use egui::Key::{F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12};
    match event {
        Event::Key { key, pressed: true, modifiers, .. } => {
            let opens = [F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12].contains(key);
            !modifiers.command && !modifiers.ctrl && !modifiers.alt && !opens
        }
        Event::Text(_) => true,
        _ => false,
    }
}

/// What egui is to know of a key: what it typed, the key, what it does with the clipboard.
pub(super) fn told(key: &KeyboardInput, held: Held, clipboard: impl FnOnce() -> Option<String>) -> Vec<Event> {
    let pressed = key.state.is_pressed();
    let mut events = Vec::new();
    if pressed && held.types() {
        match &key.logical_key {
            Key::Character(text) if !text.contains(char::is_control) => events.push(Event::Text(text.to_string())),
            Key::Space => events.push(Event::Text(" ".to_owned())),
            _ => {}
        }
    }
    // Keyboards without Latin letters have shortcuts by where a key lies.
    let physical_key = bevy_to_egui_physical_key(&key.key_code);
    let Some(name) = bevy_to_egui_key(&key.logical_key).or(physical_key) else { return events };
    let modifiers = held.egui();
    events.push(Event::Key { key: name, physical_key, pressed, repeat: false, modifiers });
    if pressed && modifiers.command {
        events.extend(match name {
            egui::Key::C => Some(Event::Copy),
            egui::Key::X => Some(Event::Cut),
            egui::Key::V => clipboard().map(Event::Text),
            _ => None,
        });
    }
    events
}

pub(super) fn tell_egui(
    mut events: MessageReader<WindowEvent>,
    contexts: Query<Entity, With<PrimaryEguiContext>>,
    mut clipboard: ResMut<EguiClipboard>,
    mut held: Local<Held>,
    mut to_egui: MessageWriter<EguiInputEvent>,
) {
    for event in events.read() {
        held.follow(event);
        let WindowEvent::KeyboardInput(key) = event else { continue };
        for event in told(key, *held, || clipboard.get_text()) {
            to_egui.write_batch(contexts.iter().map(|context| EguiInputEvent { context, event: event.clone() }));
        }
    }
}
