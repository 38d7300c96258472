//! The key figures as the facts alone give them, the plain way.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::limit_millis;
use crate::domain::kpi::{Kpi, KpiRules, Share, Span, Times};
use crate::domain::*;

/// When a threshold was reached: by which fact, and when.
type Reached = Option<(Seq, Moment)>;

/// A case as its facts tell it, the plain way: when each stage was passed last, with nothing folded.
#[derive(Clone)]
pub(super) struct Plain {
    pub(super) known_at: Moment,
    stage: Stage,
    reached: [Reached; 8],
    again: Option<Moment>,
    reopened: Option<Moment>,
    holds: Vec<(Moment, Option<Moment>)>,
    pub(super) finished: bool,
    reworks: u32,
    back_at: Option<Moment>,
    rated: Option<(Satisfaction, Moment)>,
    /// Its caller was promised an answer.
    promised: bool,
    told: [bool; 2],
    merged_into: Option<IncidentId>,
    /// More time that was asked for and is neither granted nor refused.
    asked: Option<(Phase, i64)>,
    /// What was granted beyond each limit.
    granted: BTreeMap<Phase, i64>,
}

impl Plain {
    fn new(seq: Seq, at: Moment) -> Self {
        let mut plain = Self {
            known_at: at,
            stage: Stage::Reported,
            reached: [None; 8],
            again: None,
            reopened: None,
            holds: Vec::new(),
            finished: true,
            reworks: 0,
            back_at: None,
            rated: None,
            promised: false,
            told: [false; 2],
            merged_into: None,
            asked: None,
            granted: BTreeMap::new(),
        };
        plain.go_on(Stage::Reported, seq, at);
        plain
    }

    fn go_on(&mut self, stage: Stage, seq: Seq, at: Moment) {
        self.stage = stage;
        for passed in &mut self.reached[..=stage.index()] {
            passed.get_or_insert((seq, at));
        }
        if stage == Stage::Closed {
            self.resume(at);
        }
    }

    fn resume(&mut self, at: Moment) {
        if let Some((_, until @ None)) = self.holds.last_mut() {
            *until = Some(at);
        }
    }

    fn go_back(&mut self, stage: Stage, seq: Seq, at: Moment) {
        if self.stage == Stage::Closed {
            self.reopened = Some(at);
            self.granted.remove(&Phase::Whole);
        }
        // What begins anew is as long as it was at first.
        self.granted.remove(&Phase::Handle);
        self.granted.remove(&Phase::Recheck);
        if stage < Stage::Dispatched {
            self.again = Some(at);
            self.granted.remove(&Phase::Dispatch);
        }
        let together = self.reached[stage.index()].map(|(seq, _)| seq);
        for passed in &mut self.reached[..=stage.index()] {
            if passed.map(|(seq, _)| seq) == together {
                *passed = Some((seq, at));
            }
        }
        self.reached[stage.index() + 1..].fill(None);
        self.stage = stage;
        self.back_at = Some(at);
        self.resume(at);
    }

    /// Its end is taken back: what was passed with it was not passed, and nobody had it meanwhile.
    fn come_back(&mut self, stage: Stage, seq: Seq, at: Moment) {
        let (end, ended) = self.at(Stage::Closed).unwrap();
        for passed in &mut self.reached {
            *passed = passed.filter(|(with, _)| *with != end);
        }
        self.holds.push((ended, Some(at)));
        let last = Stage::ALL.into_iter().rfind(|stage| self.at(*stage).is_some()).unwrap();
        self.stage = last;
        self.back_at = Some(at);
        if last != stage {
            self.go_back(stage, seq, at);
        }
    }

    /// When it was accepted, where it was before it ended.
    fn accepted(&self) -> Option<Moment> {
        let (seq, at) = self.at(Stage::Accepted)?;
        (self.at(Stage::Closed).map(|(seq, _)| seq) != Some(seq)).then_some(at)
    }

    fn at(&self, stage: Stage) -> Reached {
        self.reached[stage.index()]
    }

    /// When a phase began, and when it ended where it did; `None` where it was skipped or is still to come.
    pub(super) fn phase(&self, phase: Phase) -> Option<(Moment, Option<Moment>)> {
        let (first, last) = match phase {
            Phase::Dispatch => (Stage::Reported, Stage::Dispatched),
            Phase::Handle => (Stage::Dispatched, Stage::Done),
            Phase::Recheck => (Stage::Done, Stage::Closed),
            Phase::Whole => (Stage::Reported, Stage::Closed),
        };
        let (seq, began) = self.at(first)?;
        let ended = self.at(last);
        if ended.is_some_and(|(end, _)| end == seq) {
            return None;
        }
        let began = match phase {
            Phase::Dispatch => self.again.unwrap_or(self.known_at),
            Phase::Whole => self.reopened.unwrap_or(self.known_at),
            Phase::Handle | Phase::Recheck => began,
        };
        Some((began, ended.map(|(_, at)| at.max(began))))
    }

