//! The catalogue that is in force: kinds, time limits, work calendar, plans and shifts together.
//!
//! A hub reads it from its files, everyone else from the fact in which the hub told their texts, so that all say the
//! same of the same moment. Where no such fact is there, the files built in are in force.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::document::{ConfigError, Document};
use super::{Catalogue, Kind, Plans, alarms, calendar, duty, vitals};
use crate::domain::alarm::Alarms;
use crate::domain::{
    AlarmRules, CATALOGUE_TEXT_MAX, CatalogueTexts, Hall, PlanTexts, Refusal, Shifts, TimeLimits, WorkCalendar,
};

/// A city's own files; the one built in where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogueFiles {
    /// The kinds of incident.
    pub kinds: Option<PathBuf>,
    /// The work calendar.
    pub calendar: Option<PathBuf>,
    /// The folder of the plans.
    pub plans: Option<PathBuf>,
    /// The shifts of a day.
    pub duty: Option<PathBuf>,
    /// The limits of what sensors show.
    pub alarms: Option<PathBuf>,
    /// The folder of the vital signs.
    pub vitals: Option<PathBuf>,
}

impl CatalogueFiles {
    /// Read all files as they are on disk now.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line.
    pub fn read(&self) -> Result<InForce, ConfigError> {
        let kinds = Catalogue::document(self.kinds.as_deref())?;
        let calendar = calendar::document(self.calendar.as_deref())?;
        let read = InForce::from_documents(&kinds, &calendar)?;
        let plans = match &self.plans {
            Some(folder) => Plans::read(&Plans::documents(Some(folder))?, Some(read.kinds()))?,
            None => Plans::built_in_for(read.kinds())?,
        };
        let shifts = duty::load(self.duty.as_deref())?;
        let mut rules = alarms::load(self.alarms.as_deref(), read.kinds())?;
        rules.vitals = vitals::load(self.vitals.as_deref(), read.kinds())?;
        Ok(read.with_plans(plans).with_shifts(Arc::new(shifts)).with_alarm_rules(Arc::new(rules)))
    }
}

/// A catalogue that was read and found right.
#[derive(Debug, Clone)]
pub struct InForce {
    texts: Arc<CatalogueTexts>,
    kinds: Catalogue,
    calendar: WorkCalendar,
    limits: Arc<TimeLimits>,
    plans: Arc<Plans>,
    shifts: Arc<Shifts>,
    alarm_rules: Arc<AlarmRules>,
}

impl InForce {
    /// What two documents say together, without any plans.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line; also for a text that is too long to be told to screens.
    pub fn from_documents(kinds: &Document, calendar: &Document) -> Result<Self, ConfigError> {
        check_length(kinds)?;
        check_length(calendar)?;
        let texts = CatalogueTexts { kinds: kinds.text().to_owned(), calendar: calendar.text().to_owned() };
        let kinds = Catalogue::from_document(kinds)?;
        let calendar = calendar::from_document(calendar)?;
        let limits = Arc::new(kinds.time_limits(calendar.clone()));
        let (plans, shifts, alarm_rules) = Default::default();
        Ok(Self { texts: Arc::new(texts), kinds, calendar, limits, plans, shifts, alarm_rules })
    }

    /// The same with these plans.
    #[must_use]
    pub fn with_plans(self, plans: Plans) -> Self {
        Self { plans: Arc::new(plans), ..self }
    }

    /// The same with these shifts.
    #[must_use]
    pub fn with_shifts(self, shifts: Arc<Shifts>) -> Self {
        Self { shifts, ..self }
    }

    /// The same with these rules of alarms.
    #[must_use]
    pub fn with_alarm_rules(self, alarm_rules: Arc<AlarmRules>) -> Self {
        Self { alarm_rules, ..self }
    }

    /// What the texts of a fact say, without any plans.
    ///
    /// # Errors
    /// As [`Self::from_documents`]; the documents are called `kinds.toml` and `calendar.toml`.
    pub fn from_texts(texts: &Arc<CatalogueTexts>) -> Result<Self, ConfigError> {
        let kinds = Document::new("kinds.toml", texts.kinds.as_str());
        let calendar = Document::new("calendar.toml", texts.calendar.as_str());
        Ok(Self { texts: Arc::clone(texts), ..Self::from_documents(&kinds, &calendar)? })
    }

