//! Who is proposed and why, the dialog's keys, the lines to those who were sent.

use std::sync::{Arc, OnceLock};

use bevy::ecs::system::RunSystemOnce as _;
use bevy::prelude::{App, Mut, Update};
use bevy::time::{Real, Time};
use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Shape, vec2};

use super::model::{
    Candidate, Fit, Question, Ranking, Scope, choose_all, chosen_again, is_meant, lead, proposal, question, rank, room,
    toggle,
};
use super::panel::{DispatchView, DispatchWish, dispatch_ui, reasons};
use super::systems::{Dispatch, carry_out, open, put_away};
use crate::config::Catalogue;
use crate::domain::task::TASKS_MAX;
use crate::domain::{
    Actor, Assignment, CrewId, CrewKind, CrewStatus, Grade, Hall, IncidentId, Moment, Order, Part, Party, Place,
    Progress, Refusal, Report, Stage, TaskStep,
};
use crate::ground::City;
use crate::ground::roads::Roads;
use crate::ground::{demo, pack};
use crate::screen::drafts::Drafts;
use crate::screen::look;
use crate::screen::receive::Refused;
use crate::screen::shown::{Intent, ScreenKind, Shown};

pub(super) const START: i64 = 1_700_000_000_000;

pub(super) fn city() -> Arc<City> {
    static CITY: OnceLock<Arc<City>> = OnceLock::new();
    Arc::clone(CITY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("city");
        pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
        Arc::new(City::open(&out).unwrap())
    }))
}

/// A hall with a burst pipe on a road.
pub(super) fn hall(city: &City) -> (Hall, [f64; 2]) {
    let roads = Roads::of(city);
    let at = city.nodes()[roads.nodes()[roads.nodes().len() / 2] as usize].map(f64::from);
    let mut hall = Hall::default();
    tell(&mut hall, city, "1", "20402", at);
    (hall, at)
}

pub(super) fn tell(hall: &mut Hall, city: &City, id: &str, kind: &str, at: [f64; 2]) {
    let at = city.frame().lonlat_from_metres(at);
    let report = Report {
        source: "12345".to_owned(),
        source_id: id.to_owned(),
        kind: kind.to_owned(),
        grade: Grade::III,
        place: Place { at: Some(at), address: String::new() },
        text: "水管爆裂".to_owned(),
        happened_at: Moment(START),
        progress: Progress::Open,
        answers: [].into(),
    };
    order(hall, Order::TakeReport(report));
}

