//! `hall check` and `hall reload`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall check\n  hall check my-kinds.toml my-calendar.toml\n  \
    hall check config/feeds/*.toml --json | jq '.files[] | select(.state != \"ok\")'")]
pub(crate) struct CheckArgs {
    /// Settings, kinds, calendars, plans, shifts, scripts, mappings of feeds: told apart by what they say; sensors: a .csv [default: the settings' files
    /// and those that they name]
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hall check && hall reload\n  \
    hall reload --connect http://server:8700 --json")]
pub(crate) struct ReloadArgs {
    /// The hub's address, http, https or ws [default: where `hall hub` listens on this machine]
    #[arg(long, value_name = "URL")]
    pub(crate) connect: Option<String>,
    /// One JSON object instead of text
    #[arg(long)]
    pub(crate) json: bool,
}
