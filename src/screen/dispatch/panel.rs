//! The dialog's panel.

use egui::{Align2, Id, Key, Modifiers, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::model::{Candidate, Fit, Ranking, Scope, is_meant};
use crate::domain::task::TASKS_MAX;
use crate::domain::{Assignment, Party, Stage};
use crate::screen::input::TakeKey;
use crate::screen::look::{medium_font, regular_font, tokens, words};
use crate::screen::units::legend::status_key;

/// Digits that choose from the list.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
/// Rows that are seen at once; further ones scroll.
const ROWS: f32 = 9.0;
/// Points of a row, which has two lines.
const ROW: f32 = 40.0;
/// Most characters that are typed to find a party.
const NAME_MAX: usize = 64;

/// What the dialog shows.
pub(super) struct DispatchView<'a> {
    /// The case in a line.
    pub(super) title: String,
    /// Who could go; `None` while that is being found out.
    pub(super) ranking: Option<&'a Ranking>,
    /// Name of each party.
    pub(super) name: &'a dyn Fn(&Party) -> String,
    /// What was typed to find somebody.
    pub(super) sought: &'a str,
    /// Who is chosen.
    pub(super) chosen: &'a [Assignment],
    /// How many the case has room for in all.
    pub(super) room: usize,
    /// What they are asked to do.
    pub(super) words: &'a str,
    /// Where they are chosen from.
    pub(super) scope: &'a Scope,
    /// Something else was drawn to choose from.
    pub(super) drawn: bool,
    /// How far the case is.
    pub(super) stage: Stage,
}

impl<'a> DispatchView<'a> {
    /// Those who are meant by what was typed, in the order of the ranking.
    fn listed(&self) -> Vec<&'a Candidate> {
        let all = self.ranking.map_or(&[][..], |ranking| &ranking.candidates);
        all.iter().filter(|one| self.sought.is_empty() || is_meant(&(self.name)(&one.party), self.sought)).collect()
    }
}

/// The crews that are listed; `own`: only those whose work it is.
fn crews(listed: &[&Candidate], own: bool) -> Vec<Party> {
    let wanted = listed.iter().filter(|one| matches!(one.party, Party::Crew(_)) && !(own && one.fit == Fit::Other));
    wanted.map(|one| one.party.clone()).collect()
}

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DispatchWish {
    /// Choose it, or let it go.
    Toggle(Party),
    /// Let it lead.
    Lead(Party),
    /// All of these.
    All(Vec<Party>),
    /// Choose from another part of the city.
    NextScope,
    /// Only those who are called so.
    Seek(String),
    /// Other words.
    Words(String),
    /// Send them.
    Send,
    /// Send it on without saying to whom.
    Without,
    /// Put the dialog away.
    Close,
}

/// The dialog.
pub(super) fn dispatch_ui(ui: &mut Ui, view: &DispatchView<'_>) -> Vec<DispatchWish> {
    let mut wishes = Vec::new();
    ui.set_width(tokens::desk::DIALOG);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("dispatch.title")).font(medium_font(tokens::desk::BODY)));
        ui.add(egui::Label::new(RichText::new(&view.title).color(tokens::DIM.egui())).truncate());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("×").clicked() {
                wishes.push(DispatchWish::Close);
            }
        });
    });
    ui.horizontal(|ui| {
        let scope = match view.scope {
            Scope::City => t!("dispatch.scope_city").into_owned(),
            Scope::Circle(_, metres) => t!("dispatch.scope_circle", length = words::length(*metres)).into_owned(),
            Scope::Line(_, metres) => t!("dispatch.scope_line", length = words::length(*metres)).into_owned(),
            Scope::Area(_) => t!("dispatch.scope_area").into_owned(),
        };
        let key = if view.drawn { "  I" } else { "" };
        let button = egui::Button::new(RichText::new(format!("{scope}{key}")).small());
        if ui.add_enabled(view.drawn, button).on_disabled_hover_text(t!("dispatch.draw_first")).clicked() {
            wishes.push(DispatchWish::NextScope);
        }
        let closed = view.ranking.map_or(0, |ranking| ranking.closed);
        let by = if closed > 0 { t!("dispatch.by_road_closed", count = closed) } else { t!("dispatch.by_road") };
        ui.add(egui::Label::new(RichText::new(by).small().color(tokens::FAINT.egui())).truncate());
    });
    let listed = view.listed();
    all_ui(ui, view, &listed, &mut wishes);
    ui.add_space(tokens::desk::GAP * 0.5);
    seek_ui(ui, view, &listed, &mut wishes);
    list_ui(ui, view, &listed, &mut wishes);
    ui.add_space(tokens::desk::GAP * 0.5);
    let mut text = view.words.to_owned();
    let field = egui::TextEdit::singleline(&mut text).hint_text(t!("dispatch.words_hint")).desired_width(f32::INFINITY);
    let field = ui.add(field);
    let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
    if text != view.words {
        wishes.push(DispatchWish::Words(text));
    }
    ui.horizontal(|ui| {
        let ready = !view.chosen.is_empty();
        let text = t!("dispatch.send", count = view.chosen.len());
        let send = egui::Button::new(RichText::new(format!("{text}  Enter")).color(tokens::ACCENT.egui()));
        if ui.add_enabled(ready, send).clicked() || (entered && ready) {
            wishes.push(DispatchWish::Send);
        }
        if ui.button(format!("{}  Esc", t!("card.cancel"))).clicked() {
            wishes.push(DispatchWish::Close);
        }
        let without = view.stage < Stage::Dispatched && !ready;
        if without && ui.button(RichText::new(t!("dispatch.without")).small()).clicked() {
            wishes.push(DispatchWish::Without);
        }
    });
    keys(ui, view, &listed, &mut wishes);
    wishes
}

