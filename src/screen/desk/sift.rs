//! What the queue lists and what it leaves out: whose cases, how many at each stage, and in words what is not listed.

use egui::{Align, Align2, Layout, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::{Filter, OPEN_STAGES, unlisted};
use super::queue::{QueueView, QueueWish};
use crate::domain::{Grade, Stage};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::situation::scope::Scope;

/// Height of a stage with its count.
const STAGE: f32 = 42.0;
/// Points between two stages.
const GAP: f32 = 2.0;

/// Whose cases are listed, as one chooses; and the button of the filters that were kept.
pub(super) fn scopes_ui(ui: &mut Ui, view: &QueueView<'_>, wishes: &mut Vec<QueueWish>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding.x = 7.0;
        for scope in Scope::ALL {
            let chosen = view.filter.scope == scope;
            let color = if chosen { tokens::TEXT } else { tokens::DIM };
            let name = RichText::new(scope_words(scope)).small().color(color.egui());
            let label = ui.selectable_label(chosen, name);
            if label.on_hover_text(scope_tip(scope, view)).clicked() && !chosen {
                wishes.push(QueueWish::Filter(Filter { scope, ..view.filter.clone() }));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = RichText::new(t!("queue.kept")).small().color(tokens::DIM.egui());
            if ui.selectable_label(false, name).on_hover_text(t!("queue.kept_tip")).clicked() {
                wishes.push(QueueWish::Kept);
            }
        });
    });
}

fn scope_words(scope: Scope) -> String {
    t!(format!("queue.scope.{}", scope.word())).into_owned()
}

fn scope_tip(scope: Scope, view: &QueueView<'_>) -> String {
    let tip = t!(format!("queue.scope_tip.{}", scope.word()));
    match scope {
        Scope::Area if view.area.is_empty() => t!("queue.scope_tip.whole_city").into_owned(),
        Scope::Area => format!("{tip}\n{}", view.area),
        Scope::All | Scope::Mine | Scope::Post => tip.into_owned(),
    }
}

/// How many there are at each stage; a click lists one stage alone, another click all again.
pub(super) fn stages_ui(ui: &mut Ui, view: &QueueView<'_>, wishes: &mut Vec<QueueWish>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let width = ((ui.available_width() - GAP * 6.0) / 7.0).floor();
        for (stage, count) in OPEN_STAGES.into_iter().zip(view.stages) {
            if stage_ui(ui, stage, count, view, width) {
                wishes.push(QueueWish::Filter(view.filter.at(stage)));
            }
        }
    });
}

fn stage_ui(ui: &mut Ui, stage: Stage, count: usize, view: &QueueView<'_>, width: f32) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(width, STAGE), Sense::click());
    let chosen = view.filter.stage == Some(stage);
    let painter = ui.painter();
    let fill = match (chosen, response.hovered()) {
        (true, _) => tokens::CHOSEN,
        (false, true) => tokens::HOVER,
        (false, false) => tokens::RAISED,
    };
    painter.rect_filled(rect, f32::from(tokens::desk::ROUND), fill.egui());
    if chosen {
        let bar = egui::Rect::from_min_max(egui::pos2(rect.left(), rect.bottom() - 3.0), rect.max);
        painter.rect_filled(bar, 0.0, tokens::ACCENT.egui());
    }
    // Other stages than the one that is listed are there all the same, and are counted.
    let color = if count == 0 { tokens::FAINT } else { tokens::TEXT };
    let (top, foot) = (rect.center_top() + vec2(0.0, 3.0), rect.center_bottom() - vec2(0.0, 4.0));
    let body = medium_font(tokens::desk::BODY);
    painter.text(top, Align2::CENTER_TOP, view.situation.figure(count), body, color.egui());
    let small = regular_font(tokens::desk::SMALL);
    let name = words::stage(stage);
    let room = width - 2.0;
    // Cut short, several would read alike: the name of the step is shorter.
    let fits = painter.layout_no_wrap(name.clone(), small.clone(), color.egui()).size().x <= room;
    let shown = if fits { name.clone() } else { words::step(stage) };
    paint::line(painter, foot, Align2::CENTER_BOTTOM, &shown, small, tokens::DIM.egui(), room);
    response.on_hover_text(t!("queue.stage_tip", stage = name)).clicked()
}

/// What is listed and how much is not, the gravest of that by its mark; nothing while nothing is filtered.
pub(super) fn said_ui(ui: &mut Ui, view: &QueueView<'_>, wishes: &mut Vec<QueueWish>) {
    if view.filter.is_open() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(RichText::new(filter_words(view.filter, view.area)).small().color(tokens::DIM.egui()));
        if view.searching {
            ui.label(RichText::new(t!("queue.sifting")).small().color(tokens::DIM.egui()));
        } else {
            let left_out = unlisted(view.situation.open_by_grade, view.listed);
            if left_out.count > 0 {
                let text = t!("queue.unlisted", count = words::count(left_out.count));
                ui.label(RichText::new(text).small());
            }
            if let Some((grade, count)) = left_out.grave {
                let half = tokens::desk::SMALL * 0.6;
                let (mark, _) = ui.allocate_exact_size(vec2(half * 2.0 + 2.0, half * 2.0), Sense::hover());
                paint::grade_mark(ui.painter(), mark.center(), half, grade);
                let text = t!("queue.unlisted_grave", grade = grade.numeral(), count = words::count(count));
                ui.label(RichText::new(text).font(medium_font(tokens::desk::SMALL)));
            }
        }
        if view.unsure > 0 {
            let text = RichText::new(t!("queue.unsure", count = words::count(view.unsure))).small();
            ui.label(text.color(tokens::DIM.egui())).on_hover_text(t!("queue.unsure_tip"));
        }
        if ui.small_button(t!("queue.show_all")).on_hover_text("Delete").clicked() {
            wishes.push(QueueWish::Filter(view.filter.opened()));
        }
    });
}

/// A filter in words.
pub(super) fn filter_words(filter: &Filter, area: &str) -> String {
    let mut said = Vec::new();
    match filter.scope {
        Scope::All => {}
        Scope::Area if !area.is_empty() => said.push(format!("{} {area}", scope_words(filter.scope))),
        Scope::Mine | Scope::Post | Scope::Area => said.push(scope_words(filter.scope)),
    }
    said.extend(filter.stage.map(words::stage));
    let hidden: String = Grade::ALL.iter().filter(|grade| filter.hides(**grade)).map(|grade| grade.numeral()).collect();
    if !hidden.is_empty() {
        said.push(t!("queue.without", grades = hidden).into_owned());
    }
    let search = filter.search.trim();
    if !search.is_empty() {
        said.push(t!("queue.with_words", words = search).into_owned());
    }
    said.join(" · ")
}
