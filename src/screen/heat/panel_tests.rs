//! The panel of layers, and the keys of the layers.

use super::census::Window;
use super::desk::{carry_out, stack_keys, step_keys, window_keys};
use super::form::Form;
use super::layer::{Ago, Layer};
use super::over::{gist_key, phrase, spell_key};
use super::panel::{PanelView, PanelWish, PlyView, layers_ui};
use super::shades::Ramp;
use super::systems::Layers;
use super::when::Step;
use crate::domain::sensor::{self, Gist, Spell};
use crate::domain::{Moment, SensorKind};
use crate::screen::look;

const NOW: Moment = Moment(1_700_000_000_000);

/// The panel once, with a click at the middle of what says so; in a window that has room for all of it.
fn panel(view: &PanelView, click: Option<egui::Pos2>) -> (Vec<PanelWish>, egui::FullOutput) {
    panel_in(view, click, 1_300.0)
}

/// The same in a window so high.
fn panel_in(view: &PanelView, click: Option<egui::Pos2>, high: f32) -> (Vec<PanelWish>, egui::FullOutput) {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut wishes = Vec::new();
    let mut output = egui::FullOutput::default();
    let button = |pressed| egui::Event::PointerButton {
        pos: click.unwrap_or_default(),
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    let moved = egui::Event::PointerMoved(click.unwrap_or_default());
    for events in [vec![], vec![moved], vec![button(true)], vec![button(false)]] {
        let size = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(600.0, high));
        let events = if click.is_some() { events } else { Vec::new() };
        let input = egui::RawInput { screen_rect: Some(size), events, ..egui::RawInput::default() };
        output = ctx.run_ui(input, |ui| wishes.extend(layers_ui(ui, view, high)));
        output.textures_delta.clear();
    }
    (wishes, output)
}

