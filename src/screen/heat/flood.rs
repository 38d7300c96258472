//! Low ground that water stands on, as far as levels and the lie of the land tell. Pure.
//!
//! ```text
//!        gauge
//!   ──╲    ●~~~~~~~~~~~~~~   surface: the ground at the gauge and what stands over it
//!      ╲~~~~~~~~~~~~~~~~~╱╲   ground that is lower and connected with the gauge is under water
//!       ╲______________╱   ╲____  … and what lies behind higher ground stays dry
//! ```
//! 1. What stands over the ground: of a gauge on land its level; of one in a shaft what is more than the shaft is deep; of
//!    one in open water what is more than its banks hold.
//! 2. From a gauge water spreads over at most [`REACH_M`]: its surface is level, as that of a river is not over a longer way.
//! 3. Open water itself is told by its level, as far as it is connected with a gauge in it.

use std::collections::{BTreeMap, VecDeque};

use super::shades::{Scale, Skin, flood_colour};
use crate::domain::SensorId;
use crate::screen::look::tokens::Rgb;
use crate::screen::twin::drape::{Picture, Tiles};

/// Metres of a cell.
pub const CELL_M: f64 = 15.0;
/// Metres around a gauge of which it tells.
pub const REACH_M: f64 = 600.0;
/// Metres that the banks of open water hold above the zero of its gauges.
pub const BANKS_M: f64 = 0.8;
/// Water that stands no higher than so many metres over the ground is none.
const LEAST_M: f64 = 0.05;
/// Depths at both ends of the ramp, metres.
pub const DEPTHS: Scale = Scale { from: 0.0, to: 2.0 };
/// Levels are taken in steps of so many metres, so that nothing is spread anew for a ripple.
const STEP_M: f64 = 0.05;
/// Cells from a gauge at which open water is still what it measures.
const BESIDE: i32 = 3;
/// Cells of a picture along its longer side at most; beyond, two and more become one.
const SIDE_MAX: i32 = 1_200;
/// How opaque the shallowest water is; deep water is whole.
const SHALLOW: f64 = 150.0;

/// The land that water spreads on.
pub trait Land {
    /// Height of the ground at a point, metres; `None` where nothing is known of it, so that nothing spreads.
    fn height(&self, at: [f64; 2]) -> Option<f64>;
    /// Whether there is open water at a point.
    fn is_water(&self, at: [f64; 2]) -> bool;
    /// Whether there is a brook at a point, narrower than a cell.
    fn is_brook(&self, at: [f64; 2]) -> bool;
}

/// What a sensor says of the water.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gauge {
    /// The sensor.
    pub sensor: SensorId,
    /// Metres east and north.
    pub at: [f64; 2],
    /// Metres above the ground; less than 0 in a shaft.
    pub height_m: f64,
    /// Its level, metres.
    pub level_m: f64,
}

impl Gauge {
    /// What a sensor says; `None` where it says nothing of what is above the ground.
    #[must_use]
    pub fn new(sensor: SensorId, at: [f64; 2], height_m: f32, level_m: f64) -> Option<Self> {
        let height_m = f64::from(height_m);
        let level_m = (level_m / STEP_M).round() * STEP_M;
        (height_m >= 0.0 || level_m + height_m > LEAST_M).then_some(Self { sensor, at, height_m, level_m })
    }

    /// Whether it stands in or right beside open water.
    fn is_in_water(&self, land: &impl Land) -> bool {
        let [x, y] = cell(self.at);
        let mut around = (-BESIDE..=BESIDE).flat_map(|dy| (-BESIDE..=BESIDE).map(move |dx| [x + dx, y + dy]));
        self.height_m >= 0.0 && (land.is_brook(self.at) || around.any(|cell| land.is_water(middle(cell))))
    }

