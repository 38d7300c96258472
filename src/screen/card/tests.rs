//! The card of an incident: why it was closed, and who was sent to it.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, Shape, vec2};

use super::model::{Card, CrewOnIt, IncidentCard, Likely, crews_on};
use super::moves::MoveForm;
use super::panel::{CardView, CardWish, Form, card_ui};
use crate::domain::{
    CaseMove, Channel, Clock, Closing, CrewId, CrewKind, CrewPosition, CrewStatus, Dossier, Grade, Incident,
    IncidentId, Limit, Link, LonLat, Moment, MoveKind, Order, Outcome, Outlook, Phase, Place, Run, Said, Satisfaction,
    Stage, Telling, Timer,
};
use crate::screen::look::{self, words};
use crate::screen::shown::{Intent, Target};
use crate::screen::situation::limits::TimerShown;

fn incident() -> Incident {
    Incident {
        id: IncidentId(5),
        source: "119".to_owned(),
        source_id: "1".to_owned(),
        kind: "30201".to_owned(),
        grade: Grade::II,
        stage: Stage::Handling,
        place: Place { at: LonLat::new(119.3, 31.6), address: String::new() },
        text: String::new(),
        happened_at: Moment(0),
        known_at: Moment(0),
        changed_at: Moment(0),
    }
}

fn position(crew: u32, east_deg: f64, status: CrewStatus, incident: Option<u64>) -> CrewPosition {
    CrewPosition {
        crew: CrewId(crew),
        at: LonLat { lon: 119.3 + east_deg, lat: 31.6 },
        when: Moment(0),
        kind: CrewKind::Fire,
        status,
        incident: incident.map(IncidentId),
    }
}

#[test]
fn crews_of_an_incident_are_those_on_the_spot_and_then_the_nearest() {
    let all = [
        position(1, 0.02, CrewStatus::EnRoute, Some(5)),
        position(2, 0.0, CrewStatus::Free, None),
        position(3, 0.01, CrewStatus::Assigned, Some(5)),
        position(4, 0.0, CrewStatus::OnScene, Some(6)),
        position(5, 0.001, CrewStatus::OnScene, Some(5)),
    ];
    let own = crews_on(&incident(), all.iter());
    assert_eq!(own.iter().map(|one| one.crew.0).collect::<Vec<_>>(), [5, 3, 1]);
    assert_eq!(own[0].metres, None, "it is there");
    assert!((own[1].metres.unwrap() - 949.0).abs() < 3.0, "{:?}", own[1]);
    let nowhere = Incident { place: Place::default(), ..incident() };
    assert!(crews_on(&nowhere, all.iter()).iter().all(|one| one.metres.is_none()));
}

fn closing(reason: &str) -> Closing {
    let reason = reason.to_owned();
    Closing { at: Moment(30_000), reason, outcome: Outcome::Finished, before: Stage::Handling }
}

pub(super) fn card(closing: Option<Closing>, crews: Vec<CrewOnIt>) -> Card {
    let incident = incident();
    Card::Incident(Box::new(IncidentCard {
        id: incident.id,
        grade: incident.grade,
        kind: "建筑火灾".to_owned(),
        kind_code: "30213".to_owned(),
        fields: vec![],
        form_lines: vec![],
        components: vec![],
        stage: if closing.is_some() { Stage::Closed } else { Stage::Handling },
        next: None,
        moves: vec![],
        dossier: Dossier::default(),
        likely: vec![],
        alike: vec![],
        to_tell: None,
        place: None,
        areas: vec![],
        point: None,
        text: String::new(),
        happened_at: Moment(0),
        known_at: Moment(0),
        changed_at: Moment(0),
        limits: vec![],
        on_hold: None,
        closing,
        crews,
        tasks: vec![],
        takes_tasks: false,
        checkers: vec![],
        checker: String::new(),
        plan: None,
        proposed: None,
        outlook: None,
        owed: None,
        next_bulletin: None,
        filed: Vec::new(),
        draft: String::new(),
        source: "119 · 1".to_owned(),
        number: "9901002023111500001".parse().ok(),
        past: false,
        unread: 0,
        writing: false,
    }))
}

/// One pass over the card: its wishes, and each text with where it stands.
fn pass(ctx: &egui::Context, time: f64, events: Vec<Event>, card: &Card) -> (Vec<CardWish>, Vec<(String, Rect)>) {
    pass_with(ctx, time, events, card, None)
}

pub(super) fn pass_with(
    ctx: &egui::Context,
    time: f64,
    events: Vec<Event>,
    card: &Card,
    form: Option<&Form>,
) -> (Vec<CardWish>, Vec<(String, Rect)>) {
    pass_of(ctx, time, events, &view(card, form))
}

