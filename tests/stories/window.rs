//! For stories of the real program in a real window, on a display that nobody looks at and that has no window manager.

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use command_hall::domain::{IncidentId, MoveKind};
use command_hall::ground::{demo, pack::writer};
use command_hall::link::SocketTransport;
use command_hall::wire::Pace;
use serde_json::{Value, json};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask, ImageFormat};
use x11rb::rust_connection::RustConnection;

use crate::kit::{self, Screen};

/// Longer than anything takes on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(2);
/// A panel's ground, which nothing in the city is painted with.
pub(super) const PANEL: [u8; 3] = [0x10, 0x18, 0x22];

/// The ground of what is chosen in a list.
pub(super) const RAISED: [u8; 3] = [0x17, 0x22, 0x2E];

/// The ground of what is under the pointer.
pub(super) const HOVER: [u8; 3] = [0x1F, 0x2D, 0x3B];

/// Parts of a desk of 1280 by 800: the queue's rows, the city in the middle, the right where the card opens.
pub(super) const QUEUE: Part = [0, 52, 300, 770];
pub(super) const CITY: Part = [320, 80, 940, 740];
pub(super) const CARD: Part = [970, 60, 1280, 760];

/// Ends what it holds, whatever becomes of the test.
pub(super) struct Held(pub(super) Child);

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// What is on a display: rows from the top, red, green, blue.
pub(super) struct Seen {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

/// Left, top, right, bottom in pixels.
pub(super) type Part = [usize; 4];

impl Seen {
    pub(super) fn part(&self, [left, top, right, bottom]: Part) -> Vec<[u8; 3]> {
        let rows = self.pixels.chunks(self.width).skip(top).take(bottom - top);
        rows.flat_map(|row| row.iter().skip(left).take(right - left).copied()).collect()
    }

    pub(super) fn count(&self, part: Part, colour: [u8; 3]) -> usize {
        self.part(part).iter().filter(|pixel| **pixel == colour).count()
    }

    /// Share of a part's pixels that differ from another picture's.
    pub(super) fn changed(&self, other: &Self, part: Part) -> f64 {
        let (a, b) = (self.part(part), other.part(part));
        let different = a.iter().zip(&b).filter(|(a, b)| a != b).count();
        #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand pixels")]
        let share = different as f64 / a.len() as f64;
        share
    }
}

/// A display of its own.
pub(super) struct Display {
    _server: Held,
    name: String,
    pub(super) x: RustConnection,
}

impl Display {
    /// `None`, with a line that says so, where Xvfb or xdotool is not installed.
    pub(super) fn start(size: &str) -> Option<Self> {
        let has = |program: &str| Command::new(program).arg("-help").output().is_ok();
        if !has("Xvfb") || !has("xdotool") {
            kit::skipped("no window without Xvfb and xdotool; `make setup-test` installs them");
            return None;
        }
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        let (x, _) = x11rb::connect(Some(&name)).unwrap();
        Some(Self { _server: Held(server), name, x })
    }

    pub(super) fn xdotool(&self, args: &[&str]) -> Option<String> {
        let output = Command::new("xdotool").args(args).env("DISPLAY", &self.name).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }

    pub(super) fn press(&self, key: &str) {
        self.xdotool(&["key", key]).unwrap();
    }

    /// Write as a hand does.
    pub(super) fn write(&self, text: &str) {
        self.xdotool(&["type", "--delay", "60", text]).unwrap();
        self.settled();
    }

