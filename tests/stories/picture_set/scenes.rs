//! What is in the eighteen pictures: one city, a calm and a terrible day, and crews in its streets.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use chrono::TimeZone;
use command_hall::domain::{
    Actor, CrewId, CrewKind, CrewPosition, CrewStatus, Grade, Hall, IncidentId, LonLat, Mode, Moment, Order, Place,
    Progress, Report, Sky, Stage, Weather,
};
use command_hall::ground::pack::model::CityModel;
use command_hall::ground::{City, demo, pack};
use command_hall::link::{Link, LinkState};
use command_hall::screen::ScreenOptions;
use command_hall::screen::appearance::Appearance;
use command_hall::screen::offscreen::{Offscreen, OffscreenError};
use command_hall::screen::receive::WallClock;
use command_hall::screen::sets::HallSet;
use command_hall::screen::shown::{Changes, Picked, Pose, ScreenKind, Shown, Target};
use command_hall::screen::tour::TourWish;
use command_hall::screen::twin::quality::Quality;
use command_hall::screen::twin::rig::Rig;
use command_hall::screen::twin::{Pending, TwinStyle};
use command_hall::screen::units::bench_crews;
use image::RgbaImage;

/// Frames of a picture, and how much of the screen's own time each takes: enough for names to fade in, pins to land
/// and crews to leave trails.
const FRAMES: u8 = 8;
const FRAME: std::time::Duration = std::time::Duration::from_millis(400);
/// Seconds that crews drive from one frame to the next.
const DRIVE_SECS: f64 = 3.0;

/// One of the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scene {
    pub(super) emergency: bool,
    pub(super) night: bool,
    pub(super) view: View,
}

/// From where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The view a screen begins with.
    Far,
    /// A few hundred metres from the tallest building.
    Near,
    /// Amid a street, with all that a graphics card is given to draw.
    Corner,
}

impl Scene {
    /// All of a screen, in the order they are drawn.
    pub(super) fn all(kind: ScreenKind) -> impl Iterator<Item = Self> {
        let scene = |i| {
            let view = if i & 1 != 0 { View::Near } else { View::Far };
            Self { emergency: i & 4 != 0, night: i & 2 != 0, view }
        };
        let corner = [false, true].map(|night| Self { emergency: false, night, view: View::Corner });
        (0..8).map(scene).chain(corner.into_iter().filter(move |_| kind == ScreenKind::Desk))
    }

    /// How much is drawn.
    fn quality(self) -> Quality {
        if self.view == View::Corner { Quality::Workstation } else { Quality::Software }
    }

    pub(super) fn name(self, kind: ScreenKind) -> String {
        let screen = if kind == ScreenKind::Wall { "wall" } else { "desk" };
        let day = if self.emergency { "emergency" } else { "calm" };
        let light = if self.night { "night" } else { "noon" };
        let view = match self.view {
            View::Far => "far",
            View::Near => "near",
            View::Corner => "corner",
        };
        format!("{screen}-{day}-{light}-{view}")
    }

    /// The same hour on clocks of every time zone.
    fn now(self) -> Moment {
        let hour = if self.night { 22 } else { 12 };
        Moment(chrono::Local.with_ymd_and_hms(2026, 5, 21, hour, 3, 0).unwrap().timestamp_millis())
    }
}

/// The city of the pictures, after `change`.
pub(super) fn city(change: impl FnOnce(&mut CityModel)) -> Arc<City> {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("city");
    let mut model = demo::generate(7, 6_000);
    change(&mut model);
    pack::writer::write(&model, &out, "").unwrap();
    let city = City::open(&out).unwrap();
    city.prepare_lookups();
    Arc::new(city)
}

/// A screen to make pictures with.
pub(super) struct Studio {
    screen: Offscreen,
    city: Arc<City>,
    /// The view a screen begins with.
    far: Pose,
    near: Pose,
    corner: Pose,
}

/// What the next frame is told, as by the link.
#[derive(Resource, Default)]
struct Told {
    hall: Option<Hall>,
    crews: Option<BTreeMap<CrewId, CrewPosition>>,
}

