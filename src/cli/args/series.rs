//! `hall replay-series` and `hall export-readings`.

use std::path::PathBuf;

use clap::ValueEnum;

/// How the times of a series are moved.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ShiftArg {
    /// The first reading is of now, each other one of the moment at which it is played
    Live,
    /// The last reading is of now, the others stand before it as far apart as they were
    EndNow,
    /// As in the file
    Own,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall replay-series metr-la-speed-1week-5min.csv --mapping metr-la --speed 60\n  \
    hall replay-series lanes-hourly-20230901-04.csv.gz --mapping hongkong-detectors --speed 3600 --times end-now\n  \
    hall replay-series levels.csv --mapping my-levels.toml --places gauges.csv --to http://server:8700")]
pub(crate) struct ReplaySeriesArgs {
    /// CSV or JSON lines, plain or .gz: a column to a sensor, or a line to a sensor and a time
    pub(crate) file: PathBuf,
    /// Which column is what: metr-la, hongkong-detectors, or a file
    #[arg(long, value_name = "NAME|FILE.toml")]
    pub(crate) mapping: String,
    /// The file with the places of the sensors [default: the one that the mapping names, beside the series]
    #[arg(long, value_name = "FILE")]
    pub(crate) places: Option<PathBuf>,
    /// How many times faster than it happened, 1 to 3600
    #[arg(long, default_value = "1", value_name = "TIMES", value_parser = speed, allow_negative_numbers = true)]
    pub(crate) speed: f64,
    /// Which times the readings get
    #[arg(long, value_enum, default_value = "live")]
    pub(crate) times: ShiftArg,
    /// The hub's address, http or https
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8700")]
    pub(crate) to: String,
    /// One JSON object at the end instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

fn speed(text: &str) -> Result<f64, String> {
    super::speed_within(text, &command_hall::feeds::series::SPEEDS)
}

/// How an export is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormatArg {
    /// Text with commas
    Csv,
    /// Apache Parquet
    Parquet,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall export-readings --kind water_level --out levels.parquet\n  \
    hall export-readings --area Riverside --from 2026-11-01T00:00:00+08:00 --to 2026-11-08T00:00:00+08:00 --out week.csv\n  \
    hall export-readings --sensor gas-17 --hub http://server:8700 --out gas-17.parquet")]
pub(crate) struct ExportReadingsArgs {
    /// The file to write; one that is there is left alone
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// How it is written [default: by the end of the file's name, else csv]
    #[arg(long, value_enum)]
    pub(crate) format: Option<ExportFormatArg>,
    /// Only this sensor
    #[arg(long, value_name = "ID", conflicts_with_all = ["kind", "area"])]
    pub(crate) sensor: Option<String>,
    /// Only sensors of this kind, such as `water_level`
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Only sensors within this area, a path with slashes between
    #[arg(long, value_name = "AREA")]
    pub(crate) area: Option<String>,
    /// The beginning, RFC 3339 or milliseconds since 1970 [default: a day before the end]
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// The end, which does not belong to it [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// The hub's address, http, https or ws [default: where `hall hub` listens on this machine]
    #[arg(long, value_name = "URL")]
    pub(crate) hub: Option<String>,
    /// One JSON object at the end instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
