//! Fields of a case's form, as dialogs fill them in and cards show them. Pure but for the widgets.
//!
//! | key in a field | what |
//! |---|---|
//! | `Enter` | on to the next one; in an empty field of a component, the nearest one that is proposed |
//! | `←` `→`, a digit, `Delete` | of a choice: the one before or after, that one, none |

use egui::{Align2, EventFilter, Id, Key, Modifiers, Rect, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::look::unusable::letters_in;
use super::look::{paint, regular_font, tokens, words};
use crate::config::forms::{Field, NO, NoAnswer, Takes, YES};
use crate::domain::form::ANSWER_MAX;
use crate::domain::{Answers, LonLat};
use crate::ground::City;
use crate::screen::input::TakeKey;

/// Points of the column with the fields' names.
const NAMES: f32 = 104.0;
/// Points of a row.
const ROW: f32 = 24.0;
/// Metres from a case within which a component may be the one.
const NEAR_M: f64 = 60.0;
/// Most components that are proposed.
const NEAR_MOST: usize = 3;
/// Keys that choose among few.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// A component that may be the one a case is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// Its 16 digits.
    pub id: String,
    /// How far away, metres.
    pub metres: f64,
}

/// A field with what was answered, to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct FormLine {
    /// What it is called.
    pub name: String,
    /// The answer in words; `None` where it is asked for still.
    pub answer: Option<String>,
}

/// What was answered, and what is asked for still, in the order of the form; answers that the form no longer asks for
/// come last, under their code.
#[must_use]
pub fn lines(form: &[Field], answers: &Answers, locale: &str) -> Vec<FormLine> {
    let asked = form.iter().filter_map(|field| {
        let answer = answers.get(&field.code).map(|answer| shown(field, answer, locale));
        let name = field.name.of(locale).to_owned();
        (answer.is_some() || field.needed).then_some(FormLine { name, answer })
    });
    let other = answers.iter().filter(|(code, _)| form.iter().all(|field| field.code != *code));
    let other = other.map(|(code, answer)| FormLine { name: code.to_owned(), answer: Some(answer.to_owned()) });
    asked.chain(other).collect()
}

/// These answers in the order of the form, those that were taken back among them.
#[must_use]
pub fn said(form: &[Field], answers: &Answers, locale: &str) -> Vec<FormLine> {
    lines(form, answers, locale).into_iter().filter(|line| line.answer.is_some()).collect()
}

/// An answer in words.
#[must_use]
pub fn shown(field: &Field, answer: &str, locale: &str) -> String {
    match &field.takes {
        Takes::Number { unit, .. } => {
            let unit = unit.of(locale);
            if unit.is_empty() { answer.to_owned() } else { format!("{answer} {unit}") }
        }
        Takes::YesNo if answer == YES => t!("answers.yes").into_owned(),
        Takes::YesNo if answer == NO => t!("answers.no").into_owned(),
        Takes::Choice(choices) => {
            let known = choices.iter().find(|(code, _)| code == answer);
            known.map_or_else(|| answer.to_owned(), |(_, name)| name.of(locale).to_owned())
        }
        Takes::YesNo | Takes::Text | Takes::Component => answer.to_owned(),
    }
}

/// Why an answer is not taken, in words.
#[must_use]
pub fn fault(field: &Field, answer: &str) -> Option<String> {
    let words = match field.read(answer).err()? {
        NoAnswer::Number { from, to } => t!("answers.number", from = from, to = to),
        NoAnswer::YesNo | NoAnswer::Choice => t!("answers.choice"),
        NoAnswer::Component => t!("answers.digits"),
        NoAnswer::Long => t!("answers.long"),
    };
    Some(words.into_owned())
}

/// The components near a place that are of the class of a kind, the nearest first.
#[must_use]
pub fn nearby(city: &City, at: LonLat, kind: &str) -> Vec<Nearby> {
    // Behind a 1 the catalogue has the classes of components.
    let Some(class) = kind.strip_prefix('1').and_then(|class| class.parse::<u16>().ok()) else { return Vec::new() };
    let near = city.components_near(city.frame().metres_from_lonlat(at), class, NEAR_M).into_iter();
    near.take(NEAR_MOST).map(|(one, metres)| Nearby { id: city.component_id(one), metres }).collect()
}

/// The widget of a field in a dialog.
#[must_use]
pub fn id(dialog: &str, field: &str) -> Id {
    Id::new(("form", dialog, field))
}

/// What was done in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormWish {
    /// A field has this answer now.
    Answer(String, String),
    /// On from this field, by its place in the form.
    Next(usize),
}

