//! What became of the alarms of a case, as lines of its story: when they were raised and cleared, who was told and who saw them when, who
//! acknowledged them with which words. Told of the alarms that the hall holds, which is for a day after they are over. Pure.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_i18n::t;

use super::model::row;
use super::strip::{place, title};
use crate::domain::alarm::{Alarm, Told, urgency};
use crate::domain::{Hall, IncidentId, Moment};
use crate::screen::archive::story::Line;

/// What became of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Became {
    Raised,
    Told,
    Seen,
    Acknowledged,
    Cleared,
}

impl Became {
    fn key(self) -> &'static str {
        match self {
            Self::Raised => "story.alarm_raised",
            Self::Told => "story.alarm_told",
            Self::Seen => "story.alarm_seen",
            Self::Acknowledged => "story.alarm_acknowledged",
            Self::Cleared => "story.alarm_cleared",
        }
    }
}

/// The second, what became of it, by whom, with what words: what is the same of many alarms is one line.
type Same = (i64, Became, String, String);

/// The alarms that a case is about; none that came again after it was over.
fn of_case(hall: &Hall, of: IncidentId) -> impl Iterator<Item = &Alarm> {
    let over = hall.over_at(of);
    let about = move |alarm: &&Alarm| alarm.incident == Some(of) && over.is_none_or(|over| alarm.raised_at <= over);
    hall.alarms().all().filter(about)
}

/// When anything about the alarms of a case changed last, and how many there are.
#[must_use]
pub fn changed(hall: &Hall, of: IncidentId) -> (Option<Moment>, usize) {
    of_case(hall, of).fold((None, 0), |(at, count), alarm| (at.max(Some(alarm.changed_at)), count + 1))
}

/// The people who were told, and how many others.
pub(super) fn names(told: &Told) -> String {
    let names = told.to.join(&*t!("alarm.and"));
    if told.more > 0 { t!("alarm.and_others", names = names, count = told.more).into_owned() } else { names }
}

/// The lines of the alarms of a case, newest first.
#[must_use]
pub fn lines(hall: &Hall, of: IncidentId, now: Moment) -> Vec<Line> {
    let mut all: BTreeMap<Same, (Moment, Vec<&Alarm>)> = BTreeMap::new();
    let mut alarms: Vec<&Alarm> = of_case(hall, of).collect();
    alarms.sort_by_key(|alarm| urgency(alarm));
    for alarm in alarms {
        let mut tell = |at: Moment, became: Became, who: &str, words: &str| {
            let told = (at.0.div_euclid(1000), became, who.to_owned(), words.to_owned());
            let (last, of) = all.entry(told).or_insert((at, Vec::new()));
            *last = at.max(*last);
            of.push(alarm);
        };
        tell(alarm.raised_at, Became::Raised, "", "");
        if let Some(told) = &alarm.told {
            tell(told.at, Became::Told, "", &names(told));
        }
        for (who, at) in &alarm.seen {
            tell(*at, Became::Seen, who, "");
        }
        if let Some(it) = &alarm.acknowledged {
            tell(it.at, Became::Acknowledged, &it.by, &it.comment);
        }
        if let Some(at) = alarm.cleared_at {
            tell(at, Became::Cleared, "", "");
        }
    }
    let line = |((_, became, who, said), (at, of)): (Same, (Moment, Vec<&Alarm>))| {
        let first = of.first().map(|alarm| row(hall.alarms(), alarm, now));
        let named = first.map(|row| format!("{} · {}", title(&row), place(&row)));
        let more = (of.len() > 1).then(|| t!("story.alarm_more", count = of.len() - 1).into_owned());
        let words: Vec<String> =
            named.into_iter().chain(more).chain([said]).filter(|words| !words.is_empty()).collect();
        Line { at, what: t!(became.key()).into_owned(), words: words.join(" · "), who }
    };
    let mut lines: Vec<Line> = all.into_iter().map(line).collect();
    lines.sort_by_key(|line| Reverse(line.at));
    lines
}
