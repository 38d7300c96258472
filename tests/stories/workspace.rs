//! A crew attaches a picture over HTTP; the desk sees it by keys alone and writes a line that another screen gets.

use std::io::{Cursor, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use command_hall::domain::IncidentId;
use command_hall::link::SocketTransport;
use command_hall::wire::Pace;
use image::{ImageFormat, RgbImage};

use crate::kit;
use crate::window::{Display, Home, PANEL, Part, wait_for};

/// The middle of a desk of 1280 by 800, where the sheet lies.
const CITY: Part = [320, 80, 940, 740];
/// A colour that nothing else on the desk has.
const MAGENTA: [u8; 3] = [255, 0, 255];

/// A picture of one colour.
fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(320, 240, image::Rgb(MAGENTA)).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What a crew's device does.
fn attach(hub: SocketAddr, token: &str, body: &[u8]) {
    let mut stream = TcpStream::connect(hub).unwrap();
    let head = format!(
        "POST /api/incidents/1/attachments?name=site.png&kind=before HTTP/1.1\r\nhost: {hub}\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_picture_of_a_crew_is_seen_on_the_desk_and_a_line_written_there_reaches_another_screen() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let (_hub, at, url) = home.hub();
    home.report(at, &kit::report("first"));
    let key = home.key.borrow().clone();
    let transport = SocketTransport::new(&format!("ws://{at}")).unwrap();
    let mut other = kit::Screen::with(transport, Pace::Off, Some(&key));
    other.until_live();
    attach(at, &key, &picture());
    other.until("the file", |s| s.hall.dossier(IncidentId(1)).files.len() == 1);

    let mut screen = home.screen(&display, &url, &["--size", "1280x800"]);
    let window = display.window(&mut screen);
    wait_for("the screen at the hub", || (kit::get(at, "/api/health").1["sessions"] == 2).then_some(()));
    display.xdotool(&["windowfocus", "--sync", &window.to_string()]).unwrap();
    let calm = display.settled().count(CITY, PANEL);
    display.press("j");
    display.settled();
    display.press("ctrl+h");
    display.until("the sheet", |seen| seen.count(CITY, PANEL) > calm + 100_000);
    display.press("ctrl+3");
    let small = display.until("the small picture", |seen| seen.count(CITY, MAGENTA) > 5_000).count(CITY, MAGENTA);
    display.settled();
    display.press("Return");
    display.until("the large picture", |seen| seen.count(CITY, MAGENTA) > small * 4);
    display.press("Escape");
    display.until("the small one again", |seen| seen.count(CITY, MAGENTA) <= small);

    display.press("ctrl+2");
    display.until("no picture", |seen| seen.count(CITY, MAGENTA) == 0);
    display.settled();
    display.xdotool(&["type", "--delay", "60", "crew is on site"]).unwrap();
    display.settled();
    display.press("Return");
    other.until("the note", |s| s.hall.dossier(IncidentId(1)).notes == 1);
    let noted = other.hall.dossier(IncidentId(1)).noted.clone().unwrap();
    assert_eq!(noted.words, "crew is on site");

    display.settled();
    display.press("Escape");
    display.until("no sheet", |seen| seen.count(CITY, PANEL) < calm + 20_000);
    assert!(screen.0.try_wait().unwrap().is_none(), "keys ended the hall");
}
