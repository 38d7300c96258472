//! `hall bench …`.

use std::path::PathBuf;

use clap::Subcommand;
use command_hall::wire::frame::RATE_MAX;

use super::QualityArg;

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Frames of the city on a fixed orbit
    Twin(BenchTwin),
    /// News that become pins, and what the pointer is over, without drawing
    Pins(BenchPins),
    /// A field of what many sensors measure: what it adds to a frame
    Heatmap(BenchHeatmap),
    /// What a fact and a frame cost with many open incidents, without drawing
    Rows(BenchRows),
    /// An import
    Import(BenchImport),
    /// A hub with many screens
    Fanout(BenchFanout),
    /// Orders: how soon each is known elsewhere, and how many a second are on disk
    Orders(BenchOrders),
    /// A hub that is killed again and again: what it had answered must be there
    Crash(BenchCrash),
    /// A log of many cases, folded from its beginning and from its last snapshot
    Fold(BenchFold),
    /// A demo hub that runs for long: whether its memory stays where it is
    Soak(BenchSoak),
    /// Looking for cases in an archive of millions, and the memory of their hub
    Search(BenchSearch),
    /// What sensors measure, in batches: how much a CPU second stores, and how many bytes each needs
    Readings(BenchReadings),
    /// The newest readings of all sensors at moments of a month
    LatestAt(BenchHistory),
    /// A month of one sensor for a plot, and of fifty
    Series(BenchHistory),
    /// What gateways publish to a broker, kept by a hub that listens to it; needs mosquitto
    Mqtt(BenchMqtt),
    /// From a reading over its limit to the alarm on a screen
    Alarms(BenchAlarms),
    /// Vital signs, reckoned once a second over all sensors
    Vitals(BenchVitals),
    /// Who of many crews is first at a place, by road
    Rank(BenchRank),
    /// How often the right kind is proposed for what a caller says: in a simulated day, and in a real stream
    Propose(BenchPropose),
    /// A made-up day
    Sim(BenchSim),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench readings --sensors 20000 --batches 200 --speeds metr-la.csv --json")]
