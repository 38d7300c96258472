//! The nearest right word to a wrong one.

/// The candidate that `wrong` was most likely meant to be; `None` where nothing is close.
///
/// Close means: at most one edit for every three letters, and at least one edit allowed.
#[must_use]
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (wrong.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wrong.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, swap of neighbours) between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (row, from) in a.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, to) in b.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, column) + usize::from(from != *to);
            let mut best = replaced.min(at(&above, column + 1) + 1).min(at(&line, column) + 1);
            let before_to = column.checked_sub(1).and_then(|index| b.get(index));
            if last_a == Some(*to) && before_to == Some(&from) {
                best = best.min(at(&before, column.saturating_sub(1)) + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
        last_a = Some(from);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits_and_swaps_of_neighbours() {
        assert_eq!(distance("port", "port"), 0);
        assert_eq!(distance("prot", "port"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn offers_only_what_is_close() {
        let keys = ["listen", "city", "screen"];
        assert_eq!(nearest("lisen", keys), Some("listen"));
        assert_eq!(nearest("Sreen", keys), Some("screen"));
        assert_eq!(nearest("weather", keys), None);
    }
}
