//! What was taken down so far.

use serde::{Deserialize, Serialize};

use crate::config::Kind;
use crate::config::forms::Field;
use crate::domain::call::SOURCE;
use crate::domain::casualty::{self, Casualty};
use crate::domain::rights::Area;
use crate::domain::{Answers, Call, Caller, Grade, IncidentId, LonLat, Moment, Order, Place, Progress, Report};

/// A call that is being taken down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Its identity: the same order given twice applies once.
    pub id: String,
    /// When it began.
    pub began: Moment,
    /// What the caller says.
    pub text: String,
    /// The address in words.
    pub address: String,
    /// Where that is.
    pub at: Option<LonLat>,
    /// The kind that was chosen; else the first proposal.
    pub kind: Option<String>,
    /// The grade that was chosen; else that of the kind, raised by casualties.
    pub grade: Option<Grade>,
    /// Who calls.
    pub name: String,
    /// Their number.
    pub phone: String,
    /// They want an answer.
    pub answer: bool,
    /// It is the same as this open case.
    pub same_as: Option<IncidentId>,
    /// What was answered of the form of its kind, and of those that it was of before.
    pub answers: Answers,
}

impl Default for Draft {
    fn default() -> Self {
        Self::new(Moment(0))
    }
}

impl Draft {
    /// An empty one.
    #[must_use]
    pub fn new(began: Moment) -> Self {
        use std::hash::{BuildHasher, RandomState};
        // Two desks that begin at the same moment have two calls.
        let id = format!("{:x}-{:016x}", began.0, RandomState::new().hash_one(std::process::id()));
        Self {
            id,
            began,
            text: String::new(),
            address: String::new(),
            at: None,
            kind: None,
            grade: None,
            name: String::new(),
            phone: String::new(),
            answer: false,
            same_as: None,
            answers: Answers::new(),
        }
    }

    /// Whether nothing was taken down yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let empty = Self { id: self.id.clone(), ..Self::new(self.began) };
        *self == empty
    }

    /// Dead, missing, trapped and injured: as they were answered, else as the text has them.
    #[must_use]
    pub fn casualties(&self) -> Vec<Casualty> {
        casualty::known(&self.answers, &self.text)
    }

    /// The grade that was chosen, else that of the kind, or of its casualties where these make it graver.
    #[must_use]
    pub fn grade(&self, of_kind: Grade, casualties: &[Casualty]) -> Grade {
        let raised = || casualty::grade(casualties).map_or(of_kind, |(grade, ..)| grade.min(of_kind));
        self.grade.unwrap_or_else(raised)
    }

    /// What was answered, and the numbers of casualties in the fields that nobody answered or emptied.
    #[must_use]
    pub fn with_proposed(&self, form: &[Field], casualties: &[Casualty]) -> Answers {
        let mut answers = self.answers.clone();
        for one in casualties {
            let field = form.iter().find(|field| field.code == one.harm.field());
            let Some(field) = field.filter(|field| self.answers.get(&field.code).is_none()) else { continue };
            if let Ok(answer) = field.read(&one.count.people.to_string()) {
                answers.set(&field.code, &answer);
            }
        }
        answers
    }

    /// What was answered of a form, or is proposed; nothing of what belongs to other kinds.
    #[must_use]
    pub fn answered(&self, form: &[Field]) -> Answers {
        let all = self.with_proposed(form, &self.casualties());
        let mut answers = Answers::new();
        for field in form {
            if let Some(answer) = all.get(&field.code).filter(|answer| !answer.trim().is_empty()) {
                answers.set(&field.code, answer.trim());
            }
        }
        answers
    }

    /// The order that makes it a case of a kind, in an area; `file` it at once or only register it.
    #[must_use]
    pub fn order(&self, kind: &Kind, area: Option<Area>, file: bool) -> Order {
        let report = Report {
            source: SOURCE.to_owned(),
            source_id: self.id.clone(),
            kind: kind.code.clone(),
            grade: self.grade(kind.grade, &self.casualties()),
            place: Place { at: self.at, address: self.address.trim().to_owned() },
            text: self.text.trim().to_owned(),
            happened_at: self.began,
            progress: Progress::Open,
            answers: self.answered(&kind.form),
        };
        let caller =
            Caller { name: self.name.trim().to_owned(), phone: self.phone.trim().to_owned(), answer: self.answer };
        let caller = Some(caller).filter(|caller| *caller != Caller::default());
        Order::TakeCall(Box::new(Call { report, caller, file, same_as: self.same_as, area }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_draft_is_empty_and_no_two_are_one_call() {
        let mut draft = Draft::new(Moment(7));
        assert!(draft.is_empty());
        draft.text = "三楼着火".to_owned();
        assert!(!draft.is_empty());
        assert_ne!(Draft::new(Moment(7)).id, draft.id);
    }
}