/// A card that can be worked on, with its form.
pub(super) fn view<'a>(card: &'a Card, form: Option<&'a Form>) -> CardView<'a> {
    CardView {
        card,
        form,
        focus_form: false,
        refused: None,
        now: Moment(60_000),
        utc_offset_secs: 0,
        can_order: true,
        no_orders: "card.no_orders",
        told: None,
    }
}

pub(super) fn pass_of(
    ctx: &egui::Context,
    time: f64,
    events: Vec<Event>,
    view: &CardView<'_>,
) -> (Vec<CardWish>, Vec<(String, Rect)>) {
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 900.0)));
    let input = |events| RawInput { events, screen_rect, time: Some(time), ..Default::default() };
    // The foot of the card takes its height in the frame after it changed.
    ctx.run_ui(input(vec![]), |ui| drop(card_ui(ui, &CardView { focus_form: false, ..view.clone() })))
        .textures_delta
        .clear();
    let mut wishes = Vec::new();
    let mut drawn = ctx.run_ui(input(events), |ui| wishes = card_ui(ui, view));
    drawn.textures_delta.clear();
    let mut texts = Vec::new();
    for clipped in &drawn.shapes {
        gather(&clipped.shape, &mut texts);
    }
    (wishes, texts)
}

fn gather(shape: &Shape, texts: &mut Vec<(String, Rect)>) {
    match shape {
        Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
        Shape::Text(text) => texts.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        _ => {}
    }
}

#[test]
fn a_closed_card_says_why() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let says = |closing| pass(&ctx, 0.0, vec![], &card(closing, vec![])).1.into_iter().any(|(text, _)| text == "误报");
    assert!(says(Some(closing("误报"))));
    assert!(!says(Some(closing(""))));
    assert!(!says(None));
}

#[test]
fn a_click_on_a_crew_chooses_it_and_flies_there() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let crews = [(12, None, CrewStatus::OnScene), (47, Some(1_234.0), CrewStatus::EnRoute)]
        .map(|(crew, metres, status)| CrewOnIt { crew: CrewId(crew), kind: CrewKind::Fire, status, metres });
    let card = card(None, crews.to_vec());
    let (_, texts) = pass(&ctx, 0.0, vec![], &card);
    assert!(texts.iter().any(|(text, _)| text.contains("1.2 km")), "{texts:?}");
    let at = texts.iter().find(|(text, _)| text.ends_with(" 47")).unwrap().1.center();
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    pass(&ctx, 0.1, vec![Event::PointerMoved(at)], &card);
    pass(&ctx, 0.2, vec![button(true)], &card);
    let (wishes, _) = pass(&ctx, 0.3, vec![button(false)], &card);
    let flies = |wish: &CardWish| {
        matches!(wish, CardWish::Hall(Intent::Select { target: Some(Target::Crew(CrewId(47))), fly: true }))
    };
    assert!(wishes.iter().any(flies), "{wishes:?}");
}

fn key(key: Key) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
}

/// A card with something in its menu and a case that may be the same.
fn card_with_moves() -> Card {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    card.moves = vec![MoveKind::AskVerification, MoveKind::Merge, MoveKind::Void];
    card.likely =
        vec![Likely { id: IncidentId(31), kind: "道路积水".to_owned(), metres: Some(60.0), secs_apart: 300 }];
    card.dossier.links.insert(IncidentId(8), Link::CausedBy);
    Card::Incident(card)
}

#[test]
fn one_key_and_a_yes_merge_all_that_may_be_the_same_and_nothing_without_it() {
    let Card::Incident(mut card) = card_with_moves() else { unreachable!("an incident's card") };
    let join =
        Event::Key { key: Key::J, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::COMMAND };
    let asked = |card: &IncidentCard| {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let wishes = pass_with(&ctx, 0.0, vec![join.clone()], &Card::Incident(Box::new(card.clone())), None).0;
        wishes.iter().any(|wish| matches!(wish, CardWish::Form(Some(Form::MergeAll))))
    };
    assert!(!asked(&card), "nothing is proposed");
    card.alike = (31..71).map(IncidentId).collect();
    assert!(asked(&card));
    let card = Card::Incident(card);
    assert_eq!(press(&card, Some(Form::MergeAll), &[Key::Escape]), (None, vec![]));
    let (form, orders) = press(&card, Some(Form::MergeAll), &[Key::Enter]);
    let merge = |id| Order::MoveIncident { incident: IncidentId(id), step: CaseMove::Merge { into: IncidentId(5) } };
    assert_eq!((form, orders), (None, (31..71).map(merge).collect::<Vec<_>>()));
}

