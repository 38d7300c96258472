//! Write a [`CityModel`] as a pack: aside first, then renamed, so that a pack is whole or not there.

use std::fs;
use std::path::{Path, PathBuf};

use super::aside::{self, Aside};
use super::layer::{LayerError, LayerWriter, VERSION};
use super::meta::{Counts, Meta};
use super::model::{CityModel, Fix, WayShape, lonlat_from_fix};
use super::prisms::{self, Dropped};
use super::records::{Paint, Place, Way, file, tag};
use super::shape::Xy;
use super::street::{self, Areas};
use super::terrain::{self, Terrain};
use super::{flat, graph};
use crate::domain::LonLat;
use crate::ground::frame::LocalFrame;

/// Why a pack could not be written. Nothing is left behind, and a pack that was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is nothing to pack.
    #[error("nothing to pack: the city has no shape and no place")]
    Empty,
    /// The target exists and is no pack.
    #[error("{0} exists and is not a city pack; choose another folder or empty it first")]
    NotAPack(PathBuf),
    /// The target is a pack with something else beside it.
    #[error(
        "{path} also holds {what}, which is not of a city pack and would be lost; move it, or choose another folder"
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// The first of what is not of a pack.
        what: String,
    },
    /// Creating, renaming or deleting a folder failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// Writing a layer failed.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// `pack.toml` could not be put into words.
    #[error("pack.toml: {0}")]
    Meta(#[from] toml::ser::Error),
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The `pack.toml` that was written.
    pub meta: Meta,
    /// Bytes of all files.
    pub bytes: u64,
    /// Bytes of the buildings layer.
    pub building_bytes: u64,
    /// Buildings that could not be packed, with their ids.
    pub dropped: Vec<(Dropped, i64)>,
}

/// Whether a pack may be written to `out`.
///
/// # Errors
/// [`WriteError::NotAPack`] and [`WriteError::Foreign`] where something else would be lost.
pub fn check_target(out: &Path) -> Result<(), WriteError> {
    aside::check(out)
}

/// Write `model` to the folder `out`, replacing a pack that stands there.
///
/// # Errors
/// See [`WriteError`].
pub fn write(model: &CityModel, out: &Path, created: &str) -> Result<Written, WriteError> {
    let (low, high) = model.extent().ok_or(WriteError::Empty)?;
    let frame = frame_of(model).ok_or(WriteError::Empty)?;
    let aside = Aside::new(out)?;
    let dir = aside.path.as_path();

    let head = model.terrain.as_ref().and_then(|grid| terrain::head(grid, &frame));
    let posts = model.terrain.as_ref().map(|grid| grid.heights_dm.as_slice()).unwrap_or_default();
    let ground = head.and_then(|head| Terrain::new(head, posts));
    let areas = Areas::new(model, &frame);

    let prisms = prisms::pack(prisms::Site { model, frame: &frame, ground, areas: &areas });
    let building_bytes = LayerWriter::default()
        .section(tag::CHUNKS, &prisms.chunks)
        .section(tag::BUILDINGS, &prisms.buildings)
        .section(tag::MASSINGS, &prisms.massings)
        .section(tag::CORNERS, &prisms.corners)
        .section(tag::INDICES, &prisms.indices)
        .write(&dir.join(file::BUILDINGS))?;
    let buildings = prisms.buildings.len() as u64;
    let dropped = prisms.dropped;

    let mut bytes = building_bytes + write_flat(model, &frame, ground, dir)?;
    let roads = write_roads(model, &frame, dir)?;
    bytes += roads.0 + areas.write(dir)? + write_places(model, &frame, dir)?;
    bytes += street::write_components(model, &frame, &areas, dir)? + street::write_pipes(model, &frame, dir)?;
    bytes += LayerWriter::default()
        .section(tag::TERRAIN, head.as_slice())
        .section(tag::POSTS, if head.is_some() { posts } else { &[] })
        .write(&dir.join(file::TERRAIN))?;
    bytes += LayerWriter::default()
        .section(tag::NAME_STARTS, model.names.starts())
        .section(tag::NAME_BYTES, model.names.bytes())
        .write(&dir.join(file::NAMES))?;

    let count = |test: &dyn Fn(&WayShape) -> bool| model.ways.iter().filter(|w| test(w)).count() as u64;
    let fills = |paint: Paint| model.fills.iter().filter(|f| f.paint == paint).count() as u64;
    let (south_west, north_east) = (lonlat_from_fix(low), lonlat_from_fix(high));
    let meta = Meta {
        version: VERSION,
        name: model.name.clone(),
        datum: "wgs84".to_owned(),
        origin: [frame.origin().lon, frame.origin().lat],
        bounds: [south_west.lon, south_west.lat, north_east.lon, north_east.lat],
        licence: model.licence.clone(),
        created: created.to_owned(),
        generator: concat!("hall ", env!("CARGO_PKG_VERSION")).to_owned(),
        counts: Counts {
            buildings,
            roads: count(&|w| w.class >= Paint::Path && w.class <= Paint::Motorway),
            rails: count(&|w| w.class == Paint::Rail),
            streams: count(&|w| w.class == Paint::Stream),
            waters: fills(Paint::Water),
            greens: fills(Paint::Green),
            areas: model.areas.len() as u64,
            places: model.places.len() as u64,
            names: model.names.starts().len() as u64 - 2,
            nodes: roads.1,
            edges: roads.2,
            unit_grids: model.areas.iter().filter(|a| a.level == 12).count() as u64,
            components: model.components.len() as u64,
            pipes: model.pipes.len() as u64,
        },
        sources: model.sources.clone(),
    };
    let text = toml::to_string(&meta)?;
    let path = dir.join(file::META);
    fs::write(&path, &text).map_err(|source| WriteError::Io { path, source })?;
    aside.put_in_place()?;
    Ok(Written { meta, bytes: bytes + text.len() as u64, building_bytes, dropped })
}

