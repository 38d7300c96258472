//! What is asked, page by page and while answers are on their way; the panel's keys; a case that left the hall.

use rust_i18n::t;

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::model::{Asked, Chip, Finder, Period, State};
use super::panel::{FinderView, FinderWish, finder_ui};
use super::story::lines;
use super::systems::{Stories, past};
use crate::domain::{
    Actor, Answers, CaseMove, Checker, CrewId, Fact, Fate, Finding, Found, FoundCase, Grade, Hall, IncidentId, LonLat,
    Moment, Order, Party, Place, Progress, Refusal, Report, Seq, Stage, Story, What,
};
use crate::screen::look;

const MIDDLE: LonLat = LonLat { lon: 119.3, lat: 31.6 };

fn case(id: u64) -> FoundCase {
    FoundCase {
        id: IncidentId(id),
        number: format!("99010020231115{id:05}").parse().ok(),
        kind: "20406".to_owned(),
        grade: Grade::III,
        stage: Stage::Closed,
        source: "12345".to_owned(),
        source_id: id.to_string(),
        place: Place { at: Some(MIDDLE), address: "解放路23号".to_owned() },
        text: "桥下道路积水".to_owned(),
        happened_at: Moment(0),
        known_at: Moment(0),
        over_at: Some(Moment(60_000)),
        outcome: Some(crate::domain::Outcome::Finished),
        department: None,
        area: None,
        answers: [("injured", "2")].into(),
    }
}

fn found(ids: std::ops::RangeInclusive<u64>, next: Option<u64>) -> Found {
    Found { cases: ids.rev().map(case).collect(), next: next.map(IncidentId), count: 40, more: false, behind: 0 }
}

fn asked(query: &str) -> Asked {
    Asked { query: query.to_owned(), ..Asked::default() }
}

#[test]
fn what_was_typed_is_words_a_case_number_or_a_case() {
    let search = |query: &str| asked(query).search((Moment(0), 0), Some(MIDDLE), None);
    assert_eq!((search(" 积水 ").text.as_str(), search("积水").number.as_str()), ("积水", ""));
    assert_eq!(
        (search("99010020231115").text.as_str(), search("99010020231115").number.as_str()),
        ("", "99010020231115")
    );
    assert_eq!(search("1234").text, "1234", "a house number or part of one");
    let (component, case) = (search("3299010402000123"), search("32990104020001234"));
    assert_eq!((component.text.as_str(), component.number.as_str()), ("3299010402000123", ""), "forms name components");
    assert_eq!((case.text.as_str(), case.number.as_str()), ("", "32990104020001234"));
    let one = search("#7");
    assert_eq!((one.before, one.limit, one.text.as_str()), (Some(IncidentId(8)), 1, ""));
    assert!(search("#7").check().is_ok() && search("").check().is_ok() && search("#").check().is_ok());
}

#[test]
fn each_choice_goes_round_and_is_asked_for() {
    let mut turned = asked("积水");
    for _ in 0..3 {
        turned = turned.turned(Chip::Grade).turned(Chip::Fate).turned(Chip::Period).turned(Chip::Near);
    }
    assert_eq!((turned.grade, turned.fate), (Some(Grade::III), Some(Fate::Finished)));
    let search = turned.search((Moment(86_400_000 * 30), 0), Some(MIDDLE), None);
    assert_eq!((search.from, search.near), (Some(Moment(0)), Some((MIDDLE, 10_000.0))));
    assert!(search.check().is_ok());
    assert_eq!(turned.search((Moment(0), 0), None, None).near, None, "before the map is there");
    for _ in 0..2 {
        turned = turned.turned(Chip::Grade).turned(Chip::Period);
    }
    assert_eq!((turned.grade, turned.period), (None, Period::Ever));
}

