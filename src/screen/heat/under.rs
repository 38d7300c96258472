//! Which sensor a click on the bare ground means, where none stands as a dot: that of the road, the gauge of the water, the
//! nearest one that the field or the hexagon has its value from.

use bevy::math::Vec2;

use super::lay::Laid;
use super::model::{Field, Said, Station};
use super::read::on_road;
use super::stack::Ply;
use super::systems::Layers;
use crate::domain::{Moment, SensorId};
use crate::screen::shown::{CityView, Ground};

impl Layers {
    /// The sensor that what the layers show at a point of the screen is of: that of the layer in front, else of the upper one.
    pub(super) fn told_at(&self, at: Vec2, now: Moment, view: &CityView, ground: &Ground) -> Option<SensorId> {
        let front = self.stack().front();
        let behind = self.stack().all().rev().filter(|ply| front.is_none_or(|front| front.id() != ply.id()));
        front.into_iter().chain(behind).find_map(|ply| told_at(ply, at, now, view, ground))
    }
}

fn told_at(ply: &Ply, at: Vec2, now: Moment, view: &CityView, ground: &Ground) -> Option<SensorId> {
    let field = ply.field();
    ply.layer().kind()?;
    let on_ground = || view.ground_at(&ground.0, at);
    match &ply.laid {
        Laid::Roads(stretches) => on_road(stretches, at, view).map(|(stretch, _)| stretch.sensor),
        Laid::Flood(flood) => flood.at(on_ground()?).map(|(_, gauge)| gauge.sensor),
        Laid::Field => {
            let on_ground = on_ground()?;
            let told = matches!(field.said(on_ground, now), Said::Value { .. });
            nearest_fresh(field, on_ground, now).filter(|_| told)
        }
        Laid::Hexagons(hexes) => {
            let on_ground = on_ground()?;
            let tally = hexes.at(on_ground)?;
            nearest_fresh(field, on_ground, now).filter(|_| tally.fresh > 0)
        }
        // Means of areas are of many, and points are sensors themselves.
        Laid::Areas(_) | Laid::Points | Laid::Nothing => None,
    }
}

/// The nearest sensor with data that counts for a place.
fn nearest_fresh(field: &Field, at: [f64; 2], now: Moment) -> Option<SensorId> {
    let reach_m = field.reach_m()?;
    let away = |station: &Station| (station.at[0] - at[0]).hypot(station.at[1] - at[1]);
    let near = field.stations().filter(|station| station.fresh(now).is_some());
    let near = near.map(|station| (away(station), station)).filter(|(away, _)| *away <= reach_m);
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, station)| station.row.number)
}

#[cfg(test)]
mod tests {
    use bevy::ecs::message::Messages;
    use bevy::ecs::system::{RunSystemOnce as _, SystemId};
    use bevy::prelude::World;
    use bevy::tasks::{AsyncComputeTaskPool, TaskPool};
    use bevy::window::RequestRedraw;

    use super::super::form::Form;
    use super::super::form_tests::{NOW, city, front, reading, until_found, view, world};
    use super::super::systems::click_ground;
    use super::*;
    use crate::domain::SensorKind;
    use crate::ground::pack::records::Paint;
    use crate::screen::picking::ClickedNothing;

    /// What a click at a point of the screen opens, where it met nothing else.
    fn clicked(world: &mut World, at: Vec2) -> Option<SensorId> {
        world.resource_mut::<Layers>().chosen = None;
        world.insert_resource(Messages::<ClickedNothing>::default());
        world.init_resource::<Messages<RequestRedraw>>();
        world.write_message(ClickedNothing(at));
        world.run_system_once(click_ground).unwrap();
        world.resource::<Layers>().chosen()
    }

    /// The middle of the screen, and the place there.
    fn middle() -> (Vec2, [f64; 2]) {
        let at = Vec2::new(400.0, 300.0);
        (at, view(2_000.0, 0.0).ground_at(&city(), at).unwrap())
    }

