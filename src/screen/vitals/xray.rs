//! The X-ray of one number: how it is reckoned, of what, by which sensors, how old and how whole that is, the limits in
//! force and who put them there, its course with what is expected.

use egui::{Align, Align2, Context, Id, Key, Label, Layout, Modifiers, Rect, RichText, ScrollArea, Sense, Stroke};
use egui::{Ui, UiBuilder, pos2, vec2};
use rust_i18n::t;

use super::hold_keyboard;
use super::model::{Read, State, Tile, silent_first};
use super::parts::parts_ui;
use super::phrase;
use super::plot::paint_course;
use crate::domain::alarm::{LimitRule, Ruled};
use crate::domain::rights::Area;
use crate::domain::vital::{Reckoning, VitalSensor, VitalXray};
use crate::domain::{Grade, Moment};
use crate::screen::input::TakeKey;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::palette::sheet;

/// Height of the plot, and of a sensor's row.
const PLOT: f32 = 280.0;
const ROW: f32 = 26.0;
const GAP: f32 = tokens::desk::GAP;
/// Part of the sheet's width that the left half has.
const LEFT: f32 = 0.54;

/// What it shows.
pub(super) struct XrayView<'a> {
    /// The sign as it stands.
    pub(super) tile: &'a Tile<'a>,
    /// All signs: an index is made of others.
    pub(super) read: Read<'a>,
    /// What its area is called.
    pub(super) area: String,
    /// The area.
    pub(super) of: &'a Area,
    /// What the hub told; why not, in words; nothing while it is awaited.
    pub(super) told: Option<Result<&'a VitalXray, String>>,
    /// The marked row: of the signs that it is made of, then of the sensors.
    pub(super) marked: usize,
    /// Bring it into sight.
    pub(super) reveal: bool,
    /// Who put the limits in force.
    pub(super) ruled: Ruled<'a>,
    /// It is of a moment of the past, of which the limits are not known.
    pub(super) past: bool,
    /// The map is coloured by the sign.
    pub(super) coloured: bool,
    /// The moment from which ages count.
    pub(super) now: Moment,
    /// Offset of city time from UTC.
    pub(super) utc_offset_secs: i32,
    /// The language.
    pub(super) locale: &'a str,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum XrayWish {
    /// Mark another row.
    Mark(usize),
    /// Go to this sensor.
    Fly(usize),
    /// What the number of this sign is made of, which an index is made of.
    Part(String),
    /// To its values in the areas below.
    Below,
    /// Colour the map by it, or no more.
    Colour,
    /// Back to the board.
    Back,
}

/// The X-ray, within `rect`.
pub(super) fn xray_ui(ctx: &Context, rect: Rect, view: &XrayView<'_>) -> Vec<XrayWish> {
    let sensors =
        view.told.as_ref().and_then(|told| told.as_ref().ok()).map_or(Vec::new(), |xray| silent_first(&xray.sensors));
    let signs = view.signs();
    let mut wishes = keys(ctx, view.marked, &signs, sensors.len());
    let beside = sheet::sheet_ui(ctx, "vital xray", rect, |ui| {
        hold_keyboard(ui, rect);
        head_ui(ui, view, &mut wishes);
        ui.add_space(GAP * 0.5);
        let body = ui.available_rect_before_wrap();
        let middle = body.left() + body.width() * LEFT;
        let left = Rect::from_min_max(body.min, pos2(middle - GAP, body.bottom()));
        let right = Rect::from_min_max(pos2(middle + GAP, body.top()), body.max);
        ui.painter().vline(middle, body.y_range(), Stroke::new(1.0, tokens::HAIRLINE.egui()));
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| left_ui(ui, view));
        ui.scope_builder(UiBuilder::new().max_rect(right), |ui| match &view.told {
            Some(Ok(xray)) => {
                parts_ui(ui, xray, view, &mut wishes);
                ui.add_space(GAP * 0.5);
                sensors_ui(ui, xray, (&sensors, signs.len()), view, &mut wishes);
            }
            Some(Err(why)) => {
                ui.add(Label::new(RichText::new(why).color(tokens::DIM.egui())).wrap());
            }
            None => {
                ui.label(RichText::new(t!("vital.waits")).color(tokens::DIM.egui()));
            }
        });
    });
    wishes.extend(beside.then_some(XrayWish::Back));
    wishes
}

