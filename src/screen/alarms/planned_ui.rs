//! The form of a planned maintenance, over the list: a line for each field with what it means, and why it is not taken.

use egui::{Align2, Context, EventFilter, Id, Key, Modifiers, Rect, RichText, Sense, TextEdit, Ui, pos2, vec2};
use rust_i18n::t;

use super::planned::{Against, Draft, Field, Whom};
use crate::domain::order::{NAME_MAX, TEXT_MAX};
use crate::screen::input::TakeKey;
use crate::screen::look::tokens::palette::PAD;
use crate::screen::look::unusable::letters_in;
use crate::screen::look::{medium_font, paint, regular_font, tokens};
use crate::screen::palette::sheet;

/// Widest that the form is.
const WIDTH: f32 = 720.0;
/// Heights of its head, of a line, and of its foot.
const HEAD: f32 = 34.0;
const LINE: f32 = 36.0;
const FOOT: f32 = 62.0;
/// Points of the names of lines, and the part of the rest that a field has.
const NAMES: f32 = 96.0;
const TYPED: f32 = 0.56;

/// What was done in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlannedWish {
    /// So many lines on, or back.
    Go(isize),
    /// To this line.
    To(Field),
    /// It is of these.
    Turn(Whom),
    /// That is typed there.
    Write(Field, String),
    /// Plan it.
    Take,
    Close,
}

fn id(field: Field) -> Id {
    Id::new(("planned maintenance", field as u8))
}

/// The form, within `all`. A press beside it does not close it: what was typed stays.
pub(super) fn planned_ui(ctx: &Context, all: Rect, draft: &Draft, against: &Against<'_>) -> Vec<PlannedWish> {
    let mut wishes = keys(ctx, draft);
    let fields = Field::of(draft.whom);
    let high = HEAD + fields.len() as f32 * LINE + FOOT + PAD * 2.0;
    let rect = sheet::place(all, WIDTH, |room| high.min(room - PAD));
    sheet::sheet_ui(ctx, "planned maintenance", rect, |ui| {
        ui.spacing_mut().item_spacing = vec2(tokens::desk::GAP, 0.0);
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
        let font = medium_font(tokens::desk::HEAD);
        let title = t!("alarm.planned.title");
        let at = head.left_center();
        paint::line(ui.painter(), at, Align2::LEFT_CENTER, &title, font, tokens::TEXT.egui(), head.width());
        for field in fields {
            line_ui(ui, *field, draft, against, &mut wishes);
        }
        foot_ui(ui, draft, &mut wishes);
    });
    wishes
}

/// A line: its name, what is typed there, what that means.
fn line_ui(ui: &mut Ui, field: Field, draft: &Draft, against: &Against<'_>, wishes: &mut Vec<PlannedWish>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    let wrong = draft.wrong.as_ref().is_some_and(|wrong| wrong.field == field);
    let color = match (wrong, draft.at == field) {
        (true, _) => tokens::TEXT,
        (false, true) => tokens::ACCENT,
        (false, false) => tokens::DIM,
    };
    let font = if wrong { medium_font(tokens::desk::SMALL) } else { regular_font(tokens::desk::SMALL) };
    let name = t!(field.key(draft.whom));
    paint::line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &name, font, color.egui(), NAMES - 8.0);
    let left = rect.left() + NAMES;
    if field == Field::Whom {
        let room = Rect::from_min_max(pos2(left, rect.top() + 4.0), rect.max - vec2(0.0, 4.0));
        whom_ui(ui, room, draft, wishes);
        return;
    }
    let wide = (rect.right() - left) * if field == Field::Reason { 1.0 } else { TYPED };
    let room = Rect::from_min_max(pos2(left, rect.top() + 4.0), pos2(left + wide, rect.bottom() - 4.0));
    let mut text = draft.text(field).to_owned();
    let most = if field == Field::Reason { TEXT_MAX } else { NAME_MAX };
    let hint = match field {
        Field::From => t!("alarm.planned.from_hint"),
        Field::Until => t!("alarm.planned.until_hint"),
        Field::Area => t!("alarm.planned.area_hint"),
        Field::What if draft.whom == Whom::Kind => t!("alarm.planned.kind_hint"),
        _ => "".into(),
    };
    let edit = TextEdit::singleline(&mut text).id(id(field)).hint_text(hint).char_limit(letters_in(most));
    // Tab goes to the next line here, and not to whatever else can have the keys.
    let edit = ui.put(room, edit.lock_focus(true).desired_width(wide - 8.0));
    if draft.focus && draft.at == field {
        edit.request_focus();
    } else if edit.gained_focus() && draft.at != field {
        wishes.push(PlannedWish::To(field));
    }
    if text != draft.text(field) {
        wishes.push(PlannedWish::Write(field, text));
    }
    let meant = draft.meant(field, against);
    let font = regular_font(tokens::desk::SMALL);
    let at = pos2(room.right() + PAD, rect.center().y);
    let room = rect.right() - at.x;
    let put = paint::line(ui.painter(), at, Align2::LEFT_CENTER, &meant, font, tokens::FAINT.egui(), room);
    if !meant.is_empty() {
        // What has no room is read by the pointer.
        ui.interact(put, id(field).with("meant"), Sense::hover()).on_hover_text(meant);
    }
}

