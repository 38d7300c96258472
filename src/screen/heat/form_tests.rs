//! Forms of a layer: which there are, what is gathered in them, and when what lies on the ground is made anew.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bevy::ecs::system::SystemId;
use bevy::math::{Mat4, Vec2, Vec3};
use bevy::prelude::{Transform, World};
use bevy::tasks::{AsyncComputeTaskPool, TaskPool};

use super::flood::REACH_M;
use super::form::{Form, Tally};
use super::hexes::{Hexes, Lattice, metres_per_point, width_m};
use super::lay::{Laid, lay};
use super::layer::{FAMILIES, Layer};
use super::lines;
use super::model::Field;
use super::read::gathered;
use super::regions::{Regions, below};
use super::roads::{Stretch, nearest};
use super::stack::Ply;
use super::systems::Layers;
use crate::domain::sensor::SensorRow;
use crate::domain::{IncidentId, LonLat, Moment, Reading, SensorId, SensorKind};
use crate::ground::frame::LocalFrame;
use crate::ground::pack::records::{Paint, Way};
use crate::ground::{City, demo, pack};
use crate::screen::look::tokens::{Rgb, heat};
use crate::screen::patches::Fill;
use crate::screen::shown::{Changes, CityView, Ground, Pose, Shown};
use crate::screen::twin::drape::{Drape, Picture, Tiles};

pub(super) const NOW: Moment = Moment(1_700_000_000_000);
const NOISE: Layer = Layer::Sensors(SensorKind::Noise);

fn frame() -> LocalFrame {
    LocalFrame::new(LonLat::new(114.0, 22.0).unwrap())
}

/// A sensor at a place of a frame.
pub(super) fn row(number: u32, kind: SensorKind, at: [f64; 2], frame: &LocalFrame) -> SensorRow {
    let at = frame.lonlat_from_metres(at);
    SensorRow {
        number: SensorId(number),
        id: format!("{}-{number}", kind.word()),
        kind,
        unit: kind.unit().to_owned(),
        at: LonLat::new(at.lon, at.lat),
        height_m: 0.0,
        fresh_secs: 300,
        claimed: true,
    }
}

/// What a sensor measured so many seconds ago.
pub(super) fn reading(number: u32, ago: i64, value: f64) -> Reading {
    Reading { sensor: SensorId(number), at: NOW.plus_millis(-ago * 1_000), value }
}

/// A layer with sensors at places, each with how long ago it measured what.
fn field(sensors: &[([f64; 2], Option<(i64, f64)>)]) -> Field {
    let mut field = Field::default();
    field.show(Some(NOISE));
    let rows = (0..).zip(sensors).map(|(number, (at, _))| row(number, SensorKind::Noise, *at, &frame()));
    field.describe(true, rows.collect(), &[], 0, &frame());
    let told =
        (0..).zip(sensors).filter_map(|(number, (_, told))| told.map(|(ago, value)| reading(number, ago, value)));
    field.hear(&told.collect::<Vec<_>>(), NOW);
    field
}

pub(super) fn view(distance: f64, heading: f32) -> CityView {
    let size = Vec2::new(800.0, 600.0);
    #[expect(clippy::cast_possible_truncation, reason = "a test's metres")]
    let eye = Vec3::new(heading.sin(), 1.0, heading.cos()).normalize() * distance as f32;
    let world_from_view = Transform::from_translation(eye).looking_at(Vec3::ZERO, Vec3::Y).to_matrix();
    // Sixty degrees from the lower edge to the upper one.
    let clip_from_view = Mat4::perspective_infinite_reverse_rh(std::f32::consts::FRAC_PI_3, 800.0 / 600.0, 1.0);
    let pose = Pose { target: [0.0; 2], distance, heading: 0.0, tilt: 45.0 };
    CityView { pose, clip_from_world: clip_from_view * world_from_view.inverse(), world_from_view, size }
}

#[test]
fn every_layer_has_forms_and_a_form_stays_where_the_next_layer_has_it_too() {
    for layer in FAMILIES.iter().flat_map(|family| family.layers) {
        let forms = Form::of(*layer);
        assert!([Form::Field, Form::Hexagons, Form::Areas].iter().all(|form| forms.contains(form)), "{layer:?}");
        assert_eq!(Form::fitting(None, *layer), forms[0], "{layer:?}");
        for form in forms {
            assert_eq!(Form::fitting(Some(*form), *layer), *form, "{layer:?}");
        }
    }
}

