//! What a few words find, best first. Pure.

use std::collections::BTreeMap;

use crate::domain::initials::{are_initials, initials};
use crate::domain::rights::Area;
use crate::domain::{AlarmId, CrewId, Device, Grade, Hall, IncidentId, Moment, SensorId};
use crate::ground::City;
use crate::ground::city::Named;
use crate::screen::alarms::find;
use crate::screen::names::area_words;
use crate::screen::situation::{Names, place};

/// Most results: all commands are seen while nothing is typed.
pub const MOST: usize = Command::ALL.len();
/// Of each group of results, in their order, so many are shown in any case where there are so many: incidents, alarms,
/// commands, sensors, crews, components, and places, streets and areas. What that leaves of [`MOST`] goes to the first
/// groups that have more.
const SHARES: [usize; 7] = [6, 3, 3, 2, 2, 2, 4];
/// Most sensors.
pub const SENSORS_MOST: usize = 5;
/// Most components by the name of their kind.
const COMPONENTS_MOST: usize = 3;
/// Metres from the middle of the view within which those are looked for.
const NEAR_M: f64 = 1_000.0;

/// Something that can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// An incident and how grave it is.
    Incident(IncidentId, Grade),
    /// A standing alarm and how bad it is.
    Alarm(AlarmId, Grade),
    /// A crew.
    Crew(CrewId),
    /// A sensor.
    Sensor(SensorId),
    /// A place, street or area.
    Named(Named),
    /// A component, by its index in the city.
    Component(u32),
    /// A command.
    Command(Command),
}

/// What the palette can do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// A call is taken down.
    TakeDown,
    /// The whole city.
    WholeCity,
    /// North up.
    NorthUp,
    /// The other language.
    Language,
    /// The next theme.
    Theme,
    /// Larger panels.
    ZoomIn,
    /// Smaller panels.
    ZoomOut,
    /// The keys.
    Help,
    /// The hub's files anew.
    Reload,
    /// All cases there ever were.
    Archive,
    /// The roll call.
    Roll,
    /// The key figures.
    Figures,
    /// Roster, shift log and hand-over.
    Duty,
    /// The workspace of the chosen case.
    Workspace,
    /// The alarms.
    Alarms,
    /// The layers of what is measured.
    Layers,
    /// The pipes under a street.
    Pipes,
    /// The vital signs.
    Vitals,
    /// Sensors and feeds.
    Devices,
    /// Routine or emergency, asked before it is switched.
    Mode,
    /// The screen is locked.
    Lock,
    /// Whoever sits here signs out.
    SignOut,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::TakeDown,
        Self::WholeCity,
        Self::NorthUp,
        Self::Language,
        Self::Theme,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::Help,
        Self::Reload,
        Self::Archive,
        Self::Roll,
        Self::Figures,
        Self::Duty,
        Self::Workspace,
        Self::Alarms,
        Self::Layers,
        Self::Pipes,
        Self::Vitals,
        Self::Devices,
        Self::Mode,
        Self::Lock,
        Self::SignOut,
    ];

    /// Key of its name in `assets/i18n`, and the key on the keyboard that does the same, if any.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::TakeDown => ("palette.intake", "Ctrl N"),
            Self::WholeCity => ("help.home", "Home"),
            Self::NorthUp => ("help.north", "N"),
            Self::Language => ("help.language", "F2"),
            Self::Theme => ("help.theme", "F3"),
            Self::ZoomIn => ("palette.zoom_in", "Ctrl +"),
            Self::ZoomOut => ("palette.zoom_out", "Ctrl −"),
            Self::Roll => ("command.roll", "F8"),
            Self::Figures => ("help.figures", "F7"),
            Self::Duty => ("duty.command", "F9"),
            Self::Alarms => ("help.alarms", "F10"),
            Self::Workspace => ("help.story", "Ctrl H"),
            Self::Layers => ("help.layers", "Ctrl G"),
            Self::Pipes => ("help.pipes", "Ctrl U"),
            Self::Vitals => ("help.vitals", "F11"),
            Self::Devices => ("help.devices", "F12"),
            Self::Mode => ("palette.mode", "Ctrl Shift Y"),
            Self::Lock => ("help.lock", "Ctrl L"),
            Self::SignOut => ("help.sign_out", "Ctrl Shift L"),
            Self::Help => ("help.help", "F1"),
            Self::Reload => ("palette.reload", ""),
            Self::Archive => ("help.archive", "Ctrl F"),
        }
    }
}

/// One result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub found: Found,
    /// Its name.
    pub title: String,
    /// Where it is, or which key does the same.
    pub note: String,
}

/// Where the results come from.
pub struct Sources<'a, N: Names> {
    /// The fold.
    pub hall: &'a Hall,
    /// The area whose alarms are found.
    pub area: &'a Area,
    /// Now.
    pub now: Moment,
    /// Open incidents that have the words, best first: at least as many as are shown, or all.
    pub open: &'a [IncidentId],
    /// Crews with their names in the language.
    pub crews: &'a [(CrewId, String)],
    /// Sensors that the hub told of for these words or for others.
    pub sensors: &'a [Device],
    /// The city.
    pub city: &'a City,
    /// The middle of the view, metres.
    pub middle: [f64; 2],
    /// Names of kinds and streets.
    pub names: &'a N,
    /// Each command with its name in the language.
    pub commands: &'a [(Command, String)],
    /// Name of something in the pack in the language, and what it is.
    pub named: &'a dyn Fn(Named) -> (String, String),
}

