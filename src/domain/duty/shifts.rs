//! The shifts of a day (班次) and their posts (岗位), as the city's file has them.

use serde::{Deserialize, Serialize};

use crate::domain::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use crate::domain::{Moment, Refusal, Wording};

/// Most shifts of a day.
pub const SHIFTS_MAX: usize = 12;
/// Most posts.
pub const POSTS_MAX: usize = 24;
/// Longest time before the end of a shift from which on it is handed over, in minutes.
pub const HANDOVER_MINUTES_MAX: u16 = 120;
/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;
const MINUTE_MILLIS: i64 = 60_000;

/// A post of a shift, such as 值班长.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// What orders and other systems call it.
    pub code: String,
    /// What screens call it.
    pub name: Wording,
}

/// A shift as it comes back every day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// What orders and other systems call it.
    pub code: String,
    /// What screens call it.
    pub name: Wording,
    /// When it begins, minutes of the city's day.
    pub from_minute: u16,
    /// How long it is, minutes; it may go over midnight.
    pub minutes: u16,
    /// Codes of its posts; the first one leads, and hands the shift over.
    pub posts: Vec<String>,
}

/// All shifts of a day: one ends when the next begins, so that at each moment there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shifts {
    /// They, in the order of the day.
    pub shifts: Vec<Shift>,
    /// The posts that they name.
    pub posts: Vec<Post>,
    /// So many minutes before its end a shift is to be handed over, and is from then on handed to the next one.
    pub handover_minutes: u16,
}

/// One shift of one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct SlotId {
    /// The day on which it begins: days since 1970 in city time.
    pub day: i32,
    /// The code of the shift.
    pub shift: String,
}

/// A post in one shift of one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct DutyPost {
    /// The shift.
    pub slot: SlotId,
    /// The code of the post.
    pub post: String,
}

/// One shift of one day with its times and posts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Slot {
    /// Which.
    pub id: SlotId,
    /// What screens call it.
    pub name: Wording,
    /// When it begins.
    pub from: Moment,
    /// When it ends.
    pub until: Moment,
    /// Codes of its posts; the first one leads.
    pub posts: Vec<String>,
}

impl Slot {
    /// The post that hands it over.
    #[must_use]
    pub fn lead(&self) -> Option<&str> {
        self.posts.first().map(String::as_str)
    }

    /// One of its posts.
    #[must_use]
    pub fn post(&self, code: &str) -> DutyPost {
        DutyPost { slot: self.id.clone(), post: code.to_owned() }
    }
}

/// Minutes since 1970 in city time.
fn local_minutes(now: Moment, utc_offset_secs: i32) -> i64 {
    now.0.saturating_add(i64::from(utc_offset_secs) * 1000).div_euclid(MINUTE_MILLIS)
}

/// The day of a moment: days since 1970 in city time.
#[must_use]
pub fn day_of(now: Moment, utc_offset_secs: i32) -> i32 {
    i32::try_from(local_minutes(now, utc_offset_secs).div_euclid(i64::from(DAY_MINUTES))).unwrap_or_default()
}

impl Shifts {
    /// The shift with this code.
    #[must_use]
    pub fn shift(&self, code: &str) -> Option<&Shift> {
        self.shifts.iter().find(|shift| shift.code == code)
    }

    /// What screens call a post; its code where it is not one of these.
    #[must_use]
    pub fn post_name<'a>(&'a self, code: &'a str, locale: &str) -> &'a str {
        self.posts.iter().find(|post| post.code == code).map_or(code, |post| post.name.of(locale))
    }

    /// The shift that a moment falls into, in a city whose time is so many seconds ahead of UTC.
    #[must_use]
    pub fn slot_at(&self, now: Moment, utc_offset_secs: i32) -> Option<Slot> {
        let now = local_minutes(now, utc_offset_secs);
        let into = |shift: &Shift| (now - i64::from(shift.from_minute)).rem_euclid(i64::from(DAY_MINUTES));
        let shift = self.shifts.iter().find(|shift| into(shift) < i64::from(shift.minutes))?;
        let day = (now - into(shift)).div_euclid(i64::from(DAY_MINUTES));
        Some(slot_of(shift, i32::try_from(day).ok()?, utc_offset_secs))
    }

    /// The shift of a day that has this identity.
    #[must_use]
    pub fn slot(&self, id: &SlotId, utc_offset_secs: i32) -> Option<Slot> {
        self.shift(&id.shift).map(|shift| slot_of(shift, id.day, utc_offset_secs))
    }

    /// So many shifts from the one on that a moment falls into.
    #[must_use]
    pub fn slots(&self, from: Moment, count: usize, utc_offset_secs: i32) -> Vec<Slot> {
        let next = |slot: &Slot| self.slot_at(slot.until, utc_offset_secs);
        std::iter::successors(self.slot_at(from, utc_offset_secs), next).take(count).collect()
    }

    /// Can these be kept at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.shifts.is_empty() || self.shifts.len() > SHIFTS_MAX {
            return Err(unusable("shift", &format!("are 1 to {SHIFTS_MAX}")));
        }
        if self.posts.is_empty() || self.posts.len() > POSTS_MAX {
            return Err(unusable("post", &format!("are 1 to {POSTS_MAX}")));
        }
        if self.handover_minutes > HANDOVER_MINUTES_MAX {
            return Err(unusable("handover_minutes", &format!("are at most {HANDOVER_MINUTES_MAX}")));
        }
        let named = self.posts.iter().map(|post| (&post.code, &post.name));
        for (code, name) in named.chain(self.shifts.iter().map(|shift| (&shift.code, &shift.name))) {
            check_text("code", code, NAME_MAX)?;
            if code.trim().is_empty() {
                return Err(unusable("code", "is missing"));
            }
            check_text("name", &name.zh, TEXT_MAX)?;
            check_text("name", &name.en, TEXT_MAX)?;
        }
        for (shift, next) in self.shifts.iter().zip(self.shifts.iter().cycle().skip(1)) {
            let known = |code: &String| self.posts.iter().any(|post| post.code == *code);
            if shift.posts.is_empty() || !shift.posts.iter().all(known) {
                return Err(unusable("posts", "are missing, or are none of those that the file has"));
            }
            let ends = (shift.from_minute + shift.minutes) % DAY_MINUTES;
            if shift.from_minute >= DAY_MINUTES || shift.minutes == 0 || shift.minutes > DAY_MINUTES {
                return Err(unusable("shift", "lies within a day and takes no more than one"));
            }
            if ends != next.from_minute {
                return Err(unusable(
                    "shift",
                    "has to begin when the one before it ends, the first when the last does",
                ));
            }
        }
        let total: u32 = self.shifts.iter().map(|shift| u32::from(shift.minutes)).sum();
        if total == u32::from(DAY_MINUTES) { Ok(()) } else { Err(unusable("shift", "make one day together")) }
    }
}

fn slot_of(shift: &Shift, day: i32, utc_offset_secs: i32) -> Slot {
    let minutes = i64::from(day) * i64::from(DAY_MINUTES) + i64::from(shift.from_minute);
    let from = Moment(minutes * MINUTE_MILLIS - i64::from(utc_offset_secs) * 1000);
    Slot {
        id: SlotId { day, shift: shift.code.clone() },
        name: shift.name.clone(),
        from,
        until: from.plus_millis(i64::from(shift.minutes) * MINUTE_MILLIS),
        posts: shift.posts.clone(),
    }
}
