//! The dialog in its engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers, vec2};

use super::desk::{Around, DutyDesk, DutyWish};
use super::draft::{Draft, DraftFile, file_in};
use super::panel::{DutyView, duty_ui};
use super::view::{Names, body, head};
use crate::domain::Party;
use crate::link::LinkState;
use crate::screen::dispatch::party_name;
use crate::screen::input::TakeKey;
use crate::screen::look::{frames, words};
use crate::screen::names::{CityNames, Kinds, area_words, utc_offset_secs};
use crate::screen::receive::Refused;
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::sheets::{Sheet, Sheets};
use crate::screen::shown::{FreeArea, Ground, Guard, Intent, Picked, ScreenKind, Shown, Target};
use crate::screen::tools::{ToolSet, UserFolder};
use crate::screen::units::Units;

/// Seconds after the last change after which the draft is kept.
const KEEP_SECS: f32 = 0.5;
/// Widest and highest that the dialog becomes, in points.
const MOST: egui::Vec2 = vec2(900.0, 720.0);

/// Show the dialog.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenDuty;

/// The dialog, and the file that keeps what is written in it.
#[derive(Resource, Default)]
struct Duty {
    desk: DutyDesk,
    file: Option<DraftFile>,
    /// The draft as the file has it.
    kept: Draft,
    /// When something was changed last, on the screen's clock, and not kept since.
    changed_at: Option<f32>,
}

/// Adds the dialog.
pub struct DutyPlugin;

impl Plugin for DutyPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Duty>()
            .init_resource::<UserFolder>()
            .init_resource::<FreeArea>()
            .init_resource::<Sheets>()
            .add_message::<OpenDuty>()
            .add_message::<Refused>()
            .add_message::<RequestRedraw>()
            .add_message::<Intent>()
            .add_systems(Startup, restore)
            .add_systems(Update, settle.in_set(HallSet::Decide).run_if(at_a_desk))
            .add_systems(
                EguiPrimaryContextPass,
                // Before the tools, whose keys with Ctrl are its own while it is open.
                dialog.in_set(PaintSet::City).before(ToolSet).run_if(at_a_desk),
            );
    }
}

fn at_a_desk(kind: Option<Res<ScreenKind>>, (shown, ground): (Option<Res<Shown>>, Option<Res<Ground>>)) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && shown.is_some() && ground.is_some()
}

/// What a crash left behind is there again when the dialog is opened; an entry that was begun opens it at once.
fn restore(folder: Option<Res<UserFolder>>, mut duty: ResMut<Duty>) {
    let Some(folder) = folder.and_then(|folder| folder.0.clone()) else { return };
    let file = file_in(&folder);
    if let Some(draft) = file.read().filter(|draft| !draft.is_empty()) {
        duty.kept = draft.clone();
        duty.desk.restore(draft);
    }
    duty.file = Some(file);
}

fn around<'a>(shown: &'a Shown, picked: Option<&Picked>) -> Around<'a> {
    let chosen = picked.and_then(|picked| picked.selected).and_then(|target| match target {
        Target::Incident(id) => Some(id),
        _ => None,
    });
    Around {
        hall: &shown.hall,
        me: shown.who.signs().unwrap_or_default(),
        chosen,
        now: shown.now,
        utc_offset_secs: utc_offset_secs(shown.now),
        live: shown.link == LinkState::Live,
    }
}

/// What became of what was sent.
fn settle(
    (shown, picked): (Res<Shown>, Option<Res<Picked>>),
    mut refusals: MessageReader<Refused>,
    mut duty: ResMut<Duty>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let refused = refusals.read().last().map(|refused| words::refusal(&refused.0));
    let duty = duty.bypass_change_detection();
    let before = (duty.desk.is_sending(), duty.desk.note.clone());
    duty.desk.settle(&around(&shown, picked.as_deref()), refused);
    if before != (duty.desk.is_sending(), duty.desk.note.clone()) {
        duty.changed_at.get_or_insert(0.0);
        redraw.write(RequestRedraw);
    }
}

