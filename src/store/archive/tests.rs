//! What is found, in which order and page by page, and that the archive follows from the log alone.

use std::sync::Arc;

use proptest::prelude::*;

use super::words::{grams, has_initials, initials, mark, plain};
use super::*;
use crate::domain::search::COUNT_MAX;
use crate::domain::{
    Actor, Assignment, CaseMove, Fate, Grade, Hall, LonLat, Moment, Order, Outcome, Part, Party, Place, Progress,
    Report, Stage,
};
use crate::store::Store;
use crate::store::audit::Entry;

const HOUR: i64 = 3_600_000;
const MIDNIGHT: i64 = 1_699_977_600_000;

/// A log in memory and the archive that follows it.
struct Both {
    store: Store,
    hall: Hall,
    archive: Archive,
    now: i64,
}

impl Both {
    fn new() -> Self {
        let (store, hall) = Store::in_memory().unwrap();
        let archive = Archive::in_memory(store.epoch()).unwrap();
        Self { store, hall, archive, now: MIDNIGHT }
    }

    fn order(&mut self, order: Order) -> IncidentId {
        let by = Actor::Person("li".to_owned());
        let facts = self.hall.decide(order, &by, Moment(self.now)).unwrap();
        for fact in &facts {
            assert!(self.hall.apply(fact));
        }
        self.store.append(&facts, &Entry::covering("person li", &facts)).unwrap();
        facts.iter().find_map(|fact| fact.what.incident()).unwrap_or(IncidentId(0))
    }

    fn report(&mut self, kind: &str, address: &str, text: &str) -> IncidentId {
        self.report_at(kind, address, text, None)
    }

    fn report_at(&mut self, kind: &str, address: &str, text: &str, at: Option<LonLat>) -> IncidentId {
        let number = self.hall.upto().0;
        self.order(Order::TakeReport(Report {
            source: "12345".to_owned(),
            source_id: number.to_string(),
            kind: kind.to_owned(),
            grade: Grade::III,
            place: Place { at, address: address.to_owned() },
            text: text.to_owned(),
            happened_at: Moment(self.now),
            progress: Progress::Open,
            answers: [].into(),
        }))
    }

    fn close(&mut self, incident: IncidentId) {
        self.order(Order::CloseIncident { incident, reason: "已处置".to_owned() });
    }

    fn follow(&mut self) {
        loop {
            let facts = self.store.facts_with_areas(self.archive.upto().unwrap(), 7).unwrap();
            if facts.is_empty() {
                break;
            }
            self.archive.take(&facts).unwrap();
        }
        while self.archive.index_more().unwrap() {}
    }

    fn find(&mut self, search: &Search) -> Found {
        self.follow();
        search.check().unwrap();
        self.archive.find(search, &catalogue()).unwrap()
    }

    fn ids(&mut self, search: &Search) -> Vec<u64> {
        self.find(search).cases.iter().map(|case| case.id.0).collect()
    }

    fn ids_of(&mut self, text: &str) -> Vec<u64> {
        self.ids(&words(text))
    }
}

fn catalogue() -> Catalogue {
    Catalogue::load(None).unwrap()
}

fn search() -> Search {
    Search { limit: 50, ..Search::default() }
}

fn words(text: &str) -> Search {
    Search { text: text.to_owned(), ..search() }
}

#[test]
fn each_two_characters_are_a_word_and_latin_words_are_whole() {
    let words = |text: &str| grams(&plain(text)).into_iter().collect::<Vec<_>>();
    assert_eq!(words("道路积水"), ["积水", "路积", "道路"]);
    assert_eq!(words("Ｇ２ Road，3号线！"), ["3", "g2", "road", "号线"]);
    assert_eq!(words("路"), Vec::<String>::new());
    assert_eq!(words(" \"*():^- "), Vec::<String>::new(), "syntax of no kind");
}

