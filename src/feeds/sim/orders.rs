//! Tasks in the street: how crews and departments answer what they are sent to, and what the hall asks of them itself.

#![expect(clippy::cast_possible_truncation, reason = "seconds of a day in milliseconds")]

use super::queue::{Event, Step};
use super::random::Random;
use super::{Doing, Sim};
use crate::domain::{
    Assignment, CrewId, CrewStatus, IncidentId, Moment, MoveKind, Part, Party, Stage, TaskState, TaskStep,
};

const STREAM_RECEIPT: u64 = 51;
/// One of so many orders lies unread for a while.
const OVERHEARD: usize = 25;
/// Seconds that such an order lies.
const LIES_SECS: (f64, f64) = (150.0, 420.0);
/// Seconds until a department has read an order, and until it has said what it will do.
const DESK_SECS: [(f64, f64); 2] = [(10.0, 60.0), (60.0, 180.0)];
/// Minutes until what came back is sent to somebody else.
pub(super) const SENT_AGAIN: f64 = 10.0;

/// The party that a crew is, by its number in the fleet.
pub(super) fn party(crew: usize) -> Party {
    Party::Crew(CrewId(u32::try_from(crew + 1).unwrap_or(u32::MAX)))
}

fn millis(secs: f64) -> i64 {
    (secs * 1000.0) as i64
}

fn reach(state: TaskState) -> TaskStep {
    TaskStep::Reach { state, words: String::new() }
}

