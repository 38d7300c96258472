//! The sheet's panel: its head, its pages and its keys.

use egui::{Key, Modifiers, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use rust_i18n::t;

use super::chat::chat_ui;
use super::files::files_ui;
use super::model::{Adding, Focus, Page, SheetWish, Viewer, pair};
use super::people::people_ui;
use super::shelf::Shelf;
use super::talk::Said;
use super::timeline::timeline_ui;
use super::viewer::viewer_ui;
use crate::domain::{Attachment, FileKind};
use crate::screen::archive::story::StoryShown;
use crate::screen::card::model::IncidentCard;
use crate::screen::card::panel::CardView;
use crate::screen::input::TakeKey;
use crate::screen::look::tokens::workspace::{CHAT, WIDE};
use crate::screen::look::{medium_font, tokens};
use crate::screen::shown::{Intent, Target};

/// Keys of the pages, with Ctrl.
const PAGES: [Key; 5] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
/// Points that an arrow moves a list, and a page key.
const ARROW: f32 = 60.0;
/// How much nearer a key brings a picture.
const NEARER: f32 = 1.4;

/// What the sheet shows.
pub(super) struct SheetView<'a> {
    pub(super) card: &'a IncidentCard,
    pub(super) card_view: CardView<'a>,
    pub(super) page: Page,
    /// The story, or why there is none.
    pub(super) story: &'a StoryShown,
    /// The conversation, oldest first.
    pub(super) talk: &'a [Said],
    /// The note that is being written, and whether one is on its way.
    pub(super) draft: &'a str,
    pub(super) sending: bool,
    /// The files, by what they show.
    pub(super) files: &'a [Attachment],
    pub(super) marked: usize,
    pub(super) shelf: &'a Shelf,
    pub(super) viewer: Option<Viewer>,
    pub(super) adding: Option<&'a Adding>,
    /// The file that is being sent: its name, how far, how many wait.
    pub(super) parcel: Option<(String, Option<(u64, u64)>, usize)>,
    pub(super) note: Option<&'a str>,
    pub(super) focus: Option<Focus>,
    pub(super) scroll: f32,
    /// A field that is not the sheet's has the keyboard, or had it when this frame began.
    pub(super) others_type: bool,
    pub(super) utc_offset_secs: i32,
    /// Orders and files can be sent; where not, the key of why.
    pub(super) can_send: Result<(), &'static str>,
}

impl<'a> SheetView<'a> {
    pub(super) fn chosen(&self) -> Option<&'a Attachment> {
        self.files.get(self.marked)
    }

    /// What stands in the viewer.
    pub(super) fn large(&self) -> Vec<&'a Attachment> {
        match (self.viewer, self.chosen()) {
            (Some(viewer), Some(marked)) => pair(self.files, marked, viewer.beside),
            _ => Vec::new(),
        }
    }
}

/// The fields, and the sheet itself.
pub(super) fn id_of(focus: Focus) -> egui::Id {
    egui::Id::new(("workspace", focus as u8))
}

