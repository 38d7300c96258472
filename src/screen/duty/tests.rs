//! A hand-over by keys alone: what the dialog shows, what its keys do, and two desks on one hall.

mod packs;

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Shape, vec2};

use super::desk::{Around, DutyDesk, Page};
use super::draft::{Draft, file_in};
use super::model::{band, last_page, roster};
use super::panel::{DutyView, duty_ui};
use super::view::{Names, body, head};
use crate::config::duty;
use crate::domain::duty::log::Noted;
use crate::domain::{
    Actor, DutyStep, Grade, Hall, IncidentId, Lamp, Moment, Order, Pack, Place, Progress, Refusal, Report, TimeLimits,
};
use crate::screen::look::{self, words};
use crate::screen::shown::{Intent, Target};

/// 2023-11-15T06:13:20 in the city: in the night shift, which ends at half past seven.
const START: i64 = 1_700_000_000_000;
const MINUTE: i64 = 60_000;
const EAST: i32 = 8 * 3600;

fn at(minute: i64) -> Moment {
    Moment(START + minute * MINUTE)
}

/// As the city calls the areas of a path.
fn called(path: &str) -> String {
    path.replace("990100/001", "North · Old Town")
}

fn order(hall: &mut Hall, who: &str, minute: i64, order: Order) -> Result<(), Refusal> {
    for fact in hall.decide(order, &Actor::Person(who.to_owned()), at(minute))? {
        assert!(hall.apply(&fact));
    }
    Ok(())
}

fn step(hall: &mut Hall, who: &str, minute: i64, step: DutyStep) {
    order(hall, who, minute, Order::MoveDuty(Box::new(step))).unwrap();
}

fn report(hall: &mut Hall, minute: i64, id: &str, grade: Grade) {
    let report = Report {
        source: "119".to_owned(),
        source_id: id.to_owned(),
        kind: "30201".to_owned(),
        grade,
        place: Place::default(),
        text: "起火".to_owned(),
        happened_at: at(minute),
        progress: Progress::Open,
        answers: [].into(),
    };
    order(hall, "li", minute, Order::TakeReport(report)).unwrap();
}

/// A night shift with a chief who is not the rostered one.
fn hall() -> Hall {
    let mut hall = Hall::default();
    let shifts = duty::load(None).unwrap().into();
    order(&mut hall, "hub", 0, Order::TakeShifts { shifts, utc_offset_secs: EAST }).unwrap();
    let slot = hall.duty().watch().unwrap().slot.clone();
    step(&mut hall, "li", 0, DutyStep::Assign { at: slot.post("chief"), who: "wang".to_owned() });
    step(&mut hall, "li", 0, DutyStep::SignOn { post: "chief".to_owned() });
    report(&mut hall, 1, "a", Grade::II);
    hall
}

fn around<'a>(hall: &'a Hall, me: &'a str, minute: i64) -> Around<'a> {
    Around { hall, me, chosen: Some(IncidentId(1)), now: at(minute), utc_offset_secs: EAST, live: true }
}

/// A desk with its dialog, and what was drawn last.
struct Seat {
    me: &'static str,
    ctx: egui::Context,
    desk: DutyDesk,
    in_front: bool,
    said: String,
    drawn: Vec<Rect>,
}

const SIZE: egui::Vec2 = vec2(860.0, 640.0);

impl Seat {
    fn of(me: &'static str) -> Self {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let (desk, said, drawn) = (DutyDesk::default(), String::new(), Vec::new());
        let mut seat = Self { me, ctx, desk, in_front: true, said, drawn };
        seat.desk.show();
        seat
    }

