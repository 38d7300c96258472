//! Alarms over HTTP: which there are, what is done about them, cases of them, maintenance.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, Given, problem};
use super::caller::Called;
use super::rows::moment_of;
use super::shapes::{LookRefused, OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out, ordered};
use crate::domain::alarm::{Alarm, Maintenance, Told, Window, urgency};
use crate::domain::rights::{Area, Right};
use crate::domain::{AlarmId, AlarmStep, Grade, Hall, IncidentId, Moment, Order, SensorKind};

/// An acknowledgement.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct AcknowledgedRow {
    /// Who.
    by: String,
    /// When, milliseconds since 1970.
    at: i64,
    /// What they said to it; may be empty.
    comment: String,
}

/// Why it makes no noise.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ShelfRow {
    /// Who put it there.
    by: String,
    /// Until when, milliseconds since 1970.
    until: i64,
    /// Why.
    reason: String,
}

/// Who had it before their eyes when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct SeenRow {
    /// Who.
    by: String,
    /// When, milliseconds since 1970.
    at: i64,
}

/// Whose screens it was sent to when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ToldRow {
    /// When, milliseconds since 1970.
    at: i64,
    /// Whose, by name.
    to: Vec<String>,
    /// So many others, who are not named.
    more: u32,
}

impl From<&Told> for ToldRow {
    fn from(told: &Told) -> Self {
        Self { at: told.at.0, to: told.to.clone(), more: told.more }
    }
}

/// An alarm.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct AlarmRow {
    /// Its number.
    id: u64,
    /// The identity of its source: that of a sensor.
    source: String,
    /// What people call the source.
    name: String,
    /// `high`, `low` or `no_data`.
    kind: String,
    /// `I` red, `II` orange, `III` yellow, `IV` blue.
    level: String,
    /// What the source measures.
    measures: String,
    /// What it showed when that was told last; null where it says nothing.
    value: Option<f64>,
    /// The limit that was crossed.
    limit: Option<f64>,
    /// Their unit.
    unit: String,
    /// The rule by which it is.
    rule: String,
    /// WGS 84 degrees east.
    lon: Option<f64>,
    /// WGS 84 degrees north.
    lat: Option<f64>,
    /// The area in which it counts.
    area: String,
    /// Behind what its source hangs, a path with slashes, nearest first; may be empty.
    upstream: String,
    /// Whether it is wrong still.
    active: bool,
    /// When it was raised last, milliseconds since 1970.
    raised_at: i64,
    /// When it cleared; null while it is active.
    cleared_at: Option<i64>,
    /// Who took note of it; null while it waits for that.
    acknowledged: Option<AcknowledgedRow>,
    /// Who looks after it; empty where nobody was told to.
    assigned: String,
    /// While it is shelved.
    shelved: Option<ShelfRow>,
    /// The case about it.
    incident: Option<u64>,
    /// Whose screens it was sent to when it was raised last, or got worse since; null where nobody's was.
    told: Option<ToldRow>,
    /// Who had it before their eyes first when, since it was raised last.
    seen: Vec<SeenRow>,
    /// How often it was raised within the last hour.
    last_hour: usize,
}

pub(super) fn level(grade: Grade) -> &'static str {
    match grade {
        Grade::I => "I",
        Grade::II => "II",
        Grade::III => "III",
        Grade::IV => "IV",
    }
}

impl AlarmRow {
    fn new(alarm: &Alarm, now: Moment) -> Self {
        let what = &alarm.what;
        Self {
            id: alarm.id.0,
            source: what.source.clone(),
            name: what.name.clone(),
            kind: what.kind.word().to_owned(),
            level: level(what.level).to_owned(),
            measures: what.measures.word().to_owned(),
            value: what.value,
            limit: what.limit,
            unit: what.unit.clone(),
            rule: what.rule.clone(),
            lon: what.at.map(|at| at.lon),
            lat: what.at.map(|at| at.lat),
            area: what.area.path().to_owned(),
            upstream: what.upstream.clone(),
            active: alarm.is_active(),
            raised_at: alarm.raised_at.0,
            cleared_at: alarm.cleared_at.map(|at| at.0),
            acknowledged: alarm.acknowledged.as_ref().map(|it| AcknowledgedRow {
                by: it.by.clone(),
                at: it.at.0,
                comment: it.comment.clone(),
            }),
            assigned: alarm.assigned.clone(),
            shelved: alarm.shelf.as_ref().map(|shelf| ShelfRow {
                by: shelf.by.clone(),
                until: shelf.until.0,
                reason: shelf.reason.clone(),
            }),
            incident: alarm.incident.map(|incident| incident.0),
            told: alarm.told.as_ref().map(Into::into),
            seen: alarm.seen.iter().map(|(by, at)| SeenRow { by: by.clone(), at: at.0 }).collect(),
            last_hour: alarm.times_since(now.plus_millis(-3_600_000)),
        }
    }
}

