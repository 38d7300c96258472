//! Where roads cross the river and each other.

use super::*;

/// Legs of roads on bridges over wide water, with the number of their way.
fn over_water(city: &CityModel) -> Vec<(usize, Xy, Xy)> {
    let waters = city.fills.iter().filter(|f| f.paint == Paint::Water).map(|f| rings_of(city, f.rings));
    let waters: Vec<_> = waters.filter(|w| shape::twice_area(&w[0]).abs() > 200_000.0).collect();
    let wet = |p: Xy| waters.iter().any(|w| shape::inside(w.iter().map(Vec::as_slice), p));
    let bridges = city.ways.iter().enumerate().filter(|(_, way)| {
        way.flags & skeleton::BRIDGE != 0 && (Paint::Secondary..=Paint::Motorway).contains(&way.class)
    });
    let mut legs = Vec::new();
    for (number, way) in bridges {
        let line: Vec<Xy> = city.points_of(way.points).iter().map(|p| metres(*p)).collect();
        let line = geom::resample(&line, 15.0);
        legs.extend(line.windows(2).filter(|leg| leg.iter().all(|p| wet(*p))).map(|leg| (number, leg[0], leg[1])));
    }
    legs
}

#[test]
fn no_two_bridges_meet_over_the_river() {
    for (seed, buildings) in [(3, 6_000), (1, 20_000), (11, 20_000)] {
        let legs = over_water(&generate(seed, buildings));
        let bridges: std::collections::BTreeSet<usize> = legs.iter().map(|leg| leg.0).collect();
        assert!(bridges.len() >= 4, "seed {seed}: {} bridges", bridges.len());
        for (number, a, b) in &legs {
            let other = legs.iter().find(|(other, c, d)| other != number && apart((*a, *b), (*c, *d)) < 60.0);
            assert!(other.is_none(), "seed {seed}: two bridges at {a:?}");
        }
    }
}

#[test]
fn an_expressway_is_on_a_viaduct_where_main_roads_cross_it() {
    let city = generate(1, 20_000);
    let legs = |classes: std::ops::RangeInclusive<Paint>, flags: fn(u8) -> bool| -> Vec<(Xy, Xy)> {
        let ways = city.ways.iter().filter(|way| classes.contains(&way.class) && flags(way.flags));
        ways.flat_map(|way| {
            let line: Vec<Xy> = city.points_of(way.points).iter().map(|p| metres(*p)).collect();
            line.windows(2).map(|leg| (leg[0], leg[1])).collect::<Vec<_>>()
        })
        .collect()
    };
    let on_ground = |flags: u8| flags & (skeleton::BRIDGE | skeleton::TUNNEL) == 0;
    let raised = legs(Paint::Motorway..=Paint::Motorway, |flags| flags & skeleton::BRIDGE != 0);
    let level = legs(Paint::Motorway..=Paint::Motorway, on_ground);
    let streets = legs(Paint::Secondary..=Paint::Primary, on_ground);
    let crossings = |of: &[(Xy, Xy)]| {
        let cross = |(a, b): &(Xy, Xy)| streets.iter().filter(|(c, d)| meet(*a, *b, *c, *d).is_some()).count();
        of.iter().map(cross).sum::<usize>()
    };
    assert!(crossings(&raised) >= 6, "{} roads pass below", crossings(&raised));
    assert_eq!(crossings(&level), 0);
}
