//! Keeps the pyramid in line with the facts, and the sprites in line with the pyramid and the view.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;

use super::icons::{Icons, NONE};
use super::lens::Lens;
use super::mark::{Mark, MarkOf, mark_at};
use super::marks::{Chooser, view_that_splits};
use super::model::{self, sprite_of};
use super::pyramid::{Pin, Pyramid};
use super::sprite::Sprites;
use crate::config::catalogue::{Catalogue, Kind};
use crate::domain::{Hall, Incident, IncidentId, Seq, Stage};
use crate::ground::City;
use crate::screen::appearance::Appearance;
use crate::screen::look::tokens;
use crate::screen::shown::{Changes, CityView, Ground, Picked, ScreenKind, SelectedAt, Shown, Target};
use crate::screen::units::UnitsOnScreen;

/// At most this many pins drop and ring at a time; in a flood the rest just stand there.
const ARRIVALS: usize = 48;

/// All pins of the shown hall.
#[derive(Resource, Default)]
pub struct Pins {
    /// Pins and the cells over them.
    pub pyramid: Pyramid,
    /// The fact up to which they are in line.
    upto: Seq,
    changed: bool,
    /// How often all of them were indexed anew.
    rebuilds: u32,
    /// Seconds of the screen's clock at which a pin came.
    arrived: HashMap<IncidentId, f32>,
    /// Pins that fade out, and since when.
    leaving: Vec<(Pin, f32)>,
}

impl Pins {
    /// Put a pin on the map that no fact told of (measurements, demonstrations).
    pub fn put(&mut self, id: IncidentId, pin: Pin) {
        self.pyramid.put(id, pin);
        self.changed = true;
    }

    /// How often all pins were indexed anew: once for each snapshot, never for news.
    #[must_use]
    pub fn rebuilds(&self) -> u32 {
        self.rebuilds
    }

    /// An incident has its pin here now, or none; it drops as it comes and fades as it goes. What `seen` has only in a
    /// cluster goes without a word: what the cluster hid may stand there now.
    pub(super) fn change(&mut self, id: IncidentId, pin: Option<Pin>, seen: &PinsOnScreen, now: f32) {
        if let Some(pin) = pin {
            if self.pyramid.put(id, pin).is_none() && self.arrived.len() < ARRIVALS {
                self.arrived.insert(id, now);
            }
        } else if let Some(pin) = self.pyramid.take(id) {
            self.arrived.remove(&id);
            if self.leaving.len() < ARRIVALS && seen.head_of(id).is_some() {
                self.leaving.push((pin, now));
            }
        }
    }

    /// Whether something drops, rings or fades.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        !self.arrived.is_empty() || !self.leaving.is_empty()
    }
}

/// The marks on screen in the order they are drawn, and how they were projected.
#[derive(Resource, Default)]
pub struct PinsOnScreen {
    /// Far ones first.
    pub marks: Vec<Mark>,
    lens: Option<Lens>,
}

impl PinsOnScreen {
    /// Changes where a mark comes, goes or moves by more than a few points.
    #[must_use]
    pub fn signature(&self) -> u64 {
        let mut hash = std::hash::DefaultHasher::new();
        for mark in &self.marks {
            let whole = (mark.head * 0.25).round().as_ivec2();
            (whole.x, whole.y, mark.radius.to_bits()).hash(&mut hash);
        }
        hash.finish()
    }

    /// The mark under a point (points from the top left); `slack` points beside it count too.
    #[must_use]
    pub fn at(&self, at: Vec2, slack: f32) -> Option<&Mark> {
        mark_at(&self.marks, at, slack)
    }

    /// Where the head of an incident's own pin is; `None` where it is out of sight or in a cluster.
    #[must_use]
    pub fn head_of(&self, id: IncidentId) -> Option<Vec2> {
        self.marks.iter().find(|mark| mark.of == MarkOf::Pin(id) && !mark.is_cluster()).map(|mark| mark.head)
    }

    /// From where a cluster falls apart: metres east and north to look at, and metres from it.
    #[must_use]
    pub fn view_that_splits(&self, pins: &Pins, mark: &Mark, distance: f64) -> Option<([f64; 2], f64)> {
        self.lens.map(|lens| view_that_splits(&pins.pyramid, &lens, mark, distance))
    }
}

/// Which icon a kind has.
#[derive(Resource)]
pub struct KindIcons {
    icons: Icons,
    cells: HashMap<String, u8>,
}

impl KindIcons {
    /// The icons of a catalogue.
    #[must_use]
    pub fn new(icons: Icons, catalogue: &Catalogue) -> Self {
        let mut all = Self { icons, cells: HashMap::new() };
        all.of_catalogue(catalogue);
        all
    }

    /// From now on the icons of another catalogue.
    pub fn of_catalogue(&mut self, catalogue: &Catalogue) {
        let cell = |kind: &Kind| (kind.code.clone(), self.icons.cell(&kind.icon));
        self.cells = catalogue.kinds().map(cell).collect();
    }

    /// The cell of a kind's icon.
    #[must_use]
    pub fn of_kind(&self, code: &str) -> u8 {
        self.cells.get(code).copied().unwrap_or_else(|| self.icons.cell(super::icons::FALLBACK))
    }

    /// The icons themselves.
    #[must_use]
    pub fn icons(&self) -> &Icons {
        &self.icons
    }
}

fn pin_of(incident: &Incident, city: &City, icons: &KindIcons) -> Option<Pin> {
    let at = incident.place.at.filter(|_| incident.stage != Stage::Closed)?;
    let at = city.frame().metres_from_lonlat(at);
    Some(Pin { at, up: city.ground_at(at), grade: incident.grade, icon: icons.of_kind(&incident.kind) })
}

