//! What the city looks like, on whatever adapter there is; most machines that run tests have a software one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bevy::ecs::message::Messages;
use bevy::window::RequestRedraw;
use command_hall::domain::{Grade, IncidentId, Moment, Sky, Weather};
use command_hall::ground::pack::writer;
use command_hall::ground::{City, demo};
use command_hall::link::Link;
use command_hall::screen::ScreenOptions;
use command_hall::screen::offscreen::{Offscreen, OffscreenError};
use command_hall::screen::pins::icons::NONE;
use command_hall::screen::pins::pyramid::Pin;
use command_hall::screen::pins::{Pins, PinsOnScreen};
use command_hall::screen::power::WakeAfter;
use command_hall::screen::shot::{self, ShotError, ShotOptions, Viewpoint};
use command_hall::screen::shown::{CityView, Pose, ScreenKind};
use command_hall::screen::twin::quality::Quality;
use command_hall::screen::twin::rig::Rig;
use command_hall::screen::twin::{Moving, Pending, TwinStyle};
use image::RgbaImage;

const SIZE: [u32; 2] = [480, 270];

fn demo_city(folder: &Path) -> Arc<City> {
    writer::write(&demo::generate(7, 1_500), folder, "2026-01-01").unwrap();
    Arc::new(City::open(folder).unwrap())
}

fn screen(city_alone: bool) -> ScreenOptions {
    ScreenOptions {
        kind: ScreenKind::Desk,
        size: SIZE,
        fixed_now: Some(Moment(1_790_000_000_000)),
        time_of_day: Some(14 * 60),
        city_alone,
        ..ScreenOptions::default()
    }
}

/// `None`, and a line that says so, where there is no adapter at all.
fn drawn<T>(result: Result<T, OffscreenError>) -> Option<T> {
    match result {
        Ok(drawn) => Some(drawn),
        Err(OffscreenError::NoAdapter) => {
            crate::kit::skipped("no graphics adapter, not even a software one");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Mean difference of channels (0 to 255) after both were made a quarter as large, so that a pixel more or less at an
/// edge counts little.
fn difference(a: &RgbaImage, b: &RgbaImage) -> f64 {
    let small = |i: &RgbaImage| {
        image::imageops::resize(i, i.width() / 4, i.height() / 4, image::imageops::FilterType::Triangle)
    };
    let (a, b) = (small(a), small(b));
    let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand pixels")]
    let mean = sum as f64 / a.as_raw().len() as f64;
    mean
}

#[test]
fn a_pin_is_painted_where_it_can_be_picked_all_around_its_middle() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut screen) = drawn(Offscreen::new(&screen(true), Link::default(), demo_city(folder.path()))) else {
        return;
    };
    while screen.world_mut().resource::<Pending>().count() > 0 {
        screen.frame();
    }
    let at = screen.world_mut().resource::<CityView>().pose.target;
    let pin = Pin { at, up: 0.0, grade: Grade::IV, icon: NONE };
    screen.world_mut().resource_mut::<Pins>().put(IncidentId(1), pin);
    for _ in 0..3 {
        screen.frame();
    }
    let picture = screen.read().unwrap();
    let mark = screen.world_mut().resource::<PinsOnScreen>().marks[0].clone();
    for eighth in 0_u8..8 {
        let turn = f32::from(eighth) * std::f32::consts::FRAC_PI_4;
        let at = mark.head + bevy::math::Vec2::from_angle(turn) * mark.radius * 0.75;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the picture")]
        let [red, _, blue, _] = picture.get_pixel(at.x as u32, at.y as u32).0;
        assert!(blue > red.saturating_add(60), "{eighth} eighths round: red {red}, blue {blue}");
    }
}

#[test]
fn a_screen_on_which_nothing_moves_asks_for_no_frame() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut screen) = drawn(Offscreen::new(&screen(false), Link::default(), demo_city(folder.path()))) else {
        return;
    };
    for _ in 0..60 {
        screen.frame();
    }
    assert_eq!(screen.world_mut().resource::<Pending>().count(), 0, "the city is on the adapter");
    screen.world_mut().resource_mut::<Messages<RequestRedraw>>().clear();
    screen.world_mut().resource_mut::<Messages<WakeAfter>>().clear();
    for frame in 0..5 {
        screen.frame();
        let world = screen.world_mut();
        let asked = world.resource::<Messages<RequestRedraw>>().len() + world.resource::<Messages<WakeAfter>>().len();
        assert_eq!(asked, 0, "frame {frame} asked for another");
    }
}

