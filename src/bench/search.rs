//! `hall bench search`: a log of millions of cases, searched over HTTP in a hub of its own process, and its memory.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::child::HubProcess;
use super::fanout::say;
use super::fold::{FoldError, write};
use crate::config::{Catalogue, ConfigError};
use crate::domain::rights::Area;
use crate::domain::{Answers, Grade, LonLat, Moment, Place, Progress, Report};
use crate::hub::{self, Admission, Data, HubError, HubOptions};
use crate::store::archive::{self, ArchiveError};
use crate::store::{self, Store, StoreError};

/// A case takes its next step when so many others have come in: 5,000 are open at the end.
const BETWEEN: u64 = 1_250;
/// Tells a child process to play the hub of this folder.
const CHILD: &str = "HALL_BENCH_SEARCH_CHILD";
/// An archive of millions is made within this time.
const PATIENCE: Duration = Duration::from_hours(2);
/// Milliseconds of a month, about.
const MONTH_MILLIS: u64 = 30 * 24 * 3_600_000;
const WORDS: &str = include_str!("../../assets/demo/cases.toml");

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The log could not be made.
    #[error(transparent)]
    Made(#[from] FoldError),
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The hub does not start.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The kinds built in.
    #[error("{}", .0.in_full())]
    Kinds(#[from] ConfigError),
    /// The words built in.
    #[error("words of cases: {0}")]
    Words(#[from] toml::de::Error),
    /// Files and processes.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The hub's answers.
    #[error("the hub did not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The hub said something else.
    #[error("the hub said: {0}")]
    Said(String),
}

/// Searches of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mix {
    /// Of which.
    pub what: &'static str,
    /// Milliseconds of the middle one.
    pub p50_ms: f64,
    /// Milliseconds that 95 of 100 take at most.
    pub p95_ms: f64,
    /// Cases counted, in the mean; counting ends at 1000.
    pub found: f64,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchReport {
    /// `search`.
    pub bench: &'static str,
    /// Cases in the log.
    pub cases: u64,
    /// Open ones at the end.
    pub open: usize,
    /// Megabytes of the log on disk.
    pub log_mb: f64,
    /// Megabytes of the archive on disk.
    pub archive_mb: f64,
    /// Seconds that writing the log took; 0 where it was there.
    pub written_secs: f64,
    /// Seconds from the hub's start to the whole archive; 0 where it was there.
    pub archive_secs: f64,
    /// Most memory of the hub while it made the archive, PSS in MB.
    pub making_pss_mb: f64,
    /// Memory of the hub after all searches, PSS in MB.
    pub hub_pss_mb: f64,
    /// By kind of search.
    pub mix: Vec<Mix>,
    /// Of all searches.
    pub p50_ms: f64,
    /// Of all searches.
    pub p95_ms: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    districts: Vec<String>,
    syllables: Vec<(String, String)>,
    ends: Vec<String>,
    things: Vec<String>,
    troubles: Vec<String>,
    tails: Vec<String>,
    english: Vec<String>,
}

/// A seeded stream of numbers (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// One of some; the first ones more often, as in a city.
    fn of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        let end = all.len() as u64;
        let number = self.below(end).min(self.below(end));
        all.get(usize::try_from(number).unwrap_or_default())
    }

    fn word<'t>(&mut self, all: &'t [String]) -> &'t str {
        self.of(all).map_or("", String::as_str)
    }
}

/// Makes cases: the same number gives the same one.
struct Maker {
    words: Words,
    kinds: Vec<String>,
}

impl Maker {
    fn new() -> Result<Self, SearchError> {
        let kinds = Catalogue::load(None)?.kinds().map(|kind| kind.code.clone()).collect();
        Ok(Self { words: toml::from_str(WORDS)?, kinds })
    }

    /// A street and its initials.
    fn street(&self, chance: &mut Chance) -> (String, String) {
        let none = (String::new(), String::new());
        let one = chance.of(&self.words.syllables).unwrap_or(&none);
        let two = chance.of(&self.words.syllables).unwrap_or(&none);
        let end = chance.word(&self.words.ends);
        (format!("{}{}{end}", one.0, two.0), format!("{}{}", one.1, two.1))
    }

