//! What a board of vital signs shows: its tiles, how each stands, their order, and the way between them. Pure.

use super::bands::{Bands, Expected};
use crate::domain::alarm::LimitRule;
use crate::domain::alarm::rules::Steps;
use crate::domain::rights::Area;
use crate::domain::vital::census::depth;
use crate::domain::vital::{Family, VitalBoard, VitalRow};
use crate::domain::{AlarmRules, Grade, Moment, VitalSign};

/// So many indices come before all else on a wall.
const INDICES: usize = 3;

/// How a sign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It crosses a limit of this level, the worst that it crosses.
    Crossed(Grade),
    /// It said something, too long ago.
    Stale,
    /// It has no value.
    Nothing,
    /// It has no value yet: the screen has only just connected, and the first ones are on their way.
    Waiting,
    /// It has a value that crosses no limit.
    Calm,
}

impl State {
    /// What is worst comes first, and what nobody knows before what is calm.
    const fn rank(self) -> usize {
        match self {
            Self::Crossed(grade) => grade as usize,
            Self::Nothing | Self::Stale | Self::Waiting => 4,
            Self::Calm => 5,
        }
    }

    /// The level that it crosses.
    #[must_use]
    pub const fn level(self) -> Option<Grade> {
        match self {
            Self::Crossed(grade) => Some(grade),
            Self::Stale | Self::Nothing | Self::Waiting | Self::Calm => None,
        }
    }

    /// Whether it has no value, or none yet.
    #[must_use]
    pub const fn is_without(self) -> bool {
        matches!(self, Self::Nothing | Self::Waiting)
    }

    /// Whether its value still counts.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self, Self::Crossed(_) | Self::Calm)
    }
}

/// In which order the signs of a family stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sorting {
    /// The worst first.
    #[default]
    Worst,
    /// As in the configuration.
    Listed,
}

impl Sorting {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Worst => Self::Listed,
            Self::Listed => Self::Worst,
        }
    }
}

/// What a board is read from.
#[derive(Debug, Clone, Copy)]
pub struct Read<'a> {
    /// The signs in force, with their limits.
    pub rules: &'a AlarmRules,
    /// What the hub told.
    pub board: &'a VitalBoard,
    /// Where signs are expected, as far as that is known; `None` for the past.
    pub bands: Option<&'a Bands>,
    /// The moment from which ages count.
    pub now: Moment,
    /// Offset of city time from UTC.
    pub utc_offset_secs: i32,
    /// Seconds of the hall to one of this screen.
    pub rate: u16,
    /// What has no value may still have its first: the screen has only just connected.
    pub waits: bool,
}

/// A sign on a board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tile<'a> {
    /// The sign.
    pub sign: &'a VitalSign,
    /// What was told of it.
    pub row: Option<&'a VitalRow>,
    /// How it stands.
    pub state: State,
    /// Seconds since its newest value.
    pub age_secs: Option<i64>,
    /// The limits above and below in force.
    pub high: Steps,
    /// Those below.
    pub low: Steps,
    /// Where it is expected.
    pub expected: Expected<'a>,
    /// The moment at which its course ends.
    pub at: Moment,
}

impl Tile<'_> {
    /// Its newest value, however old.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.row.and_then(|row| row.newest).map(|(_, value)| value)
    }

    /// How much it is above what it was an hour, a day and a week before; `None` where nothing was known then, or is now.
    #[must_use]
    pub fn changes(&self) -> [Option<f64>; 3] {
        let now = self.value().filter(|_| self.state.is_known());
        let then = self.row.map_or([None; 3], |row| [row.hour, row.day, row.week]);
        then.map(|then| now.zip(then).map(|(now, then)| now - then))
    }

    /// All limits in force, each with its level and whether it is crossed.
    pub fn marks(&self) -> impl Iterator<Item = (Grade, f64, bool)> + '_ {
        let value = self.value().filter(|_| self.state.is_known());
        let of = move |steps: Steps, up: bool| {
            let level = move |(grade, limit): (Grade, Option<f64>)| {
                let limit = limit?;
                let crossed = value.is_some_and(|value| if up { value > limit } else { value < limit });
                Some((grade, limit, crossed))
            };
            Grade::ALL.into_iter().zip(steps).filter_map(level)
        };
        of(self.high, true).chain(of(self.low, false))
    }
}

