//! What becomes of what the user did on the sheet.

use bevy::prelude::MessageWriter;
use rust_i18n::t;

use super::model::{Focus, Page, SheetWish, Viewer, Workspace};
use super::parcel::{Parcel, path_of};
use crate::domain::{Attachment, IncidentId, Order};
use crate::link::LinkState;
use crate::screen::desk::Desk;
use crate::screen::drafts::Drafts;
use crate::screen::shown::{Intent, Shown};

/// Points that are below every list.
const TO_THE_END: f32 = 1e7;

/// Do what was wished about a case, of which the sheet has these files.
pub(super) fn carry_out(
    wish: SheetWish,
    workspace: &mut Workspace,
    drafts: &mut Drafts,
    desk: &mut Desk,
    intents: &mut MessageWriter<Intent>,
    (shown, id, files): (&Shown, IncidentId, &[Attachment]),
) {
    match wish {
        SheetWish::Page(page) => {
            (workspace.page, workspace.viewer, workspace.note) = (page, None, None);
            workspace.focus = Some(if page == Page::Talk { Focus::Talk } else { Focus::Sheet });
        }
        SheetWish::Back => workspace.back(),
        SheetWish::Close => workspace.turn(false),
        SheetWish::Write(words) => drafts.write_talk(&shown.hall, id, words),
        SheetWish::Send => {
            let words = drafts.talk(&shown.hall, id).trim().to_owned();
            if !words.is_empty() && workspace.sending.is_none() && shown.link == LinkState::Live {
                (workspace.sending, workspace.note) = (Some((id, words.clone())), None);
                intents.write(Intent::Order(Order::AddNote { incident: id, words }));
            }
        }
        SheetWish::Add => {
            workspace.adding.get_or_insert_default();
            (workspace.page, workspace.viewer, workspace.focus) = (Page::Files, None, Some(Focus::Path));
        }
        SheetWish::Path(typed) => workspace.adding.get_or_insert_default().typed = typed,
        SheetWish::Enter => {
            let typed = workspace.adding.as_ref().map(|adding| path_of(&adding.typed));
            workspace.add(typed.filter(|path| !path.as_os_str().is_empty()));
        }
        SheetWish::Kind(kind) => {
            let Some(adding) = workspace.adding.take() else { return };
            let parcels = adding.files.into_iter().map(|path| Parcel { incident: id, path, kind });
            workspace.parcels.put(parcels);
            workspace.focus = Some(Focus::Sheet);
        }
        SheetWish::File(at) => {
            (workspace.file, workspace.focus) = (at, Some(Focus::Sheet));
        }
        SheetWish::Step(by) => workspace.step(by, files.len()),
        SheetWish::View => {
            if !files.is_empty() {
                (workspace.viewer, workspace.focus) = (Some(Viewer::default()), Some(Focus::Sheet));
            }
        }
        SheetWish::Save => {
            if let Some(file) = files.get(workspace.file) {
                workspace.shelf.save(file);
                workspace.note = Some(t!("workspace.saving", name = file.name).into_owned());
            }
        }
        SheetWish::Beside => {
            if let Some(viewer) = &mut workspace.viewer {
                *viewer = Viewer { beside: !viewer.beside, ..Viewer::default() };
            }
        }
        SheetWish::Zoom(by, at) => workspace.viewer = workspace.viewer.map(|viewer| viewer.zoomed(by, at)),
        SheetWish::Fit => {
            workspace.viewer = workspace.viewer.map(|viewer| Viewer { beside: viewer.beside, ..Viewer::default() });
        }
        SheetWish::Pan(by, pane) => workspace.viewer = workspace.viewer.map(|viewer| viewer.panned(by, pane)),
        SheetWish::Scroll(by) => workspace.scroll = by,
        SheetWish::Earlier => (workspace.earlier, workspace.scroll) = (true, -TO_THE_END),
        SheetWish::Hall(intent) => {
            intents.write(intent);
        }
        SheetWish::Form(form) => desk.open_form(form),
    }
}
