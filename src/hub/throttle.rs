//! Failed tries to sign in, counted per name and per address: after a few free ones each costs twice the wait of the
//! one before.

use std::collections::HashMap;

use crate::domain::Moment;

/// Failed tries for a name before it has to wait.
pub(super) const FREE_PER_NAME: u32 = 5;
/// Failed tries from an address before it has to wait; many sit behind one.
pub(super) const FREE_PER_ADDRESS: u32 = 20;
/// Longest wait, in milliseconds; failed tries are forgotten after it.
const WAIT_MAX_MILLIS: i64 = 15 * 60 * 1000;
/// Most names and addresses held; beyond that those that tried longest ago are let go.
const HELD_MAX: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Failed {
    times: u32,
    last: Moment,
}

/// Failed tries by name or address.
#[derive(Debug, Default)]
pub(super) struct Throttle(HashMap<String, Failed>);

impl Throttle {
    /// How many seconds `who` has to wait before the next try; `None` where it may try.
    pub(super) fn wait_secs(&self, who: &str, free: u32, now: Moment) -> Option<u64> {
        let Failed { times, last } = *self.0.get(who)?;
        let doubled = times.checked_sub(free)?.min(20);
        let wait = (1000_i64 << doubled).min(WAIT_MAX_MILLIS);
        let left = last.0.saturating_add(wait).saturating_sub(now.0);
        (left > 0).then(|| left.unsigned_abs().div_ceil(1000))
    }

    /// A try, which counts as failed until it is known to be right.
    pub(super) fn tried(&mut self, who: &str, now: Moment) {
        if self.0.len() >= HELD_MAX && !self.0.contains_key(who) {
            self.0.retain(|_, failed| now.0 - failed.last.0 < WAIT_MAX_MILLIS);
            if self.0.len() >= HELD_MAX {
                let mut last: Vec<Moment> = self.0.values().map(|failed| failed.last).collect();
                last.sort_unstable();
                let half = last.get(HELD_MAX / 2).copied().unwrap_or(now);
                self.0.retain(|_, failed| failed.last > half);
            }
        }
        let failed = self.0.entry(who.to_owned()).or_insert(Failed { times: 0, last: now });
        if now.0 - failed.last.0 >= WAIT_MAX_MILLIS {
            failed.times = 0;
        }
        *failed = Failed { times: failed.times.saturating_add(1), last: now };
    }

    /// The try was right.
    pub(super) fn forget(&mut self, who: &str) {
        self.0.remove(who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_after_the_free_tries_and_ends_after_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        let mut waits = Vec::new();
        for _ in 0..20 {
            throttle.tried("li", Moment(0));
            waits.push(throttle.wait_secs("li", FREE_PER_NAME, Moment(0)));
        }
        assert_eq!(waits[..4], [None; 4]);
        assert_eq!(waits[4..8], [Some(1), Some(2), Some(4), Some(8)]);
        assert_eq!(waits[19], Some(900));
        assert_eq!(throttle.wait_secs("wang", FREE_PER_NAME, Moment(0)), None);
        assert_eq!(throttle.wait_secs("li", FREE_PER_NAME, Moment(899_001)), Some(1));
        assert_eq!(throttle.wait_secs("li", FREE_PER_NAME, Moment(900_000)), None);
        throttle.tried("li", Moment(900_000));
        assert_eq!(throttle.wait_secs("li", FREE_PER_NAME, Moment(900_000)), None, "it begins anew");
        throttle.forget("li");
        assert!(throttle.0.is_empty());
    }

    #[test]
    fn it_holds_so_many_names_and_no_more() {
        let mut throttle = Throttle::default();
        for number in 0..25_000_i64 {
            throttle.tried(&number.to_string(), Moment(number));
        }
        assert!(throttle.0.len() <= HELD_MAX && throttle.0.contains_key("24999"));
    }
}
