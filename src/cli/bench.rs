//! `hall bench import` and `hall bench fanout`.

use command_hall::ground::import;

use super::args::{BenchFanout, BenchImport};
use super::say;

pub(crate) fn import(args: &BenchImport) -> anyhow::Result<()> {
    for source in &args.sources {
        let report = import::bench(source)?;
        if args.json {
            say::json(&serde_json::to_value(&report)?);
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

pub(crate) fn fanout(_: &BenchFanout) -> anyhow::Result<()> {
    anyhow::bail!("not measured yet")
}
