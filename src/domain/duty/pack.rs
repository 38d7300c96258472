//! The hand-over pack (交接班): what the next shift has to know, composed at one moment and pinned by the fact that has it.

use serde::{Deserialize, Serialize};

use super::alarms::{HandedAlarm, HandedWindow, alarms, windows};
use super::log::{Changes, LogEntry};
use crate::domain::order::unusable;
use crate::domain::{
    Bulletin, Countdown, Grade, Hall, Incident, IncidentId, Moment, Part, Party, Phase, Refusal, Stage, TaskState,
    Telling, TimeLimits, Wording,
};

/// Most rows of one list of a pack; beyond that only the counts tell.
pub const PACK_ROWS_MAX: usize = 300;

/// A list of which the first rows are told, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// The first of them, at most [`PACK_ROWS_MAX`].
    pub rows: Vec<T>,
    /// How many there are.
    pub all: u32,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), all: 0 }
    }
}

impl<T> Listed<T> {
    fn of(mut rows: Vec<T>) -> Self {
        let all = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        rows.truncate(PACK_ROWS_MAX);
        Self { rows, all }
    }
}

/// An open case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCase {
    /// Which.
    pub incident: IncidentId,
    /// How grave.
    pub grade: Grade,
    /// How far it is.
    pub stage: Stage,
    /// Of which clock's phase whoever has it answers for.
    pub phase: Phase,
    /// The party that has it, where one does: who leads, or was sent first.
    pub party: Option<Party>,
    /// When it is due next; `None` where it has no limit.
    pub due: Option<Moment>,
}

/// A case on hold (挂账).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelved {
    /// Which.
    pub incident: IncidentId,
    /// Since when.
    pub since: Moment,
    /// Why.
    pub reason: String,
}

/// A caller who was promised an answer (要求回复) and has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The case that they called about.
    pub incident: IncidentId,
    /// The case that goes on, where that one was merged.
    pub goes_on: IncidentId,
    /// It is over, so that the answer can be given now.
    pub over: bool,
}

/// An order that nobody has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Of which case.
    pub incident: IncidentId,
    /// Whose.
    pub party: Party,
    /// Since when.
    pub since: Moment,
    /// It is on their device.
    pub delivered: bool,
}

/// A report to those above that is owed (信息报送).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedReport {
    /// Of which case.
    pub incident: IncidentId,
    /// Which report.
    pub which: Bulletin,
    /// Until when.
    pub due: Moment,
}

/// A plan that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanNow {
    /// Of which case.
    pub incident: IncidentId,
    /// What it is called.
    pub name: Wording,
    /// The highest alarm that was struck.
    pub alarm: u8,
    /// Steps that began and are not decided, and those of them that are late.
    pub left: (u16, u16),
}

/// What the next shift has to know. Its last fields came with format version 11: a fact of an older one ends before them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pack {
    /// When it was composed.
    pub at: Moment,
    /// Open cases by stage, in the order of [`Stage::ALL`].
    pub by_stage: [u32; 8],
    /// How many of them are overdue.
    pub overdue: u32,
    /// They: by stage, within each what is overdue first, then what is due first.
    pub open: Listed<OpenCase>,
    /// Those on hold, longest first.
    pub shelved: Listed<Shelved>,
    /// Answers that callers were promised; those that can be given now first.
    pub promised: Listed<Promise>,
    /// Orders that nobody has read, oldest first.
    pub unread: Listed<Unread>,
    /// Reports to those above, what is due first.
    pub reports: Listed<OwedReport>,
    /// Plans that run.
    pub plans: Listed<PlanNow>,
    /// What changed since the shift was taken over.
    pub changes: Changes,
    /// What is to be handed on from the log (待办).
    pub remarks: Listed<LogEntry>,
    /// Alarms that stand or are shelved: what calls first, what is shelved last.
    pub alarms: Listed<HandedAlarm>,
    /// What is in maintenance, what ends first before the rest.
    pub windows: Listed<HandedWindow>,
}

impl Pack {
    /// What a hall has to hand over at a moment, by these limits.
    #[must_use]
    pub fn compose(hall: &Hall, limits: &TimeLimits, utc_offset_secs: i32, now: Moment) -> Self {
        let open: Vec<&Incident> = hall.incidents().filter(|one| one.stage != Stage::Closed).collect();
        let mut by_stage = [0_u32; 8];
        for incident in &open {
            if let Some(count) = by_stage.get_mut(incident.stage.index()) {
                *count += 1;
            }
        }
        let mut cases: Vec<OpenCase> =
            open.iter().map(|incident| open_case(hall, incident, limits, utc_offset_secs)).collect();
        let late = |case: &OpenCase| case.due.is_some_and(|due| due < now);
        cases.sort_by_key(|case| {
            (case.stage, !late(case), case.due.unwrap_or(Moment(i64::MAX)), case.grade, case.incident)
        });
        let overdue = cases.iter().filter(|case| late(case)).count();
        let duty = hall.duty();
        Self {
            at: now,
            by_stage,
            overdue: u32::try_from(overdue).unwrap_or(u32::MAX),
            open: Listed::of(cases),
            shelved: Listed::of(shelved(hall, &open)),
            promised: Listed::of(promised(hall)),
            unread: Listed::of(unread(hall)),
            reports: Listed::of(reports(hall, limits)),
            plans: Listed::of(plans(hall, now)),
            changes: duty.watch().map(|watch| watch.changes.clone()).unwrap_or_default(),
            remarks: Listed::of(duty.open_remarks().cloned().collect()),
            alarms: Listed::of(alarms(hall)),
            windows: Listed::of(windows(hall, now)),
        }
    }

