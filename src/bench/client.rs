//! A screen without a picture: what a measurement speaks to a hub with.

use std::net::SocketAddr;

use crate::domain::{Answers, Fact, Grade, LonLat, Moment, Order, Place, Progress, Reading, Report, SensorId};
use crate::link::SocketTransport;
use crate::wire::frame::{encode, read_to_screen};
use crate::wire::watch::unpacked;
use crate::wire::{Answer, Command, FrameSink, FrameSource, Hello, Pace, ToHub, ToScreen, Transport};

/// The source of all reports of a measurement.
pub(super) const SOURCE: &str = "bench";

type Sink = <SocketTransport as Transport>::Sink;
type Source = <SocketTransport as Transport>::Source;

/// A connection that has said hello.
pub(super) struct Client {
    sink: Sink,
    source: Source,
}

/// What a hub said.
pub(super) enum Heard {
    /// The order of this number was carried out: it is on disk.
    Done(u64),
    /// An order was refused, for this reason.
    Refused(String),
    /// Facts.
    Facts(Vec<Fact>),
    /// Sensors of what is watched, and so many are still to come.
    Sensors { told: Vec<SensorId>, left: u32 },
    /// The newest readings of those.
    Readings(Vec<Reading>),
    /// What time it is in the hall.
    Clock(Moment),
    /// Something else.
    Other,
}

/// An identity that no other order has: the number of this one, and of whoever counts.
fn command(id: u64) -> Command {
    use std::hash::{BuildHasher, RandomState};
    let mut bytes = [0; 16];
    let (number, counts) = bytes.split_at_mut(8);
    number.copy_from_slice(&id.to_le_bytes());
    counts.copy_from_slice(&RandomState::new().hash_one(id).to_le_bytes());
    Command(bytes)
}

impl Client {
    /// Connect and wait until the hub has told what it holds.
    pub(super) async fn to(addr: SocketAddr, pace: Pace) -> Result<Self, String> {
        let transport = SocketTransport::new(&format!("ws://{addr}")).map_err(|e| e.to_string())?;
        let (mut sink, source) = transport.connect().await.map_err(|e| e.to_string())?;
        let release = env!("CARGO_PKG_VERSION").to_owned();
        let hello =
            ToHub::Hello(Hello { release, seat: SOURCE.to_owned(), resume: None, positions: pace, token: None });
        sink.send(vec![encode(&hello).map_err(|e| e.to_string())?]).await.map_err(|e| e.to_string())?;
        let mut client = Self { sink, source };
        while !matches!(client.next().await?, ToScreen::Snapshot { .. }) {}
        Ok(client)
    }

    async fn next(&mut self) -> Result<ToScreen, String> {
        let bytes = self.source.next().await.ok_or("the hub is gone")?.map_err(|e| e.to_string())?;
        read_to_screen(&bytes).map_err(|e| e.to_string())
    }

    /// Send orders, each with its number.
    pub(super) async fn send(&mut self, orders: impl IntoIterator<Item = (u64, Order)>) -> Result<(), String> {
        let frames = orders.into_iter().map(|(id, order)| encode(&ToHub::Order { id, order, command: command(id) }));
        let frames: Vec<_> = frames.collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        self.sink.send(frames).await.map_err(|e| e.to_string())
    }

    /// Send something else than orders.
    pub(super) async fn say(&mut self, what: &ToHub) -> Result<(), String> {
        self.sink.send(vec![encode(what).map_err(|e| e.to_string())?]).await.map_err(|e| e.to_string())
    }

    /// What the hub says next.
    pub(super) async fn hear(&mut self) -> Result<Heard, String> {
        Ok(match self.next().await? {
            ToScreen::Answer { id, answer: Answer::Done(_) } => Heard::Done(id),
            ToScreen::Answer { answer: Answer::Refused(refusal), .. } => Heard::Refused(refusal.to_string()),
            ToScreen::Batch { facts, .. } => Heard::Facts(facts),
            ToScreen::Sensors { sensors, left, .. } => {
                Heard::Sensors { told: sensors.into_iter().map(|row| row.number).collect(), left }
            }
            ToScreen::Readings { rows, .. } => Heard::Readings(unpacked(&rows).map_err(|e| e.to_string())?),
            ToScreen::Clock { now, .. } => Heard::Clock(now),
            ToScreen::Bye { reason } => return Err(reason),
            _ => Heard::Other,
        })
    }
}

/// A report under a number of its own, that happened at a moment.
pub(super) fn report(id: String, happened_at: Moment) -> Order {
    Order::TakeReport(Report {
        source: SOURCE.to_owned(),
        source_id: id,
        kind: "22199".to_owned(),
        grade: Grade::IV,
        place: Place { at: Some(LonLat { lon: 114.0, lat: 22.0 }), address: String::new() },
        text: String::new(),
        happened_at,
        progress: Progress::Open,
        answers: Answers::new(),
    })
}
