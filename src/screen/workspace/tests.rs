//! What was read of a conversation; files fetched, decoded, saved and sent; the sheet's keys and what it says.

use std::path::{Path, PathBuf};

use bevy::app::{App, Update};
use bevy::ecs::prelude::{Entity, IntoScheduleConfigs as _, Mut};
use bevy::tasks::{AsyncComputeTaskPool, TaskPool};
use bevy::window::{FileDragAndDrop, RequestRedraw};
use bytes::Bytes;
use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Vec2, vec2};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder as _, ImageFormat, RgbImage};
use rust_i18n::t;

use super::decode::{self, Unshown};
use super::model::{Adding, Focus, Page, SheetWish, Viewer, Workspace, grouped, pair};
use super::panel::{SheetView, sheet_ui};
use super::parcel::{Parcel, Parcels, Unsent, path_of, read};
use super::shelf::{Looked, Shelf, write};
use super::systems::{dropped, follow};
use super::talk::{Said, Saying, Speaker, Talk, conversation};
use crate::domain::{
    Actor, Attachment, CrewId, Fact, FileHash, FileKind, Grade, Hall, IncidentId, LonLat, Media, Moment, Order, Place,
    Progress, Refusal, Report, What,
};
use crate::link::{Hand, Link};
use crate::screen::archive::story::{Line, StoryShown};
use crate::screen::card::model::{Around, Card, IncidentCard, Point, incident_card};
use crate::screen::card::panel::CardView;
use crate::screen::look;
use crate::screen::receive::{Heard, Refused};
use crate::screen::shown::{Guard, Intent, Picked, Shown, Target};
use crate::screen::situation::{CityLimits, Names};

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
fn drafts_and_what_was_read_are_there_after_a_crash_and_belong_to_that_hall_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut hall = hall();
    let mut talk = Talk::default();
    talk.restore(folder.path());
    talk.see(&hall);
    talk.write(&hall, ONE, "已联系水务，".to_owned());
    assert!(talk.is_changed());
    talk.keep();
    note(&mut hall, &Actor::of_crew(CrewId(7)), "到了");
    let mut after = Talk::default();
    after.restore(folder.path());
    after.see(&hall);
    assert_eq!((after.draft(&hall, ONE), after.unread(&hall, ONE)), ("已联系水务，", 1), "said while it was away");
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
    assert_eq!((elsewhere.draft(&other, ONE), elsewhere.unread(&other, ONE)), ("", 0));
    talk.write(&hall, ONE, String::new());
    talk.keep();
    let mut empty = Talk::default();
    empty.restore(folder.path());
    empty.see(&hall);
    assert_eq!(empty.draft(&hall, ONE), "");
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

fn png(width: u32, height: u32) -> Bytes {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_pixel(width, height, image::Rgb([200, 10, 60])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    Bytes::from(bytes.into_inner())
}

#[test]
fn pictures_are_decoded_upright_and_small_and_broken_or_huge_ones_say_so() {
    let decoded = decode::picture(&png(1_000, 500), Media::Png, true).ok().unwrap();
    assert_eq!(
        (decoded.size, decoded.thumb.size, decoded.full.unwrap().size),
        ([1_000, 500], [320, 160], [1_000, 500])
    );
    assert_eq!(decoded.thumb.pixels[0].to_array(), [200, 10, 60, 255]);
    // A camera that was held upright says so in the picture.
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    let turned = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    encoder.set_exif_metadata(turned.to_vec()).unwrap();
    encoder.write_image(&[90; 64 * 32 * 3], 64, 32, image::ExtendedColorType::Rgb8).unwrap();
    let upright = decode::picture(&Bytes::from(bytes.clone()), Media::Jpeg, false).ok().unwrap();
    assert_eq!((upright.size, upright.full.is_none()), ([32, 64], true));
    let why = |bytes: Bytes, media| decode::picture(&bytes, media, true).err();
    assert_eq!(why(Bytes::from_static(b"\x89PNG\r\n\x1a\nno picture"), Media::Png), Some(Unshown::Broken));
    assert_eq!(why(png(300, 300).slice(..200), Media::Png), Some(Unshown::Broken), "cut off");
    assert_eq!(why(Bytes::from(bytes).slice(..80), Media::Jpeg), Some(Unshown::Broken));
    assert_eq!(why(png(20_001, 1), Media::Png), Some(Unshown::TooLarge));
    assert_eq!(why(Bytes::from_static(b"%PDF-"), Media::Pdf), Some(Unshown::Broken));
    assert_eq!(decode::text(&Bytes::from("\u{feff}积水")), ("积水".to_owned(), false));
    let (text, more) = decode::text(&Bytes::from("水".repeat(200_001)));
    assert_eq!((text.chars().count(), more), (200_000, true));
}

/// Go on until something holds.
fn until<T>(what: &str, mut step: impl FnMut() -> Option<T>) -> T {
    AsyncComputeTaskPool::get_or_init(TaskPool::new);
    for _ in 0..2_000 {
        if let Some(done) = step() {
            return done;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(5));
    }
    panic!("never {what}");
}

fn shelved() -> (egui::Context, Shelf, Link, Hand) {
    AsyncComputeTaskPool::get_or_init(TaskPool::new);
    let (link, hand) = Link::by_hand();
    (egui::Context::default(), Shelf::default(), link, hand)
}

fn looked<'a>(files: &'a [Attachment], large: &'a [&'a Attachment]) -> Looked<'a> {
    Looked { incident: ONE, files, chosen: files.first(), large, live: true }
}

