//! The band at the top of the desk.

use egui::{Align, Align2, Color32, Layout, RichText, Sense, Stroke, StrokeKind, Ui, vec2};
use rust_i18n::t;

use crate::domain::{Grade, Lamp, Mode, Order, Weather};
use crate::link::LinkState;
use crate::screen::demo::panel::{demo_title, demo_ui};
use crate::screen::duty::model::BandDuty;
use crate::screen::look::sky::sky_sign;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens, words};
use crate::screen::shown::{Intent, Target};
use crate::screen::situation::{Row, Situation};

/// What the user did.
#[derive(Debug, Clone)]
pub enum BandWish {
    /// For the hall.
    Hall(Intent),
    /// Ask before the mode is switched, or no longer.
    AskMode(bool),
    /// Open the dialog of the shift.
    Duty,
}

/// What the band shows where there is room, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extra {
    /// Open incidents of grade Ⅰ in words.
    Alarm,
    /// Reported today.
    Reported,
    /// The weather.
    Weather,
    /// Closed today.
    Closed,
    /// The date.
    Date,
    /// Today's hours beside yesterday's.
    Hours,
    /// Mean time of handling.
    Mean,
    /// Who is signed in.
    Who,
    /// The shift that is on duty.
    Shift,
}

/// Points between two things in the band.
const SPACE: f32 = 14.0;
/// Points of a grade's mark and count, at least, and between the two.
const GRADE: f32 = 62.0;
const MARK_GAP: f32 = 9.0;
/// Points of the shift's sand glass.
const LAMP: f32 = 20.0;
/// Points of the hours' bars.
const HOURS: f32 = 132.0;

/// Which of `extras` fit into `room` points. One that is too wide leaves its room to those after it; one without
/// width is not there.
fn fitting(mut room: f32, extras: &[(Extra, f32)]) -> Vec<Extra> {
    let mut fit = Vec::new();
    for (extra, width) in extras {
        if *width > 0.0 && width + SPACE <= room {
            room -= width + SPACE;
            fit.push(*extra);
        }
    }
    fit
}

/// Words of the band, written and measured once a pass.
struct Words<'a> {
    time: String,
    date: String,
    alarm: Option<(String, &'a Row)>,
    weather: Option<(String, Weather)>,
    /// Points left to the city's name.
    city: f32,
    /// Whether there is room for the button of the language, which has a key as well.
    language: bool,
    /// Points for each grade and its count.
    grades: [f32; Grade::ALL.len()],
    extras: Vec<Extra>,
}

impl<'a> Words<'a> {
    fn of(ui: &Ui, view: &'a Situation, asking: bool) -> Self {
        let (small, body) = (regular_font(tokens::desk::BODY), medium_font(tokens::desk::BODY));
        let figure = medium_font(tokens::desk::FIGURE);
        let width = |text: &str, font: &egui::FontId| {
            ui.painter().layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x
        };
        let button = |text: &str| width(text, &body) + ui.spacing().button_padding.x * 2.0 + 2.0;
        let time = words::hour_minute(view.now, view.utc_offset_secs);
        let date = words::date(view.now, view.utc_offset_secs);
        let alarm = alarm_text(view);
        let weather = view.weather.map(|weather| (words::weather(weather), weather));
        let mode = if asking {
            let ask = t!("mode.ask", mode = words::mode(other_mode(view.mode)));
            width(&ask, &body) + button(&yes()) + button(&t!("card.cancel")) + SPACE * 2.0
        } else {
            button(&words::mode(view.mode))
        };
        let grades = Grade::ALL.map(|grade| {
            let count = view.figure(view.open_of(grade));
            (tokens::desk::MARK * 2.0 + MARK_GAP + width(&count, &figure)).max(GRADE)
        });
        let link = width(&words::link(view.link, view.utc_offset_secs), &body) + 32.0;
        let demo = view.demo.map_or(0.0, |rate| button(&demo_title(rate)));
        let fixed = [
            mode,
            grades.iter().sum::<f32>() + SPACE * 3.0,
            width(&time, &figure),
            button(&t!("shell.other_language")),
            link,
            demo,
        ];
        let room = ui.available_width() - fixed.iter().map(|width| width + SPACE).sum::<f32>();
        let city = width(&view.city, &figure);
        let language = city <= room;
        let room = room + if language { 0.0 } else { button(&t!("shell.other_language")) + SPACE };
        let city = city.min(room.max(0.0));
        let extras = [
            (Extra::Alarm, alarm.as_ref().map_or(0.0, |(text, _)| button(text))),
            (Extra::Shift, view.duty.as_ref().map_or(0.0, |duty| button(&duty.text) + LAMP)),
            (Extra::Who, width(&view.who, &small)),
            (Extra::Reported, tokens::desk::FIELD),
            (Extra::Weather, weather.as_ref().map_or(0.0, |(text, _)| width(text, &small) + 30.0)),
            (Extra::Closed, tokens::desk::FIELD),
            (Extra::Date, width(&date, &small)),
            (Extra::Hours, HOURS),
            (Extra::Mean, tokens::desk::FIELD),
        ];
        let extras = fitting(room - city - SPACE, &extras);
        Self { time, date, alarm, weather, city, language, grades, extras }
    }

