//! An alarm for tests, from the domain to the screens.

use super::{AlarmId, AlarmKind, Area, Grade, Raising, SensorKind};

/// What raises an alarm of a level: a gas sensor of 东城区 is over its limit. It has neither name nor place, and hangs
/// behind nothing.
pub(crate) fn raising(source: &str, level: Grade) -> Raising {
    Raising {
        alarm: AlarmId(0),
        source: source.to_owned(),
        kind: AlarmKind::High,
        level,
        value: Some(21.5),
        limit: Some(20.0),
        rule: "gas".to_owned(),
        name: String::new(),
        measures: SensorKind::CombustibleGas,
        unit: "%LEL".to_owned(),
        at: None,
        height_m: 0.0,
        area: Area::of("东城区").unwrap(),
        case_kind: "20501".to_owned(),
        upstream: String::new(),
    }
}