    fn hear(world: &mut World, lay: SystemId, value: f64) {
        front(&mut world.resource_mut::<Layers>()).field.hear(&[reading(0, 10, value)], NOW);
        until_found(world, lay);
    }

    #[test]
    fn a_click_on_a_road_opens_the_sensor_whose_value_it_has() {
        AsyncComputeTaskPool::get_or_init(TaskPool::default);
        let (city, view) = (city(), view(2_000.0, 0.0));
        let great = Paint::Tertiary as u8..=Paint::Motorway as u8;
        let drives = |way: u32| {
            let way = &city.ways()[way as usize];
            great.contains(&way.class) && way.flags & 0b1000 == 0
        };
        let bridges = city.decks();
        // One that is in sight, so that it is where the pointer can be.
        let seen = |at: [f32; 2]| {
            let at = at.map(f64::from);
            let on_screen = view.project(at[0], at[1], city.ground_at(at))?;
            (on_screen.cmpge(Vec2::splat(20.0)).all() && on_screen.cmple(view.size - 20.0).all()).then_some(at)
        };
        let roads = city.edges().iter().filter(|edge| drives(edge.way) && !bridges.contains_key(&edge.way));
        let place = roads.into_iter().find_map(|edge| seen(city.way_points()[edge.first_point as usize])).unwrap();
        let (mut world, lay) = world(SensorKind::TrafficSpeed, &[place]);
        hear(&mut world, lay, 30.0);
        let laid = &world.resource::<Layers>().stack().front().unwrap().laid;
        let Laid::Roads(stretches) = laid else { panic!("no roads") };
        let [a, b] = [stretches[0].points[0], stretches[0].points[1]];
        let point = [0, 1, 2].map(|axis: usize| f64::from(f32::midpoint(a[axis], b[axis])));
        let at = view.project(point[0], point[1], point[2]).unwrap();
        assert_eq!(clicked(&mut world, at), Some(SensorId(0)));
        let far_off = at + Vec2::new(0.0, -100_000.0);
        assert_eq!(clicked(&mut world, far_off), None, "towards the sky there is no road");
    }

    #[test]
    fn a_click_on_water_opens_its_gauge() {
        AsyncComputeTaskPool::get_or_init(TaskPool::default);
        let (at, place) = middle();
        let (mut world, lay) = world(SensorKind::WaterLevel, &[place]);
        world.resource_mut::<Layers>().change(|stack| stack.turn(Form::Flood));
        hear(&mut world, lay, 3.0);
        assert_eq!(clicked(&mut world, at), Some(SensorId(0)));
        world.resource_mut::<Layers>().clear();
        assert_eq!(clicked(&mut world, at), None);
    }

    #[test]
    fn a_click_on_a_field_or_a_hexagon_opens_the_nearest_station_that_has_data() {
        let (at, place) = middle();
        let east = |metres: f64| [place[0] + metres, place[1]];
        let (mut world, lay) = world(SensorKind::Noise, &[east(150.0), east(20.0), east(9_000.0)]);
        front(&mut world.resource_mut::<Layers>()).field.hear(&[reading(0, 10, 60.0), reading(2, 10, 60.0)], NOW);
        for form in [Form::Field, Form::Hexagons] {
            world.resource_mut::<Layers>().change(|stack| stack.turn(form));
            world.run_system(lay).unwrap();
            let told = clicked(&mut world, at);
            // The nearer one has none; a hexagon says of what lies in it alone.
            let holds = match &front(&mut world.resource_mut::<Layers>()).laid {
                Laid::Hexagons(hexes) => hexes.at(place).is_some_and(|tally| tally.fresh > 0),
                _ => true,
            };
            assert_eq!(told, holds.then_some(SensorId(0)), "{form:?}");
        }
        world.resource_mut::<Layers>().change(|stack| stack.turn(Form::Field));
        world.run_system(lay).unwrap();
        front(&mut world.resource_mut::<Layers>()).field.describe(false, Vec::new(), &[SensorId(0)], 0, city().frame());
        world.run_system(lay).unwrap();
        assert_eq!(clicked(&mut world, at), None, "none is near");
    }
}
