//! The tier of quality: the user's, or what a short measurement finds at the first start and keeps for the next ones.

use std::path::PathBuf;

use command_hall::config::settings::keys;
use command_hall::config::{Origin, Settings};
use command_hall::screen::offscreen;
use command_hall::screen::twin::measure::measure;
use command_hall::screen::twin::quality::Quality;
use serde::{Deserialize, Serialize};

use crate::cli::args::QualityArg;
use crate::cli::surroundings;

impl From<QualityArg> for Quality {
    fn from(asked: QualityArg) -> Self {
        match asked {
            QualityArg::Software => Self::Software,
            QualityArg::Laptop => Self::Laptop,
            QualityArg::Workstation => Self::Workstation,
            QualityArg::Wall => Self::Wall,
        }
    }
}

/// Version of the file; another one is measured anew.
const VERSION: u32 = 1;

/// What was measured, as it is kept in `quality.toml` in the user's cache folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Measured {
    version: u32,
    /// The graphics adapter in words; another one is measured anew.
    adapter: String,
    /// Billions of operations a second.
    gflops: f64,
    software: bool,
}

/// A tier and how it was found, in words.
pub(crate) struct Found {
    pub(crate) quality: Quality,
    pub(crate) how: String,
}

/// The tier to draw with.
pub(crate) fn find(settings: &Settings) -> Found {
    if let Some(quality) = settings.quality().and_then(Quality::from_word) {
        let chosen = settings.all().any(|(name, _, origin)| name == keys::QUALITY && *origin == Origin::Chosen);
        let how = if chosen { "as it was chosen on the desk" } else { "as `screen.quality` says" };
        return Found { quality, how: how.to_owned() };
    }
    let Some(adapter) = offscreen::adapter() else {
        return Found { quality: Quality::default(), how: "there is no graphics adapter".to_owned() };
    };
    let kept = kept().filter(|kept| kept.version == VERSION && kept.adapter == adapter.words);
    let Some(measured) = kept.or_else(take) else {
        return Found { quality: Quality::default(), how: "the graphics adapter cannot be measured".to_owned() };
    };
    let quality = Quality::fitting(measured.gflops, measured.software);
    Found { quality, how: format!("measured: {:.0} billion operations a second", measured.gflops) }
}

fn file() -> Option<PathBuf> {
    Some(surroundings::cache_folder().ok()?.join("quality.toml"))
}

fn kept() -> Option<Measured> {
    toml::from_str(&std::fs::read_to_string(file()?).ok()?).ok()
}

fn take() -> Option<Measured> {
    let (adapter, gflops) = measure()?;
    let measured = Measured { version: VERSION, adapter: adapter.words, gflops, software: adapter.software };
    // Where it cannot be kept it is measured again next time: a tenth of a second.
    if let (Some(file), Ok(text)) = (file(), toml::to_string(&measured)) {
        drop(file.parent().map(std::fs::create_dir_all));
        drop(std::fs::write(file, text));
    }
    Some(measured)
}
