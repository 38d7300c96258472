//! Taking an order back: by orders of their own, which make facts of their own; nothing is erased.
//!
//! ```text
//!  given ── its fact is known ──► carried out ── nobody acted ──► can be taken back
//!                                      └──────── somebody acted ──► cannot, and says why
//! ```
//! 1. What takes an order back is told by the hall as it was when the order was given.
//! 2. An order can be taken back as long as what it changed was moved by nobody since, by facts known here. The hub decides
//!    the orders that take it back as it decides all others.
//! 3. Tasks can be taken back until one of them is read.
//! 4. What begins limits anew or ends tasks and plans is no way back: a case that was closed can be reopened, which is
//!    a step of its own. What is split off again has its limits as they were but for the time between ([`super::Course`]).

use super::case_move::Outcome;
use super::rights::Reach;
use super::{
    Actor, CaseMove, Fact, Hall, Incident, IncidentId, Mode, Moment, MoveKind, Order, Stage, Task, TaskState, TaskStep,
    What,
};

impl What {
    /// Whether it moves its case or the hall: not what is only said of it or looked at, and not a receipt.
    #[must_use]
    pub fn moves(&self) -> bool {
        !matches!(
            self,
            Self::IncidentUpdated { .. }
                | Self::NoteAdded { .. }
                | Self::FileAttached { .. }
                | Self::CallerKept { .. }
                | Self::CallerShown { .. }
                | Self::TaskMoved { step: TaskStep::Reach { .. }, .. }
                | Self::IncidentMoved { step: CaseMove::Tell { .. }, .. }
        )
    }
}

impl Order {
    /// Whether it ends something for good and nothing takes it back, which whoever gives it has to know.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::CloseIncident { .. } | Self::FileReport { .. } => true,
            Self::MoveIncident { step, .. } => {
                matches!(step.kind(), MoveKind::Reject | MoveKind::NotFile | MoveKind::Void | MoveKind::Merge)
            }
            _ => false,
        }
    }
}

impl Hall {
    /// The orders that would take `order` back once it is carried out; none where nothing does. `reason` is the one
    /// that they give where one is needed.
    #[must_use]
    pub fn undoing(&self, order: &Order, reason: &str) -> Vec<Order> {
        let undo = match order {
            Order::SwitchMode { mode } => (*mode != self.mode()).then(|| Order::SwitchMode { mode: other(*mode) }),
            Order::RegradeIncident { incident, grade, .. } => self.open(*incident).and_then(|open| {
                let back = Order::RegradeIncident { incident: open.id, grade: open.grade, reason: reason.to_owned() };
                (open.grade != *grade).then_some(back)
            }),
            Order::SuspendIncident { incident, .. } => self
                .open(*incident)
                .filter(|_| !self.is_on_hold(*incident))
                .map(|_| Order::ResumeIncident { incident: *incident }),
            Order::ResumeIncident { incident } => {
                let hold = self.course(*incident).and_then(|course| course.on_hold());
                hold.map(|hold| Order::SuspendIncident { incident: *incident, reason: hold.reason.clone() })
            }
            Order::MoveIncident { incident, step } => {
                let back = self.move_back(*incident, step, reason);
                back.map(|step| Order::MoveIncident { incident: *incident, step })
            }
            Order::AnswerForm { incident, answers } => self.open(*incident).and_then(|open| {
                let answers = self.dossier(open.id).answers.before(answers);
                (!answers.is_empty()).then_some(Order::AnswerForm { incident: open.id, answers })
            }),
            Order::GiveTasks { incident, to, .. } => {
                // Giving tasks takes a case off hold for good.
                let open = self.open(*incident).filter(|_| !self.is_on_hold(*incident));
                let new = to.iter().filter(|one| self.task(*incident, &one.to).is_none()).filter(|_| open.is_some());
                let withdraw = |party| Order::MoveTask {
                    incident: *incident,
                    party,
                    step: TaskStep::Withdraw { reason: reason.to_owned() },
                };
                return new.map(|one| withdraw(one.to.clone())).collect();
            }
            _ => None,
        };
        undo.into_iter().collect()
    }

    fn open(&self, id: IncidentId) -> Option<&Incident> {
        self.incident(id).filter(|incident| incident.stage != Stage::Closed)
    }

