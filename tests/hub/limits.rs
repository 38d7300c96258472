//! Time limits: told to screens, and by the API with each incident.

use command_hall::domain::{IncidentId, Order, Stage};
use serde_json::{Value, json};

use crate::kit::{TestHub, report};

/// A traffic accident is to be dispatched within so long.
const DISPATCH_MILLIS: i64 = 360_000;

fn told(hub: &TestHub, id: usize) -> [Value; 4] {
    let (status, listed) = hub.get("/api/incidents");
    assert_eq!(status, 200);
    let row = &listed["incidents"][id - 1];
    ["due_at", "due_for", "lamp", "on_hold_reason"].map(|field| row[field].clone())
}

#[test]
fn the_api_tells_when_an_incident_is_due_and_how_its_lamp_is() {
    let hub = TestHub::start();
    let mut screen = hub.embedded_screen();
    screen.until_live();
    hub.post_report(report("a"));
    screen.until_seq(1);
    let known_at = screen.hall.incident(IncidentId(1)).unwrap().known_at.0;
    let due = json!(known_at + DISPATCH_MILLIS);
    let first = |hub: &TestHub| told(hub, 1);
    assert_eq!(first(&hub), [due.clone(), json!("dispatch"), json!("green"), Value::Null]);
    hub.pass_millis(300_000);
    assert_eq!(first(&hub)[2], "yellow", "within a fifth of the limit");
    hub.pass_millis(60_001);
    assert_eq!(first(&hub), [due, json!("dispatch"), json!("red"), Value::Null]);
    screen.order(Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Dispatched });
    screen.until_seq(2);
    assert_eq!(first(&hub)[1..3], [json!("handle"), json!("green")], "another has it now");
    screen.order(Order::SuspendIncident { incident: IncidentId(1), reason: "等待配件".to_owned() });
    screen.until_seq(3);
    assert_eq!(first(&hub), [Value::Null, Value::Null, json!("paused"), json!("等待配件")]);
    let (_, listed) = hub.get("/api/incidents?format=geojson");
    assert_eq!(listed["features"][0]["properties"]["lamp"], "paused");
    screen.order(Order::CloseIncident { incident: IncidentId(1), reason: "已排除".to_owned() });
    screen.until_seq(4);
    assert_eq!(first(&hub), [(); 4].map(|()| Value::Null));
}

#[test]
fn timers_go_on_where_they_were_after_a_restart() {
    let mut hub = TestHub::start();
    hub.post_report(report("a"));
    let before = told(&hub, 1);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    hub.pass_millis(60_000);
    assert_eq!(told(&hub, 1), before);
}
