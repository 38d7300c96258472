//! Which cases the density counts: those that were open at the moment that is shown, or all that were reported in a stretch
//! before it; and the closed ones among them that have left the hall, as the archive tells them page by page. Pure.
//!
//! ```text
//!   the hall     all that are open, and what was closed within a day
//!   the archive  what was closed before that: asked for only where the moment or the stretch reaches so far back
//! ```
//! 1. A little more than is needed is asked for on both sides, so that stepping through the hours asks nothing anew.
//! 2. Pages come newest first and end somewhere: what is left out is said.

use std::collections::BTreeMap;

use crate::domain::hall::KEEP_CLOSED_MILLIS;
use crate::domain::search::PAGE_MAX;
use crate::domain::{Fate, Found, Hall, IncidentId, LonLat, Moment, Refusal, Search};

/// Most pages that are asked for at once.
const PAGES_MAX: u32 = 25;
/// Cases that were open then are looked for among those reported so many milliseconds before.
const OPEN_MILLIS: i64 = 30 * DAY_MILLIS;
/// So much more is asked for on either side.
const MORE_MILLIS: i64 = DAY_MILLIS / 2;
/// What was told of the archive is asked anew after so many milliseconds: what leaves the hall goes into it.
const AGAIN_MILLIS: i64 = DAY_MILLIS / 2;
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Which cases are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Window {
    /// Those that are open at the moment that is shown.
    #[default]
    Open,
    /// Those that were reported in the 24 hours before it.
    Day,
    /// Those that were reported in the seven days before it.
    Week,
}

impl Window {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Day, Self::Week];

    /// Its name in settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "heat.window.open",
            Self::Day => "heat.window.day",
            Self::Week => "heat.window.week",
        }
    }

    /// Key of how many there are in `assets/i18n`.
    #[must_use]
    pub const fn count_key(self) -> &'static str {
        match self {
            Self::Open => "heat.open_cases",
            Self::Day => "heat.cases_day",
            Self::Week => "heat.cases_week",
        }
    }

    /// How far before the moment cases count that were reported then; `None` where it only matters that they are open.
    const fn millis(self) -> Option<i64> {
        match self {
            Self::Open => None,
            Self::Day => Some(DAY_MILLIS),
            Self::Week => Some(7 * DAY_MILLIS),
        }
    }

    /// Whether a case counts at a moment that was known since then, and was over then where it was.
    #[must_use]
    pub fn counts(self, then: Moment, known_at: Moment, over_at: Option<Moment>) -> bool {
        known_at <= then
            && match self.millis() {
                None => over_at.is_none_or(|over_at| over_at > then),
                Some(millis) => known_at > then.plus_millis(-millis),
            }
    }
}

/// A stretch of time in which cases were reported: from its beginning on, before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: Moment,
    until: Moment,
}

impl Stretch {
    fn holds(self, other: Self) -> bool {
        self.from <= other.from && self.until >= other.until
    }
}

/// The stretch whose closed cases the hall alone does not know, for a window at a moment; `None` where it knows all.
fn beyond(window: Window, then: Moment, now: Moment) -> Option<Stretch> {
    let kept = now.plus_millis(-KEEP_CLOSED_MILLIS);
    let until = then.plus_millis(1);
    match window.millis() {
        None => (then < kept).then(|| Stretch { from: then.plus_millis(-OPEN_MILLIS), until }),
        Some(millis) => {
            let from = then.plus_millis(-millis);
            // Nothing is over before it was reported.
            (from < kept).then_some(Stretch { from, until })
        }
    }
}

/// A closed case of the archive.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Closed {
    at: LonLat,
    known_at: Moment,
    over_at: Option<Moment>,
}

/// What the archive told.
#[derive(Debug, Default)]
pub struct Census {
    /// What is wanted, and when that was, on the hub's clock.
    of: Option<(Stretch, Moment)>,
    /// The next page has to begin before this one.
    next: Option<IncidentId>,
    pages: u32,
    /// A page is on its way.
    waiting: bool,
    /// All is here that is to be.
    done: bool,
    /// When the last one was reported, where older ones were left out.
    cut: Option<Moment>,
    failed: Option<Refusal>,
    cases: BTreeMap<IncidentId, Closed>,
    /// Counts changes of which cases there are.
    changes: u64,
}

