//! Alarms: what sensors show is held against the limits in force, and what is wrong becomes a fact.
//!
//! ```text
//!  readings ──► watcher ──► what is wrong now ─┐
//!                                              ├─ differs? ──► orders ──► clerk ──► facts ──► screens
//!  hall: which alarms there are ───────────────┘
//! ```
//! 1. The two are held against each other, not counted along: an order that was refused, a disk that was full or a hub
//!    that was killed leaves nothing behind that is wrong for longer than it takes to look again.
//! 2. In a demo, whose time runs at any speed, what is known of alarms goes no further than what is told of the day.
//! 3. From a reading to its fact it takes [`LOOK_EVERY`] and a commit.
//! 4. Whoever takes facts in waits for nothing of readings: what calm sensors show is reckoned before the hall is asked.
//! 5. Of a sensor that is out of service nothing is wrong: what was ends without a value.
//! 6. What a source does not say, behind what it hangs, the pipes of the map say ([`Upstream`]).
//! 7. What was refused is not ordered again at once: each refusal is on record for ever.
//! 8. What was active before this hub began goes on until its source says otherwise: a restart calls nobody anew.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::clerk::{Signed, Signer};
use super::upstream::Upstream;
use super::{Inner, Intake, UtcOffset, catalogue};
use crate::domain::{Actor, AlarmRules, AlarmStep, Hall, Moment, Order, Refusal};
use crate::ground::City;

/// How often what came in is held against the limits.
const LOOK_EVERY: Duration = Duration::from_millis(150);
/// How often what is wrong is held against the hall where nothing seems to have changed.
const COMPARE_EVERY: Duration = Duration::from_secs(1);
/// What was refused is ordered again after so long.
const REFUSED_WAIT: Duration = Duration::from_mins(1);

/// Orders that were refused of late, as the record has them: what differs in more than values is another one.
#[derive(Default)]
struct Refused(HashMap<String, Instant>);

impl Refused {
    /// Those of some orders that can be given now.
    fn pass(&mut self, orders: Vec<Order>, now: Instant) -> Vec<Order> {
        self.0.retain(|_, at| now.saturating_duration_since(*at) < REFUSED_WAIT);
        if self.0.is_empty() {
            return orders;
        }
        orders.into_iter().filter(|order| !self.0.contains_key(&order.brief())).collect()
    }

    /// An order was refused. What only the disk did not take is on no record, and is ordered again as soon as that can be.
    fn note(&mut self, order: String, refusal: &Refusal, now: Instant) {
        if !matches!(refusal, Refusal::NotWritten | Refusal::ReadOnly) {
            self.0.insert(order, now);
        }
    }
}

/// The limits as they are at this hour.
#[derive(Default)]
struct Settled {
    /// Of which rules, for which minute of the clock.
    of: Option<(Arc<AlarmRules>, i64)>,
    rules: Arc<AlarmRules>,
}

impl Settled {
    fn at(&mut self, rules: &Arc<AlarmRules>, now: Moment, utc_offset_secs: UtcOffset) -> Arc<AlarmRules> {
        let minute = now.0.div_euclid(60_000);
        let known = self.of.as_ref().is_some_and(|(of, at)| Arc::ptr_eq(of, rules) && *at == minute);
        if !known {
            let settled = rules.at(now, utc_offset_secs(now));
            if *self.rules != settled {
                self.rules = Arc::new(settled);
            }
            self.of = Some((Arc::clone(rules), minute));
        }
        Arc::clone(&self.rules)
    }
}

