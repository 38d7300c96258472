//! Placement of names, without an engine and without fonts.

#![expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers made for the tests")]

use bevy::math::{Mat4, Rect, Vec2, Vec3};
use proptest::prelude::*;

use super::model::{Label, LabelKind, Labels, PlaceOrder, depths_of_area, depths_of_place, depths_of_road};
use super::place::{MOST, Placed, Scene, place};
use crate::ground::pack::records::PlaceKind;
use crate::screen::pins::lens::Lens;
use crate::screen::shown::{CityView, Pose};

const SIZE: Vec2 = Vec2::new(1920.0, 1080.0);

fn lens(target: [f64; 2], distance: f64, tilt: f64) -> Lens {
    let at = Vec3::new(target[0] as f32, 0.0, -target[1] as f32);
    let (sin, cos) = tilt.to_radians().sin_cos();
    let eye = at + Vec3::new(0.0, cos as f32, sin as f32) * distance as f32;
    let world_from_view = bevy::prelude::Transform::from_translation(eye).looking_at(at, Vec3::NEG_Z).to_matrix();
    let clip_from_view = Mat4::perspective_infinite_reverse_rh(37_f32.to_radians(), SIZE.x / SIZE.y, 1.0);
    Lens::new(&CityView {
        pose: Pose { target, distance, heading: 0.0, tilt },
        clip_from_world: clip_from_view * world_from_view.inverse(),
        world_from_view,
        size: SIZE,
    })
}

fn a_label(number: usize, x: f64, y: f64, kind: u8, rank: u32) -> Label {
    Label {
        at: [x, y],
        name: format!("地名{number}").into(),
        name_en: String::new().into(),
        kind: LabelKind::Place(PlaceOrder(kind)),
        place: u32::try_from(number).ok(),
        near_far: depths_of_place(PlaceOrder(kind)),
        weight: rank,
        fixed: kind == PlaceKind::WaterName as u8,
        along: Box::default(),
    }
}

/// A city of names that is the same for one seed.
fn city(n: usize, seed: u64) -> Labels {
    let mut state = seed;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let all = (0..n).map(|i| {
        let (x, y) = (next(12_000) as f64 - 6_000.0, next(12_000) as f64 - 6_000.0);
        a_label(i, x, y, next(16) as u8, next(256) as u32)
    });
    Labels::new(all.collect())
}

fn measure(label: &Label) -> Vec2 {
    Vec2::new(label.name.chars().count() as f32 * 13.0, 17.0)
}

fn scene<'a>(free: Rect, pins: &'a [(Vec2, f32)], before: &'a [Placed]) -> Scene<'a> {
    Scene { free, pins, crews: &[], wet: &|_| false, covered: &[], named: &[], before, scale: 1.0 }
}

/// The names of a view on flat ground; roads are behind buildings or not.
fn choose(labels: &Labels, lens: &Lens, target: ([f64; 2], f64), scene: &Scene<'_>, hidden: bool) -> Vec<Placed> {
    place(labels, lens, target, scene, |_| true, measure, |_, _| 0.0, |_, _| hidden)
}

fn whole() -> Rect {
    Rect::from_corners(Vec2::ZERO, SIZE)
}

fn overlaps(a: &Placed, b: &Placed) -> bool {
    !a.rect.intersect(b.rect).is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_name_covers_another_or_a_pin_or_leaves_the_free_area(
        seed in 0_u64..1_000,
        distance in 600.0_f64..20_000.0,
        tilt in 0.0_f64..75.0,
    ) {
        let labels = city(3_000, seed);
        let free = Rect::new(380.0, 60.0, 1500.0, 1040.0);
        let pins = [(Vec2::new(900.0, 500.0), 14.0), (Vec2::new(700.0, 620.0), 20.0)];
        let placed = choose(&labels, &lens([0.0, 0.0], distance, tilt), ([0.0, 0.0], distance), &scene(free, &pins, &[]), false);
        prop_assert!(placed.len() as f32 <= MOST[1] + 1.0);
        for (i, one) in placed.iter().enumerate() {
            prop_assert!(free.contains(one.rect.min) && free.contains(one.rect.max));
            prop_assert!(!placed.iter().skip(i + 1).any(|other| overlaps(one, other)));
            for (head, radius) in pins {
                let off = head.clamp(one.rect.min, one.rect.max).distance(head);
                prop_assert!(off > radius * 0.99, "a name lies on a pin");
            }
        }
    }
}

