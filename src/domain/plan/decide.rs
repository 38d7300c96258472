//! What orders to plans make known, and what facts of them change.

use super::run::{Decided, PlanRun, StepState};
use super::{Alarm, BoundPlace, Plan, PlanMove};
use crate::domain::order::unusable;
use crate::domain::{Assignment, CrewId, Hall, IncidentId, Moment, Part, Party, Refusal, Said, Stage, What};

impl Hall {
    /// The plan of a case that runs, or ran last.
    #[must_use]
    pub fn plan(&self, id: IncidentId) -> Option<&PlanRun> {
        self.plans.get(&id)
    }

    /// All plans that run, with their cases.
    pub fn running_plans(&self) -> impl Iterator<Item = (IncidentId, &PlanRun)> {
        self.plans.iter().filter(|(_, run)| run.is_running()).map(|(id, run)| (*id, run))
    }

    fn running(&self, id: IncidentId) -> Result<&PlanRun, Refusal> {
        self.open_incident(id)?;
        self.plan(id).filter(|run| run.is_running()).ok_or(Refusal::NoPlan(id))
    }

    /// What starting a plan makes known.
    pub(in crate::domain) fn decide_plan(
        &self,
        id: IncidentId,
        plan: Box<Plan>,
        alarm: u8,
        (crews, places): (&[CrewId], Vec<BoundPlace>),
        words: &str,
    ) -> Result<Vec<What>, Refusal> {
        let stage = self.open_incident(id)?.stage;
        if stage > Stage::Handling {
            return Err(Refusal::NotNow(stage));
        }
        if self.running(id).is_ok() {
            return Err(Refusal::PlanRuns(id));
        }
        if alarm == 0 || usize::from(alarm) > plan.alarms.len() {
            return Err(unusable("alarm", &format!("is 1 to {}", plan.alarms.len())));
        }
        let sent = self.sent_by(id, plan.alarms.iter().take(usize::from(alarm)), crews);
        let tasks = self.decide_tasks(id, sent, words)?;
        let started = What::PlanStarted { incident: id, plan, alarm, places };
        Ok([started].into_iter().chain(tasks).collect())
    }

    /// What the next alarm makes known.
    pub(in crate::domain) fn decide_strike(
        &self,
        id: IncidentId,
        crews: &[CrewId],
        words: &str,
    ) -> Result<Vec<What>, Refusal> {
        let run = self.running(id)?;
        let next = run.next_alarm().ok_or(Refusal::TopAlarm(id))?;
        let stage = self.open_incident(id)?.stage;
        if stage > Stage::Handling {
            return Err(Refusal::NotNow(stage));
        }
        let tasks = self.decide_tasks(id, self.sent_by(id, [next], crews), words)?;
        Ok([What::AlarmStruck { incident: id, alarm: run.alarm() + 1 }].into_iter().chain(tasks).collect())
    }

    /// What a move of a plan makes known.
    pub(in crate::domain) fn decide_plan_move(&self, id: IncidentId, step: PlanMove) -> Result<Vec<What>, Refusal> {
        let run = self.running(id)?;
        let number = match &step {
            PlanMove::Skip { reason, .. } | PlanMove::End { reason } if reason.trim().is_empty() => {
                return Err(Refusal::ReasonMissing);
            }
            PlanMove::Done { step, .. } | PlanMove::Skip { step, .. } => *step,
            PlanMove::Read { notice } => {
                return match run.read.get(usize::from(*notice)) {
                    None => Err(unusable("notice", &format!("is one of {}", run.read.len()))),
                    Some(Some(_)) => Ok(Vec::new()),
                    Some(None) => Ok(vec![What::PlanMoved { incident: id, step }]),
                };
            }
            PlanMove::End { .. } => return Ok(vec![What::PlanMoved { incident: id, step }]),
        };
        match run.step(usize::from(number)) {
            StepState::Runs { .. } => Ok(vec![What::PlanMoved { incident: id, step }]),
            // Two posts tick the same step: the second says nothing new.
            StepState::Done(_) if matches!(step, PlanMove::Done { .. }) => Ok(Vec::new()),
            _ => Err(Refusal::StepNotNow { incident: id, step: number }),
        }
    }

    /// Whom alarms send: their departments, of which one leads where nobody does, and these crews.
    fn sent_by<'a>(
        &self,
        id: IncidentId,
        alarms: impl IntoIterator<Item = &'a Alarm>,
        crews: &[CrewId],
    ) -> Vec<Assignment> {
        let mut led = self.tasks(id).iter().any(|task| task.is_open() && task.part == Part::Lead);
        let mut sent: Vec<Assignment> = Vec::new();
        let mut add = |to: Party, lead: bool| {
            if self.task(id, &to).is_none() && sent.iter().all(|one| one.to != to) {
                let part = if lead && !led { Part::Lead } else { Part::Assist };
                led |= part == Part::Lead;
                sent.push(Assignment { to, part });
            }
        };
        for alarm in alarms {
            alarm.lead.iter().for_each(|code| add(Party::Department(code.clone()), true));
            alarm.assist.iter().for_each(|code| add(Party::Department(code.clone()), false));
        }
        for crew in crews {
            add(Party::Crew(*crew), false);
        }
        sent
    }

    pub(in crate::domain) fn apply_plan(
        &mut self,
        id: IncidentId,
        plan: &Plan,
        alarm: u8,
        places: &[BoundPlace],
        at: Moment,
    ) {
        if self.open_incident(id).is_ok() {
            self.plans.insert(id, PlanRun::new(plan, alarm, places, at));
        }
    }

    pub(in crate::domain) fn apply_strike(&mut self, id: IncidentId, at: Moment) {
        if let Some(run) = self.plans.get_mut(&id).filter(|run| run.is_running()) {
            run.strike(at);
        }
    }

    pub(in crate::domain) fn apply_plan_move(&mut self, id: IncidentId, step: &PlanMove, at: Moment) {
        let Some(run) = self.plans.get_mut(&id).filter(|run| run.is_running()) else { return };
        let said = Said { at, words: step.words().to_owned() };
        match step {
            PlanMove::Done { step, .. } | PlanMove::Skip { step, .. }
                if !matches!(run.step(usize::from(*step)), StepState::Runs { .. }) => {}
            PlanMove::Done { step: number, .. } | PlanMove::Skip { step: number, .. } => {
                if let Some(decided) = run.decided.get_mut(usize::from(*number)) {
                    *decided = Some(Decided { done: matches!(step, PlanMove::Done { .. }), said });
                }
            }
            PlanMove::Read { notice } => {
                if let Some(read) = run.read.get_mut(usize::from(*notice)) {
                    read.get_or_insert(at);
                }
            }
            PlanMove::End { .. } => run.ended = Some(said),
        }
    }

    /// The case is over, so its plan is.
    pub(in crate::domain) fn end_plan(&mut self, id: IncidentId, at: Moment) {
        if let Some(run) = self.plans.get_mut(&id).filter(|run| run.is_running()) {
            run.ended = Some(Said { at, words: String::new() });
        }
    }
}
