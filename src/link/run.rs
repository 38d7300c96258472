//! The link's thread: one connection after the other, one mirror. What is said to the hub is here, what is heard from it
//! in `hear`, and what it tells beside the frames in `told`.

mod hear;
mod told;

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::errands::{Errands, Outgoing};
use super::inbox::Inbox;
use super::{Asked, AskedSign, HubClock, LinkOptions, LinkState, News, Shared, Wish};
use crate::domain::kpi::Period;
use crate::domain::sensor::Watch;
use crate::domain::{DeviceChange, DevicesAsked, Hall, IncidentId, Moment, Order, Refusal, SensorId};
use crate::wire::frame::encode;
use crate::wire::{
    Command, DevicesAnswer, DevicesDone, FrameSink, FrameSource, Hello, Resume, Secret, ToHub, Transport,
};

/// What a screen sends, and what it wants shown of the sensors.
type Wishes = (mpsc::Receiver<Wish>, watch::Receiver<Option<Watch>>);

/// A hub from which nothing came for this long is lost. It sends a heartbeat every second, so one of them may come
/// late; and half a second is left to show the loss within three.
pub(super) const SILENT_MAX: Duration = Duration::from_millis(2500);
/// A connection is made within this time.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The hub hears from us at least this often.
const PING_EVERY: Duration = Duration::from_secs(5);
const BACK_OFF_FIRST: Duration = Duration::from_millis(100);
const BACK_OFF_MAX: Duration = Duration::from_secs(2);

/// Asks the hub for devices, beside any connection.
type AskDevices = Box<dyn Fn(&DevicesAsked, Option<&Secret>) -> DevicesAnswer>;
/// Has the hub change some of them, likewise.
type ChangeDevices = Box<dyn Fn(&DeviceChange, Option<&Secret>) -> DevicesDone>;

/// Why a connection ended.
enum End {
    /// The screen let go of its link.
    Done,
    /// Try again.
    Lost(String),
}

struct Mirror {
    shared: Arc<Shared>,
    hall: Hall,
    epoch: Option<u64>,
    state: LinkState,
    heard: Moment,
    clock: Option<HubClock>,
    /// It was told that the hub is not reached.
    warned: bool,
    /// The hub waits for somebody to sign in.
    wanted: bool,
    /// The number of the question whether a password is right.
    unlocking: Option<u64>,
    /// Orders that were given and not answered yet, first given first.
    waiting: VecDeque<Waiting>,
    /// The last number that was given to an order, over all connections.
    order_id: u64,
    /// The number of the newest search.
    searching: Option<u64>,
    /// The number of the newest search for cases that are counted.
    counting: Option<u64>,
    /// The newest case whose story was asked for, with the number of the question.
    asking: Option<(u64, IncidentId)>,
    /// The newest period whose past was asked for, with the number of the question.
    holding: Option<(u64, Period)>,
    /// The newest sensor whose course was asked for, with the number of the question.
    plotting: Option<(u64, SensorId)>,
    /// The number of the newest question for vital signs.
    reading_vitals: Option<u64>,
    /// The number of the newest question for what a number is made of.
    seeing_through: Option<u64>,
    /// The number of what the hub was told to show of the sensors, and whether anything came for it.
    watching: Option<(u64, bool)>,
    /// Files on their way.
    errands: Errands,
    devices: AskDevices,
    change_devices: ChangeDevices,
}

/// An order on its way.
struct Waiting {
    id: u64,
    order: Order,
    command: Command,
    /// When it was given first.
    given: Instant,
}

/// An order that a lost link cut off is given again for so long; then the screen hears that it was not carried out, or
/// that nobody knows.
pub(super) const AGAIN_WITHIN: Duration = Duration::from_mins(1);

