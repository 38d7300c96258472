//! `hall check`: reads files as a hub would, and says where they are wrong. Nothing is changed.

use std::path::PathBuf;
use std::process::ExitCode;

use command_hall::config::document::did_you_mean;
use command_hall::config::in_force::check_length;
use command_hall::config::settings::{Settings, Sources, usual_paths};
use command_hall::config::{
    Catalogue, CatalogueFiles, ConfigError, Document, Origin, Plans, RunCard, alarms, calendar, duty, script, sensors,
    vitals,
};
use command_hall::feeds::file::Mapping;
use command_hall::feeds::series;
use command_hall::feeds::sim;
use command_hall::feeds::sources::Sources as Feeds;
use serde_json::{Value, json};

use super::args::{Args, CheckArgs};
use super::{say, surroundings};

/// A file that was looked at.
pub(crate) struct Looked {
    /// What kind of file it is.
    sort: &'static str,
    /// The file, or the variable or flag that is wrong.
    file: String,
    /// What it holds, in words.
    pub(crate) found: Result<String, ConfigError>,
}

impl Looked {
    fn at(
        sort: &'static str,
        document: &Document,
        read: impl FnOnce(&Document) -> Result<String, ConfigError>,
    ) -> Self {
        Self { sort, file: document.file().to_owned(), found: read(document) }
    }

    fn wrong(sort: &'static str, error: ConfigError) -> Self {
        Self { sort, file: error.at().to_owned(), found: Err(error) }
    }

    fn json(&self) -> Value {
        match &self.found {
            Ok(found) => json!({ "file": self.file, "what": self.sort, "state": "ok", "found": found }),
            Err(error) => json!({
                "file": self.file, "what": self.sort, "state": "error", "line": error.line(),
                "problem": error.problem(),
            }),
        }
    }
}

/// A city's own kinds, or those built in.
pub(crate) fn kinds(files: &CatalogueFiles) -> Looked {
    match Catalogue::document(files.kinds.as_deref()) {
        Ok(document) => Looked::at("kinds", &document, kinds_in),
        Err(error) => Looked::wrong("kinds", error),
    }
}

/// A city's own work calendar, or the one built in.
pub(crate) fn calendar(files: &CatalogueFiles) -> Looked {
    match calendar::document(files.calendar.as_deref()) {
        Ok(document) => Looked::at("calendar", &document, calendar_in),
        Err(error) => Looked::wrong("calendar", error),
    }
}

/// A city's own shifts, or those built in.
fn shifts(files: &CatalogueFiles) -> Looked {
    match duty::document(files.duty.as_deref()) {
        Ok(document) => Looked::at("duty", &document, shifts_in),
        Err(error) => Looked::wrong("duty", error),
    }
}

/// A city's own limits of sensors, or those built in, held against its kinds.
fn alarm_rules(files: &CatalogueFiles) -> Looked {
    let own = files.alarms.as_deref();
    let kinds = Catalogue::load(files.kinds.as_deref()).ok();
    // Of those built in, a city with kinds of its own has what fits them.
    let kinds = kinds.filter(|_| own.is_some());
    match alarms::document(own) {
        Ok(document) => Looked::at("alarms", &document, |document| alarm_rules_in(document, kinds.as_ref())),
        Err(error) => Looked::wrong("alarms", error),
    }
}

/// A city's own vital signs, or those built in, held against its kinds. An index may name signs of other files.
fn vital_signs(files: &CatalogueFiles) -> Vec<Looked> {
    let own = files.vitals.as_deref();
    let kinds = Catalogue::load(files.kinds.as_deref()).ok().filter(|_| own.is_some());
    let documents = match vitals::documents(own) {
        Ok(documents) => documents,
        Err(error) => return vec![Looked::wrong("vitals", error)],
    };
    match vitals::read(&documents, kinds.as_ref()) {
        Ok(signs) => {
            let say = |_: &Document| Ok(format!("vital signs, {} in all files", signs.len()));
            documents.iter().map(|document| Looked::at("vitals", document, say)).collect()
        }
        Err(error) => vec![Looked::wrong("vitals", error)],
    }
}