#[test]
fn names_stay_while_the_camera_moves_a_little() {
    let labels = city(3_000, 42);
    let first =
        choose(&labels, &lens([0.0, 0.0], 3_000.0, 40.0), ([0.0, 0.0], 3_000.0), &scene(whole(), &[], &[]), false);
    assert!(first.len() > 10, "{} names", first.len());
    let target = [20.0, 10.0];
    let moved = lens(target, 2_950.0, 40.0);
    let then = choose(&labels, &moved, (target, 2_950.0), &scene(whole(), &[], &first), false);
    // Names that leave the picture by its edge are no flicker.
    let inner = whole().inflate(-100.0);
    let still: Vec<_> = first.iter().filter(|one| inner.contains(one.at)).collect();
    let kept = still.iter().filter(|one| then.iter().any(|other| other.label == one.label)).count();
    assert!(still.len() > 5 && kept == still.len(), "{kept} of {} stayed", still.len());
}

#[test]
fn the_same_view_gives_the_same_names() {
    let labels = city(2_000, 5);
    let at = lens([0.0, 0.0], 3_000.0, 40.0);
    let first = choose(&labels, &at, ([0.0, 0.0], 3_000.0), &scene(whole(), &[], &[]), false);
    let again = choose(&labels, &at, ([0.0, 0.0], 3_000.0), &scene(whole(), &[], &first), false);
    let sorted = |placed: &[Placed]| {
        let mut numbers: Vec<u32> = placed.iter().map(|one| one.label).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(sorted(&first), sorted(&again));
}

#[test]
fn a_city_is_named_from_afar_and_its_toilets_are_not() {
    let all = vec![a_label(0, 0.0, 0.0, 0, 0), a_label(1, 3_000.0, 0.0, 9, 0), a_label(2, -3_000.0, 0.0, 1, 20)];
    let labels = Labels::new(all);
    let far =
        choose(&labels, &lens([0.0, 0.0], 30_000.0, 20.0), ([0.0, 0.0], 30_000.0), &scene(whole(), &[], &[]), false);
    assert_eq!(far.iter().map(|one| one.label).collect::<Vec<_>>(), [0, 2]);
    let at = [3_000.0, 0.0];
    let near = choose(&labels, &lens(at, 500.0, 20.0), (at, 500.0), &scene(whole(), &[], &[]), false);
    assert_eq!(near.iter().map(|one| one.label).collect::<Vec<_>>(), [1]);
}

fn road(along: &[[f32; 2]]) -> Label {
    Label {
        name: "皇后大道".into(),
        name_en: "Queen's Road".into(),
        kind: LabelKind::Road(2),
        near_far: depths_of_road(2),
        along: along.into(),
        ..a_label(0, 0.0, 0.0, 0, 0)
    }
}

#[test]
fn a_road_is_named_along_itself_and_never_upside_down() {
    let at = lens([0.0, 0.0], 1_000.0, 0.0);
    for [x, y] in [[1.0, 0.0], [-1.0, 0.0], [0.7, 0.7], [-0.7, 0.7], [0.1, -0.99]] {
        let labels = Labels::new(vec![road(&[[-150.0 * x, -150.0 * y], [150.0 * x, 150.0 * y]])]);
        let placed = choose(&labels, &at, ([0.0, 0.0], 1_000.0), &scene(whole(), &[], &[]), false);
        assert_eq!(placed.len(), 1);
        assert!(placed[0].angle.abs() <= std::f32::consts::FRAC_PI_2 + 1e-3 && placed[0].bend.is_empty());
    }
    let short = Labels::new(vec![road(&[[-2.0, 0.0], [2.0, 0.0]])]);
    let placed = choose(&short, &at, ([0.0, 0.0], 1_000.0), &scene(whole(), &[], &[]), false);
    assert!(placed.is_empty(), "too short to be named");
}

#[test]
fn a_name_bends_with_its_road_but_not_around_a_corner() {
    let at = lens([0.0, 0.0], 200.0, 0.0);
    let arc = |radius: f32| -> Vec<[f32; 2]> {
        (-20..=20).map(|i| (i as f32 * 0.4 / radius).sin_cos()).map(|(s, c)| [radius * s, radius * (c - 1.0)]).collect()
    };
    let placed = |line: &[[f32; 2]]| {
        choose(&Labels::new(vec![road(line)]), &at, ([0.0, 0.0], 200.0), &scene(whole(), &[], &[]), false)
    };
    let bent = placed(&arc(6.0));
    assert_eq!(bent.len(), 1);
    assert!(bent[0].bend.len() > 8);
    assert!(bent[0].bend.windows(2).all(|w| w[1].x > w[0].x), "it reads from left to right");
    assert!(placed(&arc(3_000.0))[0].bend.is_empty(), "nearly straight is straight");
    assert!(placed(&[[-40.0, 0.0], [0.0, 0.0], [0.0, -40.0]]).is_empty(), "a right angle carries no name");
}

#[test]
fn names_keep_off_what_is_covered_and_those_that_may_not_stand_do_not() {
    let labels = Labels::new(vec![a_label(0, 0.0, 0.0, 3, 0)]);
    let at = lens([0.0, 0.0], 1_000.0, 0.0);
    let target = ([0.0, 0.0], 1_000.0);
    let free = scene(whole(), &[], &[]);
    assert_eq!(choose(&labels, &at, target, &free, false).len(), 1);
    let middle = [Rect::from_center_size(SIZE * 0.5, Vec2::splat(80.0))];
    assert!(choose(&labels, &at, target, &Scene { covered: &middle, ..free }, false).is_empty());
    assert!(place(&labels, &at, target, &free, |_| false, measure, |_, _| 0.0, |_, _| false).is_empty());
    let beside = SIZE * 0.5 + Vec2::new(150.0, 40.0);
    let named = |name, at| {
        choose(&labels, &lens([0.0, 0.0], 1_000.0, 0.0), target, &Scene { named: &[(name, at)], ..free }, false)
    };
    assert!(named("地名0", beside).is_empty(), "an area has the name already");
    assert_eq!(named("地名0", beside * 1.5).len(), 1, "but far away");
    assert_eq!(named("地名1", beside).len(), 1);
}

#[test]
fn a_name_stands_where_its_hill_is() {
    let labels = Labels::new(vec![a_label(0, 0.0, 0.0, 3, 0)]);
    let at = lens([0.0, 0.0], 1_000.0, 60.0);
    let target = ([0.0, 0.0], 1_000.0);
    let free = scene(whole(), &[], &[]);
    let on = |up: f64| place(&labels, &at, target, &free, |_| true, measure, |_, _| up, |_, _| false)[0].at.y;
    assert!(on(100.0) < on(0.0) - 20.0, "a hill lifts it on screen");
}

#[test]
fn a_road_behind_a_building_is_not_named() {
    let labels = Labels::new(vec![road(&[[-150.0, 0.0], [150.0, 0.0]])]);
    let at = lens([0.0, 0.0], 1_000.0, 0.0);
    let named = |hidden: bool| choose(&labels, &at, ([0.0, 0.0], 1_000.0), &scene(whole(), &[], &[]), hidden).len();
    assert_eq!((named(false), named(true)), (1, 0));
}

#[test]
fn names_give_way_to_crews_that_rest_and_none_goes_for_one() {
    let (view, target) = (lens([0.0, 0.0], 2_000.0, 0.0), ([0.0, 0.0], 2_000.0));
    let on_it = [(SIZE / 2.0 + Vec2::new(4.0, 0.0), 6.0)];
    let among = |labels: &Labels, crews: &[(Vec2, f32)], before: &[Placed]| {
        choose(labels, &view, target, &Scene { crews, ..scene(whole(), &[], before) }, false)
    };
    // A district's name has room beside it, before and after it stood.
    let district = Labels::new(vec![a_label(1, 0.0, 0.0, PlaceKind::District as u8, 1)]);
    let alone = among(&district, &[], &[]);
    assert!(alone[0].rect.contains(on_it[0].0), "the crew rests on the name");
    for before in [&[][..], &alone[..]] {
        let moved = among(&district, &on_it, before);
        assert_eq!(moved.len(), 1);
        assert!(!moved[0].rect.contains(on_it[0].0), "{moved:?}");
        // Where it went it stays when the crew has gone.
        assert_eq!(among(&district, &[], &moved), moved);
    }
    // A hospital's name belongs to its icon: a new one does not come, one that stands stays.
    let hospital = Labels::new(vec![a_label(1, 0.0, 0.0, PlaceKind::Hospital as u8, 1)]);
    let alone = among(&hospital, &[], &[]);
    let on_it = [(alone[0].at, 6.0)];
    assert!(among(&hospital, &on_it, &[]).is_empty());
    assert_eq!(among(&hospital, &on_it, &alone), alone);
}

#[test]
fn the_name_of_a_water_stays_on_it() {
    let (view, target) = (lens([0.0, 0.0], 2_000.0, 0.0), ([0.0, 0.0], 2_000.0));
    let pins = [(SIZE / 2.0, 6.0)];
    let placed = |kind: PlaceKind| {
        let labels = Labels::new(vec![a_label(1, 0.0, 0.0, kind as u8, 1)]);
        choose(&labels, &view, target, &scene(whole(), &pins, &[]), false).len()
    };
    assert_eq!((placed(PlaceKind::District), placed(PlaceKind::WaterName)), (1, 0));
}

#[test]
fn a_name_of_land_moves_aside_on_land_alone() {
    let (view, target) = (lens([0.0, 0.0], 2_000.0, 0.0), ([0.0, 0.0], 2_000.0));
    let pins = [(SIZE / 2.0, 6.0)];
    let labels = Labels::new(vec![a_label(1, 0.0, 0.0, PlaceKind::District as u8, 1)]);
    let beside = |wet: &dyn Fn(Vec2) -> bool| {
        choose(&labels, &view, target, &Scene { wet, ..scene(whole(), &pins, &[]) }, false)
    };
    let moved = beside(&|_| false);
    assert!(moved[0].at.y > SIZE.y / 2.0 + 10.0, "below the pin: {moved:?}");
    let moved = beside(&|at| at.y > SIZE.y / 2.0 + 5.0);
    assert!(moved[0].at.y < SIZE.y / 2.0 + 5.0, "a river runs below it: {moved:?}");
    assert!(beside(&|_| true).is_empty());
}

#[test]
fn a_carpet_of_small_areas_leaves_room_for_great_roads_and_for_the_rest() {
    let area = |i: usize| Label {
        kind: LabelKind::Area(10),
        near_far: depths_of_area(10),
        ..a_label(i, (i % 40) as f64 * 60.0 - 1_200.0, (i / 40) as f64 * 60.0 - 1_200.0, 0, 10)
    };
    let road = |i: usize, class: u8| {
        let north = (i % 20) as f32 * 120.0 - 1_150.0;
        Label {
            kind: LabelKind::Road(class),
            near_far: depths_of_road(class),
            place: None,
            along: [[-260.0, north], [260.0, north]].into(),
            ..a_label(i, 0.0, f64::from(north), 0, 0)
        }
    };
    let all = (0..1_600).map(area).chain((1_600..1_620).map(|i| road(i, 2))).chain((1_620..1_640).map(|i| road(i, 4)));
    let labels = Labels::new(all.collect());
    let placed =
        choose(&labels, &lens([0.0, 0.0], 1_200.0, 45.0), ([0.0, 0.0], 1_200.0), &scene(whole(), &[], &[]), false);
    let small = placed.iter().filter(|one| (one.label as usize) < 1_600).count();
    assert!(placed.len() - small >= 8, "{} roads beside {small} areas", placed.len() - small);
    assert!(small > 20 && small as f32 * 2.0 < SIZE.element_product() / 13_000.0, "{small} areas");
}

#[test]
fn a_name_behind_a_building_is_left_out_where_buildings_hide() {
    let labels = Labels::new(vec![a_label(0, 0.0, 0.0, PlaceKind::Hospital as u8, 1)]);
    let [seen, hidden] = [false, true].map(|hidden| {
        choose(&labels, &lens([0.0, 0.0], 400.0, 60.0), ([0.0, 0.0], 400.0), &scene(whole(), &[], &[]), hidden).len()
    });
    assert_eq!((seen, hidden), (1, 0));
}
