//! The wall (大屏): the city edge to edge, over it the band, open incidents by grade, the day's figures, the key figures
//! with whoever is least in time, the list, and the most urgent incident as a card beside its place. Nobody touches it: no
//! pointer, scroll bar or dialog; its only keys are those for another moment of its layers and signs (`heat::moments`).
//!
//! Announces [`FlyTo`] where what it puts forward is hidden; reads [`Shown`], [`CityView`], [`SelectedAt`]; writes
//! [`FreeArea`], [`Framed`], and [`Picked`] for the incident that it puts forward. That is chosen in `Sync` before the pins are, so
//! that pin and card change in one frame; the panels run in `EguiPrimaryContextPass` where the screen is a wall.

use std::cell::RefCell;

use bevy::prelude::*;
use bevy::window::{CursorOptions, PrimaryWindow};
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Id, LayerId, Order, Pos2, pos2};

use crate::config::Catalogue;
use crate::domain::kpi::{Against, Counting, Kpi, Period, Share, Span};
use crate::domain::{Incident, IncidentId, LonLat, Seq};
use crate::link::LinkState;
use crate::screen::appearance::Appearance;
use crate::screen::card::model::crews_on;
use crate::screen::heat::{Layers, WallMoment, Wears, legend};
use crate::screen::kpi::day::{DayFigures, Pass};
use crate::screen::kpi::model::{Belongs, Key};
use crate::screen::kpi::{Before, CaseAreas, key_name};
use crate::screen::look::words::day_start;
use crate::screen::names::{CityNames, Kinds, attribution, city_name, utc_offset_secs};
use crate::screen::pins::mark::MarkOf;
use crate::screen::pins::{PinsOnScreen, PinsSet};
use crate::screen::plans::model::plan_shown;
use crate::screen::receive::PastTold;
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::shown::{
    AlarmRoom, CityView, FlyTo, Framed, FreeArea, Ground, HubLink, KeepOff, Picked, ScreenKind, SelectedAt, Shown,
    Target,
};
use crate::screen::situation::{Ledger, LedgerKept, Row, Situation, Sorting};
use crate::screen::tour::Touring;
use crate::screen::twin::{Daylight, is_dark};
use crate::screen::vitals::worn::sign_legend;
use crate::screen::vitals::{Vitals, name_of};

mod band;
mod card;
mod families;
mod figures;
#[cfg(test)]
mod kit;
mod left;
#[cfg(test)]
mod left_tests;
mod legend;
mod list;
pub mod model;
pub mod panel;
#[cfg(test)]
mod place_tests;
pub mod rates;
#[cfg(test)]
mod rates_tests;
mod rates_ui;
#[cfg(test)]
mod tests;
mod vitals;
#[cfg(test)]
mod vitals_tests;
#[cfg(test)]
mod words_tests;

use legend::Colours;
use model::{listed, spotlight};
use panel::{WallView, wall_ui};
use rates::{Rates, turn};
use vitals::AreaNames;

/// The card keeps clear of the places of this many incidents.
const MOST_AVOIDED: usize = 400;

/// What the wall remembers between frames.
#[derive(Default)]
struct Wall {
    situation: Situation,
    listed: Vec<Row>,
    /// Where open incidents are, the worst of them.
    places: Vec<LonLat>,
    /// The incident on the card.
    on_card: Option<Row>,
    read_at: Option<ReadAt>,
    figures: Figures,
    /// What the view was last moved for.
    flown: Option<Target>,
}

/// The key figures of the day.
#[derive(Default)]
struct Figures {
    day: DayFigures,
    /// What they are held against.
    before: Before,
    areas: CaseAreas,
    /// 按期结案率, and how many thousandths it is above what it was.
    closed_in_time: (Share, Option<i32>),
    /// In words, with what they were put into words for: whether a hub was heard, and the language.
    told: Option<(Rates, bool, String)>,
}

/// The incident that the wall put forward by itself; another one that is picked was chosen elsewhere.
#[derive(Resource, Debug, Default)]
struct PutForward(Option<Target>);

