//! The card of a crew. Pure.

use rust_i18n::t;

use super::model::{Around, ThingCard};
use crate::domain::{CrewId, CrewKind, CrewPosition, Moment};
use crate::screen::look::words;
use crate::screen::units::legend::{kind_key, status_key};

/// The card of a crew that was last heard of as `position` says and drove at `speed_mps`.
#[must_use]
pub fn crew_card(position: &CrewPosition, speed_mps: f32, now: Moment, names: &impl Around) -> ThingCard {
    let heard = now.secs_since(position.when);
    let mut rows = vec![
        ("card.crew_status", t!(status_key(position.status)).into_owned()),
        ("card.crew_speed", format!("{:.0} km/h", speed_mps * 3.6)),
        ("card.crew_heard", if heard < 60 { t!("card.crew_now").into_owned() } else { words::age(heard) }),
    ];
    rows.extend(names.street(position.at).map(|street| ("card.street", street)));
    rows.push(("card.crew_follow", t!("card.crew_follow_key").into_owned()));
    ThingCard {
        name: Some(crew_name(position.kind, position.crew)),
        what: "card.crew",
        rows,
        areas: names.areas(position.at),
        point: Some(names.point(position.at)),
    }
}

/// What a crew is called: its kind and number.
#[must_use]
pub fn crew_name(kind: CrewKind, crew: CrewId) -> String {
    format!("{} {}", t!(kind_key(kind)), crew.0)
}
