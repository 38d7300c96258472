//! The plan: grid of streets, river, railway, districts; and how it bends into the ground.

use super::names::{self, RoadNames, names};
use super::{Draft, Random};
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

/// Half the width of the river, and of the strip with the road on its bank.
pub(super) const RIVER_M: f64 = 130.0;
pub(super) const BANK_M: f64 = 34.0;
/// Half the strip of the railway.
pub(super) const RAIL_M: f64 = 16.0;

/// What a line of the grid is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Street {
    pub(super) class: Paint,
    pub(super) width_cm: u16,
}

impl Street {
    pub(super) fn half_m(self) -> f64 {
        f64::from(self.width_cm) / 200.0
    }
}

/// The plan. North-south streets stand at `xs`, east-west ones at `ys`.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) xs: Vec<f64>,
    pub(super) ys: Vec<f64>,
    pub(super) x_streets: Vec<Street>,
    pub(super) y_streets: Vec<Street>,
    bend: [f64; 4],
    river: [f64; 4],
    rail_y: f64,
    turn: (f64, f64),
    district_names: Vec<(String, String)>,
}

impl Plan {
    /// A plan with room for `blocks` blocks.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "some thousand blocks"
    )]
    pub(super) fn new(random: &mut Random, blocks: usize) -> Self {
        let side = (blocks as f64).sqrt();
        let columns = ((side * 1.12).ceil() as usize).max(5);
        let rows = (blocks / columns).max(5);
        let lines = |random: &mut Random, count: usize| {
            let mut at = 0.0;
            let mut lines = vec![0.0];
            for _ in 0..count {
                at += random.between(150.0, 260.0);
                lines.push(at);
            }
            let middle = at / 2.0;
            for line in &mut lines {
                *line -= middle;
            }
            lines
        };
        let (xs, ys) = (lines(random, columns), lines(random, rows));
        let streets = |count: usize| (0..count).map(|i| street(i, count)).collect::<Vec<_>>();
        let height = ys.last().copied().unwrap_or(1.0);
        let turn = random.between(-0.22, 0.22).sin_cos();
        Self {
            x_streets: streets(xs.len()),
            y_streets: streets(ys.len()),
            bend: [
                random.between(70.0, 130.0),
                random.between(0.0, 6.0),
                random.between(70.0, 130.0),
                random.between(0.0, 6.0),
            ],
            river: [
                random.between(0.10, 0.16) * height,
                random.between(1900.0, 2600.0),
                random.between(0.0, 6.0),
                -0.18 * height,
            ],
            rail_y: height * random.between(0.42, 0.55),
            turn,
            district_names: (0..24).map(|_| names::word(random)).collect(),
            xs,
            ys,
        }
    }

    /// From the plan to metres east and north.
    pub(super) fn bend(&self, [x, y]: Xy) -> Xy {
        let [far_x, shift_x, far_y, shift_y] = self.bend;
        let (x, y) = (x + far_x * (y / 1_300.0 + shift_x).sin(), y + far_y * (x / 1_500.0 + shift_y).sin());
        let (sin, cos) = self.turn;
        [x * cos - y * sin, x * sin + y * cos]
    }

    /// The middle of the river.
    pub(super) fn river_y(&self, x: f64) -> f64 {
        let [high, long, shift, base] = self.river;
        base + high * (x / long + shift).sin() + high * 0.3 * (x / (long * 0.37) + shift).sin()
    }

    /// The railway.
    pub(super) fn rail_y(&self, x: f64) -> f64 {
        self.rail_y + 60.0 * (x / 1_700.0).sin()
    }

    pub(super) fn half_size(&self) -> Xy {
        [self.xs.last().copied().unwrap_or(1.0), self.ys.last().copied().unwrap_or(1.0)]
    }

    /// Whether a box keeps clear of river, banks and railway.
    pub(super) fn is_dry(&self, low: Xy, high: Xy) -> bool {
        (0..=4).all(|i| {
            let x = low[0] + (high[0] - low[0]) * f64::from(i) / 4.0;
            let (river, rail) = (self.river_y(x), self.rail_y(x));
            // the line may still swing a little between two samples
            let slack = 6.0;
            let wet = RIVER_M + BANK_M + slack;
            (high[1] < river - wet || low[1] > river + wet)
                && (high[1] < rail - RAIL_M - slack || low[1] > rail + RAIL_M + slack)
        })
    }

    fn along(&self, from: f64, to: f64, y: impl Fn(f64) -> f64) -> Vec<Xy> {
        let mut at: Vec<f64> = self.xs.iter().copied().filter(|x| (from..=to).contains(x)).collect();
        let mut x = from;
        while x < to {
            at.push(x);
            x += 80.0;
        }
        at.push(to);
        at.sort_by(f64::total_cmp);
        at.dedup();
        at.into_iter().map(|x| [x, y(x)]).collect()
    }

    pub(super) fn water(&self, city: &mut Draft) {
        let [half, half_y] = self.half_size();
        let reach = half + 4_000.0;
        let mut ring = self.along(-reach, reach, |x| self.river_y(x) - RIVER_M - 4.0 * (x / 310.0).sin());
        ring.extend(
            self.along(-reach, reach, |x| self.river_y(x) + RIVER_M + 5.0 * (x / 270.0).cos()).into_iter().rev(),
        );
        city.fill(Paint::Water, &[ring]);
        let name = names().river.both();
        for k in [-0.6, 0.0, 0.6] {
            let x = k * half;
            city.place(PlaceKind::WaterName, 40, name, [x, self.river_y(x)]);
        }
        // hills around the city
        for (i, (x, y)) in
            [(-1.25, 0.7), (1.3, 0.5), (0.4, 1.35), (-0.5, -1.35), (1.2, -0.9), (-1.3, -0.3)].into_iter().enumerate()
        {
            let (cx, cy) = (x * half, y * half_y);
            if (cy - self.river_y(cx)).abs() < 1_400.0 {
                continue;
            }
            let ring: Vec<Xy> = (0..36)
                .map(|k| {
                    let turn = f64::from(k) / 36.0 * std::f64::consts::TAU;
                    let wave = 1.0 + 0.22 * (turn * 3.0 + x).sin() + 0.1 * (turn * 7.0 + y).sin();
                    [cx + turn.cos() * 0.16 * half * wave, cy + turn.sin() * 0.15 * half_y * wave]
                })
                .collect();
            city.fill(Paint::Green, &[ring]);
            let (zh, en) = self.district_names.get(18 + i).cloned().unwrap_or_default();
            let name = names().mountain.of((&zh, &en));
            city.place(PlaceKind::Natural, 90, (&name.0, &name.1), [cx, cy]);
        }
    }

    /// Streets, bank roads, bridges, railway. Streets meet at points of the plan that they share.
    pub(super) fn streets(&self, city: &mut Draft, road_names: &mut RoadNames) {
        let (count_x, count_y) = (self.xs.len(), self.ys.len());
        for (i, (&x, &street)) in self.xs.iter().zip(&self.x_streets).enumerate() {
            let name = road_name(street, i, count_x, true, road_names);
            let name = (name.0.as_str(), name.1.as_str());
            let bridge = street.class >= Paint::Secondary;
            let (south, north) = self.banks(x);
            let below: Vec<Xy> =
                self.ys.iter().filter(|y| **y < south - 12.0).map(|y| [x, *y]).chain([[x, south]]).collect();
            let above: Vec<Xy> = std::iter::once([x, north])
                .chain(self.ys.iter().filter(|y| **y > north + 12.0).map(|y| [x, *y]))
                .collect();
            city.way(street.class, 0, street.width_cm, name, &below);
            city.way(street.class, 0, street.width_cm, name, &above);
            if bridge {
                city.way(
                    street.class,
                    2,
                    street.width_cm,
                    name,
                    &[[x, south], [x, f64::midpoint(south, north)], [x, north]],
                );
            }
        }
        for (j, (&y, &street)) in self.ys.iter().zip(&self.y_streets).enumerate() {
            let name = road_name(street, j, count_y, false, road_names);
            let mut run: Vec<Xy> = Vec::new();
            for pair in self.xs.windows(2) {
                let [a, b] = pair else { continue };
                let dry = (0..=4).all(|k| {
                    let x = a + (b - a) * f64::from(k) / 4.0;
                    let (south, north) = self.banks(x);
                    y < south - 12.0 || y > north + 12.0
                });
                if !dry {
                    city.way(street.class, 0, street.width_cm, (&name.0, &name.1), &std::mem::take(&mut run));
                    continue;
                }
                if run.is_empty() {
                    run.push([*a, y]);
                }
                run.push([*b, y]);
            }
            city.way(street.class, 0, street.width_cm, (&name.0, &name.1), &run);
        }
        let [half, _] = self.half_size();
        let bank = |side: f64| self.along(-half, half, |x| if side < 0.0 { self.banks(x).0 } else { self.banks(x).1 });
        city.way(Paint::Secondary, 0, 1_600, names().south_bank.both(), &bank(-1.0));
        city.way(Paint::Secondary, 0, 1_600, names().north_bank.both(), &bank(1.0));
        let rail = self.along(-half - 4_000.0, half + 4_000.0, |x| self.rail_y(x));
        city.way(Paint::Rail, 8, 500, names().railway.both(), &rail);
        city.place(PlaceKind::Station, 30, names().station.both(), [0.0, self.rail_y(0.0)]);
    }

    /// The roads on the banks.
    fn banks(&self, x: f64) -> (f64, f64) {
        let middle = self.river_y(x);
        (middle - RIVER_M - BANK_M * 0.55, middle + RIVER_M + BANK_M * 0.55)
    }

    /// City, districts on both sides of the river, and subdistricts inside them.
    pub(super) fn areas(&self, city: &mut Draft) {
        let [half, half_y] = self.half_size();
        let edge = 120.0;
        let (west, east) = (-half - edge, half + edge);
        let square = |a: f64, b: f64, low: &dyn Fn(f64) -> f64, high: &dyn Fn(f64) -> f64| {
            let mut ring = self.along(a, b, low);
            ring.extend(self.along(a, b, high).into_iter().rev());
            ring
        };
        let (south, north) = (|_| -half_y - edge, |_| half_y + edge);
        let river = |x: f64| self.river_y(x);
        city.area(4, names().city.both(), &square(west, east, &south, &north));
        city.place(PlaceKind::City, 0, names().city.both(), [0.0, 180.0]);
        let at = |share: f64| west + (east - west) * share;
        let mut number = 0;
        for side in [1.0, -1.0] {
            for (a, b) in [(0.0, 0.34), (0.34, 0.66), (0.66, 1.0)] {
                let (zh, en) = self.district_names.get(number).cloned().unwrap_or_default();
                number += 1;
                let name = names().district.of((&zh, &en));
                let ring = if side > 0.0 {
                    square(at(a), at(b), &river, &north)
                } else {
                    square(at(a), at(b), &south, &river)
                };
                city.area(6, (&name.0, &name.1), &ring);
                let middle = at(f64::midpoint(a, b));
                let y = f64::midpoint(self.river_y(middle), side * half_y);
                city.place(PlaceKind::District, 10, (&name.0, &name.1), [middle, y]);
                for (k, (c, d)) in [(a, f64::midpoint(a, b)), (f64::midpoint(a, b), b)].into_iter().enumerate() {
                    let (zh, en) = self.district_names.get(6 + (number - 1) * 2 + k).cloned().unwrap_or_default();
                    let name = names().subdistrict.of((&zh, &en));
                    let ring = if side > 0.0 {
                        square(at(c), at(d), &river, &north)
                    } else {
                        square(at(c), at(d), &south, &river)
                    };
                    city.area(8, (&name.0, &name.1), &ring);
                }
            }
        }
    }
}

