//! `hall feed`.

use command_hall::config::Settings;

use super::args::FeedArgs;

pub(crate) fn play(_: &Settings, _: &FeedArgs) -> anyhow::Result<()> {
    anyhow::bail!("no feeds yet")
}
