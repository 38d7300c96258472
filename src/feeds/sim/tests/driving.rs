//! Who drives keeps to the roads, and nobody leaps.

use super::*;
use crate::ground::pack::records::Edge;

/// Middles of long straight stretches of road and the edges they are on.
fn stretches(city: &City, roads: &Roads) -> Vec<([f32; 2], [f32; 2])> {
    let long = city.edges().iter().filter(|edge| {
        let way = &city.ways()[edge.way as usize];
        edge.length_m > 150.0
            && edge.first_point + 1 == edge.last_point
            && way.flags & 0b1110 == 0
            && (7..12).contains(&way.class)
            && roads.reachable(edge.from)
    });
    let ends =
        |edge: &Edge| (city.way_points()[edge.first_point as usize], city.way_points()[edge.last_point as usize]);
    let middle = |(a, b): ([f32; 2], [f32; 2])| {
        let long = roads::far(a, b);
        let aside = [-(b[1] - a[1]) / long * 9.0, (b[0] - a[0]) / long * 9.0];
        let on = [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])];
        (on, [on[0] + aside[0], on[1] + aside[1]])
    };
    long.map(|edge| middle(ends(edge))).take(40).collect()
}

#[test]
fn a_way_begins_and_ends_at_the_nearest_point_of_a_road_also_amid_an_edge() {
    let city = city();
    let mut roads = Roads::of(&city);
    let mut random = Random::of(7, 7, 7);
    let off_road = |roads: &Roads, at| roads::far(roads.spot_at(&city, at).unwrap(), at);
    let stretches = stretches(&city, &roads);
    assert!(stretches.len() > 20, "{}", stretches.len());
    for (_, site) in &stretches {
        let from = city.nodes()[*random.pick(roads.nodes()).unwrap() as usize];
        let leg = roads.route(&city, from, *site, 1.0);
        let corners = leg.points();
        let last = corners[corners.len() - 2];
        assert!(roads::far(last, *site) < 9.5, "the last {} m are straight", roads::far(last, *site));
        for pair in corners[1..corners.len() - 1].windows(2) {
            let middle = [f32::midpoint(pair[0][0], pair[1][0]), f32::midpoint(pair[0][1], pair[1][1])];
            // Roads above each other count as farther off.
            assert!(off_road(&roads, middle) < 1.0, "{} m from any road", off_road(&roads, middle));
        }
        // Sent elsewhere on its way it goes on from where it is.
        for share in [0.2, 0.5, 0.8] {
            let here = leg.at(leg.long() * share).unwrap();
            let elsewhere = city.nodes()[*random.pick(roads.nodes()).unwrap() as usize];
            let other = roads.route(&city, here, elsewhere, 1.0);
            assert!(roads::far(other.points()[1], here) < 1.0, "{:?} {here:?}", &other.points()[..3]);
            let stroll = roads.stroll(&city, here, here, 500.0, 5.0, &mut random).unwrap();
            assert!(roads::far(stroll.points()[1], here) < 1.0);
        }
    }
    // From one door to the next of the same street it is no way round.
    let (on, site) = stretches[0];
    let along = [on[0] + (on[1] - site[1]), on[1] - (on[0] - site[0])];
    assert!(roads.route(&city, site, along, 1.0).long() < 10.0);
}
