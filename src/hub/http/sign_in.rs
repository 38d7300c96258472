//! Signing in and out, and the first account.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::{Called, From, bearer, refused};
use super::shapes::Problem;
use crate::store::people::PeopleError;

/// Name and password.
#[derive(Deserialize, ToSchema)]
pub(super) struct SignInRequest {
    /// The name of an account.
    name: String,
    /// Its password.
    password: String,
}

/// Somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInAnswer {
    /// To be shown as `Authorization: Bearer TOKEN`; told this once.
    token: String,
    /// When it ends, in milliseconds since 1970; earlier where it is not used.
    until: i64,
    #[serde(flatten)]
    #[schema(inline)]
    who: WhoAnswer,
}

/// Who somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WhoAnswer {
    /// The name, which facts have.
    name: String,
    /// The name that screens show.
    shown: String,
    /// The roles.
    roles: Vec<String>,
    /// The area within which they count; empty for the whole city.
    area: String,
}

impl WhoAnswer {
    fn of(called: &crate::hub::doors::Caller) -> Self {
        let person = called.person.as_ref();
        Self {
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            shown: person.map(|person| person.shown.clone()).unwrap_or_default(),
            roles: called.standing.roles.iter().map(|role| role.word().to_owned()).collect(),
            area: called.standing.area.path().to_owned(),
        }
    }
}

/// Sign in with name and password.
#[utoipa::path(
    post,
    path = "/api/sign-in",
    request_body = SignInRequest,
    responses(
        (status = 200, description = "Signed in", body = SignInAnswer),
        (status = 400, description = "Not JSON of that form", body = Problem),
        (status = 401, description = "Wrong name or password, or locked out", body = Problem),
        (status = 409, description = "A demo hub, where nobody signs in", body = Problem),
        (status = 413, description = "Too long", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 429, description = "Too many failed tries; the header retry-after has the seconds", body = Problem),
        (status = 503, description = "The hub cannot write its log", body = Problem),
    )
)]
pub(super) async fn sign_in(
    State(shared): State<Shared>,
    From(from): From,
    Given(given): Given<SignInRequest>,
) -> Response {
    let keeper = match shared.hub.doors.keeper() {
        Ok(keeper) => keeper,
        Err(refusal) => return refused(&refusal),
    };
    match keeper.sign_in(&given.name, &given.password, None, &from).await {
        Ok(done) => {
            let who = WhoAnswer::of(&done.caller);
            Json(SignInAnswer { token: done.token, until: done.until.0, who }).into_response()
        }
        Err(refusal) => refused(&refusal),
    }
}

/// Who the bearer of the token is.
#[utoipa::path(
    get,
    path = "/api/who",
    responses(
        (status = 200, description = "Signed in", body = WhoAnswer),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 503, description = "The hub cannot read its log", body = Problem),
    )
)]
pub(super) async fn who(called: Called) -> Response {
    Json(WhoAnswer::of(&called.caller)).into_response()
}

/// Sign out: the token that is shown ends.
#[utoipa::path(
    post,
    path = "/api/sign-out",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 409, description = "A demo hub, where nobody signs in", body = Problem),
        (status = 503, description = "The hub cannot write its log", body = Problem),
    )
)]
pub(super) async fn sign_out(State(shared): State<Shared>, From(from): From, headers: HeaderMap) -> Response {
    let done = shared
        .hub
        .doors
        .keeper()
        .and_then(|keeper| keeper.sign_out(bearer(&headers).ok_or(crate::domain::Refusal::NotSignedIn)?, &from));
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => {
            shared.hub.doors.turned_away(bearer(&headers), "sign out", &refusal, &from).await;
            refused(&refusal)
        }
    }
}

/// The first account of a hall.
#[derive(Deserialize, ToSchema)]
pub(super) struct SetUpRequest {
    /// As the hub printed it when it started with nobody there.
    token: String,
    /// The name to sign in with.
    name: String,
    /// The name that screens show; without it `name`.
    #[serde(default)]
    shown: String,
    /// 10 characters or more.
    password: String,
}

/// Make the first account, a security administrator, who makes all others. The set-up token works once.
#[utoipa::path(
    post,
    path = "/api/set-up",
    request_body = SetUpRequest,
    responses(
        (status = 204, description = "Made"),
        (status = 400, description = "Not JSON of that form", body = Problem),
        (status = 401, description = "The token is wrong, or was used", body = Problem),
        (status = 409, description = "A demo hub, where nobody signs in", body = Problem),
        (status = 413, description = "Too long", body = Problem),
        (status = 415, description = "Not said to be JSON", body = Problem),
        (status = 422, description = "Name or password cannot be taken", body = Problem),
        (status = 429, description = "Too many tries; `retry-after` says how many seconds to wait", body = Problem),
        (status = 503, description = "The hub cannot write its log", body = Problem),
    )
)]
pub(super) async fn set_up(
    State(shared): State<Shared>,
    From(from): From,
    Given(given): Given<SetUpRequest>,
) -> Response {
    let keeper = match shared.hub.doors.keeper() {
        Ok(keeper) => keeper.clone(),
        Err(refusal) => return refused(&refusal),
    };
    let make = move || {
        let SetUpRequest { token, name, shown, password } = given;
        keeper.set_up(&token, (&name, &shown), &password, &from)
    };
    match tokio::task::spawn_blocking(make).await {
        Ok(Ok(Ok(()))) => StatusCode::NO_CONTENT.into_response(),
        Ok(Ok(Err(error))) => people_problem(&error),
        Ok(Err(refusal)) => refused(&refusal),
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "the hub is going down"),
    }
}

/// What is answered where people cannot be changed so.
pub(super) fn people_problem(error: &PeopleError) -> Response {
    let status = match error {
        PeopleError::SetUp => StatusCode::UNAUTHORIZED,
        PeopleError::Unknown(_) => StatusCode::NOT_FOUND,
        PeopleError::Taken(_) => StatusCode::CONFLICT,
        PeopleError::Store(_) | PeopleError::NoSecret(_) => {
            tracing::error!(%error, "people cannot be changed");
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    problem(status, error.to_string())
}
