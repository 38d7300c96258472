//! What is known: the entries of the log.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alarm::{AlarmRules, AlarmStep};
use super::{
    Answers, Assignment, Attachment, BoundPlace, Bulletin, Called, Caller, CaseMove, CatalogueTexts, CrewId, DutyStep,
    Grade, Incident, IncidentId, Mode, Moment, Numbering, Party, Place, Plan, PlanMove, PlanTexts, RollParty,
    ShiftsTaken, Stage, TaskStep, Weather,
};

/// Position in the log: 1, 2, 3 … without gaps; 0 is the state before the first fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The next position.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Who is behind a fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Actor {
    /// A source outside, by name.
    Source(String),
    /// A person at a seat, by name.
    Person(String),
}

/// Names with which devices of crews sign begin with this; the crew's number follows.
const CREW_PREFIX: &str = "crew-";

impl Actor {
    /// A crew, by its device: `crew-7`.
    #[must_use]
    pub fn of_crew(crew: CrewId) -> Self {
        Self::Source(format!("{CREW_PREFIX}{}", crew.0))
    }

    /// The crew whose device signs so; `None` for everybody else.
    #[must_use]
    pub fn crew(&self) -> Option<CrewId> {
        let (Self::Source(name) | Self::Person(name)) = self;
        let digits = name.strip_prefix(CREW_PREFIX)?;
        let number: u32 = digits.parse().ok()?;
        (number.to_string() == digits).then_some(CrewId(number))
    }

    /// Whether the department of that code signs so: its account has the code as its name.
    #[must_use]
    pub fn is_department(&self, code: &str) -> bool {
        let (Self::Source(name) | Self::Person(name)) = self;
        !code.is_empty() && name == code
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Its position.
    pub seq: Seq,
    /// When it happened in the city.
    pub happened_at: Moment,
    /// When it entered the log.
    pub known_at: Moment,
    /// Who is behind it.
    pub by: Actor,
    /// What it says.
    pub what: What,
}

/// What a fact says. Past tense: it has happened and is never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// A new incident, in full.
    IncidentReported(Box<Incident>),
    /// A source told more of a known incident: the new place and text.
    IncidentUpdated {
        /// Which.
        incident: IncidentId,
        /// Where it is now.
        place: Place,
        /// What is said of it now.
        text: String,
    },
    /// Another grade.
    IncidentRegraded {
        /// Which.
        incident: IncidentId,
        /// The grade before.
        from: Grade,
        /// The grade now.
        to: Grade,
        /// Why.
        reason: String,
    },
    /// It moved forward.
    IncidentAdvanced {
        /// Which.
        incident: IncidentId,
        /// The stage it reached.
        stage: Stage,
    },
    /// It is over.
    IncidentClosed {
        /// Which.
        incident: IncidentId,
        /// Why; may be empty.
        reason: String,
    },
    /// The whole hall switched mode.
    ModeSwitched {
        /// The mode now.
        mode: Mode,
    },
    /// The weather over the city is another.
    WeatherChanged {
        /// The weather now.
        weather: Weather,
    },
    /// It is on hold: its timers stand.
    IncidentSuspended {
        /// Which.
        incident: IncidentId,
        /// Why.
        reason: String,
    },
    /// It is no longer on hold.
    IncidentResumed {
        /// Which.
        incident: IncidentId,
    },
    /// A side move was made.
    IncidentMoved {
        /// Which.
        incident: IncidentId,
        /// The move.
        step: CaseMove,
        /// Its stage since then.
        stage: Stage,
    },
    /// Another catalogue is in force from now on.
    CatalogueTaken(Arc<CatalogueTexts>),
    /// A party has a task of an incident.
    TaskGiven {
        /// Which incident.
        incident: IncidentId,
        /// Who, and as what.
        given: Assignment,
        /// What they are asked to do; may be empty.
        words: String,
    },
    /// A task moved.
    TaskMoved {
        /// Its incident.
        incident: IncidentId,
        /// Who has it.
        to: Party,
        /// What happened to it.
        step: TaskStep,
    },
    /// Somebody called about it; the rest of what is known of them stands outside the log.
    CallerKept {
        /// Which incident.
        incident: IncidentId,
        /// Who, masked.
        caller: Caller,
    },
    /// Its caller was shown to somebody.
    CallerShown {
        /// Which incident.
        incident: IncidentId,
        /// Why.
        reason: String,
    },
    /// Cases are numbered so from now on.
    NumberingTaken(Numbering),
    /// Other plans are in force from now on.
    PlansTaken(Arc<PlanTexts>),
    /// A plan runs.
    PlanStarted {
        /// For which incident.
        incident: IncidentId,
        /// It, in full: what a file says later changes nothing.
        plan: Box<Plan>,
        /// The alarm that it began with, from 1.
        alarm: u8,
        /// Where its steps are, as far as that was found.
        places: Vec<BoundPlace>,
    },
    /// The next alarm of a plan was struck.
    AlarmStruck {
        /// Which incident.
        incident: IncidentId,
        /// Which alarm, from 1.
        alarm: u8,
    },
    /// Something happened to a plan that runs.
    PlanMoved {
        /// Which incident.
        incident: IncidentId,
        /// What.
        step: PlanMove,
    },
    /// The roll is called.
    RollCalled {
        /// What was said with it; may be empty.
        words: String,
        /// Who is called.
        called: Box<Called>,
    },
    /// Somebody answered the roll.
    RollAnswered {
        /// Who.
        who: RollParty,
        /// What was said with it; may be empty.
        words: String,
    },
    /// The roll was ended before its time was up.
    RollEnded,
    /// A report to those above was filed.
    ReportFiled {
        /// Of which incident.
        incident: IncidentId,
        /// Which report.
        which: Bulletin,
        /// What it says.
        text: String,
    },
    /// Something was said of a case.
    NoteAdded {
        /// Which.
        incident: IncidentId,
        /// What.
        words: String,
    },
    /// A file is kept with a case.
    FileAttached {
        /// Which.
        incident: IncidentId,
        /// The file.
        file: Attachment,
    },
    /// Other shifts are in force from now on; with the first ones somebody is on duty.
    ShiftsTaken(ShiftsTaken),
    /// Something was done about duty.
    DutyMoved(Box<DutyStep>),
    /// Fields of a case's form have other answers.
    FormAnswered {
        /// Which incident.
        incident: IncidentId,
        /// The answers that are others; an empty one was taken back.
        answers: Answers,
    },
    /// Something happened to an alarm.
    AlarmMoved(Box<AlarmStep>),
    /// Other rules of alarms are in force from now on.
    AlarmRulesTaken(Arc<AlarmRules>),
}