/// The sheet, of a size. `near` paints what is around.
pub(super) fn sheet_ui(
    ui: &mut Ui,
    size: Vec2,
    view: &SheetView<'_>,
    near: &mut dyn FnMut(&mut Ui) -> Option<Target>,
) -> Vec<SheetWish> {
    let mut wishes = Vec::new();
    let wide = size.x >= WIDE;
    keys(ui, view, wide, &mut wishes);
    ui.set_width(size.x);
    let all = Rect::from_min_size(ui.cursor().min, size);
    focus_ui(ui, all, view);
    head_ui(ui, view, wide, &mut wishes);
    ui.separator();
    let body = Rect::from_min_max(pos2(all.left(), ui.cursor().top()), all.max);
    ui.allocate_rect(body, Sense::hover());
    if view.viewer.is_some() {
        within(ui, body, |ui| viewer_ui(ui, view, &mut wishes));
        return wishes;
    }
    let gap = tokens::desk::PAD * 2.0;
    let split = if wide { body.right() - CHAT - gap } else { body.right() };
    let left = Rect::from_min_max(body.min, pos2(split, body.bottom()));
    if wide {
        let line = egui::Stroke::new(1.0, tokens::HAIRLINE.egui());
        ui.painter().vline(split + gap * 0.5, body.y_range(), line);
        let right = Rect::from_min_max(pos2(split + gap, body.top()), body.max);
        within(ui, right, |ui| chat_ui(ui, view, &mut wishes));
    }
    within(ui, left, |ui| match view.page {
        Page::Talk if !wide => chat_ui(ui, view, &mut wishes),
        Page::Files => files_ui(ui, view, &mut wishes),
        Page::People => list_ui(ui, view, |ui| people_ui(ui, view, &mut wishes)),
        Page::Near => {
            let found = list_ui(ui, view, near);
            let go = |target| Intent::Select { target: Some(target), fly: true };
            wishes.extend(found.map(|target| SheetWish::Hall(go(target))));
        }
        Page::Timeline | Page::Talk => list_ui(ui, view, |ui| timeline_ui(ui, view, &mut wishes)),
    });
    wishes
}

fn within(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        add(ui);
    });
}

/// A list that arrows move.
fn list_ui<T>(ui: &mut Ui, view: &SheetView<'_>, add: impl FnOnce(&mut Ui) -> T) -> T {
    let id = ("workspace list", view.page as u8, view.card.id.0);
    let list = ScrollArea::vertical().id_salt(id).auto_shrink([false, false]);
    list.show(ui, |ui| {
        if view.scroll != 0.0 {
            ui.scroll_with_delta(vec2(0.0, view.scroll));
        }
        add(ui)
    })
    .inner
}

/// The sheet has the arrows while nothing else on it has the keyboard.
fn focus_ui(ui: &Ui, all: Rect, view: &SheetView<'_>) {
    let id = id_of(Focus::Sheet);
    ui.interact(all, id, Sense::focusable_noninteractive());
    let arrows = egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| {
        memory.set_focus_lock_filter(id, arrows);
        match view.focus {
            Some(focus) => memory.request_focus(id_of(focus)),
            None if memory.focused().is_none() => memory.request_focus(id),
            None => {}
        }
    });
}

fn head_ui(ui: &mut Ui, view: &SheetView<'_>, wide: bool, wishes: &mut Vec<SheetWish>) {
    ui.horizontal(|ui| {
        let title = format!("{} · {}", t!("workspace.title"), view.card.kind);
        ui.label(RichText::new(title).font(medium_font(tokens::desk::HEAD)));
        let id = format!("#{}", view.card.id.0);
        let number = view.card.number.map_or_else(|| id.clone(), |number| format!("{number} · {id}"));
        ui.label(RichText::new(number).small().color(tokens::DIM.egui()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Esc").on_hover_text(t!("workspace.away")).clicked() {
                wishes.push(SheetWish::Close);
            }
        });
    });
    ui.horizontal_wrapped(|ui| {
        for (at, page) in Page::ALL.into_iter().enumerate() {
            let mut name = t!(page.key()).into_owned();
            if page == Page::Files && !view.files.is_empty() {
                name = format!("{name} {}", view.files.len());
            }
            let on = view.page == page || (wide && page == Page::Talk);
            let text = RichText::new(format!("{name}  Ctrl {}", at + 1));
            if ui.selectable_label(on, text).clicked() {
                wishes.push(SheetWish::Page(page));
            }
        }
    });
    let parcel = view.parcel.as_ref().map(|(name, far, waiting)| {
        let far = far.map_or_else(String::new, |(upto, total)| format!("{} %", upto * 100 / total.max(1)));
        let more = if *waiting > 0 { t!("workspace.waiting", count = waiting) } else { "".into() };
        format!("{} {far} {more}", t!("workspace.sending_file", name = name))
    });
    if let Some(said) = parcel.as_deref().or(view.note) {
        ui.add(egui::Label::new(RichText::new(said).color(tokens::TEXT.egui())).wrap());
    }
}

