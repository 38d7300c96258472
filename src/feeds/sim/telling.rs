//! Callers who are promised an answer, and the people of the hall who tell them: that their case was accepted, and how it
//! ended. Whoever sits at the desk may be faster.
//!
//! What is told follows from facts, which say whom the hall promised what. Before anybody looks the day goes on in one step
//! and its facts are heard after it: there the sim tells of its own cases by what it did itself. What comes of that is a
//! fact like others, so that nothing is told twice; what was not told by then is planned from the facts of then.

use std::collections::{BTreeMap, BTreeSet};

use super::queue::Event;
use super::random::Random;
use super::{Doing, Key, Sim};
use crate::domain::{Caller, CaseMove, Channel, Fact, IncidentId, Moment, Stage, Telling, What};

const STREAM_CALLER: u64 = 81;
const STREAM_TELLING: u64 = 82;
const STREAM_TELLING_OWN: u64 = 84;
/// Minutes until somebody gets to it: longer than between two looks at the day.
const MINUTES: (f64, f64) = (3.0, 25.0);

/// What callers are still to be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Promises {
    /// Cases with such a caller that are open.
    open: BTreeSet<IncidentId>,
    /// Those of them whose callers know that it was accepted.
    accepted: BTreeSet<IncidentId>,
    /// What somebody is going to tell.
    planned: BTreeSet<(IncidentId, Telling)>,
    /// Its own cases with such a caller of which somebody is going to tell before anybody looks.
    own: BTreeMap<u64, Key>,
}

impl Sim {
    /// The caller of a case, where one of `share` of all is promised an answer.
    pub(super) fn promised(&self, number: u64, share: f64) -> Option<Caller> {
        let mut random = Random::of(self.options.seed, STREAM_CALLER, number);
        let phone = random.below(10_000);
        (random.between(0.0, 1.0) < share).then(|| Caller {
            name: String::new(),
            phone: format!("1990000{phone:04}"),
            answer: true,
        })
    }

    /// Heed what becomes of cases with such callers.
    pub(super) fn promises_heard(&mut self, fact: &Fact) {
        match &fact.what {
            What::CallerKept { incident, caller } if caller.answer => {
                self.promises.open.insert(*incident);
            }
            What::IncidentAdvanced { incident, stage } if *stage >= Stage::Accepted => {
                self.plan_telling(*incident, Telling::Accepted, fact.known_at);
            }
            What::IncidentClosed { incident, .. } => self.plan_telling(*incident, Telling::Ended, fact.known_at),
            What::IncidentMoved { incident, step, stage } => match step {
                CaseMove::Tell { what, .. } => {
                    self.promises.planned.remove(&(*incident, *what));
                    if *what == Telling::Accepted && self.promises.open.contains(incident) {
                        self.promises.accepted.insert(*incident);
                    }
                }
                // Whoever called about it called about the other one.
                CaseMove::Merge { into } if self.promises.open.remove(incident) => {
                    self.promises.open.insert(*into);
                    self.promises.accepted.remove(incident);
                    self.promises.accepted.remove(into);
                    self.plan_telling(*into, Telling::Accepted, fact.known_at);
                }
                CaseMove::Reopen { .. } => {
                    self.promises.planned.remove(&(*incident, Telling::Ended));
                    self.promises.open.insert(*incident);
                }
                CaseMove::Reject { .. } | CaseMove::NotFile { .. } | CaseMove::Void { .. }
                    if *stage == Stage::Closed =>
                {
                    self.plan_telling(*incident, Telling::Ended, fact.known_at);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// One of its own cases has such a caller.
    pub(super) fn own_promised(&mut self, number: u64, key: &Key) {
        if self.now < self.seen_from {
            self.promises.own.insert(number, key.clone());
        }
    }

    /// Somebody gets to tell of one of its own cases that it was accepted, or how it ended, before anybody looks.
    pub(super) fn plan_telling_own(&mut self, number: u64, what: Telling) {
        if !self.promises.own.contains_key(&number) {
            return;
        }
        let minutes = self.telling_own_chance(number, what).between(MINUTES.0, MINUTES.1);
        let at = self.in_minutes(minutes);
        if at < self.seen_from {
            self.queue.put(at, Event::TellOwn(number, what));
        } else if what == Telling::Ended {
            self.promises.own.remove(&number);
        }
    }

    fn telling_own_chance(&self, number: u64, what: Telling) -> Random {
        Random::of(self.options.seed, STREAM_TELLING_OWN, number << 1 | u64::from(what == Telling::Ended))
    }

    pub(super) fn step_tell_own(&mut self, number: u64, what: Telling) {
        // Whoever is told how it ended is not told any more that it was accepted.
        let ended = !self.cases.contains_key(&number);
        if ended != (what == Telling::Ended) {
            return;
        }
        let key = if ended { self.promises.own.remove(&number) } else { self.promises.own.get(&number).cloned() };
        let mut random = self.telling_own_chance(number, what);
        // The first number said when.
        random.between(MINUTES.0, MINUTES.1);
        if let (Some(key), Some((who, by))) = (key, self.who_tells(&mut random)) {
            self.tell(Doing::TellOf(who, key, what, by));
        }
    }

    /// One of the staff, and how they reach a caller.
    fn who_tells(&self, random: &mut Random) -> Option<(String, Channel)> {
        let who = random.pick(&self.plan.duty.staff).cloned()?;
        Some((who, if random.below(3) == 0 { Channel::Phone } else { Channel::Message }))
    }

    fn plan_telling(&mut self, incident: IncidentId, what: Telling, known_at: Moment) {
        let known = match what {
            Telling::Accepted => self.promises.open.contains(&incident) && !self.promises.accepted.contains(&incident),
            Telling::Ended => self.promises.open.remove(&incident),
        };
        if what == Telling::Ended {
            self.promises.planned.remove(&(incident, Telling::Accepted));
            self.promises.accepted.remove(&incident);
        }
        if known && self.promises.planned.insert((incident, what)) {
            let mut random = self.telling_chance(incident, what);
            let minutes = random.between(MINUTES.0, MINUTES.1);
            // Counted from the fact, not from when it is heard: a day does not depend on how often it is looked at.
            let at = known_at.max(self.seen_from).plus_millis(super::cases::millis(minutes));
            self.queue.put(at, Event::Tell(incident, what));
        }
    }

    fn telling_chance(&self, incident: IncidentId, what: Telling) -> Random {
        Random::of(self.options.seed, STREAM_TELLING, incident.0 << 1 | u64::from(what == Telling::Ended))
    }

    /// One of the staff gets to it, where nobody did meanwhile.
    pub(super) fn step_tell(&mut self, incident: IncidentId, what: Telling) {
        if !self.promises.planned.remove(&(incident, what)) {
            return;
        }
        let mut random = self.telling_chance(incident, what);
        if let Some((who, by)) = self.who_tells(&mut random) {
            self.tell(Doing::Tell(who, incident, what, by));
        }
    }
}
