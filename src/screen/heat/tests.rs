//! The field over the city: as a sum over all points says, worked out where something changed; its looks; what is watched.

use super::beside::Wanted;
use super::form_tests::row as station;
use super::grid::Grid;
use super::layer::{Ago, FAMILIES, Layer, figure};
use super::model::{Field, Said};
use super::plot;
use super::shades::{Ramp, Scale, density, trust};
use super::systems::Layers;
use crate::domain::sensor::{Bounds, SensorRow, TrendStep};
use crate::domain::{IncidentId, LonLat, Moment, Reading, SensorId, SensorKind};
use crate::ground::frame::LocalFrame;

pub(super) const NOW: Moment = Moment(1_700_000_000_000);
const KERNEL_M: f64 = 200.0;

/// A place and a value, spread without a pattern.
fn point(n: u32) -> ([f64; 2], f64) {
    let spread = |step: f64| (f64::from(n) * step).fract() * 4_000.0;
    ([spread(0.754_877_666_2), spread(0.569_840_290_9)], 40.0 + f64::from(n % 37))
}

/// What the field should be: a sum over all points.
fn by_sum(points: &[([f64; 2], f64)], at: [f64; 2]) -> [f64; 2] {
    points.iter().fold([0.0, 0.0], |[weight, sum], (place, value)| {
        let off = (place[0] - at[0]).powi(2) + (place[1] - at[1]).powi(2);
        let share = (-off / (2.0 * KERNEL_M * KERNEL_M)).exp();
        [weight + share, sum + share * value]
    })
}

fn places() -> impl Iterator<Item = [f64; 2]> {
    (0..60).flat_map(|x| (0..60).map(move |y| [f64::from(x) * 67.0, f64::from(y) * 67.0]))
}

#[test]
fn the_field_is_that_of_a_sum_over_all_points_within_two_per_cent_of_the_greatest() {
    for count in [1_u32, 7, 300] {
        let points: Vec<_> = (1..=count).map(point).collect();
        let mut grid = Grid::new([0.0; 2], [4_000.0; 2], KERNEL_M);
        for (at, value) in &points {
            grid.put(*at, *value, 1.0);
        }
        grid.refresh();
        let all = places().chain(points.iter().map(|(at, _)| *at));
        let right: Vec<_> = all.map(|at| (at, by_sum(&points, at))).collect();
        let greatest = |channel: usize| right.iter().map(|(_, sums)| sums[channel]).fold(0.0, f64::max);
        let (weights, sums) = (greatest(0), greatest(1));
        for (at, [weight, sum]) in &right {
            let found = grid.at(*at);
            assert!((f64::from(found.weight) - weight).abs() <= weights * 0.02, "{count}: {at:?} {found:?} {weight}");
            assert!((f64::from(found.sum) - sum).abs() <= sums * 0.02, "{count}: {at:?} {found:?} {sum}");
            if *weight > 0.3 {
                let mean = f64::from(found.mean().unwrap());
                assert!((mean - sum / weight).abs() < 1.0, "{count}: {at:?} {mean} {}", sum / weight);
            }
        }
    }
}

#[test]
fn without_a_change_nothing_is_worked_out_and_with_one_only_what_it_reaches() {
    let mut grid = Grid::new([0.0; 2], [20_000.0; 2], KERNEL_M);
    assert_eq!((grid.refresh(), grid.worked()), (None, 0));
    let all = grid.size()[0] * grid.size()[1];
    grid.put([10_000.0, 10_000.0], 50.0, 1.0);
    let changed = grid.refresh().unwrap();
    assert!(changed.count() < all / 50, "{} of {all}", changed.count());
    assert_eq!(grid.worked(), changed.count() as u64);
    assert_eq!((grid.refresh(), grid.worked()), (None, changed.count() as u64));
    // Taken out again nothing is left, and what was beside it stays as it was.
    grid.put([9_500.0, 10_000.0], 80.0, 1.0);
    grid.refresh();
    grid.put([9_500.0, 10_000.0], 80.0, -1.0);
    grid.refresh();
    let left = grid.at([10_000.0, 10_000.0]);
    assert!((left.mean().unwrap() - 50.0).abs() < 1e-3 && (left.weight - 1.0).abs() < 0.02, "{left:?}");
    assert!(grid.at([8_900.0, 10_000.0]).weight < 1e-3);
    grid.put([-50_000.0, 0.0], 1.0, 1.0);
    assert!(grid.refresh().is_none(), "outside of all cells");
}