#[test]
fn what_callers_are_owed_is_said_with_the_keys_that_give_it() {
    let Card::Incident(mut card) = card_with_moves() else { unreachable!("an incident's card") };
    card.moves.insert(0, MoveKind::TellEnded);
    card.to_tell = Some((Telling::Ended, 3));
    let told = Said { at: Moment(0), words: "已派人".to_owned() };
    card.dossier.told.insert(Telling::Accepted, (Channel::Message, told));
    let card = Card::Incident(card);
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let texts = pass(&ctx, 0.0, vec![], &card).1;
    assert!(texts.iter().any(|(text, _)| text.contains('3') && text.ends_with("H 1")), "{texts:?}");
    assert!(texts.iter().any(|(text, _)| text.contains(" · ") && text.ends_with("已派人")), "{texts:?}");
    let form = press(&card, None, &[Key::H, Key::Num1]).0;
    let Some(Form::Move(form)) = form else { panic!("{form:?}") };
    let by = |form: &MoveForm| form.step();
    assert_eq!(by(&form), Ok(CaseMove::Tell { what: Telling::Ended, by: Channel::Phone, words: String::new() }));
    let next = press(&card, Some(Form::Move(form)), &[Key::ArrowDown]).0;
    let Some(Form::Move(form)) = next else { panic!("{next:?}") };
    assert_eq!(by(&form), Ok(CaseMove::Tell { what: Telling::Ended, by: Channel::Message, words: String::new() }));
}

/// What pressing keys one after the other brings about, the form carried on as the desk does.
pub(super) fn press(card: &Card, mut form: Option<Form>, keys: &[Key]) -> (Option<Form>, Vec<Order>) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut orders = Vec::new();
    for (at, one) in keys.iter().enumerate() {
        let time = 0.1 * f64::from(u8::try_from(at).unwrap());
        for wish in pass_with(&ctx, time, vec![key(*one)], card, form.clone().as_ref()).0 {
            match wish {
                CardWish::Form(next) => form = next,
                CardWish::Hall(Intent::Order(order)) => orders.push(order),
                _ => {}
            }
        }
    }
    (form, orders)
}

#[test]
fn side_moves_are_two_keys_away() {
    let card = card_with_moves();
    assert_eq!(press(&card, None, &[Key::H]), (Some(Form::Moves), vec![]));
    assert_eq!(press(&card, None, &[Key::H, Key::H]), (None, vec![]));
    assert_eq!(press(&card, None, &[Key::H, Key::Escape]), (None, vec![]));
    let ask = Order::MoveIncident { incident: IncidentId(5), step: CaseMove::AskVerification };
    assert_eq!(press(&card, None, &[Key::H, Key::Num1]), (None, vec![ask]), "nothing to fill in");
    let void =
        Form::Move(MoveForm { kind: MoveKind::Void, words: String::new(), choice: 0, limit: None, checkers: vec![] });
    assert_eq!(press(&card, None, &[Key::H, Key::Num3]), (Some(void), vec![]));
    // The likeliest one is filled in already.
    let merge = Form::Move(MoveForm {
        kind: MoveKind::Merge,
        words: "31".to_owned(),
        choice: 0,
        limit: None,
        checkers: vec![],
    });
    assert_eq!(press(&card, None, &[Key::H, Key::Num2]), (Some(merge), vec![]));
    let Card::Incident(mut closed) = card else { unreachable!("an incident's card") };
    closed.moves.clear();
    assert_eq!(press(&Card::Incident(closed), None, &[Key::H]), (None, vec![]), "no menu without moves");
}

#[test]
fn a_form_says_what_is_missing_and_sends_what_is_whole() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let card = card_with_moves();
    let form = |kind, words: &str, choice| {
        Form::Move(MoveForm { kind, words: words.to_owned(), choice, limit: None, checkers: vec![] })
    };
    let says = |form: &Form, what: &str| {
        let texts = pass_with(&ctx, 0.0, vec![], &card, Some(form)).1;
        texts.iter().any(|(text, _)| text == &*rust_i18n::t!(what))
    };
    assert!(says(&form(MoveKind::Void, " ", 0), "refusal.reason_missing"));
    assert!(!says(&form(MoveKind::Void, "测试", 0), "refusal.reason_missing"));
    assert!(
        says(&form(MoveKind::Link, "路口那个", 0), "move.which") && !says(&form(MoveKind::Link, "#8", 1), "move.which")
    );
    // A click on its button, where a user finds it.
    let rate = form(MoveKind::Rate, "很快", 1);
    let name = rust_i18n::t!("move.now", what = rust_i18n::t!("move.rate")).into_owned();
    let (_, texts) = pass_with(&ctx, 1.0, vec![], &card, Some(&rate));
    let at = texts.iter().find(|(text, _)| *text == name).unwrap().1.center();
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    pass_with(&ctx, 1.1, vec![Event::PointerMoved(at)], &card, Some(&rate));
    pass_with(&ctx, 1.2, vec![button(true)], &card, Some(&rate));
    let (wishes, _) = pass_with(&ctx, 1.3, vec![button(false)], &card, Some(&rate));
    let step = CaseMove::Rate { satisfaction: Satisfaction::Fairly, words: "很快".to_owned() };
    let sent = Order::MoveIncident { incident: IncidentId(5), step };
    let is_sent = |wish: &CardWish| matches!(wish, CardWish::Hall(Intent::Order(order)) if *order == sent);
    assert!(wishes.iter().any(is_sent), "{wishes:?}");
    assert!(wishes.iter().any(|wish| matches!(wish, CardWish::Form(None))));
}

