//! What was chosen on a screen and lasts over restarts: `chosen.toml` in the user's folder, version 1. It has the names
//! and values of [`super::keys`] and is weaker than whatever anybody wrote down: any file, variable or flag wins.
//!
//! ```toml
//! "screen.quality" = "laptop"
//! "screen.theme" = "light"
//! "screen.zoom" = "125"
//! version = 1
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::keys::{self, KEYS};

/// Version of the file.
const VERSION: u32 = 1;
/// Settings that screens choose.
const CHOOSABLE: [&str; 3] = [keys::QUALITY, keys::THEME, keys::ZOOM];

/// Values by setting, each checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen(BTreeMap<&'static str, String>);

/// Why choices cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum ChosenError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Not such a file, or one of another release. It is left as it is.
    #[error("{path}: {problem}; what was chosen on the screens is not used, move the file away to choose anew")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        problem: String,
    },
}

impl Chosen {
    /// The file in the user's folder.
    #[must_use]
    pub fn file_of(folder: &Path) -> PathBuf {
        folder.join("chosen.toml")
    }

    /// Read a file; nothing was chosen where there is none.
    ///
    /// # Errors
    /// [`ChosenError`].
    pub fn read(path: &Path) -> Result<Self, ChosenError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ChosenError::File { path: path.to_owned(), source }),
        };
        Self::parse(&text).map_err(|problem| ChosenError::Malformed { path: path.to_owned(), problem })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut table: toml::Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        match table.remove("version") {
            Some(toml::Value::Integer(version)) if version == i64::from(VERSION) => {}
            Some(version) => return Err(format!("it is of version {version}, this release reads version {VERSION}")),
            None => return Err("it has no version".to_owned()),
        }
        let mut chosen = Self::default();
        for (name, value) in table {
            let value = value.as_str().ok_or_else(|| format!("`{name}` is no text"))?;
            chosen.put(&name, value)?;
        }
        Ok(chosen)
    }

    /// Choose a value.
    ///
    /// # Errors
    /// In words, where screens do not choose this setting or the value does not fit it.
    pub fn put(&mut self, name: &str, value: &str) -> Result<(), String> {
        let key = KEYS.iter().find(|key| key.name == name && CHOOSABLE.contains(&key.name));
        let key = key.ok_or_else(|| format!("`{name}` is nothing that screens choose"))?;
        key.check(value).map_err(|wrong| format!("`{name}` = `{value}` is not {}", wrong.expected))?;
        self.0.insert(key.name, value.to_owned());
        Ok(())
    }

    /// Setting and value, in the order of their names.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Write the file, aside first, so that it is whole at every moment.
    ///
    /// # Errors
    /// [`ChosenError`].
    pub fn write(&self, path: &Path) -> Result<(), ChosenError> {
        let failed = |source| ChosenError::File { path: path.to_owned(), source };
        let version = ("version", toml::Value::Integer(i64::from(VERSION)));
        let rows = self.all().map(|(name, value)| (name, toml::Value::String(value.to_owned())));
        let table: BTreeMap<&str, toml::Value> = rows.chain([version]).collect();
        let text = toml::to_string(&table)
            .map_err(|error| ChosenError::Malformed { path: path.to_owned(), problem: error.to_string() })?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let aside = path.with_extension("toml.new");
        std::fs::write(&aside, text).map_err(failed)?;
        std::fs::rename(&aside, path).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_comes_back_and_nothing_was_where_there_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = Chosen::file_of(&folder.path().join("new"));
        assert_eq!(Chosen::read(&path).unwrap(), Chosen::default());
        let mut chosen = Chosen::default();
        chosen.put(keys::QUALITY, "laptop").unwrap();
        chosen.put(keys::ZOOM, "125").unwrap();
        chosen.put(keys::ZOOM, "150").unwrap();
        chosen.write(&path).unwrap();
        assert_eq!(Chosen::read(&path).unwrap(), chosen);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "\"screen.quality\" = \"laptop\"\n\"screen.zoom\" = \"150\"\nversion = 1\n");
    }

    #[test]
    fn a_damaged_file_is_named_with_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = Chosen::file_of(folder.path());
        for (text, says) in [
            ("version = 1\n\"screen.zoom\" = \"1250\"", "`screen.zoom` = `1250` is not per cent"),
            ("version = 1\n\"hub.listen\" = \"127.0.0.1:1\"", "`hub.listen` is nothing that screens choose"),
            ("version = 2", "it is of version 2, this release reads version 1"),
            ("", "it has no version"),
            ("version = 1\n\"screen.zo", ""),
            ("version = 1\n\"screen.zoom\" = 125", "`screen.zoom` is no text"),
        ] {
            std::fs::write(&path, text).unwrap();
            let said = Chosen::read(&path).unwrap_err().to_string();
            assert!(said.contains(says) && said.contains("chosen.toml"), "{text}: {said}");
        }
    }
}
