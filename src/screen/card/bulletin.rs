//! Reports of a case to those above: what is owed until when, what was filed, and the next one to be written.

use egui::{Key, KeyboardShortcut, Label, Modifiers, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::IncidentCard;
use super::panel::{CardView, CardWish, Form, name_ui};
use super::since::since;
use crate::domain::casualty::{self, Harm};
use crate::domain::order::TEXT_MAX;
use crate::domain::{Answers, Bulletin, Lamp, Order};
use crate::screen::form::said;
use crate::screen::input::{TakeKey, escaped, pressed_alone};
use crate::screen::look::unusable::letters_in;
use crate::screen::look::{lamp, tokens, words};
use crate::screen::shown::Intent;

/// Name of a report.
pub(super) fn name(which: Bulletin) -> String {
    t!(format!("bulletin.{}", which.word())).into_owned()
}

/// What is owed and what was filed; nothing where neither is.
pub(super) fn bulletin_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard) {
    if card.owed.is_none() && card.filed.is_empty() {
        return;
    }
    ui.horizontal_top(|ui| {
        name_ui(ui, "card.bulletins");
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            if let Some(owed) = card.owed {
                ui.horizontal(|ui| {
                    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
                    let now = owed.lamp(view.now);
                    let color = if now == Lamp::Green { tokens::DIM } else { tokens::TEXT };
                    lamp::sign(ui.painter(), rect.center(), 6.0, Some(now), color.egui());
                    let secs = owed.due.secs_since(view.now);
                    let time = words::minutes(secs.abs());
                    let left =
                        if secs < 0 { t!("bulletin.over_by", time = time) } else { t!("bulletin.left", time = time) };
                    let text = RichText::new(format!("{} · {left}", name(owed.which))).color(color.egui());
                    ui.add(Label::new(text).truncate());
                });
            }
            if let Some(last) = card.filed.last() {
                let at = words::day_hour_minute(last.at, view.utc_offset_secs);
                let told = t!("bulletin.filed", count = card.filed.len(), which = name(last.which), time = at);
                let said = RichText::new(told).small().color(tokens::DIM.egui());
                ui.add(Label::new(said).wrap()).on_hover_text(&last.text);
            }
        });
    });
}

/// Write the next report: button and key.
pub(super) fn actions_ui(ui: &mut Ui, card: &IncidentCard, keys: bool, wishes: &mut Vec<CardWish>) {
    let Some(which) = card.next_bulletin.filter(|_| card.owed.is_some() || !card.filed.is_empty()) else { return };
    let pressed = keys && ui.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::B));
    if ui.button(format!("{}  Ctrl B", t!("bulletin.write", which = name(which)))).clicked() || pressed {
        wishes.push(CardWish::Form(Some(Form::Bulletin(which, card.draft.clone()))));
    }
}

/// The report as it is written; `Enter` sends it, with Shift it begins a line.
pub(super) fn form_ui(
    ui: &mut Ui,
    view: &CardView<'_>,
    (which, before): (Bulletin, &str),
    card: &IncidentCard,
    wishes: &mut Vec<CardWish>,
) {
    ui.label(RichText::new(name(which)).color(tokens::ACCENT.egui()));
    let mut text = before.to_owned();
    let line = KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter);
    let field = egui::TextEdit::multiline(&mut text)
        .char_limit(letters_in(TEXT_MAX))
        .desired_rows(8)
        .desired_width(f32::INFINITY)
        .return_key(line);
    let field = ui.add(field);
    if view.focus_form {
        field.request_focus();
    }
    let entered = field.has_focus() && ui.input(|input| pressed_alone(input, Key::Enter) > 0);
    let ready = !text.trim().is_empty();
    let (mut done, mut dropped) = (false, false);
    ui.horizontal_wrapped(|ui| {
        let button = egui::Button::new(format!("{}  Enter", t!("bulletin.send")));
        done = ui.add_enabled(ready, button).clicked() || (entered && ready);
        dropped = ui.button(t!("card.cancel")).clicked() || escaped(ui);
        ui.label(RichText::new(t!("bulletin.hint")).small().color(tokens::DIM.egui()));
    });
    if done {
        // As it is sent, for where it is refused.
        if text != before {
            wishes.push(CardWish::Form(Some(Form::Bulletin(which, text.clone()))));
        }
        let order = Order::FileReport { incident: card.id, which, text };
        wishes.push(CardWish::Hall(Intent::Order(order)));
        wishes.push(CardWish::Form(None));
    } else if dropped {
        wishes.push(CardWish::Form(None));
    } else if text != before {
        wishes.push(CardWish::Form(Some(Form::Bulletin(which, text))));
    }
}