    /// The one in force in a hall.
    ///
    /// # Errors
    /// [`ConfigError`] where another release took what this one cannot read.
    pub fn of(hall: &Hall) -> Result<Self, ConfigError> {
        let read = hall.catalogue().map_or_else(Self::built_in, Self::from_texts)?;
        let plans = Self::plans_of(hall.plan_texts(), read.kinds())?;
        let rules = Self::alarm_rules_of(hall, read.kinds())?;
        Ok(read.with_plans(plans).with_shifts(Self::shifts_of(hall)?).with_alarm_rules(rules))
    }

    /// What the texts of plans say, or those built in that fit the kinds. What texts name was held against the kinds when
    /// they were taken; others may be in force since.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line.
    pub fn plans_of(texts: Option<&Arc<PlanTexts>>, kinds: &Catalogue) -> Result<Plans, ConfigError> {
        match texts {
            Some(texts) => Plans::from_texts(texts, None),
            None => Plans::built_in_for(kinds),
        }
    }

    /// The shifts taken last in a hall, or those built in.
    ///
    /// # Errors
    /// [`ConfigError`]; never for a release that passed its tests.
    pub fn shifts_of(hall: &Hall) -> Result<Arc<Shifts>, ConfigError> {
        match hall.duty().in_force() {
            Some(taken) => Ok(Arc::clone(&taken.shifts)),
            None => duty::load(None).map(Arc::new),
        }
    }

    /// The rules of alarms taken last in a hall, or those built in.
    ///
    /// # Errors
    /// [`ConfigError`]; never for a release that passed its tests.
    pub fn alarm_rules_of(hall: &Hall, kinds: &Catalogue) -> Result<Arc<AlarmRules>, ConfigError> {
        if let Some(rules) = hall.alarms().rules() {
            return Ok(Arc::clone(rules));
        }
        let rules = alarms::load(None, kinds)?;
        Ok(Arc::new(AlarmRules { vitals: vitals::load(None, kinds)?, ..rules }))
    }

    /// The rules of alarms in force: those that a hall took last, or those built in, which are read once.
    #[must_use]
    pub fn rules_of(alarms: &Alarms) -> Option<&AlarmRules> {
        static BUILT_IN: OnceLock<Option<Arc<AlarmRules>>> = OnceLock::new();
        let built_in = || BUILT_IN.get_or_init(|| Self::built_in().ok().map(|all| Arc::clone(all.alarm_rules())));
        alarms.rules().map(AsRef::as_ref).or_else(|| built_in().as_deref())
    }

    /// The one built in.
    ///
    /// # Errors
    /// [`ConfigError`]; never for a release that passed its tests.
    pub fn built_in() -> Result<Self, ConfigError> {
        CatalogueFiles::default().read()
    }

    /// Its texts.
    #[must_use]
    pub fn texts(&self) -> &Arc<CatalogueTexts> {
        &self.texts
    }

    /// The kinds.
    #[must_use]
    pub fn kinds(&self) -> &Catalogue {
        &self.kinds
    }

    /// The plans.
    #[must_use]
    pub fn plans(&self) -> &Arc<Plans> {
        &self.plans
    }

    /// The shifts of a day.
    #[must_use]
    pub fn shifts(&self) -> &Arc<Shifts> {
        &self.shifts
    }

    /// The limits of what sensors show.
    #[must_use]
    pub fn alarm_rules(&self) -> &Arc<AlarmRules> {
        &self.alarm_rules
    }

    /// The time limits, counted on its calendar.
    #[must_use]
    pub fn limits(&self) -> &Arc<TimeLimits> {
        &self.limits
    }

    /// What is otherwise than in the one before.
    #[must_use]
    pub fn difference(&self, before: &Self) -> Difference {
        let mut difference = Difference {
            kinds_removed: before.kinds.kinds().filter(|kind| self.kinds.kind(&kind.code).is_none()).count(),
            calendar_changed: self.calendar != before.calendar,
            lamps_changed: self.kinds.soon_percent() != before.kinds.soon_percent(),
            reports_changed: self.kinds.reports() != before.kinds.reports(),
            plans_changed: self.plans.changes(&before.plans),
            shifts_changed: self.shifts != before.shifts,
            alarm_rules_changed: self.alarm_rules != before.alarm_rules,
            ..Difference::default()
        };
        for kind in self.kinds.kinds() {
            let Some(old) = before.kinds.kind(&kind.code) else {
                difference.kinds_added += 1;
                continue;
            };
            difference.limits_changed += usize::from(kind.limits != old.limits);
            difference.kinds_changed += usize::from(*kind != Kind { limits: kind.limits, ..old.clone() });
        }
        difference
    }
}

