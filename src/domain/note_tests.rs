//! Notes and files of cases.

use super::note::{FILE_MAX, FILES_MAX, NOTE_MAX};
use super::{
    Actor, Attachment, FileHash, FileKind, Grade, Hall, IncidentId, Media, Moment, Order, Place, Progress, Refusal,
    Report,
};

const ONE: IncidentId = IncidentId(1);

fn order(hall: &mut Hall, order: Order) -> Result<usize, Refusal> {
    let facts = hall.decide(order, &Actor::Person("li".to_owned()), Moment(1_000))?;
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    Ok(facts.len())
}

fn hall() -> Hall {
    let mut hall = Hall::default();
    let report = Report {
        source: "12345".to_owned(),
        source_id: "1".to_owned(),
        kind: "20406".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: String::new(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: [].into(),
    };
    order(&mut hall, Order::TakeReport(report)).unwrap();
    hall
}

fn file(digit: usize) -> Attachment {
    Attachment {
        name: "现场.jpg".to_owned(),
        kind: FileKind::Before,
        media: Media::Jpeg,
        hash: FileHash::of(&format!("{digit:064x}")).unwrap(),
        bytes: 9,
    }
}

fn attach(file: Attachment) -> Order {
    Order::AttachFile { incident: ONE, file }
}

fn note(words: &str) -> Order {
    Order::AddNote { incident: ONE, words: words.to_owned() }
}

#[test]
fn notes_and_files_are_kept_for_open_and_closed_cases_and_leave_with_them() {
    let mut hall = hall();
    assert_eq!(order(&mut hall, note("已联系水务")), Ok(1));
    assert_eq!(order(&mut hall, attach(file(1))), Ok(1));
    assert_eq!(order(&mut hall, attach(file(1))), Ok(0), "the same again");
    assert_eq!(order(&mut hall, attach(Attachment { kind: FileKind::After, ..file(1) })), Ok(1));
    order(&mut hall, Order::CloseIncident { incident: ONE, reason: "已排除".to_owned() }).unwrap();
    assert_eq!(order(&mut hall, note("回访满意")), Ok(1));
    let dossier = hall.dossier(ONE);
    assert_eq!((dossier.notes, dossier.noted.as_ref().unwrap().words.as_str()), (2, "回访满意"));
    assert_eq!(dossier.files.iter().map(|file| file.kind).collect::<Vec<_>>(), [FileKind::Before, FileKind::After]);
    let nobody = Order::AddNote { incident: IncidentId(7), words: "a".to_owned() };
    assert_eq!(order(&mut hall, nobody), Err(Refusal::UnknownIncident(IncidentId(7))));
}

#[test]
fn what_cannot_be_kept_is_refused_with_its_field() {
    let mut hall = hall();
    let mut refused = |what: Order, wanted: &str| match order(&mut hall, what) {
        Err(Refusal::Unusable { field, .. }) => assert_eq!(field, wanted),
        other => panic!("{wanted}: {other:?}"),
    };
    refused(note(" \n"), "words");
    refused(note(&"a".repeat(NOTE_MAX + 1)), "words");
    for name in ["", " ", "../etc/passwd", "a\\b", "a\nb"] {
        refused(attach(Attachment { name: name.to_owned(), ..file(1) }), "name");
    }
    refused(attach(Attachment { bytes: 0, ..file(1) }), "bytes");
    refused(attach(Attachment { bytes: FILE_MAX + 1, ..file(1) }), "bytes");
    for number in 0..FILES_MAX {
        assert_eq!(order(&mut hall, attach(file(number))), Ok(1));
    }
    let more = attach(file(FILES_MAX));
    assert!(matches!(order(&mut hall, more), Err(Refusal::Unusable { field, .. }) if field == "files"));
}

#[test]
fn bytes_are_what_they_begin_with_and_hashes_are_names_of_files() {
    assert_eq!(Media::of(&[0xff, 0xd8, 0xff, 0xe0]), Some(Media::Jpeg));
    assert_eq!(Media::of(b"\x89PNG\r\n\x1a\n..."), Some(Media::Png));
    assert_eq!(Media::of(b"%PDF-1.7"), Some(Media::Pdf));
    assert_eq!(Media::of("积水".as_bytes()), Some(Media::Text));
    for nothing in [&b""[..], b"MZ\x90\x00", b"\xff\xfe\x00a", b"a\0b"] {
        assert_eq!(Media::of(nothing), None, "{nothing:?}");
    }
    for nothing in ["", "..", &"A".repeat(64), &"a".repeat(63), &format!("{}/", "a".repeat(63))] {
        assert_eq!(FileHash::of(nothing), None, "{nothing}");
    }
}
