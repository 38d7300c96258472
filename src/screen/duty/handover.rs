//! The page of the hand-over: what is handed over, who signed, and the next signature.

use egui::{Align2, Rect, RichText, ScrollArea, Ui, Vec2, vec2};
use rust_i18n::t;

use super::desk::{DutyWish, Page};
use super::pack::{Line, Section};
use super::panel::{DutyView, ROW, button, field_id, row, title_ui};
use crate::domain::Lamp;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens};

/// How far a hand-over is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// What would be handed over now.
    Preview,
    /// This one prepared it, at this time, with these words; `own` where that is who sits here.
    Prepared { by: String, time: String, words: String, own: bool },
    /// Both signed.
    Signed { by: String, words: String, taken_by: String, time: String, remark: String },
}

/// The hand-over as the page has it.
pub(super) struct HandoverShown {
    /// The shift.
    pub(super) title: String,
    pub(super) state: State,
    /// The pack in one line.
    pub(super) summary: String,
    /// What changed since it was prepared, and what was written since.
    pub(super) since: Vec<Section>,
    pub(super) sections: Vec<Section>,
}

impl HandoverShown {
    /// What Ctrl Enter does, and with Shift; `None` where there is nothing to sign.
    pub(super) fn wish(&self, anew: bool) -> Option<DutyWish> {
        match &self.state {
            State::Preview | State::Prepared { own: true, .. } => Some(DutyWish::Prepare),
            State::Prepared { own: false, .. } => Some(if anew { DutyWish::Prepare } else { DutyWish::Sign }),
            State::Signed { .. } => None,
        }
    }

    /// All rows in the order of the page.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.since.iter().chain(&self.sections).flat_map(|section| &section.lines)
    }
}

pub(super) fn handover_ui(
    ui: &mut Ui,
    room: Vec2,
    handover: &HandoverShown,
    view: &DutyView<'_>,
    wishes: &mut Vec<DutyWish>,
) {
    state_ui(ui, handover);
    ui.add(egui::Label::new(RichText::new(&handover.summary).small().color(tokens::DIM.egui())).wrap());
    let many = handover.lines().count();
    let marked = view.marked.min(many.saturating_sub(1));
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .max_height(room.y - 48.0)
        .min_scrolled_height(room.y - 48.0)
        .show(ui, |ui| {
            let mut at = 0;
            for section in handover.since.iter().chain(&handover.sections) {
                title_ui(ui, &format!("{}  {}", section.title, section.all));
                for line in &section.lines {
                    if row(ui, ROW, at == marked, |painter, rect| line_ui(painter, rect, line)) {
                        wishes.push(DutyWish::MarkAt(at));
                        wishes.extend(line.incident.map(DutyWish::GoTo));
                    }
                    at += 1;
                }
            }
            if many == 0 {
                ui.label(RichText::new(t!("duty.nothing_to_hand_over")).color(tokens::DIM.egui()));
            }
        });
    sign_ui(ui, room, handover, view, wishes);
}

fn state_ui(ui: &mut Ui, handover: &HandoverShown) {
    let said = match &handover.state {
        State::Preview => t!("duty.state_preview").into_owned(),
        State::Prepared { by, time, words, .. } => {
            with(t!("duty.state_prepared", who = by, time = time).into_owned(), words)
        }
        State::Signed { by, words, taken_by, time, remark } => {
            let given = with(t!("duty.state_given", who = by).into_owned(), words);
            let taken = with(t!("duty.state_taken", who = taken_by, time = time).into_owned(), remark);
            format!("{given}\n{taken}")
        }
    };
    ui.label(RichText::new(format!("{} · {said}", handover.title)).font(medium_font(tokens::desk::BODY)));
}

fn with(said: String, words: &str) -> String {
    if words.is_empty() { said } else { t!("duty.said", what = said, words = words).into_owned() }
}

fn line_ui(painter: &egui::Painter, rect: Rect, line: &Line) {
    let mut left = rect.left_center();
    if let Some(grade) = line.grade {
        paint::grade_mark(painter, left + vec2(7.0, 0.0), 7.0, grade);
    }
    left.x += 20.0;
    let bright = line.lamp.is_some();
    let font = if bright { medium_font(tokens::desk::SMALL) } else { regular_font(tokens::desk::SMALL) };
    let color = if bright { tokens::TEXT } else { tokens::DIM };
    let room = rect.width() * 0.55;
    let why = paint::line(painter, rect.right_center(), Align2::RIGHT_CENTER, &line.why, font, color.egui(), room);
    if let Some(lamp) = line.lamp.filter(|lamp| *lamp != Lamp::Green) {
        lamp::sign(painter, why.left_center() - vec2(12.0, 0.0), 6.0, Some(lamp), color.egui());
    }
    let font = regular_font(tokens::desk::BODY);
    let room = why.left() - left.x - 28.0;
    paint::line(painter, left, Align2::LEFT_CENTER, &line.what, font, tokens::TEXT.egui(), room);
}

fn sign_ui(ui: &mut Ui, room: Vec2, handover: &HandoverShown, view: &DutyView<'_>, wishes: &mut Vec<DutyWish>) {
    let Some(wish) = handover.wish(false) else {
        ui.label(RichText::new(t!("duty.shift_hint")).small().color(tokens::FAINT.egui()));
        return;
    };
    let mut now = view.draft.remark.clone();
    let field = egui::TextEdit::singleline(&mut now).id(field_id(Page::Handover)).desired_width(room.x);
    ui.add(field.hint_text(t!("duty.remark_hint")));
    if now != view.draft.remark {
        wishes.push(DutyWish::Remark(now));
    }
    let own = matches!(handover.state, State::Prepared { own: true, .. });
    ui.horizontal_wrapped(|ui| {
        let key = match (&handover.state, own) {
            (State::Preview, _) => "duty.prepare",
            (_, true) => "duty.prepare_anew",
            _ => "duty.take_over",
        };
        if button(ui, !view.sending, key, "Ctrl Enter", true) {
            wishes.push(wish);
        }
        if own {
            ui.label(RichText::new(t!("duty.awaits_other")).color(tokens::DIM.egui()));
        } else if handover.wish(true) != handover.wish(false)
            && button(ui, !view.sending, "duty.prepare_anew", "Ctrl Shift Enter", false)
        {
            wishes.push(DutyWish::Prepare);
        }
        ui.label(RichText::new(t!("duty.shift_hint")).small().color(tokens::FAINT.egui()));
    });
}
