//! `hall bench orders`: how soon an order of one screen is a fact on another, and how many orders a hub makes durable.
//!
//! Both over loopback and with a commit to disk: the first at a steady rate, so that most orders are alone in their
//! commit; the second with many clients that each keep some orders on the way.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::client::{Client, Heard, SOURCE, report};
use super::fanout::{Latency, latency, micros};
use crate::domain::{Moment, What};
use crate::hub::{self, Admission, Data, HubError, HubOptions};
use crate::wire::Pace;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OrdersOptions {
    /// Orders a second while latency is measured.
    pub rate: u32,
    /// Clients that order as fast as they are answered.
    pub clients: usize,
    /// Orders that each of them has on the way.
    pub window: usize,
    /// Seconds of each part.
    pub seconds: u32,
}

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum OrdersError {
    /// The hub did not start.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Files or threads.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// A client did not get through.
    #[error("a client failed: {0}")]
    Client(String),
}

impl From<String> for OrdersError {
    fn from(why: String) -> Self {
        Self::Client(why)
    }
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrdersReport {
    /// `orders`.
    pub bench: &'static str,
    /// What was measured.
    #[serde(flatten)]
    pub options: OrdersOptions,
    /// From sending an order to its fact on another screen.
    pub order_to_fact: Latency,
    /// From sending an order to its answer.
    pub order_to_answer: Latency,
    /// Orders that were answered as written in the second part.
    pub durable: u64,
    /// The same a second.
    pub durable_a_second: f64,
}

/// Measure.
///
/// # Errors
/// [`OrdersError`].
pub fn orders(options: OrdersOptions) -> Result<OrdersReport, OrdersError> {
    let folder = std::env::temp_dir().join(format!("hall-orders-{}", std::process::id()));
    let listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let admission = Admission::Everybody;
    let hub = hub::start(HubOptions { listen, admission, ..HubOptions::new(Data::Folder(folder.clone())) })?;
    let addr = hub.addr().ok_or_else(|| OrdersError::Client("the hub does not listen".to_owned()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let measured = runtime.block_on(async {
        let (facts, answers) = steady(addr, options).await?;
        let (durable, secs) = flood(addr, options).await?;
        Ok::<_, OrdersError>((facts, answers, durable, secs))
    });
    hub.shutdown();
    // What is left of a measurement is of no use to anyone.
    drop(std::fs::remove_dir_all(&folder));
    let (order_to_fact, order_to_answer, durable, secs) = measured?;
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let durable_a_second = durable as f64 / secs;
    Ok(OrdersReport { bench: "orders", options, order_to_fact, order_to_answer, durable, durable_a_second })
}

/// One screen orders at a steady rate, another one listens.
async fn steady(addr: SocketAddr, options: OrdersOptions) -> Result<(Latency, Latency), OrdersError> {
    let (mut desk, mut wall) = (Client::to(addr, Pace::Off).await?, Client::to(addr, Pace::Off).await?);
    let all = u64::from(options.rate) * u64::from(options.seconds);
    let listening = tokio::spawn(async move {
        let mut took = Vec::new();
        while (took.len() as u64) < all {
            let Heard::Facts(facts) = wall.hear().await? else { continue };
            let now = micros();
            for fact in facts {
                if let What::IncidentReported(incident) = &fact.what
                    && incident.source == SOURCE
                {
                    took.push(since(now, incident.happened_at));
                }
            }
        }
        Ok::<_, String>(took)
    });
    let mut every = tokio::time::interval(Duration::from_secs(1) / options.rate.max(1));
    let (mut sent, mut answered, mut sent_at) = (0_u64, Vec::new(), Vec::new());
    while (answered.len() as u64) < all {
        tokio::select! {
            _ = every.tick(), if sent < all => {
                // Microseconds, so that the listener knows when it was sent; the hub does not look at them.
                let now = Moment(micros());
                sent_at.push(now);
                desk.send([(sent, report(format!("s{sent}"), now))]).await?;
                sent += 1;
            }
            heard = desk.hear() => match heard? {
                Heard::Done(id) => {
                    let at = usize::try_from(id).ok().and_then(|id| sent_at.get(id).copied()).unwrap_or_default();
                    answered.push(since(micros(), at));
                }
                Heard::Refused(why) => return Err(why.into()),
                Heard::Facts(_) | Heard::Sensors { .. } | Heard::Readings(_) | Heard::Clock(_) | Heard::Other => {}
            },
        }
    }
    let facts = listening.await.map_err(|e| OrdersError::Client(e.to_string()))??;
    Ok((latency(facts), latency(answered)))
}

/// Many clients order as fast as they are answered; returns how many orders were, in how many seconds.
async fn flood(addr: SocketAddr, options: OrdersOptions) -> Result<(u64, f64), OrdersError> {
    let mut clients = Vec::with_capacity(options.clients);
    for _ in 0..options.clients {
        clients.push(Client::to(addr, Pace::Off).await?);
    }
    let begun = Instant::now();
    let end = begun + Duration::from_secs(u64::from(options.seconds));
    let mut tasks = JoinSet::new();
    for (number, mut client) in clients.into_iter().enumerate() {
        tasks.spawn(async move {
            let order = |id: u64| (id, report(format!("f{number}-{id}"), Moment(micros() / 1000)));
            let mut next = options.window as u64;
            client.send((0..next).map(order)).await?;
            let mut done = 0_u64;
            while Instant::now() < end {
                match client.hear().await? {
                    Heard::Done(_) => {
                        done += 1;
                        client.send([order(next)]).await?;
                        next += 1;
                    }
                    Heard::Refused(why) => return Err(why),
                    Heard::Facts(_) | Heard::Sensors { .. } | Heard::Readings(_) | Heard::Clock(_) | Heard::Other => {}
                }
            }
            Ok::<_, String>(done)
        });
    }
    let mut durable = 0;
    while let Some(client) = tasks.join_next().await {
        durable += client.map_err(|e| OrdersError::Client(e.to_string()))??;
    }
    Ok((durable, begun.elapsed().as_secs_f64()))
}

fn since(now: i64, then: Moment) -> u32 {
    u32::try_from(now.saturating_sub(then.0)).unwrap_or(u32::MAX)
}
