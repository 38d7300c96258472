//! Which limits are crossed: what each sensor showed last is held against the rule that fits it.
//!
//! ```text
//!            crossed                pending_secs
//!  normal ──────────► pending ──────────────────► firing ◄────────────── keeping
//!     ▲                  │ crossed back             │ crossed back, by      ▲ │
//!     │◄─────────────────┘                          │ the dead band ────────┘ │
//!     └──────────────────────────────────────────────────── keep_secs ────────┘
//! ```
//! 1. Each limit of a sensor has such a course of its own; what is wrong is the worst that fires or is kept.
//! 2. A sensor that is silent stays as it was: no data is never normal. That it is silent is an alarm of its own.
//! 3. Only a reading that is newer than the last one counts.
//! 4. What was raised before it watched goes on firing until what is read says otherwise: nobody has to take note of it anew
//!    because the hub began anew.
//! 5. Other limits, by hand or by the hour, touch only the courses of those that changed. What fired and does not cross its
//!    new limit is kept for its keep time as ever.

use std::sync::Arc;

use super::{AlarmId, AlarmKind, AlarmRules, LimitRule, Raising};
use crate::domain::sensor::{AHEAD_MAX_MILLIS, Registry};
use crate::domain::vital::fresh_secs_at;
use crate::domain::{Grade, Moment, Sensor, SensorId, SensorKind};

/// How one limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Course {
    #[default]
    Normal,
    Pending(Moment),
    Firing,
    Keeping(Moment),
}

impl Course {
    fn fires(self) -> bool {
        matches!(self, Self::Firing | Self::Keeping(_))
    }

    fn waits(self) -> bool {
        matches!(self, Self::Pending(_) | Self::Keeping(_))
    }

    fn next(self, crossed: bool, back: bool, rule: &LimitRule, now: Moment) -> Self {
        let past = |since: Moment, secs: u32| now.0.saturating_sub(since.0) >= i64::from(secs) * 1000;
        match self {
            Self::Normal | Self::Pending(_) => {
                let since = if let Self::Pending(since) = self { since } else { now };
                match crossed {
                    false => Self::Normal,
                    true if past(since, rule.pending_secs) => Self::Firing,
                    true => Self::Pending(since),
                }
            }
            Self::Firing | Self::Keeping(_) => {
                let since = if let Self::Keeping(since) = self { since } else { now };
                match back {
                    false => Self::Firing,
                    true if past(since, rule.keep_secs) => Self::Normal,
                    true => Self::Keeping(since),
                }
            }
        }
    }
}

fn rule_at(rules: &AlarmRules, rule: Option<u32>) -> Option<&LimitRule> {
    rules.rules.get(rule? as usize)
}

/// How one sensor stands.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    rule: Option<u32>,
    /// What it showed last, and when that was.
    last: Option<(Moment, f64)>,
    /// Four limits above, four below, Ⅰ first.
    courses: [Course; 8],
    silence: Course,
    dirty: bool,
}

impl State {
    fn waits(&self) -> bool {
        self.courses.iter().any(|course| course.waits())
    }

    /// Another rule counts: where a limit is the same its course goes on. What fires on one side goes on with those other
    /// limits that are crossed, and where its own is not crossed any more it fires until the keep time is over.
    fn judge_anew(&mut self, before: Option<&LimitRule>, rule: Option<&LimitRule>) {
        let last = self.last.map(|(_, value)| value);
        let (above, below) = self.courses.split_at_mut(4);
        let sides = [(above, AlarmKind::High), (below, AlarmKind::Low)];
        for (courses, kind) in sides {
            let fired = courses.iter().any(|course| course.fires());
            let of = |rule: Option<&LimitRule>| rule.and_then(|rule| rule.steps(kind)).copied().unwrap_or_default();
            for ((course, limit), known) in courses.iter_mut().zip(of(rule)).zip(of(before)) {
                let crossed = limit.zip(last).is_some_and(|(limit, value)| match kind {
                    AlarmKind::Low => value < limit,
                    AlarmKind::High | AlarmKind::NoData => value > limit,
                });
                *course = match limit {
                    Some(_) if limit == known => *course,
                    Some(_) if course.fires() || (fired && crossed) => Course::Firing,
                    _ => Course::Normal,
                };
            }
        }
    }

    /// An alarm of this side and level is active: its limit fires, and those below it.
    fn fire(&mut self, rule: &LimitRule, kind: AlarmKind, level: Grade) {
        let (above, below) = self.courses.split_at_mut(4);
        let courses = if kind == AlarmKind::Low { below } else { above };
        let limits = rule.steps(kind).copied().unwrap_or_default();
        for ((course, limit), of) in courses.iter_mut().zip(limits).zip(Grade::ALL) {
            if limit.is_some() && of >= level {
                *course = Course::Firing;
            }
        }
    }
}