/// As long as the hub runs, over this map.
pub(super) async fn look_after(hub: Arc<Inner>, city: Option<Arc<City>>) {
    let intake = Intake::new(&hub);
    let mut upstream = pipes_of(city).await;
    let mut every = tokio::time::interval(LOOK_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut compared: Option<Instant> = None;
    let mut rules = Settled::default();
    let mut resumed = false;
    let mut refused = Refused::default();
    loop {
        every.tick().await;
        if !hub.measures_now() {
            continue;
        }
        if !resumed {
            let Ok(active) = intake.look(|hall| hall.alarms().active()).await else { return };
            hub.readings.resume(active);
            resumed = true;
        }
        let now = hub.clock.now();
        let rules_now = rules.at(hub.in_force.get().alarm_rules(), now, hub.utc_offset_secs);
        let changed = hub.readings.watch(&rules_now, now, hub.clock.rate());
        if !changed && compared.is_some_and(|at| at.elapsed() < COMPARE_EVERY) {
            continue;
        }
        compared = Some(Instant::now());
        if !hub.disk.writes() {
            continue;
        }
        let (mut standing, of_hub) = (hub.readings.standing(), Arc::clone(&hub));
        if let Some(upstream) = &mut upstream {
            let described = hub.readings.described();
            upstream.fill(&mut standing, &hub.readings.registry(), described);
        }
        let standing = Arc::new(standing);
        let known = Arc::clone(&standing);
        let Ok(doubtful) = intake.look(move |hall| hall.alarms_in_doubt(&known)).await else { return };
        let ended = hub.readings.out_of_service(&doubtful);
        let calm = hub.readings.calm(doubtful.into_iter().filter(|one| !ended.contains(one)).collect());
        let known_at = hub.clock.for_orders();
        let look = move |hall: &Hall| {
            let shows = |source: &str, kind| calm.get(&(source.to_owned(), kind)).copied();
            let mut orders = hall.alarm_orders(&standing, of_hub.in_force.get().alarm_rules(), shows, known_at);
            let ended = ended.iter().filter_map(|(source, kind)| hall.alarms().of(source, *kind));
            orders.extend(ended.filter(|alarm| alarm.is_active()).map(|alarm| {
                let step = AlarmStep::Clear { alarm: alarm.id, value: None };
                Order::MoveAlarm(Box::new(step))
            }));
            orders
        };
        let Ok(orders) = intake.look(look).await else { return };
        // A demo tells its day up to when its readings come: nothing is known before what it has yet to tell.
        let at = hub.readings.told();
        let orders = refused.pass(orders, Instant::now());
        if !orders.is_empty() && !give(&intake, orders, at, &mut refused).await {
            return;
        }
    }
}

/// The pipes of a map, found away from those who serve; `None` where it has none.
async fn pipes_of(city: Option<Arc<City>>) -> Option<Upstream> {
    let city = city?;
    tokio::task::spawn_blocking(move || Upstream::of(&city)).await.ok().flatten()
}

/// False when the hub goes down.
async fn give(intake: &Intake, orders: Vec<Order>, at: Option<Moment>, refused: &mut Refused) -> bool {
    let briefs: Vec<String> = orders.iter().map(Order::brief).collect();
    let by = Signer::of(Actor::Source(catalogue::ACTOR.to_owned()), "");
    let sign = |order| Signed { by: by.clone(), order, command: None, area: None, at };
    let Ok(results) = intake.orders(orders.into_iter().map(sign).collect()).await else { return false };
    // Said once a round.
    if let Some(refusal) = results.iter().find_map(|result| result.as_ref().err()) {
        tracing::warn!(%refusal, "an alarm is not told");
    }
    let now = Instant::now();
    for (brief, result) in briefs.into_iter().zip(&results) {
        if let Err(refusal) = result {
            refused.note(brief, refusal, now);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AlarmId, Grade};

    #[test]
    fn what_was_refused_waits_a_minute_and_what_the_disk_did_not_take_does_not() {
        let case = |alarm| Order::CaseOfAlarm {
            alarm: AlarmId(alarm),
            kind: "20403".to_owned(),
            grade: Grade::I,
            text: format!("{alarm}.5 %LEL"),
        };
        let (mut refused, start) = (Refused::default(), Instant::now());
        let passed = |refused: &mut Refused, secs: u64| {
            let passed = refused.pass(vec![case(1), case(2)], start + Duration::from_secs(secs));
            passed.iter().map(Order::brief).collect::<Vec<_>>()
        };
        let (one, two) = (case(1).brief(), case(2).brief());
        assert_eq!(passed(&mut refused, 0), [one.clone(), two.clone()]);
        refused.note(one.clone(), &Refusal::AlarmsFull, start);
        refused.note(two.clone(), &Refusal::NotWritten, start);
        assert_eq!(passed(&mut refused, 59), std::slice::from_ref(&two));
        assert_eq!(passed(&mut refused, 60), [one, two]);
    }
}
