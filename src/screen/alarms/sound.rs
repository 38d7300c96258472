//! The sound of alarms: one for each level, again and again until somebody acknowledges. Played by a player of the
//! desktop, where there is one; without a player or a device it is quiet, which is no error: the strip says so, and each
//! sound is tried anew, for a device may come.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::domain::{Grade, Moment};

/// Samples a second.
const RATE: u32 = 22_050;
/// A player that takes a file, with what it is told before that.
pub(super) type Program = (&'static str, &'static [&'static str]);
/// The first that is there and works is used.
const PLAYERS: [Program; 4] = [("pw-play", &[]), ("paplay", &[]), ("aplay", &["-q"]), ("afplay", &[])];

/// Seconds from one sound to the next while an alarm of this level calls.
pub(super) const fn every_secs(level: Grade) -> f32 {
    match level {
        Grade::I => 2.5,
        Grade::II => 5.0,
        Grade::III => 15.0,
        Grade::IV => 60.0,
    }
}

/// Tones of a level: hertz (0 is silence) and milliseconds.
const fn tones(level: Grade) -> &'static [(f32, u32)] {
    match level {
        Grade::I => &[(988.0, 140), (0.0, 50), (988.0, 140), (0.0, 50), (988.0, 140), (0.0, 50), (1_319.0, 260)],
        Grade::II => &[(880.0, 160), (0.0, 60), (1_109.0, 220)],
        Grade::III => &[(740.0, 200)],
        Grade::IV => &[(523.0, 140)],
    }
}

/// The sound of a level as a WAV file, one channel of 16 bits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "some thousand samples within 16 bits"
)]
pub(super) fn wav(level: Grade) -> Vec<u8> {
    let mut samples: Vec<i16> = Vec::new();
    for (hertz, millis) in tones(level) {
        let count = RATE * millis / 1000;
        let edge = (RATE / 200) as f32;
        samples.extend((0..count).map(|at| {
            let (at, left) = (at as f32, (count - at) as f32);
            // Without its edges softened a tone clicks.
            let loud = (at / edge).min(left / edge).min(1.0) * 0.32;
            let wave = (at / RATE as f32 * hertz * std::f32::consts::TAU).sin();
            (wave * loud * f32::from(i16::MAX)) as i16
        }));
    }
    let bytes = u32::try_from(samples.len() * 2).unwrap_or_default();
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    for word in [1_u16, 1] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    for word in [2_u16, 16] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

/// Whether what calls is heard at a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Heard {
    /// As far as is known.
    #[default]
    Yes,
    /// Somebody switched it off.
    Muted,
    /// Nothing here plays it.
    No,
}

impl Heard {
    /// Key of what is said of it; nothing where it is heard.
    pub(super) const fn key(self) -> Option<&'static str> {
        match self {
            Self::Yes => None,
            Self::Muted => Some("alarm.muted"),
            Self::No => Some("alarm.no_sound"),
        }
    }
}

/// What plays the sound of a level.
pub(super) trait Plays {
    /// Play it, where nothing else waits to be played.
    fn play(&self, level: Grade);
    /// Whether the last one was not heard.
    fn failed(&self) -> bool;
}

/// Seconds between two sounds at least, however many alarms come.
const APART: f64 = 1.0;

/// What calls at a screen: the worst level, and when the newest of all that calls was raised.
pub(super) type Calling = (Grade, Moment);

/// What sounded last.
#[derive(Debug, Clone, Copy)]
struct Last {
    level: Grade,
    newest: Moment,
    /// When, and when the same is due again, in seconds on the clock of the screen.
    at: f64,
    due: f64,
}

/// When which sound is due at a screen.
pub(super) struct Sounds<P> {
    player: Option<P>,
    /// There was no player to be had.
    missing: bool,
    last: Option<Last>,
}

impl<P> Default for Sounds<P> {
    fn default() -> Self {
        Self { player: None, missing: false, last: None }
    }
}

impl<P: Plays> Sounds<P> {
    /// Sound for the level that calls, where that is due: at once where nothing called before, it is worse or another alarm
    /// came, and from then on again and again. `make` makes a player where there is none.
    pub(super) fn step(&mut self, now: f64, calls: Option<Calling>, mute: bool, make: impl FnOnce() -> Option<P>) {
        let Some((level, newest)) = calls.filter(|_| !mute) else {
            self.last = None;
            return;
        };
        let waits = |last: Last| {
            let worse = level.index() < last.level.index();
            let due = if newest > last.newest { last.due.min(last.at + APART) } else { last.due };
            !worse && now < due
        };
        if self.last.is_some_and(waits) {
            return;
        }
        self.last = Some(Last { level, newest, at: now, due: now + f64::from(every_secs(level)) });
        if self.player.is_none() {
            self.player = make();
            self.missing = self.player.is_none();
        }
        if let Some(player) = &self.player {
            player.play(level);
        }
    }

    /// Whether what calls is heard.
    pub(super) fn heard(&self, mute: bool) -> Heard {
        if mute {
            Heard::Muted
        } else if self.missing || self.player.as_ref().is_some_and(Plays::failed) {
            Heard::No
        } else {
            Heard::Yes
        }
    }
}

/// Plays sounds on a thread of its own.
pub(super) struct Player {
    asks: SyncSender<Grade>,
    failed: Arc<AtomicBool>,
}

impl Player {
    /// One that waits for what to play; `None` where the system gives no thread.
    pub(super) fn new() -> Option<Self> {
        // One that plays and one that waits: more would sound after their time.
        let (asks, inbox) = sync_channel(1);
        let failed = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&failed);
        let thread = std::thread::Builder::new().name("alarm sound".to_owned());
        thread.spawn(move || play_all(&inbox, &told)).ok().map(|_| Self { asks, failed })
    }
}

impl Plays for Player {
    fn play(&self, level: Grade) {
        // Full or gone: then it is not heard.
        _ = self.asks.try_send(level);
    }

    fn failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

fn play_all(inbox: &Receiver<Grade>, failed: &AtomicBool) {
    let mut players = PLAYERS.to_vec();
    while let Ok(level) = inbox.recv() {
        let file = std::env::temp_dir().join(format!("hall-alarm-{}.wav", std::process::id()));
        let written = std::fs::write(&file, wav(level));
        if let Err(error) = &written {
            tracing::warn!(%error, "the sound of an alarm has no file");
        }
        let played = written.is_ok() && play_with(&mut players, |program| run(program, &file));
        if !played && !failed.load(Ordering::Relaxed) {
            tracing::info!("alarms make no sound: no player of this desktop works");
        }
        failed.store(!played, Ordering::Relaxed);
        // It is made anew each time, and nobody else needs it.
        drop(std::fs::remove_file(&file));
    }
}

/// Let the first player that can play; it comes first the next time, and those that could not now are tried again then.
pub(super) fn play_with(players: &mut [Program], plays: impl Fn(&Program) -> bool) -> bool {
    let found = players.iter().position(plays);
    if let Some(tried) = found.and_then(|at| players.get_mut(..=at)) {
        tried.rotate_right(1);
    }
    found.is_some()
}

/// Whether a player is there and played a file.
fn run((player, options): &Program, file: &Path) -> bool {
    let mut command = Command::new(player);
    command.args(*options).arg(file);
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ended.is_ok_and(|status| status.success())
}
