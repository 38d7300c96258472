//! From a fact to a mark on the map and a click on it, without a window and without a graphics adapter.

use std::sync::Arc;
use std::time::Duration;

use bevy::ecs::message::Messages;
use bevy::input::ButtonState;
use bevy::input::mouse::MouseButtonInput;
use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use bevy::window::{CursorMoved, PrimaryWindow, RequestRedraw, WindowEvent};

use command_hall::domain::{
    Actor, CrewId, CrewKind, CrewPosition, CrewStatus, Grade, IncidentId, Moment, Order, Place, Progress, Report,
};
use command_hall::ground::{City, demo, pack};
use command_hall::screen::labels::LabelsOnScreen;
use command_hall::screen::picking::PickingPlugin;
use command_hall::screen::pins::sprite::{Sprites, shape};
use command_hall::screen::pins::{PinsOnScreen, PinsPlugin};
use command_hall::screen::power::WakeAfter;
use command_hall::screen::shown::{
    Changes, CityView, FlyTo, FreeArea, Ground, Picked, Pose, SelectedAt, Shown, Target,
};
use command_hall::screen::units::UnitsPlugin;
use command_hall::screen::{input, sets};

const SIZE: Vec2 = Vec2::new(1280.0, 720.0);

/// A map with pins, driven by hand.
struct Map {
    app: App,
    window: Entity,
    _pack: tempfile::TempDir,
}

impl Map {
    fn new() -> Self {
        let pack = tempfile::tempdir().expect("a folder for the city");
        let dir = pack.path().join("city");
        pack::writer::write(&demo::generate(1, 60), &dir, "2026-11-21T00:00:00Z").expect("the city can be written");
        let city = Arc::new(City::open(&dir).expect("the city can be opened"));
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, sets::plugin, input::plugin, PinsPlugin, UnitsPlugin, PickingPlugin))
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_millis(50)))
            .insert_resource(Ground(city))
            .init_resource::<Shown>()
            .init_resource::<LabelsOnScreen>()
            .init_resource::<ButtonInput<MouseButton>>();
        let mut window = Window::default();
        window.resolution.set(SIZE.x, SIZE.y);
        let window = app.world_mut().spawn((window, PrimaryWindow)).id();
        let mut map = Self { app, window, _pack: pack };
        map.look_from(4_000.0);
        map.frame();
        map
    }

    /// Straight down on the middle of the frame from so many metres.
    fn look_from(&mut self, distance: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "some thousand metres")]
        let eye = Vec3::new(0.0, distance as f32, 0.0);
        let world_from_view = Transform::from_translation(eye).looking_at(Vec3::ZERO, Vec3::NEG_Z).to_matrix();
        let clip_from_view = Mat4::perspective_infinite_reverse_rh(0.65, SIZE.x / SIZE.y, 1.0);
        self.app.world_mut().insert_resource(CityView {
            pose: Pose { target: [0.0, 0.0], distance, heading: 0.0, tilt: 0.0 },
            clip_from_world: clip_from_view * world_from_view.inverse(),
            world_from_view,
            size: SIZE,
        });
    }

    /// How much time the next frames take.
    fn step(&mut self, step: Duration) {
        self.app.insert_resource(TimeUpdateStrategy::ManualDuration(step));
    }

    fn frame(&mut self) {
        self.app.world_mut().resource_mut::<Messages<RequestRedraw>>().clear();
        self.app.world_mut().resource_mut::<Messages<WakeAfter>>().clear();
        self.app.update();
        let world = self.app.world_mut();
        *world.resource_mut::<Changes>() = Changes::default();
        world.resource_mut::<ButtonInput<MouseButton>>().clear();
    }

    /// Whether the last frame asked for another, at once or later.
    fn asks_for_a_frame(&self) -> bool {
        let world = self.app.world();
        !world.resource::<Messages<RequestRedraw>>().is_empty() || !world.resource::<Messages<WakeAfter>>().is_empty()
    }

    fn order(&mut self, order: Order) -> IncidentId {
        let world = self.app.world_mut();
        let mut shown = world.resource_mut::<Shown>();
        let facts = shown.hall.decide(order, &Actor::Source("test".into()), Moment(1_000)).expect("a legal order");
        for fact in &facts {
            shown.hall.apply(fact);
        }
        let newest = shown.hall.incidents().next_back().expect("an incident").id;
        for fact in &facts {
            world.resource_mut::<Changes>().note(fact);
        }
        newest
    }

    fn report(&mut self, at: [f64; 2], grade: Grade) -> IncidentId {
        let frame = *self.app.world().resource::<Ground>().0.frame();
        let n = self.app.world().resource::<Shown>().hall.incidents().count();
        self.order(Order::TakeReport(Report {
            source: "test".into(),
            source_id: n.to_string(),
            kind: "10101".into(),
            grade,
            place: Place { at: Some(frame.lonlat_from_metres(at)), address: String::new() },
            text: String::new(),
            happened_at: Moment(0),
            progress: Progress::Open,
            answers: [].into(),
        }))
    }

    fn tell(&mut self, event: impl Into<WindowEvent>) {
        self.app.world_mut().write_message::<WindowEvent>(event.into());
    }

    fn point_at(&mut self, at: Option<Vec2>) {
        let window = self.window;
        if let Some(position) = at {
            self.tell(CursorMoved { window, position, delta: None });
        }
        if let Some(mut window) = self.app.world_mut().get_mut::<Window>(window) {
            window.set_cursor_position(at);
        }
    }

    fn button(&mut self, at: Vec2, state: ButtonState) {
        self.point_at(Some(at));
        let window = self.window;
        self.tell(MouseButtonInput { button: MouseButton::Left, state, window });
    }

    fn press(&mut self, at: Vec2) {
        self.button(at, ButtonState::Pressed);
        self.frame();
    }

    fn release(&mut self, at: Vec2) {
        self.button(at, ButtonState::Released);
        self.frame();
    }

    fn click(&mut self, at: Vec2) {
        self.press(at);
        self.release(at);
    }

    fn heads(&self) -> Vec<(u32, Vec2)> {
        self.app.world().resource::<PinsOnScreen>().marks.iter().map(|mark| (mark.count, mark.head)).collect()
    }

    fn selected(&self) -> Option<Target> {
        self.app.world().resource::<Picked>().selected
    }
}

