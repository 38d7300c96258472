//! The board of a roll: everybody who was called, and beside them who has not answered. Painted alone, so that wall and
//! desk have the same.

use egui::{Align2, Painter, Rect, Stroke, StrokeKind, pos2, vec2};
use rust_i18n::t;

use super::model::{Group, Missing, RollShown, cells_in};
use crate::domain::{Presence, RollParty};
use crate::screen::card::crew::crew_name;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens, words};
use crate::screen::units::legend::kind_key;

/// Seconds without a position from which on a crew is called silent.
const SILENT_SECS: i64 = 60;

/// What a party is called.
pub(super) fn name(party: &RollParty, kind: Option<crate::domain::CrewKind>) -> String {
    match (party, kind) {
        (RollParty::Post(post), _) => post.clone(),
        (RollParty::Crew(crew), Some(kind)) => crew_name(kind, *crew),
        (RollParty::Crew(crew), None) => format!("#{}", crew.0),
    }
}

/// How the roll stands, in a line.
pub(super) fn counts_words(roll: &RollShown) -> String {
    let [here, late, awaited, absent] = roll.counts;
    let mut told = vec![t!("roll.here", here = here, all = roll.counts.iter().sum::<usize>()).into_owned()];
    for (key, count) in [("roll.late", late), ("roll.awaited", awaited), ("roll.absent", absent)] {
        if count > 0 {
            told.push(t!(key, count = count).into_owned());
        }
    }
    told.push(match roll.left_secs {
        Some(secs) => t!("roll.left", time = words::minutes(secs)).into_owned(),
        None => t!("roll.over").into_owned(),
    });
    told.join(" · ")
}

/// Why somebody stands where they stand among the missing.
pub(super) fn why(one: &Missing) -> String {
    let mut told = Vec::new();
    if one.kind.is_none() {
        told.push(t!("roll.post").into_owned());
    }
    if one.busy {
        told.push(t!("roll.busy").into_owned());
    }
    match one.silent_secs {
        Some(secs) if secs >= SILENT_SECS => told.push(t!("roll.silent", time = words::minutes(secs)).into_owned()),
        None if one.kind.is_some() => told.push(t!("roll.never").into_owned()),
        Some(_) | None => {}
    }
    told.join(" · ")
}

/// Paint it into `all`; `unit` is the height of a line of its text.
pub(super) fn board_ui(painter: &Painter, all: Rect, unit: f32, roll: &RollShown) {
    let (pad, text, dim) = (unit * 0.8, tokens::TEXT.egui(), tokens::DIM.egui());
    painter.rect_filled(all, unit * 0.25, tokens::PANEL.egui());
    painter.rect_stroke(all, unit * 0.25, Stroke::new(unit * 0.08, tokens::ACCENT.egui()), StrokeKind::Inside);
    let inner = all.shrink(pad);
    let title = if roll.words.is_empty() {
        t!("roll.title").into_owned()
    } else {
        format!("{} · {}", t!("roll.title"), roll.words)
    };
    paint::line(painter, inner.left_top(), Align2::LEFT_TOP, &title, medium_font(unit * 1.1), text, inner.width());
    let low = inner.left_top() + vec2(0.0, unit * 1.7);
    paint::line(painter, low, Align2::LEFT_TOP, &counts_words(roll), medium_font(unit * 0.85), dim, inner.width());
    let top = inner.top() + unit * 3.2;
    let side =
        if roll.missing.is_empty() { 0.0 } else { (inner.width() * 0.3).max(unit * 12.0).min(inner.width() * 0.45) };
    let grid = Rect::from_min_max(pos2(inner.left(), top), pos2(inner.right() - side - pad, inner.bottom()));
    grid_ui(painter, grid, unit, &roll.groups);
    if side > 0.0 {
        missing_ui(painter, Rect::from_min_max(pos2(inner.right() - side, top), inner.max), unit, &roll.missing);
    }
}

