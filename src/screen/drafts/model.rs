//! What is being written about cases, and what became of what was sent. Pure, but for the file.
//!
//! ```text
//!          write                send                 heard, or let go
//! nothing ───────▶ Open ──────────────────▶ OnWay ───────────────────▶ nothing
//!                  │ ▲ take                   │ refused
//!             stow ▼ │                        ▼
//!                 Stowed                     Back ── take ──▶ Open
//! ```
//!
//! The hub answers one after the other: a refusal is of what was sent first of those on their way, and a fact of one's own
//! that is of the same sort is the end of the first one of that case. What got neither is let go after a while.
//!
//! Everything is its writer's alone: when somebody else sits down, what is open is put away until its writer is back, and
//! what was on its way is waited for until then.

use std::path::Path;

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::domain::{Assignment, Hall, IncidentId, Moment, PlanMove, What};
use crate::screen::card::panel::Form;
use crate::screen::kept::Kept;

/// Name of the file in the user's folder.
const FILE: &str = "case-drafts.toml";
/// Seconds after which an order that was neither refused nor heard of is no longer waited for.
pub(super) const LET_GO_SECS: f32 = 60.0;
/// Days that a draft is kept which nobody took up again: its case may be over, or of a hub that is gone.
pub(super) const KEPT_DAYS: i64 = 30;
/// Most drafts that are kept; the oldest go first.
pub(super) const MOST: usize = 100;

/// Who is to be sent to a case, and what they are asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sending {
    /// Who, and as what.
    pub to: Vec<Assignment>,
    /// What they are asked to do; may be empty.
    pub words: String,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Piece {
    /// A form of the card. Of answers only those that are others than the hall's: what others answer meanwhile stays.
    Form(Form),
    /// What the dispatch dialog sends.
    Sending(Sending),
    /// Why a step of the plan is skipped, or the plan is ended.
    Reason(String),
    /// What is being written into the conversation: it waits in its field whenever its case is chosen.
    Talk(String),
}

/// Where a piece is written: of each there is one open at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desk {
    /// The card.
    Card,
    /// The dispatch dialog.
    Dispatch,
    /// The dialog of the plan.
    Plan,
    /// The conversation.
    Talk,
}

impl Piece {
    fn desk(&self) -> Desk {
        match self {
            Self::Form(_) => Desk::Card,
            Self::Sending(_) => Desk::Dispatch,
            Self::Reason(_) => Desk::Plan,
            Self::Talk(_) => Desk::Talk,
        }
    }

    /// Whether there is anything in it that would have to be written again.
    fn is_written(&self) -> bool {
        match self {
            Self::Form(form) => form.is_written(),
            Self::Sending(sending) => !sending.to.is_empty() || !sending.words.trim().is_empty(),
            Self::Reason(words) | Self::Talk(words) => !words.trim().is_empty(),
        }
    }

    /// Whether a fact is what its order makes.
    fn is_told_by(&self, what: &What) -> bool {
        match self {
            Self::Form(form) => form.is_told_by(what),
            Self::Sending(_) => matches!(what, What::TaskGiven { .. }),
            Self::Reason(_) => {
                matches!(what, What::PlanMoved { step: PlanMove::Skip { .. } | PlanMove::End { .. }, .. })
            }
            Self::Talk(own) => matches!(what, What::NoteAdded { words, .. } if own.trim() == words),
        }
    }
}

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    /// On the screen.
    Open,
    /// Its order was sent, at this second of the screen's clock.
    OnWay(f32),
    /// Its order was refused.
    Back,
    /// Put away until its case is chosen again.
    Stowed,
}

#[derive(Debug, Clone, PartialEq)]
struct Draft {
    incident: IncidentId,
    /// When the hall came to know the case: numbers of another hall mean other cases.
    known_at: Moment,
    /// Who writes it; `None` until the hub has said who sits here.
    by: Option<String>,
    piece: Piece,
    at: Where,
    /// The day on which it was written, once it was kept.
    day: Option<i64>,
}

impl Draft {
    /// Whether it is about a case, and that of `me`.
    fn is_of(&self, hall: &Hall, id: IncidentId, me: Option<&str>) -> bool {
        let is_known = || hall.incident(id).is_some_and(|incident| incident.known_at == self.known_at);
        self.incident == id && self.by.as_deref() == me && is_known()
    }

    fn waits(&self) -> bool {
        matches!(self.at, Where::Back | Where::Stowed)
    }
}

