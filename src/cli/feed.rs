//! `hall feed`.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use command_hall::config::{Document, Settings};
use command_hall::feeds::away::PATIENCE;
use command_hall::feeds::file::{self, FileError, Gaps, Mapping, PlayOptions, Tally};
use command_hall::feeds::streets::CityStreets;

use super::args::FeedArgs;
use super::{city, hub, say, surroundings, token};

pub(crate) fn play(settings: &Settings, args: &FeedArgs, token_file: Option<&Path>) -> anyhow::Result<()> {
    let kinds = hub::kinds(settings)?;
    let mapping = Mapping::read(&Document::read(&args.map)?, &kinds)?;
    let streets = CityStreets::of(&*city::open(settings)?);
    let stream = file::read(&args.file, &mapping, &kinds, Some(&streets))?;
    let reports = stream.reports.len();
    say::note(&format!("{reports} reports of {} rows at {} times their speed", stream.tally.rows, args.speed));
    let gap_max = (args.gap > 0).then(|| Duration::from_secs(u64::from(args.gap) * 60));
    if let Some(gaps) = gap_max.map(|max| stream.gaps(max)).filter(|gaps| gaps.count > 0) {
        let hours = gaps.left_out.as_secs() / 3600;
        let Gaps { count, .. } = gaps;
        say::note(&format!(
            "{count} gaps of over {} minutes are cut down to that, {hours} hours in all (--gap)",
            args.gap
        ));
    }
    let options =
        PlayOptions { speed: args.speed, shift_to: args.live.then(surroundings::now), gap_max, patience: PATIENCE };
    let client = token::client(settings, token_file, &args.to)?;
    let (tally, failed) = match file::play_to_hub(stream, options, client, say::news) {
        Ok(tally) => (tally, None),
        Err(FileError::GaveUp(gave_up)) => (gave_up.tally.clone(), Some(gave_up)),
        Err(other) => return Err(other.into()),
    };
    if args.json {
        say::report(&tally)?;
    } else {
        tell(&tally);
    }
    if let Some(gave_up) = failed {
        return Err(gave_up.into());
    }
    if tally.played == 0 && tally.refused > 0 {
        bail!("every row was refused: {}", reasons(&tally));
    }
    Ok(())
}

/// The most frequent reasons, each with its count.
fn reasons(tally: &Tally) -> String {
    let mut all: Vec<_> = tally.refused_by_reason.iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let told: Vec<String> = all.iter().take(3).map(|(reason, count)| format!("{reason} ({count} rows)")).collect();
    told.join("; ")
}

fn tell(tally: &Tally) {
    let Tally { rows, played, changed, had_already, placed_by_coordinates, placed_by_street, unknown, refused, .. } =
        tally;
    say::line(&format!(
        "{played} reports played of {rows} rows: {changed} told something new, {had_already} were known"
    ));
    say::line(&format!(
        "places: {placed_by_coordinates} by coordinates, {placed_by_street} by street, {unknown} unknown"
    ));
    say::line(&format!(
        "{} out of order, {} repeated, {} after their incident was over, {} closed by rule",
        tally.out_of_order, tally.repeated, tally.after_close, tally.closed_by_rule
    ));
    say::line(&format!("{refused} refused"));
    for (reason, count) in &tally.refused_by_reason {
        say::line(&format!("  {count} {reason}"));
    }
    say::faults(&tally.faults);
}
