//! Components near the eye, without an engine.

use bevy::math::{Mat4, Vec2, Vec3};
use bevy::prelude::Transform;

use super::model::{Form, Standing, around, under};
use super::solids::Solids;
use crate::config::Catalogue;
use crate::ground::City;
use crate::ground::pack::model::{CityModel, ComponentShape};
use crate::ground::pack::writer;
use crate::screen::shown::{CityView, Pose};

const SIZE: Vec2 = Vec2::new(1600.0, 900.0);

fn city() -> (City, tempfile::TempDir) {
    let mut model = CityModel { name: "小城".to_owned(), ..CityModel::default() };
    model.add_points([[1_193_000_000, 316_000_000], [1_193_400_000, 316_400_000]]);
    for i in 0..40 {
        let at = [1_193_200_000 + i * 2_000, 316_200_000];
        let serial = u32::try_from(i).unwrap();
        model.components.push(ComponentShape { code: 118, at, heading: 0, serial });
    }
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("pack");
    writer::write(&model, &out, "").unwrap();
    (City::open(&out).unwrap(), dir)
}

#[test]
fn only_what_is_near_the_eye_is_shown_and_nothing_from_high_up() {
    let (city, _dir) = city();
    let [east, north] = city.components()[0].at.map(f64::from);
    let near = around(&city, [east, north, 60.0]);
    assert!(near.len() > 10 && near.len() < 40, "{}", near.len());
    assert!(near.iter().all(|one| one.form == Form::Lamp));
    assert!(around(&city, [east, north, 900.0]).is_empty());
    assert!(around(&city, [east - 5_000.0, north, 60.0]).is_empty());
}

#[test]
fn the_pointer_finds_the_lamp_along_its_whole_post() {
    let eye = Vec3::new(0.0, 30.0, 60.0);
    let world_from_view = Transform::from_translation(eye).looking_at(Vec3::ZERO, Vec3::Y).to_matrix();
    let clip = Mat4::perspective_infinite_reverse_rh(0.65, SIZE.x / SIZE.y, 1.0) * world_from_view.inverse();
    let pose = Pose { target: [0.0, 0.0], distance: 67.0, heading: 0.0, tilt: 63.0 };
    let view = CityView { pose, clip_from_world: clip, world_from_view, size: SIZE };
    let lamp = |number, east| Standing { number, form: Form::Lamp, foot: [east, 0.0, 0.0], heading: 0 };
    let near = [lamp(3, 0.0), lamp(4, 12.0)];
    for up in [0.0, 4.0, 8.0] {
        let at = view.project(12.0, 0.0, up).unwrap();
        assert_eq!(under(&near, &view, at + Vec2::new(3.0, 0.0)).map(|hit| hit.0), Some(4), "{up} m up");
    }
    assert_eq!(under(&near, &view, view.project(6.0, 0.0, 3.0).unwrap()), None);
}

#[test]
fn every_form_is_a_solid_whose_faces_look_outward() {
    let solids = Solids::new();
    for form in Form::ALL {
        let range = solids.range(form);
        assert!(!range.is_empty() && range.len().is_multiple_of(3), "{form:?}");
        let own = &solids.corners[range.start as usize..range.end as usize];
        let highest = own.iter().map(|corner| corner.at[2]).fold(0.0, f32::max);
        assert!((highest - form.height_m()).abs() < 0.05, "{form:?} is {highest} m high");
        assert!(own.iter().all(|corner| corner.normal[..3] != [0, 0, 0]), "{form:?} has a triangle without area");
    }
}

#[test]
fn every_component_of_the_catalogue_has_a_form_or_is_no_thing() {
    let catalogue = Catalogue::load(None).unwrap();
    let components = catalogue.kinds().filter(|kind| kind.code.starts_with('1'));
    let forms = components.filter(|kind| kind.code[1..].parse().ok().and_then(Form::of).is_some());
    assert!(forms.count() >= 18);
}
