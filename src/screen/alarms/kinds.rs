//! The kinds that a case of an alarm can be of where its rule says none, found by typing. Pure.

use rust_i18n::t;

use super::choice::ChoiceRow;
use crate::config::Catalogue;
use crate::domain::initials::{are_initials, initials};
use crate::domain::{Hall, SensorKind};

/// A kind of incident, with all that it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindName {
    /// What orders name.
    pub code: String,
    /// What people call it, in the language of the screen.
    pub name: String,
    /// Names in all languages, code and what people say of it, lower case, a line each.
    words: String,
    /// Pinyin initials of its Chinese name.
    initials: String,
}

impl KindName {
    /// How it stands in a choice, after so many cases of it that such alarms made.
    pub(super) fn row(&self, made: usize) -> ChoiceRow {
        let made = (made > 0).then(|| t!("alarm.case_made", count = made).into_owned());
        let note = made.map_or_else(|| self.code.clone(), |made| format!("{made} · {}", self.code));
        ChoiceRow { title: self.name.clone(), note }
    }

    fn is_meant(&self, typed: &str) -> bool {
        let typed = typed.trim().to_lowercase();
        self.words.contains(&typed) || are_initials(&typed) && self.initials.contains(&typed)
    }
}

/// The kinds of a catalogue, in its order.
#[must_use]
pub fn kinds_of(catalogue: &Catalogue, locale: &str) -> Vec<KindName> {
    let of = |kind: &crate::config::Kind| {
        let mut words = vec![kind.code.clone(), kind.name_zh.clone(), kind.name_en.clone()];
        words.extend(kind.words.iter().cloned());
        KindName {
            code: kind.code.clone(),
            name: kind.name(locale).to_owned(),
            words: words.join("\n").to_lowercase(),
            initials: initials(&kind.name_zh),
        }
    };
    catalogue.kinds().map(of).collect()
}

/// At most so many kinds that are meant by what was typed, and how many of the alarms held of what measures the same have a
/// case of each: the most come first, then the order of the catalogue.
#[must_use]
pub fn offered<'a>(
    kinds: &'a [KindName],
    typed: &str,
    measures: SensorKind,
    hall: &Hall,
    most: usize,
) -> Vec<(&'a KindName, usize)> {
    let alike = hall.alarms().all().filter(|alarm| alarm.what.measures == measures);
    let made: Vec<&str> = alike.filter_map(|alarm| Some(hall.incident(alarm.incident?)?.kind.as_str())).collect();
    let count = |kind: &KindName| made.iter().filter(|code| **code == kind.code).count();
    let meant = kinds.iter().filter(|kind| kind.is_meant(typed));
    let mut found: Vec<(&KindName, usize)> = meant.map(|kind| (kind, count(kind))).collect();
    found.sort_by_key(|(_, made)| std::cmp::Reverse(*made));
    found.truncate(most);
    found
}
