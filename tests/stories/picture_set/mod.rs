//! The picture set: wall and desk, noon and night, calm and emergency, near and far, against how they looked when
//! somebody last looked at them. `HALL_ACCEPT_PICTURES=1` takes the new ones as they are.

mod measure;
mod scenes;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use bevy::math::Vec2;
use command_hall::ground::City;
use command_hall::ground::pack::model::CityModel;
use command_hall::screen::offscreen::OffscreenError;
use command_hall::screen::shown::ScreenKind;
use image::{DynamicImage, RgbaImage};

use measure::{Difference, shown, small};
use scenes::{Scene, Studio, View, city};

const KINDS: [ScreenKind; 2] = [ScreenKind::Wall, ScreenKind::Desk];
/// What something missing is looked for in: it has everything.
const FULL: Scene = Scene { emergency: true, night: false, view: View::Near };
/// What names are looked for in.
const NAMED: Scene = Scene { emergency: false, night: true, view: View::Far };

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/pictures/{name}.png"))
}

/// Written as small as the format allows.
fn keep(picture: &RgbaImage, path: &Path) {
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let file = std::fs::File::create(path).unwrap();
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive);
    DynamicImage::ImageRgba8(picture.clone()).to_rgb8().write_with_encoder(encoder).unwrap();
}

/// `None`, and a line that says so, where there is no adapter at all.
fn studio(kind: ScreenKind, city: &Arc<City>, near: [f64; 2], alone: bool) -> Option<Studio> {
    match Studio::new(kind, city, near, alone) {
        Ok(studio) => Some(studio),
        Err(OffscreenError::NoAdapter) => {
            crate::kit::skipped("no graphics adapter, not even a software one");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// East and north of the tallest building.
fn tower(city: &City) -> [f64; 2] {
    let (tallest, _) = city.buildings().iter().enumerate().max_by_key(|(_, building)| building.top_dm).unwrap();
    city.footprint(u32::try_from(tallest).unwrap())[0][0]
}

#[test]
fn the_pictures_of_wall_and_desk_look_as_they_did() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let accept = std::env::var_os("HALL_ACCEPT_PICTURES").is_some();
    let (mut wrong, folder) = (Vec::new(), PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures"));
    std::fs::create_dir_all(&folder).unwrap();
    let city = city(|_| ());
    for kind in KINDS {
        let Some(mut studio) = studio(kind, &city, tower(&city), false) else { return };
        for scene in Scene::all(kind) {
            let name = scene.name(kind);
            let picture = studio.picture(scene, true);
            picture.save(folder.join(format!("{name}.png"))).unwrap();
            let now = small(&picture);
            if accept {
                std::fs::create_dir_all(reference("").parent().unwrap()).unwrap();
                keep(&now, &reference(&name));
                continue;
            }
            let Ok(before) = image::open(reference(&name)) else {
                wrong.push(format!("{name}: tests/data/pictures has no such picture"));
                continue;
            };
            let before = before.to_rgba8();
            let difference = Difference::of(&now, &before);
            println!("{name}: {difference}");
            if !difference.is_little() {
                shown(&now, &before).save(folder.join(format!("{name}-difference.png"))).unwrap();
                wrong.push(format!("{name}: {difference}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "pictures differ from those in tests/data/pictures:\n{}\nThe new ones and the differences are in {}. Look at \
         them; where the change is meant: HALL_ACCEPT_PICTURES=1 cargo test --test stories picture_set",
        wrong.join("\n"),
        folder.display()
    );
}

#[test]
fn every_picture_of_the_set_is_another_one() {
    for kind in KINDS {
        let read = |scene: Scene| image::open(reference(&scene.name(kind))).unwrap().to_rgba8();
        let pictures: Vec<_> = Scene::all(kind).map(|scene| (scene, read(scene))).collect();
        for (scene, picture) in &pictures {
            for (other, than) in pictures.iter().filter(|(other, _)| other != scene) {
                let difference = Difference::of(picture, than);
                assert!(!difference.is_little(), "{scene:?} and {other:?}: {difference}");
            }
        }
    }
}

#[test]
fn a_picture_that_lacks_something_is_told_and_one_that_is_rounded_otherwise_is_not() {
    let _one = super::ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    rust_i18n::set_locale("zh-CN");
    let whole = city(|_| ());
    let near = tower(&whole);
    let Some(mut studio_of) = studio(ScreenKind::Desk, &whole, near, false) else { return };
    let (far, full) = (studio_of.picture(NAMED, true), studio_of.picture(FULL, true));
    let (again, crewless) = (studio_of.picture(FULL, true), studio_of.picture(FULL, false));
    drop(studio_of);
    let without = |change: fn(&mut CityModel), alone, scene| {
        studio(ScreenKind::Desk, &city(change), near, alone).unwrap().picture(scene, true)
    };
    let same = [("once more", &full, again), ("shaken", &full, shaken(&full)), ("shaken", &far, shaken(&far))];
    let other = [
        ("without crews", &full, crewless),
        ("without panels", &full, without(|_| (), true, FULL)),
        ("without buildings", &full, without(|city| city.buildings.clear(), false, FULL)),
        ("without names", &far, without(nameless, false, NAMED)),
    ];
    let same = same.map(|(what, a, b)| (what, Difference::of(&small(a), &small(&b))));
    let other = other.map(|(what, a, b)| (what, Difference::of(&small(a), &small(&b))));
    println!("{same:.3?}\n{other:.3?}");
    for (what, difference) in &same {
        assert!(difference.is_little(), "{what}: {difference}");
    }
    for (what, difference) in &other {
        assert!(!difference.is_little(), "{what}: {difference}");
    }
}

fn nameless(city: &mut CityModel) {
    city.places.clear();
    city.areas.iter_mut().for_each(|area| (area.name, area.name_en) = Default::default());
    city.ways.iter_mut().for_each(|way| (way.name, way.name_en) = Default::default());
}

/// As another driver might draw it: rounded otherwise everywhere, edges drawn a fraction of a pixel aside.
fn shaken(picture: &RgbaImage) -> RgbaImage {
    let [width, height] = [picture.width(), picture.height()];
    RgbaImage::from_fn(width, height, |x, y| {
        let aside = Vec2::new(0.2, 0.15);
        let of = |x: u32, y: u32, i: usize| f32::from(picture.get_pixel(x.min(width - 1), y.min(height - 1)).0[i]);
        let noise = (x * 7 + y * 13) % 5;
        let channel = |i: usize| {
            let row = |y| of(x, y, i) * (1.0 - aside.x) + of(x + 1, y, i) * aside.x;
            let value = row(y) * (1.0 - aside.y) + row(y + 1) * aside.y;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
            let byte = (value + noise as f32 - 2.0).clamp(0.0, 255.0) as u8;
            byte
        };
        image::Rgba([channel(0), channel(1), channel(2), 255])
    })
}
