//! The card of a sensor: who asks for it, what is watched until it is found, what it says.

use bevy::input::ButtonState;
use bevy::input::mouse::MouseButtonInput;
use bevy::prelude::{App, Entity, IntoScheduleConfigs as _, MouseButton, Update, Vec2};
use bevy::window::{CursorMoved, RequestRedraw, WindowEvent};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, vec2};

use super::OpenSensor;
use super::card::{CardView, CardWish, card_ui};
use super::chosen::card_layer;
use super::desk::escape;
use super::form::Form;
use super::form_tests::{city, front, row, view};
use super::layer::{Ago, Layer, Span};
use super::limits::{Limits, tests::rule};
use super::panel::with_unit;
use super::sight::Part;
use super::systems::{Layers, click};
use crate::domain::alarm::LimitRule;
use crate::domain::sensor::{Sensor, SensorRow, Trend};
use crate::domain::{Grade, LonLat, Moment, Refusal, SensorId, SensorKind};
use crate::ground::frame::LocalFrame;
use crate::link::{Asked, Hand, Link, LinkState};
use crate::screen::input::{self, Clicks, InputGathered};
use crate::screen::look;
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{FreeArea, Ground, HubLink, Shown};
use crate::screen::vitals::phrase;

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
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
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
    let view = CardView {
        row: &row,
        newest: None,
        span: Span::Hour,
        trend: Some(&trend),
        limits: None,
        now: NOW,
        past: false,
        utc_offset_secs: 0,
    };
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

#[test]
fn a_card_has_the_limits_in_force_where_its_value_stands_between_them_and_how_long_they_wait() {
    let row = noise(4);
    let sensor = Sensor::first_seen("noise-4", Some(row.kind), "");
    let from = NOW.plus_millis(-3_600_000);
    let trend = Trend { sensor, newest: Some((NOW, 61.5)), from, to: NOW, step_millis: 15_000, steps: Vec::new() };
    let trend = Ok(Box::new(trend));
    let high = [None, Some(70.0), Some(60.0), None];
    let rule = LimitRule { measures: SensorKind::Noise, high, low: [None; 4], ..rule() };
    let limits =
        Limits { rule: Some(&rule), value: Some(61.5), alarm: None, now: NOW, past: false, utc_offset_secs: 0 };
    let view = CardView {
        row: &row,
        newest: None,
        span: Span::Hour,
        trend: Some(&trend),
        limits: Some(limits),
        now: NOW,
        past: false,
        utc_offset_secs: 0,
    };
    let (_, found) = card(&view, None);
    let has = |what: &str| found.iter().any(|(text, _)| text.contains(what));
    assert!(has(&rust_i18n::t!("vital.limits")) && has("> 70") && has("> 60"), "{found:?}");
    let over =
        rust_i18n::t!("heat.card.over", by = with_unit(1.5, SensorKind::Noise, "dB"), grade = Grade::III.numeral());
    assert!(has(&over), "{found:?}");
    let age = phrase::age(180);
    assert!(has(&rust_i18n::t!("heat.card.pending", age = age)) && has(&phrase::waits(&rule)), "{found:?}");
    assert!(has(&rust_i18n::t!("heat.card.no_alarm")));
    let before = CardView { limits: Some(Limits { past: true, ..limits }), ..view };
    let (_, found) = card(&before, None);
    let has = |what: &str| found.iter().any(|(text, _)| text.contains(what));
    assert!(has(&rust_i18n::t!("vital.limits_today")) && !has(&rust_i18n::t!("heat.card.no_alarm")), "{found:?}");
}

#[test]
fn a_card_of_the_past_never_shows_what_was_measured_later() {
    let row = noise(4);
    let sensor = Sensor::first_seen("noise-4", Some(row.kind), "");
    let (then, from) = (NOW.plus_millis(-3_600_000), NOW.plus_millis(-30 * 24 * 3_600_000));
    let trend = Trend { sensor, newest: Some((NOW, 61.5)), from, to: NOW, step_millis: 10_800_000, steps: Vec::new() };
    let trend = Ok(Box::new(trend));
    let view = CardView {
        row: &row,
        newest: Some((then.plus_millis(-60_000), 48.5)),
        span: Span::Month,
        trend: Some(&trend),
        limits: None,
        now: then,
        past: true,
        utc_offset_secs: 0,
    };
    let has = |view: &CardView<'_>, what: &str| card(view, None).1.iter().any(|(text, _)| text.contains(what));
    assert!(has(&view, "48.5") && !has(&view, "61.5"), "it is of an hour later");
    let nothing = CardView { newest: Some((NOW, 61.5)), ..view };
    assert!(!has(&nothing, "61.5") && has(&nothing, &rust_i18n::t!("heat.card.never")));
    let now = CardView { now: NOW.plus_millis(-200), past: false, ..nothing };
    assert!(has(&now, "61.5"), "of now a clock that is a little ahead is no matter");
}