    /// Metres that water stands over the ground.
    fn over_m(&self, in_water: bool) -> f64 {
        if in_water { self.level_m - BANKS_M } else { self.level_m + self.height_m.min(0.0) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some thousand cells from the frame's zero")]
fn cell(at: [f64; 2]) -> [i32; 2] {
    at.map(|v| (v / CELL_M).floor() as i32)
}

fn middle(cell: [i32; 2]) -> [f64; 2] {
    cell.map(|v| (f64::from(v) + 0.5) * CELL_M)
}

/// What is told of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wet {
    /// Ground under so many metres of water.
    Depth(f32),
    /// Open water, so many metres from the gauge.
    Water(f32),
}

impl Wet {
    /// Whether it is told rather than another one: the deeper, the nearer.
    fn beats(self, other: Self) -> bool {
        match (self, other) {
            (Self::Depth(own), Self::Depth(other)) => own > other,
            (Self::Water(own), Self::Water(other)) => own < other,
            (Self::Water(_), Self::Depth(_)) => true,
            (Self::Depth(_), Self::Water(_)) => false,
        }
    }
}

/// The cells that a gauge tells of.
#[must_use]
pub fn spread(gauge: &Gauge, land: &impl Land) -> Vec<([i32; 2], Wet)> {
    let in_water = gauge.is_in_water(land);
    let over_m = gauge.over_m(in_water);
    let surface_m = land.height(gauge.at).filter(|_| over_m > LEAST_M).map(|ground| ground + over_m);
    let wet = |cell: [i32; 2]| {
        let at = middle(cell);
        let away = (at[0] - gauge.at[0]).hypot(at[1] - gauge.at[1]);
        #[expect(clippy::cast_possible_truncation, reason = "metres")]
        let (near, water) = (away <= REACH_M, away as f32);
        if !near {
            None
        } else if land.is_water(at) {
            in_water.then_some(Wet::Water(water))
        } else {
            let depth = surface_m? - land.height(at)?;
            #[expect(clippy::cast_possible_truncation, reason = "metres")]
            let told = (depth > 0.0).then_some(Wet::Depth(depth as f32));
            told
        }
    };
    let [x, y] = cell(gauge.at);
    // On a slope the middle of its own cell may be higher than the gauge.
    let beside = if in_water { BESIDE } else { 1 };
    let mut seen: BTreeMap<[i32; 2], Option<Wet>> = BTreeMap::new();
    let mut open: VecDeque<[i32; 2]> =
        (-beside..=beside).flat_map(|dy| (-beside..=beside).map(move |dx| [x + dx, y + dy])).collect();
    while let Some(cell) = open.pop_front() {
        if seen.contains_key(&cell) {
            continue;
        }
        let told = wet(cell);
        seen.insert(cell, told);
        if told.is_some() {
            let [x, y] = cell;
            open.extend([[x + 1, y], [x - 1, y], [x, y + 1], [x, y - 1]]);
        }
    }
    seen.into_iter().filter_map(|(cell, told)| Some((cell, told?))).collect()
}

/// What each gauge tells of, kept for those that go on to say the same.
#[derive(Debug, Default)]
pub struct Pools(BTreeMap<SensorId, (Gauge, Vec<([i32; 2], Wet)>)>);

impl Pools {
    /// Bring them in line with what gauges say.
    pub fn follow(&mut self, gauges: &[Gauge], land: &impl Land) {
        let mut before = std::mem::take(&mut self.0);
        for gauge in gauges {
            let same = before.remove(&gauge.sensor).filter(|(then, _)| then == gauge);
            let pool = same.unwrap_or_else(|| (*gauge, spread(gauge, land)));
            self.0.insert(gauge.sensor, pool);
        }
    }

    /// All of them together.
    #[must_use]
    pub fn flood(&self) -> Flood {
        let cells = || self.0.values().flat_map(|(_, cells)| cells).map(|(cell, _)| *cell);
        let first = cells().next().unwrap_or_default();
        let (low, high) = cells().fold((first, first), |(low, high), [x, y]| {
            ([low[0].min(x), low[1].min(y)], [high[0].max(x), high[1].max(y)])
        });
        let across = |axis: usize| high.get(axis).zip(low.get(axis)).map_or(1, |(high, low)| high - low + 1);
        let fold = (across(0).max(across(1)) + SIDE_MAX - 1) / SIDE_MAX;
        // A clear rim: what lies beyond a picture looks like its rim.
        let size = [0, 1].map(|axis| usize::try_from((across(axis) + fold - 1) / fold + 2).unwrap_or_default());
        let gauges: Vec<Gauge> = self.0.values().map(|(gauge, _)| *gauge).collect();
        let mut flood = Flood { low: low.map(|v| v - fold), fold, size, told: vec![None; size[0] * size[1]], gauges };
        for (of, (_, cells)) in (0..).zip(self.0.values()) {
            for (cell, wet) in cells {
                let Some(slot) = flood.index(*cell).and_then(|at| flood.told.get_mut(at)) else { continue };
                if slot.is_none_or(|(told, _)| wet.beats(told)) {
                    *slot = Some((*wet, of));
                }
            }
        }
        flood
    }
}

/// Where water stands, with open water.
#[derive(Debug, Clone, PartialEq)]
pub struct Flood {
    /// The first cell.
    low: [i32; 2],
    /// Cells beside each other that are one here.
    fold: i32,
    size: [usize; 2],
    /// What is told of each, and by which gauge; southern row first.
    told: Vec<Option<(Wet, u32)>>,
    gauges: Vec<Gauge>,
}

impl Flood {
    fn index(&self, [x, y]: [i32; 2]) -> Option<usize> {
        let along = |v: i32, low: i32| usize::try_from(v.checked_sub(low)?.div_euclid(self.fold)).ok();
        let (column, row) = (along(x, self.low[0])?, along(y, self.low[1])?);
        (column < self.size[0] && row < self.size[1]).then_some(row * self.size[0] + column)
    }

    /// Whether water stands over no ground, whatever open water there is.
    #[must_use]
    pub fn is_dry(&self) -> bool {
        !self.told.iter().flatten().any(|(wet, _)| matches!(wet, Wet::Depth(_)))
    }

    /// What is told of a point, and by which gauge.
    #[must_use]
    pub fn at(&self, at: [f64; 2]) -> Option<(Wet, Gauge)> {
        let (wet, of) = (*self.told.get(self.index(cell(at))?)?)?;
        Some((wet, *self.gauges.get(of as usize)?))
    }

    /// The picture of it: depths on their own ramp, open water by its level on that of the layer; `None` where all is dry.
    #[must_use]
    pub fn picture(&self, skin: Skin) -> Option<Picture> {
        self.told.iter().flatten().next()?;
        let [columns, rows] = self.size;
        let mut rgba = vec![0_u8; columns * rows * 4];
        let (pixels, _) = rgba.as_chunks_mut::<4>();
        for (pixel, told) in pixels.iter_mut().zip(&self.told) {
            let Some((wet, of)) = told else { continue };
            let (Rgb(r, g, b), opaque) = match wet {
                Wet::Depth(metres) => {
                    let share = DEPTHS.share(f64::from(*metres));
                    let opaque = SHALLOW + (255.0 - SHALLOW) * f64::from(share);
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "150 to 255")]
                    let opaque = opaque.round() as u8;
                    (flood_colour(share), opaque)
                }
                Wet::Water(_) => {
                    let level = self.gauges.get(*of as usize).map_or(0.0, |gauge| gauge.level_m);
                    (skin.of(level), u8::MAX)
                }
            };
            *pixel = [r, g, b, opaque];
        }
        bleed(pixels, columns);
        let metres = CELL_M * f64::from(self.fold);
        let low = self.low.map(|v| f64::from(v) * CELL_M);
        let high = [low[0] + columns as f64 * metres, low[1] + rows as f64 * metres];
        let size = [u32::try_from(columns).ok()?, u32::try_from(rows).ok()?];
        Some(Picture { size, low, high, rgba, tiles: Tiles::Squares })
    }
}

