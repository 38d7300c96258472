//! What duty looks like over HTTP.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plans::WordingRow;
use super::tasks::PartyRow;
use crate::domain::duty::log::{Change, Changes, LogEntry, Noted};
use crate::domain::duty::shifts::Slot;
use crate::domain::duty::{Handover, Watch};
use crate::domain::{Actor, Duty, DutyPost, Mode, Moment, Pack, Shifts, SlotId, Stage};

/// Days from the first of the year 1 to that of 1970.
const EPOCH: i32 = 719_163;

/// A day as `2026-03-02`.
fn date(day: i32) -> String {
    NaiveDate::from_num_days_from_ce_opt(day.saturating_add(EPOCH)).map(|day| day.to_string()).unwrap_or_default()
}

/// The day that is written so.
pub(super) fn day(date: &str) -> Option<i32> {
    use chrono::Datelike;
    date.parse::<NaiveDate>().ok().map(|date| date.num_days_from_ce() - EPOCH)
}

/// A post in one shift of one day.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AtRow {
    /// The day on which the shift begins, as `2026-03-02`.
    day: String,
    /// The code of the shift.
    shift: String,
    /// The code of the post.
    post: String,
}

impl AtRow {
    /// What it names; `None` where its day is none.
    pub(super) fn read(self) -> Option<DutyPost> {
        let slot = SlotId { day: day(&self.day)?, shift: self.shift };
        Some(DutyPost { slot, post: self.post })
    }
}

/// A post and who has it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PostRow {
    /// Its code.
    post: String,
    /// Its name.
    name: WordingRow,
    /// Who should have it, as the roster says.
    rostered: Option<String>,
    /// Who signed on; null where nobody did, and in shifts to come.
    there: Option<String>,
}

/// One shift of one day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct SlotRow {
    /// The day on which it begins, as `2026-03-02`.
    day: String,
    /// The code of the shift.
    shift: String,
    /// Its name.
    name: WordingRow,
    /// When it begins, milliseconds since 1970.
    from: i64,
    /// When it ends, milliseconds since 1970.
    until: i64,
    /// Its posts; the first one leads.
    posts: Vec<PostRow>,
}

impl SlotRow {
    /// A shift as the roster has it, or with who is there where it is on duty.
    pub(super) fn new(slot: &Slot, shifts: &Shifts, duty: &Duty, on: Option<&Watch>) -> Self {
        let wording =
            |code: &String| shifts.posts.iter().find(|post| post.code == *code).map(|post| (&post.name).into());
        let row = |code: &String| PostRow {
            post: code.clone(),
            name: wording(code).unwrap_or_default(),
            rostered: duty.rostered(&slot.post(code)).map(ToOwned::to_owned),
            there: on.and_then(|watch| watch.posts.get(code).cloned()),
        };
        Self {
            day: date(slot.id.day),
            shift: slot.id.shift.clone(),
            name: (&slot.name).into(),
            from: slot.from.0,
            until: slot.until.0,
            posts: slot.posts.iter().map(row).collect(),
        }
    }
}

/// An entry of a log.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct EntryRow {
    /// Its number, for ever.
    number: u64,
    /// When it was known, milliseconds since 1970.
    at: i64,
    /// Who is behind it.
    by: String,
    /// `words` where somebody wrote it, else what the hall noted: `took_over`, `signed_on`, `mode`, `plan_started`,
    /// `plan_ended`, `alarm_struck`, `roll_called`, `grave` or `extended`.
    what: String,
    /// What was written, or of what the hall noted: whom, which mode, plan, alarm, grade or limit.
    words: String,
    /// The case that it is about.
    incident: Option<u64>,
    /// The entry that it corrects.
    corrects: Option<u64>,
    /// It is to be handed on still.
    open: bool,
}

impl EntryRow {
    pub(super) fn new(entry: &LogEntry, duty: &Duty) -> Self {
        let words = match &entry.what {
            Noted::Words(words) => words.clone(),
            Noted::TookOver(from) => from.clone(),
            Noted::SignedOn { post, instead_of: Some(other) } => format!("{post} instead of {other}"),
            Noted::SignedOn { post, instead_of: None } => post.clone(),
            Noted::Mode(Mode::Routine) => "routine".to_owned(),
            Noted::Mode(Mode::Emergency) => "emergency".to_owned(),
            Noted::PlanStarted(name) => name.zh.clone(),
            Noted::AlarmStruck(alarm) => alarm.to_string(),
            Noted::Grave(grade) => grade.numeral().to_owned(),
            Noted::Extended(phase) => phase.word().to_owned(),
            Noted::PlanEnded | Noted::RollCalled => String::new(),
        };
        let (Actor::Person(by) | Actor::Source(by)) = &entry.by;
        Self {
            number: entry.number,
            at: entry.at.0,
            by: by.clone(),
            what: entry.what.word().to_owned(),
            words,
            incident: entry.incident.map(|incident| incident.0),
            corrects: entry.corrects,
            open: duty.is_open(entry.number),
        }
    }
}

