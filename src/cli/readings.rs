//! `hall bench readings`, `latest-at`, `series`, `vitals` and `alarms`.

use std::path::{Path, PathBuf};

use command_hall::bench::alarms::{self, AlarmsReport};
use command_hall::bench::history::{self, Month};
use command_hall::bench::mqtt::{self, MqttReport, Published};
use command_hall::bench::readings::{FormatReport, readings};
use command_hall::bench::vitals::{self, VitalsReport};
use command_hall::bench::{LatestAtReport, SeriesReport};

use super::args::{BenchAlarms, BenchHistory, BenchMqtt, BenchReadings, BenchVitals};
use super::say;

/// A folder of this measurement alone, gone with it unless it is to be kept.
struct Place {
    folder: PathBuf,
    kept: bool,
}

impl Place {
    fn of(what: &str, keep: Option<&Path>) -> Self {
        let alone = || std::env::temp_dir().join(format!("hall-{what}-{}", std::process::id()));
        Self { folder: keep.map_or_else(alone, Path::to_owned), kept: keep.is_some() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept {
            // What is left of a measurement is of no use to anyone.
            drop(std::fs::remove_dir_all(&self.folder));
        }
    }
}

pub(crate) fn intake(args: &BenchReadings) -> anyhow::Result<()> {
    let place = Place::of("readings", None);
    let report = readings(args.sensors, args.batches, args.speeds.as_deref(), &place.folder)?;
    if args.json {
        say::report(&report)?;
        return Ok(());
    }
    for FormatReport { format, readings, readings_per_cpu_s, readings_per_s, durable_max_ms, bytes_per_reading } in
        &report.formats
    {
        say::line(&format!(
            "{format}: {readings} readings, {readings_per_cpu_s:.0} a CPU s, {readings_per_s:.0} a second, on disk after \
             at most {durable_max_ms:.0} ms, {bytes_per_reading:.2} bytes each"
        ));
    }
    if let Some(week) = &report.week {
        say::line(&format!("the week: {} readings, {:.2} bytes each", week.readings, week.bytes_per_reading));
    }
    Ok(())
}

fn month(args: &BenchHistory) -> Month {
    Month { sensors: args.sensors, days: args.days, interval_secs: args.interval }
}

pub(crate) fn latest_at(args: &BenchHistory) -> anyhow::Result<()> {
    let place = Place::of("latest-at", args.keep.as_deref());
    let report = history::latest_at(month(args), args.rounds, &place.folder)?;
    if args.json {
        say::report(&report)?;
        return Ok(());
    }
    let LatestAtReport { sensors, readings, bytes_per_reading, written_secs, p50_ms, p99_ms, max_ms, pss_mb, .. } =
        report;
    say::line(&format!("{readings} readings, {bytes_per_reading:.2} bytes each, written in {written_secs:.0} s"));
    say::line(&format!(
        "the newest of {sensors} sensors: p50 {p50_ms:.1} ms, p99 {p99_ms:.1} ms, at most {max_ms:.1} ms; {pss_mb:.0} MB"
    ));
    Ok(())
}

pub(crate) fn series(args: &BenchHistory) -> anyhow::Result<()> {
    let place = Place::of("series", args.keep.as_deref());
    let report = history::series(month(args), args.rounds, &place.folder)?;
    if args.json {
        say::report(&report)?;
        return Ok(());
    }
    let SeriesReport { readings, days, steps, p50_ms, p99_ms, fifty_p50_ms, fifty_max_ms, .. } = report;
    say::line(&format!(
        "{readings} readings; {days} days of a sensor in {steps:.0} steps: p50 {p50_ms:.2} ms, p99 {p99_ms:.2} ms"
    ));
    say::line(&format!("fifty of them: p50 {fifty_p50_ms:.1} ms, at most {fifty_max_ms:.1} ms"));
    Ok(())
}

pub(crate) fn vitals(args: &BenchVitals) -> anyhow::Result<()> {
    let place = Place::of("vitals", None);
    let report = vitals::vitals(args.signs, args.sensors, args.secs, &place.folder)?;
    if args.json {
        say::report(&report)?;
        return Ok(());
    }
    let VitalsReport { signs, sensors, values_per_s, cores, cores_without, .. } = report;
    say::line(&format!(
        "{signs} signs over {sensors} sensors, {values_per_s:.0} values a second: {cores:.3} cores, {cores_without:.3} \
         without them"
    ));
    Ok(())
}

pub(crate) fn mqtt(args: &BenchMqtt) -> anyhow::Result<()> {
    let place = Place::of("mqtt", None);
    let BenchMqtt { sensors, rate, per_message, secs, json } = *args;
    let report = mqtt::mqtt(Published { sensors, rate, per_message, secs }, &place.folder)?;
    if json {
        say::report(&report)?;
        return Ok(());
    }
    let MqttReport { readings, published_per_s, kept_per_s, behind_ms, cores, .. } = report;
    say::line(&format!(
        "{readings} readings of {sensors} sensors, {per_message} a message: {published_per_s:.0} a second published, \
         {kept_per_s:.0} kept, {behind_ms:.0} ms behind at the end, {cores:.2} cores"
    ));
    Ok(())
}

pub(crate) fn alarms(args: &BenchAlarms) -> anyhow::Result<()> {
    let place = Place::of("alarms", None);
    let report = alarms::alarms(args.sensors, args.alarms, &place.folder)?;
    if args.json {
        say::report(&report)?;
        return Ok(());
    }
    let AlarmsReport { sensors, alarms, reading_to_alarm: took, .. } = report;
    say::line(&format!(
        "{alarms} alarms among {sensors} sensors, from the reading to the screen: p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms",
        took.p50_ms, took.p99_ms, took.max_ms
    ));
    Ok(())
}
