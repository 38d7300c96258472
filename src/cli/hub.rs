//! Hubs: the one in this process, the one that is far, and `hall hub`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use command_hall::config::{Catalogue, Settings};
use command_hall::feeds::demo::{self, DemoOptions};
use command_hall::ground::City;
use command_hall::hub::{self, Data, Hub, HubOptions};
use command_hall::link::{Link, LinkOptions, SocketTransport};
use serde_json::json;

use super::args::HubArgs;
use super::{city, say, surroundings};

/// A link and, where it is in this process, the hub it leads to.
pub(crate) struct Linked {
    pub(crate) link: Link,
    hub: Option<Hub>,
}

impl Linked {
    /// Stop what was started here.
    pub(crate) fn close(self) {
        drop(self.link);
        if let Some(hub) = self.hub {
            hub.shutdown();
        }
    }
}

/// Link to the hub that was asked for, or start one in this process.
pub(crate) fn link(settings: &Settings, city: &Arc<City>) -> anyhow::Result<Linked> {
    let options = LinkOptions { seat: seat(settings).to_owned(), ..LinkOptions::default() };
    if let Some(url) = settings.connect() {
        let link = Link::connect(SocketTransport::new(url)?, options)?;
        return Ok(Linked { link, hub: None });
    }
    let demo = settings.city().is_none();
    let data = data(settings, demo)?;
    let mut hub_options = HubOptions::new(data);
    hub_options.listen = Some(settings.listen());
    hub_options.grade_of = grades(kinds(settings)?);
    let hub = match hub::start(hub_options.clone()) {
        Ok(hub) => hub,
        Err(hub::HubError::Listen { at, cause }) => {
            tracing::warn!("cannot listen at {at} ({cause}): other screens cannot connect to this hall");
            hub_options.listen = None;
            hub::start(hub_options)?
        }
        Err(other) => return Err(other.into()),
    };
    let link = Link::connect(hub.embedded_transport(), options)?;
    if demo && settings.alive() {
        bring_to_life(settings, &hub, Arc::clone(city))?;
    }
    Ok(Linked { link, hub: Some(hub) })
}

fn seat(settings: &Settings) -> &'static str {
    if settings.wall() { "wall" } else { "desk" }
}

/// Made-up incidents are not worth a disk; all else is.
fn data(settings: &Settings, demo: bool) -> anyhow::Result<Data> {
    if demo && settings.data().is_none() {
        return Ok(Data::Memory);
    }
    let folder: PathBuf = surroundings::data_folder(settings)?;
    Ok(Data::Folder(folder))
}

fn kinds(settings: &Settings) -> anyhow::Result<Catalogue> {
    Ok(Catalogue::load(settings.kinds().as_deref())?)
}

fn grades(kinds: Catalogue) -> hub::GradeOf {
    Arc::new(move |code: &str| kinds.kind(code).map(|kind| kind.grade))
}

/// Made-up incidents and crews, until the hub goes down.
fn bring_to_life(settings: &Settings, hub: &Hub, city: Arc<City>) -> anyhow::Result<()> {
    Ok(demo::start(DemoOptions::default(), &kinds(settings)?, city, hub.intake())?)
}

/// `hall hub`: serve until told to stop.
pub(crate) fn serve(settings: &Settings, args: &HubArgs) -> anyhow::Result<()> {
    let options = HubOptions {
        listen: Some(settings.listen()),
        grade_of: grades(kinds(settings)?),
        ..HubOptions::new(data(settings, args.demo)?)
    };
    let hub = hub::start(options).with_context(|| {
        format!("the hub cannot start at {}; another one may be running (`hall doctor`)", settings.listen())
    })?;
    if args.demo {
        bring_to_life(settings, &hub, city::open(settings)?)?;
    }
    let at = hub.addr().map(|at| at.to_string()).unwrap_or_default();
    if args.json {
        say::json(&json!({ "listening": at, "url": format!("ws://{at}") }));
    } else {
        say::note(&format!("serving at http://{at}; screens connect with: hall --connect ws://{at}"));
    }
    wait_for_signal().context("cannot wait for a signal to stop")?;
    hub.shutdown();
    Ok(())
}

fn wait_for_signal() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            tokio::select! {
                result = tokio::signal::ctrl_c() => result,
                _ = terminate.recv() => Ok(()),
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    })
}