#[test]
fn a_point_lies_in_the_hexagon_whose_middle_is_nearest() {
    let lattice = Lattice { width_m: 100.0 };
    assert!((lattice.km2() - 0.008_660_254).abs() < 1e-8);
    let away = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    for n in 0..2_000_u32 {
        let spread = |step: f64| ((f64::from(n) * step).fract() - 0.5) * 3_000.0;
        let at = [spread(0.754_877_666_2), spread(0.569_840_290_9)];
        let cell = lattice.cell(at);
        let own = away(lattice.middle(cell), at);
        assert!(own <= 100.0 / 3.0_f64.sqrt() + 1e-9, "{at:?} is {own} from {cell:?}");
        let others = (-2..=2).flat_map(|x| (-2..=2).map(move |y| [cell[0] + x, cell[1] + y]));
        assert!(others.map(|other| away(lattice.middle(other), at)).all(|other| own <= other + 1e-9), "{at:?}");
        assert_eq!(lattice.cell(lattice.middle(cell)), cell);
    }
    // What is outlined is the hexagon itself: a little within its corners it is, a little beyond them another one.
    for cell in [[0, 0], [-3, 5], [7, -2]] {
        let (middle, corners) = (lattice.middle(cell), lattice.corners(cell));
        assert!((corners[0][0] - middle[0]).abs() < 1e-9 && corners[0][1] > middle[1], "a corner to the north");
        for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            assert!(
                (away(*a, middle) - 100.0 / 3.0_f64.sqrt()).abs() < 1e-9
                    && (away(*a, *b) - away(*a, middle)).abs() < 1e-9
            );
            let at = |share: f64| [0, 1].map(|axis: usize| middle[axis] + (a[axis] - middle[axis]) * share);
            assert_eq!(lattice.cell(at(0.999)), cell);
            assert_ne!(lattice.cell(at(1.001)), cell);
        }
    }
    // Rows that are odd stand half a width to the east, in the south of the frame's zero too.
    let shift = |row: i32| lattice.middle([0, row])[0];
    assert_eq!((shift(0), shift(1), shift(-1)), (0.0, 50.0, 50.0));
}

#[test]
fn hexagons_grow_in_steps_of_two_with_how_much_is_seen_and_how_far_sensors_stand_apart() {
    let wide = |apart: f64, across: f64| width_m(NOISE, apart, 10_000.0, across);
    assert_eq!(wide(20.0, 0.5), Some(50.0), "the smallest");
    assert_eq!(wide(100.0, 0.5), Some(200.0), "they hold a sensor or two");
    assert_eq!([1.3, 2.4].map(|across| wide(20.0, across)), [Some(100.0); 2], "zoomed a little they stay");
    assert_eq!(wide(20.0, 2.6), Some(200.0));
    assert_eq!(width_m(Layer::Cases, 20.0, 10_000.0, 0.5), Some(800.0), "one case is no crowd");
    assert_eq!(wide(f64::INFINITY, 0.5), None, "nothing stands anywhere");
    assert_eq!(width_m(NOISE, 20.0, 900_000.0, 0.5), Some(1_600.0), "no more than 900 beside each other");
    // 2 * 1000 / (1.732 * 600), whichever way the camera looks.
    for heading in [0.0, 0.7, 2.5] {
        assert!((metres_per_point(&view(1_000.0, heading)) - 1.924_5).abs() < 1e-3);
    }
}