#[test]
fn files_are_fetched_one_at_a_time_drawn_and_let_go_of() {
    let (ctx, mut shelf, link, mut hand) = shelved();
    let files = [file(1, FileKind::Before, Media::Png), file(2, FileKind::After, Media::Png)];
    let textures = || ctx.tex_manager().read().num_allocated();
    let none = textures();
    shelf.step(&ctx, &looked(&files, &[]), &link, None);
    assert_eq!(hand.fetch(), Some((ONE, files[0].hash.clone())));
    shelf.step(&ctx, &looked(&files, &[]), &link, None);
    assert_eq!(hand.fetch(), None, "one at a time");
    shelf.far(&files[0].hash, 5, 10);
    assert_eq!(shelf.item(&files[0].hash).unwrap().coming, Some((5, 10)));
    assert!(shelf.take(&files[1].hash, Ok(png(9, 9))).is_none(), "nobody asked for that");
    shelf.take(&files[0].hash, Ok(png(900, 600)));
    until("the picture", || {
        shelf.step(&ctx, &looked(&files, &[]), &link, None);
        shelf.item(&files[0].hash)?.thumb.as_ref().map(|_| ())
    });
    assert_eq!((textures(), hand.fetch()), (none + 1, Some((ONE, files[1].hash.clone()))));
    shelf.take(&files[1].hash, Ok(Bytes::from_static(b"\x89PNG\r\n\x1a\n?")));
    let failed = until("broken", || {
        shelf.step(&ctx, &looked(&files, &[]), &link, None);
        shelf.item(&files[1].hash)?.failed.clone()
    });
    assert_eq!(super::files::failed(&failed), t!("workspace.broken"));
    // Large while it is looked at, out of what was fetched before.
    let large = [&files[0]];
    until("large", || {
        shelf.step(&ctx, &looked(&files, &large), &link, None);
        shelf.item(&files[0].hash)?.full.as_ref().map(|_| ())
    });
    assert_eq!((textures(), hand.fetch()), (none + 2, None));
    shelf.step(&ctx, &looked(&files, &[]), &link, None);
    assert_eq!(textures(), none + 1, "the large one is let go");
    shelf.clear();
    assert_eq!(textures(), none);
}

