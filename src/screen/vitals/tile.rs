//! A vital sign as a tile of the board and as a card of the wall: name, value, trend with ticks of limits and target before
//! the band in which it was expected, how it changed, how old it is. Without data there is hatching and no number, and plain
//! words while the first value is on its way; what is old fades; only a limit that is crossed has a colour.

use egui::{Align2, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};
use rust_i18n::t;

use super::model::{State, Tile, span};
use super::phrase;
use crate::domain::vital::seen::{COURSE_STEP_MILLIS, COURSE_STEPS};
use crate::screen::look::{medium_font, paint, regular_font, tokens};

/// Sizes of a tile, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::screen) struct Look {
    /// Its name.
    pub(in crate::screen) name: f32,
    /// Its value.
    pub(in crate::screen) value: f32,
    /// Unit, age, changes.
    pub(in crate::screen) small: f32,
    /// Space within it.
    pub(in crate::screen) pad: f32,
    /// Thickness of lines.
    pub(in crate::screen) line: f32,
    /// How it changed stands under it.
    pub(in crate::screen) changes: bool,
    /// … or beside its name, as much of it as has room there.
    pub(in crate::screen) beside: bool,
}

impl Look {
    /// On a desk.
    pub(super) const DESK: Self = Self {
        name: tokens::desk::BODY,
        value: tokens::desk::FIGURE,
        small: tokens::desk::SMALL,
        pad: 8.0,
        line: 1.0,
        changes: true,
        beside: false,
    };

    /// On a desk where more are to be seen at once.
    pub(super) const DENSE: Self =
        Self { name: tokens::desk::BODY, value: 17.0, pad: 5.0, changes: false, beside: true, ..Self::DESK };

    /// On a wall of this scale.
    #[must_use]
    pub(in crate::screen) fn wall(scale: f32) -> Self {
        use tokens::wall;
        Self {
            name: wall::BODY * scale,
            value: wall::TITLE * scale,
            small: wall::BODY * scale,
            pad: wall::GAP * 0.6 * scale,
            line: wall::LINE * scale,
            changes: false,
            beside: false,
        }
    }

    /// Height of a line under a tile that has [`compared`] or else something in it.
    #[must_use]
    pub(in crate::screen) fn line_height(self) -> f32 {
        Self::row(self.small)
    }

    /// Height of a line of writing.
    fn row(size: f32) -> f32 {
        size * 1.28
    }

    /// Height of a tile.
    #[must_use]
    pub(in crate::screen) fn height(self) -> f32 {
        let changes = if self.changes { Self::row(self.small) } else { 0.0 };
        self.pad * 2.0 + Self::row(self.name) + Self::row(self.value) + changes
    }

    /// Half the size of a grade's mark.
    fn mark(self) -> f32 {
        self.name * 0.62
    }

    /// Where the value stands in a tile, which a click looks into.
    #[must_use]
    pub(super) fn value_rect(self, rect: Rect) -> Rect {
        let top = rect.top() + self.pad + Self::row(self.name);
        let size = vec2(rect.width() * VALUE - self.pad, Self::row(self.value));
        Rect::from_min_size(pos2(rect.left() + self.pad, top), size)
    }

    /// Where its trend stands.
    fn trend_rect(self, rect: Rect) -> Rect {
        let value = self.value_rect(rect);
        Rect::from_min_max(pos2(value.right() + self.pad, value.top()), pos2(rect.right() - self.pad, value.bottom()))
    }
}

/// Part of a tile's width that its value has.
const VALUE: f32 = 0.56;
/// … and the part that it may have at most.
const VALUE_MOST: f32 = 0.8;
/// How much of its colour the band has in which a sign was expected.
const FAINT: f32 = 0.4;
const HOUR_MILLIS: i64 = 3_600_000;
/// What a sign is held against.
const THEN: [&str; 3] = ["vital.then.hour", "vital.then.day", "vital.then.week"];
/// Between two of them.
const APART: &str = "  ";