#[test]
fn a_hexagon_has_the_mean_of_what_is_fresh_in_it_and_without_data_no_colour() {
    let lattice = Lattice { width_m: 100.0 };
    let places = [lattice.middle([0, 0]), lattice.middle([2, 1]), lattice.middle([-1, -1])];
    let near = |at: [f64; 2]| [at[0] + 10.0, at[1] - 8.0];
    let field = field(&[
        (places[0], Some((10, 50.0))),
        (near(places[0]), Some((20, 60.0))),
        (near(near(places[0])), Some((301, 90.0))),
        (places[1], Some((299, 80.0))),
        (places[2], Some((900, 70.0))),
        (near(places[2]), None),
    ]);
    let hexes = Hexes::of(&field, NOISE, 100.0, NOW);
    let told = |at: [f64; 2]| hexes.at(at).map(|tally| (tally.fresh, tally.all, hexes.value(tally)));
    assert_eq!(told(near(places[0])), Some((2, 3, Some(55.0))));
    assert_eq!(told(places[1]), Some((1, 1, Some(80.0))));
    assert_eq!(told(places[2]), Some((0, 2, None)), "never a number");
    assert_eq!(told(lattice.middle([1, 0])), None, "nothing stands there");
    assert_eq!(told([1e15, -1e15]), None, "at the horizon");

    // Columns -1 to 2 and rows -1 to 1.
    let Picture { size, low, high, rgba, tiles } = hexes.picture().unwrap();
    assert_eq!((size, tiles), ([4, 3], Tiles::Hexagons { width_m: 100.0, first: [-1, -1] }));
    let texel = |column: usize, row: usize| -> [u8; 4] { rgba[(row * 4 + column) * 4..][..4].try_into().unwrap() };
    let Rgb(r, g, b) = NOISE.skin().of(55.0);
    assert_eq!(texel(1, 1), [r, g, b, 255]);
    let Rgb(r, g, b) = heat::SILENT;
    assert_eq!(texel(0, 0), [r, g, b, 127], "a rim alone");
    assert_eq!(texel(2, 1), [0; 4]);
    let corner = 100.0 / 3.0_f64.sqrt();
    for (told, right) in
        [(low[0], -150.0), (high[0], 300.0), (low[1], -86.602_54 - corner), (high[1], 86.602_54 + corner)]
    {
        assert!((told - right).abs() < 1e-3, "{low:?} {high:?}");
    }
    assert_eq!(Hexes::of(&Field::default(), NOISE, 100.0, NOW).picture(), None);
}

#[test]
fn cases_are_counted_to_the_square_kilometre_of_their_hexagon() {
    let mut field = Field::default();
    field.show(Some(Layer::Cases));
    for id in 0..4 {
        field.case(IncidentId(id), Some([0.0, 20.0]));
    }
    let hexes = Hexes::of(&field, Layer::Cases, 1_000.0, NOW);
    let tally = hexes.at([0.0, 0.0]).unwrap();
    // 4 / 0.866 km²
    assert!((hexes.value(tally).unwrap() - 4.618_8).abs() < 1e-3);
    let before = field.changes();
    field.case(IncidentId(2), None);
    assert!(field.changes() > before, "what is gathered has to be gathered anew");
}

#[test]
fn an_area_has_the_mean_of_its_sensors_and_says_how_many_have_data() {
    let field = field(&[
        ([10.0, 0.0], Some((10, 50.0))),
        ([20.0, 0.0], Some((10, 70.0))),
        ([30.0, 0.0], None),
        ([110.0, 0.0], Some((600, 50.0))),
        ([990.0, 0.0], Some((10, 50.0))),
    ]);
    // Areas 1 to 3 are a hundred metres wide each; beyond them is nothing.
    let around = |at: [f64; 2]| -> Vec<u32> {
        (1..=3).filter(|area| (f64::from(*area) * 100.0 - 50.0 - at[0]).abs() < 50.0).collect()
    };
    let areas = || [(1, 0.5), (2, 0.5), (3, 0.5)].into_iter();
    let regions = Regions::of(&field, NOISE, areas(), around, NOW);
    let told = |area: u32| {
        let region = regions.among(&[9, area]).unwrap();
        (region.tally.fresh, region.tally.all, regions.value(region))
    };
    assert_eq!([1, 2, 3].map(told), [(2, 3, Some(60.0)), (0, 1, None), (0, 0, None)]);
    assert_eq!(regions.among(&[9]), None);
    let fills: Vec<_> = regions.fills().collect();
    let own = Fill::Colour(NOISE.skin().of(60.0), 255);
    assert_eq!(fills, [(1, own), (2, Fill::Hatched), (3, Fill::Hatched)]);

    let mut cases = Field::default();
    cases.show(Some(Layer::Cases));
    cases.case(IncidentId(1), Some([50.0, 0.0]));
    let regions = Regions::of(&cases, Layer::Cases, areas(), around, NOW);
    assert_eq!(regions.among(&[1]).and_then(|region| regions.value(region)), Some(2.0));
    let fills: Vec<_> = regions.fills().map(|(_, fill)| fill).collect();
    assert!(matches!(fills[0], Fill::Colour(..)) && fills[1] == Fill::Clear, "no case is no lack of data");
}