/// A maintenance.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct MaintenanceRow {
    /// Its number.
    id: u64,
    /// The source in maintenance; empty for all that the rest says.
    source: String,
    /// What measures this; null for all.
    kind: Option<String>,
    /// Within this area.
    area: String,
    /// From when on, milliseconds since 1970.
    from: i64,
    /// Until when, milliseconds since 1970.
    until: i64,
    /// Why.
    reason: String,
    /// Who said so.
    by: String,
}

impl MaintenanceRow {
    fn new(id: u64, window: &Window) -> Self {
        let Window { what, by } = window;
        Self {
            id,
            source: what.source.clone(),
            kind: what.measures.map(|kind| kind.word().to_owned()),
            area: what.area.path().to_owned(),
            from: what.from.0,
            until: what.until.0,
            reason: what.reason.clone(),
            by: by.clone(),
        }
    }
}

/// The alarms.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct AlarmsAnswer {
    /// What calls for somebody first, then the worst, then the newest.
    alarms: Vec<AlarmRow>,
    /// What is in maintenance, or will be.
    maintenance: Vec<MaintenanceRow>,
    /// Who put the limits in force; null where they are those built in.
    ruled_by: Option<String>,
    /// When they did, milliseconds since 1970.
    ruled_at: Option<i64>,
}

/// Which alarms.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichAlarms {
    /// Those too that are cleared and acknowledged, of the last day.
    over: Option<bool>,
    /// Only what concerns this area, a path with slashes between: what lies in it, and what lies nobody knows where.
    area: Option<String>,
}

/// The alarms that are active or not acknowledged.
#[utoipa::path(
    get,
    path = "/api/alarms",
    params(WhichAlarms),
    responses(
        (status = 200, description = "They", body = AlarmsAnswer),
        (status = 400, description = "A filter that cannot be read", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn list(State(shared): State<Shared>, called: Called, Asked(which): Asked<WhichAlarms>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "alarms").await {
        return refused;
    }
    let Some(area) = Area::of(which.area.as_deref().unwrap_or_default()) else {
        return problem(StatusCode::BAD_REQUEST, "area: is a path of at most four names with slashes between");
    };
    let (now, over) = (shared.hub.clock.now(), which.over.unwrap_or(false));
    let look = move |hall: &Hall| {
        let alarms = hall.alarms();
        let wanted = |alarm: &&Alarm| (over || alarm.is_standing()) && alarm.what.concerns(&area);
        let mut found: Vec<&Alarm> = alarms.all().filter(wanted).collect();
        found.sort_by_cached_key(|alarm| (!alarms.calls(alarm, now), urgency(alarm)));
        AlarmsAnswer {
            alarms: found.into_iter().map(|alarm| AlarmRow::new(alarm, now)).collect(),
            maintenance: alarms.windows().map(|(id, window)| MaintenanceRow::new(id, window)).collect(),
            ruled_by: alarms.ruled().map(|(who, _)| who.to_owned()),
            ruled_at: alarms.ruled().map(|(_, at)| at.0),
        }
    };
    match shared.intake.look(look).await {
        Ok(answer) => Json(answer).into_response(),
        Err(down) => down.into_response(),
    }
}

/// What is done about an alarm.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "move", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum AlarmMove {
    /// Whoever asks has it before their eyes.
    Seen,
    /// 确认.
    Acknowledge {
        /// What they say to it.
        #[serde(default)]
        comment: String,
    },
    /// 指派.
    Assign {
        /// Who is to look after it, by name; empty for nobody.
        to: String,
    },
    /// 搁置: no noise for a while.
    Shelve {
        /// For so many minutes, a week at most.
        minutes: u32,
        /// Why.
        reason: String,
    },
    /// Back from the shelf.
    Unshelve,
    /// A case that is there is about it.
    Case {
        /// Its number.
        incident: u64,
    },
}

/// Do something about an alarm.
#[utoipa::path(
    post,
    path = "/api/alarms/{id}/moves",
    params(("id" = u64, Path, description = "Its number")),
    request_body(content = AlarmMove),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such alarm", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn make_move(
    State(shared): State<Shared>,
    called: Called,
    Path(id): Path<u64>,
    Given(wanted): Given<AlarmMove>,
) -> Response {
    let alarm = AlarmId(id);
    let step = match wanted {
        AlarmMove::Seen => AlarmStep::Seen { alarm },
        AlarmMove::Acknowledge { comment } => AlarmStep::Acknowledge { alarm, comment },
        AlarmMove::Assign { to } => AlarmStep::Assign { alarm, to },
        AlarmMove::Shelve { minutes, reason } => {
            let until = shared.hub.clock.for_orders().plus_millis(i64::from(minutes) * 60_000);
            AlarmStep::Shelve { alarm, until, reason }
        }
        AlarmMove::Unshelve => AlarmStep::Unshelve { alarm },
        AlarmMove::Case { incident } => AlarmStep::Case { alarm, incident: IncidentId(incident) },
    };
    carry_out(&shared, &called, Order::MoveAlarm(Box::new(step))).await
}

