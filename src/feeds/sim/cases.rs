//! The life of a case: it comes up, someone takes it on, a crew drives there, works and comes back,
//! and it is closed.

#![expect(clippy::cast_possible_truncation, reason = "minutes of a day in milliseconds")]

use super::phrase::Phrase;
use super::queue::{Event, Step};
use super::random::Random;
use super::scenery::Site;
use super::words::{Names, Speaker};
use super::{Act, Doing, Key, Sim};
use crate::domain::{
    Answers, CrewKind, CrewStatus, Grade, IncidentId, Moment, Party, Place, Progress, Report, Stage, TaskState,
    TaskStep, Telling,
};

const STREAM_CASE: u64 = 31;
/// Metres from where it is told within which the component stands that a case is about.
const COMPONENT_WITHIN_M: f64 = 60.0;
/// Codes of emergencies begin with this.
const EMERGENCY: char = '3';

/// A case that is not over.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) key: Key,
    /// Its number in the hall, once that is heard.
    pub(super) id: Option<IncidentId>,
    pub(super) site: [f32; 2],
    pub(super) report: Report,
    names: Names,
    pub(super) stage: Stage,
    /// Crews that are still to be sent.
    pub(super) needs: Vec<CrewKind>,
    /// Crews that such a case takes.
    takes: Vec<CrewKind>,
    /// Crews that were sent.
    pub(super) crews: Vec<usize>,
    /// Departments that a person gave it to.
    pub(super) desks: Vec<String>,
    /// Who answers for it.
    pub(super) lead: Option<Party>,
    work_millis: i64,
    /// Someone works on it.
    begun: bool,
    close: (f64, f64),
    /// Why it will be closed.
    over: String,
    /// Nobody moves it but the hall.
    pub(super) held: bool,
    /// The script it belongs to and its name there.
    pub(super) script: Option<(usize, String)>,
    random: Random,
}

impl Case {
    fn is_worked_on(&self) -> bool {
        matches!(self.stage, Stage::Dispatched | Stage::Handling) && (self.begun || self.crews.is_empty())
    }

    pub(super) fn is_begun(&self) -> bool {
        self.begun
    }

    /// It is at an earlier stage again, and nobody has it.
    pub(super) fn goes_back(&mut self, stage: Stage) {
        self.stage = stage;
        self.begun = false;
        self.lead = None;
        self.desks.clear();
        self.needs.clone_from(&self.takes);
    }
}

/// A case to come up, as the plan or a script has it.
pub(super) struct Coming<'a> {
    pub(super) site: Site,
    pub(super) kind: &'a str,
    pub(super) grade: Grade,
    pub(super) source: &'a str,
    pub(super) said: Said<'a>,
    pub(super) crews: &'a [CrewKind],
    pub(super) minutes: (f64, f64),
    /// What its identity begins with.
    pub(super) id: &'a str,
    pub(super) script: Option<(usize, String)>,
    pub(super) held: bool,
}

/// What is said of a case that comes up.
pub(super) enum Said<'a> {
    /// One of these, with these tags, in the manner of its source.
    OneOf(&'a [Phrase], &'a [String]),
    /// This.
    This(&'a str),
}

impl Sim {
    /// The number of the next case and its chance, which is that of its date and hour: each day has its own people, and
    /// one day the same ones whenever its telling begins.
    pub(super) fn next_case(&mut self) -> (u64, Random) {
        /// More than come up in an hour.
        const AN_HOUR: u64 = 1_000_000;
        self.serial += 1;
        let hour = self.hour_number();
        let before = if self.in_hour.0 == hour { self.in_hour.1 } else { 0 };
        self.in_hour = (hour, before + 1);
        let number = hour.cast_unsigned().wrapping_mul(AN_HOUR).wrapping_add(before);
        (self.serial, Random::of(self.options.seed, STREAM_CASE, number))
    }

    /// Who reports a component tells which one: its digits stand on it.
    fn which_component(&self, kind: &str, at: [f32; 2]) -> Answers {
        let mut answers = Answers::new();
        let field = self.plan.component_field(kind);
        if let Some((field, class)) = field.zip(kind.strip_prefix('1').and_then(|class| class.parse().ok())) {
            let near = self.city.components_near(at.map(f64::from), class, COMPONENT_WITHIN_M);
            if let Some((one, _)) = near.first() {
                answers.set(field, &self.city.component_id(one));
            }
        }
        answers
    }

