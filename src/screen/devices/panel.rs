//! The sheet of devices.

use egui::{
    Align, Align2, Context, EventFilter, Id, Key, Layout, Modifiers, Rect, RichText, ScrollArea, Sense, Ui, Vec2, vec2,
};
use rust_i18n::t;

use super::desk::Page;
use super::edit::{edit_keys, form_ui, leaving_ui};
use super::form::Input;
use super::model::{Row, Tab};
use crate::screen::input::TakeKey;
use crate::screen::look::{frames, medium_font, paint, regular_font, tokens};
use crate::screen::palette::sheet::{ListWish, list_keys, row_ground};

/// Height of a row.
const ROW: f32 = 48.0;

/// What the sheet shows.
pub(super) struct DevicesView<'a> {
    /// What is looked at.
    pub(super) tab: Tab,
    /// What is said of all.
    pub(super) sums: &'a str,
    /// The rows, or why there are none.
    pub(super) rows: Result<&'a [Row], String>,
    /// The one that is marked.
    pub(super) marked: usize,
    /// Bring it into sight.
    pub(super) reveal: bool,
    /// What the sheet is at.
    pub(super) page: &'a Page,
    /// The field of the form that is to have the cursor.
    pub(super) focus: Option<Input>,
    /// What became of the last change.
    pub(super) note: Option<&'a str>,
    /// A change is on its way.
    pub(super) sending: bool,
    /// The keys are its own.
    pub(super) in_front: bool,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DevicesWish {
    /// Look at something else.
    Show(Tab),
    /// Mark another row.
    Mark(usize),
    /// The card of that row.
    Take(usize),
    /// Tick that row, or take its tick off.
    Tick(usize),
    /// All that begin as the marked one does are meant, or no more.
    Alike,
    /// The form of those that are meant.
    Edit,
    /// Those that are meant go out of service.
    Leave,
    /// Those that are meant come back into service.
    BringBack,
    /// This is typed into a field of the form.
    Set(Input, String),
    /// The next kind, or the one before.
    TurnKind(bool),
    /// On from this field.
    Next(Input),
    /// This is typed as the reason.
    Reason(String),
    /// Choose the place on the city.
    PickPlace,
    /// Send what was written.
    Send,
    /// Back to the list.
    Back,
    /// Put it away.
    Close,
}

impl From<ListWish> for DevicesWish {
    fn from(wish: ListWish) -> Self {
        match wish {
            ListWish::Choose(at) => Self::Mark(at),
            ListWish::Take(at) => Self::Take(at),
            ListWish::Close => Self::Close,
        }
    }
}

/// The sheet in the middle of `area`.
pub(super) fn devices_ui(ctx: &Context, area: Rect, view: &DevicesView<'_>) -> Vec<DevicesWish> {
    let mut wishes = match view.page {
        _ if !view.in_front => Vec::new(),
        Page::List => keys(ctx, view),
        Page::Form(_) | Page::Leaving(_) => edit_keys(ctx),
    };
    let size = vec2((area.width() - 48.0).clamp(420.0, 900.0), (area.height() - 96.0).clamp(240.0, 640.0));
    frames::dialog(ctx, "devices", area.center(), |ui| {
        if view.in_front && *view.page == Page::List {
            hold_keyboard(ui, Rect::from_min_size(ui.min_rect().min, size));
        }
        sheet_ui(ui, size, view, &mut wishes);
    });
    wishes
}

fn keys(ctx: &Context, view: &DevicesView<'_>) -> Vec<DevicesWish> {
    let mut wishes = Vec::new();
    for (key, tab) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5].into_iter().zip(Tab::ALL) {
        if ctx.input_mut(|input| input.take_key(Modifiers::NONE, key)) {
            wishes.push(DevicesWish::Show(tab));
        }
    }
    for (key, wish) in [
        (Key::Space, DevicesWish::Tick(view.marked)),
        (Key::A, DevicesWish::Alike),
        (Key::C, DevicesWish::Edit),
        (Key::X, DevicesWish::Leave),
        (Key::B, DevicesWish::BringBack),
    ] {
        if ctx.input_mut(|input| input.take_key(Modifiers::NONE, key)) {
            wishes.push(wish);
        }
    }
    let count = view.rows.as_ref().map_or(0, |rows| rows.len());
    wishes.extend(list_keys(ctx, view.marked, count).into_iter().map(DevicesWish::from));
    wishes
}

/// While it is in front arrows are the sheet's and do not move the city.
fn hold_keyboard(ui: &Ui, rect: Rect) {
    let id = Id::new("devices focus");
    ui.interact(rect, id, Sense::focusable_noninteractive());
    let own = EventFilter { vertical_arrows: true, horizontal_arrows: true, escape: true, ..EventFilter::default() };
    ui.memory_mut(|memory| {
        memory.request_focus(id);
        memory.set_focus_lock_filter(id, own);
    });
}