/// Of whom it is: one of four, by the arrows or a click.
fn whom_ui(ui: &mut Ui, room: Rect, draft: &Draft, wishes: &mut Vec<PlannedWish>) {
    let id = id(Field::Whom);
    ui.interact(room, id, Sense::focusable_noninteractive());
    if draft.at == Field::Whom {
        let own = EventFilter { tab: true, vertical_arrows: true, horizontal_arrows: true, escape: true };
        ui.memory_mut(|memory| {
            memory.request_focus(id);
            memory.set_focus_lock_filter(id, own);
        });
    }
    ui.scope_builder(egui::UiBuilder::new().max_rect(room), |ui| {
        ui.horizontal_centered(|ui| {
            for whom in Whom::ALL {
                let name = RichText::new(t!(whom.key())).font(regular_font(tokens::desk::BODY));
                if ui.selectable_label(whom == draft.whom, name).clicked() {
                    wishes.push(PlannedWish::Turn(whom));
                }
            }
        });
    });
}

/// Why it is not taken, or what the keys do; and its buttons.
fn foot_ui(ui: &mut Ui, draft: &Draft, wishes: &mut Vec<PlannedWish>) {
    let (text, color) = match &draft.wrong {
        Some(wrong) => (wrong.words.clone(), tokens::TEXT),
        None => (t!("alarm.planned.note").into_owned(), tokens::FAINT),
    };
    ui.add_space(tokens::desk::GAP * 0.5);
    let text = RichText::new(text).font(regular_font(tokens::desk::SMALL)).color(color.egui());
    ui.add(egui::Label::new(text).truncate());
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.horizontal(|ui| {
        if ui.button(format!("{}  Enter", t!("alarm.planned.take"))).clicked() {
            wishes.push(PlannedWish::Take);
        }
        if ui.button(format!("{}  Esc", t!("alarm.planned.close"))).clicked() {
            wishes.push(PlannedWish::Close);
        }
    });
}

/// Keys while it is open; nobody else is to act on them.
fn keys(ctx: &Context, draft: &Draft) -> Vec<PlannedWish> {
    let times = |modifiers: Modifiers, key: Key| {
        let count = ctx.input_mut(|input| input.take_keys(modifiers, key));
        isize::try_from(count).unwrap_or_default()
    };
    let mut wishes = Vec::new();
    // The key with more to it first: what is left of it is the plain one.
    let back = times(Modifiers::SHIFT, Key::Tab) + times(Modifiers::NONE, Key::ArrowUp);
    let lines = times(Modifiers::NONE, Key::Tab) + times(Modifiers::NONE, Key::ArrowDown) - back;
    if lines != 0 {
        wishes.push(PlannedWish::Go(lines));
    }
    if draft.at == Field::Whom {
        let aside = times(Modifiers::NONE, Key::ArrowRight) - times(Modifiers::NONE, Key::ArrowLeft);
        if aside != 0 {
            wishes.push(PlannedWish::Turn(draft.whom.turned(aside)));
        }
    }
    if times(Modifiers::NONE, Key::Enter) > 0 {
        wishes.push(PlannedWish::Take);
    }
    if times(Modifiers::NONE, Key::Escape) > 0 {
        wishes.push(PlannedWish::Close);
    }
    wishes
}
