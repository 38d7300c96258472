//! Areas, components and pipes to records.

use std::path::Path;

use super::layer::LayerWriter;
use super::model::{CityModel, Fix};
use super::records::{Area, Component, ComponentCell, Pipe, file, tag};
use super::shape::{self, Xy};
use super::within::{AreaIndex, Shapes};
use super::writer::{WriteError, frame_of, metres, short};
use crate::ground::frame::LocalFrame;

/// Points of one pipe record; a longer one goes on in the next.
const MOST_POINTS: usize = 60_000;

/// The areas layer in memory, with the index of who lies around a point.
pub(super) struct Areas {
    pub(super) records: Vec<Area>,
    rings: Vec<u32>,
    points: Vec<[f32; 2]>,
    index: AreaIndex,
}

impl Areas {
    pub(super) fn new(model: &CityModel, frame: &LocalFrame) -> Self {
        let mut points: Vec<[f32; 2]> = Vec::new();
        let mut rings: Vec<u32> = vec![0];
        let mut records = Vec::with_capacity(model.areas.len());
        for area in &model.areas {
            let shape: Vec<Vec<Xy>> =
                model.rings_of(area.rings).map(|r| r.iter().map(|p| metres(frame, *p)).collect()).collect();
            let first_ring = rings.len() - 1;
            for ring in &shape {
                points.extend(ring.iter().map(|p| short(*p)));
                rings.push(u32::try_from(points.len()).unwrap_or(u32::MAX));
            }
            let shape: Vec<&[Xy]> = shape.iter().map(Vec::as_slice).collect();
            let given = area.label.map(|l| metres(frame, l)).filter(|l| shape::inside(shape.iter().copied(), *l));
            records.push(Area {
                source_id: area.source_id,
                code: area.code,
                name: area.name,
                name_en: area.name_en,
                first_ring: u32::try_from(first_ring).unwrap_or(u32::MAX),
                ring_count: area.rings.count,
                parent: u32::MAX,
                label: short(given.or_else(|| shape::label_point(&shape)).unwrap_or_default()),
                level: u32::from(area.level),
            });
        }
        let index = AreaIndex::new(Shapes { areas: &records, rings: &rings, points: &points });
        let mut out = Self { records, rings, points, index };
        let parents: Vec<u32> = (0u32..).zip(&out.records).map(|(i, area)| out.parent(i, area)).collect();
        out.records.iter_mut().zip(parents).for_each(|(area, parent)| area.parent = parent);
        out
    }

    fn shapes(&self) -> Shapes<'_> {
        Shapes { areas: &self.records, rings: &self.rings, points: &self.points }
    }

    /// The smallest larger area of the same or a higher level around the label. One of a higher level may be as large: a
    /// community that is a single patrol grid. Of several of one size the lowest level is the nearest.
    fn parent(&self, number: u32, area: &Area) -> u32 {
        let size = self.index.size(number);
        let level = |i: u32| self.records.get(i as usize).map_or(u32::MAX, |a| a.level);
        let outer = |i: u32| {
            let larger = self.index.size(i) > size;
            if level(i) < area.level { larger || self.index.size(i) >= size } else { larger && level(i) == area.level }
        };
        self.index
            .around(self.shapes(), area.label.map(f64::from))
            .filter(|i| *i != number && outer(*i))
            .min_by(|a, b| {
                let sizes = self.index.size(*a).total_cmp(&self.index.size(*b));
                sizes.then_with(|| level(*b).cmp(&level(*a)))
            })
            .unwrap_or(u32::MAX)
    }

    /// The smallest area of the lowest level around a point, `u32::MAX` if none.
    pub(super) fn around(&self, at: Xy) -> u32 {
        self.index.around(self.shapes(), at).next().unwrap_or(u32::MAX)
    }

    pub(super) fn write(&self, dir: &Path) -> Result<u64, WriteError> {
        Ok(LayerWriter::default()
            .section(tag::AREAS, &self.records)
            .section(tag::RINGS, &self.rings)
            .section(tag::POINTS, &self.points)
            .write(&dir.join(file::AREAS))?)
    }
}

