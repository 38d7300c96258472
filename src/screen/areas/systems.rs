//! Counting, and painting outlines and names of areas.

use std::collections::{HashMap, HashSet};

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;

use super::drill::Drill;
use super::model::{Counts, Tree};
use super::panel::{self, Named};
use crate::domain::IncidentId;
use crate::ground::City;
use crate::link::LinkState;
use crate::screen::appearance::Appearance;
use crate::screen::labels::land::NamePlaces;
use crate::screen::look::tokens;
use crate::screen::pins::PinsOnScreen;
use crate::screen::shown::{Changes, CityView, FreeArea, Ground, KeepOff, Picked, ScreenKind, Shown, Target};
use crate::screen::twin::TwinStyle;
use crate::screen::twin::pose::{SEE_THROUGH_FROM_M, altitude};
use crate::screen::twin::rig::Rig;

/// Patrol grids, and below them unit grids.
const GRID_LEVEL: u32 = 11;
/// Communities: so many that where nothing is open in them they are named among all other names.
const SMALL_LEVEL: u32 = 10;
/// At most this many areas are outlined.
const MOST: usize = 220;
/// Metres between two points of an outline where the ground is not flat.
const STEP_M: f64 = 60.0;
/// Outlines kept at hand.
const KEPT: usize = 900;
/// How far from the middle of the view areas are outlined, in distances to the target.
const REACH: f64 = 3.0;
/// How far from there an area is named in which nothing is open, in the same measure: a low view sees very many.
const NAMED_WITHIN: f64 = 0.7;
/// Outlines lie over what is built: from higher than this one sees them whole, below the other, where buildings hide
/// what is behind them, not at all.
const WHOLE_FROM_M: f64 = 1_400.0;
const HIDDEN_BELOW_M: f64 = SEE_THROUGH_FROM_M;
/// Points around the foot of a pin that names of areas keep clear.
const FOOT: f32 = 24.0;
/// From levels up to this one a click on the bare ground goes into an area.
const AFAR: u32 = 8;

/// What areas are on screen.
#[derive(Resource, Debug, Default, Clone)]
pub struct AreasOnScreen {
    /// The level that is outlined.
    pub level: Option<u32>,
    /// Names that are painted and what they cover (points).
    pub names: Vec<(Rect, u32)>,
    /// The camera is so high that a click on the bare ground means the area around it.
    pub from_afar: bool,
    drilled: Option<u32>,
}

impl AreasOnScreen {
    /// The area whose name is under a point.
    #[must_use]
    pub fn name_at(&self, at: Vec2) -> Option<u32> {
        self.names.iter().find(|(rect, _)| rect.contains(at)).map(|(_, area)| *area)
    }

    /// The painted names with their middles.
    pub fn named<'a>(&self, city: &'a City) -> impl Iterator<Item = (&'a str, Vec2)> {
        let name = |area: u32| city.areas().get(area as usize).map(|area| city.name(area.name));
        self.names.iter().filter_map(move |(rect, area)| Some((name(*area)?, rect.center())))
    }

    /// The outlined area where a ray meets the ground.
    #[must_use]
    pub fn area_at(&self, city: &City, eye: [f64; 3], direction: [f64; 3]) -> Option<u32> {
        let [east, north, _] = city.ray_ground(eye, direction)?;
        let path = city.area_path([east, north]);
        let level = |area: &u32| city.areas().get(*area as usize).map(|a| a.level);
        let within = self.drilled.is_none_or(|outer| path.contains(&outer));
        path.into_iter().find(|area| level(area) == self.level).filter(|_| within)
    }
}

/// The tree of areas and what is open in them.
#[derive(Resource, Default)]
pub(super) struct Forest {
    pub(super) tree: Tree,
    pub(super) counts: Counts,
    of: Option<Ground>,
}

