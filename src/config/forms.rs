//! What a case is asked beside its place and text (登记表单): the fields of a catalogue, and which of them a kind has.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::document::{ConfigError, Document, did_you_mean};
use crate::domain::form::{ANSWER_MAX, ANSWERS_MAX, FIELD_CODE_MAX};

/// The answer of a field that takes yes or no.
pub const YES: &str = "yes";
/// See [`YES`].
pub const NO: &str = "no";
/// Digits of a component's identity (部件标识码): county, class and sub-class, serial.
const COMPONENT_DIGITS: usize = 16;

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    zh: String,
    en: String,
}

impl Name {
    /// It in a language as `assets/i18n` calls it: Chinese for `zh…`, else English.
    #[must_use]
    pub fn of(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.zh } else { &self.en }
    }
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// Words.
    Text,
    /// A whole number.
    Number {
        /// The least.
        from: i64,
        /// The most.
        to: i64,
        /// What it counts; may be empty.
        unit: Name,
    },
    /// [`YES`] or [`NO`].
    YesNo,
    /// One of these, each with its code.
    Choice(Vec<(String, Name)>),
    /// The 16 digits of a component in the street.
    Component,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What answers name.
    pub code: String,
    /// What people read.
    pub name: Name,
    /// What it takes.
    pub takes: Takes,
    /// It is still asked for while nobody answered it. Nothing waits for it: help is sent first.
    pub needed: bool,
}

/// Why an answer is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It is no whole number within these.
    #[error("is a whole number from {from} to {to}")]
    Number {
        /// The least.
        from: i64,
        /// The most.
        to: i64,
    },
    /// It is neither yes nor no.
    #[error("is yes or no")]
    YesNo,
    /// It is none of the choices.
    #[error("is none of the choices")]
    Choice,
    /// It has not the digits of a component.
    #[error("is the 16 digits of a component")]
    Component,
    /// It is too long.
    #[error("is longer than {ANSWER_MAX} bytes")]
    Long,
}

impl Field {
    /// What an answer is kept as; an empty one takes back what was said.
    ///
    /// # Errors
    /// [`NoAnswer`] where the field does not take it.
    pub fn read(&self, answer: &str) -> Result<String, NoAnswer> {
        let answer = answer.trim();
        if answer.is_empty() {
            return Ok(String::new());
        }
        match &self.takes {
            Takes::Text => (answer.len() <= ANSWER_MAX).then(|| answer.to_owned()).ok_or(NoAnswer::Long),
            Takes::Number { from, to, .. } => {
                let number: Option<i64> = answer.parse().ok().filter(|number| (from..=to).contains(&number));
                number.map(|number| number.to_string()).ok_or(NoAnswer::Number { from: *from, to: *to })
            }
            Takes::YesNo => [YES, NO].contains(&answer).then(|| answer.to_owned()).ok_or(NoAnswer::YesNo),
            Takes::Choice(choices) => {
                let known = choices.iter().any(|(code, _)| code == answer);
                known.then(|| answer.to_owned()).ok_or(NoAnswer::Choice)
            }
            Takes::Component => {
                let digits = answer.len() == COMPONENT_DIGITS && answer.bytes().all(|b| b.is_ascii_digit());
                digits.then(|| answer.to_owned()).ok_or(NoAnswer::Component)
            }
        }
    }
}

/// As [`Field`], with places that errors can point at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldRow {
    code: Spanned<String>,
    name_zh: String,
    name_en: String,
    takes: Spanned<TakesRow>,
    from: Option<i64>,
    to: Option<i64>,
    #[serde(default)]
    unit_zh: String,
    #[serde(default)]
    unit_en: String,
    #[serde(default)]
    choices: Vec<ChoiceRow>,
    #[serde(default)]
    needed: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum TakesRow {
    Text,
    Number,
    YesNo,
    Choice,
    Component,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceRow {
    code: String,
    name_zh: String,
    name_en: String,
}

/// The forms of the classes of kinds.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FormRows {
    pub(super) component: Vec<Spanned<String>>,
    pub(super) event: Vec<Spanned<String>>,
    pub(super) natural: Vec<Spanned<String>>,
    pub(super) accident: Vec<Spanned<String>>,
    pub(super) health: Vec<Spanned<String>>,
    pub(super) security: Vec<Spanned<String>>,
}

