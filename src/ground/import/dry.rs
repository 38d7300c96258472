//! Water that cannot be: lakes and seas that are painted over a town.
//!
//! Tiled sources close pieces of coastline by straight lines, and where a tile's maker took the wrong side for the
//! sea, whole built-up tiles come out as water. Water holds neither many buildings nor many junctions of roads, so
//! what does is left out. Where the pieces with a town make up a good part of one object, its maker was wrong about its
//! side, and every piece of it goes. Where the sea is then unknown, it stays unknown.

use geo::{ChamberlainDuquetteArea, Contains, Coord, LineString, Polygon};

use super::collect::Collector;
use super::report::Skip;
use super::rings;
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::{CityModel, FillShape, Fix, Run, lonlat_from_fix};
use crate::ground::pack::records::Paint;

/// More than so many buildings, and more than so many to a square kilometre, stand on no water. Villages on piles
/// and piers with sheds stay below one of the two.
const BUILDINGS: (f64, f64) = (50.0, 15.0);
/// The same for ends of roads that are neither bridge nor tunnel.
const ROAD_ENDS: (f64, f64) = (100.0, 40.0);
/// Share of an object's area that pieces with a town must cover before all of it goes.
const WRONG_SHARE: f64 = 0.25;
/// Cells of about 500 m, in steps of 1e-7 degree.
const CELL: i32 = 45_000;
/// Most points that are tried against one polygon; of more, every so many-th.
const TRIES: usize = 2_000;

/// Leave out water that lies over a town.
pub(super) fn drain(into: &mut Collector) {
    let model = &into.model;
    if !model.fills.iter().any(|f| f.paint == Paint::Water) {
        return;
    }
    let buildings = Points::of(model.buildings.iter().filter_map(|b| {
        // a corner says well enough where a building is
        model.rings_of(b.rings).next()?.first().copied()
    }));
    let on_land = model.ways.iter().filter(|w| w.flags & 6 == 0 && (Paint::Path..=Paint::Motorway).contains(&w.class));
    let road_ends = Points::of(on_land.flat_map(|w| {
        let line = model.points_of(w.points);
        line.first().into_iter().chain(line.last()).copied()
    }));
    // square kilometres of each object, all and those with a town
    let mut objects: NumberMap<i64, [f64; 2]> = NumberMap::default();
    let mut gone: Vec<bool> = Vec::with_capacity(model.fills.len());
    for fill in &model.fills {
        let tally =
            if fill.paint == Paint::Water { Tally::of(model, fill, &buildings, &road_ends) } else { Tally::default() };
        let town = tally.is_town();
        gone.push(town);
        if fill.source_id != 0 && fill.paint == Paint::Water {
            let [all, wrong] = objects.entry(fill.source_id).or_default();
            *all += tally.km2;
            *wrong += if town { tally.km2 } else { 0.0 };
        }
    }
    let mut gone = gone.into_iter();
    let skips = &mut into.skips;
    into.model.fills.retain(|fill| {
        let piece = gone.next().unwrap_or(false);
        let whole = fill.paint == Paint::Water
            && objects.get(&fill.source_id).is_some_and(|[all, wrong]| *wrong > WRONG_SHARE * all);
        if piece || whole {
            skips.add(Skip::WaterOverBuildings, || fill.source_id.to_string());
        }
        !piece && !whole
    });
}

/// What lies in a shape of water.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    km2: f64,
    buildings: f64,
    road_ends: f64,
}

impl Tally {
    fn of(model: &CityModel, fill: &FillShape, buildings: &Points, road_ends: &Points) -> Self {
        let Some((low, high)) = model.rings_of(fill.rings).next().and_then(rings::span) else { return Self::default() };
        let near = buildings.within(low, high);
        let ends = road_ends.within(low, high);
        let polygon = polygon(model, fill.rings);
        Self {
            km2: polygon.chamberlain_duquette_unsigned_area() / 1e6,
            buildings: count_in(&polygon, &near),
            road_ends: count_in(&polygon, &ends),
        }
    }

    fn is_town(&self) -> bool {
        let many = |count: f64, (least, dense): (f64, f64)| count > least && count > dense * self.km2;
        many(self.buildings, BUILDINGS) || many(self.road_ends, ROAD_ENDS)
    }
}

/// Points by cells.
struct Points(NumberMap<(i32, i32), Vec<Fix>>);

impl Points {
    fn of(points: impl Iterator<Item = Fix>) -> Self {
        let mut cells: NumberMap<(i32, i32), Vec<Fix>> = NumberMap::default();
        for at in points {
            cells.entry((at[0].div_euclid(CELL), at[1].div_euclid(CELL))).or_default().push(at);
        }
        Self(cells)
    }

    /// The points in a box.
    fn within(&self, low: Fix, high: Fix) -> Vec<Fix> {
        let cells = (low[0].div_euclid(CELL)..=high[0].div_euclid(CELL))
            .flat_map(|x| (low[1].div_euclid(CELL)..=high[1].div_euclid(CELL)).map(move |y| (x, y)));
        let all = cells.filter_map(|cell| self.0.get(&cell)).flatten().copied();
        all.filter(|p| p[0] >= low[0] && p[0] <= high[0] && p[1] >= low[1] && p[1] <= high[1]).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of buildings")]
fn count_in(polygon: &Polygon, points: &[Fix]) -> f64 {
    let step = points.len() / TRIES + 1;
    let inside = points.iter().step_by(step).filter(|p| polygon.contains(&coord(**p))).count();
    (inside * step) as f64
}

fn polygon(model: &CityModel, rings: Run) -> Polygon {
    let mut rings = model.rings_of(rings).map(|ring| LineString::new(ring.iter().map(|p| coord(*p)).collect()));
    let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Polygon::new(outer, rings.collect())
}

fn coord(at: Fix) -> Coord {
    let at = lonlat_from_fix(at);
    Coord { x: at.lon, y: at.lat }
}
