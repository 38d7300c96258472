//! The four clocks, and timers that run, stand and finish on them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::calendar::NEVER;
use super::tests::{carry_out, steps};
use super::*;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// China's offset from UTC.
const EAST: i32 = 8 * 3600;

/// A moment of a city in China: `2026-10-01 09:00`.
fn at(text: &str) -> Moment {
    let there = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Moment(there.and_utc().timestamp_millis() - i64::from(EAST) * 1000)
}

fn days(texts: &[&str]) -> BTreeSet<Day> {
    let number = |text: &&str| {
        let day: NaiveDate = text.parse().unwrap();
        Day((day - NaiveDate::default()).num_days().try_into().unwrap())
    };
    texts.iter().map(number).collect()
}

/// The end of 2025 and National Day of 2026: seven days off, paid for with a Sunday before and a Saturday after.
fn calendar() -> WorkCalendar {
    let off = [
        "2026-01-01",
        "2026-01-02",
        "2026-01-03",
        "2026-10-01",
        "2026-10-02",
        "2026-10-03",
        "2026-10-04",
        "2026-10-05",
        "2026-10-06",
        "2026-10-07",
    ];
    let on = ["2026-01-04", "2026-09-20", "2026-10-10"];
    let rest = [false, false, false, false, false, true, true];
    WorkCalendar::new(vec![(9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)], rest, days(&off), days(&on))
}

fn due(clock: Clock, from: &str, millis: i64) -> Moment {
    let calendar = calendar();
    let due = calendar.after(clock, at(from), millis, EAST);
    assert_eq!(calendar.elapsed_millis(clock, at(from), due, EAST), millis, "{clock:?} from {from}");
    due
}

#[test]
fn urgent_hours_and_calendar_days_run_through_nights_and_holidays() {
    assert_eq!(due(Clock::UrgentHours, "2026-10-02 23:30", HOUR), at("2026-10-03 00:30"));
    assert_eq!(due(Clock::CalendarDays, "2025-12-31 23:59", 2 * DAY), at("2026-01-02 23:59"));
}

#[test]
fn work_hours_stand_at_noon_at_night_on_days_of_rest_and_on_holidays() {
    let cases = [
        ("2026-11-23 10:00", 60, "2026-11-23 11:00"),
        ("2026-11-23 11:30", 60, "2026-11-23 14:00"),
        // The last moment of the morning is the end of its third hour, not the first of the afternoon.
        ("2026-11-23 09:00", 180, "2026-11-23 12:00"),
        ("2026-11-23 12:45", 30, "2026-11-23 14:00"),
        ("2026-11-23 00:00", 30, "2026-11-23 09:30"),
        ("2026-11-23 23:59", 30, "2026-11-24 09:30"),
        ("2026-11-20 17:00", 60, "2026-11-23 09:30"),
        ("2026-11-21 15:00", 30, "2026-11-23 09:30"),
        // New Year: the Sunday after it is a work day.
        ("2025-12-31 17:00", 60, "2026-01-04 09:30"),
        ("2026-01-02 12:00", 30, "2026-01-04 09:30"),
        // Seven days of National Day; the Saturday after them is a work day, its Sunday is not.
        ("2026-09-30 17:00", 60, "2026-10-08 09:30"),
        ("2026-10-09 17:00", 60, "2026-10-10 09:30"),
        ("2026-10-10 17:00", 60, "2026-10-12 09:30"),
        ("2026-09-18 17:00", 60 + 420, "2026-09-21 09:30"),
    ];
    for (from, minutes, to) in cases {
        assert_eq!(due(Clock::WorkHours, from, minutes * MINUTE), at(to), "{minutes} minutes from {from}");
    }
}

#[test]
fn work_days_end_at_the_hour_they_began_or_at_the_end_of_a_day_where_none_was_running() {
    let cases = [
        ("2026-11-20 15:00", 1, "2026-11-23 15:00"),
        ("2026-11-21 15:00", 1, "2026-11-24 00:00"),
        ("2026-11-23 00:00", 1, "2026-11-24 00:00"),
        ("2026-09-30 10:00", 2, "2026-10-09 10:00"),
        ("2026-10-03 10:00", 3, "2026-10-11 00:00"),
        ("2025-12-31 08:00", 2, "2026-01-05 08:00"),
    ];
    for (from, days, to) in cases {
        assert_eq!(due(Clock::WorkDays, from, days * DAY), at(to), "{days} days from {from}");
    }
}

