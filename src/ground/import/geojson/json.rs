//! The JSON of a feature, read as it comes by: nothing is kept but what the import knows.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Feature;
use crate::ground::import::collect::MAX_POINTS;
use crate::ground::import::known::{Key, Known};
use crate::ground::import::words;

/// Reads one feature into its buffers.
pub(super) struct FeatureSeed<'a> {
    pub(super) feature: &'a mut Feature,
}

impl<'de> Visitor<'de> for FeatureSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a GeoJSON feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let feature = self.feature;
        each_field(map, |key, map| {
            match key {
                "type" => feature.complete = map.next_value::<Cow<str>>()? == "Feature",
                "id" => {
                    let id = Cell::new(0);
                    map.next_value_seed(Text { take: &mut |text| id.set(words::id(text)) })?;
                    feature.id = id.get();
                }
                "properties" => map.next_value_seed(Properties { known: &mut feature.known })?,
                "geometry" => map.next_value_seed(Geometry { feature: &mut *feature })?,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        if feature.complete { Ok(()) } else { Err(serde::de::Error::custom("no GeoJSON feature")) }
    }
}

struct Geometry<'a> {
    feature: &'a mut Feature,
}

impl<'de> Visitor<'de> for Geometry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a geometry or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let feature = self.feature;
        each_field(map, |key, map| {
            match key {
                "type" => feature.kind.push_str(&map.next_value::<Cow<str>>()?),
                "coordinates" => {
                    let coordinates = Coordinates { points: &mut feature.points, ends: &mut feature.ends, depth: 0 };
                    map.next_value_seed(coordinates)?;
                    feature.has_geometry = true;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })
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

impl<'de> Visitor<'de> for Properties<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("properties or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        each_field(map, |key, map| {
            if key == "tags" {
                map.next_value_seed(Properties { known: &mut *self.known })?;
            } else if let Some(key) = Key::from_text(key) {
                map.next_value_seed(Text { take: &mut |text| self.known.put(key, text) })?;
            } else {
                return Ok(false);
            }
            Ok(true)
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        pass_over(seq)
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// A scalar as text; anything else is passed over.
struct Text<'a> {
    take: &'a mut dyn FnMut(&str),
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

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        pass_over(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Offers every key of an object to `take` with the map to take its value from; what it leaves is passed over.
fn each_field<'de, A: MapAccess<'de>>(
    mut map: A,
    mut take: impl FnMut(&str, &mut A) -> Result<bool, A::Error>,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key::<Cow<'de, str>>()? {
        if !take(&key, &mut map)? {
            map.next_value::<IgnoredAny>()?;
        }
    }
    Ok(())
}

/// The elements of an array that nobody asks for.
fn pass_over<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Seeds that read themselves as visitors of any value.
macro_rules! seeds {
    ($($seed:ident),+) => {$(
        impl<'de> DeserializeSeed<'de> for $seed<'_> {
            type Value = ();

            fn deserialize<D: serde::Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
                d.deserialize_any(self)
            }
        }
    )+};
}

seeds!(FeatureSeed, Geometry, Properties, Text);
