//! A hall for pictures: a made-up day so far, without a hub.

use std::sync::Arc;

use command_hall::config::{Catalogue, Settings};
use command_hall::domain::{CrewPosition, Hall, Moment};
use command_hall::feeds::sim::{Sim, SimOptions};
use command_hall::ground::City;

use crate::cli::args::ShotArgs;
use crate::cli::surroundings;

/// Hours from the beginning of a case to its end, in the mean.
const LIFE_HOURS: f64 = 1.4;

/// The day as of `now` and where its crews are; the same seed gives the same day.
pub(crate) fn day(
    settings: &Settings,
    city: &Arc<City>,
    args: &ShotArgs,
    now: Moment,
) -> anyhow::Result<(Hall, Vec<CrewPosition>)> {
    let kinds = Catalogue::load(settings.kinds().as_deref())?;
    let options = SimOptions {
        seed: args.seed,
        utc_offset_secs: surroundings::utc_offset_secs(now),
        per_hour: Some(args.incidents as f64 / LIFE_HOURS),
        ..SimOptions::default()
    };
    let mut sim = Sim::new(options, &kinds, Arc::clone(city), now)?;
    let mut hall = Hall::default();
    for act in sim.step(now) {
        act.apply(&mut hall);
    }
    Ok((hall, sim.positions(now, 0, usize::MAX)))
}
