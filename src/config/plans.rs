//! Plans (预案): `config/plans/*.toml`, one run card to a file.
//!
//! Those in the repository are built in; a folder of files of the same shape replaces them all. A plan says for which
//! kinds of incident and from which grade on it is proposed, what each alarm level adds, and which steps are due where
//! after how many minutes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::Catalogue;
use super::document::{ConfigError, Document};
use crate::domain::plan::{ALARMS_MAX, STEP_MINUTES_MAX, STEPS_MAX};
use crate::domain::{Alarm, CrewKind, Grade, Notice, Plan, PlanStep, PlanTexts, StepPlace, Wording};

/// Widest ring of a step, in metres.
const RING_MAX: u16 = 10_000;

macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../config/plans/", $name)))),+]
    };
}

const BUILT_IN: [(&str, &str); 10] = built_in![
    "bridge-snow.toml",
    "building-collapse.toml",
    "flooded-underpass.toml",
    "gas-leak.toml",
    "metro-crowd.toml",
    "mass-casualty.toml",
    "sinkhole.toml",
    "tower-fire.toml",
    "traffic-pile-up.toml",
    "water-main.toml",
];

/// A plan, and for which cases it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunCard {
    /// The plan.
    pub plan: Plan,
    /// Codes of kinds, or what they begin with.
    pub kinds: Vec<String>,
    /// The slightest grade for which it is proposed.
    pub grade: Grade,
}

/// As [`RunCard`], with places that errors can point at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: toml::Spanned<String>,
    name: Wording,
    kinds: Vec<toml::Spanned<String>>,
    grade: toml::Spanned<String>,
    #[serde(default)]
    alarm: Vec<toml::Spanned<AlarmRow>>,
    #[serde(default)]
    step: Vec<toml::Spanned<StepRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlarmRow {
    grade: Option<toml::Spanned<String>>,
    lead: Option<toml::Spanned<String>>,
    #[serde(default)]
    assist: Vec<toml::Spanned<String>>,
    #[serde(default)]
    crews: BTreeMap<CrewKind, u8>,
    #[serde(default)]
    notice: Vec<NoticeRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticeRow {
    to: toml::Spanned<String>,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepRow {
    code: String,
    zh: String,
    en: String,
    #[serde(default)]
    who: Option<toml::Spanned<String>>,
    minutes: u16,
    #[serde(default = "first")]
    alarm: u8,
    #[serde(default)]
    place: Option<StepPlace>,
}

fn first() -> u8 {
    1
}

/// Reads one file, against the kinds and departments of a catalogue where there is one.
struct Reader<'a> {
    document: &'a Document,
    kinds: Option<&'a Catalogue>,
}

impl Reader<'_> {
    fn grade(&self, written: &toml::Spanned<String>) -> Result<Grade, ConfigError> {
        super::catalogue::grade(self.document, written)
    }

    fn department(&self, code: &toml::Spanned<String>) -> Result<String, ConfigError> {
        match self.kinds {
            Some(kinds) => kinds.departments().named(self.document, code),
            None => Ok(code.get_ref().clone()),
        }
    }

    fn kind(&self, prefix: &toml::Spanned<String>) -> Result<String, ConfigError> {
        let wrong = prefix.get_ref();
        let Some(kinds) = self.kinds else { return Ok(wrong.clone()) };
        if !wrong.is_empty() && kinds.kinds().any(|kind| kind.code.starts_with(wrong.as_str())) {
            return Ok(wrong.clone());
        }
        let hint = kinds.nearest(wrong).map(|word| format!("did you mean `{word}`?"));
        Err(self.document.wrong(Some(prefix.span()), format!("no kind begins with `{wrong}`"), hint))
    }

    fn alarm(&self, row: toml::Spanned<AlarmRow>) -> Result<Alarm, ConfigError> {
        let at = row.span();
        let row = row.into_inner();
        if row.crews.contains_key(&CrewKind::Bus) {
            let problem = "buses are on their lines and take no cases".to_owned();
            return Err(self.document.wrong(Some(at), problem, None));
        }
        let notice =
            |row: NoticeRow| Ok(Notice { to: self.department(&row.to)?, text: Wording { zh: row.zh, en: row.en } });
        Ok(Alarm {
            grade: row.grade.as_ref().map(|grade| self.grade(grade)).transpose()?,
            lead: row.lead.as_ref().map(|code| self.department(code)).transpose()?,
            assist: row.assist.iter().map(|code| self.department(code)).collect::<Result<_, _>>()?,
            crews: row.crews.into_iter().collect(),
            notices: row.notice.into_iter().map(notice).collect::<Result<_, ConfigError>>()?,
        })
    }

    fn step(
        &self,
        row: toml::Spanned<StepRow>,
        alarms: usize,
        codes: &mut BTreeSet<String>,
    ) -> Result<PlanStep, ConfigError> {
        let at = row.span();
        let row = row.into_inner();
        let place = row.place.unwrap_or(StepPlace::Incident);
        let problem = if row.code.trim().is_empty() {
            Some("a step needs a code".to_owned())
        } else if !codes.insert(row.code.clone()) {
            Some(format!("step `{}` is there twice", row.code))
        } else if row.minutes == 0 || row.minutes > STEP_MINUTES_MAX {
            Some(format!("a step takes 1 to {STEP_MINUTES_MAX} minutes, not {}", row.minutes))
        } else if row.alarm == 0 || usize::from(row.alarm) > alarms {
            Some(format!("there is no alarm {}: this plan has {alarms}", row.alarm))
        } else if matches!(place, StepPlace::Ring(metres) if metres == 0 || metres > RING_MAX) {
            Some(format!("a ring is 1 to {RING_MAX} metres wide"))
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(self.document.wrong(Some(at), problem, None));
        }
        let who = row.who.as_ref().map(|code| self.department(code)).transpose()?.unwrap_or_default();
        let name = Wording { zh: row.zh, en: row.en };
        Ok(PlanStep { code: row.code, name, who, minutes: row.minutes, alarm: row.alarm, place })
    }
}

