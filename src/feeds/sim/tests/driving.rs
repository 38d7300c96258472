//! Who drives keeps to the roads, and nobody leaps.

#![expect(clippy::cast_possible_truncation, reason = "hours of a day and metres of a city")]

use super::*;
use crate::domain::CrewKind;
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

fn buses(day: &Sim, now: Moment) -> Vec<CrewPosition> {
    day.positions(now, 0, usize::MAX).into_iter().filter(|p| p.kind == CrewKind::Bus).collect()
}

#[test]
fn buses_finish_their_runs_rest_at_the_ends_and_begin_there() {
    let options = SimOptions { crews: Some(400), ..quiet() };
    let mut day = sim(options);
    let at = |hour: f64| START.plus_millis(((hour - 8.0) * HOUR_MILLIS as f64) as i64);
    let metres = |a: &CrewPosition, b: &CrewPosition| {
        let frame = *city().frame();
        let (a, b) = (frame.metres_from_lonlat(a.at), frame.metres_from_lonlat(b.at));
        (a[0] - b[0]).hypot(a[1] - b[1])
    };
    // By day they are on their lines, and stand at stops.
    day.step(at(9.0));
    let mut before = buses(&day, at(9.0));
    assert!(before.len() >= 32, "{}", before.len());
    let (mut stood, mut moved) = (0, 0);
    for tick in 1..=60 {
        let now = at(9.0).plus_millis(tick * 10_000);
        day.step(now);
        let next = buses(&day, now);
        for (a, b) in before.iter().zip(&next) {
            assert!(metres(a, b) < 10.0 * 25.0, "a bus leaps {} m", metres(a, b));
            *(if metres(a, b) < 0.1 { &mut stood } else { &mut moved }) += 1;
        }
        before = next;
    }
    assert!(moved > stood && stood * 12 > moved, "{stood} {moved}");
    // Around the last hour and the first one nobody leaps either.
    let ends: Vec<_> = (0..before.len()).map(|bus| day.fleet.buses.ends(bus)).collect();
    for (from, upto) in [(22.9, 24.5), (29.9, 31.0)] {
        day.step(at(from));
        before = buses(&day, at(from));
        let ticks = ((upto - from) * 360.0) as i64;
        for tick in 1..=ticks {
            let now = at(from).plus_millis(tick * 10_000);
            day.step(now);
            let next = buses(&day, now);
            for (a, b) in before.iter().zip(&next) {
                assert!(metres(a, b) < 10.0 * 25.0, "a bus leaps {} m", metres(a, b));
            }
            before = next;
        }
        let driving = before.iter().filter(|bus| bus.status == CrewStatus::Free).count();
        let resting = before.len() - driving;
        if upto > 25.0 {
            assert!(driving > resting, "{driving} {resting}");
        } else {
            assert_eq!(driving, 0, "all rest after midnight");
        }
        if from < 25.0 {
            for (bus, ends) in before.iter().zip(&ends) {
                let here = city().frame().metres_from_lonlat(bus.at).map(|v| v as f32);
                assert!(ends.iter().any(|end| roads::far(*end, here) < 1.0), "{bus:?} rests at an end of its line");
            }
        }
    }
}

#[test]
fn bad_weather_slows_buses_and_crews() {
    let driven = |weather: Weather| {
        let mut day = sim(SimOptions { crews: Some(400), per_hour: Some(60.0), ..quiet() });
        day.force_weather(Some(weather));
        day.step(START.plus_millis(2 * HOUR_MILLIS));
        let mut metres = [0.0; 2];
        let mut before = day.positions(day.now, 0, usize::MAX);
        for tick in 1..=120 {
            let now = START.plus_millis(2 * HOUR_MILLIS + tick * 10_000);
            day.step(now);
            let next = day.positions(now, 0, usize::MAX);
            for (a, b) in before.iter().zip(&next) {
                let frame = *city().frame();
                let (p, q) = (frame.metres_from_lonlat(a.at), frame.metres_from_lonlat(b.at));
                if a.kind == CrewKind::Bus {
                    metres[0] += (p[0] - q[0]).hypot(p[1] - q[1]);
                }
            }
            before = next;
        }
        metres[1] = f64::from(day.slow);
        metres
    };
    let clear = driven(Weather::default());
    let snow = driven(Weather { sky: Sky::Snow, intensity: 3, temperature_dc: -50, wind_mps: 5, rain_mm_h: 20 });
    assert!(snow[0] < clear[0] * 0.75 && snow[0] > clear[0] * 0.35, "{clear:?} {snow:?}");
    assert!((clear[1] - 1.0).abs() < 1e-6 && (snow[1] - 0.55).abs() < 1e-3, "{clear:?} {snow:?}");
}
