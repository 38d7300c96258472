//! `mapping.toml`: which column is what. See `config/feeds/*.toml` for two that are in use.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::{Catalogue, ConfigError, Document};
use crate::domain::Grade;

/// One column, or several of which the first with something in it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Columns(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Columns {
    fn from(columns: OneOrMany) -> Self {
        match columns {
            OneOrMany::One(column) => Self(vec![column]),
            OneOrMany::Many(columns) => Self(columns),
        }
    }
}

/// A mapping as it stands in its file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the source in all reports.
    pub source: String,
    /// `utf-8`, `gbk` or another label of the WHATWG Encoding Standard; without it the text decides.
    #[serde(default)]
    pub encoding: Option<String>,
    /// Which column is what.
    pub columns: ColumnsOf,
    /// How times are written.
    pub time: TimeOf,
    /// Kinds by the values of the kind column.
    pub kind: KindOf,
    /// Grades by kind, where they differ from the catalogue.
    #[serde(default)]
    pub grade: BTreeMap<String, Grade>,
    /// What the status column says.
    #[serde(default)]
    pub status: StatusOf,
    /// Close incidents that the stream never closes, so many minutes after their last row.
    #[serde(default)]
    pub close_after_minutes: Option<u32>,
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnsOf {
    /// The incident's identity; several columns are joined.
    pub id: Columns,
    /// Its kind.
    pub kind: Columns,
    /// What is said of it; the first that is not empty.
    pub text: Columns,
    /// When it happened.
    pub time: String,
    /// Degrees east, WGS 84.
    #[serde(default)]
    pub lon: Option<String>,
    /// Degrees north, WGS 84.
    #[serde(default)]
    pub lat: Option<String>,
    /// Name of the street, by which a row without coordinates is placed.
    #[serde(default)]
    pub street: Columns,
    /// Names of what is near: landmark, crossing street, district.
    #[serde(default)]
    pub near: Columns,
    /// Address for people: those that are not empty, joined.
    #[serde(default)]
    pub address: Columns,
    /// Whether it is new, changed or over.
    #[serde(default)]
    pub status: Option<String>,
}

/// How times are written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeOf {
    /// As `chrono` writes formats: `%Y-%m-%d %H:%M:%S`.
    pub format: String,
    /// `UTC`, `+08:00`, or `US/Eastern`, `US/Central`, `US/Mountain`, `US/Pacific` with their
    /// summer time.
    pub zone: String,
}

/// Kinds by the values of the kind column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindOf {
    /// Kind of values that are not listed.
    pub default: String,
    /// Kind by value; a value that ends with `*` stands for all that begin so.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// What the status column says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusOf {
    /// Values for a new or changed incident. With none, all values that are not `closed` are.
    #[serde(default)]
    pub open: Vec<String>,
    /// Values for one that is over.
    #[serde(default)]
    pub closed: Vec<String>,
}

impl Mapping {
    /// Read a mapping and check it against the catalogue.
    ///
    /// # Errors
    /// [`ConfigError`] with file and line.
    pub fn read(document: &Document, catalogue: &Catalogue) -> Result<Self, ConfigError> {
        let mapping: Self = document.parse()?;
        let kinds = mapping.kind.values.values().chain([&mapping.kind.default]).chain(mapping.grade.keys());
        for kind in kinds {
            if catalogue.kind(kind).is_none() {
                let hint = catalogue.nearest(kind).map(|near| format!("did you mean `{near}`?"));
                let at = document.text().find(&format!("\"{kind}\"")).map(|at| at..at + kind.len());
                return Err(document.wrong(at, format!("there is no kind `{kind}` in the catalogue"), hint));
            }
        }
        if super::time::Zone::parse(&mapping.time.zone).is_none() {
            let at = document.text().find(&mapping.time.zone).map(|at| at..at + 1);
            let problem = format!("`{}` is no time zone", mapping.time.zone);
            return Err(document.wrong(at, problem, Some("write UTC, +08:00 or US/Eastern".to_owned())));
        }
        mapping.check_encoding(document)?;
        Ok(mapping)
    }

    fn check_encoding(&self, document: &Document) -> Result<(), ConfigError> {
        let Some(name) = self.encoding.as_deref() else { return Ok(()) };
        if encoding_rs::Encoding::for_label(name.as_bytes()).is_some() {
            return Ok(());
        }
        let mut lines = document.text().split_inclusive('\n').scan(0, |end, line| {
            let start = *end;
            *end += line.len();
            Some((start, line))
        });
        let at = lines.find(|(_, line)| line.trim_start().starts_with("encoding")).map(|(at, _)| at..at + 1);
        let hint = "write `utf-8`, `gbk`, `gb18030`, `big5` or another name of the WHATWG Encoding Standard, or leave \
                    it out to let the text decide";
        Err(document.wrong(at, format!("`encoding` = `{name}` is no encoding"), Some(hint.to_owned())))
    }

    /// The kind of a value of the kind column.
    #[must_use]
    pub fn kind_of(&self, value: &str) -> &str {
        let value = value.trim();
        if let Some(kind) = self.kind.values.get(value) {
            return kind;
        }
        let by_beginning = self.kind.values.iter().filter_map(|(pattern, kind)| {
            let beginning = pattern.strip_suffix('*')?;
            value.starts_with(beginning).then_some((beginning.len(), kind))
        });
        by_beginning.max_by_key(|(len, _)| *len).map_or(&self.kind.default, |(_, kind)| kind)
    }
}
