//! From the pyramid and a view to the marks on screen: single pins, clusters, fans of pins on one spot.
//!
//! A cell is shown as one cluster while it is small on screen and falls into its quarters as it comes nearer. Once
//! apart it stays apart until it is clearly smaller again, and what was joined stays joined likewise, so that nothing
//! flickers on an edge. Marks that would cover each other join into the graver one.

use std::collections::{HashMap, HashSet};

use bevy::math::Vec2;

use super::lens::Lens;
use super::mark::{CHOSEN_RIM, HEAD, Mark, MarkOf, RAISED};
use super::pyramid::{CellKey, Pyramid, Spreading};
use crate::domain::IncidentId;

/// A cell falls apart when it is wider than this on screen (points).
const SPLIT: f32 = 100.0;
/// … and comes together again below this share of it.
const JOIN: f32 = 0.84;
/// From this many points a metre up, small groups are fanned out instead of clustered.
const FAN_SCALE: f32 = 2.2;
/// The largest group that is fanned out.
const FAN: u32 = 16;
/// Two marks join when closer than this share of the sum of their radii.
const COVER: f32 = 1.12;
/// … and part again beyond this share.
const UNCOVER: f32 = 1.34;
/// Times that joined marks are looked through again for others that they cover now, at most.
const JOINS: usize = 8;

/// Chooses the marks and remembers what it needs for calm.
#[derive(Debug, Default)]
pub struct Chooser {
    apart: HashSet<CellKey, Spreading>,
    joined: HashMap<MarkOf, MarkOf>,
    fans: HashSet<CellKey, Spreading>,
}

impl Chooser {
    /// The marks of `pyramid` through `lens`, far ones first, `selected` last and always on its own.
    pub fn choose(&mut self, pyramid: &Pyramid, lens: &Lens, selected: Option<IncidentId>) -> Vec<Mark> {
        let (mut free, mut fixed) = self.walk(pyramid, lens, selected);
        free.sort_by(|a, b| a.grade.cmp(&b.grade).then(b.count.cmp(&a.count)).then(a.of.cmp(&b.of)));
        let before = std::mem::take(&mut self.joined);
        // Joined marks are larger and stand on the ground: they may cover others that stood free before.
        for _ in 0..JOINS {
            let many = free.len();
            free = self.join(lens, free, &before);
            if free.len() == many {
                break;
            }
        }
        let is_selected = |mark: &Mark| selected.is_some_and(|id| mark.of == MarkOf::Pin(id));
        for mark in fixed.iter_mut().filter(|mark| is_selected(mark)) {
            lift(mark, &mut free, lens);
        }
        fixed.extend(free);
        fixed.sort_by(|a, b| {
            is_selected(a).cmp(&is_selected(b)).then(b.depth.total_cmp(&a.depth)).then(a.of.cmp(&b.of))
        });
        fixed
    }

