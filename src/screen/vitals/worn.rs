//! The map of a wall coloured by a vital sign, where its settings name one among what it wears in turns.

use std::sync::Arc;

use bevy::prelude::*;
use rust_i18n::t;

use super::map::{ends, patches, shades};
use super::model::{Below, Read, State};
use super::phrase;
use super::systems::{OPACITY, coloured, name_of};
use super::told::Vitals;
use crate::domain::VitalSign;
use crate::domain::rights::Area;
use crate::screen::heat::Wears;
use crate::screen::patches::picture;
use crate::screen::shown::{Ground, Shown};
use crate::screen::twin::drape::Drape;

pub(in crate::screen) use super::map::ramp;

/// What a wall says of the sign that colours its map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignLegend {
    /// The sign.
    pub name: String,
    /// Where it stands worst, where it crosses a limit anywhere.
    pub why: String,
    /// How many areas there are and how they stand, or why there is nothing.
    pub state: String,
    /// The values at the ends of the ramp, where there are any.
    pub ends: Option<[String; 2]>,
}

/// The legend of the sign that a wall's map is coloured by; `None` where it is not.
#[must_use]
pub fn sign_legend(wears: &Wears, vitals: &Vitals, shown: &Shown, ground: &Ground, locale: &str) -> Option<SignLegend> {
    let code = wears.sign()?;
    let read = vitals.read(shown);
    let all = read.as_ref().map_or(Vec::new(), |read| coloured(read, code));
    let sign = vitals.rules().sign(code);
    let why = match (sign, &read) {
        (None, _) => Some(t!("vital.map_unknown", sign = code).into_owned()),
        (_, None) if !shown.link.is_live() => Some(t!("heat.no_hub").into_owned()),
        (_, None) => Some(t!("vital.waits").into_owned()),
        _ => None,
    };
    Some(match (sign, why) {
        (Some(sign), None) => of_areas(sign, &all, &|area| name_of(ground, area), locale),
        (sign, why) => {
            let name = sign.map_or(code, |sign| sign.name.of(locale)).to_owned();
            SignLegend { name, why: String::new(), state: why.unwrap_or_default(), ends: None }
        }
    })
}

/// The legend of a sign in some areas, those that cross a limit first.
fn of_areas(sign: &VitalSign, all: &[Below], name: &dyn Fn(&Area) -> String, locale: &str) -> SignLegend {
    let worst = all.first().filter(|below| below.state.level().is_some());
    let count = |is: &dyn Fn(State) -> bool| all.iter().filter(|below| is(below.state)).count();
    let crossed = count(&|state| state.level().is_some());
    let silent = count(&|state| !state.is_known());
    let mut state = vec![t!("vital.map_areas", n = all.len()).into_owned()];
    state.extend((crossed > 0).then(|| t!("vital.map_crossed", n = crossed).into_owned()));
    state.extend((silent > 0).then(|| t!("vital.map_silent", n = silent).into_owned()));
    SignLegend {
        name: sign.name.of(locale).to_owned(),
        why: worst.map(|worst| phrase::stands(&name(&worst.area), worst, sign)).unwrap_or_default(),
        state: state.join(" · "),
        ends: ends(all).map(|(low, high)| [low, high].map(|value| phrase::with_unit(value, sign))),
    }
}

/// What lies on the ground by a sign.
#[derive(Default)]
pub(super) struct Painted {
    /// The map is that of a sign.
    lies: bool,
    /// What it was painted from, where anything was told.
    of: Option<(Area, String, Vec<Below>)>,
}

/// Lay the colours of the areas on the ground of a wall whose turn is that of a sign. What lies there otherwise is that of
/// layers, which lay nothing meanwhile.
pub(super) fn colour(
    (shown, ground): (Res<Shown>, Res<Ground>),
    (wears, vitals): (Res<Wears>, Res<Vitals>),
    mut drape: ResMut<Drape>,
    mut painted: Local<Painted>,
) {
    let Some(code) = wears.sign() else {
        *painted = Painted::default();
        return;
    };
    let by = |read: Read<'_>| (read.board.area.clone(), code.to_owned(), coloured(&read, code));
    let of = vitals.read(&shown).map(by);
    if painted.lies && painted.of == of {
        return;
    }
    // Where only ages grew the picture is the same.
    let before = painted.of.as_ref().map(|(.., all)| shades(all));
    if !painted.lies || before != of.as_ref().map(|(.., all)| shades(all)) {
        let laid = of.as_ref().and_then(|(.., all)| picture(&patches(&ground.0, all)));
        drape.picture = laid.map(Arc::new);
        drape.opacity = OPACITY;
    }
    *painted = Painted { lies: true, of };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Grade;
    use crate::domain::vital::Family;
    use crate::screen::vitals::tests::sign;

    fn below(path: &str, value: Option<f64>, state: State) -> Below {
        Below { area: Area::of(path).unwrap(), value, state, age_secs: value.map(|_| 7_200) }
    }

    #[test]
    fn the_legend_of_a_coloured_wall_names_the_worst_area_and_counts_what_is_silent() {
        let sign = sign("air", Family::Ecology);
        let name = |area: &Area| area.path().to_uppercase();
        let all = [
            below("a", Some(35.0), State::Crossed(Grade::II)),
            below("b", Some(3.0), State::Calm),
            below("c", Some(8.0), State::Calm),
            below("d", Some(99.0), State::Stale),
            below("e", None, State::Nothing),
        ];
        let legend = of_areas(&sign, &all, &name, "en");
        assert_eq!(legend.why, phrase::stands("A", &all[0], &sign));
        assert_eq!(legend.ends, Some([3.0, 8.0].map(|value| phrase::with_unit(value, &sign))));
        let said = [t!("vital.map_areas", n = 5), t!("vital.map_crossed", n = 1), t!("vital.map_silent", n = 2)];
        assert_eq!(legend.state, said.join(" · "));
        let calm = of_areas(&sign, &all[1..3], &name, "en");
        assert_eq!((calm.why.as_str(), calm.state), ("", t!("vital.map_areas", n = 2).into_owned()));
        assert_eq!(of_areas(&sign, &all[4..], &name, "en").ends, None, "there is no ramp of nothing");
    }
}
