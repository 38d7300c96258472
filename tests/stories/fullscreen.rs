//! A wall that covers its monitor.

use std::process::Command;

use serde_json::json;
use x11rb::protocol::xproto::ConnectionExt as _;

use crate::kit;
use crate::window::{Display, Home, wait_for};

#[test]
fn a_full_screen_wall_covers_the_monitor_without_a_window_manager_and_ends_with_ctrl_c() {
    let Some(display) = Display::start("1920x1080") else { return };
    let home = Home::new();
    let (_hub, at, url) = home.hub();
    let mut report = kit::report("A-1");
    report["grade"] = json!("I");
    home.report(at, &report);
    let mut screen = home.screen(&display, &url, &["--screen", "wall", "--fullscreen"]);
    let window = display.window(&mut screen);
    wait_for("a window of the monitor's size", || {
        let shape = display.x.get_geometry(window).unwrap().reply().unwrap();
        ((shape.x, shape.y, shape.width, shape.height) == (0, 0, 1920, 1080)).then_some(())
    });
    // An incident of grade Ⅰ frames the wall in red: in every corner of the monitor.
    let red = |p: &[u8; 3]| p[0] > 200 && p[1] < 100 && p[2] < 110;
    let corners = [[2, 2], [1912, 2], [2, 1072], [1912, 1072]];
    display.until("the wall's frame in every corner", |seen| {
        corners.iter().all(|[x, y]| seen.part([*x, *y, x + 6, y + 6]).iter().all(red))
    });
    let sent = Command::new("kill").args(["-INT", &screen.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let status = wait_for("the end", || screen.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
}