pub(super) async fn run<T: Transport>(
    transport: T,
    mut options: LinkOptions,
    shared: &Arc<Shared>,
    (mut orders, mut watches): Wishes,
) {
    let transport = Rc::new(transport);
    let (beside, besides) = (Rc::clone(&transport), Rc::clone(&transport));
    let seat = options.seat.clone();
    let mut mirror = Mirror {
        shared: Arc::clone(shared),
        hall: Hall::default(),
        epoch: None,
        state: LinkState::Connecting,
        heard: now(),
        clock: None,
        warned: false,
        wanted: false,
        unlocking: None,
        waiting: VecDeque::new(),
        order_id: 0,
        searching: None,
        counting: None,
        asking: None,
        holding: None,
        plotting: None,
        reading_vitals: None,
        seeing_through: None,
        watching: None,
        errands: Errands::default(),
        devices: Box::new(move |asked, token| beside.devices(asked, token)),
        change_devices: Box::new(move |change, token| {
            // Whoever has signed in signs with their own name.
            let by = token.is_none().then_some(seat.as_str());
            besides.change_devices(change, by, token)
        }),
    };
    let mut back_off = BACK_OFF_FIRST;
    loop {
        let reason = match refusing(&mut orders, shared, timeout(CONNECT_WITHIN, transport.connect())).await {
            None => return,
            Some(Err(_)) => format!("no answer from {}", transport.to()),
            Some(Ok(Err(error))) => error.to_string(),
            Some(Ok(Ok((mut sink, mut source)))) => {
                let ended = mirror.follow(&mut options, &mut sink, &mut source, (&mut orders, &mut watches)).await;
                if mirror.state.is_live() {
                    back_off = BACK_OFF_FIRST;
                }
                // The loss is told first: closing may wait for a hub that answers no more.
                if let End::Lost(reason) = &ended {
                    mirror.lost(reason, &transport.to());
                }
                sink.close("the screen left").await;
                match ended {
                    End::Done => return,
                    End::Lost(reason) => reason,
                }
            }
        };
        mirror.lost(&reason, &transport.to());
        mirror.give_up();
        if refusing(&mut orders, shared, sleep(back_off)).await.is_none() {
            return;
        }
        back_off = (back_off * 2).min(BACK_OFF_MAX);
    }
}

/// Wait for something while no hub is there: orders are refused. `None` when the screen is gone.
async fn refusing<T>(
    orders: &mut mpsc::Receiver<Wish>,
    shared: &Shared,
    something: impl Future<Output = T>,
) -> Option<T> {
    tokio::pin!(something);
    loop {
        tokio::select! {
            done = &mut something => return Some(done),
            order = orders.recv() => {
                let wish = order?;
                shared.tell(|inbox| refuse(inbox, &wish, Refusal::NoHub));
            }
        }
    }
}

impl Mirror {
    fn set(&mut self, state: LinkState) {
        if self.state != state {
            self.state = state;
            self.shared.tell(|inbox| inbox.state(state));
        }
    }

    /// A hub that was never heard is not lost: nothing is known, and the screen still waits for it.
    fn lost(&mut self, reason: &str, to: &str) {
        self.unanswered();
        match self.state {
            LinkState::Live | LinkState::ReadOnly => {
                tracing::warn!(%reason, %to, "the hub is lost");
                let since = self.clock.map_or(self.heard, |clock| clock.at(self.heard));
                self.set(LinkState::Lost { since });
            }
            LinkState::Connecting if !std::mem::replace(&mut self.warned, true) => {
                tracing::warn!(%reason, %to, "the hub is not reached");
            }
            LinkState::Connecting | LinkState::Lost { .. } => {}
        }
    }

    async fn follow(
        &mut self,
        options: &mut LinkOptions,
        sink: &mut impl FrameSink,
        source: &mut impl FrameSource,
        (orders, watches): (&mut mpsc::Receiver<Wish>, &mut watch::Receiver<Option<Watch>>),
    ) -> End {
        let resume = self.epoch.map(|epoch| Resume { epoch, last_seq: self.hall.upto() });
        let hello = ToHub::Hello(Hello {
            release: env!("CARGO_PKG_VERSION").to_owned(),
            seat: options.seat.clone(),
            resume,
            positions: options.positions,
            token: options.token.clone(),
        });
        self.wanted = false;
        self.unlocking = None;
        self.errands.cut_off();
        // Another hub, or the same one, knows nothing of what is shown.
        self.watching = None;
        watches.mark_changed();
        let mut silent_at = Instant::now() + SILENT_MAX;
        if let Err(reason) = say(sink, &hello, silent_at).await {
            return End::Lost(reason);
        }
        let mut again = !self.waiting.is_empty();
        let mut ping = tokio::time::interval(PING_EVERY);
        loop {
            if again && self.state.is_live() && !self.wanted {
                again = false;
                self.give_up();
                for Waiting { id, order, command, .. } in &self.waiting {
                    let frame = ToHub::Order { id: *id, order: order.clone(), command: *command };
                    if let Err(reason) = say(sink, &frame, silent_at).await {
                        return End::Lost(reason);
                    }
                }
            }
            if let Err(reason) = self.run_errands(sink, silent_at).await {
                return End::Lost(reason);
            }
            if let Err(reason) = self.tell_watch(sink, watches, silent_at).await {
                return End::Lost(reason);
            }
            let said = tokio::select! {
                // Whoever let go of the link does not hear the hub's goodbye as a loss.
                biased;
                wish = orders.recv() => {
                    let Some(wish) = wish else { return End::Done };
                    // Where a sign-in is wanted nothing else is taken.
                    if self.wanted != matches!(wish, Wish::SignIn { .. }) || !(self.wanted || self.state.is_live()) {
                        let why = if self.wanted { Refusal::NotSignedIn } else { Refusal::NoHub };
                        self.shared.tell(|inbox| refuse(inbox, &wish, why));
                        continue;
                    }
                    let Some(frame) = self.frame_of(wish, &mut options.token) else { continue };
                    say(sink, &frame, silent_at).await
                }
                Ok(()) = watches.changed(), if self.state.is_live() && !self.wanted => {
                    watches.mark_changed();
                    continue;
                }
                _ = ping.tick() => say(sink, &ToHub::Ping, silent_at).await,
                frame = source.next() => {
                    silent_at = Instant::now() + SILENT_MAX;
                    match self.hear(frame, &mut options.token) {
                        Ok(()) => continue,
                        Err(reason) => return End::Lost(reason),
                    }
                }
                () = tokio::time::sleep_until(silent_at) => return End::Lost("nothing was heard".to_owned()),
            };
            if let Err(reason) = said {
                return End::Lost(reason);
            }
        }
    }

