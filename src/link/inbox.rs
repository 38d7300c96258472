//! News that wait for the screen. Bounded: positions are conflated per crew, areas per case, readings per sensor, and when facts pile
//! up because nobody drains, they give way to one snapshot.

use std::collections::BTreeMap;

use super::{HubClock, LinkState, News};
use crate::domain::kpi::{Past, Period};
use crate::domain::rights::Area;
use crate::domain::sensor::Trend;
use crate::domain::vital::{VitalBoard, VitalXray};
use crate::domain::{
    Caller, CrewId, CrewPosition, Devices, DevicesAsked, DevicesChanged, Fact, Found, Hall, IncidentId, Reading,
    Refusal, SensorId, Story,
};
use crate::wire::Identity;

/// Facts that wait before a snapshot takes their place.
const FACTS_MAX: usize = 20_000;
/// Refusals and changes of state that wait; older ones give way.
const WORDS_MAX: usize = 100;
/// Readings that may wait beside twice as many as there are sensors before all but the newest of each give way.
const READINGS_SLACK: usize = 4_096;

#[derive(Default)]
pub(crate) struct Inbox {
    news: Vec<News>,
    facts: usize,
    words: usize,
    /// Whether those told before count no more, and the areas of cases.
    areas: Option<(bool, BTreeMap<IncidentId, Area>)>,
    positions: BTreeMap<CrewId, CrewPosition>,
    readings: Newest,
    /// What windows of time say of them.
    windowed: Newest,
}

/// The newest reading of each sensor. Nearly all come in the order of their sensors, each of which once: those are taken
/// as they are. Others wait until there are twice as many as sensors, or until they are wanted.
#[derive(Default)]
struct Newest {
    all: Vec<Reading>,
    /// So many at the beginning are of different sensors, in order.
    sorted: usize,
}

impl Newest {
    fn push(&mut self, mut readings: Vec<Reading>) {
        if self.all.is_empty() {
            self.all = readings;
        } else {
            self.all.append(&mut readings);
        }
        if self.all.len() > self.sorted * 2 + READINGS_SLACK {
            self.conflate();
        }
    }

    fn conflate(&mut self) {
        if !self.all.is_sorted_by(|a, b| a.sensor < b.sensor) {
            self.all.sort_by_key(|reading| reading.sensor);
            self.all.dedup_by(|newer, kept| {
                let same = newer.sensor == kept.sensor;
                if same {
                    *kept = *newer;
                }
                same
            });
        }
        self.sorted = self.all.len();
    }

    /// All of them by sensor; none is left.
    fn take(&mut self) -> Vec<Reading> {
        self.conflate();
        self.sorted = 0;
        std::mem::take(&mut self.all)
    }
}

impl Inbox {
    pub(crate) fn drain(&mut self) -> Vec<News> {
        let mut news = std::mem::take(&mut self.news);
        if let Some((anew, areas)) = self.areas.take() {
            // Before the facts that bring or move the cases.
            news.insert(0, News::Areas { anew, areas });
        }
        self.facts = 0;
        self.words = 0;
        if !self.positions.is_empty() {
            let positions = std::mem::take(&mut self.positions);
            news.push(News::Positions(positions.into_values().collect()));
        }
        let readings = self.readings.take();
        if !readings.is_empty() {
            news.push(News::Readings(readings));
        }
        let windowed = self.windowed.take();
        if !windowed.is_empty() {
            news.push(News::Windowed(Ok(windowed)));
        }
        news
    }

    pub(crate) fn push(&mut self, news: News) {
        match news {
            News::Snapshot(hall) => self.snapshot(*hall),
            News::Areas { anew, areas } => self.areas(anew, areas),
            News::Positions(positions) => self.positions(positions),
            News::State(state) => self.state(state),
            News::Refused(refusal) => self.refused(refusal),
            News::Clock(clock) => self.clock(clock),
            News::SignInWanted { why } => self.sign_in_wanted(why),
            News::Identity(identity) => self.identity(identity),
            News::Unlocked(told) => self.unlocked(told),
            News::Caller(incident, caller) => self.caller(incident, caller),
            News::Found(found) => self.found(found),
            News::Counted(found) => self.counted(found),
            News::Story { incident, story } => self.story(incident, story),
            News::Past { period, past } => self.past(period, past),
            News::Sensors { .. } => self.sensors(news),
            News::Readings(readings) => self.readings(readings),
            News::Windowed(told) => self.windowed(told),
            News::Trend { sensor, trend } => self.trend(sensor, trend),
            News::Vitals(board) => self.vitals(board),
            News::Xray(xray) => self.xray(xray),
            News::Devices { asked, told } => self.devices(asked, told),
            News::DevicesChanged(told) => self.devices_changed(told),
            News::Fetching { .. } | News::Fetched { .. } | News::Sending { .. } | News::Sent { .. } => self.file(news),
            News::Facts(facts) => {
                self.facts += facts.len();
                self.append(facts);
            }
        }
    }

    /// What came before a snapshot is in it.
    pub(crate) fn snapshot(&mut self, hall: Hall) {
        self.news.retain(|n| !matches!(n, News::Facts(_) | News::Snapshot(_)));
        self.facts = 0;
        self.news.push(News::Snapshot(Box::new(hall)));
    }

    /// Facts that were just folded into `mirror`.
    pub(crate) fn facts(&mut self, facts: Vec<Fact>, mirror: &Hall) {
        self.facts += facts.len();
        if self.facts > FACTS_MAX {
            self.snapshot(mirror.clone());
        } else {
            self.append(facts);
        }
    }