#[test]
fn initials_are_of_every_reading_and_stand_together() {
    assert!(has_initials(&plain("江宁区解放路"), "jfl"));
    assert!(has_initials(&plain("中国银行"), "zgyh") && has_initials(&plain("行人"), "xr"), "行 is read two ways");
    assert!(!has_initials(&plain("解，放路"), "jf"), "not across a comma");
    assert!(!has_initials("", "a") && !has_initials("路", ""));
    assert_eq!(initials(&plain("解放")).into_iter().collect::<Vec<_>>(), ["ιjf", "ιxf"], "解 is a family name too");
    // What is long or odd is a word of letters and digits too.
    assert!(mark('κ', "a\" OR b").chars().skip(1).all(|c| c.is_ascii_alphanumeric()));
}

#[test]
fn two_characters_initials_and_names_of_kinds_find_a_case_that_left_the_hall() {
    let mut both = Both::new();
    let flood = both.report("20406", "江宁区解放路23号", "立交桥下道路积水，车辆熄火");
    let crash = both.report("30206", "Riverside Avenue", "two cars, nobody hurt");
    both.close(flood);
    both.now += 30 * HOUR;
    both.report("10101", "梧桐巷", "井盖松动");
    assert!(both.hall.incident(flood).is_none(), "it left");
    let (flood, crash) = (flood.0, crash.0);
    for text in ["积水", "立交桥下", "解放", "jfl", "jnq", "23号", "积水 解放", "水，车"] {
        assert_eq!(both.ids_of(text), [flood], "{text}");
    }
    let kind = catalogue().kind("30206").unwrap().clone();
    let name: String = kind.name_zh.chars().take(2).collect();
    assert!(both.ids_of(&name).contains(&crash), "{name}");
    let first = kind.name_en.split(' ').next().unwrap().to_owned();
    assert!(both.ids_of(&first).contains(&crash), "{first}");
    assert_eq!(both.ids_of("river NOBODY"), [crash]);
    assert_eq!(both.ids_of("积雪"), [] as [u64; 0]);
    // One character is looked for in what else fits.
    assert_eq!(both.ids_of("桥"), [flood]);
    let closed = Search { fate: Some(Fate::Finished), ..words("桥") };
    assert_eq!(both.ids(&closed), [flood]);
    assert_eq!(both.ids(&Search { fate: Some(Fate::Open), ..words("桥") }), [] as [u64; 0]);
    assert_eq!(both.ids(&Search { address: "解放".to_owned(), ..search() }), [flood]);
    assert_eq!(both.ids(&Search { address: "积水".to_owned(), ..search() }), [] as [u64; 0], "that is its text");
}

