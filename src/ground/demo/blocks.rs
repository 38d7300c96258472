//! Fill the blocks between the streets: centre, slabs of flats, old town, works, parks, schools, hospitals.

use super::names::{self, Pair, names};
use super::shapes::{self, Lot};
use super::{Draft, Random};
use crate::ground::pack::model::{BuildingShape, Fix};
use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

/// Fill blocks from the centre outwards until there are `wanted` buildings.
pub(super) fn fill(city: &mut Draft, random: &mut Random, wanted: usize) {
    let plan = city.plan;
    let [half_x, half_y] = plan.half_size();
    let mut blocks = Vec::new();
    for (i, x) in plan.xs.windows(2).enumerate() {
        for (j, y) in plan.ys.windows(2).enumerate() {
            let (&[x0, x1], &[y0, y1]) = (x, y) else { continue };
            let half = |streets: &[super::plan::Street], at: usize| streets.get(at).map_or(5.0, |s| s.half_m()) + 4.5;
            let (xs, ys) = (&plan.x_streets, &plan.y_streets);
            let lot =
                Lot { low: [x0 + half(xs, i), y0 + half(ys, j)], high: [x1 - half(xs, i + 1), y1 - half(ys, j + 1)] };
            let [cx, cy] = lot.middle();
            blocks.push(((cx / half_x).hypot(cy / half_y), lot));
        }
    }
    blocks.sort_by(|a, b| a.0.total_cmp(&b.0));
    // two smaller centres beside the main one
    let centres = [([0.0, 0.12], 1.0), ([0.45, -0.5], 0.62), ([-0.5, 0.42], 0.5)];
    let mut services = Services::default();
    for (far, lot) in blocks {
        let [cx, cy] = lot.middle();
        let near = centres
            .iter()
            .map(|([x, y], weight)| weight * (-((cx / half_x - x).powi(2) + (cy / half_y - y).powi(2)) / 0.055).exp())
            .fold(0.0, f64::max);
        let mut block = Block { city, random, wanted };
        block.fill(&lot, near, far, &mut services);
    }
}

/// Which public services are due next; each comes every so many blocks.
#[derive(Default)]
struct Services {
    blocks: usize,
}

struct Block<'a, 'b> {
    city: &'a mut Draft<'b>,
    random: &'a mut Random,
    wanted: usize,
}

impl Block<'_, '_> {
    fn fill(&mut self, lot: &Lot, near: f64, far: f64, services: &mut Services) {
        let dry = self.city.plan.is_dry(lot.low, lot.high);
        if !dry {
            // only what keeps clear of water and rails is built, house by house
            let (columns, rows) = (cells(lot.width(), 40.0), cells(lot.depth(), 40.0));
            for cell in lot.cut(columns, rows) {
                if self.random.chance(0.75) && self.city.plan.is_dry(cell.low, cell.high) {
                    let floors = self.random.between(3.0, 9.0);
                    let cell = cell.inset(5.0);
                    self.building(&[cell.ring()], floors, 0.0, BuildingClass::Residential, "");
                }
            }
            return;
        }
        services.blocks += 1;
        match services.blocks % 41 {
            7 | 23 => return self.school(lot),
            13 => return self.hospital(lot),
            19 => self.service(lot, PlaceKind::FireStation, &names().fire_station),
            29 => self.service(lot, PlaceKind::Police, &names().police),
            _ => {}
        }
        let dice = self.random.unit();
        if dice < 0.07 {
            self.park(lot);
        } else if near > 0.45 {
            self.centre(lot, near);
        } else if near > 0.25 && dice < 0.5 {
            self.shops(lot, near);
        } else if far > 0.8 && dice < 0.45 {
            self.works(lot);
        } else if near > 0.12 && dice > 0.78 {
            self.old_town(lot);
        } else {
            self.flats(lot, near);
        }
    }

