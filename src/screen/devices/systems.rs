//! The sheet of devices in its engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};

use super::desk::{Desk, Page};
use super::model::sums;
use super::panel::{DevicesView, DevicesWish, devices_ui, picking_ui};
use crate::screen::heat::OpenSensor;
use crate::screen::input::{Clicks, Presses, TakeKey, is_plain, keep_keys};
use crate::screen::look::tokens;
use crate::screen::names::utc_offset_secs;
use crate::screen::receive::{ChangeTold, DevicesTold};
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{CityView, ClicksTaken, FlyTo, FreeArea, Ground, Guard, HubLink, ScreenKind, Shown};
use crate::screen::tools::ToolSet;
use crate::screen::tools::paint::{GroundPainter, ground_under};

/// Metres from which a sensor is looked at.
const FLY_M: f64 = 600.0;
/// Points of the mark at a place that was chosen.
const MARK: f32 = 7.0;

/// Show the sheet.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenDevices;

/// What the sheet reads.
#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    free: Res<'w, FreeArea>,
    ground: Option<Res<'w, Ground>>,
    view: Option<Res<'w, CityView>>,
    guard: Option<Res<'w, Guard>>,
    link: Option<Res<'w, HubLink>>,
}

/// Adds the sheet; needs the desk.
pub fn plugin(app: &mut App) {
    let desk = resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>);
    let city =
        resource_equals(ScreenKind::Desk).and_then(resource_exists::<Ground>).and_then(resource_exists::<CityView>);
    app.init_resource::<FreeArea>()
        .init_resource::<Sheets>()
        .init_resource::<Desk>()
        .init_resource::<Clicks>()
        .init_resource::<ClicksTaken>()
        .add_message::<OpenDevices>()
        .add_message::<OpenSensor>()
        .add_message::<DevicesTold>()
        .add_message::<ChangeTold>()
        .add_message::<FlyTo>()
        .add_message::<RequestRedraw>()
        .init_resource::<Presses>()
        .add_systems(Update, keep_keys(has_keys))
        .add_systems(Update, click.in_set(HallSet::Decide).run_if(city))
        // Before the tools and the panels, so that the keys of an open sheet are not theirs.
        .add_systems(EguiPrimaryContextPass, devices.in_set(PaintSet::City).before(ToolSet).run_if(desk));
}

/// Keys without Ctrl are the sheet's while it is in front; while a place is chosen they move the city.
fn has_keys(desk: Res<Desk>, sheets: Res<Sheets>) -> bool {
    desk.open && !desk.picking && sheets.is_front(Sheet::Devices)
}

/// A click on the city is the place, while one is wanted.
fn click(
    clicks: Res<Clicks>,
    (view, ground): (Res<CityView>, Res<Ground>),
    mut desk: ResMut<Desk>,
    mut taken: ResMut<ClicksTaken>,
    mut had: Local<bool>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let desk = desk.bypass_change_detection();
    if *had != desk.picking {
        *had = desk.picking;
        taken.set_if_neq(ClicksTaken(desk.picking));
    }
    if !desk.picking {
        return;
    }
    if let Some(at) = clicks.all.iter().find_map(|click| ground_under(&view, &ground.0, click.at)) {
        desk.place(ground.0.frame().lonlat_from_metres(at));
        redraw.write(RequestRedraw);
    }
}

fn devices(
    mut contexts: EguiContexts,
    seen: Seen,
    (mut opened, mut told, mut done): (
        MessageReader<OpenDevices>,
        MessageReader<DevicesTold>,
        MessageReader<ChangeTold>,
    ),
    (mut cards, mut flights): (MessageWriter<OpenSensor>, MessageWriter<FlyTo>),
    mut sheets: ResMut<Sheets>,
    mut desk: ResMut<Desk>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (desk, sheets) = (desk.bypass_change_detection(), sheets.bypass_change_detection());
    let opened = opened.read().count() > 0;
    for told in told.read() {
        if desk.take(told) && desk.open {
            ctx.request_repaint();
        }
    }
    for done in done.read() {
        desk.settle(done);
        ctx.request_repaint();
    }
    if seen.guard.as_ref().is_some_and(|guard| guard.0) {
        desk.picking = false;
        return Ok(());
    }
    if opened || ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::F12)) {
        // What lies below another sheet comes in front of it.
        desk.open = opened || !desk.open || !sheets.is_front(Sheet::Devices);
        (desk.reveal, desk.picking) = (true, false);
        sheets.keep(Sheet::Devices, desk.open);
        sheets.raise(&ctx, Sheet::Devices);
        ctx.request_repaint();
    }
    sheets.keep(Sheet::Devices, desk.open);
    let (true, Some(free)) = (desk.open, seen.free.0) else { return Ok(()) };
    let area = egui::Rect::from_min_max(egui::pos2(free.min.x, free.min.y), egui::pos2(free.max.x, free.max.y));
    mark_place(&ctx, &seen, desk);
    let in_front = sheets.is_front(Sheet::Devices);
    if desk.picking {
        if picking_ui(&ctx, area, in_front) {
            desk.picking = false;
            ctx.request_repaint();
        }
        return Ok(());
    }
    let wishes = sheet(&ctx, &seen, desk, (area, in_front));
    if in_front {
        // What it does not use is nobody's either.
        ctx.input_mut(|input| input.events.retain(|event| !is_plain(event)));
    }
    sheets.press(&ctx, Sheet::Devices);
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    for wish in wishes {
        if let DevicesWish::Take(at) = wish {
            if let Some((card, place)) = desk.card(at) {
                if let Some((at, ground)) = place.zip(seen.ground.as_ref()) {
                    let target = ground.0.frame().metres_from_lonlat(at);
                    flights.write(FlyTo { target, distance: Some(FLY_M) });
                }
                cards.write(card);
                desk.open = false;
            }
        } else if let Some(change) = desk.act(wish)
            && let Some(link) = &seen.link
        {
            desk.sending = true;
            link.0.change_devices(change);
        }
    }
    sheets.keep(Sheet::Devices, desk.open);
    Ok(())
}

/// Where the sensor stands that is described.
fn mark_place(ctx: &egui::Context, seen: &Seen, desk: &Desk) {
    if let Page::Form(draft) = &desk.page
        && let (Some(at), Some(ground), Some(view)) = (draft.at(), &seen.ground, &seen.view)
    {
        let painter = GroundPainter::new(ctx, "devices place", view, &ground.0);
        painter.point(ground.0.frame().metres_from_lonlat(at), MARK, tokens::ACCENT.egui());
    }
}

/// Ask what is due and show what there is.
fn sheet(ctx: &egui::Context, seen: &Seen, desk: &mut Desk, (area, in_front): (egui::Rect, bool)) -> Vec<DevicesWish> {
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
    let (reveal, focus) = (std::mem::take(&mut desk.reveal), desk.focus.take());
    let view = DevicesView {
        tab: desk.tab,
        sums: &said,
        rows: rows.as_deref().map_err(Clone::clone),
        marked: desk.marked,
        reveal,
        page: &desk.page,
        focus,
        note: desk.note.as_deref(),
        sending: desk.sending,
        in_front,
    };
    devices_ui(ctx, area, &view)
}
