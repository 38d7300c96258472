//! A disk that takes nothing more, and then does again.

use command_hall::domain::{Mode, Order, Refusal};
use command_hall::link::LinkState;

use crate::kit::{HubProcess, Screen, get, post, report, skipped};

#[test]
fn a_full_disk_makes_the_hub_read_only_on_every_screen_until_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("hub_process", folder.path(), None);
    let addr = hub.addr;
    let mut screen = Screen::at(addr);
    screen.until_live();
    assert_eq!(post(addr, "/api/reports", &report("before").to_string()).0, 200);
    screen.until_seq(1);
    if !hub.limit_files(Some(1)) {
        return skipped("there is no prlimit to limit the hub's files with");
    }
    // Whoever comes first hears that nothing was written; from then on everybody is told before.
    let (status, answer) = post(addr, "/api/reports", &report("full").to_string());
    assert_eq!(status, 503, "{answer}");
    screen.until("read-only", |s| s.state == LinkState::ReadOnly);
    screen.order(Order::SwitchMode { mode: Mode::Emergency });
    screen.until("a refusal", |s| s.refused == [Refusal::ReadOnly]);
    assert_eq!(post(addr, "/api/reports", &report("full").to_string()).0, 503);
    let health = get(addr, "/api/health").1;
    assert_eq!((&health["writes"], &health["seq"]), (&false.into(), &1.into()));
    let mut late = Screen::at(addr);
    late.until("what is known, read-only", |s| s.state == LinkState::ReadOnly && s.hall.upto().0 == 1);

    assert!(hub.limit_files(None));
    screen.until("room again", |s| s.state == LinkState::Live);
    late.until("room again", |s| s.state == LinkState::Live);
    assert_eq!(post(addr, "/api/reports", &report("full").to_string()).0, 200);
    screen.until_seq(2);
    late.until_seq(2);
    assert!(screen.hall.by_source("12345", "full").is_some());
}
