//! The hall: the state that every screen shows, and the only two ways to touch it.
//!
//! [`Hall::decide`] turns an order into facts or a refusal and changes nothing; [`Hall::apply`]
//! folds one fact in. Hub, screens and replay run the same two functions.
//!
//! Invariants:
//! 1. `apply` of the facts 1..=n always gives the same hall.
//! 2. Every fact that `decide` returns can be applied next, in order.
//! 3. One incident per pair of source and source id.
//! 4. A closed incident changes by the moves that [`super::case_move`] names alone, and by its last report to those above.
//! 5. What is held is open or recent: an incident leaves [`KEEP_CLOSED_MILLIS`] after it was known
//!    to be closed, counted by `known_at` of the facts alone. The log keeps it for ever.
//! 6. `apply` is total: it takes any fact and never panics.
//! 7. Every incident held has its course, which leaves with it, as does what it gathered.
//! 8. What was merged leaves with the case that it was merged into.
//! 9. Tasks keep the invariants of [`super::task`], plans those of [`super::plan`], shifts those of [`super::duty`].

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::case_number::Counter;
use super::outlook::ended;
use super::{
    Actor, Bulletins, CaseMove, CaseNumber, CatalogueTexts, Closing, Course, Dossier, Duty, Fact, Filed, Grade,
    History, Incident, IncidentId, Mode, Moment, Numbering, Order, Outcome, Place, PlanRun, PlanTexts, Progress,
    Refusal, Report, Rhythm, Roll, Said, Seq, Stage, Task, Weather, What,
};

/// How long a closed incident stays in the hall, in milliseconds: one day.
pub const KEEP_CLOSED_MILLIS: i64 = 24 * 3600 * 1000;

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
    /// Closed incidents by the moment the hall knew it.
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
};

