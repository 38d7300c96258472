//! The people of the hall: who is rostered, what they note, how they hand over and take over.
//!
//! Whoever opens the demo has a post of their own and every third shift; the others are played. A hand-over that is
//! prepared is signed by whoever comes next: soon where a person prepared it, else at the end of the shift, and some
//! time later by a stand-in where the one who should sign is the person at the desk.

use super::queue::Event;
use super::random::Random;
use super::{Doing, Sim};
use crate::domain::duty::shifts::Slot;
use crate::domain::{Actor, DutyStep, Fact, Moment, Pack, Seq, Shifts, ShiftsTaken};

const STREAM_DUTY: u64 = 71;
const MINUTE_MILLIS: i64 = 60_000;
/// Days for which the roster is made.
const DAYS: usize = 3;
/// Minutes before the end of a shift at which it is prepared, and after its end until a stand-in takes over.
const PREPARED_MINUTES: i64 = 20;
const STAND_IN_MINUTES: i64 = 20;
/// Minutes after which a person's hand-over is read and signed.
const READ_MINUTES: (f64, f64) = (0.5, 1.5);
/// Minutes between two notes in the log.
const NOTE_MINUTES: (f64, f64) = (70.0, 150.0);

/// Something that the people of the hall do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DutyEvent {
    /// They are rostered and sign on.
    Begin,
    /// Somebody notes something.
    Note,
    /// The chief who took over as this one prepares the next hand-over.
    Prepare(u32),
    /// The one who comes next signs what this fact prepared.
    Sign(Seq),
}

/// Who plays whom.
#[derive(Debug, Clone, Default)]
pub(super) struct Staff {
    shifts: Shifts,
    /// The chief who is on duty, where one of the staff is.
    chief: Option<String>,
    /// The hand-over that waits for a signature.
    prepared: Option<Seq>,
    /// How often a shift was taken over.
    turn: u32,
    /// Until when the roster is made.
    rostered: Moment,
    notes: u64,
}

impl Staff {
    pub(super) fn of(shifts: Shifts) -> Self {
        Self { shifts, ..Self::default() }
    }
}

impl Sim {
    /// The staff begin with the shift in which somebody looks first, so that it is as old as it would be.
    pub(super) fn begin_duty(&mut self) {
        let offset = self.options.utc_offset_secs;
        let Some(slot) = self.staff.shifts.slot_at(self.seen_from, offset) else { return };
        self.queue.put(self.begun.max(slot.from), Event::Duty(DutyEvent::Begin));
    }

    pub(super) fn step_duty(&mut self, event: DutyEvent) {
        match event {
            DutyEvent::Begin => {
                self.make_roster();
                // What an earlier run left goes on in the hands that have it.
                if self.options.told_until.is_none() {
                    self.sign_on();
                }
                self.plan_note();
            }
            DutyEvent::Note => self.write_note(),
            DutyEvent::Prepare(turn) => self.prepare(turn),
            DutyEvent::Sign(prepared) => self.sign(prepared),
        }
    }

    /// Heed what the hall did about duty.
    pub(super) fn duty_heard(&mut self, fact: &Fact, step: &DutyStep) {
        let Actor::Person(by) = &fact.by else { return };
        match step {
            DutyStep::Prepare { .. } => {
                self.staff.prepared = Some(fact.seq);
                let at = self.signed_at(fact.known_at, fact.seq, by);
                self.queue.put(at, Event::Duty(DutyEvent::Sign(fact.seq)));
            }
            DutyStep::Sign { .. } => {
                self.staff.prepared = None;
                self.staff.turn += 1;
                self.staff.chief = Some(by.clone()).filter(|by| self.plan.duty.staff.contains(by));
                self.make_roster();
                self.sign_on();
                if let Some(slot) = self.slot_taken(fact.known_at) {
                    let at = slot.until.plus_millis(-PREPARED_MINUTES * MINUTE_MILLIS).max(self.now);
                    self.queue.put(at, Event::Duty(DutyEvent::Prepare(self.staff.turn)));
                }
            }
            _ => {}
        }
    }

    /// Another file of shifts is in force.
    pub(super) fn shifts_heard(&mut self, taken: &ShiftsTaken) {
        if self.staff.shifts != *taken.shifts {
            self.staff.shifts = (*taken.shifts).clone();
            self.staff.rostered = Moment::default();
            self.make_roster();
        }
    }

    /// The shift that is on duty for who takes over at a moment.
    fn slot_taken(&self, at: Moment) -> Option<Slot> {
        let ahead = i64::from(self.staff.shifts.handover_minutes) * MINUTE_MILLIS;
        self.staff.shifts.slot_at(at.plus_millis(ahead), self.options.utc_offset_secs)
    }

    /// When what was prepared is signed by one of the staff.
    fn signed_at(&self, at: Moment, seq: Seq, by: &str) -> Moment {
        let mut random = Random::of(self.options.seed, STREAM_DUTY, seq.0);
        if !self.plan.duty.staff.iter().any(|one| one == by) {
            let minutes = random.between(READ_MINUTES.0, READ_MINUTES.1);
            return at.plus_millis(super::cases::millis(minutes));
        }
        let Some(slot) = self.staff.shifts.slot_at(at, self.options.utc_offset_secs) else { return at };
        let next = self.staff.shifts.slot_at(slot.until, self.options.utc_offset_secs);
        let awaited = next.is_some_and(|next| self.is_of_the_desk(&next));
        slot.until.plus_millis(if awaited { STAND_IN_MINUTES * MINUTE_MILLIS } else { 0 }).max(at)
    }