#[test]
fn the_pointer_reads_the_mean_with_how_many_have_data_and_never_a_mean_of_none() {
    let mut tally = Tally::default();
    assert_eq!(gathered(NOISE, None, tally, None), rust_i18n::t!("heat.reads_none"));
    let field = field(&[([0.0; 2], Some((10, 50.0))), ([0.0; 2], Some((900, 50.0)))]);
    for station in field.stations() {
        tally.sensor(station, NOW);
    }
    let text = gathered(NOISE, None, tally, Some(50.0));
    assert!(["50", "dB", "1", "2", "50%"].iter().all(|part| text.contains(part)), "{text}");
    let mut silent = Tally::default();
    field.stations().filter(|station| station.fresh(NOW).is_none()).for_each(|station| silent.sensor(station, NOW));
    assert_eq!(gathered(NOISE, None, silent, None), rust_i18n::t!("heat.reads_silent", all = 1));
    let mut cases = Tally::default();
    (0..3).for_each(|_| cases.case());
    let text = gathered(Layer::Cases, None, cases, Some(1.26));
    assert!(text.contains('3') && text.contains("1.3"), "{text}");
}

pub(super) fn city() -> Arc<City> {
    static CITY: OnceLock<Arc<City>> = OnceLock::new();
    Arc::clone(CITY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("city");
        pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
        Arc::new(City::open(&out).unwrap())
    }))
}

/// The layer in front.
pub(super) fn front(layers: &mut Layers) -> &mut Ply {
    let layer = layers.layer().unwrap();
    layers.stack.of_mut(layer).unwrap()
}

/// Show the layer in front in another form.
fn turn(world: &mut World, form: Form) {
    world.resource_mut::<Layers>().change(|stack| stack.turn(form));
}

/// What is laid of the layer in front.
fn laid(world: &World) -> &Laid {
    &world.resource::<Layers>().stack().front().unwrap().laid
}

/// A world with sensors of a kind at places of the demo city, looked at from so far, and the system that lays them.
pub(super) fn world(kind: SensorKind, places: &[[f64; 2]]) -> (World, SystemId) {
    let city = city();
    let mut layers = Layers::default();
    layers.show(Layer::Sensors(kind));
    let rows = (0..).zip(places).map(|(number, at)| row(number, kind, *at, city.frame()));
    front(&mut layers).field.describe(true, rows.collect(), &[], 0, city.frame());
    let mut world = World::new();
    world.insert_resource(layers);
    world.insert_resource(Shown { now: NOW, ..Shown::default() });
    world.insert_resource(Ground(city));
    world.insert_resource(view(2_000.0, 0.0));
    world.init_resource::<Changes>();
    world.init_resource::<Drape>();
    let lay = world.register_system(lay);
    (world, lay)
}

