//! The pyramid, the choice of marks and the look of sprites, without an engine.

#![expect(clippy::cast_possible_truncation, reason = "small numbers made for the tests")]

use bevy::math::{Mat4, Vec2, Vec3};
use proptest::prelude::*;

use super::icons::{Icons, NONE};
use super::lens::Lens;
use super::mark::{Mark, MarkOf, mark_at};
use super::marks::{Chooser, view_that_splits};
use super::model;
use super::pyramid::{CellKey, FINEST, Pin, Pyramid};
use super::systems::{Pins, PinsOnScreen};
use crate::domain::{Grade, IncidentId};
use crate::screen::shown::{CityView, Pose};

/// A view from `distance` metres on `target`, tilted by `tilt` degrees, as the twin's camera has it.
fn view(target: [f64; 2], distance: f64, tilt: f64) -> CityView {
    let size = Vec2::new(1920.0, 1080.0);
    let at = Vec3::new(target[0] as f32, 0.0, -target[1] as f32);
    let (sin, cos) = tilt.to_radians().sin_cos();
    let eye = at + Vec3::new(0.0, cos as f32, sin as f32) * distance as f32;
    let world_from_view = bevy::prelude::Transform::from_translation(eye).looking_at(at, Vec3::NEG_Z).to_matrix();
    let clip_from_view = Mat4::perspective_infinite_reverse_rh(45_f32.to_radians(), size.x / size.y, 1.0);
    CityView {
        pose: Pose { target, distance, heading: 0.0, tilt },
        clip_from_world: clip_from_view * world_from_view.inverse(),
        world_from_view,
        size,
    }
}

fn filled(n: usize, seed: u64) -> Pyramid {
    let mut pyramid = Pyramid::default();
    for (id, pin) in model::crowd(n, seed, [0.0, 0.0]) {
        pyramid.put(id, pin);
    }
    pyramid
}

fn pin(x: f64, y: f64, grade: Grade) -> Pin {
    Pin { at: [x, y], up: 0.0, grade, icon: 0 }
}

fn a_pin() -> impl Strategy<Value = Pin> {
    // Coarse places, so that many share a spot.
    (-40_i32..40, -40_i32..40, 0_usize..4)
        .prop_map(|(x, y, g)| pin(f64::from(x) * 3.0, f64::from(y) * 250.0, Grade::ALL[g]))
}

proptest! {
    #[test]
    fn putting_and_taking_equals_building_anew(steps in prop::collection::vec((0_u64..60, prop::option::of(a_pin())), 0..200)) {
        let mut kept = std::collections::BTreeMap::new();
        let mut pyramid = Pyramid::default();
        for (id, pin) in steps {
            let id = IncidentId(id);
            if let Some(pin) = pin {
                prop_assert_eq!(pyramid.put(id, pin), kept.insert(id, pin));
            } else {
                prop_assert_eq!(pyramid.take(id), kept.remove(&id));
            }
        }
        let mut anew = Pyramid::default();
        for (id, pin) in &kept {
            anew.put(*id, *pin);
        }
        prop_assert_eq!(pyramid.len(), kept.len());
        for level in 0..=FINEST {
            for (id, pin) in &kept {
                let key = CellKey::of(level, pin.at);
                let inside: Vec<_> = kept.iter().filter(|(_, p)| CellKey::of(level, p.at) == key).collect();
                let cell = pyramid.cell(key).copied();
                prop_assert_eq!(cell, anew.cell(key).copied());
                let cell = cell.unwrap_or_default();
                prop_assert_eq!(cell.count() as usize, inside.len());
                prop_assert_eq!(Some(cell.worst()), inside.iter().map(|(_, p)| p.grade).min());
                prop_assert_eq!(pyramid.pins_in(key, usize::MAX), inside.iter().map(|(id, _)| **id).collect::<Vec<_>>());
                prop_assert_eq!(cell.single(), (inside.len() == 1).then_some(*id));
            }
        }
        for id in kept.keys() {
            pyramid.take(*id);
        }
        prop_assert_eq!(pyramid, Pyramid::default());
    }

    #[test]
    fn what_is_within_a_radius_is_found_nearest_first(
        pins in prop::collection::vec(a_pin(), 0..60), x in -200.0_f64..200.0, y in -9_000.0_f64..9_000.0,
        radius in 0.0_f64..4_000.0, far in any::<bool>(),
    ) {
        let mut pyramid = Pyramid::default();
        for (id, pin) in (1..).zip(&pins) {
            // Some lie beyond the grid.
            let at = if far { [pin.at[0] + 140_000.0, pin.at[1]] } else { pin.at };
            pyramid.put(IncidentId(id), Pin { at, ..*pin });
        }
        let middle = if far { [x + 140_000.0, y] } else { [x, y] };
        let away = |pin: &Pin| (pin.at[0] - middle[0]).hypot(pin.at[1] - middle[1]);
        let mut wanted: Vec<_> = (1..=pins.len() as u64)
            .map(|id| (IncidentId(id), away(pyramid.pin(IncidentId(id)).expect("it was put"))))
            .filter(|(_, metres)| *metres <= radius)
            .collect();
        wanted.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        prop_assert_eq!(pyramid.within(middle, radius), wanted);
    }

    #[test]
    fn a_cell_lies_in_its_parent(x in -130_000.0..130_000.0, y in -130_000.0..130_000.0, level in 1_u8..=FINEST) {
        let key = CellKey::of(level, [x, y]);
        prop_assert_eq!(key.parent(), CellKey::of(level - 1, [x, y]));
        prop_assert!(key.parent().children().any(|child| child == key));
    }
}

