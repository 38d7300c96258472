//! The story of the case on its card: all that became known of it, newest first.

use egui::{RichText, Ui};
use rust_i18n::t;

use super::model::IncidentCard;
use super::panel::CardWish;
use crate::screen::archive::story::{Line, StoryShown};
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::shown::Intent;

/// The heading, which unfolds it, and its lines.
pub(super) fn story_ui(ui: &mut Ui, card: &IncidentCard, utc_offset_secs: i32, wishes: &mut Vec<CardWish>) {
    ui.add_space(tokens::desk::GAP * 0.5);
    let mark = if card.story.is_some() { "−" } else { "+" };
    let heading = egui::Button::new(format!("{mark} {}  Ctrl H", t!("card.story"))).frame(false);
    if ui.add(heading).clicked() {
        wishes.push(CardWish::Hall(Intent::Story));
    }
    let dim = |text: &str| RichText::new(text).small().color(tokens::DIM.egui());
    match &card.story {
        None => {}
        Some(StoryShown::Waiting) => {
            ui.label(dim(&t!("finder.searching")));
        }
        Some(StoryShown::Failed(why)) => {
            ui.add(egui::Label::new(dim(why)).wrap());
        }
        Some(StoryShown::Lines(lines, more)) => {
            for line in lines {
                line_ui(ui, line, utc_offset_secs);
            }
            if *more {
                ui.label(dim(&t!("story.more")));
            }
        }
    }
}

fn line_ui(ui: &mut Ui, line: &Line, utc_offset_secs: i32) {
    ui.add_space(4.0);
    let head = format!("{} · {}", words::day_hour_minute(line.at, utc_offset_secs), line.who);
    ui.add(egui::Label::new(RichText::new(head).small().color(tokens::DIM.egui())).wrap());
    ui.add(egui::Label::new(RichText::new(&line.what).font(medium_font(tokens::desk::BODY))).wrap());
    if !line.words.is_empty() {
        ui.add(egui::Label::new(&line.words).wrap());
    }
}
