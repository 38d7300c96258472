//! The layer of a wall in its engine: puts it on, takes it off, and says what its colours mean.

use bevy::prelude::*;
use rust_i18n::t;

use super::desk::{of_archive, waits};
use super::form::Form;
use super::layer::Layer;
use super::over::phrase;
use super::stack::Ply;
use super::systems::Layers;
use super::worn::{Choice, Dress, WallLayers, Want, Why, Worn, wants};
use crate::domain::Seq;
use crate::domain::sensor::Window;
use crate::screen::look::words;
use crate::screen::names::Kinds;
use crate::screen::shown::{Ground, Shown};
use crate::screen::situation::{Ledger, Names};

/// What the wall wears.
#[derive(Resource, Debug, Default)]
pub struct Wears {
    choice: Choice,
    wants: Vec<Want>,
    /// What the wants were read from.
    read_at: Option<(Seq, usize)>,
    on: Option<(Worn, Option<Want>)>,
    /// The sign that colours the map.
    sign: Option<String>,
}

impl Wears {
    /// The layer and its form, as chosen.
    #[must_use]
    pub fn worn(&self) -> Option<Worn> {
        self.on.map(|(worn, _)| worn)
    }

    /// The code of the vital sign that colours the map, where that has its turn and nothing asks for a layer.
    #[must_use]
    pub fn sign(&self) -> Option<&str> {
        self.sign.as_deref()
    }

    /// What asked for it; `None` where the wall wears it always.
    #[must_use]
    pub fn why(&self) -> Option<Why> {
        self.on.and_then(|(_, want)| want).map(|want| want.why)
    }
}

/// Put on what is to be worn.
pub(super) fn dress(
    (shown, ground, ledger): (Res<Shown>, Res<Ground>, Res<Ledger>),
    (kinds, always): (Option<Res<Kinds>>, Res<WallLayers>),
    (mut wears, mut layers): (ResMut<Wears>, ResMut<Layers>),
) {
    let (wears, layers) = (wears.bypass_change_detection(), layers.bypass_change_detection());
    let catalogue = kinds.as_ref().and_then(|kinds| kinds.0.as_ref());
    let read_at = Some((shown.hall.upto(), catalogue.map_or(0, |catalogue| catalogue.kinds().count())));
    if wears.read_at != read_at {
        let icon = |code: &str| catalogue.and_then(|all| all.kind(code)).map_or_else(String::new, |k| k.icon.clone());
        wears.wants = wants(&shown.hall, &ledger, icon, ground.0.frame());
        wears.read_at = read_at;
    }
    // Its sensors are known once the hub has told all of them.
    if let Some((worn, Some(want))) = wears.on
        && let Some(field) = layers.stack().of(worn.layer).map(Ply::field)
        && !field.is_coming()
        && shown.link.is_live()
    {
        wears.choice.judge(&want, field.nearest_m(want.at));
    }
    let (always, sign) = match always.at(shown.now) {
        Some(Dress::Layer(worn)) => (Some(*worn), None),
        Some(Dress::Sign(code)) => (None, Some(code)),
        None => (None, None),
    };
    wears.on = wears.choice.next(&wears.wants, always, ground.0.terrain().is_some());
    let sign = sign.filter(|_| wears.on.is_none());
    if wears.sign.as_ref() != sign {
        wears.sign = sign.cloned();
    }
    let worn = wears.on.map(|(worn, _)| (worn.layer, worn.form));
    layers.change(|stack| stack.wear(worn));
    if let Some((worn, _)) = wears.on {
        layers.show_window(worn.layer, worn.over, shown.now);
        layers.window = worn.cases;
    }
    // They are too small to be seen from afar.
    layers.sensors = false;
}

/// Whether the map is coloured by a vital sign: layers lay nothing then.
pub(super) fn wears_a_sign(wears: Res<Wears>) -> bool {
    wears.sign.is_some()
}

/// What a wall says of its layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Legend {
    /// The layer.
    pub layer: Layer,
    /// The form in which it is shown.
    pub form: Form,
    /// The window of time of which its sensors tell.
    pub over: Option<Window>,
    /// For what it is worn; empty where it always is.
    pub why: String,
    /// How much data there is, or why there is none.
    pub state: String,
}

/// The legend of what a wall wears.
#[must_use]
pub fn legend(wears: &Wears, layers: &Layers, shown: &Shown, names: &dyn Names) -> Option<Legend> {
    let ply = layers.stack().front()?;
    let (layer, form) = (ply.layer(), ply.form());
    let why = match wears.why() {
        Some(Why::Alarm(alarm)) => {
            let alarm = shown.hall.alarms().get(alarm)?;
            let name = if alarm.what.name.is_empty() { &alarm.what.source } else { &alarm.what.name };
            t!("heat.worn.alarm", name = name).into_owned()
        }
        Some(Why::Case(case)) => {
            let kind = names.kind(&shown.hall.incident(case)?.kind);
            t!("heat.worn.case", kind = kind).into_owned()
        }
        None => String::new(),
    };
    let over = ply.field().window();
    let state = if let Some(why) = waits(ply, layers.unread, shown) {
        t!(why).into_owned()
    } else if let Some(window) = over.filter(|_| ply.field().is_gathering()) {
        t!("heat.over_coming", over = phrase(window)).into_owned()
    } else if let Some(why) = ply.laid.empty() {
        t!(why).into_owned()
    } else if layer == Layer::Cases {
        let counted = t!(layers.window.count_key(), n = words::count(ply.field().cases())).into_owned();
        match of_archive(&layers.census, shown) {
            Some(archive) => format!("{counted} · {archive}"),
            None => counted,
        }
    } else {
        let (fresh, all) = ply.field().counts(layers.moment(shown.now));
        t!("heat.counts", fresh = words::count(fresh), all = words::count(all)).into_owned()
    };
    Some(Legend { layer, form, over, why, state })
}
