//! The quickest way from an empty dialog to a filed case, key by key through the dialog's own systems.

use std::time::Duration;

use bevy::ecs::message::Messages;
use bevy::math::{Mat4, Rect as BevyRect, Vec2, Vec3};
use bevy::prelude::{App, Startup, Time, Transform, Update};
use bevy::time::Real;
use bevy_egui::{EguiContext, EguiPrimaryContextPass, EguiUserTextures, PrimaryEguiContext};
use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::tests::{city, press, with_places};
use super::{Intake, IntakePlugin};
use crate::config::Catalogue;
use crate::domain::initials::initials;
use crate::domain::{Actor, LonLat, Moment, Order, Stage};
use crate::link::{Hand, Link, LinkState};
use crate::screen::input::{Click, Clicks};
use crate::screen::look;
use crate::screen::names::Kinds;
use crate::screen::shown::{CityView, FlyTo, FreeArea, Ground, HubLink, Intent, Pose, ScreenKind, Shown};
use crate::screen::tools::UserFolder;

/// Seconds that an average typist takes for a key, by the keystroke-level model.
const KEY_SECS: f64 = 0.28;
/// Seconds that taking down a call may take at the keyboard.
const CALL_SECS: f64 = 15.0;
/// Most keys of the quickest way.
const KEYS_MOST: u32 = 50;
/// 自来水管破裂 by its initials: a burst main, of which three things are asked.
const KIND: (&str, &str, usize) = ("20402", "zl", 3);

/// The dialog at a desk without a window.
struct Desk {
    app: App,
    ctx: egui::Context,
    /// The other end of the dialog's link.
    _hand: Hand,
    /// Keys that were pressed so far, each that is held with another counted too.
    keys: u32,
}

impl Desk {
    fn new() -> Self {
        let (link, hand) = Link::by_hand();
        let mut app = App::new();
        app.add_plugins(IntakePlugin)
            .add_message::<Intent>()
            .add_message::<FlyTo>()
            .init_resource::<EguiUserTextures>()
            .init_resource::<Time<Real>>()
            .insert_resource(ScreenKind::Desk)
            .insert_resource(Shown { now: Moment(1_700_000_000_000), link: LinkState::Live, ..Shown::default() })
            .insert_resource(Ground(city()))
            .insert_resource(Kinds(Some(Catalogue::load(None).unwrap())))
            .insert_resource(HubLink(link))
            .insert_resource(FreeArea(Some(BevyRect::new(0.0, 0.0, 1_200.0, 900.0))))
            .insert_resource(view());
        let desk = app.world_mut().spawn((EguiContext::default(), PrimaryEguiContext)).id();
        let ctx = app.world_mut().get_mut::<EguiContext>(desk).unwrap().get_mut().clone();
        look::apply(&ctx);
        Self { app, ctx, _hand: hand, keys: 0 }
    }

    fn pass(&mut self, events: Vec<Event>) {
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1_200.0, 900.0)));
        let input = RawInput { events, screen_rect, ..RawInput::default() };
        let world = self.app.world_mut();
        let mut output = self.ctx.run_ui(input, |_| world.run_schedule(EguiPrimaryContextPass));
        output.textures_delta.clear();
    }

    /// What so many keys bring, and the frames that it takes to show.
    fn events(&mut self, keys: u32, events: Vec<Event>) {
        self.keys += keys;
        self.pass(events);
        self.pass(Vec::new());
        self.pass(Vec::new());
    }

    /// The order that the dialog sent.
    fn sent(&mut self) -> Option<Order> {
        self.app.world_mut().resource_mut::<Messages<Intent>>().drain().find_map(|intent| match intent {
            Intent::Order(order) => Some(order),
            _ => None,
        })
    }

    fn enter(&mut self) {
        self.events(1, press(Key::Enter, Modifiers::NONE));
    }

    fn with_ctrl(&mut self, key: Key) {
        self.events(2, press(key, Modifiers::COMMAND));
    }

    /// A key for each letter.
    fn write(&mut self, letters: &str) {
        for letter in letters.chars() {
            self.events(1, vec![Event::Text(letter.to_string())]);
        }
    }
}

#[test]
fn a_click_on_the_map_beside_an_address_that_was_typed_keeps_both() {
    let words = "behind the pump house";
    let mut desk = Desk::new();
    desk.with_ctrl(Key::N);
    desk.pass(Vec::new());
    desk.write("burst main");
    desk.enter();
    desk.write(words);
    let middle = Click { at: Vec2::new(600.0, 450.0), again: false };
    desk.app.world_mut().resource_mut::<Clicks>().all.push(middle);
    desk.app.world_mut().run_schedule(Update);
    desk.app.world_mut().resource_mut::<Clicks>().all.clear();
    // The click went on to the kind.
    desk.events(0, Vec::new());
    desk.write(KIND.1);
    desk.enter();
    desk.with_ctrl(Key::Enter);
    let order = desk.sent().expect("the call is sent");
    let Order::TakeCall(call) = &order else { panic!("another order: {order:?}") };
    assert_eq!((call.report.place.address.as_str(), call.report.kind.as_str()), (words, KIND.0));
    let [east, north] = city().frame().metres_from_lonlat(call.report.place.at.expect("a place"));
    assert!(east.hypot(north) < 30.0, "{east}, {north}: the middle of the view");
}