/// The card in its engine, asked once at a time of the screen's own clock; what was asked of the hub.
fn shown_card(ctx: &egui::Context, layers: &mut Layers, link: &HubLink, hand: &mut Hand, secs: f64) -> Option<Asked> {
    let shown = Shown { now: NOW, link: LinkState::Live, ..Shown::default() };
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(600.0, 800.0)));
    let input = RawInput { screen_rect, time: Some(secs), ..RawInput::default() };
    let mut output = ctx.run_ui(input, |ui| {
        super::chosen::card(ui.ctx(), layers, (&shown, None), &FreeArea::default(), Some(link));
    });
    output.textures_delta.clear();
    hand.trend()
}

/// The course of the sensor of these tests, as the hub answers it.
fn answer(layers: &mut Layers, asked: Asked, newest: Moment) {
    let sensor = Sensor::first_seen("water_level-7", Some(SensorKind::WaterLevel), "");
    let Asked { from, to, .. } = asked;
    let trend = Trend { sensor, newest: Some((newest, 1.0)), from, to, step_millis: 10_800_000, steps: Vec::new() };
    let chosen = layers.chosen.as_mut().unwrap();
    (chosen.waiting, chosen.trend) = (false, Some(Ok(Box::new(trend))));
}

/// The card of a sensor with its course of a month, of which nothing was asked yet.
fn month_of_seven() -> (egui::Context, HubLink, Hand, Layers) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let ((link, hand), mut layers) = (Link::by_hand(), points([0.0; 2]));
    layers.choose(SensorId(7));
    layers.chosen.as_mut().unwrap().show(Span::Month);
    (ctx, HubLink(link), hand, layers)
}

#[test]
fn the_course_is_asked_anew_as_soon_as_another_moment_of_the_past_is_shown() {
    let (ctx, link, mut hand, mut layers) = month_of_seven();
    let first = shown_card(&ctx, &mut layers, &link, &mut hand, 1.0).unwrap();
    assert_eq!((first.to, first.from), (NOW, NOW.plus_millis(-Span::Month.millis())));
    answer(&mut layers, first, NOW);
    assert_eq!(shown_card(&ctx, &mut layers, &link, &mut hand, 3.0), None, "a step of a month is three hours");
    // An hour back is less than a step, and another moment all the same.
    let then = NOW.plus_millis(-3_600_000);
    layers.look_at(Ago::At(then));
    let back = shown_card(&ctx, &mut layers, &link, &mut hand, 3.1).unwrap();
    assert_eq!(back.to, then);
    assert_eq!(layers.chosen.as_ref().unwrap().trend, None, "the course of now is no course of then");
    answer(&mut layers, back, then);
    assert_eq!(shown_card(&ctx, &mut layers, &link, &mut hand, 9.0), None);
    layers.look_at(Ago::At(then.plus_millis(600_000)));
    assert!(
        shown_card(&ctx, &mut layers, &link, &mut hand, 9.1).is_some(),
        "ten minutes on, while nothing is waited for"
    );
    layers.look_at(Ago::At(then));
    assert!(shown_card(&ctx, &mut layers, &link, &mut hand, 9.2).is_some(), "and back before that was answered");
    layers.look_at(Ago::Now);
    assert_eq!(shown_card(&ctx, &mut layers, &link, &mut hand, 9.3).map(|asked| asked.to), Some(NOW));
}

#[test]
fn a_course_that_was_refused_is_asked_again_some_seconds_later() {
    let (ctx, link, mut hand, mut layers) = month_of_seven();
    assert!(shown_card(&ctx, &mut layers, &link, &mut hand, 1.0).is_some());
    // The hub was lost, and is there again.
    let chosen = layers.chosen.as_mut().unwrap();
    (chosen.waiting, chosen.trend) = (false, Some(Err(Refusal::NoHub)));
    assert_eq!(shown_card(&ctx, &mut layers, &link, &mut hand, 4.0), None);
    let again = shown_card(&ctx, &mut layers, &link, &mut hand, 6.5).unwrap();
    assert_eq!(again.to, NOW);
    assert_eq!(shown_card(&ctx, &mut layers, &link, &mut hand, 13.0), None, "it is on its way");
    answer(&mut layers, again, NOW);
    assert_eq!(shown_card(&ctx, &mut layers, &link, &mut hand, 20.0), None, "all is well");
}

