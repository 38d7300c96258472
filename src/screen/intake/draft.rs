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
    /// The address as a proposal or a click last wrote it; empty where the words are the officer's own.
    pub written: String,
    /// Somebody pointed at the very place, on the map or by coordinates: words tell no better.
    pub pointed: bool,
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
            written: String::new(),
            pointed: false,
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

    /// The address was typed. A place stays where it was pointed at, and where the words go on with those that were taken
    /// for it, as with a storey after a house number; other words are of another place, and so is an emptied field.
    pub fn type_address(&mut self, address: String) {
        let goes_on = !self.written.is_empty() && address.starts_with(&self.written);
        if address.trim().is_empty() || !(self.pointed || goes_on) {
            (self.at, self.pointed) = (None, false);
            self.written.clear();
        }
        self.address = address;
    }

    /// A proposed place is taken with its address.
    pub fn take_place(&mut self, address: String, at: LonLat, pointed: bool) {
        self.written.clone_from(&address);
        (self.address, self.at, self.pointed) = (address, Some(at), pointed);
    }

    /// Somebody pointed at a place on the map, which has this address: words that the officer typed stay.
    pub fn point_at(&mut self, at: LonLat, address: String) {
        (self.at, self.pointed) = (Some(at), true);
        if self.address.trim().is_empty() || self.address == self.written {
            self.written.clone_from(&address);
            self.address = address;
        }
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

    const HERE: LonLat = LonLat { lon: 118.5, lat: 32.1 };
    const THERE: LonLat = LonLat { lon: 118.6, lat: 32.2 };

    /// With one letter after the other behind what stands there.
    fn append(draft: &mut Draft, words: &str) {
        for letter in words.chars() {
            draft.type_address(format!("{}{letter}", draft.address));
        }
    }

    #[test]
    fn a_place_that_was_taken_stays_while_its_address_gets_a_detail() {
        let mut draft = Draft::new(Moment(7));
        draft.take_place("长江路88号".to_owned(), HERE, false);
        append(&mut draft, "三楼");
        assert_eq!((draft.address.as_str(), draft.at), ("长江路88号三楼", Some(HERE)));
        draft.type_address("长江路88号".to_owned());
        assert_eq!(draft.at, Some(HERE), "the detail goes again, the place is the same");
        draft.type_address("长江路88".to_owned());
        assert_eq!(draft.at, None, "another house");
        append(&mut draft, "号");
        assert_eq!(draft.at, None, "and typing it does not bring back what was taken");
    }

    #[test]
    fn a_point_and_words_are_both_kept_whichever_comes_first() {
        let mut words_first = Draft::new(Moment(7));
        append(&mut words_first, "江边三号亭");
        words_first.point_at(HERE, "滨江路".to_owned());
        assert_eq!((words_first.address.as_str(), words_first.at), ("江边三号亭", Some(HERE)));
        append(&mut words_first, "旁");
        assert_eq!(words_first.at, Some(HERE));

        let mut point_first = Draft::new(Moment(7));
        point_first.point_at(HERE, "滨江路".to_owned());
        assert_eq!(point_first.address, "滨江路", "an empty field gets the address of the point");
        point_first.point_at(THERE, "长江路".to_owned());
        assert_eq!((point_first.address.as_str(), point_first.at), ("长江路", Some(THERE)), "nobody typed that");
        point_first.type_address("江边三号亭".to_owned());
        assert_eq!(point_first.at, Some(THERE), "other words for the same point");
        point_first.point_at(HERE, "滨江路".to_owned());
        assert_eq!((point_first.address.as_str(), point_first.at), ("江边三号亭", Some(HERE)));
        point_first.type_address(String::new());
        assert_eq!(point_first.at, None, "an emptied field begins anew");
    }
}