impl Forest {
    pub(super) fn tree(&mut self, ground: &Ground) -> &Tree {
        if self.of.as_ref().is_none_or(|of| !std::sync::Arc::ptr_eq(&of.0, &ground.0)) {
            self.tree = Tree::of(&ground.0);
            self.counts.clear();
            self.of = Some(ground.clone());
        }
        &self.tree
    }
}

/// Keeps the counts of open incidents.
pub(super) fn count(
    shown: Res<Shown>,
    changes: Res<Changes>,
    ground: Res<Ground>,
    mut forest: ResMut<Forest>,
    mut begun: Local<bool>,
) {
    let anew = changes.anew || !*begun;
    if !anew && changes.incidents.is_empty() {
        return;
    }
    let forest = &mut *forest;
    forest.tree(&ground);
    if forest.tree.is_empty() {
        return;
    }
    let Forest { tree, counts, .. } = forest;
    if anew {
        counts.clear();
    }
    let city = &ground.0;
    let mut set = |id: IncidentId| {
        let incident = shown.hall.incident(id).filter(|_| shown.hall.over_at(id).is_none());
        let place = incident.and_then(|i| Some((city.frame().metres_from_lonlat(i.place.at?), i.grade)));
        counts.set(tree, id, place.and_then(|(at, grade)| Some((city.area_at(at)?, grade))));
    };
    if anew {
        *begun = true;
        shown.hall.incidents().for_each(|incident| set(incident.id));
    } else {
        changes.incidents.iter().for_each(|id| set(*id));
    }
}

/// Rings of an area in metres: east, north, up.
type Outline = Vec<Vec<[f64; 3]>>;

/// What painting remembers.
#[derive(Default)]
pub(super) struct Memory {
    outlines: HashMap<u32, Outline>,
    /// What the shapes were made for.
    made_for: Option<MadeFor>,
    shapes: Vec<egui::Shape>,
    /// The level that is outlined, which holds on while the view moves.
    level: Option<u32>,
    moves: bool,
}

#[derive(PartialEq, Clone)]
struct MadeFor {
    view: CityView,
    /// Metres from which the whole city is seen.
    whole: f64,
    free: FreeArea,
    drilled: Option<u32>,
    hovered: Option<u32>,
    english: bool,
    pins: u64,
    over: Vec<Rect>,
}

/// The points of an area's outlines, on the ground.
fn outline(city: &City, area: u32) -> Outline {
    let Some(area) = city.areas().get(area as usize) else { return Vec::new() };
    let hilly = city.terrain().is_some();
    let place = |at: [f64; 2]| [at[0], at[1], city.ground_at(at) + 0.5];
    let ring = |ring: &[[f32; 2]]| {
        let mut points = Vec::with_capacity(ring.len() + 1);
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let (a, b) = (a.map(f64::from), b.map(f64::from));
            let long = (b[0] - a[0]).hypot(b[1] - a[1]);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands at most")]
            let steps = if hilly { (long / STEP_M).ceil().clamp(1.0, 4_000.0) as u32 } else { 1 };
            for i in 0..steps {
                let t = f64::from(i) / f64::from(steps);
                points.push(place([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]));
            }
        }
        points.extend(points.first().copied());
        points
    };
    city.rings_of(area).map(ring).collect()
}

