//! How many cases there were at hours that were, by the cases that the hall still holds. Pure.
//!
//! 1. A case leaves the hall [`KEEP_CLOSED_MILLIS`] after it was over, so what was within that time before now can be counted
//!    as it was then: how many were in hand, became known in an hour or since midnight, were over since midnight.
//! 2. Before the first case that is held nobody knows whether anybody counted: then there is no number.
//! 3. How a case was graded and how late it was then, key figures, alarms and crews are not told from what is held now. A case
//!    that was opened again counts as in hand throughout.

use std::collections::HashMap;

use crate::domain::hall::KEEP_CLOSED_MILLIS;
use crate::domain::rights::Area;
use crate::domain::vital::census::{Areas, CaseSeen};
use crate::domain::vital::formula::{Ask, CaseCount};
use crate::domain::vital::{Census, Formula};
use crate::domain::{Grade, Hall, IncidentId, Moment};

use super::round::midnight;

const HOUR_MILLIS: i64 = 3_600_000;

/// A case that is held.
#[derive(Debug, Clone, PartialEq)]
struct Case {
    chain: Vec<u32>,
    kind: String,
    grade: Grade,
    known_at: Moment,
    over_at: Option<Moment>,
}

/// All of them, as they were read at a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Then {
    cases: Vec<Case>,
    /// From when on what is asked of cases is known.
    since: Option<Moment>,
}

/// Whether what is asked can be told of hours that were.
pub(super) fn can_be_told(ask: &Ask) -> bool {
    let counted = |count: CaseCount| !matches!(count, CaseCount::Major | CaseCount::Late);
    ask.kind().is_some() || matches!(ask, Ask::Cases { count, .. } if counted(*count))
}

impl Then {
    /// Those of a hall in these areas.
    pub(crate) fn of(hall: &Hall, areas: &Areas, of_cases: &HashMap<IncidentId, Area>, now: Moment) -> Self {
        let case = |incident: &crate::domain::Incident| Case {
            chain: areas.chain(of_cases.get(&incident.id).unwrap_or(&Area::CITY)),
            kind: incident.kind.clone(),
            grade: incident.grade,
            known_at: incident.known_at,
            over_at: hall.closing(incident.id).map(|closing| closing.at),
        };
        Self::new(hall.incidents().map(case).collect(), now)
    }

    fn new(cases: Vec<Case>, now: Moment) -> Self {
        let first = cases.iter().map(|case| case.known_at).min();
        Self { cases, since: first.map(|first| first.max(now.plus_millis(-KEEP_CLOSED_MILLIS))) }
    }

    /// From when on anything can be told of cases.
    pub(crate) const fn since(&self) -> Option<Moment> {
        self.since
    }

    /// Whether all that a formula asks of cases can be told of a moment, in a city whose time is so far from UTC.
    pub(crate) fn knows(&self, formula: &Formula, at: Moment, utc_offset_secs: i32) -> bool {
        formula.asks().iter().all(|(_, ask)| self.knows_of(ask, at, utc_offset_secs))
    }

    /// The same of one of its questions.
    pub(crate) fn knows_of(&self, ask: &Ask, at: Moment, utc_offset_secs: i32) -> bool {
        let from = match ask {
            Ask::Cases { count: CaseCount::Open, .. } => at,
            Ask::Cases { count: CaseCount::Hour, .. } => at.plus_millis(-HOUR_MILLIS),
            Ask::Cases { .. } => midnight(at, utc_offset_secs),
            _ => return true,
        };
        self.since.is_some_and(|since| since <= from)
    }

    /// Count them as they were at a moment.
    pub(crate) fn count(&self, census: &mut Census, at: Moment, utc_offset_secs: i32) {
        let midnight = midnight(at, utc_offset_secs);
        for case in self.cases.iter().filter(|case| case.known_at <= at) {
            let over_at = case.over_at.filter(|over| *over <= at);
            let seen = CaseSeen {
                kind: &case.kind,
                grade: case.grade,
                open: over_at.is_none(),
                late: false,
                in_hour: at.0.saturating_sub(case.known_at.0) < HOUR_MILLIS,
                today: case.known_at >= midnight,
                over_today: over_at.is_some_and(|over| over >= midnight),
            };
            census.case(&case.chain, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * HOUR_MILLIS;
    /// A midnight of a city in UTC.
    const MIDNIGHT: Moment = Moment(19_000 * DAY);

    fn hour(hours: i64) -> Moment {
        MIDNIGHT.plus_millis(hours * HOUR_MILLIS)
    }

    /// In the city alone: known at an hour of the day, over at another.
    fn case(kind: &str, known: i64, over: Option<i64>) -> Case {
        let (known_at, over_at) = (hour(known), over.map(hour));
        Case { chain: vec![0], kind: kind.to_owned(), grade: Grade::IV, known_at, over_at }
    }

    fn told(then: &Then, text: &str, at: Moment) -> Option<f64> {
        let formula = Formula::read(text).expect("a formula");
        let mut census = Census::new(1);
        then.count(&mut census, at, 0);
        then.knows(&formula, at, 0).then(|| formula.reckon(&census, 0).value.expect("counted"))
    }

    #[test]
    fn cases_are_counted_as_they_were_at_an_hour() {
        // Read at eight in the evening; the day before at nine in the evening the first of those held became known.
        let cases = vec![case("203", -3, Some(2)), case("203", 1, None), case("105", 6, Some(9)), case("203", 9, None)];
        let then = Then::new(cases, hour(20));
        let open = [-3, 0, 1, 2, 6, 8, 9, 20].map(|at| told(&then, "open_cases(\"\")", hour(at)));
        assert_eq!(open, [1.0, 1.0, 2.0, 1.0, 2.0, 2.0, 2.0, 2.0].map(Some));
        assert_eq!(told(&then, "open_cases(\"203\")", hour(6)), Some(1.0));
        let hourly = [1, 2, 6, 7, 9].map(|at| told(&then, "cases_hour(\"\")", hour(at)));
        assert_eq!(hourly, [1.0, 0.0, 1.0, 0.0, 1.0].map(Some));
        assert_eq!(told(&then, "cases_today(\"\") + 10 * closed_today(\"\")", hour(9)), Some(23.0));
    }

    #[test]
    fn what_nobody_can_tell_of_then_has_no_number() {
        let then = Then::new(vec![case("203", -3, None)], hour(20));
        assert_eq!(told(&then, "open_cases(\"\")", hour(-4)), None, "before the first case");
        assert_eq!(told(&then, "cases_hour(\"\")", hour(-3)), None, "nobody knows the hour before it");
        assert_eq!(
            (told(&then, "cases_hour(\"\")", hour(-2)), told(&then, "cases_today(\"\")", hour(-1))),
            (Some(0.0), None)
        );
        // A case from long ago: what left the hall since then is not known.
        let then = Then::new(vec![case("203", -300, None)], hour(20));
        assert_eq!(
            (told(&then, "open_cases(\"\")", hour(-5)), told(&then, "open_cases(\"\")", hour(-4))),
            (None, Some(1.0))
        );
        assert_eq!(told(&Then::new(Vec::new(), hour(20)), "open_cases(\"\")", hour(20)), None);
        let may = |text: &str| Formula::read(text).expect("a formula").asks().iter().all(|(_, ask)| can_be_told(ask));
        assert!(may("open_cases(\"\") / (1 + cases_today(\"\"))") && may("mean(\"pm25\")"));
        for never in ["late_cases(\"\")", "major_cases(\"\")", "figure(\"closed\")", "alarms()", "crews()"] {
            assert!(!may(never), "{never}");
        }
    }
}
