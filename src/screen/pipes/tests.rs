//! The cut-open street: what lies in it, where that is seen, what is drawn and said of it.

use std::sync::Arc;

use bevy::ecs::change_detection::DetectChanges;
use bevy::ecs::system::RunSystemOnce;
use bevy::math::{Mat4, Rect, Vec2, Vec3};
use bevy::prelude::{Transform, World};

use super::model::{
    Line, RADII, Room, Spot, USUAL, Window, cut_open, hanging, labels, pit_m, sum, through, under, within,
};
use super::paint::{colour, key, reads};
use super::panel::{NetworkRow, PanelView, PanelWish, PipeRow, pipes_ui};
use super::shape::{lid, tone, tubes};
use super::systems::{Pipes, Pit, gather, next};
use crate::domain::sensor::SensorRow;
use crate::domain::{Grade, LonLat, Moment, SensorId, SensorKind};
use crate::ground::City;
use crate::ground::pack::model::{CityModel, PipeShape};
use crate::ground::pack::records::Network;
use crate::ground::pack::writer;
use crate::screen::heat::Layers;
use crate::screen::heat::model::Station;
use crate::screen::look;
use crate::screen::look::tokens::{self, Rgb, pipe};
use crate::screen::shown::{CityView, Ground, Pose};

const WINDOW: Window = Window { middle: [0.0; 2], radius_m: 60.0 };

fn near(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).hypot(a[1] - b[1]) < 1e-6
}

#[test]
fn a_way_is_cut_where_it_meets_the_circle() {
    let cut = |a: [f64; 2], b: [f64; 2]| within(a, b, WINDOW);
    let (from, to) = cut([-100.0, 0.0], [100.0, 0.0]).unwrap();
    assert!((from - 0.2).abs() < 1e-9 && (to - 0.8).abs() < 1e-9, "{from} {to}");
    // 36 m off the middle half of the chord is 48 m long.
    let (from, to) = cut([-100.0, 36.0], [0.0, 36.0]).unwrap();
    assert!((from - 0.52).abs() < 1e-9 && (to - 1.0).abs() < 1e-9, "{from} {to}");
    assert_eq!(cut([-10.0, 0.0], [10.0, 5.0]), Some((0.0, 1.0)));
    assert_eq!(cut([-100.0, 61.0], [100.0, 61.0]), None);
    assert_eq!(cut([61.0, 0.0], [90.0, 0.0]), None);
    assert_eq!(cut([1.0, 1.0], [1.0, 1.0]), None, "no way at all");
}

#[test]
fn what_lies_deeper_is_seen_farther_off_and_from_above_nothing_is() {
    let spot = |up: f64| Spot { at: [0.0, 0.0], up, ground: 0.0 };
    let eye = [0.0, -100.0, 100.0];
    // 100 of 102 and of 104 metres of the way down to them.
    assert!(near(through(eye, &spot(-2.0)).unwrap(), [0.0, -100.0 + 100.0 * 100.0 / 102.0]));
    assert!(near(through(eye, &spot(-4.0)).unwrap(), [0.0, -100.0 + 100.0 * 100.0 / 104.0]));
    assert!(near(through([0.0, 0.0, 100.0], &spot(-4.0)).unwrap(), [0.0, 0.0]));
    assert_eq!(through([0.0, -100.0, -1.0], &spot(-2.0)), None, "from below the ground");
    let hill = Spot { at: [0.0, 0.0], up: 48.0, ground: 50.0 };
    assert!(near(through(eye, &hill).unwrap(), [0.0, -100.0 + 100.0 * 50.0 / 52.0]));
}

/// A city without relief with a gas main, a drain across it, a water pipe that leaves and comes back, and one far away.
fn city() -> (City, tempfile::TempDir) {
    let mut model = CityModel { name: "小城".to_owned(), ..CityModel::default() };
    model.add_points([[1_193_000_000, 316_000_000], [1_193_400_000, 316_400_000]]);
    let mut lay = |network, diameter_mm, depth_cm, flags, points: Vec<[i32; 2]>| {
        let points = model.add_points(points);
        model.pipes.push(PipeShape { network, diameter_mm, depth_cm, points, flags });
    };
    let (x, y) = (1_193_200_000, 316_200_000);
    lay(Network::Gas, 400, 110, 1, vec![[x - 20_000, y], [x + 20_000, y]]);
    lay(Network::Drainage, 1_200, 260, 0, vec![[x, y - 20_000], [x, y + 20_000]]);
    lay(
        Network::Water,
        200,
        130,
        0,
        vec![[x - 2_000, y + 500], [x - 2_000, y + 90_000], [x + 2_000, y + 90_000], [x + 2_000, y + 500]],
    );
    lay(Network::Power, 150, 80, 0, vec![[x + 100_000, y + 100_000], [x + 110_000, y + 100_000]]);
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("pack");
    writer::write(&model, &out, "").unwrap();
    (City::open(&out).unwrap(), dir)
}

