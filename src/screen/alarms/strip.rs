//! The strip that names the most urgent alarm, on desk and wall.

use egui::{Align2, FontId, Painter, Rect, Stroke, pos2, vec2};
use rust_i18n::t;

use super::model::{AlarmRow, AlarmsShown};
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};

/// What is wrong, in words: what is measured, and how.
pub(super) fn title(row: &AlarmRow) -> String {
    let measured = t!(format!("alarm.of.{}", row.measures.word()));
    format!("{measured} · {}", t!(format!("alarm.kind.{}", row.kind.word())))
}

/// Where it is, as people call it.
pub(super) fn place(row: &AlarmRow) -> String {
    if row.name.is_empty() { row.source.clone() } else { format!("{} · {}", row.name, row.source) }
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

/// How high the strip is for a running text of so many points.
pub(super) fn height(body: f32) -> f32 {
    body * 2.9
}

/// Paint the strip into `rect`: how bad, what, where, how long; how many more there are; `keys` at its end.
pub(super) fn strip(painter: &Painter, rect: Rect, body: f32, shown: &AlarmsShown, keys: &str) {
    let Some(row) = shown.first() else { return };
    let color = tokens::grade(row.level).egui();
    painter.rect_filled(rect, body * 0.25, tokens::PANEL.egui());
    let edge = Rect::from_min_size(rect.min, vec2(body * 0.4, rect.height()));
    painter.rect_filled(edge, body * 0.2, color);
    painter.rect_stroke(rect, body * 0.25, Stroke::new(body * 0.14, color), egui::StrokeKind::Inside);
    let (medium, regular) = (medium_font(body * 1.15), regular_font(body));
    let middle = rect.center().y;
    let mut x = rect.left() + body * 1.9;
    paint::grade_sign(painter, pos2(x, middle), body * 0.8, row.level);
    x += body * 1.5;
    let right = right_end(painter, rect, body, shown, keys);
    let text = tokens::TEXT.egui();
    let mut put = |words: &str, font: FontId, color: egui::Color32, gap: f32| {
        let room = (right - x).max(0.0);
        if room > body * 2.0 && !words.is_empty() {
            let put = paint::line(painter, pos2(x, middle), Align2::LEFT_CENTER, words, font, color, room);
            x = put.right() + gap;
        }
    };
    put(&t!("alarm.level", grade = row.level.numeral()), medium.clone(), text, body * 0.8);
    put(&title(row), medium.clone(), text, body * 1.2);
    put(&row.values, medium, text, body * 1.2);
    put(&words::age(row.age_secs), regular.clone(), tokens::DIM.egui(), body * 1.2);
    put(&place(row), regular, tokens::DIM.egui(), 0.0);
}

/// What stands at the right: how many call by level, whether that is a flood, which keys. Returns where it begins.
fn right_end(painter: &Painter, rect: Rect, body: f32, shown: &AlarmsShown, keys: &str) -> f32 {
    let (regular, dim) = (regular_font(body * 0.95), tokens::DIM.egui());
    let middle = rect.center().y;
    let mut right = rect.right() - body;
    if !keys.is_empty() {
        let put = paint::line(
            painter,
            pos2(right, middle),
            Align2::RIGHT_CENTER,
            keys,
            regular.clone(),
            tokens::ACCENT.egui(),
            f32::INFINITY,
        );
        right = put.left() - body * 1.2;
    }
    if shown.is_flood() {
        let flood = t!("alarm.flood", count = shown.lately);
        let put = paint::line(
            painter,
            pos2(right, middle),
            Align2::RIGHT_CENTER,
            &flood,
            regular.clone(),
            tokens::TEXT.egui(),
            f32::INFINITY,
        );
        right = put.left() - body * 1.2;
    }
    if shown.calls() > 1 {
        let counts = crate::domain::Grade::ALL.into_iter().zip(shown.calling).filter(|(_, count)| *count > 0);
        for (grade, count) in counts.collect::<Vec<_>>().into_iter().rev() {
            let put = paint::line(
                painter,
                pos2(right, middle),
                Align2::RIGHT_CENTER,
                &words::count(count),
                regular.clone(),
                dim,
                f32::INFINITY,
            );
            right = put.left() - body * 0.8;
            paint::grade_mark(painter, pos2(right, middle), body * 0.45, grade);
            right -= body * 0.9;
        }
    }
    right - body * 0.4
}
