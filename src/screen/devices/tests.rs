//! What rows say, what the hub is asked and when, what keys and clicks do.

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::desk::{Desk, Leaving, Page};
use super::form::{Draft, Input, beginning};
use super::model::{Row, Tab, feed_row, sensor_row, sums};
use super::panel::{DevicesView, DevicesWish, devices_ui};
use crate::domain::device::change::RefusedDevice;
use crate::domain::device::{DeviceList, OutOfService, RefusedFor};
use crate::domain::rights::Area;
use crate::domain::sensor::Claim;
use crate::domain::{
    Change, Device, DeviceChange, DeviceFeed, Devices, DevicesAsked, DevicesBy, DevicesChanged, LonLat, Meant, Moment,
    SensorId, SensorKind,
};
use crate::screen::look;
use crate::screen::receive::{ChangeTold, DevicesTold};

const NOW: Moment = Moment(1_700_000_000_000);
const HOUR: i64 = 3_600_000;

fn refused(reason: &str, count: u64) -> RefusedFor {
    RefusedFor { reason: reason.to_owned(), count }
}

/// Of 1,000 readings 250 were refused, most for its clock; silent for two hours.
fn gas() -> Device {
    Device {
        number: 7,
        id: "gas-7".to_owned(),
        kind: "combustible_gas".to_owned(),
        owner: "Gas company".to_owned(),
        lon: Some(118.8),
        lat: Some(32.0),
        claimed: false,
        kept: 740,
        late: 10,
        refused: 250,
        reasons: vec![refused("wrong_unit", 50), refused("clock_ahead", 200)],
        heard_at: Some(NOW.0 - 2 * HOUR),
        silent_since: Some(NOW.0 - 2 * HOUR),
        ahead_millis: HOUR,
        ..Device::default()
    }
}

fn broker() -> DeviceFeed {
    DeviceFeed {
        name: "gateway".to_owned(),
        sort: "mqtt".to_owned(),
        at: "broker:1883".to_owned(),
        state: "failing".to_owned(),
        heard_at: None,
        error: Some("connection refused".to_owned()),
        error_at: Some(NOW.0 - 30_000),
        failures: 4,
        ..DeviceFeed::default()
    }
}

fn told(by: DevicesBy, told: Result<Devices, String>) -> DevicesTold {
    DevicesTold { asked: DevicesAsked { by, words: String::new(), most: 200 }, told: told.map(Box::new) }
}

fn devices() -> Devices {
    let list = DeviceList { sensors: vec![gas()], readings: 12_345, fallen_silent: 1, ..DeviceList::default() };
    Devices { list, feeds: vec![broker()] }
}

#[test]
fn a_row_of_the_worst_has_share_reasons_clock_and_silence() {
    let row = sensor_row(&gas(), Tab::Worst, NOW, 0);
    assert_eq!(row.title, "gas-7");
    for what in ["Combustible gas", "Gas company", "unclaimed"] {
        assert!(row.note.contains(what), "{what}: {}", row.note);
    }
    assert!(row.right.contains("25.0 %") && row.right.contains("250") && row.right.contains("1,000"), "{}", row.right);
    let (clock, unit) = (row.under.find("200").unwrap(), row.under.find("50").unwrap());
    assert!(clock < unit, "the commonest first: {}", row.under);
    assert!(row.under.contains("20:13"), "since when it is silent: {}", row.under);
    assert!(row.wrong);
}

#[test]
fn the_sums_say_what_cannot_be_read_and_nothing_of_it_where_all_can() {
    let Devices { list, feeds } = devices();
    assert!(!sums(&list, &feeds).contains("set aside"));
    let list = DeviceList { aside: 3, ..list };
    assert!(sums(&list, &feeds).ends_with(" · 3 pieces of stored readings cannot be read and are set aside"));
}

#[test]
fn a_silent_one_says_since_when_and_one_that_never_spoke_says_so() {
    let row = sensor_row(&gas(), Tab::Silent, NOW, 0);
    assert!(row.right.contains("20:13"), "{}", row.right);
    let named = Device { name: "North gate".to_owned(), heard_at: None, silent_since: None, ..gas() };
    let row = sensor_row(&named, Tab::Silent, NOW, 0);
    assert_eq!(row.title, "North gate");
    assert!(row.note.contains("gas-7") && row.right.contains("never"), "{row:?}");
    let well = Device { heard_at: Some(NOW.0), silent_since: None, claimed: true, ..gas() };
    assert!(!sensor_row(&well, Tab::Worst, NOW, 0).wrong);
}