/// What a case of an alarm says; what is left out is as its rule has it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseOfAlarmRow {
    /// Code of the kind in the catalogue.
    kind: Option<String>,
    /// `I` to `IV`; the level of the alarm without it.
    grade: Option<String>,
    /// In words.
    text: Option<String>,
}

/// The case of an alarm.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct CaseAnswer {
    /// The newest fact after it.
    seq: u64,
    /// The case.
    incident: Option<u64>,
}

/// Make a case of an alarm.
#[utoipa::path(
    post,
    path = "/api/alarms/{id}/case",
    params(("id" = u64, Path, description = "Its number")),
    request_body(content = CaseOfAlarmRow),
    responses(
        (status = 200, description = "There is a case; on disk", body = CaseAnswer),
        (status = 404, description = "There is no such alarm", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn make_case(
    State(shared): State<Shared>,
    called: Called,
    Path(id): Path<u64>,
    Given(row): Given<CaseOfAlarmRow>,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Alarm, "case of an alarm").await {
        return refused;
    }
    let in_force = shared.hub.in_force.get();
    let look = move |hall: &Hall| {
        let what = &hall.alarms().get(AlarmId(id))?.what;
        let name = in_force.alarm_rules().rule(&what.rule).map_or("", |rule| rule.name.zh.as_str());
        Some((what.case_kind.clone(), what.level, what.in_signs(name)))
    };
    let (kind, grade, text) = match shared.intake.look(look).await {
        Ok(Some(known)) => known,
        Ok(None) => {
            return problem(StatusCode::NOT_FOUND, crate::domain::Refusal::UnknownAlarm(AlarmId(id)).to_string());
        }
        Err(down) => return down.into_response(),
    };
    let grade = match row.grade.as_deref() {
        None => grade,
        Some(wanted) => match Grade::ALL.into_iter().find(|grade| level(*grade) == wanted) {
            Some(grade) => grade,
            None => return problem(StatusCode::UNPROCESSABLE_ENTITY, "grade: is I, II, III or IV"),
        },
    };
    let order = Order::CaseOfAlarm {
        alarm: AlarmId(id),
        kind: row.kind.unwrap_or(kind),
        grade,
        text: row.text.unwrap_or(text),
    };
    match ordered(&shared, &called, order).await {
        Ok(taken) => {
            Json(CaseAnswer { seq: taken.seq.0, incident: taken.incident.map(|incident| incident.0) }).into_response()
        }
        Err(refused) => refused,
    }
}

/// What goes into maintenance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MaintainRow {
    /// This source alone; without it all that the rest says.
    #[serde(default)]
    source: String,
    /// What measures this; without it all.
    kind: Option<String>,
    /// Within this area, a path with slashes between; without it the whole city.
    #[serde(default)]
    area: String,
    /// From when on, RFC 3339; now without it.
    from: Option<String>,
    /// For so many minutes, 92 days at most.
    minutes: u32,
    /// Why.
    reason: String,
}

/// Put sources into maintenance: nothing is raised of them meanwhile, and nothing of them calls for anybody.
#[utoipa::path(
    post,
    path = "/api/maintenance",
    request_body(content = MaintainRow),
    responses((status = 200, description = "Known; on disk", body = OrderAnswer), OrderRefused)
)]
pub(super) async fn maintain(State(shared): State<Shared>, called: Called, Given(row): Given<MaintainRow>) -> Response {
    let wrong = |text: &str| problem(StatusCode::UNPROCESSABLE_ENTITY, text);
    let Some(area) = Area::of(&row.area) else {
        return wrong("area: is a path of at most four names with slashes between");
    };
    let measures = match row.kind.as_deref().map(SensorKind::of_word) {
        Some(None) => return wrong("kind: there is no such kind of sensor"),
        other => other.flatten(),
    };
    let from = match row.from.as_deref().map(moment_of) {
        Some(None) => return wrong("from: is a time as 2026-11-21T08:00:00+08:00"),
        other => other.flatten().unwrap_or_else(|| shared.hub.clock.for_orders()),
    };
    let until = from.plus_millis(i64::from(row.minutes) * 60_000);
    let window = Maintenance { source: row.source, measures, area, from, until, reason: row.reason };
    carry_out(&shared, &called, Order::MoveAlarm(Box::new(AlarmStep::Maintain(window)))).await
}

/// End a maintenance before its time.
#[utoipa::path(
    delete,
    path = "/api/maintenance/{id}",
    params(("id" = u64, Path, description = "Its number")),
    responses(
        (status = 200, description = "It is over; on disk", body = OrderAnswer),
        (status = 404, description = "There is none", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn end_maintenance(State(shared): State<Shared>, called: Called, Path(id): Path<u64>) -> Response {
    carry_out(&shared, &called, Order::MoveAlarm(Box::new(AlarmStep::EndMaintenance { window: id }))).await
}
