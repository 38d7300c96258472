//! The card of a sensor: what it is, what it measured last, its course between its limits.

use egui::{Align, Layout, RichText, Sense, Ui, vec2};
use rust_i18n::t;

use super::layer::{Span, unit};
use super::limits::{Limits, limits_ui};
use super::panel::with_unit;
use super::plot::{self, Words, paint_plot};
use crate::domain::sensor::{SensorRow, Trend};
use crate::domain::{Moment, Refusal};
use crate::screen::look::{medium_font, tokens, words};

/// Width of the names of rows.
const NAME: f32 = 64.0;

/// What the card shows.
pub(super) struct CardView<'a> {
    /// The sensor, as far as layers know it.
    pub(super) row: &'a SensorRow,
    /// Its newest reading that was heard.
    pub(super) newest: Option<(Moment, f64)>,
    /// The stretch of its course.
    pub(super) span: Span,
    /// Its course, once it is here.
    pub(super) trend: Option<&'a Result<Box<Trend>, Refusal>>,
    /// What there is of limits, once it is known which fit.
    pub(super) limits: Option<Limits<'a>>,
    /// The moment that is shown.
    pub(super) now: Moment,
    /// That is one of the past: what was measured after it says nothing of it.
    pub(super) past: bool,
    /// Offset of city time from UTC.
    pub(super) utc_offset_secs: i32,
}

/// What the user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CardWish {
    /// Show another stretch.
    Span(Span),
    /// Close it.
    Close,
}

/// Seconds, minutes or more, as an age.
fn age(secs: i64) -> String {
    if (0..60).contains(&secs) { t!("heat.card.secs", n = secs).into_owned() } else { words::age(secs) }
}

/// The card.
pub(super) fn card_ui(ui: &mut Ui, view: &CardView<'_>) -> Vec<CardWish> {
    let mut wishes = Vec::new();
    let CardView { row, newest, now, .. } = *view;
    let told = view.trend.and_then(|trend| trend.as_deref().ok());
    ui.set_width(tokens::heat::PANEL + 10.0);
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!(format!("sensor.{}", row.kind.word()))).font(medium_font(tokens::desk::HEAD)));
        ui.label(RichText::new(&row.id).small().color(tokens::DIM.egui()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("×").on_hover_text("Esc").clicked() {
                wishes.push(CardWish::Close);
            }
        });
    });
    let unit = if row.kind.unit().is_empty() { row.unit.as_str() } else { unit(row.kind) };
    let of_then = |told: &(Moment, f64)| !view.past || told.0 <= now;
    let of_course = told.and_then(|trend| trend.newest).filter(of_then);
    let newest = of_course.max_by_time(newest.filter(of_then));
    ui.horizontal(|ui| match newest {
        Some((at, value)) => {
            let secs = now.secs_since(at);
            let stale = secs > i64::from(row.fresh_secs);
            let colour = if stale { tokens::FAINT } else { tokens::TEXT };
            let figure = RichText::new(with_unit(value, row.kind, unit)).font(medium_font(tokens::desk::FIGURE));
            ui.label(figure.color(colour.egui()));
            let said =
                if stale { t!("heat.card.stale", age = age(secs)) } else { t!("heat.card.age", age = age(secs)) };
            ui.label(RichText::new(said).small().color(tokens::DIM.egui()));
        }
        None => {
            ui.label(RichText::new(t!("heat.card.never")).color(tokens::DIM.egui()));
        }
    });
    ui.horizontal(|ui| {
        for span in Span::ALL {
            if ui.selectable_label(view.span == span, t!(span.key())).clicked() {
                wishes.push(CardWish::Span(span));
            }
        }
    });
    plot_ui(ui, view, unit);
    ui.separator();
    if let Some(limits) = &view.limits {
        ui.scope(|ui| limits_ui(ui, limits));
        ui.separator();
    }
    rows_ui(ui, view, told);
    wishes
}

/// The later of two readings.
pub(super) trait Later {
    /// That one.
    fn max_by_time(self, other: Self) -> Self;
}

impl Later for Option<(Moment, f64)> {
    fn max_by_time(self, other: Self) -> Self {
        if other.map(|(at, _)| at) > self.map(|(at, _)| at) { other } else { self }
    }
}

fn plot_ui(ui: &mut Ui, view: &CardView<'_>, unit: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), tokens::heat::PLOT), Sense::hover());
    let kind = view.row.kind;
    match view.trend {
        Some(Ok(trend)) => {
            let span = trend.to.0 - trend.from.0;
            let nothing = t!("heat.card.nothing");
            let words = Words {
                value: &|value| with_unit(value, kind, if unit == "℃" || unit == "°" { unit } else { "" }),
                time: &|at| plot::time(at, span, view.utc_offset_secs),
                nothing: &nothing,
            };
            let marks = view.limits.as_ref().map(Limits::marks).unwrap_or_default();
            paint_plot(ui.painter(), rect, trend, &words, &marks);
        }
        Some(Err(refusal)) => {
            let text = RichText::new(words::refusal(refusal)).small().color(tokens::DIM.egui());
            ui.put(rect, egui::Label::new(text).wrap());
        }
        None => {
            ui.put(rect, egui::Label::new(RichText::new(t!("heat.card.waits")).small().color(tokens::FAINT.egui())));
        }
    }
}

fn rows_ui(ui: &mut Ui, view: &CardView<'_>, told: Option<&Trend>) {
    let row = view.row;
    let mut line = |key: &str, value: String| {
        ui.horizontal_top(|ui| {
            let (name, _) = ui.allocate_exact_size(vec2(NAME, 18.0), Sense::hover());
            let font = egui::TextStyle::Small.resolve(ui.style());
            ui.painter().text(name.left_center(), egui::Align2::LEFT_CENTER, t!(key), font, tokens::DIM.egui());
            ui.add(egui::Label::new(value).wrap());
        });
    };
    let sensor = told.map(|trend| &trend.sensor);
    if let Some(sensor) = sensor.filter(|sensor| !sensor.name.is_empty()) {
        line("heat.card.name", sensor.name.clone());
    }
    if let Some(sensor) = sensor.filter(|sensor| !sensor.area.is_city()) {
        line("heat.card.area", sensor.area.path().replace('/', " · "));
    }
    if row.height_m != 0.0 {
        let key = if row.height_m < 0.0 { "heat.card.below" } else { "heat.card.above" };
        line("heat.card.height", t!(key, metres = format!("{:.1}", row.height_m.abs())).into_owned());
    }
    if let Some(sensor) = sensor.filter(|sensor| !sensor.owner.is_empty()) {
        line("heat.card.owner", sensor.owner.clone());
    }
    line("heat.card.fresh", t!("heat.card.fresh_for", age = words::age(i64::from(row.fresh_secs))).into_owned());
    if !row.claimed {
        line("heat.card.claim", t!("heat.card.unclaimed").into_owned());
    }
}
