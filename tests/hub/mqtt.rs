//! A hub that listens to a broker, which these tests start themselves: mosquitto, of the Debian package of that name.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rumqttc::{AsyncClient, Event, MqttOptions, Packet, PublishOptions, QoS};
use serde_json::{Value, json};

use crate::kit::{HubProcess, TestHub, be_a_hub, get, skipped};

/// Longer than anything takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(40);

struct Broker {
    child: Child,
    folder: tempfile::TempDir,
    program: PathBuf,
    port: u16,
}

impl Broker {
    /// `None`, said, where there is no mosquitto.
    fn start(more: &str) -> Option<Self> {
        let known =
            ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto", "/opt/homebrew/sbin/mosquitto"];
        let Some(program) = known.into_iter().map(PathBuf::from).find(|path| path.exists()) else {
            skipped("there is no mosquitto: scripts/setup test installs it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "listener {port} 127.0.0.1\nmax_queued_messages 0\nmax_inflight_messages 0\npersistence false\n{more}\n"
        );
        std::fs::write(folder.path().join("mosquitto.conf"), config).unwrap();
        let child = Self::run(&program, &folder, port);
        Some(Self { child, folder, program, port })
    }

    fn run(program: &Path, folder: &tempfile::TempDir, port: u16) -> Child {
        let child = Command::new(program)
            .arg("-c")
            .arg(folder.path().join("mosquitto.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the broker listens");
            std::thread::sleep(Duration::from_millis(20));
        }
        child
    }

    fn feeds(&self, more: &str) -> String {
        format!(
            "[mqtt]\nurl = 'mqtt://127.0.0.1:{}'\nclient_id = 'hall-test'\n{more}\n\
             [[mqtt.topic]]\ntopic = 'gas/{{sensor}}/lel'\nsensor = 'gas-{{sensor}}'\nkind = 'combustible_gas'\n\
             [[mqtt.topic]]\ntopic = 'level/{{station}}'\n[mqtt.topic.map]\nsensor = 'lv-{{station}}'\ntime = '/t'\n\
             value = [{{ pointer = '/cm', kind = 'water_level', unit = 'cm' }}]\n\
             [[mqtt.topic]]\ntopic = 'senml'\npayload = 'senml'\n",
            self.port
        )
    }

    /// Publish all of these and wait until the broker has them.
    fn publish(&self, messages: &[(String, String)], user: Option<(&str, &str)>) {
        let mut options = MqttOptions::new("a-gateway", ("127.0.0.1", self.port));
        options.set_receive_maximum(Some(u16::MAX));
        if let Some((name, password)) = user {
            options.set_credentials(name, password.to_owned());
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, mut events) = AsyncClient::builder(options).capacity(1_000).build();
            let sent = async {
                for (topic, payload) in messages {
                    let options = PublishOptions::new(QoS::AtLeastOnce);
                    client.publish(topic.clone(), payload.clone(), options).await.unwrap();
                }
            };
            let had = async {
                let mut had = 0;
                while had < messages.len() {
                    if let Event::Incoming(Packet::PubAck(_)) = events.poll().await.unwrap() {
                        had += 1;
                    }
                }
            };
            tokio::time::timeout(PATIENCE, async { tokio::join!(sent, had) }).await.unwrap();
        });
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn one(topic: &str, payload: impl ToString) -> (String, String) {
    (topic.to_owned(), payload.to_string())
}

/// The feed, once it is as wanted.
fn until(addr: SocketAddr, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let (_, answer) = get(addr, "/api/feeds");
        let feed = answer["feeds"][0].clone();
        if holds(&feed) {
            return feed;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {feed}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn running(feed: &Value) -> bool {
    feed["state"] == "running"
}

fn millis() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

#[test]
fn what_gateways_publish_is_taken_in_by_its_topic() {
    let Some(broker) = Broker::start("allow_anonymous true") else { return };
    let hub = TestHub::start_with(&[("feeds.toml", &broker.feeds(""))]);
    until(hub.addr(), "it listens", running);
    let at = 1_700_000_000_000_i64;
    broker.publish(
        &[
            one("gas/17/lel", "1.25"),
            one("gas/17/lel", "much"),
            one("level/b", json!({"t": at - 5_000, "cm": 120})),
            one("level/b", "{"),
            one("senml", json!([{"bn": "s-", "bt": at / 1000, "n": "1", "v": 47, "u": "dB"}])),
            one("elsewhere", "1"),
        ],
        None,
    );
    let feed = until(hub.addr(), "all of them are counted", |feed| feed["rows"] == 5);
    assert_eq!((&feed["kept"], &feed["first_seen"]), (&json!(3), &json!(3)), "{feed}");
    assert_eq!(feed["refused"], json!([{"reason": "not_a_number", "count": 1}, {"reason": "malformed", "count": 1}]));
    let (_, latest) = hub.get("/api/readings/latest");
    let mut told: Vec<(&str, f64)> = latest["readings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["sensor"].as_str().unwrap(), one["value"].as_f64().unwrap()))
        .collect();
    told.sort_by_key(|(sensor, _)| sensor.to_owned());
    assert_eq!(told, [("gas-17", 1.25), ("lv-b", 1.2), ("s-1", 47.0)]);
}

#[test]
fn topics_that_change_are_listened_to_and_those_of_before_no_more() {
    let Some(broker) = Broker::start("allow_anonymous true") else { return };
    let mut hub = TestHub::start_with(&[("feeds.toml", &broker.feeds(""))]);
    let addr = hub.addr();
    until(addr, "it listens", running);
    broker.publish(&[one("gas/1/lel", "2")], None);
    until(addr, "the first is heard", |feed| feed["kept"] == 1);
    hub.shutdown();
    // The broker keeps the session, and what comes in it.
    broker.publish(&[one("gas/1/lel", "3")], None);
    hub.edit("feeds.toml", &broker.feeds("").replace("gas/{sensor}/lel", "air/{sensor}/gas"));
    hub.restart(addr);
    until(addr, "it listens again", running);
    let both =
        [one("gas/1/lel", "4"), one("air/2/gas", "5"), one("level/b", json!({"t": 1_700_000_000_000_i64, "cm": 1}))];
    let begun = Instant::now();
    // Who subscribes has begun to a moment before the broker did.
    loop {
        broker.publish(&both, None);
        let (_, answer) = get(addr, "/api/feeds");
        if answer["feeds"][0]["kept"].as_u64() >= Some(2) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let feed = until(addr, "what was published comes", running);
    assert_eq!(feed["refused"], json!([]), "of what is listed no more nothing comes: {feed}");
    let (_, latest) = hub.get("/api/readings/latest");
    let told = |id: &str| latest["readings"].as_array().unwrap().iter().find(|one| one["sensor"] == id).cloned();
    assert_eq!(told("gas-1").map(|one| one["value"].clone()), Some(json!(2.0)), "{latest}");
    assert!(told("gas-2").is_some() && told("lv-b").is_some(), "{latest}");
}

#[test]
fn a_broker_with_a_certificate_is_listened_to_by_who_trusts_its_authority_alone() {
    let data = |file: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(file);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // Without privileges given up it reads the files of whoever runs the tests.
    let secure = format!(
        "allow_anonymous true\nuser root\nlistener {port} 127.0.0.1\ncertfile {}\nkeyfile {}",
        data("hub.pem").display(),
        data("hub.key").display()
    );
    let Some(broker) = Broker::start(&secure) else { return };
    let plain = format!("mqtt://127.0.0.1:{}", broker.port);
    let feeds = |authority: &str, name: &str| {
        let more = format!("authority = '{}'", data(authority).display());
        broker.feeds(&more).replace(&plain, &format!("mqtts://localhost:{port}")).replace("hall-test", name)
    };
    let hub = TestHub::start_with(&[("feeds.toml", &feeds("ca.pem", "hall-test"))]);
    let feed = until(hub.addr(), "it listens", running);
    assert_eq!(feed["at"], format!("mqtts://localhost:{port}"), "{feed}");
    let begun = Instant::now();
    loop {
        broker.publish(&[one("gas/1/lel", "2")], None);
        let (_, answer) = get(hub.addr(), "/api/feeds");
        if answer["feeds"][0]["kept"].as_u64() >= Some(1) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer}");
        std::thread::sleep(Duration::from_millis(50));
    }
    // A certificate that stands for itself alone is nobody's authority for this one.
    let stranger = TestHub::start_with(&[("feeds.toml", &feeds("hub.pem", "hall-stranger"))]);
    let refused = until(stranger.addr(), "it does not trust it", |feed| feed["state"] == "failing");
    assert!(refused["error"].as_str().unwrap().to_lowercase().contains("certificate"), "{refused}");
}

#[test]
#[ignore = "the hub of the tests below"]
fn killed_hub() {
    be_a_hub();
}

#[test]
fn what_was_not_on_disk_when_the_hub_was_killed_is_delivered_again() {
    let Some(broker) = Broker::start("allow_anonymous true") else { return };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feeds.toml"), broker.feeds("")).unwrap();
    let hub = HubProcess::start("mqtt::killed_hub", folder.path(), None);
    until(hub.addr, "it listens", running);
    let begin = millis() - 60_000;
    let level = |n: i64| one("level/b", json!({"t": begin + n * 1000, "cm": n}));
    broker.publish(&[level(0)], None);
    until(hub.addr, "the first is on disk", |feed| feed["kept"] == 1);
    if !hub.limit_files(Some(1)) {
        return skipped("there is no prlimit to limit the hub's files with");
    }
    broker.publish(&(1..=20).map(level).collect::<Vec<_>>(), None);
    // They are in memory, where everybody sees them, and on no disk: not acknowledged.
    let since = Instant::now();
    loop {
        let (_, latest) = get(hub.addr, "/api/readings/latest");
        if latest["readings"][0]["value"] != 0.0 {
            break;
        }
        assert!(since.elapsed() < PATIENCE, "{latest}");
        std::thread::sleep(Duration::from_millis(20));
    }
    let (_, feeds) = get(hub.addr, "/api/feeds");
    assert_eq!(feeds["feeds"][0]["kept"], 1, "nothing is counted before it is on disk: {feeds}");
    let addr = hub.kill();
    // While nobody listens the broker keeps what comes.
    broker.publish(&(21..=25).map(level).collect::<Vec<_>>(), None);
    let hub = HubProcess::start("mqtt::killed_hub", folder.path(), Some(addr));
    until(addr, "all that was not acknowledged comes again", |feed| feed["rows"] == 25);
    let (_, kept) = get(addr, &format!("/api/readings/lv-b?from={begin}"));
    assert_eq!(kept["readings"].as_array().unwrap().len(), 26, "{kept}");
    // What was acknowledged does not come again; the broker hears of it right after it is counted.
    std::thread::sleep(Duration::from_secs(1));
    hub.kill();
    let hub = HubProcess::start("mqtt::killed_hub", folder.path(), Some(addr));
    until(hub.addr, "it listens", running);
    broker.publish(&[level(26)], None);
    let feed = until(hub.addr, "the last comes", |feed| feed["kept"] == 1);
    assert_eq!((&feed["rows"], &feed["duplicate"]), (&json!(1), &json!(0)), "{feed}");
}

#[test]
fn a_broker_that_wants_a_password_or_goes_away_is_told_and_survived() {
    let Some(mut broker) = Broker::start("allow_anonymous false") else { return };
    // Without any users it refuses everybody.
    let hub = TestHub::start_with(&[("feeds.toml", &broker.feeds("username = 'hall'\npassword = '${SECRET}'"))]);
    let refused = until(hub.addr(), "it is refused", |feed| feed["state"] == "failing");
    let error = refused["error"].as_str().unwrap().to_lowercase();
    assert!(error.contains("authorized") || error.contains("password"), "{refused}");
    assert!(!error.contains("sesame"), "{refused}");
    let _ = broker.child.kill();
    broker.child.wait().unwrap();
    until(hub.addr(), "it is away", |feed| feed["error"].as_str().unwrap().to_lowercase().contains("refused"));
    let config = broker.folder.path().join("mosquitto.conf");
    let text = std::fs::read_to_string(&config).unwrap().replace("allow_anonymous false", "allow_anonymous true");
    std::fs::write(&config, text).unwrap();
    broker.child = Broker::run(&broker.program, &broker.folder, broker.port);
    until(hub.addr(), "it is back", running);
    broker.publish(&[one("gas/1/lel", "2")], None);
    until(hub.addr(), "and heard", |feed| feed["kept"] == 1);
}

#[test]
fn thousands_of_messages_a_second_are_taken_in_and_none_is_lost() {
    let Some(broker) = Broker::start("allow_anonymous true") else { return };
    let hub = TestHub::start_with(&[("feeds.toml", &broker.feeds(""))]);
    until(hub.addr(), "it listens", running);
    let at = 1_700_000_000_000_i64;
    let messages: Vec<(String, String)> = (0..20_000)
        .map(|n| one(&format!("level/{}", n % 500), json!({"t": at - 100_000 + n / 500 * 1000, "cm": n % 400})))
        .collect();
    let begun = Instant::now();
    broker.publish(&messages, None);
    let published = begun.elapsed();
    let feed = until(hub.addr(), "all of them come", |feed| feed["rows"] == 20_000);
    assert_eq!((&feed["kept"], &feed["failures"]), (&json!(20_000), &json!(0)), "{feed}");
    println!("20000 messages published in {published:?}, on disk after {:?}", begun.elapsed());
}
