//! Files that are sent to cases: read beside the frame, one after the other.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};
use bytes::Bytes;

use crate::domain::note::{FILE_MAX, FILE_NAME_MAX};
use crate::domain::{FileKind, IncidentId, Media, Refusal};
use crate::link::Link;

/// Most files that wait.
const WAITING_MAX: usize = 100;

/// Why a file is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unsent {
    /// There is none at that path, or it cannot be read.
    Unread,
    /// It has more bytes than a case takes.
    TooLarge,
    /// It is neither picture, PDF nor text.
    NotAFile,
    /// The hub, or the link.
    Refused(Refusal),
}

/// A file of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel {
    pub(super) incident: IncidentId,
    pub(super) path: PathBuf,
    pub(super) kind: FileKind,
}

/// The files that wait to be sent, and the one that is on its way.
#[derive(Default)]
pub(super) struct Parcels {
    waiting: VecDeque<Parcel>,
    reading: Option<(Parcel, Task<Result<(String, Bytes), Unsent>>)>,
    /// The one on its way, and how far the hub has it.
    sending: Option<(Parcel, u64, u64)>,
}

/// What a path that was typed or pasted means: without quotes, and as a file manager copies it.
pub(super) fn path_of(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let typed = ['"', '\'']
        .into_iter()
        .fold(typed, |text, quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)).unwrap_or(text));
    let Some(address) = typed.strip_prefix("file://") else { return PathBuf::from(typed) };
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *byte == b'%').and_then(|two| std::str::from_utf8(two).ok());
        let decoded = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(decoded.unwrap_or(*byte));
        rest = if decoded.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// The name and the bytes of a file that a case takes.
pub(super) fn read(path: &Path) -> Result<(String, Bytes), Unsent> {
    let about = std::fs::metadata(path).map_err(|_| Unsent::Unread)?;
    if !about.is_file() {
        return Err(Unsent::Unread);
    }
    if about.len() > FILE_MAX {
        return Err(Unsent::TooLarge);
    }
    let bytes = std::fs::read(path).map_err(|_| Unsent::Unread)?;
    Media::of(&bytes).ok_or(Unsent::NotAFile)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut name: String = name.chars().filter(|c| !c.is_control() && *c != '/' && *c != '\\').collect();
    // Its ending says what opens it.
    while name.len() > FILE_NAME_MAX {
        let dot = name.rfind('.').filter(|at| name.len() - at < 16).unwrap_or(name.len());
        let Some((cut, _)) = name.get(..dot).and_then(|stem| stem.char_indices().last()) else { break };
        name.remove(cut);
    }
    Ok((name, Bytes::from(bytes)))
}

impl Parcels {
    /// Send these, after what waits already.
    pub(super) fn put(&mut self, parcels: impl IntoIterator<Item = Parcel>) {
        let room = WAITING_MAX.saturating_sub(self.waiting.len());
        self.waiting.extend(parcels.into_iter().take(room));
    }

    /// The one on its way, with how many bytes of how many the hub has, and how many wait after it.
    pub(super) fn shown(&self) -> Option<(String, Option<(u64, u64)>, usize)> {
        let name = |parcel: &Parcel| parcel.path.file_name().map(|n| n.to_string_lossy().into_owned());
        let (parcel, far) = match (&self.sending, &self.reading) {
            (Some((parcel, upto, total)), _) => (parcel, Some((*upto, *total))),
            (None, Some((parcel, _))) => (parcel, None),
            (None, None) => return None,
        };
        Some((name(parcel).unwrap_or_default(), far, self.waiting.len()))
    }

    /// Something is being read, so another look at it is worth while.
    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Go on; the file that is not sent, and why.
    pub(super) fn step(&mut self, link: &Link) -> Option<(PathBuf, Unsent)> {
        if let Some((parcel, mut task)) = self.reading.take() {
            match block_on(poll_once(&mut task)) {
                None => self.reading = Some((parcel, task)),
                Some(Err(why)) => return Some((parcel.path, why)),
                Some(Ok((name, body))) => {
                    let total = body.len() as u64;
                    link.attach(parcel.incident, name, parcel.kind, body);
                    self.sending = Some((parcel, 0, total));
                }
            }
        }
        if self.reading.is_none()
            && self.sending.is_none()
            && let Some(parcel) = self.waiting.pop_front()
        {
            let path = parcel.path.clone();
            let task = AsyncComputeTaskPool::get().spawn(async move { read(&path) });
            self.reading = Some((parcel, task));
        }
        None
    }

    /// The hub has so much of it.
    pub(super) fn far(&mut self, upto: u64, total: u64) {
        if let Some((_, has, of)) = &mut self.sending {
            (*has, *of) = (upto, total);
        }
    }

    /// The one on its way is kept, or not.
    pub(super) fn sent(&mut self, done: Result<(), Refusal>) -> Option<(PathBuf, Result<(), Unsent>)> {
        let (parcel, ..) = self.sending.take()?;
        Some((parcel.path, done.map_err(Unsent::Refused)))
    }
}
