//! One mark: what it stands for, how large it is and where its edge is. Pure.

use bevy::math::Vec2;

use super::lens::Lens;
use super::pyramid::CellKey;
use crate::domain::{Grade, IncidentId};
use crate::screen::look::tokens;

/// Radius of a pin's head in points before the size by grade.
pub const HEAD: f32 = 13.5;
/// Points from the ground to the centre of a pin's head.
pub const STEM: f32 = 29.0;
/// How much larger what is chosen or under the pointer is drawn. The shader has the same.
pub const RAISED: f32 = 1.18;
/// Points of dark rim around a pin's head and around a cluster's, as the shader draws them.
const RIM: f32 = 1.5;
const CLUSTER_RIM: f32 = 4.2;

/// Points of the line around a chosen pin's head and of what is dark between.
pub const CHOSEN_RIM: f32 = 5.5;

/// The signed distance of a shape of radius 1 at `p` (right, down), negative inside. The shader has the same.
fn shape_edge(shape: tokens::Shape, p: Vec2) -> f32 {
    let q = p.abs();
    match shape {
        tokens::Shape::Octagon => q.max_element().max((q.x + q.y) * std::f32::consts::FRAC_1_SQRT_2) - 0.97,
        tokens::Shape::Diamond => ((q.x + q.y - 1.12) * std::f32::consts::FRAC_1_SQRT_2).max(q.length() - 1.07),
        tokens::Shape::Triangle => {
            let round = 0.16;
            let q = Vec2::new(q.x, p.y + 0.02);
            let side = q.x * 0.866_025_4 - q.y * 0.5 - (0.64 - round);
            let foot = q.y - (0.66 - round);
            side.max(foot).max((q - Vec2::new(0.0, 0.02)).length() - 1.22 + round) - round
        }
        tokens::Shape::Disc => q.length() - 0.97,
    }
}

/// How big a mark of a grade is.
#[must_use]
pub fn size_of(grade: Grade) -> f32 {
    match grade {
        Grade::I => 1.34,
        Grade::II => 1.18,
        Grade::III => 1.1,
        Grade::IV => 0.88,
    }
}

/// The radius of a mark's head in points before perspective.
#[must_use]
pub fn radius_of(grade: Grade, count: u32) -> f32 {
    let more = match count {
        0 | 1 => 1.0,
        2..=9 => 1.14,
        10..=99 => 1.3,
        100..=999 => 1.5,
        _ => 1.7,
    };
    HEAD * size_of(grade) * more
}

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkOf {
    /// One incident.
    Pin(IncidentId),
    /// A cell of incidents, perhaps with neighbours that joined it.
    Cluster(CellKey),
}

/// Something to draw and to pick.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it stands for; with `joined` not empty, only the heart of it.
    pub of: MarkOf,
    /// What joined it because it would have been covered.
    pub joined: Vec<MarkOf>,
    /// Metres east, north and up.
    pub at: [f64; 3],
    /// Points from where the head would be, for fans; grows with the lens.
    pub aside: Vec2,
    /// How many incidents.
    pub count: u32,
    /// The gravest grade among them.
    pub grade: Grade,
    /// Icon cell of the heart.
    pub icon: u8,
    /// The place on the ground on screen in points.
    pub foot: Vec2,
    /// Centre of the head on screen in points.
    pub head: Vec2,
    /// Radius of the head in points.
    pub radius: f32,
    /// Drawn larger, because it is chosen or under the pointer.
    pub raised: bool,
    /// Metres from the eye.
    pub depth: f32,
}

impl Mark {
    /// Whether it stands for more than one incident.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        self.count > 1
    }

    /// Points that are drawn around its head, on a desk.
    #[must_use]
    pub fn rim(&self) -> f32 {
        if self.is_cluster() { CLUSTER_RIM } else { RIM }
    }

    /// Points from the edge of what is drawn of the head, negative inside; good near the edge.
    #[must_use]
    pub fn edge(&self, at: Vec2) -> f32 {
        let radius = if self.raised { self.radius * RAISED } else { self.radius };
        shape_edge(tokens::shape(self.grade), (at - self.head) / radius) * radius - self.rim()
    }

    pub(super) fn new(lens: &Lens, of: MarkOf, at: [f64; 3], count: u32, grade: Grade, icon: u8) -> Self {
        let mut mark = Self {
            of,
            joined: Vec::new(),
            at,
            aside: Vec2::ZERO,
            count,
            grade,
            icon,
            foot: Vec2::ZERO,
            head: Vec2::ZERO,
            radius: 0.0,
            raised: false,
            depth: 0.0,
        };
        mark.place(lens);
        mark
    }

    pub(super) fn place(&mut self, lens: &Lens) {
        let (foot, depth) = lens.project_at(self.at);
        let scale = lens.perspective(depth) * lens.grow;
        let up = if self.is_cluster() { 0.0 } else { STEM * scale };
        self.depth = depth;
        self.foot = foot;
        self.radius = radius_of(self.grade, self.count) * scale;
        self.head = foot - Vec2::new(0.0, up) + self.aside * lens.grow;
    }
}

/// The mark under a point: the topmost whose head is drawn there, else the nearest within `slack` points of it.
#[must_use]
pub fn mark_at(marks: &[Mark], at: Vec2, slack: f32) -> Option<&Mark> {
    let around = |mark: &&Mark| mark.head.distance_squared(at) <= (mark.radius * 1.5 + 8.0 + slack).powi(2);
    let exact = marks.iter().rev().filter(around).find(|mark| mark.edge(at) <= 0.0);
    exact.or_else(|| {
        let near = marks.iter().filter(around).map(|mark| (mark, mark.edge(at))).filter(|(_, edge)| *edge <= slack);
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(mark, _)| mark)
    })
}