/// What `query` finds: incidents by grade and age, then standing alarms by urgency, commands, sensors, crews and what the
/// map has, each with its share however many there are of the others. All words must be found, whatever their case; a number, with or without `#`, is an incident's. Nothing typed shows the commands.
#[must_use]
pub fn search<N: Names>(query: &str, from: &Sources<'_, N>) -> Vec<Hit> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let has_all = |names: &[&str]| {
        let texts: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        words.iter().all(|word| {
            texts.iter().any(|text| text.contains(word.as_str()))
                || are_initials(word) && names.iter().any(|name| initials(name).contains(word.as_str()))
        })
    };
    let has = |name: &str| has_all(&[name]);
    let commands = from.commands.iter().filter(|(_, name)| has(name)).map(|(command, title)| Hit {
        found: Found::Command(*command),
        title: title.clone(),
        note: command.words().1.to_owned(),
    });
    if words.is_empty() {
        return commands.collect();
    }
    let locale = rust_i18n::locale().to_string();
    let said = |path: &str| area_words(from.city, path, &locale);
    let alarms = find::found(from.hall.alarms(), from.area, has_all, MOST / 3, from.now, said);
    let alarms = alarms.into_iter().map(|alarm| Hit {
        found: Found::Alarm(alarm.id, alarm.level),
        title: alarm.title,
        note: alarm.place,
    });
    let sensors = from.sensors.iter().filter(|one| has_all(&[&one.id, &one.name])).take(SENSORS_MOST);
    let sensors =
        sensors.map(|one| Hit { found: Found::Sensor(one.sensor()), title: one.id.clone(), note: one.name.clone() });
    let crews = from.crews.iter().filter(|(_, name)| has(name)).take(MOST / 3);
    let crews = crews.map(|(crew, name)| Hit { found: Found::Crew(*crew), title: name.clone(), note: String::new() });
    let named = from.city.search(query, MOST).into_iter().map(|what| {
        let (title, note) = (from.named)(what);
        Hit { found: Found::Named(what), title, note }
    });
    shared([
        incidents(query.trim(), from),
        alarms.collect(),
        commands.collect(),
        sensors.collect(),
        crews.collect(),
        components(query.trim(), from, has),
        named.collect(),
    ])
}

/// Of each group its share, and of the first ones more where others have less.
pub(super) fn shared(groups: [Vec<Hit>; SHARES.len()]) -> Vec<Hit> {
    let sure = |hits: &Vec<Hit>, share: usize| hits.len().min(share);
    let taken: usize = groups.iter().zip(SHARES).map(|(hits, share)| sure(hits, share)).sum();
    let mut left = MOST.saturating_sub(taken);
    let mut all = Vec::with_capacity(MOST);
    for (hits, share) in groups.into_iter().zip(SHARES) {
        let own = sure(&hits, share);
        let more = (hits.len() - own).min(left);
        left -= more;
        all.extend(hits.into_iter().take(own + more));
    }
    all
}

/// The component whose 16 digits were typed, or those nearest to the middle of the view whose kind has all words.
fn components<N: Names>(query: &str, from: &Sources<'_, N>, has: impl Fn(&str) -> bool) -> Vec<Hit> {
    let city = from.city;
    // Behind a 1 the catalogue has the classes of components.
    let name = |class: u16| from.names.kind(&format!("1{class:04}"));
    let hit = |at: u32, class: u16, note: String| Hit { found: Found::Component(at), title: name(class), note };
    if let Some(at) = city.component_of(query) {
        let class = city.components().get(at as usize).map(|one| one.code);
        return class.map(|class| hit(at, class, query.to_owned())).into_iter().collect();
    }
    let near = city.components_in(from.middle.map(|v| v - NEAR_M), from.middle.map(|v| v + NEAR_M));
    let away = |at: [f32; 2]| (f64::from(at[0]) - from.middle[0]).hypot(f64::from(at[1]) - from.middle[1]);
    let mut classes = BTreeMap::new();
    let mut found: Vec<_> = near
        .filter(|(_, one)| *classes.entry(one.code).or_insert_with(|| has(&name(one.code))))
        .map(|(at, one)| (away(one.at), at, one))
        .collect();
    found.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
    found.truncate(COMPONENTS_MOST);
    found.into_iter().map(|(_, at, one)| hit(at, one.code, city.component_id(one))).collect()
}

/// Open incidents, and the one with that number even if it is closed. At most half of all results, so that the map
/// has its share.
fn incidents<N: Names>(query: &str, from: &Sources<'_, N>) -> Vec<Hit> {
    let number = query.trim_start_matches('#').parse().ok().map(IncidentId);
    let others = from.open.iter().copied().filter(|id| Some(*id) != number);
    let found = number.into_iter().chain(others).filter_map(|id| from.hall.incident(id)).take(MOST / 2);
    found
        .map(|incident| Hit {
            found: Found::Incident(incident.id, incident.grade),
            title: from.names.kind(&incident.kind),
            note: place(incident, from.names).unwrap_or_default(),
        })
        .collect()
}
