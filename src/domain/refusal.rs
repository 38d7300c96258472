//! Why an order cannot be carried out.

use serde::{Deserialize, Serialize};

use super::rights::{Area, Right};
use super::{AlarmId, Bulletin, CrewId, IncidentId, Stage};

/// Why an order cannot be carried out. `key()` names the text in `assets/i18n`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Refusal {
    /// No such incident.
    #[error("there is no incident {}", .0.0)]
    UnknownIncident(IncidentId),
    /// It is closed already.
    #[error("incident {} is closed", .0.0)]
    AlreadyClosed(IncidentId),
    /// Orders forward only go forward.
    #[error("an incident cannot go back to an earlier stage")]
    NotForward,
    /// A reason is required.
    #[error("a reason is required")]
    ReasonMissing,
    /// Source or source id is empty.
    #[error("a report needs a source and a source id")]
    SourceMissing,
    /// A field of a report or order cannot be used.
    #[error("{field}: {reason}")]
    Unusable {
        /// Name of the field.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The hub could not be reached, so nothing was done. Said by the link.
    #[error("the hub cannot be reached")]
    NoHub,
    /// The hub could not write its log, so nothing was done.
    #[error("the hub could not write its log")]
    NotWritten,
    /// Speed, scripts and weather are moved in a demo hall only.
    #[error("this hub serves a real city: only a demo hub (`hall hub --demo`) takes speed, scripts and weather")]
    NotADemo,
    /// Only what was reported as done can be found done.
    #[error("only what was reported as done can be checked")]
    NotDone,
    /// A case at this stage cannot make this move.
    #[error("this cannot be done while an incident is {}", .0.word())]
    NotNow(Stage),
    /// A case cannot be merged into itself or belong to itself.
    #[error("an incident cannot be joined with itself")]
    Itself,
    /// The caller was asked already.
    #[error("incident {} is rated already", .0.0)]
    AlreadyRated(IncidentId),
    /// A file of the catalogue is wrong, so the one before stays in force.
    #[error("{file}{}: {problem}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
    CatalogueWrong {
        /// The file.
        file: String,
        /// The line, from 1; `None` where the file cannot be read.
        line: Option<u32>,
        /// What is wrong there, and what may have been meant.
        problem: String,
    },
    /// Somebody else leads already.
    #[error("incident {} has a lead already: give the others the part of assisting", .0.0)]
    LeadTaken(IncidentId),
    /// The party has no open task of it.
    #[error("this party has no open task of incident {}", .0.0)]
    NoTask(IncidentId),
    /// The hub cannot write its log for now, so it takes nothing.
    #[error("the hub is read-only: its disk is full or fails; it takes orders again by itself once it can write")]
    ReadOnly,
    /// Nobody is signed in, or no longer.
    #[error("sign in first: `hall sign-in --connect URL`, or show a key")]
    NotSignedIn,
    /// Nobody has that name, or another password, or they are locked out: which of them is not told.
    #[error("wrong name or password")]
    WrongPassword,
    /// There were too many failed tries.
    #[error("too many failed tries: try again in {seconds} s")]
    TooManyTries {
        /// After so many seconds.
        seconds: u64,
    },
    /// No role of theirs has the right.
    #[error("this needs the right `{}`, which your roles do not have", .right.word())]
    RightMissing {
        /// The right.
        right: Right,
    },
    /// They have the right, elsewhere.
    #[error("your right `{}` counts within `{}` only", .right.word(), .area.path())]
    OutsideArea {
        /// The right.
        right: Right,
        /// Where it counts.
        area: Area,
    },
    /// It is a demo hub, where everybody is let in.
    #[error("nobody signs in at this hub: it is a demo")]
    OpenDoors,
    /// Nothing is known of who called.
    #[error("no caller is known of incident {}", .0.0)]
    NoCaller(IncidentId),
    /// The archive is not there for now.
    #[error("the archive of cases cannot be read for now: it is being made anew")]
    NoArchive,
    /// A plan runs already.
    #[error("a plan runs for incident {} already: end it first", .0.0)]
    PlanRuns(IncidentId),
    /// No plan runs.
    #[error("no plan runs for incident {}", .0.0)]
    NoPlan(IncidentId),
    /// There is no higher alarm.
    #[error("the highest alarm of the plan of incident {} is struck already", .0.0)]
    TopAlarm(IncidentId),
    /// The step is decided already, or its alarm is not struck.
    #[error("step {} of the plan of incident {} is decided already, or waits for a higher alarm", .step + 1, .incident.0)]
    StepNotNow {
        /// Which incident.
        incident: IncidentId,
        /// Which step, from 0.
        step: u8,
    },
    /// The roll is called already.
    #[error("the roll is called already: end it first, or wait until its time is up")]
    RollCalled,
    /// No roll was called.
    #[error("no roll was called")]
    NoRoll,
    /// Not among those who were called.
    #[error("this party is not among those who were called")]
    NotCalled,
    /// The report comes too early, or was filed already.
    #[error("a {} report cannot be filed now: the first comes before all others, the final one once the work is done", .0.word())]
    BulletinNotNow(Bulletin),
    /// A report without words.
    #[error("this needs words")]
    TextMissing,
    /// Only a person has a post and signs.
    #[error("only a person can do that, not a system")]
    NotAPerson,
    /// Nobody is on duty yet.
    #[error("no shifts are in force: nobody is on duty")]
    NoShift,
    /// The roster of what was is not changed.
    #[error("that shift is over: its roster is no longer changed")]
    ShiftOver,
    /// Nobody is there to change places with.
    #[error("both posts need somebody in the roster to change places")]
    NotRostered,
    /// The log of a shift that was handed over is locked.
    #[error("the log of shift {0} is locked: it was handed over; write in that of the shift on duty")]
    ShiftLocked(u32),
    /// There is no such entry in any log.
    #[error("no log has an entry {0}")]
    NoEntry(u64),
    /// No hand-over was prepared.
    #[error("no hand-over is prepared: who is on duty prepares and signs it first")]
    NoHandover,
    /// The hand-over was prepared anew meanwhile.
    #[error("the hand-over was prepared anew meanwhile: read it again")]
    HandoverChanged,
    /// Two different people sign a hand-over.
    #[error("who prepared the hand-over cannot take it over as well: another person signs")]
    SameHands,
    /// No caller of it was promised an answer.
    #[error("no caller of incident {} was promised an answer", .0.0)]
    NobodyToTell(IncidentId),
    /// All its callers were told.
    #[error("the callers of incident {} were told already", .0.0)]
    AlreadyTold(IncidentId),
    /// The case has no such file, or it is lost.
    #[error("incident {} has no such file, or the hub has it no more", .0.0)]
    NoFile(IncidentId),
    /// What was sent is nothing that is kept with a case.
    #[error("a file is JPEG, PNG, PDF or text in UTF-8, and not empty")]
    NotAFile,
    /// The disk of the hub's files.
    #[error("the hub cannot keep the file: its disk is full or fails")]
    FileNotKept,
    /// A hub in memory has no room.
    #[error("this hub keeps its files in memory and has no room for more: start it with --data")]
    FilesFull,
    /// What came is something else than what was announced.
    #[error("what came is not the file that was announced: its hash or its size is another")]
    FileDiffers,
    /// The parts that came were let go.
    #[error("the hub does not wait for this file: announce it first")]
    NoUpload,
    /// Too many files are on their way.
    #[error("too many files are being sent at once: wait until one of them is there")]
    TooManyUploads,
    /// No such alarm.
    #[error("there is no alarm {}: it is over since more than a day", .0.0)]
    UnknownAlarm(AlarmId),
    /// There is a case about it already.
    #[error("incident {} is about alarm {} already", .1.0, .0.0)]
    AlarmHasCase(AlarmId, IncidentId),
    /// Too many alarms are active or wait.
    #[error("too many alarms are active or not acknowledged: acknowledge what is over")]
    AlarmsFull,
    /// No such maintenance.
    #[error("there is no maintenance {0}: it is over")]
    NoMaintenance(u64),
    /// No sensor has that number.
    #[error("there is no such sensor")]
    NoSensor,
    /// What sensors measured cannot be read for now.
    #[error("the hub cannot read what its sensors measured: try again in a moment")]
    NoReadings,
    /// They handle, and this is another party's.
    #[error(
        "this part of incident {} is another party's: you answer for your own department or crew, whoever dispatches for \
         all",
        .0.0
    )]
    NotYours(IncidentId),
    /// They take part, and this ends the part of others as well.
    #[error("only the lead of incident {} says that all of it is done or gives all of it back", .0.0)]
    NotTheLead(IncidentId),
    /// They handle, and this is another crew.
    #[error("crew {} is not yours: it answers for itself, or whoever dispatches records what it says", .0.0)]
    NotYourCrew(CrewId),
    /// Tasks that are on their way cannot go along to a case whose work is done.
    #[error(
        "the work of incident {} is done, and tasks of this one are still open: wait until they end, or take them back",
        .0.0
    )]
    WorkOver(IncidentId),
}

