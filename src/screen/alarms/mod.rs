//! Alarms on every screen: a strip that names the most urgent one until somebody acknowledges it, marks on the map of those
//! that have no case, the list of all of them, and a sound by level.
//!
//! - **accepts** `F10`, `Shift F10`, [`OpenAlarms`]; **announces** `Intent::Order`, `Intent::Select`, `FlyTo`, `OpenSensor`
//! - **reads** `Shown`, `FreeArea`, `Ground`, `CityView`, `PinsOnScreen`, `Vitals`, `Appearance`; **writes** `AlarmRoom`,
//!   [`AlarmsOnScreen`] (for picking), `KeepOff`, [`Sheets`](super::sheets::Sheets)
//! - what was sent is followed by [`Refused`](super::receive::Refused) and by what the hall says
//! - **runs in** `EguiPrimaryContextPass`: marks in `PaintSet::City`, all else over the panels
//!
//! | key | what |
//! |---|---|
//! | `F10` | show the list, or put it away |
//! | `Shift F10` | acknowledge what the strip shows |
//! | `↑` `↓` | on the list: the alarm before, the next one |
//! | `Enter` | on the list: acknowledge, with the words that were written |
//! | `Ctrl Enter` | on the list: choose which of it are acknowledged at once: what cleared, what says nothing, what is blue, all |
//! | `Ctrl S` | on the list: choose how long it is on the shelf, and say why; or take it back |
//! | `Ctrl O` | on the list: it is mine to look after |
//! | `Ctrl R` | on the list: choose who looks after it, by typing, `↑` `↓` and `Enter` |
//! | `Ctrl W` | on the list: put its source, and all that fold under it, in maintenance; or end the chosen maintenance |
//! | `Ctrl Shift W` | on the list: plan a maintenance, of a source, a kind, an area or what hangs behind a pipe or a pump |
//! | `Tab` `↑` `↓`, `←` `→`, `Enter` | on its form: another line; of whom it is; plan it |
//! | `Ctrl ↓` `Ctrl ↑` | on the list: to what is in maintenance, back to the alarms |
//! | `Ctrl E` | on the list: what folds under it, or no more |
//! | `Ctrl T` | on the list: make a case of it, of a kind found by typing where its rule says none; or go to the one there is |
//! | `Ctrl Y` | on the list: what was of the last 24 hours, or what stands again |
//! | `Ctrl J` | on the list: what chatters, or what stands again |
//! | `Ctrl D` | on the list: go to its place, and the card of its sensor |
//! | `Ctrl Q` | on the list: sound off or on, at this screen |

mod asked;
#[cfg(test)]
mod calls_tests;
mod choice;
mod desk;
#[cfg(test)]
mod desk_tests;
pub mod find;
mod held;
#[cfg(test)]
mod held_tests;
pub mod kinds;
mod list;
pub mod maintain;
mod many;
mod map;
pub mod marks;
pub mod model;
pub mod part;
pub mod people;
pub mod planned;
#[cfg(test)]
mod planned_tests;
mod planned_ui;
mod rows;
#[cfg(test)]
mod rows_tests;
pub mod shelf;
mod sound;
mod strip;
mod systems;
#[cfg(test)]
mod tests;
pub mod told;

pub use map::AlarmsOnScreen;
pub use model::own_area;
pub use systems::{OpenAlarms, plugin};
