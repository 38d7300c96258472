//! Who did what of late: the moves that people made, and how long each case had waited for them.
//!
//! 1. What a person did counts, by the name that they are signed in with; what systems did does not.
//! 2. Like a closed case a deed stays for [`super::hall::KEEP_CLOSED_MILLIS`], by `known_at` of the facts alone. Old ones
//!    leave once an hour.
//! 3. A deed took as long as the case had been at the stage that it was moved from; telling callers, as long as these
//!    were owed it. What is done at once with the step before took no time.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::hall::KEEP_CLOSED_MILLIS;
use super::{Actor, CaseMove, Fact, Hall, IncidentId, Moment, Stage, What};

const HOUR_MILLIS: i64 = 3_600_000;

/// What a person does with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// 受理.
    Accepted,
    /// 不予受理, 不予立案.
    Declined,
    /// 立案.
    Filed,
    /// 派遣.
    Dispatched,
    /// 核查: found done, or not.
    Checked,
    /// 结案.
    Closed,
    /// 告知: one of its callers was told.
    Told,
}

impl Work {
    /// All of them, in the order of a case's way.
    pub const ALL: [Self; 7] =
        [Self::Accepted, Self::Declined, Self::Filed, Self::Dispatched, Self::Checked, Self::Closed, Self::Told];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Filed => "filed",
            Self::Dispatched => "dispatched",
            Self::Checked => "checked",
            Self::Closed => "closed",
            Self::Told => "told",
        }
    }
}

/// Something that a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// What.
    pub work: Work,
    /// When the hall knew.
    pub at: Moment,
    /// How long the case had waited for it, milliseconds.
    pub took_millis: i64,
}

/// What each person did, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Deeds {
    by: BTreeMap<String, VecDeque<Deed>>,
    /// The hour since 1970 in which old ones left last.
    hour: i64,
}

impl Deeds {
    /// Everybody who did something of late, with what they did, oldest first.
    pub fn all(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &Deed>)> {
        self.by.iter().map(|(who, deeds)| (who.as_str(), deeds.iter()))
    }

    /// Whether somebody did such work at a moment.
    fn has(&self, who: &str, work: Work, at: Moment) -> bool {
        let Some(deeds) = self.by.get(who) else { return false };
        let first = deeds.partition_point(|deed| deed.at < at);
        deeds.range(first..).take_while(|deed| deed.at == at).any(|deed| deed.work == work)
    }

    pub(super) fn note(&mut self, who: &str, deed: Deed) {
        if let Some(deeds) = self.by.get_mut(who) {
            deeds.push_back(deed);
        } else {
            self.by.insert(who.to_owned(), VecDeque::from([deed]));
        }
    }

    pub(super) fn let_go(&mut self, now: Moment) {
        let hour = now.0.div_euclid(HOUR_MILLIS);
        if hour == self.hour {
            return;
        }
        self.hour = hour;
        self.by.retain(|_, deeds| {
            while deeds.front().is_some_and(|deed| deed.at.plus_millis(KEEP_CLOSED_MILLIS) < now) {
                deeds.pop_front();
            }
            !deeds.is_empty()
        });
    }
}

impl Hall {
    /// What the people of the hall did of late.
    #[must_use]
    pub fn deeds(&self) -> &Deeds {
        &self.deeds
    }

    /// The person who found a case done, or not, at a moment; `None` where a crew or a system said so, nobody could tell, or
    /// it is too long ago.
    #[must_use]
    pub fn checked_by(&self, id: IncidentId, at: Moment) -> Option<&str> {
        let mut hands = self.hands(id).iter().rev().map(String::as_str);
        hands.find(|who| self.deeds.has(who, Work::Checked, at))
    }

    /// What a person does with the next fact, seen from before it.
    pub(super) fn deed_of(&self, fact: &Fact) -> Option<(String, Deed)> {
        let Actor::Person(who) = &fact.by else { return None };
        let since_stage = |id: IncidentId| {
            let stage = self.incident(id)?.stage;
            self.course(id)?.since(stage).map(|(_, at)| at)
        };
        let (work, since) = match &fact.what {
            What::IncidentAdvanced { incident, stage } => {
                let work = match stage {
                    Stage::Accepted => Work::Accepted,
                    Stage::Filed => Work::Filed,
                    Stage::Dispatched => Work::Dispatched,
                    Stage::Checked => Work::Checked,
                    Stage::Reported | Stage::Handling | Stage::Done | Stage::Closed => return None,
                };
                (work, since_stage(*incident)?)
            }
            What::IncidentClosed { incident, .. } => (Work::Closed, since_stage(*incident)?),
            What::IncidentMoved { incident, step, .. } => match step {
                CaseMove::Reject { .. } | CaseMove::NotFile { .. } => (Work::Declined, since_stage(*incident)?),
                CaseMove::Rework { .. } => (Work::Checked, since_stage(*incident)?),
                CaseMove::Tell { what, .. } => (Work::Told, self.to_tell_since(*incident, *what)?),
                _ => return None,
            },
            _ => return None,
        };
        let took_millis = fact.known_at.0.saturating_sub(since.0).max(0);
        Some((who.clone(), Deed { work, at: fact.known_at, took_millis }))
    }
}