/// The fields of a catalogue by their codes.
pub(super) struct Fields(BTreeMap<String, Field>);

impl Fields {
    pub(super) fn read(document: &Document, rows: Vec<FieldRow>) -> Result<Self, ConfigError> {
        let mut all = BTreeMap::new();
        for row in rows {
            let at = row.code.span();
            let field = field(document, row)?;
            let code = field.code.clone();
            if all.insert(code.clone(), field).is_some() {
                return Err(document.wrong(Some(at), format!("field `{code}` is there twice"), None));
            }
        }
        Ok(Self(all))
    }

    /// The fields of a kind: its own before those of its class, each once.
    pub(super) fn of(
        &self,
        document: &Document,
        own: &[Spanned<String>],
        class: &[Spanned<String>],
    ) -> Result<Vec<Field>, ConfigError> {
        let mut form: Vec<Field> = Vec::with_capacity(own.len() + class.len());
        for code in own.iter().chain(class) {
            let wrong = code.get_ref();
            let Some(field) = self.0.get(wrong) else {
                let hint = did_you_mean(wrong, self.0.keys().map(String::as_str));
                return Err(document.wrong(Some(code.span()), format!("there is no field `{wrong}`"), hint));
            };
            if form.iter().all(|known| known.code != field.code) {
                form.push(field.clone());
            }
        }
        match own.first().filter(|_| form.len() > ANSWERS_MAX) {
            Some(code) => {
                Err(document.wrong(Some(code.span()), format!("a form has at most {ANSWERS_MAX} fields"), None))
            }
            None => Ok(form),
        }
    }
}

fn field(document: &Document, row: FieldRow) -> Result<Field, ConfigError> {
    let (at, code) = (row.code.span(), row.code.into_inner());
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(1..=FIELD_CODE_MAX).contains(&code.len()) || !code.chars().all(plain) {
        let problem = format!("the code of a field is 1 to {FIELD_CODE_MAX} small letters, digits and _");
        return Err(document.wrong(Some(at), problem, None));
    }
    let (at, takes) = (row.takes.span(), row.takes.into_inner());
    let wrong = |problem: String| Err(document.wrong(Some(at.clone()), problem, None));
    let takes = match takes {
        TakesRow::Number => {
            let (from, to) = (row.from.unwrap_or(0), row.to.unwrap_or(1_000_000));
            if from > to {
                return wrong(format!("no number is from {from} to {to}"));
            }
            Takes::Number { from, to, unit: Name { zh: row.unit_zh, en: row.unit_en } }
        }
        _ if row.from.is_some() || row.to.is_some() => return wrong("`from` and `to` belong to a number".to_owned()),
        TakesRow::Choice if row.choices.len() < 2 => return wrong("a choice has two `choices` or more".to_owned()),
        TakesRow::Choice => {
            let mut choices: Vec<(String, Name)> = Vec::with_capacity(row.choices.len());
            for one in row.choices {
                let usable = !one.code.trim().is_empty() && one.code.len() <= ANSWER_MAX;
                if !usable || choices.iter().any(|(code, _)| *code == one.code) {
                    return wrong(format!("choice `{}` is empty, too long or there twice", one.code));
                }
                choices.push((one.code, Name { zh: one.name_zh, en: one.name_en }));
            }
            Takes::Choice(choices)
        }
        TakesRow::Text => Takes::Text,
        TakesRow::YesNo => Takes::YesNo,
        TakesRow::Component => Takes::Component,
    };
    Ok(Field { code, name: Name { zh: row.name_zh, en: row.name_en }, takes, needed: row.needed })
}

#[cfg(test)]
mod tests {
    use super::super::{Catalogue, Class};
    use super::*;

    const KIND: &str =
        "\n[[kind]]\ncode = '1'\nname_zh = 'x'\nname_en = 'x'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n";