#[test]
fn every_filter_finds_its_own_and_nothing_else() {
    let mut both = Both::new();
    let here = LonLat { lon: 118.78, lat: 32.05 };
    let beside = LonLat { lon: 118.7805, lat: 32.05 };
    let far = LonLat { lon: 118.81, lat: 32.05 };
    let one = both.report_at("20406", "a", "积水", Some(here));
    let two = both.report_at("20406", "b", "积水", Some(beside));
    both.now += 2 * HOUR;
    let three = both.report_at("30206", "c", "相撞", Some(far));
    let four = both.report("30206", "d", "相撞");
    let lead = Assignment { to: Party::Department("water".to_owned()), part: Part::Lead };
    both.order(Order::GiveTasks { incident: one, to: vec![lead], words: String::new() });
    both.order(Order::RegradeIncident { incident: two, grade: Grade::I, reason: "扩大".to_owned() });
    both.order(Order::MoveIncident { incident: three, step: CaseMove::Merge { into: four } });
    both.order(Order::MoveIncident { incident: two, step: CaseMove::Reject { reason: "无关".to_owned() } });
    let numbers: Vec<String> =
        both.find(&search()).cases.iter().rev().map(|case| case.number.unwrap().to_string()).collect();
    assert_eq!(numbers, ["9901002023111500001", "9901002023111500002", "9901002023111500003", "9901002023111500004"]);
    let mut ids = |search: Search| both.ids(&search);
    let no_cases: [u64; 0] = [];
    assert_eq!(ids(search()), [4, 3, 2, 1], "reported last first");
    assert_eq!(ids(Search { kind: "204".to_owned(), ..search() }), [2, 1]);
    assert_eq!(ids(Search { kind: "30206".to_owned(), ..search() }), [4, 3]);
    assert_eq!(ids(Search { kind: "2040".to_owned(), grade: Some(Grade::I), ..search() }), [2]);
    assert_eq!(ids(Search { near: Some((here, 100.0)), ..search() }), [2, 1]);
    assert_eq!(ids(Search { near: Some((here, 20.0)), ..search() }), [1]);
    assert_eq!(ids(Search { near: Some((here, 20_000.0)), ..search() }), [3, 2, 1]);
    assert_eq!(ids(Search { near: Some((far, 5_000.0)), kind: "3".to_owned(), ..search() }), [3]);
    assert_eq!(ids(Search { from: Some(Moment(MIDNIGHT + HOUR)), ..search() }), [4, 3]);
    assert_eq!(ids(Search { until: Some(Moment(MIDNIGHT + HOUR)), ..search() }), [2, 1]);
    assert_eq!(ids(Search { from: Some(Moment(MIDNIGHT + 3 * HOUR)), ..search() }), no_cases);
    assert_eq!(ids(Search { fate: Some(Fate::Merged), ..search() }), [3]);
    assert_eq!(ids(Search { fate: Some(Fate::Closed), ..search() }), [3, 2]);
    assert_eq!(ids(Search { fate: Some(Fate::Open), ..search() }), [4, 1]);
    assert_eq!(ids(Search { department: "water".to_owned(), fate: Some(Fate::Open), ..search() }), [1]);
    assert_eq!(ids(Search { number: "9901002023111500003".to_owned(), ..search() }), [3]);
    assert_eq!(ids(Search { number: "99010020231115".to_owned(), ..search() }), [4, 3, 2, 1]);
    assert_eq!(ids(Search { number: "9901".to_owned(), text: "相撞".to_owned(), ..search() }), [4, 3]);
    assert_eq!(ids(Search { number: "9901002023111600001".to_owned(), ..search() }), no_cases);
    // What opens again is open again.
    both.order(Order::MoveIncident { incident: three, step: CaseMove::Unmerge { reason: "另一起".to_owned() } });
    assert_eq!(both.ids(&Search { fate: Some(Fate::Merged), ..search() }), no_cases);
    assert_eq!(both.ids(&Search { fate: Some(Fate::Open), ..search() }), [4, 3, 1]);
}

#[test]
fn pages_follow_each_other_and_stay_as_they_are_while_new_cases_come() {
    let mut both = Both::new();
    for _ in 0..25 {
        both.report("20406", "解放路", "道路积水");
        both.report("30206", "解放路", "两车相撞");
    }
    let mut page = Search { limit: 10, ..words("积水") };
    let (mut seen, mut counts) = (Vec::new(), Vec::new());
    loop {
        let found = both.find(&page);
        seen.extend(found.cases.iter().map(|case| case.id.0));
        counts.push((found.count, found.more));
        both.report("20406", "解放路", "又积水");
        let Some(next) = found.next else { break };
        page.before = Some(next);
    }
    assert_eq!(seen, (1..=50).rev().filter(|id| id % 2 == 1).collect::<Vec<u64>>());
    assert_eq!(counts, [(25, false), (15, false), (5, false)]);
}

#[test]
fn no_more_than_a_thousand_are_counted() {
    let mut both = Both::new();
    for _ in 0..=COUNT_MAX {
        both.report("20406", "", "积水");
    }
    both.report("20406", "", "积雪");
    for text in ["积水", ""] {
        let found = both.find(&Search { limit: 1, ..words(text) });
        assert_eq!((found.count, found.more), (COUNT_MAX, true), "{text}");
    }
    assert_eq!(both.find(&Search { limit: 1, ..words("积雪") }).count, 1);
}

