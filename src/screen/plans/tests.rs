//! What a plan would do, the dialog's pages and keys, the marks on the city.

use std::sync::{Arc, OnceLock};

use bevy::ecs::system::RunSystemOnce as _;
use bevy::prelude::{App, Mut, Update};
use bevy::time::{Real, Time};
use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Shape, vec2};

use super::marks::{label, stroke};
use super::model::{
    cards_for, crews_of, departments_of, marks, notices, plan_shown, plan_signs, steps, to_do, who_goes,
};
use super::panel::{Brings, Page, PlanView, PlanWish, plan_ui};
use super::signs::{Post, placed, sign_size, sign_ui, sign_words};
use super::systems::{PlanDialog, carry_out, open, put_away};
use super::words::progress_words;
use crate::config::{Catalogue, Plans};
use crate::domain::{
    Actor, CrewId, CrewKind, CrewStatus, Grade, Hall, IncidentId, Lamp, LonLat, Moment, Order, Party, Place, Plan,
    PlanMove, Progress, Refusal, Report, StepState,
};
use crate::ground::steps::places_of;
use crate::ground::{City, demo, pack};
use crate::screen::dispatch::model::{Candidate, Fit, Ranking};
use crate::screen::drafts::Drafts;
use crate::screen::look;
use crate::screen::receive::Refused;
use crate::screen::shown::{self, Intent, ScreenKind};

const START: i64 = 1_700_000_000_000;
const CASE: IncidentId = IncidentId(1);
const MINUTE: i64 = 60_000;

fn city() -> Arc<City> {
    static CITY: OnceLock<Arc<City>> = OnceLock::new();
    Arc::clone(CITY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("city");
        pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
        Arc::new(City::open(&out).unwrap())
    }))
}

fn plans() -> Plans {
    Plans::built_in_for(&Catalogue::load(None).unwrap()).unwrap()
}

fn fire() -> Plan {
    plans().get("tower-fire").unwrap().plan.clone()
}

