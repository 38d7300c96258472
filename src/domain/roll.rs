//! Roll call (一键点名): who is there, said by each in person.
//!
//! ```text
//!  nobody called ── CallRoll ──► called ── EndRoll, or its time is up ──► over ── CallRoll ──► called anew
//!                                   └── AnswerRoll, each once ──► answered: in time, or late once it is over
//! ```
//! 1. At most one roll is called at a time; the last one is held until the next is called.
//! 2. Whoever is called is fixed with the call: who comes later is not absent.
//! 3. Each answers at most once; who answers once it is over was absent, and is late.
//! 4. Its time is in the fact of calling: no clock but that of facts and of who looks ends a roll.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use super::{Actor, CrewId, CrewKind, Hall, Moment, Refusal, Said, What};

/// Most parties of a roll.
pub const ROLL_MAX: usize = 20_000;
/// Longest time of a roll, in minutes.
pub const ROLL_MINUTES_MAX: u16 = 120;

/// Who answers a roll.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RollParty {
    /// A post: the name with which its orders are signed, or the code of a post of the shift that nobody has.
    Post(String),
    /// A crew in the street.
    Crew(CrewId),
}

/// Who is called, as the hub knows them: a screen leaves it to the hub.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Called {
    /// Posts by name; those of the shift that nobody has by their code.
    pub posts: Vec<String>,
    /// Crews on duty, and what each is there for.
    pub crews: Vec<(CrewId, CrewKind)>,
    /// Minutes until who has not answered is absent.
    pub minutes: u16,
}

/// One of those who were called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollEntry {
    /// What a crew is there for; `None` for a post.
    pub kind: Option<CrewKind>,
    /// When they answered, and with what words.
    pub answer: Option<Said>,
}

/// How one of them stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// 应答: they answered in time.
    Here,
    /// 迟到: they answered when it was over.
    Late,
    /// 待应答: there is time left.
    Awaited,
    /// 缺席: they did not answer.
    Absent,
}

impl Presence {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Late => "late",
            Self::Awaited => "awaited",
            Self::Absent => "absent",
        }
    }
}

/// A roll that is called, or was called last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// Who called it.
    pub by: Actor,
    /// What was said with it; may be empty.
    pub words: String,
    /// When it was called.
    pub called_at: Moment,
    /// When its time is up.
    pub until: Moment,
    /// When it was ended by order before that.
    pub ended: Option<Moment>,
    /// Those who were called.
    pub entries: BTreeMap<RollParty, RollEntry>,
}

impl Roll {
    /// When it is over: its time, or the order that ended it.
    #[must_use]
    pub fn over_at(&self) -> Moment {
        self.ended.map_or(self.until, |ended| ended.min(self.until))
    }

    /// Whether it is over at a moment.
    #[must_use]
    pub fn is_over(&self, now: Moment) -> bool {
        now >= self.over_at()
    }

    /// How somebody stands at a moment; `None` for who was not called.
    #[must_use]
    pub fn presence(&self, party: &RollParty, now: Moment) -> Option<Presence> {
        Some(self.of(self.entries.get(party)?, now))
    }

    /// How one of them stands at a moment.
    #[must_use]
    pub fn of(&self, entry: &RollEntry, now: Moment) -> Presence {
        match &entry.answer {
            Some(said) if said.at <= self.over_at() => Presence::Here,
            Some(_) => Presence::Late,
            None if self.is_over(now) => Presence::Absent,
            None => Presence::Awaited,
        }
    }

    /// How many stand how: here, late, awaited, absent.
    #[must_use]
    pub fn counts(&self, now: Moment) -> [usize; 4] {
        let mut counts = [0; 4];
        for entry in self.entries.values() {
            if let Some(count) = counts.get_mut(self.of(entry, now) as usize) {
                *count += 1;
            }
        }
        counts
    }
}

