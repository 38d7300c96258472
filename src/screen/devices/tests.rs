//! What rows say, what the hub is asked and when, what keys and clicks do.

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::model::{Row, Tab, feed_row, sensor_row, sums};
use super::panel::{DevicesView, DevicesWish, devices_ui};
use super::systems::Desk;
use crate::domain::device::{DeviceList, RefusedFor};
use crate::domain::{Device, DeviceFeed, Devices, DevicesAsked, DevicesBy, LonLat, Moment, SensorId, SensorKind};
use crate::screen::look;
use crate::screen::receive::DevicesTold;

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
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(1_280.0, 720.0));
    let row = |title: &str| Row { title: title.to_owned(), ..Row::default() };
    let rows = [row("one"), row("two")];
    let view = DevicesView { tab: Tab::Worst, sums: "", rows: Ok(&rows), marked: 0, reveal: false, in_front };
    let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    let mut wishes = Vec::new();
    for events in [vec![], vec![event]] {
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
        (Key::ArrowDown, DevicesWish::Mark(1)),
        (Key::Enter, DevicesWish::Take(0)),
        (Key::Escape, DevicesWish::Close),
    ] {
        assert_eq!((wishes(key, true), wishes(key, false)), (vec![wish], vec![]), "{key:?}");
    }
}
