//! The roll over HTTP: for the devices of crews, and for whoever wants to know who is there.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::Called;
use super::shapes::{LookRefused, OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out};
use crate::domain::rights::Right;
use crate::domain::{Called as CalledOnes, CrewId, Moment, Order, Refusal, Roll, RollParty};

/// One of those who were called.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RollRow {
    /// The post by name, one of the shift that nobody has by its code; null for a crew.
    post: Option<String>,
    /// The number of the crew; null for a post.
    crew: Option<u32>,
    /// `here`, `late`, `awaited` or `absent`.
    presence: String,
    /// When they answered, milliseconds since 1970; null where they did not.
    answered_at: Option<i64>,
}

/// The roll that is called, or was called last.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct RollAnswer {
    /// What was said with it.
    words: String,
    /// When it was called, milliseconds since 1970.
    called_at: i64,
    /// When it is over, milliseconds since 1970.
    over_at: i64,
    /// Whether it is over.
    over: bool,
    /// How many answered in time.
    here: usize,
    /// How many answered when it was over.
    late: usize,
    /// How many have time left.
    awaited: usize,
    /// How many did not answer.
    absent: usize,
    /// All of them: posts first.
    entries: Vec<RollRow>,
}

impl RollAnswer {
    fn new(roll: &Roll, now: Moment) -> Self {
        let [here, late, awaited, absent] = roll.counts(now);
        let rows = roll.entries.iter().map(|(party, entry)| {
            let (post, crew) = match party {
                RollParty::Post(post) => (Some(post.clone()), None),
                RollParty::Crew(crew) => (None, Some(crew.0)),
            };
            let answered_at = entry.answer.as_ref().map(|said| said.at.0);
            RollRow { post, crew, presence: roll.of(entry, now).word().to_owned(), answered_at }
        });
        Self {
            words: roll.words.clone(),
            called_at: roll.called_at.0,
            over_at: roll.over_at().0,
            over: roll.is_over(now),
            here,
            late,
            awaited,
            absent,
            entries: rows.collect(),
        }
    }
}

/// A roll to call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RollCallRow {
    /// What is said with it.
    #[serde(default)]
    words: String,
}

/// An answer to the roll.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HereRow {
    /// The number of the crew that answers; without, whoever asks answers for their post.
    crew: Option<u32>,
    /// What is said with it.
    #[serde(default)]
    words: String,
}

/// The roll that is called, or was called last.
#[utoipa::path(
    get,
    path = "/api/roll",
    responses(
        (status = 200, description = "Who is there", body = RollAnswer),
        (status = 404, description = "No roll was called", body = Problem),
        LookRefused,
    )
)]
pub(super) async fn look(State(shared): State<Shared>, called: Called) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "roll").await {
        return refused;
    }
    let now = shared.hub.clock.now();
    match shared.intake.look(move |hall| hall.roll().map(|roll| RollAnswer::new(roll, now))).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, Refusal::NoRoll.to_string()),
        Err(down) => down.into_response(),
    }
}

/// Call the roll: every post that has a screen, every post of the shift on duty and every crew on duty.
#[utoipa::path(
    post,
    path = "/api/roll",
    request_body(content = RollCallRow),
    responses((status = 200, description = "Called; on disk", body = OrderAnswer), OrderRefused)
)]
pub(super) async fn call(State(shared): State<Shared>, called: Called, Given(row): Given<RollCallRow>) -> Response {
    let order = Order::CallRoll { words: row.words, called: Box::new(CalledOnes::default()) };
    carry_out(&shared, &called, order).await
}

/// Answer the roll, for a crew or for one's own post.
#[utoipa::path(
    post,
    path = "/api/roll/answer",
    request_body(content = HereRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 400, description = "Not JSON of that form", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing", body = Problem),
        (status = 404, description = "No roll was called, or this party is not called", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 503, description = "The hub cannot write its log or is going down", body = Problem),
    )
)]
pub(super) async fn answer(State(shared): State<Shared>, called: Called, Given(row): Given<HereRow>) -> Response {
    let order = Order::AnswerRoll { crew: row.crew.map(CrewId), words: row.words };
    carry_out(&shared, &called, order).await
}

/// End the roll before its time is up.
#[utoipa::path(
    post,
    path = "/api/roll/end",
    responses(
        (status = 200, description = "Over; on disk", body = OrderAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing", body = Problem),
        (status = 404, description = "No roll was called", body = Problem),
        (status = 503, description = "The hub cannot write its log or is going down", body = Problem),
    )
)]
pub(super) async fn end(State(shared): State<Shared>, called: Called) -> Response {
    carry_out(&shared, &called, Order::EndRoll).await
}
