//! Roads that were cut at the edges of tiles: join the pieces of one road again.
//!
//! Tiled sources give a road once for each tile, each piece cut a little beyond the tile's edge. The cut end of one
//! piece lies on a segment of the next without being a corner of it, so the graph would break there. Here each such
//! end becomes a corner of the other piece.

use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::{CityModel, Fix, Run};

/// An end this near to a segment lies on it: steps of 1e-7 degree, about 1.3 m.
const NEAR: f64 = 120.0;

/// Join pieces of ways with the same id.
pub(super) fn stitch(model: &mut CityModel) {
    let mut groups: NumberMap<i64, Vec<u32>> = NumberMap::default();
    for (i, way) in (0u32..).zip(&model.ways) {
        if way.source_id != 0 {
            groups.entry(way.source_id).or_default().push(i);
        }
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().filter(|g| g.len() > 1 && g.len() < 200).collect();
    groups.sort();
    for group in groups {
        let ends: Vec<(u32, Fix)> = group
            .iter()
            .filter_map(|i| Some((*i, model.points_of(model.ways.get(*i as usize)?.points))))
            .flat_map(|(i, line)| {
                [line.first(), line.last()].into_iter().flatten().map(move |p| (i, *p)).collect::<Vec<_>>()
            })
            .collect();
        for &number in &group {
            let Some(way) = model.ways.get(number as usize) else { continue };
            let line = model.points_of(way.points);
            let mut added: Vec<(usize, f64, Fix)> = Vec::new();
            for (owner, end) in &ends {
                if *owner == number || line.contains(end) {
                    continue;
                }
                let on = line
                    .iter()
                    .zip(line.iter().skip(1))
                    .enumerate()
                    .find_map(|(k, (a, b))| on_segment(*a, *b, *end).map(|t| (k, t)));
                added.extend(on.map(|(k, t)| (k, t, *end)));
            }
            if added.is_empty() || added.len() + line.len() > 60_000 {
                continue;
            }
            added.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            added.dedup_by_key(|a| a.2);
            let mut grown: Vec<Fix> = Vec::with_capacity(line.len() + added.len());
            let mut next = added.iter().peekable();
            for (k, point) in line.iter().enumerate() {
                grown.push(*point);
                while let Some((_, _, end)) = next.next_if(|a| a.0 == k) {
                    grown.push(*end);
                }
            }
            let run: Run = model.add_points(grown);
            if let Some(way) = model.ways.get_mut(number as usize).filter(|_| run.count > 0) {
                way.points = run;
            }
        }
    }
}

/// Where on the segment the point lies, 0 to 1, if it is near it.
fn on_segment(a: Fix, b: Fix, p: Fix) -> Option<f64> {
    let [(ax, ay), (bx, by), (px, py)] = [a, b, p].map(|f| (f64::from(f[0]), f64::from(f[1])));
    let (dx, dy) = (bx - ax, by - ay);
    let long = dx * dx + dy * dy;
    if long <= 0.0 {
        return None;
    }
    let t = ((px - ax) * dx + (py - ay) * dy) / long;
    let off = (px - ax - t * dx).hypot(py - ay - t * dy);
    ((0.0..=1.0).contains(&t) && off < NEAR).then_some(t)
}
