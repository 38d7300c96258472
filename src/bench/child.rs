//! A hub in a process of its own, so that what it costs can be told from what the measurement does.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::fanout::{cpu_secs_of, memory_mb_of};

/// A hub in a process of its own, killed where it is dropped.
pub(super) struct HubProcess {
    child: Child,
    said: String,
}

impl HubProcess {
    /// Start it, and wait for the line with which it says where it listens.
    pub(super) fn start(command: &mut Command) -> std::io::Result<Self> {
        let child = command.stdout(Stdio::piped()).spawn()?;
        let mut hub = Self { child, said: String::new() };
        if let Some(out) = hub.child.stdout.take() {
            BufReader::new(out).read_line(&mut hub.said)?;
        }
        Ok(hub)
    }

    /// This program again with the same arguments, which plays the hub where it finds `variable`.
    pub(super) fn again(variable: &str, value: impl AsRef<std::ffi::OsStr>) -> std::io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Self::start(command.args(std::env::args_os().skip(1)).env(variable, value).stdin(Stdio::piped()))
    }

    /// The line.
    pub(super) fn said(&self) -> &str {
        self.said.trim()
    }

    /// MB of its memory that a word of `/proc/PID/smaps_rollup` names; 0 where the system does not tell.
    pub(super) fn memory_mb(&self, word: &str) -> f64 {
        memory_mb_of(&self.child.id().to_string(), word)
    }

    /// Its user and system time so far; 0 where the system does not tell.
    pub(super) fn cpu_secs(&self) -> f64 {
        cpu_secs_of(&self.child.id().to_string())
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        // It may be gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