pub(super) fn order(hall: &mut Hall, order: Order) {
    for fact in hall.decide(order, &Actor::Person("desk".to_owned()), Moment(START)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

pub(super) fn crew(number: u32) -> Party {
    Party::Crew(CrewId(number))
}

/// Crews of a kind so many metres east of a place.
fn at(
    from: [f64; 2],
    number: u32,
    kind: CrewKind,
    status: CrewStatus,
    east: f64,
) -> (CrewId, CrewKind, CrewStatus, [f64; 2]) {
    (CrewId(number), kind, status, [from[0] + east, from[1]])
}

fn asked(hall: &Hall, city: &City, crews: Vec<(CrewId, CrewKind, CrewStatus, [f64; 2])>, scope: &Scope) -> Question {
    let catalogue = Catalogue::load(None).unwrap();
    let incident = hall.incident(IncidentId(1)).unwrap();
    question(hall, incident, &catalogue, city, crews.into_iter(), scope).unwrap()
}

#[test]
fn those_whose_work_it_is_come_first_then_who_is_free_then_who_is_there_soonest() {
    let city = city();
    let (mut hall, from) = hall(&city);
    order(&mut hall, Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Accepted });
    let crews = vec![
        at(from, 1, CrewKind::Fire, CrewStatus::Free, 10.0),
        at(from, 2, CrewKind::Repair, CrewStatus::OnScene, 20.0),
        at(from, 3, CrewKind::Repair, CrewStatus::Free, 900.0),
        at(from, 4, CrewKind::Repair, CrewStatus::Returning, 200.0),
        at(from, 5, CrewKind::Repair, CrewStatus::OffDuty, 5.0),
        at(from, 6, CrewKind::Bus, CrewStatus::Free, 5.0),
    ];
    let ranking = rank(&Roads::of(&city), &city, &asked(&hall, &city, crews, &Scope::City));
    let order: Vec<&Party> = ranking.candidates.iter().map(|one| &one.party).collect();
    let (water, roads) = (Party::Department("water".to_owned()), Party::Department("roads".to_owned()));
    assert_eq!(order[..6], [&crew(4), &crew(3), &water, &roads, &crew(2), &crew(1)]);
    // All other departments come last, each once, so that what was given back can go to any.
    let others = &ranking.candidates[6..];
    assert!(others.iter().all(|one| one.fit == Fit::Other && matches!(one.party, Party::Department(_))));
    assert_eq!(others.len() + 2, Catalogue::load(None).unwrap().departments().iter().count());
    assert!(others.iter().all(|one| one.party != water && one.party != roads));
    let [nearer, farther] = [&ranking.candidates[0], &ranking.candidates[1]];
    assert!(nearer.secs.unwrap() < farther.secs.unwrap() && farther.secs.unwrap() > 900.0 / 24.0 / 0.85);
    assert_eq!(nearer.fit, Fit::Lead);
    assert!(!reasons(nearer).is_empty() && reasons(nearer) != reasons(&ranking.candidates[5]));
    assert_eq!(proposal(&ranking, false), [Assignment { to: crew(4), part: Part::Lead }]);
    assert_eq!(proposal(&ranking, true), []);
}

#[test]
fn who_has_a_task_of_it_is_not_proposed_and_other_tasks_count() {
    let city = city();
    let (mut hall, from) = hall(&city);
    tell(&mut hall, &city, "2", "20402", [from[0] + 50.0, from[1]]);
    let give = |to, part, incident| Order::GiveTasks {
        incident: IncidentId(incident),
        to: vec![Assignment { to, part }],
        words: String::new(),
    };
    order(&mut hall, give(crew(1), Part::Lead, 1));
    order(&mut hall, give(crew(2), Part::Lead, 2));
    order(&mut hall, give(Party::Department("water".to_owned()), Part::Assist, 1));
    let crews = [1, 2, 3].map(|n| at(from, n, CrewKind::Repair, CrewStatus::Free, f64::from(n) * 10.0)).to_vec();
    let ranking = rank(&Roads::of(&city), &city, &asked(&hall, &city, crews, &Scope::City));
    let own = ranking.candidates.iter().filter(|one| one.fit != Fit::Other);
    let order: Vec<(&Party, usize)> = own.map(|one| (&one.party, one.load)).collect();
    assert_eq!(order, [(&crew(3), 0), (&Party::Department("roads".to_owned()), 0), (&crew(2), 1)]);
}

#[test]
fn who_gave_it_back_is_proposed_after_those_who_fit_as_well() {
    let city = city();
    let (mut hall, from) = hall(&city);
    let tasks = vec![Assignment { to: crew(1), part: Part::Lead }, Assignment { to: crew(2), part: Part::Assist }];
    order(&mut hall, Order::GiveTasks { incident: IncidentId(1), to: tasks, words: String::new() });
    for number in [1, 2] {
        let step = TaskStep::Return { reason: "车辆故障".to_owned() };
        order(&mut hall, Order::MoveTask { incident: IncidentId(1), party: crew(number), step });
    }
    let repair = |number, east| at(from, number, CrewKind::Repair, CrewStatus::Free, east);
    let crews = vec![repair(1, 10.0), repair(2, 20.0), repair(3, 900.0)];
    let ranking = rank(&Roads::of(&city), &city, &asked(&hall, &city, crews, &Scope::City));
    let own = || ranking.candidates.iter().filter(|one| matches!(one.party, Party::Crew(_)));
    assert_eq!(own().map(|one| &one.party).collect::<Vec<_>>(), [&crew(3), &crew(1), &crew(2)]);
    assert_eq!(own().map(|one| one.returned).collect::<Vec<_>>(), [false, true, true]);
    let says = own().map(reasons).map(|why| why.contains(&*rust_i18n::t!("dispatch.returned")));
    assert_eq!(says.collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(proposal(&ranking, false), [Assignment { to: crew(3), part: Part::Lead }]);
}

#[test]
fn everybody_in_a_circle_beside_a_line_or_within_an_outline_is_addressed() {
    let circle = Scope::Circle([0.0, 0.0], 100.0);
    let line = Scope::Line(vec![[0.0, 0.0], [1_000.0, 0.0], [1_000.0, 500.0]], 50.0);
    let area = Scope::Area(vec![[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [50.0, 20.0], [0.0, 100.0]]);
    for (scope, inside, outside) in [
        (circle, vec![[60.0, 79.0]], vec![[80.0, 80.0]]),
        (
            line,
            vec![[500.0, -49.0], [1_030.0, 300.0], [-40.0, 0.0]],
            vec![[500.0, 51.0], [-40.0, 40.0], [1_000.0, 551.0]],
        ),
        (area, vec![[10.0, 50.0], [90.0, 50.0]], vec![[50.0, 60.0], [-1.0, 50.0], [50.0, 101.0]]),
        (Scope::City, vec![[9e6, 9e6]], vec![]),
    ] {
        assert!(inside.into_iter().all(|at| scope.holds(at)), "{scope:?}");
        assert!(!outside.into_iter().any(|at| scope.holds(at)), "{scope:?}");
    }
    let city = city();
    let (hall, from) = hall(&city);
    let crews = (1..=60).map(|n| at(from, n, CrewKind::Repair, CrewStatus::Free, f64::from(n) * 10.0)).collect();
    let question = asked(&hall, &city, crews, &Scope::Circle(from, 405.0));
    let ranking = rank(&Roads::of(&city), &city, &question);
    let crews = ranking.candidates.iter().filter(|one| one.kind.is_some()).count();
    assert_eq!(crews, 40, "all of them, not only the nearest");
}

#[test]
fn closed_roads_are_told_and_a_case_whose_place_is_unknown_lists_crews_without_times() {
    let city = city();
    let (mut hall, from) = hall(&city);
    tell(&mut hall, &city, "2", "20401", [from[0], from[1]]);
    let crews = vec![at(from, 3, CrewKind::Repair, CrewStatus::Free, 300.0)];
    let known = asked(&hall, &city, crews, &Scope::City);
    assert_eq!(rank(&Roads::of(&city), &city, &known).closed, 1);
    let nowhere = Question { at: None, ..known };
    let ranking = rank(&Roads::of(&city), &city, &nowhere);
    assert_eq!(ranking.candidates.iter().find(|one| one.party == crew(3)).unwrap().secs, None);
    // A hole that was mended closes no road.
    for stage in [Stage::Handling, Stage::Done] {
        order(&mut hall, Order::AdvanceIncident { incident: IncidentId(2), stage });
    }
    assert_eq!(asked(&hall, &city, vec![], &Scope::City).closed, Vec::<[f64; 2]>::new());
}

#[test]
fn the_first_that_is_chosen_leads_and_somebody_always_does() {
    let mut chosen = Vec::new();
    toggle(&mut chosen, &crew(1), false);
    toggle(&mut chosen, &crew(2), false);
    let parts = |chosen: &[Assignment]| chosen.iter().map(|one| one.part).collect::<Vec<_>>();
    assert_eq!(parts(&chosen), [Part::Lead, Part::Assist]);
    lead(&mut chosen, &crew(2));
    assert_eq!(parts(&chosen), [Part::Assist, Part::Lead]);
    toggle(&mut chosen, &crew(2), false);
    assert_eq!(chosen, [Assignment { to: crew(1), part: Part::Lead }]);
    let mut more = Vec::new();
    toggle(&mut more, &crew(3), true);
    assert_eq!(parts(&more), [Part::Assist], "somebody leads already");
}

#[test]
fn who_was_chosen_before_is_chosen_again_without_those_who_have_it_since() {
    let one = |to: Party, part| Assignment { to, part };
    let before = [one(crew(1), Part::Assist), one(crew(2), Part::Lead), one(crew(3), Part::Assist)];
    assert_eq!(chosen_again(&before, |_| false, false), before);
    let after = [one(crew(1), Part::Lead), one(crew(3), Part::Assist)];
    assert_eq!(chosen_again(&before, |party| *party == crew(2), false), after, "somebody has to answer for it");
    let assist = [1, 2, 3].map(|number| one(crew(number), Part::Assist));
    assert_eq!(chosen_again(&before, |_| false, true), assist, "somebody leads by now");
}

#[test]
fn what_was_written_is_there_when_the_dialog_opens_again_and_when_its_order_is_refused() {
    let (hall, case) = (hall(&city()).0, IncidentId(1));
    let mut app = App::new();
    app.add_message::<Intent>()
        .init_resource::<Dispatch>()
        .init_resource::<Time<Real>>()
        .insert_resource(ScreenKind::Desk)
        .insert_resource(Shown { hall, ..Shown::default() })
        .add_plugins(crate::screen::drafts::plugin)
        .add_systems(Update, open);
    let ask = |app: &mut App, intent: Intent| {
        app.world_mut().write_message(intent);
        app.update();
        app.world().resource::<Dispatch>().is_open()
    };
    let wish = |app: &mut App, wish: DispatchWish| {
        app.world_mut().resource_scope(|world, mut dispatch: Mut<Dispatch>| {
            world.resource_scope(|world, mut drafts: Mut<Drafts>| {
                let seen = (world.resource::<Shown>(), &[Scope::City][..], false, 0.0);
                carry_out(wish, &mut dispatch, &mut drafts, seen)
            })
        })
    };
    let sent = |app: &mut App| match wish(app, DispatchWish::Send) {
        Some(Intent::Order(Order::GiveTasks { to, words, .. })) => (to, words),
        other => panic!("{other:?}"),
    };
    let written = || (vec![Assignment { to: crew(4), part: Part::Lead }], "带水泵".to_owned());
    assert!(ask(&mut app, Intent::Dispatch(case)));
    for one in [DispatchWish::Toggle(crew(4)), DispatchWish::Words("带水泵".to_owned())] {
        assert!(wish(&mut app, one).is_none());
    }
    assert!(!ask(&mut app, Intent::Plan(case)), "both stand in the same corner");
    assert!(ask(&mut app, Intent::Dispatch(case)));
    assert_eq!(sent(&mut app), written());
    app.world_mut().write_message(Refused(Refusal::ReadOnly));
    app.update();
    let world = app.world();
    assert!(world.resource::<Drafts>().sends_again(&world.resource::<Shown>().hall, case));
    assert!(ask(&mut app, Intent::Dispatch(case)));
    assert_eq!(sent(&mut app), written(), "as it was sent before");
    assert!(ask(&mut app, Intent::Dispatch(case)));
    assert_eq!(sent(&mut app), (vec![], String::new()), "while it is on its way another one begins");
    for one in [DispatchWish::Words("算了".to_owned()), DispatchWish::Close] {
        assert!(ask(&mut app, Intent::Dispatch(case)));
        wish(&mut app, one);
    }
    assert!(ask(&mut app, Intent::Dispatch(case)));
    assert_eq!(sent(&mut app), (vec![], String::new()), "what was cancelled is gone");
}

#[test]
fn the_dialog_of_somebody_else_is_put_away() {
    let hall = hall(&city()).0;
    let mut app = App::new();
    app.add_message::<Intent>()
        .init_resource::<Dispatch>()
        .init_resource::<Drafts>()
        .insert_resource(Shown { hall, ..Shown::default() })
        .add_systems(Update, open);
    app.world_mut().write_message(Intent::Dispatch(IncidentId(1)));
    app.update();
    assert!(app.world().resource::<Dispatch>().is_open());
    app.world_mut().run_system_once(put_away).unwrap();
    assert!(!app.world().resource::<Dispatch>().is_open());
}

fn candidate(number: u32) -> Candidate {
    Candidate {
        party: crew(number),
        kind: Some(CrewKind::Repair),
        fit: Fit::Lead,
        status: Some(CrewStatus::Free),
        secs: Some(200.0),
        metres: Some(1_800.0),
        load: 0,
        returned: false,
    }
}

/// One pass over the dialog: its wishes and all it says.
fn pass(events: Vec<Event>, ranking: Option<&Ranking>, chosen: &[Assignment]) -> (Vec<DispatchWish>, String) {
    passes([vec![], events], ranking, chosen, ("", &Scope::City))
}

/// Passes over the dialog, one for each part of `all`: the wishes of the last and all it says.
fn passes(
    all: [Vec<Event>; 2],
    ranking: Option<&Ranking>,
    chosen: &[Assignment],
    (sought, scope): (&str, &Scope),
) -> (Vec<DispatchWish>, String) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(420.0, 700.0)));
    let name = |party: &Party| format!("{party:?}");
    let view = DispatchView {
        title: "#1".to_owned(),
        ranking,
        name: &name,
        sought,
        chosen,
        room: 3,
        words: "",
        scope,
        drawn: false,
        stage: Stage::Filed,
    };
    let mut wishes = Vec::new();
    let mut said = String::new();
    for events in all {
        let input = RawInput { events, screen_rect, ..Default::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = dispatch_ui(ui, &view));
        drawn.textures_delta.clear();
        said = drawn.shapes.iter().map(|one| texts(&one.shape)).collect();
    }
    (wishes, said)
}

