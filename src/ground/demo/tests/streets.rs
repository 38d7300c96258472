//! Streets: how they hang together, and what they are called.

use super::*;

fn for_cars(way: &WayShape) -> bool {
    way.class > Paint::Path && way.class <= Paint::Motorway && way.flags & skeleton::NO_CARS == 0
}

/// Where ways that hang together begin, one for each island.
fn islands(city: &CityModel, which: impl Fn(&WayShape) -> bool) -> Vec<Xy> {
    let mut numbers: BTreeMap<Fix, u32> = BTreeMap::new();
    let mut places = Vec::new();
    let roads = city.ways.iter().filter(|way| which(way));
    let lines: Vec<Vec<u32>> = roads
        .map(|way| {
            let mut number = |p: &Fix| {
                *numbers.entry(*p).or_insert_with(|| {
                    places.push(*p);
                    u32::try_from(places.len() - 1).unwrap()
                })
            };
            city.points_of(way.points).iter().map(&mut number).collect()
        })
        .collect();
    let mut sets = net::Sets::new(places.len());
    for line in &lines {
        line.windows(2).for_each(|leg| sets.unite(leg[0], leg[1]));
    }
    let roots: std::collections::BTreeSet<u32> = lines.iter().map(|line| sets.root(line[0])).collect();
    roots.into_iter().map(|root| metres(places[root as usize])).collect()
}

#[test]
fn all_roads_hang_together_for_whoever_drives_and_whoever_walks() {
    let others = [(1, 5_000), (2, 5_000), (3, 12_000), (2, 25_000)].map(|(seed, count)| generate(seed, count));
    for city in others.iter().chain([small()]).chain(large().map(|(_, city)| city)) {
        let what = &city.sources[0].file;
        assert_eq!(islands(city, for_cars).len(), 1, "{what}: {:?}", islands(city, for_cars));
        assert_eq!(islands(city, |way| way.class != Paint::Rail).len(), 1, "{what}");
    }
}

#[test]
fn every_building_has_a_road_near() {
    for city in [small()].into_iter().chain(large().map(|(_, city)| city).take(1)) {
        let mut near = geom::Near::new(100.0);
        for way in city.ways.iter().filter(|way| for_cars(way) && way.class < Paint::Motorway) {
            near.put_line(&line_of(city, way), 0);
        }
        for building in &city.buildings {
            let at = rings_of(city, building.rings)[0][0];
            assert!(near.nearest(at, 160.0, |_| true).is_some(), "no road within 160 m of {at:?}");
        }
    }
}

#[test]
fn what_a_road_is_called_fits_its_class() {
    for (_, city) in large() {
        let mut most: BTreeMap<&str, (Paint, Paint)> = BTreeMap::new();
        for way in city.ways.iter().filter(|way| way.class != Paint::Rail && way.name != 0) {
            let name = city.names.get(way.name);
            let fits: &[&str] = match way.class {
                Paint::Motorway | Paint::Trunk => &["高速", "快速路", "路", "大道"],
                Paint::Primary | Paint::Secondary => &["路", "大道"],
                Paint::Tertiary => &["路", "街"],
                _ => &["路", "街", "巷", "弄"],
            };
            assert!(fits.iter().any(|end| name.ends_with(end)), "{:?} {name}", way.class);
            let own = most.entry(name).or_insert((way.class, way.class));
            *own = (own.0.min(way.class), own.1.max(way.class));
        }
        // one name is one road
        let mixed = most.iter().filter(|(_, (low, high))| *low != *high).count();
        assert!(mixed == 0, "{mixed} names of roads of several classes");
    }
}
