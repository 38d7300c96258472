//! What somebody has in hand at the list of a desk: what is chosen, what was written, the choice or form that lies over it,
//! and what was sent of which the hub has not said yet what became of it. Pure.
//!
//! 1. What was written stays until the hall says what was ordered; a refusal leaves it there with its reason.
//! 2. Of many orders some are on their way at a time, as many as the link holds.
//! 3. An alarm that folds under another one, or no more, stays the chosen one. One that is over leaves nothing chosen: words
//!    that were written to it meet no other.

use std::collections::VecDeque;

use rust_i18n::t;

use super::asked::Asked;
use super::model::AlarmsShown;
use super::planned::{Draft, Wrong};
use crate::domain::{AlarmId, AlarmStep, Hall, Order};

/// Seconds after which what was sent may be sent again, though nothing was heard of it.
const PATIENCE_SECS: f64 = 10.0;
/// Seconds after which it is said that an answer is waited for.
const SOON_SECS: f64 = 1.0;

/// Most orders that are on their way at a time.
pub(super) const AT_ONCE: usize = 100;

/// Where something was sent from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SentFrom {
    /// The field of the list: an acknowledgement.
    List,
    /// The list: what leaves its alarm the chosen one.
    Other,
    Choice,
    Form,
}

/// Orders on their way.
struct Sending {
    /// Those that were sent, of which the hall does not say yet what they want.
    orders: Vec<Order>,
    /// Those that are sent after them.
    unsent: VecDeque<Order>,
    from: SentFrom,
    /// What stood in the field of the list then, where it went along.
    words: Option<String>,
    /// When the last ones were sent, in seconds on the clock of the screen.
    at: f64,
}

impl Sending {
    /// The next ones that there is room for.
    fn next(&mut self, now: f64) -> Vec<Order> {
        let room = AT_ONCE.saturating_sub(self.orders.len()).min(self.unsent.len());
        let next: Vec<Order> = self.unsent.drain(..room).collect();
        if !next.is_empty() {
            self.orders.extend(next.iter().cloned());
            self.at = now;
        }
        next
    }
}

/// What is in hand.
#[derive(Default)]
pub(super) struct Held {
    pub(super) chosen: Option<AlarmId>,
    /// The chosen one is over, and nobody chose another one since.
    lost: bool,
    /// The maintenance that is chosen, so that keys are those of that part of the list.
    pub(super) marked: Option<u64>,
    pub(super) words: String,
    pub(super) asked: Option<Asked>,
    /// The form of a maintenance that is planned.
    pub(super) planned: Option<Draft>,
    pub(super) focus: bool,
    pub(super) reveal: bool,
    sending: Option<Sending>,
    /// Why the hub did not take what was sent.
    refused: Option<String>,
    /// What was acknowledged here last: that it leaves is no surprise.
    own: Vec<AlarmId>,
}

impl Held {
    /// The list opens at the most urgent alarm, or is put away.
    pub(super) fn turn(&mut self, open: bool, shown: &AlarmsShown) {
        (self.asked, self.planned, self.marked) = (None, None, None);
        (self.focus, self.reveal) = (open, true);
        self.choose(shown.rows.first().map(|row| row.id));
    }

    /// That one is chosen from now on.
    pub(super) fn choose(&mut self, alarm: Option<AlarmId>) {
        (self.chosen, self.lost, self.refused) = (alarm, false, None);
    }

    /// Whether a choice or a form lies over the list and has the keys.
    pub(super) fn is_asked(&self) -> bool {
        self.asked.is_some() || self.planned.is_some()
    }

    /// Follow what became of the chosen alarm, and of the one that a choice is about.
    pub(super) fn settle(&mut self, shown: &AlarmsShown) {
        let first = || shown.listed().first().map(|row| row.id);
        match self.chosen {
            Some(id) => {
                self.chosen = shown.listed_holding(id).map(|row| row.id);
                if self.chosen.is_none() && self.own.contains(&id) && self.words.trim().is_empty() {
                    self.chosen = first();
                } else {
                    self.lost = self.chosen.is_none();
                }
            }
            None if !self.lost => self.chosen = first(),
            None => {}
        }
        // Where nothing is left there is nothing to take for another one.
        self.lost &= !(shown.listed().is_empty() && self.words.trim().is_empty());
        let held = |number: &u64| shown.windows.iter().any(|window| window.number == *number);
        // The keys are those of the alarms again, and the field takes them.
        self.focus |= self.marked.is_some_and(|number| !held(&number));
        self.marked = self.marked.filter(held);
        let Some(asked) = self.asked.as_mut().filter(|asked| !asked.is_of_many()) else { return };
        if let Some(row) = shown.listed_holding(asked.alarm) {
            asked.alarm = row.id;
        } else if self.sending.is_none() {
            // Why it was to be done is kept where the next choice finds it.
            if let Some(reason) = asked.reason() {
                reason.clone_into(&mut self.words);
            }
            let own = self.own.contains(&asked.alarm);
            (self.asked, self.focus) = (None, true);
            if !own {
                (self.chosen, self.lost) = (None, true);
            }
        }
    }

