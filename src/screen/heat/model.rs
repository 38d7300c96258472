//! What the sensors of a layer said, and the field and picture that come of it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::apart::apart_m;
use super::grid::Grid;
use super::layer::Layer;
use super::shades::{Meaning, Ramp, Shades, Skin, density, trust};
pub use super::station::Station;
use crate::domain::sensor::{SensorRow, Window};
use crate::domain::{IncidentId, LonLat, Moment, Reading, SensorId};
use crate::ground::frame::LocalFrame;

/// Least standard deviation of the kernel, in metres; the greatest is that of the layer.
const KERNEL_M: f64 = 90.0;
/// The kernel of sensors that stand so many metres apart is so many times that wide where they are dense, up to
/// [`DENSE_M`] ...
const DENSE: f64 = 0.75;
const DENSE_M: f64 = 500.0;
/// ... and so many times where they are sparse: half-way between two of them both are heard in full, at one of them hardly
/// the other.
const SPARSE: f64 = 0.5;
/// The kernel of the density of cases, in metres.
const CASES_KERNEL_M: f64 = 350.0;
/// Sensors stand apart as far as before where they stand no more than so many times as far apart, or as near.
const STEADY: f64 = 1.6;
/// Readings in the order of their sensors find theirs so many stations further at most; else it is looked for.
const STEPS: u32 = 8;
/// A station is named beside a value where it is at most so many kernels away.
const NEAR_KERNELS: f64 = 3.0;

/// A picture to be laid on the ground, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Laid {
    /// Columns and rows.
    pub size: [usize; 2],
    /// South-west and north-east corner in metres.
    pub bounds: [[f64; 2]; 2],
    /// Straight RGBA, southern row first.
    pub rgba: Vec<u8>,
}

/// What the field says at a place, for people.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A value between stations, and the metres to the nearest that has data.
    Value {
        /// The value.
        value: f64,
        /// Metres.
        nearest_m: f64,
    },
    /// So many to a square kilometre.
    Density(f64),
    /// Nothing is measured near.
    Nothing,
}

/// The field of one layer.
#[derive(Debug, Default)]
pub struct Field {
    layer: Option<Layer>,
    stations: BTreeMap<SensorId, Station>,
    /// What sensors said that are being told anew, newest and in the window.
    kept: BTreeMap<SensorId, [Option<(Moment, f64)>; 2]>,
    /// The window of time of which sensors tell, and how many seconds the city is ahead of UTC.
    window: Option<(Window, i32)>,
    /// What windows say came.
    windowed: bool,
    ramp: Ramp,
    /// Sensors whose place is not known, or that lie elsewhere.
    placeless: BTreeSet<SensorId>,
    cases: BTreeMap<IncidentId, [f64; 2]>,
    grid: Option<Grid>,
    /// Metres between neighbours, as far as they make up the grid.
    apart_m: f64,
    shades: Shades,
    /// More sensors are to come: the grid waits for them.
    left: u32,
    /// The grid has to be made anew.
    other: bool,
    /// It was, and was not painted since.
    begun: bool,
    /// The next moment at which a station falls silent.
    next_silent: Option<Moment>,
    /// Counts changes of what is drawn of stations and cases.
    changes: u64,
    /// Counts changes of which stations there are and where.
    placed: u64,
}

impl Field {
    /// Show another layer, or none.
    pub fn show(&mut self, layer: Option<Layer>) {
        if self.layer != layer {
            let (changes, placed) = (self.changes + 1, self.placed + 1);
            let ramp = layer.map(|layer| layer.skin().ramp).unwrap_or_default();
            *self = Self { layer, other: true, changes, placed, ramp, ..Self::default() };
        }
    }

    /// Tell of a window of time, in a city so many seconds ahead of UTC, or of now.
    pub fn show_window(&mut self, window: Option<Window>, utc_offset_secs: i32) {
        let window = window.map(|window| (window, utc_offset_secs));
        if self.window == window {
            return;
        }
        (self.window, self.windowed, self.other) = (window, false, true);
        self.changes += 1;
        for station in self.stations.values_mut() {
            (station.window, station.over) = (window, None);
        }
    }

