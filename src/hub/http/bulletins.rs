//! Reports of a case to those above (信息报送) over HTTP: what was filed, what is owed, and filing the next one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::Called;
use super::shapes::{LookRefused, OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out_as};
use crate::domain::rights::Right;
use crate::domain::{Actor, Bulletin, Filed, Hall, Incident, IncidentId, Moment, Order, Refusal};
use crate::hub::Inner;

/// A report that is owed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct OwedRow {
    /// `first` 首报, `follow` 续报 or `final` 终报.
    which: String,
    /// Until when, milliseconds since 1970.
    due_at: i64,
    /// `green` (in time), `yellow` (soon due) or `red` (late).
    lamp: String,
}

impl OwedRow {
    /// What is owed for `incident` at `now`; `None` where nothing is.
    pub(super) fn of(hall: &Hall, incident: &Incident, hub: &Inner, now: Moment) -> Option<Self> {
        let owed = hub.in_force.get().limits().owed(hall, incident)?;
        let (which, lamp) = (owed.which.word().to_owned(), owed.lamp(now).word().to_owned());
        Some(Self { which, due_at: owed.due.0, lamp })
    }
}

/// A report that was filed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FiledRow {
    /// `first`, `follow` or `final`.
    which: String,
    /// When, milliseconds since 1970.
    at: i64,
    /// `person` or `source`.
    by: String,
    /// The name of that person or source.
    name: String,
    /// What it says.
    text: String,
}

impl FiledRow {
    fn of(filed: &Filed) -> Self {
        let (by, name) = match &filed.by {
            Actor::Person(name) => ("person", name),
            Actor::Source(name) => ("source", name),
        };
        Self {
            which: filed.which.word().to_owned(),
            at: filed.at.0,
            by: by.to_owned(),
            name: name.clone(),
            text: filed.text.clone(),
        }
    }
}

/// The reports of a case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct BulletinsAnswer {
    /// Which can be filed next: `first`, `follow` or `final`; null once the final one was, until the case goes back.
    next: Option<String>,
    /// Which is owed; null where none is.
    owed: Option<OwedRow>,
    /// What was filed, first filed first.
    filed: Vec<FiledRow>,
}

/// A report to those above.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulletinRow {
    /// `first` 首报, `follow` 续报 or `final` 终报.
    #[schema(value_type = String)]
    which: Bulletin,
    /// What it says.
    text: String,
    /// Who files it, at a hub where nobody signs in; elsewhere the hub knows.
    #[serde(default)]
    by: Option<String>,
}

/// The reports of a case to those above 信息报送: what was filed and what is owed. Of cases that left the hall
/// `/api/incidents/{id}/facts` has them.
#[utoipa::path(
    get,
    path = "/api/incidents/{id}/bulletins",
    params(("id" = u64, Path, description = "Number of the incident")),
    responses(
        (status = 200, description = "They", body = BulletinsAnswer),
        (status = 404, description = "There is no such incident, open or closed within the last day", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn list(State(shared): State<Shared>, Path(id): Path<u64>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "reports of an incident").await {
        return refused;
    }
    let (id, now) = (IncidentId(id), shared.hub.clock.now());
    let hub = Arc::clone(&shared.hub);
    let look = move |hall: &Hall| {
        let incident = hall.incident(id)?;
        let filed = hall.bulletins(id).map(|own| own.filed.iter().map(FiledRow::of).collect());
        Some(BulletinsAnswer {
            next: hall.next_bulletin(incident).map(|which| which.word().to_owned()),
            owed: OwedRow::of(hall, incident, &hub, now),
            filed: filed.unwrap_or_default(),
        })
    };
    match shared.intake.look(look).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, Refusal::UnknownIncident(id).to_string()),
        Err(down) => down.into_response(),
    }
}

/// File a report of a case to those above 信息报送.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/bulletins",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("Idempotency-Key" = Option<String>, Header, description = "Asked again with the same key it is carried out once"),
    ),
    request_body(content = BulletinRow),
    responses(
        (status = 200, description = "Filed; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn file(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(BulletinRow { which, text, by }): Given<BulletinRow>,
) -> Response {
    let order = Order::FileReport { incident: IncidentId(id), which, text };
    carry_out_as(&shared, &called, by.as_deref(), order).await
}