#[test]
fn a_report_becomes_a_pin_that_rings_once_and_then_lets_the_screen_sleep() {
    let mut map = Map::new();
    map.report([100.0, 50.0], Grade::II);
    map.frame();
    assert_eq!(map.heads().len(), 1);
    assert!(map.asks_for_a_frame(), "it drops");
    for _ in 0..40 {
        map.frame();
    }
    assert!(!map.asks_for_a_frame(), "nothing moves any more");
    assert_eq!(map.app.world().resource::<Sprites>().pins.len(), 1);
}

#[test]
fn a_pin_that_comes_to_a_screen_that_rested_drops_and_rings_from_the_beginning() {
    let mut map = Map::new();
    map.report([-900.0, 50.0], Grade::IV);
    for _ in 0..40 {
        map.frame();
    }
    assert!(!map.asks_for_a_frame(), "it rests");
    // An hour without a frame; the next one brings the news.
    map.step(Duration::from_hours(1));
    map.report([900.0, 50.0], Grade::II);
    map.frame();
    map.step(Duration::from_millis(50));
    let motion =
        |map: &Map| map.app.world().resource::<Sprites>().pins.iter().map(|pin| pin.motion).collect::<Vec<_>>();
    assert!(motion(&map).iter().any(|[_, opacity, ..]| *opacity == 0), "it begins to drop: {:?}", motion(&map));
    let rings = |map: &Map| motion(map).iter().map(|[_, _, ring, _]| *ring).max().unwrap_or(0);
    let mut seen: Vec<u8> = Vec::new();
    for _ in 0..40 {
        map.frame();
        seen.push(rings(&map));
    }
    let ringing = seen.iter().filter(|ring| (1..250).contains(*ring)).count();
    assert!(ringing > 12, "it rings for more than half a second: {seen:?}");
    assert!(!map.asks_for_a_frame() && rings(&map) == 0, "and rests");
}

#[test]
fn what_was_clicked_does_not_stay_under_the_card_that_comes() {
    for (free_to, goes) in [(1_280.0, false), (700.0, true)] {
        let mut map = Map::new();
        map.report([500.0, 0.0], Grade::II);
        map.frame();
        let (_, head) = map.heads()[0];
        assert!(head.x > 720.0 && head.x < 1_270.0, "{head:?}");
        map.click(head);
        assert!(map.selected().is_some());
        // The card leaves this much of the city free.
        let free = Rect::new(0.0, 0.0, free_to, 720.0);
        map.app.world_mut().insert_resource(FreeArea(Some(free)));
        let mut flights = Vec::new();
        for _ in 0..12 {
            map.frame();
            flights.extend(map.app.world_mut().resource_mut::<Messages<FlyTo>>().drain());
        }
        assert_eq!(flights.len(), usize::from(goes), "{flights:?}");
        if let Some(flight) = flights.first() {
            assert!((flight.target[0] - 500.0).abs() < 1.0 && flight.distance.is_none(), "{flight:?}");
        }
    }
}

#[test]
fn a_closed_incident_fades_out() {
    let mut map = Map::new();
    let id = map.report([100.0, 50.0], Grade::II);
    for _ in 0..40 {
        map.frame();
    }
    map.order(Order::CloseIncident { incident: id, reason: "已排除".to_owned() });
    map.frame();
    assert!(map.heads().is_empty(), "it cannot be picked any more");
    assert_eq!(map.app.world().resource::<Sprites>().pins.len(), 1, "but is still to be seen");
    for _ in 0..20 {
        map.frame();
    }
    assert!(map.app.world().resource::<Sprites>().pins.is_empty());
    assert!(!map.asks_for_a_frame());
}