#[test]
fn the_rows_are_what_the_hall_holds_and_a_story_has_every_fact_of_both_that_were_joined() {
    let mut both = Both::new();
    let (one, two) = (both.report("20406", "解放路", "积水"), both.report("20406", "解放路", "又积水"));
    both.order(Order::AdvanceIncident { incident: one, stage: Stage::Handling });
    both.order(Order::RegradeIncident { incident: one, grade: Grade::II, reason: "扩大".to_owned() });
    both.order(Order::MoveIncident { incident: two, step: CaseMove::Merge { into: one } });
    both.order(Order::AdvanceIncident { incident: one, stage: Stage::Done });
    both.order(Order::MoveIncident { incident: one, step: CaseMove::Rework { reason: "未净".to_owned() } });
    both.close(one);
    both.follow();
    for incident in both.hall.incidents() {
        let (case, _) = both.archive.case(incident.id).unwrap().unwrap();
        let held = (incident.stage, incident.grade, &incident.place, &incident.text, incident.known_at);
        assert_eq!((case.stage, case.grade, &case.place, &case.text, case.known_at), held);
        assert_eq!(case.outcome, both.hall.closing(incident.id).map(|closing| closing.outcome));
        assert_eq!(case.number, both.hall.case_number(incident.id));
    }
    let story = |id| both.store.facts_at(&both.archive.case(id).unwrap().unwrap().1).unwrap();
    let of =
        |id| both.store.facts_after(Seq(0), 100).unwrap().into_iter().filter(move |f| f.what.incident() == Some(id));
    assert_eq!(story(two), of(two).collect::<Vec<_>>());
    assert_eq!(story(one).len(), of(one).count() + 1, "the merging too");
    assert!(story(one).iter().any(|fact| matches!(&fact.what,
        What::IncidentMoved { incident, step: CaseMove::Merge { .. }, .. } if *incident == two)));
    assert_eq!(both.archive.case(IncidentId(9)).unwrap(), None);
    assert_eq!(both.archive.case(two).unwrap().unwrap().0.outcome, Some(Outcome::Merged(one)));
}

#[test]
fn an_archive_that_is_missing_damaged_or_of_another_log_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut both = Both::new();
    both.report("20406", "解放路", "道路积水");
    let facts = both.store.facts_with_areas(Seq(0), 10).unwrap();
    let (epoch, newest) = (both.store.epoch(), both.hall.upto());
    let open = |epoch, newest| Archive::open(folder.path(), epoch, newest).unwrap();
    let fill = |mut archive: Archive| {
        let begun_at = archive.upto().unwrap();
        archive.take(&facts).unwrap();
        archive.index_more().unwrap();
        assert_eq!(archive.find(&words("积水"), &catalogue()).unwrap().cases.len(), 1);
        begun_at
    };
    assert_eq!(fill(open(epoch, newest)), Seq(0));
    assert_eq!(fill(open(epoch, newest)), newest, "it is kept, and the same facts again change nothing");
    assert_eq!(fill(open(epoch ^ 1, newest)), Seq(0), "another log's");
    assert_eq!(fill(open(epoch, newest)), Seq(0));
    assert_eq!(open(epoch, Seq(0)).upto().unwrap(), Seq(0), "a log that lost facts");
    fill(open(epoch, newest));
    let path = folder.path().join(FILE);
    std::fs::write(&path, "no database, but longer than the hundred bytes of a header".repeat(90)).unwrap();
    assert_eq!(fill(open(epoch, newest)), Seq(0), "damaged");
    let sql = Connection::open(&path).unwrap();
    sql.execute_batch("UPDATE meta SET value = 99 WHERE key = 'version'").unwrap();
    drop(sql);
    assert_eq!(fill(open(epoch, newest)), Seq(0), "of another version");
    Archive::remove(folder.path()).unwrap();
    assert_eq!(fill(open(epoch, newest)), Seq(0), "missing");
}

