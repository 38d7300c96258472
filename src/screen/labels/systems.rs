//! Places names anew when the view has changed enough, moves them along in between, and paints them.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;

use super::land::{NamePlaces, SMALLEST};
use super::model::{Label, Labels, Style};
use super::panel::{self, IconTextures};
use super::place::{self, Placed, Scene};
use super::source::labels_of;
use crate::domain::CrewId;
use crate::ground::City;
use crate::screen::appearance::Appearance;
use crate::screen::areas::AreasOnScreen;
use crate::screen::look::tokens;
use crate::screen::pins::lens::Lens;
use crate::screen::pins::mark::Mark;
use crate::screen::pins::{KindIcons, PinsOnScreen};
use crate::screen::shown::{CityView, FreeArea, Ground, KeepOff, Picked, ScreenKind, Target};
use crate::screen::twin::TwinStyle;
use crate::screen::twin::pose::{SEE_THROUGH_FROM_M, altitude};
use crate::screen::units::{UnitMark, UnitsOnScreen};

/// Names are placed anew when something moved this far on screen (points).
const MOVED: f32 = 28.0;
/// Crews' marks smaller than this (points) are grains that a name may cover.
const GRAIN: f32 = 3.5;
/// Metres above its place at which a name is looked for behind buildings.
const ABOVE_M: f64 = 4.0;
/// Seconds between two times that names move away from crews that came to rest.
const CREWS_SECS: f32 = 3.0;
/// Seconds a new name takes to come in.
const FADE_SECS: f32 = 0.22;

/// The names on screen.
#[derive(Resource, Default)]
pub struct LabelsOnScreen {
    /// What covers what, as last painted, with the number of the place where it is one.
    pub placed: Vec<(Placed, Option<u32>)>,
}

impl LabelsOnScreen {
    /// The place whose name or icon is under a point.
    #[must_use]
    pub fn place_at(&self, at: Vec2) -> Option<u32> {
        self.placed.iter().find(|(placed, place)| place.is_some() && placed.rect.contains(at)).and_then(|(_, p)| *p)
    }
}

/// All names of the city.
#[derive(Resource, Default)]
pub(super) struct Collected(Arc<OnceLock<Labels>>);

/// Collects them beside the screen, which waits for them before its first picture.
pub(super) fn collect(collected: Res<Collected>, stand: Res<NamePlaces>, ground: Res<Ground>) -> Result {
    let (collected, stand, city) = (Arc::clone(&collected.0), stand.clone(), Arc::clone(&ground.0));
    let collect = move || {
        collected.get_or_init(|| labels_of(&city, &stand));
    };
    std::thread::Builder::new().name("hall-names".into()).spawn(collect)?;
    Ok(())
}

/// What placing remembers.
#[derive(Default)]
pub(super) struct Memory {
    icons: IconTextures,
    placed: Vec<(Placed, f32)>,
    /// Names that go.
    leaving: Vec<(Placed, f32)>,
    /// Metres up at which names stand, as far as they were asked for.
    heights: HashMap<u32, f64>,
    /// The view, the free area and the language that the names were chosen for.
    chosen_for: Option<(CityView, FreeArea, bool)>,
    /// What the names of areas and the path over the map covered then.
    covered: Vec<Rect>,
    /// The pins that they keep clear of.
    clear_of: u64,
    /// Crews that rested when names were placed, and when names last moved for some.
    rested: HashSet<CrewId>,
    gave_way: f32,
    /// The view of the frame before.
    seen: Option<CityView>,
}

impl Memory {
    /// Whether one of the marks lies on a name.
    fn is_under(&self, marks: &[Mark]) -> bool {
        let on = |rect: &Rect, mark: &Mark| mark.head.clamp(rect.min, rect.max).distance(mark.head) < mark.radius;
        self.placed.iter().any(|(one, _)| marks.iter().any(|mark| on(&one.rect, mark)))
    }

    /// Whether one of the crews that rest came to do so on a name, and names have not moved for crews just before `now`.
    fn gives_way(&mut self, crews: &[&UnitMark], now: f32) -> bool {
        if now - self.gave_way <= CREWS_SECS {
            return false;
        }
        let mut new = crews.iter().filter(|mark| !self.rested.contains(&mark.crew));
        let gives = new.any(|mark| self.placed.iter().any(|(one, _)| one.rect.contains(mark.at)));
        if gives {
            self.gave_way = now;
        }
        gives
    }

    /// Names come in and go out a little further; whether some still do.
    fn fade(&mut self, secs: f32) -> bool {
        let step = secs.min(FADE_SECS / 2.0) / FADE_SECS;
        self.leaving.retain_mut(|(_, opacity)| {
            *opacity -= step;
            *opacity > 0.0
        });
        for (_, opacity) in &mut self.placed {
            *opacity = (*opacity + step).min(1.0);
        }
        !self.leaving.is_empty() || self.placed.iter().any(|(_, opacity)| *opacity < 1.0)
    }
}

