//! A day on a hub in this process, which screens may join.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use command_hall::config::{Settings, script};
use command_hall::domain::Moment;
use command_hall::feeds::CitySink as _;
use command_hall::feeds::sim::{Running, next_fitting};
use command_hall::ground::City;
use command_hall::hub::{self, Data, Hub, HubOptions, Intake};
use command_hall::wire::Control;

use super::teller::Teller;
use super::{cure, hubs, say, surroundings};
use crate::cli::args::SimArgs;
use crate::cli::city;

/// City seconds a second while a script runs and nobody said otherwise.
const SCRIPT_SPEED: u16 = 60;
/// Between two looks at the log.
const LOOK: Duration = Duration::from_millis(50);
/// Facts read at a time.
const FACTS_MAX: usize = 2_000;

pub(super) fn run(settings: &Settings, args: &SimArgs) -> anyhow::Result<()> {
    let named = args.start.as_deref().map(surroundings::moment).transpose()?;
    let until = named.zip(args.minutes).map(|(start, minutes)| start.plus_millis(i64::from(minutes) * 60_000));
    let city = city::open(settings)?;
    let hub = open(settings, args, named, &city)?;
    let start = named.or_else(|| in_season(args, hub.intake().clock().now()));
    let done = hubs::begin(settings, &hub, city, start, 0).and_then(|running| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let intake = hub.intake();
        let day = Day { intake: &intake, running: &running, args, until };
        if start.is_some() || args.script.is_some() {
            runtime.block_on(day.tell(Teller::new(settings, args, named.is_some())?))
        } else {
            intake.control(Control::Speed(args.speed.unwrap_or(1)))?;
            hubs::wait_for_signal().context("cannot wait for a signal to stop")
        }
    });
    hub.shutdown();
    done
}

/// A day on which the script can happen in earnest, where today's hour or season is not of that sort.
fn in_season(args: &SimArgs, now: Moment) -> Option<Moment> {
    let scripts = script::built_in().ok()?;
    let script = scripts.iter().find(|script| args.script.as_ref() == Some(&script.name))?;
    let near = next_fitting(script, now, surroundings::utc_offset_secs(now));
    let start = next_fitting(script, near, surroundings::utc_offset_secs(near));
    if start == now {
        return None;
    }
    say::note(&format!(
        "{} is not of this hour or season: the day begins at {} (--start names another moment)",
        script.name,
        surroundings::local(start)
    ));
    Some(start)
}

/// A demo hub in this process; where its address is taken it serves this process alone.
fn open(settings: &Settings, args: &SimArgs, start: Option<Moment>, city: &Arc<City>) -> anyhow::Result<Hub> {
    let options = hubs::options(settings, Data::Memory, hubs::Day::MadeUp(start), true);
    // What is told of a day is the same at any speed; vital signs are reckoned once a second of whoever looks.
    let options = HubOptions { vitals: false, city: Some(Arc::clone(city)), ..options };
    let hub = match hub::start(options.clone()) {
        Err(hub::HubError::Listen { at, cause }) if args.listen.is_none() => {
            say::note(&format!("cannot listen at {at} ({cause}): no screen can connect"));
            hub::start(HubOptions { listen: None, ..options }).map_err(cure::hub)?
        }
        other => other.map_err(cure::hub)?,
    };
    if let Some(at) = hub.addr() {
        say::note(&format!("screens connect with: hall --connect {}", hubs::url(&hub, at)));
    }
    Ok(hub)
}

/// A day whose time stands still until all that is wanted of it has begun.
struct Day<'a> {
    intake: &'a Intake,
    running: &'a Running,
    args: &'a SimArgs,
    /// The end; without one the script's, or whoever presses Ctrl+C.
    until: Option<Moment>,
}

impl Day<'_> {
    /// Tell it from the log, where no fact is missed however slowly they are read here.
    async fn tell(&self, mut teller: Teller) -> anyhow::Result<()> {
        let speed = self.args.speed.unwrap_or(if self.args.script.is_some() { SCRIPT_SPEED } else { 1 });
        if let Some(script) = &self.args.script {
            self.intake.control(Control::Script(script.clone()))?;
        }
        let (mut stands, mut upto) = (true, teller.upto());
        let stopped = hubs::signal();
        tokio::pin!(stopped);
        loop {
            if stands && teller.has_begun() {
                // At this speed it begins at its moment and not where the first look at it finds it.
                self.intake.control(Control::Speed(speed))?;
                stands = false;
            }
            // Asked before the log: what was told by then is in it.
            let told = self.running.told();
            let facts = self.intake.facts_after(upto, FACTS_MAX).await?;
            for fact in &facts {
                upto = fact.seq;
                // Sensors may be ahead of the day: what comes after an alarm of then may still be of before.
                if self.until.is_some_and(|until| fact.known_at > until) {
                    continue;
                }
                teller.hear(fact);
                if self.until.is_none() && teller.is_over() {
                    return Ok(());
                }
            }
            if facts.len() == FACTS_MAX {
                continue;
            }
            if self.until.is_some_and(|until| told >= until) {
                return Ok(());
            }
            tokio::select! {
                signal = &mut stopped => return signal.context("cannot wait for a signal to stop"),
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}
