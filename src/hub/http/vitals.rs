//! Vital signs over HTTP: all of an area, and what one number is made of, now or at a moment.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::alarms::level as level_word;
use super::body::{Asked, problem};
use super::caller::{Called, refused};
use super::rows::moment_of;
use super::shapes::Problem;
use crate::domain::alarm::{LimitRule, Ruled};
use crate::domain::rights::{Area, Right};
use crate::domain::vital::{Nothing, Reckoning, VitalRow, VitalSign, VitalXray, root_of};
use crate::domain::{Moment, Refusal};
use crate::hub::vitals;

/// Whose vital signs.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichVitals {
    /// The path of the area; the whole city where it is missing.
    area: Option<String>,
    /// The moment, RFC 3339 or milliseconds since 1970; now where it is missing.
    at: Option<String>,
}

impl WhichVitals {
    fn read(&self) -> Result<(Area, Option<Moment>), &'static str> {
        let area = Area::of(self.area.as_deref().unwrap_or_default());
        let area = area.ok_or("area: is a path of at most four names with slashes between")?;
        let at = self.at.as_deref().map(|at| moment_of(at).ok_or("at: is no moment: 2026-11-20T08:00:00+08:00"));
        Ok((area, at.transpose()?))
    }
}

/// A vital sign.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignRow {
    /// Its code.
    code: String,
    /// `index`, `livelihood`, `governance`, `digital_economy`, `ecology` or `resilience`.
    family: &'static str,
    /// Its name in Chinese.
    zh: String,
    /// Its name in English.
    en: String,
    /// The unit of its values.
    unit: String,
    /// Its newest value; null where there is none within its time. No data is never a number.
    value: Option<f64>,
    /// When that was reckoned, milliseconds since 1970.
    at: Option<i64>,
    /// The worst level whose limit it crosses: `I` to `IV`; null where it crosses none, or shows nothing.
    level: Option<&'static str>,
    /// The part of its sensors that says nothing, 0 to 1; null for moments of the past, of which it is not known.
    missing: Option<f32>,
    /// Its value an hour before.
    hour_before: Option<f64>,
    /// Its value a day before.
    day_before: Option<f64>,
    /// Its value a week before.
    week_before: Option<f64>,
    /// Its value 52 weeks before, at the same hour of the same day of the week.
    year_before: Option<f64>,
    /// What it should be.
    target: Option<f64>,
    /// What it is in the areas right below, in the order of `below`; values are null where the sign has none there.
    below: Vec<BelowRow>,
}

/// What a sign is in an area right below the one that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BelowRow {
    /// The area.
    area: String,
    /// Its newest value there; null where there is none within its time.
    value: Option<f64>,
    /// When that was reckoned, milliseconds since 1970.
    at: Option<i64>,
    /// The worst level whose limit it crosses there.
    level: Option<&'static str>,
}

/// The vital signs of an area.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VitalsAnswer {
    /// The area.
    area: String,
    /// The moment, milliseconds since 1970.
    at: i64,
    /// The areas right below it.
    below: Vec<String>,
    /// The signs.
    signs: Vec<SignRow>,
}

/// A part of what a sign is reckoned from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartRow {
    /// What was asked; of an index the code of a sign.
    asked: String,
    /// What that is now; of an index the score, 0 to 100.
    value: Option<f64>,
    /// The weight in an index.
    weight: Option<f64>,
    /// Sensors that it is about.
    known: u32,
    /// Those that said something within their time.
    fresh: u32,
}

/// Limits by level; null where there are none.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LimitsRow {
    /// Above which value it is an alarm, of level I to IV.
    high: [Option<f64>; 4],
    /// Below which value it is an alarm, of level I to IV.
    low: [Option<f64>; 4],
    /// Seconds that a limit has to be crossed.
    pending_secs: u32,
    /// Seconds that it must not be crossed until the alarm clears.
    keep_secs: u32,
}