    /// One pass: what the dialog wants of the hall.
    fn pass(&mut self, hall: &Hall, minute: i64, events: Vec<Event>) -> Vec<Intent> {
        let around = around(hall, self.me, minute);
        self.desk.settle(&around, None);
        self.desk.look(&around, &TimeLimits::default(), 0.0);
        let names = Names { kind: &|_| "Fire".to_owned(), party: &|_| "crew".to_owned(), area: &called };
        let body = body(&mut self.desk, &around, &names);
        let desk = &self.desk;
        let view = DutyView {
            page: desk.page,
            head: head(&around),
            me: self.me,
            body,
            draft: &desk.draft,
            marked: desk.marked,
            held: desk.held.as_ref(),
            note: desk.note.as_deref(),
            sending: desk.is_sending(),
            focus: desk.focus,
            in_front: self.in_front,
            utc_offset_secs: EAST,
        };
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(900.0, 700.0)));
        let input = RawInput { events, screen_rect, ..Default::default() };
        let mut wishes = Vec::new();
        let mut output = self.ctx.run_ui(input, |ui| wishes = duty_ui(ui, SIZE, &view));
        output.textures_delta.clear();
        let mut found = Vec::new();
        output.shapes.iter().for_each(|one| texts(&one.shape, &mut found));
        self.said = found.iter().flat_map(|(text, _)| [text.as_str(), "\n"]).collect();
        self.drawn = found.into_iter().map(|(_, rect)| rect).collect();
        self.desk.focus = false;
        wishes.into_iter().flat_map(|wish| self.desk.carry_out(wish, &around)).collect()
    }

    /// Press a key, carry out what comes of it as the hub would, and look again.
    fn press(&mut self, hall: &mut Hall, minute: i64, modifiers: Modifiers, key: Key) -> Vec<Refusal> {
        let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        self.act(hall, minute, vec![event])
    }

    fn type_in(&mut self, hall: &mut Hall, minute: i64, text: &str) {
        assert_eq!(self.act(hall, minute, vec![Event::Text(text.to_owned())]), []);
    }

    fn act(&mut self, hall: &mut Hall, minute: i64, events: Vec<Event>) -> Vec<Refusal> {
        self.pass(hall, minute, Vec::new());
        let intents = self.pass(hall, minute, events);
        let mut refused = Vec::new();
        for intent in intents {
            let Intent::Order(mut asked) = intent else { continue };
            if let Order::MoveDuty(step) = &mut asked
                && let DutyStep::Prepare { pack, .. } = &mut **step
            {
                **pack = Pack::compose(hall, &TimeLimits::default(), EAST, at(minute));
            }
            if let Err(refusal) = order(hall, self.me, minute, asked) {
                self.desk.settle(&around(hall, self.me, minute), Some(words::refusal(&refusal)));
                refused.push(refusal);
            }
        }
        self.pass(hall, minute, Vec::new());
        refused
    }
}

