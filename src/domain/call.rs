//! A call as an officer takes it down (受理登记), and who called.
//!
//! Invariants:
//! 1. No fact has a caller's own data: [`What::CallerKept`] has it masked. The hub keeps the whole apart from the log,
//!    where it can be erased.
//! 2. The same call twice changes nothing, as with a report.
//! 3. Whoever sees the whole has said why, which is a fact ([`What::CallerShown`]).

use serde::{Deserialize, Serialize};

use super::order::{check_text, unusable};
use super::rights::Area;
use super::{CaseMove, Hall, IncidentId, Moment, Order, Refusal, Report, Stage, What};

/// The source of what officers of the hall take down.
pub const SOURCE: &str = "intake";
/// Longest name or number of a caller, bytes.
const CALLER_MAX: usize = 200;
/// What a hidden character is shown as.
const HIDDEN: char = '*';

/// Who called.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Caller {
    /// The name; may be empty.
    pub name: String,
    /// Where to call back; may be empty.
    pub phone: String,
    /// An answer was promised (要求回复).
    pub answer: bool,
}

/// Nothing of it goes into a log by accident.
impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let masked = self.masked();
        f.debug_tuple("Caller").field(&masked.name).field(&masked.phone).field(&masked.answer).finish()
    }
}

impl Caller {
    /// The same person, not to be recognised: of a name its first character, of a number its first three and last four.
    #[must_use]
    pub fn masked(&self) -> Self {
        let name = self.name.trim();
        let name = name.chars().take(1).chain(name.chars().skip(1).take(2).map(|_| HIDDEN)).collect();
        let phone: Vec<char> = self.phone.trim().chars().collect();
        let (head, tail) = if phone.len() >= 11 { (3, 4) } else { (0, phone.len().min(5) / 2) };
        let shown = |at: usize| at < head || at + tail >= phone.len();
        let phone = phone.iter().enumerate().map(|(at, c)| if shown(at) { *c } else { HIDDEN }).collect();
        Self { name, phone, answer: self.answer }
    }

    fn check(&self) -> Result<(), Refusal> {
        check_text("name", &self.name, CALLER_MAX)?;
        check_text("phone", &self.phone, CALLER_MAX)?;
        let odd = self.phone.chars().any(|c| !(c.is_ascii_digit() || "+-() *#".contains(c)));
        if odd { Err(unusable("phone", "has characters that are in no telephone number")) } else { Ok(()) }
    }
}

/// What was taken down, and what the officer decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What happened where.
    pub report: Report,
    /// Who said so.
    pub caller: Option<Caller>,
    /// It is filed at once (受理并立案), and not only reported.
    pub file: bool,
    /// The open case that it is another voice of.
    pub same_as: Option<IncidentId>,
    /// Where it lies among the areas, where whoever took it down knows.
    pub area: Option<Area>,
}

impl Call {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.report.check()?;
        self.caller.as_ref().map_or(Ok(()), Caller::check)
    }
}

impl Order {
    /// What is reported, where something is.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::TakeReport(report) => Some(report),
            Self::TakeCall(call) => Some(&call.report),
            _ => None,
        }
    }
}

impl Hall {
    /// What a call makes known.
    ///
    /// # Errors
    /// The case that it is to be joined with is not there or closed.
    pub(super) fn take_call(&self, call: Call, now: Moment) -> Result<Vec<What>, Refusal> {
        if self.by_source(&call.report.source, &call.report.source_id).is_some() {
            return Ok(Vec::new());
        }
        if let Some(into) = call.same_as {
            self.open_incident(into)?;
        }
        let mut whats = self.take_report(call.report, now);
        let incident = self.next_incident();
        if let Some(caller) = call.caller.filter(|caller| *caller != Caller::default()) {
            whats.push(What::CallerKept { incident, caller: caller.masked() });
        }
        let advanced = |stage| What::IncidentAdvanced { incident, stage };
        match call.same_as {
            Some(into) => {
                let step = CaseMove::Merge { into };
                whats.push(What::IncidentMoved { incident, step, stage: Stage::Closed });
            }
            None if call.file => whats.extend([Stage::Accepted, Stage::Filed].map(advanced)),
            None => {}
        }
        Ok(whats)
    }

