//! OSM PBF, read straight from its protocol buffers.
//!
//! Only what the pack needs is decoded: no authors, no times, no versions. Every length is checked against the
//! bytes that are there, so a damaged file ends in an error and never in a panic.

mod message;

use std::io::Read;
use std::path::Path;

use message::{Value, each, varint, zigzag};

use super::ImportError;
use super::known::{Key, Known};
use super::osm::{Store, is_outer};
use super::source::{Expansion, SourceFile, read_error};

/// Limits of the format itself.
const MAX_HEADER: u32 = 64 << 10;
const MAX_BLOB: u64 = 32 << 20;

/// Read a PBF stream into the store.
pub(super) fn read(
    source: &SourceFile,
    mut reader: Box<dyn Read>,
    store: &mut Store,
    tick: &mut dyn FnMut(),
) -> Result<(), ImportError> {
    let path = source.path.as_path();
    let mut expansion = Expansion::new(source.bytes.max(1));
    let mut header = Vec::new();
    let mut blob = Vec::new();
    let mut data = Vec::new();
    let mut block = Block::default();
    let mut inflater = flate2::Decompress::new(true);
    while let Some(length) = length(&mut reader, path)? {
        if length > MAX_HEADER {
            return Err(damaged(path, "a blob header is too long"));
        }
        fill(&mut reader, &mut header, u64::from(length), path)?;
        let (mut kind, mut size) = (Vec::new(), 0);
        each(&header, |field, value| {
            match (field, value) {
                (1, Value::Bytes(b)) => kind = b.to_vec(),
                (3, Value::Number(n)) => size = n,
                _ => {}
            }
            Some(())
        })
        .ok_or_else(|| damaged(path, "a blob header"))?;
        if size > MAX_BLOB {
            return Err(damaged(path, "a blob is too long"));
        }
        fill(&mut reader, &mut blob, size, path)?;
        let unpacked = unpack(&blob, &mut data, &mut inflater).map_err(|what| damaged(path, what))?;
        expansion.add(unpacked.len() as u64).map_err(|e| read_error(path, e))?;
        match kind.as_slice() {
            b"OSMHeader" => head(unpacked, store).map_err(|what| damaged(path, what))?,
            b"OSMData" => block.read(unpacked, store).ok_or_else(|| damaged(path, "a block of data"))?,
            _ => {}
        }
        store.check_size()?;
        tick();
    }
    Ok(())
}

fn damaged(path: &Path, what: &str) -> ImportError {
    ImportError::Damaged { path: path.to_owned(), what: what.to_owned() }
}

/// The four bytes before a blob header; `None` at the end of the file.
fn length(reader: &mut dyn Read, path: &Path) -> Result<Option<u32>, ImportError> {
    let mut bytes = [0; 4];
    let mut have = 0;
    while let Some(rest) = bytes.get_mut(have..).filter(|r| !r.is_empty()) {
        match reader.read(rest) {
            Ok(0) if have == 0 => return Ok(None),
            Ok(0) => return Err(ImportError::Truncated(path.to_owned())),
            Ok(n) => have += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(read_error(path, e)),
        }
    }
    Ok(Some(u32::from_be_bytes(bytes)))
}

fn fill(reader: &mut dyn Read, into: &mut Vec<u8>, size: u64, path: &Path) -> Result<(), ImportError> {
    into.clear();
    let n = reader.take(size).read_to_end(into).map_err(|e| read_error(path, e))?;
    if (n as u64) < size { Err(ImportError::Truncated(path.to_owned())) } else { Ok(()) }
}

/// The content of a blob.
fn unpack<'a>(
    blob: &'a [u8],
    data: &'a mut Vec<u8>,
    inflater: &mut flate2::Decompress,
) -> Result<&'a [u8], &'static str> {
    let (mut raw, mut zlib, mut other, mut size) = (None, None, false, 0);
    each(blob, |field, value| {
        match (field, value) {
            (1, Value::Bytes(b)) => raw = Some(b),
            (2, Value::Number(n)) => size = n,
            (3, Value::Bytes(b)) => zlib = Some(b),
            (4..=7, Value::Bytes(_)) => other = true,
            _ => {}
        }
        Some(())
    })
    .ok_or("a blob")?;
    if let Some(raw) = raw {
        return Ok(raw);
    }
    let Some(zlib) = zlib else {
        return Err(if other {
            "it is packed with LZMA, LZ4 or Zstandard; convert it with `osmium cat`"
        } else {
            "an empty blob"
        });
    };
    let size = usize::try_from(size).ok().filter(|s| (*s as u64) <= MAX_BLOB).ok_or("a blob is too long")?;
    data.clear();
    // one byte more than announced, so that a longer content shows
    data.reserve(size + 1);
    inflater.reset(true);
    let status = inflater.decompress_vec(zlib, data, flate2::FlushDecompress::Finish).map_err(|_| "packed data")?;
    if status != flate2::Status::StreamEnd || data.len() != size {
        return Err("packed data of another length than announced");
    }
    Ok(data)
}

