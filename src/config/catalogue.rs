//! The kinds of incident a city knows: `config/catalogue/kinds.toml`.
//!
//! The file in the repository is built in, so that a lone binary knows the standard kinds; a file of
//! the same shape replaces it.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;

use super::departments::{DepartmentRow, Departments};
use super::document::{ConfigError, Document, did_you_mean};
use super::forms::{Field, FieldRow, Fields, FormRows};
use super::limits::{LimitsRow, SOON_PERCENT};
use crate::domain::{Answers, BulletinRules, Grade, KpiRules, Limits, Refusal, TimeLimits, WorkCalendar};

const BUILT_IN: &str = include_str!("../../config/catalogue/kinds.toml");

/// The families of kinds: GB/T 30428.2 components and events, and the four families of emergencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// 部件: something that stands in the street.
    Component,
    /// 事件: something that happens in the street.
    Event,
    /// 自然灾害.
    Natural,
    /// 事故灾难.
    Accident,
    /// 公共卫生.
    Health,
    /// 社会安全.
    Security,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 6] =
        [Self::Component, Self::Event, Self::Natural, Self::Accident, Self::Health, Self::Security];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Component => "class.component",
            Self::Event => "class.event",
            Self::Natural => "class.natural",
            Self::Accident => "class.accident",
            Self::Health => "class.health",
            Self::Security => "class.security",
        }
    }

    /// One of the four families of emergencies.
    #[must_use]
    pub fn is_emergency(self) -> bool {
        !matches!(self, Self::Component | Self::Event)
    }
}

/// One kind of incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// What reports and mappings name: a digit for component, event or emergency, then the two-digit
    /// class and sub-class.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// What people say of it, in any language.
    pub words: Vec<String>,
    /// Its family.
    pub class: Class,
    /// Name of the picture in its pin.
    pub icon: String,
    /// Grade of a report that brings none.
    pub grade: Grade,
    /// How long its incidents may take.
    pub limits: Limits,
    /// 主办: the code of the department that answers for it.
    pub lead: Option<String>,
    /// 协办: the codes of those that help.
    pub assist: Vec<String>,
    /// Nobody drives where one of its incidents is open.
    pub closes_road: bool,
    /// What its cases are asked beside place and text, in the order in which it is asked.
    pub form: Vec<Field>,
}

impl Kind {
    /// Answers as its form keeps them.
    ///
    /// # Errors
    /// [`Refusal::Unusable`] with the field: it has no such field, or the field does not take the answer.
    pub fn answers(&self, said: &Answers) -> Result<Answers, Refusal> {
        let mut read = Answers::new();
        for (code, answer) in said.iter() {
            let refused = |reason| Refusal::Unusable { field: format!("form.{code}"), reason };
            let Some(field) = self.form.iter().find(|field| field.code == code) else {
                let known: Vec<&str> = self.form.iter().map(|field| field.code.as_str()).collect();
                return Err(refused(format!("is no field of {}, which has {}", self.code, known.join(", "))));
            };
            let kept = field.read(answer).map_err(|no| refused(no.to_string()))?;
            read.set(code, &kept);
        }
        Ok(read)
    }

    /// The name in a language as `assets/i18n` calls it: Chinese for `zh…`, else English.
    #[must_use]
    pub fn name(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.name_zh } else { &self.name_en }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fallback: toml::Spanned<String>,
    soon_percent: Option<toml::Spanned<u8>>,
    #[serde(default)]
    limits: ClassLimits,
    reports: Option<toml::Spanned<ReportsRow>>,
    #[serde(default)]
    figures: FiguresRow,
    #[serde(default)]
    department: Vec<DepartmentRow>,
    #[serde(default)]
    field: Vec<FieldRow>,
    #[serde(default)]
    forms: FormRows,
    kind: Vec<toml::Spanned<KindRow>>,
}

/// When reports to those above are owed for emergencies of grade Ⅱ and graver.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "keys of the file say their unit")]
struct ReportsRow {
    first_minutes: u32,
    follow_minutes: u32,
    final_minutes: u32,
}

/// What the key figures are counted by; what is missing is as usual.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FiguresRow {
    subtract_held: Option<bool>,
}

impl FiguresRow {
    fn rules(&self) -> KpiRules {
        let usual = KpiRules::default();
        KpiRules { subtract_held: self.subtract_held.unwrap_or(usual.subtract_held) }
    }
}

