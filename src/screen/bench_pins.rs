//! Measures pins without drawing: news that become pins, frames with many of them, and what the pointer is over.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::math::Vec2;
use bevy::prelude::{App, MinimalPlugins};
use bevy::time::TimeUpdateStrategy;
use serde::Serialize;

use super::bench::cpu_millis;
use super::pins::{self, Pins, PinsOnScreen, PinsPlugin};
use super::shown::{Changes, CityView, Ground, Pose, ScreenKind, Shown};
use super::twin::pose::Lens;
use super::{picking, sets};
use crate::domain::{Actor, Fact, Incident, IncidentId, Moment, Place, Seq, Stage, What};
use crate::ground::City;
use crate::ground::frame::LocalFrame;

/// What to measure.
#[derive(Debug, Clone)]
pub struct PinsOptions {
    /// Folder of the city pack.
    pub city: PathBuf,
    /// Pins that stand there before.
    pub pins: usize,
    /// New pins a second.
    pub rate: u32,
    /// Seconds of news, sixty frames each.
    pub seconds: u32,
    /// Rays to pick with.
    pub rays: u32,
}

/// Percentiles in microseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Micros {
    /// Half of them took at most this long.
    pub p50: f64,
    /// 99 of 100.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct PinsReport {
    /// `"pins"`.
    pub bench: &'static str,
    /// Buildings in the city.
    pub buildings: usize,
    /// Pins at the end.
    pub pins: usize,
    /// New pins a second that were asked for.
    pub rate: u32,
    /// From a snapshot with all pins to the first marks, milliseconds.
    pub snapshot_ms: f64,
    /// Processor time of whole frames of the pins for each new pin: index, choice of marks, sprites.
    pub micros_per_new_pin: f64,
    /// The part of it that grows with the number of news: the frame less one in which only the choice is made anew.
    pub micros_per_new_pin_indexed: f64,
    /// Folding a new incident into the hall, for comparison.
    pub micros_per_fact: f64,
    /// How often all pins were indexed anew while news came: 0.
    pub rebuilds: u32,
    /// Frames in which the camera moves and nothing is new.
    pub moving_frame: Micros,
    /// Marks on screen in the last of them.
    pub marks: usize,
    /// What is under the pointer: marks, then buildings. Each ray is cast three times and the quickest counts, since the
    /// machine may be busy with something else.
    pub pick: Micros,
    /// The part of the buildings.
    pub pick_building: Micros,
    /// How many of the rays met a building, and how many a pin.
    pub hits: [u32; 2],
    /// Indexing the buildings for that, once, beside the screen, milliseconds.
    pub pick_index_ms: f64,
}

const SIZE: Vec2 = Vec2::new(1920.0, 1080.0);
/// Frames in which only the camera moves.
const MOVING: u32 = 600;
/// Poses that rays are cast from.
const POSES: u32 = 20;

/// Measure.
///
/// # Errors
/// Where the pack cannot be opened.
pub fn pins(options: &PinsOptions) -> anyhow::Result<PinsReport> {
    let city = Arc::new(City::open(&options.city)?);
    let started = Instant::now();
    city.prepare_lookups();
    let pick_index_ms = started.elapsed().as_secs_f64() * 1e3;
    let mut bench = Bench::new(&city);
    let news = (options.rate * options.seconds) as usize;
    let facts = reports(city.frame(), bench.middle, options.pins + news);
    let (before, after) = facts.split_at(options.pins.min(facts.len()));

    // A snapshot.
    for fact in before {
        bench.app.world_mut().resource_mut::<Shown>().hall.apply(fact);
    }
    bench.app.world_mut().resource_mut::<Changes>().anew = true;
    let snapshot_ms = bench.frame() / 1e3;
    let rebuilds = bench.rebuilds();

    // Frames in which the choice is made anew because the camera moved.
    let mut moving = Vec::new();
    let cpu = cpu_millis();
    for step in 0..MOVING {
        bench.look(f64::from(step));
        moving.push(bench.frame());
    }
    let still_us = (cpu_millis() - cpu) * 1e3 / f64::from(MOVING);

    // News.
    bench.look(0.0);
    bench.frame();
    let (mut facts_us, mut frames) = (0.0, 0.0);
    let cpu = cpu_millis();
    for batch in after.chunks((options.rate as usize / 60).max(1)) {
        let started = Instant::now();
        let mut shown = bench.app.world_mut().resource_mut::<Shown>();
        for fact in batch {
            shown.hall.apply(fact);
        }
        facts_us += started.elapsed().as_secs_f64() * 1e6;
        let mut changes = bench.app.world_mut().resource_mut::<Changes>();
        for fact in batch {
            changes.note(fact);
        }
        bench.frame();
        frames += 1.0;
    }
    let frames_us = (cpu_millis() - cpu) * 1e3 - facts_us;
    #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
    let new = after.len().max(1) as f64;
    let rebuilds = bench.rebuilds() - rebuilds;
    let marks = bench.app.world().resource::<PinsOnScreen>().marks.len();
    let (pick, pick_building, hits) = bench.pick(&city, options.rays);
    Ok(PinsReport {
        bench: "pins",
        buildings: city.buildings().len(),
        pins: bench.app.world().resource::<Pins>().pyramid.len(),
        rate: options.rate,
        snapshot_ms,
        micros_per_new_pin: frames_us / new,
        micros_per_new_pin_indexed: (frames_us - still_us * frames).max(0.0) / new,
        micros_per_fact: facts_us / new,
        rebuilds,
        moving_frame: micros(moving),
        marks,
        pick,
        pick_building,
        hits,
        pick_index_ms,
    })
}