    fn place(chance: &mut Chance) -> LonLat {
        let mut degrees = || (chance.below(1_000) + chance.below(1_000)) as f64 / 5_000.0;
        LonLat { lon: 118.6 + degrees(), lat: 31.9 + degrees() }
    }

    fn report(&self, number: u64) -> Report {
        let mut chance = Chance(number);
        let words = &self.words;
        let (street, _) = self.street(&mut chance);
        let address = format!("{}{street}{}", chance.word(&words.districts), chance.below(400) + 1);
        let text = if chance.below(20) == 0 {
            chance.word(&words.english).to_owned()
        } else {
            let (thing, trouble) = (chance.word(&words.things), chance.word(&words.troubles));
            format!("{street}{thing}{trouble}\u{ff0c}{}", chance.word(&words.tails))
        };
        let grade = match chance.below(1_000) {
            0 => Grade::I,
            1..10 => Grade::II,
            10..100 => Grade::III,
            _ => Grade::IV,
        };
        Report {
            source: "12345".to_owned(),
            source_id: number.to_string(),
            kind: chance.word(&self.kinds).to_owned(),
            grade,
            place: Place { at: Some(Self::place(&mut chance)), address },
            text,
            happened_at: Moment(0),
            progress: Progress::Open,
            answers: Answers::new(),
        }
    }

    fn area(&self, number: u64) -> Option<Area> {
        Area::of(Chance(number ^ 0xA).word(&self.words.districts))
    }

    /// What is asked, by kind of search.
    fn asked(&self, what: &str, chance: &mut Chance) -> Vec<(&'static str, String)> {
        let words = &self.words;
        let two = |word: &str| word.chars().take(2).collect::<String>();
        let time = |chance: &mut Chance| {
            let from = chance.below(11) * MONTH_MILLIS;
            [("from", from.to_string()), ("until", (from + MONTH_MILLIS).to_string())]
        };
        let near = |chance: &mut Chance, metres: u32| {
            let at = Self::place(chance);
            [("lon", at.lon.to_string()), ("lat", at.lat.to_string()), ("metres", metres.to_string())]
        };
        match what {
            "two characters" => vec![("q", two(chance.word(&words.troubles)))],
            "street and trouble" => {
                vec![("q", format!("{} {}", self.street(chance).0, chance.word(&words.troubles)))]
            }
            "initials" => vec![("q", self.street(chance).1)],
            "number" => {
                let day = 1 + chance.below(28);
                vec![(
                    "number",
                    format!("990100197{:05}{:05}", (1 + chance.below(11)) * 100 + day, 1 + chance.below(4_000)),
                )]
            }
            "kind and time" => {
                let kind = ("kind", chance.word(&self.kinds).to_owned());
                std::iter::once(kind).chain(time(chance)).collect()
            }
            "place" => near(chance, 300).into(),
            "place and two characters" => {
                let text = ("q", two(chance.word(&words.things)));
                near(chance, 1_000).into_iter().chain([text]).collect()
            }
            "two characters, grade I and time" => {
                let text = ("q", two(chance.word(&words.things)));
                time(chance).into_iter().chain([text, ("grade", "I".to_owned())]).collect()
            }
            "not there" => vec![("q", format!("{}{}", two(chance.word(&words.troubles)), self.street(chance).0))],
            _ => Vec::new(),
        }
    }
}

const MIX: [&str; 10] = [
    "two characters",
    "street and trouble",
    "initials",
    "number",
    "kind and time",
    "place",
    "place and two characters",
    "two characters, grade I and time",
    "not there",
    "newest",
];

/// Measure. In the child process it plays the hub instead and returns no report. A folder to be kept that has a log
/// already is searched as it is.
///
/// # Errors
/// [`SearchError`].
pub fn search(cases: u64, rounds: u32, keep: Option<&Path>) -> Result<Option<SearchReport>, SearchError> {
    if let Some(folder) = std::env::var_os(CHILD) {
        return play_hub(PathBuf::from(folder)).map(|()| None);
    }
    let own = std::env::temp_dir().join(format!("hall-search-{}", std::process::id()));
    let report = measure(cases, rounds, keep.unwrap_or(&own));
    if keep.is_none() {
        // What is left of a measurement is of no use to anyone.
        drop(std::fs::remove_dir_all(&own));
    }
    report.map(Some)
}