impl Called {
    /// Can these be called at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.posts.len() + self.crews.len() > ROLL_MAX {
            return Err(unusable("called", &format!("are at most {ROLL_MAX}")));
        }
        if self.minutes == 0 || self.minutes > ROLL_MINUTES_MAX {
            return Err(unusable("minutes", &format!("are 1 to {ROLL_MINUTES_MAX}")));
        }
        self.posts.iter().try_for_each(|post| check_text("post", post, NAME_MAX))
    }
}

impl Hall {
    /// The roll that is called, or was called last.
    #[must_use]
    pub fn roll(&self) -> Option<&Roll> {
        self.roll.as_ref()
    }

    /// As whom a person answers the roll: by name, else for the post that they have by now and that nobody had when it
    /// was called; `None` for who was not called.
    #[must_use]
    pub fn called_as(&self, name: &str) -> Option<RollParty> {
        let entries = &self.roll()?.entries;
        let held = self.duty().on_duty().into_iter().filter(|held| held.there == Some(name)).map(|held| held.post);
        let mut parties = std::iter::once(name).chain(held).map(|name| RollParty::Post(name.to_owned()));
        parties.find(|party| entries.contains_key(party))
    }

    /// What calling the roll makes known.
    pub(super) fn decide_roll(&self, words: String, called: Called, now: Moment) -> Result<Vec<What>, Refusal> {
        check_text("words", &words, TEXT_MAX)?;
        called.check()?;
        if self.roll().is_some_and(|roll| !roll.is_over(now)) {
            return Err(Refusal::RollCalled);
        }
        if called.posts.is_empty() && called.crews.is_empty() {
            return Err(unusable("called", "are none: nobody is signed in and no crew is on duty"));
        }
        Ok(vec![What::RollCalled { words, called: Box::new(called) }])
    }

    /// What an answer makes known: that of a crew, or of whoever gives the order.
    pub(super) fn decide_answer(&self, crew: Option<CrewId>, words: String, by: &Actor) -> Result<Vec<What>, Refusal> {
        let roll = self.roll().ok_or(Refusal::NoRoll)?;
        let who = match (crew, by) {
            (Some(crew), _) => RollParty::Crew(crew),
            (None, Actor::Person(name)) => self.called_as(name).ok_or(Refusal::NotCalled)?,
            (None, Actor::Source(_)) => return Err(Refusal::NotCalled),
        };
        let entry = roll.entries.get(&who).ok_or(Refusal::NotCalled)?;
        Ok(if entry.answer.is_none() { vec![What::RollAnswered { who, words }] } else { Vec::new() })
    }

    /// What ending the roll makes known.
    pub(super) fn decide_roll_end(&self, now: Moment) -> Result<Vec<What>, Refusal> {
        let roll = self.roll().ok_or(Refusal::NoRoll)?;
        Ok(if roll.is_over(now) { Vec::new() } else { vec![What::RollEnded] })
    }

    pub(super) fn apply_roll(&mut self, by: &Actor, words: &str, called: &Called, at: Moment) {
        let entry = |kind| RollEntry { kind, answer: None };
        let posts = called.posts.iter().map(|name| (RollParty::Post(name.clone()), entry(None)));
        let crews = called.crews.iter().map(|(crew, kind)| (RollParty::Crew(*crew), entry(Some(*kind))));
        self.roll = Some(Roll {
            by: by.clone(),
            words: words.to_owned(),
            called_at: at,
            until: at.plus_millis(i64::from(called.minutes) * 60_000),
            ended: None,
            entries: posts.chain(crews).collect(),
        });
    }

    pub(super) fn apply_answer(&mut self, who: &RollParty, words: &str, at: Moment) {
        let entry = self.roll.as_mut().and_then(|roll| roll.entries.get_mut(who));
        if let Some(entry) = entry {
            entry.answer.get_or_insert_with(|| Said { at, words: words.to_owned() });
        }
    }

    pub(super) fn apply_roll_end(&mut self, at: Moment) {
        if let Some(roll) = &mut self.roll {
            roll.ended.get_or_insert(at);
        }
    }
}