/// The frame that a model's pack has; `None` for an empty model.
pub(super) fn frame_of(model: &CityModel) -> Option<LocalFrame> {
    let (low, high) = model.extent()?;
    Some(LocalFrame::new(origin(model, low, high)))
}

/// The middle of where most of the points are: a few strays must not pull the frame away from the city.
fn origin(model: &CityModel, low: Fix, high: Fix) -> LonLat {
    if model.bounds.is_some() || model.points.len() < 100 {
        let middle = |a: i32, b: i32| f64::midpoint(f64::from(a), f64::from(b)) / 1e7;
        return LonLat { lon: middle(low[0], high[0]), lat: middle(low[1], high[1]) };
    }
    let step = model.points.len() / 10_000 + 1;
    let middle = |axis: usize| {
        let mut values: Vec<i32> = model.points.iter().step_by(step).filter_map(|p| p.get(axis).copied()).collect();
        values.sort_unstable();
        let at = |share: usize| values.get(values.len() * share / 100).copied().unwrap_or_default();
        f64::midpoint(f64::from(at(2)), f64::from(at(98)))
    };
    LonLat { lon: (middle(0) / 1e4).round() / 1e3, lat: (middle(1) / 1e4).round() / 1e3 }
}

pub(super) fn metres(frame: &LocalFrame, at: Fix) -> Xy {
    frame.metres_from_lonlat(lonlat_from_fix(at))
}

#[expect(clippy::cast_possible_truncation, reason = "f32 is the pack's precision: 4 mm at 60 km")]
pub(super) fn short(at: Xy) -> [f32; 2] {
    [at[0] as f32, at[1] as f32]
}

fn write_flat(model: &CityModel, frame: &LocalFrame, ground: Option<Terrain>, dir: &Path) -> Result<u64, WriteError> {
    let flat = flat::pack(model, frame, ground);
    Ok(LayerWriter::default()
        .section(tag::CHUNKS, &flat.chunks)
        .section(tag::POSITIONS, &flat.positions)
        .section(tag::TONES, &flat.tones)
        .section(tag::INDICES, &flat.indices)
        .write(&dir.join(file::FLAT))?)
}

/// Bytes, nodes and edges.
fn write_roads(model: &CityModel, frame: &LocalFrame, dir: &Path) -> Result<(u64, u64, u64), WriteError> {
    let mut points: Vec<[f32; 2]> = Vec::new();
    let mut starts = Vec::with_capacity(model.ways.len());
    let mut ways = Vec::with_capacity(model.ways.len());
    for way in &model.ways {
        let first = u32::try_from(points.len()).unwrap_or(u32::MAX);
        points.extend(model.points_of(way.points).iter().map(|p| short(metres(frame, *p))));
        starts.push(first);
        ways.push(Way {
            source_id: way.source_id,
            name: way.name,
            name_en: way.name_en,
            first_point: first,
            point_count: u16::try_from(way.points.count).unwrap_or(u16::MAX),
            class: way.class as u8,
            flags: way.flags,
        });
    }
    let graph = graph::build(model, &starts, &points);
    let bytes = LayerWriter::default()
        .section(tag::WAYS, &ways)
        .section(tag::POINTS, &points)
        .section(tag::NODES, &graph.nodes)
        .section(tag::EDGES, &graph.edges)
        .write(&dir.join(file::ROADS))?;
    Ok((bytes, graph.nodes.len() as u64, graph.edges.len() as u64))
}

fn write_places(model: &CityModel, frame: &LocalFrame, dir: &Path) -> Result<u64, WriteError> {
    let mut places: Vec<Place> = model
        .places
        .iter()
        .map(|p| Place {
            source_id: p.source_id,
            name: p.name,
            name_en: p.name_en,
            at: short(metres(frame, p.at)),
            kind: p.kind as u32,
            rank: u32::from(p.rank),
        })
        .collect();
    // labels are placed in this order: what matters most first
    places.sort_by_key(|p| p.rank);
    Ok(LayerWriter::default().section(tag::PLACES, &places).write(&dir.join(file::PLACES))?)
}
