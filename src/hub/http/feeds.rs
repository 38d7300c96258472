//! How the hub's own feeds fare.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::caller::Called;
use super::quality::ReasonRow;
use super::shapes::Problem;
use crate::domain::rights::Right;
use crate::feeds::sources::FeedState;
use crate::hub::Inner;

/// A feed of the hub.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FeedRow {
    /// Its name.
    name: String,
    /// `series`, `poll` or `mqtt`.
    sort: String,
    /// Where its source is, without anything secret.
    at: String,
    /// `starting`, `running`, `failing` (it is tried again) or `ended`.
    state: String,
    /// When its source was last heard, milliseconds since 1970; null where it never was.
    heard_at: Option<i64>,
    /// What went wrong last; null where nothing did. It may be over, see `state`.
    error: Option<String>,
    /// When that was, milliseconds since 1970.
    error_at: Option<i64>,
    /// How often something went wrong, one time after the other; 0 where all is well.
    failures: u32,
    /// Readings that came, whatever became of them.
    rows: usize,
    /// Kept, in order and in time.
    kept: usize,
    /// Kept, after newer ones of their sensors.
    out_of_order: usize,
    /// Kept, but later than their sensors are fresh.
    late: usize,
    /// Known already.
    duplicate: usize,
    /// Not kept, by reason.
    refused: Vec<ReasonRow>,
    /// Sensors that were seen for the first time.
    first_seen: usize,
    /// Values that were not measured, by what the source says.
    missing: u64,
    /// How often the source had nothing new.
    unchanged: u64,
}

impl From<FeedState> for FeedRow {
    fn from(state: FeedState) -> Self {
        let FeedState { name, sort, at, doing, heard_at, error, failures, counted, missing, unchanged } = state;
        let refused = counted.refused.iter().map(|(unfit, count)| ReasonRow::new(*unfit, *count as u64)).collect();
        Self {
            name,
            sort: sort.word().to_owned(),
            at,
            state: doing.word().to_owned(),
            heard_at: heard_at.map(|at| at.0),
            error_at: error.as_ref().map(|(at, _)| at.0),
            error: error.map(|(_, text)| text),
            failures,
            rows: counted.rows,
            kept: counted.kept,
            out_of_order: counted.out_of_order,
            late: counted.late,
            duplicate: counted.duplicate,
            refused,
            first_seen: counted.first_seen,
            missing,
            unchanged,
        }
    }
}

/// The feeds of a hub.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FeedsAnswer {
    /// In the order of its file.
    feeds: Vec<FeedRow>,
    /// Readings of the hub's own, vital signs and what a demo city measures, that found no room since it began.
    lost: u64,
}

/// How the hub's own feeds of readings fare: what they took in since the hub began, and what went wrong last.
#[utoipa::path(
    get,
    path = "/api/feeds",
    responses(
        (status = 200, description = "All feeds", body = FeedsAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
    )
)]
pub(super) async fn look(State(shared): State<Shared>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "feeds").await {
        return refused;
    }
    Json(feeds_of(&shared.hub)).into_response()
}

/// What the hub tells of its feeds.
pub(super) fn feeds_of(hub: &Inner) -> FeedsAnswer {
    let feeds = hub.feeds.look().into_iter().map(FeedRow::from).collect();
    FeedsAnswer { feeds, lost: hub.readings.lost() }
}
