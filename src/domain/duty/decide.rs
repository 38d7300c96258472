//! What orders to duty make known, and what facts change of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::log::{ENTRIES_MAX, ENTRY_MAX, LogEntry, Noted, changes_of, noted};
use super::shifts::{DutyPost, Shifts, day_of};
use super::{Duty, DutyStep, Handover, KEPT_SHIFTS, ROSTER_DAYS_KEPT, ROSTER_DAYS_MAX, ShiftsTaken, TakenOver, Watch};
use crate::domain::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use crate::domain::{Actor, Fact, Hall, IncidentId, Moment, Refusal, What};

impl DutyStep {
    /// Is it usable in itself?
    pub(in crate::domain) fn check(&self) -> Result<(), Refusal> {
        let post = |at: &DutyPost| {
            check_text("shift", &at.slot.shift, NAME_MAX)?;
            check_text("post", &at.post, NAME_MAX)
        };
        match self {
            Self::Assign { at, who } => {
                post(at)?;
                check_text("who", who, NAME_MAX)?;
                if who.trim().is_empty() { Err(unusable("who", "is missing")) } else { Ok(()) }
            }
            Self::Swap { one, other } => post(one).and_then(|()| post(other)),
            Self::Remove { at } => post(at),
            Self::SignOn { post } => check_text("post", post, NAME_MAX),
            Self::Write { words, .. } => {
                check_text("words", words, ENTRY_MAX)?;
                if words.trim().is_empty() { Err(Refusal::TextMissing) } else { Ok(()) }
            }
            Self::Settle { .. } => Ok(()),
            Self::Prepare { words, pack } => {
                check_text("words", words, TEXT_MAX)?;
                pack.check()
            }
            Self::Sign { words, .. } => check_text("words", words, TEXT_MAX),
        }
    }
}

/// The person behind an order: nobody else has a post or signs.
fn person(by: &Actor) -> Result<&str, Refusal> {
    match by {
        Actor::Person(name) => Ok(name),
        Actor::Source(_) => Err(Refusal::NotAPerson),
    }
}

impl Duty {
    fn running(&self) -> Result<(&ShiftsTaken, &Watch), Refusal> {
        self.in_force.as_ref().zip(self.watch.as_ref()).ok_or(Refusal::NoShift)
    }

    /// A post of the roster that can still be changed.
    fn check_post(&self, at: &DutyPost, now: Moment) -> Result<(), Refusal> {
        let (taken, _) = self.running()?;
        let slot = taken.shifts.slot(&at.slot, taken.utc_offset_secs);
        let slot = slot.ok_or_else(|| unusable("shift", "is none of those of the day"))?;
        if !slot.posts.contains(&at.post) {
            return Err(unusable("post", "is none of that shift"));
        }
        if slot.until <= now {
            return Err(Refusal::ShiftOver);
        }
        if at.slot.day > day_of(now, taken.utc_offset_secs).saturating_add(ROSTER_DAYS_MAX) {
            return Err(unusable("day", &format!("is at most {ROSTER_DAYS_MAX} days ahead")));
        }
        Ok(())
    }

    fn check_write(&self, corrects: Option<u64>, shift: Option<u32>) -> Result<(), Refusal> {
        let (_, watch) = self.running()?;
        if let Some(other) = shift.filter(|number| *number != watch.number) {
            return Err(Refusal::ShiftLocked(other));
        }
        if let Some(entry) = corrects.filter(|entry| !(1..=self.entries).contains(entry)) {
            return Err(Refusal::NoEntry(entry));
        }
        let written = watch.log.iter().filter(|entry| matches!(entry.what, Noted::Words(_))).count();
        if written < ENTRIES_MAX {
            return Ok(());
        }
        Err(unusable("log", &format!("has at most {ENTRIES_MAX} entries of one shift")))
    }

