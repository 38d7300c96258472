//! Buses: lines, and runs from one end to the other that begin and end there.

#![expect(clippy::cast_possible_truncation, reason = "seconds of a day and metres of a city")]

use super::queue::Event;
use super::random::Random;
use super::scenery::Scenery;
use super::{HOUR_MILLIS, Sim, hour_of};
use crate::domain::{CrewStatus, Moment};
use crate::ground::City;
use crate::ground::roads::{Leg, Roads, far};

const STREAM_LINE: u64 = 22;
/// Metres between the ends of a line, about.
const LINE_M: f32 = 7_000.0;
/// Buses on one line.
const BUSES_A_LINE: u32 = 8;
/// A bus on its way from stop to stop, against the usual speed of cars, and one whose stops nobody knows.
const PACE: f32 = 0.75;
const PACE_WITHOUT_STOPS: f32 = 0.55;
/// Seconds at a stop.
const STOP_SECS: f32 = 25.0;
/// Seconds at the end of a line between two runs.
const REST_SECS: f32 = 300.0;
/// Hours in which a run may begin.
const HOURS: (u8, u8) = (6, 23);
/// Class and sub-class of a bus shelter among the components (CJ/T 214).
const SHELTER: u16 = 203;
/// A shelter so near to a road is a stop of it, metres.
const SHELTER_M: f32 = 20.0;
/// Two stops of a line are so far from each other at least, metres.
const STOPS_APART_M: f32 = 250.0;

/// A bus on its line.
#[derive(Debug)]
struct Bus {
    line: usize,
    /// Which of its line, from 0; odd ones begin the day at the far end.
    number: u32,
    /// Whether it stands at the far end, or drives away from it.
    far: bool,
    /// When its run began, and the share of its speed that the weather leaves.
    run: Option<(Moment, f32)>,
}

/// All buses.
#[derive(Debug, Default)]
pub(super) struct Buses {
    lines: Vec<Leg>,
    buses: Vec<Bus>,
}

impl Buses {
    pub(super) fn of(city: &City, roads: &mut Roads, scenery: &Scenery, count: u32, seed: u64) -> Self {
        let mut random = Random::of(seed, STREAM_LINE, 0);
        let mut all = Self::default();
        for number in 0..count {
            if number.is_multiple_of(BUSES_A_LINE) {
                // Of some pairs of ends the one that makes the most usual line.
                let usual = (0..4)
                    .filter_map(|_| {
                        let (from, to) = (scenery.anywhere(&mut random)?, scenery.anywhere(&mut random)?);
                        Some(((far(from, to) - LINE_M).abs(), from, to))
                    })
                    .min_by(|a, b| a.0.total_cmp(&b.0));
                let Some((_, from, to)) = usual else { return all };
                all.lines.push(line(city, roads, from, to));
            }
            let bus = Bus { line: all.lines.len() - 1, number: number % BUSES_A_LINE, far: false, run: None };
            all.buses.push(bus);
        }
        all
    }

    pub(super) fn len(&self) -> usize {
        self.buses.len()
    }

    /// Where one is, and what it does.
    pub(super) fn place(&self, number: usize, now: Moment, hour: u8) -> Option<([f32; 2], CrewStatus)> {
        let bus = self.buses.get(number)?;
        let line = self.lines.get(bus.line)?;
        let driven = bus.run.map_or(0.0, |(since, slow)| secs(since, now) * slow).clamp(0.0, line.long());
        let at = line.at(if bus.far { line.long() - driven } else { driven })?;
        let works = bus.run.is_some() || (HOURS.0..HOURS.1).contains(&hour);
        Some((at, if works { CrewStatus::Free } else { CrewStatus::OffDuty }))
    }

    /// The ends of a bus's line.
    #[cfg(test)]
    pub(super) fn ends(&self, number: usize) -> [[f32; 2]; 2] {
        let line = &self.lines[self.buses[number].line];
        [line.at(0.0), line.end()].map(Option::unwrap_or_default)
    }

    /// Seconds from 6 in the morning until a bus begins its first run.
    fn first(&self, bus: &Bus) -> f32 {
        let long = self.lines.get(bus.line).map_or(0.0, Leg::long);
        (bus.number / 2) as f32 * 2.0 * (long + REST_SECS) / BUSES_A_LINE as f32
    }
}