#[test]
fn a_feed_says_how_it_fares_and_what_went_wrong() {
    let row = feed_row(&broker(), NOW);
    assert!(row.wrong && row.note.contains("broker:1883"), "{row:?}");
    assert!(row.under.contains("connection refused") && row.under.contains('4'), "{}", row.under);
    let over = DeviceFeed { state: "running".to_owned(), heard_at: Some(NOW.0), failures: 0, ..broker() };
    let row = feed_row(&over, NOW);
    assert!(!row.wrong && row.under.contains("connection refused"), "{row:?}");
    let all = sums(&devices().list, &devices().feeds);
    assert!(all.contains("12,345") && all.contains("1 of 1"), "{all}");
}

#[test]
fn the_hub_is_asked_for_what_is_looked_at_again_and_again() {
    let mut desk = Desk::default();
    assert_eq!(desk.due(0.0).map(|asked| asked.by), Some(DevicesBy::Worst));
    assert_eq!(desk.due(9.0), None);
    assert!(desk.due(10.0).is_some());
    desk.show(Tab::Silent);
    assert_eq!(desk.due(11.0).map(|asked| asked.by), Some(DevicesBy::Silent));
    desk.show(Tab::Feeds);
    assert_eq!(desk.due(12.0).map(|asked| asked.by), Some(DevicesBy::Worst), "feeds come with all sensors");
}

#[test]
fn what_is_not_told_is_said_and_a_row_opens_the_card_of_its_sensor() {
    let mut desk = Desk::default();
    assert!(desk.rows(false, NOW, 0).unwrap_err().contains("Not connected"));
    assert!(desk.rows(true, NOW, 0).is_err(), "it is on its way");
    assert!(desk.take(&told(DevicesBy::Worst, Err("503: too much to do".to_owned()))));
    assert!(desk.rows(true, NOW, 0).unwrap_err().contains("503: too much to do"));
    assert!(!desk.take(&told(DevicesBy::Named, Ok(devices()))), "the palette asked");
    assert!(desk.take(&told(DevicesBy::Worst, Ok(devices()))));
    assert_eq!(desk.rows(true, NOW, 0).map(|rows| rows.len()), Ok(1));
    let (card, place) = desk.card(0).unwrap();
    assert_eq!((card.number, card.id.as_str(), card.kind), (Some(SensorId(7)), "gas-7", SensorKind::CombustibleGas));
    assert_eq!(place, LonLat::new(118.8, 32.0));
    assert!(desk.card(1).is_none());
    desk.show(Tab::Feeds);
    assert_eq!(desk.rows(true, NOW, 0).map(|rows| rows.len()), Ok(1));
    assert!(desk.card(0).is_none(), "a feed has no card");
    assert!(desk.take(&told(DevicesBy::Worst, Ok(Devices::default()))));
    assert!(desk.rows(true, NOW, 0).unwrap_err().contains("feed"));
}

fn wishes(key: Key, in_front: bool) -> Vec<DevicesWish> {
    pressed(&[(key, Modifiers::NONE)], in_front, &Page::List)
}

/// What comes of the last of these keys, pressed one after the other.
fn pressed(keys: &[(Key, Modifiers)], in_front: bool, page: &Page) -> Vec<DevicesWish> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(1_280.0, 720.0));
    let row = |title: &str| Row { title: title.to_owned(), ..Row::default() };
    let rows = [row("one"), row("two")];
    let (focus, note, sending) = (None, None, false);
    let view = DevicesView {
        tab: Tab::Worst,
        sums: "",
        rows: Ok(&rows),
        marked: 0,
        reveal: false,
        page,
        focus,
        note,
        sending,
        in_front,
    };
    let mut wishes = Vec::new();
    // Fields have the focus from the second frame on.
    for key in [None, None].into_iter().chain(keys.iter().map(Some)) {
        let event = key.map(|(key, modifiers)| Event::Key {
            key: *key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: *modifiers,
        });
        let events = event.into_iter().collect();
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = devices_ui(ui.ctx(), all, &view));
        drawn.textures_delta.clear();
    }
    wishes
}