    /// Whether a step would change anything.
    fn decide(&self, step: &DutyStep, by: &Actor, now: Moment) -> Result<bool, Refusal> {
        match step {
            DutyStep::Assign { at, who } => {
                self.check_post(at, now)?;
                Ok(self.rostered(at) != Some(who))
            }
            DutyStep::Swap { one, other } => {
                self.check_post(one, now)?;
                self.check_post(other, now)?;
                match (self.rostered(one), self.rostered(other)) {
                    (Some(one), Some(other)) => Ok(one != other),
                    _ => Err(Refusal::NotRostered),
                }
            }
            DutyStep::Remove { at } => {
                self.check_post(at, now)?;
                Ok(self.roster.contains_key(at))
            }
            DutyStep::SignOn { post } => {
                let (who, (_, watch)) = (person(by)?, self.running()?);
                if !watch.slot.posts.contains(post) {
                    return Err(unusable("post", "is none of the shift on duty"));
                }
                Ok(watch.posts.get(post).is_none_or(|there| there != who))
            }
            DutyStep::Write { corrects, shift, .. } => self.check_write(*corrects, *shift).map(|()| true),
            DutyStep::Settle { entry } => {
                self.running()?;
                if (1..=self.entries).contains(entry) {
                    Ok(self.is_open(*entry))
                } else {
                    Err(Refusal::NoEntry(*entry))
                }
            }
            DutyStep::Prepare { .. } => {
                person(by)?;
                self.running().map(|_| true)
            }
            DutyStep::Sign { prepared, .. } => {
                let (who, (_, watch)) = (person(by)?, self.running()?);
                let handover = watch.handover.as_ref().ok_or(Refusal::NoHandover)?;
                if handover.prepared != *prepared {
                    return Err(Refusal::HandoverChanged);
                }
                if handover.by == who { Err(Refusal::SameHands) } else { Ok(true) }
            }
        }
    }
}

impl Hall {
    /// Roster, logs and hand-overs.
    #[must_use]
    pub fn duty(&self) -> &Duty {
        &self.duty
    }

    /// What taking other shifts makes known.
    pub(in crate::domain) fn decide_shifts(&self, shifts: Arc<Shifts>, utc_offset_secs: i32) -> Vec<What> {
        let taken = ShiftsTaken { shifts, utc_offset_secs };
        let known = self.duty.in_force.as_ref() == Some(&taken);
        if known { Vec::new() } else { vec![What::ShiftsTaken(taken)] }
    }

    /// What a step makes known.
    pub(in crate::domain) fn decide_duty(
        &self,
        step: Box<DutyStep>,
        by: &Actor,
        now: Moment,
    ) -> Result<Vec<What>, Refusal> {
        // Of a case that has left the hall a log may still tell.
        let known = |id: IncidentId| (1..self.next_incident().0).contains(&id.0);
        if let DutyStep::Write { incident: Some(id), .. } = &*step
            && !known(*id)
        {
            return Err(Refusal::UnknownIncident(*id));
        }
        let changes = self.duty.decide(&step, by, now)?;
        Ok(if changes { vec![What::DutyMoved(step)] } else { Vec::new() })
    }

    pub(in crate::domain) fn apply_shifts(&mut self, taken: &ShiftsTaken, at: Moment) {
        let duty = &mut self.duty;
        if duty.watch.is_none()
            && let Some(slot) = taken.shifts.slot_at(at, taken.utc_offset_secs)
        {
            duty.watch = Some(Watch { number: 1, slot, began: at, ..Watch::default() });
        }
        duty.in_force = Some(taken.clone());
    }

