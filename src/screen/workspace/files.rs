//! The files of the case as small pictures, by what they show, and the form that adds others.

use egui::{Align2, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, pos2, vec2};
use rust_i18n::t;

use super::decode::Unshown;
use super::model::{Adding, Focus, SheetWish};
use super::panel::{SheetView, id_of};
use super::shelf::{Failed, Item};
use crate::domain::{Attachment, FileKind, Media};
use crate::screen::look::tokens::workspace::{CELL, THUMB};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// Points of the foot: hints, or the form.
const FOOT: f32 = 40.0;
const FORM: f32 = 126.0;
/// Points over a small picture, for what it shows.
const HEAD: f32 = 20.0;

pub(super) fn files_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    let foot = if view.adding.is_some() { FORM } else { FOOT };
    let room = (ui.available_height() - foot).max(80.0);
    let list = ScrollArea::vertical().id_salt(("workspace files", view.card.id.0)).auto_shrink([false, false]);
    list.max_height(room).min_scrolled_height(room).show(ui, |ui| {
        if view.files.is_empty() {
            ui.add(egui::Label::new(RichText::new(t!("workspace.no_files")).color(tokens::DIM.egui())).wrap());
        }
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(14.0, 10.0);
            for (at, file) in view.files.iter().enumerate() {
                let first = at.checked_sub(1).and_then(|at| view.files.get(at)).is_none_or(|one| one.kind != file.kind);
                cell_ui(ui, view, at, file, first, wishes);
            }
        });
    });
    match view.adding {
        Some(adding) => form_ui(ui, view, adding, wishes),
        None => foot_ui(ui, view, wishes),
    }
}

/// A file: the first of its kind says which that is, over it and over those after it.
fn cell_ui(ui: &mut Ui, view: &SheetView<'_>, at: usize, file: &Attachment, first: bool, wishes: &mut Vec<SheetWish>) {
    let (rect, response) = ui.allocate_exact_size(vec2(THUMB[0], CELL), Sense::click());
    let marked = view.marked == at;
    if marked {
        let before = ui.data_mut(|data| std::mem::replace(data.get_temp_mut_or(id_of(Focus::Sheet), at), at));
        if before != at {
            response.scroll_to_me(None);
        }
    }
    if response.clicked() {
        wishes.push(SheetWish::File(at));
    }
    if response.double_clicked() {
        wishes.push(SheetWish::View);
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    let painter = ui.painter_at(rect);
    if first {
        let count = view.files.iter().filter(|one| one.kind == file.kind).count();
        let kind = format!("{}  {count}", t!(format!("file.{}", file.kind.word())));
        let font = medium_font(tokens::desk::SMALL);
        paint::line(&painter, rect.min, Align2::LEFT_TOP, &kind, font, tokens::DIM.egui(), rect.width());
    }
    let frame = Rect::from_min_size(rect.min + vec2(0.0, HEAD), vec2(THUMB[0], THUMB[1]));
    painter.rect_filled(frame, 2.0, tokens::INK.egui());
    let item = view.shelf.item(&file.hash);
    picture_ui(&painter, frame, file, item);
    let edge = if marked {
        Stroke::new(2.0, tokens::ACCENT.egui())
    } else {
        Stroke::new(1.0, if response.hovered() { tokens::OUTLINE } else { tokens::HAIRLINE }.egui())
    };
    painter.rect_stroke(frame, 2.0, edge, StrokeKind::Inside);
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let below = pos2(rect.left(), frame.bottom() + 5.0);
    paint::line(&painter, below, Align2::LEFT_TOP, &file.name, body, tokens::TEXT.egui(), rect.width());
    let below = below + vec2(0.0, 19.0);
    paint::line(&painter, below, Align2::LEFT_TOP, &about(file, item), small, tokens::DIM.egui(), rect.width());
    response.on_hover_text(&file.name);
}

/// The picture, or what stands for it.
fn picture_ui(painter: &egui::Painter, frame: Rect, file: &Attachment, item: Option<&Item>) {
    if let Some(thumb) = item.and_then(|item| item.thumb.as_ref()) {
        let size = thumb.size_vec2();
        let fit = size * (frame.width() / size.x).min(frame.height() / size.y);
        let at = Rect::from_center_size(frame.center(), fit);
        painter.image(thumb.id(), at, WHOLE, egui::Color32::WHITE);
        return;
    }
    let (text, font) = match item {
        Some(Item { failed: Some(why), .. }) => (failed(why), regular_font(tokens::desk::SMALL)),
        Some(Item { coming: Some((upto, total)), .. }) => {
            (format!("{} %", upto * 100 / (*total).max(1)), regular_font(tokens::desk::BODY))
        }
        _ => (media(file.media).to_owned(), medium_font(tokens::desk::HEAD)),
    };
    let galley = painter.layout(text, font, tokens::DIM.egui(), frame.width() - 16.0);
    painter.galley(frame.center() - galley.size() * 0.5, galley, tokens::DIM.egui());
}

/// The whole of a texture.
pub(super) const WHOLE: Rect = Rect { min: pos2(0.0, 0.0), max: pos2(1.0, 1.0) };

/// What a file is made of, in short.
pub(super) fn media(media: Media) -> &'static str {
    match media {
        Media::Jpeg => "JPEG",
        Media::Png => "PNG",
        Media::Pdf => "PDF",
        Media::Text => "TXT",
    }
}

