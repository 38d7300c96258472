//! What came back from those who were sent, as lines from the case to each crew: dashed while the order is unread, the
//! stronger the longer; thin once it is read, whole once it is repeated.

use std::collections::BTreeMap;

use bevy::prelude::*;
use bevy::time::Real;
use bevy_egui::EguiContexts;
use egui::Stroke;
use rust_i18n::t;

use super::systems::Dispatch;
use crate::domain::{CrewId, Moment, Party, Stage, Task, TaskState};
use crate::screen::decide::place_of;
use crate::screen::look::{tokens, words};
use crate::screen::shown::{CityView, Ground, KeepOff, Picked, Shown, Target};
use crate::screen::tools::paint::GroundPainter;
use crate::screen::units::Units;

/// Seconds after which an unread order says so in words, and after which its line is as strong as it gets.
pub const UNREAD_SECS: i64 = 30;
const OLD_SECS: i64 = 300;
/// Metres and points nearer than which no line is drawn: the crew is there.
const NEAR_M: f64 = 40.0;

/// How a task's line looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) width: f32,
    pub(super) color: tokens::Rgb,
    pub(super) dashed: bool,
    /// Seconds for which it has waited unread, where that is worth saying.
    pub(super) unread_secs: Option<i64>,
}

/// The line of a task at a moment; `None` where the crew is there or the task is over.
pub(super) fn line(task: &Task, now: Moment) -> Option<Line> {
    if !task.is_open() || task.state() >= TaskState::OnScene {
        return None;
    }
    Some(match task.state() {
        TaskState::Given | TaskState::Delivered => {
            let waits = now.secs_since(task.given_at()).max(0);
            #[expect(clippy::cast_precision_loss, reason = "some minutes")]
            let share = waits.min(OLD_SECS) as f32 / OLD_SECS as f32;
            let unread_secs = (waits >= UNREAD_SECS).then_some(waits);
            Line { width: 1.5 + 2.5 * share, color: tokens::TEXT, dashed: true, unread_secs }
        }
        TaskState::Read => Line { width: 1.5, color: tokens::ACCENT_DIM, dashed: false, unread_secs: None },
        _ => Line { width: 2.0, color: tokens::ACCENT, dashed: false, unread_secs: None },
    })
}

/// Paint the lines of the chosen case, and of those who are about to be sent.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (shown, view, ground, picked): (Res<Shown>, Res<CityView>, Res<Ground>, Res<Picked>),
    (units, dispatch, time): (Res<Units>, Res<Dispatch>, Res<Time<Real>>),
    mut keep_off: ResMut<KeepOff>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let mut plates = Vec::new();
    if let Some(Target::Incident(id)) = picked.selected
        && let Some(at) = place_of(Target::Incident(id), &shown, &ground.0)
    {
        let painter = GroundPainter::new(&ctx, "tasks", &view, &ground.0);
        let place = |crew: CrewId| units.track(crew).map(|track| track.place(time.elapsed_secs()));
        let far = |to: &[f64; 2]| (to[0] - at[0]).hypot(to[1] - at[1]) > NEAR_M;
        let mut lines: BTreeMap<CrewId, Line> = BTreeMap::new();
        for task in shown.hall.tasks(id) {
            if let (Party::Crew(crew), Some(line)) = (&task.to, line(task, shown.now)) {
                lines.insert(*crew, line);
            }
        }
        for crew in dispatch.chosen_crews(id) {
            lines.insert(crew, Line { width: 1.5, color: tokens::ACCENT, dashed: true, unread_secs: None });
        }
        for (crew, line) in lines {
            let Some(to) = place(crew).filter(far) else { continue };
            let stroke = Stroke::new(line.width, line.color.egui());
            if line.dashed {
                painter.dashes(at, to, stroke);
            } else {
                painter.line(at, to, stroke);
            }
            if let Some(secs) = line.unread_secs {
                let middle = [f64::midpoint(at[0], to[0]), f64::midpoint(at[1], to[1])];
                plates.extend(painter.words(middle, t!("task.unread_for", time = words::minutes(secs)).into_owned()));
            }
        }
    }
    if keep_off.set("tasks", plates) {
        ctx.request_repaint();
    }
    Ok(())
}

/// Whether a case can still be sent to somebody.
pub(super) fn takes_tasks(stage: Stage) -> bool {
    stage <= Stage::Handling
}
