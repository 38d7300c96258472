//! What duty looks like over HTTP: posts, shifts, rosters and logs; [`super::handover_rows`] has hand-overs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plans::WordingRow;
use crate::domain::duty::Watch;
use crate::domain::duty::log::{LogEntry, Noted};
use crate::domain::duty::shifts::Slot;
use crate::domain::{Actor, Duty, DutyPost, Mode, Moment, Shifts, SlotId};

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