/// Class of the grid's line `i` of `count`: outer and inner ring, then main roads, then the rest.
fn street(i: usize, count: usize) -> Street {
    let ring = count / 4;
    let from_edge = i.min(count - 1 - i);
    let (class, width_cm) = if from_edge == 0 {
        (Paint::Motorway, 3_200)
    } else if from_edge == ring {
        (Paint::Trunk, 3_600)
    } else if i == count / 2 {
        (Paint::Primary, 3_200)
    } else {
        match i % 6 {
            0 => (Paint::Primary, 2_600),
            3 => (Paint::Secondary, 2_000),
            1 | 4 => (Paint::Tertiary, 1_400),
            _ => (Paint::Street, 1_000),
        }
    };
    Street { class, width_cm }
}

fn road_name(
    street: Street,
    i: usize,
    count: usize,
    north_south: bool,
    road_names: &mut RoadNames,
) -> (String, String) {
    let low = i < count / 2;
    let side = match (north_south, low) {
        (true, true) => &names().west,
        (true, false) => &names().east,
        (false, true) => &names().south,
        (false, false) => &names().north,
    };
    match street.class {
        Paint::Motorway => names().expressway.of(side.both()),
        Paint::Trunk => names().inner_ring.of(side.both()),
        Paint::Primary => road_names.main(north_south),
        _ => road_names.street(north_south),
    }
}
