//! The tour in its engine: what it is told, and how it flies.

use std::collections::HashMap;
use std::time::Duration;

use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use egui::{Align2, Id, LayerId, Order, pos2, vec2};

use super::model::{Act, Happened, SHOW_FLIGHT_SECS, SMOOTH, THRIFTY, Tour, matters};
use super::{TourWish, Touring};
use crate::domain::{Grade, Hall, IncidentId, Stage};
use crate::ground::City;
use crate::screen::appearance::Appearance;
use crate::screen::input::{Presses, Typing};
use crate::screen::look::{regular_font, tokens};
use crate::screen::power::WakeAfter;
use crate::screen::shown::{Changes, FreeArea, Ground, Intent, Pose, ScreenKind, Shown, Target};
use crate::screen::twin::rig::Rig;

/// Minutes without a touch or news after which a wall begins by itself.
const IDLE_MINUTES: f64 = 10.0;
/// Metres from a case and from a district, and the tilt of the look.
const CASE_M: f64 = 1_400.0;
const DISTRICT_M: f64 = 4_200.0;
const TILT: f64 = 58.0;
/// At most so many cases and districts in a round.
const CASES: usize = 6;
const DISTRICTS: usize = 12;
/// Degrees a second that the look turns at a stop.
const DRIFT: f64 = 0.6;
/// Levels of areas that are districts.
const DISTRICT: u32 = 6;

/// What the tour remembers.
#[derive(Resource, Default)]
pub(super) struct Guide {
    tour: Option<Tour>,
    /// Grades as they were last known.
    grades: HashMap<IncidentId, Grade>,
    stops: Vec<Stop>,
    /// Whether one of grade Ⅰ is open.
    alarm: bool,
    touched: u32,
    asked: bool,
    /// Whether the last act chose something.
    chose: bool,
}

impl Guide {
    /// Somebody asked for the tour, or for its end.
    pub(super) fn ask(&mut self) {
        self.asked = true;
    }
}

/// Where the tour stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stop {
    pub(super) pose: Pose,
    /// The case it is about.
    pub(super) case: Option<IncidentId>,
}

/// The stops of a round: the whole city, then cases and districts in turn, gravest and greatest first. While one of
/// grade Ⅰ is open, those alone.
pub(super) fn round(city: &City, hall: &Hall, home: Pose) -> Vec<Stop> {
    let mut open: Vec<_> = hall
        .incidents()
        .filter(|incident| incident.stage != Stage::Closed && incident.grade <= Grade::III)
        .filter_map(|incident| Some((incident.grade, incident.happened_at, incident.id, incident.place.at?)))
        .collect();
    open.sort_by_key(|(grade, happened_at, id, _)| (*grade, std::cmp::Reverse(*happened_at), *id));
    let alarm = open.first().is_some_and(|(grade, ..)| *grade == Grade::I);
    open.retain(|(grade, ..)| !alarm || *grade == Grade::I);
    let look = |target: [f64; 2], distance: f64, i: usize| Pose {
        target,
        distance,
        // Each from another side, so that no two looks are alike.
        #[expect(clippy::cast_precision_loss, reason = "a dozen")]
        heading: (i as f64 * 77.0 + 20.0) % 360.0,
        tilt: TILT,
    };
    let mut cases = open
        .into_iter()
        .take(CASES)
        .enumerate()
        .map(|(i, (_, _, id, at))| Stop { pose: look(city.frame().metres_from_lonlat(at), CASE_M, i), case: Some(id) });
    let districts = city.areas().iter().filter(|area| area.level == DISTRICT && !alarm).take(DISTRICTS);
    let mut districts = districts
        .enumerate()
        .map(|(i, area)| Stop { pose: look(area.label.map(f64::from), DISTRICT_M, i + CASES), case: None });
    let mut stops = vec![Stop { pose: home, case: None }];
    loop {
        let (case, district) = (cases.next(), districts.next());
        if case.is_none() && district.is_none() {
            return stops;
        }
        stops.extend(case.into_iter().chain(district));
    }
}

/// What of the last changes matters, oldest first; keeps the grades up to date.
pub(super) fn news(
    hall: &Hall,
    changes: &Changes,
    grades: &mut HashMap<IncidentId, Grade>,
) -> Vec<(Grade, IncidentId)> {
    if changes.anew {
        let open = hall.incidents().filter(|incident| incident.stage != Stage::Closed);
        *grades = open.map(|incident| (incident.id, incident.grade)).collect();
        return Vec::new();
    }
    let mut found = Vec::new();
    for id in &changes.incidents {
        let Some(incident) = hall.incident(*id).filter(|incident| incident.stage != Stage::Closed) else {
            grades.remove(id);
            continue;
        };
        if matters(grades.insert(*id, incident.grade), incident.grade) && incident.place.at.is_some() {
            found.push((incident.grade, *id));
        }
    }
    found
}

