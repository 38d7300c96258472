//! Who and what is within some hundred metres of a place: open incidents, crews on duty, key places, hydrants, nearest
//! first.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::time::Real;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers, RichText, Stroke, Ui, vec2};
use rust_i18n::t;

use super::measure::metres;
use super::paint::{GroundPainter, ground_under};
use super::{AROUND, panel, pressed};
use crate::domain::{CrewId, CrewKind, CrewStatus, Grade, Hall, IncidentId, Moment, Seq};
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::PlaceKind;
use crate::screen::areas::PATH;
use crate::screen::decide::place_of;
use crate::screen::look::{medium_font, paint, tokens, words};
use crate::screen::names::{CityNames, Kinds};
use crate::screen::pins::Pins;
use crate::screen::pins::pyramid::Pyramid;
use crate::screen::shown::{CityView, Drawn, FreeArea, Ground, Intent, KeepOff, Picked, Shown, Target};
use crate::screen::situation::Names;
use crate::screen::twin::rig::Rig;
use crate::screen::units::{
    Units, can_be_sent, is_busy,
    legend::{kind_key, status_key},
};

/// The radii there are, metres.
const RADII: [f64; 3] = [200.0, 500.0, 1_000.0];
/// At most so many rows of each sort, and of hydrants, which are everywhere.
const MOST: usize = 8;
const FEW: usize = 3;
/// The class of fire facilities among components (CJ/T 214).
const HYDRANT: u16 = 113;
/// Kinds of places that matter to whoever is in charge.
const KEY_PLACES: [PlaceKind; 7] = [
    PlaceKind::Hospital,
    PlaceKind::FireStation,
    PlaceKind::Police,
    PlaceKind::School,
    PlaceKind::Shelter,
    PlaceKind::Fuel,
    PlaceKind::Station,
];

/// The tool: where it looks.
#[derive(Resource, Debug, Default)]
pub(super) struct AroundTool {
    middle: Option<[f64; 2]>,
    /// Number of the radius.
    radius: usize,
    found: Around,
    read_at: Option<(Seq, Moment, [f64; 2], usize, String)>,
}

impl AroundTool {
    /// Put the list away.
    pub(super) fn close(&mut self) {
        self.middle = None;
    }

    fn radius_m(&self) -> f64 {
        RADII.get(self.radius).copied().unwrap_or(500.0)
    }
}

/// Something around.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found<T> {
    pub(super) what: T,
    pub(super) metres: f64,
}

/// All that is around a place; each nearest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Around {
    pub(super) incidents: Vec<Found<IncidentId>>,
    pub(super) crews: Vec<Found<CrewId>>,
    pub(super) places: Vec<Found<u32>>,
    pub(super) hydrants: Vec<Found<u32>>,
}

/// Look around.
pub(super) fn around(
    middle: [f64; 2],
    radius_m: f64,
    pins: &Pyramid,
    crews: impl Iterator<Item = (CrewId, [f64; 2])>,
    city: &City,
) -> Around {
    let incidents = pins.within(middle, radius_m);
    let away = |at: [f64; 2]| (at[0] - middle[0]).hypot(at[1] - middle[1]);
    let mut crews: Vec<_> =
        crews.map(|(what, at)| Found { what, metres: away(at) }).filter(|found| found.metres <= radius_m).collect();
    crews.sort_by(|a, b| a.metres.total_cmp(&b.metres).then(a.what.cmp(&b.what)));
    // The index of places is built beside the screen; until it is there, they are missing for a moment.
    let places = if city.lookups_ready() {
        city.places_near(middle, radius_m, 64, |place| KEY_PLACES.contains(&place_kind(place)))
    } else {
        Vec::new()
    };
    let corner = |by: f64| [middle[0] + by, middle[1] + by];
    let hydrants = city.components_in(corner(-radius_m), corner(radius_m)).filter(|(_, one)| one.code == HYDRANT);
    let hydrants = hydrants.map(|(what, one)| Found { what, metres: away(one.at.map(f64::from)) });
    let mut hydrants: Vec<_> = hydrants.filter(|found| found.metres <= radius_m).collect();
    hydrants.sort_by(|a, b| a.metres.total_cmp(&b.metres).then(a.what.cmp(&b.what)));
    Around {
        hydrants,
        incidents: incidents.into_iter().map(|(what, metres)| Found { what, metres }).collect(),
        crews,
        places: places.into_iter().map(|(what, metres)| Found { what, metres }).collect(),
    }
}

