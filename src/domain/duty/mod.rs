//! Duty (值班): who has which post when, the log of each shift, and how one shift hands over to the next (交接班).
//!
//! ```text
//!                    Write, Settle, SignOn                        Write …
//!  nothing ─shifts─► on duty ─── Prepare ──► prepared ─── Sign by another ──► handed over, locked
//!          taken     ▲  ▲                     │  │                                │
//!                    │  └─ Prepare anew ──────┘  └─ the next shift is on duty ◄───┘
//! ```
//! 1. At most one shift is on duty; it stays so until it is handed over, however late that is.
//! 2. Two different people sign a hand-over: who prepared it, and who takes over.
//! 3. Who takes over signs the pack that they have read: one that was prepared anew meanwhile has to be read anew.
//! 4. Nothing in a log is ever changed or taken away, and to that of a shift that was handed over nothing is added. A
//!    correction is a new entry of the shift on duty that names the old one.
//! 5. Entries are numbered for ever; what is open (待办) goes on from shift to shift until it is settled.
//! 6. Who has a post is said by themselves; the roster says only who should.
//! 7. The hall keeps the last [`KEPT_SHIFTS`] shifts; the log of facts keeps all.

pub mod alarms;
mod decide;
pub mod log;
pub mod pack;
pub mod shifts;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Actor, IncidentId, Lamp, Moment, Seq};
use log::{Changes, LogEntry, Noted};
use pack::Pack;
use shifts::{DutyPost, Shifts, Slot};

/// How many shifts that were handed over the hall keeps with their logs and packs: four days of three.
pub const KEPT_SHIFTS: usize = 12;
/// How far ahead a roster is made, in days.
pub const ROSTER_DAYS_MAX: i32 = 62;
/// How long a roster is kept behind, in days.
const ROSTER_DAYS_KEPT: i32 = 2;
/// Most remarks that are handed on; beyond that the oldest are settled by themselves.
pub const OPEN_MAX: usize = 200;

/// Something done about duty, as an order and, once it is decided, within a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyStep {
    /// 排班: somebody is to have a post.
    Assign {
        /// Which.
        at: DutyPost,
        /// Who: the name with which they sign.
        who: String,
    },
    /// 换班: the people of two posts change places.
    Swap {
        /// The one.
        one: DutyPost,
        /// The other.
        other: DutyPost,
    },
    /// Nobody is to have it.
    Remove {
        /// Which.
        at: DutyPost,
    },
    /// 到岗: whoever gives the order has a post of the shift on duty.
    SignOn {
        /// The code of the post.
        post: String,
    },
    /// Write in the log of the shift on duty.
    Write {
        /// What.
        words: String,
        /// The case that it is about.
        incident: Option<IncidentId>,
        /// The entry that it corrects.
        corrects: Option<u64>,
        /// It is to be handed on until it is settled.
        open: bool,
        /// The number of the shift that it was written for, where that is known: another may be on duty by now.
        shift: Option<u32>,
    },
    /// 办结: what was to be handed on is done.
    Settle {
        /// The number of the entry.
        entry: u64,
    },
    /// Prepare the hand-over and sign it.
    Prepare {
        /// What is said with it; may be empty.
        words: String,
        /// What is handed over. The hub fills it in, whatever a screen says.
        pack: Box<Pack>,
    },
    /// Take over, and sign.
    Sign {
        /// The fact that prepared what is taken over.
        prepared: Seq,
        /// What is said with it; may be empty.
        words: String,
    },
}

impl DutyStep {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Assign { .. } => "assign",
            Self::Swap { .. } => "swap",
            Self::Remove { .. } => "remove",
            Self::SignOn { .. } => "sign_on",
            Self::Write { .. } => "write",
            Self::Settle { .. } => "settle",
            Self::Prepare { .. } => "prepare",
            Self::Sign { .. } => "sign",
        }
    }
}

/// The signature of whoever took over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What they remarked; may be empty.
    pub words: String,
}

/// A hand-over that was prepared, and once it is taken over, signed by both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// The fact that prepared it.
    pub prepared: Seq,
    /// Who prepared and signed it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What they remarked; may be empty.
    pub words: String,
    /// What is handed over.
    pub pack: Pack,
    /// The last entry that the log had then.
    pub last_entry: u64,
    /// What changed since.
    pub since: Changes,
    /// Who took over.
    pub taken: Option<TakenOver>,
}

/// A shift on duty, or one that was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Watch {
    /// Its number: 1, 2, 3 …
    pub number: u32,
    /// The shift of the day that it is, as it was when it began.
    pub slot: Slot,
    /// When it took over.
    pub began: Moment,
    /// Who signed on, by the code of the post.
    pub posts: BTreeMap<String, String>,
    /// Its log, oldest first.
    pub log: Vec<LogEntry>,
    /// What changed since it took over.
    pub changes: Changes,
    /// Its hand-over.
    pub handover: Option<Handover>,
}