/// All sensors, and how they stand.
#[derive(Debug)]
pub struct Watcher {
    rules: Arc<AlarmRules>,
    states: Vec<State>,
    dirty: Vec<SensorId>,
    waiting: Vec<SensorId>,
    /// Since when it watches: what said nothing before is not silent yet.
    since: Option<Moment>,
    fitted: usize,
    /// The rules that were in force when the sensors were looked at last, where others are now.
    before: Option<Arc<AlarmRules>>,
    /// What was active before it watched, until it is looked at.
    resumed: Vec<(SensorId, AlarmKind, Grade)>,
    /// Seconds of the hall to one of whoever looks, as far as that is known.
    rate: u16,
    /// By sensor and kind.
    standing: Vec<(SensorId, AlarmKind, Grade)>,
}

impl Watcher {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new(rules: Arc<AlarmRules>) -> Self {
        Self {
            rules,
            states: Vec::new(),
            dirty: Vec::new(),
            waiting: Vec::new(),
            since: None,
            fitted: 0,
            before: None,
            resumed: Vec::new(),
            rate: 0,
            standing: Vec::new(),
        }
    }

    /// The rules by which it watches.
    #[must_use]
    pub fn rules(&self) -> &Arc<AlarmRules> {
        &self.rules
    }

    /// Watch by other rules from now on: what is wrong already stays wrong where they say so too, all else begins anew.
    pub fn rule(&mut self, rules: Arc<AlarmRules>) {
        if !Arc::ptr_eq(&self.rules, &rules) && self.rules != rules {
            let before = std::mem::replace(&mut self.rules, rules);
            self.before.get_or_insert(before);
            self.refit();
        }
    }

    /// These are active in the hall, raised before it watched. Silence is not among what goes on: it is seen anew.
    pub fn resume(&mut self, active: Vec<(SensorId, AlarmKind, Grade)>) {
        self.resumed = active;
    }

    /// The hall's time runs so many times as fast as that of whoever looks: signs, which are reckoned by the latter, are
    /// silent only after some of its seconds.
    pub fn pace(&mut self, rate: u16) {
        self.rate = rate;
    }

    /// Sensors are others than they were.
    pub fn refit(&mut self) {
        self.fitted = 0;
    }

    /// A sensor shows something.
    pub fn read(&mut self, sensor: SensorId, at: Moment, value: f64) {
        let index = sensor.index();
        if index >= self.states.len() {
            self.states.resize(index + 1, State::default());
        }
        let Some(state) = self.states.get_mut(index) else { return };
        if state.last.is_some_and(|(last, _)| at <= last) {
            return;
        }
        state.last = Some((at, value));
        if !state.dirty {
            state.dirty = true;
            self.dirty.push(sensor);
        }
    }

    /// What a sensor showed at a time that no clock has reached by `latest` is not its last any more: the clock that told it
    /// was wrong, and what is right would be passed over until then.
    pub fn forget_beyond(&mut self, sensor: SensorId, latest: Moment) {
        let Some(state) = self.states.get_mut(sensor.index()) else { return };
        state.last = state.last.filter(|(last, _)| *last <= latest.plus_millis(AHEAD_MAX_MILLIS));
    }

    /// Hold what came, and what waits, against the limits. Whether anything is otherwise than before.
    pub fn tick(&mut self, registry: &Registry, now: Moment) -> bool {
        let before = self.before.take();
        let mut changed = before.is_some();
        if self.fitted != registry.len() {
            changed |= self.fit(registry, before.as_deref());
        }
        for (sensor, kind, level) in std::mem::take(&mut self.resumed) {
            if let Some(state) = self.states.get_mut(sensor.index())
                && let Some(rule) = rule_at(&self.rules, state.rule)
            {
                state.fire(rule, kind, level);
                changed = true;
            }
        }
        let mut looked = std::mem::take(&mut self.dirty);
        looked.append(&mut self.waiting);
        looked.sort_unstable();
        looked.dedup();
        let rules = Arc::clone(&self.rules);
        for sensor in looked {
            let Some(state) = self.states.get_mut(sensor.index()) else { continue };
            state.dirty = false;
            let Some((rule, (_, value))) = state.rule.and_then(|rule| rules.rules.get(rule as usize)).zip(state.last)
            else {
                continue;
            };
            let before = state.courses;
            let (above, below) = state.courses.split_at_mut(4);
            for (course, limit) in above.iter_mut().zip(rule.high) {
                let Some(limit) = limit else { continue };
                *course = course.next(value > limit, value <= limit - rule.dead_band, rule, now);
            }
            for (course, limit) in below.iter_mut().zip(rule.low) {
                let Some(limit) = limit else { continue };
                *course = course.next(value < limit, value >= limit + rule.dead_band, rule, now);
            }
            let fires = |courses: &[Course; 8]| courses.map(Course::fires);
            changed |= fires(&before) != fires(&state.courses);
            if state.waits() {
                self.waiting.push(sensor);
            }
        }
        let since = *self.since.get_or_insert(now);
        for (number, sensor) in registry.all() {
            let Some(state) = self.states.get_mut(number.index()) else { continue };
            let Some(rule) = state.rule.and_then(|rule| rules.rules.get(rule as usize)) else { continue };
            // Who is watched for less than that may only not have come yet.
            let heard = state.last.map_or(since, |(at, _)| at.max(since));
            let before = state.silence.fires();
            let own = sensor.fresh_secs;
            let fresh_secs = if sensor.kind == SensorKind::Vital { fresh_secs_at(own, self.rate) } else { own };
            let late = now.0.saturating_sub(heard.0) > i64::from(fresh_secs) * 1000;
            state.silence = if late { state.silence.next(true, false, rule, now) } else { Course::Normal };
            changed |= before != state.silence.fires();
        }
        if changed {
            self.standing = self.found();
        }
        changed
    }