/// The demo city from a low camera in its middle.
fn from_near(city: &Arc<City>, minutes: u16, sky: Sky) -> Option<RgbaImage> {
    // Where it is built highest.
    let (tallest, _) = city.buildings().iter().enumerate().max_by_key(|(_, building)| building.top_dm).unwrap();
    let middle = city.footprint(u32::try_from(tallest).unwrap())[0][0];
    let at = city.frame().lonlat_from_metres(middle);
    let weather = Weather { sky, intensity: 2, ..Weather::default() };
    let options = ShotOptions {
        screen: ScreenOptions { time_of_day: Some(minutes), weather: Some(weather), ..screen(true) },
        camera: Some(Viewpoint { at, height: 130.0, heading: 30.0, tilt: 74.0 }),
        select: None,
        live: false,
        samples: 1,
        out: PathBuf::new(),
    };
    drawn(shot::draw(&options, Link::default(), city.clone()).map_err(|e| match e {
        ShotError::Offscreen(e) => e,
        other => panic!("{other}"),
    }))
}

fn light(pixel: image::Rgba<u8>) -> f64 {
    let [red, green, blue, _] = pixel.0.map(f64::from);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// How much neighbours differ in the rows from one share of the picture's height to another.
fn contrast(picture: &RgbaImage, from: f64, to: f64) -> f64 {
    let rows = |share: f64| (f64::from(picture.height()) * share).round();
    let (mut sum, mut count) = (0.0, 0.0);
    for (x, y, pixel) in picture.enumerate_pixels() {
        if x > 0 && f64::from(y) >= rows(from) && f64::from(y) < rows(to) {
            sum += (light(*pixel) - light(*picture.get_pixel(x - 1, y))).abs();
            count += 1.0;
        }
    }
    sum / count
}

#[test]
fn windows_are_lit_in_the_evening_and_most_are_dark_before_morning() {
    let folder = tempfile::tempdir().unwrap();
    let city = demo_city(folder.path());
    let (Some(evening), Some(asleep)) = (from_near(&city, 21 * 60, Sky::Clear), from_near(&city, 3 * 60, Sky::Clear))
    else {
        return;
    };
    let lit = |picture: &RgbaImage| picture.pixels().filter(|pixel| light(**pixel) > 100.0).count();
    let (evening, asleep) = (lit(&evening), lit(&asleep));
    assert!(evening > 20 && evening > 2 * asleep, "{evening} bright pixels in the evening, {asleep} before morning");
}

#[test]
fn fog_hides_what_is_far_and_snow_lies_on_roofs_and_ground() {
    let folder = tempfile::tempdir().unwrap();
    let city = demo_city(folder.path());
    let noon = |sky| from_near(&city, 12 * 60, sky);
    let (Some(clear), Some(fog), Some(snow)) = (noon(Sky::Clear), noon(Sky::Fog), noon(Sky::Snow)) else { return };
    let (far, near) = ((0.1, 0.28), (0.7, 1.0));
    let kept = |band: (f64, f64)| contrast(&fog, band.0, band.1) / contrast(&clear, band.0, band.1);
    assert!(kept(far) < 0.6, "of what is far {:.2} is left", kept(far));
    assert!(kept(near) > 1.5 * kept(far), "what is near is seen better: {:.2} against {:.2}", kept(near), kept(far));
    let mean = |picture: &RgbaImage| picture.pixels().copied().map(light).sum::<f64>() / f64::from(SIZE[0] * SIZE[1]);
    assert!(mean(&snow) > mean(&clear) * 1.05, "{:.1} with snow, {:.1} without", mean(&snow), mean(&clear));
}

#[test]
fn rain_wakes_no_screen_that_a_processor_draws() {
    let folder = tempfile::tempdir().unwrap();
    let rain = Weather { sky: Sky::Rain, intensity: 3, ..Weather::default() };
    let options = ScreenOptions { weather: Some(rain), ..screen(false) };
    let Some(mut screen) = drawn(Offscreen::new(&options, Link::default(), demo_city(folder.path()))) else { return };
    screen.frame();
    assert_eq!(screen.world_mut().resource::<Moving>().0, None);
    screen.world_mut().insert_resource(Quality::Workstation);
    let mut rig = screen.world_mut().resource_mut::<Rig>();
    let near = Pose { distance: 300.0, ..rig.pose };
    rig.jump(near);
    screen.frame();
    assert!(screen.world_mut().resource::<Moving>().0.is_some(), "with a graphics card it is seen to fall");
}

/// Buildings alone on black, drawn `detail` times as finely as on a software adapter.
fn buildings(city: &Arc<City>, pose: Pose, detail: f32) -> Result<RgbaImage, OffscreenError> {
    let options = ScreenOptions { size: [960, 540], ..screen(true) };
    let mut screen = Offscreen::new(&options, Link::default(), Arc::clone(city))?;
    let world = screen.world_mut();
    world.insert_resource(TwinStyle { bare: true, upload_bytes: usize::MAX, detail, ..TwinStyle::default() });
    world.resource_mut::<Rig>().jump(pose);
    screen.frame();
    while screen.world_mut().resource::<Pending>().count() > 0 {
        screen.frame();
    }
    screen.frame();
    screen.read()
}

/// The share of each square of four by four pixels that is not black: as fine as boxes may be wrong on both sides.
fn cover(image: &RgbaImage) -> Vec<f64> {
    let (columns, rows) = (image.width() / 4, image.height() / 4);
    let squares = (0..rows).flat_map(|y| (0..columns).map(move |x| (x * 4, y * 4)));
    let shown = |x: u32, y: u32| u32::from(image.get_pixel(x, y).0[..3] != [0, 0, 0]);
    squares.map(|(x, y)| f64::from((0..16).map(|i| shown(x + i % 4, y + i / 4)).sum::<u32>()) / 16.0).collect()
}

#[test]
fn far_buildings_as_boxes_look_like_the_whole_ones() {
    let folder = tempfile::tempdir().unwrap();
    writer::write(&demo::generate(7, 12_000), folder.path(), "2026-01-01").unwrap();
    let city = Arc::new(City::open(folder.path()).unwrap());
    let bounds = city.bounds();
    let target = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
    // From afar a building has few pixels, and most of them are at its edges.
    let poses =
        [(900.0, 20.0, 55.0, 0.995, 1.0), (2_500.0, 140.0, 60.0, 0.985, 2.5), (7_000.0, 260.0, 50.0, 0.975, 2.5)];
    for (distance, heading, tilt, least, most) in poses {
        let pose = Pose { target, distance, heading, tilt };
        let Some(whole) = drawn(buildings(&city, pose, f32::INFINITY)) else { return };
        let Some(coarse) = drawn(buildings(&city, pose, 1.0)) else { return };
        let folder = std::env::temp_dir();
        whole.save(folder.join(format!("command-hall-whole-{distance}.png"))).unwrap();
        coarse.save(folder.join(format!("command-hall-coarse-{distance}.png"))).unwrap();
        let (a, b) = (cover(&whole), cover(&coarse));
        #[expect(clippy::cast_precision_loss, reason = "half a million pixels")]
        let count = a.len() as f64;
        let agree = 1.0 - a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / count;
        let (covered, share) = (a.iter().sum::<f64>() / count, difference(&whole, &coarse));
        eprintln!("{distance} m: what is covered agrees to {agree:.4}, mean difference {share:.2} of 255");
        assert!(covered > 0.05, "{distance} m: there are buildings in the picture");
        assert!(agree >= least, "{distance} m: what is covered agrees to {agree:.4}; see {}", folder.display());
        assert!(share < most, "{distance} m: the pictures differ by {share:.2} of 255; see {}", folder.display());
    }
}