#[test]
fn what_lies_on_the_ground_is_made_anew_where_something_of_it_changed_and_only_then() {
    let city = city();
    let districts = below(&city, None);
    assert!(districts.len() > 1, "{districts:?}");
    let places: Vec<[f64; 2]> =
        districts.iter().map(|area| city.areas()[*area as usize].label.map(f64::from)).collect();
    let (mut world, lay) = world(SensorKind::Noise, &places);
    let hear = |world: &mut World, value: f64| {
        front(&mut world.resource_mut::<Layers>()).field.hear(&[reading(0, 10, value)], NOW);
    };
    let picture = |world: &mut World| {
        world.run_system(lay).unwrap();
        world.resource::<Drape>().picture.clone()
    };
    let same = |one: &Option<Arc<Picture>>, other: &Option<Arc<Picture>>| match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    };
    hear(&mut world, 50.0);
    let field = picture(&mut world);
    assert!(field.as_ref().is_some_and(|picture| picture.tiles == Tiles::Squares));
    assert!(same(&field, &picture(&mut world)), "nothing changed");

    turn(&mut world, Form::Hexagons);
    let hexagons = picture(&mut world);
    assert!(hexagons.as_ref().is_some_and(|picture| matches!(picture.tiles, Tiles::Hexagons { .. })));
    *world.resource_mut::<CityView>() = view(2_000.0, 1.0);
    assert!(same(&hexagons, &picture(&mut world)), "the camera only turned");
    hear(&mut world, 70.0);
    let louder = picture(&mut world);
    assert!(!same(&hexagons, &louder));
    *world.resource_mut::<CityView>() = view(2_000_000.0, 1.0);
    let wider = picture(&mut world);
    assert!(!same(&louder, &wider), "from far away hexagons are wider");
    world.resource_mut::<Shown>().now = NOW.plus_millis(400_000);
    assert!(!same(&wider, &picture(&mut world)), "the sensor fell silent");
    world.resource_mut::<Shown>().now = NOW;
    hear(&mut world, 70.0);

    turn(&mut world, Form::Areas);
    let areas = picture(&mut world);
    let Laid::Areas(regions) = laid(&world) else { panic!("areas lie there") };
    let told: Vec<_> = places.iter().filter_map(|at| regions.among(&city.area_path(*at))).collect();
    assert_eq!(told.len(), places.len(), "each district has its sensor");
    assert_eq!(told.iter().map(|region| region.tally.fresh).sum::<u32>(), 1);
    assert!(told.iter().all(|region| region.tally.all >= 1 && region.km2 > 0.0));
    hear(&mut world, 70.0);
    assert!(same(&areas, &picture(&mut world)), "the same colours");
    hear(&mut world, 45.0);
    assert!(!same(&areas, &picture(&mut world)), "another colour");

    turn(&mut world, Form::Field);
    assert!(picture(&mut world).is_some_and(|picture| picture.tiles == Tiles::Squares), "the field lies there again");
    world.resource_mut::<Layers>().clear();
    assert!(picture(&mut world).is_none());
}

/// Run what lays a layer until what is found beside the frames is found.
pub(super) fn until_found(world: &mut World, lay: SystemId) {
    let begun = Instant::now();
    loop {
        world.run_system(lay).unwrap();
        if !world.resource::<Layers>().stack().all().any(|ply| ply.finding) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "it is never found");
        std::thread::yield_now();
    }
}

#[test]
fn traffic_is_shown_on_its_roads_by_itself_and_the_pointer_finds_the_sensor_of_a_road() {
    AsyncComputeTaskPool::get_or_init(TaskPool::default);
    let city = city();
    let great = |class: u8| (Paint::Tertiary as u8..=Paint::Motorway as u8).contains(&class);
    let drives = |way: &Way| great(way.class) && way.flags & 0b1000 == 0;
    let edge = city.edges().iter().find(|edge| {
        drives(&city.ways()[edge.way as usize]) && edge.length_m > 60.0 && edge.first_point < edge.last_point
    });
    let first = edge.unwrap().first_point as usize;
    let [a, b] = [first, first + 1].map(|at| city.way_points()[at]);
    let middle = [f64::from(f32::midpoint(a[0], b[0])), f64::from(f32::midpoint(a[1], b[1]))];
    let far_off = [1e6, 1e6];
    let (mut world, lay) = world(SensorKind::TrafficSpeed, &[middle, far_off]);
    assert_eq!(world.resource::<Layers>().form(), Some(Form::Roads));
    until_found(&mut world, lay);
    let told = |world: &World| {
        let Laid::Roads(stretches) = laid(world) else { panic!("roads are shown") };
        stretches.clone()
    };
    let stretches = told(&world);
    let (stretch, away) = nearest(&stretches, |_| Some(middle), 10.0).unwrap();
    assert!(stretch.sensor == SensorId(0) && away < 10.0, "{away}");
    assert!(stretches.iter().all(|stretch| stretch.sensor == SensorId(0)), "the other one is on no road");
    assert!(world.resource::<Drape>().picture.is_none());

    // What its sensors say changes no road; where they stand does.
    let made = |world: &World| world.resource::<Layers>().stack().front().unwrap().made;
    let before = made(&world);
    front(&mut world.resource_mut::<Layers>()).field.hear(&[reading(0, 10, 30.0)], NOW);
    until_found(&mut world, lay);
    assert_eq!(made(&world), before);
    front(&mut world.resource_mut::<Layers>()).field.describe(false, Vec::new(), &[SensorId(0)], 0, city.frame());
    until_found(&mut world, lay);
    assert!(told(&world).is_empty(), "the sensor is gone");
}

