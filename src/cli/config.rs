//! `hall config show`.

use command_hall::config::Settings;
use serde_json::{Map, Value, json};

use super::args::ConfigShow;
use super::say;

pub(crate) fn show(settings: &Settings, args: &ConfigShow) {
    if args.json {
        let rows = settings
            .all()
            .map(|(name, value, origin)| (name.to_owned(), json!({ "value": value, "origin": origin.to_string() })));
        say::json(&Value::Object(rows.collect::<Map<_, _>>()));
        return;
    }
    let width = settings.all().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let value_width = settings.all().map(|(_, value, _)| value.chars().count() + 2).max().unwrap_or(0);
    for (name, value, origin) in settings.all() {
        let value = format!("\"{value}\"");
        if args.origin {
            say::line(&format!("{name:width$} = {value:value_width$}  # {origin}"));
        } else {
            say::line(&format!("{name:width$} = {value}"));
        }
    }
}
