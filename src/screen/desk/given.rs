//! What became of orders that were given on the card: why some were refused, and their forms, which are there again to be
//! sent once more. Pure.
//!
//! The hub answers one after the other: a refusal is of the form that was sent first of those on their way, and a fact of
//! one's own about a case is the end of the first one of that case. What got neither is let go after a while.

use crate::domain::IncidentId;
use crate::screen::card::panel::Form;

/// Seconds after which an order that was neither refused nor heard of is no longer waited for.
const LET_GO_SECS: f64 = 60.0;

/// Why orders were refused, and the forms of those that were given.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// Each reason with how often it was told.
    refused: Vec<(String, usize)>,
    /// Forms whose orders are on their way, the oldest first, each with when it was sent.
    on_way: Vec<(f64, IncidentId, Form)>,
    /// Forms whose orders were refused, until they are open again.
    back: Vec<(IncidentId, Form)>,
}

impl Orders {
    /// An order is given: what was told of those before is old.
    pub(super) fn give(&mut self) {
        self.refused.clear();
    }

    /// The form of an order that was given. One that has nothing to be filled in is not kept.
    pub(super) fn send(&mut self, incident: IncidentId, form: Form, secs: f64) {
        if !matches!(form, Form::Moves | Form::MergeAll) {
            self.on_way.push((secs, incident, form));
        }
    }

    /// Somebody here did something about a case: what was sent first of it has arrived.
    pub(super) fn heard(&mut self, incident: IncidentId) {
        if let Some(at) = self.on_way.iter().position(|(_, of, _)| *of == incident) {
            self.on_way.remove(at);
        }
    }

    /// An order was refused, and why; what was sent first is given back.
    pub(super) fn refuse(&mut self, why: String, secs: f64) {
        self.on_way.retain(|(sent, ..)| secs - sent < LET_GO_SECS);
        if !self.on_way.is_empty() {
            let (_, incident, form) = self.on_way.remove(0);
            self.back.push((incident, form));
        }
        match self.refused.iter_mut().find(|(known, _)| *known == why) {
            Some((_, times)) => *times += 1,
            None => self.refused.push((why, 1)),
        }
    }

    /// The form of a case that is to be open again.
    pub(super) fn back(&mut self, incident: IncidentId) -> Option<Form> {
        let at = self.back.iter().position(|(of, _)| *of == incident)?;
        Some(self.back.remove(at).1)
    }

    /// Why the last orders were refused; one that was told several times with how often.
    pub(super) fn words(&self) -> Option<String> {
        let line = |(why, times): &(String, usize)| match times {
            1 => why.clone(),
            times => format!("{why} ×{times}"),
        };
        (!self.refused.is_empty()).then(|| self.refused.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: IncidentId = IncidentId(1);
    const TWO: IncidentId = IncidentId(2);

    fn note(words: &str) -> Form {
        Form::Note(words.to_owned())
    }

    #[test]
    fn a_form_is_there_again_when_its_order_is_refused_and_gone_when_its_fact_is_heard() {
        let mut orders = Orders::default();
        orders.send(ONE, note("已到场"), 0.0);
        assert_eq!(orders.back(ONE), None, "while it is on its way it is closed");
        orders.refuse("no hub".to_owned(), 1.0);
        assert_eq!(orders.back(TWO), None, "of its own case alone");
        assert_eq!(orders.back(ONE), Some(note("已到场")));
        assert_eq!(orders.back(ONE), None, "once");
        orders.send(ONE, note("已到场"), 2.0);
        orders.heard(ONE);
        orders.refuse("something else".to_owned(), 3.0);
        assert_eq!(orders.back(ONE), None, "what arrived does not come back");
    }

    #[test]
    fn of_several_on_their_way_the_first_is_answered_first() {
        let mut orders = Orders::default();
        orders.send(ONE, note("一"), 0.0);
        orders.send(TWO, note("二"), 0.1);
        orders.send(ONE, Form::MergeAll, 0.2);
        orders.heard(TWO);
        orders.refuse("why".to_owned(), 0.5);
        assert_eq!((orders.back(ONE), orders.back(TWO)), (Some(note("一")), None));
        orders.refuse("why".to_owned(), 0.6);
        assert_eq!((orders.back(ONE), orders.back(TWO)), (None, None), "nothing is left on its way");
    }

    #[test]
    fn what_got_no_answer_is_let_go_and_a_reason_told_twice_is_counted() {
        let mut orders = Orders::default();
        orders.send(ONE, note("旧"), 0.0);
        orders.refuse("why".to_owned(), LET_GO_SECS);
        assert_eq!(orders.back(ONE), None, "nobody knows it any more");
        assert_eq!(orders.words().as_deref(), Some("why"));
        orders.refuse("why".to_owned(), LET_GO_SECS);
        orders.refuse("because".to_owned(), LET_GO_SECS);
        assert_eq!(orders.words().as_deref(), Some("why ×2\nbecause"));
        orders.give();
        assert_eq!(orders.words(), None);
    }
}
