//! What a desk wants changed of sensors, as the hub's HTTP API takes it, and what became of it.

use serde::{Deserialize, Serialize};

use crate::domain::SensorKind;
use crate::domain::rights::Area;
use crate::domain::sensor::Claim;

/// Which sensors are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// Those of these identities.
    Named(Vec<String>),
    /// Those whose identity begins so: of what nobody claimed, or of what is out of service where that is to come back.
    Beginning(String),
}

/// What is to become of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Somebody says what they are.
    Claim(Claim),
    /// They go out of service.
    Retire {
        /// Why.
        reason: String,
    },
    /// They come back into it.
    BringBack,
}

/// A change that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceChange {
    /// Of which sensors.
    pub of: Meant,
    /// What.
    pub change: Change,
}

/// The body of such a request.
#[derive(Debug, Serialize)]
struct Body<'a> {
    ids: Option<&'a [String]>,
    prefix: Option<&'a str>,
    by: Option<&'a str>,
    reason: Option<&'a str>,
    kind: Option<&'static str>,
    name: Option<&'a str>,
    owner: Option<&'a str>,
    unit: Option<&'a str>,
    area: Option<&'a str>,
    lon: Option<f64>,
    lat: Option<f64>,
    height_m: Option<f32>,
    fresh_secs: Option<u32>,
    precision: Option<f64>,
}

impl DeviceChange {
    /// The path of the request that wants it.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        match self.change {
            Change::Claim(_) => "/api/sensors/claim",
            Change::Retire { .. } => "/api/sensors/retire",
            Change::BringBack => "/api/sensors/restore",
        }
    }

    /// The body of that request; `by` names who wants it where nobody signs in.
    #[must_use]
    pub fn body<'a>(&'a self, by: Option<&'a str>) -> impl Serialize + use<'a> {
        let (ids, prefix) = match &self.of {
            Meant::Named(ids) => (Some(ids.as_slice()), None),
            Meant::Beginning(prefix) => (None, Some(prefix.as_str())),
        };
        let reason = if let Change::Retire { reason } = &self.change { Some(reason.as_str()) } else { None };
        let claim = if let Change::Claim(claim) = &self.change { Some(claim) } else { None };
        Body {
            ids,
            prefix,
            by,
            reason,
            kind: claim.and_then(|claim| claim.kind).map(SensorKind::word),
            name: claim.and_then(|claim| claim.name.as_deref()),
            owner: claim.and_then(|claim| claim.owner.as_deref()),
            unit: claim.and_then(|claim| claim.unit.as_deref()),
            area: claim.and_then(|claim| claim.area.as_ref()).map(Area::path),
            lon: claim.and_then(|claim| claim.at).map(|at| at.lon),
            lat: claim.and_then(|claim| claim.at).map(|at| at.lat),
            height_m: claim.and_then(|claim| claim.height_m),
            fresh_secs: claim.and_then(|claim| claim.fresh_secs),
            precision: claim.and_then(|claim| claim.precision),
        }
    }
}

/// A sensor of which something is not changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct RefusedDevice {
    /// Its identity.
    pub id: String,
    /// The field at fault; empty where it is the sensor as a whole.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

/// What became of a change that was wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct DevicesChanged {
    /// So many were meant.
    pub meant: usize,
    /// So many of them are otherwise than before.
    pub changed: usize,
    /// So many are not as was wanted.
    pub refused_count: usize,
    /// The first of those.
    pub refused: Vec<RefusedDevice>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rights::Area;
    use crate::domain::{LonLat, SensorKind};

    fn written(change: &DeviceChange, by: Option<&str>) -> serde_json::Value {
        serde_json::to_value(change.body(by)).unwrap()
    }

    #[test]
    fn a_change_is_a_request_with_what_is_said_and_nothing_else() {
        let claim = Claim {
            kind: Some(SensorKind::WaterLevel),
            owner: Some("Water".to_owned()),
            area: Area::of("North/Old Town"),
            at: LonLat::new(119.3, 31.6),
            fresh_secs: Some(60),
            precision: Some(0.05),
            ..Claim::default()
        };
        let change = DeviceChange { of: Meant::Named(vec!["s-1".to_owned()]), change: Change::Claim(claim) };
        let body = written(&change, Some("desk"));
        assert_eq!(
            (change.path(), &body["ids"][0], &body["by"]),
            ("/api/sensors/claim", &"s-1".into(), &"desk".into())
        );
        assert_eq!((&body["kind"], &body["area"]), (&"water_level".into(), &"North/Old Town".into()));
        assert_eq!((&body["lon"], &body["lat"], &body["fresh_secs"]), (&119.3.into(), &31.6.into(), &60.into()));
        assert_eq!(body["precision"], 0.05);
        for nothing in ["prefix", "reason", "name", "unit", "height_m"] {
            assert!(body[nothing].is_null(), "{nothing}: {body}");
        }
        let retire = Change::Retire { reason: "a typing error".to_owned() };
        let change = DeviceChange { of: Meant::Beginning("s-".to_owned()), change: retire };
        let body = written(&change, None);
        assert_eq!((change.path(), &body["prefix"]), ("/api/sensors/retire", &"s-".into()));
        assert!(body["ids"].is_null() && body["by"].is_null() && body["reason"] == "a typing error");
    }
}
