//! The card of a sensor: who asks for it, what is watched until it is found, what it says.

use egui::{Event, PointerButton, Pos2, RawInput, Rect, vec2};

use super::OpenSensor;
use super::card::{CardView, CardWish, card_ui};
use super::form_tests::row;
use super::layer::{Layer, Span};
use super::systems::Layers;
use crate::domain::sensor::{Sensor, SensorRow, Trend};
use crate::domain::{LonLat, Moment, SensorId, SensorKind};
use crate::ground::frame::LocalFrame;
use crate::screen::look;

const NOW: Moment = Moment(1_700_000_000_000);

fn noise(number: u32) -> SensorRow {
    let frame = LocalFrame::new(LonLat::new(114.0, 22.0).unwrap());
    row(number, SensorKind::Noise, [100.0, 0.0], &frame)
}

fn asked(number: Option<u32>, id: &str, kind: SensorKind) -> OpenSensor {
    OpenSensor { number: number.map(SensorId), id: id.to_owned(), kind }
}

#[test]
fn a_sensor_of_known_number_has_its_card_at_once_over_the_layer_of_its_kind() {
    let mut layers = Layers::default();
    layers.open_card(&asked(Some(4), "noise-4", SensorKind::Noise));
    let layer = Some(Layer::Sensors(SensorKind::Noise));
    assert_eq!((layers.layer(), layers.chosen()), (layer, Some(SensorId(4))));
    // What no layer shows leaves the layer as it is.
    layers.open_card(&asked(Some(9), "odd", SensorKind::Other));
    assert_eq!((layers.layer(), layers.chosen()), (layer, Some(SensorId(9))));
    assert_eq!(Layer::of_kind(SensorKind::Vital), None);
}

#[test]
fn one_known_by_name_is_watched_until_it_is_told() {
    let mut layers = Layers::default();
    layers.open_card(&asked(None, "odd", SensorKind::Other));
    let watch = layers.watch(NOW).unwrap();
    assert!(watch.kinds.contains(&SensorKind::Other) && watch.bounds.is_none());
    layers.find_sought(false, &[], 0);
    assert!(layers.watch(NOW).is_some(), "that was told of what was watched before");
    layers.find_sought(true, &[noise(3)], 2);
    assert_eq!(layers.chosen(), None);
    let odd = SensorRow { id: "odd".to_owned(), kind: SensorKind::Other, ..noise(7) };
    layers.find_sought(false, &[odd], 0);
    assert_eq!(layers.chosen(), Some(SensorId(7)));
    assert_eq!(layers.watch(NOW), None, "nothing is sought any more");
    layers.open_card(&asked(None, "gone", SensorKind::Other));
    layers.find_sought(true, &[], 0);
    assert_eq!((layers.chosen(), layers.watch(NOW)), (None, None), "there is no such sensor");
}

fn texts(shape: &egui::Shape, into: &mut Vec<(String, Rect)>) {
    match shape {
        egui::Shape::Text(text) => into.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        egui::Shape::Vec(all) => all.iter().for_each(|one| texts(one, into)),
        _ => {}
    }
}

/// The card as it was painted, and what a click on it does.
fn card(view: &CardView<'_>, click: Option<Pos2>) -> (Vec<CardWish>, Vec<(String, Rect)>) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let at = click.unwrap_or_default();
    let button = |pressed| Event::PointerButton {
        pos: at,
        button: PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let (mut wishes, mut found) = (Vec::new(), Vec::new());
    for events in [vec![], vec![Event::PointerMoved(at)], vec![button(true)], vec![button(false)]] {
        let events = if click.is_some() { events } else { Vec::new() };
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(600.0, 800.0)));
        let mut output = ctx.run_ui(RawInput { screen_rect, events, ..RawInput::default() }, |ui| {
            wishes.extend(card_ui(ui, view));
        });
        output.textures_delta.clear();
        found.clear();
        output.shapes.iter().for_each(|clipped| texts(&clipped.shape, &mut found));
    }
    (wishes, found)
}

#[test]
fn a_card_says_what_its_sensor_is_and_measured_and_another_stretch_is_a_click_away() {
    let row = SensorRow { claimed: false, ..noise(4) };
    let sensor = Sensor { owner: "Harbour office".to_owned(), ..Sensor::first_seen("noise-4", Some(row.kind), "") };
    let from = NOW.plus_millis(-3_600_000);
    let trend = Trend { sensor, newest: Some((NOW, 61.5)), from, to: NOW, step_millis: 15_000, steps: Vec::new() };
    let trend = Ok(Box::new(trend));
    let view =
        CardView { row: &row, newest: None, span: Span::Hour, trend: Some(&trend), now: NOW, utc_offset_secs: 0 };
    let (wishes, found) = card(&view, None);
    assert_eq!(wishes, []);
    for what in ["Noise", "noise-4", "61.5", "Harbour office", "Nobody has claimed it", "Nothing was measured then"] {
        assert!(found.iter().any(|(text, _)| text.contains(what)), "{what}: {found:?}");
    }
    let day = rust_i18n::t!(Span::Day.key()).into_owned();
    let (_, at) = found.iter().find(|(text, _)| *text == day).unwrap();
    assert_eq!(card(&view, Some(at.center())).0, [CardWish::Span(Span::Day)]);
    let (_, cross) = found.iter().find(|(text, _)| text == "×").unwrap();
    assert_eq!(card(&view, Some(cross.center())).0, [CardWish::Close]);
}
