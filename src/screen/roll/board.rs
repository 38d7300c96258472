//! The board of a roll: everybody who was called, and beside them who has not answered. Painted alone, so that wall and
//! desk have the same.

use egui::{Align2, Painter, Rect, Stroke, StrokeKind, pos2, vec2};
use rust_i18n::t;

use super::model::{Common, Group, Missing, RollShown, cells_in};
use crate::domain::{CrewId, CrewKind, Presence, RollParty};
use crate::screen::card::crew::crew_name;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens, words};
use crate::screen::units::legend::kind_key;

/// Seconds without a position from which on a crew is called silent.
const SILENT_SECS: i64 = 60;
/// Most groups that are ranked by how many of them are missing.
const SHORT_MOST: usize = 6;

/// What a party is called; `vacant` is the name of a post that nobody had.
pub(super) fn name(party: &RollParty, kind: Option<CrewKind>, vacant: Option<&str>) -> String {
    match (party, kind) {
        (RollParty::Post(post), _) => vacant.unwrap_or(post).to_owned(),
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

/// What those of a group have in common, in words.
pub(super) fn common(common: &Common) -> String {
    match common {
        Common::Posts => t!("roll.posts").into_owned(),
        Common::Kind(kind) => t!(kind_key(*kind)).into_owned(),
        Common::Named(name) => name.clone(),
        Common::Nowhere => t!("roll.nowhere").into_owned(),
    }
}

/// Why somebody stands where they stand among the missing, and to what they belong.
pub(super) fn why(one: &Missing) -> String {
    let mut told: Vec<String> = one.of.iter().cloned().collect();
    if one.kind.is_none() {
        told.push(if one.vacant.is_some() { t!("roll.vacant") } else { t!("roll.post") }.into_owned());
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

/// Paint it into `all`; `unit` is the height of a line of its text. Of those who have not answered, the `marked` crew is
/// seen and stands out. Where each such crew stands.
pub(super) fn board_ui(
    painter: &Painter,
    all: Rect,
    unit: f32,
    roll: &RollShown,
    marked: Option<CrewId>,
) -> Vec<(CrewId, Rect)> {
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
        let room = Rect::from_min_max(pos2(inner.right() - side, top), inner.max);
        missing_ui(painter, room, unit, roll, marked)
    } else {
        Vec::new()
    }
}

fn grid_ui(painter: &Painter, room: Rect, unit: f32, groups: &[Group]) {
    let sizes: Vec<usize> = groups.iter().map(|group| group.cells.len()).collect();
    let (cell, columns, named) = cells_in(&sizes, room.width(), room.height(), unit * 1.6, unit * 0.9);
    #[expect(clippy::cast_precision_loss, reason = "some hundreds of columns")]
    let wide = if named { room.width() / columns as f32 } else { cell };
    let mut y = room.top();
    for group in groups {
        let title = format!("{} {}/{}", common(&group.common), group.here(), group.cells.len());
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
                cell_ui(painter, at, one.presence, named.then(|| name(&one.party, one.kind, one.vacant.as_deref())));
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

fn missing_ui(
    painter: &Painter,
    room: Rect,
    unit: f32,
    roll: &RollShown,
    marked: Option<CrewId>,
) -> Vec<(CrewId, Rect)> {
    let missing = &roll.missing;
    let title = t!("roll.missing", count = missing.len());
    let (head, text) = (medium_font(unit * 0.85), tokens::TEXT.egui());
    paint::line(painter, room.left_top(), Align2::LEFT_TOP, &title, head.clone(), text, room.width());
    let top = short_ui(painter, room, room.top() + unit * 1.6, unit, roll);
    let row = unit * 2.1;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozens of rows")]
    let fit = ((room.bottom() - top) / row).floor().max(0.0) as usize;
    let shown = if missing.len() > fit { fit.saturating_sub(1) } else { fit };
    let of_marked = |one: &Missing| marked.is_some_and(|crew| one.party == RollParty::Crew(crew));
    // The rows go on as far as the marked one needs.
    let above = missing.iter().position(of_marked).map_or(0, |at| (at + 1).saturating_sub(shown));
    let mut crews = Vec::new();
    for (at, one) in missing.iter().enumerate().skip(above).take(shown) {
        #[expect(clippy::cast_precision_loss, reason = "some dozens of rows")]
        let y = top + row * (at - above) as f32;
        let rank = format!("{}  {}", at + 1, name(&one.party, one.kind, one.vacant.as_deref()));
        let at = pos2(room.left(), y);
        if let RollParty::Crew(crew) = one.party {
            let place = Rect::from_min_size(at, vec2(room.width(), row));
            if of_marked(one) {
                let bar = vec2(unit * 0.2, row - unit * 0.2);
                painter.rect_filled(place, 0.0, tokens::RAISED.egui());
                painter.rect_filled(Rect::from_min_size(at - vec2(unit * 0.4, 0.0), bar), 0.0, tokens::ACCENT.egui());
            }
            crews.push((crew, place));
        }
        paint::line(painter, at, Align2::LEFT_TOP, &rank, head.clone(), text, room.width());
        let (low, why) = (at + vec2(0.0, unit), why(one));
        let small = regular_font(unit * 0.7);
        paint::line(painter, low, Align2::LEFT_TOP, &why, small, tokens::DIM.egui(), room.width());
    }
    if missing.len() > shown {
        let more = t!("around.more", count = missing.len() - shown);
        let (at, small) = (pos2(room.left(), room.bottom()), regular_font(unit * 0.7));
        paint::line(painter, at, Align2::LEFT_BOTTOM, &more, small, tokens::FAINT.egui(), room.width());
    }
    crews
}

/// Of which groups most are missing, each with a bar of the part that is; where they end. One group alone ranks nothing.
fn short_ui(painter: &Painter, room: Rect, top: f32, unit: f32, roll: &RollShown) -> f32 {
    let row = unit * 1.25;
    let groups: Vec<&Group> = roll.short.iter().filter_map(|at| roll.groups.get(*at)).take(SHORT_MOST).collect();
    if roll.groups.len() < 2 || groups.is_empty() {
        return top;
    }
    let small = medium_font(unit * 0.75);
    let mut y = top;
    for group in groups {
        let told = t!("roll.short", count = group.missing(), all = group.cells.len());
        let right = pos2(room.right(), y + row / 2.0);
        let told = paint::line(
            painter,
            right,
            Align2::RIGHT_CENTER,
            &told,
            small.clone(),
            tokens::TEXT.egui(),
            room.width() * 0.6,
        );
        #[expect(clippy::cast_precision_loss, reason = "some thousands of them")]
        let part = group.missing() as f32 / group.cells.len().max(1) as f32;
        let name_width = told.left() - room.left() - unit * 0.5;
        let bar = Rect::from_min_size(pos2(room.left(), y + row - unit * 0.18), vec2(room.width(), unit * 0.1));
        painter.rect_filled(bar, 0.0, tokens::RAISED.egui());
        painter.rect_filled(bar.with_max_x(bar.left() + bar.width() * part), 0.0, tokens::TEXT.egui());
        let (left, name) = (pos2(room.left(), y + row / 2.0), common(&group.common));
        paint::line(painter, left, Align2::LEFT_CENTER, &name, small.clone(), tokens::DIM.egui(), name_width);
        y += row;
    }
    y + unit * 0.6
}
