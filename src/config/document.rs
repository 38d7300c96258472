//! A TOML text that knows its file name and its lines.

use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::nearest::nearest;

/// What is wrong with a configuration file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {file}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something in the file is wrong.
    #[error("{file}:{line}: {problem}{}", .hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Wrong {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
        /// What may have been meant, as a sentence without full stop.
        hint: Option<String>,
    },
    /// A value from the command line or the environment is wrong.
    #[error("{from}: {problem}{}", .hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    WrongValue {
        /// The flag or variable it came from.
        from: String,
        /// What is wrong with it.
        problem: String,
        /// What may have been meant, as a sentence without full stop.
        hint: Option<String>,
    },
}

impl ConfigError {
    /// What is to be mended: a file, a flag or a variable.
    #[must_use]
    pub fn at(&self) -> &str {
        match self {
            Self::Unreadable { file, .. } | Self::Wrong { file, .. } => file,
            Self::WrongValue { from, .. } => from,
        }
    }

    /// The line of the file, from 1; `None` where there is none to point at.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Wrong { line, .. } => Some(*line),
            Self::Unreadable { .. } | Self::WrongValue { .. } => None,
        }
    }

    /// What is wrong there, and what may have been meant.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::Unreadable { source, .. } => format!("cannot be read: {source}"),
            Self::Wrong { problem, hint, .. } | Self::WrongValue { problem, hint, .. } => {
                hint.as_ref().map_or_else(|| problem.clone(), |hint| format!("{problem}; {hint}"))
            }
        }
    }

    /// All of it on one line.
    #[must_use]
    pub fn in_full(&self) -> String {
        let line = self.line().map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}: {}", self.at(), self.problem())
    }
}

/// A text in TOML together with the name to blame.
#[derive(Debug, Clone)]
pub struct Document {
    file: String,
    text: String,
}

impl Document {
    /// A text that was read elsewhere; `file` is how errors call it.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: file.into(), text: text.into() }
    }

    /// All files of a folder that end in `.toml`, by name.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`].
    pub fn all_in(folder: &Path) -> Result<Vec<Self>, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { file: folder.display().to_string(), source };
        let entries = std::fs::read_dir(folder).map_err(unreadable)?;
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(unreadable)?.path();
            paths.extend(path.extension().is_some_and(|end| end == "toml").then_some(path));
        }
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    /// Read a file.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`], or [`ConfigError::Wrong`] with the line where it is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(ConfigError::Unreadable { file, source }),
        };
        String::from_utf8(bytes).map(|text| Self::new(file.clone(), text)).map_err(|error| {
            let right = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes().get(..right).unwrap_or_default()).into_owned();
            let hint = Some("save the file as UTF-8".to_owned());
            Self::new(file, text).wrong(Some(right..right), "this line is not UTF-8".to_owned(), hint)
        })
    }

    /// How errors call this text.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text as a table whose keys and values know their place.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`] where it is not TOML.
    pub fn table(&self) -> Result<DeTable<'_>, ConfigError> {
        match DeTable::parse(&self.text) {
            Ok(table) => Ok(table.into_inner()),
            Err(error) => Err(self.wrong(error.span(), error.message().trim_end().to_owned(), None)),
        }
    }

    /// The text as a `T`. Unknown keys of types with `deny_unknown_fields` get the nearest right
    /// key as a hint.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`].
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, ConfigError> {
        toml::from_str(&self.text).map_err(|error| {
            let (problem, hint) = plain(error.message());
            self.wrong(error.span(), problem, hint)
        })
    }

    /// An error at a place in this text.
    #[must_use]
    pub fn wrong(&self, at: Option<Range<usize>>, problem: String, hint: Option<String>) -> ConfigError {
        let line = at.map_or(1, |range| self.line(range.start));
        ConfigError::Wrong { file: self.file.clone(), line, problem, hint }
    }

    /// The line (from 1) of a byte offset.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.split(|byte| *byte == b'\n').count()
    }
}

/// "did you mean `x`", or the list of what there is where it is short.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(word) = nearest(wrong, known.clone()) {
        return Some(format!("did you mean `{word}`?"));
    }
    let all: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
    (1..=8).contains(&all.len()).then(|| format!("known are {}", all.join(", ")))
}

/// A value's type in plain words.
#[must_use]
pub fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Serde's words for an unknown key or value, shortened, with the nearest right one.
fn plain(message: &str) -> (String, Option<String>) {
    let message = message.trim_end();
    for (start, noun) in [("unknown field `", "key"), ("unknown variant `", "value")] {
        let Some((wrong, rest)) = message.strip_prefix(start).and_then(|rest| rest.split_once('`')) else { continue };
        let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        return (format!("unknown {noun} `{wrong}`"), did_you_mean(wrong, known));
    }
    (message.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are looked at")]
    struct Two {
        speed: f64,
        columns: String,
    }

    fn complaint(text: &str) -> String {
        Document::new("map.toml", text).parse::<Two>().expect_err("wrong on purpose").to_string()
    }

    #[test]
    fn an_unknown_key_is_told_with_line_and_nearest_key() {
        assert_eq!(complaint("speed = 1\n\nspead = 2\n"), "map.toml:3: unknown key `spead`; did you mean `speed`?");
    }

    #[test]
    fn a_bad_value_is_told_with_its_line() {
        let said = complaint("columns = 'a'\nspeed = 'fast'\n");
        assert!(said.starts_with("map.toml:2: "), "{said}");
        assert!(said.contains("expected f64"), "{said}");
    }

    #[test]
    fn a_file_that_is_not_utf8_is_told_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hall.toml");
        // a comment saved as GBK
        std::fs::write(&path, b"[hub]\n\n# \xd6\xd0\xce\xc4\nlisten = 'x'\n").expect("written");
        let said = Document::read(&path).expect_err("wrong on purpose").to_string();
        assert!(said.ends_with("hall.toml:3: this line is not UTF-8; save the file as UTF-8"), "{said}");
    }

    #[test]
    fn broken_toml_is_told_with_its_line() {
        assert!(complaint("speed = 1\ncolumns = \n").starts_with("map.toml:2: "));
    }
}
