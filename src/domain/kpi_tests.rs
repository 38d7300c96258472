//! The key figures against a plain recomputation from the facts alone, and what single cases count as.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::kpi::{Counting, Kpi, KpiRules, Share, Span, Tally, Times};
use super::tests::{carry_out, steps};
use super::*;

const HOUR: i64 = 3_600_000;
const KIND: &str = "30206";

fn limits() -> TimeLimits {
    let hours = |hours| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let limits = Limits { dispatch: hours(1), handle: hours(2), recheck: hours(1), whole: hours(5) };
    TimeLimits::new(WorkCalendar::default(), 20, BTreeMap::from([(KIND.to_owned(), limits)]))
}

fn limit_millis(phase: Phase) -> i64 {
    HOUR * match phase {
        Phase::Dispatch | Phase::Recheck => 1,
        Phase::Handle => 2,
        Phase::Whole => 5,
    }
}

fn counted(hall: &Hall, span: Span, rules: KpiRules) -> Tally {
    Counting { span, rules, limits: &limits(), utc_offset_secs: &|_| 0 }.all(hall)
}

/// When a threshold was reached: by which fact, and when.
type Reached = Option<(Seq, Moment)>;

/// A case as its facts tell it, the plain way: when each stage was passed last, with nothing folded.
#[derive(Clone)]
struct Plain {
    known_at: Moment,
    stage: Stage,
    reached: [Reached; 8],
    again: Option<Moment>,
    reopened: Option<Moment>,
    holds: Vec<(Moment, Option<Moment>)>,
    finished: bool,
    reworks: u32,
    back_at: Option<Moment>,
    rated: Option<Moment>,
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
        }
        if stage < Stage::Dispatched {
            self.again = Some(at);
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

    fn at(&self, stage: Stage) -> Reached {
        self.reached[stage.index()]
    }

    /// When a phase began, and when it ended where it did; `None` where it was skipped or is still to come.
    fn phase(&self, phase: Phase) -> Option<(Moment, Option<Moment>)> {
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

    /// Time of a phase that was not on hold, until a moment.
    fn used(&self, began: Moment, until: Moment) -> i64 {
        let held = self.holds.iter().map(|(from, to)| {
            let (from, to) = ((*from).max(began), to.unwrap_or(until).min(until));
            (to.0 - from.0).max(0)
        });
        until.0 - began.0 - held.sum::<i64>()
    }
}

/// What became of a task, by who got it and when.
type Tasks = BTreeMap<(Party, Moment), Option<TaskEnd>>;

fn plainly(log: &[Fact]) -> (BTreeMap<IncidentId, Plain>, Tasks) {
    let mut cases: BTreeMap<IncidentId, Plain> = BTreeMap::new();
    let mut tasks = Tasks::new();
    // Which task a party has of a case now.
    let mut has: BTreeMap<(IncidentId, Party), Moment> = BTreeMap::new();
    for fact in log {
        let (seq, at) = (fact.seq, fact.known_at);
        let Some(id) = fact.what.incident() else { continue };
        match &fact.what {
            What::IncidentReported(_) => drop(cases.insert(id, Plain::new(seq, at))),
            What::TaskGiven { given, .. } => {
                tasks.insert((given.to.clone(), at), None);
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
                tasks.insert((to.clone(), given), Some(end));
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
                    let moved: Vec<_> =
                        has.iter().filter(|((of, _), _)| *of == id).map(|(k, v)| (k.clone(), *v)).collect();
                    for ((_, party), given) in moved {
                        has.entry((*into, party)).or_insert(given);
                    }
                }
                let case = cases.get_mut(&id).unwrap();
                match step {
                    CaseMove::Reject { .. }
                    | CaseMove::NotFile { .. }
                    | CaseMove::Void { .. }
                    | CaseMove::Merge { .. } => {
                        case.go_on(Stage::Closed, seq, at);
                        case.finished = false;
                    }
                    CaseMove::Return { .. }
                    | CaseMove::Rework { .. }
                    | CaseMove::Reopen { .. }
                    | CaseMove::Unmerge { .. } => {
                        case.go_back(*stage, seq, at);
                        case.finished = true;
                        case.reworks += u32::from(matches!(step, CaseMove::Rework { .. }));
                        if matches!(step, CaseMove::Reopen { .. }) {
                            case.rated = None;
                        }
                    }
                    CaseMove::Rate { .. } => case.rated = Some(at),
                    _ => {}
                }
            }
            _ => {}
        }
        if !matches!(cases[&id].stage, Stage::Dispatched | Stage::Handling)
            && !matches!(fact.what, What::TaskGiven { .. })
        {
            has.retain(|(of, _), _| *of != id);
        }
    }
    (cases, tasks)
}

