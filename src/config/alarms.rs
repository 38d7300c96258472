//! The limits of what sensors show (报警限值): `config/alarms.toml`.
//!
//! The file in the repository is built in; a file of the same shape replaces it.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::Catalogue;
use super::document::{ConfigError, Document, did_you_mean};
use crate::domain::alarm::LimitRule;
use crate::domain::alarm::rules::{RULES_MAX, Season, Steps, Variant};
use crate::domain::rights::Area;
use crate::domain::{AlarmRules, Grade, Refusal, SensorKind, Wording};

const BUILT_IN: &str = include_str!("../../config/alarms.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<RuleRow>>,
}

/// Limits by level, as the file has them.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct StepsRow {
    #[serde(rename = "I")]
    first: Option<f64>,
    #[serde(rename = "II")]
    second: Option<f64>,
    #[serde(rename = "III")]
    third: Option<f64>,
    #[serde(rename = "IV")]
    fourth: Option<f64>,
}

/// Other limits at some times, as the file has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantRow {
    #[serde(default)]
    months: Vec<u8>,
    #[serde(default)]
    weekdays: Vec<u8>,
    hours: Option<(u8, u8)>,
    high: Option<Spanned<StepsRow>>,
    low: Option<Spanned<StepsRow>>,
}

/// What rows of sensors and of vital signs say of limits alike.
pub(super) struct LimitsRow<'a> {
    pub(super) high: &'a Option<Spanned<StepsRow>>,
    pub(super) low: &'a Option<Spanned<StepsRow>>,
    pub(super) no_data: &'a Option<Spanned<String>>,
    pub(super) pending_secs: &'a Option<Spanned<u32>>,
    pub(super) keep_secs: &'a Option<Spanned<u32>>,
    pub(super) dead_band: &'a Option<Spanned<f64>>,
    pub(super) case: &'a Option<Spanned<String>>,
    pub(super) auto_case: &'a Option<Spanned<String>>,
    pub(super) variants: &'a [Spanned<VariantRow>],
}

/// The limits of a row: rows are read key by key, so that errors can point at each, and have the same keys for them.
macro_rules! limits_of {
    ($row:expr) => {
        LimitsRow {
            high: &$row.high,
            low: &$row.low,
            no_data: &$row.no_data,
            pending_secs: &$row.pending_secs,
            keep_secs: &$row.keep_secs,
            dead_band: &$row.dead_band,
            case: &$row.case,
            auto_case: &$row.auto_case,
            variants: &$row.variant,
        }
    };
}
pub(super) use limits_of;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleRow {
    code: Spanned<String>,
    zh: String,
    en: String,
    kind: Spanned<String>,
    area: Option<Spanned<String>>,
    #[serde(default)]
    sensors: Vec<String>,
    high: Option<Spanned<StepsRow>>,
    low: Option<Spanned<StepsRow>>,
    no_data: Option<Spanned<String>>,
    pending_secs: Option<Spanned<u32>>,
    keep_secs: Option<Spanned<u32>>,
    dead_band: Option<Spanned<f64>>,
    case: Option<Spanned<String>>,
    auto_case: Option<Spanned<String>>,
    #[serde(default)]
    variant: Vec<Spanned<VariantRow>>,
}

/// The rules in the file at `path`, or those built in where there is none; these leave out kinds of incident that there
/// are not. Without vital signs, which have files of their own ([`super::vitals`]).
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn load(path: Option<&Path>, kinds: &Catalogue) -> Result<AlarmRules, ConfigError> {
    let document = document(path)?;
    if path.is_some() {
        return from_document(&document, Some(kinds));
    }
    let mut rules = from_document(&document, None)?;
    rules.rules.iter_mut().for_each(|rule| without_unknown(rule, kinds));
    Ok(rules)
}

/// Leave out a kind of incident that there is not.
pub(super) fn without_unknown(rule: &mut LimitRule, kinds: &Catalogue) {
    if kinds.kind(&rule.case_kind).is_none() {
        rule.case_kind.clear();
        rule.auto_case = None;
    }
}

/// The text of [`load`].
///
/// # Errors
/// [`ConfigError`] where the file cannot be read.
pub fn document(path: Option<&Path>) -> Result<Document, ConfigError> {
    match path {
        Some(path) => Document::read(path),
        None => Ok(Document::new("config/alarms.toml (built in)", BUILT_IN)),
    }
}

