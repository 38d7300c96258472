//! The key figures against a plain recomputation from the facts alone, and what single cases count as.

mod plain;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::kpi::{Against, Counting, DayFold, Kpi, KpiRules, Period, Share, Slot, Span, Tally, Times, Works};
use super::tests::{Step, carry_out, steps};
use super::*;

use super::rights::Area;
use plain::{plain_handling, plain_parts, plain_shares, plain_works, plainly};

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

/// More time asked for, and granted or refused, somewhere between other orders.
fn extensions() -> impl Strategy<Value = Vec<(prop::sample::Index, [Order; 2])>> {
    let pair = (1_u64..8, prop::sample::select(Phase::ALL.to_vec()), 1..3 * HOUR, any::<bool>()).prop_map(
        |(number, phase, millis, granted)| {
            let ask = CaseMove::AskExtension { phase, millis, reason: "雨".to_owned() };
            let answer = if granted {
                CaseMove::GrantExtension { words: String::new() }
            } else {
                CaseMove::RefuseExtension { reason: "够用".to_owned() }
            };
            [ask, answer].map(|step| Order::MoveIncident { incident: IncidentId(number), step })
        },
    );
    prop::collection::vec((any::<prop::sample::Index>(), pair), 0..12)
}

/// Among the others, each pair at the moment of the order before it.
fn with(mut steps: Vec<Step>, extensions: Vec<(prop::sample::Index, [Order; 2])>) -> Vec<Step> {
    for (at, pair) in extensions {
        let at = at.index(steps.len() + 1);
        drop(steps.splice(at..at, pair.map(|order| (0, order))));
    }
    steps
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn the_figures_are_what_a_plain_recomputation_from_the_facts_says(
        steps in steps(),
        extensions in extensions(),
        hours in prop::sample::select(vec![1_i64, 6, 24]),
        subtract_held in any::<bool>(),
    ) {
        let (hall, log, now) = carry_out(with(steps, extensions), |_, _, _| {});
        let span = Span { from: now.plus_millis(-hours * HOUR), until: now };
        let rules = KpiRules { subtract_held };
        let tally = counted(&hall, span, rules);
        let (cases, tasks, worked) = plainly(&log);
        let held: Vec<IncidentId> = cases.keys().copied().filter(|id| hall.incident(*id).is_some()).collect();
        let plain = plain_shares(&cases, &held, &tasks, span, rules);
        for kpi in Kpi::ALL {
            prop_assert_eq!(tally.share(kpi), plain.get(&kpi).copied().unwrap_or_default(), "{:?}", kpi);
        }
        let reported = cases.values().filter(|case| span.from <= case.known_at && case.known_at <= span.until).count();
        prop_assert_eq!(tally.reported as usize, reported);
        let (elapsed, on_clock) = plain_handling(&cases, &held, span);
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
        let works = counting.works(&hall).remove("test").unwrap_or_default();
        prop_assert_eq!(works_of(&works), plain_works(&worked, span));
    }

    /// A case counts for its area, or for none, and for the department that answers for its kind; a task of a department for
    /// that one, whoever leads and whoever answers for the case, and one of a crew for that of the case.
    #[test]
    fn areas_and_departments_have_what_a_plain_recomputation_gives_them(
        steps in steps(),
        extensions in extensions(),
        hours in prop::sample::select(vec![1_i64, 6, 24]),
    ) {
        let (hall, log, now) = carry_out(with(steps, extensions), |_, _, _| {});
        let span = Span { from: now.plus_millis(-hours * HOUR), until: now };
        let rules = KpiRules::default();
        let area = |id: IncidentId| Area::of(["", "东区", "西区/一街"][usize::try_from(id.0 % 3).unwrap()]);
        let area = |id: IncidentId| area(id).filter(|area| !area.is_city());
        let department = |id: IncidentId| ["power", "water"].get(usize::try_from(id.0 % 4).unwrap()).map(|&code| code.to_owned());
        let (cases, tasks, _) = plainly(&log);
        let held: Vec<IncidentId> = cases.keys().copied().filter(|id| hall.incident(*id).is_some()).collect();
        let of_task = |to: &Party, (area, department): (Option<Area>, Option<String>)| match to {
            Party::Department(code) => (area, Some(code.clone())),
            Party::Crew(_) => (area, department),
        };
        let mut plain = plain_parts(&cases, &held, &tasks, (span, rules), |id| (area(id), department(id)), of_task);
        let counting = Counting { span, rules, limits: &limits(), utc_offset_secs: &|_| 0 };
        let kept = counting.kept(&hall, &|incident| area(incident.id), &|incident| department(incident.id));
        for row in kept.rows {
            let mut own = plain.remove(&(row.area.clone(), row.department.clone())).unwrap_or_default();
            for kpi in Kpi::ALL {
                let counted = own.remove(&kpi).unwrap_or_default();
                prop_assert_eq!(row.tally.share(kpi), counted, "{:?} of {:?} and {:?}", kpi, row.area, row.department);
            }
        }
        prop_assert!(plain.is_empty(), "not counted: {plain:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// What is kept of a span that is over is what its facts say, counted plainly; folded in two goes it is the same.
    #[test]
    fn kept_spans_are_what_a_plain_recomputation_from_the_facts_says(
        mut steps in steps(),
        extensions in extensions(),
        cut in any::<prop::sample::Index>(),
    ) {
        steps.retain(|(_, order)| !matches!(order, Order::TakeNumbering(_)));
        let (_, log, now) = carry_out(with(steps, extensions), |_, _, _| {});
        let newest = DayFold::default().hour_of(now);
        let kept = keep(DayFold::default(), &log, newest).1;
        for (slot, kept) in &kept {
            let span = slot.span(Numbering::default().utc_offset_secs);
            prop_assert_eq!(span.from, match slot.period {
                Period::Today => span.until.plus_millis(1 - i64::from(slot.hour) * HOUR),
                Period::Day => span.until.plus_millis(1 - 24 * HOUR),
                Period::Shift => span.until.plus_millis(1 - 8 * HOUR),
                Period::Hour => span.until.plus_millis(1 - HOUR),
            });
            let known: Vec<Fact> = log.iter().filter(|fact| fact.known_at <= span.until).cloned().collect();
            let mut hall = Hall::default();
            for fact in &known {
                assert!(hall.apply(fact));
            }
            let (cases, tasks, worked) = plainly(&known);
            let held: Vec<IncidentId> = cases.keys().copied().filter(|id| hall.incident(*id).is_some()).collect();
            let plain = plain_shares(&cases, &held, &tasks, span, KpiRules::default());
            for kpi in Kpi::ALL {
                prop_assert_eq!(kept.all().share(kpi), plain.get(&kpi).copied().unwrap_or_default(), "{:?} {:?}", slot, kpi);
            }
            let works = kept.works.get("test").cloned().unwrap_or_default();
            prop_assert_eq!(works_of(&works), plain_works(&worked, span));
            let (elapsed, on_clock) = plain_handling(&cases, &held, span);
            prop_assert_eq!(kept.all().handling(), Times::of(elapsed));
            prop_assert_eq!(kept.all().handling_on_clock(), Times::of(on_clock));
        }
        let (first, second) = log.split_at(cut.index(log.len() + 1));
        let (fold, mut again) = keep(DayFold::default(), first, newest);
        let resumed = match first.last() {
            Some(last) => DayFold::from(fold.hall().clone(), fold.areas().clone(), last.known_at),
            None => DayFold::default(),
        };
        again.extend(keep(resumed, second, newest).1);
        prop_assert_eq!(again, kept);
    }
}

type KeptSpans = Vec<(Slot, kpi::Kept)>;

fn keep(mut fold: DayFold, log: &[Fact], newest: i64) -> (DayFold, KeptSpans) {
    let mut kept = Vec::new();
    for fact in log {
        for slot in fold.due(fact, newest) {
            kept.push((slot, fold.count(slot, KpiRules::default(), &limits(), &|_| None)));
        }
        assert!(fold.apply(fact, None));
    }
    (fold, kept)
}

fn works_of(works: &Works) -> Vec<(Work, Option<Times>)> {
    Work::ALL.into_iter().map(|work| (work, works.times(work))).collect()
}

#[test]
fn a_span_is_held_against_the_same_one_a_day_a_week_and_fifty_two_weeks_before() {
    let slot = |against: Against, period, hours: i64| against.slot(period, Moment(hours * HOUR + HOUR / 2), 0);
    let at = |day, hour, period| Some(Slot { day: Day(day), hour, period });
    assert_eq!(slot(Against::Day, Period::Today, 1000 * 24 + 10), at(999, 10, Period::Today));
    assert_eq!(slot(Against::Week, Period::Shift, 1000 * 24 + 10), at(993, 10, Period::Shift));
    assert_eq!(slot(Against::Day, Period::Hour, 1000 * 24), at(998, 24, Period::Hour));
    assert_eq!(slot(Against::Day, Period::Today, 1000 * 24), None, "the day before had not begun");
    assert_eq!(slot(Against::Year, Period::Day, 1000 * 24 + 10), at(636, 24, Period::Today));
    assert_eq!(slot(Against::Year, Period::Hour, 1000 * 24 + 10), None);
    let east = Against::Day.slot(Period::Today, Moment(1000 * 24 * HOUR), 8 * 3600).unwrap();
    assert_eq!((east.day, east.hour), (Day(999), 8));
    assert_eq!(east.span(8 * 3600).from, Moment((999 * 24 - 8) * HOUR));
    assert_eq!(east.span(8 * 3600).until, Moment(999 * 24 * HOUR - 1));
    assert_eq!((999 - 636) % 7, (1000 - 636 + 6) % 7, "the same weekday");
}

#[test]
fn callers_are_told_once_with_those_of_merged_cases_and_anew_after_an_end_that_was_none() {
    let mut hall = called();
    for (number, same_as) in [("2", None), ("3", Some(ONE))] {
        let Order::TakeCall(mut call) = call_order(number) else { unreachable!() };
        call.same_as = same_as;
        told(&mut hall, Order::TakeCall(call), 0);
    }
    let tell = |what| Order::MoveIncident {
        incident: ONE,
        step: CaseMove::Tell { what, by: Channel::Phone, words: String::new() },
    };
    let refused = |hall: &Hall, what| hall.decide(tell(what), &Actor::Person("li".into()), Moment(HOUR)).unwrap_err();
    let share = |hall: &Hall, kpi| {
        let tally = counted(hall, day(9 * HOUR), KpiRules::default());
        (tally.share(kpi).part, tally.share(kpi).of)
    };
    assert_eq!(refused(&hall, Telling::Accepted), Refusal::NotNow(Stage::Reported));
    told(&mut hall, Order::AdvanceIncident { incident: ONE, stage: Stage::Accepted }, HOUR);
    assert_eq!(
        share(&hall, Kpi::ToldAccepted),
        (0, 2),
        "the caller of the merged case too, and nobody of what is not accepted"
    );
    assert_eq!(hall.moves(ONE)[0], MoveKind::TellAccepted);
    assert_eq!(hall.owed(ONE, Telling::Accepted), [ONE, IncidentId(3)]);
    told(&mut hall, tell(Telling::Accepted), 2 * HOUR);
    assert_eq!(share(&hall, Kpi::ToldAccepted), (2, 2));
    assert_eq!(refused(&hall, Telling::Accepted), Refusal::AlreadyTold(ONE));
    told(&mut hall, Order::CloseIncident { incident: ONE, reason: "已排除".to_owned() }, 3 * HOUR);
    assert_eq!((share(&hall, Kpi::Told), hall.moves(ONE)[0]), ((0, 2), MoveKind::TellEnded));
    // One of the two alone, by their own case; the other with the case that went on.
    let step = CaseMove::Tell { what: Telling::Ended, by: Channel::Message, words: "已处理".into() };
    told(&mut hall, Order::MoveIncident { incident: IncidentId(3), step }, 4 * HOUR);
    assert_eq!((share(&hall, Kpi::Told), hall.owed(ONE, Telling::Ended)), ((1, 2), vec![ONE]));
    told(&mut hall, tell(Telling::Ended), 5 * HOUR);
    assert_eq!(share(&hall, Kpi::Told), (2, 2));
    told(&mut hall, Order::MoveIncident { incident: ONE, step: CaseMove::Reopen { reason: "又坏".into() } }, 6 * HOUR);
    told(&mut hall, Order::CloseIncident { incident: ONE, reason: "已排除".to_owned() }, 7 * HOUR);
    assert_eq!(share(&hall, Kpi::Told), (0, 2), "this end nobody heard of yet");
    assert_eq!(share(&hall, Kpi::ToldAccepted), (2, 2));
    let nobody = Order::MoveIncident {
        incident: IncidentId(9),
        step: CaseMove::Tell { what: Telling::Ended, by: Channel::Phone, words: String::new() },
    };
    assert!(hall.decide(nobody, &Actor::Person("li".into()), Moment(HOUR)).is_err());
}

fn told(hall: &mut Hall, order: Order, at: i64) {
    for fact in hall.decide(order, &Actor::Person("li".into()), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

/// A call whose caller wants an answer.
fn call_order(source_id: &str) -> Order {
    let report = Report {
        source: call::SOURCE.into(),
        source_id: source_id.into(),
        kind: KIND.into(),
        grade: Grade::IV,
        place: Place::default(),
        text: "路灯不亮".into(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: [].into(),
    };
    let caller = Some(Caller { name: "李".into(), phone: "123".into(), answer: true });
    Order::TakeCall(Box::new(Call { report, caller, file: false, same_as: None, area: None }))
}

/// A hall with a case that a caller wants an answer to.
fn called() -> Hall {
    let mut hall = Hall::default();
    told(&mut hall, call_order("1"), 0);
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