pub(super) fn guide(
    (shown, changes, ground): (Res<Shown>, Res<Changes>, Res<Ground>),
    (wish, kind, adapter): (Res<TourWish>, Res<ScreenKind>, Option<Res<RenderAdapterInfo>>),
    time: Res<Time<Real>>,
    (mut guide, mut touring, mut rig): (ResMut<Guide>, ResMut<Touring>, ResMut<Rig>),
    mut intents: MessageWriter<Intent>,
    (mut redraw, mut wakes): (MessageWriter<RequestRedraw>, MessageWriter<WakeAfter>),
) {
    let guide = guide.bypass_change_detection();
    let now = time.elapsed_secs_f64();
    let touched = std::mem::replace(&mut guide.touched, rig.touched());
    let mut matters = news(&shown.hall, &changes, &mut guide.grades);
    let alarm = guide.grades.values().any(|grade| *grade == Grade::I);
    // As on the wall's card: while one of grade Ⅰ is open only those are shown.
    matters.retain(|(grade, _)| !alarm || *grade == Grade::I);
    if std::mem::replace(&mut guide.alarm, alarm) != alarm {
        guide.stops.clear();
    }
    let happened = Happened { gesture: touched != guide.touched, asked: std::mem::take(&mut guide.asked), matters };
    let software = adapter.is_none_or(|adapter| adapter.device_type == wgpu::DeviceType::Cpu);
    let pace = if software { THRIFTY } else { SMOOTH };
    let idle_secs = wish.minutes(*kind == ScreenKind::Wall).map(|minutes| minutes * 60.0);
    let tour = guide.tour.get_or_insert_with(|| Tour::new(now));
    // A round is made where it begins; until then it is enough that there is one.
    if guide.stops.is_empty() {
        guide.stops = round(&ground.0, &shown.hall, rig.whole());
    }
    let act = tour.step(now, (idle_secs, pace), guide.stops.len(), &happened);
    let select = |target: Option<IncidentId>| Intent::Select { target: target.map(Target::Incident), fly: false };
    match act {
        Some(Act::Visit(stop)) => {
            if stop == 0 {
                guide.stops = round(&ground.0, &shown.hall, rig.whole());
            }
            if let Some(stop) = guide.stops.get(stop).copied() {
                rig.glide(stop.pose, pace.flight_secs);
                // A round takes minutes: what is over by now is a place like any other.
                let open = |id: &IncidentId| shown.hall.incident(*id).is_some_and(|one| one.stage != Stage::Closed);
                let case = stop.case.filter(open);
                if case.is_some() || guide.chose {
                    intents.write(select(case));
                }
                guide.chose = case.is_some();
            }
        }
        Some(Act::Show(id)) => {
            let at = shown.hall.incident(id).and_then(|incident| incident.place.at);
            if let Some(at) = at {
                let target = ground.0.frame().metres_from_lonlat(at);
                let to = Pose { target, distance: CASE_M, tilt: TILT, ..rig.pose };
                rig.glide(to, SHOW_FLIGHT_SECS);
                intents.write(select(Some(id)));
                guide.chose = true;
            }
        }
        Some(Act::End) if std::mem::take(&mut guide.chose) => {
            intents.write(select(None));
        }
        Some(Act::End) | None => {}
    }
    let on = guide.tour.as_ref().is_some_and(Tour::is_on);
    touring.set_if_neq(Touring(on));
    let rests = guide.tour.as_ref().and_then(|tour| tour.rests(now)).filter(|_| !pace.turns);
    // A little late, so that the frame it wakes for is the one in which it goes on.
    wakes.write_batch(rests.map(|secs| WakeAfter(Duration::from_secs_f64(secs + 0.02))));
    if on && pace.turns {
        if !rig.is_moving() {
            let heading = rig.pose.heading + DRIFT * time.delta_secs_f64().min(0.1);
            let pose = Pose { heading, ..rig.pose };
            rig.jump(pose);
        }
        redraw.write(RequestRedraw);
    }
}

impl TourWish {
    /// Minutes of quiet after which the tour begins by itself; walls do without being asked.
    fn minutes(self, wall: bool) -> Option<f64> {
        match self {
            Self::Auto => wall.then_some(IDLE_MINUTES),
            Self::Off => None,
            Self::After(minutes) => Some(f64::from(minutes)),
        }
    }
}

/// The key that begins and ends the tour.
pub(super) fn key(presses: Res<Presses>, mut typing: Typing, mut guide: ResMut<Guide>) {
    if !typing.is_on() && presses.alone(KeyCode::KeyO) {
        guide.ask();
    }
}

/// A quiet word that the view moves by itself and how that ends, at the foot of what the panels leave free.
pub(super) fn note(
    mut contexts: bevy_egui::EguiContexts,
    (touring, kind, free): (Res<Touring>, Res<ScreenKind>, Option<Res<FreeArea>>),
    appearance: Option<Res<Appearance>>,
) -> Result {
    let Some(free) = free.and_then(|free| free.0).filter(|_| touring.0) else { return Ok(()) };
    let ctx = contexts.ctx_mut()?;
    let size = match *kind {
        ScreenKind::Wall => {
            let size = ctx.content_rect().size();
            let appearance = appearance.as_deref().copied().unwrap_or_default();
            tokens::wall::BODY * appearance.wall_scale(Vec2::new(size.x, size.y))
        }
        ScreenKind::Desk => tokens::desk::BODY,
    };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("tour")));
    let words = rust_i18n::t!("tour.on").into_owned();
    let galley = painter.layout_no_wrap(words, regular_font(size), tokens::DIM.egui());
    let room = galley.size() + vec2(size * 1.6, size * 0.8);
    let plate = Align2::CENTER_BOTTOM.anchor_size(pos2(free.center().x, free.max.y - size), room);
    painter.rect_filled(plate, size * 0.3, tokens::PANEL.egui());
    painter.galley(plate.center() - galley.size() / 2.0, galley, tokens::DIM.egui());
    Ok(())
}
