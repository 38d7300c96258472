//! What came back from those who were sent, as lines from the case to each crew: dotted until the order is delivered and
//! dashed while it is unread, the stronger the longer; thin once it is read, whole once it is repeated. Of cases that are not chosen only what is unread
//! has a line, a fainter one, and only the oldest of all.

use std::collections::BTreeMap;

use bevy::prelude::*;
use bevy::time::Real;
use bevy_egui::EguiContexts;
use egui::{RichText, Sense, Shape, Stroke, Ui, vec2};
use rust_i18n::t;

use super::model::unread;
use super::systems::Dispatch;
use crate::domain::{CrewId, IncidentId, Moment, Party, Seq, Stage, Task, TaskState};
use crate::screen::decide::place_of;
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::shown::{CityView, Ground, KeepOff, Picked, ScreenKind, Shown, Target};
use crate::screen::tools::paint::{DOTS, GroundPainter, dot_radius};
use crate::screen::units::Units;

/// Seconds after which an unread order says so in words, and after which its line is as strong as it gets.
pub const UNREAD_SECS: i64 = 30;
const OLD_SECS: i64 = 300;
/// Metres and points nearer than which no line is drawn: the crew is there.
const NEAR_M: f64 = 40.0;
/// Most lines of cases that are not chosen: of the orders that wait longest.
const OTHERS_MOST: usize = 60;
/// Opacity of such a line when its order is new, and so much more once it is old.
const FAINT: [u8; 2] = [60, 120];

/// Of what a line is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dash {
    /// 下达: it is not known to have reached anybody.
    Dots,
    /// 送达, and nobody has read it; and what is about to be sent.
    Dashes,
    /// It was read.
    Whole,
}

/// How a task's line looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) width: f32,
    pub(super) color: tokens::Rgb,
    pub(super) dash: Dash,
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
            let share = age(waits);
            let unread_secs = (waits >= UNREAD_SECS).then_some(waits);
            let dash = if task.state() == TaskState::Given { Dash::Dots } else { Dash::Dashes };
            Line { width: 1.5 + 2.5 * share, color: tokens::TEXT, dash, unread_secs }
        }
        TaskState::Read => Line { width: 1.5, color: tokens::ACCENT_DIM, dash: Dash::Whole, unread_secs: None },
        _ => Line { width: 2.0, color: tokens::ACCENT, dash: Dash::Whole, unread_secs: None },
    })
}

/// How old an unread order is, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "some minutes")]
fn age(waits_secs: i64) -> f32 {
    waits_secs.clamp(0, OLD_SECS) as f32 / OLD_SECS as f32
}

/// The line of an unread order of a case that is not chosen.
pub(super) fn faint(since: Moment, now: Moment) -> Stroke {
    let age = age(now.secs_since(since));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 180")]
    let opacity = FAINT[0] + (f32::from(FAINT[1]) * age) as u8;
    Stroke::new(1.0 + 1.5 * age, tokens::TEXT.over_city().gamma_multiply_u8(opacity))
}

/// An unread order to a crew: where its case is, and since when it waits.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Waits {
    incident: IncidentId,
    crew: CrewId,
    since: Moment,
    at: [f64; 2],
}

/// The orders that wait longest, read anew where the hall has changed.
#[derive(Default)]
pub(super) struct Waiting {
    upto: Option<Seq>,
    orders: Vec<Waits>,
}

impl Waiting {
    fn read(&mut self, shown: &Shown, ground: &Ground) -> &[Waits] {
        let upto = Some(shown.hall.upto());
        if std::mem::replace(&mut self.upto, upto) != upto {
            let to_crews = unread(&shown.hall).into_iter().filter_map(|(since, incident, party)| match party {
                Party::Crew(crew) => {
                    let at = place_of(Target::Incident(incident), shown, &ground.0)?;
                    Some(Waits { incident, crew: *crew, since, at })
                }
                Party::Department(_) => None,
            });
            self.orders = to_crews.take(OTHERS_MOST).collect();
        }
        &self.orders
    }
}