/// The limits of a sign in force at a moment in an area.
#[must_use]
pub fn limits_at<'a>(
    sign: &'a VitalSign,
    area: &Area,
    at: Moment,
    utc_offset_secs: i32,
) -> Option<(&'a LimitRule, Steps, Steps)> {
    let rule = sign.limits.as_ref().filter(|rule| area.is_within(&rule.area))?;
    let (high, low) = rule.at(at, utc_offset_secs);
    Some((rule, *high, *low))
}

/// How a value stands at the moment of what was read, and how many seconds old it is.
fn stands(read: &Read<'_>, sign: &VitalSign, area: &Area, newest: Option<(Moment, f64)>) -> (State, Option<i64>) {
    let Some((at, value)) = newest else {
        return (if read.waits { State::Waiting } else { State::Nothing }, None);
    };
    let (now, utc_offset_secs) = (read.now, read.utc_offset_secs);
    let age = now.secs_since(at).max(0);
    if age > i64::from(sign.fresh_secs(area, read.rate)) {
        return (State::Stale, Some(age));
    }
    let level =
        limits_at(sign, area, now, utc_offset_secs).and_then(|(rule, ..)| rule.level_of(value, now, utc_offset_secs));
    (level.map_or(State::Calm, State::Crossed), Some(age))
}

impl<'a> Read<'a> {
    fn tile(&self, sign: &'a VitalSign) -> Tile<'a> {
        let row = self.board.rows.iter().find(|row| row.code == sign.code);
        let (state, age_secs) = stands(self, sign, &self.board.area, row.and_then(|row| row.newest));
        let limits = limits_at(sign, &self.board.area, self.now, self.utc_offset_secs);
        let (high, low) = limits.map_or(([None; 4], [None; 4]), |(_, high, low)| (high, low));
        let expected = self.bands.map_or(Expected::Untold, |bands| bands.of(&self.board.area, &sign.code));
        Tile { sign, row, state, age_secs, high, low, expected, at: self.board.at }
    }

    /// The signs that there are in the area of the board.
    fn signs(&self) -> impl Iterator<Item = &'a VitalSign> + use<'a> {
        let deep = depth(&self.board.area);
        self.rules.vitals.iter().filter(move |sign| sign.depth >= deep)
    }

    /// The families that have signs, each with its tiles.
    #[must_use]
    pub fn columns(&self, sorting: Sorting) -> Vec<Column<'a>> {
        let column = |family: Family| {
            let mut tiles: Vec<Tile<'a>> =
                self.signs().filter(|sign| sign.family == family).map(|sign| self.tile(sign)).collect();
            if sorting == Sorting::Worst {
                tiles.sort_by_key(|tile| tile.state.rank());
            }
            Column { family, tiles }
        };
        Family::ALL.into_iter().map(column).filter(|column| !column.tiles.is_empty()).collect()
    }

