//! `hall bench mqtt`: gateways publish to a broker, mosquitto, what many sensors measure, and a hub that listens to it keeps
//! all of it: whether it keeps up, and how far it is behind at the end.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, MqttOptions, PublishOptions, QoS};
use serde::Serialize;

use super::fanout::cpu_secs;
use super::readings::{Chance, sensors, wobble};
use crate::domain::Refusal;
use crate::feeds::{CitySink, SinkError};
use crate::hub::{self, Data, Hub, HubError, HubOptions};
use crate::store::readings::ReadingsError;

/// Where the broker may be besides the folders of `PATH`.
const BROKERS: [&str; 3] = ["mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"];
/// Between two turns of publishing.
const TURN: Duration = Duration::from_millis(20);
/// The hub and the broker have to be there within so long.
const PATIENCE: Duration = Duration::from_secs(20);
/// A hub that keeps nothing more for so long lost the rest.
const STANDS: Duration = Duration::from_secs(10);

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum MqttBenchError {
    /// There is no broker.
    #[error("there is no mosquitto here: install the package of that name")]
    NoBroker,
    /// The broker, or the link to it.
    #[error("the broker failed: {0}")]
    Broker(String),
    /// The hub did not start.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Its sensors.
    #[error(transparent)]
    Sensors(#[from] SinkError),
    /// A sensor.
    #[error("a sensor was refused: {0}")]
    Sensor(#[from] Refusal),
    /// Its readings.
    #[error(transparent)]
    Readings(#[from] ReadingsError),
    /// Files or threads.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// What was published is not there.
    #[error("of {published} readings {found} are there")]
    Lost {
        /// Published.
        published: u64,
        /// Found.
        found: u64,
    },
}

/// How much is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Sensors.
    pub sensors: u32,
    /// Readings a second.
    pub rate: u32,
    /// Readings of a message.
    pub per_message: u32,
    /// Seconds.
    pub secs: u32,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MqttReport {
    /// `mqtt`.
    pub bench: &'static str,
    /// Sensors.
    pub sensors: u32,
    /// Readings of a message.
    pub per_message: u32,
    /// Readings that were published, and are kept.
    pub readings: u64,
    /// Of them a second, as they were published.
    pub published_per_s: f64,
    /// Of them a second, from the first one published to the last one kept.
    pub kept_per_s: f64,
    /// Milliseconds after the last one was published until all were kept.
    pub behind_ms: f64,
    /// CPU seconds a second of hub and publisher together; the broker is a process of its own.
    pub cores: f64,
}

/// The broker; it ends with this.
struct Broker {
    child: Child,
    port: u16,
}

impl Broker {
    fn start(folder: &Path) -> Result<Self, MqttBenchError> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let config = folder.join("mosquitto.conf");
        let text = "max_queued_messages 0\nmax_inflight_messages 0\npersistence false\nallow_anonymous true\n";
        std::fs::write(&config, format!("listener {port} 127.0.0.1\n{text}"))?;
        let run = |program: &&str| {
            Command::new(program).arg("-c").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()
        };
        let child = BROKERS.iter().find_map(run).ok_or(MqttBenchError::NoBroker)?;
        let broker = Self { child, port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(MqttBenchError::Broker("it does not listen".to_owned()));
            }
            std::thread::park_timeout(TURN);
        }
        Ok(broker)
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // One that is gone already is gone.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Measure in an empty folder.
///
/// # Errors
/// [`MqttBenchError`].
pub fn mqtt(options: Published, folder: &Path) -> Result<MqttReport, MqttBenchError> {
    std::fs::create_dir_all(folder)?;
    let broker = Broker::start(folder)?;
    let feeds = folder.join("feeds.toml");
    let text = format!(
        "[mqtt]\nurl = \"mqtt://127.0.0.1:{}\"\n[[mqtt.topic]]\ntopic = \"gateway/+\"\npayload = \"senml\"\n",
        broker.port
    );
    std::fs::write(&feeds, text)?;
    let data = Data::Folder(folder.join("data"));
    let hub = hub::start(HubOptions { listen: None, feeds: Some(feeds), ..HubOptions::new(data) })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(measure(&hub, broker.port, options));
    hub.shutdown();
    report
}

async fn measure(hub: &Hub, port: u16, options: Published) -> Result<MqttReport, MqttBenchError> {
    let Published { sensors: count, rate, per_message, secs } = options;
    let (registry, mut shown) = sensors(count)?;
    let ids: Vec<String> = registry.all().map(|(_, sensor)| sensor.id.clone()).collect();
    hub.intake().sensors(registry.all().map(|(_, sensor)| (**sensor).clone()).collect()).await?;
    listens(hub).await?;
    let (client, mut events) = {
        let mut options = MqttOptions::new("gateways", ("127.0.0.1", port));
        options.set_receive_maximum(Some(u16::MAX));
        AsyncClient::builder(options).capacity(10_000).build()
    };
    let acknowledged = tokio::spawn(async move {
        loop {
            if let Err(error) = events.poll().await {
                return error.to_string();
            }
        }
    });
    let messages = u64::from(rate) * u64::from(secs) / u64::from(per_message.max(1));
    let a_turn = f64::from(rate) / f64::from(per_message.max(1)) * TURN.as_secs_f64();
    let (mut chance, mut next, mut published) = (Chance(17), 0_usize, 0_u64);
    let mut every = tokio::time::interval(TURN);
    let (begun, cpu) = (Instant::now(), cpu_secs());
    let mut due = 0.0;
    while published < messages {
        every.tick().await;
        due += a_turn;
        if published.is_multiple_of(50) {
            wobble(&mut shown, &mut chance);
        }
        while (published as f64) < due && published < messages {
            let now = hub.intake().clock().now();
            let mut text = format!("[{{\"bt\":{}.{:03}}}", now.0 / 1000, now.0 % 1000);
            for _ in 0..per_message {
                let (id, tenths) = (ids.get(next).map_or("", String::as_str), shown.get(next).unwrap_or(&0));
                // Into memory nothing fails.
                _ = write!(text, ",{{\"n\":\"{id}\",\"v\":{}.{}}}", tenths / 10, tenths % 10);
                next = (next + 1) % ids.len().max(1);
            }
            text.push(']');
            let topic = format!("gateway/{}", published % 100);
            let sent = client.publish(topic, text, PublishOptions::new(QoS::AtLeastOnce)).await;
            sent.map_err(|error| MqttBenchError::Broker(error.to_string()))?;
            published += 1;
        }
    }
    let published_secs = begun.elapsed().as_secs_f64();
    let readings = messages * u64::from(per_message);
    all_kept(hub, readings).await?;
    let secs = begun.elapsed().as_secs_f64();
    let cores = (cpu_secs() - cpu) / secs;
    acknowledged.abort();
    Ok(MqttReport {
        bench: "mqtt",
        sensors: count,
        per_message,
        readings,
        published_per_s: readings as f64 / published_secs,
        kept_per_s: readings as f64 / secs,
        behind_ms: (secs - published_secs) * 1000.0,
        cores,
    })
}

/// Wait until the hub hears the broker.
async fn listens(hub: &Hub) -> Result<(), MqttBenchError> {
    let begun = Instant::now();
    while hub.feeds().iter().any(|feed| feed.heard_at.is_none()) {
        if begun.elapsed() > PATIENCE {
            return Err(MqttBenchError::Broker("the hub does not hear it".to_owned()));
        }
        tokio::time::sleep(TURN).await;
    }
    Ok(())
}

/// Wait until so many are kept.
async fn all_kept(hub: &Hub, published: u64) -> Result<(), MqttBenchError> {
    let (mut last, mut since) = (0, Instant::now());
    loop {
        let found = hub.kept_readings()?;
        if found >= published {
            return Ok(());
        }
        if found > last {
            (last, since) = (found, Instant::now());
        }
        if since.elapsed() > STANDS {
            return Err(MqttBenchError::Lost { published, found });
        }
        tokio::time::sleep(TURN).await;
    }
}
