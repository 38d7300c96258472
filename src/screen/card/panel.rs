//! The card's panel.

use egui::{Align, Frame, Key, Layout, Panel, RichText, ScrollArea, Sense, Ui, vec2};
use rust_i18n::t;

use super::ask;
use super::bulletin;
use super::crew::crew_name;
use super::dossier::dossier_ui;
use super::form;
pub use super::forms::Form;
use super::limits::{limits_ui, outlook_ui};
use super::model::{Card, CrewOnIt, IncidentCard, Point, ThingCard};
use super::moves;
use super::plan;
use super::radio;
use super::story::story_ui;
use super::tasks::{self, tasks_ui};
use crate::domain::note::NOTE_MAX;
use crate::domain::order::TEXT_MAX;
use crate::domain::{Caller, Moment, Order, Party, Stage, TaskStep};
use crate::screen::input::{TakeKey, escaped, pressed_alone};
use crate::screen::look::unusable::letters_in;
use crate::screen::look::{medium_font, paint, tokens, words};
use crate::screen::shown::{Intent, Target};
use crate::screen::units::legend::status_key;

/// The part of the card's height that its orders and the open form take at most.
const FOOT_MOST: f32 = 0.6;

/// What the card shows.
#[derive(Debug, Clone)]
pub struct CardView<'a> {
    /// The thing.
    pub card: &'a Card,
    /// The form that is open.
    pub form: Option<&'a Form>,
    /// The form was opened just now: put the cursor into its field.
    pub focus_form: bool,
    /// Why the last order was refused, in words.
    pub refused: Option<&'a str>,
    /// The moment shown.
    pub now: Moment,
    /// Offset of city time from UTC.
    pub utc_offset_secs: i32,
    /// Orders can be sent.
    pub can_order: bool,
    /// Why not, in a key of `assets/i18n`.
    pub no_orders: &'static str,
    /// Who called, unmasked, where that was asked for.
    pub told: Option<&'a Caller>,
}

/// What the user did.
#[derive(Debug, Clone)]
pub enum CardWish {
    /// For the hall.
    Hall(Intent),
    /// Open, change or close the form.
    Form(Option<Form>),
    /// Put this on the clipboard.
    Copy(String),
}

/// The card: what is known scrolls, and what can be done, with the form that is open, stays in sight below it.
pub fn card_ui(ui: &mut Ui, view: &CardView<'_>) -> Vec<CardWish> {
    let mut wishes = Vec::new();
    match view.card {
        Card::Incident(card) => {
            // The scrolled part of a case is its own: another one begins at its head.
            let scroll = |part: &str| ScrollArea::vertical().id_salt((part, card.id.0)).auto_shrink([false, true]);
            let most = ui.available_height() * FOOT_MOST;
            let foot = Panel::bottom("card foot").frame(Frame::new()).resizable(false).show_separator_line(false);
            let foot = foot.show(ui, |ui| {
                let foot = scroll("foot").max_height(most).min_scrolled_height(most);
                foot.show(ui, |ui| foot_ui(ui, view, card, &mut wishes)).inner_rect.height()
            });
            // What it needs more or less than before it gets in the next frame.
            let id = ui.id().with("card foot height");
            if ui.data_mut(|data| data.get_temp::<f32>(id)) != Some(foot.inner) {
                ui.data_mut(|data| data.insert_temp(id, foot.inner));
                ui.ctx().request_repaint();
            }
            scroll("facts").show(ui, |ui| incident_ui(ui, view, card, &mut wishes));
        }
        Card::Thing(card) => drop(ScrollArea::vertical().show(ui, |ui| thing_ui(ui, card, &mut wishes))),
    }
    wishes
}

fn head_ui(ui: &mut Ui, wishes: &mut Vec<CardWish>, add: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            if ui.button("×").on_hover_text(t!("card.dismiss")).clicked() {
                wishes.push(CardWish::Hall(Intent::Select { target: None, fly: false }));
            }
            ui.with_layout(Layout::left_to_right(Align::Min), add);
        });
    });
}

