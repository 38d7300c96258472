//! A harness with verbs: hubs that start, die and come back; screens that wait for what they
//! expect; plain HTTP. Nothing here sleeps to be in time: everything waits for an event, up to a
//! limit that only a failing test reaches.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part of the kit")]

mod city;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use command_hall::config::CatalogueFiles;
use command_hall::domain::kpi::Past;
use command_hall::domain::rights::Area;
use command_hall::domain::sensor::{SensorRow, Trend};
use command_hall::domain::vital::{VitalBoard, VitalXray};
use command_hall::domain::{
    Caller, Devices, DevicesChanged, FileHash, Found, Hall, IncidentId, Moment, Order, Refusal, Seq, Story,
};
use command_hall::ground::City;
use command_hall::hub::{self, Admission, Data, Hub, HubOptions};
use command_hall::link::Identity;
use command_hall::link::{HubClock, Link, LinkOptions, LinkState, News, Secret, SocketTransport};
use command_hall::wire::{Pace, Transport};
use serde_json::{Value, json};

/// Longer than anything takes on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A hub in this process, on a free port, with a folder of its own.
pub struct TestHub {
    pub folder: Arc<tempfile::TempDir>,
    hub: Option<Hub>,
    clock: Arc<AtomicU64>,
    admission: Admission,
}

impl TestHub {
    pub fn start() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::start_in(folder, Admission::Everybody)
    }

    /// One where people have to sign in.
    pub fn with_doors() -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), Admission::SignedIn)
    }

    /// With these files in its folder, by name: `kinds.toml`, `calendar.toml`, `duty.toml`, `alarms.toml`, `sensors.csv`,
    /// `feeds.toml` and the folder `plans` are the city's own; `city_code` has the code that its case numbers begin with.
    pub fn start_with(files: &[(&str, &str)]) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self::start_in(folder, Admission::Everybody)
    }

    /// Edit a file of the hub's folder.
    pub fn edit(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn start_in(folder: Arc<tempfile::TempDir>, admission: Admission) -> Self {
        let clock = Arc::new(AtomicU64::new(1_700_000_000_000));
        let hub = Some(start(folder.path(), &clock, None, admission));
        Self { folder, hub, clock, admission }
    }

    pub fn hub(&self) -> &Hub {
        self.hub.as_ref().expect("the hub is down")
    }

    pub fn addr(&self) -> SocketAddr {
        self.hub().addr().expect("it listens")
    }

    /// Move the hub's clock.
    pub fn pass_millis(&self, millis: u64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Set the hub's clock to another moment, a later or an earlier one.
    pub fn set_clock(&self, to: Moment) {
        self.clock.store(to.0.cast_unsigned(), Ordering::SeqCst);
    }

    /// Stop politely.
    pub fn shutdown(&mut self) {
        self.hub.take().expect("the hub is down").shutdown();
    }

    /// Start again on the same folder and port.
    pub fn restart(&mut self, addr: SocketAddr) {
        self.hub = Some(start(self.folder.path(), &self.clock, Some(addr), self.admission));
    }

    pub fn screen(&self) -> Screen {
        Screen::at(self.addr())
    }

    pub fn embedded_screen(&self) -> Screen {
        Screen::over(self.hub().embedded_transport(), Pace::Direct)
    }

    pub fn post_report(&self, report: Value) -> (u16, Value) {
        post(self.addr(), "/api/reports", &report.to_string())
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        post(self.addr(), path, &body.to_string())
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        get(self.addr(), path)
    }
}

fn start(folder: &Path, clock: &Arc<AtomicU64>, addr: Option<SocketAddr>, admission: Admission) -> Hub {
    let clock = Arc::clone(clock);
    let mut options = HubOptions { admission, ..HubOptions::new(Data::Folder(folder.to_owned())) };
    options.listen = Some(addr.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))));
    options.clock = Arc::new(move || Moment(clock.load(Ordering::SeqCst).cast_signed()));
    options.utc_offset_secs = |_| 8 * 3600;
    // A city's own files, where the test put any into the hub's folder.
    let own = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
    options.files = CatalogueFiles {
        kinds: own("kinds.toml"),
        calendar: own("calendar.toml"),
        plans: own("plans"),
        duty: own("duty.toml"),
        alarms: own("alarms.toml"),
        vitals: own("vitals"),
    };
    options.vitals = options.files.vitals.is_some();
    options.sensors = own("sensors.csv");
    options.city_code = own("city_code").map(|path| std::fs::read_to_string(path).unwrap().parse().unwrap());
    options.feeds = own("feeds.toml");
    options.city = own("city").map(|path| Arc::new(City::open(&path).unwrap()));
    options.environment = |name| (name == "SECRET").then(|| "open sesame".to_owned());
    hub::start(options).unwrap()
}

