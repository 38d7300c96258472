//! Measure how often the hall proposes the right kind for a text: `hall bench propose`.

use std::sync::Arc;

use serde::Serialize;

use super::sim::{Sim, SimError, SimOptions};
use crate::config::{Catalogue, Likely};
use crate::domain::{Hall, Moment};
use crate::ground::City;

/// Texts with the kind that each is of, in the order of their time.
pub type Told = Vec<(String, String)>;

/// How many proposals an officer looks at.
const LOOKED_AT: usize = 3;
/// A Monday in June, at midnight.
const START: Moment = Moment(1_780_876_800_000);
const MINUTE_MILLIS: i64 = 60_000;

/// How good proposals are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// Texts asked about.
    pub texts: usize,
    /// Share of them of which the first proposal is right.
    pub first: f64,
    /// … of which one of the first three is.
    pub first_three: f64,
}

/// Accuracy on one stream of texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposeReport {
    /// Always `propose`.
    pub bench: &'static str,
    /// Where the texts are from.
    pub of: String,
    /// By the words of the catalogue alone, over all texts.
    pub by_words: Accuracy,
    /// The second half of the texts once the first half was decided.
    pub once_decided: Accuracy,
}

/// Ask about all texts, then learn from the first half and ask about the second.
#[must_use]
pub fn measure(of: String, catalogue: &Catalogue, told: &Told) -> ProposeReport {
    let mut likely = Likely::new(catalogue);
    let by_words = accuracy(&likely, told);
    let (first, second) = told.split_at(told.len() / 2);
    for (text, kind) in first {
        likely.learn(text, kind);
    }
    ProposeReport { bench: "propose", of, by_words, once_decided: accuracy(&likely, second) }
}

fn accuracy(likely: &Likely, told: &[(String, String)]) -> Accuracy {
    let (mut first, mut first_three) = (0_usize, 0_usize);
    for (text, kind) in told {
        let found = likely.kinds(text, LOOKED_AT);
        first += usize::from(found.first().is_some_and(|one| one.code == *kind));
        first_three += usize::from(found.iter().any(|one| one.code == *kind));
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousand texts")]
    let share = |of: usize| if told.is_empty() { 0.0 } else { of as f64 / told.len() as f64 };
    Accuracy { texts: told.len(), first: share(first), first_three: share(first_three) }
}

/// What is reported in a city in some hours of a simulated day.
///
/// # Errors
/// [`SimError`].
pub fn simulated(city: Arc<City>, catalogue: &Catalogue, hours: u32) -> Result<Told, SimError> {
    let options = SimOptions { lead_millis: Some(0), ..SimOptions::default() };
    let mut sim = Sim::new(options, catalogue, city, START)?;
    let (mut hall, mut told) = (Hall::default(), Told::new());
    for minute in 0..i64::from(hours) * 60 {
        let now = START.plus_millis(minute * MINUTE_MILLIS);
        for act in sim.step(now) {
            for fact in &act.apply(&mut hall) {
                sim.heard(fact);
                if let crate::domain::What::IncidentReported(incident) = &fact.what {
                    told.push((incident.text.clone(), incident.kind.clone()));
                }
            }
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_makes_proposals_better_and_none_are_made_up() {
        let catalogue = Catalogue::load(None).unwrap();
        let told: Told = (0..200)
            .map(|at| match at % 2 {
                0 => ("闻到煤气味".to_owned(), "20403".to_owned()),
                _ => ("蓝色大铁罐挡着门".to_owned(), "10113".to_owned()),
            })
            .collect();
        let report = measure("made up".to_owned(), &catalogue, &told);
        assert!((report.by_words.first - 0.5).abs() < 1e-9, "{report:?}");
        assert!(report.once_decided.first > 0.99, "{report:?}");
        assert!(measure(String::new(), &catalogue, &Told::new()).by_words.texts == 0);
    }
}