/// The rules in a text, their kinds of incident held against `kinds`.
///
/// # Errors
/// [`ConfigError`], with file and line: not TOML, an unknown key, kind, level or area, limits that are out of order, a
/// code that is there twice.
pub fn from_document(document: &Document, kinds: Option<&Catalogue>) -> Result<AlarmRules, ConfigError> {
    let file: File = document.parse()?;
    if let Some(row) = file.rule.get(RULES_MAX) {
        return Err(document.wrong(Some(row.span()), format!("there are at most {RULES_MAX} rules"), None));
    }
    let mut rules = AlarmRules::default();
    for row in &file.rule {
        let code = &row.get_ref().code;
        if rules.rule(code.get_ref()).is_some() {
            return Err(document.wrong(Some(code.span()), format!("`{}` is there twice", code.get_ref()), None));
        }
        rules.rules.push(rule(document, row, kinds)?);
    }
    Ok(rules)
}

fn rule(document: &Document, row: &Spanned<RuleRow>, kinds: Option<&Catalogue>) -> Result<LimitRule, ConfigError> {
    let (span, row) = (row.span(), row.get_ref());
    let measures = SensorKind::of_word(row.kind.get_ref()).ok_or_else(|| {
        let known = SensorKind::ALL.map(SensorKind::word);
        let problem = format!("there is no kind of sensor `{}`", row.kind.get_ref());
        document.wrong(Some(row.kind.span()), problem, did_you_mean(row.kind.get_ref(), known))
    })?;
    let area = match &row.area {
        Some(area) => Area::of(area.get_ref()).ok_or_else(|| {
            let problem = format!("`{}` is no area: write at most four names with slashes between", area.get_ref());
            document.wrong(Some(area.span()), problem, None)
        })?,
        None => Area::CITY,
    };
    let limits = limits_of!(row);
    let rule = LimitRule {
        code: row.code.get_ref().clone(),
        name: Wording { zh: row.zh.clone(), en: row.en.clone() },
        measures,
        area,
        sensors: row.sensors.clone(),
        ..limits.read(document, kinds)?
    };
    rule.check().map_err(|refusal| {
        let at = limits.place(&refusal).or_else(|| is_about(&refusal, "code").then(|| row.code.span()));
        document.wrong(Some(at.unwrap_or(span)), refusal.to_string(), None)
    })?;
    Ok(rule)
}

fn is_about(refusal: &Refusal, name: &str) -> bool {
    matches!(refusal, Refusal::Unusable { field, .. } if field == name)
}

impl LimitsRow<'_> {
    /// Whether any limit is said.
    pub(super) fn is_any(&self) -> bool {
        self.high.is_some() || self.low.is_some() || self.no_data.is_some() || !self.variants.is_empty()
    }

    /// A rule with these limits, about nothing yet.
    ///
    /// # Errors
    /// [`ConfigError`]: an unknown level or kind of incident.
    pub(super) fn read(&self, document: &Document, kinds: Option<&Catalogue>) -> Result<LimitRule, ConfigError> {
        if let (Some(case), Some(kinds)) = (self.case, kinds)
            && kinds.kind(case.get_ref()).is_none()
        {
            let problem = format!("there is no kind of incident `{}`", case.get_ref());
            let known: Vec<&str> = kinds.kinds().map(|kind| kind.code.as_str()).collect();
            let hint = did_you_mean(case.get_ref(), known);
            return Err(document.wrong(Some(case.span()), problem, hint));
        }
        if let (Some(auto), None) = (self.auto_case, self.case) {
            let problem = "`auto_case` needs `case`: the kind of incident that it makes".to_owned();
            return Err(document.wrong(Some(auto.span()), problem, None));
        }
        let variant = |row: &Spanned<VariantRow>| {
            let VariantRow { months, weekdays, hours, high, low } = row.get_ref();
            let when = Season { months: months.clone(), weekdays: weekdays.clone(), hours: *hours };
            Variant { when, high: steps(high.as_ref()), low: steps(low.as_ref()) }
        };
        Ok(LimitRule {
            code: String::new(),
            name: Wording { zh: String::new(), en: String::new() },
            measures: SensorKind::Other,
            area: Area::CITY,
            sensors: Vec::new(),
            high: steps(self.high.as_ref()),
            low: steps(self.low.as_ref()),
            no_data: self.no_data.as_ref().map(|level| grade(document, level)).transpose()?,
            pending_secs: self.pending_secs.as_ref().map_or(0, |secs| *secs.get_ref()),
            keep_secs: self.keep_secs.as_ref().map_or(0, |secs| *secs.get_ref()),
            dead_band: self.dead_band.as_ref().map_or(0.0, |band| *band.get_ref()),
            case_kind: self.case.as_ref().map(|case| case.get_ref().clone()).unwrap_or_default(),
            auto_case: self.auto_case.as_ref().map(|level| grade(document, level)).transpose()?,
            variants: self.variants.iter().map(variant).collect(),
        })
    }

    /// Where the field stands that a refusal is about. A wrong variant is found by holding each alone against what is
    /// right of all.
    pub(super) fn place(&self, refusal: &Refusal) -> Option<std::ops::Range<usize>> {
        let Refusal::Unusable { field, .. } = refusal else { return None };
        let wrong = |row: &&Spanned<VariantRow>| {
            let VariantRow { months, weekdays, hours, high, low } = row.get_ref();
            let when = Season { months: months.clone(), weekdays: weekdays.clone(), hours: *hours };
            Variant { when, high: steps(high.as_ref()), low: steps(low.as_ref()) }.check().is_err()
        };
        let variant = self.variants.iter().find(wrong).map(Spanned::span);
        match field.as_str() {
            "high" => variant.or_else(|| self.high.as_ref().map(Spanned::span)),
            "low" => variant.or_else(|| self.low.as_ref().map(Spanned::span)),
            "months" | "weekdays" | "hours" | "variant" => variant.or_else(|| self.variants.first().map(Spanned::span)),
            "pending_secs" => self.pending_secs.as_ref().map(Spanned::span),
            "keep_secs" => self.keep_secs.as_ref().map(Spanned::span),
            "dead_band" => self.dead_band.as_ref().map(Spanned::span),
            _ => None,
        }
    }
}