impl XrayView<'_> {
    /// How much it is above what it was a year before; `None` where nothing is known of then, or of now.
    fn since_year(&self) -> Option<f64> {
        let now = self.tile.value().filter(|_| self.tile.state.is_known())?;
        let then = self.told.as_ref()?.as_ref().ok()?.year?;
        Some(now - then)
    }

    /// The signs that it is made of and that can be looked into, by their codes; none of what is no index.
    pub(super) fn signs(&self) -> Vec<&str> {
        let parts = self.told.as_ref().and_then(|told| told.as_ref().ok()).map_or(&[][..], |xray| &xray.parts);
        let signs = parts.iter().filter(|part| part.weight.is_some()).map(|part| part.asked.as_str());
        signs.filter(|sign| self.read.sign(sign).is_some()).collect()
    }
}

/// Arrows go through the signs that it is made of, then through its sensors.
fn keys(ctx: &Context, marked: usize, signs: &[&str], sensors: usize) -> Vec<XrayWish> {
    let taken = |at: usize| match signs.get(at) {
        Some(sign) => XrayWish::Part((*sign).to_owned()),
        None => XrayWish::Fly(at - signs.len()),
    };
    let mut wishes: Vec<XrayWish> = sheet::list_keys(ctx, marked, signs.len() + sensors)
        .into_iter()
        .map(|wish| match wish {
            sheet::ListWish::Choose(at) => XrayWish::Mark(at),
            sheet::ListWish::Take(at) => taken(at),
            sheet::ListWish::Close => XrayWish::Back,
        })
        .collect();
    for (key, wish) in [(Key::Z, XrayWish::Below), (Key::Backspace, XrayWish::Back)] {
        let pressed = ctx.input_mut(|input| input.take_keys(Modifiers::NONE, key)) > 0;
        wishes.extend(pressed.then_some(wish));
    }
    wishes
}

fn head_ui(ui: &mut Ui, view: &XrayView<'_>, wishes: &mut Vec<XrayWish>) {
    let tile = view.tile;
    let dim = |text: String| RichText::new(text).color(tokens::DIM.egui());
    ui.horizontal(|ui| {
        if let Some(grade) = tile.state.level() {
            let (rect, _) = ui.allocate_exact_size(vec2(26.0, 26.0), Sense::hover());
            paint::grade_mark(ui.painter(), rect.center(), 11.0, grade);
        }
        ui.label(RichText::new(tile.sign.name.of(view.locale)).font(medium_font(tokens::desk::HEAD)));
        ui.label(dim(view.area.clone()));
        let known = tile.value().filter(|_| !tile.state.is_without());
        if let (Some(value), Some(age)) = (known, tile.age_secs) {
            let stale = tile.state == State::Stale;
            let colour = if stale { tokens::FAINT } else { tokens::TEXT };
            let font = medium_font(tokens::desk::FIGURE + 4.0);
            ui.label(RichText::new(phrase::with_unit(value, tile.sign)).font(font).color(colour.egui()));
            let key = if stale { "heat.card.stale" } else { "heat.card.age" };
            ui.label(dim(t!(key, age = phrase::age(age)).into_owned()).small());
        } else {
            ui.label(dim(phrase::without(tile.state)));
        }
        if let Some(Ok(xray)) = &view.told
            && let Some(why) = xray.nothing
        {
            ui.label(dim(phrase::nothing(why)));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button(format!("{}  Esc", t!("vital.back"))).clicked() {
                wishes.push(XrayWish::Back);
            }
            if ui.selectable_label(view.coloured, format!("{}  Ctrl I", t!("vital.colour"))).clicked() {
                wishes.push(XrayWish::Colour);
            }
            if ui.selectable_label(false, format!("{}  Z", t!("vital.below"))).clicked() {
                wishes.push(XrayWish::Below);
            }
        });
    });
}

