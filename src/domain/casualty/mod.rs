//! How many people are dead, missing, trapped or injured, as a caller says it, and how grave that makes a case.
//!
//! 1. What is read stands in the text: every number comes with the words that it is read from.
//! 2. Nobody (`nobody hurt`) is a number, 0; of whom nothing is said, or whether is not known, there is none.
//! 3. `Several` is two or more; somebody without a number is one or more. More is not made up.
//! 4. Of two numbers for the same the greater one stands: it is likelier that help is short than that it is too much.
//!
//! Words stand in `lexicon.txt` beside this file, one list for both languages.

mod lexicon;
mod read;
#[cfg(test)]
mod tests;

use super::{Answers, Grade};
pub use read::read;

/// What became of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// 死亡.
    Dead,
    /// 失踪.
    Missing,
    /// 被困.
    Trapped,
    /// 受伤.
    Injured,
}

impl Harm {
    /// All, gravest first.
    pub const ALL: [Self; 4] = [Self::Dead, Self::Missing, Self::Trapped, Self::Injured];

    /// The field of a form that counts them, where a form has it; also its name in keys.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Missing => "missing",
            Self::Trapped => "trapped",
            Self::Injured => "injured",
        }
    }
}

/// How close a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// So many.
    Exactly,
    /// So many or so.
    About,
    /// So many or more.
    AtLeast,
}

/// A number of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub people: u32,
    /// How close that is.
    pub bound: Bound,
}

impl Count {
    /// So many.
    #[must_use]
    pub const fn exactly(people: u32) -> Self {
        Self { people, bound: Bound::Exactly }
    }

    /// So many or more.
    #[must_use]
    pub const fn at_least(people: u32) -> Self {
        Self { people, bound: Bound::AtLeast }
    }
}

/// What a text says of some people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casualty {
    /// What became of them.
    pub harm: Harm,
    /// How many.
    pub count: Count,
    /// The words of the text that say so; empty where it was answered.
    pub words: String,
}

/// What is known of a case: what was answered in its form, else what its text says, each harm once, gravest first. A
/// number that was answered as the text has it is as close as it is there.
#[must_use]
pub fn known(answers: &Answers, text: &str) -> Vec<Casualty> {
    let mut said = read(text);
    for harm in Harm::ALL {
        let Some(answer) = answers.get(harm.field()) else { continue };
        let people = answer.trim().parse::<u32>().ok();
        // What was answered otherwise, and what was taken back, stands against the text.
        said.retain(|one| one.harm != harm || Some(one.count.people) == people);
        if let Some(people) = people
            && said.iter().all(|one| one.harm != harm)
        {
            said.push(Casualty { harm, count: Count::exactly(people), words: String::new() });
        }
    }
    said.sort_by_key(|one| one.harm);
    said
}

/// A number that is another one than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// As it is now.
    pub now: Casualty,
    /// As it was; `None` where nothing was said of these.
    pub before: Option<Casualty>,
}

/// Which numbers are others than before, gravest harm first: of other people, or exact where they were not. Of whom
/// nothing is said now, nothing changed.
#[must_use]
pub fn changes(before: &[Casualty], now: &[Casualty]) -> Vec<Change> {
    let other = |now: &Casualty| {
        let before = before.iter().find(|one| one.harm == now.harm);
        let same = before.is_some_and(|before| {
            before.count.people == now.count.people
                && (now.count.bound != Bound::Exactly || before.count.bound == Bound::Exactly)
        });
        (!same).then(|| Change { now: now.clone(), before: before.cloned() })
    };
    let mut changes: Vec<Change> = now.iter().filter_map(other).collect();
    changes.sort_by_key(|change| change.now.harm);
    changes
}

/// Whose number makes a case grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toll {
    /// Dead, missing and trapped together: lives lost or at stake.
    Lives,
    /// Injured.
    Injured,
}

/// From how many on a case is of a grade, after the national grades of emergencies 特别重大、重大、较大: deaths, with those
/// missing and in danger of their lives, from 30, 10 and 3; injured from 100, 50 and 10.
const TOLLS: [(Grade, u32, u32); 3] = [(Grade::I, 30, 100), (Grade::II, 10, 50), (Grade::III, 3, 10)];

/// The grade that so many casualties make a case at least, by which toll, and from how many on that is so; `None` where
/// they are too few to raise any.
#[must_use]
pub fn grade(casualties: &[Casualty]) -> Option<(Grade, Toll, u32)> {
    let sum = |of: &dyn Fn(Harm) -> bool| {
        casualties.iter().filter(|one| of(one.harm)).fold(0_u32, |sum, one| sum.saturating_add(one.count.people))
    };
    let (lives, injured) = (sum(&|harm| harm != Harm::Injured), sum(&|harm| harm == Harm::Injured));
    TOLLS.into_iter().find_map(|(grade, least_lives, least_injured)| {
        if lives >= least_lives {
            Some((grade, Toll::Lives, least_lives))
        } else {
            (injured >= least_injured).then_some((grade, Toll::Injured, least_injured))
        }
    })
}
