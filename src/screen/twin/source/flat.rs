//! Flat shapes: vertices and indices go to the adapter as they lie in the pack. They stand in painting order, small
//! ways before great ones, so far chunks begin later.

use super::Steps;
use crate::ground::City;
use crate::ground::pack::records::{Chunk, Paint};

/// Number of paints.
pub const PAINTS: usize = Paint::ALL.len();

/// Where each rank of paint starts among the indices of a chunk of flat shapes. The last rank has what bridges over
/// all.
#[must_use]
pub fn steps(city: &City, chunk: &Chunk) -> Steps {
    let tones = city.flat_tones_of(chunk);
    let rank = |first: u16| {
        let paint = tones.get(usize::from(first)).and_then(|tone| Paint::from_number(tone[2]));
        paint.map_or(0, |paint| usize::from(paint.rank()))
    };
    ranks(city.flat_indices_of(chunk), rank)
}

fn ranks(indices: &[u16], rank: impl Fn(u16) -> usize) -> Steps {
    let mut starts = Vec::with_capacity(PAINTS + 1);
    starts.push(0);
    for (triangle, first) in (0_u32..).zip(indices.iter().step_by(3)) {
        while starts.len() <= rank(*first) {
            starts.push(triangle * 3);
        }
    }
    starts.resize(PAINTS + 1, u32::try_from(indices.len() / 3 * 3).unwrap_or(0));
    Steps(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flat_shapes_know_where_each_rank_starts_and_bridges_stay_on_top() {
        let paints = [Paint::Water, Paint::Path, Paint::Motorway, Paint::Outline, Paint::Path];
        let indices: Vec<u16> = (0..15).collect();
        let steps =
            ranks(&indices, |first| paints.get(usize::from(first / 3)).map_or(0, |paint| usize::from(paint.rank())));
        let rank = |paint: Paint| usize::from(paint.rank());
        assert_eq!(steps.range(0..rank(Paint::Stream)), 0..3);
        assert_eq!(steps.range(rank(Paint::Path)..PAINTS), 3..15);
        assert_eq!(steps.range(rank(Paint::Service)..PAINTS), 6..15);
        assert!(ranks(&[], |_| 0).range(0..PAINTS).is_empty());
    }
}