/// A row of the list.
struct Row {
    target: Target,
    mark: Option<Grade>,
    color: tokens::Rgb,
    title: String,
    note: String,
    metres: f64,
}

/// Keys, circle and list.
pub(super) fn tool(
    mut contexts: EguiContexts,
    (shown, view, ground, picked): (Res<Shown>, Res<CityView>, Res<Ground>, Res<Picked>),
    (pins, units, kinds): (Res<Pins>, Res<Units>, Option<Res<Kinds>>),
    (free, time): (Res<FreeArea>, Res<Time<Real>>),
    (mut tool, mut keep_off, mut rig, mut drawn): (ResMut<AroundTool>, ResMut<KeepOff>, ResMut<Rig>, ResMut<Drawn>),
    mut intents: MessageWriter<Intent>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let tool = tool.bypass_change_detection();
    if pressed(&ctx, Modifiers::NONE, Key::C) {
        let chosen = picked.selected.and_then(|target| match target {
            Target::Crew(crew) => units.track(crew).map(|track| track.place(time.elapsed_secs())),
            other => place_of(other, &shown, &ground.0),
        });
        let pointer = || {
            let at = ctx.input(|input| input.pointer.latest_pos())?;
            ground_under(&view, &ground.0, Vec2::new(at.x, at.y))
        };
        let middle = chosen.or_else(pointer).unwrap_or(view.pose.target);
        // Pressed again at the same place it goes away.
        let same = tool.middle.is_some_and(|at| chosen.is_none() || (at[0] - middle[0]).hypot(at[1] - middle[1]) < 1.0);
        *tool = AroundTool { middle: (!same).then_some(middle), radius: 1, ..AroundTool::default() };
        if !same {
            rig.show_circle(middle, tool.radius_m());
        }
        ctx.request_repaint();
    }
    if tool.middle.is_some() && pressed(&ctx, Modifiers::NONE, Key::Escape) {
        tool.close();
        ctx.request_repaint();
    }
    drawn.bypass_change_detection().circle = tool.middle.map(|middle| (middle, tool.radius_m()));
    let Some(middle) = tool.middle else {
        keep_off.set("around", Vec::new());
        return Ok(());
    };
    let radius_m = tool.radius_m();
    let locale = rust_i18n::locale().to_string();
    let read_at = (shown.hall.upto(), shown.now, middle, tool.radius, locale);
    if tool.read_at.as_ref() != Some(&read_at) {
        tool.found = around(middle, radius_m, &pins.pyramid, helpful(&units, time.elapsed_secs()), &ground.0);
        tool.read_at = Some(read_at);
    }
    let painter = GroundPainter::new(&ctx, "around", &view, &ground.0);
    painter.circle(middle, radius_m, Stroke::new(2.0, tokens::ACCENT.egui()));
    painter.point(middle, 4.0, tokens::ACCENT.egui());
    let plate = painter.words([middle[0], middle[1] + radius_m], metres(radius_m));
    if keep_off.set("around", plate.into_iter().collect()) {
        ctx.request_repaint();
    }
    let locale = rust_i18n::locale().to_string();
    let mut wish: Option<Target> = None;
    let mut radius = tool.radius;
    let mut closed = false;
    // Below the path, which tells where one is.
    let path = keep_off.of(PATH).iter().map(|rect| rect.max.y).reduce(f32::max);
    let below = free.0.map(|mut free| {
        free.min.y = path.map_or(free.min.y, |path| path.max(free.min.y));
        free
    });
    panel(&ctx, AROUND, &FreeArea(below), Align2::LEFT_TOP, |ui| {
        ui.set_width(tokens::desk::TOOL);
        closed = head_ui(ui, &mut radius);
        let Some(kinds) = kinds.as_deref() else { return };
        let names = CityNames { city: &ground.0, kinds, locale: &locale };
        wish = list_ui(ui, &tool.found, &shown, &units, &names);
    });
    if closed {
        tool.close();
    }
    if closed || radius != tool.radius {
        tool.radius = radius;
        if !closed {
            rig.show_circle(middle, tool.radius_m());
        }
        ctx.request_repaint();
    }
    if let Some(target) = wish {
        intents.write(Intent::Select { target: Some(target), fly: false });
        ctx.request_repaint();
    }
    Ok(())
}

