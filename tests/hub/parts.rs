//! Files of cases over the wire, part by part: beside the facts, over lost links, held against hash, size and right.

use bytes::Bytes;
use command_hall::domain::rights::{Role, Standing};
use command_hall::domain::{FileHash, FileKind, IncidentId, Moment, Order, Refusal, Seq};
use command_hall::link::SocketTransport;
use command_hall::store::people::{By, People, Proof};
use command_hall::wire::frame::{encode, read_to_screen};
use command_hall::wire::{
    Announced, FrameSink, FrameSource, Hello, PART_MAX, Pace, Part, ToHub, ToScreen, Transport, Upto,
};
use ring::digest::{SHA256, digest};

use crate::kit::{HubProcess, Screen, TestHub, http_as, post, report, skipped};

const CASE: IncidentId = IncidentId(1);
const LARGEST: usize = 20 * 1024 * 1024;

fn hash_of(bytes: &[u8]) -> FileHash {
    let text: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    FileHash::of(&text).unwrap()
}

/// A text so long, which nowhere repeats itself soon.
fn long(len: usize) -> Bytes {
    let mut at = 0_u32;
    let letter = |_| {
        at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + u8::try_from((at >> 24) % 26).unwrap()
    };
    (0..len).map(letter).collect()
}

fn hub_with_case() -> (TestHub, Screen) {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(hub.post_report(report("1")).0, 200);
    screen.until_seq(1);
    (hub, screen)
}

fn attach(screen: &mut Screen, name: &str, body: Bytes) -> Result<(), Refusal> {
    screen.sent = None;
    screen.link.attach(CASE, name.to_owned(), FileKind::After, body);
    screen.until("an answer to the file", |s| s.sent.is_some());
    screen.sent.take().unwrap()
}

fn fetch(screen: &mut Screen, incident: IncidentId, hash: &FileHash) -> Result<Vec<u8>, Refusal> {
    screen.file = None;
    screen.link.fetch(incident, hash.clone());
    screen.until("the file", |s| s.file.is_some());
    let (of, file) = screen.file.take().unwrap();
    assert_eq!(&of, hash);
    file
}

#[test]
fn the_largest_file_goes_to_the_hub_and_to_another_screen_and_facts_do_not_wait_for_it() {
    let (hub, mut screen) = hub_with_case();
    let mut other = hub.screen();
    other.until_live();
    let body = long(LARGEST);
    screen.link.attach(CASE, "现场记录.txt".to_owned(), FileKind::Reference, body.clone());
    screen.until("it is on its way", |s| s.upto > 0);
    // A note of the same screen is carried out while its file is on the way.
    screen.order(Order::AddNote { incident: CASE, words: "文件在路上".to_owned() });
    screen.until("the note", |s| s.hall.dossier(CASE).notes == 1);
    assert!(screen.sent.is_none() && screen.hall.dossier(CASE).files.is_empty(), "the note waited for the file");
    screen.until("it is kept", |s| s.sent == Some(Ok(())));
    other.until("the file", |s| s.hall.dossier(CASE).files.len() == 1);
    let file = other.hall.dossier(CASE).files[0].clone();
    assert_eq!((file.name.as_str(), file.kind, file.bytes), ("现场记录.txt", FileKind::Reference, LARGEST as u64));
    assert!(fetch(&mut other, CASE, &file.hash).unwrap() == body, "another file");
    // The same again is nothing new.
    assert_eq!(attach(&mut screen, "again.txt", body), Ok(()));
    screen.until("both", |s| s.hall.dossier(CASE).files.len() == 2);
    let mut inside = hub.embedded_screen();
    inside.until_live();
    assert!(fetch(&mut inside, CASE, &file.hash).is_ok(), "a hub in the same process gives it too");
}

#[test]
fn a_file_that_a_lost_link_cut_off_goes_on_where_it_was() {
    let (mut hub, mut screen) = hub_with_case();
    let body = long(LARGEST);
    assert_eq!(attach(&mut screen, "a.txt", body.clone()), Ok(()));
    screen.upto = 0;
    screen.link.fetch(CASE, hash_of(&body));
    screen.until("a part of it", |s| s.upto > 0);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    screen.until("all of it", |s| s.file.is_some());
    assert!(screen.file.take().unwrap().1.unwrap() == body, "another file");
    // And up: an unfinished file is gone with the hub that had it, and is announced anew.
    let body = long(LARGEST - 1);
    screen.upto = 0;
    screen.link.attach(CASE, "b.txt".to_owned(), FileKind::Near, body.clone());
    screen.until("a part of it", |s| s.upto > 0);
    hub.shutdown();
    hub.restart(addr);
    screen.until("it is kept", |s| s.sent == Some(Ok(())));
    screen.until("both", |s| s.hall.dossier(CASE).files.len() == 2);
    assert_eq!(screen.hall.dossier(CASE).files[1].hash, hash_of(&body));
}

