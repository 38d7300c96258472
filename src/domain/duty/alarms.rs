//! Alarms as they are handed over: what stands, what is shelved, what is in maintenance.

use serde::{Deserialize, Serialize};

use crate::domain::alarm::{Alarm, Maintenance, urgency};
use crate::domain::rights::Area;
use crate::domain::{AlarmId, AlarmKind, Grade, Hall, IncidentId, Moment, SensorKind};

/// An alarm that stands or is shelved, as it was when the pack was composed: it may be gone since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedAlarm {
    /// Which.
    pub alarm: AlarmId,
    /// How bad it is.
    pub level: Grade,
    /// What is wrong.
    pub kind: AlarmKind,
    /// What its source measures.
    pub measures: SensorKind,
    /// The identity of its source.
    pub source: String,
    /// What people call it; may be empty.
    pub name: String,
    /// The area in which it counts.
    pub area: Area,
    /// Since when, counted from when it was raised last.
    pub since: Moment,
    /// It is wrong still.
    pub active: bool,
    /// Who acknowledged it; `None` where nobody did.
    pub acknowledged: Option<String>,
    /// Who looks after it; empty where nobody was told to.
    pub assigned: String,
    /// Until when it is shelved; `None` where it is not.
    pub shelf: Option<Moment>,
    /// The case about it.
    pub incident: Option<IncidentId>,
}

impl HandedAlarm {
    fn of(alarm: &Alarm) -> Self {
        Self {
            alarm: alarm.id,
            level: alarm.what.level,
            kind: alarm.what.kind,
            measures: alarm.what.measures,
            source: alarm.what.source.clone(),
            name: alarm.what.name.clone(),
            area: alarm.what.area.clone(),
            since: alarm.raised_at,
            active: alarm.is_active(),
            acknowledged: alarm.acknowledged.as_ref().map(|it| it.by.clone()),
            assigned: alarm.assigned.clone(),
            shelf: alarm.shelf.as_ref().map(|shelf| shelf.until),
            incident: alarm.incident,
        }
    }
}

/// What is in maintenance, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedWindow {
    /// Its number.
    pub window: u64,
    /// What it is about, how long and why.
    pub what: Maintenance,
    /// Who said so.
    pub by: String,
}

/// The alarms that stand or are shelved, as a list of them has them: what calls first, what is shelved last.
pub(super) fn alarms(hall: &Hall) -> Vec<HandedAlarm> {
    let mut all: Vec<&Alarm> =
        hall.alarms().all().filter(|alarm| alarm.is_standing() || alarm.shelf.is_some()).collect();
    all.sort_by_key(|alarm| urgency(alarm));
    all.into_iter().map(HandedAlarm::of).collect()
}

/// Maintenance that is not over, what ends first before the rest.
pub(super) fn windows(hall: &Hall, now: Moment) -> Vec<HandedWindow> {
    let windows = hall.alarms().windows().filter(|(_, window)| window.what.until > now);
    let handed = windows.map(|(window, held)| HandedWindow { window, what: held.what.clone(), by: held.by.clone() });
    let mut all: Vec<HandedWindow> = handed.collect();
    all.sort_by_key(|one| (one.what.until, one.window));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alarm::Raising;
    use crate::domain::{Actor, AlarmStep, Order, Pack, TimeLimits};

    const MINUTE: i64 = 60_000;

    fn raise(source: &str, level: Grade) -> AlarmStep {
        AlarmStep::Raise(Raising {
            alarm: AlarmId(0),
            source: source.to_owned(),
            kind: AlarmKind::High,
            level,
            value: Some(21.5),
            limit: Some(20.0),
            rule: "gas".to_owned(),
            name: "人民路".to_owned(),
            measures: SensorKind::CombustibleGas,
            unit: "%LEL".to_owned(),
            at: None,
            height_m: 0.0,
            area: Area::of("东城区").unwrap(),
            case_kind: String::new(),
            upstream: String::new(),
        })
    }

    fn step(hall: &mut Hall, step: AlarmStep, minute: i64) {
        let by = Actor::Person("chen".to_owned());
        for fact in hall.decide(Order::MoveAlarm(Box::new(step)), &by, Moment(minute * MINUTE)).unwrap() {
            assert!(hall.apply(&fact));
        }
    }

    #[test]
    fn a_pack_has_what_stands_what_is_shelved_and_what_is_in_maintenance() {
        let mut hall = Hall::default();
        let one = AlarmId;
        for (number, level) in [Grade::III, Grade::II, Grade::I, Grade::IV].into_iter().enumerate() {
            let minute = i64::try_from(number).unwrap();
            step(&mut hall, raise(&format!("gas-{}", number + 1), level), minute);
        }
        step(&mut hall, AlarmStep::Acknowledge { alarm: one(2), comment: "去看".to_owned() }, 5);
        step(&mut hall, AlarmStep::Assign { alarm: one(2), to: "li".to_owned() }, 6);
        let until = Moment(60 * MINUTE);
        step(&mut hall, AlarmStep::Shelve { alarm: one(3), until, reason: "校准".to_owned() }, 7);
        step(&mut hall, AlarmStep::Clear { alarm: one(4), value: None }, 8);
        step(&mut hall, AlarmStep::Acknowledge { alarm: one(4), comment: String::new() }, 9);
        let window = |from: i64, until: i64, reason: &str| {
            AlarmStep::Maintain(Maintenance {
                source: String::new(),
                measures: Some(SensorKind::CombustibleGas),
                area: Area::CITY,
                from: Moment(from * MINUTE),
                until: Moment(until * MINUTE),
                reason: reason.to_owned(),
            })
        };
        for (from, until, reason) in [(0, 11, "over"), (0, 90, "now"), (30, 40, "to come")] {
            step(&mut hall, window(from, until, reason), 10);
        }
        let pack = Pack::compose(&hall, &TimeLimits::default(), 0, Moment(20 * MINUTE));
        assert_eq!((pack.alarms.all, pack.windows.all), (3, 2));
        let told: Vec<_> = pack.alarms.rows.iter().map(|one| (one.alarm.0, one.level, one.since.0 / MINUTE)).collect();
        let calls_first = [(1, Grade::III, 0), (2, Grade::II, 1), (3, Grade::I, 2)];
        assert_eq!(told, calls_first, "what is over and acknowledged is nobody's");
        let by = |at: usize| pack.alarms.rows[at].acknowledged.as_deref();
        assert_eq!((by(0), by(1), pack.alarms.rows[1].assigned.as_str()), (None, Some("chen"), "li"));
        assert_eq!((pack.alarms.rows[2].shelf, pack.alarms.rows[1].shelf), (Some(until), None));
        let windows: Vec<_> = pack.windows.rows.iter().map(|one| (one.window, one.what.reason.as_str())).collect();
        assert_eq!(windows, [(3, "to come"), (2, "now")], "what ends first before the rest");
        assert_eq!(pack.windows.rows[0].by, "chen");
    }
}