/// All that was found, sort by sort; what was clicked.
fn list_ui(ui: &mut Ui, found: &Around, shown: &Shown, units: &Units, names: &CityNames<'_>) -> Option<Target> {
    let mut wish = None;
    let incidents = found.incidents.iter().filter_map(|found| incident_row(found, &shown.hall, shown.now, names));
    section_ui(ui, "around.incidents", found.incidents.len(), incidents, &mut wish);
    let crews = found.crews.iter().filter_map(|found| {
        let track = units.track(found.what)?;
        Some(crew_row(found, track.kind, track.status))
    });
    section_ui(ui, "around.crews", found.crews.len(), crews, &mut wish);
    let places = found.places.iter().filter_map(|found| place_row(found, names));
    section_ui(ui, "around.places", found.places.len(), places, &mut wish);
    let hydrants = found.hydrants.iter().filter_map(|found| hydrant_row(found, names));
    section_ui(ui, "around.hydrants", found.hydrants.len(), hydrants.take(FEW), &mut wish);
    wish
}

/// The crews that can be sent, each where it is now.
fn helpful(units: &Units, secs: f32) -> impl Iterator<Item = (CrewId, [f64; 2])> {
    let helpful = units.iter().filter(|(_, track)| can_be_sent(track.kind, track.status));
    helpful.map(move |(crew, track)| (crew, track.place(secs)))
}

/// Metres of the list in a case's workspace.
const NEAR_M: f64 = 500.0;

/// What is around a place, for other panels.
#[derive(SystemParam)]
pub(in crate::screen) struct NearLook<'w, 's> {
    ground: Option<Res<'w, Ground>>,
    pins: Option<Res<'w, Pins>>,
    units: Option<Res<'w, Units>>,
    time: Res<'w, Time<Real>>,
    found: Local<'s, Around>,
    read_at: Local<'s, Option<(Seq, Moment, [f64; 2])>>,
}

impl NearLook<'_, '_> {
    /// The list of what is within 500 metres of a place; what was clicked.
    pub(in crate::screen) fn list_ui(
        &mut self,
        ui: &mut Ui,
        at: Option<[f64; 2]>,
        (shown, names): (&Shown, &CityNames<'_>),
    ) -> Option<Target> {
        let (Some(at), Some(ground), Some(pins), Some(units)) = (at, &self.ground, &self.pins, &self.units) else {
            ui.label(RichText::new(t!("card.place_unknown")).color(tokens::DIM.egui()));
            return None;
        };
        let read_at = (shown.hall.upto(), shown.now, at);
        if *self.read_at != Some(read_at) {
            *self.found = around(at, NEAR_M, &pins.pyramid, helpful(units, self.time.elapsed_secs()), &ground.0);
            *self.read_at = Some(read_at);
        }
        list_ui(ui, &self.found, shown, units, names)
    }
}

/// The radii; `true` where the list is to be closed.
fn head_ui(ui: &mut Ui, radius: &mut usize) -> bool {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("around.title")).font(medium_font(tokens::desk::BODY)));
        for (number, radius_m) in RADII.into_iter().enumerate() {
            if ui.selectable_label(*radius == number, metres(radius_m)).clicked() {
                *radius = number;
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| ui.button("×").clicked()).inner
    })
    .inner
}

