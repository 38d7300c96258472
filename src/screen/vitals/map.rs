//! The map coloured by a vital sign: areas that cross a limit in the colour of its level, the others on a quiet ramp by
//! their values, what is out of date pale, those without data hatched; and the legend with the numbers. Pure.

use egui::{Align, Align2, Label, Layout, Mesh, RichText, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::model::{Below, State};
use super::phrase;
use super::side::below_ui;
use crate::domain::rights::Area;
use crate::domain::{Grade, VitalSign};
use crate::ground::City;
use crate::screen::look::tokens::Rgb;
use crate::screen::look::{medium_font, regular_font, tokens};
use crate::screen::patches::{Fill, Patch};

/// How opaque a colour of a level is, and one of the ramp.
const OPAQUE: u8 = 190;
/// How opaque an area is whose value is too old to count.
const PALE: u8 = 80;
/// Areas that the legend names.
const NAMED: usize = 12;
/// Height of one of them.
const ROW: f32 = 26.0;

/// What an area is painted with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shade {
    /// It crosses a limit of this level.
    Level(Grade),
    /// Where its value stands between the least and the greatest, 0 to 1.
    Share(f32),
    /// What it said last is too old to count.
    Old,
    /// It has no data.
    Nothing,
}

impl Shade {
    /// The same as a picture has it.
    pub(super) fn fill(self) -> Fill {
        match self {
            Self::Level(grade) => Fill::Colour(tokens::grade(grade), OPAQUE),
            Self::Share(part) => Fill::Colour(ramp(part), OPAQUE),
            Self::Old => Fill::Colour(tokens::FAINT, PALE),
            Self::Nothing => Fill::Hatched,
        }
    }
}

/// The area of a pack by the names on its way down from the city.
pub(in crate::screen) fn area_record(city: &City, area: &Area) -> Option<u32> {
    let tops = city.area_children(u32::MAX);
    if area.is_city() {
        return tops.first().copied();
    }
    let named = |among: &[u32], name: &str| {
        let is = |at: &&u32| city.areas().get(**at as usize).is_some_and(|record| city.name(record.name) == name);
        among.iter().find(is).copied()
    };
    tops.into_iter()
        .find_map(|top| area.path().split('/').try_fold(top, |around, name| named(&city.area_children(around), name)))
}

/// The least and the greatest value of those that cross no limit.
pub(super) fn ends(all: &[Below]) -> Option<(f64, f64)> {
    let calm = all.iter().filter(|below| below.state == State::Calm).filter_map(|below| below.value);
    calm.fold(None, |ends: Option<(f64, f64)>, value| {
        Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    })
}

/// What an area is painted with.
fn shade(below: &Below, ends: Option<(f64, f64)>) -> Shade {
    match (below.state, below.value, ends) {
        (State::Crossed(grade), ..) => Shade::Level(grade),
        (State::Calm, Some(value), Some((low, high))) => {
            #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
            let share = if high > low { (value - low) / (high - low) } else { 0.5 } as f32;
            Shade::Share(share)
        }
        (State::Stale, ..) => Shade::Old,
        _ => Shade::Nothing,
    }
}

/// What each area is painted with.
pub(super) fn shades(all: &[Below]) -> Vec<(&Area, Shade)> {
    let ends = ends(all);
    all.iter().map(|below| (&below.area, shade(below, ends))).collect()
}

/// The areas that a city has rings of, and what they are filled with.
pub(super) fn patches<'a>(city: &'a City, all: &[Below]) -> Vec<Patch<'a>> {
    let patch = |(area, shade): (&Area, Shade)| Patch::of(city, area_record(city, area)?, shade.fill());
    shades(all).into_iter().filter_map(patch).collect()
}

/// A colour of the ramp: from what is hardly seen to the accent.
pub(in crate::screen) fn ramp(share: f32) -> Rgb {
    let (from, to) = (tokens::HAIRLINE, tokens::ACCENT);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within a byte")]
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share.clamp(0.0, 1.0)).round() as u8;
    Rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// What the legend shows.
pub(super) struct Legend<'a> {
    /// The sign; `None` where there is none of that name.
    pub(super) sign: Option<&'a VitalSign>,
    /// What the area around is called.
    pub(super) area: String,
    /// The areas, those that cross a limit first.
    pub(super) all: &'a [Below],
    /// What an area is called.
    pub(super) name: &'a dyn Fn(&Area) -> String,
    /// Why there are no values, where there are none.
    pub(super) why: Option<String>,
    /// The language.
    pub(super) locale: &'a str,
}

/// The legend; whether it was ended.
pub(super) fn legend_ui(ui: &mut Ui, view: &Legend<'_>) -> bool {
    let mut ended = false;
    let small = |text: String| Label::new(RichText::new(text).small().color(tokens::DIM.egui())).wrap();
    ui.set_width(tokens::heat::PANEL);
    ui.horizontal(|ui| {
        let name = view.sign.map_or("", |sign| sign.name.of(view.locale));
        ui.label(RichText::new(name).font(medium_font(tokens::desk::HEAD)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ended = ui.button("×").on_hover_text("Ctrl I").clicked();
        });
    });
    let unit = view.sign.map_or("", phrase::unit);
    let under = if unit.is_empty() { view.area.clone() } else { format!("{} · {unit}", view.area) };
    ui.add(small(under));
    let Some(sign) = view.sign.filter(|_| view.why.is_none()) else {
        ui.add(small(view.why.clone().unwrap_or_default()));
        return ended;
    };
    if let Some(ends) = ends(view.all) {
        ramp_ui(ui, sign, ends);
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    for below in view.all.iter().take(NAMED) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        below_ui(ui, rect, below, sign, &(view.name)(&below.area));
    }
    if let Some(more) = view.all.len().checked_sub(NAMED).filter(|more| *more > 0) {
        ui.add(small(t!("wall.more", count = more).into_owned()));
    }
    ui.add_space(tokens::desk::GAP * 0.5);
    ui.add(small(t!("vital.map_note").into_owned()));
    ended
}

/// The ramp with the values at its ends.
fn ramp_ui(ui: &mut Ui, sign: &VitalSign, (low, high): (f64, f64)) {
    let size = vec2(ui.available_width(), tokens::heat::RAMP + 18.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut mesh = Mesh::default();
    for (at, x) in [(0.0, rect.left()), (1.0, rect.right())] {
        let colour = ramp(at).over_city();
        mesh.colored_vertex(pos2(x, rect.top()), colour);
        mesh.colored_vertex(pos2(x, rect.top() + tokens::heat::RAMP), colour);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(1, 2, 3);
    ui.painter().add(mesh);
    let font = regular_font(tokens::desk::SMALL);
    let y = rect.top() + tokens::heat::RAMP + 2.0;
    let ends: [(f32, Align2, f64); 2] = [(rect.left(), Align2::LEFT_TOP, low), (rect.right(), Align2::RIGHT_TOP, high)];
    for (x, align, value) in ends {
        ui.painter().text(pos2(x, y), align, phrase::with_unit(value, sign), font.clone(), tokens::DIM.egui());
    }
}
