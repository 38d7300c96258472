//! The log of a shift (值班日志): what its people write, and what the hall notes by itself.

use serde::{Deserialize, Serialize};

use crate::domain::{Actor, CaseMove, Fact, Grade, IncidentId, Mode, Moment, Phase, PlanMove, Stage, What, Wording};

/// Longest entry, in bytes.
pub const ENTRY_MAX: usize = 4 * 1024;
/// Most entries of one shift that people write, and as many that the hall notes.
pub const ENTRIES_MAX: usize = 1_000;
/// Most cases whose changes are told one by one; beyond that only the counts go on.
pub const CHANGED_MAX: usize = 300;
/// Cases of this grade and graver are noted by the hall.
const GRAVE: Grade = Grade::II;

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noted {
    /// What somebody wrote.
    Words(String),
    /// The shift was taken over from this one.
    TookOver(String),
    /// Somebody signed on at a post, instead of this one whom the roster has.
    SignedOn {
        /// The code of the post.
        post: String,
        /// Whom the roster has there, where that is another.
        instead_of: Option<String>,
    },
    /// The hall switched to this mode.
    Mode(Mode),
    /// A plan was started.
    PlanStarted(Wording),
    /// A plan ended.
    PlanEnded,
    /// The next alarm of a plan was struck.
    AlarmStruck(u8),
    /// The roll was called.
    RollCalled,
    /// A case is as grave as this.
    Grave(Grade),
    /// More time was granted for this.
    Extended(Phase),
}

impl Noted {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Words(_) => "words",
            Self::TookOver(_) => "took_over",
            Self::SignedOn { .. } => "signed_on",
            Self::Mode(_) => "mode",
            Self::PlanStarted(_) => "plan_started",
            Self::PlanEnded => "plan_ended",
            Self::AlarmStruck(_) => "alarm_struck",
            Self::RollCalled => "roll_called",
            Self::Grave(_) => "grave",
            Self::Extended(_) => "extended",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number, for ever: 1, 2, 3 … through all shifts.
    pub number: u64,
    /// When it was known.
    pub at: Moment,
    /// Who wrote it, or is behind what the hall notes.
    pub by: Actor,
    /// The case that it is about.
    pub incident: Option<IncidentId>,
    /// The entry that it corrects, which stays as it is.
    pub corrects: Option<u64>,
    /// It is to be handed on until somebody settles it (待办).
    pub open: bool,
    /// What it says.
    pub what: Noted,
}

/// How a case changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was reported.
    New,
    /// It is over, in whatever way.
    Closed,
    /// It was opened again.
    Reopened,
    /// It has another grade.
    Regraded,
    /// It is graver, supervised, or the next alarm of its plan was struck.
    Escalated,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::New, Self::Closed, Self::Reopened, Self::Regraded, Self::Escalated];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Regraded => "regraded",
            Self::Escalated => "escalated",
        }
    }
}

/// What changed since some moment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// How many of each, in the order of [`Change::ALL`].
    pub counts: [u32; 5],
    /// They one by one, at most [`CHANGED_MAX`], in order.
    pub cases: Vec<(IncidentId, Change)>,
}

impl Changes {
    /// How many of one sort.
    #[must_use]
    pub fn count(&self, change: Change) -> u32 {
        self.counts.get(change as usize).copied().unwrap_or_default()
    }

    /// Whether nothing did.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts == [0; 5]
    }

    pub(super) fn note(&mut self, incident: IncidentId, change: Change) {
        if let Some(count) = self.counts.get_mut(change as usize) {
            *count = count.saturating_add(1);
        }
        if self.cases.len() < CHANGED_MAX {
            self.cases.push((incident, change));
        }
    }
}

/// How a fact changes which cases.
pub(super) fn changes_of(what: &What) -> Vec<(IncidentId, Change)> {
    match what {
        What::IncidentReported(incident) => vec![(incident.id, Change::New)],
        What::IncidentClosed { incident, .. } => vec![(*incident, Change::Closed)],
        What::IncidentRegraded { incident, from, to, .. } => {
            let graver = (to < from).then_some((*incident, Change::Escalated));
            [(*incident, Change::Regraded)].into_iter().chain(graver).collect()
        }
        What::AlarmStruck { incident, .. } => vec![(*incident, Change::Escalated)],
        What::IncidentMoved { incident, step, stage } => match step {
            CaseMove::Reject { .. } | CaseMove::NotFile { .. } | CaseMove::Void { .. } | CaseMove::Merge { .. }
                if *stage == Stage::Closed =>
            {
                vec![(*incident, Change::Closed)]
            }
            CaseMove::Reopen { .. } | CaseMove::Unmerge { .. } => vec![(*incident, Change::Reopened)],
            CaseMove::Supervise { .. } => vec![(*incident, Change::Escalated)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What the hall notes of a fact by itself. `asked` tells for what an extension was asked.
pub(super) fn noted(fact: &Fact, asked: impl Fn(IncidentId) -> Option<Phase>) -> Option<(Option<IncidentId>, Noted)> {
    let of = |incident: &IncidentId, noted| Some((Some(*incident), noted));
    match &fact.what {
        What::ModeSwitched { mode } => Some((None, Noted::Mode(*mode))),
        What::RollCalled { .. } => Some((None, Noted::RollCalled)),
        What::PlanStarted { incident, plan, .. } => of(incident, Noted::PlanStarted(plan.name.clone())),
        What::PlanMoved { incident, step: PlanMove::End { .. } } => of(incident, Noted::PlanEnded),
        What::AlarmStruck { incident, alarm } => of(incident, Noted::AlarmStruck(*alarm)),
        What::IncidentReported(incident) if incident.grade <= GRAVE => of(&incident.id, Noted::Grave(incident.grade)),
        What::IncidentRegraded { incident, from, to, .. } if to < from && *to <= GRAVE => {
            of(incident, Noted::Grave(*to))
        }
        What::IncidentMoved { incident, step: CaseMove::GrantExtension { .. }, .. } => {
            asked(*incident).and_then(|phase| of(incident, Noted::Extended(phase)))
        }
        _ => None,
    }
}