impl What {
    /// Where its incident is from now on, where it says so.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::IncidentReported(incident) => Some(&incident.place),
            Self::IncidentUpdated { place, .. } => Some(place),
            _ => None,
        }
    }

    /// The incident that it is about.
    #[must_use]
    pub fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::IncidentReported(incident) => Some(incident.id),
            Self::IncidentUpdated { incident, .. }
            | Self::IncidentRegraded { incident, .. }
            | Self::IncidentAdvanced { incident, .. }
            | Self::IncidentClosed { incident, .. }
            | Self::IncidentSuspended { incident, .. }
            | Self::IncidentResumed { incident }
            | Self::IncidentMoved { incident, .. }
            | Self::TaskGiven { incident, .. }
            | Self::TaskMoved { incident, .. }
            | Self::CallerKept { incident, .. }
            | Self::CallerShown { incident, .. }
            | Self::PlanStarted { incident, .. }
            | Self::AlarmStruck { incident, .. }
            | Self::PlanMoved { incident, .. }
            | Self::ReportFiled { incident, .. }
            | Self::NoteAdded { incident, .. }
            | Self::FileAttached { incident, .. }
            | Self::FormAnswered { incident, .. } => Some(*incident),
            Self::ModeSwitched { .. }
            | Self::WeatherChanged { .. }
            | Self::CatalogueTaken(_)
            | Self::NumberingTaken(_)
            | Self::PlansTaken(_)
            | Self::RollCalled { .. }
            | Self::RollAnswered { .. }
            | Self::RollEnded
            | Self::ShiftsTaken(_)
            | Self::AlarmRulesTaken(_) => None,
            Self::AlarmMoved(step) => match &**step {
                AlarmStep::Case { incident, .. } => Some(*incident),
                _ => None,
            },
            Self::DutyMoved(step) => match &**step {
                DutyStep::Write { incident, .. } => *incident,
                _ => None,
            },
        }
    }
}
