//! Areas around and below each other, components in the streets, pipes under them.

use super::{City, run};
use crate::domain::{LonLat, rights};
use crate::ground::pack::records::{Area, Component, ComponentCell, Pipe, tag};
use crate::ground::pack::street;
use crate::ground::pack::within::AreaIndex;

/// Levels of areas below the city by which rights count.
const AREA_LEVELS: usize = 4;

/// The areas below each area.
#[derive(Debug)]
pub(super) struct Children {
    /// Areas, sorted by the area around them; those without one come last.
    order: Vec<u32>,
}

impl Children {
    fn new(areas: &[Area]) -> Self {
        let parent = |i: &u32| areas.get(*i as usize).map_or(u32::MAX, |a| a.parent);
        let count = u32::try_from(areas.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by_key(|i| (parent(i), *i));
        Self { order }
    }
}

impl City {
    pub(super) fn area_index(&self) -> &AreaIndex {
        self.area_index.get_or_init(|| AreaIndex::new(self.area_shapes()))
    }

    /// The administrative areas around a point, from the largest to the smallest: indices in [`City::areas`].
    #[must_use]
    pub fn areas_at(&self, at: [f64; 2]) -> Vec<u32> {
        let mut found: Vec<u32> = self.area_index().around(self.area_shapes(), at).collect();
        found.reverse();
        found
    }

    /// The smallest area around a point.
    #[must_use]
    pub fn area_at(&self, at: [f64; 2]) -> Option<u32> {
        self.area_index().around(self.area_shapes(), at).next()
    }

    /// The smallest area around a point with all that stand above it, from the city down to the unit grid.
    #[must_use]
    pub fn area_path(&self, at: [f64; 2]) -> Vec<u32> {
        self.area_at(at).map(|area| self.area_ancestors(area)).unwrap_or_default()
    }

    /// Names of the areas around a place below the city, at most `most`, in the language of the city itself.
    #[must_use]
    pub fn area_names(&self, at: LonLat, most: usize) -> Vec<&str> {
        let path = self.area_path(self.frame().metres_from_lonlat(at)).into_iter().skip(1).take(most);
        let names = path.filter_map(|area| self.areas().get(area as usize)).map(|area| self.name(area.name));
        names.filter(|name| !name.is_empty()).collect()
    }

    /// The area of a place, as rights count by it; `None` outside all areas.
    #[must_use]
    pub fn area_of(&self, at: LonLat) -> Option<rights::Area> {
        let names = self.area_names(at, AREA_LEVELS);
        if names.is_empty() { None } else { rights::Area::of(&names.join("/")) }
    }

    /// An area with all that stand above it, from the top down to itself; empty where there is no such area.
    #[must_use]
    pub fn area_ancestors(&self, area: u32) -> Vec<u32> {
        let areas = self.areas();
        let up = |i: &u32| areas.get(*i as usize).map(|a| a.parent).filter(|p| *p != u32::MAX);
        let own = Some(area).filter(|i| (*i as usize) < areas.len());
        let mut path: Vec<u32> = std::iter::successors(own, up).collect();
        path.reverse();
        path
    }

    /// The areas right below one; those at the top for `u32::MAX`.
    #[must_use]
    pub fn area_children(&self, area: u32) -> Vec<u32> {
        let areas = self.areas();
        let parent = |i: &u32| areas.get(*i as usize).map_or(u32::MAX, |a| a.parent);
        let order = &self.area_children.get_or_init(|| Children::new(areas)).order;
        let from = order.partition_point(|i| parent(i) < area);
        let own = order.get(from..).unwrap_or_default();
        own.iter().take_while(|i| parent(i) == area).copied().collect()
    }

    /// What stands in the streets, square after square; a component's index here is its id on the screen.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        self.components.section(tag::COMPONENTS).unwrap_or_default()
    }

    /// The squares of [`Self::components`], from south to north, each row from west to east.
    #[must_use]
    pub fn component_cells(&self) -> &[ComponentCell] {
        self.components.section(tag::COMPONENT_CELLS).unwrap_or_default()
    }

    /// The components of a square, each with its index.
    pub fn components_of(&self, cell: &ComponentCell) -> impl Iterator<Item = (u32, &Component)> + use<'_> {
        (cell.first..).zip(run(self.components(), cell.first, cell.count))
    }

    /// The components within a box, each with its index.
    pub fn components_in(&self, min: [f64; 2], max: [f64; 2]) -> impl Iterator<Item = (u32, &Component)> + '_ {
        let cells = self.component_cells();
        let ([x0, y0], [x1, y1]) = (ComponentCell::of(min), ComponentCell::of(max));
        let from = cells.partition_point(|c| c.y < y0);
        let rows = cells.get(from..).unwrap_or_default().iter().take_while(move |c| c.y <= y1);
        rows.filter(move |c| (x0..=x1).contains(&c.x)).flat_map(|c| self.components_of(c)).filter(move |(_, c)| {
            let [x, y] = c.at.map(f64::from);
            (min[0]..=max[0]).contains(&x) && (min[1]..=max[1]).contains(&y)
        })
    }

    /// The 16 digits of a component: the county code of its district, its class, its number.
    #[must_use]
    pub fn component_id(&self, component: &Component) -> String {
        let county = street::county(self.areas(), component.area).unwrap_or_default();
        format!("{county:06}{:04}{:06}", component.code, component.serial)
    }

    /// The components of a class within so many metres of a point, each with how far away it is, the nearest first.
    #[must_use]
    pub fn components_near(&self, at: [f64; 2], class: u16, metres: f64) -> Vec<(&Component, f64)> {
        let near = self.components_in(at.map(|v| v - metres), at.map(|v| v + metres));
        let away = |one: &Component| (f64::from(one.at[0]) - at[0]).hypot(f64::from(one.at[1]) - at[1]);
        let mut near: Vec<_> = near.filter(|(_, one)| one.code == class).map(|(_, one)| (one, away(one))).collect();
        near.retain(|(_, away)| *away <= metres);
        near.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        near
    }

    /// The component with these 16 digits, by its index.
    #[must_use]
    pub fn component_of(&self, digits: &str) -> Option<u32> {
        let (code, serial): (u16, u32) = (digits.get(6..10)?.parse().ok()?, digits.get(10..16)?.parse().ok()?);
        let own = |one: &Component| one.code == code && one.serial == serial && self.component_id(one) == digits;
        let at = self.components().iter().position(own)?;
        u32::try_from(at).ok()
    }

    /// What lies under the streets.
    #[must_use]
    pub fn pipes(&self) -> &[Pipe] {
        self.pipes.section(tag::PIPES).unwrap_or_default()
    }

    /// The points of a pipe, metres.
    #[must_use]
    pub fn pipe_points(&self, pipe: &Pipe) -> &[[f32; 2]] {
        let points = self.pipes.section(tag::POINTS).unwrap_or_default();
        run(points, pipe.first_point, u32::from(pipe.point_count))
    }
}
