//! The band at the top of the desk.

use egui::{Align, Align2, Color32, Layout, RichText, Sense, Stroke, StrokeKind, Ui, vec2};
use rust_i18n::t;

use crate::domain::{Grade, Mode, Order};
use crate::link::LinkState;
use crate::screen::demo::panel::demo_ui;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::shown::{Intent, Target};
use crate::screen::situation::Situation;

/// What the user did.
#[derive(Debug, Clone)]
pub enum BandWish {
    /// For the hall.
    Hall(Intent),
    /// Ask before the mode is switched, or no longer.
    AskMode(bool),
}

/// The band. `asking` while the switch of mode waits for a yes.
pub fn band_ui(ui: &mut Ui, view: &Situation, asking: bool) -> Vec<BandWish> {
    let mut wishes = Vec::new();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        ui.label(RichText::new(&view.city).font(medium_font(tokens::desk::FIGURE)));
        mode_ui(ui, view.mode, asking, &mut wishes);
        ui.add_space(6.0);
        for grade in Grade::ALL {
            grade_ui(ui, grade, view.open_of(grade));
        }
        ui.add_space(6.0);
        let mean = view.mean_handling_secs.map_or_else(|| "—".to_owned(), words::age);
        figure_ui(ui, "shell.reported_today", &words::count(view.reported_today));
        figure_ui(ui, "shell.closed_today", &words::count(view.closed_today));
        figure_ui(ui, "shell.mean_handling", &mean);
        alarm_ui(ui, view, &mut wishes);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            let time = words::hour_minute(view.now, view.utc_offset_secs);
            ui.label(RichText::new(time).font(medium_font(tokens::desk::FIGURE)));
            let date = words::date(view.now, view.utc_offset_secs);
            ui.label(RichText::new(date).color(tokens::DIM.egui()));
            if ui.button(t!("shell.other_language")).on_hover_text("F2").clicked() {
                wishes.push(BandWish::Hall(Intent::SwitchLanguage));
            }
            link_ui(ui, view.link, view.utc_offset_secs);
            if let Some(rate) = view.demo {
                wishes.extend(demo_ui(ui, rate).into_iter().map(BandWish::Hall));
            }
        });
    });
    wishes
}

fn mode_ui(ui: &mut Ui, mode: Mode, asking: bool, wishes: &mut Vec<BandWish>) {
    let other = match mode {
        Mode::Routine => Mode::Emergency,
        Mode::Emergency => Mode::Routine,
    };
    // Emergency is told by an inverted badge, not by a colour of severity.
    let (fill, text) = match mode {
        Mode::Routine => (tokens::RAISED, tokens::TEXT),
        Mode::Emergency => (tokens::TEXT, tokens::INK),
    };
    if asking {
        ui.label(RichText::new(t!("mode.ask", mode = words::mode(other))).font(medium_font(tokens::desk::BODY)));
        if ui.button(t!("mode.yes")).clicked() {
            wishes.push(BandWish::Hall(Intent::Order(Order::SwitchMode { mode: other })));
            wishes.push(BandWish::AskMode(false));
        }
        if ui.button(t!("card.cancel")).clicked() {
            wishes.push(BandWish::AskMode(false));
        }
    } else {
        let badge = RichText::new(words::mode(mode)).font(medium_font(tokens::desk::BODY)).color(text.egui());
        let badge = egui::Button::new(badge).fill(fill.egui());
        if ui.add(badge).on_hover_text(t!("mode.switch", mode = words::mode(other))).clicked() {
            wishes.push(BandWish::AskMode(true));
        }
    }
}

fn grade_ui(ui: &mut Ui, grade: Grade, open: usize) {
    let font = medium_font(tokens::desk::FIGURE);
    let half = tokens::desk::MARK;
    let (rect, response) = ui.allocate_exact_size(vec2(62.0, 32.0), Sense::hover());
    let mark = rect.left_center() + vec2(half + 1.0, 0.0);
    if open > 0 {
        paint::grade_mark(ui.painter(), mark, half, grade);
    } else {
        paint::grade_ghost(ui.painter(), mark, half, grade);
    }
    let color = if open > 0 { tokens::TEXT } else { tokens::FAINT };
    let at = rect.left_center() + vec2(half * 2.0 + 9.0, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, words::count(open), font, color.egui());
    response.on_hover_text(t!("shell.open_of_grade", grade = words::grade(grade), count = open));
}