/// Layers with water levels as points, one of them at a place.
fn points(at: [f64; 2]) -> Layers {
    let mut layers = Layers::default();
    layers.show(Layer::Sensors(SensorKind::WaterLevel));
    layers.change(|stack| stack.turn(Form::Points));
    let told = row(7, SensorKind::WaterLevel, at, city().frame());
    front(&mut layers).field.describe(true, vec![told], &[], 0, city().frame());
    layers
}

#[test]
fn a_click_on_a_dot_of_a_layer_opens_its_card_and_chooses_nothing_else() {
    let (at, view) = (Vec2::new(400.0, 300.0), view(2_000.0, 0.0));
    let place = view.ground_at(&city(), at).unwrap();
    let mut app = App::new();
    app.add_plugins(input::plugin).add_message::<RequestRedraw>();
    app.insert_resource(view).insert_resource(Ground(city())).insert_resource(points(place));
    app.add_systems(Update, click.after(InputGathered));
    let press = |app: &mut App, position: Vec2| {
        let window = Entity::PLACEHOLDER;
        let button = |state| MouseButtonInput { button: MouseButton::Left, state, window };
        app.world_mut().write_message(WindowEvent::from(CursorMoved { window, position, delta: None }));
        app.world_mut().write_message(WindowEvent::from(button(ButtonState::Pressed)));
        app.world_mut().write_message(WindowEvent::from(button(ButtonState::Released)));
        app.update();
        (app.world().resource::<Layers>().chosen(), app.world().resource::<Clicks>().all.len())
    };
    assert_eq!(press(&mut app, at + Vec2::new(60.0, 0.0)), (None, 1), "beside it the click is another's");
    assert_eq!(press(&mut app, at + Vec2::new(3.0, 2.0)), (Some(SensorId(7)), 0));
    assert_eq!(press(&mut app, at + Vec2::new(0.0, 60.0)), (Some(SensorId(7)), 1), "the card stays");
}

#[test]
fn the_card_stays_where_its_sensor_is_out_of_sight_and_goes_with_its_layer() {
    let mut layers = points([0.0; 2]);
    layers.look(Some(Part { low: [-40.0; 2], high: [40.0; 2] }), &city());
    assert!(layers.is_partial());
    layers.choose(SensorId(7));
    layers.chosen.as_mut().unwrap().known = Some((row(7, SensorKind::WaterLevel, [0.0; 2], city().frame()), None));
    // The view went elsewhere: the hub tells of other sensors.
    front(&mut layers).field.describe(true, Vec::new(), &[], 0, city().frame());
    layers.drop_card();
    assert_eq!(layers.chosen(), Some(SensorId(7)));
    layers.change(|stack| stack.add(Layer::Sensors(SensorKind::Rain)));
    assert_eq!(layers.chosen(), Some(SensorId(7)), "another layer beside it is no matter");
    layers.change(|stack| stack.take_off(Layer::Sensors(SensorKind::WaterLevel)));
    assert_eq!(layers.chosen(), None);
}

#[test]
fn escape_puts_the_front_one_of_card_and_sheet_away_first() {
    let ctx = egui::Context::default();
    let (mut layers, mut sheets) = (points([0.0; 2]), Sheets::default());
    layers.choose(SensorId(7));
    let frame = |layers: &mut Layers, sheets: &Sheets, escapes: bool| {
        let event = Event::Key {
            key: Key::Escape,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(600.0, 800.0)));
        let input = RawInput { screen_rect, events: vec![event; usize::from(escapes)], ..RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| {
            escape(ui.ctx(), layers, Some(sheets));
            for layer in [card_layer(), egui::LayerId::new(egui::Order::Middle, egui::Id::new("alarms"))] {
                egui::Area::new(layer.id).show(ui.ctx(), |ui| ui.label("of its own"));
            }
        });
        output.textures_delta.clear();
        layers.chosen().is_some()
    };
    sheets.keep(Sheet::Alarms, true);
    assert!(frame(&mut layers, &sheets, true), "what was opened just now is in front");
    assert!(frame(&mut layers, &sheets, true), "the list lies over the card");
    ctx.move_to_top(card_layer());
    assert!(frame(&mut layers, &sheets, false));
    assert!(!frame(&mut layers, &sheets, true), "somebody pressed the card: it is in front");
    layers.choose(SensorId(7));
    sheets.keep(Sheet::Alarms, false);
    assert!(!frame(&mut layers, &sheets, true), "there is no sheet");
}
