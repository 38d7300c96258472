//! Follows the positions in `Shown` and writes the crews' sprites.

use std::collections::BTreeMap;
use std::time::Duration;

use bevy::prelude::*;
use bevy::time::Real;

use super::model::{FAINTEST, Track, icon_of, is_busy, shape_of, thinned, tint_of};
use crate::domain::{CrewId, CrewPosition, CrewStatus, Moment};
use crate::ground::City;
use crate::screen::appearance::Appearance;
use crate::screen::coords::city_from_world;
use crate::screen::look::tokens;
use crate::screen::pins::KindIcons;
use crate::screen::pins::icons::NONE;
use crate::screen::pins::lens::Lens;
use crate::screen::pins::model::single;
use crate::screen::pins::sprite::{Sprite, Sprites, flag, pair, shape, tint};
use crate::screen::power::WakeAfter;
use crate::screen::shown::{CityView, Ground, Picked, ScreenKind, Shown, Target};
use crate::screen::twin::pose::{SEE_THROUGH_FROM_M, altitude};
use crate::screen::twin::quality::Quality;

/// Points along half a crew's mark, near and far.
const RADIUS: [f32; 2] = [9.0, 3.5];
/// From this radius on a mark shows its icon.
const ICON_FROM: f32 = 7.0;
/// Metres to the target within which crews are largest, and beyond which they are smallest.
const NEAR_FAR: [f64; 2] = [1_500.0, 20_000.0];
/// Metres to the target from which a crowd of crews that wait begins to become smaller, and from which it has.
const THIN_FROM: [f64; 2] = [800.0, 3_000.0];
/// Points a metre must cover for trails to be worth their while.
const TRAIL_SCALE: f32 = 0.12;
/// Opacity of a trail beside its crew, 0 to 255, and half its width in points.
const TRAIL_OPACITY: f32 = 150.0;
const TRAIL_WIDTH: f32 = 1.25;
/// Crews on scene within so many metres stand at one place.
const TOGETHER_M: f64 = 25.0;
/// How many of them stand in a row, and points between two.
pub(super) const ROW: usize = 5;
const ROW_GAP: f32 = 5.0;
/// Where buildings hide what is behind them, crews are seen within so many distances to the target, and metres at least.
const LOW_REACH: f32 = 3.0;
const LOW_REACH_M: f32 = 500.0;
/// Points around a crew's mark that count as the mark.
const SLACK: f32 = 4.0;

/// Where each crew is shown.
#[derive(Resource, Default)]
pub struct Units {
    tracks: BTreeMap<CrewId, Track>,
}

impl Units {
    /// The track of a crew.
    #[must_use]
    pub fn track(&self, crew: CrewId) -> Option<&Track> {
        self.tracks.get(&crew)
    }

    /// All crews and their tracks.
    pub fn iter(&self) -> impl Iterator<Item = (CrewId, &Track)> {
        self.tracks.iter().map(|(crew, track)| (*crew, track))
    }

    fn hear(&mut self, crews: &BTreeMap<CrewId, CrewPosition>, city: &City, now: f32, rate: f32) {
        for (crew, position) in crews {
            let at = || city.frame().metres_from_lonlat(position.at);
            match self.tracks.get_mut(crew) {
                None => {
                    self.tracks.insert(*crew, Track::new(position, at()));
                }
                Some(track) if track.when != position.when => track.hear(position, at(), now, rate),
                Some(track) => (track.kind, track.status) = (position.kind, position.status),
            }
        }
        if self.tracks.len() > crews.len() {
            self.tracks.retain(|crew, _| crews.contains_key(crew));
        }
    }
}

/// A crew on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitMark {
    /// Which.
    pub crew: CrewId,
    /// Its place on screen in points.
    pub at: Vec2,
    /// Points along half its mark.
    pub radius: f32,
    /// It has stood there for a while, or is where it was sent.
    pub rests: bool,
}

/// The crews in sight, in the order they are drawn.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct UnitsOnScreen(pub Vec<UnitMark>);

