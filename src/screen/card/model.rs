//! What the card shows, read from the fold and the pack. Pure.

use super::recheck::CheckerShown;
use crate::config::forms::Field;
use crate::domain::{
    Alike, Bulletin, CaseNumber, Closing, CrewId, CrewKind, CrewPosition, CrewStatus, Dossier, Filed, Grade, Hall,
    Incident, IncidentId, LonLat, Moment, MoveKind, Outlook, Owed, Party, Stage, Task, TaskState, Telling,
};
use crate::ground::frame::LocalFrame;
use crate::screen::form::{FormLine, Nearby, lines};
use crate::screen::plans::model::PlanShown;
use crate::screen::situation::limits::TimerShown;
use crate::screen::situation::{CityLimits, Names, place};

/// Most cases that are proposed as the same thing.
const LIKELY_MOST: usize = 4;
/// Most of them that one key merges.
const MERGED_MOST: usize = 200;

/// The card of the selected thing.
#[derive(Debug, Clone, PartialEq)]
pub enum Card {
    /// An incident.
    Incident(Box<IncidentCard>),
    /// A building or place.
    Thing(ThingCard),
}

/// A point in both datums that people copy from the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// As GPS has it.
    pub wgs84: LonLat,
    /// As Chinese maps have it.
    pub gcj02: LonLat,
}

/// An incident's card.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentCard {
    /// Which.
    pub id: IncidentId,
    /// How grave.
    pub grade: Grade,
    /// Name of its kind.
    pub kind: String,
    /// Code of its kind.
    pub kind_code: String,
    /// How far it is.
    pub stage: Stage,
    /// The stage that follows; only what was checked is closed as simply as that.
    pub next: Option<Stage>,
    /// The side moves that it can make now.
    pub moves: Vec<MoveKind>,
    /// What it gathered beside its stage.
    pub dossier: Dossier,
    /// The first of the open cases that may be the same thing, the most likely first.
    pub likely: Vec<Likely>,
    /// All of these.
    pub alike: Vec<IncidentId>,
    /// What callers are owed now (告知), and how many of them.
    pub to_tell: Option<(Telling, usize)>,
    /// Where, in words.
    pub place: Option<String>,
    /// Areas it lies in, greatest first.
    pub areas: Vec<String>,
    /// Where on the map.
    pub point: Option<Point>,
    /// What was said of it.
    pub text: String,
    /// When it happened.
    pub happened_at: Moment,
    /// When the hall came to know it.
    pub known_at: Moment,
    /// When the hall last learned something of it.
    pub changed_at: Moment,
    /// Its time limits in the order of their phases.
    pub limits: Vec<TimerShown>,
    /// Why it is on hold, where it is.
    pub on_hold: Option<String>,
    /// How it ended; `None` while it is open.
    pub closing: Option<Closing>,
    /// Crews that say themselves that they are sent to it, those on the spot first and then the nearest.
    pub crews: Vec<CrewOnIt>,
    /// Its tasks, first given first.
    pub tasks: Vec<TaskShown>,
    /// Somebody can be sent.
    pub takes_tasks: bool,
    /// Who can be asked to look whether it is done; nobody where that cannot be asked now.
    pub checkers: Vec<CheckerShown>,
    /// What whoever was asked last is called; empty where nobody was.
    pub checker: String,
    /// Its plan that runs, or ran last.
    pub plan: Option<PlanShown>,
    /// The name of the plan that fits it, where none runs and one can be started.
    pub proposed: Option<String>,
    /// What past cases say of it.
    pub outlook: Option<Outlook>,
    /// The report to those above that is owed.
    pub owed: Option<Owed>,
    /// The report that can be filed next.
    pub next_bulletin: Option<Bulletin>,
    /// The reports that were filed, oldest first.
    pub filed: Vec<Filed>,
    /// The next report as far as the facts write it.
    pub draft: String,
    /// The fields of its form.
    pub fields: Vec<Field>,
    /// What was answered of them, and what is asked for still.
    pub form_lines: Vec<FormLine>,
    /// Components that it may be about, the nearest first.
    pub components: Vec<Nearby>,
    /// The source and its identity there.
    pub source: String,
    /// Its case number, where its day had one left.
    pub number: Option<CaseNumber>,
    /// It is no longer in the hall: it shows as it was when it left.
    pub past: bool,
    /// So many notes were not read at this desk.
    pub unread: u32,
    /// Somebody here is writing a note and has not sent it.
    pub writing: bool,
}

/// A task of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskShown {
    /// It.
    pub task: Task,
    /// What the party is called.
    pub name: String,
    /// Metres from the incident as the crow flies, while its crew is on its way.
    pub metres: Option<f64>,
}

/// A case that may be the same thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Likely {
    /// Which.
    pub id: IncidentId,
    /// Name of its kind.
    pub kind: String,
    /// How far away, metres; `None` where it has the same address and nothing else is known.
    pub metres: Option<f64>,
    /// Seconds between their happening.
    pub secs_apart: i64,
}

/// A crew that was sent to an incident.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrewOnIt {
    /// Which.
    pub crew: CrewId,
    /// What it is there for.
    pub kind: CrewKind,
    /// What it does.
    pub status: CrewStatus,
    /// Metres from the incident as the crow flies, while it is on its way; `None` where it is there, or the place is
    /// unknown.
    pub metres: Option<f64>,
}

/// A building's or place's card: its head and rows of (key of the name, value).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ThingCard {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Key of what it is, for the head.
    pub what: &'static str,
    /// Key of each name in `assets/i18n` and its value.
    pub rows: Vec<(&'static str, String)>,
    /// Areas it lies in, greatest first.
    pub areas: Vec<String>,
    /// Where it is.
    pub point: Option<Point>,
}