impl Census {
    /// What is to be asked of the archive now, so that a window can be counted at a moment; `None` where it is here, on its
    /// way, or not needed.
    pub fn ask(&mut self, window: Window, then: Moment, now: Moment) -> Option<Search> {
        let Some(needed) = beyond(window, then, now) else {
            if self.of.is_some() {
                *self = Self { changes: self.changes + 1, ..Self::default() };
            }
            return None;
        };
        let stays = |(stretch, told): (Stretch, Moment)| {
            stretch.holds(needed) && now.0.abs_diff(told.0) < AGAIN_MILLIS.unsigned_abs()
        };
        if !self.of.is_some_and(stays) {
            let until = Moment(needed.until.plus_millis(MORE_MILLIS).0.min(now.0.max(needed.until.0)));
            let stretch = Stretch { from: needed.from.plus_millis(-MORE_MILLIS), until };
            *self = Self { of: Some((stretch, now)), changes: self.changes + 1, ..Self::default() };
        }
        let (stretch, _) = self.of.filter(|_| !self.waiting && !self.done)?;
        self.waiting = true;
        Some(Search {
            from: Some(stretch.from),
            until: Some(stretch.until),
            fate: Some(Fate::Closed),
            before: self.next,
            limit: PAGE_MAX,
            ..Search::default()
        })
    }

    /// No hub is there: what is on its way does not come, and what it did not tell is asked again later.
    pub fn lost(&mut self) {
        self.waiting = false;
        if self.failed.is_some() {
            *self = Self { changes: self.changes + 1, ..Self::default() };
        }
    }

    /// The archive told a page.
    pub fn take(&mut self, found: &Result<Found, Refusal>) {
        if !std::mem::take(&mut self.waiting) {
            return;
        }
        self.changes += 1;
        let found = match found {
            Ok(found) => found,
            Err(refusal) => {
                (self.failed, self.done) = (Some(refusal.clone()), true);
                return;
            }
        };
        let closed = found.cases.iter().filter_map(|case| {
            let (known_at, over_at) = (case.known_at, case.over_at);
            Some((case.id, Closed { at: case.place.at?, known_at, over_at }))
        });
        self.cases.extend(closed);
        (self.next, self.pages) = (found.next, self.pages + 1);
        self.done = found.next.is_none() || self.pages >= PAGES_MAX;
        self.cut = found.cases.last().map(|case| case.known_at).filter(|_| self.done && found.next.is_some());
    }

    /// Pages are on their way.
    #[must_use]
    pub fn is_coming(&self) -> bool {
        self.of.is_some() && !self.done
    }

    /// Since when closed cases are counted at least, where there were too many of them.
    #[must_use]
    pub fn cut(&self) -> Option<Moment> {
        self.cut
    }

    /// Why the archive told nothing.
    #[must_use]
    pub fn failed(&self) -> Option<&Refusal> {
        self.failed.as_ref()
    }

