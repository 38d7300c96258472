//! The case's form: what was answered, what is asked for still, and filling it in.

use egui::{Key, Label, Modifiers, RichText, Ui};
use rust_i18n::t;

use super::model::IncidentCard;
use super::panel::{CardView, CardWish, Form, name_ui};
use crate::domain::{Answers, Order, Stage};
use crate::screen::form::{FormWish, fault, fields_ui, id};
use crate::screen::input::{TakeKey, escaped};
use crate::screen::look::tokens;
use crate::screen::shown::Intent;

/// Its widgets' own part of their names.
const DIALOG: &str = "card";

/// What was answered, one to a line, and the names of what is asked for still.
pub(super) fn form_rows_ui(ui: &mut Ui, card: &IncidentCard) {
    let (answered, missing): (Vec<_>, Vec<_>) = card.form_lines.iter().partition(|line| line.answer.is_some());
    if answered.is_empty() && (missing.is_empty() || card.stage == Stage::Closed) {
        return;
    }
    ui.horizontal_top(|ui| {
        name_ui(ui, "card.form");
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for line in answered {
                let answer = line.answer.as_deref().unwrap_or_default();
                ui.add(Label::new(t!("answers.line", name = line.name, answer = answer)).wrap());
            }
            if !missing.is_empty() && card.stage != Stage::Closed {
                let names: Vec<&str> = missing.iter().map(|line| line.name.as_str()).collect();
                let asked = t!("answers.missing", names = names.join(&t!("answers.between")));
                ui.add(Label::new(RichText::new(asked).small().color(tokens::DIM.egui())).wrap());
            }
        });
    });
}

/// Fill it in: button and key.
pub(super) fn actions_ui(ui: &mut Ui, card: &IncidentCard, keys: bool, wishes: &mut Vec<CardWish>) {
    if card.fields.is_empty() || card.stage == Stage::Closed {
        return;
    }
    let pressed = keys && ui.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::E));
    if ui.button(format!("{}  Ctrl E", t!("card.form_fill"))).clicked() || pressed {
        wishes.push(CardWish::Form(Some(Form::Answers(card.dossier.answers.clone()))));
    }
}

/// The form as it is filled in; `Ctrl Enter` keeps it.
pub(super) fn form_ui(
    ui: &mut Ui,
    view: &CardView<'_>,
    before: &Answers,
    card: &IncidentCard,
    wishes: &mut Vec<CardWish>,
) {
    let locale = rust_i18n::locale().to_string();
    let focus = |ui: &mut Ui, at: usize| {
        if let Some(field) = card.fields.get(at) {
            ui.memory_mut(|memory| memory.request_focus(id(DIALOG, &field.code)));
        }
    };
    let keep = ui.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::Enter));
    let mut now = before.clone();
    for wish in fields_ui(ui, DIALOG, (&card.fields, before, &locale), &card.components) {
        match wish {
            FormWish::Answer(field, answer) => now.set(&field, &answer),
            FormWish::Next(at) => focus(ui, at + 1),
        }
    }
    if view.focus_form {
        let missing = |line: &crate::config::forms::Field| before.get(&line.code).is_none_or(str::is_empty);
        focus(ui, card.fields.iter().position(missing).unwrap_or_default());
    }
    let faulty = card.fields.iter().any(|field| fault(field, now.get(&field.code).unwrap_or_default()).is_some());
    let said = card.dossier.answers.changed_by(&now);
    let ready = !faulty && !said.is_empty();
    let (mut done, mut dropped) = (false, false);
    ui.horizontal(|ui| {
        let button = egui::Button::new(format!("{}  Ctrl Enter", t!("answers.keep")));
        done = ui.add_enabled(ready, button).clicked() || (keep && ready);
        dropped = ui.button(t!("card.cancel")).clicked() || escaped(ui);
    });
    if done {
        // As it is sent, for where it is refused.
        if now != *before {
            wishes.push(CardWish::Form(Some(Form::Answers(now))));
        }
        let order = Order::AnswerForm { incident: card.id, answers: said };
        wishes.push(CardWish::Hall(Intent::Order(order)));
        wishes.push(CardWish::Form(None));
    } else if dropped {
        wishes.push(CardWish::Form(None));
    } else if now != *before {
        wishes.push(CardWish::Form(Some(Form::Answers(now))));
    }
}
