//! Encoding of facts and snapshots: one version byte, then postcard. See `FORMAT.md`.

use serde::{Serialize, de::DeserializeOwned};

use crate::domain::{DutyStep, Fact, Hall, What};

/// Version of records and tables that this release writes; first byte of each record.
pub const FORMAT_VERSION: u8 = 12;
/// Oldest version whose facts this release reads: later ones only added variants behind the others, and two lists at the end
/// of the pack of a hand-over.
pub const FORMAT_OLDEST: u8 = 1;
/// First version in which a pack ends with alarms and maintenance.
const ALARMS_IN_PACK: u8 = 11;
/// Those two, of which an older pack has none.
const NO_ALARMS: [u8; 4] = [0; 4];

/// Why a record cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// Another version.
    #[error("is of version {0}, this release reads {FORMAT_OLDEST} to {FORMAT_VERSION}")]
    Version(u8),
    /// Damaged.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// Cannot be written; never for values made by this program.
    #[error("cannot be written: {0}")]
    Unwritable(String),
}

/// Write a fact.
///
/// # Errors
/// [`FormatError::Unwritable`].
pub fn encode_fact(fact: &Fact) -> Result<Vec<u8>, FormatError> {
    encode(fact)
}

/// Read a fact of this version or an older one.
///
/// # Errors
/// What is wrong with it; never panics.
pub fn decode_fact(bytes: &[u8]) -> Result<Fact, FormatError> {
    decode(bytes, FORMAT_OLDEST).or_else(|error| decode_pack_without_alarms(bytes).ok_or(error))
}

/// A fact that prepares a hand-over, of a version in which packs knew nothing of alarms; `None` for any other one.
fn decode_pack_without_alarms(bytes: &[u8]) -> Option<Fact> {
    let version = bytes.first().copied()?;
    // The pack is the last of the fact.
    let whole = (version < ALARMS_IN_PACK).then(|| [bytes, &NO_ALARMS].concat())?;
    let fact: Fact = decode(&whole, FORMAT_OLDEST).ok()?;
    let prepares = matches!(&fact.what, What::DutyMoved(step) if matches!(**step, DutyStep::Prepare { .. }));
    prepares.then_some(fact)
}

/// Write a snapshot.
///
/// # Errors
/// [`FormatError::Unwritable`].
pub fn encode_hall(hall: &Hall) -> Result<Vec<u8>, FormatError> {
    encode(hall)
}

/// Read a snapshot, which has to be of this version: the facts give an older one anew.
///
/// # Errors
/// What is wrong with it; never panics.
pub fn decode_hall(bytes: &[u8]) -> Result<Hall, FormatError> {
    decode(bytes, FORMAT_VERSION)
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, FormatError> {
    postcard::to_extend(value, vec![FORMAT_VERSION]).map_err(|e| FormatError::Unwritable(e.to_string()))
}

fn decode<T: DeserializeOwned>(bytes: &[u8], oldest: u8) -> Result<T, FormatError> {
    let (version, body) = bytes.split_first().ok_or(FormatError::Empty)?;
    if !(oldest..=FORMAT_VERSION).contains(version) {
        return Err(FormatError::Version(*version));
    }
    let (value, rest) = postcard::take_from_bytes(body).map_err(|e| FormatError::Damaged(e.to_string()))?;
    if rest.is_empty() { Ok(value) } else { Err(FormatError::Damaged(format!("{} bytes too many", rest.len()))) }
}