    /// How long a phase may take, with what was granted.
    fn limit_millis(&self, phase: Phase) -> i64 {
        limit_millis(phase) + self.granted.get(&phase).copied().unwrap_or_default()
    }

    /// Time of a phase that was not on hold, until a moment.
    pub(super) fn used(&self, began: Moment, until: Moment) -> i64 {
        let held = self.holds.iter().map(|(from, to)| {
            let (from, to) = ((*from).max(began), to.unwrap_or(until).min(until));
            (to.0 - from.0).max(0)
        });
        until.0 - began.0 - held.sum::<i64>()
    }
}

/// What became of a task.
pub(super) struct PlainTask {
    /// How it ended, but for one that was released.
    end: Option<TaskEnd>,
    released: bool,
    /// Whose it is, or was last.
    of: IncidentId,
    /// All cases that it was of, those among them from which it was taken along.
    cases: BTreeSet<IncidentId>,
}

impl PlainTask {
    /// The case that it counts for: that which it is of, or which it ended with; where its case let go of it, one that goes
    /// on rather than one that was merged.
    fn counts_for(&self, all: &BTreeMap<IncidentId, Plain>) -> IncidentId {
        if !self.released {
            return self.of;
        }
        let goes_on = |id: &&IncidentId| (all[*id].merged_into.is_some(), **id);
        *self.cases.iter().min_by_key(goes_on).unwrap()
    }
}

/// Tasks by who got them and when.
pub(super) type Tasks = BTreeMap<(Party, Moment), PlainTask>;

/// Since when the caller of a case is to be told that it was accepted, and how it ended.
fn to_tell(cases: &BTreeMap<IncidentId, Plain>, id: IncidentId) -> [Option<Moment>; 2] {
    let case = &cases[&id];
    if !case.promised {
        return [None; 2];
    }
    let (mut accepted, mut merged, mut on) = (case.accepted(), Moment(i64::MIN), id);
    while let Some(into) = cases[&on].merged_into {
        merged = merged.max(cases[&on].at(Stage::Closed).unwrap().1);
        accepted = accepted.or_else(|| cases[&into].accepted().map(|at| at.max(merged)));
        on = into;
    }
    [accepted, cases[&on].at(Stage::Closed).map(|(_, at)| at)]
}

/// What somebody does with a fact, and how long the case had waited for it.
fn work_of(cases: &BTreeMap<IncidentId, Plain>, fact: &Fact) -> Option<(Work, i64)> {
    let id = fact.what.incident()?;
    let work = match &fact.what {
        What::IncidentAdvanced { stage, .. } => match stage {
            Stage::Accepted => Work::Accepted,
            Stage::Filed => Work::Filed,
            Stage::Dispatched => Work::Dispatched,
            Stage::Checked => Work::Checked,
            _ => return None,
        },
        What::IncidentClosed { .. } => Work::Closed,
        What::IncidentMoved { step, .. } => match step.kind() {
            MoveKind::Reject | MoveKind::NotFile => Work::Declined,
            MoveKind::Rework => Work::Checked,
            MoveKind::TellAccepted => return Some((Work::Told, fact.known_at.0 - to_tell(cases, id)[0].unwrap().0)),
            MoveKind::TellEnded => return Some((Work::Told, fact.known_at.0 - to_tell(cases, id)[1].unwrap().0)),
            _ => return None,
        },
        _ => return None,
    };
    let case = &cases[&id];
    // What is as it came has been so since it came, whatever was between.
    let since = if case.stage == Stage::Reported { case.known_at } else { case.at(case.stage).unwrap().1 };
    Some((work, fact.known_at.0 - since.0))
}

/// Which task a party has of a case now, by when it was given.
type Has = BTreeMap<(IncidentId, Party), Moment>;

/// The parties of a case that is merged go along to the one that goes on, but for those that it has.
fn take_along(has: &mut Has, tasks: &mut Tasks, id: IncidentId, into: IncidentId) {
    let moved: Vec<_> = has.iter().filter(|((of, _), _)| *of == id).map(|(k, v)| (k.clone(), *v)).collect();
    for ((_, party), given) in moved {
        if let Entry::Vacant(none) = has.entry((into, party.clone())) {
            none.insert(given);
            let task = tasks.get_mut(&(party, given)).unwrap();
            task.of = into;
            task.cases.insert(into);
        }
    }
}

/// The parties of a case are let go.
fn let_go(has: &mut Has, tasks: &mut Tasks, id: IncidentId) {
    has.retain(|(of, party), given| {
        if *of == id {
            let task = tasks.get_mut(&(party.clone(), *given)).unwrap();
            // Where it was taken along it is of another case by now.
            task.released |= task.of == id;
        }
        *of != id
    });
}

