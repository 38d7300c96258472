//! The rings and places of the plan of the chosen case on the city, each with the worst lamp of its steps.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::Stroke;
use rust_i18n::t;

use super::model::{StepMark, marks};
use crate::domain::Lamp;
use crate::screen::look::tokens;
use crate::screen::shown::{CityView, Ground, KeepOff, Picked, Shown, Target};
use crate::screen::tools::paint::GroundPainter;

/// Radius of a place's mark, in points.
const MARK: f32 = 6.0;

/// How a ring or a place looks: stronger the worse its lamp.
pub(super) fn stroke(lamp: Option<Lamp>) -> Stroke {
    match lamp {
        Some(Lamp::Red) => Stroke::new(3.5, tokens::TEXT.over_city()),
        Some(Lamp::Yellow) => Stroke::new(2.5, tokens::TEXT.over_city()),
        Some(Lamp::Green) => Stroke::new(1.8, tokens::ACCENT.over_city()),
        None => Stroke::new(1.0, tokens::DIM.over_city()),
    }
}

/// What stands beside a mark: its steps, with a word where one is late or nearly so.
pub(super) fn label(mark: &StepMark) -> String {
    let steps = match mark.steps.split_first() {
        Some((first, [])) => first.clone(),
        Some((first, more)) => t!("plan.mark_more", step = first, count = more.len()).into_owned(),
        None => String::new(),
    };
    let lamp = match mark.lamp {
        Some(Lamp::Red) => format!("! {} · ", t!("plan.mark_late")),
        Some(Lamp::Yellow) => format!("{} · ", t!("plan.mark_soon")),
        Some(Lamp::Green) => String::new(),
        None => format!("✓ {} · ", t!("plan.done")),
    };
    let name = if mark.name.is_empty() { String::new() } else { format!(" · {}", mark.name) };
    format!("{lamp}{steps}{name}")
}

/// Paint them.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (shown, view, ground, picked): (Res<Shown>, Res<CityView>, Res<Ground>, Res<Picked>),
    mut keep_off: ResMut<KeepOff>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let mut plates = Vec::new();
    if let Some(Target::Incident(id)) = picked.selected
        && let Some(run) = shown.hall.plan(id).filter(|run| run.is_running())
    {
        let painter = GroundPainter::new(&ctx, "plan", &view, &ground.0);
        let frame = ground.0.frame();
        for (turn, mark) in marks(run, shown.now, &rust_i18n::locale()).iter().enumerate() {
            let at = frame.metres_from_lonlat(mark.at);
            let stroke = stroke(mark.lamp);
            let beside = if let Some(metres) = mark.ring_m {
                painter.circle(at, metres, stroke);
                // Names of several rings stand around, so that none lies over another.
                let (sin, cos) = (turn as f64 * std::f64::consts::FRAC_PI_3).sin_cos();
                [at[0] + metres * sin, at[1] + metres * cos]
            } else {
                painter.point(at, MARK, stroke.color);
                at
            };
            plates.extend(painter.words(beside, label(mark)));
        }
    }
    if keep_off.set("plan", plates) {
        ctx.request_repaint();
    }
    Ok(())
}
