//! The palette in its engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};
use rust_i18n::t;

use super::model::{Command, Found, Hit, MOST, Sources, search};
use super::panel::{PaletteView, PaletteWish, palette_ui};
use crate::domain::{CrewPosition, Device, DevicesAsked, DevicesBy};
use crate::ground::city::Named;
use crate::screen::alarms::{OpenAlarms, own_area};
use crate::screen::appearance::Appearance;
use crate::screen::archive::OpenArchive;
use crate::screen::decide::NEAR_M;
use crate::screen::desk::{AskMode, OpenHelp};
use crate::screen::devices::OpenDevices;
use crate::screen::duty::OpenDuty;
use crate::screen::heat::{OpenLayers, OpenSensor};
use crate::screen::input::TakeKey;
use crate::screen::kpi::OpenFigures;
use crate::screen::names::{CityNames, Kinds};
use crate::screen::pipes::OpenPipes;
use crate::screen::receive::DevicesTold;
use crate::screen::roll::OpenRoll;
use crate::screen::sets::PaintSet;
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{CityView, FlyTo, Ground, Guard, HubLink, Intent, ScreenKind, Shown, Target};
use crate::screen::sign_in::LeaveSeat;
use crate::screen::situation::search::Search;
use crate::screen::situation::{Ledger, Sorting};
use crate::screen::units::legend::kind_key;
use crate::screen::vitals::OpenVitals;

/// Sensors that the hub is asked for: more than are shown, of which further words leave fewer.
const SENSORS_ASKED: u16 = 40;

/// What is open and was typed. While it is open its field has the keyboard, so the desk's own keys rest.
#[derive(Default)]
struct Palette {
    open: bool,
    focus: bool,
    query: String,
    chosen: usize,
    hits: Vec<Hit>,
    sensors: Vec<Device>,
    search: Search,
}

/// When the palette reads its keys.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct PaletteSet;

/// Adds the palette; needs [`crate::screen::desk::plugin`] and [`crate::screen::appearance::plugin`].
pub fn plugin(app: &mut App) {
    let desk = resource_equals(ScreenKind::Desk);
    // Before the panels, so that the keys of an open palette are not theirs.
    let order = palette.after(PaintSet::City).before(PaintSet::Panels);
    app.init_resource::<Sheets>();
    app.add_message::<OpenFigures>().add_message::<OpenLayers>().add_message::<OpenPipes>();
    app.add_message::<OpenVitals>().add_message::<OpenDevices>().add_message::<LeaveSeat>();
    app.add_message::<OpenSensor>().add_message::<DevicesTold>();
    app.add_systems(EguiPrimaryContextPass, order.in_set(PaletteSet).run_if(desk));
}

/// Where results come from.
#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    ground: Res<'w, Ground>,
    kinds: Res<'w, Kinds>,
    ledger: Res<'w, Ledger>,
    view: Option<Res<'w, CityView>>,
    link: Option<Res<'w, HubLink>>,
    guard: Option<Res<'w, Guard>>,
}

/// What a result may do.
#[derive(SystemParam)]
struct Doing<'w> {
    intents: MessageWriter<'w, Intent>,
    flights: MessageWriter<'w, FlyTo>,
    help: MessageWriter<'w, OpenHelp>,
    archive: MessageWriter<'w, OpenArchive>,
    alarms: MessageWriter<'w, OpenAlarms>,
    roll: MessageWriter<'w, OpenRoll>,
    figures: MessageWriter<'w, OpenFigures>,
    duty: MessageWriter<'w, OpenDuty>,
    layers: MessageWriter<'w, OpenLayers>,
    pipes: MessageWriter<'w, OpenPipes>,
    vitals: MessageWriter<'w, OpenVitals>,
    devices: MessageWriter<'w, OpenDevices>,
    cards: MessageWriter<'w, OpenSensor>,
    mode: MessageWriter<'w, AskMode>,
    seat: MessageWriter<'w, LeaveSeat>,
    appearance: ResMut<'w, Appearance>,
}

fn palette(
    mut contexts: EguiContexts,
    seen: Seen,
    mut doing: Doing,
    mut told: MessageReader<DevicesTold>,
    (mut palette, mut sheets): (Local<Palette>, ResMut<Sheets>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let sheets = sheets.bypass_change_detection();
    // What was looked for may be somebody's name.
    if seen.guard.as_ref().is_some_and(|guard| guard.0) {
        return Ok(());
    }
    for told in told.read().filter(|told| told.asked.by == DevicesBy::Named) {
        // What came for other words is found as far as it has these.
        if let (true, Ok(devices)) = (palette.open, &told.told) {
            palette.sensors.clone_from(&devices.list.sensors);
            seen.find(&mut palette);
            ctx.request_repaint();
        }
    }
    if ctx.input_mut(|i| i.take_key(Modifiers::COMMAND, Key::K)) {
        let open = !palette.open;
        *palette = Palette { open, focus: open, ..Palette::default() };
        if open {
            seen.find(&mut palette);
        }
        ctx.request_repaint();
    }
    sheets.keep(Sheet::Palette, palette.open);
    if !palette.open {
        return Ok(());
    }
    if palette.search.is_on() {
        seen.find(&mut palette);
        ctx.request_repaint();
    }
    let focus = std::mem::take(&mut palette.focus);
    let view = PaletteView { query: &palette.query, hits: &palette.hits, chosen: palette.chosen, focus };
    let wishes = palette_ui(&ctx, ctx.content_rect(), &view);
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        match wish {
            PaletteWish::Query(query) => {
                palette.chosen = 0;
                palette.query = query;
                seen.ask(&palette.query);
                seen.find(&mut palette);
            }
            PaletteWish::Choose(at) => palette.chosen = at,
            PaletteWish::Take(at) => {
                if let Some(hit) = palette.hits.get(at) {
                    doing.take(hit.found, &seen, &palette.sensors);
                }
                palette.open = false;
            }
            PaletteWish::Close => palette.open = false,
        }
    }
    sheets.keep(Sheet::Palette, palette.open);
    Ok(())
}

