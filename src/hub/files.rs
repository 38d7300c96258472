//! Files of cases, kept by their hash beside the log: one that nobody names is harmless, and one that a fact names is
//! there before the fact.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use ring::digest::{SHA256, digest};

use crate::domain::FileHash;
use crate::store::audit::hex;

/// Folder of the files in the hub's data folder.
const FOLDER: &str = "files";
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
    /// Beside the log in `data`.
    pub(crate) fn beside(data: &Path) -> Self {
        Self::Folder { folder: data.join(FOLDER), drafts: AtomicU64::new(0) }
    }

    pub(crate) fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Keep a file; once this returns it is on disk.
    pub(crate) fn keep(&self, bytes: &Bytes) -> Result<FileHash, FilesError> {
        let hash = hex(digest(&SHA256, bytes).as_ref());
        let hash = FileHash::of(&hash).ok_or(FilesError::Full)?;
        match self {
            Self::Memory(files) => {
                let mut files = kept(files);
                let held: usize = files.values().map(Bytes::len).sum();
                if !files.contains_key(&hash) {
                    if held + bytes.len() > MEMORY_MAX {
                        return Err(FilesError::Full);
                    }
                    files.insert(hash.clone(), bytes.clone());
                }
            }
            Self::Folder { folder, drafts } => {
                let path = path_of(folder, &hash);
                if !has(&path, bytes.len() as u64) {
                    let number = drafts.fetch_add(1, Ordering::Relaxed);
                    let draft = folder.join(format!("draft-{}-{number}", std::process::id()));
                    write(&draft, &path, bytes).map_err(|cause| {
                        // A draft is of no use to anyone.
                        drop(std::fs::remove_file(&draft));
                        FilesError::Disk { path, cause }
                    })?;
                }
            }
        }
        Ok(hash)
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