impl Watch {
    /// Whether nothing is written in its log any more.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.handover.as_ref().is_some_and(|handover| handover.taken.is_some())
    }

    /// How near its end is, where it is to be handed over so many minutes before: yellow from then on, red after it.
    #[must_use]
    pub fn lamp(&self, handover_minutes: u16, now: Moment) -> Lamp {
        let soon = self.slot.until.plus_millis(-i64::from(handover_minutes) * 60_000);
        match now {
            now if now > self.slot.until => Lamp::Red,
            now if now >= soon => Lamp::Yellow,
            _ => Lamp::Green,
        }
    }

    /// Entries written since its hand-over was prepared.
    pub fn written_since(&self) -> impl Iterator<Item = &LogEntry> {
        let last = self.handover.as_ref().map_or(u64::MAX, |handover| handover.last_entry);
        self.log.iter().filter(move |entry| entry.number > last)
    }
}

/// The shifts in force, and the time that their days are counted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftsTaken {
    /// They.
    pub shifts: Arc<Shifts>,
    /// Seconds that the city's time is ahead of UTC.
    pub utc_offset_secs: i32,
}

/// Who has a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnPost<'a> {
    /// The code of the post.
    pub post: &'a str,
    /// Who should, as the roster has it.
    pub rostered: Option<&'a str>,
    /// Who signed on.
    pub there: Option<&'a str>,
}

impl OnPost<'_> {
    /// Whether somebody else signed on than the roster has, or somebody where it has nobody.
    #[must_use]
    pub fn is_taken_over(&self) -> bool {
        self.there.is_some() && self.there != self.rostered
    }
}

/// All of duty that the hall keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Duty {
    in_force: Option<ShiftsTaken>,
    roster: BTreeMap<DutyPost, String>,
    watch: Option<Watch>,
    entries: u64,
    open: BTreeMap<u64, LogEntry>,
    over: VecDeque<Watch>,
}

impl Duty {
    /// The shifts in force; `None` while none were taken, so that the built-in ones are.
    #[must_use]
    pub fn in_force(&self) -> Option<&ShiftsTaken> {
        self.in_force.as_ref()
    }

    /// Who should have which post.
    #[must_use]
    pub fn roster(&self) -> &BTreeMap<DutyPost, String> {
        &self.roster
    }

    /// Who should have a post.
    #[must_use]
    pub fn rostered(&self, at: &DutyPost) -> Option<&str> {
        self.roster.get(at).map(String::as_str)
    }

    /// The shift on duty; `None` while nobody ever was.
    #[must_use]
    pub fn watch(&self) -> Option<&Watch> {
        self.watch.as_ref()
    }

    /// The shifts that were handed over and are kept, oldest first.
    pub fn over(&self) -> impl DoubleEndedIterator<Item = &Watch> + ExactSizeIterator {
        self.over.iter()
    }

    /// A shift by its number, on duty or kept.
    #[must_use]
    pub fn shift(&self, number: u32) -> Option<&Watch> {
        self.over.iter().chain(&self.watch).find(|watch| watch.number == number)
    }

    /// An entry by its number, of a shift that is on duty or kept, with the number of that shift.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<(u32, &LogEntry)> {
        let all = self.over.iter().chain(&self.watch);
        let mut found = all.flat_map(|watch| watch.log.iter().map(|entry| (watch.number, entry)));
        found.find(|(_, entry)| entry.number == number)
    }

    /// What is to be handed on, oldest first.
    pub fn open_remarks(&self) -> impl ExactSizeIterator<Item = &LogEntry> {
        self.open.values()
    }

    /// Whether an entry is to be handed on still.
    #[must_use]
    pub fn is_open(&self, entry: u64) -> bool {
        self.open.contains_key(&entry)
    }

    /// Who has the posts of the shift on duty.
    #[must_use]
    pub fn on_duty(&self) -> Vec<OnPost<'_>> {
        let Some(watch) = &self.watch else { return Vec::new() };
        let posts = watch.slot.posts.iter().map(|post| OnPost {
            post,
            rostered: self.rostered(&watch.slot.post(post)),
            there: watch.posts.get(post).map(String::as_str),
        });
        posts.collect()
    }

    /// Whom a roll looks for: who should have a post of the shift on duty and who signed on there, by name, and a post
    /// that has neither by its code.
    #[must_use]
    pub fn looked_for(&self) -> BTreeSet<String> {
        let of = |held: OnPost<'_>| {
            let people: Vec<&str> = held.rostered.into_iter().chain(held.there).collect();
            if people.is_empty() {
                vec![held.post.to_owned()]
            } else {
                people.into_iter().map(ToOwned::to_owned).collect()
            }
        };
        self.on_duty().into_iter().flat_map(of).collect()
    }

    fn note(&mut self, at: Moment, by: &Actor, incident: Option<IncidentId>, what: Noted) {
        self.put(LogEntry { number: 0, at, by: by.clone(), incident, corrects: None, open: false, what });
    }

    /// Add an entry with the next number; one that is open is handed on from now on.
    fn put(&mut self, entry: LogEntry) {
        let Some(watch) = &mut self.watch else { return };
        self.entries += 1;
        let entry = LogEntry { number: self.entries, ..entry };
        if entry.open {
            self.open.insert(entry.number, entry.clone());
            if self.open.len() > OPEN_MAX {
                self.open.pop_first();
            }
        }
        watch.log.push(entry);
    }
}
