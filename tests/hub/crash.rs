//! A hub that is killed again and again.

use std::process::Command;

#[test]
fn a_hub_killed_twenty_times_under_load_has_all_that_it_answered() {
    let hall = Command::new(env!("CARGO_BIN_EXE_hall")).args(["bench", "crash", "--kills", "20", "--json"]).output();
    let said = hall.unwrap();
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    let report: serde_json::Value = serde_json::from_str(out.lines().last().unwrap_or_default()).expect(&err);
    println!("{report}");
    assert_eq!((&report["kills"], &report["lost"], &report["corrupt"]), (&20.into(), &0.into(), &0.into()));
    assert!(report["acknowledged"].as_u64().unwrap() >= 20, "each hub answered before it was killed");
    assert!(said.status.success());
}