impl Studio {
    /// `near` is what cameras look at from near: east and north.
    pub(super) fn new(kind: ScreenKind, city: &Arc<City>, near: [f64; 2], alone: bool) -> Result<Self, OffscreenError> {
        let wall = kind == ScreenKind::Wall;
        let options = ScreenOptions {
            kind,
            size: if wall { [1920, 540] } else { [960, 540] },
            fixed_now: Some(Moment(0)),
            // As much on a small picture as panels allow.
            appearance: Appearance { zoom: if wall { 100 } else { 75 }, ..Appearance::default() },
            city_alone: alone,
            tour: TourWish::Off,
            ..ScreenOptions::default()
        };
        let mut screen = Offscreen::new(&options, Link::default(), Arc::clone(city))?;
        let world = screen.world_mut();
        world.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
        world.insert_resource(TwinStyle { samples: Some(1), upload_bytes: usize::MAX, ..TwinStyle::default() });
        world.init_resource::<Told>();
        world.resource_mut::<Schedules>().add_systems(Update, tell.in_set(HallSet::Apply));
        // The view follows what panels leave free, and nobody moves it yet.
        for _ in 0..FRAMES {
            screen.frame();
        }
        let far = screen.world_mut().resource::<Rig>().pose;
        let near = Pose { target: near, distance: 720.0, heading: 24.0, tilt: 63.0 };
        let corner = Pose { target: street(city, near.target), distance: 130.0, heading: 24.0, tilt: 79.0 };
        Ok(Self { screen, city: Arc::clone(city), far, near, corner })
    }

    /// The picture of a scene, with its crews or without them.
    pub(super) fn picture(&mut self, scene: Scene, crews: bool) -> RgbaImage {
        let now = scene.now();
        let hall = if scene.emergency { emergency(&self.city, self.near.target, now) } else { calm(&self.city, now) };
        let world = self.screen.world_mut();
        world.resource_mut::<WallClock>().fixed = Some(now);
        let selected = (scene.emergency && scene.view == View::Near).then_some(Target::Incident(IncidentId(1)));
        world.resource_mut::<Picked>().selected = selected;
        *world.resource_mut::<Quality>() = scene.quality();
        let pose = match scene.view {
            View::Far => self.far,
            View::Near => self.near,
            View::Corner => self.corner,
        };
        world.resource_mut::<Rig>().jump(pose);
        world.resource_mut::<Told>().hall = Some(hall);
        let mut frame = 0;
        while frame < FRAMES || self.screen.world_mut().resource::<Pending>().count() > 0 {
            let ago = f64::from(FRAMES.saturating_sub(frame + 1)) * DRIVE_SECS;
            let driven = if crews { drive(&self.city, &self.near, scene, now, ago) } else { BTreeMap::new() };
            self.screen.world_mut().resource_mut::<Told>().crews = Some(driven);
            self.screen.frame();
            frame += 1;
        }
        self.screen.read().unwrap()
    }
}

/// The place on a street that is nearest to another place.
fn street(city: &City, to: [f64; 2]) -> [f64; 2] {
    let places = bench_crews(city, 400, 0.0).into_iter().map(|crew| city.frame().metres_from_lonlat(crew.at));
    let away = |at: &[f64; 2]| (at[0] - to[0]).hypot(at[1] - to[1]);
    places.min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(to)
}

fn tell(mut told: ResMut<Told>, mut shown: ResMut<Shown>, mut changes: ResMut<Changes>) {
    if let Some(hall) = told.hall.take() {
        shown.hall = hall;
        shown.link = LinkState::Live;
        changes.anew = true;
    }
    if let Some(crews) = told.crews.take() {
        shown.crews = crews;
    }
}

/// Where the crews were so many seconds ago. In the emergency those around `near` are on their way to it.
fn drive(city: &City, near: &Pose, scene: Scene, now: Moment, ago: f64) -> BTreeMap<CrewId, CrewPosition> {
    let crews = bench_crews(city, if scene.emergency { 260 } else { 90 }, 100.0 - ago);
    #[expect(clippy::cast_possible_truncation, reason = "seconds")]
    let when = now.plus_millis(-(ago * 1000.0) as i64);
    let sent = |mut crew: CrewPosition| {
        let [east, north] = city.frame().metres_from_lonlat(crew.at);
        crew.when = when;
        if scene.emergency && (east - near.target[0]).hypot(north - near.target[1]) < 1_200.0 {
            let kinds = [CrewKind::Fire, CrewKind::Ambulance, CrewKind::Police, CrewKind::Fire];
            crew.kind = kinds[crew.crew.0 as usize % kinds.len()];
            crew.status = if crew.crew.0.is_multiple_of(3) { CrewStatus::OnScene } else { CrewStatus::EnRoute };
        }
        (crew.crew, crew)
    };
    crews.into_iter().map(sent).collect()
}

