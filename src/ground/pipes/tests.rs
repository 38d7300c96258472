//! Tests of the networks: small ones made by hand, and those of the demo city.

use super::*;
use crate::ground::pack::writer;

/// A pipe of a network along points, a metre deep.
type Shape<'a> = (Network, u16, &'a [[f32; 2]]);

fn pipes_on(shapes: &[Shape], ground: impl Fn([f64; 2]) -> Option<f64>) -> Pipes {
    let lines = shapes.iter().map(|(network, diameter_mm, points)| Line {
        network: *network,
        diameter_mm: *diameter_mm,
        depth_m: 1.0,
        points,
    });
    Pipes::new(lines, ground)
}

/// On ground of which nobody knows how high it is.
fn pipes(shapes: &[Shape]) -> Pipes {
    pipes_on(shapes, |_| None)
}

fn way(pipes: &Pipes, network: Network, at: [f64; 2]) -> Vec<u32> {
    pipes.run_at(&[network], at, 15.0).map(|run| pipes.way(run).collect()).unwrap_or_default()
}

const GAS: Network = Network::Gas;
const DRAIN: Network = Network::Drainage;

#[test]
fn a_branch_hangs_behind_the_main_that_it_leaves_and_a_street_behind_both() {
    // A main to the east, a branch north from it, a street east from that.
    let all = pipes(&[
        (GAS, 400, &[[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]),
        (GAS, 200, &[[100.0, 0.4], [100.0, 100.0]]),
        (GAS, 110, &[[100.0, 100.0], [150.0, 100.0]]),
        (Network::Water, 800, &[[100.0, 90.0], [150.0, 90.0]]),
    ]);
    assert_eq!(way(&all, GAS, [140.0, 103.0]), [2, 1, 0]);
    assert_eq!(way(&all, GAS, [98.0, 50.0]), [1, 0]);
    assert_eq!(way(&all, GAS, [10.0, -14.0]), [0]);
    assert!(way(&all, GAS, [10.0, -16.0]).is_empty(), "too far from any");
    assert_eq!(way(&all, Network::Water, [140.0, 100.0]), [3], "networks do not lie in each other");
    assert!(way(&all, Network::Power, [140.0, 100.0]).is_empty());
    assert_eq!(way(&all, GAS, [100.0, 0.0]), [0], "where they meet the widest is meant");
    assert_eq!(
        all.run_at(&[GAS, Network::Water], [120.0, 92.0], 15.0).and_then(|run| all.network(run)),
        Some(Network::Water)
    );
}

#[test]
fn pipes_that_only_go_on_in_each_other_are_one_and_a_crossing_parts_them() {
    let all = pipes(&[
        (GAS, 200, &[[0.0, 0.0], [100.0, 0.0]]),
        (GAS, 200, &[[200.0, 0.0], [100.5, 0.0]]),
        // A narrow one leaves where they meet, and takes nothing from that.
        (GAS, 110, &[[100.0, 0.0], [100.0, 50.0]]),
        // Three of one diameter meet at 200.
        (GAS, 200, &[[200.0, 0.0], [300.0, 0.0]]),
        (GAS, 200, &[[200.0, 0.0], [200.0, 80.0]]),
        // What begins at a wider one is another run than what ends there.
        (GAS, 400, &[[300.0, -50.0], [300.0, 50.0]]),
        (GAS, 200, &[[300.0, 0.0], [400.0, 0.0]]),
    ]);
    assert_eq!((way(&all, GAS, [50.0, 0.0]), way(&all, GAS, [150.0, 0.0])), (vec![0], vec![0]));
    assert_eq!(way(&all, GAS, [100.0, 40.0]), [2, 0]);
    assert_eq!(way(&all, GAS, [200.0, 60.0]), [4]);
    assert_eq!((way(&all, GAS, [250.0, 0.0]), way(&all, GAS, [350.0, 0.0])), (vec![3, 5], vec![6, 5]));
}

#[test]
fn where_nobody_can_say_from_where_it_comes_a_pipe_hangs_behind_none() {
    // Between two mains; with one of unknown diameter; a ring of one diameter.
    let all = pipes(&[
        (GAS, 400, &[[0.0, 0.0], [0.0, 100.0]]),
        (GAS, 400, &[[100.0, 0.0], [100.0, 100.0]]),
        (GAS, 110, &[[0.0, 50.0], [100.0, 50.0]]),
        (GAS, 0, &[[50.0, 50.0], [50.0, 90.0]]),
        (GAS, 400, &[[500.0, 0.0], [500.0, 100.0]]),
        (GAS, 110, &[[500.0, 50.0], [560.0, 50.0]]),
        (GAS, 0, &[[560.0, 50.0], [600.0, 50.0]]),
        (GAS, 200, &[[900.0, 0.0], [950.0, 0.0], [950.0, 50.0]]),
        (GAS, 200, &[[950.0, 50.0], [900.0, 50.0], [900.0, 0.0]]),
    ]);
    assert_eq!((way(&all, GAS, [30.0, 50.0]), way(&all, GAS, [50.0, 80.0])), (vec![2], vec![3]));
    assert_eq!(way(&all, GAS, [530.0, 50.0]), [5], "the other one may be the wider");
    assert_eq!(way(&all, GAS, [600.0, 50.0]), [6]);
    assert_eq!((way(&all, GAS, [930.0, 0.0]), way(&all, GAS, [900.0, 30.0])), (vec![7], vec![7]));
}

#[test]
fn a_drain_hangs_behind_what_takes_its_water_where_the_ground_says_which_way_it_falls() {
    let shapes: [Shape; 5] = [
        // West of a collector a street that falls to it, east of it one that falls away from it to a brook.
        (DRAIN, 800, &[[0.0, 0.0], [0.0, 200.0]]),
        (DRAIN, 500, &[[-100.0, 100.0], [0.0, 100.0]]),
        (DRAIN, 500, &[[0.0, 100.0], [100.0, 100.0]]),
        // Behind the first one, of its own diameter, with a bend of both where they meet.
        (DRAIN, 500, &[[-100.0, 100.0], [-100.0, 200.0]]),
        (DRAIN, 500, &[[-100.0, 100.0], [-200.0, 100.0]]),
    ];
    // It falls to the east by 2 m in 100 m, and to the south by 3 m in 100 m.
    let slope = |at: [f64; 2]| Some(50.0 - at[0] * 0.02 + at[1] * 0.03);
    let all = pipes_on(&shapes, slope);
    assert_eq!(way(&all, DRAIN, [-50.0, 100.0]), [1, 0], "the widest takes it");
    assert_eq!(way(&all, DRAIN, [50.0, 100.0]), [2], "its water goes elsewhere");
    assert_eq!(way(&all, DRAIN, [-100.0, 150.0]), [3], "three meet at its low end, and it goes on in either");
    let two = pipes_on(&shapes[..4], slope);
    assert_eq!(way(&two, DRAIN, [-100.0, 150.0]), [1, 0], "one with what goes on in it");
    // On a flat ground diameters alone tell, and over a hill they do too.
    let flat = pipes_on(&shapes, |_| Some(4.0));
    assert_eq!((way(&flat, DRAIN, [50.0, 100.0]), way(&flat, DRAIN, [-100.0, 150.0])), (vec![2, 0], vec![3]));
    let hill = [shapes[0], (DRAIN, 500, &[[0.0, 100.0], [50.0, 100.0], [100.0, 100.0]][..])];
    let over = pipes_on(&hill, |at| Some(if (40.0..60.0).contains(&at[0]) { 9.0 } else { 5.0 - at[0] * 0.02 }));
    assert_eq!(way(&over, DRAIN, [50.0, 100.0]), [1, 0]);
    // Gas does not fall.
    let gas: Vec<Shape> = shapes.iter().map(|(_, wide, points)| (GAS, *wide, *points)).collect();
    assert_eq!(way(&pipes_on(&gas, slope), GAS, [50.0, 100.0]), [2, 0]);
}

#[test]
fn the_longest_way_ends_and_none_goes_in_a_circle() {
    let points: Vec<[[f32; 2]; 2]> =
        (0..20_u8).map(|at| [[f32::from(at) * 10.0, 0.0], [f32::from(at + 1) * 10.0, 0.0]]).collect();
    let shapes: Vec<Shape> = (1..).zip(&points).map(|(wide, points)| (GAS, wide * 10, points.as_slice())).collect();
    let all = pipes(&shapes);
    assert_eq!(way(&all, GAS, [5.0, 0.0]), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(pipes(&[]).is_empty());
    assert!(way(&pipes(&[(GAS, 100, &[])]), GAS, [0.0, 0.0]).is_empty());
}

#[test]
fn the_pipes_of_the_demo_city_hang_together() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("demo");
    writer::write(&crate::ground::demo::generate(7, 2_000), &out, "").expect("written");
    let city = City::open(&out).expect("opens");
    let all = Pipes::of(&city);
    let mut hang = 0;
    for (number, pipe) in (0_u32..).zip(city.pipes()) {
        let network = Network::from_number(pipe.network).expect("known");
        let points = city.pipe_points(pipe);
        let middle = points[points.len() / 2].map(f64::from);
        let run = all.run_at(&[network], middle, 1.0).expect("its own, or one that it meets there");
        assert_eq!(all.network(run), Some(network));
        let way: Vec<u32> = all.way(all.run(number)).collect();
        let wide = |run: &u32| city.pipes()[*run as usize].diameter_mm;
        assert!(network == DRAIN || way.is_sorted_by(|one, other| wide(one) < wide(other)), "{way:?}");
        hang += usize::from(way.len() > 1);
    }
    assert!(hang > 0, "some hang behind others");
}
