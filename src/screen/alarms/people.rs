//! Who can look after an alarm: those that the screen knows of, who is on duty first. Pure.

use rust_i18n::t;

use crate::domain::initials::{are_initials, initials};
use crate::domain::{Hall, Moment};
use crate::screen::duty::model::{roster, slot_words};

/// How somebody stands to the shift of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnDuty {
    /// Signed on.
    There,
    /// Rostered for it, and not there yet.
    Awaited,
    /// Rostered for one to come.
    Later,
    /// Known from elsewhere.
    Off,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name, as orders have it.
    pub name: String,
    /// How they stand to the shift of now.
    pub on: OnDuty,
    /// Their post, or the shift to come, in the language of the screen; empty where they have none.
    pub post: String,
}

impl Person {
    /// Post and duty in words.
    #[must_use]
    pub fn note(&self) -> String {
        match self.on {
            OnDuty::There => format!("{} · {}", self.post, t!("duty.on_duty")),
            OnDuty::Awaited => format!("{} · {}", self.post, t!("duty.not_there")),
            OnDuty::Later | OnDuty::Off => self.post.clone(),
        }
    }
}

/// Everybody that the screen knows of: who is on duty, who should be, who will be, who sits here (`me`), and who had to do
/// with alarms before; each once.
#[must_use]
pub fn people(hall: &Hall, me: Option<&str>, now: Moment, utc_offset_secs: i32) -> Vec<Person> {
    let rows = roster(hall, now, utc_offset_secs, 0);
    let first = rows.first().map(|row| row.slot.id.clone());
    let mut all: Vec<Person> = Vec::new();
    let mut put = |name: &str, on: OnDuty, post: String| {
        if !name.is_empty() && !all.iter().any(|known| known.name == name) {
            all.push(Person { name: name.to_owned(), on, post });
        }
    };
    for row in &rows {
        if let Some(there) = &row.there {
            put(there, OnDuty::There, row.name.clone());
        }
    }
    for row in &rows {
        let Some(rostered) = &row.rostered else { continue };
        if Some(&row.slot.id) == first.as_ref() {
            put(rostered, OnDuty::Awaited, row.name.clone());
        } else {
            put(rostered, OnDuty::Later, slot_words(&row.slot, utc_offset_secs));
        }
    }
    put(me.unwrap_or_default(), OnDuty::Off, String::new());
    for alarm in hall.alarms().all() {
        put(&alarm.assigned, OnDuty::Off, String::new());
        if let Some(acknowledged) = &alarm.acknowledged {
            put(&acknowledged.by, OnDuty::Off, String::new());
        }
    }
    all.sort_by_key(|person| person.on);
    all
}

/// Whether somebody is meant by what was typed: a part of the name, its pinyin initials, or the post.
#[must_use]
pub fn is_meant(person: &Person, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    let in_text = [&person.name, &person.post].into_iter().any(|text| text.to_lowercase().contains(&typed));
    in_text || are_initials(&typed) && initials(&person.name).contains(&typed)
}
