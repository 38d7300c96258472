//! Tasks of a case (派遣): who was sent, as lead or to help, and what came back from them.
//!
//! ```text
//!  given ─► delivered ─► read ─► repeated ─► en route ─► on scene ─► done
//!  下达       送达        已读     复诵接单      出发        到场       完成
//!    └─────────┴──────────┴── any of them ──────┴───────────┘
//!                              ├─► returned 退回: the party cannot do it
//!                              ├─► withdrawn 撤回: the hall takes it back
//!                              └─► released 解除: the case went on without it
//! ```
//! 1. Steps only go forward and may be skipped; a late receipt changes nothing.
//! 2. A case has open tasks only while it is dispatched or handled; when it is done, over or goes back, they end with it.
//! 3. At most one open task of a case leads.
//! 4. No party has two open tasks of one case: case and party name a task.
//! 5. A case whose last open task was given back or taken back is filed again and waits for another party; so does one whose
//!    tasks ended with it, once that end is taken back.
//! 6. A case is done when its lead is, or when nobody leads and the last open task is.
//! 7. Whoever does not dispatch moves the tasks of their own department or crew alone ([`Hall::check_own`]).
//! 8. Tasks leave the hall with their case; merging takes the open ones along to the case that goes on, which is then no
//!    longer on hold. So a case with open tasks is not merged into one whose work is done.

use serde::{Deserialize, Serialize};

use super::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use super::{Actor, CaseMove, CrewId, Hall, IncidentId, Moment, Refusal, Said, Stage, What};

/// Most tasks of one case, ended ones among them.
pub const TASKS_MAX: usize = 200;

/// Who can be given a task.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A crew in the street.
    Crew(CrewId),
    /// A department, by its code in the catalogue.
    Department(String),
}

impl Party {
    /// Whether it is they who sign so: the department whose code is the name, or the crew by its device.
    #[must_use]
    pub fn is(&self, who: &Actor) -> bool {
        match self {
            Self::Crew(crew) => who.crew() == Some(*crew),
            Self::Department(code) => who.is_department(code),
        }
    }
}

/// What a party is to the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 主办: answers for it.
    Lead,
    /// 协办: helps.
    Assist,
}

impl Part {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Assist => "assist",
        }
    }
}

/// How far a task is. Delivered, read and repeated are the three receipts (三回执).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 下达: the hall gave it.
    Given,
    /// 送达: it is on the party's device.
    Delivered,
    /// 已读: somebody looked at it.
    Read,
    /// 复诵、接单: they said back what they will do.
    Repeated,
    /// 出发.
    EnRoute,
    /// 到场.
    OnScene,
    /// 完成.
    Done,
}

impl TaskState {
    /// All of them, in order.
    pub const ALL: [Self; 7] =
        [Self::Given, Self::Delivered, Self::Read, Self::Repeated, Self::EnRoute, Self::OnScene, Self::Done];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Repeated => "repeated",
            Self::EnRoute => "en_route",
            Self::OnScene => "on_scene",
            Self::Done => "done",
        }
    }
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskEnd {
    /// 完成.
    Done,
    /// 退回: the party gave it back.
    Returned,
    /// 撤回: the hall took it back.
    Withdrawn,
    /// 解除: the case was done, over or given to others without it.
    Released,
}

impl TaskEnd {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Released => "released",
        }
    }
}

/// A party and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Who.
    pub to: Party,
    /// As what.
    pub part: Part,
}

/// What happens to a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStep {
    /// It is that far.
    Reach {
        /// How far.
        state: TaskState,
        /// What the party says with it; may be empty.
        words: String,
    },
    /// 退回: the party cannot do it.
    Return {
        /// Why.
        reason: String,
    },
    /// 撤回: the hall takes it back.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// 催: it is not read, or not done.
    Urge {
        /// What is said; may be empty.
        words: String,
    },
}

impl TaskStep {
    /// Its name in keys and answers: the state that was reached, or what was done.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Reach { state, .. } => state.word(),
            Self::Return { .. } => "returned",
            Self::Withdraw { .. } => "withdrawn",
            Self::Urge { .. } => "urged",
        }
    }

    /// What was said with it; empty where nothing was.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Reach { words, .. } | Self::Urge { words } => words,
            Self::Return { reason } | Self::Withdraw { reason } => reason,
        }
    }
}

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Who has it.
    pub to: Party,
    /// As what.
    pub part: Part,
    /// What they are asked to do; may be empty.
    pub words: String,
    /// Each step with the moment when the hall knew it, in order; the first is [`TaskState::Given`].
    pub course: Vec<(TaskState, Moment)>,
    /// What the party said last with a step; empty where it said nothing.
    pub answer: String,
    /// How it ended, when and with what words; `None` while it is open.
    pub end: Option<(TaskEnd, Said)>,
    /// How often it was urged.
    pub urges: u32,
    /// When it was urged last.
    pub urged_at: Option<Moment>,
}

