//! What was read of a conversation, and what is chosen of the sheet.

mod fetched;
mod sheet;
mod systems;

use std::path::PathBuf;

use egui::{Vec2, vec2};

use super::model::{Page, Viewer, Workspace, grouped, pair};
use super::talk::{Saying, Speaker, Talk, conversation};
use crate::domain::{
    Actor, Attachment, CrewId, Fact, FileHash, FileKind, Grade, Hall, IncidentId, LonLat, Media, Moment, Order, Place,
    Progress, Report, What,
};
use crate::screen::card::model::{Around, Point};
use crate::screen::situation::Names;

const ONE: IncidentId = IncidentId(1);

struct Plain;

impl Names for Plain {
    fn kind(&self, _: &str) -> String {
        "道路积水".to_owned()
    }

    fn street(&self, _: LonLat) -> Option<String> {
        None
    }
}

impl Around for Plain {
    fn areas(&self, _: LonLat) -> Vec<String> {
        Vec::new()
    }

    fn point(&self, at: LonLat) -> Point {
        Point { wgs84: at, gcj02: at }
    }
}

fn order(hall: &mut Hall, by: &Actor, order: Order) -> Vec<Fact> {
    let facts = hall.decide(order, by, Moment(60_000)).unwrap();
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    facts
}

fn li() -> Actor {
    Actor::Person("li".to_owned())
}

fn report(hall: &mut Hall, id: &str, at: i64) {
    let report = Report {
        source: "12345".to_owned(),
        source_id: id.to_owned(),
        kind: "20406".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: String::new(),
        happened_at: Moment(at),
        progress: Progress::Open,
        answers: [].into(),
    };
    order(hall, &li(), Order::TakeReport(report));
}

fn hall() -> Hall {
    let mut hall = Hall::default();
    report(&mut hall, "1", 0);
    hall
}

fn note(hall: &mut Hall, by: &Actor, words: &str) -> Vec<Fact> {
    order(hall, by, Order::AddNote { incident: ONE, words: words.to_owned() })
}

fn file(digit: usize, kind: FileKind, media: Media) -> Attachment {
    let hash = FileHash::of(&format!("{digit:064x}")).unwrap();
    Attachment { name: format!("文件{digit}"), kind, media, hash, bytes: 2_400_000 }
}

#[test]
fn a_note_of_somebody_else_is_unread_until_the_sheet_showed_it_and_an_own_one_never_is() {
    let (mut hall, mut talk) = (hall(), Talk::default());
    let crew = Actor::of_crew(CrewId(7));
    let say = |hall: &mut Hall, talk: &mut Talk, by: &Actor| {
        for fact in note(hall, by, "十分钟到") {
            talk.hear(&fact, hall, Some("li"));
        }
    };
    say(&mut hall, &mut talk, &crew);
    assert_eq!(talk.unread(&hall, ONE), 0, "before the hall is known");
    talk.see(&hall);
    assert_eq!(talk.unread(&hall, ONE), 0, "a desk that is new takes all as read");
    say(&mut hall, &mut talk, &crew);
    say(&mut hall, &mut talk, &li());
    assert_eq!(talk.unread(&hall, ONE), 1);
    talk.saw(&hall, ONE);
    assert_eq!(talk.unread(&hall, ONE), 0);
    say(&mut hall, &mut talk, &crew);
    say(&mut hall, &mut talk, &Actor::Source("li".to_owned()));
    assert_eq!(talk.unread(&hall, ONE), 2, "a system of that name is somebody else");
    talk.see(&hall);
    assert_eq!(talk.unread(&hall, ONE), 2, "a link that was lost changes nothing");
}

#[test]
fn what_was_read_is_there_after_a_crash_and_belongs_to_that_hall_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall();
    let mut talk = Talk::default();
    talk.restore(folder.path());
    talk.see(&hall);
    assert!(talk.is_changed());
    talk.keep();
    note(&mut hall, &Actor::of_crew(CrewId(7)), "到了");
    let mut after = Talk::default();
    after.restore(folder.path());
    after.see(&hall);
    assert_eq!(after.unread(&hall, ONE), 1, "said while it was away");
    // Another hall has other cases of the same numbers.
    let mut other = Hall::default();
    let facts = other
        .decide(
            Order::TakeReport(Report {
                source: "12345".to_owned(),
                source_id: "1".to_owned(),
                kind: "1".to_owned(),
                grade: Grade::IV,
                place: Place::default(),
                text: String::new(),
                happened_at: Moment(0),
                progress: Progress::Open,
                answers: [].into(),
            }),
            &li(),
            Moment(99_000),
        )
        .unwrap();
    for fact in &facts {
        assert!(other.apply(fact));
    }
    note(&mut other, &Actor::of_crew(CrewId(7)), "到了");
    let mut elsewhere = Talk::default();
    elsewhere.restore(folder.path());
    elsewhere.see(&other);
    assert_eq!(elsewhere.unread(&other, ONE), 0);
}