/// Paint what stands on a tile; its ground is the caller's.
pub(in crate::screen) fn tile(painter: &Painter, rect: Rect, look: Look, tile: &Tile<'_>, locale: &str) {
    let (text, dim, faint) = (tokens::TEXT.egui(), tokens::DIM.egui(), tokens::FAINT.egui());
    let small = regular_font(look.small);
    let mut left = rect.left() + look.pad;
    let right = rect.right() - look.pad;
    let middle = rect.top() + look.pad + Look::row(look.name) * 0.5;
    if let Some(grade) = tile.state.level() {
        let edge = Rect::from_min_size(rect.min, vec2(look.line * 3.0, rect.height()));
        painter.rect_filled(edge, 0.0, tokens::grade(grade).egui());
        left += look.line * 3.0;
        paint::grade_mark(painter, pos2(left + look.mark(), middle), look.mark(), grade);
        left += look.mark() * 2.0 + look.pad * 0.75;
    }
    // A fresh value's age is said on a desk alone: on a wall only what is old says so.
    let age = tile.age_secs.filter(|_| look.changes || tile.state == State::Stale).map(phrase::age);
    let name = if tile.state.is_known() { text } else { dim };
    let font = if tile.state.level().is_some() { medium_font(look.name) } else { regular_font(look.name) };
    let named = tile.sign.name.of(locale);
    // Where only what is old says its age, no name is cut for it: it has the place of the course instead.
    let wide = |text: &str, font: &egui::FontId| painter.layout_no_wrap(text.to_owned(), font.clone(), dim).size().x;
    let both = |age: &String| wide(named, &font) + look.pad * 0.75 + wide(age, &small) > right - left;
    let aside = age.clone().filter(|age| !look.changes && both(age));
    let age = age.filter(|_| aside.is_none());
    let age = age.map_or(right, |age| {
        let put =
            paint::line(painter, pos2(right, middle), Align2::RIGHT_CENTER, &age, small.clone(), faint, right - left);
        put.left() - look.pad * 0.75
    });
    let put = paint::line(painter, pos2(left, middle), Align2::LEFT_CENTER, named, font, name, age - left);
    if look.beside {
        let room = age - put.right() - look.pad * 1.5;
        let ways = compared(tile, 0);
        if let Some(way) = ways.iter().find(|way| wide(way, &small) <= room) {
            paint::line(painter, pos2(age, middle), Align2::RIGHT_CENTER, way, small.clone(), dim, room);
        }
    }
    if tile.state == State::Waiting {
        let place = look.value_rect(rect);
        let room = rect.right() - look.pad - place.left();
        paint::line(painter, place.left_center(), Align2::LEFT_CENTER, &t!("vital.first"), small, dim, room);
        return;
    }
    let end = value(painter, rect, look, tile);
    let mut course = look.trend_rect(rect);
    course.min.x = course.left().max(end + look.pad);
    match aside {
        Some(age) => {
            let at = course.right_center();
            paint::line(painter, at, Align2::RIGHT_CENTER, &age, small, faint, course.width());
        }
        None => trend(painter, course, look, tile),
    }
    if look.changes {
        let at = pos2(rect.left() + look.pad, rect.bottom() - look.pad - Look::row(look.small) * 0.5);
        changes(painter, at, right, look, tile);
    }
}

