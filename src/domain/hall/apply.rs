//! The fold of one fact, and what is let go of.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::{Hall, KEEP_CLOSED_MILLIS, KEEP_PROMISED_MILLIS, NOTHING};
use crate::domain::outlook::ended;
use crate::domain::{
    CaseMove, Closing, Course, Dossier, Fact, Filed, Finding, Incident, IncidentId, Moment, Outcome, Said, Stage,
    Telling, What,
};

impl Hall {
    /// Fold one fact in and let go of what is neither open nor recent. A fact that is not the next one is ignored and `false` returned.
    pub fn apply(&mut self, fact: &Fact) -> bool {
        if fact.seq != self.upto.next() {
            return false;
        }
        self.upto = fact.seq;
        if let Some((who, deed)) = self.deed_of(fact) {
            self.deeds.note(&who, deed);
        }
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
            What::IncidentAdvanced { incident, stage } => self.advance(*incident, fact, *stage),
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
            What::FormAnswered { incident, answers } => {
                self.keep(*incident, fact, |dossier| dossier.answers.take(answers));
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
            What::AlarmMoved(step) => self.apply_alarm(step, fact),
            What::AlarmRulesTaken(rules) => self.apply_alarm_rules(rules, fact),
        }
        self.note_for_duty(fact);
        self.note_hand(fact);
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

    fn advance(&mut self, id: IncidentId, fact: &Fact, stage: Stage) {
        self.change(id, fact, |incident| incident.stage = stage);
        self.reach(id, stage, fact.known_at);
        if stage > Stage::Handling {
            self.release_tasks(id, fact.known_at);
        }
        if stage > Stage::Done {
            self.found_done(id, fact.known_at);
        }
        self.settle(id, stage);
    }

    fn make_move(&mut self, id: IncidentId, fact: &Fact, step: &CaseMove, stage: Stage) {
        if !self.incidents.contains_key(&id) {
            return;
        }
        let at = fact.known_at;
        // After these nothing more may be owed by the case that goes on.
        let settles = matches!(step, CaseMove::Tell { .. } | CaseMove::Rate { .. } | CaseMove::Unmerge { .. });
        let owing = Some(self.goes_on(id)).filter(|on| settles && self.owes_end(*on).is_some());
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
                self.go_back(id, fact, stage);
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
        if let Some(on) = owing.filter(|on| self.owes_end(*on).is_none()) {
            self.leave_a_day_after(on, at);
        }
    }

    /// It goes back to a stage, or its end is taken back.
    fn go_back(&mut self, id: IncidentId, fact: &Fact, stage: Stage) {
        let Some(before) = self.incident(id).map(|incident| incident.stage) else { return };
        let at = fact.known_at;
        self.change(id, fact, |incident| incident.stage = stage);
        self.release_tasks(id, at);
        let closing = self.closings.remove(&id);
        let taken_back = closing.as_ref().filter(|closing| closing.outcome != Outcome::Finished);
        if let Some(closing) = taken_back {
            self.go_on(id, |course| course.come_back(stage, at));
            if closing.before != stage {
                self.drop_asked(id);
            }
            if stage < Stage::Done {
                self.note_back(id, at, false);
            }
        } else {
            self.go_on(id, |course| course.go_back(stage, at));
            self.drop_asked(id);
            if before >= Stage::Done {
                self.note_back(id, at, true);
            }
        }
        if let Some(Closing { outcome: Outcome::Merged(into), .. }) = closing
            && let Some(dossier) = self.dossiers.get_mut(&into)
        {
            dossier.voices.remove(&id);
            self.change(into, fact, |_| {});
        }
        self.hold_on(id);
        // The next end is another one, of which nobody knows yet.
        for one in self.with_voices(id) {
            self.dossiers.entry(one).and_modify(|dossier| drop(dossier.told.remove(&Telling::Ended)));
        }
    }

    fn end(&mut self, id: IncidentId, fact: &Fact, outcome: Outcome, reason: &str) {
        let Some(before) = self.incident(id).map(|incident| incident.stage) else { return };
        self.change(id, fact, |incident| incident.stage = Stage::Closed);
        self.release_tasks(id, fact.known_at);
        self.end_plan(id, fact.known_at);
        match outcome {
            Outcome::Finished => {
                self.reach(id, Stage::Closed, fact.known_at);
                self.found_done(id, fact.known_at);
                self.settle(id, Stage::Closed);
            }
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
    pub(in crate::domain) fn with_voices(&self, id: IncidentId) -> BTreeSet<IncidentId> {
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

    /// When the case ended that this one goes on as, where a caller of it or of one merged into it is still owed how.
    fn owes_end(&self, id: IncidentId) -> Option<Moment> {
        let on = self.goes_on(id);
        let ended = self.course(on)?.since(Stage::Closed)?.1;
        (!self.owed(on, Telling::Ended).is_empty()).then_some(ended)
    }

    /// Nothing is owed any more since `at`: from then on the case and those merged into it are as any that are closed.
    fn leave_a_day_after(&mut self, id: IncidentId, at: Moment) {
        let all = self.with_voices(id);
        let leave: Vec<_> = self.closed.iter().filter(|(_, one)| all.contains(one)).copied().collect();
        for one in leave {
            self.closed.remove(&one);
            self.closed.insert((at, one.1));
        }
    }

    /// Drop what was closed more than a day before `now`, but for what an answer is owed of.
    fn let_go(&mut self, now: Moment) {
        self.rhythm.let_go(now);
        self.deeds.let_go(now);
        self.let_alarms_go(now);
        while let Some(&(known_at, id)) = self.closed.first() {
            if known_at.plus_millis(KEEP_CLOSED_MILLIS) >= now {
                break;
            }
            self.closed.pop_first();
            // Looked at again when the promise is too old as well, so that waiting ones cost nothing with each fact.
            if let Some(until) = self.owes_end(id).map(|ended| ended.plus_millis(KEEP_PROMISED_MILLIS))
                && until >= now
            {
                self.closed.insert((until.plus_millis(-KEEP_CLOSED_MILLIS), id));
                continue;
            }
            self.closings.remove(&id);
            self.courses.remove(&id);
            self.dossiers.remove(&id);
            self.tasks.remove(&id);
            self.numbers.remove(&id);
            self.plans.remove(&id);
            self.bulletins.remove(&id);
            self.hands.remove(&id);
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

    /// Whoever was asked whether it is done need not look any more.
    fn found_done(&mut self, id: IncidentId, at: Moment) {
        if let Some(dossier) = self.dossiers.get_mut(&id) {
            dossier.answer_recheck(Finding::Pass, Said { at, words: String::new() });
        }
    }

    /// Nobody waits any more for what was asked of what is over at this stage.
    fn settle(&mut self, id: IncidentId, stage: Stage) {
        if let Some(dossier) = self.dossiers.get_mut(&id) {
            dossier.settle(stage);
            if *dossier == NOTHING {
                self.dossiers.remove(&id);
            }
        }
    }

    /// Whoever has it now asks anew.
    fn drop_asked(&mut self, id: IncidentId) {
        if let Some(dossier) = self.dossiers.get_mut(&id) {
            dossier.drop_asked();
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
}