/// The county code of each component, six digits, as the pack will have it: by the area around it, down to the
/// centimetre. `None` where no area around it has a code.
pub(in crate::ground) fn counties(model: &CityModel) -> Vec<Option<u64>> {
    let Some(frame) = frame_of(model) else { return vec![None; model.components.len()] };
    let areas = Areas::new(model, &frame);
    let county = |at: Fix| county(&areas.records, areas.around(short(metres(&frame, at)).map(f64::from)));
    model.components.iter().map(|c| county(c.at)).collect()
}

/// The county code, six digits, of an area: its district's, or where that has none the first digits of the smallest
/// area above it that has a code.
pub(in crate::ground) fn county(areas: &[Area], area: u32) -> Option<u64> {
    let get = |i: u32| areas.get(i as usize);
    let path = std::iter::successors(get(area), |a| get(a.parent)).filter(|a| a.code >= 100_000);
    // from the area upwards: the last one not above the districts, else the first that has a code
    let (mut district, mut smallest) = (None, None);
    for area in path {
        smallest = smallest.or(Some(area.code));
        if area.level >= 6 {
            district = Some(area.code);
        }
    }
    let mut code = district.or(smallest)?;
    while code >= 1_000_000 {
        code /= 10;
    }
    Some(code)
}

/// Components in squares from south to north, each row from west to east.
pub(super) fn write_components(
    model: &CityModel,
    frame: &LocalFrame,
    areas: &Areas,
    dir: &Path,
) -> Result<u64, WriteError> {
    let mut placed: Vec<([i32; 2], Component)> = model
        .components
        .iter()
        .map(|c| {
            let at = short(metres(frame, c.at));
            let exact = at.map(f64::from);
            let record = Component {
                at,
                area: areas.around(exact),
                serial: c.serial.min(999_999),
                code: c.code.min(9_999),
                heading: c.heading,
                reserved: 0,
            };
            (ComponentCell::of(exact), record)
        })
        .collect();
    placed.sort_by_key(|([x, y], c)| (*y, *x, c.code, c.serial));
    let mut cells: Vec<ComponentCell> = Vec::new();
    let mut first = 0;
    for group in placed.chunk_by(|a, b| a.0 == b.0) {
        let count = u32::try_from(group.len()).unwrap_or(u32::MAX);
        let [x, y] = group.first().map_or([0, 0], |(cell, _)| *cell);
        cells.push(ComponentCell { x, y, first, count });
        first = first.saturating_add(count);
    }
    let records: Vec<Component> = placed.into_iter().map(|(_, c)| c).collect();
    Ok(LayerWriter::default()
        .section(tag::COMPONENT_CELLS, &cells)
        .section(tag::COMPONENTS, &records)
        .write(&dir.join(file::COMPONENTS))?)
}

/// Pipes as the model has them, one after another.
pub(super) fn write_pipes(model: &CityModel, frame: &LocalFrame, dir: &Path) -> Result<u64, WriteError> {
    let mut points: Vec<[f32; 2]> = Vec::new();
    let mut pipes: Vec<Pipe> = Vec::with_capacity(model.pipes.len());
    for pipe in &model.pipes {
        let mut rest: &[Fix] = model.points_of(pipe.points);
        while rest.len() > 1 {
            let piece = rest.get(..rest.len().min(MOST_POINTS)).unwrap_or_default();
            pipes.push(Pipe {
                first_point: u32::try_from(points.len()).unwrap_or(u32::MAX),
                point_count: u16::try_from(piece.len()).unwrap_or(u16::MAX),
                diameter_mm: pipe.diameter_mm,
                depth_cm: pipe.depth_cm,
                network: pipe.network as u8,
                flags: pipe.flags,
            });
            points.extend(piece.iter().map(|p| short(metres(frame, *p))));
            // the next piece begins where this one ends
            rest = rest.get(piece.len() - 1..).unwrap_or_default();
        }
    }
    Ok(LayerWriter::default()
        .section(tag::PIPES, &pipes)
        .section(tag::POINTS, &points)
        .write(&dir.join(file::PIPES))?)
}