#[test]
fn days_among_the_words_are_asked_for_shown_and_give_way_to_a_period() {
    let mut typed = asked("积水 2025-03 桥");
    typed.period = Period::Week;
    let search = typed.search((Moment(1_800_000_000_000), 8 * 3600), None, None);
    assert_eq!(search.text, "积水 桥");
    let (march, april) = (Moment(1_740_758_400_000), Moment(1_743_436_800_000));
    assert_eq!((search.from, search.until), (Some(march), Some(april)), "in the place of the period");
    assert!(search.check().is_ok());
    assert!(typed.search((Moment(0), 0), None, Some(IncidentId(9))).limit > search.limit, "further pages are longer");
    let one = asked("20250301001 2025-03-01").search((Moment(0), 0), None, None);
    assert_eq!((one.number.as_str(), one.until.is_some()), ("20250301001", true));
    let mut finder = Finder::default();
    finder.ask(typed.clone());
    finder.take(Ok(found(1..=3, None)));
    let texts = draw(&finder, true, vec![]).1;
    assert!(texts.iter().any(|text| text == "2025-03-01 – 2025-03-31"), "{texts:?}");
    let turned = typed.turned(Chip::Period);
    assert_eq!((turned.query.as_str(), turned.period, turned.days()), ("积水 桥", Period::Month, None));
}

#[test]
fn whoever_goes_on_reaches_cases_far_back_and_hears_how_many_are_listed() {
    let mut finder = Finder::default();
    finder.ask(asked(""));
    finder.take(Ok(Found { count: 1000, more: true, ..found(9_971..=10_000, Some(9_971)) }));
    assert_eq!(finder.older(), Some(true));
    let texts = draw(&finder, true, vec![]).1;
    let said = format!("{}+", look::words::count(1000));
    let (count, older) = (t!("finder.count", count = said), t!("finder.older", listed = "30"));
    assert!(texts.iter().any(|text| text.contains(&*count) && text.contains(&*older)), "{texts:?}");
    for from in (1..=99_u64).rev() {
        assert!(finder.choose(usize::MAX), "with {} listed", finder.cases.len());
        finder.take(Ok(found(from * 100..=from * 100 + 99, Some(from * 100))));
    }
    assert_eq!((finder.cases.len(), finder.older()), (9_930, Some(true)));
    assert!(finder.choose(usize::MAX));
    finder.take(Ok(found(0..=99, Some(0))));
    assert!(!finder.choose(usize::MAX), "as many as are listed");
    let texts = draw(&finder, true, vec![]).1;
    let by_days = t!("finder.older_by_days", listed = look::words::count(10_030));
    assert!(finder.older() == Some(false) && texts.iter().any(|text| text.contains(&*by_days)), "{texts:?}");
}

#[test]
fn one_question_is_on_its_way_and_the_newest_is_asked_after_it() {
    let mut finder = Finder::default();
    assert!(finder.ask(asked("积")));
    assert!(!finder.ask(asked("积水")) && !finder.ask(asked("积水点")));
    assert!(finder.take(Ok(found(1..=3, None))), "the newest");
    assert!(finder.cases.is_empty(), "what came is of another question");
    assert!(!finder.take(Ok(found(1..=3, Some(1)))));
    assert_eq!((finder.cases.len(), finder.state.clone()), (3, State::Found));
    // The last one asks for what comes after it.
    assert!(!finder.choose(1) && finder.choose(99));
    assert_eq!((finder.chosen, finder.before()), (2, Some(IncidentId(1))));
    assert!(!finder.take(Ok(Found { cases: vec![case(0)], ..Found::default() })));
    assert_eq!((finder.cases.len(), finder.count), (4, (40, false)), "counted once");
    assert!(!finder.choose(3), "there are no more");
    assert!(finder.begin());
    finder.take(Err(Refusal::NoHub));
    assert_eq!(finder.state, State::Failed(Refusal::NoHub));
    assert!(!finder.take(Ok(found(1..=3, None))), "nothing was asked");
}

