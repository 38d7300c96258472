//! The wall's band: city, mode, weather, link, date and time; and what it says where no news come.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};
use rust_i18n::t;

use super::panel::Canvas;
use crate::domain::Mode;
use crate::link::LinkState;
use crate::screen::desk::band::link_sign;
use crate::screen::look::sky::sky_sign;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::situation::Situation;

pub(super) fn band_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let band = Rect::from_min_size(all.min, vec2(all.width(), canvas.of(wall::BAND)));
    painter.rect_filled(band, 0.0, tokens::PANEL.egui());
    painter.hline(band.x_range(), band.bottom(), canvas.line(tokens::HAIRLINE));
    let middle = band.center().y;
    let text = tokens::TEXT.egui();
    let title = medium_font(canvas.of(wall::TITLE));
    let body = regular_font(canvas.of(wall::BODY));
    let edge = canvas.edge();
    let at = pos2(band.left() + edge, middle);
    let city = paint::line(painter, at, Align2::LEFT_CENTER, &situation.city, title.clone(), text, band.width() * 0.3);
    let mode = mode_ui(painter, pos2(city.right() + edge, middle), canvas, situation.mode);
    // The middle of the band is an alarm's.
    let room = band.center().x - canvas.of(wall::ALARM) - mode.right() - edge;
    weather_ui(painter, pos2(mode.right() + edge, middle), canvas, situation, room);
    let time = words::hour_minute(situation.now, situation.utc_offset_secs);
    let at = pos2(band.right() - edge, middle);
    let time = painter.text(at, Align2::RIGHT_CENTER, time, title, text);
    let date = words::date(situation.now, situation.utc_offset_secs);
    let date = painter.layout_no_wrap(date, body, tokens::DIM.egui());
    let link = link_words(painter, canvas, situation);
    let mut right = time.left() - edge * 0.8;
    // The link matters more than the date, and the middle of the band is an alarm's.
    let room = right - (band.center().x + canvas.of(wall::ALARM));
    if date.size().x + edge + canvas.of(LINK_SIGN) + link.size().x <= room {
        right -= date.size().x;
        painter.galley(pos2(right, middle - date.size().y / 2.0), date, tokens::DIM.egui());
        right -= edge;
    }
    link_ui(painter, pos2(right, middle), canvas, situation, link);
}

/// Routine is outlined; emergency is an inverted badge.
fn mode_ui(painter: &Painter, left: Pos2, canvas: Canvas, mode: Mode) -> Rect {
    let emergency = mode == Mode::Emergency;
    let color = if emergency { tokens::INK } else { tokens::TEXT };
    let font = medium_font(canvas.of(tokens::wall::BODY));
    let galley = painter.layout_no_wrap(words::mode(mode), font, color.egui());
    let size = galley.size() + vec2(canvas.of(32.0), canvas.of(14.0));
    let badge = Rect::from_min_size(left - vec2(0.0, size.y / 2.0), size);
    let round = canvas.of(tokens::wall::ROUND);
    if emergency {
        painter.rect_filled(badge, round, tokens::TEXT.egui());
    } else {
        painter.rect_stroke(badge, round, canvas.line(tokens::OUTLINE), StrokeKind::Inside);
    }
    painter.galley(badge.center() - galley.size() / 2.0, galley, color.egui());
    badge
}

/// The weather; with wind and rain where there is room for them.
fn weather_ui(painter: &Painter, left: Pos2, canvas: Canvas, situation: &Situation, room: f32) {
    let Some(weather) = situation.weather else { return };
    let body = regular_font(canvas.of(tokens::wall::BODY));
    let half = canvas.of(17.0);
    let of = |text: String| painter.layout_no_wrap(text, body.clone(), tokens::DIM.egui());
    let full = of(format!("{}  {}", words::weather(weather), words::weather_more(weather)));
    let before = half * 2.0 + canvas.of(12.0);
    let Some(text) = [full, of(words::weather(weather))].into_iter().find(|text| before + text.size().x <= room) else {
        return;
    };
    sky_sign(painter, left + vec2(half, 0.0), half, weather.sky, situation.dark, tokens::TEXT.egui());
    painter.galley(left + vec2(before, -text.size().y / 2.0), text, tokens::DIM.egui());
}

/// Space before the words of the link, with its sign.
const LINK_SIGN: f32 = 28.0;

fn link_words(painter: &Painter, canvas: Canvas, situation: &Situation) -> Arc<Galley> {
    let font = medium_font(canvas.of(tokens::wall::BODY));
    let text = words::link(situation.link, situation.utc_offset_secs);
    painter.layout_no_wrap(text, font, link_color(situation.link))
}

fn link_color(link: LinkState) -> Color32 {
    match link {
        LinkState::Live => tokens::ACCENT.egui(),
        _ => tokens::TEXT.egui(),
    }
}

fn link_ui(painter: &Painter, right: Pos2, canvas: Canvas, situation: &Situation, words: Arc<Galley>) {
    let color = link_color(situation.link);
    let min = right - vec2(words.size().x, words.size().y / 2.0);
    painter.galley(min, words, color);
    let at = pos2(min.x - canvas.of(LINK_SIGN - 8.0), right.y);
    link_sign(painter, at, canvas.of(8.0), situation.link, color);
}

/// No news: said across the whole band, hatched, as no live band looks.
pub(super) fn no_data_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let height = canvas.of(wall::BAND);
    let strip = Rect::from_min_size(all.min, vec2(all.width(), height));
    painter.rect_filled(strip, 0.0, tokens::DIM.egui());
    let stripe = Stroke::new(canvas.of(3.0), tokens::FAINT.egui());
    paint::hatch(painter, strip, canvas.of(22.0), stripe);
    let text = words::link(situation.link, situation.utc_offset_secs);
    let now = words::hour_minute(situation.now, situation.utc_offset_secs);
    let text = t!("wall.no_data", state = text, now = now);
    let font = medium_font(canvas.of(wall::TITLE));
    let galley = painter.layout_no_wrap(text.into_owned(), font, tokens::INK.egui());
    let sign = canvas.of(14.0);
    let size = galley.size() + vec2(canvas.of(100.0), canvas.of(8.0));
    let plate = Rect::from_center_size(strip.center(), size);
    painter.rect_filled(plate, 0.0, tokens::TEXT.egui());
    let at = plate.left_center() + vec2(canvas.of(34.0), 0.0);
    link_sign(painter, at, sign, situation.link, tokens::INK.egui());
    let corner = pos2(plate.left() + canvas.of(68.0), plate.center().y - galley.size().y / 2.0);
    painter.galley(corner, galley, tokens::INK.egui());
}