fn play_hub(folder: PathBuf) -> Result<(), SearchError> {
    let listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let admission = Admission::Everybody;
    let hub = hub::start(HubOptions { listen, admission, ..HubOptions::new(Data::Folder(folder)) })?;
    say(&format!("hub at {}", hub.addr().map(|addr| addr.to_string()).unwrap_or_default()));
    // Until its parent is gone.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    hub.shutdown();
    Ok(())
}

/// The hub whose archive is looked into, and where that is asked.
fn start(folder: &Path) -> Result<(HubProcess, String), SearchError> {
    let hub = HubProcess::again(CHILD, folder)?;
    let addr = hub.said().strip_prefix("hub at ").ok_or_else(|| SearchError::Said(hub.said().to_owned()))?;
    let url = format!("http://{addr}/api/archive");
    Ok((hub, url))
}

/// What of an answer is looked at.
#[derive(Deserialize)]
struct Answer {
    count: u64,
    behind: u64,
}

fn measure(cases: u64, rounds: u32, folder: &Path) -> Result<SearchReport, SearchError> {
    let maker = Maker::new()?;
    let begun = Instant::now();
    let there = Store::look(folder)?.is_some_and(|facts| facts > 0);
    if !there {
        let (mut store, hall) =
            write(cases, BETWEEN, folder, |number| maker.report(number), |number| maker.area(number))?;
        store.snapshot_if_due(&hall)?;
    }
    let written_secs = if there { 0.0 } else { begun.elapsed().as_secs_f64() };
    let open = {
        let (_, hall) = Store::open(folder)?;
        hall.open_by_grade().iter().sum()
    };
    let whole = folder.join(archive::FILE).exists();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begun = Instant::now();
    let (hub, url) = start(folder)?;
    let pss_mb = || hub.memory_mb("Pss:");
    let client = crate::feeds::http::client(true, None)?;
    let ask = |query: &[(&'static str, String)]| {
        runtime.block_on(async {
            let url = reqwest::Url::parse_with_params(&url, query);
            let answer = client.get(url.map_err(|error| SearchError::Said(error.to_string()))?).send().await?;
            if !answer.status().is_success() {
                return Err(SearchError::Said(answer.text().await?));
            }
            Ok(answer.json::<Answer>().await?)
        })
    };
    let mut making_pss_mb: f64 = 0.0;
    loop {
        making_pss_mb = making_pss_mb.max(pss_mb());
        match ask(&[]) {
            Ok(answer) if answer.behind == 0 => break,
            // It waits a moment before it says that it is behind.
            Ok(_) | Err(SearchError::Said(_)) if begun.elapsed() < PATIENCE => {}
            Ok(_) => return Err(SearchError::Said("the archive is still being made".to_owned())),
            Err(error) => return Err(error),
        }
    }
    let archive_secs = if whole { 0.0 } else { begun.elapsed().as_secs_f64() };
    let mut chance = Chance(cases);
    let (mut all, mut mix) = (Vec::new(), Vec::new());
    for what in MIX {
        let (mut took, mut found) = (Vec::new(), 0);
        for _ in 0..rounds.max(1) {
            let asked = maker.asked(what, &mut chance);
            let begun = Instant::now();
            found += ask(&asked)?.count;
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        all.extend(took.iter().copied());
        let mean = found as f64 / f64::from(rounds.max(1));
        mix.push(Mix { what, p50_ms: share(&mut took, 0.5), p95_ms: share(&mut took, 0.95), found: mean });
    }
    let hub_pss_mb = pss_mb();
    drop(hub);
    let mb = |name: &str| std::fs::metadata(folder.join(name)).map_or(0.0, |file| file.len() as f64 / 1e6);
    Ok(SearchReport {
        bench: "search",
        cases,
        open,
        log_mb: mb(store::FILE),
        archive_mb: mb(archive::FILE),
        written_secs,
        archive_secs,
        making_pss_mb,
        hub_pss_mb,
        mix,
        p50_ms: share(&mut all, 0.5),
        p95_ms: share(&mut all, 0.95),
    })
}

/// What such a share of all takes at most.
fn share(took: &mut [f64], share: f64) -> f64 {
    took.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let number = (took.len().saturating_sub(1) as f64 * share).round() as usize;
    took.get(number).copied().unwrap_or_default()
}
