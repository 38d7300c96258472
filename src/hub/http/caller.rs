//! Who calls: the bearer of a token or a key, and what they may.

use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::Shared;
use super::body::problem;
use crate::domain::rights::Right;
use crate::domain::{Actor, Refusal};
use crate::hub::clerk::Signer;
use crate::hub::doors::Caller;
use crate::hub::doorway::Peer;
use crate::hub::session::SEAT_MAX;
use crate::hub::{Inner, Intake};
use crate::store::secret::hash_of;
use crate::wire::Command;

/// Someone who was let in, with the address they call from.
pub(super) struct Called {
    pub(super) caller: Caller,
    pub(super) from: String,
    /// Identity of what they ask, where they gave it one: asked again it is carried out once.
    pub(super) command: Option<Command>,
}

/// From where screens of this process ask, as records name it.
const HERE: &str = "in this process";
/// Header that gives a request an identity of its own, of the caller's choice.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Longest such identity, in bytes.
const KEY_MAX: usize = 200;

impl Called {
    /// How they sign what they want done.
    pub(super) fn signer(&self) -> Signer {
        // At an open door nobody has a name.
        self.caller.signer(&self.from, || Actor::Source("http".to_owned()))
    }

    /// How they sign as the person whom a request names: where nobody signs in a name is taken as that of a desk is,
    /// elsewhere it can only be their own. Without a name as [`Self::signer`]; why not, where it cannot be taken.
    pub(super) fn signer_as(&self, name: Option<&str>) -> Result<Signer, Refusal> {
        let Some(name) = name.map(str::trim) else { return Ok(self.signer()) };
        let wrong = |reason: String| Err(Refusal::Unusable { field: "by".to_owned(), reason });
        match &self.caller.person {
            Some(person) if person.name == name => Ok(self.signer()),
            Some(_) => wrong("this hub knows who asks, nobody signs for another".to_owned()),
            None if name.is_empty() || name.chars().count() > SEAT_MAX || name.contains(char::is_control) => {
                wrong(format!("is a name of 1 to {SEAT_MAX} characters"))
            }
            None => Ok(self.caller.signer(&format!("{name} {}", self.from), || Actor::Person(name.to_owned()))),
        }
    }

    /// Somebody who asks from within this process, with what they ask of: let in as over HTTP.
    ///
    /// # Errors
    /// [`Refusal::NotSignedIn`].
    pub(super) async fn here(hub: &Arc<Inner>, asked: &str, token: Option<&str>) -> Result<(Shared, Self), Refusal> {
        let caller = match hub.doors.admit(token) {
            Ok(caller) => caller,
            Err(refusal) => {
                hub.doors.turned_away(token, asked, &refusal, HERE).await;
                return Err(refusal);
            }
        };
        let shared = Shared { intake: Intake::new(hub), hub: Arc::clone(hub) };
        Ok((shared, Self { caller, from: HERE.to_owned(), command: None }))
    }

    /// Whether they may do something; where not, what to answer. Recorded, as all refusals are.
    pub(super) async fn needs(&self, shared: &Shared, right: Right, asked: &str) -> Result<(), Response> {
        self.allowed(shared, right, asked).await.map_err(|refusal| refused(&refusal))
    }

    /// The same, with the refusal itself.
    pub(super) async fn allowed(&self, shared: &Shared, right: Right, asked: &str) -> Result<(), Refusal> {
        self.recorded(shared, asked, self.caller.may(right)).await
    }

    /// Whether they may do something that is the whole city's. Recorded where not.
    pub(super) async fn allowed_for_all(&self, shared: &Shared, right: Right, asked: &str) -> Result<(), Refusal> {
        self.recorded(shared, asked, self.caller.may_for_all(right)).await
    }

    async fn recorded(&self, shared: &Shared, asked: &str, may: Result<(), Refusal>) -> Result<(), Refusal> {
        if let Err(refusal) = &may {
            shared.intake.note_refused(&self.signer(), asked, refusal).await;
        }
        may
    }
}

/// The token that a request shows.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What is answered to a refusal that is about who asks.
pub(super) fn refused(refusal: &Refusal) -> Response {
    let status = match refusal {
        Refusal::NotSignedIn | Refusal::WrongPassword => StatusCode::UNAUTHORIZED,
        Refusal::RightMissing { .. }
        | Refusal::OutsideArea { .. }
        | Refusal::NotYours(_)
        | Refusal::NotTheLead(_)
        | Refusal::NotYourCrew(_) => StatusCode::FORBIDDEN,
        Refusal::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::OpenDoors => StatusCode::CONFLICT,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = problem(status, refusal.to_string());
    if let Refusal::NotSignedIn = refusal {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Refusal::TooManyTries { seconds } = refusal {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// The address that a request came from.
pub(super) struct From(pub(super) String);

impl FromRequestParts<Shared> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        Ok(Self(peer.map(|ConnectInfo(Peer(from))| from.to_string()).unwrap_or_default()))
    }
}

impl FromRequestParts<Shared> for Called {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let Ok(From(from)) = From::from_request_parts(parts, shared).await;
        let (doors, token) = (&shared.hub.doors, bearer(&parts.headers));
        let caller = match doors.admit(token) {
            Ok(caller) => caller,
            Err(refusal) => {
                let asked = format!("{} {}", parts.method, parts.uri.path());
                doors.turned_away(token, &asked, &refusal, &from).await;
                return Err(refused(&refusal));
            }
        };
        let given = parts.headers.get(IDEMPOTENCY_KEY).map(|value| value.to_str().map(str::trim));
        let command = match given {
            None => None,
            Some(Ok(key)) if !key.is_empty() && key.len() <= KEY_MAX => {
                // Two callers may count alike.
                let name = caller.signer(&from, || Actor::Source("http".to_owned())).actor;
                let hash = hash_of(&format!("{name:?} {} {key}", parts.uri.path()));
                hash.first_chunk().copied().map(Command)
            }
            Some(_) => {
                let why = format!("{IDEMPOTENCY_KEY}: from 1 to {KEY_MAX} plain characters");
                return Err(problem(StatusCode::BAD_REQUEST, why));
            }
        };
        Ok(Self { caller, from, command })
    }
}
