//! The sheet: what stands on it, and its keys.

use std::path::PathBuf;

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use rust_i18n::t;

use super::{ONE, Plain, file, hall};
use crate::domain::{Attachment, FileKind, Media, Moment};
use crate::screen::archive::story::{Line, StoryShown};
use crate::screen::card::model::{Card, IncidentCard, incident_card};
use crate::screen::card::panel::CardView;
use crate::screen::look;
use crate::screen::situation::CityLimits;
use crate::screen::workspace::model::{Adding, Focus, Page, SheetWish, Viewer};
use crate::screen::workspace::panel::{SheetView, sheet_ui};
use crate::screen::workspace::shelf::Shelf;
use crate::screen::workspace::talk::{Said, Saying, Speaker};

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
    let StoryShown::Lines(lines, _) = stage.story.clone() else { panic!("no lines") };
    let cut = StoryShown::Lines(lines, true);
    let cut = SheetView { story: &cut, ..stage.view() };
    assert_eq!(said(&cut, Key::End, none), "[Earlier]");
    let tells =
        |view: &SheetView<'_>| pass(640.0, view, vec![]).1.iter().any(|text| text.contains(&*t!("story.earlier")));
    assert!(tells(&cut) && !tells(&view()), "a click does it too, where there is more");
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
