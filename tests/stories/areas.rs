//! Into areas and out of them by key, without a window and without a graphics adapter.

use std::sync::Arc;

use bevy::ecs::message::Messages;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy::window::WindowEvent;
use command_hall::ground::{City, demo, pack};
use command_hall::screen::areas::{AreasOnScreen, AreasPlugin, Drill, DrillOut, DrillTo};
use command_hall::screen::shown::{CityView, FlyTo, Ground, Pose, Shown};
use command_hall::screen::{input, sets};

const DISTRICT: u32 = 6;
const STREET: u32 = 8;

struct Map {
    app: App,
    city: Arc<City>,
    _pack: tempfile::TempDir,
}

impl Map {
    fn new() -> Self {
        let pack = tempfile::tempdir().expect("a folder for the city");
        let dir = pack.path().join("city");
        pack::writer::write(&demo::generate(1, 60), &dir, "").expect("the city can be written");
        let city = Arc::new(City::open(&dir).expect("the city can be opened"));
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, sets::plugin, input::plugin, AreasPlugin))
            .insert_resource(Ground(Arc::clone(&city)))
            .init_resource::<Shown>();
        Self { app, city, _pack: pack }
    }

    /// The first area of a level, and a place in it.
    fn area(&self, level: u32) -> (u32, [f64; 2]) {
        let areas = (0..).zip(self.city.areas());
        let (number, area) = areas.into_iter().find(|(_, area)| area.level == level).expect("one of that level");
        (number, area.label.map(f64::from))
    }

    /// Look at a place; areas of a level are outlined.
    fn look_at(&mut self, target: [f64; 2], level: u32) {
        let pose = Pose { target, distance: 3_000.0, heading: 0.0, tilt: 0.0 };
        let (clip_from_world, world_from_view) = (Mat4::IDENTITY, Mat4::IDENTITY);
        let view = CityView { pose, clip_from_world, world_from_view, size: Vec2::new(1280.0, 720.0) };
        self.app.insert_resource(view);
        self.app.world_mut().resource_mut::<AreasOnScreen>().level = Some(level);
        self.app.update();
    }

    /// Press a key; where the camera was sent.
    fn press(&mut self, key_code: KeyCode) -> Option<FlyTo> {
        self.app.world_mut().resource_mut::<Messages<FlyTo>>().clear();
        let window = Entity::PLACEHOLDER;
        let logical_key = Key::Character("z".into());
        let key =
            KeyboardInput { key_code, logical_key, state: ButtonState::Pressed, text: None, repeat: false, window };
        self.app.world_mut().write_message(WindowEvent::from(key));
        self.app.update();
        self.app.world_mut().resource_mut::<Messages<FlyTo>>().drain().last()
    }

    fn drilled(&self) -> Option<u32> {
        self.app.world().resource::<Drill>().area
    }
}

#[test]
fn z_goes_into_the_area_in_the_middle_and_backspace_or_esc_out_again() {
    let mut map = Map::new();
    let (street, at) = map.area(STREET);
    let district = map.city.areas()[street as usize].parent;
    map.look_at(at, DISTRICT);
    let flight = map.press(KeyCode::KeyZ).expect("the camera goes there");
    assert_eq!(map.drilled(), Some(district));
    assert!(flight.distance.is_some_and(|distance| distance > 180.0));
    map.look_at(at, STREET);
    map.press(KeyCode::KeyZ).expect("the camera goes there");
    assert_eq!(map.drilled(), Some(street));
    map.press(KeyCode::Backspace).expect("the camera draws back");
    assert_eq!(map.drilled(), Some(district));
    map.app.world_mut().write_message(DrillTo(Some(street)));
    map.app.update();
    assert_eq!(map.drilled(), Some(street));
    map.app.world_mut().write_message(DrillOut);
    map.app.update();
    assert_eq!(map.drilled(), Some(district), "an Esc that nobody took does the same");
}

#[test]
fn home_leaves_the_area_and_the_camera_to_its_own_flight() {
    for key in [KeyCode::Home, KeyCode::Digit0, KeyCode::Numpad0] {
        let mut map = Map::new();
        let (street, at) = map.area(STREET);
        map.look_at(at, STREET);
        map.app.world_mut().write_message(DrillTo(Some(street)));
        map.app.update();
        assert_eq!(map.drilled(), Some(street));
        let flight = map.press(key);
        assert_eq!(map.drilled(), None, "{key:?}");
        assert!(flight.is_none(), "the camera flies home by itself: {flight:?}");
    }
}

#[test]
fn who_flies_far_away_from_an_area_has_left_it() {
    let mut map = Map::new();
    let (street, at) = map.area(STREET);
    map.look_at(at, STREET);
    map.app.world_mut().write_message(DrillTo(Some(street)));
    map.app.update();
    map.look_at(at, STREET);
    assert_eq!(map.drilled(), Some(street));
    map.look_at([at[0] + 90_000.0, at[1]], STREET);
    assert_eq!(map.drilled(), None);
}
