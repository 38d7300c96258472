//! Where roads cross the river and each other.

use std::collections::BTreeSet;

use super::*;

/// Legs of main roads with this flag in the river, with the number of their way.
fn in_river(city: &CityModel, flag: u8) -> Vec<(usize, Xy, Xy)> {
    let waters = Waters::new(city);
    let wet = |p: &Xy| waters.at(*p) > 100_000.0;
    let main = |way: &WayShape| way.flags & flag != 0 && (Paint::Secondary..=Paint::Motorway).contains(&way.class);
    let mut legs = Vec::new();
    for (number, way) in city.ways.iter().enumerate().filter(|(_, way)| main(way)) {
        let line = geom::resample(&line_of(city, way), 15.0);
        legs.extend(line.windows(2).filter(|leg| leg.iter().all(wet)).map(|leg| (number, leg[0], leg[1])));
    }
    legs
}

/// The ways of such legs.
fn ways(legs: &[(usize, Xy, Xy)]) -> BTreeSet<usize> {
    legs.iter().map(|leg| leg.0).collect()
}

/// Whether one way ends where the other does.
fn goes_on(city: &CityModel, a: usize, b: usize) -> bool {
    let [a, b] = [a, b].map(|way| city.points_of(city.ways[way].points));
    a.first() == b.last() || a.last() == b.first()
}

#[test]
fn no_two_bridges_meet_over_the_river() {
    for (seed, city) in [(3, small())].into_iter().chain(large()) {
        let legs = in_river(city, skeleton::BRIDGE);
        assert!(ways(&legs).len() >= 4, "seed {seed}: {} bridges", ways(&legs).len());
        for (number, a, b) in &legs {
            let meets = |other: usize| other != *number && !goes_on(city, *number, other);
            let other = legs.iter().find(|(other, c, d)| meets(*other) && apart((*a, *b), (*c, *d)) < 60.0);
            assert!(other.is_none(), "seed {seed}: two bridges at {a:?}");
        }
    }
}

#[test]
fn roads_go_under_the_river_too_and_on_from_both_ends() {
    let least = [1, 2, 5, 9, 23].map(|seed| (seed, 1, generate(seed, *BUILDINGS.start())));
    let least = least.iter().map(|(seed, wanted, city)| (*seed, *wanted, city));
    for (seed, wanted, city) in least.chain(large().map(|(seed, city)| (seed, 2, city))) {
        let tunnels = ways(&in_river(city, skeleton::TUNNEL));
        assert!(tunnels.len() >= wanted, "seed {seed}: {} tunnels", tunnels.len());
        let mut near: BTreeMap<Fix, usize> = BTreeMap::new();
        for way in city.ways.iter().filter(|way| way.class > Paint::Path && way.class <= Paint::Motorway) {
            for point in city.points_of(way.points) {
                *near.entry(*point).or_default() += 1;
            }
        }
        for way in tunnels.into_iter().map(|number| &city.ways[number]) {
            let points = city.points_of(way.points);
            let ends = [points.first(), points.last()].map(|end| near[end.unwrap()]);
            assert!(ends.iter().all(|ways| *ways > 1), "seed {seed}: a tunnel's end at {:?}", line_of(city, way));
        }
    }
}

#[test]
fn whatever_crosses_water_is_a_bridge_or_a_tunnel() {
    for (seed, city) in [(3, small())].into_iter().chain(large()) {
        let waters = Waters::new(city);
        let on_ground = |way: &&WayShape| way.flags & (skeleton::BRIDGE | skeleton::TUNNEL) == 0;
        for way in city.ways.iter().filter(on_ground) {
            let wet = geom::resample(&line_of(city, way), 4.0).into_iter().find(|p| waters.at(*p) > 0.0);
            // a footpath to a pavilion
            let pond = way.class == Paint::Path && wet.is_some_and(|p| waters.at(p) < 12_000.0);
            assert!(wet.is_none() || pond, "seed {seed}: {:?} on water at {wet:?}", way.class);
        }
    }
}

#[test]
fn an_expressway_is_on_a_viaduct_where_main_roads_cross_it() {
    let city = generate(1, 20_000);
    let legs = |classes: std::ops::RangeInclusive<Paint>, flags: fn(u8) -> bool| -> Vec<(Xy, Xy)> {
        let ways = city.ways.iter().filter(|way| classes.contains(&way.class) && flags(way.flags));
        ways.flat_map(|way| line_of(&city, way).windows(2).map(|leg| (leg[0], leg[1])).collect::<Vec<_>>()).collect()
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
