//! Streets: how they hang together, what they are called, what stands in them.

use super::*;

const ON_GROUND: u8 = skeleton::BRIDGE | skeleton::TUNNEL;
/// Street lamp, tree, and the marks of underpasses and bridges, which are where those are.
const LAMP: u16 = 118;
const TREE: u16 = 402;
const MARKS: [u16; 2] = [206, 208];

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

#[test]
fn no_street_is_dark() {
    for city in [small()].into_iter().chain(large().map(|(_, city)| city)) {
        let mut lamps = geom::Near::new(60.0);
        for lamp in city.components.iter().filter(|c| c.code == LAMP) {
            lamps.put(metres(lamp.at), metres(lamp.at), 0);
        }
        let (mut all, mut dark) = (0.0, 0.0);
        let lit = |way: &&WayShape| (Paint::Street..=Paint::Trunk).contains(&way.class) && way.flags & ON_GROUND == 0;
        for way in city.ways.iter().filter(lit) {
            for leg in geom::resample(&line_of(city, way), 20.0).windows(2) {
                let long = away(leg[0], leg[1]);
                all += long;
                if lamps.nearest(geom::lerp(leg[0], leg[1], 0.5), 60.0, |_| true).is_none() {
                    dark += long;
                }
            }
        }
        assert!(dark < all * 0.005, "{dark} m of {all} m have no lamp within 60 m");
    }
}

#[test]
fn components_stand_neither_in_water_nor_on_a_tunnels_way_nor_trees_under_a_viaduct() {
    for (seed, city) in [(3, small())].into_iter().chain(large()) {
        let waters = Waters::new(city);
        let lines = |which: &dyn Fn(&WayShape) -> bool| {
            let ways: Vec<&WayShape> = city.ways.iter().filter(|way| which(way)).collect();
            let mut near = geom::Near::new(80.0);
            for (way, number) in ways.iter().zip(0u32..) {
                near.put_line(&line_of(city, way), number);
            }
            let halves: Vec<f64> = ways.iter().map(|way| f64::from(way.width_cm) / 200.0).collect();
            (near, halves)
        };
        let within = |(near, halves): &(geom::Near, Vec<f64>), p: Xy, more: f64| {
            let mut found = Vec::new();
            near.around(p, p, 25.0, &mut found);
            let legs = found.iter().filter_map(|i| near.get(*i));
            legs.into_iter().any(|(a, b, way)| foot(a, b, p).1 < halves[way as usize] + more)
        };
        let tunnels = lines(&|way| for_cars(way) && way.flags & skeleton::TUNNEL != 0);
        let ground = lines(&|way| for_cars(way) && way.flags & ON_GROUND == 0);
        let decks = lines(&|way| way.flags & skeleton::BRIDGE != 0);
        let (mut trees, mut standing) = (0, 0);
        for component in city.components.iter().filter(|c| !MARKS.contains(&c.code)) {
            let (at, code) = (metres(component.at), component.code);
            assert!(waters.at(at) == 0.0, "seed {seed}: a {code} in water at {at:?}");
            // beside or in a street it is that street's
            let own = within(&ground, at, 3.0);
            assert!(own || !within(&tunnels, at, 0.0), "seed {seed}: a {code} on a tunnel's way at {at:?}");
            standing += 1;
            if code == TREE {
                trees += 1;
                assert!(!within(&decks, at, 2.0), "seed {seed}: a tree under a viaduct at {at:?}");
            }
        }
        assert!(standing > 20_000 && standing <= 100_000 && trees > 3_000, "{standing} {trees}");
    }
}
