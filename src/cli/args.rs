//! The command line.

mod bench;
mod files;
mod series;
mod trust;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use bench::{
    Bench, BenchAlarms, BenchCrash, BenchFanout, BenchFold, BenchHeatmap, BenchHistory, BenchImport, BenchMqtt,
    BenchOrders, BenchPins, BenchPropose, BenchRank, BenchReadings, BenchRows, BenchSearch, BenchSim, BenchSoak,
    BenchTwin, BenchVitals,
};
pub(crate) use files::{CheckArgs, ReloadArgs};
pub(crate) use series::{ExportFormatArg, ExportReadingsArgs, ReplaySeriesArgs, ShiftArg};
pub(crate) use trust::{Audit, AuditVerify, SignInArgs, SignOutArgs, User, UserAdd};

const EXAMPLES: &str = "\
Examples:
  hall                                      the demo city, alive, on a hub of its own
  hall --seed 7                             another demo city, another day
  hall import nanjing.osm.pbf --out maps/nanjing --name 南京
  hall --city maps/nanjing                  your own city
  hall --screen wall --fullscreen           the wall display (大屏)
  hall hub --listen 0.0.0.0:8700            a hub alone, on a server with a certificate (hub.tls_…)
  hall sim --script tower-fire              a scripted emergency in the demo city
  hall --connect ws://server:8700           a screen of that hub
  hall shot --screen wall --size 3840x1080 --out wall.png
  hall doctor                               what is missing on this machine";

