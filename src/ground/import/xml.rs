//! OSM XML, event by event.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ImportError;
use super::known::Known;
use super::osm::Store;
use super::source::{SourceFile, read_error};
use crate::ground::pack::model::Fix;

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
    let mut xml = Reader::from_reader(BufReader::with_capacity(1 << 18, reader));
    xml.config_mut().check_end_names = true;
    let mut buffer = Vec::new();
    let mut known = Known::default();
    let mut refs: Vec<i64> = Vec::new();
    let mut open = Open::Nothing;
    let mut seen_end = false;
    let mut events = 0u32;
    let damaged = |what: String| ImportError::Damaged { path: source.path.clone(), what };
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|e| match e {
            quick_xml::Error::Io(cause) => read_error(&source.path, std::io::Error::new(cause.kind(), BombOr(cause))),
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

/// An error inside a shared pointer, as the XML reader hands it out, as an error again.
#[derive(Debug)]
struct BombOr(std::sync::Arc<std::io::Error>);

impl std::fmt::Display for BombOr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for BombOr {}

fn begin(tag: &BytesStart, store: &mut Store, known: &mut Known, refs: &mut Vec<i64>, open: Open) -> Open {
    let name = tag.name();
    let fresh = |known: &mut Known, refs: &mut Vec<i64>| {
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
            refs.push(number(tag, "ref"));
            open
        }
        "member" => {
            if text(tag, "type").is_some_and(|t| t == "way") {
                refs.push(number(tag, "ref"));
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

fn finish(open: Open, store: &mut Store, known: &Known, refs: &[i64]) {
    match open {
        Open::Node(id, at) if !known.is_empty() => store.node_tags(id, at, known),
        Open::Way(id) => store.way(id, refs.iter().copied(), known),
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
