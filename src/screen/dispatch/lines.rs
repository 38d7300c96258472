//! What came back from those who were sent, as lines from the hall's seat to each crew: dotted until the order is delivered
//! and dashed while it is unread, the stronger the longer; thin once it is read, whole once it is repeated. A thin line beside
//! it says to which case the crew goes. Where nobody said where the hall stands, lines begin at the case. Of cases that are
//! not chosen only what is unread or was urged has a line, a fainter one, and only the oldest of all: many orders run from
//! one seat.

use std::collections::BTreeMap;

use bevy::prelude::*;
use bevy::time::Real;
use bevy_egui::EguiContexts;
use egui::{Pos2, RichText, Sense, Stroke, Ui, vec2};
use rust_i18n::t;

use super::bows::{self, Dash, Fade};
use super::seat;
use super::systems::Dispatch;
use crate::domain::{CrewId, IncidentId, Moment, Party, Seq, Stage, Task, TaskState};
use crate::screen::appearance::Appearance;
use crate::screen::decide::place_of;
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::shown::{CityView, Ground, KeepOff, Picked, ScreenKind, Seat, Shown, Target};
use crate::screen::tools::paint::{GroundPainter, edge};
use crate::screen::units::Units;

/// Seconds after which an unread order says so in words, and after which its line is as strong as it gets.
pub const UNREAD_SECS: i64 = 30;
const OLD_SECS: i64 = 300;
/// Metres and points nearer than which no line is drawn: the crew is there.
const NEAR_M: f64 = 40.0;
/// Most lines of cases that are not chosen: of the orders that wait longest.
const OTHERS_MOST: usize = 60;
/// Widths of lines of orders that were read, and repeated back.
const READ_WIDTH: f32 = 1.25;
const REPEATED_WIDTH: f32 = 2.5;
/// Width of the line between the chosen case and a crew, where that of the order comes from the seat.
const LINK_WIDTH: f32 = 1.0;
/// Points before its end at which words of a line from the seat stand.
const WORDS_BEFORE: f32 = 70.0;
/// Metres that the camera is away at most where the seat has its name.
const NAMED_M: f64 = 4_000.0;
/// Opacity of such a line when its order is new, and so much more once it is old.
const FAINT: [u8; 2] = [60, 120];

/// How a task's line looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) width: f32,
    pub(super) color: tokens::Rgb,
    pub(super) dash: Dash,
    /// Seconds for which it has waited unread, where that is worth saying.
    pub(super) unread_secs: Option<i64>,
    /// How often it was urged, while nothing came back since.
    pub(super) urges: u32,
}

impl Line {
    /// What is said of it in words.
    pub(super) fn said(&self) -> Option<String> {
        let unread = self.unread_secs.map(|secs| t!("task.unread_for", time = words::minutes(secs)).into_owned());
        let urged = (self.urges > 0).then(|| t!("tag.urged", count = self.urges).into_owned());
        let said: Vec<String> = unread.into_iter().chain(urged).collect();
        (!said.is_empty()).then(|| said.join(" · "))
    }
}

/// The line of a task at a moment; `None` where the crew is there or the task is over.
pub(super) fn line(task: &Task, now: Moment) -> Option<Line> {
    if !task.is_open() || task.state() >= TaskState::OnScene {
        return None;
    }
    let urges = if waits(task).is_some() { task.urges } else { 0 };
    Some(match task.state() {
        TaskState::Given | TaskState::Delivered => {
            let waits = now.secs_since(task.given_at()).max(0);
            let share = age(waits);
            let unread_secs = (waits >= UNREAD_SECS).then_some(waits);
            let dash = if task.state() == TaskState::Given { Dash::Dots } else { Dash::Dashes };
            Line { width: 1.5 + 2.5 * share, color: tokens::TEXT, dash, unread_secs, urges }
        }
        TaskState::Read => {
            Line { width: READ_WIDTH, color: tokens::ACCENT, dash: Dash::Whole, unread_secs: None, urges }
        }
        _ => Line { width: REPEATED_WIDTH, color: tokens::ACCENT, dash: Dash::Whole, unread_secs: None, urges },
    })
}

/// How old an unread order is, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "some minutes")]
fn age(waits_secs: i64) -> f32 {
    waits_secs.clamp(0, OLD_SECS) as f32 / OLD_SECS as f32
}