    /// The side move that takes another one back.
    fn move_back(&self, id: IncidentId, step: &CaseMove, reason: &str) -> Option<CaseMove> {
        let dossier = self.dossier(id);
        let link = |to: &IncidentId| dossier.links.get(to).map(|link| CaseMove::Link { to: *to, link: *link });
        match step {
            // What was on its way goes along and does not come back.
            CaseMove::Merge { .. } => {
                let busy = self.tasks(id).iter().any(Task::is_open)
                    || self.plan(id).is_some_and(|run| run.ended.is_none())
                    || self.is_on_hold(id);
                (!busy).then(|| CaseMove::Unmerge { reason: reason.to_owned() })
            }
            CaseMove::Unmerge { .. } => match self.closing(id)?.outcome {
                Outcome::Merged(into) => self.open(into).map(|_| CaseMove::Merge { into }),
                _ => None,
            },
            CaseMove::Link { to, .. } => Some(link(to).unwrap_or(CaseMove::Unlink { to: *to })),
            CaseMove::Unlink { to } => link(to),
            CaseMove::Supervise { .. } => dossier.supervised.is_none().then_some(CaseMove::EndSupervision),
            CaseMove::EndSupervision => {
                dossier.supervised.as_ref().map(|said| CaseMove::Supervise { reason: said.words.clone() })
            }
            _ => None,
        }
    }
}

fn other(mode: Mode) -> Mode {
    match mode {
        Mode::Routine => Mode::Emergency,
        Mode::Emergency => Mode::Routine,
    }
}

/// Why an order can no longer be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoBar {
    /// It is one of those that nothing takes back.
    Final,
    /// Somebody acted since.
    Acted,
    /// Its task was read.
    Read,
}

impl UndoBar {
    /// Its name in keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Acted => "acted",
            Self::Read => "read",
        }
    }
}

/// An order that somebody gave, and what became of it since.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoable {
    /// The order.
    pub order: Order,
    /// What takes it back.
    undo: Vec<Order>,
    by: Actor,
    /// When its fact was known.
    carried_at: Option<Moment>,
    acted: bool,
}

impl Undoable {
    /// An order that is given now; `None` where nobody need know whether it can be taken back.
    #[must_use]
    pub fn new(hall: &Hall, order: &Order, by: Actor, reason: &str) -> Option<Self> {
        let undo = hall.undoing(order, reason);
        let known = !undo.is_empty() || order.is_final();
        known.then(|| Self { order: order.clone(), undo, by, carried_at: None, acted: false })
    }

    /// Whether its fact is known.
    #[must_use]
    pub fn is_carried_out(&self) -> bool {
        self.carried_at.is_some()
    }

    /// Whether something takes it back, if nobody acts on what it changed.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Take in a fact that became known after it was given.
    pub fn note(&mut self, fact: &Fact) {
        if !self.is_about(&fact.what) {
            return;
        }
        if fact.by == self.by {
            if self.carried_at.is_none() {
                // Facts before it may be of the same order, or of one that was given before.
                self.carried_at = carries(&self.order, &fact.what).then_some(fact.known_at);
                return;
            }
            // One order makes its facts at one moment.
            if self.carried_at == Some(fact.known_at) {
                return;
            }
        }
        self.acted |= fact.what.moves();
    }

    fn is_about(&self, what: &What) -> bool {
        let Reach::Case(one, other) = self.order.reach() else {
            return matches!((&self.order, what), (Order::SwitchMode { .. }, What::ModeSwitched { .. }));
        };
        what.incident().is_some_and(|id| id == one || Some(id) == other)
    }

    /// The orders that take it back now.
    ///
    /// # Errors
    /// Why nothing does.
    pub fn orders(&self, hall: &Hall) -> Result<&[Order], UndoBar> {
        if self.undo.is_empty() {
            return Err(UndoBar::Final);
        }
        if self.acted {
            return Err(UndoBar::Acted);
        }
        for order in &self.undo {
            let Order::MoveTask { incident, party, .. } = order else { continue };
            match hall.task(*incident, party) {
                None => return Err(UndoBar::Acted),
                Some(task) if task.state() >= TaskState::Read => return Err(UndoBar::Read),
                Some(_) => {}
            }
        }
        Ok(&self.undo)
    }
}

/// Whether a fact says that an order was carried out.
fn carries(order: &Order, what: &What) -> bool {
    match (order, what) {
        (Order::SwitchMode { mode }, What::ModeSwitched { mode: now }) => mode == now,
        (Order::RegradeIncident { grade, .. }, What::IncidentRegraded { to, .. }) => grade == to,
        (Order::MoveIncident { incident, step }, What::IncidentMoved { incident: of, step: made, .. }) => {
            incident == of && step == made
        }
        (Order::GiveTasks { to, .. }, What::TaskGiven { given, .. }) => to.contains(given),
        // Of what was said only what is another answer than before is kept.
        (Order::AnswerForm { answers: said, .. }, What::FormAnswered { answers, .. }) => {
            answers.iter().all(|(field, answer)| said.get(field) == Some(answer))
        }
        (Order::SuspendIncident { .. }, What::IncidentSuspended { .. })
        | (Order::ResumeIncident { .. }, What::IncidentResumed { .. })
        | (Order::CloseIncident { .. }, What::IncidentClosed { .. })
        | (Order::FileReport { .. }, What::ReportFiled { .. }) => true,
        _ => false,
    }
}
