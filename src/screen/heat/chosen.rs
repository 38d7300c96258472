//! The sensor whose card is open: who asked for it, what is asked of the hub for it, and the card itself on the screen.

use std::time::Duration;

use egui::{Align2, Id, LayerId, Order};

use super::OpenSensor;
use super::card::{CardView, CardWish, Later as _, card_ui};
use super::layer::{Layer, Span};
use super::limits::{Limits, last_alarm};
use super::model::Station;
use super::systems::Layers;
use crate::domain::sensor::{SensorRow, Trend};
use crate::domain::{AlarmRules, Moment, Refusal, SensorId, SensorKind};
use crate::link::Asked;
use crate::screen::names::utc_offset_secs;
use crate::screen::shown::{FreeArea, HubLink, Shown};
use crate::screen::tools::panel;

/// Points of a plot that is asked for.
const POINTS: u16 = 240;
/// Seconds between two questions for a course, and after one that was refused.
const ASK_AGAIN_SECS: f64 = 1.0;
const REFUSED_SECS: f64 = 5.0;
/// After a refusal it is looked so often whether it is time to ask again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A moment that is so many milliseconds ago goes on by that much: the course of the one before is shown until its own comes.
const MINUTE_MILLIS: u64 = 60_000;
/// The newest value of a sensor that no layer tells is asked for with its course, at least so often.
const NEWEST_MILLIS: i64 = 60_000;

/// The panel that is the card.
const CARD: &str = "sensor card";

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Question {
    span: Span,
    /// Of a moment of the past; else of now.
    past: bool,
    /// Until when.
    until: Moment,
    /// When that was, in seconds of the screen's own clock.
    secs: f64,
}

/// The sensor whose card is open.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) number: SensorId,
    span: Span,
    pub(super) trend: Option<Result<Box<Trend>, Refusal>>,
    asked: Option<Question>,
    pub(super) waiting: bool,
    /// It was asked for by name or number: its card stays where no layer shows it.
    alone: bool,
    /// What was known of it when it was told last: beyond what is in sight nothing is told of it any more.
    pub(super) known: Option<(SensorRow, Option<(Moment, f64)>)>,
}

/// A sensor whose card is to be opened once its number is told.
#[derive(Debug)]
pub(super) struct Sought {
    id: String,
    pub(super) kind: SensorKind,
    /// Sensors are told anew since it is sought.
    telling: bool,
}

impl Chosen {
    /// Show another stretch of its course.
    pub(super) fn show(&mut self, span: Span) {
        self.span = span;
    }

    pub(super) fn new(number: SensorId) -> Self {
        Self { number, span: Span::default(), trend: None, asked: None, waiting: false, alone: false, known: None }
    }
}

/// Whether a course is to be asked for now: anew for another span, for another moment of the past or for now after it, at
/// once; else as time goes on by a step of the plot, and some seconds after it was refused.
fn is_due(chosen: &Chosen, (now, past): (Moment, bool), told: bool, secs: f64) -> bool {
    let Some(asked) = chosen.asked.filter(|asked| asked.span == chosen.span && asked.past == past) else { return true };
    if past && asked.until != now {
        return true;
    }
    if chosen.waiting {
        return false;
    }
    if matches!(chosen.trend, Some(Err(_))) {
        return secs - asked.secs > REFUSED_SECS;
    }
    let step = chosen.span.millis() / i64::from(POINTS);
    let step = if told { step } else { step.min(NEWEST_MILLIS) };
    secs - asked.secs > ASK_AGAIN_SECS && now.0.abs_diff(asked.until.0) >= step.unsigned_abs()
}

impl Layers {
    /// The sensor whose card is open.
    #[must_use]
    pub fn chosen(&self) -> Option<SensorId> {
        self.chosen.as_ref().map(|chosen| chosen.number)
    }

    /// Open the card of a sensor that is told.
    pub fn choose(&mut self, number: SensorId) {
        self.chosen = Some(Chosen::new(number));
    }

    /// Show the card of any sensor and, where it has one, the layer of what it measures.
    pub(super) fn open_card(&mut self, sensor: &OpenSensor) {
        if let Some(layer) = Layer::of_kind(sensor.kind) {
            self.show(layer);
        }
        let stations = || self.stack().all().flat_map(|ply| ply.field.stations());
        let told = || stations().find(|station| station.row.id == sensor.id).map(|found| found.row.number);
        let number = sensor.number.or_else(told);
        self.chosen = number.map(|number| Chosen { alone: true, ..Chosen::new(number) });
        self.sought = None;
        if number.is_none() {
            self.sought = Some(Sought { id: sensor.id.clone(), kind: sensor.kind, telling: false });
            // What is watched may be the same: it has to be told once more.
            self.watched = None;
        }
    }

    /// Sensors were told, all of them anew or more of those: what is sought may be one of them.
    pub(super) fn find_sought(&mut self, anew: bool, rows: &[SensorRow], left: u32) {
        let Some(sought) = &mut self.sought else { return };
        sought.telling |= anew;
        let found = rows.iter().find(|row| row.kind == sought.kind && row.id == sought.id);
        if let Some(row) = found {
            self.chosen = Some(Chosen { alone: true, ..Chosen::new(row.number) });
        }
        // Once all were told there is none.
        if found.is_some() || (sought.telling && left == 0) {
            self.sought = None;
        }
    }

