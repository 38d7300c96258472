//! Side moves by their names alone: what menus offer, and by what rights and words go.

use serde::{Deserialize, Serialize};

use super::CaseMove;

/// A side move by its name alone: what a menu offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// [`CaseMove::AskVerification`].
    AskVerification,
    /// [`CaseMove::AnswerVerification`].
    AnswerVerification,
    /// [`CaseMove::Reject`].
    Reject,
    /// [`CaseMove::NotFile`].
    NotFile,
    /// [`CaseMove::Return`].
    Return,
    /// [`CaseMove::AskRecheck`].
    AskRecheck,
    /// [`CaseMove::AnswerRecheck`].
    AnswerRecheck,
    /// [`CaseMove::Rework`].
    Rework,
    /// [`CaseMove::Urge`].
    Urge,
    /// [`CaseMove::Supervise`].
    Supervise,
    /// [`CaseMove::EndSupervision`].
    EndSupervision,
    /// [`CaseMove::Merge`].
    Merge,
    /// [`CaseMove::Unmerge`].
    Unmerge,
    /// [`CaseMove::Link`].
    Link,
    /// [`CaseMove::Unlink`].
    Unlink,
    /// [`CaseMove::Void`].
    Void,
    /// [`CaseMove::Reopen`].
    Reopen,
    /// [`CaseMove::Rate`].
    Rate,
    /// [`CaseMove::AskExtension`].
    AskExtension,
    /// [`CaseMove::GrantExtension`].
    GrantExtension,
    /// [`CaseMove::RefuseExtension`].
    RefuseExtension,
    /// [`CaseMove::Tell`] that it was accepted.
    TellAccepted,
    /// [`CaseMove::Tell`] how it ended.
    TellEnded,
}

impl MoveKind {
    /// All of them, in the order of a menu.
    pub const ALL: [Self; 23] = [
        Self::TellAccepted,
        Self::TellEnded,
        Self::GrantExtension,
        Self::RefuseExtension,
        Self::AskVerification,
        Self::AnswerVerification,
        Self::Reject,
        Self::NotFile,
        Self::Return,
        Self::AskRecheck,
        Self::AnswerRecheck,
        Self::Rework,
        Self::Urge,
        Self::Supervise,
        Self::EndSupervision,
        Self::Merge,
        Self::Unmerge,
        Self::Link,
        Self::Unlink,
        Self::Void,
        Self::Reopen,
        Self::Rate,
        Self::AskExtension,
    ];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AskVerification => "ask_verification",
            Self::AnswerVerification => "answer_verification",
            Self::Reject => "reject",
            Self::NotFile => "not_file",
            Self::Return => "return",
            Self::AskRecheck => "ask_recheck",
            Self::AnswerRecheck => "answer_recheck",
            Self::Rework => "rework",
            Self::Urge => "urge",
            Self::Supervise => "supervise",
            Self::EndSupervision => "end_supervision",
            Self::Merge => "merge",
            Self::Unmerge => "unmerge",
            Self::Link => "link",
            Self::Unlink => "unlink",
            Self::Void => "void",
            Self::Reopen => "reopen",
            Self::Rate => "rate",
            Self::AskExtension => "ask_extension",
            Self::GrantExtension => "grant_extension",
            Self::RefuseExtension => "refuse_extension",
            Self::TellAccepted => "tell_accepted",
            Self::TellEnded => "tell_ended",
        }
    }
}

impl CaseMove {
    /// Which one it is.
    #[must_use]
    pub const fn kind(&self) -> MoveKind {
        match self {
            Self::AskVerification => MoveKind::AskVerification,
            Self::AnswerVerification { .. } => MoveKind::AnswerVerification,
            Self::Reject { .. } => MoveKind::Reject,
            Self::NotFile { .. } => MoveKind::NotFile,
            Self::Return { .. } => MoveKind::Return,
            Self::AskRecheck { .. } => MoveKind::AskRecheck,
            Self::AnswerRecheck { .. } => MoveKind::AnswerRecheck,
            Self::Rework { .. } => MoveKind::Rework,
            Self::Reopen { .. } => MoveKind::Reopen,
            Self::Void { .. } => MoveKind::Void,
            Self::Merge { .. } => MoveKind::Merge,
            Self::Unmerge { .. } => MoveKind::Unmerge,
            Self::Link { .. } => MoveKind::Link,
            Self::Unlink { .. } => MoveKind::Unlink,
            Self::Urge { .. } => MoveKind::Urge,
            Self::Supervise { .. } => MoveKind::Supervise,
            Self::EndSupervision => MoveKind::EndSupervision,
            Self::Rate { .. } => MoveKind::Rate,
            Self::AskExtension { .. } => MoveKind::AskExtension,
            Self::GrantExtension { .. } => MoveKind::GrantExtension,
            Self::RefuseExtension { .. } => MoveKind::RefuseExtension,
            Self::Tell { what, .. } => what.kind(),
        }
    }
}
