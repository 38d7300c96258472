//! The conversation: notes as a chat, oldest first, own ones on the right, and the field that writes another one.

use egui::{Align2, CornerRadius, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::{Focus, SheetWish};
use super::panel::{SheetView, id_of};
use super::talk::{Said, Saying};
use crate::domain::note::NOTE_MAX;
use crate::screen::archive::story::StoryShown;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// Points of the field at the foot.
const FOOT: f32 = 46.0;
/// Share of the width that a bubble has at most.
const BUBBLE: f32 = 0.82;
/// Points within a bubble.
const PAD: egui::Vec2 = vec2(10.0, 7.0);

pub(super) fn chat_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    let room = (ui.available_height() - FOOT - if view.sending { 20.0 } else { 0.0 }).max(60.0);
    let list = ScrollArea::vertical().id_salt(("workspace chat", view.card.id.0)).auto_shrink([false, false]);
    list.max_height(room).min_scrolled_height(room).stick_to_bottom(true).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        let silent = match view.story {
            StoryShown::Waiting => Some(t!("finder.searching").into_owned()),
            StoryShown::Failed(why) => Some(why.clone()),
            StoryShown::Lines(..) if view.talk.is_empty() => Some(t!("workspace.silence").into_owned()),
            StoryShown::Lines(..) => None,
        };
        if let Some(silent) = silent {
            ui.add(egui::Label::new(RichText::new(silent).color(tokens::DIM.egui())).wrap());
        }
        for said in view.talk {
            said_ui(ui, said, view.utc_offset_secs);
        }
    });
    field_ui(ui, view, wishes);
}

fn said_ui(ui: &mut Ui, said: &Said, utc_offset_secs: i32) {
    let (small, body) = (regular_font(tokens::desk::SMALL), regular_font(tokens::desk::BODY));
    let width = ui.available_width() - 8.0;
    let painter = ui.painter().clone();
    let name = if said.who.own { t!("workspace.you").into_owned() } else { said.who.name.clone() };
    let mut head = vec![name];
    head.extend(said.who.post.clone());
    head.push(words::day_hour_minute(said.at, utc_offset_secs));
    let head = head.join(" · ");
    let words = match &said.what {
        Saying::File(name, kind) => {
            // Nobody's words: one quiet line in the middle.
            let kind = t!(format!("file.{}", kind.word()));
            let told = t!("workspace.file_added", who = head, name = name, kind = kind);
            let told = paint::paragraph(&painter, &told, small, tokens::DIM.egui(), width * 0.9, usize::MAX);
            let (rect, _) = ui.allocate_exact_size(vec2(width, told.size().y), Sense::hover());
            painter.galley(Align2::CENTER_TOP.align_size_within_rect(told.size(), rect).min, told, tokens::DIM.egui());
            return;
        }
        Saying::Words(words) => words,
    };
    let most = width * BUBBLE - PAD.x * 2.0;
    let text = paint::paragraph(&painter, words, body, tokens::TEXT.egui(), most, usize::MAX);
    let head = painter.layout_no_wrap(head, small, tokens::DIM.egui());
    let bubble = text.size() + PAD * 2.0;
    let (rect, _) = ui.allocate_exact_size(vec2(width, head.size().y + 3.0 + bubble.y), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let side = |size: egui::Vec2| if said.who.own { rect.right() - size.x } else { rect.left() };
    painter.galley(pos2(side(head.size()), rect.top()), head.clone(), tokens::DIM.egui());
    let at = Rect::from_min_size(pos2(side(bubble), rect.top() + head.size().y + 3.0), bubble);
    let round = tokens::desk::ROUND * 2;
    // The corner towards who speaks is sharp.
    let corners = if said.who.own {
        CornerRadius { ne: 1, ..CornerRadius::same(round) }
    } else {
        CornerRadius { nw: 1, ..CornerRadius::same(round) }
    };
    let (fill, edge) =
        if said.who.own { (tokens::CHOSEN, tokens::ACCENT_DIM) } else { (tokens::RAISED, tokens::HAIRLINE) };
    painter.rect(at, corners, fill.egui(), Stroke::new(1.0, edge.egui()), StrokeKind::Inside);
    painter.galley(at.min + PAD, text, tokens::TEXT.egui());
}

fn field_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    if let Err(why) = view.can_send {
        ui.add(egui::Label::new(RichText::new(t!(why)).color(tokens::DIM.egui())).wrap());
        return;
    }
    ui.horizontal(|ui| {
        let send = t!("workspace.send");
        let button = 92.0;
        let mut words = view.draft.to_owned();
        let field = egui::TextEdit::singleline(&mut words)
            .id(id_of(Focus::Talk))
            .hint_text(format!("{}  Ctrl M", t!("workspace.say")))
            .char_limit(NOTE_MAX / 3)
            .desired_width(ui.available_width() - button - 30.0)
            .margin(egui::Margin::symmetric(8, 7));
        ui.add(field);
        if words != view.draft {
            wishes.push(SheetWish::Write(words));
        }
        let text = RichText::new(format!("{send}  Enter")).color(tokens::ACCENT.egui());
        let ready = !view.draft.trim().is_empty() && !view.sending;
        if ui.add_enabled(ready, egui::Button::new(text)).clicked() {
            wishes.push(SheetWish::Send);
        }
    });
    if view.sending {
        let font = medium_font(tokens::desk::SMALL);
        ui.label(RichText::new(t!("workspace.sending")).font(font).color(tokens::DIM.egui()));
    }
}
