//! `hall hub`, and what every hub of this program is made from.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use command_hall::config::{Catalogue, Settings};
use command_hall::domain::{Actor, Moment};
use command_hall::feeds::sim::{self, Running, SimOptions};
use command_hall::ground::City;
use command_hall::hub::clerk::Signer;
use command_hall::hub::{self, Admission, Data, Hub, HubOptions, Reloaded, TlsFiles};
use command_hall::wire::Control;
use serde_json::json;

use super::args::HubArgs;
use super::say::Usage;
use super::{city, cure, heap, reload, say, surroundings};

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

/// A hub with the city's kinds, calendar and time. `day` says of a demo when its day begins.
/// A demo lets everybody in.
pub(crate) fn options(settings: &Settings, data: Data, day: Day, demo: bool) -> HubOptions {
    HubOptions {
        listen: Some(settings.listen()),
        admission: if demo { Admission::Everybody } else { Admission::SignedIn },
        tls: settings.tls().map(|(certificate, key)| TlsFiles { certificate, key }),
        insecure_lan: settings.insecure_lan(),
        files: settings.catalogue(),
        files_known_at: match day {
            Day::Real => None,
            // The day so far, which a demo tells as it begins, is of today.
            Day::MadeUp(start) => Some(start.unwrap_or_else(|| surroundings::now().plus_millis(-DAY_MILLIS))),
        },
        utc_offset_secs: surroundings::utc_offset_secs,
        city_code: settings.city_code(),
        roll_minutes: settings.roll_minutes(),
        sensors: settings.sensors(),
        feeds: settings.feeds(),
        environment: surroundings::variable,
        vitals: true,
        ..HubOptions::new(data)
    }
}

/// What a hub lives through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Day {
    /// What is reported to it.
    Real,
    /// A made-up day, from a moment or in the midst of today.
    MadeUp(Option<Moment>),
}

/// The longest that a day was told back from the moment at which it begins.
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// The sensors of a demo city measured for so many hours before it began: more than a week, so that a day can be held
/// against the same of the week before.
pub(crate) const PAST_HOURS: u32 = 8 * 24;

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
pub(crate) fn begin(
    settings: &Settings,
    hub: &Hub,
    city: Arc<City>,
    start: Option<Moment>,
    past_hours: u32,
) -> anyhow::Result<Running> {
    let intake = hub.intake();
    let clock = intake.clock();
    clock.set_rate(0);
    let mut options = SimOptions { past_hours, ..day(settings.seed(), start.unwrap_or_else(|| clock.now())) };
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
    heap::share();
    let start = args.start.as_deref().map(surroundings::moment).transpose()?;
    let day = if args.demo { Day::MadeUp(start) } else { Day::Real };
    if settings.tls_is_half() {
        return Err(Usage("hub.tls_certificate and hub.tls_key go together: name both".to_owned()).into());
    }
    let made_up = args.demo.then(|| city::open(settings)).transpose()?;
    let city = made_up.clone().or_else(|| city::named(settings));
    let options = HubOptions { city, ..options(settings, data(settings, args.demo)?, day, args.demo) };
    let hub = hub::start(options).map_err(cure::hub)?;
    if let Some(city) = made_up {
        begin(settings, &hub, city, start, PAST_HOURS)?;
        hub.intake().control(Control::Speed(1))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Asked for before it is said that the hub serves: until then a hangup would end it.
    let hangups = runtime.block_on(async { Hangups::new() }).context("cannot wait for a signal to reload")?;
    let at = hub.addr().map(|at| at.to_string()).unwrap_or_default();
    let url = hub.addr().map(|at| url(&hub, at)).unwrap_or_default();
    let api = reload::over_http(&url);
    tell_set_up(&hub, &api);
    if args.json {
        say::json(&json!({ "listening": at, "url": url }));
    } else {
        say::note(&format!("serving at {api}; screens connect with: hall --connect {url}"));
    }
    let stopped = runtime.block_on(async {
        tokio::select! {
            stopped = until_stopped(&hub, hangups) => stopped,
            never = heap::give_back() => match never {},
        }
    });
    stopped.context("cannot wait for a signal to stop")?;
    hub.shutdown();
    Ok(())
}

/// How screens reach a hub.
pub(crate) fn url(hub: &Hub, at: SocketAddr) -> String {
    format!("{}://{at}", if hub.is_secure() { "wss" } else { "ws" })
}

/// Say how the first account is made, where nobody is there yet.
pub(crate) fn tell_set_up(hub: &Hub, api: &str) {
    if let Some(token) = hub.set_up_token() {
        say::note(&format!(
            "nobody can sign in yet. The first account, a security administrator, is made once with this set-up token:\n  \
             {token}\n  hall user add NAME --setup-token {token} --connect {api}\n\
             or on this machine, with the hub's folder: hall user add NAME --role shift_chief"
        ));
    }
}

/// Wait for the signal to stop; at each hangup the hub takes its files anew.
async fn until_stopped(hub: &Hub, mut hangups: Hangups) -> std::io::Result<()> {
    let stopped = signal();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            result = &mut stopped => return result,
            () = hangups.next() => {
                let reloaded = hub.intake().reload(Signer::of(Actor::Source("hangup".to_owned()), "signal")).await;
                // What is wrong is in the log.
                if let Ok(Reloaded { changed, kinds, difference, sensors_changed, feeds_changed, .. }) = reloaded {
                    say::note(&reload::words(changed, kinds, difference, [sensors_changed, feeds_changed]));
                }
            }
        }
    }
}

/// The signals by which a service is told to read its files anew, where the system has them.
struct Hangups {
    #[cfg(unix)]
    signals: tokio::signal::unix::Signal,
}

impl Hangups {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signals: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if self.signals.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
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
