//! What is to come, by time. Things of the same moment come in the order they were put in, so that a
//! day does not depend on how often it is looked at.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::domain::{AlarmId, IncidentId, Moment, Telling};

/// The next step in the life of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// It is taken on.
    Accept,
    /// Someone is sent.
    Send,
    /// The work on the spot is over.
    Done,
    /// It was checked and is over.
    Close,
    /// Departments have read their orders.
    DeskReads,
    /// Departments say what they will do.
    DeskAnswers,
}

/// Something to come. A `turn` that is not the newest of its thing is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A new hour: weather and rates.
    Hour,
    /// A new case, if rates did not change since.
    Arrival {
        /// When it was planned.
        turn: u32,
    },
    /// A case goes on.
    Case(u64, Step),
    /// A crew arrives, or sets out.
    Crew {
        /// Its number.
        crew: usize,
        /// When it was planned.
        turn: u32,
    },
    /// A crew has read its order, or said it back.
    Receipt {
        /// Its number.
        crew: usize,
        /// When it was planned.
        turn: u32,
        /// It is said back.
        said: bool,
    },
    /// The people of the hall tell callers what they were promised.
    Tell(IncidentId, Telling),
    /// The same of one of its own cases, before anybody looks.
    TellOwn(u64, Telling),
    /// Somebody is asked to look at a case that is done, or says what they found.
    Recheck(u64, super::recheck::Look),
    /// The people of the hall take note of an alarm.
    Acknowledge(AlarmId),
    /// A crew answers the roll.
    Here(usize),
    /// One of the people of the hall does.
    Present(usize),
    /// The people of the hall do something about duty.
    Duty(super::duty::DutyEvent),
    /// A crew's shift begins or ends.
    Shift(usize),
    /// A bus comes to the end of its line, or leaves it.
    Bus(usize),
    /// The weather goes on to another, if none was wished for since.
    Sky {
        /// When it was planned.
        turn: u32,
    },
    /// A script's time is over.
    Script {
        /// Its number.
        run: usize,
        /// When it was planned.
        turn: u32,
    },
}

/// Events by time.
#[derive(Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<(Moment, u64, Event)>>,
    count: u64,
}

impl Queue {
    pub(super) fn put(&mut self, at: Moment, event: Event) {
        self.count += 1;
        self.heap.push(Reverse((at, self.count, event)));
    }

    /// The next event not after `now`.
    pub(super) fn due(&mut self, now: Moment) -> Option<(Moment, Event)> {
        let Reverse((at, ..)) = self.heap.peek()?;
        if *at > now {
            return None;
        }
        self.heap.pop().map(|Reverse((at, _, event))| (at, event))
    }
}
