//! Which parts of roads take which sensors' values, and which of them is pointed at.

use super::*;

const STREET: u8 = Paint::Street as u8;

fn piece(points: &[[f32; 2]], ends: [u32; 2], road: u64, class: u8) -> Piece {
    Piece { points: points.to_vec(), ends, road, class, bridge: None }
}

/// A road from west to east with crossings after 300, 600 and 1,000 metres, the first of which another one leaves to
/// the north.
fn network() -> Network {
    Network::new(vec![
        piece(&[[0.0, 0.0], [120.0, 0.0], [300.0, 0.0]], [0, 1], 1, STREET),
        piece(&[[300.0, 0.0], [600.0, 0.0]], [1, 2], 1, STREET),
        // Against the others.
        piece(&[[1_000.0, 0.0], [600.0, 0.0]], [3, 2], 1, STREET),
        piece(&[[300.0, 0.0], [300.0, 300.0]], [1, 4], 2, STREET),
    ])
}

const A: SensorId = SensorId(7);
const B: SensorId = SensorId(3);

/// From where to where each part runs, with the metres from its sensor at both ends; sorted.
fn told(all: &[Stretch]) -> Vec<(SensorId, [i64; 2], [i64; 2])> {
    #[expect(clippy::cast_possible_truncation, reason = "whole metres")]
    let whole = |v: f32| v.round() as i64;
    let mut told: Vec<_> = all
        .iter()
        .map(|part| {
            let (first, last) = (part.points.first().unwrap(), part.points.last().unwrap());
            let (mut ends, mut away) = ([first[0], last[0]].map(whole), part.away.map(whole));
            if ends[0] > ends[1] {
                ends.reverse();
                away.reverse();
            }
            (part.sensor, ends, away)
        })
        .collect();
    told.sort_by_key(|(_, ends, _)| *ends);
    told
}

#[test]
fn each_part_of_a_road_takes_the_sensor_that_is_nearest_along_it_and_no_other_road_does() {
    let sensors = [(A, [250.0, 5.0]), (B, [700.0, -3.0])];
    let all = stretches(&network(), &sensors, |_| 12.0);
    let right = [
        (A, [0, 250], [250, 0]),
        (A, [250, 300], [0, 50]),
        (A, [300, 475], [50, 225]),
        (B, [475, 600], [225, 100]),
        (B, [600, 700], [100, 0]),
        (B, [700, 1_000], [0, 300]),
    ];
    assert_eq!(told(&all), right);
    assert!(all.iter().flat_map(|part| &part.points).all(|point| point[1].abs() < 1e-3), "not around the corner");
    assert!(all.iter().flat_map(|part| &part.points).all(|point| (point[2] - 12.0).abs() < 1e-3));
    let gaps = all.iter().flat_map(|part| part.points.windows(2)).map(|pair| pair[1][0] - pair[0][0]);
    assert!(gaps.map(f32::abs).all(|gap| gap > 0.0 && gap <= STEP_M + 1e-3), "they follow the ground");
}

#[test]
fn a_value_ends_where_it_says_nothing_of_the_road_any_more() {
    let long = Network::new(vec![piece(&[[0.0, 0.0], [2_000.0, 0.0]], [0, 1], 1, STREET)]);
    let all = stretches(&long, &[(A, [1_000.0, 0.0])], |_| 0.0);
    assert_eq!(told(&all), [(A, [600, 1_000], [400, 0]), (A, [1_000, 1_400], [0, 400])]);
    // Over two crossings it goes as far as well.
    let all = stretches(&network(), &[(A, [250.0, 0.0])], |_| 0.0);
    let ends: Vec<_> = told(&all).into_iter().map(|(_, ends, _)| ends).collect();
    assert_eq!(ends, [[0, 250], [250, 300], [300, 600], [600, 650]]);
}

#[test]
fn a_sensor_is_on_the_nearest_road_the_greater_of_two_that_are_as_near_and_on_none_far_away() {
    let pieces = vec![
        piece(&[[0.0, 0.0], [500.0, 0.0]], [0, 1], 1, STREET),
        piece(&[[0.0, 10.0], [500.0, 10.0]], [2, 3], 2, Paint::Primary as u8),
    ];
    let network = Network::new(pieces);
    let class = |north: f64| {
        let all = stretches(&network, &[(A, [250.0, north])], |_| 0.0);
        all.first().map(|part| part.class)
    };
    assert_eq!(class(1.0), Some(STREET));
    assert_eq!(class(4.5), Some(Paint::Primary as u8));
    assert_eq!(class(10.0 + f64::from(SNAP_M) - 1.0), Some(Paint::Primary as u8));
    assert_eq!(class(10.0 + f64::from(SNAP_M) + 1.0), None);
    assert!(stretches(&Network::new(Vec::new()), &[(A, [0.0; 2])], |_| 0.0).is_empty());
}