/// A screen that says what it likes.
struct Raw<T: Transport> {
    runtime: tokio::runtime::Runtime,
    ends: Option<(T::Sink, T::Source)>,
}

impl<T: Transport> Raw<T> {
    fn connect(transport: &T) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ends = runtime.block_on(transport.connect()).unwrap();
        let mut raw = Self { runtime, ends: Some(ends) };
        raw.say(&ToHub::Hello(Hello {
            release: "0".into(),
            seat: "raw".into(),
            resume: None,
            positions: Pace::Off,
            token: None,
        }));
        raw
    }

    fn say(&mut self, frame: &ToHub) {
        let (sink, _) = self.ends.as_mut().unwrap();
        self.runtime.block_on(sink.send(vec![encode(frame).unwrap()])).unwrap();
    }

    /// What the hub says to this of a file.
    fn upto(&mut self, frame: &ToHub) -> Result<Upto, Refusal> {
        self.say(frame);
        loop {
            let (_, source) = self.ends.as_mut().unwrap();
            let frame = self.runtime.block_on(source.next()).unwrap().unwrap();
            if let ToScreen::Upto { upto, .. } = read_to_screen(&frame).unwrap() {
                return upto;
            }
        }
    }
}

fn announced(id: u64, body: &[u8], hash: FileHash) -> ToHub {
    let file = Announced { name: "a.txt".into(), kind: FileKind::Far, hash, bytes: body.len() as u64 };
    ToHub::Attach { id, incident: CASE, file }
}

fn part(id: u64, body: &Bytes, from: usize) -> ToHub {
    let end = (from + PART_MAX).min(body.len());
    ToHub::Part { id, from: from as u64, part: Part(body.slice(from..end)) }
}

fn count_drafts(hub: &TestHub) -> usize {
    let files = std::fs::read_dir(hub.folder.path().join("files")).into_iter().flatten().flatten();
    files.filter(|file| file.file_name().to_string_lossy().starts_with("draft-")).count()
}

#[test]
fn a_hub_keeps_what_came_of_a_file_over_a_lost_connection_and_nothing_of_what_is_another() {
    let (hub, mut screen) = hub_with_case();
    let transport = SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap();
    let body = long(PART_MAX * 2 + 9);
    let mut raw = Raw::connect(&transport);
    assert_eq!(raw.upto(&announced(5, &body, hash_of(&body))), Ok(Upto::Byte(0)));
    assert_eq!(raw.upto(&part(5, &body, 0)), Ok(Upto::Byte(PART_MAX as u64)));
    assert_eq!(raw.upto(&part(5, &body, 0)), Ok(Upto::Byte(PART_MAX as u64)), "the same again");
    drop(raw);
    let mut raw = Raw::connect(&transport);
    assert_eq!(raw.upto(&part(5, &body, PART_MAX)), Err(Refusal::NoUpload), "it has to be announced first");
    assert_eq!(raw.upto(&announced(6, &body, hash_of(&body))), Ok(Upto::Byte(PART_MAX as u64)), "it goes on");
    assert_eq!(raw.upto(&part(6, &body, PART_MAX)), Ok(Upto::Byte(PART_MAX as u64 * 2)));
    assert_eq!(count_drafts(&hub), 1);
    assert!(matches!(raw.upto(&part(6, &body, PART_MAX * 2)), Ok(Upto::Kept(Seq(2..)))));
    screen.until("the file", |s| s.hall.dossier(CASE).files.len() == 1);
    // What was said to have another hash.
    assert_eq!(raw.upto(&announced(7, b"other", hash_of(b"something"))), Ok(Upto::Byte(0)));
    assert_eq!(raw.upto(&part(7, &Bytes::from_static(b"other"), 0)), Err(Refusal::FileDiffers));
    // More than was announced.
    assert_eq!(raw.upto(&announced(8, b"ab", hash_of(b"ab"))), Ok(Upto::Byte(0)));
    assert_eq!(raw.upto(&part(8, &Bytes::from_static(b"abc"), 0)), Err(Refusal::FileDiffers));
    assert_eq!(count_drafts(&hub), 0);
    // Two at a time and no more.
    for (id, text) in [(9, b"one"), (10, b"two")] {
        assert_eq!(raw.upto(&announced(id, text, hash_of(text))), Ok(Upto::Byte(0)));
    }
    assert_eq!(raw.upto(&announced(11, b"six", hash_of(b"six"))), Err(Refusal::TooManyUploads));
    assert_eq!(screen.hall.dossier(CASE).files.len(), 1, "no fact names what is not there");
}

