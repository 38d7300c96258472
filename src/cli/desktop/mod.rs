//! The commands that draw.

mod downloads;
mod examine;
mod linked;
mod made_up;
mod quality;

use std::path::Path;

use anyhow::Context as _;
use command_hall::config::Settings;
use command_hall::config::settings::keys;
use command_hall::domain::{IncidentId, LonLat, Moment};
use command_hall::ground::City;
use command_hall::link::{Link, LinkState, News};
use command_hall::screen::appearance::Appearance;
use command_hall::screen::bench::{self, BenchOptions};
use command_hall::screen::bench_heat::{self, HeatOptions};
use command_hall::screen::bench_pins::{self, PinsOptions};
use command_hall::screen::bench_rows::{self, RowsOptions};
use command_hall::screen::look::theme::ThemeWish;
use command_hall::screen::shot::{ShotOptions, Viewpoint, shot as draw};
use command_hall::screen::shown::{ScreenKind, Target};
use command_hall::screen::twin::weather;
use command_hall::screen::{self, ScreenOptions, offscreen};
use serde_json::json;

use crate::cli::args::{BenchHeatmap, BenchPins, BenchRows, BenchTwin, ScreenArg, ShotArgs};
use crate::cli::say::Usage;
use crate::cli::{city, say};

pub(crate) use examine::checks;

/// Open the window.
pub(crate) fn open(settings: &Settings, token_file: Option<&Path>) -> anyhow::Result<()> {
    examine::display().map_err(anyhow::Error::msg)?;
    rust_i18n::set_locale(settings.language());
    offscreen::look_for_adapter();
    let city = city::open(settings)?;
    let options = ScreenOptions {
        kind: if settings.wall() { ScreenKind::Wall } else { ScreenKind::Desk },
        title: city.meta().name.clone(),
        size: settings.size(),
        fullscreen: settings.fullscreen(),
        folder: crate::cli::surroundings::user_folder(),
        hub: settings.connect().map(crate::cli::token::hub_of).unwrap_or_default(),
        downloads: downloads::downloads(),
        tour: settings.tour().parse().unwrap_or_default(),
        seat: seat(settings, &city),
        wall_layers: settings.wall_layers().parse().unwrap_or_default(),
        at: settings.at().map(str::to_owned),
        quality: quality::find(settings).quality,
        appearance: appearance(settings),
        ..ScreenOptions::default()
    };
    let linked = linked::link(settings, &city, token_file)?;
    let done = screen::run(&options, linked.link.clone(), city);
    linked.close();
    done
}

/// Take a picture: of the hub that `--connect` names, or of made-up incidents.
pub(crate) fn shot(settings: &Settings, args: &ShotArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    rust_i18n::set_locale(settings.language());
    let camera = args.camera.as_deref().map(str::parse::<Viewpoint>).transpose();
    let camera = camera.map_err(|wrong| Usage(format!("--camera: {wrong}")))?;
    if ![1, 2, 4, 8].contains(&args.samples) {
        return Err(Usage(format!("--samples: {} is none of 1, 2, 4, 8", args.samples)).into());
    }
    let weather = args.weather.as_deref().map(weather::from_words).transpose();
    let weather = weather.map_err(|wrong| Usage(format!("--weather: {wrong}")))?;
    offscreen::look_for_adapter();
    let city = city::open(settings)?;
    if let Some(camera) = camera
        && let Some(away) = away(&city, camera.at)
    {
        let [west, south, east, north] = city.meta().bounds;
        let (lon, lat) = (camera.at.lon, camera.at.lat);
        let within = format!("the city lies within {west},{south} and {east},{north}");
        return Err(
            Usage(format!("--camera: {lon},{lat} is {:.0} km away from the city; {within}", away / 1000.0)).into()
        );
    }
    let time = minutes(&args.time)?;
    let noted = at(time);
    let live = settings.connect().is_some();
    let mut hand = None;
    let link = if live {
        linked::link(settings, &city, token_file)?.link
    } else {
        let (link, theirs) = Link::by_hand();
        let (hall, crews) = made_up::day(settings, &city, args, noted, weather)?;
        theirs.tell(News::Snapshot(Box::new(hall)));
        theirs.tell(News::Positions(crews));
        theirs.tell(News::State(LinkState::Live));
        hand = Some(theirs);
        link
    };
    let screen = ScreenOptions {
        kind: match args.screen {
            ScreenArg::Wall => ScreenKind::Wall,
            ScreenArg::Desk => ScreenKind::Desk,
        },
        title: city.meta().name.clone(),
        size: size(&args.size)?,
        fixed_now: (!live).then_some(noted),
        time_of_day: Some(time),
        weather,
        seat: seat(settings, &city),
        quality: args.quality.into(),
        appearance: appearance(settings),
        wall_layers: settings.wall_layers().parse().unwrap_or_default(),
        at: settings.at().map(str::to_owned),
        ..ScreenOptions::default()
    };
    let select = args.select.map(|id| Target::Incident(IncidentId(id)));
    let (samples, out) = (args.samples, args.out.clone());
    draw(&ShotOptions { screen, camera, select, live, samples, out }, link, city)?;
    drop(hand);
    if args.json {
        say::json(&json!({ "out": args.out, "size": args.size }));
    } else {
        say::line(&args.out.display().to_string());
    }
    Ok(())
}