pub(crate) struct BenchReadings {
    /// Sensors, each of which is in every batch
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) sensors: u32,
    /// Batches of each format
    #[arg(long, default_value_t = 200)]
    pub(crate) batches: u32,
    /// A real week: a table of speeds in miles an hour with a sensor to a column and five minutes to a line, 0 where
    /// there is none
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) speeds: Option<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench mqtt --rate 50000 --per-message 20 --secs 20 --json")]
pub(crate) struct BenchMqtt {
    /// Sensors
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) sensors: u32,
    /// Readings a second
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub(crate) rate: u32,
    /// Readings of a message
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) per_message: u32,
    /// Seconds of publishing
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) secs: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench alarms --sensors 20000 --alarms 300 --json")]
pub(crate) struct BenchAlarms {
    /// Sensors, each of which measures every ten seconds
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) sensors: u32,
    /// Alarms, one after another
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pub(crate) alarms: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench vitals --signs 1000 --sensors 20000 --json")]
pub(crate) struct BenchVitals {
    /// Vital signs
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) signs: u32,
    /// Sensors
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(6..=100_000))]
    pub(crate) sensors: u32,
    /// Seconds to measure, once with the signs and once without
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(5..=600))]
    pub(crate) secs: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  hall bench latest-at --keep month --json\n  hall bench series --keep month --json"
)]
pub(crate) struct BenchHistory {
    /// Sensors
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) sensors: u32,
    /// Days that they measured, up to 30
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub(crate) days: u32,
    /// Seconds from one reading of a sensor to the next
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) interval: u32,
    /// How often it is asked
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Where the month is made, or was made before with as many sensors; it is kept then
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench fold --cases 1200000 --json")]
pub(crate) struct BenchFold {
    /// Cases in the log, as if of one year
    #[arg(long, default_value_t = 100_000)]
    pub(crate) cases: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench search --cases 2000000 --json")]
pub(crate) struct BenchSearch {
    /// Cases in the log, as if of one year; 5,000 of them are open
    #[arg(long, default_value_t = 2_000_000)]
    pub(crate) cases: u32,
    /// Where the log is made, or was made before with as many cases; it is kept then
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
    /// Searches of each kind
    #[arg(long, default_value_t = 50)]
    pub(crate) rounds: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  hall bench soak --minutes 60 --json\n  hall bench soak --minutes 17 --speed 600   (a week)"
)]
pub(crate) struct BenchSoak {
    /// Minutes by the clock, from two minutes after its sensors said the first
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=10_080))]
    pub(crate) minutes: u32,
    /// City seconds a second
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=i64::from(RATE_MAX)))]
    pub(crate) speed: u16,
    /// Seconds between two looks at the memory of the hub's process
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub(crate) every: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench orders --rate 50 --clients 64 --seconds 10 --json")]
pub(crate) struct BenchOrders {
    /// Orders a second while latency is measured
    #[arg(long, default_value_t = 50)]
    pub(crate) rate: u32,
    /// Clients that order as fast as they are answered
    #[arg(long, default_value_t = 64)]
    pub(crate) clients: u32,
    /// Orders that each of them has on the way
    #[arg(long, default_value_t = 16)]
    pub(crate) window: u32,
    /// Seconds of each part
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench crash --kills 200 --json")]
pub(crate) struct BenchCrash {
    /// How often the hub is killed
    #[arg(long, default_value_t = 20)]
    pub(crate) kills: u32,
    /// Where chance begins
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench rank --city maps/mine --crews 5000 --json")]
pub(crate) struct BenchRank {
    /// Crews all over the city
    #[arg(long, default_value_t = 5_000)]
    pub(crate) crews: u32,
    /// Places to rank them for
    #[arg(long, default_value_t = 500)]
    pub(crate) rounds: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  hall bench propose --city maps/mine --hours 24 --json\n  hall bench propose --file news.csv.gz \
                  --map config/feeds/hongkong-traffic-news.toml"
)]
pub(crate) struct BenchPropose {
    /// A file of reports, instead of a simulated day
    #[arg(long, requires = "map")]
    pub(crate) file: Option<PathBuf>,
    /// How its columns are read
    #[arg(long, requires = "file")]
    pub(crate) map: Option<PathBuf>,
    /// Hours of the day
    #[arg(long, default_value_t = 24)]
    pub(crate) hours: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench sim --city maps/mine --crews 5000 --hours 4 --json")]
pub(crate) struct BenchSim {
    /// Crews and buses [default: as many as a city of that size has]
    #[arg(long)]
    pub(crate) crews: Option<u32>,
    /// Hours of the day
    #[arg(long, default_value_t = 4)]
    pub(crate) hours: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench twin --city maps/mine --size 1280x720 --frames 24 --pins 20000 --json")]
pub(crate) struct BenchTwin {
    /// Pixels of a frame
    #[arg(long, value_name = "WxH", default_value = "1280x720")]
    pub(crate) size: String,
    /// Frames to measure
    #[arg(long, default_value_t = 24)]
    pub(crate) frames: u32,
    /// Pins in the city
    #[arg(long, default_value_t = 0)]
    pub(crate) pins: u32,
    /// Crews driving in the city
    #[arg(long, default_value_t = 0)]
    pub(crate) crews: u32,
    /// Buildings alone (and pins where asked for), for comparison with others
    #[arg(long)]
    pub(crate) bare: bool,
    /// How much is drawn
    #[arg(long, value_enum, default_value = "software")]
    pub(crate) quality: QualityArg,
    /// The whole twin with its pins, without panels, names and crews: what those cost is the difference
    #[arg(long)]
    pub(crate) no_panels: bool,
    /// Light of this time of day
    #[arg(long, value_name = "HH:MM", default_value = "14:00")]
    pub(crate) time: String,
    /// Weather: clear, cloudy, overcast, fog, rain or snow, with how much from 1 to 3 as in rain:3
    #[arg(long, value_name = "WEATHER[:N]", default_value = "clear")]
    pub(crate) weather: String,
    /// Also write the first picture of the turn here
    #[arg(long, value_name = "F.png")]
    pub(crate) picture: Option<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench pins --city maps/mine --pins 100000 --rate 10000 --seconds 5 --json")]
pub(crate) struct BenchPins {
    /// Pins that stand there before
    #[arg(long, default_value_t = 100_000)]
    pub(crate) pins: u32,
    /// New pins a second
    #[arg(long, default_value_t = 10_000)]
    pub(crate) rate: u32,
    /// Seconds of news
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u32,
    /// Rays to pick with
    #[arg(long, default_value_t = 10_000)]
    pub(crate) rays: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench heatmap --city maps/mine --sources 100000 --size 1280x720 --json")]
pub(crate) struct BenchHeatmap {
    /// Pixels of a frame
    #[arg(long, value_name = "WxH", default_value = "1280x720")]
    pub(crate) size: String,
    /// Sensors all over the city
    #[arg(long, default_value_t = 100_000)]
    pub(crate) sources: u32,
    /// Frames to measure: without the field, with it, and while all of it changes
    #[arg(long, default_value_t = 24)]
    pub(crate) frames: u32,
    /// Also write a picture with the field here
    #[arg(long, value_name = "F.png")]
    pub(crate) picture: Option<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench rows --city maps/mine --open 100000 --json")]
pub(crate) struct BenchRows {
    /// Open incidents
    #[arg(long, default_value_t = 100_000)]
    pub(crate) open: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench import monaco.osm.pbf --json")]
pub(crate) struct BenchImport {
    /// What to import
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hall bench fanout --screens 200 --rate 2000 --seconds 10 --json")]
pub(crate) struct BenchFanout {
    /// Connected screens
    #[arg(long, default_value_t = 200)]
    pub(crate) screens: u32,
    /// Positions per second
    #[arg(long, default_value_t = 2000)]
    pub(crate) rate: u32,
    /// Facts per second
    #[arg(long, default_value_t = 50)]
    pub(crate) facts: u32,
    /// How long
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u32,
    /// Screens beside them that never read
    #[arg(long, default_value_t = 0)]
    pub(crate) stopped: u32,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