/// A hub in a process of its own, which can be killed as the power fails.
pub struct HubProcess {
    pub folder: PathBuf,
    pub addr: SocketAddr,
    child: Child,
}

const FOLDER: &str = "HALL_KIT_FOLDER";
const LISTEN: &str = "HALL_KIT_LISTEN";

impl HubProcess {
    /// `test` names the ignored test of this binary that calls [`be_a_hub`].
    pub fn start(test: &str, folder: &Path, listen: Option<SocketAddr>) -> Self {
        let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        // A write beyond a limit of its files fails, as on a full disk, and does not end it.
        let mut child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", test, "--nocapture"])
            .env(FOLDER, folder)
            .env(LISTEN, listen.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let addr = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("hub at ").and_then(|(_, addr)| addr.trim().parse().ok()))
            .expect("the hub process says where it listens");
        Self { folder: folder.to_owned(), addr, child }
    }

    /// Stands still as a hung machine does: nothing is closed, nothing is said.
    pub fn stop(&self) {
        self.signal("-STOP");
    }

    /// From now on no file of it grows beyond so many bytes, or all may again. `false` where the system cannot do that.
    pub fn limit_files(&self, bytes: Option<u64>) -> bool {
        let soft = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let pid = self.child.id().to_string();
        let set = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={soft}:unlimited")]).status();
        set.is_ok_and(|status| status.success())
    }