    pub(in crate::domain) fn apply_duty(&mut self, fact: &Fact, step: &DutyStep) {
        let (Actor::Person(who) | Actor::Source(who)) = &fact.by;
        let at = fact.known_at;
        let duty = &mut self.duty;
        match step {
            DutyStep::Assign { at, who } => {
                duty.roster.insert(at.clone(), who.clone());
            }
            DutyStep::Swap { one, other } => {
                if let (Some(first), Some(second)) = (duty.roster.remove(one), duty.roster.remove(other)) {
                    duty.roster.insert(one.clone(), second);
                    duty.roster.insert(other.clone(), first);
                }
            }
            DutyStep::Remove { at } => {
                duty.roster.remove(at);
            }
            DutyStep::SignOn { post } => duty.sign_on(post, who, &fact.by, at),
            DutyStep::Write { words, incident, corrects, open, .. } => duty.put(LogEntry {
                number: 0,
                at,
                by: fact.by.clone(),
                incident: *incident,
                corrects: *corrects,
                open: *open,
                what: Noted::Words(words.clone()),
            }),
            DutyStep::Settle { entry } => {
                duty.open.remove(entry);
            }
            DutyStep::Prepare { words, pack } => {
                let last_entry = duty.entries;
                if let Some(watch) = &mut duty.watch {
                    watch.handover = Some(Handover {
                        prepared: fact.seq,
                        by: who.clone(),
                        at,
                        words: words.clone(),
                        pack: (**pack).clone(),
                        last_entry,
                        since: super::log::Changes::default(),
                        taken: None,
                    });
                }
            }
            DutyStep::Sign { words, .. } => duty.hand_over(who, &fact.by, words, at),
        }
        duty.let_go(at);
    }

    /// What a fact of something else means to the shift on duty.
    pub(in crate::domain) fn note_for_duty(&mut self, fact: &Fact) {
        if self.duty.watch.is_none() {
            return;
        }
        let asked = |id| self.dossier(id).extension.as_ref().map(|asked| asked.phase);
        let noted = noted(fact, asked);
        let changes = changes_of(&fact.what);
        let duty = &mut self.duty;
        if let Some(watch) = &mut duty.watch {
            for (incident, change) in changes {
                watch.changes.note(incident, change);
                if let Some(handover) = &mut watch.handover {
                    handover.since.note(incident, change);
                }
            }
            let by_itself = || watch.log.iter().filter(|entry| !matches!(entry.what, Noted::Words(_))).count();
            if let Some((incident, what)) = noted.filter(|_| by_itself() < ENTRIES_MAX) {
                duty.note(fact.known_at, &fact.by, incident, what);
            }
        }
    }
}

impl Duty {
    fn sign_on(&mut self, post: &str, who: &str, by: &Actor, at: Moment) {
        let Some(watch) = &mut self.watch else { return };
        let rostered = self.roster.get(&watch.slot.post(post)).cloned();
        watch.posts.insert(post.to_owned(), who.to_owned());
        let instead_of = rostered.filter(|rostered| rostered != who);
        self.note(at, by, None, Noted::SignedOn { post: post.to_owned(), instead_of });
    }

    /// The log is locked, and the next shift is on duty.
    fn hand_over(&mut self, who: &str, by: &Actor, words: &str, at: Moment) {
        let Some(taken) = &self.in_force else { return };
        let Some(mut before) = self.watch.take_if(|watch| watch.handover.is_some()) else { return };
        let Some(handover) = &mut before.handover else { return };
        handover.taken = Some(TakenOver { by: who.to_owned(), at, words: words.to_owned() });
        let giver = handover.by.clone();
        // Long before its end nobody hands over to the next shift, but within the same one (中途换班).
        let ahead = i64::from(taken.shifts.handover_minutes) * 60_000;
        let slot = taken.shifts.slot_at(at.plus_millis(ahead), taken.utc_offset_secs);
        let slot = slot.unwrap_or_else(|| before.slot.clone());
        // Within the same shift the others stay where they are.
        let mut posts = if slot.id == before.slot.id { before.posts.clone() } else { BTreeMap::new() };
        posts.extend(slot.lead().map(|post| (post.to_owned(), who.to_owned())));
        self.watch = Some(Watch { number: before.number + 1, slot, began: at, posts, ..Watch::default() });
        self.over.push_back(before);
        self.note(at, by, None, Noted::TookOver(giver));
    }

    fn let_go(&mut self, now: Moment) {
        while self.over.len() > KEPT_SHIFTS {
            self.over.pop_front();
        }
        let offset = self.in_force.as_ref().map_or(0, |taken| taken.utc_offset_secs);
        let oldest = day_of(now, offset).saturating_sub(ROSTER_DAYS_KEPT);
        self.roster.retain(|at, _| at.slot.day >= oldest);
    }
}