/// What the wall's rows were read from; others are read anew.
#[derive(Debug, Clone, PartialEq)]
struct ReadAt {
    upto: Seq,
    minute: i64,
    link: LinkState,
    locale: String,
    streets: bool,
    on_card: Option<IncidentId>,
}

/// Adds the wall; needs [`crate::screen::decide::plugin`] and an egui context.
pub fn plugin(app: &mut App) {
    app.init_resource::<SelectedAt>()
        .init_resource::<FreeArea>()
        .init_resource::<Framed>()
        .init_resource::<KeepOff>()
        .init_resource::<PutForward>()
        .add_message::<PastTold>()
        .add_systems(
            Update,
            put_forward
                .in_set(HallSet::Sync)
                .after(LedgerKept)
                .before(PinsSet)
                .run_if(resource_equals(ScreenKind::Wall).and_then(resource_exists::<Shown>)),
        )
        .add_systems(Update, hide_pointer.run_if(resource_equals(ScreenKind::Wall)))
        .add_systems(EguiPrimaryContextPass, wall.in_set(PaintSet::Panels).run_if(resource_equals(ScreenKind::Wall)));
}

fn hide_pointer(pointers: Query<&mut CursorOptions, With<PrimaryWindow>>) {
    for mut pointer in pointers {
        if pointer.visible {
            pointer.visible = false;
        }
    }
}

/// Picks what the card is about. What was chosen elsewhere stays while it is open; what the wall chose moves on.
fn put_forward(shown: Res<Shown>, ledger: Res<Ledger>, mut picked: ResMut<Picked>, mut forward: ResMut<PutForward>) {
    let chosen = match picked.selected {
        Some(Target::Incident(id)) => picked.selected != forward.0 && ledger.is_open(id),
        _ => false,
    };
    if chosen {
        return;
    }
    let target = spotlight(&shown.hall, &ledger, shown.now, shown.rate).map(Target::Incident);
    forward.0 = target;
    if picked.selected != target {
        picked.selected = target;
    }
}

