//! The audit chain over HTTP, for auditors alone: who asked what, and what came of it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, problem};
use super::caller::{Called, refused};
use super::shapes::Problem;
use crate::domain::rights::Right;
use crate::hub::IntakeError;
use crate::hub::clerk::Ask;
use crate::store::Store;
use crate::store::audit::{Record, hex};

/// Most records in one answer.
const PAGE_MAX: usize = 1000;
/// As many where nobody says.
const PAGE: usize = 100;

/// Which records.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditFilter {
    /// Only those with a greater number; without it from the first one on.
    after: Option<u64>,
    /// At most so many, up to 1000; 100 without it.
    limit: Option<usize>,
}

/// One record of the chain.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct AuditRow {
    /// 1, 2, 3 … without gaps.
    number: u64,
    /// When, milliseconds since 1970.
    at: i64,
    /// Who asked, as `person NAME` or `source NAME`.
    who: String,
    /// From where: a seat, an address.
    origin: String,
    /// What was asked, in short.
    asked: String,
    /// `done`, or `refused: ` and why.
    outcome: String,
    /// How many facts came of it.
    facts: u64,
    /// The position in the log of the first of them; where there are none, of the next fact that came.
    first: u64,
    /// Hash of the record before, as 64 hexadecimal digits.
    before: String,
    /// Its own hash, alike.
    hash: String,
}

impl From<Record> for AuditRow {
    fn from(record: Record) -> Self {
        let entry = record.entry;
        Self {
            number: record.number,
            at: entry.at.0,
            who: entry.who,
            origin: entry.origin,
            asked: entry.asked,
            outcome: entry.outcome,
            facts: entry.facts,
            first: record.first,
            before: hex(&record.before),
            hash: hex(&record.hash),
        }
    }
}

/// A page of the chain.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct AuditAnswer {
    /// By number.
    records: Vec<AuditRow>,
    /// The number to go on after; null where this was the last page.
    next: Option<u64>,
}

/// The audit chain, by number: every order, refusal and sign-in, and every change of people. Needs the right `audit` in
/// the whole city. The hashes are told as they stand; `hall audit verify` holds them against the log.
#[utoipa::path(
    get,
    path = "/api/audit",
    params(AuditFilter),
    responses(
        (status = 200, description = "A page", body = AuditAnswer),
        (status = 400, description = "A parameter that cannot be read", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 500, description = "The chain cannot be read", body = Problem),
        (status = 503, description = "The hub is going down", body = Problem),
    )
)]
pub(super) async fn list(State(shared): State<Shared>, called: Called, Asked(filter): Asked<AuditFilter>) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Audit, "audit chain").await {
        return refused;
    }
    if let Err(refusal) = called.caller.may_for_all(Right::Audit) {
        shared.intake.note_refused(&called.signer(), "audit chain", &refusal).await;
        return refused(&refusal);
    }
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let after = filter.after.unwrap_or(0);
    let (reply, answer) = oneshot::channel();
    // One more than is told, to know whether there is another page.
    let read = Box::new(move |store: &Store| drop(reply.send(store.records_after(after, limit + 1))));
    if shared.hub.clerk.send(Ask::Read(read)).await.is_err() {
        return IntakeError::Down.into_response();
    }
    match answer.await {
        Ok(Ok(records)) => Json(page(records, limit)).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "reading the audit chain");
            problem(StatusCode::INTERNAL_SERVER_ERROR, "the audit chain cannot be read: see the hub's own log")
        }
        Err(_) => IntakeError::Down.into_response(),
    }
}

fn page(mut records: Vec<Record>, limit: usize) -> AuditAnswer {
    let more = records.len() > limit;
    records.truncate(limit);
    let next = records.last().map(|last| last.number).filter(|_| more);
    AuditAnswer { records: records.into_iter().map(AuditRow::from).collect(), next }
}
