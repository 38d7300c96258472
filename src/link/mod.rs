//! Client side of the wire: connect, resume, mirror. Runs on its own threads, without an engine.
//!
//! A screen holds a [`Link`], drains [`News`] from it once a frame and sends orders into it.

use crate::domain::{CrewPosition, Fact, Hall, Moment, Order, Refusal};

/// What the link tells its screen, in order.
#[derive(Debug, Clone)]
pub enum News {
    /// The whole hall anew: drop what was shown.
    Snapshot(Box<Hall>),
    /// The next facts, without gap or duplicate.
    Facts(Vec<Fact>),
    /// Newest positions of crews.
    Positions(Vec<CrewPosition>),
    /// The link changed its state.
    State(LinkState),
    /// The hub refused an order.
    Refused(Refusal),
}

/// How the link to the hub is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Not yet connected.
    #[default]
    Connecting,
    /// Live.
    Live,
    /// Lost; nothing heard since then (hub or local wall clock).
    Lost {
        /// The last moment something was heard.
        since: Moment,
    },
}

/// The screen's end of a link; cheap to clone, all calls return at once. The default one is connected to nothing.
#[derive(Clone, Default)]
pub struct Link {
    shared: std::sync::Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    inbox: std::sync::Mutex<Vec<News>>,
    outbox: std::sync::Mutex<Vec<Order>>,
    waker: std::sync::OnceLock<Box<dyn Fn() + Send + Sync>>,
}

impl Link {
    /// News since the last call, oldest first.
    #[must_use]
    pub fn drain(&self) -> Vec<News> {
        self.shared.inbox.lock().map(|mut inbox| std::mem::take(&mut *inbox)).unwrap_or_default()
    }

    /// Call `wake` from the link's thread after every piece of news, so that an idle screen drains it. The first
    /// caller stays.
    pub fn on_news(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.shared.waker.set(Box::new(wake));
    }

    /// Send an order to the hub.
    pub fn send(&self, order: Order) {
        if let Ok(mut outbox) = self.shared.outbox.lock() {
            outbox.push(order);
        }
    }
}
