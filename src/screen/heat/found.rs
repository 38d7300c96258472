//! What of a layer takes longer than a frame: which roads take which sensors' values, and where water stands.

use std::sync::{Arc, OnceLock};

use bevy::prelude::ResMut;

use super::basin::Basin;
use super::flood::{Flood, Gauge, Pools};
use super::lay::Laid;
use super::model::{Field, Station};
use super::roads::{Network, Stretch, stretches};
use super::shades::Skin;
use super::stack::Ply;
use super::work::Work;
use crate::domain::{Moment, SensorId};
use crate::ground::City;
use crate::screen::labels::land::NamePlaces;
use crate::screen::twin::drape::{Drape, Picture};

/// Finds which roads take which sensors' values, beside the frames.
#[derive(Default)]
pub(super) struct Roadwork {
    network: Arc<OnceLock<Network>>,
    work: Work<Vec<Stretch>>,
}

impl Roadwork {
    /// Bring roads in line with where sensors stand, `other` where that changed.
    pub(super) fn lay(&mut self, other: bool, city: &Arc<City>, ply: &mut Ply) {
        if other {
            self.begin(city, &ply.field);
        }
        if let Some(found) = self.work.take() {
            ply.put(Laid::Roads(found));
        }
        ply.finding = self.work.goes_on();
    }

    fn begin(&mut self, city: &Arc<City>, field: &Field) {
        let sensors: Vec<(SensorId, [f64; 2])> =
            field.stations().map(|station| (station.row.number, station.at)).collect();
        let (network, city) = (Arc::clone(&self.network), Arc::clone(city));
        self.work.begin(move || {
            let network = network.get_or_init(|| Network::of(&city));
            stretches(network, &sensors, |at| city.ground_at(at))
        });
    }
}

/// Finds where water stands, beside the frames.
#[derive(Default)]
pub(super) struct Floodwork {
    basin: Arc<OnceLock<Basin>>,
    pools: Pools,
    work: Work<(Pools, Flood, Option<Picture>)>,
    /// Something came that was not looked at yet.
    due: bool,
    /// In which colours it was begun last, and what gauges said then.
    gauges: Option<(Skin, Vec<Gauge>)>,
}

impl Floodwork {
    /// Bring the water in line with what gauges say, `other` where any said something.
    pub(super) fn lay(
        &mut self,
        other: bool,
        now: Moment,
        (city, waters): (&Arc<City>, &NamePlaces),
        ply: &mut Ply,
        drape: &mut ResMut<Drape>,
    ) {
        self.due |= other;
        // What another form or another layer left goes at once.
        if !matches!(ply.laid, Laid::Flood(_) | Laid::Nothing) {
            ply.put(Laid::Nothing);
        }
        if matches!(ply.laid, Laid::Nothing) && drape.picture.is_some() {
            drape.picture = None;
        }
        if let Some((pools, flood, picture)) = self.work.take() {
            self.pools = pools;
            drape.picture = picture.map(Arc::new);
            ply.put(Laid::Flood(flood));
        }
        self.follow((ply.field.skin(ply.layer()), now), (city, waters), &ply.field);
        ply.finding = self.work.goes_on();
    }

    /// Begin where gauges say something else than before, unless it goes on already.
    fn follow(&mut self, (skin, now): (Skin, Moment), (city, waters): (&Arc<City>, &NamePlaces), field: &Field) {
        if !self.due || self.work.goes_on() {
            return;
        }
        self.due = false;
        let gauge = |station: &Station| {
            let level_m = station.fresh(now)?;
            Gauge::new(station.row.number, station.at, station.row.height_m, level_m)
        };
        let gauges: Vec<Gauge> = field.stations().filter_map(gauge).collect();
        let told = Some((skin, gauges));
        if self.gauges == told {
            return;
        }
        let gauges = told.as_ref().map(|(_, gauges)| gauges.clone()).unwrap_or_default();
        self.gauges = told;
        let (basin, mut pools) = (Arc::clone(&self.basin), std::mem::take(&mut self.pools));
        let (city, waters) = (Arc::clone(city), waters.clone());
        self.work.begin(move || {
            pools.follow(&gauges, basin.get_or_init(|| Basin::of(&city, &waters)));
            let flood = pools.flood();
            let picture = flood.picture(skin);
            (pools, flood, picture)
        });
    }
}
