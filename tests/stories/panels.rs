//! What wall and desk look like. Set `HALL_PICTURES` to a folder to keep the pictures.

use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};

use bevy::prelude::*;

use command_hall::domain::{
    Actor, Grade, Hall, IncidentId, LonLat, Mode, Moment, Order, Place, Progress, Report, Stage,
};
use command_hall::ground::City;
use command_hall::ground::{demo, pack};
use command_hall::link::{Link, LinkState};
use command_hall::screen::ScreenOptions;
use command_hall::screen::appearance::Appearance;
use command_hall::screen::look::theme::ThemeWish;
use command_hall::screen::offscreen::{Offscreen, OffscreenError};
use command_hall::screen::sets::HallSet;
use command_hall::screen::shown::{Changes, Picked, ScreenKind, Shown, Target};
use image::RgbaImage;

/// 2026-11-21 14:03 UTC.
pub(super) const NOW: Moment = Moment(1_795_269_780_000);

struct Scene {
    kind: ScreenKind,
    size: [u32; 2],
    locale: &'static str,
    hall: Hall,
    link: LinkState,
    selected: Option<Target>,
    appearance: Appearance,
}

impl Scene {
    fn new(kind: ScreenKind, hall: Hall) -> Self {
        Self {
            kind,
            size: [1920, 1080],
            locale: "zh-CN",
            hall,
            link: LinkState::Live,
            selected: None,
            appearance: Appearance::default(),
        }
    }

