//! Why the dialog proposes what it proposes, in words. Pure.

use rust_i18n::t;

use super::draft::Draft;
use super::model::{PlaceHit, PlaceWhy};
use crate::config::{Catalogue, Proposal};
use crate::domain::casualty::{self, Casualty};
use crate::domain::{Alike, Grade};
use crate::screen::card::panel::away;
use crate::screen::look::words;

/// Words of a text that are told as the reason of a kind.
const WORDS_TOLD: usize = 2;
/// Less of two texts in common than this is not worth a word.
const SAID_LEAST: f64 = 0.1;

/// Why a place.
pub(super) fn of_place(place: &PlaceHit) -> String {
    match place.why {
        PlaceWhy::Text => t!("intake.place_text").into_owned(),
        PlaceWhy::Part => t!("intake.place_part", name = place.note).into_owned(),
        PlaceWhy::Crossing => t!("intake.place_crossing").into_owned(),
        PlaceWhy::Name if place.note.is_empty() => t!("intake.place_name").into_owned(),
        PlaceWhy::Name => place.note.clone(),
        PlaceWhy::Wgs84 => "WGS 84".to_owned(),
        PlaceWhy::Gcj02 => "GCJ-02".to_owned(),
    }
}

/// Why a kind of this name: what the text says of it, and which cases at hand; else that it says something like its name.
pub(super) fn of_kind(one: &Proposal, name: &str) -> String {
    let mut why = Vec::new();
    if !one.words.is_empty() {
        let words: Vec<&str> = one.words.iter().take(WORDS_TOLD).map(String::as_str).collect();
        why.push(t!("intake.because_words", words = words.join(&t!("intake.between"))).into_owned());
    }
    if one.cases > 0 {
        why.push(t!("intake.because_cases", count = one.cases).into_owned());
    }
    if why.is_empty() {
        why.push(t!("intake.because_name", kind = name).into_owned());
    }
    why.join(" · ")
}

/// Why the grade is what it is: somebody chose it, so many people are hurt, or it is that of its kind.
pub(super) fn of_grade(draft: &Draft, of_kind: Grade, casualties: &[Casualty]) -> String {
    if draft.grade.is_some() {
        return t!("intake.because_chosen").into_owned();
    }
    let is_raised = casualty::grade(casualties).is_some_and(|(grade, ..)| grade < of_kind);
    if is_raised { t!("intake.grade_raised") } else { t!("intake.grade_of_kind") }.into_owned()
}

/// Why a case may be the same: its kind, its words, how far away and how long before or after.
pub(super) fn of_alike(alike: &Alike) -> String {
    let kind = if alike.same_kind { t!("intake.alike_kind") } else { t!("intake.alike_class") };
    let mut why = vec![kind.into_owned()];
    if alike.said >= SAID_LEAST {
        why.push(t!("intake.alike_said", percent = format!("{:.0}", alike.said * 100.0)).into_owned());
    }
    why.extend(alike.metres.map(|metres| t!("card.crew_away", length = away(metres)).into_owned()));
    why.push(t!("intake.alike_time", age = words::age(alike.millis / 1000)).into_owned());
    why.join(" · ")
}

/// Which departments answer for a kind and why, the one that leads first; `None` where the catalogue names none.
pub(super) fn departments(catalogue: &Catalogue, kind: &str, locale: &str) -> Option<String> {
    let kind = catalogue.kind(kind)?;
    let departments = catalogue.departments();
    let name = |code: &str| departments.get(code).map(|department| department.name(locale).to_owned());
    let lead = name(kind.lead.as_deref()?)?;
    let mut said = t!("intake.leads", lead = lead).into_owned();
    let assist: Vec<String> = kind.assist.iter().filter_map(|code| name(code)).collect();
    if !assist.is_empty() {
        said = format!("{said} · {}", t!("intake.assist", names = assist.join(&t!("intake.and"))));
    }
    Some(said)
}