/// What the dialog reads.
#[derive(SystemParam)]
struct Seen<'w> {
    shown: Res<'w, Shown>,
    picked: Option<Res<'w, Picked>>,
    ground: Res<'w, Ground>,
    kinds: Res<'w, Kinds>,
    units: Option<Res<'w, Units>>,
    free: Res<'w, FreeArea>,
    guard: Option<Res<'w, Guard>>,
    time: Res<'w, Time<Real>>,
}

fn dialog(
    mut contexts: EguiContexts,
    seen: Seen,
    mut asked: MessageReader<OpenDuty>,
    (mut duty, mut sheets): (ResMut<Duty>, ResMut<Sheets>),
    mut intents: MessageWriter<Intent>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (duty, sheets) = (duty.bypass_change_detection(), sheets.bypass_change_detection());
    let asked = asked.read().count() > 0;
    if seen.guard.as_ref().is_some_and(|guard| guard.0) {
        return Ok(());
    }
    if asked || ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::F9)) {
        // What lies below another sheet comes in front of it.
        if duty.desk.open && !asked && sheets.is_front(Sheet::Duty) {
            duty.desk.open = false;
        } else {
            duty.desk.show();
            sheets.raise(&ctx, Sheet::Duty);
        }
        ctx.request_repaint();
    }
    sheets.keep(Sheet::Duty, duty.desk.open);
    let now = seen.time.elapsed_secs();
    keep(duty, now, &ctx);
    let (true, Some(free)) = (duty.desk.open, seen.free.0) else { return Ok(()) };
    let around = around(&seen.shown, seen.picked.as_deref());
    duty.desk.look(&around, &seen.shown.limits, now);
    let locale = rust_i18n::locale().to_string();
    let names = CityNames { city: &seen.ground.0, kinds: &seen.kinds, locale: &locale };
    let kind = |code: &str| crate::screen::situation::Names::kind(&names, code);
    let party = |party: &Party| party_name(party, seen.units.as_deref(), &seen.kinds, &locale);
    let area = |path: &str| area_words(&seen.ground.0, path, &locale);
    let body = body(&mut duty.desk, &around, &Names { kind: &kind, party: &party, area: &area });
    let desk = &duty.desk;
    let view = DutyView {
        page: desk.page,
        head: head(&around),
        me: around.me,
        body,
        draft: &desk.draft,
        marked: desk.marked,
        held: desk.held.as_ref(),
        note: desk.note.as_deref(),
        sending: desk.is_sending(),
        focus: desk.focus,
        in_front: sheets.is_front(Sheet::Duty),
        utc_offset_secs: around.utc_offset_secs,
    };
    let wishes = window(&ctx, free, &view);
    sheets.press(&ctx, Sheet::Duty);
    duty.desk.focus = false;
    if !wishes.is_empty() {
        duty.changed_at = Some(now);
        ctx.request_repaint();
    }
    for wish in wishes {
        intents.write_batch(duty.desk.carry_out(wish, &around));
    }
    sheets.keep(Sheet::Duty, duty.desk.open);
    Ok(())
}

fn window(ctx: &egui::Context, free: Rect, view: &DutyView<'_>) -> Vec<DutyWish> {
    let size = vec2((free.width() - 48.0).clamp(420.0, MOST.x), (free.height() - 56.0).clamp(320.0, MOST.y));
    let middle = egui::pos2(free.center().x, free.center().y);
    frames::dialog(ctx, "duty", middle, |ui| duty_ui(ui, size, view))
}

/// Keep what was written, a moment after the last change.
fn keep(duty: &mut Duty, now: f32, ctx: &egui::Context) {
    let Some(at) = duty.changed_at else { return };
    if now - at < KEEP_SECS {
        ctx.request_repaint_after(std::time::Duration::from_secs_f32(KEEP_SECS));
        return;
    }
    duty.changed_at = None;
    if duty.desk.draft != duty.kept {
        if let Some(file) = &duty.file {
            file.write(Some(&duty.desk.draft).filter(|draft| !draft.is_empty()));
        }
        duty.kept = duty.desk.draft.clone();
    }
}
