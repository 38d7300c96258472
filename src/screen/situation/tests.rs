//! The ledger against one read from scratch, and the search against looking through everything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::ledger::Ledger;
use super::limits::CityLimits;
use super::ranked::{Lists, Sorting};
use super::search::{Lets, Search, Sieve, Sought};
use super::{Names, OpenRows, Row, Rows};
use crate::domain::{
    Actor, Clock, Fact, Grade, Hall, Incident, IncidentId, Limit, Limits, LonLat, Mode, Moment, Place, Seq, Stage,
    TimeLimits, What, WorkCalendar,
};

/// Kinds are called by their code and nothing is near a street.
pub(in crate::screen) struct NoNames;

impl Names for NoNames {
    fn kind(&self, code: &str) -> String {
        code.to_owned()
    }

    fn street(&self, _: LonLat) -> Option<String> {
        None
    }
}

/// Streets by the tenth of a degree.
struct Streets;

impl Names for Streets {
    fn kind(&self, code: &str) -> String {
        if code == "10101" { "Gas leak".into() } else { "井盖缺失".into() }
    }

    fn street(&self, at: LonLat) -> Option<String> {
        Some(format!("Nathan Road {:.0}", at.lon * 10.0))
    }
}

const ALL: [bool; 4] = [false; 4];
const STAGES: [Stage; 2] = [Stage::Reported, Stage::Closed];

fn incident(id: u64, grade: Grade, happened_at: Moment) -> Incident {
    Incident {
        id: IncidentId(id),
        source: "test".into(),
        source_id: id.to_string(),
        kind: if id.is_multiple_of(2) { "10101".into() } else { "20406".into() },
        grade,
        place: Place {
            at: LonLat::new(118.0 + f64::from(u8::try_from(id % 8).unwrap()) * 0.1, 32.0),
            address: String::new(),
        },
        stage: Stage::Reported,
        text: String::new(),
        happened_at,
        known_at: happened_at,
        changed_at: happened_at,
    }
}

pub(in crate::screen) fn apply(hall: &mut Hall, known_at: Moment, what: What) {
    let by = Actor::Source("test".into());
    let fact = Fact { seq: hall.upto().next(), happened_at: known_at, known_at, by, what };
    assert!(hall.apply(&fact));
}

/// A hall with these open incidents: number, grade, milliseconds at which it happened.
pub(in crate::screen) fn hall_of(incidents: &[(u64, Grade, i64)]) -> Hall {
    let mut hall = Hall::default();
    for (id, grade, at) in incidents {
        let one = incident(*id, *grade, Moment(*at));
        apply(&mut hall, Moment(*at), What::IncidentReported(Box::new(one)));
    }
    hall
}

/// One thing that becomes known after some hours.
#[derive(Debug, Clone)]
struct Step {
    hours: i64,
    /// Whether the ledger is told now, of this and of all before.
    told: bool,
    id: u64,
    does: Does,
}