    fn shows(&self, extra: Extra) -> bool {
        self.extras.contains(&extra)
    }
}

/// The band. `asking` while the switch of mode waits for a yes.
pub fn band_ui(ui: &mut Ui, view: &Situation, asking: bool) -> Vec<BandWish> {
    let mut wishes = Vec::new();
    let said = Words::of(ui, view, asking);
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE;
        let (rect, _) = ui.allocate_exact_size(vec2(said.city, 32.0), Sense::hover());
        let figure = medium_font(tokens::desk::FIGURE);
        let text = tokens::TEXT.egui();
        paint::line(ui.painter(), rect.left_center(), Align2::LEFT_CENTER, &view.city, figure, text, said.city + 1.0);
        mode_ui(ui, view.mode, asking, &mut wishes);
        for (grade, wide) in Grade::ALL.into_iter().zip(said.grades) {
            grade_ui(ui, view, grade, wide);
        }
        if said.shows(Extra::Reported) {
            let change = view.hours.change(view.reported_today).map(words::change).unwrap_or_default();
            figure_ui(ui, view, "shell.reported_today", &view.figure(view.reported_today), &change);
        }
        if said.shows(Extra::Hours) {
            let (rect, response) = ui.allocate_exact_size(vec2(HOURS, 34.0), Sense::hover());
            paint::hours(ui.painter(), rect, &view.hours);
            response.on_hover_text(t!("shell.hours"));
        }
        if said.shows(Extra::Closed) {
            figure_ui(ui, view, "shell.closed_today", &view.figure(view.closed_today), "");
        }
        if said.shows(Extra::Mean) {
            let mean = view.mean_handling_secs.map_or_else(|| "—".to_owned(), words::age);
            figure_ui(ui, view, "shell.mean_handling", &mean, "");
        }
        if let (true, Some((text, worst))) = (said.shows(Extra::Alarm), &said.alarm) {
            alarm_ui(ui, text, worst, &mut wishes);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| right_ui(ui, view, &said, &mut wishes));
    });
    wishes
}

/// The band's end, from the right.
fn right_ui(ui: &mut Ui, view: &Situation, said: &Words<'_>, wishes: &mut Vec<BandWish>) {
    ui.spacing_mut().item_spacing.x = SPACE;
    ui.label(RichText::new(&said.time).font(medium_font(tokens::desk::FIGURE)));
    if said.shows(Extra::Date) {
        ui.label(RichText::new(&said.date).color(tokens::DIM.egui()));
    }
    if let (true, Some((text, weather))) = (said.shows(Extra::Weather), &said.weather) {
        weather_ui(ui, text, *weather, view.dark);
    }
    if said.language && ui.button(t!("shell.other_language")).on_hover_text("F2").clicked() {
        wishes.push(BandWish::Hall(Intent::SwitchLanguage));
    }
    link_ui(ui, view.link, view.utc_offset_secs);
    if let (true, Some(duty)) = (said.shows(Extra::Shift), &view.duty)
        && shift_ui(ui, duty)
    {
        wishes.push(BandWish::Duty);
    }
    if said.shows(Extra::Who) {
        ui.label(RichText::new(&view.who).font(regular_font(tokens::desk::BODY)).color(tokens::DIM.egui()));
    }
    if let Some(rate) = view.demo {
        wishes.extend(demo_ui(ui, rate).into_iter().map(BandWish::Hall));
    }
}

