//! The limits of a sensor on its card: which are in force, where its value stands between them, how long they have to be
//! crossed, and the last alarm of it.

use egui::{Align2, Label, RichText, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::layer::unit;
use super::panel::with_unit;
use crate::domain::alarm::{Alarm, Alarms, LimitRule};
use crate::domain::{AlarmKind, Grade, Moment};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::vitals::phrase;

/// What a card shows of limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits<'a> {
    /// The rule that fits the sensor, where one does.
    pub(super) rule: Option<&'a LimitRule>,
    /// Its newest value, where that says anything still.
    pub(super) value: Option<f64>,
    /// Its last alarm that is held.
    pub(super) alarm: Option<&'a Alarm>,
    /// The moment that is shown.
    pub(super) now: Moment,
    /// That is one of the past, of whose limits and alarms nothing is known.
    pub(super) past: bool,
    /// Offset of city time from UTC.
    pub(super) utc_offset_secs: i32,
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    /// How bad it is where that is crossed.
    pub(super) grade: Grade,
    /// The limit itself.
    pub(super) limit: f64,
    /// It is crossed by what is more; else by what is less.
    pub(super) high: bool,
    /// It is crossed.
    pub(super) crossed: bool,
}

impl Mark {
    /// How far a value is from it; what has crossed it is less than zero away.
    fn away(self, value: f64) -> f64 {
        if self.high { self.limit - value } else { value - self.limit }
    }
}

impl Limits<'_> {
    /// The limits in force at the moment, the gravest first.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let Some(rule) = self.rule else { return Vec::new() };
        let (high, low) = rule.at(self.now, self.utc_offset_secs);
        let of = |steps: &[Option<f64>; 4], high: bool| {
            let limits: Vec<(Grade, f64)> =
                Grade::ALL.into_iter().zip(steps).filter_map(|(grade, limit)| Some((grade, (*limit)?))).collect();
            let mark = |(grade, limit)| {
                let mark = Mark { grade, limit, high, crossed: false };
                Mark { crossed: self.value.is_some_and(|value| mark.away(value) < 0.0), ..mark }
            };
            limits.into_iter().map(mark).collect::<Vec<_>>()
        };
        let mut marks = of(high, true);
        marks.extend(of(low, false));
        marks.sort_by_key(|mark| mark.grade);
        marks
    }

    /// The gravest limit that is crossed, or the nearest of those that are not, and how far the value is from it.
    pub(super) fn stands(&self) -> Option<(Mark, f64)> {
        let (value, marks) = (self.value?, self.marks());
        let crossed = marks.iter().find(|mark| mark.crossed);
        let near = || marks.iter().min_by(|one, other| one.away(value).total_cmp(&other.away(value)));
        crossed.or_else(near).map(|mark| (*mark, mark.away(value).abs()))
    }

    /// What the value is waiting for: an alarm that is not raised yet, or one that is not over yet; a key of `assets/i18n`
    /// and after how many seconds.
    fn waits(&self) -> Option<(&'static str, u32)> {
        let rule = self.rule.filter(|_| !self.past)?;
        let crossed = self.marks().iter().any(|mark| mark.crossed);
        let active = self.alarm.is_some_and(|alarm| alarm.is_active() && alarm.what.kind != AlarmKind::NoData);
        match (crossed, active) {
            (true, false) => Some(("heat.card.pending", rule.pending_secs)),
            (false, true) if self.value.is_some() => Some(("heat.card.keeping", rule.keep_secs)),
            _ => None,
        }
    }
}

/// The last alarm that is held of a source.
pub(super) fn last_alarm<'a>(alarms: &'a Alarms, source: &str) -> Option<&'a Alarm> {
    AlarmKind::ALL.into_iter().filter_map(|kind| alarms.of(source, kind)).max_by_key(|alarm| alarm.raised_at)
}

