//! Plans (预案): what is done in a kind of emergency, by alarm level, and how far that is in a case.
//!
//! ```text
//!             StartPlan               StrikeNext: each alarm once, upwards
//!  no plan ─────────────► alarm 1 ───────► alarm 2 ───────► … ───────► alarm n
//!     ▲                      └────────────────┴────────┬────────────────┘
//!     └── StartPlan: this one again, or another ── ended ◄ EndPlan, or the case is over
//!
//!  a step:   waits for its alarm ──► runs, with its lamp ──► done 完成, or skipped 跳过 with a reason
//!  a notice: given with its alarm ──► read 已阅
//! ```
//! 1. At most one plan of a case runs; none does of a case that is over.
//! 2. Alarms are struck upwards, one after the other, each once in a run; the first with the plan.
//! 3. A step is decided at most once, while its plan runs and once its alarm was struck.
//! 4. Who is sent by a plan has a task as everybody has: [`super::task`] keeps its invariants.
//! 5. The fact of starting has the whole plan, so that no file changes afterwards what was started.
//! 6. A step is due so many minutes after its alarm was struck; nothing but facts moves that.

mod decide;
mod run;

use serde::{Deserialize, Serialize};

use super::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use super::{CrewId, CrewKind, Grade, LonLat, Refusal};

pub use run::{Decided, PlanRun, Progressed, StepState};

/// Most alarm levels of a plan.
pub const ALARMS_MAX: usize = 5;
/// Most steps of a plan.
pub const STEPS_MAX: usize = 40;
/// Most crews that one alarm sends.
pub const PLAN_CREWS_MAX: usize = 100;
/// Longest time of a step, in minutes: one day.
pub const STEP_MINUTES_MAX: u16 = 24 * 60;

/// A text in both languages of the screens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Wording {
    /// In a language as `assets/i18n` calls it: Chinese for `zh…`, else English.
    #[must_use]
    pub fn of(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.zh } else { &self.en }
    }
}

/// Where a step is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepPlace {
    /// In the hall: it has no place.
    Hall,
    /// Where the case is.
    Incident,
    /// Along a ring of so many metres around it (警戒圈).
    Ring(u16),
    /// At the nearest such place.
    Nearest(Facility),
}

/// A place that a city's map has, by what it is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facility {
    /// 医院.
    Hospital,
    /// 消防站.
    FireStation,
    /// 派出所.
    Police,
    /// 学校.
    School,
    /// 避难场所.
    Shelter,
    /// 加油站.
    Fuel,
    /// 停车场.
    Parking,
    /// 车站.
    Station,
    /// 公园.
    Park,
}

impl Facility {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Hospital,
        Self::FireStation,
        Self::Police,
        Self::School,
        Self::Shelter,
        Self::Fuel,
        Self::Parking,
        Self::Station,
        Self::Park,
    ];

    /// Its name in files and keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::FireStation => "fire_station",
            Self::Police => "police",
            Self::School => "school",
            Self::Shelter => "shelter",
            Self::Fuel => "fuel",
            Self::Parking => "parking",
            Self::Station => "station",
            Self::Park => "park",
        }
    }
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// What scripts and other systems call it.
    pub code: String,
    /// What is done.
    pub name: Wording,
    /// The code of the department that does it; empty for the hall itself.
    pub who: String,
    /// Minutes from its alarm until it is due.
    pub minutes: u16,
    /// The alarm with which it begins, from 1.
    pub alarm: u8,
    /// Where.
    pub place: StepPlace,
}

/// Something that somebody is told with an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The code of a department.
    pub to: String,
    /// What.
    pub text: Wording,
}

/// What an alarm level adds to those below it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Alarm {
    /// A case that is at least so grave begins with it.
    pub grade: Option<Grade>,
    /// 主办, where nobody leads yet: the code of a department.
    pub lead: Option<String>,
    /// 协办: codes of departments.
    pub assist: Vec<String>,
    /// How many crews of which kinds.
    pub crews: Vec<(CrewKind, u8)>,
    /// Who is told what.
    pub notices: Vec<Notice>,
}

/// A run card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What orders and other systems call it.
    pub code: String,
    /// What screens call it.
    pub name: Wording,
    /// Its alarm levels, the first one first.
    pub alarms: Vec<Alarm>,
    /// Its steps, in the order of their list.
    pub steps: Vec<PlanStep>,
}