impl Seen<'_> {
    /// Ask the hub for sensors that have what was typed: a screen knows only those that it shows.
    fn ask(&self, query: &str) {
        let words = query.trim();
        let long = words.chars().nth(1).is_some();
        if let Some(link) = self.link.as_ref().filter(|_| long && self.shown.link.is_live()) {
            link.0.devices(DevicesAsked { by: DevicesBy::Named, words: words.to_owned(), most: SENSORS_ASKED });
        }
    }

    /// Look for what was typed, or go on looking where there is more to look through.
    fn find(&self, palette: &mut Palette) {
        let locale = rust_i18n::locale().to_string();
        let names = CityNames { city: &self.ground.0, kinds: &self.kinds, locale: &locale };
        let read_with = (locale.as_str(), self.ground.0.lookups_ready());
        palette.search.step(&palette.query, Sorting::Waiting, &self.shown.hall, &self.ledger, &names, read_with);
        let open: Vec<_> = palette.search.found(&self.ledger).in_order().take(MOST).collect();
        let commands = Command::ALL.map(|command| (command, t!(command.words().0).into_owned()));
        let crew = |crew: &CrewPosition| (crew.crew, format!("{} {}", t!(kind_key(crew.kind)), crew.crew.0));
        let crews: Vec<_> = self.shown.crews.values().map(crew).collect();
        let area = own_area(&self.shown.who);
        let sources = Sources {
            hall: &self.shown.hall,
            area: &area,
            now: self.shown.now,
            open: &open,
            crews: &crews,
            sensors: &palette.sensors,
            city: &self.ground.0,
            middle: self.view.as_ref().map_or([0.0, 0.0], |view| view.pose.target),
            names: &names,
            commands: &commands,
            named: &|what| names.what(what),
        };
        palette.hits = search(&palette.query, &sources);
    }
}

impl Doing<'_> {
    fn take(&mut self, found: Found, seen: &Seen, sensors: &[Device]) {
        match found {
            Found::Sensor(number) => {
                let Some(device) = sensors.iter().find(|device| device.sensor() == number) else { return };
                if let Some(at) = device.place() {
                    let target = seen.ground.0.frame().metres_from_lonlat(at);
                    self.flights.write(FlyTo { target, distance: Some(NEAR_M) });
                }
                self.cards.write(OpenSensor { number: Some(number), id: device.id.clone(), kind: device.kind() });
            }
            Found::Incident(id, _) => {
                self.intents.write(Intent::Select { target: Some(Target::Incident(id)), fly: true });
            }
            Found::Crew(id) => {
                self.intents.write(Intent::Select { target: Some(Target::Crew(id)), fly: true });
            }
            Found::Alarm(id, _) => {
                self.alarms.write(OpenAlarms { at: Some(id), fly: true });
            }
            Found::Named(Named::Place(at)) => {
                self.intents.write(Intent::Select { target: Some(Target::Place(at)), fly: true });
            }
            Found::Component(at) => {
                self.intents.write(Intent::Select { target: Some(Target::Component(at)), fly: true });
            }
            Found::Named(what) => {
                if let Some(target) = seen.ground.0.point_of(what) {
                    self.flights.write(FlyTo { target, distance: Some(NEAR_M) });
                }
            }
            Found::Command(command) => self.command(command),
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::WholeCity => {
                self.intents.write(Intent::ResetView);
            }
            Command::NorthUp => {
                self.intents.write(Intent::NorthUp);
            }
            Command::TakeDown => {
                self.intents.write(Intent::TakeDown);
            }
            Command::Language => {
                self.intents.write(Intent::SwitchLanguage);
            }
            Command::Theme => self.appearance.theme = self.appearance.theme.next(),
            Command::ZoomIn => *self.appearance = self.appearance.zoomed(true),
            Command::ZoomOut => *self.appearance = self.appearance.zoomed(false),
            Command::Help => {
                self.help.write(OpenHelp);
            }
            Command::Roll => {
                self.roll.write(OpenRoll);
            }
            Command::Figures => {
                self.figures.write(OpenFigures);
            }
            Command::Duty => {
                self.duty.write(OpenDuty);
            }
            Command::Alarms => {
                self.alarms.write(OpenAlarms::default());
            }
            Command::Layers => {
                self.layers.write(OpenLayers);
            }
            Command::Pipes => {
                self.pipes.write(OpenPipes);
            }
            Command::Vitals => {
                self.vitals.write(OpenVitals);
            }
            Command::Devices => {
                self.devices.write(OpenDevices);
            }
            Command::Mode => {
                self.mode.write(AskMode);
            }
            Command::Lock => {
                self.seat.write(LeaveSeat::Lock);
            }
            Command::SignOut => {
                self.seat.write(LeaveSeat::SignOut);
            }
            Command::Workspace => {
                self.intents.write(Intent::Story);
            }
            Command::Reload => {
                self.intents.write(Intent::Reload);
            }
            Command::Archive => {
                self.archive.write(OpenArchive);
            }
        }
    }
}
