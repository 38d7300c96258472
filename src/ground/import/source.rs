//! Open a source: find out what it really is, unpack it within bounds, count the bytes read.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ImportError;

/// Unpacked data may be this many times as long as packed data; map data packs to a tenth, rarely to a fiftieth.
const MAX_RATIO: u64 = 200;
/// Below this many bytes no ratio is looked at.
const FREE_BYTES: u64 = 64 << 20;

/// Format of a source, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Pbf,
    OsmXml,
    GeoJson,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pbf => "osm.pbf",
            Self::OsmXml => "osm",
            Self::GeoJson => "geojson",
        }
    }
}

/// A file to import.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    /// File name up to the first dot, in lower case.
    pub(super) layer: String,
}

/// Bytes read so far from all sources, shared with the progress callback.
pub(super) type Counter = Arc<AtomicU64>;

/// The files of all sources: a folder stands for the map files in it.
pub(super) fn list(sources: &[PathBuf]) -> Result<Vec<SourceFile>, ImportError> {
    let mut files = Vec::new();
    for source in sources {
        let io = |cause| ImportError::Io { path: source.clone(), cause };
        let about = std::fs::metadata(source).map_err(io)?;
        if !about.is_dir() {
            files.push(file(source, about.len()));
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(source).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if is_map_file(&path) {
                let bytes = std::fs::metadata(&path).map_err(io)?.len();
                inside.push(file(&path, bytes));
            }
        }
        if inside.is_empty() {
            return Err(ImportError::NoLayers(source.clone()));
        }
        inside.sort_by(|a, b| a.path.cmp(&b.path));
        files.append(&mut inside);
    }
    if files.is_empty() { Err(ImportError::NoSource) } else { Ok(files) }
}

fn file(path: &Path, bytes: u64) -> SourceFile {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let layer = name.split('.').next().unwrap_or_default().to_owned();
    SourceFile { path: path.to_owned(), bytes, layer }
}

fn is_map_file(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain = name.strip_suffix(".gz").or(name.strip_suffix(".bz2")).unwrap_or(&name);
    [".geojson", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".json", ".osm", ".pbf"]
        .iter()
        .any(|e| plain.ends_with(e))
}

/// An opened source: what it is, and its unpacked bytes.
pub(super) struct Opened {
    pub(super) format: Format,
    pub(super) reader: Box<dyn Read>,
}

/// Open `source`, unpack it and look at its first bytes.
pub(super) fn open(source: &SourceFile, counter: &Counter) -> Result<Opened, ImportError> {
    let io = |cause| ImportError::Io { path: source.path.clone(), cause };
    let raw = Counting { inner: File::open(&source.path).map_err(io)?, counter: Arc::clone(counter) };
    let mut packed = BufReader::with_capacity(1 << 16, raw);
    let head = peek(&mut packed).map_err(io)?;
    if head.is_empty() {
        return Err(ImportError::Empty(source.path.clone()));
    }
    let packed_bytes = source.bytes.max(1);
    let reader: Box<dyn Read> = if head.starts_with(&[0x1f, 0x8b]) {
        Box::new(Bounded::new(flate2::bufread::MultiGzDecoder::new(packed), packed_bytes))
    } else if head.starts_with(b"BZh") {
        Box::new(Bounded::new(bzip2::bufread::MultiBzDecoder::new(packed), packed_bytes))
    } else {
        Box::new(packed)
    };
    let mut reader = BufReader::with_capacity(1 << 18, reader);
    let head = peek(&mut reader).map_err(|e| read_error(&source.path, e))?;
    let format = detect(&head).ok_or_else(|| {
        if head.is_empty() {
            ImportError::Empty(source.path.clone())
        } else {
            ImportError::NotAMap { path: source.path.clone(), looks_like: looks_like(&head) }
        }
    })?;
    Ok(Opened { format, reader: Box::new(reader) })
}

fn peek(reader: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let head = reader.fill_buf()?;
    Ok(head.get(..head.len().min(4_096)).unwrap_or_default().to_vec())
}

fn detect(head: &[u8]) -> Option<Format> {
    // a PBF begins with the length of a blob header and that header's type
    if head.get(4..6) == Some(&[0x0a, 0x09]) && head.get(6..15) == Some(b"OSMHeader") {
        return Some(Format::Pbf);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = text.iter().position(|b| !b.is_ascii_whitespace() && *b != 0x1e)?;
    let text = text.get(start..)?;
    if text.starts_with(b"{") {
        return Some(Format::GeoJson);
    }
    let osm = text.starts_with(b"<") && holds(text, b"<osm") && !holds(text, b"<osmChange");
    osm.then_some(Format::OsmXml)
}

fn holds(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len()).any(|w| w == what)
}

fn looks_like(head: &[u8]) -> &'static str {
    match head {
        [b'P', b'K', 3, 4, ..] => "a ZIP archive; unpack it first",
        [b'S', b'Q', b'L', b'i', ..] => "an SQLite database (MBTiles or GeoPackage), which is not read yet",
        [0, 0, 0x27, 0x0a, ..] => "a shapefile, which is not read",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "Zstandard; unpack it first",
        [0xfd, b'7', b'z', ..] => "XZ; unpack it first",
        [b'<', ..] if holds(head, b"<osmChange") => "changes to OpenStreetMap, not a map; apply them to one first",
        [b'<', ..] => "XML or HTML, but not OpenStreetMap",
        [b'[', ..] => "a JSON array, but not GeoJSON",
        _ if head.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) => "plain text",
        _ => "binary data of another kind",
    }
}

/// Tell a truncated or damaged file from an unreadable one, and a bomb from both.
pub(super) fn read_error(path: &Path, cause: io::Error) -> ImportError {
    if is_bomb(&cause) {
        return ImportError::bomb(path);
    }
    let path = path.to_owned();
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => ImportError::Truncated(path),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            ImportError::Damaged { path, what: cause.to_string() }
        }
        _ => ImportError::Io { path, cause },
    }
}

/// Whether reading stopped because too much came out.
pub(super) fn is_bomb(cause: &io::Error) -> bool {
    cause.get_ref().is_some_and(<dyn std::error::Error + Send + Sync + 'static>::is::<Bomb>)
}

impl ImportError {
    pub(super) fn bomb(path: &Path) -> Self {
        Self::Bomb { path: path.to_owned(), ratio: MAX_RATIO }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unpacks to far more than it holds")]
struct Bomb;

/// Keeps watch over how much comes out of how much went in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expansion {
    packed: u64,
    unpacked: u64,
}

impl Expansion {
    pub(super) fn new(packed: u64) -> Self {
        Self { packed, unpacked: 0 }
    }

    /// Count more unpacked bytes.
    pub(super) fn add(&mut self, bytes: u64) -> io::Result<()> {
        self.unpacked += bytes;
        if self.unpacked > FREE_BYTES && self.unpacked / self.packed > MAX_RATIO {
            return Err(io::Error::other(Bomb));
        }
        Ok(())
    }
}

struct Bounded<R> {
    inner: R,
    expansion: Expansion,
}

impl<R> Bounded<R> {
    fn new(inner: R, packed: u64) -> Self {
        Self { inner, expansion: Expansion::new(packed) }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.expansion.add(n as u64)?;
        Ok(n)
    }
}

struct Counting {
    inner: File,
    counter: Counter,
}

impl Read for Counting {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.counter.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
