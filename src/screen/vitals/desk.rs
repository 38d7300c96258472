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
        self.looked = None;
        // What was looked into on the map is one of its areas: the map is that of all of them.
        if let Some(area) = self.map_of.take() {
            self.area = area;
        }
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

    /// One of the signs there are is chosen.
    pub(super) fn settle(&mut self, columns: &[Column<'_>]) {
        let mut all = columns.iter().flat_map(|column| &column.tiles);
        if !all.any(|tile| tile.sign.code == self.chosen)
            && let Some(first) = columns.first().and_then(|column| column.tiles.first())
        {
            self.chosen.clone_from(&first.sign.code);
            self.reveal = true;
        }
    }

    /// Do what was wished, as far as it is the desk's own; what is left is somebody else's.
    pub(super) fn carry_out(&mut self, wish: BoardWish) -> Option<BoardWish> {
        match wish {
            BoardWish::Choose(sign) => (self.chosen, self.reveal, self.marked) = (sign, true, None),
            BoardWish::Look(sign) => {
                self.chosen.clone_from(&sign);
                self.looked = Some(Looked::at(sign));
            }
            BoardWish::Go(area) => (self.area, self.marked, self.reveal) = (area, None, true),
            BoardWish::Mark(marked) => (self.marked, self.reveal) = (marked, true),
            BoardWish::Sort(sorting) => (self.sorting, self.reveal) = (sorting, true),
            BoardWish::Dense(dense) => (self.dense, self.reveal) = (dense, true),
            BoardWish::Close => self.turn(false),
            other @ (BoardWish::Ago(_) | BoardWish::Colour) => return Some(other),
        }
        None
    }
}
