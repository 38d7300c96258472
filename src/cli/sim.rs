//! `hall sim`: a made-up day, and scripted emergencies in it, here or on a demo hub elsewhere.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context as _, bail};
use command_hall::config::script::{self, Script};
use command_hall::config::{Catalogue, Settings};
use command_hall::domain::{Fact, Hall, Incident, IncidentId, Moment, Stage, What};
use command_hall::feeds::sim::ID_PREFIX;
use command_hall::hub::{self, Data, Hub, HubOptions};
use command_hall::link::{Control, Link, LinkOptions, LinkState, News, SocketTransport};
use command_hall::wire::Pace;
use command_hall::wire::frame::RATE_MAX;
use serde_json::json;

use super::args::SimArgs;
use super::say::Usage;
use super::{city, cure, hub as hubs, say, surroundings};

/// City seconds a second while a script runs and nobody said otherwise.
const SCRIPT_SPEED: u16 = 60;
/// A hub answers within this time.
const LIVE_WITHIN: Duration = Duration::from_secs(15);

/// Run the command.
pub(crate) fn run(settings: &Settings, args: &SimArgs) -> anyhow::Result<()> {
    let scripts = script::built_in()?;
    if args.list {
        list(&scripts, settings.language(), args.json);
        return Ok(());
    }
    if let Some(name) = args.script.as_ref().filter(|name| scripts.iter().all(|script| script.name != **name)) {
        let names: Vec<&str> = scripts.iter().map(|script| script.name.as_str()).collect();
        return Err(Usage(format!("--script: there is no script `{name}`, but {}", names.join(", "))).into());
    }
    if args.speed.is_some_and(|speed| speed > RATE_MAX) {
        return Err(Usage(format!("--speed: it is 0 to {RATE_MAX}")).into());
    }
    let options = LinkOptions { seat: "sim".to_owned(), positions: Pace::Off };
    let (link, hub) = if let Some(url) = &args.connect {
        (Link::connect(SocketTransport::new(url)?, options)?, None)
    } else {
        let hub = start(settings, args)?;
        (Link::connect(hub.embedded_transport(), options)?, Some(hub))
    };
    let done = drive(settings, args, link, hub.is_some());
    if let Some(hub) = hub {
        hub.shutdown();
    }
    done
}

fn list(scripts: &[Script], language: &str, as_json: bool) {
    for script in scripts {
        let (title, about) = (script.title.of(language), script.about.of(language));
        if as_json {
            let both = |words: &script::Words| json!({ "zh": words.zh, "en": words.en });
            say::json(&json!({ "name": script.name, "title": both(&script.title), "about": both(&script.about) }));
        } else {
            say::line(&format!("{:<12} {title}: {about}", script.name));
        }
    }
}

/// A demo hub in this process; where its address is taken it serves this process alone.
fn start(settings: &Settings, args: &SimArgs) -> anyhow::Result<Hub> {
    let city = city::open(settings)?;
    let options = HubOptions {
        listen: Some(settings.listen()),
        grade_of: hubs::grades(hubs::kinds(settings)?),
        ..HubOptions::new(Data::Memory)
    };
    let hub = match hub::start(options.clone()) {
        Err(hub::HubError::Listen { at, cause }) if args.listen.is_none() => {
            say::note(&format!("cannot listen at {at} ({cause}): no screen can connect"));
            hub::start(HubOptions { listen: None, ..options }).map_err(cure::hub)?
        }
        other => other.map_err(cure::hub)?,
    };
    let day = hubs::day(settings.seed(), hub.intake().clock().now());
    hubs::bring_to_life(settings, &hub, city, day)?;
    if let Some(at) = hub.addr() {
        say::note(&format!("screens connect with: hall --connect ws://{at}"));
    }
    Ok(hub)
}

fn drive(settings: &Settings, args: &SimArgs, link: Link, ours: bool) -> anyhow::Result<()> {
    let speed = args.speed.or_else(|| args.script.is_some().then_some(SCRIPT_SPEED).filter(|_| ours));
    let mut follower = Follower::new(settings, args, link)?;
    follower.until_live()?;
    if let Some(speed) = speed {
        follower.link.control(Control::Speed(speed));
    }
    match &args.script {
        Some(name) => {
            follower.link.control(Control::Script(name.clone()));
            follower.play_out(name)
        }
        None if ours => {
            hubs::wait_for_signal().context("cannot wait for a signal to stop")?;
            Ok(())
        }
        None => follower.until_speed(
            speed.ok_or_else(|| Usage("--connect: say what to do there, with --script or --speed".to_owned()))?,
        ),
    }
}

/// A link that tells what happens on standard output.
struct Follower {
    link: Link,
    bell: Receiver<()>,
    hall: Hall,
    live: bool,
    kinds: Catalogue,
    language: &'static str,
    json: bool,
    /// Incidents of the script, and what their ids begin with.
    own: BTreeSet<IncidentId>,
    prefix: Option<String>,
    first: Option<(IncidentId, Moment)>,
    end: Option<(Moment, String)>,
    refused: Option<String>,
    /// City seconds a second on the hub.
    rate: Option<u16>,
}

