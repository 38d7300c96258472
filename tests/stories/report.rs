//! From a report that somebody posts to a pin on a screen elsewhere: a real hub, its HTTP and WebSocket, the engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::time::TimeUpdateStrategy;
use command_hall::domain::Moment;
use command_hall::ground::{City, demo, pack};
use command_hall::link::{Link, LinkOptions, LinkState, SocketTransport};
use command_hall::screen::ScreenOptions;
use command_hall::screen::offscreen::{Offscreen, OffscreenError};
use command_hall::screen::pins::PinsOnScreen;
use command_hall::screen::pins::sprite::Sprites;
use command_hall::screen::shown::Shown;
use image::RgbaImage;
use serde_json::json;

use crate::kit::TestHub;

/// Longer than anything takes on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// A screen of a hub, without a window.
pub(super) struct Desk {
    pub(super) screen: Offscreen,
    pub(super) city: Arc<City>,
    _pack: tempfile::TempDir,
}

impl Desk {
    /// `None`, and a line that says so, where there is no adapter at all.
    pub(super) fn of(hub: &TestHub) -> Option<Self> {
        let pack = tempfile::tempdir().unwrap();
        let folder = pack.path().join("city");
        pack::writer::write(&demo::generate(7, 300), &folder, "2026-01-01").unwrap();
        let city = Arc::new(City::open(&folder).unwrap());
        let transport = SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap();
        let link = Link::connect(transport, LinkOptions::default()).unwrap();
        let options = ScreenOptions {
            size: [1280, 720],
            fixed_now: Some(Moment(1_700_000_000_000)),
            time_of_day: Some(22 * 60),
            ..ScreenOptions::default()
        };
        let mut screen = match Offscreen::new(&options, link, Arc::clone(&city)) {
            Ok(screen) => screen,
            Err(OffscreenError::NoAdapter) => {
                crate::kit::skipped("no graphics adapter, not even a software one");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        screen.world_mut().insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(100)));
        Some(Self { screen, city, _pack: pack })
    }

    /// Draw until something holds of this screen.
    pub(super) fn until(&mut self, what: &str, holds: impl Fn(&mut Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "never: {what}");
            self.screen.frame();
        }
    }

    fn pins(&mut self) -> usize {
        self.screen.world_mut().resource::<Sprites>().pins.len()
    }

    pub(super) fn picture(&mut self) -> RgbaImage {
        // What is on its way arrives.
        for _ in 0..20 {
            self.screen.frame();
        }
        self.screen.read().unwrap()
    }
}

/// Pixels of grade Ⅰ's red within so many points of a place.
fn red_near(picture: &RgbaImage, x: f32, y: f32) -> usize {
    let near = picture.enumerate_pixels().filter(|(px, py, _)| {
        #[expect(clippy::cast_precision_loss, reason = "a picture's sides")]
        let (dx, dy) = (*px as f32 - x, *py as f32 - y);
        dx.hypot(dy) < 24.0
    });
    near.filter(|(_, _, p)| p.0[0] > 190 && p.0[1] < 110 && p.0[2] < 120).count()
}

#[test]
fn a_report_posted_over_http_is_a_pin_on_a_connected_screen_until_it_is_closed() {
    let hub = TestHub::start();
    let Some(mut desk) = Desk::of(&hub) else { return };
    desk.until("live", |d| d.screen.world_mut().resource::<Shown>().link == LinkState::Live);
    assert_eq!(desk.pins(), 0);

    let bounds = desk.city.bounds();
    let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
    let at = desk.city.frame().lonlat_from_metres(middle);
    let report = |progress: &str| {
        json!({
            "source": "12345", "source_id": "A-1", "kind": "30212", "grade": "I", "progress": progress,
            "place": {"lon": at.lon, "lat": at.lat}, "text": "库区起火", "happened_at": "2023-11-15T06:13:20+08:00"
        })
    };
    assert_eq!(hub.post_report(report("open")).0, 200);
    desk.until("a pin", |d| d.pins() == 1);
    let with_pin = desk.picture();
    let heads = &desk.screen.world_mut().resource::<PinsOnScreen>().marks;
    let [mark] = heads.as_slice() else { panic!("{} pins on screen", heads.len()) };
    let (x, y) = (mark.head.x, mark.head.y);
    assert!(red_near(&with_pin, x, y) > 100, "{} red pixels at {x} {y}", red_near(&with_pin, x, y));

    assert_eq!(hub.post_report(report("closed")).0, 200);
    desk.until("no pin", |d| d.pins() == 0);
    let without = desk.picture();
    assert_eq!(red_near(&without, x, y), 0);
    assert_eq!(hub.get("/api/health").1["open_by_grade"], json!([0, 0, 0, 0]));
}