/// A line with its stops, where the city tells any.
fn line(city: &City, roads: &mut Roads, from: [f32; 2], to: [f32; 2]) -> Leg {
    let plain = roads.route(city, from, to, PACE);
    let (mut last, mut count) = (from, 0);
    let halted = plain.with_halts(STOP_SECS, |a, b| {
        let low = [a[0].min(b[0]), a[1].min(b[1])].map(|v| f64::from(v - SHELTER_M));
        let high = [a[0].max(b[0]), a[1].max(b[1])].map(|v| f64::from(v + SHELTER_M));
        let shelters = city.components_in(low, high).filter(|(_, component)| component.code == SHELTER);
        let mut on: Vec<(f32, [f32; 2])> = shelters.filter_map(|(_, shelter)| beside(a, b, shelter.at)).collect();
        on.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut stops = Vec::new();
        for (_, stop) in on {
            if far(stop, last) >= STOPS_APART_M && far(stop, to) >= STOPS_APART_M {
                last = stop;
                count += 1;
                stops.push(stop);
            }
        }
        stops
    });
    if count > 0 { halted } else { roads.route(city, from, to, PACE_WITHOUT_STOPS) }
}

/// The point of a straight beside which something stands, and how far along it is; `None` where it stands elsewhere.
fn beside(a: [f32; 2], b: [f32; 2], at: [f32; 2]) -> Option<(f32, [f32; 2])> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let share = ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / (dx * dx + dy * dy);
    let on = [a[0] + dx * share, a[1] + dy * share];
    ((0.0..1.0).contains(&share) && far(on, at) <= SHELTER_M).then_some((share, on))
}

fn secs(from: Moment, to: Moment) -> f32 {
    (to.0.saturating_sub(from.0) as f64 / 1000.0) as f32
}

impl Sim {
    /// Each bus is where its timetable has it when the day begins to be told.
    pub(super) fn begin_buses(&mut self) {
        let today = self.opens(self.begun);
        // Before six one is at rest, and so are those that wait for their first run.
        let since_opening = secs(today, self.begun);
        let closed = !(HOURS.0..HOURS.1).contains(&hour_of(self.begun, self.options.utc_offset_secs));
        for number in 0..self.fleet.buses.len() {
            let Some(bus) = self.fleet.buses.buses.get(number) else { continue };
            let long = self.fleet.buses.lines.get(bus.line).map_or(0.0, Leg::long);
            let (first, half) = (self.fleet.buses.first(bus), long + REST_SECS);
            let mut at = bus.number % 2 == 1;
            let mut run = None;
            let next = if closed || since_opening < first {
                let opens = if since_opening < first { today } else { today.plus_millis(24 * HOUR_MILLIS) };
                opens.plus_millis((f64::from(first) * 1000.0) as i64)
            } else {
                let done = since_opening - first;
                let (runs, into) = ((done / half).floor(), done % half);
                at ^= runs % 2.0 >= 1.0;
                let due = if into < long { long } else { half };
                if into < long {
                    run = Some((self.begun.plus_millis(-((f64::from(into) * 1000.0) as i64)), 1.0));
                } else {
                    at = !at;
                }
                self.begun.plus_millis((f64::from(due - into) * 1000.0) as i64)
            };
            if let Some(bus) = self.fleet.buses.buses.get_mut(number) {
                (bus.far, bus.run) = (at, run);
            }
            self.queue.put(next, Event::Bus(number));
        }
    }

    /// Six in the morning of the day of a moment, in city time.
    fn opens(&self, at: Moment) -> Moment {
        let day = 24 * HOUR_MILLIS;
        let local = at.0.saturating_add(i64::from(self.options.utc_offset_secs) * 1000);
        at.plus_millis(i64::from(HOURS.0) * HOUR_MILLIS - local.rem_euclid(day))
    }

    /// A bus comes to the end of its line, or leaves it.
    pub(super) fn step_bus(&mut self, number: usize) {
        let (now, slow) = (self.now, self.slow);
        let serves = |at: Moment| (HOURS.0..HOURS.1).contains(&hour_of(at, self.options.utc_offset_secs));
        let opens = self.opens(now);
        let Some(bus) = self.fleet.buses.buses.get(number) else { return };
        let long = self.fleet.buses.lines.get(bus.line).map_or(0.0, Leg::long);
        let first = self.fleet.buses.first(bus);
        let (mut far_end, mut run) = (bus.far, None);
        let next = if bus.run.is_some() {
            far_end = !far_end;
            now.plus_millis((f64::from(REST_SECS) * 1000.0) as i64)
        } else if serves(now) {
            run = Some((now, slow));
            now.plus_millis((f64::from(long / slow.max(0.1)) * 1000.0) as i64)
        } else {
            let morning = if now < opens { opens } else { opens.plus_millis(24 * HOUR_MILLIS) };
            morning.plus_millis((f64::from(first) * 1000.0) as i64)
        };
        if let Some(bus) = self.fleet.buses.buses.get_mut(number) {
            (bus.far, bus.run) = (far_end, run);
        }
        self.queue.put(next, Event::Bus(number));
    }
}