    fn append(&mut self, facts: Vec<Fact>) {
        match self.news.last_mut() {
            Some(News::Facts(waiting)) => waiting.extend(facts),
            _ => self.news.push(News::Facts(facts)),
        }
    }

    /// Of each case only the newest counts.
    pub(crate) fn areas(&mut self, anew: bool, areas: impl IntoIterator<Item = (IncidentId, Area)>) {
        let waiting = self.areas.get_or_insert_default();
        if anew {
            *waiting = (true, BTreeMap::new());
        }
        waiting.1.extend(areas);
    }

    pub(crate) fn positions(&mut self, positions: Vec<CrewPosition>) {
        self.positions.extend(positions.into_iter().map(|p| (p.crew, p)));
    }

    pub(crate) fn state(&mut self, state: LinkState) {
        self.word(News::State(state));
    }

    pub(crate) fn refused(&mut self, refusal: Refusal) {
        self.word(News::Refused(refusal));
    }

    /// Only the newest counts.
    pub(crate) fn clock(&mut self, clock: HubClock) {
        self.news.retain(|n| !matches!(n, News::Clock(_)));
        self.news.push(News::Clock(clock));
    }

    /// Only the newest of who is there, or that nobody is, counts.
    pub(crate) fn sign_in_wanted(&mut self, why: Option<Refusal>) {
        self.drop_who();
        self.news.push(News::SignInWanted { why });
    }

    pub(crate) fn identity(&mut self, identity: Identity) {
        self.drop_who();
        self.news.push(News::Identity(identity));
    }

    fn drop_who(&mut self) {
        self.news.retain(|n| !matches!(n, News::SignInWanted { .. } | News::Identity(_)));
    }

    pub(crate) fn unlocked(&mut self, told: Result<(), Refusal>) {
        self.news.retain(|n| !matches!(n, News::Unlocked(_)));
        self.news.push(News::Unlocked(told));
    }

    /// Only the one asked for last is looked at.
    pub(crate) fn caller(&mut self, incident: IncidentId, caller: Caller) {
        self.news.retain(|n| !matches!(n, News::Caller(..)));
        self.news.push(News::Caller(incident, caller));
    }

    /// Only the newest counts.
    pub(crate) fn found(&mut self, found: Result<Found, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Found(_)));
        self.news.push(News::Found(found));
    }

    /// Only the newest counts.
    pub(crate) fn counted(&mut self, found: Result<Found, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Counted(_)));
        self.news.push(News::Counted(found));
    }

    /// Only the newest counts.
    pub(crate) fn story(&mut self, incident: IncidentId, story: Result<Box<Story>, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Story { .. }));
        self.news.push(News::Story { incident, story });
    }

    /// Only the newest counts.
    pub(crate) fn past(&mut self, period: Period, past: Result<Box<Past>, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Past { .. }));
        self.news.push(News::Past { period, past });
    }

    /// Where they come anew, what was told before of sensors is of another watch.
    pub(crate) fn sensors(&mut self, sensors: News) {
        if matches!(sensors, News::Sensors { anew: true, .. }) {
            self.news.retain(|n| !matches!(n, News::Sensors { .. } | News::Windowed(_)));
            (self.readings, self.windowed) = (Newest::default(), Newest::default());
        }
        self.news.push(sensors);
    }

    /// Of each sensor only the newest counts; why nothing is told counts until something is.
    pub(crate) fn windowed(&mut self, told: Result<Vec<Reading>, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Windowed(_)));
        match told {
            Ok(readings) if !readings.is_empty() => self.windowed.push(readings),
            other => self.news.push(News::Windowed(other)),
        }
    }

    pub(crate) fn readings(&mut self, readings: Vec<Reading>) {
        self.readings.push(readings);
    }

    /// Readings that wait, older ones of the same sensors among them.
    #[cfg(test)]
    pub(crate) fn waiting_readings(&self) -> usize {
        self.readings.all.len()
    }

    /// Only the newest counts.
    pub(crate) fn trend(&mut self, sensor: SensorId, trend: Result<Box<Trend>, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Trend { .. }));
        self.news.push(News::Trend { sensor, trend });
    }

    pub(crate) fn vitals(&mut self, board: Result<Box<VitalBoard>, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Vitals(_)));
        self.news.push(News::Vitals(board));
    }

    pub(crate) fn xray(&mut self, xray: Result<Box<VitalXray>, Refusal>) {
        self.news.retain(|n| !matches!(n, News::Xray(_)));
        self.news.push(News::Xray(xray));
    }

    /// Of each question only the newest answer counts.
    pub(crate) fn devices(&mut self, asked: DevicesAsked, told: Result<Box<Devices>, String>) {
        self.news.retain(|n| !matches!(n, News::Devices { asked: before, .. } if before.by == asked.by));
        self.news.push(News::Devices { asked, told });
    }

    /// One after the other: each was asked for by somebody who waits.
    pub(crate) fn devices_changed(&mut self, told: Result<Box<DevicesChanged>, String>) {
        self.news.push(News::DevicesChanged(told));
    }

    /// Of how far a file is only the newest counts.
    pub(crate) fn file(&mut self, news: News) {
        self.news.retain(|n| match news {
            News::Fetching { .. } | News::Fetched { .. } => !matches!(n, News::Fetching { .. }),
            _ => !matches!(n, News::Sending { .. }),
        });
        self.news.push(news);
    }

    fn word(&mut self, word: News) {
        self.words += 1;
        if self.words > WORDS_MAX
            && let Some(oldest) = self.news.iter().position(|n| matches!(n, News::State(_) | News::Refused(_)))
        {
            self.news.remove(oldest);
            self.words -= 1;
        }
        self.news.push(word);
    }
}
