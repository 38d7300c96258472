//! The connection to a broker: what it publishes goes to the hub in batches, and is acknowledged once it is on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rumqttc::{
    AckMode, AsyncClient, BrokerSessionResumePolicy, Event, EventLoop, ManualAck, MqttOptions, Packet, QoS,
    RetainForwardRule, SubscribeFilterInput, SubscribeReasonCode, TlsConfiguration, Transport,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::super::ReadingSink;
use super::super::json_map::Mapped;
use super::super::readings::ROWS_MAX;
use super::super::sources::state::Handle;
use super::payload::LONG_MAX;
use super::{Mqtt, session};
use crate::domain::Moment;

/// Bytes of messages that wait.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// What a message counts at least, in bytes.
const BYTES_LEAST: usize = 512;
/// Messages handed over at a time.
const BATCH_MAX: usize = 10_000;
/// Between signs of life where nothing else is said, in seconds.
const KEEP_ALIVE_SECS: u16 = 30;
/// The first pause before a broker that went away is called again, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_mins(1)];
/// A hub that takes nothing is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Who the hub is to the broker, as the environment fills it in.
#[derive(Clone, Default)]
pub struct Access {
    /// The user's name.
    pub username: Option<String>,
    /// The password.
    pub password: Option<String>,
}

/// A message that waits to be acknowledged.
struct Waiting {
    ack: Option<ManualAck>,
    mapped: Mapped,
    /// The connection over which it came: over another one it comes again.
    connection: u64,
    _room: OwnedSemaphorePermit,
}

/// Listen to a broker until the hub goes down. In `folder` it is remembered for which topics the broker keeps a session; a
/// hub without one begins another each time.
pub async fn run(mqtt: Mqtt, access: Access, sink: impl ReadingSink, state: Handle, folder: Option<PathBuf>) {
    let options = match options(&mqtt, &access) {
        Ok(options) => options,
        Err(error) => {
            state.failed(sink.hall_now(), error);
            state.ended();
            return;
        }
    };
    begin(&mqtt, &options, folder.as_deref(), &sink, &state).await;
    // Every message that waits can be acknowledged without waiting.
    let room = usize::from(mqtt.in_flight) + 100;
    let (client, broker) = AsyncClient::builder(options).capacity(room).build();
    let (messages, queue) = channel(BATCH_MAX);
    let sink = Arc::new(sink);
    let current = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let link = Link { mqtt, client: client.clone(), messages, state: state.clone(), current: Arc::clone(&current) };
    let hand_over = hand_over(queue, client, Arc::clone(&sink), state, current);
    // Both end with the hub, and neither without the other.
    tokio::join!(link.listen(broker, sink), hand_over);
}

/// See to it that the session of the broker, where it keeps one, is for the topics that are wanted.
async fn begin(mqtt: &Mqtt, options: &MqttOptions, folder: Option<&Path>, sink: &impl ReadingSink, state: &Handle) {
    let (file, wanted) = (folder.map(|folder| folder.join(session::FILE)), session::of(mqtt));
    if session::is_of(file.as_deref(), &wanted) {
        return;
    }
    let [mut pause, longest] = PAUSES;
    while let Err(error) = session::forget(options).await {
        state.failed(sink.hall_now(), error);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
    let at = mqtt.told_at();
    tracing::info!(at, "a session with the broker begins anew: none is known for these topics");
    session::remember(file.as_deref(), &wanted);
}

fn options(mqtt: &Mqtt, access: &Access) -> Result<MqttOptions, String> {
    let mut options = MqttOptions::new(mqtt.client_id.clone(), (mqtt.host.clone(), mqtt.port));
    options
        .set_keep_alive(KEEP_ALIVE_SECS)
        .set_ack_mode(AckMode::Manual)
        .set_clean_start(false)
        .set_broker_session_resume_policy(BrokerSessionResumePolicy::AllowBrokerOnly)
        .set_connect_timeout(CONNECT_WITHIN);
    options
        .set_session_expiry_interval(Some(mqtt.session_hours.saturating_mul(3600)))
        .set_receive_maximum(Some(mqtt.in_flight))
        .set_max_packet_size(u32::try_from(LONG_MAX).ok());
    match (&access.username, &access.password) {
        (Some(name), Some(password)) => drop(options.set_credentials(name.clone(), password.clone())),
        (Some(name), None) => drop(options.set_username(name.clone())),
        (None, Some(password)) => drop(options.set_password(password.clone())),
        (None, None) => {}
    }
    if mqtt.secure {
        options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(Arc::new(tls(mqtt)?))));
    }
    Ok(options)
}

fn tls(mqtt: &Mqtt) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let Some(file) = &mqtt.authority else {
        return Ok(builder.with_platform_verifier().map_err(|error| error.to_string())?.with_no_client_auth());
    };
    let pem = std::fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| format!("{} is no PEM: {error}", file.display()))?;
        roots.add(certificate).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