fn is_far(from: [f64; 2], to: [f64; 2]) -> bool {
    (to[0] - from[0]).hypot(to[1] - from[1]) > NEAR_M
}

/// Paint the lines of the chosen case, of those who are about to be sent, and of what is unread elsewhere.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (shown, view, ground, picked): (Res<Shown>, Res<CityView>, Res<Ground>, Res<Picked>),
    (units, dispatch, time): (Res<Units>, Res<Dispatch>, Res<Time<Real>>),
    (mut keep_off, kind): (ResMut<KeepOff>, Option<Res<ScreenKind>>),
    mut waiting: Local<Waiting>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let mut plates = Vec::new();
    let painter = GroundPainter::new(&ctx, "tasks", &view, &ground.0);
    let place = |crew: CrewId| units.track(crew).map(|track| track.place(time.elapsed_secs()));
    for one in waiting.read(&shown, &ground) {
        if picked.selected != Some(Target::Incident(one.incident))
            && let Some(to) = place(one.crew).filter(|to| is_far(one.at, *to))
        {
            painter.faint_dashes(one.at, to, faint(one.since, shown.now));
        }
    }
    // Words on the wall are larger than these; there a line says by its strength how long it waits.
    let says = kind.is_none_or(|kind| *kind == ScreenKind::Desk);
    if let Some(Target::Incident(id)) = picked.selected
        && let Some(at) = place_of(Target::Incident(id), &shown, &ground.0)
    {
        let mut lines: BTreeMap<CrewId, Line> = BTreeMap::new();
        for task in shown.hall.tasks(id) {
            if let (Party::Crew(crew), Some(line)) = (&task.to, line(task, shown.now)) {
                lines.insert(*crew, line);
            }
        }
        for crew in dispatch.chosen_crews(id) {
            lines.insert(crew, Line { width: 1.5, color: tokens::ACCENT, dash: Dash::Dashes, unread_secs: None });
        }
        for (crew, line) in lines {
            let Some(to) = place(crew).filter(|to| is_far(at, *to)) else { continue };
            let stroke = Stroke::new(line.width, line.color.over_city());
            match line.dash {
                Dash::Dots => painter.dots(at, to, stroke),
                Dash::Dashes => painter.dashes(at, to, stroke),
                Dash::Whole => painter.line(at, to, stroke),
            }
            if let Some(secs) = line.unread_secs.filter(|_| says) {
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

/// What the lines mean, one row a look.
pub fn legend_ui(ui: &mut Ui) {
    let looks = [
        (2.0, tokens::TEXT, Dash::Dots, "task.legend_given"),
        (4.0, tokens::TEXT, Dash::Dashes, "task.legend_unread"),
        (1.0, tokens::DIM, Dash::Dashes, "task.legend_others"),
        (1.5, tokens::ACCENT_DIM, Dash::Whole, "task.legend_read"),
        (2.0, tokens::ACCENT, Dash::Whole, "task.legend_repeated"),
    ];
    ui.label(RichText::new(t!("task.legend_title")).font(medium_font(tokens::desk::BODY)));
    egui::Grid::new("order lines").num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
        for (width, color, dash, key) in looks {
            let (rect, _) = ui.allocate_exact_size(vec2(34.0, 14.0), Sense::hover());
            let ends = [rect.left_center(), rect.right_center()];
            let stroke = Stroke::new(width, color.egui());
            match dash {
                Dash::Dots => {
                    ui.painter().extend(Shape::dotted_line(&ends, stroke.color, DOTS, dot_radius(width)));
                }
                Dash::Dashes => ui.painter().extend(Shape::dashed_line(&ends, stroke, 7.0, 6.0)),
                Dash::Whole => {
                    ui.painter().line_segment(ends, stroke);
                }
            }
            ui.label(RichText::new(t!(key)).small().color(tokens::DIM.egui()));
            ui.end_row();
        }
    });
}

/// Whether a case can still be sent to somebody.
pub(super) fn takes_tasks(stage: Stage) -> bool {
    stage <= Stage::Handling
}