/// Keys of the sheet; nobody else sees them.
fn keys(ui: &Ui, view: &SheetView<'_>, wide: bool, wishes: &mut Vec<SheetWish>) {
    let ctx = ui.ctx();
    let times = |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.take_keys(modifiers, key));
    let pressed = |modifiers: Modifiers, key: Key| times(modifiers, key) > 0;
    let ctrl = Modifiers::COMMAND;
    // Whatever lies over the sheet, or beside it, has its own keys.
    if view.others_type {
        return;
    }
    for (key, page) in PAGES.into_iter().zip(Page::ALL) {
        if pressed(ctrl, key) {
            wishes.push(SheetWish::Page(page));
        }
    }
    for (key, wish) in [(Key::M, SheetWish::Page(Page::Talk)), (Key::O, SheetWish::Add), (Key::S, SheetWish::Save)] {
        if pressed(ctrl, key) {
            wishes.push(wish);
        }
    }
    if pressed(Modifiers::NONE, Key::Escape) {
        wishes.push(SheetWish::Back);
    }
    let writes = ui.memory(|memory| memory.has_focus(id_of(Focus::Talk)));
    if writes && pressed(Modifiers::NONE, Key::Enter) {
        wishes.push(SheetWish::Send);
    }
    let types = ui.memory(|memory| memory.has_focus(id_of(Focus::Path)));
    if types && pressed(Modifiers::NONE, Key::Enter) {
        wishes.push(SheetWish::Enter);
    }
    if ctx.text_edit_focused() {
        return;
    }
    if view.adding.is_some_and(|adding| !adding.files.is_empty()) {
        for (key, kind) in PAGES.into_iter().zip(FileKind::ALL) {
            if pressed(Modifiers::NONE, key) {
                wishes.push(SheetWish::Kind(kind));
            }
        }
    }
    let steps = |back: Key, on: Key| {
        let steps = |key| isize::try_from(times(Modifiers::NONE, key)).unwrap_or_default();
        steps(on) - steps(back)
    };
    // Someone who clicked into the queue has its arrows there.
    if !ui.memory(|memory| memory.has_focus(id_of(Focus::Sheet))) {
        return;
    }
    if view.viewer.is_some() || (view.page == Page::Files && !view.files.is_empty()) {
        let by = steps(Key::ArrowLeft, Key::ArrowRight);
        if by != 0 {
            wishes.push(SheetWish::Step(by));
        }
    }
    if view.viewer.is_some() {
        let nearer = steps(Key::PageDown, Key::PageUp);
        if nearer != 0 {
            let by = if nearer > 0 { NEARER } else { 1.0 / NEARER };
            wishes.push(SheetWish::Zoom(by, Vec2::ZERO));
        }
        for (key, wish) in [(Key::Space, SheetWish::Beside), (Key::Enter, SheetWish::Fit)] {
            if pressed(Modifiers::NONE, key) {
                wishes.push(wish);
            }
        }
        return;
    }
    if view.page == Page::Files {
        if view.chosen().is_some() && pressed(Modifiers::NONE, Key::Enter) {
            wishes.push(SheetWish::View);
        }
        return;
    }
    if (view.page == Page::Timeline || wide && view.page == Page::Talk) && pressed(Modifiers::NONE, Key::End) {
        wishes.push(SheetWish::Earlier);
    }
    let by = steps(Key::ArrowUp, Key::ArrowDown) + steps(Key::PageUp, Key::PageDown) * 8;
    if by != 0 && (view.page != Page::Talk || wide) {
        #[expect(clippy::cast_precision_loss, reason = "a few steps")]
        wishes.push(SheetWish::Scroll(-ARROW * by as f32));
    }
}
