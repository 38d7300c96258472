//! The hall: the state that every screen shows, and the only two ways to touch it.
//!
//! [`Hall::decide`] turns an order into facts or a refusal and changes nothing; [`Hall::apply`]
//! folds one fact in. Hub, screens and replay run the same two functions.
//!
//! Invariants:
//! 1. `apply` of the facts 1..=n always gives the same hall.
//! 2. Every fact that `decide` returns can be applied next, in order.
//! 3. One incident per pair of source and source id.
//! 4. A closed incident changes by the moves that [`super::case_move`] names alone, and by its reports to those above.
//! 5. What is held is open or recent: an incident leaves [`KEEP_CLOSED_MILLIS`] after it was known
//!    to be closed, counted by `known_at` of the facts alone. One whose callers are owed how it ended stays until a day
//!    after the last of them was told, at most [`KEEP_PROMISED_MILLIS`]. The log keeps it for ever.
//! 6. `apply` is total: it takes any fact and never panics.
//! 7. Every incident held has its course, which leaves with it, as does what it gathered and who moved it.
//! 8. What was merged leaves with the case that it was merged into.
//! 9. Tasks keep the invariants of [`super::task`], plans those of [`super::plan`], shifts those of [`super::duty`],
//!    alarms those of [`super::alarm`].

mod apply;
mod decide;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alarm::Alarms;
use super::case_number::Counter;
use super::hands::Hands;
use super::{
    Answers, Bulletins, CaseNumber, CatalogueTexts, Closing, Course, Deeds, Dossier, Duty, Grade, History, Incident,
    IncidentId, Mode, Moment, Numbering, Outcome, PlanRun, PlanTexts, Rhythm, Roll, Seq, Stage, Task, Weather,
};

/// How long a closed incident stays in the hall, in milliseconds: one day.
pub const KEEP_CLOSED_MILLIS: i64 = 24 * 3600 * 1000;

/// How long a closed incident stays while its callers are owed how it ended, in milliseconds: thirty days.
pub const KEEP_PROMISED_MILLIS: i64 = 30 * KEEP_CLOSED_MILLIS;

/// The fold of the log. Ordered maps only: the same facts give the same bytes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Hall {
    upto: Seq,
    mode: Mode,
    last_incident: u64,
    left: u64,
    incidents: BTreeMap<IncidentId, Incident>,
    by_source: BTreeMap<String, BTreeMap<String, IncidentId>>,
    /// How each closed incident ended.
    closings: BTreeMap<IncidentId, Closing>,
    /// Closed incidents by the moment from which their last day in the hall runs.
    closed: BTreeSet<(Moment, IncidentId)>,
    weather: Option<Weather>,
    rhythm: Rhythm,
    /// The course of each incident held.
    courses: BTreeMap<IncidentId, Course>,
    /// What incidents gathered, of those that did.
    dossiers: BTreeMap<IncidentId, Dossier>,
    /// The catalogue taken last.
    catalogue: Option<Arc<CatalogueTexts>>,
    /// The tasks of each incident that had any.
    pub(super) tasks: BTreeMap<IncidentId, Vec<Task>>,
    counter: Counter,
    /// The numbers of the incidents held.
    numbers: BTreeMap<IncidentId, CaseNumber>,
    /// The plans taken last.
    plan_texts: Option<Arc<PlanTexts>>,
    /// The plan of each incident that had one, the last one.
    pub(super) plans: BTreeMap<IncidentId, PlanRun>,
    /// The roll that is called, or was called last.
    pub(super) roll: Option<Roll>,
    /// How long the phases of past cases took, by kind.
    pub(super) histories: BTreeMap<String, History>,
    /// The reports of cases that are grave, or for which one was filed.
    pub(super) bulletins: BTreeMap<IncidentId, Bulletins>,
    /// Roster, logs and hand-overs.
    pub(super) duty: Duty,
    /// What people did of late.
    pub(super) deeds: Deeds,
    /// The alarms, and the rules by which they are raised.
    pub(super) alarms: Alarms,
    /// The people who moved each incident held, of those that people moved.
    pub(super) hands: BTreeMap<IncidentId, Hands>,
}

/// The dossier of an incident that gathered nothing.
static NOTHING: Dossier = Dossier {
    verification: None,
    returns: 0,
    reworks: 0,
    reopenings: 0,
    went_back: None,
    urges: 0,
    urged: None,
    supervised: None,
    voices: BTreeSet::new(),
    links: BTreeMap::new(),
    rating: None,
    caller: None,
    extension: None,
    notes: 0,
    noted: None,
    files: Vec::new(),
    answers: Answers::new(),
    told: BTreeMap::new(),
    recheck: None,
};

