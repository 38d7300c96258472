//! The files of the shown case on this screen: fetched one at a time, decoded and written in tasks, let go of when the
//! sheet is put away.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};
use bytes::Bytes;
use egui::{Context, TextureHandle, TextureOptions};

use super::decode::{self, Decoded, Unshown};
use crate::domain::{Attachment, FileHash, IncidentId, Media, Refusal};
use crate::link::Link;

/// Most bytes of files that are held as they came.
const HELD_MAX: usize = 64 * 1024 * 1024;
/// Most names that are tried for a file of one name.
const NAMES_MAX: u32 = 1_000;

/// What is known of a file here.
#[derive(Default)]
pub(super) struct Item {
    /// The small picture.
    pub(super) thumb: Option<TextureHandle>,
    /// The large one, while it is looked at.
    pub(super) full: Option<TextureHandle>,
    /// Pixels of the picture in the file.
    pub(super) size: Option<[u32; 2]>,
    /// The text, and whether there is more of it.
    pub(super) text: Option<(String, bool)>,
    /// Why it does not show.
    pub(super) failed: Option<Failed>,
    /// Bytes that are here, of how many, while it comes.
    pub(super) coming: Option<(u64, u64)>,
}

/// Why a file does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failed {
    /// The hub, or the link.
    Refused(Refusal),
    /// It is not what it says, or too large to be drawn.
    Unshown(Unshown),
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Thumb,
    Full,
    Text,
    Save,
}

/// What came of a task.
enum Done {
    Picture(Result<Decoded, Unshown>),
    Text((String, bool)),
    Saved(Option<PathBuf>),
}

/// What was saved where, or was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saved {
    pub(super) name: String,
    pub(super) at: Option<PathBuf>,
}

/// The files of one case.
#[derive(Default)]
pub(super) struct Shelf {
    of: Option<IncidentId>,
    items: BTreeMap<FileHash, Item>,
    /// As they came, the last used last.
    held: Vec<(FileHash, Bytes)>,
    fetching: Option<FileHash>,
    doing: Option<(FileHash, Task<Done>)>,
    to_save: Vec<Attachment>,
}

/// What is looked at.
pub(super) struct Looked<'a> {
    pub(super) incident: IncidentId,
    pub(super) files: &'a [Attachment],
    /// The marked one.
    pub(super) chosen: Option<&'a Attachment>,
    /// Those in the viewer.
    pub(super) large: &'a [&'a Attachment],
    pub(super) live: bool,
}