#[test]
fn on_a_bridge_a_road_lies_on_the_deck_and_beside_it_on_the_ground() {
    // Between grounds of 4 and 7 metres, six metres higher; its first 100 metres are another piece's.
    let deck = Deck { length: 400.0, ends: [4.0, 7.0], goes_on: [false, false] };
    let over = Piece { bridge: Some((deck, 100.0)), ..piece(&[[0.0, 0.0], [300.0, 0.0]], [0, 1], 1, STREET) };
    let all =
        stretches(&Network::new(vec![over]), &[(A, [100.0, 0.0])], |[east, _]| if east > 299.0 { 9.0 } else { 1.0 });
    let at = |east: f32| {
        let found = all.iter().flat_map(|part| &part.points).find(|point| (point[0] - east).abs() < 1e-3);
        found.map(|point| point[2]).unwrap()
    };
    // 100 of 400 metres: a quarter of the way from 4 to 7, and on top.
    assert!((at(0.0) - 10.75).abs() < 1e-3, "{}", at(0.0));
    assert!((at(100.0) - 11.5).abs() < 1e-3, "{}", at(100.0));
    assert!((at(300.0) - 9.0).abs() < 1e-3, "where it ends the ground is higher than 7: {}", at(300.0));
    let gaps = all.iter().flat_map(|part| part.points.windows(2)).map(|pair| (pair[1][0] - pair[0][0]).abs());
    assert!(gaps.fold(0.0, f32::max) <= BRIDGE_STEP_M + 1e-3);
}

#[test]
fn the_pointer_finds_the_part_it_is_on_and_how_far_its_sensor_is_along_the_road() {
    let all = stretches(&network(), &[(A, [250.0, 5.0]), (B, [700.0, -3.0])], |_| 0.0);
    let (part, away) = nearest(&all, plan([400.0, 3.0]), 8.0).unwrap();
    assert_eq!(part.sensor, A);
    assert!((away - 150.0).abs() < 0.5, "{away}");
    let (part, away) = nearest(&all, plan([900.0, -3.0]), 8.0).unwrap();
    assert_eq!(part.sensor, B);
    assert!((away - 200.0).abs() < 0.5, "{away}");
    assert!(nearest(&all, plan([400.0, 9.0]), 8.0).is_none());
    assert!(nearest(&all, plan([300.0, 200.0]), 8.0).is_none(), "the other road tells nothing");
}

/// Straight down at a place: the same at each height.
fn plan(at: [f64; 2]) -> impl Fn(f64) -> Option<[f64; 2]> {
    move |_| Some(at)
}

#[test]
fn over_a_road_the_pointer_reads_the_bridge_at_its_height_and_beside_it_the_road_below() {
    let part = |sensor: SensorId, points: [[f32; 3]; 2], bridge: bool| Stretch {
        sensor,
        bounds: around(points.map(|[x, y, _]| [x, y]).iter()),
        points: points.to_vec(),
        away: [0.0, 100.0],
        class: STREET,
        bridge,
    };
    // A street to the east on the ground, a bridge to the north ten metres over it, and one that is higher still.
    let street = part(A, [[-50.0, 0.0, 0.0], [50.0, 0.0, 0.0]], false);
    let bridge = part(B, [[0.0, -50.0, 10.0], [0.0, 50.0, 10.0]], true);
    let upper = part(SensorId(9), [[-50.0, 2.0, 18.0], [50.0, 2.0, 18.0]], true);
    let both = [street.clone(), bridge.clone()];
    let found = |all: &[Stretch], at: &dyn Fn(f64) -> Option<[f64; 2]>| {
        nearest(all, at, 8.0).map(|(stretch, _)| stretch.sensor)
    };
    assert_eq!(found(&both, &plan([1.0, 0.5])), Some(B), "it lies over the street, though that is nearer");
    assert_eq!(found(&both, &plan([30.0, 0.5])), Some(A));
    assert_eq!(found(&both, &plan([6.0, 0.5])), Some(A), "beside the bridge");
    // Seen from the east, 45 degrees from above: what is ten metres up is met ten metres before the ground.
    let slanting = |east: f64| move |up: f64| Some([east + up, 0.5]);
    assert_eq!(found(&both, &slanting(-10.0)), Some(B), "met at its own height, not where its shadow falls");
    assert_eq!(found(&both, &slanting(0.5)), Some(A), "behind it the street is seen under it");
    assert_eq!(found(&[street, bridge, upper], &plan([1.0, 1.0])), Some(SensorId(9)), "of bridges the upper one");
    assert_eq!(found(&both, &|_| None), None, "nothing is met");
}
