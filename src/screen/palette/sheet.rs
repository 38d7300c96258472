//! A sheet over everything else with a field and a list below it. The palette is one, the finder of cases another.

use egui::text::{CCursor, CCursorRange, CharIndex};
use egui::text_edit::TextEditState;
use egui::{
    Area, Context, Id, Key, Modifiers, Order, Painter, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2,
};

use crate::screen::input::TakeKey;
use crate::screen::look::tokens;
use crate::screen::look::tokens::palette::{PAD, TOP};

/// Rows that a page key moves by.
const PAGE: usize = 8;

/// What a key does with the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListWish {
    /// Choose another row.
    Choose(usize),
    /// Take the chosen one.
    Take(usize),
    /// Close the sheet.
    Close,
}

/// Where a sheet of at most that width stands within `all`; `high` tells its height from the room that there is.
#[must_use]
pub fn place(all: Rect, width: f32, high: impl FnOnce(f32) -> f32) -> Rect {
    let width = width.min(all.width() - PAD * 2.0);
    let top = all.top() + TOP.min(all.height() * 0.1);
    Rect::from_min_size(pos2(all.center().x - width / 2.0, top), vec2(width, high(all.bottom() - top)))
}

/// The sheet. Returns whether somebody pressed beside it, which closes it.
pub fn sheet_ui(ctx: &Context, name: &str, rect: Rect, add: impl FnOnce(&mut Ui)) -> bool {
    Area::new(Id::new(name)).order(Order::Foreground).fixed_pos(rect.min).constrain(false).show(ctx, |ui| {
        ui.allocate_rect(rect, Sense::click());
        let round = f32::from(tokens::desk::ROUND) * 2.0;
        let line = Stroke::new(1.5, tokens::OUTLINE.egui());
        ui.painter().rect(rect, round, tokens::PANEL.egui(), line, StrokeKind::Inside);
        ui.scope_builder(UiBuilder::new().max_rect(rect.shrink(PAD)), |ui| {
            ui.set_clip_rect(rect);
            add(ui);
        });
    });
    ctx.input(|i| i.pointer.any_pressed() && i.pointer.interact_pos().is_some_and(|at| !rect.contains(at)))
}

/// The field; what is typed in it now, where that is something else. With `focus` it takes the keyboard, and what was
/// typed before is selected, so that typing replaces it.
pub fn field_ui(ui: &mut Ui, name: &str, hint: &str, typed: &str, focus: bool) -> Option<String> {
    let id = Id::new(name);
    let mut query = typed.to_owned();
    let field = egui::TextEdit::singleline(&mut query)
        .id(id)
        .hint_text(hint)
        .char_limit(120)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(10, 8));
    let field = ui.add(field);
    if focus {
        field.request_focus();
        let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
        let end = CCursor::new(CharIndex(query.chars().count()));
        state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(CharIndex(0)), end)));
        state.store(ui.ctx(), id);
    }
    (query != typed).then_some(query)
}

/// Keys while it is open, wherever the keyboard's focus is; `count` rows, of which `chosen` is.
pub fn list_keys(ctx: &Context, chosen: usize, count: usize) -> Vec<ListWish> {
    // Nobody else is to act on them.
    let times = |key: Key| ctx.input_mut(|i| i.take_keys(Modifiers::NONE, key));
    let mut wishes = Vec::new();
    let down = times(Key::ArrowDown) + PAGE * times(Key::PageDown);
    let up = times(Key::ArrowUp) + PAGE * times(Key::PageUp);
    let entered = times(Key::Enter) > 0;
    if let Some(last) = count.checked_sub(1) {
        if down != up {
            wishes.push(ListWish::Choose((chosen + down).saturating_sub(up).min(last)));
        }
        if entered {
            wishes.push(ListWish::Take(chosen.min(last)));
        }
    }
    if times(Key::Escape) > 0 {
        wishes.push(ListWish::Close);
    }
    wishes
}

/// The ground of a row.
pub fn row_ground(painter: &Painter, rect: Rect, chosen: bool, hovered: bool) {
    if chosen {
        painter.rect_filled(rect, 0.0, tokens::CHOSEN.egui());
        painter.rect_filled(Rect::from_min_size(rect.min, vec2(3.0, rect.height())), 0.0, tokens::ACCENT.egui());
    } else if hovered {
        painter.rect_filled(rect, 0.0, tokens::HOVER.egui());
    }
}

#[cfg(test)]
mod tests {
    use egui::{Event, Pos2, RawInput};

    use super::*;

    #[test]
    fn typing_after_opening_replaces_what_was_typed_before() {
        let ctx = Context::default();
        crate::screen::look::apply(&ctx);
        let mut typed = "解放路".to_owned();
        let pass = |typed: &mut String, focus: bool, events: Vec<Event>| {
            let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(600.0, 200.0)));
            let mut drawn = ctx.run_ui(RawInput { screen_rect, events, ..RawInput::default() }, |ui| {
                if let Some(query) = field_ui(ui, "field", "", typed, focus) {
                    *typed = query;
                }
            });
            drawn.textures_delta.clear();
        };
        pass(&mut typed, true, vec![]);
        pass(&mut typed, false, vec![Event::Text("火".into())]);
        pass(&mut typed, false, vec![Event::Text("灾".into())]);
        assert_eq!(typed, "火灾");
    }
}