    fn building(&mut self, rings: &[Vec<Xy>], floors: f64, foot_m: f64, class: BuildingClass, name: &str) -> bool {
        if self.city.model.buildings.len() >= self.wanted {
            return false;
        }
        let fixes: Vec<Vec<Fix>> = rings.iter().map(|r| self.city.fixes(r)).collect();
        let rings = self.city.model.add_rings(fixes.iter().map(Vec::as_slice));
        let floor_m = if class == BuildingClass::Residential { 3.0 } else { 3.8 };
        let decimetres = |m: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
            let dm = (m * 10.0).round() as u16;
            dm
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
        let levels = floors.round() as u8;
        let source_id = self.city.id();
        let name = self.city.model.names.number(name);
        self.city.model.buildings.push(BuildingShape {
            source_id,
            name,
            rings,
            top_dm: decimetres(foot_m + floors.round().max(1.0) * floor_m),
            foot_dm: decimetres(foot_m),
            class,
            flags: if foot_m > 0.0 { 2 } else { 0 },
            levels,
        });
        true
    }

    fn park(&mut self, lot: &Lot) {
        self.city.fill(Paint::Green, &[lot.ring()]);
        let [cx, cy] = lot.middle();
        let (rx, ry) = (lot.width() * 0.24, lot.depth() * 0.2);
        let pond: Vec<Xy> = (0..28)
            .map(|k| {
                let turn = f64::from(k) / 28.0 * std::f64::consts::TAU;
                let wave = 1.0 + 0.18 * (turn * 3.0).sin();
                [cx + rx * wave * turn.cos(), cy + ry * wave * turn.sin()]
            })
            .collect();
        self.city.fill(Paint::Water, &[pond]);
        let ring = lot.inset(lot.width().min(lot.depth()) * 0.12);
        let mut path = ring.ring();
        path.extend(path.first().copied());
        self.city.way(Paint::Path, 8, 300, ("", ""), &path);
        let (zh, en) = names::word(self.random);
        let name = names().park.of((&zh, &en));
        self.city.place(PlaceKind::Park, 60, (&name.0, &name.1), [cx, cy]);
        if self.random.chance(0.4) {
            let at = [lot.low[0] + 20.0, lot.high[1] - 20.0];
            let name = names().shelter.of((&zh, &en));
            self.city.place(PlaceKind::Shelter, 130, (&name.0, &name.1), at);
        }
        let at = [lot.high[0] - 15.0, lot.low[1] + 15.0];
        self.city.place(PlaceKind::Toilet, 220, names().toilet.both(), at);
    }

    fn centre(&mut self, lot: &Lot, near: f64) {
        self.city.fill(Paint::Paved, &[lot.ring()]);
        let (columns, rows) = (cells(lot.width(), 62.0), cells(lot.depth(), 62.0));
        for cell in lot.cut(columns, rows) {
            let podium = cell.inset(self.random.between(4.0, 9.0));
            let podium_floors = self.random.between(2.0, 6.0).round();
            let height = near.powf(1.6) * self.random.between(0.45, 1.25);
            let floors = (8.0 + 62.0 * height * if self.random.chance(0.12) { 1.5 } else { 1.0 }).min(128.0);
            let inset = podium.width().min(podium.depth()) * self.random.between(0.08, 0.22);
            let tower = podium.inset(inset);
            let on_podium = self.random.chance(0.7);
            if on_podium {
                self.building(&[podium.ring()], podium_floors, 0.0, BuildingClass::Commercial, "");
            }
            let (zh, _) = names::word(self.random);
            let tower_name = self.random.pick(&names().towers).map(String::as_str).unwrap_or_default();
            let name =
                if floors > 30.0 || self.random.chance(0.2) { names::fill(tower_name, &zh) } else { String::new() };
            let rings = match self.random.below(6) {
                0 => shapes::tower(&tower, 12),
                1 => shapes::tower(&tower, 24),
                2 | 3 => shapes::chamfer(&tower, tower.width().min(tower.depth()) * 0.18),
                _ => vec![tower.ring()],
            };
            let podium_m = if on_podium { podium_floors * 3.8 } else { 0.0 };
            self.building(&rings, (floors - podium_floors).max(3.0), podium_m, BuildingClass::Commercial, &name);
            if floors > 62.0 {
                self.building(
                    &[tower.inset(inset * 0.8).ring()],
                    9.0,
                    podium_m + (floors - podium_floors).round() * 3.8,
                    BuildingClass::Commercial,
                    "",
                );
            }
        }
        self.maybe(lot, 0.3, PlaceKind::Parking, 200, &names().car_park);
    }