/// Around where its pipes cross.
fn crossing(city: &City, radius_m: f64) -> Window {
    let middle = city.frame().metres_from_lonlat(LonLat::new(119.32, 31.62).unwrap());
    Window { middle, radius_m }
}

#[test]
fn pipes_are_cut_at_the_rim_and_the_deepest_come_first() {
    let (city, _dir) = city();
    let lines = cut_open(&city, crossing(&city, 60.0));
    let networks: Vec<Network> = lines.iter().map(|line| line.network).collect();
    // Axes at 3.2, 1.4 and 1.3 metres; the power cable is out of the circle.
    assert_eq!(networks, [Network::Drainage, Network::Water, Network::Gas]);
    let of = |network: Network| lines.iter().find(|line| line.network == network).unwrap();
    assert!((of(Network::Gas).length_m() - 120.0).abs() < 0.2, "{}", of(Network::Gas).length_m());
    assert!((of(Network::Drainage).length_m() - 120.0).abs() < 0.2);
    assert!(of(Network::Gas).is_main && !of(Network::Drainage).is_main);
    assert_eq!(of(Network::Water).runs.len(), 2, "it leaves the circle and comes back");
    for (network, up) in [(Network::Gas, -1.3), (Network::Drainage, -3.2), (Network::Water, -1.4)] {
        for run in &of(network).runs {
            assert!(run.iter().all(|spot| (spot.up - up).abs() < 1e-9 && spot.ground.abs() < 1e-9), "{network:?}");
            let step = |(a, b): (&Spot, &Spot)| (a.at[0] - b.at[0]).hypot(a.at[1] - b.at[1]);
            assert!(run.iter().zip(run.iter().skip(1)).map(step).all(|step| step <= 12.01), "it follows the ground");
        }
    }
    assert!((pit_m(&lines) - 4.3).abs() < 1e-9, "half a metre below the foot of the drain");
    assert!((pit_m(&[]) - 3.0).abs() < 1e-9);
    let (count, metres, wide) = sum(&lines, Network::Gas).unwrap();
    assert!(count == 1 && (metres - 120.0).abs() < 0.2 && wide == (0.4..=0.4));
    assert_eq!(sum(&lines, Network::Power), None);
    assert!(cut_open(&city, Window { middle: [1e6, 1e6], radius_m: 200.0 }).is_empty());
}

/// A line by hand: along the east at a place to the north, or along the north.
fn line(pipe: u32, network: Network, axis_m: f64, along_east: bool) -> Line {
    let spot = |step: i32| {
        let at = f64::from(step) * 10.0;
        Spot { at: if along_east { [at, 0.0] } else { [0.0, at] }, up: -axis_m, ground: 0.0 }
    };
    let runs = vec![(-5..=5).map(spot).collect()];
    Line { pipe, network, diameter_m: 0.4, depth_m: axis_m - 0.2, is_main: false, runs }
}

/// From the south, half way up, two hundred metres off.
fn view() -> CityView {
    let size = Vec2::new(800.0, 600.0);
    let eye = Vec3::new(0.0, 1.0, 1.0).normalize() * 200.0;
    let world_from_view = Transform::from_translation(eye).looking_at(Vec3::ZERO, Vec3::Y).to_matrix();
    let clip_from_view = Mat4::perspective_infinite_reverse_rh(std::f32::consts::FRAC_PI_3, 800.0 / 600.0, 1.0);
    let pose = Pose { target: [0.0; 2], distance: 200.0, heading: 0.0, tilt: 45.0 };
    CityView { pose, clip_from_world: clip_from_view * world_from_view.inverse(), world_from_view, size }
}

