//! Plans over a hub: in force from files, started over the wire or HTTP, the same for every screen and after a restart.

use std::sync::Arc;

use command_hall::config::InForce;
use command_hall::domain::{CrewId, Facility, IncidentId, Order, Plan, PlanMove, Stage, StepPlace, StepState};
use command_hall::ground::pack::records::PlaceKind;
use command_hall::ground::{City, demo, pack};
use command_hall::hub::{self, Data, HubOptions};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, get, post, report};

const CASE: IncidentId = IncidentId(1);
const MINUTE: u64 = 60_000;
const OWN: &str = "code = 'jam'\nname = { zh = '拥堵', en = 'Jam' }\nkinds = ['3020']\ngrade = 'IV'\n\n[[alarm]]\nlead = 'traffic'\n\n[[step]]\ncode = 'lane'\nzh = '开道'\nen = 'Lane'\nminutes = 5\n";

fn with_case(hub: &TestHub) -> Screen {
    let mut screen = hub.screen();
    screen.until_live();
    let mut fire = report("1");
    (fire["kind"], fire["grade"]) = (json!("30201"), json!("II"));
    assert_eq!(hub.post_report(fire).0, 200);
    screen.until("the case", |s| s.hall.incident(CASE).is_some());
    screen
}

fn plan(code: &str) -> Plan {
    InForce::built_in().unwrap().plans().get(code).unwrap().plan.clone()
}

fn start(plan: Plan, alarm: u8) -> Order {
    let crews = vec![CrewId(7), CrewId(8)];
    Order::StartPlan {
        incident: CASE,
        plan: Box::new(plan),
        alarm,
        crews,
        places: Vec::new(),
        words: "灭火".to_owned(),
    }
}

fn step(hub: &TestHub, body: &Value) -> (u16, Value) {
    hub.post("/api/incidents/1/plan/move", body)
}

fn run(hub: &TestHub) -> Value {
    hub.get("/api/incidents/1/plan").1
}

#[test]
fn a_plan_that_a_desk_starts_sends_who_it_names_and_every_screen_sees_its_steps() {
    let hub = TestHub::start();
    let desk = with_case(&hub);
    let mut wall = hub.screen();
    wall.until_live();
    desk.order(start(plan("tower-fire"), 2));
    wall.until("the plan", |s| s.hall.plan(CASE).is_some() && !s.hall.tasks(CASE).is_empty());
    assert_eq!(wall.hall.incident(CASE).unwrap().stage, Stage::Dispatched);
    // Seven departments of two alarms and two crews.
    assert_eq!(wall.hall.tasks(CASE).len(), 9);
    let told = run(&hub);
    assert_eq!((&told["alarm"], &told["running"], &told["alarms"]), (&json!(2), &json!(true), &json!(3)));
    assert_eq!(told["steps"][0]["lamp"], "green");
    hub.pass_millis(9 * MINUTE);
    assert_eq!((&run(&hub)["steps"][0]["lamp"], &run(&hub)["steps"][0]["state"]), (&json!("red"), &json!("runs")));
    desk.order(Order::MovePlan { incident: CASE, step: PlanMove::Done { step: 0, words: String::new() } });
    wall.until("the step", |s| matches!(s.hall.plan(CASE).unwrap().step(0), StepState::Done(_)));
    desk.order(Order::StrikeNext { incident: CASE, crews: vec![CrewId(9)], words: String::new() });
    wall.until("the alarm", |s| s.hall.plan(CASE).unwrap().alarm() == 3);
    assert_eq!(wall.hall.tasks(CASE).len(), 13);
    let mut late = hub.screen();
    late.until("the same plan", |s| s.hall.plan(CASE) == wall.hall.plan(CASE));
}

#[test]
fn other_systems_start_and_move_a_plan_over_http_and_it_outlives_a_restart() {
    let mut hub = TestHub::start();
    with_case(&hub);
    let codes = hub.get("/api/plans").1["plans"].as_array().unwrap().len();
    assert_eq!(codes, 10);
    assert_eq!(hub.get("/api/incidents/1/plan").0, 404);
    let path = "/api/incidents/1/plan";
    let (status, answer) = hub.post(path, &json!({ "plan": "towerfire" }));
    assert!(status == 404 && answer["error"].as_str().unwrap().contains("tower-fire"), "{answer}");
    assert_eq!(hub.post("/api/incidents/9/plan", &json!({ "plan": "tower-fire" })).0, 404);
    assert_eq!(hub.post(path, &json!({ "plan": "tower-fire", "alarm": 4 })).0, 422);
    assert_eq!(hub.post(path, &json!({ "plan": "tower-fire", "crews": [7], "words": "灭火" })).0, 200);
    assert_eq!(run(&hub)["alarm"], 2, "as its grade needs");
    assert_eq!(run(&hub)["steps"][1]["lon"], 114.17, "a ring is around the case");
    assert_eq!(hub.post(path, &json!({ "plan": "tower-fire" })).0, 422, "it runs");
    assert_eq!(step(&hub, &json!({ "done": { "step": "lane" } })).1["changed"], json!(true));
    assert_eq!(step(&hub, &json!({ "done": { "step": "lane" } })).1["changed"], json!(false));
    assert_eq!(step(&hub, &json!({ "skip": { "step": "cordon", "reason": " " } })).0, 422);
    assert_eq!(step(&hub, &json!({ "done": { "step": "lanes" } })).0, 404);
    assert_eq!(step(&hub, &json!({ "done": { "step": "shelter" } })).0, 422, "its alarm is not struck");
    assert_eq!(step(&hub, &json!({ "read": { "notice": 0 } })).0, 200);
    assert_eq!(step(&hub, &json!({ "fly": {} })).0, 400);
    assert_eq!(step(&hub, &json!({ "strike": { "crews": [9] } })).0, 200);
    let before = run(&hub);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(run(&hub), before);
    assert_eq!(step(&hub, &json!({ "end": { "reason": "明火扑灭" } })).0, 200);
    assert_eq!(run(&hub)["running"], json!(false));
    assert_eq!(step(&hub, &json!({ "done": { "step": "cordon" } })).0, 404);
}