struct Link {
    mqtt: Mqtt,
    client: AsyncClient,
    messages: Sender<Waiting>,
    state: Handle,
    /// The number of the connection that there is.
    current: Arc<std::sync::atomic::AtomicU64>,
}

impl Link {
    async fn listen(self, mut broker: EventLoop, sink: Arc<impl ReadingSink>) {
        let [mut pause, longest] = PAUSES;
        let room = Arc::new(Semaphore::new(BYTES_MAX));
        loop {
            match broker.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    [pause, _] = PAUSES;
                    // A session that the broker kept has its topics already, and need not be answered.
                    self.state.heard(sink.hall_now(), super::super::readings::Counted::default(), 0);
                    if let Err(error) = self.subscribe().await {
                        self.state.failed(sink.hall_now(), error);
                    }
                }
                Ok(Event::Incoming(Packet::SubAck(answer))) => self.subscribed(&answer.return_codes, sink.hall_now()),
                Ok(Event::Incoming(Packet::Publish(message))) => {
                    let waiting = self.waiting(&message, sink.hall_now(), &room).await;
                    if let Some(waiting) = waiting
                        && self.messages.send(waiting).await.is_err()
                    {
                        return;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    self.current.fetch_add(1, std::sync::atomic::Ordering::AcqRel);
                    self.state.failed(sink.hall_now(), error.to_string());
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(longest);
                }
            }
        }
    }

    async fn subscribe(&self) -> Result<(), String> {
        let filter = |topic: &super::Topic| {
            SubscribeFilterInput::new(topic.pattern.filter(), QoS::AtLeastOnce)
                .retain_forward_rule(RetainForwardRule::Never)
        };
        let filters: Vec<SubscribeFilterInput> = self.mqtt.topics.iter().map(filter).collect();
        self.client.subscribe_many(filters).await.map_err(|error| error.to_string())
    }

    fn subscribed(&self, answers: &[SubscribeReasonCode], now: Moment) {
        let refused = answers.iter().zip(&self.mqtt.topics);
        let refused: Vec<String> = refused
            .filter(|(answer, _)| !matches!(answer, SubscribeReasonCode::Success(_)))
            .map(|(answer, topic)| format!("`{}`: {answer:?}", topic.pattern.filter()))
            .collect();
        if refused.is_empty() {
            self.state.heard(now, super::super::readings::Counted::default(), 0);
        } else {
            self.state.failed(now, format!("the broker refuses {}", refused.join(", ")));
        }
    }

    async fn waiting(&self, message: &rumqttc::Publish, now: Moment, room: &Arc<Semaphore>) -> Option<Waiting> {
        let topic = std::str::from_utf8(&message.topic).unwrap_or_default();
        let unread = || Mapped { rows: vec![None], ..Mapped::default() };
        let read = self.mqtt.topics.iter().find_map(|known| known.read(topic, &message.payload, now));
        let bytes = (message.payload.len() + message.topic.len()).clamp(BYTES_LEAST, BYTES_MAX);
        let room = Arc::clone(room).acquire_many_owned(u32::try_from(bytes).unwrap_or(u32::MAX)).await.ok()?;
        Some(Waiting {
            ack: self.client.prepare_ack(message),
            mapped: read.unwrap_or_else(unread),
            connection: self.current.load(std::sync::atomic::Ordering::Acquire),
            _room: room,
        })
    }
}

async fn hand_over(
    mut queue: Receiver<Waiting>,
    client: AsyncClient,
    sink: Arc<impl ReadingSink>,
    state: Handle,
    current: Arc<std::sync::atomic::AtomicU64>,
) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let mut acks = Vec::with_capacity(batch.len());
        let mut all = Mapped::default();
        for Waiting { ack, mapped, connection, _room: room } in batch.drain(..) {
            if all.rows.len() + mapped.rows.len() > ROWS_MAX {
                written(std::mem::take(&mut all), &*sink, &state).await;
            }
            all.rows.extend(mapped.rows);
            all.sensors.extend(mapped.sensors);
            all.missing += mapped.missing;
            acks.push((ack, connection, room));
        }
        written(all, &*sink, &state).await;
        for (ack, connection, _room) in acks {
            // Over a new connection it comes again, perhaps under another number.
            if connection != current.load(std::sync::atomic::Ordering::Acquire) {
                continue;
            }
            let Some(ack) = ack else { continue };
            if client.manual_ack(ack).await.is_err() {
                return;
            }
        }
    }
}

/// Hand rows over until they are on disk.
async fn written(all: Mapped, sink: &impl ReadingSink, state: &Handle) {
    if all.rows.is_empty() && all.missing == 0 {
        return;
    }
    loop {
        match super::super::poll::take(all.clone(), sink.hall_now(), sink, state).await {
            Ok(()) => return,
            Err(error) => drop(state.failed(sink.hall_now(), error)),
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}
