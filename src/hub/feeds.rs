//! The hub's own feeds: they run on its threads for the network and end with them.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::{HubError, Inner, Intake};
use crate::feeds::sources::{self, Sources};

/// Start what a file names; `environment` tells what `${NAME}` in it stands for.
pub(super) fn start(
    sources: Sources,
    file: PathBuf,
    environment: fn(&str) -> Option<String>,
    hub: &Arc<Inner>,
    runtime: &Runtime,
) -> Result<(), HubError> {
    let feeds = sources::start(sources, environment, &Intake::new(hub), &hub.feeds);
    for feed in feeds.map_err(|variable| HubError::NoVariable { file, variable })? {
        runtime.spawn(feed);
    }
    Ok(())
}