/// What the pack knows about a place.
pub trait Around: Names {
    /// Names of the areas around a place, greatest first.
    fn areas(&self, at: LonLat) -> Vec<String>;
    /// The place in both datums.
    fn point(&self, at: LonLat) -> Point;
    /// The form of a kind; none where no catalogue is at hand.
    fn form(&self, _kind: &str) -> &[Field] {
        &[]
    }

    /// The components near a place that a case of this kind may be about, the nearest first.
    fn components(&self, _at: LonLat, _kind: &str) -> Vec<Nearby> {
        Vec::new()
    }
}

/// The crews that were sent to an incident.
#[must_use]
pub fn crews_on<'a>(incident: &Incident, crews: impl Iterator<Item = &'a CrewPosition>) -> Vec<CrewOnIt> {
    let own = crews.filter(|position| position.incident == Some(incident.id));
    let mut own: Vec<CrewOnIt> = own
        .map(|position| {
            let away = incident.place.at.filter(|_| position.status != CrewStatus::OnScene);
            let metres = away.map(|at| {
                let [east, north] = LocalFrame::new(at).metres_from_lonlat(position.at);
                east.hypot(north)
            });
            CrewOnIt { crew: position.crew, kind: position.kind, status: position.status, metres }
        })
        .collect();
    let far = |one: &CrewOnIt| one.metres.unwrap_or(if one.status == CrewStatus::OnScene { -1.0 } else { f64::MAX });
    own.sort_by(|a, b| far(a).total_cmp(&far(b)).then(a.crew.cmp(&b.crew)));
    own
}

/// The tasks of an incident. `name` tells what a party is called; `crews` are those who say themselves that they are sent
/// to it.
#[must_use]
pub fn tasks_of(hall: &Hall, id: IncidentId, crews: &[CrewOnIt], name: impl Fn(&Party) -> String) -> Vec<TaskShown> {
    let shown = |task: &Task| {
        let crew = crews.iter().find(|one| task.to == Party::Crew(one.crew));
        let metres = crew.and_then(|one| one.metres).filter(|_| task.is_open() && task.state() < TaskState::OnScene);
        TaskShown { task: task.clone(), name: name(&task.to), metres }
    };
    hall.tasks(id).iter().map(shown).collect()
}

fn likely(hall: &Hall, alike: &[Alike], around: &impl Around) -> Vec<Likely> {
    let alike = alike.iter().take(LIKELY_MOST);
    let known = alike.filter_map(|one| Some((one, hall.incident(one.id)?)));
    known
        .map(|(one, incident)| Likely {
            id: one.id,
            kind: around.kind(&incident.kind),
            metres: one.metres,
            secs_apart: one.millis / 1000,
        })
        .collect()
}

/// Where an incident is from: the hall's own intake by its name, a system with its identity there.
fn source(incident: &Incident) -> String {
    if incident.source == crate::domain::call::SOURCE {
        rust_i18n::t!("card.source_intake").into_owned()
    } else {
        format!("{} · {}", incident.source, incident.source_id)
    }
}

/// The card of an incident of the hall at a moment.
#[must_use]
pub fn incident_card(
    hall: &Hall,
    incident: &Incident,
    limits: &CityLimits,
    now: Moment,
    around: &impl Around,
) -> IncidentCard {
    let alike = hall.alike(incident.id, MERGED_MOST);
    let owed = |what: Telling| Some((what, hall.owed(incident.id, what).len())).filter(|(_, count)| *count > 0);
    IncidentCard {
        id: incident.id,
        grade: incident.grade,
        kind: around.kind(&incident.kind),
        kind_code: incident.kind.clone(),
        stage: incident.stage,
        next: incident.stage.next(),
        moves: hall.moves(incident.id),
        dossier: hall.dossier(incident.id).clone(),
        likely: likely(hall, &alike, around),
        alike: alike.iter().map(|one| one.id).collect(),
        to_tell: Telling::ALL.into_iter().find_map(owed),
        place: place(incident, around),
        areas: incident.place.at.map(|at| around.areas(at)).unwrap_or_default(),
        point: incident.place.at.map(|at| around.point(at)),
        text: incident.text.clone(),
        happened_at: incident.happened_at,
        known_at: incident.known_at,
        changed_at: incident.changed_at,
        limits: limits.timers(hall, incident, now),
        on_hold: hall.course(incident.id).and_then(|course| course.on_hold()).map(|hold| hold.reason.clone()),
        closing: hall.closing(incident.id).cloned(),
        crews: Vec::new(),
        checkers: Vec::new(),
        checker: String::new(),
        plan: None,
        proposed: None,
        outlook: limits.outlook(hall, incident, now),
        owed: limits.owed(hall, incident),
        next_bulletin: hall.next_bulletin(incident),
        filed: hall.bulletins(incident.id).map(|own| own.filed.clone()).unwrap_or_default(),
        draft: String::new(),
        fields: around.form(&incident.kind).to_vec(),
        form_lines: lines(around.form(&incident.kind), &hall.dossier(incident.id).answers, &rust_i18n::locale()),
        components: incident.place.at.map(|at| around.components(at, &incident.kind)).unwrap_or_default(),
        tasks: Vec::new(),
        takes_tasks: incident.stage <= Stage::Handling,
        source: source(incident),
        number: hall.case_number(incident.id),
        past: false,
        unread: 0,
        writing: false,
    }
}