    /// Can it be kept at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`].
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let longest = [
            self.open.rows.len(),
            self.shelved.rows.len(),
            self.promised.rows.len(),
            self.unread.rows.len(),
            self.reports.rows.len(),
            self.plans.rows.len(),
            self.remarks.rows.len(),
            self.alarms.rows.len(),
            self.windows.rows.len(),
        ];
        if longest.into_iter().any(|rows| rows > PACK_ROWS_MAX) {
            return Err(unusable("pack", &format!("has at most {PACK_ROWS_MAX} rows in each list")));
        }
        Ok(())
    }

    /// Open cases of all stages.
    #[must_use]
    pub fn open_count(&self) -> u32 {
        self.by_stage.iter().sum()
    }
}

fn open_case(hall: &Hall, incident: &Incident, limits: &TimeLimits, utc_offset_secs: i32) -> OpenCase {
    let countdown =
        hall.course(incident.id).and_then(|course| limits.countdown(&incident.kind, course, utc_offset_secs));
    let phases = [Phase::Dispatch, Phase::Handle, Phase::Recheck];
    let tasks = || hall.tasks(incident.id).iter().filter(|task| task.is_open());
    let party = tasks().find(|task| task.part == Part::Lead).or_else(|| tasks().next());
    OpenCase {
        incident: incident.id,
        grade: incident.grade,
        stage: incident.stage,
        phase: phases.into_iter().find(|phase| phase.can_run(incident.stage)).unwrap_or(Phase::Whole),
        party: party.map(|task| task.to.clone()),
        due: countdown.as_ref().and_then(Countdown::due),
    }
}

fn shelved(hall: &Hall, open: &[&Incident]) -> Vec<Shelved> {
    let hold = |incident: &&Incident| {
        let hold = hall.course(incident.id)?.on_hold()?;
        Some(Shelved { incident: incident.id, since: hold.from, reason: hold.reason.clone() })
    };
    let mut all: Vec<Shelved> = open.iter().filter_map(hold).collect();
    all.sort_by_key(|one| (one.since, one.incident));
    all
}

/// Who was not told yet how it ended is owed the answer.
fn promised(hall: &Hall) -> Vec<Promise> {
    let promise = |incident: &Incident| {
        hall.dossier(incident.id).caller.as_ref().filter(|caller| caller.answer)?;
        let goes_on = hall.goes_on(incident.id);
        let over = hall.closing(goes_on).is_some();
        (!hall.is_told(incident.id, Telling::Ended)).then_some(Promise { incident: incident.id, goes_on, over })
    };
    let mut all: Vec<Promise> = hall.incidents().filter_map(promise).collect();
    all.sort_by_key(|one| (!one.over, one.incident));
    all
}

fn unread(hall: &Hall) -> Vec<Unread> {
    let unread = hall.open_tasks().filter_map(|(incident, task)| {
        let since = task.unread_since()?;
        Some(Unread { incident, party: task.to.clone(), since, delivered: task.state() >= TaskState::Delivered })
    });
    let mut all: Vec<Unread> = unread.collect();
    all.sort_by(|one, other| (one.since, one.incident, &one.party).cmp(&(other.since, other.incident, &other.party)));
    all
}

fn reports(hall: &Hall, limits: &TimeLimits) -> Vec<OwedReport> {
    let owed = |incident: &Incident| {
        let owed = limits.owed(hall, incident)?;
        Some(OwedReport { incident: incident.id, which: owed.which, due: owed.due })
    };
    let mut all: Vec<OwedReport> = hall.incidents().filter_map(owed).collect();
    all.sort_by_key(|one| (one.due, one.incident));
    all
}

fn plans(hall: &Hall, now: Moment) -> Vec<PlanNow> {
    let short = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let running = hall.running_plans().map(|(incident, run)| {
        let progress = run.progress(now);
        let left = (short(progress.begun - progress.decided), short(progress.late));
        PlanNow { incident, name: run.plan.name.clone(), alarm: run.alarm(), left }
    });
    running.collect()
}
