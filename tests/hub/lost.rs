use std::net::SocketAddr;

use command_hall::domain::{CaseMove, IncidentId, Order};
use command_hall::link::LinkState;
use serde_json::json;

use crate::kit::{HubProcess, Screen, TestHub, http, post, post_once, report};

#[test]
fn a_killed_hub_loses_no_acknowledged_fact_and_screens_go_on_without_gap_or_duplicate() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("hub_process", folder.path(), None);
    let addr = hub.addr;
    let mut screen = Screen::at(addr);
    screen.until_live();
    assert_eq!(post(addr, "/api/reports", &report("before").to_string()).0, 200);
    screen.until_seq(1);

    // Reports go in while the hub is killed: whatever was answered with 200 must be there.
    let posting = std::thread::spawn(move || {
        let mut acknowledged = Vec::new();
        for n in 0.. {
            let id = format!("r{n}");
            match http(addr, "POST", "/api/reports", "application/json", &report(&id).to_string()) {
                Ok((200, _)) => acknowledged.push(id),
                _ => break,
            }
        }
        acknowledged
    });
    screen.until_seq(20);
    hub.kill();
    let acknowledged = posting.join().unwrap();
    // Twenty facts told are "before" and r0 to r18. Screens are told before the one who posted is
    // answered, so the answer to r18 may be cut off; r18 was posted after the answer to r17.
    assert!(acknowledged.len() >= 18, "{}", acknowledged.len());
    screen.until("lost", |s| matches!(s.state, LinkState::Lost { .. }));

    let hub = HubProcess::start("hub_process", folder.path(), Some(addr));
    screen.until_live();
    assert_eq!(post(addr, "/api/reports", &report("after").to_string()).0, 200);
    screen.until("the last report", |s| s.hall.by_source("12345", "after").is_some());
    for id in &acknowledged {
        assert!(screen.hall.by_source("12345", id).is_some(), "{id} was acknowledged and is lost");
    }
    // One snapshot at the very first; then every fact once, in order.
    assert_eq!(screen.snapshots, 1);
    let seqs: Vec<u64> = screen.facts.iter().map(|s| s.0).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    drop(hub);
}

#[test]
fn an_order_that_a_killed_hub_cut_off_is_given_again_and_applies_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("hub_process", folder.path(), None);
    let mut screen = Screen::at(hub.addr);
    screen.until_live();
    assert_eq!(post(hub.addr, "/api/reports", &report("a").to_string()).0, 200);
    screen.until_seq(1);
    // Each urging counts: one that came through twice would be two.
    let case = IncidentId(1);
    let urge = |words: &str| {
        let step = CaseMove::Urge { words: words.to_owned() };
        Order::MoveIncident { incident: case, step }
    };
    // On its way when the hub stands still; nothing is answered before it is killed.
    hub.stop();
    screen.order(urge("市民再次来电"));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let addr = hub.kill();
    screen.until("lost", |s| matches!(s.state, LinkState::Lost { .. }));
    let hub = HubProcess::start("hub_process", folder.path(), Some(addr));
    screen.until("the order is carried out", |s| s.hall.dossier(case).urges > 0);
    // What came twice would be heard of before the next one is.
    screen.order(urge("第二次"));
    let last = |s: &Screen| s.hall.dossier(case).urged.as_ref().map(|said| said.words.clone());
    screen.until("the next one is carried out", |s| last(s).as_deref() == Some("第二次"));
    assert!(screen.refused.is_empty(), "{:?}", screen.refused);
    assert_eq!((screen.hall.dossier(case).urges, screen.hall.upto().0), (2, 3));
    drop(hub);
}

/// One whose answer was lost with the hub stands in the log already: given again it says what came of it.
#[test]
fn an_order_whose_answer_was_lost_with_a_killed_hub_is_given_again_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("hub_process", folder.path(), None);
    let addr = hub.addr;
    assert_eq!(post(addr, "/api/reports", &report("a").to_string()).0, 200);
    let urge = json!({ "step": "urge", "words": "市民再次来电" }).to_string();
    let ask = || post_once(addr, "urge-1", "/api/incidents/1/moves", &urge);
    assert_eq!(ask().0, 200);
    hub.kill();
    let hub = HubProcess::start("hub_process", folder.path(), Some(addr));
    assert_eq!(ask().0, 200);
    let mut screen = Screen::at(addr);
    screen.until_seq(2);
    assert_eq!((screen.hall.dossier(IncidentId(1)).urges, screen.hall.upto().0), (1, 2));
    drop(hub);
}

/// A hub that was shut down after its first fact, where it was, and a screen that heard the fact.
fn gone_after_a_report() -> (TestHub, SocketAddr, Screen) {
    let mut hub = TestHub::start();
    let addr = hub.addr();
    let mut screen = hub.screen();
    hub.post_report(report("a"));
    screen.until_seq(1);
    hub.shutdown();
    (hub, addr, screen)
}

#[test]
fn a_screen_resumes_after_a_polite_restart_too() {
    let (mut hub, addr, mut screen) = gone_after_a_report();
    screen.until("lost", |s| matches!(s.state, LinkState::Lost { .. }));
    hub.restart(addr);
    hub.post_report(report("b"));
    screen.until_seq(2);
    assert_eq!(screen.snapshots, 1);
    assert_eq!(screen.state, LinkState::Live);
}

#[test]
fn a_screen_of_another_log_starts_over() {
    let (mut hub, addr, mut screen) = gone_after_a_report();
    std::fs::remove_file(hub.folder.path().join(command_hall::store::FILE)).unwrap();
    hub.restart(addr);
    screen.until("a new snapshot", |s| s.snapshots == 2);
    assert_eq!(screen.hall.upto().0, 0);
}

#[test]
fn orders_while_the_hub_is_lost_are_refused() {
    use command_hall::domain::{Mode, Order, Refusal};
    let mut hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    hub.shutdown();
    screen.until("lost", |s| matches!(s.state, LinkState::Lost { .. }));
    screen.order(Order::SwitchMode { mode: Mode::Emergency });
    screen.until("refused", |s| s.refused == [Refusal::NoHub]);
}

#[test]
fn a_hub_that_stands_still_without_hanging_up_is_lost_and_comes_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("hub_process", folder.path(), None);
    let addr = hub.addr;
    let mut screen = Screen::at(addr);
    assert_eq!(post(addr, "/api/reports", &report("before").to_string()).0, 200);
    screen.until_seq(1);
    hub.stop();
    screen.until("lost", |s| matches!(s.state, LinkState::Lost { .. }));
    hub.go_on();
    screen.until_live();
    assert_eq!(post(addr, "/api/reports", &report("after").to_string()).0, 200);
    screen.until_seq(2);
    assert_eq!(screen.snapshots, 1, "it went on where it was");
}
