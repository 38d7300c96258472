//! What the marks of crews mean: one row a kind with its shape, one a status with its look.

use egui::{Color32, Pos2, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::{is_busy, outline};
use crate::domain::{CrewKind, CrewStatus};
use crate::screen::look::{medium_font, tokens};

/// How many crews of each kind there are, and how many of them are at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CrewCount {
    /// All of them.
    pub all: usize,
    /// At work.
    pub busy: usize,
}

/// Count crews by kind, in the order of [`CrewKind::ALL`].
#[must_use]
pub fn count(crews: impl Iterator<Item = (CrewKind, CrewStatus)>) -> [CrewCount; CrewKind::ALL.len()] {
    let mut counts = [CrewCount::default(); CrewKind::ALL.len()];
    for (kind, status) in crews {
        if let Some(count) = counts.get_mut(kind.index()) {
            count.all += 1;
            count.busy += usize::from(is_busy(status));
        }
    }
    counts
}

/// Key of a kind's name.
#[must_use]
pub fn kind_key(kind: CrewKind) -> &'static str {
    match kind {
        CrewKind::Patrol => "crew.patrol",
        CrewKind::Police => "crew.police",
        CrewKind::Traffic => "crew.traffic",
        CrewKind::Fire => "crew.fire",
        CrewKind::Ambulance => "crew.ambulance",
        CrewKind::Sanitation => "crew.sanitation",
        CrewKind::Repair => "crew.repair",
        CrewKind::Chengguan => "crew.chengguan",
        CrewKind::Bus => "crew.bus",
    }
}

/// Key of a status's name.
#[must_use]
pub fn status_key(status: CrewStatus) -> &'static str {
    match status {
        CrewStatus::Free => "crew.free",
        CrewStatus::Assigned => "crew.assigned",
        CrewStatus::EnRoute => "crew.en_route",
        CrewStatus::OnScene => "crew.on_scene",
        CrewStatus::Returning => "crew.returning",
        CrewStatus::OffDuty => "crew.off_duty",
    }
}

/// The legend: kinds with how many there are and are at work, then what the colours mean.
pub fn legend_ui(ui: &mut Ui, counts: &[CrewCount; CrewKind::ALL.len()]) {
    let small = |text: String| RichText::new(text).small().color(tokens::DIM.egui());
    ui.label(RichText::new(t!("crew.title")).font(medium_font(tokens::desk::BODY)));
    egui::Grid::new("crews").num_columns(3).spacing([10.0, 4.0]).show(ui, |ui| {
        for (kind, count) in CrewKind::ALL.into_iter().zip(counts) {
            let colour = if count.busy > 0 { tokens::ACCENT } else { tokens::DIM };
            mark_ui(ui, kind, colour.egui(), false);
            ui.label(t!(kind_key(kind)));
            let numbers = t!("crew.numbers", busy = count.busy, all = count.all).into_owned();
            ui.label(small(numbers));
            ui.end_row();
        }
    });
    ui.separator();
    let states = [
        (tokens::ACCENT, false, "crew.legend_busy"),
        (tokens::ACCENT, true, "crew.on_scene"),
        (tokens::DIM, false, "crew.legend_free"),
        (tokens::FAINT, false, "crew.legend_stale"),
    ];
    egui::Grid::new("crew states").num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
        for (colour, ringed, key) in states {
            mark_ui(ui, CrewKind::Sanitation, colour.egui(), ringed);
            ui.label(small(t!(key).into_owned()));
            ui.end_row();
        }
    });
}

fn mark_ui(ui: &mut Ui, kind: CrewKind, colour: Color32, ringed: bool) {
    let half = tokens::desk::MARK * 0.7;
    let (rect, _) = ui.allocate_exact_size(vec2(half * 2.6, half * 2.4), Sense::hover());
    let middle = rect.center();
    let corners: Vec<Pos2> =
        outline(kind).into_iter().map(|[x, y]| pos2(middle.x + x * half, middle.y + y * half)).collect();
    let painter = ui.painter();
    // Some of the shapes are hollow at the foot: painted as a fan of triangles around the middle.
    let mut mesh = egui::Mesh::default();
    mesh.colored_vertex(middle, colour);
    for corner in &corners {
        mesh.colored_vertex(*corner, colour);
    }
    let n = u32::try_from(corners.len()).unwrap_or(0);
    for i in 0..n {
        mesh.add_triangle(0, 1 + i, 1 + (i + 1) % n);
    }
    painter.add(Shape::mesh(mesh));
    painter.add(Shape::closed_line(corners, Stroke::new(1.0, tokens::INK.egui())));
    if ringed {
        let ring = egui::Rect::from_center_size(middle, vec2(half * 2.5, half * 2.5));
        painter.rect_stroke(ring, 2.0, Stroke::new(1.2, colour), egui::StrokeKind::Middle);
    }
}
