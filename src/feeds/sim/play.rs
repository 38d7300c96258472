//! Scripted emergencies as they run: where they are, what they told, what they wait for.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{Coming, Said};
use super::queue::{Event, Step};
use super::random::Random;
use super::scenery::Site;
use super::{Doing, Sim};
use crate::config::script::{Condition, Deed, End, Script, State};
use crate::domain::{Grade, IncidentId, Plan, Stage};

const STREAM_SCRIPT: u64 = 41;

/// A script that runs, or ran.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) script: usize,
    pub(super) state: usize,
    /// Counts states, so that a stale wait is known.
    turn: u32,
    places: BTreeMap<String, Site>,
    /// Its incidents by their names in the script.
    known: BTreeMap<String, Known>,
    /// The case that was told first: it is the last to be closed.
    lead: Option<u64>,
    ended: Option<End>,
    /// How it went, in words; empty until it ended.
    reason: String,
    /// It began out of its season or its hours.
    exercise: bool,
}

/// What is known of an incident of a script.
#[derive(Debug, Clone)]
struct Known {
    case: u64,
    stage: Stage,
    grade: Grade,
    /// The codes of the steps of its plan; empty while none was started.
    steps: Vec<String>,
    /// The highest alarm of its plan that was struck.
    alarm: u8,
    /// The steps of its plan that are done.
    done: BTreeSet<usize>,
}

impl Known {
    fn new(case: u64, grade: Grade) -> Self {
        let (steps, done) = (Vec::new(), BTreeSet::new());
        Self { case, stage: Stage::Reported, grade, steps, alarm: 0, done }
    }

    fn has_done(&self, step: &str) -> bool {
        self.steps.iter().position(|code| code == step).is_some_and(|at| self.done.contains(&at))
    }
}

/// What a person did with the plan of a case.
pub(super) enum Planned<'a> {
    /// Started it, with this alarm.
    Started(&'a Plan, u8),
    /// Struck this alarm.
    Struck(u8),
    /// Ticked this step.
    Done(u8),
}

impl Sim {
    /// Start a script by its name; its incidents have ids that begin with what is returned.
    ///
    /// # Errors
    /// Names the scripts there are.
    pub fn start_script(&mut self, name: &str) -> Result<String, String> {
        let Some(script) = self.scripts.iter().position(|script| script.name == name) else {
            let names: Vec<&str> = self.scripts.iter().map(|script| script.name.as_str()).collect();
            return Err(format!("there is no script `{name}`, but {}", names.join(", ")));
        };
        let run = self.runs.len();
        let mut random = Random::of(self.options.seed, STREAM_SCRIPT, run as u64);
        let places = self.script_places(script, &mut random);
        let reason = String::new();
        let exercise = !self.in_season(script);
        self.runs.push(Run {
            script,
            state: 0,
            turn: 0,
            places,
            known: BTreeMap::new(),
            lead: None,
            ended: None,
            reason,
            exercise,
        });
        self.enter(run, 0);
        Ok(self.script_prefix(run))
    }

    /// How a script that was started ended; `None` while it runs. Numbers count starts from 0.
    #[must_use]
    pub fn script_end(&self, run: usize) -> Option<End> {
        self.runs.get(run)?.ended
    }

    /// Whether what a script tells is marked as an exercise.
    pub(super) fn is_exercise(&self, run: usize) -> bool {
        self.runs.get(run).is_some_and(|one| one.exercise)
    }

    fn script_prefix(&self, run: usize) -> String {
        let name = self.runs.get(run).and_then(|r| self.scripts.get(r.script)).map_or("", |s| s.name.as_str());
        format!("{}{name}-{}-", super::ID_PREFIX, run + 1)
    }

    pub(super) fn script_places(&mut self, script: usize, random: &mut Random) -> BTreeMap<String, Site> {
        let mut places: BTreeMap<String, Site> = BTreeMap::new();
        let Some(picks) = self.scripts.get(script).map(|script| script.places.clone()) else { return places };
        for (name, pick) in &picks {
            let taken: Vec<Site> = places.values().copied().collect();
            let found = pick.like.and_then(|like| self.scenery.spot(&self.city, &self.roads, like, &taken, random));
            if let Some(site) = found {
                places.insert(name.clone(), site);
            }
        }
        for (name, pick) in &picks {
            let Some(from) = pick.near.as_ref().and_then(|near| places.get(near)).copied() else { continue };
            // A road about so far away; without roads beside it.
            let metres = pick.metres;
            let off = |at: [f32; 2]| (crate::ground::roads::far(at, from.at) - metres).abs();
            let at = self.roads.best(&self.city, |_, at| Some(-off(at)));
            let at = at.unwrap_or([from.at[0] + metres, from.at[1]]);
            places.insert(name.clone(), Site { at, levels: if metres < 200.0 { from.levels } else { 0 } });
        }
        places
    }

