//! A plan in words and signs, as all screens have them.

use egui::{Painter, Pos2, Stroke, vec2};
use rust_i18n::t;

use super::model::PlanShown;
use crate::domain::{Lamp, Moment, StepState};
use crate::screen::look::{lamp, tokens, words};

/// The name of an alarm level.
#[must_use]
pub fn level(alarm: u8) -> String {
    t!("plan.level", level = alarm).into_owned()
}

/// Alarm, steps and notices of a plan in a line.
#[must_use]
pub fn progress_words(plan: &PlanShown) -> String {
    let progress = plan.progress;
    let mut told =
        vec![level(plan.alarm.0), t!("plan.progress", decided = progress.decided, begun = progress.begun).into_owned()];
    if progress.late > 0 {
        told.push(t!("plan.late", count = progress.late).into_owned());
    }
    let (read, given) = plan.notices;
    if given > 0 {
        told.push(t!("plan.notices_read", read = read, given = given).into_owned());
    }
    if !plan.running {
        told.push(t!("plan.ended").into_owned());
    }
    told.join(" · ")
}

/// How a step stands, in words.
#[must_use]
pub fn state_words(state: StepState, now: Moment) -> String {
    match state {
        StepState::Waits => t!("plan.waits").into_owned(),
        StepState::Runs { due, .. } if now > due => {
            t!("plan.over_by", time = words::minutes(now.secs_since(due))).into_owned()
        }
        StepState::Runs { due, .. } => t!("plan.left", time = words::minutes(due.secs_since(now))).into_owned(),
        StepState::Done(_) => t!("plan.done").into_owned(),
        StepState::Skipped(_) => t!("plan.skipped").into_owned(),
        StepState::Dropped => t!("plan.dropped").into_owned(),
    }
}

/// The mark of a step: its lamp, a tick where it is done, a stroke where it was left out.
pub fn sign(painter: &Painter, at: Pos2, state: StepState, now: Moment) {
    let dim = tokens::DIM.egui();
    match state {
        StepState::Done(_) => lamp::tick(painter, at, 6.0, dim),
        StepState::Skipped(_) | StepState::Dropped | StepState::Waits => {
            painter.line_segment([at - vec2(5.0, 0.0), at + vec2(5.0, 0.0)], Stroke::new(1.5, tokens::FAINT.egui()));
        }
        StepState::Runs { .. } => {
            let color = if state.lamp(now) == Some(Lamp::Green) { dim } else { tokens::TEXT.egui() };
            lamp::sign(painter, at, 6.0, state.lamp(now), color);
        }
    }
}