#[test]
fn greater_roads_are_wider_and_those_without_data_thin_and_grey() {
    let classes = Paint::Street as u8..=Paint::Motorway as u8;
    let widths: Vec<f32> = classes.map(|class| lines::width(class, 4.0)).collect();
    assert!(widths.windows(2).all(|pair| pair[0] < pair[1]), "{widths:?}");
    let wide = |across: f64| lines::width(Paint::Primary as u8, across);
    assert!(wide(0.5) > wide(4.0) && wide(4.0) > wide(40.0) && wide(40.0) > 1.0);

    let frame = frame();
    let mut field = Field::default();
    let layer = Layer::Sensors(SensorKind::TrafficSpeed);
    field.show(Some(layer));
    let rows = (0..2).map(|number| row(number, SensorKind::TrafficSpeed, [0.0; 2], &frame)).collect();
    field.describe(true, rows, &[], 0, &frame);
    field.hear(&[reading(0, 10, 40.0), reading(1, 900, 40.0)], NOW);
    let stretch = |sensor: u32, from: f32| Stretch {
        sensor: SensorId(sensor),
        points: vec![[from, 0.0, 0.0], [from + 50.0, 0.0, 0.0]],
        away: [0.0, 50.0],
        class: Paint::Primary as u8,
        bridge: false,
        bounds: ([from, 0.0], [from + 50.0, 0.0]),
    };
    let look = lines::Look { metres_per_point: 1.0, wider: 1.0, opacity: 1.0, soft: 1.0, heads: Vec::new() };
    let view = view(500.0, 0.0);
    let mesh = |parts: &[Stretch], look: &lines::Look| lines::mesh(parts, &field, layer, NOW, &view, look);
    let has = |mesh: &egui::Mesh, rgb: Rgb| mesh.vertices.iter().any(|vertex| vertex.color == rgb.over_city());
    let own = layer.skin().of(40.0);
    let told = mesh(&[stretch(0, -25.0)], &look);
    assert!(has(&told, own) && !has(&told, heat::SILENT));
    let silent = mesh(&[stretch(1, -25.0)], &look);
    assert!(!has(&silent, own) && has(&silent, heat::SILENT), "never in the colour of a value");
    let across = |mesh: &egui::Mesh| mesh.calc_bounds().height();
    assert!(across(&silent) < across(&told));
    assert!(mesh(&[stretch(0, 90_000.0)], &look).is_empty(), "out of sight");
    let under = view.project(0.0, 0.0, 0.0).unwrap();
    let covered = lines::Look { heads: vec![(under, 500.0)], ..look };
    assert!(mesh(&[stretch(0, -25.0)], &covered).is_empty(), "pins stay free");
}

#[test]
fn water_stands_where_a_gauge_says_so_until_it_says_nothing_any_more() {
    AsyncComputeTaskPool::get_or_init(TaskPool::default);
    let city = city();
    let at = city.areas()[below(&city, None)[0] as usize].label.map(f64::from);
    assert!(city.terrain().is_some());
    let (mut world, lay) = world(SensorKind::WaterLevel, &[at]);
    turn(&mut world, Form::Flood);
    let hear = |world: &mut World, level: f64| {
        front(&mut world.resource_mut::<Layers>()).field.hear(&[reading(0, 10, level)], NOW);
        until_found(world, lay);
        world.resource::<Layers>().stack().front().unwrap().made
    };
    let told = |world: &World, at: [f64; 2]| {
        let Laid::Flood(flood) = laid(world) else { panic!("water is shown") };
        flood.at(at).map(|(_, gauge)| gauge.level_m)
    };
    let high = hear(&mut world, 3.0);
    assert!(told(&world, at).is_some_and(|level| (level - 3.0).abs() < 1e-9));
    assert_eq!(told(&world, [at[0] + REACH_M + 30.0, at[1]]), None, "so far away it tells nothing");
    assert!(world.resource::<Drape>().picture.is_some());
    assert_eq!(hear(&mut world, 3.01), high, "a ripple");
    assert!(hear(&mut world, 2.0) > high);
    world.resource_mut::<Shown>().now = NOW.plus_millis(400_000);
    until_found(&mut world, lay);
    assert_eq!(told(&world, at), None, "it fell silent");
    assert!(world.resource::<Drape>().picture.is_none());

    // Other forms take its place at once.
    turn(&mut world, Form::Hexagons);
    until_found(&mut world, lay);
    assert!(matches!(laid(&world), Laid::Hexagons(_)));
}