#[test]
fn every_pin_in_sight_is_counted_once() {
    let pyramid = filled(3_000, 7);
    for (distance, tilt) in [(60_000.0, 0.0), (9_000.0, 20.0), (2_000.0, 50.0)] {
        let lens = Lens::new(&view([0.0, 0.0], distance, tilt));
        let marks = Chooser::default().choose(&pyramid, &lens, None);
        let seen: u32 = marks.iter().map(|mark| mark.count).sum();
        let in_sight = model::crowd(3_000, 7, [0.0, 0.0]).filter(|(_, pin)| {
            let (p, depth) = lens.project(pin.at);
            depth > 1.0 && p.cmpge(Vec2::ZERO).all() && p.cmple(Vec2::new(1920.0, 1080.0)).all()
        });
        assert!(seen as usize >= in_sight.count(), "at {distance} m");
        assert!(seen <= 3_000, "none is counted twice at {distance} m");
        assert!(marks.len() < 700, "{} marks at {distance} m", marks.len());
    }
}

#[test]
fn from_afar_everything_is_counted_and_the_worst_grade_shows() {
    let mut pyramid = filled(500, 3);
    pyramid.put(IncidentId(1), pin(10.0, 10.0, Grade::I));
    let marks = Chooser::default().choose(&pyramid, &Lens::new(&view([0.0, 0.0], 400_000.0, 0.0)), None);
    assert_eq!(marks.iter().map(|mark| mark.count).sum::<u32>(), 501);
    assert_eq!(marks.iter().map(|mark| mark.grade).min(), Some(Grade::I));
}

/// Pairs of marks the drawings of which meet, as many points deep as they do at most.
fn meetings(marks: &[Mark], grow: f32) -> Vec<f32> {
    let deep = |a: &Mark, b: &Mark| a.radius + b.radius + (a.rim() + b.rim()) * grow - a.head.distance(b.head);
    let pairs = marks.iter().enumerate().flat_map(|(i, a)| marks.iter().skip(i + 1).map(move |b| deep(a, b)));
    pairs.filter(|deep| *deep > 0.0).collect()
}

#[test]
fn marks_do_not_cover_each_other() {
    let pyramid = filled(20_000, 11);
    let mut chooser = Chooser::default();
    let mut seen = 0;
    for grow in [1.0, 2.4] {
        for step in 0..30 {
            let view = view([f64::from(step) * 40.0, 0.0], 4_000.0 + f64::from(step) * 900.0, 45.0);
            let marks = chooser.choose(&pyramid, &Lens::new(&view).grown(grow), None);
            seen += marks.len();
            let met = meetings(&marks, grow);
            assert!(met.is_empty(), "step {step}, {grow} times as large: of {} marks {met:?} meet", marks.len());
        }
    }
    assert!(seen > 2_000, "{seen}");
}