    /// Counts changes of which cases there are.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The cases that count at a moment, with their places, those of the hall and those that have left it.
    #[must_use]
    pub fn counted(&self, hall: &Hall, window: Window, then: Moment) -> BTreeMap<IncidentId, LonLat> {
        let gone = self.cases.iter().filter(|(id, _)| hall.incident(**id).is_none());
        let gone = gone.filter(|(_, case)| window.counts(then, case.known_at, case.over_at));
        let here = hall.incidents().filter_map(|incident| {
            let counts = window.counts(then, incident.known_at, hall.over_at(incident.id));
            Some((incident.id, incident.place.at?)).filter(|_| counts)
        });
        gone.map(|(id, case)| (*id, case.at)).chain(here).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{FoundCase, Grade, Outcome, Place, Stage};

    const HOUR: i64 = 3_600_000;
    const NOW: Moment = Moment(1_700_000_000_000);

    fn ago(hours: i64) -> Moment {
        NOW.plus_millis(-hours * HOUR)
    }

    #[test]
    fn open_then_or_reported_in_a_stretch_before_then() {
        let counts = |window: Window, then: i64, known: i64, over: Option<i64>| {
            window.counts(ago(then), ago(known), over.map(ago))
        };
        assert!(counts(Window::Open, 10, 12, None) && counts(Window::Open, 10, 12, Some(9)));
        assert!(!counts(Window::Open, 10, 12, Some(11)), "it was over by then");
        assert!(!counts(Window::Open, 10, 12, Some(10)), "it was over just then");
        assert!(!counts(Window::Open, 10, 9, None), "nobody knew of it yet");
        assert!(counts(Window::Open, 10, 10, None));
        assert!(counts(Window::Day, 10, 33, Some(30)) && !counts(Window::Day, 10, 34, None));
        assert!(!counts(Window::Day, 10, 9, None) && counts(Window::Week, 10, 177, None));
    }

    #[test]
    fn the_archive_is_asked_only_for_what_the_hall_does_not_hold() {
        let asks = |window: Window, then: i64| Census::default().ask(window, ago(then), NOW);
        assert!(asks(Window::Open, 0).is_none() && asks(Window::Open, 24).is_none());
        assert!(asks(Window::Day, 0).is_none(), "what was reported within a day was not closed before");
        let search = asks(Window::Open, 25).unwrap();
        assert_eq!((search.fate, search.limit, search.before), (Some(Fate::Closed), 100, None));
        assert_eq!(search.from, Some(ago(25 + 30 * 24 + 12)));
        assert_eq!(search.until, Some(ago(13).plus_millis(1)));
        assert!(search.check().is_ok());
        let week = asks(Window::Week, 0).unwrap();
        assert_eq!((week.from, week.until), (Some(ago(7 * 24 + 12)), Some(NOW.plus_millis(1))));
        assert_eq!(asks(Window::Day, 1).unwrap().from, Some(ago(25 + 12)));
    }

    /// A closed case that was known and over so many hours ago.
    pub(in crate::screen::heat) fn case(id: u64, known: i64, over: i64) -> FoundCase {
        FoundCase {
            id: IncidentId(id),
            number: None,
            kind: String::new(),
            grade: Grade::III,
            stage: Stage::Reported,
            source: String::new(),
            source_id: String::new(),
            place: Place { at: LonLat::new(114.0, 22.0), ..Place::default() },
            text: String::new(),
            happened_at: ago(known),
            known_at: ago(known),
            over_at: Some(ago(over)),
            outcome: Some(Outcome::Finished),
            department: None,
            area: None,
            answers: crate::domain::Answers::default(),
        }
    }

    fn page(cases: Vec<FoundCase>, next: Option<u64>) -> Found {
        Found { cases, next: next.map(IncidentId), ..Found::default() }
    }

    #[test]
    fn pages_follow_each_other_and_stepping_through_the_hours_asks_nothing_anew() {
        let mut census = Census::default();
        assert!(census.ask(Window::Open, ago(50), NOW).is_some() && census.is_coming());
        assert!(census.ask(Window::Open, ago(50), NOW).is_none(), "one page at a time");
        census.take(&Ok(page(vec![case(9, 52, 49), case(8, 60, 51)], Some(8))));
        let next = census.ask(Window::Open, ago(50), NOW).unwrap();
        assert_eq!(next.before, Some(IncidentId(8)));
        census.take(&Ok(page(vec![case(3, 90, 40)], None)));
        assert!(!census.is_coming() && census.cut().is_none());
        let counted = |census: &Census, then: i64| {
            let found = census.counted(&Hall::default(), Window::Open, ago(then));
            found.keys().map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(counted(&census, 50), [3, 9], "8 was over by then");
        assert_eq!(counted(&census, 55), [3, 8]);
        assert_eq!(counted(&census, 48), [3]);
        let before = census.changes();
        for then in [50, 55, 61, 40] {
            assert!(census.ask(Window::Open, ago(then), NOW).is_none(), "{then}");
        }
        assert_eq!(census.changes(), before);
        assert!(census.ask(Window::Open, ago(63), NOW).is_some(), "farther back than was asked for");
        // Back within a day the hall knows all by itself.
        assert!(census.ask(Window::Open, ago(2), NOW).is_none() && !census.is_coming());
        assert!(counted(&census, 50).is_empty() && census.changes() > before);
    }

    #[test]
    fn what_is_left_out_and_why_nothing_comes_is_said() {
        let mut census = Census::default();
        for at in 0..PAGES_MAX {
            let id = u64::from(1_000 - at);
            assert!(census.ask(Window::Week, ago(48), NOW).is_some(), "page {at}");
            census.take(&Ok(page(vec![case(id, 50 + i64::from(at), 1)], Some(id))));
        }
        assert!(census.ask(Window::Week, ago(48), NOW).is_none());
        assert_eq!(census.cut(), Some(ago(50 + i64::from(PAGES_MAX) - 1)));
        let mut census = Census::default();
        census.take(&Ok(page(vec![case(1, 50, 1)], None)));
        assert_eq!(census.changes(), 0, "nobody asked for that");
        census.ask(Window::Week, ago(48), NOW).unwrap();
        census.lost();
        assert!(census.ask(Window::Week, ago(48), NOW).is_some(), "the hub was lost meanwhile");
        census.take(&Err(Refusal::NoHub));
        assert!(census.failed().is_some() && census.ask(Window::Week, ago(48), NOW).is_none());
        assert!(census.ask(Window::Week, ago(48), NOW.plus_millis(12 * HOUR)).is_some(), "half a day later again");
        census.take(&Err(Refusal::NoHub));
        census.lost();
        assert!(census.failed().is_none() && census.ask(Window::Week, ago(48), NOW).is_some());
    }
}
