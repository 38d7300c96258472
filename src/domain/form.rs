//! What a case is asked beside its place and text (登记表单): answers by field, as `injured = 2`. Which fields a kind has and what
//! they take stands in the catalogue; the fold keeps what was said.
//!
//! 1. An answer stands for the one before it; an empty one takes it back.
//! 2. Only what is another answer than before becomes a fact.
//! 3. Answers change while their case is open, and stay with it as they were when it was closed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::order::{check_text, unusable};
use super::{Hall, IncidentId, Refusal, What};

/// Most answers of a case.
pub const ANSWERS_MAX: usize = 40;
/// Longest code of a field, in bytes.
pub const FIELD_CODE_MAX: usize = 40;
/// Longest answer, in bytes.
pub const ANSWER_MAX: usize = 500;

/// Answers by the code of their field; none of them empty once it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<String, String>);

impl Answers {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The answer of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// Fields with their answers, in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, answer)| (field.as_str(), answer.as_str()))
    }

    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Write an answer down, empty ones too: those take back what was said before.
    pub fn set(&mut self, field: &str, answer: &str) {
        self.0.insert(field.to_owned(), answer.to_owned());
    }

    /// What of `said` is another answer than these.
    #[must_use]
    pub fn changed_by(&self, said: &Self) -> Self {
        let other = |field: &str, answer: &str| self.get(field).unwrap_or_default() != answer;
        Self(
            said.0.iter().filter(|(field, answer)| other(field, answer)).map(|(f, a)| (f.clone(), a.clone())).collect(),
        )
    }

    /// These for the fields of `said`: what takes it back.
    #[must_use]
    pub fn before(&self, said: &Self) -> Self {
        let before = |field: &String| (field.clone(), self.get(field).unwrap_or_default().to_owned());
        Self(self.changed_by(said).0.keys().map(before).collect())
    }

    /// Take them in.
    pub fn take(&mut self, said: &Self) {
        for (field, answer) in &said.0 {
            if answer.is_empty() {
                self.0.remove(field);
            } else if self.0.len() < ANSWERS_MAX || self.0.contains_key(field) {
                self.0.insert(field.clone(), answer.clone());
            }
        }
    }

    /// Can they be kept?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.0.len() > ANSWERS_MAX {
            return Err(unusable("form", &format!("has at most {ANSWERS_MAX} answers")));
        }
        self.0.iter().try_for_each(|(field, answer)| {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !(1..=FIELD_CODE_MAX).contains(&field.len()) || !field.chars().all(plain) {
                return Err(unusable("form", "names fields by small letters, digits and _"));
            }
            check_text(&format!("form.{field}"), answer, ANSWER_MAX)
        })
    }
}

impl From<&Answers> for BTreeMap<String, String> {
    fn from(answers: &Answers) -> Self {
        answers.0.clone()
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Answers {
    fn from(answers: [(&str, &str); N]) -> Self {
        Self(answers.into_iter().map(|(field, answer)| (field.to_owned(), answer.to_owned())).collect())
    }
}

impl Hall {
    /// What is known once a case has these answers.
    ///
    /// # Errors
    /// The case is not there or closed.
    pub(super) fn decide_answers(&self, incident: IncidentId, said: &Answers) -> Result<Vec<What>, Refusal> {
        self.open_incident(incident)?;
        let answers = self.dossier(incident).answers.changed_by(said);
        Ok(if answers.is_empty() { vec![] } else { vec![What::FormAnswered { incident, answers }] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, CaseMove, Grade, Moment, Order, Place, Progress, Report};

    const CASE: IncidentId = IncidentId(1);

    fn report(answers: Answers) -> Order {
        Order::TakeReport(Report {
            source: "12345".to_owned(),
            source_id: "a".to_owned(),
            kind: "30201".to_owned(),
            grade: Grade::II,
            place: Place::default(),
            text: "三楼着火".to_owned(),
            happened_at: Moment(0),
            progress: Progress::Open,
            answers,
        })
    }

    fn give(hall: &mut Hall, order: Order) -> Result<usize, Refusal> {
        let facts = hall.decide(order, &Actor::Person("chen".to_owned()), Moment(1))?;
        for fact in &facts {
            assert!(hall.apply(fact));
        }
        Ok(facts.len())
    }

    #[test]
    fn answers_come_with_a_report_and_only_what_changes_becomes_a_fact() {
        let mut hall = Hall::default();
        let first: Answers = [("injured", "2"), ("trapped", "0")].into();
        assert_eq!(give(&mut hall, report(first.clone())), Ok(2));
        assert_eq!(give(&mut hall, report(first.clone())), Ok(0), "it says nothing new");
        assert_eq!(give(&mut hall, report([("injured", "3")].into())), Ok(1));
        let said: Answers = [("injured", "3"), ("trapped", ""), ("floor", "11")].into();
        let order = Order::AnswerForm { incident: CASE, answers: said.clone() };
        let undo = hall.undoing(&order, "slip");
        assert_eq!(give(&mut hall, order), Ok(1));
        let now = &hall.dossier(CASE).answers;
        assert_eq!((now.get("injured"), now.get("trapped"), now.get("floor")), (Some("3"), None, Some("11")));
        let back = Order::AnswerForm { incident: CASE, answers: [("trapped", "0"), ("floor", "")].into() };
        assert_eq!(undo, std::slice::from_ref(&back));
        assert_eq!(give(&mut hall, back), Ok(1));
        assert_eq!(hall.dossier(CASE).answers, [("injured", "3"), ("trapped", "0")].into());
    }

    #[test]
    fn a_closed_case_keeps_its_answers_and_an_opened_one_takes_new_ones() {
        let mut hall = Hall::default();
        give(&mut hall, report([("injured", "2")].into())).unwrap();
        give(&mut hall, Order::CloseIncident { incident: CASE, reason: "已排除".to_owned() }).unwrap();
        let order = || Order::AnswerForm { incident: CASE, answers: [("injured", "9")].into() };
        assert_eq!(give(&mut hall, order()), Err(Refusal::AlreadyClosed(CASE)));
        assert_eq!(give(&mut hall, report([("injured", "9")].into())), Ok(0));
        assert_eq!(hall.dossier(CASE).answers.get("injured"), Some("2"));
        let reopen = CaseMove::Reopen { reason: "again".to_owned() };
        give(&mut hall, Order::MoveIncident { incident: CASE, step: reopen }).unwrap();
        assert_eq!(give(&mut hall, order()), Ok(1));
    }

    #[test]
    fn what_cannot_be_kept_is_refused_with_its_field() {
        let fault = |answers: Answers| match answers.check() {
            Err(Refusal::Unusable { field, .. }) => field,
            other => format!("{other:?}"),
        };
        assert_eq!(fault([("in jured", "1")].into()), "form");
        assert_eq!(fault([("", "1")].into()), "form");
        assert_eq!(fault([("floor", "x".repeat(ANSWER_MAX + 1).as_str())].into()), "form.floor");
        let mut many = Answers::default();
        (0..=ANSWERS_MAX).for_each(|n| many.set(&format!("f{n}"), "1"));
        assert_eq!(fault(many), "form");
        assert_eq!(Answers::from([("floor", "11")]).check(), Ok(()));
    }
}