    /// Point somewhere, wait until it shows, then press and let go, as a hand does.
    pub(super) fn click(&self, x: i32, y: i32, hovered: impl Fn(&Seen) -> bool) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]).unwrap();
        self.until("what is under the pointer", hovered);
        self.xdotool(&["mousedown", "1"]).unwrap();
        self.settled();
        self.xdotool(&["mouseup", "1"]).unwrap();
    }

    /// The whole screen as it is now.
    fn look(&self) -> Seen {
        let screen = &self.x.setup().roots[0];
        let (width, height) = (screen.width_in_pixels, screen.height_in_pixels);
        let image = self.x.get_image(ImageFormat::Z_PIXMAP, screen.root, 0, 0, width, height, u32::MAX);
        let data = image.unwrap().reply().unwrap().data;
        Seen { width: width.into(), pixels: data.chunks(4).map(|p| [p[2], p[1], p[0]]).collect() }
    }

    /// Look until something holds of what is seen.
    pub(super) fn until(&self, what: &str, holds: impl Fn(&Seen) -> bool) -> Seen {
        wait_for(what, || Some(self.look()).filter(|seen| holds(seen)))
    }

    /// Look until two looks in a row are alike: what moved has arrived.
    pub(super) fn settled(&self) -> Seen {
        let mut last = self.look();
        wait_for("a still picture", || {
            std::thread::park_timeout(Duration::from_millis(300));
            let now = self.look();
            let still = now.pixels == last.pixels;
            last = now;
            still.then(|| self.look())
        })
    }

    /// The hall's window, once there is one.
    pub(super) fn window(&self, hall: &mut Held) -> u32 {
        let ids = wait_for("the window", || {
            assert!(hall.0.try_wait().unwrap().is_none(), "the hall ended before its window opened");
            self.xdotool(&["search", "--onlyvisible", "--class", "command-hall"]).filter(|ids| !ids.is_empty())
        });
        ids.lines().next().unwrap().parse().unwrap()
    }

    /// What a window manager does when the cross is clicked.
    pub(super) fn close(&self, window: u32) {
        let atom = |name: &str| self.x.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let data = [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        self.x.send_event(false, window, EventMask::NO_EVENT, message).unwrap();
        self.x.flush().unwrap();
        // A reply means that the display has dealt with all that was sent before.
        atom("WM_PROTOCOLS");
    }
}

/// Ask until there is an answer; panics after a long while.
pub(super) fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// A home of its own with a small city, and the program in it.
pub(super) struct Home {
    folder: tempfile::TempDir,
    city: PathBuf,
    /// What shows the hub who sits at its screens, once there is one.
    pub(super) key: RefCell<String>,
}

