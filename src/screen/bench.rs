//! Measures the twin without a window on a fixed orbit, every frame forced to finish.
//!
//! The orbit is the one that other engines are measured on: the middle of the city from 60 degrees, as far away as
//! zoom 13.5 of a web map with tiles of 512 pixels, and a field of view that shows a picture's height from one and a
//! half of it. `bare` draws buildings alone, as they do.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use bevy::time::TimeUpdateStrategy;
use serde::Serialize;

use super::app::ScreenOptions;
use super::offscreen::{Offscreen, look_for_adapter};
use super::shown::{Ground, Picked, Pose, ScreenKind, Shown, Target};
use super::twin::quality::Quality;
use super::twin::rig::Rig;
use super::twin::{Pending, TwinStyle};
use super::{pins, units};
use crate::domain::{Actor, Answers, Grade, Hall, IncidentId, LonLat, Moment, Order, Place, Progress, Weather};
use crate::ground::City;
use crate::link::{Link, LinkState, News};

/// What to measure.
#[derive(Debug, Clone)]
pub struct BenchOptions {
    /// Folder of the city pack.
    pub city: PathBuf,
    /// Pixels of the picture.
    pub size: [u32; 2],
    /// Frames to measure.
    pub frames: u32,
    /// Pins on the city.
    pub pins: usize,
    /// Crews that drive in the city; they are drawn where it is not `bare`.
    pub crews: u32,
    /// Buildings alone, beside what pins there are: no flat shapes, sky or panels.
    pub bare: bool,
    /// How much is drawn.
    pub quality: Quality,
    /// The whole twin and its pins, but no panels, names or crews.
    pub no_panels: bool,
    /// Minutes from midnight, for the light.
    pub time_of_day: u16,
    /// The weather in the picture.
    pub weather: Weather,
    /// Also write the first full frame, at which its clock stops, as a PNG.
    pub picture: Option<PathBuf>,
}

/// Percentiles in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Percentiles {
    /// Half of the frames took at most this long.
    pub p50: f64,
    /// 95 of 100 frames.
    pub p95: f64,
    /// 99 of 100 frames.
    pub p99: f64,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// `"twin"`.
    pub bench: &'static str,
    /// The graphics adapter.
    pub adapter: String,
    /// Pixels of the picture.
    pub size: [u32; 2],
    /// Buildings alone.
    pub bare: bool,
    /// The tier of quality.
    pub quality: &'static str,
    /// With panels and names over the city.
    pub panels: bool,
    /// Buildings in the city.
    pub buildings: usize,
    /// Pins on the city.
    pub pins: usize,
    /// Crews driving in the city.
    pub crews: u32,
    /// Frames measured.
    pub frames: u32,
    /// Opening and checking the pack, milliseconds.
    pub pack_open_ms: f64,
    /// From before opening the pack to the first full frame, milliseconds: adapter, shaders and upload included.
    pub first_frame_ms: f64,
    /// Wall time of a frame.
    pub frame_ms: Percentiles,
    /// Processor time of the whole process in a frame, user and system, milliseconds.
    pub cpu_ms_per_frame: f64,
    /// Bytes of the city's buildings on the adapter at the end, megabytes.
    pub resident_mb: f64,
    /// Proportional set size of the process at the end, megabytes.
    pub pss_mb: f64,
}

/// Frames drawn before measuring begins.
const WARM_UP: u32 = 5;
/// Midnight by UTC of the day that is drawn, 18 June 2026: light is the same in every run.
pub(super) const NOW: Moment = Moment(1_781_740_800_000);
/// Steps of a whole turn.
const STEPS: f64 = 24.0;