    fn shops(&mut self, lot: &Lot, near: f64) {
        let (columns, rows) = (cells(lot.width(), 48.0), cells(lot.depth(), 44.0));
        for cell in lot.cut(columns, rows) {
            let cell = cell.inset(self.random.between(4.0, 7.0));
            let floors = self.random.between(4.0, 10.0) + 26.0 * near * self.random.unit();
            let rings = match self.random.below(5) {
                0 => shapes::angle(&cell, self.random),
                1 => shapes::court(&cell, 11.0),
                2 => shapes::chamfer(&cell, 4.0),
                _ => vec![cell.ring()],
            };
            self.building(&rings, floors, 0.0, BuildingClass::Commercial, "");
        }
        self.maybe(lot, 0.15, PlaceKind::Parking, 200, &names().car_park);
        self.maybe(lot, 0.08, PlaceKind::Fuel, 180, &names().fuel);
    }

    /// Rows of slabs that face south, as housing estates here are built.
    fn flats(&mut self, lot: &Lot, near: f64) {
        let tall = self.random.chance(0.25 + 0.6 * near);
        let floors = if tall { self.random.between(17.0, 33.0) } else { self.random.between(5.0, 8.0) };
        let gap = if tall { 52.0 } else { 27.0 };
        self.city.fill(Paint::Land, &[lot.ring()]);
        let rows = cells(lot.depth(), gap);
        let long = self.random.between(38.0, 62.0);
        let columns = cells(lot.width(), long + 12.0);
        let (zh, en) = names::word(self.random);
        let estate = self.random.pick(&names().estates).map(|pattern| pattern.of((&zh, &en))).unwrap_or_default();
        if self.random.chance(0.5) {
            self.city.place(PlaceKind::Quarter, 150, (&estate.0, &estate.1), lot.middle());
        }
        for (k, cell) in lot.cut(columns, rows).into_iter().enumerate() {
            let [cx, cy] = cell.middle();
            let depth = if tall { 15.0 } else { 12.0 };
            let side = cell.width() / 2.0 - self.random.between(5.0, 8.0);
            let slab = Lot { low: [cx - side, cy - depth / 2.0], high: [cx + side, cy + depth / 2.0] };
            let name = if self.random.chance(0.15) {
                format!("{}{}", estate.0, names::fill(&names().block, &(k + 1).to_string()))
            } else {
                String::new()
            };
            let rings = match self.random.below(7) {
                0 => vec![stepped(&slab)],
                1 if tall => shapes::chamfer(&slab, 3.0),
                _ => vec![slab.ring()],
            };
            let floors = floors + self.random.between(-1.4, 1.4);
            self.building(&rings, floors, 0.0, BuildingClass::Residential, &name);
        }
    }

    fn old_town(&mut self, lot: &Lot) {
        self.city.fill(Paint::Land, &[lot.ring()]);
        let (columns, rows) = (cells(lot.width(), 24.0), cells(lot.depth(), 22.0));
        for cell in lot.cut(columns, rows) {
            if self.random.chance(0.1) {
                continue;
            }
            let cell = cell.inset(self.random.between(1.2, 3.0));
            let floors = self.random.between(1.0, 4.4);
            let rings = match self.random.below(4) {
                0 => shapes::court(&cell, 5.0),
                1 => shapes::angle(&cell, self.random),
                _ => vec![cell.ring()],
            };
            self.building(&rings, floors, 0.0, BuildingClass::Residential, "");
        }
    }

