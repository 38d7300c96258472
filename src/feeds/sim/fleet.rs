//! Crews: where they are at home, when they work, where they drive.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of crews and seconds of a day")]

use std::collections::VecDeque;

use super::buses::Buses;
use super::plan::{Plan, crew_word};
use super::random::Random;
use super::scenery::Scenery;
use crate::domain::{CrewId, CrewKind, CrewPosition, CrewStatus, IncidentId, LonLat, Moment};
use crate::ground::City;
use crate::ground::roads::{Leg, Roads};

const STREAM_CREW: u64 = 21;
/// Metres from home that those who stroll keep within.
const REACH_M: f32 = 2_500.0;

/// A crew that takes cases.
#[derive(Debug)]
pub(super) struct Crew {
    pub(super) kind: CrewKind,
    pub(super) status: CrewStatus,
    pub(super) station: [f32; 2],
    /// Hours of the shift, from and to; the same means around the clock.
    shift: (u8, u8),
    pub(super) case: Option<u64>,
    /// The number of its case in the hall, once that is known.
    pub(super) incident: Option<IncidentId>,
    /// What it drives, since when; without, it stands at `at`.
    leg: Option<(Leg, Moment)>,
    at: [f32; 2],
    /// Counts plans, so that a stale one is known.
    pub(super) turn: u32,
    random: Random,
}

/// All that moves.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    pub(super) crews: Vec<Crew>,
    pub(super) buses: Buses,
    /// Cases that wait for a crew of a kind.
    waiting: Vec<VecDeque<u64>>,
}

impl Crew {
    pub(super) fn place(&self, now: Moment) -> [f32; 2] {
        let Some((leg, since)) = &self.leg else { return self.at };
        leg.at(secs(*since, now)).unwrap_or(self.at)
    }

    /// Whether it strolls while it is free; others wait at their station.
    fn strolls(&self) -> Option<f32> {
        match self.kind {
            CrewKind::Patrol => Some(3.0),
            CrewKind::Sanitation => Some(3.5),
            CrewKind::Chengguan => Some(6.0),
            CrewKind::Police | CrewKind::Traffic => Some(8.0),
            CrewKind::Fire | CrewKind::Ambulance | CrewKind::Repair | CrewKind::Bus => None,
        }
    }

    /// Whether it works at this hour.
    pub(super) fn on_shift(&self, hour: u8) -> bool {
        let (from, to) = self.shift;
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Less => (from..to).contains(&hour),
            std::cmp::Ordering::Greater => hour >= from || hour < to,
        }
    }

    /// Can it be sent now?
    pub(super) fn can_go(&self) -> bool {
        matches!(self.status, CrewStatus::Free | CrewStatus::Returning)
    }

    /// Stand where it is.
    pub(super) fn stop(&mut self, now: Moment) {
        self.at = self.place(now);
        self.leg = None;
        self.turn += 1;
    }

    /// Begin a way; returns when it ends.
    fn go(&mut self, leg: Leg, now: Moment) -> Moment {
        let ends = now.plus_millis((f64::from(leg.long()) * 1000.0) as i64);
        self.at = leg.end().unwrap_or(self.at);
        self.leg = Some((leg, now));
        self.turn += 1;
        ends
    }

    /// Drive to a place; returns when it arrives. `slow` is the share of its speed that the weather leaves.
    pub(super) fn drive_to(&mut self, city: &City, roads: &mut Roads, to: [f32; 2], slow: f32, now: Moment) -> Moment {
        let leg = roads.route(city, self.place(now), to, self.kind.pace() * slow);
        self.go(leg, now)
    }

    /// Stroll on; `None` where it waits at its station.
    pub(super) fn stroll(&mut self, city: &City, roads: &Roads, now: Moment) -> Option<Moment> {
        let mps = self.strolls()?;
        let from = self.place(now);
        let leg = roads.stroll(city, from, self.station, REACH_M, mps, &mut self.random)?;
        Some(self.go(leg, now).plus_millis((self.random.between(2.0, 60.0) * 1000.0) as i64))
    }

    /// Begin somewhere in its beat, not all at the station.
    pub(super) fn scatter(&mut self, city: &City, roads: &Roads) {
        let Some(mps) = self.strolls() else { return };
        for _ in 0..2 {
            let walked = roads.stroll(city, self.at, self.station, REACH_M, mps, &mut self.random);
            self.at = walked.and_then(|leg| leg.end()).unwrap_or(self.at);
        }
    }

    /// Seconds until it has left.
    pub(super) fn turnout(&mut self) -> f64 {
        match self.kind {
            CrewKind::Fire => self.random.between(40.0, 75.0),
            CrewKind::Ambulance => self.random.between(45.0, 120.0),
            CrewKind::Repair => self.random.between(120.0, 420.0),
            _ => self.random.between(15.0, 90.0),
        }
    }
}