    /// Cells from the top down: marks that may join others, and those that may not.
    fn walk(&mut self, pyramid: &Pyramid, lens: &Lens, selected: Option<IncidentId>) -> (Vec<Mark>, Vec<Mark>) {
        let (mut free, mut fixed) = (Vec::new(), Vec::new());
        let mut apart = HashSet::default();
        let mut fans = HashSet::default();
        let pin_mark = |id: IncidentId| {
            let pin = pyramid.pin(id)?;
            let [east, north] = pin.at;
            Some(Mark::new(lens, MarkOf::Pin(id), [east, north, pin.up], 1, pin.grade, pin.icon))
        };
        // Drawn on its own it counts nowhere else; behind the eye it stays where it is.
        let alone = selected.and_then(pin_mark).filter(|mark| mark.depth > 1.0);
        let alone = alone.and_then(|mark| {
            fixed.push(Mark { raised: true, ..mark });
            selected.and_then(|id| pyramid.pin(id).map(|pin| (id, pin)))
        });
        let mut open = vec![CellKey::TOP];
        while let Some(key) = open.pop() {
            let Some(cell) = pyramid.cell(key) else { continue };
            let cell = match alone.filter(|(_, pin)| CellKey::of(key.level(), pin.at) == key) {
                Some((id, pin)) => cell.without(id, pin),
                None => *cell,
            };
            if cell.count() == 0 {
                continue;
            }
            #[expect(clippy::cast_possible_truncation, reason = "metres of a cell fit f32")]
            let side = key.size() as f32;
            let centre = cell.middle();
            // The centre of the pins may be anywhere in the cell: look a whole cell around it.
            let Some(wide) = lens.sees(centre, side * 2.0).map(|points| points * 0.5) else { continue };
            if let Some(id) = cell.single() {
                free.extend(pin_mark(id).filter(|mark| mark.depth > 1.0));
                continue;
            }
            let edge = lens.grow * if self.apart.contains(&key) { SPLIT * JOIN } else { SPLIT };
            if wide > edge && key.level() < super::pyramid::FINEST {
                apart.insert(key);
                open.extend(key.children());
                continue;
            }
            let (_, depth) = lens.project_at(centre);
            if depth <= 1.0 {
                continue;
            }
            let near = if self.fans.contains(&key) { FAN_SCALE * JOIN } else { FAN_SCALE };
            if cell.count() <= FAN && lens.scale(depth) > near {
                fans.insert(key);
                // One more than is fanned out: the one that stands alone may be among them.
                let ids = pyramid.pins_in(key, FAN as usize + 1).into_iter();
                let others = ids.filter(|id| alone.is_none_or(|(alone, _)| alone != *id));
                fixed.extend(fan(lens, others.filter_map(pin_mark)));
                continue;
            }
            free.push(Mark::new(lens, MarkOf::Cluster(key), centre, cell.count(), cell.worst(), 0));
        }
        self.apart = apart;
        self.fans = fans;
        (free, fixed)
    }

    /// Marks that cover each other become one; `free` comes gravest first.
    fn join(&mut self, lens: &Lens, free: Vec<Mark>, before: &HashMap<MarkOf, MarkOf>) -> Vec<Mark> {
        let grid = 96.0 * lens.grow;
        let square = |p: Vec2| (p / grid).floor().as_ivec2();
        let mut kept: Vec<Mark> = Vec::with_capacity(free.len());
        let mut at: HashMap<bevy::math::IVec2, Vec<usize>> = HashMap::new();
        for mark in free {
            let home = square(mark.foot);
            let mut into = None;
            'search: for dy in -1..=1 {
                for dx in -1..=1 {
                    for &i in at.get(&(home + bevy::math::IVec2::new(dx, dy))).into_iter().flatten() {
                        let Some(other) = kept.get(i) else { continue };
                        let was = before.get(&mark.of) == Some(&other.of);
                        let share = if was { UNCOVER } else { COVER };
                        let apart = mark.head.distance(other.head).min(mark.foot.distance(other.foot));
                        if apart < (mark.radius + other.radius) * share + lens.grow * (mark.rim() + other.rim()) {
                            into = Some(i);
                            break 'search;
                        }
                    }
                }
            }
            if let Some(other) = into.and_then(|i| kept.get_mut(i)) {
                self.joined.insert(mark.of, other.of);
                other.count += mark.count;
                other.joined.push(mark.of);
                other.joined.extend(mark.joined);
            } else {
                at.entry(home).or_default().push(kept.len());
                kept.push(mark);
            }
        }
        for mark in &mut kept {
            if !mark.joined.is_empty() {
                mark.place(lens);
            }
        }
        kept
    }
}

