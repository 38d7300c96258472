//! GeoJSON features, one at a time: properties into [`Known`], coordinates into a flat list.

mod json;

use std::io::Read;

use serde::de::DeserializeSeed as _;

use super::classify::{self, Shape};
use super::collect::{Collector, MAX_POINTS};
use super::known::{Key, Known};
use super::report::Skip;
use super::source::{SourceFile, read_error};
use super::split::{End, Piece, Splitter};
use super::{ImportError, rings, words};
use crate::ground::pack::model::Fix;

/// Read all features of a stream into the collector.
pub(super) fn read(
    source: &SourceFile,
    reader: Box<dyn Read>,
    into: &mut Collector,
    tick: &mut dyn FnMut(),
) -> Result<(), ImportError> {
    let mut feature = Feature::default();
    let mut number = 0u64;
    let mut good = 0u64;
    let mut splitter = Splitter::new(reader);
    let end = splitter.run(|piece| -> Result<(), Fault> {
        number += 1;
        if number.is_multiple_of(512) {
            tick();
            into.check_size().map_err(Fault::Import)?;
        }
        match piece {
            Piece::TooLong => into.skips.add(Skip::TooManyPoints, || format!("{} feature {number}", source.layer)),
            Piece::Rubbish => into.skips.add(Skip::NotJson, || format!("{} feature {number}", source.layer)),
            Piece::Object(text) => {
                feature.clear();
                let mut json = serde_json::Deserializer::from_slice(text);
                if (json::FeatureSeed { feature: &mut feature }).deserialize(&mut json).is_ok() {
                    good += 1;
                    feature.put_into(into, &source.layer, number);
                } else {
                    into.skips.add(Skip::NotJson, || format!("{} feature {number}", source.layer));
                }
            }
        }
        Ok(())
    });
    match end {
        Ok(End::Whole) if good == 0 && number > 0 => {
            Err(ImportError::NotAMap { path: source.path.clone(), looks_like: "JSON without a single GeoJSON feature" })
        }
        Ok(End::Whole) => Ok(()),
        Ok(End::Inside) => Err(ImportError::Truncated(source.path.clone())),
        Err(Fault::Import(error)) => Err(error),
        Err(Fault::Io(cause)) => Err(read_error(&source.path, cause)),
    }
}

enum Fault {
    Io(std::io::Error),
    Import(ImportError),
}

impl From<std::io::Error> for Fault {
    fn from(cause: std::io::Error) -> Self {
        Self::Io(cause)
    }
}

/// One feature, in buffers that are used again.
#[derive(Default)]
struct Feature {
    known: Known,
    kind: String,
    id: i64,
    points: Vec<[f64; 2]>,
    /// For each bracket that closed: how deep it was (0 is a position's parent) and the points before its end.
    ends: Vec<(u8, usize)>,
    complete: bool,
    has_geometry: bool,
    fixes: Vec<Fix>,
}

impl Feature {
    fn clear(&mut self) {
        self.known.clear();
        self.kind.clear();
        self.id = 0;
        self.points.clear();
        self.ends.clear();
        self.complete = false;
        self.has_geometry = false;
    }

    fn put_into(&mut self, into: &mut Collector, layer: &str, number: u64) {
        let found = classify::feature(&self.known, layer);
        let id = if self.id == 0 { words::id(self.known.get(Key::Id)) } else { self.id };
        let name_it = || if id == 0 { format!("{layer} feature {number}") } else { id.to_string() };
        if found == classify::Found::default() {
            return into.skips.add(Skip::NoLayer, name_it);
        }
        if !self.has_geometry || self.points.is_empty() {
            return into.skips.add(Skip::WrongGeometry, name_it);
        }
        if self.points.len() > MAX_POINTS {
            return into.skips.add(Skip::TooManyPoints, name_it);
        }
        self.fixes.clear();
        for [lon, lat] in &self.points {
            match into.fix(*lon, *lat) {
                Some(fix) => self.fixes.push(fix),
                None => return into.skips.add(Skip::OutOfRange, name_it),
            }
        }
        let head = into.head(id, &self.known);
        // the brackets around the points tell the parts: level 1 closes a line or ring, level 2 a polygon
        let rings = || {
            let mut from = 0;
            self.ends.iter().filter(|(level, _)| *level == 1).map(move |(_, end)| {
                let range = from..*end;
                from = *end;
                range
            })
        };
        match (self.kind.as_str(), found.shape) {
            ("Polygon" | "MultiPolygon", Some(Shape::Boundary { level })) => {
                let all: Vec<&[Fix]> = rings().filter_map(|r| self.fixes.get(r)).collect();
                into.area(head, level, &all);
            }
            ("Polygon" | "MultiPolygon", Some(_)) => {
                let mut polygon: Vec<&[Fix]> = Vec::new();
                let mut from = 0;
                for (level, end) in &self.ends {
                    match level {
                        1 => {
                            polygon.extend(self.fixes.get(from..*end));
                            from = *end;
                        }
                        2 => into.polygon(head, &found, &std::mem::take(&mut polygon)),
                        _ => {}
                    }
                }
            }
            ("LineString" | "MultiLineString", Some(_)) => {
                for range in rings() {
                    into.line(head, &found, self.fixes.get(range).unwrap_or_default());
                }
            }
            (_, Some(_)) if found.place.is_none() => return into.skip(Skip::WrongGeometry, id),
            _ => {}
        }
        if let (Some((kind, rank)), Some(at)) = (found.place, rings::middle(&self.fixes)) {
            into.place(head, kind, rank, at);
        }
    }
}
