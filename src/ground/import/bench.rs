//! Measure an import: `hall bench import SOURCE`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{ImportError, Options, run};

/// What an import cost.
#[derive(Debug, Clone, Serialize)]
pub struct BenchReport {
    /// Always `import`.
    pub bench: &'static str,
    /// The source.
    pub source: String,
    /// Buildings in the pack.
    pub buildings: u64,
    /// Wall time.
    pub seconds: f64,
    /// User and system time of this process during the import.
    pub cpu_seconds: f64,
    /// Buildings per second of CPU time.
    pub buildings_per_cpu_second: f64,
    /// Highest memory of this process so far, MiB.
    pub peak_mb: f64,
}

/// Import `source` into a folder beside the system's temporary ones, measure, and delete it.
///
/// # Errors
/// As [`run`].
pub fn bench(source: &Path) -> Result<BenchReport, ImportError> {
    let name = format!("hall-bench-import-{}", std::process::id());
    let scratch = Scratch(std::env::temp_dir().join(name));
    let options = Options { sources: vec![source.to_owned()], out: scratch.0.clone(), ..Options::default() };
    let before = cpu_seconds();
    let report = run(&options, &mut |_| {})?;
    let cpu_seconds = (cpu_seconds() - before).max(0.000_1);
    #[expect(clippy::cast_precision_loss, reason = "a count of buildings")]
    let buildings = report.buildings as f64;
    Ok(BenchReport {
        bench: "import",
        source: source.display().to_string(),
        buildings: report.buildings,
        seconds: report.seconds,
        cpu_seconds,
        buildings_per_cpu_second: buildings / cpu_seconds,
        peak_mb: peak_mb(),
    })
}

struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // a folder in the temporary place: whoever empties that gets the rest
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// CPU time of this process: from the scheduler's nanoseconds of every thread where the kernel has them, else from
/// the ticks of 10 ms.
#[expect(clippy::cast_precision_loss, reason = "nanoseconds of some minutes")]
pub(crate) fn cpu_seconds() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos: u64 = threads
        .filter_map(|t| std::fs::read_to_string(t.path().join("schedstat")).ok())
        .filter_map(|s| s.split(' ').next().and_then(|n| n.parse::<u64>().ok()))
        .sum();
    if nanos > 0 {
        return nanos as f64 * 1e-9;
    }
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // the name in brackets may hold blanks; user and system time are fields 14 and 15
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "kibibytes")]
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next())
        .and_then(|n| n.parse::<u64>().ok())
        .map_or(0.0, |kb| kb as f64 / 1024.0)
}