/// Fold what changed into the pyramid; everything only where the hall or its catalogue was replaced.
pub(super) fn index(
    shown: Res<Shown>,
    changes: Res<Changes>,
    ground: Res<Ground>,
    icons: Res<KindIcons>,
    (time, seen): (Res<Time<Real>>, Res<PinsOnScreen>),
    mut pins: ResMut<Pins>,
) {
    let upto = shown.hall.upto();
    let renewed = icons.is_changed() && !icons.is_added();
    if pins.upto == upto && changes.is_empty() && !renewed {
        return;
    }
    let city = &*ground.0;
    if changes.cover(pins.upto, upto) && !renewed {
        let now = time.elapsed_secs();
        for id in &changes.incidents {
            let pin = shown.hall.incident(*id).and_then(|incident| pin_of(incident, city, &icons));
            pins.change(*id, pin, &seen, now);
        }
    } else {
        rebuild(&mut pins, &shown.hall, city, &icons);
    }
    pins.upto = upto;
    pins.changed = true;
}

fn rebuild(pins: &mut Pins, hall: &Hall, city: &City, icons: &KindIcons) {
    *pins = Pins { rebuilds: pins.rebuilds + 1, ..Pins::default() };
    for incident in hall.incidents() {
        if let Some(pin) = pin_of(incident, city, icons) {
            pins.pyramid.put(incident.id, pin);
        }
    }
}

/// Choose the marks anew where the view or the pins changed, and write the sprites where anything did.
pub(super) fn choose(
    (view, kind, appearance): (Res<CityView>, Option<Res<ScreenKind>>, Option<Res<Appearance>>),
    picked: Res<Picked>,
    icons: Res<KindIcons>,
    time: Res<Time<Real>>,
    mut pins: ResMut<Pins>,
    mut shown: ResMut<PinsOnScreen>,
    mut sprites: ResMut<Sprites>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut chooser: Local<Chooser>,
    mut before: Local<(Option<Lens>, Option<Target>)>,
) {
    let grow = match kind.as_deref() {
        Some(ScreenKind::Wall) => {
            appearance.map_or_else(Appearance::default, |one| *one).wall_scale(view.size) * tokens::wall::MARKS
        }
        _ => 1.0,
    };
    let lens = Lens::new(&view).grown(grow);
    let selected = match picked.selected {
        Some(Target::Incident(id)) => Some(id),
        _ => None,
    };
    let now = *before != (Some(lens), picked.selected);
    let anew = now || pins.changed;
    let moving = pins.is_moving();
    if !anew && !moving && !picked.is_changed() {
        return;
    }
    *before = (Some(lens), picked.selected);
    if anew {
        pins.bypass_change_detection().changed = false;
        shown.marks = chooser.choose(&pins.pyramid, &lens, selected);
        shown.lens = Some(lens);
    }
    let now = time.elapsed_secs();
    let pins = &mut *pins;
    pins.arrived.retain(|_, at| now - *at < model::ARRIVING_SECS);
    pins.leaving.retain(|(_, at)| now - *at < model::LEAVING_SECS);
    let hovered = match picked.hovered {
        Some(Target::Incident(id)) => Some(id),
        _ => None,
    };
    for mark in &mut shown.bypass_change_detection().marks {
        mark.raised =
            matches!(mark.of, MarkOf::Pin(id) if !mark.is_cluster() && [hovered, selected].contains(&Some(id)));
    }
    let rings = model::rings(&pins.arrived, &pins.pyramid, now);
    let mut drawn = Vec::with_capacity(shown.marks.len() + pins.leaving.len());
    for (pin, since) in &pins.leaving {
        drawn.push(model::leaving(pin, now - since));
    }
    for mark in &shown.marks {
        let figures = if mark.is_cluster() { icons.icons().figures(mark.count) } else { [NONE; 4] };
        let mut sprite = sprite_of(mark, figures, selected);
        model::animate(&mut sprite, mark, &rings);
        drawn.push(sprite);
    }
    if sprites.pins != drawn || (sprites.grow - grow).abs() > 1e-3 {
        sprites.pins = drawn;
        sprites.grow = grow;
    }
    if moving {
        redraw.write(RequestRedraw);
    }
}

/// Tell panels where the selected target is.
pub(super) fn tell_selected(
    view: Res<CityView>,
    picked: Res<Picked>,
    ground: Res<Ground>,
    shown: Res<PinsOnScreen>,
    units: Option<Res<UnitsOnScreen>>,
    mut selected: ResMut<SelectedAt>,
) {
    let at = picked.selected.and_then(|target| match target {
        Target::Incident(id) => shown.head_of(id),
        Target::Crew(crew) => units.as_ref()?.place_of(crew),
        other => model::place_of(&ground.0, other).and_then(|[x, y, z]| view.project(x, y, z)),
    });
    let inside = |p: &Vec2| p.cmpge(Vec2::ZERO).all() && p.cmple(view.size).all();
    selected.set_if_neq(SelectedAt(at.filter(inside)));
}

/// Put `n` pins around the middle of the view, always the same for one seed, in the uneven crowds of a city.
pub fn bench_fill(world: &mut World, n: usize, seed: u64) {
    let middle = world.get_resource::<CityView>().map_or([0.0, 0.0], |view| view.pose.target);
    let Some(mut pins) = world.get_resource_mut::<Pins>() else { return };
    for (id, pin) in model::crowd(n, seed, middle) {
        pins.put(id, pin);
    }
}