impl Task {
    fn new(to: Party, part: Part, words: String, at: Moment) -> Self {
        let course = vec![(TaskState::Given, at)];
        Self { to, part, words, course, answer: String::new(), end: None, urges: 0, urged_at: None }
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self) -> TaskState {
        self.course.last().map_or(TaskState::Given, |(state, _)| *state)
    }

    /// When it was given.
    #[must_use]
    pub fn given_at(&self) -> Moment {
        self.course.first().map_or(Moment::default(), |(_, at)| *at)
    }

    /// When it was that far or further; `None` while it is not.
    #[must_use]
    pub fn reached_at(&self, state: TaskState) -> Option<Moment> {
        self.course.iter().find(|(reached, _)| *reached >= state).map(|(_, at)| *at)
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }

    /// Since when it waits to be read; `None` once it is, or is over.
    #[must_use]
    pub fn unread_since(&self) -> Option<Moment> {
        (self.is_open() && self.state() < TaskState::Read).then(|| self.given_at())
    }

    fn finish(&mut self, how: TaskEnd, at: Moment, words: &str) {
        if self.is_open() {
            self.end = Some((how, Said { at, words: words.to_owned() }));
        }
    }
}

/// Are these assignments usable in themselves?
pub(super) fn check_assignments(assignments: &[Assignment], words: &str) -> Result<(), Refusal> {
    check_text("words", words, TEXT_MAX)?;
    if assignments.is_empty() || assignments.len() > TASKS_MAX {
        return Err(unusable("tasks", &format!("are 1 to {TASKS_MAX}")));
    }
    for (number, one) in assignments.iter().enumerate() {
        check_party(&one.to)?;
        if assignments.iter().take(number).any(|other| other.to == one.to) {
            return Err(unusable("tasks", "name a party twice"));
        }
    }
    Ok(())
}

/// Can this party be there at all?
pub(super) fn check_party(party: &Party) -> Result<(), Refusal> {
    match party {
        Party::Crew(_) => Ok(()),
        Party::Department(code) if code.trim().is_empty() => Err(unusable("department", "is missing")),
        Party::Department(code) => check_text("department", code, NAME_MAX),
    }
}

impl Hall {
    /// The tasks of an incident, first given first; ended ones among them.
    #[must_use]
    pub fn tasks(&self, id: IncidentId) -> &[Task] {
        self.tasks.get(&id).map_or(&[], Vec::as_slice)
    }

    /// All tasks that are open, with their incidents.
    pub fn open_tasks(&self) -> impl Iterator<Item = (IncidentId, &Task)> {
        let all = self.tasks.iter().flat_map(|(id, tasks)| tasks.iter().map(|task| (*id, task)));
        all.filter(|(_, task)| task.is_open())
    }

    /// The open task that a party has of an incident.
    #[must_use]
    pub fn task(&self, id: IncidentId, party: &Party) -> Option<&Task> {
        self.tasks(id).iter().find(|task| task.is_open() && task.to == *party)
    }

    fn lead_of(&self, id: IncidentId) -> Option<&Task> {
        self.tasks(id).iter().find(|task| task.is_open() && task.part == Part::Lead)
    }

    /// What giving tasks makes known. A party that has one of this case keeps it.
    pub(super) fn decide_tasks(
        &self,
        id: IncidentId,
        assignments: Vec<Assignment>,
        words: &str,
    ) -> Result<Vec<What>, Refusal> {
        let stage = self.open_incident(id)?.stage;
        if stage > Stage::Handling {
            return Err(Refusal::NotNow(stage));
        }
        let new: Vec<Assignment> = assignments.into_iter().filter(|one| self.task(id, &one.to).is_none()).collect();
        if self.tasks(id).len() + new.len() > TASKS_MAX {
            return Err(unusable("tasks", &format!("are at most {TASKS_MAX} in one case")));
        }
        let leads = new.iter().filter(|one| one.part == Part::Lead).count();
        if leads + usize::from(self.lead_of(id).is_some()) > 1 {
            return Err(Refusal::LeadTaken(id));
        }
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut whats = Vec::new();
        if self.is_on_hold(id) {
            whats.push(What::IncidentResumed { incident: id });
        }
        let given = |one: Assignment| What::TaskGiven { incident: id, given: one, words: words.to_owned() };
        whats.extend(new.into_iter().map(given));
        if stage < Stage::Dispatched {
            whats.push(What::IncidentAdvanced { incident: id, stage: Stage::Dispatched });
        }
        Ok(whats)
    }