    /// The number of a shift, counted on through all days.
    fn number(&self, slot: &Slot) -> usize {
        let shifts = &self.staff.shifts.shifts;
        let of_day = shifts.iter().position(|shift| shift.code == slot.id.shift).unwrap_or_default();
        usize::try_from(slot.id.day).unwrap_or_default() * shifts.len() + of_day
    }

    /// Whether the one at the desk leads a shift: the first one, and the same one every day.
    fn is_of_the_desk(&self, slot: &Slot) -> bool {
        let first = self.staff.shifts.slot_at(self.seen_from, self.options.utc_offset_secs);
        first.is_some_and(|first| first.id.shift == slot.id.shift)
    }

    /// Who of the staff has a post of a shift.
    fn of_staff(&self, slot: &Slot, post: usize) -> Option<String> {
        let all = &self.plan.duty.staff;
        let turn = self.number(slot) * slot.posts.len() + post;
        all.get(turn % all.len().max(1)).cloned()
    }

    fn make_roster(&mut self) {
        let count = self.staff.shifts.shifts.len() * DAYS;
        let Some(maker) = self.plan.duty.staff.first().cloned() else { return };
        let slots = self.staff.shifts.slots(self.now, count, self.options.utc_offset_secs);
        for slot in slots {
            if slot.from < self.staff.rostered {
                continue;
            }
            self.staff.rostered = slot.until;
            for (number, post) in slot.posts.iter().enumerate() {
                let desk = (number == 0 && self.is_of_the_desk(&slot)).then(|| self.plan.duty.desk.clone());
                if let Some(who) = desk.or_else(|| self.of_staff(&slot, number)) {
                    self.duty(&maker, DutyStep::Assign { at: slot.post(post), who });
                }
            }
        }
    }

    /// Staff sign on at the posts that they have; the chief's is left to who takes over.
    fn sign_on(&mut self) {
        let Some(slot) = self.slot_taken(self.now) else { return };
        for (number, post) in slot.posts.iter().enumerate().skip(1) {
            if let Some(who) = self.of_staff(&slot, number) {
                self.duty(&who, DutyStep::SignOn { post: post.clone() });
            }
        }
    }

    fn plan_note(&mut self) {
        self.staff.notes += 1;
        let mut random = Random::of(self.options.seed, STREAM_DUTY, self.staff.notes << 32);
        let minutes = random.between(NOTE_MINUTES.0, NOTE_MINUTES.1);
        // The first comes soon, so that a log is seldom empty.
        let minutes = if self.staff.notes == 1 { minutes / 10.0 } else { minutes };
        self.queue.put(self.now.plus_millis(super::cases::millis(minutes)), Event::Duty(DutyEvent::Note));
    }

    fn write_note(&mut self) {
        let mut random = Random::of(self.options.seed, STREAM_DUTY, self.staff.notes << 32 | 1);
        let slot = self.staff.shifts.slot_at(self.now, self.options.utc_offset_secs);
        let writer = slot.and_then(|slot| self.of_staff(&slot, 1 + random.below(slot.posts.len().saturating_sub(1))));
        let plan = std::sync::Arc::clone(&self.plan);
        if let (Some(who), Some(words)) = (writer, random.pick(&plan.duty.notes)) {
            let write = DutyStep::Write {
                words: words.clone(),
                incident: None,
                corrects: None,
                open: random.below(4) == 0,
                shift: None,
            };
            self.duty(&who, write);
        }
        self.plan_note();
    }

    /// One of the staff hands over, where one has the shift.
    fn prepare(&mut self, turn: u32) {
        if turn != self.staff.turn || self.staff.prepared.is_some() {
            return;
        }
        let Some(chief) = self.staff.chief.clone() else { return };
        let words = self.plan.duty.gives.clone();
        self.duty(&chief, DutyStep::Prepare { words, pack: Box::<Pack>::default() });
    }

    /// One of the staff takes over, where nobody did meanwhile.
    fn sign(&mut self, prepared: Seq) {
        if self.staff.prepared != Some(prepared) {
            return;
        }
        let Some(slot) = self.slot_taken(self.now) else { return };
        let next = self.staff.shifts.slot_at(slot.until, self.options.utc_offset_secs);
        let own = self.of_staff(&slot, 0).filter(|one| Some(one) != self.staff.chief.as_ref());
        // In the middle of a shift the chief of the next one comes early.
        let early = || next.and_then(|next| self.of_staff(&next, 0));
        let who = own.filter(|_| !self.is_of_the_desk(&slot)).or_else(early);
        if let Some(who) = who.filter(|who| Some(who) != self.staff.chief.as_ref()) {
            let words = self.plan.duty.takes.clone();
            self.duty(&who, DutyStep::Sign { prepared, words });
        }
    }

    fn duty(&mut self, who: &str, step: DutyStep) {
        self.tell(Doing::Duty(who.to_owned(), Box::new(step)));
    }
}
