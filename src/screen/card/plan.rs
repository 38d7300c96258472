//! The plan of the case: how far it is, and what is to be done of it now.

use egui::{Key, Label, Modifiers, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::IncidentCard;
use super::panel::{CardView, CardWish, name_ui};
use crate::domain::{Lamp, StepState};
use crate::screen::input::TakeKey;
use crate::screen::look::tokens;
use crate::screen::plans::model::StepShown;
use crate::screen::plans::{progress_words, sign, state_words};
use crate::screen::shown::Intent;

/// Steps that are shown; the others stand in the dialog.
const STEPS_MOST: usize = 5;

/// Its plan in rows; none where there is none.
pub(super) fn plan_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard) {
    let Some(plan) = &card.plan else { return };
    ui.horizontal_top(|ui| {
        name_ui(ui, "card.plan");
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            let color = if plan.running { tokens::TEXT } else { tokens::FAINT };
            ui.add(Label::new(RichText::new(&plan.name).color(color.egui())).wrap());
            let words = RichText::new(progress_words(plan)).small().color(tokens::DIM.egui());
            ui.add(Label::new(words).wrap());
            if !plan.running {
                return;
            }
            let mut open: Vec<&StepShown> =
                plan.steps.iter().filter(|step| matches!(step.state, StepState::Runs { .. })).collect();
            open.sort_by_key(|step| match step.state {
                StepState::Runs { due, .. } => (due, step.number),
                _ => (view.now, step.number),
            });
            for step in open.iter().take(STEPS_MOST) {
                ui.horizontal(|ui| {
                    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
                    sign(ui.painter(), rect.center(), step.state, view.now);
                    let late = step.state.lamp(view.now) == Some(Lamp::Red);
                    let text = format!("{} · {}", state_words(step.state, view.now), step.name);
                    let color = if late { tokens::TEXT } else { tokens::DIM };
                    ui.add(Label::new(RichText::new(text).small().color(color.egui())).truncate());
                });
            }
            if open.len() > STEPS_MOST {
                let more = t!("around.more", count = open.len() - STEPS_MOST);
                ui.label(RichText::new(more).small().color(tokens::FAINT.egui()));
            }
        });
    });
}

/// Start the plan that fits, or look at the one that runs: button and key.
pub(super) fn actions_ui(ui: &mut Ui, card: &IncidentCard, keys: bool, wishes: &mut Vec<CardWish>) {
    let runs = card.plan.as_ref().is_some_and(|plan| plan.running);
    let text = match (&card.proposed, runs) {
        (_, true) => t!("plan.open").into_owned(),
        (Some(name), false) => t!("plan.start_this", plan = name).into_owned(),
        (None, false) if card.takes_tasks => t!("plan.choose").into_owned(),
        (None, false) => return,
    };
    let pressed = keys && ui.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::P));
    let button = egui::Button::new(format!("{text}  Ctrl P")).wrap();
    if ui.add(button).clicked() || pressed {
        wishes.push(CardWish::Hall(Intent::Plan(card.id)));
    }
}
