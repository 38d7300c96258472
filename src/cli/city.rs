//! Cities: the one that was asked for, the demo city, and `hall import`.

use std::fs::File;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use command_hall::config::Settings;
use command_hall::ground::datum::Datum;
use command_hall::ground::import::{self, Options, Phase, Report};
use command_hall::ground::pack::layer::VERSION;
use command_hall::ground::pack::writer;
use command_hall::ground::{City, demo};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::args::{DatumArg, DemoArgs, ImportArgs};
use super::say::Usage;
use super::{say, surroundings};

/// Folder of the city that was asked for, or of the demo city, which is made where it is missing.
pub(crate) fn folder(settings: &Settings) -> anyhow::Result<PathBuf> {
    if let Some(pack) = settings.city() {
        return Ok(pack);
    }
    let cache = surroundings::cache_folder()?;
    let seed = settings.seed();
    let name = format!("demo-city-{VERSION}-{}-{seed}", demo::EDITION);
    let dir = cache.join(&name);
    if City::open(&dir).is_ok() {
        return Ok(dir);
    }
    std::fs::create_dir_all(&cache).with_context(|| format!("cannot make the folder {}", cache.display()))?;
    // whoever starts meanwhile waits here, and then finds the city
    let path = cache.join(format!(".{name}.lock"));
    let lock = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    if City::open(&dir).is_err() {
        say::note("making the demo city (once) …");
        make_demo(seed, demo::DEFAULT_BUILDINGS, &dir)?;
    }
    Ok(dir)
}

/// The open city.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<Arc<City>> {
    let dir = folder(settings)?;
    Ok(Arc::new(City::open(&dir).with_context(|| format!("cannot open the city in {}", dir.display()))?))
}

/// The city that the settings name, for a hub that does without one too: what is wrong with it is said.
pub(crate) fn named(settings: &Settings) -> Option<Arc<City>> {
    let dir = settings.city()?;
    let opened = City::open(&dir);
    opened.inspect_err(|error| say::note(&format!("hall: {error}; alarms do not fold by its pipes"))).ok().map(Arc::new)
}

fn make_demo(seed: u64, buildings: usize, dir: &Path) -> anyhow::Result<writer::Written> {
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    }
    let bar = bar("{msg:24} {wide_bar} {percent:>3} %");
    bar.set_length(100);
    bar.set_message("planning the city");
    let model = demo::generate_with(seed, buildings, &mut |share| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
        bar.set_position((share * 90.0) as u64);
    });
    bar.set_message("writing the pack");
    let written = writer::write(&model, dir, "");
    bar.finish_and_clear();
    written.with_context(|| format!("cannot write the demo city to {}", dir.display()))
}

/// `hall demo-city`.
pub(crate) fn demo(args: &DemoArgs) -> anyhow::Result<()> {
    if !demo::BUILDINGS.contains(&args.buildings) {
        let (least, most) = (demo::BUILDINGS.start(), demo::BUILDINGS.end());
        return Err(Usage(format!("--buildings: it is {least} to {most}, not {}", args.buildings)).into());
    }
    let written = make_demo(args.seed, args.buildings, &args.out)?;
    let counts = written.meta.counts;
    if args.json {
        say::json(&json!({
            "out": args.out, "seed": args.seed, "buildings": counts.buildings, "roads": counts.roads,
            "areas": counts.areas, "places": counts.places, "bytes": written.bytes,
        }));
    } else {
        say::line(&format!("{}: {} buildings, {} roads", args.out.display(), counts.buildings, counts.roads));
    }
    Ok(())
}

/// `hall import`.
pub(crate) fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let options = Options {
        sources: args.sources.clone(),
        out: args.out.clone(),
        name: args.name.clone(),
        datum: match args.datum {
            DatumArg::Wgs84 => Datum::Wgs84,
            DatumArg::Gcj02 => Datum::Gcj02,
            DatumArg::Bd09 => Datum::Bd09,
        },
        licence: args.licence.clone(),
    };
    let bar = bar("{msg:24} {wide_bar} {bytes} of {total_bytes}");
    let result = import::run(&options, &mut |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.bytes);
        bar.set_message(match progress.phase {
            Phase::Reading => "reading",
            Phase::Assembling => "putting shapes together",
            Phase::Writing => "writing the pack",
        });
    });
    bar.finish_and_clear();
    let report = result.context("nothing was imported; a pack that was there before is untouched")?;
    if args.json {
        say::report(&report)?;
    } else {
        tell(&report);
    }
    Ok(())
}

fn bar(template: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

fn tell(report: &Report) {
    let rows = [
        ("buildings", report.buildings),
        ("  building parts", report.building_parts),
        ("  height by default", report.default_heights),
        ("roads", report.roads),
        ("  named", report.named_roads),
        ("rails", report.rails),
        ("streams", report.streams),
        ("waters", report.waters),
        ("greens", report.greens),
        ("areas", report.areas),
        ("places", report.places),
        ("pipes", report.pipes),
        ("  depth by default", report.default_depths),
        ("road graph nodes", report.graph_nodes),
        ("road graph edges", report.graph_edges),
    ];
    for (name, count) in rows {
        say::line(&format!("{name:22}{count:>12}"));
    }
    for (why, skipped) in &report.skipped.0 {
        let examples = skipped.examples.join(", ");
        say::line(&format!("skipped {why:14}{:>12}  {examples}", skipped.count));
    }
    let mib = report.pack_bytes / 1024 / 1024;
    say::line(&format!(
        "{} in {:.1} s, {mib} MiB; open it with: hall --city {}",
        report.name, report.seconds, report.out
    ));
}
