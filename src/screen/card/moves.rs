//! What can be done with a case beside moving it forward: the menu of its side moves, and their forms.

use egui::{Key, RichText, Ui};
use rust_i18n::t;
use serde::{Deserialize, Serialize};

use super::model::{IncidentCard, Likely};
use super::panel::{CardView, CardWish, Form};
use super::recheck::CheckerShown;
use crate::domain::order::TEXT_MAX;
use crate::domain::{
    CaseMove, Channel, Finding, IncidentId, Limit, Link, MoveKind, Order, Phase, Run, Satisfaction, Telling, Verdict,
};
use crate::screen::input::{escaped, pressed_alone};
use crate::screen::look::unusable::letters_in;
use crate::screen::look::{tokens, words};
use crate::screen::shown::Intent;

/// Keys that choose from a menu of the card, in its order, each with what it is called. Letters are those of the desk.
pub(super) const CHOICES: [(Key, &str); 13] = [
    (Key::Num1, "1"),
    (Key::Num2, "2"),
    (Key::Num3, "3"),
    (Key::Num4, "4"),
    (Key::Num5, "5"),
    (Key::Num6, "6"),
    (Key::Num7, "7"),
    (Key::Num8, "8"),
    (Key::Num9, "9"),
    (Key::Num0, "0"),
    (Key::OpenBracket, "["),
    (Key::CloseBracket, "]"),
    (Key::Backslash, "\\"),
];

/// A side move that is being filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveForm {
    /// Which.
    pub kind: MoveKind,
    /// The reason, the words, or the number of the other case, so far.
    pub words: String,
    /// Which of its choices, where it has some.
    pub choice: usize,
    /// The limit that is to be longer, and how long it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<(Phase, Limit)>,
    /// Who can be asked to look, as they stood when it was opened: a choice stays whose it is while crews move.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkers: Vec<CheckerShown>,
}

/// Parts of a limit, in per cent, by which it may be asked to be longer.
const EXTENSIONS: [i64; 4] = [25, 50, 100, 200];

impl MoveForm {
    /// The form of a move, as far as the card fills it; `None` where there is nothing to fill in.
    fn new(kind: MoveKind, card: &IncidentCard) -> Option<Self> {
        let words = match kind {
            MoveKind::AskVerification | MoveKind::EndSupervision => return None,
            MoveKind::Merge => card.likely.first().map(|likely| likely.id),
            MoveKind::Unlink => card.dossier.links.keys().next().copied(),
            _ => None,
        };
        let running = card.limits.iter().filter(|one| matches!(one.timer.run, Run::Running { .. }));
        // The one that is due first; the whole only where nothing else runs.
        let limit = running.map(|one| (one.timer.phase, one.timer.limit)).min_by_key(|(phase, _)| *phase);
        let checkers = if kind == MoveKind::AskRecheck { card.checkers.clone() } else { Vec::new() };
        Some(Self { kind, words: words.map_or_else(String::new, |id| id.0.to_string()), choice: 0, limit, checkers })
    }

    fn choices(&self) -> Vec<String> {
        let of = |group: &str, word: &str| t!(format!("move.{group}.{word}")).into_owned();
        match self.kind {
            MoveKind::AskRecheck => self.checkers.iter().map(|one| one.name.clone()).collect(),
            MoveKind::AnswerRecheck => Finding::ALL.iter().map(|one| of("finding", one.word())).collect(),
            MoveKind::AnswerVerification => Verdict::ALL.iter().map(|one| of("verdict", one.word())).collect(),
            MoveKind::Link => Link::ALL.iter().map(|one| of("link_as", one.word())).collect(),
            MoveKind::Rate => Satisfaction::ALL.iter().map(|one| of("satisfaction", one.word())).collect(),
            MoveKind::TellAccepted | MoveKind::TellEnded => {
                Channel::ALL.iter().map(|one| of("channel", one.word())).collect()
            }
            MoveKind::AskExtension => {
                let amount =
                    |percent: &i64| self.extra(*percent).map(|(_, limit)| words::amount(limit.clock, limit.millis));
                EXTENSIONS.iter().filter_map(amount).map(|amount| format!("+{amount}")).collect()
            }
            _ => Vec::new(),
        }
    }

    /// So much of the limit more.
    fn extra(&self, percent: i64) -> Option<(Phase, Limit)> {
        let (phase, limit) = self.limit?;
        Some((phase, Limit { millis: (limit.millis.saturating_mul(percent) / 100).max(1), ..limit }))
    }

    fn names_another(&self) -> bool {
        matches!(self.kind, MoveKind::Merge | MoveKind::Link | MoveKind::Unlink)
    }

    fn other(&self) -> Option<IncidentId> {
        self.words.trim().trim_start_matches('#').parse().ok().map(IncidentId)
    }