/// A draft as the file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    incident: IncidentId,
    known_at: Moment,
    /// Who wrote it, as the hub knows them; older files have none, and whoever signs in first has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// The day on which it was written, by the machine's clock, from 1970 on; older files have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day: Option<i64>,
    what: Piece,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Rows {
    #[serde(rename = "draft")]
    drafts: Vec<Row>,
}

/// What is being written about cases and not known to the hall, and why the last orders were refused.
#[derive(Resource, Debug, Default)]
pub struct Drafts {
    /// Those on their way in the order in which they were sent.
    all: Vec<Draft>,
    /// Who sits here; `None` while that was never known.
    me: Option<String>,
    /// Each reason with how often it was told.
    refused: Vec<(String, usize)>,
    file: Option<Kept<Rows>>,
    /// What the file has.
    kept: Rows,
    changed: bool,
}

impl Drafts {
    /// With what was kept in the user's folder up to `today`, of whichever hub: each waits for its own case.
    pub(super) fn restore(&mut self, folder: &Path, today: i64) {
        let file = Kept::of(folder, FILE);
        self.kept = file.read().unwrap_or_default();
        let is_old = |row: &Row| row.day.is_some_and(|day| today.saturating_sub(day) > KEPT_DAYS);
        self.all.extend(self.kept.drafts.iter().filter(|row| !is_old(row)).cloned().map(Row::stowed));
        self.claim();
        self.changed = true;
        self.file = Some(file);
    }

    /// What was being written into the conversation of a case, which the hall came to know at a moment, as a desk kept it
    /// that knew no names.
    pub fn restore_talk(&mut self, (incident, known_at): (IncidentId, Moment), words: String) {
        let at = Where::Stowed;
        self.all.push(Draft { incident, known_at, by: None, piece: Piece::Talk(words), at, day: None });
        self.claim();
        self.changed = true;
    }

    /// Now `name` sits here: what somebody else left open is put away until they are back. Returns whether somebody else
    /// sat here before; what was written while that was not known is theirs who turn out to sit here.
    pub(super) fn turn_to(&mut self, name: &str) -> bool {
        if self.me.as_deref() == Some(name) {
            return false;
        }
        let before = self.me.replace(name.to_owned());
        if before.is_some() {
            for desk in [Desk::Card, Desk::Dispatch, Desk::Plan] {
                self.stow(desk);
            }
            self.give();
            // What they sent before they left, and of which nothing was heard, they find again.
            let on_way = |draft: &&mut Draft| draft.by == self.me && matches!(draft.at, Where::OnWay(_));
            self.all.iter_mut().filter(on_way).for_each(|draft| draft.at = Where::Stowed);
        }
        self.claim();
        before.is_some()
    }

    /// What has no name is theirs who sit here.
    fn claim(&mut self) {
        let Some(me) = &self.me else { return };
        for draft in self.all.iter_mut().filter(|draft| draft.by.is_none()) {
            draft.by = Some(me.clone());
            self.changed = true;
        }
    }

    /// What is being written into the conversation of a case.
    #[must_use]
    pub fn talk(&self, hall: &Hall, id: IncidentId) -> &str {
        let me = self.me.as_deref();
        let mut own = self.all.iter().filter(|draft| draft.piece.desk() == Desk::Talk && draft.is_of(hall, id, me));
        match own.next().map(|draft| &draft.piece) {
            Some(Piece::Talk(words)) => words,
            _ => "",
        }
    }

    /// Something else is being written into the conversation of a case.
    pub fn write_talk(&mut self, hall: &Hall, id: IncidentId, words: String) {
        let (me, before) = (self.me.as_deref(), self.all.len());
        self.all.retain(|draft| draft.piece.desk() != Desk::Talk || !draft.is_of(hall, id, me));
        self.changed |= self.all.len() != before;
        if !words.is_empty() {
            self.put(hall, id, Piece::Talk(words), Where::Stowed);
        }
    }

    /// A form of the card as it is now. One in which nothing was written is not kept.
    pub fn write_form(&mut self, hall: &Hall, id: IncidentId, form: &Form) {
        self.write(hall, id, Piece::Form(changes(hall, id, form)));
    }

    /// What the dispatch dialog has now.
    pub fn write_sending(&mut self, hall: &Hall, id: IncidentId, sending: &Sending) {
        self.write(hall, id, Piece::Sending(sending.clone()));
    }

    /// The reason in the dialog of a plan as it is now.
    pub fn write_reason(&mut self, hall: &Hall, id: IncidentId, reason: &str) {
        self.write(hall, id, Piece::Reason(reason.to_owned()));
    }