#[test]
fn values_that_change_at_their_places_give_the_field_of_a_sum_over_all_points() {
    let mut points: Vec<_> = (1..=300).map(point).collect();
    let mut grid = Grid::new([0.0; 2], [4_000.0; 2], KERNEL_M);
    for (at, value) in &points {
        grid.put(*at, *value, 1.0);
    }
    grid.refresh();
    let weights: Vec<f32> = places().map(|at| grid.at(at).weight).collect();
    let worked = grid.worked();
    for round in 1..=3_u32 {
        for (n, (at, value)) in (0..).zip(&mut points) {
            let more = f64::from((n * round) % 11) - 5.0;
            grid.shift(*at, more);
            *value += more;
        }
        let changed = grid.refresh().unwrap();
        assert_eq!(grid.worked(), worked * u64::from(round) + changed.count() as u64, "no more cells than at first");
    }
    let right: Vec<_> = places().map(|at| (at, by_sum(&points, at)[1])).collect();
    let greatest = right.iter().map(|(_, sum)| *sum).fold(0.0, f64::max);
    for ((at, sum), weight) in right.into_iter().zip(weights) {
        let found = grid.at(at);
        assert!((f64::from(found.sum) - sum).abs() <= greatest * 0.02, "{at:?} {found:?} {sum}");
        assert_eq!(found.weight.to_bits(), weight.to_bits(), "where stations stand is as it was");
    }
}

#[test]
fn a_million_points_cost_no_more_cells_than_one() {
    let mut grid = Grid::new([0.0; 2], [4_000.0; 2], KERNEL_M);
    for n in 0..1_000_000 {
        let (at, value) = point(n);
        grid.put(at, value, 1.0);
    }
    let changed = grid.refresh().unwrap();
    assert!(changed.count() <= grid.size()[0] * grid.size()[1]);
    let middle = density(grid.at([2_000.0, 2_000.0]).weight, KERNEL_M);
    assert!((middle - 62_500.0).abs() < 625.0, "a million on 16 square kilometres: {middle}");
}

pub(super) fn frame() -> LocalFrame {
    LocalFrame::new(LonLat::new(114.0, 22.0).unwrap())
}

pub(super) fn row(number: u32, east: f64) -> SensorRow {
    let at = frame().lonlat_from_metres([east, 0.0]);
    SensorRow {
        number: SensorId(number),
        id: format!("noise-{number}"),
        kind: SensorKind::Noise,
        unit: "dB".to_owned(),
        at: LonLat::new(at.lon, at.lat),
        height_m: 4.0,
        fresh_secs: 300,
        claimed: true,
    }
}

pub(super) fn reading(number: u32, secs: i64, value: f64) -> Reading {
    Reading { sensor: SensorId(number), at: NOW.plus_millis(secs * 1_000), value }
}

/// A layer with two sensors that are far from each other.
pub(super) fn field() -> Field {
    let mut field = Field::default();
    field.show(Some(Layer::Sensors(SensorKind::Noise)));
    assert!(field.is_coming());
    field.describe(true, vec![row(1, 0.0)], &[], 1, &frame());
    assert!(!field.settle(NOW), "more are to come");
    field.describe(false, vec![row(2, 6_000.0)], &[], 0, &frame());
    field.hear(&[reading(1, 0, 50.0), reading(2, 0, 70.0)], NOW);
    assert!(field.settle(NOW) && !field.is_coming());
    field
}