impl Refusal {
    /// Key of the text for people, below `refusal.` in `assets/i18n`.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownIncident(_) => "refusal.unknown_incident",
            Self::AlreadyClosed(_) => "refusal.already_closed",
            Self::NotForward => "refusal.not_forward",
            Self::ReasonMissing => "refusal.reason_missing",
            Self::SourceMissing => "refusal.source_missing",
            Self::Unusable { .. } => "refusal.unusable",
            Self::NoHub => "refusal.no_hub",
            Self::NotWritten => "refusal.not_written",
            Self::ReadOnly => "refusal.read_only",
            Self::NotADemo => "refusal.not_a_demo",
            Self::NotDone => "refusal.not_done",
            Self::NotNow(_) => "refusal.not_now",
            Self::Itself => "refusal.itself",
            Self::AlreadyRated(_) => "refusal.already_rated",
            Self::CatalogueWrong { .. } => "refusal.catalogue_wrong",
            Self::LeadTaken(_) => "refusal.lead_taken",
            Self::NoTask(_) => "refusal.no_task",
            Self::NotSignedIn => "refusal.not_signed_in",
            Self::WrongPassword => "refusal.wrong_password",
            Self::TooManyTries { .. } => "refusal.too_many_tries",
            Self::RightMissing { .. } => "refusal.right_missing",
            Self::OutsideArea { .. } => "refusal.outside_area",
            Self::OpenDoors => "refusal.open_doors",
            Self::NoCaller(_) => "refusal.no_caller",
            Self::NoArchive => "refusal.no_archive",
            Self::PlanRuns(_) => "refusal.plan_runs",
            Self::NoPlan(_) => "refusal.no_plan",
            Self::TopAlarm(_) => "refusal.top_alarm",
            Self::StepNotNow { .. } => "refusal.step_not_now",
            Self::RollCalled => "refusal.roll_called",
            Self::NoRoll => "refusal.no_roll",
            Self::NotCalled => "refusal.not_called",
            Self::BulletinNotNow(_) => "refusal.bulletin_not_now",
            Self::TextMissing => "refusal.text_missing",
            Self::NotAPerson => "refusal.not_a_person",
            Self::NoShift => "refusal.no_shift",
            Self::ShiftOver => "refusal.shift_over",
            Self::NotRostered => "refusal.not_rostered",
            Self::ShiftLocked(_) => "refusal.shift_locked",
            Self::NoEntry(_) => "refusal.no_entry",
            Self::NoHandover => "refusal.no_handover",
            Self::HandoverChanged => "refusal.handover_changed",
            Self::SameHands => "refusal.same_hands",
            Self::NobodyToTell(_) => "refusal.nobody_to_tell",
            Self::AlreadyTold(_) => "refusal.already_told",
            Self::NoFile(_) => "refusal.no_file",
            Self::NotAFile => "refusal.not_a_file",
            Self::FileNotKept => "refusal.file_not_kept",
            Self::FilesFull => "refusal.files_full",
            Self::FileDiffers => "refusal.file_differs",
            Self::NoUpload => "refusal.no_upload",
            Self::TooManyUploads => "refusal.too_many_uploads",
            Self::UnknownAlarm(_) => "refusal.unknown_alarm",
            Self::AlarmHasCase(..) => "refusal.alarm_has_case",
            Self::AlarmsFull => "refusal.alarms_full",
            Self::NoMaintenance(_) => "refusal.no_maintenance",
            Self::NoSensor => "refusal.no_sensor",
            Self::NoReadings => "refusal.no_readings",
            Self::NotYours(_) => "refusal.not_yours",
            Self::NotTheLead(_) => "refusal.not_the_lead",
            Self::NotYourCrew(_) => "refusal.not_your_crew",
            Self::WorkOver(_) => "refusal.work_over",
        }
    }
}