/// The line of an order that waits, of a case that is not chosen.
pub(super) fn faint(since: Moment, now: Moment) -> Stroke {
    let age = age(now.secs_since(since));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 180")]
    let opacity = FAINT[0] + (f32::from(FAINT[1]) * age) as u8;
    Stroke::new(1.0 + 1.5 * age, tokens::TEXT.over_city().gamma_multiply_u8(opacity))
}

/// An order to a crew of a case that is not chosen, which waits: where its case is, and since when it waits.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Waits {
    incident: IncidentId,
    crew: CrewId,
    since: Moment,
    dash: Dash,
    at: Option<[f64; 2]>,
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
            let to_crews = shown.hall.open_tasks().filter_map(|(incident, task)| match (&task.to, waits(task)) {
                (Party::Crew(crew), Some((since, dash))) => Some((since, incident, *crew, dash)),
                _ => None,
            });
            let mut orders: Vec<_> = to_crews.collect();
            orders.sort_unstable_by_key(|(since, incident, crew, _)| (*since, *incident, *crew));
            let placed = orders.into_iter().take(OTHERS_MOST).map(|(since, incident, crew, dash)| {
                let at = place_of(Target::Incident(incident), shown, &ground.0);
                Waits { incident, crew, since, dash, at }
            });
            self.orders = placed.collect();
        }
        &self.orders
    }
}

/// Since when an order of a case that is not chosen waits for its party, and its line: nobody has read it, or it was urged
/// and nothing came back since.
pub(super) fn waits(task: &Task) -> Option<(Moment, Dash)> {
    if let Some(since) = task.unread_since() {
        return Some((since, Dash::Dashes));
    }
    let urged = task.urged_at.filter(|urged| task.course.last().is_none_or(|(_, at)| at < urged));
    let on_its_way = task.is_open() && task.state() < TaskState::OnScene;
    urged.filter(|_| on_its_way).map(|urged| (urged, Dash::Whole))
}

/// Where the line of an order begins, metres east and north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Begin {
    /// At the hall's seat.
    Seat([f64; 2]),
    /// At the case: nobody said where the hall stands, or the crew stands there.
    Case([f64; 2]),
}

/// Where the line of an order to a crew begins; `None` where the crew stands at both.
pub(super) fn begin(seat: Option<[f64; 2]>, case: Option<[f64; 2]>, crew: [f64; 2]) -> Option<Begin> {
    let far = |from: &[f64; 2]| is_far(*from, crew);
    seat.filter(far).map(Begin::Seat).or_else(|| case.filter(far).map(Begin::Case))
}

fn is_far(from: [f64; 2], to: [f64; 2]) -> bool {
    (to[0] - from[0]).hypot(to[1] - from[1]) > NEAR_M
}

/// Paint the line of an order, with a dark edge or without. Returns where its words stand on screen.
pub(super) fn order_line(
    painter: &GroundPainter,
    begin: Begin,
    to: [f64; 2],
    look: (Stroke, Dash),
    edged: bool,
) -> Option<Pos2> {
    let (from, raised) = match begin {
        Begin::Seat(at) => (at, true),
        Begin::Case(at) => (at, false),
    };
    let (east, north) = (to[0] - from[0], to[1] - from[1]);
    let long_m = east.hypot(north);
    let place = |share: f64| {
        let height = if raised { bows::height_m(long_m, share) } else { 0.0 };
        painter.place_above([from[0] + east * share, from[1] + north * share], height)
    };
    let parts = bows::parts(painter.window(), place);
    let fade = if raised { Fade::at_seat(place(0.0), place(1.0)) } else { Fade::NONE };
    let (stroke, dash) = look;
    if edged {
        painter.put(bows::shapes(&parts, (edge(stroke), dash), fade));
    }
    painter.put(bows::shapes(&parts, look, fade));
    // Many lines from one seat have their middles close together, and it may be far out of the window.
    if raised { bows::before_end(&parts, WORDS_BEFORE) } else { place(0.5) }
}