/// What somebody did and when, and how long the case had waited for it.
pub(super) type Worked = Vec<(Work, Moment, i64)>;

pub(super) fn plainly(log: &[Fact]) -> (BTreeMap<IncidentId, Plain>, Tasks, Worked) {
    let mut cases: BTreeMap<IncidentId, Plain> = BTreeMap::new();
    let (mut tasks, mut worked) = (Tasks::new(), Worked::new());
    let mut has = Has::new();
    for fact in log {
        let (seq, at) = (fact.seq, fact.known_at);
        let Some(id) = fact.what.incident() else { continue };
        worked.extend(work_of(&cases, fact).map(|(work, took)| (work, at, took)));
        match &fact.what {
            What::CallerKept { caller, .. } => cases.get_mut(&id).unwrap().promised = caller.answer,
            What::IncidentReported(_) => drop(cases.insert(id, Plain::new(seq, at))),
            What::TaskGiven { given, .. } => {
                let task = PlainTask { end: None, released: false, of: id, cases: [id].into() };
                tasks.insert((given.to.clone(), at), task);
                has.insert((id, given.to.clone()), at);
            }
            What::TaskMoved { to, step, .. } => {
                let end = match step {
                    TaskStep::Return { .. } => TaskEnd::Returned,
                    TaskStep::Withdraw { .. } => TaskEnd::Withdrawn,
                    TaskStep::Reach { state: TaskState::Done, .. } => TaskEnd::Done,
                    _ => continue,
                };
                let given = has.remove(&(id, to.clone())).unwrap();
                tasks.get_mut(&(to.clone(), given)).unwrap().end = Some(end);
            }
            What::IncidentAdvanced { stage, .. } => cases.get_mut(&id).unwrap().go_on(*stage, seq, at),
            What::IncidentSuspended { .. } => cases.get_mut(&id).unwrap().holds.push((at, None)),
            What::IncidentResumed { .. } => cases.get_mut(&id).unwrap().resume(at),
            What::IncidentClosed { .. } => {
                let case = cases.get_mut(&id).unwrap();
                case.go_on(Stage::Closed, seq, at);
                case.finished = true;
            }
            What::IncidentMoved { step, stage, .. } => {
                if let CaseMove::Merge { into } = step
                    && matches!(cases[into].stage, Stage::Dispatched | Stage::Handling)
                {
                    take_along(&mut has, &mut tasks, id, *into);
                }
                let case = cases.get_mut(&id).unwrap();
                match step {
                    CaseMove::Reject { .. }
                    | CaseMove::NotFile { .. }
                    | CaseMove::Void { .. }
                    | CaseMove::Merge { .. } => {
                        case.go_on(Stage::Closed, seq, at);
                        case.finished = false;
                        if let CaseMove::Merge { into } = step {
                            case.merged_into = Some(*into);
                        }
                    }
                    CaseMove::Return { .. }
                    | CaseMove::Rework { .. }
                    | CaseMove::Reopen { .. }
                    | CaseMove::Unmerge { .. } => {
                        if case.finished {
                            case.go_back(*stage, seq, at);
                        } else {
                            case.come_back(*stage, seq, at);
                        }
                        case.finished = true;
                        case.reworks += u32::from(matches!(step, CaseMove::Rework { .. }));
                        if matches!(step, CaseMove::Reopen { .. }) {
                            case.rated = None;
                        }
                        case.merged_into = None;
                        let mut again = vec![id];
                        while let Some(one) = again.pop() {
                            cases.get_mut(&one).unwrap().told[1] = false;
                            again.extend(
                                cases.iter().filter(|(_, case)| case.merged_into == Some(one)).map(|(id, _)| *id),
                            );
                        }
                    }
                    CaseMove::Tell { what, .. } => {
                        let told = &mut case.told[usize::from(*what == Telling::Ended)];
                        assert!(!std::mem::replace(told, true), "told twice");
                    }
                    CaseMove::Rate { satisfaction, .. } => case.rated = Some((*satisfaction, at)),
                    CaseMove::AskExtension { phase, millis, .. } => case.asked = Some((*phase, *millis)),
                    CaseMove::GrantExtension { .. } => {
                        let (phase, millis) = case.asked.take().unwrap();
                        *case.granted.entry(phase).or_default() += millis;
                    }
                    CaseMove::RefuseExtension { .. } => case.asked = None,
                    _ => {}
                }
            }
            _ => {}
        }
        if !matches!(cases[&id].stage, Stage::Dispatched | Stage::Handling)
            && !matches!(fact.what, What::TaskGiven { .. })
        {
            let_go(&mut has, &mut tasks, id);
        }
    }
    (cases, tasks, worked)
}