    /// What it holds in memory now, in KiB.
    pub fn memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Goes on after [`Self::stop`].
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// SIGKILL.
    pub fn kill(mut self) -> SocketAddr {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.addr
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Body of the ignored test that is a [`HubProcess`]; returns when its parent is gone.
pub fn be_a_hub() {
    let (Some(folder), Ok(listen)) = (std::env::var_os(FOLDER), std::env::var(LISTEN)) else {
        return;
    };
    let feeds = Some(Path::new(&folder).join("feeds.toml")).filter(|path| path.exists());
    let mut options = HubOptions { admission: Admission::Everybody, ..HubOptions::new(Data::Folder(folder.into())) };
    options.listen = Some(listen.parse().unwrap());
    options.feeds = feeds;
    let hub = hub::start(options).unwrap();
    println!("hub at {}", hub.addr().unwrap());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// A screen without a picture: a link and what it heard.
pub struct Screen {
    pub link: Link,
    pub hall: Hall,
    pub state: LinkState,
    pub refused: Vec<Refusal>,
    pub clock: Option<HubClock>,
    /// Why the hub wants a sign-in, once it did.
    #[expect(clippy::option_option, reason = "not wanted, wanted, and wanted again with a reason")]
    pub wanted: Option<Option<Refusal>>,
    pub who: Option<Identity>,
    pub unlocked: Option<Result<(), Refusal>>,
    pub caller: Option<(IncidentId, Caller)>,
    pub found: Option<Result<Found, Refusal>>,
    /// What the newest search for cases found that are counted.
    pub counted: Option<Result<Found, Refusal>>,
    pub story: Option<(IncidentId, Result<Box<Story>, Refusal>)>,
    /// The file that was fetched last.
    pub file: Option<(FileHash, Result<Vec<u8>, Refusal>)>,
    /// What became of the file that was sent last.
    pub sent: Option<Result<(), Refusal>>,
    /// The farthest that was heard of a file on its way, either way.
    pub upto: u64,
    pub positions: usize,
    /// Where cases lie, as the hub says.
    pub areas: BTreeMap<IncidentId, Area>,
    /// Sensors that are watched, and how many are still to come.
    pub sensors: Vec<SensorRow>,
    pub sensors_left: u32,
    /// Every reading that was heard of them since the watch began: sensor, time, value.
    pub readings: Vec<(u32, i64, f64)>,
    /// The same of windows of time.
    pub windowed: Vec<(u32, i64, f64)>,
    pub trend: Option<Result<Box<Trend>, Refusal>>,
    pub board: Option<Result<Box<VitalBoard>, Refusal>>,
    /// What figures are held against.
    pub past: Option<Result<Box<Past>, Refusal>>,
    pub xray: Option<Result<Box<VitalXray>, Refusal>>,
    pub devices: Option<Result<Box<Devices>, String>>,
    /// What became of the change of sensors that was wanted last.
    pub devices_changed: Option<Result<Box<DevicesChanged>, String>>,
    /// Facts heard one by one, beside snapshots.
    pub facts: Vec<Seq>,
    pub snapshots: usize,
    news: Arc<(Mutex<bool>, Condvar)>,
}

impl Screen {
    pub fn at(addr: SocketAddr) -> Self {
        Self::over(SocketTransport::new(&format!("ws://{addr}")).unwrap(), Pace::Direct)
    }

    pub fn over(transport: impl Transport, positions: Pace) -> Self {
        Self::with(transport, positions, None)
    }

    /// A screen that shows a token.
    pub fn with(transport: impl Transport, positions: Pace, token: Option<&str>) -> Self {
        let link = Link::connect(
            transport,
            LinkOptions { seat: "test".to_owned(), positions, token: token.map(|token| Secret(token.to_owned())) },
        )
        .unwrap();
        let news = Arc::new((Mutex::new(true), Condvar::new()));
        let bell = Arc::clone(&news);
        link.on_news(move |_| {
            *bell.0.lock().unwrap() = true;
            bell.1.notify_all();
        });
        Self {
            link,
            hall: Hall::default(),
            state: LinkState::default(),
            refused: Vec::new(),
            clock: None,
            wanted: None,
            who: None,
            unlocked: None,
            caller: None,
            found: None,
            counted: None,
            story: None,
            file: None,
            sent: None,
            upto: 0,
            positions: 0,
            areas: BTreeMap::new(),
            sensors: Vec::new(),
            sensors_left: 0,
            readings: Vec::new(),
            windowed: Vec::new(),
            trend: None,
            board: None,
            past: None,
            xray: None,
            devices: None,
            devices_changed: None,
            facts: Vec::new(),
            snapshots: 0,
            news,
        }
    }

    fn read(&mut self) {
        for news in self.link.drain() {
            match news {
                News::Snapshot(hall) => {
                    self.hall = *hall;
                    self.snapshots += 1;
                }
                News::Facts(facts) => {
                    for fact in facts {
                        assert!(self.hall.apply(&fact), "fact {:?} after {:?}", fact.seq, self.hall.upto());
                        self.facts.push(fact.seq);
                    }
                }
                News::Areas { anew, areas } => {
                    if anew {
                        self.areas.clear();
                    }
                    self.areas.extend(areas);
                    self.areas.retain(|_, area| !area.is_city());
                }
                News::Positions(positions) => self.positions += positions.len(),
                News::State(state) => self.state = state,
                News::Refused(refusal) => self.refused.push(refusal),
                News::Clock(clock) => self.clock = Some(clock),
                News::SignInWanted { why } => {
                    self.wanted = Some(why);
                    self.who = None;
                }
                News::Identity(identity) => self.who = Some(identity),
                News::Unlocked(told) => self.unlocked = Some(told),
                News::Caller(incident, caller) => self.caller = Some((incident, caller)),
                News::Found(found) => self.found = Some(found),
                News::Counted(found) => self.counted = Some(found),
                News::Story { incident, story } => self.story = Some((incident, story)),
                News::Fetching { upto, .. } | News::Sending { upto, .. } => self.upto = upto,
                News::Fetched { hash, file, .. } => self.file = Some((hash, file.map(|bytes| bytes.to_vec()))),
                News::Sent { done, .. } => self.sent = Some(done),
                News::Sensors { anew, sensors, gone, left, .. } => {
                    if anew {
                        self.sensors.clear();
                        self.readings.clear();
                        self.windowed.clear();
                    }
                    self.sensors.retain(|row| !gone.contains(&row.number));
                    for row in sensors {
                        self.sensors.retain(|known| known.number != row.number);
                        self.sensors.push(row);
                    }
                    self.sensors_left = left;
                }
                News::Windowed(told) => {
                    let told = told.unwrap_or_default();
                    self.windowed.extend(told.iter().map(|one| (one.sensor.0, one.at.0, one.value)));
                }
                News::Readings(readings) => {
                    for reading in readings {
                        self.readings.push((reading.sensor.0, reading.at.0, reading.value));
                    }
                }
                News::Trend { trend, .. } => self.trend = Some(trend),
                News::Vitals(board) => self.board = Some(board),
                News::Xray(xray) => self.xray = Some(xray),
                News::Devices { told, .. } => self.devices = Some(told),
                News::DevicesChanged(told) => self.devices_changed = Some(told),
                News::Past { past, .. } => self.past = Some(past),
            }
        }
    }

    /// Wait until something holds of this screen.
    pub fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.read();
            if holds(self) {
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "never: {what}; state {:?}, upto {:?}", self.state, self.hall.upto());
            let heard = self.news.0.lock().unwrap();
            let (mut heard, _) = self.news.1.wait_timeout_while(heard, left, |heard| !*heard).unwrap();
            *heard = false;
        }
    }

    pub fn until_live(&mut self) {
        self.until("live", |s| s.state == LinkState::Live);
    }

    pub fn until_seq(&mut self, seq: u64) {
        self.until("enough facts", |s| s.hall.upto().0 >= seq);
    }

    pub fn order(&self, order: Order) {
        self.link.send(order);
    }
}

/// A report that is good in every field.
pub fn report(source_id: &str) -> Value {
    json!({
        "source": "12345", "source_id": source_id, "kind": "30206", "grade": "III",
        "place": {"lon": 114.17, "lat": 22.28, "address": "龙翔道"},
        "text": "两车相撞", "happened_at": "2023-11-15T06:13:20+08:00"
    })
}

pub fn post(addr: SocketAddr, path: &str, body: &str) -> (u16, Value) {
    http(addr, "POST", path, "application/json", body).expect("the hub answers")
}

pub fn get(addr: SocketAddr, path: &str) -> (u16, Value) {
    http(addr, "GET", path, "application/json", "").expect("the hub answers")
}

/// A request that shows a token.
pub fn http_as(addr: SocketAddr, token: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
    request(addr, method, path, &format!("content-type: application/json\r\nauthorization: Bearer {token}"), body)
        .unwrap()
}

/// One request over plain HTTP.
/// A POST of JSON with an identity of its own.
pub fn post_once(addr: SocketAddr, key: &str, path: &str, body: &str) -> (u16, Value) {
    let headers = format!("content-type: application/json\r\nIdempotency-Key: {key}");
    request(addr, "POST", path, &headers, body).unwrap()
}

pub fn http(addr: SocketAddr, method: &str, path: &str, kind: &str, body: &str) -> std::io::Result<(u16, Value)> {
    request(addr, method, path, &format!("content-type: {kind}"), body)
}

fn request(addr: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n{headers}\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or(std::io::ErrorKind::InvalidData)?;
    Ok((status, serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()))))
}

/// Says that a test is skipped, also where the harness keeps what tests print.
pub fn skipped(why: &str) {
    use std::io::Write as _;
    std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()).unwrap();
}
