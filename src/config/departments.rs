//! Who answers for what (权责清单): the departments of a catalogue.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::document::{ConfigError, Document, did_you_mean};
use crate::domain::CrewKind;

/// Who answers for cases of some kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// What kinds and tasks name.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// The kinds of crew that are its own.
    pub crews: Vec<CrewKind>,
}

impl Department {
    /// The name in a language as `assets/i18n` calls it: Chinese for `zh…`, else English.
    #[must_use]
    pub fn name(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.name_zh } else { &self.name_en }
    }
}

/// As [`Department`], with its code in a place that errors can point at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepartmentRow {
    code: toml::Spanned<String>,
    name_zh: String,
    name_en: String,
    #[serde(default)]
    crews: Vec<CrewKind>,
}

/// The departments of a catalogue, in the order of its file.
#[derive(Debug, Clone, Default)]
pub struct Departments {
    all: Vec<Department>,
    by_code: BTreeMap<String, usize>,
}

impl Departments {
    pub(super) fn read(document: &Document, rows: Vec<DepartmentRow>) -> Result<Self, ConfigError> {
        let mut read = Self::default();
        for row in rows {
            let at = row.code.span();
            let code = row.code.into_inner();
            if code.trim().is_empty() {
                return Err(document.wrong(Some(at), "a department needs a code".to_owned(), None));
            }
            if read.by_code.insert(code.clone(), read.all.len()).is_some() {
                return Err(document.wrong(Some(at), format!("department `{code}` is there twice"), None));
            }
            read.all.push(Department { code, name_zh: row.name_zh, name_en: row.name_en, crews: row.crews });
        }
        Ok(read)
    }

    /// The code that a kind names, where there is such a department.
    pub(super) fn named(&self, document: &Document, code: &toml::Spanned<String>) -> Result<String, ConfigError> {
        let wrong = code.get_ref();
        if self.by_code.contains_key(wrong) {
            return Ok(wrong.clone());
        }
        let hint = did_you_mean(wrong, self.by_code.keys().map(String::as_str));
        Err(document.wrong(Some(code.span()), format!("there is no department `{wrong}`"), hint))
    }

    /// All of them, in the order of their file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Department> {
        self.all.iter()
    }

    /// The one with this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Department> {
        self.all.get(*self.by_code.get(code)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::*;

    #[test]
    fn every_kind_of_the_built_in_catalogue_has_somebody_who_answers_for_it() {
        let catalogue = Catalogue::load(None).unwrap();
        let departments = catalogue.departments();
        assert!(departments.iter().len() > 15);
        for kind in catalogue.kinds() {
            let lead = kind.lead.as_deref().unwrap_or_else(|| panic!("{} has no lead", kind.code));
            assert!(departments.get(lead).is_some() && !kind.assist.iter().any(|other| other == lead), "{}", kind.code);
        }
        let gas = catalogue.kind("20403").unwrap();
        assert_eq!(
            (gas.lead.as_deref(), gas.assist.as_slice()),
            (Some("gas"), &["fire".to_owned(), "police".to_owned()][..])
        );
        for crew in CrewKind::ALL.into_iter().filter(|kind| *kind != CrewKind::Bus) {
            assert!(departments.iter().any(|one| one.crews.contains(&crew)), "{crew:?} belongs to nobody");
        }
    }

    #[test]
    fn a_department_that_is_not_there_or_there_twice_is_named_with_its_line() {
        let text = "fallback = '1'\n\n[[department]]\ncode = 'gas'\nname_zh = 'x'\nname_en = 'x'\ncrews = ['repair']\n\n[[kind]]\ncode = \
                    '1'\nname_zh = 'x'\nname_en = 'x'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\nlead = 'gas'\nassist = \
                    ['gass']\n";
        let complaint =
            |text: String| Catalogue::from_document(&Document::new("kinds.toml", text)).unwrap_err().to_string();
        assert_eq!(complaint(text.to_owned()), "kinds.toml:17: there is no department `gass`; did you mean `gas`?");
        let twice = text.replace("[[kind]]", "[[department]]\ncode = 'gas'\nname_zh = 'x'\nname_en = 'x'\n\n[[kind]]");
        assert_eq!(complaint(twice), "kinds.toml:10: department `gas` is there twice");
        let crew = text.replace("'repair'", "'repairs'");
        assert_eq!(complaint(crew), "kinds.toml:7: unknown value `repairs`; did you mean `repair`?");
    }
}
