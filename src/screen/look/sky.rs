//! The weather as a sign: lines only, in no colour of severity.

use egui::{Painter, Pos2, Stroke, vec2};

use crate::domain::Sky;

/// Draw a sky's sign, with the moon where it is `dark`; `half` is half its size.
pub fn sky_sign(painter: &Painter, at: Pos2, half: f32, sky: Sky, dark: bool, color: egui::Color32) {
    let stroke = Stroke::new((half * 0.16).max(1.0), color);
    match sky {
        Sky::Clear if dark => moon(painter, at, half * 0.8, stroke),
        Sky::Clear => {
            painter.circle_stroke(at, half * 0.45, stroke);
            for i in 0..8_u8 {
                let (sin, cos) = (f32::from(i) * std::f32::consts::FRAC_PI_4).sin_cos();
                let ray = vec2(cos, sin);
                painter.line_segment([at + ray * half * 0.7, at + ray * half], stroke);
            }
        }
        Sky::Cloudy => {
            let behind = at + vec2(half * 0.5, -half * 0.55);
            if dark {
                moon(painter, behind, half * 0.4, stroke);
            } else {
                painter.circle_stroke(behind, half * 0.3, stroke);
            }
            cloud(painter, at + vec2(-half * 0.1, half * 0.25), half * 0.85, stroke);
        }
        Sky::Overcast => cloud(painter, at, half, stroke),
        Sky::Fog => {
            for (y, from, to) in [(-0.5, -0.7, 0.9), (0.0, -0.9, 0.7), (0.5, -0.6, 0.9)] {
                painter.line_segment([at + vec2(from, y) * half, at + vec2(to, y) * half], stroke);
            }
        }
        Sky::Rain | Sky::Snow => {
            cloud(painter, at - vec2(0.0, half * 0.25), half * 0.85, stroke);
            for x in [-0.45, 0.0, 0.45] {
                let drop = at + vec2(x, 0.5) * half;
                if sky == Sky::Rain {
                    painter.line_segment([drop, drop + vec2(-0.14, 0.42) * half], stroke);
                } else {
                    painter.circle_filled(drop + vec2(0.0, half * 0.25), stroke.width * 0.9, color);
                }
            }
        }
    }
}

/// A crescent's outline: most of a circle, and the shadow's edge back.
fn moon(painter: &Painter, at: Pos2, radius: f32, stroke: Stroke) {
    let arc = |from: f32, to: f32, off: egui::Vec2| {
        (0..=16_u8).map(move |step| {
            let (sin, cos) = (from + (to - from) * f32::from(step) / 16.0).to_radians().sin_cos();
            at + off + vec2(cos, sin) * radius
        })
    };
    // The shadow is as large as the moon and stands a radius aside: both edges meet at the horns.
    let turn = -30.0_f32;
    let outer = arc(turn + 60.0, turn + 300.0, vec2(0.0, 0.0));
    let inner = arc(turn + 240.0, turn + 120.0, egui::Vec2::angled(turn.to_radians()) * radius);
    painter.add(egui::Shape::closed_line(outer.chain(inner).collect(), stroke));
}

/// A cloud's outline: a flat foot and three humps.
fn cloud(painter: &Painter, at: Pos2, half: f32, stroke: Stroke) {
    let humps = [(-0.5, 0.12, 0.36, 90.0, 270.0), (-0.08, -0.12, 0.46, 190.0, 335.0), (0.5, 0.1, 0.38, 270.0, 450.0)];
    let mut line = Vec::new();
    for (x, y, radius, from, to) in humps {
        for step in 0..=8_u8 {
            let (sin, cos) = (from + (to - from) * f32::from(step) / 8.0_f32).to_radians().sin_cos();
            line.push(at + vec2(x + radius * cos, y + radius * sin) * half);
        }
    }
    painter.add(egui::Shape::closed_line(line, stroke));
}