fn left_ui(ui: &mut Ui, view: &XrayView<'_>) {
    let sign = view.tile.sign;
    let wrapped = |text: String, colour: tokens::Rgb| Label::new(RichText::new(text).color(colour.egui())).wrap();
    ui.add(wrapped(sign.about.of(view.locale).to_owned(), tokens::TEXT));
    let formula = match &sign.reckoning {
        Reckoning::Formula(formula) => formula.clone(),
        Reckoning::Weights(weights) => {
            let of = |(code, weight): &(String, f64)| {
                let name = view.read.rules.sign(code).map_or(code.as_str(), |sign| sign.name.of(view.locale));
                format!("{weight} × {name}")
            };
            format!("Σ ( {} ) / Σ", weights.iter().map(of).collect::<Vec<_>>().join(" + "))
        }
    };
    ui.add(wrapped(formula, tokens::DIM));
    ui.add_space(GAP * 0.5);
    for (key, by) in ["vital.since.hour", "vital.since.day", "vital.since.week"].into_iter().zip(view.tile.changes()) {
        let unknown = || t!("vital.unknown_then").into_owned();
        let words = by.map_or_else(unknown, |_| phrase::change(by, sign.precision));
        ui.label(RichText::new(t!(key, change = words)).small().color(tokens::DIM.egui()));
    }
    if let Some(by) = view.since_year() {
        let words = phrase::change(Some(by), sign.precision);
        ui.label(RichText::new(t!("vital.since.year", change = words)).small().color(tokens::DIM.egui()));
    }
    ui.add_space(GAP * 0.5);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), PLOT), Sense::hover());
    match &view.told {
        Some(Ok(xray)) => {
            paint_course(ui.painter(), rect, xray, view.tile, view.utc_offset_secs);
            let key = if xray.band.is_some() { "vital.expected" } else { "vital.not_expected" };
            ui.add(Label::new(RichText::new(t!(key)).small().color(tokens::FAINT.egui())).wrap());
        }
        Some(Err(_)) | None => {
            paint::hatch(ui.painter(), rect, 10.0, Stroke::new(1.0, tokens::HAIRLINE.egui()));
        }
    }
    ui.add_space(GAP * 0.5);
    limits_ui(ui, view);
}

/// The limits in force now, which is said where all else is of the past, how long they have to be crossed, who put them there.
fn limits_ui(ui: &mut Ui, view: &XrayView<'_>) {
    let small = |text: String, colour: tokens::Rgb| Label::new(RichText::new(text).small().color(colour.egui())).wrap();
    let title = if view.past { "vital.limits_today" } else { "vital.limits" };
    ui.label(RichText::new(t!(title)).font(medium_font(tokens::desk::BODY)));
    let sign = view.tile.sign;
    let Some(rule) = sign.limits.as_ref().filter(|rule| view.of.is_within(&rule.area)) else {
        ui.add(small(t!("vital.no_limits").into_owned(), tokens::DIM));
        return;
    };
    levels_ui(ui, view, rule);
    let when = phrase::in_force(rule, view.now, view.utc_offset_secs);
    ui.add(small(format!("{when} · {}", phrase::waits(rule)), tokens::DIM));
    if rule.dead_band > 0.0 {
        let band = phrase::with_unit(rule.dead_band, sign);
        ui.add(small(t!("vital.dead_band", band = band).into_owned(), tokens::DIM));
    }
    let when = |at: Moment| words::day_hour_minute(at, view.utc_offset_secs);
    let ruled = match view.ruled {
        Ruled::Itself(who, at) => t!("vital.ruled", who = who, at = when(at)).into_owned(),
        Ruled::Among(who, at) => t!("vital.ruled_among", who = who, at = when(at)).into_owned(),
        Ruled::BuiltIn => t!("vital.built_in").into_owned(),
    };
    ui.add(small(ruled, tokens::DIM));
}

/// A row for each level that has a limit: its mark, filled where it is crossed, and the limits above and below.
fn levels_ui(ui: &mut Ui, view: &XrayView<'_>, rule: &LimitRule) {
    let (high, low) = rule.at(view.now, view.utc_offset_secs);
    let font = regular_font(tokens::desk::BODY);
    for (grade, (above, below)) in Grade::ALL.into_iter().zip(high.iter().zip(low)) {
        if above.is_none() && below.is_none() {
            continue;
        }
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let mark = pos2(rect.left() + 9.0, rect.center().y);
        let crossed = view.tile.marks().any(|(level, _, crossed)| level == grade && crossed);
        if crossed {
            paint::grade_mark(ui.painter(), mark, 8.0, grade);
        } else {
            paint::grade_ghost(ui.painter(), mark, 8.0, grade);
        }
        let of = |sign: &str, limit: &Option<f64>| {
            limit.map(|limit| format!("{sign} {}", phrase::with_unit(limit, view.tile.sign)))
        };
        let text: Vec<String> = of(">", above).into_iter().chain(of("<", below)).collect();
        let colour = if crossed { tokens::TEXT } else { tokens::DIM };
        let at = pos2(rect.left() + 26.0, rect.center().y);
        let text = text.join(&t!("vital.or"));
        paint::line(ui.painter(), at, Align2::LEFT_CENTER, &text, font.clone(), colour.egui(), rect.width() - 26.0);
    }
}