/// The shift and until when; brighter once it is to be handed over, in an inverted badge once it should have been.
fn shift_ui(ui: &mut Ui, duty: &BandDuty) -> bool {
    let (fill, color) = match duty.lamp {
        Lamp::Green => (Color32::TRANSPARENT, tokens::DIM),
        Lamp::Yellow => (tokens::RAISED.egui(), tokens::TEXT),
        Lamp::Red => (tokens::TEXT.egui(), tokens::INK),
    };
    let font =
        if duty.lamp == Lamp::Green { regular_font(tokens::desk::BODY) } else { medium_font(tokens::desk::BODY) };
    let galley = ui.painter().layout_no_wrap(duty.text.clone(), font, color.egui());
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(LAMP + 16.0, 10.0), Sense::click());
    let painter = ui.painter();
    painter.rect_filled(rect, f32::from(tokens::desk::ROUND), fill);
    lamp::sign(painter, rect.left_center() + vec2(14.0, 0.0), 6.0, Some(duty.lamp), color.egui());
    painter.galley(egui::pos2(rect.left() + LAMP + 6.0, rect.center().y - galley.size().y / 2.0), galley, color.egui());
    response.on_hover_text(t!("help.duty")).clicked()
}

fn weather_ui(ui: &mut Ui, text: &str, weather: Weather, dark: bool) {
    let font = regular_font(tokens::desk::BODY);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, tokens::DIM.egui());
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(30.0, 0.0), Sense::hover());
    sky_sign(ui.painter(), rect.left_center() + vec2(11.0, 0.0), 9.0, weather.sky, dark, tokens::DIM.egui());
    let at = egui::pos2(rect.left() + 28.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens::DIM.egui());
    response.on_hover_text(words::weather_more(weather));
}

/// What says yes, with its key.
fn yes() -> String {
    format!("{}  Ctrl Shift Y", t!("mode.yes"))
}

/// What switches the hall from a mode to the other one.
pub(super) fn switch(from: Mode) -> Intent {
    Intent::Order(Order::SwitchMode { mode: other_mode(from) })
}

fn other_mode(mode: Mode) -> Mode {
    match mode {
        Mode::Routine => Mode::Emergency,
        Mode::Emergency => Mode::Routine,
    }
}

fn mode_ui(ui: &mut Ui, mode: Mode, asking: bool, wishes: &mut Vec<BandWish>) {
    let other = other_mode(mode);
    // Emergency is told by an inverted badge, not by a colour of severity.
    let (fill, text) = match mode {
        Mode::Routine => (tokens::RAISED, tokens::TEXT),
        Mode::Emergency => (tokens::TEXT, tokens::INK),
    };
    if asking {
        ui.label(RichText::new(t!("mode.ask", mode = words::mode(other))).font(medium_font(tokens::desk::BODY)));
        if ui.button(yes()).clicked() {
            wishes.push(BandWish::Hall(switch(mode)));
            wishes.push(BandWish::AskMode(false));
        }
        if ui.button(t!("card.cancel")).clicked() {
            wishes.push(BandWish::AskMode(false));
        }
    } else {
        let badge = RichText::new(words::mode(mode)).font(medium_font(tokens::desk::BODY)).color(text.egui());
        let badge = egui::Button::new(badge).fill(fill.egui());
        if ui.add(badge).on_hover_text(t!("mode.switch", mode = words::mode(other))).clicked() {
            wishes.push(BandWish::AskMode(true));
        }
    }
}

fn grade_ui(ui: &mut Ui, view: &Situation, grade: Grade, wide: f32) {
    let open = view.open_of(grade);
    let font = medium_font(tokens::desk::FIGURE);
    let half = tokens::desk::MARK;
    let (rect, response) = ui.allocate_exact_size(vec2(wide, 32.0), Sense::hover());
    let mark = rect.left_center() + vec2(half + 1.0, 0.0);
    if open > 0 {
        paint::grade_mark(ui.painter(), mark, half, grade);
    } else {
        paint::grade_ghost(ui.painter(), mark, half, grade);
    }
    let color = if open == 0 || !view.is_live() { tokens::FAINT } else { tokens::TEXT };
    let at = rect.left_center() + vec2(half * 2.0 + MARK_GAP, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, view.figure(open), font, color.egui());
    response.on_hover_text(t!("shell.open_of_grade", grade = words::grade(grade), count = view.figure(open)));
}

/// Open incidents of grade Ⅰ in words, and the one of them that has waited longest.
fn alarm_text(view: &Situation) -> Option<(String, &Row)> {
    let worst = view.worst.as_ref().filter(|row| row.grade == Grade::I)?;
    let count = words::count(view.open_of(Grade::I));
    Some((t!("wall.alarm", grade = words::grade(Grade::I), count = count).into_owned(), worst))
}

/// A click goes to the incident that has waited longest.
fn alarm_ui(ui: &mut Ui, text: &str, worst: &Row, wishes: &mut Vec<BandWish>) {
    let text = RichText::new(text).font(medium_font(tokens::desk::BODY)).color(tokens::on_grade(Grade::I).egui());
    let button = egui::Button::new(text).fill(tokens::grade(Grade::I).egui()).stroke(Stroke::NONE);
    if ui.add(button).on_hover_text(&worst.kind).clicked() {
        wishes.push(BandWish::Hall(Intent::Select { target: Some(Target::Incident(worst.id)), fly: true }));
    }
}

