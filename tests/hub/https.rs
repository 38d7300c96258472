//! A feed that reaches its hub over HTTPS. The gateway here speaks TLS with a certificate for `localhost` whose
//! authority only this test trusts (`tests/data/tls`, its key was thrown away).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::kit::TestHub;

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls").join(file)
}

/// Takes TLS connections and hands what they say to the hub; returns its port.
fn gateway(hub: SocketAddr) -> u16 {
    let certificate = CertificateDer::from_pem_file(data("hub.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(data("hub.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for tcp in listener.incoming() {
            let tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), tcp.unwrap());
            // A client that does not trust the certificate breaks off.
            drop(exchange(tls, hub));
        }
    });
    port
}

/// One request there and its answer back.
fn exchange(mut tls: StreamOwned<ServerConnection, TcpStream>, hub: SocketAddr) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tls.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    tls.read_exact(&mut body)?;
    let mut plain = TcpStream::connect(hub)?;
    plain.write_all(head.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes())?;
    plain.write_all(&body)?;
    let mut answer = Vec::new();
    plain.read_to_end(&mut answer)?;
    tls.write_all(&answer)?;
    tls.conn.send_close_notify();
    tls.flush()
}

fn feed(port: u16, trusted: Option<PathBuf>) -> Output {
    let home = tempfile::tempdir().unwrap();
    let calls = home.path().join("calls.csv");
    let rows = "lat,lng,desc,zip,title,timeStamp,twp,addr,e\n\
        40.12,-75.34,CHERRY ST,19401,Traffic: VEHICLE ACCIDENT -,2015-12-10 17:40:00,NORRISTOWN,CHERRY ST,1\n";
    std::fs::write(&calls, rows).unwrap();
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/feeds/montgomery-911.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_hall"));
    command.current_dir(home.path()).env("HOME", home.path());
    if let Some(file) = trusted {
        command.env("SSL_CERT_FILE", file);
    }
    command.arg("feed").arg(&calls).arg("--map").arg(map).args(["--speed", "1000", "--json", "--to"]);
    command.arg(format!("https://localhost:{port}")).output().unwrap()
}

#[test]
fn a_feed_reaches_its_hub_over_https_and_trusts_nobody_unknown() {
    let hub = TestHub::start();
    let port = gateway(hub.addr());
    let stranger = feed(port, None);
    assert_ne!(stranger.status.code(), Some(0), "a certificate of an unknown authority is no hub's");
    assert_eq!(hub.get("/api/health").1["seq"], 0);
    let known = feed(port, Some(data("ca.pem")));
    assert_eq!(known.status.code(), Some(0), "{}", String::from_utf8_lossy(&known.stderr));
    let incidents = hub.get("/api/incidents").1;
    assert_eq!(incidents["incidents"].as_array().map(Vec::len), Some(1), "{incidents}");
}