/// The fields of a form with what was answered so far.
pub fn fields_ui(
    ui: &mut Ui,
    dialog: &str,
    (form, answers, locale): (&[Field], &Answers, &str),
    near: &[Nearby],
) -> Vec<FormWish> {
    let mut wishes = Vec::new();
    for (at, field) in form.iter().enumerate() {
        let id = id(dialog, &field.code);
        let before = answers.get(&field.code).unwrap_or_default();
        let has_focus = ui.memory(|memory| memory.has_focus(id));
        let proposed = near.first().filter(|_| field.takes == Takes::Component && before.is_empty());
        if has_focus && ui.input_mut(|input| input.take_key(Modifiers::NONE, Key::Enter)) {
            wishes.extend(proposed.map(|near| FormWish::Answer(field.code.clone(), near.id.clone())));
            wishes.push(FormWish::Next(at));
        }
        let now = ui.horizontal(|ui| {
            name_ui(ui, field, locale);
            match &field.takes {
                Takes::Choice(choices) => {
                    let choices: Vec<_> = choices.iter().map(|(code, name)| (code.as_str(), name.of(locale))).collect();
                    choice_ui(ui, id, before, &choices)
                }
                Takes::YesNo => choice_ui(ui, id, before, &[(YES, &t!("answers.yes")), (NO, &t!("answers.no"))]),
                Takes::Text | Takes::Number { .. } | Takes::Component => text_ui(ui, id, field, before, locale),
            }
        });
        wishes.extend(now.inner.map(|answer| FormWish::Answer(field.code.clone(), answer)));
        if field.takes == Takes::Component && before.is_empty() {
            for one in near {
                if near_ui(ui, one, has_focus && proposed == Some(one)).clicked() {
                    wishes.push(FormWish::Answer(field.code.clone(), one.id.clone()));
                }
            }
        }
    }
    wishes
}

fn name_ui(ui: &mut Ui, field: &Field, locale: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(NAMES, ROW), Sense::hover());
    let font = regular_font(tokens::desk::SMALL);
    let color = if field.needed { tokens::TEXT } else { tokens::DIM };
    paint::line(
        ui.painter(),
        rect.left_center(),
        Align2::LEFT_CENTER,
        field.name.of(locale),
        font,
        color.egui(),
        NAMES - 6.0,
    );
}

fn text_ui(ui: &mut Ui, id: Id, field: &Field, before: &str, locale: &str) -> Option<String> {
    let mut now = before.to_owned();
    let (width, unit) = match &field.takes {
        Takes::Number { unit, .. } => (84.0, unit.of(locale)),
        Takes::Component => (172.0, ""),
        _ => (ui.available_width(), ""),
    };
    let hint = if field.needed { t!("answers.needed") } else { "".into() };
    let edit = egui::TextEdit::singleline(&mut now).char_limit(letters_in(ANSWER_MAX));
    ui.add(edit.id(id).hint_text(hint).desired_width(width));
    if !unit.is_empty() {
        ui.label(RichText::new(unit).small().color(tokens::DIM.egui()));
    }
    if let Some(fault) = fault(field, &now) {
        ui.add(egui::Label::new(RichText::new(fault).small().color(tokens::TEXT.egui())).truncate());
    }
    (now != before).then_some(now)
}

/// One of few, side by side; a second click takes it back.
fn choice_ui(ui: &mut Ui, id: Id, before: &str, choices: &[(&str, &str)]) -> Option<String> {
    let mut now = None;
    let start = ui.cursor().min;
    let inner = ui.horizontal_wrapped(|ui| {
        for (code, name) in choices {
            if ui.selectable_label(before == *code, RichText::new(*name).small()).clicked() {
                now = Some(if before == *code { String::new() } else { (*code).to_owned() });
            }
        }
    });
    let rect = Rect::from_min_max(start, inner.response.rect.max);
    // The whole row takes the focus of the keyboard, its buttons that of the mouse.
    let row = ui.interact(rect, id, Sense::focusable_noninteractive());
    if row.has_focus() {
        ui.painter().rect_stroke(rect.expand(2.0), 3.0, (1.0, tokens::ACCENT.egui()), egui::StrokeKind::Outside);
        let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let pressed = |key| ui.input_mut(|input| input.take_key(Modifiers::NONE, key));
        let at = choices.iter().position(|(code, _)| *code == before);
        let last = choices.len().saturating_sub(1);
        let to = |at: usize| choices.get(at).map(|(code, _)| (*code).to_owned());
        if pressed(Key::ArrowRight) {
            now = to(at.map_or(0, |at| (at + 1).min(last)));
        } else if pressed(Key::ArrowLeft) {
            now = to(at.map_or(last, |at| at.saturating_sub(1)));
        } else if pressed(Key::Delete) || pressed(Key::Backspace) {
            now = Some(String::new());
        } else if let Some(digit) = DIGITS.into_iter().take(choices.len()).position(pressed) {
            now = to(digit);
        }
    }
    now
}