#[test]
fn a_chosen_pin_hides_no_other_at_its_address() {
    for others in 1..4_u64 {
        let mut pyramid = Pyramid::default();
        for id in 0..=others {
            pyramid.put(IncidentId(id), pin(0.0, 0.0, Grade::I));
        }
        let lens = Lens::new(&view([0.0, 0.0], 8_000.0, 40.0)).grown(1.8);
        let marks = Chooser::default().choose(&pyramid, &lens, Some(IncidentId(0)));
        assert_eq!(marks.len(), 2);
        assert!(meetings(&marks, 1.8).is_empty(), "{marks:?}");
        assert!(marks[1].head.y < marks[0].head.y, "the chosen one stands above");
    }
    // Who stands where its head comes to be is counted with those at its place, and it stays there.
    let mut pyramid = Pyramid::default();
    for id in 0..14 {
        pyramid.put(IncidentId(id), pin(10.0, -400.0, Grade::III));
    }
    for id in 20..24 {
        pyramid.put(IncidentId(id), pin(10.0, 500.0, Grade::II));
    }
    let lens = Lens::new(&view([0.0, 0.0], 8_000.0, 40.0)).grown(1.8);
    assert_eq!(Chooser::default().choose(&pyramid, &lens, None).len(), 2, "apart while none is chosen");
    let marks = Chooser::default().choose(&pyramid, &lens, Some(IncidentId(0)));
    let [crowd, chosen] = marks.as_slice() else { panic!("{marks:?}") };
    assert_eq!((crowd.count, crowd.grade), (17, Grade::II));
    assert!(meetings(&marks, 1.8).is_empty(), "{marks:?}");
    assert!(chosen.head.distance(crowd.head) < 1.8 * 70.0, "{marks:?}");
    // Where nobody is near it stands as any other.
    let mut pyramid = Pyramid::default();
    pyramid.put(IncidentId(0), pin(0.0, 0.0, Grade::I));
    let marks = Chooser::default().choose(&pyramid, &Lens::new(&view([0.0, 0.0], 8_000.0, 40.0)), Some(IncidentId(0)));
    assert_eq!(marks[0].aside, Vec2::ZERO);
}

#[test]
fn a_cluster_falls_apart_on_the_way_in_and_never_flickers() {
    let mut pyramid = Pyramid::default();
    pyramid.put(IncidentId(1), pin(0.0, 0.0, Grade::II));
    pyramid.put(IncidentId(2), pin(900.0, 0.0, Grade::IV));
    let mut chooser = Chooser::default();
    let mut changes = 0;
    let mut before = 1;
    for step in 0..400 {
        let distance = 60_000.0 * 0.985_f64.powi(step);
        // A hand that trembles.
        let trembling = distance * (1.0 + 0.01 * f64::from(step % 2));
        let n = chooser.choose(&pyramid, &Lens::new(&view([450.0, 0.0], trembling, 30.0)), None).len();
        changes += usize::from(n != before);
        before = n;
    }
    assert_eq!((before, changes), (2, 1));
}

#[test]
fn pins_on_one_spot_are_fanned_out_when_near() {
    let mut pyramid = Pyramid::default();
    for id in 1..=5 {
        pyramid.put(IncidentId(id), pin(20.0, 20.0, Grade::III));
    }
    let far = Chooser::default().choose(&pyramid, &Lens::new(&view([0.0, 0.0], 5_000.0, 30.0)), None);
    assert_eq!(far.iter().map(|mark| mark.count).collect::<Vec<_>>(), [5]);
    let lens = Lens::new(&view([0.0, 0.0], 5_000.0, 30.0));
    let (target, distance) = view_that_splits(&pyramid, &lens, &far[0], 5_000.0);
    assert!((target[0] - 20.0).abs() < 1.0 && distance < 5_000.0);
    let near = Chooser::default().choose(&pyramid, &Lens::new(&view(target, distance, 30.0)), None);
    assert_eq!(near.len(), 5);
    for (i, a) in near.iter().enumerate() {
        assert!(near.iter().skip(i + 1).all(|b| a.head.distance(b.head) > a.radius), "heads lie apart");
    }
}

