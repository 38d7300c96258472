//! Where cases lie at a hub that knows its city: whose they are, how they move, and what is kept of them.

use command_hall::domain::rights::{Area, Right, Role};
use command_hall::domain::{IncidentId, LonLat, Order, Refusal, Stage};
use command_hall::hub::Admission;
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, http_as, report};
use crate::trust::{add, key, screen, token};

/// Tell a case at a place, in an area where one is named.
fn tell(hub: &TestHub, token: &str, id: &str, at: LonLat, area: Option<&Area>) {
    let mut row = report(id);
    row["place"] = json!({ "lon": at.lon, "lat": at.lat });
    row["area"] = area.map_or(Value::Null, |area| json!(area.path()));
    let (status, answer) = http_as(hub.addr(), token, "POST", "/api/reports", &row.to_string());
    assert_eq!(status, 200, "{answer}");
}

/// Send a case; whether that was allowed.
fn send(desk: &mut Screen, case: u64) -> bool {
    let refused = desk.refused.len();
    desk.order(Order::AdvanceIncident { incident: IncidentId(case), stage: Stage::Dispatched });
    let sent = |s: &Screen| s.hall.incident(IncidentId(case)).is_some_and(|one| one.stage == Stage::Dispatched);
    desk.until("an answer", |s| sent(s) || s.refused.len() > refused);
    desk.refused.len() == refused
}

fn district(area: &Area) -> Area {
    area.part_of(&Area::CITY)
}

#[test]
fn a_fed_case_is_worked_on_in_the_district_of_its_place_and_refused_to_every_other() {
    // The first cases came when the hub did not know its city yet.
    let mut hub = TestHub::with_doors();
    let addr = hub.addr();
    hub.give_city();
    let [(here, around), (there, elsewhere)] = hub.two_places();
    let key = key(&hub, "12345", Role::Source);
    tell(&hub, &key, "a", here, None);
    tell(&hub, &key, "b", there, None);
    add(&hub, "li", Role::Dispatcher, district(&around).path());
    add(&hub, "wang", Role::Dispatcher, district(&elsewhere).path());
    let outside = |area: &Area| Refusal::OutsideArea { right: Right::Dispatch, area: district(area) };
    let mut li = screen(&hub, Some(&token(&hub, "li")));
    li.until("both cases", |s| s.hall.incidents().len() == 2);
    assert!(!send(&mut li, 1), "without a map a case without an area is the whole city's");
    hub.shutdown();
    hub.restart(addr);
    let (mut li, mut wang) = (screen(&hub, Some(&token(&hub, "li"))), screen(&hub, Some(&token(&hub, "wang"))));
    for desk in [&mut li, &mut wang] {
        desk.until("both cases", |s| s.hall.incidents().len() == 2);
        assert_eq!(desk.areas.get(&IncidentId(1)), Some(&around), "a screen knows whose a case is");
        assert_eq!(desk.areas.get(&IncidentId(2)), Some(&elsewhere));
    }
    tell(&hub, &key, "c", here, None);
    for desk in [&mut li, &mut wang] {
        desk.until("the third case", |s| s.hall.incidents().len() == 3);
        assert_eq!(desk.areas.get(&IncidentId(3)), Some(&around));
    }
    assert!(!send(&mut li, 2) && !send(&mut wang, 1) && !send(&mut wang, 3));
    assert_eq!(li.refused, [outside(&around)]);
    assert_eq!(wang.refused, [outside(&elsewhere), outside(&elsewhere)]);
    assert!(send(&mut li, 1) && send(&mut wang, 2) && send(&mut li, 3));
}

#[test]
fn a_case_that_turns_out_to_be_elsewhere_goes_there_unless_its_area_was_named() {
    let mut hub = TestHub::with_city(Admission::SignedIn);
    let addr = hub.addr();
    let [(here, around), (there, elsewhere)] = hub.two_places();
    let key = key(&hub, "12345", Role::Source);
    let own = district(&around);
    tell(&hub, &key, "moves", here, None);
    tell(&hub, &key, "named", here, Some(&own));
    tell(&hub, &key, "leaves", here, None);
    add(&hub, "li", Role::Dispatcher, own.path());
    add(&hub, "wang", Role::Dispatcher, district(&elsewhere).path());
    add(&hub, "chen", Role::GridWorker, own.path());
    let mut li = screen(&hub, Some(&token(&hub, "li")));
    li.until("three cases", |s| s.hall.incidents().len() == 3);
    assert_eq!(li.areas.get(&IncidentId(2)), Some(&around), "a place tells a named area more closely");
    let nowhere = LonLat { lon: 0.0, lat: 0.0 };
    for (id, at, area) in [("moves", there, None), ("named", there, Some(&own)), ("leaves", nowhere, None)] {
        tell(&hub, &key, id, at, area);
    }
    let moved = |s: &Screen| {
        s.areas.get(&IncidentId(1)) == Some(&elsewhere)
            && s.areas.get(&IncidentId(2)) == Some(&own)
            && !s.areas.contains_key(&IncidentId(3))
    };
    li.until("where they are now", moved);
    // A scoped account reports in its own area, wherever the place is.
    let chen = token(&hub, "chen");
    tell(&hub, &chen, "own", there, None);
    li.until("the case of the account's area", |s| s.areas.get(&IncidentId(4)) == Some(&own));
    let mut row = report("other");
    row["area"] = json!(elsewhere.path());
    assert_ne!(http_as(addr, &chen, "POST", "/api/reports", &row.to_string()).0, 200);
    // What a restarted hub knows of it is the same.
    hub.shutdown();
    hub.restart(addr);
    let mut li = screen(&hub, Some(&token(&hub, "li")));
    let mut wang = screen(&hub, Some(&token(&hub, "wang")));
    for desk in [&mut li, &mut wang] {
        desk.until("where they are", |s| moved(s) && s.hall.incidents().len() == 4);
    }
    assert!(!send(&mut li, 1) && send(&mut wang, 1), "it is the other district's now");
    assert!(!send(&mut wang, 2) && send(&mut li, 2), "it stays where it was said to be");
    assert!(!send(&mut wang, 3) && !send(&mut li, 3), "nobody knows where it is");
    assert!(!send(&mut wang, 4) && send(&mut li, 4));
}
