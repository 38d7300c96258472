//! The day hour by hour: shifts that turn, the weather, and how often things happen in it.

use super::queue::Event;
use super::random::Random;
use super::{Doing, HOUR_MILLIS, STREAM_ARRIVAL, Sim, weather};
use crate::domain::{Moment, Weather};

/// A script's weather comes and goes within this time.
const DRIFT_MILLIS: i64 = 10 * 60_000;

/// A weather on its way to another.
#[derive(Debug)]
pub(super) struct Drift {
    from: Weather,
    /// The day's own where there is none.
    to: Option<Weather>,
    begun: Moment,
}

impl Sim {
    /// Make it this weather; `None` gives it back to the day.
    pub fn force_weather(&mut self, weather: Option<Weather>) {
        self.drift = None;
        self.forced = weather;
        self.look_at_the_sky();
    }

    /// Let it become this weather, minute by minute; `None` lets it become the day's own.
    pub(super) fn drift_to(&mut self, to: Option<Weather>) {
        if to.is_none() && self.forced.is_none() && self.drift.is_none() {
            return;
        }
        self.drift = Some(Drift { from: self.weather, to, begun: self.now });
        self.drift_turn = self.drift_turn.wrapping_add(1);
        self.queue.put(self.in_minutes(1.0), Event::Sky { turn: self.drift_turn });
    }

    /// Another minute of a change of weather.
    pub(super) fn step_sky(&mut self, turn: u32) {
        let Some(drift) = self.drift.as_ref().filter(|_| turn == self.drift_turn) else { return };
        if self.now.0 - drift.begun.0 >= DRIFT_MILLIS {
            self.forced = drift.to;
            self.drift = None;
        } else {
            self.queue.put(self.in_minutes(1.0), Event::Sky { turn });
        }
        self.look_at_the_sky();
    }

    pub(super) fn step_hour(&mut self) {
        let local = self.now.0.saturating_add(i64::from(self.options.utc_offset_secs) * 1000);
        let next = self.now.plus_millis(HOUR_MILLIS - local.rem_euclid(HOUR_MILLIS));
        self.queue.put(next, Event::Hour);
        // Each hour of each date has chances of its own.
        let number = self.hour_number().cast_unsigned();
        self.arrivals = Random::of(self.options.seed, STREAM_ARRIVAL, number);
        let hour = self.hour();
        // Those whose shift turns do so within the hour, not all at its stroke.
        for crew in 0..self.fleet.crews.len() {
            let turns = self.fleet.crews.get(crew).is_some_and(|c| c.on_shift(hour) != c.on_shift((hour + 23) % 24));
            if turns && self.now > self.begun {
                let late = i64::try_from(crew % 600).unwrap_or_default() * 1000;
                self.queue.put(self.now.plus_millis(late), Event::Shift(crew));
            }
        }
        self.look_at_the_sky();
    }

    /// The weather as it is now, and how often things happen in it.
    pub(super) fn look_at_the_sky(&mut self) {
        let (seed, offset) = (self.options.seed, self.options.utc_offset_secs);
        let own = weather::at(seed, self.latitude, offset, self.now);
        let weather = match &self.drift {
            Some(drift) => {
                let share = (self.now.0 - drift.begun.0) as f64 / DRIFT_MILLIS as f64;
                weather::between(drift.from, drift.to.unwrap_or(own), share)
            }
            None => self.forced.unwrap_or(own),
        };
        if weather != self.weather {
            self.weather = weather;
            self.tell(Doing::Weather(weather));
        }
        self.slow = self.plan.slows.leaves(weather);
        let local = self.now.0.saturating_add(i64::from(offset) * 1000);
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((local.div_euclid(24 * HOUR_MILLIS) + 3).rem_euclid(7)).unwrap_or_default();
        let hour = usize::from(self.hour());
        let rate = |kind| self.plan.hourly(kind, hour, weekday, weather) * self.scale;
        self.rates = self.plan.kind.iter().map(rate).collect();
        self.plan_arrival();
    }

    /// The next case, at the rates as they are: waiting so far has no bearing on it.
    fn plan_arrival(&mut self) {
        self.arrival_turn = self.arrival_turn.wrapping_add(1);
        let an_hour: f64 = self.rates.iter().sum();
        if an_hour > 0.0 {
            let hours = self.arrivals.wait(1.0 / an_hour);
            let at = self.in_minutes((hours * 60.0).min(48.0 * 60.0));
            self.queue.put(at, Event::Arrival { turn: self.arrival_turn });
        }
    }

    pub(super) fn step_arrival(&mut self, turn: u32) {
        if turn != self.arrival_turn {
            return;
        }
        if let Some(kind) = self.arrivals.weighted(&self.rates) {
            self.come_up_by_plan(kind);
        }
        self.plan_arrival();
    }
}
