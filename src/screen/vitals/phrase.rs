//! How vital signs, their changes, ages and limits are written. Pure; the language is the one set at run time.

use rust_i18n::t;

use super::model::{Below, State};
use crate::domain::alarm::LimitRule;
use crate::domain::alarm::rules::Season;
use crate::domain::vital::Nothing;
use crate::domain::{Moment, VitalSign};
use crate::screen::look::words;

/// Where nothing is known.
pub(super) const DASH: &str = "—";

/// Digits behind the point: as many as a precision has, or as many as anybody reads.
fn digits(value: f64, precision: f64) -> usize {
    if precision > 0.0 {
        return [1.0, 0.1, 0.01].iter().position(|least| precision >= *least).unwrap_or(3);
    }
    match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    }
}

/// A value with as many digits as its sign tells: `12,345.6`.
#[must_use]
pub fn figure(value: f64, precision: f64) -> String {
    let text = format!("{:.*}", digits(value, precision), value + 0.0);
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let is_nothing = !text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| (if is_nothing { "" } else { "-" }, whole));
    let grouped = whole.parse().map_or_else(|_| whole.to_owned(), words::count);
    let rest = rest.map(|rest| format!(".{rest}")).unwrap_or_default();
    format!("{sign}{grouped}{rest}")
}

/// Its unit as people write it; empty for mere numbers.
#[must_use]
pub fn unit(sign: &VitalSign) -> &str {
    match sign.unit.as_str() {
        "1" => "",
        "ug/m3" => "µg/m³",
        "m3/h" => "m³/h",
        "Cel" => "℃",
        other => other,
    }
}

/// A value with its unit.
#[must_use]
pub fn with_unit(value: f64, sign: &VitalSign) -> String {
    let figure = figure(value, sign.precision);
    match unit(sign) {
        "" => figure,
        unit @ ("℃" | "°" | "%") => format!("{figure}{unit}"),
        unit => format!("{figure} {unit}"),
    }
}

/// An area, its value and how that stands, in a line.
#[must_use]
pub fn stands(area: &str, below: &Below, sign: &VitalSign) -> String {
    let state = match below.state {
        State::Crossed(grade) => t!("alarm.level", grade = grade.numeral()),
        State::Calm => t!("vital.calm"),
        State::Stale => t!("vital.out_of_date"),
        State::Nothing => t!("vital.no_data"),
        State::Waiting => t!("vital.first"),
    };
    let value = below.value.filter(|_| !below.state.is_without());
    if let (State::Stale, Some(value), Some(old)) = (below.state, value, below.age_secs) {
        return format!("{area} · {}", t!("vital.stale", value = with_unit(value, sign), age = age(old)));
    }
    match value {
        Some(value) => format!("{area} · {} · {state}", with_unit(value, sign)),
        None => format!("{area} · {}", without(below.state)),
    }
}

/// What stands instead of a value: there is none, or none yet.
#[must_use]
pub fn without(state: State) -> String {
    let key = if state == State::Waiting { "vital.first" } else { "vital.no_data" };
    t!(key).into_owned()
}

/// How much more or less, with an arrow; a dash where nothing was known.
#[must_use]
pub fn change(by: Option<f64>, precision: f64) -> String {
    let Some(by) = by else { return DASH.to_owned() };
    let size = figure(by.abs(), precision);
    if !size.chars().any(|digit| ('1'..='9').contains(&digit)) {
        return "=".to_owned();
    }
    format!("{}{size}", if by > 0.0 { '↑' } else { '↓' })
}

/// Seconds, minutes or more.
#[must_use]
pub fn age(secs: i64) -> String {
    if (0..60).contains(&secs) { t!("heat.card.secs", n = secs).into_owned() } else { words::age(secs) }
}

/// Per cent of a part, whole ones.
#[must_use]
pub fn percent(part: f32) -> String {
    format!("{:.0}%", f64::from(part.clamp(0.0, 1.0)) * 100.0)
}

/// Why there is no value.
#[must_use]
pub fn nothing(why: Nothing) -> String {
    match why {
        Nothing::NoSensors(kind) => {
            let kind = t!(format!("sensor.{}", kind.word()));
            t!("vital.nothing.no_sensors", kind = kind).into_owned()
        }
        Nothing::Missing(part) => t!("vital.nothing.missing", percent = percent(part)).into_owned(),
        Nothing::Undefined => t!("vital.nothing.undefined").into_owned(),
    }
}

/// When a variant counts: `6、7、8月 · 7:00–9:00`.
#[must_use]
pub fn season(season: &Season) -> String {
    let listed = |all: &[u8]| all.iter().map(u8::to_string).collect::<Vec<_>>().join(&t!("vital.comma"));
    let mut parts = Vec::new();
    if !season.months.is_empty() {
        parts.push(t!("vital.months", months = listed(&season.months)).into_owned());
    }
    if !season.weekdays.is_empty() {
        let days: Vec<String> =
            season.weekdays.iter().map(|day| t!(format!("words.weekday_{day}")).into_owned()).collect();
        parts.push(days.join(&t!("vital.comma")));
    }
    if let Some((from, to)) = season.hours {
        parts.push(format!("{from}:00–{to}:00"));
    }
    if parts.is_empty() { t!("vital.always").into_owned() } else { parts.join(" · ") }
}

/// Which limits are in force at a moment: those of a variant, or the plain ones.
#[must_use]
pub fn in_force(rule: &LimitRule, at: Moment, utc_offset_secs: i32) -> String {
    let variant = rule.variants.iter().find(|variant| variant.when.has(at, utc_offset_secs));
    match variant {
        Some(variant) => t!("vital.variant", when = season(&variant.when)).into_owned(),
        None if rule.variants.is_empty() => t!("vital.always").into_owned(),
        None => t!("vital.plain", n = rule.variants.len()).into_owned(),
    }
}

/// How long a limit has to be crossed until it is an alarm, and not crossed until that is over.
#[must_use]
pub fn waits(rule: &LimitRule) -> String {
    let of = |secs: u32| age(i64::from(secs));
    t!("vital.pending", pending = of(rule.pending_secs), keep = of(rule.keep_secs)).into_owned()
}
