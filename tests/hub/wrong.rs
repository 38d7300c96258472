use bytes::Bytes;
use command_hall::link::SocketTransport;
use command_hall::wire::frame::{MAX_TO_HUB, encode, read_to_screen};
use command_hall::wire::{FrameSink, FrameSource, Hello, Pace, ToHub, ToScreen, Transport, WIRE_VERSION};

use crate::kit::{TestHub, http, report};

/// Send frames to a hub; returns the reason with which it closes.
fn goodbye(transport: &impl Transport, frames: Vec<Bytes>) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut sink, mut source) = transport.connect().await.unwrap();
        let _ = sink.send(frames).await;
        while let Some(Ok(frame)) = source.next().await {
            if let Ok(ToScreen::Bye { reason }) = read_to_screen(&frame) {
                return Some(reason);
            }
        }
        None
    })
}

fn hello() -> Bytes {
    let hello = Hello { release: "0".into(), seat: "x".into(), resume: None, positions: Pace::Off, token: None };
    encode(&ToHub::Hello(hello)).unwrap()
}

#[test]
fn what_is_wrong_with_a_screens_frames_is_said_and_the_hub_lives_on() {
    let hub = TestHub::start();
    let socket = SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap();
    let embedded = hub.hub().embedded_transport();
    let mut version = hello().to_vec();
    version[0] = WIRE_VERSION + 1;
    let cases: [(&str, Vec<Bytes>); 6] = [
        ("same release", vec![Bytes::from(version)]),
        ("cannot be read", vec![Bytes::from_static(&[WIRE_VERSION, 0xc1, 0xff])]),
        ("empty", vec![Bytes::new()]),
        ("no hello", vec![encode(&ToHub::Ping).unwrap()]),
        ("second hello", vec![hello(), hello()]),
        ("cannot be read", vec![hello(), Bytes::from_static(&[WIRE_VERSION])]),
    ];
    for (reason, frames) in cases {
        for said in [goodbye(&socket, frames.clone()), goodbye(&embedded, frames)] {
            let said = said.unwrap_or_default();
            assert!(said.contains(reason), "{said:?} instead of {reason:?}");
        }
    }
    let oversized = vec![Bytes::from(vec![WIRE_VERSION; MAX_TO_HUB + 1])];
    assert!(goodbye(&embedded, oversized.clone()).unwrap().contains("limit"));
    // Over the socket the limit already ends the connection below the frames.
    drop(goodbye(&socket, oversized));
    assert_eq!(hub.post_report(report("a")).0, 200);
    let mut screen = hub.screen();
    screen.until_seq(1);
}

#[test]
fn web_pages_of_other_sites_may_not_open_the_socket() {
    let hub = TestHub::start();
    let request = "sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nupgrade: websocket";
    let headers = format!("x\r\norigin: http://elsewhere.example\r\n{request}");
    assert_ne!(http(hub.addr(), "GET", "/ws", &headers, "").unwrap().0, 101);
}