#[test]
fn keys_choose_the_list_the_row_and_its_card_while_the_sheet_is_in_front() {
    for (key, wish) in [
        (Key::Num1, DevicesWish::Show(Tab::Worst)),
        (Key::Num2, DevicesWish::Show(Tab::Silent)),
        (Key::Num3, DevicesWish::Show(Tab::Unclaimed)),
        (Key::Num4, DevicesWish::Show(Tab::Feeds)),
        (Key::Num5, DevicesWish::Show(Tab::Retired)),
        (Key::Space, DevicesWish::Tick(0)),
        (Key::A, DevicesWish::Alike),
        (Key::C, DevicesWish::Edit),
        (Key::X, DevicesWish::Leave),
        (Key::B, DevicesWish::BringBack),
        (Key::ArrowDown, DevicesWish::Mark(1)),
        (Key::Enter, DevicesWish::Take(0)),
        (Key::Escape, DevicesWish::Close),
    ] {
        assert_eq!((wishes(key, true), wishes(key, false)), (vec![wish], vec![]), "{key:?}");
    }
}

#[test]
fn keys_of_the_form_are_its_own_and_those_of_the_list_are_letters_in_it() {
    let page = Page::Form(Box::new(Draft::one(&stray("s-1"))));
    let after = |key, modifiers| pressed(&[(key, modifiers)], true, &page);
    assert_eq!(after(Key::Enter, Modifiers::COMMAND), [DevicesWish::Send]);
    assert_eq!(after(Key::D, Modifiers::COMMAND), [DevicesWish::PickPlace]);
    assert_eq!(after(Key::Escape, Modifiers::NONE), [DevicesWish::Back]);
    assert_eq!(after(Key::ArrowRight, Modifiers::NONE), [DevicesWish::TurnKind(true)], "the kind has the keys first");
    assert_eq!(after(Key::ArrowLeft, Modifiers::NONE), [DevicesWish::TurnKind(false)]);
    assert_eq!(after(Key::Enter, Modifiers::NONE), [DevicesWish::Next(Input::Kind)]);
    assert_eq!(after(Key::X, Modifiers::NONE), []);
    let of = Meant::Named(vec!["s-1".to_owned()]);
    let page = Page::Leaving(Leaving { of, count: 1, unclaimed: true, reason: "a typing error".to_owned() });
    let after = |key| pressed(&[(key, Modifiers::NONE)], true, &page);
    assert_eq!((after(Key::Enter), after(Key::Escape)), (vec![DevicesWish::Send], vec![DevicesWish::Back]));
}

/// One that nobody claimed.
fn stray(id: &str) -> Device {
    Device { id: id.to_owned(), kind: "other".to_owned(), fresh_secs: 3_600, ..Device::default() }
}

fn at(tab: Tab, sensors: Vec<Device>) -> Desk {
    let mut desk = Desk::default();
    desk.show(tab);
    let list = DeviceList { sensors, ..DeviceList::default() };
    assert!(desk.take(&told(tab.by(), Ok(Devices { list, feeds: Vec::new() }))));
    desk
}

fn names(ids: &[&str]) -> Meant {
    Meant::Named(ids.iter().map(|id| (*id).to_owned()).collect())
}

