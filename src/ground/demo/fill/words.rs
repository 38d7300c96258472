//! Names of what stands within a block.

use serde::Deserialize;

use super::super::names::{self, Pair, names};
use super::site::Site;

/// Names and patterns; a building has a Chinese name alone.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ground::demo) struct Inside {
    pub(super) malls: Vec<String>,
    pub(super) hotels: Vec<String>,
    pub(super) estates: Vec<Pair>,
    pub(super) villages: Vec<Pair>,
    pub(super) works: Vec<Pair>,
    pub(super) tower_of: Vec<String>,
    pub(super) kindergarten: String,
    pub(super) teaching: String,
    pub(super) laboratory: String,
    pub(super) gymnasium: String,
    pub(super) canteen: String,
    pub(super) library: String,
    pub(super) dormitory: String,
    pub(super) administration: String,
    pub(super) outpatients: String,
    pub(super) wards: String,
    pub(super) treatment: String,
    pub(super) garage: String,
    pub(super) drill_tower: String,
    pub(super) service_hall: String,
    pub(super) workshop: String,
    pub(super) warehouse: String,
    pub(super) offices: String,
    pub(super) power_house: String,
    pub(super) ancestral_hall: String,
    pub(super) temple: String,
    pub(super) pagoda: String,
    pub(super) tea_house: String,
    pub(super) waiting_hall: String,
    pub(super) sports_hall: String,
    pub(super) stadium: String,
}

/// The names of this module.
pub(super) fn inside() -> &'static Inside {
    &names().inside
}

impl Site<'_> {
    /// A made-up word, Chinese and Pinyin.
    pub(super) fn word(&mut self) -> (String, String) {
        names::word(&mut self.random)
    }

    /// One of the patterns with a made-up word in it.
    pub(super) fn called(&mut self, patterns: &[String]) -> String {
        let (zh, _) = self.word();
        self.random.pick(patterns).map(|pattern| names::fill(pattern, &zh)).unwrap_or_default()
    }

    /// The block's own name, or one of the patterns with a made-up word.
    pub(super) fn own_name(&mut self, patterns: &[Pair]) -> (String, String) {
        if !self.block.name.0.is_empty() {
            return self.block.name.clone();
        }
        let (zh, en) = self.word();
        self.random.pick(patterns).map(|pattern| pattern.of((&zh, &en))).unwrap_or_default()
    }

    /// What this building of the facility is called.
    pub(super) fn of_block(&self, what: &str) -> String {
        format!("{}{what}", self.block.name.0)
    }
}

/// A pattern with a number.
pub(super) fn numbered(pattern: &str, number: usize) -> String {
    names::fill(pattern, &number.to_string())
}
