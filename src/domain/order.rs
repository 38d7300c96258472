//! What comes in: reports from outside and orders of people.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alarm::{AlarmId, AlarmRules, AlarmStep};
use super::note::{Attachment, check_note};
use super::plan::check_sent;
use super::task::{check_assignments, check_party};
use super::{
    Answers, Assignment, BoundPlace, Bulletin, Call, Called, CaseMove, CatalogueTexts, CrewId, DutyStep, Grade,
    IncidentId, LonLat, Mode, Moment, Numbering, Party, Place, Plan, PlanMove, PlanTexts, Refusal, Shifts, Stage,
    TaskStep, Weather,
};

/// What a report says of its incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It is there, or something about it changed.
    #[default]
    Open,
    /// It is over.
    Closed,
}

/// What an order is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// One incident.
    Incident(IncidentId),
    /// The incident of a source and its identity there.
    Source(String, String),
    /// The hall as a whole.
    Hall,
}

/// Something happened, told by a source outside. The pair of `source` and `source_id` makes it
/// idempotent: the same report twice changes nothing, another place or text updates its incident, and one that is over
/// closes it. Kind, grade and time stay as they were told first: the hall may have regraded meanwhile, and a source that
/// repeats itself must not undo that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The system that tells it.
    pub source: String,
    /// The incident's identity in that system.
    pub source_id: String,
    /// Code of the kind in the catalogue.
    pub kind: String,
    /// Grade, or the default of the kind as the hub's catalogue has it.
    pub grade: Grade,
    /// Where.
    pub place: Place,
    /// In words.
    pub text: String,
    /// When it happened in the city.
    pub happened_at: Moment,
    /// Open or over.
    pub progress: Progress,
    /// What it answers of the form of its kind.
    pub answers: Answers,
}

