//! The sheet of devices in its engine.

use std::collections::HashMap;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};
use rust_i18n::t;

use super::model::{Row, Tab, feed_row, sensor_row, sums};
use super::panel::{DevicesView, DevicesWish, devices_ui};
use crate::domain::{Devices, DevicesAsked, DevicesBy, Moment};
use crate::screen::heat::OpenSensor;
use crate::screen::input::TakeKey;
use crate::screen::names::utc_offset_secs;
use crate::screen::palette::PaletteSet;
use crate::screen::receive::DevicesTold;
use crate::screen::sets::PaintSet;
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{FlyTo, FreeArea, Ground, Guard, HubLink, ScreenKind, Shown};

/// Seconds between two questions.
const ASK_SECS: f64 = 10.0;
/// Most sensors of a list.
const MOST: u16 = 200;
/// Metres from which a sensor is looked at.
const FLY_M: f64 = 600.0;

/// Show the sheet.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenDevices;

/// What is open, and what was told of it.
#[derive(Default)]
pub(super) struct Desk {
    open: bool,
    tab: Tab,
    marked: usize,
    reveal: bool,
    told: HashMap<DevicesBy, Result<Box<Devices>, String>>,
    /// What was asked last, and when on egui's clock.
    asked: Option<(DevicesBy, f64)>,
}

impl Desk {
    /// What is to be asked now, where anything is. `secs` is the screen's own clock.
    pub(super) fn due(&mut self, secs: f64) -> Option<DevicesAsked> {
        let by = self.tab.by();
        if self.asked.is_some_and(|(before, at)| before == by && secs - at < ASK_SECS) {
            return None;
        }
        self.asked = Some((by, secs));
        Some(DevicesAsked { by, words: String::new(), most: MOST })
    }

    /// The hub told something; whether it is one of this sheet's lists.
    pub(super) fn take(&mut self, told: &DevicesTold) -> bool {
        let ours = told.asked.by != DevicesBy::Named;
        if ours {
            self.told.insert(told.asked.by, told.told.clone());
        }
        ours
    }

    /// Look at something else.
    pub(super) fn show(&mut self, tab: Tab) {
        (self.tab, self.marked, self.reveal) = (tab, 0, true);
    }

    fn devices(&self) -> Option<&Devices> {
        self.told.get(&self.tab.by())?.as_deref().ok()
    }

    /// The rows of what is looked at, or why there are none.
    pub(super) fn rows(&self, live: bool, now: Moment, utc_offset_secs: i32) -> Result<Vec<Row>, String> {
        let told = match self.told.get(&self.tab.by()) {
            Some(Ok(told)) => told,
            Some(Err(_)) | None if !live => return Err(t!("heat.no_hub").into_owned()),
            Some(Err(why)) => return Err(t!("devices.untold", why = why).into_owned()),
            None => return Err(t!("heat.card.waits").into_owned()),
        };
        let rows: Vec<Row> = match self.tab {
            Tab::Feeds => told.feeds.iter().map(|feed| feed_row(feed, now)).collect(),
            tab => told.list.sensors.iter().map(|one| sensor_row(one, tab, now, utc_offset_secs)).collect(),
        };
        if rows.is_empty() {
            let key = if self.tab == Tab::Feeds { "devices.no_feeds" } else { "devices.none" };
            return Err(t!(key).into_owned());
        }
        Ok(rows)
    }

    /// The card of a row, and its place where that is known.
    pub(super) fn card(&self, at: usize) -> Option<(OpenSensor, Option<crate::domain::LonLat>)> {
        let device = self.devices().filter(|_| self.tab != Tab::Feeds)?.list.sensors.get(at)?;
        let card = OpenSensor { number: Some(device.sensor()), id: device.id.clone(), kind: device.kind() };
        Some((card, device.place()))
    }
}

/// What the sheet reads.
#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    free: Res<'w, FreeArea>,
    ground: Option<Res<'w, Ground>>,
    guard: Option<Res<'w, Guard>>,
    link: Option<Res<'w, HubLink>>,
}

/// Adds the sheet; needs the desk.
pub fn plugin(app: &mut App) {
    let desk = resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>);
    // Before the panels, so that the keys of an open sheet are not theirs.
    let order = devices.after(PaintSet::City).after(PaletteSet).before(PaintSet::Panels);
    app.init_resource::<FreeArea>()
        .init_resource::<Sheets>()
        .add_message::<OpenDevices>()
        .add_message::<OpenSensor>()
        .add_message::<DevicesTold>()
        .add_message::<FlyTo>()
        .add_systems(EguiPrimaryContextPass, order.run_if(desk));
}

fn devices(
    mut contexts: EguiContexts,
    seen: Seen,
    (mut opened, mut told): (MessageReader<OpenDevices>, MessageReader<DevicesTold>),
    (mut cards, mut flights): (MessageWriter<OpenSensor>, MessageWriter<FlyTo>),
    mut sheets: ResMut<Sheets>,
    mut desk: Local<Desk>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (desk, sheets) = (&mut *desk, sheets.bypass_change_detection());
    let opened = opened.read().count() > 0;
    for told in told.read() {
        if desk.take(told) && desk.open {
            ctx.request_repaint();
        }
    }
    if seen.guard.as_ref().is_some_and(|guard| guard.0) {
        return Ok(());
    }
    if opened || ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::F12)) {
        // What lies below another sheet comes in front of it.
        desk.open = opened || !desk.open || !sheets.is_front(Sheet::Devices);
        desk.reveal = true;
        sheets.keep(Sheet::Devices, desk.open);
        sheets.raise(&ctx, Sheet::Devices);
        ctx.request_repaint();
    }
    sheets.keep(Sheet::Devices, desk.open);
    let (true, Some(free)) = (desk.open, seen.free.0) else { return Ok(()) };
    let (live, now) = (seen.shown.link.is_live(), seen.shown.now);
    if let Some(link) = seen.link.as_ref().filter(|_| live)
        && let Some(asked) = desk.due(ctx.input(|input| input.time))
    {
        link.0.devices(asked);
    }
    ctx.request_repaint_after(std::time::Duration::from_secs(1));
    let rows = desk.rows(live, now, utc_offset_secs(now));
    desk.marked = desk.marked.min(rows.as_ref().map_or(0, |rows| rows.len().saturating_sub(1)));
    let said = desk.devices().map(|devices| sums(&devices.list, &devices.feeds)).unwrap_or_default();
    let view = DevicesView {
        tab: desk.tab,
        sums: &said,
        rows: rows.as_deref().map_err(Clone::clone),
        marked: desk.marked,
        reveal: std::mem::take(&mut desk.reveal),
        in_front: sheets.is_front(Sheet::Devices),
    };
    let area = egui::Rect::from_min_max(egui::pos2(free.min.x, free.min.y), egui::pos2(free.max.x, free.max.y));
    let wishes = devices_ui(&ctx, area, &view);
    sheets.press(&ctx, Sheet::Devices);
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        match wish {
            DevicesWish::Show(tab) => desk.show(tab),
            DevicesWish::Mark(at) => (desk.marked, desk.reveal) = (at, true),
            DevicesWish::Take(at) => {
                if let Some((card, place)) = desk.card(at) {
                    if let Some((at, ground)) = place.zip(seen.ground.as_ref()) {
                        let target = ground.0.frame().metres_from_lonlat(at);
                        flights.write(FlyTo { target, distance: Some(FLY_M) });
                    }
                    cards.write(card);
                    desk.open = false;
                }
            }
            DevicesWish::Close => desk.open = false,
        }
    }
    sheets.keep(Sheet::Devices, desk.open);
    Ok(())
}