fn sheet_ui(ui: &mut Ui, size: Vec2, view: &DevicesView<'_>, wishes: &mut Vec<DevicesWish>) {
    ui.set_width(size.x);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("devices.title")).font(medium_font(tokens::desk::HEAD)));
        for (tab, key) in Tab::ALL.into_iter().zip(1..) {
            if ui.selectable_label(view.tab == tab, format!("{}  {key}", t!(tab.key()))).clicked() {
                wishes.push(DevicesWish::Show(tab));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Esc").clicked() {
                wishes.push(DevicesWish::Close);
            }
        });
    });
    ui.add(egui::Label::new(RichText::new(view.sums).small().color(tokens::DIM.egui())).wrap());
    ui.add_space(tokens::desk::GAP * 0.5);
    let room = vec2(size.x, (size.y - 96.0).max(ROW));
    match (view.page, &view.rows) {
        (Page::Form(draft), _) => form_ui(ui, room, draft, view, wishes),
        (Page::Leaving(leaving), _) => leaving_ui(ui, leaving, view, wishes),
        (Page::List, Ok(rows)) => rows_ui(ui, room, view, rows, wishes),
        (Page::List, Err(why)) => {
            ui.allocate_ui(room, |ui| {
                ui.set_min_size(room);
                ui.add(egui::Label::new(RichText::new(why).color(tokens::DIM.egui())).wrap());
            });
        }
    }
    ui.add_space(tokens::desk::GAP * 0.5);
    foot_ui(ui, view);
}

/// What became of the last change; in a list without any, what keys do with its rows.
fn foot_ui(ui: &mut Ui, view: &DevicesView<'_>) {
    let hint = match (view.page, view.tab) {
        (Page::List, Tab::Feeds) | (Page::Form(_) | Page::Leaving(_), _) => None,
        (Page::List, Tab::Retired) => Some(t!("devices.keys.retired")),
        (Page::List, Tab::Unclaimed) => Some(t!("devices.keys.unclaimed")),
        (Page::List, Tab::Worst | Tab::Silent) => Some(t!("devices.keys.claimed")),
    };
    let (text, color) = match (view.note, hint) {
        (Some(note), _) => (note.to_owned(), tokens::TEXT),
        (None, Some(hint)) => (hint.into_owned(), tokens::FAINT),
        (None, None) => return,
    };
    ui.add(egui::Label::new(RichText::new(text).small().color(color.egui())).truncate());
}

/// The strip that is there instead while a place is chosen on the city; whether that is broken off.
pub(super) fn picking_ui(ctx: &Context, area: Rect, in_front: bool) -> bool {
    let broken_off = in_front && ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::Escape));
    frames::dialog(ctx, "devices", egui::pos2(area.center().x, area.top() + 48.0), |ui| {
        ui.label(t!("devices.form.picking"));
    });
    broken_off
}

fn rows_ui(ui: &mut Ui, room: Vec2, view: &DevicesView<'_>, rows: &[Row], wishes: &mut Vec<DevicesWish>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let scroll = ScrollArea::vertical().id_salt(("devices rows", view.tab.key())).max_height(room.y);
    scroll.auto_shrink([false, false]).show(ui, |ui| {
        for (at, row) in rows.iter().enumerate() {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
            if view.reveal && at == view.marked {
                response.scroll_to_me(None);
            }
            if ui.is_rect_visible(rect) {
                row_ground(ui.painter(), rect, at == view.marked, response.hovered());
                if row.ticked {
                    let font = medium_font(tokens::desk::BODY);
                    let left = rect.left_center() + vec2(2.0, 0.0);
                    ui.painter().text(left, Align2::LEFT_CENTER, "✓", font, tokens::ACCENT.egui());
                }
                row_ui(ui, rect, row);
            }
            if response.double_clicked() {
                wishes.push(DevicesWish::Take(at));
            } else if response.clicked() {
                // As in lists of files: with Ctrl one more is meant.
                let more = ui.input(|input| input.modifiers.command);
                wishes.push(if more { DevicesWish::Tick(at) } else { DevicesWish::Mark(at) });
            }
        }
    });
}

fn row_ui(ui: &Ui, rect: Rect, row: &Row) {
    let painter = ui.painter();
    let inner = rect.shrink2(vec2(tokens::desk::PAD, 6.0));
    let (body, small) = (medium_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let half = inner.width() * 0.5;
    let said = if row.wrong { text } else { dim };
    paint::line(painter, inner.right_top(), Align2::RIGHT_TOP, &row.right, small.clone(), said, half);
    let title = paint::line(painter, inner.left_top(), Align2::LEFT_TOP, &row.title, body, text, half * 0.6);
    let beside = egui::pos2(title.right() + tokens::desk::GAP, inner.top() + 2.0);
    let left = inner.left() + half - beside.x;
    paint::line(painter, beside, Align2::LEFT_TOP, &row.note, small.clone(), dim, left);
    let faint = tokens::FAINT.egui();
    paint::line(painter, inner.left_bottom(), Align2::LEFT_BOTTOM, &row.under, small, faint, inner.width());
}
