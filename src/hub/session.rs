//! One screen: reads its frames, writes its outbox. The same code for every transport.
//!
//! ```text
//! connected ── Hello ──► joined ── facts, positions, answers ──► ended, with a reason
//!     └── no Hello within 10 s, another version ────────────────────▲
//! ```

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;

use super::clerk::{Ask, Reply, Signed, Signer};
use super::outbox::{Next, Outbox, TOO_SLOW};
use super::{Inner, Intake};
use crate::domain::{Actor, Seq};
use crate::wire::frame::{HEARTBEAT_MILLIS, encode, read_to_hub};
use crate::wire::{Answer, FrameSink, FrameSource, Hello, ToHub, ToScreen, WireError};

/// A screen says hello within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// A screen from which nothing came for this long is gone.
const SILENT_MAX: Duration = Duration::from_secs(30);
/// A screen takes what is written within this time, and one second more for each 100 kB.
const STALLED: Duration = Duration::from_secs(10);
/// Longest name of a seat, in characters.
const SEAT_MAX: usize = 80;

/// Serve one screen until it leaves, fails or is closed.
pub(crate) async fn run(hub: Arc<Inner>, mut sink: impl FrameSink, mut source: impl FrameSource) {
    let reason = match hello(&mut source).await {
        Ok(hello) => serve(&hub, hello, &mut sink, &mut source).await,
        Err(reason) => reason,
    };
    tracing::info!(%reason, "screen left");
    let goodbye = async {
        if let Ok(bye) = encode(&ToScreen::Bye { reason: reason.clone() })
            && sink.send(vec![bye]).await.is_ok()
        {
            sink.close(&reason).await;
        }
    };
    // A screen that does not read is not waited for.
    drop(timeout(Duration::from_millis(500), goodbye).await);
}

async fn hello(source: &mut impl FrameSource) -> Result<Hello, String> {
    let frame = timeout(HELLO_WITHIN, source.next()).await.map_err(|_| "no hello came".to_owned())?;
    match read(frame)? {
        ToHub::Hello(hello) => Ok(hello),
        _ => Err("the first frame is no hello".to_owned()),
    }
}

fn read(frame: Option<Result<Bytes, crate::wire::TransportError>>) -> Result<ToHub, String> {
    match frame {
        Some(Ok(bytes)) => read_to_hub(&bytes).map_err(|e| e.to_string()),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("the screen closed the connection".to_owned()),
    }
}

async fn serve(hub: &Arc<Inner>, hello: Hello, sink: &mut impl FrameSink, source: &mut impl FrameSource) -> String {
    if hub.sessions.len() >= hub.max_sessions {
        return format!("the hub is full: it serves {} screens", hub.max_sessions);
    }
    let outbox = Arc::new(Outbox::new(hello.positions));
    let join = Ask::Join { resume: hello.resume, outbox: Arc::clone(&outbox) };
    if hub.clerk.send(join).await.is_err() {
        return "the hub is shutting down".to_owned();
    }
    let seat: String = hello.seat.chars().filter(|c| !c.is_control()).take(SEAT_MAX).collect();
    tracing::info!(%seat, release = %hello.release, "screen joined");
    let leave = Leave { hub, outbox: &outbox };
    let reason = tokio::select! {
        reason = take(hub, &outbox, Signer::of(Actor::Person(seat.clone()), &seat), source) => reason,
        reason = give(hub, &outbox, sink) => reason,
    };
    drop(leave);
    reason
}

/// Takes the screen off the list however its session ends, cancelled included.
struct Leave<'a> {
    hub: &'a Inner,
    outbox: &'a Arc<Outbox>,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.outbox.end("the session ended");
        self.hub.sessions.remove(self.outbox);
    }
}

async fn take(hub: &Arc<Inner>, outbox: &Arc<Outbox>, by: Signer, source: &mut impl FrameSource) -> String {
    loop {
        let Ok(frame) = timeout(SILENT_MAX, source.next()).await else {
            return "nothing was heard from the screen".to_owned();
        };
        match read(frame) {
            Ok(ToHub::Ping) => {}
            Ok(ToHub::Order { id, order }) => {
                let orders = vec![Signed { by: by.clone(), order, at: None }];
                let reply = Reply::Screen(Arc::clone(outbox), id);
                if hub.clerk.send(Ask::Orders { orders, reply }).await.is_err() {
                    return "the hub is shutting down".to_owned();
                }
            }
            Ok(ToHub::Control { id, control }) => {
                let answer = match hub.control(control) {
                    Ok(()) => Answer::Done(Seq(0)),
                    Err(refusal) => Answer::Refused(refusal),
                };
                if let Err(error) = tell(outbox, id, answer) {
                    return error.to_string();
                }
            }
            Ok(ToHub::Reload { id }) => {
                let answer = match Intake::new(hub).reload(by.clone()).await {
                    Ok(reloaded) => Answer::Done(reloaded.seq),
                    Err(error) => Answer::Refused(error.into()),
                };
                if let Err(error) = tell(outbox, id, answer) {
                    return error.to_string();
                }
            }
            Ok(ToHub::Hello(_)) => return "a second hello".to_owned(),
            Err(reason) => return reason,
        }
    }
}

fn tell(outbox: &Outbox, id: u64, answer: Answer) -> Result<(), WireError> {
    outbox.push(encode(&ToScreen::Answer { id, answer })?);
    Ok(())
}

async fn give(hub: &Inner, outbox: &Outbox, sink: &mut impl FrameSink) -> String {
    loop {
        let (frames, counted) = match outbox.next(&hub.positions) {
            Next::End(reason) => return reason,
            Next::Write { frames, counted } => (frames, counted),
            Next::Wait => {
                if timeout(Duration::from_millis(HEARTBEAT_MILLIS), outbox.filled()).await.is_ok() {
                    continue;
                }
                match encode(&ToScreen::Heartbeat { now: hub.clock.now() }) {
                    Ok(frame) => (vec![frame], 0),
                    Err(error) => return error.to_string(),
                }
            }
        };
        let seconds = frames.iter().map(Bytes::len).sum::<usize>() / 100_000;
        let patience = STALLED + Duration::from_secs(seconds as u64);
        tokio::select! {
            sent = timeout(patience, sink.send(frames)) => match sent {
                Ok(Ok(())) => outbox.written(counted),
                Ok(Err(error)) => return error.to_string(),
                Err(_) => return TOO_SLOW.to_owned(),
            },
            () = outbox.ended() => {}
        }
    }
}