fn incident_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let age = words::age(card.closing.as_ref().map_or(view.now, |closing| closing.at).secs_since(card.happened_at));
    head_ui(ui, wishes, |ui| {
        let half = tokens::desk::MARK * 1.6;
        let (mark, _) = ui.allocate_exact_size(vec2(half * 2.0 + 4.0, half * 2.0), Sense::hover());
        paint::grade_mark(ui.painter(), mark.center(), half, card.grade);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add(egui::Label::new(RichText::new(&card.kind).font(medium_font(tokens::desk::HEAD))).wrap());
            let state = format!("{} · {} · {age}", words::grade(card.grade), words::stage(card.stage));
            ui.label(RichText::new(state).small().color(tokens::DIM.egui()));
        });
    });
    ui.add_space(tokens::desk::GAP * 0.5);
    stages_ui(ui, card.stage);
    ui.add_space(tokens::desk::GAP * 0.5);
    if !card.text.is_empty() {
        let (font, color) = (egui::TextStyle::Body.resolve(ui.style()), ui.visuals().text_color());
        ui.label(paint::paragraph(ui.painter(), &card.text, font, color, ui.available_width(), usize::MAX));
    }
    if !card.limits.is_empty() {
        ui.separator();
        limits_ui(ui, view, &card.limits);
        outlook_ui(ui, card.outlook.as_ref());
    }
    ui.separator();
    if let Some(reason) = &card.on_hold {
        row_ui(ui, "card.on_hold", reason);
    }
    let unknown = || t!("card.place_unknown").into_owned();
    row_ui(ui, "card.place", &card.place.clone().unwrap_or_else(unknown));
    areas_ui(ui, &card.areas);
    if let Some(point) = card.point {
        point_ui(ui, point, wishes);
    }
    row_ui(ui, "card.happened", &words::day_hour_minute(card.happened_at, view.utc_offset_secs));
    row_ui(ui, "card.known", &words::day_hour_minute(card.known_at, view.utc_offset_secs));
    if card.changed_at != card.known_at {
        row_ui(ui, "card.changed", &words::day_hour_minute(card.changed_at, view.utc_offset_secs));
    }
    caller_ui(ui, view, card, wishes);
    form::form_rows_ui(ui, card);
    moves::to_tell_ui(ui, card);
    dossier_ui(ui, card, view.utc_offset_secs, wishes);
    if let Some(closing) = &card.closing {
        row_ui(ui, "card.over", &words::day_hour_minute(closing.at, view.utc_offset_secs));
        if !closing.reason.is_empty() {
            row_ui(ui, "card.over_because", &closing.reason);
        }
    }
    bulletin::bulletin_ui(ui, view, card);
    plan::plan_ui(ui, view, card);
    tasks_ui(ui, view, card, wishes);
    crews_ui(ui, card, wishes);
    row_ui(ui, "card.source", &card.source);
    let id = format!("#{}", card.id.0);
    row_ui(ui, "card.number", &card.number.map_or_else(|| id.clone(), |number| format!("{number} · {id}")));
    story_ui(ui, card, wishes);
}

/// What can be done with the case, and why the last order was refused.
fn foot_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    ui.separator();
    if let Some(refused) = view.refused {
        let frame = Frame::new().fill(tokens::RAISED.egui()).stroke((1.0, tokens::TEXT.egui())).inner_margin(8);
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(egui::Label::new(RichText::new(t!("card.refused", why = refused)).font(medium_font(14.0))).wrap());
        });
    }
    if card.past {
        ui.add(egui::Label::new(RichText::new(t!("card.past_note")).color(tokens::DIM.egui())).wrap());
    } else if card.stage == Stage::Closed && card.moves.is_empty() && !view.can_order {
        ui.label(RichText::new(t!("card.closed_note")).color(tokens::DIM.egui()));
    } else {
        ui.add_enabled_ui(view.can_order, |ui| actions_ui(ui, view, card, wishes));
        if !view.can_order {
            ui.add(egui::Label::new(RichText::new(t!(view.no_orders)).color(tokens::DIM.egui())).wrap());
        }
    }
}

/// Who called: masked until somebody says why they need to see it.
fn caller_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let Some(caller) = view.told.or(card.dossier.caller.as_ref()) else { return };
    ui.horizontal_top(|ui| {
        name_ui(ui, "card.caller");
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            ui.spacing_mut().button_padding.y = 1.0;
            let answer = if caller.answer { t!("card.caller_answer") } else { "".into() };
            let words = [caller.name.as_str(), &caller.phone, &answer].into_iter().filter(|words| !words.is_empty());
            ui.label(words.collect::<Vec<_>>().join(" · "));
            let ask = view.told.is_none() && view.can_order;
            if ask && ui.small_button(t!("card.caller_show")).clicked() {
                wishes.push(CardWish::Form(Some(Form::ShowCaller(String::new()))));
            }
        });
    });
}