/// A city's own plans, or those built in, held against its kinds.
fn plans(files: &CatalogueFiles) -> Vec<Looked> {
    let documents = match Plans::documents(files.plans.as_deref()) {
        Ok(documents) => documents,
        Err(error) => return vec![Looked::wrong("plan", error)],
    };
    let kinds = Catalogue::load(files.kinds.as_deref()).or_else(|_| Catalogue::load(None)).ok();
    let mut documents = documents;
    if files.plans.is_none() && files.kinds.is_some() {
        // Of those built in, a city with kinds of its own has what fits them.
        documents.retain(|document| RunCard::read(document, kinds.as_ref()).is_ok());
    }
    let looked: Vec<Looked> =
        documents.iter().map(|one| Looked::at("plan", one, |one| plan_in(one, kinds.as_ref()))).collect();
    // What each of them says may be right alone.
    if looked.iter().all(|one| one.found.is_ok())
        && let Err(error) = Plans::read(&documents, kinds.as_ref())
    {
        return vec![Looked::wrong("plan", error)];
    }
    looked
}

/// `hall check`: exit status 1 where a file is wrong.
pub(crate) fn run(args: &Args, check: &CheckArgs) -> ExitCode {
    let Named { files, sensors, feeds, mut looked } = settings(args);
    if check.files.is_empty() {
        looked.extend([kinds(&files), calendar(&files)]);
        looked.extend(plans(&files));
        looked.push(shifts(&files));
        looked.push(alarm_rules(&files));
        looked.extend(vital_signs(&files));
        looked.extend(sensors.map(|path| match Document::read(&path) {
            Ok(document) => Looked::at("sensors", &document, sensors_in),
            Err(error) => Looked::wrong("sensors", error),
        }));
        looked.extend(feeds.map(|path| match Document::read(&path) {
            Ok(document) => Looked::at("feeds", &document, feeds_in),
            Err(error) => Looked::wrong("feeds", error),
        }));
        looked.extend(script::built_in_documents().map(|document| Looked::at("script", &document, script_in)));
    } else {
        looked = given(&check.files, &files);
    }
    let ok = looked.iter().all(|one| one.found.is_ok());
    if check.json {
        say::json(&json!({ "ok": ok, "files": looked.iter().map(Looked::json).collect::<Vec<_>>() }));
    } else {
        for Looked { sort, file, found } in &looked {
            match found {
                Ok(found) => say::line(&format!("ok     {sort:9} {file}: {found}")),
                Err(error) => say::line(&format!("ERROR  {sort:9} {}", error.in_full())),
            }
        }
    }
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The settings, and the files that they name as far as they are right.
struct Named {
    files: CatalogueFiles,
    sensors: Option<PathBuf>,
    feeds: Option<PathBuf>,
    looked: Vec<Looked>,
}

fn settings(args: &Args) -> Named {
    let (mut looked, mut right) = (Vec::new(), Vec::new());
    for path in usual_paths(surroundings::user_file().as_deref()) {
        match Document::read(&path) {
            Ok(document) => {
                let one = Looked::at("settings", &document, settings_in);
                right.extend(one.found.is_ok().then_some(document));
                looked.push(one);
            }
            Err(error) => looked.push(Looked::wrong("settings", error)),
        }
    }
    let only_files = Sources { files: right.clone(), ..Sources::default() };
    let settings = Settings::from_sources(&surroundings::sources(args, right)).or_else(|error| {
        looked.push(Looked::wrong("settings", error));
        Settings::from_sources(&only_files)
    });
    let named = settings.map(|settings| (settings.catalogue(), settings.sensors(), settings.feeds()));
    let (files, sensors, feeds) = named.unwrap_or_default();
    Named { files, sensors, feeds, looked }
}

/// The files that were named. What speaks of kinds is held against a right file of kinds among them, or else against
/// the kinds of the settings, or those built in.
fn given(paths: &[PathBuf], files: &CatalogueFiles) -> Vec<Looked> {
    let read: Vec<_> = paths.iter().map(|path| Document::read(path)).collect();
    let mut named = read.iter().flatten().filter(|document| matches!(Sort::of(document), Ok(Sort::Kinds)));
    let named = named.find_map(|document| Catalogue::from_document(document).ok());
    let named = named.or_else(|| Catalogue::load(files.kinds.as_deref()).ok());
    let kinds = match named.map_or_else(|| Catalogue::load(None), Ok) {
        Ok(kinds) => kinds,
        Err(error) => return vec![Looked::wrong("kinds", error)],
    };
    let is_table = |document: &Document| document.file().to_ascii_lowercase().ends_with(".csv");
    let look = |document: Document| match Sort::of(&document) {
        // Of all files of a hall only that of the sensors is a table.
        _ if is_table(&document) => Looked::at("sensors", &document, sensors_in),
        Ok(sort) => Looked::at(sort.word(), &document, |document| sort.read(document, &kinds)),
        Err(error) => Looked::wrong("unknown", error),
    };
    read.into_iter().map(|read| read.map_or_else(|error| Looked::wrong("unknown", error), look)).collect()
}

/// The sorts of files there are. A file says by its keys which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Settings,
    Kinds,
    Calendar,
    Script,
    Mapping,
    Day,
    Plan,
    Duty,
    Alarms,
    Vitals,
    Series,
    Feeds,
}