/// The figures of some cases and all tasks, one by one.
fn plain_shares(cases: &[Plain], tasks: &Tasks, span: Span, rules: KpiRules) -> BTreeMap<Kpi, Share> {
    let within = |at: Moment| span.from <= at && at <= span.until;
    let mut shares: BTreeMap<Kpi, Share> = BTreeMap::new();
    let mut count = |kpi: Kpi, part: bool| {
        let share = shares.entry(kpi).or_default();
        share.of += 1;
        share.part += u32::from(part);
    };
    for case in cases {
        if case.finished {
            for phase in Phase::ALL {
                let Some((began, ended)) = case.phase(phase) else { continue };
                let late = case.used(began, ended.unwrap_or(span.until)) > limit_millis(phase);
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
            if case.rated.is_some_and(within) {
                count(Kpi::Satisfied, true);
            }
        }
    }
    for (_, end) in tasks.iter().filter(|((_, given), _)| within(*given)) {
        count(Kpi::Returned, *end == Some(TaskEnd::Returned));
        count(Kpi::Accurate, !matches!(end, Some(TaskEnd::Returned | TaskEnd::Withdrawn)));
    }
    shares
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn the_figures_are_what_a_plain_recomputation_from_the_facts_says(
        mut steps in steps(),
        hours in prop::sample::select(vec![1_i64, 6, 24]),
        subtract_held in any::<bool>(),
    ) {
        // Granted time has tests of its own.
        steps.retain(|(_, order)| {
            !matches!(order, Order::MoveIncident { step: CaseMove::AskExtension { .. }, .. })
        });
        let (hall, log, now) = carry_out(steps, |_, _, _| {});
        let span = Span { from: now.plus_millis(-hours * HOUR), until: now };
        let rules = KpiRules { subtract_held };
        let tally = counted(&hall, span, rules);
        let (cases, tasks) = plainly(&log);
        let held: Vec<Plain> = cases.iter().filter(|(id, _)| hall.incident(**id).is_some()).map(|(_, case)| case.clone()).collect();
        let plain = plain_shares(&held, &tasks, span, rules);
        for kpi in Kpi::ALL {
            prop_assert_eq!(tally.share(kpi), plain.get(&kpi).copied().unwrap_or_default(), "{:?}", kpi);
        }
        let reported = cases.values().filter(|case| span.from <= case.known_at && case.known_at <= span.until).count();
        prop_assert_eq!(tally.reported as usize, reported);
        let took = |case: &Plain| {
            let (began, ended) = case.phase(Phase::Handle)?;
            let ended = ended.filter(|at| case.finished && span.from <= *at && *at <= span.until)?;
            Some((ended.0 - began.0, case.used(began, ended)))
        };
        let (elapsed, on_clock): (Vec<i64>, Vec<i64>) = held.iter().filter_map(took).unzip();
        prop_assert_eq!(tally.handling(), Times::of(elapsed));
        prop_assert_eq!(tally.handling_on_clock(), Times::of(on_clock));
        // Parts add up to the whole, however they are cut.
        let counting = Counting { span, rules, limits: &limits(), utc_offset_secs: &|_| 0 };
        let mut sum = Tally::default();
        for part in counting.by(&hall, |incident| incident.id.0 % 3, |incident, _| incident.id.0 % 3).values() {
            sum.add(part);
        }
        for kpi in Kpi::ALL {
            prop_assert_eq!(sum.share(kpi), tally.share(kpi));
        }
        prop_assert_eq!(sum.handling(), tally.handling());
    }
}

fn told(hall: &mut Hall, order: Order, at: i64) {
    for fact in hall.decide(order, &Actor::Person("li".into()), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

/// A hall with a case that a caller wants an answer to.
fn called() -> Hall {
    let report = Report {
        source: call::SOURCE.into(),
        source_id: "1".into(),
        kind: KIND.into(),
        grade: Grade::IV,
        place: Place::default(),
        text: "路灯不亮".into(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: [].into(),
    };
    let caller = Some(Caller { name: "李".into(), phone: "123".into(), answer: true });
    let call = Call { report, caller, file: false, same_as: None, area: None };
    let mut hall = Hall::default();
    told(&mut hall, Order::TakeCall(Box::new(call)), 0);
    hall
}

const ONE: IncidentId = IncidentId(1);

fn day(until: i64) -> Span {
    Span { from: Moment(0), until: Moment(until) }
}

#[test]
fn nothing_to_divide_by_is_no_figure_and_neither_nought_nor_a_hundred() {
    let tally = counted(&Hall::default(), day(HOUR), KpiRules::default());
    assert!(tally.is_empty());
    for kpi in Kpi::ALL {
        assert_eq!(tally.share(kpi).per_mille(), None, "{kpi:?}");
    }
    assert_eq!(tally.handling(), None);
    assert_eq!(Share { part: 0, of: 3 }.per_mille(), Some(0));
    assert_eq!(Share { part: 2, of: 3 }.per_mille(), Some(667));
}

#[test]
fn what_is_late_is_due_although_it_is_not_handled_and_on_hold_as_the_city_sets_it() {
    let mut hall = called();
    let sent = Order::AdvanceIncident { incident: ONE, stage: Stage::Dispatched };
    told(&mut hall, sent, HOUR / 2);
    let handled = |hall: &Hall, at: i64| counted(hall, day(at), KpiRules::default()).share(Kpi::Handled);
    assert_eq!(handled(&hall, 2 * HOUR), Share::default(), "it has time");
    assert_eq!(handled(&hall, 3 * HOUR), Share { part: 0, of: 1 });
    told(&mut hall, Order::SuspendIncident { incident: ONE, reason: "等".into() }, 3 * HOUR);
    assert_eq!(handled(&hall, 4 * HOUR), Share::default());
    let counts_held = KpiRules { subtract_held: false };
    assert_eq!(counted(&hall, day(4 * HOUR), counts_held).share(Kpi::Overdue), Share { part: 1, of: 1 });
    told(&mut hall, Order::AdvanceIncident { incident: ONE, stage: Stage::Done }, 5 * HOUR);
    let tally = counted(&hall, day(5 * HOUR), KpiRules::default());
    assert_eq!(tally.share(Kpi::Handled), Share { part: 1, of: 1 });
    assert_eq!(tally.share(Kpi::HandledInTime), Share { part: 0, of: 1 });
    assert_eq!(tally.share(Kpi::SentInTime), Share { part: 1, of: 1 });
    let times = |millis| Times { count: 1, mean_millis: millis, p50_millis: millis, p90_millis: millis };
    assert_eq!(tally.handling(), Some(times(9 * HOUR / 2)));
    assert_eq!(tally.handling_on_clock(), Some(times(5 * HOUR / 2)), "without the hold");
}

#[test]
fn a_caller_who_wants_an_answer_is_told_once_they_are_reached() {
    let told_share = |satisfaction: Option<Satisfaction>| {
        let mut hall = called();
        told(&mut hall, Order::CloseIncident { incident: ONE, reason: "修好".into() }, HOUR);
        if let Some(satisfaction) = satisfaction {
            let step = CaseMove::Rate { satisfaction, words: String::new() };
            told(&mut hall, Order::MoveIncident { incident: ONE, step }, 2 * HOUR);
        }
        let tally = counted(&hall, day(2 * HOUR), KpiRules::default());
        let share = |kpi| (tally.share(kpi).part, tally.share(kpi).of);
        (share(Kpi::Told), share(Kpi::Satisfied))
    };
    assert_eq!(told_share(None), ((0, 1), (0, 0)));
    assert_eq!(told_share(Some(Satisfaction::NotReached)), ((0, 1), (0, 0)));
    assert_eq!(told_share(Some(Satisfaction::Fairly)), ((1, 1), (1, 1)));
    assert_eq!(told_share(Some(Satisfaction::Dissatisfied)), ((1, 1), (0, 1)));
}

#[test]
fn of_times_the_middle_and_the_ninth_of_ten_are_told() {
    let times = Times::of((1..=10).rev().collect()).unwrap();
    assert_eq!((times.count, times.mean_millis, times.p50_millis, times.p90_millis), (10, 5, 5, 9));
    assert_eq!(Times::of(vec![7]).unwrap().p90_millis, 7);
    assert_eq!(Times::of(vec![]), None);
}