/// What someone wants changed. Decided by [`super::Hall::decide`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Take in a report.
    TakeReport(Report),
    /// Give an incident another grade.
    RegradeIncident {
        /// Which.
        incident: IncidentId,
        /// The new grade.
        grade: Grade,
        /// Why; must not be empty.
        reason: String,
    },
    /// Move an incident forward.
    AdvanceIncident {
        /// Which.
        incident: IncidentId,
        /// The stage it reached; not `Closed`, and `Checked` only for what is done.
        stage: Stage,
    },
    /// Close an incident.
    CloseIncident {
        /// Which.
        incident: IncidentId,
        /// Why; may be empty of what is done, and from a system.
        reason: String,
    },
    /// Switch the whole hall between routine and emergency.
    SwitchMode {
        /// The new mode.
        mode: Mode,
    },
    /// Take in what the weather is.
    TellWeather {
        /// The weather.
        weather: Weather,
    },
    /// Put an incident on hold (挂账): its timers stand until it is resumed or moves on.
    SuspendIncident {
        /// Which.
        incident: IncidentId,
        /// Why; must not be empty.
        reason: String,
    },
    /// Let an incident on hold go on.
    ResumeIncident {
        /// Which.
        incident: IncidentId,
    },
    /// Make a side move.
    MoveIncident {
        /// Which.
        incident: IncidentId,
        /// The move.
        step: CaseMove,
    },
    /// Put another catalogue in force. Whoever decides it has read it and found it right.
    TakeCatalogue(Arc<CatalogueTexts>),
    /// Give tasks of an incident to parties.
    GiveTasks {
        /// Which.
        incident: IncidentId,
        /// To whom, and as what.
        to: Vec<Assignment>,
        /// What they are asked to do; may be empty.
        words: String,
    },
    /// Move a task.
    MoveTask {
        /// Its incident.
        incident: IncidentId,
        /// Who has it.
        party: Party,
        /// What happens to it.
        step: TaskStep,
    },
    /// Answer fields of a case's form.
    AnswerForm {
        /// Which incident.
        incident: IncidentId,
        /// The answers; an empty one takes back what was said.
        answers: Answers,
    },
    /// Take down a call.
    TakeCall(Box<Call>),
    /// Show the caller of an incident to whoever asks.
    ShowCaller {
        /// Which.
        incident: IncidentId,
        /// Why; must not be empty.
        reason: String,
    },
    /// Number cases so from now on.
    TakeNumbering(Numbering),
    /// Put other plans in force. Whoever decides it has read them and found them right.
    TakePlans(Arc<PlanTexts>),
    /// Start a plan for an incident.
    StartPlan {
        /// Which.
        incident: IncidentId,
        /// The plan in full, as it is in force.
        plan: Box<Plan>,
        /// With which alarm it begins, from 1.
        alarm: u8,
        /// Crews that go.
        crews: Vec<CrewId>,
        /// Where its steps are, as far as that was found.
        places: Vec<BoundPlace>,
        /// What those who go are asked to do; may be empty.
        words: String,
    },
    /// Strike the next alarm of the plan that runs.
    StrikeNext {
        /// Which incident.
        incident: IncidentId,
        /// Crews that go.
        crews: Vec<CrewId>,
        /// What those who go are asked to do; may be empty.
        words: String,
    },
    /// Move the plan that runs.
    MovePlan {
        /// Which incident.
        incident: IncidentId,
        /// What happens to it.
        step: PlanMove,
    },
    /// Call the roll (点名).
    CallRoll {
        /// What is said with it; may be empty.
        words: String,
        /// Who is called. The hub fills it in, whatever a screen says.
        called: Box<Called>,
    },
    /// Answer the roll.
    AnswerRoll {
        /// For this crew; without one, whoever gives the order answers for their post.
        crew: Option<CrewId>,
        /// What is said with it; may be empty.
        words: String,
    },
    /// End the roll before its time is up.
    EndRoll,
    /// File a report to those above (信息报送).
    FileReport {
        /// Of which incident.
        incident: IncidentId,
        /// Which report.
        which: Bulletin,
        /// What it says; must not be empty.
        text: String,
    },
    /// Say something of a case, for every post to read.
    AddNote {
        /// Which.
        incident: IncidentId,
        /// What is said; must not be empty.
        words: String,
    },
    /// Keep a file with a case. Whoever decides it has the file.
    AttachFile {
        /// Which.
        incident: IncidentId,
        /// The file.
        file: Attachment,
    },
    /// Put other shifts in force.
    TakeShifts {
        /// They.
        shifts: Arc<Shifts>,
        /// Seconds that the city's time is ahead of UTC. The hub fills it in, whatever a screen says.
        utc_offset_secs: i32,
    },
    /// Do something about duty: the roster, the log of the shift, its hand-over.
    MoveDuty(Box<DutyStep>),
    /// Do something about alarms.
    MoveAlarm(Box<AlarmStep>),
    /// Make a case of an alarm.
    CaseOfAlarm {
        /// Which.
        alarm: AlarmId,
        /// Code of the kind in the catalogue.
        kind: String,
        /// How grave it is.
        grade: Grade,
        /// In words.
        text: String,
    },
    /// Put other rules of alarms in force. Whoever decides it has read them and found them right.
    TakeAlarmRules(Arc<AlarmRules>),
}

/// Longest source, source id or kind, in bytes.
pub const NAME_MAX: usize = 200;
/// Longest text, address or reason, in bytes.
pub const TEXT_MAX: usize = 16 * 1024;

impl Report {
    /// Can this report be taken at all?
    ///
    /// # Errors
    /// [`Refusal::SourceMissing`] or [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.source.trim().is_empty() || self.source_id.trim().is_empty() {
            return Err(Refusal::SourceMissing);
        }
        for (field, value) in [("source", &self.source), ("source_id", &self.source_id), ("kind", &self.kind)] {
            check_text(field, value, NAME_MAX)?;
        }
        if self.kind.trim().is_empty() {
            return Err(unusable("kind", "is missing"));
        }
        check_text("text", &self.text, TEXT_MAX)?;
        check_text("place", &self.place.address, TEXT_MAX)?;
        self.answers.check()?;
        match self.place.at {
            Some(at) if LonLat::new(at.lon, at.lat).is_none() => {
                Err(unusable("place", "longitude or latitude is out of range"))
            }
            _ => Ok(()),
        }
    }
}

