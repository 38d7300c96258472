//! Who has a task of the case, or is asked to look at it, how far each is, and what one asks of them.

use egui::{Key, Modifiers, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::{IncidentCard, TaskShown};
use super::panel::{CardView, CardWish, Form, name_ui};
use super::radio;
use super::recheck::looking_ui;
use crate::domain::{Order, Party, Stage, TaskEnd, TaskState, TaskStep};
use crate::screen::input::{TakeKey, pressed_alone};
use crate::screen::look::{tokens, words};
use crate::screen::shown::{Intent, Target};

/// The three receipts, which show as marks.
const RECEIPTS: [TaskState; 3] = [TaskState::Delivered, TaskState::Read, TaskState::Repeated];
/// Ended tasks that are shown; the newest.
const ENDED_MOST: usize = 3;

/// A step of a task as an order.
pub(super) fn step(card: &IncidentCard, task: &TaskShown, step: TaskStep) -> CardWish {
    let order = Order::MoveTask { incident: card.id, party: task.task.to.clone(), step };
    CardWish::Hall(Intent::Order(order))
}

/// Urge whoever has a task.
pub(super) fn urge(card: &IncidentCard, task: &TaskShown) -> CardWish {
    step(card, task, TaskStep::Urge { words: String::new() })
}

/// Its tasks, one to a row; none where there is none.
pub(in crate::screen) fn tasks_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    if card.tasks.is_empty() && !card.dossier.awaits_recheck() {
        return;
    }
    ui.horizontal_top(|ui| {
        name_ui(ui, "card.tasks");
        ui.vertical(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            ui.spacing_mut().button_padding.y = 1.0;
            looking_ui(ui, view, card, wishes);
            let (open, ended): (Vec<&TaskShown>, Vec<&TaskShown>) =
                card.tasks.iter().partition(|one| one.task.is_open());
            for task in open.iter().chain(ended.iter().rev().take(ENDED_MOST)) {
                task_ui(ui, view, card, task, wishes);
            }
            if ended.len() > ENDED_MOST {
                let more = t!("around.more", count = ended.len() - ENDED_MOST);
                ui.label(RichText::new(more).small().color(tokens::FAINT.egui()));
            }
        });
    });
}

fn task_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, task: &TaskShown, wishes: &mut Vec<CardWish>) {
    let open = task.task.is_open();
    ui.horizontal_wrapped(|ui| {
        let name = RichText::new(&task.name).color(if open { tokens::TEXT } else { tokens::FAINT }.egui());
        match task.task.to {
            Party::Crew(crew) => {
                if ui.button(name).on_hover_text(t!("card.crew_fly")).clicked() {
                    wishes.push(CardWish::Hall(Intent::Select { target: Some(Target::Crew(crew)), fly: true }));
                }
            }
            Party::Department(_) => {
                ui.label(name);
            }
        }
        ui.label(RichText::new(t!(format!("part.{}", task.task.part.word()))).small().color(tokens::DIM.egui()));
        if open {
            receipts_ui(ui, task.task.state());
        }
        if open && view.can_order {
            if ui.small_button(t!("task.urge")).on_hover_text(t!("task.urge_hint")).clicked() {
                wishes.push(urge(card, task));
            }
            if ui.small_button(t!("task.radio")).on_hover_text(t!("task.radio_hint")).clicked() {
                wishes.push(CardWish::Form(Some(Form::Radio(Some(task.task.to.clone())))));
            }
            if ui.small_button(t!("task.withdraw")).clicked() {
                wishes.push(CardWish::Form(Some(Form::Withdraw(task.task.to.clone(), String::new()))));
            }
        }
    });
    let color = if task.task.unread_since().is_some() { tokens::TEXT } else { tokens::DIM };
    ui.add(egui::Label::new(RichText::new(state_words(view, task)).small().color(color.egui())).wrap());
}

/// Three marks: filled as the receipts come.
fn receipts_ui(ui: &mut Ui, state: TaskState) {
    let (rect, response) = ui.allocate_exact_size(vec2(36.0, 12.0), Sense::hover());
    for (at, receipt) in RECEIPTS.into_iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "three marks")]
        let middle = rect.left_center() + vec2(6.0 + 12.0 * at as f32, 0.0);
        if state >= receipt {
            ui.painter().circle_filled(middle, 4.0, tokens::ACCENT.egui());
        } else {
            ui.painter().circle_stroke(middle, 3.5, (1.0, tokens::OUTLINE.egui()));
        }
    }
    response.on_hover_text(t!("task.receipts"));
}

fn state_words(view: &CardView<'_>, shown: &TaskShown) -> String {
    let task = &shown.task;
    if let Some((end, said)) = &task.end {
        let at = words::day_hour_minute(said.at, view.utc_offset_secs);
        let how = t!(format!("task.end_{}", end.word()));
        let why = if said.words.is_empty() || *end == TaskEnd::Released {
            String::new()
        } else {
            format!(" · {}", said.words)
        };
        return format!("{how} {at}{why}");
    }
    let mut told = vec![match task.unread_since() {
        Some(since) => t!("task.unread_for", time = words::minutes(view.now.secs_since(since))).into_owned(),
        None => t!(format!("task.{}", task.state().word())).into_owned(),
    }];
    told.extend(shown.metres.map(|metres| t!("card.crew_away", length = super::panel::away(metres)).into_owned()));
    if task.urges > 0 {
        told.push(t!("tag.urged", count = task.urges).into_owned());
    }
    if !task.answer.is_empty() {
        told.push(task.answer.clone());
    }
    told.join(" · ")
}

/// Send somebody, urge all who have not read, and record what is said by radio: buttons and keys.
pub(super) fn actions_ui(
    ui: &mut Ui,
    card: &IncidentCard,
    (form, keys): (Option<&Form>, bool),
    wishes: &mut Vec<CardWish>,
) {
    let pressed = |ui: &Ui, key: Key| keys && ui.input(|i| pressed_alone(i, key) > 0);
    if card.takes_tasks {
        // Where sending is the next step, that step's button opens the same dialog.
        let any = card.tasks.iter().any(|one| one.task.is_open());
        let more = format!("{}  I", t!(if any { "task.more" } else { "task.send" }));
        let clicked = card.next != Some(Stage::Dispatched) && ui.button(more).clicked();
        if clicked || pressed(ui, Key::I) {
            wishes.push(CardWish::Hall(Intent::Dispatch(card.id)));
        }
    }
    let unread: Vec<&TaskShown> = card.tasks.iter().filter(|one| one.task.unread_since().is_some()).collect();
    if !unread.is_empty() {
        let text = format!("{}  Y", t!("task.urge_unread", count = unread.len()));
        if ui.button(text).clicked() || pressed(ui, Key::Y) {
            wishes.extend(unread.into_iter().map(|task| urge(card, task)));
        }
    }
    if card.tasks.iter().any(|one| one.task.is_open()) {
        let called = keys && ui.input_mut(|i| i.take_key(Modifiers::COMMAND, Key::R));
        if ui.button(format!("{}  Ctrl R", t!("task.radio"))).clicked() || called {
            wishes.push(CardWish::Form(radio::opened(card, form)));
        }
    }
}