    fn state_of(&self, run: usize) -> Option<&State> {
        let run = self.runs.get(run)?;
        self.scripts.get(run.script)?.state.get(run.state)
    }

    /// Enter a state: do its deeds, then wait or end.
    fn enter(&mut self, run: usize, state: usize) {
        let Some(one) = self.runs.get_mut(run) else { return };
        one.state = state;
        one.turn += 1;
        let turn = one.turn;
        let Some(state) = self.state_of(run).cloned() else { return };
        for deed in &state.deeds {
            self.deed(run, deed);
        }
        if let Some(end) = state.end {
            self.end_script(run, end, &state.reason);
            return;
        }
        self.queue.put(self.in_minutes(state.minutes), Event::Script { run, turn });
        self.check_script(run);
    }

    /// A state's time is over.
    pub(super) fn step_script(&mut self, run: usize, turn: u32) {
        if !self.runs.get(run).is_some_and(|one| one.turn == turn && one.ended.is_none()) {
            return;
        }
        let Some(state) = self.state_of(run) else { return };
        let next = if state.when.is_empty() { &state.then } else { &state.otherwise };
        self.go_on(run, next.clone());
    }

    fn go_on(&mut self, run: usize, to: Option<String>) {
        let script: Option<&Script> = self.runs.get(run).and_then(|one| self.scripts.get(one.script));
        if let Some(next) = script.and_then(|script| script.state(&to?)) {
            self.enter(run, next);
        }
    }

    /// Go on at once where all that is waited for holds.
    fn check_script(&mut self, run: usize) {
        let Some(one) = self.runs.get(run).filter(|one| one.ended.is_none()) else { return };
        let Some(state) = self.state_of(run).filter(|state| !state.when.is_empty()) else { return };
        if state.when.iter().all(|condition| self.holds(one, condition)) {
            self.go_on(run, state.then.clone());
        }
    }

    fn holds(&self, run: &Run, condition: &Condition) -> bool {
        let known = |incident: &String, holds: &dyn Fn(&Known) -> bool| run.known.get(incident).is_some_and(holds);
        match condition {
            Condition::Reached { incident, stage } => known(incident, &|one| one.stage >= *stage),
            Condition::Graded { incident, grade } => known(incident, &|one| one.grade <= *grade),
            Condition::Mode(mode) => self.mode == *mode,
            Condition::Alarm { incident, level } => known(incident, &|one| one.alarm >= *level),
            Condition::Step { incident, step } => known(incident, &|one| one.has_done(step)),
            Condition::Any(all) => all.iter().any(|one| self.holds(run, one)),
        }
    }

    /// A person moved the plan of one of its cases: its script may go on.
    pub(super) fn plan_heeded(&mut self, incident: IncidentId, planned: &Planned<'_>) {
        let case = self.by_id.get(&incident).and_then(|number| self.cases.get(number));
        let Some((run, name)) = case.and_then(|case| case.script.clone()) else { return };
        let Some(known) = self.runs.get_mut(run).and_then(|one| one.known.get_mut(&name)) else { return };
        match planned {
            Planned::Started(plan, alarm) => {
                known.steps = plan.steps.iter().map(|step| step.code.clone()).collect();
                known.done.clear();
                known.alarm = known.alarm.max(*alarm);
            }
            Planned::Struck(alarm) => known.alarm = known.alarm.max(*alarm),
            Planned::Done(step) => {
                known.done.insert(usize::from(*step));
            }
        }
        self.check_script(run);
    }

    /// The hall switched its mode.
    pub(super) fn scripts_heed_mode(&mut self) {
        for run in 0..self.runs.len() {
            self.check_script(run);
        }
    }

    /// Something about a case changed: its script may go on.
    pub(super) fn script_heeds(&mut self, number: u64) {
        let Some(case) = self.cases.get(&number) else { return };
        let (Some((run, name)), stage, grade) = (case.script.clone(), case.stage, case.report.grade) else { return };
        if let Some(known) = self.runs.get_mut(run).and_then(|one| one.known.get_mut(&name)) {
            known.stage = known.stage.max(stage);
            known.grade = grade;
        }
        self.check_script(run);
    }

