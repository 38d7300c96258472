//! Files of cases, kept by their hash beside the log: one that nobody names is harmless, and one that a fact names is
//! there before the fact.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use ring::digest::{SHA256, digest};

use crate::domain::{FileHash, Refusal};
use crate::store::audit::hex;

/// Folder of the files in the hub's data folder.
const FOLDER: &str = "files";
/// What names of files begin with that are being written.
const DRAFT: &str = "draft-";
/// Bytes that a hub in memory keeps.
const MEMORY_MAX: usize = 64 * 1024 * 1024;

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilesError {
    /// The disk.
    #[error("{}: {cause}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// A hub in memory has no room.
    #[error(
        "this hub keeps at most {} MB of files, in memory: start it with --data for more",
        MEMORY_MAX / 1024 / 1024
    )]
    Full,
}

impl From<FilesError> for Refusal {
    /// As people are told; the path is for the hub's own log.
    fn from(error: FilesError) -> Self {
        tracing::error!(%error, "a file of a case");
        match error {
            FilesError::Disk { .. } => Self::FileNotKept,
            FilesError::Full => Self::FilesFull,
        }
    }
}

/// Where files are kept.
pub(crate) enum Files {
    /// Below this folder.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Sets files that are being written apart.
        drafts: AtomicU64,
    },
    /// In memory, gone with the hub.
    Memory(Mutex<BTreeMap<FileHash, Bytes>>),
}