/// The log of a shift.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct LogAnswer {
    /// The number of the shift.
    shift: u32,
    /// It was handed over: nothing more is written in it.
    locked: bool,
    /// When it took over, milliseconds since 1970.
    began_at: i64,
    /// Its entries, oldest first.
    entries: Vec<EntryRow>,
}

impl LogAnswer {
    pub(super) fn new(watch: &Watch, duty: &Duty) -> Self {
        Self {
            shift: watch.number,
            locked: watch.is_locked(),
            began_at: watch.began.0,
            entries: watch.log.iter().map(|entry| EntryRow::new(entry, duty)).collect(),
        }
    }
}

/// Who is on duty now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct DutyAnswer {
    /// The number of the shift on duty; null while nobody ever was.
    number: Option<u32>,
    /// When it took over, milliseconds since 1970.
    began_at: Option<i64>,
    /// `green`, `yellow` once it is to be handed over, `red` after its end.
    lamp: Option<String>,
    /// It; where nobody is on duty, the one that the clock says.
    now: Option<SlotRow>,
    /// The one after it.
    next: Option<SlotRow>,
    /// The fact that prepared its hand-over, where that waits for a signature.
    prepared: Option<u64>,
    /// Numbers of the shifts whose logs and packs are kept.
    kept: Vec<u32>,
    /// What is to be handed on.
    open: Vec<EntryRow>,
}

impl DutyAnswer {
    pub(super) fn new(duty: &Duty, shifts: &Shifts, utc_offset_secs: i32, now: Moment) -> Self {
        let watch = duty.watch();
        let slot = watch.map(|watch| watch.slot.clone()).or_else(|| shifts.slot_at(now, utc_offset_secs));
        let next = slot.as_ref().and_then(|slot| shifts.slot_at(slot.until.max(now), utc_offset_secs));
        let handover = watch.and_then(|watch| watch.handover.as_ref());
        Self {
            number: watch.map(|watch| watch.number),
            began_at: watch.map(|watch| watch.began.0),
            lamp: watch.map(|watch| watch.lamp(shifts.handover_minutes, now).word().to_owned()),
            now: slot.map(|slot| SlotRow::new(&slot, shifts, duty, watch)),
            next: next.map(|slot| SlotRow::new(&slot, shifts, duty, None)),
            prepared: handover.map(|handover| handover.prepared.0),
            kept: duty.over().map(|watch| watch.number).collect(),
            open: duty.open_remarks().map(|entry| EntryRow::new(entry, duty)).collect(),
        }
    }
}

/// The roster.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RosterAnswer {
    /// Shifts from the one of now on.
    pub(super) shifts: Vec<SlotRow>,
}

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
}

impl PackRow {
    fn new(pack: &Pack, duty: &Duty) -> Self {
        let stage = |(stage, count): (Stage, &u32)| StageRow { stage: stage.word().to_owned(), count: *count };
        Self {
            at: pack.at.0,
            by_stage: Stage::ALL.into_iter().zip(&pack.by_stage).map(stage).collect(),
            overdue: pack.overdue,
            open: pack
                .open
                .rows
                .iter()
                .map(|case| HandedCaseRow {
                    incident: case.incident.0,
                    grade: case.grade.numeral().to_owned(),
                    stage: case.stage.word().to_owned(),
                    phase: case.phase.word().to_owned(),
                    party: case.party.as_ref().map(Into::into),
                    due_at: case.due.map(|due| due.0),
                })
                .collect(),
            shelved_count: pack.shelved.all,
            shelved: pack
                .shelved
                .rows
                .iter()
                .map(|one| ShelvedRow { incident: one.incident.0, since: one.since.0, reason: one.reason.clone() })
                .collect(),
            promised_count: pack.promised.all,
            promised: pack
                .promised
                .rows
                .iter()
                .map(|one| PromiseRow { incident: one.incident.0, goes_on: one.goes_on.0, over: one.over })
                .collect(),
            unread_count: pack.unread.all,
            unread: pack
                .unread
                .rows
                .iter()
                .map(|one| UnreadRow {
                    incident: one.incident.0,
                    party: (&one.party).into(),
                    since: one.since.0,
                    delivered: one.delivered,
                })
                .collect(),
            reports: pack
                .reports
                .rows
                .iter()
                .map(|one| HandedReportRow {
                    incident: one.incident.0,
                    which: one.which.word().to_owned(),
                    due_at: one.due.0,
                })
                .collect(),
            plans: pack
                .plans
                .rows
                .iter()
                .map(|one| RunningRow {
                    incident: one.incident.0,
                    name: (&one.name).into(),
                    alarm: one.alarm,
                    left: one.left.0,
                    late: one.left.1,
                })
                .collect(),
            changes: (&pack.changes).into(),
            remarks: pack.remarks.rows.iter().map(|entry| EntryRow::new(entry, duty)).collect(),
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
