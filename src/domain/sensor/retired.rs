//! Sensors that are out of service: dismantled, replaced, or never more than a typing error.

use serde::{Deserialize, Serialize};

use crate::domain::{Moment, Refusal};

/// Longest reason, in bytes.
pub const REASON_MAX: usize = 300;
/// Longest name of who said so, in bytes.
const BY_MAX: usize = 200;

/// Why a sensor is out of service: since then it is not waited for, and what it measured since is not taken.
///
/// No field may be left out when serialised: the store uses a format that counts fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Since when.
    pub at: Moment,
    /// Who said so; [`Self::FILE`] for the file of the sensors.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Retired {
    /// As the file of the city's sensors signs.
    pub const FILE: &'static str = "hub.sensors";

    /// Can it be said like this?
    ///
    /// # Errors
    /// [`Refusal::ReasonMissing`], [`Refusal::Unusable`].
    pub fn check(&self) -> Result<(), Refusal> {
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        for (field, text, most) in [("reason", &self.reason, REASON_MAX), ("by", &self.by, BY_MAX)] {
            if text.len() > most || text.contains(char::is_control) {
                let reason = format!("is at most {most} bytes of plain text");
                return Err(Refusal::Unusable { field: field.to_owned(), reason });
            }
        }
        Ok(())
    }
}