impl UnitsOnScreen {
    /// The crew under a point (points from the top left): of those that are near enough, the nearest.
    #[must_use]
    pub fn at(&self, at: Vec2) -> Option<CrewId> {
        let near = self.0.iter().map(|mark| (mark.at.distance(at) - mark.radius, mark.crew));
        near.filter(|(away, _)| *away <= SLACK).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, crew)| crew)
    }

    /// Where a crew is on screen, where it is in sight.
    #[must_use]
    pub fn place_of(&self, crew: CrewId) -> Option<Vec2> {
        self.0.iter().find(|mark| mark.crew == crew).map(|mark| mark.at)
    }
}

pub(super) fn sync(
    (shown, view, ground): (Res<Shown>, Res<CityView>, Res<Ground>),
    (picked, kind, icons): (Res<Picked>, Option<Res<ScreenKind>>, Res<KindIcons>),
    appearance: Option<Res<Appearance>>,
    time: Res<Time<Real>>,
    (mut units, mut on_screen): (ResMut<Units>, ResMut<UnitsOnScreen>),
    mut sprites: ResMut<Sprites>,
    quality: Option<Res<Quality>>,
    mut wakes: MessageWriter<WakeAfter>,
    mut gliding: Local<bool>,
) {
    if !*gliding && !shown.is_changed() && !view.is_changed() && !picked.is_changed() {
        return;
    }
    let now = time.elapsed_secs();
    if shown.is_changed() {
        units.hear(&shown.crews, &ground.0, now, f32::from(shown.rate.max(1)));
    }
    let grow = match kind.as_deref() {
        Some(ScreenKind::Wall) => {
            appearance.map_or_else(Appearance::default, |one| *one).wall_scale(view.size) * tokens::wall::MARKS
        }
        _ => 1.0,
    };
    let mut scene = Scene::new(&view, &picked, &ground.0, shown.now, now, grow);
    scene.gather(&units);
    let waiting = units.iter().filter(|(_, track)| !is_busy(track.status) && scene.sees(track).is_some()).count();
    let thin = thinned(waiting, scene.radius * grow, view.size.x * view.size.y);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let afar = ((view.pose.distance - THIN_FROM[0]) / (THIN_FROM[1] - THIN_FROM[0])).clamp(0.0, 1.0) as f32;
    scene.waiting = thin.map(|share| 1.0 + (share - 1.0) * afar);
    let means = quality.map_or(Quality::Software, |quality| *quality).means();
    let mut next: Option<f32> = None;
    for (crew, track) in units.iter() {
        if let Some(rest) = scene.add(crew, track, &icons) {
            let secs = rest.secs_for(means.glide);
            next = Some(next.map_or(secs, |next| next.min(secs)));
        }
    }
    *gliding = next.is_some();
    on_screen.set_if_neq(UnitsOnScreen(scene.marks));
    if sprites.units != scene.sprites {
        sprites.units = scene.sprites;
    }
    wakes.write_batch(next.map(|secs| WakeAfter(Duration::from_secs_f32(secs).max(means.glide_pause))));
}

/// How a crew goes on gliding on screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glide {
    pub(super) points_per_sec: f32,
    /// Until it is where it was last heard of.
    pub(super) secs: f32,
}

impl Glide {
    /// Seconds until it is so many points further, or stands.
    pub(super) fn secs_for(self, points: f32) -> f32 {
        (points / self.points_per_sec).min(self.secs)
    }
}

/// What the crews become this frame.
struct Scene<'a> {
    city: &'a City,
    lens: Lens,
    size: Vec2,
    /// Points along half a mark.
    radius: f32,
    /// The share of that for crews that wait.
    waiting: [f32; 2],
    grow: f32,
    /// 256ths of a turn that the camera looks to.
    turned: u8,
    trails: bool,
    raised: [Option<CrewId>; 2],
    /// Points right and down from their place at which crews stand that share it.
    asides: BTreeMap<CrewId, Vec2>,
    /// The eye, where it is so low that buildings hide what is behind them, and metres to the farthest crew it sees.
    low: Option<([f64; 3], f32)>,
    shown: Moment,
    now: f32,
    marks: Vec<UnitMark>,
    sprites: Vec<Sprite>,
}