#[test]
fn a_limit_of_nothing_is_due_at_once_and_one_out_of_reach_never() {
    let (calendar, saturday) = (calendar(), at("2026-11-21 15:00"));
    let idle = WorkCalendar::new(vec![], [true; 7], BTreeSet::new(), days(&["2026-11-23"]));
    for clock in Clock::ALL {
        assert_eq!(calendar.after(clock, saturday, 0, EAST), saturday);
        assert_eq!(calendar.after(clock, saturday, -5, EAST), saturday);
        assert_eq!(calendar.after(clock, saturday, i64::MAX, EAST), NEVER);
        assert_eq!(calendar.after(clock, Moment(i64::MIN), 0, EAST), Moment(i64::MIN));
        assert!(calendar.elapsed_millis(clock, Moment(i64::MIN), Moment(i64::MAX), EAST) > 0);
    }
    let far = calendar.after(Clock::WorkHours, saturday, 1_000_000 * HOUR, EAST);
    assert_eq!(calendar.elapsed_millis(Clock::WorkHours, saturday, far, EAST), 1_000_000 * HOUR);
    assert_eq!(idle.after(Clock::WorkHours, saturday, 1, EAST), NEVER, "no hour is of work");
    assert_eq!(idle.after(Clock::WorkDays, saturday, DAY, EAST), at("2026-11-24 00:00"), "one day is, and no other");
    assert_eq!(idle.after(Clock::WorkDays, saturday, DAY + 1, EAST), NEVER);
}

#[test]
fn a_clock_that_jumps_back_has_counted_nothing() {
    let calendar = calendar();
    for clock in Clock::ALL {
        assert_eq!(calendar.elapsed_millis(clock, at("2026-11-23 11:00"), at("2026-11-23 10:00"), EAST), 0);
    }
}

fn a_calendar() -> impl Strategy<Value = WorkCalendar> {
    let hours = vec((0_u16..1_440, 1_u16..900).prop_map(|(from, long)| (from, (from + long).min(1_440))), 1..4);
    let some_days = || btree_set((20_400_i32..20_520).prop_map(Day), 0..30);
    (hours, any::<[bool; 7]>(), some_days(), some_days()).prop_map(|(hours, mut rest, off, on)| {
        rest[0] = false;
        WorkCalendar::new(hours, rest, off, on)
    })
}

fn a_clock() -> impl Strategy<Value = Clock> {
    prop::sample::select(Clock::ALL.to_vec())
}

/// Around the days that calendars know, mostly to the minute, where their edges are.
fn a_moment() -> impl Strategy<Value = Moment> {
    let minutes = 20_390 * 1_440_i64..20_530 * 1_440;
    (minutes, prop_oneof![3 => Just(0), 1 => 0_i64..MINUTE]).prop_map(|(minutes, more)| Moment(minutes * MINUTE + more))
}

fn an_offset() -> impl Strategy<Value = i32> {
    prop::sample::select(vec![0, EAST, -5 * 3600, 20_700])
}

/// What a clock counts, the plain way: minute by minute.
fn counted(calendar: &WorkCalendar, hours: &[(u16, u16)], clock: Clock, from: i64, to: i64) -> i64 {
    let counts = |minute: i64| {
        let works = calendar.is_work_day(Day(minute.div_euclid(1_440).try_into().unwrap()));
        let within = minute.rem_euclid(1_440);
        let at_work = hours.iter().any(|(from, to)| (i64::from(*from)..i64::from(*to)).contains(&within));
        match clock {
            Clock::UrgentHours | Clock::CalendarDays => true,
            Clock::WorkDays => works,
            Clock::WorkHours => works && at_work,
        }
    };
    (from..to).filter(|minute| counts(*minute)).count().try_into().unwrap()
}