    /// The move, or the key of what is missing.
    pub(super) fn step(&self) -> Result<CaseMove, &'static str> {
        let words = self.words.trim().to_owned();
        let reason = || if words.is_empty() { Err("refusal.reason_missing") } else { Ok(words.clone()) };
        let other = || self.other().ok_or("move.which");
        let choice = "move.choose";
        Ok(match self.kind {
            MoveKind::AskVerification => CaseMove::AskVerification,
            MoveKind::AnswerVerification => {
                CaseMove::AnswerVerification { verdict: *Verdict::ALL.get(self.choice).ok_or(choice)?, words }
            }
            MoveKind::Reject => CaseMove::Reject { reason: reason()? },
            MoveKind::NotFile => CaseMove::NotFile { reason: reason()? },
            MoveKind::Return => CaseMove::Return { reason: reason()? },
            MoveKind::AskRecheck => {
                let checker = self.checkers.get(self.choice).ok_or("move.nobody_to_ask")?;
                CaseMove::AskRecheck { of: checker.checker.clone(), words }
            }
            MoveKind::AnswerRecheck => match *Finding::ALL.get(self.choice).ok_or(choice)? {
                Finding::Pass => CaseMove::AnswerRecheck { finding: Finding::Pass, words },
                finding => CaseMove::AnswerRecheck { finding, words: reason()? },
            },
            MoveKind::Rework => CaseMove::Rework { reason: reason()? },
            MoveKind::Reopen => CaseMove::Reopen { reason: reason()? },
            MoveKind::Void => CaseMove::Void { reason: reason()? },
            MoveKind::Unmerge => CaseMove::Unmerge { reason: reason()? },
            MoveKind::Supervise => CaseMove::Supervise { reason: reason()? },
            MoveKind::EndSupervision => CaseMove::EndSupervision,
            MoveKind::Urge => CaseMove::Urge { words },
            MoveKind::AskExtension => {
                let percent = EXTENSIONS.get(self.choice).ok_or(choice)?;
                let (phase, limit) = self.extra(*percent).ok_or("move.no_limit")?;
                CaseMove::AskExtension { phase, millis: limit.millis, reason: reason()? }
            }
            MoveKind::GrantExtension => CaseMove::GrantExtension { words },
            MoveKind::RefuseExtension => CaseMove::RefuseExtension { reason: reason()? },
            MoveKind::Merge => CaseMove::Merge { into: other()? },
            MoveKind::Link => CaseMove::Link { to: other()?, link: *Link::ALL.get(self.choice).ok_or(choice)? },
            MoveKind::Unlink => CaseMove::Unlink { to: other()? },
            MoveKind::TellAccepted | MoveKind::TellEnded => CaseMove::Tell {
                what: if self.kind == MoveKind::TellEnded { Telling::Ended } else { Telling::Accepted },
                by: *Channel::ALL.get(self.choice).ok_or(choice)?,
                words,
            },
            MoveKind::Rate => {
                CaseMove::Rate { satisfaction: *Satisfaction::ALL.get(self.choice).ok_or(choice)?, words }
            }
        })
    }
}

/// Name of a move.
fn name(kind: MoveKind) -> String {
    t!(format!("move.{}", kind.word())).into_owned()
}

fn order(card: &IncidentCard, step: CaseMove) -> CardWish {
    CardWish::Hall(Intent::Order(Order::MoveIncident { incident: card.id, step }))
}

fn choose(kind: MoveKind, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    if let Some(form) = MoveForm::new(kind, card) {
        wishes.push(CardWish::Form(Some(Form::Move(form))));
    } else {
        let step = MoveForm { kind, words: String::new(), choice: 0, limit: None, checkers: Vec::new() }.step();
        wishes.extend(step.ok().map(|step| order(card, step)));
        wishes.push(CardWish::Form(None));
    }
}

/// Choices, each with its key where it has one, and the way out; the place of the one that a key or a click chose.
pub(super) fn chosen_ui(
    ui: &mut Ui,
    choices: Vec<(String, Option<(Key, &str)>)>,
    wishes: &mut Vec<CardWish>,
) -> Option<usize> {
    let keys = ui.is_enabled() && !ui.ctx().text_edit_focused();
    let mut chosen = None;
    ui.horizontal_wrapped(|ui| {
        for (at, (name, key)) in choices.into_iter().enumerate() {
            let pressed = key.is_some_and(|(key, _)| keys && ui.input(|i| pressed_alone(i, key) > 0));
            let text = key.map_or_else(|| name.clone(), |(_, called)| format!("{name}  {called}"));
            if ui.button(text).clicked() || pressed {
                chosen = Some(at);
            }
        }
        if ui.button(t!("card.cancel")).clicked() || (keys && escaped(ui)) {
            wishes.push(CardWish::Form(None));
        }
    });
    chosen
}

/// The moves that the case can make now.
pub(super) fn menu_ui(ui: &mut Ui, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let moves = card.moves.iter().enumerate();
    let moves = moves.map(|(at, kind)| (name(*kind), CHOICES.get(at).copied())).collect();
    if let Some(kind) = chosen_ui(ui, moves, wishes).and_then(|at| card.moves.get(at)) {
        choose(*kind, card, wishes);
    }
}

