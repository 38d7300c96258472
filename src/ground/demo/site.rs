//! The site: how large the city is, where river, hills, lake and old town lie, how the ground rises, how urban a
//! place is. All of it are functions of a place, so that every part of the plan asks the same site.

use super::Random;
use super::geom::{self, away, fractal, noise, scale, smooth};
use crate::ground::pack::shape::Xy;

/// Ground between the water's edge and the middle of the road on the bank.
pub(super) const BANK_M: f64 = 46.0;

/// From the middle of the road around the lake to its shore.
const LAKE_ROAD_M: f64 = 38.0;

/// A roundish shape with a wavy edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blob {
    pub(super) at: Xy,
    pub(super) radius: f64,
    waves: [f64; 2],
}

impl Blob {
    fn edge(&self, turn: f64) -> f64 {
        self.radius * (1.0 + 0.17 * (2.0 * turn + self.waves[0]).sin() + 0.08 * (3.0 * turn + self.waves[1]).sin())
    }

    /// How far `p` is from its middle: 1 at the edge.
    pub(super) fn share(&self, p: Xy) -> f64 {
        let d = geom::sub(p, self.at);
        geom::long(d) / self.edge(d[1].atan2(d[0]))
    }

    /// Its edge, `by` metres further out.
    pub(super) fn ring(&self, by: f64) -> Vec<Xy> {
        const CORNERS: u32 = 44;
        let corner = |k: u32| {
            let turn = f64::from(k) / f64::from(CORNERS) * std::f64::consts::TAU;
            let far = self.edge(turn) + by;
            [self.at[0] + far * turn.cos(), self.at[1] + far * turn.sin()]
        };
        (0..CORNERS).map(corner).collect()
    }
}

/// The site.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) seed: u64,
    /// Radius of what is built up, metres.
    pub(super) radius: f64,
    /// Half the mean width of the river.
    pub(super) half_river: f64,
    river: [f64; 6],
    /// Business centres with weight and size.
    pub(super) centres: Vec<(Xy, f64, f64)>,
    pub(super) lake: Blob,
    pub(super) hill: Blob,
    /// The old town: middle, half its width, sine and cosine of its turn.
    pub(super) town: Xy,
    pub(super) town_half: f64,
    pub(super) town_turn: (f64, f64),
    /// How high the hills get, metres.
    pub(super) peak: f64,
}

impl Site {
    pub(super) fn new(seed: u64, radius: f64) -> Self {
        let mut random = Random::new(seed ^ 0x51_7e);
        let r = radius;
        let mut site = Self {
            seed,
            radius,
            half_river: (r * 0.023).clamp(150.0, 400.0),
            river: [
                random.between(-0.16, 0.16),
                random.between(0.09, 0.13) * r,
                random.between(0.0, 6.2),
                random.between(0.025, 0.04) * r,
                random.between(0.0, 6.2),
                0.0,
            ],
            centres: Vec::new(),
            lake: Blob { at: [0.0; 2], radius: r * 0.075, waves: [random.between(0.0, 6.0), random.between(0.0, 6.0)] },
            hill: Blob { at: [0.0; 2], radius: r * 0.06, waves: [random.between(0.0, 6.0), random.between(0.0, 6.0)] },
            town: [0.0; 2],
            town_half: (r * 0.05).clamp(190.0, 850.0).max((r * 0.115).min(300.0)),
            town_turn: (0.0, 1.0),
            peak: (r * 0.05 + 90.0).clamp(130.0, 285.0),
        };
        // the river passes a little south of the middle
        site.river[5] = -0.09 * r - site.river_y(0.0);
        let on_bank = |x: f64, up: f64| [x * r, site.river_y(x * r) + up * r];
        let (lake, hill) = (on_bank(-0.33, 0.27), on_bank(0.36, 0.29));
        let at = -0.07 * r;
        let tangent = site.tangent(at);
        let off = site.half_at(at) + BANK_M + site.town_half + (r * 0.02).clamp(95.0, 260.0);
        site.centres = vec![
            (on_bank(0.12, 0.1), 0.42, 0.13),
            (on_bank(0.2, -0.13), 0.3, 0.1),
            (on_bank(-0.45, -0.2), 0.25, 0.08),
            (on_bank(0.52, 0.32), 0.22, 0.08),
            (on_bank(-0.2, 0.58), 0.2, 0.07),
        ];
        site.lake.at = lake;
        site.hill.at = hill;
        site.town = geom::add([at, site.river_y(at)], scale(geom::left(tangent), off));
        site.town_turn = (tangent[1], tangent[0]);
        site
    }

    /// The middle of the river.
    pub(super) fn river_y(&self, x: f64) -> f64 {
        let [tilt, high, shift, fine, fine_shift, base] = self.river;
        let r = self.radius;
        base + tilt * x + high * (x / (0.33 * r) + shift).sin() + fine * (x / (0.14 * r) + fine_shift).sin()
    }

    fn slope(&self, x: f64) -> f64 {
        (self.river_y(x + 5.0) - self.river_y(x - 5.0)) / 10.0
    }

    /// Direction of the river, downstream.
    pub(super) fn tangent(&self, x: f64) -> Xy {
        geom::unit([1.0, self.slope(x)])
    }

    /// Half the width of the river.
    pub(super) fn half_at(&self, x: f64) -> f64 {
        self.half_river * (1.0 + 0.2 * (x / (0.19 * self.radius) + self.river[2]).sin())
    }

