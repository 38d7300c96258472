//! What orders about alarms come to, and how their facts are folded in.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::cause::folds;
use super::{
    ALARMS_MAX, Acknowledged, Alarm, AlarmId, AlarmKind, AlarmRules, AlarmStep, Alarms, KEEP_MILLIS, Raising,
    SHELF_MAX_MILLIS, Shelf, TIMES_MAX, WINDOWS_MAX, Window,
};
use crate::domain::order::unusable;
use crate::domain::{Actor, Fact, Hall, IncidentId, Moment, Order, Progress, Refusal, Report, What};

/// Cases made of alarms are reported by this source.
pub(super) const SOURCE: &str = "alarm";

fn name(by: &Actor) -> String {
    let (Actor::Person(name) | Actor::Source(name)) = by;
    name.clone()
}

impl Hall {
    /// The alarms.
    #[must_use]
    pub fn alarms(&self) -> &Alarms {
        &self.alarms
    }

    fn alarm(&self, id: AlarmId) -> Result<&Alarm, Refusal> {
        self.alarms.get(id).ok_or(Refusal::UnknownAlarm(id))
    }

    /// What a step about alarms makes known.
    pub(in crate::domain) fn decide_alarm(
        &self,
        step: Box<AlarmStep>,
        by: &Actor,
        now: Moment,
    ) -> Result<Vec<What>, Refusal> {
        let changes = match &*step {
            AlarmStep::Raise(raising) => return self.decide_raise(raising, now),
            AlarmStep::Level { alarm, level, .. } => {
                let known = self.alarm(*alarm)?;
                known.is_active() && known.what.level != *level
            }
            AlarmStep::Clear { alarm, .. } => self.alarm(*alarm)?.is_active(),
            AlarmStep::Seen { alarm } => self.alarm(*alarm)?.is_news_to(&name(by)),
            AlarmStep::Acknowledge { alarm, comment } => {
                let known = self.alarm(*alarm)?;
                // Who comes second and says more is heard as well.
                known.waits()
                    || known.acknowledged.as_ref().is_some_and(|it| !comment.is_empty() && it.comment != *comment)
            }
            AlarmStep::Assign { alarm, to } => self.alarm(*alarm)?.assigned != *to,
            AlarmStep::Shelve { alarm, until, reason } => {
                self.alarm(*alarm)?;
                if reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                if !(1..=SHELF_MAX_MILLIS).contains(&until.0.saturating_sub(now.0)) {
                    return Err(unusable("until", "is within the next seven days"));
                }
                true
            }
            AlarmStep::Unshelve { alarm } => self.alarm(*alarm)?.shelf.is_some(),
            AlarmStep::Told { alarm, .. } => self.alarm(*alarm)?.told.is_none(),
            AlarmStep::Case { alarm, incident } => {
                self.open_incident(*incident)?;
                self.alarm(*alarm)?.incident != Some(*incident)
            }
            AlarmStep::Maintain(window) => {
                if window.until <= now {
                    return Err(unusable("until", "is over already"));
                }
                if self.alarms.windows.len() >= WINDOWS_MAX {
                    return Err(unusable("window", &format!("there are {WINDOWS_MAX} already: end one first")));
                }
                !self.alarms.windows.values().any(|known| known.what == *window)
            }
            AlarmStep::EndMaintenance { window } => {
                if !self.alarms.windows.contains_key(window) {
                    return Err(Refusal::NoMaintenance(*window));
                }
                true
            }
        };
        Ok(if changes { vec![What::AlarmMoved(step)] } else { Vec::new() })
    }

    fn decide_raise(&self, raising: &Raising, now: Moment) -> Result<Vec<What>, Refusal> {
        let known = self.alarms.of(&raising.source, raising.kind);
        let step = match known.filter(|known| known.is_active()) {
            Some(known) if known.what.level == raising.level => return Ok(Vec::new()),
            Some(known) => {
                AlarmStep::Level { alarm: known.id, level: raising.level, value: raising.value, limit: raising.limit }
            }
            None if self.alarms.in_maintenance(raising, now) => return Ok(Vec::new()),
            None => {
                if known.is_none() && !self.alarms.room().has(raising.level) {
                    return Err(Refusal::AlarmsFull);
                }
                let alarm = known.map_or(AlarmId(self.alarms.last + 1), |known| known.id);
                AlarmStep::Raise(Raising { alarm, ..raising.clone() })
            }
        };
        Ok(vec![What::AlarmMoved(Box::new(step))])
    }