#[test]
fn a_case_is_in_the_area_in_which_the_fact_that_moved_it_last_was_told() {
    let mut both = Both::new();
    let id = both.report("20406", "解放路", "积水");
    let area = |path: &str| Area::of(path).unwrap();
    let mut facts = both.store.facts_with_areas(Seq(0), 10).unwrap();
    assert!(facts.iter().all(|(_, named)| named.is_none()), "nobody named one");
    facts[0].1 = Some(area("东城/南街"));
    both.archive.take(&facts).unwrap();
    let of = |both: &Both| both.archive.case(id).unwrap().unwrap().0.area;
    assert_eq!(of(&both), Some(area("东城/南街")));
    let moved = |seq: u64| {
        let what = What::IncidentUpdated { incident: id, place: Place::default(), text: "积水".to_owned() };
        let at = Moment(MIDNIGHT);
        Fact { seq: Seq(seq), happened_at: at, known_at: at, by: Actor::Person("li".to_owned()), what }
    };
    let next = facts.last().unwrap().0.seq.0 + 1;
    both.archive.take(&[(moved(next), Some(area("西城")))]).unwrap();
    assert_eq!(of(&both), Some(area("西城")));
    both.archive.take(&[(moved(next + 1), None)]).unwrap();
    assert_eq!(of(&both), None, "it is nowhere that is known");
    assert!(!both.archive.is_by_place().unwrap());
    both.archive.count_by_place().unwrap();
    assert!(both.archive.is_by_place().unwrap(), "it is kept in mind");
}

#[test]
fn facts_with_a_gap_are_refused_and_nothing_of_them_is_taken() {
    let mut both = Both::new();
    both.report("20406", "", "积水");
    both.report("20406", "", "积水");
    let facts = both.store.facts_with_areas(Seq(1), 10).unwrap();
    assert!(matches!(both.archive.take(&facts), Err(ArchiveError::Damaged(_))));
    assert_eq!((both.archive.upto().unwrap(), both.archive.cases().unwrap()), (Seq(0), 0));
}

#[test]
fn numbers_go_on_where_the_archive_left_off() {
    let mut both = Both::new();
    both.report("20406", "", "一");
    both.follow();
    let numbering = crate::domain::Numbering { city: "320100".parse().unwrap(), utc_offset_secs: 8 * 3600 };
    both.order(Order::TakeNumbering(numbering));
    both.report("20406", "", "二");
    let found = both.find(&search());
    let numbers: Vec<String> = found.cases.iter().map(|case| case.number.unwrap().to_string()).collect();
    assert_eq!(numbers, ["3201002023111500002", "9901002023111500001"]);
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[\"*()^:+\\-{}, ']{0,20}",
        Just("\" OR \"a".to_owned()),
        Just("NEAR(a b, 2) AND NOT x".to_owned()),
        Just("words:积水".to_owned()),
        Just("'; DROP TABLE cases; --".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_words_are_looked_for_and_none_are_syntax(
        text in hostile(), address in hostile(), kind in hostile(), department in hostile(), number in "[0-9]{0,19}",
    ) {
        let mut both = Both::new();
        both.report("20406", "解放路23号 \"(a\" OR b*", "道路积水 NEAR AND");
        let search = Search { text, address, number, kind, department, ..search() };
        prop_assume!(search.check().is_ok());
        both.follow();
        prop_assert!(both.archive.find(&search, &catalogue()).is_ok());
    }

    #[test]
    fn what_two_characters_find_is_what_has_them(
        texts in prop::collection::vec("[积水路面a1 ，]{0,8}", 1..20), asked in "[积水路面]{2,4}",
    ) {
        let mut both = Both::new();
        for text in &texts {
            both.report("30206", "", text);
        }
        let expected: Vec<u64> = (1..).zip(&texts).filter(|(_, text)| text.contains(&asked)).map(|(id, _)| id).collect();
        let mut found = both.ids_of(&asked);
        found.reverse();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_catalogue_of_another_city_names_its_own_kinds() {
    let mut both = Both::new();
    both.report("7", "", "x");
    both.follow();
    let kinds = "fallback = '7'\n[[kind]]\ncode = '7'\nname_zh = '渡口'\nname_en = 'ferry'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n";
    let texts = crate::domain::CatalogueTexts {
        kinds: kinds.to_owned(),
        calendar: "hours = ['09:00-12:00']\nrest = ['sunday']\n".to_owned(),
    };
    let read = crate::config::InForce::from_texts(&Arc::new(texts)).unwrap();
    for text in ["渡口", "dk", "ferry"] {
        assert_eq!(both.archive.find(&words(text), read.kinds()).unwrap().cases.len(), 1, "{text}");
    }
}
