//! What the program says: data on standard output, messages and errors on standard error.

use std::io::Write as _;
use std::process::ExitCode;

use command_hall::config::ConfigError;
use command_hall::feeds::away::{News, PATIENCE};
use command_hall::feeds::file::Fault;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

/// An error that a change of the command line mends: exit status 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

/// One line of data. A reader that went away (`hall … | head`) is no error.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

/// One JSON object on a line of its own.
pub(crate) fn json(value: &serde_json::Value) {
    line(&value.to_string());
}

/// A report as one JSON object on a line of its own, its members in the order in which it names them.
///
/// # Errors
/// Where it is no JSON, as with keys that are no text.
pub(crate) fn report(report: &impl Serialize) -> serde_json::Result<()> {
    line(&serde_json::to_string(report)?);
    Ok(())
}

/// One line for people.
pub(crate) fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// What is heard of a hub into which something is played.
pub(crate) fn news<T>(news: News<'_, T>) {
    match news {
        News::Waiting(cause) => note(&format!("{cause}; waiting up to {} minutes for it", PATIENCE.as_secs() / 60)),
        News::Back => note("the hub is back"),
        News::Batch(_) => {}
    }
}

/// Rows of a file that were left out.
pub(crate) fn faults(faults: &[Fault]) {
    for fault in faults {
        line(&format!("  {} {}: {}", fault.at, fault.column, fault.reason));
    }
}

/// Tell the whole chain of causes; the exit status that goes with it.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    let mut told: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // Transparent errors and those that repeat their source would say it twice.
        if told.last().is_some_and(|before| before.ends_with(&text)) {
            continue;
        }
        note(&if told.is_empty() { format!("hall: {text}") } else { format!("  because: {text}") });
        told.push(text);
    }
    let usage = error.chain().any(|cause| cause.is::<Usage>() || cause.is::<ConfigError>());
    ExitCode::from(if usage { 2 } else { 1 })
}

/// Start the log on standard error.
pub(crate) fn start_log(level: &str) -> anyhow::Result<()> {
    // What the graphics stack tells at `warn` is of no use to an operator.
    let quiet = if level.contains('=') {
        ""
    } else {
        ",wgpu=error,wgpu_hal=off,wgpu_core=error,naga=error,bevy_app=error,bevy_render=error"
    };
    let filter = EnvFilter::try_new(format!("{level}{quiet}"))
        .map_err(|error| Usage(format!("`{level}` is no level of the log: {error}")))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    Ok(())
}