    /// A case of an alarm: reported as it is known, accepted with it.
    pub(in crate::domain) fn decide_case_of_alarm(
        &self,
        id: AlarmId,
        kind: String,
        grade: crate::domain::Grade,
        text: String,
        now: Moment,
    ) -> Result<Vec<What>, Refusal> {
        let alarm = self.alarm(id)?;
        if let Some(incident) = alarm.incident.filter(|incident| self.open_incident(*incident).is_ok()) {
            return Err(Refusal::AlarmHasCase(id, incident));
        }
        let report = Report {
            source: SOURCE.to_owned(),
            source_id: alarm.case_id(),
            kind,
            grade,
            place: crate::domain::Place { at: alarm.what.at, address: alarm.what.name.clone() },
            text,
            happened_at: alarm.raised_at,
            progress: Progress::Open,
            answers: crate::domain::Answers::default(),
        };
        report.check()?;
        let incident =
            self.by_source(SOURCE, &report.source_id).map_or_else(|| self.next_incident(), |closed| closed.id);
        let mut whats = self.take_report(report, now);
        if whats.is_empty() {
            // The case of this very time is over.
            return Err(Refusal::AlreadyClosed(incident));
        }
        whats.push(What::AlarmMoved(Box::new(AlarmStep::Case { alarm: id, incident })));
        Ok(whats)
    }

    /// What other rules make known.
    pub(in crate::domain) fn decide_alarm_rules(&self, rules: Arc<AlarmRules>) -> Vec<What> {
        if self.alarms.rules.as_ref() == Some(&rules) { Vec::new() } else { vec![What::AlarmRulesTaken(rules)] }
    }

    /// Sources and kinds of the alarms that are active and of which `standing`, all that is wrong, has nothing.
    #[must_use]
    pub fn alarms_in_doubt(&self, standing: &[Raising]) -> Vec<(String, AlarmKind)> {
        let wrong: HashSet<(&str, AlarmKind)> = standing.iter().map(|one| (one.source.as_str(), one.kind)).collect();
        let active = self.alarms.all().filter(|alarm| alarm.is_active()).map(|alarm| &alarm.what);
        let doubtful = active.filter(|what| !wrong.contains(&(what.source.as_str(), what.kind)));
        doubtful.map(|what| (what.source.clone(), what.kind)).collect()
    }

    /// The orders with which what is wrong now becomes known: `standing` is all that is wrong, `calm` tells what a source
    /// shows that is known not to be. A source of which nothing is known is left as it is. The worst is raised first, and no
    /// more than there is room for. What has to make a case by `rules` makes one, and what is over by the clock ends.
    #[must_use]
    pub fn alarm_orders(
        &self,
        standing: &[Raising],
        rules: &AlarmRules,
        calm: impl Fn(&str, AlarmKind) -> Option<f64>,
        now: Moment,
    ) -> Vec<Order> {
        let order = |step| Order::MoveAlarm(Box::new(step));
        let mut orders = Vec::new();
        let mut wrong: Vec<(&Raising, Option<&Alarm>)> =
            standing.iter().map(|raising| (raising, self.alarms.of(&raising.source, raising.kind))).collect();
        wrong.sort_by_key(|(raising, _)| raising.level);
        let mut room = self.alarms.room();
        for (raising, known) in wrong {
            let raised = match known {
                Some(known) if known.is_active() => known.what.level != raising.level,
                _ if self.alarms.in_maintenance(raising, now) => false,
                Some(known) => {
                    // The place of what is over is another one's else.
                    if over(known).is_some() {
                        room.take();
                    }
                    true
                }
                None => {
                    let has = room.has(raising.level);
                    if has {
                        room.take();
                    }
                    has
                }
            };
            if raised {
                orders.push(order(AlarmStep::Raise(raising.clone())));
            }
        }
        for alarm in self.alarms.all() {
            if alarm.is_active()
                && let Some(value) = calm(&alarm.what.source, alarm.what.kind)
            {
                orders.push(order(AlarmStep::Clear { alarm: alarm.id, value: Some(value) }));
            }
            if alarm.shelf.as_ref().is_some_and(|shelf| shelf.until <= now) {
                orders.push(order(AlarmStep::Unshelve { alarm: alarm.id }));
            }
        }
        orders.extend(self.case_orders(rules, now));
        for (window, held) in self.alarms.windows() {
            if held.what.until <= now {
                orders.push(order(AlarmStep::EndMaintenance { window }));
            }
        }
        orders
    }

