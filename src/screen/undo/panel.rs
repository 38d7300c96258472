//! The note at the foot of the city.

use egui::{Align2, Area, Context, Id, Margin, Order as Layer, Rect, RichText, Stroke};
use rust_i18n::t;

use super::model::Note;
use crate::domain::{CaseMove, IncidentId, Order, UndoBar};
use crate::screen::look::{frames, medium_font, tokens, words};

/// The note at the foot of `free`; whether it was clicked to take back what it tells of.
pub(super) fn note_ui(ctx: &Context, free: Rect, note: &Note) -> bool {
    let foot = free.center_bottom() - egui::vec2(0.0, tokens::desk::PAD);
    let area = Area::new(Id::new("undo")).order(Layer::Foreground).pivot(Align2::CENTER_BOTTOM).fixed_pos(foot);
    let shown = area.show(ctx, |ui| {
        let line = Stroke::new(1.0, tokens::OUTLINE.egui());
        let frame = frames::over_city(Margin::symmetric(14, 8)).stroke(line);
        let inner = frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                let (text, bar) = match note {
                    Note::Offer(order, bar) => (t!("undo.done", what = order_words(order)), Some((order, bar))),
                    Note::Undone(order) => (t!("undo.undone", what = order_words(order)), None),
                };
                ui.label(RichText::new(text).font(medium_font(tokens::desk::BODY)));
                match bar {
                    Some((_, Ok(()))) => {
                        let text = RichText::new(format!("{}  Ctrl Z", t!("undo.undo"))).color(tokens::ACCENT.egui());
                        return ui.button(text).clicked();
                    }
                    Some((order, Err(bar))) => {
                        ui.label(RichText::new(bar_words(order, *bar)).color(tokens::DIM.egui()));
                    }
                    None => {}
                }
                false
            })
            .inner
        });
        inner.inner
    });
    shown.inner
}

/// Why an order cannot be taken back, and what can be done instead where there is something.
fn bar_words(order: &Order, bar: UndoBar) -> String {
    let reopens = match order {
        Order::CloseIncident { .. } => true,
        Order::MoveIncident { step, .. } => {
            matches!(step, CaseMove::Reject { .. } | CaseMove::NotFile { .. } | CaseMove::Void { .. })
        }
        _ => false,
    };
    let key = if bar == UndoBar::Final && reopens {
        "undo.bar.reopen".to_owned()
    } else {
        format!("undo.bar.{}", bar.word())
    };
    t!(key).into_owned()
}

/// An order in a few words.
fn order_words(order: &Order) -> String {
    let of = |what: String, id: IncidentId| format!("{what} #{}", id.0);
    match order {
        Order::SwitchMode { mode } => t!("undo.mode", mode = words::mode(*mode)).into_owned(),
        Order::RegradeIncident { incident, .. } => of(t!("card.regrade").into_owned(), *incident),
        Order::SuspendIncident { incident, .. } => of(t!("card.suspend").into_owned(), *incident),
        Order::ResumeIncident { incident } => of(t!("card.resume").into_owned(), *incident),
        Order::CloseIncident { incident, .. } => of(t!("card.close").into_owned(), *incident),
        Order::AnswerForm { incident, .. } => of(t!("card.form").into_owned(), *incident),
        Order::MoveIncident { incident, step } => {
            of(t!(format!("move.{}", step.kind().word())).into_owned(), *incident)
        }
        Order::GiveTasks { incident, to, .. } => {
            of(t!("undo.tasks", count = words::count(to.len())).into_owned(), *incident)
        }
        Order::FileReport { incident, which, .. } => {
            of(t!(format!("bulletin.{}", which.word())).into_owned(), *incident)
        }
        // What nobody follows is told as the record has it.
        other => other.brief(),
    }
}
