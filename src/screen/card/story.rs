//! The way from the card to the case's workspace, with what waits there.

use egui::{RichText, Ui};
use rust_i18n::t;

use super::model::IncidentCard;
use super::panel::CardWish;
use crate::screen::look::{medium_font, tokens};
use crate::screen::shown::Intent;

/// The button that opens it, and what was not read there yet.
pub(super) fn story_ui(ui: &mut Ui, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal_wrapped(|ui| {
        if ui.button(format!("{}  Ctrl H", t!("workspace.title"))).clicked() {
            wishes.push(CardWish::Hall(Intent::Story));
        }
        if card.unread > 0 {
            let unread = RichText::new(t!("tag.talk", count = card.unread));
            ui.label(unread.font(medium_font(tokens::desk::BODY)).color(tokens::ACCENT.egui()));
        }
        let mut more = Vec::new();
        if !card.dossier.files.is_empty() {
            more.push(t!("workspace.file_count", count = card.dossier.files.len()).into_owned());
        }
        if card.writing {
            more.push(t!("workspace.unsent_draft").into_owned());
        }
        if !more.is_empty() {
            ui.label(RichText::new(more.join(" · ")).small().color(tokens::DIM.egui()));
        }
    });
}
