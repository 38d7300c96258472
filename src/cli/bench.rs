//! `hall bench import`, `fanout`, `orders`, `crash`, `fold`, `search`, `soak`, `rank`, `propose` and `sim`.

use command_hall::bench::crash::crash as measure_crash;
use command_hall::bench::fanout::{self, FanoutOptions};
use command_hall::bench::fold::fold as measure_fold;
use command_hall::bench::orders::{OrdersOptions, orders as measure_orders};
use command_hall::bench::search::search as measure_search;
use command_hall::bench::soak::{Course, SoakOptions, soak as measure_soak};
use command_hall::config::Document;
use command_hall::config::Settings;
use command_hall::feeds::file::{self, Mapping};
use command_hall::feeds::propose::{Accuracy, measure, simulated};
use command_hall::feeds::sim;
use command_hall::ground::{import, roads};

use super::args::{
    BenchCrash, BenchFanout, BenchFold, BenchImport, BenchOrders, BenchPropose, BenchRank, BenchSearch, BenchSim,
    BenchSoak,
};
use super::{city, hub, say};

pub(crate) fn import(args: &BenchImport) -> anyhow::Result<()> {
    for source in &args.sources {
        let report = import::bench(source)?;
        if args.json {
            say::report(&report)?;
        } else {
            let (per, peak) = (report.buildings_per_cpu_second, report.peak_mb);
            let (buildings, cpu) = (report.buildings, report.cpu_seconds);
            say::line(&format!(
                "{}: {buildings} buildings in {cpu:.2} CPU s, {per:.0} a CPU s, peak {peak:.0} MiB",
                report.source
            ));
        }
    }
    Ok(())
}

pub(crate) fn fanout(args: &BenchFanout) -> anyhow::Result<()> {
    let options = FanoutOptions {
        screens: args.screens as usize,
        stopped: args.stopped as usize,
        rate: args.rate,
        facts: args.facts,
        seconds: args.seconds,
    };
    // The process of the screens has said its part to its parent.
    let Some(report) = fanout::fanout(options)? else { return Ok(()) };
    if args.json {
        say::report(&report)?;
    } else {
        let (facts, positions) = (report.fact_latency, report.position_latency);
        say::line(&format!(
            "facts: {} sent, {} lost, p50 {:.2} ms, p99 {:.2} ms",
            report.facts, report.lost_facts, facts.p50_ms, facts.p99_ms
        ));
        say::line(&format!(
            "positions: {} sent, p50 {:.2} ms, p99 {:.2} ms",
            report.positions, positions.p50_ms, positions.p99_ms
        ));
        let (cpu, pss, held) = (report.hub_cpu_secs, report.hub_pss_mb, report.held_bytes_max);
        say::line(&format!("hub: {cpu:.2} CPU s, {pss:.0} MB, at most {held} bytes held for a screen"));
    }
    Ok(())
}

pub(crate) fn orders(args: &BenchOrders) -> anyhow::Result<()> {
    let (clients, window) = (args.clients as usize, args.window.max(1) as usize);
    let options = OrdersOptions { rate: args.rate.max(1), clients, window, seconds: args.seconds };
    let report = measure_orders(options)?;
    if args.json {
        say::report(&report)?;
    } else {
        let (fact, answer) = (report.order_to_fact, report.order_to_answer);
        say::line(&format!("order to fact on another screen: p50 {:.2} ms, p99 {:.2} ms", fact.p50_ms, fact.p99_ms));
        say::line(&format!("order to answer: p50 {:.2} ms, p99 {:.2} ms", answer.p50_ms, answer.p99_ms));
        say::line(&format!("{} orders on disk, {:.0} a second", report.durable, report.durable_a_second));
    }
    Ok(())
}

pub(crate) fn crash(args: &BenchCrash) -> anyhow::Result<()> {
    // The process of the hub is killed by its parent.
    let Some(report) = measure_crash(args.kills, args.seed)? else { return Ok(()) };
    if args.json {
        say::report(&report)?;
    } else {
        say::line(&format!("{} kills, {} facts, {} orders sent again", report.kills, report.facts, report.again));
        let (acknowledged, lost, corrupt) = (report.acknowledged, report.lost, report.corrupt);
        say::line(&format!("{acknowledged} acknowledged, {lost} lost, {corrupt} corrupt"));
    }
    anyhow::ensure!(report.lost + report.corrupt == 0, "the log does not hold what the hub had answered");
    Ok(())
}

pub(crate) fn fold(args: &BenchFold) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("hall-fold-{}", std::process::id()));
    let report = measure_fold(u64::from(args.cases), &folder);
    // What is left of a measurement is of no use to anyone.
    drop(std::fs::remove_dir_all(&folder));
    let report = report?;
    if args.json {
        say::report(&report)?;
    } else {
        let (facts, mb, written) = (report.facts, report.log_mb, report.written_secs);
        say::line(&format!("{} cases, {facts} facts: {mb:.0} MB, written in {written:.1} s", report.cases));
        let (log, snapshot) = (report.from_log_secs, report.from_snapshot_secs);
        say::line(&format!("folded from the beginning in {log:.2} s, from the last snapshot in {snapshot:.2} s"));
    }
    Ok(())
}