impl<'a> Scene<'a> {
    fn new(view: &CityView, picked: &Picked, city: &'a City, shown: Moment, now: f32, grow: f32) -> Self {
        let away = ((view.pose.distance - NEAR_FAR[0]) / (NEAR_FAR[1] - NEAR_FAR[0])).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
        let radius = RADIUS[0] + (RADIUS[1] - RADIUS[0]) * (away as f32).sqrt();
        let lens = Lens::new(view);
        #[expect(clippy::cast_possible_truncation, reason = "metres to the target fit f32")]
        let scale = lens.scale(view.pose.distance as f32);
        let eye = city_from_world(view.world_from_view.w_axis.truncate());
        let low = altitude(view.pose) < SEE_THROUGH_FROM_M;
        #[expect(clippy::cast_possible_truncation, reason = "metres to the target fit f32")]
        let reach = (view.pose.distance as f32 * LOW_REACH).max(LOW_REACH_M);
        let crew = |target: Option<Target>| match target {
            Some(Target::Crew(crew)) => Some(crew),
            _ => None,
        };
        Self {
            city,
            lens,
            size: view.size,
            radius,
            waiting: [1.0; 2],
            grow,
            turned: turn_of(view.pose.heading),
            trails: scale > TRAIL_SCALE,
            raised: [crew(picked.hovered), crew(picked.selected)],
            asides: BTreeMap::new(),
            low: low.then_some((eye, reach)),
            shown,
            now,
            marks: Vec::new(),
            sprites: Vec::new(),
        }
    }

    /// Where a crew is in the city and on screen, and how far from the eye; `None` where it is out of sight.
    fn sees(&self, track: &Track) -> Option<([f64; 3], Vec2, f32)> {
        let at = self.grounded(track.place(self.now));
        let (p, depth) = self.lens.project_at(at);
        let margin = Vec2::splat(32.0 * self.grow);
        let hidden = |(eye, reach): ([f64; 3], f32)| depth > reach || self.city.hides(eye, at);
        let seen = depth >= 1.0 && p.cmpge(-margin).all() && p.cmple(self.size + margin).all();
        (seen && !self.low.is_some_and(hidden)).then_some((at, p, depth))
    }

    /// Draw a crew where it is in sight; what it still glides, if that is visible.
    fn add(&mut self, crew: CrewId, track: &Track, icons: &KindIcons) -> Option<Glide> {
        let (at, p, depth) = self.sees(track)?;
        let [hovered, selected] = self.raised;
        let aside = self.asides.get(&crew).copied().unwrap_or_default();
        let mut flags = flag::NO_STEM;
        if selected == Some(crew) {
            flags |= flag::SELECTED;
        } else if hovered == Some(crew) {
            flags |= flag::HOVERED;
        }
        if track.status == CrewStatus::OnScene {
            flags |= flag::ON_SCENE;
        }
        if self.trails {
            self.trail(track, at);
        }
        let raised = flags & (flag::SELECTED | flag::HOVERED) != 0;
        let [share, strength] = if raised || is_busy(track.status) { [1.0; 2] } else { self.waiting };
        let rests = track.status == CrewStatus::OnScene || track.rests(self.now);
        if strength >= FAINTEST {
            let (at, radius) = (p + aside * self.grow, self.radius * share * self.grow);
            self.marks.push(UnitMark { crew, at, radius, rests });
        }
        let sprite = self.sprite(track, at, flags, [share, strength], icons);
        self.sprites.push(Sprite { extra: pair(aside), ..sprite });
        #[expect(clippy::cast_possible_truncation, reason = "metres of a way fit f32")]
        let points = track.way() as f32 * self.lens.scale(depth);
        let secs = track.glides_for(self.now).filter(|_| points > 0.5)?;
        Some(Glide { points_per_sec: points / track.secs(), secs })
    }