pub(super) fn paint(
    mut contexts: EguiContexts,
    (view, free, ground): (Res<CityView>, Res<FreeArea>, Res<Ground>),
    (picked, drill, pins, shown): (Res<Picked>, Res<Drill>, Res<PinsOnScreen>, Res<Shown>),
    (kind, style, stand): (Option<Res<ScreenKind>>, Option<Res<TwinStyle>>, Option<Res<NamePlaces>>),
    (appearance, rig, keep_off): (Option<Res<Appearance>>, Option<Res<Rig>>, Res<KeepOff>),
    mut forest: ResMut<Forest>,
    mut on_screen: ResMut<AreasOnScreen>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut memory: Local<Memory>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let on_screen = on_screen.bypass_change_detection();
    let fresh = forest.is_changed();
    let forest = forest.bypass_change_detection();
    if style.is_some_and(|style| style.bare) || forest.tree(&ground).is_empty() {
        on_screen.names.clear();
        on_screen.level = None;
        return Ok(());
    }
    let painter = ctx.layer_painter(egui::LayerId::background());
    let hovered = match picked.hovered {
        Some(Target::Area(area)) => Some(area),
        _ => None,
    };
    let english = rust_i18n::locale().starts_with("en");
    let now = MadeFor {
        view: *view,
        whole: rig.as_ref().map_or(f64::INFINITY, |rig| rig.whole().distance),
        free: *free,
        drilled: drill.area,
        hovered,
        english,
        pins: pins.signature(),
        over: keep_off.rects().collect(),
    };
    let memory = &mut *memory;
    let came_to_rest = memory.moves && memory.made_for.as_ref().is_some_and(|made_for| made_for.view == now.view);
    if fresh || came_to_rest || memory.made_for.as_ref() != Some(&now) {
        memory.moves = memory.made_for.as_ref().is_some_and(|made_for| made_for.view != now.view);
        if memory.moves {
            redraw.write(RequestRedraw);
        }
        let wall = kind.is_some_and(|kind| *kind == ScreenKind::Wall);
        let appearance = appearance.as_deref().copied().unwrap_or_default();
        let scale = if wall { appearance.wall_scale(view.size) * tokens::wall::LABELS } else { 1.0 };
        make(&painter, &ground.0, (forest, stand.as_deref()), &pins, &now, scale, memory, on_screen);
        memory.made_for = Some(now);
    }
    painter.extend(memory.shapes.iter().cloned());
    if let Some(area) = hovered {
        let name = name_of(&ground.0, area, english);
        let known = shown.link != LinkState::Connecting;
        panel::note_ui(ctx, &panel::note(&name, forest.counts.of(area), known));
    }
    Ok(())
}

/// Shapes and names for a view.
fn make(
    painter: &egui::Painter,
    city: &City,
    (forest, stand): (&Forest, Option<&NamePlaces>),
    pins: &PinsOnScreen,
    now: &MadeFor,
    scale: f32,
    memory: &mut Memory,
    on_screen: &mut AreasOnScreen,
) {
    let (tree, view) = (&forest.tree, &now.view);
    // Where it comes to rest a view shows the same, whichever way it came.
    let before = memory.level.filter(|_| memory.moves);
    let level = tree.level_at(view.pose.distance, now.whole, now.drilled, before);
    memory.level = level;
    memory.shapes.clear();
    let seen = level.map_or_else(Vec::new, |level| {
        tree.seen(level, now.drilled, view.pose.target, view.pose.distance * REACH, MOST)
    });
    if memory.outlines.len() > KEPT {
        memory.outlines.clear();
    }
    let Memory { outlines, shapes, .. } = memory;
    let heads: Vec<(Vec2, f32)> = pins.marks.iter().map(|mark| (mark.head, mark.radius)).collect();
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let open = ((altitude(view.pose) - HIDDEN_BELOW_M) / (WHOLE_FROM_M - HIDDEN_BELOW_M)).clamp(0.0, 1.0) as f32;
    let mut lines = |area: u32, weight: panel::Weight| {
        let outline = outlines.entry(area).or_insert_with(|| outline(city, area));
        panel::outline_shapes(outline, view, weight, open, &heads, shapes);
    };
    for area in &seen {
        lines(*area, panel::Weight::Quiet);
    }
    now.drilled.into_iter().for_each(|area| lines(area, panel::Weight::Around));
    now.hovered.into_iter().for_each(|area| lines(area, panel::Weight::Hovered));
    let stood: HashSet<u32> = on_screen.names.iter().map(|(_, area)| *area).collect();
    let named = |area: &u32| {
        let node = tree.node(*area)?;
        // Grids have numbers, not names; they and communities are told where something is open or somebody looks.
        let told = now.hovered == Some(*area) || now.drilled.is_some() || forest.counts.of(*area) != [0; 4];
        let label = stand.map_or(Some(node.label), |stand| stand.place(*area, node.label))?;
        let [x, y] = view.pose.target;
        let far = (label[0] - x).hypot(label[1] - y) > view.pose.distance * NAMED_WITHIN;
        if (far || node.level >= SMALL_LEVEL) && !told {
            return None;
        }
        Some(Named {
            area: *area,
            name: full_name_of(city, *area, now),
            level: node.level,
            at: view.project(label[0], label[1], city.ground_at(label))?,
            room: room_of(node, label, view, city),
            counts: forest.counts.of(*area),
            fixed: label.map(f64::to_bits) != node.label.map(f64::to_bits),
            stood: stood.contains(area),
            hovered: now.hovered == Some(*area),
        })
    };
    let wet = |at: Vec2| stand.is_some_and(|stand| stand.is_wet(city, view, at));
    let named: Vec<Named> = seen.iter().filter_map(named).collect();
    let whole = Rect::from_corners(Vec2::ZERO, view.size);
    let free = now.free.0.map_or(whole, |free| free.intersect(whole));
    // Below the foot of a pin stand its crews.
    let below = Vec2::new(0.0, FOOT * 0.6 * scale);
    let feet = pins.marks.iter().filter(|mark| !mark.is_cluster()).map(|mark| (mark.foot + below, FOOT * scale));
    let clear_of: Vec<(Vec2, f32)> = heads.iter().copied().chain(feet).collect();
    on_screen.names = panel::name_shapes(painter, named, (free, &now.over), &wet, &clear_of, scale, shapes);
    on_screen.level = level;
    on_screen.drilled = now.drilled;
    on_screen.from_afar = level.is_some_and(|level| level <= AFAR);
}

