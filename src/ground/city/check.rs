//! The checks of an opened pack: sections are there, and every reference is in range.

use std::path::PathBuf;

use super::{City, CityError};
use crate::ground::pack::layer::Layer;
use crate::ground::pack::records::{
    Area, Building, Chunk, Component, ComponentCell, Corner, Edge, Massing, NameId, Network, Pipe, Place, TerrainHead,
    Way, file, tag,
};
use crate::ground::pack::terrain::Terrain;

pub(super) fn check(city: &City) -> Result<(), CityError> {
    names(city)?;
    buildings(city)?;
    flat(city)?;
    roads(city)?;
    areas(city)?;
    terrain(city)?;
    components(city)?;
    pipes(city)?;
    for place in city.places.section::<Place>(tag::PLACES)? {
        let sound = place.at.iter().all(|v| v.is_finite());
        ensure(city, file::PLACES, sound && names_ok(city, [place.name, place.name_en]), "a place")?;
    }
    Ok(())
}

fn ensure(city: &City, layer: &str, sound: bool, what: &str) -> Result<(), CityError> {
    if sound { Ok(()) } else { Err(CityError::Inconsistent { path: path(city, layer), what: what.to_owned() }) }
}

fn path(city: &City, layer: &str) -> PathBuf {
    city.dir.join(layer)
}

fn names_ok<const N: usize>(city: &City, names: [NameId; N]) -> bool {
    let count = city.name_count();
    names.iter().all(|n| (*n as usize) < count)
}

fn within(first: u32, count: u32, len: usize) -> bool {
    u64::from(first) + u64::from(count) <= len as u64
}

fn names(city: &City) -> Result<(), CityError> {
    let starts = city.names.section::<u32>(tag::NAME_STARTS)?;
    let bytes = city.names.section::<u8>(tag::NAME_BYTES)?;
    let rising = starts.windows(2).all(|w| matches!(w, [a, b] if a <= b));
    let last = starts.last().is_some_and(|l| *l as usize <= bytes.len());
    ensure(city, file::NAMES, starts.len() >= 2 && rising && last, "offsets of the names")
}

/// Chunks lie within their arrays, and their boxes are finite.
fn chunks(city: &City, layer: &str, chunks: &[Chunk], lens: [usize; 3], most: u32) -> Result<(), CityError> {
    for chunk in chunks {
        let sound = within(chunk.first_vertex, chunk.vertex_count, lens[0])
            && chunk.vertex_count <= most
            && within(chunk.first_index, chunk.index_count, lens[1])
            && chunk.index_count % 3 == 0
            && within(chunk.first_building, chunk.building_count, lens[2])
            && chunk.building_count <= 65_536
            && chunk.origin.iter().chain(&chunk.extent).all(|v| v.is_finite());
        ensure(city, layer, sound, "a chunk")?;
    }
    Ok(())
}

/// Indices of each chunk stay below its vertices.
fn indices(city: &City, name: &str, layer: &Layer, chunks: &[Chunk], per_record: u32) -> Result<(), CityError> {
    let all = layer.section::<u16>(tag::INDICES)?;
    for chunk in chunks {
        let own = super::run(all, chunk.first_index, chunk.index_count);
        let highest = own.iter().fold(0, |m, i| m.max(*i));
        let sound = own.is_empty() || u32::from(highest) < chunk.vertex_count * per_record;
        ensure(city, name, sound, "an index of a chunk")?;
    }
    Ok(())
}

fn buildings(city: &City) -> Result<(), CityError> {
    let layer = &city.buildings;
    let all = layer.section::<Chunk>(tag::CHUNKS)?;
    let corners = layer.section::<Corner>(tag::CORNERS)?;
    let records = layer.section::<Building>(tag::BUILDINGS)?;
    let areas = city.areas.section::<Area>(tag::AREAS)?.len();
    let lens = [corners.len(), layer.section::<u16>(tag::INDICES)?.len(), records.len()];
    chunks(city, file::BUILDINGS, all, lens, 32_768)?;
    indices(city, file::BUILDINGS, layer, all, 2)?;
    let massings = layer.section::<Massing>(tag::MASSINGS)?;
    ensure(city, file::BUILDINGS, massings.len() == records.len(), "number of boxes")?;
    let mut next = 0;
    for chunk in all {
        // buildings are looked up by their chunk, so chunks follow each other without gap
        ensure(city, file::BUILDINGS, chunk.first_building == next, "order of the chunks")?;
        next += chunk.building_count;
        for building in city.buildings_of(chunk) {
            let end = u32::from(building.first_corner) + u32::from(building.corner_count);
            let area = building.area == u32::MAX || (building.area as usize) < areas;
            let sound = end <= chunk.vertex_count && area && names_ok(city, [building.name]);
            ensure(city, file::BUILDINGS, sound, "a building")?;
        }
        let own = city.massings_of(chunk);
        let sound = own.is_sorted_by_key(Massing::detail) && own.last().is_none_or(|m| m.detail() < Massing::DETAILS);
        ensure(city, file::BUILDINGS, sound, "order of the boxes")?;
        let sound = city.corners_of(chunk).iter().all(|c| u32::from(c.building) < chunk.building_count);
        ensure(city, file::BUILDINGS, sound, "a corner")?;
    }
    ensure(city, file::BUILDINGS, next as usize == records.len(), "number of buildings")
}

