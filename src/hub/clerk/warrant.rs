//! On whose authority an order is given, and whether that goes as far as the order does.

use std::sync::Arc;

use super::Clerk;
use crate::domain::rights::{Area, Reach, Standing};
use crate::domain::{Actor, IncidentId, Order, Refusal};

/// Who gives orders, and from where.
#[derive(Debug, Clone, PartialEq)]
pub struct Signer {
    /// Who, as facts and the audit chain name them.
    pub actor: Actor,
    /// The seat or the address.
    pub from: Arc<str>,
    /// What they may do; `None` for the hub itself and what runs in its process.
    pub standing: Option<Arc<Standing>>,
}

impl Signer {
    /// The hub itself, or what runs in its process: it may do everything.
    #[must_use]
    pub fn of(actor: Actor, from: &str) -> Self {
        Self { actor, from: from.into(), standing: None }
    }
}

impl Clerk {
    /// May they? Returns the area that is named for what a report makes: by the report, or by theirs who report.
    pub(super) fn check_right(&self, order: &Order, by: &Signer, area: Option<Area>) -> Result<Option<Area>, Refusal> {
        let area = match order {
            Order::TakeCall(call) => call.area.clone().or(area),
            _ => area,
        };
        let Some(standing) = &by.standing else { return Ok(area) };
        let rights = self.hall.rights_for(order);
        let check =
            |areas: &[Option<&Area>]| rights.iter().try_for_each(|right| standing.check(*right, areas.iter().copied()));
        match order.reach() {
            Reach::Own => check(&[])?,
            Reach::City => check(&[Some(&Area::CITY)])?,
            Reach::Area(area) => check(&[Some(&area)])?,
            Reach::Alarm(alarm, case) => {
                let what = self.hall.alarms().get(alarm).map(|alarm| &alarm.what);
                // What is of every desk may be dealt with at each.
                let concerned = what.is_some_and(|what| what.concerns(&standing.area));
                check(&[if concerned { Some(&standing.area) } else { what.map(|what| &what.area) }])?;
                if let Some(case) = case {
                    check(&[self.areas.get(case)])?;
                }
            }
            Reach::Maintenance(window) => {
                let window = self.hall.alarms().windows().find(|(number, _)| *number == window);
                check(&[window.map(|(_, window)| &window.what.area)])?;
            }
            Reach::Case(one, other) => {
                let areas: Vec<_> = [Some(one), other].into_iter().flatten().map(|id| self.areas.get(id)).collect();
                check(&areas)?;
            }
            Reach::Report => {
                let area = area.or_else(|| Some(standing.area.clone())).filter(|area| !area.is_city());
                let known = self.known(order).map(|id| self.areas.get(id));
                check(&[known.unwrap_or(area.as_ref())])?;
                if let Order::TakeCall(call) = order
                    && let Some(into) = call.same_as
                {
                    check(&[self.areas.get(into)])?;
                }
                Self::check_source(order, by)?;
                return Ok(area);
            }
        }
        self.hall.check_own(order, &by.actor, standing)?;
        Ok(None)
    }

    /// The area of the case that an alarm makes.
    pub(super) fn area_of_alarm(&self, order: &Order) -> Option<Area> {
        let Order::CaseOfAlarm { alarm, .. } = order else { return None };
        let alarm = self.hall.alarms().get(*alarm)?;
        Some(alarm.what.area.clone()).filter(|area| !area.is_city())
    }

    /// A system speaks for itself alone: else it could change or close what another one told.
    fn check_source(order: &Order, by: &Signer) -> Result<(), Refusal> {
        match (order.report(), &by.actor) {
            (Some(report), Actor::Source(name)) if report.source != *name => {
                let reason = format!("this is the key of `{name}`, which reports under its own name alone");
                Err(Refusal::Unusable { field: "source".to_owned(), reason })
            }
            _ => Ok(()),
        }
    }

    /// The incident of a report that is known already.
    fn known(&self, order: &Order) -> Option<IncidentId> {
        let report = order.report()?;
        self.hall.by_source(&report.source, &report.source_id).map(|incident| incident.id)
    }
}
