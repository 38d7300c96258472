//! How sensors behave, over HTTP and for screens in this process: what became of what each sent, which are silent.

use std::cmp::Reverse;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, problem};
use super::caller::Called;
use super::sensors::{Only, PAGE_MAX, RetiredRow};
use super::shapes::Problem;
use crate::domain::rights::Right;
use crate::domain::sensor::{Quality, Registry, Unfit};
use crate::domain::{DevicesAsked, DevicesBy, Moment, Sensor, SensorId};
use crate::hub::Inner;

/// How what is asked here is called in records.
const ASKED: &str = "quality of sensors";

/// How a sensor behaved since it is known.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct QualityRow {
    /// Its number in this hub.
    number: u32,
    /// Its identity at its source.
    id: String,
    /// What people call it; may be empty.
    name: String,
    /// What it measures.
    kind: String,
    /// Who looks after it.
    owner: String,
    /// WGS 84 degrees east; null where its place is not known.
    lon: Option<f64>,
    /// WGS 84 degrees north.
    lat: Option<f64>,
    /// Metres above the ground; below it negative.
    height_m: f32,
    /// The unit in which it sends where it does not say.
    sends: String,
    /// The path of its area.
    area: String,
    /// True where nobody said its area: it is that of its place on the hub's map.
    area_by_place: bool,
    /// Without a reading for so many seconds it has no data.
    fresh_secs: u32,
    /// The least difference that it tells, to which its readings are rounded; 0 for every difference.
    precision: f64,
    /// Whether anybody said what it is.
    claimed: bool,
    /// Why it is out of service; null while it is in it.
    retired: Option<RetiredRow>,
    /// Readings that came in order and in time.
    kept: u64,
    /// Kept, after newer ones.
    out_of_order: u64,
    /// Kept, but later than the sensor is fresh.
    late: u64,
    /// Known already.
    duplicate: u64,
    /// Refused.
    refused: u64,
    /// Those by reason.
    reasons: Vec<ReasonRow>,
    /// When the last one came, milliseconds since 1970; null where none did.
    heard_at: Option<i64>,
    /// Since when nothing comes any more, milliseconds since 1970; null while something does, and where nothing ever did.
    silent_since: Option<i64>,
    /// By so much its clock was ahead when that was seen last, in milliseconds; 0 where it never was. Below 0 while even
    /// its newest reading comes late, by so much: its clock is behind, or what it sends is long on its way.
    ahead_millis: i64,
}

/// Why readings were refused, and how many.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ReasonRow {
    /// `not_a_number`, `wrong_unit`, `implausible`, `clock_ahead`, `too_old`, `unknown` or `malformed`.
    pub(super) reason: String,
    /// How many.
    pub(super) count: u64,
}

impl ReasonRow {
    pub(super) fn new(unfit: Unfit, count: u64) -> Self {
        Self { reason: unfit.word().to_owned(), count }
    }
}

impl QualityRow {
    fn new(registry: &Registry, number: SensorId, sensor: &Sensor, quality: &Quality, now: Moment) -> Self {
        let retired = RetiredRow::of(registry, number);
        let reasons = Unfit::ALL.into_iter().zip(quality.refused).filter(|(_, count)| *count > 0);
        Self {
            number: number.0,
            id: sensor.id.clone(),
            name: sensor.name.clone(),
            kind: sensor.kind.word().to_owned(),
            owner: sensor.owner.clone(),
            lon: sensor.at.map(|at| at.lon),
            lat: sensor.at.map(|at| at.lat),
            height_m: sensor.height_m,
            sends: sensor.unit.clone(),
            area: sensor.area.path().to_owned(),
            area_by_place: registry.area_is_told(number),
            fresh_secs: sensor.fresh_secs,
            precision: sensor.precision,
            claimed: sensor.claimed,
            kept: quality.kept,
            out_of_order: quality.out_of_order,
            late: quality.late,
            duplicate: quality.duplicate,
            refused: quality.refused(),
            reasons: reasons.map(|(unfit, count)| ReasonRow::new(unfit, count)).collect(),
            heard_at: quality.heard_at.map(|at| at.0),
            silent_since: silent_since(sensor, quality, now).filter(|_| retired.is_none()).map(|at| at.0),
            ahead_millis: quality.ahead_millis,
            retired,
        }
    }
}

/// How the sensors behave.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct QualityAnswer {
    /// In the order that was asked for.
    sensors: Vec<QualityRow>,
    /// Readings of all sensors.
    readings: u64,
    /// Of them refused.
    refused: u64,
    /// Sensors that nobody claimed.
    unclaimed: usize,
    /// Sensors that are out of service, which no other number has.
    retired: usize,
    /// Sensors that sent nothing yet.
    silent: usize,
    /// Sensors that sent something, and nothing any more for longer than they are fresh.
    fallen_silent: usize,
    /// Refused rows that named no sensor, since the hub began.
    nobodys: u64,
    /// Late readings that were found to be known when they were put where they belong, since the hub began.
    known_late: u64,
    /// Pieces of what was measured that cannot be read any more, which are kept as they were found; all others are told.
    aside: u64,
}