#[test]
fn of_two_pipes_that_cross_the_upper_one_is_under_the_pointer() {
    let view = view();
    let lines = [line(7, Network::Drainage, 3.0, true), line(9, Network::Gas, 1.0, false)];
    let at = |shown: &dyn Fn(Network) -> bool, window: Window, at: Vec2| under(&lines, shown, window, &view, at);
    let all: &dyn Fn(Network) -> bool = &|_| true;
    let beside = view.project(20.0, 0.0, -3.0).unwrap();
    assert_eq!(at(all, WINDOW, beside), Some(7));
    assert_eq!(at(all, WINDOW, beside + Vec2::new(0.0, 5.0)), Some(7), "a hand is not that exact");
    assert_eq!(at(all, WINDOW, beside + Vec2::new(0.0, 40.0)), None);
    // Both lie in the middle column of the picture; there the drain is hidden by the gas main over it.
    let crossing = view.project(0.0, 0.0, -3.0).unwrap();
    assert_eq!(at(all, WINDOW, crossing), Some(9));
    assert_eq!(at(&|network| network != Network::Gas, WINDOW, crossing), Some(7), "what is not shown is not there");
    assert_eq!(at(all, Window { radius_m: 5.0, ..WINDOW }, beside), None, "the ground is closed there");
}

#[test]
fn labels_stand_on_mains_first_where_they_have_room_and_nothing_hides_them() {
    let view = view();
    let free = Rect::from_corners(Vec2::ZERO, view.size);
    let main = Line { is_main: true, ..line(9, Network::Gas, 1.0, true) };
    let branch = line(7, Network::Drainage, 3.0, true);
    let lines = [&branch, &main];
    let size = |_: &Line| Vec2::new(120.0, 18.0);
    let room = Room { window: WINDOW, view: &view, free, taken: &[] };
    let found = labels(&lines, room, size, |_| false);
    let pipes: Vec<u32> = found.iter().map(|(pipe, _)| *pipe).collect();
    // They are two metres apart in height, some points on screen: one label covers both.
    assert_eq!(pipes, [9]);
    let (_, rect) = found[0];
    let middle = view.project(0.0, 0.0, -1.0).unwrap();
    assert!(rect.center().distance(middle) < 3.0, "{:?} and {middle:?}", rect.center());
    assert!(labels(&lines, room, |_| Vec2::new(1_200.0, 18.0), |_| false).is_empty(), "no pipe is that long");
    assert!(labels(&lines, room, size, |_| true).is_empty(), "behind buildings");
    let pins = [rect];
    let taken = Room { taken: &pins, ..room };
    assert!(labels(&lines, taken, size, |_| false).is_empty(), "a pin stands there");
    let closed = Room { window: Window { middle: [500.0, 0.0], ..WINDOW }, ..room };
    assert!(labels(&lines, closed, size, |_| false).is_empty(), "the ground is closed there");
}

fn station(number: u32, kind: SensorKind, at: [f64; 2]) -> Station {
    let row = SensorRow {
        number: SensorId(number),
        id: format!("{}-{number}", kind.word()),
        kind,
        unit: kind.unit().to_owned(),
        at: None,
        height_m: -1.0,
        fresh_secs: 300,
        claimed: true,
    };
    Station::new(row, at)
}

#[test]
fn sensors_hang_on_the_pipe_of_their_kind_that_they_lie_at() {
    let gas = line(1, Network::Gas, 1.3, true);
    let all = [
        station(4, SensorKind::CombustibleGas, [30.0, 1.0]),
        station(2, SensorKind::CombustibleGas, [-50.0, 0.0]),
        station(3, SensorKind::Flow, [10.0, 0.0]),
        station(5, SensorKind::CombustibleGas, [10.0, 2.5]),
        station(6, SensorKind::CombustibleGas, [60.0, 0.0]),
    ];
    let found: Vec<u32> = hanging(&gas, all.iter()).iter().map(|one| one.row.number.0).collect();
    assert_eq!(found, [2, 4]);
}

