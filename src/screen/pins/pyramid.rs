//! The pins of open incidents in a pyramid of grids: every cell knows how many pins lie in it, of which grades, and
//! their centre.
//!
//! A pin touches one cell a level, so an event costs the same whether there are ten pins or a million, and nothing is
//! ever rebuilt. Sums are whole centimetres: taking a pin out leaves exactly what there was before it came.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::domain::{Grade, IncidentId};

/// Metres along the side of the one cell at the top.
const TOP_SIZE: f64 = 262_144.0;
/// The finest level; its cells are 4 metres wide.
pub const FINEST: u8 = 16;

/// A pin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pin {
    /// Metres east and north.
    pub at: [f64; 2],
    /// Metres up: the ground it stands on.
    pub up: f64,
    /// Grade of its incident.
    pub grade: Grade,
    /// Cell of its icon in the atlas.
    pub icon: u8,
}

/// A cell by its level and place in the grid of that level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey(u64);

impl CellKey {
    /// The one cell at the top.
    pub const TOP: Self = Self(0);

    /// The cell of `level` that a point (metres) lies in; points outside the grid count to its border.
    #[must_use]
    pub fn of(level: u8, at: [f64; 2]) -> Self {
        let cells = f64::from(1_u32 << level);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the grid")]
        let [x, y] = at.map(|v| ((v / TOP_SIZE + 0.5) * cells).clamp(0.0, cells - 1.0) as u64);
        Self(u64::from(level) << 56 | y << 28 | x)
    }

    /// 0 at the top to [`FINEST`].
    #[must_use]
    pub fn level(self) -> u8 {
        (self.0 >> 56) as u8
    }

    fn xy(self) -> (u64, u64) {
        (self.0 & 0xFFF_FFFF, self.0 >> 28 & 0xFFF_FFFF)
    }

    /// Metres along its side.
    #[must_use]
    pub fn size(self) -> f64 {
        TOP_SIZE / f64::from(1_u32 << self.level())
    }

    /// Metres from a point to it, 0 inside; cells at the border of the grid reach on without end.
    fn distance(self, at: [f64; 2]) -> f64 {
        let (x, y) = self.xy();
        let last = (1_u64 << self.level()) - 1;
        let off = |cell: u64, at: f64| {
            #[expect(clippy::cast_precision_loss, reason = "at most 2^16 cells")]
            let low = cell as f64 * self.size() - TOP_SIZE / 2.0;
            let before = if cell == 0 { 0.0 } else { (low - at).max(0.0) };
            let after = if cell == last { 0.0 } else { (at - low - self.size()).max(0.0) };
            before.max(after)
        };
        off(x, at[0]).hypot(off(y, at[1]))
    }

    /// The cell around it; the top is its own parent.
    #[must_use]
    pub fn parent(self) -> Self {
        let (x, y) = self.xy();
        Self(u64::from(self.level().saturating_sub(1)) << 56 | (y >> 1) << 28 | (x >> 1))
    }

    /// The four cells in it; none at the finest level.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let (x, y) = self.xy();
        let level = u64::from(self.level()) + 1;
        let fine = if self.level() < FINEST { 0..4 } else { 0..0 };
        fine.map(move |i| Self(level << 56 | (y << 1 | i >> 1) << 28 | (x << 1 | i & 1)))
    }
}

/// What a cell knows of its pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Pins by grade, Ⅰ first.
    pub by_grade: [u32; 4],
    sum_cm: [i64; 3],
    /// All ids combined by exclusive or: the id itself where there is only one.
    ids: u64,
}

impl Cell {
    /// How many pins.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.by_grade.iter().sum()
    }

    /// The gravest grade in it.
    #[must_use]
    pub fn worst(&self) -> Grade {
        Grade::ALL.into_iter().zip(self.by_grade).find(|(_, n)| *n > 0).map_or(Grade::IV, |(grade, _)| grade)
    }

    /// The centre of its pins in metres.
    #[must_use]
    pub fn centre(&self) -> [f64; 2] {
        let [east, north, _] = self.middle();
        [east, north]
    }

    /// The centre of its pins and the mean height of the ground they stand on, metres.
    #[must_use]
    pub fn middle(&self) -> [f64; 3] {
        let n = f64::from(self.count().max(1)) * 100.0;
        #[expect(clippy::cast_precision_loss, reason = "centimetres of a city are far below 2^52")]
        self.sum_cm.map(|v| v as f64 / n)
    }

    /// The only pin, where there is just one.
    #[must_use]
    pub fn single(&self) -> Option<IncidentId> {
        (self.count() == 1).then_some(IncidentId(self.ids))
    }

    /// The same cell as if one of its pins had never come.
    #[must_use]
    pub fn without(mut self, id: IncidentId, pin: &Pin) -> Self {
        self.change(id, pin, false);
        self
    }

    fn change(&mut self, id: IncidentId, pin: &Pin, add: bool) {
        let sign = if add { 1 } else { -1 };
        if let Some(n) = self.by_grade.get_mut(pin.grade.index()) {
            *n = n.saturating_add_signed(if add { 1 } else { -1 });
        }
        let [east, north] = pin.at;
        for (sum, v) in self.sum_cm.iter_mut().zip([east, north, pin.up]) {
            #[expect(clippy::cast_possible_truncation, reason = "centimetres of a city fit i64")]
            let cm = (v * 100.0).round() as i64;
            *sum += sign * cm;
        }
        self.ids ^= id.0;
    }
}