    /// A sensor of a layer or beside them.
    fn station(&self, number: SensorId) -> Option<&Station> {
        let mut layers = self.stack().all().rev();
        layers.find_map(|ply| ply.field.station(number)).or_else(|| self.beside.station(number))
    }

    /// Whether the chosen sensor is one of a layer that is on, beyond the part of the city that is told.
    fn is_beyond(&self, chosen: &Chosen) -> bool {
        let known = chosen.known.as_ref().filter(|_| self.is_partial());
        known.is_some_and(|(row, _)| self.stack().of(Layer::Sensors(row.kind)).is_some())
    }

    /// Put the card away where nothing shows its sensor any more.
    pub(super) fn drop_card(&mut self) {
        let stays = |chosen: &Chosen| chosen.alone || self.station(chosen.number).is_some() || self.is_beyond(chosen);
        if !self.chosen.as_ref().is_none_or(stays) {
            self.chosen = None;
        }
    }
}

/// The layer that egui paints the card on.
pub(super) fn card_layer() -> LayerId {
    LayerId::new(Order::Middle, Id::new(CARD))
}

/// The card of the chosen sensor; its course is asked for when it opens, and again as time goes on.
pub(super) fn card(
    ctx: &egui::Context,
    layers: &mut Layers,
    (shown, rules): (&Shown, Option<&AlarmRules>),
    free: &FreeArea,
    link: Option<&HubLink>,
) {
    let (now, past) = (layers.moment(shown.now), layers.past(shown.now).is_some());
    let Some(number) = layers.chosen() else { return };
    let beyond = layers.chosen.as_ref().is_some_and(|chosen| layers.is_beyond(chosen));
    let station = layers.station(number).map(|station| (station.row.clone(), station.newest));
    let coming = layers.stack().all().any(|ply| ply.field.is_coming()) || layers.beside.is_coming();
    let Some(chosen) = &mut layers.chosen else { return };
    let gone = matches!(chosen.trend, Some(Err(Refusal::NoSensor)));
    if station.is_some() {
        chosen.known.clone_from(&station);
    }
    let station = station.or_else(|| chosen.known.clone().filter(|_| beyond));
    if station.is_none() && (!chosen.alone || gone) {
        // While it is told anew the card waits.
        if !coming || gone {
            layers.chosen = None;
        }
        return;
    }
    let secs = ctx.input(|input| input.time);
    if let Some(link) = link.filter(|_| shown.link.is_live()) {
        if is_due(chosen, (now, past), station.is_some(), secs) {
            let from = now.plus_millis(-chosen.span.millis());
            link.0.trend(Asked { sensor: chosen.number, from, to: now, points: POINTS });
            // What is shown meanwhile is of the same stretch, or nothing is.
            let asked = chosen.asked.filter(|asked| asked.span == chosen.span && asked.past == past);
            if asked.is_none_or(|asked| past && asked.until.0.abs_diff(now.0) > MINUTE_MILLIS) {
                chosen.trend = None;
            }
            chosen.asked = Some(Question { span: chosen.span, past, until: now, secs });
            chosen.waiting = true;
        } else if matches!(chosen.trend, Some(Err(_))) {
            // It is asked again although nothing else happens.
            ctx.request_repaint_after(LOOK_AGAIN);
        }
    }
    // Of one that no layer shows all is known from its course.
    let of_course = || {
        let trend = chosen.trend.as_ref()?.as_ref().ok()?;
        Some((SensorRow::new(chosen.number, &trend.sensor), trend.newest))
    };
    let Some((row, newest)) = station.or_else(of_course) else { return };
    let told = chosen.trend.as_ref().and_then(|trend| trend.as_ref().ok());
    // What was measured after a moment of the past says nothing of it.
    let of_then = |told: &(Moment, f64)| !past || told.0 <= now;
    let newest = newest.filter(of_then);
    let last = told.and_then(|trend| trend.newest).filter(of_then).max_by_time(newest);
    let fresh = last.filter(|(at, _)| now.secs_since(*at) <= i64::from(row.fresh_secs));
    let limits = told.zip(rules).map(|(trend, rules)| Limits {
        rule: rules.of(&trend.sensor).and_then(|at| rules.rules.get(at)),
        value: fresh.map(|(_, value)| value),
        alarm: last_alarm(shown.hall.alarms(), &row.id),
        now,
        past,
        utc_offset_secs: utc_offset_secs(now),
    });
    let view = CardView {
        row: &row,
        limits,
        newest,
        span: chosen.span,
        trend: chosen.trend.as_ref(),
        now,
        past,
        utc_offset_secs: utc_offset_secs(now),
    };
    let mut wishes = Vec::new();
    panel(ctx, CARD, free, Align2::RIGHT_TOP, |ui| wishes = card_ui(ui, &view));
    for wish in wishes {
        match wish {
            CardWish::Span(span) => {
                if let Some(chosen) = &mut layers.chosen {
                    chosen.show(span);
                }
            }
            CardWish::Close => layers.chosen = None,
        }
        ctx.request_repaint();
    }
}
