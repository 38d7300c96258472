//! What a case has gathered beside its stage (案卷).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::case_move::{CaseMove, Finding, Link, Recheck, Said, Satisfaction, Verdict};
use super::{Answers, Attachment, Caller, Channel, IncidentId, Moment, Phase, Stage, Telling};

/// A look at the spot. One that nobody answered is let go of once the case is filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// When it was asked for.
    pub asked_at: Moment,
    /// What came of it, and what was said.
    pub answer: Option<(Verdict, Said)>,
}

/// More time that was asked for. A request that nobody answered is let go of with the phase that it was for, and when the
/// case goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Of which limit.
    pub phase: Phase,
    /// How much more on the clock of that limit, milliseconds.
    pub millis: i64,
    /// When it was asked for and why.
    pub asked: Said,
    /// Whether it was granted, and what was said with that.
    pub answer: Option<(bool, Said)>,
}

/// What a case has gathered; most have nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dossier {
    /// The last look at the spot.
    pub verification: Option<Verification>,
    /// How often it was given back.
    pub returns: u32,
    /// How often it had to be done again.
    pub reworks: u32,
    /// How often it was opened again.
    pub reopenings: u32,
    /// Why it went back last.
    pub went_back: Option<Said>,
    /// How often it was urged.
    pub urges: u32,
    /// What was said when it was urged last.
    pub urged: Option<Said>,
    /// Since when and why it is watched from above.
    pub supervised: Option<Said>,
    /// Cases that were merged into it.
    pub voices: BTreeSet<IncidentId>,
    /// Cases that it belongs to.
    pub links: BTreeMap<IncidentId, Link>,
    /// What the caller says of it.
    pub rating: Option<(Satisfaction, Said)>,
    /// Who called, masked.
    pub caller: Option<Caller>,
    /// The extension that was asked for last.
    pub extension: Option<Extension>,
    /// How many notes it has.
    pub notes: u32,
    /// The last of them.
    pub noted: Option<Said>,
    /// Its files, first attached first.
    pub files: Vec<Attachment>,
    /// What was answered of its form.
    pub answers: Answers,
    /// What its caller was told, how, and in which words.
    pub told: BTreeMap<Telling, (Channel, Said)>,
    /// The re-check that was asked for last.
    pub recheck: Option<Recheck>,
}

impl Dossier {
    /// Whether an extension was asked for and not answered.
    #[must_use]
    pub fn awaits_extension(&self) -> bool {
        self.extension.as_ref().is_some_and(|one| one.answer.is_none())
    }

    /// Whether a re-check was asked for and not answered.
    #[must_use]
    pub fn awaits_recheck(&self) -> bool {
        self.recheck.as_ref().is_some_and(|one| one.answer.is_none())
    }

    /// Whether somebody was asked to look at the spot and did not answer.
    #[must_use]
    pub fn awaits_verification(&self) -> bool {
        self.verification.as_ref().is_some_and(|one| one.answer.is_none())
    }

    /// The case reached a stage: what was asked for and is over with it is not awaited any more. More time is of use while
    /// its limit runs, a look at the spot until the case is filed.
    pub(super) fn settle(&mut self, stage: Stage) {
        let waits = |one: &Extension| one.answer.is_some() || one.phase.can_run(stage);
        self.extension = self.extension.take().filter(waits);
        self.verification = self.verification.take().filter(|one| one.answer.is_some() || stage <= Stage::Accepted);
    }

    /// The case went back: who has it now needs other times, and asks anew.
    pub(super) fn drop_asked(&mut self) {
        self.extension = self.extension.take().filter(|one| one.answer.is_some());
        self.verification = self.verification.take().filter(|one| one.answer.is_some());
    }

    /// Whoever has the case now asks anew.
    fn drop_recheck(&mut self) {
        self.recheck = self.recheck.take().filter(|one| one.answer.is_some());
    }

    /// What was found answers a re-check that is awaited.
    pub(super) fn answer_recheck(&mut self, finding: Finding, said: Said) {
        if let Some(asked) = self.recheck.as_mut().filter(|one| one.answer.is_none()) {
            asked.answer = Some((finding, said));
        }
    }

    /// Keep a move of this case. Merging is kept by the case that goes on.
    pub(super) fn keep(&mut self, step: &CaseMove, at: Moment) {
        let said = || Said { at, words: step.words().to_owned() };
        match step {
            CaseMove::AskVerification => self.verification = Some(Verification { asked_at: at, answer: None }),
            CaseMove::AnswerVerification { verdict, .. } => {
                let asked = self.verification.get_or_insert(Verification { asked_at: at, answer: None });
                asked.answer = Some((*verdict, said()));
            }
            CaseMove::AskRecheck { of, .. } => {
                self.recheck = Some(Recheck { of: of.clone(), asked: said(), answer: None });
            }
            CaseMove::AnswerRecheck { finding, .. } => self.answer_recheck(*finding, said()),
            CaseMove::Return { .. } => {
                self.returns = self.returns.saturating_add(1);
                self.went_back = Some(said());
            }
            CaseMove::Rework { .. } => {
                self.reworks = self.reworks.saturating_add(1);
                self.went_back = Some(said());
                self.answer_recheck(Finding::Fail, said());
            }
            CaseMove::Reopen { .. } => {
                self.reopenings = self.reopenings.saturating_add(1);
                self.rating = None;
                self.went_back = Some(said());
                self.drop_recheck();
            }
            CaseMove::Unmerge { .. } => {
                self.went_back = Some(said());
                self.drop_recheck();
            }
            CaseMove::Tell { what, by, .. } => {
                self.told.insert(*what, (*by, said()));
            }
            CaseMove::Urge { .. } => {
                self.urges = self.urges.saturating_add(1);
                self.urged = Some(said());
            }
            CaseMove::Supervise { .. } => self.supervised = Some(said()),
            CaseMove::EndSupervision => self.supervised = None,
            CaseMove::Link { to, link } => {
                self.links.insert(*to, *link);
            }
            CaseMove::Unlink { to } => {
                self.links.remove(to);
            }
            CaseMove::Rate { satisfaction, .. } => self.rating = Some((*satisfaction, said())),
            CaseMove::AskExtension { phase, millis, .. } => {
                self.extension = Some(Extension { phase: *phase, millis: *millis, asked: said(), answer: None });
            }
            CaseMove::GrantExtension { .. } | CaseMove::RefuseExtension { .. } => {
                let granted = matches!(step, CaseMove::GrantExtension { .. });
                if let Some(asked) = &mut self.extension {
                    asked.answer = Some((granted, said()));
                }
            }
            CaseMove::Reject { .. } | CaseMove::NotFile { .. } | CaseMove::Void { .. } | CaseMove::Merge { .. } => {}
        }
    }
}
