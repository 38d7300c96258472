//! Where signs are expected by what they did in the weeks before, for the tiles of board and wall. Pure.
//!
//! The hub reckons it, beside all else and once an hour for each sign; here it is only kept. Signs in sight are asked for one
//! after another by the X-ray's question, and again when the hour is another one; what was told of the hour before is shown
//! until then. Of a moment of the past nothing is asked.

use std::collections::BTreeMap;

use super::told::Question;
use crate::domain::Moment;
use crate::domain::rights::Area;
use crate::domain::vital::Band;

const HOUR_MILLIS: i64 = 3_600_000;
/// Seconds between two questions, on the screen's own clock.
const EVERY_SECS: f64 = 0.25;
/// Seconds after which a sign is asked for again at the earliest, however fast the hall's time runs.
const AGAIN_SECS: f64 = 60.0;
/// So many are kept; beyond that all are asked for anew.
const KEPT_MAX: usize = 2_000;

/// What is known of where a sign is expected.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Expected<'a> {
    /// Nothing was told yet, or it is of the past.
    #[default]
    Untold,
    /// There is too little history for it.
    Nothing,
    /// There.
    Within(&'a Band),
}

impl<'a> Expected<'a> {
    /// The band, where there is one.
    #[must_use]
    pub const fn band(self) -> Option<&'a Band> {
        match self {
            Self::Within(band) => Some(band),
            Self::Untold | Self::Nothing => None,
        }
    }
}

/// What was told of a sign, of which hour and when.
#[derive(Debug, Clone)]
struct Known {
    hour: i64,
    secs: f64,
    band: Option<Band>,
}

/// What was told of where signs are expected.
#[derive(Debug, Default)]
pub struct Bands {
    known: BTreeMap<Area, BTreeMap<String, Known>>,
    asked: Option<Question<(Area, String)>>,
}

fn hour_of(at: Moment) -> i64 {
    at.0.div_euclid(HOUR_MILLIS)
}

impl Bands {
    /// Where a sign of an area is expected.
    #[must_use]
    pub fn of(&self, area: &Area, code: &str) -> Expected<'_> {
        match self.known.get(area).and_then(|signs| signs.get(code)) {
            None => Expected::Untold,
            Some(Known { band: None, .. }) => Expected::Nothing,
            Some(Known { band: Some(band), .. }) => Expected::Within(band),
        }
    }

    /// The sign to be asked for at `secs` of the screen's clock, the first of those in sight of which nothing is known of the
    /// hour; it counts as asked for then.
    pub(super) fn ask<'a>(
        &mut self,
        area: &Area,
        mut in_sight: impl Iterator<Item = &'a str>,
        now: Moment,
        secs: f64,
    ) -> Option<&'a str> {
        let known = self.known.get(area);
        let is_due = |code: &&str| {
            let known = known.and_then(|signs| signs.get(*code));
            known.is_none_or(|known| known.hour != hour_of(now) && secs - known.secs >= AGAIN_SECS)
        };
        let next = in_sight.find(is_due)?;
        let of = (area.clone(), next.to_owned());
        let waits = self.asked.as_ref().is_some_and(|asked| !asked.is_over(secs, EVERY_SECS));
        (!waits).then(|| {
            self.asked = Some(Question::new(of, secs));
            next
        })
    }

    /// What was asked for is not waited for any more: another question took its place.
    pub(super) fn forget(&mut self) {
        self.asked = None;
    }

    /// A band was told, or that there is none.
    pub(super) fn told(&mut self, (area, code): (&Area, &str), band: Option<Band>, (at, secs): (Moment, f64)) {
        if self.asked.as_ref().is_some_and(|asked| asked.is_of(|(of, sign)| of == area && sign == code)) {
            self.answered();
        }
        if self.known.values().map(BTreeMap::len).sum::<usize>() >= KEPT_MAX {
            self.known.clear();
        }
        let known = Known { hour: hour_of(at), secs, band };
        self.known.entry(area.clone()).or_default().insert(code.to_owned(), known);
    }

    /// Nothing was told of what was asked for: it is none for this hour, so that the others come.
    pub(super) fn refused(&mut self, now: (Moment, f64)) {
        if let Some((area, code)) = self.asked.as_ref().and_then(Question::waited_for).cloned() {
            self.told((&area, &code), None, now);
        }
    }

    fn answered(&mut self) {
        if let Some(asked) = &mut self.asked {
            asked.answered();
        }
    }
}