fn kept(files: &Mutex<BTreeMap<FileHash, Bytes>>) -> MutexGuard<'_, BTreeMap<FileHash, Bytes>> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Files {
    /// Beside the log in `data`. What a crash left half written there is of no use to anyone.
    pub(crate) fn beside(data: &Path) -> Self {
        let folder = data.join(FOLDER);
        for left in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            if left.file_name().to_string_lossy().starts_with(DRAFT) {
                drop(std::fs::remove_file(left.path()));
            }
        }
        Self::Folder { folder, drafts: AtomicU64::new(0) }
    }

    pub(crate) fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Keep a file under its hash; once this returns it is on disk.
    pub(crate) fn keep(&self, hash: &FileHash, bytes: &Bytes) -> Result<(), FilesError> {
        match self {
            Self::Memory(files) => {
                let mut files = kept(files);
                let held: usize = files.values().map(Bytes::len).sum();
                if !files.contains_key(hash) {
                    if held + bytes.len() > MEMORY_MAX {
                        return Err(FilesError::Full);
                    }
                    files.insert(hash.clone(), bytes.clone());
                }
            }
            Self::Folder { folder, drafts } => {
                let path = path_of(folder, hash);
                if !has(&path, bytes.len() as u64) {
                    let draft = draft_in(folder, drafts);
                    write(&draft, &path, bytes).map_err(|cause| {
                        // A draft is of no use to anyone.
                        drop(std::fs::remove_file(&draft));
                        FilesError::Disk { path, cause }
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Begin a file of so many bytes that comes part by part; `others` are the bytes of those that were begun before.
    pub(crate) fn draft(&self, bytes: u64, others: u64) -> Result<Draft, FilesError> {
        let at = match self {
            Self::Memory(files) => {
                let held: u64 = kept(files).values().map(|file| file.len() as u64).sum();
                if held.saturating_add(bytes).saturating_add(others) > MEMORY_MAX as u64 {
                    return Err(FilesError::Full);
                }
                DraftAt::Memory(Vec::new())
            }
            Self::Folder { folder, drafts } => {
                let path = draft_in(folder, drafts);
                let open = || {
                    std::fs::create_dir_all(folder)?;
                    File::options().read(true).write(true).create_new(true).open(&path)
                };
                match open() {
                    Ok(file) => DraftAt::Disk { file, path },
                    Err(cause) => return Err(FilesError::Disk { path, cause }),
                }
            }
        };
        Ok(Draft { at, upto: 0 })
    }

    /// At most `most` bytes of the file of that hash from `from` on, and how long it is; `None` where it is not there.
    pub(crate) fn part(&self, hash: &FileHash, from: u64, most: usize) -> Result<Option<(Bytes, u64)>, FilesError> {
        match self {
            Self::Memory(files) => Ok(kept(files).get(hash).map(|file| {
                let from = usize::try_from(from).unwrap_or(usize::MAX).min(file.len());
                let to = from.saturating_add(most).min(file.len());
                (file.slice(from..to), file.len() as u64)
            })),
            Self::Folder { folder, .. } => {
                let path = path_of(folder, hash);
                let read = || -> std::io::Result<(Bytes, u64)> {
                    let mut file = File::open(&path)?;
                    let total = file.metadata()?.len();
                    file.seek(SeekFrom::Start(from.min(total)))?;
                    let mut part = Vec::new();
                    file.take(most as u64).read_to_end(&mut part)?;
                    Ok((Bytes::from(part), total))
                };
                match read() {
                    Ok(part) => Ok(Some(part)),
                    Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
                    Err(cause) => Err(FilesError::Disk { path, cause }),
                }
            }
        }
    }

    /// Whether a file of that hash and size is kept.
    pub(crate) fn has(&self, hash: &FileHash, bytes: u64) -> bool {
        match self {
            Self::Memory(files) => kept(files).get(hash).is_some_and(|file| file.len() as u64 == bytes),
            Self::Folder { folder, .. } => has(&path_of(folder, hash), bytes),
        }
    }

    /// The file of that hash; `None` where it is not there.
    pub(crate) fn read(&self, hash: &FileHash) -> Result<Option<Bytes>, FilesError> {
        match self {
            Self::Memory(files) => Ok(kept(files).get(hash).cloned()),
            Self::Folder { folder, .. } => {
                let path = path_of(folder, hash);
                match std::fs::read(&path) {
                    Ok(bytes) => Ok(Some(Bytes::from(bytes))),
                    Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
                    Err(cause) => Err(FilesError::Disk { path, cause }),
                }
            }
        }
    }
}

/// A file that comes part by part. Let go of, nothing is left of it.
pub(crate) struct Draft {
    at: DraftAt,
    upto: u64,
}

enum DraftAt {
    Disk { file: File, path: PathBuf },
    Memory(Vec<u8>),
}

impl Draft {
    /// How many bytes of it came.
    pub(crate) fn upto(&self) -> u64 {
        self.upto
    }

    /// The next part.
    pub(crate) fn append(&mut self, part: &[u8]) -> Result<(), FilesError> {
        match &mut self.at {
            DraftAt::Memory(bytes) => bytes.extend_from_slice(part),
            DraftAt::Disk { file, path } => {
                // A part that was written half, on a disk that was full, is written again.
                let written = file.seek(SeekFrom::Start(self.upto)).and_then(|_| file.write_all(part));
                written.map_err(|cause| FilesError::Disk { path: path.clone(), cause })?;
            }
        }
        self.upto += part.len() as u64;
        Ok(())
    }

    /// All that came.
    pub(crate) fn whole(&mut self) -> Result<Bytes, FilesError> {
        match &mut self.at {
            DraftAt::Memory(bytes) => Ok(Bytes::from(std::mem::take(bytes))),
            DraftAt::Disk { file, path } => {
                let mut bytes = Vec::new();
                let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(self.upto).read_to_end(&mut bytes));
                read.map_err(|cause| FilesError::Disk { path: path.clone(), cause })?;
                Ok(Bytes::from(bytes))
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let DraftAt::Disk { path, .. } = &self.at {
            drop(std::fs::remove_file(path));
        }
    }
}

/// The SHA-256 of bytes.
pub(crate) fn hash_of(bytes: &[u8]) -> Option<FileHash> {
    FileHash::of(&hex(digest(&SHA256, bytes).as_ref()))
}

fn draft_in(folder: &Path, drafts: &AtomicU64) -> PathBuf {
    let number = drafts.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{DRAFT}{}-{number}", std::process::id()))
}

/// Two digits are a folder, so that none of them has too many files.
fn path_of(folder: &Path, hash: &FileHash) -> PathBuf {
    folder.join(hash.text().get(..2).unwrap_or_default()).join(hash.text())
}

fn has(path: &Path, bytes: u64) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == bytes)
}

/// Under its name there is the whole file or none, whatever happens meanwhile.
fn write(draft: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)?;
    let mut file = File::create(draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(draft, path)?;
    // The name is on disk when its folder is; systems that cannot open folders do so by themselves.
    if let Ok(folder) = File::open(folder) {
        folder.sync_all()?;
    }
    Ok(())
}
