//! Standing alarms by a few words: what identifies their sensor, what it measures in either language, place and area. Pure.

use rust_i18n::t;

use super::model::{AlarmRow, row};
use super::strip::{place, title};
use crate::config::InForce;
use crate::domain::alarm::{Alarm, Alarms, urgency};
use crate::domain::rights::Area;
use crate::domain::vital::code_of;
use crate::domain::{AlarmId, Grade, Moment};

/// The languages in which somebody may type what a sensor measures.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// An alarm that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which.
    pub id: AlarmId,
    /// How bad it is.
    pub level: Grade,
    /// What is wrong, in the language of the screen.
    pub title: String,
    /// Where it is.
    pub place: String,
}

/// At most so many standing alarms within `area` of which `has` says that their words fit, what calls first; `said` is what
/// an area is called, by its path.
#[must_use]
pub fn found(
    alarms: &Alarms,
    area: &Area,
    has: impl Fn(&[&str]) -> bool,
    most: usize,
    now: Moment,
    said: impl Fn(&str) -> String,
) -> Vec<Named> {
    let standing = alarms.all().filter(|alarm| alarm.is_standing() && alarm.what.concerns(area));
    let mut found: Vec<&Alarm> = standing
        .filter(|alarm| {
            let words = words(alarms, alarm);
            has(&words.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    found.sort_by_key(|alarm| urgency(alarm));
    let named = |alarm: &Alarm| {
        let row = row(alarms, alarm, now);
        let row = AlarmRow { area_words: said(&row.area), ..row };
        Named { id: row.id, level: row.level, title: title(&row), place: place(&row) }
    };
    found.into_iter().take(most).map(named).collect()
}

/// All that an alarm is found by.
fn words(alarms: &Alarms, alarm: &Alarm) -> Vec<String> {
    let what = &alarm.what;
    let mut words = vec![what.source.clone(), what.name.clone(), what.area.path().to_owned()];
    for locale in LANGUAGES {
        for key in [format!("alarm.of.{}", what.measures.word()), format!("sensor.{}", what.measures.word())] {
            words.push(t!(key, locale = locale).into_owned());
        }
        words.push(t!(format!("alarm.kind.{}", what.kind.word()), locale = locale).into_owned());
        let sign = code_of(&what.source).and_then(|code| InForce::rules_of(alarms)?.sign(code));
        words.extend(sign.map(|sign| sign.name.of(locale).to_owned()));
    }
    words
}