#[test]
fn a_lid_follows_the_ground_and_every_tube_lies_over_its_own_edge() {
    let level = lid(WINDOW, true, |_| 7.0);
    assert_eq!((level.corners.len(), level.indices.len()), (65, 64 * 3));
    assert!(level.corners.iter().all(|corner| (corner[2] - 7.0).abs() < 1e-6));
    let hilly = lid(WINDOW, false, |[east, _]| east / 10.0);
    assert_eq!((hilly.corners.len(), hilly.indices.len()), (641, 64 * 3 + 9 * 64 * 6));
    assert!(hilly.indices.iter().all(|index| usize::from(*index) < hilly.corners.len()));
    assert!(hilly.corners.iter().all(|[east, _, up]| (up - east / 10.0).abs() < 1e-3));
    let reach = |lid: &super::shape::Lid| lid.corners.iter().map(|[x, y, _]| x.hypot(*y)).fold(0.0, f32::max);
    assert!(reach(&level) > 60.0 && reach(&hilly) > 60.0, "the rim has room");

    let lines = [line(7, Network::Drainage, 3.0, true), line(9, Network::Gas, 1.0, false)];
    let drawn = tubes(&lines, |_| true, &[9]);
    assert_eq!(drawn.len(), 40, "ten straights of two pipes, each with its edge");
    let tones: Vec<f32> = drawn.iter().map(|tube| tube.look[1]).collect();
    let are =
        |from: usize, wanted: u8| tones[from..from + 10].iter().all(|tone| (tone - f32::from(wanted)).abs() < 0.1);
    assert!(are(0, tone::EDGE) && are(10, Network::Drainage as u8));
    assert!(are(20, tone::LIT), "it is chosen");
    assert!(are(30, Network::Gas as u8), "over the drain");
    assert_eq!((drawn[10].begin, drawn[10].end), ([-50.0, 0.0, -3.0, 0.0], [-40.0, 0.0, -3.0, 0.0]));
    assert_eq!(tubes(&lines, |network| network == Network::Gas, &[]).len(), 20);
}

#[test]
fn networks_are_told_apart_by_how_light_they_are_and_are_no_grade() {
    let light = |colour: Rgb| {
        let [r, g, b] = colour.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
    };
    let mut all: Vec<f32> = Network::ALL.map(|network| light(colour(network))).into();
    all.push(light(pipe::BOTTOM));
    all.sort_by(f32::total_cmp);
    assert!(all.windows(2).all(|pair| pair[1] / pair[0] > 1.3), "{all:?}");
    let apart = |a: Rgb, b: Rgb| {
        let off = |a: u8, b: u8| f32::from(a.abs_diff(b)).powi(2);
        (off(a.0, b.0) + off(a.1, b.1) + off(a.2, b.2)).sqrt()
    };
    for network in Network::ALL {
        let others = Grade::ALL.map(tokens::grade).into_iter().chain([tokens::ACCENT]);
        for other in others {
            assert!(apart(colour(network), other) > 80.0, "{network:?} and {other:?}");
        }
        assert_eq!(pipe::NETWORKS[network as usize], colour(network));
    }
}

#[test]
fn it_opens_at_what_is_chosen_and_moves_with_the_pointer_until_that_is_in_it() {
    let (chosen, pointer, middle) = (Some([1.0, 1.0]), Some([500.0, 0.0]), [9.0, 9.0]);
    assert_eq!(next(None, chosen, pointer, middle), chosen);
    assert_eq!(next(None, None, pointer, middle), pointer);
    assert_eq!(next(None, None, None, middle), Some(middle));
    assert_eq!(next(Some(WINDOW), chosen, pointer, middle), pointer, "the pointer is out of it");
    assert_eq!(next(Some(WINDOW), chosen, Some([59.0, 0.0]), middle), None);
    assert_eq!(next(Some(WINDOW), chosen, None, middle), None);
}