fn secs(from: Moment, to: Moment) -> f32 {
    (to.0.saturating_sub(from.0) as f64 / 1000.0) as f32
}

impl Fleet {
    /// The crews of a city with `share` of the people of [`Plan::population`].
    pub(super) fn new(
        plan: &Plan,
        city: &City,
        roads: &mut Roads,
        scenery: &Scenery,
        share: f64,
        crews: Option<u32>,
        seed: u64,
    ) -> Self {
        let whole: f64 = plan.crews.values().map(|(count, _)| count).sum();
        let mut fleet = Self { waiting: vec![VecDeque::new(); CrewKind::ALL.len()], ..Self::default() };
        if roads.is_empty() {
            return fleet;
        }
        for kind in CrewKind::ALL {
            let Some((count, least)) = plan.crews.get(crew_word(kind)).copied() else { continue };
            let wanted = match crews {
                Some(all) => (count / whole.max(1.0) * f64::from(all)).round() as u32,
                None => ((count * share).round() as u32).max(least),
            };
            if kind == CrewKind::Bus {
                fleet.buses = Buses::of(city, roads, scenery, wanted, seed);
                continue;
            }
            for number in 0..wanted {
                let mut random = Random::of(seed, STREAM_CREW, kind.index() as u64 * 1_000_000 + u64::from(number));
                let Some(station) = scenery.station(kind, &mut random) else { break };
                fleet.crews.push(Crew {
                    kind,
                    status: CrewStatus::OffDuty,
                    station,
                    shift: shift(kind, number),
                    case: None,
                    incident: None,
                    leg: None,
                    at: station,
                    turn: 0,
                    random,
                });
            }
        }
        fleet
    }

    /// All that has a position.
    pub(super) fn len(&self) -> usize {
        self.crews.len() + self.buses.len()
    }

    /// Where one of them is.
    pub(super) fn position(&self, number: usize, city: &City, now: Moment, hour: u8) -> Option<CrewPosition> {
        let crew = CrewId(u32::try_from(number + 1).ok()?);
        let here = |at: [f32; 2]| -> LonLat { city.frame().lonlat_from_metres(at.map(f64::from)) };
        if let Some(one) = self.crews.get(number) {
            return Some(CrewPosition {
                crew,
                at: here(one.place(now)),
                when: now,
                kind: one.kind,
                status: one.status,
                incident: one.incident,
            });
        }
        let (at, status) = self.buses.place(number - self.crews.len(), now, hour)?;
        Some(CrewPosition { crew, at: here(at), when: now, kind: CrewKind::Bus, status, incident: None })
    }

    /// The nearest crew of a kind that can be sent.
    pub(super) fn nearest(&self, kind: CrewKind, at: [f32; 2], now: Moment) -> Option<usize> {
        let mut best: Option<(f32, usize)> = None;
        for (number, crew) in self.crews.iter().enumerate() {
            if crew.kind == kind && crew.can_go() {
                let metres = crate::ground::roads::far(crew.place(now), at);
                if best.is_none_or(|(least, _)| metres < least) {
                    best = Some((metres, number));
                }
            }
        }
        best.map(|(_, number)| number)
    }

    /// Whether there is any crew of this kind.
    pub(super) fn has(&self, kind: CrewKind) -> bool {
        self.crews.iter().any(|crew| crew.kind == kind)
    }

    /// A case waits for a crew.
    pub(super) fn wait(&mut self, kind: CrewKind, case: u64) {
        if let Some(queue) = self.waiting.get_mut(kind.index()) {
            queue.push_back(case);
        }
    }

    /// The case that has waited longest for a crew of this kind.
    pub(super) fn waiting(&mut self, kind: CrewKind) -> Option<u64> {
        self.waiting.get_mut(kind.index())?.pop_front()
    }
}

/// Hours of work: around the clock where lives depend on it, else in turns.
fn shift(kind: CrewKind, number: u32) -> (u8, u8) {
    let turns: &[(u8, u8)] = match kind {
        CrewKind::Fire | CrewKind::Ambulance => &[(0, 0)],
        CrewKind::Police | CrewKind::Traffic => &[(0, 0), (7, 19), (8, 20), (16, 2)],
        CrewKind::Sanitation => &[(4, 12), (5, 13), (12, 20), (20, 4)],
        CrewKind::Repair => &[(0, 0), (8, 18), (8, 18)],
        CrewKind::Patrol | CrewKind::Chengguan => &[(7, 15), (8, 16), (13, 21), (15, 23), (22, 7)],
        // Buses have timetables.
        CrewKind::Bus => &[],
    };
    turns.get(number as usize % turns.len().max(1)).copied().unwrap_or_default()
}