/// The command hall of a city: live twin, incidents, dispatch.
#[derive(Debug, Parser)]
#[command(name = "hall", version, after_help = EXAMPLES, args_conflicts_with_subcommands = false)]
pub(crate) struct Args {
    /// What to do; without it the hall opens
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Which screen [default: desk]
    #[arg(long, value_enum)]
    pub(crate) screen: Option<ScreenArg>,
    /// City pack [default: the demo city]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) city: Option<String>,
    /// Same seed, same demo city, and same day in it [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Hub to connect to [default: one in this process]
    #[arg(long, value_name = "ws://HOST:PORT")]
    pub(crate) connect: Option<String>,
    /// Folder of the hub's memory [default: memory only for the demo city, else the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<String>,
    /// First size of the window [default: 1600x900]
    #[arg(long, value_name = "WxH")]
    pub(crate) size: Option<String>,
    /// Fill a whole monitor
    #[arg(long)]
    pub(crate) fullscreen: bool,
    /// Language of the screens: zh-CN or en
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Tour of an unattended wall: auto, off, or minutes of quiet before it begins [default: auto]
    #[arg(long, value_name = "auto|off|MINUTES")]
    pub(crate) tour: Option<String>,
    /// Moment that a wall's layers and vital signs are of: now, or such as "11-21 14:03" [default: now]
    #[arg(long, value_name = "now|MM-DD hh:mm")]
    pub(crate) at: Option<String>,
    /// Panels: dark, light, or auto by the clock [default: dark]
    #[arg(long, global = true, value_name = "THEME")]
    pub(crate) theme: Option<String>,
    /// Size of the panels in per cent, 75 to 200; a wall's grow as far as they leave the city room [default: 100]
    #[arg(long, global = true, value_name = "PERCENT")]
    pub(crate) zoom: Option<String>,
    /// File with the token or key that is shown to a hub [default: `HALL_TOKEN`, or what `hall sign-in` wrote]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// PEM file with the authority of the hub's certificate [default: those that this machine trusts]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_authority: Option<String>,
    /// What is logged to standard error: error, warn, info, debug, trace
    #[arg(long, global = true, value_name = "LEVEL")]
    pub(crate) log: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ScreenArg {
    /// 大屏: shows, nobody touches it
    Wall,
    /// 中屏: keyboard and mouse
    Desk,
}

impl ScreenArg {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Desk => "desk",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a hub alone, without a screen
    Hub(HubArgs),
    /// Make a city pack from map files
    Import(ImportArgs),
    /// Make the demo city's pack
    DemoCity(DemoArgs),
    /// A made-up day, and scripted emergencies in it
    Sim(SimArgs),
    /// Play a file of reports into a hub
    Feed(FeedArgs),
    /// Play a file of what sensors measured into a hub
    ReplaySeries(ReplaySeriesArgs),
    /// Write what sensors measured to a file
    ExportReadings(ExportReadingsArgs),
    /// Take a true picture of a screen, without a window
    Shot(ShotArgs),
    /// Measure
    #[command(subcommand)]
    Bench(Bench),
    /// Examine this machine: what is wrong and what to do
    Doctor(ReportArgs),
    /// Read files as a hub would, and say what is wrong with them
    Check(CheckArgs),
    /// Have a hub take its edited files without a restart
    Reload(ReloadArgs),
    /// The settings
    #[command(subcommand)]
    Config(Config),
    /// The people of a hub and the systems that report to it, in its data folder
    #[command(subcommand)]
    User(User),
    /// Sign in at a hub, for the desk and the commands of this user
    SignIn(SignInArgs),
    /// End that sign-in
    SignOut(SignOutArgs),
    /// The record of who asked what: whether it is whole
    #[command(subcommand)]
    Audit(Audit),
}

/// What every command that reports takes.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  hall doctor\n  hall doctor --json | jq '.checks[] | select(.state != \"ok\")'")]
pub(crate) struct ReportArgs {
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall hub\n  hall hub --listen 0.0.0.0:8700 --data /var/lib/command-hall\n  \
    hall hub --demo --seed 7 --start 2026-03-02T08:00\n  curl http://127.0.0.1:8700/api/health")]
pub(crate) struct HubArgs {
    /// Address and port [default: 127.0.0.1:8700]
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) listen: Option<String>,
    /// Made-up incidents and crews in the demo city; everybody is let in, as a shift chief
    #[arg(long)]
    pub(crate) demo: bool,
    /// Listen on a network without a certificate: passwords and all else go in the clear
    #[arg(long)]
    pub(crate) insecure_lan: bool,
    /// Same seed, same demo city, and same day in it [default: 1]
    #[arg(long, value_name = "N", requires = "demo")]
    pub(crate) seed: Option<u64>,
    /// City time at which the hub's clock and the day begin, as in 2026-03-02T08:00 [default: now, in the day's midst]
    #[arg(long, value_name = "TIME", requires = "demo")]
    pub(crate) start: Option<String>,
    /// Once it listens, one JSON object with `listening` and `url`
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DatumArg {
    /// As GPS has it
    Wgs84,
    /// 火星坐标: maps published in China
    Gcj02,
    /// Baidu's
    Bd09,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall import monaco.osm.pbf --out maps/monaco --name Monaco\n  \
    hall import buildings.geojsonl.gz roads.geojsonl.gz --out maps/mine\n  \
    hall import layers/ --out maps/mine --datum gcj02 --json | tail -1 | jq .skipped")]
pub(crate) struct ImportArgs {
    /// OSM PBF or XML, GeoJSON, newline GeoJSON (plain, .gz, .bz2), or folders of them
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    /// Folder of the pack; replaced where it is one already
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Name of the city
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Datum of the sources
    #[arg(long, value_enum, default_value = "wgs84")]
    pub(crate) datum: DatumArg,
    /// Licence and attribution of the data, as the screen shows it [default: OpenStreetMap's for PBF and XML]
    #[arg(long, value_name = "TEXT")]
    pub(crate) licence: Option<String>,
    /// One JSON object at the end instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall demo-city --seed 7 --buildings 50000 --out maps/demo-50k")]
pub(crate) struct DemoArgs {
    /// Same seed, same city
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// About how many buildings, 5,000 to 2,000,000; below 40,000 there are fewer than 100 streets and 1,300 communities
    #[arg(long, default_value_t = command_hall::ground::demo::DEFAULT_BUILDINGS)]
    pub(crate) buildings: usize,
    /// Folder of the pack; replaced where it is one already
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall feed calls.csv.gz --map config/feeds/montgomery-911.toml --speed 60\n  \
    hall feed news.csv --map config/feeds/hongkong-traffic-news.toml --city maps/hongkong --to http://server:8700")]
pub(crate) struct FeedArgs {
    /// CSV or JSON lines, plain or .gz
    pub(crate) file: PathBuf,
    /// Which column is what
    #[arg(long, value_name = "MAPPING.toml")]
    pub(crate) map: PathBuf,
    /// How many times faster than it happened, 1 to 1000
    #[arg(long, default_value = "1", value_name = "TIMES", value_parser = feed_speed, allow_negative_numbers = true)]
    pub(crate) speed: f64,
    /// As if it happened now, instead of at the times in the file
    #[arg(long)]
    pub(crate) live: bool,
    /// Longest wait for the next report, in minutes of the file's own time; longer gaps are cut
    /// down to it, 0 plays them all
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    pub(crate) gap: u32,
    /// The hub's address, http or https
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8700")]
    pub(crate) to: String,
    /// One JSON object at the end instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

fn feed_speed(text: &str) -> Result<f64, String> {
    speed_within(text, &command_hall::feeds::file::SPEEDS)
}

/// How many times faster something is played, as it was typed.
fn speed_within(text: &str, speeds: &std::ops::RangeInclusive<f64>) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| speeds.contains(speed));
    speed.ok_or_else(|| format!("it is a number from {} to {}", speeds.start(), speeds.end()))
}

/// The tiers of `screen.quality`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum QualityArg {
    /// The processor draws
    Software,
    /// Graphics within the processor
    Laptop,
    /// A graphics card
    Workstation,
    /// A graphics card for many megapixels
    Wall,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall sim --list\n  hall sim --script tower-fire --speed 60\n  \
    hall sim --script rainstorm --connect ws://server:8700\n  hall sim --speed 600 --seed 7\n  \
    hall sim --start 2026-03-02T08:00 --for 120 --speed 600 --json > morning.jsonl\n  \
    hall sim --start 2026-07-06T18:00 --script rainstorm --speed 600")]
pub(crate) struct SimArgs {
    /// Run this scripted emergency, tell what happens, and end with it [default: the day alone, until Ctrl+C]
    #[arg(long, value_name = "NAME")]
    pub(crate) script: Option<String>,
    /// The scripted emergencies there are
    #[arg(long)]
    pub(crate) list: bool,
    /// City seconds a second, 0 to 600 [default: 60 with a script, else 1; a hub elsewhere keeps its own]
    #[arg(long)]
    pub(crate) speed: Option<u16>,
    /// Same seed, same demo city, and same day in it [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// City time at which clock, day and script begin, as in 2026-03-02T08:00; then every fact of the day is told, and
    /// the same seed tells the same [default: now, in the day's midst; with a script of another season or hour, when
    /// that comes next]
    #[arg(long, value_name = "TIME", conflicts_with = "connect")]
    pub(crate) start: Option<String>,
    /// End after so many minutes of city time
    #[arg(long = "for", value_name = "MINUTES", requires = "start", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) minutes: Option<u32>,
    /// Demo hub to run it on [default: one in this process, which listens as `hall hub` does]
    #[arg(long, visible_alias = "to", value_name = "ws://HOST:PORT")]
    pub(crate) connect: Option<String>,
    /// Address and port of the hub in this process [default: 127.0.0.1:8700]
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "connect")]
    pub(crate) listen: Option<String>,
    /// JSON lines instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall shot --out hall.png\n  \
    hall shot --screen wall --size 3840x1080 --time 21:00 --out wall.png\n  \
    hall shot --weather snow:3 --quality workstation --out snow.png\n  \
    hall shot --city maps/hongkong --camera 114.16,22.28,900,20,60 --out central.png")]
pub(crate) struct ShotArgs {
    /// Which screen
    #[arg(long, value_enum, default_value = "desk")]
    pub(crate) screen: ScreenArg,
    /// Pixels of the picture
    #[arg(long, value_name = "WxH", default_value = "1920x1080")]
    pub(crate) size: String,
    /// Where the camera stands (degrees, metres, degrees) [default: the whole city]
    #[arg(long, value_name = "LON,LAT,HEIGHT,HEADING,TILT", allow_hyphen_values = true)]
    pub(crate) camera: Option<String>,
    /// Incident to select
    #[arg(long, value_name = "ID")]
    pub(crate) select: Option<u64>,
    /// Seed of the made-up incidents
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Made-up open incidents in the picture
    #[arg(long, default_value_t = 60, value_name = "N")]
    pub(crate) incidents: usize,
    /// Light of this time of day
    #[arg(long, value_name = "HH:MM", default_value = "15:00")]
    pub(crate) time: String,
    /// Weather: clear, cloudy, overcast, fog, rain or snow, with how much from 1 to 3 as in rain:3 [default: the hub's]
    #[arg(long, value_name = "WEATHER[:N]")]
    pub(crate) weather: Option<String>,
    /// How much is drawn
    #[arg(long, value_enum, default_value = "software")]
    pub(crate) quality: QualityArg,
    /// Samples a pixel: 1, 2, 4 or 8
    #[arg(long, default_value_t = 4)]
    pub(crate) samples: u32,
    /// The PNG to write
    #[arg(long, value_name = "F.png")]
    pub(crate) out: PathBuf,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Every setting with its value
    Show(ConfigShow),
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  hall config show --origin\n  HALL_HUB_LISTEN=0.0.0.0:9000 hall config show --json"
)]
pub(crate) struct ConfigShow {
    /// Also where each value came from
    #[arg(long)]
    pub(crate) origin: bool,
    /// One JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
