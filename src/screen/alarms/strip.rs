//! The strip that names the most urgent alarm, on desk and wall.

use egui::{Align2, FontId, Painter, Rect, Stroke, pos2, vec2};
use rust_i18n::t;

use super::model::{AlarmRow, AlarmsShown, place_words, title_words};
use super::sound::Heard;
use crate::domain::alarm::cause::pipe_of;
use crate::domain::alarm::{Belongs, MILD_MAX};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// What is wrong, in words: what is measured, or the vital sign, and how.
pub(super) fn title(row: &AlarmRow) -> String {
    title_words(row.measures, row.kind, &row.name)
}

/// Where it is, as people call it.
pub(super) fn place(row: &AlarmRow) -> String {
    place_words(row.measures, &row.area_words, &row.name, &row.source)
}

/// How many more one thing caused, in words; nothing where it stands alone.
pub(super) fn behind(row: &AlarmRow) -> Option<String> {
    let more = row.behind();
    (more > 0).then(|| t!("alarm.behind", count = more, cause = thing(&row.cause)).into_owned())
}

/// What alarms hang behind, in words where it is a pipe of the map.
pub(super) fn thing(cause: &str) -> String {
    match pipe_of(cause) {
        Some(("gas", number)) => t!("alarm.pipe.gas", number = number).into_owned(),
        Some(("water", number)) => t!("alarm.pipe.water", number = number).into_owned(),
        Some(("drainage", number)) => t!("alarm.pipe.drainage", number = number).into_owned(),
        Some(("power", number)) => t!("alarm.pipe.power", number = number).into_owned(),
        _ => cause.to_owned(),
    }
}

/// How it stands, in words.
pub(super) fn state(row: &AlarmRow) -> String {
    let key = match (row.shelved_secs, row.active, row.waits) {
        (Some(secs), ..) => return t!("alarm.shelved", time = words::minutes(secs)).into_owned(),
        (None, true, true) => "alarm.active_waits",
        (None, true, false) => "alarm.active",
        (None, false, true) => "alarm.cleared_waits",
        (None, false, false) => "alarm.cleared",
    };
    t!(key).into_owned()
}

/// The case that it belongs to, in words; nothing where there is none that is open.
pub(super) fn belongs(row: &AlarmRow) -> Option<String> {
    let Belongs { incident, grade, own, accepted } = row.belongs?;
    let key = if own { "alarm.belongs.own" } else { "alarm.belongs.around" };
    let case = t!(key, case = incident.0, grade = grade.numeral()).into_owned();
    Some(if accepted { case } else { format!("{case} · {}", t!("alarm.belongs.waits")) })
}

/// What the strip has from its screen.
#[derive(Clone, Copy)]
pub(super) struct StripView<'a> {
    pub(super) shown: &'a AlarmsShown,
    /// Who sits here; nobody at a wall.
    pub(super) post: Option<&'a str>,
    /// What stands at its end; may be empty.
    pub(super) keys: &'a str,
    /// Whether what calls is heard here; a wall never sounds, and says nothing of it.
    pub(super) heard: Heard,
}

impl<'a> StripView<'a> {
    /// The strip of a wall.
    pub(super) fn of_wall(shown: &'a AlarmsShown) -> Self {
        Self { shown, post: None, keys: "", heard: Heard::Yes }
    }

    /// The alarm that it names.
    pub(super) fn named(&self) -> Option<&'a AlarmRow> {
        self.shown.named(self.post)
    }

    /// What it says at its right beside counts and keys, from the right, and whether that is to be seen at once.
    fn notes(&self) -> Vec<(String, bool)> {
        let mut notes = Vec::new();
        if self.shown.calls() > 0
            && let Some(key) = self.heard.key()
        {
            notes.push((t!(key).into_owned(), true));
        }
        if self.shown.full {
            notes.push((t!("alarm.full", count = words::count(MILD_MAX)).into_owned(), true));
        }
        if self.shown.is_flood() {
            notes.push((t!("alarm.flood", count = self.shown.lately).into_owned(), true));
        }
        let own = self.shown.of_post(self.post).len();
        if own > 0 {
            notes.push((t!("alarm.yours_count", count = own).into_owned(), false));
        }
        notes
    }
}

/// How high the strip is for a running text of so many points: two lines where one has no room for all that it says.
pub(super) fn height(painter: &Painter, width: f32, body: f32, view: &StripView<'_>) -> f32 {
    body * if is_short(painter, width, body, view) { 4.4 } else { 2.9 }
}

/// Whether one line is too short.
fn is_short(painter: &Painter, width: f32, body: f32, view: &StripView<'_>) -> bool {
    room_and_need(painter, width, body, view).is_some_and(|(room, [first, second])| first + second > room)
}

/// All that it says of the alarm, where not even two lines have room for that: for the pointer.
pub(super) fn cut(painter: &Painter, width: f32, body: f32, view: &StripView<'_>) -> Option<String> {
    let (room, [first, second]) = room_and_need(painter, width, body, view)?;
    let words = said(view.named()?, body, view).into_iter().flatten().map(|(words, ..)| words);
    (first + second > room && first.max(second) > room).then(|| words.collect::<Vec<_>>().join(" · "))
}

