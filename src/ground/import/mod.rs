//! Import: map files that others made become a city pack.
//!
//! [`run`] reads OSM PBF, OSM XML (plain, `.gz`, `.bz2`), GeoJSON and newline-delimited GeoJSON (plain, `.gz`),
//! and folders of such layers with OpenMapTiles or Tilezen names. What a file is shows in its first bytes, not in
//! its name. Sources are streamed; bad objects are skipped and counted, bad files are an error, and the pack is
//! written aside and put in place whole.
//!
//! Start reading at [`run`]; `classify` says what becomes what, `collect` checks every shape.

mod bench;
mod classify;
mod coast;
mod collect;
mod dry;
mod geojson;
mod known;
mod osm;
mod parts;
mod pbf;
mod pipes;
mod report;
mod rings;
mod source;
mod split;
mod stitch;
mod words;
mod xml;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

pub(crate) use bench::cpu_seconds;
pub use bench::{BenchReport, bench};
pub use report::{Report, Skip, Skipped, Skips};

use super::datum::Datum;
use super::pack::model::{CityModel, Source};
use super::pack::writer::{self, WriteError};
use super::pack::{Dropped, records::Paint};
use collect::Collector;
use source::Format;

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files and folders.
    pub sources: Vec<PathBuf>,
    /// Folder of the pack; replaced where it is a pack already.
    pub out: PathBuf,
    /// Name of the city; by default the folder's name.
    pub name: Option<String>,
    /// Datum of all sources.
    pub datum: Datum,
    /// Licence and attribution; by default OpenStreetMap's where the data is OpenStreetMap's by its look.
    pub licence: Option<String>,
}

/// What the import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading sources.
    Reading,
    /// Putting shapes together.
    Assembling,
    /// Writing the pack.
    Writing,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Bytes of the sources read so far.
    pub bytes: u64,
    /// Bytes of all sources.
    pub total: u64,
}

/// Why an import failed. No pack was written; one that was there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No source was named.
    #[error("no source to import")]
    NoSource,
    /// A folder without map files.
    #[error("{0} holds no map file (.osm.pbf, .osm, .geojson, .geojsonl, with or without .gz)")]
    NoLayers(PathBuf),
    /// A file could not be read.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: std::io::Error,
    },
    /// A file of no bytes.
    #[error("{0} is empty")]
    Empty(PathBuf),
    /// A file that is no map, whatever its name says.
    #[error("{path} is no map file that can be read; it looks like {looks_like}")]
    NotAMap {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        looks_like: &'static str,
    },
    /// A file that ends too early.
    #[error("{0} ends in the middle of an object; it was cut off, fetch it again")]
    Truncated(PathBuf),
    /// A file whose content is broken.
    #[error("{path} is damaged ({what}); fetch it again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is broken.
        what: String,
    },
    /// A file that unpacks to far more than it holds.
    #[error("{path} unpacks to more than {ratio} times its size; no map does that, so it is not unpacked further")]
    Bomb {
        /// The file.
        path: PathBuf,
        /// The ratio that is allowed.
        ratio: u64,
    },
    /// More than a city.
    #[error("the sources hold more than a pack can; cut them to a city first, for example with `osmium extract`")]
    TooLarge,
    /// Sources that are read well but hold nothing for a pack.
    #[error("the sources hold no building, road, area, place or pipe that could be used; skipped: {0}")]
    NothingFound(Skips),
    /// Writing the pack failed.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Import `options.sources` into the pack `options.out`. `progress` is called now and then on the same thread.
