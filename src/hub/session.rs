//! One screen: reads its frames, writes its outbox. The same code for every transport.
//!
//! ```text
//! connected ── Hello ──► let in ──► joined ── facts, positions, answers ──► ended, with a reason
//!     │          └── no token ──► SignIn, again and again ──► let in            ▲
//!     └── no Hello within 10 s, another version, no sign-in within 10 min ──────┘
//! ```
//!
//! Who sits there is asked anew for every order, and whenever people change: whoever is locked out or signed out has no
//! screen any more.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};

use super::clerk::{Ask, Reply, Signed, Signer};
use super::doors::Caller;
use super::outbox::{Next, Outbox, TOO_SLOW};
use super::uploads::Parts;
use super::{Inner, Intake, vitals, watch};
use crate::domain::rights::Right;
use crate::domain::{Actor, Refusal, Seq};
use crate::wire::frame::{HEARTBEAT_MILLIS, encode, read_to_hub};
use crate::wire::{Answer, FrameSink, FrameSource, Hello, Identity, Secret, ToHub, ToScreen, WireError};

/// A screen says hello within this time.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// Somebody signs in within this time; the screen then connects anew and asks again.
const SIGN_IN_WITHIN: Duration = Duration::from_mins(10);
/// A screen from which nothing came for this long is gone.
const SILENT_MAX: Duration = Duration::from_secs(30);
/// A screen takes what is written within this time, and one second more for each 100 kB.
const STALLED: Duration = Duration::from_secs(10);
/// Whether a sign-in has ended of itself is looked at this often.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// Most questions to archive and files that a screen has on their way; then it is heard again when one is answered.
const LOOKS_MAX: usize = 8;
/// Longest name of a seat, in characters.
pub(super) const SEAT_MAX: usize = 80;

/// What a screen wants, as records name it.
const SCREEN: &str = "screen";
/// What is said to a screen whose sign-in has ended.
const SIGNED_OUT: &str = "signed out";