#[test]
fn flying_in_splits_any_cluster_in_a_few_clicks() {
    let pyramid = filled(2_000, 5);
    let mut camera = view([0.0, 0.0], 60_000.0, 30.0);
    for _ in 0..14 {
        let lens = Lens::new(&camera);
        let marks = Chooser::default().choose(&pyramid, &lens, None);
        let Some(cluster) = marks.iter().filter(|mark| mark.is_cluster()).max_by_key(|mark| mark.count) else { return };
        let (target, distance) = view_that_splits(&pyramid, &lens, cluster, camera.pose.distance);
        assert!(distance < camera.pose.distance, "always nearer");
        camera = view(target, distance, 30.0);
    }
    panic!("still clustered at {} m", camera.pose.distance);
}

#[test]
fn the_selected_pin_stands_alone_and_on_top() {
    let pyramid = filled(2_000, 9);
    let id = IncidentId((1 << 40) + 17);
    let at = pyramid.pin(id).expect("it was put").at;
    let marks = Chooser::default().choose(&pyramid, &Lens::new(&view(at, 30_000.0, 30.0)), Some(id));
    assert_eq!(marks.last().map(|mark| (mark.of, mark.count)), Some((MarkOf::Pin(id), 1)));
    assert_eq!(marks.iter().filter(|mark| mark.of == MarkOf::Pin(id)).count(), 1);
}

#[test]
fn the_selected_pin_counts_once_and_only_for_itself() {
    let mut pyramid = Pyramid::default();
    let worst = IncidentId(1);
    pyramid.put(worst, pin(40.0, 40.0, Grade::II));
    for id in 2..=4 {
        pyramid.put(IncidentId(id), pin(30.0, 30.0, Grade::IV));
    }
    let lens = Lens::new(&view([0.0, 0.0], 60_000.0, 30.0));
    let seen = |selected| {
        let marks = Chooser::default().choose(&pyramid, &lens, selected);
        marks.iter().map(|mark| (mark.count, mark.grade)).collect::<Vec<_>>()
    };
    assert_eq!(seen(None), [(4, Grade::II)]);
    assert_eq!(seen(Some(worst)), [(3, Grade::IV), (1, Grade::II)], "its cluster is as grave as what is left of it");
    assert_eq!(seen(Some(IncidentId(2))), [(3, Grade::II), (1, Grade::IV)]);
    pyramid.take(IncidentId(3));
    pyramid.take(IncidentId(4));
    let marks = Chooser::default().choose(&pyramid, &lens, Some(worst));
    let of: Vec<_> = marks.iter().map(|mark| mark.of).collect();
    assert_eq!(of, [MarkOf::Pin(IncidentId(2)), MarkOf::Pin(worst)], "what is left alone is a pin again");
}

#[test]
fn a_selected_pin_leaves_a_fan_of_the_others() {
    let mut pyramid = Pyramid::default();
    for id in 1..=17 {
        pyramid.put(IncidentId(id), pin(20.0, 20.0, Grade::III));
    }
    let lens = Lens::new(&view([20.0, 20.0], 300.0, 30.0));
    let marks = Chooser::default().choose(&pyramid, &lens, Some(IncidentId(3)));
    let mut of: Vec<_> = marks.iter().map(|mark| (mark.of, mark.count)).collect();
    of.sort();
    assert_eq!(of, (1..=17).map(|id| (MarkOf::Pin(IncidentId(id)), 1)).collect::<Vec<_>>());
}