#[test]
fn a_file_is_saved_beside_what_is_there_and_one_that_does_not_come_is_said() {
    let (ctx, mut shelf, link, mut hand) = shelved();
    let folder = tempfile::tempdir().unwrap();
    let files = [Attachment { name: "现场.pdf".to_owned(), ..file(1, FileKind::Reference, Media::Pdf) }];
    std::fs::write(folder.path().join("现场.pdf"), "mine").unwrap();
    shelf.step(&ctx, &looked(&files, &[]), &link, Some(folder.path()));
    assert_eq!(hand.fetch(), None, "a document is fetched when it is wanted");
    shelf.save(&files[0]);
    shelf.step(&ctx, &looked(&files, &[]), &link, Some(folder.path()));
    assert!(hand.fetch().is_some());
    shelf.take(&files[0].hash, Ok(Bytes::from_static(b"%PDF-1.7")));
    let saved = until("saved", || shelf.step(&ctx, &looked(&files, &[]), &link, Some(folder.path())));
    let at = folder.path().join("现场 (2).pdf");
    assert_eq!(saved.at, Some(at.clone()));
    assert_eq!(std::fs::read(at).unwrap(), b"%PDF-1.7");
    assert_eq!(std::fs::read(folder.path().join("现场.pdf")).unwrap(), b"mine");
    shelf.clear();
    shelf.step(&ctx, &looked(&files, &[]), &link, None);
    shelf.save(&files[0]);
    shelf.step(&ctx, &looked(&files, &[]), &link, None);
    let lost = shelf.take(&files[0].hash, Err(Refusal::NoFile(ONE))).unwrap();
    assert_eq!((lost.name.as_str(), lost.at), ("现场.pdf", None));
    let inside = write(folder.path(), "..", b"x").unwrap();
    assert_eq!(inside.parent(), Some(folder.path()), "{inside:?}");
}

#[test]
fn paths_are_read_as_they_are_pasted_and_what_a_case_does_not_take_says_why() {
    for (typed, path) in [
        (" /a/b.png ", "/a/b.png"),
        ("\"/a b/c.png\"", "/a b/c.png"),
        ("'/a/b'", "/a/b"),
        ("file:///a/%E7%8E%B0%20b.png", "/a/现 b.png"),
        ("file:///a/100%", "/a/100%"),
    ] {
        assert_eq!(path_of(typed), PathBuf::from(path), "{typed}");
    }
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert_eq!(read(&put("a.txt", b"words")), Ok(("a.txt".to_owned(), Bytes::from_static(b"words"))));
    assert_eq!(read(&put("a.exe", b"MZ\x90\0")), Err(Unsent::NotAFile));
    assert_eq!(read(&put("large.txt", &vec![b'a'; 20 * 1024 * 1024 + 1])), Err(Unsent::TooLarge));
    assert_eq!(read(&folder.path().join("none")), Err(Unsent::Unread));
    assert_eq!(read(folder.path()), Err(Unsent::Unread));
    let name = read(&put(&format!("{}.png", "水".repeat(80)), &png(2, 2))).unwrap().0;
    assert!(name.len() <= 200 && Path::new(&name).extension().is_some_and(|end| end == "png"), "{name}");
}

#[test]
fn files_go_one_after_the_other_and_each_says_what_became_of_it() {
    let (_, _, link, mut hand) = shelved();
    let folder = tempfile::tempdir().unwrap();
    let parcel = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Parcel { incident: ONE, path, kind: FileKind::Near }
    };
    let mut parcels = Parcels::default();
    parcels.put([parcel("a.txt", b"one"), parcel("b.bin", b"\0"), parcel("c.txt", b"three")]);
    let sent = |parcels: &mut Parcels, hand: &mut Hand| {
        until("sent", || {
            assert_eq!(parcels.step(&link), None);
            hand.attach()
        })
    };
    assert_eq!(sent(&mut parcels, &mut hand), (ONE, "a.txt".to_owned(), FileKind::Near, Bytes::from_static(b"one")));
    parcels.far(2, 3);
    assert_eq!(parcels.shown(), Some(("a.txt".to_owned(), Some((2, 3)), 2)));
    let (path, done) = parcels.sent(Err(Refusal::FilesFull)).unwrap();
    assert_eq!((path.file_name().unwrap(), done), ("a.txt".as_ref(), Err(Unsent::Refused(Refusal::FilesFull))));
    let (path, why) = until("refused", || parcels.step(&link));
    assert_eq!((path.file_name(), why), (Some("b.bin".as_ref()), Unsent::NotAFile));
    assert_eq!(sent(&mut parcels, &mut hand).1, "c.txt");
    assert_eq!(parcels.sent(Ok(())).unwrap().1, Ok(()));
    assert_eq!((parcels.step(&link), parcels.shown()), (None, None));
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

/// The sheet and what it stands on.
struct Stage {
    card: Card,
    files: Vec<Attachment>,
    story: StoryShown,
    talk: Vec<Said>,
    shelf: Shelf,
}

