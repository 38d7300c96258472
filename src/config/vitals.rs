//! The vital signs of a city (城市生命体征): `config/vitals/*.toml`.
//!
//! The files in the repository are built in; a folder with files of the same shape replaces them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::Catalogue;
use super::alarms::{LimitsRow, StepsRow, VariantRow, limits_of, without_unknown};
use super::document::{ConfigError, Document, did_you_mean};
use crate::domain::alarm::LimitRule;
use crate::domain::vital::over::{Past, SERIES_MAX};
use crate::domain::vital::{Family, Formula, Reckoning, SIGNS_MAX, Scale, VitalSign, formula, root_of};
use crate::domain::{Refusal, SensorKind, Wording};

const BUILT_IN: [(&str, &str); 6] = [
    ("index.toml", include_str!("../../config/vitals/index.toml")),
    ("livelihood.toml", include_str!("../../config/vitals/livelihood.toml")),
    ("governance.toml", include_str!("../../config/vitals/governance.toml")),
    ("digital-economy.toml", include_str!("../../config/vitals/digital-economy.toml")),
    ("ecology.toml", include_str!("../../config/vitals/ecology.toml")),
    ("resilience.toml", include_str!("../../config/vitals/resilience.toml")),
];

/// How often a sign is reckoned where its file does not say, in seconds.
const PERIOD_SECS: u32 = 10;
/// The part of its sensors that may say nothing where its file does not say.
const MISSING_MAX: f64 = 0.5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    family: Spanned<String>,
    #[serde(default)]
    sign: Vec<Spanned<SignRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignRow {
    code: Spanned<String>,
    zh: Spanned<String>,
    en: Spanned<String>,
    unit: Spanned<String>,
    about_zh: Spanned<String>,
    about_en: Spanned<String>,
    formula: Option<Spanned<String>>,
    weights: Option<Spanned<BTreeMap<String, f64>>>,
    depth: Option<Spanned<u8>>,
    period_secs: Option<Spanned<u32>>,
    precision: Option<Spanned<f64>>,
    target: Option<Spanned<f64>>,
    scale: Option<Spanned<(f64, f64)>>,
    missing_max: Option<Spanned<f64>>,
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

/// The signs in the folder at `path`, or those built in where there is none; these leave out kinds of incident that there
/// are not.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn load(path: Option<&Path>, kinds: &Catalogue) -> Result<Vec<VitalSign>, ConfigError> {
    let documents = documents(path)?;
    if path.is_some() {
        return read(&documents, Some(kinds));
    }
    let mut signs = read(&documents, None)?;
    signs.iter_mut().filter_map(|sign| sign.limits.as_mut()).for_each(|rule| without_unknown(rule, kinds));
    Ok(signs)
}

/// The texts of [`load`].
///
/// # Errors
/// [`ConfigError`] where a file cannot be read.
pub fn documents(folder: Option<&Path>) -> Result<Vec<Document>, ConfigError> {
    if let Some(folder) = folder {
        return Document::all_in(folder);
    }
    let built_in = |(name, text)| Document::new(format!("config/vitals/{name} (built in)"), text);
    Ok(BUILT_IN.into_iter().map(built_in).collect())
}

/// The signs in all these texts, held against each other, and their kinds of incident against `kinds`.
///
/// # Errors
/// [`ConfigError`], with file and line: not TOML, an unknown key, family, level or kind, a formula that is none, limits
/// that are out of order, an index of what is not there, a code that is there twice.
pub fn read(documents: &[Document], kinds: Option<&Catalogue>) -> Result<Vec<VitalSign>, ConfigError> {
    let mut signs: Vec<VitalSign> = Vec::new();
    let mut places = Vec::new();
    for document in documents {
        let file: File = document.parse()?;
        let family = Family::of_word(file.family.get_ref()).ok_or_else(|| {
            let problem = format!("there is no family of vital signs `{}`", file.family.get_ref());
            let hint = did_you_mean(file.family.get_ref(), Family::ALL.map(Family::word));
            document.wrong(Some(file.family.span()), problem, hint)
        })?;
        for row in &file.sign {
            let code = &row.get_ref().code;
            if signs.iter().any(|sign| sign.code == *code.get_ref()) {
                return Err(document.wrong(Some(code.span()), format!("`{}` is there twice", code.get_ref()), None));
            }
            if signs.len() >= SIGNS_MAX {
                return Err(document.wrong(Some(row.span()), format!("there are at most {SIGNS_MAX} signs"), None));
            }
            signs.push(sign(document, row, family, kinds)?);
            let reckoned = row.get_ref().formula.as_ref().map(Spanned::span);
            let reckoned = reckoned.or_else(|| row.get_ref().weights.as_ref().map(Spanned::span));
            places.push((document, reckoned));
        }
    }
    let mut asked: Vec<Formula> = Vec::new();
    for (sign, (document, at)) in signs.iter().zip(places) {
        formula::check(sign, &signs).map_err(|error| {
            let hint = error.names.and_then(|(wrong, known)| did_you_mean(&wrong, known));
            document.wrong(at.clone(), error.problem, hint)
        })?;
        if let Reckoning::Formula(text) = &sign.reckoning {
            asked.extend(Formula::read(text).ok().filter(Formula::asks_over));
        }
        let mut past = Past::default();
        past.want(asked.iter().flat_map(Formula::asks).map(|(_, ask)| ask));
        if past.len() > SERIES_MAX {
            let problem = format!("all signs together ask at most {SERIES_MAX} questions over time");
            return Err(document.wrong(at, problem, None));
        }
    }
    Ok(signs)
}

