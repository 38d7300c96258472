//! Schools, hospitals, fire stations and the like: where they are needed, a block becomes one.

use super::Random;
use super::block::Zone;
use super::geom::{self, away};
use super::names::{self, Pair, RoadNames, names};
use super::net::Net;
use super::parcels::{Parcel, Use};
use super::site::Site;
use super::skeleton::{Kind, Skeleton};
use crate::ground::pack::records::PlaceKind;
use crate::ground::pack::shape::Xy;

/// What a facility needs: every so many metres one in the middle of the city, on blocks of so many square metres.
struct Need {
    zone: Zone,
    every_m: f64,
    area: std::ops::Range<f64>,
}

/// Names of the facilities by parcel, and the kind of place they are.
pub(super) type Named = Vec<Option<(String, String)>>;

/// Turn blocks into facilities, and name them.
pub(super) fn place(
    site: &Site,
    skeleton: &Skeleton,
    net: &Net,
    parcels: &mut [Parcel],
    words: &mut RoadNames,
) -> Named {
    let mut named: Named = vec![None; parcels.len()];
    let mut random = Random::new(site.seed ^ 0xfac1);
    single(
        parcels,
        &mut named,
        Zone::Government,
        geom::add(site.town, [0.09 * site.radius, 0.12 * site.radius]),
        20_000.0..90_000.0,
        &names().government,
    );
    station(site, skeleton, net, parcels, &mut named);
    let needs = [
        Need { zone: Zone::Hospital, every_m: 1_900.0, area: 15_000.0..70_000.0 },
        Need { zone: Zone::FireStation, every_m: 2_300.0, area: 5_000.0..30_000.0 },
        Need { zone: Zone::Police, every_m: 1_700.0, area: 5_000.0..26_000.0 },
        Need { zone: Zone::Shelter, every_m: 1_500.0, area: 9_000.0..50_000.0 },
        Need { zone: Zone::Park, every_m: 1_000.0, area: 9_000.0..90_000.0 },
        Need { zone: Zone::School, every_m: 820.0, area: 15_000.0..60_000.0 },
    ];
    // a walk through the blocks in an order of chance
    let mut order: Vec<(u64, usize)> = (0..parcels.len()).map(|i| (random.bits(), i)).collect();
    order.sort_unstable();
    // small cities are as well served as large ones
    let closer = (site.radius / 5_000.0).clamp(0.5, 1.0);
    for need in needs {
        let mut taken = geom::Near::new(1_000.0);
        for (_, i) in &order {
            let Some(parcel) = parcels.get_mut(*i) else { continue };
            let fits = matches!(
                parcel.used,
                Use::Block(Zone::Estate | Zone::Mixed | Zone::Commercial | Zone::Village | Zone::Industry)
            );
            if !fits || !need.area.contains(&parcel.area) || parcel.urban < -0.05 {
                continue;
            }
            let every = need.every_m * closer * (1.0 + 1.2 * (0.75 - parcel.urban).clamp(0.0, 0.75));
            if taken.nearest(parcel.at, every, |_| true).is_none() {
                taken.put(parcel.at, parcel.at, 0);
                parcel.used = Use::Block(need.zone);
            }
        }
    }
    for (parcel, name) in parcels.iter().zip(&mut named) {
        let Use::Block(zone) = parcel.used else { continue };
        let pattern = match zone {
            Zone::Hospital => &names().hospital,
            Zone::FireStation => &names().fire_station,
            Zone::Police => &names().police,
            Zone::Shelter => &names().shelter,
            Zone::Park => &names().park,
            Zone::School if random.chance(0.6) => &names().primary_school,
            Zone::School => &names().middle_school,
            Zone::Campus => &names().university,
            Zone::Industry => &names().industrial_park,
            _ => continue,
        };
        if name.is_none() {
            let word = words.word();
            *name = Some(pattern.of((&word.0, &word.1)));
        }
    }
    named
}

