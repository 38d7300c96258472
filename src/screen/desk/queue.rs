//! The queue on the left of the desk.

use egui::{Align, Align2, Id, Layout, RichText, ScrollArea, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::{Filter, OPEN_STAGES, WhyEmpty, why_empty};
use super::sift::{said_ui, scopes_ui, stages_ui};
use crate::domain::{Grade, IncidentId, Stage};
use crate::link::LinkState;
use crate::screen::input::escaped;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens, words};
use crate::screen::shown::{Intent, Target};
use crate::screen::situation::{Row, Rows, Situation, Sorting};

/// Points between two rows.
const GAP: f32 = 2.0;

/// What the queue shows.
#[derive(Clone)]
pub struct QueueView<'a> {
    /// The situation.
    pub situation: &'a Situation,
    /// Rows that pass the filter.
    pub rows: &'a dyn Rows,
    /// A search is under way: there may be more rows.
    pub searching: bool,
    /// Rows by grade, Ⅰ first.
    pub listed: [usize; 4],
    /// How many there are at each of the stages of open cases, whichever stage is listed.
    pub stages: [usize; OPEN_STAGES.len()],
    /// How many of the rows may belong elsewhere: their area is not known.
    pub unsure: usize,
    /// The area of whoever sits here; empty where that is the whole city.
    pub area: &'a str,
    /// The filter.
    pub filter: &'a Filter,
    /// Chosen.
    pub selected: Option<IncidentId>,
    /// Bring the chosen row into sight.
    pub reveal: bool,
    /// Put the cursor into the search field.
    pub focus_search: bool,
}

/// What the user did.
#[derive(Debug, Clone)]
pub enum QueueWish {
    /// For the hall.
    Hall(Intent),
    /// Another filter.
    Filter(Filter),
    /// Another order.
    Sort(Sorting),
    /// Show the filters that were kept, or put them away.
    Kept,
}

/// The queue's focus: while it has it, arrows move through the list instead of the city.
#[must_use]
pub fn focus() -> Id {
    Id::new("queue focus")
}

/// Where it is remembered how many rows there was room for.
fn rows_id() -> Id {
    Id::new("queue rows")
}

/// Rows that are in sight, as far as they were drawn.
pub(super) fn page(ctx: &egui::Context) -> isize {
    let rows = ctx.data(|data| data.get_temp::<f32>(rows_id())).unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "rows of a screen")]
    let rows = rows as isize;
    rows.max(1)
}

/// Lets the list hold the keyboard after a click into it, until a click elsewhere.
fn focus_ui(ui: &Ui, list: egui::Rect) {
    ui.interact(list, focus(), Sense::focusable_noninteractive());
    let arrows = egui::EventFilter { vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(focus(), arrows));
    let left = ui.input(|i| i.pointer.any_pressed() && i.pointer.interact_pos().is_none_or(|at| !list.contains(at)));
    if left {
        ui.memory_mut(|m| m.surrender_focus(focus()));
    }
}

/// The queue.
pub fn queue_ui(ui: &mut Ui, view: &QueueView<'_>) -> Vec<QueueWish> {
    let mut wishes = Vec::new();
    head_ui(ui, view, &mut wishes);
    ui.add_space(2.0);
    if let Some(why) = why_empty(view.situation, view.rows.count(), view.searching) {
        empty_ui(ui, view, why, &mut wishes);
        return wishes;
    }
    focus_ui(ui, ui.available_rect_before_wrap());
    let height = tokens::desk::ROW;
    ui.spacing_mut().item_spacing.y = GAP;
    // As high as whole rows, so that none is cut.
    let step = height + GAP;
    let rows = ((ui.available_height() + GAP) / step).floor().max(1.0);
    let room = rows * step - GAP;
    let mut scroll = ScrollArea::vertical().auto_shrink([false, false]).max_height(room).id_salt("queue");
    // Another height, as after a zoom, shows other rows.
    let shown = ui.ctx().data_mut(|data| std::mem::replace(data.get_temp_mut_or(rows_id(), rows), rows));
    let reveal = view.reveal || (shown - rows).abs() > 0.5;
    if let Some(at) = view.selected.filter(|_| reveal).and_then(|id| view.rows.position(id)) {
        #[expect(clippy::cast_precision_loss, reason = "far fewer rows")]
        let first = (at as f32 - (rows / 2.0).floor()).max(0.0);
        scroll = scroll.vertical_scroll_offset(first * step);
    }
    scroll.show_rows(ui, height, view.rows.count(), |ui, range| {
        for at in range {
            let Some(row) = view.rows.row(at) else { continue };
            let chosen = view.selected == Some(row.id);
            if row_ui(ui, &row, view.situation, chosen, height) {
                ui.memory_mut(|m| m.request_focus(focus()));
                let target = Some(Target::Incident(row.id));
                wishes.push(QueueWish::Hall(Intent::Select { target, fly: true }));
            }
        }
    });
    wishes
}