    /// Finds the rule of each sensor, where others were in force `before`; whether anybody is held against another one, or
    /// against none any more. What waits for its time to be up goes on where its own rule says what it said.
    fn fit(&mut self, registry: &Registry, before: Option<&AlarmRules>) -> bool {
        self.states.resize(registry.len().max(self.states.len()), State::default());
        self.dirty.clear();
        self.waiting.clear();
        let mut changed = false;
        let mut here = vec![false; self.states.len()];
        let rules = Arc::clone(&self.rules);
        for (number, sensor) in registry.all() {
            let Some((state, here)) = self.states.get_mut(number.index()).zip(here.get_mut(number.index())) else {
                continue;
            };
            *here = true;
            let rule = rules.of(sensor).and_then(|rule| u32::try_from(rule).ok());
            let of = rule_at(&rules, rule);
            if rule_at(before.unwrap_or(&rules), state.rule) != of {
                state.judge_anew(rule_at(before.unwrap_or(&rules), state.rule), of);
                changed = true;
            }
            state.rule = rule;
            state.dirty = state.last.is_some() && rule.is_some();
            if state.dirty {
                self.dirty.push(number);
            }
        }
        // Who is out of service, or became another sensor, is wrong in nothing.
        for (state, _) in self.states.iter_mut().zip(here).filter(|(_, here)| !here) {
            changed |= state.rule.is_some();
            *state = State { last: state.last, ..State::default() };
        }
        self.fitted = registry.len();
        changed
    }

    fn found(&self) -> Vec<(SensorId, AlarmKind, Grade)> {
        let mut found = Vec::new();
        for (number, state) in (0_u32..).zip(&self.states) {
            let Some(rule) = state.rule.and_then(|rule| self.rules.rules.get(rule as usize)) else { continue };
            let (above, below) = state.courses.split_at(4);
            for (kind, courses) in [(AlarmKind::High, above), (AlarmKind::Low, below)] {
                let worst = Grade::ALL.into_iter().zip(courses).find(|(_, course)| course.fires());
                found.extend(worst.map(|(level, _)| (SensorId(number), kind, level)));
            }
            if let Some(level) = rule.no_data.filter(|_| state.silence.fires()) {
                found.push((SensorId(number), AlarmKind::NoData, level));
            }
        }
        found
    }

    /// All that is wrong.
    #[must_use]
    pub fn standing(&self, registry: &Registry) -> Vec<Raising> {
        let raising = |(number, kind, level): &(SensorId, AlarmKind, Grade)| {
            let (sensor, state) = (registry.get(*number)?, self.states.get(number.index())?);
            let rule = self.rules.rules.get(state.rule? as usize)?;
            let value = state.last.map(|(_, value)| value).filter(|_| *kind != AlarmKind::NoData);
            let limit = rule.steps(*kind).and_then(|steps| steps.get(level.index()).copied().flatten());
            Some(raising(sensor, rule, *kind, *level, (value, limit)))
        };
        self.standing.iter().filter_map(raising).collect()
    }

    /// What a sensor shows that is known not to be wrong in this way; `None` where it is, or where nothing is known.
    #[must_use]
    pub fn calm(&self, number: SensorId, kind: AlarmKind) -> Option<f64> {
        let state = self.states.get(number.index())?;
        let value = state.last?.1;
        let stands = self.standing.binary_search_by_key(&(number, kind), |(one, other, _)| (*one, *other)).is_ok();
        // Silence takes nothing back, and what comes in ends it.
        let known = kind == AlarmKind::NoData || state.silence == Course::Normal || state.rule.is_none();
        (known && !stands).then_some(value)
    }
}

fn raising(
    sensor: &Sensor,
    rule: &LimitRule,
    kind: AlarmKind,
    level: Grade,
    (value, limit): (Option<f64>, Option<f64>),
) -> Raising {
    Raising {
        alarm: AlarmId::default(),
        source: sensor.id.clone(),
        kind,
        level,
        value,
        limit,
        rule: rule.code.clone(),
        name: sensor.name.clone(),
        measures: sensor.kind,
        unit: sensor.kept_unit().to_owned(),
        at: sensor.at,
        height_m: sensor.height_m,
        area: sensor.area.clone(),
        case_kind: rule.case_kind.clone(),
        upstream: sensor.upstream.clone(),
    }
}