fn steps(row: Option<&Spanned<StepsRow>>) -> Steps {
    row.map(Spanned::get_ref).map_or([None; 4], |row| [row.first, row.second, row.third, row.fourth])
}

fn grade(document: &Document, written: &Spanned<String>) -> Result<Grade, ConfigError> {
    match written.get_ref().as_str() {
        "I" => Ok(Grade::I),
        "II" => Ok(Grade::II),
        "III" => Ok(Grade::III),
        "IV" => Ok(Grade::IV),
        other => {
            let hint = Some("write I, II, III or IV".to_owned());
            Err(document.wrong(Some(written.span()), format!("`{other}` is no level"), hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "[[rule]]\ncode = 'gas'\nzh = '燃气'\nen = 'Gas'\nkind = 'combustible_gas'\nhigh = { IV = 10.0, II = 35.0 }\nlow = { IV = -1.0 }\npending_secs = 60\nno_data = 'IV'\n";

    fn read(text: &str) -> Result<AlarmRules, ConfigError> {
        from_document(&Document::new("own.toml", text), Catalogue::load(None).ok().as_ref())
    }

    #[test]
    fn the_built_in_rules_are_right_and_their_kinds_of_incident_are_there() {
        let kinds = Catalogue::load(None).unwrap();
        let rules = load(None, &kinds).unwrap();
        assert!(rules.rules.len() >= 10 && rules.check().is_ok());
        assert_eq!(from_document(&document(None).unwrap(), Some(&kinds)).unwrap(), rules, "none left out");
        for rule in &rules.rules {
            assert!(!rule.name.zh.is_ascii() && rule.name.en.is_ascii() && !rule.name.en.is_empty(), "{rule:?}");
        }
        let one = read(ONE).unwrap();
        assert_eq!(one.rules.first().unwrap().high, [None, Some(35.0), None, Some(10.0)]);
    }

    #[test]
    fn mistakes_name_file_and_line() {
        for (from, to, line, problem) in [
            ("'combustible_gas'", "'combustible_gaz'", 5, "did you mean `combustible_gas`?"),
            ("II = 35.0", "II = 5.0", 6, "a worse level has to lie further out"),
            ("IV = -1.0", "IV = 12.0", 7, "lies above `high`"),
            ("pending_secs = 60", "pending_secs = 100000", 8, "at most 86400"),
            ("no_data = 'IV'", "no_data = 'V'", 9, "`V` is no level"),
            ("no_data = 'IV'", "case = 'no-such'", 9, "there is no kind of incident `no-such`"),
            ("no_data = 'IV'", "auto_case = 'II'", 9, "`auto_case` needs `case`"),
            ("pending_secs", "pending", 8, "unknown key `pending`"),
            ("no_data = 'IV'", "[[rule.variant]]\nmonths = [13]", 9, "are 1 to 12"),
            ("no_data = 'IV'", "[[rule.variant]]\nhigh = { IV = 9.0, I = 2.0 }", 9, "a worse level"),
        ] {
            let text = ONE.replacen(from, to, 1);
            let error = read(&text).unwrap_err().in_full();
            assert!(error.starts_with(&format!("own.toml:{line}: ")) && error.contains(problem), "{error}");
        }
        let twice = format!("{ONE}{ONE}");
        assert!(read(&twice).unwrap_err().in_full().contains("own.toml:11: `gas` is there twice"));
    }
}
