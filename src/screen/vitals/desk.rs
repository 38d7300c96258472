//! What a desk looks at: the board of an area, one number, the map coloured by a sign. Pure.

use super::board::BoardWish;
use super::model::{Below, Column, Sorting};
use super::told::Looked;
use crate::domain::rights::Area;

/// What is open on a desk.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub(super) struct Desk {
    /// The board is open.
    pub(super) open: bool,
    /// When it made room for the page of keys, on egui's clock.
    pub(super) helped: Option<f64>,
    /// The area that is looked at.
    pub(super) area: Area,
    /// The chosen sign; empty while none was.
    pub(super) chosen: String,
    /// The sign that was chosen before in an area that does not have it.
    pub(super) lost: Option<String>,
    /// The area below from which the way went up to this one.
    pub(super) came: Option<Area>,
    /// It comes into sight.
    pub(super) reveal: bool,
    /// The keys are those of the list of areas below.
    pub(super) marked: Option<usize>,
    /// In which order tiles stand.
    pub(super) sorting: Sorting,
    /// Tiles are small, so that more are seen at once.
    pub(super) dense: bool,
    /// What lies over the board: what one number is made of.
    pub(super) looked: Option<Looked>,
    /// The map is coloured by the chosen sign.
    pub(super) coloured: bool,
    /// The areas as they are painted, each by its number in the pack.
    pub(super) painted: Vec<(u32, Below)>,
    /// The area that the map is coloured in, while one of it is looked into.
    pub(super) map_of: Option<Area>,
}

impl Desk {
    /// Whether anything is seen for which the hub is to be asked.
    pub(super) const fn looks(&self) -> bool {
        self.open || self.coloured
    }

    /// The page of keys is asked for: it has those of the board, which goes. A key may be seen in two passes of a frame.
    pub(super) fn help(&mut self, secs: f64) {
        let again = self.helped.is_some_and(|at| (at - secs).abs() < f64::EPSILON);
        self.helped = (self.open || again).then_some(secs);
    }

    /// Whether its keys are to stand on the page of keys.
    pub(super) const fn explains(&self) -> bool {
        self.open || self.helped.is_some()
    }

    /// Open it, or close it with what lies over it.
    pub(super) fn turn(&mut self, open: bool) {
        (self.open, self.reveal) = (open, open);
        self.marked = None;
        let trail = self.looked.take().map(|looked| looked.trail).unwrap_or_default();
        // What was looked into on the map is one of its areas: the map is that of all of them, and of its own sign.
        if let Some(area) = self.map_of.take() {
            self.area = area;
            if let Some((sign, _)) = trail.into_iter().next() {
                self.chosen = sign;
            }
        }
    }

    /// From what an index is made of to what one of its signs is.
    pub(super) fn look_at_part(&mut self, sign: String) {
        let Some(index) = self.looked.take() else { return };
        let mut trail = index.trail;
        trail.push((index.sign, index.marked));
        self.chosen.clone_from(&sign);
        self.looked = Some(Looked { trail, ..Looked::at(sign) });
    }

    /// From there back to the index, or from an X-ray to what lies below it; whether an X-ray is left.
    pub(super) fn look_back(&mut self) -> bool {
        let Some(mut trail) = self.looked.take().map(|looked| looked.trail) else { return false };
        if let Some((sign, marked)) = trail.pop() {
            self.chosen.clone_from(&sign);
            self.looked = Some(Looked { marked, trail, ..Looked::at(sign) });
        }
        self.looked.is_some()
    }

    /// What the number of the chosen sign is made of in an area of the coloured map.
    pub(super) fn look_into(&mut self, area: Area) {
        self.turn(true);
        self.looked = Some(Looked::at(self.chosen.clone()));
        self.map_of = Some(std::mem::replace(&mut self.area, area));
    }

    /// An area of the coloured map by its number in the pack.
    pub(super) fn painted_at(&self, record: u32) -> Option<&Below> {
        self.painted.iter().find(|(painted, _)| *painted == record).map(|(_, below)| below)
    }

    /// One of the signs there are is chosen: the one that was before in an area without it, where there is it again.
    pub(super) fn settle(&mut self, columns: &[Column<'_>]) {
        let there = |code: &str| columns.iter().flat_map(|column| &column.tiles).any(|tile| tile.sign.code == code);
        if let Some(lost) = self.lost.take_if(|lost| there(lost)) {
            (self.chosen, self.reveal) = (lost, true);
        } else if !there(&self.chosen)
            && let Some(first) = columns.first().and_then(|column| column.tiles.first())
        {
            let before = std::mem::replace(&mut self.chosen, first.sign.code.clone());
            self.lost = self.lost.take().or_else(|| Some(before).filter(|before| !before.is_empty()));
            self.reveal = true;
        }
    }

    /// The row of the areas below that has the keys first: the one that the way came up from.
    pub(super) fn row_of_way(&self, below: &[Below]) -> usize {
        below.iter().position(|below| Some(&below.area) == self.came.as_ref()).unwrap_or_default()
    }

    /// From what a number is made of to its values in the areas below, where there are any.
    pub(super) fn go_below(&mut self, below: &[Below]) {
        if !below.is_empty() {
            self.looked = None;
            (self.marked, self.reveal) = (Some(self.row_of_way(below)), true);
        }
    }

    /// Do what was wished, as far as it is the desk's own; what is left is somebody else's.
    pub(super) fn carry_out(&mut self, wish: BoardWish) -> Option<BoardWish> {
        match wish {
            BoardWish::Choose(sign) => {
                (self.chosen, self.reveal, self.marked) = (sign, true, None);
                self.lost = None;
            }
            BoardWish::Look(sign) => {
                self.lost = None;
                self.chosen.clone_from(&sign);
                self.looked = Some(Looked::at(sign));
            }
            BoardWish::Go(area) => {
                // Whoever went up goes back down by the same keys.
                self.came = Some(self.area.part_of(&area)).filter(|came| came.is_within(&area) && *came != area);
                (self.area, self.marked, self.reveal) = (area, None, true);
            }
            BoardWish::Mark(marked) => (self.marked, self.reveal) = (marked, true),
            BoardWish::Sort(sorting) => (self.sorting, self.reveal) = (sorting, true),
            BoardWish::Dense(dense) => (self.dense, self.reveal) = (dense, true),
            BoardWish::Close => self.turn(false),
            other @ (BoardWish::Ago(_) | BoardWish::Colour) => return Some(other),
        }
        None
    }
}