#[test]
fn readings_find_their_stations_in_whatever_order_they_come() {
    let mut field = Field::default();
    field.show(Some(Layer::Sensors(SensorKind::Noise)));
    // Every third number is there.
    let numbers: Vec<u32> = (0..60).map(|n| n * 3 + 1).collect();
    field.describe(true, numbers.iter().map(|n| row(*n, f64::from(*n) * 50.0)).collect(), &[], 0, &frame());
    field.settle(NOW);
    let mut hear = |readings: Vec<Reading>| {
        field.hear(&readings, NOW);
        let newest = |number: &u32| field.station(SensorId(*number)).unwrap().newest.map(|(_, value)| value);
        numbers.iter().map(newest).collect::<Vec<_>>()
    };
    let all = |value: f64| vec![Some(value); 60];
    assert_eq!(hear(numbers.iter().map(|n| reading(*n, 0, 41.0)).collect()), all(41.0), "in order");
    assert_eq!(hear(numbers.iter().rev().map(|n| reading(*n, 0, 42.0)).collect()), all(42.0), "from the last on");
    assert_eq!(hear((0..200).map(|n| reading(n, 0, 43.0)).collect()), all(43.0), "among others that are not there");
    let scattered = hear([178, 2, 1, 1, 91, 500].map(|n| reading(n, 0, f64::from(n))).to_vec());
    let told = scattered.iter().flatten().filter(|value| (**value - 43.0).abs() > 0.1);
    assert_eq!(told.copied().collect::<Vec<_>>(), [1.0, 91.0, 178.0], "far apart, one of them twice");
}

pub(super) fn value(said: Said) -> Option<f64> {
    if let Said::Value { value, .. } = said { Some(value) } else { None }
}

#[test]
fn values_stand_at_their_stations_and_fade_to_nothing_where_none_is_near() {
    let field = field();
    assert!((value(field.said([0.0, 0.0], NOW)).unwrap() - 50.0).abs() < 0.1);
    assert!((value(field.said([6_000.0, 0.0], NOW)).unwrap() - 70.0).abs() < 0.1);
    assert_eq!(field.said([3_000.0, 0.0], NOW), Said::Nothing, "nobody measures there");
    let Said::Value { nearest_m, .. } = field.said([300.0, 0.0], NOW) else { panic!() };
    assert!((nearest_m - 300.0).abs() < 1.0);
    let picture = field.picture().unwrap();
    let [columns, rows] = picture.size;
    let alpha = |east: f64| {
        let [low, high] = picture.bounds;
        // Ten thousandths of the way from one end to the other, as a whole number.
        let part = |v: f64, axis: usize, cells: usize| {
            let share = (v - low[axis]) / (high[axis] - low[axis]) * 10_000.0;
            format!("{share:.0}").parse::<usize>().unwrap() * cells / 10_000
        };
        let (column, row) = (part(east, 0, columns), part(0.0, 1, rows));
        picture.rgba[(row * columns + column) * 4 + 3]
    };
    assert_eq!((alpha(0.0), alpha(3_000.0), alpha(6_000.0)), (255, 0, 255));
    assert!(alpha(1_500.0) < 128 && alpha(700.0) > alpha(1_500.0), "{} {}", alpha(700.0), alpha(1_500.0));
}

