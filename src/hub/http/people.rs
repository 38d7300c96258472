//! The people of a hall, for who may grant rights.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Given, problem};
use super::caller::{Called, refused};
use super::shapes::{OrderRefused, Problem};
use super::sign_in::people_problem;
use crate::domain::rights::{Area, Right, Role, Standing};
use crate::store::people::{By, People, PeopleError, Person, Proof};

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonRow {
    /// The name to sign in with, which facts have.
    name: String,
    /// The name that screens show.
    shown: String,
    /// The roles.
    roles: Vec<String>,
    /// The area within which they count; empty for the whole city.
    area: String,
    /// Locked out.
    disabled: bool,
    /// It shows a key instead of a password.
    by_key: bool,
}

impl From<Person> for PersonRow {
    fn from(Person { name, shown, standing, disabled, by_key }: Person) -> Self {
        let roles = standing.roles.iter().map(|role| role.word().to_owned()).collect();
        Self { name, shown, roles, area: standing.area.path().to_owned(), disabled, by_key }
    }
}

/// A new account.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPerson {
    /// The name to sign in with: up to 40 characters without blanks, colons and slashes.
    name: String,
    /// The name that screens show; without it `name`.
    #[serde(default)]
    shown: String,
    /// One role or more; `source` alone for a system that reports.
    roles: Vec<String>,
    /// The area within which they count, names with slashes between; without it the whole city.
    #[serde(default)]
    area: String,
    /// 10 characters or more; without it a key is made.
    password: Option<String>,
}

/// What is to be otherwise.
#[derive(Deserialize, ToSchema)]
pub(super) struct PersonChange {
    /// Lock out, or let in again.
    disabled: Option<bool>,
    /// Another password.
    password: Option<String>,
    /// True: another key instead of what there was.
    #[serde(default)]
    key: bool,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyAnswer {
    /// To be shown as `Authorization: Bearer KEY`; told this once. Null where the account has a password.
    key: Option<String>,
}

/// Everybody, by name.
#[utoipa::path(
    get,
    path = "/api/people",
    responses(
        (status = 200, description = "All accounts", body = [PersonRow]),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, which the answer names", body = Problem),
        (status = 409, description = "A demo hub, where nobody signs in", body = Problem),
        (status = 503, description = "The hub cannot read its log", body = Problem),
    )
)]
pub(super) async fn list(State(shared): State<Shared>, called: Called) -> Response {
    let listed = with_people(&shared, &called, "people", |people, _| Ok(people.all()?)).await;
    listed.map_or_else(
        |refused| refused,
        |all| Json(all.into_iter().map(PersonRow::from).collect::<Vec<_>>()).into_response(),
    )
}

/// Make an account.
#[utoipa::path(
    post,
    path = "/api/people",
    request_body = NewPerson,
    responses(
        (status = 200, description = "Made", body = KeyAnswer),
        (status = 409, description = "There is one of that name, or a demo hub, where nobody signs in", body = Problem),
        (status = 413, description = "Too long", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn add(State(shared): State<Shared>, called: Called, Given(new): Given<NewPerson>) -> Response {
    let roles: Option<Vec<Role>> = new.roles.iter().map(|word| Role::of_word(word)).collect();
    let (Some(roles), Some(area)) = (roles, Area::of(&new.area)) else {
        let what = "roles: are names such as dispatcher; area: is a path of at most four names";
        return problem(StatusCode::UNPROCESSABLE_ENTITY, what);
    };
    let asked = format!("add {}", new.name.chars().take(40).collect::<String>());
    let change = move |people: &mut People, by: &By| {
        let proof = new.password.as_deref().map_or(Proof::Key, Proof::Password);
        people.add(&new.name, &new.shown, &Standing { roles, area }, proof, by)
    };
    let made = with_people(&shared, &called, &asked, change).await;
    made.map_or_else(|refused| refused, |key| Json(KeyAnswer { key }).into_response())
}

/// Lock somebody out or let them in again, or give them another password or key. They are signed out everywhere.
#[utoipa::path(
    post,
    path = "/api/people/{name}",
    params(("name" = String, Path, description = "Whom")),
    request_body = PersonChange,
    responses(
        (status = 200, description = "Changed", body = KeyAnswer),
        (status = 404, description = "There is nobody of that name", body = Problem),
        (status = 409, description = "A demo hub, where nobody signs in", body = Problem),
        (status = 413, description = "Too long", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn change(
    State(shared): State<Shared>,
    called: Called,
    Path(name): Path<String>,
    Given(wanted): Given<PersonChange>,
) -> Response {
    let asked = format!("change {}", name.chars().take(40).collect::<String>());
    let change = move |people: &mut People, by: &By| {
        let key = match (&wanted.password, wanted.key) {
            (Some(password), _) => people.reset(&name, Proof::Password(password), by)?,
            (None, true) => people.reset(&name, Proof::Key, by)?,
            (None, false) => None,
        };
        if let Some(disabled) = wanted.disabled {
            people.disable(&name, disabled, by)?;
        }
        Ok(key)
    };
    let made = with_people(&shared, &called, &asked, change).await;
    made.map_or_else(|refused| refused, |key| Json(KeyAnswer { key }).into_response())
}

/// Do something with the people, on a thread that may wait, where the caller may grant rights.
async fn with_people<T: Send + 'static>(
    shared: &Shared,
    called: &Called,
    asked: &str,
    done: impl FnOnce(&mut People, &By) -> Result<T, PeopleError> + Send + 'static,
) -> Result<T, Response> {
    let keeper = shared.hub.doors.keeper().map_err(|refusal| refused(&refusal))?.clone();
    called.needs(shared, Right::Grant, asked).await?;
    let name = called.caller.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let by = keeper.by(format!("person {name}"), &called.from);
    let change = move || {
        let done = done(&mut keeper.people(), &by);
        keeper.tell_change();
        done
    };
    let done = tokio::task::spawn_blocking(change).await;
    done.map_err(|_| problem(StatusCode::SERVICE_UNAVAILABLE, "the hub is going down"))?
        .map_err(|error| people_problem(&error))
}
