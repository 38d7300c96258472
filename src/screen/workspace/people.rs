//! Who has a task of the case and when each receipt came; who else is there; the limits.

use egui::{Align2, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::SheetWish;
use super::panel::SheetView;
use crate::domain::TaskState;
use crate::screen::card::model::TaskShown;
use crate::screen::card::panel::CardWish;
use crate::screen::card::{crews_ui, limits_ui, outlook_ui, tasks_ui};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// Points of a row.
const ROW: f32 = 24.0;

pub(super) fn people_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    let card = view.card;
    let mut asked = Vec::new();
    if card.tasks.is_empty() && card.crews.is_empty() {
        ui.label(RichText::new(t!("workspace.nobody")).color(tokens::DIM.egui()));
    }
    tasks_ui(ui, &view.card_view, card, &mut asked);
    crews_ui(ui, card, &mut asked);
    if !card.tasks.is_empty() {
        title_ui(ui, "workspace.receipts");
        receipts_ui(ui, &card.tasks, view.utc_offset_secs);
    }
    if !card.limits.is_empty() {
        title_ui(ui, "workspace.limits");
        limits_ui(ui, &view.card_view, &card.limits);
        outlook_ui(ui, card.outlook.as_ref());
    }
    for wish in asked {
        match wish {
            CardWish::Hall(intent) => wishes.push(SheetWish::Hall(intent)),
            CardWish::Form(form) => wishes.push(SheetWish::Form(form)),
            CardWish::Copy(text) => ui.ctx().copy_text(text),
        }
    }
}

fn title_ui(ui: &mut Ui, key: &str) {
    ui.add_space(tokens::desk::PAD);
    ui.label(RichText::new(t!(key)).font(medium_font(tokens::desk::BODY)).color(tokens::DIM.egui()));
}

/// A row for each task, a column for each receipt: when it came.
fn receipts_ui(ui: &mut Ui, tasks: &[TaskShown], utc_offset_secs: i32) {
    #[expect(clippy::cast_precision_loss, reason = "seven columns")]
    let columns = TaskState::ALL.len() as f32;
    let width = ui.available_width();
    let name = (width * 0.18).max(104.0);
    let column = (width - name) / columns;
    let small = regular_font(tokens::desk::SMALL);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut row = |head: Option<&TaskShown>| {
        let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
        let painter = ui.painter_at(rect);
        let dim = tokens::DIM.egui();
        if let Some(task) = head {
            let color = if task.task.is_open() { tokens::TEXT } else { tokens::DIM };
            let font = regular_font(tokens::desk::BODY);
            paint::line(&painter, rect.left_center(), Align2::LEFT_CENTER, &task.name, font, color.egui(), name - 8.0);
            painter.hline(rect.x_range(), rect.top(), egui::Stroke::new(1.0, tokens::HAIRLINE.egui()));
        }
        let mut left = rect.left() + name;
        for state in TaskState::ALL {
            let at = egui::pos2(left, rect.center().y);
            match head {
                None => {
                    let said = t!(format!("task.{}", state.word()));
                    paint::line(&painter, at, Align2::LEFT_CENTER, &said, small.clone(), dim, column - 6.0);
                }
                Some(task) => {
                    let came = task.task.course.iter().find(|(reached, _)| *reached == state);
                    let time = came.map(|(_, at)| words::hour_minute(*at, utc_offset_secs));
                    let color = if time.is_some() { tokens::TEXT } else { tokens::FAINT };
                    let time = time.unwrap_or_else(|| "–".to_owned());
                    let font = regular_font(tokens::desk::BODY);
                    paint::line(&painter, at, Align2::LEFT_CENTER, &time, font, color.egui(), column - 6.0);
                }
            }
            left += column;
        }
    };
    row(None);
    for task in tasks {
        row(Some(task));
    }
}