impl Hall {
    /// The newest fact folded in.
    #[must_use]
    pub fn upto(&self) -> Seq {
        self.upto
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

    /// Turn an order into the facts that carry it out. Empty where nothing would change.
    ///
    /// # Errors
    /// The [`Refusal`] that says why not.
    pub fn decide(&self, order: Order, by: &Actor, now: Moment) -> Result<Vec<Fact>, Refusal> {
        order.check()?;
        let (happened_at, whats) = match order {
            Order::TakeReport(report) => (report.happened_at, self.take_report(report, now)),
            Order::RegradeIncident { incident, grade, reason } => {
                let open = self.open_incident(incident)?;
                if reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                let from = open.grade;
                let what = What::IncidentRegraded { incident, from, to: grade, reason };
                (now, if from == grade { vec![] } else { vec![what] })
            }
            Order::AdvanceIncident { incident, stage } => {
                let open = self.open_incident(incident)?;
                if stage <= open.stage || stage == Stage::Closed {
                    return Err(Refusal::NotForward);
                }
                if stage == Stage::Checked && open.stage < Stage::Done {
                    return Err(Refusal::NotDone);
                }
                // Work goes on, so it is no longer on hold.
                let resumed = self.is_on_hold(incident).then_some(What::IncidentResumed { incident });
                let advanced = What::IncidentAdvanced { incident, stage };
                (now, resumed.into_iter().chain([advanced]).collect())
            }
            Order::CloseIncident { incident, reason } => {
                self.open_incident(incident)?;
                (now, vec![What::IncidentClosed { incident, reason }])
            }
            Order::SuspendIncident { incident, reason } => {
                self.open_incident(incident)?;
                if reason.trim().is_empty() {
                    return Err(Refusal::ReasonMissing);
                }
                let held = self.is_on_hold(incident);
                (now, if held { vec![] } else { vec![What::IncidentSuspended { incident, reason }] })
            }
            Order::ResumeIncident { incident } => {
                self.open_incident(incident)?;
                let held = self.is_on_hold(incident);
                (now, if held { vec![What::IncidentResumed { incident }] } else { vec![] })
            }
            Order::MoveIncident { incident, step } => (now, self.facts_of_move(incident, step)?),
            Order::SwitchMode { mode } => {
                (now, if mode == self.mode { vec![] } else { vec![What::ModeSwitched { mode }] })
            }
            Order::TellWeather { weather } => {
                (now, if self.weather == Some(weather) { vec![] } else { vec![What::WeatherChanged { weather }] })
            }
            Order::TakeCatalogue(texts) => {
                let known = self.catalogue.as_ref() == Some(&texts);
                (now, if known { vec![] } else { vec![What::CatalogueTaken(texts)] })
            }
            Order::TakeNumbering(numbering) => {
                let known = self.numbering() == numbering;
                (now, if known { vec![] } else { vec![What::NumberingTaken(numbering)] })
            }
            Order::AddNote { incident, words } => (now, self.decide_note(incident, words)?),
            Order::AttachFile { incident, file } => (now, self.decide_file(incident, file)?),
            Order::GiveTasks { incident, to, words } => (now, self.decide_tasks(incident, to, &words)?),
            Order::MoveTask { incident, party, step } => (now, self.decide_step(incident, party, step)?),
            Order::TakeCall(call) => (call.report.happened_at, self.take_call(*call, now)?),
            Order::ShowCaller { incident, reason } => (now, self.show_caller(incident, reason)?),
            Order::TakePlans(texts) => {
                let known = self.plan_texts.as_ref() == Some(&texts);
                (now, if known { vec![] } else { vec![What::PlansTaken(texts)] })
            }
            Order::StartPlan { incident, plan, alarm, crews, places, words } => {
                (now, self.decide_plan(incident, plan, alarm, (&crews, places), &words)?)
            }
            Order::StrikeNext { incident, crews, words } => (now, self.decide_strike(incident, &crews, &words)?),
            Order::MovePlan { incident, step } => (now, self.decide_plan_move(incident, step)?),
            Order::CallRoll { words, called } => (now, self.decide_roll(words, *called, now)?),
            Order::AnswerRoll { crew, words } => (now, self.decide_answer(crew, words, by)?),
            Order::EndRoll => (now, self.decide_roll_end(now)?),
            Order::FileReport { incident, which, text } => (now, self.decide_bulletin(incident, which, text)?),
            Order::TakeShifts { shifts, utc_offset_secs } => (now, self.decide_shifts(shifts, utc_offset_secs)),
            Order::MoveDuty(step) => (now, self.decide_duty(step, by, now)?),
        };
        let mut seq = self.upto;
        let facts = whats.into_iter().map(|what| {
            seq = seq.next();
            Fact { seq, happened_at, known_at: now, by: by.clone(), what }
        });
        Ok(facts.collect())
    }

    pub(super) fn open_incident(&self, id: IncidentId) -> Result<&Incident, Refusal> {
        let incident = self.incident(id).ok_or(Refusal::UnknownIncident(id))?;
        if incident.stage == Stage::Closed { Err(Refusal::AlreadyClosed(id)) } else { Ok(incident) }
    }

    pub(super) fn take_report(&self, report: Report, now: Moment) -> Vec<What> {
        let mut closes = report.progress == Progress::Closed;
        let mut whats = Vec::new();
        let id = if let Some(known) = self.by_source(&report.source, &report.source_id) {
            // What was merged goes on, and may be split off again: what its caller adds is kept.
            let merged = |closing: &Closing| matches!(closing.outcome, Outcome::Merged(_));
            let over = known.stage == Stage::Closed;
            if over && !self.closing(known.id).is_some_and(merged) {
                return whats;
            }
            closes &= !over;
            // A report that leaves place or text out says nothing new of them.
            let place = Place {
                at: report.place.at.or(known.place.at),
                address: if report.place.address.is_empty() {
                    known.place.address.clone()
                } else {
                    report.place.address
                },
            };
            let text = if report.text.is_empty() { known.text.clone() } else { report.text };
            if known.place != place || known.text != text {
                whats.push(What::IncidentUpdated { incident: known.id, place, text });
            }
            known.id
        } else {
            let id = self.next_incident();
            whats.push(What::IncidentReported(Box::new(Incident {
                id,
                source: report.source,
                source_id: report.source_id,
                kind: report.kind,
                grade: report.grade,
                stage: Stage::Reported,
                place: report.place,
                text: report.text,
                happened_at: report.happened_at,
                known_at: now,
                changed_at: now,
            })));
            id
        };
        if closes {
            whats.push(What::IncidentClosed { incident: id, reason: String::new() });
        }
        whats
    }

    /// Fold one fact in and let go of what is neither open nor recent. A fact that is not the next one is ignored and `false` returned.
    pub fn apply(&mut self, fact: &Fact) -> bool {
        if fact.seq != self.upto.next() {
            return false;
        }
        self.upto = fact.seq;
        match &fact.what {
            What::IncidentReported(incident) => {
                self.rhythm.count(incident.happened_at, fact.known_at);
                self.insert(incident, fact.known_at);
            }
            What::IncidentUpdated { incident, place, text } => self.change(*incident, fact, |i| {
                i.place = place.clone();
                i.text.clone_from(text);
            }),
            What::IncidentRegraded { incident, to, .. } => {
                self.change(*incident, fact, |i| i.grade = *to);
                if self.incidents.contains_key(incident) {
                    self.note_grade(*incident, *to, fact.known_at);
                }
            }
            What::IncidentAdvanced { incident, stage } => {
                self.change(*incident, fact, |i| i.stage = *stage);
                self.reach(*incident, *stage, fact.known_at);
                if *stage > Stage::Handling {
                    self.release_tasks(*incident, fact.known_at);
                }
            }
            What::IncidentSuspended { incident, reason } => {
                self.change(*incident, fact, |_| {});
                self.go_on(*incident, |course| course.suspend(fact.known_at, reason));
            }
            What::IncidentResumed { incident } => {
                self.change(*incident, fact, |_| {});
                self.go_on(*incident, |course| course.resume(fact.known_at));
            }
            What::IncidentClosed { incident, reason } => self.end(*incident, fact, Outcome::Finished, reason),
            What::IncidentMoved { incident, step, stage } => self.make_move(*incident, fact, step, *stage),
            What::ModeSwitched { mode } => self.mode = *mode,
            What::WeatherChanged { weather } => self.weather = Some(*weather),
            What::CatalogueTaken(texts) => self.catalogue = Some(Arc::clone(texts)),
            What::NumberingTaken(numbering) => self.counter.renumber(*numbering),
            What::NoteAdded { incident, words } => self.keep(*incident, fact, |dossier| {
                dossier.notes = dossier.notes.saturating_add(1);
                dossier.noted = Some(Said { at: fact.known_at, words: words.clone() });
            }),
            What::FileAttached { incident, file } => {
                self.keep(*incident, fact, |dossier| dossier.files.push(file.clone()));
            }
            What::TaskGiven { incident, given, words } => {
                self.change(*incident, fact, |_| {});
                self.apply_task(*incident, given, words, fact.known_at);
            }
            What::TaskMoved { incident, to, step } => {
                self.change(*incident, fact, |_| {});
                self.apply_step(*incident, to, step, fact.known_at);
            }
            What::CallerKept { incident, caller } => {
                self.change(*incident, fact, |_| {});
                if self.incidents.contains_key(incident) {
                    self.dossiers.entry(*incident).or_default().caller = Some(caller.clone());
                }
            }
            What::CallerShown { .. } => {}
            What::PlansTaken(texts) => self.plan_texts = Some(Arc::clone(texts)),
            What::PlanStarted { incident, plan, alarm, places } => {
                self.change(*incident, fact, |_| {});
                self.apply_plan(*incident, plan, *alarm, places, fact.known_at);
            }
            What::AlarmStruck { incident, .. } => {
                self.change(*incident, fact, |_| {});
                self.apply_strike(*incident, fact.known_at);
            }
            What::PlanMoved { incident, step } => {
                self.change(*incident, fact, |_| {});
                self.apply_plan_move(*incident, step, fact.known_at);
            }
            What::RollCalled { words, called } => self.apply_roll(&fact.by, words, called, fact.known_at),
            What::RollAnswered { who, words } => self.apply_answer(who, words, fact.known_at),
            What::RollEnded => self.apply_roll_end(fact.known_at),
            What::ReportFiled { incident, which, text } => {
                let (which, by, text) = (*which, fact.by.clone(), text.clone());
                self.apply_bulletin(*incident, Filed { which, at: fact.known_at, by, text });
            }
            What::ShiftsTaken(taken) => self.apply_shifts(taken, fact.known_at),
            What::DutyMoved(step) => self.apply_duty(fact, step),
        }
        self.note_for_duty(fact);
        self.let_go(fact.known_at);
        true
    }

    fn insert(&mut self, incident: &Incident, known_at: Moment) {
        if let Some(number) = self.counter.next(known_at) {
            self.numbers.insert(incident.id, number);
        }
        self.courses.insert(incident.id, Course::new(incident.stage, known_at));
        self.last_incident = self.last_incident.max(incident.id.0);
        self.by_source.entry(incident.source.clone()).or_default().insert(incident.source_id.clone(), incident.id);
        self.incidents.insert(incident.id, incident.clone());
        self.note_grade(incident.id, incident.grade, known_at);
    }

    fn make_move(&mut self, id: IncidentId, fact: &Fact, step: &CaseMove, stage: Stage) {
        if !self.incidents.contains_key(&id) {
            return;
        }
        let at = fact.known_at;
        match step {
            CaseMove::Reject { reason } => self.end(id, fact, Outcome::Rejected, reason),
            CaseMove::NotFile { reason } => self.end(id, fact, Outcome::NotFiled, reason),
            CaseMove::Void { reason } => self.end(id, fact, Outcome::Voided, reason),
            CaseMove::Merge { into } => {
                self.take_tasks_along(id, *into, at);
                self.end(id, fact, Outcome::Merged(*into), "");
                if *into != id && self.incidents.contains_key(into) {
                    self.dossiers.entry(*into).or_default().voices.insert(id);
                    self.change(*into, fact, |_| {});
                    self.hold_on(id);
                }
            }
            CaseMove::Return { .. } | CaseMove::Rework { .. } | CaseMove::Reopen { .. } | CaseMove::Unmerge { .. } => {
                self.change(id, fact, |incident| incident.stage = stage);
                self.release_tasks(id, at);
                self.go_on(id, |course| course.go_back(stage, at));
                if let Some(Closing { outcome: Outcome::Merged(into), .. }) = self.closings.remove(&id)
                    && let Some(dossier) = self.dossiers.get_mut(&into)
                {
                    dossier.voices.remove(&id);
                    self.change(into, fact, |_| {});
                }
                self.hold_on(id);
            }
            CaseMove::GrantExtension { .. } => {
                self.change(id, fact, |_| {});
                let asked = self.dossier(id).extension.as_ref().filter(|one| one.answer.is_none());
                if let Some((phase, millis)) = asked.map(|one| (one.phase, one.millis)) {
                    self.go_on(id, |course| course.extend(phase, millis));
                }
            }
            _ => self.change(id, fact, |_| {}),
        }
        let kept = self.dossiers.entry(id).or_default();
        kept.keep(step, at);
        if *kept == NOTHING {
            self.dossiers.remove(&id);
        }
    }

    fn end(&mut self, id: IncidentId, fact: &Fact, outcome: Outcome, reason: &str) {
        let Some(before) = self.incident(id).map(|incident| incident.stage) else { return };
        self.change(id, fact, |incident| incident.stage = Stage::Closed);
        self.release_tasks(id, fact.known_at);
        self.end_plan(id, fact.known_at);
        match outcome {
            Outcome::Finished => self.reach(id, Stage::Closed, fact.known_at),
            // What was no case says nothing of how long one takes.
            _ => self.go_on(id, |course| course.reach(Stage::Closed, fact.known_at)),
        }
        if let Entry::Vacant(closing) = self.closings.entry(id) {
            closing.insert(Closing { at: fact.happened_at, reason: reason.to_owned(), outcome, before });
            let all = self.with_voices(id);
            self.closed.extend(all.into_iter().map(|one| (fact.known_at, one)));
        }
    }

    /// An incident and all that was merged into it, however far.
    fn with_voices(&self, id: IncidentId) -> BTreeSet<IncidentId> {
        let mut all = BTreeSet::new();
        let mut next = vec![id];
        while let Some(one) = next.pop() {
            if all.insert(one) {
                next.extend(&self.dossier(one).voices);
            }
        }
        all
    }

    /// An incident, and what was merged into it, does not leave by itself.
    fn hold_on(&mut self, id: IncidentId) {
        let all = self.with_voices(id);
        self.closed.retain(|(_, one)| !all.contains(one));
    }

    /// Drop what was closed more than a day before `now`.
    fn let_go(&mut self, now: Moment) {
        self.rhythm.let_go(now);
        while let Some(&(known_at, id)) = self.closed.first() {
            if known_at.plus_millis(KEEP_CLOSED_MILLIS) >= now {
                break;
            }
            self.closed.pop_first();
            self.closings.remove(&id);
            self.courses.remove(&id);
            self.dossiers.remove(&id);
            self.tasks.remove(&id);
            self.numbers.remove(&id);
            self.plans.remove(&id);
            self.bulletins.remove(&id);
            self.left += 1;
            let Some(gone) = self.incidents.remove(&id) else { continue };
            if let Some(ids) = self.by_source.get_mut(&gone.source) {
                ids.remove(&gone.source_id);
                if ids.is_empty() {
                    self.by_source.remove(&gone.source);
                }
            }
        }
    }

    fn change(&mut self, id: IncidentId, fact: &Fact, change: impl FnOnce(&mut Incident)) {
        if let Some(incident) = self.incidents.get_mut(&id) {
            change(incident);
            incident.changed_at = fact.known_at;
        }
    }

    /// Its course reaches a stage; how long the phases took that end with it is kept.
    fn reach(&mut self, id: IncidentId, stage: Stage, at: Moment) {
        let Some(before) = self.course(id).map(ended) else { return };
        self.go_on(id, |course| course.reach(stage, at));
        self.note_ended(id, before);
    }

    /// Change what an incident that is held has gathered.
    fn keep(&mut self, id: IncidentId, fact: &Fact, change: impl FnOnce(&mut Dossier)) {
        if self.incidents.contains_key(&id) {
            self.change(id, fact, |_| {});
            change(self.dossiers.entry(id).or_default());
        }
    }

    fn go_on(&mut self, id: IncidentId, change: impl FnOnce(&mut Course)) {
        if let Some(course) = self.courses.get_mut(&id) {
            change(course);
        }
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
