//! Puts a pack in its place: written aside, then renamed, so that it is whole or not there.

use std::fs;
use std::path::{Path, PathBuf};

use super::records::file;
use super::writer::WriteError;

/// What people write beside a pack's own files; it stays when the pack is replaced.
const KEPT: &str = "SOURCE.md";

/// A folder beside the target that vanishes unless it is put in place.
pub(super) struct Aside {
    /// Where to write.
    pub(super) path: PathBuf,
    out: PathBuf,
}

impl Aside {
    /// Make the folder. What earlier ones that were killed left behind is cleared away, or put back where it was all
    /// that is left of a pack.
    pub(super) fn new(out: &Path) -> Result<Self, WriteError> {
        let io = |source| WriteError::Io { path: out.to_owned(), source };
        let out = if out.exists() { fs::canonicalize(out) } else { std::path::absolute(out) }.map_err(io)?;
        clear_up(&out);
        check(&out)?;
        let path = beside(&out, "part");
        let io = |source| WriteError::Io { path: path.clone(), source };
        if path.exists() {
            fs::remove_dir_all(&path).map_err(io)?;
        }
        fs::create_dir_all(&path).map_err(io)?;
        Ok(Self { path, out })
    }

    /// Put it in place of what stands there.
    pub(super) fn put_in_place(self) -> Result<(), WriteError> {
        let out = &self.out;
        let io = |source| WriteError::Io { path: out.clone(), source };
        let kept = out.join(KEPT);
        if kept.is_file() {
            fs::copy(&kept, self.path.join(KEPT)).map_err(io)?;
        }
        let old = beside(out, "old");
        let replaced = out.exists();
        if replaced {
            fs::rename(out, &old).map_err(io)?;
        }
        if let Err(source) = fs::rename(&self.path, out) {
            if replaced {
                // the earlier pack goes back to its place; if even that fails it is still whole under its other name
                let _ = fs::rename(&old, out);
            }
            return Err(io(source));
        }
        if replaced {
            fs::remove_dir_all(&old).map_err(|source| WriteError::Io { path: old, source })?;
        }
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // after `put_in_place` it is gone already
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Only a pack, or an empty folder, is ever replaced: a folder that holds anything else is somebody's.
pub(super) fn check(out: &Path) -> Result<(), WriteError> {
    if !out.exists() {
        return Ok(());
    }
    let io = |source| WriteError::Io { path: out.to_owned(), source };
    if !out.is_dir() {
        return Err(WriteError::NotAPack(out.to_owned()));
    }
    let names: Result<Vec<_>, _> = fs::read_dir(out).map_err(io)?.map(|entry| entry.map(|e| e.file_name())).collect();
    let names = names.map_err(io)?;
    if !names.is_empty() && !out.join(file::META).is_file() {
        return Err(WriteError::NotAPack(out.to_owned()));
    }
    let own = |name: &std::ffi::OsString| file::ALL.iter().chain([&KEPT]).any(|own| name == own);
    match names.into_iter().find(|name| !own(name)) {
        Some(name) => Err(WriteError::Foreign { path: out.to_owned(), what: name.to_string_lossy().into_owned() }),
        None => Ok(()),
    }
}

fn name_of(out: &Path) -> String {
    out.file_name().map_or_else(|| "pack".into(), |name| name.to_string_lossy().into_owned())
}

fn beside(out: &Path, what: &str) -> PathBuf {
    out.with_file_name(format!(".{}.{what}-{}", name_of(out), std::process::id()))
}

/// Whether a process of this number may still be at work. Where nobody can tell it may.
fn is_alive(process: &str) -> bool {
    let proc = Path::new("/proc");
    !proc.join("self").exists() || proc.join(process).exists()
}

/// Clear away what killed writers of this folder left, or put it back. What cannot be removed takes room and does no
/// harm.
fn clear_up(out: &Path) {
    let (part, old) = (format!(".{}.part-", name_of(out)), format!(".{}.old-", name_of(out)));
    let entries = out.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten();
    for entry in entries.filter(|entry| entry.path().is_dir()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let dead = |process: &str| process.bytes().all(|b| b.is_ascii_digit()) && !is_alive(process);
        if name.strip_prefix(&part).is_some_and(dead) {
            let _ = fs::remove_dir_all(entry.path());
        } else if name.strip_prefix(&old).is_some_and(dead) {
            let _ = if out.exists() { fs::remove_dir_all(entry.path()) } else { fs::rename(entry.path(), out) };
        }
    }
}
