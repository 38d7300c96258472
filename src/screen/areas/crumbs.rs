//! The path down to an area, over the map, and the list of those below it.

use bevy::math::Rect;
use egui::{Align2, FontId, LayerId, Order, RichText, vec2};
use rust_i18n::t;

use super::model::worst;
use super::panel::{note, of_all};
use crate::screen::look::{frames, medium_font, paint, regular_font, tokens, words};

/// A step of the path.
#[derive(Debug, Clone, PartialEq)]
pub struct Crumb {
    /// The area; `None` is the whole city.
    pub area: Option<u32>,
    /// Its name.
    pub name: String,
    /// Open incidents in it by grade.
    pub counts: [u32; 4],
}

/// The path and what lies below its end.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathView {
    /// From the city inwards.
    pub crumbs: Vec<Crumb>,
    /// Areas right below the last, while the list is open.
    pub below: Vec<Crumb>,
    /// Whether the list is open.
    pub open: bool,
    /// Whether there is anything below.
    pub deeper: bool,
    /// Whether anything is known of incidents.
    pub known: bool,
}

/// What the user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathWish {
    /// Into an area, or to the whole city.
    Go(Option<u32>),
    /// Open or close the list.
    List(bool),
}

/// The path at `corner`; its list ends within `height` points below. What is wished, and what the path covers.
pub fn path_ui(ctx: &egui::Context, corner: egui::Pos2, height: f32, view: &PathView) -> (Vec<PathWish>, Rect) {
    let mut wishes = Vec::new();
    let frame = frames::over_city(egui::Margin::symmetric(10, 5));
    let area = egui::Area::new(egui::Id::new("area path")).order(Order::Middle).fixed_pos(corner);
    let shown = area.show(ctx, |ui| {
        frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = tokens::desk::GAP * 0.75;
                let last = view.crumbs.len().saturating_sub(1);
                for (i, crumb) in view.crumbs.iter().enumerate() {
                    if i > 0 {
                        ui.label(RichText::new("›").color(tokens::FAINT.egui()));
                    }
                    if crumb_ui(ui, crumb, i == last, view.known) {
                        wishes.push(PathWish::Go(crumb.area));
                    }
                }
                if view.deeper {
                    let arrow = if view.open { "▲" } else { "▼" };
                    let arrow = RichText::new(arrow).font(FontId::proportional(11.0)).color(tokens::TEXT.egui());
                    let button = ui.add(egui::Button::new(arrow).min_size(vec2(26.0, 24.0)));
                    if button.on_hover_text(t!("areas.list")).clicked() {
                        wishes.push(PathWish::List(!view.open));
                    }
                }
            });
            if view.open {
                ui.separator();
                let room = (height - 120.0).clamp(80.0, 420.0);
                egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([true, true]).show(
                    ui,
                    |ui| {
                        for crumb in &view.below {
                            if row_ui(ui, crumb, view.known) {
                                wishes.push(PathWish::Go(crumb.area));
                            }
                        }
                    },
                );
            }
        });
    });
    if !view.open {
        keep_below(ctx, shown.response.layer_id);
    }
    let covers = shown.response.rect;
    (wishes, Rect::new(covers.left(), covers.top(), covers.right(), covers.bottom()))
}

/// Dialogs lie over the path, although what was shown last would lie over them.
fn keep_below(ctx: &egui::Context, path: LayerId) {
    let all: Vec<LayerId> = ctx.memory(|memory| {
        let is_seen = |layer: &LayerId| layer.order == Order::Middle && memory.areas().is_visible(layer);
        memory.layer_ids().filter(is_seen).collect()
    });
    if all.iter().position(|layer| *layer == path).is_some_and(|below| below > 0) {
        all.into_iter().filter(|layer| *layer != path).for_each(|layer| ctx.move_to_top(layer));
    }
}

fn crumb_ui(ui: &mut egui::Ui, crumb: &Crumb, last: bool, known: bool) -> bool {
    let colour = if last { tokens::TEXT } else { tokens::DIM };
    let font = if last { medium_font(tokens::desk::BODY) } else { regular_font(tokens::desk::BODY) };
    let name = egui::Button::new(RichText::new(&crumb.name).font(font).color(colour.egui())).frame(false);
    let clicked = ui.add(name).on_hover_text(note(&crumb.name, crumb.counts, known)).clicked();
    count_ui(ui, crumb.counts);
    clicked
}

/// Points from the end of a row of the list to the mark of its gravest grade.
const ROW_FIGURES: f32 = 108.0;

fn row_ui(ui: &mut egui::Ui, crumb: &Crumb, known: bool) -> bool {
    let width = tokens::desk::CARD * 0.6;
    let (rect, response) = ui.allocate_exact_size(vec2(width, 24.0), egui::Sense::click());
    if response.hovered() {
        ui.painter().rect_filled(rect, f32::from(tokens::desk::ROUND), tokens::HOVER.egui());
    }
    let (font, text) = (regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    paint::line(
        ui.painter(),
        rect.left_center() + vec2(6.0, 0.0),
        Align2::LEFT_CENTER,
        &crumb.name,
        font,
        text,
        width - ROW_FIGURES - 18.0,
    );
    if let Some((grade, n, all)) = worst(crumb.counts) {
        let painter = ui.painter();
        // Marks stand in a column, and so do the counts of all.
        let mark = rect.right_center() - vec2(ROW_FIGURES, 0.0);
        paint::grade_sign(painter, mark, 5.0, grade);
        let font = medium_font(tokens::desk::BODY);
        let at = mark + vec2(11.0, 0.0);
        painter.text(at, Align2::LEFT_CENTER, words::count(n as usize), font, tokens::TEXT.egui());
        if let Some(rest) = of_all(n, all) {
            let right = rect.right_center() - vec2(8.0, 0.0);
            let font = regular_font(tokens::desk::SMALL);
            painter.text(right, Align2::RIGHT_CENTER, rest, font, tokens::DIM.egui());
        }
    }
    response.on_hover_text(note(&crumb.name, crumb.counts, known)).clicked()
}

/// How many of the gravest grade are open, with its shape, and how many in all.
fn count_ui(ui: &mut egui::Ui, counts: [u32; 4]) {
    let Some((grade, n, all)) = worst(counts) else { return };
    let (mark, _) = ui.allocate_exact_size(vec2(11.0, 14.0), egui::Sense::hover());
    paint::grade_sign(ui.painter(), mark.center(), 5.0, grade);
    ui.label(RichText::new(words::count(n as usize)).color(tokens::TEXT.egui()));
    if let Some(rest) = of_all(n, all) {
        ui.label(RichText::new(rest).small().color(tokens::DIM.egui()));
    }
}

/// What the figures beside the names of areas mean, by an example.
pub fn legend_ui(ui: &mut egui::Ui) {
    ui.label(RichText::new(t!("areas.legend_title")).font(medium_font(tokens::desk::BODY)));
    ui.horizontal(|ui| count_ui(ui, [0, 0, 2, 8]));
    ui.label(RichText::new(t!("areas.legend")).small().color(tokens::DIM.egui()));
}