#[test]
fn a_case_by_its_number_is_that_one_or_none() {
    let mut finder = Finder::default();
    finder.ask(asked("#7"));
    finder.take(Ok(found(7..=7, Some(7))));
    assert_eq!((finder.cases.len(), finder.count), (1, (1, false)));
    finder.ask(asked("#9"));
    finder.take(Ok(found(7..=7, None)));
    assert!(finder.cases.is_empty());
}

fn draw(finder: &Finder, live: bool, events: Vec<Event>) -> (Vec<FinderWish>, Vec<String>) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0));
    let mut wishes = Vec::new();
    let mut texts = Vec::new();
    for events in [vec![], events] {
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| {
            let kind = |code: &str| format!("kind {code}");
            let view = FinderView { finder, kind: &kind, focus: true, reveal: true, live, utc_offset_secs: 0 };
            wishes = finder_ui(ui.ctx(), all, &view);
        });
        output.textures_delta.clear();
        texts.clear();
        for shape in &output.shapes {
            collect(&shape.shape, &mut texts);
        }
    }
    (wishes, texts)
}

fn collect(shape: &egui::Shape, texts: &mut Vec<String>) {
    match shape {
        egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
        egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, texts)),
        _ => {}
    }
}

fn press(key: Key, modifiers: Modifiers) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
}

fn listed() -> Finder {
    let mut finder = Finder::default();
    finder.ask(asked("积水"));
    finder.take(Ok(found(1..=30, Some(1))));
    finder
}

#[test]
fn keys_choose_open_narrow_and_close() {
    let plain = |key| vec![press(key, Modifiers::NONE)];
    let wishes = |events| draw(&listed(), true, events).0;
    assert_eq!(wishes(plain(Key::ArrowDown)), [FinderWish::Choose(1)]);
    assert_eq!(wishes(plain(Key::PageDown)), [FinderWish::Choose(8)]);
    assert_eq!(wishes(plain(Key::ArrowUp)), [FinderWish::Choose(0)]);
    assert_eq!(wishes(plain(Key::Enter)), [FinderWish::Take(0)]);
    assert_eq!(wishes(plain(Key::Escape)), [FinderWish::Close]);
    let narrowed = asked("积水").turned(Chip::Grade);
    assert_eq!(wishes(vec![press(Key::G, Modifiers::ALT)]), [FinderWish::Ask(narrowed)]);
}

#[test]
fn every_state_says_what_it_is() {
    let says = |finder: &Finder, live, wanted: &str| {
        let texts = draw(finder, live, vec![]).1;
        assert!(texts.iter().any(|text| text.contains(wanted)), "{wanted}: {texts:?}");
    };
    says(&listed(), true, &t!("finder.count", count = "40"));
    says(&listed(), true, "9901002023111500030");
    says(&listed(), true, "解放路23号");
    says(&listed(), false, &t!("finder.no_hub"));
    let mut finder = Finder::default();
    finder.ask(asked("积"));
    says(&finder, true, &t!("finder.searching"));
    says(&finder, false, &t!("finder.no_hub"));
    finder.take(Ok(Found::default()));
    says(&finder, true, &t!("finder.nothing"));
    finder.begin();
    finder.take(Err(Refusal::NoArchive));
    says(&finder, true, &t!("refusal.no_archive"));
}