fn texts(shape: &Shape, into: &mut Vec<(String, Rect)>) {
    match shape {
        Shape::Text(text) => into.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        Shape::Vec(shapes) => shapes.iter().for_each(|one| texts(one, into)),
        _ => {}
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;

#[test]
fn a_shift_is_handed_over_by_keys_alone_from_one_desk_to_another() {
    let mut hall = hall();
    let (mut li, mut wang) = (Seat::of("li"), Seat::of("wang"));
    // The log: written with Ctrl Enter, about the chosen case, open for the next shift.
    li.type_in(&mut hall, 5, "家属在场");
    assert_eq!(li.desk.draft.words, "家属在场");
    li.press(&mut hall, 5, CTRL, Key::I);
    li.press(&mut hall, 5, CTRL, Key::O);
    li.press(&mut hall, 6, CTRL, Key::Enter);
    let entry = hall.duty().watch().unwrap().log.last().unwrap().clone();
    assert_eq!(
        (entry.what, entry.incident, entry.open),
        (Noted::Words("家属在场".to_owned()), Some(IncidentId(1)), true)
    );
    assert!(li.desk.draft.is_empty() && li.said.contains("Written"), "{}", li.said);
    assert!(li.said.contains("家属在场") && li.said.contains("instead of wang"), "{}", li.said);
    // The hand-over: seen before it is signed, then pinned.
    li.press(&mut hall, 70, CTRL, Key::Num3);
    assert!(li.said.contains("1 open") && li.said.contains("#1 Fire"), "{}", li.said);
    li.type_in(&mut hall, 70, "平稳");
    li.press(&mut hall, 70, CTRL, Key::Enter);
    let prepared = hall.duty().watch().unwrap().handover.clone().unwrap();
    assert_eq!((prepared.by.as_str(), prepared.words.as_str()), ("li", "平稳"));
    assert!(li.said.contains("Another person has to sign"), "{}", li.said);
    // The other desk reads what changed since, remarks and signs.
    report(&mut hall, 71, "b", Grade::III);
    wang.press(&mut hall, 72, CTRL, Key::Num3);
    assert!(wang.said.contains("Changed since the signature") && wang.said.contains("#2 Fire"), "{}", wang.said);
    wang.type_in(&mut hall, 72, "已阅");
    assert_eq!(wang.press(&mut hall, 72, CTRL, Key::Enter), []);
    let duty = hall.duty();
    let taken = duty.shift(1).unwrap().handover.as_ref().unwrap().taken.clone().unwrap();
    assert_eq!((taken.by.as_str(), taken.words.as_str(), duty.watch().unwrap().number), ("wang", "已阅", 2));
    assert!(wang.said.contains("log of the shift before is locked"), "{}", wang.said);
    // The locked log is read back, and nothing is written in it.
    wang.press(&mut hall, 73, CTRL, Key::Num2);
    wang.press(&mut hall, 73, Modifiers::NONE, Key::PageUp);
    assert!(wang.said.contains("handed over, locked") && wang.said.contains("家属在场"), "{}", wang.said);
    let log = hall.duty().shift(1).unwrap().log.clone();
    wang.press(&mut hall, 73, CTRL, Key::Enter);
    // Marked there, it is corrected in the log of the shift on duty.
    wang.press(&mut hall, 74, CTRL, Key::R);
    assert_eq!(wang.desk.draft.corrects, log.iter().rev().map(|entry| entry.number).next());
    wang.type_in(&mut hall, 74, "家属未到");
    wang.press(&mut hall, 74, CTRL, Key::Enter);
    assert_eq!(hall.duty().shift(1).unwrap().log, log);
    let correction = hall.duty().watch().unwrap().log.last().unwrap();
    assert_eq!(correction.corrects, log.last().map(|entry| entry.number));
    assert!(wang.said.contains("corrects"), "{}", wang.said);
}

#[test]
fn below_another_sheet_its_keys_are_not_its_own() {
    let mut hall = hall();
    let mut seat = Seat::of("chen");
    assert!(seat.desk.open && seat.desk.page == Page::Log);
    seat.in_front = false;
    for (modifiers, key) in [(Modifiers::COMMAND, Key::Num1), (Modifiers::NONE, Key::Escape)] {
        assert_eq!(seat.press(&mut hall, 5, modifiers, key), []);
    }
    assert!(seat.desk.open && seat.desk.page == Page::Log, "they are those of the sheet in front");
    seat.in_front = true;
    seat.press(&mut hall, 5, Modifiers::COMMAND, Key::Num1);
    assert_eq!(seat.desk.page, Page::Roster);
    seat.press(&mut hall, 5, Modifiers::NONE, Key::Escape);
    assert!(!seat.desk.open);
}

#[test]
fn who_prepared_cannot_sign_and_a_refusal_keeps_what_was_written() {
    let mut hall = hall();
    let mut li = Seat::of("li");
    li.press(&mut hall, 70, CTRL, Key::Num3);
    li.press(&mut hall, 70, CTRL, Key::Enter);
    let first = hall.duty().watch().unwrap().handover.as_ref().unwrap().prepared;
    // For whoever prepared it the same keys prepare it anew.
    li.type_in(&mut hall, 71, "改");
    li.press(&mut hall, 71, CTRL, Key::Enter);
    let second = hall.duty().watch().unwrap().handover.as_ref().unwrap().prepared;
    assert!(second > first);
    let mut sign = |who: &str, prepared| {
        order(&mut hall, who, 72, Order::MoveDuty(Box::new(DutyStep::Sign { prepared, words: String::new() })))
    };
    assert_eq!(sign("li", second), Err(Refusal::SameHands));
    assert_eq!(sign("wang", first), Err(Refusal::HandoverChanged));
    let mut zhao = Seat::of("zhao");
    zhao.desk.draft.words = "记一条".to_owned();
    let around = around(&hall, "zhao", 73);
    let sent = zhao.desk.carry_out(super::desk::DutyWish::Write, &around);
    assert_eq!(sent.len(), 1);
    assert!(zhao.desk.carry_out(super::desk::DutyWish::Write, &around).is_empty(), "not twice");
    zhao.desk.settle(&Around { live: false, ..around }, None);
    zhao.desk.settle(&around, None);
    assert!(
        !zhao.desk.is_sending() && zhao.desk.draft.words == "记一条",
        "the link was lost: it is sent by hand again"
    );
    zhao.desk.carry_out(super::desk::DutyWish::Write, &around);
    zhao.desk.settle(&around, Some("no".to_owned()));
    assert_eq!((zhao.desk.note.as_deref(), zhao.desk.draft.words.as_str()), (Some("no"), "记一条"));
}

#[test]
fn posts_are_given_swapped_cleared_and_taken_by_keys() {
    let mut hall = hall();
    let mut li = Seat::of("li");
    li.press(&mut hall, 5, CTRL, Key::Num1);
    assert!(li.said.contains("li (you) took over") && li.said.contains("Night shift"), "{}", li.said);
    let rows = roster(&hall, at(5), EAST, 0);
    assert_eq!((rows.len(), rows[0].on, rows[3].on), (21, true, false), "seven shifts of three posts");
    let who = |hall: &Hall, at: usize| hall.duty().rostered(&rows[at].slot.post(&rows[at].post)).map(ToOwned::to_owned);
    // The chief of the next shift, then the one of the one after it.
    for (name, down) in [("zhao", 3), ("sun", 3)] {
        (0..down).for_each(|_| drop(li.press(&mut hall, 5, Modifiers::NONE, Key::ArrowDown)));
        li.type_in(&mut hall, 5, name);
        li.press(&mut hall, 5, Modifiers::NONE, Key::Enter);
        assert!(li.desk.draft.who.is_empty());
    }
    assert_eq!((who(&hall, 3), who(&hall, 6)), (Some("zhao".to_owned()), Some("sun".to_owned())));
    li.press(&mut hall, 6, CTRL, Key::E);
    (0..3).for_each(|_| drop(li.press(&mut hall, 6, CTRL, Key::ArrowUp)));
    li.press(&mut hall, 6, CTRL, Key::E);
    assert_eq!((who(&hall, 3), who(&hall, 6)), (Some("sun".to_owned()), Some("zhao".to_owned())));
    li.press(&mut hall, 6, CTRL, Key::Delete);
    assert_eq!(who(&hall, 3), None);
    (0..2).for_each(|_| drop(li.press(&mut hall, 6, CTRL, Key::ArrowUp)));
    li.press(&mut hall, 7, CTRL, Key::Enter);
    let on = hall.duty().on_duty();
    assert_eq!((on[1].post, on[1].there), ("acceptor", Some("li")), "signed on where nobody was rostered");
    li.press(&mut hall, 8, Modifiers::NONE, Key::Escape);
    assert!(!li.desk.open);
}

#[test]
fn the_roster_is_turned_by_days_up_to_the_last_one_that_people_are_rostered_for() {
    let mut hall = hall();
    let all: Vec<_> = (0..=last_page(&hall)).flat_map(|page| roster(&hall, at(5), EAST, page)).collect();
    let days: Vec<i32> = all.iter().map(|row| row.slot.id.day).collect();
    // The night shift on duty began yesterday; today and 62 days more have three shifts of three posts each.
    assert_eq!((all.len(), days[0], days.last().copied()), (3 + 63 * 9, 19_675, Some(19_676 + 62)));
    assert!(all.windows(2).all(|pair| pair[0].slot.from <= pair[1].slot.from), "in order, and nothing twice");
    let mut li = Seat::of("li");
    li.press(&mut hall, 5, CTRL, Key::Num1);
    li.press(&mut hall, 5, Modifiers::NONE, Key::PageDown);
    assert!(!li.said.contains("on duty"), "{}", li.said);
    for _ in 0..40 {
        li.press(&mut hall, 5, Modifiers::NONE, Key::PageDown);
    }
    assert_eq!(li.desk.ahead, 31, "two days a page");
    li.type_in(&mut hall, 5, "sun");
    li.press(&mut hall, 5, Modifiers::NONE, Key::Enter);
    let first = &roster(&hall, at(5), EAST, 31)[0];
    assert_eq!(
        (first.slot.id.day, first.rostered.as_deref()),
        (19_676 + 62, Some("sun")),
        "the hub takes the last day"
    );
    li.press(&mut hall, 5, Modifiers::NONE, Key::PageUp);
    assert_eq!(li.desk.ahead, 30);
    li.desk.show();
    assert_eq!(li.desk.ahead, 0, "opened again it begins with the shift on duty");
}

#[test]
fn a_name_for_the_roster_stays_until_the_hub_has_it_over_a_refusal_and_a_crash() {
    let mut hall = hall();
    let mut li = Seat::of("li");
    li.press(&mut hall, 5, CTRL, Key::Num1);
    li.type_in(&mut hall, 5, "sun");
    let around = around(&hall, "li", 5);
    assert_eq!(li.desk.carry_out(super::desk::DutyWish::Assign, &around).len(), 1);
    li.desk.settle(&around, Some("no".to_owned()));
    assert_eq!((li.desk.note.as_deref(), li.desk.draft.who.as_str()), (Some("no"), "sun"));
    li.press(&mut hall, 5, Modifiers::NONE, Key::Escape);
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    file.write(Some(&li.desk.draft));
    let mut after = DutyDesk::default();
    after.restore(file.read().unwrap());
    assert_eq!((after.open, after.page, after.draft.who.as_str()), (true, Page::Roster, "sun"));
    li.desk = after;
    li.press(&mut hall, 6, Modifiers::NONE, Key::Enter);
    assert_eq!(hall.duty().on_duty()[0].rostered, Some("sun"));
    assert!(li.desk.draft.is_empty(), "the hub has it");
}

#[test]
fn nothing_is_painted_outside_the_dialog_and_a_marked_case_is_gone_to() {
    let mut hall = hall();
    for id in 0..60 {
        report(&mut hall, 2, &format!("more-{id}"), Grade::IV);
    }
    let mut li = Seat::of("li");
    let wide = Rect::from_min_size(Pos2::ZERO, vec2(SIZE.x + 24.0, SIZE.y + 24.0));
    for page in [Key::Num1, Key::Num2, Key::Num3] {
        li.press(&mut hall, 9, CTRL, page);
        let outside: Vec<_> =
            li.drawn.iter().filter(|rect| rect.left() < -1.0 || rect.right() > wide.right()).collect();
        assert!(outside.is_empty(), "{page:?}: {outside:?}");
    }
    li.pass(&hall, 9, Vec::new());
    assert_eq!(li.desk.page, Page::Handover);
    li.press(&mut hall, 9, CTRL, Key::ArrowDown);
    let event =
        Event::Key { key: Key::Enter, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::ALT };
    let gone = li.pass(&hall, 9, vec![event]);
    assert!(matches!(gone.as_slice(), [Intent::Select { target: Some(Target::Incident(_)), fly: true }]), "{gone:?}");
}

#[test]
fn the_band_says_until_when_and_asks_gently_for_the_hand_over() {
    let mut hall = hall();
    let told = |hall: &Hall, minute| band(hall, at(minute), EAST).unwrap();
    assert_eq!(told(&hall, 5).text, "Night shift until 07:30");
    assert_eq!(
        (told(&hall, 50).lamp, told(&hall, 70).lamp, told(&hall, 90).lamp),
        (Lamp::Yellow, Lamp::Yellow, Lamp::Red)
    );
    assert!(told(&hall, 50).text.contains("hand over in") && told(&hall, 90).text.contains("not handed over"));
    let pack = Box::new(Pack::compose(&hall, &TimeLimits::default(), EAST, at(91)));
    step(&mut hall, "li", 91, DutyStep::Prepare { words: String::new(), pack });
    assert!(told(&hall, 92).text.contains("waits to be taken over"));
    // Where nobody was ever on duty the clock says which shift it is.
    let told = band(&Hall::default(), at(0), EAST).unwrap();
    assert_eq!((told.text.as_str(), told.lamp), ("Night shift until 07:30", Lamp::Green));
}

#[test]
fn what_was_written_is_there_again_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let file = file_in(folder.path());
    assert_eq!(file.read(), None);
    let draft = Draft {
        words: "家属在场".to_owned(),
        incident: Some(IncidentId(4)),
        corrects: Some(2),
        open: true,
        remark: "平稳".to_owned(),
        who: "sun".to_owned(),
    };
    file.write(Some(&draft));
    assert_eq!(file.read(), Some(draft));
    file.write(None);
    assert_eq!(file.read(), None);
}