struct Bench {
    app: App,
    middle: [f64; 2],
    reach: f64,
}

impl Bench {
    fn new(city: &Arc<City>) -> Self {
        let bounds = city.bounds();
        let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
        let reach = (bounds.max[0] - bounds.min[0]).max(bounds.max[1] - bounds.min[1]) / 2.0;
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, sets::plugin, PinsPlugin))
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(16)))
            .insert_resource(Ground(Arc::clone(city)))
            .insert_resource(ScreenKind::Desk)
            .init_resource::<Shown>();
        let mut bench = Self { app, middle, reach };
        bench.look(0.0);
        bench.frame();
        bench
    }

    /// Look from the step of an orbit that comes nearer and goes away again.
    fn look(&mut self, step: f64) {
        let distance = self.reach * (0.9 + 0.8 * (step * 0.05).sin());
        let pose = Pose { target: self.middle, distance, heading: step * 1.5 % 360.0, tilt: 52.0 };
        self.look_from(pose);
    }

    fn look_from(&mut self, pose: Pose) {
        let (clip_from_world, world_from_view) = Lens::new(pose, 0.0, SIZE, None).f32();
        self.app.world_mut().insert_resource(CityView { pose, clip_from_world, world_from_view, size: SIZE });
    }

    /// One frame of the pins, microseconds.
    fn frame(&mut self) -> f64 {
        let started = Instant::now();
        self.app.update();
        let took = started.elapsed().as_secs_f64() * 1e6;
        *self.app.world_mut().resource_mut::<Changes>() = Changes::default();
        took
    }

    fn rebuilds(&self) -> u32 {
        self.app.world().resource::<Pins>().rebuilds()
    }

    /// Rays through random points of the screen from poses all over the city.
    fn pick(&mut self, city: &City, rays: u32) -> (Micros, Micros, [u32; 2]) {
        let mut random = Random(7);
        let (mut all, mut buildings, mut hits) = (Vec::new(), Vec::new(), [0, 0]);
        for _ in 0..POSES {
            let span = self.reach * 1.2;
            let target = self.middle.map(|at| at + (random.share() - 0.5) * span);
            let distance = 250.0 * (self.reach * 1.5 / 250.0).max(1.0).powf(random.share());
            let pose = Pose { target, distance, heading: random.share() * 360.0, tilt: random.share() * 80.0 };
            self.look_from(pose);
            self.frame();
            let world = self.app.world();
            let (view, marks) = (world.resource::<CityView>(), &world.resource::<PinsOnScreen>().marks);
            for _ in 0..rays.div_ceil(POSES) {
                #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
                let at = Vec2::new(random.share() as f32, random.share() as f32) * SIZE;
                let mut quickest = (f64::INFINITY, f64::INFINITY);
                let mut found = picking::Under::Nothing;
                for _ in 0..3 {
                    let (under, took) = look(marks, at, view, city);
                    found = under;
                    quickest = (quickest.0.min(took.0), quickest.1.min(took.1));
                }
                all.push(quickest.0);
                buildings.push(quickest.1);
                match found {
                    picking::Under::Building(_) => hits[0] += 1,
                    picking::Under::Pin(_) | picking::Under::Cluster(_) => hits[1] += 1,
                    _ => {}
                }
            }
        }
        (micros(all), micros(buildings), hits)
    }
}

/// New open incidents around a middle, one a second, in the uneven crowds of a city.
pub(super) fn reports(frame: &LocalFrame, middle: [f64; 2], n: usize) -> Vec<Fact> {
    let fact = |(id, (_, pin)): (u64, (IncidentId, pins::pyramid::Pin))| {
        let at = Moment(i64::try_from(id).unwrap_or(i64::MAX / 1_000) * 1_000);
        let incident = Incident {
            id: IncidentId(id),
            source: "bench".into(),
            source_id: id.to_string(),
            kind: "10101".into(),
            grade: pin.grade,
            place: Place { at: Some(frame.lonlat_from_metres(pin.at)), address: String::new() },
            stage: Stage::Reported,
            text: String::new(),
            happened_at: at,
            known_at: at,
            changed_at: at,
        };
        let (by, what) = (Actor::Source("bench".into()), What::IncidentReported(Box::new(incident)));
        Fact { seq: Seq(id), happened_at: at, known_at: at, by, what }
    };
    (1..).zip(pins::model::crowd(n, 1, middle)).map(fact).collect()
}

/// What is under a point, and how long that took: all of it, and the part of the buildings, microseconds.
fn look(marks: &[pins::mark::Mark], at: Vec2, view: &CityView, city: &City) -> (picking::Under, (f64, f64)) {
    let started = Instant::now();
    let mut building_us = 0.0;
    let building = || {
        let started = Instant::now();
        let (eye, direction) = view.ray(at);
        let found = city.pick_building(eye, direction).map(|(b, _)| picking::Under::Building(b));
        building_us = started.elapsed().as_secs_f64() * 1e6;
        found
    };
    let found = picking::under(marks, at, || None, || None, || None, building);
    (found, (started.elapsed().as_secs_f64() * 1e6, building_us))
}

/// `SplitMix64`: always the same numbers.
struct Random(u64);

impl Random {
    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        #[expect(clippy::cast_precision_loss, reason = "53 bits of it are taken")]
        let share = ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }
}

pub(super) fn micros(mut took: Vec<f64>) -> Micros {
    took.sort_by(f64::total_cmp);
    let at = |hundredths: usize| took.get(took.len() * hundredths / 100).or(took.last()).copied().unwrap_or(0.0);
    Micros { p50: at(50), p99: at(99), max: took.last().copied().unwrap_or(0.0) }
}
