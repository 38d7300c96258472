//! Where a desk saves files.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// Where people look for what they saved: as their desktop says, or `Downloads` at home. `None` where no home folder is known.
pub(crate) fn downloads() -> Option<PathBuf> {
    let home = etcetera::home_dir().ok()?;
    let said = etcetera::choose_base_strategy().ok()?.config_dir().join("user-dirs.dirs");
    let said = std::fs::read_to_string(said).ok().and_then(|text| downloads_in(&text, &home));
    Some(said.unwrap_or_else(|| home.join("Downloads")))
}

/// The folder of downloads that a `user-dirs.dirs` names.
fn downloads_in(text: &str, home: &Path) -> Option<PathBuf> {
    let value = text.lines().find_map(|line| line.trim().strip_prefix("XDG_DOWNLOAD_DIR="))?;
    let value = value.trim().trim_matches('"');
    let folder = match value.strip_prefix("$HOME") {
        Some(below) => home.join(below.trim_start_matches('/')),
        None => PathBuf::from(value),
    };
    // The home folder itself means that there is none.
    (folder.is_absolute() && folder != home).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_the_desktop_names_is_used_unless_it_is_the_home_itself() {
        let of = |line: &str| downloads_in(&format!("# of the desktop\n{line}\n"), Path::new("/home/li"));
        assert_eq!(of("XDG_DOWNLOAD_DIR=\"$HOME/Saved\""), Some(PathBuf::from("/home/li/Saved")));
        assert_eq!(of("XDG_DOWNLOAD_DIR=\"/data/saved\""), Some(PathBuf::from("/data/saved")));
        assert_eq!(of("XDG_DOWNLOAD_DIR=\"$HOME/\""), None);
        assert_eq!(of("XDG_MUSIC_DIR=\"$HOME/Music\""), None);
    }
}