/// A chosen pin hides nobody: its head stands above those at its place, on a longer stem, and who would be hidden there
/// joins them. Lifted over these too it would stand far from where it belongs.
fn lift(chosen: &mut Mark, others: &mut Vec<Mark>, lens: &Lens) {
    let apart =
        |chosen: &Mark, other: &Mark| chosen.radius * RAISED + other.radius + lens.grow * (CHOSEN_RIM + other.rim());
    let covers = |chosen: &Mark, other: &Mark| other.head.distance(chosen.head) < apart(chosen, other);
    let from_home = |at: usize, others: &[Mark]| others.get(at).map_or(f32::MAX, |o| o.foot.distance(chosen.foot));
    let covered = (0..others.len()).filter(|at| others.get(*at).is_some_and(|other| covers(chosen, other)));
    let Some(under) = covered.min_by(|a, b| from_home(*a, others).total_cmp(&from_home(*b, others))) else { return };
    let mut under = others.swap_remove(under);
    let home = chosen.aside;
    let raise = |chosen: &mut Mark, over: &Mark| {
        chosen.aside = home;
        chosen.place(lens);
        let off = over.head - chosen.head;
        let apart = apart(chosen, over);
        let up = (apart * apart - off.x * off.x).max(0.0).sqrt() - off.y;
        chosen.aside.y -= up.max(0.0) / lens.grow;
        chosen.place(lens);
    };
    raise(chosen, &under);
    for hidden in others.extract_if(.., |other| covers(chosen, other)) {
        under.count += hidden.count;
        under.grade = under.grade.min(hidden.grade);
        under.joined.push(hidden.of);
        under.joined.extend(hidden.joined);
    }
    under.place(lens);
    raise(chosen, &under);
    others.push(under);
}

/// Pins that would cover each other stand in a ring around their middle; the others stay where they are.
fn fan(lens: &Lens, pins: impl Iterator<Item = Mark>) -> Vec<Mark> {
    let mut groups: Vec<Vec<Mark>> = Vec::new();
    for pin in pins {
        let covers = |other: &Mark| other.head.distance(pin.head) < (other.radius + pin.radius) * COVER;
        match groups.iter_mut().find(|group| group.iter().any(covers)) {
            Some(group) => group.push(pin),
            None => groups.push(vec![pin]),
        }
    }
    for group in groups.iter_mut().filter(|group| group.len() > 1) {
        #[expect(clippy::cast_precision_loss, reason = "a dozen")]
        let n = group.len() as f32;
        let ring = lens.grow * (HEAD * 2.5 * n / std::f32::consts::TAU).max(HEAD * 1.5);
        let middle = group.iter().fold(Vec2::ZERO, |sum, pin| sum + pin.head / n);
        for (i, pin) in group.iter_mut().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a dozen")]
            let turn = i as f32 * std::f32::consts::TAU / n;
            let home = middle + Vec2::new(turn.sin(), -turn.cos()) * ring - Vec2::new(0.0, ring);
            pin.aside = ((home - pin.head) / lens.grow).clamp(Vec2::splat(-300.0), Vec2::splat(300.0)).round();
            pin.place(lens);
        }
    }
    groups.into_iter().flatten().collect()
}

/// Where to look from so that a cluster falls apart: the middle of its pins, and metres from it.
#[must_use]
pub fn view_that_splits(pyramid: &Pyramid, lens: &Lens, mark: &Mark, distance: f64) -> ([f64; 2], f64) {
    let mut bounds: Option<[[f64; 2]; 2]> = None;
    for of in std::iter::once(&mark.of).chain(&mark.joined) {
        let of_bounds = match of {
            MarkOf::Pin(id) => pyramid.pin(*id).map(|pin| [pin.at, pin.at]),
            MarkOf::Cluster(key) => pyramid.bounds(*key),
        };
        bounds = match (bounds, of_bounds) {
            (Some([[ax, ay], [bx, by]]), Some([[cx, cy], [dx, dy]])) => {
                Some([[ax.min(cx), ay.min(cy)], [bx.max(dx), by.max(dy)]])
            }
            (one, other) => one.or(other),
        };
    }
    let [east, north, _] = mark.at;
    let [[ax, ay], [bx, by]] = bounds.unwrap_or([[east, north]; 2]);
    let span = (bx - ax).max(by - ay);
    let fan = f64::from(lens.distance_for(FAN_SCALE * 1.25));
    let shown = f64::from(lens.size.min_element()) * 0.5;
    let fits = f64::from(lens.focal) * span / shown.max(1.0);
    // Always nearer than now, never nearer than where a spot is fanned out.
    ([ax.midpoint(bx), ay.midpoint(by)], fits.min(distance * 0.6).max(fan.min(distance * 0.9)))
}