/// The value with its unit, wider than its place where it needs to be; without one hatching with a word. Returns where it
/// ends.
fn value(painter: &Painter, rect: Rect, look: Look, tile: &Tile<'_>) -> f32 {
    let place = look.value_rect(rect);
    let (dim, faint) = (tokens::DIM.egui(), tokens::FAINT.egui());
    let known = tile.value().filter(|_| !tile.state.is_without());
    let Some(value) = known else {
        paint::hatch(painter, place, look.value * 0.4, Stroke::new(look.line, tokens::OUTLINE.egui()));
        let font = regular_font(look.small);
        let at = place.left_center();
        paint::line(painter, at, Align2::LEFT_CENTER, &t!("vital.no_data"), font, dim, place.width());
        return place.right();
    };
    let (bright, second) = if tile.state == State::Stale { (faint, faint) } else { (tokens::TEXT.egui(), dim) };
    let unit = phrase::unit(tile.sign);
    let unit_room = painter.layout_no_wrap(unit.to_owned(), regular_font(look.small), second).size().x;
    let most = rect.left() + rect.width() * VALUE_MOST;
    let room = most - place.left() - unit_room - look.small * 0.3;
    let figure = phrase::figure(value, tile.sign.precision);
    let at = place.left_center();
    let put = paint::line(painter, at, Align2::LEFT_CENTER, &figure, medium_font(look.value), bright, room);
    let at = pos2(put.right() + look.small * 0.3, put.bottom() - look.value * 0.22);
    let room = most - at.x;
    paint::line(painter, at, Align2::LEFT_BOTTOM, unit, regular_font(look.small), second, room).right()
}

/// The course of a day as a line, with ticks for limits at its end and a dashed line for the target.
fn trend(painter: &Painter, rect: Rect, look: Look, tile: &Tile<'_>) {
    let line = Stroke::new(look.line, tokens::OUTLINE.egui());
    let course = tile.row.map_or(&[][..], |row| &row.course);
    let newest = tile.value().filter(|_| tile.state.is_known());
    let values = course.iter().flatten().map(|value| f64::from(*value)).chain(newest);
    let marks = tile.marks().map(|(_, limit, _)| limit).chain(tile.sign.target);
    let expected = hours_expected(tile).flat_map(|(_, low, high)| [low, high]);
    let Some((low, high)) = span(values, marks.chain(expected)).filter(|_| course.iter().any(Option::is_some)) else {
        paint::hatch(painter, rect, look.value * 0.4, line);
        return;
    };
    let ticks = look.line * 7.0;
    let plot = Rect::from_min_max(rect.min, pos2(rect.right() - ticks, rect.bottom()));
    #[expect(clippy::cast_possible_truncation, reason = "points on screen")]
    let y = |value: f64| plot.bottom() - plot.height() * ((value - low) / (high - low)) as f32;
    let inside = |value: &f64| (low..=high).contains(value);
    expected_hours(painter, plot, tile, y);
    if let Some(target) = tile.sign.target.filter(inside) {
        let ends = [pos2(plot.left(), y(target)), pos2(plot.right(), y(target))];
        let dashed = Stroke::new(look.line, tokens::OUTLINE.egui());
        painter.extend(Shape::dashed_line(&ends, dashed, look.line * 3.0, look.line * 4.0));
    }
    for (grade, limit, crossed) in tile.marks().filter(|(_, limit, _)| inside(limit)) {
        // Only a limit that is crossed has the colour of its grade.
        let colour = if crossed { tokens::grade(grade) } else { tokens::FAINT };
        let stroke = Stroke::new(look.line * if crossed { 2.0 } else { 1.0 }, colour.egui());
        painter.hline(plot.right()..=rect.right(), y(limit), stroke);
    }
    let stroke = Stroke::new(look.line * 1.4, if tile.state.is_known() { tokens::DIM } else { tokens::BEFORE }.egui());
    #[expect(clippy::cast_precision_loss, reason = "a few dozen steps")]
    let step = plot.width() / course.len().max(1) as f32;
    let mut run: Vec<Pos2> = Vec::new();
    let flush = |run: &mut Vec<Pos2>| match run.as_slice() {
        [] => {}
        [only] => {
            painter.circle_filled(*only, look.line * 1.2, stroke.color);
            run.clear();
        }
        _ => {
            painter.add(Shape::line(std::mem::take(run), stroke));
        }
    };
    let mut x = plot.left() + step * 0.5;
    for value in course {
        match value {
            Some(value) => run.push(pos2(x, y(f64::from(*value)))),
            None => flush(&mut run),
        }
        x += step;
    }
    if let (Some(newest), false) = (newest, run.is_empty()) {
        run.push(pos2(plot.right(), y(newest)));
    }
    flush(&mut run);
    if let Some(newest) = newest {
        painter.circle_filled(pos2(plot.right(), y(newest)), look.line * 2.2, tokens::TEXT.egui());
    }
}

