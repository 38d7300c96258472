use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::kit::{TestHub, report};

/// A client that opens a WebSocket, says hello and then never reads.
fn stopped_screen(hub: &TestHub) -> TcpStream {
    use command_hall::wire::{Hello, Pace, ToHub, frame::encode};
    let mut tcp = TcpStream::connect(hub.addr()).unwrap();
    write!(
        tcp,
        "GET /ws HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        hub.addr()
    )
    .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tcp.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let hello = ToHub::Hello(Hello {
        release: "test".into(),
        seat: "stopped".into(),
        resume: None,
        positions: Pace::Direct,
        token: None,
    });
    let frame = encode(&hello).unwrap();
    // A masked binary frame with a mask of zeros.
    let mut bytes = vec![0x82, 0x80 | u8::try_from(frame.len()).unwrap(), 0, 0, 0, 0];
    bytes.extend_from_slice(&frame);
    tcp.write_all(&bytes).unwrap();
    tcp
}

#[test]
fn a_stopped_screen_stalls_nobody_holds_little_and_is_closed() {
    let hub = TestHub::start();
    let mut good = hub.screen();
    good.until_live();
    let stopped = stopped_screen(&hub);
    let joined = |count: usize| {
        // The screen joins when the clerk has taken its hello: asking the clerk comes after it.
        while hub.hub().sessions() != count {
            hub.get("/api/health");
        }
    };
    joined(2);
    // Each batch is about 2 MB of facts; what the kernel and the outbox hold is soon full.
    let text = "长".repeat(5000);
    let mut reports = 0_u64;
    while hub.hub().sessions() == 2 {
        let rows: Vec<Value> = (0..100)
            .map(|n| {
                let mut row = report(&format!("{reports}-{n}"));
                row["text"] = json!(text);
                row
            })
            .collect();
        assert_eq!(hub.post_report(Value::Array(rows)).0, 200);
        reports += 100;
        let held = hub.get("/api/health").1["held_bytes_max"].as_u64().unwrap();
        assert!(held <= 2 * 1024 * 1024, "{held}");
        good.until_seq(reports);
        assert!(reports < 10_000, "the stopped screen is never closed");
    }
    assert_eq!(good.snapshots, 1);
    drop(stopped);
}
