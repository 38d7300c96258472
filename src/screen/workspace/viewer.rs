//! A file as large as the sheet: a picture, or before and after side by side with one zoom; a text; what else there is.

use egui::{Align2, Rect, RichText, ScrollArea, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::files::{WHOLE, about, failed};
use super::model::{SheetWish, Viewer};
use super::panel::SheetView;
use crate::domain::{Attachment, Media};
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// Points of the line under the picture.
const FOOT: f32 = 40.0;
/// Points over a pane, for what it shows.
const HEAD: f32 = 24.0;
/// How much nearer a point of the wheel brings a picture.
const WHEEL: f32 = 0.003;

pub(super) fn viewer_ui(ui: &mut Ui, view: &SheetView<'_>, wishes: &mut Vec<SheetWish>) {
    let (Some(viewer), Some(marked)) = (view.viewer, view.chosen()) else { return };
    let all = ui.available_rect_before_wrap();
    let body = Rect::from_min_max(all.min, pos2(all.right(), all.bottom() - FOOT));
    let shown = view.large();
    if let [one] = shown.as_slice()
        && matches!(one.media, Media::Text | Media::Pdf)
    {
        ui.scope_builder(egui::UiBuilder::new().max_rect(body), |ui| text_ui(ui, view, one));
    } else {
        #[expect(clippy::cast_precision_loss, reason = "one or two")]
        let width = (body.width() - tokens::desk::GAP * (shown.len() as f32 - 1.0)) / shown.len() as f32;
        let mut left = body.left();
        for file in &shown {
            let pane = Rect::from_min_size(pos2(left, body.top()), vec2(width, body.height()));
            pane_ui(ui, view, viewer, file, pane, shown.len() > 1 && file.hash == marked.hash, wishes);
            left += width + tokens::desk::GAP;
        }
    }
    let foot = Rect::from_min_max(pos2(all.left(), all.bottom() - FOOT + 6.0), all.max);
    ui.scope_builder(egui::UiBuilder::new().max_rect(foot), |ui| foot_ui(ui, view, marked, wishes));
}

/// A picture in its pane, with what it shows over it.
fn pane_ui(
    ui: &mut Ui,
    view: &SheetView<'_>,
    viewer: Viewer,
    file: &Attachment,
    pane: Rect,
    marked: bool,
    wishes: &mut Vec<SheetWish>,
) {
    let head = Rect::from_min_size(pane.min, vec2(pane.width(), HEAD));
    let kind = t!(format!("file.{}", file.kind.word()));
    let color = if marked { tokens::ACCENT } else { tokens::TEXT };
    let font = medium_font(tokens::desk::BODY);
    let title = format!("{kind} · {}", file.name);
    paint::line(ui.painter(), head.left_center(), Align2::LEFT_CENTER, &title, font, color.egui(), pane.width());
    let frame = Rect::from_min_max(pos2(pane.left(), head.bottom()), pane.max);
    let response = ui.interact(frame, ui.id().with(("pane", file.hash.text(), file.kind)), Sense::click_and_drag());
    let painter = ui.painter_at(frame);
    painter.rect_filled(frame, 0.0, tokens::INK.egui());
    let item = view.shelf.item(&file.hash);
    let texture = item.and_then(|item| item.full.as_ref().or(item.thumb.as_ref()));
    match (texture, item.and_then(|item| item.failed.as_ref())) {
        (_, Some(why)) => said(&painter, frame, &failed(why)),
        (Some(texture), None) => {
            let size = texture.size_vec2();
            let fit = (frame.width() / size.x).min(frame.height() / size.y);
            let at = Rect::from_center_size(frame.center() + viewer.pan, size * fit * viewer.zoom);
            painter.image(texture.id(), at, WHOLE, egui::Color32::WHITE);
        }
        (None, None) => {
            let far = item.and_then(|item| item.coming).map(|(upto, total)| format!("{} %", upto * 100 / total.max(1)));
            said(&painter, frame, &far.unwrap_or_else(|| t!("workspace.coming").into_owned()));
        }
    }
    if response.dragged() {
        wishes.push(SheetWish::Pan(response.drag_delta(), frame.size()));
    }
    if response.double_clicked() {
        wishes.push(SheetWish::Fit);
    }
    if let Some(at) = response.hover_pos() {
        let wheel = ui.input(|input| input.smooth_scroll_delta().y);
        if wheel != 0.0 {
            wishes.push(SheetWish::Zoom((wheel * WHEEL).exp(), at - frame.center()));
        }
    }
}

fn said(painter: &egui::Painter, frame: Rect, words: &str) {
    let font = regular_font(tokens::desk::BODY);
    let galley = painter.layout(words.to_owned(), font, tokens::DIM.egui(), frame.width() - 32.0);
    painter.galley(frame.center() - galley.size() * 0.5, galley, tokens::DIM.egui());
}

/// The text, or what is to be done with a document.
fn text_ui(ui: &mut Ui, view: &SheetView<'_>, file: &Attachment) {
    let item = view.shelf.item(&file.hash);
    let dim = |text: String| RichText::new(text).color(tokens::DIM.egui());
    let said = match (file.media, item) {
        (Media::Pdf, _) => t!("workspace.pdf_hint").into_owned(),
        (_, Some(item)) if item.failed.is_some() => item.failed.as_ref().map(failed).unwrap_or_default(),
        (_, Some(item)) if item.text.is_some() => {
            let list = ScrollArea::vertical().id_salt(("text", file.hash.text())).auto_shrink([false, false]);
            list.show(ui, |ui| {
                if let Some((text, more)) = &item.text {
                    ui.add(egui::Label::new(text).wrap().selectable(true));
                    if *more {
                        ui.label(dim(t!("workspace.text_cut").into_owned()));
                    }
                }
            });
            return;
        }
        _ => t!("workspace.coming").into_owned(),
    };
    ui.centered_and_justified(|ui| ui.label(dim(said)));
}

fn foot_ui(ui: &mut Ui, view: &SheetView<'_>, marked: &Attachment, wishes: &mut Vec<SheetWish>) {
    ui.horizontal(|ui| {
        let place = format!("{} / {}", view.marked + 1, view.files.len());
        ui.label(RichText::new(place).color(tokens::TEXT.egui()));
        let told = about(marked, view.shelf.item(&marked.hash));
        ui.label(RichText::new(told).color(tokens::DIM.egui()));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            for (key, keys, wish) in [
                ("workspace.back", "Esc", SheetWish::Back),
                ("workspace.save", "Ctrl S", SheetWish::Save),
                ("workspace.fit", "Enter", SheetWish::Fit),
                ("workspace.beside", "Space", SheetWish::Beside),
                ("workspace.next", "→", SheetWish::Step(1)),
                ("workspace.previous", "←", SheetWish::Step(-1)),
            ] {
                if ui.button(RichText::new(format!("{}  {keys}", t!(key))).small()).clicked() {
                    wishes.push(wish);
                }
            }
        });
    });
}