/// Whether buildings stand before a name. From high above the city is a map, and they hide only names along roads.
fn is_hidden(city: &City, view: &CityView, label: &Label, one: &Placed) -> bool {
    if label.style() == Style::Road {
        return one.spots().into_iter().any(|spot| {
            let (eye, direction) = view.ray(spot);
            city.pick_building(eye, direction).is_some()
        });
    }
    let eye = crate::screen::coords::city_from_world(view.world_from_view.w_axis.truncate());
    let low = altitude(view.pose) < SEE_THROUGH_FROM_M;
    low && city.hides(eye, [label.at[0], label.at[1], one.up + ABOVE_M])
}

/// From now on `next` stand there: those that did stay, those that did not fade in, others fade out but for those whose
/// name now stands `elsewhere`. A new view altogether stands at once.
fn replace(
    placed: &mut Vec<(Placed, f32)>,
    leaving: &mut Vec<(Placed, f32)>,
    next: &[Placed],
    elsewhere: impl Fn(&Placed) -> bool,
) {
    // One that moves aside is a new one: it fades out here and in there.
    let same = |old: &Placed, one: &Placed| old.label == one.label && old.aside.distance(one.aside) < 1.0;
    let stay = |one: &Placed| placed.iter().find(|(old, _)| same(old, one)).map(|(_, opacity)| *opacity);
    let known = next.iter().filter(|one| stay(one).is_some()).count();
    let fresh = if known * 2 > next.len() { 0.0 } else { 1.0 };
    let now: Vec<(Placed, f32)> = next.iter().map(|one| (one.clone(), stay(one).unwrap_or(fresh))).collect();
    let gone = |(old, _): &(Placed, f32)| {
        let moved = next.iter().any(|one| one.label == old.label && !same(old, one));
        moved || (!elsewhere(old) && !next.iter().any(|one| one.label == old.label))
    };
    let before = std::mem::replace(placed, now);
    if fresh < 1.0 {
        leaving.retain(gone);
        leaving.extend(before.into_iter().filter(gone));
    } else {
        leaving.clear();
    }
}

/// Whether the ground moved far enough on screen since `before`.
fn moved(before: &CityView, now: &CityView) -> bool {
    if before.size != now.size {
        return true;
    }
    let [x, y] = now.pose.target;
    let step = now.pose.distance * 0.25;
    [[x, y], [x + step, y], [x, y + step]].into_iter().any(|[x, y]| {
        match (before.project(x, y, 0.0), now.project(x, y, 0.0)) {
            (Some(a), Some(b)) => a.distance(b) > MOVED,
            _ => true,
        }
    })
}

/// Metres up at which a name stands: over the building that is there, or on the ground.
fn height_of(city: &City, label: &Label) -> f64 {
    let ground = city.ground_at(label.at);
    if label.style() != Style::Point {
        return ground;
    }
    let above = ground + 2_000.0;
    let roof = city.pick_building([label.at[0], label.at[1], above], [0.0, 0.0, -1.0]);
    roof.map_or(ground, |(_, down)| above - down)
}

/// Move names along with the view; those that are out of sight go.
fn follow(names: &mut Vec<(Placed, f32)>, labels: &Labels, lens: &Lens, measure: &impl Fn(&Label) -> Vec2) {
    names.retain_mut(|(one, _)| {
        let Some(label) = labels.all.get(one.label as usize) else { return false };
        let now = place::put(label, one.label, lens, measure(label), one.aside, one.up, true);
        now.is_some_and(|now| {
            *one = now;
            true
        })
    });
}