impl Shelf {
    /// Let go of everything; textures go with it.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn item(&self, hash: &FileHash) -> Option<&Item> {
        self.items.get(hash)
    }

    /// Something is being decoded or written, so another look at it is worth while.
    pub(super) fn is_busy(&self) -> bool {
        self.doing.is_some()
    }

    /// Save a file.
    pub(super) fn save(&mut self, file: &Attachment) {
        if !self.to_save.contains(file) {
            self.to_save.push(file.clone());
        }
        if let Some(item) = self.items.get_mut(&file.hash) {
            item.failed = None;
        }
    }

    /// A part of a file came.
    pub(super) fn far(&mut self, hash: &FileHash, upto: u64, total: u64) {
        if self.fetching.as_ref() == Some(hash) {
            self.items.entry(hash.clone()).or_default().coming = Some((upto, total));
        }
    }

    /// A file came, or does not. The one that was to be saved and is not.
    pub(super) fn take(&mut self, hash: &FileHash, file: Result<Bytes, Refusal>) -> Option<Saved> {
        self.fetching.take_if(|fetching| fetching == hash)?;
        let item = self.items.entry(hash.clone()).or_default();
        item.coming = None;
        match file {
            Ok(bytes) => {
                self.held.push((hash.clone(), bytes));
                while self.held.len() > 1 && self.held.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > HELD_MAX {
                    self.held.remove(0);
                }
                None
            }
            Err(refusal) => {
                item.failed = Some(Failed::Refused(refusal));
                let at = self.to_save.iter().position(|file| file.hash == *hash)?;
                Some(Saved { name: self.to_save.remove(at).name, at: None })
            }
        }
    }

    /// What is to be done next: saving first, then what is looked at, then small pictures in the order of the files.
    fn next(&self, looked: &Looked<'_>) -> Option<(Attachment, Need)> {
        let open = |file: &&Attachment| self.items.get(&file.hash).is_none_or(|item| item.failed.is_none());
        let is_picture = |file: &Attachment| matches!(file.media, Media::Jpeg | Media::Png);
        let lacks = |file: &Attachment, has: fn(&Item) -> bool| !self.items.get(&file.hash).is_some_and(has);
        let save = self.to_save.iter().find(open).map(|file| (file.clone(), Need::Save));
        let large = || {
            let large = looked.large.iter().copied().filter(open).filter(|file| is_picture(file));
            large.filter(|file| lacks(file, |item| item.full.is_some())).map(|file| (file.clone(), Need::Full)).next()
        };
        let text = || {
            let text = looked.chosen.filter(|file| file.media == Media::Text).filter(open);
            text.filter(|file| lacks(file, |item| item.text.is_some())).map(|file| (file.clone(), Need::Text))
        };
        let thumb = || {
            let all = looked.chosen.into_iter().chain(looked.files).filter(open).filter(|file| is_picture(file));
            let mut all = all.filter(|file| lacks(file, |item| item.thumb.is_some()));
            all.next().map(|file| (file.clone(), Need::Thumb))
        };
        save.or_else(large).or_else(text).or_else(thumb)
    }

    /// Go on with the files of a case. What was saved just now.
    pub(super) fn step(
        &mut self,
        ctx: &Context,
        looked: &Looked<'_>,
        link: &Link,
        downloads: Option<&Path>,
    ) -> Option<Saved> {
        if self.of != Some(looked.incident) {
            self.clear();
            self.of = Some(looked.incident);
        }
        // What is no longer looked at is not held large; what a lost link refused is asked for again.
        for (hash, item) in &mut self.items {
            if looked.live && item.failed == Some(Failed::Refused(Refusal::NoHub)) {
                item.failed = None;
            }
            if item.full.is_some() && looked.large.iter().all(|file| file.hash != *hash) {
                item.full = None;
            }
        }
        let saved = self.finish(ctx);
        if self.doing.is_some() {
            return saved;
        }
        let Some((file, need)) = self.next(looked) else { return saved };
        if let Some(at) = self.held.iter().position(|(hash, _)| *hash == file.hash) {
            let used = self.held.remove(at);
            let bytes = used.1.clone();
            self.held.push(used);
            let (folder, name, media) = (downloads.map(Path::to_owned), file.name.clone(), file.media);
            let done = async move {
                match need {
                    Need::Thumb => Done::Picture(decode::picture(&bytes, media, false)),
                    Need::Full => Done::Picture(decode::picture(&bytes, media, true)),
                    Need::Text => Done::Text(decode::text(&bytes)),
                    Need::Save => Done::Saved(folder.and_then(|folder| write(&folder, &name, &bytes))),
                }
            };
            self.doing = Some((file.hash, AsyncComputeTaskPool::get().spawn(done)));
        } else if self.fetching.is_none() && looked.live {
            link.fetch(looked.incident, file.hash.clone());
            self.fetching = Some(file.hash);
        }
        saved
    }

    fn finish(&mut self, ctx: &Context) -> Option<Saved> {
        let (hash, mut task) = self.doing.take()?;
        let Some(done) = block_on(poll_once(&mut task)) else {
            self.doing = Some((hash, task));
            return None;
        };
        let item = self.items.entry(hash.clone()).or_default();
        match done {
            Done::Picture(Ok(decoded)) => {
                let load = |kind: &str, image| ctx.load_texture(format!("{kind} {}", hash.text()), image, SMOOTH);
                item.size = Some(decoded.size);
                if item.thumb.is_none() {
                    item.thumb = Some(load("small", decoded.thumb));
                }
                item.full = decoded.full.map(|full| load("large", full));
            }
            Done::Picture(Err(why)) => item.failed = Some(Failed::Unshown(why)),
            Done::Text(text) => item.text = Some(text),
            Done::Saved(at) => {
                let wanted = self.to_save.iter().position(|file| file.hash == hash)?;
                return Some(Saved { name: self.to_save.remove(wanted).name, at });
            }
        }
        None
    }
}

const SMOOTH: TextureOptions = TextureOptions::LINEAR;

/// Write a file under its name, or the next one that is free. Nothing is overwritten.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Option<PathBuf> {
    use std::io::Write as _;
    let name = Path::new(name).file_name().map_or_else(|| "file".into(), std::ffi::OsStr::to_os_string);
    let name = Path::new(&name);
    let stem = name.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = name.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    std::fs::create_dir_all(folder).ok()?;
    for number in 1..=NAMES_MAX {
        let own = if number == 1 { format!("{stem}{ending}") } else { format!("{stem} ({number}){ending}") };
        let path = folder.join(own);
        match std::fs::File::options().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                if let Err(error) = written {
                    tracing::warn!(file = %path.display(), %error, "a file is not saved");
                    drop(std::fs::remove_file(&path));
                    return None;
                }
                return Some(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                tracing::warn!(file = %path.display(), %error, "a file is not saved");
                return None;
            }
        }
    }
    None
}