    fn read(fields: &str, more: &str) -> Result<Catalogue, String> {
        let text = format!("fallback = '1'\n{fields}{KIND}{more}");
        Catalogue::from_document(&Document::new("kinds.toml", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_built_in_has_a_form_and_components_are_asked_which() {
        let catalogue = Catalogue::load(None).unwrap();
        for kind in catalogue.kinds() {
            assert!(!kind.form.is_empty(), "{} has no form", kind.code);
            let component = kind.form.iter().any(|field| field.takes == Takes::Component && field.needed);
            assert_eq!(component, kind.class == Class::Component, "{}", kind.code);
            for field in &kind.form {
                assert!(!field.name.of("en").is_empty() && !field.name.of("zh-CN").is_ascii(), "{}", field.code);
            }
        }
        let fire = &catalogue.kind("30201").unwrap().form;
        let codes: Vec<&str> = fire.iter().map(|field| field.code.as_str()).collect();
        assert_eq!(codes.first(), Some(&"floor"), "its own come first");
        assert!(codes.contains(&"trapped") && codes.contains(&"injured"), "{codes:?}");
    }

    #[test]
    fn a_field_takes_what_it_says_and_keeps_it_in_one_form() {
        let fields = "[[field]]\ncode = 'n'\nname_zh = '数'\nname_en = 'n'\ntakes = 'number'\nto = 99\n\n[[field]]\ncode = 'y'\nname_zh = \
                      '否'\nname_en = 'y'\ntakes = 'yes_no'\n\n[[field]]\ncode = 'c'\nname_zh = '选'\nname_en = 'c'\ntakes = \
                      'choice'\nchoices = [{ code = 'a', name_zh = '甲', name_en = 'A' }, { code = 'b', name_zh = '乙', name_en = \
                      'B' }]\n\n[[field]]\ncode = 'id'\nname_zh = '码'\nname_en = 'id'\ntakes = 'component'\n";
        let catalogue = read(fields, "form = ['n', 'y', 'c', 'id', 'n']\n").unwrap();
        let [n, y, c, id] = catalogue.kind("1").unwrap().form.as_slice() else { panic!("four fields") };
        assert_eq!(n.read(" 07 "), Ok("7".to_owned()));
        assert_eq!(n.read(""), Ok(String::new()), "nothing takes back what was said");
        assert_eq!(n.read("100"), Err(NoAnswer::Number { from: 0, to: 99 }));
        assert_eq!(n.read("two"), Err(NoAnswer::Number { from: 0, to: 99 }));
        assert_eq!((y.read("yes"), y.read("maybe")), (Ok("yes".to_owned()), Err(NoAnswer::YesNo)));
        assert_eq!((c.read("b"), c.read("x")), (Ok("b".to_owned()), Err(NoAnswer::Choice)));
        assert_eq!(id.read("3201020118000123"), Ok("3201020118000123".to_owned()));
        assert_eq!(id.read("320102"), Err(NoAnswer::Component));
    }

    #[test]
    fn what_is_wrong_with_a_form_is_named_with_its_line() {
        let field = "[[field]]\ncode = 'injured'\nname_zh = '伤'\nname_en = 'x'\ntakes = 'number'\n";
        let complaint = |fields: &str, more: &str| read(fields, more).unwrap_err();
        assert_eq!(
            complaint(field, "form = ['injurd']\n"),
            "kinds.toml:15: there is no field `injurd`; did you mean `injured`?"
        );
        assert_eq!(complaint(&field.repeat(2), ""), "kinds.toml:8: field `injured` is there twice");
        assert_eq!(
            complaint(&field.replace("'injured'", "'In'"), ""),
            format!("kinds.toml:3: the code of a field is 1 to {FIELD_CODE_MAX} small letters, digits and _")
        );
        assert_eq!(
            complaint(&field.replace("'number'", "'choice'"), ""),
            "kinds.toml:6: a choice has two `choices` or more"
        );
        assert_eq!(complaint(&format!("{field}from = 9\nto = 3\n"), ""), "kinds.toml:6: no number is from 9 to 3");
        let classes = format!("[forms]\nevent = ['dead']\n{field}");
        assert!(complaint(&classes, "").starts_with("kinds.toml:3: there is no field `dead`"));
    }
}