/// The railway station: a block south of the main line and along it, whose hall then stands along the tracks.
fn station(site: &Site, skeleton: &Skeleton, net: &Net, parcels: &mut [Parcel], named: &mut Named) {
    const ALONG_M: f64 = 110.0;
    let want = 0.1 * site.radius;
    let nearest = |x: f64| {
        let rail = skeleton.rails.first().into_iter().flatten().copied();
        rail.min_by(|a, b| (a[0] - x).abs().total_cmp(&(b[0] - x).abs()))
    };
    let Some(at) = nearest(want).map(|rail| geom::add(rail, [0.0, -90.0])) else { return };
    // where the tracks run along a block: the sum of its sides along them
    let beside = |parcel: &Parcel| {
        let sides = parcel.face.iter().zip(parcel.face.iter().cycle().skip(1));
        let on_rail = |piece: u32| net.get(piece).is_some_and(|piece| piece.kind == Kind::RailSide);
        let own = sides.filter(|(corner, _)| on_rail(corner.piece)).map(|(a, b)| geom::sub(b.at, a.at));
        own.fold([0.0; 2], geom::add)
    };
    let fits = |parcel: &&mut Parcel| {
        let south = nearest(parcel.at[0]).is_some_and(|rail| (30.0..260.0).contains(&(rail[1] - parcel.at[1])));
        let [x, y] = beside(parcel);
        south
            && (9_000.0..90_000.0).contains(&parcel.area)
            && matches!(parcel.used, Use::Block(z) if !matches!(z, Zone::Government | Zone::OldTown | Zone::Port))
            && x.hypot(y) > ALONG_M
            && x.abs() > 2.0 * y.abs()
    };
    let best = parcels.iter_mut().filter(fits).min_by(|a, b| away(a.at, at).total_cmp(&away(b.at, at)));
    if let Some(parcel) = best {
        let [x, y] = beside(parcel);
        parcel.axis = y.atan2(x);
        let (only, area) = (parcel.at, parcel.area - 1.0..parcel.area + 1.0);
        single(parcels, named, Zone::Station, only, area, &names().station);
    } else {
        single(parcels, named, Zone::Station, at, 20_000.0..140_000.0, &names().station);
    }
}

fn single(parcels: &mut [Parcel], named: &mut Named, zone: Zone, at: Xy, area: std::ops::Range<f64>, name: &Pair) {
    let fits = |p: &Parcel| {
        area.contains(&p.area)
            && matches!(p.used, Use::Block(z) if !matches!(z, Zone::Station | Zone::Government | Zone::OldTown | Zone::Port))
    };
    let nearest = (0..parcels.len()).filter(|i| parcels.get(*i).is_some_and(fits)).min_by(|a, b| {
        let d = |i: usize| parcels.get(i).map_or(f64::INFINITY, |p| away(p.at, at));
        d(*a).total_cmp(&d(*b))
    });
    let Some(i) = nearest else { return };
    if let Some(parcel) = parcels.get_mut(i) {
        parcel.used = Use::Block(zone);
    }
    if let Some(slot) = named.get_mut(i) {
        let (zh, en) = name.both();
        *slot = Some((zh.to_owned(), en.to_owned()));
    }
}

/// Fuel stations, car parks and toilets along the streets: at the corner of a block, every so often.
pub(super) fn small(site: &Site, parcels: &[Parcel], mut put: impl FnMut(PlaceKind, u8, (String, String), Xy)) {
    let mut random = Random::new(site.seed ^ 0x5a11);
    let own = |pair: &Pair, random: &mut Random| {
        let word = names::word(random);
        pair.of((&word.0, &word.1))
    };
    for parcel in parcels {
        let Use::Block(zone) = parcel.used else { continue };
        if parcel.urban < 0.02 || matches!(zone, Zone::Farm | Zone::Vacant) {
            continue;
        }
        let Some(corner) = parcel.face.get(random.below(parcel.face.len())).map(|c| c.at) else { continue };
        let at = geom::lerp(corner, parcel.at, 0.3);
        let dice = random.unit();
        if dice < 0.02 {
            put(PlaceKind::Fuel, 180, own(&names().fuel, &mut random), at);
        } else if dice < 0.1 {
            let (zh, en) = names().toilet.both();
            put(PlaceKind::Toilet, 220, (zh.to_owned(), en.to_owned()), at);
        } else if dice < 0.16 {
            put(PlaceKind::Parking, 200, own(&names().car_park, &mut random), at);
        }
    }
}