/// What addresses everybody in what was drawn at once, and what of that a case has no room for.
fn all_ui(ui: &mut Ui, view: &DispatchView<'_>, listed: &[&Candidate], wishes: &mut Vec<DispatchWish>) {
    if *view.scope != Scope::City {
        ui.horizontal(|ui| {
            for (own, key, shortcut) in [(false, "dispatch.all", "0"), (true, "dispatch.all_own", "Shift 0")] {
                let crews = crews(listed, own);
                let text = RichText::new(format!("{} ({})  {shortcut}", t!(key), crews.len())).small();
                if ui.add_enabled(!crews.is_empty(), egui::Button::new(text)).clicked() {
                    wishes.push(DispatchWish::All(crews));
                }
            }
        });
    }
    let is_chosen = |party: &Party| view.chosen.iter().any(|one| one.to == *party);
    let left = crews(listed, false).iter().filter(|party| !is_chosen(party)).count();
    if view.chosen.len() >= view.room && left > 0 {
        let full = t!("dispatch.full", most = TASKS_MAX, room = view.room, left = left);
        ui.label(RichText::new(full).small().color(tokens::TEXT.egui()));
    }
}

fn seek_field() -> Id {
    Id::new("dispatch seek")
}

/// The field that finds a party by its name; Enter chooses the first that is found.
fn seek_ui(ui: &mut Ui, view: &DispatchView<'_>, listed: &[&Candidate], wishes: &mut Vec<DispatchWish>) {
    let mut text = view.sought.to_owned();
    let hint = format!("{}  /", t!("dispatch.seek_hint"));
    let field = egui::TextEdit::singleline(&mut text).id(seek_field()).hint_text(hint).char_limit(NAME_MAX);
    let field = ui.add(field.desired_width(f32::INFINITY));
    if text != view.sought {
        wishes.push(DispatchWish::Seek(text));
    }
    if !field.lost_focus() {
        return;
    }
    // These keys are the field's: they send nobody and put no dialog away.
    let pressed = |key: Key| ui.input_mut(|input| input.take_key(Modifiers::NONE, key));
    let (entered, left) = (pressed(Key::Enter), pressed(Key::Escape));
    if entered && let Some(one) = listed.first().filter(|_| !view.sought.is_empty()) {
        wishes.extend([DispatchWish::Toggle(one.party.clone()), DispatchWish::Seek(String::new())]);
    } else if left {
        wishes.push(DispatchWish::Seek(String::new()));
    }
}

/// Keys of the dialog; nobody else sees them.
fn keys(ui: &Ui, view: &DispatchView<'_>, listed: &[&Candidate], wishes: &mut Vec<DispatchWish>) {
    let ctx = ui.ctx();
    if ctx.text_edit_focused() {
        return;
    }
    let pressed = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.take_key(modifiers, key));
    for (at, key) in DIGITS.into_iter().enumerate() {
        // Those with more modifiers first: they match fewer ones as well.
        let (leads, toggles) = (pressed(Modifiers::SHIFT, key), pressed(Modifiers::NONE, key));
        let Some(one) = listed.get(at) else { continue };
        if leads {
            wishes.push(DispatchWish::Lead(one.party.clone()));
        } else if toggles {
            wishes.push(DispatchWish::Toggle(one.party.clone()));
        }
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(DispatchWish::Close);
    }
    // Before the ranking is there, nothing is chosen: the key waits for nobody.
    let send = pressed(Modifiers::NONE, Key::Enter) || pressed(Modifiers::NONE, Key::T);
    if send && !view.chosen.is_empty() {
        wishes.push(DispatchWish::Send);
    }
    if view.drawn && pressed(Modifiers::NONE, Key::I) {
        wishes.push(DispatchWish::NextScope);
    }
    for (own, modifiers) in [(true, Modifiers::SHIFT), (false, Modifiers::NONE)] {
        let crews =
            if pressed(modifiers, Key::Num0) && *view.scope != Scope::City { crews(listed, own) } else { vec![] };
        if !crews.is_empty() {
            wishes.push(DispatchWish::All(crews));
        }
    }
    if pressed(Modifiers::NONE, Key::Slash) {
        ctx.memory_mut(|memory| memory.request_focus(seek_field()));
    }
}