/// The form of a move.
pub(super) fn form_ui(
    ui: &mut Ui,
    view: &CardView<'_>,
    before: &MoveForm,
    card: &IncidentCard,
    wishes: &mut Vec<CardWish>,
) {
    let mut form = before.clone();
    ui.label(RichText::new(name(form.kind)).color(tokens::ACCENT.egui()));
    let choices = form.choices();
    if !choices.is_empty() {
        ui.horizontal_wrapped(|ui| {
            for (at, text) in choices.iter().enumerate() {
                if ui.selectable_label(form.choice == at, text).clicked() {
                    form.choice = at;
                }
            }
        });
        // In a line of text there is nothing above or below.
        let steps = |key: Key| ui.input(|i| i.num_presses(key));
        form.choice = (form.choice + steps(Key::ArrowDown)).saturating_sub(steps(Key::ArrowUp)).min(choices.len() - 1);
    }
    if form.kind == MoveKind::Merge {
        for likely in &card.likely {
            if ui.selectable_label(form.other() == Some(likely.id), likely_words(likely)).clicked() {
                form.words = likely.id.0.to_string();
            }
        }
    }
    let hint = match form.kind {
        _ if form.names_another() => t!("move.number_hint"),
        MoveKind::AnswerRecheck if form.choice > 0 => t!("card.reason_hint"),
        MoveKind::AnswerVerification
        | MoveKind::AskRecheck
        | MoveKind::AnswerRecheck
        | MoveKind::Urge
        | MoveKind::Rate
        | MoveKind::GrantExtension
        | MoveKind::TellAccepted
        | MoveKind::TellEnded => t!("move.words_hint"),
        _ => t!("card.reason_hint"),
    };
    let field = egui::TextEdit::singleline(&mut form.words).char_limit(letters_in(TEXT_MAX));
    let field = ui.add(field.hint_text(hint).desired_width(f32::INFINITY));
    if view.focus_form {
        field.request_focus();
    }
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    let step = form.step();
    let (mut done, mut dropped) = (false, false);
    ui.horizontal_wrapped(|ui| {
        let button = egui::Button::new(t!("move.now", what = name(form.kind)));
        done = ui.add_enabled(step.is_ok(), button).clicked() || (entered && step.is_ok());
        dropped = ui.button(t!("card.cancel")).clicked() || escaped(ui);
        if let Err(key) = &step {
            ui.label(RichText::new(t!(*key)).small().color(tokens::DIM.egui()));
        }
    });
    match step {
        Ok(step) if done => {
            // As it is sent, for where it is refused.
            if form != *before {
                wishes.push(CardWish::Form(Some(Form::Move(form))));
            }
            wishes.push(order(card, step));
            wishes.push(CardWish::Form(None));
        }
        _ if dropped => wishes.push(CardWish::Form(None)),
        _ if form != *before => wishes.push(CardWish::Form(Some(Form::Move(form)))),
        _ => {}
    }
}

/// A case that may be the same thing, in a line.
pub(super) fn likely_words(likely: &Likely) -> String {
    let away = likely.metres.map_or_else(|| t!("move.same_address").into_owned(), super::panel::away);
    let apart = t!("move.apart", time = words::age(likely.secs_apart));
    format!("#{} {} · {away} · {apart}", likely.id.0, likely.kind)
}

/// What callers are owed, and the keys that lead to it.
pub(super) fn to_tell_ui(ui: &mut Ui, card: &IncidentCard) {
    let Some((what, count)) = card.to_tell else { return };
    let at = card.moves.iter().position(|kind| *kind == what.kind());
    let key = at.and_then(|at| CHOICES.get(at)).map_or_else(|| "H".to_owned(), |(_, called)| format!("H {called}"));
    let what = name(what.kind());
    let text = t!("card.to_tell_now", what = what, count = count, key = key);
    ui.horizontal_top(|ui| {
        super::panel::name_ui(ui, "card.to_tell");
        ui.add(egui::Label::new(RichText::new(text).color(tokens::ACCENT.egui())).wrap());
    });
}

/// Whether all cases that may be the same thing are to be merged into this one: asked before it is done.
pub(super) fn merge_all_ui(ui: &mut Ui, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let keys = ui.is_enabled() && !ui.ctx().text_edit_focused();
    let pressed = |ui: &Ui, key: Key| keys && ui.input(|i| pressed_alone(i, key) > 0);
    ui.label(RichText::new(t!("move.merge_all_ask", count = card.alike.len())).color(tokens::ACCENT.egui()));
    ui.horizontal_wrapped(|ui| {
        let go = ui.button(format!("{}  Enter", t!("move.merge_all_now"))).clicked() || pressed(ui, Key::Enter);
        let drop = ui.button(format!("{}  Esc", t!("card.cancel"))).clicked() || pressed(ui, Key::Escape);
        if go {
            let merge = |id: &IncidentId| {
                let step = CaseMove::Merge { into: card.id };
                CardWish::Hall(Intent::Order(Order::MoveIncident { incident: *id, step }))
            };
            wishes.extend(card.alike.iter().map(merge));
        }
        if go || drop {
            wishes.push(CardWish::Form(None));
        }
    });
}
