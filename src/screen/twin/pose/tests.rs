//! Views, gestures and lenses on a plain.

use super::*;

const LIMITS: Limits = Limits {
    min: [-5000.0, -4000.0],
    max: [5000.0, 4000.0],
    heart: [0.0, 0.0],
    reach: 4000.0,
    built: [[-4000.0; 2], [4000.0; 2]],
};

#[test]
fn a_city_s_heart_is_where_its_buildings_are() {
    let mut points = vec![([30_000.0, -20_000.0], 1.0)];
    points.extend((-10..=10).map(|i| ([f64::from(i) * 100.0, 500.0], 5.0)));
    let (middle, reach) = heart(&points, 0.9).unwrap();
    assert!(middle[0].abs() < 1e-9 && (middle[1] - 500.0).abs() < 1e-9, "{middle:?}");
    assert!((900.0..=1000.0).contains(&reach), "{reach}");
    assert_eq!(heart(&[], 0.9), None);
}

const SIZE: Vec2 = Vec2::new(1600.0, 900.0);

fn view(pose: Pose, free: Option<Rect>) -> CityView {
    let (clip_from_world, world_from_view) = Lens::new(pose, 0.0, SIZE, free).f32();
    CityView { pose, clip_from_world, world_from_view, size: SIZE }
}

/// The point at the height zero under a point on screen.
fn plain(view: &CityView, at: Vec2) -> [f64; 2] {
    let (eye, dir) = view.ray(at);
    let way = -eye[2] / dir[2];
    [eye[0] + dir[0] * way, eye[1] + dir[1] * way]
}

#[test]
fn no_hill_swallows_the_eye_and_the_target_rides_on_the_ground() {
    let hill = |[x, y]: [f64; 2]| 600.0 * (-(x * x + y * y) / 4.0e5).exp();
    for step in 0..400 {
        let angle = f64::from(step) * 0.37;
        let pose = Pose {
            target: [angle.cos() * f64::from(step) * 3.0, angle.sin() * f64::from(step) * 3.0],
            distance: 40.0 + f64::from(step % 20) * 90.0,
            heading: f64::from(step * 53 % 360),
            tilt: f64::from(step % 9) * 10.25,
        };
        let level = level(pose, hill);
        let eye = frame(pose).0;
        assert!(eye.y + level >= hill([eye.x, -eye.z]) + 5.9, "{pose:?}");
        assert!(level >= hill(pose.target), "{pose:?}");
    }
    let down = Pose { target: [50.0, 0.0], distance: 900.0, heading: 0.0, tilt: 0.0 };
    assert!((level(down, hill) - hill([50.0, 0.0])).abs() < 1e-9, "nothing lifts it where the eye is high");
}

fn pose() -> Pose {
    Pose { target: [300.0, -200.0], distance: 1500.0, heading: 40.0, tilt: 60.0 }
}

#[test]
fn the_target_is_in_the_middle_of_what_is_free() {
    let at = view(pose(), None).project(300.0, -200.0, 0.0).unwrap();
    assert!(at.distance(SIZE / 2.0) < 0.5, "{at}");
    let free = Rect::new(400.0, 50.0, 1600.0, 870.0);
    let at = view(pose(), Some(free)).project(300.0, -200.0, 0.0).unwrap();
    assert!(at.distance(free.center()) < 0.5, "{at}");
}

#[test]
fn the_whole_city_is_within_what_is_free() {
    let (usual, narrow) = (Rect::new(400.0, 50.0, 1600.0, 870.0), Rect::new(320.0, 90.0, 1140.0, 880.0));
    let very_wide = Rect::new(200.0, 300.0, 1560.0, 700.0);
    for free in [usual, narrow, very_wide] {
        let home = LIMITS.home_in(SIZE, Some(free));
        let round: Vec<[f64; 2]> = (0..12)
            .map(|k| (f64::from(k) * std::f64::consts::TAU / 12.0).sin_cos())
            .map(|(s, c)| [4000.0 * c, 4000.0 * s])
            .collect();
        let seen = |pose: Pose| -> Vec<Vec2> {
            let view = view(pose, Some(free));
            round.iter().map(|[x, y]| view.project(*x, *y, 0.0).unwrap()).collect()
        };
        let at = seen(home);
        assert!(at.iter().all(|at| free.contains(*at)), "{at:?} in {free:?}");
        let near = seen(Pose { distance: home.distance * 0.7, ..home });
        assert!(!near.iter().all(|at| free.contains(*at)), "not needlessly far: {near:?}");
        let rows = |pick: fn(f32, f32) -> f32, from: f32| at.iter().map(|at| at.y).fold(from, pick);
        let middle = f32::midpoint(rows(f32::min, f32::MAX), rows(f32::max, f32::MIN));
        assert!((middle - free.center().y).abs() < 0.04 * free.height(), "{middle} in {free:?}");
    }
    let tilt = |free: Rect| LIMITS.home_in(SIZE, Some(free)).tilt;
    assert!(tilt(narrow) < tilt(usual) && tilt(usual) < tilt(very_wide), "flatter where it is wider");
}