    /// The frame that says what a screen wishes; `None` where that is said by and by.
    fn frame_of(&mut self, wish: Wish, token: &mut Option<Secret>) -> Option<ToHub> {
        self.order_id += 1;
        let order_id = self.order_id;
        Some(match wish {
            Wish::Order(order) => {
                let command = new_command();
                let given = Instant::now();
                self.waiting.push_back(Waiting { id: order_id, order: order.clone(), command, given });
                ToHub::Order { id: order_id, order, command }
            }
            Wish::Control(control) => ToHub::Control { id: order_id, control },
            Wish::Reload => ToHub::Reload { id: order_id },
            Wish::SignIn { name, password } => ToHub::SignIn { name, password },
            Wish::Unlock(password) => {
                self.unlocking = Some(order_id);
                ToHub::Unlock { id: order_id, password }
            }
            Wish::Search(search) => {
                self.searching = Some(order_id);
                ToHub::Search { id: order_id, search: *search }
            }
            Wish::Count(search) => {
                self.counting = Some(order_id);
                ToHub::Search { id: order_id, search: *search }
            }
            Wish::Story(incident, before) => {
                self.asking = Some((order_id, incident));
                ToHub::Story { id: order_id, incident, before }
            }
            Wish::Past(period) => {
                self.holding = Some((order_id, period));
                ToHub::Past { id: order_id, period }
            }
            Wish::Fetch(incident, hash) => {
                self.errands.fetch(incident, hash);
                return None;
            }
            Wish::Attach(file) => {
                self.attach(file);
                return None;
            }
            Wish::Trend(Asked { sensor, from, to, points }) => {
                self.plotting = Some((order_id, sensor));
                ToHub::Trend { id: order_id, sensor, from, to, points }
            }
            Wish::Vitals(area, at) => {
                self.reading_vitals = Some(order_id);
                ToHub::Vitals { id: order_id, area, at }
            }
            Wish::Xray(AskedSign { sign, area, at }) => {
                self.seeing_through = Some(order_id);
                ToHub::Xray { id: order_id, sign, area, at }
            }
            Wish::Devices(asked) => {
                let (answer, shared) = ((self.devices)(&asked, token.as_ref()), Arc::clone(&self.shared));
                tokio::spawn(async move {
                    let told = answer.await.and_then(told::devices);
                    shared.tell(|inbox| inbox.devices(asked, told));
                });
                return None;
            }
            Wish::ChangeDevices(change) => {
                let (answer, shared) = ((self.change_devices)(&change, token.as_ref()), Arc::clone(&self.shared));
                tokio::spawn(async move {
                    let told = answer.await.and_then(|body| told::changed(&body));
                    shared.tell(|inbox| inbox.devices_changed(told));
                });
                return None;
            }
            Wish::SignOut => {
                *token = None;
                ToHub::SignOut
            }
        })
    }

    /// Say what files need said next.
    async fn run_errands(&mut self, sink: &mut impl FrameSink, silent_at: Instant) -> Result<(), String> {
        while self.state.is_live()
            && !self.wanted
            && let Some(frame) = self.errands.next(&mut self.order_id)
        {
            say(sink, &frame, silent_at).await?;
        }
        Ok(())
    }

