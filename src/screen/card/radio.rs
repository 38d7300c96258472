//! What a party says by radio or telephone, recorded at the desk in its name; and what the desk does with its task.

use egui::{Key, RichText, Ui};
use rust_i18n::t;

use super::model::{IncidentCard, TaskShown};
use super::moves::{CHOICES, chosen_ui};
use super::panel::{CardWish, Form};
use super::tasks::{step, urge};
use crate::domain::{Party, Task, TaskState, TaskStep};
use crate::screen::look::tokens;

/// What is recorded of a task, or done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    /// It is that far.
    Reach(TaskState),
    /// 退回: the party cannot do it.
    GiveBack,
    /// 催.
    Urge,
    /// 撤回: the hall takes it back.
    Withdraw,
}

/// In the order of their digits. Each keeps its own, whatever else can be said, so that hands learn them.
const ENTRIES: [Entry; 9] = [
    Entry::Reach(TaskState::Delivered),
    Entry::Reach(TaskState::Read),
    Entry::Reach(TaskState::Repeated),
    Entry::Reach(TaskState::EnRoute),
    Entry::Reach(TaskState::OnScene),
    Entry::Reach(TaskState::Done),
    Entry::GiveBack,
    Entry::Urge,
    Entry::Withdraw,
];

impl Entry {
    fn fits(self, task: &Task) -> bool {
        match self {
            Self::Reach(state) => state > task.state(),
            Self::GiveBack | Self::Urge | Self::Withdraw => true,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Reach(state) => t!(format!("task.{}", state.word())),
            Self::GiveBack => t!("task.end_returned"),
            Self::Urge => t!("task.urge"),
            Self::Withdraw => t!("task.withdraw"),
        }
        .into_owned()
    }

    /// What comes of it: an order and the end of the menu, or the form of its reason.
    fn choose(self, card: &IncidentCard, shown: &TaskShown, wishes: &mut Vec<CardWish>) {
        let party = || shown.task.to.clone();
        let form = match self {
            Self::Reach(state) => {
                wishes.push(step(card, shown, TaskStep::Reach { state, words: String::new() }));
                None
            }
            Self::Urge => {
                wishes.push(urge(card, shown));
                None
            }
            Self::GiveBack => Some(Form::GiveBack(party(), String::new())),
            Self::Withdraw => Some(Form::Withdraw(party(), String::new())),
        };
        wishes.push(CardWish::Form(form));
    }
}

fn open_tasks(card: &IncidentCard) -> Vec<&TaskShown> {
    card.tasks.iter().filter(|one| one.task.is_open()).collect()
}

/// The menu as its key opens it: of the one task there is, or with the question which; `None` where `now` has it open
/// already, or nobody has a task.
pub(super) fn opened(card: &IncidentCard, now: Option<&Form>) -> Option<Form> {
    if matches!(now, Some(Form::Radio(_))) {
        return None;
    }
    match open_tasks(card).as_slice() {
        [] => None,
        [only] => Some(Form::Radio(Some(only.task.to.clone()))),
        _ => Some(Form::Radio(None)),
    }
}

/// First whose task, then what is said of it.
pub(super) fn menu_ui(ui: &mut Ui, card: &IncidentCard, party: Option<&Party>, wishes: &mut Vec<CardWish>) {
    let tasks = open_tasks(card);
    if tasks.is_empty() {
        wishes.push(CardWish::Form(None));
        return;
    }
    // The one that was chosen may have ended since.
    let chosen = tasks.iter().find(|one| party == Some(&one.task.to));
    let head = |ui: &mut Ui, text: String| ui.label(RichText::new(text).color(tokens::ACCENT.egui()));
    let Some(shown) = chosen else {
        head(ui, t!("task.radio_whose").into_owned());
        let names = tasks.iter().zip(CHOICES.map(Some).into_iter().chain(std::iter::repeat(None)));
        let names = names.map(|(one, key)| (one.name.clone(), key)).collect();
        if let Some(one) = chosen_ui(ui, names, wishes).and_then(|at| tasks.get(at)) {
            wishes.push(CardWish::Form(Some(Form::Radio(Some(one.task.to.clone())))));
        }
        return;
    };
    head(ui, t!("task.radio_of", name = shown.name).into_owned());
    let fitting: Vec<(Entry, (Key, &str))> =
        ENTRIES.into_iter().zip(CHOICES).filter(|(entry, _)| entry.fits(&shown.task)).collect();
    let names = fitting.iter().map(|(entry, key)| (entry.name(), Some(*key))).collect();
    if let Some((entry, _)) = chosen_ui(ui, names, wishes).and_then(|at| fitting.get(at)) {
        entry.choose(card, shown, wishes);
    }
}
