//! The sound of alarms: one for each level, again and again until somebody acknowledges. Played by a player of the
//! desktop, where there is one; without a player or a device it is quiet, which is no error.

use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::domain::Grade;

/// Samples a second.
const RATE: u32 = 22_050;
/// Players that take a file, the first that is there and works is used.
const PLAYERS: [(&str, &[&str]); 4] = [("pw-play", &[]), ("paplay", &[]), ("aplay", &["-q"]), ("afplay", &[])];

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

/// Plays sounds on a thread of its own.
pub(super) struct Player {
    asks: SyncSender<Grade>,
}

impl Player {
    /// One that waits for what to play; `None` where the system gives no thread.
    pub(super) fn new() -> Option<Self> {
        // One that plays and one that waits: more would sound after their time.
        let (asks, inbox) = sync_channel(1);
        let thread = std::thread::Builder::new().name("alarm sound".to_owned());
        thread.spawn(move || play_all(&inbox)).ok().map(|_| Self { asks })
    }

    /// Play the sound of a level, where nothing else waits to be played.
    pub(super) fn play(&self, level: Grade) {
        // Full or gone: then it is not heard.
        _ = self.asks.try_send(level);
    }
}

fn play_all(inbox: &Receiver<Grade>) {
    let mut players = PLAYERS.to_vec();
    while let Ok(level) = inbox.recv() {
        if players.is_empty() {
            continue;
        }
        let file = std::env::temp_dir().join(format!("hall-alarm-{}.wav", std::process::id()));
        if let Err(error) = std::fs::write(&file, wav(level)) {
            tracing::warn!(%error, "the sound of an alarm has no file");
            continue;
        }
        while let Some((player, options)) = players.first() {
            let mut command = Command::new(player);
            command.args(*options).arg(&file);
            let played = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
            if played.is_ok_and(|status| status.success()) {
                break;
            }
            players.remove(0);
            if players.is_empty() {
                tracing::info!("alarms make no sound: no player of this desktop works");
            }
        }
        // It is made anew each time, and nobody else needs it.
        drop(std::fs::remove_file(&file));
    }
}