impl Stage {
    fn new() -> Self {
        let hall = hall();
        let card = incident_card(&hall, hall.incident(ONE).unwrap(), &CityLimits::default(), Moment(60_000), &Plain);
        let line = |what: &str, words: &str| Line {
            at: Moment(60_000),
            what: what.to_owned(),
            words: words.to_owned(),
            who: "li".to_owned(),
        };
        let said = |own: bool, words: &str| Said {
            at: Moment(60_000),
            who: Speaker { name: "wang".to_owned(), post: Some("派遣席".to_owned()), own },
            what: Saying::Words(words.to_owned()),
        };
        Self {
            card: Card::Incident(Box::new(card)),
            files: vec![file(1, FileKind::Before, Media::Png), file(2, FileKind::Reference, Media::Pdf)],
            story: StoryShown::Lines(vec![line("备注", "已联系水务"), line("上报", "桥下积水")], false),
            talk: vec![said(false, "十分钟到"), said(true, "好的")],
            shelf: Shelf::default(),
        }
    }

    fn incident(&self) -> &IncidentCard {
        let Card::Incident(card) = &self.card else { panic!("no case") };
        card
    }

    fn view(&self) -> SheetView<'_> {
        SheetView {
            card: self.incident(),
            card_view: CardView {
                card: &self.card,
                form: None,
                focus_form: false,
                refused: None,
                now: Moment(60_000),
                utc_offset_secs: 0,
                can_order: true,
                no_orders: "card.no_orders",
                told: None,
            },
            page: Page::Timeline,
            story: &self.story,
            talk: &self.talk,
            draft: "",
            sending: false,
            files: &self.files,
            marked: 0,
            shelf: &self.shelf,
            viewer: None,
            adding: None,
            parcel: None,
            note: None,
            focus: Some(Focus::Sheet),
            scroll: 0.0,
            others_type: false,
            utc_offset_secs: 0,
            can_send: Ok(()),
        }
    }
}

/// Passes of the sheet at a width, with what is pressed in the last: its wishes, and what it says.
fn pass(width: f32, view: &SheetView<'_>, events: Vec<Event>) -> (Vec<SheetWish>, Vec<String>) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(width, 700.0));
    let (mut wishes, mut texts) = (Vec::new(), Vec::new());
    for events in [vec![], vec![], events] {
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| {
            wishes = sheet_ui(ui, all.size() - vec2(20.0, 20.0), view, &mut |ui| {
                ui.label("near");
                None
            });
        });
        drawn.textures_delta.clear();
        texts.clear();
        drawn.shapes.iter().for_each(|shape| gather(&shape.shape, &mut texts));
    }
    (wishes, texts)
}

fn gather(shape: &egui::Shape, texts: &mut Vec<String>) {
    match shape {
        egui::Shape::Text(text) => texts.push(text.galley.text().to_owned()),
        egui::Shape::Vec(shapes) => shapes.iter().for_each(|shape| gather(shape, texts)),
        _ => {}
    }
}

fn press(key: Key, modifiers: Modifiers) -> Vec<Event> {
    vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }]
}

#[test]
fn the_conversation_stands_beside_every_page_where_there_is_room_and_is_one_where_there_is_not() {
    let stage = Stage::new();
    let has = |texts: &[String], wanted: &str| texts.iter().any(|text| text.contains(wanted));
    let (_, wide) = pass(1_100.0, &stage.view(), vec![]);
    assert!(has(&wide, "桥下积水") && has(&wide, "十分钟到") && has(&wide, "wang · 派遣席"), "{wide:?}");
    assert!(has(&wide, &t!("workspace.you")), "own words are told apart: {wide:?}");
    let (_, narrow) = pass(640.0, &stage.view(), vec![]);
    assert!(has(&narrow, "桥下积水") && !has(&narrow, "十分钟到"), "{narrow:?}");
    let (_, talk) = pass(640.0, &SheetView { page: Page::Talk, ..stage.view() }, vec![]);
    assert!(has(&talk, "十分钟到") && !has(&talk, "桥下积水"), "{talk:?}");
    let (_, files) = pass(640.0, &SheetView { page: Page::Files, ..stage.view() }, vec![]);
    assert!(has(&files, "文件1") && has(&files, "PDF · 2.4 MB") && has(&files, &t!("file.reference")), "{files:?}");
    let (_, people) = pass(640.0, &SheetView { page: Page::People, ..stage.view() }, vec![]);
    assert!(has(&people, &t!("workspace.nobody")), "{people:?}");
    assert!(has(&pass(640.0, &SheetView { page: Page::Near, ..stage.view() }, vec![]).1, "near"));
    let none = SheetView { page: Page::Files, files: &[], ..stage.view() };
    assert!(has(&pass(640.0, &none, vec![]).1, &t!("workspace.no_files")));
    let cannot = SheetView { page: Page::Talk, can_send: Err("card.read_only"), ..stage.view() };
    assert!(has(&pass(640.0, &cannot, vec![]).1, &t!("card.read_only")));
    let waiting = StoryShown::Failed("归档不可用".to_owned());
    let failed = SheetView { story: &waiting, ..stage.view() };
    assert!(has(&pass(640.0, &failed, vec![]).1, "归档不可用"));
}

