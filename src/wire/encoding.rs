//! How frames are written and read: one version byte, then `MessagePack`. See `FORMAT.md`.

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use super::frame::{ToHub, ToScreen};

/// Version of every frame; its first byte.
pub const WIRE_VERSION: u8 = 12;
/// Longest frame a hub takes, in bytes.
pub const MAX_TO_HUB: usize = 256 * 1024;
/// Longest frame a screen takes, in bytes; a snapshot of some 100,000 incidents fits.
pub const MAX_TO_SCREEN: usize = 64 * 1024 * 1024;

/// Why a frame cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Nothing in it.
    #[error("the frame is empty")]
    Empty,
    /// Another version of the wire.
    #[error(
        "the frame is of wire version {theirs}, this side speaks {WIRE_VERSION}: run the same release on both sides"
    )]
    Version {
        /// Their version byte.
        theirs: u8,
    },
    /// Over the limit.
    #[error("the frame has {len} bytes, the limit is {max}")]
    TooLong {
        /// Its length in bytes.
        len: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// Not a frame, or not one of this direction.
    #[error("the frame cannot be read: {0}")]
    Malformed(String),
    /// A value that cannot be written; never for frames made by this program.
    #[error("the frame cannot be written: {0}")]
    Unwritable(String),
}

/// Write a frame.
///
/// # Errors
/// [`WireError::Unwritable`].
pub fn encode<T: Serialize>(frame: &T) -> Result<Bytes, WireError> {
    let mut bytes = vec![WIRE_VERSION];
    rmp_serde::encode::write(&mut bytes, frame).map_err(|e| WireError::Unwritable(e.to_string()))?;
    Ok(Bytes::from(bytes))
}

/// Read a frame that a screen sent.
///
/// # Errors
/// What is wrong with it; never panics, whatever came.
pub fn read_to_hub(bytes: &[u8]) -> Result<ToHub, WireError> {
    decode(bytes, MAX_TO_HUB)
}

/// Read a frame that a hub sent.
///
/// # Errors
/// What is wrong with it; never panics, whatever came.
pub fn read_to_screen(bytes: &[u8]) -> Result<ToScreen, WireError> {
    decode(bytes, MAX_TO_SCREEN)
}

fn decode<T: DeserializeOwned>(bytes: &[u8], max: usize) -> Result<T, WireError> {
    if bytes.len() > max {
        return Err(WireError::TooLong { len: bytes.len(), max });
    }
    let (version, body) = bytes.split_first().ok_or(WireError::Empty)?;
    if *version != WIRE_VERSION {
        return Err(WireError::Version { theirs: *version });
    }
    let mut body = body;
    let mut reader = rmp_serde::Deserializer::new(&mut body);
    reader.set_max_depth(64);
    let frame = T::deserialize(&mut reader).map_err(|e| WireError::Malformed(e.to_string()))?;
    drop(reader);
    if body.is_empty() { Ok(frame) } else { Err(WireError::Malformed(format!("{} bytes too many", body.len()))) }
}
