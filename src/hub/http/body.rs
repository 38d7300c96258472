//! Bodies of requests as rows of JSON, and what is answered where a request cannot be read at all.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::rows::Fault;
use super::shapes::Problem;
use super::{BODY_MAX, ROWS_MAX};

/// An answer that says why a request failed as a whole.
pub(super) fn problem(status: StatusCode, error: impl Into<String>) -> Response {
    (status, Json(Problem { error: error.into() })).into_response()
}

/// A row, or what is wrong with it: it is JSON in form, but holds a value that cannot be kept.
pub(super) type Row = Result<Value, Fault>;

/// The rows of a body: one object, or an array of them. The content type must be JSON, which also
/// keeps web pages of other sites from posting here unasked.
pub(super) struct Rows(pub(super) Vec<Row>);

impl<S: Send + Sync> FromRequest<S> for Rows {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if let Some(refused) = not_json(request.headers()) {
            return Err(refused);
        }
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            let status = rejection.status();
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                return problem(status, format!("the body is over {BODY_MAX} bytes, send fewer rows at a time"));
            }
            problem(status, rejection.body_text())
        })?;
        match serde_json::from_slice(&body) {
            Ok(Value::Array(rows)) if rows.len() > ROWS_MAX => Err(too_many(rows.len())),
            Ok(Value::Array(rows)) => Ok(Self(rows.into_iter().map(Ok).collect())),
            Ok(row @ Value::Object(_)) => Ok(Self(vec![Ok(row)])),
            Ok(_) => Err(problem(StatusCode::BAD_REQUEST, "the body is neither an object nor an array of objects")),
            Err(error) => match one_by_one(&body) {
                Some(rows) if rows.len() > ROWS_MAX => Err(too_many(rows.len())),
                Some(rows) => Ok(Self(rows)),
                None => Err(problem(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}"))),
            },
        }
    }
}

/// A body of one form.
pub(super) struct Given<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Given<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if let Some(refused) = not_json(request.headers()) {
            return Err(refused);
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|rejection| problem(rejection.status(), rejection.body_text()))?;
        // What is wrong is told without the body, which may hold a password.
        let wrong = |error: serde_json::Error| {
            let what = if error.is_data() {
                "the body lacks a field or has one of another type"
            } else {
                "the body is not JSON"
            };
            problem(StatusCode::BAD_REQUEST, what)
        };
        serde_json::from_slice(&body).map(Self).map_err(wrong)
    }
}

/// The answer to a request that does not say that it brings JSON, which pages of other sites cannot say unasked.
pub(super) fn not_json(headers: &HeaderMap) -> Option<Response> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).and_then(|v| v.split(';').next());
    if kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return None;
    }
    let text = "send JSON with the header content-type: application/json";
    Some(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, text))
}

fn too_many(rows: usize) -> Response {
    problem(StatusCode::PAYLOAD_TOO_LARGE, format!("{rows} rows are too many, send at most {ROWS_MAX} at a time"))
}

/// The rows of a body that is JSON in form, while some of its numbers are beyond what a number can hold (`1e400`): only
/// the rows with them are lost. `None` where it is no JSON even in form, or neither an object nor an array.
fn one_by_one(body: &[u8]) -> Option<Vec<Row>> {
    let body = std::str::from_utf8(body).ok()?.trim();
    serde_json::from_str::<IgnoredAny>(body).ok()?;
    let Some(mut rest) = body.strip_prefix('[') else {
        return body.starts_with('{').then(|| vec![row(body)]);
    };
    let mut rows = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_ascii_whitespace());
        if rest.starts_with(']') {
            return Some(rows);
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        let (value, after) = rest.split_at_checked(values.byte_offset())?;
        rows.push(row(value));
        rest = after;
    }
}

fn row(text: &str) -> Row {
    serde_json::from_str(text).map_err(|_| {
        let reason = "holds a number that is beyond what a number can be, such as 1e400";
        Fault { field: String::new(), reason: reason.to_owned() }
    })
}

/// What stands after the `?` of an address.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        match read {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(problem(StatusCode::BAD_REQUEST, rejection.body_text())),
        }
    }
}
