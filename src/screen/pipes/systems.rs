//! The cut-open street in its engine: keys, what lies in it, clicks.

use std::collections::BTreeSet;

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;
use egui::{Key, Modifiers};

use super::OpenPipes;
use super::model::{Line, RADII, USUAL, Window, cut_open, measured_by, pit_m, under};
use super::shape::{Lid, Tube, lid, tubes};
use crate::domain::sensor::Bounds;
use crate::ground::City;
use crate::ground::pack::records::Network;
use crate::screen::alarms::AlarmsOnScreen;
use crate::screen::decide::place_of;
use crate::screen::heat::Layers;
use crate::screen::heat::beside::Wanted;
use crate::screen::input::Clicks;
use crate::screen::pins::PinsOnScreen;
use crate::screen::pins::mark::mark_at;
use crate::screen::shown::{CityView, ClicksTaken, FlyTo, Ground, Guard, Picked, Shown};
use crate::screen::tools::pressed;

/// A circle of fewer points across than that shows nothing: the view comes nearer …
const LEAST_ACROSS: f64 = 160.0;
/// … to so many times its radius.
const FROM: f64 = 5.0;
/// Points around a pin's head that count as the head.
const PIN_SLACK: f32 = 4.0;

/// The street that is cut open, and what lies in it.
#[derive(Resource, Debug)]
pub struct Pipes {
    middle: Option<[f64; 2]>,
    /// Number of the radius.
    radius: usize,
    /// Networks that are not shown.
    hidden: BTreeSet<Network>,
    chosen: Option<u32>,
    /// Under the pointer; written where the pointer is read.
    pub(super) hovered: Option<u32>,
    lines: Vec<Line>,
    /// What the lines are of.
    gathered: Option<Window>,
    /// Counts how often the lines were gathered.
    pub(super) made: u64,
}

impl Default for Pipes {
    fn default() -> Self {
        Self {
            middle: None,
            radius: USUAL,
            hidden: BTreeSet::new(),
            chosen: None,
            hovered: None,
            lines: Vec::new(),
            gathered: None,
            made: 0,
        }
    }
}

impl Pipes {
    /// The circle that is cut open.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        let radius_m = RADII.get(self.radius).copied()?;
        self.middle.map(|middle| Window { middle, radius_m })
    }

    /// Cut the street open around a place, or close it.
    pub fn cut(&mut self, middle: Option<[f64; 2]>) {
        self.middle = middle;
        if middle.is_none() {
            (self.chosen, self.hovered) = (None, None);
        }
    }

    /// Number of the radius.
    #[must_use]
    pub fn radius(&self) -> usize {
        self.radius
    }

    /// Take another radius.
    pub fn reach(&mut self, radius: usize) {
        self.radius = radius.min(RADII.len() - 1);
    }

    /// What lies in the circle, the deepest first.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether a network is shown.
    #[must_use]
    pub fn shows(&self, network: Network) -> bool {
        !self.hidden.contains(&network)
    }

    /// Show a network, or no more.
    pub fn toggle(&mut self, network: Network) {
        if !self.hidden.remove(&network) {
            self.hidden.insert(network);
        }
    }

    /// The pipe that is chosen, as far as it lies in the circle.
    #[must_use]
    pub fn chosen(&self) -> Option<&Line> {
        self.line(self.chosen?)
    }

    /// Choose a pipe, or none.
    pub fn choose(&mut self, pipe: Option<u32>) {
        self.chosen = pipe;
    }

    /// A pipe that is shown is under the pointer.
    #[must_use]
    pub fn is_pointed_at(&self) -> bool {
        self.middle.is_some() && self.hovered.is_some()
    }

    /// A pipe in the circle.
    pub(super) fn line(&self, pipe: u32) -> Option<&Line> {
        self.lines.iter().find(|line| line.pipe == pipe)
    }

    /// The pipe under a point of the screen, unless something stands before it.
    pub(super) fn under(&self, at: Vec2, view: &CityView, city: &City) -> Option<u32> {
        let window = self.window().filter(|_| self.gathered.is_some())?;
        let pipe = under(&self.lines, |network| self.shows(network), window, view, at)?;
        let (eye, look) = view.ray(at);
        // The index of buildings is built beside the screen.
        let covered = city.lookups_ready() && city.pick_building(eye, look).is_some();
        (!covered).then_some(pipe)
    }
}

/// What of it is drawn.
#[derive(Resource, Debug, Clone)]
pub struct Pit {
    /// The circle.
    pub window: Window,
    /// Metres down to the floor.
    pub depth_m: f64,
    /// The lid, empty while nothing is cut open.
    pub lid: Lid,
    /// The pipes, the deepest first.
    pub tubes: Vec<Tube>,
    /// What it was made of: the lines, networks that are hidden, pipes that are lit.
    of: Option<(u64, BTreeSet<Network>, Vec<u32>)>,
}

impl Default for Pit {
    fn default() -> Self {
        let window = Window { middle: [0.0; 2], radius_m: 0.0 };
        Self { window, depth_m: 0.0, lid: Lid::default(), tubes: Vec::new(), of: None }
    }
}

impl Pit {
    /// Something is cut open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.lid.indices.is_empty()
    }
}