/// Where a step of a case is done, as whoever started the plan found it on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoundPlace {
    /// The step, from 0.
    pub step: u8,
    /// Where.
    pub at: LonLat,
    /// What is there; may be empty.
    pub name: String,
}

/// Something that happens to a plan that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanMove {
    /// A step is done.
    Done {
        /// Which, from 0.
        step: u8,
        /// What is said with it; may be empty.
        words: String,
    },
    /// A step is not needed here.
    Skip {
        /// Which, from 0.
        step: u8,
        /// Why.
        reason: String,
    },
    /// Somebody read their notice.
    Read {
        /// Which, from 0, as they were given.
        notice: u8,
    },
    /// The plan is over.
    End {
        /// Why.
        reason: String,
    },
}

impl PlanMove {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Done { .. } => "step_done",
            Self::Skip { .. } => "step_skipped",
            Self::Read { .. } => "notice_read",
            Self::End { .. } => "plan_ended",
        }
    }

    /// What was said with it; empty where nothing was.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Done { words, .. } => words,
            Self::Skip { reason, .. } | Self::End { reason } => reason,
            Self::Read { .. } => "",
        }
    }
}

impl Plan {
    /// The alarm with which a case of this grade begins, from 1.
    #[must_use]
    pub fn alarm_for(&self, grade: Grade) -> u8 {
        let fits = |alarm: &Alarm| alarm.grade.is_some_and(|from| grade <= from);
        let last = self.alarms.iter().rposition(fits).unwrap_or_default();
        u8::try_from(last + 1).unwrap_or(1)
    }

    /// Can this plan be kept and run at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        check_text("plan", &self.code, NAME_MAX)?;
        if self.code.trim().is_empty() {
            return Err(unusable("plan", "has no code"));
        }
        if self.alarms.is_empty() || self.alarms.len() > ALARMS_MAX {
            return Err(unusable("alarms", &format!("are 1 to {ALARMS_MAX}")));
        }
        if self.steps.len() > STEPS_MAX {
            return Err(unusable("steps", &format!("are at most {STEPS_MAX}")));
        }
        let codes = |alarm: &Alarm| alarm.assist.iter().chain(&alarm.lead).cloned().collect::<Vec<_>>();
        let notices = || self.alarms.iter().flat_map(|alarm| &alarm.notices);
        for code in self.alarms.iter().flat_map(codes).chain(notices().map(|notice| notice.to.clone())) {
            check_text("department", &code, NAME_MAX)?;
        }
        for step in &self.steps {
            check_text("step", &step.code, NAME_MAX)?;
            if step.alarm == 0 || usize::from(step.alarm) > self.alarms.len() {
                return Err(unusable("step", "names an alarm that the plan does not have"));
            }
            if step.minutes == 0 || step.minutes > STEP_MINUTES_MAX {
                return Err(unusable("step", &format!("takes 1 to {STEP_MINUTES_MAX} minutes")));
            }
        }
        let names = self.steps.iter().map(|step| &step.name).chain(notices().map(|notice| &notice.text));
        for wording in names.chain([&self.name]) {
            check_text("plan", &wording.zh, TEXT_MAX)?;
            check_text("plan", &wording.en, TEXT_MAX)?;
        }
        if self
            .alarms
            .iter()
            .any(|alarm| alarm.crews.iter().map(|(_, count)| usize::from(*count)).sum::<usize>() > PLAN_CREWS_MAX)
        {
            return Err(unusable("crews", &format!("are at most {PLAN_CREWS_MAX} an alarm")));
        }
        Ok(())
    }
}

/// Are the crews and places that come with an alarm usable in themselves?
pub(in crate::domain) fn check_sent(crews: &[CrewId], places: &[BoundPlace], words: &str) -> Result<(), Refusal> {
    check_text("words", words, TEXT_MAX)?;
    if crews.len() > PLAN_CREWS_MAX * ALARMS_MAX {
        return Err(unusable("crews", &format!("are at most {}", PLAN_CREWS_MAX * ALARMS_MAX)));
    }
    if places.len() > STEPS_MAX {
        return Err(unusable("places", &format!("are at most {STEPS_MAX}")));
    }
    for place in places {
        check_text("place", &place.name, TEXT_MAX)?;
        if LonLat::new(place.at.lon, place.at.lat).is_none() {
            return Err(unusable("place", "longitude or latitude is out of range"));
        }
    }
    Ok(())
}