/// Serve one screen, which came from an address, until it leaves, fails or is closed.
pub(crate) async fn run(hub: Arc<Inner>, from: String, mut sink: impl FrameSink, mut source: impl FrameSource) {
    let reason = match begin(&hub, &from, &mut sink, &mut source).await {
        Ok(seat) => serve(&hub, seat, &mut sink, &mut source).await,
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

/// A screen that was let in.
struct Seat {
    hello: Hello,
    /// The seat's own name.
    name: String,
    /// The address.
    from: String,
    caller: Caller,
    token: Option<Secret>,
    /// The token is new to the screen.
    told: bool,
}

impl Seat {
    /// Who sits there now, as orders are signed.
    fn signer(&self, hub: &Inner) -> Result<(Caller, Signer), Refusal> {
        let caller = hub.doors.admit(self.token.as_ref().map(|token| token.0.as_str()))?;
        let from = format!("{} {}", self.name, self.from);
        let signer = caller.signer(&from, || Actor::Person(self.name.clone()));
        Ok((caller, signer))
    }

    fn identity(&self) -> Identity {
        let person = self.caller.person.as_ref();
        Identity {
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            shown: person.map(|person| person.shown.clone()).unwrap_or_default(),
            standing: (*self.caller.standing).clone(),
            open: person.is_none(),
            token: self.token.clone().filter(|_| self.told),
        }
    }
}

/// Hear the hello, and have somebody sign in where that is wanted.
async fn begin(
    hub: &Inner,
    from: &str,
    sink: &mut impl FrameSink,
    source: &mut impl FrameSource,
) -> Result<Seat, String> {
    let frame = timeout(HELLO_WITHIN, source.next()).await.map_err(|_| "no hello came".to_owned())?;
    let ToHub::Hello(mut hello) = read(frame)? else { return Err("the first frame is no hello".to_owned()) };
    let name: String = hello.seat.chars().filter(|c| !c.is_control()).take(SEAT_MAX).collect();
    let mut token = hello.token.take();
    let shown = token.is_some();
    let mut why = match admitted(hub, token.as_ref()) {
        Ok(caller) => return Ok(Seat { hello, name, from: from.to_owned(), caller, token, told: false }),
        Err(refusal) => shown.then_some(refusal),
    };
    if let Some(refusal) = &why {
        hub.doors.turned_away(token.as_ref().map(|token| token.0.as_str()), SCREEN, refusal, from).await;
    }
    let until = Instant::now() + SIGN_IN_WITHIN;
    let mut heartbeat = tokio::time::interval(Duration::from_millis(HEARTBEAT_MILLIS));
    say(sink, &ToScreen::SignInWanted { why: why.clone() }).await?;
    loop {
        let frame = tokio::select! {
            frame = timeout_at(until, source.next()) => frame.map_err(|_| "nobody signed in".to_owned())?,
            _ = heartbeat.tick() => {
                say(sink, &ToScreen::Heartbeat { now: hub.clock.now() }).await?;
                continue;
            }
        };
        match read(frame)? {
            ToHub::Ping => continue,
            ToHub::SignIn { name: who, password } => match signed_in(hub, from, &who, &password).await {
                Ok((given, caller)) => {
                    token = Some(given);
                    return Ok(Seat { hello, name, from: from.to_owned(), caller, token, told: true });
                }
                Err(refusal) => why = Some(refusal),
            },
            // A screen that does not know yet that it has to sign in.
            _ => {
                hub.doors.turned_away(None, SCREEN, &Refusal::NotSignedIn, from).await;
                why = Some(Refusal::NotSignedIn);
            }
        }
        say(sink, &ToScreen::SignInWanted { why: why.clone() }).await?;
    }
}

async fn signed_in(hub: &Inner, from: &str, who: &str, password: &Secret) -> Result<(Secret, Caller), Refusal> {
    let done = hub.doors.keeper()?.sign_in(who, &password.0, Some(Right::Read), from).await?;
    Ok((Secret(done.token), done.caller))
}

/// Who holds the token, where they may have a screen.
fn admitted(hub: &Inner, token: Option<&Secret>) -> Result<Caller, Refusal> {
    let caller = hub.doors.admit(token.map(|token| token.0.as_str()))?;
    caller.may(Right::Read)?;
    Ok(caller)
}

async fn say(sink: &mut impl FrameSink, frame: &ToScreen) -> Result<(), String> {
    let bytes = encode(frame).map_err(|error| error.to_string())?;
    let sent = timeout(STALLED, sink.send(vec![bytes])).await.map_err(|_| TOO_SLOW.to_owned())?;
    sent.map_err(|error| error.to_string())
}

fn read(frame: Option<Result<Bytes, crate::wire::TransportError>>) -> Result<ToHub, String> {
    match frame {
        Some(Ok(bytes)) => read_to_hub(&bytes).map_err(|e| e.to_string()),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("the screen closed the connection".to_owned()),
    }
}

async fn serve(hub: &Arc<Inner>, seat: Seat, sink: &mut impl FrameSink, source: &mut impl FrameSource) -> String {
    if hub.sessions.len() >= hub.max_sessions {
        return format!("the hub is full: it serves {} screens", hub.max_sessions);
    }
    let outbox = Arc::new(Outbox::new(seat.hello.positions));
    let join = Ask::Join { resume: seat.hello.resume, outbox: Arc::clone(&outbox) };
    if hub.clerk.send(join).await.is_err() {
        return "the hub is shutting down".to_owned();
    }
    tracing::info!(seat = %seat.name, release = %seat.hello.release, "screen joined");
    match encode(&ToScreen::Identity(seat.identity())) {
        Ok(frame) => outbox.push(frame),
        Err(error) => return error.to_string(),
    }
    let leave = Leave { hub, outbox: &outbox };
    let signer = seat.signer(hub).ok().map(|(_, signer)| signer);
    let post = hub.seats.take(signer.as_ref(), seat.caller.person.is_none());
    let reason = tokio::select! {
        reason = take(hub, &outbox, &seat, source) => reason,
        reason = give(hub, &outbox, sink) => reason,
        reason = signed_out(hub, &seat) => reason,
    };
    drop((leave, post));
    reason
}

/// Returns when whoever sits there is let in no more.
async fn signed_out(hub: &Inner, seat: &Seat) -> String {
    let Some(mut changes) = hub.doors.changes() else { return std::future::pending().await };
    loop {
        if admitted(hub, seat.token.as_ref()).is_err() {
            return SIGNED_OUT.to_owned();
        }
        // Ended by itself, or by somebody; the sender lives as long as the hub.
        drop(timeout(LOOK_EVERY, changes.changed()).await);
    }
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

async fn take(hub: &Arc<Inner>, outbox: &Arc<Outbox>, seat: &Seat, source: &mut impl FrameSource) -> String {
    let (looks, parts) = (Looks::default(), Arc::new(Parts::new(hub)));
    loop {
        let Ok(frame) = timeout(SILENT_MAX, source.next()).await else {
            return "nothing was heard from the screen".to_owned();
        };
        let frame = match read(frame) {
            Ok(ToHub::Ping) => continue,
            Ok(frame) => frame,
            Err(reason) => return reason,
        };
        let (caller, by) = match seat.signer(hub) {
            Ok(both) => both,
            Err(refusal) => {
                hub.doors.turned_away(None, SCREEN, &refusal, &seat.from).await;
                return SIGNED_OUT.to_owned();
            }
        };
        let (id, answer) = match frame {
            ToHub::Ping => continue,
            ToHub::Order { id, order, command } => {
                let orders = vec![Signed { by, order, command: Some(command), area: None, at: None }];
                let reply = Reply::Screen(Arc::clone(outbox), id);
                if hub.clerk.send(Ask::Orders { orders, reply }).await.is_err() {
                    return "the hub is shutting down".to_owned();
                }
                continue;
            }
            ToHub::Control { id, control } => {
                let done = match caller.may_for_all(Right::Demo) {
                    Ok(()) => hub.control(control),
                    Err(refusal) => {
                        Intake::new(hub).note_refused(&by, "control", &refusal).await;
                        Err(refusal)
                    }
                };
                (id, done.map_or_else(Answer::Refused, |()| Answer::Done(Seq(0))))
            }
            ToHub::Reload { id } => match Intake::new(hub).reload(by).await {
                Ok(reloaded) => (id, Answer::Done(reloaded.seq)),
                Err(error) => (id, Answer::Refused(error.into())),
            },
            ToHub::Unlock { id, password } => {
                let done = match (hub.doors.keeper(), &caller.person) {
                    (Ok(keeper), Some(person)) => keeper.unlock(&person.name, &password.0, &seat.from).await,
                    // Nobody has a password here: whoever sits down goes on.
                    _ => Ok(()),
                };
                (id, done.map_or_else(Answer::Refused, |()| Answer::Done(Seq(0))))
            }
            ToHub::SignOut => {
                let token = seat.token.as_ref().map(|token| token.0.as_str()).unwrap_or_default();
                return match hub.doors.keeper().and_then(|keeper| keeper.sign_out(token, &seat.from)) {
                    Ok(()) => SIGNED_OUT.to_owned(),
                    Err(refusal) => refusal.to_string(),
                };
            }
            frame @ (ToHub::Search { .. }
            | ToHub::Story { .. }
            | ToHub::Past { .. }
            | ToHub::Trend { .. }
            | ToHub::Vitals { .. }
            | ToHub::Xray { .. }) => {
                let Some(permit) = looks.next().await else { continue };
                let (hub, outbox, may) = (Arc::clone(hub), Arc::clone(outbox), caller.may(Right::Read));
                tokio::spawn(async move {
                    if let Some(answer) = looked_up(&hub, may, frame).await {
                        push(&outbox, &answer);
                    }
                    drop(permit);
                });
                continue;
            }
            ToHub::Watch { id, watch } => {
                watch::begin(hub, outbox, id, watch);
                continue;
            }
            frame @ (ToHub::Fetch { .. } | ToHub::Attach { .. } | ToHub::Part { .. }) => {
                let Some(permit) = looks.next().await else { continue };
                let (parts, outbox) = (Arc::clone(&parts), Arc::clone(outbox));
                tokio::spawn(async move {
                    if let Some(answer) = parts.answer((&caller, by), frame).await {
                        push(&outbox, &answer);
                    }
                    drop(permit);
                });
                continue;
            }
            ToHub::SignIn { .. } => return "somebody is signed in already".to_owned(),
            ToHub::Hello(_) => return "a second hello".to_owned(),
        };
        if let Err(error) = tell(outbox, id, answer) {
            return error.to_string();
        }
    }
}

/// The answer to a question about what was, for whoever may read; `None` to anything else.
async fn looked_up(hub: &Arc<Inner>, may: Result<(), Refusal>, frame: ToHub) -> Option<ToScreen> {
    Some(match (frame, may) {
        (ToHub::Search { id, search }, Ok(())) => ToScreen::Found { id, found: hub.find(search).await },
        (ToHub::Search { id, .. }, Err(refusal)) => ToScreen::Found { id, found: Err(refusal) },
        (ToHub::Story { id, incident, before }, Ok(())) => {
            let story = hub.story(incident, before).await;
            let story = story.and_then(|story| story.ok_or(Refusal::UnknownIncident(incident)));
            ToScreen::Story { id, story: story.map(Box::new) }
        }
        (ToHub::Story { id, .. }, Err(refusal)) => ToScreen::Story { id, story: Err(refusal) },
        (ToHub::Past { id, period }, Ok(())) => ToScreen::Past { id, past: hub.past(period).await.map(Box::new) },
        (ToHub::Past { id, .. }, Err(refusal)) => ToScreen::Past { id, past: Err(refusal) },
        (ToHub::Trend { id, sensor, from, to, points }, Ok(())) => {
            ToScreen::Trend { id, trend: watch::trend(hub, sensor, (from, to), points).await.map(Box::new) }
        }
        (ToHub::Vitals { id, area, at }, Ok(())) => {
            ToScreen::Vitals { id, board: vitals::board(hub, &area, at).await.map(Box::new) }
        }
        (ToHub::Vitals { id, .. }, Err(refusal)) => ToScreen::Vitals { id, board: Err(refusal) },
        (ToHub::Xray { id, sign, area, at }, Ok(())) => {
            ToScreen::Xray { id, xray: vitals::xray(hub, &sign, &area, at).await.map(Box::new) }
        }
        (ToHub::Xray { id, .. }, Err(refusal)) => ToScreen::Xray { id, xray: Err(refusal) },
        (ToHub::Trend { id, .. }, Err(refusal)) => ToScreen::Trend { id, trend: Err(refusal) },
        _ => return None,
    })
}

/// Questions to archive and files that are on their way, of one screen: what else it says does not wait for them.
struct Looks(Arc<Semaphore>);

impl Default for Looks {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LOOKS_MAX)))
    }
}