#[test]
fn what_lies_there_is_gathered_once_drawn_while_it_is_open_and_its_sensors_are_asked_for() {
    let (city, _dir) = city();
    let window = crossing(&city, RADII[USUAL]);
    let mut world = World::new();
    world.insert_resource(Ground(Arc::new(city)));
    world.init_resource::<Pipes>();
    world.init_resource::<Pit>();
    world.init_resource::<Layers>();
    let step = |world: &mut World| {
        world.run_system_once(gather).unwrap();
        world.get_resource_ref::<Pit>().unwrap().last_changed()
    };
    let untouched = step(&mut world);
    assert!(!world.resource::<Pit>().is_open() && world.resource::<Layers>().beside().wanted().is_none());
    assert_eq!(step(&mut world), untouched, "nothing is done while it is closed");

    world.resource_mut::<Pipes>().cut(Some(window.middle));
    let opened = step(&mut world);
    let pit = world.resource::<Pit>();
    assert!(opened != untouched && pit.is_open() && pit.window == window && !pit.tubes.is_empty());
    let wanted = world.resource::<Layers>().beside().wanted().unwrap();
    let kinds = [SensorKind::CombustibleGas, SensorKind::Flow, SensorKind::WaterLevel];
    assert!(wanted.kinds.len() == 3 && kinds.iter().all(|kind| wanted.kinds.contains(kind)), "{wanted:?}");
    assert!(wanted.bounds.has(LonLat::new(119.32, 31.62).unwrap()));
    assert!(!wanted.bounds.has(LonLat::new(119.33, 31.62).unwrap()));
    assert_eq!(step(&mut world), opened, "nothing changed");

    let all = world.resource::<Pit>().tubes.len();
    world.resource_mut::<Pipes>().toggle(Network::Gas);
    assert_ne!(step(&mut world), opened);
    assert!(world.resource::<Pit>().tubes.len() < all);
    world.resource_mut::<Pipes>().reach(0);
    step(&mut world);
    assert_eq!(world.resource::<Pit>().window, Window { radius_m: RADII[0], ..window });

    world.resource_mut::<Pipes>().cut(None);
    step(&mut world);
    assert!(!world.resource::<Pit>().is_open() && world.resource::<Pit>().tubes.is_empty());
    assert!(world.resource::<Pipes>().lines().is_empty());
    assert!(world.resource::<Layers>().beside().wanted().is_none());
}

#[test]
fn the_pointer_reads_network_width_and_depth() {
    let line = Line { is_main: true, ..line(1, Network::Gas, 1.3, true) };
    let said = reads(&line, &Layers::default(), Moment(0));
    let network = rust_i18n::t!(key(Network::Gas)).into_owned();
    assert!(said.contains(&network) && said.contains("DN400") && said.contains("1.1"), "{said}");
}

/// The panel once, with a click where something is written.
fn panel(view: &PanelView, click: Option<&str>) -> (Vec<PanelWish>, Vec<(String, egui::Rect)>) {
    fn texts(shape: &egui::Shape, found: &mut Vec<(String, egui::Rect)>) {
        match shape {
            egui::Shape::Text(text) => found.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
            egui::Shape::Vec(all) => all.iter().for_each(|shape| texts(shape, found)),
            _ => {}
        }
    }
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let (mut wishes, mut found) = (Vec::new(), Vec::new());
    let mut pass = |events: Vec<egui::Event>| {
        let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(600.0, 800.0)));
        let input = egui::RawInput { screen_rect, events, ..egui::RawInput::default() };
        let mut output = ctx.run_ui(input, |ui| wishes.extend(pipes_ui(ui, view)));
        output.textures_delta.clear();
        found.clear();
        output.shapes.iter().for_each(|clipped| texts(&clipped.shape, &mut found));
        click.and_then(|wanted| found.iter().find(|(text, _)| text.starts_with(wanted)).map(|(_, rect)| rect.center()))
    };
    if let Some(pos) = pass(Vec::new()) {
        let button = |pressed| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        for event in [egui::Event::PointerMoved(pos), button(true), button(false)] {
            pass(vec![event]);
        }
    }
    (wishes, found)
}

#[test]
fn the_panel_has_a_legend_with_all_networks_and_says_why_nothing_is_seen() {
    let row = |network| NetworkRow { network, shown: true, amount: String::new() };
    let view =
        PanelView { radius: USUAL, networks: Network::ALL.map(row).into(), empty: Some("pipes.none"), chosen: None };
    let (_, said) = panel(&view, None);
    let has = |wanted: &str| said.iter().any(|(text, _)| text == wanted);
    for network in Network::ALL {
        assert!(has(&rust_i18n::t!(key(network))), "{network:?}: {said:?}");
    }
    assert!(said.iter().any(|(text, _)| text.replace('\n', "") == rust_i18n::t!("pipes.none")), "{said:?}");
    assert_eq!(panel(&view, Some("200")).0, [PanelWish::Reach(5)]);
    let chosen = PipeRow {
        network: Network::Gas,
        facts: vec![("pipes.diameter", "DN400".to_owned())],
        sensors: vec![(SensorId(17), "gas-17".to_owned(), "3.2 %LEL".to_owned())],
        no_sensors: None,
    };
    let view = PanelView { empty: None, chosen: Some(chosen), ..view };
    assert!(panel(&view, None).1.iter().any(|(text, _)| text == "DN400"));
    assert_eq!(panel(&view, Some("gas-17")).0, [PanelWish::Sensor(SensorId(17))]);
}