/// What one number is made of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct XrayAnswer {
    /// The sign.
    code: String,
    /// The area.
    area: String,
    /// The moment, milliseconds since 1970.
    at: i64,
    /// Its newest value within its time.
    value: Option<f64>,
    /// Its value 52 weeks before, at the same hour of the same day of the week.
    year_before: Option<f64>,
    /// Why there is none: `no_sensors`, `missing` or `undefined`.
    nothing: Option<&'static str>,
    /// The part of its sensors that says nothing, 0 to 1; null where its formula cannot be read.
    missing: Option<f32>,
    /// Its formula, or null where it is an index.
    formula: Option<String>,
    /// How it is reckoned, in words, in Chinese.
    about_zh: String,
    /// The same in English.
    about_en: String,
    /// What it is reckoned from.
    parts: Vec<PartRow>,
    /// Identities of the sensors that were used, those that say nothing first; not all of them where there are many.
    sensors: Vec<String>,
    /// How many there are.
    sensors_all: u32,
    /// The limits that are in force now, as they count at the hour of the moment.
    limits: Option<LimitsRow>,
    /// Who changed these limits last, or any of the rules where that is not known; null where those built in are.
    ruled_by: Option<String>,
    /// When, milliseconds since 1970.
    ruled_at: Option<i64>,
}

/// What is told of a value that still counts at a moment, where time runs at a rate.
fn fresh(
    newest: Option<(Moment, f64)>,
    sign: &VitalSign,
    area: &Area,
    (at, rate): (Moment, u16),
) -> Option<(Moment, f64)> {
    newest.filter(|(then, _)| at.secs_since(*then) <= i64::from(sign.fresh_secs(area, rate)))
}

/// The vital signs of an area.
#[utoipa::path(
    get,
    path = "/api/vitals",
    params(WhichVitals),
    responses(
        (status = 200, description = "All of them", body = VitalsAnswer),
        (status = 400, description = "An area that is none", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 404, description = "The area has none", body = Problem),
        (status = 503, description = "They cannot be read", body = Problem),
    )
)]
pub(super) async fn list(State(shared): State<Shared>, called: Called, Asked(which): Asked<WhichVitals>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "vital signs").await {
        return refused;
    }
    let (area, at) = match which.read() {
        Ok(read) => read,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let board = match vitals::board(&shared.hub, &area, at).await {
        Ok(board) => board,
        Err(refusal) => return wrong(&refusal),
    };
    let years = match vitals::year_before(&shared.hub, &area, board.at).await {
        Ok(years) => years,
        Err(refusal) => return wrong(&refusal),
    };
    let in_force = shared.hub.in_force.get();
    let offset = (shared.hub.utc_offset_secs)(board.at);
    let rate = shared.hub.clock.rate();
    let row = |row: &VitalRow| {
        let sign = in_force.alarm_rules().sign(&row.code)?;
        let seen = |newest: Option<(Moment, f64)>, area: &Area| {
            let newest = fresh(newest, sign, area, (board.at, rate));
            let level = newest.and_then(|(_, value)| sign.limits.as_ref()?.level_of(value, board.at, offset));
            (newest, level.map(level_word))
        };
        let (newest, level) = seen(row.newest, &area);
        let below = |(area, newest): (&Area, &Option<(Moment, f64)>)| {
            let (newest, level) = seen(*newest, area);
            let (at, value) = newest.unzip();
            BelowRow { area: area.path().to_owned(), value, at: at.map(|at| at.0), level }
        };
        Some(SignRow {
            code: row.code.clone(),
            family: sign.family.word(),
            zh: sign.name.zh.clone(),
            en: sign.name.en.clone(),
            unit: sign.unit.clone(),
            value: newest.map(|(_, value)| value),
            at: newest.map(|(at, _)| at.0),
            level,
            missing: at.is_none().then_some(row.missing),
            hour_before: row.hour,
            day_before: row.day,
            week_before: row.week,
            year_before: years.get(&row.code).copied(),
            target: sign.target,
            below: board.below.iter().zip(&row.below).map(below).collect(),
        })
    };
    Json(VitalsAnswer {
        area: area.path().to_owned(),
        at: board.at.0,
        below: board.below.iter().map(|area| area.path().to_owned()).collect(),
        signs: board.rows.iter().filter_map(row).collect(),
    })
    .into_response()
}

