//! The transport to a hub in the same process.

use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::{Inner, http, session};
use crate::domain::{DeviceChange, DevicesAsked};
use crate::wire::memory::{self, MemorySink, MemorySource};
use crate::wire::{DevicesAnswer, DevicesDone, Secret, Transport, TransportError};

/// Leads to a hub in this process; stays usable, in vain, after the hub is gone.
#[derive(Clone)]
pub struct EmbeddedTransport {
    hub: Weak<Inner>,
    runtime: Option<tokio::runtime::Handle>,
}

impl EmbeddedTransport {
    pub(crate) fn new(hub: &Arc<Inner>, runtime: Option<tokio::runtime::Handle>) -> Self {
        Self { hub: Arc::downgrade(hub), runtime }
    }
}

impl Transport for EmbeddedTransport {
    type Sink = MemorySink;
    type Source = MemorySource;

    async fn connect(&self) -> Result<(MemorySink, MemorySource), TransportError> {
        let (Some(hub), Some(runtime)) = (self.hub.upgrade(), &self.runtime) else {
            return Err(TransportError::Connect { to: self.to(), cause: "it has ended".to_owned() });
        };
        let (ours, (sink, source)) = memory::pair();
        runtime.spawn(session::run(hub, "in this process".to_owned(), sink, source));
        Ok(ours)
    }

    fn devices(&self, asked: &DevicesAsked, token: Option<&Secret>) -> DevicesAnswer {
        let (hub, asked, token) = (self.hub.upgrade(), asked.clone(), token.cloned());
        Box::pin(async move {
            let hub = hub.ok_or("it has ended")?;
            let token = token.as_ref().map(|token| token.0.as_str());
            http::told_devices(&hub, &asked, token).await.map(|told| told.map(Bytes::from))
        })
    }

    fn change_devices(&self, change: &DeviceChange, by: Option<&str>, token: Option<&Secret>) -> DevicesDone {
        let (hub, change, by, token) = (self.hub.upgrade(), change.clone(), by.map(str::to_owned), token.cloned());
        Box::pin(async move {
            let hub = hub.ok_or("it has ended")?;
            let token = token.as_ref().map(|token| token.0.as_str());
            http::change_devices(&hub, &change, by.as_deref(), token).await.map(Bytes::from)
        })
    }

    fn to(&self) -> String {
        "the hub in this process".to_owned()
    }
}