    /// One sign.
    #[must_use]
    pub fn sign(&self, code: &str) -> Option<Tile<'a>> {
        self.signs().find(|sign| sign.code == code).map(|sign| self.tile(sign))
    }

    /// A sign in the areas below, those that cross a limit first; empty where it has none of its own there.
    #[must_use]
    pub fn below(&self, code: &str) -> Vec<Below> {
        let Some(tile) = self.sign(code).filter(|tile| tile.sign.depth > depth(&self.board.area)) else {
            return Vec::new();
        };
        let values = tile.row.map_or(&[][..], |row| &row.below);
        let of = |(at, area): (usize, &Area)| {
            let newest = values.get(at).copied().flatten();
            let (state, age_secs) = stands(self, tile.sign, area, newest);
            Below { area: area.clone(), value: newest.map(|(_, value)| value), state, age_secs }
        };
        let mut below: Vec<Below> = self.board.below.iter().enumerate().map(of).collect();
        below.sort_by_key(|below| below.state.level().map_or(4, Grade::index));
        below
    }

    /// Where a sign that crosses a limit stands worst among the areas below; `None` where it crosses none, or where nothing
    /// is known below.
    #[must_use]
    pub fn worst_below(&self, tile: &Tile<'_>) -> Option<Below> {
        tile.state.level()?;
        let value = tile.value()?;
        let above = tile.high.iter().flatten().any(|limit| value > *limit);
        let known = self.below(&tile.sign.code).into_iter().filter(|below| below.state.is_known());
        known.min_by(|one, other| {
            let by_value = one.value.unwrap_or_default().total_cmp(&other.value.unwrap_or_default());
            let worse = if above { by_value.reverse() } else { by_value };
            one.state.rank().cmp(&other.state.rank()).then(worse)
        })
    }

    /// What comes first where not all have room.
    #[must_use]
    pub fn leads(&self) -> Leads<'a> {
        let columns = self.columns(Sorting::Listed);
        let all = || columns.iter().flat_map(|column| column.tiles.iter().copied());
        let indices: Vec<Tile<'a>> = all().filter(|tile| tile.sign.family == Family::Index).collect();
        let mut crossed: Vec<Tile<'a>> = all().filter(|tile| tile.state.level().is_some()).collect();
        crossed.sort_by_key(|tile| tile.state.rank());
        let rest = columns.iter().filter_map(|column| column.tiles.first().copied()).collect();
        Leads { indices, crossed, rest }
    }

    /// What a wall has room for, as [`Leads::first`] has it.
    #[must_use]
    pub fn leading(&self, most: usize) -> Vec<Tile<'a>> {
        self.leads().first(most)
    }
}

/// Signs by what makes them lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Leads<'a> {
    /// The indices: first those of the city, then those of families.
    indices: Vec<Tile<'a>>,
    /// What crosses a limit, the worst first.
    crossed: Vec<Tile<'a>>,
    /// The first of each family.
    rest: Vec<Tile<'a>>,
}

impl<'a> Leads<'a> {
    /// So many of them: the indices of the city, then what crosses a limit, then the indices of families and one sign of
    /// each. Where they are few what crosses a limit takes the places of indices, of all but the first.
    #[must_use]
    pub fn first(&self, most: usize) -> Vec<Tile<'a>> {
        let indices = most.saturating_sub(self.crossed.len()).clamp(1, INDICES);
        let city = self.indices.iter().take(indices);
        let mut leading: Vec<Tile<'a>> = Vec::new();
        for tile in city.chain(&self.crossed).chain(&self.indices).chain(&self.rest) {
            if !leading.iter().any(|known| known.sign.code == tile.sign.code) {
                leading.push(*tile);
            }
        }
        leading.truncate(most);
        leading
    }

    /// How many nobody may miss: the indices of the city and what crosses a limit.
    #[must_use]
    pub fn pressing(&self) -> usize {
        let city = self.indices.iter().take(INDICES).filter(|tile| tile.state.level().is_none());
        city.count() + self.crossed.len()
    }

    /// What crosses a limit.
    pub fn crossed(&self) -> impl Iterator<Item = &Tile<'a>> {
        self.crossed.iter()
    }
}

/// A sign in an area below.
#[derive(Debug, Clone, PartialEq)]
pub struct Below {
    /// The area.
    pub area: Area,
    /// Its newest value there, however old.
    pub value: Option<f64>,
    /// How it stands there.
    pub state: State,
    /// Seconds since that value.
    pub age_secs: Option<i64>,
}

