//! What a hub adds to orders of duty: the shifts that are in force, its city's time, and the pack that is handed over.

use std::sync::Arc;

use super::{Clerk, Signed, Signer};
use crate::config::InForce;
use crate::domain::{Actor, DutyStep, Moment, Order, Pack, Refusal, Shifts};
use crate::hub::catalogue;

impl Clerk {
    /// Take what the hub's file of shifts says, where that is not in force already.
    pub(super) fn begin_with_shifts(&mut self, shifts: &Arc<Shifts>, at: Option<Moment>) -> Result<(), Refusal> {
        if catalogue::shifts_of(&self.hall).as_ref() == Some(shifts) { Ok(()) } else { self.take_shifts(shifts, at) }
    }

    /// With the first order of duty the shifts in force become a fact, so that somebody is on duty; and anew where the
    /// city's time is another since.
    pub(super) fn begin_duty(&mut self) {
        let offset = self.utc_offset_secs();
        if self.hall.duty().in_force().is_some_and(|taken| taken.utc_offset_secs == offset) {
            return;
        }
        let shifts = self.shifts_now();
        if let Err(refusal) = self.take_shifts(&shifts, Some(self.now)) {
            tracing::error!(%refusal, "the shifts are not taken");
        }
    }

    fn take_shifts(&mut self, shifts: &Arc<Shifts>, at: Option<Moment>) -> Result<(), Refusal> {
        let by = Signer::of(Actor::Source(catalogue::ACTOR.to_owned()), "");
        let order = Order::TakeShifts { shifts: Arc::clone(shifts), utc_offset_secs: 0 };
        self.take(Signed { by, order, command: None, area: None, at }).map(drop)
    }

    /// The shifts in force, told as a fact or not.
    pub(super) fn shifts_now(&self) -> Arc<Shifts> {
        InForce::shifts_of(&self.hall).unwrap_or_else(|error| {
            tracing::error!(%error, "the shifts built in cannot be read");
            Arc::default()
        })
    }

    fn utc_offset_secs(&self) -> i32 {
        self.hub.upgrade().map_or(0, |hub| (hub.utc_offset_secs)(self.now))
    }

    /// City time and what is handed over are what the hub knows, whatever a screen says.
    pub(super) fn with_pack(&self, order: Order) -> Order {
        match order {
            Order::TakeShifts { shifts, .. } => Order::TakeShifts { shifts, utc_offset_secs: self.utc_offset_secs() },
            Order::MoveDuty(step) => match *step {
                DutyStep::Prepare { words, .. } => {
                    let limits = self.hub.upgrade().map(|hub| Arc::clone(hub.in_force.get().limits()));
                    let limits = limits.unwrap_or_default();
                    let pack = Box::new(Pack::compose(&self.hall, &limits, self.utc_offset_secs(), self.now));
                    Order::MoveDuty(Box::new(DutyStep::Prepare { words, pack }))
                }
                other => Order::MoveDuty(Box::new(other)),
            },
            other => other,
        }
    }
}