    /// The window of time of which sensors tell.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        self.window.map(|(window, _)| window)
    }

    /// What sensors measured in it is still being gathered.
    #[must_use]
    pub fn is_gathering(&self) -> bool {
        self.window.is_some() && !self.windowed
    }

    /// Have other colours.
    pub fn dye(&mut self, ramp: Ramp) {
        if self.ramp != ramp {
            (self.ramp, self.other) = (ramp, true);
            self.changes += 1;
        }
    }

    /// Its colours.
    #[must_use]
    pub fn ramp(&self) -> Ramp {
        self.ramp
    }

    /// How it is coloured as that of a layer.
    #[must_use]
    pub fn skin(&self, layer: Layer) -> Skin {
        let ramp = if self.layer.is_some() { self.ramp } else { layer.skin().ramp };
        Skin { meaning: layer.meaning(), ramp, scale: layer.scale_over(self.window()) }
    }

    /// The layer.
    #[must_use]
    pub fn layer(&self) -> Option<Layer> {
        self.layer
    }

    /// The sensors, by number.
    pub fn stations(&self) -> impl Iterator<Item = &Station> {
        self.stations.values()
    }

    /// A sensor.
    #[must_use]
    pub fn station(&self, number: SensorId) -> Option<&Station> {
        self.stations.get(&number)
    }

    /// How many sensors have data, how many there are, those without a place among them.
    #[must_use]
    pub fn counts(&self, now: Moment) -> (usize, usize) {
        let fresh = self.stations.values().filter(|station| station.fresh(now).is_some()).count();
        (fresh, self.stations.len() + self.placeless.len())
    }

    /// The sensors are still being told.
    #[must_use]
    pub fn is_coming(&self) -> bool {
        matches!(self.layer, Some(Layer::Sensors(_))) && (self.left > 0 || (self.other && self.stations.is_empty()))
    }

    /// The places of open cases, metres.
    pub fn case_places(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        self.cases.values().copied()
    }

    /// Counts changes of stations, of their values and of cases.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Counts changes of which stations there are and where.
    #[must_use]
    pub fn placed(&self) -> u64 {
        self.placed
    }

    /// Metres that stations stand apart, as far as they make up a field.
    #[must_use]
    pub fn apart_m(&self) -> f64 {
        if self.grid.is_some() { self.apart_m } else { f64::INFINITY }
    }

    /// Metres of the longer side of all that is measured, with some room.
    #[must_use]
    pub fn side_m(&self) -> f64 {
        let [low, high] = self.grid.as_ref().map_or([[0.0; 2]; 2], Grid::bounds);
        (high[0] - low[0]).max(high[1] - low[1])
    }

    /// Cells that were blurred since the layer is shown.
    #[must_use]
    pub fn worked(&self) -> u64 {
        self.grid.as_ref().map_or(0, Grid::worked)
    }

    /// Metres around a place in which sensors count for it, and are named beside its value; `None` while nothing is known.
    #[must_use]
    pub fn reach_m(&self) -> Option<f64> {
        self.grid.as_ref().map(|grid| grid.kernel_m() * NEAR_KERNELS)
    }

    /// All sensors are about to be told anew, for a moment: what was measured until then stays, so that nothing blinks.
    pub fn keep_values(&mut self, then: Moment) {
        let until = |told: Option<(Moment, f64)>| told.filter(|(at, _)| *at <= then);
        let known = |station: &Station| (station.row.number, [station.newest, station.over].map(until));
        self.kept = self.stations.values().map(known).collect();
    }

    /// The hub told which sensors there are.
    pub fn describe(&mut self, anew: bool, rows: Vec<SensorRow>, gone: &[SensorId], left: u32, frame: &LocalFrame) {
        if anew {
            self.stations.clear();
            self.placeless.clear();
            self.other = true;
        }
        self.left = left;
        self.changes += 1;
        self.placed += 1;
        for number in gone {
            self.other |= self.stations.remove(number).is_some();
            self.placeless.remove(number);
        }
        for row in rows {
            let Some(at) = row.at.map(|at| frame.metres_from_lonlat(at)) else {
                self.other |= self.stations.remove(&row.number).is_some();
                self.placeless.insert(row.number);
                continue;
            };
            self.placeless.remove(&row.number);
            let before = self.stations.remove(&row.number);
            let stays = before.as_ref().is_some_and(|before| before.at.map(f64::to_bits) == at.map(f64::to_bits));
            let [kept, kept_over] = self.kept.remove(&row.number).unwrap_or_default();
            let newest = before.as_ref().and_then(|before| before.newest).or(kept);
            let over = before.as_ref().and_then(|before| before.over).or(kept_over);
            let held = before.and_then(|before| before.held).filter(|_| stays);
            self.other |= !stays;
            let station = Station { newest, over, window: self.window, held, ..Station::new(row, at) };
            self.stations.insert(station.row.number, station);
        }
        if left == 0 {
            self.kept.clear();
        }
    }

    /// Newest readings came.
    pub fn hear(&mut self, readings: &[Reading], now: Moment) {
        let shows = self.window.is_none();
        self.take(readings, now, shows, |station| &mut station.newest);
    }

    /// What sensors measured in the window came.
    pub fn hear_window(&mut self, readings: &[Reading], now: Moment) {
        if self.window.is_some() {
            self.windowed = true;
            self.take(readings, now, true, |station| &mut station.over);
        }
    }

    /// Take readings in, quickest where they are in the order of their sensors, as those of a link are; the field shows them,
    /// or it shows something else.
    fn take(
        &mut self,
        readings: &[Reading],
        now: Moment,
        shows: bool,
        place: fn(&mut Station) -> &mut Option<(Moment, f64)>,
    ) {
        let mut ahead = self.stations.range_mut(..).peekable();
        for reading in readings {
            // The next one is a step or some further; else it is looked for.
            let mut steps = STEPS;
            while steps > 0 && ahead.next_if(|(number, _)| **number < reading.sensor).is_some() {
                steps -= 1;
            }
            if steps == 0 || ahead.peek().is_none_or(|(number, _)| **number > reading.sensor) {
                ahead = self.stations.range_mut(reading.sensor..).peekable();
            }
            let Some((_, station)) = ahead.next_if(|(number, _)| **number == reading.sensor) else { continue };
            *place(station) = Some((reading.at, reading.value));
            if !shows {
                continue;
            }
            self.changes += 1;
            if let Some(silent) = station.silent_from() {
                self.next_silent = Some(self.next_silent.map_or(silent, |next| next.min(silent)));
            }
            if let Some(grid) = self.grid.as_mut().filter(|_| !self.other) {
                hold(station, grid, now);
            }
        }
    }

    /// A case is open at a place, or no more.
    pub fn case(&mut self, incident: IncidentId, at: Option<[f64; 2]>) {
        let before = match at {
            Some(at) => self.cases.insert(incident, at),
            None => self.cases.remove(&incident),
        };
        if before == at {
            return;
        }
        self.changes += 1;
        match &mut self.grid {
            Some(grid) if !self.other && at.is_none_or(|at| grid.holds(at)) => {
                for (at, share) in [(before, -1.0), (at, 1.0)] {
                    if let Some(at) = at {
                        grid.put(at, 1.0, share);
                    }
                }
            }
            _ => self.other = true,
        }
    }

    /// Let go of cases that are in the hall no more.
    pub fn keep_cases(&mut self, is_there: impl Fn(IncidentId) -> bool) {
        let gone: Vec<IncidentId> = self.cases.keys().copied().filter(|id| !is_there(*id)).collect();
        for id in gone {
            self.case(id, None);
        }
    }

    /// Bring stations in line with what came and with the time, but not the picture: that waits until it is looked at.
    pub fn keep_up(&mut self, now: Moment) {
        let Some(layer) = self.layer.filter(|_| self.left == 0) else { return };
        if std::mem::take(&mut self.other) {
            self.begin(layer, now);
        } else if self.next_silent.is_some_and(|next| next <= now) {
            self.hush(now);
        }
    }

    /// Bring field and picture in line with what came and with the time; true where the picture is another one.
    pub fn settle(&mut self, now: Moment) -> bool {
        self.keep_up(now);
        let Some(layer) = self.layer.filter(|_| self.left == 0) else { return false };
        let Some(grid) = &mut self.grid else { return false };
        let cells = grid.refresh();
        if let Some(cells) = &cells {
            let scale = layer.scale_over(self.window.map(|(window, _)| window));
            self.shades.paint(grid, cells, layer.meaning(), scale);
        }
        // A new grid without a value is another picture, too.
        std::mem::take(&mut self.begun) || cells.is_some()
    }

    /// A new grid with all that there is.
    fn begin(&mut self, layer: Layer, now: Moment) {
        let places = || self.stations.values().map(|station| station.at).chain(self.cases.values().copied());
        let Some(first) = places().next() else {
            self.grid = None;
            return;
        };
        let (low, high) = places().fold((first, first), |(low, high), [x, y]| {
            ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)])
        });
        // A field that shows another part of the same sensors is not to look like another one.
        let before = Some(self.apart_m).filter(|before| *before > 0.0);
        let apart = match (before, apart_m(&places().collect::<Vec<_>>())) {
            (Some(before), Some(now)) if (before / STEADY..=before * STEADY).contains(&now) => before,
            (_, Some(now)) => now,
            // One alone stands apart from others as they did that were told before.
            (before, None) => before.unwrap_or(DENSE_M),
        };
        let kernel_m = match layer {
            Layer::Cases => CASES_KERNEL_M,
            Layer::Sensors(_) => kernel_m(apart, layer.kernel_most_m()),
        };
        // Cases come and go: room for those of the next hours.
        let room = if layer == Layer::Cases { CASES_KERNEL_M * 6.0 } else { 0.0 };
        let mut grid = Grid::new(low.map(|v| v - room), high.map(|v| v + room), kernel_m);
        for at in self.cases.values() {
            grid.put(*at, 1.0, 1.0);
        }
        for station in self.stations.values_mut() {
            station.held = None;
            hold(station, &mut grid, now);
        }
        self.next_silent = self.stations.values().filter_map(Station::silent_from).filter(|at| *at > now).min();
        self.shades = Shades::new(&grid, self.ramp);
        (self.grid, self.apart_m, self.begun) = (Some(grid), apart, true);
    }

    /// Take out what became too old.
    fn hush(&mut self, now: Moment) {
        let Some(grid) = &mut self.grid else { return };
        for station in self.stations.values_mut() {
            hold(station, grid, now);
        }
        self.changes += 1;
        self.next_silent = self.stations.values().filter_map(Station::silent_from).filter(|at| *at > now).min();
    }

    /// The picture as it is now.
    #[must_use]
    pub fn picture(&self) -> Option<Laid> {
        let grid = self.grid.as_ref()?;
        Some(Laid { size: grid.size(), bounds: grid.bounds(), rgba: self.shades.rgba.clone() })
    }

    /// Whether there is no picture at all.
    #[must_use]
    pub fn picture_is_gone(&self) -> bool {
        self.grid.is_none()
    }

    /// Metres from a place to the nearest sensor, with data or without.
    #[must_use]
    pub fn nearest_m(&self, at: [f64; 2]) -> Option<f64> {
        let away = |station: &Station| (station.at[0] - at[0]).hypot(station.at[1] - at[1]);
        self.stations.values().map(away).min_by(f64::total_cmp)
    }

    /// Open cases in it.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// What the field says at a place.
    #[must_use]
    pub fn said(&self, at: [f64; 2], now: Moment) -> Said {
        let (Some(grid), Some(layer)) = (&self.grid, self.layer) else { return Said::Nothing };
        let found = grid.at(at);
        match (layer.meaning(), found.mean()) {
            (Meaning::Density, _) => Said::Density(density(found.weight, grid.kernel_m())),
            (Meaning::Values, Some(value)) if trust(found.weight) > 0.0 => {
                let away = |station: &Station| (station.at[0] - at[0]).hypot(station.at[1] - at[1]);
                let fresh = self.stations.values().filter(|station| station.fresh(now).is_some());
                let nearest_m = fresh.map(away).fold(f64::INFINITY, f64::min);
                if nearest_m > grid.kernel_m() * NEAR_KERNELS {
                    return Said::Nothing;
                }
                Said::Value { value: f64::from(value), nearest_m }
            }
            _ => Said::Nothing,
        }
    }
}

/// Metres around a place in which sensors of a layer count at most, as long as nothing is known of them.
#[must_use]
pub fn widest_m(layer: Layer) -> f64 {
    layer.kernel_most_m() * NEAR_KERNELS
}

/// The kernel of sensors that stand so many metres apart, at most so wide.
fn kernel_m(apart_m: f64, most_m: f64) -> f64 {
    (apart_m.min(DENSE_M) * DENSE).max(apart_m * SPARSE).clamp(KERNEL_M, most_m)
}

/// Put a station's value into the grid in the place of what it has there.
fn hold(station: &mut Station, grid: &mut Grid, now: Moment) {
    let value = station.fresh(now);
    if station.held == value {
        return;
    }
    match (station.held, value) {
        (Some(held), Some(value)) => grid.shift(station.at, value - held),
        (Some(held), None) => grid.put(station.at, held, -1.0),
        (None, Some(value)) => grid.put(station.at, value, 1.0),
        (None, None) => {}
    }
    station.held = value;
}

/// The place of a case.
#[must_use]
pub fn place_of(at: Option<LonLat>, frame: &LocalFrame) -> Option<[f64; 2]> {
    at.map(|at| frame.metres_from_lonlat(at))
}