    /// The form on the screen was cancelled.
    pub fn drop_form(&mut self) {
        self.drop_open(Desk::Card);
    }

    /// The dispatch dialog was cancelled.
    pub fn drop_sending(&mut self) {
        self.drop_open(Desk::Dispatch);
    }

    /// The form on the screen is put away: another case was chosen.
    pub fn stow_form(&mut self) {
        self.stow(Desk::Card);
    }

    /// The dispatch dialog is put away.
    pub fn stow_sending(&mut self) {
        self.stow(Desk::Dispatch);
    }

    /// The dialog of a plan is put away.
    pub fn stow_reason(&mut self) {
        self.stow(Desk::Plan);
    }

    /// An order is given: what was told of those before is old.
    pub fn give(&mut self) {
        self.refused.clear();
    }

    /// The order of a form was given. One that has nothing to be filled in does not come back.
    pub fn send_form(&mut self, hall: &Hall, id: IncidentId, form: &Form, secs: f32) {
        self.drop_form();
        if !matches!(form, Form::Moves | Form::MergeAll) {
            self.put(hall, id, Piece::Form(changes(hall, id, form)), Where::OnWay(secs));
        }
    }

    /// The order of the dispatch dialog was given.
    pub fn send_sending(&mut self, hall: &Hall, id: IncidentId, sending: Sending, secs: f32) {
        self.drop_sending();
        self.put(hall, id, Piece::Sending(sending), Where::OnWay(secs));
    }

    /// An order of the dialog of a plan was given for a reason.
    pub fn send_reason(&mut self, hall: &Hall, id: IncidentId, reason: String, secs: f32) {
        self.drop_open(Desk::Plan);
        self.put(hall, id, Piece::Reason(reason), Where::OnWay(secs));
    }

    /// Somebody did this: what they sent first from here, of its sort and case, has arrived, also when they left since.
    pub(super) fn heard(&mut self, by: &str, what: &What) {
        let told = |draft: &Draft| {
            (matches!(draft.at, Where::OnWay(_)) || draft.piece.desk() == Desk::Talk)
                && draft.by.as_deref() == Some(by)
                && Some(draft.incident) == what.incident()
                && draft.piece.is_told_by(what)
        };
        if let Some(at) = self.all.iter().position(told) {
            self.all.remove(at);
            self.changed = true;
        }
    }

    /// An order of who sits here was refused, and why; what they sent first is given back.
    pub(super) fn refuse(&mut self, why: String, secs: f32) {
        let (me, before) = (&self.me, self.all.len());
        let is_old = |draft: &Draft| matches!(draft.at, Where::OnWay(sent) if secs - sent >= LET_GO_SECS);
        self.all.retain(|draft| draft.by != *me || !is_old(draft));
        self.changed |= self.all.len() != before;
        let on_way = |draft: &&mut Draft| draft.by == *me && matches!(draft.at, Where::OnWay(_));
        if let Some(first) = self.all.iter_mut().find(on_way) {
            first.at = Where::Back;
        }
        match self.refused.iter_mut().find(|(known, _)| *known == why) {
            Some((_, times)) => *times += 1,
            None => self.refused.push((why, 1)),
        }
    }

    /// The form of a case that is to be open again, and whether that is because its order was refused.
    pub fn take_form(&mut self, hall: &Hall, id: IncidentId) -> Option<(Form, bool)> {
        match self.take(hall, id, Desk::Card)? {
            (Piece::Form(Form::Answers(changes)), refused) => {
                let mut answers = hall.dossier(id).answers.clone();
                answers.take(&changes);
                Some((Form::Answers(answers), refused))
            }
            (Piece::Form(form), refused) => Some((form, refused)),
            (Piece::Sending(_) | Piece::Reason(_) | Piece::Talk(_), _) => None,
        }
    }

    /// What the dispatch dialog of a case is to have again.
    pub fn take_sending(&mut self, hall: &Hall, id: IncidentId) -> Option<Sending> {
        match self.take(hall, id, Desk::Dispatch)?.0 {
            Piece::Sending(sending) => Some(sending),
            Piece::Form(_) | Piece::Reason(_) | Piece::Talk(_) => None,
        }
    }

    /// The reason that the dialog of the plan of a case is to have again.
    pub fn take_reason(&mut self, hall: &Hall, id: IncidentId) -> Option<String> {
        match self.take(hall, id, Desk::Plan)?.0 {
            Piece::Reason(reason) => Some(reason),
            Piece::Form(_) | Piece::Sending(_) | Piece::Talk(_) => None,
        }
    }