/// Give clear pixels the colour of one beside them: between two pixels colours are mixed, and the edge of water is no shadow.
fn bleed(pixels: &mut [[u8; 4]], columns: usize) {
    let tinted = |pixels: &[[u8; 4]], at: usize| {
        let beside = [at.checked_sub(1), at.checked_add(1), at.checked_sub(columns), at.checked_add(columns)];
        let mut seen = beside.into_iter().flatten().filter_map(|at| pixels.get(at));
        seen.find(|pixel| pixel[3] > 0).map(|[r, g, b, _]| [*r, *g, *b, 0])
    };
    let clear = |pixels: &[[u8; 4]], at: usize| pixels.get(at).is_some_and(|pixel| pixel[3] == 0);
    for at in 0..pixels.len() {
        let tint = if clear(pixels, at) { tinted(pixels, at) } else { None };
        if let Some((pixel, tint)) = pixels.get_mut(at).zip(tint) {
            *pixel = tint;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::layer::Layer;
    use super::*;
    use crate::domain::SensorKind;
    use crate::screen::look::tokens::heat;

    const LEVELS: Layer = Layer::Sensors(SensorKind::WaterLevel);

    /// Land by its height at a point; open water where it says so.
    struct Site<H, W> {
        height: H,
        water: W,
        brook: bool,
        asked: Cell<usize>,
    }

    impl<H: Fn([f64; 2]) -> Option<f64>, W: Fn([f64; 2]) -> bool> Land for Site<H, W> {
        fn height(&self, at: [f64; 2]) -> Option<f64> {
            self.asked.set(self.asked.get() + 1);
            (self.height)(at)
        }

        fn is_water(&self, at: [f64; 2]) -> bool {
            (self.water)(at)
        }

        fn is_brook(&self, _: [f64; 2]) -> bool {
            self.brook
        }
    }

    fn dry(height: impl Fn([f64; 2]) -> f64) -> impl Land {
        Site {
            height: move |at: [f64; 2]| Some(height(at)),
            water: |_: [f64; 2]| false,
            brook: false,
            asked: Cell::default(),
        }
    }

    fn gauge(number: u32, at: [f64; 2], level_m: f64) -> Gauge {
        Gauge::new(SensorId(number), at, 0.0, level_m).unwrap()
    }

    fn depths(told: &[([i32; 2], Wet)]) -> impl Iterator<Item = ([f64; 2], f64)> + '_ {
        told.iter().filter_map(|(cell, wet)| match wet {
            Wet::Depth(metres) => Some((middle(*cell), f64::from(*metres))),
            Wet::Water(_) => None,
        })
    }

    #[test]
    fn a_bowl_fills_to_the_surface_and_what_lies_behind_its_rim_stays_dry() {
        let at = [7.5, 7.5];
        let away = move |[x, y]: [f64; 2]| (x - at[0]).hypot(y - at[1]);
        // Beyond its rim the land lies far below the water.
        let land = dry(move |p| if away(p) < 150.0 { (away(p) / 100.0).powi(2) } else { -5.0 });
        let told = spread(&gauge(1, at, 1.0), &land);
        assert!(depths(&told).all(|(p, depth)| (depth - (1.0 - (away(p) / 100.0).powi(2))).abs() < 1e-5));
        assert!(depths(&told).all(|(p, _)| away(p) < 100.0));
        // Cells whose middles are within 100 m of that of one.
        let within =
            (-7..=7_i32).flat_map(|x| (-7..=7_i32).map(move |y| f64::hypot(f64::from(x), f64::from(y)) * CELL_M));
        assert_eq!(told.len(), within.filter(|off| *off < 100.0).count());
        assert!(spread(&gauge(1, at, 0.0), &land).is_empty(), "nothing stands over the ground");
    }

    #[test]
    fn a_dam_holds_water_back_unless_it_has_a_gap() {
        let whole = dry(|[x, _]| if (0.0..45.0).contains(&x) { 3.0 } else { 0.0 });
        let told = spread(&gauge(1, [-100.0, 0.0], 1.0), &whole);
        assert!(told.len() > 1_000 && depths(&told).all(|([x, _], depth)| x < 0.0 && (depth - 1.0).abs() < 1e-6));
        let gap = dry(|[x, y]| if (0.0..45.0).contains(&x) && y < 200.0 { 3.0 } else { 0.0 });
        let told = spread(&gauge(1, [-100.0, 0.0], 1.0), &gap);
        assert!(depths(&told).any(|([x, y], _)| x > 60.0 && y < 0.0), "around its end");
        let reach = depths(&told).map(|([x, y], _)| (x + 100.0).hypot(y)).fold(0.0, f64::max);
        assert!(reach <= REACH_M && reach > REACH_M - CELL_M, "{reach}");
    }

    #[test]
    fn water_in_a_shaft_or_between_banks_is_no_flood_until_there_is_more_than_they_hold() {
        let shaft = |level: f64| Gauge::new(SensorId(1), [0.0; 2], -2.6, level);
        assert_eq!(shaft(2.4), None);
        let plain = dry(|_| 12.0);
        let told = spread(&shaft(3.0).unwrap(), &plain);
        assert!(!told.is_empty() && depths(&told).all(|(_, depth)| (depth - 0.4).abs() < 1e-5));

        // A river from west to east, from which the land rises by a hundredth.
        let site = |level: f64| {
            let rise = |[_, y]: [f64; 2]| (y.abs() - 45.0).max(0.0) * 0.01;
            let river = Site {
                height: move |at: [f64; 2]| Some(rise(at)),
                water: |[_, y]: [f64; 2]| y.abs() < 45.0,
                brook: false,
                asked: Cell::default(),
            };
            spread(&gauge(1, [0.0, 0.0], level), &river)
        };
        let calm = site(0.5);
        assert_eq!(depths(&calm).count(), 0);
        let along = |told: &[([i32; 2], Wet)]| told.iter().filter(|(_, wet)| matches!(wet, Wet::Water(_))).count();
        assert!((470..=480).contains(&along(&calm)), "6 rows of 2 * 600 / 15 cells: {}", along(&calm));
        let high = site(1.3);
        assert_eq!(along(&high), along(&calm));
        let wet: Vec<_> = depths(&high).collect();
        assert!(!wet.is_empty());
        for ([_, y], depth) in wet {
            // Half a metre over the banks.
            let right = 0.5 - (y.abs() - 45.0) * 0.01;
            assert!(y.abs() > 45.0 && right > 0.0 && (depth - right).abs() < 1e-5, "{y} {depth}");
        }
        let brook =
            Site { height: |_: [f64; 2]| Some(0.0), water: |_: [f64; 2]| false, brook: true, asked: Cell::default() };
        assert!(spread(&gauge(1, [0.0; 2], 0.5), &brook).is_empty());
        assert!(!spread(&gauge(1, [0.0; 2], 1.0), &brook).is_empty());
        let unknown = Site {
            height: |_: [f64; 2]| None,
            water: |at: [f64; 2]| at[1].abs() < 45.0,
            brook: false,
            asked: Cell::default(),
        };
        let told = spread(&gauge(1, [0.0; 2], 9.0), &unknown);
        assert!(depths(&told).count() == 0 && along(&told) == along(&calm), "without relief only the river is told");
    }

    #[test]
    fn rivers_are_told_by_the_nearest_gauge_and_only_what_changed_is_spread_anew() {
        let river = Site {
            height: |_: [f64; 2]| Some(0.0),
            water: |[_, y]: [f64; 2]| y.abs() < 45.0,
            brook: false,
            asked: Cell::default(),
        };
        let (west, east) = (gauge(4, [0.0, 0.0], 0.3), gauge(2, [900.0, 0.0], 1.5));
        let mut pools = Pools::default();
        pools.follow(&[west, east], &river);
        let flood = pools.flood();
        let at = |flood: &Flood, x: f64, y: f64| flood.at([x, y]).map(|(wet, gauge)| (wet, gauge.sensor));
        assert!(matches!(at(&flood, 352.0, 1.0), Some((Wet::Water(away), SensorId(4))) if (away - 352.0).abs() < 12.0));
        assert!(matches!(at(&flood, 540.0, 1.0), Some((Wet::Water(_), SensorId(2)))));
        assert!(
            matches!(at(&flood, 900.0, 100.0), Some((Wet::Depth(depth), SensorId(2))) if (depth - 0.7).abs() < 1e-5)
        );
        assert_eq!(at(&flood, 0.0, 2_000.0), None);
        assert_eq!(at(&flood, -90_000.0, 0.0), None);
        assert_eq!(at(&flood, 1e15, -1e15), None, "at the horizon");

        let asked = river.asked.get();
        let ripple = gauge(4, [0.0, 0.0], 0.31);
        pools.follow(&[ripple, east], &river);
        assert_eq!((river.asked.get(), pools.flood() == flood), (asked, true), "a ripple is no change");
        pools.follow(&[gauge(4, [0.0, 0.0], 0.4)], &river);
        let flood = pools.flood();
        assert_eq!(at(&flood, 900.0, 100.0), None, "the other one says nothing any more");
        let level = flood.at([30.0, 1.0]).map(|(_, gauge)| gauge.level_m).unwrap();
        assert!((level - 0.4).abs() < 1e-9);
        assert!(flood.is_dry() && flood.at([30.0, 1.0]).is_some(), "the river alone");
    }

    #[test]
    fn the_picture_has_depths_on_their_ramp_and_a_clear_rim_and_a_great_city_fits_it_too() {
        let plain = dry(|_| 3.0);
        let mut pools = Pools::default();
        assert_eq!(pools.flood().picture(LEVELS.skin()), None);
        pools.follow(&[gauge(1, [7.5, 7.5], 1.0)], &plain);
        let flood = pools.flood();
        let picture = flood.picture(LEVELS.skin()).unwrap();
        // Forty cells to each side of one, and the rim.
        assert_eq!(picture.size, [83, 83]);
        assert!((picture.low[0] + 615.0).abs() < 1e-9 && (picture.high[1] - 630.0).abs() < 1e-9);
        let pixel = |x: usize, y: usize| -> [u8; 4] { picture.rgba[(y * 83 + x) * 4..][..4].try_into().unwrap() };
        let Rgb(r, g, b) = heat::FLOOD[2];
        assert_eq!(pixel(41, 41), [r, g, b, 203]);
        assert_eq!(pixel(0, 41), [r, g, b, 0], "its edge is no shadow");
        assert_eq!(pixel(0, 0), [0; 4]);

        pools.follow(&[gauge(1, [7.5, 7.5], 1.0), gauge(2, [40_000.0, 0.0], 0.5)], &plain);
        let flood = pools.flood();
        let size = flood.picture(LEVELS.skin()).unwrap().size;
        assert!(size[0] <= 1_202 && size[0] > 800, "{size:?}");
        assert!(matches!(flood.at([40_000.0, 0.0]), Some((Wet::Depth(depth), _)) if (depth - 0.5).abs() < 1e-5));
        assert!(matches!(flood.at([8.0, 8.0]), Some((_, Gauge { sensor: SensorId(1), .. }))));
    }
}
