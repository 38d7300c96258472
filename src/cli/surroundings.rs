//! What stands around the program: environment, usual folders, clock. The only place that looks.

use std::path::PathBuf;

use anyhow::Context as _;
use command_hall::config::Document;
use command_hall::config::settings::{Chosen, Settings, Sources, keys, usual_files};
use command_hall::domain::Moment;
use command_hall::feeds::http::HubClient;
use command_hall::link::SocketTransport;
use etcetera::BaseStrategy as _;

use super::args::{Args, Command};
use super::say::{self, Usage};

const FOLDER: &str = "command-hall";

/// The settings as flags, environment and files have them.
pub(crate) fn settings(args: &Args) -> anyhow::Result<Settings> {
    let files = usual_files(user_file().as_deref())?;
    Ok(Settings::from_sources(&sources(args, files))?)
}

/// What the settings are made from, with the files that were read.
pub(crate) fn sources(args: &Args, files: Vec<Document>) -> Sources {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("HALL_"))
        .collect();
    Sources { chosen: chosen(args), files, environment, flags: flags(args) }
}

/// The user's own settings.
pub(crate) fn user_file() -> Option<PathBuf> {
    Some(user_folder()?.join("hall.toml"))
}

/// What was chosen on the screens of this user; nothing for pictures and measurements, which are the same for everyone.
fn chosen(args: &Args) -> Chosen {
    if matches!(args.command, Some(Command::Shot(_) | Command::Bench(_))) {
        return Chosen::default();
    }
    let read = user_folder().map(|folder| Chosen::read(&Chosen::file_of(&folder)));
    read.unwrap_or_else(|| Ok(Chosen::default())).unwrap_or_else(|error| {
        // the log is not up yet, and the screens work without
        say::note(&format!("hall: {error}"));
        Chosen::default()
    })
}

fn flags(args: &Args) -> Vec<(&'static str, &'static str, String)> {
    let listen = match &args.command {
        Some(Command::Hub(hub)) => hub.listen.clone(),
        Some(Command::Sim(sim)) => sim.listen.clone(),
        _ => None,
    };
    let seed = match &args.command {
        None => args.seed,
        Some(Command::Hub(hub)) => hub.seed,
        Some(Command::Sim(sim)) => sim.seed,
        _ => None,
    };
    let insecure_lan = matches!(&args.command, Some(Command::Hub(hub)) if hub.insecure_lan);
    let given = [
        (keys::SCREEN, "--screen", args.screen.map(|screen| screen.word().to_owned())),
        (keys::CITY, "--city", args.city.clone()),
        (keys::SEED, "--seed", seed.map(|seed| seed.to_string())),
        (keys::CONNECT, "--connect", args.connect.clone()),
        (keys::DATA, "--data", args.data.clone()),
        (keys::SIZE, "--size", args.size.clone()),
        (keys::FULLSCREEN, "--fullscreen", args.fullscreen.then(|| "true".to_owned())),
        (keys::LANGUAGE, "--language", args.language.clone()),
        (keys::TOUR, "--tour", args.tour.clone()),
        (keys::AT, "--at", args.at.clone()),
        (keys::THEME, "--theme", args.theme.clone()),
        (keys::ZOOM, "--zoom", args.zoom.clone()),
        (keys::LOG, "--log", args.log.clone()),
        (keys::LISTEN, "--listen", listen),
        (keys::TLS_AUTHORITY, "--tls-authority", args.tls_authority.clone()),
        (keys::INSECURE_LAN, "--insecure-lan", insecure_lan.then(|| "true".to_owned())),
    ];
    given.into_iter().filter_map(|(setting, flag, value)| Some((setting, flag, value?))).collect()
}

/// The folder of the hub's memory: the setting, or the user's data folder.
pub(crate) fn data_folder(settings: &Settings) -> anyhow::Result<PathBuf> {
    if let Some(folder) = settings.data() {
        return Ok(folder);
    }
    let base = etcetera::choose_base_strategy()
        .context("no home folder is known, so there is no usual place for data; name one with --data DIR")?;
    Ok(base.data_dir().join(FOLDER))
}

/// The user's own folder; `None` where no home folder is known.
pub(crate) fn user_folder() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join(FOLDER))
}

/// A client of a hub's API, which trusts the authority that the settings name.
pub(crate) fn client(settings: &Settings, url: &str) -> anyhow::Result<HubClient> {
    Ok(HubClient::trusting(url, authority(settings)?.as_deref())?)
}

/// The way of a screen to a hub, which trusts the authority that the settings name.
pub(crate) fn transport(settings: &Settings, url: &str) -> anyhow::Result<SocketTransport> {
    Ok(SocketTransport::new(url)?.trusting(authority(settings)?))
}

/// The PEM of the authority.
fn authority(settings: &Settings) -> anyhow::Result<Option<Vec<u8>>> {
    let Some(path) = settings.tls_authority() else { return Ok(None) };
    let read =
        std::fs::read(&path).with_context(|| format!("{} cannot be read (screen.tls_authority)", path.display()));
    read.map(Some)
}

/// The folder of what can be made again.
pub(crate) fn cache_folder() -> anyhow::Result<PathBuf> {
    let base = etcetera::choose_base_strategy()
        .context("no home folder is known, so there is no place for the demo city; name a pack with --city DIR")?;
    Ok(base.cache_dir().join(FOLDER))
}

/// A moment that `--start` names in city time.
///
/// # Errors
/// [`Usage`], with what to write instead.
pub(crate) fn moment(text: &str) -> Result<Moment, Usage> {
    use chrono::{Datelike as _, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};
    let text = text.trim();
    let wrong = |why: &str| Usage(format!("--start: `{text}` {why}"));
    let as_written = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    let with_time = as_written.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let of_day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    let Some(time) = with_time.or_else(of_day) else {
        let only_hour = ["%H:%M", "%H:%M:%S"].iter().any(|form| NaiveTime::parse_from_str(text, form).is_ok());
        return Err(wrong(if only_hour {
            "has no day: write 2026-03-02T08:00"
        } else if text.get(10..).is_some_and(|time| time.contains(['Z', '+', '-'])) {
            "has an offset from UTC, but it is city time: leave the offset out, as in 2026-03-02T08:00"
        } else {
            "is no time in city time: write it as 2026-03-02T08:00"
        }));
    };
    if !(1970..=2199).contains(&time.year()) {
        return Err(wrong("is out of reach: name a year from 1970 to 2199"));
    }
    // An hour that comes twice is the first one.
    let there = Local.from_local_datetime(&time).earliest();
    let there = there.ok_or_else(|| wrong("never comes in city time: clocks go forward then; name an hour later"))?;
    Ok(Moment(there.timestamp_millis()))
}

/// A variable of the environment that a file of feeds names.
#[expect(clippy::disallowed_methods, reason = "secrets stand there, and a file says under which name")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "time enters here")]
pub(crate) fn now() -> Moment {
    Moment(chrono::Utc::now().timestamp_millis())
}

/// City time, as `--start` takes it.
pub(crate) fn local(at: Moment) -> String {
    let there = chrono::DateTime::from_timestamp_millis(at.0.saturating_add(i64::from(utc_offset_secs(at)) * 1000));
    there.map_or_else(|| at.0.to_string(), |there| there.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// Offset of this machine's time from UTC at a moment, seconds: city time.
pub(crate) fn utc_offset_secs(at: Moment) -> i32 {
    use chrono::{Local, Offset as _, TimeZone as _};
    Local.timestamp_millis_opt(at.0).earliest().map_or(0, |at| at.offset().fix().local_minus_utc())
}
