//! The systems, without a window.

use std::path::PathBuf;

use bevy::app::{App, Update};
use bevy::ecs::prelude::{Entity, IntoScheduleConfigs as _, Mut};
use bevy::ecs::system::RunSystemOnce as _;
use bevy::window::{FileDragAndDrop, RequestRedraw};

use super::{ONE, hall, li, note};
use crate::domain::{IncidentId, Refusal};
use crate::screen::drafts::Drafts;
use crate::screen::receive::{Heard, Refused};
use crate::screen::shown::{Guard, Intent, Picked, Shown, Target};
use crate::screen::workspace::model::{Page, Workspace};
use crate::screen::workspace::systems::{dropped, follow, put_away};
use crate::screen::workspace::talk::Talk;

/// The systems without a window.
fn app(selected: Option<IncidentId>) -> App {
    let mut app = App::new();
    app.add_message::<FileDragAndDrop>()
        .add_message::<RequestRedraw>()
        .add_message::<Heard>()
        .add_message::<Refused>()
        .add_message::<Intent>()
        .init_resource::<Workspace>()
        .init_resource::<Talk>()
        .init_resource::<Drafts>()
        .insert_resource(Shown { hall: hall(), ..Shown::default() })
        .insert_resource(Picked { hovered: None, selected: selected.map(Target::Incident) })
        .add_systems(Update, (follow, dropped).chain());
    app.update();
    app
}

#[test]
fn files_dropped_on_the_window_ask_for_their_kind_where_a_case_is_chosen() {
    let drop = |app: &mut App, path: &str| {
        let window = Entity::PLACEHOLDER;
        app.world_mut().write_message(FileDragAndDrop::DroppedFile { window, path_buf: PathBuf::from(path) });
        app.update();
    };
    let mut nothing = app(None);
    drop(&mut nothing, "/a/现场.jpg");
    assert!(!nothing.world().resource::<Workspace>().is_open());
    let mut chosen = app(Some(ONE));
    drop(&mut chosen, "/a/现场.jpg");
    let workspace = chosen.world().resource::<Workspace>();
    assert!(workspace.is_open() && workspace.page == Page::Files);
    assert_eq!(workspace.adding.as_ref().unwrap().files, [PathBuf::from("/a/现场.jpg")]);
    let mut locked = app(Some(ONE));
    locked.insert_resource(Guard(true));
    drop(&mut locked, "/a/现场.jpg");
    assert!(!locked.world().resource::<Workspace>().is_open(), "a locked screen takes nothing");
}

#[test]
fn a_note_that_is_refused_stays_to_be_sent_again_and_one_that_is_known_makes_room() {
    let mut app = app(Some(ONE));
    let write = |app: &mut App, words: &str| {
        app.world_mut().resource_scope(|world, mut drafts: Mut<Drafts>| {
            drafts.write_talk(&world.resource::<Shown>().hall, ONE, words.to_owned());
        });
    };
    let draft = |app: &App| {
        let world = app.world();
        world.resource::<Drafts>().talk(&world.resource::<Shown>().hall, ONE).to_owned()
    };
    write(&mut app, "已联系水务");
    app.world_mut().resource_mut::<Workspace>().sending = Some((ONE, "已联系水务".to_owned()));
    app.world_mut().write_message(Refused(Refusal::ReadOnly));
    app.update();
    let workspace = app.world().resource::<Workspace>();
    assert!(workspace.sending.is_none() && workspace.note.is_some());
    assert_eq!(draft(&app), "已联系水务");
    app.world_mut().resource_mut::<Workspace>().sending = Some((ONE, "已联系水务".to_owned()));
    write(&mut app, "已联系水务 下一句");
    let facts = note(&mut app.world_mut().resource_mut::<Shown>().hall, &li(), "已联系水务");
    app.world_mut().write_message(Heard(facts[0].clone()));
    app.update();
    assert!(app.world().resource::<Workspace>().sending.is_none());
    assert_eq!(draft(&app), "下一句", "what was written meanwhile");
    // Nothing is chosen any more: the sheet goes.
    app.world_mut().write_message(Intent::Story);
    app.update();
    assert!(app.world().resource::<Workspace>().is_open());
    app.world_mut().resource_mut::<Picked>().selected = None;
    app.update();
    assert!(!app.world().resource::<Workspace>().is_open());
}

#[test]
fn what_somebody_was_about_to_add_and_to_send_is_not_theirs_who_sit_down_next() {
    let mut app = app(Some(ONE));
    let mut workspace = app.world_mut().resource_mut::<Workspace>();
    workspace.add([PathBuf::from("/a/现场.jpg")]);
    workspace.sending = Some((ONE, "已联系水务".to_owned()));
    app.world_mut().run_system_once(put_away).unwrap();
    let workspace = app.world().resource::<Workspace>();
    assert!(workspace.adding.is_none() && workspace.sending.is_none() && workspace.note.is_none());
}
