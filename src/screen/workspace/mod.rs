//! Ctrl+H: the case workspace (案卷): all of the chosen case on one sheet, beside its card.
//!
//! - **accepts** `Intent::Story` (Ctrl+H), keys while it is open, files dropped on the window
//! - **announces** `Intent::Order` (notes), `Intent::Select`; fetches and sends files over `HubLink`
//! - **reads** `Shown`, `Changes`, `Picked`, `Stories`, the desk's card, `Units`, `Pins`, `Guard`; **writes** [`Talk`],
//!   [`Sheets`](super::sheets::Sheets), `Drafts`, files in
//!   the user's folder and in that of downloads
//! - **runs in** `Decide`, and `EguiPrimaryContextPass` under the desk's panels
//!
//! | key | while it is open |
//! |---|---|
//! | `Ctrl 1`–`5` | timeline, conversation, files, people and limits, within 500 m |
//! | `Ctrl M` | write into the conversation; `Enter` sends |
//! | `Ctrl O` | add a file by its path; `1`–`5` say what it shows, which sends it |
//! | `Ctrl S` | save the marked file to the folder of downloads |
//! | `←` `→` | another file; `Enter` shows it, `Space` before and after side by side, `PageUp` `PageDown` nearer and farther |
//! | `↑` `↓` | up and down a list |
//! | `Esc` | put away the picture, the form, the sheet |
//!
//! [`shelf`] has the files on this screen, fetched one at a time and decoded in tasks; [`parcel`] those that are sent;
//! [`talk`] the conversation and what of it was read here, kept over a crash. The facts come from
//! [`Stories`](crate::screen::archive::Stories); what is being written goes to [`Drafts`](crate::screen::drafts::Drafts).

mod chat;
mod decode;
mod files;
pub mod model;
mod panel;
mod parcel;
mod people;
mod shelf;
mod systems;
pub mod talk;
#[cfg(test)]
mod tests;
mod timeline;
mod viewer;
mod wishes;

pub use model::Workspace;
pub use systems::WorkspacePlugin;
pub use talk::Talk;