#[test]
fn the_marked_one_is_meant_or_those_that_were_ticked_or_all_that_begin_alike() {
    let mut desk = at(Tab::Unclaimed, ["gw-7:1", "gw-7:2", "x9"].map(stray).to_vec());
    assert_eq!(desk.meant(), Some((names(&["gw-7:1"]), 1)));
    for at in [1, 2] {
        assert_eq!(desk.act(DevicesWish::Tick(at)), None);
    }
    assert_eq!(desk.meant(), Some((names(&["gw-7:2", "x9"]), 2)));
    let ticked = |desk: &Desk| desk.rows(true, NOW, 0).unwrap().iter().map(|row| row.ticked).collect::<Vec<_>>();
    assert_eq!(ticked(&desk), [false, true, true]);
    desk.act(DevicesWish::Tick(2));
    assert_eq!(desk.meant(), Some((names(&["gw-7:2"]), 1)));
    desk.act(DevicesWish::Alike);
    assert_eq!(desk.meant(), Some((Meant::Beginning("gw-7:".to_owned()), 2)));
    assert_eq!(ticked(&desk), [true, true, false]);
    desk.act(DevicesWish::Alike);
    assert_eq!(desk.meant(), Some((names(&["gw-7:1"]), 1)), "said again it is taken back");
    desk.act(DevicesWish::Tick(0));
    desk.show(Tab::Unclaimed);
    assert_eq!(ticked(&desk), [false; 3]);
    let mut worst = at(Tab::Worst, vec![stray("gw-7:1")]);
    worst.act(DevicesWish::Alike);
    assert_eq!(worst.meant(), Some((names(&["gw-7:1"]), 1)), "claimed ones are meant one by one");
    assert_eq!([beginning("x9"), beginning("a/b/c"), beginning("gate"), beginning("7")], ["x", "a/b/", "gate", "7"]);
}

#[test]
fn a_form_says_what_is_otherwise_than_before_and_what_is_wrong_with_it() {
    let mut draft = Draft::one(&stray("s-1"));
    assert_eq!((draft.kind, draft.claim()), (None, Some(Claim::default())));
    draft.turn_kind(true);
    draft.turn_kind(true);
    assert_eq!(draft.kind, Some(SensorKind::WaterLevel));
    for (input, wrong, right) in [
        (Input::Unit, "dB", "cm"),
        (Input::Area, "a//b", "North/Old Town"),
        (Input::Place, "near the gate", "119.312345, 31.654321"),
        (Input::Height, "2001", "-1.5"),
        (Input::Fresh, "0", "60"),
        (Input::Precision, "-0.1", "0.05"),
    ] {
        draft.set(input, wrong.to_owned());
        assert_eq!((draft.faulty(), draft.fault(input).is_some()), (Some(input), true), "{input:?}");
        assert_eq!(draft.claim(), None);
        draft.set(input, right.to_owned());
        assert_eq!(draft.fault(input), None, "{input:?}");
    }
    draft.set(Input::Name, "North gate".to_owned());
    assert!(draft.begins_anew(), "what it showed is not in centimetres");
    draft.set(Input::Unit, "m".to_owned());
    assert!(!draft.begins_anew());
    draft.set(Input::Unit, "cm".to_owned());
    let claim = Claim {
        kind: Some(SensorKind::WaterLevel),
        name: Some("North gate".to_owned()),
        owner: None,
        unit: Some("cm".to_owned()),
        area: Area::of("North/Old Town"),
        at: LonLat::new(119.312_345, 31.654_321),
        height_m: Some(-1.5),
        fresh_secs: Some(60),
        precision: Some(0.05),
    };
    assert_eq!(draft.claim(), Some(claim));
    assert_eq!((draft.after(Input::Fresh), draft.after(Input::Precision)), (Input::Precision, Input::Precision));
    assert_eq!(draft.after(Input::Kind), Input::Name);
    draft.set(Input::Precision, "inf".to_owned());
    assert_eq!(draft.faulty(), Some(Input::Precision));
    let mut known = Draft::one(&Device { area: "A".to_owned(), area_by_place: true, claimed: true, ..gas() });
    assert_eq!((known.text(Input::Area), known.text(Input::Place)), ("", "118.800000, 32.000000"));
    known.turn_kind(false);
    assert_eq!(known.kind, Some(SensorKind::CombustibleGas), "what it is cannot be taken back");
    let mut many = Draft::many(Meant::Beginning("s-".to_owned()), 7);
    assert!(many.inputs().all(Input::is_of_many) && many.inputs().count() == 7);
    many.turn_kind(true);
    many.turn_kind(false);
    assert_eq!((many.kind, many.claim()), (None, Some(Claim::default())));
}

