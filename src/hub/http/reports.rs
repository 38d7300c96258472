//! Reports and calls: from other systems, from a hotline.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Shared;
use super::body::{Row, Rows, problem};
use super::caller::Called;
use super::lenient::{CallsBody, ReportsBody};
use super::rows::{self, Fault};
use super::shapes::{AcceptedRow, Problem, RefusedRow, ReportsAnswer};
use crate::domain::rights::{Area, Right};
use crate::domain::{Order, Refusal};
use crate::hub::clerk::Signed;

fn refused(row: usize, Fault { field, reason }: Fault) -> RefusedRow {
    RefusedRow { row, field, reason }
}

/// What of `rows` can be read, each with its number from 1, and what cannot.
pub(super) fn sort_rows<T>(
    rows: Vec<Row>,
    read: impl Fn(&Value) -> Result<T, Fault>,
) -> (Vec<(usize, T)>, Vec<RefusedRow>) {
    let (mut good, mut bad) = (Vec::with_capacity(rows.len()), Vec::new());
    for (row, value) in (1..).zip(rows) {
        match value.and_then(|value| read(&value)) {
            Ok(read) => good.push((row, read)),
            Err(fault) => bad.push(refused(row, fault)),
        }
    }
    (good, bad)
}

/// Take in one report or a batch. Good rows go in whatever is wrong with others.
#[utoipa::path(
    post,
    path = "/api/reports",
    request_body(content = ReportsBody, description = "One report or an array of at most 20,000"),
    responses(
        (status = 200, description = "At least one row went in", body = ReportsAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 400, description = "Neither an object nor an array, or not JSON", body = Problem),
        (status = 413, description = "Over 16 MiB or 20,000 rows", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 422, description = "No row went in", body = ReportsAnswer),
        (status = 503, description = "The hub cannot write its log or is going down", body = Problem),
    )
)]
pub(super) async fn take(State(shared): State<Shared>, called: Called, Rows(rows): Rows) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Report, "report").await {
        return refused;
    }
    let (now, latest) = (shared.hub.clock.now(), shared.hub.clock.latest());
    let (good, refused_rows) = sort_rows(rows, |value| {
        let report = rows::report(value, now, latest, &|kind| shared.hub.in_force.grade_of(kind))?;
        Ok((report, rows::area(value)?))
    });
    let good = good.into_iter().map(|(row, (report, area))| (row, Order::TakeReport(report), area)).collect();
    take_in(&shared, &called, good, refused_rows).await
}

/// Take in one call or a batch: reports that say who called. Good rows go in whatever is wrong with others. A caller's
/// own data is kept apart, where it can be erased; facts and answers have it masked.
#[utoipa::path(
    post,
    path = "/api/calls",
    request_body(content = CallsBody, description = "One call or an array of at most 20,000"),
    responses(
        (status = 200, description = "At least one row went in", body = ReportsAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 400, description = "Neither an object nor an array, or not JSON", body = Problem),
        (status = 413, description = "Over 16 MiB or 20,000 rows", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 422, description = "No row went in", body = ReportsAnswer),
        (status = 503, description = "The hub cannot write its log or is going down", body = Problem),
    )
)]
pub(super) async fn take_calls(State(shared): State<Shared>, called: Called, Rows(rows): Rows) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Report, "call").await {
        return refused;
    }
    let (now, latest) = (shared.hub.clock.now(), shared.hub.clock.latest());
    let (good, refused_rows) =
        sort_rows(rows, |value| rows::call(value, now, latest, &|kind| shared.hub.in_force.grade_of(kind)));
    let good = good.into_iter().map(|(row, call)| (row, Order::TakeCall(Box::new(call)), None)).collect();
    take_in(&shared, &called, good, refused_rows).await
}

/// Carry out what rows ask for, and answer row by row.
async fn take_in(
    shared: &Shared,
    called: &Called,
    good: Vec<(usize, Order, Option<Area>)>,
    refused_rows: Vec<RefusedRow>,
) -> Response {
    let mut answer = ReportsAnswer { accepted: Vec::new(), refused: refused_rows };
    let mut asked = Vec::with_capacity(good.len());
    let mut signed = Vec::with_capacity(good.len());
    for (row, order, area) in good {
        let Some(report) = order.report() else { continue };
        asked.push((row, report.source_id.clone()));
        let by = called.caller.signer_of(report, &called.from);
        signed.push(Signed { by, order, command: None, area, at: None });
    }
    let results = match shared.intake.orders(signed).await {
        Ok(results) => results,
        Err(down) => return down.into_response(),
    };
    if results.iter().any(|result| matches!(result, Err(Refusal::NotWritten | Refusal::ReadOnly))) {
        return problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "the hub could not write its log; nothing went in, send it again",
        );
    }
    for ((row, source_id), result) in asked.into_iter().zip(results) {
        match result {
            Ok(taken) => {
                let incident = taken.incident.map(|id| id.0);
                answer.accepted.push(AcceptedRow { row, source_id, incident, changed: taken.changed });
            }
            Err(refusal) => answer.refused.push(refused(row, refusal.into())),
        }
    }
    answer.refused.sort_by_key(|r| r.row);
    let nothing = answer.accepted.is_empty() && !answer.refused.is_empty();
    let status = if nothing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, Json(answer)).into_response()
}