/// Which sensors behave how.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichQuality {
    /// Only of this kind.
    kind: Option<String>,
    /// Only within this area, a path with slashes between.
    area: Option<String>,
    /// `worst`: all, the worst first, as without it; `silent`: those that say nothing any more, the last to fall silent
    /// first, then those that never said anything; `unclaimed`: those that nobody claimed, the newest first; `named`: those
    /// that have `words`, in service or not; `retired`: those that are out of service, the last to go so first.
    by: Option<String>,
    /// Only those whose identity or name has each of these words, whatever their case.
    words: Option<String>,
    /// At most so many, up to 20,000; 100 without it.
    limit: Option<usize>,
}

/// How well sensors behave, since they are known: what became of what each sent, the worst first.
#[utoipa::path(
    get,
    path = "/api/sensors/quality",
    params(WhichQuality),
    responses(
        (status = 200, description = "The worst ones, and sums of all", body = QualityAnswer),
        (status = 400, description = "A filter that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
    )
)]
pub(super) async fn quality(
    State(shared): State<Shared>,
    called: Called,
    Asked(which): Asked<WhichQuality>,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, ASKED).await {
        return refused;
    }
    match quality_of(&shared.hub, &which) {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => problem(StatusCode::BAD_REQUEST, error),
    }
}

/// Since when nothing comes of a sensor that sent something; `None` while something does.
fn silent_since(sensor: &Sensor, quality: &Quality, now: Moment) -> Option<Moment> {
    quality.heard_at.filter(|at| sensor.is_late(*at, now))
}

/// Readings below which a share says little of a sensor.
const SHARE_FROM: u64 = 20;

/// How badly a sensor behaves, in millionths of what it sent: what was refused, and half as bad what came late, twice or in
/// the wrong order. One that sent little counts as if it had sent more that was good.
fn badness(quality: &Quality) -> u64 {
    let faults = quality.refused() * 2 + quality.late + quality.duplicate + quality.out_of_order;
    faults.saturating_mul(500_000) / quality.all().max(SHARE_FROM)
}

/// What the hub tells of its sensors; else why that cannot be told.
pub(super) fn quality_of(hub: &Inner, which: &WhichQuality) -> Result<QualityAnswer, &'static str> {
    let only = Only::of(which.kind.as_deref(), which.area.as_deref())?;
    let by = match which.by.as_deref() {
        None | Some("") => DevicesBy::Worst,
        Some(word) => DevicesBy::of_word(word).ok_or("by: is `worst`, `silent`, `unclaimed`, `named` or `retired`")?,
    };
    let words: Vec<String> = which.words.iter().flat_map(|all| all.split_whitespace()).map(str::to_lowercase).collect();
    let now = hub.clock.now();
    let (nobodys, known_late) = hub.readings.others();
    let quality = hub.readings.quality();
    let registry = hub.readings.registry();
    let none = Quality::default();
    let of = |number: SensorId| quality.get(number.index()).unwrap_or(&none);
    let mut all: Vec<(SensorId, &Sensor)> =
        registry.all().filter(|(_, sensor)| only.has(sensor)).map(|(number, sensor)| (number, &**sensor)).collect();
    let (readings, refused) =
        all.iter().map(|(number, _)| of(*number)).fold((0, 0), |(all, bad), q| (all + q.all(), bad + q.refused()));
    let unclaimed = all.iter().filter(|(_, sensor)| !sensor.claimed).count();
    let silent = all.iter().filter(|(number, _)| of(*number).heard_at.is_none()).count();
    let fell = |(number, sensor): &(SensorId, &Sensor)| silent_since(sensor, of(*number), now);
    let fallen_silent = all.iter().filter(|one| fell(one).is_some()).count();
    let out: Vec<(SensorId, &Sensor)> =
        registry.all_retired().filter(|(_, one, _)| only.has(one)).map(|(number, one, _)| (number, &**one)).collect();
    let retired = out.len();
    match by {
        DevicesBy::Named => all.extend(out),
        DevicesBy::Retired => all = out,
        DevicesBy::Worst | DevicesBy::Silent | DevicesBy::Unclaimed => {}
    }
    all.retain(|(number, sensor)| {
        let asked = match by {
            DevicesBy::Worst | DevicesBy::Named | DevicesBy::Retired => true,
            DevicesBy::Silent => of(*number).heard_at.is_none_or(|at| sensor.is_late(at, now)),
            DevicesBy::Unclaimed => !sensor.claimed,
        };
        asked && has_all(sensor, &words)
    });
    match by {
        DevicesBy::Worst => all.sort_by_key(|(number, _)| Reverse((badness(of(*number)), of(*number).refused()))),
        DevicesBy::Silent => all.sort_by_key(|one| Reverse(fell(one))),
        DevicesBy::Unclaimed => all.reverse(),
        DevicesBy::Retired => all.sort_by_key(|(number, _)| Reverse(registry.retired(*number).map(|out| out.at))),
        // What begins with what was typed is most likely meant.
        DevicesBy::Named => all.sort_by_cached_key(|(_, sensor)| {
            let id = sensor.id.to_lowercase();
            (!words.first().is_some_and(|first| id.starts_with(first)), id)
        }),
    }
    all.truncate(which.limit.unwrap_or(100).clamp(1, PAGE_MAX));
    let row = |(number, sensor)| QualityRow::new(&registry, number, sensor, of(number), now);
    let sensors = all.into_iter().map(row).collect();
    let aside = hub.readings.aside();
    Ok(QualityAnswer {
        sensors,
        readings,
        refused,
        unclaimed,
        retired,
        silent,
        fallen_silent,
        nobodys,
        known_late,
        aside,
    })
}