impl RunCard {
    /// The plan in a text; its departments and kinds are those of `kinds`, where there is such a catalogue.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line: not TOML, an unknown key, grade, department or kind, a step or alarm that
    /// cannot be.
    pub fn read(document: &Document, kinds: Option<&Catalogue>) -> Result<Self, ConfigError> {
        let file: File = document.parse()?;
        let reader = Reader { document, kinds };
        let wrong = |at: &toml::Spanned<String>, problem: String| Err(document.wrong(Some(at.span()), problem, None));
        if file.code.get_ref().trim().is_empty() {
            return wrong(&file.code, "a plan needs a code".to_owned());
        }
        if file.alarm.is_empty() || file.alarm.len() > ALARMS_MAX {
            return wrong(&file.code, format!("a plan has 1 to {ALARMS_MAX} alarms, not {}", file.alarm.len()));
        }
        if file.step.len() > STEPS_MAX {
            return wrong(&file.code, format!("a plan has at most {STEPS_MAX} steps, not {}", file.step.len()));
        }
        let (alarms, mut codes) = (file.alarm.len(), BTreeSet::new());
        let plan = Plan {
            code: file.code.get_ref().clone(),
            name: file.name,
            alarms: file.alarm.into_iter().map(|row| reader.alarm(row)).collect::<Result<_, _>>()?,
            steps: file.step.into_iter().map(|row| reader.step(row, alarms, &mut codes)).collect::<Result<_, _>>()?,
        };
        if let Err(refusal) = plan.check() {
            return wrong(&file.code, refusal.to_string());
        }
        let kinds = file.kinds.iter().map(|prefix| reader.kind(prefix)).collect::<Result<_, _>>()?;
        Ok(Self { plan, kinds, grade: reader.grade(&file.grade)? })
    }

    /// How well it fits a case: the length of what the kind begins with; `None` where it does not.
    #[must_use]
    pub fn fits(&self, kind: &str, grade: Grade) -> Option<usize> {
        let prefixes = self.kinds.iter().filter(|prefix| grade <= self.grade && kind.starts_with(prefix.as_str()));
        prefixes.map(String::len).max()
    }
}

/// All plans of a city, in the order of their files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plans {
    all: Vec<RunCard>,
    texts: Arc<PlanTexts>,
}

