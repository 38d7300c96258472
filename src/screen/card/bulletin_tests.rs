//! Reports to those above, as the card drafts them.

use egui::{Event, Key, Modifiers};

use super::model::{Card, IncidentCard, TaskShown};
use super::panel::{CardView, CardWish, Form};
use super::tests::{card, pass_of, pass_with, view};
use crate::domain::{
    Actor, Answers, Bulletin, CrewId, Filed, Grade, Moment, Order, Owed, Part, Party, Said, Task, TaskEnd, TaskState,
};
use crate::screen::look;
use crate::screen::shown::Intent;

#[test]
fn a_report_is_written_from_the_facts_and_enter_sends_it() {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    card.place = Some("中山路一号".to_owned());
    card.text = "浓烟从窗口涌出".to_owned();
    card.owed = Some(Owed { which: Bulletin::First, soon: Moment(0), due: Moment(30_000) });
    card.next_bulletin = Some(Bulletin::First);
    card.draft = super::draft(&card, 8 * 3600);
    for part in ["中山路一号", "建筑火灾", "浓烟从窗口涌出", "nobody was sent"] {
        assert!(card.draft.contains(part), "{part}: {}", card.draft);
    }
    let draft = card.draft.clone();
    let card = Card::Incident(card);
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let key = |key, modifiers| vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }];
    let (wishes, texts) = pass_with(&ctx, 0.0, key(Key::B, Modifiers::COMMAND), &card, None);
    assert!(texts.iter().any(|(text, _)| text.contains("late by")), "half a minute late: {texts:?}");
    let opened =
        wishes.iter().find_map(|wish| if let CardWish::Form(Some(form)) = wish { Some(form.clone()) } else { None });
    let form = Form::Bulletin(Bulletin::First, draft.clone());
    assert_eq!(opened, Some(form.clone()));
    let focused = |events| pass_of(&ctx, 1.0, events, &CardView { focus_form: true, ..view(&card, Some(&form)) }).0;
    focused(vec![]);
    let line = focused(key(Key::Enter, Modifiers::SHIFT));
    let is_sent = |wish: &CardWish| matches!(wish, CardWish::Hall(Intent::Order(Order::FileReport { which: Bulletin::First, text, .. })) if *text == draft);
    assert!(!line.iter().any(is_sent), "a new line is no end");
    assert!(focused(key(Key::Enter, Modifiers::NONE)).iter().any(is_sent));
}

#[test]
fn a_first_report_tells_how_many_are_hurt_by_the_form_or_else_the_text() {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    card.text = "浓烟，多人受伤，2人被困".to_owned();
    let draft = super::draft(&card, 0);
    assert!(draft.contains("People: 2 trapped, at least 2 injured."), "{draft}");
    card.dossier.answers = [("trapped", "0"), ("injured", "5"), ("floor", "3")].into();
    let draft = super::draft(&card, 0);
    assert!(draft.contains("People: nobody trapped, 5 injured."), "{draft}");
    assert!(draft.contains("floor") && !draft.contains("injured: 5"), "each is told once: {draft}");
    card.text = "浓烟".to_owned();
    card.dossier.answers = Answers::new();
    assert!(!super::draft(&card, 0).contains("People"), "nothing is known of casualties");
}

#[test]
fn a_follow_up_says_what_changed_since_the_last_report_and_so_does_the_final_one() {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    let task = |crew: u32, name: &str, course: &[(TaskState, i64)], done: Option<i64>| {
        let course = course.iter().map(|(state, at)| (*state, Moment(*at))).collect();
        let end = done.map(|at| (TaskEnd::Done, Said { at: Moment(at), words: String::new() }));
        let (to, part) = (Party::Crew(CrewId(crew)), Part::Assist);
        let (words, answer) = (String::new(), String::new());
        let task = Task { to, part, words, course, answer, end, urges: 0, urged_at: None };
        TaskShown { task, name: name.to_owned(), metres: None }
    };
    let given = (TaskState::Given, 0);
    card.place = Some("中山路一号".to_owned());
    card.areas = vec!["东城区".to_owned(), "南街".to_owned()];
    card.dossier.answers = [("dead", "1"), ("injured", "3")].into();
    card.tasks = vec![task(1, "消防1", &[given], None), task(3, "消防3", &[given], None)];
    let filed = |which, at: i64, text: String| Filed { which, at: Moment(at), by: Actor::Person("li".into()), text };
    let since = |card: &IncidentCard| {
        let draft = super::draft(card, 0);
        let line = draft.lines().find_map(|line| line.strip_prefix("Since the last report ("));
        line.and_then(|line| line.split_once("): ")).map(|(of, changes)| (of.to_owned(), changes.to_owned()))
    };
    assert_eq!(since(&card), None, "there is none before the first");
    card.filed = vec![filed(Bulletin::First, 60_000, super::draft(&card, 0))];
    let (of, changes) = since(&card).unwrap();
    assert!(of.starts_with("First report, ") && changes == "nothing new.", "{of}: {changes}");
    card.dossier.answers = [("dead", "2"), ("injured", "3"), ("missing", "1")].into();
    card.grade = Grade::I;
    card.place = Some("中山路三号".to_owned());
    card.areas = vec!["东城区".to_owned(), "北街".to_owned()];
    card.tasks = vec![
        task(1, "消防1", &[given, (TaskState::OnScene, 90_000)], None),
        task(2, "急救2", &[(TaskState::Given, 120_000)], None),
        task(3, "消防3", &[given], Some(130_000)),
    ];
    let expected = "2 dead (before: 1 dead); 1 missing (not told before); grade Extreme (before: Severe); place now: \
                    东城区 北街 (中山路三号); sent: 急救2; arrived: 消防1; done: 消防3.";
    assert_eq!(since(&card).unwrap().1, expected);
    // What the follow-up says of the time before the first report is not what it says of now.
    card.filed.push(filed(Bulletin::Follow, 200_000, super::draft(&card, 0)));
    card.dossier.answers = [("dead", "2"), ("injured", "3"), ("missing", "0")].into();
    let (of, changes) = since(&card).unwrap();
    assert!(of.starts_with("Follow-up, "), "{of}");
    assert_eq!(changes, "nobody missing (before: 1 missing).");
}