fn head(data: &[u8], store: &mut Store) -> Result<(), &'static str> {
    let mut problem = None;
    each(data, |field, value| {
        match (field, value) {
            (1, Value::Bytes(bbox)) => {
                let mut edges = [0i64; 4];
                each(bbox, |field, value| {
                    if let (1..=4, Value::Number(n)) = (field, value) {
                        let at = usize::try_from(field - 1).unwrap_or(0);
                        edges.get_mut(at).into_iter().for_each(|e| *e = zigzag(n));
                    }
                    Some(())
                })?;
                let [left, right, top, bottom] = edges.map(nano);
                if let (Some(low), Some(high)) = (store.into.fix(left, bottom), store.into.fix(right, top))
                    && low[0] < high[0]
                    && low[1] < high[1]
                {
                    store.bounds = Some((low, high));
                }
            }
            (4, Value::Bytes(feature)) if !matches!(feature, b"OsmSchema-V0.6" | b"DenseNodes") => {
                problem = Some("it needs a reader of history or of another schema");
            }
            _ => {}
        }
        Some(())
    })
    .ok_or("the file's header")?;
    problem.map_or(Ok(()), Err)
}

#[expect(clippy::cast_precision_loss, reason = "a coordinate needs no 63 bits")]
fn nano(v: i64) -> f64 {
    v as f64 * 1e-9
}

/// Buffers of a block, used again for the next.
#[derive(Default)]
struct Block {
    known: Known,
    /// For each string of the block the key it is, if any.
    keys: Vec<Option<Key>>,
    numbers: Vec<u64>,
    members: Vec<(i64, bool)>,
}

/// How a block stores coordinates.
struct Grid {
    granularity: i64,
    lat: i64,
    lon: i64,
}

impl Grid {
    fn degrees(&self, lon: i64, lat: i64) -> (f64, f64) {
        let at = |v: i64, offset: i64| nano(v.wrapping_mul(self.granularity).wrapping_add(offset));
        (at(lon, self.lon), at(lat, self.lat))
    }
}

impl Block {
    fn read(&mut self, data: &[u8], store: &mut Store) -> Option<()> {
        let mut strings: Vec<&[u8]> = Vec::new();
        let mut groups: Vec<&[u8]> = Vec::new();
        let mut grid = Grid { granularity: 100, lat: 0, lon: 0 };
        each(data, |field, value| {
            match (field, value) {
                (1, Value::Bytes(table)) => each(table, |field, value| {
                    if let (1, Value::Bytes(text)) = (field, value) {
                        strings.push(text);
                    }
                    Some(())
                })?,
                (2, Value::Bytes(group)) => groups.push(group),
                (17, Value::Number(n)) => grid.granularity = n.cast_signed(),
                (19, Value::Number(n)) => grid.lat = n.cast_signed(),
                (20, Value::Number(n)) => grid.lon = n.cast_signed(),
                _ => {}
            }
            Some(())
        })?;
        self.keys.clear();
        self.keys.extend(strings.iter().map(|s| std::str::from_utf8(s).ok().and_then(Key::from_text)));
        for group in groups {
            each(group, |field, value| match (field, value) {
                (1, Value::Bytes(node)) => self.node(node, &strings, &grid, store),
                (2, Value::Bytes(dense)) => self.dense(dense, &strings, &grid, store),
                (3, Value::Bytes(way)) => self.way(way, &strings, store),
                (4, Value::Bytes(relation)) => self.relation(relation, &strings, store),
                _ => Some(()),
            })?;
        }
        Some(())
    }

    fn put(&mut self, strings: &[&[u8]], key: u64, value: u64) -> Option<()> {
        let key = self.keys.get(usize::try_from(key).ok()?)?;
        if let Some(key) = key {
            let text = strings.get(usize::try_from(value).ok()?)?;
            self.known.put(*key, &String::from_utf8_lossy(text));
        }
        Some(())
    }

