//! The real program in a real window, on a display that nobody looks at.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Ends what it holds, whatever becomes of the test.
struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A display of its own.
struct Display {
    _server: Held,
    name: String,
}

impl Display {
    /// `None`, with a line that says so, where Xvfb or xdotool is not installed.
    fn start() -> Option<Self> {
        let has = |program: &str| Command::new(program).arg("-help").output().is_ok();
        if !has("Xvfb") || !has("xdotool") {
            eprintln!("skipped: no window without Xvfb and xdotool; `make setup-test` installs them");
            return None;
        }
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Some(Self { _server: Held(server), name: format!(":{}", number.trim()) })
    }

    fn xdotool(&self, args: &[&str]) -> Option<String> {
        let output = Command::new("xdotool").args(args).env("DISPLAY", &self.name).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    }
}

impl Display {
    /// What a window manager does when the cross is clicked.
    fn close(&self, window: u32) {
        use x11rb::connection::Connection as _;
        use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};
        let (x, _) = x11rb::connect(Some(&self.name)).unwrap();
        let atom = |name: &str| x.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let data = [atom("WM_DELETE_WINDOW"), 0, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        x.send_event(false, window, EventMask::NO_EVENT, message).unwrap();
        x.flush().unwrap();
        // A reply means that the display has dealt with all that was sent before.
        atom("WM_PROTOCOLS");
    }
}

/// Ask until there is an answer; panics after a long while.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < Duration::from_mins(2), "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// One HTTP exchange with the hub; the body that comes back.
fn http(at: &str, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer.split_once("\r\n\r\n")?.1.to_owned())
}

#[test]
fn a_window_opens_takes_clicks_and_keys_and_closes_cleanly() {
    let Some(display) = Display::start() else { return };
    let home = tempfile::tempdir().unwrap();
    let hall = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hall"));
        command.current_dir(home.path()).env("HOME", home.path()).env("DISPLAY", &display.name);
        for name in ["WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        command
    };
    let city = home.path().join("city");
    let made = hall().args(["demo-city", "--buildings", "300", "--out"]).arg(&city).output().unwrap();
    assert!(made.status.success());

    let mut server = Held(
        hall()
            .args(["hub", "--listen", "127.0.0.1:0", "--json", "--data", "facts"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    let at = told["listening"].as_str().unwrap().to_owned();

    let mut screen = Held(
        hall()
            .args(["--connect", told["url"].as_str().unwrap(), "--size", "1200x700", "--city"])
            .arg(&city)
            .spawn()
            .unwrap(),
    );
    let window = wait_for("the window", || {
        assert!(screen.0.try_wait().unwrap().is_none(), "the hall ended before its window opened");
        display.xdotool(&["search", "--onlyvisible", "--class", "command-hall"]).filter(|ids| !ids.is_empty())
    });
    let window = window.lines().next().unwrap();
    wait_for("the screen at the hub", || {
        http(&at, "GET /api/health HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
            .and_then(|body| serde_json::from_str::<serde_json::Value>(&body).ok())
            .filter(|health| health["sessions"] == 1)
    });

    display.xdotool(&["mousemove", "--window", window, "700", "350", "click", "1"]).unwrap();
    display.xdotool(&["mousemove", "--window", window, "720", "360", "click", "4"]).unwrap();
    display.xdotool(&["key", "--window", window, "q"]).unwrap();
    display.xdotool(&["key", "--window", window, "Home"]).unwrap();
    assert!(screen.0.try_wait().unwrap().is_none(), "clicks and keys ended the hall");

    display.close(window.parse().unwrap());
    let status = wait_for("the end", || screen.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
}
