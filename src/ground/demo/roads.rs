//! The net's pieces as named ways, and what hangs together.

use super::Sheet;
use super::geom::{away, foot, lerp, sub};
use super::names::{Pair, RoadNames, names};
use super::net::{Net, Piece, Sets};
use super::site::Site;
use super::skeleton::{BRIDGE, Kind, NO_CARS, TUNNEL};
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::Fix;
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

/// A way before it has its name.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) class: Paint,
    pub(super) flags: u8,
    pub(super) width_m: f64,
    pub(super) name: (String, String),
    pub(super) points: Vec<Xy>,
}

/// A joint that no piece ends on: a lane or a link road does.
pub(super) const LINK: u32 = u32::MAX;

/// Name the bridges over the river and the tunnels under it.
pub(super) fn crossings(site: &Site, ways: &[Way], sheet: &mut Sheet) {
    let mut named = std::collections::BTreeSet::new();
    for way in ways.iter().filter(|w| w.class >= Paint::Secondary && w.flags & (BRIDGE | TUNNEL) != 0) {
        let (Some(a), Some(b)) = (way.points.first(), way.points.last()) else { continue };
        let middle = lerp(*a, *b, 0.5);
        if site.to_river(middle) > -60.0 || way.name.0.is_empty() {
            continue;
        }
        let pattern = if way.flags & BRIDGE != 0 { &names().bridge } else { &names().tunnel };
        let full = way.name.0.as_str();
        let stem = names().street_ends.iter().find_map(|end| full.strip_suffix(end.as_str())).unwrap_or(full);
        let word = (stem, way.name.1.as_str());
        let name = pattern.of(word);
        if named.insert(name.0.clone()) {
            sheet.place(PlaceKind::Other, 92, (&name.0, &name.1), middle);
        }
    }
}