fn flat(city: &City) -> Result<(), CityError> {
    let layer = &city.flat;
    let all = layer.section::<Chunk>(tag::CHUNKS)?;
    let positions = layer.section::<[u16; 4]>(tag::POSITIONS)?.len();
    let tones = layer.section::<[u8; 4]>(tag::TONES)?.len();
    ensure(city, file::FLAT, positions == tones, "number of tones")?;
    chunks(city, file::FLAT, all, [positions, layer.section::<u16>(tag::INDICES)?.len(), 0], 65_536)?;
    indices(city, file::FLAT, layer, all, 1)
}

fn roads(city: &City) -> Result<(), CityError> {
    let layer = &city.roads;
    let points = layer.section::<[f32; 2]>(tag::POINTS)?;
    let nodes = layer.section::<[f32; 2]>(tag::NODES)?;
    let ways = layer.section::<Way>(tag::WAYS)?;
    let finite = points.iter().chain(nodes).flatten().all(|v| v.is_finite());
    ensure(city, file::ROADS, finite, "a point")?;
    for way in ways {
        let sound = within(way.first_point, u32::from(way.point_count), points.len())
            && names_ok(city, [way.name, way.name_en]);
        ensure(city, file::ROADS, sound, "a way")?;
    }
    let mut last = 0;
    for edge in layer.section::<Edge>(tag::EDGES)? {
        let sound = (edge.from as usize) < nodes.len()
            && (edge.to as usize) < nodes.len()
            && (edge.way as usize) < ways.len()
            && (edge.first_point as usize) < points.len()
            && (edge.last_point as usize) < points.len()
            && edge.length_m.is_finite()
            && edge.length_m >= 0.0
            && edge.from >= last;
        ensure(city, file::ROADS, sound, "an edge")?;
        last = edge.from;
    }
    Ok(())
}

fn areas(city: &City) -> Result<(), CityError> {
    let layer = &city.areas;
    let areas = layer.section::<Area>(tag::AREAS)?;
    let rings = layer.section::<u32>(tag::RINGS)?;
    let points = layer.section::<[f32; 2]>(tag::POINTS)?;
    let rising = rings.windows(2).all(|w| matches!(w, [a, b] if a <= b));
    let last = rings.last().is_some_and(|l| *l as usize <= points.len());
    ensure(city, file::AREAS, rising && last, "offsets of the rings")?;
    ensure(city, file::AREAS, points.iter().flatten().all(|v| v.is_finite()), "a point")?;
    for (i, area) in areas.iter().enumerate() {
        let parent = area.parent == u32::MAX || (area.parent as usize) < areas.len() && area.parent as usize != i;
        let sound = within(area.first_ring, area.ring_count, rings.len().saturating_sub(1))
            && parent
            && area.code < 10_u64.pow(15)
            && area.label.iter().all(|v| v.is_finite())
            && names_ok(city, [area.name, area.name_en]);
        ensure(city, file::AREAS, sound, "an area")?;
    }
    // walking up must end: a chain longer than the number of areas is a circle
    for area in areas {
        let mut up = area.parent;
        let mut steps = 0;
        while let Some(parent) = areas.get(up as usize) {
            up = parent.parent;
            steps += 1;
            ensure(city, file::AREAS, steps <= 64, "parents of an area")?;
        }
    }
    Ok(())
}

fn terrain(city: &City) -> Result<(), CityError> {
    let heads = city.terrain.section::<TerrainHead>(tag::TERRAIN)?;
    let posts = city.terrain.section::<u16>(tag::POSTS)?;
    let sound = match heads {
        [] => posts.is_empty(),
        [head] => Terrain::new(*head, posts).is_some(),
        _ => false,
    };
    ensure(city, file::TERRAIN, sound, "the grid of heights")
}

fn components(city: &City) -> Result<(), CityError> {
    let layer = &city.components;
    let all = layer.section::<Component>(tag::COMPONENTS)?;
    let areas = city.areas.section::<Area>(tag::AREAS)?.len();
    let mut next = 0;
    let mut last = None;
    for cell in layer.section::<ComponentCell>(tag::COMPONENT_CELLS)? {
        // they are looked up by their square, so squares rise and follow each other without gap
        let place = Some((cell.y, cell.x));
        let sound = cell.first == next && within(cell.first, cell.count, all.len()) && place > last;
        ensure(city, file::COMPONENTS, sound, "order of the squares")?;
        (next, last) = (next + cell.count, place);
        for component in super::run(all, cell.first, cell.count) {
            let sound = ComponentCell::of(component.at.map(f64::from)) == [cell.x, cell.y]
                && component.at.iter().all(|v| v.is_finite())
                && (component.area == u32::MAX || (component.area as usize) < areas)
                && component.code < 10_000
                && component.serial < 1_000_000;
            ensure(city, file::COMPONENTS, sound, "a component")?;
        }
    }
    ensure(city, file::COMPONENTS, next as usize == all.len(), "number of components")
}

fn pipes(city: &City) -> Result<(), CityError> {
    let points = city.pipes.section::<[f32; 2]>(tag::POINTS)?;
    ensure(city, file::PIPES, points.iter().flatten().all(|v| v.is_finite()), "a point")?;
    for pipe in city.pipes.section::<Pipe>(tag::PIPES)? {
        let sound = within(pipe.first_point, u32::from(pipe.point_count), points.len())
            && Network::from_number(pipe.network).is_some();
        ensure(city, file::PIPES, sound, "a pipe")?;
    }
    Ok(())
}