fn sign(
    document: &Document,
    row: &Spanned<SignRow>,
    family: Family,
    kinds: Option<&Catalogue>,
) -> Result<VitalSign, ConfigError> {
    let (span, row) = (row.span(), row.get_ref());
    let reckoning = match (&row.formula, &row.weights) {
        (Some(formula), None) => Reckoning::Formula(formula.get_ref().clone()),
        (None, Some(weights)) => Reckoning::Weights(weights.get_ref().clone().into_iter().collect()),
        _ => {
            let problem = "a sign has either `formula` or `weights`".to_owned();
            return Err(document.wrong(Some(row.code.span()), problem, None));
        }
    };
    let limits = limits_of!(row);
    let name = Wording { zh: row.zh.get_ref().clone(), en: row.en.get_ref().clone() };
    let rule = LimitRule {
        code: root_of(row.code.get_ref()),
        name: name.clone(),
        measures: SensorKind::Vital,
        ..limits.read(document, kinds)?
    };
    let sign = VitalSign {
        code: row.code.get_ref().clone(),
        name,
        family,
        unit: row.unit.get_ref().clone(),
        about: Wording { zh: row.about_zh.get_ref().clone(), en: row.about_en.get_ref().clone() },
        reckoning,
        depth: row.depth.as_ref().map_or(0, |depth| *depth.get_ref()),
        period_secs: row.period_secs.as_ref().map_or(PERIOD_SECS, |secs| *secs.get_ref()),
        precision: row.precision.as_ref().map_or(0.0, |precision| *precision.get_ref()),
        target: row.target.as_ref().map(|target| *target.get_ref()),
        scale: row.scale.as_ref().map(Spanned::get_ref).map(|&(best, worst)| Scale { best, worst }),
        missing_max: row.missing_max.as_ref().map_or(MISSING_MAX, |most| *most.get_ref()),
        limits: limits.is_any().then_some(rule),
    };
    let unnamed = [("zh", &sign.name.zh), ("en", &sign.name.en)].into_iter().find(|(_, name)| name.trim().is_empty());
    let named = unnamed.map_or(Ok(()), |(field, _)| {
        Err(Refusal::Unusable { field: field.to_owned(), reason: "is missing".to_owned() })
    });
    named.and_then(|()| sign.check()).map_err(|refusal| {
        let at = limits.place(&refusal).or_else(|| place(row, &refusal));
        document.wrong(Some(at.unwrap_or(span)), refusal.to_string(), None)
    })?;
    Ok(sign)
}