/// The figures of some cases and all tasks, one by one.
pub(super) fn plain_shares(
    all: &BTreeMap<IncidentId, Plain>,
    held: &[IncidentId],
    tasks: &Tasks,
    span: Span,
    rules: KpiRules,
) -> BTreeMap<Kpi, Share> {
    plain_parts(all, held, tasks, (span, rules), |_| (), |_, ()| ()).remove(&()).unwrap_or_default()
}

/// The same in parts: by what `key` says of a case, and of a task of it what `of_task` makes of that with its party.
pub(super) fn plain_parts<K: Ord + Clone>(
    all: &BTreeMap<IncidentId, Plain>,
    held: &[IncidentId],
    tasks: &Tasks,
    (span, rules): (Span, KpiRules),
    key: impl Fn(IncidentId) -> K,
    of_task: impl Fn(&Party, K) -> K,
) -> BTreeMap<K, BTreeMap<Kpi, Share>> {
    let within = |at: Moment| span.from <= at && at <= span.until;
    let mut parts: BTreeMap<K, BTreeMap<Kpi, Share>> = BTreeMap::new();
    let mut count_for = |key: &K, kpi: Kpi, part: bool| {
        let share = parts.entry(key.clone()).or_default().entry(kpi).or_default();
        share.of += 1;
        share.part += u32::from(part);
    };
    for id in held {
        let (case, own) = (&all[id], key(*id));
        let mut count = |kpi: Kpi, part: bool| count_for(&own, kpi, part);
        let said = case.rated.filter(|(said, _)| *said != Satisfaction::NotReached);
        let reached = [false, said.is_some()];
        for (at, kpi) in [Kpi::ToldAccepted, Kpi::Told].into_iter().enumerate() {
            if to_tell(all, *id)[at].is_some_and(within) {
                count(kpi, case.told[at] || reached[at]);
            }
        }
        if case.finished {
            for phase in Phase::ALL {
                let Some((began, ended)) = case.phase(phase) else { continue };
                let late = case.used(began, ended.unwrap_or(span.until)) > case.limit_millis(phase);
                let held = case.holds.last().is_some_and(|(_, until)| until.is_none());
                let due = match ended {
                    Some(at) => within(at),
                    None => late && !(held && rules.subtract_held),
                };
                if !due {
                    continue;
                }
                let done = ended.is_some();
                match phase {
                    Phase::Dispatch => count(Kpi::SentInTime, done && !late),
                    Phase::Handle => {
                        count(Kpi::Handled, done);
                        count(Kpi::HandledInTime, done && !late);
                        count(Kpi::Overdue, late);
                    }
                    Phase::Recheck => count(Kpi::CheckedInTime, done && !late),
                    Phase::Whole => {
                        count(Kpi::Closed, done);
                        count(Kpi::ClosedInTime, done && !late);
                    }
                }
            }
            match case.at(Stage::Done) {
                Some((_, at)) if within(at) => count(Kpi::Rework, case.reworks > 0),
                None if case.reworks > 0 && case.back_at.is_some_and(within) => count(Kpi::Rework, true),
                _ => {}
            }
            if let Some((said, _)) = said.filter(|(_, at)| within(*at)) {
                count(Kpi::Satisfied, said != Satisfaction::Dissatisfied);
            }
        }
    }
    for ((to, _), task) in tasks.iter().filter(|((_, given), _)| within(*given)) {
        let own = of_task(to, key(task.counts_for(all)));
        count_for(&own, Kpi::Returned, task.end == Some(TaskEnd::Returned));
        count_for(&own, Kpi::Accurate, !matches!(task.end, Some(TaskEnd::Returned | TaskEnd::Withdrawn)));
    }
    parts
}

/// How long handling took of some cases, in milliseconds: as it was, and without holds.
pub(super) fn plain_handling(
    all: &BTreeMap<IncidentId, Plain>,
    held: &[IncidentId],
    span: Span,
) -> (Vec<i64>, Vec<i64>) {
    let took = |case: &Plain| {
        let (began, ended) = case.phase(Phase::Handle)?;
        let ended = ended.filter(|at| case.finished && span.from <= *at && *at <= span.until)?;
        Some((ended.0 - began.0, case.used(began, ended)))
    };
    held.iter().filter_map(|id| took(&all[id])).unzip()
}

pub(super) fn plain_works(worked: &Worked, span: Span) -> Vec<(Work, Option<Times>)> {
    let of = |work: Work| {
        let within = worked.iter().filter(|(one, at, _)| *one == work && span.from <= *at && *at <= span.until);
        within.map(|(_, _, took)| *took).collect()
    };
    Work::ALL.into_iter().map(|work| (work, Times::of(of(work)))).collect()
}