///
/// # Errors
/// See [`ImportError`].
pub fn run(options: &Options, progress: &mut dyn FnMut(Progress)) -> Result<Report, ImportError> {
    let started = Instant::now();
    writer::check_target(&options.out)?;
    let files = source::list(&options.sources)?;
    let total = files.iter().map(|f| f.bytes).sum();
    let counter = Arc::new(AtomicU64::new(0));
    let mut into = Collector::new(options.datum, files.len() > 1);
    let mut sources = Vec::new();
    for file in &files {
        let opened = source::open(file, &counter)?;
        let before = counts(&into.model);
        let mut tick = || {
            progress(Progress { phase: Phase::Reading, bytes: counter.load(Ordering::Relaxed).min(total), total });
        };
        match opened.format {
            Format::GeoJson => {
                geojson::read(file, opened.reader, &mut into, &mut tick)?;
                into.boxes.push(None);
            }
            format => {
                let mut store = osm::Store::new(&mut into);
                if format == Format::Pbf {
                    pbf::read(file, opened.reader, &mut store, &mut tick)?;
                } else {
                    xml::read(file, opened.reader, &mut store, &mut tick)?;
                }
                if store.is_empty() {
                    return Err(ImportError::Empty(file.path.clone()));
                }
                progress(Progress { phase: Phase::Assembling, bytes: total, total });
                store.finish();
            }
        }
        into.check_size()?;
        sources.push(describe(file, opened.format, options, before, &into.model));
    }
    progress(Progress { phase: Phase::Assembling, bytes: total, total });
    into.unite_bounds();
    into.drop_strays();
    coast::fill(&mut into);
    parts::resolve(&mut into);
    dry::drain(&mut into);
    stitch::stitch(&mut into.model);
    let [buildings, ways, areas, places, .., pipes] = counts(&into.model);
    if buildings + ways + areas + places + pipes == 0 && into.model.fills.is_empty() {
        return Err(ImportError::NothingFound(into.skips));
    }
    let out = std::path::absolute(&options.out).unwrap_or_else(|_| options.out.clone());
    let folder = out.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    into.model.name = options.name.clone().unwrap_or(folder);
    into.model.licence = options.licence.clone().unwrap_or_else(|| {
        let mut all: Vec<&str> = sources.iter().map(|s| s.licence.as_str()).collect();
        all.dedup();
        all.join("; ")
    });
    into.model.sources = sources;
    progress(Progress { phase: Phase::Writing, bytes: total, total });
    #[expect(clippy::disallowed_methods, reason = "the pack says when it was made")]
    let created = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let written = writer::write(&into.model, &options.out, &created)?;
    for (why, id) in &written.dropped {
        let why = match why {
            Dropped::Collapsed | Dropped::NoRoof => Skip::Collapsed,
            Dropped::TooManyCorners => Skip::TooManyPoints,
        };
        into.skip(why, *id);
    }
    let counts = written.meta.counts;
    let named = into.model.ways.iter().filter(|w| w.name != 0 && w.class >= Paint::Path && w.class <= Paint::Motorway);
    Ok(Report {
        name: written.meta.name.clone(),
        out: options.out.display().to_string(),
        buildings: counts.buildings,
        building_parts: into.parts,
        default_heights: into.defaults,
        roads: counts.roads,
        named_roads: named.count() as u64,
        rails: counts.rails,
        streams: counts.streams,
        waters: counts.waters,
        greens: counts.greens,
        areas: counts.areas,
        places: counts.places,
        pipes: into.model.pipes.len() as u64,
        default_depths: into.default_depths,
        graph_nodes: counts.nodes,
        graph_edges: counts.edges,
        skipped: into.skips,
        source_bytes: total,
        pack_bytes: written.bytes,
        building_bytes: written.building_bytes,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// Buildings, ways, areas, places, fills, lines and pipes so far.
fn counts(model: &CityModel) -> [usize; 7] {
    let m = model;
    [m.buildings.len(), m.ways.len(), m.areas.len(), m.places.len(), m.fills.len(), m.lines.len(), m.pipes.len()]
}

fn describe(
    file: &source::SourceFile,
    format: Format,
    options: &Options,
    before: [usize; 7],
    model: &CityModel,
) -> Source {
    let names = ["buildings", "roads", "areas", "places", "land", "outlines", "pipes"];
    let grown = before.into_iter().zip(counts(model)).zip(names).filter(|((a, b), _)| b > a);
    let licence = options.licence.clone().unwrap_or_else(|| match format {
        Format::Pbf | Format::OsmXml => "ODbL-1.0, © OpenStreetMap contributors".to_owned(),
        Format::GeoJson => "not stated; name it with --licence".to_owned(),
    });
    Source {
        file: file.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        bytes: file.bytes,
        format: format.name().to_owned(),
        datum: options.datum.name().to_owned(),
        licence,
        layers: grown.map(|(_, name)| name.to_owned()).collect(),
    }
}
