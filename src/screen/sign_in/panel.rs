//! The panel: name, password, Enter.

use egui::{Area, Id, Key, LayerId, Order, Rect, RichText, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, vec2};
use rust_i18n::t;

use super::model::Door;
use crate::screen::look::tokens::sign_in::{HEIGHT, PAD, WIDTH};
use crate::screen::look::{medium_font, tokens, words};

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInWish {
    /// Another name was typed.
    Name(String),
    /// Another password was typed.
    Password(String),
    /// Ask the hub.
    Ask,
    /// Sign out who locked the screen, so that somebody else can sign in.
    Leave,
}

/// The field of the name.
#[must_use]
pub fn name_field() -> Id {
    Id::new("sign in name")
}

/// The field of the password.
#[must_use]
pub fn password_field() -> Id {
    Id::new("sign in password")
}

/// The panel over everything else within `all`, which it takes from all hands. `shown` is who locked it.
pub fn sign_in_ui(ctx: &egui::Context, all: Rect, door: &Door, shown: &str) -> Vec<SignInWish> {
    let mut wishes = Vec::new();
    // Instead of the name a locked one has the line for somebody else.
    let rect = Rect::from_center_size(all.center(), vec2(WIDTH, HEIGHT).min(all.size()));
    // Whatever was opened since lies below as well.
    ctx.move_to_top(LayerId::new(Order::Foreground, Id::new("sign in")));
    Area::new(Id::new("sign in")).order(Order::Foreground).fixed_pos(all.min).constrain(false).show(ctx, |ui| {
        // Whatever lies below is seen and not touched.
        ui.allocate_rect(all, Sense::click_and_drag());
        let round = f32::from(tokens::desk::ROUND) * 2.0;
        let line = Stroke::new(1.5, tokens::OUTLINE.egui());
        ui.painter().rect(rect, round, tokens::PANEL.egui(), line, StrokeKind::Inside);
        ui.scope_builder(UiBuilder::new().max_rect(rect.shrink(PAD)), |ui| fields_ui(ui, door, shown, &mut wishes));
    });
    wishes
}

fn fields_ui(ui: &mut Ui, door: &Door, shown: &str, wishes: &mut Vec<SignInWish>) {
    ui.spacing_mut().item_spacing.y = PAD / 2.0;
    let title = if door.locked { t!("sign_in.locked", name = shown) } else { t!("sign_in.title") };
    ui.label(RichText::new(title).font(medium_font(tokens::desk::HEAD)));
    let mut name = door.name.clone();
    if !door.locked {
        let field = TextEdit::singleline(&mut name).id(name_field()).hint_text(t!("sign_in.name"));
        if ui.add(field.desired_width(f32::INFINITY)).changed() {
            wishes.push(SignInWish::Name(name.clone()));
        }
    }
    let mut password = door.password.clone();
    let field = TextEdit::singleline(&mut password).id(password_field()).password(true);
    let field = field.hint_text(t!("sign_in.password")).desired_width(f32::INFINITY);
    if ui.add(field).changed() {
        wishes.push(SignInWish::Password(password.clone()));
    }
    let entered = ui.input(|i| i.key_pressed(Key::Enter));
    let focused = |id| ui.memory(|memory| memory.has_focus(id));
    // One of the fields always has the keyboard, so that no key is anybody else's.
    if entered && password.is_empty() {
        ui.memory_mut(|memory| memory.request_focus(password_field()));
    } else if !focused(name_field()) && !focused(password_field()) {
        let first = if door.locked || !door.name.is_empty() { password_field() } else { name_field() };
        ui.memory_mut(|memory| memory.request_focus(first));
    }
    let word = match (door.asked, door.locked) {
        (true, _) => t!("sign_in.asking"),
        (false, true) => t!("sign_in.unlock"),
        (false, false) => t!("sign_in.enter"),
    };
    let ready = !door.asked && !password.is_empty() && (door.locked || !name.trim().is_empty());
    let button = |ui: &mut Ui| {
        let clicked = ui.add_enabled(ready, egui::Button::new(word)).clicked();
        ui.label(RichText::new(t!("sign_in.hint")).small().color(tokens::DIM.egui()));
        clicked
    };
    let clicked = ui.horizontal(button).inner;
    if ready && (clicked || entered) {
        wishes.push(SignInWish::Ask);
    }
    if door.locked {
        let text = RichText::new(format!("{}  Ctrl Shift L", t!("sign_in.other"))).small();
        let button = ui.add_enabled(!door.leaving, egui::Button::new(text));
        if button.on_hover_text(t!("sign_in.other_hint")).clicked() {
            wishes.push(SignInWish::Leave);
        }
    }
    if let Some(why) = &door.why {
        let text = RichText::new(words::refusal(why)).font(medium_font(tokens::desk::BODY));
        ui.add(egui::Label::new(text.color(tokens::TEXT.egui())).wrap());
    }
}
