//! What a formula asks, in words. Pure; the language is the one set at run time.

use rust_i18n::t;

use super::phrase::figure;
use crate::domain::SensorKind;
use crate::domain::vital::Formula;
use crate::domain::vital::formula::{Ask, CaseCount, Stat};
use crate::domain::vital::over::{Over, Window};

/// What a call in a formula asks; its own text where it is none.
pub(super) fn in_words(asked: &str) -> String {
    let formula = Formula::read(asked).ok();
    formula.as_ref().and_then(|formula| formula.asks().first()).map_or_else(|| asked.to_owned(), |(_, ask)| words(ask))
}

fn words(ask: &Ask) -> String {
    match ask {
        Ask::Sensors { stat, kind, bound } => sensors(*stat, *kind, *bound),
        Ask::Over { over, of, window } => {
            let key = match over {
                Over::Mean => "vital.over.mean",
                Over::Min => "vital.over.min",
                Over::Max => "vital.over.max",
                Over::Ago => "vital.over.ago",
                Over::Rate => "vital.over.rate",
            };
            t!(key, of = words(of), window = long(*window)).into_owned()
        }
        Ask::Cases { count, prefix } => {
            let key = match count {
                CaseCount::Open => "vital.cases.open",
                CaseCount::Major => "vital.cases.major",
                CaseCount::Late => "vital.cases.late",
                CaseCount::Hour => "vital.cases.hour",
                CaseCount::Today => "vital.cases.today",
                CaseCount::ClosedToday => "vital.cases.closed_today",
            };
            let all = t!(key).into_owned();
            if prefix.is_empty() { all } else { t!("vital.cases.of", cases = all, prefix = prefix).into_owned() }
        }
        Ask::Figure(kpi) => t!(format!("kpi.{}", kpi.word())).into_owned(),
        Ask::Alarms { waiting: false } => t!("vital.ask.alarms").into_owned(),
        Ask::Alarms { waiting: true } => t!("vital.ask.alarms_waiting").into_owned(),
        Ask::Crews { free: false } => t!("vital.ask.crews").into_owned(),
        Ask::Crews { free: true } => t!("vital.ask.crews_free").into_owned(),
    }
}

fn sensors(stat: Stat, kind: SensorKind, bound: f64) -> String {
    let key = match stat {
        Stat::Mean => "vital.ask.mean",
        Stat::Median => "vital.ask.median",
        Stat::Min => "vital.ask.min",
        Stat::Max => "vital.ask.max",
        Stat::Sum => "vital.ask.sum",
        Stat::Percentile => "vital.ask.percentile",
        Stat::Above => "vital.ask.above",
        Stat::Below => "vital.ask.below",
        Stat::ShareAbove => "vital.ask.share_above",
        Stat::ShareBelow => "vital.ask.share_below",
        Stat::Online => "vital.ask.online",
        Stat::Known => "vital.ask.sensors",
    };
    let digits = if bound.fract().abs() > 0.0 { 0.0 } else { 1.0 };
    let unit = if matches!(stat, Stat::Percentile) { "" } else { kind.unit() };
    let bound = format!("{} {unit}", figure(bound, digits));
    t!(key, kind = t!(format!("sensor.{}", kind.word())), bound = bound.trim_end()).into_owned()
}

/// How long a while is.
fn long(window: Window) -> String {
    let (count, unit) = window.count();
    let key = match unit {
        'd' => "vital.window.days",
        'h' => "vital.window.hours",
        _ => "vital.window.minutes",
    };
    t!(key, count = count).into_owned()
}
