//! Pictures that crews take of cases (处置前、处置后): drawn of a street, from the case's own chance and what was wrong there.
//!
//! One case in an hour is pictured, and all of a script: the first whose crew arrives in it and finds something to be seen.
//! People are not pictured. Which cases these are follows from the day alone, so that it is the same at any speed; drawn
//! they are when they are handed over.

mod canvas;
mod png;
mod scene;

use std::collections::BTreeSet;

use chrono::{DateTime, Timelike};
use ring::digest::{SHA256, digest};

use super::{Doing, Sim};
use crate::domain::{Attachment, FileHash, FileKind, Media, Moment, Party};
use crate::store::audit::hex;

/// What is wrong where a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Fire,
    Water,
    Waste,
    Hole,
    Tree,
    Cars,
    Pole,
    Snow,
}

impl Trouble {
    /// By the icon of a kind; `None` of what is about people, or is not to be seen.
    fn of_icon(icon: &str) -> Option<Self> {
        Some(match icon {
            "fire" | "smoke" => Self::Fire,
            "water" | "flood" | "rain" | "spill" => Self::Water,
            "waste" | "shop" | "works" => Self::Waste,
            "manhole" | "road" | "collapse" | "landslide" => Self::Hole,
            "tree" | "wind" => Self::Tree,
            "crash" | "car" | "breakdown" | "traffic" => Self::Cars,
            "lamp" | "sign" | "signal" | "power" => Self::Pole,
            "snow" => Self::Snow,
            _ => return None,
        })
    }
}

/// A picture that is still to be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    seed: u64,
    trouble: Trouble,
    after: bool,
    /// When it is taken, and the offset of city time from UTC in seconds.
    taken: (Moment, i32),
}

impl Picture {
    /// What it shows.
    #[must_use]
    pub const fn kind(&self) -> FileKind {
        if self.after { FileKind::After } else { FileKind::Before }
    }

    /// Draw it: a PNG of 640 by 400 dots, and what an order calls it. `None` would be a picture that is too large.
    #[must_use]
    pub fn file(&self, name: String) -> Option<(Attachment, Vec<u8>)> {
        let body = png::encode(&scene::draw(self)).ok()?;
        let hash = FileHash::of(&hex(digest(&SHA256, &body).as_ref()))?;
        let file = Attachment { name, kind: self.kind(), media: Media::Png, hash, bytes: body.len() as u64 };
        Some((file, body))
    }

    /// As cameras write it into a corner: `2026-03-02 14:05`.
    fn time(&self) -> String {
        self.local().map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    }

    fn hour(&self) -> u8 {
        self.local().and_then(|at| u8::try_from(at.hour()).ok()).unwrap_or_default()
    }

    fn local(&self) -> Option<DateTime<chrono::Utc>> {
        let (at, offset) = self.taken;
        DateTime::from_timestamp_millis(at.0.saturating_add(i64::from(offset) * 1000))
    }
}

/// What is pictured.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    /// The hour, counted since 1970 in city time, in which one case was.
    hour: Option<i64>,
    /// Cases with a picture of before.
    of: BTreeSet<u64>,
}

impl Pictures {
    /// A case is over for good.
    pub(super) fn forget(&mut self, number: u64) {
        self.of.remove(&number);
    }
}

impl Sim {
    /// The crew that leads is there, and may take a picture of what it finds.
    pub(super) fn picture_before(&mut self, number: u64) {
        let hour = self.hour_number();
        let Some(case) = self.cases.get(&number) else { return };
        let is_scripted = case.script.is_some();
        let wanted = is_scripted || self.pictures.hour != Some(hour);
        let seen = self.plan.icon(&case.report.kind).and_then(Trouble::of_icon);
        if let Some(trouble) = seen.filter(|_| wanted) {
            if !is_scripted {
                self.pictures.hour = Some(hour);
            }
            self.pictures.of.insert(number);
            self.picture(number, trouble, false);
        }
    }

    /// The work is done: who took a picture before takes one now.
    pub(super) fn picture_after(&mut self, number: u64) {
        let Some(case) = self.cases.get(&number).filter(|_| self.pictures.of.remove(&number)) else { return };
        if let Some(trouble) = self.plan.icon(&case.report.kind).and_then(Trouble::of_icon) {
            self.picture(number, trouble, true);
        }
    }

    fn picture(&mut self, number: u64, trouble: Trouble, after: bool) {
        let Some(case) = self.cases.get(&number) else { return };
        let Some(Party::Crew(crew)) = case.lead.clone() else { return };
        let exercise = case.script.as_ref().is_some_and(|(run, _)| self.is_exercise(*run));
        let key = case.key.clone();
        let (before, done) = &self.plan.words.pictures;
        let mark = if exercise { self.plan.words.exercise.as_str() } else { "" };
        let name = format!("{mark}{}", if after { done } else { before });
        let taken = (self.now, self.options.utc_offset_secs);
        let picture = Picture { seed: self.options.seed.wrapping_add(number), trouble, after, taken };
        self.tell(Doing::Picture(key, crew, name, picture));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Moment = Moment(1_780_920_000_000);

    fn picture(seed: u64, trouble: Trouble, after: bool) -> Picture {
        Picture { seed, trouble, after, taken: (NOON, 0) }
    }

    #[test]
    fn a_picture_is_a_small_png_and_the_same_each_time_it_is_drawn() {
        let all = [
            Trouble::Fire,
            Trouble::Water,
            Trouble::Waste,
            Trouble::Hole,
            Trouble::Tree,
            Trouble::Cars,
            Trouble::Pole,
            Trouble::Snow,
        ];
        let mut drawn = BTreeSet::new();
        for trouble in all {
            for after in [false, true] {
                let (file, body) = picture(3, trouble, after).file("a.png".to_owned()).unwrap();
                assert_eq!((Media::of(&body), file.check()), (Some(Media::Png), Ok(())));
                assert_eq!((file.media, file.bytes), (Media::Png, body.len() as u64));
                assert!(body.len() < 60_000, "{trouble:?}: {}", body.len());
                let again = |seed| picture(seed, trouble, after).file("a.png".to_owned()).unwrap().0.hash;
                assert_eq!(file.hash, again(3));
                assert_ne!(file.hash, again(4), "another street");
                drawn.insert(file.hash);
            }
        }
        assert_eq!(drawn.len(), all.len() * 2, "each is another one");
        assert_eq!(picture(3, Trouble::Fire, false).time(), "2026-06-08 12:00");
    }
}
