//! Files of a case: decoded, fetched, saved, sent.

use std::path::{Path, PathBuf};

use bevy::tasks::{AsyncComputeTaskPool, TaskPool};
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder as _, ImageFormat, RgbImage};
use rust_i18n::t;

use super::{ONE, file};
use crate::domain::{Attachment, FileKind, Media, Refusal};
use crate::link::{Hand, Link};
use crate::screen::workspace::decode::{self, Unshown};
use crate::screen::workspace::parcel::{Parcel, Parcels, Unsent, path_of, read};
use crate::screen::workspace::shelf::{Looked, Shelf, write};

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
    assert_eq!(crate::screen::workspace::files::failed(&failed), t!("workspace.broken"));
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