/// Who is there or on the way without a task of the hall, one to a line; a click chooses a crew and flies to it.
pub(in crate::screen) fn crews_ui(ui: &mut Ui, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let tasked =
        |one: &&CrewOnIt| card.tasks.iter().any(|task| task.task.is_open() && task.task.to == Party::Crew(one.crew));
    let crews: Vec<&CrewOnIt> = card.crews.iter().filter(|one| !tasked(one)).collect();
    if crews.is_empty() {
        return;
    }
    ui.horizontal_top(|ui| {
        name_ui(ui, "card.crews");
        ui.vertical(|ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            ui.spacing_mut().button_padding.y = 1.0;
            for one in crews {
                let name = crew_name(one.kind, one.crew);
                let state = t!(status_key(one.status));
                let state = match one.metres {
                    Some(metres) => format!("{state} · {}", t!("card.crew_away", length = away(metres))),
                    None => state.into_owned(),
                };
                ui.horizontal_wrapped(|ui| {
                    if ui.button(name).on_hover_text(t!("card.crew_fly")).clicked() {
                        let target = Some(Target::Crew(one.crew));
                        wishes.push(CardWish::Hall(Intent::Select { target, fly: true }));
                    }
                    ui.label(RichText::new(state).color(tokens::DIM.egui()));
                });
            }
        });
    });
}

/// A distance as exact as it is worth saying of something that moves.
#[must_use]
pub fn away(metres: f64) -> String {
    let step = if metres < 1_000.0 { 10.0 } else { 100.0 };
    words::length((metres / step).round() * step)
}

/// The way of a case as a row of steps; those behind it are filled.
fn stages_ui(ui: &mut Ui, now: Stage) {
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(vec2(width, 30.0), Sense::hover());
    #[expect(clippy::cast_precision_loss, reason = "eight stages")]
    let step = width / Stage::ALL.len() as f32;
    let mut left = rect.left();
    let font = crate::screen::look::regular_font(tokens::desk::SMALL);
    let wide = |stage| ui.painter().layout_no_wrap(words::step(stage), font.clone(), egui::Color32::WHITE).size().x;
    // Where not all of them fit, only the step that it is at has its name, whole.
    let room = Stage::ALL.into_iter().all(|stage| wide(stage) <= step - 3.0);
    for stage in Stage::ALL {
        let bar = egui::Rect::from_min_size(egui::pos2(left, rect.top()), vec2(step - 3.0, 4.0));
        let reached = stage <= now;
        let fill = if reached { tokens::ACCENT } else { tokens::HAIRLINE };
        ui.painter().rect_filled(bar, 1.0, fill.egui());
        let color = if stage == now { tokens::TEXT } else { tokens::FAINT };
        if room || stage == now {
            let start = if room { left } else { left.min(rect.right() - wide(stage)) };
            let at = egui::pos2(start, bar.bottom() + 5.0);
            ui.painter().text(at, egui::Align2::LEFT_TOP, words::step(stage), font.clone(), color.egui());
        }
        left += step;
    }
}

