//! A hub with a certificate of its own: https and wss, and nobody on a network without one. The certificate is for
//! `localhost`, of an authority that only these tests trust (`tests/data/tls`).

use std::path::{Path, PathBuf};

use command_hall::feeds::http::HubClient;
use command_hall::hub::{self, Admission, Data, HubError, HubOptions, TlsFiles};
use command_hall::link::{LinkState, SocketTransport};
use command_hall::wire::{Pace, Transport as _};
use serde_json::json;

use crate::kit::{Screen, report};

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(file)
}

fn options() -> HubOptions {
    HubOptions {
        listen: Some(([127, 0, 0, 1], 0).into()),
        admission: Admission::Everybody,
        tls: Some(TlsFiles { certificate: data("hub.pem"), key: data("hub.key") }),
        ..HubOptions::new(Data::Memory)
    }
}

#[test]
fn screens_come_over_wss_and_reports_over_https_with_an_authority_of_their_own() {
    let hub = hub::start(options()).unwrap();
    let at = format!("localhost:{}", hub.addr().unwrap().port());
    let authority = std::fs::read(data("ca.pem")).unwrap();
    let wss = SocketTransport::new(&format!("wss://{at}")).unwrap().trusting(Some(authority.clone()));
    let mut screen = Screen::over(wss, Pace::Smooth);
    screen.until_live();
    let client = HubClient::trusting(&format!("https://{at}"), Some(&authority)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answered = runtime.block_on(client.post("/api/reports", &json!([report("a")]))).unwrap();
    assert_eq!(answered.status, 200, "{}", answered.body);
    screen.until_seq(1);
    // Whoever trusts another authority, or speaks in the clear, gets nothing.
    let other = std::fs::read(data("hub.pem")).unwrap();
    let stranger = SocketTransport::new(&format!("wss://{at}")).unwrap().trusting(Some(other));
    assert!(runtime.block_on(stranger.connect()).is_err());
    let plain = SocketTransport::new(&format!("ws://{at}")).unwrap();
    assert!(runtime.block_on(plain.connect()).is_err());
    assert_eq!(screen.state, LinkState::Live, "others are served meanwhile");
    assert!(hub.is_secure());
    hub.shutdown();
}

#[test]
fn a_client_that_says_nothing_keeps_nobody_waiting() {
    let hub = hub::start(options()).unwrap();
    let silent: Vec<_> = (0..8).map(|_| std::net::TcpStream::connect(hub.addr().unwrap()).unwrap()).collect();
    let authority = std::fs::read(data("ca.pem")).unwrap();
    let wss = SocketTransport::new(&format!("wss://localhost:{}", hub.addr().unwrap().port())).unwrap();
    Screen::over(wss.trusting(Some(authority)), Pace::Off).until_live();
    drop(silent);
}

#[test]
fn without_a_certificate_a_hub_listens_on_this_machine_alone() {
    let bare = HubOptions { tls: None, listen: Some(([0, 0, 0, 0], 0).into()), ..options() };
    let refused = hub::start(bare.clone()).map(drop).unwrap_err();
    assert!(matches!(refused, HubError::InTheClear { .. }), "{refused}");
    hub::start(HubOptions { insecure_lan: true, ..bare }).unwrap().shutdown();
    hub::start(HubOptions { tls: None, ..options() }).unwrap().shutdown();
}

#[test]
fn files_that_are_no_certificate_are_named() {
    for (certificate, key, named) in
        [("none.pem", "hub.key", "none.pem"), ("hub.key", "hub.key", "hub.key"), ("hub.pem", "hub.pem", "hub.pem")]
    {
        let tls = TlsFiles { certificate: data(certificate), key: data(key) };
        let error = hub::start(HubOptions { tls: Some(tls), ..options() }).map(drop).unwrap_err();
        assert!(matches!(error, HubError::Tls(_)) && error.to_string().contains(named), "{error}");
    }
    let other = TlsFiles { certificate: data("ca.pem"), key: data("hub.key") };
    let error = hub::start(HubOptions { tls: Some(other), ..options() }).map(drop).unwrap_err();
    assert!(error.to_string().contains("do not go together"), "{error}");
}
