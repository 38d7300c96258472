//! What hands did since the last frame, in the order they did it.
//!
//! A frame may take half a second, and then a key, its modifier and the way of the pointer all lie within it. Whoever
//! asks for the state at its end gets `Ctrl 1` as a plain `1`, and a click where the pointer went afterwards. So the
//! window's events are read one by one here, each with what held when it came.
//!
//! - **reads** the window's events and `Guard`, while which nobody hears of keys and clicks; **writes** [`Presses`] (keys, for the engine's side) and [`Clicks`] (on the city)
//! - **announces** keys and typed text to egui, in the place of `bevy_egui`'s own system, whose keys all have the
//!   modifiers that hold last
//! - **runs in** `PreUpdate` (egui's keys) and `Receive`

mod clicks;
mod keys;
#[cfg(test)]
mod tests;

use bevy::ecs::schedule::{ScheduleConfigs, SystemCondition};
use bevy::ecs::system::{ScheduleSystem, SystemParam};
use bevy::prelude::*;
use bevy::window::WindowEvent;
use bevy_egui::{EguiContext, EguiGlobalSettings, EguiInputSet, PrimaryEguiContext};

pub use clicks::{Click, Clicks};
pub use keys::{Held, Presses, TakeKey, escaped, is_plain, pressed_alone};

use super::sets::HallSet;

/// Adds what is read; without egui the whole window is the city's.
pub fn plugin(app: &mut App) {
    app.add_message::<WindowEvent>().init_resource::<Presses>().init_resource::<Clicks>().add_systems(
        Update,
        (keys::gather, clicks::gather).in_set(HallSet::Receive).in_set(InputGathered).before(InputRead),
    );
    if let Some(mut settings) = app.world_mut().get_resource_mut::<EguiGlobalSettings>() {
        settings.input_system_settings.run_write_keyboard_input_messages_system = false;
        app.add_systems(PreUpdate, keys::tell_egui.in_set(EguiInputSet::ReadBevyMessages));
    }
}

/// Whether letters that are typed go into a text field. Keys that a list or a button may use, such as arrows, are
/// also theirs while it has the focus: `EguiWantsInput` says so.
#[derive(SystemParam)]
pub struct Typing<'w, 's> {
    contexts: Context<'w, 's>,
}

impl Typing<'_, '_> {
    /// It is so.
    #[must_use]
    pub fn is_on(&mut self) -> bool {
        self.contexts.iter_mut().any(|mut context| context.get_mut().text_edit_focused())
    }
}

/// When [`Presses`] and [`Clicks`] are gathered in `Receive`; who has all keys for itself takes them then.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct InputGathered;

/// Those who read [`Presses`] in `Receive`.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct InputRead;

/// Keys without Ctrl are those of a board or a sheet while `has_keys` holds: they do not move the city.
pub(super) fn keep_keys<M>(has_keys: impl SystemCondition<M>) -> ScheduleConfigs<ScheduleSystem> {
    forget_alone.run_if(has_keys).in_set(HallSet::Receive).after(InputGathered).before(InputRead)
}

fn forget_alone(mut presses: ResMut<Presses>) {
    presses.bypass_change_detection().forget_alone();
}

type Context<'w, 's> = Query<'w, 's, &'static mut EguiContext, With<PrimaryEguiContext>>;