fn head_ui(ui: &mut Ui, view: &QueueView<'_>, wishes: &mut Vec<QueueWish>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("queue.title")).font(medium_font(tokens::desk::HEAD)));
        let (listed, all) = (view.rows.count(), view.situation.open_count());
        let count = if listed == all {
            view.situation.figure(all)
        } else {
            format!("{} / {}", words::count(listed), words::count(all))
        };
        ui.label(RichText::new(count).color(tokens::DIM.egui()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| sorting_ui(ui, view.filter.sorting, wishes));
    });
    let mut search = view.filter.search.clone();
    let field = egui::TextEdit::singleline(&mut search)
        .hint_text(t!("queue.search_hint"))
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    let field = ui.add(field);
    if view.focus_search {
        field.request_focus();
    }
    // Escape has already taken the focus from the field.
    if (field.has_focus() || field.lost_focus()) && escaped(ui) {
        search.clear();
    }
    if search != view.filter.search {
        wishes.push(QueueWish::Filter(Filter { search, ..view.filter.clone() }));
    }
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 3.0 * ui.spacing().item_spacing.x) / 4.0;
        for grade in Grade::ALL {
            if chip_ui(ui, grade, view, width) {
                wishes.push(QueueWish::Filter(view.filter.toggled(grade)));
            }
        }
    });
    scopes_ui(ui, view, wishes);
    stages_ui(ui, view, wishes);
    said_ui(ui, view, wishes);
}

/// The orders, from the right; the one that holds is marked.
fn sorting_ui(ui: &mut Ui, now: Sorting, wishes: &mut Vec<QueueWish>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding.x = 7.0;
    for sorting in Sorting::ALL.into_iter().rev() {
        let color = if sorting == now { tokens::TEXT } else { tokens::DIM };
        let (name, tip) = sorting_words(sorting);
        let name = RichText::new(name).small().color(color.egui());
        if ui.selectable_label(sorting == now, name).on_hover_text(tip).clicked() && sorting != now {
            wishes.push(QueueWish::Sort(sorting));
        }
    }
}

/// The name of an order, and what it is.
pub(super) fn sorting_words(sorting: Sorting) -> (String, String) {
    let (name, tip) = match sorting {
        Sorting::Across => (t!("queue.sort_across"), t!("queue.sort_across_tip")),
        Sorting::Due => (t!("queue.sort_due"), t!("queue.sort_due_tip")),
        Sorting::Waiting => (t!("queue.sort_waiting"), t!("queue.sort_waiting_tip")),
    };
    (name.into_owned(), tip.into_owned())
}

fn chip_ui(ui: &mut Ui, grade: Grade, view: &QueueView<'_>, width: f32) -> bool {
    let hidden = view.filter.hides(grade);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::click());
    let edge = if response.hovered() { tokens::ACCENT } else { tokens::OUTLINE };
    let fill = if hidden { tokens::PANEL } else { tokens::RAISED };
    let stroke = egui::Stroke::new(1.0, edge.egui());
    let round = f32::from(tokens::desk::ROUND);
    ui.painter().rect(rect, round, fill.egui(), stroke, egui::StrokeKind::Inside);
    let mark = rect.left_center() + vec2(17.0, 0.0);
    let open = view.situation.open_of(grade);
    let color = if hidden || open == 0 { tokens::FAINT } else { tokens::TEXT };
    if hidden || open == 0 {
        paint::grade_ghost(ui.painter(), mark, 9.0, grade);
    } else {
        paint::grade_mark(ui.painter(), mark, 9.0, grade);
    }
    let at = rect.left_center() + vec2(33.0, 0.0);
    let text = ui.painter().text(
        at,
        Align2::LEFT_CENTER,
        view.situation.figure(open),
        regular_font(tokens::desk::BODY),
        color.egui(),
    );
    if hidden {
        ui.painter().hline(text.left()..=text.right(), text.center().y, egui::Stroke::new(1.0, color.egui()));
    }
    let tip = if hidden { "queue.show_grade" } else { "queue.hide_grade" };
    let tip = t!(tip, grade = words::grade(grade), key = grade.index() + 1);
    response.on_hover_text(tip).clicked()
}