    /// What is to be sent now of some orders from there, of which the rest comes with [`Self::hear`]: nothing while something
    /// is on its way.
    pub(super) fn send(&mut self, orders: Vec<Order>, from: SentFrom, with_words: bool, now: f64) -> Vec<Order> {
        if self.sending.is_some() || orders.is_empty() {
            return Vec::new();
        }
        self.refused = None;
        self.note_own(&orders);
        let words = with_words.then(|| self.words.clone());
        let mut sending = Sending { orders: Vec::new(), unsent: orders.into(), from, words, at: now };
        let first = sending.next(now);
        self.sending = Some(sending);
        first
    }

    /// Choose the next one that waits for somebody, where one does beside those that were acknowledged here.
    pub(super) fn go_on(&mut self, shown: &AlarmsShown) {
        let next = shown.listed().iter().find(|row| row.waits && !self.own.contains(&row.id)).map(|row| row.id);
        if next.is_some() {
            self.choose(next);
            self.reveal = true;
        }
    }

    /// These were acknowledged here.
    pub(super) fn note_own(&mut self, orders: &[Order]) {
        let acknowledged = |order: &Order| match order {
            Order::MoveAlarm(step) => match **step {
                AlarmStep::Acknowledge { alarm, .. } => Some(alarm),
                _ => None,
            },
            _ => None,
        };
        let own: Vec<AlarmId> = orders.iter().filter_map(acknowledged).collect();
        if !own.is_empty() {
            self.own = own;
        }
    }

    /// See whether the hall says what was ordered, at `now` on the clock of the screen; what is to be sent next.
    pub(super) fn hear(&mut self, hall: &Hall, shown: &AlarmsShown, now: f64) -> Vec<Order> {
        let Some(sending) = &mut self.sending else { return Vec::new() };
        sending.orders.retain(|order| !is_known(order, hall));
        let next = sending.next(now);
        let known = sending.orders.is_empty();
        if !known && now - sending.at < PATIENCE_SECS {
            return next;
        }
        let Some(Sending { from, words, .. }) = self.sending.take() else { return next };
        if known {
            self.done(from, words.as_deref(), shown);
        } else {
            self.refuse(from, t!("alarm.no_answer").into_owned());
        }
        next
    }

    /// The hub refused an order; nothing of that is here where none was sent from here.
    pub(super) fn refused(&mut self, why: &str) {
        if let Some(Sending { from, .. }) = self.sending.take() {
            self.refuse(from, t!("card.refused", why = why).into_owned());
        }
    }

    fn refuse(&mut self, from: SentFrom, why: String) {
        match (from, &mut self.asked, &mut self.planned) {
            (SentFrom::Choice, Some(asked), _) => asked.refused = Some(why),
            (SentFrom::Form, _, Some(draft)) => draft.wrong = Some(Wrong { field: draft.at, words: why }),
            _ => self.refused = Some(why),
        }
    }

    fn done(&mut self, from: SentFrom, sent: Option<&str>, shown: &AlarmsShown) {
        if let Some(sent) = sent {
            // What was written since stays.
            if let Some(rest) = self.words.strip_prefix(sent).map(|rest| rest.trim_start().to_owned()) {
                self.words = rest;
            }
        }
        match from {
            // The next one is at hand, where nobody chose another one meanwhile.
            SentFrom::List if self.chosen.is_none_or(|id| self.own.contains(&id)) => self.go_on(shown),
            SentFrom::List | SentFrom::Other => {}
            SentFrom::Choice => self.asked = None,
            SentFrom::Form => self.planned = None,
        }
        self.focus = true;
    }

    /// What is to be said where the field is, in words.
    pub(super) fn note(&self, now: f64) -> Option<String> {
        let waits = || self.sending.as_ref().is_some_and(|sending| now - sending.at > SOON_SECS);
        match &self.refused {
            Some(why) => Some(why.clone()),
            None if self.lost => Some(t!("alarm.gone").into_owned()),
            None => waits().then(|| t!("alarm.sending").into_owned()),
        }
    }
}

/// Whether a hall says what an order wanted, be it by another one; also where the alarm is not held any more.
fn is_known(order: &Order, hall: &Hall) -> bool {
    let alarms = hall.alarms();
    match order {
        Order::MoveAlarm(step) => {
            let Some(alarm) = step.alarm() else {
                let AlarmStep::Maintain(wanted) = &**step else { return true };
                return alarms.windows().any(|(_, window)| window.what == *wanted);
            };
            let Some(known) = alarms.get(alarm) else { return true };
            match &**step {
                AlarmStep::Acknowledge { comment, .. } => {
                    known.acknowledged.as_ref().is_some_and(|it| comment.is_empty() || it.comment == *comment)
                }
                AlarmStep::Shelve { until, reason, .. } => {
                    known.shelf.as_ref().is_some_and(|shelf| shelf.until == *until && shelf.reason == *reason)
                }
                AlarmStep::Unshelve { .. } => known.shelf.is_none(),
                AlarmStep::Assign { to, .. } => known.assigned == *to,
                _ => true,
            }
        }
        Order::CaseOfAlarm { alarm, .. } => alarms.get(*alarm).is_none_or(|known| known.incident.is_some()),
        _ => true,
    }
}