impl Order {
    /// Whether somebody gave it: lists say by themselves what was seen in them.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        !matches!(self, Self::MoveAlarm(step) if matches!(**step, AlarmStep::Seen { .. }))
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::TakeReport(report) => Subject::Source(report.source.clone(), report.source_id.clone()),
            Self::TakeCall(call) => Subject::Source(call.report.source.clone(), call.report.source_id.clone()),
            Self::RegradeIncident { incident, .. }
            | Self::AdvanceIncident { incident, .. }
            | Self::CloseIncident { incident, .. }
            | Self::SuspendIncident { incident, .. }
            | Self::ResumeIncident { incident }
            | Self::MoveIncident { incident, .. }
            | Self::GiveTasks { incident, .. }
            | Self::AddNote { incident, .. }
            | Self::AttachFile { incident, .. }
            | Self::AnswerForm { incident, .. }
            | Self::MoveTask { incident, .. }
            | Self::ShowCaller { incident, .. }
            | Self::StartPlan { incident, .. }
            | Self::StrikeNext { incident, .. }
            | Self::MovePlan { incident, .. }
            | Self::FileReport { incident, .. } => Subject::Incident(*incident),
            Self::SwitchMode { .. }
            | Self::TellWeather { .. }
            | Self::TakeCatalogue(_)
            | Self::TakeNumbering(_)
            | Self::TakePlans(_)
            | Self::CallRoll { .. }
            | Self::AnswerRoll { .. }
            | Self::EndRoll
            | Self::TakeShifts { .. }
            | Self::MoveDuty(_)
            | Self::MoveAlarm(_)
            | Self::CaseOfAlarm { .. }
            | Self::TakeAlarmRules(_) => Subject::Hall,
        }
    }

    /// Is the order usable in itself, whatever the hall holds?
    ///
    /// # Errors
    /// The [`Refusal`] that names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::TakeReport(report) => report.check(),
            Self::RegradeIncident { reason, .. }
            | Self::CloseIncident { reason, .. }
            | Self::SuspendIncident { reason, .. }
            | Self::ShowCaller { reason, .. } => check_text("reason", reason, TEXT_MAX),
            Self::MoveIncident { step, .. } => step.check(),
            Self::TakeCall(call) => call.check(),
            Self::TellWeather { weather } => weather.check(),
            Self::TakeCatalogue(texts) => texts.check(),
            Self::GiveTasks { to, words, .. } => check_assignments(to, words),
            Self::MoveTask { party, step, .. } => {
                check_party(party)?;
                check_text("words", step.words(), TEXT_MAX)
            }
            Self::TakeNumbering(numbering) => numbering.check(),
            Self::TakePlans(texts) => texts.check(),
            Self::StartPlan { plan, crews, places, words, .. } => {
                plan.check()?;
                check_sent(crews, places, words)
            }
            Self::StrikeNext { crews, words, .. } => check_sent(crews, &[], words),
            Self::MovePlan { step, .. } => check_text("words", step.words(), TEXT_MAX),
            Self::CallRoll { words, .. } | Self::AnswerRoll { words, .. } => check_text("words", words, TEXT_MAX),
            Self::FileReport { text, .. } => check_text("text", text, TEXT_MAX),
            Self::AddNote { words, .. } => check_note(words),
            Self::AttachFile { file, .. } => file.check(),
            Self::AnswerForm { answers, .. } => answers.check(),
            Self::TakeShifts { shifts, .. } => shifts.check(),
            Self::MoveDuty(step) => step.check(),
            Self::MoveAlarm(step) => step.check(),
            Self::CaseOfAlarm { kind, text, .. } => {
                check_text("kind", kind, NAME_MAX)?;
                check_text("text", text, TEXT_MAX)
            }
            Self::TakeAlarmRules(rules) => rules.check(),
            Self::AdvanceIncident { .. } | Self::SwitchMode { .. } | Self::ResumeIncident { .. } | Self::EndRoll => {
                Ok(())
            }
        }
    }
}

pub(super) fn check_text(field: &str, value: &str, max: usize) -> Result<(), Refusal> {
    if value.len() > max {
        return Err(unusable(field, &format!("is longer than {max} bytes")));
    }
    if value.contains('\0') {
        return Err(unusable(field, "holds a zero character"));
    }
    Ok(())
}

pub(super) fn unusable(field: &str, reason: &str) -> Refusal {
    Refusal::Unusable { field: field.to_owned(), reason: reason.to_owned() }
}