#[test]
fn what_is_written_is_sent_and_the_list_is_there_again_when_all_went_well() {
    let mut desk = at(Tab::Unclaimed, ["s-1", "s-2"].map(stray).to_vec());
    desk.act(DevicesWish::Edit);
    desk.act(DevicesWish::TurnKind(true));
    desk.act(DevicesWish::PickPlace);
    assert!(desk.picking);
    desk.place(LonLat::new(119.3, 31.6).unwrap());
    assert!(!desk.picking && desk.focus == Some(Input::Height));
    desk.act(DevicesWish::Set(Input::Fresh, "soon".to_owned()));
    assert_eq!((desk.act(DevicesWish::Send), desk.focus), (None, Some(Input::Fresh)), "what is wrong has the cursor");
    desk.act(DevicesWish::Set(Input::Fresh, "60".to_owned()));
    let claim = Claim {
        kind: Some(SensorKind::CombustibleGas),
        at: LonLat::new(119.3, 31.6),
        fresh_secs: Some(60),
        ..Claim::default()
    };
    let wanted = DeviceChange { of: names(&["s-1"]), change: Change::Claim(claim) };
    assert_eq!(desk.act(DevicesWish::Send), Some(wanted));
    let refused =
        RefusedDevice { id: "s-1".to_owned(), field: "unit".to_owned(), reason: "is none of %LEL".to_owned() };
    let changed = DevicesChanged { meant: 1, refused_count: 1, refused: vec![refused], ..DevicesChanged::default() };
    desk.settle(&ChangeTold(Ok(Box::new(changed))));
    assert!(matches!(desk.page, Page::Form(_)), "what was written stays");
    assert!(desk.note.as_deref().is_some_and(|note| note.contains("s-1") && note.contains("%LEL")), "{:?}", desk.note);
    desk.settle(&ChangeTold(Err("it has ended".to_owned())));
    assert!(desk.note.as_deref().is_some_and(|note| note.contains("it has ended")));
    desk.settle(&ChangeTold(Ok(Box::new(DevicesChanged { meant: 1, changed: 1, ..DevicesChanged::default() }))));
    assert_eq!(desk.page, Page::List);
    assert!(desk.due(0.0).is_some(), "it is asked anew at once");
    desk.act(DevicesWish::Alike);
    desk.act(DevicesWish::Leave);
    assert_eq!(desk.act(DevicesWish::Send), None, "without a reason nothing goes");
    desk.act(DevicesWish::Reason("typing errors".to_owned()));
    let reason = "typing errors".to_owned();
    let wanted = DeviceChange { of: Meant::Beginning("s-".to_owned()), change: Change::Retire { reason } };
    assert_eq!(desk.act(DevicesWish::Send), Some(wanted));
    assert_eq!(desk.act(DevicesWish::BringBack), None, "these are in service");
}

#[test]
fn one_out_of_service_says_since_when_by_whom_and_why_and_comes_back() {
    let out = OutOfService { at: NOW.0 - HOUR, by: "Li".to_owned(), reason: "dismantled".to_owned() };
    let gone = Device { retired: Some(out), area: "North".to_owned(), area_by_place: true, ..gas() };
    let row = sensor_row(&gone, Tab::Retired, NOW, 0);
    assert!(row.right.contains("21:13") && row.right.contains("Li") && row.under == "dismantled", "{row:?}");
    assert!(!row.wrong && row.note.contains("North"), "{row:?}");
    let told_by_place = sensor_row(&gone, Tab::Retired, NOW, 0).note;
    let said = sensor_row(&Device { area_by_place: false, ..gone.clone() }, Tab::Retired, NOW, 0).note;
    assert_ne!(told_by_place, said, "an area that nobody said is told as such");
    let mut both = at(Tab::Retired, vec![gone.clone(), Device { id: "gas-8".to_owned(), ..gone.clone() }]);
    both.act(DevicesWish::Alike);
    let back = DeviceChange { of: Meant::Beginning("gas-".to_owned()), change: Change::BringBack };
    assert_eq!(both.act(DevicesWish::BringBack), Some(back));
    both.act(DevicesWish::Edit);
    assert!(matches!(&both.page, Page::Form(draft) if draft.of == names(&["gas-7", "gas-8"])), "{:?}", both.page);
    let mut desk = at(Tab::Retired, vec![gone]);
    assert_eq!(desk.act(DevicesWish::Leave), None);
    assert_eq!(desk.page, Page::List, "it is out of service already");
    let wanted = DeviceChange { of: names(&["gas-7"]), change: Change::BringBack };
    assert_eq!(desk.act(DevicesWish::BringBack), Some(wanted));
}
