//! GeoJSON features, one at a time: properties into [`Known`], coordinates into a flat list.

use std::cell::Cell;
use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

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
                if (FeatureSeed { feature: &mut feature }).deserialize(&mut json).is_ok() {
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

struct FeatureSeed<'a> {
    feature: &'a mut Feature,
}

impl<'de> DeserializeSeed<'de> for FeatureSeed<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeatureSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let feature = self.feature;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match key.as_ref() {
                "type" => {
                    let kind: std::borrow::Cow<'de, str> = map.next_value()?;
                    feature.complete = kind == "Feature";
                }
                "id" => {
                    let id = Cell::new(0);
                    map.next_value_seed(Text { take: &mut |text| id.set(words::id(text)) })?;
                    feature.id = id.get();
                }
                "properties" => map.next_value_seed(Properties { known: &mut feature.known })?,
                "geometry" => map.next_value_seed(Geometry { feature })?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if feature.complete { Ok(()) } else { Err(serde::de::Error::custom("no GeoJSON feature")) }
    }
}

struct Geometry<'a> {
    feature: &'a mut Feature,
}

impl<'de> DeserializeSeed<'de> for Geometry<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Geometry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a geometry or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let feature = self.feature;
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match key.as_ref() {
                "type" => {
                    let kind: std::borrow::Cow<'de, str> = map.next_value()?;
                    feature.kind.push_str(&kind);
                }
                "coordinates" => {
                    let coordinates = Coordinates { points: &mut feature.points, ends: &mut feature.ends, depth: 0 };
                    map.next_value_seed(coordinates)?;
                    feature.has_geometry = true;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Nested arrays of positions, flattened.
struct Coordinates<'a> {
    points: &'a mut Vec<[f64; 2]>,
    ends: &'a mut Vec<(u8, usize)>,
    depth: u8,
}

/// What an array turned out to hold: a number, or arrays nested so deep.
enum Nested {
    Number(f64),
    Array(u8),
}

impl<'de> DeserializeSeed<'de> for Coordinates<'_> {
    type Value = Nested;

    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<Nested, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Coordinates<'_> {
    type Value = Nested;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, v: f64) -> Result<Nested, E> {
        Ok(Nested::Number(v))
    }

    #[expect(clippy::cast_precision_loss, reason = "a coordinate out of range stays out of range")]
    fn visit_i64<E>(self, v: i64) -> Result<Nested, E> {
        Ok(Nested::Number(v as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "a coordinate out of range stays out of range")]
    fn visit_u64<E>(self, v: u64) -> Result<Nested, E> {
        Ok(Nested::Number(v as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Nested, A::Error> {
        if self.depth > 4 {
            return Err(serde::de::Error::custom("coordinates nested too deep"));
        }
        let mut position = [f64::NAN; 2];
        let mut numbers = 0usize;
        let mut level = None;
        loop {
            let seed = Coordinates { points: &mut *self.points, ends: &mut *self.ends, depth: self.depth + 1 };
            match seq.next_element_seed(seed)? {
                None => break,
                Some(Nested::Number(v)) => {
                    position.get_mut(numbers).into_iter().for_each(|p| *p = v);
                    numbers += 1;
                }
                Some(Nested::Array(inner)) => level = Some(inner + 1),
            }
        }
        if numbers > 0 {
            // one point too many is enough to have the feature skipped
            if self.points.len() <= MAX_POINTS {
                self.points.push(position);
            }
            return Ok(Nested::Array(0));
        }
        let level = level.unwrap_or(0);
        if level > 0 {
            self.ends.push((level, self.points.len()));
        }
        Ok(Nested::Array(level))
    }
}

struct Properties<'a> {
    known: &'a mut Known,
}

impl<'de> DeserializeSeed<'de> for Properties<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("properties or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if key == "tags" {
                map.next_value_seed(Properties { known: &mut *self.known })?;
            } else if let Some(key) = Key::from_text(&key) {
                map.next_value_seed(Text { take: &mut |text| self.known.put(key, text) })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// A scalar as text; anything else is passed over.
struct Text<'a> {
    take: &'a mut dyn FnMut(&str),
}

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, v: &str) -> Result<(), E> {
        (self.take)(v);
        Ok(())
    }

    fn visit_bool<E>(self, v: bool) -> Result<(), E> {
        (self.take)(if v { "yes" } else { "no" });
        Ok(())
    }

    fn visit_i64<E>(self, v: i64) -> Result<(), E> {
        (self.take)(&v.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, v: u64) -> Result<(), E> {
        (self.take)(&v.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, v: f64) -> Result<(), E> {
        (self.take)(&v.to_string());
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}