impl Sort {
    /// Where two fit as well, the first one is meant.
    const ALL: [Self; 12] = [
        Self::Settings,
        Self::Kinds,
        Self::Calendar,
        Self::Script,
        Self::Mapping,
        Self::Day,
        Self::Plan,
        Self::Duty,
        Self::Alarms,
        Self::Vitals,
        Self::Series,
        Self::Feeds,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Kinds => "kinds",
            Self::Calendar => "calendar",
            Self::Script => "script",
            Self::Mapping => "mapping",
            Self::Day => "day",
            Self::Plan => "plan",
            Self::Duty => "duty",
            Self::Alarms => "alarms",
            Self::Vitals => "vitals",
            Self::Series => "series",
            Self::Feeds => "feeds",
        }
    }

    /// Keys at the top of such a file.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Settings => &["hub", "city", "screen", "log"],
            Self::Kinds => &["fallback", "soon_percent", "limits", "kind"],
            Self::Calendar => &["hours", "rest", "holiday"],
            Self::Script => &["name", "title", "about", "season", "places", "state"],
            Self::Mapping => {
                &["source", "columns", "time", "kind", "status", "close_after_minutes", "encoding", "grade"]
            }
            Self::Plan => &["code", "name", "kinds", "grade", "alarm", "step"],
            Self::Feeds => &["series", "poll", "mqtt"],
            Self::Series => &["source", "sensor", "name", "owner", "encoding", "time", "value", "places"],
            Self::Duty => &["handover_minutes", "post", "shift"],
            Self::Alarms => &["rule"],
            Self::Vitals => &["family", "sign"],
            Self::Day => &["population", "crews", "positions", "slows", "kind", "source", "profile", "words", "duty"],
        }
    }

    /// Which sort a document is: the one of which it has most keys.
    fn of(document: &Document) -> Result<Self, ConfigError> {
        let table = document.table()?;
        let fits = |sort: Self| table.keys().filter(|key| sort.keys().contains(&&**key.get_ref())).count();
        let best = Self::ALL.into_iter().rev().max_by_key(|sort| fits(*sort));
        if let Some(best) = best.filter(|best| fits(*best) > 0) {
            return Ok(best);
        }
        let Some(first) = table.keys().min_by_key(|key| key.span().start) else {
            return Err(document.wrong(None, "the file is empty".to_owned(), None));
        };
        let mut known: Vec<&str> = Self::ALL.iter().flat_map(|sort| sort.keys()).copied().collect();
        known.sort_unstable();
        known.dedup();
        let problem = format!("unknown key `{}`: no file of a hall has it", first.get_ref());
        Err(document.wrong(Some(first.span()), problem, did_you_mean(first.get_ref(), known)))
    }

    fn read(self, document: &Document, kinds: &Catalogue) -> Result<String, ConfigError> {
        match self {
            Self::Settings => settings_in(document),
            Self::Kinds => kinds_in(document),
            Self::Calendar => calendar_in(document),
            Self::Script => script_in(document),
            Self::Mapping => Mapping::read(document, kinds).map(|mapping| format!("reports of `{}`", mapping.source)),
            Self::Plan => plan_in(document, Some(kinds)),
            Self::Duty => shifts_in(document),
            Self::Alarms => alarm_rules_in(document, Some(kinds)),
            Self::Vitals => vitals_in(document, Some(kinds)),
            Self::Feeds => feeds_in(document),
            Self::Series => series::Mapping::read(document).map(|mapping| format!("sensors of `{}`", mapping.source)),
            Self::Day => sim::check_day(document, kinds).map(|()| "the demo city's day".to_owned()),
        }
    }
}