/// Whether a document is short enough to be told to screens.
///
/// # Errors
/// [`ConfigError`] where it is not.
pub fn check_length(document: &Document) -> Result<(), ConfigError> {
    if document.text().len() <= CATALOGUE_TEXT_MAX {
        return Ok(());
    }
    Err(document.wrong(None, format!("the file is longer than {CATALOGUE_TEXT_MAX} bytes"), None))
}

/// What is otherwise in one catalogue than in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that changed")]
pub struct Difference {
    /// Kinds that only the new one has.
    pub kinds_added: usize,
    /// Kinds that only the old one has.
    pub kinds_removed: usize,
    /// Kinds with another name, class, icon or grade.
    pub kinds_changed: usize,
    /// Kinds with other time limits.
    pub limits_changed: usize,
    /// Hours or days of work are others.
    pub calendar_changed: bool,
    /// Lamps turn yellow at another part of a limit.
    pub lamps_changed: bool,
    /// Plans that are new, gone or changed.
    pub plans_changed: usize,
    /// Reports to those above are owed at other times.
    pub reports_changed: bool,
    /// Shifts or posts are others.
    pub shifts_changed: bool,
    /// Limits of what sensors show are others.
    pub alarm_rules_changed: bool,
}

impl From<&ConfigError> for Refusal {
    fn from(error: &ConfigError) -> Self {
        Self::CatalogueWrong {
            file: error.at().to_owned(),
            line: error.line().and_then(|line| u32::try_from(line).ok()),
            problem: error.problem(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: &str = "fallback = '1'\n[[kind]]\ncode = '1'\nname_zh = 'x'\nname_en = 'x'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n[[kind]]\ncode = '2'\nname_zh = 'y'\nname_en = 'y'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n";
    const CALENDAR: &str = "hours = ['09:00-12:00']\nrest = ['sunday']\n";

    fn read(kinds: &str, calendar: &str) -> Result<InForce, ConfigError> {
        InForce::from_texts(&Arc::new(CatalogueTexts { kinds: kinds.to_owned(), calendar: calendar.to_owned() }))
    }

    #[test]
    fn what_changed_between_two_catalogues_is_counted() {
        let before = read(KINDS, CALENDAR).expect("right");
        let same = before.difference(&before);
        assert_eq!(same, Difference::default());
        let kinds = KINDS.replace("code = '2'", "code = '3'").replace("name_zh = 'x'", "name_zh = 'z'");
        let kinds = format!("soon_percent = 30\n{kinds}\n[limits.event]\nwhole = {{ work_days = 2 }}\n");
        let after = read(&kinds, &CALENDAR.replace("sunday", "monday")).expect("right");
        let all = Difference {
            kinds_added: 1,
            kinds_removed: 1,
            kinds_changed: 1,
            limits_changed: 1,
            calendar_changed: true,
            lamps_changed: true,
            plans_changed: 0,
            reports_changed: false,
            shifts_changed: false,
            alarm_rules_changed: false,
        };
        assert_eq!(after.difference(&before), all);
    }

    #[test]
    fn a_wrong_text_is_a_refusal_with_file_line_and_the_nearest_right_word() {
        let error = read(&KINDS.replacen("icon", "ikon", 1), CALENDAR).expect_err("wrong on purpose");
        let refusal = Refusal::from(&error);
        let problem = "unknown key `ikon`; did you mean `icon`?".to_owned();
        assert_eq!(refusal, Refusal::CatalogueWrong { file: "kinds.toml".to_owned(), line: Some(7), problem });
        assert_eq!(refusal.to_string(), error.in_full());
        let missing = CatalogueFiles { kinds: Some("no/such/kinds.toml".into()), ..CatalogueFiles::default() };
        let refusal = Refusal::from(&missing.read().expect_err("it is not there"));
        assert!(refusal.to_string().starts_with("no/such/kinds.toml: cannot be read: "), "{refusal}");
        let long = read(&"#".repeat(CATALOGUE_TEXT_MAX + 1), CALENDAR).expect_err("too long");
        assert!(long.in_full().starts_with("kinds.toml:1: the file is longer than"), "{}", long.in_full());
    }
}
