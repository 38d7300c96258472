//! The step to the next stage, what is asked before a case is closed by it, and the choice of another grade.

use egui::{Key, Modifiers, RichText, Ui};
use rust_i18n::t;

use super::model::IncidentCard;
use super::panel::{CardWish, Form};
use crate::domain::{Grade, Order, Stage};
use crate::screen::input::{TakeKey, escaped, pressed_alone};
use crate::screen::look::{tokens, words};
use crate::screen::shown::Intent;

/// Keys that choose a grade, with Alt, as in the call dialog.
const GRADES: [Key; 4] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4];

fn close(card: &IncidentCard) -> [CardWish; 2] {
    let order = Order::CloseIncident { incident: card.id, reason: String::new() };
    [CardWish::Hall(Intent::Order(order)), CardWish::Form(None)]
}

/// The button and key of the next stage. Closing is for good: the key is pressed twice for it.
pub(super) fn advance_ui(
    ui: &mut Ui,
    card: &IncidentCard,
    form: Option<&Form>,
    keys: bool,
    wishes: &mut Vec<CardWish>,
) {
    let Some(next) = card.next else { return };
    let text = format!("{}  T", t!("card.advance", stage = words::step(next)));
    let clicked = ui.button(RichText::new(text).color(tokens::ACCENT.egui())).clicked();
    let pressed = keys && ui.input(|i| pressed_alone(i, Key::T) > 0);
    if !clicked && !pressed {
        return;
    }
    match next {
        Stage::Closed if form == Some(&Form::Finish) => wishes.extend(close(card)),
        Stage::Closed => wishes.push(CardWish::Form(Some(Form::Finish))),
        Stage::Dispatched => wishes.push(CardWish::Hall(Intent::Dispatch(card.id))),
        stage => {
            wishes.push(CardWish::Hall(Intent::Order(Order::AdvanceIncident { incident: card.id, stage })));
        }
    }
}

/// Whether the case is to be closed as checked.
pub(super) fn finish_ui(ui: &mut Ui, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    if card.next != Some(Stage::Closed) {
        wishes.push(CardWish::Form(None));
        return;
    }
    let keys = ui.is_enabled() && !ui.ctx().text_edit_focused();
    let pressed = |ui: &Ui, key: Key| keys && ui.input(|i| pressed_alone(i, key) > 0);
    ui.label(RichText::new(t!("card.finish_ask")).color(tokens::ACCENT.egui()));
    ui.horizontal_wrapped(|ui| {
        let go = ui.button(format!("{}  Enter", t!("card.close_now"))).clicked() || pressed(ui, Key::Enter);
        let drop = ui.button(format!("{}  Esc", t!("card.cancel"))).clicked() || (keys && escaped(ui));
        if go {
            wishes.extend(close(card));
        } else if drop {
            wishes.push(CardWish::Form(None));
        }
    });
}

/// The grades, one of them chosen by a click, or by Alt and its digit while a reason is typed.
pub(super) fn grades_ui(ui: &mut Ui, grade: &mut Grade) {
    ui.horizontal_wrapped(|ui| {
        for (one, key) in Grade::ALL.into_iter().zip(GRADES) {
            let text = format!("{} {}", one.numeral(), words::grade(one));
            let pressed = ui.is_enabled() && ui.input_mut(|i| i.take_key(Modifiers::ALT, key));
            if ui.selectable_label(*grade == one, text).clicked() || pressed {
                *grade = one;
            }
        }
        ui.label(RichText::new("Alt 1–4").small().color(tokens::FAINT.egui()));
    });
}