/// Cells are keyed by well-spread numbers: one multiplication is hash enough.
#[derive(Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}

pub(super) type Spreading = BuildHasherDefault<Spread>;

/// All pins and the cells over them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pyramid {
    pins: HashMap<IncidentId, Pin, Spreading>,
    cells: HashMap<CellKey, Cell, Spreading>,
    /// Pins of the finest cells that hold more than one.
    shared: HashMap<CellKey, Vec<IncidentId>, Spreading>,
}

impl Pyramid {
    /// How many pins.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pins.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pins.is_empty()
    }

    /// One pin.
    #[must_use]
    pub fn pin(&self, id: IncidentId) -> Option<&Pin> {
        self.pins.get(&id)
    }

    /// A cell; `None` where it holds no pin.
    #[must_use]
    pub fn cell(&self, key: CellKey) -> Option<&Cell> {
        self.cells.get(&key)
    }

    /// Put a pin in, or change the one that is there. Returns the pin of before.
    pub fn put(&mut self, id: IncidentId, pin: Pin) -> Option<Pin> {
        let before = self.pins.get(&id).copied();
        if before == Some(pin) {
            return before;
        }
        if before.is_some() {
            self.take(id);
        }
        self.pins.insert(id, pin);
        let finest = CellKey::of(FINEST, pin.at);
        if let Some(other) = self.cells.get(&finest) {
            let first = other.single();
            let ids = self.shared.entry(finest).or_default();
            ids.extend(first);
            ids.push(id);
        }
        let mut key = finest;
        loop {
            self.cells.entry(key).or_default().change(id, &pin, true);
            if key == CellKey::TOP {
                return before;
            }
            key = key.parent();
        }
    }

    /// Take a pin out.
    pub fn take(&mut self, id: IncidentId) -> Option<Pin> {
        let pin = self.pins.remove(&id)?;
        let finest = CellKey::of(FINEST, pin.at);
        if let Some(ids) = self.shared.get_mut(&finest) {
            ids.retain(|other| *other != id);
            if ids.len() < 2 {
                self.shared.remove(&finest);
            }
        }
        let mut key = finest;
        loop {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.change(id, &pin, false);
                if cell.count() == 0 {
                    self.cells.remove(&key);
                }
            }
            if key == CellKey::TOP {
                return Some(pin);
            }
            key = key.parent();
        }
    }

    /// The pins in a cell in the order of their ids, at most `limit` of them.
    #[must_use]
    pub fn pins_in(&self, key: CellKey, limit: usize) -> Vec<IncidentId> {
        let mut found = Vec::new();
        let mut open = vec![key];
        while let Some(key) = open.pop() {
            if found.len() >= limit {
                break;
            }
            match self.cells.get(&key).map(Cell::single) {
                None => {}
                Some(Some(id)) => found.push(id),
                Some(None) if key.level() == FINEST => found.extend(self.shared.get(&key).into_iter().flatten()),
                Some(None) => open.extend(key.children()),
            }
        }
        found.sort_unstable();
        found.truncate(limit);
        found
    }

    /// The pins within `radius_m` metres of a point with their distance, nearest first.
    #[must_use]
    pub fn within(&self, middle: [f64; 2], radius_m: f64) -> Vec<(IncidentId, f64)> {
        let mut found = Vec::new();
        let mut open = vec![CellKey::TOP];
        while let Some(key) = open.pop() {
            let Some(cell) = self.cells.get(&key) else { continue };
            if key != CellKey::TOP && key.distance(middle) > radius_m {
                continue;
            }
            match cell.single() {
                Some(id) => found.push(id),
                None if key.level() == FINEST => found.extend(self.shared.get(&key).into_iter().flatten()),
                None => open.extend(key.children()),
            }
        }
        let away = |id: IncidentId| {
            let [east, north] = self.pins.get(&id)?.at;
            Some((id, (east - middle[0]).hypot(north - middle[1])))
        };
        let mut found: Vec<_> = found.into_iter().filter_map(away).filter(|(_, metres)| *metres <= radius_m).collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found
    }

    /// Smallest and largest east and north of the pins in `key`, good to a tenth of the cell: what must be in view for
    /// it to fall apart.
    #[must_use]
    pub fn bounds(&self, key: CellKey) -> Option<[[f64; 2]; 2]> {
        let finest = key.level().saturating_add(4).min(FINEST);
        let mut bounds: Option<[[f64; 2]; 2]> = None;
        let mut open = vec![key];
        while let Some(key) = open.pop() {
            let Some(cell) = self.cells.get(&key) else { continue };
            if key.level() < finest && cell.count() > 1 {
                open.extend(key.children());
                continue;
            }
            let at = cell.centre();
            bounds = Some(bounds.map_or([at, at], |[low, high]| join(low, high, at)));
        }
        bounds
    }
}

fn join(low: [f64; 2], high: [f64; 2], at: [f64; 2]) -> [[f64; 2]; 2] {
    let ([lx, ly], [hx, hy], [x, y]) = (low, high, at);
    [[lx.min(x), ly.min(y)], [hx.max(x), hy.max(y)]]
}