proptest! {
    #[test]
    fn whoever_is_selected_everything_is_counted_once(
        pins in prop::collection::vec(a_pin(), 1..80), one in 0_usize..80, distance in 200.0_f64..40_000.0,
    ) {
        let mut pyramid = Pyramid::default();
        for (id, pin) in (1..).zip(&pins) {
            pyramid.put(IncidentId(id), *pin);
        }
        let selected = IncidentId((one % pins.len()) as u64 + 1);
        // From straight above and with room around: no pin is out of sight.
        let lens = Lens::new(&view([0.0, 0.0], distance.max(30_000.0), 0.0));
        let marks = Chooser::default().choose(&pyramid, &lens, Some(selected));
        prop_assert_eq!(marks.iter().map(|mark| mark.count as usize).sum::<usize>(), pins.len());
        let others = pins.iter().enumerate().filter(|(i, _)| *i as u64 + 1 != selected.0).map(|(_, pin)| pin.grade);
        let left = marks.iter().filter(|mark| mark.of != MarkOf::Pin(selected)).map(|mark| mark.grade);
        prop_assert_eq!(left.min(), others.min(), "the worst of the others shows");
        let near = Lens::new(&view([0.0, 0.0], distance, 30.0));
        let marks = Chooser::default().choose(&pyramid, &near, Some(selected));
        prop_assert!(marks.iter().map(|mark| mark.count as usize).sum::<usize>() <= pins.len());
    }

    #[test]
    fn picking_a_mark_agrees_with_looking_at_all(seed in 0_u64..20, x in 0.0_f32..1920.0, y in 0.0_f32..1080.0) {
        let pyramid = filled(400, seed);
        let marks = Chooser::default().choose(&pyramid, &Lens::new(&view([0.0, 0.0], 14_000.0, 40.0)), None);
        let at = Vec2::new(x, y);
        // The last drawn of those that hold the point.
        let mut top = None;
        for mark in &marks {
            if mark.edge(at) <= 0.0 {
                top = Some(mark.of);
            }
        }
        prop_assert_eq!(mark_at(&marks, at, 0.0).map(|mark| mark.of), top);
        if let Some(near) = mark_at(&marks, at, 6.0) {
            prop_assert!(near.edge(at) <= 6.0);
        }
    }
}

#[test]
fn a_closed_pin_fades_where_it_was_seen_and_not_out_of_a_cluster() {
    let mut pins = Pins::default();
    for (id, at) in [(1, 0.0), (2, 0.0), (3, 3_000.0)] {
        pins.put(IncidentId(id), pin(at, 0.0, Grade::III));
    }
    let lens = Lens::new(&view([0.0, 0.0], 8_000.0, 40.0));
    let mut seen = PinsOnScreen::default();
    seen.marks = Chooser::default().choose(&pins.pyramid, &lens, None);
    assert_eq!(seen.marks.iter().map(|mark| mark.count).sum::<u32>(), 3);
    pins.change(IncidentId(1), None, &seen, 0.0);
    assert!(!pins.is_moving(), "one of two at its place");
    pins.change(IncidentId(3), None, &seen, 0.0);
    assert!(pins.is_moving(), "one that stood alone");
}

#[test]
fn a_pin_drops_rings_and_rests() {
    let start = model::ring(0.0);
    assert!(start.above > 30.0 && start.opacity < 0.1 && start.ring <= 0.0);
    let landed = model::ring(0.35);
    assert!(landed.above < 0.01 && landed.opacity > 0.99 && landed.ring < 0.2);
    assert!((model::ring(model::ARRIVING_SECS).ring - 1.0).abs() < 1e-6);
}

#[test]
fn figures_fit_on_a_cluster() {
    let icons = Icons::load().expect("the built-in atlas is whole");
    let written = |count| icons.figures(count).iter().filter(|glyph| **glyph != NONE).count();
    assert_eq!([7, 42, 999, 1_000, 12_345, 100_000, 2_000_000].map(written), [1, 2, 3, 2, 3, 4, 2]);
}

#[test]
fn every_kind_of_the_catalogue_has_an_icon() {
    let icons = Icons::load().expect("the built-in atlas is whole");
    let catalogue = crate::config::catalogue::Catalogue::load(None).expect("the built-in catalogue is whole");
    let missing: Vec<_> = catalogue.kinds().filter(|kind| !icons.has(&kind.icon)).map(|kind| &kind.icon).collect();
    assert!(missing.is_empty(), "no picture for {missing:?}");
}

#[test]
fn an_icon_can_be_had_as_coverage() {
    let icons = Icons::load().expect("the built-in atlas is whole");
    let cross = icons.coverage("medical", 24);
    assert_eq!(cross.len(), 24 * 24);
    assert!(cross[12 * 24 + 12] > 250 && cross[0] < 5, "the middle is inside, the corner is not");
}