    fn dense(&mut self, data: &[u8], strings: &[&[u8]], grid: &Grid, store: &mut Store) -> Option<()> {
        let (mut ids, mut lats, mut lons, mut tags): (&[u8], &[u8], &[u8], &[u8]) = (&[], &[], &[], &[]);
        each(data, |field, value| {
            match (field, value) {
                (1, Value::Bytes(b)) => ids = b,
                (8, Value::Bytes(b)) => lats = b,
                (9, Value::Bytes(b)) => lons = b,
                (10, Value::Bytes(b)) => tags = b,
                _ => {}
            }
            Some(())
        })?;
        let (mut id, mut lat, mut lon) = (0i64, 0i64, 0i64);
        while !ids.is_empty() {
            id = id.wrapping_add(zigzag(varint(&mut ids)?));
            lat = lat.wrapping_add(zigzag(varint(&mut lats)?));
            lon = lon.wrapping_add(zigzag(varint(&mut lons)?));
            let (x, y) = grid.degrees(lon, lat);
            let at = store.node(id, x, y);
            let mut tagged = false;
            while !tags.is_empty() {
                let key = varint(&mut tags)?;
                if key == 0 {
                    break;
                }
                let value = varint(&mut tags)?;
                if !tagged {
                    self.known.clear();
                    tagged = true;
                }
                self.put(strings, key, value)?;
            }
            if let (true, Some(at)) = (tagged && !self.known.is_empty(), at) {
                store.node_tags(id, at, &self.known);
            }
        }
        Some(())
    }

    fn node(&mut self, data: &[u8], strings: &[&[u8]], grid: &Grid, store: &mut Store) -> Option<()> {
        let (mut id, mut lat, mut lon) = (0, 0, 0);
        self.tags(data, strings, |field, value| match (field, value) {
            (1, Value::Number(n)) => id = zigzag(n),
            (8, Value::Number(n)) => lat = zigzag(n),
            (9, Value::Number(n)) => lon = zigzag(n),
            _ => {}
        })?;
        let (x, y) = grid.degrees(lon, lat);
        if let Some(at) = store.node(id, x, y) {
            store.node_tags(id, at, &self.known);
        }
        Some(())
    }

    fn way(&mut self, data: &[u8], strings: &[&[u8]], store: &mut Store) -> Option<()> {
        let (mut id, mut refs): (i64, &[u8]) = (0, &[]);
        self.tags(data, strings, |field, value| match (field, value) {
            (1, Value::Number(n)) => id = n.cast_signed(),
            (8, Value::Bytes(b)) => refs = b,
            _ => {}
        })?;
        self.numbers.clear();
        while !refs.is_empty() {
            self.numbers.push(varint(&mut refs)?);
        }
        let mut at = 0i64;
        let refs = self.numbers.iter().map(|n| {
            at = at.wrapping_add(zigzag(*n));
            at
        });
        store.way(id, refs, &self.known);
        Some(())
    }

    fn relation(&mut self, data: &[u8], strings: &[&[u8]], store: &mut Store) -> Option<()> {
        let (mut id, mut roles, mut members, mut kinds): (i64, &[u8], &[u8], &[u8]) = (0, &[], &[], &[]);
        self.tags(data, strings, |field, value| match (field, value) {
            (1, Value::Number(n)) => id = n.cast_signed(),
            (8, Value::Bytes(b)) => roles = b,
            (9, Value::Bytes(b)) => members = b,
            (10, Value::Bytes(b)) => kinds = b,
            _ => {}
        })?;
        let mut at = 0i64;
        self.members.clear();
        while !members.is_empty() {
            at = at.wrapping_add(zigzag(varint(&mut members)?));
            let role = if roles.is_empty() { 0 } else { varint(&mut roles)? };
            if varint(&mut kinds)? == 1 {
                let role = usize::try_from(role).ok().and_then(|role| strings.get(role)).copied().unwrap_or_default();
                self.members.push((at, is_outer(&String::from_utf8_lossy(role))));
            }
        }
        store.relation(id, self.members.iter().copied(), &self.known);
        Some(())
    }

    /// Tags (fields 2 and 3) into `known`; the other fields to `other`.
    fn tags<'d>(&mut self, data: &'d [u8], strings: &[&[u8]], mut other: impl FnMut(u64, Value<'d>)) -> Option<()> {
        let (mut keys, mut values): (&[u8], &[u8]) = (&[], &[]);
        each(data, |field, value| {
            match (field, value) {
                (2, Value::Bytes(b)) => keys = b,
                (3, Value::Bytes(b)) => values = b,
                (field, value) => other(field, value),
            }
            Some(())
        })?;
        self.known.clear();
        while !keys.is_empty() {
            let (key, value) = (varint(&mut keys)?, varint(&mut values)?);
            self.put(strings, key, value)?;
        }
        Some(())
    }
}
