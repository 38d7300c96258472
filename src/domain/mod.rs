//! The city's rules: what an incident is, which orders are legal, what a fact changes.
//!
//! No I/O, no clock, no async, no engine: time and identities are handed in. Start reading at
//! [`hall`]; the vocabulary is the one of GB/T 30428.

pub mod alarm;
pub mod alike;
mod brief;
pub mod bulletin;
pub mod calendar;
pub mod call;
pub mod case_move;
pub mod case_number;
pub mod casualty;
pub mod catalogue;
pub mod course;
pub mod deeds;
pub mod device;
pub mod dossier;
pub mod duty;
pub mod fact;
pub mod figures;
pub mod form;
pub mod grade;
pub mod hall;
mod hands;
pub mod incident;
pub mod initials;
pub mod kpi;
pub mod limit;
pub mod note;
pub mod order;
pub mod outlook;
pub mod place;
pub mod plan;
pub mod refusal;
pub mod rhythm;
pub mod rights;
pub mod roll;
pub mod search;
pub mod sensor;
pub mod task;
pub mod telling;
pub mod time;
pub mod undo;
pub mod vital;
pub mod weather;

#[cfg(test)]
mod case_number_tests;
#[cfg(test)]
mod case_tests;
#[cfg(test)]
mod catalogue_tests;
#[cfg(test)]
mod course_tests;
#[cfg(test)]
mod duty_tests;
#[cfg(test)]
mod kpi_tests;
#[cfg(test)]
mod limit_tests;
#[cfg(test)]
mod note_tests;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod recheck_tests;
#[cfg(test)]
mod rights_tests;
#[cfg(test)]
mod roll_tests;
#[cfg(test)]
mod supervision_tests;
#[cfg(test)]
mod task_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod undo_tests;

pub use alarm::{AlarmId, AlarmKind, AlarmRules, AlarmStep};
pub use alike::Alike;
pub use bulletin::{Bulletin, BulletinRules, Bulletins, Filed, Owed};
pub use calendar::{Clock, Day, WorkCalendar};
pub use call::{Call, Caller};
pub use case_move::{CaseMove, Checker, Finding, Link, MoveKind, Outcome, Recheck, Said, Satisfaction, Verdict};
pub use case_number::{CaseNumber, CityCode, NumberError, Numbering};
pub use catalogue::{CATALOGUE_TEXT_MAX, CatalogueTexts, PlanTexts};
pub use course::{Course, Hold};
pub use deeds::{Deed, Deeds, Work};
pub use device::change::{Change, DeviceChange, DevicesChanged, Meant};
pub use device::{Device, DeviceFeed, Devices, DevicesAsked, DevicesBy};
pub use dossier::{Dossier, Extension, Verification};
pub use duty::pack::Pack;
pub use duty::shifts::{DutyPost, Shifts, SlotId};
pub use duty::{Duty, DutyStep, ShiftsTaken};
pub use fact::{Actor, Fact, Seq, What};
pub use figures::Figures;
pub use form::Answers;
pub use grade::{Grade, Mode};
pub use hall::Hall;
pub use hands::HANDS_MAX;
pub use incident::{Closing, Incident, IncidentId, Stage};
pub use kpi::{Kpi, KpiRules};
pub use limit::{Countdown, Lamp, Limit, Limits, Phase, Run, TimeLimits, Timer};
pub use note::{Attachment, FileHash, FileKind, Media};
pub use order::{Order, Progress, Report, Subject};
pub use outlook::{History, Likely, Outlook};
pub use place::{CrewId, CrewKind, CrewPosition, CrewStatus, LonLat, Place};
pub use plan::{
    Alarm, BoundPlace, Decided, Facility, Notice, Plan, PlanMove, PlanRun, PlanStep, Progressed, StepPlace, StepState,
    Wording,
};
pub use refusal::Refusal;
pub use rhythm::Rhythm;
pub use roll::{Called, Presence, Roll, RollEntry, RollParty};
pub use search::{Fate, Found, FoundCase, Search, Story};
pub use sensor::{Reading, Sensor, SensorId, SensorKind};
pub use task::{Assignment, Part, Party, Task, TaskEnd, TaskState, TaskStep};
pub use telling::{Channel, Telling};
pub use time::Moment;
pub use undo::{UndoBar, Undoable};
pub use vital::{Family, VitalSign};
pub use weather::{Sky, Weather};
