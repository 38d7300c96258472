//! The tools without an engine.

use proptest::prelude::*;

use super::around::around;
use super::bookmarks::{Book, BookError, Bookmark, file_of};
use super::follow::towards;
use super::measure::{measure, metres, square_metres};
use crate::domain::{CrewId, Grade, IncidentId, LonLat};
use crate::ground::frame::LocalFrame;
use crate::ground::{City, demo, pack};
use crate::screen::pins::pyramid::{Pin, Pyramid};
use crate::screen::shown::Pose;

fn frame() -> LocalFrame {
    LocalFrame::new(LonLat { lon: 118.8, lat: 32.05 })
}

fn city() -> (tempfile::TempDir, City) {
    let folder = tempfile::tempdir().expect("a folder for the city");
    let dir = folder.path().join("city");
    pack::writer::write(&demo::generate(1, 60), &dir, "2026-11-21T00:00:00Z").expect("the city can be written");
    let city = City::open(&dir).expect("the city can be opened");
    (folder, city)
}

#[test]
fn a_line_has_the_length_of_its_legs_and_no_area() {
    let measured = measure(&frame(), &[[0.0, 0.0], [300.0, 0.0], [300.0, 400.0]]);
    assert_eq!(measured.legs_m.len(), 2);
    assert!((measured.length_m - 700.0).abs() < 0.05, "{}", measured.length_m);
    assert!((measured.around_m - 1_200.0).abs() < 0.1);
    assert!((measured.area_m2.expect("three points have an area") - 60_000.0).abs() < 10.0);
    assert_eq!(measure(&frame(), &[[0.0, 0.0], [5.0, 0.0]]).area_m2, None);
    assert!(measure(&frame(), &[]).length_m <= 0.0);
}

#[test]
fn far_from_the_middle_metres_are_those_of_the_earth_not_of_the_plane() {
    // 0.6 degrees north of the origin a degree of longitude is shorter than in the plane.
    let north = frame().metres_from_lonlat(LonLat { lon: 118.8, lat: 32.65 })[1];
    let measured = measure(&frame(), &[[0.0, north], [10_000.0, north]]);
    // 111.32 km * cos(lat) a degree, on the ellipsoid: the ratio of the two parallels.
    let wanted = 10_000.0 * (32.65_f64.to_radians().cos() / 32.05_f64.to_radians().cos());
    assert!((measured.length_m - wanted).abs() < 2.0, "{} and {wanted}", measured.length_m);
    assert!((measured.length_m - 10_000.0).abs() > 50.0);
}

proptest! {
    #[test]
    fn an_area_does_not_depend_on_which_way_round_it_was_clicked(
        points in prop::collection::vec((-900.0_f64..900.0, -900.0_f64..900.0), 3..9),
    ) {
        let points: Vec<[f64; 2]> = points.into_iter().map(|(x, y)| [x, y]).collect();
        let mut back = points.clone();
        back.reverse();
        let (one, other) = (measure(&frame(), &points), measure(&frame(), &back));
        let (one, other) = (one.area_m2.expect("an area"), other.area_m2.expect("an area"));
        // The shoelace formula of the plane; parts of it cancel out, and what is off in each goes with how far out it is.
        let parts = (0..points.len()).map(|i| {
            let (a, b) = (points[i], points[(i + 1) % points.len()]);
            (a[0] * b[1] - b[0] * a[1], a[0].hypot(a[1]) * b[0].hypot(b[1]))
        });
        let (twice, all) = parts.fold((0.0, 0.0), |(twice, all), (part, most)| (twice + part, all + most));
        prop_assert!((one - other).abs() < 1.0);
        prop_assert!((one - twice.abs() / 2.0).abs() < 1.0 + all * 1e-3, "{} and {}", one, twice / 2.0);
    }
}

#[test]
fn figures_are_short() {
    assert_eq!([0.4, 482.3, 1_284.0, 12_300.0].map(metres), ["0 m", "482 m", "1.28 km", "12.30 km"]);
    assert_eq!([12_300.4, 2_310_000.0].map(square_metres), ["12,300 m²", "2.31 km²"]);
}

