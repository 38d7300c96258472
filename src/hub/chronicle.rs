//! What goes into the audit chain with the commit that is being put together.
//!
//! Every order of a person and every refusal has a record of its own. Orders of a source that were carried out one after
//! the other share one: their facts stand in the log, and the record has the digest of them all.

use super::clerk::Signer;
use crate::domain::{Actor, Moment, Refusal};
use crate::store::audit::Entry;

/// Entries of one commit, in the order of its facts.
#[derive(Default)]
pub(super) struct Chronicle {
    entries: Vec<Entry>,
    /// How many orders the last entry stands for, where the next one of the same source may join it.
    run: Option<u64>,
    /// The first order of the run.
    asked: String,
}

impl Chronicle {
    /// An order was carried out, with so many facts.
    pub(super) fn done(&mut self, by: &Signer, at: Moment, asked: impl FnOnce() -> String, facts: u64) {
        let source = matches!(by.actor, Actor::Source(_));
        if let (true, Some(orders), Some(last)) = (source, self.run, self.entries.last_mut())
            && is_of(last, by)
        {
            last.facts += facts;
            self.run = Some(orders + 1);
            let more = if orders == 1 { "1 more".to_owned() } else { format!("{orders} more") };
            last.asked = format!("{} and {more}", self.asked);
            if last.facts > 0 {
                DONE.clone_into(&mut last.outcome);
            }
            return;
        }
        let outcome = if facts > 0 { DONE } else { "nothing new" };
        let entry = Entry { facts, ..entry(by, at, asked(), outcome.to_owned()) };
        self.asked.clone_from(&entry.asked);
        self.run = source.then_some(1);
        self.entries.push(entry);
    }

    /// An order was refused.
    pub(super) fn refused(&mut self, by: &Signer, at: Moment, asked: String, refusal: &Refusal) {
        self.note(refused(by, at, asked, refusal));
    }

    /// Something else that no facts came of.
    pub(super) fn note(&mut self, entry: Entry) {
        self.run = None;
        self.entries.push(entry);
    }

    pub(super) fn take(&mut self) -> Vec<Entry> {
        self.run = None;
        std::mem::take(&mut self.entries)
    }
}

/// That something was refused.
pub(super) fn refused(by: &Signer, at: Moment, asked: String, refusal: &Refusal) -> Entry {
    entry(by, at, asked, format!("refused: {refusal}"))
}

/// That something was done of which no facts came.
pub(super) fn noted(by: &Signer, at: Moment, asked: String) -> Entry {
    entry(by, at, asked, DONE.to_owned())
}

const DONE: &str = "done";

fn entry(by: &Signer, at: Moment, asked: String, outcome: String) -> Entry {
    Entry { at, who: name(&by.actor), origin: by.from.to_string(), asked, outcome, facts: 0 }
}

fn is_of(entry: &Entry, by: &Signer) -> bool {
    let Actor::Source(source) = &by.actor else { return false };
    entry.who.strip_prefix("source ") == Some(source) && entry.origin == *by.from
}

/// An actor as records name it.
pub(super) fn name(actor: &Actor) -> String {
    match actor {
        Actor::Source(name) => format!("source {name}"),
        Actor::Person(name) => format!("person {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_of_one_source_share_a_record_and_those_of_people_do_not() {
        let mut chronicle = Chronicle::default();
        let source = Signer::of(Actor::Source("12345".to_owned()), "10.0.0.1:9");
        let person = Signer::of(Actor::Person("li".to_owned()), "desk");
        let order = |text: &str| {
            let text = text.to_owned();
            move || text
        };
        chronicle.done(&source, Moment(1), order("report a"), 0);
        chronicle.done(&source, Moment(2), order("report b"), 2);
        chronicle.done(&source, Moment(3), order("report c"), 1);
        chronicle.refused(&source, Moment(4), "report d".to_owned(), &Refusal::SourceMissing);
        chronicle.done(&source, Moment(5), order("report e"), 1);
        chronicle.done(&person, Moment(6), order("close 1"), 1);
        chronicle.done(&person, Moment(7), order("close 2"), 0);
        let told: Vec<_> = chronicle
            .take()
            .into_iter()
            .map(|e| (e.who, e.asked, e.outcome.chars().take(11).collect::<String>(), e.facts))
            .collect();
        let row = |who: &str, asked: &str, outcome: &str, facts| {
            (who.to_owned(), asked.to_owned(), outcome.to_owned(), facts)
        };
        assert_eq!(
            told,
            [
                row("source 12345", "report a and 2 more", "done", 3),
                row("source 12345", "report d", "refused: a ", 0),
                row("source 12345", "report e", "done", 1),
                row("person li", "close 1", "done", 1),
                row("person li", "close 2", "nothing new", 0),
            ]
        );
    }
}
