//! From a reading that somebody posts to the field over the city on a screen elsewhere.

use command_hall::domain::{Moment, SensorKind};
use command_hall::ground::pack::records::Network;
use command_hall::link::LinkState;
use command_hall::screen::heat::Layers;
use command_hall::screen::heat::form::Form;
use command_hall::screen::heat::layer::Layer;
use command_hall::screen::heat::model::{Field, Said};
use command_hall::screen::pipes::Pipes;
use command_hall::screen::shown::{Ground, Pose, Shown};
use command_hall::screen::twin::rig::Rig;
use image::RgbaImage;
use serde_json::{Value, json};

use crate::kit::TestHub;
use crate::report::Desk;

/// The moment at which the screens of these stories stand still.
const NOW: i64 = 1_700_000_000_000;

/// Pixels that are as plum as the ramp of values and as nothing else is by night.
fn plum(picture: &RgbaImage) -> usize {
    let plum = |p: &image::Rgba<u8>| {
        let [r, g, b, _] = p.0.map(i32::from);
        r > g + 12 && b > g + 12
    };
    picture.pixels().filter(|pixel| plum(pixel)).count()
}

/// The field of the layer in front.
fn field(desk: &mut Desk) -> &Field {
    desk.screen.world_mut().resource::<Layers>().field().expect("a layer is on")
}

fn said(desk: &mut Desk, at: [f64; 2]) -> Said {
    field(desk).said(at, Moment(NOW))
}

/// Show it in another form.
fn turn(desk: &mut Desk, form: Form) {
    desk.screen.world_mut().resource_mut::<Layers>().change(|stack| stack.turn(form));
}

#[test]
fn a_reading_posted_over_http_is_in_the_field_over_the_city_and_a_new_one_changes_it() {
    let hub = TestHub::start();
    let Some(mut desk) = Desk::of(&hub) else { return };
    desk.until("live", |d| d.screen.world_mut().resource::<Shown>().link == LinkState::Live);
    let bounds = desk.city.bounds();
    let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
    let frame = *desk.screen.world_mut().resource::<Ground>().0.frame();
    // Twenty-five stations around the middle of the city, and one of another kind.
    let places: Vec<[f64; 2]> =
        (0..25).map(|n| [middle[0] + f64::from(n % 5 - 2) * 150.0, middle[1] + f64::from(n / 5 - 2) * 150.0]).collect();
    let sensor = |(n, at): (usize, &[f64; 2])| {
        let place = frame.lonlat_from_metres(*at);
        json!({"id": format!("noise-{n}"), "kind": "noise", "lon": place.lon, "lat": place.lat})
    };
    let sensors: Vec<Value> = places.iter().enumerate().map(sensor).collect();
    assert_eq!(hub.post("/api/sensors", &json!(sensors)).0, 200);
    assert_eq!(hub.post("/api/sensors", &json!([{"id": "level", "kind": "water_level"}])).0, 200);
    let send = |value: f64, at: i64| {
        let rows: Vec<Value> =
            (0..25).map(|n| json!({"sensor": format!("noise-{n}"), "at": at, "value": value})).collect();
        assert_eq!(hub.post("/api/readings", &json!(rows)).0, 200);
    };
    send(72.0, NOW - 30_000);
    let before = desk.picture();
    assert!(desk.screen.world_mut().resource::<Layers>().layer().is_none(), "nothing is shown that nobody asked for");

    desk.screen.world_mut().resource_mut::<Layers>().show(Layer::Sensors(SensorKind::Noise));
    let near = |said: Said, wanted: f64| matches!(said, Said::Value { value, .. } if (value - wanted).abs() < 0.5);
    desk.until("the field", |d| near(said(d, middle), 72.0));
    assert_eq!(field(&mut desk).counts(Moment(NOW)), (25, 25));
    let with = desk.picture();
    assert!(plum(&with) > plum(&before) + 2_000, "{} and {} plum pixels", plum(&before), plum(&with));

    // The same stations gathered in hexagons, for which the field need not be worked out.
    turn(&mut desk, Form::Hexagons);
    let hexagons = desk.picture();
    assert!(plum(&hexagons) > plum(&before) + 1_000, "{} and {} plum pixels", plum(&before), plum(&hexagons));
    assert_ne!(hexagons, with);
    turn(&mut desk, Form::Field);
    let again = desk.picture();
    assert!(plum(&again) > plum(&before) + 2_000, "the field lies there again");

    let worked = field(&mut desk).worked();
    for _ in 0..5 {
        desk.screen.frame();
    }
    assert_eq!(field(&mut desk).worked(), worked, "nothing changed");
    send(45.0, NOW - 1_000);
    desk.until("the new values", |d| near(said(d, middle), 45.0));

    desk.screen.world_mut().resource_mut::<Layers>().clear();
    let without = desk.picture();
    assert!(plum(&without) < plum(&before) + 200, "{} plum pixels are left", plum(&without));
}

/// Pixels that are as brown as drains in a cut-open street.
fn brown(picture: &RgbaImage) -> usize {
    let brown = |p: &image::Rgba<u8>| {
        let [r, g, b, _] = p.0.map(i32::from);
        (70..200).contains(&r) && r > b + 30 && g > b + 10
    };
    picture.pixels().filter(|pixel| brown(pixel)).count()
}

/// Pixels that differ so that one sees it.
fn other(one: &RgbaImage, two: &RgbaImage) -> usize {
    let apart = |(a, b): (&image::Rgba<u8>, &image::Rgba<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 12);
    one.pixels().zip(two.pixels()).filter(|pair| apart(*pair)).count()
}

#[test]
fn a_street_that_is_cut_open_shows_its_drains_and_closes_without_a_trace() {
    let hub = TestHub::start();
    let Some(mut desk) = Desk::of(&hub) else { return };
    desk.until("live", |d| d.screen.world_mut().resource::<Shown>().link == LinkState::Live);
    let drains = desk.city.pipes().iter().filter(|pipe| pipe.network == Network::Drainage as u8);
    let widest = drains.max_by_key(|pipe| (pipe.diameter_mm, pipe.point_count)).expect("the demo city has drains");
    let points = desk.city.pipe_points(widest);
    let middle = points[points.len() / 2].map(f64::from);
    let pose = Pose { target: middle, distance: 260.0, heading: 0.0, tilt: 20.0 };
    desk.screen.world_mut().resource_mut::<Rig>().jump(pose);
    let before = desk.picture();
    desk.screen.world_mut().resource_mut::<Pipes>().cut(Some(middle));
    let open = desk.picture();
    assert!(other(&before, &open) > 50_000, "{} pixels are other ones", other(&before, &open));
    for network in Network::ALL {
        desk.screen.world_mut().resource_mut::<Pipes>().toggle(network);
    }
    let bare = desk.picture();
    assert!(brown(&open) > brown(&bare) + 1_500, "{} and {} brown pixels", brown(&open), brown(&bare));

    desk.screen.world_mut().resource_mut::<Pipes>().cut(None);
    let closed = desk.picture();
    assert!(other(&before, &closed) < 2_000, "{} pixels are left", other(&before, &closed));
}