#[test]
fn around_a_place_all_is_listed_nearest_first_and_nothing_beyond() {
    let (_folder, city) = city();
    city.prepare_lookups();
    let mut pins = Pyramid::default();
    for (id, east) in [(1, 400.0), (2, 100.0), (3, 501.0)] {
        pins.put(IncidentId(id), Pin { at: [east, 0.0], up: 0.0, grade: Grade::III, icon: 0 });
    }
    let crews = [(CrewId(1), [0.0, 499.0]), (CrewId(2), [0.0, 3.0]), (CrewId(3), [400.0, 400.0])];
    let found = around([0.0, 0.0], 500.0, &pins, crews.into_iter(), &city);
    assert_eq!(found.incidents.iter().map(|f| f.what.0).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(found.crews.iter().map(|f| f.what.0).collect::<Vec<_>>(), [2, 1]);
    assert!((found.crews[1].metres - 499.0).abs() < 1e-9);
    assert!(found.places.is_sorted_by(|a, b| a.metres <= b.metres));
    assert!(found.places.iter().all(|f| f.metres <= 500.0));
    let wide = around([0.0, 0.0], 1_000.0, &pins, crews.into_iter(), &city);
    assert_eq!((wide.incidents.len(), wide.crews.len()), (3, 3));
    assert!(wide.places.len() >= found.places.len());
}

#[test]
fn a_followed_crew_comes_to_the_middle_and_nothing_else_changes() {
    let mut pose = Pose { target: [0.0, 0.0], distance: 600.0, heading: 30.0, tilt: 50.0 };
    let before = pose;
    for _ in 0..120 {
        pose = towards(pose, [100.0, -40.0], 1.0 / 60.0);
    }
    assert!((pose.target[0] - 100.0).abs() < 0.1 && (pose.target[1] + 40.0).abs() < 0.1);
    assert_eq!(Pose { target: before.target, ..pose }, before);
}

#[test]
fn bookmarks_are_kept_by_slot_and_come_back_as_they_were() {
    let (folder, city) = city();
    let path = file_of(folder.path(), &city);
    let mut book = Book::read(&path).expect("no file is an empty book");
    assert!(book.bookmarks.is_empty());
    let pose = Pose { target: [120.5, -80.25], distance: 900.0, heading: 20.0, tilt: 55.0 };
    book.put(Bookmark::new(7, "老城".into(), pose, &city));
    book.put(Bookmark::new(2, "港口".into(), pose, &city));
    book.put(Bookmark::new(7, "老城 夜".into(), Pose { heading: 200.0, ..pose }, &city));
    book.write(&path).expect("it can be written");
    let read = Book::read(&path).expect("it can be read");
    assert_eq!(read.bookmarks, book.bookmarks);
    assert_eq!(
        read.bookmarks.iter().map(|b| (b.slot, b.name.as_str())).collect::<Vec<_>>(),
        [(2, "港口"), (7, "老城 夜")]
    );
    let back = read.bookmarks[0].pose(&city).expect("a place on earth");
    assert!((back.target[0] - 120.5).abs() < 1e-3 && (back.target[1] + 80.25).abs() < 1e-3);
    assert!((back.distance - 900.0).abs() < 1e-9 && (back.tilt - 55.0).abs() < 1e-9);
}

#[test]
fn a_book_that_is_damaged_or_of_another_version_is_refused_with_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("book.toml");
    std::fs::write(&path, "version = 9\n").expect("it can be written");
    assert!(matches!(Book::read(&path), Err(BookError::Version { version: 9, .. })));
    std::fs::write(&path, "version = 1\n[[bookmark]]\nslot = \"x\"\n").expect("it can be written");
    let error = Book::read(&path).expect_err("a slot is a number");
    assert!(error.to_string().contains("book.toml") && error.to_string().contains("line 3"), "{error}");
}

#[test]
fn panels_of_tools_stand_beside_each_other_or_not_at_all() {
    use egui::{Align2, Rect, pos2, vec2};

    use super::free_corner;

    let inner = Rect::from_min_max(pos2(390.0, 60.0), pos2(1_500.0, 1_000.0));
    let corners = [Align2::LEFT_BOTTOM, Align2::RIGHT_BOTTOM];
    let size = vec2(260.0, 420.0);
    let list = |height: f32| Rect::from_min_size(inner.min, vec2(324.0, height));
    assert_eq!(free_corner(inner, size, &[], &corners), Some(Align2::LEFT_BOTTOM));
    assert_eq!(free_corner(inner, size, &[list(300.0)], &corners), Some(Align2::LEFT_BOTTOM));
    assert_eq!(free_corner(inner, size, &[list(800.0)], &corners), Some(Align2::RIGHT_BOTTOM));
    let narrow = Rect::from_min_max(inner.min, pos2(900.0, 600.0));
    assert_eq!(free_corner(narrow, size, &[list(500.0)], &corners), None);
}

#[test]
fn buses_and_crews_off_duty_are_nobody_to_send() {
    use crate::domain::{CrewKind, CrewStatus};
    use crate::screen::units::can_be_sent;

    for kind in CrewKind::ALL {
        for status in CrewStatus::ALL {
            let wanted = kind != CrewKind::Bus && status != CrewStatus::OffDuty;
            assert_eq!(can_be_sent(kind, status), wanted, "{kind:?} {status:?}");
        }
    }
}

#[test]
fn of_a_line_only_what_lies_in_the_window_is_dashed() {
    use egui::{Pos2, Rect, pos2};

    use super::paint::within;
    let window = Rect::from_min_max(Pos2::ZERO, pos2(100.0, 50.0));
    let cut = |from, to| within(window, [from, to]);
    assert_eq!(cut(pos2(10.0, 10.0), pos2(20.0, 40.0)), Some([pos2(10.0, 10.0), pos2(20.0, 40.0)]));
    assert_eq!(cut(pos2(-100.0, 25.0), pos2(300.0, 25.0)), Some([pos2(0.0, 25.0), pos2(100.0, 25.0)]));
    assert_eq!(cut(pos2(50.0, 25.0), pos2(50.0, 75.0)), Some([pos2(50.0, 25.0), pos2(50.0, 50.0)]));
    assert_eq!(cut(pos2(-10.0, 60.0), pos2(110.0, 60.0)), None, "beside it");
    assert_eq!(cut(pos2(-40.0, 20.0), pos2(30.0, -50.0)), None, "past a corner");
}