#[test]
fn between_sparse_stations_of_weather_there_is_a_value_and_far_off_none() {
    let rain = |places: &[[f64; 2]], values: &[f64]| {
        let mut field = Field::default();
        field.show(Some(Layer::Sensors(SensorKind::Rain)));
        let rows = (0..).zip(places).map(|(number, at)| station(number, SensorKind::Rain, *at, &frame()));
        field.describe(true, rows.collect(), &[], 0, &frame());
        let told: Vec<Reading> = (0..).zip(values).map(|(number, value)| reading(number, 0, *value)).collect();
        field.hear(&told, NOW);
        field.settle(NOW);
        field
    };
    // Three of them 4 km from each other: the kernel is 2 km wide.
    let corners = [[0.0, 0.0], [4_000.0, 0.0], [2_000.0, 3_464.1]];
    let field = rain(&corners, &[10.0, 20.0, 15.0]);
    assert!((field.apart_m() - 4_000.0).abs() < 1.0, "{}", field.apart_m());
    // Both that are near are heard alike, and the third says what they say together.
    let half_way = value(field.said([2_000.0, 0.0], NOW)).unwrap();
    assert!((half_way - 15.0).abs() < 0.4, "{half_way}");
    // At a station 1, and e^-2 of each of the others: (10 + 0.135 * 35) / 1.27.
    let own = value(field.said([0.0, 0.0], NOW)).unwrap();
    assert!((own - 11.6).abs() < 0.4, "{own}");
    assert_eq!(field.said([20_000.0, 0.0], NOW), Said::Nothing);
    assert_eq!(field.said([2_000.0, -20_000.0], NOW), Said::Nothing);
    let [columns, rows] = field.picture().unwrap().size;
    assert!(columns.max(rows) < 64, "a wide kernel has large cells: {columns} {rows}");
    // Ten kilometres apart it is half-way still, beyond that it fades.
    let field = rain(&[[0.0, 0.0], [10_000.0, 0.0]], &[10.0, 20.0]);
    assert!((value(field.said([5_000.0, 0.0], NOW)).unwrap() - 15.0).abs() < 0.4);
    let field = rain(&[[0.0, 0.0], [40_000.0, 0.0]], &[10.0, 20.0]);
    assert_eq!(field.said([20_000.0, 0.0], NOW), Said::Nothing);
}

#[test]
fn dense_networks_have_the_kernel_that_they_had() {
    let reach = |kind: SensorKind, apart: f64| {
        let mut field = Field::default();
        field.show(Some(Layer::Sensors(kind)));
        let places = (0..400_u32).map(|n| [f64::from(n % 20) * apart + 10.0, f64::from(n / 20) * apart + 10.0]);
        let rows = (0..).zip(places).map(|(number, at)| station(number, kind, at, &frame()));
        field.describe(true, rows.collect(), &[], 0, &frame());
        field.settle(NOW);
        field.reach_m().unwrap()
    };
    for kind in [SensorKind::Noise, SensorKind::CombustibleGas, SensorKind::Rain] {
        // Three kernels of three quarters of the way between two.
        for (apart, right) in [(125.0, 93.75), (250.0, 187.5)] {
            assert!((reach(kind, apart) - right * 3.0).abs() < 0.1, "{kind:?} {apart}: {}", reach(kind, apart));
        }
    }
    assert!((reach(SensorKind::Noise, 5_000.0) - 2_700.0).abs() < 1e-6, "sound does not reach so far");
    assert!((reach(SensorKind::Pm25, 5_000.0) - 7_500.0).abs() < 30.0);
}