/// The frame of the whole window while an incident of grade Ⅰ is open.
pub fn alarm_frame(ctx: &egui::Context) {
    let painter = ctx.layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::new("alarm")));
    let stroke = Stroke::new(tokens::desk::FRAME, tokens::grade(Grade::I).egui());
    painter.rect_stroke(ctx.content_rect(), 0.0, stroke, StrokeKind::Inside);
}

/// A figure below its name, with a note beside it in small.
fn figure_ui(ui: &mut Ui, view: &Situation, key: &str, value: &str, note: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(tokens::desk::FIELD, 40.0), Sense::hover());
    let painter = ui.painter();
    let (small, dim) = (regular_font(tokens::desk::SMALL), tokens::DIM.egui());
    paint::line(painter, rect.left_top(), Align2::LEFT_TOP, &t!(key), small.clone(), dim, rect.width());
    // What cannot be renewed now is faded.
    let text = if view.is_live() { tokens::TEXT } else { tokens::DIM };
    let (font, text) = (medium_font(tokens::desk::BODY + 2.0), text.egui());
    let value = paint::line(painter, rect.left_bottom(), Align2::LEFT_BOTTOM, value, font, text, rect.width());
    let at = egui::pos2(value.right() + 6.0, rect.bottom() - 2.0);
    paint::line(painter, at, Align2::LEFT_BOTTOM, note, small, dim, rect.right() - at.x);
}

/// Live: a filled dot; connecting: a ring; in an inverted badge a bar where the hub cannot write, a cross where it is lost.
fn link_ui(ui: &mut Ui, link: LinkState, utc_offset_secs: i32) {
    let text = words::link(link, utc_offset_secs);
    let inverted = matches!(link, LinkState::Lost { .. } | LinkState::ReadOnly);
    let font = medium_font(tokens::desk::BODY);
    let color = match link {
        LinkState::Live => tokens::ACCENT,
        LinkState::Connecting => tokens::DIM,
        LinkState::Lost { .. } | LinkState::ReadOnly => tokens::INK,
    };
    let galley = ui.painter().layout_no_wrap(text, font, color.egui());
    let (rect, _) = ui.allocate_exact_size(galley.size() + vec2(32.0, 10.0), Sense::hover());
    let round = f32::from(tokens::desk::ROUND);
    let painter = ui.painter();
    if inverted {
        painter.rect_filled(rect, round, tokens::TEXT.egui());
    } else {
        painter.rect_stroke(rect, round, Stroke::new(1.0, color.egui()), StrokeKind::Inside);
    }
    let at = rect.left_center() + vec2(14.0, 0.0);
    link_sign(painter, at, 4.5, link, color.egui());
    let corner = egui::pos2(rect.left() + 24.0, rect.center().y - galley.size().y / 2.0);
    painter.galley(corner, galley, color.egui());
}

/// The shape of a link's state.
pub fn link_sign(painter: &egui::Painter, at: egui::Pos2, half: f32, link: LinkState, color: Color32) {
    match link {
        LinkState::Live => {
            painter.circle_filled(at, half, color);
        }
        LinkState::Connecting => {
            painter.circle_stroke(at, half, Stroke::new(half * 0.4, color));
        }
        LinkState::ReadOnly => {
            painter.rect_filled(egui::Rect::from_center_size(at, vec2(half * 2.0, half * 0.7)), 0.0, color);
        }
        LinkState::Lost { .. } => {
            let stroke = Stroke::new(half * 0.45, color);
            painter.line_segment([at - vec2(half, half), at + vec2(half, half)], stroke);
            painter.line_segment([at + vec2(-half, half), at + vec2(half, -half)], stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_more_stays_where_room_is_short() {
        let extras = [(Extra::Alarm, 200.0), (Extra::Reported, 100.0), (Extra::Date, 160.0), (Extra::Mean, 100.0)];
        let all = [Extra::Alarm, Extra::Reported, Extra::Date, Extra::Mean];
        assert_eq!(fitting(560.0 + 4.0 * SPACE, &extras), all);
        assert_eq!(fitting(450.0, &extras), [Extra::Alarm, Extra::Reported, Extra::Mean], "the date is too wide");
        assert_eq!(fitting(150.0, &extras), [Extra::Reported]);
        assert_eq!(fitting(-10.0, &extras), []);
        assert_eq!(fitting(500.0, &[(Extra::Weather, 0.0)]), [], "there is none");
    }
}
