//! What is near or around a point: places, named streets, administrative areas.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::City;
use crate::ground::pack::records::{NameId, Paint, Way};

type Boxed = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// The named street nearest to a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearStreet {
    /// Index of the way in [`City::ways`].
    pub way: u32,
    /// Its local name.
    pub name: NameId,
    /// Its English name, 0 if none.
    pub name_en: NameId,
    /// Metres from the point.
    pub distance_m: f64,
    /// The nearest point of the street.
    pub at: [f64; 2],
}

/// Trees over boxes, built when first asked.
#[derive(Debug)]
pub(super) struct Trees {
    places: RTree<GeomWithData<[f64; 2], u32>>,
    streets: RTree<Boxed>,
}

impl Trees {
    pub(super) fn new(city: &City) -> Self {
        let places = (0u32..).zip(city.places()).map(|(i, p)| GeomWithData::new(p.at.map(f64::from), i));
        let named = (0u32..).zip(city.ways()).filter(|(_, w)| is_named_street(w));
        let boxes = named.filter_map(|(i, w)| {
            let mut points = city.points_of(w).iter().map(|p| p.map(f64::from));
            let first = points.next()?;
            let (low, high) = points
                .fold((first, first), |(l, h), p| ([l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])]));
            Some(Boxed::new(Rectangle::from_aabb(AABB::from_corners(low, high)), i))
        });
        Self { places: RTree::bulk_load(places.collect()), streets: RTree::bulk_load(boxes.collect()) }
    }
}

pub(super) fn is_named_street(way: &Way) -> bool {
    way.name != 0 && way.class >= Paint::Path as u8 && way.class <= Paint::Motorway as u8
}

/// The point of a line nearest to `at`, and how far it is.
pub(in crate::ground) fn nearest_on(line: &[[f32; 2]], at: [f64; 2]) -> Option<([f64; 2], f64)> {
    let mut best: Option<([f64; 2], f64)> = None;
    let far = |p: [f64; 2]| (p[0] - at[0]).hypot(p[1] - at[1]);
    for (a, b) in line.iter().zip(line.iter().skip(1).chain(line.last())) {
        let (a, b) = (a.map(f64::from), b.map(f64::from));
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let long = dx * dx + dy * dy;
        let t = if long > 0.0 { (((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
        let p = [a[0] + dx * t, a[1] + dy * t];
        if best.is_none_or(|(_, d)| far(p) < d) {
            best = Some((p, far(p)));
        }
    }
    best
}

impl City {
    fn trees(&self) -> &Trees {
        self.trees.get_or_init(|| Trees::new(self))
    }

    /// Build now what [`Self::area_at`], [`Self::street_near`], [`Self::places_near`] and [`Self::pick_building`] look
    /// in, which the first of them would do otherwise: some 50 ms for 100,000 ways, some 300 ms for a million buildings,
    /// so a screen does it away from its own thread.
    pub fn prepare_lookups(&self) {
        self.area_index();
        self.prepare_picks();
        self.trees();
    }

    /// Whether it is built.
    #[must_use]
    pub fn lookups_ready(&self) -> bool {
        self.trees.get().is_some()
    }

    /// Places within `radius_m` of a point that pass `wanted`, nearest first, at most `limit`: index and metres.
    #[must_use]
    pub fn places_near(
        &self,
        at: [f64; 2],
        radius_m: f64,
        limit: usize,
        wanted: impl Fn(&crate::ground::pack::records::Place) -> bool,
    ) -> Vec<(u32, f64)> {
        let places = self.places();
        self.trees()
            .places
            .nearest_neighbor_iter_with_distance_2(at)
            .map(|(place, square)| (place.data, square.sqrt()))
            .take_while(|(_, metres)| *metres <= radius_m)
            .filter(|(i, _)| places.get(*i as usize).is_some_and(&wanted))
            .take(limit)
            .collect()
    }

    /// The named street nearest to a point, if one lies within `within_m`: the street of a click's address.
    #[must_use]
    pub fn street_near(&self, at: [f64; 2], within_m: f64) -> Option<NearStreet> {
        let ways = self.ways();
        let mut best: Option<NearStreet> = None;
        // boxes come in the order of their distance, so the search ends when a box is farther than the best street
        for (boxed, square) in self.trees().streets.nearest_neighbor_iter_with_distance_2(at) {
            if square.sqrt() > best.map_or(within_m, |b| b.distance_m) {
                break;
            }
            let Some(way) = ways.get(boxed.data as usize) else { continue };
            let Some((on, distance_m)) = nearest_on(self.points_of(way), at) else { continue };
            if distance_m <= within_m && best.is_none_or(|b| distance_m < b.distance_m) {
                best = Some(NearStreet { way: boxed.data, name: way.name, name_en: way.name_en, distance_m, at: on });
            }
        }
        best
    }
}
