//! A hall for pictures: the demo's day so far, without a hub.

use std::collections::HashMap;

use command_hall::config::{Catalogue, Settings};
use command_hall::domain::{Actor, CrewPosition, Hall, Moment, Order};
use command_hall::feeds::demo::{Act, Demo, DemoOptions};
use command_hall::ground::City;

use crate::cli::args::ShotArgs;

/// The day as of `now` and where its crews are; the same seed gives the same day.
pub(crate) fn day(
    settings: &Settings,
    city: &City,
    args: &ShotArgs,
    now: Moment,
) -> anyhow::Result<(Hall, Vec<CrewPosition>)> {
    let kinds = Catalogue::load(settings.kinds().as_deref())?;
    let options = DemoOptions { seed: args.seed, open: args.incidents, ..DemoOptions::default() };
    let mut demo = Demo::new(options, &kinds, city, now)?;
    let by = Actor::Source("demo".to_owned());
    let (mut hall, mut known, mut when) = (Hall::default(), HashMap::new(), now);
    for act in demo.opening() {
        let order = match act {
            Act::Report(report) => {
                when = report.happened_at.min(now);
                known.insert(report.source_id.clone(), report.source.clone());
                Order::TakeReport(report)
            }
            Act::Advance(source_id, stage) => {
                let incident = known.get(&source_id).and_then(|source| hall.by_source(source, &source_id));
                let Some(incident) = incident.map(|incident| incident.id) else { continue };
                Order::AdvanceIncident { incident, stage }
            }
            Act::Weather(weather) => Order::TellWeather { weather },
        };
        // A refusal leaves the day as it is.
        for fact in hall.decide(order, &by, when).unwrap_or_default() {
            hall.apply(&fact);
        }
    }
    Ok((hall, demo.positions(city, now)))
}