    /// An incident of a script is over.
    pub(super) fn script_closed(&mut self, run: usize, name: &str) {
        if let Some(known) = self.runs.get_mut(run).and_then(|one| one.known.get_mut(name)) {
            known.stage = Stage::Closed;
        }
        self.check_script(run);
        self.close_lead(run);
    }

    fn deed(&mut self, run: usize, deed: &Deed) {
        match deed {
            Deed::Report(told) => {
                let Some(site) = self.runs.get(run).and_then(|one| one.places.get(&told.place)).copied() else {
                    return;
                };
                let (number, random) = self.next_case();
                let id = self.script_prefix(run);
                let coming = Coming {
                    site,
                    kind: &told.kind,
                    grade: told.grade,
                    source: &told.source,
                    said: Said::This(&told.text),
                    crews: &told.crews,
                    minutes: (told.minutes, told.minutes),
                    id: &id,
                    script: Some((run, told.incident.clone())),
                    held: !told.alone,
                };
                self.come_up(number, random, coming);
                if let Some(one) = self.runs.get_mut(run) {
                    let known = Known::new(number, told.grade);
                    one.known.insert(told.incident.clone(), known);
                    one.lead.get_or_insert(number);
                }
            }
            Deed::Tell { incident, text } => {
                if let Some(number) = self.case_of(run, incident) {
                    self.say_more(number, text);
                }
            }
            Deed::Regrade { incident, grade, reason } => {
                let Some(number) = self.case_of(run, incident) else { return };
                let Some(case) = self.cases.get_mut(&number) else { return };
                case.report.grade = *grade;
                let key = case.key.clone();
                self.tell(Doing::Regrade(key, *grade, reason.clone()));
                self.script_heeds(number);
            }
            Deed::Release { incident } => {
                if let Some(number) = self.case_of(run, incident) {
                    self.release(number);
                }
            }
            Deed::Weather(sight) => self.drift_to(Some(sight.weather())),
            Deed::Sensors(what) => {
                let site = self.runs.get(run).and_then(|one| one.places.get(&what.place));
                if let Some(at) = site.map(|site| site.at) {
                    self.stir(run, at, what);
                }
            }
        }
    }

    pub(super) fn case_of(&self, run: usize, incident: &str) -> Option<u64> {
        Some(self.runs.get(run)?.known.get(incident)?.case)
    }

    /// From now on crews deal with it without the hall.
    fn release(&mut self, number: u64) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        if !case.held {
            return;
        }
        case.held = false;
        match case.stage {
            Stage::Reported | Stage::Accepted | Stage::Filed => {
                self.queue.put(self.now, Event::Case(number, Step::Accept));
                self.queue.put(self.now, Event::Case(number, Step::Send));
            }
            Stage::Done | Stage::Checked => self.queue.put(self.in_minutes(5.0), Event::Case(number, Step::Close)),
            Stage::Dispatched | Stage::Handling | Stage::Closed => {}
        }
    }

    /// The end: what the hall did not deal with takes its course, and when all of it is over so is the first incident.
    fn end_script(&mut self, run: usize, end: End, reason: &str) {
        let Some(one) = self.runs.get_mut(run) else { return };
        one.ended = Some(end);
        reason.clone_into(&mut one.reason);
        let lead = one.lead;
        let mut cases: Vec<u64> = one.known.values().map(|known| known.case).collect();
        cases.sort_unstable();
        self.drift_to(None);
        self.calm(run);
        for case in cases {
            if Some(case) == lead {
                self.done(case);
            } else {
                self.release(case);
            }
        }
        self.close_lead(run);
    }

    /// Whether a case is the first one of its script: that says how the whole went, so it is not closed by itself.
    pub(super) fn leads(&self, number: u64) -> bool {
        let run = self.cases.get(&number).and_then(|case| self.runs.get(case.script.as_ref()?.0));
        run.is_some_and(|one| one.lead == Some(number))
    }

    /// Close the first incident of a script that ended, as soon as no other one is open.
    fn close_lead(&mut self, run: usize) {
        let Some(one) = self.runs.get(run).filter(|one| one.ended.is_some()) else { return };
        let Some(lead) = one.lead else { return };
        if one.known.values().all(|known| known.case == lead || known.stage == Stage::Closed) {
            let reason = one.reason.clone();
            self.close(lead, &reason);
        }
    }
}