    /// What is known once somebody was shown a caller.
    ///
    /// # Errors
    /// There is no such incident, no caller, or no reason.
    pub(super) fn show_caller(&self, incident: IncidentId, reason: String) -> Result<Vec<What>, Refusal> {
        self.incident(incident).ok_or(Refusal::UnknownIncident(incident))?;
        if self.dossier(incident).caller.is_none() {
            return Err(Refusal::NoCaller(incident));
        }
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        Ok(vec![What::CallerShown { incident, reason }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, Grade, Moment, Outcome, Place, Progress};

    fn call(source_id: &str, same_as: Option<IncidentId>) -> Order {
        let report = Report {
            source: SOURCE.to_owned(),
            source_id: source_id.to_owned(),
            kind: "20101".to_owned(),
            grade: Grade::IV,
            place: Place::default(),
            text: "渣土堆在路边".to_owned(),
            happened_at: Moment(1),
            progress: Progress::Open,
            answers: [].into(),
        };
        let caller = Caller { name: "欧阳小明".to_owned(), phone: "13812345678".to_owned(), answer: true };
        Order::TakeCall(Box::new(Call { report, caller: Some(caller), file: true, same_as, area: None }))
    }

    fn give(hall: &mut Hall, order: Order) -> Result<usize, Refusal> {
        let facts = hall.decide(order, &Actor::Person("甲".to_owned()), Moment(5))?;
        let many = facts.len();
        for fact in facts {
            assert!(!format!("{fact:?}").contains("12345678"), "no fact has the caller's number");
            assert!(hall.apply(&fact));
        }
        Ok(many)
    }

    #[test]
    fn masks_leave_what_tells_two_callers_apart_and_no_more() {
        let masked = |name: &str, phone: &str| {
            let caller = Caller { name: name.to_owned(), phone: phone.to_owned(), answer: false }.masked();
            (caller.name, caller.phone)
        };
        let pair = |name: &str, phone: &str| (name.to_owned(), phone.to_owned());
        assert_eq!(masked("张三", "13812345678"), pair("张*", "138****5678"));
        assert_eq!(masked("欧阳小明", "025-83612345"), pair("欧**", "025*****2345"));
        assert_eq!(masked("", "12345"), pair("", "***45"));
        assert_eq!(masked("X", "110"), pair("X", "**0"));
    }

    #[test]
    fn a_call_is_filed_at_once_and_applies_once() {
        let mut hall = Hall::default();
        assert_eq!(give(&mut hall, call("a", None)), Ok(4));
        let case = hall.by_source(SOURCE, "a").unwrap();
        assert_eq!(case.stage, Stage::Filed);
        let caller = hall.dossier(case.id).caller.clone().unwrap();
        assert_eq!((caller.phone.as_str(), caller.answer), ("138****5678", true));
        assert_eq!(give(&mut hall, call("a", None)), Ok(0), "sent again after a lost link");
        assert_eq!(hall.incidents().len(), 1);
    }

    #[test]
    fn another_voice_of_a_case_is_joined_with_it_and_keeps_its_caller() {
        let mut hall = Hall::default();
        give(&mut hall, call("a", None)).unwrap();
        let first = hall.by_source(SOURCE, "a").unwrap().id;
        give(&mut hall, call("b", Some(first))).unwrap();
        let second = hall.by_source(SOURCE, "b").unwrap().id;
        assert_eq!(hall.closing(second).unwrap().outcome, Outcome::Merged(first));
        assert!(hall.dossier(first).voices.contains(&second));
        assert!(hall.dossier(second).caller.is_some());
        assert_eq!(give(&mut hall, call("c", Some(second))), Err(Refusal::AlreadyClosed(second)));
        assert_eq!(give(&mut hall, call("c", Some(IncidentId(9)))), Err(Refusal::UnknownIncident(IncidentId(9))));
        assert_eq!(hall.incidents().len(), 2, "what is refused makes nothing");
    }

    #[test]
    fn whoever_is_shown_a_caller_says_why() {
        let mut hall = Hall::default();
        give(&mut hall, call("a", None)).unwrap();
        let show =
            |incident, reason: &str| Order::ShowCaller { incident: IncidentId(incident), reason: reason.to_owned() };
        assert_eq!(give(&mut hall, show(1, " ")), Err(Refusal::ReasonMissing));
        assert_eq!(give(&mut hall, show(2, "回访")), Err(Refusal::UnknownIncident(IncidentId(2))));
        assert_eq!(give(&mut hall, show(1, "回访")), Ok(1));
        let Order::TakeCall(mut plain) = call("b", None) else { unreachable!() };
        plain.caller = None;
        give(&mut hall, Order::TakeCall(plain)).unwrap();
        assert_eq!(give(&mut hall, show(2, "回访")), Err(Refusal::NoCaller(IncidentId(2))));
    }

    #[test]
    fn a_number_that_is_none_is_refused_with_its_field() {
        let Order::TakeCall(mut odd) = call("a", None) else { unreachable!() };
        odd.caller = Some(Caller { phone: "电话138".to_owned(), ..Caller::default() });
        let refused = Hall::default().decide(Order::TakeCall(odd), &Actor::Person("甲".to_owned()), Moment(5));
        assert!(matches!(refused, Err(Refusal::Unusable { field, .. }) if field == "phone"));
    }
}
