//! Which order is offered to be taken back, and for how long. Pure: seconds are the screen's own.

use std::collections::VecDeque;

use crate::domain::{Actor, Fact, Hall, Order, UndoBar, Undoable};

/// Seconds for which an order is offered, and for which what came of it is said.
pub const OFFERED_SECS: f64 = 10.0;
/// Orders on their way that are followed.
const FOLLOWED: usize = 16;
/// Seconds after which an order whose fact did not come was refused or changed nothing.
const LOST_SECS: f64 = 30.0;

/// What the note says.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// This order can be taken back, or cannot, for the reason given.
    Offer(Order, Result<(), UndoBar>),
    /// This order is being taken back.
    Undone(Order),
}

/// The orders that this desk gave.
#[derive(Debug, Clone, Default)]
pub struct Undos {
    /// On their way, with the moment when they were given.
    given: VecDeque<(Undoable, f64)>,
    /// The last one, once its fact is known, and until when it is offered.
    offered: Option<(Undoable, f64)>,
    /// The order that was taken back last, and until when that is said.
    undone: Option<(Order, f64)>,
}

impl Undos {
    /// An order is given now; the hall does not know it yet. What was given before it is no longer the last one: it is
    /// not offered any more, also where nothing takes back the new one, so that the key never takes back another order
    /// than the one that was just given.
    pub fn give(&mut self, hall: &Hall, order: &Order, by: Actor, reason: &str, secs: f64) {
        if !order.is_by_hand() {
            return;
        }
        self.offered = None;
        self.undone = None;
        match Undoable::new(hall, order, by, reason) {
            Some(undoable) => {
                self.given.push_back((undoable, secs));
                if self.given.len() > FOLLOWED {
                    self.given.pop_front();
                }
            }
            None => self.given.clear(),
        }
    }

    /// Take in a fact.
    pub fn note(&mut self, fact: &Fact, secs: f64) {
        if let Some((offered, _)) = &mut self.offered {
            offered.note(fact);
        }
        self.given.iter_mut().for_each(|(undoable, _)| undoable.note(fact));
        let Some(at) = self.given.iter().position(|(undoable, _)| undoable.is_carried_out()) else { return };
        // The hub carries orders out as they were given: what is older was refused. Where a newer one is on its way, that
        // is the last one, and this one is not offered.
        let carried = self.given.drain(..=at).next_back();
        if let Some((undoable, _)) = carried.filter(|_| self.given.is_empty()) {
            self.offered = Some((undoable, secs + OFFERED_SECS));
            self.undone = None;
        }
    }

    /// Forget everything: the hall was replaced.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// What is said now.
    #[must_use]
    pub fn shown(&self, hall: &Hall, secs: f64) -> Option<Note> {
        let offered = self.offered.as_ref().filter(|(_, until)| secs < *until);
        let undone = self.undone.as_ref().filter(|(_, until)| secs < *until);
        match (offered, undone) {
            (Some((undoable, _)), _) => Some(Note::Offer(undoable.order.clone(), undoable.orders(hall).map(|_| ()))),
            (None, Some((order, _))) => Some(Note::Undone(order.clone())),
            (None, None) => None,
        }
    }

    /// Seconds until something else is said; `None` while nothing is.
    #[must_use]
    pub fn changes_in(&self, secs: f64) -> Option<f64> {
        let until = [self.offered.as_ref().map(|(_, until)| *until), self.undone.as_ref().map(|(_, until)| *until)];
        until.into_iter().flatten().map(|until| until - secs).filter(|left| *left > 0.0).reduce(f64::min)
    }

    /// Take back what is offered: the orders that do it. None where nothing is offered, or it cannot be done, which the
    /// note says for as long again.
    pub fn undo(&mut self, hall: &Hall, secs: f64) -> Vec<Order> {
        let Some((undoable, until)) = self.offered.as_mut().filter(|(_, until)| secs < *until) else {
            return Vec::new();
        };
        let Ok(orders) = undoable.orders(hall).map(<[Order]>::to_vec) else {
            *until = secs + OFFERED_SECS;
            return Vec::new();
        };
        self.undone = self.offered.take().map(|(undoable, _)| (undoable.order, secs + OFFERED_SECS));
        orders
    }

    /// Let go of orders whose facts did not come.
    pub fn let_go(&mut self, secs: f64) {
        self.given.retain(|(_, given)| secs - given < LOST_SECS);
    }
}
