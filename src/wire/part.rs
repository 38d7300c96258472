//! Bytes of a file within a frame: a run of `MessagePack`'s own, and not an array of numbers.

use std::fmt;

use bytes::Bytes;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most bytes of a file in one frame. One such frame is on its way at a time, so a fact waits for no more than that.
pub const PART_MAX: usize = 128 * 1024;

/// Some bytes of a file.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Part(pub Bytes);

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({} bytes)", self.0.len())
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(Run)
    }
}

struct Run;

impl<'de> Visitor<'de> for Run {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {PART_MAX} bytes")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Part, E> {
        if bytes.len() > PART_MAX {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        Ok(Part(Bytes::copy_from_slice(bytes)))
    }

    fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Part, E> {
        if bytes.len() > PART_MAX {
            return Err(E::invalid_length(bytes.len(), &self));
        }
        Ok(Part(Bytes::from(bytes)))
    }

    /// There is one way to write it.
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Part, A::Error> {
        Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self))
    }
}
