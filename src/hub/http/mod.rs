//! The hub's HTTP: the API, its description at `/api/openapi.json`, and the WebSocket for screens.

mod alarms;
mod api;
mod archive;
mod attachments;
mod audit;
mod body;
mod bulletins;
mod caller;
mod devices;
mod duty;
mod duty_rows;
mod exports;
mod feeds;
mod figures;
mod gis;
mod given;
mod handover_rows;
mod lenient;
mod moves;
mod people;
mod plans;
mod quality;
mod readings;
mod reload;
mod reports;
mod roll;
mod rows;
mod sensors;
mod shapes;
mod sign_in;
mod tasks;
mod vitals;

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::Notify;

use super::doorway::{Doorway, Peer};
use super::{Inner, Intake, session, socket};
use crate::wire::frame::{MAX_TO_HUB, WS_PATH};

/// Longest body of a request, in bytes.
pub const BODY_MAX: usize = 16 * 1024 * 1024;
/// Most reports in one request.
pub const ROWS_MAX: usize = 20_000;

pub use api::openapi;
pub(super) use devices::change_devices;
pub(super) use quality::told_devices;

#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) hub: Arc<Inner>,
    pub(crate) intake: Intake,
}

/// Serve until told to stop.
pub(super) async fn serve(doorway: Doorway, hub: Arc<Inner>, stop: Arc<Notify>) {
    let app = router(hub).into_make_service_with_connect_info::<Peer>();
    let served = axum::serve(doorway, app).with_graceful_shutdown(async move { stop.notified().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "the hub's listener ended");
    }
}

fn router(hub: Arc<Inner>) -> Router {
    let shared = Shared { intake: Intake::new(&hub), hub };
    api::routes().route(WS_PATH, get(screen)).layer(DefaultBodyLimit::max(BODY_MAX)).with_state(shared)
}

/// A screen comes over the WebSocket.
async fn screen(
    upgrade: WebSocketUpgrade,
    headers: HeaderMap,
    caller::From(from): caller::From,
    State(shared): State<Shared>,
) -> Response {
    if !same_origin(&headers) {
        return (StatusCode::FORBIDDEN, "web pages of other sites may not connect").into_response();
    }
    upgrade.max_message_size(MAX_TO_HUB).max_frame_size(MAX_TO_HUB).on_upgrade(move |ws| async move {
        let (sink, source) = socket::split(ws);
        session::run(shared.hub, from, sink, source).await;
    })
}

/// Browsers let any page open a WebSocket to this machine and say where the page is from; screens
/// are no browsers and send no `Origin`.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let from = origin.to_str().ok().and_then(|o| o.split_once("://")).map(|(_, host)| host);
    from.is_some() && from == host
}