    /// Whether something that was to be sent to a case waits for its dialog.
    #[must_use]
    pub fn has_sending(&self, hall: &Hall, id: IncidentId) -> bool {
        let me = self.me.as_deref();
        self.all.iter().any(|draft| draft.waits() && draft.piece.desk() == Desk::Dispatch && draft.is_of(hall, id, me))
    }

    /// Whether the dialog of a case is to be open again: its order was refused just now.
    #[must_use]
    pub fn sends_again(&self, hall: &Hall, id: IncidentId) -> bool {
        self.is_back(hall, id, Desk::Dispatch)
    }

    /// Whether the dialog of the plan of a case is to be open again: what was done for a reason was refused just now.
    #[must_use]
    pub fn reasons_again(&self, hall: &Hall, id: IncidentId) -> bool {
        self.is_back(hall, id, Desk::Plan)
    }

    fn is_back(&self, hall: &Hall, id: IncidentId, desk: Desk) -> bool {
        let me = self.me.as_deref();
        self.all.iter().any(|draft| draft.at == Where::Back && draft.piece.desk() == desk && draft.is_of(hall, id, me))
    }

    /// Why the last orders were refused; one that was told several times with how often.
    #[must_use]
    pub fn refused_words(&self) -> Option<String> {
        let line = |(why, times): &(String, usize)| match times {
            1 => why.clone(),
            times => format!("{why} ×{times}"),
        };
        (!self.refused.is_empty()).then(|| self.refused.iter().map(line).collect::<Vec<_>>().join("\n"))
    }

    /// Keep what has changed; what was written since is of `today`.
    pub(super) fn keep(&mut self, today: i64) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        for draft in &mut self.all {
            draft.day.get_or_insert(today);
        }
        let rows = Rows { drafts: self.all.iter().filter(|draft| draft.piece.is_written()).map(Row::of).collect() };
        if rows != self.kept {
            if let Some(file) = &self.file {
                file.write(Some(&rows).filter(|rows| !rows.drafts.is_empty()));
            }
            self.kept = rows;
        }
    }

    fn write(&mut self, hall: &Hall, id: IncidentId, piece: Piece) {
        self.drop_open(piece.desk());
        if piece.is_written() {
            self.put(hall, id, piece, Where::Open);
        }
    }

    fn put(&mut self, hall: &Hall, id: IncidentId, piece: Piece, at: Where) {
        let Some(known_at) = hall.incident(id).map(|incident| incident.known_at) else { return };
        self.all.push(Draft { incident: id, known_at, by: self.me.clone(), piece, at, day: None });
        if self.all.len() > MOST {
            self.all.remove(0);
        }
        self.changed = true;
    }

    fn drop_open(&mut self, desk: Desk) {
        let before = self.all.len();
        self.all.retain(|draft| draft.at != Where::Open || draft.piece.desk() != desk);
        self.changed |= self.all.len() != before;
    }

    fn stow(&mut self, desk: Desk) {
        let is_open = |draft: &Draft| draft.at == Where::Open && draft.piece.desk() == desk;
        self.all.retain(|draft| !is_open(draft) || draft.piece.is_written());
        for draft in self.all.iter_mut().filter(|draft| is_open(draft)) {
            draft.at = Where::Stowed;
        }
    }

    /// What was refused comes before what was put away.
    fn take(&mut self, hall: &Hall, id: IncidentId, desk: Desk) -> Option<(Piece, bool)> {
        let me = self.me.as_deref();
        let fits = |draft: &&mut Draft| draft.waits() && draft.piece.desk() == desk && draft.is_of(hall, id, me);
        let found = self.all.iter_mut().filter(fits).min_by_key(|draft| draft.at != Where::Back)?;
        let refused = found.at == Where::Back;
        (found.at, found.day) = (Where::Open, None);
        self.changed = true;
        Some((found.piece.clone(), refused))
    }
}

impl Row {
    fn of(draft: &Draft) -> Self {
        let Draft { incident, known_at, by, piece, day, .. } = draft.clone();
        Self { incident, known_at, by, day, what: piece }
    }

    fn stowed(self) -> Draft {
        let Self { incident, known_at, by, day, what } = self;
        Draft { incident, known_at, by, piece: what, at: Where::Stowed, day }
    }
}

/// A form with only what is other than the hall has it.
fn changes(hall: &Hall, id: IncidentId, form: &Form) -> Form {
    match form {
        Form::Answers(answers) => Form::Answers(hall.dossier(id).answers.changed_by(answers)),
        other => other.clone(),
    }
}