/// Nearest place of a piece to `p`: metres along it, and the place.
pub(super) fn nearest_on(piece: &Piece, p: Xy) -> Option<(f64, Xy)> {
    let segments = piece.points.iter().zip(piece.points.iter().skip(1)).zip(&piece.along);
    let best = segments
        .map(|((a, b), along)| {
            let (t, d) = foot(*a, *b, p);
            (d, along + t * away(*a, *b), lerp(*a, *b, t))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((best.1, best.2))
}

/// Ways of all pieces that are roads. Pieces of one road that follow each other are one way.
pub(super) fn from_net(net: &Net) -> Vec<(Way, Vec<u32>)> {
    let mut ways: Vec<(Way, Vec<u32>)> = Vec::new();
    let mut last_road = 0;
    for (number, piece) in (0u32..).zip(&net.pieces) {
        let Some(class) = piece.class else { continue };
        let joints = piece.joints.iter().filter(|j| j.by == LINK || net.get(j.by).is_some_and(|p| p.class.is_some()));
        let own = piece.along.iter().copied().zip(piece.points.iter().copied());
        let mut all: Vec<(f64, Xy)> = own.chain(joints.map(|j| (j.along, j.at))).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut points: Vec<Xy> = all.into_iter().map(|(_, p)| p).collect();
        points.dedup();
        if let Some((way, pieces)) = ways.last_mut()
            && last_road == piece.road
            && way.class == class
            && way.flags == piece.flags
            && way.points.last() == points.first()
        {
            way.points.extend(points.into_iter().skip(1));
            pieces.push(number);
            continue;
        }
        last_road = piece.road;
        let way = Way { class, flags: piece.flags, width_m: piece.width_m, name: Default::default(), points };
        ways.push((way, vec![number]));
    }
    ways
}

/// Give the ways of [`from_net`] their names.
pub(super) fn name_all(ways: &mut [(Way, Vec<u32>)], net: &Net, site: &Site, road_names: &mut RoadNames) {
    let mut named: NumberMap<u32, (String, String)> = NumberMap::default();
    let roads = ways.iter().filter_map(|(_, pieces)| net.get(*pieces.first()?).map(|piece| piece.road));
    road_names.expect(roads.collect::<std::collections::BTreeSet<_>>().len());
    for (way, pieces) in ways {
        if let Some(piece) = pieces.first().and_then(|p| net.get(*p)) {
            way.name = named.entry(piece.road).or_insert_with(|| name(piece, site, road_names)).clone();
        }
    }
}

/// Which pieces of the net are roads that hang together with most of the others.
pub(super) fn reached(net: &Net, expressways: &[Way]) -> Vec<bool> {
    let (mut ways, mut pieces): (Vec<Way>, Vec<Vec<u32>>) = from_net(net).into_iter().unzip();
    ways.extend_from_slice(expressways);
    pieces.resize(ways.len(), Vec::new());
    let mut reached = vec![false; net.pieces.len()];
    for (pieces, _) in pieces.into_iter().zip(reach(&ways)).filter(|(_, reach)| *reach == Reach::Car) {
        for piece in pieces {
            if let Some(slot) = reached.get_mut(piece as usize) {
                *slot = true;
            }
        }
    }
    reached
}

fn name(piece: &Piece, site: &Site, road_names: &mut RoadNames) -> (String, String) {
    let d = match (piece.points.first(), piece.points.last()) {
        (Some(a), Some(b)) => sub(*b, *a),
        _ => [1.0, 0.0],
    };
    let north_south = d[1].abs() > d[0].abs();
    let both = |pair: &Pair| {
        let (zh, en) = pair.both();
        (zh.to_owned(), en.to_owned())
    };
    match piece.kind {
        Kind::Bank => both(if piece.points.first().is_some_and(|[x, y]| *y > site.river_y(*x)) {
            &names().north_bank
        } else {
            &names().south_bank
        }),
        Kind::Circle => Default::default(),
        Kind::Moat if piece.class == Some(Paint::Primary) => both(&names().moat_road),
        Kind::Arterial | Kind::Along | Kind::Gate => road_names.main(north_south),
        _ if piece.class == Some(Paint::Primary) => road_names.main(north_south),
        _ => road_names.road(piece.class.unwrap_or(Paint::Street), piece.width_m, north_south),
    }
}

/// How a way hangs together with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Cars get from it to most others.
    Car,
    /// Whoever walks does.
    Foot,
    /// Nobody does.
    None,
}

/// How each way hangs together with the most of them.
pub(super) fn reach(ways: &[Way]) -> Vec<Reach> {
    let mut numbers: NumberMap<u64, u32> = NumberMap::default();
    let mut ids: Vec<Vec<u32>> = Vec::with_capacity(ways.len());
    for way in ways {
        let id = |p: &Xy| {
            let fix: Fix = Sheet::fix(*p);
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(u64::from(fix[0].cast_unsigned()) << 32 | u64::from(fix[1].cast_unsigned())).or_insert(next)
        };
        ids.push(way.points.iter().map(id).collect());
    }
    let for_cars = |way: &Way| way.flags & NO_CARS == 0 && way.class != Paint::Path;
    let [cars, feet] = [true, false].map(|by_car| {
        let mut sets = Sets::new(numbers.len());
        for (line, _) in ids.iter().zip(ways).filter(|(_, way)| !by_car || for_cars(way)) {
            for (a, b) in line.iter().zip(line.iter().skip(1)) {
                sets.unite(*a, *b);
            }
        }
        let root = |line: &Vec<u32>| line.first().map_or(u32::MAX, |p| sets.root(*p));
        ids.iter().map(root).collect::<Vec<u32>>()
    });
    let mut sizes: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
    for (root, _) in cars.iter().zip(ways).filter(|(_, way)| for_cars(way)) {
        *sizes.entry(*root).or_default() += 1;
    }
    let main = sizes.into_iter().max_by_key(|(_, n)| *n).map(|(root, _)| root);
    let on_main = cars.iter().zip(ways).position(|(root, way)| for_cars(way) && Some(*root) == main);
    let walked = on_main.and_then(|i| feet.get(i)).copied();
    let each = ways.iter().zip(cars.iter().zip(&feet));
    each.map(|(way, (car, foot))| match () {
        () if for_cars(way) && Some(*car) == main => Reach::Car,
        () if Some(*foot) == walked => Reach::Foot,
        () => Reach::None,
    })
    .collect()
}

/// Drop what nobody gets to. A lane that only hangs on a path becomes one.
pub(super) fn tidy(ways: &mut Vec<Way>) {
    let mut reach = reach(ways).into_iter();
    ways.retain_mut(|way| match reach.next() {
        Some(Reach::Car) => true,
        Some(Reach::Foot) if way.class <= Paint::Service => {
            (way.class, way.flags, way.width_m) = (Paint::Path, way.flags | NO_CARS, way.width_m.min(3.0));
            true
        }
        _ => false,
    });
}

/// Cut a line into runs of equal flags; `None` is dropped.
pub(super) fn cut_runs(line: &[Xy], flag: impl Fn(Xy, Xy) -> Option<u8>) -> Vec<(Vec<Xy>, u8)> {
    let mut runs: Vec<(Vec<Xy>, u8)> = Vec::new();
    let mut open = false;
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let Some(flags) = flag(*a, *b) else {
            open = false;
            continue;
        };
        match runs.last_mut().filter(|r| open && r.1 == flags) {
            Some(run) => run.0.push(*b),
            None => runs.push((vec![*a, *b], flags)),
        }
        open = true;
    }
    runs
}