#[test]
fn drafts_of_an_older_file_are_handed_over_once_and_what_was_read_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (file, hall) = (folder.path().join("case-talk.toml"), hall());
    let known_at = hall.incident(ONE).unwrap().known_at;
    let row = format!("[[cases]]\nincident = 1\nknown_at = {}\nread = 1\ndraft = \"已联系水务，\"\n", known_at.0);
    std::fs::write(&file, row).unwrap();
    let mut talk = Talk::default();
    assert_eq!(talk.restore(folder.path()), [((ONE, known_at), "已联系水务，".to_owned())]);
    assert!(talk.is_changed(), "it is kept elsewhere from now on");
    talk.see(&hall);
    talk.keep();
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("read = 1") && !kept.contains("draft"), "{kept}");
    assert_eq!(Talk::default().restore(folder.path()), []);
}

#[test]
fn a_conversation_is_the_notes_and_files_of_that_case_oldest_first() {
    let mut hall = hall();
    let mut facts = note(&mut hall, &li(), "已联系水务");
    facts.extend(note(&mut hall, &Actor::of_crew(CrewId(7)), "到了"));
    let attached = What::FileAttached { incident: ONE, file: file(1, FileKind::After, Media::Png) };
    facts.push(Fact { what: attached, ..facts[0].clone() });
    let elsewhere = What::NoteAdded { incident: IncidentId(2), words: "另一件".to_owned() };
    facts.push(Fact { what: elsewhere, ..facts[0].clone() });
    facts.reverse();
    let name = |actor: &Actor| Speaker { name: format!("{actor:?}"), own: *actor == li(), post: None };
    let said = conversation(&facts, ONE, name);
    let words: Vec<&Saying> = said.iter().map(|said| &said.what).collect();
    assert_eq!(
        words,
        [
            &Saying::Words("已联系水务".to_owned()),
            &Saying::Words("到了".to_owned()),
            &Saying::File("文件1".to_owned(), FileKind::After)
        ]
    );
    assert_eq!((said[0].who.own, said[1].who.own), (true, false));
    let crews =
        ["crew-7", "crew-07", "crew-", "crew", "crew-99999999999"].map(|name| Actor::Source(name.into()).crew());
    assert_eq!(crews, [Some(CrewId(7)), None, None, None, None]);
}

#[test]
fn before_and_after_stand_side_by_side_and_the_picture_stays_under_the_pointer() {
    let all = [
        file(1, FileKind::Reference, Media::Pdf),
        file(2, FileKind::After, Media::Png),
        file(3, FileKind::Before, Media::Jpeg),
        file(4, FileKind::After, Media::Jpeg),
    ];
    let files = grouped(&all);
    let names = |files: &[&Attachment]| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&files.iter().collect::<Vec<_>>()), ["文件3", "文件2", "文件4", "文件1"]);
    assert_eq!(names(&pair(&files, &files[0], true)), ["文件3", "文件4"], "with the newest after");
    assert_eq!(names(&pair(&files, &files[1], true)), ["文件3", "文件2"]);
    assert_eq!(names(&pair(&files, &files[1], false)), ["文件2"]);
    assert_eq!(names(&pair(&files, &files[3], true)), ["文件1"]);
    assert_eq!(names(&pair(&files[1..], &files[1], true)), ["文件2"], "there is no before");
    let at = vec2(100.0, -40.0);
    let near = Viewer::default().zoomed(2.0, at);
    // What was at the pointer is there still.
    assert!(((at - near.pan) / near.zoom - at).length() < 1e-3, "{near:?}");
    let pane = vec2(400.0, 300.0);
    assert_eq!(near.panned(vec2(9_999.0, -9_999.0), pane).pan, vec2(200.0, -150.0));
    assert_eq!(near.zoomed(0.01, at), Viewer::default());
    assert!((near.zoomed(1_000.0, Vec2::ZERO).zoom - 16.0).abs() < f32::EPSILON);
}

#[test]
fn back_puts_away_the_picture_the_form_and_the_sheet_in_this_order() {
    let mut workspace = Workspace::default();
    workspace.choose(ONE);
    workspace.turn(true);
    workspace.add([PathBuf::from("/a"), PathBuf::from("/a"), PathBuf::from("/b")]);
    assert_eq!(workspace.adding.as_ref().unwrap().files, [PathBuf::from("/a"), PathBuf::from("/b")]);
    workspace.viewer = Some(Viewer::default());
    for (viewer, adding, open) in [(false, true, true), (false, false, true), (false, false, false)] {
        workspace.back();
        let now = (workspace.viewer.is_some(), workspace.adding.is_some(), workspace.is_open());
        assert_eq!(now, (viewer, adding, open));
    }
    workspace.file = 1;
    workspace.step(5, 3);
    assert_eq!(workspace.file, 2);
    workspace.step(-9, 3);
    assert_eq!(workspace.file, 0);
    workspace.step(1, 0);
    workspace.page = Page::Files;
    workspace.choose(IncidentId(2));
    assert_eq!((workspace.page, workspace.file), (Page::Files, 0), "the next case on the same page");
}