/// Size in bytes, and of pictures in pixels.
pub(super) fn about(file: &Attachment, item: Option<&Item>) -> String {
    match item.and_then(|item| item.size) {
        Some([width, height]) => format!("{} · {width} × {height}", bytes(file.bytes)),
        None => format!("{} · {}", media(file.media), bytes(file.bytes)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 20 MiB")]
fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.0} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

/// Why a file does not show.
pub(super) fn failed(why: &Failed) -> String {
    match why {
        Failed::Refused(refusal) => words::refusal(refusal),
        Failed::Unshown(Unshown::Broken) => t!("workspace.broken").into_owned(),
        Failed::Unshown(Unshown::TooLarge) => t!("workspace.too_many_pixels").into_owned(),
    }
}

fn foot_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        let can = view.can_send.is_ok();
        let add = RichText::new(format!("{}  Ctrl O", t!("workspace.add"))).color(tokens::ACCENT.egui());
        if ui.add_enabled(can, egui::Button::new(add)).on_hover_text(t!("workspace.drop_hint")).clicked() {
            wishes.push(SheetWish::Add);
        }
        let one = view.chosen().is_some();
        for (key, keys, wish) in
            [("workspace.view", "Enter", SheetWish::View), ("workspace.save", "Ctrl S", SheetWish::Save)]
        {
            if ui.add_enabled(one, egui::Button::new(format!("{}  {keys}", t!(key)))).clicked() {
                wishes.push(wish);
            }
        }
        if view.files.is_empty() {
            ui.label(RichText::new(t!("workspace.drop_hint")).small().color(tokens::FAINT.egui()));
        }
    });
}

/// A path, then what the files show, which sends them.
fn form_ui(ui: &mut Ui, view: &SheetView<'_>, adding: &Adding, wishes: &mut Vec<SheetWish>) {
    ui.add_space(6.0);
    if let Err(why) = view.can_send {
        ui.add(egui::Label::new(RichText::new(t!(why)).color(tokens::DIM.egui())).wrap());
        return;
    }
    let mut typed = adding.typed.clone();
    let field = egui::TextEdit::singleline(&mut typed)
        .id(id_of(Focus::Path))
        .hint_text(t!("workspace.path_hint"))
        .char_limit(4_000)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 6));
    ui.add(field);
    if typed != adding.typed {
        wishes.push(SheetWish::Path(typed));
    }
    if adding.files.is_empty() {
        ui.label(RichText::new(t!("workspace.drop_hint")).small().color(tokens::DIM.egui()));
        return;
    }
    let names = adding.files.iter().map(|path| {
        path.file_name().map_or_else(|| path.to_string_lossy(), std::ffi::OsStr::to_string_lossy).into_owned()
    });
    let names = names.collect::<Vec<_>>().join("  ");
    let ask = format!("{}  {names}", t!("workspace.what_kind", count = adding.files.len()));
    ui.add(egui::Label::new(RichText::new(ask).font(medium_font(tokens::desk::BODY))).truncate());
    ui.horizontal_wrapped(|ui| {
        for (at, kind) in FileKind::ALL.into_iter().enumerate() {
            let text = format!("{}  {}", at + 1, t!(format!("file.{}", kind.word())));
            if ui.button(RichText::new(text).color(tokens::ACCENT.egui())).clicked() {
                wishes.push(SheetWish::Kind(kind));
            }
        }
    });
}