fn section_ui(ui: &mut Ui, key: &str, all: usize, rows: impl Iterator<Item = Row>, wish: &mut Option<Target>) {
    ui.add_space(tokens::desk::GAP * 0.5);
    let title = format!("{}  {all}", t!(key));
    ui.label(RichText::new(title).small().color(tokens::DIM.egui()));
    if all == 0 {
        ui.label(RichText::new(t!("around.none")).small().color(tokens::FAINT.egui()));
    }
    let mut told = 0;
    for row in rows.take(MOST) {
        told += 1;
        if row_ui(ui, &row) {
            *wish = Some(row.target);
        }
    }
    if all > told {
        ui.label(RichText::new(t!("around.more", count = all - told)).small().color(tokens::FAINT.egui()));
    }
}

fn row_ui(ui: &mut Ui, row: &Row) -> bool {
    let size = vec2(ui.available_width(), tokens::desk::TOOL_ROW);
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    let painter = ui.painter_at(rect);
    if response.hovered() {
        painter.rect_filled(rect, 2.0, tokens::HOVER.egui());
    }
    let middle = rect.left_center() + vec2(10.0, 0.0);
    match row.mark {
        Some(grade) => paint::grade_mark(&painter, middle, 8.0, grade),
        None => {
            painter.circle_filled(middle, 3.5, row.color.egui());
        }
    }
    let small = crate::screen::look::regular_font(tokens::desk::SMALL);
    let body = crate::screen::look::regular_font(tokens::desk::BODY);
    let away = painter.layout_no_wrap(metres(row.metres), small.clone(), tokens::DIM.egui());
    let left = rect.right() - away.size().x - 4.0;
    painter.galley(egui::pos2(left, rect.center().y - away.size().y / 2.0), away, tokens::DIM.egui());
    let note = painter.layout_no_wrap(row.note.clone(), small, tokens::FAINT.egui());
    let note_left = left - note.size().x - 10.0;
    let room = painter.with_clip_rect(egui::Rect::from_min_max(rect.min, egui::pos2(note_left - 4.0, rect.max.y)));
    painter.galley(egui::pos2(note_left, rect.center().y - note.size().y / 2.0), note, tokens::FAINT.egui());
    let at = rect.left_center() + vec2(24.0, 0.0);
    room.text(at, Align2::LEFT_CENTER, &row.title, body, tokens::TEXT.egui());
    response.clicked()
}

fn incident_row(found: &Found<IncidentId>, hall: &Hall, now: Moment, names: &CityNames<'_>) -> Option<Row> {
    let incident = hall.incident(found.what)?;
    Some(Row {
        target: Target::Incident(found.what),
        mark: Some(incident.grade),
        color: tokens::grade(incident.grade),
        title: names.kind(&incident.kind),
        note: words::age(now.secs_since(incident.happened_at)),
        metres: found.metres,
    })
}

fn crew_row(found: &Found<CrewId>, kind: CrewKind, status: CrewStatus) -> Row {
    Row {
        target: Target::Crew(found.what),
        mark: None,
        color: if is_busy(status) { tokens::ACCENT } else { tokens::DIM },
        title: format!("{} {}", t!(kind_key(kind)), found.what.0),
        note: t!(status_key(status)).into_owned(),
        metres: found.metres,
    }
}

fn hydrant_row(found: &Found<u32>, names: &CityNames<'_>) -> Option<Row> {
    let component = names.city.components().get(found.what as usize)?;
    let street = names.street(names.city.frame().lonlat_from_metres(component.at.map(f64::from)));
    Some(Row {
        target: Target::Component(found.what),
        mark: None,
        color: tokens::DIM,
        title: street.unwrap_or_else(|| names.city.component_id(component)),
        note: String::new(),
        metres: found.metres,
    })
}

fn place_row(found: &Found<u32>, names: &CityNames<'_>) -> Option<Row> {
    let place = names.city.places().get(found.what as usize)?;
    let kind = t!(crate::screen::card::thing::place_key(place)).into_owned();
    let name = names.named(place.name, place.name_en);
    Some(Row {
        target: Target::Place(found.what),
        mark: None,
        color: tokens::OUTLINE,
        title: name.clone().unwrap_or_else(|| kind.clone()),
        note: name.map_or_else(String::new, |_| kind),
        metres: found.metres,
    })
}