#[derive(Debug, Clone)]
enum Does {
    Report(Grade, i64, Stage),
    Update(&'static str),
    Regrade(Grade),
    Accept,
    Send,
    Suspend,
    Resume,
    Close,
    Switch,
}

fn a_step() -> impl Strategy<Value = Step> {
    let grade = || prop::sample::select(Grade::ALL.to_vec());
    let does = prop_oneof![
        4 => (grade(), -40_i64..6, prop::sample::select(STAGES.to_vec())).prop_map(|(g, h, s)| Does::Report(g, h, s)),
        1 => prop::sample::select(vec!["gas", "leaking gas", "no", "road 3"]).prop_map(Does::Update),
        1 => grade().prop_map(Does::Regrade),
        1 => Just(Does::Accept),
        2 => Just(Does::Send),
        1 => Just(Does::Suspend),
        1 => Just(Does::Resume),
        3 => Just(Does::Close),
        1 => Just(Does::Switch),
    ];
    (0..9_i64, any::<bool>(), 1..14_u64, does).prop_map(|(hours, told, id, does)| Step { hours, told, id, does })
}

const HOUR: i64 = 3_600_000;

/// What happens; whom it touches.
fn take(hall: &mut Hall, now: Moment, step: &Step) -> Option<IncidentId> {
    let id = IncidentId(step.id);
    let what = match step.does {
        Does::Report(grade, hours, stage) => {
            let mut one = incident(step.id, grade, now.plus_millis(hours * HOUR));
            one.stage = stage;
            What::IncidentReported(Box::new(one))
        }
        Does::Update(text) => {
            let place = Place { at: None, address: "Main Street".into() };
            What::IncidentUpdated { incident: id, place, text: text.into() }
        }
        Does::Regrade(to) => What::IncidentRegraded { incident: id, from: to, to, reason: String::new() },
        Does::Accept => What::IncidentAdvanced { incident: id, stage: Stage::Accepted },
        Does::Send => What::IncidentAdvanced { incident: id, stage: Stage::Dispatched },
        Does::Suspend => What::IncidentSuspended { incident: id, reason: String::new() },
        Does::Resume => What::IncidentResumed { incident: id },
        Does::Close => What::IncidentClosed { incident: id, reason: String::new() },
        Does::Switch => What::ModeSwitched { mode: Mode::Emergency },
    };
    let touched = !matches!(what, What::ModeSwitched { .. });
    apply(hall, now, what);
    touched.then_some(id)
}

/// One kind has limits, of which the first is short and the second long; the other has none.
pub(in crate::screen) fn city_limits() -> CityLimits {
    let hours = |hours: i64| Some(Limit { clock: Clock::UrgentHours, millis: hours * HOUR });
    let limits = Limits { dispatch: hours(2), handle: hours(30), ..Limits::default() };
    let by_kind = BTreeMap::from([("10101".to_owned(), limits)]);
    let limits = Arc::new(TimeLimits::new(WorkCalendar::default(), 20, by_kind));
    CityLimits { limits, utc_offset_secs: |_| 0 }
}

/// All rows, looked at one by one.
fn rows(
    hall: &Hall,
    ledger: &Ledger,
    (lists, sorting): (&Lists, Sorting),
    hidden: [bool; 4],
    names: &dyn Names,
) -> Vec<Row> {
    let rows = OpenRows { hall, ledger, lists, hidden, sorting, names, talk: None };
    let all: Vec<Row> = (0..rows.count()).map(|at| rows.row(at).expect("a row at every place")).collect();
    for (at, row) in all.iter().enumerate() {
        assert_eq!((rows.id(at), rows.position(row.id)), (Some(row.id), Some(at)));
    }
    assert_eq!(rows.id(all.len()), None);
    all
}

/// The same rows without ledger or search.
fn rows_from_scratch(
    hall: &Hall,
    limits: &CityLimits,
    (words, sorting): (&str, Sorting),
    hidden: [bool; 4],
    names: &dyn Names,
) -> Vec<Row> {
    let open = hall.incidents().filter(|incident| incident.stage != Stage::Closed);
    let mut rows: Vec<Row> =
        open.map(|incident| Row::new(hall, incident, limits.countdown(hall, incident), names)).collect();
    rows.retain(|row| {
        let places = [row.kind.as_str(), row.place.as_deref().unwrap_or_default(), row.text.as_str()];
        let has = |word: &str| {
            places.iter().any(|place| place.to_lowercase().contains(&word.to_lowercase()))
                || row.id.0.to_string() == word
        };
        !hidden[row.grade.index()] && words.split_whitespace().all(has)
    });
    let never = Moment(i64::MAX);
    rows.sort_by_key(|row| {
        let due = row.countdown.and_then(|next| next.due()).unwrap_or(never);
        match sorting {
            Sorting::Due => (row.grade, due, row.grade, row.id),
            Sorting::Waiting => (row.grade, row.happened_at, row.grade, row.id),
            Sorting::Across => (row.grade.min(Grade::II), due, row.grade, row.id),
        }
    });
    rows
}

proptest! {
    #[test]
    fn after_any_facts_a_kept_ledger_says_what_one_read_from_scratch_says(
        steps in prop::collection::vec(a_step(), 1..60),
        words in prop::sample::select(vec!["gas", "ROAD", "main 3", "nathan 井", "4"]),
    ) {
        let (mut hall, mut ledger) = (Hall::default(), Ledger::default());
        let mut searches = Sorting::ALL.map(|sorting| (sorting, Search::default()));
        let mut sifted = Search::default();
        let limits = city_limits();
        ledger.limit(limits.clone(), &hall);
        let (mut now, mut touched) = (Moment(40 * 24 * HOUR), Vec::new());
        for step in &steps {
            now = now.plus_millis(step.hours * HOUR);
            touched.extend(take(&mut hall, now, step));
            if !step.told {
                continue;
            }
            let start = Moment(now.0.div_euclid(24 * HOUR) * 24 * HOUR);
            ledger.begin_day(start);
            ledger.fold(&hall, &std::mem::take(&mut touched));
            let mut scratch = Ledger::default();
            scratch.limit(limits.clone(), &hall);
            scratch.begin_day(start);
            let (kept, fresh) = (ledger.figures(), scratch.figures());
            prop_assert_eq!(kept, fresh);
            let told = hall.figures(start);
            let of_hall = (told.reported, told.closed, told.mean_handling_secs);
            prop_assert_eq!((kept.reported, kept.closed, kept.mean_handling_secs), of_hall);
            prop_assert_eq!(ledger.stages(), scratch.stages());
            // Every third is let through, every sixth of them without being sure.
            let lets = |_: &Hall, one: &Incident| match one.id.0 % 6 {
                0 => Lets::Unsure,
                3 => Lets::Through,
                _ => Lets::Not,
            };
            let sieve = Some(Sieve { key: "third", lets: &lets });
            for stage in [None, Some(Stage::Reported)] {
                let sought = Sought { words, sieve, stage, sorting: Sorting::Due };
                sifted.seek(&sought, &hall, &ledger, &Streets, ("en", true));
                let passing: Vec<Row> = rows_from_scratch(&hall, &limits, (words, Sorting::Due), ALL, &Streets)
                    .into_iter()
                    .filter(|row| row.id.0.is_multiple_of(3))
                    .collect();
                for at in Stage::ALL {
                    let there = passing.iter().filter(|row| row.stage == at).count();
                    prop_assert_eq!(sifted.stages(&ledger).at(at, ALL), there);
                }
                let wanted: Vec<Row> =
                    passing.into_iter().filter(|row| stage.is_none_or(|stage| row.stage == stage)).collect();
                prop_assert_eq!(sifted.unsure(), wanted.iter().filter(|row| row.id.0.is_multiple_of(6)).count());
                let lists = (sifted.found(&ledger), Sorting::Due);
                prop_assert_eq!(rows(&hall, &ledger, lists, ALL, &Streets), wanted);
            }
            for (sorting, search) in &mut searches {
                let sorting = *sorting;
                prop_assert_eq!(ledger.open(sorting).counts(), hall.open_by_grade());
                let last = |ledger: &Ledger| ledger.open(sorting).last_first().collect::<Vec<_>>();
                prop_assert_eq!(last(&ledger), last(&scratch));
                for hidden in [ALL, [true, false, false, true], [false, true, true, false]] {
                    let wanted = rows_from_scratch(&hall, &limits, ("", sorting), hidden, &Streets);
                    let lists = (ledger.open(sorting), sorting);
                    prop_assert_eq!(rows(&hall, &ledger, lists, hidden, &Streets), wanted);
                    search.step(words, sorting, &hall, &ledger, &Streets, ("en", true));
                    prop_assert!(!search.is_on(), "so few are looked through at once");
                    let wanted = rows_from_scratch(&hall, &limits, (words, sorting), hidden, &Streets);
                    let lists = (search.found(&ledger), sorting);
                    prop_assert_eq!(rows(&hall, &ledger, lists, hidden, &Streets), wanted);
                }
            }
        }
    }

    #[test]
    fn long_lists_stay_in_order_whatever_is_put_in_and_taken_out(
        keys in prop::collection::vec((0..4_000_i64, any::<bool>()), 1..6_000),
    ) {
        let (mut lists, mut wanted) = (Lists::default(), BTreeSet::new());
        for (at, takes_out) in keys {
            let key = (Moment(at / 2), IncidentId(u64::try_from(at).unwrap()));
            if takes_out {
                lists.remove(Grade::II, &key);
                wanted.remove(&key);
            } else {
                lists.insert(Grade::II, key);
                wanted.insert(key);
            }
        }
        prop_assert_eq!(lists.len(ALL), wanted.len());
        prop_assert!(lists.in_order().eq(wanted.iter().map(|(_, id)| *id)));
        for (at, key) in wanted.iter().enumerate().step_by(97) {
            prop_assert_eq!(lists.get(ALL, at), Some(key.1));
            prop_assert_eq!(lists.position(ALL, Grade::II, key), Some(at));
            prop_assert_eq!(lists.behind(Some((Grade::II, *key))).count(), wanted.len() - at - 1);
        }
    }
}

/// Open incidents without end: `n`, one a second.
fn crowd(n: u64) -> Hall {
    let all: Vec<_> =
        (1..=n).zip(Grade::ALL.into_iter().cycle()).zip(0..).map(|((id, grade), at)| (id, grade, at)).collect();
    hall_of(&all)
}

#[test]
fn a_long_search_takes_several_passes_and_misses_nothing_that_changes_meanwhile() {
    let mut hall = crowd(3_000);
    let mut ledger = Ledger::read(&hall);
    let mut search = Search::default();
    let step = |search: &mut Search, hall: &Hall, ledger: &Ledger| {
        search.step("road 5", Sorting::Due, hall, ledger, &Streets, ("en", true));
    };
    step(&mut search, &hall, &ledger);
    assert!(search.is_on(), "a share of them");
    let some = search.found(&ledger).len(ALL);
    assert!(some > 0, "and what it found is there at once");
    // One that was looked at and one that was not yet: the first no longer has the words, the last has them now.
    let first = search.found(&ledger).get(ALL, 0).unwrap();
    let last = IncidentId(2_996);
    for (id, text) in [(first, "nothing"), (last, "road 5")] {
        let place = Place { at: None, address: "Main Street".into() };
        apply(&mut hall, Moment(9), What::IncidentUpdated { incident: id, place, text: text.into() });
    }
    ledger.fold(&hall, &[first, last]);
    step(&mut search, &hall, &ledger);
    let open = |search: &Search, id| search.found(&ledger).in_order().any(|found| found == id);
    assert!(open(&search, last) && !open(&search, first));
    for _ in 0..20 {
        step(&mut search, &hall, &ledger);
    }
    assert!(!search.is_on());
    let none = CityLimits::default();
    for sorting in Sorting::ALL {
        search.step("road 5", sorting, &hall, &ledger, &Streets, ("en", true));
        while search.is_on() {
            search.step("road 5", sorting, &hall, &ledger, &Streets, ("en", true));
        }
        let wanted = rows_from_scratch(&hall, &none, ("road 5", sorting), ALL, &Streets);
        let lists = (search.found(&ledger), sorting);
        assert_eq!(rows(&hall, &ledger, lists, ALL, &Streets), wanted, "another order is looked through anew");
    }
}

#[test]
fn another_language_or_known_streets_are_searched_anew() {
    let hall = crowd(40);
    let ledger = Ledger::read(&hall);
    let mut search = Search::default();
    search.step("nathan", Sorting::Due, &hall, &ledger, &NoNames, ("en", false));
    assert_eq!(search.found(&ledger).len(ALL), 0);
    search.step("nathan", Sorting::Due, &hall, &ledger, &Streets, ("en", true));
    assert_eq!(search.found(&ledger).len(ALL), 40);
    search.step("", Sorting::Due, &hall, &ledger, &Streets, ("en", true));
    assert!(!search.is_on());
    assert_eq!(search.found(&ledger).len(ALL), 40, "without words there is everything");
}

#[test]
fn search_finds_all_words_in_kind_place_and_number_whatever_their_case() {
    let hall = crowd(12);
    let ledger = Ledger::read(&hall);
    let found = |words: &str| -> Vec<u64> {
        let mut search = Search::default();
        search.step(words, Sorting::Due, &hall, &ledger, &Streets, ("en", true));
        let mut ids: Vec<u64> = search.found(&ledger).in_order().map(|id| id.0).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(found("GAS nathan"), [2, 4, 6, 8, 10, 12]);
    assert_eq!(found("井盖 3"), [3, 11]);
    assert_eq!(found("gas 井盖"), [0; 0]);
}

#[test]
fn what_will_be_late_first_comes_first_across_grades_or_within_them() {
    // Even numbers have to be sent within two hours, odd ones have no limit.
    let mut hall = hall_of(&[
        (1, Grade::III, 0),
        (2, Grade::III, HOUR),
        (4, Grade::III, 2 * HOUR),
        (6, Grade::III, 3 * HOUR),
        (8, Grade::II, 9 * HOUR),
    ]);
    let order = |hall: &Hall, sorting| {
        let mut ledger = Ledger::default();
        ledger.limit(city_limits(), hall);
        ledger.open(sorting).in_order().map(|id| id.0).collect::<Vec<_>>()
    };
    assert_eq!(order(&hall, Sorting::Due), [8, 2, 4, 6, 1]);
    assert_eq!(order(&hall, Sorting::Waiting), [8, 1, 2, 4, 6]);
    assert_eq!(order(&hall, Sorting::Across), [2, 4, 6, 8, 1], "the graver one is due at eleven");
    apply(&mut hall, Moment(4 * HOUR), What::IncidentAdvanced { incident: IncidentId(2), stage: Stage::Dispatched });
    assert_eq!(order(&hall, Sorting::Due), [8, 4, 6, 2, 1], "sent, it has thirty hours more");
    apply(&mut hall, Moment(4 * HOUR), What::IncidentSuspended { incident: IncidentId(6), reason: String::new() });
    assert_eq!(order(&hall, Sorting::Due), [8, 4, 2, 1, 6], "what is on hold is behind");
    let together = hall_of(&[(1, Grade::IV, 0), (2, Grade::III, HOUR), (3, Grade::I, 0), (4, Grade::II, HOUR)]);
    assert_eq!(
        order(&together, Sorting::Across),
        [3, 4, 2, 1],
        "an emergency is first; of those due together the graver one"
    );
    assert_eq!(Sorting::default(), Sorting::Across);
}

#[test]
fn a_long_list_across_grades_counts_those_that_are_not_hidden() {
    let hall = crowd(3_000);
    // Nothing has a limit: grades decide, and among those of a grade the numbers.
    let ledger = Ledger::read(&hall);
    let mut put_in = Lists::new(Sorting::Across, std::iter::empty());
    let key = |id: u64| ledger.key(IncidentId(id), Sorting::Across).unwrap();
    (1..=3_000).rev().map(key).for_each(|(grade, key)| put_in.insert(grade, key));
    for hidden in [ALL, [true, false, false, true], [false, true, true, false], [true; 4]] {
        let shown = |id: &u64| !hidden[usize::try_from((id - 1) % 4).unwrap()];
        let mut wanted: Vec<u64> = (1..=3_000).filter(shown).collect();
        wanted.sort_by_key(|id| ((id - 1) % 4, *id));
        for lists in [ledger.open(Sorting::Across), &put_in] {
            assert_eq!((lists.len(hidden), lists.get(hidden, wanted.len())), (wanted.len(), None));
            for (at, id) in wanted.iter().enumerate().step_by(89) {
                let (grade, key) = key(*id);
                assert_eq!(lists.get(hidden, at), Some(IncidentId(*id)));
                assert_eq!(lists.position(hidden, grade, &key), Some(at));
            }
        }
    }
    let (grade, first) = key(1);
    assert_eq!(put_in.position([true, false, false, false], grade, &first), None);
    assert_eq!(put_in.behind(Some((grade, first))).count(), 2_999);
    assert!(put_in.of(Grade::II).eq((1..=3_000).filter(|id| id % 4 == 2).map(IncidentId)));
    (1..=3_000).map(key).for_each(|(grade, key)| put_in.remove(grade, &key));
    assert_eq!((put_in.counts(), put_in.get(ALL, 0)), ([0; 4], None));
}

#[test]
fn a_hall_that_was_replaced_is_read_anew_by_those_who_follow() {
    let mut hall = crowd(10);
    let mut ledger = Ledger::read(&hall);
    let turn = ledger.turn();
    apply(&mut hall, Moment(0), What::IncidentClosed { incident: IncidentId(3), reason: String::new() });
    ledger.fold(&hall, &[IncidentId(3)]);
    assert_eq!(ledger.touched_since(turn).map(Iterator::collect::<Vec<_>>), Some(vec![IncidentId(3)]));
    assert_eq!(ledger.key(IncidentId(3), Sorting::Due), None);
    ledger.rebuild(&crowd(5));
    assert!(ledger.touched_since(turn).is_none());
    assert_eq!((ledger.open(Sorting::Due).len(ALL), ledger.upto()), (5, Seq(5)));
    for _ in 0..9_000 {
        ledger.fold(&crowd(1), &[IncidentId(1)]);
    }
    assert!(ledger.touched_since(turn + 1).is_none(), "longer ago than is remembered");
}