fn near_ui(ui: &mut Ui, one: &Nearby, marked: bool) -> egui::Response {
    let size = vec2(ui.available_width(), 22.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let rect = Rect::from_min_max(rect.min + vec2(NAMES + 4.0, 0.0), rect.max);
    let painter = ui.painter_at(rect);
    if marked || response.hovered() {
        let fill = if marked { tokens::CHOSEN } else { tokens::HOVER };
        painter.rect_filled(rect, 3.0, fill.egui());
    }
    let left = rect.left_center() + vec2(8.0, 0.0);
    let font = regular_font(tokens::desk::BODY);
    painter.text(left, Align2::LEFT_CENTER, &one.id, font, tokens::TEXT.egui());
    let away = t!("answers.away", length = words::length(one.metres.round()));
    let right = rect.right_center() - vec2(8.0, 0.0);
    let small = regular_font(tokens::desk::SMALL);
    painter.text(right, Align2::RIGHT_CENTER, away, small, tokens::FAINT.egui());
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Catalogue;

    fn fire() -> Vec<Field> {
        Catalogue::load(None).unwrap().kind("30201").unwrap().form.clone()
    }

    /// One frame with these keys pressed; what was wished.
    fn frame(
        ctx: &egui::Context,
        (form, answers): (&[Field], &Answers),
        near: &[Nearby],
        keys: &[Key],
    ) -> Vec<FormWish> {
        let event = |key: &Key| egui::Event::Key {
            key: *key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let input = egui::RawInput { events: keys.iter().map(event).collect(), ..Default::default() };
        let mut wishes = Vec::new();
        ctx.run_ui(input, |ui| wishes = fields_ui(ui, "test", (form, answers, "zh-CN"), near)).textures_delta.clear();
        wishes
    }

    fn ctx() -> egui::Context {
        let ctx = egui::Context::default();
        crate::screen::look::apply(&ctx);
        ctx
    }

    #[test]
    fn what_is_needed_is_asked_for_until_it_is_answered_and_old_answers_are_kept() {
        let lines = lines(&fire(), &[("injured", "3"), ("smoke", "heavy"), ("of_before", "x")].into(), "zh-CN");
        let told: Vec<(&str, Option<&str>)> =
            lines.iter().map(|line| (line.name.as_str(), line.answer.as_deref())).collect();
        assert_eq!(
            told,
            [("烟情", Some("浓烟")), ("被困人数", None), ("受伤人数", Some("3 人")), ("of_before", Some("x"))]
        );
    }

    #[test]
    fn a_choice_is_made_by_arrows_digits_and_taken_back_by_delete() {
        let (ctx, form) = (ctx(), fire());
        let smoke = |code: &str| [FormWish::Answer("smoke".to_owned(), code.to_owned())];
        frame(&ctx, (&form, &Answers::new()), &[], &[]);
        ctx.memory_mut(|memory| memory.request_focus(id("test", "smoke")));
        frame(&ctx, (&form, &Answers::new()), &[], &[]);
        assert_eq!(frame(&ctx, (&form, &Answers::new()), &[], &[Key::ArrowRight]), smoke("none"));
        assert_eq!(frame(&ctx, (&form, &[("smoke", "none")].into()), &[], &[Key::ArrowRight]), smoke("light"));
        assert_eq!(frame(&ctx, (&form, &[("smoke", "none")].into()), &[], &[Key::Num3]), smoke("heavy"));
        assert_eq!(frame(&ctx, (&form, &[("smoke", "heavy")].into()), &[], &[Key::Delete]), smoke(""));
        assert_eq!(frame(&ctx, (&form, &Answers::new()), &[], &[Key::Enter]), [FormWish::Next(2)]);
    }

    #[test]
    fn enter_takes_the_nearest_component() {
        let form = Catalogue::load(None).unwrap().kind("10118").unwrap().form.clone();
        let (ctx, near) = (ctx(), [Nearby { id: "3201020118000007".to_owned(), metres: 8.0 }]);
        frame(&ctx, (&form, &Answers::new()), &near, &[]);
        ctx.memory_mut(|memory| memory.request_focus(id("test", "component")));
        frame(&ctx, (&form, &Answers::new()), &near, &[]);
        let taken = FormWish::Answer("component".to_owned(), near[0].id.clone());
        assert_eq!(frame(&ctx, (&form, &Answers::new()), &near, &[Key::Enter]), [taken, FormWish::Next(0)]);
        let typed = [("component", "1")].into();
        assert_eq!(frame(&ctx, (&form, &typed), &near, &[Key::Enter]), [FormWish::Next(0)], "what was typed stays");
    }
}