/// Where the field stands that a refusal is about.
fn place(row: &SignRow, refusal: &Refusal) -> Option<std::ops::Range<usize>> {
    let Refusal::Unusable { field, .. } = refusal else { return None };
    match field.as_str() {
        "code" => Some(row.code.span()),
        "zh" => Some(row.zh.span()),
        "en" => Some(row.en.span()),
        "unit" => Some(row.unit.span()),
        "about_zh" => Some(row.about_zh.span()),
        "about_en" => Some(row.about_en.span()),
        "depth" => row.depth.as_ref().map(Spanned::span),
        "period_secs" => row.period_secs.as_ref().map(Spanned::span),
        "precision" => row.precision.as_ref().map(Spanned::span),
        "target" => row.target.as_ref().map(Spanned::span),
        "scale" => row.scale.as_ref().map(Spanned::span),
        "missing_max" => row.missing_max.as_ref().map(Spanned::span),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "family = 'ecology'\n[[sign]]\ncode = 'air'\nzh = '空气'\nen = 'Air'\nunit = ''\nabout_zh = ''\nabout_en = ''\nformula = 'mean(\"pm25\") / 2'\ndepth = 1\nscale = [10, 100]\nhigh = { IV = 75, I = 150.0 }\npending_secs = 60\n[[sign.variant]]\nmonths = [12, 1]\nhours = [22, 6]\nhigh = { IV = 115 }\n";

    fn read_text(text: &str) -> Result<Vec<VitalSign>, ConfigError> {
        read(&[Document::new("own.toml", text)], Catalogue::load(None).ok().as_ref())
    }

    #[test]
    fn the_built_in_signs_are_right_many_and_called_in_both_languages() {
        let kinds = Catalogue::load(None).unwrap();
        let signs = load(None, &kinds).unwrap();
        assert!(signs.len() >= 60, "{}", signs.len());
        assert_eq!(read(&documents(None).unwrap(), Some(&kinds)).unwrap(), signs, "no kind of incident is left out");
        for family in Family::ALL {
            assert!(signs.iter().filter(|sign| sign.family == family).count() >= 3, "{family:?}");
        }
        for sign in &signs {
            assert!(!sign.name.zh.is_ascii() && sign.name.en.is_ascii(), "{}", sign.code);
            assert!(!sign.about.zh.is_ascii() && !sign.about.en.is_empty(), "{}", sign.code);
        }
        let with = |wanted: fn(&VitalSign) -> bool| signs.iter().filter(|sign| wanted(sign)).count();
        assert!(with(|sign| sign.limits.is_some()) >= 30);
        assert!(with(|sign| sign.limits.as_ref().is_some_and(|rule| !rule.variants.is_empty())) >= 10);
    }

    #[test]
    fn a_sign_is_read_with_its_limits_and_their_variants() {
        let signs = read_text(ONE).unwrap();
        let sign = signs.first().unwrap();
        let rule = sign.limits.as_ref().unwrap();
        assert_eq!((sign.depth, sign.period_secs, rule.pending_secs), (1, 10, 60));
        assert_eq!((rule.code.as_str(), rule.high), ("vital:air", [Some(150.0), None, None, Some(75.0)]));
        let variant = rule.variants.first().unwrap();
        assert_eq!((variant.when.hours, variant.high), (Some((22, 6)), [None, None, None, Some(115.0)]));
    }

    #[test]
    fn mistakes_name_file_and_line() {
        for (from, to, line, problem) in [
            ("'ecology'", "'ecologie'", 1, "did you mean `ecology`?"),
            ("code = 'air'", "code = 'Air'", 3, "small letters"),
            ("mean(", "maen(", 9, "did you mean `mean`?"),
            ("pm25", "pm52", 9, "did you mean `pm25`?"),
            ("mean(\"pm25\") / 2", "mean(\"pm25\") >", 9, "Syntax error"),
            ("/ 2'", "> 2'", 9, "yes or no"),
            ("/ 2'", "+ \"x\"'", 9, "only calls, numbers and operators"),
            ("/ 2'", "- ago(mean(\"pm25\"), \"1w\")'", 9, "`1w` is no while: write 5m to 7d"),
            ("/ 2'", "- mean_over(mean(\"pm25\"), \"1m\")'", 9, "`1m` is no while"),
            ("/ 2'", "- rate(open_cases(\"\"), \"1h\")'", 9, "`rate` asks sensors alone"),
            ("depth = 1", "depth = 9", 10, "at most 3"),
            ("[10, 100]", "[10, 10]", 11, "two numbers that differ"),
            ("I = 150.0", "I = 15.0", 12, "a worse level"),
            ("months = [12, 1]", "months = [0]", 14, "1 to 12"),
            ("formula = 'mean(\"pm25\") / 2'", "weights = { bad = 1 }", 9, "there is no vital sign `bad`"),
            ("formula = 'mean(\"pm25\") / 2'", "", 3, "either `formula` or `weights`"),
            ("unit = ''", "units = ''", 6, "unknown key `units`"),
        ] {
            let text = ONE.replacen(from, to, 1);
            let error = read_text(&text).unwrap_err().in_full();
            assert!(error.starts_with(&format!("own.toml:{line}: ")) && error.contains(problem), "{to}: {error}");
        }
        let (_, sign) = ONE.split_once('\n').unwrap();
        let error = read_text(&format!("{ONE}{sign}")).unwrap_err().in_full();
        assert!(error.contains("`air` is there twice"), "{error}");
    }
}