    /// Crews on scene at one place stand below it in rows, so that each is seen.
    fn gather(&mut self, units: &Units) {
        if self.radius < ICON_FROM {
            return;
        }
        let mut places: Vec<([f64; 2], Vec<CrewId>)> = Vec::new();
        for (crew, track) in units.iter().filter(|(_, track)| track.status == CrewStatus::OnScene) {
            let at = track.place(self.now);
            let here = |place: &&mut ([f64; 2], _)| (place.0[0] - at[0]).hypot(place.0[1] - at[1]) < TOGETHER_M;
            match places.iter_mut().find(here) {
                Some((_, crews)) => crews.push(crew),
                None => places.push((at, vec![crew])),
            }
        }
        for (_, crews) in places.iter().filter(|(_, crews)| crews.len() > 1) {
            self.asides.extend(crews.iter().copied().zip(in_rows(crews.len(), self.radius)));
        }
    }

    fn grounded(&self, [east, north]: [f64; 2]) -> [f64; 3] {
        [east, north, self.city.ground_at([east, north])]
    }

    fn sprite(
        &self,
        track: &Track,
        at: [f64; 3],
        mut flags: u8,
        [share, strength]: [f32; 2],
        icons: &KindIcons,
    ) -> Sprite {
        let form = shape_of(track.kind);
        if track.heading.is_some() && form != shape::DART {
            flags |= flag::NOSE;
        }
        let icon = icon_of(track.kind).filter(|_| self.radius * share >= ICON_FROM);
        let icon = icon.map_or(NONE, |name| icons.icons().cell(name));
        Sprite {
            at: single(at),
            look: [form, tint_of(track.status, track.is_stale(self.shown)), icon, flags],
            extra: [0; 4],
            motion: [
                byte(self.radius * share * 4.0),
                byte(track.opacity(self.shown) * (0.4 + 0.6 * share) * strength * 240.0),
                0,
                track.heading.map_or(0, |heading| heading.wrapping_sub(self.turned)),
            ],
        }
    }

    /// The way a crew came, fading towards its beginning.
    fn trail(&mut self, track: &Track, head: [f64; 3]) {
        let points = track.trail(self.now, self.shown);
        if points.len() == 0 {
            return;
        }
        let colour = if tint_of(track.status, false) == tint::BUSY { tint::BUSY } else { tint::STALE };
        #[expect(clippy::cast_precision_loss, reason = "a dozen")]
        let step = TRAIL_OPACITY / points.len() as f32;
        let (mut from, mut opacity) = (None, 0.0);
        let mut sprites = Vec::with_capacity(points.len());
        for at in points.map(|at| self.grounded(at)).chain([head]) {
            if let Some(from) = from.replace(at) {
                sprites.push(length(from, at, colour, [opacity, opacity + step]));
                opacity += step;
            }
        }
        self.sprites.append(&mut sprites);
    }
}

/// Where `count` marks of half a size `radius` stand below a place, in rows (points right and down).
pub(super) fn in_rows(count: usize, radius: f32) -> impl Iterator<Item = Vec2> {
    let step = radius * 2.0 + ROW_GAP;
    (0..count).map(move |i| {
        let (row, column) = (i / ROW, i % ROW);
        let many = (count - row * ROW).min(ROW);
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        let at = Vec2::new(column as f32 - (many - 1) as f32 * 0.5, row as f32 + 1.0);
        at * step
    })
}

/// A length of a trail between two places, with its opacity at either end.
fn length(from: [f64; 3], to: [f64; 3], colour: u8, opacity: [f32; 2]) -> Sprite {
    let [start, end] = [single(from), single(to)];
    let way = Vec2::new(end[0] - start[0], end[1] - start[1]) * 10.0;
    let up = (end[2] - start[2]) * 10.0 + 128.0;
    Sprite {
        at: start,
        look: [shape::TRAIL, colour, NONE, flag::NO_STEM],
        extra: pair(way),
        motion: [byte(TRAIL_WIDTH * 4.0), byte(opacity[0]), byte(opacity[1]), byte(up)],
    }
}

fn byte(value: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
    let byte = value.clamp(0.0, 255.0) as u8;
    byte
}

/// Degrees clockwise from north as 256ths of a turn.
fn turn_of(heading: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 256")]
    let turned = ((heading / 360.0).rem_euclid(1.0) * 256.0) as u8;
    turned
}