#[test]
fn keys_turn_pages_choose_files_and_say_what_they_show() {
    let stage = Stage::new();
    let said = |view: &SheetView<'_>, key, modifiers| format!("{:?}", pass(640.0, view, press(key, modifiers)).0);
    let view = || stage.view();
    let (none, ctrl) = (Modifiers::NONE, Modifiers::COMMAND);
    for (key, page) in [(Key::Num1, "Timeline"), (Key::Num3, "Files"), (Key::Num5, "Near"), (Key::M, "Talk")] {
        assert_eq!(said(&view(), key, ctrl), format!("[Page({page})]"));
    }
    assert_eq!(said(&view(), Key::Escape, none), "[Back]");
    assert_eq!(said(&view(), Key::O, ctrl), "[Add]");
    assert!(said(&view(), Key::ArrowDown, none).starts_with("[Scroll(-"));
    assert_eq!(said(&view(), Key::Num1, none), "[]", "digits are the queue's while nothing is added");
    let files = || SheetView { page: Page::Files, ..stage.view() };
    assert_eq!(said(&files(), Key::ArrowRight, none), "[Step(1)]");
    assert_eq!(said(&files(), Key::Enter, none), "[View]");
    assert_eq!(said(&files(), Key::S, ctrl), "[Save]");
    let adding = Adding { typed: String::new(), files: vec![PathBuf::from("/a/现场.jpg")] };
    let asks = SheetView { adding: Some(&adding), ..files() };
    assert_eq!(said(&asks, Key::Num2, none), "[Kind(After)]");
    let (_, texts) = pass(640.0, &asks, vec![]);
    assert!(texts.iter().any(|text| text.contains("现场.jpg")), "{texts:?}");
    let viewed = SheetView { viewer: Some(Viewer::default()), ..files() };
    assert_eq!(said(&viewed, Key::ArrowLeft, none), "[Step(-1)]");
    assert_eq!(said(&viewed, Key::Space, none), "[Beside]");
    assert_eq!(said(&viewed, Key::Enter, none), "[Fit]");
    assert!(said(&viewed, Key::PageUp, none).starts_with("[Zoom(1.4"));
    let others = SheetView { others_type: true, ..stage.view() };
    assert_eq!(said(&others, Key::Escape, none), "[]", "it is another field's");
    let pdf = SheetView { marked: 1, ..SheetView { viewer: Some(Viewer::default()), ..files() } };
    assert!(pass(640.0, &pdf, vec![]).1.iter().any(|text| *text == t!("workspace.pdf_hint")));
}

#[test]
fn enter_sends_what_is_written_and_the_field_takes_what_is_typed() {
    let stage = Stage::new();
    let talk = |draft| SheetView { page: Page::Talk, focus: Some(Focus::Talk), draft, ..stage.view() };
    let (wishes, _) = pass(640.0, &talk("到"), vec![Event::Text("了".to_owned())]);
    assert!(matches!(&wishes[..], [SheetWish::Write(words)] if words == "到了" || words == "了到"), "{wishes:?}");
    let (wishes, _) = pass(640.0, &talk("到了"), press(Key::Enter, Modifiers::NONE));
    assert!(matches!(&wishes[..], [SheetWish::Send]), "{wishes:?}");
    let path = Adding { typed: "/a/b.png".to_owned(), files: Vec::new() };
    let field = SheetView { page: Page::Files, focus: Some(Focus::Path), adding: Some(&path), ..stage.view() };
    let (wishes, _) = pass(640.0, &field, press(Key::Enter, Modifiers::NONE));
    assert!(matches!(&wishes[..], [SheetWish::Enter]), "{wishes:?}");
}