impl Follower {
    fn new(settings: &Settings, args: &SimArgs, link: Link) -> anyhow::Result<Self> {
        let (ring, bell) = sync_channel(1);
        link.on_news(move || {
            // A bell that rings already is enough.
            let _ = ring.try_send(());
        });
        Ok(Self {
            link,
            bell,
            hall: Hall::default(),
            live: false,
            kinds: hubs::kinds(settings)?,
            language: if settings.language().starts_with("zh") { "zh-CN" } else { "en" },
            json: args.json,
            own: BTreeSet::new(),
            prefix: None,
            first: None,
            end: None,
            refused: None,
            rate: None,
        })
    }

    /// Wait for news and fold them.
    fn hear(&mut self, within: Duration, script: Option<&str>) -> anyhow::Result<()> {
        match self.bell.recv_timeout(within) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => bail!("the hub said nothing for {} s", within.as_secs()),
            Err(RecvTimeoutError::Disconnected) => bail!("the link has ended"),
        }
        for news in self.link.drain() {
            match news {
                News::Snapshot(hall) => self.hall = *hall,
                News::Facts(facts) => {
                    for fact in facts {
                        self.hall.apply(&fact);
                        if let Some(script) = script {
                            self.heed(&fact, script);
                        }
                    }
                }
                News::State(state) => self.live = state == LinkState::Live,
                News::Refused(refusal) => self.refused = Some(refusal.to_string()),
                News::Clock(clock) => self.rate = Some(clock.rate),
                News::Positions(_) => {}
            }
        }
        Ok(())
    }

    fn until_live(&mut self) -> anyhow::Result<()> {
        while !self.live {
            self.hear(LIVE_WITHIN, None).context("no hub answers")?;
        }
        Ok(())
    }

    /// Wait until the hub's time runs so, or it says why not.
    fn until_speed(&mut self, speed: u16) -> anyhow::Result<()> {
        while self.rate != Some(speed) {
            self.hear(LIVE_WITHIN, None)?;
            if let Some(refusal) = self.refused.take() {
                bail!("{refusal}");
            }
        }
        Ok(())
    }

    fn play_out(&mut self, script: &str) -> anyhow::Result<()> {
        loop {
            // Time may stand still: someone at a screen decides that.
            self.hear(Duration::from_hours(1), Some(script))?;
            if let Some(refusal) = self.refused.take() {
                bail!("{refusal}");
            }
            let over = |id: &IncidentId| self.hall.incident(*id).is_none_or(|i| i.stage == Stage::Closed);
            if let (Some((at, reason)), Some((_, begun))) = (&self.end, self.first)
                && self.own.iter().all(over)
            {
                let minutes = at.secs_since(begun) / 60;
                if self.json {
                    let incidents = self.own.len();
                    say::json(&json!({ "script": script, "incidents": incidents, "minutes": minutes, "end": reason }));
                } else {
                    say::line(&format!("over after {minutes} minutes, {} incidents: {reason}", self.own.len()));
                }
                return Ok(());
            }
        }
    }

    /// Tell a fact of the script.
    fn heed(&mut self, fact: &Fact, script: &str) {
        let incident = match &fact.what {
            What::IncidentReported(incident) => incident.id,
            What::IncidentUpdated { incident, .. }
            | What::IncidentRegraded { incident, .. }
            | What::IncidentAdvanced { incident, .. }
            | What::IncidentClosed { incident, .. } => *incident,
            What::ModeSwitched { .. } | What::WeatherChanged { .. } => return,
        };
        let Some(known) = self.hall.incident(incident).cloned() else { return };
        if self.prefix.is_none() && known.source_id.starts_with(&format!("{ID_PREFIX}{script}-")) {
            // What follows are two numbers of its own: when the day began and which case it is.
            self.prefix = known.source_id.rsplitn(3, '-').nth(2).map(|run| format!("{run}-"));
            self.first = Some((incident, fact.known_at));
        }
        if !self.prefix.as_ref().is_some_and(|prefix| known.source_id.starts_with(prefix)) {
            return;
        }
        self.own.insert(incident);
        if let (What::IncidentClosed { reason, .. }, Some((first, _))) = (&fact.what, self.first)
            && first == incident
        {
            self.end = Some((fact.known_at, reason.clone()));
        }
        self.say(fact, &known);
    }

    fn say(&self, fact: &Fact, incident: &Incident) {
        let (what, detail) = match &fact.what {
            What::IncidentReported(_) => ("reported", incident.text.clone()),
            What::IncidentUpdated { text, .. } => ("updated", text.clone()),
            What::IncidentRegraded { to, reason, .. } => ("regraded", format!("{} {reason}", to.numeral())),
            What::IncidentAdvanced { stage, .. } => ("advanced", format!("{stage:?}").to_lowercase()),
            What::IncidentClosed { reason, .. } => ("closed", reason.clone()),
            What::ModeSwitched { .. } | What::WeatherChanged { .. } => return,
        };
        if self.json {
            say::json(&json!({
                "at": fact.known_at.0, "incident": incident.id.0, "kind": incident.kind,
                "grade": incident.grade.numeral(), "what": what, "detail": detail,
            }));
            return;
        }
        let kind = self.kinds.kind(&incident.kind).map_or(incident.kind.as_str(), |kind| kind.name(self.language));
        let time = clock(fact.known_at);
        say::line(&format!("{time} {} {kind} #{} {what}: {detail}", incident.grade.numeral(), incident.id.0));
    }
}

/// City time of day.
fn clock(at: Moment) -> String {
    let secs = (at.0.div_euclid(1000) + i64::from(surroundings::utc_offset_secs(at))).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
}
