//! Re-checks: the people of the hall have some of what is done looked at by a patrol nearby, which says what it found and now
//! and then cannot tell; whom the desk asks answers as well.
//!
//! A case is closed when it would be closed without: what is asked and answered lies between the two.

use super::queue::Event;
use super::random::Random;
use super::{Doing, Sim};
use crate::domain::{Actor, CaseMove, Checker, CrewId, CrewKind, Finding, IncidentId, Moment, Stage};

const STREAM_RECHECK: u64 = 86;
/// One of so many cases is looked at.
const LOOKED_AT: usize = 4;
/// One of so many looks tells nothing.
const TELLS_NOTHING: usize = 5;
/// Minutes until whom the desk asked has looked.
const MINUTES: (f64, f64) = (4.0, 12.0);

/// What happens to a re-check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// It is asked for.
    Ask,
    /// This was found.
    Found(Finding),
}

impl Sim {
    /// A case is done, and closed so many minutes later unless the hall says otherwise: some are looked at between.
    pub(super) fn plan_recheck(&mut self, number: u64, minutes: f64) {
        let scripted = self.cases.get(&number).is_none_or(|case| case.script.is_some());
        let mut random = Random::of(self.options.seed, STREAM_RECHECK, number);
        if scripted || random.below(LOOKED_AT) != 0 {
            return;
        }
        let twice = random.below(TELLS_NOTHING) == 0;
        let first = if twice { Finding::Unclear } else { Finding::Pass };
        let again = [(0.6, Look::Ask), (0.8, Look::Found(Finding::Pass))];
        let looks =
            [(0.2, Look::Ask), (0.4, Look::Found(first))].into_iter().chain(again.into_iter().filter(|_| twice));
        for (part, look) in looks {
            self.queue.put(self.in_minutes(minutes * part), Event::Recheck(number, look));
        }
    }

    /// Somebody at a desk asked for a look; the hall's own staff know what they asked for.
    pub(super) fn recheck_heard(&mut self, incident: IncidentId, by: &Actor, of: &Checker, known_at: Moment) {
        let is_staff = |name: &String| self.plan.duty.staff.contains(name);
        let Some(number) = self.by_id.get(&incident).copied() else { return };
        let answers = match of {
            Checker::Crew(crew) => (crew.0 as usize).checked_sub(1).is_some_and(|at| at < self.fleet.crews.len()),
            Checker::Person(name) => is_staff(name),
        };
        if !answers || matches!(by, Actor::Person(name) if is_staff(name)) {
            return;
        }
        let mut random = Random::of(self.options.seed, STREAM_RECHECK + 1, known_at.0.cast_unsigned());
        let found = if random.below(TELLS_NOTHING) == 0 { Finding::Unclear } else { Finding::Pass };
        let minutes = random.between(MINUTES.0, MINUTES.1);
        self.looks.insert(number, of.clone());
        let at = known_at.max(self.seen_from).plus_millis(super::cases::millis(minutes));
        self.queue.put(at, Event::Recheck(number, Look::Found(found)));
    }

    /// It is asked for, or answered, as long as the case is to be looked at.
    pub(super) fn step_recheck(&mut self, number: u64, look: Look) {
        let Some(case) = self.cases.get(&number).filter(|case| case.stage == Stage::Done) else {
            self.looks.remove(&number);
            return;
        };
        let (key, site) = (case.key.clone(), case.site);
        let mut random = Random::of(self.options.seed, STREAM_RECHECK + 2, number << 2 | look_number(look));
        let words = &self.plan.words;
        let said = match look {
            Look::Ask => &words.look,
            Look::Found(Finding::Unclear) => &words.unclear,
            Look::Found(_) => &words.passed,
        };
        let words = random.pick(said).cloned().unwrap_or_default();
        match look {
            // The desk was faster.
            Look::Ask if self.looks.contains_key(&number) => {}
            Look::Ask => {
                let who = random.pick(&self.plan.duty.staff).cloned();
                let crew = self.fleet.nearest(CrewKind::Patrol, site, self.now);
                let crew = crew.and_then(|crew| u32::try_from(crew + 1).ok()).map(CrewId);
                if let (Some(who), Some(crew)) = (who, crew) {
                    let of = Checker::Crew(crew);
                    self.looks.insert(number, of.clone());
                    self.tell(Doing::Move(key, Actor::Person(who), CaseMove::AskRecheck { of, words }));
                }
            }
            Look::Found(finding) => {
                // Nobody is asked any more, or nobody ever was.
                let by = match self.looks.remove(&number) {
                    Some(Checker::Crew(crew)) => Actor::of_crew(crew),
                    Some(Checker::Person(name)) => Actor::Person(name),
                    None => return,
                };
                self.tell(Doing::Move(key, by, CaseMove::AnswerRecheck { finding, words }));
                if finding == Finding::Pass {
                    self.is_at(number, Stage::Checked);
                }
            }
        }
    }
}

/// Asked and answered, each with words of its own.
fn look_number(look: Look) -> u64 {
    match look {
        Look::Ask => 0,
        Look::Found(Finding::Pass) => 1,
        Look::Found(Finding::Fail) => 2,
        Look::Found(Finding::Unclear) => 3,
    }
}