fn texts(output: &egui::FullOutput) -> Vec<(String, egui::Rect)> {
    fn of(shape: &egui::Shape, found: &mut Vec<(String, egui::Rect)>) {
        match shape {
            egui::Shape::Text(text) => found.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
            egui::Shape::Vec(all) => all.iter().for_each(|shape| of(shape, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    output.shapes.iter().for_each(|clipped| of(&clipped.shape, &mut found));
    found
}

fn noise_ply() -> PlyView {
    PlyView {
        layer: Layer::Sensors(SensorKind::Noise),
        form: Form::Hexagons,
        width_m: Some(400.0),
        empty: None,
        opacity: 0.75,
        counts: Some((578, 600)),
        waits: None,
        cases: 0,
        archive: None,
        over: None,
        gathering: false,
        ramp: Ramp::Plum,
    }
}

/// The panel of some layers, the first of them in front.
fn panel_of(plies: Vec<PlyView>) -> PanelView {
    PanelView {
        front: plies.first().map(|ply| ply.layer),
        plies,
        adding: false,
        partial: false,
        relief: true,
        window: Window::Open,
        sensors: true,
        ago: Ago::Now,
        moment: String::new(),
        typed: None,
        wrong: None,
        pipes: false,
    }
}

#[test]
fn the_panel_says_what_is_shown_and_each_of_its_layers_can_be_chosen() {
    let view = panel_of(vec![noise_ply()]);
    let (_, output) = panel(&view, None);
    let all = texts(&output);
    let has = |wanted: &str| all.iter().any(|(text, _)| text.contains(wanted));
    assert!(has("dB") && has("40") && has("≥90") && has("578") && has("22") && has("75%"), "{all:?}");
    let name = rust_i18n::t!(Layer::Sensors(SensorKind::WaterLevel).key()).into_owned();
    let (_, at) = all.iter().find(|(text, _)| *text == name).unwrap();
    let (wishes, _) = panel(&view, Some(at.center()));
    assert_eq!(wishes, [PanelWish::Show(Layer::Sensors(SensorKind::WaterLevel))]);
    let chosen = rust_i18n::t!(Layer::Sensors(SensorKind::Noise).key()).into_owned();
    let (_, at) = all.iter().find(|(text, _)| *text == chosen).unwrap();
    let (wishes, _) = panel(&view, Some(at.center()));
    assert_eq!(wishes, [PanelWish::TakeOff(Layer::Sensors(SensorKind::Noise))], "chosen once more it goes");
    assert!(has("400 m"), "how wide hexagons are: {all:?}");
    for form in Form::of(Layer::Sensors(SensorKind::Noise)) {
        let name = rust_i18n::t!(form.key()).into_owned();
        let (_, at) = all.iter().find(|(text, _)| *text == name).unwrap();
        let (wishes, _) = panel(&view, Some(at.center()));
        assert_eq!(wishes, [PanelWish::Form(*form)]);
    }
    let levels = Layer::Sensors(SensorKind::WaterLevel);
    let flooded = PlyView { layer: levels, form: Form::Flood, width_m: None, ..noise_ply() };
    let flood = panel_of(vec![flooded.clone()]);
    let said = |view: &PanelView| texts(&panel(view, None).1).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    let depth = rust_i18n::t!("heat.depth").into_owned();
    assert!(said(&flood).contains(&depth) && !said(&view).contains(&depth), "depths have a ramp of their own");
    let dry = said(&panel_of(vec![PlyView { empty: Some("heat.no_flood"), ..flooded }]));
    assert!(dry.iter().any(|text| *text == rust_i18n::t!("heat.no_flood")), "an empty map says why");
    let level_ground = said(&PanelView { relief: false, ..flood });
    assert!(level_ground.iter().any(|text| *text == rust_i18n::t!("heat.no_relief")), "{level_ground:?}");
    assert!(!level_ground.contains(&depth));
    let at = |view: &PanelView, wanted: &str| {
        let all = texts(&panel(view, None).1);
        all.iter().find(|(text, _)| text == wanted).map(|(_, rect)| rect.center()).unwrap()
    };
    let day = format!("−{}", rust_i18n::t!(Step::Day.key()));
    assert_eq!(panel(&view, Some(at(&view, &day))).0, [PanelWish::Step(Step::Day, -1)]);
    let minutes = format!("+{}", rust_i18n::t!(Step::TenMinutes.key()));
    assert_eq!(panel(&view, Some(at(&view, &minutes))).0, [], "nothing is known of what is to come");
    let then = PanelView { ago: Ago::At(NOW), moment: "2023-11-15 06:13".to_owned(), ..view.clone() };
    assert_eq!(panel(&then, Some(at(&then, &minutes))).0, [PanelWish::Step(Step::TenMinutes, 1)]);
    assert!(said(&then).contains(&"2023-11-15 06:13".to_owned()), "the field has the moment that is shown");
    let now = rust_i18n::t!(Ago::Now.key()).into_owned();
    assert_eq!(panel(&then, Some(at(&then, &now))).0, [PanelWish::Ago(Ago::Now)]);
    let wrong = PanelView { typed: Some("gestern".to_owned()), wrong: Some("heat.when.unreadable"), ..then };
    let unreadable = rust_i18n::t!("heat.when.unreadable").into_owned();
    assert!(said(&wrong).contains(&"gestern".to_owned()) && said(&wrong).contains(&unreadable));
    let waits = panel_of(vec![PlyView { waits: Some("heat.no_hub"), ..noise_ply() }]);
    let (_, output) = panel(&waits, None);
    assert!(texts(&output).iter().any(|(text, _)| *text == rust_i18n::t!("heat.no_hub")), "an empty list says why");
}

#[test]
fn each_layer_that_is_on_has_its_own_legend_and_comes_to_the_front_or_goes_by_a_click() {
    let (noise, rain) = (Layer::Sensors(SensorKind::Noise), Layer::Sensors(SensorKind::Rain));
    let rain_ply = PlyView { layer: rain, form: Form::Points, opacity: 0.4, counts: Some((31, 40)), ..noise_ply() };
    let view = panel_of(vec![noise_ply(), rain_ply]);
    let all = texts(&panel(&view, None).1);
    let has = |wanted: &str| all.iter().any(|(text, _)| text.contains(wanted));
    assert!(has("dB") && has("≥90") && has("578") && has("75%"), "{all:?}");
    assert!(has("mm") && has("≥50") && has("31") && has("40%"), "{all:?}");
    assert!(has(&rust_i18n::t!("heat.note_hexagons", width = "400 m")), "of the one in front it says more");
    assert!(!has(&rust_i18n::t!("heat.note_points")));
    // The name of the layer stands in the list, and under that over its legend.
    let name = |layer: Layer| {
        let name = rust_i18n::t!(layer.key()).into_owned();
        let found: Vec<_> = all.iter().filter(|(text, _)| *text == name).map(|(_, at)| at.center()).collect();
        found
    };
    assert_eq!(panel(&view, Some(name(rain)[0])).0, [PanelWish::Raise(rain)]);
    assert_eq!(panel(&view, Some(name(rain)[1])).0, [PanelWish::Raise(rain)]);
    assert_eq!(panel(&view, Some(name(noise)[0])).0, [PanelWish::TakeOff(noise)]);
    let crosses: Vec<_> = all.iter().filter(|(text, _)| text == "×").map(|(_, at)| at.center()).collect();
    let lowest = crosses.into_iter().max_by(|one, other| one.y.total_cmp(&other.y)).unwrap();
    assert_eq!(panel(&view, Some(lowest)).0, [PanelWish::TakeOff(rain)]);
    let level = Layer::Sensors(SensorKind::WaterLevel);
    assert_eq!(panel(&view, Some(name(level)[0])).0, [PanelWish::Show(level)]);
    let adding = PanelView { adding: true, ..view.clone() };
    assert_eq!(panel(&adding, Some(name(level)[0])).0, [PanelWish::Add(level)]);
    let beside = rust_i18n::t!("heat.add").into_owned();
    let (_, at) = all.iter().find(|(text, _)| *text == beside).unwrap();
    assert_eq!(panel(&view, Some(at.center())).0, [PanelWish::Adding(true)]);
    let bare = texts(&panel(&panel_of(Vec::new()), None).1);
    assert!(!bare.iter().any(|(text, _)| *text == beside), "there is nothing that it could come beside");
}

/// Press keys, and let the layers hear them.
fn press(layers: &mut Layers, keys: &[egui::Key], modifiers: egui::Modifiers) {
    let pressed =
        |key: &egui::Key| egui::Event::Key { key: *key, physical_key: None, pressed: true, repeat: false, modifiers };
    let input = egui::RawInput { events: keys.iter().map(pressed).collect(), ..egui::RawInput::default() };
    let mut output = egui::Context::default().run_ui(input, |ui| {
        step_keys(ui.ctx(), layers, NOW);
        stack_keys(ui.ctx(), layers);
        window_keys(ui.ctx(), layers, NOW);
    });
    output.textures_delta.clear();
}

#[test]
fn alt_g_goes_round_the_layers_that_are_on_and_alt_delete_takes_the_front_one_off() {
    use egui::{Key, Modifiers};

    let (rain, speed) = (Layer::Sensors(SensorKind::Rain), Layer::Sensors(SensorKind::TrafficSpeed));
    let mut layers = Layers::default();
    press(&mut layers, &[Key::G, Key::Delete], Modifiers::ALT);
    assert_eq!(layers.layer(), None);
    layers.show(rain);
    layers.change(|stack| stack.add(speed));
    assert_eq!(layers.layer(), Some(speed));
    press(&mut layers, &[Key::G], Modifiers::ALT);
    assert_eq!(layers.layer(), Some(rain));
    press(&mut layers, &[Key::G], Modifiers::NONE);
    assert_eq!(layers.layer(), Some(rain), "that regrades a case");
    carry_out(&mut layers, PanelWish::Opacity(speed, 0.2), NOW);
    let seen = |layers: &Layers| layers.stack().all().map(|ply| ply.opacity).collect::<Vec<_>>();
    assert_eq!(seen(&layers), [0.75, 0.2], "each has its own");
    press(&mut layers, &[Key::Delete], Modifiers::ALT);
    assert_eq!((layers.layer(), layers.stack().len()), (Some(speed), 1));
    carry_out(&mut layers, PanelWish::Adding(true), NOW);
    carry_out(&mut layers, PanelWish::Add(rain), NOW);
    assert!(!layers.adding && layers.stack().len() == 2, "one at a time");
    carry_out(&mut layers, PanelWish::Clear, NOW);
    assert!(layers.stack().is_empty());
}

#[test]
fn every_layer_of_sensors_has_windows_of_time_and_says_which_one_its_colours_are_of() {
    let noise = Layer::Sensors(SensorKind::Noise);
    let view = panel_of(vec![noise_ply()]);
    let found = |view: &PanelView, wanted: &str| {
        let all = texts(&panel(view, None).1);
        all.iter().find(|(text, _)| text == wanted).map(|(_, rect)| rect.center())
    };
    let word = |key: &str| rust_i18n::t!(key).into_owned();
    let today = found(&view, &word(spell_key(Spell::Today))).unwrap();
    let mean = sensor::Window { spell: Spell::Today, gist: Gist::Mean };
    assert_eq!(panel(&view, Some(today)).0, [PanelWish::Over(noise, Some(mean))]);
    assert!(found(&view, &word(gist_key(Gist::Highest))).is_none(), "of now there is nothing to choose");
    let over = panel_of(vec![PlyView { over: Some(mean), ..noise_ply() }]);
    assert!(found(&over, &phrase(mean)).is_some(), "the legend says so");
    let highest = found(&over, &word(gist_key(Gist::Highest))).unwrap();
    let wanted = sensor::Window { gist: Gist::Highest, ..mean };
    assert_eq!(panel(&over, Some(highest)).0, [PanelWish::Over(noise, Some(wanted))]);
    let newest = found(&over, &word("heat.over_now")).unwrap();
    assert_eq!(panel(&over, Some(newest)).0, [PanelWish::Over(noise, None)]);
    let gathering = panel_of(vec![PlyView { over: Some(mean), gathering: true, ..noise_ply() }]);
    assert!(found(&gathering, &rust_i18n::t!("heat.over_coming", over = phrase(mean))).is_some());
    let rain = Layer::Sensors(SensorKind::Rain);
    let sum = sensor::Window { spell: Spell::Day, gist: Gist::Sum };
    let rain = panel_of(vec![PlyView { layer: rain, over: Some(sum), ..noise_ply() }]);
    assert!(found(&rain, "mm").is_some() && found(&rain, "≥100").is_some(), "millimetres, and not by the hour");
}

#[test]
fn alt_t_and_alt_y_go_through_the_windows_of_the_layer_in_front() {
    use egui::{Key, Modifiers};

    let gas = Layer::Sensors(SensorKind::CombustibleGas);
    let mut layers = Layers::default();
    press(&mut layers, &[Key::T], Modifiers::ALT);
    layers.show(gas);
    let told = |layers: &Layers| layers.watch(NOW).unwrap().windows.get(&SensorKind::CombustibleGas).copied();
    assert_eq!(told(&layers), None);
    press(&mut layers, &[Key::T], Modifiers::ALT);
    assert_eq!(told(&layers), Some(sensor::Window { spell: Spell::Hour, gist: Gist::Highest }));
    press(&mut layers, &[Key::T, Key::Y], Modifiers::ALT);
    assert_eq!(told(&layers), Some(sensor::Window { spell: Spell::Today, gist: Gist::Mean }));
    press(&mut layers, &[Key::T, Key::Y], Modifiers::NONE);
    assert_eq!(told(&layers), Some(sensor::Window { spell: Spell::Today, gist: Gist::Mean }));
    press(&mut layers, &[Key::T, Key::T], Modifiers::ALT);
    assert_eq!(told(&layers), None, "of now again");
    layers.show(Layer::Cases);
    press(&mut layers, &[Key::T], Modifiers::ALT);
    assert_eq!(layers.window, Window::Day, "of cases which of them count");
}

#[test]
fn where_room_is_short_the_layers_behind_are_a_line_each() {
    let (rain, level) = (Layer::Sensors(SensorKind::Rain), Layer::Sensors(SensorKind::WaterLevel));
    let behind = |layer: Layer| PlyView { layer, form: Form::Points, counts: Some((31, 40)), ..noise_ply() };
    let view = panel_of(vec![noise_ply(), behind(rain), behind(level)]);
    let foot = |high: f32| {
        let all = texts(&panel_in(&view, None, high).1);
        let foot = all.iter().map(|(_, rect)| rect.bottom()).fold(0.0, f32::max);
        (foot, all)
    };
    let ((tall, all), (low, folded)) = (foot(1_300.0), foot(900.0));
    assert!(low + 100.0 < tall, "{low} {tall}");
    let count = |all: &[(String, egui::Rect)]| all.iter().filter(|(text, _)| text.contains("31")).count();
    assert_eq!((count(&all), count(&folded)), (2, 0), "numbers of data are of what is in front");
    let name = rust_i18n::t!(rain.key()).into_owned();
    let at: Vec<_> = folded.iter().filter(|(text, _)| *text == name).map(|(_, rect)| rect.center()).collect();
    assert_eq!(panel_in(&view, Some(at[1]), 900.0).0, [PanelWish::Raise(rain)]);
    assert!(folded.iter().any(|(text, _)| text == "50 mm/h"), "its ends stay: {folded:?}");
}

#[test]
fn where_the_panel_needs_more_than_there_is_its_title_and_legends_stay_in_sight() {
    let mean = sensor::Window { spell: Spell::Today, gist: Gist::Mean };
    let noise = PlyView { over: Some(mean), ..noise_ply() };
    let rain = PlyView { layer: Layer::Sensors(SensorKind::Rain), form: Form::Points, ..noise_ply() };
    // What a strip of two lines and the frames leave of windows of 900, 768 and 720 points; and room for all of it.
    for (room, scrolls) in [(690.0, None), (560.0, Some(true)), (510.0, Some(true)), (1_200.0, Some(false))] {
        for view in [panel_of(vec![noise.clone()]), panel_of(vec![noise.clone(), rain.clone()])] {
            let ctx = egui::Context::default();
            look::apply(&ctx);
            let (mut top, mut high, mut output) = (0.0, 0.0, egui::FullOutput::default());
            for _ in 0..4 {
                let size = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(600.0, 1_300.0));
                let input = egui::RawInput { screen_rect: Some(size), ..egui::RawInput::default() };
                output = ctx.run_ui(input, |ui| {
                    top = ui.cursor().top();
                    layers_ui(ui, &view, room);
                    high = ui.cursor().top() - ui.spacing().item_spacing.y - top;
                });
                output.textures_delta.clear();
            }
            assert!(high <= room + 1.0, "{high} of {room}");
            let all = texts(&output);
            let at = |wanted: &str| {
                let found = all.iter().filter(|(text, _)| text == wanted).map(|(_, rect)| *rect);
                found.min_by(|one, other| one.top().total_cmp(&other.top())).unwrap_or_else(|| panic!("no {wanted}"))
            };
            let (title, close) = (at(&rust_i18n::t!("heat.title")), at("×"));
            let (legend, over) = (at("≥90"), at(&phrase(mean)));
            for seen in [title, close, legend, over] {
                assert!(seen.top() >= top && seen.bottom() <= top + room, "{seen:?} of {room}");
            }
            assert!(title.bottom() < legend.top() && legend.top() < over.top());
            let level = at(&rust_i18n::t!(Layer::Sensors(SensorKind::WaterLevel).key()));
            if let Some(scrolls) = scrolls {
                assert_eq!(over.bottom() < level.top(), scrolls, "what scrolls is below the legend: {room}");
            }
        }
    }
}

#[test]
fn alt_with_arrows_and_pages_goes_to_another_moment_and_alt_home_to_now() {
    use egui::{Key, Modifiers};

    let mut layers = Layers::default();
    let mut press = |keys: &[Key], modifiers: Modifiers| {
        press(&mut layers, keys, modifiers);
        layers.past(NOW).map(|then| (NOW.0 - then.0) / 60_000)
    };
    // Shown are whole minutes, and the moment of these tests is twenty seconds after one.
    assert_eq!(NOW.0 % 60_000, 20_000);
    assert_eq!(press(&[Key::ArrowLeft], Modifiers::ALT), Some(10));
    assert_eq!(press(&[Key::ArrowLeft, Key::ArrowLeft], Modifiers::ALT), Some(30), "two in a slow frame");
    assert_eq!(press(&[Key::ArrowRight], Modifiers::ALT), Some(20));
    assert_eq!(press(&[Key::ArrowUp], Modifiers::ALT), Some(80));
    assert_eq!(press(&[Key::PageUp], Modifiers::ALT), Some(80 + 24 * 60));
    assert_eq!(press(&[Key::PageDown], Modifiers::ALT), Some(80));
    assert_eq!(press(&[Key::ArrowLeft, Key::Home], Modifiers::NONE), Some(80), "without Alt they move the city");
    assert_eq!(press(&[Key::Home], Modifiers::ALT), None);
    assert_eq!(press(&[Key::ArrowDown], Modifiers::ALT), None, "nothing is later than now");
}