/// Brings lines, what is drawn and what is asked of sensors in line with the circle; nothing where nothing changed.
pub(super) fn gather(ground: Res<Ground>, mut pipes: ResMut<Pipes>, mut pit: ResMut<Pit>, mut layers: ResMut<Layers>) {
    let pipes = pipes.bypass_change_detection();
    let window = pipes.window();
    let city = &ground.0;
    if pipes.gathered != window {
        pipes.lines = window.map(|window| cut_open(city, window)).unwrap_or_default();
        pipes.gathered = window;
        pipes.made += 1;
        pipes.chosen = pipes.chosen.filter(|chosen| pipes.lines.iter().any(|line| line.pipe == *chosen));
        layers.bypass_change_detection().want_beside(wanted(city, window, &pipes.lines));
    }
    let Some(window) = window else {
        if pit.is_open() {
            *pit = Pit::default();
        }
        return;
    };
    let lit: Vec<u32> = [pipes.chosen, pipes.hovered].into_iter().flatten().collect();
    let of = Some((pipes.made, pipes.hidden.clone(), lit));
    if pit.of == of {
        return;
    }
    let same = pit.window == window && pit.is_open();
    let lid = if same {
        std::mem::take(&mut pit.lid)
    } else {
        lid(window, city.terrain().is_none(), |at| city.ground_at(at))
    };
    let lit = of.as_ref().map_or(&[][..], |(.., lit)| lit);
    let tubes = tubes(&pipes.lines, |network| pipes.shows(network), lit);
    *pit = Pit { window, depth_m: pit_m(&pipes.lines), lid, tubes, of };
}

/// The sensors that may hang on some pipes in a circle.
fn wanted(city: &City, window: Option<Window>, lines: &[Line]) -> Option<Wanted> {
    let Window { middle: [east, north], radius_m } = window?;
    let kinds: BTreeSet<_> = lines.iter().map(|line| measured_by(line.network)).collect();
    let corner = |by: f64| city.frame().lonlat_from_metres([east + by, north + by]);
    let (low, high) = (corner(-radius_m), corner(radius_m));
    let bounds = Bounds { west: low.lon, south: low.lat, east: high.lon, north: high.lat };
    (!kinds.is_empty()).then_some(Wanted { kinds, bounds })
}

/// A click on a pipe chooses it, and nothing else; pins and alarms lie over it.
pub(super) fn click(
    taken: Option<Res<ClicksTaken>>,
    (view, ground): (Res<CityView>, Res<Ground>),
    (pins, alarms): (Option<Res<PinsOnScreen>>, Option<Res<AlarmsOnScreen>>),
    mut clicks: ResMut<Clicks>,
    mut pipes: ResMut<Pipes>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if clicks.all.is_empty() || pipes.middle.is_none() || taken.is_some_and(|taken| taken.0) {
        return;
    }
    let mut found = None;
    clicks.all.retain(|click| {
        let alarm = alarms.as_ref().is_some_and(|alarms| alarms.at(click.at).is_some());
        let pin = pins.as_ref().is_some_and(|pins| mark_at(&pins.marks, click.at, PIN_SLACK).is_some());
        let pipe = if alarm || pin { None } else { pipes.under(click.at, &view, &ground.0) };
        found = pipe.or(found);
        pipe.is_none()
    });
    if found.is_some() {
        pipes.choose(found);
        redraw.write(RequestRedraw);
    }
}

/// Where the next press cuts: at what is chosen, else under the pointer, else in the middle of the view; what is open
/// moves with the pointer, and closes where that is in it or nowhere.
#[must_use]
pub(super) fn next(
    open: Option<Window>,
    chosen: Option<[f64; 2]>,
    pointer: Option<[f64; 2]>,
    middle: [f64; 2],
) -> Option<[f64; 2]> {
    match open {
        Some(window) => pointer.filter(|at| !window.holds(*at)),
        None => Some(chosen.or(pointer).unwrap_or(middle)),
    }
}

/// The keys, and whoever else asks to open it.
pub(super) fn keys(
    mut contexts: EguiContexts,
    (shown, view, ground, picked): (Res<Shown>, Res<CityView>, Res<Ground>, Res<Picked>),
    (layers, guard): (Res<Layers>, Option<Res<Guard>>),
    mut opened: MessageReader<OpenPipes>,
    mut pipes: ResMut<Pipes>,
    mut flights: MessageWriter<FlyTo>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let asked = opened.read().count() > 0;
    if guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let pipes = pipes.bypass_change_detection();
    let key = pressed(&ctx, Modifiers::COMMAND, Key::U);
    if asked || key {
        let chosen = picked.selected.and_then(|target| place_of(target, &shown, &ground.0));
        let pointer = || {
            let at = ctx.input(|input| input.pointer.latest_pos()).filter(|_| !ctx.egui_wants_pointer_input())?;
            view.ground_at(&ground.0, Vec2::new(at.x, at.y))
        };
        // Whoever asks by a button has the pointer on that.
        let pointer = if key { pointer() } else { None };
        let middle = next(pipes.window(), chosen, pointer, view.pose.target);
        pipes.cut(middle);
        if let Some(target) = middle {
            let radius_m = RADII.get(pipes.radius).copied().unwrap_or_default();
            let metres = view.metres_per_point(&ground.0, view.size / 2.0);
            if metres.is_none_or(|metres| 2.0 * radius_m / metres.max(1e-3) < LEAST_ACROSS) {
                flights.write(FlyTo { target, distance: Some(radius_m * FROM) });
            }
        }
        ctx.request_repaint();
    }
    if pipes.middle.is_none() {
        return Ok(());
    }
    for (key, grow) in [(Key::OpenBracket, false), (Key::CloseBracket, true)] {
        if pressed(&ctx, Modifiers::COMMAND, key) {
            pipes.reach(if grow { pipes.radius + 1 } else { pipes.radius.saturating_sub(1) });
            ctx.request_repaint();
        }
    }
    // The card of a sensor lies over it and goes first.
    if layers.chosen().is_none() && pressed(&ctx, Modifiers::NONE, Key::Escape) {
        if pipes.chosen.take().is_none() {
            pipes.cut(None);
        }
        ctx.request_repaint();
    }
    Ok(())
}
