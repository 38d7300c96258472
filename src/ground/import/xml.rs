//! OSM XML, event by event.

use std::cell::Cell;
use std::io::{BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ImportError;
use super::known::Known;
use super::osm::{Store, is_outer};
use super::source::{SourceFile, is_bomb, read_error};
use crate::ground::pack::model::Fix;

/// A node of a way, or a way of a relation and whether it is an outer one.
type Ref = (i64, bool);

/// The object whose children are being read.
enum Open {
    Nothing,
    Node(i64, Fix),
    Way(i64),
    Relation(i64),
}

/// Read an XML stream into the store.
pub(super) fn read(
    source: &SourceFile,
    reader: Box<dyn Read>,
    store: &mut Store,
    tick: &mut dyn FnMut(),
) -> Result<(), ImportError> {
    let held = Rc::new(Cell::new(0));
    let mut xml =
        Reader::from_reader(BufReader::with_capacity(1 << 18, Short { inner: reader, held: Rc::clone(&held) }));
    xml.config_mut().check_end_names = true;
    let mut buffer = Vec::new();
    let mut known = Known::default();
    let mut refs: Vec<Ref> = Vec::new();
    let mut open = Open::Nothing;
    let mut seen_end = false;
    let mut events = 0u32;
    let damaged = |what: String| ImportError::Damaged { path: source.path.clone(), what };
    loop {
        buffer.clear();
        held.set(0);
        let event = xml.read_event_into(&mut buffer).map_err(|e| match e {
            quick_xml::Error::Io(cause) => shared_error(&source.path, &cause),
            quick_xml::Error::Syntax(_) => ImportError::Truncated(source.path.clone()),
            other => damaged(other.to_string()),
        })?;
        events = events.wrapping_add(1);
        if events.is_multiple_of(16_384) {
            tick();
            store.check_size()?;
        }
        match event {
            Event::Start(tag) => {
                open = begin(&tag, store, &mut known, &mut refs, open);
            }
            Event::Empty(tag) => {
                let name = tag.name();
                if matches!(name.as_ref(), "node" | "way" | "relation") {
                    known.clear();
                    refs.clear();
                    let opened = begin(&tag, store, &mut known, &mut refs, Open::Nothing);
                    finish(opened, store, &known, &refs);
                } else {
                    open = begin(&tag, store, &mut known, &mut refs, open);
                }
            }
            Event::End(tag) => match tag.name().as_ref() {
                "node" | "way" | "relation" => {
                    finish(std::mem::replace(&mut open, Open::Nothing), store, &known, &refs);
                }
                "osm" => seen_end = true,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        if refs.len() > 5_000_000 {
            return Err(damaged("an object with more than five million members".to_owned()));
        }
    }
    if seen_end { Ok(()) } else { Err(ImportError::Truncated(source.path.clone())) }
}

/// Most bytes of one tag, text or comment: it is held in memory as a whole.
const MAX_EVENT: usize = 16 << 20;

/// Hands on bytes, but no more than [`MAX_EVENT`] until somebody sets `held` to 0 again.
struct Short {
    inner: Box<dyn Read>,
    held: Rc<Cell<usize>>,
}

impl Read for Short {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.held.set(self.held.get() + count);
        if self.held.get() > MAX_EVENT {
            let what = format!("one tag, text or comment of more than {} MiB", MAX_EVENT >> 20);
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, what));
        }
        Ok(count)
    }
}

/// The XML reader shares its errors, so what is inside has to be told again.
fn shared_error(path: &Path, cause: &std::io::Error) -> ImportError {
    if is_bomb(cause) {
        return ImportError::bomb(path);
    }
    read_error(path, std::io::Error::new(cause.kind(), cause.to_string()))
}

fn begin(tag: &BytesStart, store: &mut Store, known: &mut Known, refs: &mut Vec<Ref>, open: Open) -> Open {
    let name = tag.name();
    let fresh = |known: &mut Known, refs: &mut Vec<Ref>| {
        known.clear();
        refs.clear();
    };
    match name.as_ref() {
        "node" => {
            fresh(known, refs);
            let (id, lon, lat) = (number(tag, "id"), degrees(tag, "lon"), degrees(tag, "lat"));
            let deleted = text(tag, "visible").is_some_and(|v| v == "false");
            match store.node(id, lon, lat).filter(|_| !deleted) {
                Some(at) => Open::Node(id, at),
                None => Open::Nothing,
            }
        }
        "way" => {
            fresh(known, refs);
            Open::Way(number(tag, "id"))
        }
        "relation" => {
            fresh(known, refs);
            Open::Relation(number(tag, "id"))
        }
        "bounds" => {
            let (low, high) = (
                store.into.fix(degrees(tag, "minlon"), degrees(tag, "minlat")),
                store.into.fix(degrees(tag, "maxlon"), degrees(tag, "maxlat")),
            );
            if let (Some(low), Some(high)) = (low, high)
                && low[0] < high[0]
                && low[1] < high[1]
            {
                store.bounds = Some((low, high));
            }
            open
        }
        "nd" => {
            refs.push((number(tag, "ref"), true));
            open
        }
        "member" => {
            if text(tag, "type").is_some_and(|t| t == "way") {
                refs.push((number(tag, "ref"), is_outer(&text(tag, "role").unwrap_or_default())));
            }
            open
        }
        "tag" => {
            if let (Some(key), Some(value)) = (text(tag, "k"), text(tag, "v")) {
                known.put_text(&key, &value);
            }
            open
        }
        _ => open,
    }
}

fn finish(open: Open, store: &mut Store, known: &Known, refs: &[Ref]) {
    match open {
        Open::Node(id, at) if !known.is_empty() => store.node_tags(id, at, known),
        Open::Way(id) => store.way(id, refs.iter().map(|(node, _)| *node), known),
        Open::Relation(id) => store.relation(id, refs.iter().copied(), known),
        Open::Nothing | Open::Node(..) => {}
    }
}

fn text(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute = tag.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == name)?;
    Some(attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn number(tag: &BytesStart, name: &str) -> i64 {
    text(tag, name).and_then(|t| t.parse().ok()).unwrap_or(0)
}

fn degrees(tag: &BytesStart, name: &str) -> f64 {
    text(tag, name).and_then(|t| t.parse().ok()).unwrap_or(f64::NAN)
}