    /// What a step of a task makes known.
    pub(super) fn decide_step(&self, id: IncidentId, to: Party, step: TaskStep) -> Result<Vec<What>, Refusal> {
        let stage = self.open_incident(id)?.stage;
        let task = self.task(id, &to).ok_or(Refusal::NoTask(id))?;
        let others = self.tasks(id).iter().filter(|other| other.is_open() && other.to != to).count();
        let leads = task.part == Part::Lead;
        let mut then = None;
        match &step {
            TaskStep::Reach { state, .. } => {
                if *state <= task.state() {
                    return Ok(Vec::new());
                }
                let nobody_leads = self.lead_of(id).is_none();
                if *state == TaskState::Done && (leads || nobody_leads && others == 0) {
                    then = Some(What::IncidentAdvanced { incident: id, stage: Stage::Done });
                } else if *state >= TaskState::Repeated && stage < Stage::Handling {
                    then = Some(What::IncidentAdvanced { incident: id, stage: Stage::Handling });
                }
            }
            TaskStep::Return { reason } | TaskStep::Withdraw { reason } => {
                if reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                if others == 0 {
                    let step = CaseMove::Return { reason: reason.clone() };
                    then = Some(What::IncidentMoved { incident: id, step, stage: Stage::Filed });
                }
            }
            TaskStep::Urge { .. } => {}
        }
        // Work goes on, so it is no longer on hold.
        let goes_on = matches!(then, Some(What::IncidentAdvanced { .. }));
        let resumed = (goes_on && self.is_on_hold(id)).then_some(What::IncidentResumed { incident: id });
        let moved = What::TaskMoved { incident: id, to, step };
        Ok(resumed.into_iter().chain([moved]).chain(then).collect())
    }

    /// Whether merging a case into another one gives that one a task that it does not have.
    pub(super) fn brings_work(&self, id: IncidentId, into: IncidentId) -> bool {
        self.tasks(id).iter().any(|task| task.is_open() && self.task(into, &task.to).is_none())
    }

    /// Whether tasks of a case ended because the case did.
    pub(super) fn lost_its_parties(&self, id: IncidentId) -> bool {
        let ended = self.course(id).and_then(|course| course.since(Stage::Closed)).map(|(_, at)| at);
        let released = |task: &Task| matches!(&task.end, Some((TaskEnd::Released, said)) if Some(said.at) == ended);
        self.tasks(id).iter().any(released)
    }

    /// Who does it again after it was found not done: whoever led, or all who did it where nobody led.
    pub(super) fn again(&self, id: IncidentId) -> Vec<Assignment> {
        let worked = |task: &&Task| matches!(task.end, Some((TaskEnd::Done | TaskEnd::Released, _)));
        let tasks = self.tasks(id);
        let lead = tasks.iter().rev().filter(worked).find(|task| task.part == Part::Lead);
        let named = |task: &Task| Assignment { to: task.to.clone(), part: task.part };
        if let Some(lead) = lead {
            return vec![named(lead)];
        }
        let mut again: Vec<Assignment> = Vec::new();
        for task in tasks.iter().filter(|task| matches!(task.end, Some((TaskEnd::Done, _)))) {
            if again.iter().all(|one| one.to != task.to) {
                again.push(named(task));
            }
        }
        again
    }

    pub(super) fn apply_task(&mut self, id: IncidentId, given: &Assignment, words: &str, at: Moment) {
        if self.incident(id).is_some() && self.task(id, &given.to).is_none() {
            let task = Task::new(given.to.clone(), given.part, words.to_owned(), at);
            self.tasks.entry(id).or_default().push(task);
        }
    }

    pub(super) fn apply_step(&mut self, id: IncidentId, to: &Party, step: &TaskStep, at: Moment) {
        let tasks = self.tasks.get_mut(&id).into_iter().flatten();
        let Some(task) = tasks.into_iter().find(|task| task.is_open() && task.to == *to) else { return };
        match step {
            TaskStep::Reach { state, words } => {
                if *state > task.state() {
                    task.course.push((*state, at));
                }
                if !words.is_empty() {
                    task.answer.clone_from(words);
                }
                if *state == TaskState::Done {
                    task.finish(TaskEnd::Done, at, words);
                }
            }
            TaskStep::Return { reason } => task.finish(TaskEnd::Returned, at, reason),
            TaskStep::Withdraw { reason } => task.finish(TaskEnd::Withdrawn, at, reason),
            TaskStep::Urge { .. } => {
                task.urges = task.urges.saturating_add(1);
                task.urged_at = Some(at);
            }
        }
    }

    /// End all open tasks of a case that goes on without them.
    pub(super) fn release_tasks(&mut self, id: IncidentId, at: Moment) {
        for task in self.tasks.get_mut(&id).into_iter().flatten() {
            task.finish(TaskEnd::Released, at, "");
        }
    }

    /// Take the open tasks of a case along to the one that it was merged into.
    pub(super) fn take_tasks_along(&mut self, id: IncidentId, into: IncidentId, at: Moment) {
        let goes_on = self.incident(into).map_or(Stage::Closed, |incident| incident.stage);
        if id == into || !matches!(goes_on, Stage::Dispatched | Stage::Handling) {
            return;
        }
        let mut moved: Vec<Task> = self.tasks(id).iter().filter(|task| task.is_open()).cloned().collect();
        self.release_tasks(id, at);
        moved.retain(|task| self.task(into, &task.to).is_none());
        let led = self.lead_of(into).is_some();
        for task in &mut moved {
            if led {
                task.part = Part::Assist;
            }
        }
        if !moved.is_empty() {
            self.tasks.entry(into).or_default().append(&mut moved);
        }
    }
}
