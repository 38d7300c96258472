//! Notes and files of cases over HTTP.

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Shared;
use super::body::{Asked, Given, problem};
use super::caller::Called;
use super::shapes::{OrderRefused, Problem};
use super::tasks::{OrderAnswer, carry_out, of_refusal};
use crate::domain::note::FILE_MAX;
use crate::domain::rights::Right;
use crate::domain::{Attachment, FileHash, FileKind, IncidentId, Order, Refusal};
use crate::hub::attach::Come;

/// A note to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteRow {
    /// What is said.
    words: String,
}

/// Say something of a case, for every post to read. It stands in the case's story.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/notes",
    params(("id" = u64, Path, description = "Number of the incident")),
    request_body(content = NoteRow),
    responses(
        (status = 200, description = "Known; on disk", body = OrderAnswer),
        (status = 404, description = "There is no such incident in the hall", body = Problem),
        OrderRefused,
    )
)]
pub(super) async fn note(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Given(row): Given<NoteRow>,
) -> Response {
    carry_out(&shared, &called, Order::AddNote { incident: IncidentId(id), words: row.words }).await
}

/// What a file is called and shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FileRow {
    /// Its name.
    name: String,
    /// `before`, `after`, `near`, `far` or `reference`.
    kind: String,
}

/// A file that is kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct FileAnswer {
    /// Under which it is read: `/api/incidents/{id}/attachments/{hash}`.
    hash: String,
    /// Its size in bytes.
    bytes: u64,
    /// What it is, by how it begins.
    media: String,
    /// The newest fact after it.
    seq: u64,
    /// False where the case has it already.
    changed: bool,
}

/// Keep a file with a case: JPEG, PNG, PDF or text in UTF-8, as the body alone, of at most 20 MiB.
#[utoipa::path(
    post,
    path = "/api/incidents/{id}/attachments",
    params(("id" = u64, Path, description = "Number of the incident"), FileRow),
    request_body(content = String, content_type = "application/octet-stream", description = "The file"),
    responses(
        (status = 200, description = "Kept; on disk", body = FileAnswer),
        (status = 400, description = "Name or kind is missing or none", body = Problem),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing, or a page of another site asks", body = Problem),
        (status = 404, description = "There is no such incident in the hall", body = Problem),
        (status = 413, description = "Over 20 MiB", body = Problem),
        (status = 415, description = "Neither JPEG, PNG, PDF nor text", body = Problem),
        (status = 422, description = "Refused, with the reason", body = Problem),
        (status = 503, description = "The hub cannot write or is going down", body = Problem),
    )
)]
pub(super) async fn attach(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    called: Called,
    Asked(row): Asked<FileRow>,
    request: Request,
) -> Response {
    if !super::same_origin(request.headers()) {
        return problem(StatusCode::FORBIDDEN, "web pages of other sites may not send files");
    }
    if let Err(refused) = called.needs(&shared, Right::Note, "attach").await {
        return refused;
    }
    let Some(kind) = FileKind::of_word(&row.kind) else {
        return problem(StatusCode::BAD_REQUEST, "kind: is before, after, near, far or reference");
    };
    let most = usize::try_from(FILE_MAX).unwrap_or(usize::MAX);
    let Ok(body) = to_bytes(request.into_body(), most).await else {
        return problem(StatusCode::PAYLOAD_TOO_LARGE, format!("the file is over {FILE_MAX} bytes, or was cut off"));
    };
    let come = Come { incident: IncidentId(id), name: row.name, kind, body, announced: None };
    match shared.hub.attach(called.signer(), called.command, come).await {
        Ok((file, taken)) => Json(FileAnswer {
            hash: file.hash.text().to_owned(),
            bytes: file.bytes,
            media: file.media.mime().to_owned(),
            seq: taken.seq.0,
            changed: taken.changed,
        })
        .into_response(),
        Err(refusal) => of_refusal(&refusal),
    }
}

/// A file of a case, however long ago it was closed.
#[utoipa::path(
    get,
    path = "/api/incidents/{id}/attachments/{hash}",
    params(
        ("id" = u64, Path, description = "Number of the incident"),
        ("hash" = String, Path, description = "As the story of the case has it"),
    ),
    responses(
        (status = 200, description = "The file", body = String, content_type = "application/octet-stream"),
        (status = 401, description = "Not signed in", body = Problem),
        (status = 403, description = "The right is missing", body = Problem),
        (status = 404, description = "The case has no such file, or it is lost", body = Problem),
        (status = 503, description = "It cannot be read for now", body = Problem),
    )
)]
pub(super) async fn fetch(
    State(shared): State<Shared>,
    Path((id, hash)): Path<(u64, String)>,
    called: Called,
) -> Response {
    if let Err(refused) = called.needs(&shared, Right::Read, "attachment").await {
        return refused;
    }
    let (incident, missing) = (IncidentId(id), || problem(StatusCode::NOT_FOUND, "the case has no such file"));
    let Some(hash) = FileHash::of(&hash) else { return missing() };
    let file = match shared.hub.file_of(incident, &hash).await {
        Ok(file) => file,
        Err(Refusal::NoFile(_)) => return missing(),
        Err(refusal) => return of_refusal(&refusal),
    };
    let hub = std::sync::Arc::clone(&shared.hub);
    match tokio::task::spawn_blocking(move || hub.attachments.read(&hash)).await {
        Ok(Ok(Some(bytes))) => respond(&file, bytes),
        Ok(Ok(None)) => problem(StatusCode::NOT_FOUND, "the file is no longer in the hub's folder"),
        Ok(Err(error)) => {
            tracing::error!(%error, "a file cannot be read");
            problem(StatusCode::SERVICE_UNAVAILABLE, "the file cannot be read")
        }
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "the file cannot be read"),
    }
}

/// To be saved under its name, never to be run as a page of this hub.
fn respond(file: &Attachment, bytes: Bytes) -> Response {
    let name = file.name.bytes().fold(String::new(), |name, byte| name + &format!("%{byte:02X}"));
    let disposition = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}"));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media.mime()));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = disposition {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