pub(super) fn texts(shape: &Shape) -> String {
    match shape {
        Shape::Text(text) => format!("{}\n", text.galley.text()),
        Shape::Vec(shapes) => shapes.iter().map(texts).collect(),
        _ => String::new(),
    }
}

fn press(key: Key, modifiers: Modifiers) -> Vec<Event> {
    vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }]
}

#[test]
fn a_digit_chooses_shift_and_a_digit_lets_lead_and_enter_sends() {
    let ranking = Ranking { candidates: (1..=12).map(candidate).collect(), closed: 0 };
    let chosen = [Assignment { to: crew(1), part: Part::Lead }];
    let wish = |key, modifiers| pass(press(key, modifiers), Some(&ranking), &chosen).0;
    assert_eq!(wish(Key::Num2, Modifiers::NONE), [DispatchWish::Toggle(crew(2))]);
    assert_eq!(wish(Key::Num9, Modifiers::SHIFT), [DispatchWish::Lead(crew(9))]);
    assert_eq!(wish(Key::Enter, Modifiers::NONE), [DispatchWish::Send]);
    assert_eq!(wish(Key::T, Modifiers::NONE), [DispatchWish::Send]);
    assert_eq!(wish(Key::Escape, Modifiers::NONE), [DispatchWish::Close]);
    assert_eq!(wish(Key::I, Modifiers::NONE), [], "nothing was drawn");
    assert_eq!(pass(press(Key::Enter, Modifiers::NONE), None, &[]).0, [], "nobody is chosen yet");
    let (_, said) = pass(vec![], Some(&ranking), &chosen);
    assert!(said.contains("3:20") && said.contains("1.8 km"), "{said}");
    assert_eq!([60, 0, 3_700].map(look::words::minutes), ["1:00", "0:00", "61:40"]);
}