impl Home {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { city: folder.path().join("city"), folder, key: RefCell::default() };
        writer::write(&demo::generate(1, 300), &home.city, "").unwrap();
        home
    }

    pub(super) fn hall(&self, display: &str) -> Command {
        let home: &Path = self.folder.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hall"));
        command.current_dir(home).env("HOME", home).env("DISPLAY", display).env("HALL_TOKEN", &*self.key.borrow());
        for name in ["WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        let mut path = OsString::from(home.join("bin"));
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        command.env("PATH", path);
        command
    }

    /// A program of the home, which its programs find before the machine's: what it is told is done by this shell script.
    pub(super) fn program(&self, name: &str, script: &str) -> PathBuf {
        let folder = self.folder.path().join("bin");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// The user's settings of every program of this home.
    pub(super) fn set(&self, settings: &str) {
        let folder = self.folder.path().join(".config/command-hall");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("hall.toml"), settings).unwrap();
    }

    /// A file of the home, and where it is.
    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A hub in a process of its own: where it listens, and its address for screens.
    pub(super) fn hub(&self) -> (Held, SocketAddr, String) {
        let added =
            self.hall(":").args(["user", "add", "desk", "--role", "shift_chief", "--key", "--data", "facts"]).output();
        String::from_utf8(added.unwrap().stdout).unwrap().trim().clone_into(&mut self.key.borrow_mut());
        let mut command = self.hall(":");
        command.args(["hub", "--listen", "127.0.0.1:0", "--json", "--data", "facts"]).stdout(Stdio::piped());
        let mut hub = Held(command.spawn().unwrap());
        let mut line = String::new();
        BufReader::new(hub.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| told[key].as_str().unwrap().to_owned();
        (hub, text("listening").parse().unwrap(), text("url"))
    }

    /// Report, in the name of the shift chief.
    pub(super) fn report(&self, hub: SocketAddr, report: &Value) {
        let (status, answer) = kit::http_as(hub, &self.key.borrow(), "POST", "/api/reports", &report.to_string());
        assert_eq!(status, 200, "{answer}");
    }

    /// How far the hub says that an incident is.
    pub(super) fn stage(&self, hub: SocketAddr, id: u64) -> String {
        let row = self.incident(hub, id);
        row["stage"].as_str().unwrap_or("none").to_owned()
    }

    /// What the hub tells of an incident; null where it knows none.
    pub(super) fn incident(&self, hub: SocketAddr, id: u64) -> Value {
        let incidents = kit::http_as(hub, &self.key.borrow(), "GET", "/api/incidents", "").1;
        incidents["incidents"].as_array().unwrap().iter().find(|row| row["id"] == id).cloned().unwrap_or_default()
    }

    pub(super) fn until_stage(&self, hub: SocketAddr, id: u64, wanted: &str) {
        wait_for(&format!("incident {id} to be {wanted}"), || (self.stage(hub, id) == wanted).then_some(()));
    }

    /// What a department's device says of its task.
    pub(super) fn told_by(&self, department: &str, hub: SocketAddr, id: u64, step: &str) -> u16 {
        let body = json!({ "party": { "department": department }, "step": step }).to_string();
        kit::http_as(hub, &self.key.borrow(), "POST", &format!("/api/incidents/{id}/tasks/step"), &body).0
    }

    pub(super) fn screen(&self, display: &Display, url: &str, args: &[&str]) -> Held {
        let mut command = self.hall(&display.name);
        command.args(["--connect", url, "--city"]).arg(&self.city).args(args);
        Held(command.spawn().unwrap())
    }
}

/// A desk in its window at the hub, and another screen that sees what the hub has.
pub(super) fn desk(display: &Display, home: &Home, url: &str, at: SocketAddr) -> (Held, Screen) {
    let key = home.key.borrow().clone();
    // Where the doors are open nobody has one.
    let key = Some(key.as_str()).filter(|key| !key.is_empty());
    let mut other = Screen::with(SocketTransport::new(url).unwrap(), Pace::Off, key);
    other.until_live();
    let mut screen = home.screen(display, url, &["--size", "1280x800"]);
    let window = display.window(&mut screen);
    wait_for("the screen at the hub", || (kit::get(at, "/api/health").1["sessions"] == 2).then_some(()));
    display.xdotool(&["windowfocus", "--sync", &window.to_string()]).unwrap();
    display.until("panels", |seen| seen.count(QUEUE, PANEL) > 100_000);
    (screen, other)
}

/// A side move by its digit in the menu.
pub(super) fn side_move(display: &Display, other: &mut Screen, id: IncidentId, kind: MoveKind, words: &str) {
    other.until("that it can be done", |other| other.hall.moves(id).contains(&kind));
    let digit = other.hall.moves(id).iter().position(|one| *one == kind).unwrap() + 1;
    for key in ["h", &digit.to_string()] {
        display.settled();
        display.press(key);
    }
    display.settled();
    display.write(words);
    display.press("Return");
}

/// The middle of the queue's second row: the yellow mark of grade Ⅲ stands there, below the chips of the filter. `None`
/// while there is none.
pub(super) fn second_row(seen: &Seen) -> Option<i32> {
    let yellow = |p: &[u8; 3]| p[0] > 220 && p[1] > 180 && p[2] < 100;
    let rows = 210..700;
    let marked: Vec<usize> = rows.filter(|y| seen.part([0, *y, 60, *y + 1]).iter().any(yellow)).collect();
    marked.get(marked.len() / 2).map(|middle| i32::try_from(*middle).unwrap())
}
