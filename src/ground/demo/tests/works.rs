//! Works: the port's cranes.

use super::*;

#[test]
fn the_ports_cranes_stand_on_land_at_the_waters_edge() {
    for (seed, wanted) in [(3, 6_000), (1, 20_000)] {
        let city = generate(seed, wanted);
        let waters: Vec<Vec<Vec<Xy>>> =
            city.fills.iter().filter(|f| f.paint == Paint::Water).map(|f| rings_of(&city, f.rings)).collect();
        let shore = |p: Xy| {
            let sides = waters.iter().flatten().flat_map(|ring| shape::pairs(ring));
            sides.map(|(a, b)| foot(a, b, p).1).fold(f64::MAX, f64::min)
        };
        let (mut legs, mut booms) = (0, 0);
        for building in city.buildings.iter().filter(|b| b.class == BuildingClass::Minor && b.top_dm > 250) {
            let ring = &rings_of(&city, building.rings)[0];
            let (area, far) = (shape::twice_area(ring).abs() / 2.0, shore(ring[0]));
            let dry = ring.iter().all(|p| !waters.iter().any(|w| shape::inside(w.iter().map(Vec::as_slice), *p)));
            if building.foot_dm == 0 && (area - 36.0).abs() < 0.5 {
                legs += 1;
                assert!(dry && far < 30.0, "a leg {far} m from the water, seed {seed}");
            } else if building.foot_dm > 250 && (area - 6.0 * 28.5).abs() < 1.0 {
                booms += 1;
                assert!(dry && far < 6.0, "a boom ends {far} m from the water, seed {seed}");
            }
        }
        assert!(booms > 3 && legs == booms * 2, "seed {seed}: {legs} legs, {booms} booms");
    }
}