/// Open incidents of grade Ⅰ in words; a click goes to the one that has waited longest.
fn alarm_ui(ui: &mut Ui, view: &Situation, wishes: &mut Vec<BandWish>) {
    let count = view.open_of(Grade::I);
    let Some(worst) = view.open.first().filter(|row| row.grade == Grade::I) else { return };
    if ui.available_width() < tokens::desk::ROOM_FOR_ALARM {
        return;
    }
    let text = t!("wall.alarm", grade = words::grade(Grade::I), count = words::count(count));
    let text = RichText::new(text).font(medium_font(tokens::desk::BODY)).color(tokens::on_grade(Grade::I).egui());
    let button = egui::Button::new(text).fill(tokens::grade(Grade::I).egui()).stroke(Stroke::NONE);
    if ui.add(button).on_hover_text(&worst.kind).clicked() {
        wishes.push(BandWish::Hall(Intent::Select { target: Some(Target::Incident(worst.id)), fly: true }));
    }
}

/// The frame of the whole window while an incident of grade Ⅰ is open.
pub fn alarm_frame(ctx: &egui::Context) {
    let painter = ctx.layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::new("alarm")));
    let stroke = Stroke::new(tokens::desk::FRAME, tokens::grade(Grade::I).egui());
    painter.rect_stroke(ctx.content_rect(), 0.0, stroke, StrokeKind::Inside);
}

fn figure_ui(ui: &mut Ui, key: &str, value: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(tokens::desk::FIELD, 40.0), Sense::hover());
    let painter = ui.painter();
    let dim = tokens::DIM.egui();
    paint::line(
        painter,
        rect.left_top(),
        Align2::LEFT_TOP,
        &t!(key),
        regular_font(tokens::desk::SMALL),
        dim,
        rect.width(),
    );
    let font = medium_font(tokens::desk::BODY + 2.0);
    paint::line(painter, rect.left_bottom(), Align2::LEFT_BOTTOM, value, font, tokens::TEXT.egui(), rect.width());
}

/// Live: a filled dot; connecting: a ring; lost: a struck square in an inverted badge.
fn link_ui(ui: &mut Ui, link: LinkState, utc_offset_secs: i32) {
    let text = words::link(link, utc_offset_secs);
    let lost = matches!(link, LinkState::Lost { .. });
    let font = medium_font(tokens::desk::BODY);
    let color = match link {
        LinkState::Live => tokens::ACCENT,
        LinkState::Connecting => tokens::DIM,
        LinkState::Lost { .. } => tokens::INK,
    };
    let galley = ui.painter().layout_no_wrap(text, font, color.egui());
    let (rect, _) = ui.allocate_exact_size(galley.size() + vec2(32.0, 10.0), Sense::hover());
    let round = f32::from(tokens::desk::ROUND);
    let painter = ui.painter();
    if lost {
        painter.rect_filled(rect, round, tokens::TEXT.egui());
    } else {
        painter.rect_stroke(rect, round, Stroke::new(1.0, color.egui()), StrokeKind::Inside);
    }
    let at = rect.left_center() + vec2(14.0, 0.0);
    link_sign(painter, at, 4.5, link, color.egui());
    let corner = egui::pos2(rect.left() + 24.0, rect.center().y - galley.size().y / 2.0);
    painter.galley(corner, galley, color.egui());
}

/// The shape of a link's state.
pub fn link_sign(painter: &egui::Painter, at: egui::Pos2, half: f32, link: LinkState, color: Color32) {
    match link {
        LinkState::Live => {
            painter.circle_filled(at, half, color);
        }
        LinkState::Connecting => {
            painter.circle_stroke(at, half, Stroke::new(half * 0.4, color));
        }
        LinkState::Lost { .. } => {
            let stroke = Stroke::new(half * 0.45, color);
            painter.line_segment([at - vec2(half, half), at + vec2(half, half)], stroke);
            painter.line_segment([at + vec2(-half, half), at + vec2(half, -half)], stroke);
        }
    }
}
