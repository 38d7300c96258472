//! What crews write into the conversation of a case: that they are there and what they see, that it is done; and when they
//! take pictures.

use super::random::Random;
use super::{Doing, Sim};
use crate::domain::{Grade, Party};

const STREAM_SAYS: u64 = 81;
/// One in so many cases has something said of it; every grave one has.
const TALKATIVE: usize = 3;

impl Sim {
    /// The crew that leads is there.
    pub(super) fn says_arrived(&mut self, crew: usize, number: u64) {
        let lead = self.cases.get(&number).is_some_and(|case| case.lead == Some(super::orders::party(crew)));
        if lead {
            self.say(number, false);
            self.picture_before(number);
        }
    }

    /// The work is done.
    pub(super) fn says_done(&mut self, number: u64) {
        self.say(number, true);
        self.picture_after(number);
    }

    fn say(&mut self, number: u64, done: bool) {
        let Some(case) = self.cases.get(&number) else { return };
        let Some(Party::Crew(crew)) = case.lead.clone() else { return };
        let (key, grave) = (case.key.clone(), case.report.grade <= Grade::II);
        let exercise = case.script.as_ref().is_some_and(|(run, _)| self.is_exercise(*run));
        let words = if done { &self.plan.words.finished } else { &self.plan.words.arrived };
        // The same cases at any speed; who speaks when it arrives speaks when it is done.
        let talks = Random::of(self.options.seed, STREAM_SAYS, number).below(TALKATIVE) == 0;
        let mut random = Random::of(self.options.seed, STREAM_SAYS, number << 1 | u64::from(done));
        let Some(said) = words.get(random.below(words.len().max(1))).filter(|_| talks || grave) else { return };
        let mark = if exercise { self.plan.words.exercise.as_str() } else { "" };
        let said = format!("{mark}{said}");
        self.tell(Doing::Note(key, crew, said));
    }
}