#[test]
fn a_silent_station_counts_no_more_and_what_does_not_change_is_not_worked_out_again() {
    let mut field = field();
    let worked = field.worked();
    assert!(!field.settle(NOW.plus_millis(299_000)));
    assert_eq!(field.worked(), worked, "only time went by");
    // The same value once more changes no cell, but keeps the station alive.
    field.hear(&[reading(2, 200, 70.0)], NOW.plus_millis(200_000));
    assert!(!field.settle(NOW.plus_millis(200_000)));
    assert_eq!((field.counts(NOW.plus_millis(200_000)), field.worked()), ((2, 2), worked));
    let later = NOW.plus_millis(301_000);
    assert!(field.settle(later));
    assert_eq!(field.said([0.0, 0.0], later), Said::Nothing, "its last value is too old");
    assert!(value(field.said([6_000.0, 0.0], later)).is_some());
    assert_eq!(field.counts(later), (1, 2));
    field.hear(&[reading(1, 302, 55.0)], NOW.plus_millis(302_000));
    assert!(field.settle(NOW.plus_millis(302_000)));
    assert!((value(field.said([0.0, 0.0], NOW.plus_millis(302_000))).unwrap() - 55.0).abs() < 0.1);
    // One goes, one without a place is told: it counts among all, not in the field.
    let placeless = SensorRow { at: None, ..row(3, 0.0) };
    field.describe(false, vec![placeless], &[SensorId(2)], 0, &frame());
    assert!(field.settle(NOW.plus_millis(302_000)));
    assert_eq!(field.said([6_000.0, 0.0], NOW.plus_millis(302_000)), Said::Nothing);
    assert_eq!(field.counts(NOW.plus_millis(302_000)), (1, 2));
    field.show(None);
    assert!(field.picture().is_none());
}

#[test]
fn told_anew_sensors_still_say_what_they_said_until_then_and_a_field_of_some_of_them_looks_the_same() {
    let mut field = field();
    let apart = field.apart_m();
    field.keep_values(NOW);
    field.describe(true, vec![row(1, 0.0)], &[], 1, &frame());
    assert!(!field.settle(NOW) && field.is_coming());
    field.describe(false, vec![row(2, 6_000.0)], &[], 0, &frame());
    assert!(field.settle(NOW));
    assert!((value(field.said([0.0, 0.0], NOW)).unwrap() - 50.0).abs() < 0.1, "nothing was heard meanwhile");
    // What was measured after the moment that is shown now is of another one.
    field.keep_values(NOW.plus_millis(-1));
    field.describe(true, vec![row(1, 0.0), row(2, 6_000.0)], &[], 0, &frame());
    assert_eq!(field.counts(NOW), (0, 2));
    // One of the two stands in a square of its own as both did: the same distance apart.
    field.keep_values(NOW);
    field.describe(true, vec![row(1, 0.0)], &[], 0, &frame());
    field.settle(NOW);
    assert!((field.apart_m() - apart).abs() < 1e-9);
}

#[test]
fn open_cases_are_counted_to_the_square_kilometre_as_they_come_and_go() {
    let mut field = Field::default();
    field.show(Some(Layer::Cases));
    for id in 0..40 {
        field.case(IncidentId(id), Some([f64::from(u32::try_from(id).unwrap()), 0.0]));
    }
    assert!(field.settle(NOW));
    let at = |field: &Field| if let Said::Density(density) = field.said([20.0, 0.0], NOW) { density } else { -1.0 };
    // A heap of cases has the kernel's own density: n / (2 pi s^2).
    let right = 40.0 / (std::f64::consts::TAU * 350.0 * 350.0) * 1e6;
    assert!((at(&field) - right).abs() < right * 0.03, "{} {right}", at(&field));
    for id in 0..20 {
        field.case(IncidentId(id), None);
    }
    assert!(field.settle(NOW) && !field.settle(NOW));
    assert!((at(&field) - right / 2.0).abs() < right * 0.03, "{}", at(&field));
    field.case(IncidentId(99), Some([30_000.0, 30_000.0]));
    assert!(field.settle(NOW), "far away: the grid grows");
    assert!((at(&field) - right / 2.0).abs() < right * 0.03);
    field.keep_cases(|id| id == IncidentId(99));
    assert!(field.settle(NOW));
    assert!(at(&field) < 0.01, "those that are there no more count no more");
}