/// Longest that a report to those above may take, in minutes: a month.
const REPORT_MINUTES_MAX: u32 = 31 * 24 * 60;

/// Limits of the kinds of a class that have none of their own.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ClassLimits {
    component: LimitsRow,
    event: LimitsRow,
    natural: LimitsRow,
    accident: LimitsRow,
    health: LimitsRow,
    security: LimitsRow,
}

impl ClassLimits {
    fn of(&self, class: Class) -> &LimitsRow {
        match class {
            Class::Component => &self.component,
            Class::Event => &self.event,
            Class::Natural => &self.natural,
            Class::Accident => &self.accident,
            Class::Health => &self.health,
            Class::Security => &self.security,
        }
    }
}

impl FormRows {
    fn of(&self, class: Class) -> &[toml::Spanned<String>] {
        match class {
            Class::Component => &self.component,
            Class::Event => &self.event,
            Class::Natural => &self.natural,
            Class::Accident => &self.accident,
            Class::Health => &self.health,
            Class::Security => &self.security,
        }
    }
}

/// As [`Kind`], with grade and code in places that errors can point at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindRow {
    code: toml::Spanned<String>,
    name_zh: String,
    name_en: String,
    #[serde(default)]
    words: Vec<String>,
    class: Class,
    icon: String,
    grade: toml::Spanned<String>,
    #[serde(default)]
    limits: LimitsRow,
    lead: Option<toml::Spanned<String>>,
    #[serde(default)]
    assist: Vec<toml::Spanned<String>>,
    #[serde(default)]
    closes_road: bool,
    #[serde(default)]
    form: Vec<toml::Spanned<String>>,
}

/// All kinds, in the order of their file.
#[derive(Debug, Clone)]
pub struct Catalogue {
    kinds: Vec<Kind>,
    by_code: HashMap<String, usize>,
    fallback: usize,
    soon_percent: u8,
    departments: Departments,
    reports: Option<BulletinRules>,
    figures: KpiRules,
}

impl Catalogue {
    /// The catalogue in the file at `path`, or the one built in where there is none.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line.
    pub fn load(path: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from_document(&Self::document(path)?)
    }

    /// The text of [`Self::load`].
    ///
    /// # Errors
    /// [`ConfigError`] where the file cannot be read.
    pub fn document(path: Option<&Path>) -> Result<Document, ConfigError> {
        match path {
            Some(path) => Document::read(path),
            None => Ok(Document::new("config/catalogue/kinds.toml (built in)", BUILT_IN)),
        }
    }

    /// The catalogue in a text.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line: not TOML, unknown key, class or grade, a code twice, an
    /// empty code, a fallback that is no kind, a limit that is none.
    pub fn from_document(document: &Document) -> Result<Self, ConfigError> {
        let file: File = document.parse()?;
        let mut kinds = Vec::with_capacity(file.kind.len());
        let mut by_code = HashMap::with_capacity(file.kind.len());
        let soon_percent = soon_percent(document, file.soon_percent.as_ref())?;
        let departments = Departments::read(document, file.department)?;
        let reports = file.reports.as_ref().map(|row| reports(document, row)).transpose()?;
        let figures = file.figures.rules();
        let fields = Fields::read(document, file.field)?;
        let usual = |class| file.limits.of(class).over(Limits::default(), document);
        // Those of a class that no kind has are looked at as well.
        Class::ALL.into_iter().try_for_each(|class| usual(class).map(drop))?;
        let form = |own: &[toml::Spanned<String>], class| fields.of(document, own, file.forms.of(class));
        Class::ALL.into_iter().try_for_each(|class| form(&[], class).map(drop))?;
        for row in file.kind {
            let row = row.into_inner();
            let at = row.code.span();
            let code = row.code.into_inner();
            if code.trim().is_empty() {
                return Err(document.wrong(Some(at), "a kind needs a code".to_owned(), None));
            }
            if by_code.insert(code.clone(), kinds.len()).is_some() {
                return Err(document.wrong(Some(at), format!("kind `{code}` is there twice"), None));
            }
            let grade = grade(document, &row.grade)?;
            let (name_zh, name_en, class, icon) = (row.name_zh, row.name_en, row.class, row.icon);
            let limits = row.limits.over(usual(class)?, document)?;
            let named = |code: &toml::Spanned<String>| departments.named(document, code);
            let form = form(&row.form, class)?;
            let lead = row.lead.as_ref().map(named).transpose()?;
            let assist = row.assist.iter().map(named).collect::<Result<_, _>>()?;
            kinds.push(Kind {
                code,
                name_zh,
                name_en,
                words: row.words,
                class,
                icon,
                grade,
                limits,
                lead,
                assist,
                closes_road: row.closes_road,
                form,
            });
        }
        let Some(fallback) = by_code.get(file.fallback.get_ref()).copied() else {
            let wrong = file.fallback.get_ref();
            let hint = did_you_mean(wrong, by_code.keys().map(String::as_str));
            return Err(document.wrong(Some(file.fallback.span()), format!("there is no kind `{wrong}`"), hint));
        };
        Ok(Self { kinds, by_code, fallback, soon_percent, departments, reports, figures })
    }