/// Points that an area's box is wide on screen around its label.
fn room_of(node: &super::model::Node, label: [f64; 2], view: &CityView, city: &City) -> f32 {
    let [east, north] = label;
    let up = city.ground_at(label);
    let side = (node.high[0] - node.low[0]).min(node.high[1] - node.low[1]) * 0.5;
    let across = [[side, 0.0], [0.0, side]].map(|[dx, dy]| {
        let ends = (view.project(east - dx, north - dy, up), view.project(east + dx, north + dy, up));
        if let (Some(a), Some(b)) = ends { (b - a).length() } else { 0.0 }
    });
    across[0].max(across[1])
}

/// As [`name_of`]; a patrol grid is called by its community too, where that is not what was gone into.
fn full_name_of(city: &City, area: u32, now: &MadeFor) -> String {
    let name = name_of(city, area, now.english);
    let level = |area: u32| city.areas().get(area as usize).map_or(0, |record| record.level);
    let within = now.drilled.is_some_and(|outer| level(outer) + 1 >= GRID_LEVEL);
    let outer =
        city.areas().get(area as usize).map(|record| record.parent).filter(|outer| level(*outer) + 1 == GRID_LEVEL);
    match outer.filter(|_| level(area) == GRID_LEVEL && !within) {
        Some(outer) if now.english => format!("{} {name}", name_of(city, outer, true)),
        Some(outer) => name_of(city, outer, false) + &name,
        None => name,
    }
}

/// Its name in the language; where it has none, the end of its code.
pub(in crate::screen) fn name_of(city: &City, area: u32, english: bool) -> String {
    let Some(record) = city.areas().get(area as usize) else { return String::new() };
    let (local, foreign) = (city.name(record.name), city.name(record.name_en));
    let name = if english && !foreign.is_empty() { foreign } else { local };
    match (name.is_empty(), record.code) {
        (false, _) => name.to_owned(),
        (true, 0) => String::new(),
        (true, code) => format!("{:03}", code % 1_000),
    }
}