#[test]
fn a_click_on_a_pin_chooses_it() {
    let mut map = Map::new();
    let id = map.report([100.0, 50.0], Grade::I);
    map.frame();
    let (_, head) = map.heads()[0];
    map.click(head);
    assert_eq!(map.selected(), Some(Target::Incident(id)));
    map.frame();
    assert!(map.app.world().resource::<SelectedAt>().0.is_some_and(|at| at.distance(head) < 1.0));
}

#[test]
fn a_click_within_one_slow_frame_chooses_what_lay_under_it_and_not_where_the_pointer_went() {
    let mut map = Map::new();
    let id = map.report([0.0, 0.0], Grade::I);
    map.frame();
    let (_, head) = map.heads()[0];
    map.button(head, ButtonState::Pressed);
    map.button(head, ButtonState::Released);
    map.point_at(Some(head + Vec2::new(300.0, 0.0)));
    map.frame();
    assert_eq!(map.selected(), Some(Target::Incident(id)));
}

#[test]
fn a_drag_is_no_click() {
    let mut map = Map::new();
    map.report([0.0, 0.0], Grade::I);
    map.frame();
    let (_, head) = map.heads()[0];
    map.press(head + Vec2::new(60.0, 0.0));
    map.release(head);
    assert_eq!(map.selected(), None);
}

#[test]
fn the_pointer_over_a_pin_marks_it_and_costs_no_frames() {
    let mut map = Map::new();
    let id = map.report([0.0, 0.0], Grade::III);
    for _ in 0..40 {
        map.frame();
    }
    let (_, head) = map.heads()[0];
    map.point_at(Some(head));
    map.frame();
    assert_eq!(map.app.world().resource::<Picked>().hovered, Some(Target::Incident(id)));
    map.frame();
    assert!(!map.asks_for_a_frame());
    map.point_at(None);
    map.frame();
    assert_eq!(map.app.world().resource::<Picked>().hovered, None);
}

#[test]
fn a_click_on_a_cluster_flies_in() {
    let mut map = Map::new();
    map.look_from(60_000.0);
    for x in [-300.0, 0.0, 300.0] {
        map.report([x, 0.0], Grade::IV);
    }
    map.frame();
    let heads = map.heads();
    assert_eq!(heads.iter().map(|(count, _)| *count).collect::<Vec<_>>(), [3]);
    map.click(heads[0].1);
    assert_eq!(map.selected(), None);
    let flights = map.app.world().resource::<Messages<FlyTo>>();
    let mut cursor = flights.get_cursor();
    let flight = cursor.read(flights).next().expect("it flies");
    assert!(flight.distance.is_some_and(|distance| distance < 60_000.0));
    assert!(flight.target[0].hypot(flight.target[1]) < 20.0);
}

#[test]
fn a_snapshot_stands_at_once_and_a_later_one_replaces_it() {
    let mut map = Map::new();
    for x in 0..5 {
        map.report([f64::from(x) * 800.0 - 1_600.0, 0.0], Grade::III);
    }
    map.app.world_mut().resource_mut::<Changes>().anew = true;
    map.frame();
    assert_eq!(map.heads().iter().map(|(count, _)| count).sum::<u32>(), 5);
    assert!(!map.asks_for_a_frame(), "what was there before does not ring");
    map.app.world_mut().resource_mut::<Shown>().hall = command_hall::domain::Hall::default();
    map.app.world_mut().resource_mut::<Changes>().anew = true;
    map.frame();
    assert!(map.heads().is_empty());
}

#[test]
fn a_crew_glides_and_then_lets_the_screen_sleep() {
    let mut map = Map::new();
    let frame = *map.app.world().resource::<Ground>().0.frame();
    let hear = |map: &mut Map, east: f64, when: i64| {
        let at = frame.lonlat_from_metres([east, 0.0]);
        let crew = CrewPosition {
            crew: CrewId(7),
            at,
            when: Moment(when),
            kind: CrewKind::Patrol,
            status: CrewStatus::Free,
            incident: None,
        };
        map.app.world_mut().resource_mut::<Shown>().crews.insert(CrewId(7), crew);
        map.frame();
    };
    hear(&mut map, 0.0, 1_000);
    assert!(!map.asks_for_a_frame(), "a crew that was just found stands");
    hear(&mut map, 100.0, 2_000);
    assert!(map.asks_for_a_frame());
    for _ in 0..30 {
        map.frame();
    }
    assert!(!map.asks_for_a_frame());
    let sprites = map.app.world().resource::<Sprites>();
    let [trail, crew] = sprites.units.as_slice() else { panic!("{} sprites", sprites.units.len()) };
    assert_eq!((trail.look[0], crew.look[0]), (shape::TRAIL, shape::DART), "a patrol and the way it came");
    assert!((crew.at[0] - 100.0).abs() < 1.0);
}
