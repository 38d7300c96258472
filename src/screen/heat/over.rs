//! Windows of time of a layer of sensors: which there are, how people say it, and what a key changes. Pure.

use rust_i18n::t;

use super::census;
use crate::domain::SensorKind;
use crate::domain::sensor::{Gist, Spell, Window};

/// Key of a spell in `assets/i18n`, as a choice.
#[must_use]
pub(super) const fn spell_key(spell: Spell) -> &'static str {
    match spell {
        Spell::Hour => "heat.spell.hour",
        Spell::Today => "heat.spell.today",
        Spell::Day => "heat.spell.day",
    }
}

/// Key of what is told, in `assets/i18n`.
#[must_use]
pub(super) const fn gist_key(gist: Gist) -> &'static str {
    match gist {
        Gist::Mean => "heat.gist.mean",
        Gist::Highest => "heat.gist.highest",
        Gist::Lowest => "heat.gist.lowest",
        Gist::Sum => "heat.gist.sum",
    }
}

/// What is told, for people: "highest of the last hour".
#[must_use]
pub(in crate::screen) fn phrase(window: Window) -> String {
    let of = match window.spell {
        Spell::Hour => "heat.spell_of.hour",
        Spell::Today => "heat.spell_of.today",
        Spell::Day => "heat.spell_of.day",
    };
    t!("heat.over", gist = t!(gist_key(window.gist)), spell = t!(of)).into_owned()
}

/// The same after the name of a layer, where a window is told.
#[must_use]
pub(super) fn named(name: &str, window: Option<Window>) -> String {
    window.map_or_else(|| name.to_owned(), |window| format!("{name} · {}", phrase(window)))
}

/// The same kind over another spell, `None` for now: what is told of it stays.
#[must_use]
pub(super) fn over(kind: SensorKind, window: Option<Window>, spell: Option<Spell>) -> Option<Window> {
    let spell = spell?;
    Some(window.map_or_else(|| Window::of(kind, spell), |window| Window { spell, ..window }))
}

/// The next spell: now, an hour, today, a day, and now again.
#[must_use]
pub(super) fn next_spell(kind: SensorKind, window: Option<Window>) -> Option<Window> {
    let next = match window {
        None => Spell::ALL.first(),
        Some(window) => Spell::ALL.iter().skip_while(|spell| **spell != window.spell).nth(1),
    };
    over(kind, window, next.copied())
}

/// The next that is told of a window; of now there is nothing else.
#[must_use]
pub(super) fn next_gist(kind: SensorKind, window: Option<Window>) -> Option<Window> {
    let window = window?;
    let gists = Gist::of(kind);
    let next = gists.iter().skip_while(|gist| **gist != window.gist).nth(1).or_else(|| gists.first());
    Some(Window { gist: next.copied().unwrap_or(window.gist), ..window })
}

/// The next choice of which cases count.
#[must_use]
pub(super) fn next_cases(window: census::Window) -> census::Window {
    let all = census::Window::ALL;
    let next = all.iter().skip_while(|one| **one != window).nth(1).or_else(|| all.first());
    next.copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_and_what_is_told_go_round_and_a_choice_stays_over_another_spell() {
        let rain = SensorKind::Rain;
        let hour = next_spell(rain, None);
        assert_eq!(hour, Some(Window { spell: Spell::Hour, gist: Gist::Sum }), "of rain how much fell");
        let highest = next_gist(rain, hour);
        assert_eq!(highest, Some(Window { spell: Spell::Hour, gist: Gist::Highest }));
        let day = next_spell(rain, next_spell(rain, highest));
        assert_eq!(day, Some(Window { spell: Spell::Day, gist: Gist::Highest }));
        assert_eq!(next_spell(rain, day), None, "now again");
        assert_eq!(next_gist(rain, next_gist(rain, highest)), hour);
        assert_eq!(next_gist(rain, None), None);
        let of = |kind| next_spell(kind, None).map(|window| window.gist);
        assert_eq!(of(SensorKind::CombustibleGas), Some(Gist::Highest));
        assert_eq!(of(SensorKind::TrafficSpeed), Some(Gist::Mean));
        let cases = census::Window::ALL;
        assert_eq!(cases.map(next_cases), [cases[1], cases[2], cases[0]]);
    }

    #[test]
    fn a_window_is_said_in_words_of_both_languages() {
        let gas = Window { spell: Spell::Hour, gist: Gist::Highest };
        let said = |locale: &str| {
            let gist = t!(gist_key(gas.gist), locale = locale);
            t!("heat.over", locale = locale, gist = gist, spell = t!("heat.spell_of.hour", locale = locale))
                .into_owned()
        };
        assert_eq!([said("en"), said("zh-CN")], ["highest of the last hour", "近 1 小时最高"]);
        assert!(named("Gas", Some(gas)).starts_with("Gas · ") && named("Gas", None) == "Gas");
    }
}