    /// A case comes up.
    pub(super) fn come_up(&mut self, number: u64, mut random: Random, coming: Coming<'_>) {
        let plan = std::sync::Arc::clone(&self.plan);
        let Some(source) = plan.source.get(coming.source) else { return };
        let names = Names::at(&self.city, &self.roads, coming.site, &plan.words);
        let mut speaker = Speaker::new(&names, &plan, self.hour(), &mut random);
        let text = match coming.said {
            Said::OneOf(texts, tags) => speaker.say(texts, tags, source),
            Said::This(text) => speaker.fill_anyway(text),
        };
        let over = speaker.over(source);
        let exercise = coming.script.as_ref().is_some_and(|(run, _)| self.is_exercise(*run));
        let text = if exercise { format!("{}{text}", plan.words.exercise) } else { text };
        let kind = plan.reported_kind(coming.kind);
        let key =
            Key { source: source.name.clone(), source_id: format!("{}{}-{number:05}", coming.id, self.begun.0 / 1000) };
        let report = Report {
            source: key.source.clone(),
            source_id: key.source_id.clone(),
            kind: kind.to_owned(),
            grade: coming.grade,
            place: Place {
                at: Some(self.city.frame().lonlat_from_metres(coming.site.at.map(f64::from))),
                address: names.address(&plan.words),
            },
            text,
            happened_at: self.now,
            progress: Progress::Open,
            answers: self.which_component(kind, coming.site.at),
        };
        let work = random.between(coming.minutes.0, coming.minutes.1);
        let (accept, send) =
            (random.between(source.accept.0, source.accept.1), random.between(source.send.0, source.send.1));
        if !coming.held {
            self.queue.put(self.in_minutes(accept), Event::Case(number, Step::Accept));
            self.queue.put(self.in_minutes(accept + send), Event::Case(number, Step::Send));
        }
        let caller = self.promised(number, source.promised);
        if caller.is_some() {
            self.own_promised(number, &key);
        }
        self.tell(match caller {
            Some(caller) => Doing::Call(report.clone(), caller),
            None => Doing::Report(report.clone()),
        });
        self.by_source_id.insert(key.source_id.clone(), number);
        self.cases.insert(
            number,
            Case {
                key,
                id: None,
                site: coming.site.at,
                report,
                names,
                stage: Stage::Reported,
                needs: coming.crews.to_vec(),
                takes: coming.crews.to_vec(),
                crews: Vec::new(),
                desks: Vec::new(),
                lead: None,
                work_millis: millis(work),
                begun: false,
                close: source.close,
                over,
                held: coming.held,
                script: coming.script,
                random,
            },
        );
    }

    /// A case of the day's plan comes up.
    pub(super) fn come_up_by_plan(&mut self, kind: usize) {
        let plan = std::sync::Arc::clone(&self.plan);
        let (number, mut random) = self.next_case();
        let Some(kind) = plan.kind.get(kind) else { return };
        let Some(site) = self.scenery.site(kind.place, &mut random) else { return };
        let coming = Coming {
            site,
            kind: &kind.code,
            grade: kind.grade,
            source: &kind.source,
            said: Said::OneOf(&kind.texts, &kind.tags),
            crews: &kind.crews,
            minutes: kind.minutes,
            id: super::ID_PREFIX,
            script: None,
            held: false,
        };
        self.come_up(number, random, coming);
    }

    /// The next step of a case is due.
    pub(super) fn step_case(&mut self, number: u64, step: Step) {
        let Some(case) = self.cases.get(&number) else { return };
        match step {
            Step::Accept => {
                self.advance(number, Stage::Accepted);
                self.plan_telling_own(number, Telling::Accepted);
            }
            Step::Send if case.stage < Stage::Dispatched => {
                // Help is sent first in an emergency.
                if !case.report.kind.starts_with(EMERGENCY) {
                    self.advance(number, Stage::Filed);
                }
                self.send_crews(number);
            }
            Step::Done if case.is_worked_on() => self.done(number),
            Step::DeskReads => self.desks_reach(number, TaskState::Read),
            Step::DeskAnswers => self.desks_reach(number, TaskState::Repeated),
            // The hall was faster, or sent it back meanwhile.
            Step::Send | Step::Done => {}
            Step::Close if self.leads(number) || case.stage < Stage::Done => {}
            Step::Close => {
                self.advance(number, Stage::Checked);
                let Some(case) = self.cases.get(&number) else { return };
                let over = case.over.clone();
                self.close(number, &over);
            }
        }
    }