fn wall(
    mut contexts: EguiContexts,
    (shown, picked, ground): (Res<Shown>, Res<Picked>, Res<Ground>),
    (kinds, ledger, forward, pins): (Res<Kinds>, Res<Ledger>, Res<PutForward>, Option<Res<PinsOnScreen>>),
    (view, selected_at, touring): (Option<Res<CityView>>, Res<SelectedAt>, Option<Res<Touring>>),
    (appearance, daylight): (Option<Res<Appearance>>, Option<Res<Daylight>>),
    (mut free, mut framed): (ResMut<FreeArea>, ResMut<Framed>),
    (mut keep_off, room): (ResMut<KeepOff>, Option<Res<AlarmRoom>>),
    (mut flights, mut told): (MessageWriter<FlyTo>, MessageReader<PastTold>),
    (link, vitals): (Option<Res<HubLink>>, Option<Res<Vitals>>),
    (layers, wears, moment): (Option<Res<Layers>>, Option<Res<Wears>>, Option<Res<WallMoment>>),
    mut wall: Local<Wall>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let on_card = match picked.selected {
        Some(Target::Incident(id)) => Some(id),
        _ => None,
    };
    let locale = rust_i18n::locale().to_string();
    wall.read(&shown, &ledger, &CityNames { city: &ground.0, kinds: &kinds, locale: &locale }, on_card);
    let live = link.as_deref().filter(|_| shown.link.is_live());
    let asked = (ctx.input(|i| i.time), live);
    if wall.figures.count(&shown, &kinds, &ground, &locale, told.read(), asked) {
        ctx.request_repaint();
    }
    (wall.situation.closed_in_time, wall.situation.closed_in_time_change) = wall.figures.closed_in_time;
    wall.situation.dark = is_dark(daylight.as_deref(), &shown, &ground);
    let attribution = attribution(&ground.0);
    let places = view.as_ref().map_or(Vec::new(), |view| wall.places_on(view, &ground));
    let own = on_card.map(MarkOf::Pin);
    let others = pins.iter().flat_map(|pins| &pins.marks).filter(|mark| Some(mark.of) != own || mark.is_cluster());
    let heads: Vec<_> = others.map(|mark| (mark.head, mark.radius)).collect();
    let size = ctx.content_rect().size();
    let appearance = appearance.as_deref().copied().unwrap_or_default();
    let incident = on_card.and_then(|id| shown.hall.incident(id));
    let crews = incident.map(|incident| crews_on(incident, shown.crews.values())).unwrap_or_default();
    let run = on_card.and_then(|id| shown.hall.plan(id)).filter(|run| run.is_running());
    let plan = run.map(|run| plan_shown(run, shown.now, &locale));
    let room = room.map_or_else(AlarmRoom::default, |room| *room);
    let names = CityNames { city: &ground.0, kinds: &kinds, locale: &locale };
    let (layers, wears) = (layers.as_deref(), wears.as_deref());
    let told = wears.zip(vitals.as_deref());
    let of_sign = told.and_then(|(wears, vitals)| sign_legend(wears, vitals, &shown, &ground, &locale));
    let legend = layers.zip(wears).and_then(|(layers, wears)| legend(wears, layers, &shown, &names));
    let below = vitals.as_deref().and_then(Vitals::board).and_then(|board| board.as_ref().ok());
    let areas = below.iter().flat_map(|board| &board.below).map(|area| (area.clone(), name_of(&ground, area)));
    let areas: AreaNames = areas.collect();
    let past = layers.and_then(|layers| layers.past(shown.now));
    let moment = moment.map_or_else(Vec::new, |moment| moment.said(past, shown.now));
    let mut seen = WallView {
        legend: of_sign.as_ref().map(Colours::Sign).or(legend.as_ref().map(Colours::Layer)),
        areas: &areas,
        moment: &moment,
        alarm: room,
        vitals: vitals.as_deref().and_then(|vitals| vitals.read_or_waiting(&shown)),
        rates: wall.figures.told.as_ref().map(|(rates, ..)| rates),
        turn: turn(shown.now, shown.rate),
        locale: &locale,
        plan: plan.as_ref(),
        scale: appearance.wall_scale(Vec2::new(size.x, size.y)),
        crews: &crews,
        situation: &wall.situation,
        listed: &wall.listed,
        on_card: wall.on_card.as_ref(),
        anchor: None,
        places: &places,
        heads: &heads,
        attribution: &attribution,
        metres_per_point: view.as_ref().and_then(|view| view.metres_per_point(&ground.0, view.size / 2.0)),
        heading: view.as_ref().map_or(0.0, |view| view.pose.heading),
    };
    let on_card = seen.on_card;
    let target = on_card.map(|row| Target::Incident(row.id));
    let from_place = || {
        let [east, north] = ground.0.frame().metres_from_lonlat(on_card?.at?);
        view.as_ref()?.project(east, north, 0.0)
    };
    seen.anchor = on_card.and(selected_at.0).or_else(from_place).map(|at| pos2(at.x, at.y));
    let painter = ctx.layer_painter(LayerId::new(Order::Background, Id::new("wall")));
    let left = wall_ui(&painter, ctx.content_rect(), &seen);
    let of = |rect: &egui::Rect| Rect::new(rect.left(), rect.top(), rect.right(), rect.bottom());
    if keep_off.set("card", left.covered.iter().map(of).collect()) {
        ctx.request_repaint();
    }
    if framed.set_if_neq(Framed(Some(of(&left.framed)))) {
        ctx.request_repaint();
    }
    // The view follows a new free part in the next frame; until then nothing can be said to be hidden.
    if free.set_if_neq(FreeArea(Some(of(&left.free)))) {
        ctx.request_repaint();
        return Ok(());
    }
    let hidden = on_card.is_some_and(|row| row.at.is_some()) && seen.anchor.is_none_or(|at| !left.shows(at));
    if target == forward.0 && target != wall.flown {
        // The whole city stays in sight: the view moves over and comes no nearer.
        let touring = touring.is_some_and(|touring| touring.0);
        if let Some(at) = on_card.and_then(|row| row.at).filter(|_| hidden && !touring) {
            let target = ground.0.frame().metres_from_lonlat(at);
            flights.write(FlyTo { target, distance: None });
        }
        wall.flown = target;
        ctx.request_repaint();
    }
    Ok(())
}

