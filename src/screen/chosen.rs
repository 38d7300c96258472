//! Keeps what was chosen on the screen over restarts: quality, theme and zoom, in the user's folder.
//!
//! Reads `UserFolder`, `Appearance` and `Quality`; accepts and announces nothing. Only a change is kept, so that what
//! settings say stays theirs until somebody chooses otherwise. Runs in `Present`.

use bevy::prelude::*;

use super::appearance::Appearance;
use super::sets::HallSet;
use super::tools::UserFolder;
use super::twin::quality::Quality;
use crate::config::settings::{Chosen, keys};

/// Adds the system; needs `UserFolder`, [`Appearance`] and [`Quality`].
pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, keep.in_set(HallSet::Present));
}

fn keep(
    folder: Res<UserFolder>,
    (appearance, quality): (Res<Appearance>, Res<Quality>),
    mut last: Local<Option<(Appearance, Quality)>>,
) {
    let now = (*appearance, *quality);
    let Some(before) = last.replace(now).filter(|before| *before != now) else { return };
    let Some(folder) = &folder.0 else { return };
    let path = Chosen::file_of(folder);
    // read anew each time: another screen of this user may have chosen something else meanwhile
    let kept = Chosen::read(&path).and_then(|chosen| changed(chosen, before, now).write(&path));
    // what cannot be read is not written over either
    if let Err(error) = kept {
        tracing::warn!(%error, "what was chosen on the screen is not kept");
    }
}

/// `chosen` with what is another now than before.
fn changed(mut chosen: Chosen, before: (Appearance, Quality), now: (Appearance, Quality)) -> Chosen {
    let zoom = |look: Appearance| look.zoom.to_string();
    for (name, was, is) in [
        (keys::THEME, before.0.theme.word().to_owned(), now.0.theme.word().to_owned()),
        (keys::ZOOM, zoom(before.0), zoom(now.0)),
        (keys::QUALITY, before.1.word().to_owned(), now.1.word().to_owned()),
    ] {
        if was != is
            && let Err(problem) = chosen.put(name, &is)
        {
            tracing::warn!("{problem}");
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::look::theme::ThemeWish;

    fn app(folder: &std::path::Path) -> App {
        let mut app = App::new();
        app.insert_resource(UserFolder(Some(folder.to_owned())))
            .insert_resource(Appearance::default())
            .insert_resource(Quality::Software)
            .add_plugins(plugin);
        app.update();
        app
    }

    fn kept(folder: &std::path::Path) -> Vec<(String, String)> {
        let chosen = Chosen::read(&Chosen::file_of(folder)).unwrap();
        chosen.all().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn only_what_was_changed_on_the_screen_is_kept_and_two_screens_do_not_undo_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let (mut desk, mut wall) = (app(folder.path()), app(folder.path()));
        assert!(!Chosen::file_of(folder.path()).exists(), "nothing was chosen yet");
        *desk.world_mut().resource_mut::<Quality>() = Quality::Laptop;
        desk.update();
        wall.world_mut().resource_mut::<Appearance>().theme = ThemeWish::Light;
        wall.update();
        let rows = [("screen.quality", "laptop"), ("screen.theme", "light")];
        assert_eq!(kept(folder.path()), rows.map(|(name, value)| (name.to_owned(), value.to_owned())));
        desk.world_mut().resource_mut::<Appearance>().zoom = 150;
        desk.update();
        assert_eq!(kept(folder.path()).last().unwrap().1, "150");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(Chosen::file_of(folder.path()), "version = 9\nmine = true\n").unwrap();
        let mut desk = app(folder.path());
        desk.world_mut().resource_mut::<Appearance>().zoom = 150;
        desk.update();
        let text = std::fs::read_to_string(Chosen::file_of(folder.path())).unwrap();
        assert_eq!(text, "version = 9\nmine = true\n");
    }
}