/// The sensors that were used, those that say nothing first; a click or Enter goes to one. So many rows stand `before`.
fn sensors_ui(
    ui: &mut Ui,
    xray: &VitalXray,
    (sensors, before): (&[&VitalSensor], usize),
    view: &XrayView<'_>,
    wishes: &mut Vec<XrayWish>,
) {
    let title = t!("vital.sensors", shown = sensors.len(), all = xray.sensors_all);
    ui.label(RichText::new(title).font(medium_font(tokens::desk::BODY)));
    if sensors.is_empty() {
        ui.add(Label::new(RichText::new(t!("vital.no_sensors")).small().color(tokens::DIM.egui())).wrap());
        return;
    }
    let room = ui.available_height().max(ROW);
    let mut list = ScrollArea::vertical().id_salt("vital sensors").max_height(room).auto_shrink([false, false]);
    let marked = view.marked.checked_sub(before);
    if let (Some(marked), true) = (marked, view.reveal) {
        list = list.vertical_scroll_offset(((marked as f32 + 0.5) * ROW - room * 0.5).max(0.0));
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    list.show_rows(ui, ROW, sensors.len(), |ui, rows| {
        for at in rows {
            let Some(sensor) = sensors.get(at) else { continue };
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let own = ui.interact(rect, Id::new(("vital sensor", at)), Sense::click());
            sheet::row_ground(ui.painter(), rect, marked == Some(at), own.hovered());
            sensor_ui(ui, rect, sensor, view.now);
            let hint = if sensor.at.is_some() { t!("vital.fly") } else { t!("vital.no_place") };
            if own.on_hover_text(hint).clicked() {
                wishes.push(XrayWish::Fly(at));
            }
        }
    });
}

fn sensor_ui(ui: &Ui, rect: Rect, sensor: &VitalSensor, now: Moment) {
    let painter = ui.painter();
    let small = regular_font(tokens::desk::SMALL);
    let (middle, right) = (rect.center().y, rect.right() - 6.0);
    let (first, second) = if sensor.fresh { (tokens::TEXT, tokens::DIM) } else { (tokens::FAINT, tokens::FAINT) };
    let age_at = right - 92.0;
    let value_at = age_at - 110.0;
    if let Some((at, value)) = sensor.newest {
        let age = phrase::age(now.secs_since(at));
        let colour = second.egui();
        paint::line(painter, pos2(right, middle), Align2::RIGHT_CENTER, &age, small.clone(), colour, 92.0);
        let kind = sensor.kind;
        let unit = crate::screen::heat::layer::unit(kind);
        let value = crate::screen::heat::layer::figure(value, kind);
        let value = format!("{value} {unit}");
        let font = medium_font(tokens::desk::BODY);
        paint::line(painter, pos2(age_at - 8.0, middle), Align2::RIGHT_CENTER, &value, font, first.egui(), 100.0);
    }
    if !sensor.fresh {
        let hatched = Rect::from_min_max(pos2(value_at, rect.top() + 5.0), pos2(age_at - 4.0, rect.bottom() - 5.0));
        paint::hatch(painter, hatched, 6.0, Stroke::new(1.0, tokens::OUTLINE.egui()));
    }
    let kind = t!(format!("sensor.{}", sensor.kind.word()));
    let name = if sensor.name.is_empty() { sensor.id.clone() } else { format!("{} · {}", sensor.name, sensor.id) };
    let at = pos2(rect.left() + 8.0, middle);
    let put = paint::line(painter, at, Align2::LEFT_CENTER, &kind, small, second.egui(), 80.0);
    let at = pos2(put.right() + 8.0, middle);
    let font = regular_font(tokens::desk::BODY);
    paint::line(painter, at, Align2::LEFT_CENTER, &name, font, first.egui(), value_at - at.x - 8.0);
}