impl Figures {
    /// Count on, take in what the hub `told` of before, and put into words what is news; whether more is to be done or
    /// shown. `asked` has the seconds of the screen's own clock and the link, where it is live.
    fn count<'a>(
        &mut self,
        shown: &Shown,
        kinds: &Kinds,
        ground: &Ground,
        locale: &str,
        told: impl Iterator<Item = &'a PastTold>,
        (secs, live): (f64, Option<&HubLink>),
    ) -> bool {
        let kinds = kinds.0.as_ref();
        let name = |key: &Key| key_name(key, kinds, &ground.0, locale);
        let counting = Counting {
            span: Span { from: day_start(shown.now, utc_offset_secs(shown.now)), until: shown.now },
            rules: kinds.map(Catalogue::figures).unwrap_or_default(),
            limits: &shown.limits,
            utc_offset_secs: &utc_offset_secs,
        };
        let areas = RefCell::new(&mut self.areas);
        let belongs = Belongs {
            area: &|incident: &Incident| areas.borrow_mut().at(incident, &shown.areas, &ground.0),
            department: &|incident: &Incident| kinds?.kind(&incident.kind)?.lead.clone(),
            name: &name,
        };
        let pass = self.day.step(&shown.hall, &counting, &belongs);
        if pass == Pass::Done {
            self.areas.keep(&shown.hall);
        }
        let before = &mut self.before;
        let heard = told.filter(|told| before.take(told)).count() > 0;
        let day_before = self.before.of(Period::Today, shown.now, secs, live).and_then(|past| past.of(Against::Day));
        let known = shown.link != LinkState::Connecting;
        let same = self.told.as_ref().is_some_and(|(_, heard, language)| *heard == known && language == locale);
        if pass != Pass::Done && !heard && same {
            return pass == Pass::More;
        }
        let tables = self.day.tables(day_before, &name);
        self.closed_in_time = (tables.share(Kpi::ClosedInTime), tables.change(Kpi::ClosedInTime));
        self.told = Some((Rates::read(&tables, known, &name), known, locale.to_owned()));
        true
    }
}

impl Wall {
    /// Where open incidents are on screen.
    fn places_on(&self, view: &CityView, ground: &Ground) -> Vec<Pos2> {
        let on_screen = |at: &LonLat| {
            let [east, north] = ground.0.frame().metres_from_lonlat(*at);
            view.project(east, north, 0.0).map(|at| pos2(at.x, at.y))
        };
        self.places.iter().filter_map(on_screen).collect()
    }

    /// Read anew what is shown, where what it comes from has changed.
    fn read(&mut self, shown: &Shown, ledger: &Ledger, names: &CityNames<'_>, on_card: Option<IncidentId>) {
        let read_at = ReadAt {
            upto: shown.hall.upto(),
            minute: shown.now.0.div_euclid(60_000),
            link: shown.link,
            locale: names.locale.to_owned(),
            streets: names.city.lookups_ready(),
            on_card,
        };
        if self.read_at.as_ref() == Some(&read_at) {
            return;
        }
        let hall = &shown.hall;
        let city = city_name(names.city);
        self.situation = Situation::read(hall, ledger, shown.link, shown.now, utc_offset_secs(shown.now), &city, names);
        self.listed = listed(hall, ledger, shown.now, names);
        let open = ledger.open(Sorting::Waiting).in_order().filter_map(|id| hall.incident(id)?.place.at);
        self.places = open.take(MOST_AVOIDED).collect();
        let on_card = on_card.filter(|id| ledger.is_open(*id)).and_then(|id| hall.incident(id));
        self.on_card = on_card.map(|incident| Row::new(hall, incident, ledger.countdown(incident.id), names));
        self.read_at = Some(read_at);
    }
}