#[test]
fn what_cannot_be_sent_or_fetched_is_refused_with_its_reason() {
    let (hub, mut screen) = hub_with_case();
    assert_eq!(attach(&mut screen, "a.exe", Bytes::from_static(b"MZ\x90\x00\x03")), Err(Refusal::NotAFile));
    let field = |refused: Result<(), Refusal>| match refused {
        Err(Refusal::Unusable { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(attach(&mut screen, "../a.txt", Bytes::from_static(b"a"))), "name");
    assert_eq!(field(attach(&mut screen, "a.txt", Bytes::new())), "bytes");
    assert_eq!(field(attach(&mut screen, "a.txt", long(LARGEST + 1))), "bytes");
    screen.sent = None;
    screen.link.attach(IncidentId(9), "a.txt".to_owned(), FileKind::Near, Bytes::from_static(b"a"));
    screen.until("refused", |s| s.sent == Some(Err(Refusal::UnknownIncident(IncidentId(9)))));
    assert_eq!(fetch(&mut screen, CASE, &hash_of(b"nothing")), Err(Refusal::NoFile(CASE)));

    assert_eq!(attach(&mut screen, "a.txt", Bytes::from_static(b"words")), Ok(()));
    let hash = hash_of(b"words");
    assert_eq!(fetch(&mut screen, CASE, &hash).as_deref(), Ok(b"words".as_slice()));
    assert_eq!(fetch(&mut screen, IncidentId(2), &hash), Err(Refusal::NoFile(IncidentId(2))), "another case's");
    let on_disk = hub.folder.path().join("files").join(&hash.text()[..2]).join(hash.text());
    std::fs::write(&on_disk, "swords").unwrap();
    assert_eq!(fetch(&mut screen, CASE, &hash), Err(Refusal::FileDiffers), "a disk changed it");
    std::fs::remove_file(&on_disk).unwrap();
    assert_eq!(fetch(&mut screen, CASE, &hash), Err(Refusal::NoFile(CASE)), "it is lost");
}

#[test]
fn a_file_is_fetched_long_after_its_case_left_the_hall() {
    let (hub, mut screen) = hub_with_case();
    assert_eq!(attach(&mut screen, "a.txt", Bytes::from_static(b"words")), Ok(()));
    screen.order(Order::CloseIncident { incident: CASE, reason: "已排空".to_owned() });
    screen.until("closed", |s| s.hall.finished_at(CASE).is_some());
    hub.pass_millis(3 * 24 * 3_600_000);
    assert_eq!(hub.post_report(report("2")).0, 200);
    screen.until("it left the hall", |s| s.hall.incident(CASE).is_none());
    assert_eq!(fetch(&mut screen, CASE, &hash_of(b"words")).as_deref(), Ok(b"words".as_slice()));
    assert_eq!(attach(&mut screen, "b.txt", Bytes::from_static(b"more")), Err(Refusal::UnknownIncident(CASE)));
}

#[test]
fn who_only_reads_fetches_files_and_sends_none() {
    let hub = TestHub::with_doors();
    let by = By { who: "operator test".to_owned(), origin: "test".to_owned(), at: Moment(0) };
    let mut people = People::open(hub.folder.path()).unwrap();
    let mut key = |name: &str, role| people.add(name, "", &Standing::of(&[role]), Proof::Key, &by).unwrap().unwrap();
    let (source, wall, chief) = (key("12345", Role::Source), key("wall", Role::Wall), key("li", Role::ShiftChief));
    assert_eq!(http_as(hub.addr(), &source, "POST", "/api/reports", &report("1").to_string()).0, 200);
    let screen = |key: &str| {
        let transport = SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap();
        let mut screen = Screen::with(transport, Pace::Off, Some(key));
        screen.until_live();
        screen.until_seq(1);
        screen
    };
    let (mut wall, mut chief) = (screen(&wall), screen(&chief));
    assert!(matches!(attach(&mut wall, "a.txt", Bytes::from_static(b"words")), Err(Refusal::RightMissing { .. })));
    assert_eq!(attach(&mut chief, "a.txt", Bytes::from_static(b"words")), Ok(()));
    assert_eq!(fetch(&mut wall, CASE, &hash_of(b"words")).as_deref(), Ok(b"words".as_slice()));
}

#[test]
fn a_full_disk_is_said_to_who_sends_and_the_same_file_goes_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("hub_process", folder.path(), None);
    let mut screen = Screen::at(hub.addr);
    screen.until_live();
    assert_eq!(post(hub.addr, "/api/reports", &report("1").to_string()).0, 200);
    screen.until_seq(1);
    if !hub.limit_files(Some(PART_MAX as u64 + 10)) {
        return skipped("there is no prlimit to limit the hub's files with");
    }
    let body = long(PART_MAX * 3);
    assert_eq!(attach(&mut screen, "a.txt", body.clone()), Err(Refusal::FileNotKept));
    assert!(hub.limit_files(None));
    assert_eq!(attach(&mut screen, "a.txt", body.clone()), Ok(()));
    assert!(fetch(&mut screen, CASE, &hash_of(&body)).unwrap() == body, "another file");
}