    /// Metres to the water's edge of the river, negative in it. Good near the river.
    pub(super) fn to_river(&self, [x, y]: Xy) -> f64 {
        // the foot of the perpendicular, by two steps of Newton's kind
        let mut at = x;
        for _ in 0..3 {
            let slope = self.slope(at);
            at = x
                + (y - self.river_y(at)) * slope / (1.0 + slope * slope)
                + (at - x) * slope * slope / (1.0 + slope * slope);
        }
        away([x, y], [at, self.river_y(at)]) - self.half_at(at)
    }

    /// The middle of the river from west to east, points every `step` metres.
    pub(super) fn river_line(&self, reach: f64, step: f64) -> Vec<Xy> {
        let mut x = -reach;
        let mut line = Vec::new();
        while x < reach {
            line.push([x, self.river_y(x)]);
            x += step / (1.0 + self.slope(x).powi(2)).sqrt();
        }
        line
    }

    /// The old town's wall: a square with round corners, `by` metres further out.
    pub(super) fn town_ring(&self, by: f64) -> Vec<Xy> {
        const CORNERS: u32 = 48;
        let corner = |k: u32| {
            let turn = (f64::from(k) + 0.5) / f64::from(CORNERS) * std::f64::consts::TAU;
            let (s, c) = turn.sin_cos();
            let far = (self.town_half + by) / (s.powi(6) + c.powi(6)).powf(1.0 / 6.0);
            geom::add(self.town, geom::turn([far * c, far * s * 0.86], self.town_turn))
        };
        (0..CORNERS).map(corner).collect()
    }

    /// Whether `p` is within the old town's wall grown by `by`.
    pub(super) fn in_town(&self, p: Xy, by: f64) -> bool {
        let d = geom::turn(geom::sub(p, self.town), (-self.town_turn.0, self.town_turn.1));
        let (x, y) = (d[0] / (self.town_half + by), d[1] / 0.86 / (self.town_half + by));
        x.powi(6) + y.powi(6) < 1.0
    }

    /// How far it is from the middle of the old town in direction `out` to its wall grown by `by`, metres.
    pub(super) fn town_edge(&self, out: Xy, by: f64) -> f64 {
        let (mut low, mut high) = (0.0, (self.town_half + by.max(0.0)) * 1.6);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if self.in_town(geom::add(self.town, scale(out, middle)), by) { low = middle } else { high = middle }
        }
        low
    }

    /// The lake's shore.
    pub(super) fn lake_ring(&self) -> Vec<Xy> {
        self.lake.ring(-LAKE_ROAD_M)
    }

    /// Whether a place is in the lake, or within a few metres.
    pub(super) fn in_lake(&self, p: Xy) -> bool {
        (1.0 - self.lake.share(p)) * self.lake.radius > LAKE_ROAD_M - 20.0
    }

    /// How urban a place is: 1 and more in the centre, 0 at the edge of what is built up, negative outside.
    pub(super) fn urban(&self, p: Xy) -> f64 {
        let r = self.radius;
        let wave = fractal(self.seed ^ 0xb, scale(p, 2.6 / r));
        // the city reaches further along the valley than towards the hills
        let far = (p[0] / (1.08 * r)).hypot(p[1] / (0.92 * r)) * (1.0 + 0.2 * wave);
        let centres = self.centres.iter().map(|(at, weight, size)| {
            let d = away(p, *at) / (size * r);
            weight * (-d * d).exp()
        });
        1.0 - far + centres.sum::<f64>()
    }

    /// The outline of the whole city, counter-clockwise.
    pub(super) fn bounds(&self) -> Vec<Xy> {
        const CORNERS: u32 = 180;
        let corner = |k: u32| {
            let turn = f64::from(k) / f64::from(CORNERS) * std::f64::consts::TAU;
            let (s, c) = turn.sin_cos();
            let wave = 1.0
                + 0.05 * noise(self.seed ^ 0x4d, [c * 2.0, s * 2.0])
                + 0.02 * noise(self.seed ^ 0x4e, [c * 7.0, s * 7.0]);
            let far = self.radius * wave / ((c / 1.3).powi(4) + (s / 1.16).powi(4)).powf(0.25);
            [far * c, far * s]
        };
        (0..CORNERS).map(corner).collect()
    }

    /// How far the outline reaches at most, metres.
    pub(super) fn reach(&self) -> f64 {
        self.radius * 1.42
    }

    /// Height of the ground above the river, metres.
    pub(super) fn height(&self, p: Xy) -> f64 {
        let r = self.radius;
        let edge = self.to_river(p).min((self.lake.share(p) - 1.0) * self.lake.radius);
        // flat where water lies, and a post further
        let bank = smooth(150.0, 150.0 + 0.12 * r, edge);
        let plain = (4.0 + 5.0 * fractal(self.seed ^ 0x15, scale(p, 4.0 / r))).max(0.0) + 3.0 * bank;
        let front = 0.12 * r * noise(self.seed ^ 0x16, [p[0] / (0.4 * r), 0.5]);
        let side = |from: f64, y: f64| smooth(0.0, 1.0, (y - from * r - front) / (0.42 * r));
        let rough = 0.72
            + 0.5 * fractal(self.seed ^ 0x17, scale(p, 5.5 / r))
            + 0.1 * fractal(self.seed ^ 0x18, scale(p, 24.0 / r));
        let hills = (side(0.86, p[1]) + side(0.94, -p[1])) * rough.max(0.1) * self.peak;
        let share = self.hill.share(p);
        let lone =
            0.45 * self.peak * smooth(1.0, 0.1, share) * (1.0 + 0.3 * fractal(self.seed ^ 0x19, scale(p, 22.0 / r)));
        bank * (plain + hills + lone)
    }

    /// Whether trees grow here and nobody builds: steep or high ground.
    pub(super) fn is_hill(&self, p: Xy) -> bool {
        self.height(p) > 34.0
    }
}