proptest! {
    #[test]
    fn due_and_used_agree_and_no_earlier_moment_is_due(
        calendar in a_calendar(), clock in a_clock(), from in a_moment(), millis in 1_i64..90 * DAY, offset in an_offset(),
    ) {
        let due = calendar.after(clock, from, millis, offset);
        prop_assert!(due > from && due != NEVER);
        prop_assert_eq!(calendar.elapsed_millis(clock, from, due, offset), millis);
        prop_assert!(calendar.elapsed_millis(clock, from, due.plus_millis(-1), offset) < millis);
    }

    #[test]
    fn what_is_due_and_what_is_used_only_rise(
        calendar in a_calendar(), clock in a_clock(), offset in an_offset(),
        from in a_moment(), later in 0_i64..30 * DAY, millis in 0_i64..90 * DAY, more in 0_i64..9 * DAY,
    ) {
        let after = |from, millis| calendar.after(clock, from, millis, offset);
        prop_assert!(after(from, millis) <= after(from, millis + more));
        prop_assert!(after(from, millis) <= after(from.plus_millis(later), millis));
        let (middle, end) = (from.plus_millis(later), from.plus_millis(later + more));
        let elapsed = |from, to| calendar.elapsed_millis(clock, from, to, offset);
        prop_assert_eq!(elapsed(from, end), elapsed(from, middle) + elapsed(middle, end));
        prop_assert!(elapsed(from, end) <= later + more);
    }

    #[test]
    fn a_clock_counts_what_counting_its_minutes_gives(
        hours in vec((0_u16..1_000, 1_u16..400).prop_map(|(from, long)| (from, from + long)), 1..4),
        rest in any::<[bool; 7]>(), off in btree_set((20_400_i32..20_420).prop_map(Day), 0..9),
        on in btree_set((20_400_i32..20_420).prop_map(Day), 0..9),
        clock in a_clock(), from in 20_398 * 1_440_i64..20_420 * 1_440, long in 0_i64..9 * 1_440,
    ) {
        let calendar = WorkCalendar::new(hours.clone(), rest, off, on);
        let elapsed = calendar.elapsed_millis(clock, Moment(from * MINUTE), Moment((from + long) * MINUTE), 0);
        prop_assert_eq!(elapsed, counted(&calendar, &hours, clock, from, from + long) * MINUTE);
    }

    #[test]
    fn moments_at_the_ends_of_time_are_taken(
        calendar in a_calendar(), clock in a_clock(), from in any::<i64>(), to in any::<i64>(), offset in any::<i32>(),
    ) {
        let elapsed = calendar.elapsed_millis(clock, Moment(from), Moment(to), offset);
        prop_assert!(elapsed >= 0);
        prop_assert!(calendar.after(clock, Moment(from), to, offset) >= Moment(from));
    }

    #[test]
    fn a_calendar_that_was_told_is_the_same(calendar in a_calendar()) {
        let told = serde_json::to_string(&calendar).unwrap();
        prop_assert_eq!(serde_json::from_str::<WorkCalendar>(&told).unwrap(), calendar);
    }

    /// Any holds: what is used at the due moment is the limit, and a hold moves nothing that was due before it.
    #[test]
    fn holds_move_the_due_moment_by_what_the_clock_counts_in_them(
        calendar in a_calendar(), clock in a_clock(), from in a_moment(), millis in 1_i64..20 * DAY,
        holds in vec((0_i64..6 * DAY, 0_i64..6 * DAY), 0..5), open in any::<bool>(),
    ) {
        let mut course = Course::new(Stage::Reported, from);
        let mut now = from;
        for (at, (wait, long)) in holds.iter().enumerate() {
            now = now.plus_millis(*wait);
            course.suspend(now, "r");
            if !open || at + 1 < holds.len() {
                now = now.plus_millis(*long);
                course.resume(now);
            }
        }
        let limits = one_limit(calendar.clone(), Limit { clock, millis });
        let timers = limits.timers("k", &course, EAST);
        let [timer] = timers.as_slice() else { panic!("{timers:?}") };
        match timer.run {
            Run::Running { soon, due } => {
                prop_assert!(soon <= due);
                prop_assert_eq!(limits.used_millis(timer, &course, due, EAST), millis);
                let without = calendar.after(clock, from, millis, EAST);
                prop_assert!(due >= without);
                let first = course.holds().first().map_or(NEVER, |hold| hold.from);
                prop_assert!(without > first || due == without, "what is late stays late");
            }
            Run::Paused => {
                prop_assert!(course.on_hold().is_some());
                let ever = limits.used_millis(timer, &course, NEVER, EAST);
                prop_assert!(ever < millis);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Limits of the kind `k`: only the whole has one.
fn one_limit(calendar: WorkCalendar, limit: Limit) -> TimeLimits {
    let limits = Limits { whole: Some(limit), ..Limits::default() };
    TimeLimits::new(calendar, 20, BTreeMap::from([("k".to_owned(), limits)]))
}

fn limits() -> TimeLimits {
    let limit = |clock: Clock, amount: i64| Some(Limit { clock, millis: amount * clock.unit_millis() });
    let limits = Limits {
        dispatch: limit(Clock::UrgentHours, 1),
        handle: limit(Clock::WorkHours, 7),
        recheck: limit(Clock::CalendarDays, 1),
        whole: limit(Clock::WorkDays, 5),
    };
    TimeLimits::new(calendar(), 20, BTreeMap::from([("k".to_owned(), limits)]))
}

fn runs(course: &Course) -> Vec<(Phase, Run)> {
    limits().timers("k", course, EAST).into_iter().map(|timer| (timer.phase, timer.run)).collect()
}

#[test]
fn timers_begin_and_finish_with_the_stages_and_one_holder_has_the_incident() {
    use Phase::{Dispatch, Handle, Recheck, Whole};
    let mut course = Course::new(Stage::Reported, at("2026-11-23 09:00"));
    let whole = Run::Running { soon: at("2026-11-27 09:00"), due: at("2026-11-30 09:00") };
    let dispatch = Run::Running { soon: at("2026-11-23 09:48"), due: at("2026-11-23 10:00") };
    let wanted = [(Dispatch, dispatch), (Handle, Run::NotBegun), (Recheck, Run::NotBegun), (Whole, whole)];
    assert_eq!(runs(&course), wanted);
    course.reach(Stage::Accepted, at("2026-11-23 09:10"));
    assert_eq!(runs(&course), wanted, "who accepts it still has to send it");
    course.reach(Stage::Dispatched, at("2026-11-23 10:30"));
    course.reach(Stage::Handling, at("2026-11-23 11:00"));
    let late = Run::Finished { at: at("2026-11-23 10:30"), due: at("2026-11-23 10:00") };
    // An hour and a half and four hours on Monday, an hour and a half on Tuesday; yellow 84 minutes before.
    let handle = Run::Running { soon: at("2026-11-24 09:06"), due: at("2026-11-24 10:30") };
    assert_eq!(runs(&course), [(Dispatch, late), (Handle, handle), (Recheck, Run::NotBegun), (Whole, whole)]);
    let next = limits().countdown("k", &course, EAST).unwrap();
    assert_eq!(next.due(), Some(at("2026-11-24 10:30")));
    let lamp = |text| next.lamp(at(text));
    assert_eq!(lamp("2026-11-24 09:05"), Some(Lamp::Green));
    assert_eq!(lamp("2026-11-24 09:06"), Some(Lamp::Yellow));
    assert_eq!(lamp("2026-11-24 10:30"), Some(Lamp::Yellow), "the last moment is in time");
    assert_eq!(lamp("2026-11-24 10:31"), Some(Lamp::Red));
    assert_eq!(lamp("2026-11-23 08:00"), Some(Lamp::Green), "a clock that jumps back");
    course.reach(Stage::Closed, at("2026-11-24 10:00"));
    let in_time = |due| Run::Finished { at: at("2026-11-24 10:00"), due: at(due) };
    let wanted = [(Dispatch, late), (Handle, in_time("2026-11-24 10:30")), (Whole, in_time("2026-11-30 09:00"))];
    assert_eq!(runs(&course), wanted, "nobody checked it");
    assert_eq!(limits().countdown("k", &course, EAST), None);
    let lamps: Vec<_> = limits().timers("k", &course, EAST).iter().map(|timer| timer.lamp(NEVER)).collect();
    assert_eq!(lamps, [Lamp::Red, Lamp::Green, Lamp::Green].map(Some));
}

#[test]
fn a_case_on_hold_over_a_holiday_has_its_hours_after_it() {
    let mut course = Course::new(Stage::Dispatched, at("2026-09-30 14:30"));
    let handle = |course: &Course| runs(course)[0];
    course.suspend(at("2026-09-30 16:30"), "等待配件");
    course.suspend(at("2026-09-30 17:00"), "again");
    assert_eq!(course.on_hold().map(|hold| hold.reason.as_str()), Some("等待配件"));
    assert_eq!(handle(&course), (Phase::Handle, Run::Paused));
    assert_eq!(limits().countdown("k", &course, EAST), Some(Countdown::Paused));
    course.resume(at("2026-10-09 09:00"));
    assert_eq!(course.on_hold(), None);
    // Two of its seven hours were used; the other five are those of the Friday after.
    let Run::Running { due, .. } = handle(&course).1 else { panic!() };
    assert_eq!(due, at("2026-10-09 15:30"));
    let timers = limits().timers("k", &course, EAST);
    assert_eq!(limits().used_millis(&timers[0], &course, at("2026-10-09 10:00"), EAST), 3 * HOUR);
}

#[test]
fn what_was_late_before_a_hold_is_late_on_it() {
    let mut course = Course::new(Stage::Reported, at("2026-11-23 09:00"));
    course.suspend(at("2026-11-23 10:30"), "r");
    let next = limits().countdown("k", &course, EAST).unwrap();
    assert_eq!((next.due(), next.lamp(at("2026-11-23 10:31"))), (Some(at("2026-11-23 10:00")), Some(Lamp::Red)));
}

#[test]
fn a_case_that_is_closed_at_once_has_no_timers_of_the_stages_between() {
    let mut course = Course::new(Stage::Reported, at("2026-11-23 09:00"));
    course.reach(Stage::Closed, at("2026-11-23 09:20"));
    course.reach(Stage::Closed, at("2026-11-23 19:20"));
    course.suspend(at("2026-11-23 20:00"), "r");
    assert_eq!(course.holds(), [], "it is over");
    let phases: Vec<Phase> = runs(&course).into_iter().map(|(phase, _)| phase).collect();
    assert_eq!(phases, [Phase::Dispatch, Phase::Whole]);
    assert_eq!(limits().timers("other", &course, EAST), [], "a kind without limits");
}

proptest! {
    /// Whoever has an open case has its clock, and nobody else: one of dispatch, handling and re-check runs or is on
    /// hold, and it is the one that hand-overs name.
    #[test]
    fn every_open_incident_has_one_holder_of_the_clock(steps in steps()) {
        let hours = |hours| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
        let own = Limits { dispatch: hours(1), handle: hours(2), recheck: hours(1), whole: hours(5) };
        let limits = TimeLimits::new(WorkCalendar::default(), 20, BTreeMap::from([("30206".to_owned(), own)]));
        carry_out(steps, |_, hall, facts| {
            for incident in hall.incidents() {
                let timers = limits.timers(&incident.kind, hall.course(incident.id).unwrap(), 0);
                let runs = |timer: &&Timer| matches!(timer.run, Run::Running { .. } | Run::Paused);
                let running: Vec<Phase> = timers.iter().filter(runs).map(|timer| timer.phase).collect();
                let holder = match incident.stage {
                    Stage::Reported | Stage::Accepted | Stage::Filed => Some(Phase::Dispatch),
                    Stage::Dispatched | Stage::Handling => Some(Phase::Handle),
                    Stage::Done | Stage::Checked => Some(Phase::Recheck),
                    Stage::Closed => None,
                };
                let expected: Vec<Phase> = holder.into_iter().flat_map(|one| [one, Phase::Whole]).collect();
                assert_eq!(running, expected, "{incident:?}");
            }
            let now = facts.last().map_or(Moment(0), |fact| fact.known_at);
            for case in Pack::compose(hall, &limits, 0, now).open.rows {
                let holders = [Phase::Dispatch, Phase::Handle, Phase::Recheck].map(|phase| phase.can_run(case.stage));
                assert_eq!(holders.into_iter().filter(|runs| *runs).count(), 1);
                assert!(case.phase.can_run(case.stage) && case.phase != Phase::Whole, "{case:?}");
            }
        });
    }
}