fn settings_in(document: &Document) -> Result<String, ConfigError> {
    let settings = Settings::from_sources(&Sources { files: vec![document.clone()], ..Sources::default() })?;
    let set = settings.all().filter(|(_, _, origin)| matches!(origin, Origin::File { .. })).count();
    Ok(format!("{set} settings"))
}

fn kinds_in(document: &Document) -> Result<String, ConfigError> {
    check_length(document)?;
    Catalogue::from_document(document).map(|kinds| format!("{} kinds of incident", kinds.kinds().len()))
}

fn calendar_in(document: &Document) -> Result<String, ConfigError> {
    check_length(document)?;
    calendar::from_document(document).map(|_| "hours and days of work of time limits".to_owned())
}

fn plan_in(document: &Document, kinds: Option<&Catalogue>) -> Result<String, ConfigError> {
    check_length(document)?;
    RunCard::read(document, kinds)
        .map(|card| format!("`{}`, {} alarms, {} steps", card.plan.code, card.plan.alarms.len(), card.plan.steps.len()))
}

fn shifts_in(document: &Document) -> Result<String, ConfigError> {
    duty::from_document(document)
        .map(|duty| format!("{} shifts of a day, {} posts", duty.shifts.len(), duty.posts.len()))
}

fn alarm_rules_in(document: &Document, kinds: Option<&Catalogue>) -> Result<String, ConfigError> {
    check_length(document)?;
    alarms::from_document(document, kinds).map(|rules| format!("limits of sensors, {} rules", rules.rules.len()))
}

fn vitals_in(document: &Document, kinds: Option<&Catalogue>) -> Result<String, ConfigError> {
    check_length(document)?;
    vitals::read(std::slice::from_ref(document), kinds).map(|signs| format!("{} vital signs", signs.len()))
}

fn sensors_in(document: &Document) -> Result<String, ConfigError> {
    sensors::from_document(document).map(|sensors| format!("{} sensors", sensors.len()))
}

fn feeds_in(document: &Document) -> Result<String, ConfigError> {
    let feeds = Feeds::read(document)?;
    let unset: Vec<&str> =
        feeds.variables().into_iter().filter(|name| surroundings::variable(name).is_none()).collect();
    let unset = if unset.is_empty() { String::new() } else { format!("; not set here: {}", unset.join(", ")) };
    Ok(format!("{}{unset}", feeds.words()))
}

fn script_in(document: &Document) -> Result<String, ConfigError> {
    script::Script::read(document).map(|script| format!("`{}`, {} states", script.name, script.state.len()))
}