fn row_ui(ui: &mut Ui, row: &Row, situation: &Situation, chosen: bool, height: f32) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if chosen {
        painter.rect_filled(rect, 0.0, tokens::CHOSEN.egui());
        let bar = egui::Rect::from_min_size(rect.min, vec2(3.0, height));
        painter.rect_filled(bar, 0.0, tokens::ACCENT.egui());
    } else if response.hovered() {
        painter.rect_filled(rect, 0.0, tokens::HOVER.egui());
    }
    // Facts that cannot be renewed now are faded.
    let lost = matches!(situation.link, LinkState::Lost { .. });
    let (text, dim) = if lost { (tokens::DIM, tokens::FAINT) } else { (tokens::TEXT, tokens::DIM) };
    paint::grade_mark(&painter, rect.left_center() + vec2(24.0, 0.0), tokens::desk::MARK, row.grade);
    let (left, right) = (rect.left() + 46.0, rect.right() - 12.0);
    let (upper, lower) = (rect.top() + 16.0, rect.top() + 37.0);
    let age = words::age(row.age_secs(situation.now));
    let small = regular_font(tokens::desk::SMALL);
    let body = medium_font(tokens::desk::BODY);
    let put = |x: f32, y: f32, align, words: &str, font, color: tokens::Rgb, width| {
        paint::line(&painter, egui::pos2(x, y), align, words, font, color.egui(), width)
    };
    let colors = (text.egui(), dim.egui());
    let time = row.countdown.as_ref().map(|next| {
        lamp::countdown(&painter, egui::pos2(right, upper), next, situation.now, tokens::desk::SMALL, colors)
    });
    let kind_end = time.map_or(right, |time| time.left() - 10.0);
    let kind = put(left, upper, Align2::LEFT_CENTER, &row.kind, body, text, kind_end - left);
    let tags: Vec<String> = row.tags.iter().map(|tag| tag.words(situation.now)).collect();
    let at = egui::pos2(kind.right() + 8.0, upper);
    paint::tags(&painter, at, &tags, &regular_font(tokens::desk::SMALL), text.egui(), kind_end - at.x);
    // Nobody has it yet: said brighter than the later stages.
    let stage_color = if row.stage == Stage::Reported { text } else { dim };
    let stage = words::stage(row.stage);
    let stage = if row.waits_for_someone() && !lost {
        paint::badge(&painter, egui::pos2(right, lower), &stage, medium_font(tokens::desk::SMALL))
    } else {
        put(right, lower, Align2::RIGHT_CENTER, &stage, small.clone(), stage_color, 120.0)
    };
    let age = put(stage.left() - 8.0, lower, Align2::RIGHT_CENTER, &age, small.clone(), dim, 120.0);
    let unknown = t!("card.place_unknown");
    let place = row.place.as_deref().unwrap_or(&unknown);
    let at = egui::pos2(left, lower);
    paint::tail(&painter, at, Align2::LEFT_CENTER, place, &small, dim.egui(), age.left() - left - 10.0);
    response.clicked()
}

fn empty_ui(ui: &mut Ui, view: &QueueView<'_>, why: WhyEmpty, wishes: &mut Vec<QueueWish>) {
    ui.add_space(24.0);
    ui.vertical_centered(|ui| {
        let text = match why {
            WhyEmpty::NotConnected => t!("queue.not_connected").into_owned(),
            WhyEmpty::Filtered(count) => t!("queue.filtered", count = count).into_owned(),
            WhyEmpty::NoneOpen => match view.situation.link {
                LinkState::Lost { since } => {
                    let time = words::hour_minute(since, view.situation.utc_offset_secs);
                    t!("queue.none_open_then", time = time).into_owned()
                }
                _ => t!("queue.none_open").into_owned(),
            },
        };
        ui.add(egui::Label::new(RichText::new(text).color(tokens::DIM.egui())).wrap());
        if matches!(why, WhyEmpty::Filtered(_)) && ui.button(t!("queue.show_all")).clicked() {
            wishes.push(QueueWish::Filter(view.filter.opened()));
        }
    });
}
