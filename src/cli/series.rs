//! `hall replay-series`.

use std::path::Path;

use anyhow::bail;
use command_hall::config::Settings;
use command_hall::domain::Moment;
use command_hall::feeds::away::PATIENCE;
use command_hall::feeds::http::HttpReadings;
use command_hall::feeds::readings::Counted;
use command_hall::feeds::series::{self, Mapping, PlayOptions, Played, ReadTally, Series, Shift};
use serde_json::json;

use super::args::{ReplaySeriesArgs, ShiftArg};
use super::{say, surroundings, token};

pub(crate) fn play(settings: &Settings, args: &ReplaySeriesArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    let mapping = Mapping::named(&args.mapping)?;
    let series = series::read(&args.file, &mapping, args.places.as_deref())?;
    let shift = match args.times {
        ShiftArg::Live => Shift::Live,
        ShiftArg::EndNow => Shift::EndNow,
        ShiftArg::Own => Shift::Own,
    };
    tell_read(&series, args.speed, shift);
    let options = PlayOptions { speed: args.speed, shift, patience: PATIENCE, again: false };
    let client = token::client(settings, token_file, &args.to)?;
    let sink = HttpReadings::new(client, surroundings::now);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (played, failed) = match runtime.block_on(series::play(&series, options, &sink, say::news)) {
        Ok(played) => (played, None),
        Err(gave_up) => (gave_up.played.clone(), Some(gave_up)),
    };
    if args.json {
        let refused: serde_json::Map<String, serde_json::Value> =
            played.counted.refused.iter().map(|(unfit, count)| (unfit.word().to_owned(), json!(count))).collect();
        let Counted { rows, kept, out_of_order, late, duplicate, first_seen, .. } = &played.counted;
        say::json(&json!({
            "read": series.tally, "described": played.described, "undescribed": played.undescribed,
            "played": rows, "kept": kept, "out_of_order": out_of_order, "late": late, "duplicate": duplicate,
            "first_seen": first_seen, "refused": refused,
        }));
    } else {
        tell(&series.tally, &played);
    }
    if let Some(gave_up) = failed {
        return Err(gave_up.into());
    }
    if played.counted.rows > 0 && played.counted.refused() == played.counted.rows {
        bail!("the hub refused every reading: {}", reasons(&played.counted));
    }
    Ok(())
}

fn utc(at: Moment) -> String {
    let there = chrono::DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    there.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn tell_read(series: &Series, speed: f64, shift: Shift) {
    let ReadTally { rows, sensors, placed, readings, missing, unreadable, .. } = &series.tally;
    say::note(&format!(
        "{readings} readings of {sensors} sensors, {placed} of them with a place, in {rows} rows; {missing} cells \
         without a reading, {unreadable} that cannot be read"
    ));
    let Some((first, last)) = series.span() else { return };
    let takes = last.0.saturating_sub(first.0) as f64 / 1000.0 / speed;
    let moved = match shift {
        Shift::Live => "the first is of now, each other one of the moment at which it is played",
        Shift::EndNow => "all are moved as a whole, so that the last is of now",
        Shift::Own => "their times stay",
    };
    say::note(&format!(
        "they are of {} to {}; {moved}. At {speed} times their speed this takes {takes:.0} seconds",
        utc(first),
        utc(last)
    ));
}

fn reasons(counted: &Counted) -> String {
    let told: Vec<String> =
        counted.refused.iter().map(|(unfit, count)| format!("{count}: {}", unfit.words())).collect();
    told.join("; ")
}

fn tell(read: &ReadTally, played: &Played) {
    let Counted { rows, kept, out_of_order, late, duplicate, first_seen, .. } = &played.counted;
    match &played.undescribed {
        None => say::line(&format!("{} sensors described anew or otherwise", played.described)),
        Some(why) => say::line(&format!("sensors not described ({why}): {first_seen} wait to be claimed")),
    }
    say::line(&format!(
        "{rows} readings played: {kept} kept, {out_of_order} out of order, {late} late, {duplicate} known already, {} \
         refused",
        played.counted.refused()
    ));
    for (unfit, count) in &played.counted.refused {
        say::line(&format!("  {count} {}", unfit.words()));
    }
    say::faults(&read.faults);
}