impl Plans {
    /// The texts of the plans in a folder, or of those built in.
    ///
    /// # Errors
    /// [`ConfigError`] where folder or file cannot be read.
    pub fn documents(folder: Option<&Path>) -> Result<Vec<Document>, ConfigError> {
        let Some(folder) = folder else {
            let built_in =
                |(name, text): &(&str, &str)| Document::new(format!("config/plans/{name} (built in)"), *text);
            return Ok(BUILT_IN.iter().map(built_in).collect());
        };
        Document::all_in(folder)
    }

    /// What documents say together, held against a catalogue where there is one.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line; also for a code that two of them have, and for texts that are too long to
    /// be told to screens.
    pub fn read(documents: &[Document], kinds: Option<&Catalogue>) -> Result<Self, ConfigError> {
        let mut all: Vec<RunCard> = Vec::with_capacity(documents.len());
        for document in documents {
            let card = RunCard::read(document, kinds)?;
            if all.iter().any(|other| other.plan.code == card.plan.code) {
                let at = document.text().find(&card.plan.code).map(|from| from..from);
                return Err(document.wrong(at, format!("another file has a plan `{}` as well", card.plan.code), None));
            }
            all.push(card);
        }
        let name = |file: &str| {
            let file = file.trim_end_matches(" (built in)");
            file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned()
        };
        let files = documents.iter().map(|one| (name(one.file()), one.text().to_owned())).collect();
        let texts = PlanTexts { files };
        if let (Err(refusal), Some(first)) = (texts.check(), documents.first()) {
            return Err(first.wrong(None, refusal.to_string(), None));
        }
        Ok(Self { all, texts: Arc::new(texts) })
    }

    /// Those built in that name only departments and kinds of a catalogue: a city with kinds of its own need not have
    /// plans of its own.
    ///
    /// # Errors
    /// As [`Self::read`]; never for a release that passed its tests.
    pub fn built_in_for(kinds: &Catalogue) -> Result<Self, ConfigError> {
        let mut documents = Self::documents(None)?;
        documents.retain(|document| RunCard::read(document, Some(kinds)).is_ok());
        Self::read(&documents, Some(kinds))
    }

