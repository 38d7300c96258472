//! Whose work it is: whoever handles and does not dispatch answers for their own department or crew alone.
//!
//! 1. An account answers for the department whose code is its name, or for the crew as which it signs ([`Actor::crew`]).
//! 2. Whoever dispatches answers for all: they record what a party says by radio or telephone.
//! 3. What ends everybody's part of a case is said by whoever leads, or by the only one who is left.

use super::{Right, Standing};
use crate::domain::{Actor, CaseMove, Hall, IncidentId, MoveKind, Order, Part, PlanMove, Refusal, Stage, TaskStep};

impl Hall {
    /// Is what the order answers for that of whoever gives it? Their rights are looked at before
    /// ([`Order::rights`]).
    ///
    /// # Errors
    /// [`Refusal::NotYours`], [`Refusal::NotTheLead`] or [`Refusal::NotYourCrew`].
    pub fn check_own(&self, order: &Order, by: &Actor, standing: &Standing) -> Result<(), Refusal> {
        if standing.has(Right::Dispatch) {
            return Ok(());
        }
        let yours = |id: &IncidentId, is: bool| if is { Ok(()) } else { Err(Refusal::NotYours(*id)) };
        match order {
            Order::MoveTask { incident, party, step: TaskStep::Reach { .. } | TaskStep::Return { .. } } => {
                yours(incident, party.is(by))
            }
            Order::AdvanceIncident { incident, stage: Stage::Handling } => self.check_part(*incident, by),
            Order::AdvanceIncident { incident, stage: Stage::Done } => self.check_lead(*incident, by),
            Order::MoveIncident { incident, step } => self.check_move(*incident, step, by),
            Order::MovePlan { incident, step } => {
                // What is no step or notice of a plan that runs is refused as that.
                let Some(run) = self.plan(*incident) else { return Ok(()) };
                let of = match step {
                    PlanMove::Done { step, .. } => run.plan.steps.get(usize::from(*step)).map(|step| &step.who),
                    PlanMove::Read { notice } => run.notices().nth(usize::from(*notice)).map(|(notice, _)| &notice.to),
                    PlanMove::Skip { .. } | PlanMove::End { .. } => None,
                };
                of.map_or(Ok(()), |code| yours(incident, by.is_department(code)))
            }
            Order::AnswerRoll { crew: Some(crew), .. } if by.crew() != Some(*crew) => Err(Refusal::NotYourCrew(*crew)),
            _ => Ok(()),
        }
    }

    fn check_move(&self, id: IncidentId, step: &CaseMove, by: &Actor) -> Result<(), Refusal> {
        match step.kind() {
            MoveKind::Return => self.check_lead(id, by),
            MoveKind::AskExtension => self.check_part(id, by),
            _ => Ok(()),
        }
    }

    /// They have an open task of it. A case that is none or over is refused as that.
    fn check_part(&self, id: IncidentId, by: &Actor) -> Result<(), Refusal> {
        let has_task = self.tasks(id).iter().any(|task| task.is_open() && task.to.is(by));
        if has_task || self.open_incident(id).is_err() { Ok(()) } else { Err(Refusal::NotYours(id)) }
    }

    /// They lead, or nobody does and nobody else is there.
    fn check_lead(&self, id: IncidentId, by: &Actor) -> Result<(), Refusal> {
        self.check_part(id, by)?;
        let mut others = self.tasks(id).iter().filter(|task| task.is_open() && !task.to.is(by));
        let leads = self.tasks(id).iter().any(|task| task.is_open() && task.part == Part::Lead && task.to.is(by));
        if leads || others.next().is_none() { Ok(()) } else { Err(Refusal::NotTheLead(id)) }
    }
}