#[test]
fn a_slash_finds_anybody_by_name_digits_choose_from_what_is_found_and_zero_takes_all_that_were_drawn() {
    assert!(is_meant("市水务局", "水务") && is_meant("市水务局", "swj") && is_meant("Water Bureau", "bureau wat"));
    assert!(!is_meant("市水务局", "s 局长") && !is_meant("Water Bureau", "roads") && is_meant("市水务局", " "));
    // Names are as Debug has them.
    let department = |code: &str| Party::Department(code.to_owned());
    let other = |code| Candidate { party: department(code), kind: None, fit: Fit::Other, secs: None, ..candidate(1) };
    let candidates = [candidate(1), candidate(2), other("parks"), other("water")].to_vec();
    let ranking = Ranking { candidates, closed: 0 };
    let go = |first, events, sought, scope: &Scope| passes([first, events], Some(&ranking), &[], (sought, scope));
    let key = |key| press(key, Modifiers::NONE);
    let first = go(vec![], key(Key::Num1), "PARKS", &Scope::City).0;
    assert_eq!(first, [DispatchWish::Toggle(department("parks"))]);
    assert_eq!(go(vec![], key(Key::Num2), "parks", &Scope::City).0, [], "only one is called so");
    let typed = vec![Event::Text("wat".to_owned())];
    assert_eq!(go(key(Key::Slash), typed, "", &Scope::City).0, [DispatchWish::Seek("wat".to_owned())]);
    let entered = go(key(Key::Slash), key(Key::Enter), "wat", &Scope::City).0;
    assert_eq!(entered, [DispatchWish::Toggle(department("water")), DispatchWish::Seek(String::new())]);
    let left = go(key(Key::Slash), key(Key::Escape), "wat", &Scope::City).0;
    assert_eq!(left, [DispatchWish::Seek(String::new())], "the dialog stays");
    let (_, said) = go(vec![], vec![], "xyz", &Scope::City);
    assert!(said.contains(&*rust_i18n::t!("dispatch.none_called_so")), "{said}");
    let drawn = Scope::Circle([0.0, 0.0], 100.0);
    let all = [DispatchWish::All(vec![crew(1), crew(2)])];
    assert_eq!(go(vec![], key(Key::Num0), "", &drawn).0, all, "departments are nowhere");
    assert_eq!(go(vec![], key(Key::Num0), "", &Scope::City).0, [], "nothing was drawn");
}

