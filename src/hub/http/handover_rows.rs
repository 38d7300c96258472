//! What a hand-over looks like over HTTP: its pack, what changed since, its signatures.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::alarms::level;
use super::duty_rows::EntryRow;
use super::plans::WordingRow;
use super::tasks::PartyRow;
use crate::domain::duty::alarms::{HandedAlarm, HandedWindow};
use crate::domain::duty::log::{Change, Changes};
use crate::domain::duty::pack::Listed;
use crate::domain::duty::{Handover, Watch};
use crate::domain::{Duty, Pack, Stage};

/// An open case of a pack.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct HandedCaseRow {
    /// Its number.
    incident: u64,
    /// `Ⅰ` to `Ⅳ`.
    grade: String,
    /// How far it is.
    stage: String,
    /// Whose clock runs: `dispatch`, `handle` or `recheck`.
    phase: String,
    /// The party that has it; null for the hall.
    party: Option<PartyRow>,
    /// When it is due, milliseconds since 1970.
    due_at: Option<i64>,
}

/// A case on hold.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct ShelvedRow {
    /// Its number.
    incident: u64,
    /// Since when, milliseconds since 1970.
    since: i64,
    /// Why.
    reason: String,
}

/// A caller who was promised an answer and has none.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct PromiseRow {
    /// The case that they called about.
    incident: u64,
    /// The case that goes on, where that one was merged.
    goes_on: u64,
    /// It is over, so that the answer can be given.
    over: bool,
}

/// An order that nobody has read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct UnreadRow {
    /// Of which case.
    incident: u64,
    /// Whose.
    party: PartyRow,
    /// Since when, milliseconds since 1970.
    since: i64,
    /// It is on their device.
    delivered: bool,
}

/// A report to those above that is owed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct HandedReportRow {
    /// Of which case.
    incident: u64,
    /// `first`, `follow` or `final`.
    which: String,
    /// Until when, milliseconds since 1970.
    due_at: i64,
}

/// A plan that runs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct RunningRow {
    /// Of which case.
    incident: u64,
    /// Its name.
    name: WordingRow,
    /// The highest alarm that was struck.
    alarm: u8,
    /// Steps that began and are not decided.
    left: u16,
    /// Those of them that are late.
    late: u16,
}

/// A case that changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct ChangedRow {
    /// Its number.
    incident: u64,
    /// `new`, `closed`, `reopened`, `regraded` or `escalated`.
    what: String,
}

/// How many cases changed, and which.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct ChangesRow {
    /// Reported.
    new: u32,
    /// Over, in whatever way.
    closed: u32,
    /// Opened again.
    reopened: u32,
    /// Given another grade.
    regraded: u32,
    /// Graver, supervised, or the next alarm of the plan struck.
    escalated: u32,
    /// The first of them, in order.
    cases: Vec<ChangedRow>,
}

impl From<&Changes> for ChangesRow {
    fn from(changes: &Changes) -> Self {
        Self {
            new: changes.count(Change::New),
            closed: changes.count(Change::Closed),
            reopened: changes.count(Change::Reopened),
            regraded: changes.count(Change::Regraded),
            escalated: changes.count(Change::Escalated),
            cases: changes
                .cases
                .iter()
                .map(|(incident, change)| ChangedRow { incident: incident.0, what: change.word().to_owned() })
                .collect(),
        }
    }
}

/// An alarm that stands or is shelved.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct HandedAlarmRow {
    /// Its number.
    alarm: u64,
    /// `I` red, `II` orange, `III` yellow, `IV` blue.
    level: String,
    /// `high`, `low` or `no_data`.
    kind: String,
    /// What its source measures.
    measures: String,
    /// The identity of its source.
    source: String,
    /// What people call the source; may be empty.
    name: String,
    /// The area in which it counts.
    area: String,
    /// When it was raised last, milliseconds since 1970.
    since: i64,
    /// Whether it is wrong still.
    active: bool,
    /// Who took note of it; null while nobody did.
    acknowledged: Option<String>,
    /// Who looks after it; empty where nobody was told to.
    assigned: String,
    /// Until when it is shelved, milliseconds since 1970; null where it is not.
    shelved_until: Option<i64>,
    /// The case about it.
    incident: Option<u64>,
}

impl From<&HandedAlarm> for HandedAlarmRow {
    fn from(one: &HandedAlarm) -> Self {
        Self {
            alarm: one.alarm.0,
            level: level(one.level).to_owned(),
            kind: one.kind.word().to_owned(),
            measures: one.measures.word().to_owned(),
            source: one.source.clone(),
            name: one.name.clone(),
            area: one.area.path().to_owned(),
            since: one.since.0,
            active: one.active,
            acknowledged: one.acknowledged.clone(),
            assigned: one.assigned.clone(),
            shelved_until: one.shelf.map(|at| at.0),
            incident: one.incident.map(|incident| incident.0),
        }
    }
}

/// What is in maintenance, or will be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct HandedWindowRow {
    /// Its number.
    window: u64,
    /// The source; empty where all of an area are meant.
    source: String,
    /// What they measure; null for any.
    measures: Option<String>,
    /// Their area.
    area: String,
    /// From when, milliseconds since 1970.
    from: i64,
    /// Until when, milliseconds since 1970.
    until: i64,
    /// Why.
    reason: String,
    /// Who put them there.
    by: String,
}