    /// The picture; `None`, said aloud, where there is no adapter to draw with.
    fn picture(self, name: &str) -> Option<RgbaImage> {
        let _one: MutexGuard<'_, ()> = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        rust_i18n::set_locale(self.locale);
        let options = ScreenOptions {
            kind: self.kind,
            size: self.size,
            fixed_now: Some(NOW),
            time_of_day: Some(1_300),
            appearance: self.appearance,
            ..Default::default()
        };
        let mut screen = match Offscreen::new(&options, Link::default(), city()) {
            Ok(screen) => screen,
            Err(OffscreenError::NoAdapter) => {
                crate::kit::skipped("no graphics adapter, not even a software one");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let world = screen.world_mut();
        world.resource_mut::<Picked>().selected = self.selected;
        let news = Some((self.hall, self.link));
        world.resource_mut::<Schedules>().add_systems(Update, tell(news).in_set(HallSet::Apply));
        for _ in 0..8 {
            screen.frame();
        }
        let picture = screen.read().expect("the picture can be read");
        if let Some(folder) = std::env::var_os("HALL_PICTURES") {
            let file = PathBuf::from(folder).join(format!("{name}.png"));
            picture.save(file).expect("the picture can be kept");
        }
        Some(picture)
    }
}

/// A system that shows a hall once, as the link would.
fn tell(mut news: Option<(Hall, LinkState)>) -> impl FnMut(ResMut<Shown>, ResMut<Changes>) {
    move |mut shown, mut changes| {
        if let Some((hall, link)) = news.take() {
            shown.hall = hall;
            shown.link = link;
            changes.anew = true;
        }
    }
}

/// The demo city, made once.
pub(super) fn city() -> Arc<City> {
    static CITY: OnceLock<Arc<City>> = OnceLock::new();
    let city = CITY.get_or_init(|| {
        if let Some(pack) = std::env::var_os("HALL_PICTURES_CITY") {
            return Arc::new(City::open(std::path::Path::new(&pack)).expect("the city opens"));
        }
        let dir = tempfile::tempdir().expect("a folder for the city");
        let out = dir.path().join("demo");
        pack::writer::write(&demo::generate(7, 8_000), &out, "").expect("the demo city can be written");
        Arc::new(City::open(&out).expect("the demo city opens"))
    });
    Arc::clone(city)
}

/// A hall that took `reports` of (kind, grade, minutes ago, address, text).
pub(super) fn hall(reports: &[(&str, Grade, i64, &str, &str)]) -> Hall {
    let mut hall = Hall::default();
    let by = Actor::Source("test".into());
    for (at, (kind, grade, minutes, address, text)) in reports.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few reports")]
        let step = at as f64;
        let metres = [(step * 2.37).sin() * 1_500.0, (step * 1.61).cos() * 1_100.0];
        let LonLat { lon, lat } = city().frame().lonlat_from_metres(metres);
        let report = Report {
            source: "12345".into(),
            source_id: format!("2026112100{at:04}"),
            kind: (*kind).into(),
            grade: *grade,
            place: Place { at: LonLat::new(lon, lat), address: (*address).into() },
            text: (*text).into(),
            happened_at: NOW.plus_millis(-minutes * 60_000),
            progress: Progress::Open,
            answers: [].into(),
        };
        order(&mut hall, Order::TakeReport(report), &by);
    }
    hall
}

fn order(hall: &mut Hall, order: Order, by: &Actor) {
    for fact in hall.decide(order, by, NOW).expect("the order is legal") {
        assert!(hall.apply(&fact));
    }
}

fn busy() -> Hall {
    let reports = [
        (
            "30212",
            Grade::I,
            4,
            "轩辕路18号化工园区三号库",
            "库区起火，有爆炸声，浓烟向东南扩散，已见多人跑出，需要大量增援。",
        ),
        ("30213", Grade::II, 11, "长江路与中山北路交叉口", "燃气管线被挖断，气味强烈，已拉警戒线。"),
        ("30207", Grade::II, 27, "滨江大道隧道西口", "多车追尾，两人被困，双向堵塞。"),
        ("20501", Grade::III, 55, "砻坊街菜市场", "占道经营，道路堵塞。"),
        ("22104", Grade::III, 64, "", "井盖缺失，行人绕行。"),
        ("20506", Grade::IV, 130, "人民公园东门", "乱停共享单车三十余辆。"),
        ("20301", Grade::IV, 1_700, "犇鑫大厦后巷", "夜间施工噪声扰民。"),
    ];
    let mut many: Vec<_> = reports.to_vec();
    for _ in 0..9 {
        many.push(("10118", Grade::IV, 210, "文昌街道澄湖社区五号楼北侧出入口非机动车道", "路灯不亮。"));
    }
    let mut hall = hall(&many);
    let by = Actor::Person("值班长".into());
    let move_to = |incident, stage| Order::AdvanceIncident { incident: IncidentId(incident), stage };
    order(&mut hall, move_to(2, Stage::Dispatched), &by);
    order(&mut hall, move_to(3, Stage::Handling), &by);
    order(&mut hall, move_to(4, Stage::Accepted), &by);
    order(&mut hall, Order::CloseIncident { incident: IncidentId(9), reason: "已修复".into() }, &by);
    order(&mut hall, Order::SwitchMode { mode: Mode::Emergency }, &by);
    hall
}

fn calm() -> Hall {
    hall(&[("20506", Grade::IV, 130, "人民公园东门", "乱停共享单车三十余辆。")])
}

/// A pixel that only the red of grade Ⅰ can be.
fn is_red(p: [u8; 4]) -> bool {
    p[0] > 200 && p[1] < 100 && p[2] < 110
}

fn at(picture: &RgbaImage, x: u32, y: u32) -> [u8; 4] {
    picture.get_pixel(x, y).0
}

#[test]
fn the_walls_frame_is_red_while_an_incident_of_grade_one_is_open() {
    let Some(picture) = Scene::new(ScreenKind::Wall, busy()).picture("wall-busy") else { return };
    for (x, y) in [(3, 3), (1916, 3), (3, 1072), (1916, 1072), (3, 540), (1916, 540)] {
        assert!(is_red(at(&picture, x, y)), "{x} {y}: {:?}", at(&picture, x, y));
    }
}

#[test]
fn a_calm_wall_has_no_red_pixel() {
    let Some(picture) = Scene::new(ScreenKind::Wall, calm()).picture("wall-calm") else { return };
    assert_eq!(picture.pixels().filter(|p| is_red(p.0)).count(), 0);
}

#[test]
fn a_wall_without_news_says_so_across_the_band() {
    let since = NOW.plus_millis(-4 * 60_000);
    let lost = |link| Scene { link, ..Scene::new(ScreenKind::Wall, calm()) };
    let Some(live) = lost(LinkState::Live).picture("wall-live") else { return };
    let Some(none) = lost(LinkState::Lost { since }).picture("wall-lost") else { return };
    let light = |p: &RgbaImage| p.enumerate_pixels().filter(|(_, y, p)| *y < 80 && p.0[0] > 100).count();
    assert!(light(&none) > 100 * 1000, "{}", light(&none));
    assert!(light(&live) < 30 * 1000, "{}", light(&live));
}

#[test]
fn without_news_the_alarm_hangs_below_the_band_that_says_so() {
    let since = NOW.plus_millis(-4 * 60_000);
    let wall = |link| Scene { link, ..Scene::new(ScreenKind::Wall, busy()) };
    let Some(live) = wall(LinkState::Live).picture("wall-alarm") else { return };
    let Some(lost) = wall(LinkState::Lost { since }).picture("wall-alarm-lost") else { return };
    // Red of the tab in the middle, below the frame: in the band while news come, under it while none do.
    let red = |picture: &RgbaImage, rows: std::ops::Range<u32>| {
        let middle = picture.enumerate_pixels().filter(|(x, y, _)| (760..1160).contains(x) && rows.contains(y));
        middle.filter(|(.., p)| is_red(p.0)).count()
    };
    let (band, below) = (20..80, 110..150);
    assert!(red(&live, band.clone()) > 2_000 && red(&live, below.clone()) == 0, "the tab hangs from the edge");
    assert!(red(&lost, band.clone()) == 0 && red(&lost, below) > 2_000, "the band is free for the state of the link");
    let light = lost.enumerate_pixels().filter(|(_, y, p)| band.contains(y) && p.0[0] > 100).count();
    assert!(light > 60 * 1000, "the band says that no news come: {light}");
    assert!(is_red(at(&lost, 3, 540)), "and the frame is red");
}

#[test]
fn wide_and_large_walls_show_the_same_in_their_size() {
    for (size, name) in [([3840, 1080], "wall-wide"), ([3840, 2160], "wall-large")] {
        let Some(picture) = (Scene { size, ..Scene::new(ScreenKind::Wall, busy()) }).picture(name) else { return };
        assert!(is_red(at(&picture, size[0] - 3, size[1] - 3)));
    }
    let english = Scene { locale: "en", ..Scene::new(ScreenKind::Wall, busy()) };
    let _ = english.picture("wall-en");
}

#[test]
fn the_desk_shows_its_panels_and_leaves_the_middle_to_the_city() {
    let selected = Some(Target::Incident(IncidentId(2)));
    for (locale, name) in [("zh-CN", "desk-busy"), ("en", "desk-en")] {
        let scene = Scene { locale, selected, ..Scene::new(ScreenKind::Desk, busy()) };
        let Some(picture) = scene.picture(name) else { return };
        let panel = [0x10, 0x18, 0x22];
        for (x, y) in [(6, 60), (1915, 1030), (960, 1072)] {
            assert_eq!(at(&picture, x, y)[..3], panel, "{x} {y}");
        }
        assert!(!picture.pixels().any(|p| p.0[..3] == [27, 27, 27]), "egui's own grey");
    }
    let _ = (Scene { size: [1280, 720], ..Scene::new(ScreenKind::Desk, Hall::default()) }).picture("desk-empty");
}

#[test]
fn the_light_theme_is_light_on_wall_and_desk_and_keeps_the_alarm_red() {
    let appearance = Appearance { theme: ThemeWish::Light, ..Appearance::default() };
    let selected = Some(Target::Incident(IncidentId(2)));
    let desk = Scene { selected, appearance, ..Scene::new(ScreenKind::Desk, busy()) };
    let Some(desk) = desk.picture("desk-light") else { return };
    for (x, y) in [(8, 60), (1910, 1030), (960, 1070)] {
        assert!(at(&desk, x, y)[..3].iter().all(|c| *c > 200), "{x} {y}: {:?}", at(&desk, x, y));
    }
    let wall = Scene { appearance, ..Scene::new(ScreenKind::Wall, busy()) };
    let Some(wall) = wall.picture("wall-light") else { return };
    assert!(at(&wall, 3, 540)[0] > 150 && at(&wall, 3, 540)[1] < 90, "{:?}", at(&wall, 3, 540));
    assert!(at(&wall, 600, 90)[..3].iter().all(|c| *c > 200), "{:?}", at(&wall, 600, 90));
}

#[test]
fn a_zoomed_desk_has_larger_panels_and_less_city() {
    let selected = Some(Target::Incident(IncidentId(2)));
    let free = |zoom: u16, locale: &'static str| {
        let appearance = Appearance { zoom, ..Appearance::default() };
        let scene = Scene { locale, selected, appearance, ..Scene::new(ScreenKind::Desk, busy()) };
        let picture = scene.picture(&format!("desk-{locale}-{zoom}"))?;
        let row = (0..1920).filter(|x| at(&picture, *x, 1000)[..3] != [0x10, 0x18, 0x22]);
        Some(row.count())
    };
    let Some(small) = free(75, "zh-CN") else { return };
    let (whole, large) = (free(100, "zh-CN").unwrap(), free(200, "en").unwrap());
    assert!(small > whole + 100 && whole > large + 100, "{small}, {whole}, {large} pixels of city in a row");
}
