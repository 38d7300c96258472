//! `hall hub`, and what every hub of this program is made from.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use command_hall::config::{Catalogue, Settings, calendar};
use command_hall::domain::{Moment, TimeLimits};
use command_hall::feeds::sim::{self, Running, SimOptions};
use command_hall::ground::City;
use command_hall::hub::{self, Data, Hub, HubOptions};
use command_hall::wire::Control;
use serde_json::json;

use super::args::HubArgs;
use super::say::Usage;
use super::{city, cure, say, surroundings};

/// Made-up incidents are not worth a disk; all else is.
pub(crate) fn data(settings: &Settings, demo: bool) -> anyhow::Result<Data> {
    if demo && settings.data().is_none() {
        return Ok(Data::Memory);
    }
    let folder: PathBuf = surroundings::data_folder(settings)?;
    Ok(Data::Folder(folder))
}

pub(crate) fn kinds(settings: &Settings) -> anyhow::Result<Catalogue> {
    Ok(Catalogue::load(settings.kinds().as_deref())?)
}

pub(crate) fn limits(settings: &Settings) -> anyhow::Result<TimeLimits> {
    Ok(kinds(settings)?.time_limits(calendar::load(settings.calendar().as_deref())?))
}

/// A hub with the city's kinds, calendar and time.
pub(crate) fn options(settings: &Settings, data: Data) -> anyhow::Result<HubOptions> {
    let mut options = HubOptions::new(data).with_catalogue(Arc::new(kinds(settings)?));
    options.listen = Some(settings.listen());
    options.limits = Arc::new(limits(settings)?);
    options.utc_offset_secs = surroundings::utc_offset_secs;
    Ok(options)
}

/// A made-up day, until the hub goes down; screens may move it.
pub(crate) fn bring_to_life(
    settings: &Settings,
    hub: &Hub,
    city: Arc<City>,
    options: SimOptions,
) -> anyhow::Result<Running> {
    let running = sim::start(options, &kinds(settings)?, city, hub.intake())?;
    let moved = running.clone();
    hub.intake().take_controls(move |control| moved.control(control));
    Ok(running)
}

/// A day of this seed in the city time of this machine.
pub(crate) fn day(seed: u64, now: Moment) -> SimOptions {
    SimOptions { seed, utc_offset_secs: surroundings::utc_offset_secs(now), ..SimOptions::default() }
}

/// A day of this seed in a hub whose time stands still: from `start` on with nothing before it, or in the midst of the
/// day that it is now. What is wanted of it can be said before the hub's time runs.
pub(crate) fn begin(settings: &Settings, hub: &Hub, start: Option<Moment>) -> anyhow::Result<Running> {
    let city = city::open(settings)?;
    let intake = hub.intake();
    let clock = intake.clock();
    clock.set_rate(0);
    let mut options = day(settings.seed(), start.unwrap_or_else(|| clock.now()));
    if let Some(start) = start {
        if let Some(known) = hub.known_until().filter(|known| *known > start) {
            let (known, start) = (surroundings::local(known), surroundings::local(start));
            return Err(Usage(format!(
                "--start: the log of this hub knows of {known}, later than {start}: name a later time, or another \
                 folder with --data"
            ))
            .into());
        }
        clock.set_now(start);
        options.lead_millis = Some(0);
    }
    bring_to_life(settings, hub, city, options)
}

/// `hall hub`: serve until told to stop.
pub(crate) fn serve(settings: &Settings, args: &HubArgs) -> anyhow::Result<()> {
    let start = args.start.as_deref().map(surroundings::moment).transpose()?;
    let hub = hub::start(options(settings, data(settings, args.demo)?)?).map_err(cure::hub)?;
    if args.demo {
        begin(settings, &hub, start)?;
        hub.intake().control(Control::Speed(1))?;
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

pub(crate) fn wait_for_signal() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(signal())
}

/// Wait for Ctrl+C or the system's wish to end.
pub(crate) async fn signal() -> std::io::Result<()> {
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
}