/// The room that its words have, and what their two parts need; nothing where it names no alarm.
fn room_and_need(painter: &Painter, width: f32, body: f32, view: &StripView<'_>) -> Option<(f32, [f32; 2])> {
    let row = view.named()?;
    let mut silent = painter.clone();
    silent.set_invisible();
    let rect = Rect::from_min_size(egui::Pos2::ZERO, vec2(width, body));
    let room = right_end(&silent, rect, body, view) - body * LEFT;
    let wide = |(words, font, gap): &(String, FontId, f32)| {
        painter.layout_no_wrap(words.clone(), font.clone(), egui::Color32::PLACEHOLDER).size().x + gap
    };
    Some((room, said(row, body, view).map(|part| part.iter().map(wide).sum())))
}

/// Where the words begin, in running text.
const LEFT: f32 = 3.4;

/// What is said of an alarm, each with the space behind it: what is wrong; to which case it belongs, where, for how long.
fn said(row: &AlarmRow, body: f32, view: &StripView<'_>) -> [Vec<(String, FontId, f32)>; 2] {
    let (medium, regular) = (medium_font(body * 1.15), regular_font(body));
    let level = t!("alarm.level", grade = row.level.numeral()).into_owned();
    let own = view.shown.of_post(view.post);
    let yours = if row.all.iter().any(|id| own.contains(id)) { t!("alarm.yours").into_owned() } else { String::new() };
    let wrong = [(level, 0.8), (yours, 0.8), (title(row), 1.2), (row.values.clone(), 1.2)];
    let case = belongs(row).unwrap_or_default();
    let found =
        [(case, 1.2), (behind(row).unwrap_or_default(), 1.2), (place(row), 1.2), (words::age(row.age_secs), 0.0)];
    let of = |(words, gap): (String, f32), font: &FontId| (words, font.clone(), body * gap);
    let all = |said: Vec<(String, f32)>, font: &FontId| {
        said.into_iter().filter(|(words, _)| !words.is_empty()).map(|one| of(one, font)).collect()
    };
    [all(wrong.into(), &medium), all(found.into(), &regular)]
}

/// Paint the strip into `rect`: how bad, what, where, how long; how many more there are; keys at its end.
pub(super) fn strip(painter: &Painter, rect: Rect, body: f32, view: &StripView<'_>) {
    let Some(row) = view.named() else { return };
    let two = is_short(painter, rect.width(), body, view);
    let color = tokens::grade(row.level).egui();
    painter.rect_filled(rect, body * 0.25, tokens::PANEL.egui());
    let edge = Rect::from_min_size(rect.min, vec2(body * 0.4, rect.height()));
    painter.rect_filled(edge, body * 0.2, color);
    painter.rect_stroke(rect, body * 0.25, Stroke::new(body * 0.14, color), egui::StrokeKind::Inside);
    let middle = rect.center().y;
    paint::grade_sign(painter, pos2(rect.left() + body * 1.9, middle), body * 0.8, row.level);
    let right = right_end(painter, rect, body, view);
    let begin = rect.left() + body * LEFT;
    let put = |said: Vec<(String, FontId, f32)>, mut x: f32, y: f32, color: tokens::Rgb| {
        for (words, font, gap) in said {
            let room = (right - x).max(0.0);
            if room > body * 2.0 {
                let put = paint::line(painter, pos2(x, y), Align2::LEFT_CENTER, &words, font, color.egui(), room);
                x = put.right() + gap;
            }
        }
        x
    };
    let [wrong, found] = said(row, body, view);
    let (upper, lower) = if two { (middle - body * 0.85, middle + body * 0.85) } else { (middle, middle) };
    let end = put(wrong, begin, upper, tokens::TEXT);
    put(found, if two { begin } else { end }, lower, tokens::DIM);
}

/// What stands at the right: how many call by level, what else there is to say, which keys. Returns where it begins.
fn right_end(painter: &Painter, rect: Rect, body: f32, view: &StripView<'_>) -> f32 {
    let regular = regular_font(body * 0.95);
    let middle = rect.center().y;
    let mut right = rect.right() - body;
    let put = |words: &str, right: f32, color: tokens::Rgb| {
        let (at, font) = (pos2(right, middle), regular.clone());
        paint::line(painter, at, Align2::RIGHT_CENTER, words, font, color.egui(), f32::INFINITY).left()
    };
    if !view.keys.is_empty() {
        right = put(view.keys, right, tokens::ACCENT) - body * 1.2;
    }
    for (words, bright) in view.notes() {
        right = put(&words, right, if bright { tokens::TEXT } else { tokens::ACCENT }) - body * 1.2;
    }
    if view.shown.calls() > 1 {
        let counts = crate::domain::Grade::ALL.into_iter().zip(view.shown.calling).filter(|(_, count)| *count > 0);
        for (grade, count) in counts.collect::<Vec<_>>().into_iter().rev() {
            right = put(&words::count(count), right, tokens::DIM) - body * 0.8;
            paint::grade_mark(painter, pos2(right, middle), body * 0.45, grade);
            right -= body * 0.9;
        }
    }
    right - body * 0.4
}
