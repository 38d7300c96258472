//! Measures what a field over the city costs a frame: without it, while nothing of it changes, and while all its sensors
//! measure something else in every frame. No window, every frame forced to finish, on the orbit of [`super::bench`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::time::TimeUpdateStrategy;
use serde::Serialize;

use super::app::ScreenOptions;
use super::bench::{NOW, Orbit, cpu_millis};
use super::heat::Layers;
use super::heat::layer::Layer;
use super::heat::model::Field;
use super::offscreen::{Offscreen, look_for_adapter};
use super::shown::ScreenKind;
use super::twin::quality::Quality;
use super::twin::rig::Rig;
use super::twin::{Pending, TwinStyle};
use crate::domain::sensor::SensorRow;
use crate::domain::{LonLat, Reading, SensorId, SensorKind};
use crate::ground::City;
use crate::link::{Hand, Link, LinkState, News};

/// What to measure.
#[derive(Debug, Clone)]
pub struct HeatOptions {
    /// Folder of the city pack.
    pub city: PathBuf,
    /// Pixels of the picture.
    pub size: [u32; 2],
    /// Sensors all over the city.
    pub sources: u32,
    /// Frames of each kind to measure.
    pub frames: u32,
    /// Also write a picture with the field as a PNG.
    pub picture: Option<PathBuf>,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct HeatReport {
    /// `"heatmap"`.
    pub bench: &'static str,
    /// The graphics adapter.
    pub adapter: String,
    /// Pixels of the picture.
    pub size: [u32; 2],
    /// Sensors.
    pub sources: u32,
    /// Frames of each kind.
    pub frames: u32,
    /// From the first word of the sensors to the first picture with their field, milliseconds.
    pub first_ms: f64,
    /// Processor time of a frame without the field, milliseconds.
    pub base_cpu_ms: f64,
    /// What the field adds to it while nothing of it changes.
    pub still_added_cpu_ms: f64,
    /// What it adds while all sources change in every frame: their news, the grid, the picture, its way to the adapter.
    pub all_added_cpu_ms: f64,
    /// What the adapter itself needs for the city without the field, milliseconds of its own clock; none for a software
    /// adapter, whose work is processor time, nor for one without a clock.
    pub base_gpu_ms: Option<f64>,
    /// What the field adds to that while nothing of it changes.
    pub still_added_gpu_ms: Option<f64>,
    /// What it adds while all sources change in every frame; the picture's way to the adapter is not in it.
    pub all_added_gpu_ms: Option<f64>,
    /// Cells that were blurred in a frame in which nothing changed: 0.
    pub still_cells: u64,
    /// Cells that were blurred in a frame in which all changed.
    pub all_cells: u64,
}

/// Frames drawn before measuring begins.
const WARM_UP: u32 = 5;
/// The kind that is measured.
const KIND: SensorKind = SensorKind::Noise;

/// Measure.
///
/// # Errors
/// Where the pack cannot be opened, there is no graphics adapter, or the picture cannot be written.
pub fn heat(options: &HeatOptions) -> anyhow::Result<HeatReport> {
    look_for_adapter();
    let city = Arc::new(City::open(&options.city)?);
    let orbit = Orbit::of(&city, options.size);
    let rows = sensors(&city, options.sources);
    let screen = ScreenOptions {
        kind: ScreenKind::Desk,
        size: options.size,
        time_of_day: Some(14 * 60),
        quality: Quality::Software,
        fixed_now: Some(NOW),
        ..ScreenOptions::default()
    };
    let (link, hub) = Link::by_hand();
    hub.tell(News::Snapshot(Box::default()));
    hub.tell(News::State(LinkState::Live));
    let mut bench = Bench { screen: Offscreen::timed(&screen, link, city)?, hub, orbit, step: 0 };
    let world = bench.screen.world_mut();
    world.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(16)));
    world.insert_resource(TwinStyle { samples: Some(1), upload_bytes: usize::MAX, ..TwinStyle::default() });
    bench.frame();
    bench.frame();
    while bench.screen.world_mut().resource::<Pending>().count() > 0 {
        bench.frame();
    }
    let base = bench.measure(options.frames, |_, _| ());

    let started = Instant::now();
    bench.screen.world_mut().resource_mut::<Layers>().show(Layer::Sensors(KIND));
    bench.frame();
    bench.hub.tell(News::Sensors { anew: true, sensors: rows, gone: Vec::new(), left: 0, unread: false });
    bench.hub.tell(News::Readings(readings(options.sources, 0)));
    bench.frame();
    let first_ms = started.elapsed().as_secs_f64() * 1e3;
    let still = bench.measure(options.frames, |_, _| ());
    if let Some(path) = &options.picture {
        bench.screen.read()?.save(path)?;
    }
    let all = bench.measure(options.frames, |hub, step| hub.tell(News::Readings(readings(options.sources, step + 1))));
    let frames = options.frames.max(1);
    let added_gpu_ms = |of: &Measured| Some(of.gpu_ms? - base.gpu_ms?);
    Ok(HeatReport {
        bench: "heatmap",
        adapter: bench.screen.adapter(),
        size: options.size,
        sources: options.sources,
        frames,
        first_ms,
        base_cpu_ms: base.cpu_ms,
        still_added_cpu_ms: still.cpu_ms - base.cpu_ms,
        all_added_cpu_ms: all.cpu_ms - base.cpu_ms,
        base_gpu_ms: base.gpu_ms,
        still_added_gpu_ms: added_gpu_ms(&still),
        all_added_gpu_ms: added_gpu_ms(&all),
        still_cells: still.cells / u64::from(frames),
        all_cells: all.cells / u64::from(frames),
    })
}