pub(super) fn paint(
    mut contexts: EguiContexts,
    (view, free, ground): (Res<CityView>, Res<FreeArea>, Res<Ground>),
    (kind, style, picked): (Option<Res<ScreenKind>>, Option<Res<TwinStyle>>, Res<Picked>),
    (icons, pins, time): (Option<Res<KindIcons>>, Res<PinsOnScreen>, Res<Time<Real>>),
    (mut on_screen, areas, keep_off): (ResMut<LabelsOnScreen>, Option<Res<AreasOnScreen>>, Res<KeepOff>),
    (collected, stand): (Res<Collected>, Res<NamePlaces>),
    (units, appearance): (Option<Res<UnitsOnScreen>>, Option<Res<Appearance>>),
    mut redraw: MessageWriter<RequestRedraw>,
    mut memory: Local<Memory>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if style.is_some_and(|style| style.bare) {
        on_screen.bypass_change_detection().placed.clear();
        return Ok(());
    }
    let memory = &mut *memory;
    let labels = collected.0.get_or_init(|| labels_of(&ground.0, &stand));
    let english = rust_i18n::locale().starts_with("en");
    let appearance = appearance.as_deref().copied().unwrap_or_default();
    let wall = kind.is_some_and(|kind| *kind == ScreenKind::Wall);
    let scale = if wall { appearance.wall_scale(view.size) * tokens::wall::LABELS } else { 1.0 };
    let lens = Lens::new(&view);
    let painter = ctx.layer_painter(egui::LayerId::background());
    let measure = |label: &Label| {
        let size = panel::galley(&painter, label, english, scale).size();
        Vec2::new(size.x, size.y)
    };
    let named = areas.iter().flat_map(|areas| areas.names.iter().map(|(rect, _)| *rect));
    let covered: Vec<Rect> = named.chain(keep_off.rects()).collect();
    let outlined = areas.as_ref().and_then(|areas| areas.level);
    let crossed = covered.iter().any(|rect| memory.placed.iter().any(|(one, _)| !one.rect.intersect(*rect).is_empty()));
    let clear_of = pins.signature();
    let struck = memory.clear_of != clear_of && memory.is_under(&pins.marks);
    memory.clear_of = clear_of;
    let news = units.as_ref().is_some_and(DetectChanges::is_changed);
    let crews: Vec<&UnitMark> =
        units.iter().flat_map(|units| &units.0).filter(|mark| mark.rests && mark.radius > GRAIN).collect();
    let came_to_rest = news && memory.gives_way(&crews, time.elapsed_secs());
    // Names that followed the view a little may have met: once it rests they are placed for good.
    let rests = memory.seen.replace(*view) == Some(*view);
    let drifted = memory.chosen_for.as_ref().is_some_and(|(before, ..)| before != &*view);
    if drifted && !rests {
        redraw.write(RequestRedraw);
    }
    let anew = struck
        || came_to_rest
        || (drifted && rests)
        || memory.chosen_for.as_ref().is_none_or(|(before, area, was_english)| {
            *area != *free || *was_english != english || moved(before, &view)
        })
        || (crossed && memory.covered != covered);
    let city = &*ground.0;
    if anew {
        let whole = Rect::from_corners(Vec2::ZERO, view.size);
        let area = free.0.map_or(whole, |area| area.intersect(whole)).inflate(-6.0);
        let heads: Vec<_> = pins.marks.iter().map(|mark| (mark.head, mark.radius)).collect();
        let marks: Vec<_> = crews.iter().map(|mark| (mark.at, mark.radius)).collect();
        memory.rested = crews.iter().map(|mark| mark.crew).collect();
        let before: Vec<Placed> = memory.placed.iter().map(|(placed, _)| placed.clone()).collect();
        let target = (view.pose.target, view.pose.distance);
        let hidden = |label: &Label, one: &Placed| is_hidden(city, &view, label, one);
        let heights = &mut memory.heights;
        let height = |i: u32, label: &Label| *heights.entry(i).or_insert_with(|| height_of(city, label));
        // Areas that are outlined have their names beside what is open in them; small ones only where something is.
        let shown = |label: &Label| label.area_level().is_none_or(|level| Some(level) != outlined || level >= SMALLEST);
        let named: Vec<_> = areas.iter().flat_map(|areas| areas.named(city)).collect();
        let scene = Scene {
            free: area,
            pins: &heads,
            crews: &marks,
            wet: &|at| stand.is_wet(city, &view, at),
            covered: &covered,
            named: &named,
            before: &before,
            scale,
        };
        let placed = place::place(labels, &lens, target, &scene, shown, measure, height, hidden);
        // A road may well carry its name twice.
        let label = |one: &Placed| labels.all.get(one.label as usize).filter(|label| label.style() != Style::Road);
        let name = |one: &Placed| label(one).map(|label| &*label.name);
        let standing: HashSet<&str> =
            named.iter().map(|(name, _)| *name).chain(placed.iter().filter_map(name)).collect();
        let elsewhere = |one: &Placed| name(one).is_some_and(|name| standing.contains(name));
        replace(&mut memory.placed, &mut memory.leaving, &placed, elsewhere);
        memory.covered = covered;
        memory.chosen_for = Some((*view, *free, english));
    } else if memory.chosen_for.as_ref().is_some_and(|(before, ..)| before != &*view) {
        follow(&mut memory.placed, labels, &lens, &measure);
    }
    if !memory.leaving.is_empty() {
        follow(&mut memory.leaving, labels, &lens, &measure);
    }
    let hovered = match picked.hovered {
        Some(Target::Place(place)) => Some(place),
        _ => None,
    };
    if memory.fade(time.delta_secs()) {
        redraw.write(RequestRedraw);
    }
    on_screen.placed.clear();
    let going = memory.leaving.len();
    for (i, (one, opacity)) in memory.leaving.iter().chain(&memory.placed).enumerate() {
        let Some(label) = labels.all.get(one.label as usize) else { continue };
        let galley = panel::galley(&painter, label, english, scale);
        let icon = icons.as_ref().map(|icons| (&mut memory.icons, icons.icons()));
        let is_hovered = i >= going && label.place.is_some() && label.place == hovered;
        panel::label_ui(&painter, label, one, galley, *opacity, is_hovered, icon);
        if i >= going {
            on_screen.placed.push((one.clone(), label.place));
        }
    }
    Ok(())
}
