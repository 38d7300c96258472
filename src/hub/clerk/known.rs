//! What the hub alone knows of an order: kinds and plans in force, files that were sent, who can be called.

use std::sync::Arc;

use super::Clerk;
use crate::domain::{Called, Caller, IncidentId, Order, Refusal};
use crate::hub::Inner;

impl Clerk {
    /// The caller's own data that an order brings or asks for.
    pub(super) fn caller_of(&self, order: &Order) -> Result<Option<Caller>, Refusal> {
        match order {
            Order::TakeCall(call) => Ok(call.caller.clone()),
            Order::ShowCaller { incident, .. } => {
                let new = self.beside.callers.iter().find(|(of, _)| of == incident);
                let kept = || self.store.caller(*incident);
                match new.map_or_else(kept, |(_, caller)| Ok(Some(caller.clone()))) {
                    Ok(caller) => caller.map(Some).ok_or(Refusal::NoCaller(*incident)),
                    Err(error) => {
                        tracing::error!(%error, "a caller cannot be read");
                        Err(Refusal::NoCaller(*incident))
                    }
                }
            }
            _ => Ok(None),
        }
    }

    /// A report of a kind that the catalogue does not have would stand on every screen without name, icon and grade.
    pub(super) fn check_kind(&self, order: &Order) -> Result<(), Refusal> {
        let kind = match order {
            Order::CaseOfAlarm { kind, .. } => Some(kind),
            other => other.report().map(|report| &report.kind),
        };
        let Some(kind) = kind else { return Ok(()) };
        let known = |hub: Arc<Inner>| hub.in_force.grade_of(kind).is_some();
        if kind.trim().is_empty() || self.hub.upgrade().is_none_or(known) {
            return Ok(());
        }
        // A source may send anything: only so much of it comes back.
        let kind: String = kind.chars().take(40).collect();
        Err(Refusal::Unusable {
            field: "kind".to_owned(),
            reason: format!("`{kind}` is not in the catalogue of kinds"),
        })
    }

    /// An order with the answers of a form as its kind keeps them.
    pub(super) fn with_answers(&self, mut order: Order) -> Result<Order, Refusal> {
        let (kind, answers) = match &mut order {
            Order::TakeReport(report) => (report.kind.clone(), &mut report.answers),
            Order::TakeCall(call) => (call.report.kind.clone(), &mut call.report.answers),
            Order::AnswerForm { incident, answers } => {
                let known = self.hall.incident(*incident).ok_or(Refusal::UnknownIncident(*incident))?;
                (known.kind.clone(), answers)
            }
            _ => return Ok(order),
        };
        // Whether it can be kept at all comes first: what is refused names its field.
        answers.check()?;
        if !answers.is_empty()
            && let Some(hub) = self.hub.upgrade()
            && let Some(kind) = hub.in_force.get().kinds().kind(&kind)
        {
            *answers = kind.answers(answers)?;
        }
        Ok(order)
    }

    /// What is started is a plan that is in force, as it is in force: its facts say so for ever.
    pub(super) fn check_plan(&self, order: &Order) -> Result<(), Refusal> {
        let Order::StartPlan { plan, .. } = order else { return Ok(()) };
        let Some(hub) = self.hub.upgrade() else { return Ok(()) };
        let plans = Arc::clone(hub.in_force.get().plans());
        match plans.get(&plan.code) {
            Some(known) if known.plan == **plan => Ok(()),
            known => {
                let code: String = plan.code.chars().take(40).collect();
                let reason = match known {
                    Some(_) => format!("`{code}` is not in force as it was sent: it was changed meanwhile"),
                    None => format!("there is no plan `{code}`"),
                };
                Err(Refusal::Unusable { field: "plan".to_owned(), reason })
            }
        }
    }

    /// Who is called by a roll is what the hub knows: whoever has a screen now, whoever the shift on duty needs, whether
    /// they have one or not, and the crews on duty.
    pub(super) fn with_called(&self, order: Order) -> Order {
        match (order, self.hub.upgrade()) {
            (Order::CallRoll { words, .. }, Some(hub)) => {
                let mut posts = self.hall.duty().looked_for();
                posts.extend(hub.seats.posts());
                let posts = posts.into_iter().collect();
                let (crews, minutes) = (hub.positions.on_duty(), hub.roll_minutes);
                Order::CallRoll { words, called: Box::new(Called { posts, crews, minutes }) }
            }
            (order, _) => order,
        }
    }

    /// A fact names no file that is not there.
    pub(super) fn check_file(&self, order: &Order) -> Result<(), Refusal> {
        let Order::AttachFile { file, .. } = order else { return Ok(()) };
        file.check()?;
        if self.hub.upgrade().is_none_or(|hub| hub.attachments.has(&file.hash, file.bytes)) {
            return Ok(());
        }
        let reason = "no such file was sent to the hub before".to_owned();
        Err(Refusal::Unusable { field: "hash".to_owned(), reason })
    }

    /// The incident of a report that was closed so long ago that the hall let go of it: closed
    /// incidents never change, so the report says nothing new.
    pub(super) fn known_long_ago(&self, order: &Order) -> Option<IncidentId> {
        let report = order.report()?;
        if self.hall.left() == 0 || self.hall.by_source(&report.source, &report.source_id).is_some() {
            return None;
        }
        self.store
            .incident_of(&report.source, &report.source_id)
            .inspect_err(|e| tracing::error!(error = %e, "looking up a report"))
            .ok()
            .flatten()
    }
}