/// What one vital sign of an area is made of.
#[utoipa::path(
    get,
    path = "/api/vitals/{code}",
    params(("code" = String, Path, description = "The sign"), WhichVitals),
    responses(
        (status = 200, description = "That", body = XrayAnswer),
        (status = 400, description = "An area that is none", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 404, description = "There is no such sign, or the area has none", body = Problem),
        (status = 503, description = "It cannot be read", body = Problem),
    )
)]
pub(super) async fn xray(
    State(shared): State<Shared>,
    called: Called,
    Path(code): Path<String>,
    Asked(which): Asked<WhichVitals>,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "vital signs").await {
        return refused;
    }
    let (area, at) = match which.read() {
        Ok(read) => read,
        Err(error) => return problem(StatusCode::BAD_REQUEST, error),
    };
    let named = root_of(&code);
    let ruled = shared.intake.look(move |hall| match hall.alarms().ruled_of(&named) {
        Ruled::Itself(by, at) | Ruled::Among(by, at) => Some((by.to_owned(), at)),
        Ruled::BuiltIn => None,
    });
    let (seen, ruled) = tokio::join!(vitals::xray(&shared.hub, &code, &area, at), ruled);
    let seen = match seen {
        Ok(seen) => seen,
        Err(refusal) => return wrong(&refusal),
    };
    let in_force = shared.hub.in_force.get();
    let Some(sign) = in_force.alarm_rules().sign(&code) else {
        return problem(StatusCode::NOT_FOUND, format!("there is no vital sign `{code}`"));
    };
    let offset = (shared.hub.utc_offset_secs)(seen.at);
    Json(answer(&seen, sign, ruled.ok().flatten(), (offset, shared.hub.clock.rate()))).into_response()
}

fn answer(
    seen: &VitalXray,
    sign: &VitalSign,
    ruled: Option<(String, Moment)>,
    (utc_offset_secs, rate): (i32, u16),
) -> XrayAnswer {
    let part = |part: &crate::domain::vital::VitalPart| PartRow {
        asked: part.asked.clone(),
        value: part.value,
        weight: part.weight,
        known: part.known,
        fresh: part.fresh,
    };
    let limits = |rule: &LimitRule| {
        let (high, low) = rule.at(seen.at, utc_offset_secs);
        LimitsRow { high: *high, low: *low, pending_secs: rule.pending_secs, keep_secs: rule.keep_secs }
    };
    XrayAnswer {
        code: seen.code.clone(),
        area: seen.area.path().to_owned(),
        at: seen.at.0,
        value: fresh(seen.newest, sign, &seen.area, (seen.at, rate)).map(|(_, value)| value),
        year_before: seen.year,
        nothing: seen.nothing.map(|nothing| match nothing {
            Nothing::NoSensors(_) => "no_sensors",
            Nothing::Missing(_) => "missing",
            Nothing::Undefined => "undefined",
        }),
        missing: seen.missing_known(),
        formula: if let Reckoning::Formula(text) = &sign.reckoning { Some(text.clone()) } else { None },
        about_zh: sign.about.zh.clone(),
        about_en: sign.about.en.clone(),
        parts: seen.parts.iter().map(part).collect(),
        sensors: seen.sensors.iter().map(|sensor| sensor.id.clone()).collect(),
        sensors_all: seen.sensors_all,
        limits: sign.limits.as_ref().map(limits),
        ruled_at: ruled.as_ref().map(|(_, at)| at.0),
        ruled_by: ruled.map(|(by, _)| by),
    }
}

fn wrong(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Unusable { .. } => problem(StatusCode::NOT_FOUND, refusal.to_string()),
        refusal => refused(refusal),
    }
}
