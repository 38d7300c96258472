//! How a hub is started, and why it cannot be.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Admission, Clock, TlsError, TlsFiles, UtcOffset, wall_clock};
use crate::config::{CatalogueFiles, ConfigError};
use crate::domain::{CityCode, Moment, Refusal};
use crate::ground::City;
use crate::store::StoreError;
use crate::store::people::PeopleError;
use crate::store::readings::ReadingsError;
use crate::wire::frame::DEFAULT_PORT;

/// Where a hub keeps its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// In this folder, made where missing.
    Folder(PathBuf),
    /// In memory, and what is long in files without a name: gone with the hub.
    Memory,
}

/// How to start a hub.
#[derive(Clone)]
pub struct HubOptions {
    /// Where the log is.
    pub data: Data,
    /// Where to listen; `None` for an embedded hub that only its own process reaches. Port 0 takes
    /// a free one, see [`Hub::addr`].
    pub listen: Option<SocketAddr>,
    /// Who is let in.
    pub admission: Admission,
    /// The certificate with which it speaks TLS. Without one it listens on loopback only.
    pub tls: Option<TlsFiles>,
    /// Listen elsewhere than on loopback without a certificate: passwords and all else go in the clear.
    pub insecure_lan: bool,
    /// The machine's clock.
    pub clock: Clock,
    /// The files of its kinds, time limits and work calendar. Where they say something else than its log has last, they
    /// are told as a fact when it starts. Reports of kinds that they do not have are refused.
    pub files: CatalogueFiles,
    /// When that fact is known, where not as the hub starts: a demo's day begins earlier.
    pub files_known_at: Option<Moment>,
    /// City time, on which the limits are counted.
    pub utc_offset_secs: UtcOffset,
    /// What case numbers begin with; `None` leaves them as the log has them.
    pub city_code: Option<CityCode>,
    /// Minutes until who has not answered a roll is absent.
    pub roll_minutes: u16,
    /// The file with the sensors of the city. What it says counts from the start on.
    pub sensors: Option<PathBuf>,
    /// The map whose pipes tell behind what sensors hang that do not say so, and whose areas sensors and cases are in that
    /// only say their place.
    pub city: Option<Arc<City>>,
    /// Whether vital signs are reckoned.
    pub vitals: bool,
    /// The file with the hub's own feeds of readings.
    pub feeds: Option<PathBuf>,
    /// What `${NAME}` in that file is filled in with.
    pub environment: fn(&str) -> Option<String>,
    /// Most screens at a time.
    pub max_sessions: usize,
    /// Threads for the network.
    pub threads: usize,
}

impl HubOptions {
    /// A hub with its log at `data`, on loopback, port 8700, with the catalogue built in.
    #[must_use]
    pub fn new(data: Data) -> Self {
        Self {
            data,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT))),
            admission: Admission::default(),
            tls: None,
            insecure_lan: false,
            clock: Arc::new(wall_clock),
            files: CatalogueFiles::default(),
            files_known_at: None,
            utc_offset_secs: |_| 0,
            city_code: None,
            roll_minutes: 5,
            sensors: None,
            city: None,
            vitals: false,
            feeds: None,
            environment: |_| None,
            max_sessions: 1000,
            threads: 2,
        }
    }

    /// The same without a listener.
    #[must_use]
    pub fn embedded(data: Data) -> Self {
        Self { listen: None, ..Self::new(data) }
    }
}

/// Why a hub cannot start.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The log cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened at.
    #[error("cannot listen at {at}: {cause}")]
    Listen {
        /// The address.
        at: SocketAddr,
        /// Why not.
        cause: std::io::Error,
    },
    /// Without a certificate all that is said goes in the clear.
    #[error("without a certificate a hub listens on this machine alone, not at {at}")]
    InTheClear {
        /// The address.
        at: SocketAddr,
    },
    /// Certificate or key cannot be used.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// What sensors measured cannot be opened.
    #[error(transparent)]
    Readings(#[from] ReadingsError),
    /// Nobody can be let in.
    #[error("people cannot be let in: {0}")]
    People(#[from] PeopleError),
    /// A file of the catalogue is wrong.
    #[error("{}", .0.in_full())]
    Catalogue(#[source] ConfigError),
    /// The catalogue could not be told.
    #[error("the catalogue is not taken: {0}")]
    NotTaken(Refusal),
    /// The system gave no threads.
    #[error("cannot start the hub's threads: {0}")]
    Threads(std::io::Error),
}
