//! The facts of the case as a timeline: when, who, what.

use egui::{Align2, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::SheetWish;
use super::panel::SheetView;
use crate::screen::archive::story::{Line, StoryShown};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// Points of the time, and of who.
const COLUMNS: [f32; 2] = [104.0, 128.0];
/// Points between the line that joins the facts and what they say.
const RAIL: f32 = 18.0;

/// All that became known, newest first, and what tells what was before it.
pub(super) fn timeline_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    let dim = |text: &str| RichText::new(text).color(tokens::DIM.egui());
    match view.story {
        StoryShown::Waiting => {
            ui.label(dim(&t!("finder.searching")));
        }
        StoryShown::Failed(why) => {
            ui.add(egui::Label::new(dim(why)).wrap());
        }
        StoryShown::Lines(lines, more) => {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, line) in lines.iter().enumerate() {
                line_ui(ui, line, at + 1 == lines.len() && !more, view.utc_offset_secs);
            }
            if *more {
                ui.add_space(tokens::desk::GAP * 0.5);
                ui.horizontal(|ui| {
                    ui.label(dim(&t!("story.more")));
                    if ui.button(format!("{}  End", t!("story.earlier"))).clicked() {
                        wishes.push(SheetWish::Earlier);
                    }
                });
            }
        }
    }
}

fn line_ui(ui: &mut Ui, line: &Line, last: bool, utc_offset_secs: i32) {
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let [time, who] = COLUMNS;
    let left = time + RAIL + who;
    let room = (ui.available_width() - left - 8.0).max(80.0);
    let painter = ui.painter().clone();
    let what =
        paint::paragraph(&painter, &line.what, medium_font(tokens::desk::BODY), tokens::TEXT.egui(), room, usize::MAX);
    let words = (!line.words.is_empty())
        .then(|| paint::paragraph(&painter, &line.words, body, tokens::TEXT.egui(), room, usize::MAX));
    let high = what.size().y + words.as_ref().map_or(0.0, |words| words.size().y + 2.0) + 12.0;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), high), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let dim = tokens::DIM.egui();
    let top = rect.left_top() + vec2(0.0, 7.0);
    let when = words::day_hour_minute(line.at, utc_offset_secs);
    paint::line(&painter, top, Align2::LEFT_TOP, &when, small.clone(), dim, time - 6.0);
    let rail = rect.left() + time + 2.0;
    let dot = rect.top() + 14.0;
    let stroke = egui::Stroke::new(1.0, tokens::HAIRLINE.egui());
    painter.vline(rail, rect.top()..=if last { dot } else { rect.bottom() }, stroke);
    painter.circle_filled(egui::pos2(rail, dot), 3.0, tokens::OUTLINE.egui());
    let at = top + vec2(time + RAIL, 0.0);
    paint::line(&painter, at, Align2::LEFT_TOP, &line.who, small, dim, who - 8.0);
    let at = rect.left_top() + vec2(left, 5.0);
    let below = at + vec2(0.0, what.size().y + 2.0);
    painter.galley(at, what, dim);
    if let Some(words) = words {
        painter.galley(below, words, dim);
    }
}