    /// Say what is shown of the sensors, where that is another than the hub knows.
    async fn tell_watch(
        &mut self,
        sink: &mut impl FrameSink,
        watches: &mut watch::Receiver<Option<Watch>>,
        silent_at: Instant,
    ) -> Result<(), String> {
        if !self.state.is_live() || self.wanted || !watches.has_changed().unwrap_or(false) {
            return Ok(());
        }
        let watch = watches.borrow_and_update().clone();
        if watch.is_none() && self.watching.is_none() {
            return Ok(());
        }
        self.order_id += 1;
        self.watching = watch.is_some().then_some((self.order_id, false));
        say(sink, &ToHub::Watch { id: self.order_id, watch }, silent_at).await
    }

    fn attach(&mut self, file: Outgoing) {
        let incident = file.incident;
        if let Err(refusal) = self.errands.send(file) {
            self.shared.tell(|inbox| inbox.file(News::Sent { incident, done: Err(refusal) }));
        }
    }

    /// Let go of orders that were cut off too long ago.
    fn give_up(&mut self) {
        while self.waiting.front().is_some_and(|first| first.given.elapsed() > AGAIN_WITHIN) {
            self.waiting.pop_front();
            self.shared.tell(|inbox| inbox.refused(Refusal::NoHub));
        }
    }

    /// What was asked of a hub that was lost comes to nothing.
    fn unanswered(&mut self) {
        if self.searching.take().is_some() {
            self.shared.tell(|inbox| inbox.found(Err(Refusal::NoHub)));
        }
        if self.counting.take().is_some() {
            self.shared.tell(|inbox| inbox.counted(Err(Refusal::NoHub)));
        }
        if let Some((_, period)) = self.holding.take() {
            self.shared.tell(|inbox| inbox.past(period, Err(Refusal::NoHub)));
        }
        if let Some((_, incident)) = self.asking.take() {
            self.shared.tell(|inbox| inbox.story(incident, Err(Refusal::NoHub)));
        }
        if let Some((_, sensor)) = self.plotting.take() {
            self.shared.tell(|inbox| inbox.trend(sensor, Err(Refusal::NoHub)));
        }
        if self.reading_vitals.take().is_some() {
            self.shared.tell(|inbox| inbox.vitals(Err(Refusal::NoHub)));
        }
        if self.seeing_through.take().is_some() {
            self.shared.tell(|inbox| inbox.xray(Err(Refusal::NoHub)));
        }
    }
}

/// Say why nothing comes of a wish, where it is waited for.
fn refuse(inbox: &mut Inbox, wish: &Wish, why: Refusal) {
    match wish {
        Wish::Search(_) => inbox.found(Err(why)),
        Wish::Count(_) => inbox.counted(Err(why)),
        Wish::Story(incident, _) => inbox.story(*incident, Err(why)),
        Wish::Past(period) => inbox.past(*period, Err(why)),
        Wish::Trend(asked) => inbox.trend(asked.sensor, Err(why)),
        Wish::Vitals(..) => inbox.vitals(Err(why)),
        Wish::Xray(_) => inbox.xray(Err(why)),
        Wish::Devices(asked) => inbox.devices(asked.clone(), Err(why.to_string())),
        Wish::ChangeDevices(_) => inbox.devices_changed(Err(why.to_string())),
        Wish::Fetch(incident, hash) => {
            inbox.file(News::Fetched { incident: *incident, hash: hash.clone(), file: Err(why) });
        }
        Wish::Attach(file) => inbox.file(News::Sent { incident: file.incident, done: Err(why) }),
        _ => inbox.refused(why),
    }
}

/// Nothing is heard while something is said, so saying ends when the silence does.
async fn say(sink: &mut impl FrameSink, frame: &ToHub, silent_at: Instant) -> Result<(), String> {
    let bytes = encode(frame).map_err(|e| e.to_string())?;
    match timeout_at(silent_at, sink.send(vec![bytes])).await {
        Ok(sent) => sent.map_err(|e| e.to_string()),
        Err(_) => Err("the hub takes nothing".to_owned()),
    }
}

/// The local wall clock, from which the hub's time is reckoned.
#[expect(clippy::disallowed_methods, reason = "time enters here")]
fn now() -> Moment {
    Moment(chrono::Utc::now().timestamp_millis())
}

/// An identity that no other order has.
fn new_command() -> Command {
    use std::hash::{BuildHasher, RandomState};
    let mut bytes = [0; 16];
    for half in bytes.chunks_mut(8) {
        half.copy_from_slice(&RandomState::new().hash_one(std::process::id()).to_le_bytes());
    }
    Command(bytes)
}