fn order(hall: &mut Hall, at: i64, order: Order) {
    for fact in hall.decide(order, &Actor::Person("desk".to_owned()), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

fn hall(grade: Grade) -> Hall {
    let mut hall = Hall::default();
    let report = Report {
        source: "119".to_owned(),
        source_id: "1".to_owned(),
        kind: "30201".to_owned(),
        grade,
        place: Place { at: LonLat::new(118.8, 32.0), address: String::new() },
        text: "高楼起火".to_owned(),
        happened_at: Moment(START),
        progress: Progress::Open,
        answers: [].into(),
    };
    order(&mut hall, START, Order::TakeReport(report));
    hall
}

fn start(hall: &mut Hall, alarm: u8) {
    let at = hall.incident(CASE).unwrap().place.at;
    let plan = fire();
    let places = places_of(&plan, at, Some(&*city()), "en");
    let (plan, crews) = (Box::new(plan), Vec::new());
    let start = Order::StartPlan { incident: CASE, plan, alarm, crews, places, words: String::new() };
    order(hall, START, start);
}

fn candidate(number: u32, kind: CrewKind, secs: Option<f32>, status: CrewStatus) -> Candidate {
    let party = Party::Crew(CrewId(number));
    Candidate {
        party,
        kind: Some(kind),
        fit: Fit::Lead,
        status: Some(status),
        secs,
        metres: None,
        load: 0,
        returned: false,
    }
}

#[test]
fn of_each_kind_those_go_who_are_free_and_there_soonest() {
    let free = CrewStatus::Free;
    let candidates = vec![
        candidate(1, CrewKind::Fire, Some(300.0), free),
        candidate(2, CrewKind::Fire, Some(100.0), CrewStatus::OnScene),
        candidate(3, CrewKind::Fire, Some(200.0), free),
        candidate(4, CrewKind::Fire, None, free),
        candidate(5, CrewKind::Police, Some(50.0), CrewStatus::Returning),
        candidate(6, CrewKind::Repair, Some(10.0), free),
        candidate(7, CrewKind::Fire, Some(250.0), free),
    ];
    let ranking = Ranking { candidates, closed: 0 };
    let wanted = crews_of(&fire(), 1, 1);
    assert_eq!(wanted, [(CrewKind::Police, 1), (CrewKind::Fire, 3), (CrewKind::Ambulance, 1)]);
    let goes: Vec<u32> = who_goes(&ranking, &wanted).iter().map(|one| one.crew.0).collect();
    assert_eq!(goes, [5, 3, 7, 1]);
    let both = crews_of(&fire(), 1, 2);
    assert_eq!(both.iter().find(|(kind, _)| *kind == CrewKind::Fire), Some(&(CrewKind::Fire, 6)));
}

#[test]
fn the_plan_that_fits_stands_first_and_its_departments_are_told_once() {
    let (plans, mut hall) = (plans(), hall(Grade::II));
    let incident = hall.incident(CASE).unwrap();
    let all = cards_for(&plans, incident);
    assert_eq!((all[0].plan.code.as_str(), all.len()), ("tower-fire", plans.iter().len()));
    let named = departments_of(&hall, CASE, &fire(), 1, 2);
    assert_eq!(named[0], ("fire".to_owned(), true));
    assert!(named[1..].iter().all(|(_, leads)| !leads) && named.len() == 7, "{named:?}");
    start(&mut hall, 1);
    assert_eq!(departments_of(&hall, CASE, &fire(), 1, 1), []);
}

#[test]
fn what_is_due_first_is_ticked_first_and_progress_is_told_in_words() {
    let mut hall = hall(Grade::III);
    start(&mut hall, 1);
    let run = hall.plan(CASE).unwrap();
    // The control room is called within 3 minutes, the lane is cleared within 8.
    assert_eq!(to_do(run)[..2], [2, 0]);
    let now = Moment(START + 9 * MINUTE);
    let shown = plan_shown(run, now, "en");
    assert_eq!((shown.name.as_str(), shown.alarm, shown.running), ("High-rise fire", (1, 3), true));
    let said = progress_words(&shown);
    assert!(said.contains("0/7") && said.contains("3 late") && said.contains("0/2"), "{said}");
    order(
        &mut hall,
        START + MINUTE,
        Order::MovePlan { incident: CASE, step: PlanMove::Done { step: 2, words: String::new() } },
    );
    assert_eq!(to_do(hall.plan(CASE).unwrap())[0], 0);
}

#[test]
fn rings_and_places_are_marked_with_the_worst_lamp_of_their_steps() {
    let mut hall = hall(Grade::II);
    start(&mut hall, 2);
    let run = hall.plan(CASE).unwrap();
    let at = |minutes: i64| marks(run, Moment(START + minutes * MINUTE), "en");
    let rings: Vec<f64> = at(0).iter().filter_map(|mark| mark.ring_m).collect();
    assert_eq!(rings, [80.0, 200.0, 150.0, 500.0]);
    let hospital = at(0).into_iter().find(|mark| mark.ring_m.is_none()).unwrap();
    assert!(!hospital.name.is_empty() && label(&hospital).contains(&hospital.name), "{hospital:?}");
    let lamps = |minutes| at(minutes).iter().map(|mark| mark.lamp).collect::<Vec<_>>();
    assert_eq!(lamps(7)[..2], [Some(Lamp::Yellow), Some(Lamp::Green)]);
    assert_eq!(lamps(9)[..2], [Some(Lamp::Red), Some(Lamp::Yellow)]);
    assert!(label(&at(9)[0]).starts_with("! late"), "{}", label(&at(9)[0]));
    let widths = [None, Some(Lamp::Green), Some(Lamp::Yellow), Some(Lamp::Red)].map(|lamp| stroke(lamp).width);
    assert!(widths.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_step_that_is_late_at_a_case_that_nobody_has_chosen_stands_at_its_pin() {
    let mut hall = hall(Grade::III);
    start(&mut hall, 1);
    let at = |hall: &Hall, minutes: i64| plan_signs(hall, Moment(START + minutes * MINUTE))[0];
    let (young, late) = (at(&hall, 0), at(&hall, 9));
    assert_eq!((young.incident, young.lamp, late.lamp), (CASE, Some(Lamp::Green), Some(Lamp::Red)));
    assert_eq!((sign_words(&young).as_str(), sign_words(&late).as_str()), ("Plan 0/7", "Plan 0/7 · 3 late"));
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut said = String::new();
    for _ in 0..2 {
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(420.0, 800.0)));
        let mut drawn = ctx.run_ui(RawInput { screen_rect, ..Default::default() }, |ui| {
            let rect = Rect::from_min_size(Pos2::ZERO, sign_size(ui.painter(), &sign_words(&late), 24.0));
            sign_ui(ui.painter(), rect, &late, 24.0);
        });
        drawn.textures_delta.clear();
        said = drawn.shapes.iter().map(|one| texts(&one.shape)).collect();
        let rects = drawn.shapes.iter().filter(|one| matches!(one.shape, Shape::Text(_)));
        assert!(rects.map(|one| one.shape.visual_bounding_rect()).all(|rect| rect.right() < 420.0));
    }
    assert!(said.contains("3 late"), "{said}");
    for number in to_do(hall.plan(CASE).unwrap()) {
        let done = PlanMove::Done { step: number, words: String::new() };
        order(&mut hall, START + MINUTE, Order::MovePlan { incident: CASE, step: done });
    }
    assert_eq!((at(&hall, 9).lamp, sign_words(&at(&hall, 9)).as_str()), (None, "Plan 7/7"), "nothing is left to do");
    let end = PlanMove::End { reason: "已扑灭".to_owned() };
    order(&mut hall, START + MINUTE, Order::MovePlan { incident: CASE, step: end });
    assert_eq!(plan_signs(&hall, Moment(START)), []);
}

#[test]
fn a_sign_keeps_clear_of_the_heads_of_pins_and_of_other_signs() {
    let at = Post { head: Pos2::new(200.0, 200.0), radius: 15.0, foot: Pos2::new(200.0, 229.0) };
    let size = vec2(80.0, 18.0);
    let own = (at.head, at.radius);
    let first = placed(at, size, 4.0, &[own], &[]);
    assert_eq!(first, Rect::from_min_size(Pos2::new(160.0, 233.0), size), "below its pin");
    let other = (Pos2::new(200.0, 240.0), 15.0);
    let aside = placed(at, size, 4.0, &[own, other], &[]);
    assert_eq!(aside, Rect::from_min_size(Pos2::new(219.0, 191.0), size), "another pin stands below it");
    let mut taken = vec![first];
    for _ in 0..7 {
        let next = placed(at, size, 4.0, &[own], &taken);
        assert!(taken.iter().all(|one| !one.intersects(next)) && next.distance_to_pos(at.head) >= at.radius);
        taken.push(next);
    }
}

#[derive(Clone, Copy)]
enum Shown {
    Start { found: bool },
    Runs,
    Next,
}

/// One pass over the dialog: its wishes and all it says.
fn pass(shown: Shown, events: Vec<Event>, reason: &str) -> (Vec<PlanWish>, String) {
    let mut hall = hall(Grade::III);
    start(&mut hall, 1);
    let (run, plan) = (hall.plan(CASE).unwrap(), fire());
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(420.0, 800.0)));
    let brings = |found: bool| Brings {
        departments: vec![("Fire and rescue".to_owned(), true)],
        wanted: vec![(CrewKind::Fire, 3)],
        goes: if found { Some(&[]) } else { None },
        told: vec!["Gas".to_owned()],
    };
    let page = || match shown {
        Shown::Start { found } => Page::Start {
            cards: vec!["High-rise fire".to_owned(), "Gas leak".to_owned()],
            fitting: 1,
            chosen: 0,
            plan: &plan,
            alarm: 1,
            brings: brings(found),
        },
        Shown::Runs => Page::Runs(run),
        Shown::Next => Page::Next(run, brings(true)),
    };
    let (mut wishes, mut said) = (Vec::new(), String::new());
    for events in [Vec::new(), events] {
        let view = PlanView {
            title: "#1".to_owned(),
            page: page(),
            steps: steps(run, "en"),
            notices: notices(run, "en"),
            who: &|code| code.to_owned(),
            reason,
            focus_reason: false,
            now: Moment(START + 9 * MINUTE),
            locale: "en",
        };
        let input = RawInput { events, screen_rect, ..Default::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = plan_ui(ui, &view));
        drawn.textures_delta.clear();
        said = drawn.shapes.iter().map(|one| texts(&one.shape)).collect();
    }
    (wishes, said)
}

