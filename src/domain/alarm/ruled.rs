//! Which limits are in force, and who put them there.

use std::sync::Arc;

use super::{AlarmRules, Alarms, LimitRule};
use crate::domain::Moment;

/// Who is responsible for the limits of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruled<'a> {
    /// Nobody: they are those built in.
    BuiltIn,
    /// They changed this rule then.
    Itself(&'a str, Moment),
    /// They changed some of the rules then, which need not be this one.
    Among(&'a str, Moment),
}

fn all(rules: &AlarmRules) -> impl Iterator<Item = &LimitRule> {
    rules.rules.iter().chain(rules.vitals.iter().filter_map(|sign| sign.limits.as_ref()))
}

impl Alarms {
    /// The rules in force; `None` while none were taken, so that the built-in ones are.
    #[must_use]
    pub fn rules(&self) -> Option<&Arc<AlarmRules>> {
        self.rules.as_ref()
    }

    /// Who put the rules in force, and when.
    #[must_use]
    pub fn ruled(&self) -> Option<(&str, Moment)> {
        self.ruled.as_ref().map(|(who, at)| (who.as_str(), *at))
    }

    /// Who is responsible for the limits of a rule, by its code.
    #[must_use]
    pub fn ruled_of(&self, code: &str) -> Ruled<'_> {
        match (self.changes.get(code), self.ruled()) {
            (Some((who, at)), _) => Ruled::Itself(who, *at),
            (None, Some((who, at))) => Ruled::Among(who, at),
            (None, None) => Ruled::BuiltIn,
        }
    }

    /// Other rules are in force from now on.
    pub(super) fn rule(&mut self, rules: &Arc<AlarmRules>, who: String, at: Moment) {
        // Of the first rules that are taken nothing is known of what was before.
        if let Some(before) = &self.rules {
            let changed = all(rules).filter(|rule| before.rule(&rule.code) != Some(rule));
            let mine = changed.map(|rule| (rule.code.clone(), (who.clone(), at)));
            self.changes.extend(mine);
            self.changes.retain(|code, _| rules.rule(code).is_some());
        }
        self.rules = Some(Arc::clone(rules));
        self.ruled = Some((who, at));
    }
}