    /// The cases of what stands: what has to make one by `rules` makes it, one for all that one thing causes, and all of those
    /// are linked to the case that one of them has.
    fn case_orders(&self, rules: &AlarmRules, now: Moment) -> Vec<Order> {
        let standing: Vec<&Alarm> = self.alarms.all().filter(|alarm| alarm.is_standing()).collect();
        let wanted = |alarm: &&Alarm| Some((alarm.id, self.case_by_rule(alarm, rules, now)?));
        let mut wanted: BTreeMap<AlarmId, Order> = standing.iter().filter_map(wanted).collect();
        if wanted.is_empty() && !standing.iter().any(|alarm| self.open_case(alarm).is_some()) {
            return Vec::new();
        }
        let mut orders = Vec::new();
        for fold in folds(&standing) {
            let all = || std::iter::once(&fold.head).chain(&fold.behind).filter_map(|id| self.alarms.get(*id));
            let mut made = all().filter_map(|alarm| wanted.remove(&alarm.id)).collect::<Vec<_>>().into_iter();
            if let Some(incident) = all().find_map(|alarm| self.open_case(alarm)) {
                let alone = all().filter(|alarm| self.open_case(alarm).is_none());
                let link = |alarm: &Alarm| AlarmStep::Case { alarm: alarm.id, incident };
                orders.extend(alone.map(|alarm| Order::MoveAlarm(Box::new(link(alarm)))));
            } else if !all().any(|alarm| self.has_made_case(alarm)) {
                orders.extend(made.next());
            }
        }
        orders.extend(wanted.into_values());
        orders
    }

    /// The case about an alarm, while that is open.
    fn open_case(&self, alarm: &Alarm) -> Option<IncidentId> {
        alarm.incident.filter(|incident| self.open_incident(*incident).is_ok())
    }

    /// Whether an alarm made a case since it was raised last.
    fn has_made_case(&self, alarm: &Alarm) -> bool {
        self.by_source(SOURCE, &alarm.case_id()).is_some()
    }

    /// The case that an alarm makes by itself; one of each time that it is raised, and none while its source is in maintenance.
    fn case_by_rule(&self, alarm: &Alarm, rules: &AlarmRules, now: Moment) -> Option<Order> {
        let what = &alarm.what;
        let rule = rules.rule(&what.rule)?;
        let grave = rule.auto_case.is_some_and(|from| what.level <= from);
        let has_case = self.open_case(alarm).is_some() || self.has_made_case(alarm);
        if !alarm.is_active() || !grave || has_case || what.kind == AlarmKind::NoData {
            return None;
        }
        if self.alarms.in_maintenance(what, now) {
            return None;
        }
        let text = what.in_signs(&rule.name.zh);
        Some(Order::CaseOfAlarm { alarm: alarm.id, kind: rule.case_kind.clone(), grade: what.level, text })
    }

    pub(in crate::domain) fn apply_alarm_rules(&mut self, rules: &Arc<AlarmRules>, fact: &Fact) {
        self.alarms.rule(rules, name(&fact.by), fact.known_at);
    }

    pub(in crate::domain) fn apply_alarm(&mut self, step: &AlarmStep, fact: &Fact) {
        self.alarms.apply(step, &name(&fact.by), fact.known_at);
    }

    pub(in crate::domain) fn let_alarms_go(&mut self, now: Moment) {
        while let Some(&(at, id)) = self.alarms.over.first() {
            if at.plus_millis(KEEP_MILLIS) >= now {
                break;
            }
            self.alarms.drop_one(id);
        }
    }
}

