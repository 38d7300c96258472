//! Which side moves a case can make, and what they make known.

use super::{CaseMove, EXTENSION_MAX_MILLIS, Finding, MoveKind, Outcome};
use crate::domain::order::unusable;
use crate::domain::{Closing, Extension, Hall, Incident, IncidentId, Refusal, Stage, Task, What};

impl Hall {
    /// The side moves that a case can make now, in the order of a menu.
    #[must_use]
    pub fn moves(&self, id: IncidentId) -> Vec<MoveKind> {
        let Some(incident) = self.incident(id) else { return Vec::new() };
        MoveKind::ALL.into_iter().filter(|kind| self.refuses(incident, *kind).is_none()).collect()
    }

    /// Why a case cannot make a move now; `None` where it can.
    fn refuses(&self, incident: &Incident, kind: MoveKind) -> Option<Refusal> {
        let (id, stage) = (incident.id, incident.stage);
        if let Some(what) = kind.telling() {
            return self.refuses_telling(id, what, stage);
        }
        let dossier = self.dossier(id);
        let outcome = self.closing(id).map(|closing| closing.outcome);
        let merged = matches!(outcome, Some(Outcome::Merged(_)));
        if stage == Stage::Closed {
            return match kind {
                MoveKind::Reopen if !merged => None,
                MoveKind::Unmerge if merged => None,
                MoveKind::Rate if outcome == Some(Outcome::Finished) && dossier.rating.is_none() => None,
                MoveKind::Rate if dossier.rating.is_some() => Some(Refusal::AlreadyRated(id)),
                _ => Some(Refusal::AlreadyClosed(id)),
            };
        }
        let asked = dossier.awaits_verification();
        let in_time = |one: &Extension| one.answer.is_none() && one.phase.can_run(stage);
        let legal = match kind {
            MoveKind::AskVerification => stage <= Stage::Accepted && !asked,
            MoveKind::AnswerVerification => asked,
            MoveKind::Reject => stage == Stage::Reported,
            MoveKind::NotFile => stage == Stage::Accepted,
            MoveKind::Return => matches!(stage, Stage::Dispatched | Stage::Handling),
            MoveKind::AskRecheck => stage == Stage::Done && !dossier.awaits_recheck(),
            MoveKind::AnswerRecheck => stage == Stage::Done && dossier.awaits_recheck(),
            MoveKind::Rework => matches!(stage, Stage::Done | Stage::Checked),
            MoveKind::Urge | MoveKind::Merge | MoveKind::Link | MoveKind::Void => true,
            MoveKind::Supervise => dossier.supervised.is_none(),
            MoveKind::EndSupervision => dossier.supervised.is_some(),
            MoveKind::Unlink => !dossier.links.is_empty(),
            MoveKind::AskExtension => !dossier.awaits_extension(),
            MoveKind::GrantExtension => dossier.extension.as_ref().is_some_and(in_time),
            MoveKind::RefuseExtension => dossier.awaits_extension(),
            MoveKind::Unmerge | MoveKind::Reopen | MoveKind::Rate | MoveKind::TellAccepted | MoveKind::TellEnded => {
                false
            }
        };
        (!legal).then_some(Refusal::NotNow(stage))
    }

    /// What a side move makes known.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub(in crate::domain) fn facts_of_move(&self, id: IncidentId, step: CaseMove) -> Result<Vec<What>, Refusal> {
        let stage = self.decide_move(id, &step)?;
        if let CaseMove::Tell { what, .. } = &step {
            let owed = self.owed(id, *what).into_iter().filter_map(|one| self.incident(one));
            let told = owed.map(|one| What::IncidentMoved { incident: one.id, step: step.clone(), stage: one.stage });
            return Ok(told.collect());
        }
        let mut whats = Vec::new();
        // Whoever is on the way to what was merged is on the way to what goes on, and so it does.
        if let CaseMove::Merge { into } = step
            && self.brings_work(id, into)
            && let (Some(from), Some(to)) = (self.incident(id), self.incident(into))
        {
            if self.is_on_hold(into) {
                whats.push(What::IncidentResumed { incident: into });
            }
            if to.stage < Stage::Dispatched {
                whats.push(What::IncidentAdvanced { incident: into, stage: from.stage });
            }
        }
        let found = if let CaseMove::AnswerRecheck { finding, .. } = &step { Some(*finding) } else { None };
        let again = if step.kind() == MoveKind::Rework { self.again(id) } else { Vec::new() };
        let words = step.words().to_owned();
        whats.push(What::IncidentMoved { incident: id, step, stage });
        let given = |given| What::TaskGiven { incident: id, given, words: words.clone() };
        whats.extend(again.into_iter().map(given));
        match found {
            Some(Finding::Pass) => whats.extend(self.facts_of_advance(id, Stage::Checked)?),
            Some(Finding::Fail) => whats.extend(self.facts_of_move(id, CaseMove::Rework { reason: words })?),
            Some(Finding::Unclear) | None => {}
        }
        Ok(whats)
    }

    /// The stage of a case after a move.
    ///
    /// # Errors
    /// Why it cannot be made.
    fn decide_move(&self, id: IncidentId, step: &CaseMove) -> Result<Stage, Refusal> {
        let incident = self.incident(id).ok_or(Refusal::UnknownIncident(id))?;
        if let Some(refusal) = self.refuses(incident, step.kind()) {
            return Err(refusal);
        }
        if step.needs_reason() && step.words().trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        if let CaseMove::AskExtension { phase, millis, .. } = step {
            if !phase.can_run(incident.stage) {
                return Err(unusable("phase", "is not one that this incident is in"));
            }
            if !(1..=EXTENSION_MAX_MILLIS).contains(millis) {
                return Err(unusable("millis", &format!("are 1 to {EXTENSION_MAX_MILLIS}")));
            }
        }
        if let Some(other) = step.other() {
            let known = self.incident(other).ok_or(Refusal::UnknownIncident(other))?;
            if other == id {
                return Err(Refusal::Itself);
            }
            if matches!(step, CaseMove::Merge { .. }) {
                if known.stage == Stage::Closed {
                    return Err(Refusal::AlreadyClosed(other));
                }
                // Who is on the way would have nowhere to go.
                if known.stage > Stage::Handling && self.tasks(id).iter().any(Task::is_open) {
                    return Err(Refusal::WorkOver(other));
                }
            }
        }
        Ok(match step {
            CaseMove::Reject { .. } | CaseMove::NotFile { .. } | CaseMove::Void { .. } | CaseMove::Merge { .. } => {
                Stage::Closed
            }
            CaseMove::Return { .. } => Stage::Filed,
            CaseMove::Rework { .. } => Stage::Dispatched,
            CaseMove::Reopen { .. } | CaseMove::Unmerge { .. } => match self.closing(id) {
                Some(closing) if closing.outcome == Outcome::Finished => Stage::Filed.min(closing.before),
                // Whoever had it was let go with its end, or has the case that goes on: it waits for another party.
                Some(Closing { before: Stage::Dispatched | Stage::Handling, .. }) if self.lost_its_parties(id) => {
                    Stage::Filed
                }
                Some(closing) => closing.before,
                None => Stage::Reported,
            },
            _ => incident.stage,
        })
    }
}