fn actions_ui(ui: &mut Ui, view: &CardView<'_>, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let keys = ui.is_enabled() && !ui.ctx().text_edit_focused();
    let pressed = |ui: &Ui, key: Key| keys && ui.input(|i| pressed_alone(i, key) > 0);
    ui.horizontal_wrapped(|ui| {
        ask::advance_ui(ui, card, view.form, keys, wishes);
        if view.can_order {
            tasks::actions_ui(ui, card, (view.form, keys), wishes);
            plan::actions_ui(ui, card, keys, wishes);
            bulletin::actions_ui(ui, card, keys, wishes);
            form::actions_ui(ui, card, keys, wishes);
        }
        if card.stage != Stage::Closed {
            if ui.button(format!("{}  G", t!("card.regrade"))).clicked() || pressed(ui, Key::G) {
                wishes.push(CardWish::Form(Some(Form::Regrade(card.grade, String::new()))));
            }
            if card.on_hold.is_some() {
                if ui.button(format!("{}  P", t!("card.resume"))).clicked() || pressed(ui, Key::P) {
                    wishes.push(CardWish::Hall(Intent::Order(Order::ResumeIncident { incident: card.id })));
                }
            } else if ui.button(format!("{}  P", t!("card.suspend"))).clicked() || pressed(ui, Key::P) {
                wishes.push(CardWish::Form(Some(Form::Suspend(String::new()))));
            }
            let by_reason = card.next != Some(Stage::Closed);
            if by_reason && (ui.button(format!("{}  X", t!("card.close"))).clicked() || pressed(ui, Key::X)) {
                wishes.push(CardWish::Form(Some(Form::Close(String::new()))));
            }
        }
        let noted = keys && ui.input_mut(|i| i.take_key(egui::Modifiers::COMMAND, Key::M));
        if ui.button(format!("{}  Ctrl M", t!("card.note"))).clicked() || noted {
            wishes.push(CardWish::Form(Some(Form::Note(String::new()))));
        }
        if !card.alike.is_empty() {
            let all = keys && ui.input_mut(|i| i.take_key(egui::Modifiers::COMMAND, Key::J));
            let text = format!("{}  Ctrl J", t!("move.merge_all", count = card.alike.len()));
            if ui.button(text).clicked() || all {
                wishes.push(CardWish::Form(Some(Form::MergeAll)));
            }
        }
        let moves = format!("{}  H", t!("card.moves"));
        if !card.moves.is_empty() && (ui.button(moves).clicked() || pressed(ui, Key::H)) {
            wishes.push(CardWish::Form(if view.form == Some(&Form::Moves) { None } else { Some(Form::Moves) }));
        }
    });
    match view.form {
        None => {}
        Some(Form::Moves) => moves::menu_ui(ui, card, wishes),
        Some(Form::MergeAll) => moves::merge_all_ui(ui, card, wishes),
        Some(Form::Finish) => ask::finish_ui(ui, card, wishes),
        Some(Form::Radio(party)) => radio::menu_ui(ui, card, party.as_ref(), wishes),
        Some(Form::Move(form)) => moves::form_ui(ui, view, form, card, wishes),
        Some(Form::Answers(answers)) => form::form_ui(ui, view, answers, card, wishes),
        Some(Form::Bulletin(which, text)) => bulletin::form_ui(ui, view, (*which, text), card, wishes),
        Some(form) => form_ui(ui, view, form, card, wishes),
    }
}