#[test]
fn a_circle_that_is_not_seen_whole_is_come_to_and_one_that_is_moves_nothing() {
    let free = Rect::new(400.0, 50.0, 1600.0, 870.0);
    let (middle, radius_m) = ([900.0, -400.0], 500.0);
    let edge = |pose: Pose| -> Vec<Option<Vec2>> {
        let view = view(pose, Some(free));
        let around = (0..16).map(|k| (f64::from(k) * std::f64::consts::TAU / 16.0).sin_cos());
        around.map(|(s, c)| view.project(middle[0] + radius_m * c, middle[1] + radius_m * s, 0.0)).collect()
    };
    let whole = |pose: Pose| edge(pose).iter().all(|at| at.is_some_and(|at| free.contains(at)));
    for near in [Pose { target: middle, distance: 300.0, ..pose() }, Pose { target: [-2_000.0, 0.0], ..pose() }] {
        assert!(!whole(near));
        let to = LIMITS.with_circle(middle, radius_m, near, SIZE, Some(free));
        assert!(whole(to), "{to:?}");
        assert_eq!(Pose { target: near.target, distance: near.distance, ..to }, near, "looks the same way");
        assert!(!whole(Pose { distance: to.distance * 0.7, ..to }), "not needlessly far");
        assert_eq!(LIMITS.with_circle(middle, radius_m, to, SIZE, Some(free)), to);
    }
}

#[test]
fn a_point_on_screen_and_its_ground_belong_together() {
    let view = view(pose(), Some(Rect::new(400.0, 50.0, 1600.0, 870.0)));
    for at in [Vec2::new(700.0, 500.0), Vec2::new(20.0, 880.0), Vec2::new(1500.0, 400.0)] {
        let [east, north] = plain(&view, at);
        let back = view.project(east, north, 0.0).unwrap();
        assert!(back.distance(at) < 0.5, "{at} came back as {back}");
    }
}

#[test]
fn zooming_keeps_the_point_under_the_pointer() {
    let (before, at) = (view(pose(), None), Vec2::new(1200.0, 600.0));
    let anchor = plain(&before, at);
    for distance in [100.0, 700.0, 4000.0] {
        let after = view(zoom(pose(), anchor, distance), None);
        let now = after.project(anchor[0], anchor[1], 0.0).unwrap();
        assert!(now.distance(at) < 1.0, "at {distance} m: {now}");
    }
}

#[test]
fn dragging_keeps_the_grabbed_point_under_the_pointer() {
    let before = view(pose(), None);
    let grabbed = plain(&before, Vec2::new(500.0, 500.0));
    let to = Vec2::new(900.0, 640.0);
    let after = view(pan(pose(), grabbed, plain(&before, to)), None);
    let now = after.project(grabbed[0], grabbed[1], 0.0).unwrap();
    assert!(now.distance(to) < 1.0, "{now}");
}

#[test]
fn no_pose_goes_under_the_ground_or_gets_lost() {
    for wild in [f64::NAN, f64::INFINITY, -1e12, 1e12, 0.0, 89.999, 180.0, -720.0] {
        let tame = LIMITS.clamp(Pose { target: [wild, -wild], distance: wild, heading: wild, tilt: wild });
        assert!(frame(tame).0.y >= MIN_DISTANCE * MAX_TILT.to_radians().cos() - 1e-9, "{tame:?}");
        assert!(tame.target[0].abs() <= 7000.0 && tame.target[1].abs() <= 6000.0, "{tame:?}");
        assert!(tame.distance <= LIMITS.max_distance() && (0.0..360.0).contains(&tame.heading), "{tame:?}");
    }
}

#[test]
fn flying_starts_and_ends_where_it_should_and_takes_the_short_turn() {
    let to = Pose { target: [4000.0, 3000.0], distance: 400.0, heading: 350.0, tilt: 45.0 };
    let from = Pose { heading: 10.0, ..pose() };
    for (s, wanted) in [(0.0, from), (1.0, to)] {
        let at = fly(from, to, s);
        assert!((at.distance - wanted.distance).abs() < 1e-6 && (at.target[0] - wanted.target[0]).abs() < 1e-6);
    }
    let half = fly(from, to, 0.5).heading;
    assert!(!(1e-9..=359.0).contains(&half), "{half}");
    assert!((turn(350.0, 10.0) - 20.0).abs() < 1e-9);
}
