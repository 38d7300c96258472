//! `hall sim`: a made-up day, and scripted emergencies in it.
//!
//! [`own`] runs it on a hub in this process, [`elsewhere`] moves a demo hub that runs already, and [`teller`] says what
//! happens.

mod elsewhere;
mod own;
mod teller;

use std::path::Path;

use command_hall::config::Settings;
use command_hall::config::script::{self, Script, Words};
use command_hall::wire::frame::RATE_MAX;
use serde_json::json;

use super::args::SimArgs;
use super::say::Usage;
use super::{cure, hub as hubs, say, surroundings, token};

/// Run the command.
pub(crate) fn run(settings: &Settings, args: &SimArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    let scripts = script::built_in()?;
    if args.list {
        list(&scripts, settings.language(), args.json);
        return Ok(());
    }
    if let Some(name) = args.script.as_ref().filter(|name| scripts.iter().all(|script| script.name != **name)) {
        let names: Vec<&str> = scripts.iter().map(|script| script.name.as_str()).collect();
        return Err(Usage(format!("--script: there is no script `{name}`, but {}", names.join(", "))).into());
    }
    if args.speed.is_some_and(|speed| speed > RATE_MAX) {
        return Err(Usage(format!("--speed: it is 0 to {RATE_MAX}")).into());
    }
    if args.speed == Some(0) && args.minutes.is_some() {
        return Err(Usage("--for: at --speed 0 no time passes; name a speed from 1 on".to_owned()).into());
    }
    match &args.connect {
        Some(url) => elsewhere::run(settings, args, url, token_file),
        None => own::run(settings, args),
    }
}

fn list(scripts: &[Script], language: &str, as_json: bool) {
    for script in scripts {
        let (title, about) = (script.title.of(language), script.about.of(language));
        if as_json {
            let both = |words: &Words| json!({ "zh": words.zh, "en": words.en });
            say::json(&json!({ "name": script.name, "title": both(&script.title), "about": both(&script.about) }));
        } else {
            say::line(&format!("{:<12} {title}: {about}", script.name));
        }
    }
}