fn story() -> Story {
    let mut hall = Hall::default();
    let by = Actor::Person("li".to_owned());
    let report = Report {
        source: "12345".to_owned(),
        source_id: "1".to_owned(),
        kind: "20406".to_owned(),
        grade: Grade::III,
        place: case(1).place,
        text: "桥下道路积水".to_owned(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: [].into(),
    };
    let one = IncidentId(1);
    let ask = CaseMove::AskRecheck { of: Checker::Crew(CrewId(7)), words: "看桥下".to_owned() };
    let answer = CaseMove::AnswerRecheck { finding: Finding::Unclear, words: "天黑".to_owned() };
    let mut facts: Vec<Fact> = Vec::new();
    for order in [
        Order::TakeReport(report),
        Order::RegradeIncident { incident: one, grade: Grade::II, reason: "扩大".to_owned() },
        Order::MoveIncident { incident: one, step: CaseMove::Urge { words: "再次来电".to_owned() } },
        Order::AdvanceIncident { incident: one, stage: Stage::Done },
        Order::MoveIncident { incident: one, step: ask },
        Order::MoveIncident { incident: one, step: answer },
        Order::CloseIncident { incident: one, reason: "已排空".to_owned() },
    ] {
        for fact in hall.decide(order, &by, Moment(60_000)).unwrap() {
            assert!(hall.apply(&fact));
            // As if others stood between them in the log.
            facts.push(Fact { seq: Seq(fact.seq.0 * 10), ..fact });
        }
    }
    facts.reverse();
    Story { case: case(1), facts, more: false }
}

#[test]
fn a_case_that_left_the_hall_is_as_its_facts_left_it() {
    let (case, hall) = past(&story()).unwrap();
    let incident = hall.incident(IncidentId(1)).unwrap();
    assert_eq!((incident.stage, incident.grade, case.id), (Stage::Closed, Grade::II, IncidentId(1)));
    assert_eq!(hall.closing(IncidentId(1)).unwrap().reason, "已排空");
    assert_eq!(hall.dossier(IncidentId(1)).urges, 1);
    let cut = Story { facts: story().facts.into_iter().take(2).collect(), more: true, ..story() };
    assert!(past(&cut).is_none(), "without its report nothing is known of it");
}

#[test]
fn a_long_story_grows_back_to_its_beginning_and_keeps_it_when_news_comes() {
    let whole = story().facts;
    let one = IncidentId(1);
    let part = |facts: &[Fact], more: bool| Ok(Box::new(Story { facts: facts.to_vec(), more, ..story() }));
    let seqs = |stories: &Stories| stories.facts(one).unwrap().iter().map(|fact| fact.seq).collect::<Vec<_>>();
    let all: Vec<Seq> = whole.iter().map(|fact| fact.seq).collect();
    let (mut stories, hall) = (Stories::default(), Hall::default());
    stories.choose(Some(one));
    assert_eq!(stories.asks(true, false), Some(None), "the newest first");
    assert_eq!(stories.asks(true, true), None, "one after the other");
    stories.take(one, part(&whole[1..3], true), &hall);
    assert_eq!((stories.is_cut(one), stories.asks(false, false)), (Some(true), None));
    assert!(stories.past(one).is_none(), "its report is not told yet");
    assert_eq!(stories.asks(false, true), Some(Some(all[2])));
    stories.take(one, Err(Refusal::NoArchive), &hall);
    assert_eq!(seqs(&stories), all[1..3], "what is told stays");
    assert_eq!(stories.asks(false, true), Some(Some(all[2])));
    stories.take(one, part(&whole[3..], false), &hall);
    assert_eq!((seqs(&stories), stories.is_cut(one)), (all[1..].to_vec(), Some(false)));
    assert_eq!(stories.asks(false, true), None, "there is nothing before");
    // A fact more: the newest page is told anew, and what is older stays.
    assert_eq!(stories.asks(true, false), Some(None));
    stories.take(one, part(&whole[..2], true), &hall);
    assert_eq!((seqs(&stories), stories.is_cut(one)), (all.clone(), Some(false)));
    assert!(stories.past(one).is_some(), "a case that left the hall is there with its report");
    // Where the two do not meet, something would be missing between them.
    stories.choose(Some(one));
    stories.asks(true, false);
    stories.take(one, part(&whole[4..], false), &hall);
    stories.asks(true, false);
    stories.take(one, part(&whole[..2], true), &hall);
    assert_eq!((seqs(&stories), stories.is_cut(one)), (all[..2].to_vec(), Some(true)));
}

#[test]
fn who_answers_a_recheck_that_was_asked_of_others_is_told_beside_them_and_only_there() {
    let one = IncidentId(1);
    let fact = |number: u64, by: &Actor, step: CaseMove, stage: Stage| Fact {
        seq: Seq(number),
        happened_at: Moment(0),
        known_at: Moment(0),
        by: by.clone(),
        what: What::IncidentMoved { incident: one, step, stage },
    };
    let checked = |number: u64, by: &Actor| Fact {
        what: What::IncidentAdvanced { incident: one, stage: Stage::Checked },
        ..fact(number, by, CaseMove::Urge { words: String::new() }, Stage::Checked)
    };
    let ask = |of| CaseMove::AskRecheck { of, words: String::new() };
    let answer = |finding| CaseMove::AnswerRecheck { finding, words: "已看".to_owned() };
    let rework = || CaseMove::Rework { reason: "已看".to_owned() };
    let (li, wang) = (Actor::Person("li".to_owned()), Actor::Person("wang".to_owned()));
    let (of_crew, of_wang) = (Checker::Crew(CrewId(7)), Checker::Person("wang".to_owned()));
    // Whether each line, oldest first, tells of whom it was asked.
    let told = |mut facts: Vec<Fact>, who: &str, by: &str| {
        facts.reverse();
        let party = |party: &Party| format!("{party:?}");
        let other = t!("card.recheck_other", who = who, by = by).into_owned();
        let mut told: Vec<bool> =
            lines(&facts, one, party, |_: &Answers| Vec::new()).map(|line| line.what.ends_with(&other)).collect();
        told.reverse();
        told
    };
    let (crew, done) = ("Crew(CrewId(7))", Stage::Done);
    // Answered with a fail, which brings rework of its own; asked again, and found done with T.
    let facts = vec![
        fact(1, &li, ask(of_crew.clone()), done),
        fact(2, &li, answer(Finding::Fail), done),
        fact(3, &li, rework(), Stage::Dispatched),
        fact(4, &li, ask(of_crew.clone()), done),
        fact(5, &li, CaseMove::Urge { words: String::new() }, done),
        checked(6, &li),
    ];
    assert_eq!(told(facts, crew, "li"), [false, true, false, false, false, true]);
    let own = |by: &Actor, of: &Checker| {
        vec![fact(1, &li, ask(of.clone()), done), fact(2, by, answer(Finding::Pass), done), checked(3, by)]
    };
    assert_eq!(told(own(&wang, &of_wang), "wang", "wang"), [false; 3], "who was asked answers");
    assert_eq!(told(own(&Actor::of_crew(CrewId(7)), &of_crew), crew, crew), [false; 3]);
    let by = "Crew(CrewId(8))";
    assert_eq!(told(own(&Actor::of_crew(CrewId(8)), &of_crew), crew, by), [false, true, false]);
    assert_eq!(told(vec![checked(1, &li)], crew, "li"), [false], "nobody was asked, or it is not told yet");
}

#[test]
fn every_fact_of_a_case_has_its_line() {
    let party = |party: &Party| format!("{party:?}");
    let said = |answers: &Answers| crate::screen::form::said(&[], answers, "zh-CN");
    let facts = story().facts;
    let lines: Vec<_> = lines(&facts, IncidentId(1), party, said).collect();
    let told: Vec<(String, &str)> = lines.iter().map(|line| (line.what.clone(), line.words.as_str())).collect();
    let expected = [
        (t!("story.closed").into_owned(), "已排空"),
        (
            format!(
                "{} · {} · {}",
                t!("move.answer_recheck"),
                t!("move.finding.unclear"),
                t!("card.recheck_other", who = "Crew(CrewId(7))", by = "li")
            ),
            "天黑",
        ),
        (format!("{} · Crew(CrewId(7))", t!("move.ask_recheck")), "看桥下"),
        (t!("stage.done").into_owned(), ""),
        (format!("{}", t!("move.urge")), "再次来电"),
        (t!("story.regraded", from = "Ⅲ", to = "Ⅱ").into_owned(), "扩大"),
        (t!("story.reported").into_owned(), "桥下道路积水"),
    ];
    assert_eq!(told, expected);
    assert!(lines.iter().all(|line| line.who == "li" && line.at == Moment(60_000)));
}