#[test]
fn what_is_typed_without_a_pause_is_kept_within_half_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let kept = || std::fs::read_to_string(folder.path().join("call-draft.toml")).unwrap_or_default();
    let mut desk = Desk::new();
    desk.app.insert_resource(UserFolder(Some(folder.path().to_owned())));
    desk.app.world_mut().run_schedule(Startup);
    let wait = |desk: &mut Desk| {
        let mut time = desk.app.world_mut().resource_mut::<Time<Real>>();
        time.update_with_duration(Duration::from_millis(300));
    };
    wait(&mut desk);
    desk.with_ctrl(Key::N);
    desk.pass(Vec::new());
    desk.write("a");
    for letter in ["b", "c"] {
        wait(&mut desk);
        assert!(!kept().contains("text = \"a"), "not at each key");
        desk.write(letter);
    }
    assert!(kept().contains("text = \"ab"), "nobody paused: {}", kept());
}

/// Straight down on the middle of the city.
fn view() -> CityView {
    let size = Vec2::new(1_200.0, 900.0);
    let eye = Transform::from_translation(Vec3::Y * 500.0);
    let world_from_view = eye.looking_at(Vec3::ZERO, Vec3::NEG_Z).to_matrix();
    let clip_from_view = Mat4::perspective_infinite_reverse_rh(45_f32.to_radians(), size.x / size.y, 1.0);
    let pose = Pose { target: [0.0; 2], distance: 500.0, heading: 0.0, tilt: 0.0 };
    CityView { pose, clip_from_world: clip_from_view * world_from_view.inverse(), world_from_view, size }
}

/// The initials of a street that is the first to be found by them, and where that is.
fn street() -> (String, LonLat) {
    with_places(|places, city| {
        let mut names = city.ways().iter().map(|way| city.name(way.name)).filter(|name| name.ends_with('路'));
        let found = names.find_map(|name| {
            let letters = initials(name);
            let hit = places.typed(&letters).into_iter().next()?;
            (letters.len() <= 4 && hit.address == name).then_some((letters, hit.at))
        });
        found.expect("a street that four letters find")
    })
}

#[test]
fn a_call_with_kind_place_and_caller_is_filed_within_fifteen_seconds_of_keys() {
    let mut desk = Desk::new();
    let (letters, at) = street();
    desk.with_ctrl(Key::N);
    desk.pass(Vec::new());
    desk.write("burst main");
    desk.enter();
    desk.write(&letters);
    desk.enter();
    desk.write(KIND.1);
    desk.enter();
    for _ in 0..KIND.2 {
        desk.enter();
    }
    // An input method takes three keys for a name of one syllable.
    desk.events(3, vec![Event::Text("李".to_owned())]);
    desk.enter();
    desk.write("13800001234");
    desk.with_ctrl(Key::Enter);

    let order = desk.sent().expect("the call is sent");
    let Order::TakeCall(call) = &order else { panic!("another order: {order:?}") };
    let caller = call.caller.as_ref().expect("who called");
    assert_eq!((call.report.kind.as_str(), call.report.text.as_str(), call.file), (KIND.0, "burst main", true));
    assert_eq!(call.report.place.at, Some(at));
    assert!(!call.report.place.address.is_empty());
    assert_eq!((caller.name.as_str(), caller.phone.as_str()), ("李", "13800001234"));
    assert!(desk.keys <= KEYS_MOST, "{} keys", desk.keys);
    assert!(f64::from(desk.keys) * KEY_SECS < CALL_SECS, "{} keys", desk.keys);

    // The hall has it as a filed case, and the dialog makes room for the next call.
    assert!(desk.app.world().resource::<Intake>().is_open(), "until the hall has it");
    let mut shown = desk.app.world_mut().resource_mut::<Shown>();
    for fact in shown.hall.decide(order, &Actor::Person("desk".to_owned()), Moment(1_700_000_015_000)).unwrap() {
        assert!(shown.hall.apply(&fact));
    }
    assert_eq!(shown.hall.incidents().next().map(|case| case.stage), Some(Stage::Filed));
    desk.app.world_mut().run_schedule(Update);
    assert!(!desk.app.world().resource::<Intake>().is_open());
}