/// Paint the lines of the chosen case, of those who are about to be sent, and of what waits elsewhere; and the seat.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (shown, view, ground, picked): (Res<Shown>, Res<CityView>, Res<Ground>, Res<Picked>),
    (units, dispatch, time): (Res<Units>, Res<Dispatch>, Res<Time<Real>>),
    (kind, appearance, seat): (Option<Res<ScreenKind>>, Option<Res<Appearance>>, Res<Seat>),
    (mut keep_off, mut waiting): (ResMut<KeepOff>, Local<Waiting>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let mut plates = Vec::new();
    let painter = GroundPainter::new(&ctx, "tasks", &view, &ground.0);
    let place = |crew: CrewId| units.track(crew).map(|track| track.place(time.elapsed_secs()));
    for one in waiting.read(&shown, &ground) {
        if picked.selected != Some(Target::Incident(one.incident))
            && let Some(to) = place(one.crew)
            && let Some(begin) = begin(seat.0, one.at, to)
        {
            order_line(&painter, begin, to, (faint(one.since, shown.now), one.dash), false);
        }
    }
    // Words on the wall are larger than these; there a line says by its strength how long it waits.
    let on_wall = kind.is_some_and(|kind| *kind == ScreenKind::Wall);
    if let Some(Target::Incident(id)) = picked.selected {
        let at = place_of(Target::Incident(id), &shown, &ground.0);
        let far = |to: [f64; 2]| at.filter(|at| is_far(*at, to));
        let about = dispatch.chosen_crews(id).into_iter().filter_map(place);
        for (at, to) in about.filter_map(|to| Some((far(to)?, to))) {
            let stroke = Stroke::new(1.5, tokens::ACCENT.over_city());
            order_line(&painter, Begin::Case(at), to, (stroke, Dash::Dashes), true);
        }
        let mut lines: BTreeMap<CrewId, Line> = BTreeMap::new();
        for task in shown.hall.tasks(id) {
            if let (Party::Crew(crew), Some(line)) = (&task.to, line(task, shown.now)) {
                lines.insert(*crew, line);
            }
        }
        for (crew, line) in lines {
            let Some(to) = place(crew) else { continue };
            let Some(begin) = begin(seat.0, at, to) else { continue };
            if let (Begin::Seat(_), Some(at)) = (begin, far(to)) {
                painter.line(at, to, Stroke::new(LINK_WIDTH, tokens::DIM.over_city()));
            }
            let stroke = Stroke::new(line.width, line.color.over_city());
            let words = order_line(&painter, begin, to, (stroke, line.dash), true);
            if let (Some(at), Some(said)) = (words, line.said().filter(|_| !on_wall)) {
                plates.push(painter.plate(at, said, tokens::desk::SMALL));
            }
        }
    }
    if let Some(at) = seat.0 {
        let scale =
            if on_wall { appearance.as_deref().copied().unwrap_or_default().wall_scale(view.size) } else { 1.0 };
        let size = if on_wall { tokens::wall::BODY * scale } else { tokens::desk::SMALL };
        let named = view.pose.distance <= NAMED_M;
        plates.extend(seat::paint(&painter, at, scale, named.then_some(size)));
    }
    if keep_off.set("tasks", plates) {
        ctx.request_repaint();
    }
    Ok(())
}

/// What the lines mean, one row a look; with a seat those of orders come from the hall, and one of the case is beside them.
pub fn legend_ui(ui: &mut Ui, seat: bool) {
    let looks = [
        (2.0, tokens::TEXT, Dash::Dots, "task.legend_given"),
        (4.0, tokens::TEXT, Dash::Dashes, "task.legend_unread"),
        (1.0, tokens::DIM, Dash::Dashes, "task.legend_others"),
        (READ_WIDTH, tokens::ACCENT, Dash::Whole, "task.legend_read"),
        (REPEATED_WIDTH, tokens::ACCENT, Dash::Whole, "task.legend_repeated"),
        (LINK_WIDTH, tokens::DIM, Dash::Whole, "task.legend_case"),
    ];
    let (title, rows) =
        if seat { ("task.legend_title_seat", looks.len()) } else { ("task.legend_title", looks.len() - 1) };
    ui.label(RichText::new(t!(title)).font(medium_font(tokens::desk::BODY)));
    egui::Grid::new("order lines").num_columns(2).spacing([10.0, 4.0]).show(ui, |ui| {
        for (width, color, dash, key) in looks.into_iter().take(rows) {
            let (rect, _) = ui.allocate_exact_size(vec2(34.0, 14.0), Sense::hover());
            let ends = [rect.left_center(), rect.right_center()];
            ui.painter().extend(dash.shapes(&ends, Stroke::new(width, color.egui())));
            ui.label(RichText::new(t!(key)).small().color(tokens::DIM.egui()));
            ui.end_row();
        }
    });
}

/// Whether a case can still be sent to somebody.
pub(super) fn takes_tasks(stage: Stage) -> bool {
    stage <= Stage::Handling
}
