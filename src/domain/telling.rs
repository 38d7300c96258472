//! 告知: callers who were promised an answer are told that their case was accepted (受理告知) and how it ended (办结告知).
//!
//! ```text
//!  accepted ──► 受理告知 owed ── told ──► ended, however ──► 办结告知 owed ── told, or called back ──► nothing owed
//!                    └─ not owed any more once it ended        ▲
//!                                     opened again ────────────┘ the next end is told anew
//! ```
//! 1. Owed to callers with a promise ([`super::Caller::answer`]) alone, to each once; to callers of merged cases by what
//!    becomes of the case that goes on.
//! 2. Telling the callers of a case tells all of them who are still owed it, those of the cases that were merged into it
//!    too; each of them is a fact of their own case.
//! 3. What ended before it was accepted owes only how it ended.
//! 4. Whoever was called back and reached (回访) has heard how it ended.
//! 5. Owed how it ended, a case stays in the hall until a day after that was told
//!    ([`super::hall::KEEP_PROMISED_MILLIS`] at most), so that no promise is forgotten over a weekend.

use serde::{Deserialize, Serialize};

use super::{Hall, IncidentId, Moment, MoveKind, Outcome, Refusal, Satisfaction, Stage};

/// What callers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    /// 受理告知: that it was accepted.
    Accepted,
    /// 办结告知: how it ended.
    Ended,
}

impl Telling {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Ended];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Ended => "ended",
        }
    }

    /// The move that does it.
    #[must_use]
    pub const fn kind(self) -> MoveKind {
        match self {
            Self::Accepted => MoveKind::TellAccepted,
            Self::Ended => MoveKind::TellEnded,
        }
    }
}

/// How callers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By telephone.
    Phone,
    /// By text message.
    Message,
}

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Phone, Self::Message];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Message => "message",
        }
    }
}

impl MoveKind {
    /// What is told with it.
    #[must_use]
    pub const fn telling(self) -> Option<Telling> {
        match self {
            Self::TellAccepted => Some(Telling::Accepted),
            Self::TellEnded => Some(Telling::Ended),
            _ => None,
        }
    }
}

impl Hall {
    /// The case that one goes on as, however often it was merged: itself, where it was not.
    #[must_use]
    pub fn goes_on(&self, id: IncidentId) -> IncidentId {
        let mut now = id;
        // Merging makes no rings; a log that had one would still end here.
        for _ in 0..self.incidents().len() {
            match self.merged_into(now) {
                Some(into) => now = into,
                None => break,
            }
        }
        now
    }

    fn merged_into(&self, id: IncidentId) -> Option<IncidentId> {
        match self.closing(id)?.outcome {
            Outcome::Merged(into) => self.incident(into).map(|into| into.id),
            _ => None,
        }
    }

    /// Since when the caller of a case is to be told something; `None` where nobody is, or not yet.
    #[must_use]
    pub fn to_tell_since(&self, id: IncidentId, what: Telling) -> Option<Moment> {
        self.dossier(id).caller.as_ref().filter(|caller| caller.answer)?;
        match what {
            Telling::Accepted => self.accepted_at(id),
            Telling::Ended => {
                let on = self.goes_on(id);
                self.closing(on)?;
                self.course(on)?.since(Stage::Closed).map(|(_, at)| at)
            }
        }
    }

    /// When a case was accepted before it ended, or else when what it was merged into was.
    fn accepted_at(&self, id: IncidentId) -> Option<Moment> {
        let (mut now, mut merged) = (id, Moment(i64::MIN));
        for _ in 0..=self.incidents().len() {
            let course = self.course(now)?;
            match course.since(Stage::Accepted) {
                Some((stage, at)) if stage < Stage::Closed => return Some(at.max(merged)),
                _ => {}
            }
            let into = self.merged_into(now)?;
            merged = merged.max(course.since(Stage::Closed).map(|(_, at)| at)?);
            now = into;
        }
        None
    }

    /// Whether the caller of a case was told it.
    #[must_use]
    pub fn is_told(&self, id: IncidentId, what: Telling) -> bool {
        let dossier = self.dossier(id);
        let reached = |rating: Option<Satisfaction>| rating.is_some_and(|said| said != Satisfaction::NotReached);
        dossier.told.contains_key(&what)
            || (what == Telling::Ended && reached(dossier.rating.as_ref().map(|(said, _)| *said)))
    }

    /// The cases whose callers are owed it, among a case and those merged into it, however far.
    #[must_use]
    pub fn owed(&self, id: IncidentId, what: Telling) -> Vec<IncidentId> {
        let over = self.closing(self.goes_on(id)).is_some();
        if over != (what == Telling::Ended) {
            return Vec::new();
        }
        let owed = |one: &IncidentId| self.to_tell_since(*one, what).is_some() && !self.is_told(*one, what);
        self.with_voices(id).into_iter().filter(owed).collect()
    }

    /// Why callers of a case cannot be told it now; `None` where some can.
    pub(super) fn refuses_telling(&self, id: IncidentId, what: Telling, stage: Stage) -> Option<Refusal> {
        if !self.owed(id, what).is_empty() {
            return None;
        }
        let mut promised = self.with_voices(id);
        promised.retain(|one| self.dossier(*one).caller.as_ref().is_some_and(|caller| caller.answer));
        Some(if promised.is_empty() {
            Refusal::NobodyToTell(id)
        } else if promised.iter().all(|one| self.is_told(*one, what)) {
            Refusal::AlreadyTold(id)
        } else {
            Refusal::NotNow(stage)
        })
    }
}