/// What was answered of anything but the dead, missing, trapped and injured, of whom a line of their own tells.
fn without_casualties(answers: &Answers) -> Answers {
    let mut others = Answers::new();
    for (field, answer) in answers.iter().filter(|(field, _)| Harm::ALL.iter().all(|harm| harm.field() != *field)) {
        others.set(field, answer);
    }
    others
}

/// A place with the areas that it lies in.
pub(super) fn with_areas(card: &IncidentCard, place: &str) -> String {
    if card.areas.is_empty() {
        place.to_owned()
    } else {
        t!("bulletin.where", areas = card.areas.join(" "), place = place).into_owned()
    }
}

/// What a report says before anybody wrote in it: what happened where and when, what changed since the last report, how
/// many are hurt by the form and the text, how far it is, who is there, and what comes next.
#[must_use]
pub fn draft(card: &IncidentCard, utc_offset_secs: i32) -> String {
    let when = words::day_hour_minute(card.happened_at, utc_offset_secs);
    let unknown = || t!("card.place_unknown").into_owned();
    let place = with_areas(card, &card.place.clone().unwrap_or_else(unknown));
    let mut lines = vec![
        t!("bulletin.what", when = when, place = place, grade = words::grade(card.grade), kind = card.kind)
            .into_owned(),
    ];
    lines.extend(since(card, utc_offset_secs));
    if !card.text.is_empty() {
        lines.push(t!("bulletin.said", text = card.text).into_owned());
    }
    let known = casualty::known(&card.dossier.answers, &card.text);
    if !known.is_empty() {
        let casualties: Vec<String> = known.iter().map(words::casualty).collect();
        lines.push(t!("bulletin.casualties", casualties = casualties.join(&t!("bulletin.comma"))).into_owned());
    }
    let answered: Vec<String> = said(&card.fields, &without_casualties(&card.dossier.answers), &rust_i18n::locale())
        .into_iter()
        .filter_map(|line| Some(t!("answers.line", name = line.name, answer = line.answer?).into_owned()))
        .collect();
    if !answered.is_empty() {
        lines.push(t!("bulletin.form", answers = answered.join(&t!("bulletin.comma"))).into_owned());
    }
    let names = |tasks: Vec<&super::model::TaskShown>| {
        tasks.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(&t!("bulletin.comma"))
    };
    let sent: Vec<_> = card.tasks.iter().collect();
    lines.push(if sent.is_empty() {
        t!("bulletin.nobody", stage = words::stage(card.stage)).into_owned()
    } else {
        t!("bulletin.sent", stage = words::stage(card.stage), count = sent.len(), names = names(sent)).into_owned()
    });
    let here = card.tasks.iter().filter(|one| one.task.reached_at(crate::domain::TaskState::OnScene).is_some());
    let here: Vec<_> = here.collect();
    if !here.is_empty() {
        lines.push(t!("bulletin.there", names = names(here)).into_owned());
    }
    if let Some(plan) = &card.plan {
        let words = crate::screen::plans::progress_words(plan);
        lines.push(t!("bulletin.plan", plan = plan.name, words = words).into_owned());
        let next = plan.steps.iter().filter(|step| matches!(step.state, crate::domain::StepState::Runs { .. }));
        let next: Vec<&str> = next.take(3).map(|step| step.name.as_str()).collect();
        if !next.is_empty() {
            lines.push(t!("bulletin.next", steps = next.join(&t!("bulletin.semicolon"))).into_owned());
        }
    }
    if let Some(closing) = &card.closing {
        let at = words::day_hour_minute(closing.at, utc_offset_secs);
        lines.push(t!("bulletin.closed", time = at, reason = closing.reason).into_owned());
    }
    lines.join("\n")
}