#[test]
fn the_card_tells_what_a_case_gathered() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let Card::Incident(mut card) = card_with_moves() else { unreachable!("an incident's card") };
    let said = |words: &str| Said { at: Moment(0), words: words.to_owned() };
    card.dossier.returns = 2;
    card.dossier.went_back = Some(said("不属本部门"));
    card.dossier.supervised = Some(said("领导批示"));
    card.dossier.urges = 3;
    card.dossier.urged = Some(said("市民来电"));
    card.dossier.voices.insert(IncidentId(77));
    let texts = pass(&ctx, 0.0, vec![], &Card::Incident(card)).1;
    for part in ["不属本部门", "领导批示", "市民来电", "#77", "#8", "#31 道路积水"] {
        assert!(texts.iter().any(|(text, _)| text.contains(part)), "{part}: {texts:?}");
    }
}

#[test]
fn more_time_is_asked_for_as_a_part_of_the_limit_that_runs() {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    let limit = Limit { clock: Clock::UrgentHours, millis: 4 * 3_600_000 };
    let run = Run::Running { soon: Moment(1_000_000), due: Moment(2_000_000) };
    card.limits = vec![TimerShown { timer: Timer { phase: Phase::Handle, limit, run }, used_millis: 0 }];
    card.moves = vec![MoveKind::AskExtension];
    let card = Card::Incident(card);
    let (form, _) = press(&card, None, &[Key::H, Key::Num1]);
    let Some(Form::Move(form)) = form else { panic!("{form:?}") };
    assert_eq!((form.kind, form.limit), (MoveKind::AskExtension, Some((Phase::Handle, limit))));
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let half = MoveForm { words: "等待配件".to_owned(), choice: 1, ..form };
    let texts = pass_with(&ctx, 0.0, vec![], &card, Some(&Form::Move(half.clone()))).1;
    let amount = format!("+{}", words::amount(Clock::UrgentHours, 2 * 3_600_000));
    assert!(texts.iter().any(|(text, _)| *text == amount), "{amount}: {texts:?}");
    let asked =
        CaseMove::AskExtension { phase: Phase::Handle, millis: 2 * 3_600_000, reason: "等待配件".to_owned() };
    assert_eq!(half.step(), Ok(asked));
    assert_eq!(MoveForm { limit: None, ..half }.step(), Err("move.no_limit"));
}

#[test]
fn the_card_says_that_a_case_is_likely_late_and_why() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let says = |late| {
        let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
        let limit = Limit { clock: Clock::UrgentHours, millis: 4 * 3_600_000 };
        let run = Run::Running { soon: Moment(1_000_000), due: Moment(2_000_000) };
        card.limits = vec![TimerShown { timer: Timer { phase: Phase::Handle, limit, run }, used_millis: 0 }];
        card.outlook = Some(Outlook { phase: Phase::Handle, late, of: 10, typical_minutes: 300 });
        let texts = pass(&ctx, 0.0, vec![], &Card::Incident(card)).1;
        texts.into_iter().map(|(text, _)| text).find(|text| text.contains("of 10"))
    };
    assert!(says(7).unwrap().contains("likely late") && says(3).unwrap().contains("may be late"));
    assert_eq!(says(1), None, "hardly any like it was late");
}

#[test]
fn what_can_be_done_and_its_form_stay_in_sight_below_the_longest_card() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    card.text = "smoke from the windows\n".repeat(80);
    let card = Card::Incident(card);
    for form in [None, Some(Form::Close(String::new()))] {
        let texts = pass_with(&ctx, 0.0, vec![], &card, form.as_ref()).1;
        let last = if form.is_some() { "Cancel" } else { "Regrade  G" };
        let rect = texts.iter().find(|(text, _)| text == last).unwrap_or_else(|| panic!("{last}: {texts:?}")).1;
        assert!(rect.top() > 450.0 && rect.bottom() <= 900.0, "{last}: {rect:?}");
    }
}
