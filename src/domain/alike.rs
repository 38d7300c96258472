//! Which open cases may be the same thing, told by another voice.

use std::collections::BTreeSet;

use super::{Hall, Incident, IncidentId, LonLat, Stage};

/// Further apart, in metres, two reports are not of one thing.
pub const ALIKE_M: f64 = 500.0;
/// Longer apart, in milliseconds, neither: six hours.
pub const ALIKE_MILLIS: i64 = 6 * 3_600_000;
/// Less alike than this is not worth a word.
const LEAST: f64 = 0.6;
/// Shares of place, kind, time and words in how alike two cases are.
const SHARES: [f64; 4] = [0.4, 0.3, 0.1, 0.2];
/// Mean radius of the earth, metres.
const EARTH_M: f64 = 6_371_000.0;

/// A case that may be the same thing as another, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    /// Which.
    pub id: IncidentId,
    /// How alike, 0 to 1.
    pub score: f64,
    /// Metres between them; `None` where one place is known in words only, which are the same then.
    pub metres: Option<f64>,
    /// Milliseconds between their happening.
    pub millis: i64,
    /// Of the same kind, and not only of the same class.
    pub same_kind: bool,
    /// Share of the pairs of letters of both texts that both have, 0 to 1.
    pub said: f64,
}

impl Hall {
    /// Open cases that may be the same thing as `id`, the most likely first, at most `most`.
    #[must_use]
    pub fn alike(&self, id: IncidentId, most: usize) -> Vec<Alike> {
        let one = self.incident(id).filter(|one| one.stage != Stage::Closed);
        one.map_or_else(Vec::new, |one| self.alike_to(one, most))
    }

    /// The same of an incident that need not be there yet.
    #[must_use]
    pub fn alike_to(&self, one: &Incident, most: usize) -> Vec<Alike> {
        let words = pairs(&one.text);
        let open = self.incidents().filter(|other| other.id != one.id && other.stage != Stage::Closed);
        let mut found: Vec<Alike> = open.filter_map(|other| alike(one, &words, other)).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        found.truncate(most);
        found
    }
}

fn alike(one: &Incident, words: &BTreeSet<(char, char)>, other: &Incident) -> Option<Alike> {
    let same_kind = one.kind == other.kind;
    // Codes begin with the sort and the class: see `config/catalogue/kinds.toml`.
    let class = |code: &str| code.chars().take(3).collect::<String>();
    if !same_kind && class(&one.kind) != class(&other.kind) {
        return None;
    }
    let millis = one.happened_at.0.saturating_sub(other.happened_at.0).saturating_abs();
    if millis > ALIKE_MILLIS {
        return None;
    }
    let (metres, near) = match (one.place.at, other.place.at) {
        (Some(a), Some(b)) => {
            let metres = metres_between(a, b);
            (Some(metres), 1.0 - metres / ALIKE_M)
        }
        _ if !one.place.address.is_empty() && one.place.address == other.place.address => (None, 1.0),
        _ => return None,
    };
    if near < 0.0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "six hours in milliseconds")]
    let soon = 1.0 - millis as f64 / ALIKE_MILLIS as f64;
    let kind = if same_kind { 1.0 } else { 0.3 };
    let said = shared(words, &pairs(&other.text));
    let [place_share, kind_share, time_share, words_share] = SHARES;
    let score = place_share * near + kind_share * kind + time_share * soon + words_share * said;
    (score >= LEAST).then_some(Alike { id: other.id, score, metres, millis, same_kind, said })
}

/// Letters next to each other: Chinese has no spaces between its words.
fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let letters = || text.chars().filter(|c| c.is_alphanumeric());
    letters().zip(letters().skip(1)).collect()
}

/// What two texts share, of what both have, 0 to 1.
fn shared(a: &BTreeSet<(char, char)>, b: &BTreeSet<(char, char)>) -> f64 {
    let (both, all) = (a.intersection(b).count(), a.union(b).count());
    #[expect(clippy::cast_precision_loss, reason = "letters of a text")]
    let share = if all == 0 { 0.0 } else { both as f64 / all as f64 };
    share
}

/// Along the ground, for places within a city.
pub(in crate::domain) fn metres_between(a: LonLat, b: LonLat) -> f64 {
    let north = (a.lat - b.lat).to_radians();
    let east = (a.lon - b.lon).to_radians() * f64::midpoint(a.lat, b.lat).to_radians().cos();
    north.hypot(east) * EARTH_M
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_share_the_pairs_of_letters_that_both_have_of_all_that_there_are() {
        let said = |one: &str, other: &str| shared(&pairs(one), &pairs(other));
        let near = |share: f64, wanted: f64| (share - wanted).abs() < 1e-9;
        assert!(near(said("水管爆了", "水管爆裂"), 0.5), "two of four");
        assert!(near(said("水管爆了", "水管爆了。"), 1.0));
        assert!(near(said("水管爆了", ""), 0.0) && near(said("", ""), 0.0));
    }
}
