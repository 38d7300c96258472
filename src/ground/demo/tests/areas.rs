//! Areas: how many there are, how large, and how they nest.

use super::*;

fn count(city: &CityModel, level: u8) -> usize {
    city.areas.iter().filter(|a| a.level == level).count()
}

#[test]
fn its_areas_tile_the_city_and_every_address_nests() {
    let city = small();
    let mut sums: BTreeMap<u8, i128> = BTreeMap::new();
    for area in &city.areas {
        let twice: i128 = city
            .rings_of(area.rings)
            .map(|ring| {
                let next = ring.iter().cycle().skip(1);
                let cross =
                    |(a, b): (&Fix, &Fix)| i128::from(a[0]) * i128::from(b[1]) - i128::from(a[1]) * i128::from(b[0]);
                ring.iter().zip(next).map(cross).sum::<i128>()
            })
            .sum();
        assert!(twice > 0, "area {} is turned inside out", area.code);
        *sums.entry(area.level).or_default() += twice;
    }
    assert_eq!(sums.keys().copied().collect::<Vec<_>>(), [5, 6, 8, 10, 11, 12]);
    assert_eq!(sums.values().collect::<std::collections::BTreeSet<_>>().len(), 1, "{sums:?}");

    let levels = [5, 6, 8, 10, 11, 12];
    let mut shapes: Vec<(u8, u64, Vec<Vec<Xy>>)> = Vec::new();
    for area in &city.areas {
        shapes.push((area.level, area.code, rings_of(city, area.rings)));
    }
    let grid = Grid::new(shapes.iter().map(|s| shape::bounds(&s.2.concat()).unwrap()));
    let buildings = city.buildings.iter().map(|b| rings_of(city, b.rings)[0][0]);
    let places = city.places.iter().filter(|p| p.kind != PlaceKind::WaterName).map(|p| metres(p.at));
    for at in buildings.step_by(5).chain(places) {
        let around: Vec<(u8, u64)> = grid
            .near(at, at)
            .into_iter()
            .filter(|i| shape::inside(shapes[*i].2.iter().map(Vec::as_slice), at))
            .map(|i| (shapes[i].0, shapes[i].1))
            .collect();
        let code = |level: u8| around.iter().find(|a| a.0 == level).map(|a| a.1);
        assert_eq!(around.len(), levels.len(), "{at:?} lies in {around:?}");
        let [district, street, community, patrol, unit] = [6, 8, 10, 11, 12].map(|l| code(l).unwrap());
        assert_eq!(
            [unit / 1_000, patrol / 100, community / 1_000, street / 1_000],
            [community, community, street, district]
        );
        assert!((100_000_000_000_000..1_000_000_000_000_000).contains(&unit), "15 digits");
        let name = |code: u64| city.names.get(city.areas.iter().find(|a| a.code == code).unwrap().name).to_owned();
        assert_eq!(name(district).ends_with('县'), district % 100 > 20, "{}", name(district));
        assert_eq!(name(street).ends_with('镇'), street % 1_000 > 100, "{}", name(street));
        assert_eq!(name(community).ends_with('村'), community % 1_000 > 200, "{}", name(community));
    }
}

#[test]
fn a_city_of_the_usual_size_has_as_many_areas_as_a_large_one() {
    for (seed, city) in large() {
        let [districts, streets, communities, patrols] = [6, 8, 10, 11].map(|level| count(city, level));
        assert_eq!(districts, 12);
        assert!(streets >= 100 && communities >= 1_300, "seed {seed}: {streets} streets, {communities} communities");
        assert!(patrols * 10 > communities * 13, "seed {seed}: {patrols} patrol grids");
    }
}

#[test]
fn no_community_and_no_unit_grid_is_a_sliver_and_a_large_community_has_several_patrol_grids() {
    for city in [small()].into_iter().chain(large().map(|(_, city)| city)) {
        let mut below: BTreeMap<u64, [usize; 2]> = BTreeMap::new();
        for area in &city.areas {
            let m2: f64 = rings_of(city, area.rings).iter().map(|ring| shape::twice_area(ring) / 2.0).sum();
            let least = match area.level {
                12 | 11 => 1_000.0,
                10 => 4_000.0,
                _ => 20_000.0,
            };
            // a place is rounded to a centimetre
            assert!(m2 > least - 5.0, "{} is {m2} square metres", area.code);
            match area.level {
                11 => below.entry(area.code / 100).or_default()[0] += 1,
                12 => below.entry(area.code / 1_000).or_default()[1] += 1,
                _ => (),
            }
        }
        for (community, [patrols, units]) in below {
            assert!(patrols >= (units / 2).clamp(1, 4), "{community}: {patrols} patrol grids of {units} unit grids");
        }
    }
}

#[test]
fn the_tree_of_areas_goes_down_level_by_level_also_where_two_are_one_piece() {
    let dir = tempfile::tempdir().unwrap();
    writer::write(small(), dir.path(), "").unwrap();
    let city = City::open(dir.path()).unwrap();
    let areas = city.areas();
    let level = |area: u32| areas.get(area as usize).map(|area| area.level);
    let mut alone = 0;
    for (number, area) in (0..).zip(areas) {
        let above = match area.level {
            5 => None,
            6 => Some(5),
            8 => Some(6),
            level => Some(if level == 10 { 8 } else { level - 1 }),
        };
        assert_eq!(level(area.parent), above, "the one around {}", area.code);
        alone += usize::from(area.level == 10 && city.area_children(number).len() == 1);
    }
    assert!(alone > 0, "no community here is a single patrol grid");
}