/// What frames of one kind took.
struct Measured {
    /// Processor milliseconds of one.
    cpu_ms: f64,
    /// Milliseconds of the adapter's own clock, where it has one.
    gpu_ms: Option<f64>,
    /// Cells that were blurred in all.
    cells: u64,
}

struct Bench {
    screen: Offscreen,
    hub: Hand,
    orbit: Orbit,
    step: u32,
}

impl Bench {
    fn frame(&mut self) {
        let pose = self.orbit.at(self.step);
        self.screen.world_mut().resource_mut::<Rig>().jump(pose);
        self.screen.frame();
        self.step += 1;
    }

    /// Measure frames before each of which something is told.
    fn measure(&mut self, frames: u32, tell: impl Fn(&Hand, u32)) -> Measured {
        for step in 0..WARM_UP {
            tell(&self.hub, step);
            self.frame();
        }
        let worked = self.worked();
        let cpu = cpu_millis();
        let mut gpu_ms = Some(0.0);
        for step in 0..frames {
            tell(&self.hub, WARM_UP + step);
            self.frame();
            gpu_ms = gpu_ms.zip(self.screen.city_gpu_millis()).map(|(all, one)| all + one);
        }
        let count = f64::from(frames.max(1));
        Measured {
            cpu_ms: (cpu_millis() - cpu) / count,
            gpu_ms: gpu_ms.map(|all| all / count),
            cells: self.worked() - worked,
        }
    }

    /// Cells that were blurred so far.
    fn worked(&mut self) -> u64 {
        self.screen.world_mut().resource::<Layers>().field().map_or(0, Field::worked)
    }
}

/// Sensors all over a city, evenly and without a pattern.
fn sensors(city: &City, count: u32) -> Vec<SensorRow> {
    let bounds = city.bounds();
    let along = |low: f64, high: f64, n: u32, step: f64| low + (high - low) * (f64::from(n) * step).fract();
    let row = |n: u32| {
        let east = along(bounds.min[0], bounds.max[0], n, 0.754_877_666_2);
        let north = along(bounds.min[1], bounds.max[1], n, 0.569_840_290_9);
        let at = city.frame().lonlat_from_metres([east, north]);
        SensorRow {
            number: SensorId(n),
            id: format!("bench-{n}"),
            kind: KIND,
            unit: KIND.unit().to_owned(),
            at: LonLat::new(at.lon, at.lat),
            height_m: 4.0,
            fresh_secs: KIND.fresh_secs(),
            claimed: true,
        }
    };
    (0..count).map(row).collect()
}

/// A value of each, others at every step.
fn readings(count: u32, step: u32) -> Vec<Reading> {
    let value = |n: u32| 42.0 + 36.0 * (f64::from(n) * 0.000_37 + f64::from(step) * 0.31).sin().abs();
    (0..count).map(|n| Reading { sensor: SensorId(n), at: NOW.plus_millis(i64::from(step)), value: value(n) }).collect()
}