impl Alarms {
    fn apply(&mut self, step: &AlarmStep, by: &str, at: Moment) {
        let Some(id) = step.alarm() else {
            match step {
                AlarmStep::Maintain(what) => {
                    self.last_window += 1;
                    self.windows.insert(self.last_window, Window { what: what.clone(), by: by.to_owned() });
                }
                AlarmStep::EndMaintenance { window } => {
                    for id in self.called_by_end(*window, at) {
                        if let Some(alarm) = self.held.get_mut(&id) {
                            alarm.call_anew();
                            alarm.changed_at = at;
                        }
                    }
                    self.windows.remove(window);
                }
                _ => {}
            }
            return;
        };
        if let AlarmStep::Raise(raising) = step {
            self.raise(raising, at);
            return;
        }
        let worsens = matches!(step, AlarmStep::Level { .. });
        let quiet = worsens && self.get(id).is_some_and(|alarm| self.in_maintenance(&alarm.what, at));
        let Some(alarm) = self.held.get_mut(&id) else { return };
        let before = over(alarm);
        match step {
            AlarmStep::Level { level, value, limit, .. } => {
                alarm.change_level(*level, quiet);
                (alarm.what.value, alarm.what.limit) = (*value, *limit);
            }
            AlarmStep::Clear { value, .. } => {
                (alarm.cleared_at, alarm.quieted) = (Some(at), None);
                alarm.what.value = *value;
            }
            AlarmStep::Seen { .. } => alarm.seen.push((by.to_owned(), at)),
            AlarmStep::Acknowledge { comment, .. } => {
                alarm.acknowledged = Some(Acknowledged { by: by.to_owned(), at, comment: comment.clone() });
            }
            AlarmStep::Assign { to, .. } => alarm.assigned.clone_from(to),
            AlarmStep::Shelve { until, reason, .. } => {
                alarm.shelf = Some(Shelf { by: by.to_owned(), at, until: *until, reason: reason.clone() });
            }
            AlarmStep::Unshelve { .. } => alarm.shelf = None,
            AlarmStep::Case { incident, .. } => alarm.incident = Some(*incident),
            AlarmStep::Told { to, more, .. } => alarm.note_told(to, *more, at),
            AlarmStep::Raise(_) | AlarmStep::Maintain(_) | AlarmStep::EndMaintenance { .. } => {}
        }
        alarm.changed_at = at;
        let after = over(alarm);
        if before != after {
            self.over.extend(after.map(|at| (at, id)));
            if let Some(before) = before {
                self.over.remove(&(before, id));
            }
        }
    }

    fn raise(&mut self, raising: &Raising, at: Moment) {
        let key = (raising.source.clone(), raising.kind);
        if let Some(alarm) = self.by_source.get(&key).and_then(|id| self.held.get_mut(id)) {
            if let Some(before) = over(alarm) {
                self.over.remove(&(before, alarm.id));
            }
            alarm.what.clone_from(raising);
            if raising.level.index() < alarm.worst.index() {
                alarm.shelf = None;
            }
            (alarm.worst, alarm.raised_at, alarm.changed_at) = (raising.level, at, at);
            (alarm.cleared_at, alarm.acknowledged) = (None, None);
            (alarm.told, alarm.quieted) = (None, None);
            alarm.seen.clear();
            if alarm.times.len() >= TIMES_MAX {
                alarm.times.remove(0);
            }
            alarm.times.push(at);
            return;
        }
        if self.held.len() >= ALARMS_MAX
            && let Some(&(_, id)) = self.over.first()
        {
            self.drop_one(id);
        }
        let id = raising.alarm;
        self.last = self.last.max(id.0);
        self.by_source.insert(key, id);
        let alarm = Alarm {
            id,
            what: raising.clone(),
            worst: raising.level,
            raised_at: at,
            cleared_at: None,
            acknowledged: None,
            assigned: String::new(),
            shelf: None,
            incident: None,
            seen: Vec::new(),
            times: vec![at],
            changed_at: at,
            told: None,
            quieted: None,
        };
        self.held.insert(id, alarm);
    }

    fn drop_one(&mut self, id: AlarmId) {
        let Some(gone) = self.held.remove(&id) else { return };
        if let Some(at) = over(&gone) {
            self.over.remove(&(at, id));
        }
        self.by_source.remove(&(gone.what.source, gone.what.kind));
    }
}

/// Since when an alarm is on nobody's mind: what is on the shelf is to be silent still when it comes again.
fn over(alarm: &Alarm) -> Option<Moment> {
    let cleared = alarm.cleared_at.filter(|_| alarm.shelf.is_none())?;
    alarm.acknowledged.as_ref().map(|acknowledged| cleared.max(acknowledged.at))
}
