//! A demo hub that runs already: its speed, and a script on it.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context as _, bail};
use command_hall::config::Settings;
use command_hall::domain::Refusal;
use command_hall::link::{Control, Link, LinkOptions, News, Secret};
use command_hall::wire::Pace;

use super::Usage;
use super::teller::Teller;
use super::{surroundings, token};
use crate::cli::args::SimArgs;

/// A hub answers within this time.
const LIVE_WITHIN: Duration = Duration::from_secs(15);
/// Time may stand still: someone at a screen decides that.
const QUIET_FOR: Duration = Duration::from_hours(1);

pub(super) fn run(settings: &Settings, args: &SimArgs, url: &str, token_file: Option<&Path>) -> anyhow::Result<()> {
    if args.script.is_none() && args.speed.is_none() {
        return Err(Usage("--connect: say what to do there, with --script or --speed".to_owned()).into());
    }
    let token = token::find(token_file, url)?.map(Secret);
    let options = LinkOptions { seat: "sim".to_owned(), positions: Pace::Off, token };
    let transport = surroundings::transport(settings, url)?;
    let mut follower = Follower::new(settings, args, Link::connect(transport, options)?)?;
    follower.until_live()?;
    if let Some(speed) = args.speed {
        follower.link.control(Control::Speed(speed));
    }
    if let Some(name) = &args.script {
        follower.link.control(Control::Script(name.clone()));
        follower.play_out()
    } else {
        follower.until_speed(args.speed)
    }
}

/// A link that tells what happens on standard output.
struct Follower {
    link: Link,
    bell: Receiver<()>,
    live: bool,
    teller: Teller,
    refused: Option<String>,
    /// City seconds a second on the hub.
    rate: Option<u16>,
}

impl Follower {
    fn new(settings: &Settings, args: &SimArgs, link: Link) -> anyhow::Result<Self> {
        let (ring, bell) = sync_channel(1);
        link.on_news(move |_| {
            // A bell that rings already is enough.
            let _ = ring.try_send(());
        });
        Ok(Self { link, bell, live: false, teller: Teller::new(settings, args, false)?, refused: None, rate: None })
    }

    /// Wait for news and fold them.
    fn hear(&mut self, within: Duration) -> anyhow::Result<()> {
        match self.bell.recv_timeout(within) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => bail!("the hub said nothing for {} s", within.as_secs()),
            Err(RecvTimeoutError::Disconnected) => bail!("the link has ended"),
        }
        for news in self.link.drain() {
            match news {
                News::Snapshot(hall) => self.teller.begin_with(*hall),
                News::Facts(facts) => facts.iter().for_each(|fact| self.teller.hear(fact)),
                News::State(state) => self.live = state.is_live(),
                News::Refused(refusal) => self.refused = Some(refusal.to_string()),
                News::Clock(clock) => self.rate = Some(clock.rate),
                News::SignInWanted { why } => {
                    let why = why.unwrap_or(Refusal::NotSignedIn);
                    bail!("the hub lets in only who signs in: {why}");
                }
                News::Areas { .. }
                | News::Positions(_)
                | News::Identity(_)
                | News::Unlocked(_)
                | News::Caller(..)
                | News::Found(_)
                | News::Counted(_)
                | News::Past { .. }
                | News::Story { .. }
                | News::Fetching { .. }
                | News::Fetched { .. }
                | News::Sending { .. }
                | News::Sent { .. }
                | News::Sensors { .. }
                | News::Readings(_)
                | News::Windowed(_)
                | News::Trend { .. }
                | News::Vitals(_)
                | News::Xray(_)
                | News::Devices { .. }
                | News::DevicesChanged(_) => {}
            }
        }
        Ok(())
    }

    fn until_live(&mut self) -> anyhow::Result<()> {
        while !self.live {
            self.hear(LIVE_WITHIN).context("no hub answers")?;
        }
        Ok(())
    }

    /// Wait until the hub's time runs so, or it says why not.
    fn until_speed(&mut self, speed: Option<u16>) -> anyhow::Result<()> {
        while self.rate != speed {
            self.hear(LIVE_WITHIN)?;
            self.check_refused()?;
        }
        Ok(())
    }

    fn play_out(&mut self) -> anyhow::Result<()> {
        while !self.teller.is_over() {
            self.hear(QUIET_FOR)?;
            self.check_refused()?;
        }
        Ok(())
    }

    fn check_refused(&mut self) -> anyhow::Result<()> {
        self.refused.take().map_or(Ok(()), |refusal| bail!("{refusal}"))
    }
}