/// Where a sign was expected in the hours of its course: from when to when, as shares of the course, least and greatest.
fn hours_expected<'a>(tile: &Tile<'a>) -> impl Iterator<Item = ((f32, f32), f64, f64)> + use<'a> {
    let day = COURSE_STEP_MILLIS * i64::from(COURSE_STEPS);
    let begin = tile.at.plus_millis(-day);
    let share = move |at: i64| ((at - begin.0) as f64 / day as f64).clamp(0.0, 1.0);
    let band = tile.expected.band();
    let from = band.map_or(0, |band| band.from.0);
    let hours = band.map_or(&[][..], |band| &band.hours);
    (0_i64..).zip(hours).filter_map(move |(hour, (low, high))| {
        let (left, right) = (share(from + hour * HOUR_MILLIS), share(from + (hour + 1) * HOUR_MILLIS));
        #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
        let shares = (left as f32, right as f32);
        (left < right).then(|| (shares, f64::from(*low), f64::from(*high)))
    })
}

/// The same, faint and behind the course; nothing where there is too little history.
fn expected_hours(painter: &Painter, plot: Rect, tile: &Tile<'_>, y: impl Fn(f64) -> f32) {
    let mut mesh = Mesh::default();
    for ((from, to), low, high) in hours_expected(tile) {
        let x = |share: f32| plot.left() + plot.width() * share;
        let [top, foot] = [high, low].map(|value| y(value).clamp(plot.top(), plot.bottom()));
        let hour = Rect::from_min_max(pos2(x(from), top), pos2(x(to), foot));
        mesh.add_colored_rect(hour, tokens::BEFORE.egui().gamma_multiply(FAINT));
    }
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

/// Against the hour before, yesterday and last week, in ways of which each says less than the one before: all three, two of
/// them, one; which ones that are goes by the `turn`. None where nothing was known then.
pub(in crate::screen) fn compared(tile: &Tile<'_>, turn: usize) -> Vec<String> {
    let changes = tile.changes();
    if changes.iter().all(Option::is_none) {
        return Vec::new();
    }
    let said = |(key, by): (&str, Option<f64>)| format!("{} {}", t!(key), phrase::change(by, tile.sign.precision));
    let all: Vec<String> = THEN.into_iter().zip(changes).map(said).collect();
    let some = |count: usize| {
        let from = all.iter().cycle().skip(turn % THEN.len()).take(count);
        from.map(String::as_str).collect::<Vec<_>>().join(APART)
    };
    vec![all.join(APART), some(2), some(1)]
}

/// Against the hour before, yesterday and last week; and what is missing.
fn changes(painter: &Painter, at: Pos2, right: f32, look: Look, tile: &Tile<'_>) {
    let font = regular_font(look.small);
    let (dim, faint) = (tokens::DIM.egui(), tokens::FAINT.egui());
    let mut end = right;
    let missing = tile.row.map_or(0.0, |row| row.missing);
    if missing >= 0.005 && tile.state.is_known() {
        let words = t!("vital.missing_short", percent = phrase::percent(missing));
        let put = paint::line(
            painter,
            pos2(right, at.y),
            Align2::RIGHT_CENTER,
            &words,
            font.clone(),
            dim,
            (right - at.x) * 0.35,
        );
        end = put.left() - look.pad;
    }
    let mut x = at.x;
    let cell = (end - at.x) / 3.0;
    for (key, by) in THEN.into_iter().zip(tile.changes()) {
        let name = t!(key);
        let put = paint::line(painter, pos2(x, at.y), Align2::LEFT_CENTER, &name, font.clone(), faint, cell);
        let left = put.right() + look.small * 0.25;
        let words = phrase::change(by, tile.sign.precision);
        paint::line(painter, pos2(left, at.y), Align2::LEFT_CENTER, &words, font.clone(), dim, x + cell - left);
        x += cell;
    }
}
