use command_hall::domain::{
    CrewId, CrewKind, CrewPosition, CrewStatus, IncidentId, LonLat, Mode, Moment, Order, Refusal, Stage,
};

use crate::kit::{TestHub, report};

#[test]
fn a_report_posted_over_http_reaches_a_connected_screen() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    let (status, answer) = hub.post_report(report("a"));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["accepted"][0]["incident"], 1);
    screen.until_seq(1);
    let incident = screen.hall.incident(IncidentId(1)).unwrap();
    assert_eq!((incident.source_id.as_str(), incident.text.as_str()), ("a", "两车相撞"));
    assert_eq!(screen.snapshots, 1);
}

#[test]
fn the_embedded_screen_sees_the_same_as_one_over_the_network() {
    let hub = TestHub::start();
    hub.post_report(report("a"));
    let (mut near, mut far) = (hub.embedded_screen(), hub.screen());
    near.until_seq(1);
    far.until_seq(1);
    near.order(Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Accepted });
    near.until_seq(2);
    far.until_seq(2);
    assert_eq!(near.hall, far.hall);
    assert_eq!(near.hall.incident(IncidentId(1)).unwrap().stage, Stage::Accepted);
}

#[test]
fn a_refused_order_comes_back_with_its_reason() {
    let hub = TestHub::start();
    let mut screen = hub.embedded_screen();
    screen.until_live();
    screen.order(Order::CloseIncident { incident: IncidentId(9), reason: String::new() });
    screen.until("refused", |s| s.refused == [Refusal::UnknownIncident(IncidentId(9))]);
    assert_eq!(screen.hall.upto().0, 0);
}

#[test]
fn the_mode_switches_on_every_screen() {
    let hub = TestHub::start();
    let (mut one, mut other) = (hub.screen(), hub.embedded_screen());
    one.until_live();
    other.until_live();
    one.order(Order::SwitchMode { mode: Mode::Emergency });
    other.until("emergency", |s| s.hall.mode() == Mode::Emergency);
}

#[test]
fn positions_reach_screens_that_are_there_and_those_that_come_later() {
    let hub = TestHub::start();
    let mut early = hub.screen();
    early.until_live();
    let at = |crew, lon| CrewPosition {
        crew: CrewId(crew),
        at: LonLat { lon, lat: 22.0 },
        when: Moment(1),
        kind: CrewKind::Patrol,
        status: CrewStatus::Free,
        incident: None,
    };
    assert_eq!(hub.hub().intake().positions(&[at(1, 114.0), at(2, 114.0), at(3, 999.0)]), 2);
    early.until("positions", |s| s.positions == 2);
    let mut late = hub.screen();
    late.until("positions", |s| s.positions == 2);
}

#[test]
fn a_closed_incident_leaves_after_a_day_and_a_repeated_report_does_not_bring_it_back() {
    let hub = TestHub::start();
    let mut closed = report("a");
    hub.post_report(closed.clone());
    closed["progress"] = "closed".into();
    hub.post_report(closed);
    hub.pass_millis(25 * 3600 * 1000);
    hub.post_report(report("b"));
    let mut screen = hub.screen();
    screen.until_seq(3);
    assert!(screen.hall.incident(IncidentId(1)).is_none());
    let (status, answer) = hub.post_report(report("a"));
    assert_eq!(status, 200);
    assert_eq!(
        (answer["accepted"][0]["incident"].as_u64(), answer["accepted"][0]["changed"].as_bool()),
        (Some(1), Some(false))
    );
    assert_eq!(hub.get("/api/health").1["seq"], 3);
}