fn calm(city: &City, now: Moment) -> Hall {
    let mut hall = Hall::default();
    report(&mut hall, city, now, [-600.0, 700.0], ("22104", Grade::III, 64), "砻坊街", "井盖缺失，行人绕行。");
    report(&mut hall, city, now, [900.0, -300.0], ("20506", Grade::IV, 130), "人民公园东门", "乱停共享单车三十余辆。");
    report(&mut hall, city, now, [300.0, 1_200.0], ("10118", Grade::IV, 210), "文昌街道澄湖社区", "路灯不亮。");
    order(&mut hall, Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Handling }, now);
    for lesser in [2, 3] {
        let ago = now.plus_millis(-70 * 60_000);
        order(&mut hall, Order::AdvanceIncident { incident: IncidentId(lesser), stage: Stage::Dispatched }, ago);
    }
    weather(&mut hall, Weather { sky: Sky::Clear, temperature_dc: 214, wind_mps: 2, ..Weather::default() }, now);
    hall
}

fn emergency(city: &City, tower: [f64; 2], now: Moment) -> Hall {
    let mut hall = Hall::default();
    let around = |east: f64, north: f64| [tower[0] + east, tower[1] + north];
    let fire = "高层住宅十二楼起火，浓烟封住楼梯，楼上有人呼救，需要云梯车和增援。";
    report(&mut hall, city, now, tower, ("30201", Grade::I, 6), "江心大厦", fire);
    let blocked = "三车追尾堵住消防通道，两人被困。";
    report(&mut hall, city, now, around(140.0, 60.0), ("30207", Grade::II, 4), "滨江大道路口", blocked);
    let leak = "燃气管线被挖断，气味强烈，已拉警戒线。";
    report(&mut hall, city, now, around(-1_300.0, 500.0), ("30213", Grade::II, 21), "长江路", leak);
    for i in 0..5_u32 {
        let at = around(f64::from(i) * 420.0 - 900.0, 700.0 - f64::from(i * i) * 90.0);
        report(
            &mut hall,
            city,
            now,
            at,
            ("20406", Grade::III, 30 + i64::from(i) * 7),
            "低洼路段",
            "积水过膝，车辆熄火。",
        );
    }
    for i in 0..14_u32 {
        let at = around((f64::from(i) * 2.37).sin() * 2_400.0, (f64::from(i) * 1.61).cos() * 1_900.0);
        report(&mut hall, city, now, at, ("10118", Grade::IV, 90 + i64::from(i)), "文昌街道", "路灯不亮。");
    }
    order(&mut hall, Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Dispatched }, now);
    order(&mut hall, Order::AdvanceIncident { incident: IncidentId(3), stage: Stage::Handling }, now);
    for lamp in (9..=22).filter(|lamp| lamp % 5 != 0) {
        order(&mut hall, Order::AdvanceIncident { incident: IncidentId(lamp), stage: Stage::Dispatched }, now);
    }
    order(&mut hall, Order::SwitchMode { mode: Mode::Emergency }, now);
    let rain = Weather { sky: Sky::Rain, intensity: 3, temperature_dc: 187, wind_mps: 11, rain_mm_h: 420 };
    weather(&mut hall, rain, now);
    hall
}

/// Takes a report of a kind, with a grade, so many minutes ago.
fn report(
    hall: &mut Hall,
    city: &City,
    now: Moment,
    at: [f64; 2],
    (kind, grade, minutes): (&str, Grade, i64),
    address: &str,
    text: &str,
) {
    let LonLat { lon, lat } = city.frame().lonlat_from_metres(at);
    let report = Report {
        source: "12345".into(),
        source_id: format!("20260521{:06}", hall.upto().0),
        kind: kind.into(),
        grade,
        place: Place { at: LonLat::new(lon, lat), address: address.into() },
        text: text.into(),
        happened_at: now.plus_millis(-minutes * 60_000),
        progress: Progress::Open,
        answers: [].into(),
    };
    // Known when it happened: its timers have run since.
    let known_at = report.happened_at;
    order(hall, Order::TakeReport(report), known_at);
}

fn weather(hall: &mut Hall, weather: Weather, now: Moment) {
    order(hall, Order::TellWeather { weather }, now);
}

fn order(hall: &mut Hall, order: Order, now: Moment) {
    for fact in hall.decide(order, &Actor::Person("值班长".into()), now).unwrap() {
        assert!(hall.apply(&fact));
    }
}
