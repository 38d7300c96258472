//! What the sim does, and how it becomes orders and facts.

use super::{ACTOR, Picture};
use crate::domain::{
    Actor, AlarmId, AlarmStep, Assignment, Call, Caller, CaseMove, Channel, CrewId, DutyStep, Fact, Grade, Hall,
    IncidentId, Moment, Order, Party, Report, Stage, TaskStep, Telling, Weather,
};

/// An incident as its source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The source.
    pub source: String,
    /// Its identity there.
    pub source_id: String,
}

/// Something the sim does.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing {
    /// Something happened, or more is said of it.
    Report(Report),
    /// Somebody calls who is promised an answer.
    Call(Report, Caller),
    /// One of the hall's people tells callers what they were promised.
    Tell(String, IncidentId, Telling, Channel),
    /// The same, where the number that the hall gave the incident was not heard yet.
    TellOf(String, Key, Telling, Channel),
    /// An incident moves forward.
    Advance(Key, Stage),
    /// An incident gets another grade, for a reason.
    Regrade(Key, Grade, String),
    /// An incident is over; the reason may be empty.
    Close(Key, String),
    /// The weather is another.
    Weather(Weather),
    /// Parties get tasks of an incident.
    Give(Key, Vec<Assignment>),
    /// A party's task of an incident moves.
    Step(Key, Party, TaskStep),
    /// Somebody makes a side move of an incident.
    Move(Key, Actor, CaseMove),
    /// A crew writes a note of an incident.
    Note(Key, CrewId, String),
    /// A crew attaches a picture to an incident, under this name.
    Picture(Key, CrewId, String, Picture),
    /// One of the hall's people takes note of an alarm.
    Acknowledge(String, AlarmId),
    /// A crew answers the roll.
    Here(CrewId),
    /// One of the hall's people answers the roll.
    Present(String),
    /// One of the hall's people does something about duty, in their own name.
    Duty(String, Box<DutyStep>),
}

/// What it does, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// When.
    pub at: Moment,
    /// What.
    pub what: Doing,
}

impl Doing {
    /// The incident that it is about.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        match self {
            Self::Report(report) | Self::Call(report, _) => {
                Some(Key { source: report.source.clone(), source_id: report.source_id.clone() })
            }
            Self::Advance(key, _)
            | Self::Regrade(key, ..)
            | Self::Close(key, _)
            | Self::Give(key, _)
            | Self::TellOf(_, key, ..)
            | Self::Picture(key, ..)
            | Self::Step(key, ..)
            | Self::Move(key, ..)
            | Self::Note(key, ..) => Some(key.clone()),
            Self::Weather(_)
            | Self::Here(_)
            | Self::Present(_)
            | Self::Duty(..)
            | Self::Tell(..)
            | Self::Acknowledge(..) => None,
        }
    }

    /// What is told of something that comes up, or of which more is said.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Report(report) | Self::Call(report, _) => Some(report),
            _ => None,
        }
    }

    /// In whose name it is done.
    #[must_use]
    pub fn by(&self) -> Actor {
        match self {
            Self::Duty(who, _)
            | Self::Tell(who, ..)
            | Self::TellOf(who, ..)
            | Self::Acknowledge(who, _)
            | Self::Present(who) => Actor::Person(who.clone()),
            Self::Move(_, by, _) => by.clone(),
            Self::Note(_, crew, _) | Self::Picture(_, crew, ..) => Actor::of_crew(*crew),
            _ => Actor::Source(ACTOR.to_owned()),
        }
    }

    /// The order that carries it out; `None` where `id_of` does not know the incident. A hub keeps a picture before it takes
    /// the order that names it.
    pub fn order(self, id_of: impl Fn(&Key) -> Option<IncidentId>) -> Option<Order> {
        Some(match self {
            Self::Report(report) => Order::TakeReport(report),
            Self::Call(report, caller) => {
                Order::TakeCall(Box::new(Call { report, caller: Some(caller), file: false, same_as: None, area: None }))
            }
            Self::Tell(_, incident, what, by) => tell(incident, what, by),
            Self::TellOf(_, key, what, by) => tell(id_of(&key)?, what, by),
            Self::Advance(key, stage) => Order::AdvanceIncident { incident: id_of(&key)?, stage },
            Self::Regrade(key, grade, reason) => Order::RegradeIncident { incident: id_of(&key)?, grade, reason },
            Self::Close(key, reason) => Order::CloseIncident { incident: id_of(&key)?, reason },
            Self::Weather(weather) => Order::TellWeather { weather },
            Self::Duty(_, step) => Order::MoveDuty(step),
            Self::Acknowledge(_, alarm) => {
                Order::MoveAlarm(Box::new(AlarmStep::Acknowledge { alarm, comment: String::new() }))
            }
            Self::Here(crew) => Order::AnswerRoll { crew: Some(crew), words: String::new() },
            Self::Present(_) => Order::AnswerRoll { crew: None, words: String::new() },
            Self::Give(key, to) => Order::GiveTasks { incident: id_of(&key)?, to, words: String::new() },
            Self::Note(key, _, words) => Order::AddNote { incident: id_of(&key)?, words },
            Self::Picture(key, _, name, picture) => {
                Order::AttachFile { incident: id_of(&key)?, file: picture.file(name)?.0 }
            }
            Self::Move(key, _, step) => Order::MoveIncident { incident: id_of(&key)?, step },
            Self::Step(key, party, step) => Order::MoveTask { incident: id_of(&key)?, party, step },
        })
    }
}

fn tell(incident: IncidentId, what: Telling, by: Channel) -> Order {
    Order::MoveIncident { incident, step: CaseMove::Tell { what, by, words: String::new() } }
}

impl Act {
    /// Carry it out in a hall that no hub keeps, for pictures and tests: the facts that it made.
    pub fn apply(self, hall: &mut Hall) -> Vec<Fact> {
        let (at, by) = (self.at, self.what.by());
        let known = |hall: &Hall, key: &Key| hall.by_source(&key.source, &key.source_id).map(|incident| incident.id);
        let Some(order) = self.what.order(|key| known(hall, key)) else { return Vec::new() };
        // A refusal leaves the day as it is.
        let facts = hall.decide(order, &by, at).unwrap_or_default();
        for fact in &facts {
            hall.apply(fact);
        }
        facts
    }
}