    /// More is said of it.
    pub(super) fn say_more(&mut self, number: u64, text: &str) {
        let plan = std::sync::Arc::clone(&self.plan);
        let hour = self.hour();
        let run = self.cases.get(&number).and_then(|case| Some(case.script.as_ref()?.0));
        let mark = if run.is_some_and(|run| self.is_exercise(run)) { plan.words.exercise.as_str() } else { "" };
        let Some(case) = self.cases.get_mut(&number) else { return };
        case.report.text =
            mark.to_owned() + &Speaker::new(&case.names, &plan, hour, &mut case.random).fill_anyway(text);
        let report = case.report.clone();
        self.tell(Doing::Report(report));
    }

    /// It moves forward, unless it is there already.
    pub(super) fn advance(&mut self, number: u64, stage: Stage) {
        let Some(case) = self.cases.get(&number) else { return };
        if stage > case.stage {
            let key = case.key.clone();
            self.tell(Doing::Advance(key, stage));
            self.is_at(number, stage);
        }
    }

    /// It moved forward with a task.
    pub(super) fn is_at(&mut self, number: u64, stage: Stage) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        if stage > case.stage {
            case.stage = stage;
            self.script_heeds(number);
        }
    }

    /// The work is over: crews leave, and someone looks at it before it is closed.
    pub(super) fn done(&mut self, number: u64) {
        self.says_done(number);
        self.let_go(number);
        let lead =
            self.cases.get_mut(&number).filter(|case| case.stage < Stage::Done).and_then(|case| case.lead.clone());
        if let Some(lead) = lead {
            let words = String::new();
            self.answer(number, lead, TaskStep::Reach { state: TaskState::Done, words });
            self.is_at(number, Stage::Done);
        } else {
            self.advance(number, Stage::Done);
        }
        let Some(case) = self.cases.get_mut(&number) else { return };
        if !case.held {
            let minutes = case.random.between(case.close.0, case.close.1);
            let at = self.in_minutes(minutes);
            self.queue.put(at, Event::Case(number, Step::Close));
            self.plan_recheck(number, minutes);
        }
    }

    /// It is over.
    pub(super) fn close(&mut self, number: u64, reason: &str) {
        self.let_go(number);
        if let Some(case) = self.cases.remove(&number) {
            self.by_source_id.remove(&case.key.source_id);
            self.pictures.forget(number);
            self.forget();
            self.tell(Doing::Close(case.key, reason.to_owned()));
            self.plan_telling_own(number, Telling::Ended);
            if let Some((run, name)) = case.script {
                self.script_closed(run, &name);
            }
        }
    }

    /// Send what it needs as far as crews are free; the rest waits its turn.
    pub(super) fn send_crews(&mut self, number: u64) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        let (needs, at) = (std::mem::take(&mut case.needs), case.site);
        let mut sent = Vec::new();
        for kind in needs {
            if let Some(crew) = self.fleet.nearest(kind, at, self.now) {
                self.hand_over(crew, number);
                sent.push(crew);
            } else if self.fleet.has(kind) {
                if let Some(case) = self.cases.get_mut(&number) {
                    case.needs.push(kind);
                }
                self.fleet.wait(kind, number);
            }
        }
        let waits = self.cases.get(&number).is_some_and(|case| !case.needs.is_empty());
        if !sent.is_empty() {
            self.send(number, &sent);
        } else if !waits {
            // Nobody in this city does such work: it is done by people who are not on the map.
            self.advance(number, Stage::Dispatched);
            let work = self.cases.get(&number).map_or(0, |case| case.work_millis);
            self.queue.put(self.now.plus_millis(work), Event::Case(number, Step::Done));
        }
    }

    /// Crews that know it already are sent: the hall is told.
    fn send(&mut self, number: u64, crews: &[usize]) {
        self.give(number, crews);
        for crew in crews {
            self.crew_reaches(*crew, number, TaskState::Delivered);
        }
        self.is_at(number, Stage::Dispatched);
    }

    /// A crew's plan is due: it sets out, arrives, is back, or strolls on.
    pub(super) fn step_crew(&mut self, crew: usize, turn: u32) {
        let Some(one) = self.fleet.crews.get_mut(crew).filter(|one| one.turn == turn) else { return };
        match (one.status, one.case) {
            (CrewStatus::Assigned, Some(number)) => {
                let Some(to) = self.cases.get(&number).map(|case| case.site) else { return };
                one.status = CrewStatus::EnRoute;
                let slow = self.slow;
                let arrives = one.drive_to(&self.city, &mut self.roads, to, slow, self.now);
                let turn = one.turn;
                self.queue.put(arrives, Event::Crew { crew, turn });
                self.crew_reaches(crew, number, TaskState::EnRoute);
            }
            (CrewStatus::EnRoute, Some(number)) => {
                one.stop(self.now);
                one.status = CrewStatus::OnScene;
                self.crew_reaches(crew, number, TaskState::OnScene);
                self.says_arrived(crew, number);
                self.arrived(number);
            }
            (CrewStatus::Returning | CrewStatus::Free, _) => self.idle(crew),
            _ => {}
        }
    }

    pub(super) fn arrived(&mut self, number: u64) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        // The first one there begins the work, also where the hall said before that it had begun.
        if !case.begun {
            case.begun = true;
            let over = self.now.plus_millis(case.work_millis);
            self.queue.put(over, Event::Case(number, Step::Done));
            self.is_at(number, Stage::Handling);
        }
    }

    /// The hall sent it back to a stage.
    pub(super) fn go_back(&mut self, number: u64, stage: Stage) {
        self.let_go(number);
        let Some(case) = self.cases.get_mut(&number) else { return };
        case.goes_back(stage);
        if stage >= Stage::Dispatched {
            self.send_crews(number);
        } else if !case.held {
            self.queue.put(self.in_minutes(super::orders::SENT_AGAIN), Event::Case(number, Step::Send));
        }
    }

    /// All crews of a case leave it.
    pub(super) fn let_go(&mut self, number: u64) {
        let Some(case) = self.cases.get_mut(&number) else { return };
        case.needs.clear();
        for crew in std::mem::take(&mut case.crews) {
            self.leave(crew);
        }
    }

    /// A crew is free again: it takes what waits, or drives home.
    pub(super) fn leave(&mut self, crew: usize) {
        let Some(one) = self.fleet.crews.get_mut(crew) else { return };
        one.stop(self.now);
        one.case = None;
        one.incident = None;
        one.status = CrewStatus::Returning;
        let kind = one.kind;
        if self.take_waiting(crew, kind) {
            return;
        }
        let slow = self.slow;
        if let Some(one) = self.fleet.crews.get_mut(crew) {
            let home = one.station;
            let back = one.drive_to(&self.city, &mut self.roads, home, slow * 0.8, self.now);
            let turn = one.turn;
            self.queue.put(back, Event::Crew { crew, turn });
        }
    }

    /// The case that waited longest gets this crew; false where none waits.
    pub(super) fn take_waiting(&mut self, crew: usize, kind: CrewKind) -> bool {
        while let Some(number) = self.fleet.waiting(kind) {
            let Some(case) = self.cases.get_mut(&number) else { continue };
            let Some(at) = case.needs.iter().position(|need| *need == kind) else { continue };
            case.needs.remove(at);
            self.hand_over(crew, number);
            self.send(number, &[crew]);
            return true;
        }
        false
    }

    /// A crew without a case: off duty when its shift is over, else it strolls or waits.
    fn idle(&mut self, crew: usize) {
        let hour = self.hour();
        let Some(one) = self.fleet.crews.get_mut(crew) else { return };
        if !one.on_shift(hour) {
            one.stop(self.now);
            one.status = CrewStatus::OffDuty;
            return;
        }
        one.status = CrewStatus::Free;
        let kind = one.kind;
        if self.take_waiting(crew, kind) {
            return;
        }
        // Before anybody looks they need not walk about.
        let Some(one) = self.fleet.crews.get_mut(crew) else { return };
        let next = if self.now < self.seen_from { Some(self.seen_from) } else { None };
        let next = next.or_else(|| one.stroll(&self.city, &self.roads, self.now));
        match next {
            Some(at) => {
                let turn = one.turn;
                self.queue.put(at, Event::Crew { crew, turn });
            }
            None => one.stop(self.now),
        }
    }

    /// A shift begins or ends.
    pub(super) fn step_shift(&mut self, crew: usize) {
        let (hour, slow) = (self.hour(), self.slow);
        let Some(one) = self.fleet.crews.get_mut(crew) else { return };
        match (one.on_shift(hour), one.status) {
            (true, CrewStatus::OffDuty) => self.idle(crew),
            (false, CrewStatus::Free) => {
                one.stop(self.now);
                one.status = CrewStatus::Returning;
                let home = one.station;
                let back = one.drive_to(&self.city, &mut self.roads, home, slow, self.now);
                let turn = one.turn;
                self.queue.put(back, Event::Crew { crew, turn });
            }
            // Whoever works or is on the way home ends it there.
            _ => {}
        }
    }

    pub(super) fn in_minutes(&self, minutes: f64) -> Moment {
        self.now.plus_millis(millis(minutes))
    }

    pub(super) fn tell(&mut self, what: Doing) {
        self.acts.push(Act { at: self.now, what });
    }
}

pub(super) fn millis(minutes: f64) -> i64 {
    (minutes * 60_000.0) as i64
}
