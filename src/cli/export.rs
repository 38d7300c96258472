//! `hall export-readings`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};
use command_hall::config::Settings;
use serde_json::json;

use super::args::{ExportFormatArg, ExportReadingsArgs};
use super::say::Usage;
use super::{reload, say, token};

pub(crate) fn run(settings: &Settings, args: &ExportReadingsArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    let out = &args.out;
    let by_name = out.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
    let format = match args.format {
        Some(ExportFormatArg::Parquet) => "parquet",
        None if by_name => "parquet",
        Some(ExportFormatArg::Csv) | None => "csv",
    };
    let to = reload::hub_api(settings, args.hub.as_deref());
    let client = token::client(settings, token_file, &to)?;
    if out.exists() {
        return Err(Usage(format!("{} is there already: name another file", out.display())).into());
    }
    let path = match &args.sensor {
        Some(sensor) => format!("/api/readings/{}/export", segment(sensor)),
        None => "/api/readings/export".to_owned(),
    };
    let given = [("kind", &args.kind), ("area", &args.area), ("from", &args.from), ("to", &args.to)];
    let given = given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let query: Vec<(&str, &str)> = given.chain([("format", format)]).collect();
    // What is not whole does not bear the name of what is.
    let part = out.with_file_name(format!("{}.part", out.file_name().unwrap_or_default().to_string_lossy()));
    let mut file = BufWriter::new(File::create(&part).with_context(|| format!("cannot write {}", part.display()))?);
    let mut bytes = 0;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(client.get_pieces(&path, &query, |piece| {
        bytes += piece.len();
        file.write_all(piece)
    }));
    let written = answered.map_err(anyhow::Error::from).and_then(|answered| {
        if answered.status != 200 {
            bail!(token::refusal(&answered).unwrap_or_else(|| client.odd(&answered).to_string()));
        }
        file.into_inner()?.sync_all()?;
        Ok(std::fs::rename(&part, out)?)
    });
    if let Err(error) = written {
        drop(std::fs::remove_file(&part));
        return Err(error.context(format!("{} is not written", out.display())));
    }
    if args.json {
        say::json(&json!({ "file": out.display().to_string(), "format": format, "bytes": bytes }));
    } else {
        say::line(&format!("{}: {bytes} bytes of {format}", out.display()));
    }
    Ok(())
}

/// A sensor's name as a part of a path.
fn segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let letter = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(letter).collect()
}