impl Sim {
    /// The sim's own staff send these crews: the first leads where nobody does.
    pub(super) fn give(&mut self, number: u64, crews: &[usize]) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        let mut to = Vec::with_capacity(crews.len());
        for crew in crews {
            let part = if case.lead.is_none() { Part::Lead } else { Part::Assist };
            if part == Part::Lead {
                case.lead = Some(party(*crew));
            }
            to.push(Assignment { to: party(*crew), part });
        }
        let key = case.key.clone();
        self.tell(Doing::Give(key, to));
    }

    /// A task goes a step on.
    pub(super) fn answer(&mut self, number: u64, to: Party, step: TaskStep) {
        let Some(key) = self.cases.get(&number).map(|case| case.key.clone()) else { return };
        self.tell(Doing::Step(key, to, step));
    }

    /// A crew gets its order: when it reads it, says it back and has left.
    pub(super) fn hand_over(&mut self, crew: usize, number: u64) {
        let Some(one) = self.fleet.crews.get_mut(crew) else { return };
        one.stop(self.now);
        one.status = CrewStatus::Assigned;
        one.case = Some(number);
        one.incident = self.cases.get(&number).and_then(|case| case.id);
        let (turnout, turn) = (one.turnout(), one.turn);
        let chance = (crew as u64) << 32 | u64::from(turn);
        let mut random = Random::of(self.options.seed, STREAM_RECEIPT, chance);
        let lies = if random.below(OVERHEARD) == 0 { random.between(LIES_SECS.0, LIES_SECS.1) } else { 0.0 };
        let read = lies + turnout * random.between(0.15, 0.5);
        let said = lies + turnout * random.between(0.6, 0.95);
        self.queue.put(self.now.plus_millis(millis(read)), Event::Receipt { crew, turn, said: false });
        self.queue.put(self.now.plus_millis(millis(said)), Event::Receipt { crew, turn, said: true });
        self.queue.put(self.now.plus_millis(millis(lies + turnout)), Event::Crew { crew, turn });
        if let Some(case) = self.cases.get_mut(&number) {
            case.crews.push(crew);
        }
    }

    /// A crew has read its order, or said it back.
    pub(super) fn step_receipt(&mut self, crew: usize, turn: u32, said: bool) {
        let Some(one) = self.fleet.crews.get(crew).filter(|one| one.turn == turn) else { return };
        if let (CrewStatus::Assigned, Some(number)) = (one.status, one.case) {
            let state = if said { TaskState::Repeated } else { TaskState::Read };
            self.answer(number, party(crew), reach(state));
        }
    }

    /// A crew is on its way, or there.
    pub(super) fn crew_reaches(&mut self, crew: usize, number: u64, state: TaskState) {
        self.answer(number, party(crew), reach(state));
    }

    /// A person gave a task of one of its cases.
    pub(super) fn task_given(&mut self, incident: IncidentId, given: &Assignment) {
        let Some(number) = self.by_id.get(&incident).copied() else { return };
        let Some(case) = self.cases.get_mut(&number) else { return };
        if given.part == Part::Lead {
            case.lead = Some(given.to.clone());
        }
        match &given.to {
            Party::Department(code) => {
                case.desks.push(code.clone());
                let mut random = Random::of(self.options.seed, STREAM_RECEIPT, incident.0);
                let [read, said] = DESK_SECS.map(|(from, to)| random.between(from, to));
                self.answer(number, given.to.clone(), reach(TaskState::Delivered));
                self.queue.put(self.now.plus_millis(millis(read)), Event::Case(number, Step::DeskReads));
                self.queue.put(self.now.plus_millis(millis(said)), Event::Case(number, Step::DeskAnswers));
            }
            Party::Crew(id) => {
                let crew = (id.0 as usize).wrapping_sub(1);
                let Some(one) = self.fleet.crews.get(crew) else { return };
                let (ready, status) = (one.can_go(), one.status);
                self.answer(number, given.to.clone(), reach(TaskState::Delivered));
                if ready {
                    // Whoever sends crews by hand knows how many it takes.
                    if let Some(case) = self.cases.get_mut(&number) {
                        case.needs.clear();
                    }
                    self.hand_over(crew, number);
                } else if self.fleet.crews.get(crew).and_then(|one| one.case) != Some(number) {
                    let words = &self.plan.words;
                    let why = if status == CrewStatus::OffDuty { &words.off_duty } else { &words.busy };
                    let reason = why.clone();
                    self.answer(number, given.to.clone(), TaskStep::Return { reason });
                    self.nobody_left(number, given);
                }
            }
        }
    }

    /// Where nobody is left who was sent, the sim's own staff send somebody after a while.
    fn nobody_left(&mut self, number: u64, gone: &Assignment) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        if case.lead.as_ref() == Some(&gone.to) {
            case.lead = None;
        }
        if case.crews.is_empty() && case.desks.is_empty() {
            case.goes_back(Stage::Filed);
            if !case.held {
                let at = self.in_minutes(SENT_AGAIN);
                self.queue.put(at, Event::Case(number, Step::Send));
            }
        }
    }

    /// The departments of a case have read their orders, or said what they will do.
    pub(super) fn desks_reach(&mut self, number: u64, state: TaskState) {
        let Some(desks) = self.cases.get(&number).map(|case| case.desks.clone()) else { return };
        if desks.is_empty() {
            return;
        }
        for code in desks {
            self.answer(number, Party::Department(code), reach(state));
        }
        let idle = self.cases.get(&number).is_some_and(|case| case.crews.is_empty());
        if state == TaskState::Repeated && idle {
            self.send_crews(number);
        }
    }

    /// A person moved a task of one of its cases.
    pub(super) fn task_moved(&mut self, incident: IncidentId, to: &Party, step: &TaskStep) {
        let Some(number) = self.by_id.get(&incident).copied() else { return };
        match (step, to) {
            (TaskStep::Withdraw { .. } | TaskStep::Return { .. }, Party::Crew(id)) => {
                let crew = (id.0 as usize).wrapping_sub(1);
                let Some(case) = self.cases.get_mut(&number) else { return };
                if let Some(at) = case.crews.iter().position(|one| *one == crew) {
                    case.crews.remove(at);
                    self.leave(crew);
                }
            }
            (TaskStep::Withdraw { .. } | TaskStep::Return { .. }, Party::Department(code)) => {
                if let Some(case) = self.cases.get_mut(&number) {
                    case.desks.retain(|desk| desk != code);
                }
            }
            (TaskStep::Urge { .. }, Party::Crew(id)) => self.hurry((id.0 as usize).wrapping_sub(1), number),
            (TaskStep::Urge { .. }, Party::Department(_)) => {
                self.desks_reach(number, TaskState::Read);
                self.desks_reach(number, TaskState::Repeated);
            }
            // Whoever it is works on; a case that is done comes as such.
            (TaskStep::Reach { .. }, _) => {}
        }
    }

    /// Whoever is urged looks at once and leaves.
    fn hurry(&mut self, crew: usize, number: u64) {
        let Some(one) = self.fleet.crews.get_mut(crew) else { return };
        if one.status != CrewStatus::Assigned || one.case != Some(number) {
            return;
        }
        one.stop(self.now);
        let turn = one.turn;
        let soon = |secs: i64| self.now.plus_millis(secs * 1000);
        let (read, said, out): (Moment, Moment, Moment) = (soon(3), soon(8), soon(20));
        self.queue.put(read, Event::Receipt { crew, turn, said: false });
        self.queue.put(said, Event::Receipt { crew, turn, said: true });
        self.queue.put(out, Event::Crew { crew, turn });
    }

    /// The hall merged one of its cases into another: whoever is on the way goes on to that one.
    pub(super) fn merged(&mut self, incident: IncidentId, into: IncidentId) {
        let (Some(from), Some(to)) = (self.by_id.get(&incident).copied(), self.by_id.get(&into).copied()) else {
            return;
        };
        let Some(crews) = self.cases.get_mut(&from).map(|case| std::mem::take(&mut case.crews)) else { return };
        for crew in &crews {
            if let Some(one) = self.fleet.crews.get_mut(*crew) {
                one.case = Some(to);
                one.incident = Some(into);
            }
        }
        let begun = self.cases.get(&from).is_some_and(super::cases::Case::is_begun);
        let Some(case) = self.cases.get_mut(&to) else { return };
        case.crews.extend(&crews);
        if !crews.is_empty() {
            case.needs.clear();
            case.stage = case.stage.max(Stage::Dispatched);
        }
        if begun {
            self.arrived(to);
        }
    }

    /// It was found not done: whoever led gets a new task and begins anew.
    pub(super) fn begin_again(&mut self, incident: IncidentId, stage: Stage) {
        let Some(number) = self.by_id.get(&incident).copied() else { return };
        self.let_go(number);
        if let Some(case) = self.cases.get_mut(&number) {
            case.goes_back(stage);
            case.needs.clear();
        }
    }

    /// Whether a move of a person is one that tasks follow by themselves.
    pub(super) fn goes_to_the_same(&self, incident: IncidentId, kind: MoveKind) -> bool {
        let case = self.by_id.get(&incident).and_then(|number| self.cases.get(number));
        kind == MoveKind::Rework && case.is_some_and(|case| case.lead.is_some())
    }
}
