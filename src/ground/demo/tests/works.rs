//! Works: the port's cranes, chimneys and cooling towers, the railway station.

use super::*;

#[test]
fn the_ports_cranes_stand_on_land_and_reach_over_the_water() {
    for (seed, city) in [(3, small())].into_iter().chain(large().take(1)) {
        let waters = Waters::new(city);
        let (mut legs, mut booms) = (0, 0);
        for building in city.buildings.iter().filter(|b| b.class == BuildingClass::Minor && b.top_dm > 250) {
            let ring = &rings_of(city, building.rings)[0];
            let area = shape::twice_area(ring).abs() / 2.0;
            if ring.len() != 4 {
                continue;
            }
            let wet = ring.iter().filter(|p| waters.at(**p) > 0.0).count();
            if building.foot_dm == 0 && (area - 4.0).abs() < 0.3 {
                legs += 1;
                assert_eq!(wet, 0, "seed {seed}: a leg in the water at {ring:?}");
            } else if building.foot_dm > 250 && (area - 4.4 * 65.0).abs() < 3.0 {
                booms += 1;
                assert_eq!(wet, 2, "seed {seed}: a boom at {ring:?} reaches over no water");
            }
        }
        assert!(booms > 3 && legs == booms * 4, "seed {seed}: {legs} legs, {booms} booms");
    }
}

#[test]
fn chimneys_and_cooling_towers_have_no_windows() {
    let (_, city) = large().next().unwrap();
    let (mut chimneys, mut mouths) = (0, 0);
    for building in &city.buildings {
        let rings = rings_of(city, building.rings);
        let (sides, m2) = (rings[0].len(), shape::twice_area(&rings[0]).abs() / 2.0);
        let is_chimney = sides == 8 && m2 < 45.0 && building.foot_dm == 0 && building.top_dm > 550;
        let is_mouth = sides == 16 && rings.len() == 2 && building.foot_dm > 0;
        chimneys += usize::from(is_chimney);
        mouths += usize::from(is_mouth);
        // what is minor has none in the pack
        let blind = building.class == BuildingClass::Minor;
        assert!(blind || !(is_chimney || is_mouth), "windows at {:?}", rings[0][0]);
    }
    assert!(chimneys > 3 && mouths > 2, "{chimneys} chimneys, {mouths} cooling towers");
}

#[test]
fn the_railway_station_lies_along_the_tracks() {
    for (seed, city) in [(3, small())].into_iter().chain(large()) {
        let hall = city.buildings.iter().find(|b| city.names.get(b.name).ends_with("候车厅"));
        let hall = hall.unwrap_or_else(|| panic!("seed {seed}: no station"));
        let ring = &rings_of(city, hall.rings)[0];
        let side = shape::pairs(ring).max_by(|a, b| away(a.0, a.1).total_cmp(&away(b.0, b.1))).unwrap();
        let way = unit(sub(side.1, side.0));
        let tracks = city.ways.iter().filter(|w| w.class == Paint::Rail && w.flags & skeleton::TUNNEL == 0);
        let legs = tracks.flat_map(|w| {
            let line = line_of(city, w);
            line.windows(2).map(|leg| (leg[0], leg[1])).collect::<Vec<_>>()
        });
        let nearest = legs.map(|leg| (apart(leg, side), leg)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        let (far, (a, b)) = nearest;
        let turned = geom::cross(way, unit(sub(b, a))).abs();
        assert!(far < 160.0 && turned < 0.2, "seed {seed}: {far} m from the tracks, turned by {turned}");
    }
}
