//! The transport to a hub in the same process.

use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::{Inner, http, session};
use crate::domain::DevicesAsked;
use crate::domain::rights::Right;
use crate::wire::memory::{self, MemorySink, MemorySource};
use crate::wire::{DevicesAnswer, Secret, Transport, TransportError};

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
            let caller = hub.doors.admit(token.as_ref().map(|token| token.0.as_str()));
            caller.and_then(|caller| caller.may(Right::Read)).map_err(|refusal| refusal.to_string())?;
            http::told_devices(&hub, &asked).map(|told| told.map(Bytes::from))
        })
    }

    fn to(&self) -> String {
        "the hub in this process".to_owned()
    }
}
