//! Who was turned away at the doors, for the audit chain: of an address and reason the first of a minute is recorded at
//! once and the others are counted, so that nobody who knocks without end fills the chain.

use std::collections::HashMap;

use crate::domain::{Moment, Refusal};

/// What is counted together, in milliseconds.
const TOGETHER_MILLIS: i64 = 60_000;
/// Most addresses and reasons counted apart; further ones are counted together.
const HELD_MAX: usize = 1_000;
/// Longest text of what was asked, in characters: whoever asks writes it.
const ASKED_MAX: usize = 100;
/// Who knocks with nothing that names them.
pub(super) const NOBODY: &str = "nobody";

/// Somebody who was turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Away {
    /// As records name them.
    pub(super) who: String,
    /// What they wanted.
    pub(super) asked: String,
    /// Why not.
    pub(super) why: String,
    /// Their address.
    pub(super) from: String,
    key: String,
}

impl Away {
    /// Somebody from `from`, whose port does not count, for a reason. `address` is what is counted together.
    pub(super) fn new(who: &str, asked: &str, refusal: &Refusal, (from, address): (&str, &str)) -> Self {
        let mut key = format!("{address} {}", refusal.key());
        // Whoever lacks a right has an account; any other name is what somebody typed.
        if let Refusal::RightMissing { .. } = refusal {
            key = format!("{key} {who}");
        }
        let asked = asked.chars().filter(|c| !c.is_control()).take(ASKED_MAX).collect();
        Self { who: who.to_owned(), asked, why: refusal.to_string(), from: from.to_owned(), key }
    }
}

#[derive(Debug)]
struct Counted {
    first: Away,
    since: Moment,
    /// How many came after the first.
    more: u64,
    /// They were not all the first one's name.
    several: bool,
}

impl Counted {
    /// What is to be recorded beside the first; `None` where nobody else came.
    fn record(self) -> Option<Away> {
        let Self { first, more, several, .. } = self;
        let who = if several { "several names".to_owned() } else { first.who };
        (more > 0).then(|| Away { asked: format!("{} and {more} more", first.asked), who, ..first })
    }
}

/// Those of the last minute.
#[derive(Debug, Default)]
pub(super) struct Turned(HashMap<String, Counted>);

impl Turned {
    /// Somebody is turned away now. Returns what is to be recorded of it, in order.
    pub(super) fn note(&mut self, away: Away, now: Moment) -> Vec<Away> {
        let mut records = self.over(now);
        let full = self.0.len() >= HELD_MAX && !self.0.contains_key(&away.key);
        let away = if full { Away { key: String::new(), from: "many addresses".to_owned(), ..away } } else { away };
        if let Some(counted) = self.0.get_mut(&away.key) {
            counted.more = counted.more.saturating_add(1);
            counted.several |= counted.first.who != away.who;
            return records;
        }
        let counted = Counted { first: away.clone(), since: now, more: 0, several: false };
        self.0.insert(away.key.clone(), counted);
        records.push(away);
        records
    }

    /// What is to be recorded of minutes that are over, by address. A clock that was set back ends them as well.
    pub(super) fn over(&mut self, now: Moment) -> Vec<Away> {
        let is_over = |since: Moment| !(0..TOGETHER_MILLIS).contains(&now.0.saturating_sub(since.0));
        Self::records(self.0.extract_if(|_, counted| is_over(counted.since)).map(|(_, counted)| counted))
    }

    /// What is to be recorded of all of them: the hub goes down.
    pub(super) fn all(&mut self) -> Vec<Away> {
        Self::records(self.0.drain().map(|(_, counted)| counted))
    }

    fn records(counted: impl Iterator<Item = Counted>) -> Vec<Away> {
        let mut records: Vec<Away> = counted.filter_map(Counted::record).collect();
        records.sort_by(|one, other| one.key.cmp(&other.key));
        records
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away(who: &str, asked: &str, address: &str) -> Away {
        Away::new(who, asked, &Refusal::NotSignedIn, (&format!("{address}:9"), address))
    }

    fn told(records: Vec<Away>) -> Vec<(String, String, String)> {
        records.into_iter().map(|away| (away.who, away.asked, away.from)).collect()
    }

    fn row(who: &str, asked: &str, from: &str) -> (String, String, String) {
        (who.to_owned(), asked.to_owned(), from.to_owned())
    }

    #[test]
    fn the_first_of_an_address_is_recorded_at_once_and_the_others_of_its_minute_together() {
        let mut turned = Turned::default();
        let first = [row("nobody", "GET /api/who", "10.0.0.1:9")];
        assert_eq!(told(turned.note(away(NOBODY, "GET /api/who", "10.0.0.1"), Moment(0))), first);
        for second in 1..=59 {
            assert_eq!(told(turned.note(away(NOBODY, "GET /", "10.0.0.1"), Moment(second * 1000))), []);
        }
        let other = [row("nobody", "screen", "10.0.0.2:9")];
        assert_eq!(told(turned.note(away(NOBODY, "screen", "10.0.0.2"), Moment(59_999))), other, "another address");
        assert_eq!(told(turned.over(Moment(59_999))), []);
        let anew = [row("nobody", "GET /api/who and 59 more", "10.0.0.1:9"), row("nobody", "GET /again", "10.0.0.1:9")];
        assert_eq!(told(turned.note(away(NOBODY, "GET /again", "10.0.0.1"), Moment(60_000))), anew);
        assert_eq!(told(turned.over(Moment(200_000))), [], "who came once is recorded");
        assert!(turned.0.is_empty());
    }

    #[test]
    fn reasons_are_counted_apart_and_names_that_were_typed_are_not() {
        let mut turned = Turned::default();
        let tries = |name: &str, seconds| {
            let waits = Refusal::TooManyTries { seconds };
            Away::new(name, "sign in", &waits, ("10.0.0.1:9", "10.0.0.1"))
        };
        let lacks = |name: &str| {
            let refusal = Refusal::RightMissing { right: crate::domain::rights::Right::Read };
            Away::new(name, "screen", &refusal, ("10.0.0.1:9", "10.0.0.1"))
        };
        assert_eq!(turned.note(tries("person li", 1), Moment(0)).len(), 1);
        assert_eq!(turned.note(tries("person wang", 2), Moment(1)).len(), 0);
        assert_eq!(turned.note(away(NOBODY, "GET /", "10.0.0.1"), Moment(2)).len(), 1);
        assert_eq!(turned.note(lacks("person ops"), Moment(3)).len(), 1);
        assert_eq!(turned.note(lacks("person chen"), Moment(4)).len(), 1);
        assert_eq!(told(turned.all()), [row("several names", "sign in and 1 more", "10.0.0.1:9")]);
    }

    #[test]
    fn it_counts_so_many_apart_and_all_others_together() {
        let mut turned = Turned::default();
        let mut records = 0;
        for number in 0..5_000 {
            records +=
                turned.note(away(NOBODY, "GET /", &format!("10.0.{}.{}", number / 256, number % 256)), Moment(0)).len();
        }
        assert_eq!((records, turned.0.len()), (HELD_MAX + 1, HELD_MAX + 1));
        let told = told(turned.over(Moment(60_000)));
        assert_eq!(told, [row("nobody", "GET / and 3999 more", "many addresses")]);
    }
}