pub(crate) fn search(args: &BenchSearch) -> anyhow::Result<()> {
    // The process of the hub ends with its parent.
    let Some(report) = measure_search(u64::from(args.cases), args.rounds, args.keep.as_deref())? else { return Ok(()) };
    if args.json {
        say::report(&report)?;
    } else {
        let (cases, open, written) = (report.cases, report.open, report.written_secs);
        say::line(&format!("{cases} cases, {open} open, {:.0} MB, written in {written:.0} s", report.log_mb));
        let (mb, made, pss) = (report.archive_mb, report.archive_secs, report.hub_pss_mb);
        say::line(&format!(
            "archive: {mb:.0} MB, made in {made:.0} s; hub {pss:.0} MB, {:.0} MB meanwhile",
            report.making_pss_mb
        ));
        for mix in &report.mix {
            say::line(&format!(
                "{}: p50 {:.1} ms, p95 {:.1} ms, found {:.0}",
                mix.what, mix.p50_ms, mix.p95_ms, mix.found
            ));
        }
        say::line(&format!("first page: p50 {:.1} ms, p95 {:.1} ms", report.p50_ms, report.p95_ms));
    }
    Ok(())
}

pub(crate) fn soak(settings: &Settings, args: &BenchSoak) -> anyhow::Result<()> {
    let options = SoakOptions { minutes: args.minutes, speed: args.speed, every_secs: args.every };
    let folder = std::env::temp_dir().join(format!("hall-soak-{}", std::process::id()));
    let mut minute = 0.0;
    let report = measure_soak(options, &city::folder(settings)?, &folder, |sample| {
        if sample.secs >= minute * 60.0 {
            let (resident, own) = (sample.resident_mb, sample.own_mb);
            say::note(&format!("minute {minute:.0}: {resident:.0} MB, {own:.0} MB of them its own"));
            minute += 1.0;
        }
    });
    // What is left of a measurement is of no use to anyone.
    drop(std::fs::remove_dir_all(&folder));
    let report = report?;
    if args.json {
        say::report(&report)?;
        return Ok(());
    }
    let (sensors, readings, cores) = (report.sensors, report.readings, report.cores);
    say::line(&format!("{sensors} sensors, {readings} values told, {cores:.3} cores, {:.0} MB kept", report.folder_mb));
    for (what, course) in [("resident", report.resident), ("its own", report.own)] {
        let Course { first_mb, last_mb, least_mb, later_least_mb, most_mb, .. } = course;
        let (slope, later_slope) = (course.slope_mb_per_hour, course.later_slope_mb_per_hour);
        say::line(&format!(
            "{what}: {first_mb:.0} MB at first, {last_mb:.0} MB at last, {most_mb:.0} MB at most; at least {least_mb:.0} MB, \
             {later_least_mb:.0} in the second half; {slope:+.1} MB an hour, {later_slope:+.1} in the second half"
        ));
    }
    Ok(())
}

pub(crate) fn rank(settings: &Settings, args: &BenchRank) -> anyhow::Result<()> {
    let report = roads::bench(&*city::open(settings)?, args.crews as usize, args.rounds as usize);
    if args.json {
        say::report(&report)?;
    } else {
        let roads::RankReport { crews, edges, rounds, not_the_nearest, .. } = report;
        say::line(&format!("{edges} edges, ready in {:.0} ms", report.ready_ms));
        say::line(&format!(
            "the first 20 of {crews} crews: p50 {:.2} ms, p99 {:.2} ms, at most {:.2} ms",
            report.p50_ms, report.p99_ms, report.max_ms
        ));
        say::line(&format!(
            "the first is there in {:.1} min; {not_the_nearest} of {rounds} times it is not the one nearest straight",
            report.first_minutes
        ));
    }
    Ok(())
}

pub(crate) fn propose(settings: &Settings, args: &BenchPropose) -> anyhow::Result<()> {
    let kinds = hub::kinds(settings)?;
    let (of, told) = if let (Some(file), Some(map)) = (&args.file, &args.map) {
        let mapping = Mapping::read(&Document::read(map)?, &kinds)?;
        let stream = file::read(file, &mapping, &kinds, None)?;
        let mut seen = std::collections::HashSet::new();
        // Of each incident what was said first: later reports say how it goes on.
        let first = stream.reports.into_iter().filter(|(_, report)| seen.insert(report.source_id.clone()));
        (file.display().to_string(), first.map(|(_, report)| (report.text, report.kind)).collect())
    } else {
        let city = city::open(settings)?;
        (city.meta().name.clone(), simulated(city, &kinds, args.hours)?)
    };
    let report = measure(of, &kinds, &told);
    if args.json {
        say::report(&report)?;
    } else {
        let tell = |what: &str, Accuracy { texts, first, first_three }: Accuracy| {
            let (first, first_three) = (first * 100.0, first_three * 100.0);
            say::line(&format!("{what}: right first {first:.1} %, among three {first_three:.1} %, of {texts} texts"));
        };
        tell("by words alone", report.by_words);
        tell("second half, the first decided", report.once_decided);
    }
    Ok(())
}

pub(crate) fn sim(settings: &Settings, args: &BenchSim) -> anyhow::Result<()> {
    let report = sim::bench(city::open(settings)?, &hub::kinds(settings)?, args.crews, args.hours)?;
    if args.json {
        say::report(&report)?;
    } else {
        let sim::SimReport { population, crews, hours, facts, .. } = report;
        say::line(&format!("{population:.0} people, {crews} crews: {facts} facts in {hours} hours"));
        say::line(&format!(
            "ready in {:.0} CPU ms, an hour {:.0} CPU ms, {:.0} facts a CPU s, a step of a second with all positions {:.2} CPU ms",
            report.ready_cpu_ms, report.cpu_ms_an_hour, report.facts_a_cpu_second, report.second_cpu_ms
        ));
    }
    Ok(())
}