    fn works(&mut self, lot: &Lot) {
        self.city.fill(Paint::Land, &[lot.ring()]);
        let (columns, rows) = (cells(lot.width(), 95.0), cells(lot.depth(), 58.0));
        let (zh, _) = names::word(self.random);
        for (k, cell) in lot.cut(columns, rows).into_iter().enumerate() {
            let cell = cell.inset(self.random.between(7.0, 12.0));
            let floors = self.random.between(1.6, 3.6);
            let name = if k == 0 { names::fill(&names().works, &zh) } else { String::new() };
            let rings = if self.random.chance(0.25) { shapes::angle(&cell, self.random) } else { vec![cell.ring()] };
            self.building(&rings, floors, 0.0, BuildingClass::Industrial, &name);
        }
    }

    fn school(&mut self, lot: &Lot) {
        self.city.fill(Paint::Land, &[lot.ring()]);
        let (zh, en) = names::word(self.random);
        let pattern = if self.random.chance(0.6) { &names().primary_school } else { &names().middle_school };
        let name = pattern.of((&zh, &en));
        let boxes = lot.cut(2, 2);
        for (k, cell) in boxes.iter().enumerate() {
            let cell = cell.inset(9.0);
            if k == 3 {
                let by = cell.width().min(cell.depth()) * 0.3;
                self.city.fill(Paint::Green, &shapes::chamfer(&cell, by));
            } else {
                let rings = if k == 0 { shapes::court(&cell, 12.0) } else { shapes::angle(&cell, self.random) };
                let floors = self.random.between(3.0, 5.4);
                self.building(&rings, floors, 0.0, BuildingClass::Public, if k == 0 { &name.0 } else { "" });
            }
        }
        self.city.place(PlaceKind::School, 110, (&name.0, &name.1), lot.middle());
    }

    fn hospital(&mut self, lot: &Lot) {
        self.city.fill(Paint::Land, &[lot.ring()]);
        let (zh, en) = names::word(self.random);
        let name = names().hospital.of((&zh, &en));
        for (k, cell) in lot.cut(2, 3).iter().enumerate() {
            let cell = cell.inset(8.0);
            let floors = if k == 2 { 18.0 } else { self.random.between(3.0, 9.0) };
            let rings = if k % 2 == 0 { vec![cell.ring()] } else { shapes::angle(&cell, self.random) };
            self.building(&rings, floors, 0.0, BuildingClass::Public, if k == 0 { &name.0 } else { "" });
        }
        self.city.place(PlaceKind::Hospital, 70, (&name.0, &name.1), lot.middle());
    }

    fn service(&mut self, lot: &Lot, kind: PlaceKind, pattern: &Pair) {
        let word = names::word(self.random);
        let name = pattern.of((&word.0, &word.1));
        let at = [lot.low[0] + lot.width() * 0.3, lot.low[1] + 12.0];
        self.city.place(kind, 100, (&name.0, &name.1), at);
    }

    fn maybe(&mut self, lot: &Lot, share: f64, kind: PlaceKind, rank: u8, pattern: &Pair) {
        if self.random.chance(share) {
            let word = names::word(self.random);
            let name = pattern.of((&word.0, &word.1));
            let at = [lot.high[0] - 10.0, lot.low[1] + lot.depth() * 0.4];
            self.city.place(kind, rank, (&name.0, &name.1), at);
        }
    }
}

/// A slab whose eastern half stands a little further north.
fn stepped(slab: &Lot) -> Vec<Xy> {
    let ([x0, y0], [x1, y1]) = (slab.low, slab.high);
    let (x, by) = (f64::midpoint(x0, x1), 4.0);
    vec![[x0, y0], [x, y0], [x, y0 + by], [x1, y0 + by], [x1, y1 + by], [x, y1 + by], [x, y1], [x0, y1]]
}

/// How many boxes of about `size` metres fit, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful")]
fn cells(length: f64, size: f64) -> usize {
    ((length / size).floor() as usize).clamp(1, 12)
}