/// Measure frames.
pub(crate) fn bench_twin(settings: &Settings, args: &BenchTwin) -> anyhow::Result<()> {
    let weather = weather::from_words(&args.weather).map_err(|wrong| Usage(format!("--weather: {wrong}")))?;
    let options = BenchOptions {
        city: city::folder(settings)?,
        size: size(&args.size)?,
        frames: args.frames,
        pins: args.pins as usize,
        crews: args.crews,
        bare: args.bare,
        quality: args.quality.into(),
        no_panels: args.no_panels,
        time_of_day: minutes(&args.time)?,
        weather,
        picture: args.picture.clone(),
    };
    let report = bench::twin(&options).context("the twin cannot be measured")?;
    tell(&report, args.json)
}

/// Measure pins and picking.
pub(crate) fn bench_pins(settings: &Settings, args: &BenchPins) -> anyhow::Result<()> {
    let options = PinsOptions {
        city: city::folder(settings)?,
        pins: args.pins as usize,
        rate: args.rate,
        seconds: args.seconds,
        rays: args.rays,
    };
    let report = bench_pins::pins(&options).context("pins cannot be measured")?;
    tell(&report, args.json)
}

/// Measure a field over the city.
pub(crate) fn bench_heatmap(settings: &Settings, args: &BenchHeatmap) -> anyhow::Result<()> {
    let options = HeatOptions {
        city: city::folder(settings)?,
        size: size(&args.size)?,
        sources: args.sources,
        frames: args.frames,
        picture: args.picture.clone(),
    };
    let report = bench_heat::heat(&options).context("the field cannot be measured")?;
    tell(&report, args.json)
}

/// Measure the rows of open incidents.
pub(crate) fn bench_rows(settings: &Settings, args: &BenchRows) -> anyhow::Result<()> {
    let options = RowsOptions { city: city::folder(settings)?, open: args.open as usize };
    let report = bench_rows::rows(&options).context("rows cannot be measured")?;
    tell(&report, args.json)
}

/// What was measured: as one JSON object, or for people.
fn tell(report: &impl serde::Serialize, json: bool) -> anyhow::Result<()> {
    if json {
        say::report(&report)?;
    } else {
        say::line(&serde_json::to_string_pretty(report)?);
    }
    Ok(())
}

/// Where settings say that the hall stands; a place out of sight of this city is that of another one.
fn seat(settings: &Settings, city: &City) -> Option<LonLat> {
    let named = settings.seat()?;
    let Some(away) = away(city, named) else { return Some(named) };
    let [west, south, east, north] = city.meta().bounds;
    let (lon, lat, km) = (named.lon, named.lat, away / 1000.0);
    say::note(&format!(
        "{}: {lon},{lat} is {km:.0} km away from the city, which lies within {west},{south} and {east},{north}; \
         it is not used",
        keys::SEAT
    ));
    None
}

/// Metres from the city to a place that is out of sight from it.
fn away(city: &City, at: LonLat) -> Option<f64> {
    let (bounds, at) = (city.bounds(), city.frame().metres_from_lonlat(at));
    let beyond = |axis: usize| {
        let of = |corner: [f64; 2]| corner.get(axis).copied().unwrap_or_default();
        (of(bounds.min) - of(at)).max(of(at) - of(bounds.max)).max(0.0)
    };
    let away = beyond(0).hypot(beyond(1));
    (away > OUT_OF_SIGHT_M).then_some(away)
}

/// Metres from which nothing of a city is seen.
const OUT_OF_SIGHT_M: f64 = 30_000.0;

fn appearance(settings: &Settings) -> Appearance {
    Appearance { theme: ThemeWish::from_word(settings.theme()), zoom: settings.zoom() }
}

fn size(text: &str) -> anyhow::Result<[u32; 2]> {
    Ok(keys::size(text).ok_or_else(|| Usage(format!("--size: `{text}` is no size such as 1920x1080")))?)
}

/// Minutes from midnight.
fn minutes(text: &str) -> anyhow::Result<u16> {
    let wrong = || Usage(format!("--time: `{text}` is no time such as 21:00"));
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let (hours, minutes): (u16, u16) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    if hours > 23 || minutes > 59 {
        return Err(wrong().into());
    }
    Ok(hours * 60 + minutes)
}

/// That time of one particular day, so that the same command gives the same picture.
fn at(minutes: u16) -> Moment {
    use chrono::TimeZone as _;
    let (hour, minute) = (u32::from(minutes / 60), u32::from(minutes % 60));
    let local = chrono::Local.with_ymd_and_hms(2026, 6, 18, hour, minute, 0);
    Moment(local.earliest().map_or(0, |moment| moment.timestamp_millis()))
}
