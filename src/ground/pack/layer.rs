//! The container of every layer file: a header, a table of typed sections, a checksum.
//!
//! ```text
//! 0   8  magic "HALLPACK"
//! 8   4  version (u32) = VERSION
//! 12  4  section count n (u32)
//! 16  8  xxh3-64 of everything from byte 24 on (u64)
//! 24  32n  sections: tag [u8;4], record size u32, offset u64, record count u64, zero u64
//! …   payload, each section aligned to 64
//! ```

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytemuck::Pod;
use memmap2::Mmap;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Version of the pack's layers; a reader takes exactly this one.
pub const VERSION: u32 = 2;
const MAGIC: &[u8; 8] = b"HALLPACK";
const HEAD: usize = 24;
const ENTRY: usize = 32;
const ALIGN: u64 = 64;

/// Why a layer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// It is no layer at all.
    #[error("{0} is not a layer of a city pack; import the city again with `hall import`")]
    NotALayer(PathBuf),
    /// It was written by another version.
    #[error(
        "{path} has pack version {found}, this program reads version {VERSION}; import the city again with `hall import`"
    )]
    WrongVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// Its bytes are not the ones that were written.
    #[error("{0} is damaged (checksum differs); copy the pack again or import the city again with `hall import`")]
    Damaged(PathBuf),
    /// A section is missing or of another record size.
    #[error("{path} has no usable section {tag}; import the city again with `hall import`")]
    NoSection {
        /// The file.
        path: PathBuf,
        /// The section's tag.
        tag: String,
    },
}

/// A memory-mapped layer, checked as a whole when opened.
#[derive(Debug)]
pub struct Layer {
    path: PathBuf,
    map: Mmap,
    sections: Vec<([u8; 4], u32, usize, usize)>,
}

impl Layer {
    /// Map `path` and check version and checksum.
    ///
    /// # Errors
    /// See [`LayerError`].
    pub fn open(path: &Path) -> Result<Self, LayerError> {
        let io = |source| LayerError::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        #[expect(unsafe_code, reason = "packs are written aside and renamed, never changed in place")]
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        let not = || LayerError::NotALayer(path.to_owned());
        let damaged = || LayerError::Damaged(path.to_owned());
        if map.get(..8) != Some(MAGIC.as_slice()) {
            return Err(not());
        }
        let u32_at = |at: usize| map.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
        let u64_at = |at: usize| map.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
        let found = u32_at(8).ok_or_else(not)?;
        if found != VERSION {
            return Err(LayerError::WrongVersion { path: path.to_owned(), found });
        }
        let count = u32_at(12).ok_or_else(not)? as usize;
        if u64_at(16) != Some(xxh3_64(map.get(HEAD..).unwrap_or_default())) {
            return Err(damaged());
        }
        let mut sections = Vec::new();
        for i in 0..count {
            let at = HEAD + i * ENTRY;
            let tag = map.get(at..at + 4).and_then(|b| b.try_into().ok()).ok_or_else(damaged)?;
            let size = u32_at(at + 4).ok_or_else(damaged)?;
            let start = usize::try_from(u64_at(at + 8).ok_or_else(damaged)?).map_err(|_| damaged())?;
            let records = usize::try_from(u64_at(at + 16).ok_or_else(damaged)?).map_err(|_| damaged())?;
            let end = (size as usize).checked_mul(records).and_then(|n| n.checked_add(start)).ok_or_else(damaged)?;
            if end > map.len() {
                return Err(damaged());
            }
            sections.push((tag, size, start, end));
        }
        Ok(Self { path: path.to_owned(), map, sections })
    }

    /// The records of a section, straight from the map.
    ///
    /// # Errors
    /// [`LayerError::NoSection`] where it is missing or its records have another size.
    pub fn section<T: Pod>(&self, tag: [u8; 4]) -> Result<&[T], LayerError> {
        let missing =
            || LayerError::NoSection { path: self.path.clone(), tag: String::from_utf8_lossy(&tag).into_owned() };
        let (_, size, start, end) = self.sections.iter().find(|s| s.0 == tag).ok_or_else(missing)?;
        if *size as usize != size_of::<T>() {
            return Err(missing());
        }
        let bytes = self.map.get(*start..*end).ok_or_else(missing)?;
        bytemuck::try_cast_slice(bytes).map_err(|_| missing())
    }

    /// Let go of the pages that were read so far: they no longer count as this process's memory and come back from the
    /// file when they are asked for.
    pub fn release(&self) {
        // Without it the memory stays where it is, which is no error.
        #[cfg(unix)]
        #[expect(
            unsafe_code,
            reason = "the map is of a file and never written, so dropped pages come back as they were"
        )]
        let _ = unsafe { self.map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
    }

    /// Bytes of the file.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Never: a layer has a header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
}

/// Write a layer: sections are streamed out in order, the table and checksum come last.
#[derive(Debug, Default)]
pub struct LayerWriter<'a> {
    sections: Vec<([u8; 4], u32, u64, &'a [u8])>,
}

impl<'a> LayerWriter<'a> {
    /// Add a section.
    #[must_use]
    pub fn section<T: Pod>(mut self, tag: [u8; 4], records: &'a [T]) -> Self {
        let size = u32::try_from(size_of::<T>()).unwrap_or(u32::MAX);
        self.sections.push((tag, size, records.len() as u64, bytemuck::cast_slice(records)));
        self
    }

    /// Write all to `path` and sync it to disk.
    ///
    /// # Errors
    /// [`LayerError::Io`].
    pub fn write(&self, path: &Path) -> Result<u64, LayerError> {
        let io = |source| LayerError::Io { path: path.to_owned(), source };
        self.write_io(path).map_err(io)
    }

    fn write_io(&self, path: &Path) -> std::io::Result<u64> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        let mut hash = Xxh3::new();
        out.write_all(&[0; HEAD])?;
        let mut at = (HEAD + ENTRY * self.sections.len()) as u64;
        let mut put = |bytes: &[u8]| {
            hash.update(bytes);
            out.write_all(bytes)
        };
        let table_end = at;
        for (tag, size, count, bytes) in &self.sections {
            at = at.next_multiple_of(ALIGN);
            put(tag)?;
            put(&size.to_le_bytes())?;
            put(&at.to_le_bytes())?;
            put(&count.to_le_bytes())?;
            put(&[0; 8])?;
            at += bytes.len() as u64;
        }
        at = table_end;
        for (.., bytes) in &self.sections {
            let gap = at.next_multiple_of(ALIGN) - at;
            put([0; 64].get(..usize::try_from(gap).unwrap_or(0)).unwrap_or_default())?;
            put(bytes)?;
            at += gap + bytes.len() as u64;
        }
        let checksum = hash.digest();
        out.seek(SeekFrom::Start(0))?;
        out.write_all(MAGIC)?;
        out.write_all(&VERSION.to_le_bytes())?;
        out.write_all(&u32::try_from(self.sections.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        out.write_all(&checksum.to_le_bytes())?;
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(at)
    }
}