    /// What the texts of a fact say.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_texts(texts: &Arc<PlanTexts>, kinds: Option<&Catalogue>) -> Result<Self, ConfigError> {
        let documents: Vec<Document> =
            texts.files.iter().map(|(name, text)| Document::new(name.as_str(), text.as_str())).collect();
        Ok(Self { texts: Arc::clone(texts), ..Self::read(&documents, kinds)? })
    }

    /// Their texts.
    #[must_use]
    pub fn texts(&self) -> &Arc<PlanTexts> {
        &self.texts
    }

    /// All of them, in the order of their files.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &RunCard> {
        self.all.iter()
    }

    /// The plan with this code.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&RunCard> {
        self.all.iter().find(|card| card.plan.code == code)
    }

    /// The plans for a case, the one that fits its kind best first.
    #[must_use]
    pub fn of(&self, kind: &str, grade: Grade) -> Vec<&RunCard> {
        let mut fit: Vec<(usize, &RunCard)> =
            self.all.iter().filter_map(|card| Some((card.fits(kind, grade)?, card))).collect();
        fit.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        fit.into_iter().map(|(_, card)| card).collect()
    }

    /// How many plans are otherwise than in others: new ones, ones that are gone, and changed ones.
    #[must_use]
    pub fn changes(&self, before: &Self) -> usize {
        let gone = before.all.iter().filter(|card| self.get(&card.plan.code).is_none()).count();
        gone + self.all.iter().filter(|card| before.get(&card.plan.code) != Some(card)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "code = 'gas'\nname = { zh = '燃气', en = 'Gas' }\nkinds = ['20403']\ngrade = 'III'\n\n[[alarm]]\nlead = 'gas'\nassist = ['fire']\ncrews = { repair = 1 }\n\n[[step]]\ncode = 'valve'\nzh = '关阀'\nen = 'Shut the valve'\nwho = 'gas'\nminutes = 10\nplace = { ring = 50 }\n";

    fn kinds() -> Catalogue {
        Catalogue::load(None).unwrap()
    }

    fn complaint(text: &str) -> String {
        RunCard::read(&Document::new("gas.toml", text), Some(&kinds())).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_plans_fit_the_built_in_kinds_and_are_whole() {
        let kinds = kinds();
        let plans = Plans::read(&Plans::documents(None).unwrap(), Some(&kinds)).unwrap();
        assert_eq!(plans.iter().len(), BUILT_IN.len());
        for RunCard { plan, kinds: prefixes, .. } in plans.iter() {
            assert!(!prefixes.is_empty() && plan.alarms.len() >= 2 && plan.steps.len() >= 5, "{}", plan.code);
            assert!(plan.alarms.first().is_some_and(|alarm| alarm.lead.is_some()), "{}", plan.code);
            assert!(plan.alarms.iter().any(|alarm| !alarm.notices.is_empty()), "{}", plan.code);
            assert!(plan.steps.iter().any(|step| matches!(step.place, StepPlace::Ring(_))), "{}", plan.code);
            for name in plan.steps.iter().map(|step| &step.name).chain([&plan.name]) {
                assert!(!name.zh.is_ascii() && name.en.is_ascii() && !name.en.is_empty(), "{name:?}");
            }
        }
        let best = |kind: &str, grade| plans.of(kind, grade).first().map(|card| card.plan.code.as_str());
        assert_eq!(best("30201", Grade::II), Some("tower-fire"));
        assert_eq!(best("20403", Grade::III), Some("gas-leak"));
        assert_eq!(best("20101", Grade::I), None);
        assert_eq!(best("30201", Grade::IV), None, "a slight case needs no plan");
    }

    #[test]
    fn mistakes_name_file_line_and_the_nearest_right_word() {
        assert!(RunCard::read(&Document::new("gas.toml", ONE), Some(&kinds())).is_ok());
        let with = |from: &str, to: &str| complaint(&ONE.replacen(from, to, 1));
        assert_eq!(
            with("lead = 'gas'", "lead = 'gass'"),
            "gas.toml:7: there is no department `gass`; did you mean `gas`?"
        );
        assert_eq!(with("'20403'", "'99'"), "gas.toml:3: no kind begins with `99`");
        assert_eq!(with("'III'", "'V'"), "gas.toml:4: unknown grade `V`; known are `I`, `II`, `III`, `IV`");
        assert_eq!(with("minutes = 10", "minutes = 0"), "gas.toml:11: a step takes 1 to 1440 minutes, not 0");
        assert_eq!(with("minutes", "minute"), "gas.toml:16: unknown key `minute`; did you mean `minutes`?");
        assert_eq!(with("ring = 50", "rings = 50"), "gas.toml:17: unknown value `rings`; did you mean `ring`?");
        assert_eq!(with("repair = 1", "repairs = 1"), "gas.toml:9: unknown value `repairs`; did you mean `repair`?");
        assert_eq!(complaint(&format!("{ONE}alarm = 2\n")), "gas.toml:11: there is no alarm 2: this plan has 1");
        let twice = format!("{ONE}\n[[step]]{}", ONE.split("[[step]]").nth(1).unwrap());
        assert_eq!(complaint(&twice), "gas.toml:19: step `valve` is there twice");
        let documents = ["a.toml", "b.toml"].map(|name| Document::new(name, ONE));
        let said = Plans::read(&documents, None).unwrap_err().to_string();
        assert_eq!(said, "b.toml:1: another file has a plan `gas` as well");
    }

    #[test]
    fn the_texts_of_plans_give_the_same_plans_again() {
        let plans = Plans::read(&Plans::documents(None).unwrap(), None).unwrap();
        let again = Plans::from_texts(plans.texts(), Some(&kinds())).unwrap();
        assert_eq!(again, plans);
        assert_eq!(again.changes(&plans), 0);
        let fewer = Plans::read(&Plans::documents(None).unwrap()[1..], None).unwrap();
        assert_eq!((fewer.changes(&plans), plans.changes(&fewer)), (1, 1));
    }

    #[test]
    fn a_city_with_kinds_of_its_own_has_those_built_in_plans_that_fit_them() {
        assert_eq!(Plans::built_in_for(&kinds()).unwrap().iter().len(), BUILT_IN.len());
        let own = "fallback = '1'\n[[kind]]\ncode = '1'\nname_zh = 'x'\nname_en = 'x'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n";
        let own = Catalogue::from_document(&Document::new("kinds.toml", own)).unwrap();
        assert_eq!(Plans::built_in_for(&own).unwrap().iter().len(), 0);
    }
}