fn list_ui(ui: &mut Ui, view: &DispatchView<'_>, listed: &[&Candidate], wishes: &mut Vec<DispatchWish>) {
    if view.ranking.is_none() {
        ui.label(RichText::new(t!("dispatch.finding")).small().color(tokens::DIM.egui()));
        return;
    }
    if listed.is_empty() {
        let why = if view.sought.is_empty() { t!("dispatch.nobody") } else { t!("dispatch.none_called_so") };
        ui.label(RichText::new(why).small().color(tokens::DIM.egui()));
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    let height = (ROW + ui.spacing().item_spacing.y) * ROWS;
    egui::ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for (number, one) in listed.iter().enumerate() {
            row_ui(ui, view, number, one, wishes);
        }
    });
}

fn row_ui(ui: &mut Ui, view: &DispatchView<'_>, number: usize, one: &Candidate, wishes: &mut Vec<DispatchWish>) {
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let part = view.chosen.iter().find(|chosen| chosen.to == one.party).map(|chosen| chosen.part);
    let painter = ui.painter_at(rect);
    if part.is_some() {
        painter.rect_filled(rect, 3.0, tokens::RAISED.egui());
        painter.rect_filled(egui::Rect::from_min_size(rect.min, vec2(3.0, rect.height())), 1.0, tokens::ACCENT.egui());
    } else if response.hovered() {
        painter.rect_filled(rect, 3.0, tokens::HOVER.egui());
    }
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let key = if number < DIGITS.len() { (number + 1).to_string() } else { String::new() };
    painter.text(rect.left_center() + vec2(10.0, 0.0), Align2::LEFT_CENTER, key, small.clone(), tokens::FAINT.egui());
    let name = (view.name)(&one.party);
    let at = rect.left_top() + vec2(26.0, 4.0);
    let name = painter.text(at, Align2::LEFT_TOP, name, body, tokens::TEXT.egui());
    if let Some(part) = part {
        let badge = egui::Rect::from_min_size(name.right_top() + vec2(8.0, 0.0), vec2(0.0, name.height()));
        let words = t!(format!("part.{}", part.word()));
        let medium = medium_font(tokens::desk::SMALL);
        painter.text(badge.left_center(), Align2::LEFT_CENTER, words, medium, tokens::ACCENT.egui());
    }
    let why = reasons(one);
    let low = rect.left_bottom() + vec2(26.0, -4.0);
    painter.text(low, Align2::LEFT_BOTTOM, why, small.clone(), tokens::DIM.egui());
    if let Some(secs) = one.secs {
        let right = rect.right_top() + vec2(-8.0, 4.0);
        let font = medium_font(tokens::desk::BODY);
        painter.text(right, Align2::RIGHT_TOP, words::minutes(whole(secs)), font, tokens::TEXT.egui());
    }
    if let Some(metres) = one.metres {
        let right = rect.right_bottom() + vec2(-8.0, -4.0);
        let text = t!("card.crew_away", length = crate::screen::card::panel::away(f64::from(metres)));
        painter.text(right, Align2::RIGHT_BOTTOM, text, small, tokens::FAINT.egui());
    }
    if response.clicked() {
        let lead = ui.input(|i| i.modifiers.shift);
        let party = one.party.clone();
        wishes.push(if lead { DispatchWish::Lead(party) } else { DispatchWish::Toggle(party) });
    }
}

/// Why a party stands where it stands.
pub(super) fn reasons(one: &Candidate) -> String {
    let fit = match one.fit {
        Fit::Lead => t!("dispatch.fit_lead"),
        Fit::Assist => t!("dispatch.fit_assist"),
        Fit::Other => t!("dispatch.fit_other"),
    };
    let mut why = vec![fit.into_owned()];
    if one.returned {
        why.push(t!("dispatch.returned").into_owned());
    }
    why.extend(one.status.map(|status| t!(status_key(status)).into_owned()));
    if one.load > 0 {
        why.push(t!("dispatch.load", count = one.load).into_owned());
    }
    if one.kind.is_some() && one.secs.is_none() {
        why.push(t!("dispatch.no_way").into_owned());
    }
    why.join(" · ")
}

#[expect(clippy::cast_possible_truncation, reason = "some hours")]
fn whole(secs: f32) -> i64 {
    secs.round() as i64
}