#[test]
fn nothing_leaves_the_folder_of_downloads() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "a.txt", ".hidden", "a", "/etc/passwd"] {
        let at = write(folder.path(), name, b"x").unwrap();
        assert_eq!(at.parent(), Some(folder.path()), "{name}");
    }
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 5, "nothing is overwritten");
    assert_eq!(write(Path::new("/dev/null/none"), "a", b"x"), None);
}

/// The systems without a window.
fn app(selected: Option<IncidentId>) -> App {
    let mut app = App::new();
    app.add_message::<FileDragAndDrop>()
        .add_message::<RequestRedraw>()
        .add_message::<Heard>()
        .add_message::<Refused>()
        .add_message::<Intent>()
        .init_resource::<Workspace>()
        .init_resource::<Talk>()
        .insert_resource(Shown { hall: hall(), ..Shown::default() })
        .insert_resource(Picked { hovered: None, selected: selected.map(Target::Incident) })
        .add_systems(Update, (follow, dropped).chain());
    app.update();
    app
}

#[test]
fn files_dropped_on_the_window_ask_for_their_kind_where_a_case_is_chosen() {
    let drop = |app: &mut App, path: &str| {
        let window = Entity::PLACEHOLDER;
        app.world_mut().write_message(FileDragAndDrop::DroppedFile { window, path_buf: PathBuf::from(path) });
        app.update();
    };
    let mut nothing = app(None);
    drop(&mut nothing, "/a/现场.jpg");
    assert!(!nothing.world().resource::<Workspace>().is_open());
    let mut chosen = app(Some(ONE));
    drop(&mut chosen, "/a/现场.jpg");
    let workspace = chosen.world().resource::<Workspace>();
    assert!(workspace.is_open() && workspace.page == Page::Files);
    assert_eq!(workspace.adding.as_ref().unwrap().files, [PathBuf::from("/a/现场.jpg")]);
    let mut locked = app(Some(ONE));
    locked.insert_resource(Guard(true));
    drop(&mut locked, "/a/现场.jpg");
    assert!(!locked.world().resource::<Workspace>().is_open(), "a locked screen takes nothing");
}

#[test]
fn a_note_that_is_refused_stays_to_be_sent_again_and_one_that_is_known_makes_room() {
    let mut app = app(Some(ONE));
    let write = |app: &mut App, words: &str| {
        app.world_mut().resource_scope(|world, mut talk: Mut<Talk>| {
            talk.write(&world.resource::<Shown>().hall, ONE, words.to_owned());
        });
    };
    let draft = |app: &App| {
        let world = app.world();
        world.resource::<Talk>().draft(&world.resource::<Shown>().hall, ONE).to_owned()
    };
    write(&mut app, "已联系水务");
    app.world_mut().resource_mut::<Workspace>().sending = Some((ONE, "已联系水务".to_owned()));
    app.world_mut().write_message(Refused(Refusal::ReadOnly));
    app.update();
    let workspace = app.world().resource::<Workspace>();
    assert!(workspace.sending.is_none() && workspace.note.is_some());
    assert_eq!(draft(&app), "已联系水务");
    app.world_mut().resource_mut::<Workspace>().sending = Some((ONE, "已联系水务".to_owned()));
    write(&mut app, "已联系水务 下一句");
    let facts = note(&mut app.world_mut().resource_mut::<Shown>().hall, &li(), "已联系水务");
    app.world_mut().write_message(Heard(facts[0].clone()));
    app.update();
    assert!(app.world().resource::<Workspace>().sending.is_none());
    assert_eq!(draft(&app), "下一句", "what was written meanwhile");
    // Nothing is chosen any more: the sheet goes.
    app.world_mut().write_message(Intent::Story);
    app.update();
    assert!(app.world().resource::<Workspace>().is_open());
    app.world_mut().resource_mut::<Picked>().selected = None;
    app.update();
    assert!(!app.world().resource::<Workspace>().is_open());
}