#[test]
fn every_layer_has_a_scale_and_figures_have_the_digits_of_their_sensors() {
    let layers: Vec<Layer> = FAMILIES.iter().flat_map(|family| family.layers).copied().collect();
    for kind in SensorKind::ALL {
        let told = layers.iter().filter(|layer| **layer == Layer::Sensors(kind)).count();
        assert_eq!(told, usize::from(Scale::of(kind).is_some()), "{kind:?}");
    }
    for layer in layers {
        let scale = layer.scale();
        // Slow traffic is what is looked for: of it less is more.
        let beyond = if layer == Layer::Sensors(SensorKind::TrafficSpeed) { -1.0 } else { 1.0 };
        assert!((scale.to - scale.from) * beyond > 0.0 && scale.ticks(5).count() == 5);
        // Where either end is as bad, what is best lies between them.
        let best = if scale.is_two_sided() { 0.0 } else { scale.from - beyond };
        assert_eq!((scale.share(best), scale.share(scale.to + beyond)), (0.0, 1.0));
    }
    assert_eq!(figure(61.25, SensorKind::Noise), "61.2");
    assert_eq!(figure(1.234, SensorKind::WaterLevel), "1.23");
    assert_eq!(figure(-0.0, SensorKind::Pm25), "0");
    assert_eq!((trust(0.0), trust(1.0)), (0.0, 1.0));
    assert_eq!(Ago::Now.moment(NOW), None);
    assert_eq!(Ago::At(Moment(7)).moment(NOW), Some(Moment(7)));
    assert!(Ago::Hour.moment(NOW).is_some_and(|then| then.0 % 60_000 == 0 && NOW.0 - then.0 >= 3_600_000));
}

#[test]
fn a_plot_has_gaps_where_nothing_was_measured_and_never_the_same_ends() {
    let step = |at: i64, value: f64| TrendStep { from: Moment(at), min: value, max: value, mean: value, count: 1 };
    let steps = [step(0, 1.0), step(10, 1.0), step(20, 1.0), step(90, 1.0)];
    let runs = plot::runs(&steps, 10);
    assert_eq!(runs.iter().map(|run| run.len()).collect::<Vec<_>>(), [3, 1]);
    let (low, high) = plot::range(&steps).unwrap();
    assert!(low < 1.0 && high > 1.0);
    assert_eq!(plot::range(&[]), None);
}

#[test]
fn what_is_watched_is_the_layer_and_what_is_wanted_beside_it_of_the_moment_that_is_shown() {
    let mut layers = Layers::default();
    assert_eq!(layers.watch(NOW), None, "nothing is asked for that nobody looks at");
    let bounds = Bounds { west: 114.0, south: 22.0, east: 114.1, north: 22.1 };
    layers.want_beside(Some(Wanted { kinds: [SensorKind::CombustibleGas].into(), bounds }));
    let watch = layers.watch(NOW).unwrap();
    assert_eq!((watch.kinds, watch.bounds, watch.at), ([SensorKind::CombustibleGas].into(), Some(bounds), None));
    layers.show(Layer::Sensors(SensorKind::Noise));
    layers.look_at(Ago::At(Moment(7)));
    let watch = layers.watch(NOW).unwrap();
    let kinds = [SensorKind::CombustibleGas, SensorKind::Noise].into();
    assert_eq!((watch.kinds, watch.bounds, watch.at), (kinds, None, Some(Moment(7))), "a layer is of the whole city");
    layers.want_beside(None);
    layers.change(|stack| stack.add(Layer::Sensors(SensorKind::TrafficSpeed)));
    let kinds = [SensorKind::TrafficSpeed, SensorKind::Noise].into();
    assert_eq!(layers.watch(NOW).map(|watch| watch.kinds), Some(kinds), "all that are on");
    layers.clear();
    layers.show(Layer::Cases);
    assert_eq!(layers.watch(NOW), None);
}

#[test]
fn ramps_grow_lighter_all_the_way() {
    for ramp in [Ramp::Plum, Ramp::Moss, Ramp::Umber, Ramp::Pool] {
        let light = |at: u8| {
            let [r, g, b] = ramp.at(f32::from(at) / 20.0).linear();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        assert!((0..20).all(|at| light(at) < light(at + 1)), "{ramp:?}");
        assert!(light(20) > light(0) * 8.0);
    }
}