/// Measure.
///
/// # Errors
/// Where the pack cannot be opened, there is no graphics adapter, or the picture cannot be written.
pub fn twin(options: &BenchOptions) -> anyhow::Result<Report> {
    let start = Instant::now();
    look_for_adapter();
    let city = Arc::new(City::open(&options.city)?);
    let pack_open_ms = millis(start);
    let buildings = city.buildings().len();
    let orbit = Orbit::of(&city, options.size);
    let screen = ScreenOptions {
        kind: ScreenKind::Desk,
        size: options.size,
        time_of_day: Some(options.time_of_day),
        weather: Some(options.weather),
        quality: options.quality,
        fixed_now: Some(NOW),
        city_alone: options.bare || options.no_panels,
        ..ScreenOptions::default()
    };
    let (link, hub) = Link::by_hand();
    if !options.bare {
        hub.tell(News::Snapshot(Box::new(busy_hall(&city))));
        hub.tell(News::State(LinkState::Live));
    }
    let mut screen = Offscreen::new(&screen, link, city)?;
    let world = screen.world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(std::time::Duration::from_millis(16)));
    world.insert_resource(TwinStyle {
        bare: options.bare,
        samples: Some(1),
        upload_bytes: usize::MAX,
        ..TwinStyle::default()
    });
    let (pins, crews) = (options.pins, if options.bare { 0 } else { options.crews });
    // As at work: an incident is chosen, so the card stands beside the queue.
    let chosen = (!options.bare).then_some(Target::Incident(IncidentId(1)));
    world.insert_resource(Picked { selected: chosen, ..Picked::default() });
    world.resource_mut::<Rig>().jump(orbit.at(0));
    // With panels the first frame lays them out and draws nothing.
    let panels = !options.bare && !options.no_panels;
    for _ in 0..if panels { 2 } else { 1 } {
        screen.frame();
    }
    while screen.world_mut().resource::<Pending>().count() > 0 {
        screen.frame();
    }
    let first_frame_ms = millis(start);
    if let Some(path) = &options.picture {
        screen.read()?.save(path)?;
    }
    if pins > 0 {
        pins::bench_fill(screen.world_mut(), pins, 1);
    }
    let mut frame = |step: u32| {
        let world = screen.world_mut();
        world.resource_mut::<Rig>().jump(orbit.at(step));
        // Positions come twenty times a second, three frames apart.
        if crews > 0 && step.is_multiple_of(3) {
            let city = Arc::clone(&world.resource::<Ground>().0);
            let mut shown = world.resource_mut::<Shown>();
            for position in units::bench_crews(&city, crews, f64::from(step) * 0.016) {
                shown.crews.insert(position.crew, position);
            }
        }
        let start = Instant::now();
        screen.frame();
        millis(start)
    };
    for step in 0..WARM_UP {
        frame(step);
    }
    let cpu = cpu_millis();
    let mut times: Vec<f64> = (0..options.frames).map(|i| frame(WARM_UP + i)).collect();
    let cpu_ms_per_frame = (cpu_millis() - cpu) / f64::from(options.frames.max(1));
    times.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    let resident = screen.world_mut().resource::<Pending>().bytes() as f64 / f64::from(1 << 20);
    Ok(Report {
        bench: "twin",
        adapter: screen.adapter(),
        size: options.size,
        bare: options.bare,
        quality: options.quality.word(),
        panels,
        buildings,
        pins,
        crews,
        frames: options.frames,
        pack_open_ms,
        first_frame_ms,
        frame_ms: Percentiles { p50: at(&times, 0.50), p95: at(&times, 0.95), p99: at(&times, 0.99) },
        cpu_ms_per_frame,
        resident_mb: resident,
        pss_mb: pss_mb(),
    })
}

/// A hall at work: open incidents of all grades all over the city.
fn busy_hall(city: &City) -> Hall {
    const OPEN: u32 = 120;
    let (mut hall, by) = (Hall::default(), Actor::Source("bench".to_owned()));
    let bounds = city.bounds();
    let streets: Vec<&str> =
        city.ways().iter().map(|way| city.name(way.name)).filter(|name| !name.is_empty()).take(500).collect();
    for n in 0..OPEN {
        let street = streets.get(n as usize % streets.len().max(1)).copied().unwrap_or_default();
        let along = |axis: usize, step: f64| {
            let of = |corner: &[f64; 2]| corner.get(axis).copied().unwrap_or_default();
            of(&bounds.min) + (of(&bounds.max) - of(&bounds.min)) * (f64::from(n) * step).fract()
        };
        let at = city.frame().lonlat_from_metres([along(0, 0.618), along(1, 0.755)]);
        let report = crate::domain::Report {
            source: "bench".to_owned(),
            source_id: n.to_string(),
            kind: ["30212", "20406", "20501", "10118"].get(n as usize % 4).copied().unwrap_or_default().to_owned(),
            grade: Grade::ALL.into_iter().nth((n % 16).count_ones() as usize).unwrap_or(Grade::IV),
            place: Place { at: LonLat::new(at.lon, at.lat), address: format!("{street}{n}") },
            text: street.to_owned(),
            happened_at: NOW.plus_millis(-60_000 * i64::from(n)),
            progress: Progress::Open,
            answers: Answers::new(),
        };
        for fact in hall.decide(Order::TakeReport(report), &by, NOW).unwrap_or_default() {
            hall.apply(&fact);
        }
    }
    hall
}

pub(super) struct Orbit {
    middle: [f64; 2],
    distance: f64,
}

impl Orbit {
    pub(super) fn of(city: &City, size: [u32; 2]) -> Self {
        let bounds = city.bounds();
        let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
        let lat = city.frame().lonlat_from_metres(middle).lat;
        let metres_per_pixel = 40_075_016.68 * lat.to_radians().cos() / (512.0 * 13.5_f64.exp2());
        Self { middle, distance: 1.5 * f64::from(size[1]) * metres_per_pixel }
    }

    pub(super) fn at(&self, step: u32) -> Pose {
        let heading = f64::from(step) * 360.0 / STEPS;
        Pose { target: self.middle, distance: self.distance, heading, tilt: 60.0 }
    }
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "few frames")]
fn at(sorted: &[f64], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).or(sorted.last()).copied().unwrap_or(0.0)
}

/// Processor time of this process so far, user and system, in milliseconds; 0 where there is no `/proc`.
pub(super) fn cpu_millis() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold spaces; fields are counted after its closing bracket. A tick is 10 ms on every
    // Linux that lets programs ask.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

fn pss_mb() -> f64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}