fn form_ui(ui: &mut Ui, view: &CardView<'_>, form: &Form, card: &IncidentCard, wishes: &mut Vec<CardWish>) {
    let mut form = form.clone();
    let before = form.clone();
    let mut done = false;
    if let Form::Regrade(grade, _) = &mut form {
        ask::grades_ui(ui, grade);
    }
    let hint = match form {
        Form::ShowCaller(_) => "card.caller_hint",
        Form::Note(_) => "card.note_hint",
        _ => "card.reason_hint",
    };
    let (Form::Regrade(_, reason)
    | Form::Close(reason)
    | Form::Suspend(reason)
    | Form::GiveBack(_, reason)
    | Form::Withdraw(_, reason)
    | Form::ShowCaller(reason)
    | Form::Note(reason)) = &mut form
    else {
        return;
    };
    let most = if matches!(before, Form::Note(_)) { NOTE_MAX } else { TEXT_MAX };
    let field = egui::TextEdit::singleline(reason).char_limit(letters_in(most));
    let field = ui.add(field.hint_text(t!(hint)).desired_width(f32::INFINITY));
    if view.focus_form {
        field.request_focus();
    }
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    let mut drop_form = false;
    let empty = reason.trim().is_empty();
    let same = matches!(&form, Form::Regrade(grade, _) if *grade == card.grade);
    ui.horizontal(|ui| {
        let key = match before {
            Form::Close(_) => "card.close_now",
            Form::Regrade(..) => "card.regrade_now",
            Form::GiveBack(..) => "task.give_back_now",
            Form::Withdraw(..) => "task.withdraw_now",
            Form::ShowCaller(_) => "card.caller_show",
            Form::Note(_) => "card.note_now",
            _ => "card.suspend_now",
        };
        let ready = !empty && !same;
        done = ui.add_enabled(ready, egui::Button::new(t!(key))).clicked() || (entered && ready);
        drop_form = ui.button(t!("card.cancel")).clicked() || escaped(ui);
        let missing = if same {
            Some("card.choose_grade")
        } else if empty {
            Some(hint)
        } else {
            None
        };
        if let Some(key) = missing {
            ui.label(RichText::new(t!(key)).small().color(tokens::DIM.egui()));
        }
    });
    if done {
        // As it is sent, for where it is refused.
        if form != before {
            wishes.push(CardWish::Form(Some(form.clone())));
        }
        let order = match form {
            Form::Regrade(grade, reason) => Order::RegradeIncident { incident: card.id, grade, reason },
            Form::Close(reason) => Order::CloseIncident { incident: card.id, reason },
            Form::Suspend(reason) => Order::SuspendIncident { incident: card.id, reason },
            Form::GiveBack(party, reason) => {
                Order::MoveTask { incident: card.id, party, step: TaskStep::Return { reason } }
            }
            Form::Withdraw(party, reason) => {
                Order::MoveTask { incident: card.id, party, step: TaskStep::Withdraw { reason } }
            }
            Form::ShowCaller(reason) => Order::ShowCaller { incident: card.id, reason },
            Form::Note(words) => Order::AddNote { incident: card.id, words },
            Form::Moves
            | Form::Move(_)
            | Form::MergeAll
            | Form::Finish
            | Form::Radio(_)
            | Form::Bulletin(..)
            | Form::Answers(_) => return,
        };
        wishes.push(CardWish::Hall(Intent::Order(order)));
        wishes.push(CardWish::Form(None));
    } else if drop_form {
        wishes.push(CardWish::Form(None));
    } else if form != before {
        wishes.push(CardWish::Form(Some(form)));
    }
}

fn thing_ui(ui: &mut Ui, card: &ThingCard, wishes: &mut Vec<CardWish>) {
    head_ui(ui, wishes, |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let name = card.name.clone().unwrap_or_else(|| t!("card.unnamed").into_owned());
            ui.add(egui::Label::new(RichText::new(name).font(medium_font(tokens::desk::HEAD))).wrap());
            ui.label(RichText::new(t!(card.what)).small().color(tokens::DIM.egui()));
        });
    });
    ui.separator();
    for (key, value) in &card.rows {
        row_ui(ui, key, value);
    }
    areas_ui(ui, &card.areas);
    if let Some(point) = card.point {
        point_ui(ui, point, wishes);
    }
}

fn areas_ui(ui: &mut Ui, areas: &[String]) {
    if !areas.is_empty() {
        row_ui(ui, "card.areas", &areas.join(" › "));
    }
}

pub(in crate::screen) fn name_ui(ui: &mut Ui, key: &str) {
    let size = vec2(tokens::desk::FACT, 20.0);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Min), |ui| {
        ui.set_min_size(size);
        ui.add(egui::Label::new(RichText::new(t!(key)).color(tokens::DIM.egui())).truncate());
    });
}

pub(super) fn row_ui(ui: &mut Ui, key: &str, value: &str) {
    ui.horizontal_top(|ui| {
        name_ui(ui, key);
        ui.vertical(|ui| ui.add(egui::Label::new(value).wrap()));
    });
}

fn point_ui(ui: &mut Ui, point: Point, wishes: &mut Vec<CardWish>) {
    ui.scope(|ui| datums_ui(ui, point, wishes));
}

fn datums_ui(ui: &mut Ui, point: Point, wishes: &mut Vec<CardWish>) {
    for (key, at) in [("card.wgs84", point.wgs84), ("card.gcj02", point.gcj02)] {
        ui.spacing_mut().interact_size.y = 20.0;
        ui.spacing_mut().button_padding.y = 1.0;
        ui.horizontal_top(|ui| {
            name_ui(ui, key);
            let value = |ui: &mut Ui| {
                ui.label(words::lonlat(at));
                let copy = egui::Button::new(RichText::new(t!("card.copy")).small());
                if ui.add(copy).clicked() {
                    wishes.push(CardWish::Copy(format!("{:.6},{:.6}", at.lon, at.lat)));
                }
            };
            ui.vertical(|ui| ui.horizontal_wrapped(value));
        });
    }
}
