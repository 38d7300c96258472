//! A hall for pictures: a made-up day so far, without a hub.

use std::sync::Arc;

use command_hall::config::{Catalogue, CatalogueFiles, Settings};
use command_hall::domain::{Actor, CrewPosition, Hall, Moment, Numbering, Order, Sky, Weather};
use command_hall::feeds::sim::{Sim, SimOptions};
use command_hall::ground::City;

use crate::cli::args::ShotArgs;
use crate::cli::surroundings;

/// Hours from the beginning of a case to its end, in the mean.
const LIFE_HOURS: f64 = 1.4;

/// The day as of `now` and where its crews are; the same seed gives the same day. `weather` takes the place of its own.
pub(crate) fn day(
    settings: &Settings,
    city: &Arc<City>,
    args: &ShotArgs,
    now: Moment,
    weather: Option<Weather>,
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
    let catalogue = settings.catalogue();
    if catalogue != CatalogueFiles::default() {
        let order = Order::TakeCatalogue(Arc::clone(catalogue.read()?.texts()));
        for fact in &hall.decide(order, &Actor::Source("shot".to_owned()), Moment(0))? {
            hall.apply(fact);
        }
    }
    if let Some(city) = settings.city_code() {
        let order = Order::TakeNumbering(Numbering { city, utc_offset_secs: surroundings::utc_offset_secs(now) });
        for fact in &hall.decide(order, &Actor::Source("shot".to_owned()), Moment(0))? {
            hall.apply(fact);
        }
    }
    for act in sim.step(now) {
        for fact in act.apply(&mut hall) {
            sim.heard(&fact);
        }
    }
    // Asked for, so it is told as well as seen; as warm as the day is, where it does not snow.
    if let Some(asked) = weather {
        let own = hall.weather().unwrap_or_default();
        let most = if asked.sky == Sky::Snow { asked.temperature_dc } else { i16::MAX };
        let weather = Weather { temperature_dc: own.temperature_dc.min(most), wind_mps: own.wind_mps, ..asked };
        let told = hall.decide(Order::TellWeather { weather }, &Actor::Source("shot".to_owned()), now)?;
        for fact in &told {
            hall.apply(fact);
        }
    }
    Ok((hall, sim.positions(now, 0, usize::MAX)))
}