/// The limits, a row each, and what there is to be said of them.
pub(super) fn limits_ui(ui: &mut Ui, limits: &Limits<'_>) {
    let small = |text: String| Label::new(RichText::new(text).small().color(tokens::DIM.egui())).wrap();
    let title = if limits.past { "vital.limits_today" } else { "vital.limits" };
    ui.label(RichText::new(t!(title)).font(medium_font(tokens::desk::BODY)));
    let Some(rule) = limits.rule else {
        ui.add(small(t!("vital.no_limits").into_owned()));
        return;
    };
    let figure = |value: f64| with_unit(value, rule.measures, unit(rule.measures));
    let marks = limits.marks();
    ui.spacing_mut().item_spacing.y = 2.0;
    for grade in Grade::ALL {
        let own: Vec<&Mark> = marks.iter().filter(|mark| mark.grade == grade).collect();
        if own.is_empty() {
            continue;
        }
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let mark = pos2(rect.left() + 8.0, rect.center().y);
        let crossed = own.iter().any(|mark| mark.crossed);
        if crossed {
            paint::grade_mark(ui.painter(), mark, 7.0, grade);
        } else {
            paint::grade_ghost(ui.painter(), mark, 7.0, grade);
        }
        let texts: Vec<String> =
            own.iter().map(|mark| format!("{} {}", if mark.high { '>' } else { '<' }, figure(mark.limit))).collect();
        let colour = if crossed { tokens::TEXT } else { tokens::DIM }.egui();
        let (at, font) = (pos2(rect.left() + 24.0, rect.center().y), regular_font(tokens::desk::BODY));
        let text = texts.join(&t!("vital.or"));
        paint::line(ui.painter(), at, Align2::LEFT_CENTER, &text, font, colour, rect.width() - 24.0);
    }
    if let Some((mark, away)) = limits.stands() {
        let key = match (mark.crossed, mark.high) {
            (true, true) => "heat.card.over",
            (true, false) => "heat.card.under",
            (false, true) => "heat.card.left_over",
            (false, false) => "heat.card.left_under",
        };
        ui.add(small(t!(key, by = figure(away), grade = mark.grade.numeral()).into_owned()));
    }
    if let Some((key, secs)) = limits.waits() {
        let age = phrase::age(i64::from(secs));
        ui.add(Label::new(RichText::new(t!(key, age = age)).small().color(tokens::TEXT.egui())).wrap());
    }
    let when = phrase::in_force(rule, limits.now, limits.utc_offset_secs);
    ui.add(small(format!("{when} · {}", phrase::waits(rule))));
    if let Some(grade) = rule.no_data {
        ui.add(small(t!("heat.card.silence", grade = grade.numeral()).into_owned()));
    }
    if limits.past {
        return;
    }
    let alarm = limits.alarm.map_or_else(|| t!("heat.card.no_alarm").into_owned(), |alarm| told(alarm, limits));
    ui.add(small(alarm));
}

/// An alarm in a line: what, how bad it got, from when to when, and whether somebody took note.
fn told(alarm: &Alarm, limits: &Limits<'_>) -> String {
    let when = |at: Moment| words::day_hour_minute(at, limits.utc_offset_secs);
    let until =
        alarm.cleared_at.map_or_else(String::new, |at| format!("–{}", words::hour_minute(at, limits.utc_offset_secs)));
    let state = match (alarm.is_active(), alarm.waits()) {
        (true, true) => "alarm.active_waits",
        (true, false) => "alarm.active",
        (false, true) => "alarm.cleared_waits",
        (false, false) => "alarm.cleared",
    };
    let kind = t!(format!("alarm.kind.{}", alarm.what.kind.word()));
    let level = t!("alarm.level", grade = alarm.worst.numeral());
    let words = format!("{level} · {kind} · {}{until} · {}", when(alarm.raised_at), t!(state));
    t!("heat.card.last_alarm", alarm = words).into_owned()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::SensorKind;
    use crate::domain::plan::Wording;
    use crate::domain::rights::Area;

    pub(in crate::screen::heat) fn rule() -> LimitRule {
        LimitRule {
            code: "level".to_owned(),
            name: Wording::default(),
            measures: SensorKind::WaterLevel,
            area: Area::CITY,
            sensors: Vec::new(),
            high: [None, Some(1.2), Some(0.8), None],
            low: [None, None, Some(0.1), None],
            no_data: None,
            pending_secs: 180,
            keep_secs: 600,
            dead_band: 0.05,
            case_kind: String::new(),
            auto_case: None,
            variants: Vec::new(),
        }
    }

    fn limits(rule: &LimitRule, value: Option<f64>) -> Limits<'_> {
        Limits { rule: Some(rule), value, alarm: None, now: Moment(0), past: false, utc_offset_secs: 0 }
    }

    #[test]
    fn a_value_stands_beyond_the_gravest_limit_that_it_crosses_or_before_the_nearest() {
        let rule = rule();
        let stands = |value: f64| {
            let (mark, away) = limits(&rule, Some(value)).stands().unwrap();
            (mark.grade, mark.high, mark.crossed, format!("{away:.2}"))
        };
        assert_eq!(stands(1.5), (Grade::II, true, true, "0.30".to_owned()), "of two the graver one");
        assert_eq!(stands(0.9), (Grade::III, true, true, "0.10".to_owned()));
        assert_eq!(stands(0.7), (Grade::III, true, false, "0.10".to_owned()));
        assert_eq!(stands(0.2), (Grade::III, false, false, "0.10".to_owned()), "the lower one is nearer");
        assert_eq!(stands(0.05), (Grade::III, false, true, "0.05".to_owned()));
        assert!(limits(&rule, None).stands().is_none(), "what says nothing stands nowhere");
        let told: Vec<_> = limits(&rule, Some(0.9)).marks().iter().map(|mark| (mark.limit, mark.crossed)).collect();
        assert_eq!(told, [(1.2, false), (0.8, true), (0.1, false)]);
        assert!(Limits { rule: None, ..limits(&rule, Some(9.0)) }.marks().is_empty());
    }

    #[test]
    fn a_limit_that_is_crossed_without_an_alarm_waits_and_nothing_is_said_of_the_past() {
        let rule = rule();
        assert_eq!(limits(&rule, Some(0.9)).waits(), Some(("heat.card.pending", 180)));
        assert_eq!(limits(&rule, Some(0.5)).waits(), None);
        assert_eq!(Limits { past: true, ..limits(&rule, Some(0.9)) }.waits(), None);
    }
}