impl Looks {
    async fn next(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).acquire_owned().await.ok()
    }
}

fn push(outbox: &Outbox, frame: &ToScreen) {
    match encode(frame) {
        Ok(frame) => outbox.push(frame),
        Err(error) => tracing::error!(%error, "an answer cannot be encoded"),
    }
}

fn tell(outbox: &Outbox, id: u64, answer: Answer) -> Result<(), WireError> {
    outbox.push(encode(&ToScreen::Answer { id, answer })?);
    Ok(())
}

async fn give(hub: &Inner, outbox: &Outbox, sink: &mut impl FrameSink) -> String {
    let mut said = Instant::now();
    loop {
        let next = match outbox.next(&hub.positions) {
            Next::Wait => outbox.sensors(&hub.readings).map(|frame| (vec![frame], 0)),
            Next::Write { frames, counted } => Some((frames, counted)),
            Next::End(reason) => return reason,
        };
        let (frames, counted) = if let Some(next) = next {
            next
        } else {
            let beat = said + Duration::from_millis(HEARTBEAT_MILLIS);
            let until = outbox.sensors_due().map_or(beat, |due| due.min(beat));
            if timeout_at(until, outbox.filled()).await.is_ok() || Instant::now() < beat {
                continue;
            }
            match encode(&ToScreen::Heartbeat { now: hub.clock.now() }) {
                Ok(frame) => (vec![frame], 0),
                Err(error) => return error.to_string(),
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
        said = Instant::now();
    }
}