#[test]
fn zero_takes_everybody_shift_zero_those_whose_work_it_is_and_what_a_case_has_no_room_for_is_said() {
    let other = |number| Candidate { fit: Fit::Other, ..candidate(number) };
    let helps = |number| Candidate { fit: Fit::Assist, ..candidate(number) };
    let ranking = Ranking { candidates: vec![candidate(1), helps(2), other(3), other(4)], closed: 0 };
    let drawn = Scope::Circle([0.0, 0.0], 100.0);
    let go = |events, chosen: &[Assignment]| passes([vec![], events], Some(&ranking), chosen, ("", &drawn));
    let all = DispatchWish::All([1, 2, 3, 4].map(crew).into());
    assert_eq!(go(press(Key::Num0, Modifiers::NONE), &[]).0, [all]);
    let own = DispatchWish::All([1, 2].map(crew).into());
    assert_eq!(go(press(Key::Num0, Modifiers::SHIFT), &[]).0, [own]);
    // The dialog of the test has room for three.
    let mut chosen = vec![Assignment { to: crew(3), part: Part::Lead }];
    choose_all(&mut chosen, &[1, 2, 3, 4].map(crew), 3, false);
    let parties: Vec<&Party> = chosen.iter().map(|one| &one.to).collect();
    assert_eq!(parties, [&crew(3), &crew(1), &crew(2)], "once each, the best first");
    assert_eq!(chosen.iter().filter(|one| one.part == Part::Lead).count(), 1);
    let full = |left: usize| rust_i18n::t!("dispatch.full", most = TASKS_MAX, room = 3, left = left).into_owned();
    let said = go(vec![], &chosen).1;
    assert!(said.contains(&full(1)), "{said}");
    let said = go(vec![], &chosen[..2]).1;
    assert!(!said.contains(&full(2)), "{said}");
}

#[test]
fn a_case_has_room_for_so_many_tasks_and_no_more_are_chosen() {
    let city = city();
    let (mut hall, _) = hall(&city);
    let case = IncidentId(1);
    let to = vec![Assignment { to: crew(1), part: Part::Lead }];
    order(&mut hall, Order::GiveTasks { incident: case, to, words: String::new() });
    assert_eq!(room(&hall, case), TASKS_MAX - 1);
    let mut chosen = Vec::new();
    let crews: Vec<Party> = (2..=500).map(crew).collect();
    choose_all(&mut chosen, &crews, room(&hall, case), true);
    assert_eq!(chosen.len(), TASKS_MAX - 1);
    order(&mut hall, Order::GiveTasks { incident: case, to: chosen, words: String::new() });
    assert_eq!((hall.tasks(case).len(), room(&hall, case)), (TASKS_MAX, 0), "the hub takes as many as the dialog");
}