fn texts(shape: &Shape) -> String {
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
fn enter_starts_what_is_shown_once_it_is_known_who_goes() {
    let wish = |found, key| pass(Shown::Start { found }, press(key, Modifiers::NONE), "").0;
    assert_eq!(wish(true, Key::Enter), [PlanWish::Start]);
    assert_eq!(wish(false, Key::Enter), []);
    assert_eq!(wish(true, Key::Num2), [PlanWish::Choose(1)]);
    assert_eq!(wish(true, Key::Num3), []);
    assert_eq!((wish(true, Key::CloseBracket), wish(true, Key::OpenBracket)), (vec![PlanWish::Alarm(2)], vec![]));
    assert_eq!(wish(true, Key::Escape), [PlanWish::Close]);
    let said = pass(Shown::Start { found: true }, vec![], "").1;
    for what in ["High-rise fire", "Fire and rescue", "0/3", "Gas", "Clear the fire lane", "Alarm 1", "Alarm 3"] {
        assert!(said.contains(what), "{what} is missing: {said}");
    }
}

#[test]
fn digits_tick_shift_skips_for_a_reason_and_the_next_alarm_is_shown_before_it_is_struck() {
    let wish = |key, modifiers, reason| pass(Shown::Runs, press(key, modifiers), reason).0;
    assert_eq!(wish(Key::Num1, Modifiers::NONE, ""), [PlanWish::Tick(2)], "the one that is due first");
    assert_eq!(wish(Key::Enter, Modifiers::NONE, ""), [PlanWish::Tick(2)]);
    assert_eq!(wish(Key::Num2, Modifiers::SHIFT, ""), [PlanWish::WriteReason]);
    assert_eq!(wish(Key::Num2, Modifiers::SHIFT, "通道畅通"), [PlanWish::Skip(0)]);
    assert_eq!(wish(Key::X, Modifiers::NONE, ""), [PlanWish::WriteReason]);
    assert_eq!(wish(Key::X, Modifiers::NONE, "误报"), [PlanWish::End]);
    assert_eq!(wish(Key::I, Modifiers::NONE, ""), [PlanWish::ShowNext]);
    let next = |key| pass(Shown::Next, press(key, Modifiers::NONE), "").0;
    assert_eq!((next(Key::Enter), next(Key::Escape)), (vec![PlanWish::Strike], vec![PlanWish::ShowNext]));
    let said = pass(Shown::Runs, vec![], "").1;
    for what in ["late by 6:00", "1:00 left", "next alarm", "Cordon off 200 metres"] {
        assert!(said.contains(what), "{what} is missing: {said}");
    }
}

#[test]
fn a_reason_is_there_again_when_its_order_is_refused_and_when_the_dialog_was_put_away() {
    let mut hall = hall(Grade::III);
    start(&mut hall, 1);
    let mut app = App::new();
    app.add_message::<Intent>()
        .init_resource::<PlanDialog>()
        .init_resource::<Time<Real>>()
        .insert_resource(ScreenKind::Desk)
        .insert_resource(shown::Shown { hall, ..shown::Shown::default() })
        .add_plugins(crate::screen::drafts::plugin)
        .add_systems(Update, open);
    let ask = |app: &mut App, intent: Intent| {
        app.world_mut().write_message(intent);
        app.update();
        app.world().resource::<PlanDialog>().reason().map(str::to_owned)
    };
    let wish = |app: &mut App, wish: PlanWish| {
        app.world_mut().resource_scope(|world, mut dialog: Mut<PlanDialog>| {
            world.resource_scope(|world, mut drafts: Mut<Drafts>| {
                let hall = &world.resource::<shown::Shown>().hall;
                dialog.give_back(hall, &mut drafts);
                carry_out(wish, &mut dialog, &mut drafts, (hall, 0.0))
            })
        })
    };
    let refuse = |app: &mut App| {
        app.world_mut().write_message(Refused(Refusal::ReadOnly));
        app.update();
    };
    let written = || Some("通道畅通".to_owned());
    assert_eq!(ask(&mut app, Intent::Plan(CASE)), Some(String::new()));
    assert_eq!(wish(&mut app, PlanWish::Reason("通道畅通".to_owned())), None);
    assert_eq!(ask(&mut app, Intent::Dispatch(CASE)), None, "both stand in the same corner");
    assert_eq!(ask(&mut app, Intent::Plan(CASE)), written());
    assert_eq!(wish(&mut app, PlanWish::Close), None);
    assert_eq!(ask(&mut app, Intent::Plan(CASE)), written(), "put away it stays");
    let skip = PlanMove::Skip { step: 0, reason: "通道畅通".to_owned() };
    assert_eq!(wish(&mut app, PlanWish::Skip(0)), Some(skip.clone()));
    refuse(&mut app);
    assert_eq!(wish(&mut app, PlanWish::Skip(0)), Some(skip), "what was refused is in the field again");
    refuse(&mut app);
    let end = PlanMove::End { reason: "通道畅通".to_owned() };
    assert_eq!(wish(&mut app, PlanWish::End), Some(end));
    assert!(!app.world().resource::<PlanDialog>().is_open(), "it is closed at once");
    refuse(&mut app);
    assert_eq!(ask(&mut app, Intent::Plan(CASE)), written());
}

/// A desk whose dialog of a plan is open.
fn opened() -> App {
    let mut app = App::new();
    app.add_message::<Intent>()
        .init_resource::<PlanDialog>()
        .init_resource::<Drafts>()
        .insert_resource(shown::Shown { hall: hall(Grade::III), ..shown::Shown::default() })
        .add_systems(Update, open);
    app.world_mut().write_message(Intent::Plan(CASE));
    app.update();
    app
}

#[test]
fn who_could_go_is_asked_again_as_crews_move_and_what_was_chosen_stays() {
    let mut app = opened();
    let mut dialog = app.world_mut().resource_mut::<PlanDialog>();
    let asked = [0.0, 1.0, 2.0, 2.5, 4.0].map(|secs| dialog.asks(true, secs));
    assert_eq!(asked, [true, false, true, false, true], "every two seconds");
    assert!(!dialog.asks(false, 9.0), "nobody looks at it");
    let hall = hall(Grade::III);
    carry_out(PlanWish::Choose(1), &mut dialog, &mut Drafts::default(), (&hall, 9.0));
    carry_out(PlanWish::ShowNext, &mut dialog, &mut Drafts::default(), (&hall, 9.0));
    assert!(dialog.asks(true, 9.0), "what the next alarm brings is another question");
}

#[test]
fn the_dialog_of_somebody_else_is_put_away_with_its_reason() {
    let mut app = opened();
    assert!(app.world().resource::<PlanDialog>().is_open());
    app.world_mut().run_system_once(put_away).unwrap();
    assert_eq!(app.world().resource::<PlanDialog>().reason(), None);
}

#[test]
fn a_notice_that_somebody_read_by_radio_is_recorded_with_its_receipt() {
    let wish = |key, modifiers| pass(Shown::Runs, press(key, modifiers), "").0;
    assert_eq!(wish(Key::R, Modifiers::NONE), [PlanWish::Read(0)], "the one that waits longest");
    assert_eq!(wish(Key::Num2, Modifiers::ALT), [PlanWish::Read(1)]);
    assert_eq!(wish(Key::Num3, Modifiers::ALT), [], "two were given");
    let said = pass(Shown::Runs, vec![], "").1;
    assert_eq!(said.matches("unread 9:00").count(), 2, "{said}");
    let mut hall = hall(Grade::III);
    start(&mut hall, 1);
    order(&mut hall, START + MINUTE, Order::MovePlan { incident: CASE, step: PlanMove::Read { notice: 0 } });
    let run = hall.plan(CASE).unwrap();
    let read: Vec<_> = notices(run, "en").into_iter().map(|one| (one.number, one.given, one.read)).collect();
    let given = Moment(START);
    assert_eq!(read, [(0, given, Some(Moment(START + MINUTE))), (1, given, None)]);
    assert_eq!(plan_shown(run, given, "en").notices, (1, 2));
}

#[test]
fn a_step_that_is_left_out_or_done_says_so() {
    let mut hall = hall(Grade::III);
    start(&mut hall, 1);
    let skip = PlanMove::Skip { step: 0, reason: "通道畅通".to_owned() };
    order(&mut hall, START + MINUTE, Order::MovePlan { incident: CASE, step: skip });
    let shown = plan_shown(hall.plan(CASE).unwrap(), Moment(START), "zh-CN");
    assert_eq!(shown.steps[0].state, StepState::Skipped(Moment(START + MINUTE)));
    assert_eq!(shown.steps.len(), 7, "those of the first alarm");
}
