//! Notes and files of cases over a hub: every post reads them, however long ago the case was closed.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use command_hall::domain::rights::{Role, Standing};
use command_hall::domain::{Attachment, FileHash, FileKind, IncidentId, Media, Order, Refusal};
use command_hall::store::people::{By, People, Proof};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::kit::{TestHub, http_as, report};

const CASE: IncidentId = IncidentId(1);
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture, but bytes \x00\xff";

/// One request with a body of bytes: status, head and body of the answer.
fn send(hub: &TestHub, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(hub.addr()).unwrap();
    let (addr, length) = (hub.addr(), body.len());
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A body that is too long is not read to its end.
    drop(stream.write_all(body));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer") + 4;
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_lowercase(), answer[end..].to_vec())
}

fn attach(hub: &TestHub, query: &str, body: &[u8]) -> (u16, Value) {
    let (status, _, answer) = send(hub, "POST", &format!("/api/incidents/1/attachments?{query}"), "", body);
    (status, serde_json::from_slice(&answer).unwrap_or_default())
}

fn hash_of(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_note_of_one_post_is_read_by_all_and_stands_in_the_story() {
    let hub = TestHub::start();
    let (mut desk, mut other) = (hub.screen(), hub.screen());
    desk.until_live();
    other.until_live();
    assert_eq!(hub.post_report(report("1")).0, 200);
    desk.until_seq(1);
    desk.order(Order::AddNote { incident: CASE, words: "已联系水务".to_owned() });
    other.until("the note", |s| s.hall.dossier(CASE).notes == 1);
    assert_eq!(hub.post("/api/incidents/1/notes", &json!({ "words": "十分钟到" })).0, 200);
    other.until("the other note", |s| s.hall.dossier(CASE).noted.as_ref().is_some_and(|said| said.words == "十分钟到"));
    let story = hub.get("/api/incidents/1/facts").1;
    assert_eq!(story["facts"][0]["what"]["NoteAdded"]["words"], "十分钟到", "{story}");
    assert_eq!(hub.post("/api/incidents/1/notes", &json!({ "words": " " })).0, 422);
    assert_eq!(hub.post("/api/incidents/9/notes", &json!({ "words": "a" })).0, 404);
    assert_eq!(hub.post("/api/incidents/1/notes", &json!({ "text": "a" })).0, 400);
}

#[test]
fn a_file_is_kept_by_its_hash_and_given_back_after_the_case_left_the_hall() {
    let mut hub = TestHub::start();
    assert_eq!(hub.post_report(report("1")).0, 200);
    let (status, kept) = attach(&hub, "name=%E7%8E%B0%E5%9C%BA.png&kind=before", PICTURE);
    assert_eq!((status, &kept["hash"], &kept["media"]), (200, &json!(hash_of(PICTURE)), &json!("image/png")), "{kept}");
    let hash = hash_of(PICTURE);
    let on_disk = hub.folder.path().join("files").join(&hash[..2]).join(&hash);
    assert_eq!(std::fs::read(&on_disk).unwrap(), PICTURE);
    assert_eq!(attach(&hub, "name=again.png&kind=before", PICTURE).1["changed"], false);
    let path = format!("/api/incidents/1/attachments/{hash}");
    let screen = hub.screen();
    screen.order(Order::CloseIncident { incident: CASE, reason: "已排除".to_owned() });
    let mut screen = hub.screen();
    screen.until_live();
    drop(hub.post("/api/incidents/1/notes", &json!({ "words": "完" })));
    for _ in 0..2 {
        let (status, head, body) = send(&hub, "GET", &path, "", b"");
        assert_eq!((status, body.as_slice()), (200, PICTURE));
        assert!(head.contains("nosniff") && head.contains("filename*=utf-8''%e7%8e%b0"), "{head}");
        let addr = hub.addr();
        hub.shutdown();
        hub.restart(addr);
        hub.pass_millis(3 * 24 * 3_600_000);
        assert_eq!(hub.post_report(report("2")).0, 200);
    }
    assert_eq!(send(&hub, "GET", &format!("/api/incidents/2/attachments/{hash}"), "", b"").0, 404, "another case's");
    assert_eq!(send(&hub, "GET", "/api/incidents/1/attachments/..%2F..%2Ffacts.db", "", b"").0, 404);
}

#[test]
fn what_is_no_file_of_a_case_is_refused_and_no_fact_names_what_is_not_there() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(hub.post_report(report("1")).0, 200);
    screen.until_seq(1);
    let name = "name=a.png&kind=before";
    for (query, body, expected) in [
        ("name=a.png&kind=sideways", PICTURE, 400),
        ("name=a.png", PICTURE, 400),
        ("name=..%2Fa.png&kind=far", PICTURE, 422),
        (name, b"MZ\x90\x00\x03", 415),
        (name, b"", 415),
    ] {
        assert_eq!(attach(&hub, query, body).0, expected, "{query}");
    }
    assert_eq!(attach(&hub, name, &vec![b'a'; 20 * 1024 * 1024 + 1]).0, 413);
    assert_eq!(attach(&hub, name, &vec![b'a'; 20 * 1024 * 1024]).0, 200, "the largest");
    let elsewhere = "origin: http://elsewhere\r\n";
    assert_eq!(send(&hub, "POST", &format!("/api/incidents/1/attachments?{name}"), elsewhere, PICTURE).0, 403);
    assert_eq!(send(&hub, "POST", &format!("/api/incidents/9/attachments?{name}"), "", PICTURE).0, 404);
    let file = Attachment {
        name: "a.png".to_owned(),
        kind: FileKind::Near,
        media: Media::Png,
        hash: FileHash::of(&"0".repeat(64)).unwrap(),
        bytes: 9,
    };
    screen.order(Order::AttachFile { incident: CASE, file });
    screen.until("a refusal", |s| matches!(s.refused.last(), Some(Refusal::Unusable { field, .. }) if field == "hash"));
}

#[test]
fn who_only_reads_writes_no_notes_and_sends_no_files() {
    let hub = TestHub::with_doors();
    let by = By { who: "operator test".to_owned(), origin: "test".to_owned(), at: command_hall::domain::Moment(0) };
    let mut people = People::open(hub.folder.path()).unwrap();
    let mut key = |name: &str, role| people.add(name, "", &Standing::of(&[role]), Proof::Key, &by).unwrap().unwrap();
    let (source, wall) = (key("12345", Role::Source), key("wall", Role::Wall));
    assert_eq!(http_as(hub.addr(), &source, "POST", "/api/reports", &report("1").to_string()).0, 200);
    let path = "/api/incidents/1/attachments?name=a.txt&kind=reference";
    let note = json!({ "words": "a" }).to_string();
    for key in [&source, &wall] {
        assert_eq!(http_as(hub.addr(), key, "POST", path, "text").0, 403);
        assert_eq!(http_as(hub.addr(), key, "POST", "/api/incidents/1/notes", &note).0, 403);
    }
    assert_eq!(hub.get(&format!("/api/incidents/1/attachments/{}", hash_of(b"text"))).0, 401);
}
