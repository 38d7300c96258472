//! The forms that a card opens one of, as they are filled in. Pure.

use serde::{Deserialize, Serialize};

use super::moves::MoveForm;
use crate::domain::{Answers, Bulletin, Grade, Party, What};

/// What the card asks for beside its orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Another grade: the grade chosen and the reason so far.
    Regrade(Grade, String),
    /// Closing: the reason so far.
    Close(String),
    /// Putting on hold: the reason so far.
    Suspend(String),
    /// The menu of side moves.
    Moves,
    /// A side move.
    Move(MoveForm),
    /// Merging all that may be the same thing: asked before it is done.
    MergeAll,
    /// Closing what was checked: asked before it is done.
    Finish,
    /// What a party says by radio, and what is done with its task: whose, once that is chosen.
    Radio(Option<Party>),
    /// A party gives its task back: which, and the reason so far.
    GiveBack(Party, String),
    /// Taking a task back: whose, and the reason so far.
    Withdraw(Party, String),
    /// Seeing who called: the reason so far.
    ShowCaller(String),
    /// A report to those above: which, and the text so far.
    Bulletin(Bulletin, String),
    /// A note: what is said so far.
    Note(String),
    /// Its own form: the answers so far.
    Answers(Answers),
}

impl Form {
    /// Whether another one has to be filled in than in `before`.
    #[must_use]
    pub fn is_other(&self, before: Option<&Self>) -> bool {
        before.is_none_or(|before| std::mem::discriminant(before) != std::mem::discriminant(self))
    }

    /// Whether there is anything in it that would have to be written again; menus and questions have nothing.
    #[must_use]
    pub fn is_written(&self) -> bool {
        match self {
            Self::Regrade(_, words)
            | Self::Close(words)
            | Self::Suspend(words)
            | Self::GiveBack(_, words)
            | Self::Withdraw(_, words)
            | Self::ShowCaller(words)
            | Self::Bulletin(_, words)
            | Self::Note(words) => !words.trim().is_empty(),
            Self::Move(form) => !form.words.trim().is_empty() || form.choice > 0,
            Self::Answers(answers) => !answers.is_empty(),
            Self::Moves | Self::MergeAll | Self::Finish | Self::Radio(_) => false,
        }
    }

    /// Whether a fact is what the order of this form makes.
    #[must_use]
    pub fn is_told_by(&self, what: &What) -> bool {
        match (self, what) {
            (Self::Regrade(grade, _), What::IncidentRegraded { to, .. }) => grade == to,
            (Self::Move(form), What::IncidentMoved { step, .. }) => form.kind == step.kind(),
            (Self::Bulletin(which, _), What::ReportFiled { which: filed, .. }) => which == filed,
            (Self::Close(_) | Self::Finish, What::IncidentClosed { .. })
            | (Self::Suspend(_), What::IncidentSuspended { .. })
            | (Self::Radio(_) | Self::GiveBack(..) | Self::Withdraw(..), What::TaskMoved { .. })
            | (Self::ShowCaller(_), What::CallerShown { .. })
            | (Self::Note(_), What::NoteAdded { .. })
            | (Self::Answers(_), What::FormAnswered { .. }) => true,
            _ => false,
        }
    }
}