#[test]
fn a_plan_that_is_started_over_http_has_the_nearest_places_of_the_hubs_city() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("city");
    pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
    let city = Arc::new(City::open(&out).unwrap());
    let hospitals: Vec<_> = city.places().iter().filter(|place| place.kind == PlaceKind::Hospital as u32).collect();
    // At a hospital itself no other is nearer.
    let at = city.frame().lonlat_from_metres(hospitals[0].at.map(f64::from));
    let admission = hub::Admission::Everybody;
    let options = HubOptions { admission, city: Some(Arc::clone(&city)), ..HubOptions::new(Data::Memory) };
    let hub = hub::start(HubOptions { listen: Some(([127, 0, 0, 1], 0).into()), ..options }).unwrap();
    let addr = hub.addr().unwrap();
    let mut fire = report("1");
    (fire["kind"], fire["grade"]) = (json!("30201"), json!("II"));
    fire["place"] = json!({ "lon": at.lon, "lat": at.lat });
    assert_eq!(post(addr, "/api/reports", &fire.to_string()).0, 200);
    assert_eq!(post(addr, "/api/incidents/1/plan", &json!({ "plan": "tower-fire" }).to_string()).0, 200);
    let told = get(addr, "/api/incidents/1/plan").1;
    let step = plan("tower-fire").steps.iter().position(|step| step.place == StepPlace::Nearest(Facility::Hospital));
    let place = &told["steps"][step.unwrap()];
    let near = |told: &Value, known: f64| (told.as_f64().unwrap() - known).abs() < 1e-6;
    assert!(near(&place["lon"], at.lon) && near(&place["lat"], at.lat), "{place}");
    assert_eq!(place["place"], json!(city.named(hospitals[0].name, hospitals[0].name_en, "zh").unwrap()), "{place}");
    hub.shutdown();
}

#[test]
fn only_a_plan_that_is_in_force_is_started_and_what_was_started_stays_as_it_was() {
    let hub = TestHub::start_with(&[("plans/jam.toml", OWN)]);
    let mut desk = with_case(&hub);
    assert_eq!(hub.get("/api/plans").1["plans"][0]["code"], "jam");
    desk.order(start(plan("tower-fire"), 1));
    desk.until("a refusal", |s| !s.refused.is_empty());
    assert_eq!(desk.refused[0].to_string(), "plan: there is no plan `tower-fire`");
    assert_eq!(hub.post("/api/incidents/1/plan", &json!({ "plan": "jam" })).0, 200);
    let reload = |hub: &TestHub| hub.post("/api/catalogue/reload", &json!({}));
    hub.edit("plans/jam.toml", &OWN.replace("minutes = 5", "minutes = 0"));
    let (status, answer) = reload(&hub);
    assert_eq!((status, &answer["line"]), (422, &json!(9)), "{answer}");
    assert!(answer["problem"].as_str().unwrap().contains("1 to 1440 minutes"), "{answer}");
    hub.edit("plans/jam.toml", &OWN.replace("minutes = 5", "minutes = 7"));
    let (status, answer) = reload(&hub);
    assert_eq!((status, &answer["changed"], &answer["plans_changed"]), (200, &json!(true), &json!(1)), "{answer}");
    assert_eq!(reload(&hub).1["changed"], json!(false));
    desk.until("other plans", |s| s.hall.plan_texts().unwrap().files[0].1.contains("minutes = 7"));
    assert_eq!(desk.hall.plan(CASE).unwrap().plan.steps[0].minutes, 5);
    // What another post still has on its screen was changed meanwhile.
    let old = desk.hall.plan(CASE).unwrap().plan.clone();
    assert_eq!(step(&hub, &json!({ "end": { "reason": "重来" } })).0, 200);
    desk.order(start(old, 1));
    desk.until("a refusal", |s| s.refused.len() == 2);
    assert!(desk.refused[1].to_string().contains("was changed meanwhile"), "{}", desk.refused[1]);
}