impl Hall {
    /// The newest fact folded in.
    #[must_use]
    pub fn upto(&self) -> Seq {
        self.upto
    }

    /// When the newest of what is held came to be known: of cases, the deeds of people, and alarms. The newest fact is of
    /// then or later, and facts never go back, also where the clock does.
    #[must_use]
    pub fn known_upto(&self) -> Moment {
        let cases = self.incidents.values().map(|incident| incident.known_at);
        let deeds = self.deeds.all().flat_map(|(_, deeds)| deeds.map(|deed| deed.at));
        let alarms = self.alarms.all().map(|alarm| alarm.changed_at);
        cases.chain(deeds).chain(alarms).max().unwrap_or_default()
    }

    /// The mode of the hall.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The weather over the city; `None` while nobody told it.
    #[must_use]
    pub fn weather(&self) -> Option<Weather> {
        self.weather
    }

    /// All incidents held, oldest first; closed ones among them.
    pub fn incidents(&self) -> impl DoubleEndedIterator<Item = &Incident> + ExactSizeIterator {
        self.incidents.values()
    }

    /// One incident.
    #[must_use]
    pub fn incident(&self, id: IncidentId) -> Option<&Incident> {
        self.incidents.get(&id)
    }

    /// The incident that a source knows under `source_id`.
    #[must_use]
    pub fn by_source(&self, source: &str, source_id: &str) -> Option<&Incident> {
        let id = self.by_source.get(source)?.get(source_id)?;
        self.incidents.get(id)
    }

    /// How many closed incidents have left the hall (invariant 5).
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    /// How many incidents happened when, of the last days.
    #[must_use]
    pub fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    /// When a closed incident was over in the city; `None` while it is open.
    #[must_use]
    pub fn over_at(&self, id: IncidentId) -> Option<Moment> {
        self.closings.get(&id).map(|closing| closing.at)
    }

    /// When a finished incident was over in the city; `None` while it is open or ended in another way.
    #[must_use]
    pub fn finished_at(&self, id: IncidentId) -> Option<Moment> {
        self.closing(id).filter(|closing| closing.outcome == Outcome::Finished).map(|closing| closing.at)
    }

    /// How a closed incident ended; `None` while it is open.
    #[must_use]
    pub fn closing(&self, id: IncidentId) -> Option<&Closing> {
        self.closings.get(&id)
    }

    /// When an incident reached its stages and when it was on hold.
    #[must_use]
    pub fn course(&self, id: IncidentId) -> Option<&Course> {
        self.courses.get(&id)
    }

    /// What an incident gathered beside its stage.
    #[must_use]
    pub fn dossier(&self, id: IncidentId) -> &Dossier {
        self.dossiers.get(&id).unwrap_or(&NOTHING)
    }

    /// The catalogue in force; `None` while none was taken, so that the built-in one is.
    #[must_use]
    pub fn catalogue(&self) -> Option<&Arc<CatalogueTexts>> {
        self.catalogue.as_ref()
    }

    /// The identity of the incident that comes next.
    pub(super) fn next_incident(&self) -> IncidentId {
        IncidentId(self.last_incident + 1)
    }

    /// The number of a case that is held; `None` where its day had no more.
    #[must_use]
    pub fn case_number(&self, id: IncidentId) -> Option<CaseNumber> {
        self.numbers.get(&id).copied()
    }

    /// How cases are numbered.
    #[must_use]
    pub fn numbering(&self) -> Numbering {
        self.counter.numbering()
    }

    /// The plans in force; `None` while none were taken, so that the built-in ones are.
    #[must_use]
    pub fn plan_texts(&self) -> Option<&Arc<PlanTexts>> {
        self.plan_texts.as_ref()
    }

    pub(super) fn is_on_hold(&self, id: IncidentId) -> bool {
        self.course(id).is_some_and(|course| course.on_hold().is_some())
    }

    /// Open incidents by grade, Ⅰ first.
    #[must_use]
    pub fn open_by_grade(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for incident in self.incidents.values().filter(|i| i.stage != Stage::Closed) {
            let grade: Grade = incident.grade;
            if let Some(count) = counts.get_mut(grade.index()) {
                *count += 1;
            }
        }
        counts
    }
}