impl From<&HandedWindow> for HandedWindowRow {
    fn from(one: &HandedWindow) -> Self {
        Self {
            window: one.window,
            source: one.what.source.clone(),
            measures: one.what.measures.map(|kind| kind.word().to_owned()),
            area: one.what.area.path().to_owned(),
            from: one.what.from.0,
            until: one.what.until.0,
            reason: one.what.reason.clone(),
            by: one.by.clone(),
        }
    }
}

/// How many cases stand at a stage.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct StageRow {
    /// The stage.
    stage: String,
    /// How many.
    count: u32,
}

/// What is handed over. Lists have their first rows; the counts beside them tell all.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PackRow {
    /// When it was composed, milliseconds since 1970.
    at: i64,
    /// Open cases by stage.
    by_stage: Vec<StageRow>,
    /// How many of them are overdue.
    overdue: u32,
    /// They, by stage, what is overdue first.
    open: Vec<HandedCaseRow>,
    /// How many are on hold.
    shelved_count: u32,
    /// They.
    shelved: Vec<ShelvedRow>,
    /// How many answers are owed.
    promised_count: u32,
    /// They.
    promised: Vec<PromiseRow>,
    /// How many orders nobody has read.
    unread_count: u32,
    /// They.
    unread: Vec<UnreadRow>,
    /// Reports to those above that are owed.
    reports: Vec<HandedReportRow>,
    /// Plans that run.
    plans: Vec<RunningRow>,
    /// What changed since the shift was taken over.
    changes: ChangesRow,
    /// What is to be handed on from the log.
    remarks: Vec<EntryRow>,
    /// How many alarms stand or are shelved.
    alarms_count: u32,
    /// They: what calls first, what is shelved last.
    alarms: Vec<HandedAlarmRow>,
    /// What is in maintenance.
    maintenance: Vec<HandedWindowRow>,
}

/// The rows of a list.
fn told<T, R>(list: &Listed<T>, row: impl Fn(&T) -> R) -> Vec<R> {
    list.rows.iter().map(row).collect()
}

impl PackRow {
    fn new(pack: &Pack, duty: &Duty) -> Self {
        let stage = |(stage, count): (Stage, &u32)| StageRow { stage: stage.word().to_owned(), count: *count };
        Self {
            at: pack.at.0,
            by_stage: Stage::ALL.into_iter().zip(&pack.by_stage).map(stage).collect(),
            overdue: pack.overdue,
            open: told(&pack.open, |case| HandedCaseRow {
                incident: case.incident.0,
                grade: case.grade.numeral().to_owned(),
                stage: case.stage.word().to_owned(),
                phase: case.phase.word().to_owned(),
                party: case.party.as_ref().map(Into::into),
                due_at: case.due.map(|due| due.0),
            }),
            shelved_count: pack.shelved.all,
            shelved: told(&pack.shelved, |one| ShelvedRow {
                incident: one.incident.0,
                since: one.since.0,
                reason: one.reason.clone(),
            }),
            promised_count: pack.promised.all,
            promised: told(&pack.promised, |one| PromiseRow {
                incident: one.incident.0,
                goes_on: one.goes_on.0,
                over: one.over,
            }),
            unread_count: pack.unread.all,
            unread: told(&pack.unread, |one| UnreadRow {
                incident: one.incident.0,
                party: (&one.party).into(),
                since: one.since.0,
                delivered: one.delivered,
            }),
            reports: told(&pack.reports, |one| HandedReportRow {
                incident: one.incident.0,
                which: one.which.word().to_owned(),
                due_at: one.due.0,
            }),
            plans: told(&pack.plans, |one| RunningRow {
                incident: one.incident.0,
                name: (&one.name).into(),
                alarm: one.alarm,
                left: one.left.0,
                late: one.left.1,
            }),
            changes: (&pack.changes).into(),
            remarks: told(&pack.remarks, |entry| EntryRow::new(entry, duty)),
            alarms_count: pack.alarms.all,
            alarms: told(&pack.alarms, |alarm| alarm.into()),
            maintenance: told(&pack.windows, |window| window.into()),
        }
    }
}

/// The signature of who took over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct TakenRow {
    /// Who.
    by: String,
    /// When, milliseconds since 1970.
    at: i64,
    /// What they remarked.
    words: String,
}

/// A hand-over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct HandoverAnswer {
    /// The number of the shift.
    shift: u32,
    /// The fact that prepared it: who takes over names it.
    prepared: u64,
    /// Who prepared and signed it.
    by: String,
    /// When, milliseconds since 1970.
    at: i64,
    /// What they remarked.
    words: String,
    /// What is handed over.
    pack: PackRow,
    /// What changed since it was prepared.
    since: ChangesRow,
    /// Who took over; null while nobody did.
    taken: Option<TakenRow>,
}

impl HandoverAnswer {
    pub(super) fn new(watch: &Watch, handover: &Handover, duty: &Duty) -> Self {
        let taken = handover.taken.as_ref();
        Self {
            shift: watch.number,
            prepared: handover.prepared.0,
            by: handover.by.clone(),
            at: handover.at.0,
            words: handover.words.clone(),
            pack: PackRow::new(&handover.pack, duty),
            since: (&handover.since).into(),
            taken: taken.map(|one| TakenRow { by: one.by.clone(), at: one.at.0, words: one.words.clone() }),
        }
    }
}