    /// All kinds, in the order of their file.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &Kind> {
        self.kinds.iter()
    }

    /// The kind with this code.
    #[must_use]
    pub fn kind(&self, code: &str) -> Option<&Kind> {
        self.kinds.get(*self.by_code.get(code)?)
    }

    /// Who answers for them.
    #[must_use]
    pub fn departments(&self) -> &Departments {
        &self.departments
    }

    /// The kind of a report whose own kind nobody knows; `None` in no catalogue that was loaded.
    #[must_use]
    pub fn fallback(&self) -> Option<&Kind> {
        self.kinds.get(self.fallback)
    }

    /// The time limits of all kinds, counted on a calendar.
    #[must_use]
    pub fn time_limits(&self, calendar: WorkCalendar) -> TimeLimits {
        let by_kind: BTreeMap<_, _> = self.kinds.iter().map(|kind| (kind.code.clone(), kind.limits)).collect();
        let limits = TimeLimits::new(calendar, self.soon_percent, by_kind);
        let Some(reports) = self.reports else { return limits };
        let emergencies = self.kinds.iter().filter(|kind| kind.class.is_emergency());
        limits.with_bulletins(reports, emergencies.map(|kind| kind.code.clone()).collect())
    }

    /// When reports to those above are owed; `None` where the file says nothing of them.
    #[must_use]
    pub fn reports(&self) -> Option<BulletinRules> {
        self.reports
    }

    /// What the key figures are counted by.
    #[must_use]
    pub fn figures(&self) -> KpiRules {
        self.figures
    }

    /// Per cent of a limit within which its lamp is yellow.
    #[must_use]
    pub fn soon_percent(&self) -> u8 {
        self.soon_percent
    }

    /// The code nearest to a wrong one.
    #[must_use]
    pub fn nearest(&self, wrong: &str) -> Option<&str> {
        super::nearest::nearest(wrong, self.kinds.iter().map(|kind| kind.code.as_str()))
    }
}

fn reports(document: &Document, row: &toml::Spanned<ReportsRow>) -> Result<BulletinRules, ConfigError> {
    let &ReportsRow { first_minutes, follow_minutes, final_minutes } = row.get_ref();
    let wrong = [first_minutes, follow_minutes, final_minutes]
        .into_iter()
        .find(|minutes| !(1..=REPORT_MINUTES_MAX).contains(minutes));
    match wrong {
        Some(wrong) => {
            let problem = format!("a report is owed within 1 to {REPORT_MINUTES_MAX} minutes, not {wrong}");
            Err(document.wrong(Some(row.span()), problem, None))
        }
        None => Ok(BulletinRules { first_minutes, follow_minutes, final_minutes }),
    }
}

fn soon_percent(document: &Document, written: Option<&toml::Spanned<u8>>) -> Result<u8, ConfigError> {
    match written {
        Some(wrong) if *wrong.get_ref() > 100 => {
            let problem = format!("{} per cent are more than all", wrong.get_ref());
            Err(document.wrong(Some(wrong.span()), problem, None))
        }
        Some(percent) => Ok(*percent.get_ref()),
        None => Ok(SOON_PERCENT),
    }
}

pub(super) fn grade(document: &Document, written: &toml::Spanned<String>) -> Result<Grade, ConfigError> {
    Ok(match written.get_ref().as_str() {
        "I" => Grade::I,
        "II" => Grade::II,
        "III" => Grade::III,
        "IV" => Grade::IV,
        other => {
            let hint = Some("known are `I`, `II`, `III`, `IV`".to_owned());
            return Err(document.wrong(Some(written.span()), format!("unknown grade `{other}`"), hint));
        }
    })
}