/// A family with its tiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Column<'a> {
    /// The family.
    pub family: Family,
    /// Its signs.
    pub tiles: Vec<Tile<'a>>,
}

/// How the signs of a family stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many there are.
    pub all: usize,
    /// How many cross a limit, by level.
    pub crossed: [usize; 4],
    /// How many have no data, old ones among them.
    pub nothing: usize,
    /// How many wait for their first value.
    pub waiting: usize,
}

impl Sum {
    /// The worst level that is crossed, and how many cross it.
    #[must_use]
    pub fn worst(&self) -> Option<(Grade, usize)> {
        Grade::ALL.into_iter().zip(self.crossed).find(|(_, count)| *count > 0)
    }

    /// Of some tiles.
    #[must_use]
    pub fn of<'a>(tiles: impl IntoIterator<Item = &'a Tile<'a>>) -> Self {
        let mut sum = Self::default();
        for tile in tiles {
            sum.all += 1;
            match tile.state {
                State::Crossed(grade) => {
                    if let Some(count) = sum.crossed.get_mut(grade.index()) {
                        *count += 1;
                    }
                }
                State::Stale | State::Nothing => sum.nothing += 1,
                State::Waiting => sum.waiting += 1,
                State::Calm => {}
            }
        }
        sum
    }
}

/// A step on the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many tiles down, or up.
    Down(isize),
    /// So many families on, or back, to the tile beside.
    Aside(isize),
    /// So many families on, or back, to its first tile; over the end to the other one.
    Family(isize),
}

/// The sign after a step; the first one where the chosen one is not there.
#[must_use]
pub fn stepped(columns: &[Column<'_>], chosen: &str, step: Step) -> Option<String> {
    let place = columns.iter().enumerate().find_map(|(at, column)| {
        let row = column.tiles.iter().position(|tile| tile.sign.code == chosen)?;
        Some((at, row))
    });
    let last = columns.len().checked_sub(1)?;
    let (column, row) = match (place, step) {
        (None, _) => (0, 0),
        (Some((column, row)), Step::Down(by)) => (column, row.saturating_add_signed(by)),
        (Some((column, row)), Step::Aside(by)) => (column.saturating_add_signed(by).min(last), row),
        (Some((column, _)), Step::Family(by)) => {
            let count = isize::try_from(columns.len()).unwrap_or(1);
            let at = isize::try_from(column).unwrap_or(0) + by;
            (usize::try_from(at.rem_euclid(count)).unwrap_or(0), 0)
        }
    };
    let tiles = &columns.get(column)?.tiles;
    tiles.get(row.min(tiles.len().saturating_sub(1))).map(|tile| tile.sign.code.clone())
}

/// Values at the foot and at the head of a course: all of it, and of some marks those that are near.
#[must_use]
pub fn span(values: impl Iterator<Item = f64>, marks: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return None;
    }
    let room = (high - low).max(high.abs().max(low.abs()) * 0.05).max(1e-3);
    let near = marks.filter(|mark| (low - room..=high + room).contains(mark));
    let (low, high) = near.fold((low, high), |(low, high), mark| (low.min(mark), high.max(mark)));
    Some((low - room * 0.12, high + room * 0.12))
}

/// The part of a list that is in sight: so many of `count` around `chosen`, as far from the begin as need be.
#[must_use]
pub fn window(count: usize, fits: usize, chosen: usize) -> std::ops::Range<usize> {
    let fits = fits.clamp(1, count.max(1));
    let first = (chosen + 1).saturating_sub(fits).min(count.saturating_sub(fits));
    first..(first + fits).min(count)
}

/// Sensors as an X-ray lists them: those that say nothing first, and as the hub told them within that.
#[must_use]
pub fn silent_first(sensors: &[crate::domain::vital::VitalSensor]) -> Vec<&crate::domain::vital::VitalSensor> {
    let mut sorted: Vec<_> = sensors.iter().collect();
    sorted.sort_by_key(|sensor| sensor.fresh);
    sorted
}