fn grid_ui(painter: &Painter, room: Rect, unit: f32, groups: &[Group]) {
    let sizes: Vec<usize> = groups.iter().map(|group| group.cells.len()).collect();
    let (cell, columns, named) = cells_in(&sizes, room.width(), room.height(), unit * 1.6, unit * 0.9);
    #[expect(clippy::cast_precision_loss, reason = "some hundreds of columns")]
    let wide = if named { room.width() / columns as f32 } else { cell };
    let mut y = room.top();
    for group in groups {
        let kind = || group.kind().map_or_else(|| t!("roll.posts"), |kind| t!(kind_key(kind))).into_owned();
        let who = group.department.clone().unwrap_or_else(kind);
        let title = format!("{who} {}/{}", group.here(), group.cells.len());
        let font = medium_font((cell * 0.6).max(unit * 0.55));
        paint::line(
            painter,
            pos2(room.left(), y + cell / 2.0),
            Align2::LEFT_CENTER,
            &title,
            font,
            tokens::DIM.egui(),
            room.width(),
        );
        y += cell;
        for row in group.cells.chunks(columns) {
            let mut x = room.left();
            for one in row {
                let at = Rect::from_min_size(pos2(x, y), vec2(wide, cell));
                cell_ui(painter, at, one.presence, named.then(|| name(&one.party, one.kind)));
                x += wide;
            }
            y += cell;
        }
    }
}

/// One party: told by shape and words, not by colour alone.
fn cell_ui(painter: &Painter, at: Rect, presence: Presence, name: Option<String>) {
    let half = at.height() * 0.26;
    let middle = pos2(at.left() + at.height() / 2.0, at.center().y);
    let color = match presence {
        Presence::Here => tokens::ACCENT.egui(),
        Presence::Late => tokens::DIM.egui(),
        Presence::Awaited => tokens::FAINT.egui(),
        Presence::Absent => tokens::TEXT.egui(),
    };
    let line = Stroke::new((half * 0.3).max(1.2), color);
    match presence {
        Presence::Here | Presence::Late => lamp::tick(painter, middle, half, color),
        Presence::Awaited => {
            painter.circle_stroke(middle, half * 0.8, line);
        }
        Presence::Absent => {
            for side in [-1.0, 1.0] {
                let end = vec2(half * 0.7 * side, half * 0.7);
                painter.line_segment([middle - end, middle + end], line);
            }
        }
    }
    let Some(name) = name else { return };
    let font =
        if presence == Presence::Absent { medium_font(at.height() * 0.52) } else { regular_font(at.height() * 0.52) };
    let color = if presence == Presence::Awaited { tokens::DIM.egui() } else { tokens::TEXT.egui() };
    let start = pos2(at.left() + at.height(), at.center().y);
    paint::line(painter, start, Align2::LEFT_CENTER, &name, font, color, at.width() - at.height() * 1.1);
}

fn missing_ui(painter: &Painter, room: Rect, unit: f32, missing: &[Missing]) {
    let title = t!("roll.missing", count = missing.len());
    paint::line(
        painter,
        room.left_top(),
        Align2::LEFT_TOP,
        &title,
        medium_font(unit * 0.85),
        tokens::TEXT.egui(),
        room.width(),
    );
    let row = unit * 2.1;
    let top = room.top() + unit * 1.6;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozens of rows")]
    let fit = ((room.bottom() - top) / row).floor().max(0.0) as usize;
    let shown = if missing.len() > fit { fit.saturating_sub(1) } else { fit };
    for (at, one) in missing.iter().take(shown).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "some dozens of rows")]
        let y = top + row * at as f32;
        let rank = format!("{}  {}", at + 1, name(&one.party, one.kind));
        let at = pos2(room.left(), y);
        paint::line(painter, at, Align2::LEFT_TOP, &rank, medium_font(unit * 0.85), tokens::TEXT.egui(), room.width());
        let low = at + vec2(0.0, unit);
        paint::line(
            painter,
            low,
            Align2::LEFT_TOP,
            &why(one),
            regular_font(unit * 0.7),
            tokens::DIM.egui(),
            room.width(),
        );
    }
    if missing.len() > shown {
        let more = t!("around.more", count = missing.len() - shown);
        let at = pos2(room.left(), room.bottom());
        paint::line(
            painter,
            at,
            Align2::LEFT_BOTTOM,
            &more,
            regular_font(unit * 0.7),
            tokens::FAINT.egui(),
            room.width(),
        );
    }
}