/// Whether the identity or the name of a sensor has each of these words, which are in small letters.
fn has_all(sensor: &Sensor, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let (id, name) = (sensor.id.to_lowercase(), sensor.name.to_lowercase());
    words.iter().all(|word| id.contains(word) || name.contains(word))
}

/// What a screen in this process is told of its question: sensors and feeds, as HTTP tells them, to whoever HTTP would tell
/// them; who may not is recorded as there.
pub(in crate::hub) async fn told_devices(
    hub: &Arc<Inner>,
    asked: &DevicesAsked,
    token: Option<&str>,
) -> Result<[Vec<u8>; 2], String> {
    let (shared, called) = Called::here(hub, ASKED, token).await.map_err(|refusal| refusal.to_string())?;
    called.allowed(&shared, Right::Read, ASKED).await.map_err(|refusal| refusal.to_string())?;
    let which = WhichQuality {
        by: Some(asked.by.word().to_owned()),
        words: Some(asked.words.clone()),
        limit: Some(usize::from(asked.most)),
        ..WhichQuality::default()
    };
    let quality = quality_of(hub, &which)?;
    let told = |json: serde_json::Result<Vec<u8>>| json.map_err(|error| error.to_string());
    Ok([told(serde_json::to_vec(&quality))?, told(serde_json::to_vec(&super::feeds::feeds_of(hub)))?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SensorKind;
    use crate::domain::device::DeviceList;
    use crate::domain::sensor::Verdict;

    fn quality(kept: u64, late: u64, refused: u64) -> Quality {
        let mut quality = Quality { kept, late, ..Quality::default() };
        quality.refused[0] = refused;
        quality
    }

    #[test]
    fn the_worst_is_who_sends_the_largest_share_in_vain() {
        assert_eq!(badness(&quality(0, 0, 40)), 1_000_000);
        assert_eq!(badness(&quality(30, 0, 10)), 250_000);
        assert_eq!(badness(&quality(30, 10, 0)), 125_000, "what comes late is half as bad");
        assert_eq!(badness(&quality(0, 0, 1)), 50_000, "one of one says little");
        assert_eq!(badness(&Quality::default()), 0);
    }

    #[test]
    fn who_was_heard_within_its_time_is_not_silent_and_a_screen_reads_what_the_hub_writes() {
        let sensor = Sensor { fresh_secs: 60, ..Sensor::first_seen("gas-1", Some(SensorKind::CombustibleGas), "") };
        let mut quality = Quality::default();
        let heard = Moment(1_700_000_000_000);
        assert_eq!(silent_since(&sensor, &quality, heard), None, "it never was heard");
        quality.count(Verdict::Kept, heard);
        assert_eq!(silent_since(&sensor, &quality, heard.plus_millis(60_000)), None);
        let now = heard.plus_millis(60_001);
        assert_eq!(silent_since(&sensor, &quality, now), Some(heard));
        quality.refuse(Unfit::ClockAhead, heard.plus_millis(500_000), heard);
        let answer = QualityAnswer {
            sensors: vec![QualityRow::new(&Registry::default(), SensorId(7), &sensor, &quality, now)],
            readings: 2,
            refused: 1,
            unclaimed: 1,
            retired: 4,
            silent: 0,
            fallen_silent: 1,
            nobodys: 3,
            known_late: 0,
            aside: 6,
        };
        let read: DeviceList = serde_json::from_slice(&serde_json::to_vec(&answer).unwrap()).unwrap();
        assert_eq!((read.readings, read.refused, read.unclaimed, read.fallen_silent, read.nobodys), (2, 1, 1, 1, 3));
        assert_eq!(read.aside, 6);
        let device = &read.sensors[0];
        assert_eq!((device.sensor(), device.id.as_str(), device.kind()), (SensorId(7), "gas-1", sensor.kind));
        assert_eq!((read.retired, device.fresh_secs, device.sends.as_str()), (4, 60, "%LEL"));
        assert_eq!((device.silent_since(), device.sent(), device.ahead_millis), (Some(heard), 2, 500_000));
        assert_eq!((device.reasons[0].reason.as_str(), device.reasons[0].count), ("clock_ahead", 1));
    }

    #[test]
    fn all_words_are_looked_for_in_identity_and_name() {
        let sensor = Sensor { name: "长江路 3".to_owned(), ..Sensor::first_seen("GAS-17", None, "") };
        let has = |words: &[&str]| has_all(&sensor, &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert!(has(&[]) && has(&["gas-1"]) && has(&["gas", "长江路"]) && !has(&["gas", "level"]));
    }
}
